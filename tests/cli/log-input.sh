#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Which log `nicregs log` reads, that it says which, and what --follow prints.
. "${0%/*}/setup"
shopt -s lastpipe # what is behind a pipe counts its failures here

cat > "$dir/hang" <<'LOG'
[  262.100000] e1000e 0000:00:19.0 eno1: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx
[ 1762.208000] e1000e 0000:00:19.0 eno1: Detected Hardware Unit Hang:
  TDH                  <5d>
  TDT                  <90>
  next_to_use          <90>
  next_to_clean        <5d>
buffer_info[next_to_clean]:
  time_stamp           <1000591d6>
  next_to_watch        <5e>
  jiffies              <1000593fc>
  next_to_watch.status <0>
MAC Status             <80083>
PHY Status             <796d>
PHY 1000BASE-T Status  <3800>
PHY Extended Status    <3000>
PCI Status             <10>
[ 1770.000000] e1000e 0000:00:19.0 eno1: Reset adapter unexpectedly
[ 1771.000000] e1000e 0000:00:19.0 eno1: NIC Link is Down
[ 1772.000000] bnx2x 0000:05:00.0 em1: NIC Link is Down
LOG
echo 'nothing of interest' > "$dir/quiet"

# own ARGUMENTS...: with what the caller has on stdin it is this machine's log, or that it may not be read, that counts.
own()
{
	name=$1
	shift
	timeout 20 "$NICREGS" log "$@" > "$dir/out" 2> "$dir/err"
	status=$?
	case $status in
	0 | 2) grep -q "this machine's kernel log" "$dir/out" ;;
	*) grep -q '^nicregs: /dev/kmsg: ' "$dir/err" ;;
	esac
	verdict "$name" "$([ $? -eq 0 ] && ! grep -q 'eno1' "$dir/out"; echo $?)" "status $status: $(head -n 2 "$dir/out" "$dir/err")"
}

# read SOURCE-WORDS STATUS ARGUMENTS...
reads()
{
	name=$1 words=$2 wanted=$3
	shift 3
	timeout 20 "$NICREGS" log "$@" > "$dir/out" 2> "$dir/err"
	status=$?
	verdict "$name" "$([ $status -eq "$wanted" ] && head -n 1 "$dir/out" | grep -qx "$words" && [ ! -s "$dir/err" ]; echo $?)" \
		"status $status: $(head -n 2 "$dir/out" "$dir/err")"
}

cat "$dir/hang" | reads "a pipe" 'Read standard input: 19 lines, 262\.100 s to 177.\.000 s after boot, .*' 2
reads "a file on standard input" 'Read standard input: 19 lines, 262\.100 s to 177.\.000 s after boot, .*' 2 < "$dir/hang"
reads "-" 'Read standard input: 19 lines, 262\.100 s to 177.\.000 s after boot, .*' 2 - < "$dir/hang"
reads "a named file beats standard input" 'No reports of trouble with Intel NICs in 1 line of .*/quiet\.' 0 "$dir/quiet" < "$dir/hang"
cat "$dir/quiet" | reads "a quiet pipe" 'No reports of trouble with Intel NICs in 1 line of standard input\.' 0
reads "an empty file on standard input" 'No reports of trouble with Intel NICs in 0 lines of standard input\.' 0 < /dev/null - 
: > "$dir/empty"
out=$("$NICREGS" log < "$dir/empty" 2>&1)
verdict "an empty file is not this machine's log" "$([ $? -eq 1 ] && grep -q '^nicregs: standard input: it is empty, which says nothing' <<< "$out"; echo $?)" "$out"
gzip -c "$dir/hang" | reads "a compressed pipe" 'Read standard input: 19 lines, 262\.100 s to 177.\.000 s after boot, .*' 2
{ sleep 4; cat "$dir/hang"; } | timeout 20 "$NICREGS" log > "$dir/out" 2> "$dir/err"
verdict "a slow pipe is waited for, and said to be" \
	"$(grep -q '^Read standard input: 19 lines' "$dir/out" && grep -q '^nicregs: waiting for a kernel log on standard input' "$dir/err"; echo $?)" \
	"$(head -n 3 "$dir/out" "$dir/err")"

# Files put after one another are read on, or refused.
xz -c "$dir/hang" > "$dir/hang.xz"
gzip -c "$dir/quiet" > "$dir/quiet.gz"
xz -c "$dir/quiet" > "$dir/quiet.xz"
gzip -c "$dir/hang" > "$dir/hang.gz"
mkdir "$dir/libraries" && : > "$dir/libraries/libarchive.so.13"
bzip2 -c "$dir/hang" > "$dir/hang.bz2"
LD_LIBRARY_PATH="$dir/libraries" shows "libarchive is not there" 1 "hang.bz2: is packed, and libarchive cannot be loaded" log "$dir/hang.bz2"
: > "$dir/libraries/liblzma.so.5"
LD_LIBRARY_PATH="$dir/libraries" shows "neither liblzma nor libarchive is" 1 "hang.xz: is packed, and libarchive cannot be loaded" log "$dir/hang.xz"
head -c 1000 /dev/zero > "$dir/padding"
for packer in gzip xz zstd bzip2; do
	$packer -c "$dir/hang" > "$dir/hang.$packer"
	$packer -c "$dir/quiet" > "$dir/quiet.$packer"
	reads "$packer" 'Read .*/hang\.[a-z0-9]*: 19 lines, .*' 2 "$dir/hang.$packer"
	cat "$dir/quiet.$packer" "$dir/hang.$packer" | reads "$packer behind $packer" 'Read standard input: 20 lines, .*' 2
	head -c 200 "$dir/hang.$packer" > "$dir/cut"
	timeout 20 "$NICREGS" log "$dir/cut" > "$dir/out" 2> "$dir/err"
	status=$?
	verdict "$packer cut short" "$([ $status -eq "$([ -s "$dir/out" ] && echo 2 || echo 1)" ] && grep -q "^nicregs: .*/cut: the $packer data ends too early" "$dir/err"; echo $?)" "$(cat "$dir/err")"
	: | $packer -c > "$dir/packed-nothing"
	shows "$packer of nothing" 1 'packed-nothing: it is empty, which says nothing' log "$dir/packed-nothing"
done
# Where xz data ends, liblzma says; libarchive, which reads it in a build without, does not.
case $("$NICREGS" --version) in *"without liblzma"*) ends="gzip bzip2" mute="xz zstd" ;; *) ends="gzip bzip2 xz" mute=zstd ;; esac
for packer in $ends; do
	for second in hang hang.gzip hang.xz hang.zstd hang.bzip2; do
		cat "$dir/quiet.$packer" "$dir/$second" | reads "$second behind $packer" 'Read standard input: 20 lines, .*' 2
		[ "$second" = hang.zstd ] && end=/dev/null || end=$dir/padding # zstd has no padding
		cat "$dir/quiet.$packer" "$dir/padding" "$dir/$second" "$end" |
			reads "$second behind $packer and zeros" 'Read standard input: 2[01] lines, .*' 2
	done
done
# Nor does it of zstd data, once something else follows.
for packer in $mute; do
	for second in hang hang.gzip; do
		cat "$dir/quiet.$packer" "$dir/$second" | "$NICREGS" log > "$dir/out" 2> "$dir/err"
		status=${PIPESTATUS[1]}
		verdict "$second behind $packer is an error" \
			"$([ "$status" -eq 1 ] && grep -q "^nicregs: stdin: the $packer data is damaged, or other data follows it" "$dir/err"; echo $?)" \
			"status $status: $(cat "$dir/err")"
	done
done
cat "$dir/hang.gz" "$dir/padding" | reads "zeros behind gzip data" 'Read standard input: 19 lines, .*' 2
for second in hang.gz hang.xz; do
	for pieces in cat "sed -u s/^//"; do
		cat "$dir/quiet" "$dir/$second" | $pieces | "$NICREGS" log - > "$dir/out" 2> "$dir/err"
		status=${PIPESTATUS[2]}
		verdict "$second behind text is an error ($pieces)" \
			"$([ "$status" -eq 1 ] && grep -q "^nicregs: stdin: ${second#hang.}.* follows the text" "$dir/err"; echo $?)" "status $status: $(cat "$dir/err")"
	done
done
{ cat "$dir/hang"; printf '\037\213\010\377 noise\n'; } | reads "noise is no packed data" 'Read standard input: 20 lines, .*' 2
for noise in '\037\213\010\000\000\000\000\000\000\003abc' '\000\000\000\000' '\377\376\033[\001\002' '\037\213\010\010\001\002\003\004\002\003a\000'; do
	{ cat "$dir/quiet"; printf "Nov 20 10:00:00 h foo: $noise\n"; cat "$dir/hang"; } | reads "noise $noise in a line" 'Read standard input: 2[0-9] lines, .*' 2
done
{ cat "$dir/quiet" "$dir/hang.gz"; echo; cat "$dir/hang"; } | "$NICREGS" log - > "$dir/out" 2> "$dir/err"
verdict "text behind packed data behind text is read" "$([ "$?" -eq 2 ] && grep -q HUNG "$dir/out" && grep -q 'gzip data follows' "$dir/err"; echo $?)" "$(cat "$dir/out" "$dir/err")"

i=0
while [ $i -lt 520 ]; do
	printf '%02x:%02x.%x Ethernet controller [0200]: Intel Corporation 82574L [8086:10d3]\n' $((i / 256)) $((i / 8 % 32)) $((i % 8))
	i=$((i + 1))
done > "$dir/many"
verdict "more descriptions than are kept: valid JSON that says so" \
	"$("$NICREGS" --json log "$dir/many" | python3 -c 'import json,sys; print(0 if json.load(sys.stdin)["descriptions_left_out"] == 8 else 1)')" ""
iconv -f UTF-8 -t UTF-16 "$dir/hang" > "$dir/wide"
timeout 20 "$NICREGS" log "$dir/wide" > "$dir/out" 2> "$dir/err"
verdict "UTF-16 text is refused, not passed over" \
	"$([ $? -eq 1 ] && [ ! -s "$dir/out" ] && grep -q 'wide: it is UTF-16 text' "$dir/err"; echo $?)" "$(head -n 3 "$dir/err")"

# refused NAME FILE WORDS: an error that says what the file is.
refused()
{
	timeout 20 "$NICREGS" log "$2" > "$dir/out" 2> "$dir/err"
	verdict "$1" "$([ $? -eq 1 ] && [ ! -s "$dir/out" ] && grep -q "^nicregs: .*$3" "$dir/err" && [ "$(wc -l < "$dir/err")" = 2 ]; echo $?)" \
		"$(head -n 3 "$dir/out" "$dir/err")"
}
# A packed log in a mail is left out, which is said; another part of it is judged all the same.
mail() # COMMAND: packs the log
{
	printf 'From: a@example.org\nContent-Type: multipart/mixed; boundary="=="\n\n--==\nContent-Type: text/plain\n\n%s\n\n' "$2"
	printf -- '--==\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n'
	$1 < "$dir/hang" | base64
	printf -- '--==--\n'
}
for packer in "gzip -c" "xz -c" "bzip2 -c" "zstd -c"; do
	mail "$packer" "see attached" > "$dir/mail"
	refused "a mail with a log that ${packer% -c} has packed" "$dir/mail" "a part of the mail is ${packer% -c} data, which is not read"
done
mail "gzip -c" "$(cat "$dir/hang")" > "$dir/mail"
"$NICREGS" log "$dir/mail" > "$dir/out" 2> "$dir/err"
verdict "the text beside it is judged" "$([ $? -eq 2 ] && grep -q '^HUNG' "$dir/out" && grep -q 'a part of the mail is gzip data' "$dir/err"; echo $?)" "$(cat "$dir/out" "$dir/err")"
mail cat "see attached" > "$dir/mail"
shows "a mail with a log as it is" 2 '^HUNG' log "$dir/mail"
printf 'From: a@example.org\nContent-Transfer-Encoding: base64\n\n%s\n' "$(printf '\211PNG\r\n\032\n0123456789' | base64)" > "$dir/mail"
shows "a mail with a picture alone" 0 '^No reports' log "$dir/mail"
gzip -c "$dir/hang" | gzip -c > "$dir/twice.gz"
refused "compressed twice" "$dir/twice.gz" 'compressed twice: it contains gzip data'
xz -c "$dir/hang" | gzip -c > "$dir/twice.xz.gz"
refused "two ways" "$dir/twice.xz.gz" 'compressed twice: it contains xz data'
python3 - "$dir" <<'PYTHON'
import random, sys, zipfile
with zipfile.ZipFile(sys.argv[1] + "/log.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    archive.write(sys.argv[1] + "/hang")
dice = random.Random(7)
noise = bytes(dice.randrange(256) for i in range(5000))
hang = open(sys.argv[1] + "/hang", "rb").read()
open(sys.argv[1] + "/noise", "wb").write(b"x" + noise)
open(sys.argv[1] + "/zeros", "wb").write(bytes(5000))
open(sys.argv[1] + "/crash", "wb").write(bytes(5000) + b"\n" + hang)
open(sys.argv[1] + "/serial", "wb").write(noise + b"\n" + hang)
open(sys.argv[1] + "/latin", "wb").write("Gr\xfc\xdfe: \x1b[1mnichts\x1b[0m\r\n".encode("latin-1") * 100)
PYTHON
reads "a zip archive" 'Read .*/log\.zip (1 of 1 file): 19 lines, .*' 2 "$dir/log.zip"
refused "random bytes" "$dir/noise" 'it is not text'
refused "zero bytes" "$dir/zeros" 'nothing but zero bytes'
gzip -c "$dir/noise" > "$dir/noise.gz"
refused "random bytes, compressed" "$dir/noise.gz" 'it is not text'
{ printf LPKSHHRH; cat "$dir/noise"; } > "$dir/system.journal"
refused "a journal's file" "$dir/system.journal" 'systemd journal'
reads "a log behind a crash's zeros" 'Read .*/crash: 20 lines, .*' 2 "$dir/crash"
timeout 20 "$NICREGS" log "$dir/serial" > "$dir/out"
verdict "a log behind a serial line's noise" "$([ $? -eq 2 ]; echo $?)" "$(head -n 3 "$dir/out")"
reads "Latin-1 and colours" 'No reports of trouble with Intel NICs in 100 lines of .*/latin\.' 0 "$dir/latin"
"$NICREGS" log --demo < /dev/null > "$dir/out" 2> "$dir/err"
verdict "the recording has no log, and this machine's is not read for it" \
	"$([ $? -eq 1 ] && [ ! -s "$dir/out" ] && grep -q '^nicregs: --demo: ' "$dir/err"; echo $?)" "$(head -n 3 "$dir/err")"
own "/dev/null: cron, systemd" < /dev/null
true | timeout 20 "$NICREGS" log > "$dir/out" 2> "$dir/err"
verdict "an empty pipe is a command that failed, not a log in which all is well" \
	"$([ $? -eq 1 ] && [ ! -s "$dir/out" ] && grep -q '^nicregs: standard input: it ended before anything came' "$dir/err"; echo $?)" \
	"$(head -n 3 "$dir/out" "$dir/err")"
own "standard input is closed" <&-
own "--from - has standard input" --from - < src/source/demo.json
if command -v script > /dev/null; then
	(unset COLUMNS; TERM=dumb timeout 20 script -qc "'$NICREGS' log; echo status \$?" /dev/null) < /dev/null > "$dir/out"
	verdict "a terminal" "$(grep -qE "this machine's kernel log|/dev/kmsg" "$dir/out"; echo $?)" "$(head -n 3 "$dir/out")"
fi
python3 - "$NICREGS" <<'PYTHON' > "$dir/out" 2>&1
import socket, subprocess, sys
here, there = socket.socketpair()
got = subprocess.run([sys.argv[1], "log"], stdin=there, capture_output=True, text=True, timeout=20, check=False)
sys.exit(0 if "this machine's kernel log" in got.stdout or "/dev/kmsg" in got.stderr else got.stdout + got.stderr)
PYTHON
verdict "a socket that stays open: ssh" $? "$(cat "$dir/out")"

# journalctl -r prints the last message first, each with its further lines below it.
python3 - "$dir" <<'PYTHON'
import json, sys
BLOCK = """e1000e 0000:00:19.0 eno1: Detected Hardware Unit Hang:
  TDH                  <5d>
  TDT                  <90>
  next_to_use          <90>
  next_to_clean        <5d>
MAC Status             <80083>
PCI Status             <10>""".split("\n")
SAID = [["e1000e 0000:00:19.0 eno1: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx"], BLOCK, BLOCK,
        ["e1000e 0000:00:19.0 eno1: Reset adapter unexpectedly"], ["e1000e 0000:00:19.0 eno1: NIC Link is Down"],
        ["e1000e 0000:00:19.0 eno1: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx"]] + [["x y"]] * 3000
PREFIX = {
    "syslog": lambda s: "Nov 26 %02d:%02d:%02d host kernel: " % (s // 3600, s // 60 % 60, s % 60),
    "iso": lambda s: "2026-11-26T%02d:%02d:%02d+0000 host kernel: " % (s // 3600, s // 60 % 60, s % 60),
    "uptime": lambda s: "[%5d.000000] host kernel: " % s,
}
for name, prefix in PREFIX.items():
    said = [prefix(i * 2) + lines[0] + "\n" + "".join(" " * len(prefix(0)) + line + "\n" for line in lines[1:]) for i, lines in enumerate(SAID)]
    open(sys.argv[1] + "/order-" + name, "w").write("".join(said))
    open(sys.argv[1] + "/back-" + name, "w").write("".join(reversed(said)))
said = [json.dumps({"__REALTIME_TIMESTAMP": str(1700000000000000 + i * 2000000), "_TRANSPORT": "kernel", "MESSAGE": "\n".join(lines)}) + "\n" for i, lines in enumerate(SAID)]
open(sys.argv[1] + "/order-json", "w").write("".join(said))
open(sys.argv[1] + "/back-json", "w").write("".join(reversed(said)))
export = ["__CURSOR=s=%d\n__REALTIME_TIMESTAMP=%d\n_TRANSPORT=kernel\nMESSAGE=%s\n\n" % (i, 1700000000000000 + i * 2000000, lines[0]) for i, lines in enumerate(SAID)]
open(sys.argv[1] + "/back-export", "w").write("".join(reversed(export)))
# What goes back now and then, and is in order: boots, rotated files.
boots = ["[%5d.000000] x\n" % (i % 40) for i in range(400)]
open(sys.argv[1] + "/boots", "w").write("".join(boots) + open(sys.argv[1] + "/hang").read())
PYTHON
lasting() { sed '1,/^$/d' "$1"; }
for style in syslog iso uptime json; do
	"$NICREGS" log "$dir/order-$style" > "$dir/forward"
	"$NICREGS" log "$dir/back-$style" > "$dir/out"
	verdict "in reverse order, $style: the same verdict, and said to be so" \
		"$([ $? -eq 2 ] && head -n 3 "$dir/out" | tr '\n' ' ' | grep -q 'the last message comes first' && grep -q recovered "$dir/forward" && \
		[ "$(lasting "$dir/forward")" = "$(lasting "$dir/out")" ]; echo $?)" "$(diff "$dir/forward" "$dir/out")"
done
tail -n 60 "$dir/back-syslog" | "$NICREGS" log > "$dir/out"
verdict "a short one on a pipe" "$(grep -q 'recovered' "$dir/out"; echo $?)" "$(head -n 5 "$dir/out")"
# What is kept of it at a time may begin with the last byte of a line: nothing is read behind it.
{ for n in 30 29 28 27 26 25 24 23 22 21 20 19; do echo "Nov 20 10:00:$n h foo"; done; yes zz | head -c 540001; } | "$NICREGS" log - > "$dir/out" 2>&1
verdict "in reverse order, lines of two letters for half a megabyte" "$([ $? -le 1 ] && ! grep -q Sanitizer "$dir/out"; echo $?)" "$(head -n 5 "$dir/out")"
gzip -c "$dir/back-syslog" | "$NICREGS" log > "$dir/out"
verdict "a compressed one" "$(grep -q 'recovered' "$dir/out"; echo $?)" "$(head -n 5 "$dir/out")"
refused "-o export in reverse order" "$dir/back-export" 'its last record comes first'
"$NICREGS" log "$dir/boots" > "$dir/out"
verdict "boots are in order" "$([ $? -eq 2 ] && ! grep -q 'comes first' "$dir/out"; echo $?)" "$(head -n 3 "$dir/out")"

# Which log it was, in the other forms.
out=$("$NICREGS" log --json < "$dir/hang" | head -n 5 | tr -d '\n')
verdict "JSON says which log" "$(echo "$out" | grep -q '"logs": \[  {"name": "standard input", "lines": 19} \]'; echo $?)" "$out"
out=$("$NICREGS" log "$dir/quiet" "$dir/hang")
verdict "of two logs each" "$(echo "$out" | grep -q 'in 1 line of .*/quiet\.$' && echo "$out" | grep -q '^Read .*/hang: 19 lines, '; echo $?)" "$out"
out=$(printf '[ 1772.000000] bnx2x 0000:05:00.0 em1: NIC Link is Down\nbnx2x 0000:05:00.0 em1: NETDEV WATCHDOG: em1 (bnx2x): transmit queue 1 timed out\n' | "$NICREGS" log)
verdict "another vendor's messages are counted" \
	"$(echo "$out" | grep -qE '^No reports of trouble with Intel NICs in 2 lines of standard input \([12] such messages? (is|are) about another'; echo $?)" "$out"
printf '\033[2Jx' > "$dir/e"$'\033'"[1mvil"
out=$("$NICREGS" log "$dir"/e*vil)
verdict "its name is escaped" "$(printf '%s' "$out" | grep -q 'e\\x1b\[1mvil'; echo $?)" "$out"

# One that cannot be read hides none of the others.
out=$("$NICREGS" log "$dir/none" "$dir/hang" "$dir/quiet" 2> "$dir/err")
status=$?
verdict "a bad file among several: the others, and an error" \
	"$([ $status -eq 2 ] && echo "$out" | grep -q '^Read .*/hang: ' && echo "$out" | grep -q '/quiet\.$'; echo $?)" "status $status: $out"
# The log of an I219 does not name the chip: which of those of the name is taken is said, in JSON as well.
sed 's/82579LM/I219/; s/00:19\.0/00:1f.6/' "$dir/hang" > "$dir/hang219"
for json in '' --json; do
	# shellcheck disable=SC2086
	"$NICREGS" $json log --chip I219-LM "$dir/hang219" > "$dir/said" 2> "$dir/err219"
	verdict "--chip $json: a name that several chips have" \
		"$([ $? -eq 2 ] && grep -q '^nicregs: I219-LM: the name of [0-9]* chips, taken for I219-SPT, ' "$dir/err219" && grep -q 'I219-SPT' "$dir/said"; echo $?)" "$(cat "$dir/err219")"
	# shellcheck disable=SC2086
	"$NICREGS" $json log --chip 8086:15bb "$dir/hang219" > "$dir/said" 2> "$dir/err219"
	verdict "--chip $json: a PCI id" "$([ $? -eq 2 ] && [ ! -s "$dir/err219" ] && grep -q 'I219-CNP' "$dir/said"; echo $?)" "$(cat "$dir/err219" "$dir/said")"
done
verdict "the bad file is named, once" "$([ "$(grep -c '/none: No such file' "$dir/err")" = 1 ]; echo $?)" "$(cat "$dir/err")"
"$NICREGS" --json log "$dir/hang" "$dir/none" > "$dir/out" 2> "$dir/err"
status=$?
verdict "a bad file among several, in JSON" \
	"$([ $status -eq 2 ] && grep -q '/none: ' "$dir/err" && python3 -c '
import json, sys
document = json.load(open(sys.argv[1]))
sys.exit(not document["devices"][0]["file"].endswith("/hang"))' "$dir/out"; echo $?)" "status $status"
out=$("$NICREGS" log "$dir/none" "$dir/none2" 2>&1)
status=$?
verdict "bad files alone" "$([ $status -eq 1 ] && [ "$(echo "$out" | grep -c ': No such file')" = 2 ]; echo $?)" "status $status: $out"
printf '\377\376x\0y\0' > "$dir/utf16"
out=$("$NICREGS" log "$dir/hang" "$dir/utf16" 2> "$dir/err")
status=$?
verdict "one that is no text among several" "$([ $status -eq 2 ] && echo "$out" | grep -q '^Read .*/hang: '; echo $?)" "status $status: $out"

# A journal's records whose message is an array of its bytes, and tables without quotes.
python3 - "$dir" <<'PYTHON'
import json, sys
block = open(sys.argv[1] + "/hang").read().split("\n")
lines = [line.split("] ", 1)[-1] for line in block if line]
hang = next(i for i, line in enumerate(lines) if "Unit Hang" in line)
last = hang + 1
while last < len(lines) and not lines[last].startswith("e1000e"):
    last += 1
messages = lines[:hang] + ["\n".join(lines[hang:last])] + lines[last:]
def record(i, message, transport):
    return {"_TRANSPORT": transport, "__REALTIME_TIMESTAMP": str(1700000000000000 + i * 1000000), "SYSLOG_IDENTIFIER": "kernel" if transport == "kernel" else "echo",
            "MESSAGE": list(message.encode() + b"\x1b[m\xff"), "PRIORITY": "6"}
for name, transport, indent in (("bytes", "kernel", None), ("bytes-pretty", "kernel", 8), ("bytes-forged", "stdout", None)):
    with open(f"{sys.argv[1]}/{name}.json", "w") as f:
        for i, message in enumerate(messages):
            f.write(json.dumps(record(i, message, transport), indent=indent) + "\n")
said = "e1000e 0000:02:00.0 eno1: Detected Hardware Unit Hang:"
for name, columns, row in (("tag", "time,host,message", "h,kernel: [  100.000000] "), ("stamp", "time,host,message", "h,[  100.000000] "),
                           ("program", "time;host;program;message", "h;kernel;"), ("other", "time,host,program,message", "h,myapp,"),
                           ("forged", "time,host,program,message", "h,myapp,kernel: [  100.000000] ")):
    separator = ";" if ";" in columns else ","
    with open(f"{sys.argv[1]}/{name}.csv", "w") as f:
        f.write(columns + "\n" + "".join(f"2026-11-03T10:00:0{i}Z{separator}{row}{said}\n" for i in range(3)))
PYTHON
for file in bytes.json bytes-pretty.json tag.csv stamp.csv program.csv; do
	"$NICREGS" log "$dir/$file" > "$dir/out" 2> "$dir/err"
	verdict "$file: the kernel's messages" "$([ $? -eq 2 ] && grep -q '^HUNG' "$dir/out"; echo $?)" "$(cat "$dir/out" "$dir/err")"
done
for file in bytes-forged.json other.csv forged.csv; do
	"$NICREGS" log "$dir/$file" > "$dir/out" 2> "$dir/err"
	verdict "$file: another program's words" "$([ $? -eq 0 ] && grep -q '^No reports of trouble with Intel NICs' "$dir/out"; echo $?)" "$(cat "$dir/out" "$dir/err")"
done

# Names as they come: an interface called like an option is no option of the commands that are advised.
for name in -s --all; do
	out=$(sed "s/eno1/$name/g" "$dir/hang" | "$NICREGS" log -v)
	verdict "an interface called $name: nicregs is given its address" \
		"$(echo "$out" | grep -q 'nicregs .*0000:00:19\.0' && ! echo "$out" | grep -qE "nicregs [a-z ]*'?$name"; echo $?)" \
		"$(echo "$out" | grep nicregs)"
done

# --follow: a line a report.
"$NICREGS" log --follow < "$dir/hang" > "$dir/out" 2> "$dir/err"
cat > "$dir/wanted" <<'LINES'
[  262.100] eno1 LINK UP 1000 Mb/s Full flow control Rx/Tx
[ 1762.208] eno1 HANG head 0x5d tail 0x90 waiting 2.2 s
[ 1770.000] eno1 RESET
[ 1771.000] eno1 LINK DOWN
LINES
verdict "--follow: a line a report" "$(cmp -s "$dir/out" "$dir/wanted"; echo $?)" "$(diff "$dir/out" "$dir/wanted")"
verdict "--follow says what it follows" "$(grep -qx 'nicregs: following standard input; ^C ends it' "$dir/err"; echo $?)" "$(cat "$dir/err")"
sed 's/^\[.*\] //' "$dir/hang" | "$NICREGS" log --follow > "$dir/out" 2> "$dir/err"
verdict "--follow: without a clock rate, jiffies" "$(grep -qx 'eno1 HANG head 0x5d tail 0x90 waiting 550 jiffies' "$dir/out"; echo $?)" "$(cat "$dir/out")"
today=$(date '+%b %e') other=$(date -d '40 days ago' '+%b %e')
for day in "$today" "$other"; do
	printf '%s 10:02:00 host kernel: e1000e 0000:00:19.0 eno1: NIC Link is Down\n' "$day"
done | "$NICREGS" log --follow > "$dir/out" 2> "$dir/err"
verdict "--follow: the time alone today, else with its day" \
	"$(grep -qx '10:02:00 eno1 LINK DOWN' "$dir/out" && grep -qx "$other 10:02:00 eno1 LINK DOWN" "$dir/out"; echo $?)" "$(cat "$dir/out")"
printf 'e1000e 0000:00:19.0 e\033[1m1: NIC Link is Down\n[ 1.0] e1000e 0000:00:19.0 eno1: NIC Link is Down\n' |
	"$NICREGS" log --follow > "$dir/out" 2> "$dir/err"
verdict "--follow: nothing raw reaches the terminal" "$(! LC_ALL=C grep -q "$(printf '\033')" "$dir/out"; echo $?)" "$(cat -v "$dir/out")"
# A table whose cells are in quotes where they have to be: one of several lines is one cell, whatever its lines look like.
hang='e1000e 0000:00:1f.6 eth0: Detected Hardware Unit Hang:'
row() { "$NICREGS" log - > "$dir/out" 2>&1; verdict "a row: $1" "$([ $? -eq "$2" ]; echo $?)" "$(cat "$dir/out")"; }
for separator in , ';'; do
	for cell in '"hello' '"say ""a""'; do
		printf 'time,host,ident,message\n2026-11-27T10:00:00,h,sshd,%s\n2026-11-27T10:00:01,h,kernel,%s\n"\n' "$cell" "$hang" | tr , "$separator" |
			row "inside another program's cell $cell with $separator" 0
		printf 'time,host,ident,message\n2026-11-27T10:00:00,h,sshd,%s\n"\n2026-11-27T10:00:01,h,kernel,%s\n' "$cell" "$hang" | tr , "$separator" |
			row "behind that cell, with $separator" 2
	done
done
printf 'time,host,ident,message\n2026-11-27T10:00:00,h,kernel,"igc 0000:02:00.0 eth0: PCIe link lost, device now detached"\n' | row "a message with a comma" 2
printf 'time,host,ident,message\n2026-11-27T10:00:00,h,sshd,"igc 0000:02:00.0 eth0: PCIe link lost, device now detached"\n' | row "of another program" 0
exit $failed
