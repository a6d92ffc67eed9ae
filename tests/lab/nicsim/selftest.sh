#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in a guest, as root: does nicsim do what its README says?
#
#   selftest.sh NICSIM.KO [ROUNDS]
#
# Needs lspci and setpci besides a busybox. Prints a line for each check and
# "selftest: N failed"; the exit status is that of the whole.

ko=$1 rounds=${2:-3}
dbg=/sys/kernel/debug/nicsim
dev=/sys/bus/pci/devices
failed=0

check() { # NAME, then what is and what should be
	if [ "$2" = "$3" ]; then
		echo "ok    $1"
	else
		echo "FAIL  $1: '$2', not '$3'"
		failed=$((failed + 1))
	fi
}

load() { dmesg -c >/dev/null; insmod "$ko" "$@" || echo "FAIL  insmod $*"; }

unload() {
	rmmod nicsim || echo "FAIL  rmmod"
	check "kernel log has no warning ($1)" "$(dmesg -r | grep -E \
		'^<[0-4]>|WARNING|BUG|Oops|Call Trace|refcount|leak|lockdep' |
		grep -vE 'taint(s|ing) kernel|hrtimer: interrupt took|clocksource')" ""
}

tell() { echo "$2" >"$dbg/$1/state"; }
reg() { sed -n "s/^$2 //p" "$dbg/$1/regs"; }
lnkctl() { setpci -s "$1" CAP_EXP+10.w; }
aspm() { echo $(($(printf '%d' "0x$(lnkctl "$1")") & 3)); }
l1ss() { setpci -s "$1" ECAP1e+8.l | cut -c8; }
ring() { sed -n "s/^$2 .*head \([0-9]*\) tail \([0-9]*\) .*/\1 \2/p" "$dbg/$1/state"; }
ticks() { usleep 100000; }

links() { # every link attribute, off and on again, seen at both ends
	for link in $dev/1000:*/link; do
		fn=$(basename "${link%/link}")
		up=$(basename "$(dirname "$(readlink -f "${link%/link}")")")
		for state in l0s:1 l1:2; do
			attr=$link/${state%:*}_aspm bit=${state#*:}
			[ -e "$attr" ] || continue
			before=$(lnkctl "$up")$(lnkctl "$fn")
			echo 0 >"$attr"
			check "$fn ${attr##*/} off at both ends" \
				"$(($(aspm "$up") & bit))$(($(aspm "$fn") & bit))" 00
			echo 1 >"$attr"
			check "$fn ${attr##*/} on again" \
				"$(lnkctl "$up")$(lnkctl "$fn")" "$before"
		done
	done
}

substates() { # FUNCTION PORT; bits 3:0 are ASPM L1.1 L1.2, PCI-PM L1.1 L1.2
	check "L1 substates on at both ends" "$(l1ss "$1")$(l1ss "$2")" ff
	for attr in l1_1_aspm:7 l1_2_aspm:b l1_1_pcipm:d l1_2_pcipm:e; do
		echo 0 >"$dev/$1/link/${attr%:*}"
		check "${attr%:*} off at both ends" "$(l1ss "$1")$(l1ss "$2")" \
			"${attr#*:}${attr#*:}"
		echo 1 >"$dev/$1/link/${attr%:*}"
	done
	check "L1 substates on again" "$(l1ss "$1")$(l1ss "$2")" ff
}

moves() { # FUNCTION
	tell "$1" "working 5000"; a=$(ring "$1" "tx 0"); ticks
	check "working: head and tail move" "$([ "$a" != "$(ring "$1" "tx 0")" ] && echo yes)" yes
	tell "$1" stalled; a=$(ring "$1" "tx 0"); ticks
	check "stalled: neither moves" "$(ring "$1" "tx 0")" "$a"
	check "stalled: there is work" "$([ "${a% *}" != "${a#* }" ] && echo yes)" yes
	tell "$1" "hung 100000"; ticks
	a=$(ring "$1" "tx 0") size=$(sed -n 's/^tx 0 .*size \([0-9]*\).*/\1/p' "$dbg/$1/state")
	check "hung: ring is full" $(((${a#* } - ${a% *} + size) % size)) $((size - 1))
	tell "$1" idle
	check "idle: no ring is listed" "$(grep -c '^[tr]x' "$dbg/$1/state")" 0
}

igb_states() { # FUNCTION
	check "STATUS: up at 1000" "$(reg "$1" 0x000008)" 0x00080083
	tell "$1" paused
	check "paused: STATUS.TXOFF" "$(reg "$1" 0x000008)" 0x00080093
	tell "$1" idle
	tell "$1" "link down"
	check "link down" "$(reg "$1" 0x000008)" 0x00080000
	check "link down: carrier" "$(cat $dev/"$1"/net/*/operstate)" down
	tell "$1" "link up"
	tell "$1" "queue 5 stalled"
	check "one queue stalls" "$(grep -c '^tx' "$dbg/$1/state")" 1
	tell "$1" idle
	echo "$1 queue 6 hung 10" >/sys/module/nicsim/parameters/tell
	check "told by parameter" "$(grep -c '^tx 6 hung rate 10' "$dbg/$1/state")" 1
	tell "$1" idle
	echo "0x03810 0x7" >"$dbg/$1/regs"
	check "a register can be set" "$(reg "$1" 0x003810)" 0x00000007
}

i40e_states() { # FUNCTION
	tell "$1" "queue 44 stalled"
	check "X722: QTX_TAIL(44) is ahead of QTX_HEAD(44)" \
		"$(reg "$1" 0x0e40b0)/$(reg "$1" 0x1080b0)" /0x00000033
	check "X722: QTX_ENA(1535)" "$(reg "$1" 0x1017fc)" 0x00000005
	tell "$1" "mdd 44"
	check "X722: GL_MDET_TX" "$(reg "$1" 0x0e6480)" 0x8200002c
	tell "$1" idle
}

servers() { # an X550, an X710, an E810 of two functions
	load topology=x550:1,x710:1,e810
	check "functions found" "$(lspci -D -d 8086: | grep -c '^1000:0[123]')" 4
	for f in 1 2 3; do moves 1000:0$f:00.0; done
	tell 1000:01:00.0 "queue 127 rx working"; ticks
	check "X550: RDH(127) lies with the upper half" "$([ "$(reg 1000:01:00.0 0x00dfd0)" ] && echo yes)" yes
	tell 1000:01:00.0 "storm 3"; a=$(reg 1000:01:00.0 0x00416c); ticks
	check "X550: class 3 is held" "$(reg 1000:01:00.0 0x00ce00)" 0x000000f7
	check "X550: pause frames go on" "$([ "$a" != "$(reg 1000:01:00.0 0x00416c)" ] && echo yes)" yes
	tell 1000:01:00.0 resumed
	check "X550: no class is held" "$(reg 1000:01:00.0 0x00ce00)" 0x000000ff
	tell 1000:02:00.0 "queue 127 stalled"
	a=$(ring 1000:02:00.0 "tx 127")
	check "X710: QTX_TAIL(127)" "$(($(reg 1000:02:00.0 0x1081fc)))" "${a#* }"
	check "X710: QTX_ENA(128) is off" "$(reg 1000:02:00.0 0x100200)" ""
	echo "0x2c0014 7" >$dbg/1000:03:00.1/regs; ticks
	check "E810: a doorbell rings" "$(reg 1000:03:00.1 0x0e0014)/$(reg 1000:03:00.1 0x2c0014)" 0x00000006/0xffffffff
	tell 1000:03:00.1 "queue 5 stalled"
	echo "0x2c0014 100" >$dbg/1000:03:00.1/regs; ticks
	check "E810: a stuck queue's head stands" "$(reg 1000:03:00.1 0x0e0014) $(ring 1000:03:00.1 "tx 5")" "0x00000006 7 100"
	check "E810: bytes in flight" "$(cat $dev/1000:03:00.1/net/*/queues/tx-5/byte_queue_limits/inflight)" $((93 * 1514))
	check "E810: the other function's rings are its own" "$(ring 1000:03:00.0 "tx 5")" ""
	unload servers
}

absence() { # FUNCTION PORT
	bar=$(sed -n '1s/ .*//p' "$dev/$1/resource")
	tell "$1" gone; ticks
	check "gone: configuration space" "$(setpci -s "$1" 0.l)" ffffffff
	check "gone: the link is down" "$(($(printf '%d' "0x$(setpci -s "$2" CAP_EXP+12.w)") & 0x2000))" 0
	tell "$1" back; ticks
	check "back: configuration space" "$(setpci -s "$1" 0.w)" 8086
	echo "$1" >"$dev/$1/driver/unbind"
	check "unbound: registers at BAR 0" "$(devmem $((bar + 8)) 32)" 0x00080083
	tell "$1" gone; ticks
	check "gone: registers" "$(devmem $((bar + 8)) 32)" 0xFFFFFFFF
	tell "$1" back; ticks
	setpci -s "$1" CAP_PM+4.w=3:3; ticks
	check "D3hot: registers" "$(devmem $((bar + 8)) 32)" 0xFFFFFFFF
	setpci -s "$1" CAP_PM+4.w=0:3; ticks
	check "D0: registers" "$(devmem $((bar + 8)) 32)" 0x00080083
	echo "$1" >/sys/bus/pci/drivers/nicsim-e1000e/bind
}

sleeps() { # FUNCTION: runtime PM, and a whole suspend cycle
	echo auto >$dev/"$1"/power/control; sleep 1
	check "runtime PM: sleeps" "$(cat $dev/"$1"/power_state)" D3hot
	echo on >$dev/"$1"/power/control
	setpci -s "$1" CAP_EXP+10.w=0:3
	echo 1 >/sys/module/suspend/parameters/pm_test_delay
	echo devices >/sys/power/pm_test
	echo freeze >/sys/power/state
	echo none >/sys/power/pm_test
	check "suspend: LNKCTL is as before" "$(aspm "$1")" 0
	setpci -s "$1" CAP_EXP+10.w=3:3
}

replug() { # FUNCTION
	tell "$1" "queue 0 stalled"
	echo 1 >"$dev/$1/remove"
	check "removed" "$([ -e "$dev/$1" ] || echo gone)" gone
	echo 1 >/sys/bus/pci/rescan; ticks
	check "rescanned: driver" "$(basename "$(readlink "$dev/$1/driver")")" nicsim-e1000e
	check "rescanned: TDT" "$(reg "$1" 0x003818)" 0x00000033
	tell "$1" idle
}

everything() {
	load topology=i350:2,x722,82574@4,82579,l1ss,switch
	check "functions found" "$(lspci -D | grep -c ^1000)" 20
	check "82579 has no PCI Express" "$(lspci -vv -s 1000:00:19.0 | grep -c Express)" 0
	check "82579 has AF" "$(lspci -vv -s 1000:00:19.0 | grep -c AFCap)" 1
	check "I350 trained" "$(lspci -vv -s 1000:01:00.0 | grep -c 'LnkSta:.*Speed 5GT/s.*Width x4')" 1
	substates 1000:03:00.0 1000:00:1c.2
	links
	moves 1000:01:00.0
	igb_states 1000:01:00.0
	i40e_states 1000:02:00.0
	absence 1000:08:00.0 1000:00:1c.4
	sleeps 1000:08:00.0
	replug 1000:08:00.0
	unload everything
}

uncontrolled() {
	load topology=i350:2,l1ss aspm_control=0
	check "no control: nothing in link/" "$(echo $dev/1000:*/link/*)" "$dev/1000:*/link/*"
	check "no control: the BIOS's state stays" "$(aspm 1000:01:00.0)$(aspm 1000:00:1c.0)" 33
	setpci -s 1000:01:00.0 CAP_EXP+10.w=0:3
	check "no control: LNKCTL takes a write" "$(aspm 1000:01:00.0)" 0
	echo 1 >$dev/1000:01:00.1/remove
	echo 1 >/sys/bus/pci/rescan; ticks
	check "no control: still nothing after a rescan" "$(echo $dev/1000:*/link/*)" "$dev/1000:*/link/*"
	unload "no control"
}

variants() {
	load topology=82574 stubborn=down aspm=l1
	setpci -s 1000:01:00.0 CAP_EXP+10.w=0:3
	check "stubborn: the write does not take" "$(aspm 1000:01:00.0)" 2
	setpci -s 1000:00:1c.0 CAP_EXP+10.w=0:3
	check "stubborn=down: the other end's does" "$(aspm 1000:00:1c.0)" 0
	unload stubborn

	load topology=i350 latency=real
	check "real latencies take L0s away" "$([ -e $dev/1000:01:00.0/link/l0s_aspm ] || echo yes)" yes
	unload latency

	load topology=i350:1,82574 claim=none config_size=256 aspm=none
	check "claim=none: no driver" "$(echo $dev/1000:0[12]:*/driver)" "$dev/1000:0[12]:*/driver"
	check "config_size=256" "$(wc -c <$dev/1000:01:00.0/config)" 256
	check "aspm=none" "$(aspm 1000:01:00.0)" 0
	unload "claim=none"

	for bad in topology=i351 topology=i350:5 aspm=l2 stubborn=yes domain=0; do
		insmod "$ko" $bad 2>/dev/null
		check "refused: $bad" "$(grep -c ^nicsim /proc/modules)" 0
	done
}

# With slub_debug=U: how many objects each place in the kernel has allocated.
traces() {
	sleep 1
	cat /sys/kernel/debug/slab/kmalloc*/alloc_traces 2>/dev/null |
		grep -E 'nicsim|pci|netdev|msi|irq|device|kernfs|vmap' |
		sed 's/\[nicsim\]/nicsim/' |
		awk '{ sub(/\+.*/, "", $2); n[$2] += $1 } END { for (i in n) print i, n[i] }' |
		sort
}

round() {
	load topology=i350,x722,82574,82579,l1ss,switch
	for s in $dbg/1000:0[12]:*/state; do echo working >"$s"; done
	usleep 200000
	[ -z "$1" ] || traces >"$1"
	unload round
}

everything
servers
uncontrolled
variants
round; round /tmp/loaded; traces >/tmp/before
i=0
while [ $i -lt "$rounds" ]; do
	round
	i=$((i + 1))
done
check "no mapping left" "$(grep -c nicsim /proc/vmallocinfo)" 0
if [ -s /tmp/before ]; then
	traces >/tmp/after
	check "traces see what is allocated" "$([ "$(diff /tmp/loaded /tmp/after)" ] && echo yes)" yes
	check "nothing is left after $rounds rounds" "$(diff /tmp/before /tmp/after)" ""
fi

echo "selftest: $failed failed"
[ $failed = 0 ]
