# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced by kernels, qemu-newer and udev: packages of Debian 12 by name, its security updates and backports among them,
# whatever suites this machine itself uses. apt-get checks them; they are unpacked under $cache and nothing is installed.
# Mirrors are the ones this machine is set up with; MIRROR= and SECURITY_MIRROR= name others.

cache=${XDG_CACHE_HOME:-${HOME:-~}/.cache}/nicregs
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
apt_options=(-o APT::Sandbox::User=root -o Debug::NoLocking=1 -o Dir::Etc::sourceparts=-
    -o Dir::Etc::sourcelist="$cache/apt/sources.list" -o Dir::State::lists="$cache/apt/lists" -o Dir::Cache="$cache/apt")

die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
say() { printf '%s: %s\n' "${0##*/}" "$*"; }

quietly() {  # COMMAND...: its output only if it fails
    local log
    log=$("$@" 2>&1) || { printf '%s\n' "$log" >&2; die "failed: $1 $2"; }
}

mirror_of() {  # PATTERN: the first mirror this machine is set up with whose address ends like that
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sed 's|/*$||' | grep -m1 "$1\$" || true
}

update_lists() {
    local debian security
    debian=${MIRROR:-$(mirror_of '/debian')}
    [ -n "$debian" ] || die "this machine's apt knows no mirror of Debian; MIRROR= names one"
    security=${SECURITY_MIRROR:-$(mirror_of '/debian-security')}
    mkdir -p "$cache"/apt/{lists/partial,archives/partial}
    printf "deb [signed-by=$keyring] %s %s main\n" "$debian" bookworm "$debian" bookworm-backports \
        "${security:-$debian-security}" bookworm-security >"$cache/apt/sources.list"
    quietly apt-get "${apt_options[@]}" -q update
}

dependencies() {  # PACKAGE[/SUITE]: names of what it depends on
    apt-cache "${apt_options[@]}" depends "$1" | awk '$1 == "Depends:" && $2 !~ /^</ { print $2 }'
}

unpack() {  # DIR PACKAGE...: fetches them and unpacks them there
    local dir=$1 deb
    shift
    mkdir -p "$dir.packages" "$dir"
    (cd "$dir.packages" && quietly apt-get "${apt_options[@]}" -q download "$@")
    for deb in "$dir.packages"/*.deb; do
        dpkg -x "$deb" "$dir"
    done
    rm -r "$dir.packages"
}

only_one() {  # of these scripts at a time
    mkdir -p "$cache"
    exec 9>"$cache/.lock"
    flock 9
}

help() { sed -n '3,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"; }
