#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The front pages are up to date: what `make front` makes is what is committed. And what they name is there.
. "${0%/*}/setup"

scripts/front-pages "$NICREGS" "$dir/front" > "$dir/out" 2>&1
verdict "they are made" $? "$(tail -n 3 "$dir/out")"
for file in doc/parts.md doc/pictures/diagnose.svg doc/pictures/monitor.svg doc/pictures/page.svg data/nicregs.metainfo.xml; do
	verdict "$file is what make front makes" "$(cmp -s "$file" "$dir/front/$file"; echo $?)" "$(cmp "$file" "$dir/front/$file" 2>&1)"
done
verdict "README.md has the table that make front makes" "$(cmp -s README.md "$dir/front/README.md"; echo $?)" "$(diff README.md "$dir/front/README.md" | head -n 5)"

# Against the definitions by themselves, not by the same script.
"$NICREGS" chips --json > "$dir/chips.json"
python3 - "$dir/chips.json" 2> "$dir/why" <<'PYTHON'
import json
import re
import sys
import xml.etree.ElementTree as tree
chips = json.load(open(sys.argv[1], encoding="utf-8"))["chips"]
page = open("doc/parts.md", encoding="utf-8").read()
front = open("README.md", encoding="utf-8").read()
front = front[front.index("<!-- parts"):front.index("<!-- end of parts")]
rows = {m[1]: m for m in re.finditer(r"^\| ([^ |]+) \| (\w+) \| ([^|]*) \| ([^|]*) \| (\d+) \| ([^|]+) \|$", page, re.M)}
assert len(rows) == len(chips) > 70, f"{len(rows)} rows, {len(chips)} parts"
for c in chips:
    row = rows[c["name"]]
    assert row[4].split() == [i["id"].split(":")[1] for i in c["ids"]], f"PCI IDs of {c['name']}"
    assert int(row[5]) == len(c["registers"]), f"registers of {c['name']}"
total = sum(int(n) for n in re.findall(r"\| (\d+) \|[^|]*\|$", front, re.M))
assert total == sum(len(c["ids"]) for c in chips), f"PCI IDs of README.md: {total}"
root = tree.parse("data/nicregs.metainfo.xml").getroot()
aliases = [e.text for e in root.iter("modalias")]
wanted = {f"pci:v{int(i['id'][:4], 16):08X}d{int(i['id'][5:], 16):08X}sv*sd*bc*sc*i*" for c in chips for i in c["ids"]}
assert len(aliases) == len(set(aliases)) and set(aliases) == wanted, f"modalias: {set(aliases) ^ wanted}"
names = {c["name"] for c in chips}
for line in open("doc/tested.tsv", encoding="utf-8"):
    if line.startswith("#"):
        continue
    chip, how, where = line.rstrip("\n").split("\t")
    assert chip in names, f"tested.tsv: {chip}"
    assert how in ("qemu", "simulated", "recorded", "silicon"), f"tested.tsv: {how}"
    text = open(where, encoding="utf-8").read() if where.startswith("tests/") else "silicon"
    ids = [i["id"].split(":")[1] for c in chips if c["name"] == chip for i in c["ids"]]
    assert any(re.search(rf"\b{re.escape(w)}", text, re.I) for w in [chip] + ids), f"tested.tsv: {where} does not name {chip}"
PYTHON
verdict "each part, with its PCI IDs and registers; what tried it out names it" $? "$(tail -n 1 "$dir/why")"

if command -v appstreamcli > /dev/null; then
	appstreamcli validate --no-net data/nicregs.metainfo.xml > "$dir/out" 2>&1
	verdict "AppStream takes the metadata" $? "$(cat "$dir/out")"
else
	echo "skip AppStream takes the metadata: there is no appstreamcli here"
fi

# Pictures are XML, and load nothing.
for picture in doc/pictures/*.svg; do
	why=$(python3 -c '
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
assert root.tag == "{http://www.w3.org/2000/svg}svg"
text = open(sys.argv[1], encoding="utf-8").read()
assert "href" not in text and "<script" not in text and "url(" not in text' "$picture" 2>&1 | tail -n 1)
	verdict "${picture##*/} is a picture by itself" "$([ -z "$why" ]; echo $?)" "$why"
done

# What the pages name is there.
lost=$(for page in README.md CONTRIBUTING.md SECURITY.md CODE_OF_CONDUCT.md doc/parts.md; do
	[ -f "$page" ] || echo "$page"
	grep -oE '\]\([^)#:]*\)|src="[^"]*"|`(scripts|tests|doc|chipdefs|man|src|mk|contrib|packaging|data)/[A-Za-z0-9_./-]*`' "$page" |
		sed -E 's/^\]\(|\)$|^src="|"$|`//g' | sort -u | while read -r file; do
		case $file in *THING* | *NAME* | *VERB* | *DRIVER* | *82574X* | *fan.* | *nova.* | *names.c) ;; *) [ -e "$file" ] || echo "$page: $file" ;; esac
	done
done)
verdict "each file that they name is there" "$([ -z "$lost" ]; echo $?)" "$lost"
verdict "README.md is one screen above the fold" "$([ "$(sed '/<details>/q' README.md | wc -l)" -le 80 ]; echo $?)" "$(sed '/<details>/q' README.md | wc -l) lines"

# Each command of README.md is one of the program's, with options that it takes.
sed -n 's/^    nicregs \([a-z].*\)/\1/p' README.md | sed 's/   .*//' | while read -r command; do
	set -- $command
	verb=$1
	"$NICREGS" "$verb" --help > "$dir/help" 2>&1 || echo "not ok README.md: nicregs $command: no such command"
	for word; do
		case $word in --*) grep -q -- "$word" "$dir/help" || echo "not ok README.md: nicregs $command: it does not take $word" ;; esac
	done
	echo "ok README.md: nicregs $command"
done > "$dir/commands"
cat "$dir/commands"
verdict "README.md has commands" "$([ "$(grep -c '^ok' "$dir/commands")" -ge 8 ] && ! grep -q '^not ok' "$dir/commands"; echo $?)" "$(cat "$dir/commands")"

# The forms ask for the report.
for form in .github/ISSUE_TEMPLATE/*.yml; do
	why=$(python3 - "$form" 2>&1 <<'PYTHON' | tail -n 1
import sys
try:
    import yaml
except ImportError:
    sys.exit(0)
form = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))
if "config" in sys.argv[1]:
    sys.exit(0)
assert form["name"] and form["description"] and form["body"]
ids = [b["id"] for b in form["body"] if "id" in b]
assert len(ids) == len(set(ids)), "an id twice"
for b in form["body"]:
    assert b["type"] in ("markdown", "textarea", "input", "dropdown", "checkboxes"), b["type"]
    assert "value" in b["attributes"] if b["type"] == "markdown" else "label" in b["attributes"]
PYTHON
)
	verdict "${form##*/} is a form" "$([ -z "$why" ]; echo $?)" "$why"
done
verdict "the form for a hang asks for the report" "$(grep -q 'nicregs report .* -o ' .github/ISSUE_TEMPLATE/hang.yml; echo $?)" "it does not"
exit $failed
