# SPDX-License-Identifier: GPL-2.0-or-later
# Names of the packages that nicregs needs, by package manager. Sourced by quickstart and check.

packages_for_build()
{
	case $1 in
	apt-get) echo "gcc make pkg-config libpci-dev libpciaccess-dev libsmartcols-dev libjansson-dev libcap-ng-dev libncurses-dev libbpf-dev libarchive-dev zlib1g-dev liblzma-dev libsystemd-dev" ;;
	dnf) echo "gcc make pkgconf-pkg-config pciutils-devel libpciaccess-devel libsmartcols-devel jansson-devel libcap-ng-devel ncurses-devel libbpf-devel libarchive-devel zlib-devel xz-devel systemd-devel" ;;
	zypper) echo "gcc make pkg-config pciutils-devel libpciaccess-devel libsmartcols-devel libjansson-devel libcap-ng-devel ncurses-devel libbpf-devel libarchive-devel zlib-devel xz-devel systemd-devel" ;;
	pacman) echo "gcc make pkgconf pciutils libpciaccess util-linux-libs jansson libcap-ng ncurses libbpf libarchive zlib xz systemd-libs" ;;
	esac
}

# The tests and the lab are written for Debian and its relatives. Of names with a | between them the first is taken that
# this release has.
packages_for_tests()
{
	echo "clang clang-format-14|clang-format llvm libclang-rt-dev|libclang-common-14-dev libcmocka-dev scdoc pciutils ethtool"
	echo "man-db python3 git util-linux strace procps tmux busybox-static systemd systemd-journal-remote xz-utils zstd bzip2 iproute2 gzip zsh fish"
	# For contrib/ and schema/.
	echo "prometheus prometheus-node-exporter sosreport zabbix-agent python3-jsonschema python3-yaml yamllint appstream"
}

# 350 MB, for the pages in a browser: CI has it, elsewhere those tests are skipped without it.
packages_for_browser()
{
	echo "chromium fonts-dejavu-core"
}

# `make static`, which fetches its libraries itself, for both architectures, and `make check-packages`.
packages_for_packages()
{
	echo "dpkg-dev debian-archive-keyring ncurses-bin gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static"
	echo "pci.ids debhelper lintian blhc devscripts fakeroot faketime autopkgtest debootstrap rpm rpmlint"
	echo "makepkg pacman-package-manager libarchive-tools musl-tools nix-bin shellcheck appstream zstd tmux locales"
}

packages_for_lab()
{
	grep -v '^#' tests/lab/packages
}

package_manager()
{
	for manager in apt-get dnf zypper pacman; do
		if command -v "$manager" > /dev/null; then
			echo "$manager"
			return
		fi
	done
}

# Runs a command as root: as it is, or through sudo.
as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo > /dev/null; then
		sudo "$@"
	else
		echo "nicregs: $1: needs root, and there is no sudo" >&2
		return 1
	fi
}

# The first name: another may be installed where the first is to be had, and be less.
is_installed() # NAME[|NAME]...
{
	dpkg-query -W -f '${db:Status-Status}\n' "${1%%|*}" 2> /dev/null | grep -qx installed
}

first_known() # NAME[|NAME]...
{
	for name in $(echo "$1" | tr '|' ' '); do
		apt-cache show "$name" > /dev/null 2>&1 && break
	done
	echo "$name"
}

install_packages()
{
	case $(package_manager) in
	apt-get)
		missing=
		for package; do
			is_installed "$package" || missing="$missing $package"
		done
		[ -n "$missing" ] || return 0
		# One source that does not answer (a host without a subscription has such) does not stop the others.
		as_root apt-get update -qq || echo "The lists of some package sources could not be updated; going on with what there is."
		missing=$(for package in $missing; do first_known "$package"; done | tr '\n' ' ')
		echo "Installing: $missing"
		as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing > /dev/null
		;;
	dnf) as_root dnf install -q -y "$@" ;;
	zypper) as_root zypper -q install -y "$@" ;;
	pacman) as_root pacman -S --needed --noconfirm -q "$@" ;;
	*)
		echo "nicregs: packages: no package manager known here; install yourself: $*" >&2
		return 1
		;;
	esac
}
