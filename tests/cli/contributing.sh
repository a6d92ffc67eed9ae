#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What CONTRIBUTING.md says of adding a part, a driver, a rule, a message, a remedy and a verb is enough: it is done here word for word, in a copy of the tree.
itself=yes
. "${0%/*}/setup"

build=${NICREGS%/*}
if [ ! -f "$build/flags" ] || [ ! -d "$build/src" ] || ! command -v make > "$dir/make" || ! [ -f CONTRIBUTING.md ]; then
	echo "skip contributing: needs make, and a program that was built in this tree"
	exit 0
fi

# The tree with what is compiled of it, so that only what changes is compiled anew: by the compiler and with the flags of
# the build under test, which count as old.
mkdir "$dir/tree" "$dir/tree/build" "$dir/tree/tests" "$dir/do"
cp -a Makefile chipdefs man mk remedies scripts src "$dir/tree"
cp -a tests/unit "$dir/tree/tests"
cp -a "$build/src" "$build"/embedded.* "$build"/tables.* "$build/flags" "$build/nicregs" "$dir/tree/build"
CC=$(sed 's/-DNICREGS_[A-Z]*=[^ ]*//g' "$build/flags")
export CC
unset MAKEFLAGS MFLAGS MAKEOVERRIDES SAN BUILD
make -s -C "$dir/tree" build/flags > "$dir/out" 2>&1 || { cat "$dir/out"; exit 1; }
touch -r "$build/flags" "$dir/tree/build/flags"

# Each block of these sections, in order, as a file with its lines, and a line that says what to do with it: NUMBER,
# run or new or end or below, FILE, TEXT.
awk -v folder="$dir/do" '
/^## / { inside = /^## Add a (part|driver|rule|message|verb), / }
!inside { next }
/^ *```/ && block { close(block); block = ""; next }
/^ *```/ {
	indent = index($0, "`") - 1
	block = sprintf("%s/%03d", folder, ++n)
	printf "" > block
	parts = split(said, word, "`")
	if ($0 ~ /```sh$/)
		what = "run"
	else if (said ~ /[Tt]he new file `[^`]*`:$/)
		what = "new\t" word[parts - 1]
	else if (said ~ /[Aa]t the end of `[^`]*`:$/)
		what = "end\t" word[parts - 1]
	else if (said ~ /[Ii]n `[^`]*`, below `[^`]*`:$/)
		what = "below\t" word[parts - 3] "\t" word[parts - 1]
	else
		what = "nothing\t" said
	printf "%03d\t%s\n", n, what > (folder "/list")
	next
}
block { print substr($0, indent + 1) > block; next }
NF { said = $0 }' CONTRIBUTING.md

tab=$(printf '\t')
while IFS=$tab read -r n what file text; do
	block=$dir/do/$n target=$dir/tree/$file
	case $what in
	run) (cd "$dir/tree" && sh -x "$block") > "$dir/ran.$n" 2>&1 < /dev/null ;;
	new) [ ! -e "$target" ] && cp "$block" "$target" ;;
	end) [ -f "$target" ] && cat "$block" >> "$target" ;;
	below)
		grep -qF "$text" "$target" &&
			TEXT=$text awk -v block="$block" '
				{ print }
				!done && index($0, ENVIRON["TEXT"]) { done = 1; while ((getline line < block) > 0) print line }
			' "$target" > "$dir/edited" && cat "$dir/edited" > "$target"
		;;
	*) false ;;
	esac
	status=$?
	[ $status -eq 0 ] || [ "$what" = run ] || verdict "step $n can be done: $what $file $text" 1 "not possible in this tree"
done < "$dir/do/list"
cat "$dir"/ran.* > "$dir/ran"

nicregs=$dir/tree/build/nicregs
verdict "all is built, without a warning" "$(! grep -qE 'warning:|error:|\*\*\*' "$dir/ran"; echo $?)" "$(grep -E 'warning:|error:|\*\*\*' "$dir/ran" | head -n 5)"

out=$("$nicregs" chips 82574X 2>&1)
verdict "the part is built in" "$(echo "$out" | grep -q '^  STATUS  *0x00008 '; echo $?)" "$(echo "$out" | head -n 5)"
out=$("$NICREGS" chips 82574X 2>&1)
verdict "its registers were not before" "$(! echo "$out" | grep -q '^  STATUS '; echo $?)" "$(echo "$out" | head -n 5)"

log=$dir/tree/nova.log
out=$("$nicregs" log "$log" 2>&1)
verdict "the driver's hang block is read, and its message" "$(echo "$out" | grep -q '^eth5  0000:05:00.0  nova$' && echo "$out" | grep -q '^HUNG' &&
	echo "$out" | grep -q 'hang, Queue 2, Head 0x5, Tail 0x9' && echo "$out" | grep -q 'The mailbox between driver and firmware ran over'; echo $?)" "$out"
verdict "its remedies are advised, and what its name says counts" "$(echo "$out" | grep -q '  Keep    nova-tool --mailbox 2' &&
	echo "$out" | grep -q 'Segmentation offload triggers these hangs most often' && "$nicregs" --json log "$log" | grep -q '"ethtool -r eth5"'; echo $?)" "$out"
verdict "the block has all its lines" "$("$nicregs" --json log "$log" | grep -q '"next_to_use": 9, "next_to_clean": 5, "desc_status": 0, "derived": {"repeat": 1}'
	echo $?)" "$("$nicregs" --json log "$log" | grep '"kind": "hang"')"
sed -i 's/slot state <0>/slot state <8>/; s/engine read <5>/engine read <9>/' "$log"
out=$("$nicregs" log "$log" 2>&1)
verdict "and its bits say what its definition says" "$(! echo "$out" | grep -q '^HUNG'; echo $?)" "$out"
out=$("$NICREGS" log "$log" 2>&1)
verdict "without its definition it is no driver of these" "$(! echo "$out" | grep -q 'HUNG\|mailbox'; echo $?)" "$out"

out=$("$nicregs" --demo diagnose -v 2>&1)
verdict "the rule's finding appears" "$(echo "$out" | grep -q 'The transmit ring could be longer' &&
	echo "$out" | grep -q 'ring_tx_max = 4096'; echo $?)" "$out"
verdict "its cases pass" "$(grep -q 'PASSED.*test' "$dir/ran" && ! grep -q 'FAILED' "$dir/ran" &&
	grep -q 'ring-short' "$dir/tree/build/tests/unit/test_diagnose_rules"; echo $?)" "$(grep -E 'FAILED|ring-short' "$dir/ran" | head -n 5)"

out=$("$nicregs" log -v "$dir/tree/fan.log" 2>&1)
verdict "the message has its meaning and its remedy" "$(echo "$out" | grep -q 'A fan of the adapter stands still' && echo "$out" | grep -q 'Clean the fan, or replace it'
	echo $?)" "$out"
out=$("$NICREGS" log "$dir/tree/fan.log" 2>&1)
verdict "which it did not have before" "$(! echo "$out" | grep -q 'A fan of the adapter'; echo $?)" "$out"

out=$("$nicregs" --demo names 2>&1)
verdict "the verb runs" "$([ "$out" = 82574L ]; echo $?)" "$out"
verdict "and is in --help" "$("$nicregs" --help | grep -q '^  names \[DEVICE\] *Print the name of each chip'; echo $?)" "no such line"
exit $failed
