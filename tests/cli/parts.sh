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

# A name without its number finds each device that has it with one; with another number it does not.
machine i219-7 15bc 00 00
for name in I219-V i219-v '(7) I219-V' 'I219-V (7)' 8086:15bc I219-CNP; do
	says "a device by $name" 0 '0000:01:00.0 .*I219-V \(7\)' list --from "$dir/i219-7" "$name"
done
for name in I219-LM '(6) I219-V' 'I219-V (77)' I219; do
	shows "none by $name" 1 "^nicregs: .*: not in .*/i219-7" list --from "$dir/i219-7" "$name"
done
"$NICREGS" list --from "$dir/i219-7" --chip I219-V > "$dir/out" 2> "$dir/err"
verdict "a device that has the name of --chip is no other one" "$(! grep -q 'is not used' "$dir/err"; echo $?)" "$(cat "$dir/err")"

says "list names a part" 0 '01:00.0 .*82571EB .*8086:105e.* L1 ' list --from "$dir/82571-l1"
says "list has its errata" 0 '^82571EB aspm-l1,dma-clock,' list --noheadings -o chip,errata --from "$dir/82571-l1"
says "and of an id its name" 0 '^I226-V .*aspm-l1.2' list --noheadings -o chip,errata --from "$dir/i226-l12"
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

# What an igc prints names no part unless the log has its PCI id.
cat > "$dir/igc-dump" <<'LOG'
[  700.000000] igc 0000:01:00.0 eth0: NIC Link is Up 2500 Mbps Full Duplex, Flow Control: RX/TX
[  800.000000] igc 0000:01:00.0 eth0: Register Dump
[  800.000001] igc 0000:01:00.0 eth0: Register Name   Value
[  800.000002] igc 0000:01:00.0 eth0: CTRL            181c0641
[  800.000003] igc 0000:01:00.0 eth0: STATUS          40680683
[  800.000004] igc 0000:01:00.0 eth0: CTRL_EXT        100000c0
[  800.000005] igc 0000:01:00.0 eth0: RDH[0-3]        00000010 00000020 00000030 00000040
[  800.000006] igc 0000:01:00.0 eth0: RDT[0-3]        0000000f 0000001f 0000002f 0000003f
[  800.000007] igc 0000:01:00.0 eth0: TDH[0-3]        00000050 00000000 00000000 00000007
[  800.000008] igc 0000:01:00.0 eth0: TDT[0-3]        0000006a 00000000 00000000 00000007
LOG
lost()
{
	cat <<-'LOG'
	[  900.000000] igc 0000:01:00.0 eth0: PCIe link lost, device now detached
	[  900.100000] igc: Failed to read reg 0xc030!
	LOG
}
lost > "$dir/igc-lost"
{ echo '[    1.000000] pci 0000:01:00.0: [8086:15f3] type 00 class 0x020000'; lost; } > "$dir/i225-lost"
says "show: a revision with its stepping" 0 'revision 03 \(stepping B3\)' show -v --from "$dir/i225-l12"
silent "show: a stepping of another chip is none" 'stepping' show -v --from "$dir/i226-l12"
says "log: an igc register dump" 2 'eth0 \(0000:01:00.0\), I225 or I226, igc Verdict: (hung|stalled)' log -v "$dir/igc-dump"
says "log: work waits in one queue of it" 2 'Queue 0, Head \(TDH\) 0x50, Tail \(TDT\) 0x6a' log -v "$dir/igc-dump"
says "log: an igc that is lost" 2 'I225 or I226.*Verdict: dead' log -v "$dir/igc-lost"
says "log: its first remedies" 2 'To recover now 1\. nicregs recover .* 2\. cd /sys/bus/pci && echo 1 > devices/0000:01:00.0/remove && echo 1 > rescan.*aspm disable eth0 --for 10m' \
	log -v "$dir/igc-lost"
says "log: named by its PCI id" 2 'eth0 \(0000:01:00.0\), I225-V, igc Verdict: dead.*aspm disable eth0' log -v "$dir/i225-lost"
says "log: its first remedies as well" 2 'To recover now 1\. nicregs recover .* 2\. cd /sys/bus/pci && echo 1 > devices/0000:01:00.0/remove' log -v "$dir/i225-lost"

# Every Intel Ethernet device has a name, and what has no definition says so.
names() # ID NAME: the name in a list, and that it cannot be checked
{
	function_of 01:00.0 "Ethernet controller: Intel Corporation Device $1" "$1" "8:01 b:02 e2:02 ec:11 ed:0c ee:05 f0:00 f2:11" \
		> "$dir/id-$1"
	says "list names $1" 0 "01:00.0 - +$2 +8086:$1 .*Not checked: 0000:01:00.0 \\(no definition\\)" list --from "$dir/id-$1"
	says "show names $1, and says that it has no definition" 0 "^$2 .*nicregs has no definitions for this chip" show --from "$dir/id-$1"
}
names 1000 82542

says "the reference knows it" 0 'aspm-l1: .*against it, the e1000e driver' chips 82571EB
exit $failed
