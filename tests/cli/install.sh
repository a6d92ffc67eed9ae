#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# make install and uninstall: where things go, with and without scdoc, and that nothing is built again for it.
. "${0%/*}/setup"
unset MAKEFLAGS MFLAGS MAKELEVEL PREFIX DESTDIR
top=$dir/top

# Another build folder, so that this one is left alone, and the program under test in it; and no pages that this tree, if it is a release's, has.
install() # make's words
{
	make --no-print-directory BUILD="$dir/build" PROGRAM="$NICREGS" MAN_MADE="$dir/made" DESTDIR="$top" "$@" > "$dir/out" 2>&1
}

# What is for others to take is compared by itself.
files()
{
	(cd "$top" 2> /dev/null && find . ! -type d ! -path './usr/local/share/nicregs/*' | sed 's/^\.//' | sort)
}

holds() # NAME FILE...
{
	name=$1
	shift
	printf '%s\n' "$@" | grep . | sort > "$dir/wanted"
	files | diff "$dir/wanted" - > "$dir/diff"
	verdict "$name" $? "$(cat "$dir/diff" "$dir/out")"
}

install install SCDOC=no-such-program
holds "install without scdoc: all but the manual pages" /usr/local/sbin/nicregs \
	/usr/local/share/bash-completion/completions/nicregs /usr/local/share/zsh/site-functions/_nicregs \
	/usr/local/share/fish/vendor_completions.d/nicregs.fish /usr/local/libexec/nicregs/complete /usr/local/libexec/nicregs/aspm-disable \
	/usr/local/lib/systemd/system/nicregs-watch.service /usr/lib/systemd/system-sleep/nicregs-aspm \
	/usr/local/lib/systemd/system/nicregs-metrics.service /usr/local/lib/systemd/system/nicregs-metrics.timer \
	/usr/lib/systemd/catalog/nicregs.catalog /usr/local/share/metainfo/io.github.nicregs.nicregs.metainfo.xml \
	/usr/share/initramfs-tools/hooks/nicregs-aspm /usr/lib/dracut/modules.d/95nicregs/module-setup.sh
verdict "install without scdoc says so" "$(grep -q '^Without manual pages: no-such-program is not here' "$dir/out"; echo $?)" "$(cat "$dir/out")"
compiled=$(find "$dir/build" -name '*.o' 2> /dev/null | wc -l)
verdict "install builds nothing" "$([ "$compiled" -eq 0 ]; echo $?)" "$compiled objects"
grep -qx 'ExecStart=/usr/local/sbin/nicregs watch' "$top/usr/local/lib/systemd/system/nicregs-watch.service"
verdict "the unit starts the installed program" $? "$(grep ExecStart "$top"/usr/local/lib/systemd/system/*)"
modes=$(cd "$top" && stat -c '%a %n' usr/local/sbin/nicregs usr/local/libexec/nicregs/aspm-disable usr/local/lib/systemd/system/* \
	usr/local/libexec/nicregs/complete usr/local/share/bash-completion/completions/* usr/local/share/zsh/site-functions/* usr/local/share/fish/*/*)
verdict "modes" "$([ "$(echo "$modes" | cut -d' ' -f1 | tr '\n' ' ')" = '755 755 644 644 644 755 644 644 644 ' ]; echo $?)" "$modes"
for folder in contrib schema; do
	out=$(diff -r $folder "$top/usr/local/share/nicregs/$folder" 2>&1)
	verdict "install: $folder" $? "$out"
done
install uninstall SCDOC=no-such-program
holds "uninstall leaves nothing"
verdict "uninstall leaves nothing for others" "$([ ! -e "$top/usr/local/share/nicregs" ]; echo $?)" "$(find "$top/usr/local/share")"

# A release has them: no scdoc is needed.
mkdir "$dir/made"
pages="man5/nicregs-chipdef.5 man5/nicregs-snapshot.5 man7/nicregs-remedies.7 man8/nicregs.8 "
for page in $pages; do
	echo "$page" > "$dir/made/${page#*/}"
done
install install SCDOC=no-such-program
out=$(cd "$top/usr/local/share/man" && cat man*/* | tr '\n' ' ')
verdict "install without scdoc, of a release: its manual pages" "$([ "$out" = "$pages" ]; echo $?)" "$out"
verdict "install without scdoc, of a release: nothing is missing" "$(! grep -q '^Without manual' "$dir/out"; echo $?)" "$(cat "$dir/out")"
install uninstall SCDOC=no-such-program
holds "uninstall takes a release's pages away"
rm -r "$dir/made"

mine=$dir/home/x
install install PREFIX="$mine" DESTDIR=
verdict "a PREFIX of one's own: said what does not look there" "$(grep -q "^All of it is below $mine" "$dir/out"; echo $?)" "$(cat "$dir/out")"
out=$(find "$mine" ! -type d | sed "s|^$mine/||" | grep -v -e '^share/man/' -e '^share/nicregs/' | sort | tr '\n' ' ')
wanted="lib/dracut/modules.d/95nicregs/module-setup.sh lib/systemd/catalog/nicregs.catalog lib/systemd/system-sleep/nicregs-aspm lib/systemd/system/nicregs-metrics.service \
lib/systemd/system/nicregs-metrics.timer lib/systemd/system/nicregs-watch.service libexec/nicregs/aspm-disable libexec/nicregs/complete sbin/nicregs \
share/bash-completion/completions/nicregs share/fish/vendor_completions.d/nicregs.fish share/initramfs-tools/hooks/nicregs-aspm share/metainfo/io.github.nicregs.nicregs.metainfo.xml share/zsh/site-functions/_nicregs "
verdict "a PREFIX of one's own: everything below it" "$([ "$out" = "$wanted" ]; echo $?)" "$out"
verdict "the installed program runs" "$("$mine/sbin/nicregs" version | grep -q '^nicregs '; echo $?)" "it does not"
if command -v scdoc > /dev/null; then
	out=$(cd "$mine/share/man" && ls man*/* | tr '\n' ' ')
	verdict "manual pages" "$([ "$out" = "$pages" ]; echo $?)" "$out"
else
	echo "skip manual pages: there is no scdoc"
fi
mkdir -p "$mine/share/man/man1" "$mine/kept"
touch "$mine/share/man/man1/other.1"
install uninstall PREFIX="$mine" DESTDIR= SCDOC=no-such-program
out=$(cd "$dir/home" && find x | sort | tr '\n' ' ')
verdict "uninstall leaves what is others'" "$([ "$out" = 'x x/kept x/share x/share/man x/share/man/man1 x/share/man/man1/other.1 ' ]; echo $?)" "$out"

hooks() # KIND FILE
{
	install install PREFIX=/usr WITH_INITRAMFS="$1" SCDOC=no-such-program
	out=$(files | grep -e initramfs -e dracut)
	verdict "hooks: $1" "$([ "$out" = "$2" ]; echo $?)" "$out"
	install uninstall PREFIX=/usr SCDOC=no-such-program
}
hooks initramfs-tools /usr/share/initramfs-tools/hooks/nicregs-aspm
hooks dracut /usr/lib/dracut/modules.d/95nicregs/module-setup.sh
hooks none ''
install install PREFIX=/usr SCDOC=no-such-program
verdict "PREFIX=/usr" "$([ -x "$top/usr/sbin/nicregs" ] && [ -f "$top/usr/lib/systemd/system/nicregs-watch.service" ]; echo $?)" "$(files)"
install install PREFIX=relative
verdict "a PREFIX without a slash is refused" "$([ $? -ne 0 ] && grep -q 'PREFIX=relative: it has to begin with a slash' "$dir/out"; echo $?)" "$(cat "$dir/out")"

# The same build for any PREFIX: its flags do not have it.
for prefix in /usr/local /opt/x; do
	make -n V=1 BUILD="$dir/build" PREFIX=$prefix 2> /dev/null | grep -- ' -c -o ' | sort > "$dir/flags.${prefix##*/}"
done
verdict "PREFIX changes no flag" "$([ -s "$dir/flags.local" ] && cmp -s "$dir/flags.local" "$dir/flags.x"; echo $?)" "$(diff "$dir/flags.local" "$dir/flags.x" | head -n 3)"

# A test that skips itself is no failure, whichever way cmocka says it.
fake() # NAME LINE...
{
	name=$1
	shift
	{ echo '#!/bin/sh'; printf "echo '%s'\n" "$@"; } > "$dir/test_fake"
	chmod +x "$dir/test_fake"
	tests/run -u "$dir/test_fake" > "$dir/out" 2>&1
	echo "$?: $(tail -n 1 "$dir/out")" > "$dir/sum"
}
fake skips 'ok 1 - one' 'not ok 2 - two # SKIP' 'not ok 3 # SKIP three' 'ok 4 # SKIP four' 'ok 5 - five # skip no iproute2'
verdict "skips are counted as such" "$(grep -qx '0: 1 passed, 0 failed, 4 skipped' "$dir/sum"; echo $?)" "$(cat "$dir/sum")"
fake failure 'ok 1 - one' 'not ok 2 - two # SKIP' 'not ok 3 - three'
verdict "a failure beside a skip fails" "$(grep -qx '1: 1 passed, 1 failed, 1 skipped' "$dir/sum"; echo $?)" "$(cat "$dir/sum")"
exit $failed
