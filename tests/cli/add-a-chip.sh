#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A part is added by one file: an 82574X, which there is none of, on top of the 82574L.
. "${0%/*}/setup"

cat > "$dir/82574X.def" <<'DEF'
chip 82574X : 82574L "82574X Gigabit Network Connection"
    id 8086:ffee
    queues tx 1
    queues rx 1
DEF
cat > "$dir/lspci" <<'LSPCI'
03:00.0 Ethernet controller: Intel Corporation 82574X Gigabit Network Connection
00: 86 80 ee ff 07 04 10 00 00 00 00 02 10 00 00 00
10: 00 00 c0 f7 00 00 00 00 01 e0 00 00 00 00 c2 f7
20: 00 00 00 00 00 00 00 00 00 00 00 00 86 80 00 00
30: 00 00 00 00 00 00 00 00 00 00 00 00 0a 01 00 00

LSPCI

"$NICREGS" decode 82574X STATUS 0x80083 > /dev/null 2> "$dir/err"
verdict "the 82574X's registers are not built in" "$([ $? -eq 1 ] && grep -q '82574X' "$dir/err"; echo $?)" "$(cat "$dir/err")"

out=$("$NICREGS" lint "$dir/82574X.def" 2>&1)
verdict "its file is sound" "$([ "$out" = "$dir/82574X.def: ok, 0 registers" ]; echo $?)" "$out"

out=$("$NICREGS" --chipdefs "$dir" chips 2>&1)
verdict "it is listed" "$(echo "$out" | grep -q '^82574X *8086:ffee *e1000e *1/1'; echo $?)" "$out"
verdict "the built-in ones stay" "$(echo "$out" | grep -q '^82574L *8086:10d3'; echo $?)" "$out"

theirs=$("$NICREGS" decode 82574L STATUS 0x80083 2>&1)
out=$("$NICREGS" --chipdefs "$dir" decode 82574X STATUS 0x80083 2>&1)
verdict "its registers are the 82574L's" "$([ -n "$out" ] && [ "$out" = "$theirs" ]; echo $?)" "$out"

out=$(NICREGS_CHIPDEFS="$dir/82574X.def" "$NICREGS" list --noheadings --from "$dir/lspci" 2>&1)
verdict "it is found in a machine" "$(echo "$out" | grep -q '03:00\.0.*82574X.*8086:ffee'; echo $?)" "$out"

out=$("$NICREGS" show -v --from "$dir/lspci" 2>&1)
verdict "without the file it has no definition" "$(echo "$out" | grep -q '^82574X  a chip without a definition'; echo $?)" "$out"

"$NICREGS" --chipdefs "$dir" snapshot --from "$dir/lspci" -o "$dir/snapshot.json"
out=$("$NICREGS" show -v --from "$dir/snapshot.json" 2>&1)
verdict "nor has its snapshot, and is read all the same" "$(echo "$out" | grep -q '^82574X  a chip without a definition' &&
	echo "$out" | grep -q 'from a 82574X, which has no definition here'; echo $?)" "$out"
exit $failed
