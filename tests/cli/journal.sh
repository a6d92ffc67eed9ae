#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# This machine's log with that of earlier boots: the systemd journal, the logs in /var/log, and which part of them is read.
. "${0%/*}/setup"

python3 - "$dir" <<'PYTHON'
import sys
BLOCK = """Detected Hardware Unit Hang:
  TDH                  <11>
  TDT                  <90>
  next_to_use          <90>
  next_to_clean        <11>
buffer_info[next_to_clean]:
  time_stamp           <1000591d6>
  next_to_watch        <12>
  jiffies              <1000593fc>
  next_to_watch.status <0>
MAC Status             <80083>
PHY Status             <796d>
PCI Status             <10>"""
PORT = "e1000e 0000:02:00.0 eno1: "
BOUND = [(5, PORT + "renamed from eth0"), (9, PORT + "NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx")]
DOWN = (7769, PORT + "NIC Link is Down")
BOOTS = [BOUND + [(7762, PORT + BLOCK), (7763, PORT + "Reset adapter unexpectedly"), DOWN], BOUND + [(8000, "usb 1-1: new device")],
         BOUND]
START = 1764028800  # 2025-11-25 00:00 UTC, a boot each day
records = []
for nth, messages in enumerate(BOOTS):
    for at, text in messages:
        stamps = "__REALTIME_TIMESTAMP=%d\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=%s\n_MACHINE_ID=%s\n" % (
            (START + nth * 86400 + at) * 1000000, at * 1000000, "abc"[nth] * 32, "d" * 32)
        lines = text.encode()
        records.append(stamps.encode() + b"_TRANSPORT=kernel\nSYSLOG_IDENTIFIER=kernel\n_SOURCE_MONOTONIC_TIMESTAMP=%d\nMESSAGE\n" % (at * 1000000) +
                       len(lines).to_bytes(8, "little") + lines + b"\n\n")
        # Other programs' words, by syslog and through /dev/kmsg.
        for field in ("_TRANSPORT=syslog\nSYSLOG_IDENTIFIER=kernel", "_TRANSPORT=kernel\nSYSLOG_IDENTIFIER=sshd"):
            records.append((stamps + field + "\nMESSAGE=e1000e 0000:03:00.0 evil: Reset adapter unexpectedly\n\n").encode())
open(sys.argv[1] + "/export", "wb").write(b"".join(records))
syslog = ["".join("2025-11-%02dT%02d:%02d:%02d+00:00 host kernel: [%12.6f] %s\n" % (25 + nth, at // 3600, at // 60 % 60, at % 60, at, line)
                  for at, text in messages for line in text.split("\n")) for nth, messages in enumerate(BOOTS)]
open(sys.argv[1] + "/kern.log", "w").write(syslog[1] + syslog[2])
open(sys.argv[1] + "/kern.log.1", "w").write(syslog[0])
PYTHON

mkdir "$dir/log" "$dir/log/nested"
cp "$dir/kern.log" "$dir/kern.log.1" "$dir/log"
cp "$dir/kern.log.1" "$dir/log/nested/dmesg"
# With the directory as /var/log, where nothing else says anything: in a namespace of its own nobody may read /dev/kmsg.
instead() # DIRECTORY ARGUMENTS...
{
	NICREGS=$NICREGS unshare -rm sh -c 'mount --bind "$1" /var/log && mount -t tmpfs none /run && shift && exec "$NICREGS" "$@"' sh "$@"
}
# Where that is not allowed the lab's scenario earlier-boots has it alone.
if unshare -rm true 2> /dev/null; then
	instead "$dir/log" log < /dev/null > "$dir/out" 2> "$dir/err"
	status=$?
	verdict "without a journal the logs in /var/log" \
		"$([ $status -eq 2 ] && tr '\n' ' ' < "$dir/out" | grep -q "^Read this machine's kernel log (2 files in /var/log" && \
		grep -q 'line 3 of kern.log.1: hang' "$dir/out"; echo $?)" "status $status: $(cat "$dir/out" "$dir/err")"
	instead "$dir/log" log --boot -1 > "$dir/out" 2> "$dir/err"
	status=$?
	verdict "--boot takes a journal" "$([ $status -eq 1 ] && grep -q '^nicregs: --boot: this machine has no journal' "$dir/err"; echo $?)" "status $status: $(cat "$dir/err")"
fi
# What a boot's end says is the past once another boot follows.
cat > "$dir/down" <<'LOG'
[    9.000000] e1000e 0000:02:00.0 eno1: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx
[   10.000000] bonding: bond0: link status definitely up for interface eno1, 1000 Mbps full duplex
[ 7000.000000] e1000e 0000:02:00.0 eno1: NIC Link is Down
[ 7000.100000] bonding: bond0: link status definitely down for interface eno1, disabling it
LOG
echo '[    9.000000] e1000e 0000:03:00.0 eno2: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx' > "$dir/next"
cat "$dir/kern.log.1" "$dir/next" > "$dir/hang"
word() { "$NICREGS" --json log "$1" | python3 -c 'import json, sys; print(*["%s %s" % (d["verdict"], d.get("earlier_boot", False)) for d in json.load(sys.stdin)["devices"] if d["netdev"] == "eno1"])'; }
verdict "a link that went down in this boot" "$([ "$(word "$dir/down")" = "link-down False" ]; echo $?)" "$(word "$dir/down")"
cat "$dir/down" "$dir/next" > "$dir/both"
verdict "one that went down before a boot" "$([ "$(word "$dir/both")" = "unknown False" ]; echo $?)" "$(word "$dir/both")"
verdict "a hang in this boot" "$([ "$(word "$dir/kern.log.1")" = "hung False" ]; echo $?)" "$(word "$dir/kern.log.1")"
verdict "a hang before a boot" "$([ "$(word "$dir/hang")" = "hung True" ]; echo $?)" "$(word "$dir/hang")"

shows "not a boot" 1 '^nicregs: 1: not a boot' log --boot 1
shows "not a time" 1 '^nicregs: soon: not a time' log --since soon
shows "another machine's file has no boots" 1 '^nicregs: --boot: it is about this machine' log --boot -1 "$dir/kern.log"

remote=/usr/lib/systemd/systemd-journal-remote
if ! [ -x $remote ] || ! "$NICREGS" --version | grep -q 'systemd journal (libsystemd)'; then
	echo "skip no systemd-journal-remote, or a build without libsystemd"
	exit $failed
fi
mkdir "$dir/journal" "$dir/empty" "$dir/var" "$dir/var/journal"
$remote -o "$dir/journal/system.journal" "$dir/export" > "$dir/out" 2>&1 || cat "$dir/out"

# own NAME STATUS FIRST-LINE ARGUMENTS...
own()
{
	name=$1 wanted=$2 first=$3
	shift 3
	TZ=UTC "$NICREGS" log --journal "$dir/journal" "$@" > "$dir/out" 2> "$dir/err" < /dev/null
	status=$?
	verdict "$name" "$([ $status -eq "$wanted" ] && sed -n '1,/^$/p' "$dir/out" | tr '\n' ' ' | sed 's/^Read the journal in [^ ]*: //' | \
		grep -q "^$first" && [ ! -s "$dir/err" ]; echo $?)" "status $status: $(cat "$dir/out" "$dir/err")"
}
own "all boots" 2 '22 lines, 2025-11-25T00:00:05+0000 to 2025-11-27T00:00:09+0000, 3 boots, 1 Intel NIC'
verdict "evidence names the boot" "$(grep -q 'log line 3 of boot -2: hang' "$dir/out"; echo $?)" "$(cat "$dir/out")"
verdict "other programs say nothing" "$(! grep -q evil "$dir/out"; echo $?)" "$(cat "$dir/out")"
own "the boot before the last" 0 '3 lines, 2025-11-26T00:00:05+0000 to 2025-11-26T02:13:20+0000, 1 Intel NIC' --boot -1
own "the first one" 2 '17 lines, 2025-11-25T00:00:05+0000 to 2025-11-25T02:09:29+0000, 1 Intel NIC' -b -2
own "the last one" 0 '2 lines, 2025-11-27T00:00:05+0000 to 2025-11-27T00:00:09+0000, 1 Intel NIC' --boot 0
own "since a day" 0 '5 lines, 2025-11-26' --since 2025-11-26
own "since a minute" 2 '15 lines, 2025-11-25T02:09:22+0000' --since '2025-11-25 02:09:22' --boot -2
"$NICREGS" log --journal "$dir/journal" --boot -3 > "$dir/out" 2> "$dir/err"
verdict "a boot that is not there" "$([ $? -eq 1 ] && grep -q 'goes back to boot -2' "$dir/err"; echo $?)" "$(cat "$dir/err")"
"$NICREGS" log --journal "$dir/empty" > "$dir/out" 2> "$dir/err"
verdict "an empty directory" "$([ $? -eq 1 ] && grep -q 'no message of a kernel' "$dir/err"; echo $?)" "$(cat "$dir/err")"
mkdir "$dir/libraries" && : > "$dir/libraries/libsystemd.so.0"
export LD_LIBRARY_PATH="$dir/libraries"
shows "libsystemd is not there" 1 '^nicregs: [^ ]*/journal: can be read through libsystemd alone, and libsystemd cannot be loaded' log --journal "$dir/journal"
# Whether this machine has a journal decides which; bare.sh has both.
shows "nor for an earlier boot" 1 '^nicregs: (the journal: .*libsystemd cannot be loaded|--boot: this machine has no journal)' log --boot -1
unset LD_LIBRARY_PATH
# Where that is not allowed the lab's scenario earlier-boots has it alone.
if unshare -rm true 2> /dev/null; then
	# Where journald keeps it: under the machine's id.
	id=$(cat /etc/machine-id 2> /dev/null)
	if [ -n "$id" ]; then
		mkdir "$dir/var/journal/$id"
		cp "$dir/journal/system.journal" "$dir/var/journal/$id"
		instead "$dir/var" log < /dev/null > "$dir/out" 2> "$dir/err"
		status=$?
		verdict "this machine's journal; this boot is none of those in it" \
			"$([ $status -eq 2 ] && grep -q "^Read this machine's kernel log (the journal" "$dir/out" && grep -q 'line 3 of boot -3: hang' "$dir/out"; echo $?)" \
			"status $status: $(cat "$dir/out" "$dir/err")"
	fi
fi
exit $failed
