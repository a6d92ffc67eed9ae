#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The systemd units, as systemd reads them. The lab runs that of watch (watch-service).
. "${0%/*}/setup"
if ! systemd-analyze --version > /dev/null 2>&1; then
	echo "skip systemd units: there is no systemd-analyze"
	exit 0
fi
cp scripts/nicregs-metrics.timer "$dir"
for unit in watch metrics; do
	file=$dir/nicregs-$unit.service
	sed "s|@SBINDIR@/nicregs|\"$NICREGS\"|" "scripts/nicregs-$unit.service.in" > "$file"
	timer=$([ $unit = watch ] || echo "$dir/nicregs-$unit.timer")
	# shellcheck disable=SC2086
	out=$(systemd-analyze verify --man=no "$file" $timer 2>&1)
	verdict "systemd takes nicregs-$unit.service${timer:+ and its timer} without a complaint" \
		"$([ $? -eq 0 ] && [ -z "$out" ]; echo $?)" "$out"
	if systemd-analyze --help | grep -q -- --offline; then
		out=$(systemd-analyze security --no-pager --offline=yes --threshold=35 "$file" 2>&1)
		verdict "its exposure is 3.5 of 10 at most" $? "$(echo "$out" | tail -1)"
	fi
done
exit $failed
