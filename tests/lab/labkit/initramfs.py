# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest's file system: a cpio archive of busybox, the tools of the trade and their libraries."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

GUEST = Path(__file__).parent.parent / "guest"
TOOLS = ["lspci", "setpci", "ethtool", "ip", "script"]
TERMINAL = "lib/terminfo/l/linux"
DIRECTORIES = ["dev", "etc", "lab", "proc", "root", "run", "sys", "tmp", "lib/modules"]


class Archive:
    """Writes the "newc" cpio format that the kernel unpacks."""

    def __init__(self, stream):
        self._stream = stream
        self._inode = 0
        self._known = set()

    def directory(self, path):
        path = Path(path)
        if str(path) in self._known or str(path) == ".":
            return
        self.directory(path.parent)
        self._known.add(str(path))
        self._entry(str(path), stat.S_IFDIR | (0o1777 if str(path) == "tmp" else 0o755), b"")

    def file(self, path, data, mode=0o644):
        path = str(path).lstrip("/")
        if path in self._known:
            return
        self.directory(Path(path).parent)
        self._known.add(path)
        self._entry(path, stat.S_IFREG | mode, data)

    def link(self, path, target):
        self.directory(Path(path).parent)
        self._entry(path, stat.S_IFLNK | 0o777, target.encode())

    def finish(self):
        self._entry("TRAILER!!!", 0, b"")

    def _entry(self, path, mode, data):
        name = path.encode() + b"\0"
        self._inode += 1
        fields = [self._inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0]
        header = b"070701" + b"".join(b"%08x" % value for value in fields)
        self._stream.write(_pad(header + name) + _pad(data))


def _pad(data):
    return data + bytes(-len(data) % 4)


def shared_libraries(program, folders=()):
    """The absolute paths that the dynamic loader would open for PROGRAM, in these folders first; none for a static one."""
    environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(map(str, folders))}
    done = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=False, env=environment)
    missing = re.search(r"^\s*(\S+) => not found", done.stdout, re.M)
    if missing:
        raise LookupError(f"{program}: needs {missing.group(1)}, which is not installed")
    return re.findall(r"(/\S+) \(0x", done.stdout)


def loaded_libraries(program):
    """As shared_libraries(), of those that PROGRAM, which names them, loads when it needs them: nicregs for BPF, the journal and the monitor."""
    names = re.findall(rb"\0(lib(?:bpf|systemd|ncursesw)\.so\.\d+)\0", Path(program).read_bytes())
    if not names:
        return []
    known = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    paths = []
    for name in dict.fromkeys(name.decode() for name in names):
        path = re.search(rf"^\s*{re.escape(name)} .* => (\S+)$", known, re.M)
        if not path:
            raise LookupError(f"{program}: loads {name}, which is not installed")
        paths += [path.group(1), *shared_libraries(path.group(1))]
    return paths


def find_tool(name):
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if not found:
        raise LookupError(f"{name} is not installed; tests/lab/packages lists what the lab needs")
    return found


def append(path, size, files):
    """Other files for the guest, {path there: bytes}, behind the first `size` bytes: the kernel unpacks one archive after
    the other."""
    with path.open("r+b") as stream:
        stream.truncate(size)
        stream.seek(size)
        archive = Archive(stream)
        for there, data in files.items():
            archive.file(there, data)
        archive.finish()


def write(stream, modules, module_lines, programs, files):
    """MODULES: {name: ELF}. MODULE_LINES: "name parameters" in load order. PROGRAMS: host paths, put in /bin.
    FILES: of (host path, path in the guest)."""
    archive = Archive(stream)
    for directory in DIRECTORIES:
        archive.directory(directory)
    busybox = find_tool("busybox")
    archive.file("bin/busybox", Path(busybox).read_bytes(), 0o755)
    for program in [find_tool(tool) for tool in TOOLS] + list(programs):
        archive.file(f"bin/{Path(program).name}", Path(program).read_bytes(), 0o755)
        for library in shared_libraries(program) + loaded_libraries(program):
            archive.file(library, Path(library).read_bytes(), 0o755)
    for script in GUEST.iterdir():
        where = "init" if script.name == "init" else f"bin/{script.name}"
        archive.file(where, script.read_bytes(), 0o755)
    for name, elf in modules.items():
        archive.file(f"lib/modules/{name}.ko", elf)
    for here, there in files:
        archive.file(there, here.read_bytes(), 0o755 if here.stat().st_mode & 0o100 else 0o644)
    if Path("/" + TERMINAL).exists():
        archive.file(TERMINAL, Path("/" + TERMINAL).read_bytes())
    archive.file("lab/modules", "".join(f"{line}\n" for line in module_lines).encode())
    archive.file("etc/passwd", b"root:x:0:0::/root:/bin/sh\nmessagebus:x:100:100::/:/bin/false\nnobody:x:65534:65534::/tmp:/bin/sh\n")
    archive.file("etc/group", b"root:x:0:\nmessagebus:x:100:\nnogroup:x:65534:\n")
    archive.finish()
