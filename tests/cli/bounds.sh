#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Files that would cost many times their size: refused, or read within four times of it.
itself=yes
. "${0%/*}/setup"
# A sanitizer takes memory of its own: then only what is read and what is refused is looked at.
case $NICREGS in
*/san/*) measured= ;;
*) measured=yes ;;
esac

# Each with 20 MB: NAME PATTERN-OF-THE-ERROR PREFIX UNIT SUFFIX; no pattern: it is read.
cat > "$dir/measure" <<'PYTHON'
import re, resource, subprocess, sys
program, folder, measured = sys.argv[1:]
HEAD = '{"format": "nicregs-snapshot", "schema": 1, "origin": "live", "chip": "82574L"'
SIZE, SLACK = 20 << 20, 12 << 20  # what the program takes for itself
CASES = (
    ("arrays in arrays", "nested deeper", HEAD + ', "x": [', "[[],[],", ""),
    ("arrays in arrays of registers", "nested deeper", HEAD + ', "registers": [', "[[],[],", ""),
    ("empty arrays", "more values", HEAD + ', "x": [', "[],", "[]]}"),
    ("empty arrays behind a snapshot", "more values|not a snapshot", HEAD + "}\n[", "[],", "[]]"),
    ("empty notes", "much more memory", HEAD + ', "notes": [""', ',""', "]}"),
    ("tiny features", "much more memory", HEAD + ', "features": [{"name":"x"}', ',{"name":"x"}', "]}"),
    ("tiny snapshots", "much more memory", "", HEAD + "}", ""),
    ("functions without end", "more than", HEAD + ', "functions": [{"address":"01:00.0","role":"device","config":""}',
     ',{"address":"01:00.0","role":"sibling","config":""}', "]}"),
    ("registers without end", "more than", HEAD + ', "registers": [{"offset":8,"value":1}', ',{"offset":8,"value":1}', "]}"),
    ("one long text", "longer than", HEAD + ', "tool": "', "x" * 100, '"}'),
    ("blanks", None, HEAD, " " * 100, "}"),
    ("snapshots of many registers", None, "",
     HEAD + ', "registers": [' + ", ".join(f'{{"name": "R[{i}]", "offset": {4 * i}, "value": {i}}}' for i in range(5000)) + "]}\n", ""),
)
for name, pattern, prefix, unit, suffix in CASES:
    path = f"{folder}/file"
    with open(path, "w") as f:
        f.write(prefix + unit * ((SIZE - len(prefix)) // len(unit)) + suffix)
    child = subprocess.Popen([program, "list", "--from", path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = child.stderr.read()
    _, status, used = __import__("os").wait4(child.pid, 0)
    peak = used.ru_maxrss * 1024
    if status != (256 if pattern else 0) or (pattern and not re.search(pattern, said)):
        print(f"not ok {name}: wait status {status}, {said!r}")
    elif measured and peak > 4 * SIZE + SLACK:
        print(f"not ok {name}: {peak >> 20} MB of memory for {SIZE >> 20} MB")
    else:
        print(f"ok {name}")
PYTHON
python3 "$dir/measure" "$NICREGS" "$dir" "$measured" | tee "$dir/out"
! grep -q '^not ok' "$dir/out"
