#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Of several files, one that cannot be read hides none of the others, and every command that reads files says it with the same exit
# status: 3, or 2 if a device in the rest hangs; 1 if there is no rest. The order of the files does not count.
itself=yes
. "${0%/*}/setup"

cp src/source/demo.json "$dir/good"
echo 'no snapshot' > "$dir/bad"
cat > "$dir/hang" << 'LOG'
[  100.000000] e1000e 0000:02:00.0 eno1: Detected Hardware Unit Hang:
  TDH                  <11>
  TDT                  <90>
  next_to_use          <90>
  next_to_clean        <11>
LOG
echo '[    1.000000] e1000e 0000:02:00.0 eno1: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: None' > "$dir/calm"

# status NAME STATUS UNREAD ARGUMENTS...: UNREAD is named on stderr. With status 1 nothing is on stdout, else something, if there is no -o.
status()
{
	name=$1 wanted=$2 unread=$3
	shift 3
	rm -f "$dir/new"
	timeout 60 "$NICREGS" "$@" > "$dir/out" 2> "$dir/err" < /dev/null
	got=$?
	case " $* " in
	*' -o '*) written=$dir/new ;;
	*) written=$dir/out ;;
	esac
	verdict "$name" "$([ $got -eq "$wanted" ] && { [ -z "$unread" ] || grep -q "^nicregs: .*/$unread: " "$dir/err"; } &&
		if [ "$wanted" -eq 1 ]; then [ ! -s "$written" ]; else [ -s "$written" ]; fi; echo $?)" "exit status $got: $(head -n 3 "$dir/err" "$dir/out")"
}

for verb in list show diagnose 'aspm show' 'aspm disable --all --dry-run' fix metrics "snapshot -o $dir/new" "report -o $dir/new"; do
	what=${verb%% -o*}
	# shellcheck disable=SC2086
	for json in '' --json; do
		case $json$what in --jsonmetrics | --jsonreport) continue ;; esac
		# The recorded device hangs.
		case $what in diagnose) least=2 ;; *) least=0 ;; esac
		partly=$([ $least -eq 2 ] && echo 2 || echo 3)
		status "$what $json: all can be read" $least '' $json $verb --from "$dir/good"
		status "$what $json: one cannot" "$partly" bad $json $verb --from "$dir/good" --from "$dir/bad"
		status "$what $json: the first cannot" "$partly" bad $json $verb --from "$dir/bad" --from "$dir/good"
		status "$what $json: one is not there" "$partly" none $json $verb --from "$dir/good" --from "$dir/none"
		status "$what $json: none can" 1 bad $json $verb --from "$dir/bad" --from "$dir/none"
	done
done

for json in '' --json; do
	# shellcheck disable=SC2086
	{
		status "log $json: all can be read" 2 '' $json log "$dir/calm" "$dir/hang"
		status "log $json: one cannot, another has a hang" 2 none $json log "$dir/none" "$dir/hang"
		status "log $json: one cannot, another is calm" 3 none $json log "$dir/calm" "$dir/none"
		status "log $json: none can" 1 none $json log "$dir/none" "$dir/none2"
		status "log $json: a folder as --from, of which one cannot" 3 bad $json log "$dir/calm" --from "$dir/good" --from "$dir/bad"
		# One file that stands for itself is needed.
		status "diagnose $json: its log" 1 none $json diagnose --from "$dir/good" --log "$dir/none"
		status "diff $json: the second" 1 bad $json diff "$dir/good" "$dir/bad"
		status "diff $json: the first" 1 none $json diff "$dir/none" "$dir/good"
	}
done
status "report: its log" 1 none report --from "$dir/good" --log "$dir/none" -o "$dir/new"
status "monitor: the second" 1 bad monitor --from "$dir/good" --from "$dir/bad"
exit $failed
