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
        if (status == 1) != (tool != 0) or (status == 1) != ("data is damaged" in err or "data ends too early" in err):
            wrong.append((at - len(packed), status, tool, err))
    verdict(f"{packer}: a byte that is another one is an error where {packer} -t says so", not wrong, wrong)
    if packer != "gzip":
        continue
    status, out, err = run("checksum.gz", flipped(packed, len(packed) - 8))
    verdict("gzip's checksum: what came is judged all the same", status == 1 and "HUNG" in out and "its checksum does not fit" in err, status, out, err)
    status, out, err = run("length.gz", flipped(packed, len(packed) - 1))
    verdict("gzip's length: what came is judged all the same", status == 1 and "HUNG" in out and "damaged" in err, status, out, err)
    two = gzip.compress(text[:2000]) + packed
    status, out, err = run("two.gz", two)
    verdict("gzip files one after the other", status == 2 and not err, status, err)
    first = len(two) - len(packed)
    status, out, err = run("two.gz", flipped(two, first - 8))
    verdict("the first one's checksum, too", status == 1 and "its checksum does not fit" in err, status, err)
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
        verdict(f"{name} that ends behind member {n}", status == 1 and MISSING % n in err and "HUNG" in out, status, out, err)
    for what, zeros in (("one block of zeros", 512), ("two", 1024), ("a record", 10240 - ends[-1] % 10240)):
        status, out, err = run("zeros." + name, pack(whole[:ends[-1]] + bytes(zeros)))
        verdict(f"{name} with {what} at its end is whole", status == 2 and not err, status, err)
    status, out, err = run("cut." + name, pack(whole[:ends[0] + 100]))
    verdict(f"{name} that ends inside a header", status == 1 and "the archive ends too early; 1 file came" in err, status, err)
    status, out, err = run("cut." + name, pack(whole[:ends[0] - 600]))
    verdict(f"{name} that ends inside a member", status == 1 and "the archive ends too early" in err, status, err)
    status, out, err = run("both." + name, pack(tar(MEMBERS[1:2]) + tar(MEMBERS[3:])))
    verdict(f"{name}: two archives one after the other are read", status == 2 and not err and "2 files" in out.replace("\n", " "), status, out, err)
    status, out, err = run("both." + name, pack(whole + whole[:ends[0]]))
    verdict(f"{name}: the second one is cut", status == 1 and MISSING % 5 in err, status, err)
    status, out, err = run("in." + name, pack(tar([("a.tar", whole[:ends[1]]), *MEMBERS[3:]])))
    verdict(f"{name} with an archive in it that is cut", status == 1 and "a.tar: the archive has no end mark" in err and "HUNG" in out, status, err)
if "gzip" in packers:
    packed = gzip.compress(whole)
    status, out, err = run("checksum.tar.gz", flipped(packed, len(packed) - 8))
    verdict("the checksum of a tar.gz", status == 1 and "its checksum does not fit" in err and "HUNG" in out, status, out, err)
    inner = gzip.compress(log(30))
    status, out, err = run("inner.tar", tar([("kern.log.gz", flipped(inner, len(inner) - 8)), *MEMBERS[1:2]]))
    verdict("the checksum of a gzip file in a tar", status == 1 and "kern.log.gz: the gzip data is damaged" in err and "HUNG" in out, status, out, err)

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
        verdict(f"zip, {name}: {what} is another", status == 1 and "kern.log: " in err and "damaged" in err and "HUNG" in out, status, out, err)
    for place in [m.start() for m in re.finditer(rb"PK\x03\x04", data)][1:] + [data.find(b"PK\1\2")]:
        status, out, err = run("cut.zip", data[:place])
        verdict(f"zip, {name}, that ends before byte {place}", status == 1 and "came before that" in err and "HUNG" in out, status, out, err)
PYTHON
cat "$dir/said"
! grep -q '^not ok\|^Traceback' "$dir/said" || failed=1
grep -q '^ok' "$dir/said" || verdict "the tests themselves" 1 "$(cat "$dir/said")"
exit $failed
