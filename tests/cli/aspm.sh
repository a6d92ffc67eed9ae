#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# `nicregs aspm` and scripts/aspm-disable on fake machines: configuration space that takes writes and link/ files without a
# kernel behind them, in place of /sys.
# shellcheck disable=SC2016
. "${0%/*}/setup"
. tests/cli/cases
COLUMNS=200
work=$dir
nic=0000:02:00.0 port=0000:00:1c.4 # the 82574L and the port above it

# A tree of that machine, without link/ but with what is given as NAME=VALUE of it.
machine() # NAME [ATTRIBUTE=VALUE]...
{
	rm -rf "$work/sys" "$work/run" "$work/kmsg"
	mkdir "$work/run"
	: > "$work/kmsg"
	tests/machine/make-sys "$1" "$work/sys"
	shift
	find "$work/sys/devices" -type d -name link -prune -exec rm -r {} +
	for attribute; do
		mkdir -p "$work/sys/bus/pci/devices/$nic/link"
		echo "${attribute#*=}" > "$work/sys/bus/pci/devices/$nic/link/${attribute%%=*}"
	done
	find -L "$work/sys/bus/pci/devices" -maxdepth 2 -name config -exec md5sum {} + | sort > "$work/before"
}

also= # FILE=PLACE, in place of what is there
inside() # [--nobody] COMMAND: there, its output and status in $work/out and $status
{
	nobody=
	if [ "$1" = --nobody ]; then
		nobody=$1
		shift
	fi
	tests/machine/private-sys $nobody --bind "$work/run=/run" --bind "$work/kmsg=/dev/kmsg" ${also:+--bind "$also"} \
		"$work/sys" "$@" > "$work/out" 2>&1
	status=$?
}

aspm() # STATUS ARGUMENTS
{
	wanted=$1
	shift
	inside "$NICREGS" aspm "$@"
	[ "$status" = "$wanted" ] || no "nicregs aspm $*: exit status $status, not $wanted"
}

lnkctl() # ADDRESS OFFSET VALUE
{
	now=$(od -An -tx2 -j "$2" -N 2 "$work/sys/bus/pci/devices/$1/config" | tr -d ' ')
	[ "$now" = "$3" ] || no "LNKCTL of $1 is $now, not $3"
}

is_back()
{
	find -L "$work/sys/bus/pci/devices" -maxdepth 2 -name config -exec md5sum {} + | sort | cmp -s - "$work/before"
}

as_before()
{
	is_back || no "configuration space is not as before"
}

# Within half a minute.
comes_back()
{
	for _ in $(seq 60); do
		! is_back || return 0
		sleep 0.5
	done
	no "it did not come back"
}

begin "a recording of many samples: the last of each device"
"$NICREGS" aspm --from tests/stories/short-stall/recording.json > "$work/out"
[ "$(grep -c '^0000:02:00.0 82574L ens4$' "$work/out")" = 1 ] || no "not one paragraph"
"$NICREGS" aspm --from tests/stories/short-stall/recording.json --from tests/stories/short-stall/recording.json > "$work/out"
[ "$(grep -c '^0000:02:00.0 82574L ens4$' "$work/out")" -ge 1 ] || no "no paragraph"
end

begin "show: a tree, and why there is no ASPM"
machine 82574L l1_aspm=1 l0s_aspm=0
aspm 0
says "$port +root port +L0s L1 +L1"
says "$nic +82574L +ens4 +L0s L1 +L1 +L1"
says "0000:00:19.0 +82579LM +eno1 +n/a"
says "no PCI Express link: ASPM does not"
aspm 0 --json
says '"capable": false'
end

begin "show, list and diagnose say the same of the link as aspm"
inside "$NICREGS" show -v ens4
says "device +$nic .* L1 +L0s L1"
never_says "behind the kernel's back"
machine 82574L l1_aspm=0 l0s_aspm=0
for verb in "show -v" aspm "aspm show"; do
	# shellcheck disable=SC2086
	inside "$NICREGS" $verb ens4
	says "thinks ASPM is off; the hardware differs in L1"
done
inside "$NICREGS" diagnose -v ens4 --count 1
says "thinks ASPM is off; the hardware differs in L1"
inside "$NICREGS" list -n -o address,aspm
says "$nic +L1 *\$"
says "00:19.0 +n/a"
inside sh -c '"$1" show ens4 --json >/run/show; "$1" aspm show ens4 --json >/run/aspm' sh "$NICREGS"
python3 - "$work/run" > "$work/out" << 'END' || no "show --json and aspm --json differ"
import json, sys
show, aspm = (json.load(open(f"{sys.argv[1]}/{name}"))["devices"][0] for name in ("show", "aspm"))
print(show["link"], aspm)
sys.exit(show["link"]["ends"] != aspm["ends"] or show["link"]["kernel"] != aspm["kernel"] or
         aspm["kernel"]["stale"] != ["l1"] or [end["enabled"] for end in aspm["ends"]] != [["l1"], ["l1"]])
END
end

begin "disable through configuration space: both ends, nothing else, logged as it was planned"
machine 82574L
aspm 0 disable ens4 --dry-run
as_before
[ ! -s "$work/kmsg" ] || no "--dry-run wrote to the kernel log"
says "$nic +LNKCTL +0x0042 +0x0040 +configuration space"
says "$port +LNKCTL +0x0042 +0x0040 +configuration space"
aspm 0 disable ens4
lnkctl $nic 240 0040
lnkctl $port 80 0040
cp "$work/kmsg" "$work/out"
says "nicregs: aspm: .*: $nic LNKCTL 0x0042 -> 0x0040 \(config\)"
[ "$(wc -l < "$work/kmsg")" = 2 ] || no "not a line a write"
aspm 0 disable ens4
says "Nothing to do"
end

begin "restore: byte for byte"
aspm 0 show ens4
says "nicregs aspm restore $nic restores"
aspm 0 restore ens4
as_before
aspm 0 restore ens4
says "no change since boot"
end

begin "what does not take is told, undone, and status 5"
machine 82574L l1_aspm=1 l0s_aspm=0
aspm 5 disable ens4
says "did not take: L1 is still on; LNKCTL reads 0x0042"
as_before
[ "$(cat "$work/sys/bus/pci/devices/$nic/link/l1_aspm")" = 1 ] || no "link/l1_aspm is not put back"
[ ! -e "$work/run/nicregs/aspm-$port" ] || no "a record is left"
end

begin "kernel lockdown: refused, nothing written"
machine 82574L
echo 'none [integrity] confidentiality' > "$work/sys/kernel/security/lockdown"
aspm 4 disable ens4
says "lockdown.*no link/ attributes|lockdown"
as_before
[ ! -s "$work/kmsg" ] || no "something was written"
end

begin "not root: refused"
machine 82574L
inside --nobody "${KEPT_PROGRAM:-$NICREGS}" aspm disable ens4
[ $status = 4 ] || no "exit status $status"
says "only root"
as_before
end

begin "every NIC takes a word for it: --all"
machine X722
for action in disable enable restore; do
	aspm 1 $action
	says "would change every NIC: a DEVICE is needed, or --all"
done
as_before
aspm 0 disable --dry-run
as_before
aspm 0 disable --all
says "0000:60:00.0"
end

begin "the lock is for root alone"
machine 82574L
mkdir -m 755 "$work/run/nicregs"
: > "$work/run/nicregs/lock"
chmod 644 "$work/run/nicregs/lock"
aspm 0 disable ens4
[ "$(stat -c %a "$work/run/nicregs" "$work/run/nicregs/lock" "$work/run/nicregs/aspm-$port")" = "$(printf '700\n600\n600')" ] ||
	no "modes: $(stat -c '%a %n' "$work/run/nicregs" "$work"/run/nicregs/*)"
aspm 0 restore ens4
end

begin "a folder that others can write to, and one that is a link, are refused"
machine 82574L
mkdir "$work/run/nicregs"
chmod 777 "$work/run/nicregs"
aspm 4 disable ens4
says "other users may write in it"
as_before
rm -r "$work/run/nicregs"
mkdir "$work/elsewhere"
ln -s "$work/elsewhere" "$work/run/nicregs"
aspm 4 disable ens4
says "symbolic link"
as_before
[ -z "$(ls "$work/elsewhere")" ] || no "something was made there"
end

# As another user, which takes real root, and a folder that this user can look into.
if [ "$(id -u)" -eq 0 ] && setpriv --reuid=65534 --regid=65534 --clear-groups true 2> /dev/null &&
	PRIVATE_SYS_STAGE=inside unshare -mn --propagation unchanged tests/machine/private-sys "$work" true 2> /dev/null; then
	begin "another user's flock does not delay restore"
	machine 82574L
	chmod 711 "$work" "$work/run"
	mkdir -m 755 "$work/run/nicregs"
	: > "$work/run/nicregs/lock"
	chmod 644 "$work/run/nicregs/lock"
	holders=
	hold() # FILE: for as long as nobody ends it
	{
		setpriv --reuid=65534 --regid=65534 --clear-groups flock -F "$1" sh -c 'echo held; exec sleep 60' > "$work/held" 2> /dev/null &
		holders="$holders $!"
		sleep 0.5
	}
	hold "$work/run/nicregs/lock"
	grep -q held "$work/held" || no "the test cannot hold what was open to others"
	as_root() # ARGUMENTS: without a user namespace; its time in $took
	{
		before=$(date +%s%N)
		PRIVATE_SYS_STAGE=inside unshare -mn --propagation unchanged tests/machine/private-sys --bind "$work/run=/run" \
			--bind "$work/kmsg=/dev/kmsg" "$work/sys" "$NICREGS" "$@" > "$work/out" 2>&1
		status=$?
		took=$((($(date +%s%N) - before) / 1000000))
	}
	as_root aspm disable ens4
	[ $status = 0 ] && [ $took -lt 5000 ] || no "with a lock from before: exit status $status after $took ms"
	for file in "$work/run/nicregs/lock" "$work/run/nicregs"; do
		hold "$file"
		grep -q held "$work/held" && no "another user can hold $file"
	done
	as_root aspm restore ens4
	[ $status = 0 ] && [ $took -lt 5000 ] || no "exit status $status after $took ms"
	as_before
	# shellcheck disable=SC2086
	kill $holders 2> /dev/null
	end
else
	echo "skip another user's flock: it takes real root"
fi

begin "82579LM: not applicable, and no error"
machine 82579LM
for action in disable restore; do
	aspm 0 $action eno1
	says "nothing is wrong"
	never_says "^nicregs:"
done
aspm 5 enable eno1
aspm 0 disable eno1 --json
says '"result": "not-applicable"'
end

begin "enable refuses a part with an erratum, and a policy that would ignore it"
machine 82574L
aspm 1 enable ens4 --state l0s
says "erratum"
says "--force"
as_before
aspm 0 enable ens4 --state l0s --force
lnkctl $nic 240 0043
machine 82574L l1_aspm=1 l0s_aspm=0
echo 'default [performance] powersave' > "$work/sys/module/pcie_aspm/parameters/policy"
aspm 1 enable ens4 --state l0s --force
says 'policy is "performance"'
aspm 1 enable ens4 --state l1.1
says "cannot"
says "name only states that both ends have: nicregs aspm enable $nic --state l"
end

begin "a killed change is restored first"
machine 82574L
inside env NICREGS_TEST_KILL_AFTER=1 "$NICREGS" aspm disable ens4
[ $status = 137 ] || no "not killed: $status"
lnkctl $nic 240 0040
lnkctl $port 80 0042
aspm 5 disable ens4
says "interrupted"
aspm 0 restore ens4
as_before
end

begin "four functions, one link"
machine X722
aspm 0 enable eno2 --state l1
for fn in 0 1 2 3; do
	lnkctl 0000:60:00.$fn 176 0042
done
lnkctl 0000:5f:03.0 128 0042
lnkctl 0000:5e:00.0 128 0040
aspm 0 restore --all
as_before
aspm 0 disable --all --json
says '"same_link_as": "0000:60:00.0"'
end

begin "--for comes back by itself"
machine 82574L
aspm 0 disable ens4 --for 1s
comes_back
end

begin "--for tries again where it cannot put it back, and says so"
# The folder is spoiled before the time is over, unless this machine has better things to do: then there is more time.
for seconds in 1 2 4 8 16 32; do
	machine 82574L
	aspm 0 disable ens4 --for ${seconds}s
	chmod 777 "$work/run/nicregs"
	for _ in $(seq 600); do
		! grep -q "could not be restored" "$work/kmsg" && ! is_back || break
		sleep 0.1
	done
	! is_back || continue
	cp "$work/kmsg" "$work/out"
	break
done
says "could not be restored when the time was over: /run/nicregs: other users may write in it.*; it is tried again"
lnkctl $nic 240 0040
chmod 700 "$work/run/nicregs"
comes_back
end

begin "--for: the last word counts"
for seconds in 2 4 8 16 32; do
	machine 82574L
	aspm 0 disable ens4 --for ${seconds}s
	aspm 0 disable ens4
	! grep -q "Nothing to do" "$work/out" || break
done
says "Nothing to do"
says "the timer was stopped"
sleep $((seconds + 2)) # past the time
lnkctl $nic 240 0040
end

begin "--for: what an earlier command changed for good stays"
machine 82574L
aspm 0 disable ens4
aspm 0 disable ens4 --for 1s
says "Nothing to do"
says "changed nothing, so --for restores nothing"
! grep -q "restored automatically" "$work/out" || no "it says that it will be restored"
sleep 3 # past the time
lnkctl $nic 240 0040
end

begin "--for: of more than an earlier command changed for good, the rest comes back"
machine 82574L
for end in $nic/config:240 $port/config:80; do # both states
	printf '\103' | dd of="$work/sys/bus/pci/devices/${end%:*}" bs=1 seek="${end##*:}" conv=notrunc status=none
done
aspm 0 disable ens4 --state l1
lnkctl $nic 240 0041
aspm 0 disable ens4 --for 1s
says "restored automatically"
for _ in $(seq 60); do
	od -An -tx1 -j 240 -N 1 "$work/sys/bus/pci/devices/$nic/config" | grep -q 40 || break
	sleep 0.5
done
lnkctl $nic 240 0041
lnkctl $port 80 0041
aspm 0 restore ens4
lnkctl $nic 240 0043
lnkctl $port 80 0043
[ -z "$(find "$work/run/nicregs" -name 'aspm-*')" ] || no "a record is left"
end

begin "--for: another one restarts the timer"
machine 82574L
aspm 0 disable ens4 --for 600s
aspm 0 disable ens4 --for 1s
says "Nothing to do"
says "timer of an earlier change was restarted: it will be restored automatically in 1 s"
comes_back
end

begin "--for leaves the session, where systemd is in charge"
machine 82574L
mkdir -p "$work/run/systemd/system" "$work/bin"
printf '#!/bin/sh\necho "$@" >> %s/asked\nexit 1\n' "$work" > "$work/bin/busctl"
chmod +x "$work/bin/busctl"
inside env PATH="$work/bin:$PATH" "$NICREGS" aspm disable ens4 --for 1s
[ $status = 0 ] || no "exit status $status"
says "A logout may end the process"
comes_back
cp "$work/asked" "$work/out"
says "StartTransientUnit ssa\(sv\)a\(sa\(sv\)\) (nicregs-revert-[0-9]+)\.scope fail 3 .* Slice s system\.slice PIDs au 1 [0-9]+ 0"
inside env PATH="$work" "$NICREGS" aspm disable ens4 --for 1s
says "A logout may end the process .*No such file"
comes_back
end

begin "--persist wants the installed script, and writes nothing without"
machine 82574L
mkdir "$work/empty"
also=$work/empty=/usr/local
aspm 1 disable ens4 --persist
also=
says "make install"
as_before
end

begin "options that make no sense"
for words in "show --force" "restore --state l1" "enable --persist" "disable --for 10m --persist" \
	"disable --for 0s" "disable --state l3" "on eno1" "disable --demo" "disable" "enable" "restore" "disable --persist" \
	"disable --for 10m" "disable ens4 --all" "restore ens4 --all" "show --all"; do
	# shellcheck disable=SC2086
	aspm 1 $words
	[ "$(grep -c ^nicregs: "$work/out")" = 1 ] || no "$words: not one line"
done
end

begin "a word that is neither an action nor a device"
machine 82574L
aspm 1 disabel
says "disabel: no such device, and not one of show, disable, enable and restore"
says "did you mean 'disable'"
aspm 1 bogus
says "bogus: no such device, and not one of show, disable, enable and restore"
never_says "did you mean"
aspm 1 ens5
says "did you mean ens4"
aspm 1 RESTORE ens4
says "RESTORE: not one of show"
says "did you mean 'restore'"
aspm 1 enabel --all
says "enabel: not one of show"
says "did you mean 'enable'"
aspm 1 bogus ens4
says "nicregs aspm --help"
aspm 1 show disabel
says "disabel: no such device"
never_says "not one of"
aspm 1 restor --demo
says "restor: not in the recording, and not one of show"
says "did you mean 'restore'"
aspm 0 ens4
end

begin "a plan for another machine's file"
inside "$NICREGS" snapshot ens4 -o "$work/file"
aspm 0 disable --dry-run --from "$work/file"
says "$nic +LNKCTL +0x0042 +0x0040"
aspm 1 disable --from "$work/file"
end

# aspm-disable as in an initramfs: a folder of programs with SHELL (busybox too has applets of its own then) and what it needs.
mkdir "$work/few"
ln -s "$(command -v cat)" "$(command -v setpci)" "$work/few"
cp scripts/aspm-disable "$work/aspm-disable"
script() # SHELL ADDRESS STATES
{
	# shellcheck disable=SC2086
	inside env -i PATH="$work/few" $1 "$work/few-script" "$2" "$3"
}
# The script looks further than PATH; not so here.
grep -v '^PATH=' "$work/aspm-disable" > "$work/few-script"

for shell in dash "busybox sh"; do
	command -v "${shell%% *}" > /dev/null || {
		echo "skip aspm-disable in $shell: not installed"
		continue
	}
	shell="$(command -v "${shell%% *}")${shell#"${shell%% *}"}"

	begin "aspm-disable with $shell and setpci alone, any number of times"
	machine 82574L
	script "$shell" $nic l0s,l1
	[ $status = 0 ] || no "exit status $status"
	lnkctl $nic 240 0040
	lnkctl $port 80 0040
	cp "$work/kmsg" "$work/out"
	says "$nic CAP_EXP\+10.w 0x0042 -> 0x0040"
	lines=$(wc -l < "$work/kmsg")
	script "$shell" $nic l0s,l1
	[ "$lines" = "$(wc -l < "$work/kmsg")" ] || no "it wrote again"
	script "$shell" 0000:00:19.0 l0s,l1
	[ $status = 0 ] || no "82579LM: exit status $status"
	script "$shell" 0000:0f:00.0 l0s,l1
	[ $status = 1 ] || no "no such device: exit status $status"
	says "no such device"
	end

	begin "aspm-disable with $shell: link/ alone, without setpci"
	machine 82574L l1_aspm=1 l0s_aspm=1
	mv "$work/few/setpci" "$work/no-setpci"
	script "$shell" $nic l1
	[ $status = 0 ] || no "exit status $status"
	[ "$(cat "$work/sys/bus/pci/devices/$nic/link/l1_aspm")" = 0 ] || no "link/l1_aspm was not written"
	[ "$(cat "$work/sys/bus/pci/devices/$nic/link/l0s_aspm")" = 1 ] || no "link/l0s_aspm was"
	machine 82574L
	script "$shell" $nic l1
	[ $status = 1 ] || no "nothing to do it with: exit status $status"
	says "neither nicregs nor link/ nor setpci"
	mv "$work/no-setpci" "$work/few/setpci"
	end

	begin "aspm-disable with $shell: four functions, one link"
	machine X722
	script "$shell" 0000:60:00.2 l0s,l1
	[ $status = 0 ] || no "exit status $status"
	[ ! -s "$work/kmsg" ] || no "nothing was on, and it wrote"
	aspm 0 enable eno2 --state l1
	script "$shell" 0000:60:00.2 l0s,l1
	as_before
	[ "$(grep -c aspm-disable "$work/kmsg")" = 5 ] || no "not a line a write"
	end
done

begin "aspm-disable does not go on by hand where nicregs undid it"
machine 82574L l1_aspm=1 l0s_aspm=0
mkdir -p "$work/libexec/nicregs" "$work/sbin"
cp scripts/aspm-disable "$work/libexec/nicregs/"
ln -sf "$NICREGS" "$work/sbin/nicregs"
inside "$work/libexec/nicregs/aspm-disable" $nic l0s,l1
[ $status = 5 ] || no "exit status $status"
as_before
says "undid it"
machine 82574L
inside "$work/libexec/nicregs/aspm-disable" $nic l0s,l1
[ $status = 0 ] || no "exit status $status"
lnkctl $nic 240 0040
[ "$(grep -c nicregs: "$work/kmsg")" = 2 ] || no "not a line a write"
printf '#!/bin/sh\nexit 127\n' > "$work/broken"
chmod +x "$work/broken"
ln -sf "$work/broken" "$work/sbin/nicregs"
machine 82574L
inside "$work/libexec/nicregs/aspm-disable" $nic l0s,l1
[ $status = 0 ] || no "exit status $status"
says "trying without"
lnkctl $nic 240 0040
lnkctl $port 80 0040
end

# What an initramfs takes along: rules, script, setpci. The builders' own functions are played.
begin "the initramfs takes the rules along"
mkdir -p "$work/rules" "$work/initramfs"
script=$work/libexec/nicregs/aspm-disable
printf '# x\nACTION=="add", RUN+="%s 0000:02:00.0 l0s,l1"\n' "$script" > "$work/rules/79-nicregs-aspm-0000:02:00.rules"
echo 'copy_exec() { echo "$1" >> "$DESTDIR/copied"; }' > "$work/functions"
DESTDIR=$work/initramfs NICREGS_RULES=$work/rules NICREGS_HOOK_FUNCTIONS=$work/functions scripts/aspm-initramfs > "$work/out" 2>&1 ||
	no "the hook failed"
cmp -s "$script" "$work/initramfs$script" || no "no script"
cmp -s "$work/rules/"*.rules "$work/initramfs/etc/udev/rules.d/"*.rules || no "no rule"
grep -q '/setpci$' "$work/initramfs/copied" || no "no setpci"
printf '# x\nACTION=="add", RUN+="%s --no-color fix reapply $id"\n' "$NICREGS" > "$work/rules/79-nicregs-fix.rules"
DESTDIR=$work/initramfs NICREGS_RULES=$work/rules NICREGS_HOOK_FUNCTIONS=$work/functions NICREGS_SETTINGS=/etc/passwd scripts/aspm-initramfs
grep -qF "$NICREGS" "$work/initramfs/copied" || no "no nicregs for the settings that are kept"
cmp -s /etc/passwd "$work/initramfs/etc/nicregs/settings" || no "no settings"
[ -e "$work/initramfs/etc/udev/rules.d/79-nicregs-fix.rules" ] || no "no rule of settings"
DESTDIR=$work/none NICREGS_RULES=$work/none NICREGS_SETTINGS=$work/none NICREGS_HOOK_FUNCTIONS=$work/functions scripts/aspm-initramfs || no "without rules it failed"
[ ! -e "$work/none" ] || no "without rules it copied"
[ -z "$(scripts/aspm-initramfs prereqs)" ] || no "prereqs"
end

exit $failed
