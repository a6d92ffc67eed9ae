#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Several samples of a device in one file, and files that are kept.
. "${0%/*}/setup"
export TZ=UTC
recording=$dir/recording.json

# Samples 1 to 4, an hour before midnight and half an hour apart; the head moves, and from the third on stands.
python3 - > "$recording" <<'PYTHON'
import json
snapshot = json.load(open("src/source/demo.json", encoding="utf-8"))
snapshot["origin"] = "live"
for look, head in enumerate((10, 20, 30, 30), 1):
    snapshot.update(taken=(1750114800 + 1800 * (look - 1)) * 10**9 + 250000000, look=look)
    for r in snapshot["registers"]:
        if r.get("space", "mmio") == "mmio" and r["offset"] in (0x3810, 0x3818):
            r["value"] = head + 4 * (r["offset"] == 0x3818)
    print(json.dumps(snapshot))
PYTHON

shows "list: a row a device" 0 '^0000:01:00\.0 eth0 ' list --from "$recording"
verdict "list: one row" "$([ "$(wc -l < "$dir/out")" -eq 2 ]; echo $?)" "$(cat "$dir/out")"
shows "list: one object" 0 '"address": "0000:01:00.0"' list --json --from "$recording"
verdict "list: one object" "$([ "$(grep -c address "$dir/out")" -eq 1 ]; echo $?)" "$(cat "$dir/out")"
sed 's/0000:01:00.0/0000:02:00.0/; s/"eth0"/"eth1"/' "$recording" > "$dir/other.json"
shows "list: a row each of two" 0 '^0000:02:00\.0 eth1 ' list --from "$recording" --from "$dir/other.json"
verdict "list: two rows" "$([ "$(wc -l < "$dir/out")" -eq 3 ]; echo $?)" "$(cat "$dir/out")"
sed 's/"board": "[^"]*"/"board": "another"/' "$recording" > "$dir/machine.json"
if ! cmp -s "$recording" "$dir/machine.json"; then
	"$NICREGS" list --from "$recording" --from "$dir/machine.json" > "$dir/out"
	verdict "list: the same place in another machine" "$([ "$(wc -l < "$dir/out")" -eq 3 ]; echo $?)" "$(cat "$dir/out")"
fi

# head SAMPLE HEAD TDH ARGUMENTS...
sample()
{
	name=$1 number=$2 head=$3
	shift 3
	"$NICREGS" show -v --from "$recording" --reg 'TDH[0]' "$@" > "$dir/out" 2> "$dir/err"
	verdict "$name" "$([ $? -eq 0 ] && head -n 1 "$dir/out" | grep -q "^Sample $number, " && [ "$(grep -c '^Sample' "$dir/out")" -eq 1 ] &&
		grep -q "TDH\[0\].* 0x$head " "$dir/out"; echo $?)" "$(cat "$dir/out" "$dir/err")"
}
sample "show: the last" 4 0000001e
verdict "show: when it was taken, and of how many" \
	"$(head -n 1 "$dir/out" | grep -q '^Sample 4, 2025-06-17 00:30:00\.2 (of 4; --at '; echo $?)" "$(head -n 1 "$dir/out")"
sample "show --at: a number" 2 00000014 --at 2
sample "show --at: a time" 1 0000000a --at 23:00:00
sample "show --at: a minute" 2 00000014 --at 23:30
sample "show --at: between two" 2 00000014 --at 23:59:59
sample "show --at: after midnight" 3 0000001e --at 00:00:01
sample "show --at: a part of a second" 1 0000000a --at 23:00:00.3
sample "show --at: a date and time" 3 0000001e --at '2025-06-17 00:10'
sample "show --at: as ISO 8601 has it" 3 0000001e --at 2025-06-17T00:10:00
shows "show --at: before the first" 1 '^nicregs: --at: no sample at 23:00:00\.1$' show --from "$recording" --at 23:00:00.1
shows "show --at: behind the last" 1 '^nicregs: --at: no sample at 5$' show --from "$recording" --at 5
verdict "show --at: what there is" "$(grep -q 'there are 4 samples, 2025-06-16 23:00:00.2 to 2025-06-17 00:30:00.2' "$dir/err"; echo $?)" "$(cat "$dir/err")"
shows "show --at: 0" 1 '^nicregs: --at: no sample at 0' show --from "$recording" --at 0
shows "show --at: no time" 1 'neither a number nor a time' show --from "$recording" --at 25:00
shows "show --at: rubbish behind a time" 1 'neither a number nor a time' show --from "$recording" --at 23:00:00x
shows "show --all-samples" 0 '^Sample 1, 2025' show --from "$recording" --all-samples --reg TDH
verdict "show --all-samples: all" "$([ "$(grep -c '^Sample' "$dir/out")" -eq 4 ]; echo $?)" "$(grep '^Sample' "$dir/out")"
shows "show --json: the last" 0 '"taken_ns": 1750120200250000000' show --json --from "$recording"
verdict "show --json: one device" "$([ "$(grep -c taken_ns "$dir/out")" -eq 1 ]; echo $?)" "$(grep taken_ns "$dir/out")"
shows "show: one sample has no number" 0 '^82574L  ' show --demo
verdict "show: one sample has no number" "$(! grep -q '^Sample' "$dir/out"; echo $?)" "$(head -n 1 "$dir/out")"
cp "$recording" "$dir/again.json"
"$NICREGS" show -v --from "$recording" --from "$dir/again.json" --reg TDH > "$dir/out"
verdict "show: of two files each" "$([ "$(grep -c '^Sample 4' "$dir/out")" -eq 2 ]; echo $?)" "$(grep '^Sample' "$dir/out")"
shows "show -v: the registers by group" 0 '^  TCTL +0x00400 ' show --demo -v
shows "show -v: idle queues are left to --queues" 0 '^  1 queue not shown \(--queues shows all\)$' show --demo -v
"$NICREGS" show --demo --queues > "$dir/out"
verdict "show --queues: all" "$(! grep -q 'not shown' "$dir/out" && grep -q '^  TCTL ' "$dir/out"; echo $?)" \
	"$(grep -A4 '^Transmit queues' "$dir/out")"
shows "show --all: every field" 0 '^  +[0-9]+ +EN +0 ' show --demo --all

# Columns.
shows "list: one more column" 0 '^ADDRESS .* VERDICT +PARTNER$' list --demo -o +partner
shows "list: one that is there already" 1 '^nicregs: chip: the column is named twice' list --demo -o +chip
shows "list: + alone" 1 '^nicregs: -o: the name of a column is missing' list --demo -o +
shows "list: the column that was meant" 1 '^nicregs: firmwear: no such column' list --demo -o firmwear
verdict "list: the column that was meant" "$(grep -q "did you mean 'firmware'" "$dir/err"; echo $?)" "$(cat "$dir/err")"
for width in 40 80 200; do
	COLUMNS=$width "$NICREGS" list --from "$recording" > "$dir/out" 2>&1
	verdict "list: $width columns" "$(grep -q '^0000:01:00.0' "$dir/out"; echo $?)" "$(cat "$dir/out")"
	COLUMNS=$width "$NICREGS" decode 82574L STATUS 80083 > "$dir/out" 2>&1
	wide=$(awk -v n=$width 'length($0) > (n < 78 ? 78 : n)' "$dir/out")
	verdict "decode: $width columns" "$([ -z "$wide" ]; echo $?)" "$wide"
done

# Without registers nothing is checked, and the reason stands below.
cat > "$dir/lspci" <<'LSPCI'
03:00.0 Ethernet controller: Intel Corporation 82574L Gigabit Network Connection
00: 86 80 d3 10 07 04 00 00 00 00 00 02 10 00 00 00
10: 00 00 c0 f7 00 00 00 00 01 e0 00 00 00 00 c2 f7
LSPCI
shows "list: not checked" 0 '^0000:03:00\.0 .* not checked$' list --from "$dir/lspci"
verdict "list: why not" "$(tail -n 1 "$dir/out" | grep -qx 'Not checked: 0000:03:00.0 (no registers in the file)'; echo $?)" "$(cat "$dir/out")"
shows "list -n: rows alone" 0 '^not checked$' list -n -o verdict --from "$dir/lspci"
verdict "list -n: rows alone" "$([ "$(wc -l < "$dir/out")" -eq 1 ]; echo $?)" "$(cat "$dir/out")"
shows "list --json: why not" 0 '"not_checked": "no registers in the file"' list --json --from "$dir/lspci"
verdict "list --json: no verdict" "$(! grep -q '"verdict"' "$dir/out"; echo $?)" "$(cat "$dir/out")"

# The transmitter is on: one sample cannot tell whether the queue stands, and the same sample twice cannot either.
sed 's/"name": "TCTL", "offset": 1024, "value": [0-9]*/"name": "TCTL", "offset": 1024, "value": 67371258/' src/source/demo.json > "$dir/once.json"
cp "$dir/once.json" "$dir/again.json"
for from in "--from $dir/once.json" "--from $dir/once.json --from $dir/again.json"; do
	# shellcheck disable=SC2086
	"$NICREGS" diagnose $from > "$dir/out" 2>&1
	verdict "one sample, however often it is given ($(echo "$from" | wc -w))" "$([ $? -eq 0 ] && ! grep -q HUNG "$dir/out"; echo $?)" "$(cat "$dir/out")"
done

# A file that was kept stays, unless --force says otherwise.
"$NICREGS" --demo snapshot -o "$dir/kept.json"
echo evidence > "$dir/kept.json"
shows "snapshot -o: the file exists" 1 '^nicregs: .*/kept\.json: the file exists$' --demo snapshot -o "$dir/kept.json"
verdict "snapshot -o: it is as it was" "$(grep -qx evidence "$dir/kept.json"; echo $?)" "$(head -n 2 "$dir/kept.json")"
verdict "snapshot -o: what to do" "$(grep -q -- --force "$dir/err"; echo $?)" "$(cat "$dir/err")"
"$NICREGS" --demo snapshot --force -o "$dir/kept.json" && "$NICREGS" show -v --from "$dir/kept.json" > /dev/null
verdict "snapshot -o --force replaces it" $? "status"
ln -s "$dir/nowhere" "$dir/dangling"
limited() (ulimit -f 4 && "$NICREGS" --demo snapshot -o "$dir/limited.json" 2>&1)
verdict "snapshot -o: more than ulimit -f allows" \
	"$(limited | grep -q '^nicregs: .*/limited.json: File too large$'; echo $?)" "$(limited; echo "status $?")"
verdict "snapshot -o: then nothing is left behind" "$([ -z "$(find "$dir" -name 'limited*')" ]; echo $?)" "$(ls "$dir")"
shows "snapshot -o: a link to nothing" 1 'dangling: the file exists' --demo snapshot -o "$dir/dangling"
"$NICREGS" --demo snapshot -o /dev/null && "$NICREGS" --demo snapshot -o - | grep -q nicregs-snapshot
verdict "snapshot -o: /dev/null and -" $? "status"
left=$(ls "$dir" | grep '\.json\.')
verdict "snapshot: no temporary file is left" "$([ -z "$left" ]; echo $?)" "$left"
exit $failed
