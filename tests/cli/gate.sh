#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A user's definition that calls a register harmless which the built-in one says is not: lint and show say so.
. "${0%/*}/setup"

cat > "$dir/mine.def" <<'DEF'
chip 82574L "82574L Gigabit Network Connection"
id 8086:10d3
driver e1000e
bar 0 0x20000
cite "my notes"
reg CAUSE   0x000c0 32 ro "Looks harmless"
reg STATUS  0x00008 32 ro "Device Status" role mac-status
DEF
sed '/^reg CAUSE/d' "$dir/mine.def" > "$dir/fine.def"

out=$("$NICREGS" lint "$dir/mine.def" 2> "$dir/err")
verdict "lint warns, and it is no fault" "$([ $? -eq 0 ] && [ "$out" = "$dir/mine.def: ok, 2 registers, 1 warning" ] &&
	grep -q "^$dir/mine.def:6:5: warning: CAUSE .*reading ICR clears it" "$dir/err"; echo $?)" "$out $(cat "$dir/err")"
out=$("$NICREGS" lint "$dir/fine.def" 2>&1)
verdict "lint has nothing against the rest" "$([ "$out" = "$dir/fine.def: ok, 1 registers" ]; echo $?)" "$out"
"$NICREGS" --json lint "$dir/mine.def" > "$dir/out" 2> "$dir/err"
verdict "its JSON has warnings apart" "$(grep -q '"faults": *0, "warnings": *1' "$dir/out" &&
	grep -q '"line": *6.*CAUSE' "$dir/out" && [ ! -s "$dir/err" ]; echo $?)" "$(cat "$dir/out")"

shows "show says why it was not read" 0 'CAUSE was not read: the built-in definition says that reading ICR clears it' \
	--chipdefs "$dir/mine.def" show --demo -v
shows "so it does of the one that was asked for" 0 'CAUSE +0x000c0 +clears on read' \
	--chipdefs "$dir/mine.def" show --demo --reg CAUSE
shows "and the reference" 0 'access +rc' --chipdefs "$dir/mine.def" chips 82574L CAUSE
"$NICREGS" --chipdefs "$dir/mine.def" show --demo --json > "$dir/out" 2> "$dir/err"
verdict "and JSON" "$(grep -q '"built_in": "the built-in definition says that reading ICR clears it"' "$dir/out"; echo $?)" \
	"$(cat "$dir/err")"
out=$("$NICREGS" --chipdefs "$dir/fine.def" show --demo -v 2>&1)
verdict "nothing of the kind is said without it" "$(echo "$out" | grep -q 'Device Status' &&
	! echo "$out" | grep -q 'built-in definition'; echo $?)" "$out"
exit $failed
