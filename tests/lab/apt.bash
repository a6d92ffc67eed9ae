# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced by kernels, qemu-newer and udev: packages of Debian 12 by name, its security updates and backports among them,
# or of another release, whatever suites this machine itself uses. apt-get checks them; they are unpacked under $cache and
# nothing is installed. Mirrors are the ones this machine is set up with; MIRROR= and SECURITY_MIRROR= name others.

cache=${XDG_CACHE_HOME:-${HOME:-~}/.cache}/nicregs
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
say() { printf '%s: %s\n' "${0##*/}" "$*"; }

quietly() {  # COMMAND...: its output only if it fails
    local log
    log=$("$@" 2>&1) || { printf '%s\n' "$log" >&2; die "failed: $1 $2"; }
}

mirror_of() {  # PATTERN: the first mirror this machine is set up with whose address ends like that
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sed 's|/*$||' | grep -m1 "$1\$" || true
}

# Each release has lists of its own, so that the newest package of a name is that release's. Packages that this machine has, which
# may be newer ones, and those that it prefers do not count.
use_suite() {  # bookworm, bullseye or sid: what the functions below are about
    suite=$1
    apt=$cache/apt/$suite
    apt_options=(-o APT::Sandbox::User=root -o Debug::NoLocking=1 -o Dir::Etc::sourceparts=-
        -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt"
        -o Dir::State::status=/dev/null -o Dir::Etc::preferences=- -o Dir::Etc::preferencesparts=/dev/null -o APT::Default-Release=)
}

sources() {  # DEBIAN SECURITY: lines of a sources.list
    case $suite in
    sid) printf '%s %s\n' "$1" sid ;;
    bullseye) printf '%s %s\n' "$1" bullseye "$2" bullseye-security ;;
    *) printf '%s %s\n' "$1" "$suite" "$1" "$suite-backports" "$2" "$suite-security" ;;
    esac | sed "s|.*|deb [signed-by=$keyring] & main|"
}

update_lists() {
    local debian security
    debian=${MIRROR:-$(mirror_of '/debian')}
    [ -n "$debian" ] || die "this machine's apt knows no mirror of Debian; MIRROR= names one"
    security=${SECURITY_MIRROR:-$(mirror_of '/debian-security')}
    mkdir -p "$apt"/{lists/partial,archives/partial}
    sources "$debian" "${security:-$debian-security}" >"$apt/sources.list"
    quietly apt-get "${apt_options[@]}" -q update
}

dependencies() {  # PACKAGE[/SUITE]: names of what it depends on
    apt-cache "${apt_options[@]}" depends "$1" | awk '$1 == "Depends:" && $2 !~ /^</ { print $2 }'
}

with_all_it_needs() {  # PACKAGE...: these, and what they depend on, and so on
    apt-cache "${apt_options[@]}" depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
        --no-replaces --no-enhances "$@" | grep '^[a-z0-9]'
}

unpack() {  # DIR PACKAGE...: fetches them and unpacks them there
    local dir=$1 deb
    shift
    mkdir -p "$dir/.packages"
    (cd "$dir/.packages" && quietly apt-get "${apt_options[@]}" -q download "$@")
    for deb in "$dir/.packages"/*.deb; do
        dpkg -x "$deb" "$dir"
    done
    rm -r "$dir/.packages"
}

only_one() {  # of these scripts at a time
    mkdir -p "$cache"
    exec 9>"$cache/.lock"
    flock 9
}

help() { sed -n '3,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"; }

use_suite bookworm
