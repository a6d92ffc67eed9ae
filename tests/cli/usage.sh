#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Wrong usage: one line that says what is wrong, one that says what to do, status 1, nothing on stdout.
. "${0%/*}/setup"

# refuses FIRST-LINE ARGUMENTS...
refuses()
{
	wanted=$1
	shift
	"$NICREGS" "$@" > "$dir/out" 2> "$dir/err" < /dev/null
	status=$?
	if [ $status -ne 1 ]; then
		echo "not ok $*: exit status $status, not 1"
	elif [ "$(head -n 1 "$dir/err")" != "nicregs: $wanted" ]; then
		echo "not ok $*: it said: $(head -n 1 "$dir/err")"
	elif [ -s "$dir/out" ]; then
		echo "not ok $*: something on stdout"
	else
		echo "ok $*"
		return
	fi
	failed=1
}

# And a second line, indented, that says what to do.
advises()
{
	refuses "$@"
	sed -n 2p "$dir/err" | grep -q '^  [a-zA-Z]' && [ "$(wc -l < "$dir/err")" -eq 2 ] && return
	echo "not ok $*: what to do is not said: $(sed 1d "$dir/err")"
	failed=1
}

refuses "no command given"
verdict "nicregs alone lists the commands" "$(grep -q '^  diagnose \[DEVICE\] ' "$dir/err"; echo $?)" "$(cat "$dir/err")"
advises "unknown command 'shwo': did you mean 'show'?" shwo
advises "unknown command 'diag': did you mean 'diagnose'?" diag
advises "unknown command 'LIST': did you mean 'list'?" LIST
advises "unknown command 'lsit': did you mean 'list'?" help lsit
advises "unknown command 'frobnicate'" frobnicate
advises "unknown command 'x'" x
advises "--nope: no such option" show --nope
advises "--jsno: no such option" show --jsno
verdict "the option that was meant" "$(grep -q "did you mean '--json'?" "$dir/err"; echo $?)" "$(cat "$dir/err")"
advises "-z: no such option" -z show
advises "-z: no such option" show -qz
advises "-z: no such option" show -zq
advises "--reg: this option needs a value" show --reg
refuses "--access: foo is not mmap, bpf, ethtool or none" --access foo --demo list
advises "-r: this option needs a value" show -qr
advises "--json=3: this option takes no value" show --json=3
advises "--follow: show does not take this option" show --follow
advises "decode: an argument is missing" decode 82574L STATUS
advises "decode: an argument is missing" decode 82574L
advises "version: too many arguments" version 1
advises "--follow: follows one log at a time" log --follow a b
advises "--follow: prints reports as they are: it takes no --from or --demo" log --follow a --from b
advises "--at: there is one sample of this machine" show --at 3
advises "--all-samples: there is one sample of this machine" show --all-samples
advises "--at: noon is neither a number nor a time" show --demo --at noon
advises "--at: no sample at 2" show --demo --at 2
advises "show: too many arguments" show eno1 eno2
refuses "--count: 0 is not a number from 1 to 64" diagnose --count 0 --demo
refuses "--count: 65 is not a number from 1 to 64" diagnose --count 65 --demo
refuses "--count: -1 is not a number from 1 to 64" diagnose --count -1 --demo
refuses "--interval: nan is not a time from 0.001 to 3600 seconds" diagnose --interval nan --demo
refuses "--interval: 2m is not a time from 0.001 to 3600 seconds" diagnose --interval 2m --demo
refuses "--interval: 0.01 is not a time from 0.05 to 3600 seconds" monitor --interval 0.01 --demo
refuses "--interval: 61 is not a time from 0.0001 to 60 seconds" watch --interval 61
refuses "--demo: cannot be used together with --from" show --demo --from /dev/null
refuses "/nowhere: No such file or directory" show --from /nowhere

# A file where a device is expected, a device or file where a command is.
"$NICREGS" --demo snapshot -o "$dir/file"
advises "$dir/file: a file, not a device" show "$dir/file"
verdict "a file is named with --from" "$(grep -q "nicregs show --from $dir/file" "$dir/err"; echo $?)" "$(cat "$dir/err")"
advises "$dir/file: a file, not a device" diagnose "$dir/file" --from "$dir/file"
advises "$dir/file: a file, not a device" aspm show "$dir/file"
advises "unknown command '$dir/file': did you mean 'nicregs show --from $dir/file'?" "$dir/file"

# help, in as many ways as people try, and 80 columns.
same_output() # NAME WANTED-FILE ARGUMENTS...
{
	name=$1 wanted=$2
	shift 2
	"$NICREGS" "$@" > "$dir/out" 2> "$dir/err"
	verdict "$name" "$([ $? -eq 0 ] && [ ! -s "$dir/err" ] && cmp -s "$dir/out" "$wanted"; echo $?)" "$(head -n 3 "$dir/out" "$dir/err")"
}
"$NICREGS" --help > "$dir/help"
"$NICREGS" --version > "$dir/version"
same_output "help" "$dir/help" help
same_output "-h" "$dir/help" -h
same_output "version" "$dir/version" version
same_output "-V" "$dir/version" -V
same_output "-v alone" "$dir/version" -v
for verb in $(awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on && /^  [a-z]/ { print $1 }' "$dir/help"); do
	"$NICREGS" "$verb" --help > "$dir/help.$verb"
	same_output "help $verb" "$dir/help.$verb" help "$verb"
	same_output "$verb -h" "$dir/help.$verb" -h "$verb"
	case $verb in
	help | version) ;;
	*) verdict "$verb --help has examples" "$(grep -q "^  nicregs $verb" "$dir/help.$verb"; echo $?)" "none" ;;
	esac
done
wide=$(awk 'length($0) > 80 { print FILENAME ": " $0 }' "$dir"/help "$dir"/help.* "$dir/version")
verdict "help fits 80 columns" "$([ -z "$wide" ]; echo $?)" "$wide"

# Examples of the help are taken as they stand, as far as that goes without their files and devices.
awk '/^Examples:/ { on = 1; next } on && /^  nicregs/ { sub(/   .*/, "", $0); print }' "$dir"/help.* > "$dir/examples"
while read -r line; do
	(cd "$dir" && eval "timeout 20 '$NICREGS' --from /nowhere ${line#nicregs }" > "$dir/out" 2> "$dir/err" < /dev/null)
	grep -qE 'no such option|unknown command|does not take|an argument|too many|option needs|is not a' "$dir/err" || continue
	echo "not ok example: $line: $(head -n 1 "$dir/err")"
	failed=1
done < "$dir/examples"
verdict "examples of the help" "$([ "$(wc -l < "$dir/examples")" -gt 25 ]; echo $?)" "$(wc -l < "$dir/examples")"
"$NICREGS" list --help | grep -q '^  partner    PCI address of the link partner$'
verdict "list --help describes the columns" $? "$("$NICREGS" list --help)"

# What cannot be printed is told, and no file gets the number of a stream that is closed.
for verb in --help --version list chips; do
	err=$("$NICREGS" --demo "$verb" 2>&1 > /dev/full)
	verdict "$verb: nowhere to write" "$([ $? -eq 1 ] && [ "$err" = "nicregs: standard output: No space left on device" ]; echo $?)" "$err"
done
err=$("$NICREGS" --demo list 2>&1 >&-)
verdict "standard output is closed" "$([ $? -eq 1 ] && [ "$err" = "nicregs: standard output: Bad file descriptor" ]; echo $?)" "$err"
err=$("$NICREGS" list --from "$dir/file" --from - 2>&1 > "$dir/out" <&-)
verdict "standard input is closed" "$([ $? -eq 3 ] && [ "$err" = "nicregs: standard input: Bad file descriptor" ]; echo $?)" "$err"

# Of several files one that cannot be read is named, and the others are read.
err=$("$NICREGS" list --from /nonexistent --from "$dir/file" 2>&1 > "$dir/out")
verdict "one of two files is not there" "$([ $? -eq 3 ] && echo "$err" | grep -q '^nicregs: /nonexistent: No such file' && grep -q 82574L "$dir/out"; echo $?)" \
	"$err"
err=$("$NICREGS" diagnose --json --from "$dir/file" --from /nonexistent 2>/dev/null | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["devices"]))')
verdict "with --json, too" "$([ "$err" = 1 ]; echo $?)" "$err"
err=$("$NICREGS" list --from /nonexistent --from /nonexistent2 2>&1 > "$dir/out")
verdict "none of two is there" "$([ $? -eq 1 ] && [ ! -s "$dir/out" ] && [ "$(echo "$err" | wc -l)" -eq 2 ]; echo $?)" "$err"

# --json never mixes with text.
for words in help version --help --version "help log" "log --help"; do
	# shellcheck disable=SC2086
	"$NICREGS" --json $words | python3 -c 'import json, sys; assert json.load(sys.stdin)["schema"] == 1' 2> "$dir/err"
	verdict "--json $words" $? "$(tail -n 1 "$dir/err")"
done

# A name that several chips share.
shows "chips: a group of chips" 0 '^I219-SPT +8086:156f ' chips I219
shows "decode: a group of chips" 1 'several chips have this name' decode I219 STATUS 0x80083
shows "chips: a family names its chips" 0 '^  chips +80003ES2LAN, ' chips e1000e
shows "metrics --json" 1 '^nicregs: --json: metrics are text' metrics --json --demo
exit $failed
