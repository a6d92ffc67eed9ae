#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The short forms of diagnose, log and show: a screen, whatever its width and whatever stands in a log; and the pager.
. "${0%/*}/setup"

# What a driver prints, for eno1.
hang()
{
	for word in 'e1000e 0000:00:19.0 eno1: Detected Hardware Unit Hang:' '  TDH                  <5d>' \
		'  TDT                  <90>' '  next_to_use          <90>' '  next_to_clean        <5d>' \
		'buffer_info[next_to_clean]:' '  time_stamp           <100048dd7>' '  next_to_watch        <5e>' \
		'  jiffies              <1000491d6>' '  next_to_watch.status <0>' 'MAC Status             <80083>'; do
		echo "[  1000.00000$1] $word"
	done
}
hang 1 > "$dir/hang"

# fits NAME WIDTH FILE: no line is wider, but a command that is not to be broken.
fits()
{
	awk -v width="$2" 'length($0) > width && $0 !~ /^ *((Now|Keep|Also) +)?(ethtool|ip|nicregs|modprobe|ifconfig|echo|cd|post-up) / { print; bad = 1 }
		END { exit bad }' "$3" > "$dir/wide"
	verdict "$1" $? "$(cat "$dir/wide")"
}

for width in 40 80 200; do
	COLUMNS=$width "$NICREGS" --demo diagnose > "$dir/out"
	fits "diagnose at $width columns" $width "$dir/out"
	COLUMNS=$width "$NICREGS" log "$dir/hang" > "$dir/out"
	fits "log at $width columns" $width "$dir/out"
	COLUMNS=$width "$NICREGS" --demo show > "$dir/out"
	fits "show at $width columns" $width "$dir/out"
done

for words in '--demo diagnose' "log $dir/hang" '--demo show'; do
	# shellcheck disable=SC2086
	"$NICREGS" $words > "$dir/out"
	lines=$(wc -l < "$dir/out")
	verdict "a screen: ${words%% /*}" "$([ "$lines" -ge 10 ] && [ "$lines" -le 24 ]; echo $?)" "$lines lines"
	# shellcheck disable=SC2086
	"$NICREGS" $words -v > "$dir/more"
	verdict "more with -v: ${words%% /*}" "$([ "$(wc -l < "$dir/more")" -gt 25 ]; echo $?)" "$(wc -l < "$dir/more") lines"
done

shows "diagnose: who it is comes first" 2 '^eth0  82574L  0000:01:00\.0  e1000e 6\.1' --demo diagnose
verdict "diagnose: then the verdict" "$(sed -n 2p "$dir/out" | grep -q '^HUNG'; echo $?)" "$(sed -n 2p "$dir/out")"
verdict "diagnose: the command alone in its line" "$(grep -qx '  Now     nicregs recover eth0' "$dir/out"; echo $?)" "$(cat "$dir/out")"
verdict "diagnose: no lasting remedy is made up" "$(grep -qx '  Keep    Nothing is known .*' "$dir/out"; echo $?)" "$(cat "$dir/out")"
verdict "diagnose: how to see more ends it" "$(tail -n 1 "$dir/out" | grep -q '^-v '; echo $?)" "$(tail -n 1 "$dir/out")"
shows "log: how to save evidence" 2 'nicregs snapshot eno1 -o FILE' log "$dir/hang"
verdict "log: what was read comes first" "$(head -n 1 "$dir/out" | grep -q '^Read .*/hang: 11 lines, 1000\.'; echo $?)" "$(head -n 1 "$dir/out")"
verdict "log: what cannot help" "$(grep -qE '^ {10}ASPM does not apply' "$dir/out"; echo $?)" "$(cat "$dir/out")"
verdict "log: the report's line" "$(grep -q '^  Why     log line 1: hang, Head 0x5d, Tail 0x90' "$dir/out"; echo $?)" "$(cat "$dir/out")"
unknown=$(grep -oE 'nicregs [a-z]+' "$dir/out" | cut -d ' ' -f 2 | sort -u | while read -r verb; do "$NICREGS" help "$verb" > "$dir/null" 2>&1 || echo "$verb"; done)
verdict "log: no command that there is not" "$([ -z "$unknown" ]; echo $?)" "$unknown"
{ echo '[    1.000000] e1000e 0000:00:19.0 eno1: NIC Link is Up 1000 Mbps Full Duplex'; hang 1
	echo '[    2.000000] e1000e 0000:00:19.0 eno1: NIC Link is Up 1000 Mbps Full Duplex'; } > "$dir/boots"
shows "log: how many boots" 2 '(2 )?boots, 1 Intel NIC\.$' log "$dir/boots"
verdict "log: what has recovered needs nothing now" "$(grep -qx '  Now     Nothing: the port works again.' "$dir/out" && ! grep -q 'ethtool -r' "$dir/out"; echo $?)" "$(cat "$dir/out")"
{ cat "$dir/boots"; echo '[ 9000.000000] e1000e 0000:00:19.0 eno1: NIC Link is Down'; } > "$dir/down"
shows "log: the link is down since" 2 'recovered, link down since 9000\.000$' log "$dir/down"
verdict "log: what has lost its link since needs something" "$(grep -q '^  Now     The link went down at 9000.000' "$dir/out" && ! grep -q 'works again' "$dir/out"; echo $?)" "$(cat "$dir/out")"
for at in 5030 6000; do
	printf '[ 5000.000000] %s initiating reset due to tx timeout\n[ %s.000000] %s Detected Tx Unit Hang\n' \
		'ixgbe 0000:01:00.0 eth0:' $at 'ixgbe 0000:01:00.0 eth0:' > "$dir/ixgbe"
	"$NICREGS" log "$dir/ixgbe" > "$dir/ixgbe.$at"
	"$NICREGS" log -v "$dir/ixgbe" > "$dir/ixgbe.$at.all"
done
verdict "log: one hang" "$(grep -q '^HUNG .* since 5000\.000$' "$dir/ixgbe.5030"; echo $?)" "$(cat "$dir/ixgbe.5030")"
verdict "log: two hangs" "$(grep -q '^HUNG .* since 6000\.000, the first time 5000\.000$' "$dir/ixgbe.6000"; echo $?)" "$(cat "$dir/ixgbe.6000")"
verdict "log: a pause that nothing shows is a question" "$(! grep -q 'why it pauses' "$dir/ixgbe.6000.all" && grep -q 'Only if the switch pauses' "$dir/ixgbe.6000.all"; echo $?)" "$(cat "$dir/ixgbe.6000.all")"

# Names and words from outside.
evil=$(printf 'e\033[2J')
sed "s/eno1/$evil/" "$dir/hang" > "$dir/evil"
"$NICREGS" log "$dir/evil" > "$dir/out"
verdict "log: escaped" "$(! grep -q "$(printf '\033')" "$dir/out" && [ -s "$dir/out" ]; echo $?)" "$(cat -v "$dir/out")"
sed "s/eno1/e;reboot/" "$dir/hang" > "$dir/evil"
"$NICREGS" log "$dir/evil" > "$dir/out"
verdict "log: no name is a command" "$(! grep -qE '(snapshot|-r|-K|set) e;reboot' "$dir/out"; echo $?)" "$(cat "$dir/out")"

# A terminal of ROWS lines; what is written there, then the exit status.
on_terminal() # ROWS KEYS ARGUMENTS...
{
	python3 - "$@" << 'PYTHON' > "$dir/out"
import fcntl, os, pty, select, struct, sys, termios
rows, keys, argv = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3:]
pid, fd = pty.fork()
if not pid:
    sys.stdin.readline()
    os.execvp(argv[0], argv)
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
os.write(fd, b"\n")
said = b""
while select.select([fd], [], [], 30)[0]:
    try:
        more = os.read(fd, 65536)
    except OSError:
        break
    said += more
    if not more:
        break
    if keys and len(said) > 300:
        os.write(fd, keys)
        keys = b""
sys.stdout.buffer.write(said.replace(b"\r", b""))
print("\nstatus", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PYTHON
}
has() # NAME PATTERN
{
	verdict "$1" "$(grep -qE -- "$2" "$dir/out"; echo $?)" "$(cat -v "$dir/out" | tail -n 8)"
}
hasnt() # NAME PATTERN
{
	verdict "$1" "$(! grep -qE -- "$2" "$dir/out"; echo $?)" "$(cat -v "$dir/out" | tail -n 8)"
}
cat > "$dir/pager" << 'PAGER'
#!/bin/sh
echo "PAGED with $# words: $1, LESS=${LESS:-}"
grep CapEff /proc/self/status
cat
PAGER
chmod +x "$dir/pager"
export TERM=xterm PAGER="$dir/pager a;b"
unset NO_COLOR LESS SUDO_UID PKEXEC_UID DOAS_USER

on_terminal 40 '' "$NICREGS" --demo diagnose
hasnt "what fits is not paged" PAGED
has "colour on a terminal" "$(printf '\033')\\[1;31mHUNG"
on_terminal 12 '' "$NICREGS" --demo diagnose
has "what does not fit is, and no shell sees PAGER" 'PAGED with 1 words: a;b, LESS=FRX$'
has "the pager has no capabilities" 'CapEff:.0000000000000000'
has "the exit status is that of the verdict" '^status 2$'
on_terminal 12 '' "$NICREGS" --demo diagnose --no-pager
hasnt "--no-pager" PAGED
on_terminal 12 '' "$NICREGS" --demo diagnose --json
hasnt "JSON is not paged" PAGED
on_terminal 200 '' "$NICREGS" --demo diagnose -v
has "-v is" PAGED
has "all of it" 'To be more certain'
PAGER=$dir/nothing on_terminal 12 '' "$NICREGS" --demo show -v
has "no pager: it is printed" 'Registers read via: bpf'
has "no pager: the status" '^status 0$'
PAGER='' on_terminal 12 '' "$NICREGS" --demo show -v
has "an empty PAGER: it is printed" 'Registers read via: bpf'
PAGER='head -n 1' on_terminal 12 '' "$NICREGS" --demo show --all
has "a pager that ends early is no error" '^status 0$'
hasnt "and nothing else is said" 'nicregs: |Broken pipe'
if command -v less > /dev/null; then
	(unset PAGER && on_terminal 12 q "$NICREGS" --demo show --all)
	has "less, left with q" '^status 0$'
	hasnt "less: not the end" 'Registers read via'
fi
if [ "$(id -u)" -eq 0 ]; then
	SUDO_UID=1000 on_terminal 12 q "$NICREGS" --demo show --all
	hasnt "by sudo PAGER does not count" PAGED
fi
NO_COLOR=1 PAGER='' on_terminal 40 '' "$NICREGS" --demo diagnose
hasnt "NO_COLOR" "$(printf '\033')"
"$NICREGS" --demo show --all > "$dir/out"
hasnt "no pager into a file" PAGED
hasnt "no colour into a file" "$(printf '\033')"
exit $failed
