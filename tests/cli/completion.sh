#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion: each command, each option and each kind of argument that the help has; and in real shells, with their keys.
itself=yes
. "${0%/*}/setup"

complete()
{
	scripts/complete "$NICREGS" "$@" | cut -f1
}

same() # NAME LEFT RIGHT
{
	diff "$2" "$3" > "$dir/diff"
	verdict "$1" $? "$(cat "$dir/diff")"
}

"$NICREGS" --json help | python3 -c '
import json, sys
help = json.load(sys.stdin)
for command in help["commands"]:
    print(command["name"], *[o["name"] for o in command["options"] + help["options"]])
    take = [o["name"] for o in command["options"] + (help["options"] if command["name"] == "show" else []) if o.get("argument")]
    print(command["name"], *take, file=open(sys.argv[1], "a"))' "$dir/taking" > "$dir/help"
cut -d' ' -f1 "$dir/help" | sort > "$dir/verbs"
complete '' | sort > "$dir/completed"
same "commands" "$dir/verbs" "$dir/completed"
while read -r verb options; do
	printf -- '--%s\n' $options | sort -u > "$dir/wanted"
	complete "$verb" -- | grep '^--' | sort > "$dir/completed"
	same "options of $verb" "$dir/wanted" "$dir/completed"
done < "$dir/help"
while read -r verb options; do
	for option in $options; do
		scripts/complete "$NICREGS" "$verb" "--$option" '' > "$dir/behind" && scripts/complete "$NICREGS" "$verb" "--$option=" > "$dir/out" ||
			verdict "an argument of --$option of $verb" 1 "scripts/complete does not know its kind"
		# The same words behind a blank, but for an argument that can be left out, which stands behind "=" alone.
		if [ -s "$dir/behind" ] || ! "$NICREGS" "$verb" --help | grep -qe "--$option\[="; then
			sed "s/^--$option=//" "$dir/out" > "$dir/completed"
			same "words behind --$option of $verb" "$dir/completed" "$dir/behind"
		fi
	done
done < "$dir/taking"
verdict "options with arguments" "$([ "$(wc -w < "$dir/taking")" -gt 50 ]; echo $?)" "$(cat "$dir/taking")"
complete chips '' | sort > "$dir/completed"
sed -n 's/^chip \([^ ]*\) .*/\1/p' chipdefs/chip/*.def | sort > "$dir/chips"
same "parts" "$dir/chips" "$dir/completed"
scripts/complete "$NICREGS" chips 82574L '' > "$dir/registers"
out=$(grep -vE "^[A-Z][A-Z0-9_]*$(printf '\t')[^ ]" "$dir/registers")
verdict "registers with their texts, whatever their access" "$([ -s "$dir/registers" ] && [ -z "$out" ]; echo $?)" "$out"
"$NICREGS" list --help | awk '/^Columns/ { on = 1; next } /^$/ { on = 0 } on { print $1 }' | grep -vx address | sed 's/^/address,/' > "$dir/columns"
complete list -o address, > "$dir/completed"
verdict "columns are many" "$([ "$(wc -l < "$dir/columns")" -gt 8 ]; echo $?)" "$(cat "$dir/columns")"
same "columns that are not there yet" "$dir/columns" "$dir/completed"

make --no-print-directory BUILD="$dir/build" PROGRAM="$NICREGS" PREFIX="$dir/x" SCDOC=no-such-program install > "$dir/out" 2>&1 ||
	verdict "installed" 1 "$(cat "$dir/out")"
for shell in bash zsh fish; do
	if command -v $shell > /dev/null; then
		tests/cli/completing $shell "$dir/x" "$dir/help" || failed=1
	else
		echo "skip completion: there is no $shell"
	fi
done
exit $failed
