#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# How far a reader of the code walks, and how often the program reads a thing, counted in runs of a build with gcov: the
# source files that a run goes through, and the calls of what decodes. The limits are of a small machine with an 82574L.
. "${0%/*}/setup"

if ! command -v gcc > /dev/null || ! command -v gcov > /dev/null; then
	echo 'skip walks: no gcc with gcov'
	exit 0
fi
build=$PWD/build/walks
cc=gcc
! command -v ccache > /dev/null || cc='ccache gcc'
# A make around this test has options of its own, which are not for this build.
unset MAKEFLAGS MAKELEVEL MFLAGS SAN
if ! make -s -j"$(nproc)" BUILD=build/walks CC="$cc" CPPFLAGS= CFLAGS='-O0 --coverage' LDFLAGS=--coverage BPF=0 build/walks/nicregs \
	> "$dir/log" 2>&1; then
	cat "$dir/log"
	echo 'not ok walks: the build failed'
	exit 1
fi

chmod 755 "$dir"
mkdir "$dir/sys" && chmod 755 "$dir/sys" && tests/machine/make-sys 82574L "$dir/sys" || exit 1

# What gcov counted in one run: a line "file PATH" for each source file that was gone through, "call FUNCTION TIMES" for each
# function.
walk() # COMMAND...
{
	find "$build" -name '*.gcda' -delete
	"$@" > /dev/null 2>&1
	find "$build" -name '*.gcda' | (cd "$dir" && xargs gcov -i -t 2> /dev/null) | python3 -c '
import json, sys
for line in sys.stdin:
    if not line.startswith("{"):
        continue
    for file in json.loads(line)["files"]:
        calls = {f["name"]: f["execution_count"] for f in file["functions"] if f["execution_count"]}
        if calls and file["file"].startswith("src/") and file["file"].endswith(".c"):
            print("file", file["file"])
            for name, times in calls.items():
                print("call", name, times)
' > "$dir/walk"
}

# At most so many files, and some: a run that counted nothing proves nothing.
files() # NAME MOST
{
	n=$(grep -c '^file' "$dir/walk")
	if [ "$n" -ge 20 ] && [ "$n" -le "$2" ]; then
		echo "ok $1: $n files of at most $2"
	else
		echo "not ok $1: it goes through $n files, and $2 are the most: $(sed -n 's/^file src.//p' "$dir/walk" | tr '\n' ' ')"
		failed=1
	fi
}

calls() # FUNCTION: how often, all of that name together
{
	awk -v name="$1" '$1 == "call" && $2 == name { n += $3 } END { print n + 0 }' "$dir/walk"
}

# once NAME WHAT GOT WANTED
once()
{
	verdict "$1: $2" "$([ "$3" -eq "$4" ] && [ "$4" -gt 0 ] && echo 0 || echo 1)" "$3 times, not $4"
}

machine="tests/machine/private-sys $dir/sys $build/nicregs"

# shellcheck disable=SC2086
walk $machine show ens4 --reg STATUS
files 'show --reg' 48
once 'show --reg' 'the lists of both ends of the link' "$(calls config_walk)" 2
once 'show --reg' 'the link' "$(calls link_read)" 1
once 'show --reg' 'the order of the registers' "$(calls values_init)" 1
once 'show --reg' 'the device' "$(calls device_init)" 1

# shellcheck disable=SC2086
walk $machine diagnose ens4 --interval 0.01
files diagnose 62
samples=$(calls live_sample)
once diagnose 'the lists of both ends, in each sample' "$(calls config_walk)" $((2 * samples))
once diagnose 'the order of the registers, in each sample' "$(($(calls values_init) + $(calls values_init_like)))" "$samples"
once diagnose 'the remedies' "$(calls advice_load)" 1

# shellcheck disable=SC2086
walk $machine list ens4
samples=$(calls live_sample)
once list 'the lists of both ends, in each sample' "$(calls config_walk)" $((2 * samples))
once list 'the order of the registers, in each sample and in its row' "$(($(calls values_init) + $(calls values_init_like)))" $((samples + 1))
verdict 'list: no remedies' "$(calls advice_load)" 'it reads them'

# shellcheck disable=SC2086
walk $machine watch ens4 --dir "$dir/incidents" --log /dev/null --interval 0.01 --count 1
once 'a look of watch' "its own lists, and those of both ends before the first one" "$(calls config_walk)" 3
verdict 'a look of watch: no remedies' "$(calls advice_load)" 'it reads them'

# shellcheck disable=SC2086
walk $machine show ens4
fields=$($machine show ens4 --json | python3 -c '
import json, sys
def count(x):
    if isinstance(x, list):
        return sum(map(count, x))
    if not isinstance(x, dict):
        return 0
    return len(x["fields"]) if "fields" in x and "value" in x else sum(map(count, x.values()))
print(count(json.load(sys.stdin)))')
n=$(calls decode_unusual)
verdict "show: each field at most once: $n times for $fields" "$([ "$n" -gt 100 ] && [ "$n" -le "$fields" ]; echo $?)" "it does more"

walk "$build/nicregs" chips
verdict 'chips: no registers' "$(calls reg_line)" 'it reads them'

walk "$build/nicregs" log tests/stories/nas-guest/kern.log
files 'a log of hangs' 60
once 'a log of hangs' 'the remedies' "$(calls advice_load)" 1

# shellcheck disable=SC2086
walk $machine aspm disable ens4
files 'aspm disable' 45
once 'aspm disable' 'the lists of both ends of the link' "$(calls config_walk)" 2

exit $failed
