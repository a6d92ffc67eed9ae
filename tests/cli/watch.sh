#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# watch on a captured machine, with a file in place of the kernel's log.
. "${0%/*}/setup"
. tests/cli/watching

"$here/make-sys" 82574L "$dir/sys" || exit 1

# One hang, printed thirty times; one that was printed before is history.
hang 100 > "$dir/log"
cat > "$dir/my program" <<PROGRAM
#!/bin/sh
{
	echo "\$NICREGS_CONFIRMED"
	sed -n 's/^Cap[A-Z][a-z]*:.//p' /proc/self/status | head -3 | sort -u
	readlink /proc/self/fd/0
	sed -n 's/^SigIgn:.*\(.\)......\$/\1/p' /proc/self/status # SIGXFSZ to SIGWINCH
} > "$dir/about-me"
for word; do echo "<\$word>"; done > "$dir/args"
PROGRAM
chmod +x "$dir/my program"
start --interval 0.2 --exec "$dir/my program"
ready
verdict "the service manager is told when it is ready" $? "$(cat "$dir/err")"
sleep 0.5
verdict "what was logged before is history" "$([ "$(count)" -eq 0 ]; echo $?)" "$(ls "$dir/incidents")"
hang 200 >> "$dir/log"
until_true '[ "$(count)" -eq 1 ]'
verdict "a hang in the log makes an incident" $? "$(cat "$dir/out" "$dir/err")"
for n in $(seq 30); do hang $((200 + 2 * n)); sleep 0.02; done >> "$dir/log"
sleep 2.5
verdict "thirty blocks of one hang are one incident" "$([ "$(count)" -eq 1 ]; echo $?)" "$(ls "$dir/incidents")"
incident=$(echo "$dir"/incidents/*)
until_true '[ -s "$dir/args" ]'
verdict "the program gets its arguments without a shell" \
	"$([ "$(cat "$dir/args")" = "$(printf '<%s>\n<0000:00:19.0>\n<hang>' "$incident")" ]; echo $?)" \
	"$(cat "$dir/args")"
verdict "and no capabilities, nothing to read, no signal ignored, and a word about who says so" \
	"$([ "$(cat "$dir/about-me")" = "$(printf 'log\n0000000000000000\n/dev/null\n0')" ]; echo $?)" "$(cat "$dir/about-me")"
verdict "one line tells of it" \
	"$([ "$(cat "$dir/out")" = "nicregs: eno1 (0000:00:19.0): hang by the log alone, 4 snapshots saved in $incident" ]; echo $?)" \
	"$(cat "$dir/out")"
until_true '[ -s "$incident/after/0.json" ]'
verdict "what came afterwards is added" $? "$(ls "$incident")"
stop
verdict "SIGTERM ends it in order" $? "$(cat "$dir/err")"
verdict "it is told how often the hang was seen" \
	"$(grep -qE '"signs": (3[01]|[12][0-9]),' "$incident/about.json"; echo $?)" \
	"$(cat "$incident/about.json")"
verdict "that nothing but the log said so" "$(grep -q '"confirmed": "log"' "$incident/about.json"; echo $?)" \
	"$(cat "$incident/about.json")"
verdict "and of what" "$(grep -q '"netdev": "eno1"' "$incident/about.json"; echo $?)" "$(cat "$incident/about.json")"
verdict "the log around it is kept" "$(grep -q '\[  200.000000\] .*Unit Hang' "$incident/kernel.log"; echo $?)" \
	"$(cat "$incident/kernel.log")"
verdict "MAC addresses are masked" "$(! grep -rq '00:25:90:12:34:56' "$incident"; echo $?)" ""

out=$("$NICREGS" diagnose -v --from "$incident" 2>&1)
verdict "diagnose reads the folder and its log" \
	"$([ $? -eq 2 ] && echo "$out" | grep -q 'hang, eno1, Head (TDH) 0x5d'; echo $?)" "$out"
out=$("$NICREGS" show -v --from "$incident" --json 2>&1 | python3 -c '
import json, sys
d = json.load(sys.stdin)["devices"]
print(len(d), d[0]["netdev"], sum("value" in r for r in d[0]["registers"]) > 50)')
verdict "show reads the folder, the device once and in full" "$([ "$out" = "1 eno1 True" ]; echo $?)" "$out"

# A ring that stands still, and nothing in the log.
rm -rf "$dir/incidents"
start --interval 0.2
ready
sleep 1
verdict "a device at rest is no incident" "$([ "$(count)" -eq 0 ]; echo $?)" "$(ls "$dir/incidents")"
stand_still
until_true 'grep -q ": stalled, 4 snapshots" "$dir/out"'
verdict "a ring that stands still makes an incident" $? "$(cat "$dir/out" "$dir/err")"
sleep 1
verdict "it is told that registers confirm it" "$(grep -q '"confirmed": "registers"' "$dir"/incidents/*/about.json; echo $?)" \
	"$(cat "$dir"/incidents/*/about.json)"
verdict "and no more than one" "$([ "$(count)" -eq 1 ]; echo $?)" "$(ls "$dir/incidents")"
stop
out=$("$NICREGS" diff "$dir"/incidents/*/0-before.json "$dir"/incidents/* 2>&1)
verdict "diff tells what came about" "$(echo "$out" | grep -q 'queue 0: nothing waits -> 7 descriptors wait'; echo $?)" "$out"

# Killed after each of its changes on disk in turn: what is there is whole, and the next start clears the rest away.
# test_watch_kill does so at every system call.
half=
n=1
while [ $n -lt 100 ]; do
	rm -rf "$dir/incidents"
	NICREGS_TEST_KILL_AFTER=$n "$here/private-sys" "$dir/sys" "$NICREGS" watch eno1 --dir "$dir/incidents" \
		--log "$dir/log" --interval 0.05 --count 5 > "$dir/out" 2> "$dir/err"
	killed=$?
	for one in "$dir"/incidents/2*; do
		[ ! -d "$one" ] || [ "$("$NICREGS" diagnose -v --from "$one" > /dev/null 2>&1; echo $?)-$(ls "$one" | wc -l)" = 2-10 ] ||
			half="$half after $n: $(ls "$one")"
	done
	"$here/private-sys" "$dir/sys" "$NICREGS" watch eno1 --dir "$dir/incidents" --log "$dir/log" --interval 0.05 --count 1
	[ -z "$(ls -A -I .counts "$dir/incidents" | grep -v '^2')" ] || half="$half; left after $n: $(ls -A -I .counts "$dir/incidents")"
	[ $killed -eq 137 ] || break
	n=$((n + 1))
done
verdict "kill -9 leaves no half incident" "$([ -z "$half" ]; echo $?)" "$half"
verdict "there were $((n - 1)) moments to kill it in" "$([ $killed -eq 0 ] && [ $n -gt 10 ]; echo $?)" "$killed, $(cat "$dir/err")"

# What the kernel counts of the interface's queue and of its vector, which nobody else has.
counts() # BYTES-IN-FLIGHT INTERRUPTS TIMEOUTS
{
	device=$(readlink -f "$dir/sys/bus/pci/devices/0000:00:19.0")
	queue=$device/net/eno1/queues/tx-0
	mkdir -p "$queue/byte_queue_limits" "$device/msi_irqs" "$dir/sys/kernel/irq/44"
	: > "$device/msi_irqs/44"
	echo eno1 > "$dir/sys/kernel/irq/44/actions"
	put "$queue/byte_queue_limits/inflight" "$1"
	put "$queue/byte_queue_limits/limit" 3028
	put "$queue/tx_timeout" "$3"
	put "$dir/sys/kernel/irq/44/per_cpu_count" "$2,0"
}
put() # FILE VALUE: never seen empty or half
{
	echo "$2" > "$dir/new"
	mv "$dir/new" "$1"
}
rm -rf "$dir/incidents" "$dir/sys"
"$here/make-sys" 82574L "$dir/sys"
: > "$log"
counts 0 9 0
start --interval 0.02
ready
sleep 0.5
# Several looks come between two of its interrupts; then one that always has some bytes in flight.
for n in $(seq 10 16); do
	counts 90 "$n" 0
	sleep 0.15
done
for n in $(seq 17 40); do
	counts $((n % 3 * 90 + 90)) "$n" 0
	sleep 0.05
done
counts 0 41 0
sleep 1
verdict "bytes in flight of a queue that is cleaned up are no incident" "$([ "$(count)" -eq 0 ]; echo $?)" "$(cat "$dir/out")"
counts 588 41 0
until_true 'grep -q ": stalled, 4 snapshots" "$dir/out"'
verdict "bytes in flight that nobody cleans up make an incident, though head is tail" $? "$(cat "$dir/out" "$dir/err")"
until_true '[ "$(count)" -eq 1 ]'
incident=$(echo "$dir"/incidents/*)
verdict "the registers say so" "$(grep -q '"confirmed": "registers"' "$incident/about.json"; echo $?)" "$(cat "$incident/about.json")"
stop
out=$("$NICREGS" diagnose -v --from "$incident" 2>&1)
verdict "diagnose says of it what it says of the device" \
	"$([ $? -eq 2 ] && echo "$out" | grep -q 'Verdict: stalled' && echo "$out" | grep -q '588 bytes in flight'; echo $?)" "$out"
out=$("$here/private-sys" "$dir/sys" "$NICREGS" diagnose -v eno1 --interval 0.1 2>&1)
verdict "and it says so of the device" "$([ $? -eq 2 ] && echo "$out" | grep -q 'Verdict: stalled'; echo $?)" "$out"

# The kernel's watchdog, which it counts; the log has nothing of it.
rm -rf "$dir/incidents"
counts 0 42 3
start --interval 0.1
ready
sleep 1
verdict "timeouts of before are no incident" "$([ "$(count)" -eq 0 ]; echo $?)" "$(cat "$dir/out")"
counts 0 42 4
until_true 'grep -q ": stalled, 4 snapshots" "$dir/out"'
verdict "one that comes is" $? "$(cat "$dir/out" "$dir/err")"
stop

# Memory, over many looks at a device at rest with its log going on.
rm -rf "$dir/incidents" "$dir/sys"
"$here/make-sys" 82574L "$dir/sys"
# A sanitizer keeps freed memory for a while to catch its use: not for this one.
export ASAN_OPTIONS=quarantine_size_mb=0:thread_local_quarantine_size_kb=0
start --interval 0.0001
ready
link_is_up() # TIMES
{
	for n in $(seq "$1"); do
		echo "[ $n.000000] e1000e 0000:00:19.0 eno1: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx"
		sleep 0.01
	done >> "$dir/log"
}
rss() { awk '/^VmRSS/ { print $2 }' "/proc/$pid/status"; }
# The first looks touch what the allocator and a sanitizer keep.
link_is_up 100
before=$(rss)
link_is_up 300
after=$(rss)
verdict "memory is flat" "$([ "$((after - before))" -lt 512 ]; echo $?)" "$before KiB, then $after KiB"
stop

# It is said when nothing but the log can tell.
out=$("$here/private-sys" "$dir/sys" "$NICREGS" watch eno1 --dir "$dir/incidents" --log "$dir/log" --access bpf --count 1 2>&1)
verdict "registers that cannot be read are told" \
	"$([ $? -eq 0 ] && echo "$out" | grep -q '^nicregs: eno1: its registers cannot be read, so only the log'; echo $?)" "$out"

out=$("$NICREGS" watch --exec program 2>&1)
verdict "a program is named by its whole path" "$([ $? -eq 1 ] && echo "$out" | grep -q 'whole path'; echo $?)" "$out"
out=$("$NICREGS" watch --demo 2>&1)
verdict "a recording cannot be watched" "$([ $? -eq 1 ] && echo "$out" | grep -q 'not a file'; echo $?)" "$out"
# Without root the kernel's log is closed; the advice is about this command.
if [ "$(id -u)" -eq 0 ] && ! setpriv --reuid=65534 --clear-groups sh -c ': < /dev/kmsg' 2> /dev/null; then
	mkdir "$dir/own"
	chmod 755 "$dir"
	chown 65534 "$dir/own"
	setpriv --reuid=65534 --clear-groups "${KEPT_PROGRAM:-$NICREGS}" watch --count 1 --dir "$dir/own" > "$dir/out" 2>&1
	verdict "a log that is closed: advice about watch" "$(grep -q 'watch --log FILE' "$dir/out" && ! grep -q 'nicregs log' "$dir/out"; echo $?)" "$(cat "$dir/out")"
fi
exit $failed
