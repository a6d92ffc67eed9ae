#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# watch --metrics: a file at the start, at once at an incident, and a counter that goes on after a restart.
. "${0%/*}/setup"
. "${0%/*}/watching"
prom=$dir/node/nicregs.prom
mkdir "$dir/node"
value() # SERIES: what it is now
{
	sed -n "s/^nicregs_$1 //p" "$prom" 2> /dev/null
}

"$here/make-sys" 82579LM "$dir/sys"
: > "$log"
start --metrics "$prom" --interval 0.05
ready
until_true '[ -f "$prom" ]'
verdict "metrics at the start" $? "no file"
out=$(value 'verdict{device="eno1",verdict="idle"}') && more=$(value 'incidents_total{device="eno1",kind="stalled"}')
verdict "an idle port, and no incident" "$([ "$out-$more" = 1-0 ]; echo $?)" "$out-$more"
stand_still
until_true '[ "$(value '\''incidents_total{device="eno1",kind="stalled"}'\'')" = 1 ]'
verdict "an incident is counted at once" $? "$(grep incidents "$prom"; cat "$dir/err")"
out=$(value 'verdict{device="eno1",verdict="hung"}')$(value 'tx_queues_stuck{device="eno1"}')
verdict "the port is hung, within the same file" "$([ "$out" = 11 ]; echo $?)" "$(grep 'verdict.* 1$' "$prom")"
last=$(value 'last_incident_timestamp_seconds{device="eno1"}')
verdict "the time of the incident" "$(age=$(($(date +%s) - last)); [ $age -ge 0 ] && [ $age -lt 60 ]; echo $?)" "$last"
stop
verdict "nothing else is in the directory" "$([ "$(ls -A "$dir/node")" = nicregs.prom ]; echo $?)" "$(ls -A "$dir/node")"

# After a restart, with the incident pushed out by another one.
rm -rf "$dir/sys" "$prom"
"$here/make-sys" 82579LM "$dir/sys"
start --metrics "$prom" --interval 0.05 --keep 1
ready
until_true '[ -f "$prom" ]'
out=$(value 'incidents_total{device="eno1",kind="stalled"}')-$(value 'verdict{device="eno1",verdict="idle"}')
verdict "it is counted after a restart" "$([ "$out" = 1-1 ]; echo $?)" "$out"
sleep 1.1
stand_still
until_true '[ "$(value '\''incidents_total{device="eno1",kind="stalled"}'\'')" = 2 ]'
verdict "also when the first had to go" "$([ $? -eq 0 ] && [ "$(count)" = 1 ]; echo $?)" "$(grep incidents "$prom"), $(ls "$dir/incidents")"
stop

# A file that cannot be written stops nothing, and is said once.
rm -rf "$dir/sys"
"$here/make-sys" 82579LM "$dir/sys"
start --metrics "$dir/none/nicregs.prom" --interval 0.05 --count 20
ready
wait "$pid"
status=$?
pid=
verdict "without a directory for it the watch goes on" "$([ $status -eq 0 ] && [ "$(grep -c "^nicregs: $dir/none/nicregs.prom: " "$dir/err")" = 1 ]; echo $?)" "$status, $(cat "$dir/err")"
exit $failed
