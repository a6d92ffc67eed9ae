#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A log that is larger than what is read of one at once gives one answer in whatever form it comes: packed, in archives, folders and mails,
# as JSON and tables, and with its last message first.
. "${0%/*}/setup"

packers=
for packer in gzip xz zstd bzip2; do
	! command -v $packer > /dev/null || packers="$packers $packer"
done
python3 - "$dir" "$NICREGS" $packers > "$dir/said" 2>&1 << 'PYTHON'
import base64, csv, io, json, os, subprocess, sys, tarfile, zipfile

FOLDER, NICREGS, *PACKERS = sys.argv[1:]
PORT = "igb 0000:02:00.0 eth0: "
QUIET = "usb 1-1: device %d is connected, and has so many words that lines are as long as others"
# A reset each now and then, so that whatever is lost or read twice shows; the last line of all is one.
def messages(n):
    return [(i, PORT + "Reset adapter" if i % 997 == 996 or i == n - 1 else QUIET % i) for i in range(n)]


MESSAGES = messages(12000)
DATE = "2026-11-20T%02d:%02d:%02dZ"


def date(at):
    return DATE % (at // 3600, at // 60 % 60, at % 60)


def dmesg(at, text):
    return "[%5d.000000] %s" % (at, text)


def syslog(at, text):
    return "%s h kernel: %s" % (date(at), text)


def record(at, text):
    return {"time": date(at), "app": "kernel", "message": text}


def text_of(lines):
    return "".join(line + "\n" for line in lines)


def table(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([("time", "program", "message"), *rows])
    return out.getvalue()


def write(name, data):
    path = os.path.join(FOLDER, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data.encode() if isinstance(data, str) else data)
    return path


def resets(path):
    ran = subprocess.run([NICREGS, "--json", "log", path], capture_output=True, text=True)
    try:
        devices = json.loads(ran.stdout)["devices"]
    except ValueError:
        return f"status {ran.returncode}", ran.stderr
    return sum(r["kind"] == "reset" for d in devices for r in d["reports"]), ran.stderr


def verdict(name, path):
    got, err = resets(path)
    print(f"ok {name}" if got == WANTED and not err else f"not ok {name}: {got}, not {WANTED} {err}")


def forms(messages):
    records = [record(*m) for m in messages]
    return {
        "dmesg.log": text_of(dmesg(*m) for m in messages), "kern.log": text_of(syslog(*m) for m in messages),
        "back.log": text_of(syslog(*m) for m in reversed(messages)),
        "lines.json": text_of(map(json.dumps, records)), "list.json": json.dumps(records) + "\n", "indent.json": json.dumps(records, indent=1) + "\n",
        "inside.json": json.dumps({"entries": records, "next": "x"}) + "\n", "back.json": text_of(map(json.dumps, reversed(records))),
        "string.json": json.dumps({"output": text_of(dmesg(*m) for m in messages)}) + "\n",
        "table.csv": table((date(at), "kernel", text) for at, text in messages),
        "back.csv": table((date(at), "kernel", text) for at, text in reversed(messages)),
    }


FORMS = forms(MESSAGES)
WANTED = sum("Reset" in text for at, text in MESSAGES)
for name, text in FORMS.items():
    verdict(name, write("plain/" + name, text))
    verdict(name + " in a folder", os.path.dirname(write(f"in-{name}/{name}", text)))
    with tarfile.open(os.path.join(FOLDER, "x.tar"), "w") as t:
        t.add(os.path.join(FOLDER, "plain", name), "x/" + name)
    verdict(name + " in a tar", os.path.join(FOLDER, "x.tar"))
    with zipfile.ZipFile(os.path.join(FOLDER, "x.zip"), "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("x/" + name, text)
    verdict(name + " in a zip", os.path.join(FOLDER, "x.zip"))
for packer in PACKERS:
    data = subprocess.run([packer, "-c"], input=FORMS["kern.log"].encode(), capture_output=True, check=True).stdout
    verdict(packer, write("kern." + packer, data))
body = base64.encodebytes(FORMS["kern.log"].encode()).decode()
verdict("a mail", write("mail.eml", "Subject: x\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + body))

# So large that threads read ahead.
MORE = messages(60000)
WANTED = sum("Reset" in text for at, text in MORE)
for name, text in forms(MORE).items():
    verdict(f"{name} of {len(text) >> 20} MiB", write("more/" + name, text))
PYTHON
said
exit $failed
