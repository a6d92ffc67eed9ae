#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# `nicregs fix` on a fake machine whose interface is a real one, of the kernel's veth driver, in a network namespace of its own: its
# offloads are set and read through the real ioctls. Drivers of real parts are in tests/lab/scenarios/fix.scenario.
# shellcheck disable=SC2016
. "${0%/*}/setup"
. tests/cli/cases
COLUMNS=200
work=$dir
nic=0000:02:00.0 # the 82574L, ens4
more=            # options of private-sys

machine()
{
	rm -rf "$work/sys" "$work/run" "$work/kmsg" "$work/etc"
	mkdir -p "$work/run" "$work/etc/udev/rules.d"
	: > "$work/kmsg"
	echo 'root:x:0:0::/root:/bin/sh' > "$work/etc/passwd"
	tests/machine/make-sys 82574L "$work/sys"
}

# A script there, where the interface is made anew each time; its output and status in $work/out and $status.
inside() # SCRIPT
{
	# shellcheck disable=SC2086
	tests/machine/private-sys --bind "$work/run=/run" --bind "$work/kmsg=/dev/kmsg" --bind "$work/etc=/etc" $more "$work/sys" \
		sh -c "ip link add ens4 type veth peer name other || exit 77; $1" > "$work/out" 2>&1
	status=$?
}

fresh() # NAME: a case on a machine that nothing has changed
{
	begin "$1"
	machine
}

run() # STATUS SCRIPT
{
	inside "$2"
	[ "$status" = "$1" ] || no "exit status $status, not $1"
}

has() # FILE PATTERN
{
	grep -qE -- "$2" "$work/$1" 2> /dev/null || no "$1 does not have: $2"
}

# What recordings and pasted text say, and words in the wrong order: these need no machine.

case='a recording: what the facts say is so' good=yes
"$NICREGS" --demo fix > "$work/out" 2>&1 || no 'it failed'
says '^  mtu-both: mtu=1500$'
says '^      Now tso=on gso=on gro=on'
[ "$(sed -n '/^So already/,$p' "$work/out" | grep -c mtu-both)" = 1 ] || no 'the MTU is 1500 already'
"$NICREGS" --demo --json fix > "$work/out" 2>&1
[ "$(grep -A 6 '"id": "mtu-both"' "$work/out" | grep -c '"state": "so"')" = 1 ] || no 'the MTU is not "so" in JSON'
[ "$(grep -A 6 '"id": "offloads-off"' "$work/out" | grep -c '"state": "to-do"')" = 1 ] || no 'TSO is on'
end

case='a recording: what is unproven is not advised' good=yes
"$NICREGS" fix --from tests/stories/short-stall/recording.json > "$work/out" 2>&1 || no 'it failed'
[ "$(sed -n '/^Advised by what was found$/,/^Possible$/p' "$work/out" | grep -c '^  [a-z]')" = 1 ] || no 'one remedy is advised'
[ "$(sed -n '/^Unproven, though often advised$/,/^Not here$/p' "$work/out" | grep '^  [a-z]')" = '  ring-size: ring-tx=max' ] ||
	no 'ring-size is unproven'
end

case='a file without a PCI address' good=yes
echo '{"format":"nicregs-snapshot","schema":1,"origin":"live","chip":"X722","functions":[],"facts":{"netdev":"eno3","driver":"i40e"},"registers":[]}' > "$work/nameless.json"
"$NICREGS" fix --from "$work/nameless.json" > "$work/out" 2>&1 || no 'fix failed'
says '^eno3: its PCI address is not in the file, and without it no remedies are listed\.'
"$NICREGS" fix --from "$work/nameless.json" --from tests/stories/short-stall/recording.json > "$work/out" 2>&1 || no 'fix of two failed'
says '^Advised by what was found$'
[ "$(grep -c '^eno3: its PCI address' "$work/out")" = 1 ] || no 'it is not said once'
"$NICREGS" aspm --from "$work/nameless.json" > "$work/out" 2>&1 || no 'aspm failed'
[ "$(head -n 1 "$work/out")" = 'X722 eno3' ] || no 'aspm does not begin with the device'
end

pasted() # NAME TEXT
{
	case=$1 good=yes
	printf "$2" > "$work/text"
	for verb in fix aspm list show; do
		"$NICREGS" "$verb" --from "$work/text" || no "$verb failed"
	done > "$work/out" 2>&1
}

pasted 'text of an I219, which has no link' '00:1f.6 Ethernet controller [0200]: Intel Corporation Ethernet Connection (7) I219-V [8086:15bc] (rev 10)
	Capabilities: [c8] Power Management version 3
	Kernel driver in use: e1000e
'
says '^Not here'
says 'aspm-disable: aspm=off: The device sits in the chipset and has no PCI Express link'
says 'PCIe +The device sits in the chipset and has no PCI Express link'
never_says 'So already|lspci -xxx'
end

pasted 'text of an I225 that does not say what is on' '05:00.0 Ethernet controller [0200]: Intel Corporation Ethernet Controller I225-V [8086:15f3] (rev 03)
	Kernel driver in use: igc
'
says '^  aspm-disable: aspm=off$'
says '^  aspm-l12: aspm.l1.2=off$'
never_says 'So already|Not here|by the text'
end

pasted 'text of an I210 with ASPM on' '02:00.0 Ethernet controller [0200]: Intel Corporation I210 Gigabit Network Connection [8086:1533] (rev 03)
		LnkCap:	Port #0, Speed 2.5GT/s, Width x1, ASPM L0s L1, Exit Latency L0s <2us, L1 <16us
		LnkCtl:	ASPM L0s L1 Enabled; RCB 64 bytes, Disabled- CommClk+
	Kernel driver in use: igb
'
says 'L0s L1, by the text'
says 'By the text: .*ASPM L0s L1'
never_says 'So already|Not here'
end

pasted 'text of an I210 with ASPM off' '02:00.0 Ethernet controller [0200]: Intel Corporation I210 Gigabit Network Connection [8086:1533] (rev 03)
		LnkCtl:	ASPM Disabled; RCB 64 bytes, Disabled- CommClk+
	Kernel driver in use: igb
'
says '^So already'
says '^  aspm-disable: aspm=off$'
says 'disabled, by the text'
end

pasted 'text of a virtual function' '03:10.0 Ethernet controller [0200]: Intel Corporation 82599 Ethernet Controller Virtual Function [8086:10ed] (rev 01)
	Kernel driver in use: ixgbevf
'
says '^  aspm-disable: aspm=off: The device is a virtual function'
never_says 'So already'
end

shows 'a remedy without a DEVICE' 1 'offloads-off: it is a remedy: a DEVICE stands before it' --demo fix offloads-off
shows 'a remedy without a DEVICE, and an option of a change' 1 'offloads-off: it is a remedy: a DEVICE stands before it' fix offloads-off --dry-run
shows 'an option of a change for the list' 1 'name a remedy' fix --dry-run
shows 'a setting without a DEVICE' 1 'mtu: it is a setting: a DEVICE stands before it' --demo fix mtu
shows 'neither' 1 'eth7: not in the recording' --demo fix eth7
shows 'help: restore is a word of fix' 0 '\| fix restore \[DEVICE\]' --help
shows 'restore behind the DEVICE' 1 'nicregs fix restore ens4' fix ens4 restore

export NICREGS
machine
inside 'ethtool -k ens4 > /dev/null'
if [ "$status" -ne 0 ]; then
	echo "skip fix: no veth or no ethtool in a network namespace of its own: $(head -n 1 "$work/out")"
else
	fresh 'a plan writes nothing'
	run 0 'ethtool -k ens4 > /run/a; "$NICREGS" fix ens4 tso=off --dry-run; ethtool -k ens4 | cmp - /run/a; ls /run'
	says 'feature.tx-tcp-segmentation +on +off'
	says 'Nothing was written'
	never_says nicregs
	end

	fresh 'a remedy by the beginning of its name: set, said in the kernel log, restored'
	run 0 'ethtool -k ens4 > /run/a; "$NICREGS" fix ens4 offload; ethtool -k ens4 | grep -e ^tcp-seg -e ^gen; "$NICREGS" fix ens4 offloads-off
		"$NICREGS" fix restore ens4; ethtool -k ens4 | cmp - /run/a; ls /run/nicregs'
	says 'Done, and read back. nicregs fix restore 0000:02:00.0 brings it back'
	says '^tcp-segmentation-offload: off'
	says '^generic-receive-offload: off'
	says 'Nothing to do: all is so already'
	says 'Everything is as it was'
	never_says '^fix-'
	has kmsg "nicregs: fix: .*$nic feature.tx-tcp-segmentation on -> off"
	end

	fresh 'what is asked for comes back, not what was in force'
	run 0 'ethtool -K ens4 sg off > /dev/null; ethtool -k ens4 > /run/a; grep -c "requested on" /run/a; "$NICREGS" fix ens4 tso=off gso=off > /dev/null
		ethtool -k ens4 | grep -c "requested on"; "$NICREGS" fix restore ens4 > /dev/null; ethtool -k ens4 | cmp - /run/a && ethtool -K ens4 sg on > /dev/null
		ethtool -k ens4 | grep ^tcp-seg'
	says '^tcp-segmentation-offload: on'
	end

	fresh 'several changes: back to the first'
	run 0 'ethtool -k ens4 > /run/a; "$NICREGS" fix ens4 tso=off; "$NICREGS" fix ens4 gro=on; "$NICREGS" fix ens4 tso=on sg=off; "$NICREGS" fix restore --json ens4
		ethtool -k ens4 | cmp - /run/a'
	says '"result": "done"'
	end

	fresh 'killed after the write: said, refused until restored'
	run 0 'ethtool -k ens4 > /run/a; NICREGS_TEST_KILL_AFTER=1 "$NICREGS" fix ens4 tso=off; "$NICREGS" fix ens4 gro=off && exit 1
		"$NICREGS" fix ens4 --count 1 | grep interrupted && "$NICREGS" fix restore && ethtool -k ens4 | cmp - /run/a'
	says 'nicregs: 0000:02:00.0: an earlier change of this device was interrupted'
	says 'nicregs fix restore 0000:02:00.0 restores the previous state'
	end

	fresh 'a damaged record: said, and nothing is set'
	run 0 'mkdir -m 700 /run/nicregs; echo x > /run/nicregs/fix-0000:02:00.0; "$NICREGS" fix ens4 tso=off && exit 1; ethtool -k ens4 | grep ^tcp-seg'
	says 'this record of a change is damaged'
	says '^tcp-segmentation-offload: on'
	end

	fresh 'by itself'
	run 0 'ethtool -k ens4 > /run/a; "$NICREGS" fix ens4 gro=on; "$NICREGS" fix ens4 tso=off --for 1s; ethtool -k ens4 | grep ^tcp-seg
		for i in $(seq 100); do ethtool -k ens4 | grep -q "^tcp-seg.*: on" && break; sleep 0.1; done; ethtool -k ens4 | grep -e ^tcp-seg -e ^generic-rec'
	says 'restored automatically in 1 s'
	says '^tcp-segmentation-offload: off'
	says '^tcp-segmentation-offload: on'
	says '^generic-receive-offload: on'
	end

	fresh 'by itself: what an earlier command set stays'
	run 0 '"$NICREGS" fix ens4 mtu=1400; "$NICREGS" fix ens4 mtu=1400 --for 1s; sleep 3; cat /sys/class/net/ens4/mtu
		"$NICREGS" fix ens4 mtu=1400 tso=off --for 1s; for i in $(seq 100); do ethtool -k ens4 | grep -q "^tcp-seg.*: on" && break; sleep 0.1; done
		sed "s/^/later: /" /sys/class/net/ens4/mtu; "$NICREGS" fix restore ens4; sed "s/^/restored: /" /sys/class/net/ens4/mtu'
	says 'Nothing to do: all is so already'
	says 'This command changed nothing, so --for restores nothing'
	says 'The settings that this command changed will be restored automatically in 1 s'
	says '^1400$'
	says '^later: 1400$'
	says '^restored: 1500$'
	[ "$(grep -c 'restored automatically' "$work/out")" = 1 ] || no 'it says more than once what will be restored'
	end

	fresh 'by itself: another --for restarts the timer'
	run 0 '"$NICREGS" fix ens4 mtu=1400 --for 600s; "$NICREGS" fix ens4 mtu=1400 --for 1s
		cat /sys/class/net/ens4/mtu; for i in $(seq 100); do grep -q 1500 /sys/class/net/ens4/mtu && break; sleep 0.1; done
		sed "s/^/later: /" /sys/class/net/ens4/mtu'
	says 'timer of an earlier change was restarted: it will be restored automatically in 1 s'
	says '^1400$'
	says '^later: 1500$'
	end

	fresh 'made to last: the file, the rule, set again, and taken back'
	run 0 '"$NICREGS" fix ens4 tso=off mtu=1400 --persist; cat /etc/nicregs/settings /etc/udev/rules.d/*; ip link set ens4 mtu 1500; ethtool -K ens4 tso on
		rm /run/nicregs/fix-*; "$NICREGS" fix reapply 0000:02:00.0; ethtool -k ens4 | grep ^tcp-seg; "$NICREGS" fix restore ens4 --persist
		ls /etc/nicregs /etc/udev/rules.d; ethtool -k ens4 | grep ^tcp-seg'
	says '^device 0000:02:00.0 8086:10d3'
	says '^    tso=off'
	says "RUN\+=\"${KEPT_PROGRAM:-$NICREGS} --no-color fix reapply .id\""
	says '^tcp-segmentation-offload: off'
	says 'no longer kept'
	never_says '^settings'
	never_says '^79-nicregs-fix.rules'
	end

	fresh 'kept ones that nobody can read: refused, the file stays'
	run 1 'mkdir /etc/nicregs; echo "colour=blue" > /etc/nicregs/settings; "$NICREGS" fix ens4 tso=off --persist'
	says 'nicregs: /etc/nicregs/settings: line 1: colour=blue'
	has etc/nicregs/settings '^colour=blue'
	end

	fresh 'the file cannot be written: refused, and no rule is left'
	mkdir "$work/etc/nicregs"
	more='--disk 4k=/etc/nicregs'
	run 1 'head -c 4096 /dev/zero > /etc/nicregs/full; "$NICREGS" fix ens4 tso=off --persist; status=$?; ls /etc/nicregs /etc/udev/rules.d
		ethtool -k ens4 | grep ^tcp-seg; exit $status'
	more=
	says 'nicregs: /etc/nicregs/settings: No space left on device'
	says '^tcp-segmentation-offload: on'
	never_says '^settings'
	never_says '^79-nicregs-fix.rules'
	end

	fresh 'a record or kept ones that nobody can read: the list says so'
	run 0 'mkdir /etc/nicregs; echo "colour=blue" > /etc/nicregs/settings; "$NICREGS" fix ens4 --count 1; rm /etc/nicregs/settings
		mkdir -m 700 /run/nicregs; mkfifo /run/nicregs/fix-0000:02:00.0; timeout 20 "$NICREGS" fix ens4 --count 1
		timeout 20 "$NICREGS" fix ens4 tso=off && exit 1; ethtool -k ens4 | grep ^tcp-seg'
	says '/etc/nicregs/settings: line 1: colour=blue'
	says '/run/nicregs/fix-0000:02:00.0: not a regular file'
	says '^tcp-segmentation-offload: on'
	end

	fresh 'refused with the reason before anything is set'
	run 0 'ethtool -k ens4 > /run/a
		for w in eee=off ring-tx=64 flag.disable-k1=on "tso=off feature.rx-lro=on" "tso=off gso=perhaps" "tso=off colour=blue" offloads-of-f aspm=perhaps; do
			"$NICREGS" fix ens4 $w && exit 1; done
		"$NICREGS" fix ens4 aspm=off tso=off; "$NICREGS" fix ens4 tso=off --for 1s --persist; "$NICREGS" fix ens4 tso=off --for never; "$NICREGS" fix restore ens4 tso=off
		"$NICREGS" --demo fix eth0 tso=off; ethtool -k ens4 | cmp - /run/a; ls /run/nicregs'
	says 'ens4: its driver lets nobody see or change this \(Energy'
	says 'ens4: its driver lets nobody see or change this \(ring'
	says 'feature.rx-lro: driver or kernel keeps feature.rx-lro off'
	says 'gso=perhaps: it takes on or off'
	says 'colour: no such setting'
	says 'offloads-of-f: no remedy for this device'
	says 'aspm=perhaps: it takes on or off'
	says 'aspm: it stands alone'
	says -- '--for: it contradicts --persist'
	says 'never: not a time'
	says -- '--demo: settings can be changed on the machine itself only'
	says 'nicregs --demo fix lists the remedies'
	never_says '^fix-'
	end

	fresh 'the list: what would be set, what is so, what cannot be'
	run 0 'ethtool -K ens4 tso off gso off gro off; "$NICREGS" fix ens4 --count 1; "$NICREGS" fix ens4 --count 1 --json'
	says '^  offloads-off: tso=off gso=off gro=off$'
	says '^  eee-off: eee=off: its driver lets nobody see'
	says '"state": "so"'
	says '"state": "not-here"'
	end

	# In a namespace where root is another user's root.
	if unshare -U true 2> /dev/null; then
		fresh 'nobody else may'
		run 4 'unshare -U "$NICREGS" fix ens4 tso=off'
		says 'only root can change it'
		end
	fi
fi
exit $failed
