#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# One story as collectors of logs write it in JSON: an object a line, indented, all on one line, and with the last record
# first. Each has the answer of the plain log. The same words of another program have none, whatever the layout.
. "${0%/*}/setup"

python3 - "$dir" "$NICREGS" > "$dir/said" 2>&1 <<'PYTHON'
import datetime, json, subprocess, sys
from email.charset import QP, Charset
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
top, program = sys.argv[1:3]
PORT = "e1000e 0000:00:1f.6 eno1: "
def block(jiffies):
    return PORT + f"""Detected Hardware Unit Hang:
  TDH                  <26>
  TDT                  <6e>
  next_to_use          <6e>
  next_to_clean        <25>
buffer_info[next_to_clean]:
  time_stamp           <1014b2a31>
  next_to_watch        <26>
  jiffies              <{jiffies:x}>
  next_to_watch.status <0>
MAC Status             <40080083>
PHY Status             <796d>
PHY 1000BASE-T Status  <3800>
PHY Extended Status    <3000>
PCI Status             <10>"""
J = 0x1014b2c60
FORGED = "hello\n[ 4321.000000] igb 0000:02:00.0 eth7: Reset adapter"
STORY = [(0, "kernel", PORT + "NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx"), (1, "cron", "session opened"), (3, "kernel", block(J)),
         (4, "sshd", FORGED), (5, "kernel", block(J + 500)), (6, "kernel", "usb 1-1: new high-speed USB device"), (7, "kernel", PORT + "Reset adapter unexpectedly"),
         (11, "kernel", PORT + "NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx"), (900, "sshd", "bye"), (1000, "kernel", block(J + 250000)),
         (1002, "kernel", block(J + 250500)), (1003, "kernel", PORT + "Reset adapter unexpectedly"), (1007, "kernel", PORT + "NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx")]
START = 1795256100
def iso(n):
    return datetime.datetime.fromtimestamp(START + n, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")

def answer(text):
    open(top + "/log", "wb").write(text.encode())
    got = subprocess.run([program, "--json", "log", top + "/log"], capture_output=True, text=True, timeout=60, check=False)
    log = json.loads(got.stdout)
    def time(r):
        return r["wall_ns"] // 10**9 if "wall_ns" in r else None
    return [(d.get("netdev"), d["verdict"], d["confidence"], d.get("recovered"), d["reason"].split(" Reported")[0],
             [(r["kind"], r.get("tdh"), r.get("derived"), time(r)) for r in d["reports"]]) for d in log["devices"]]

def plain(records):
    deep = " " * 30
    return "".join(f"{iso(n)}Z h {who}{'' if who == 'kernel' else '[12]'}: " + text.replace("\n", "\n" + deep) + "\n" for n, who, text in records)

WANTED = answer(plain(STORY))
assert len(WANTED) == 1 and len(WANTED[0][5]) == 9 and "2 episodes" in WANTED[0][4], WANTED
def of_other(records):
    return [(n, "sshd", text) for n, who, text in records]
assert not answer(plain(of_other(STORY)))

# ---- collectors: each makes records, and what stands around them ----
def each(make, around=lambda records: records):
    return lambda story: ([r for entry in story for r in make(*entry)], around)
def whole(make, around=lambda records: records):
    return each(lambda n, who, text: [make(n, who, text)], around)
def by_line(make, around=lambda records: records):
    return each(lambda n, who, text: [make(n, who, line) for line in text.split("\n")], around)
def journal(n, who, text):
    return {"__CURSOR": f"s={n}", "__REALTIME_TIMESTAMP": str((START + n) * 1000000), "MESSAGE": text, "SYSLOG_IDENTIFIER": who,
            "_TRANSPORT": "kernel" if who == "kernel" else "syslog"}
def elastic(n, who, text):
    return {"_index": "logs", "_id": str(n), "_source": {"@timestamp": iso(n) + ".000Z", "message": text, "event": {"original": text}, "process": {"pid": 7, "name": who}}}
def loki(around):
    def make(story):
        streams = []
        for n, who, text in story:
            if not streams or streams[-1]["stream"]["app"] != who:
                streams.append({"stream": {"app": who, "host": "h"}, "values": []})
            streams[-1]["values"] += [[str((START + n) * 10**9), line] for line in text.split("\n")]
        return streams, around
    return make
COLLECTORS = {
    "journal": whole(journal),
    "journal, messages of bytes": whole(lambda n, who, text: {**journal(n, who, text), "MESSAGE": list(text.encode() + b"\x1b[m")}),
    "journal, the message last": whole(lambda n, who, text: dict(reversed(journal(n, who, text).items()))),
    "Loki": loki(lambda streams: {"status": "success", "data": {"resultType": "streams", "result": streams}}),
    "Loki's push": loki(lambda streams: {"streams": streams}),
    "logcli": by_line(lambda n, who, line: {"labels": {"app": who}, "line": line, "timestamp": iso(n) + "Z"}),
    "CloudWatch": by_line(lambda n, who, line: {"timestamp": (START + n) * 1000, "message": line, "ingestionTime": 1, "ident": who}, lambda r: {"events": r}),
    "CloudWatch Insights": whole(lambda n, who, text: [{"field": "@timestamp", "value": iso(n).replace("T", " ") + ".000"}, {"field": "ident", "value": who},
                                                       {"field": "@message", "value": text}], lambda r: {"results": r, "status": "Complete"}),
    "Elasticsearch": whole(elastic, lambda r: {"took": 3, "hits": {"total": {"value": len(r)}, "hits": r}}),
    "Kibana's fields": whole(lambda n, who, text: {"_source": {"message": text}, "fields": {"@timestamp": [iso(n) + ".000Z"], "process.name": [who]}},
                             lambda r: {"hits": {"hits": r}}),
    "GCP": whole(lambda n, who, text: {"insertId": str(n), "textPayload": text, "timestamp": iso(n) + ".000000Z", "labels": {"syslog_identifier": who}}, lambda r: {"entries": r}),
    "GCP's payload": whole(lambda n, who, text: {"jsonPayload": {"message": text, "SYSLOG_IDENTIFIER": who}, "timestamp": iso(n) + "Z"}),
    "GELF": whole(lambda n, who, text: {"version": "1.1", "host": "h", "short_message": text.split("\n")[0], "full_message": text, "timestamp": START + n + 0.25, "_program": who}),
    "GELF, the same twice": whole(lambda n, who, text: {"full_message": text, "short_message": text, "timestamp": START + n, "_facility": "kern" if who == "kernel" else "auth"}),
    "Splunk": whole(lambda n, who, text: {"preview": False, "result": {"_raw": text, "_time": iso(n) + ".000+00:00", "process": who}}),
    "MongoDB": whole(lambda n, who, text: {"msg": text, "ts": {"$date": {"$numberLong": str((START + n) * 1000)}}, "program": who}),
    "MongoDB's date": whole(lambda n, who, text: {"msg": text, "timestamp": {"$date": iso(n) + ".000Z"}, "program": who}),
    "Datadog": whole(lambda n, who, text: {"id": "A", "attributes": {"message": text, "timestamp": iso(n) + ".000Z", "service": who}}, lambda r: {"data": r}),
    "OpenTelemetry": whole(lambda n, who, text: {"timeUnixNano": str((START + n) * 10**9), "body": {"stringValue": text},
                                                 "attributes": [{"key": "process.name", "value": {"stringValue": who}}]},
                           lambda r: {"resourceLogs": [{"scopeLogs": [{"logRecords": r}]}]}),
    "fluent-bit": by_line(lambda n, who, line: {"date": START + n + 0.5, "log": line, "ident": who}),
    "syslog-ng": whole(lambda n, who, text: {"PROGRAM": who, "MESSAGE": text, "ISODATE": "x", "DATE": iso(n) + "+00:00"}),
    "columns": whole(lambda n, who, text: [iso(n) + "Z", "h", who, text], lambda r: {"columns": ["time", "host", "program", "message"], "rows": r}),
}
LAYOUTS = {
    "a line each": lambda records, doc: "".join(json.dumps(r) + "\n" for r in records),
    "tight": lambda records, doc: "".join(json.dumps(r, separators=(",", ":")) + "\n" for r in records),
    "on one line": lambda records, doc: json.dumps(doc) + "\n",
    "on one line, without its end": lambda records, doc: json.dumps(doc),
    "indented": lambda records, doc: json.dumps(doc, indent=2) + "\n",
    "with tabs": lambda records, doc: json.dumps(doc, indent="\t").replace("\n", "\r\n") + "\r\n",
    "a list": lambda records, doc: json.dumps(records) + "\n",
    "indented records": lambda records, doc: "".join(json.dumps(r, indent=1) + "\n" for r in records),
    "behind text": lambda records, doc: "Hello,\nthis is all:\n\n" + json.dumps(doc) + "\nBye\n",
    "sorted by name": lambda records, doc: json.dumps(doc, sort_keys=True) + "\n",
}
def verdict(what, fine, got):
    print(f"ok {what}" if fine else f"not ok {what}: {got}")

def turned(records):
    """As a collector gives them that begins with the last one."""
    return [{**r, "values": r["values"][::-1]} if isinstance(r, dict) and "values" in r else r for r in records[::-1]]
for name, make in COLLECTORS.items():
    records, around = make(STORY)
    others, _ = make(of_other(STORY))
    for layout, write in LAYOUTS.items():
        for order, turn in ("", list), (", the last one first", turned):
            got = answer(write(turn(records), around(turn(records))))
            verdict(f"{name}, {layout}{order}", got == WANTED, got)
            got = answer(write(turn(others), around(turn(others))))
            verdict(f"{name}, {layout}{order}, another program's", not got, got)

# ---- lists by program and level, each with its own order; records in none; all of a log in one string ----
def by_stream(first_new, parts, lines):
    """Loki's answer with a stream for each program and, of the kernel, for each of `parts` levels."""
    streams = {}
    for i, (n, who, text) in enumerate(STORY):
        for k, line in enumerate(text.split("\n") if lines else [text]):
            streams.setdefault((who, i % parts if who == "kernel" else 0), []).append([str((START + n) * 10**9 + 1000 * k), line])
    if first_new:
        streams = {name: values[::-1] for name, values in streams.items()}
    for around in list, lambda names: list(names)[::-1], sorted:
        yield {"data": {"result": [{"stream": {"app": name[0], "level": str(name[1])}, "values": streams[name]} for name in around(streams)]}}
for first_new in False, True:
    for parts in 1, 2, 3, 7:
        for docs, lines in (by_stream(first_new, parts, True), True), (by_stream(first_new, parts, False), False):
            for nth, doc in enumerate(docs):
                for layout in "on one line", "indented", "behind text":
                    got = answer(LAYOUTS[layout]([doc], doc))
                    verdict(f"Loki, {parts} levels, {'newest' if first_new else 'oldest'} first, {'lines' if lines else 'records'}, {nth}, {layout}", got == WANTED, got)
def boots(n, who, text):
    return {**journal(n, who, text), "__MONOTONIC_TIMESTAMP": str((100 + n) * 1000000)}
for name, records in {"every other": STORY[::2] + STORY[1::2], "two logs": STORY[5:] + STORY[:5], "none": STORY[1::3] + STORY[2::3] + STORY[::3]}.items():
    for layout in "a line each", "a list", "indented records":
        docs = [boots(*entry) for entry in records]
        got = answer(LAYOUTS[layout](docs, docs))
        verdict(f"out of order, {name}, {layout}", got == WANTED, got)
# A clock that was set is no sign: what was written last comes last.
back = [(n if n < 900 else n - 800, who, text) for n, who, text in STORY]
docs = [{**journal(n, who, text), "__MONOTONIC_TIMESTAMP": str((100 + at) * 1000000)} for (n, who, text), (at, _, _) in zip(back, STORY)]
got = answer("".join(json.dumps(r) + "\n" for r in docs))
verdict("a clock that was set back", [r[3] - START for r in got[0][5]][-2:] == [203, 207] and got[0][3], got)
dmesg = "".join(f"[{1000 + n}.{k:06}] {line}\n" for n, who, text in STORY if who == "kernel" for k, line in enumerate(text.split("\n")))
own = [a[:4] for a in answer(dmesg)]
assert own and own[0][3], own
for name, doc in {"GCP's serial port": {"contents": dmesg, "next": "7"}, "EC2's console": {"InstanceId": "i", "Timestamp": iso(0) + ".000Z", "Output": dmesg.replace("\n", "\r\n")},
                  "a list of lines": {"lines": dmesg.split("\n")}}.items():
    for layout in "on one line", "indented", "behind text":
        got = [a[:4] for a in answer(LAYOUTS[layout]([doc], doc))]
        verdict(f"all in one string, {name}, {layout}", got == own, got)

# ---- the same as text and tables ----
def lines(make):
    return lambda story: [make(*entry) for entry in story]
def below(text, deep):
    return text.replace("\n", "\n" + " " * deep)
def spread(make):
    return lambda story: [make(n, who, line) for n, who, text in story for line in text.split("\n")]
TEXTS = {
    "short-iso": lines(lambda n, who, text: f"{iso(n)}+00:00 h {who}{'' if who == 'kernel' else '[12]'}: " + below(text, 30)),
    "short-iso, a stamp for each line": spread(lambda n, who, line: f"{iso(n)}Z h {who}{'' if who == 'kernel' else '[12]'}: {line}"),
    "short": lines(lambda n, who, text: datetime.datetime.fromtimestamp(START + n, datetime.timezone.utc).strftime("%b %d %H:%M:%S") + f" h {who}{'' if who == 'kernel' else '[12]'}: " + below(text, 30)),
    "dmesg": lines(lambda n, who, text: f"[{1000 + n}.500000] " + below(text, 15) if who == "kernel" else None),
    "dmesg, a stamp for each line": spread(lambda n, who, line: f"[{1000 + n}.500000] {line}" if who == "kernel" else None),
    "RFC 5424": lines(lambda n, who, text: f"<{3 if who == 'kernel' else 38}>1 {iso(n)}Z h {who} - - - " + text.replace("\n", "#012")),
    "a table": lines(lambda n, who, text: f'{iso(n)}Z,h,{who},"{text}"'),
    "a table, a row for each line": spread(lambda n, who, line: f"{iso(n)}Z,h,{who},{line}"),
    "a table, the message first": lines(lambda n, who, text: f'"{text}",{iso(n)}Z,h,{who}'),
    "tabs": spread(lambda n, who, line: f"{iso(n)}Z\th\t{who}\t{line}"),
    "tabs, the message second": spread(lambda n, who, line: f"{iso(n)}Z\t{line}\t{who}\th\t3"),
    "tabs, the message first": spread(lambda n, who, line: f"{line}\t3\t{who}\th\t{iso(n)}Z"),
    "labels first": lines(lambda n, who, text: '"{""host"": ""h"", ""syslog_identifier"": ""' + who + f'""}}","{iso(n)}Z","{text}","{n}"'),
    "labels last": spread(lambda n, who, line: f'{iso(n)}.5Z,"{line}","{{host=""h"",app=""{who}""}}"'),
    "logfmt": lines(lambda n, who, text: f"time={iso(n)}Z host=h ident={who} msg=" + json.dumps(text)),
    "logfmt, a line for each": spread(lambda n, who, line: f'ts={iso(n)}.000Z level=err msg={json.dumps(line)} app={who}'),
    "a table, all in quotes": lines(lambda n, who, text: f'"{iso(n)}Z";"h";"{who}";"{text}"'),
}
HEADS = {"tabs": "time\thost\tprogram\tmessage\n", "tabs, the message second": "time\tmessage\tprogram\thost\tseverity\n",
         "tabs, the message first": "message\tseverity\tprogram\thost\ttime\n", "labels first": '"labels","Time","Line","id"\n', "labels last": "Time,Line,labels\n",
         "a table": "time,host,program,message\n", "a table, a row for each line": "time,host,program,message\n",
         "a table, the message first": "message,time,host,program\n", "a table, all in quotes": '"time";"host";"program";"message"\n'}
def alike(answers):
    """Without times, and without what is known by those of a log's own clock."""
    return [(*a[:5], [(kind, tdh, (derived or {}).get("repeat"), (derived or {}).get("head_moved")) for kind, tdh, derived, _ in a[5]]) for a in answers]
for name, make in TEXTS.items():
    for order, turn in ("", 1), (", the last one first", -1):
        rows = [row for row in make(STORY) if row]
        got = answer(HEADS.get(name, "") + "".join(row + "\n" for row in rows[::turn]))
        verdict(f"{name}{order}", alike(got) == alike(WANTED), got)
        rows = [row for row in make([(n, "sshd", "x: " + text) for n, who, text in STORY if who == "kernel"]) if row]
        got = rows and answer(HEADS.get(name, "") + "".join(row + "\n" for row in rows[::turn])) # dmesg has none
        verdict(f"{name}{order}, another program's", not got, got)

# ---- dates that no log daemon writes: the last one first is found by them ----
def by_date(form):
    return lambda n: datetime.datetime.fromtimestamp(START + n, datetime.timezone.utc).strftime(form)
DATES = {"seconds": lambda n: str(START + n), "parts of them": lambda n: f"{START + n}.250000", "ms": lambda n: str((START + n) * 1000), "ns": lambda n: str((START + n) * 10**9),
         "of the US": by_date("%m/%d/%Y %I:%M:%S %p"), "of Azure": by_date("%m/%d/%Y, %-I:%M:%S.500 %p"), "of Germany": by_date("%d.%m.%Y %H:%M:%S"),
         "with slashes": by_date("%Y/%m/%d %H:%M:%S"), "of a mail": by_date("%a, %d %b %Y %H:%M:%S GMT"), "of Apache": by_date("%d/%b/%Y:%H:%M:%S +0000"),
         "of Kibana": by_date("%b %d, %Y @ %H:%M:%S.500"), "of France": by_date("%d/%m/%Y %H:%M:%S"), "a whole name": by_date("%d %B %Y %H:%M:%S")}
assert by_date("%d")(0) == "21" # a day that is no month
def timeless(answers):
    return [(*a[:4], [(kind, tdh) for kind, tdh, _, _ in a[5]]) for a in answers]
for name, form in DATES.items():
    records = [{"timestamp": form(n), "program": who, "message": text} for n, who, text in STORY]
    for order, turn in ("", 1), (", the last one first", -1):
        got = answer("".join(json.dumps(r) + "\n" for r in records[::turn]))
        verdict(f"dates, {name}{order}", [r[3] for r in got[0][5]] == [r[3] for r in WANTED[0][5]] and alike(got)[0][:4] == alike(WANTED)[0][:4], got)
        for quote in '"', "":
            if quote or "," not in form(0):
                rows = [f'{quote}{form(n)}{quote},h,{who},"{text}"\n' for n, who, text in STORY]
                got = answer("time,host,program,message\n" + "".join(rows[::turn]))
                verdict(f"dates in a table, {name}{order}, {quote}", timeless(got) == timeless(WANTED), got)

# ---- a mail as it was sent ----
quoted_printable = Charset("utf-8")
quoted_printable.body_encoding = QP
for name, coding in ("base64", "utf-8"), ("quoted-printable", quoted_printable), ("as it is", "us-ascii"):
    text = "".join(row + "\n" for row in TEXTS["short-iso"](STORY))
    alone, many, around = MIMEText(text, "plain", coding), MIMEMultipart(), MIMEMultipart()
    many.attach(MIMEText("Hello,\nhere it is.\n", "plain", "utf-8"))
    many.attach(MIMEText(text, "plain", coding))
    many.attach(MIMEText("Bye", "plain", "utf-8"))
    around.attach(MIMEMessage(many))
    for how, mail in ("alone", alone), ("with others", many), ("in a mail", around):
        mail["Subject"] = "my network card"
        for end in "\n", "\r\n":
            got = answer(mail.as_string().replace("\n", end))
            verdict(f"a mail, {name}, {how}, lines ending in {end!r}", alike(got) == alike(WANTED), got)
PYTHON
said
exit $failed
