#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The pictures in README.md are what the program prints, whole.
. "${0%/*}/setup"

# picture COMMAND: what stands below "$ nicregs COMMAND" up to the end of its block.
picture()
{
	awk -v head="\$ nicregs $1" '$0 == head { inside = 1; next } inside && /^```$/ { exit } inside' README.md > "$dir/readme"
	# shellcheck disable=SC2086
	"$NICREGS" $1 > "$dir/printed"
	verdict "the picture is what $1 prints" "$([ -s "$dir/readme" ] && diff "$dir/readme" "$dir/printed" > "$dir/diff"; echo $?)" \
		"$(cat "$dir/diff")"
}

picture "--demo diagnose"
picture "--demo show"
exit $failed
