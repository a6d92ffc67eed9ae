#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The picture in README.md is what the program prints, up to its "[...]" line.
. "${0%/*}/setup"

awk '/^```$/ { inside = !inside; next } inside && /^\[\.\.\.\]$/ { exit } inside' README.md > "$dir/readme"
COLUMNS=80 "$NICREGS" --demo show | head -n "$(wc -l < "$dir/readme")" > "$dir/printed"
if [ -s "$dir/readme" ] && diff "$dir/readme" "$dir/printed" > "$dir/diff"; then
	echo "ok the picture is what --demo show prints"
else
	echo "not ok the picture is what --demo show prints"
	cat "$dir/diff"
	exit 1
fi
