# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Sourced: clean Debian roots, made once by debootstrap and copied for each use.
# ROOTS=FOLDER keeps them there; MIRROR=URL is where Debian is had from.
: "${ROOTS:=${XDG_CACHE_HOME:-$HOME/.cache}/nicregs/roots}"

# A clean root of that release, of which a copy is to be used; ARCHITECTURE is this machine's unless set.
root_of() # SUITE
{
	base=$ROOTS/$1${ARCHITECTURE:+-$ARCHITECTURE}
	if [ ! -e "$base/complete" ]; then
		rm -rf --one-file-system "$base"
		mkdir -p "$ROOTS"
		# In a namespace of its own, so that no mount is left behind, whatever ends it.
		unshare --mount --propagation private debootstrap --variant=minbase ${ARCHITECTURE:+--arch="$ARCHITECTURE"} "$1" "$base" "${MIRROR:-http://deb.debian.org/debian}" > "$ROOTS/$1.log" 2>&1 || {
			tail -n 3 "$ROOTS/$1.log" >&2
			return 1
		}
		# What this machine needs to reach the network, and no daemon is started by an installation.
		cp /etc/resolv.conf "$base/etc/" 2> /dev/null || :
		for conf in /etc/apt/apt.conf.d/*; do
			grep -qi -e '^acquire' -e proxy "$conf" 2> /dev/null && cp "$conf" "$base/etc/apt/apt.conf.d/"
		done
		printf '#!/bin/sh\nexit 101\n' > "$base/usr/sbin/policy-rc.d"
		chmod +x "$base/usr/sbin/policy-rc.d"
		touch "$base/complete"
	fi
	echo "$base"
}

# In the root of that folder, with nothing of this environment.
inside() # ROOT COMMAND...
{
	root=$1
	shift
	# A namespace of its own, so that no mount is left behind.
	unshare --mount --propagation private sh -c '
		mount -t proc proc "$1/proc" && mount --rbind /sys "$1/sys" && mount --rbind /dev "$1/dev" || exit 1
		exec chroot "$@"' inside "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
		$(env | grep -i '_proxy=') "$@"
}

# Every file and link that the system has, but for what the packages' own tools write.
files_of() # ROOT
{
	(cd "$1" && find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./tmp -o -path ./var/cache -o -path ./var/lib/apt \
		-o -path ./var/log -o -path ./var/lib/dpkg \) -prune -o -print | sort)
}
