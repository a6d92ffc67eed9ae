#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What stands in one place of the tree for all packages: the version, who packages it, the home page; and the notes of a release.
. "${0%/*}/setup"

version=$(sed -n 's/^VERSION := //p' Makefile)
out=$(scripts/release-files --check 2>&1)
verdict "debian/ and packaging/ say what Makefile says" $? "$out"
out=$(scripts/release-notes "$version" 2>&1)
verdict "CHANGELOG.md has a section of this version" $? "$out"
verdict "the program says it" "$("$NICREGS" version | grep -q "^nicregs $version\$"; echo $?)" "$("$NICREGS" version | head -n 1)"

# Another release of others, in a copy of the tree; a release's tarball has no debian/.
tree=$dir/tree folders=packaging
[ ! -d debian ] || folders="debian packaging"
mkdir "$tree"
cp -R Makefile $folders "$tree"
sed -i -e 's/^VERSION := .*/VERSION := 9.8.7-rc6/' -e 's/^MAINTAINER := .*/MAINTAINER := A | B \& C <a@b.test>/' \
	-e 's|^HOMEPAGE .*|HOMEPAGE := https://b.test/c?d\&e|' "$tree/Makefile"
scripts/release-files --check "$tree" > "$dir/out" 2>&1
verdict "another version is missed" "$([ $? -eq 1 ]; echo $?)" "$(cat "$dir/out")"
control='' changelog=''
[ ! -d debian ] || control=debian/control changelog=debian/changelog
for file in $control $changelog packaging/arch/PKGBUILD packaging/alpine/APKBUILD packaging/rpm/nicregs.spec; do
	verdict "another version is missed in $file" "$(grep -q "^nicregs: $file: " "$dir/out"; echo $?)" "$(cat "$dir/out")"
done
out=$(cd "$tree" && for folder in $folders; do diff -r $folder "$OLDPWD/$folder" || exit 1; done)
verdict "--check writes nothing" $? "$out"
scripts/release-files "$tree" > "$dir/out" 2>&1
scripts/release-files --check "$tree" >> "$dir/out" 2>&1
verdict "it is written, once" $? "$(cat "$dir/out")"

says() # FILE LINE
{
	verdict "$1: $2" "$(grep -qxF -- "$2" "$tree/$1"; echo $?)" "$(diff "$1" "$tree/$1")"
}
if [ -d debian ]; then
	says debian/control 'Maintainer: A | B & C <a@b.test>'
	says debian/control 'Homepage: https://b.test/c?d&e'
	says debian/changelog 'nicregs (9.8.7~rc6-1) unstable; urgency=medium'
	says debian/changelog "$(head -n 1 debian/changelog)"
else
	echo "skip debian/ of another release: this tree has none"
fi
says packaging/arch/PKGBUILD '_version=9.8.7-rc6'
says packaging/arch/PKGBUILD "url='https://b.test/c?d&e'"
says packaging/alpine/APKBUILD 'pkgver=9.8.7_rc6'
says packaging/alpine/APKBUILD 'url="https://b.test/c?d&e"'
says packaging/alpine/APKBUILD '# Maintainer: A | B & C <a@b.test>'
says packaging/rpm/nicregs.spec 'Version:        9.8.7~rc6'
says packaging/rpm/nicregs.spec 'URL:            https://b.test/c?d&e'
old=$(grep -rlF -e "$version" $(for file in $control packaging; do echo "$tree/$file"; done))
verdict "the old version is nowhere but in changelogs" "$([ -z "$old" ]; echo $?)" "$old"

# Without a home page: none is said, but for Alpine's, which takes no package without one.
sed -i 's|^HOMEPAGE .*|HOMEPAGE :=|' "$tree/Makefile"
scripts/release-files "$tree" > "$dir/out" 2>&1
scripts/release-files --check "$tree" >> "$dir/out" 2>&1
verdict "the home page goes away, once" $? "$(cat "$dir/out")"
old=$(grep -rnE -e 'b\.test/c' -e '^(Homepage|URL): ' -e '^url=' "$tree" | grep -v 'APKBUILD:[0-9]*:url="https://nicregs\.example/"$')
verdict "no home page stands anywhere" "$([ -z "$old" ]; echo $?)" "$old"
exit $failed
