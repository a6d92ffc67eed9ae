#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Machines with many devices: what is of the machine is read once, and the time is as many times longer as there are devices.
itself=yes
. "${0%/*}/setup"

# make-many TARGET N: a tree for /sys with N 82574L
cat > "$dir/make-many" <<'PYTHON'
import os, sys
sys.path.insert(0, os.getcwd() + "/tests/machine")
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
loader = SourceFileLoader("make_sys", "tests/machine/make-sys")
make_sys = module_from_spec(spec_from_loader("make_sys", loader))
loader.exec_module(make_sys)
machine = make_sys.Machine()
machine.files["class/dmi/id/board_name"] = "X11\n"
machine.files["bus/pci/slots/4/address"] = "0000:01:02\n"
for n in range(int(sys.argv[2])):
    function = make_sys.Function(f"0000:01:{n:02x}.0")
    machine.functions[function.address] = function
    function.set_config(0, bytes.fromhex("8680d310 07041000 00000002 10000000 0000dcf7"))
    function.bars[0] = 0x20000
make_sys.Writer(machine, sys.argv[1], False).write()
PYTHON
mkdir "$dir/sys"
PYTHONDONTWRITEBYTECODE=1 python3 "$dir/make-many" "$dir/sys" 4 || exit 1
tests/machine/private-sys "$dir/sys" "$NICREGS" --json show > "$dir/out" 2> "$dir/err"
verdict "four devices of one machine" \
	"$([ "$(grep -c '"board": "X11"' "$dir/out")" -eq 4 ] && [ "$(grep -c '"pci_slot": "4"' "$dir/out")" -eq 1 ]; echo $?)" \
	"$(grep -E 'board|slot' "$dir/out"; cat "$dir/err")"
if command -v strace > /dev/null && strace -o "$dir/trace" true 2> /dev/null; then
	for file in /proc/stat board_name bus/pci/slots; do
		tests/machine/private-sys "$dir/sys" strace -o "$dir/trace" -e trace=openat "$NICREGS" show > /dev/null 2>&1
		verdict "of the machine, once: $file" "$([ "$(grep -c "$file\"" "$dir/trace")" -eq 1 ]; echo $?)" \
			"$(grep -c "$file\"" "$dir/trace") times"
	done
else
	echo "skip of the machine, once: strace does not work here"
fi

# Seconds of the processor for `list` of a file with so many devices. A sanitizer's time says nothing.
cat > "$dir/measure" <<'PYTHON'
import os, subprocess, sys
program, folder = sys.argv[1:]
def seconds(n):
    path = f"{folder}/many.json"
    with open(path, "w") as f:
        for i in range(n):
            f.write('{"format": "nicregs-snapshot", "schema": 1, "origin": "live", "chip": "82574L", "functions": [{"address": '
                    f'"{i >> 13:04x}:{i >> 5 & 255:02x}:{i & 31:02x}.0", "role": "device", "config": "8680d310"}}]}}' + 3000 * " " + "\n") # as large as real ones
    child = subprocess.Popen([program, "list", "--from", path], stdout=subprocess.PIPE)
    lines = child.stdout.read().count(b"\n")
    used = os.wait4(child.pid, 0)[2]
    if lines < n:
        sys.exit(f"not ok list of {n} devices: {lines} lines")
    return used.ru_utime
few, many = seconds(2000), seconds(12000)
print(f"{'ok' if many < 10 * few else 'not ok'} six times the devices take {many / few:.1f} times as long")
PYTHON
case $NICREGS in
*/san/*) ;;
*)
	python3 "$dir/measure" "$NICREGS" "$dir" > "$dir/said" 2>&1
	sed 's/^ok six.*/ok six times the devices do not take ten times as long/' "$dir/said"
	grep -q '^ok' "$dir/said" || failed=1
	;;
esac
exit $failed
