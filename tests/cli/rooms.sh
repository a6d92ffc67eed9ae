#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The checks of the house can fail: each rule is broken once.
. "${0%/*}/setup"

# says NAME WANTED COMMAND...: it fails with exactly this; with nothing if WANTED is empty
says()
{
	name=$1 wanted=$2
	shift 2
	"$@" > "$dir/out" 2>&1
	status=$?
	if [ "$(cat "$dir/out")" = "$wanted" ] && [ $status -eq "$([ -z "$wanted" ] && echo 0 || echo 1)" ]; then
		echo "ok $name"
	else
		echo "not ok $name: status $status, it said: $(cat "$dir/out")"
		failed=1
	fi
}

# includes FILE LINE WHAT: a file of that one line, and what is said of it
includes()
{
	rm -rf "$dir/src"
	mkdir -p "$dir/$(dirname "$1")"
	printf '%s\n' "$2" > "$dir/$1"
	says "$1: $2" "${3:+$1:1: $3}" scripts/check-includes "$dir"
}

includes src/util/x.c '#include "util/buf.h"' ''
includes src/util/x.c '#include "chip/chip.h"' 'util must not include chip/chip.h'
includes src/chip/x.c '#include "snapshot/snapshot.h"' 'chip must not include snapshot/snapshot.h'
includes src/snapshot/x.c '#include "host/host.h"' 'snapshot must not include host/host.h'
includes src/host/x.c '#include "access/access.h"' 'host must not include access/access.h'
includes src/access/x.c '#include "host/host.h"' ''
includes src/access/x.c '#include "source/source.h"' 'access must not include source/source.h'
includes src/klog/x.c '#include "source/source.h"' 'klog must not include source/source.h'
includes src/source/x.c '#include "diagnose/diagnose.h"' 'source must not include diagnose/diagnose.h'
includes src/diagnose/x.c '#include "aspm/plan.h"' 'diagnose must not include aspm/plan.h'
includes src/aspm/x.c '#include "diagnose/diagnose.h"' 'aspm must not include diagnose/diagnose.h'
includes src/watch/x.c '#include "view/view.h"' 'watch must not include view/view.h'
includes src/view/x.c '#include "snapshot/snapshot.h"' ''
includes src/view/x.c '#include "host/host.h"' 'view must not include host/host.h'
includes src/view/x.c '#include "access/access.h"' 'view must not include access/access.h'
includes src/monitor/x.c '#include "source/source.h"' 'monitor must not include source/source.h'
includes src/view/x.c '#include "watch/watch.h"' 'view must not include watch/watch.h'
includes src/view/x.c '#include "monitor/monitor.h"' 'view must not include monitor/monitor.h'
includes src/monitor/x.c '#include "view/view.h"' ''
includes src/cmd/x.c '#include "watch/watch.h"' ''
includes src/chip/x.c '#include "chip/internal.h"' ''
includes src/snapshot/x.c '#include "chip/internal.h"' 'chip/internal.h is private to chip'
includes src/cmd/x.c '#include "watch/internal.h"' 'watch/internal.h is private to watch'
includes src/new/x.c '#include "util/buf.h"' 'new must not include util/buf.h'
includes src/util/x.c '#include "../chip/chip.h"' 'say "ROOM/FILE.h", not "../chip/chip.h"'
includes src/util/x.c '#include "buf.h"' 'say "ROOM/FILE.h", not "buf.h"'

includes src/host/pci.c '#include <pci/pci.h>' ''
includes src/source/x.c '#include <pci/pci.h>' '<pci/> belongs in src/host/pci.c'
includes src/access/x.c '#include <pciaccess.h>' '<pciaccess.h> belongs in src/access/mmap.c'
includes src/access/bpf.c '#include <bpf/libbpf.h>' '<bpf/> belongs in src/access/libbpf.h'
includes src/access/x.c '#include <cap-ng.h>' '<cap-ng.h> belongs in src/host/privilege.c'
includes src/view/x.c '#include <curses.h>' '<curses.h> belongs in src/monitor/'
includes src/monitor/x.c '#include <curses.h>' ''
includes src/cmd/x.c '#include <jansson.h>' '<jansson.h> belongs in src/snapshot/'

includes src/chip/x.c '	printf("x");' 'only cmd and main print'
includes src/chip/x.c '	vfprintf(f, format, ap);' 'only cmd and main print'
includes src/chip/x.c '	fwrite(s, 1, n, stdout);' 'only cmd and main print'
includes src/watch/x.c '	perror("x");' 'only cmd and main print'
includes src/cmd/x.c '	printf("x");' ''
includes src/chip/x.c '	snprintf(s, n, "printf(%s)", t); /* not printf() */' ''
includes src/chip/x.c '	l1_exit(2);' ''
includes src/view/x.c '	exit(1);' 'only cmd and main exit'
includes src/aspm/x.c '	_exit(1);' 'only cmd and main exit'
includes src/main.c '	exit(1);' ''

# sizes FILE LINES WHAT
sizes()
{
	rm -rf "$dir/src"
	mkdir -p "$dir/$(dirname "$1")"
	yes '' | head -n "$2" > "$dir/$1"
	says "$1 of $2 lines" "${3:+$1: $3}" scripts/check-sizes "$dir"
}

sizes src/util/x.c 500 ''
sizes src/util/x.h 501 '501 lines, and 500 are the most: a second subject in it becomes a file of its own'
sizes src/util/x.c 39 '39 lines, and 40 are the least: it joins the file whose subject it has'
sizes src/util/x.h 39 ''

# globals NAME C-TEXT WHAT
mkdir -p "$dir/objects/src/util" "$dir/objects/src/access"
globals()
{
	rm -f "$dir"/objects/src/*/*.o
	echo "$2" | ${CC:-cc} -fPIE -x c -c -o "$dir/objects/src/$1" -
	says "$1: $2" "${3:+$dir/objects/src/$1: writable for the whole program: $3}" scripts/check-globals "$dir/objects/src"
}

globals util/x.o 'int count = 1;' count
globals util/x.o 'static int seen; int see(void) { return ++seen; }' seen
globals util/x.o 'int next(void) { static int n; return ++n; }' n
globals util/x.o 'static char fault_exit; char *where(void) { return &fault_exit; }' fault_exit
globals access/mmap.o 'static char fault_exit; char *where(void) { return &fault_exit; }' ''
globals util/x.o 'const char *const words[] = { "a", "b" }; static const int n = 2; const int *p(void) { return &n; }' ''
exit $failed
