#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# recover on a captured machine: what it would do, and where it refuses. What the steps do is seen in the lab.
. "${0%/*}/setup"
. tests/cli/watching

"$here/make-sys" 82574L "$dir/sys" || exit 1
net=$dir/sys/class/net/eno1
device=$dir/sys/bus/pci/devices/0000:00:19.0
echo 0x1003 > "$net/flags"

# An interface of this name in the network namespace of the test, with the address that the connection goes to.
cat > "$dir/inside" <<'INSIDE'
ip link set lo up
ip link add eno1 type veth peer name far && ip link set far up && ip link set eno1 up && ip addr add 192.0.2.1/24 dev eno1 &&
	ip route add 198.51.100.0/24 via 192.0.2.254
exec "$@"
INSIDE
recover()
{
	"$here/private-sys" "$dir/sys" sh "$dir/inside" "$NICREGS" recover "$@" > "$dir/out" 2> "$dir/err"
}

out_is() # NAME STATUS PATTERN
{
	got=$?
	verdict "$1" "$([ $got -eq "$2" ] && tr -s '\n ' ' ' < "$dir/out" | grep -qE -- "$3"; echo $?)" "status $got: $(cat "$dir/out" "$dir/err")"
}

refuses() # NAME PATTERN
{
	got=$?
	verdict "$1" "$([ $got -eq 1 ] && [ ! -s "$dir/out" ] && [ "$(wc -l < "$dir/err")" -eq 2 ] && grep -qE -- "$2" "$dir/err"; echo $?)" \
		"status $got: $(cat "$dir/out" "$dir/err")"
}

unset SSH_CONNECTION
recover eno1
out_is "a port at rest is left alone" 0 "idle: .*There is nothing to recover"
recover eno1 --dry-run
out_is "the steps, and why some are none" 0 \
	"restart +the driver's own restart \(ethtool -r\) +not here: autonegotiation is off.* rebind .* reset .* not here: the kernel knows no way .* power cycle"
recover eno1 --dry-run
out_is "what would be put back" 0 "ip address add 192.0.2.1/24 dev eno1 .*ip route add 198.51.100.0/24 via 192.0.2.254 dev eno1"
recover eno1 --dry-run --steps rescan,restart
out_is "named steps alone, in their own order" 0 "restart .* rescan"
verdict "and no others" "$(grep -qE '^  (rebind|reset|power)' "$dir/out"; [ $? -ne 0 ]; echo $?)" "$(cat "$dir/out")"
recover eno1 --dry-run --steps reset,restart
out_is "usable steps that are not named" 0 \
	"after it rebind and rescan, which --steps leaves out; then only a power cycle .*"
verdict "nothing that is taken takes the interface away" "$(grep -q 'ip address add' "$dir/out"; [ $? -ne 0 ]; echo $?)" "$(cat "$dir/out")"
recover eno1 --dry-run
out_is "without --steps none is left out" 0 "after it only a power cycle"
verdict "80 columns, but for commands" "$(grep -v '^    ip ' "$dir/out" | grep -qE '^.{81}'; [ $? -ne 0 ]; echo $?)" "$(cat "$dir/out")"
recover eno1 --dry-run --steps reset,restart --json
verdict "the same for programs: not named" \
	"$(python3 -c 'import json, sys; sys.exit(json.load(open(sys.argv[1]))["left_out"] != ["rebind", "rescan"])' "$dir/out"; echo $?)" "$(cat "$dir/out")"
recover eno1 --dry-run --json
verdict "the same for programs" "$(python3 - "$dir/out" << 'PYTHON'
import json, sys
d = json.load(open(sys.argv[1]))
steps = {s["step"]: s for s in d["steps"]}
print(int(not (d["schema"] == 1 and not d["trouble"] and steps["rescan"]["usable"] and not steps["reset"]["usable"]
               and "no way" in steps["reset"]["why"] and "recovery" not in d
               and d["place"][0] == "ip link set dev eno1 up")))
PYTHON
)" "$(cat "$dir/out")"
recover eno1 --dry-run --tries 1
out_is "the limit of tries" 0 \
	"Steps, 1 at most, .* rescan .* only if one above cannot be taken any more: --tries 1 .*after it the steps that --tries leaves out; then only"
verdict "which the first is within" "$(grep -A 1 '^  rebind' "$dir/out" | grep -q -- '--tries'; [ $? -ne 0 ]; echo $?)" "$(cat "$dir/out")"
recover eno1 --dry-run --tries 9
verdict "a limit that leaves out nothing" "$(grep -qE 'only if one above|--tries' "$dir/out"; [ $? -ne 0 ]; echo $?)" "$(cat "$dir/out")"
recover eno1 --dry-run --tries 1 --json
verdict "the same for programs: tries" "$(grep -q '"tries_most": 1' "$dir/out"; echo $?)" "$(cat "$dir/out")"
recover eno1 --dry-run
out_is "a plan for a port at rest says how it is taken" 0 "nothing to recover; --force takes the steps anyway"
recover eno1 --dry-run --force
out_is "and with --force that it is" 0 "nothing to recover; with --force the steps below are taken anyway. Steps, .* rebind"

# Hung: not over a connection that runs through the port.
stand_still
SSH_CONNECTION="198.51.100.7 40000 192.0.2.1 22" recover eno1 --dir "$dir/incidents"
refuses "it is refused over an SSH connection through the port" \
	"^nicregs: eno1: the SSH connection from 198.51.100.7 that this is typed over runs through it \(eno1\)$"
verdict "and says how it is done anyway" "$(grep -q -- '--yes' "$dir/err"; echo $?)" "$(cat "$dir/err")"
verdict "nothing was done" "$([ ! -e "$dir/incidents" ]; echo $?)" "$(ls "$dir")"
SSH_CONNECTION="198.51.100.7 40000 192.0.2.1 22" recover eno1 --dry-run
out_is "the plan says so as well" 0 "hung.*Not without --yes: the SSH connection from 198.51.100.7"
# As sudo starts it: without the variable, which the shell before it has.
cat > "$dir/sudo" << 'SUDO'
env -u SSH_CONNECTION "$@"
exit $?
SUDO
"$here/private-sys" "$dir/sys" env SSH_CONNECTION="192.0.2.7 40000 192.0.2.1 22" sh "$dir/inside" sh "$dir/sudo" "$NICREGS" recover eno1 \
	> "$dir/out" 2> "$dir/err"
refuses "sudo does not hide the connection" "SSH connection from 192.0.2.7"
ln -sfn ../../../bus/pci/devices/0000:00:19.0/virtfn0 "$device/virtfn0"
echo 2 > "$device/sriov_numvfs"
recover eno1
refuses "virtual functions would go away" "its 2 virtual functions go away with every step but restart"
rm "$device/sriov_numvfs" "$device/virtfn0"

# A guest, or DPDK, has it.
mkdir -p "$dir/sys/bus/pci/drivers/vfio-pci"
mv "$device/driver" "$dir/driver" && mv "$device/net" "$dir/net"
ln -s ../../../bus/pci/drivers/vfio-pci "$device/driver"
recover 0000:00:19.0 --force
refuses "what a guest has is left to it" "^nicregs: vfio-pci: this driver holds the device"
rm "$device/driver" && mv "$dir/driver" "$device/driver" && mv "$dir/net" "$device/net"

# No driver is bound.
mv "$device/driver" "$dir/driver"
recover 0000:00:19.0 --dry-run
verdict "without a driver nothing is unbound" "$(grep -q 'unbind' "$dir/out"; [ $? -ne 0 ] && grep -q '^  rebind   bind its driver' "$dir/out"; echo $?)" "$(cat "$dir/out")"
mv "$dir/driver" "$device/driver"

# Off the bus.
cp "$device/config" "$dir/config"
head -c 256 /dev/zero | tr '\0' '\377' > "$device/config"
recover 0000:00:19.0 --dry-run
out_is "a device that does not answer: only what needs no answer" 0 \
	"dead: .*restart .*not here: the device does not answer.*rebind .*not here: the device does not answer.*rescan"
verdict "a rescan is left" "$(grep -A 1 '^  rescan' "$dir/out" | grep -q 'not here'; [ $? -ne 0 ]; echo $?)" "$(cat "$dir/out")"
cp "$dir/config" "$device/config"

# Another command had the lock while this one looked: what it saw is old.
python3 - "$device/resource0" <<'PYTHON'
import sys
with open(sys.argv[1], "r+b") as bar:
    bar.seek(0x3810)
    head = int.from_bytes(bar.read(4), "little")
    bar.seek(0x3818)
    bar.write(((head + 7) % 256).to_bytes(4, "little"))
PYTHON
cat > "$dir/held" <<'HELD'
ip link set lo up; ip link add eno1 type veth peer name far; ip link set eno1 up; ip link set far up
mkdir -m 700 /run/nicregs && : > /run/nicregs/lock && chmod 600 /run/nicregs/lock
{ flock 9; sleep 4; } 9> /run/nicregs/lock &
sleep 0.2
exec "$@"
HELD
mkdir "$dir/run" "$dir/incidents"
: > "$dir/kmsg"
"$here/private-sys" --bind "$dir/run=/run" --bind "$dir/kmsg=/dev/kmsg" "$dir/sys" sh "$dir/held" "$NICREGS" recover eno1 --steps rebind \
	--dir "$dir/incidents" > "$dir/out" 2> "$dir/err"
refuses "not on what was seen before another command was done" "another command was changing a device meanwhile"

shows "a mistyped step" 1 "did you mean 'restart'" recover eno1 --steps restrat
shows "a recording" 1 "a recording cannot be recovered" --demo recover eno1
shows "and where its steps are shown" 1 "recover DEVICE --dry-run shows the steps" --demo recover eno1 --dry-run
"$NICREGS" recover eno1 --tries 0 2> "$dir/err"
verdict "tries" "$(grep -q -- '--tries: 0 is not a number from 1 to 16' "$dir/err"; echo $?)" "$(cat "$dir/err")"
shows "no device" 1 "an argument is missing" recover
shows "--per-hour without --recover" 1 "--per-hour: it is for --recover" watch --per-hour 3
shows "a mistyped step of the watch" 1 "did you mean 'rescan'" watch --recover=rescna
exit $failed
