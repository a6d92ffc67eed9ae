#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The page of `nicregs report --html` in a real browser: nothing is wider than the screen or the paper, the browser complains of nothing,
# hostile text stays text, and every letter can be read.
. "${0%/*}/setup"

chromium=$(command -v chromium || command -v chromium-browser)
if [ -z "$chromium" ]; then
	echo "skip page-browser: there is no chromium here"
	exit 0
fi

tests/monitor/recording > "$dir/hang.json"
tests/monitor/recording --queues > "$dir/queues.json"
tests/cli/hang-folder --hostile "$dir/hostile"
tests/cli/hang-folder "$dir/incident"
"$NICREGS" report --html "$dir/recording.html" --from "$dir/hang.json"
"$NICREGS" report --html "$dir/queues.html" --from "$dir/queues.json"
"$NICREGS" report --html "$dir/incident.html" --from "$dir/incident"
"$NICREGS" report --html "$dir/hostile.html" --from "$dir/hostile"
"$NICREGS" report --html "$dir/log.html" --from tests/stories/nas-guest/machine.json --log tests/stories/nas-guest/kern.log

browse() # WIDTH ARGUMENTS... : what the browser prints; what it complains of goes to $dir/err
{
	width=$1
	shift
	timeout 120 "$chromium" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --no-first-run \
		--user-data-dir="$dir/browser" --enable-logging=stderr --virtual-time-budget=2000 --window-size="$width",900 "$@" 2> "$dir/err"
}

# The page in frames of each width, on paper (A4) as well, with a script of the test's own, which opens all that is folded and measures:
# what sticks out, labels on top of each other, and the least contrast of any text (WCAG 2.1: 4.5 is wanted).
measure() # PAGE SCHEME
{
	python3 - "$dir/$1.html" "$dir/measured.html" <<'PYTHON'
import html
import re
import sys
text = open(sys.argv[1], encoding="utf-8").read()
text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
script = r"""
function rgb(s) { return s.match(/[\d.]+/g).map(Number); }
function light(c) { const v = c.slice(0, 3).map(x => (x /= 255) <= .04045 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4);
    return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; }
function measure(frame) {
    const doc = frame.contentDocument, win = frame.contentWindow, style = e => win.getComputedStyle(e);
    function ground(e) { for (; e; e = e.parentElement) { const c = rgb(style(e).backgroundColor);
        if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; }
    for (const d of doc.querySelectorAll("details")) d.open = true;
    const wide = doc.documentElement.clientWidth, out = [];
    let least = 99, which = "", overlaps = 0;
    for (const e of doc.querySelectorAll("body *")) {
        const box = e.getBoundingClientRect();
        if (!e.closest("svg") && box.width && box.right > wide + .5) out.push(e.tagName + " " + box.right);
        if (e.tagName == "text" && style(e).display != "none" && (box.right > wide || box.left < 0)) out.push("text " + e.textContent);
        if (![...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()) || e.closest("title")) continue;
        const svg = e.closest("svg"), a = light(rgb(svg ? style(e).fill : style(e).color));
        const b = light(svg ? rgb(style(doc.body).backgroundColor) : ground(e));
        const contrast = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
        if (contrast < least) { least = contrast; which = e.tagName + " " + e.textContent.slice(0, 30); }
    }
    for (const s of doc.querySelectorAll("svg.ticks, svg.gaps")) {
        const last = {};
        for (const t of s.querySelectorAll("text")) {
            const box = t.getBoundingClientRect(), row = t.getAttribute("y");
            if (style(t).display == "none") continue;
            if (row in last && box.left < last[row]) overlaps++;
            last[row] = box.right;
        }
    }
    return {name: frame.name, wide: doc.documentElement.scrollWidth, window: wide, out: out, contrast: least, which: which, overlaps: overlaps,
        back: style(doc.body).backgroundColor};
}
onload = () => { const all = [...document.querySelectorAll("iframe")].map(measure); document.body.textContent = JSON.stringify(all); };
"""
with open(sys.argv[2], "w", encoding="utf-8") as f:
    f.write(f"<!doctype html><html><head><meta name='color-scheme' content='light dark'><script>{script}</script></head><body>")
    for name, width in ("360", 360), ("800", 800), ("1600", 1600), ("print", 718):
        page = text.replace("@media print", "@media all") if name == "print" else text
        f.write(f'<iframe name="{name}" style="border:0;width:{width}px;height:900px" srcdoc="{html.escape(page)}"></iframe>')
    f.write("</body></html>")
PYTHON
	preferred=1
	[ "$2" = light ] || preferred=0
	browse 1700 --blink-settings=preferredColorScheme=$preferred --dump-dom "file://$dir/measured.html" > "$dir/dom"
	python3 - "$dir/dom" "$1, $2" <<'PYTHON'
import html
import json
import re
import sys
body = re.search(r"<body>(.*?)</body>", open(sys.argv[1], encoding="utf-8").read(), re.S)
all = json.loads(html.unescape(body.group(1)))
grounds = set()
for seen in all:
    wrong = []
    if seen["wide"] > seen["window"] or seen["out"]:
        wrong.append(f"sticks out: {seen['wide']} of {seen['window']} {seen['out'][:4]}")
    if seen["contrast"] < 4.5:
        wrong.append(f"contrast {seen['contrast']:.1f} of {seen['which']}")
    if seen["overlaps"]:
        wrong.append(f"{seen['overlaps']} labels on top of each other")
    grounds.add(seen["back"])
    print(("not ok " if wrong else "ok ") + f"{sys.argv[1 + 1]}, {seen['name']}: all of it fits and can be read" + (": " if wrong else "") + "; ".join(wrong))
assert len(all) == 4 and len(grounds) == 2, f"{len(all)} frames, grounds {grounds}"
PYTHON
}

for page in recording queues incident hostile log; do
	for scheme in light dark; do
		measure $page $scheme > "$dir/lines" 2> "$dir/why"
		verdict "$page, $scheme: the browser measures it" $? "$(tail -n 1 "$dir/why")"
		cat "$dir/lines"
		! grep -q '^not ok' "$dir/lines" || failed=1
	done
done

for page in recording hostile log; do
	browse 800 --dump-dom "file://$dir/$page.html" > "$dir/dom"
	verdict "$page: the browser has nothing to complain of" "$(! grep -q -e CONSOLE "$dir/err"; echo $?)" "$(grep -m 3 CONSOLE "$dir/err")"
	verdict "$page: no element of theirs" "$([ -s "$dir/dom" ] && ! grep -qiE '<(script|img|iframe)|<[^>]* on[a-z]+=' "$dir/dom"; echo $?)" "$(grep -m 1 -iE '<(script|img|iframe)|<[^>]* on[a-z]+=' "$dir/dom" | head -c 200)"
done
browse 800 --no-pdf-header-footer --print-to-pdf="$dir/page.pdf" "file://$dir/incident.html" > /dev/null
verdict "it is printed" "$(head -c 5 "$dir/page.pdf" | grep -q '%PDF'; echo $?)" "$(tail -n 1 "$dir/err")"
exit $failed
