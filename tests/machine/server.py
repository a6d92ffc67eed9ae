# SPDX-License-Identifier: GPL-2.0-or-later
"""Machines with a part of i40e or ice, made here: healthy, paused, with a reset, malicious descriptors and firmware trouble. Part of `run`."""
import json

PORT, NIC = "0000:00:1c.0", "0000:01:00.0"
UNSAFE = {"wo", "rc", "rs"}
QUICK = ("--count", "2", "--interval", "0.1")
BAD = 2

# What a driver leaves: admin queues, NVM loaded, four queues each, their vectors.
ICE = {"driver": "ice", "bar": 0x800000,
       "registers": [(0x80200, 0x80000200), (0x80280, 0x80000200), (0xB6008, 0x1F3B), (0xB6100, 0xC1), (0xB6108, 0x40), (0xB8100, 3),
                     (0x16C900, 0x3C390000), (0x1D2580, 0x80FF0000), (0x1D2500, 0x80FF0000), (0x83020, 7)]
       + [(0x120000 + 4 * q, 5) for q in range(4)] + [(0x290000 + 4 * q, 0x1F8) for q in range(4)]
       + [(0x140000 + 4 * q, 0x40000001 + q) for q in range(4)] + [(0x160004 + 4 * q, 0x19) for q in range(4)]}
I40E = {"driver": "i40e", "bar": 0x400000,
        "registers": [(0x80200, 0x80000020), (0x80280, 0x80000020), (0xB6008, 0x31F), (0xB6100, 0xC1), (0xB6108, 0x40), (0xB8100, 3),
                      (0x1E2420, 0x50000080), (0x83020, 7), (0x1C0400, 0x800F0000)]
        + [(0x100000 + 4 * q, 5) for q in range(4)] + [(0x120000 + 4 * q, 5) for q in range(4)]
        + [(0x128000 + 4 * q, 0x1F8) for q in range(4)]}
CHIPS = {"E810": (0x1592, ICE), "E822": (0x1890, ICE), "E823": (0x124D, ICE), "E825": (0x579D, ICE), "E830": (0x12D2, ICE),
         "E835": (0x1249, ICE), "X710": (0x1572, I40E), "XXV710": (0x158B, I40E), "XL710": (0x1583, I40E), "X722": (0x37D2, I40E)}
# Reading these takes a semaphore, loses an event or starts a cycle: by no name may they be loaded.
NEVER = {ICE["driver"]: {0x16CA00, 0x88880, 0xA4200, 0x888C0, 0x9E500, 0x2C0000, 0x1E3200, 0x2D4B00, 0x1E5000, 0x88B00},
         I40E["driver"]: {0x38780, 0x9C100, 0xC0300}}


def le(value, length):
    return value.to_bytes(length, "little")


def machine(r, chip, *registers, netdev=True):
    device, kind = CHIPS[chip]
    m = r.make_sys.Machine()
    m.files = {"kernel/security/lockdown": "[none] integrity confidentiality\n"}
    nic = r.make_sys.Function(NIC)
    m.functions[NIC] = nic
    nic.set_config(0, le(0x8086, 2) + le(device, 2) + b"\x06\x04\x00\x00\x02\x00\x00\x02")
    nic.set_config(0x10, le(0xE0000000, 4))
    nic.bars[0] = kind["bar"]
    nic.driver = kind["driver"]
    nic.attributes.update({"power_state": "D0\n", "power/control": "on\n", "power/runtime_status": "active\n"})
    nic.registers = [(0, offset, value) for offset, value in [*kind["registers"], *registers]]
    if netdev:
        eth = r.make_sys.Netdev("eth0")
        eth.attributes = {"address": "00:25:90:12:34:56\n", "operstate": "up\n", "carrier": "1\n", "carrier_changes": "2\n",
                          "speed": "200000\n", "duplex": "full\n", "mtu": "1500\n"}
        eth.queues = (4, 4)
        m.netdevs["eth0"] = eth
        nic.netdevs.append(eth)
    return m


def findings(r, m, name="eth0", status=0):
    with r.Tree(m) as t:
        device = t.devices("diagnose", *QUICK, name, status=status)[0]
    return device, {f["id"]: f for f in device["findings"] if f["severity"] != "note"}


def healthy_ones_are_silent(r):
    for chip in CHIPS:
        device, worst = findings(r, machine(r, chip))
        r.check(not worst and device["verdict"] in ("idle", "unknown"), f"{chip}: {device['verdict']} {list(worst)}")


def a_link_of_200_gigabits_is_shown(r):
    with r.Tree(machine(r, "E830")) as t:
        text, _ = t.run("show", "eth0")
    r.check("up 200000 Mb/s full" in text, text)


def nothing_harmful_is_loaded(r):
    for chip in ("E810", "E830", "XL710", "X722"):
        m = machine(r, chip)
        with r.Tree(m, patterned=True) as t:
            text, trace = t.run("show", "--json", "--all", "--trace", "eth0")
            registers = json.loads(t.run("chips", "--json", chip)[0])["chips"][0]["registers"]
        loads = [int(line.split()[-1], 16) for line in trace.splitlines() if line.startswith("nicregs: load ")]
        read = {g["offset"] for g in json.loads(text)["devices"][0]["registers"] if "value" in g}
        r.check(len(loads) == len(set(loads)) and read <= set(loads) and len(read) > 100, f"{chip}: {len(loads)} loads, {len(read)} read")
        r.check(not NEVER[CHIPS[chip][1]["driver"]] & set(loads), f"{chip}: {[hex(o) for o in NEVER[CHIPS[chip][1]['driver']] & set(loads)]}")
        for register in registers:
            if register.get("space", "mmio") == "mmio" and register["access"] in UNSAFE:
                r.check(register["offset"] not in loads, f"{chip}: {register['name']} was loaded")


def pause_by_priority_is_said(r):
    for chip in ("E810", "E830", "X710", "X722"):
        _, worst = findings(r, machine(r, chip, (0x1E4560, 0x2000)), status=None)
        r.check("paused" in worst and "TXOFF5 = 1" in worst["paused"]["evidence"][0], f"{chip}: {worst}")


def pause_is_shown_by_priority(r):
    """Port 1, priority 5 of class 2: held, with counts; what others count is another port's."""
    for chip, base, stride, number, classes in (("E830", 0x380500, 64, 0x1D2400, 0x1D26C0), ("X710", 0x300280, 0x20, 0x1C0480, 0x1C09A0)):
        m = machine(r, chip, (0x1E4560, 0x2000), (number, 1), (classes, 2 << 15), (base + 8 + 5 * stride, 77), (base + 5 * stride, 99))
        with r.Tree(m) as t:
            device = t.devices("show", "eth0")[0]
            text, _ = t.run("show", "-v", "eth0")
        row = device["pause"]["priorities"][5]
        r.check(row == {"priority": 5, "traffic_class": 2, "held": True, "xoff_received": 77, "xoff_sent": 0}, f"{chip}: {row}")
        r.check(device["pause"]["port"] == 1 and device["pause"]["link"]["held"] is False, f"{chip}: {device['pause']}")
        lines = [line.split() for line in text.splitlines() if "held by the partner" in line]
        r.check(["5", "2", "held", "by", "the", "partner", "77", "0"] in lines, f"{chip}: {lines}")
        with r.Tree(machine(r, chip)) as t:
            text, _ = t.run("show", "-v", "eth0")
        r.check("XOFF RECEIVED" not in text, f"{chip}: a table of nothing")


def who_was_malicious(r):
    """A virtual function of this one, this one, and another one."""
    for chip, place in (("E810", 0x2D2014), ("E830", 0x294414), ("X710", 0xE6014)):
        _, worst = findings(r, machine(r, chip, (place, 1)), status=None)
        r.check("mdd" in worst and any("virtual function 5" in e for e in worst["mdd"]["evidence"]), f"{chip}: {worst}")
    for chip, place in (("E810", 0xFC000), ("E830", 0xFCC00), ("X710", 0xE6400)):
        _, worst = findings(r, machine(r, chip, (place, 1)), status=None)
        r.check("mdd" in worst and worst["mdd"]["severity"] == "fault", f"{chip}: {worst}")
    for chip, place in (("E810", 0xFCC00), ("E830", 0xFC000), ("E810", 0x40800)):
        _, worst = findings(r, machine(r, chip, (place, 1)))
        r.check("mdd" not in worst, f"{chip}: {worst}")


def trouble_of_the_firmware(r):
    for chip, offset, value, finding in (("E810", 0xB6134, 2, "firmware-recovery"), ("E822", 0xB6134, 4, "firmware-rollback"),
                                         ("E830", 0xB6134, 2, "firmware-recovery"), ("X710", 0x83048, 0x220000, "firmware-recovery"),
                                         ("E810", 0x80200, 0xC0000200, "admin-queue"), ("X722", 0x80280, 0x20, "admin-queue"),
                                         ("E825", 0xB8188, 1, "device-resetting"), ("XL710", 0x92400, 1, "device-resetting")):
        _, worst = findings(r, machine(r, chip, (offset, value)), status=None)
        r.check(finding in worst, f"{chip} {offset:#x}: {list(worst)}")
    for chip, offset, value in (("E810", 0xB6108, 0), ("E830", 0xB6008, 0x13B), ("XXV710", 0xB6008, 0x8)):
        _, worst = findings(r, machine(r, chip, (offset, value), netdev=False), NIC, status=None)
        r.check("nvm-state" in worst, f"{chip} {offset:#x}: {list(worst)}")
        _, worst = findings(r, machine(r, chip, netdev=False), NIC)
        r.check("nvm-state" not in worst, f"{chip}: {list(worst)}")


CASES = (healthy_ones_are_silent, a_link_of_200_gigabits_is_shown, nothing_harmful_is_loaded, pause_by_priority_is_said, pause_is_shown_by_priority, who_was_malicious,
         trouble_of_the_firmware)
