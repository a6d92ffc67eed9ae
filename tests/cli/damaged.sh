#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Packed files and archives of which a byte is another one, or whose end is missing: what can be read is judged, and an error stands beside it.
. "${0%/*}/setup"

case $("$NICREGS" --version) in
*"without zlib"*) echo "skip checksums of gzip data: built without zlib"; packers="xz zstd bzip2" ;;
*) packers="gzip xz zstd bzip2" ;;
esac

python3 - "$dir" "$NICREGS" "$packers" > "$dir/said" 2>&1 <<'PYTHON'
import gzip, io, os, random, re, subprocess, sys, tarfile, zipfile
top, program, packers = sys.argv[1], sys.argv[2], sys.argv[3].split()
LZMA = "without liblzma" not in subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
random.seed(7)
PORT = "e1000e 0000:02:00.0 eno1: "
HANG = PORT + """Detected Hardware Unit Hang:
  TDH                  <11>
  TDT                  <90>
  next_to_use          <90>
  next_to_clean        <11>
"""
def log(n):
    lines = ["[%12.6f] usb 1-%d: number %016x\n" % (i, i % 7, random.getrandbits(64)) for i in range(n)]
    return ("".join(lines) + "[%12.6f] " % n + HANG).encode()

def run(name, data, *verb):
    path = top + "/" + name
    open(path, "wb").write(data)
    got = subprocess.run([program, *(verb or ("log",)), path], capture_output=True, text=True, timeout=60, check=False)
    return got.returncode, got.stdout, got.stderr

def verdict(what, fine, *why):
    print(f"ok {what}" if fine else f"not ok {what}: {why}")

# Something could not be read: the rest is judged, and 2 is for a hang in it; without a rest there is an error alone.
def erred(status, out):
    return status == (2 if "HUNG" in out else 3 if out else 1)

def flipped(data, at, bit=0x10):
    return data[:at] + bytes([data[at] ^ bit]) + data[at + 1:]

# ---- one file ----
text = log(700)
for packer in packers:
    open(top + "/text", "wb").write(text)
    packed = subprocess.run([packer, "-c", top + "/text"], capture_output=True, check=True).stdout
    places = [*range(len(packed) - 20, len(packed)), *random.sample(range(len(packed) // 4, len(packed) - 20), 10)]
    wrong = []
    for at in places:
        status, out, err = run("flipped", flipped(packed, at))
        tool = subprocess.run([packer, "-tq", top + "/flipped"], capture_output=True, check=False).returncode
        if bool(err) != (tool != 0) or (err and not erred(status, out)) or bool(err) != ("data is damaged" in err or "data ends too early" in err):
            wrong.append((at - len(packed), status, tool, err))
    if packer == "xz" and LZMA:
        short = subprocess.run(["xz", "-c"], input=log(3) + log(300), capture_output=True, check=True).stdout
        status, out, err = run("short.xz", short[:len(short) * 3 // 4])
        verdict("xz: what is in front of the cut is judged", status == 2 and "HUNG" in out and "ends too early" in err, status, out, err)
        status, out, err = run("two.xz", short + short[:100] )
        verdict("xz: the first of two, the second cut", status == 2 and "HUNG" in out and "ends too early" in err, status, out, err)
    verdict(f"{packer}: a byte that is another one is an error where {packer} -t says so", not wrong, wrong)
    if packer != "gzip":
        continue
    os.makedirs(top + "/a folder", exist_ok=True)
    commands = {"a file": ["it's.gz"], "a folder": ["a folder"], "standard input": ["-"], "a member": ["member.tar"]}
    for where in ("it's.gz", "a folder/kern.log.2.gz"):
        open(top + "/" + where, "wb").write(flipped(packed, len(packed) - 8))
    subprocess.run(["tar", "-C", top, "-cf", top + "/member.tar", "a folder"], check=True)
    for what, args in commands.items():
        got = subprocess.run([program, "log", *args], stdin=open(top + "/it's.gz", "rb"), cwd=top, capture_output=True, text=True, timeout=60, check=False)
        command = got.stderr.split("check the copy: ")[-1].split("\n")[0]
        if what in ("a file", "a folder"):
            ran = subprocess.run(["bash", "-c", command], cwd=top, capture_output=True, text=True, timeout=60, check=False)
            verdict(f"the printed command works for {what}", command.startswith("gzip -t ") and ran.returncode == 1 and "crc error" in ran.stderr, command, ran)
        else:
            verdict(f"the advice for {what} names no file that is none", "  copy it again from where it came\n" in got.stderr, got.stderr)
    status, out, err = run("checksum.gz", flipped(packed, len(packed) - 8))
    verdict("gzip's checksum: what came is judged all the same", erred(status, out) and "HUNG" in out and "its checksum does not fit" in err, status, out, err)
    status, out, err = run("length.gz", flipped(packed, len(packed) - 1))
    verdict("gzip's length: what came is judged all the same", erred(status, out) and "HUNG" in out and "damaged" in err, status, out, err)
    two = gzip.compress(text[:2000]) + packed
    status, out, err = run("two.gz", two)
    verdict("gzip files one after the other", status == 2 and not err, status, err)
    first = len(two) - len(packed)
    status, out, err = run("two.gz", flipped(two, first - 8))
    verdict("the first one's checksum, too", erred(status, out) and "its checksum does not fit" in err, status, err)
    many = b"".join(gzip.compress(line + b"\n") for line in text.split(b"\n"))
    status, out, err = run("many.gz", many)
    verdict("a thousand of them, one a line", status == 2 and not err, status, err)
    snapshot = gzip.compress(open("src/source/demo.json", "rb").read())
    status, out, err = run("demo.json.gz", snapshot, "list", "--from")
    verdict("a packed snapshot", status == 0 and not err, status, err)
    status, out, err = run("demo.json.gz", flipped(snapshot, len(snapshot) - 8), "list", "--from")
    verdict("a packed snapshot that is damaged", status == 1 and "its checksum does not fit" in err, status, out, err)

# ---- archives ----
def tar(members):
    to = io.BytesIO()
    with tarfile.open(fileobj=to, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path, content in members:
            info = tarfile.TarInfo(path)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return to.getvalue()

MEMBERS = [("kern.log", log(30)), ("dmesg", log(3)), ("zeros", bytes(2048)), ("messages", log(40))]
whole = tar(MEMBERS)
ends, at = [], 0
for _, content in MEMBERS:
    at += 512 + (len(content) + 511) // 512 * 512
    ends.append(at)
MISSING = "the archive has no end mark, so files at its end may be missing; %d file"
for pack, name in ((lambda data: data, "tar"), (gzip.compress, "tar.gz")):
    for n, end in enumerate(ends, 1):
        status, out, err = run("cut." + name, pack(whole[:end]))
        verdict(f"{name} that ends behind member {n}", erred(status, out) and MISSING % n in err and "HUNG" in out, status, out, err)
    for what, zeros in (("one block of zeros", 512), ("two", 1024), ("a record", 10240 - ends[-1] % 10240)):
        status, out, err = run("zeros." + name, pack(whole[:ends[-1]] + bytes(zeros)))
        verdict(f"{name} with {what} at its end is whole", status == 2 and not err, status, err)
    status, out, err = run("cut." + name, pack(whole[:ends[0] + 100]))
    verdict(f"{name} that ends inside a header", erred(status, out) and "the archive ends too early; 1 file came" in err, status, err)
    status, out, err = run("cut." + name, pack(whole[:ends[0] - 600]))
    verdict(f"{name} that ends inside a member", erred(status, out) and "the archive ends too early" in err, status, err)
    status, out, err = run("both." + name, pack(tar(MEMBERS[1:2]) + tar(MEMBERS[3:])))
    verdict(f"{name}: two archives one after the other are read", status == 2 and not err and "2 files" in out.replace("\n", " "), status, out, err)
    status, out, err = run("both." + name, pack(whole + whole[:ends[0]]))
    verdict(f"{name}: the second one is cut", erred(status, out) and MISSING % 5 in err, status, err)
    status, out, err = run("in." + name, pack(tar([("a.tar", whole[:ends[1]]), *MEMBERS[3:]])))
    verdict(f"{name} with an archive in it that is cut", erred(status, out) and "a.tar: the archive has no end mark" in err and "HUNG" in out, status, err)
if "gzip" in packers:
    packed = gzip.compress(whole)
    status, out, err = run("checksum.tar.gz", flipped(packed, len(packed) - 8))
    verdict("the checksum of a tar.gz", erred(status, out) and "its checksum does not fit" in err and "HUNG" in out, status, out, err)
    inner = gzip.compress(log(30))
    status, out, err = run("inner.tar", tar([("kern.log.gz", flipped(inner, len(inner) - 8)), *MEMBERS[1:2]]))
    verdict("the checksum of a gzip file in a tar", erred(status, out) and "kern.log.gz: the gzip data is damaged" in err and "HUNG" in out, status, out, err)

# ---- what stands behind the end mark ----
random.seed(11)
GARBAGE = {"a word": b"garbage\n", "a newline": b"\n", "32 zeros": bytes(32), "700 bytes of text": b"text of any kind\n" * 41,
           "5000 random bytes": random.randbytes(5000), "zeros, then a word": bytes(2048) + b"garbage\n"}
for name, data in (("one block of zeros", whole[:ends[-1]] + bytes(512)), ("two", whole[:ends[-1]] + bytes(1024)), ("a record", whole),
                   ("a hundred records", whole + bytes(10240 * 100)), ("another archive", whole + tar(MEMBERS[:1]))):
    for what, garbage in GARBAGE.items():
        status, out, err = run("behind.tar", data + garbage)
        verdict(f"tar with {name}, and {what} behind", status == 2 and not err, status, err)
for what, garbage in GARBAGE.items():
    status, out, err = run("behind.tar.gz", gzip.compress(whole) + garbage)
    verdict(f"tar.gz with {what} behind", status == 2 and not err, status, err)
    status, out, err = run("unmarked.tar", whole[:ends[-1]] + garbage)
    verdict(f"tar without end mark, and {what} behind", status == 2 and bool(err) != what.startswith("zeros"), status, err)

# ---- headers of tar that are damaged ----
HEADER = "a header in it is damaged; what it describes was left out"
CALM = [("kern.log", b"[    1.000000] usb 1-1: new device\n" * 40), ("dmesg", log(3)), ("messages", b"[    1.000000] usb 1-2: new device\n" * 90)]
for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT, "v7"):
    to = io.BytesIO()
    with tarfile.open(fileobj=to, mode="w", format=tarfile.GNU_FORMAT if form == "v7" else form) as archive:
        for path, content in CALM:
            info = tarfile.TarInfo(path)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    data = to.getvalue()
    if form == "v7":
        data = data.replace(b"ustar  \0", bytes(8))
    heads, at = [], 0
    for _, content in CALM:
        if form == "v7":
            head = data[at:at + 148] + b" " * 8 + data[at + 156:at + 512]
            data = data[:at] + head[:148] + b"%06o\0 " % sum(head) + data[at + 156:]
        heads.append(at)
        at += 512 + (len(content) + 511) // 512 * 512
    status, out, err = run("headers.tar", data)
    verdict(f"tar {form} with intact headers", status == 2 and not err, status, err)
    for n, head in enumerate(heads):
        for byte in (0, 103, 126, 140, 150, 156) + (() if form == "v7" else (259,)):
            wrong = flipped(data, head + byte, 1)
            for name, pack in (("tar", lambda data: data), ("tar.gz", gzip.compress)):
                status, out, err = run("header." + name, pack(wrong))
                verdict(f"{name} {form}: byte {byte} of header {n}", erred(status, out) and HEADER in err and "may be cut" not in err and
                        ("HUNG" in out) == (n != 1), status, out, err)
    got = subprocess.run([program, "log", "-"], input=flipped(data, heads[2] + 126, 1), capture_output=True, timeout=60, check=False)
    verdict(f"tar {form}: through a pipe", erred(got.returncode, got.stdout.decode()) and HEADER in got.stderr.decode() and "HUNG" in got.stdout.decode(), got)
    status, out, err = run("only.tar", flipped(tar([("dmesg", log(3))]), 126, 1))
    verdict("the only header is damaged", status == 1 and HEADER in err and not out, status, out, err)
    status, out, err = run("second.tar", data + flipped(data, 126, 1))
    verdict(f"tar {form}: a second archive whose first header is damaged", erred(status, out) and HEADER in err, status, err)
    status, out, err = run("zeroed.tar", data[:heads[1]] + bytes(512) + data[heads[1] + 512:])
    verdict(f"tar {form}: zeros instead of a header in the middle", erred(status, out) and HEADER in err, status, err)
status, out, err = run("in.tar", tar([("a.tar", flipped(whole, 126, 1)), *MEMBERS[3:]]))
verdict("tar in a tar whose first header is damaged", erred(status, out) and "a.tar: " + HEADER in err and "HUNG" in out, status, err)

# ---- zip archives whose members are encrypted ----
def zipped(members, secret):
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in members:
            archive.writestr(path, content)
    data = to.getvalue()
    for path in secret: # the bit is in both headers; what it is of looks like any bytes
        for magic, flags, at in ((b"PK\3\4", 6, 30), (b"PK\1\2", 8, 46)):
            place = next(m.start() for m in re.finditer(re.escape(magic), data) if data[m.start() + at:].startswith(path.encode()))
            data = flipped(data, place + flags, 1)
    return data
for form, secret, said in (("one", ["messages"], "1 encrypted file in it was left out"), ("two", ["kern.log", "messages"], "2 encrypted files in it were left out")):
    status, out, err = run("secret.zip", zipped(MEMBERS, secret))
    verdict(f"zip with {form} encrypted: said, the others are judged", erred(status, out) and said in err and "HUNG" in out and "came before" not in err, status, out, err)
status, out, err = run("secret.zip", zipped(MEMBERS[:2], ["kern.log", "dmesg"]))
verdict("zip, all encrypted: an error alone", status == 1 and "2 encrypted files in it were left out" in err and not out, status, out, err)
status, out, err = run("secret.zip", zipped(MEMBERS[:2], ["kern.log", "dmesg"]), "show", "--from")
verdict("zip, all encrypted, for --from", status == 1 and "2 encrypted files in it were left out" in err and not out, status, out, err)
status, out, err = run("secret.tar", tar([("a.zip", zipped(MEMBERS[:2], ["kern.log", "dmesg"])), *MEMBERS[3:]]))
verdict("zip in a tar, all encrypted", erred(status, out) and "a.zip: 2 encrypted files" in err and "HUNG" in out, status, out, err)

for method, name in ((zipfile.ZIP_DEFLATED, "deflated"), (zipfile.ZIP_STORED, "stored")):
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", method) as archive:
        for path, content in MEMBERS:
            archive.writestr(path, content)
    data = to.getvalue()
    status, out, err = run("whole.zip", data)
    verdict(f"zip, {name}: whole", status == 2 and not err, status, err)
    second = data.find(b"PK\3\4", 10)
    for what, at in (("its checksum", 14), ("a byte of it", second - 20)):
        status, out, err = run("flipped.zip", flipped(data, at, 1))
        verdict(f"zip, {name}: {what} is another", erred(status, out) and "kern.log: " in err and "damaged" in err and "HUNG" in out, status, out, err)
    for place in [m.start() for m in re.finditer(rb"PK\x03\x04", data)][1:] + [data.find(b"PK\1\2")]:
        status, out, err = run("cut.zip", data[:place])
        verdict(f"zip, {name}, that ends before byte {place}", erred(status, out) and "came before that" in err and "HUNG" in out, status, out, err)
PYTHON
cat "$dir/said"
! grep -q '^not ok\|^Traceback' "$dir/said" || failed=1
grep -q '^ok' "$dir/said" || verdict "the tests themselves" 1 "$(cat "$dir/said")"
exit $failed
