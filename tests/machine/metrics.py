# SPDX-License-Identifier: GPL-2.0-or-later
"""What `metrics` says of machines, healthy and broken, and that it leaves nothing behind. Part of `run`."""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time

NIC = "0000:02:00.0"  # the 82574L of that machine, ens4
SAMPLE = re.compile(r'nicregs_([a-z_]+)(?:\{(.*)\})? (\S+)')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')
VERDICTS = ("dead", "hung", "stalled", "link-down", "false-alarm", "busy", "idle", "healthy", "unknown")
MOST_SERIES = 45  # of a device


class Metrics:
    """A file of metrics; each line is looked at, as one that is wrong would make the collector drop all."""

    def __init__(self, r, text):
        self.r, self.series, types = r, {}, {}
        r.check(text.endswith("\n"), "the last line has no end")
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                types[line.split()[2]] = line.split()[3]
            if line.startswith("#"):
                continue
            found = SAMPLE.fullmatch(line)
            r.check(found, f"no sample: {line}")
            name, labels, value = found.groups()
            r.check(f"nicregs_{name}" in types, f"{name}: no TYPE before it")
            r.check(name.endswith("_total") == (types[f"nicregs_{name}"] == "counter"), f"{name}: a wrong type")
            key = (name, tuple(LABEL.findall(labels or "")))
            r.check(key not in self.series, f"twice: {line}")
            self.series[key] = float(value)
        if shutil.which("promtool"):
            got = subprocess.run(["promtool", "check", "metrics"], input=text, text=True, capture_output=True, check=False)
            r.check(got.returncode == 0 and not got.stdout + got.stderr, got.stdout + got.stderr)

    def get(self, name, **labels):
        """The value of the one series with these labels, or None."""
        found = [v for (n, has), v in self.series.items() if n == name and labels.items() <= dict(has).items()]
        self.r.check(len(found) < 2, f"{name} {labels}: {len(found)} series")
        return found[0] if found else None

    def labels(self, name, **labels):
        return [dict(has) for (n, has) in self.series if n == name and labels.items() <= dict(has).items()]

    def verdict(self, device):
        of = {v: self.get("verdict", device=device, verdict=v) for v in VERDICTS}
        self.r.check(sorted(of.values()) == [0] * 8 + [1], f"{device}: {of}")
        return max(of, key=of.get)

    def of_device(self, device):
        return [key for key in self.series if dict(key[1]).get("device") == device]


def metrics(r, t, *args, **kind):
    text, errors = t.run("metrics", *args, **kind)
    return Metrics(r, text), errors


def machine(r, change=None, name="82574L"):
    """ens4 with empty queues, unless changed."""
    m = r.read_machine(name)
    function = m.functions[NIC if name == "82574L" else "0000:00:19.0"]
    function.registers += [(0, 0x3810, 1), (0, 0x3818, 1)]
    if change:
        change(function)
    return m


def hangs(function):
    function.registers.append((0, 0x3818, 8))


def is_off_the_bus(function):
    """The kernel goes on knowing its ids."""
    function.attributes.update({"vendor": "0x8086\n", "device": "0x10d3\n", "class": "0x020000\n"})
    function.registers = [(0, offset, 0xFFFFFFFF) for offset in range(0, 0x20000, 4)]
    function.config[:] = b"\xff" * len(function.config)


def healthy(r):
    with r.Tree(machine(r)) as t:
        m, _ = metrics(r, t)
    r.check(m.verdict("ens4") == "idle", m.verdict("ens4"))
    for name, value in (("tx_queues", 1), ("tx_queues_stuck", 0), ("tx_pending_descriptors_max", 0), ("tx_paused", 0),
                        ("device_answers", 1), ("device_asleep", 0), ("mdd_events", None), ("aspm_rule_applied", None)):
        r.check(m.get(name, device="ens4") == value, f"{name}: {m.get(name, device='ens4')}")
    r.check(m.get("register_access", device="ens4", method="mmap") == 1, "registers were not read")
    r.check(not m.labels("registers_unread", device="ens4"), "registers were not read")
    info = m.labels("device_info", device="ens4")[0]
    r.check(info["address"] == NIC and info["chip"] == "82574L" and info["pci_id"] == "8086:10d3", str(info))
    r.check(m.get("scrape_success") == 1 and not m.labels("scrape_errors"), "not all was read")
    r.check(m.get("incidents_total", device="ens4", kind="hang") == 0, "incidents of nobody")
    for device in ("ens4", "eno1"):
        r.check(10 < len(m.of_device(device)) <= MOST_SERIES, f"{device}: {len(m.of_device(device))} series")


def verdicts_are_those_of_diagnose(r):
    """Also of machines whose ports hang: status 0 all the same."""
    for name in ("82574L", "I350", "X722", "82579LM"):
        with r.Tree(r.read_machine(name)) as t:
            said = t.devices("diagnose", "--count", "3", "--interval", "0.6", status=None)
            m, _ = metrics(r, t)
        for device in said:
            r.check(m.verdict(device["netdev"]) == device["verdict"],
                    f"{name} {device['netdev']}: {m.verdict(device['netdev'])}, not {device['verdict']}")
            found = [(f["id"], f["severity"]) for f in device["findings"] if f["severity"] != "note"]
            has = [(f["id"], f["severity"]) for f in m.labels("finding", device=device["netdev"])]
            r.check(set(found) <= set(has), f"{name} {device['netdev']}: {has} lacks some of {found}")


def a_hang_is_hung(r):
    with r.Tree(machine(r, hangs)) as t:
        m, _ = metrics(r, t, "ens4")
    r.check(m.verdict("ens4") == "hung", m.verdict("ens4"))
    r.check(m.get("tx_queues_stuck", device="ens4") == 1, "no queue is stuck")
    r.check(m.get("tx_pending_descriptors_max", device="ens4") == 7, "7 descriptors wait")
    r.check(not m.of_device("eno1"), "eno1 was not asked for")


def one_sample_does_not_say_that_nothing_is_stuck(r):
    with r.Tree(machine(r)) as t:
        t.run("snapshot", "ens4", "-o", f"{t.path}/one.json")
        m, _ = metrics(r, t, "--from", f"{t.path}/one.json")
    r.check(m.get("tx_queues", device="ens4") == 1 and m.get("tx_queues_stuck", device="ens4") is None, "it is said")


def dead_is_dead(r):
    with r.Tree(machine(r, is_off_the_bus)) as t:
        m, _ = metrics(r, t, NIC)
    r.check(m.verdict("ens4") == "dead" and m.get("device_answers", device="ens4") == 0, m.verdict("ens4"))
    r.check(m.get("tx_queues", device="ens4") is None, "queues of a device that is not there")


def blind_is_not_healthy(r):
    """Without registers, by choice or for want of root: no value of what was not seen, and unknown."""
    with r.Tree(machine(r)) as t:
        os.chmod(t.function(NIC, "resource0"), 0)
        for args, kind, why, complete in ((("--access", "none"), {}, "not asked for", 1), ((), {"root": False}, "needs root", 0)):
            m, _ = metrics(r, t, *args, **kind)
            r.check(m.verdict("ens4") == "unknown", f"{why}: {m.verdict('ens4')}")
            r.check(m.get("registers_unread", device="ens4", reason=why) == 1, str(m.labels("registers_unread")))
            for name in ("register_access", "tx_queues", "tx_queues_stuck", "tx_pending_descriptors_max", "tx_paused", "mdd_events"):
                r.check(not m.labels(name, device="ens4"), f"{why}: there is {name}")
            r.check(m.get("scrape_success") == complete, f"{why}: {m.get('scrape_success')}")


def sleeping(function):
    function.attributes.update({"power_state": "D3hot\n", "power/control": "auto\n", "power/runtime_status": "suspended\n"})


def a_sleeper_is_not_touched(r):
    """Nothing of it is opened: reading its configuration space would wake the ports above."""
    with r.Tree(machine(r, sleeping)) as t:
        m, trace = metrics(r, t, "--trace", NIC)
        r.check("load" not in trace, "registers were loaded")
        r.check(m.get("device_asleep", device="ens4") == 1 and m.verdict("ens4") == "unknown", m.verdict("ens4"))
        r.check(m.get("registers_unread", device="ens4", reason="device asleep") == 1, str(m.labels("registers_unread")))
        r.check(m.get("device_answers", device="ens4") is None and m.get("scrape_success") == 1, "it was looked at")
        if not shutil.which("strace"):
            return
        log = f"{t.path}/strace"
        got = subprocess.run([r.PRIVATE_SYS, t.path, "strace", "-f", "-o", log, "-e", "trace=open,openat,ioctl", r.NICREGS, "metrics",
                              NIC], capture_output=True, text=True, timeout=120, check=False,
                             env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})  # which cannot be under ptrace
        if "PTRACE" in got.stderr:
            return
        r.check(got.returncode == 0, got.stderr)
        with open(log, encoding="utf-8") as f:
            lines = f.read().splitlines()
    opened = [line for line in lines if re.search(r'"[^"]*(/config|/resource\d+)"', line)]
    r.check(len(lines) > 50 and not opened, str(opened))
    r.check(not [line for line in lines if "SIOCETHTOOL" in line], "its driver was asked")


def names_are_escaped(r):
    """Of a file that somebody sent: quotes, backslashes, line ends, control characters, text without end."""
    with r.Tree(machine(r)) as t:
        t.run("snapshot", "ens4", "-o", f"{t.path}/one.json")
        with open(f"{t.path}/one.json", encoding="utf-8") as f:
            snapshot = json.load(f)
        snapshot["facts"].update({"netdev": 'a"b\\c\nnicregs_verdict{device="x"} 1', "firmware": "\u202e\x1b[2J" + "x" * 5000,
                                  "driver": "e1000e\\", "driver_version": '"} 1 1\n'})
        with open(f"{t.path}/two.json", "w", encoding="utf-8") as f:
            json.dump(snapshot, f)
        m, _ = metrics(r, t, "--from", f"{t.path}/two.json")
    info = m.labels("device_info")[0]
    r.check(info["device"] == 'a\\"b\\\\c\\\\x0anicregs_verdict{device=\\"x\\"}', info["device"])
    r.check(len(info["firmware"]) < 200 and "\x1b" not in info["firmware"] and "\u202e" not in info["firmware"], info["firmware"])
    r.check(len(m.labels("verdict")) == 9, "a series was forged")


def two_of_one_name_are_two(r):
    with r.Tree(machine(r)) as t:
        for name, bus in (("one", 1), ("two", 2)):
            t.run("snapshot", "ens4", "-o", f"{t.path}/{name}.json")
            with open(f"{t.path}/{name}.json", encoding="utf-8") as f:
                text = f.read().replace(NIC, f"0000:{bus:02x}:00.0")
            with open(f"{t.path}/{name}.json", "w", encoding="utf-8") as f:
                f.write(text)
        m, _ = metrics(r, t, "--from", f"{t.path}/one.json", "--from", f"{t.path}/two.json")
        more, _ = metrics(r, t, *(word for name in ("one", "two", "one", "two") for word in ("--from", f"{t.path}/{name}.json")))
    r.check(sorted(i["device"] for i in m.labels("device_info")) == ["0000:02:00.0", "ens4"], str(m.labels("device_info")))
    names = [i["device"] for i in more.labels("device_info")]
    r.check(len(names) == len(set(names)), str(names))


def what_the_kernel_counts_is_there(r):
    def counts(function):
        for kind, total, n in (("correctable", "COR", 12), ("nonfatal", "NONFATAL", 0), ("fatal", "FATAL", 1)):
            function.attributes[f"aer_dev_{kind}"] = f"BadTLP {n}\nTOTAL_ERR_{total} {n}\n"
        function.netdevs[0].attributes.update({"queues/tx-0/tx_timeout": "3\n"})
    with r.Tree(machine(r, counts)) as t:
        m, _ = metrics(r, t, "ens4", "--access", "none")
    r.check([m.get("pcie_errors_total", device="ens4", severity=s) for s in ("correctable", "nonfatal", "fatal")] == [12, 0, 1],
            str(m.labels("pcie_errors_total")))
    r.check(m.get("tx_timeouts_total", device="ens4") == 3, "no timeouts")


def aspm_and_its_rule(r):
    """The rule of `aspm disable --persist` in /etc, and whether it holds."""
    for lnkctl, applied in ((b"\x42", 0), (b"\x40", 1)):
        described = machine(r, lambda f, b=lnkctl: f.set_config(0xF0, b))
        described.functions["0000:00:1c.4"].set_config(0x50, lnkctl)
        with r.Tree(described) as t:
            rules = f"{t.path}/rules"
            os.mkdir(rules)
            with open(f"{rules}/79-nicregs-aspm-0000:02:00.rules", "w", encoding="utf-8") as f:
                f.write('ACTION=="add|bind|change", SUBSYSTEM=="pci", ATTR{vendor}=="0x8086", ATTR{device}=="0x10d3", '
                        'RUN+="/usr/libexec/aspm-disable 0000:02:00.0 l0s,l1"\n')
            os.makedirs("/etc/udev/rules.d", exist_ok=True)
            m, _ = metrics(r, t, "ens4", bind=[f"{rules}=/etc/udev/rules.d"])
        enabled = m.get("aspm_enabled", device="ens4", end="device", state="l1")
        r.check(enabled == 1 - applied, f"L1: {enabled}")
        r.check(m.get("aspm_rule_applied", device="ens4") == applied, f"rule: {m.get('aspm_rule_applied', device='ens4')}")


def incidents_are_counted(r):
    """By their names, whatever is inside; under the interface's name also those that have its address."""
    with r.Tree(machine(r)) as t:
        folder = f"{t.path}/incidents"
        for name in ("20260705T143000Z-ens4-hang", "20260706T143000Z-ens4-hang", "20260706T143000Z-ens4-hang-2",
                     "20260707T000000Z-ens4-tx-timeout", f"20260708T000000Z-{NIC}-lost", "20260708T000000Z-gone0-stalled",
                     "20260708T000000Z-ens4-something", ".new-20260709T000000Z-ens4-hang", "notes", "20260709T000000Z-"):
            os.makedirs(f"{folder}/{name}")
        m, _ = metrics(r, t, "--dir", folder)
        r.check(m.get("scrape_success") == 1, "not all was read")
        os.makedirs(f"{t.path}/lib/nicregs")
        with open(f"{t.path}/lib/nicregs/incidents", "w", encoding="utf-8"):
            pass
        blind, _ = metrics(r, t, bind=[f"{t.path}/lib=/var/lib"])
        for name, why in ((f"{t.path}/lib/nicregs/incidents", "Not a directory"), (f"{t.path}/none", "No such file or directory")):
            text, err = t.run("metrics", "--dir", name, status=1)
            r.check(not text and err.startswith(f"nicregs: {name}: {why}\n  name the directory in which"), err)
    wanted = {("ens4", "hang"): 3, ("ens4", "tx-timeout"): 1, ("ens4", "lost"): 1, ("ens4", "stalled"): 0, ("ens4", "other"): 1,
              ("gone0", "stalled"): 1, ("eno1", "hang"): 0}
    for (device, kind), n in wanted.items():
        r.check(m.get("incidents_total", device=device, kind=kind) == n, f"{device} {kind}: not {n}")
    r.check(m.get("last_incident_timestamp_seconds", device="ens4") == 1783468800, "not the newest")
    r.check(m.get("last_incident_timestamp_seconds", device="eno1") is None, "there was none")
    r.check(blind.get("scrape_success") == 0 and not blind.labels("incidents_total"), "a folder that cannot be read has no incidents")


def nothing_is_left_behind(r):
    """A file is replaced in one step, whoever else reads or writes it, and however often a run is killed."""
    with r.Tree(machine(r)) as t, tempfile.TemporaryDirectory() as folder:
        t.run("snapshot", "ens4", "-o", f"{t.path}/one.json")
        output = f"{folder}/nicregs.prom"
        args = [r.NICREGS, "metrics", "--from", f"{t.path}/one.json", "-o", output]
        subprocess.run(args, check=True)
        r.check(os.listdir(folder) == ["nicregs.prom"] and os.stat(output).st_mode & 0o777 == 0o644, str(os.listdir(folder)))
        rng = random.Random(20)
        for n in range(60):
            with subprocess.Popen(args, stderr=subprocess.DEVNULL) as run:
                time.sleep(rng.random() * 0.012)
                run.send_signal(signal.SIGKILL)
            is_whole(r, output)
            r.check(set(os.listdir(folder)) <= {"nicregs.prom", ".nicregs.prom.new"}, f"{n}: {os.listdir(folder)}")
        runs = [subprocess.Popen(args) for _ in range(8)]
        r.check([run.wait() for run in runs] == [0] * 8, "several at once failed")
        is_whole(r, output)
        r.check(os.listdir(folder) == ["nicregs.prom"], str(os.listdir(folder)))
        # What somebody else put in the way is not followed.
        with open(f"{folder}/other", "w", encoding="utf-8") as f:
            f.write("mine\n")
        os.symlink("other", f"{folder}/.nicregs.prom.new")
        subprocess.run(args, check=True)
        os.link(f"{folder}/other", f"{folder}/.nicregs.prom.new")
        subprocess.run(args, check=True)
        with open(f"{folder}/other", encoding="utf-8") as f:
            r.check(f.read() == "mine\n", "a file of others was written")
        r.check(sorted(os.listdir(folder)) == ["nicregs.prom", "other"], str(os.listdir(folder)))
        got = subprocess.run([*args[:-1], f"{folder}/none/x.prom"], capture_output=True, text=True, check=False)
        r.check(got.returncode == 1 and got.stderr.startswith(f"nicregs: {folder}/none/x.prom: "), got.stderr)


def is_whole(r, path):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    r.check(text.startswith("# HELP nicregs_build_info") and "\nnicregs_scrape_success" in text, f"half a file: {text[-80:]}")


def crowd(r):
    """Eight ports of an X722 with 64 virtual functions each."""
    m = r.read_machine("X722")
    port = m.functions["0000:5f:03.0"]
    first = m.functions["0000:60:00.0"]
    first.registers += [(0, 0xE40B0, 0x10), (0, 0x1080B0, 0x10)]
    ms = r.make_sys
    for k in range(8):
        address = f"0000:60:00.{k}"
        pf = m.functions[address] = ms.Function(address)
        pf.parent, pf.config, pf.driver = port, bytearray(first.config), "i40e"
        pf.bars, pf.registers, pf.attributes = dict(first.bars), list(first.registers), dict(first.attributes)
        pf.netdevs = [m.netdevs.setdefault(f"pf{k}", ms.Netdev(f"pf{k}"))]
        pf.netdevs[0].attributes, pf.netdevs[0].queues = dict(first.netdevs[0].attributes) if k else {}, (4, 4)
    first.netdevs = m.functions["0000:60:00.0"].netdevs
    for n in range(512):
        address = f"0000:{0x61 + n // 256:02x}:{n // 8 % 32:02x}.{n % 8}"
        vf = m.functions[address] = ms.Function(address)
        vf.parent, vf.driver = port, "iavf"
        vf.set_config(0, bytes.fromhex("8680cd37 06041000 09000002 00000000 0c000000 40380000"))
        vf.bars[0] = 0x10000
        vf.netdevs = [m.netdevs.setdefault(f"vf{n}", ms.Netdev(f"vf{n}"))]
        vf.netdevs[0].attributes = {"address": f"02:00:00:00:{n // 256:02x}:{n % 256:02x}\n", "operstate": "up\n", "carrier": "1\n"}
        vf.netdevs[0].queues = (4, 4)
    for name in [name for name in m.netdevs if name.startswith("eno")]:
        del m.netdevs[name]
    return m


def many_are_quick(r):
    """A second, of which the samples are a tenth apart, and 20 MB: what the program itself takes, however busy this machine is."""
    with r.Tree(crowd(r)) as t:
        took = f"{t.path}/took"
        got = subprocess.run([r.PRIVATE_SYS, t.path, "python3", "-c", f"""
import resource, subprocess, sys
subprocess.run([{r.NICREGS!r}, "metrics", "-o", {t.path + "/many.prom"!r}], check=True)
u = resource.getrusage(resource.RUSAGE_CHILDREN)
print(u.ru_utime + u.ru_stime, u.ru_maxrss)"""], capture_output=True, text=True, check=True, timeout=120)
        with open(f"{t.path}/many.prom", encoding="utf-8") as f:
            m = Metrics(r, f.read())
    seconds, kilobytes = got.stdout.split()
    sanitized = "/san/" in r.NICREGS
    r.check(sanitized or float(seconds) < 0.9, f"{seconds} s")
    r.check(sanitized or int(kilobytes) < 20000, f"{kilobytes} KB")
    r.check(m.get("devices") == 520 and len(m.labels("device_info")) == 520, f"{m.get('devices')} devices")
    r.check(m.verdict("pf0") == "idle" and m.verdict("vf511") == "unknown", f"{m.verdict('pf0')}, {m.verdict('vf511')}")


def no_nic_is_no_error(r):
    m = r.read_machine("82579LM")
    del m.functions["0000:00:19.0"]
    m.netdevs.clear()
    with r.Tree(m) as t:
        found, _ = metrics(r, t)
        r.check(found.get("devices") == 0 and found.get("scrape_success") == 1, "not so")
        _, errors = t.run("metrics", "eno7", status=1)
        r.check("no such device" in errors, errors)


CASES = (healthy, verdicts_are_those_of_diagnose, a_hang_is_hung, one_sample_does_not_say_that_nothing_is_stuck, dead_is_dead,
         blind_is_not_healthy, a_sleeper_is_not_touched, names_are_escaped, two_of_one_name_are_two,
         what_the_kernel_counts_is_there, aspm_and_its_rule, incidents_are_counted, nothing_is_left_behind, many_are_quick,
         no_nic_is_no_error)
