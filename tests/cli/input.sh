#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# list, show and log on files, good and bad, as a user meets them.
. "${0%/*}/setup"

cat > "$dir/lspci" <<'LSPCI'
00:19.0 Ethernet controller: Intel Corporation 82579V Gigabit Network Connection (rev 04)
00: 86 80 03 15 07 04 10 00 04 00 00 02 00 00 00 00
10: 00 00 c0 f7 00 90 c3 f7 80 f0 00 00 00 00 00 00
20: 00 00 00 00 00 00 00 00 00 00 00 00 86 80 34 20
30: 00 00 00 00 c8 00 00 00 00 00 00 00 0a 01 00 00

03:00.0 Ethernet controller: Intel Corporation 82574L Gigabit Network Connection
00: 86 80 d3 10 07 04 00 00 00 00 00 02 10 00 00 00
10: 00 00 c0 f7 00 00 00 00 01 e0 00 00 00 00 c2 f7
20: 00 00 00 00 00 00 00 00 00 00 00 00 86 80 00 00
30: 00 00 00 00 00 00 00 00 00 00 00 00 0a 01 00 00

04:00.0 Ethernet controller: Intel Corporation 82574L Gigabit Network Connection (rev ff)
	!!! Unknown header type 7f
00: ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff
LSPCI
: > "$dir/empty"
echo "once upon a time" > "$dir/text"
head -c 300 "$dir/lspci" > "$dir/cut"
"$NICREGS" --demo snapshot -o "$dir/good.json"
head -c 900 "$dir/good.json" > "$dir/cut.json"

shows "list: a machine" 0 '^0000:00:19.0 +- +82579V +8086:1503 ' list --from "$dir/lspci"
mkdir "$dir/incident"
"$NICREGS" snapshot --from "$dir/lspci" 00:19.0 -o "$dir/incident/0001.json"
"$NICREGS" snapshot --from "$dir/lspci" 03:00.0 -o "$dir/incident/0002.json"
shows "list: an incident of two devices" 0 '^0000:03:00.0 +- +82574L ' list --from "$dir/incident"
for device in 00:19.0 03:00.0; do
	shows "list: $device of an incident of two" 0 "^0000:$device " list --from "$dir/incident" "$device"
	shows "list: $device in one file of two" 0 "^0000:$device " list "$device" \
		--from "$dir/incident/0001.json" --from "$dir/incident/0002.json"
done
shows "list: in no file of an incident" 1 '^nicregs: 05:00.0: not in .*/incident$' list --from "$dir/incident" 05:00.0
shows "list: in none of two files" 1 '^nicregs: 05:00.0: in none of the files$' \
	list --from "$dir/incident" --from "$dir/lspci" 05:00.0
shows "list: standard input twice" 1 '^nicregs: --from -: standard input can be read only once' \
	list --from - --from - < "$dir/lspci"
shows "list: chosen columns" 0 '^82574L +0000:03:00.0$' list --from "$dir/lspci" -o chip,address --noheadings
shows "list: no such column" 1 '^nicregs: bogus: no such column' list --from "$dir/lspci" -o chip,bogus
shows "list: no column" 1 '^nicregs: -o: the name of a column is missing' list --from "$dir/lspci" -o ''
shows "list: a column twice" 1 '^nicregs: CHIP: the column is named twice' list --from "$dir/lspci" -o chip,CHIP --json
shows "show: a sibling's own name" 0 '^82579V  Gigabit Network Connection$' show -v --from "$dir/lspci" 00:19.0
shows "show: no answer" 1 '^nicregs: 0000:04:00.0: it did not answer when ' show --from "$dir/lspci" 04:00.0
shows "show: not in the file" 1 '^nicregs: eth9: not in ' show --from "$dir/lspci" eth9
out=$("$NICREGS" show -v --demo --reg '*.LU' | grep -c ' 0x[0-9a-f]\{5\} ')
verdict "show: registers with such a field alone" "$([ "$out" = 1 ]; echo $?)" "$out registers"
out=$("$NICREGS" show -v --demo --reg 'STATUS.LU' --json | grep -c '"bits"')
verdict "show: the asked field alone, in JSON" "$([ "$out" = 1 ]; echo $?)" "$out fields"
series=tests/stories/short-stall/recording.json
shows "show: not in a recording, whose device stands there once" 1 "^  there is ens4 \(0000:02:00.0, 82574L\); see 'nicregs list " \
	show eno3 --from $series
shows "show: values without a way that they were read by" 0 '^  Registers known, 4 of 4$' show --from $series
shows "show: no such register" 1 '^nicregs: ZZZ: 82574L has no such register' show --from "$dir/lspci" 82574L --reg ZZZ
shows "show: a mistyped register" 1 "did you mean 'STATUS'" show --from "$dir/lspci" 82574L --reg STATSU
shows "show: a mistyped field" 1 "did you mean 'STATUS.SPEED'" show --from "$dir/lspci" 82574L --reg STATUS.SPEEED
shows "show: no such register, in JSON" 1 '^nicregs: ZZZ: 82574L has no' show --from "$dir/lspci" 82574L --reg ZZZ --json
shows "show: no such field" 1 '^nicregs: STATUS\.NO: 82574L has no such register or field' \
	show --from "$dir/lspci" 82574L --reg STATUS.NO
shows "show: a register that the file lacks" 0 'TDH\*: not read, or not in this source' \
	show --from "$dir/lspci" 82574L --reg 'TDH*'
shows "show: a register of another part" 1 'none of these parts has such a register' show --from "$dir/lspci" --reg 'QTX_*'
shows "no such file" 1 '^nicregs: /nonexistent: No such file' show --from /nonexistent
shows "a file in a file" 1 '^nicregs: .*lspci/x: Not a directory' show --from "$dir/lspci/x"
shows "an empty file" 1 '^nicregs: .*empty: the file is empty' show --from "$dir/empty"
shows "a cut dump" 0 '82579V' list --from "$dir/cut"
shows "a cut snapshot" 1 '^nicregs: .*cut.json' show --from "$dir/cut.json"
shows "no dump at all" 1 '^nicregs: .*text: not a snapshot, lspci or ethtool dump' show --from "$dir/text"
shows "no dump at all: how to read a log" 1 "a kernel log: nicregs log $dir/text;" show --from "$dir/text"
cp "$dir/text" "$dir/it's a log"
shows "a path with blanks and quotes, as it is typed" 1 "nicregs log '$dir/it'\\\\''s a log';" show --from "$dir/it's a log"
shows "the same as a command" 1 "show --from '$dir/it'\\\\''s a log'" "$dir/it's a log"
out=$(cd "$dir" && cp text ./--all && "$NICREGS" show -- --all 2>&1)
verdict "a path like an option" "$(echo "$out" | grep -q 'nicregs log \./--all$'; echo $?)" "$out"
sed '/^03:00/,$d; s/86 80 03 15/86 80 a4 15/; s/82579V Gigabit Network Connection/Device 15a4/' "$dir/lspci" > "$dir/unnamed"
if grep -qs '^	15a4  Ethernet Switch FM10000' /usr/share/misc/pci.ids /usr/share/hwdata/pci.ids; then
	shows "a chip without a definition: its name of pci.ids" 0 '^FM10000  a chip without a definition' \
		show -v --from "$dir/unnamed"
	shows "a chip without a definition: its name, on a screen" 0 '^FM10000  0000:00:19.0' show --from "$dir/unnamed"
	shows "a chip without a definition: its name, in a list" 0 '^0000:00:19.0 +- +FM10000 ' list --from "$dir/unnamed"
	mkdir "$dir/nothing"
	out=$(tests/machine/private-sys "$dir/nothing" "$NICREGS" list --from "$dir/unnamed" 2>&1)
	verdict "a chip without a definition: its name, where there is no PCI bus" \
		"$(echo "$out" | grep -q '^0000:00:19.0 .* FM10000 '; echo $?)" "$out"
else
	echo "skip names of pci.ids: it is not here"
fi
sed '/"access":/d' "$dir/good.json" > "$dir/recorded.json"
out=$("$NICREGS" show --from "$dir/recorded.json" --reg STATUS)
verdict "show --reg of a recording: nothing about what was not read" \
	"$(echo "$out" | grep -q '^  STATUS ' && ! echo "$out" | grep -q 'not read\|none were read'; echo $?)" "$out"
out=$("$NICREGS" show --from "$dir/recorded.json" --reg '*')
verdict "show --reg of a recording: what was not read" \
	"$(echo "$out" | grep -q '^Registers that were not read$'; echo $?)" "$(echo "$out" | tail -n 8)"
shows "bytes without a function" 1 'without the line that names the function' show --from - <<'BYTES'
00: 86 80 d3 10 07 04 10 00 00 00 00 02 10 00 00 00
10: 00 00 c0 f7 00 00 00 00 01 e0 00 00 00 00 c2 f7
BYTES
if command -v script > /dev/null; then
	widest()
	{
		(unset COLUMNS; TERM=dumb script -qc "stty cols $1; '$NICREGS' list --from '$dir/lspci'" /dev/null) < /dev/null |
			tr -d '\r' | awk '{ if (length($0) > n) n = length($0) } END { print n + 0 }'
	}
	wide=$(widest 120) narrow=$(widest 70)
	if [ "$wide" -gt 70 ] && [ "$narrow" -gt 40 ] && [ "$narrow" -le 70 ]; then
		echo "ok list: fits a narrow terminal"
	else
		echo "not ok list: fits a narrow terminal: $narrow columns of 70, $wide of 120"
		failed=1
	fi
fi
mkfifo "$dir/pipe"
cat "$dir/pipe" > "$dir/through" &
"$NICREGS" snapshot --demo -o "$dir/pipe"
wait
if [ -p "$dir/pipe" ] && cmp -s "$dir/through" "$dir/good.json"; then
	echo "ok a pipe is written to, and stays one"
else
	echo "not ok a pipe is written to, and stays one: $(ls -l "$dir/pipe")"
	failed=1
fi
# Editors put a byte order mark there.
for file in good.json lspci; do
	{ printf '\357\273\277'; cat "$dir/$file"; } > "$dir/marked-$file"
	"$NICREGS" list --from "$dir/$file" > "$dir/plain"
	"$NICREGS" list --from "$dir/marked-$file" > "$dir/marked" 2>&1
	verdict "a byte order mark before $file" "$(cmp -s "$dir/plain" "$dir/marked"; echo $?)" "$(cat "$dir/marked")"
done
printf '\357\273\277' > "$dir/mark"
shows "a byte order mark and nothing else" 1 '^nicregs: .*/mark: the file is empty$' list --from "$dir/mark"
shows "--chip: a name that is none, for a file that needs it not" 1 '^nicregs: nosuch: no chip of that name$' \
	show --chip nosuch --from "$dir/good.json"
shows "--chip: a family" 1 '^nicregs: e1000e: a family of chips' show --chip e1000e --from "$dir/good.json"
shows "--chip: a name that is none, and lspci text" 1 '^nicregs: nosuch: no chip of that name$' \
	list --chip nosuch --from "$dir/lspci"
shows "--chip: a name that is none, and the recording" 1 '^nicregs: nosuch: no chip of that name$' --demo show --chip nosuch
shows "--chip: a name that is none, and this machine" 1 '^nicregs: nosuch: no chip of that name$' show --chip nosuch
shows "--chip: the part that the file names as well" 0 '^0000:01:00.0 ' list --chip 82574l --from "$dir/good.json"
# another NAME FILE PATTERN COMMAND...: --chip I350 is not used for what names another chip or driver, which stderr says.
another()
{
	name=$1 pattern=$2
	shift 2
	"$NICREGS" --chip I350 "$@" > "$dir/out" 2> "$dir/err"
	got=$?
	verdict "--chip: $name" "$(grep -qE -- "^nicregs: --chip: I350 is not used: .*$pattern" "$dir/err" && ! grep -q I350 "$dir/out" &&
		[ -s "$dir/out" ] && [ "$(wc -l < "$dir/err")" -eq 2 ]; echo $?)" "status $got, $(cat "$dir/err" "$dir/out")"
}
another "another part than the file's" '/good.json names the chip, 82574L$' list --from "$dir/good.json"
another "another part than lspci's" '/lspci names the chip, 82579V$' show --from "$dir/lspci"
another "another part than the recording's" 'the recording names the chip, 82574L$' diagnose --demo
printf 'driver: e1000e\nversion: 6.1.0\nbus-info: 0000:01:00.0\n' > "$dir/driver"
another "a part of another driver" '/driver names the driver e1000e, which is of other chips$' list --from "$dir/driver"
printf '[ 9.1] e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:\n  TDH                  <5d>\n  TDT                  <90>\n' > "$dir/hang"
another "a part of another driver than the log's" '/hang names the driver e1000e, which is of other chips$' log "$dir/hang"
shows "--chip: what pasted text does not name" 0 '^82574L  0000:01:00.0' show --chip 82574L --from "$dir/driver"
shows "and without it" 0 'the file does not name the chip. --chip CHIP says' show --from "$dir/driver"
shows "and its verdict" 0 'The file does not name the chip: --chip CHIP says' diagnose --from "$dir/driver"
shows "--chip: what a log does not name" 2 '^eno1 [(]0000:00:1f.6[)], I217-LM, e1000e$' log -v --chip I217-LM "$dir/hang"
verdict "and nothing is taken in its place" "$(! grep -q 'decoded with the definition' "$dir/out"; echo $?)" "$(cat "$dir/out")"
# Why a file has no queues is said where the verdict is.
sed 's/"value": [0-9]*/"unread": "needs root"/' "$dir/good.json" > "$dir/unread.json"
shows "queues that are not in the file, and why" 0 'values of the queues, for this reason: needs root\.' diagnose --from "$dir/unread.json"
verdict "which leads nowhere else" "$(! grep -q 'nicregs show' "$dir/out"; echo $?)" "$(cat "$dir/out")"
shows "--demo: a device that it has not" 1 'nicregs --demo list' show --demo eth9
shows "snapshot: into a folder" 1 '^nicregs: .*: Is a directory' snapshot --demo -o "$dir"
for kind in good.json dump; do
	[ $kind = good.json ] || printf 'MAC Registers\n0x00000: CTRL (Device control register) 0x58140245\n' > "$dir/dump"
	"$NICREGS" log "$dir/$kind" > "$dir/out" 2> "$dir/err"
	verdict "log: $kind is no log" "$(grep -qE '^nicregs: .*: a (snapshot|register dump), not a kernel log$' "$dir/err" &&
		grep -q '^  nicregs diagnose --from .* reads it$' "$dir/err"; echo $?)" "$(cat "$dir/err")"
done
mkfifo "$dir/once"
echo 'once upon a time' > "$dir/once" &
timeout 20 "$NICREGS" log "$dir/once" > "$dir/out" 2>&1
verdict "log: a pipe is opened once" "$(grep -q '^No reports of trouble with Intel NICs in 1 line of ' "$dir/out"; echo $?)" "$(cat "$dir/out")"
wait
shows "log: no such file" 1 '^nicregs: /nonexistent: No such file' log /nonexistent
mkdir "$dir/folder"
shows "log: a folder with no log in it" 1 '^nicregs: .*/folder: no file in it, of 0, is a kernel log' log "$dir/folder"
shows "log: an empty file" 1 '/empty: it is empty, which says nothing about any NIC$' log "$dir/empty"
shows "log: hung" 2 'Verdict: hung' log -v - <<'LOG'
[ 9327.470501] e1000e 0000:00:19.0 eth0: Detected Hardware Unit Hang:
  TDH                  <13>
  TDT                  <88>
LOG
shows "log: bytes that are no text" 2 '^e\\xff\\xfe0, e1000e$' log -v - <<LOG
$(printf '[ 9327.470501] NETDEV WATCHDOG: e\377\3760 (e1000e): transmit queue 0 timed out')
LOG
cat > "$dir/pasted" <<'TEXT'
driver: e1000e
version: 6.8.12
firmware-version: 0.5-4
bus-info: 0000:00:1f.6
filename:       /lib/modules/6.8.12/kernel/drivers/net/ethernet/intel/e1000e/e1000e.ko
version:        3.8.4
Linux pve 6.8.12-4-pve #1 SMP PREEMPT_DYNAMIC PMX 6.8.12-4 x86_64 GNU/Linux
TEXT
shows "pasted text: the kernel is the machine's" 0 '^  Host +Linux 6.8.12-4-pve$' show -v --from "$dir/pasted"
shows "pasted text: the loaded driver's version, not modinfo's" 0 '^  Driver +e1000e 6.8.12,' show -v --from "$dir/pasted"
[ "$("$NICREGS" list -n --from "$dir/pasted" | wc -l)" -eq 1 ]
verdict "pasted text: one device" $? "$("$NICREGS" list -n --from "$dir/pasted")"
head -n 3 "$dir/pasted" > "$dir/nameless"
shows "pasted text: a driver alone is a device" 0 'e1000e 6.8.12' show --from "$dir/nameless"
if command -v gzip > /dev/null; then
	yes 'e1000e 0000:00:19.0 eth0: Reset adapter unexpectedly' | head -n 20000 | gzip > "$dir/log.gz"
	head -c 100 "$dir/log.gz" > "$dir/cut.gz"
	"$NICREGS" log "$dir/cut.gz" > "$dir/out" 2> "$dir/err"
	verdict "log: cut gz: what came of it, and an error" \
		"$([ $? -eq 2 ] && grep -q '^nicregs: .*cut.gz: the gzip data ends too early' "$dir/err" && grep -q '^Read .*cut.gz: ' "$dir/out"; echo $?)" "$(cat "$dir/out" "$dir/err")"
fi

# Two machines in one text, by their prompts: both call their port eno1.
cat > "$dir/two" <<'TEXT'
root@alpha:~# cat /etc/os-release
PRETTY_NAME="NixOS 24.05 (Uakari)"
root@alpha:~# ethtool -i eno1
driver: e1000e
version: 6.8.8
firmware-version: 0.5-4
bus-info: 0000:00:1f.6
[root@beta ~]# ethtool -k eno1 | grep tcp-seg
tcp-segmentation-offload: off
[root@beta ~]# ethtool -i eno1
driver: igc
version: 6.1.0
firmware-version: 1073:8754
bus-info: 0000:02:00.0
[root@beta ~]# dmidecode -s system-product-name
Standard PC (Q35)
TEXT
"$NICREGS" snapshot --from "$dir/two" | python3 -c '
import json, sys
text, found, at = sys.stdin.read(), [], 0
while text[at:].strip():
    one, at = json.JSONDecoder().raw_decode(text, at)
    at += len(text[at:]) - len(text[at:].lstrip())
    found.append(one)
a, b = (one["facts"] for one in found)
assert a["driver"] == "e1000e" and a["distribution"].startswith("NixOS") and "system" not in a, a
assert b["driver"] == "igc" and b["system"].startswith("Standard PC") and "distribution" not in b, b
assert "tx-tcp-segmentation" in json.dumps(found[1]) and "tx-tcp-segmentation" not in json.dumps(found[0])
' 2> "$dir/err"
verdict "two machines of one text are not mixed" $? "$(tail -n 1 "$dir/err")"
exit $failed
