#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# scripts/check-ids: the PCI IDs of a kernel's drivers have definitions. The modules here are made up, and so is modinfo.
. "${0%/*}/setup"
command -v python3 > /dev/null || { echo "skip ids: no python3"; exit 0; }

mkdir -p "$dir/bin" "$dir/kernel/lib/modules/9.9/e1000e"
cat > "$dir/bin/modinfo" <<'SH'
#!/bin/sh
cat "$3"
SH
chmod +x "$dir/bin/modinfo"
PATH=$dir/bin:$PATH
module=$dir/kernel/lib/modules/9.9/e1000e/e1000e.ko

# says NAME STATUS PATTERN [KERNEL]: one driver's modules
says()
{
	scripts/check-ids --nicregs "$NICREGS" --driver e1000e "${4:-$dir/kernel}" > "$dir/out" 2>&1
	got=$?
	verdict "$1" "$([ $got -eq "$2" ] && grep -qE "$3" "$dir/out"; echo $?)" "exit status $got: $(cat "$dir/out")"
}
aliases() # ID...
{
	for id; do
		echo "pci:v00008086d0000${id}sv*sd*bc*sc*i*"
	done
}

aliases 10D3 153A 15BC > "$module"
says "all of them are defined" 0 '^e1000e: 3 IDs of .*e1000e.ko, 0 without a definition$'
aliases 10D3 FFEE > "$module"
says "one is not" 1 '^e1000e: 8086:ffee has no definition$'
says "and is counted" 1 '^e1000e: 2 IDs of .*, 1 without a definition$'
aliases 1521 > "$module"
says "one is of another driver" 1 '^e1000e: 8086:1521 is the I350.*, which is defined for driver igb$'
echo "pci:v0000*d0000*sv*" > "$module"
says "a module without IDs is no proof" 2 'no PCI IDs$'
mv "$module" "$module.xz"
aliases 10D3 > "$module.xz"
says "a compressed one" 0 '^e1000e: 1 IDs of .*e1000e.ko.xz, 0 without'
rm "$module.xz"
says "no module is no proof" 2 'no module e1000e there$'

if command -v dpkg-deb > /dev/null; then
	aliases 10D3 > "$module"
	mkdir "$dir/kernel/DEBIAN"
	printf '%s\n' 'Package: linux-image-x' 'Version: 1' 'Architecture: all' 'Maintainer: x <x@example.org>' \
		'Description: x' > "$dir/kernel/DEBIAN/control"
	dpkg-deb -b "$dir/kernel" "$dir/kernel.deb" > /dev/null 2>&1
	says "a package" 0 '^e1000e: 1 IDs of .*, 0 without' "$dir/kernel.deb"
fi
says "no such file" 2 '' "$dir/nothing"

exit $failed
