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

advises "no verb: what shall be done?"
advises "shew: no such verb" shew
advises "--nope: no such option" show --nope
advises "-z: no such option" -z show
advises "-z: no such option" show -qz
advises "-z: no such option" show -zq
advises "--reg: this option needs a value" show --reg
advises "-r: this option needs a value" show -qr
advises "--json=3: this option takes no value" show --json=3
advises "--follow: show does not take this option" show --follow
advises "decode: an argument is missing" decode 82574L STATUS
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

# What cannot be printed is told, and no file gets the number of a stream that is closed.
for verb in --help --version list chips; do
	err=$("$NICREGS" --demo "$verb" 2>&1 > /dev/full)
	verdict "$verb: nowhere to write" "$([ $? -eq 1 ] && [ "$err" = "nicregs: standard output: No space left on device" ]; echo $?)" "$err"
done
err=$("$NICREGS" --demo list 2>&1 >&-)
verdict "standard output is closed" "$([ $? -eq 1 ] && [ "$err" = "nicregs: standard output: Bad file descriptor" ]; echo $?)" "$err"
"$NICREGS" --demo snapshot -o "$dir/file"
err=$("$NICREGS" list --from "$dir/file" --from - 2>&1 <&-)
verdict "standard input is closed" "$([ "$err" = "nicregs: standard input: Bad file descriptor" ]; echo $?)" "$err"
exit $failed
