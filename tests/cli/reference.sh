#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# chips, decode and lint as a user meets them.
. "${0%/*}/setup"

shows "chips" 0 '^82579LM +8086:1503 e1000e .* 82579V$' chips
shows "chips: a part" 0 '^  TDH\[0\.\.1\] +0x03810\+0x100 +32 rw +Transmit Descriptor Head' chips 82574L
shows "chips: its errata" 0 '^  errata +aspm-l0s-l1: ' chips 82574L
shows "chips: two dimensions" 0 '^  PFINT_ITRN\[0\.\.2,0\.\.511\] +0x30000\+0x800\+0x4 ' chips x722
shows "chips: a register" 0 '^      7:6 +SPEED +Link speed' chips 82574L status
shows "chips: its values" 0 '^ +2\.\.3 +1000 Mb/s' chips 82574L STATUS
shows "chips: its source" 0 '^  source +Intel 82574 .*10\.2\.2\.2' chips 82574L STATUS
shows "chips: wildcards" 0 '^  TDT\[0\.\.1\]' chips 82574L 'TD*'
shows "chips: an element" 0 '^  TDT\[0\.\.1\]' chips 82574L 'TDT[1]'
shows "chips: configuration space" 0 '^  exists if +EXPCAP\.TYPE is not 9 or 10' chips pci LNKCTL
shows "chips: as JSON" 0 '"segments": \[' chips 82574L --json
shows "chips: no such part" 1 '^nicregs: 8254X: no chip of that name$' chips 8254X
shows "chips: no such register" 1 '^nicregs: TDX: 82574L has no such register or field$' chips 82574L TDX
shows "chips: a mistyped register" 1 "did you mean 'CTRL'" chips 82574L CTLR
shows "chips: a mistyped field" 1 "did you mean 'STATUS.SPEED'" chips 82574L STATUS.SPEEED
shows "decode: a mistyped field" 1 "did you mean 'STATUS.SPEED'" decode 82574L STATUS.SPEEED 1
shows "chips: both are mistyped" 1 "did you mean 'STATUS.SPEED'" chips 82574L STATSU.SPEEED
"$NICREGS" chips 82574L 'ZZZZ*' 2> "$dir/err"
verdict "chips: nothing is near" "$(grep -q 'did you mean' "$dir/err"; [ $? -ne 0 ] && grep -q wildcards "$dir/err"; echo $?)" "$(cat "$dir/err")"
shows "chips: a near one" 1 "^  did you mean 'STATUS'\?" chips 82574L STATU
shows "chips: no such register in a group" 1 '^nicregs: NOSUCH: none of the [0-9]+ chips named I219 has such a register or field$' chips I219 NOSUCH
verdict "chips: a group's register is printed once, with its chips" \
	"$("$NICREGS" chips I219 STATUS | awk '/^  STATUS /{n++} /^  chips  *I219-.*I219-SPT/{c++} END{exit !(n == 1 && c == 1)}'; echo $?)" \
	"$("$NICREGS" chips I219 STATUS | grep -A1 '^  STATUS')"
verdict "chips: each of a group's chips has every register once" \
	"$(for chip in $("$NICREGS" chips I219 | sed -n 's/^\(I219-[A-Z]*\) .*/\1/p' | sort -u); do
		[ "$(COLUMNS=400 "$NICREGS" chips I219 '*' | grep -c "^  chips .*\b$chip\b")" -eq "$("$NICREGS" chips "$chip" '*' | grep -c '^  source ')" ] || echo "$chip"
	done | grep -c .)" "some are missing"
shows "chips: a name that several chips have: each, with the ids of that name" 0 '^I219-TGP 8086:15f9 .* I219-LM \(14\)$' chips I219-LM
verdict "chips: of that name alone" "$("$NICREGS" chips i219-lm | grep -q 'I219-V'; [ $? -eq 1 ]; echo $?)" "$("$NICREGS" chips I219-LM)"
shows "chips: by PCI id" 0 '^I219-CNP  ' chips 8086:15bb
shows "chips: as lspci prints it" 0 '^I219-CNP  ' chips '(7) I219-LM'
shows "chips: its register, of each" 0 '^  chips +I219-ADP, I219-CNP, ' chips I219-LM TARC
# Names as lspci prints them, and of whole series.
while IFS='|' read -r typed chip; do
	shows "chips: $typed" 0 "^$chip  " chips "$typed"
	for where in decode --chip; do
		if [ $where = decode ]; then "$NICREGS" decode "$typed" STATUS 0x80083; else "$NICREGS" log --chip "$typed" /dev/null; fi > "$dir/out" 2> "$dir/err"
		verdict "$where: $typed" "$(! grep -q 'no chip of that name' "$dir/err"; echo $?)" "$(cat "$dir/err")"
	done
done <<'NAMES'
I210 Gigabit Network Connection|I210
Ethernet Connection (7) I219-LM|I219-CNP
Ethernet Connection I219-LM (7)|I219-CNP
Ethernet Connection I219-LM|I219-SPT
Ethernet controller: Intel Corporation 82574L Gigabit Network Connection|82574L
00:1f.6 Ethernet controller [0200]: Intel Corporation Ethernet Connection (7) I219-V [8086:15bc] (rev 10)|I219-CNP
Ethernet Controller X710 for 10GbE SFP+|X710
X710 for 10GbE SFP+|X710
I350 Ethernet Controller Virtual Function|I350-VF
82599 Ethernet Controller Virtual Function|82599-VF
82599ES 10-Gigabit SFI/SFP+ Network Connection|82599
Ethernet controller: Intel Corporation Device 15bb|I219-CNP
X520|82599
x520|82599
15bb|I219-CNP
15BB|I219-CNP
NAMES
for typed in 'Ethernet Connection (77) I219-LM' 'Gigabit Network Connection' 'XL710/X710 Virtual Function' '0001' 'PRO 1000' 'Device 0001' '[8086:0001]' '['; do
	shows "chips: no chip is $typed" 1 ': no chip of that name$' chips "$typed"
done
while read -r typed near; do
	shows "chips: $typed is near $near" 1 "^  did you mean '$near'\?" chips "$typed"
done <<'NEAR'
I211-AT I211
I350-T4 I350
82576EB 82576
I210x I210
82574M 82574L
I35O I350
NEAR
shows "chips: a PCI id without a chip" 1 '^nicregs: 8086:0001: no chip of that name$' chips 8086:0001
shows "chips: no such number" 1 '^nicregs: \(77\) I219-LM: no chip of that name$' chips '(77) I219-LM'
shows "chips: no such register as JSON" 1 '^nicregs: TDX: ' chips 82574L TDX --json

shows "decode" 0 '^ +7:6 +SPEED +2 +Link speed: 1000 Mb/s' decode 82574L STATUS 0x80083
shows "decode: digits alone are hexadecimal" 0 ' 0x00080083 ' decode 82574L STATUS 80083
shows "decode: which is said" 0 '^  80083 was read as hexadecimal, as kernel logs print it; decimal 80083 is' decode 82574L STATUS 80083
shows "decode: as JSON says" 0 '"base": 16,' decode 82574L STATUS 80083 --json
shows "decode: hexadecimal that can be nothing else" 0 ' 0x0008008f ' decode 82574L STATUS 8008f
shows "decode: decimal where the register is too narrow" 0 ' 0x796d ' decode 82574L BMSR 31085
shows "decode: which is said as well" 0 '31085 was read as decimal; write 0x31085' decode 82574L BMSR 31085
shows "decode: as JSON says as well" 0 '"base": 10,' decode 82574L BMSR 31085 --json
shows "decode: a field is decimal" 0 '^ +15:0 +TDH +0x10 ' decode 82574L 'TDH[0].TDH' 16
# Of a name that several chips have one is taken: which, or that it makes no difference.
for json in '' --json; do
	# shellcheck disable=SC2086
	"$NICREGS" decode $json I219-LM TARC 0x30000000 > "$dir/out" 2> "$dir/err"
	verdict "decode $json: which of several chips" \
		"$([ $? -eq 0 ] && grep -q '^nicregs: I219-LM: the name of [0-9]* chips, taken for I219-SPT, the one whose name has no number$' "$dir/err" && [ -s "$dir/out" ]; echo $?)" \
		"$(cat "$dir/err")"
done
"$NICREGS" decode I219-LM DPGFR 4 > "$dir/out" 2> "$dir/err"
verdict "decode: one that has the register" "$(grep -q 'taken for I219-[A-Z]*, the first of them with such a register$' "$dir/err" && grep -q '^  DPGFR ' "$dir/out"; echo $?)" "$(cat "$dir/err")"
"$NICREGS" decode I219-LM STATUS 0x80083 > "$dir/out" 2> "$dir/err"
verdict "decode: all of the name agree" "$([ $? -eq 0 ] && grep -q '^nicregs: I219-LM: the name of [0-9]* chips; this value means the same with each of them$' "$dir/err" && grep -q '^  STATUS ' "$dir/out"; echo $?)" "$(cat "$dir/err")"
for what in "8086:156f TARC" "I218-LM TARC"; do
	# shellcheck disable=SC2086
	"$NICREGS" decode $what 0x80083 > "$dir/out" 2> "$dir/err"
	verdict "decode: nothing is said where one is named: $what" "$([ $? -eq 0 ] && [ ! -s "$dir/err" ]; echo $?)" "$(cat "$dir/err")"
done
for value in 0x80083 '<80083>' 3; do
	out=$("$NICREGS" decode 82574L STATUS "$value")
	verdict "decode: nothing is said of $value" "$(echo "$out" | grep -q 'was read as'; [ $? -eq 1 ]; echo $?)" "$out"
done
# The labels of hang reports, however they are pasted.
shows "decode: a label" 0 '^  STATUS  0x00008  0x00080083 ' decode 82574L 'MAC Status' 80083
shows "decode: a label and its value in one word" 0 ' 0x00080083 ' decode 82574L '  MAC Status             <80083>'
shows "decode: a label in several words" 0 '^  STAT1000  10     0x7c00 ' decode 82574L PHY 1000BASE-T Status '<7c00>'
shows "decode: a label with a colon" 0 '^  BMSR  1 ' decode 82574L 'PHY Status: <796d>'
shows "decode: a label of JSON" 0 '^  ESTATUS  15 ' decode 82574L phy_extended_status 3000
shows "decode: a label in configuration space" 0 '^  STATUS  0x006  0x0010 ' decode 82574L PCI Status '<10>'
shows "decode: a label of a family with another status" 0 '0x0000001f' decode I350 TDH '<1f>'
shows "decode: a label that is no register" 1 "^nicregs: next_to_use: a number of the driver's" decode 82574L next_to_use '<13>'
shows "decode: a label without a value" 1 '^nicregs: ' decode 82574L 'MAC Status'
shows "decode: a value without a label" 1 '^nicregs: decode: an argument is missing' decode 82574L '<80083>'
shows "decode: the register that was meant" 1 "did you mean 'STATUS'" decode 82574L STATSU 1
shows "decode: the chip that was meant" 1 "did you mean '82574L'" decode 82574X STATUS 1
shows "decode: by offset" 0 '^  TDH\[1\] +0x03910 ' decode 82574L 0x3910 5
shows "decode: unusual" 0 '^    ! 1 +LU +0 +Link: down' decode 82574L STATUS 0
shows "decode: a field" 0 '^ +7:6 +SPEED +1 +Link speed: 100 Mb/s' decode 82574L STATUS.SPEED 1
shows "decode: an id's own name" 0 'STATUS' decode 82579V STATUS 0
shows "decode: a PHY register" 0 '^ +2 +' decode 82574L BMSR 0x796d
shows "decode: configuration space" 0 'ASPM: L0s L1 Enabled' decode pci LNKCTL 3
shows "decode: as JSON" 0 '"name": "SPEED", "bits": "7:6", "value": 2, "meaning": "1000 Mb/s"' \
	decode 82574L STATUS 0x80083 --json
shows "decode: out of a hang block" 0 'LU +1 +Link: up' decode 82579LM STATUS '<80083>'
shows "decode: too wide" 1 '^nicregs: 0x100000000: STATUS has 32 bits, too few' decode 82574L STATUS 0x100000000
shows "decode: too wide for a field" 1 'STATUS\.SPEED has 2 bits' decode 82574L STATUS.SPEED 4
shows "decode: not a number" 1 '^nicregs: 80083x: not a number' decode 82574L STATUS 80083x
shows "decode: negative" 1 '^nicregs: .*-1' decode 82574L STATUS -- -1
shows "decode: no such register" 1 '82574L has no such register' decode 82574L NOPE 1
shows "chips: no such field" 1 '^nicregs: TDH\[1\]\.NOPE: I350 has no such register or field' chips I350 'TDH[1].NOPE'
out=$("$NICREGS" chips 82574L '*.LU' | grep -c '^  source')
verdict "chips: registers with such a field alone" "$([ "$out" = 1 ]; echo $?)" "$out registers"
shows "decode: no such field" 1 '82574L has no such field' decode 82574L STATUS.NOPE 1
shows "decode: no such element" 1 '82574L has no such register' decode 82574L 'TDH[2]' 1
shows "decode: no such offset" 1 '82574L has no such offset' decode 82574L 0x3911 1
shows "decode: too few arguments" 1 '^nicregs: ' decode 82574L STATUS

printf 'family t "T"\ncite "x"\nreg A 0x0 32 rw "A"\n' > "$dir/good.def"
printf 'family u "U"\ncite "x"\nreg A 0x2 32 rw "A"\n' > "$dir/bad.def"
printf 'family v "\033[2J"\nwrong\033[2J\n' > "$dir/evil.def"
shows "lint: sound" 0 "^$dir/good.def: ok, 1 registers\$" lint "$dir/good.def"
shows "lint: not there" 1 "^nicregs: $dir/none.def: " lint "$dir/none.def"
"$NICREGS" lint "$dir/good.def" "$dir/bad.def" > "$dir/out" 2> "$dir/err"
if [ $? -eq 1 ] && grep -q "^$dir/good.def: ok" "$dir/out" && grep -q "^$dir/bad.def:3:7: A at" "$dir/err"; then
	echo "ok lint: one of two"
else
	echo "not ok lint: one of two: $(cat "$dir/out" "$dir/err")"
	failed=1
fi
"$NICREGS" lint --json "$dir/good.def" "$dir/bad.def" > "$dir/out" 2> "$dir/err"
if [ $? -eq 1 ] && [ ! -s "$dir/err" ] && grep -q '"line": 3, "column": 7, "message": "A at 0x00002' "$dir/out"; then
	echo "ok lint: as JSON"
else
	echo "not ok lint: as JSON: $(cat "$dir/out" "$dir/err")"
	failed=1
fi
"$NICREGS" lint "$dir/evil.def" > "$dir/out" 2> "$dir/err"
if [ $? -eq 1 ] && ! grep -q "$(printf '\033')" "$dir/out" "$dir/err"; then
	echo "ok lint: control characters do not reach the terminal"
else
	echo "not ok lint: control characters reach the terminal"
	failed=1
fi
shows "a bad --chipdefs is fatal" 1 "bad.def:3:7: A at 0x00002 is misaligned" --chipdefs "$dir/bad.def" chips
exit $failed
