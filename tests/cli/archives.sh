#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Bug reports of many files: archives, directories, Ubuntu's crash reports, as `nicregs log FILE` and as --from.
. "${0%/*}/setup"

python3 - "$dir" <<'PYTHON'
import base64, gzip, io, json, os, sys, tarfile, zipfile, zlib
top = sys.argv[1]
BLOCK = """Detected Hardware Unit Hang:
  TDH                  <%x>
  TDT                  <90>
  next_to_use          <90>
  next_to_clean        <%x>
buffer_info[next_to_clean]:
  time_stamp           <%x>
  next_to_watch        <5e>
  jiffies              <%x>
  next_to_watch.status <0>
MAC Status             <80083>
PHY Status             <796d>
PHY 1000BASE-T Status  <3800>
PHY Extended Status    <3000>
PCI Status             <10>"""
PORT = "e1000e 0000:02:00.0 eno1: "
UP = PORT + "NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx"

def block(n):
    return PORT + BLOCK % (n, n, 0x1000591d6 + n * 0x1000, 0x1000593fc + n * 0x1000)

def syslog(day, messages, stamp=True):
    return "".join("Nov %2d %02d:%02d:%02d host kernel: %s%s\n" %
                   (day, at // 3600, at // 60 % 60, at % 60, "[%12.6f] " % at if stamp else "", line)
                   for at, text in messages for line in text.split("\n"))

def dmesg(messages):
    return "".join("[%12.6f] " % at + ("\n" + " " * 15).join(text.split("\n")) + "\n" for at, text in messages)

FIRST = [(5.1, PORT + "renamed from eth0"), (9.5, UP), (7762.2, block(0x11)), (7763.4, PORT + "Reset adapter unexpectedly"), (7767.5, UP)]
SECOND = [(5.2, PORT + "renamed from eth0"), (9.6, UP), (6000.25, "usb 1-1: new device")]
THIRD = [(5.3, PORT + "renamed from eth0"), (9.7, UP), (2762.3, block(0x22)), (2763.7, PORT + "Reset adapter unexpectedly")]
LSPCI = """02:00.0 Ethernet controller [0200]: Intel Corporation 82574L Gigabit Network Connection [8086:10d3]
\tLnkCap:\tPort #0, Speed 2.5GT/s, Width x1, ASPM L0s L1, Exit Latency L0s <128ns, L1 <64us
\tLnkCtl:\tASPM L0s L1 Enabled; RCB 64 bytes Disabled- CommClk+
\tKernel driver in use: e1000e
"""
INFO = "driver: e1000e\nversion: 6.1.0-18-amd64\nfirmware-version: 2.1-2\nbus-info: 0000:02:00.0\n"
OTHER = {"etc/hosts": "127.0.0.1 localhost\n", "var/log/wtmp": bytes(3000), "sos_commands/filesys/df_-al": "Filesystem Used\n",
         "usr/share/doc/README": "All about ethernet.\n" * 50}
SOS = {"var/log/kern.log": syslog(22, THIRD), "var/log/kern.log.1": syslog(21, SECOND),
       "var/log/kern.log.2.gz": gzip.compress(syslog(20, FIRST).encode()), "sos_commands/kernel/dmesg": dmesg(THIRD),
       "sos_commands/pci/lspci_-nnvv": LSPCI, "sos_commands/networking/ethtool_-i_eno1": INFO, **OTHER}

def raw(text):
    return text.encode() if isinstance(text, str) else text

def tar(name, members, mode="w:gz"):
    with tarfile.open(top + "/" + name, mode) as archive:
        for path, text in members:
            info = tarfile.TarInfo(path)
            info.size = len(raw(text))
            archive.addfile(info, io.BytesIO(raw(text)))

def save(name, text):
    os.makedirs(os.path.dirname(top + "/" + name), exist_ok=True)
    open(top + "/" + name, "wb").write(raw(text))

save("start/var/log/kern.log", "Nov 20 10:00:00 host kernel: [900000.000000] igb 0000:01:00.0 eth0: PCIe link lost\n")
save("start/var/log/dmesg", "[    1.000000] igb 0000:01:00.0: added PHC on eth0\n[   10.000000] igb 0000:01:00.0 eth0: igb: eth0 NIC Link is Up 1000 Mbps Full Duplex\n")
save("plain", syslog(20, FIRST) + syslog(21, SECOND) + syslog(22, THIRD))
save("parts", "# ethtool -i eno1\n" + INFO + LSPCI + syslog(20, FIRST) + syslog(21, SECOND) + syslog(22, THIRD))
for kind, mode in (("tar", "w"), ("tar.gz", "w:gz"), ("tar.xz", "w:xz"), ("tar.bz2", "w:bz2")):
    tar("sos." + kind, [("sosreport-host/" + path, text) for path, text in SOS.items()], mode)
with zipfile.ZipFile(top + "/sos.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    for path, text in SOS.items():
        archive.writestr(path, raw(text))
for path, text in SOS.items():
    save("sos/" + path, text)
os.symlink("/etc/passwd", top + "/sos/var/log/kern.log.3")
tar("sos-again.tar", [("reports/sos.tar.xz", open(top + "/sos.tar.xz", "rb").read())], "w")

# A log beside one that repeats some of it and has more: dates only, times since the boot only.
tar("dates.tar.gz", [("var/log/messages", syslog(20, FIRST, False)), ("dmesg", dmesg(FIRST))])
tar("newer.tar.gz", [("var/log/messages", syslog(20, FIRST[:2], False)), ("dmesg", dmesg(FIRST))])
tar("journal.tar.gz", [("var/log/messages", syslog(20, FIRST[:3], False)), ("journalctl_-k", syslog(20, FIRST, False))])

# The last message first, as journalctl -r and exports of tables have them; in order the same.
def back(text):
    return "".join(reversed(text.splitlines(True)))

WHOLE = syslog(20, FIRST) + syslog(20, [(9000 + i, "usb 1-1: number %d" % i) for i in range(400)]) + syslog(22, THIRD)
save("back/syslog.1", "Nov 19 10:00:00 host kernel: [    1.000000] usb 1-1: new device\n")
save("back/syslog", back(WHOLE))
tar("back.tar.gz", [("var/log/kern.log", back(WHOLE)), ("var/log/kern.log.1", syslog(19, SECOND))])
tar("export.tar", [("journalctl_-o_export", "".join("__REALTIME_TIMESTAMP=%d\n_TRANSPORT=kernel\nMESSAGE=%s\n\n" % (1795165200000000 - i * 1000000, UP) for i in range(9))),
                   ("var/log/kern.log", syslog(22, THIRD))])

# JSON and tables, known by what is in them; other JSON is none.
def iso(at):
    return "2026-11-20T%02d:%02d:%06.3fZ" % (at // 3600, at // 60 % 60, at % 60)

def journal(messages):
    return [{"__REALTIME_TIMESTAMP": "%d" % (1795132800000000 + at * 1000000), "_TRANSPORT": "kernel", "SYSLOG_IDENTIFIER": "kernel", "MESSAGE": text} for at, text in messages]

HITS = {"took": 1, "hits": {"hits": [{"_id": "%d" % i, "_source": {"@timestamp": iso(at), "process": {"name": "kernel"}, "message": line}}
                                     for i, (at, text) in enumerate(FIRST) for line in text.split("\n")]}}
OTHER_JSON = {"package.json": {"name": "left-pad", "version": "1.0.0", "description": "[    1.0 pads", "scripts": {"test": "node test"}},
              "messages.json": {"hello": {"message": "Hello", "description": "A greeting"}}, "1.json": [1, 2, {"a": "b"}],
              "config.json": {"log": {"level": "debug", "file": "/var/log/x"}, "created": "2026-11-20T10:00:00Z"}}
JSONS = {"lines": "".join(json.dumps(r) + "\n" for r in journal(FIRST)), "list": json.dumps(journal(FIRST)), "hits": json.dumps(HITS, indent=2),
         "strings": json.dumps(dmesg(FIRST).splitlines()), "back": "".join(json.dumps(r) + "\n" for r in reversed(journal(FIRST))),
         # One value that is longer than the bytes by which a file is known.
         "long": json.dumps({"entries": journal([(at / 10, "usb 1-1: device connected") for at in range(3000)] + FIRST), "next": "a"})}
for name, text in JSONS.items():
    tar("json-%s.tgz" % name, [("x/10-export.json", text), *(("x/" + path, json.dumps(value, indent=1)) for path, value in OTHER_JSON.items())])
tar("json-other.tgz", [("x/" + path, json.dumps(value, indent=1)) for path, value in OTHER_JSON.items()])
tar("json-long-other.tgz", [("x/1.json", json.dumps({"rows": [{"name": "a", "price": i} for i in range(9000)]}))])
tar("json-cut.tgz", [("x/a.json", JSONS["lines"] + json.dumps(dict(journal(FIRST)[0], MESSAGE="z" * 17000000)) + "\n"), ("x/b.json", JSONS["hits"])])
tar("json-two.tgz", [("x/a.json", JSONS["lines"]), ("x/b.json", JSONS["hits"])])
ROWS = [(iso(at), "kernel", text.replace("\n", " ")) for at, text in FIRST]
tar("table-last.tgz", [("x/export.csv", "time,program,message\n" + "".join('%s,%s,"%s"\n' % row for row in ROWS))])
tar("table-first.tgz", [("x/export.csv", "message,program,time\n" + "".join('"%s",%s,%s\n' % row[::-1] for row in ROWS))])
tar("table-other.tgz", [("x/prices.csv", "name,price,text\nx,1,cheap\ny,2,dear\n")])

# SUSE: a few files with the output of many commands each.
SECTION = "#==[ Command ]======================================#\n# /usr/sbin/%s\n"
tar("scc_host.txz", [("scc_host/network.txt", SECTION % "ethtool -i eno1" + INFO), ("scc_host/pci.txt", SECTION % "lspci -nnvv" + LSPCI),
                     ("scc_host/messages.txt", "#==[ Log File ]====#\n# /var/log/messages\n" + syslog(20, FIRST, False)),
                     ("scc_host/boot.txt", SECTION % "dmesg -T" + dmesg(FIRST))], "w:xz")
# Proxmox: one text.
save("pve-report.txt", "==== general system info ====\n# hostname\nhost\n==== hardware ====\n# lspci -nnk\n" + LSPCI + "# dmesg\n" + dmesg(FIRST))

def packed(text):
    """As apport writes it: gzip, each piece encoded for itself."""
    pieces, deflate = [b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"], zlib.compressobj(9, zlib.DEFLATED, -15)
    for at in range(0, len(text), 700):
        pieces.append(deflate.compress(raw(text[at:at + 700])))
    pieces.append(deflate.flush() + zlib.crc32(raw(text)).to_bytes(4, "little") + len(text).to_bytes(4, "little"))
    return "".join(" " + base64.b64encode(piece).decode() + "\n" for piece in pieces if piece)

save("linux.crash", "ProblemType: KernelOops\nArchitecture: amd64\nCurrentDmesg: base64\n" + packed(dmesg(FIRST)) +
     "Lspci:\n" + "".join(" " + line + "\n" for line in LSPCI.splitlines()) + "CoreDump: base64\n" + packed("x" * 5000) +
     "Uname: Linux 6.1.0-18-amd64 x86_64\n")

# What is broken, hostile, or too much.
whole = open(top + "/sos.tar.gz", "rb").read()
tar("cut.tar.gz", [*SOS.items(), ("var/log/syslog", os.urandom(200000).hex())])
save("cut.tar.gz", open(top + "/cut.tar.gz", "rb").read()[:-70000])
save("cut.tar", open(top + "/sos.tar", "rb").read()[:9000])
save("first.tar.gz", whole[:100])
tar("calm.tar", [("kern.log", syslog(20, [(1, UP)])), ("pad", os.urandom(40000).hex())], "w")
save("calm.tar", open(top + "/calm.tar", "rb").read()[:20000])
tar("snapshots.tar", [("eth0.json", open("tests/stories/nas-guest/machine.json").read()), ("pad", os.urandom(40000).hex())], "w")
save("snapshots.tar", open(top + "/snapshots.tar", "rb").read()[:-60000])
tar("member.tar.gz", [("kern.log.1.gz", gzip.compress(raw(syslog(20, FIRST)))[:200]), ("kern.log", syslog(22, THIRD)),
                      ("syslog", "\ufeff".encode("utf-16-le") + "text\n".encode("utf-16-le") * 20)])
tar("hostile.tar.gz", [("../../etc/\x1b[2Jkern.log\nlog line 1: hang, x", syslog(22, THIRD)), ("/abs/dmesg", ""),
                       ("a/" * 400 + "kern.log", "x\n"), ("x" * 3000, "y\n")])
nested = open(top + "/sos-again.tar", "rb").read()
tar("deep.tar", [("a.tar", nested)], "w")
tar("deeper.tar", [("a.tar", open(top + "/deep.tar", "rb").read()), ("kern.log", syslog(22, THIRD))], "w")
tar("nothing.tar.gz", OTHER.items())
save("damaged/x.tar", open(top + "/sos.tar", "rb").read()[:2000] + bytes(range(256)) * 20)
save("damaged/kern.log", syslog(22, THIRD))
save("nothing/etc/hosts", "127.0.0.1 localhost\n")
# 300 MB of zeros in 300 KB, and 2,000 logs.
tar("bomb.tar.gz", [("dmesg", bytes(300 << 20)), ("kern.log", syslog(22, THIRD))])
tar("many.tar.gz", [("l%d/kern.log" % i, syslog(22, THIRD[:1])) for i in range(6000)])
PYTHON
zstd -q "$dir/sos.tar" -o "$dir/sos.tar.zst"

# What is said below the line about what was read, without the lines' numbers.
said() { sed '1,/^$/d; /  Why /,$d' "$1"; }

"$NICREGS" log "$dir/parts" > "$dir/wanted"
verdict "the parts as one text" "$(grep -q '2 times in 2 episodes' "$dir/wanted" && grep -q '^eno1  82574L' "$dir/wanted"; echo $?)" "$(cat "$dir/wanted")"
for report in sos.tar sos.tar.gz sos.tar.xz sos.tar.bz2 sos.tar.zst sos.zip sos sos-again.tar; do
	timeout 20 "$NICREGS" log "$dir/$report" > "$dir/out" 2> "$dir/err"
	status=$?
	verdict "$report: the same answer as its parts" \
		"$([ $status -eq 2 ] && [ "$(said "$dir/out")" = "$(said "$dir/wanted")" ] && [ ! -s "$dir/err" ]; echo $?)" \
		"status $status: $(diff "$dir/wanted" "$dir/out"; cat "$dir/err")"
	verdict "$report: which files, and when" \
		"$(head -n 3 "$dir/out" | tr '\n' ' ' | grep -qE '\(6 of 1[01] files\): [0-9]+ lines, Nov 20 00:00:05 to Nov 22 00:46:03, 2 boots,'; echo $?)" "$(head -n 3 "$dir/out")"
	"$NICREGS" list --from "$dir/$report" -n -o netdev,chip,driver > "$dir/out" 2> "$dir/err"
	verdict "$report --from" "$([ $? -eq 0 ] && grep -qE '^eno1 +82574L +e1000e' "$dir/out"; echo $?)" "$(cat "$dir/out" "$dir/err")"
done
cat "$dir/sos.tar.xz" | "$NICREGS" log > "$dir/out"
verdict "through a pipe" "$([ "$(said "$dir/out")" = "$(said "$dir/wanted")" ]; echo $?)" "$(diff "$dir/wanted" "$dir/out")"
(head -c 100 "$dir/sos.tar"; sleep 0.2; tail -c +101 "$dir/sos.tar") | "$NICREGS" log > "$dir/out"
verdict "through a pipe whose bytes come late" "$(head -n 3 "$dir/out" | tr '\n' ' ' | grep -q '(6 of 1[01] files)'; echo $?)" "$(head -n 3 "$dir/out")"

out=$("$NICREGS" -v log "$dir/sos.tar.gz")
verdict "evidence names the file and its line" \
	"$(echo "$out" | tr -s ' \n' ' ' | grep -q 'line 3 of var/log/kern.log.2.gz: hang' && echo "$out" | tr -s ' \n' ' ' | grep -q 'line 3 of var/log/kern.log: hang'; echo $?)" "$out"
"$NICREGS" --json log "$dir/sos.tar.gz" > "$dir/out"
verdict "in JSON, too" "$(python3 - "$dir/out" <<'PYTHON'
import json, sys
log = json.load(open(sys.argv[1]))
hangs = [(r["member"], r["line"]) for r in log["devices"][0]["reports"] if r["kind"] == "hang"]
print(0 if hangs == [("var/log/kern.log.2.gz", 3), ("var/log/kern.log", 3)] and log["logs"][0]["files_read"] == 6 else hangs)
PYTHON
)" ""

# counts REPORT: hangs, resets, links that came up.
counts()
{
	"$NICREGS" --json log "$dir/$1" | python3 -c '
import collections, json, sys
kinds = collections.Counter(r["kind"] for d in json.load(sys.stdin)["devices"] for r in d["reports"])
print(kinds["hang"], kinds["reset"], kinds["link-up"])'
}
verdict "what two logs have counts once: dates and uptimes" "$([ "$(counts dates.tar.gz)" = "1 1 2" ]; echo $?)" "$(counts dates.tar.gz)"
verdict "what only the second has counts" "$([ "$(counts newer.tar.gz)" = "1 1 2" ]; echo $?)" "$(counts newer.tar.gz)"
out=$("$NICREGS" log "$dir/start")
verdict "what dmesg said when the machine had started is no recovery" "$(echo "$out" | grep -q '^DEAD'; echo $?)" "$out"
verdict "the same with dates in both" "$([ "$(counts journal.tar.gz)" = "1 1 2" ]; echo $?)" "$(counts journal.tar.gz)"

# ---- a log whose last message comes first ----

for report in back back.tar.gz; do
	out=$("$NICREGS" log "$dir/$report" 2> "$dir/err")
	verdict "$report: turned round, and said to be" \
		"$([ "$(counts $report)" = "2 2 $([ $report = back ] && echo 3 || echo 4)" ] && [ ! -s "$dir/err" ] && echo "$out" | tr '\n' ' ' | grep -q 'to Nov 22 00:46:03, .*whose last message comes first count from its end'; echo $?)" \
		"$(counts $report) $(head -n 4 <<< "$out") $(cat "$dir/err")"
done
out=$("$NICREGS" log "$dir/export.tar" 2> "$dir/err")
verdict "an export in reverse order is not judged: an error, and the rest" \
	"$([ "$(counts export.tar 2> /dev/null)" = "1 1 1" ] && grep -q 'its last record comes first' "$dir/err"; echo $?)" "$(counts export.tar 2> /dev/null) $(cat "$dir/err")"

# ---- JSON and tables ----

for report in json-{lines,list,hits,strings,back,long}.tgz; do
	out=$("$NICREGS" log "$dir/$report" 2> "$dir/err")
	verdict "$report: known as a log by its records, other JSON is none" \
		"$([ "$(counts $report)" = "1 1 2" ] && [ ! -s "$dir/err" ] && grep -q "(1 of 5 files)" <<< "${out//$'\n'/ }"; echo $?)" "$(counts $report) $(head -n 3 <<< "$out") $(cat "$dir/err")"
done
mkdir -p "$dir/rotated" "$dir/hollow"
: > "$dir/rotated/kern.log"
: > "$dir/hollow/kern.log"
cp "$dir/plain" "$dir/rotated/kern.log.1"
shows "a log that was rotated just now, and is empty" 2 '^HUNG' log "$dir/rotated"
shows "logs that are all empty" 1 'hollow: it is empty, which says nothing' log "$dir/hollow"
shows "JSON that is no log" 1 'json-other.tgz: no file in it, of 4, is a kernel log' log "$dir/json-other.tgz"
shows "long JSON that is no log" 1 'json-long-other.tgz: no file in it, of 1, is a kernel log' log "$dir/json-long-other.tgz"
out=$("$NICREGS" log "$dir/json-cut.tgz" 2> "$dir/err")
verdict "a record that is too large in a file that is not the last" "$([ $? -eq 2 ] && grep -q '^STALLED\|^HUNG' <<< "$out" && grep -q 'json-cut.tgz: not all of its JSON was read' "$dir/err"; echo $?)" "$out $(cat "$dir/err")"
verdict "the same in two layouts counts once" "$([ "$(counts json-two.tgz)" = "1 1 2" ]; echo $?)" "$(counts json-two.tgz)"
for report in table-{last,first}.tgz; do
	verdict "$report: a table is known by its rows" "$("$NICREGS" --json log "$dir/$report" | grep -q '"link-up"'; echo $?)" "$("$NICREGS" log "$dir/$report" 2>&1)"
done
shows "a table that is no log" 1 'table-other.tgz: no file in it, of 1, is a kernel log' log "$dir/table-other.tgz"

for report in scc_host.txz pve-report.txt linux.crash; do
	out=$("$NICREGS" log "$dir/$report")
	verdict "$report: the part, its ASPM, and one hang" \
		"$(echo "$out" | grep -q '^eno1  82574L' && echo "$out" | grep -q 'aspm disable' && echo "$out" | grep -q 'transmitter once'; echo $?)" "$out"
done

# Files that were whole are judged; an archive that is cut is never a clean bill.
for cut in "cut.tar.gz the gzip data ends" "cut.tar the archive ends" "calm.tar the archive ends"; do
	"$NICREGS" log "$dir/${cut%% *}" > "$dir/out" 2> "$dir/err"
	status=$?
	verdict "${cut%% *}: it is said" \
		"$([ $status -eq "$(grep -q '^HUNG' "$dir/out" && echo 2 || echo 3)" ] && grep -q "/${cut%% *}: ${cut#* } too early; [1-9][0-9]* files\? came before that" "$dir/err" && [ "$(wc -l < "$dir/err")" = 2 ]; echo $?)" "$(cat "$dir/err")"
	verdict "${cut%% *}: its whole files are judged" "$(grep -q '^Read .*cut.tar\|^Read .*calm.tar' "$dir/out" && grep -q '^HUNG\|no hang in the log' "$dir/out"; echo $?)" "$(cat "$dir/out")"
done
shows "nothing whole in it" 1 'first.tar.gz: the gzip data ends too early$' log "$dir/first.tar.gz"
shows "nothing whole in it for --from" 1 'early; 2 files came before that' show --from "$dir/calm.tar"
"$NICREGS" list --from "$dir/snapshots.tar" > "$dir/out" 2> "$dir/err"
verdict "whole snapshots of an archive that is cut" "$([ $? -eq 3 ] && grep -q 82579LM "$dir/out" && grep -q 'snapshots.tar: a part of it could not be read' "$dir/err"; echo $?)" "$(cat "$dir/out" "$dir/err")"
shows "nothing in it" 1 'nothing.tar.gz: no file in it, of 4, is a kernel log' log "$dir/nothing.tar.gz"
shows "a directory with nothing in it" 1 'nothing: no file in it, of 1, is a kernel log' log "$dir/nothing"
shows "nothing in it for --from" 1 'nothing: no file in it, of 1, is a snapshot or describes' list --from "$dir/nothing"
out=$("$NICREGS" log "$dir/member.tar.gz" 2> "$dir/err")
status=$?
verdict "files that cannot be read hide none of the others" \
	"$([ $status -eq 2 ] && echo "$out" | grep -q '^HUNG' && grep -q '^nicregs: .*/member.tar.gz: [a-z.0-9]*: ' "$dir/err"; echo $?)" "status $status: $out $(cat "$dir/err")"
out=$("$NICREGS" log "$dir/deeper.tar" 2> "$dir/err")
status=$?
verdict "archives in archives in archives: an error, and the rest" \
	"$([ $status -eq 2 ] && echo "$out" | grep -q '^HUNG' && grep -q 'nested too deep' "$dir/err"; echo $?)" "status $status: $out $(cat "$dir/err")"
out=$("$NICREGS" log "$dir/damaged" 2> "$dir/err")
status=$?
verdict "a damaged archive in a directory: an error, and the rest" \
	"$([ $status -eq 2 ] && echo "$out" | grep -q '^HUNG' && grep -q 'damaged: x.tar: the archive' "$dir/err"; echo $?)" "status $status: $out $(cat "$dir/err")"
shows "a file system of the kernel is no bug report" 1 '/proc: no file in it, of 0, is' log /proc
"$NICREGS" log "$dir/hostile.tar.gz" > "$dir/out" 2> "$dir/err"
verdict "names are text from outside" \
	"$([ $? -eq 2 ] && ! grep -q $'\033' "$dir/out" && grep -q 'line 3 of ../../etc/.x1b' "$dir/out"; echo $?)" "$(cat -v "$dir/out" "$dir/err")"
if (ulimit -v 400000) 2> /dev/null && ! ldd "${KEPT_PROGRAM:-$NICREGS}" | grep -q asan; then
	out=$(ulimit -v 400000; ulimit -f 0; timeout 60 "$NICREGS" log "$dir/bomb.tar.gz")
	verdict "300 MB of zeros in little memory, nothing written" "$(echo "$out" | grep -q '^HUNG'; echo $?)" "$out"
fi
out=$(timeout 60 "$NICREGS" log "$dir/many.tar.gz" 2> "$dir/err")
status=$?
verdict "more logs than are read: said" "$([ $status -eq 3 ] && grep -q '1904 of its files were not read' "$dir/err"; echo $?)" "status $status: $(cat "$dir/err")"

# Incidents of `nicregs watch`, packed.
mkdir "$dir/incident"
cp src/source/demo.json "$dir/incident/0-before.json"
cp src/source/demo.json "$dir/incident/2-now-0.json"
"$NICREGS" list --from "$dir/incident" > "$dir/wanted"
for archive in incident.tar.gz incident.zip; do
	python3 -c 'import shutil, sys; shutil.make_archive(sys.argv[1] + "/incident", sys.argv[2], sys.argv[1], "incident")' "$dir" \
		"$([ "${archive##*.}" = zip ] && echo zip || echo gztar)"
	"$NICREGS" list --from "$dir/$archive" > "$dir/out" 2> "$dir/err"
	verdict "an incident in ${archive##*.}: as its directory" "$([ $? -eq 0 ] && cmp -s "$dir/wanted" "$dir/out"; echo $?)" "$(cat "$dir/out" "$dir/err")"
done
gzip -c src/source/demo.json > "$dir/snapshot.gz"
"$NICREGS" list --from "$dir/snapshot.gz" > "$dir/out"
verdict "a packed snapshot" "$(cmp -s "$dir/wanted" "$dir/out"; echo $?)" "$(cat "$dir/out")"

if [ "$(id -u)" -eq 0 ] && command -v setpriv > /dev/null; then
	mkdir "$dir/log"
	cp "$dir/sos/var/log/kern.log" "$dir/log/dmesg"
	cp "$dir/sos/var/log/kern.log" "$dir/log/kern.log"
	chmod 0 "$dir/log/kern.log"
	chmod -R go+rX "$dir/log/dmesg" "$dir"
	chmod 0 "$dir/log/kern.log"
	# A copy: the folder that holds the program may be root's alone.
	cp "${KEPT_PROGRAM:-$NICREGS}" "$dir/program"
	out=$(setpriv --reuid 65534 --regid 65534 --clear-groups "$dir/program" log "$dir/log" 2> "$dir/err")
	status=$?
	verdict "a log that may not be read is said to be there" \
		"$([ $status -ne 0 ] && grep -q 'kern.log: Permission denied' "$dir/err" && echo "$out" | grep -q '^HUNG'; echo $?)" "status $status: $(cat "$dir/err")"
fi
# ---- the log inside, for verbs that read devices ----

for report in sos.tar.gz sos.zip sos parts; do
	shows "diagnose --from $report: the log in it counts" 2 '^HUNG' diagnose --from "$dir/$report"
done
"$NICREGS" diagnose --from - < "$dir/sos.tar.gz" > "$dir/out" 2>&1
verdict "through a pipe, too" "$([ $? -eq 2 ] && grep -q '^HUNG' "$dir/out"; echo $?)" "$(head -n 4 "$dir/out")"
cat "$dir/parts" | "$NICREGS" diagnose --from - > "$dir/out" 2>&1
verdict "pasted text, too" "$([ $? -eq 2 ] && grep -q '^HUNG' "$dir/out"; echo $?)" "$(head -n 4 "$dir/out")"
"$NICREGS" report --from "$dir/sos.tar.gz" > "$dir/out" 2>&1
verdict "a report of it has its log" "$([ $? -eq 0 ] && ! grep -q '^No kernel log' "$dir/out" && grep -q 'Unit Hang' "$dir/out"; echo $?)" "$(grep ' log' "$dir/out" | head -n 4)"
sed '/Nov /d' "$dir/parts" > "$dir/described"
shows "text without any log is as it was" 0 'unknown' diagnose --from "$dir/described"
"$NICREGS" report --from "$dir/described" > "$dir/out" 2>&1
verdict "and its report has none" "$(grep -q '^No kernel log' "$dir/out"; echo $?)" "$(grep ' log' "$dir/out" | head -n 4)"
# ---- snapshots under any name ----

mkdir -p "$dir/named" "$dir/both"
cp tests/stories/nas-guest/machine.json "$dir/named/eth0.json"
echo '{"format": "other"}' > "$dir/named/other.json"
tar -C "$dir" -cf "$dir/named.tar" named
for from in named named.tar; do
	"$NICREGS" show --from "$dir/$from" > "$dir/out" 2> "$dir/err"
	verdict "a snapshot under another name in $from" "$([ $? -ne 1 ] && grep -q 82579LM "$dir/out"; echo $?)" "$(head -n 2 "$dir/err")"
done
cp tests/stories/nas-guest/machine.json tests/stories/nas-guest/kern.log "$dir/both"
"$NICREGS" diagnose --from "$dir/both" > "$dir/out" 2>&1
verdict "a folder with a log and a snapshot: both are weighed" "$(grep -q 'log .*line' "$dir/out" && grep -q HUNG "$dir/out"; echo $?)" "$(head -n 5 "$dir/out")"
"$NICREGS" log "$dir/both" > "$dir/out" 2> "$dir/err"
verdict "nicregs log names the one that it does not weigh" "$(grep -q 'without 1 snapshot beside it' "$dir/err" && grep -q 'diagnose --from' "$dir/err"; echo $?)" "$(cat "$dir/err")"
"$NICREGS" report --from "$dir/both" --html "$dir/both.html" > "$dir/out" 2>&1
verdict "a page has both" "$(grep -q 'hang report' "$dir/both.html" && grep -q 'Registers that matter' "$dir/both.html"; echo $?)" "$(head -n 5 "$dir/out")"

# ---- the directory of an incident, and what somebody put beside ----

python3 tests/cli/hang-folder "$dir/incident"
"$NICREGS" diagnose --from "$dir/incident" > "$dir/out" 2> "$dir/err"
verdict "an incident as it was saved: nothing to say" "$([ $? -eq 2 ] && [ ! -s "$dir/err" ] && grep -q 'log line' "$dir/out"; echo $?)" "$(cat "$dir/err")"
echo "a note of mine" > "$dir/incident/notes.txt"
"$NICREGS" diagnose --from "$dir/incident" > "$dir/out" 2> "$dir/err"
verdict "a note that is no evidence" "$([ ! -s "$dir/err" ]; echo $?)" "$(cat "$dir/err")"
cp tests/stories/nas-guest/kern.log "$dir/incident/dmesg.txt"
cp tests/stories/nas-guest/machine.json "$dir/incident/eth9.json"
"$NICREGS" report --from "$dir/incident" > "$dir/out" 2> "$dir/err"
verdict "another log beside its own is named" "$([ $? -eq 3 ] && grep -q "incident: dmesg.txt is not read beside kernel.log of the incident" "$dir/err" && grep -q "nicregs log" "$dir/err"; echo $?)" "$(cat "$dir/err")"
"$NICREGS" list --from "$dir/incident" > "$dir/out" 2> "$dir/err"
verdict "a snapshot without a number is read" "$([ $? -eq 0 ] && grep -q 82579LM "$dir/out" && grep -q 82574L "$dir/out"; echo $?)" "$(cat "$dir/out" "$dir/err")"
rm "$dir/incident/eth9.json"
mv "$dir/incident/kernel.log" "$dir/incident/dmesg.txt"
rm -rf "$dir/incident/after"
"$NICREGS" diagnose --from "$dir/incident" > "$dir/out" 2> "$dir/err"
verdict "without its own the log that is there is read" "$([ $? -eq 2 ] && [ ! -s "$dir/err" ] && grep -q 'of dmesg.txt' "$dir/out"; echo $?)" "$(cat "$dir/out" "$dir/err")"
rm "$dir/incident/dmesg.txt"
"$NICREGS" diagnose --from "$dir/incident" > "$dir/out" 2> "$dir/err"
verdict "none at all is no error" "$([ $? -eq 2 ] && [ ! -s "$dir/err" ] && ! grep -q 'log line' "$dir/out"; echo $?)" "$(cat "$dir/out" "$dir/err")"

exit $failed
