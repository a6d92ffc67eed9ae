#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# watch where somebody or something is against it: forged logs, a log that never ends, a full disk, odd files in an incident.
. "${0%/*}/setup"
. tests/cli/watching
"$here/make-sys" 82574L "$dir/sys" || exit 1

# Lines that other programs logged, or that are not the kernel's at all.
: > "$log"
start --interval 0.2
ready
words='NETDEV WATCHDOG: eno1 (e1000e): transmit queue 0 timed out'
for n in 1 2 3 4; do
	cat <<LOG
Nov 21 12:00:0$n host sshd[4$n]: Invalid user $words from 192.0.2.7 port 4444
Nov 21 12:00:0$n host nginx: 192.0.2.7 - - "GET /?$words HTTP/1.1" 404
2026-11-21T12:00:0$n.000000+00:00 host backup: $words
2026-11-21T12:00:0$n+0000 host su[77]: FAILED SU (to root) e1000e 0000:00:19.0 eno1: Detected Hardware Unit Hang:
Nov 21 12:00:0$n host kernel: [ 12$n.000000] usb 1-1: Product: $words
LOG
done >> "$log"
sleep 1
verdict "20 lines of other programs make no incident" "$([ "$(count)" -eq 0 ]; echo $?)" "$(cat "$dir/out")"
# And one that is the kernel's does.
echo "Nov 21 12:00:09 host kernel: [ 130.000000] $words" >> "$log"
until_true '[ "$(count)" -eq 1 ]'
verdict "one of the kernel's does" $? "$(cat "$dir/out" "$dir/err")"
stop

# A log without an end, as fast as it is read.
rm -rf "$dir/incidents"
log=$dir/pipe
mkfifo "$log"
yes 'Nov 21 12:00:01 host kernel: [  124.000000] e1000e 0000:00:19.0 eno1: NIC Link is Up 1000 Mbps Full Duplex' > "$log" &
flood=$!
start --interval 0.2
until_true '[ -d "$dir/incidents" ]'
sleep 0.5
kill -TERM "$pid"
until_true '! kill -0 $pid'
verdict "SIGTERM ends it while it reads what was logged before" $? "it goes on"
wait "$pid" 2> /dev/null
pid=
wait "$listener"
kill "$flood" 2> /dev/null
wait "$flood" 2> /dev/null
mkfifo "$log.2"
log=$log.2
# A writer that waits until it is watched, and then never stops.
(
	exec > "$log"
	until_true '[ -e "$dir/flood" ]'
	exec yes 'Nov 21 12:00:01 host kernel: [  124.000000] e1000e 0000:00:19.0 eno1: NIC Link is Up 1000 Mbps Full Duplex'
) &
flood=$!
start --interval 0.2
ready
: > "$dir/flood"
sleep 0.5
stand_still
until_true '[ "$(count)" -eq 1 ]'
verdict "a ring that stands still is seen while the log never ends" $? "$(cat "$dir/out" "$dir/err")"
before=$(date +%s%N)
stop
took=$((($(date +%s%N) - before) / 1000000))
verdict "SIGTERM ends it while the log never ends" "$([ $took -lt 3000 ]; echo $?)" "after $took ms"
kill "$flood" 2> /dev/null
wait "$flood" 2> /dev/null
"$NICREGS" diagnose --from "$dir"/incidents/2* > "$dir/out" 2>&1
verdict "its incident is whole" "$([ $? -eq 2 ]; echo $?)" "$(cat "$dir/out")"

# A pipe that nobody writes to.
mkfifo "$dir/silent"
"$here/private-sys" "$dir/sys" "$NICREGS" watch eno1 --dir "$dir/incidents" --log "$dir/silent" > /dev/null 2>&1 &
pid=$!
sleep 0.5
kill -TERM "$pid"
until_true '! kill -0 $pid'
verdict "SIGTERM ends it where a log has no writer" $? "it goes on"
wait "$pid" 2> /dev/null
pid=

# Odd files in an incident: what can be read is, and it is said what cannot.
odd=$dir/odd
cp -r "$dir"/incidents/2* "$odd"
rm "$odd/kernel.log" "$odd/2-now-1.json"
mkfifo "$odd/2-now-1.json" "$odd/kernel.log" "$odd/3-odd.json"
: > "$odd/4-empty.json"
mkdir "$odd/5-folder.json"
head -c 500 "$odd/0-before.json" > "$odd/6-cut.json"
ln -s /dev/zero "$odd/7-endless.json"
for verb in diagnose show list snapshot; do
	timeout 20 "$NICREGS" $verb --from "$odd" > "$dir/out" 2> "$dir/err" < /dev/null
	got=$?
	verdict "$verb reads an incident with odd files in it, and says so" \
		"$({ [ $got -eq 3 ] || { [ $verb = diagnose ] && [ $got -eq 2 ]; }; } && grep -q "a part of it could not be read" "$dir/err"; echo $?)" \
		"exit status $got, $(head -c 500 "$dir/err")"
done
timeout 20 "$NICREGS" show --from "$odd" > "$dir/out" 2> /dev/null
verdict "the notes say how many" "$(tr -s ' \n' ' ' < "$dir/out" | grep -q "6 of the directory's 1[34] snapshots could not be read"; echo $?)" \
	"$(grep -A2 folder "$dir/out")"
timeout 20 "$NICREGS" diff "$odd" "$odd" > "$dir/out" 2>&1
verdict "diff, too" "$([ $? -eq 3 ]; echo $?)" "$(cat "$dir/out")"
rm -r "$odd"/[0-9]*.json
mkfifo "$odd/0-before.json"
timeout 20 "$NICREGS" show --from "$odd" > "$dir/out" 2>&1
verdict "an incident without anything that can be read is an error" \
	"$([ $? -eq 1 ] && grep -q 'not a file' "$dir/out"; echo $?)" "$(cat "$dir/out")"

# Disks that are full. Each is of its own, in the namespace of one run; what is on it is looked at there.
small() # SIZE BEFORE: watches the ring that stands still; its files are in $dir/there afterwards
{
	rm -rf "$dir/there" "$dir/disk"
	mkdir "$dir/there" "$dir/disk"
	"$here/private-sys" --disk "$1=$dir/disk" "$dir/sys" sh -c '
		cd "$1/disk"
		eval "$2"
		: > "$1/none.log"
		"$3" watch eno1 --dir "$1/disk" --log "$1/none.log" --interval 0.05 --count 8 > "$1/out" 2> "$1/err"
		status=$?
		[ $status -ne 137 ] || NICREGS_TEST_KILL_AFTER= "$3" watch eno1 --dir "$1/disk" --log "$1/none.log" --count 1 --interval 0.01
		cp -r "$1/disk/." "$1/there"
		exit $status' sh "$dir" "$2" "$NICREGS"
}
old() # NAME REGISTERS-OR-LOG KIB: an incident of before
{
	echo "mkdir $1; echo '{\"confirmed\": \"$2\"}' > $1/about.json; head -c ${3}k /dev/zero > $1/0-before.json;"
}
one=20260101T000000Z-eno1-hang two=20260102T000000Z-eno1-stalled
small 8m ''
verdict "with enough room all is well" $? "$(cat "$dir/out" "$dir/err")"
kib=$(du -sk --apparent-size "$dir"/there/2* | cut -f1)

small $((kib - 40))k ''
verdict "on a disk with room for a part the watch goes on" $? "$(cat "$dir/out" "$dir/err")"
incident=$(echo "$dir"/there/2*)
verdict "what fits is kept: a snapshot of now first of all" \
	"$([ -s "$incident/2-now-0.json" ] && [ -s "$incident/about.json" ] && [ ! -e "$incident/2-now-3.json" ]; echo $?)" "$(ls -l "$incident")"
verdict "and it is said what does not" \
	"$(grep -qE '[0-9]+ files? could not be saved: .*No space left' "$dir/out" && grep -q '"left_out": [1-9]' "$incident/about.json"; echo $?)" \
	"$(cat "$dir/out" "$incident/about.json")"
"$NICREGS" show --from "$incident" > "$dir/shown" 2>&1
verdict "it can be read" $? "$(tail -3 "$dir/shown")"
verdict "nothing half is left" "$([ "$(ls -A -I .counts "$dir/there")" = "${incident##*/}" ]; echo $?)" "$(ls -A -I .counts "$dir/there")"

small $((kib + 170))k "$(old $one log 60) $(old $two registers 60) head -c 60k /dev/zero > filler"
verdict "on a full disk older incidents go" "$(ls "$dir/there" | grep -qx filler && grep -q 'older incidents\{0,1\} had to go' "$dir/out"; echo $?)" \
	"$(cat "$dir/out"; ls "$dir/there")"
verdict "first the one that only a log told of" "$([ ! -e "$dir/there/$one" ]; echo $?)" "$(ls "$dir/there")"
incident=$(ls -d "$dir"/there/2*-eno1-stalled | tail -1)
verdict "and the new one is whole" "$([ -s "$incident/2-now-3.json" ]; echo $?)" "$(ls -l "$incident"; cat "$dir/out")"

small 64k 'head -c 64k /dev/zero > filler'
verdict "on a disk that others filled it goes on, and says so" \
	"$([ $? -eq 0 ] && grep -q 'nothing could be saved: .*No space left' "$dir/out"; echo $?)" "$(cat "$dir/out" "$dir/err")"
# kill -9 while older ones go for a new one.
half= times=0
for n in 2 5 6 7 9 12 15 18; do
	export NICREGS_TEST_KILL_AFTER=$n
	small $((kib + 170))k "$(old $one log 60) $(old $two registers 60) head -c 60k /dev/zero > filler"
	killed=$?
	unset NICREGS_TEST_KILL_AFTER
	for incident in "$dir"/there/2*; do
		case ${incident##*/} in
		$one | $two) [ -s "$incident/0-before.json" ] || half="$half after $n: $(ls -l "$incident")" ;;
		*) [ -s "$incident/2-now-0.json" ] && [ -s "$incident/about.json" ] || half="$half after $n: $(ls -l "$incident")" ;;
		esac
	done
	[ -z "$(ls -A -I .counts "$dir/there" | grep '^[.]')" ] || half="$half; left after $n: $(ls -A -I .counts "$dir/there")"
	[ $killed -eq 137 ] || [ $killed -eq 0 ] || half="$half; status $killed"
	[ $killed -ne 137 ] || times=$((times + 1))
done
verdict "it was killed $times times" "$([ $times -ge 6 ]; echo $?)" "$times"
verdict "kill -9 on a full disk leaves no half incident" "$([ -z "$half" ]; echo $?)" "$half"

small 64k 'head -c 64k /dev/zero > filler'
verdict "nothing half is left there" "$([ "$(ls -A -I .counts "$dir/there")" = filler ]; echo $?)" "$(ls -A -I .counts "$dir/there")"
exit $failed
