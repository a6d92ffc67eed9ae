#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A part is added by one file: the 82583V, which is not built in, on top of the 82574L.
. "${0%/*}/setup"

cat > "$dir/82583V.def" <<'DEF'
chip 82583V : 82574L "82583V Gigabit Network Connection"
    id 8086:150c
    queues tx 1
    queues rx 1
DEF
cat > "$dir/lspci" <<'LSPCI'
03:00.0 Ethernet controller: Intel Corporation 82583V Gigabit Network Connection
00: 86 80 0c 15 07 04 10 00 00 00 00 02 10 00 00 00
10: 00 00 c0 f7 00 00 00 00 01 e0 00 00 00 00 c2 f7
20: 00 00 00 00 00 00 00 00 00 00 00 00 86 80 00 00
30: 00 00 00 00 00 00 00 00 00 00 00 00 0a 01 00 00

LSPCI

"$NICREGS" decode 82583V STATUS 0x80083 > /dev/null 2> "$dir/err"
verdict "the 82583V's registers are not built in" "$([ $? -eq 1 ] && grep -q '82583V' "$dir/err"; echo $?)" "$(cat "$dir/err")"

out=$("$NICREGS" lint "$dir/82583V.def" 2>&1)
verdict "its file is sound" "$([ "$out" = "$dir/82583V.def: ok, 0 registers" ]; echo $?)" "$out"

out=$("$NICREGS" --chipdefs "$dir" chips 2>&1)
verdict "it is listed" "$(echo "$out" | grep -q '^82583V *8086:150c *e1000e *1/1'; echo $?)" "$out"
verdict "the built-in ones stay" "$(echo "$out" | grep -q '^82574L *8086:10d3'; echo $?)" "$out"

theirs=$("$NICREGS" decode 82574L STATUS 0x80083 2>&1)
out=$("$NICREGS" --chipdefs "$dir" decode 82583V STATUS 0x80083 2>&1)
verdict "its registers are the 82574L's" "$([ -n "$out" ] && [ "$out" = "$theirs" ]; echo $?)" "$out"

out=$(NICREGS_CHIPDEFS="$dir/82583V.def" "$NICREGS" list --noheadings --from "$dir/lspci" 2>&1)
verdict "it is found in a machine" "$(echo "$out" | grep -q '03:00\.0.*82583V.*8086:150c'; echo $?)" "$out"

out=$("$NICREGS" show -v --from "$dir/lspci" 2>&1)
verdict "without the file it has no definition" "$(echo "$out" | grep -q '^82583V  a part without a definition'; echo $?)" "$out"

"$NICREGS" --chipdefs "$dir" snapshot --from "$dir/lspci" -o "$dir/snapshot.json"
out=$("$NICREGS" show -v --from "$dir/snapshot.json" 2>&1)
verdict "nor has its snapshot, and is read all the same" "$(echo "$out" | grep -q '^82583V  a part without a definition' &&
	echo "$out" | grep -q 'of the part 82583V, which has no definition here'; echo $?)" "$out"
exit $failed
