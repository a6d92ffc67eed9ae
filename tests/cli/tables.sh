#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# scripts/tables: what is wrong with a line of a driver or a log is said with its place, and no table is made of it.
itself=yes
. "${0%/*}/setup"

mkdir -p "$dir/driver" "$dir/log"
header=src/klog/report.h
cat > "$dir/driver/x.def" << 'DEF'
driver x "X"
source "none"
    hang        Tx tdt
DEF

refuses() # NAME FILE LINE WORDS; the file's text is stdin
{
	cat > "$dir/$2"
	out=$(scripts/tables "$header" "$dir/driver/x.def" "$dir/$2" 2> "$dir/err")
	status=$?
	verdict "$1" "$([ $status -ne 0 ] && [ -z "$out" ] && grep -qF "$dir/$2:$3: $4" "$dir/err"; echo $?)" "status $status: $(cat "$dir/err") $out"
	rm "$dir/$2"
}

out=$(scripts/tables "$header" "$dir/driver/x.def" 2>&1)
verdict "a driver alone makes a table" "$(echo "$out" | grep -qF '{ .name = "x", .systems = DRIVER_LINUX, .hangs = { { "Tx", "tdt", false }, }, },'; echo $?)" "$out"

refuses "a field that no report has" driver/y.def 2 'tdx is no field of a report' << 'DEF'
driver y "Y"
    hang        Tx tdx
DEF
refuses "a driver of another file" driver/y.def 2 'x is there twice' << 'DEF'
# y
driver x "X"
DEF
refuses "a name that is too long" driver/y.def 1 'a-name-of-sixteen is no name of a driver' << 'DEF'
driver a-name-of-sixteen "Y"
DEF
refuses "an unknown word of a log" log/y.def 2 'unknown word say' << 'DEF'
log y "Y"
say any "words"
DEF
refuses "a pattern without its quotes" log/y.def 1 'a text in quotes is missing, not words' << 'DEF'
report hang any words
DEF
refuses "a text that does not end" log/y.def 1 'a text is not in its quotes' << 'DEF'
report hang any "words
DEF
refuses "an attribute that there is not" log/y.def 1 'often is none of: rare what driver not' << 'DEF'
report hang any "words" often "w"
DEF
refuses "a driver that there is not" log/y.def 1 'z is no driver of chipdefs/driver/' << 'DEF'
report hang any "words" driver z
DEF
refuses "a label without a field" log/y.def 1 'a label has a {field}' << 'DEF'
label "words" rare "words"
DEF
refuses "a bit that no register has" log/y.def 1 'a number up to 31 is missing, not 32' << 'DEF'
label "words <{tdt}>" bit 32 done
DEF
refuses "a meaning without a sentence" log/y.def 2 'the meaning before this line has no sentence' << 'DEF'
meaning not-up "words" fault dead
report not-up any "words" what "words"
DEF
refuses "an MDIO register without its bits" log/y.def 1 'mdio NAME ready BIT' << 'DEF'
mdio MDIC ready 28
DEF
refuses "a log without a source" log/y.def 1 'it cites no source' << 'DEF'
report hang any "words"
DEF

# The anchors of the first pass, by scripts/anchors.
finds() # NAME FILE'S-TEXT WORDS
{
	printf '%s\n' "$2" > "$dir/log/a.def"
	out=$(scripts/anchors src/klog/prefilter.h "$dir/log/a.def" 2>&1)
	verdict "$1" "$(printf '%s\n' "$out" | grep -qF "$3"; echo $?)" "$(printf '%s\n' "$out" | head -20)"
}
leaves() # NAME FILE'S-TEXT WORDS
{
	printf '%s\n' "$2" > "$dir/log/a.def"
	out=$(scripts/anchors src/klog/prefilter.h "$dir/log/a.def" 2> "$dir/err")
	status=$?
	verdict "$1" "$([ $status -ne 0 ] && [ -z "$out" ] && grep -qF "$dir/log/a.def:1: $3" "$dir/err"; echo $?)" "status $status: $(cat "$dir/err") $out"
}
finds "a run with its four bytes" 'hang any "Unit Hang" rare "Unit ^Hang|Hang:"' '{ "Unit Hang", 9, 5 },'
finds "a run of pasted text with bytes by number" 'paste "^\xe2\x97\x8f "' '{ "\342\227\217 ", 4, 0 },'
finds "packed data" 'packed "\xfd7zX"' '"\3757zX",'
printf '%s\n' 'hang any "Unit rare" rare "Hang:" what "not rare"' > "$dir/log/a.def"
n=$(scripts/anchors src/klog/prefilter.h "$dir/log/a.def" | grep -c '^	{ ".*", [0-9]*, [0-9]* },$')
verdict "runs are what stands behind rare: one, ten domains and a record's beginning" "$([ "$n" = 12 ]; echo $?)" "$n"
leaves "a run that is too long" 'hang any "x" rare "123456789012345678901"' 'a run has up to 20 bytes'
leaves "a run with too few bytes behind ^" 'label "x {tdh}" rare "abc^def"' 'a run has up to 20 bytes, and 4 of them behind ^'
leaves "packed data of three bytes" 'packed "7zX"' '"7zX" has not 4 bytes'

exit $failed
