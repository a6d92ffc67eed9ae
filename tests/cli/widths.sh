#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# On a terminal no line is longer than the terminal: every verb, at 40, 80 and 200 columns, over the demo, machines and stories.
# What has no blank to break at (a path, a register's name) may be longer, and the examples of --help, which are typed.
# In a pipe tables keep their lines whole, and errors are one line and one of advice.
. "${0%/*}/setup"
unset COLUMNS NO_COLOR

cat > "$dir/look.py" <<'PYTHON'
import fcntl, glob, json, os, pty, re, struct, subprocess, sys, termios, unicodedata

nicregs, folder = sys.argv[1:3]
tree = os.getcwd()


def shown(command, columns):
    pid, fd = pty.fork()
    if not pid:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        os.environ["TERM"] = "dumb"
        os.execv(command[0], command)
    out = b""
    while True:
        try:
            piece = os.read(fd, 65536)
        except OSError:
            break
        if not piece:
            break
        out += piece
    os.waitpid(pid, 0)
    os.close(fd)
    return out.decode("utf-8", "replace").replace("\r", "").split("\n")


def width(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def may_be_longer(line, args):
    return len(line.split()) < 2 or (args[-1:] == ["--help"] and line.startswith(("  nicregs ", "  systemctl ", "  ssh ")))


# Under short names: long paths are not what is measured.
def named(files, ending):
    names = [f"{n}{ending}" for n in range(len(files))]
    for file, name in zip(files, names):
        os.symlink(f"{tree}/{file}", f"{folder}/{name}")
    return names


snapshots = named(["src/source/demo.json"] + sorted(glob.glob("tests/stories/*/*.json")), ".json")
logs = named([f for f in sorted(glob.glob("tests/stories/*/*"))
              if os.path.basename(f) in ("messages", "kern.log", "dmesg") or f.endswith((".log", ".txt"))], ".log")
with open(folder + "/text", "w") as text:
    text.write("once upon a time\n")
pages = ["show", "show -v", "show --all", "list", "diagnose", "diagnose -v", "aspm"]
calls = {
    "help": ["help", "version", ""] + [f"{verb} --help" for verb in
             "list show diagnose log snapshot report diff watch aspm monitor chips decode lint".split()],
    "errors": ["show nosuch", "show --from text", "log /nonexistent", "frob", "show --at 1", "--demo show --reg NOPE",
               "aspm disable", "log --follow a b", "--demo aspm disable", "list -o bogus", "diagnose --count 0"],
    "reference": ["chips", "decode 82574L STATUS 0x80083", "decode X722 QTX_HEAD 65541"] +
                 [f"chips {chip}" for c in ("82574L", "X722", "pci") for chip in (c, f"{c} *CT*", f"--all {c}")],
    "demo": [f"--demo {page}" for page in pages + ["show --raw", "show --queues", "show --reg T*",
             "list -o +mac,partner,errata,power,mtu", "aspm disable --dry-run --all"]],
    "snapshots": [f"--from {file} {page}" for file in snapshots for page in pages if "--all" not in page],
    "diff": [f"diff {a} {b}" for a, b in zip(snapshots, snapshots[1:])],
    "logs": [f"log {option}{file}" for file in logs for option in ("", "-v ")],
}


def look(group, before, list_, widths=(40, 80, 200)):
    for columns in widths:
        bad, lines = [], 0
        for args in list_:
            for line in shown(before + [nicregs, "--no-pager"] + args.split(), columns):
                lines += 1
                if width(line) > columns and not may_be_longer(line, args.split()):
                    bad.append(f"{args}: {width(line)}: {line}")
        print(f"not ok {group} at {columns}: {bad[0]} ({len(bad)} in all)" if bad or lines < 2 * len(list_)
              else f"ok {group} at {columns}")


os.chdir(folder)
for group, list_ in calls.items():
    look(group, [], list_)
for machine in ("82574L", "I350", "X722"):
    at = f"{folder}/{machine}"
    os.mkdir(at)
    os.chmod(folder, 0o755)
    subprocess.run([sys.executable, f"{tree}/tests/machine/make-sys", machine, at], check=True)
    look(f"the machine {machine}", [f"{tree}/tests/machine/private-sys", at],
         ["show", "show -v", "list", "aspm", "diagnose -v -i 0.05"], (40, 80))

# What is cut says so (how much of it is, is a matter of libsmartcols' version), and a value is not cut at all.
def told(name, holds, lines):
    print(f"ok {name}" if holds else f"not ok {name}: {lines}")


device = json.load(open(tree + "/tests/stories/nas-guest/machine.json"))
device["facts"]["firmware"] = "0.13-4 of a vendor with many words"
json.dump(device, open("firmware.json", "w"))
lines = shown([nicregs, "--no-pager", "list", "--from", "firmware.json"], 80)
told("firmware that is cut", re.search(r"0\.13-4 (of)?\.\.\. 1000 Mb/s", lines[1]), lines)
lines = shown([nicregs, "--no-pager", "list", "--from", "firmware.json"], 110)
told("and that is whole", "many words 1000 Mb/s" in lines[1] and "..." not in lines[1], lines)
# The list stays a table: the device and its verdict at any width, and a line about the columns without room.
for columns, heading, rest in ((40, "ADDRESS NETDEV CHIP VERDICT", "No room for ID, FIRMWARE, ASPM, DRIVER,"),
                               (80, "ADDRESS NETDEV CHIP DRIVER FIRMWARE LINK ASPM VERDICT", "No room for ID; -o chooses columns"),
                               (200, "ADDRESS NETDEV CHIP ID DRIVER FIRMWARE LINK ASPM BOND VERDICT", "")):
    lines = shown([nicregs, "--no-pager", "--demo", "list"], columns)
    told(f"a list at {columns} columns", lines[0].split() == heading.split() and lines[1].startswith("0000:01:00.0 eth0")
         and lines[1].endswith("hung (likely)") and lines[2] == rest, lines)
lines = shown([nicregs, "--no-pager", "--demo", "list", "-o", "address,netdev,chip,link,verdict"], 40)
told("columns that are asked for at 40 columns", lines[0].split() == ["ADDRESS", "0000:01:00.0"] and "LINK     1000 Mb/s" in lines, lines)
lines = shown([nicregs, "--no-pager", "chips"], 60)
told("names of chips that are cut", all(width(line) <= 60 for line in lines) and sum(line.endswith("...") for line in lines) > 50, lines[:4])
lines = shown([nicregs, "--no-pager", "--demo", "show"], 40)
told("an unusual value at 40 columns", any("disabled" in line for line in lines) and not any("Transmitter ..." in line for line in lines), lines)

narrow = dict(os.environ, COLUMNS="40")
out = subprocess.run([nicregs, "--demo", "list"], capture_output=True, text=True, env=narrow).stdout.splitlines()
print("ok a table in a pipe is whole" if len(out) == 2 and width(out[1]) > 40 else f"not ok a table in a pipe is whole: {out}")
err = subprocess.run([nicregs, "show", "--from", "text"], capture_output=True, text=True, env=narrow).stderr.splitlines()
print("ok an error in a pipe is two lines" if len(err) == 2 else f"not ok an error in a pipe is two lines: {err}")
PYTHON
python3 "$dir/look.py" "$NICREGS" "$dir" > "$dir/said" 2>&1
status=$?
cat "$dir/said"
verdict "all was looked at" $status "status $status"
! grep -q '^not ok' "$dir/said" || failed=1
exit $failed
