#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# write on a captured machine, whose BAR is a file: what is written, what is on record, what is refused.
. "${0%/*}/setup"
. tests/cli/watching

"$here/make-sys" 82574L "$dir/sys" || exit 1
device=$dir/sys/bus/pci/devices/0000:00:19.0
mkdir "$dir/run"
write()
{
	"$here/private-sys" --bind "$dir/run=/run" "$dir/sys" "$NICREGS" write "$@" > "$dir/out" 2> "$dir/err"
}

word() # OFFSET: a word of the BAR
{
	python3 -c 'import struct, sys; print("0x%08x" % struct.unpack_from("<I", open(sys.argv[1], "rb").read(), int(sys.argv[2], 0)))' \
		"$dir/sys/$bar" "$1"
}

refuses() # NAME PATTERN
{
	got=$?
	verdict "$1" "$([ $got -eq 1 ] && [ ! -s "$dir/out" ] && grep -qE -- "$2" "$dir/err" && [ "$(word 0xe00)" = "$led" ]; echo $?)" \
		"status $got: $(cat "$dir/out" "$dir/err")"
}

says() # NAME STATUS PATTERN
{
	got=$?
	verdict "$1" "$([ $got -eq "$2" ] && tr '\n' ' ' < "$dir/out" | grep -qE -- "$3"; echo $?)" "status $got: $(cat "$dir/out" "$dir/err")"
}

led=$(word 0xe00)

# With a driver bound, and what is never written.
write eno1 LEDCTL=0x12345678 --yes
refuses "a bound driver's register" "a driver is bound, and the register is its own"
write eno1 TDT=5 --yes
refuses "a doorbell" "TDT\[0\]: it is part of a queue"
for register in STATUS=0 ICR=0 FEXTNVM=0 KMRNCTRLSTA=0 MDIC=0x04000000 MANC=0 FWSM=0; do
	write eno1 $register --yes --force
	refuses "never: $register" "nicregs does not write it, --force or not"
done
write eno1 NOSUCH=1 --yes
refuses "no such register" "NOSUCH=1: not REG=VALUE"
write eno1 CTLR=1 --yes
refuses "a mistyped register" "did you mean 'CTRL'"
write eno1 LEDCTL.LED0_MOED=1 --yes
refuses "a mistyped field" "did you mean 'LEDCTL.LED0_MODE'"
write eno1 PHYSTAT=1 --yes
verdict "only registers that are in the BAR are suggested" "$(grep -q 'did you mean' "$dir/err"; [ $? -ne 0 ]; echo $?)" "$(cat "$dir/err")"
write LEDCTL=1 --yes
refuses "no device" "^nicregs: write: DEVICE is missing$"
write LEDCTL=1 TIPG=1 --yes
refuses "no device, and two registers" "^nicregs: write: DEVICE is missing$"
write eno1 --yes
refuses "no register" "^nicregs: write: REG=VALUE is missing$"
write
refuses "nothing" "^nicregs: write: DEVICE and REG=VALUE are missing$"
write --undo --yes
refuses "an undo without a device" "^nicregs: write: DEVICE is missing$"
verdict "which says how it is done" "$(grep -qx '  nicregs write eno1 --undo --yes, for instance' "$dir/err"; echo $?)" "$(cat "$dir/err")"
write eno1 LEDCTL.NOSUCH=1 --yes
refuses "no such field" "not REG=VALUE or REG.FIELD=VALUE"
write eno1 TIPG.IPGT=5000 --yes
refuses "more than a field holds" "too large"
write eno1 LEDCTL=12x --yes
refuses "no number" "the value is no number"

# Without a driver.
mv "$device/driver" "$dir/driver"
rm -r "$device/net"
write 00:19.0 LEDCTL=0x12345678
refuses "not without being told to" "--yes does it"
write 00:19.0 LEDCTL=0x12345678 --dry-run
says "what would be written" 0 "LEDCTL  $led -> 0x12345678"
verdict "and is not" "$([ "$(word 0xe00)" = "$led" ] && [ ! -e "$dir/run/nicregs/write-0000:00:19.0" ]; echo $?)" "$(word 0xe00)"
tipg=$(word 0x410)
write 00:19.0 TIPG.IPGT=9 TIPG.IPGR1=5 --dry-run
says "two fields of a register are one write" 0 "TIPG  $tipg -> 0x[0-9a-f]*1409"
write 00:19.0 TIPG.IPGT=9 TIPG=5 --dry-run
refuses "a register twice is not written" "TIPG=5: it is written twice"
write 00:19.0 LEDCTL=0x12345678 TIPG.IPGT=9 --yes
says "two registers are written" 0 "LEDCTL  $led -> 0x12345678 .*TIPG  $tipg -> 0x"
verdict "they have the values" "$([ "$(word 0xe00)" = 0x12345678 ] && [ $(($(word 0x410) & 0x3ff)) -eq 9 ]; echo $?)" "$(word 0xe00) $(word 0x410)"
verdict "a field leaves the others alone" "$([ $(($(word 0x410) >> 10)) -eq $((tipg >> 10)) ]; echo $?)" "$(word 0x410)"
verdict "the values before are on record" "$(grep -q "^was 0xe00 $led\$" "$dir/run/nicregs/write-0000:00:19.0"; echo $?)" \
	"$(cat "$dir"/run/nicregs/*)"
write 00:19.0 LEDCTL=0x00000302 --yes --json
verdict "the same for programs" "$(python3 -c 'import json,sys; d = json.load(open(sys.argv[1])); w = d["writes"][0]
sys.exit(not (d["schema"] == 1 and w["name"] == "LEDCTL" and w["before"] == 0x12345678 and w["after"] == 0x302))' "$dir/out"; echo $?)" "$(cat "$dir/out")"
record=$dir/run/nicregs/write-0000:00:19.0
cp "$record" "$dir/record"
untouched() # NAME: registers and record as the writes left them
{
	verdict "$1" "$([ "$(word 0xe00)" = 0x00000302 ] && [ $(($(word 0x410) & 0x3ff)) -eq 9 ] && cmp -s "$record" "$dir/record"; echo $?)" \
		"$(word 0xe00) $(word 0x410) $(cat "$record")"
}
write 00:19.0 --undo --dry-run
says "what would be put back" 0 "TIPG  0x[0-9a-f]* -> $tipg .*LEDCTL  0x00000302 -> $led"
untouched "and is not"
write 00:19.0 --undo --dry-run --yes
says "--dry-run goes before --yes" 0 "LEDCTL  0x00000302 -> $led"
untouched "and nothing is put back"
write 00:19.0 --undo
verdict "an undo is a write: not without --yes" "$([ $? -eq 1 ] && [ ! -s "$dir/out" ] && grep -q -- '--yes does it' "$dir/err"; echo $?)" \
	"$(cat "$dir/out" "$dir/err")"
untouched "and nothing is put back without it"
mv "$dir/driver" "$device/driver"
write 00:19.0 --undo --yes
verdict "nor with a driver bound since: no result, and --force is named" \
	"$([ $? -eq 1 ] && [ ! -s "$dir/out" ] && grep -q -- '--force' "$dir/err"; echo $?)" "$(cat "$dir/out" "$dir/err")"
untouched "and nothing is put back without --force"
mv "$device/driver" "$dir/driver"
write 00:19.0 --undo --yes
says "all of it is put back, to the beginning" 0 "LEDCTL  0x00000302 -> $led"
verdict "the registers are as they were" "$([ "$(word 0xe00)" = "$led" ] && [ "$(word 0x410)" = "$tipg" ]; echo $?)" "$(word 0xe00) $(word 0x410)"
write 00:19.0 --undo --yes
refuses "there is nothing more to be put back" "nothing is on record"

# A record of another device in this slot.
write 00:19.0 LEDCTL=0x1 --yes
sed -i 's/^id .*/id 0x10d38087/' "$dir/run/nicregs/write-0000:00:19.0"
write 00:19.0 --undo --yes
verdict "a record of another device is not followed" "$([ $? -ne 0 ] && [ "$(word 0xe00)" = 0x00000001 ]; echo $?)" "$(cat "$dir/out" "$dir/err")"
rm "$dir/run/nicregs/write-0000:00:19.0"

# A record that does not say of which device it is.
write 00:19.0 LEDCTL=0x2 --yes
sed -i '/^id /d' "$dir/run/nicregs/write-0000:00:19.0"
write 00:19.0 --undo --yes
verdict "a record without an id is not followed" "$([ $? -ne 0 ] && [ "$(word 0xe00)" = 0x00000002 ] && grep -q damaged "$dir/err"; echo $?)" \
	"$(cat "$dir/out" "$dir/err")"
write 00:19.0 LEDCTL=0x3 --yes
verdict "nor written over" "$([ $? -ne 0 ] && [ "$(word 0xe00)" = 0x00000002 ]; echo $?)" "$(cat "$dir/out" "$dir/err")"
rm "$dir/run/nicregs/write-0000:00:19.0"
mkfifo -m 600 "$dir/run/nicregs/write-0000:00:19.0"
timeout 20 "$here/private-sys" --bind "$dir/run=/run" "$dir/sys" "$NICREGS" write 00:19.0 LEDCTL=0x3 --yes > "$dir/out" 2> "$dir/err"
verdict "nobody waits for a record that is a pipe" "$([ $? -eq 1 ] && grep -q 'not a regular file' "$dir/err"; echo $?)" "$(cat "$dir/out" "$dir/err")"
rm "$dir/run/nicregs/write-0000:00:19.0"

verdict "the definitions mark the bits that reset" \
	"$(grep -rnE '^ +[0-9]+ +(PHY_RST|RST|DEV_RST|LRST|LNK_RST|EE_RST) +"' chipdefs/family chipdefs/chip | grep -vc trigger)" \
	"$(grep -rnE '^ +[0-9]+ +(PHY_RST|RST|DEV_RST|LRST|LNK_RST|EE_RST) +"' chipdefs/family chipdefs/chip | grep -v trigger)"

# A reset in a number is refused, and done by its name.
ctrl=$(word 0)
for value in "CTRL=$((ctrl | 0x4000000))" "CTRL=$((ctrl | 0x80000000))" CTRL_EXT=0x2000; do
	write 00:19.0 "$value" --yes --force
	verdict "no reset in a number: $value" "$([ $? -eq 1 ] && grep -q 'which starts something at once' "$dir/err" && [ "$(word 0)" = "$ctrl" ]; echo $?)" \
		"$(cat "$dir/out" "$dir/err")"
done
verdict "and its field is named" "$(grep -q 'CTRL_EXT.EE_RST=1 sets it' "$dir/err"; echo $?)" "$(cat "$dir/err")"
write 00:19.0 "CTRL=$ctrl" --yes --force
says "the same without it is written" 0 "CTRL  $ctrl -> $ctrl"
write 00:19.0 CTRL.RST=1 --yes --force
says "a reset by its name" 0 "RST +0 \\(not asserted\\) -> 1 \\(asserted\\) +Global reset"
write 00:19.0 --undo --yes --force
says "and back" 0 "CTRL  0x[0-9a-f]* -> $ctrl"

# What a plan has: all that changes, fields with their meaning and bits without a field, and at last that it was not done.
write 00:19.0 LEDCTL=0x00000000 --yes
write 00:19.0 LEDCTL=0x07061302 --dry-run
says "each changed bit" 0 "LED0_MODE +0 .*-> 2 \(link up\) .*bits 9:8 +0x0 -> 0x3 +bit 12 +0 -> 1 +bits 18:17 +0x0 -> 0x3 +bits 26:24 +0x0 -> 0x7 +Nothing was written \(--dry-run\)\. $"
write 00:19.0 CTRL.RST=1 --dry-run --force
verdict "nobody is bound" "$(grep -q 'is bound' "$dir/out"; [ $? -ne 0 ]; echo $?)" "$(cat "$dir/out")"
write 00:19.0 --undo --yes
mv "$dir/driver" "$device/driver"
write 00:19.0 CTRL.RST=1 --dry-run --force
says "a reset under a bound driver" 0 "RST +0 \\(not asserted\\) -> 1 \\(asserted\\) +Global reset +A driver \(e1000e\) is bound .*Nothing was written"
verdict "and it is not done" "$([ "$(word 0)" = "$ctrl" ]; echo $?)" "$(word 0)"
write 00:19.0 LEDCTL=1 --dry-run --force
verdict "what starts nothing has no warning" "$(grep -q 'is bound' "$dir/out"; [ $? -ne 0 ]; echo $?)" "$(cat "$dir/out")"
mv "$device/driver" "$dir/driver"

shows "a recording" 1 "a recording cannot be written to" --demo write eno1 LEDCTL=1
shows "and where a plan is shown" 1 "write DEVICE REG=VALUE --dry-run" --demo write eno1 LEDCTL=1 --dry-run
exit $failed
