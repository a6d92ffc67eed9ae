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

def verdict(what, text, wanted, count=None, quiet=0):
    status, got, lines = reports(text)
    fine = status == (2 if wanted else quiet) and got == wanted and lines == (count or text.count("\n"))
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
        # Programs sort columns by name: the writer's may be behind the message.
        STAMPED = "[ 1234.567890] " + BLOCK
        def cell(text, writer, columns="time,message,ident", before=()):
            return t((DATE % 1, *before, quoted(text), *writer), (DATE % 2, *before, "usb 1-1: new device", *writer), columns=columns)
        for name, text, wanted in (("from its first line on", BLOCK, 2), ("with a stamp", STAMPED, 2), ("from its second line on", "x\n" + STAMPED, 3)):
            verdict(what + f"kernel behind a block {name}", cell(text, ["kernel"]), [("hang", wanted, 17)])
            verdict(what + f"another program behind a block {name}", cell(text, ["sshd"]), [])
            verdict(what + f"another program behind a block {name}, in quotes", cell(text + "\n", ['"sshd"', '"h, h"'], "time,message,process.name,host"), [])
            verdict(what + f"another program's facility before a block {name}", cell(text, ["-"], "time,facility,message,ident", ["auth"]), [])
            verdict(what + f"the kernel's facility before a block {name}", cell(text, [""], "time,facility,message,ident", ["kern"]), [("hang", wanted, 17)])
            verdict(what + f"another program too far behind a block {name}", cell(text + "\n" + LONG, ["sshd"]), [])
            verdict(what + f"no end of a block {name}", t((DATE % 1, '"' + text), columns="time,message,ident"), [])
            verdict(what + f"a program's note before a block {name}", cell(text, [], "time,ident,note,message", ["sshd", quoted("a\nb")]), [])
        verdict(what + "a stamped block of nobody", cell(STAMPED, ["-"]), [("hang", 2, 17)])
        verdict(what + "nobody's words before a block", cell("x\n" + STAMPED, ["-"]), [])
        verdict(what + "a line longer than is kept, another program behind it", cell("z " * 4500 + STAMPED.replace("\n", " "), ["sshd"]), [])
        for n in 33, 200:
            wide = "time," + ",".join(f"a_long_name_{i}" for i in range(n)) + ",ident,message"
            verdict(what + f"{n} more columns", cell("x\n" + STAMPED, [], wide, [*"v" * n, "sshd"]), [])
            verdict(what + f"{n} more columns of the kernel", cell(STAMPED, [], wide, [*"v" * n, "kernel"]), [("hang", 2, 17)])
        for deep in 1100, 5000:
            verdict(what + f"{deep} bytes before another program's name", cell("x\n" + STAMPED, [], "time,x,ident,message", ["v" * deep, "sshd"]), [])
            verdict(what + f"{deep} bytes before the kernel's", cell(STAMPED, [], "time,x,ident,message", ["v" * deep, "kernel"]), [("hang", 2, 17)])
        for name, head in (("a blank line", end), ("blank lines", " " + end + end), ("sep=", "sep=" + separator + end), ("both", "sep=" + separator + end + end)):
            verdict(what + f"{name} before the names, another program", head + cell("x\n" + STAMPED, ["sshd"]), [])
            verdict(what + f"{name} before the names, the kernel", head + cell(STAMPED, ["kernel"]), [("hang", 2 + head.count("\n"), 17)])
        verdict(what + "a colon in a name", cell("x\n" + STAMPED, [], "time:utc,ident,message", ["sshd"]), [])
        verdict(what + "a colon in a name, the kernel", cell(STAMPED, [], "time:utc,ident,message", ["kernel"]), [("hang", 2, 17)])
for first in ("Nov 27 09:59:59 h kernel: service, message", "[    1.000000] usb: service, message", "09:59:59 service, message"):
    verdict(f"no table: {first}", first + '\n[ 1234.567890] foo: "a\n[ 1234.567890] ' + HANG + "\n", [("hang", 3, None)])
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
# ---- a record of which not all is looked at ----
for name in "MESSAGE", "message", "msg", "log":
    for far in 100, 32600, 32646, 33000, 70000, 17000000:
        for who in "foo", "kernel":
            believed = who == "kernel" and far < 17000000
            text = json.dumps({name: HANG + " TDH <7b> TDT <82> " + "z" * far, "SYSLOG_IDENTIFIER": who}, indent=1) + "\n"
            verdict(f"pretty JSON, {name}, {far} bytes before {who}", text, [("hang", 2, 123)] if believed else [], quiet=3 if far == 17000000 else 0)
PYTHON
said
exit $failed
