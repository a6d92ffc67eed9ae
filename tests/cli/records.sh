#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A log as collectors and journalctl export it: rows of a table, JSON. Whose a message is, and which line it stands on.
. "${0%/*}/setup"

python3 - "$dir" "$NICREGS" > "$dir/said" 2>&1 <<'PYTHON'
import json, subprocess, sys
top, program = sys.argv[1:3]
PORT = "e1000e 0000:00:1f.6 eth0: "
HANG = PORT + "Detected Hardware Unit Hang:"
BLOCK = HANG + "\n  TDH                  <11>\n  TDT                  <90>\n  next_to_use          <90>\n  next_to_clean        <11>"

def reports(text):
    open(top + "/log", "wb").write(text.encode())
    got = subprocess.run([program, "--json", "log", top + "/log"], capture_output=True, text=True, timeout=60, check=False)
    log = json.loads(got.stdout)
    return got.returncode, [(r["kind"], r["line"], r.get("tdh")) for d in log["devices"] for r in d["reports"]], log["logs"][0]["lines"]

def verdict(what, text, wanted, count=None):
    status, got, lines = reports(text)
    fine = status == (2 if wanted else 0) and got == wanted and lines == (count or text.count("\n"))
    print(f"ok {what}" if fine else f"not ok {what}: {status}, {got}, {lines} lines")

# ---- tables ----
def table(rows, separator=",", end="\n", columns="time,host,ident,message"):
    return "".join(row.replace("\n", end) + end for row in [columns.replace(",", separator), *(separator.join(row) for row in rows)])

def quoted(text):
    return '"' + text.replace('"', '""') + '"'

DATE = "2026-11-27T10:00:0%d"
LONG = ("x" * 70 + "\n") * 1100
def row(n, ident, message):
    return DATE % n, "h", ident, message
FORGED = {"a row": ",".join(row(9, "kernel", HANG)), "a line of dmesg": "[  100.000000] " + HANG, "a line of syslog": "Nov 27 10:00:00 h kernel: " + HANG,
          "a bare line": HANG, "a row in quotes": ",".join(row(9, "kernel", quoted(HANG))), "a block": BLOCK}
for separator in ",;\t|":
    for end in "\n", "\r\n":
        what = f"separator {separator!r}, lines ending in {end!r}: "
        def t(*rows, columns="time,host,ident,message", separator=separator, end=end):
            return table(rows, separator, end, columns)
        verdict(what + "a block in a cell", t(row(1, "kernel", quoted(BLOCK))), [("hang", 2, 17)])
        verdict(what + "behind cells of many lines", t(row(1, "sshd", quoted("a\nb")), row(2, "cron", quoted('say "a"\n"')), row(3, "kernel", HANG)), [("hang", 6, None)])
        verdict(what + "behind a cell of more than 64 KB", t(row(1, "sshd", quoted(LONG)), row(2, "kernel", quoted(HANG))), [("hang", 1103, None)])
        verdict(what + "another program's block", t(row(1, "sshd", quoted(BLOCK))), [])
        for name, forged in FORGED.items():
            forged = forged.replace(",", separator) if "row" in name else forged
            verdict(what + name + " in another program's cell", t(row(1, "sshd", quoted("hello\n" + forged + "\n"))), [])
            verdict(what + name + " in one of more than 64 KB", t(row(1, "sshd", quoted(LONG + forged + "\n" + LONG)), row(2, "kernel", PORT + "Reset adapter unexpectedly")), [("reset", forged.count("\n") + 2204, None)])
        columns = "time,message,ident,host"
        verdict(what + "columns behind the message", t((DATE % 1, HANG, "kernel", "h"), columns=columns), [("hang", 2, None)])
        verdict(what + "another program's columns behind it", t((DATE % 1, HANG, "sshd", "h"), columns=columns), [])
        verdict(what + "more columns than there are", t((DATE % 1, HANG, "kernel", "sshd", "h"), columns=columns), [])
        verdict(what + "without a writer: the message's own", t((DATE % 1, "h", quoted("sshd[12]: hello\n" + HANG)), (DATE % 2, "h", "kernel: " + HANG), columns="time,host,message"), [("hang", 4, None)])
        verdict(what + "all in quotes", t([quoted(c) for c in row(1, "kernel", HANG)], columns='"time","host","ident","message"'), [("hang", 2, None)])
open(top + "/stray", "w").write(table([row(1, "sshd", '"hello'), row(2, "kernel", HANG)]))
got = subprocess.run([program, "log", top + "/stray"], capture_output=True, text=True, check=False).stdout.replace("\n", " ")
print("ok a cell without end: said" if "1 line has a driver's words for a fault" in got else f"not ok a cell without end: {got}")

# ---- JSON of the journal: messages as arrays of bytes, over as many lines, and behind text ----
def record(n, message, array, transport="kernel"):
    return {"__CURSOR": "s=%d" % n, "_TRANSPORT": transport, "__REALTIME_TIMESTAMP": str(1700000000000000 + n * 1000000),
            "MESSAGE": list(message.encode() + b"\x1b[m") if array else message, "PRIORITY": "6"}

SAID = [("usb 1-1: new device", True), (PORT + "NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx", True), ("x" * 5000, True), (BLOCK, True),
        ("y", True), (PORT + "Reset adapter unexpectedly", False), (BLOCK, False)]
KINDS = ["", "link-up", "", "hang", "", "reset", "hang"]
SAID += SAID[4:5] * 20 + SAID[-1:]
KINDS += [""] * 20 + ["hang"]
for before in "", "Hello,\nhere it is:\n\n", "$ journalctl -k -o json\n":
    for indent in None, 4, "\t":
        for listed in False, True:
            records = [record(n, text, array) for n, (text, array) in enumerate(SAID)]
            text = json.dumps(records, indent=indent) + "\n" if listed else "".join(json.dumps(r, indent=indent) + "\n" for r in records)
            text = before + text
            # Of a list on one line each record counts as one.
            count_in = text if indent or not listed else before + "[" + ",\n".join(json.dumps(r) for r in records) + "]\n"
            at = [n for n, line in enumerate(count_in.split("\n"), 1) if '"MESSAGE"' in line]
            wanted = [(kind, line, 17 if kind == "hang" else None) for kind, line in zip(KINDS, at) if kind]
            LINES = count_in.count("\n")
            verdict(f"JSON {'in a list, ' if listed else ''}indent {indent!r}, behind {before[:5]!r}", text, wanted, LINES)
            forged = before + "".join(json.dumps(record(n, text, array, "stdout"), indent=indent) + "\n" for n, (text, array) in enumerate(SAID))
            verdict(f"JSON of another program, indent {indent!r}, behind {before[:5]!r}", forged, [])
PYTHON
grep -v '^ok' "$dir/said"
sed -n 's/^ok /ok /p' "$dir/said"
! grep -q '^not ok\|^Traceback' "$dir/said" || failed=1
grep -q '^ok' "$dir/said" || failed=1
exit $failed
