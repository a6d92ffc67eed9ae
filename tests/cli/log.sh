#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# log on files in which there is too much of something: what is left out is said, and never a device with a fault.
. "${0%/*}/setup"

virtual_functions() {
	awk -v from="$1" -v to="$2" 'BEGIN {
		for (i = from; i < to; i++)
			printf "[%5d.000000] ixgbevf 0000:%02x:%02x.%d vf%d: NIC Link is Up 10 Gbps, Flow Control: RX/TX\n",
				10 + i / 10, 64 + i / 256, i / 8 % 32, i % 8, i
	}'
}
{
	virtual_functions 0 300
	cat <<'HANG'
[   61.000000] ixgbe 0000:03:00.0 core0: Detected Tx Unit Hang
  Tx Queue             <3>
  TDH, TDT             <0>, <5>
  next_to_use          <5>
  next_to_clean        <0>
[   61.000100] ixgbe 0000:03:00.0 core0: tx hang 1 detected on queue 3, resetting adapter
[   61.000200] ixgbe 0000:03:00.0 core0: initiating reset due to tx timeout
[   61.200000] ixgbe 0000:03:00.0 core0: Reset adapter
HANG
	virtual_functions 300 700
} > "$dir/many"
virtual_functions 0 200 > "$dir/few"

shows "log: many devices, the one that hangs comes first" 2 '^core0 \(0000:03:00.0\), ixgbe$' log -v "$dir/many"
out=$("$NICREGS" log -v "$dir/many" | sed -n '/^Read /,/\.$/d; /./{p;q}')
verdict "log: it is at the top" "$([ "$out" = "core0 (0000:03:00.0), ixgbe" ]; echo $?)" "$out"
shows "log: many devices, those left out" 2 '^4[0-9][0-9] devices or so without trouble left out' log "$dir/many"
shows "log: many devices, those left out, in JSON" 2 '"devices_left_out": 4[0-9][0-9]$' log --json "$dir/many"
"$NICREGS" log "$dir/many" > "$dir/out"
verdict "log: in short as well" "$([ "$(sed -n '/^$/{n;p;q}' "$dir/out")" = "core0  0000:03:00.0  ixgbe" ] &&
	grep -q '^4[0-9][0-9] devices or so without trouble left out' "$dir/out"; echo $?)" "$(head -n 5 "$dir/out")"
out=$("$NICREGS" log --json "$dir/many" | grep -c '"kind": "reset"')
verdict "log: three lines of one reset" "$([ "$out" = 1 ]; echo $?)" "$out resets"
out=$("$NICREGS" log "$dir/few" 2>&1; "$NICREGS" log --json "$dir/few")
verdict "log: nothing left out of few" "$(! printf %s "$out" | grep -q 'left.out'; echo $?)" "said to be left out"

awk 'BEGIN {
	for (i = 0; i < 700000; i++)
		printf "[%5d.%06d] igb 0000:02:00.0 lan0: NIC Link is Down\n", i / 1000 + 1, i % 1000 * 1000 + 7
	print "[ 9000.000001] igb 0000:02:00.0 lan0: PCIe link lost"
}' > "$dir/flood"
out=$("$NICREGS" log -v "$dir/flood")
verdict "log: a flood, the fault at its end" "$(printf %s "$out" | grep -q 'Verdict: dead'; echo $?)" "no verdict"
verdict "log: a flood, reports left out" "$(printf %s "$out" | grep -q '^[0-9]* reports left out: '; echo $?)" "not said"
out=$("$NICREGS" log --json "$dir/flood" | tail -n 2)
verdict "log: a flood, reports left out, in JSON" \
	"$(printf %s "$out" | grep -q '"reports_left_out": [0-9]*$'; echo $?)" "$out"
shows "log: of no device" 0 '^Of no particular device$' log - <<'LOG'
[    0.035200] PCIe ASPM is disabled
LOG
shows "log: of no device, in JSON" 0 '"devices": \[\],$' log --json - <<'LOG'
[    9.035200] bond0: now running without any active interface!
LOG
# Each episode's first hang is among the evidence, by whichever clock the lines have.
hang_at() {
	printf '%s e1000e 0000:00:19.0 eno1: %s\n' "$1" 'Detected Hardware Unit Hang:'
	for value in 'TDH                  <5d>' 'TDT                  <90>' 'next_to_use          <90>' 'next_to_clean        <5d>'; do
		echo "$1   $value"
	done
}
for clock in none uptime; do
	for at in '25:00 1500' '25:02 1502' '25:04 1504' '55:40 3340' '55:42 3342'; do
		hang_at "Nov 20 09:${at% *} pve kernel:$([ $clock = none ] || printf ' [%5d.000000]' "${at#* }")"
	done > "$dir/episodes"
	out=$("$NICREGS" log "$dir/episodes")
	verdict "log: the last of two episodes, uptime: $clock" \
		"$(echo "$out" | grep -q '^HUNG  *since Nov 20 09:55:40, the first time Nov 20 09:25:00'; echo $?)" "$out"
	verdict "log: its first hang is shown, uptime: $clock" "$(echo "$out" | grep -q 'log line 1 (also 6, 16, 21): hang'; echo $?)" "$out"
done
# Records of JSON name their machine as lines do; a collector of both is none of them.
record() {
	printf '{"__REALTIME_TIMESTAMP": "1795165200000000", "SYSLOG_IDENTIFIER": "%s", %s, "MESSAGE": "e1000e 0000:00:1f.6 eno1: Reset adapter unexpectedly"}\n' "$1" "$2"
}
while IFS='|' read -r first second; do
	{ record kernel "$first"; record kernel "$second"; } > "$dir/two"
	"$NICREGS" log "$dir/two" | tr '\n' ' ' > "$dir/out"
	verdict "log: records of two machines, $first" "$(grep -q 'several machines wrote it (nas, pve)' "$dir/out"; echo $?)" "$(cat "$dir/out")"
	{ record kernel "$first"; record kernel "$first"; record sshd "$second"; } > "$dir/one"
	"$NICREGS" log "$dir/one" > "$dir/out"
	verdict "log: records of one, $first" "$(grep -q '^Read ' "$dir/out" && ! grep -q 'several machines' "$dir/out"; echo $?)" "$(cat "$dir/out")"
done <<'HOSTS'
"_HOSTNAME": "nas"|"_HOSTNAME": "pve"
"hostname": "nas.example.org"|"hostname": "pve"
"host": "nas"|"host": "pve"
"host": {"name": "nas", "os": "x"}|"host": {"name": "pve", "os": "x"}
"host.name": "nas"|"host.name": "pve"
"host": "collector", "hostname": "nas"|"hostname": "pve", "host": "collector"
HOSTS
{ record kernel '"hostname": "nas", "host": "a"'; record kernel '"host": "b", "hostname": "NAS.example.org"'; } > "$dir/one"
"$NICREGS" log "$dir/one" > "$dir/out"
verdict "log: records of one machine through two collectors" "$(grep -q '^Read ' "$dir/out" && ! grep -q 'several machines' "$dir/out"; echo $?)" "$(cat "$dir/out")"
# Advice without a command is on the screen, once; not for a link that went down a single time.
flaps() {
	for at in "$@"; do
		printf '[   %d.1] igb 0000:01:00.0 enp1s0: igb: enp1s0 NIC Link is Down\n' "$at"
		printf '[   %d.9] igb 0000:01:00.0 enp1s0: igb: enp1s0 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: RX/TX\n' "$at"
	done
	printf '\nethtool -S enp1s0\nNIC statistics:\n     rx_crc_errors: 8123\n     tx_packets: 99122\n'
}
flaps 50 59 64 | "$NICREGS" log - > "$dir/out"
verdict "log: a link that flaps, with errors: advice" "$(grep -q '8123 errors on the wire' "$dir/out" && [ "$(grep -c 'Another cable' "$dir/out")" = 1 ]; echo $?)" "$(cat "$dir/out")"
flaps 50 | "$NICREGS" log - > "$dir/out"
verdict "log: a link that went down once: none" "$(grep -q '^Read ' "$dir/out" && ! grep -qE 'on the wire|cable' "$dir/out"; echo $?)" "$(cat "$dir/out")"
shows "log: of two machines" 2 'several machines wrote it' log - <<'LOG'
Mar  4 03:12:44 nas kernel: e1000e 0000:00:1f.6 eno1: Reset adapter unexpectedly
Mar  4 03:12:45 backup.example kernel: e1000e 0000:00:1f.6 eno1: Reset adapter unexpectedly
LOG
"$NICREGS" log - > "$dir/out" <<'LOG'
Mar  4 03:12:44 nas.example kernel: e1000e 0000:00:1f.6 eno1: Reset adapter unexpectedly
Mar  4 03:12:45 nas kernel: e1000e 0000:00:1f.6 eno1: Reset adapter unexpectedly
Mar  4 03:12:46 other sshd[12]: e1000e 0000:00:1f.6 eno1: Reset adapter unexpectedly
[  12.0] e1000e 0000:00:1f.6 eno1: NIC Link is Down
LOG
verdict "log: of one machine by two of its names" "$(! grep -q 'several machines' "$dir/out"; echo $?)" "$(head -n 3 "$dir/out")"
shows "log: a lost device in the words of a container" 0 '1 line has a driver.s words for a fault among another program.s' log - <<'LOG'
2025-11-27T08:00:00.123456789Z stdout F [ 100.000001] igc 0000:0a:00.0 eno1: PCIe link lost, device now detached
LOG
shows "log: a failed probe behind labels" 0 '1 line has a driver.s words for a fault among another program.s' log - <<'LOG'
2025-11-27T08:00:00Z {job="kern",host="h"} igc 0000:0a:00.0: probe with driver igc failed with error -5
LOG
shows "log: a hang in a table without quotes" 2 'line 2: hang, eno1, Head .*22' log -v - <<'LOG'
time,host,prog,message
2025-11-27 08:00:00,h,kernel,e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:
2025-11-27 08:00:01,h,kernel,  TDH                  <22>
LOG
shows "log: what is no fault" 0 'No reports of trouble with Intel NICs in 1 line of standard input\.$' log - <<'LOG'
2025-11-27T08:00:00.123456789Z stdout F [ 100.000001] igc 0000:0a:00.0 eno1: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: RX
LOG
shows "log: a hang in the words of a container" 0 '1 line has a driver.s words for a fault among another program.s' log - <<'LOG'
2026-11-26T13:00:02.123456789Z stdout F [   12.345678] e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:
LOG
shows "log: and in those of a daemon" 0 '1 line has a driver.s words for a fault among another program.s' log - <<'LOG'
Mar  4 03:12:44 nas sshd[12]: e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:
LOG
"$NICREGS" log - > "$dir/out" <<'LOG'
Mar  4 03:12:44 nas sshd[12]: Accepted publickey for e1000e
Mar  4 03:12:45 nas kernel: r8169 0000:03:00.0 eno2: NETDEV WATCHDOG: CPU: 3: transmit queue 0 timed out 5003 ms
Mar  4 03:12:46 nas apt[9]: i40e 0000:03:00.0 eno2: NIC Link is Down
LOG
verdict "log: no such words" "$(grep -q '^No reports of trouble' "$dir/out" && ! grep -q 'among another' "$dir/out"; echo $?)" "$(cat "$dir/out")"

# A report whose numbers cannot be is a hang, whatever another one shows; one that was finished alone is none.
block() { printf '[%5s.000000] e1000e 0000:00:1f.6 eth0: Detected Hardware Unit Hang:\n  TDH                  <%s>\n  TDT                  <%s>\n  next_to_use          <%s>\n  next_to_clean        <8e>\nMAC Status             <80083>\n' "$1" "$2" "$3" "$3"; }
(block 100 fff0 ffa0; block 200 8f 8f) > "$dir/impossible"
(block 200 8f 8f; block 300 fff0 ffa0) > "$dir/impossible-last"
block 200 8f 8f > "$dir/finished"
for case in impossible:2 impossible-last:2 finished:0; do
	"$NICREGS" log "$dir/${case%:*}" > "$dir/out" 2>&1
	verdict "log: ${case%:*} heads" "$([ $? -eq "${case#*:}" ]; echo $?)" "$(cat "$dir/out")"
done

# A false alarm has nothing to recover from, whatever else its log advises; a kernel's watchdog that runs out is no false alarm.
block() { # SECONDS HEAD STATUS MAC-STATUS
	printf '[%5s.000000] e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:\n  TDH                  <%s>\n  TDT                  <6e>\n  next_to_use          <6e>\n  next_to_clean        <25>\nbuffer_info[next_to_clean]:\n  time_stamp           <1014b2a31>\n  next_to_watch        <6e>\n  jiffies              <1014b2c60>\n  next_to_watch.status <%s>\nMAC Status             <%s>\n' "$@"
}
watchdog='[  102.000000] NETDEV WATCHDOG: eno1 (e1000e): transmit queue 0 timed out'
block 100 6e 1 40080083 > "$dir/late"
shows "log: cleaned up late is a false alarm" 0 '^false alarm [(]likely[)]$' log "$dir/late"
verdict "log: and there is nothing to recover" "$(! grep -qE 'recover|^  Now' "$dir/out"; echo $?)" "$(cat "$dir/out")"
shows "log: nor in the whole advice" 0 'Verdict: false-alarm' log -v "$dir/late"
verdict "log: with its evidence" "$(grep -q 'turned the host.s side of the MAC off' "$dir/out" && ! grep -q 'To recover now' "$dir/out"; echo $?)" "$(cat "$dir/out")"
# Cleaned up late is what was marked done; what was not marked by the next report either is stuck, as is what waits with the host's side off.
block 100 6e 0 80083 > "$dir/unmarked"
shows "log: not marked, once: a false alarm, not of a late clean-up" 0 '^false alarm [(]possible[)]$' log "$dir/unmarked"
verdict "log: as it says" "$(! grep -q 'cleaned up late' "$dir/out" && tr -s ' \n' ' ' < "$dir/out" | grep -q 'had not yet marked the frame done'; echo $?)" "$(cat "$dir/out")"
(cat "$dir/unmarked"; block 102 6e 0 80083 | sed 's/c60>/e58>/; s/MAC/  jiffies              <1014b2e58>\nMAC/') > "$dir/unmarked-still"
shows "log: not marked at the next report, either" 2 '^HUNG [(]likely[)]' log "$dir/unmarked-still"
verdict "log: with that for a reason" "$(tr -s ' \n' ' ' < "$dir/out" | grep -q 'was not marked'; echo $?)" "$(cat "$dir/out")"
(cat "$dir/unmarked"; block 102 7f 0 80083 | sed 's/<6e>/<7f>/; s/<25>/<6e>/; s/2a31/2b99/') > "$dir/unmarked-next"
shows "log: another frame at the next report" 0 '^false alarm [(]possible[)]$' log "$dir/unmarked-next"
block 100 6e 0 40080083 > "$dir/unmarked-off"
shows "log: not marked, with the host's side of the MAC off" 2 '^HUNG [(]likely[)]' log "$dir/unmarked-off"
(cat "$dir/late"; echo "$watchdog") > "$dir/ran-out"
shows "log: a watchdog after it is none" 2 '^HUNG [(]likely[)]' log "$dir/ran-out"
verdict "log: which it shows" "$(grep -q '^  Now .*nicregs recover eno1' "$dir/out" && grep -q 'log line [0-9]*: watchdog' "$dir/out" &&
	! grep -q 'cleaned up late' "$dir/out"; echo $?)" "$(cat "$dir/out")"
(echo "$watchdog" | sed 's/102/ 99/'; cat "$dir/late") > "$dir/ran-out-first"
shows "log: nor is one before it" 2 '^HUNG [(]likely[)]' log "$dir/ran-out-first"
(sed 's/eno1/eno2/; s/00:1f.6/02:00.0/' "$dir/late"; echo "$watchdog") > "$dir/of-another"
shows "log: a watchdog of another NIC" 2 '^false alarm' log "$dir/of-another"

# Steps behind those of nicregs recover are named where there are some.
block 100 26 0 80083 > "$dir/stuck"
echo '[   30.100000] ixgbe 0000:05:00.0 eth4: Adapter removed' > "$dir/lost"
for case in stuck:0 lost:1; do
	COLUMNS=160 "$NICREGS" log "$dir/${case%:*}" > "$dir/out" 2>&1 # there is room for all
	verdict "log: stronger ways than the ladder, ${case%:*}" "$(grep -q '^  Now .*nicregs recover' "$dir/out" &&
		[ "$(grep -c 'If that does not help: -v lists stronger ways[.]' "$dir/out")" -eq "${case#*:}" ]; echo $?)" "$(cat "$dir/out")"
done

# --chip is not used for what the log shows to be another, and that ASPM can be switched and that it cannot never stand together.
unused() { # NAME CHIP FILE WHY
	"$NICREGS" log --chip "$2" "$dir/$3" > "$dir/out" 2> "$dir/err"
	verdict "log: --chip $1" "$(grep -q "^nicregs: --chip: $2 is not used: .*$4" "$dir/err" && ! grep -q "$2" "$dir/out"; echo $?)" \
		"$(cat "$dir/err" "$dir/out")"
}
unused "at the chipset's place" 82574L stuck 'has it at 0000:00:1f.6, the place of the chipset.s own NIC$'
verdict "log: and no ASPM" "$(! grep -q 'aspm disable' "$dir/out" && grep -q 'ASPM does not apply' "$dir/out"; echo $?)" "$(cat "$dir/out")"
printf 'TDH <26>\nTDT <6e>\nnext_to_use <6e>\nnext_to_clean <25>\nMAC Status <80083>\n' > "$dir/bare"
unused "and the form of a hang report" X550 bare '/bare has the hang report of e1000e, which is of other chips$'
shows "log: --chip that can be there" 2 '^eno1  I217-LM  0000:00:1f.6' log --chip I217-LM "$dir/stuck"
sed 's/00:1f.6/02:00.0/' "$dir/stuck" > "$dir/card"
shows "log: --chip on a card" 2 'nicregs aspm disable eno1 --persist' log --chip 82574L "$dir/card"
verdict "log: where ASPM applies" "$(! grep -q 'does not apply' "$dir/out"; echo $?)" "$(cat "$dir/out")"
shows "--chip: the beginning of one name" 1 'the whole name is I217-LM; ' log --chip I217 "$dir/stuck"
shows "--chip: the beginning of several" 1 'name one of them: I219-' log --chip I219 "$dir/stuck"
exit $failed
