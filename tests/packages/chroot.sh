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
		# What the administrator of this machine says of reaching the network, and no daemon is started by an installation.
		cp /etc/resolv.conf "$base/etc/" 2> /dev/null || :
		for conf in /etc/apt/apt.conf.d/*; do
			grep -qi -e '^acquire' -e proxy "$conf" 2> /dev/null && ! dpkg-query -S "$conf" > /dev/null 2>&1 && cp "$conf" "$base/etc/apt/apt.conf.d/"
		done
		printf '#!/bin/sh\nexit 101\n' > "$base/usr/sbin/policy-rc.d"
		chmod +x "$base/usr/sbin/policy-rc.d"
		touch "$base/complete"
	fi
	echo "$base"
}

# The same, with what COMMAND installs in it; made anew when that is another.
root_with() # SUITE NAME COMMAND
{
	with=$ROOTS/$1-$2
	if [ "$(cat "$with/complete" 2> /dev/null)" != "$3" ]; then
		clean=$(root_of "$1") || return 1
		rm -rf --one-file-system "$with"
		cp -a --reflink=auto "$clean" "$with" && rm "$with/complete"
		inside "$with" sh -ec "apt-get update -qq
			$3
			apt-get clean" > "$ROOTS/$1-$2.log" 2>&1 || {
			tail -n 5 "$ROOTS/$1-$2.log" >&2
			return 1
		}
		printf '%s\n' "$3" > "$with/complete"
	fi
	echo "$with"
}

# The same, with what is needed to build the package, by the names of debian/control, and with other packages.
root_for_build() # SUITE NAME PACKAGE...
{
	suite=$1 name=$2
	shift 2
	root_with "$suite" "$name" "apt-get install -qq -y --no-install-recommends build-essential $*
		mkdir -p /tmp/source/debian
		cat > /tmp/source/debian/control << 'END'
$(sed '/^$/q' debian/control)

Package: nicregs
Architecture: any
Description: what its build needs
END
		apt-get build-dep -qq -y --no-install-recommends /tmp/source
		rm -r /tmp/source
		useradd --create-home builder
		useradd --create-home --uid 4321 another"
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

# Every file, link and folder that the system has, those of /etc with their contents, but for what apt, dpkg, debconf, ldconfig, mandb and systemctl
# note for themselves.
files_of() # ROOT
{
	(cd "$1" && find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./tmp -o -path ./var/cache/apt -o -path ./var/cache/debconf \
		-o -path ./var/cache/man -o -path ./var/cache/ldconfig -o -path ./var/lib/apt -o -path ./var/log/apt -o -path './var/log/*.log' \
		-o -path ./var/lib/dpkg -o -path ./run/systemd/systemd-units-load \) -prune -o -print
	find etc -xdev -type f ! -name ld.so.cache -exec md5sum {} +
	find var/lib/dpkg -name 'nicregs*') | sort
}
