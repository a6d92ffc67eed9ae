#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# `nicregs report`: the file that is sent with a bug report, and that it is read back to the same verdict.
. "${0%/*}/setup"
nic=0000:02:00.0

tests/machine/make-sys 82574L "$dir/sys"
cat > "$dir/kern.log" <<'LOG'
Mar  4 03:11:58 nas-7 kernel: Linux version 6.1.0-32-amd64 (debian-kernel@lists.debian.org) #1 SMP
Mar  4 03:11:58 nas-7 kernel: Command line: BOOT_IMAGE=/vmlinuz root=UUID=8f14e45f-ceea-467f-9575-6f3f3e2c2d1a ro ip=192.168.7.31
Mar  4 03:11:59 nas-7 kernel: e1000e 0000:02:00.0 ens4: (PCI Express:2.5GT/s:Width x1) 68:05:ca:0b:1c:2d
Mar  4 03:12:01 nas-7 kernel: IPv6: ens4: IPv6 duplicate address fe80::6a05:caff:fe0b:1c2d used by 68:05:ca:0b:1c:2e detected!
Mar  4 03:12:40 nas-7 sshd[812]: Accepted publickey for root from 10.1.2.3 on ens4
Mar  4 03:12:40 nas-7 kernel: usb 1-1: new high-speed USB device number 4 using xhci_hcd
Mar  4 03:12:41 nas-7 kernel: e1000e 0000:02:00.0 ens4: Detected Hardware Unit Hang:
Mar  4 03:12:41 nas-7 kernel:  TDH                  <5d>
Mar  4 03:12:41 nas-7 kernel:  TDT                  <90>
Mar  4 03:12:41 nas-7 kernel:  next_to_use          <90>
Mar  4 03:12:41 nas-7 kernel:  next_to_clean        <5d>
Mar  4 03:12:41 nas-7 kernel: buffer_info[next_to_clean]:
Mar  4 03:12:41 nas-7 kernel:  time_stamp           <10a3c91d6>
Mar  4 03:12:41 nas-7 kernel:  next_to_watch        <5e>
Mar  4 03:12:41 nas-7 kernel:  jiffies              <10a3c99a6>
Mar  4 03:12:41 nas-7 kernel:  next_to_watch.status <0>
Mar  4 03:12:41 nas-7 kernel: MAC Status             <80383>
Mar  4 03:12:41 nas-7 kernel: PHY Status             <792d>
Mar  4 03:12:41 nas-7 kernel: PHY 1000BASE-T Status  <3800>
Mar  4 03:12:41 nas-7 kernel: PHY Extended Status    <3000>
Mar  4 03:12:41 nas-7 kernel: PCI Status             <10>
Mar  4 03:12:44 nas-7 kernel: e1000e 0000:02:00.0 ens4: Reset adapter unexpectedly
== End of the kernel log ens4
== End of the kernel log
Mar  4 03:12:47 nas-7 kernel: e1000e 0000:02:00.0 ens4: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx
LOG

inside() # ARGUMENTS...: on that machine
{
	tests/machine/private-sys "$dir/sys" "$NICREGS" "$@"
}

judged() # JSON: verdict, confidence, findings and commands of each device
{
	python3 -c '
import json, sys
for d in json.load(sys.stdin)["devices"]:
    print(d["address"], d["verdict"], d["confidence"])
    for f in d["findings"]:
        print(" ", f["id"], f["severity"], [r.get("command") for r in f["remedies"]])
' 2>&1
}

inside report $nic --log "$dir/kern.log" -o "$dir/report" > "$dir/out" 2>&1
status=$?
verdict "it is written, and nothing else is said" "$([ $status -eq 0 ] && [ ! -s "$dir/out" ]; echo $?)" "status $status: $(cat "$dir/out")"
verdict "its parts" "$(grep '^== ' "$dir/report" | tr '\n' '|' | grep -qx '== Verdict|== Device|== Kernel log|== End of the kernel log|== Snapshots|== End of the snapshots|'; echo $?)" \
	"$(grep '^== ' "$dir/report")"
verdict "its first line" "$(head -n 1 "$dir/report" | grep -qx 'nicregs report 1'; echo $?)" "$(head -n 1 "$dir/report")"

for secret in nas-7 68:05:ca:0b:1c 192.168.7.31 10.1.2.3 fe80:: 8f14e45f sshd xhci_hcd; do
	verdict "not in it: $secret" "$(! grep -q -i -e "$secret" "$dir/report"; echo $?)" "$(grep -m1 -i -e "$secret" "$dir/report")"
done
verdict "a vendor stays" "$(grep -q 'Width x1) 68:05:ca:00:00:00' "$dir/report"; echo $?)" "$(grep 'Width x1' "$dir/report")"
verdict "lines are counted" "$(grep -q '^[0-9]* of 25 lines of the kernel log' "$dir/report"; echo $?)" "$(grep ' lines of' "$dir/report")"

inside diagnose $nic --log "$dir/kern.log" --json > "$dir/live.json"
live=$?
"$NICREGS" diagnose --from "$dir/report" --json > "$dir/back.json"
back=$?
judged < "$dir/live.json" > "$dir/live"
judged < "$dir/back.json" > "$dir/back"
verdict "read back, the verdict is that of the machine" "$([ $live -eq $back ] && [ -s "$dir/live" ] && cmp -s "$dir/live" "$dir/back"; echo $?)" \
	"$live $back $(diff "$dir/live" "$dir/back")"
verdict "and is written in it" "$(grep -q "Verdict: $(sed -n '1s/[^ ]* \([^ ]*\) .*/\1/p' "$dir/live")" "$dir/report"; echo $?)" "$(grep 'Verdict:' "$dir/report")"

shows "log finds the hang in it, and all lines behind it" 2 '^HUNG .* recovered$' log "$dir/report"
verdict "not what else stands in it" "$("$NICREGS" log --json "$dir/report" | grep -q '"lines": 2[2-6]}'; echo $?)" \
	"$("$NICREGS" log --json "$dir/report" | head -n 5)"
"$NICREGS" log --json "$dir/report" | grep -v '"name"' > "$dir/whole"
"$NICREGS" log --json - < "$dir/report" | grep -v '"name"' > "$dir/piped"
verdict "from a pipe, too" "$(cmp -s "$dir/whole" "$dir/piped"; echo $?)" "$(diff "$dir/whole" "$dir/piped" | head -n 5)"
(
	cd tests/stories/vhost-queue || exit 1
	"$NICREGS" report eno3 --from before.json --from after.json --log dmesg -o "$dir/files"
	"$NICREGS" diagnose eno3 --from before.json --from after.json --log dmesg --json > "$dir/files.json"
)
"$NICREGS" diagnose --from "$dir/files" --json > "$dir/back.json"
status=$?
judged < "$dir/files.json" > "$dir/live"
judged < "$dir/back.json" > "$dir/back"
verdict "of saved samples with a log, too" "$([ $status -eq 2 ] && grep -q ' hung ' "$dir/back" && cmp -s "$dir/live" "$dir/back"; echo $?)" \
	"$status $(diff "$dir/live" "$dir/back")"

"$NICREGS" diagnose --from - < "$dir/report" > "$dir/out" 2> "$dir/err"
status=$?
verdict "from standard input as from a file" "$([ $status -eq $back ] && [ ! -s "$dir/err" ] && grep -q '^HUNG .*Mar  4 03:12:41' "$dir/out" && ! grep -q 'not read' "$dir/out"; echo $?)" \
	"$status $(head -n 4 "$dir/out" "$dir/err")"
gzip -c "$dir/report" > "$dir/report.gz"
for how in "--from $dir/report.gz" "--from -" "--from /dev/stdin"; do
	# shellcheck disable=SC2086 # two words
	cat "$dir/report.gz" | "$NICREGS" diagnose $how > "$dir/again" 2>&1
	verdict "packed, diagnose $how" "$([ $? -eq $back ] && cmp -s "$dir/out" "$dir/again"; echo $?)" "$(diff "$dir/out" "$dir/again" | head -n 5)"
done
"$NICREGS" report --from "$dir/report" > "$dir/again" 2> "$dir/err"
"$NICREGS" diagnose --from "$dir/again" > "$dir/err"
verdict "a report of a report has its log" "$([ $? -eq $back ] && cmp -s "$dir/out" "$dir/err"; echo $?)" "$(diff "$dir/out" "$dir/err" | head -n 5)"
"$NICREGS" diagnose --from "$dir/report" --from "$dir/report.gz" > "$dir/again" 2> "$dir/err"
verdict "of several, that the logs are left out is said" "$(grep -q 'report: its kernel log is not read' "$dir/err"; echo $?)" "$(cat "$dir/err")"

shows "show reads its snapshots" 0 '82574L' show --from "$dir/report"
shows "list as well" 0 "$nic" list --from "$dir/report"
"$NICREGS" show -v --from - < "$dir/report" > "$dir/out"
verdict "standard input is read once, and that is said" "$(tr -s ' \n' ' ' < "$dir/out" | grep -q "kernel log is not read from standard input"; echo $?)" "$(head -n 20 "$dir/out")"

shows "a file that is there stays" 1 'the file exists' --demo report -o "$dir/report"
verdict "unchanged" "$(grep -q nas "$dir/kern.log" && grep -q '^== End of the snapshots' "$dir/report"; echo $?)" "changed"
cp "$dir/report" "$dir/report2"
"$NICREGS" --demo report --force -o "$dir/report2" && "$NICREGS" diagnose --from "$dir/report2" > "$dir/out" 2>&1
verdict "without a log it is a report" "$(grep -q '^eth0 *82574L' "$dir/out" && grep -q '^No kernel log' "$dir/report2"; echo $?)" "$(head -n 5 "$dir/out")"
shows "a folder that is not there" 1 'No such file' --demo report -o "$dir/none/report"
shows "a report is text" 1 'a report is text' --demo report --json

# ---- a log of other NICs ----

sed -n 's/0000:02:00.0 ens4/0000:00:1f.6 eno1/p; / kernel:  *[TPMnbj]/p' "$dir/kern.log" | grep -v usb > "$dir/eno1"
sed 's/0000:00:1f.6 eno1/0000:09:00.0 enp9/' "$dir/eno1" > "$dir/enp9"
{ cat "$dir/eno1" "$dir/enp9"; echo "Mar  4 03:13:00 nas-7 kernel: e1000e: Intel(R) PRO/1000 Network Driver"; } > "$dir/two.log"
inside report $nic --log "$dir/two.log" --force -o "$dir/two" > "$dir/out" 2> "$dir/err"
status=$?
verdict "none of its lines but the driver's is kept, and counted" "$(grep -q "^1 of $(wc -l < "$dir/two.log") lines" "$dir/two" && ! grep -q 'Unit Hang' "$dir/two"; echo $?)" "$(grep -n ' lines of\|Unit Hang' "$dir/two")"
verdict "that it is about others is in the report" "$(grep -q 'left out: eno1 0000:00:1f.6, enp9 0000:09:00.0' "$dir/two" && grep -q "another machine's" "$dir/two"; echo $?)" "$(grep -A4 ' lines of' "$dir/two")"
verdict "and is said" "$([ $status -eq 3 ] && grep -q 'names none of these devices, but eno1' "$dir/err"; echo $?)" "$status $(cat "$dir/err")"
shows "log finds no other NIC in it" 0 '^No reports of trouble with Intel NICs' log "$dir/two"
cat "$dir/two.log" "$dir/kern.log" > "$dir/all.log"
inside report $nic --log "$dir/all.log" --force -o "$dir/two" > "$dir/out" 2>&1
verdict "with its own lines, those alone" "$([ $? -eq 0 ] && [ ! -s "$dir/out" ] && [ "$(grep -c 'Unit Hang' "$dir/two")" -eq 1 ] && grep -q 'left out: eno1' "$dir/two"; echo $?)" "$(cat "$dir/out"; grep 'Unit Hang' "$dir/two")"
"$NICREGS" --demo report --log "$dir/two.log" > "$dir/out" 2> "$dir/err"
verdict "nor in that of a recording" "$([ $? -eq 3 ] && ! grep -q 'Unit Hang' "$dir/out" && grep -q 'names none of these devices' "$dir/err"; echo $?)" "$(cat "$dir/err")"

head -n -2 "$dir/report" > "$dir/cut"
shows "one that was cut off" 1 'its end is missing' show --from "$dir/cut"
shows "of which the log is read all the same" 2 '^HUNG' log "$dir/cut"
"$NICREGS" --demo report --no-redact > "$dir/open"
verdict "--no-redact says so" "$(grep -qx 'Nothing is masked\.' "$dir/open"; echo $?)" "$(sed -n 3p "$dir/open")"
"$NICREGS" --demo report -o "$dir/no-log" 2> "$dir/err"
out=$("$NICREGS" log "$dir/no-log" 2>&1)
verdict "log: a report without a log is no clean one" "$([ $? -eq 1 ] && echo "$out" | grep -q 'no-log: this report has no kernel log'; echo $?)" "$out"
out=$("$NICREGS" log - < "$dir/no-log" 2>&1)
verdict "what to do with one from a pipe" "$(echo "$out" | grep -qxF '  nicregs diagnose --from - judges the rest of it'; echo $?)" "$out"
"$NICREGS" --demo snapshot -o "$dir/demo.json" > "$dir/out" 2>&1
for driver in e1000e e1000; do
	echo "[  100.000002] NETDEV WATCHDOG: eth0 ($driver): transmit queue 0 timed out" > "$dir/named.log"
	"$NICREGS" diagnose --json --from "$dir/demo.json" --log "$dir/named.log" > "$dir/named.json" 2> "$dir/err"
	python3 - "$dir/named.json" $driver > "$dir/out" 2>&1 << 'CHECK'
import json, sys
devices = json.load(open(sys.argv[1], encoding="utf-8"))["devices"]
logged = [any(f["id"] == "timeout-reported" for f in d["findings"]) for d in devices]
sys.exit(logged != ([True] if sys.argv[2] == "e1000e" else [False, True]) and f"{logged}: {[d.get('driver') for d in devices]}")
CHECK
	verdict "a timeout of $driver's eth0, and an eth0 of e1000e" $? "$(cat "$dir/out" "$dir/err")"
done
exit $failed
