#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A rescue shell: /sys, /dev or the journal is not there. Which one, and how to get it; nothing is passed over in silence.
. "${0%/*}/setup"
mkdir "$dir/none" "$dir/bus" "$dir/bus/bus" "$dir/sys" "$dir/log" "$dir/boots" "$dir/boots/journal" "$dir/boots/journal/abc"
tests/machine/private-sys "$dir/none" true 2> /dev/null || { echo "skip bare: no namespace can be had here"; exit 0; }
tests/machine/make-sys 82574L "$dir/sys" || exit 1
cp tests/packages/story.log "$dir/log/kern.log"
echo "LPKSHHRH and more" > "$dir/boots/journal/abc/system.journal"

# says NAME STATUS TEXT SYS-AND-MOUNTS... -- ARGUMENTS...: all that it prints is one line for the comparison
says()
{
	name=$1 status=$2 text=$3 where=
	shift 3
	while [ "$1" != -- ]; do
		where="$where $1"
		shift
	done
	shift
	# shellcheck disable=SC2086
	tests/machine/private-sys $where "$NICREGS" "$@" < /dev/null > "$dir/out" 2>&1
	got=$?
	verdict "$name" "$([ $got -eq "$status" ] && tr -s ' \n' ' ' < "$dir/out" | grep -qF -- "$text"; echo $?)" "status $got: $(cat "$dir/out")"
}

for verb in list show diagnose aspm "aspm disable eth0" fix "fix eth0 offloads-off" "recover eth0 --dry-run" "write eth0 TIPG.IPGT=9 --yes" snapshot report metrics monitor; do
	# shellcheck disable=SC2086
	says "no /sys: $verb" 1 "nicregs: /sys: it is not mounted mount -t sysfs sys /sys; without it, --from FILE" "$dir/none" -- $verb
done
says "no PCI bus: all NICs" 0 "No Intel NIC found on this machine." "$dir/bus" -- list
says "no PCI bus: one" 1 "nicregs: /sys/bus/pci/devices: this machine has no PCI bus a file from another" "$dir/bus" -- list eth0

no_dev="--disk 1m=/dev"
says "no /dev, no log: log" 1 "nicregs: /dev/kmsg: No such file or directory mount -t devtmpfs dev /dev, or give it a log: dmesg | nicregs log -" \
	$no_dev --disk 1m=/var/log --disk 1m=/run "$dir/sys" -- log
says "no /dev: watch" 1 "nicregs: /dev/kmsg: No such file or directory mount -t devtmpfs dev /dev, or name a log that grows" \
	$no_dev "$dir/sys" -- watch --dir "$dir/incidents"
says "no /dev, no log: report" 3 "the report is written without the kernel log; --log FILE gives it one" \
	$no_dev --disk 1m=/var/log --disk 1m=/run "$dir/sys" -- report ens4 -o "$dir/one.report"
says "no /dev, a log" 2 "kernel log (1 file in /var/log; /dev/kmsg was not read: No such file or directory): 16 lines" \
	$no_dev --bind "$dir/log=/var/log" --disk 1m=/run "$dir/sys" -- log
says "no /dev: registers all the same" 0 "Registers read by mmap" $no_dev "$dir/sys" -- show ens4

# A libsystemd that cannot be loaded; a build without one has none to load.
mkdir "$dir/libraries" && : > "$dir/libraries/libsystemd.so.0" && : > "$dir/kmsg"
export LD_LIBRARY_PATH="$dir/libraries"
kmsg="--bind $dir/kmsg=/dev/kmsg --disk 1m=/run"
says "a journal and no libsystemd" 0 "this boot only, as the journal cannot be read without libsystemd: journalctl -k -b all | nicregs log" \
	$kmsg --bind "$dir/boots=/var/log" "$dir/sys" -- log
says "nor for an earlier boot" 1 "nicregs: the journal: " $kmsg --bind "$dir/boots=/var/log" "$dir/sys" -- log --boot -1
says "no journal to read" 1 "nicregs: --boot: this machine has no journal that can be read" $kmsg --disk 1m=/var/log "$dir/sys" -- log --boot -1
says "no journal" 0 "this boot only, as there is no journal" $kmsg --disk 1m=/var/log "$dir/sys" -- log
cp "$dir/log/kern.log" "$dir/boots"
says "a log beside a journal and no libsystemd" 2 "1 file in /var/log; the journal cannot be read without libsystemd: journalctl -k -b all | nicregs log and /dev/kmsg" \
	$kmsg --bind "$dir/boots=/var/log" "$dir/sys" -- log
exit $failed
