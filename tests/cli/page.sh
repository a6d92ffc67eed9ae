#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# `nicregs report --html`: the page is whole, in order, and nothing that comes from outside can become a part of it.
. "${0%/*}/setup"

# FILE [TEXT]...: it is well-formed and has nothing but what this list has; nothing is loaded, nothing runs; and the texts are in it, in
# this order, as a reader sees them.
sound()
{
	python3 - "$@" <<'PYTHON'
import re
import sys
import xml.etree.ElementTree as tree

text = open(sys.argv[1], encoding="utf-8").read()
assert text.startswith("<!doctype html>\n"), text[:40]
root = tree.fromstring(text.split("\n", 1)[1])
ELEMENTS = """html head meta link title style body main nav section header footer h1 h2 h3 p ul ol li dl dt dd b strong span small a
    code pre details summary figure figcaption div table tr th td svg rect line text circle polyline polygon""".split()
ATTRIBUTES = """lang charset name content http-equiv rel href id class height width role aria-label aria-hidden x y x1 x2 y1 y2 cx cy r
    points viewBox preserveAspectRatio text-anchor colspan""".split()
ids = set()
for e in root.iter():
    assert e.tag in ELEMENTS, f"element {e.tag}"
    for name, value in e.attrib.items():
        assert name in ATTRIBUTES, f"attribute {name} of {e.tag}"
        if name == "href":
            assert value == "data:," or value.startswith("#"), f"a link to {value}"
        if name == "id":
            assert value not in ids, f"id {value} twice"
            ids.add(value)
for e in root.iter("a"):
    assert e.get("href")[1:] in ids, "a link to nowhere"
style = [e.text for e in root.iter("style")]
assert len(style) == 1 and "url(" not in style[0] and "@import" not in style[0], "style"
assert "default-src 'none'" in [e.get("content") for e in root.iter("meta") if e.get("http-equiv") == "Content-Security-Policy"][0]
for control in re.findall(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text):
    raise AssertionError(f"control character {control!r}")
seen = " ".join(" ".join(root.find("body").itertext()).split())
at = 0
for wanted in sys.argv[2:]:
    found = seen.find(wanted, at)
    assert found >= 0, f"not there, or not in this place: {wanted!r} behind {seen[max(0, at - 60):at]!r}"
    at = found
PYTHON
}

page() # NAME STATUS "TEXTS|..." ARGUMENTS...
{
	name=$1 status=$2 texts=$3
	shift 3
	"$NICREGS" report --html "$dir/page.html" --force "$@" > "$dir/out" 2> "$dir/err"
	got=$?
	IFS='|'
	# shellcheck disable=SC2086 # split at |
	why=$(sound "$dir/page.html" $texts 2>&1 | tail -n 1)
	unset IFS
	verdict "$name" "$([ $got -eq "$status" ] && [ ! -s "$dir/out" ] && [ -z "$why" ]; echo $?)" \
		"status $got, $(head -c 300 "$dir/out" "$dir/err"), $why"
}

cat > "$dir/two.log" <<'LOG'
Mar  4 03:12:41 nas-7 kernel: e1000e 0000:02:00.0 eth0: Detected Hardware Unit Hang:
Mar  4 03:12:41 nas-7 kernel:  TDH                  <5d>
Mar  4 03:12:41 nas-7 kernel:  TDT                  <90>
Mar  4 03:12:44 nas-7 kernel: e1000e 0000:02:00.0 eth0: Reset adapter unexpectedly
Mar  4 03:12:47 nas-7 kernel: e1000e 0000:03:00.0 eth1: NIC Link is Down
LOG
tests/monitor/recording > "$dir/hang.json"
tests/monitor/recording --queues > "$dir/queues.json"
tests/monitor/recording --stands > "$dir/stands.json"
page "a recording: verdict, remedies, time line, evidence, registers, what was not seen" 0 \
	"eth0|82574L|HUNG 12:00:10 to 12:00:20, recovered|What to do|Now|Nothing: the port works again.|For good|ethtool -K eth0 tso off|What happened when|Times are UTC.|Link up|Transmit queue 0|12:00:05|16 Jun 2025|Why|Registers that matter|The device|What was not seen|No kernel log|Made with nicregs" \
	--from "$dir/hang.json"
verdict "the head is drawn with gaps where the device was gone and where it goes round" \
	"$([ "$(grep -o '<polyline class="head"' "$dir/page.html" | wc -l)" -ge 3 ]; echo $?)" "$(grep -o '<polyline class="head"' "$dir/page.html" | wc -l)"
page "of 1,536 queues the stuck one and the busiest" 0 \
	"X722|HUNG|Transmit queue 700 is stuck|Transmit queue 700 stuck for|Transmit queue 0 moves|1533 more transmit queues" --from "$dir/queues.json"
verdict "which is a small page" "$([ "$(wc -c < "$dir/page.html")" -lt 49152 ]; echo $?)" "$(wc -c < "$dir/page.html")"
page "with the driver's side, the stuck frame" 0 "HUNG|The stuck frame|queue 0: clean 160 use 163, 3 not cleaned up|next to clean 160, head 160, tail 163, next to use 163, descriptors 256" \
	--from "$dir/stands.json"
page "the recording inside the program" 0 "eth0|HUNG (likely)|Now|ethtool -r eth0|Why|The transmitter is disabled" --demo
page "a log beside a sample: each on its clock" 0 \
	"82579LM|HUNG|Kernel log. Times as logged, without a year|Hangs and timeouts 7 reports|Resets 2 resets|Link up|Samples. Times are UTC.|12 messages of the kernel log|The log's last report|Head (TDH) 0xbc|The last hang report, decoded|Kernel log:" \
	--from tests/stories/nas-guest/machine.json --log tests/stories/nas-guest/kern.log
# A lane of ASPM as `show` says it: none of a part without a link, "not known" of a PCI Express part whose capability is not seen.
python3 - "$dir" <<'PYTHON'
import json, sys
machine = json.load(open("tests/stories/nas-guest/machine.json"))
machine["functions"][0]["config"] = machine["functions"][0]["config"][:128]
json.dump(machine, open(sys.argv[1] + "/chipset.json", "w"))
machine.update(chip="82574L", chip_name="82574L")
config = bytearray.fromhex(machine["functions"][0]["config"]) + bytes(192)
config[2:4], config[0x34] = b"\xd3\x10", 0
machine["functions"][0]["config"] = config.hex()
json.dump(machine, open(sys.argv[1] + "/express.json", "w"))
PYTHON
page "a part inside the chipset" 0 "82579LM|ASPM does not apply" --from "$dir/chipset.json"
verdict "has no lane of ASPM" "$(! grep -q 'ASPM">' "$dir/page.html"; echo $?)" "$(grep -o '.\{60\}ASPM">.\{60\}' "$dir/page.html")"
page "a part on a bus that hides its link" 0 "82574L|does not have the PCI Express capability" --from "$dir/express.json"
verdict "has a lane that is not known" "$(grep -q 'ASPM">' "$dir/page.html"; echo $?)" "none"
page "a log alone: its devices, and that nothing else was seen" 0 "ens2f1|HUNG (likely)|Kernel log.|no sample of it" --from tests/stories/server-queues/i40e.log
page "of each device that a log names" 0 "2 devices|eth0|What happened when|eth1|What happened when" --from "$dir/two.log"
"$NICREGS" report --from tests/stories/nas-guest/machine.json --log tests/stories/nas-guest/kern.log -o "$dir/nas.report"
page "a report, with the log in it" 0 "82579LM|HUNG|Hangs and timeouts 7 reports" --from "$dir/nas.report"
page "from standard input" 0 "82579LM|HUNG|Hangs and timeouts 7 reports" --from - < "$dir/nas.report"
shows "a log alone makes no text, but a page" 1 'nicregs log .*report --from .*--html FILE' report --from tests/stories/nas-guest/kern.log -o "$dir/none.report"
"$NICREGS" report --from tests/stories/nas-guest/kern.log --from tests/stories/nas-guest/machine.json -o "$dir/beside.report" > "$dir/out" 2>&1
verdict "a log beside a snapshot: --log is named" "$([ $? -eq 3 ] && grep -q -e '--from SNAPSHOT --log .*kern.log' "$dir/out"; echo $?)" "$(cat "$dir/out")"
cp /dev/null "$dir/empty"
shows "an empty file" 1 'the file is empty' report --from "$dir/empty" --html "$dir/none.html"
shows "a log that is about no NIC" 1 'not a snapshot' report --from CHANGELOG.md --html "$dir/none.html"
echo "tx_timeout: VSI_seid: 396, Q 31, NTC: 0x1cb, HWB: 0x1cb, NTU: 0x1f5, TAIL: 0x1f5, INT: 0x1" > "$dir/nameless"
page "a log whose messages name no device: as nicregs log has it" 0 "unknown device|no sample of it" --from "$dir/nameless"

# ---- the verdicts are those of log and diagnose, which read all of the log ----

same() # NAME ARGUMENTS...
{
	name=$1
	shift
	why=$(tests/cli/page-verdicts "$dir" "$@" 2>&1)
	verdict "$name" "$([ -z "$why" ]; echo $?)" "$why"
}

find tests/stories -type f ! -name expect ! -name '*.json' ! -name run ! -name README.md > "$dir/logs"
[ -z "${CORPUS:-}" ] || find "$CORPUS/logs" "$CORPUS/reports" -name '*.txt' >> "$dir/logs"
# shellcheck disable=SC2046 # names without blanks
same "of each log here as nicregs log has them" $(cat "$dir/logs")
same "of a machine and a log as nicregs diagnose has them" -- --from tests/stories/nas-guest/machine.json --log tests/stories/nas-guest/kern.log
cat > "$dir/wrapped.log" <<'LOG'
[   12.004101] e1000e 0000:02:00.0
eth0: Detected Hardware Unit Hang:
  TDH                  <5d>
  TDT                  <90>
  next_to_use          <90>
  next_to_clean        <5d>
[   14.004101] e1000e 0000:02:00.0
eth0: Detected Hardware Unit Hang:
  TDH                  <5d>
  TDT                  <90>
  next_to_use          <90>
  next_to_clean        <5d>
[   20.104101] igb 0000:03:00.0
eth1: PCIe link lost
LOG
same "of a log with wrapped lines" "$dir/wrapped.log"
page "of which the worst comes first, though another is named first" 0 "2 devices|DEAD|eth1|eth0" --from "$dir/wrapped.log"
for form in json tsv; do
	FORM=$form python3 - tests/stories/nas-guest/kern.log > "$dir/nas.$form" <<'PYTHON'
import json
import os
import re
import sys
for i, line in enumerate(open(sys.argv[1], encoding="utf-8")):
    text = re.sub(r"^.*? kernel: ", "", line.rstrip("\n"))
    if os.environ["FORM"] == "tsv":
        print("nas-7", "kern", "info", "2026-03-04T03:%02d:%02d+00:00" % (i // 60, i % 60), "kernel:", text, sep="\t")
    else:
        print(json.dumps({"__REALTIME_TIMESTAMP": str(1700000000000000 + i * 1000000), "_TRANSPORT": "kernel",
                          "SYSLOG_IDENTIFIER": "kernel", "_HOSTNAME": "nas-7", "MESSAGE": text}))
PYTHON
	same "of a log as $form" "$dir/nas.$form"
done
page "JSON of a journal" 0 "eno1|HUNG|Kernel log" --from "$dir/nas.json"
verdict "no name of its host" "$(! grep -q nas-7 "$dir/page.html"; echo $?)" "$(grep -m 1 nas-7 "$dir/page.html" | head -c 200)"
mkdir -p "$dir/sosreport-nas-7/var/log"
sed 's/eth0/enx001b21aabbcc/' "$dir/two.log" > "$dir/sosreport-nas-7/var/log/kern.log"
page "a folder whose names are a host's and an address" 0 "enx001b21000000|HUNG" --from "$dir/sosreport-nas-7"
for secret in nas-7 aabbcc; do
	verdict "masked in verdicts too: $secret" "$(! grep -q $secret "$dir/page.html"; echo $?)" "$(grep -m 1 $secret "$dir/page.html" | head -c 200)"
done

# ---- an incident: the log's clock is brought to that of the samples ----

tests/cli/hang-folder "$dir/incident"
page "an incident: log and samples on one clock, gaps and resets" 0 \
	"eth0|82574L|What happened when|Kernel log and samples. Times are UTC.|Hangs and timeouts 3 reports|Resets 1 reset|Link up|ASPM on|Transmit queue 0|The stuck frame|queue 0: clean 93 use 144|TCP, 46720 bytes in 32 segments of 1460, 3 fragments, came in by tap105i0, 7.1 s|context|TSO MSS 1460|data|Why|The device|What was not seen|Kernel log: " \
	--from "$dir/incident"
verdict "the time line says how long its gap is" "$(grep -q '<svg class="gaps"' "$dir/page.html"; echo $?)" "no gap"
verdict "a time of the log is that of the day" "$(grep -q '<title>12:05:1[0-9][.0-9]* hang ' "$dir/page.html"; echo $?)" "$(grep -o '<title>[^<]*hang[^<]*' "$dir/page.html" | head -n 3)"

# ---- text from outside ----

tests/cli/hang-folder --hostile "$dir/hostile"
page "hostile names and lines are text" 0 "What happened when|came in by tap<img src=x onerror=alert(2)>|<script>alert(1)</script>|Kernel log:|<script>alert(5)</script> &" --from "$dir/hostile"
for bad in '<script' '<img' 'onerror="' '</style><' '<svg/onload' ; do
	verdict "no markup of theirs: $bad" "$([ "$(grep -c -F "$bad" "$dir/page.html")" -eq 0 ]; echo $?)" "$(grep -m 1 -F "$bad" "$dir/page.html" | head -c 200)"
done
verdict "nor control characters" "$(grep -qF '\x1b[31m' "$dir/page.html" && ! grep -q "$(printf '\033')" "$dir/page.html"; echo $?)" "there are"

# ---- the file ----

for secret in 52:54:00:12:34:56 10.1.2.3 nas-7; do
	verdict "masked as the report is: $secret" "$(! grep -q -F "$secret" "$dir/page.html"; echo $?)" "$(grep -m 1 -F "$secret" "$dir/page.html")"
done
"$NICREGS" report --html "$dir/open.html" --no-redact --from "$dir/hostile" && sound "$dir/open.html" "Nothing is masked."
verdict "--no-redact masks nothing, and the page says so" $? "$(tail -n 4 "$dir/open.html")"
cp "$dir/open.html" "$dir/before.html"
shows "a page that is there stays" 1 'the file exists' --demo report --html "$dir/open.html"
verdict "unchanged" "$(cmp -s "$dir/open.html" "$dir/before.html"; echo $?)" "changed"
shows "a folder that is not there" 1 'No such file' --demo report --html "$dir/nowhere/page.html"
shows "a full disk" 1 'No space left' --demo report --html /dev/full
"$NICREGS" --demo report --html "$dir/both.html" -o "$dir/both.report" > "$dir/out" 2>&1
verdict "page and report at once" "$([ $? -eq 0 ] && [ ! -s "$dir/out" ] && grep -q '^nicregs report 1' "$dir/both.report" && sound "$dir/both.html" "eth0"; echo $?)" "$(cat "$dir/out")"
ln -s "$dir" "$dir/same"
for other in "$dir/one.html" "$dir/./one.html" "$dir/same/one.html"; do
	shows "one file for page and report: ${other#"$dir"}" 1 'both --html and --output' --demo report --html "$dir/one.html" -o "$other"
done
verdict "which is not written" "$([ ! -e "$dir/one.html" ]; echo $?)" "it is"
"$NICREGS" --demo report --html - > "$dir/stdout.html" 2> "$dir/err"
verdict "to standard output" "$([ $? -eq 0 ] && sound "$dir/stdout.html" "eth0"; echo $?)" "$(head -n 2 "$dir/err")"

# ---- this machine, and many devices ----

tests/machine/make-sys 82574L "$dir/sys"
tests/machine/private-sys "$dir/sys" "$NICREGS" report --html "$dir/live.html" --log "$dir/incident/kernel.log" > "$dir/out" 2>&1
verdict "a machine" "$([ $? -eq 3 ] && sound "$dir/live.html" "82574L" "What was not seen"; echo $?)" "$(head -n 3 "$dir/out")"
tests/cli/hang-folder --many 300 "$dir/many"
page "of 300 devices those in trouble in full" 0 "300 devices|HUNG|What happened when" --from "$dir/many.json"
verdict "and no more" "$([ "$(grep -c '<section class="device"' "$dir/page.html")" -eq 2 ] && [ "$(wc -c < "$dir/page.html")" -lt 131072 ]; echo $?)" \
	"$(grep -c '<section class="device"' "$dir/page.html") $(wc -c < "$dir/page.html")"
exit $failed
