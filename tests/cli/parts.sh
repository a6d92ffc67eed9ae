#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Parts without registers here: what is known of them by their PCI id. The machines are made up.
. "${0%/*}/setup"

# function ADDRESS DEVICE-ID "BYTES OFFSET:BYTE..." : one function of lspci -xxxx, with a PCI Express capability at 0xe0
function_of()
{
	echo "$1 $2"
	awk -v id="$3" -v set="$4" 'BEGIN {
		n = split("0:86 1:80 2:" substr(id, 3) " 3:" substr(id, 1, 2) " 4:06 6:10 34:e0 e0:10 " set, list, " ")
		for (i = 1; i <= n; i++) { split(list[i], p, ":"); b[p[1]] = p[2] }
		for (row = 0; row < 4096; row += 16) {
			line = sprintf("%02x:", row)
			for (i = 0; i < 16; i++) { k = sprintf("%x", row + i); line = line " " (k in b ? b[k] : "00") }
			print line
		}
	}'
	echo
}

# machine FILE DEVICE-ID LNKCTL L1SS-CONTROL: a device behind a root port, both with the same link control
machine()
{
	{
		function_of 00:1c.0 "PCI bridge: Intel Corporation Root Port" a338 \
			"8:f0 a:04 b:06 e:01 19:01 1a:01 e2:42 ec:11 ed:0c ee:05 f0:$3 f2:11 100:1e 102:01 104:1f 108:$4"
		function_of 01:00.0 "Ethernet controller: Intel Corporation Device $2" "$2" \
			"8:03 b:02 e2:02 ec:11 ed:0c ee:05 f0:$3 f2:11 100:1e 102:01 104:1f 108:$4"
	} > "$dir/$1"
}
machine 82571-l1 105e 02 00
machine 82571-l0s 105e 01 00
machine 82573-off 108b 00 00
machine 82573-l0s 109a 01 00
machine 82583-l1 150c 02 00
machine 82575-l0s 10a7 01 00
machine i226-l12 125c 02 04
machine i226-l1 125c 02 00
machine i225-l12 15f3 02 04

says() # NAME STATUS PATTERN ARGUMENTS...: also on a fault's exit status
{
	name=$1 status=$2 pattern=$3
	shift 3
	"$NICREGS" "$@" > "$dir/out" 2> "$dir/err"
	got=$?
	tr -s ' \n' ' ' < "$dir/out" > "$dir/flat"
	verdict "$name" "$([ $got -eq "$status" ] && grep -qE -- "$pattern" "$dir/flat"; echo $?)" \
		"exit status $got: $(cat "$dir/err" "$dir/out")"
}
silent() # NAME PATTERN ARGUMENTS...
{
	name=$1 pattern=$2
	shift 2
	"$NICREGS" "$@" > "$dir/out" 2> "$dir/err"
	tr -s ' \n' ' ' < "$dir/out" > "$dir/flat"
	verdict "$name" "$([ -s "$dir/flat" ] && ! grep -qE -- "$pattern" "$dir/flat"; echo $?)" "$(cat "$dir/out" "$dir/err")"
}

says "list names a part" 0 '01:00.0 .*82571EB .*8086:105e.* L1 ' list --from "$dir/82571-l1"
says "list has its errata" 0 '^82571EB aspm-l1,dma-clock,' list --noheadings -o chip,errata --from "$dir/82571-l1"
says "and of an id its name" 0 '^I226-V aspm-l1.2 ' list --noheadings -o chip,errata --from "$dir/i226-l12"
says "aspm: L1 of an 82571" 0 'ASPM is on, and the chip has an erratum.*erratum 13.*switches L1 off' aspm --from "$dir/82571-l1"
says "aspm: its L0s is none" 0 'The chip has an erratum' aspm --from "$dir/82571-l0s"
silent "aspm: its L0s is no fault" 'ASPM is on' aspm --from "$dir/82571-l0s"
says "aspm by the part's name" 0 '01:00.0.*82573|has an erratum' aspm show 82573L --from "$dir/82573-l0s"
says "aspm --json" 0 '"erratum": \{ "id": "aspm-l1.2"' aspm --json --from "$dir/i226-l12"
silent "aspm of a part without erratum" 'erratum' aspm --from "$dir/i225-l12"

for case in 82571-l1:82571EB:L1 82573-l0s:82573:L0s 82583-l1:82583V:L1 82575-l0s:82575:L0s i226-l12:I226:L1.2; do
	machine=${case%%:*} part=${case#*:}
	says "diagnose: ASPM on an ${part%:*} ($machine)" 0 "ASPM is on, and the ${part%:*} has an ASPM bug" \
		diagnose -v --from "$dir/$machine"
done
says "diagnose: who switches L1.2 off depends on the kernel" 0 '6\.12\.44 and 6\.1\.149' diagnose -v --from "$dir/i226-l12"
for machine in 82571-l0s 82573-off i226-l1 i225-l12; do
	silent "diagnose: nothing of it ($machine)" 'has an ASPM bug' diagnose -v --from "$dir/$machine"
done

log_of() # FILE DEVICE-ID
{
	cat > "$dir/$1" <<-LOG
	[    1.000000] pci 0000:01:00.0: [8086:$2] type 00 class 0x020000
	[    2.000000] e1000e 0000:01:00.0 eth0: (PCI Express:2.5GT/s:Width x4) 00:00:00:00:00:01
	[ 1000.000000] NETDEV WATCHDOG: eth0 (e1000e): transmit queue 0 timed out
	[ 1000.100000] e1000e 0000:01:00.0 eth0: Reset adapter unexpectedly
	LOG
}
log_of log-82571 105e
log_of log-82567 10f5
says "log: an 82571 with trouble" 2 'The 82571EB has an ASPM bug that looks like this problem' log -v "$dir/log-82571"
silent "log: a part without erratum" 'fault with ASPM' log -v "$dir/log-82567"
printf '%s\n' '[ 2.0] e1000e 0000:01:00.0 eth0: MAC: 1, PHY: 4, PBA No: FFFFFF-0FF' \
	'[ 1000.000000] NETDEV WATCHDOG: eth0 (e1000e): transmit queue 0 timed out' > "$dir/log-82572"
says "log: by the numbers of the driver" 2 '82572EI has an ASPM bug that looks like this problem' log -v "$dir/log-82572"

says "the reference knows it" 0 'aspm-l1: .*against it, the e1000e driver' chips 82571EB
exit $failed
