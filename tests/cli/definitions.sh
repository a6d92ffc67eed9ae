#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a definition can say, as it shows: fields in parts, registers moved and taken away, queues, names of ids, dumps.
. "${0%/*}/setup"

cat > "$dir/t.def" <<'DEF'
family fam "A family"
cite "test"
driver drv
bar 0 0x1000
queues tx 4
queues rx 4 driver vfs+n/2+2*(n%2)
reg STATUS 0x00008 32 ro "Status" role mac-status
    22,7:6 SPEED "Link speed" { 2 "1000 Mb/s", 6! "2500 Mb/s" }
    1      LU    "Link up" role link-up
reg TDH[0..3] 0x00810+0x100 32 rw "Head" queue tx role tx-head
reg OLD 0x00024 32 rw "Of the family alone"
reg HIGH 0x00040 32 rw "High"
    7:0    BITS  "Bits"

chip T999 : fam "A chip"
id 8086:fff0 "T999-LM"
id 8086:fff1 "T999-LM (2)"
queues tx 2
trait conventional-pci
cite "test"
remove 0x00024
reg NEW 0x00024 32 rw "In its place"
move HIGH 0x00080

dump drv words 8 "its dump"
word 0 STATUS
word 1..2 TDH[0..1]
word 3 HIGH over NEW
word 4 constant "of another chip" only 82574L
word 4 constant "one of the driver's own" only fam
DEF
NICREGS_CHIPDEFS=$dir/t.def
export NICREGS_CHIPDEFS

shows "lint: sound" 0 ': ok, 6 registers$' lint "$dir/t.def"
shows "bits of a field in parts" 0 '^      22,7:6 +SPEED +Link speed' chips T999 STATUS
shows "its value, marked as unusual" 0 '^    ! 22,7:6 +SPEED +6 +Link speed: 2500 Mb/s' decode T999 STATUS 0x480083
shows "its other bit counts" 0 '^ +22,7:6 +SPEED +2 +Link speed: 1000 Mb/s' decode T999 STATUS 0x80083
shows "a value put into the register" 0 '^  STATUS  0x00008  0x00400080' decode T999 STATUS.SPEED 6
shows "a value too wide for it" 1 'STATUS\.SPEED has 3 bits' decode T999 STATUS.SPEED 8
out=$("$NICREGS" chips T999 STATUS --json | python3 -c '
import json, sys
for f in json.load(sys.stdin)["chips"][0]["registers"][0]["fields"]:
    print(f["name"], f["bits"], f.get("hi"), f.get("lo"), f.get("parts"))')
verdict "as JSON: no hi and lo that would give a wrong value" "$([ "$out" = "SPEED 22,7:6 None None [{'hi': 22, 'lo': 22}, {'hi': 7, 'lo': 6}]
LU 1 1 1 None" ]; echo $?)" "$out"

shows "a register in the place of a base's" 0 '^  NEW +0x00024 ' decode T999 0x24 1
shows "one that is taken away" 1 'has no such register' decode T999 OLD 1
shows "one at another place, with its fields" 0 '^ +7:0 +BITS +5 ' decode T999 0x80 5
shows "as many elements as queues" 1 'has no such register' decode T999 'TDH[2]' 1
shows "the family has them all" 0 '^  TDH\[3\] ' decode fam 'TDH[3]' 1
shows "the driver's queues" 0 "the driver's receive queue n is hardware queue$|vfs\+n/2\+2\*\(n%2\)" chips T999
shows "an id by its own name" 0 '^  NEW ' decode 't999-lm (2)' NEW 1
shows "the name that was meant" 1 "did you mean 'T999-LM \(2\)'" decode 'T999-LM (3)' NEW 1

printf 'Offset\tValues\n------\t------\n0x0000:\t83 00 48 00 05 00 00 00 09 00 00 00 77 00 00 00\n0x0010:\t01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n' > "$dir/dump"
out=$("$NICREGS" show --all --chip T999 --from "$dir/dump" 2>&1)
verdict "a dump: its registers" "$(echo "$out" | grep -q 'HIGH .*0x00000077'; echo $?)" "$out"
verdict "a dump: what is written over" "$(echo "$out" | grep -qE 'NEW .*not in'; echo $?)" "$out"
verdict "a dump: words of this part alone" "$(echo "$out" | grep -q '1 word of the dump is'; echo $?)" "$out"

lspci() {
	printf '%s Ethernet controller: T999\n' "$1"
	printf '00: 86 80 f0 ff 07 04 %s 00 00 00 00 02 10 00 00 00\n10: 00 00 c0 f7 00 00 00 00 00 00 00 00 00 00 00 00\n' "$2"
	printf '20: 00 00 00 00 00 00 00 00 00 00 00 00 86 80 00 00\n30: 00 00 00 00 %s 00 00 00 00 00 00 00 00 00 00 00\n' "$3"
	printf '40: 01 50 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n50: 05 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n\n'
}
# In the slot of a chipset's NIC, with capabilities and without.
lspci 00:19.0 10 40 > "$dir/some"
lspci 00:03.0 00 00 > "$dir/none"
for file in some none; do
	out=$("$NICREGS" show -v --from "$dir/$file" 2>&1)
	verdict "conventional PCI: the bus ($file)" "$(echo "$out" | tr '\n' ' ' | grep -q 'on a conventional PCI bus'; echo $?)" "$out"
	verdict "conventional PCI: nothing unusual in it ($file)" "$(echo "$out" | grep -q '! .*CAP_LIST'; [ $? -eq 1 ]; echo $?)" "$out"
	out=$("$NICREGS" aspm show --from "$dir/$file" 2>&1)
	verdict "conventional PCI: aspm ($file)" "$(echo "$out" | tr '\n' ' ' | tr -s ' ' | grep -q 'no ASPM on this bus'; echo $?)" "$out"
done
exit $failed
