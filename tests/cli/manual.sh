#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the program takes is what its help, its manual and its completion say, and the reverse.
. "${0%/*}/setup"
manual=man/nicregs.8.scd

# same WHAT LEFT-NAME LEFT-FILE RIGHT-NAME RIGHT-FILE: two sorted lists, which are not empty
same()
{
	if [ -s "$3" ] && diff "$3" "$5" > "$dir/diff"; then
		echo "ok $1"
	else
		echo "not ok $1: < is in $2 only, > in $4 only"
		sed -n 's/^[<>]/# &/p' "$dir/diff"
		failed=1
	fi
}

# The text of one section of the manual.
section()
{
	awk -v name="# $1" '/^# / { on = $0 == name } on' "$manual"
}

"$NICREGS" --help > "$dir/help"
awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on && /^  [a-z]/ { print $1 }' "$dir/help" | sort > "$dir/verbs"
section COMMANDS | sed -n 's/^\*\([a-z]*\)\*.*/\1/p' | sort > "$dir/verbs.manual"
same "verbs are in the manual" help "$dir/verbs" manual "$dir/verbs.manual"

# options FILE...: the options of help texts, "-o --output" or "--raw"
options()
{
	sed -nE 's/^ +(-[a-zA-Z], )?(--[a-z-]+)(\[=.*| .*)?$/\1\2/p' "$@" | sed 's/,//' | sort -u
}

while read -r verb; do
	if ! "$NICREGS" "$verb" --help > "$dir/help.$verb" 2> "$dir/err" || [ -s "$dir/err" ]; then
		echo "not ok $verb --help: $(cat "$dir/err")"
		failed=1
	fi
done < "$dir/verbs"
options "$dir"/help "$dir"/help.* > "$dir/options"

# In the table, with its letter; a row that no verb takes would be missing from all help.
sed -nE 's/^\t\{ "([a-z-]+)", .*/\1/p' src/cmd/options.c | sort > "$dir/table"
sed 's/.*--//' "$dir/options" | sort > "$dir/options.names"
same "options of the table are taken by a verb" table "$dir/table" help "$dir/options.names"
sed -nE 's/.*\.accepts = "([^"]*)".*/\1/p' src/cmd/*.c | tr ' ' '\n' | grep . | sort -u > "$dir/accepted"
comm -23 "$dir/accepted" "$dir/table" > "$dir/unknown"
if [ -s "$dir/accepted" ] && [ ! -s "$dir/unknown" ]; then
	echo "ok what verbs take is in the table"
else
	echo "not ok what verbs take is in the table: $(cat "$dir/unknown")"
	failed=1
fi

section OPTIONS | grep -E '^\*-' | grep -oE '(\*-[a-zA-Z]\*, )?\*--[a-z-]+\*' | tr -d '*,' | sort > "$dir/options.manual"
same "options are in the manual, with their letters" help "$dir/options" manual "$dir/options.manual"
grep -oE '\*--[a-z-]+\*' "$manual" | tr -d '*' | sort -u > "$dir/mentioned"
sed 's/.*--/--/' "$dir/options" | sort > "$dir/options.long"
comm -23 "$dir/mentioned" "$dir/options.long" > "$dir/unknown"
if [ -s "$dir/mentioned" ] && [ ! -s "$dir/unknown" ]; then
	echo "ok options that the manual mentions are there"
else
	echo "not ok options that the manual mentions are there: not $(cat "$dir/unknown")"
	failed=1
fi

# Examples are taken by the program as they stand, up to the devices and files of somebody else's machine: with a file
# that is not there nothing is read or written.
examples=0
while read -r line; do
	examples=$((examples + 1))
	line=${line#nicregs }
	(cd "$dir" && eval "\"$NICREGS\" --from /nowhere $line" > "$dir/out" 2> "$dir/err" < /dev/null)
	if grep -qE 'no such option|unknown command|does not take|an argument|too many|option needs|is not a|unknown' "$dir/err"; then
		echo "not ok example: nicregs $line: $(head -n 1 "$dir/err")"
		failed=1
	fi
done < <(section EXAMPLES | sed -nE 's/^\t?(nicregs .*[^+])(\+\+)?$/\1/p' | sed 's/\\\*/*/g')
if [ $examples -gt 8 ]; then
	echo "ok $examples examples of the manual are taken"
else
	echo "not ok examples of the manual: $examples were found"
	failed=1
fi

# The snapshot's manual: the facts, the reasons, and an example that can be read.
snapshot=man/nicregs-snapshot.5.scd
grep -oE 'X\((STR|NUM|YES), [a-z0-9_]+' src/snapshot/facts.h | sed 's/.*, //' | sort > "$dir/facts"
awk '/^# / { on = $0 == "# FACTS" } on' $snapshot | grep -oE '\*[a-z0-9_]+\*' | tr -d '*' | sort -u |
	grep -vxE 'link|pcie_aspm' > "$dir/facts.manual"
same "facts are in the snapshot's manual" table "$dir/facts" manual "$dir/facts.manual"
sed -nE 's/^\t\[UNREAD_[A-Z_]+\] = "(.*)",$/\1/p' src/snapshot/snapshot.c | grep -vx read | sort > "$dir/reasons"
tr '\n\t' '  ' < $snapshot | sed 's/.*why there is none, one of//; s/\*constant\*.*//' | grep -oE '\*"[^*]*"\*' |
	tr -d '*"' | tr -s ' ' | sort > "$dir/reasons.manual"
same "reasons are in the snapshot's manual" table "$dir/reasons" manual "$dir/reasons.manual"
awk '/^```$/ { inside = !inside; next } inside' $snapshot > "$dir/example"
if "$NICREGS" show -v --from "$dir/example" > "$dir/out" 2>&1 && grep -q 82574L "$dir/out"; then
	echo "ok the snapshot's example can be read"
else
	echo "not ok the snapshot's example can be read: $(head -n 2 "$dir/out")"
	failed=1
fi

# groff has nothing to say of a page, as lintian asks it: a release's package is refused for it.
if command -v man > /dev/null && command -v scdoc > /dev/null; then
	(unset MAKEFLAGS MAKELEVEL MFLAGS SAN && make -s BUILD="$dir/build" man) > "$dir/out" 2>&1
	for page in "$dir"/build/man/*; do
		env -i PATH="$PATH" LC_ALL=C.UTF-8 MANROFFSEQ= MANWIDTH=120 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2> "$dir/said" > "$dir/page"
		sed "s|^|${page##*/}: |" "$dir/said" >> "$dir/out"
		[ -s "$dir/page" ] || echo "$page: nothing came of it" >> "$dir/out"
	done
	if [ -s "$dir/build/man/nicregs.8" ] && [ ! -s "$dir/out" ]; then
		echo "ok groff has nothing to say"
	else
		echo "not ok groff has nothing to say: $(cat "$dir/out")"
		failed=1
	fi
else
	echo "skip groff has nothing to say: there is no man or no scdoc"
fi

# Words are whole at 80 columns, so that a path or an option can be copied: the same ones as on a page that is very wide.
page_words() # FILE COLUMNS
{
	MANWIDTH=$2 man -E ascii -l "$1" 2> "$dir/err" | tr -s ' ' '\n' | LC_ALL=C sort -u
}

if ! command -v scdoc > /dev/null || ! command -v man > /dev/null || ! command -v groff > /dev/null; then
	echo "skip words of the pages: no scdoc, man or groff"
	exit $failed
fi
scripts/chipdef-man chipdefs/README.md > "$dir/nicregs-chipdef.5.scd"
scripts/remedies-man remedies/*.remedy > "$dir/nicregs-remedies.7.scd"
for source in man/*.scd "$dir"/*.scd; do
	name=${source##*/}
	scripts/man-page "$source" > "$dir/${name%.scd}"
	page_words "$dir/${name%.scd}" 80 > "$dir/narrow"
	page_words "$dir/${name%.scd}" 1000 > "$dir/wide"
	[ "$(wc -l < "$dir/wide")" -gt 400 ] && grep -q / "$dir/wide" || : > "$dir/wide"
	same "words of ${name%.scd} are whole" "80 columns" "$dir/narrow" "1000 columns" "$dir/wide"
done
exit $failed
