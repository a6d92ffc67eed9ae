#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# diff: the recording of a hung 82574L against the same card with its transmitter on and nothing waiting.
. "${0%/*}/setup"

"$NICREGS" --demo snapshot -o "$dir/hung.json"
python3 - "$dir" <<'PYTHON'
import json, sys
device = json.load(open(sys.argv[1] + "/hung.json"))
values = {r["name"]: r for r in device["registers"]}
values["TCTL"]["value"] |= 2
values["TDT[0]"]["value"] = values["TDH[0]"]["value"]
values["RDH[0]"]["value"] ^= 1
device["taken"] -= 60 * 10**9
for function in device["functions"]:
    config = bytearray.fromhex(function["config"])
    at = config[0x34]
    while at and config[at] != 0x10:
        at = config[at + 1]
    if at and function["role"] != "sibling":
        config[at + 0x10] |= 2
    function["config"] = config.hex()
json.dump(device, open(sys.argv[1] + "/good.json", "w"))
PYTHON

out=$("$NICREGS" diff "$dir/good.json" "$dir/hung.json" 2>&1)
verdict "exit status 0 with differences" $? "$out"
first=$(echo "$out" | sed -n '/^What matters first/,/^$/p' | grep -oE '^  [A-Z][A-Z_]+(\[0\])?( \(link partner\))?' | tr -s '\n ' '  ')
verdict "TDH, TDT and TCTL first, then both ends of the link" \
	"$([ "$first" = " TDH[0] TDT[0] TCTL LNKCTL LNKCTL (link partner) " ]; echo $?)" "$first"
verdict "what waits is told" "$(echo "$out" | grep -q 'queue 0: nothing waits -> [0-9]* descriptors wait'; echo $?)" "$out"
verdict "fields are decoded" "$(echo "$out" | grep -q '! EN *Transmitter: 1 (enabled) -> 0 (disabled)'; echo $?)" "$out"
verdict "receive heads stand apart" "$(echo "$out" | sed -n '/^Counters/,$p' | grep -q 'RDH\[0\]'; echo $?)" "$out"
verdict "80 columns" "$(! echo "$out" | grep -qE '^.{81}'; echo $?)" "$(echo "$out" | grep -E '^.{81}')"

"$NICREGS" diff --json "$dir/good.json" "$dir/hung.json" > "$dir/out.json" 2>&1
verdict "JSON says the same" "$(python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
assert d["schema"] == 1
d = d["devices"][0]
assert [c["name"] for c in d["changes"][:3]] == ["TDH[0]", "TDT[0]", "TCTL"]
assert d["changes"][2]["fields"] == [{"name": "EN", "bits": "1", "from": 1, "to": 0, "from_meaning": "enabled",
                                      "to_meaning": "disabled", "unusual": True}]
assert [c["function"] for c in d["changes"] if c["name"] == "LNKCTL"] == ["device", "partner"]
assert [c["name"] for c in d["volatile"]] == ["RDH[0]"]
' "$dir/out.json" 2>&1 >&2; echo $?)" "$(cat "$dir/out.json")"

out=$("$NICREGS" diff "$dir/hung.json" "$dir/hung.json" 2>&1)
verdict "nothing differs from itself" "$(echo "$out" | grep -q '^No difference in [1-9][0-9]* values'; echo $?)" "$out"

# Virtual functions: one given to a guest, one gone, one new; and a side that was not asked for them.
python3 - "$dir" <<'PYTHON'
import json, sys
device = json.load(open(sys.argv[1] + "/hung.json"))
def vf(n, **more):
    return {"number": n, "address": f"0000:01:10.{n}", "driver": "iavf", **more}
for name, list in (("vfs", [vf(0, netdev="eth4", link="up"), vf(1), vf(2)]), ("vfs-later", [vf(0) | {"driver": "vfio-pci"}, vf(2), vf(3)]), ("none", [])):
    device["facts"]["virtual_functions"] = len(list)
    device["virtual_functions"] = list
    if not list:
        del device["virtual_functions"]
    json.dump(device, open(f"{sys.argv[1]}/{name}.json", "w"))
PYTHON
out=$("$NICREGS" diff "$dir/vfs.json" "$dir/vfs-later.json" 2>&1)
verdict "virtual functions" "$(echo "$out" | grep -q 'VF 0, driver: iavf -> vfio-pci' && echo "$out" | grep -q 'VF 0, netdev: eth4 -> none' &&
	echo "$out" | grep -q 'VF 1, 0000:01:10.1: only in A' && echo "$out" | grep -q 'VF 3, 0000:01:10.3: only in B' && ! echo "$out" | grep -q 'VF 2'; echo $?)" "$out"
# In the order of their numbers and addresses, whatever that of the files is.
python3 - "$dir" <<'PYTHON'
import json, os, sys
top = sys.argv[1]
device = json.load(open(top + "/hung.json"))
for side, numbers, driver in (("a", (10, 2, 0, 7), "iavf"), ("b", (11, 7, 10, 1, 2), "vfio-pci")):
    device["facts"]["virtual_functions"] = len(numbers)
    device["virtual_functions"] = [{"number": n, "address": f"0000:01:{16 + n // 8:02x}.{n % 8}", "driver": driver} for n in numbers]
    json.dump(device, open(f"{top}/order-{side}.json", "w"))
    os.makedirs(f"{top}/{side}")
    for name, address in (("pf", "0000:01:00.0"), ("vf10", "0000:01:11.2"), ("vf2", "0000:01:10.2"), ("above", "0000:00:1f.6"), ("a", "0001:00:00.0")):
        for function in device["functions"]:
            if function["role"] == "device":
                function["address"] = address
        device["facts"]["netdev"] = name
        json.dump(device, open(f"{top}/{side}/{name}.json", "w"))
PYTHON
out=$("$NICREGS" diff --all "$dir/order-a.json" "$dir/order-b.json" 2>&1)
verdict "virtual functions in the order of their numbers" \
	"$([ "$(echo "$out" | grep -oE '^  VF [0-9]+' | uniq | tr -s '\n ' '  ')" = " VF 0 VF 1 VF 2 VF 7 VF 10 VF 11 " ]; echo $?)" "$out"
out=$("$NICREGS" diff --json "$dir/a" "$dir/b" 2>&1)
verdict "devices in the order of their addresses" \
	"$(echo "$out" | python3 -c 'import json, sys; assert [d["address"] for d in json.load(sys.stdin)["devices"]] == ["0000:00:1f.6", "0000:01:00.0", "0000:01:10.2", "0000:01:11.2", "0001:00:00.0"]'; echo $?)" "$out"
out=$("$NICREGS" diff --json "$dir/vfs.json" "$dir/none.json" 2>&1)
verdict "all of them went" "$(echo "$out" | python3 -c 'import json, sys; assert [(v["number"], v["only_in"]) for v in json.load(sys.stdin)["devices"][0]["virtual_functions"]] == [(0, "a"), (1, "a"), (2, "a")]'; echo $?)" "$out"
out=$("$NICREGS" diff "$dir/vfs.json" "$dir/hung.json" 2>&1)
verdict "a side that was not asked for them is not compared" "$(! echo "$out" | grep -q 'VF [0-9]'; echo $?)" "$out"
out=$("$NICREGS" diff "$dir/vfs.json" "$dir/vfs.json" 2>&1)
verdict "the same ones" "$(echo "$out" | grep -q '^No difference in'; echo $?)" "$out"

out=$("$NICREGS" diff "$dir/hung.json" tests/stories/vhost-queue/before.json 2>&1)
verdict "another part is refused" "$([ $? -eq 1 ] && echo "$out" | grep -q '82574L.*X722'; echo $?)" "$out"
out=$(COLUMNS=40 "$NICREGS" diff "$dir/good.json" "$dir/hung.json" 2>&1)
verdict "40 columns" "$(echo "$out" | grep -qE '^ +Transmit Control$'; echo $?)" "$out"
out=$("$NICREGS" diff "$dir/hung.json" "$dir/good.json" --demo 2>&1)
verdict "a third source is refused" "$([ $? -eq 1 ] && echo "$out" | grep -q 'the two files'; echo $?)" "$out"
out=$("$NICREGS" diff "$dir/hung.json" 2>&1)
verdict "one file is too few" "$([ $? -eq 1 ] && echo "$out" | grep -q 'usage: nicregs diff A B'; echo $?)" "$out"
exit $failed
