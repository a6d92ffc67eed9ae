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
# What Linux 7.2 has of 10 Gb/s and more, and of virtual functions; nothing else makes them resolve without that kernel.
python3 - "$NICREGS" > "$dir/out" 2>&1 << 'PY'
import json, subprocess, sys
claimed = """
igbvf 10ca 1520
ixgbe 10b6 10c6 10c7 10c8 10db 10dd 10e1 10ec 10f1 10f4 10f7 10f8 10f9 10fb 10fc 1507 1508 150b 1514 1517 151c 1528
    1529 152a 154a 154d 154f 1557 1558 1560 1563 15aa 15ab 15ac 15ad 15ae 15b0 15c2 15c3 15c4 15c6 15c7 15c8 15ce 15d1
    15e4 15e5 57ae 57af 57b0 57b1 57b2
ixgbevf 10ed 1515 152e 1530 1564 1565 15a8 15a9 15c5 57ad
i40e 0cf8 0d58 0dd2 0dda 104e 104f 1572 1574 1580 1581 1583 1584 1585 1586 1587 1588 1589 158a 158b 15ff 37ce 37cf
    37d0 37d1 37d2 37d3
iavf 154c 1571 1889 37cd
ice 1248 1249 124a 124c 124d 124e 124f 1261 1262 1263 1265 1266 1267 12d1 12d2 12d3 12d4 12d5 12d8 12da 12dc 12dd 12de
    151d 1591 1592 1593 1599 159a 159b 1888 188a 188b 188c 188d 188e 1890 1891 1892 1893 1894 1897 1898 1899 189a 579c
    579d 579e 579f
"""
chips = json.loads(subprocess.run([sys.argv[1], "chips", "--json"], capture_output=True, check=True).stdout)["chips"]
known = {entry["id"]: chip for chip in chips for entry in chip["ids"]}
driver, n, bad = None, 0, []
for word in claimed.split():
    if word in ("igbvf", "ixgbe", "ixgbevf", "i40e", "iavf", "ice"):
        driver = word
        continue
    chip = known.get("8086:" + word)
    n += 1
    if not chip or chip["driver"] != driver or not chip["registers"]:
        bad.append(driver + " " + word)
print(n, "IDs;", ", ".join(bad) or "all are defined")
PY
verdict "every ID of Linux 7.2's ixgbe, i40e, ice and virtual functions" "$(grep -qx '143 IDs; all are defined' "$dir/out"; echo $?)" \
	"$(cat "$dir/out")"
says "no such file" 2 '' "$dir/nothing"

exit $failed
