#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# scripts/check-names: a chip or a driver that stands as a name in C is found, a word of a comment or of another meaning is not.
itself=yes
. "${0%/*}/setup"

if ! command -v python3 > /dev/null; then
	echo 'skip names: no python3'
	exit 0
fi
mkdir -p "$dir/tree/chipdefs/chip" "$dir/tree/chipdefs/driver" "$dir/tree/src/room"
cat > "$dir/tree/chipdefs/chip/n.def" << 'DEF'
chip N77-LM "N77 Gigabit"
    id 8086:fe01
    id 8086:fe02 "N78"
    id 8086:fe03 "A title of 2 words"
DEF
echo 'driver novum "Novum"' > "$dir/tree/chipdefs/driver/novum.def"

finds() # NAME LINE-OF-C EXPECTED, or nothing
{
	printf '#include "novum.h"\n%s\n' "$2" > "$dir/tree/src/room/file.c"
	out=$(scripts/check-names "$dir/tree" 2>&1)
	status=$?
	if [ -n "$3" ]; then
		verdict "$1" "$([ $status -eq 1 ] && echo "$out" | grep -qF "src/room/file.c:2: $3: "; echo $?)" "status $status: $out"
	else
		verdict "$1" "$([ $status -eq 0 ] && [ -z "$out" ]; echo $?)" "status $status: $out"
	fi
}

finds "a driver in a string" 'const char *d = "novum";' novum
finds "in the middle of one" 'const char *d = "the driver novum: it hangs";' novum
finds "a chip" 'const char *c = "N77-LM";' N77-LM
finds "those of its name" 'const char *c = "an N77";' N77
finds "the name of a PCI ID" 'const char *c = "N78";' N78
finds "a device id" 'int id = 0xFE03;' 0xFE03
finds "no comment" '/* "novum" and 0xfe03 */ int a; // "N78"' ''
finds "no part of a word" 'const char *w = "novumb supernovum N785";' ''
finds "no title" 'const char *w = "A title of words";' ''
finds "no other number" 'int n = 0xfe04, m = 0xfe031;' ''
finds "no name in C" 'int novum, N78;' ''
out=$(scripts/check-names 2>&1)
verdict "this tree has none" $? "$out"
out=$(scripts/check-names "$dir" 2>&1)
verdict "a folder without definitions is refused" "$([ $? -eq 2 ]; echo $?)" "$out"
exit $failed
