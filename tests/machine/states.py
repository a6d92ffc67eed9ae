# SPDX-License-Identifier: GPL-2.0-or-later
"""Devices that cannot be read, or not at once: asleep, switched off, gone, out of reach. Part of `run`."""
import os
import subprocess
import threading
import time

NIC = "0000:02:00.0"  # the 82574L of that machine
COMMAND, PMCSR = 4, 0xCC
PARTIAL = 3


def tree(r, change=None):
    machine = r.read_machine("82574L")
    if change:
        change(machine.functions[NIC])
    return r.Tree(machine)


def unread(device):
    """The reasons of the registers of the BAR, and how many of them have each."""
    reasons = {}
    for register in device["registers"]:
        if register.get("space") != "phy":
            why = register.get("unread", "read")
            reasons[why] = reasons.get(why, 0) + 1
    return reasons


def config_of(t):
    with open(t.function(NIC, "config"), "rb") as f:
        return f.read()


def loads(stderr):
    return [line for line in stderr.splitlines() if line.startswith("nicregs: load ")]


def decoding_off(function):
    function.set_config(COMMAND, b"\x00\x00")


def decoding_off_is_left_alone(r):
    with tree(r, decoding_off) as t:
        before = config_of(t)
        _, trace = t.run("show", "-v", "--trace", NIC, status=PARTIAL)
        device = t.devices("show", "--all", NIC, status=PARTIAL)[0]
        r.check(not loads(trace), "registers were loaded")
        r.check(config_of(t) == before, "configuration space was changed")
        reasons = unread(device)
        r.check("read" not in reasons and reasons["memory decoding off"] > 80, str(reasons))
        r.check("--wake" in device["notes"][0], str(device["notes"]))


def decoding_is_switched_on_and_put_back(r):
    with tree(r, decoding_off) as t:
        before = config_of(t)
        device = t.devices("show", "--all", "--wake", NIC)[0]
        r.check(config_of(t) == before, "COMMAND was not put back")
        r.check(unread(device)["read"] > 80, str(unread(device)))
        r.check("is off again" in " ".join(device["notes"]), str(device["notes"]))


def sleeping(state):
    def change(function):
        function.attributes.update({"power_state": state + "\n", "power/control": "auto\n",
                                    "power/runtime_status": "suspended\n"})
    return change


def asleep_is_left_alone(r):
    for state in ("D3hot", "D3cold"):
        with tree(r, sleeping(state)) as t:
            _, trace = t.run("show", "-v", "--trace", NIC, status=PARTIAL)
            device = t.devices("show", "--all", NIC, status=PARTIAL)[0]
            r.check(not loads(trace), "registers were loaded")
            r.check("read" not in unread(device) and unread(device)["device asleep"] > 80, str(unread(device)))
            known = device["config"][0]["bytes"]
            r.check(known == (0 if state == "D3cold" else 4096), f"{state}: {known} bytes of configuration space")


class Kernel(threading.Thread):
    """Wakes the device while power/control is "on", as runtime power management does."""

    def __init__(self, t):
        super().__init__()
        self.t, self.seen, self.stop = t, [], False

    def get(self, path):
        with open(self.t.function(NIC, path), encoding="ascii") as f:
            return f.read().strip()

    def put(self, path, value):
        with open(self.t.function(NIC, path), "w", encoding="ascii") as f:
            f.write(value + "\n")

    def run(self):
        while not self.stop:
            control = self.get("power/control")
            if control and (not self.seen or self.seen[-1] != control):
                self.seen.append(control)
                self.put("power_state", "D0" if control == "on" else "D3hot")
                self.put("power/runtime_status", "active" if control == "on" else "suspended")
            time.sleep(0.001)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop = True
        self.join()


def sleeper_is_woken_and_put_back(r):
    with tree(r, sleeping("D3hot")) as t, Kernel(t) as kernel:
        time.sleep(0.05)
        device = t.devices("show", "--all", "--wake", NIC)[0]
        time.sleep(0.05)
        r.check(kernel.get("power/control") == "auto", "power/control was not put back")
        r.check(kernel.seen == ["auto", "on", "auto"], str(kernel.seen))
        r.check(unread(device)["read"] > 80, str(unread(device)))
        r.check("held awake" in " ".join(device["notes"]), str(device["notes"]))


def sleeper_that_does_not_wake_is_put_back(r):
    with tree(r, sleeping("D3hot")) as t:
        device = t.devices("show", "--all", "--wake", NIC, status=PARTIAL)[0]
        with open(t.function(NIC, "power/control"), encoding="ascii") as f:
            r.check(f.read().strip() == "auto", "power/control was not put back")
        r.check("could not be woken" in " ".join(device["notes"]), str(device["notes"]))


def signal_waits_until_all_is_put_back(r):
    """SIGTERM while the device is held awake and does not wake for a second."""
    with tree(r, sleeping("D3hot")) as t:
        control = t.function(NIC, "power/control")
        with subprocess.Popen([r.PRIVATE_SYS, t.path, r.NICREGS, "show", "--wake", NIC],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            for _ in range(2000):
                with open(control, encoding="ascii") as f:
                    if f.read() == "on":
                        break
                time.sleep(0.001)
            else:
                r.check(False, "it was never held awake")
            child.terminate()
            child.wait(timeout=20)
        with open(control, encoding="ascii") as f:
            r.check(f.read().strip() == "auto", "power/control was not put back")
        r.check(child.returncode in (-15, 143), f"it ended with {child.returncode}, not by the signal")


def asleep_by_its_own_word(r):
    """After an unbind the kernel does not know the state; PMCSR does."""
    def change(function):
        function.attributes["power_state"] = "unknown\n"
        function.set_config(PMCSR, b"\x03\x20")

    with tree(r, change) as t:
        _, trace = t.run("show", "-v", "--trace", NIC, status=PARTIAL)
        r.check(not loads(trace), "registers were loaded")


def off_the_bus(r):
    with tree(r, lambda function: function.set_config(0, b"\xff" * 4096)) as t:
        with open(t.function(NIC, "vendor"), "w", encoding="ascii") as f:
            f.write("0x8086\n")
        with open(t.function(NIC, "device"), "w", encoding="ascii") as f:
            f.write("0x10d3\n")
        _, trace = t.run("show", "-v", "--trace", NIC, status=PARTIAL)
        device = t.devices("show", "--all", NIC, status=PARTIAL)[0]
        r.check(not loads(trace), "registers were loaded")
        r.check(unread(device)["device gone"] > 80, str(unread(device)))


def mapping_vanishes(r):
    """The pages of the BAR are taken away: each load is answered with SIGBUS."""
    with tree(r) as t:
        os.truncate(t.function(NIC, "resource0"), 0)
        reasons = unread(t.devices("show", "--all", NIC, status=PARTIAL)[0])
        r.check("read" not in reasons and reasons["read failed"] > 80, str(reasons))
    with tree(r) as t:
        os.truncate(t.function(NIC, "resource0"), 0x1000)
        reasons = unread(t.devices("show", "--all", NIC, status=PARTIAL)[0])
        r.check(reasons["read"] > 10 and reasons["read failed"] > 40, str(reasons))


def fill_with_ones(t, keep=()):
    with open(t.function(NIC, "resource0"), "r+b") as f:
        size = f.seek(0, os.SEEK_END)
        saved = []
        for offset in keep:
            f.seek(offset)
            saved.append((offset, f.read(4)))
        f.seek(0)
        f.write(b"\xff" * size)
        for offset, value in saved:
            f.seek(offset)
            f.write(value)


def all_ones_are_no_reading(r):
    with tree(r) as t:
        fill_with_ones(t)
        reasons = unread(t.devices("show", "--all", NIC, status=PARTIAL)[0])
        r.check("read" not in reasons, str(reasons))


def a_register_may_be_all_ones(r):
    with tree(r) as t:
        fill_with_ones(t, keep=[0x8])
        device = t.devices("show", "--reg", "TDH[0]", NIC)[0]
        r.check(device["registers"][0]["value"] == 0xFFFFFFFF, str(device["registers"]))


def bar_without_an_address(r):
    def change(function):
        del function.bars[0]

    with tree(r, change) as t:
        device = t.devices("show", "--all", NIC, status=PARTIAL)[0]
        r.check(device["refusals"][0]["why"] == "BAR 0 has no address", str(device["refusals"]))


def without_root(r):
    with tree(r) as t:
        os.truncate(t.function(NIC, "config"), 64)
        os.chmod(t.function(NIC, "resource0"), 0)
        text, _ = t.run("show", "-v", NIC, status=PARTIAL, root=False)
        device = t.devices("show", "--all", NIC, status=PARTIAL, root=False)[0]
        r.check("needs root" in text and "8086:10d3" in text, text)
        r.check(unread(device)["needs root"] > 80 and "read" not in unread(device), str(unread(device)))
        r.check(device["config"][0]["bytes"] == 64 and device["facts"]["bond"] == "bond0", "what is readable is missing")


def named_and_with_side_effects(r):
    with tree(r) as t:
        _, trace = t.run("show", "-v", "--trace", "--reg", "ICR", NIC)
        r.check(not loads(trace), "ICR was read unasked")
        _, trace = t.run("show", "-v", "--trace", "--side-effects", "--reg", "IC*", NIC)
        r.check(not [line for line in loads(trace) if "ICR" in line], "a wildcard does not name ICR")
        _, trace = t.run("show", "-v", "--trace", "--side-effects", "--reg", "IC[R]", NIC)
        r.check(not loads(trace), "a class of characters does not name ICR")
        out, trace = t.run("show", "-v", "--trace", "--side-effects", "--reg", "icr.lsc", NIC)
        r.check(loads(trace) == ["nicregs: load ICR 0x000c0"], trace)
        r.check("ICR was read, which cleared it" in out, out)
        _, trace = t.run("show", "-v", "--trace", "--side-effects", "--reg", "SWSM", NIC)
        r.check(not loads(trace), "SWSM was read while a driver is bound")


def devices_by_any_name(r):
    with r.Tree(r.read_machine("82574L")) as t:
        for name in ("ens4", NIC, "02:00.0", "82574L", "82574l", "8086:10d3"):
            got = [d["address"] for d in t.devices("show", "--reg", "STATUS", name)]
            r.check(got == [NIC], f"{name}: {got}")
        for name, why in (("eth9", "eth9"), ("bond0", "eno1 ens4"), ("00:1c.4", "1c18"), ("09:00.0", "09:00.0"),
                          ("8086:1521", "8086:1521"), ("X722", "X722"), ("../eno1", "../eno1")):
            out, err = t.run("show", "-v", name, status=1)
            r.check(not out and why in err and len(err.splitlines()) == 2, f"{name}: {out}{err}")
        _, err = t.run("show", "-v", "--access", "bogus", "ens4", status=1)
        r.check("mmap" in err, err)
        device = t.devices("show", "--all", "--access", "none", NIC)[0]
        r.check("read" not in unread(device), str(unread(device)))


def the_device_that_was_meant(r):
    """A mistyped DEVICE is answered with the nearest; one that is like none, with those that there are."""
    with r.Tree(r.read_machine("82574L")) as t:
        for name, why in (("eno2", "eno1 (0000:00:19.0, 82579LM)"), ("ENS4", "ens4 (0000:02:00.0, 82574L)"),
                          ("82574", "82574L (ens4, 0000:02:00.0)"), ("8257L", "82574L (ens4, 0000:02:00.0)"),
                          ("03:00.0", "02:00.0 (ens4, "), ("8086:10d4", "8086:10d3 (ens4, ")):
            for verb in ("show", "list", "diagnose", "snapshot", "aspm"):
                _, err = t.run(verb, name, status=1)
                r.check(f"did you mean {why}" in err, f"{verb} {name}: {err}")
        for name in ("eth9", "X722", "wlan0", "a" * 300, "\x1b[2J"):
            _, err = t.run("show", "-v", name, status=1)
            r.check("did you mean" not in err and "\x1b" not in err, err)
            r.check("eno1 (0000:00:19.0, 82579LM), ens4 (0000:02:00.0, 82574L)" in err, err)
        _, err = t.run("ens4", status=1)
        r.check("did you mean 'nicregs show ens4'?" in err, err)


def list_reads_what_tells(r):
    """Two samples of heads and tails for the verdict, and nothing if the verdict is not among the columns."""
    with tree(r) as t:
        out, trace = t.run("list", "--json", "--trace", NIC)
        read = {line.split()[2].split("[")[0] for line in loads(trace)}
        r.check('"verdict": "hung", "confidence": "possible"' in out, out)
        r.check("hung (possible)\n" in t.run("list", NIC)[0], "the same word in the table")
        r.check(t.devices("diagnose", NIC, status=2)[0]["verdict"] == "hung", "the word of diagnose")
        r.check({"TDH", "TDT", "RDH", "RDT", "STATUS"} <= read and len(read) < 14, str(read))
        once = len(loads(trace))
        _, trace = t.run("list", "--json", "--trace", "-o", "netdev,chip")
        r.check(once > 10 and not loads(trace), trace)


def list_says_what_was_not_checked(r):
    for change, why in ((sleeping("D3hot"), "device asleep"), (decoding_off, "memory decoding off")):
        with tree(r, change) as t:
            out, trace = t.run("list", "--trace")
            r.check(f"\nNot checked: ens4 ({why})\n" in out and " not checked\n" in out, out)
            r.check(not any("ens4" in line for line in loads(trace)), trace)
            listed = t.devices("list", NIC)[0]
            r.check(listed["not_checked"] == why and "verdict" not in listed, str(listed))
    with tree(r) as t:
        os.chmod(t.function(NIC, "resource0"), 0)
        listed = {d["netdev"]: d for d in t.devices("list", root=False, status=None)}
        r.check(listed["ens4"].get("not_checked") == "needs root", str(listed))


def snapshot_says_what_is_missing(r):
    with tree(r) as t:
        os.chmod(t.function(NIC, "resource0"), 0)
        out, err = t.run("snapshot", NIC, root=False, status=PARTIAL)
        r.check('"needs root"' in out, out)
        r.check("nicregs: ens4: " in err and "missing from the snapshot: needs root" in err and "as root" in err, err)
    with tree(r, sleeping("D3hot")) as t:
        _, err = t.run("snapshot", NIC, status=PARTIAL)
        r.check("missing from the snapshot: device asleep" in err, err)
    with tree(r) as t:
        _, err = t.run("snapshot", NIC)
        r.check(not err, err)


def no_intel_nic(r):
    """Nothing is wrong with a machine that has none."""
    machine = r.read_machine("82574L")
    for function in machine.functions.values():
        function.attributes["vendor"] = "0x1022\n"
    with r.Tree(machine) as t:
        for verb in ("list", "show", "diagnose", "aspm"):
            out, err = t.run(verb)
            r.check(out.startswith("No Intel NIC found on this machine.") and not err, f"{verb}: {out}{err}")
            r.check(t.devices(verb) == [], verb)
        out, err = t.run("fix", "restore", "--json")
        r.check('"devices": []' in out and not err, f"fix restore --json: {out}{err}")
        r.check(t.run("list", "-n", "-o", "netdev") == ("", ""), "list -n is for scripts")
        for args in (("snapshot",), ("snapshot", "-o", f"{t.path}/x"), ("show", "eno1"),
                     ("watch", "--log", "/dev/null", "--dir", t.path)):
            out, err = t.run(*args, status=1)
            r.check(not out and err.startswith("nicregs: "), f"{args}: {out}{err}")
        r.check(not os.path.exists(f"{t.path}/x"), "a file with nothing in it")


def part_without_a_definition(r):
    """An 82597EX: its name is that of pci.ids; of its registers none is known, so none is loaded."""
    with tree(r, lambda function: function.set_config(2, b"\x48\x10")) as t:
        listed = [d["chip"] for d in t.devices("list", NIC)]
        r.check(listed == ["82597EX"], str(listed))
        out, trace = t.run("show", "-v", "--trace", NIC)
        r.check(out.startswith("82597EX  a chip without a definition\n"), out)
        r.check("LNKCTL" in out and not loads(trace), out + trace)
    with tree(r, lambda function: function.set_config(2, b"\xfe\xff")) as t:
        r.check("chip" not in t.devices("list", NIC)[0], "a name out of nowhere")


def virtual_function(r):
    """Its configuration space has ones for its ids, and zeros for memory decoding and link: all is well with it."""
    def change(function):
        function.set_config(0, b"\xff\xff\xff\xff\x04\x00\x10\x00")
        link = 0xE0  # the PCI Express capability
        function.set_config(link + 0x0C, bytes(8))
        function.attributes.update({"vendor": "0x8086\n", "device": "0x10ca\n"})
    with tree(r, change) as t:
        os.symlink("../0000:00:19.0", t.function(NIC, "physfn"))
        listed = t.devices("list", NIC)[0]
        r.check(listed["id"] == "8086:10ca" and listed["aspm"] == "n/a", str(listed))
        out, _ = t.run("show", "-v", NIC, status=3)
        r.check("virtual function of 0000:00:19.0" in out, out)
        r.check("! COMMAND" not in out and "! LNK" not in out and "no answer" not in out, out)


def names_are_damaged(r):
    """libpci ends the program for a line of pci.ids that it does not understand, if it is let."""
    places = [p for p in ("/usr/share/misc/pci.ids", "/usr/share/misc/pci.ids.gz", "/usr/share/hwdata/pci.ids")
              if os.path.exists(p)]
    with tree(r, lambda function: function.set_config(2, b"\x48\x10")) as t:
        with open(f"{t.path}/ids", "w", encoding="ascii") as f:
            f.write("8086  Intel Corporation\n\t1048  I211 of a made-up list\nno line of such a file\n")
        listed = t.devices("list", NIC, bind=[f"{t.path}/ids={p}" for p in places])
        r.check(listed[0]["chip"] == "I211", f"what stands before the bad line counts: {listed}")


def only_the_asked_device_is_visited(r):
    """The other functions are there, but nobody may look into them."""
    machine = r.make_sys.crowd(64)
    with r.Tree(machine) as t:
        wanted = next(a for a, f in machine.functions.items() if f.netdevs)
        for address in machine.functions:
            if address[:-1] != wanted[:-1]:
                os.rename(t.function(address), f"{t.path}/hidden-{address}")
        t.run("show", "-v", "eth0")
        t.run("show", "-v", wanted)


CASES = (
    decoding_off_is_left_alone, decoding_is_switched_on_and_put_back, asleep_is_left_alone,
    sleeper_is_woken_and_put_back, sleeper_that_does_not_wake_is_put_back, signal_waits_until_all_is_put_back,
    asleep_by_its_own_word, off_the_bus, mapping_vanishes, all_ones_are_no_reading, a_register_may_be_all_ones,
    bar_without_an_address, without_root, named_and_with_side_effects, devices_by_any_name,
    the_device_that_was_meant, list_reads_what_tells, list_says_what_was_not_checked, snapshot_says_what_is_missing,
    no_intel_nic, part_without_a_definition, virtual_function, names_are_damaged, only_the_asked_device_is_visited,
)
