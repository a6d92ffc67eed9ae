#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Capabilities of each verb, as capset(2) shows them: what it has when it opens what somebody else may have written, and what it
# has left when it prints. On a fake machine, as root of a user namespace, or as root without one.
itself=yes
. "${0%/*}/setup"
case $(dirname "$NICREGS") in
*/san) # the leak checker cannot look into a traced process
	export ASAN_OPTIONS=detect_leaks=0
	;;
esac
command -v strace > /dev/null && strace -o "$dir/trace" true 2> /dev/null || { echo "skip privileges: strace does not work here"; exit 0; }

# The last device has no definition: only its kind and its configuration space are known.
mkdir "$dir/machines"
cp -r tests/machine/82574L tests/machine/82579LM "$dir/machines"
cat >> "$dir/machines/82574L/machine" <<'MACHINE'
function 0000:03:00.0
00: 86 80 0c 15 06 00 10 00 00 00 00 02
attr class 0x020000
MACHINE
tests/machine/make-sys "$dir/machines/82574L/machine" "$dir/sys" || exit 1
tests/machine/private-sys "$dir/sys" true 2> /dev/null || { echo "skip privileges: no namespace can be had here"; exit 0; }
# Where there is no user namespace the program has CAP_NET_ADMIN alone.
full=$(tests/machine/private-sys "$dir/sys" sh -c 'test $((0x$(sed -n "s/^CapEff:\t//p" /proc/self/status) >> 21 & 1)) = 1 && echo yes')

"$NICREGS" snapshot --demo > "$dir/demo.json"
printf '[  1.000000] e1000e 0000:00:19.0 eno1: NIC Link is Down\n' > "$dir/a.log"
cp chipdefs/chip/82574L.def "$dir/mine.def"
open='SYS_ADMIN SYSLOG NET_ADMIN PERFMON BPF'

# NAME WHEN-IT-OPENS PATTERN WHEN-IT-PRINTS ARGUMENTS...: sets as words; PATTERN is of the name of a file, - for none.
keeps()
{
	name=$1 opens=$2 pattern=$3 prints=$4
	shift 4
	rm -f "$dir/trace"
	strace -f -o "$dir/trace" -e trace=capset,openat,write,execve -s 256 \
		tests/machine/private-sys "$dir/sys" "$NICREGS" "$@" > "$dir/out" 2> "$dir/err" < /dev/null
	why=$(python3 - "$dir/trace" "$NICREGS" "$opens" "$pattern" "$prints" "$full" <<'PYTHON'
import re, sys
trace, program, opens, pattern, prints, full = sys.argv[1:]
have = None  # before the first capset: everything
seen = {"open": None, "write": None}
started = False
order = []
for line in open(trace, errors="replace"):
    if f'execve("{program}"' in line:
        started = True
    if not started:
        continue
    if found := re.search(r"capset\(.*\{effective=([^,]*), permitted=([^,]*),.* = 0", line):
        if found[1] != found[2]:
            print("effective is not permitted:", line)
        have = set(re.findall(r"CAP_(\w+)", found[1]))
    elif pattern != "-" and seen["open"] is None and re.search(r'openat\([^"]*"[^"]*%s"' % pattern, line):
        seen["open"] = have if have is not None else {"all"}
    elif re.search(r"\bwrite\(1,", line) and seen["write"] is None:
        seen["write"] = have if have is not None else {"all"}
for what, wanted in ("open", opens), ("write", prints):
    if what == "open" and pattern == "-" or wanted == "-":
        continue
    wanted = set(wanted.split()) if full else set(wanted.split()) & {"NET_ADMIN"}
    if seen[what] is None:
        print("no", what, "was seen")
    elif seen[what] != wanted:
        print("at its first", what, "it has", " ".join(sorted(seen[what])) or "none", "and not", " ".join(sorted(wanted)) or "none")
PYTHON
	)
	verdict "$name" "$([ -z "$why" ]; echo $?)" "$why; $(head -2 "$dir/err")"
}

keeps "chips: none" '' - '' chips
keeps "decode: none" '' - '' decode 82574L STATUS 0x80083
keeps "--help prints without a look at anything" - - - chips --help
keeps "lint: to read files" DAC_READ_SEARCH 'mine\.def' - lint "$dir/mine.def"
keeps "--chipdefs: to read files" DAC_READ_SEARCH 'mine\.def' - --chipdefs "$dir/mine.def" chips
keeps "diff: to read files" DAC_READ_SEARCH 'demo\.json' - diff "$dir/demo.json" "$dir/demo.json"
keeps "log of a file: to read files" DAC_READ_SEARCH 'a\.log' DAC_READ_SEARCH log "$dir/a.log"
for verb in list show diagnose aspm; do
	keeps "$verb --from: to read files, then none" DAC_READ_SEARCH 'demo\.json' '' "$verb" --from "$dir/demo.json"
done
keeps "snapshot --from -o: to write as well" "DAC_READ_SEARCH DAC_OVERRIDE" 'demo\.json' - \
	snapshot --from "$dir/demo.json" -o "$dir/copy.json"
keeps "list: to open devices, then none" "$open" '/sys/bus/pci/devices' '' list
keeps "show: to open devices, then none, the last of them without a definition" "$open" '/sys/bus/pci/devices' '' show
keeps "show --chipdefs: nothing more than to open devices when it parses it" "$open DAC_READ_SEARCH" 'mine\.def' '' \
	show --chipdefs "$dir/mine.def"
keeps "diagnose: none when it judges" "$open" '/sys/bus/pci/devices' '' diagnose --count 1
keeps "diagnose --log: to read the log" "$open DAC_READ_SEARCH" 'a\.log' '' diagnose --count 1 --log "$dir/a.log"
keeps "snapshot: none when it prints" "$open" '/sys/bus/pci/devices/[^"]*' '' snapshot ens4
keeps "report: none when it prints" "$open" '/sys/bus/pci/devices/[^"]*' '' report ens4
keeps "report --log: to read the log" "$open DAC_READ_SEARCH" 'a\.log' '' report ens4 --log "$dir/a.log"
keeps "aspm: none when it prints" "$open" '/sys/bus/pci/devices' '' aspm
keeps "aspm --dry-run: none when it prints" "$open" '/sys/bus/pci/devices/[^"]*' '' aspm disable ens4 --dry-run
keeps "watch: to open devices again" "$open DAC_READ_SEARCH DAC_OVERRIDE" 'a\.log' - \
	watch --count 1 --interval 0.1 --dir "$dir/incidents" --log "$dir/a.log"
keeps "monitor: to read a recording" DAC_READ_SEARCH 'demo\.json' - monitor --from "$dir/demo.json"

# Registers of the one device are read with what the driver's answers take, and no more.
strace -f -o "$dir/trace" -e trace=capset,openat tests/machine/private-sys "$dir/sys" "$NICREGS" show ens4 > /dev/null 2>&1
last=$(grep -n 'capset(' "$dir/trace" | grep -v 'effective=0, permitted=0' | tail -1)
verdict "show: CAP_NET_ADMIN alone while registers are read" \
	"$(echo "$last" | grep -q 'effective=1<<CAP_NET_ADMIN, permitted=1<<CAP_NET_ADMIN,'; echo $?)" "$last"
exit $failed
