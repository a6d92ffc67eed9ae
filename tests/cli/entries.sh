#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Entries of watch in systemd's journal: a socket in place of the journal's, and the catalogue that explains them.
. "${0%/*}/setup"
. tests/cli/watching

# ---- the catalogue ----

sed -n 's/^	\[EVENT_.*"\([0-9a-f]\{32\}\)".*/\1/p' src/watch/entry.c | sort > "$dir/sent"
sed -n 's/^-- //p' scripts/nicregs.catalog | sort > "$dir/explained"
verdict "each id that is sent is explained, and no other" "$([ "$(wc -l < "$dir/sent")" -eq 5 ] && cmp -s "$dir/sent" "$dir/explained"; echo $?)" "$(diff "$dir/sent" "$dir/explained")"
grep -o '@[A-Z_]*@' scripts/nicregs.catalog | sort -u | tr -d @ > "$dir/used"
lost=$(while read -r field; do grep -q "\"$field\"" src/watch/entry.c || echo "$field"; done < "$dir/used")
verdict "with fields that are sent" "$([ -s "$dir/used" ] && [ -z "$lost" ]; echo $?)" "$lost"
verdict "lines of a terminal" "$(! grep -q '.\{81\}' scripts/nicregs.catalog; echo $?)" "$(grep '.\{81\}' scripts/nicregs.catalog)"
for id in $(cat "$dir/sent"); do
	verdict "the manual names $id" "$(grep -q "$id" man/nicregs.8.scd; echo $?)" "it does not"
done
if command -v journalctl > /dev/null; then
	mkdir -p "$dir/root/usr/lib/systemd/catalog"
	cp scripts/nicregs.catalog "$dir/root/usr/lib/systemd/catalog/"
	journalctl --root="$dir/root" --update-catalog > "$dir/out" 2>&1
	verdict "systemd takes it up" "$([ $? -eq 0 ] && [ ! -s "$dir/out" ]; echo $?)" "$(cat "$dir/out")"
	journalctl --root="$dir/root" --list-catalog | cut -d' ' -f1 | sort > "$dir/listed"
	verdict "all of it" "$(cmp -s "$dir/sent" "$dir/listed"; echo $?)" "$(cat "$dir/listed")"
else
	echo "skip systemd takes it up: there is no journalctl here"
fi

# ---- entries ----

# Datagrams of the journal's protocol, a line of JSON each.
mkdir -p "$dir/run/systemd/journal"
python3 - "$dir/run/systemd/journal/socket" > "$dir/entries" <<'PYTHON' &
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    entry = s.recv(65536).decode()
    print(json.dumps(dict(line.split("=", 1) for line in entry.splitlines())), flush=True)
PYTHON
journal=$!
trap '[ -z "$pid" ] || kill -9 "$pid" 2> /dev/null; kill "$journal" 2> /dev/null; rm -rf "$dir"' EXIT
until_true '[ -S "$dir/run/systemd/journal/socket" ]'

entry() # N FIELD: of the Nth entry
{
	python3 -c '
import json, sys
print(json.loads(open(sys.argv[1]).read().splitlines()[int(sys.argv[2]) - 1]).get(sys.argv[3]))' "$dir/entries" "$1" "$2" 2> /dev/null
}

watching() # ARGUMENTS...
{
	listen
	NOTIFY_SOCKET=$dir/notify "$here/private-sys" --bind "$dir/run=/run" "$dir/sys" "$NICREGS" watch eno1 --dir "$dir/incidents" \
		--log "$log" "$@" > "$dir/out" 2> "$dir/err" &
	pid=$!
	ready
}

"$here/make-sys" 82574L "$dir/sys" || exit 1
: > "$log"
watching --interval 0.2
hang 200 >> "$log"
until_true '[ -s "$dir/entries" ]'
verdict "a hang in the log is an entry" $? "$(cat "$dir/err")"
stop
got=$(for field in MESSAGE_ID PRIORITY NICREGS_NAME NICREGS_DEVICE NICREGS_CHIP NICREGS_KIND NICREGS_CONFIRMED; do entry 1 $field; done | tr '\n' ' ')
verdict "its fields" "$([ "$got" = "e4a0c2d85f3947e6b1d7509c8a2f6b13 4 eno1 0000:00:19.0 82579LM hang log " ]; echo $?)" "$got"
verdict "the directory" "$([ -d "$(entry 1 NICREGS_INCIDENT)" ]; echo $?)" "$(entry 1 NICREGS_INCIDENT)"
verdict "what a terminal gets stays" "$(grep -q 'hang by the log alone, .* saved in' "$dir/out"; echo $?)" "$(cat "$dir/out")"

rm -rf "$dir/incidents"
stand_still
: > "$log"
: > "$dir/out"
JOURNAL_STREAM=$(stat -c %d:%i "$dir/out")
export JOURNAL_STREAM
watching --interval 0.1
until_true '[ "$(wc -l < "$dir/entries")" -eq 2 ]'
verdict "a ring that stands is one" $? "$(cat "$dir/err")"
stop
got=$(for field in MESSAGE_ID PRIORITY NICREGS_VERDICT NICREGS_KIND NICREGS_CONFIRMED; do entry 2 $field; done | tr '\n' ' ')
verdict "with the verdict of its registers" "$([ "$got" = "9b1e6f0a4c7d4d0f8a52c3e17f60b9d4 3 hung stalled registers " ]; echo $?)" "$got $(cat "$dir/entries")"
verdict "in words" "$(entry 2 MESSAGE | grep -q "^eno1: stalled; verdict of its registers: hung; evidence in $dir/incidents/"; echo $?)" "$(entry 2 MESSAGE)"
verdict "what goes to the journal is not printed there a second time" "$([ ! -s "$dir/out" ]; echo $?)" "$(cat "$dir/out")"
exit $failed
