#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the lab has fetched goes away, with its size said.
. "${0%/*}/setup"

clean()
{
	XDG_CACHE_HOME=$dir/cache make -s --no-print-directory "$1"
}

mkdir -p "$dir/cache/nicregs/6.12" "$dir/cache/another"
head -c 3000000 /dev/zero > "$dir/cache/nicregs/6.12/image"
said=$(clean lab-cache)
verdict "make lab-cache says where it is" "$([ "$said" = "$dir/cache/nicregs" ]; echo $?)" "$said"
said=$(clean clean-lab)
verdict "make clean-lab says its size" "$(echo "$said" | grep -qE "^$dir/cache/nicregs: (2[.,]9|3[.,]0)M freed\$"; echo $?)" "$said"
said=$(ls "$dir/cache")
verdict "make clean-lab frees it, and nothing else" "$([ "$said" = another ]; echo $?)" "$said"
said=$(clean clean-lab)
verdict "make clean-lab where there is nothing" "$([ "$said" = "$dir/cache/nicregs: nothing was there" ]; echo $?)" "$said"
exit $failed
