#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The systemd unit of watch, as systemd reads it. The lab runs it (watch-service).
. "${0%/*}/setup"
if ! systemd-analyze --version > /dev/null 2>&1; then
	echo "skip nicregs-watch.service: there is no systemd-analyze"
	exit 0
fi
unit=$dir/nicregs-watch.service
sed "s|@SBINDIR@/nicregs|\"$NICREGS\"|" scripts/nicregs-watch.service.in > "$unit"

out=$(systemd-analyze verify --man=no "$unit" 2>&1)
verdict "systemd takes the unit without a complaint" "$([ $? -eq 0 ] && [ -z "$out" ]; echo $?)" "$out"
if systemd-analyze --help | grep -q -- --offline; then
	out=$(systemd-analyze security --no-pager --offline=yes --threshold=35 "$unit" 2>&1)
	verdict "its exposure is 3.5 of 10 at most" $? "$(echo "$out" | tail -1)"
fi
exit $failed
