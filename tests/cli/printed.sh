#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The lab's steps that print JSON are looked at with the published schemas: which command's output that is, and that a wrong one is seen.
. "${0%/*}/setup"
command -v python3 > /dev/null || { echo "skip printed: no python3"; exit 0; }
"$NICREGS" list --demo --json > "$dir/list.json"
python3 - "$dir" > "$dir/said" 2>&1 << 'PY'
import json, pathlib, re, sys
sys.dont_write_bytecode = True
sys.path.insert(0, "tests/schema")
import printed, schema


def told(name, holds, why=""):
    print(f"ok {name}" if holds else f"not ok {name}: {why}")


for line, wanted in (("nicregs list --json", ["list", "--json"]), ("echo 1 > x; nicregs show -v 1:0.0 --json", ["show", "-v", "1:0.0", "--json"]),
                     ("A=1 nicregs show --json --reg 'TD[HT]*'", ["show", "--json", "--reg", "TD[HT]*"]), ("nicregs list --json | grep x", None),
                     ("nicregs list --json; ls", None), ("nicregs list", None), ("for i in 1 2; do nicregs list --json; done", None)):
    told(f"which command: {line}", printed.arguments(line) == wanted, printed.arguments(line))
text = open(sys.argv[1] + "/list.json").read()
told("an output", printed.document("nicregs list --json", text) == (["list", "--json"], text))
told("with a message before it", printed.document("nicregs list --json", "nicregs: x\n" + text) is None)
steps = [line for path in pathlib.Path("tests/lab/scenarios").iterdir() for line in re.findall(r"^guest (.*--json.*)$", path.read_text(), re.M)]
seen = [line for line in steps if printed.arguments(line)]
told("most steps of the lab's scenarios", len(seen) * 3 > len(steps) * 2 and len(seen) > 30, f"{len(seen)} of {len(steps)}")
if schema.jsonschema is None:
    print("skip schemas: python3-jsonschema is not here")
else:
    told("as published", schema.check(["list", "--json"], text) is None, schema.check(["list", "--json"], text))
    wrong = json.loads(text)
    wrong["devices"][0]["verdict"] = "well"
    told("another word", schema.check(["list", "--json"], json.dumps(wrong)) is not None)
PY
status=$?
cat "$dir/said"
verdict "all was looked at" $status "status $status"
! grep -q '^not ok' "$dir/said" || failed=1
exit $failed
