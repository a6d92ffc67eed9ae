# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine for each chip of e1000, igb and igc, made here: healthy, hung, and with a different value at each offset. Part of `run`."""
import json
from concurrent.futures import ThreadPoolExecutor

LOOKS = ("--count", "3", "--interval", "0.6")
QUICK = ("--count", "2", "--interval", "0.1")
BAD = 2
NIC, PORT = "0000:01:00.0", "0000:00:1c.0"
UNSAFE = {"wo", "rc", "rs"}
UP = 0x80783  # STATUS of a gigabit link, full duplex, not paused

# What a chip's driver leaves in the registers that rules look at; the first PCI id of each.
LOW = {"tx": (0x3800, 0x100), "rx": (0x2800, 0x100)}
HIGH = {"tx": (0xE000, 0x40), "rx": (0xC000, 0x40)}
E1000 = {"driver": "e1000", "rings": LOW, "queues": 1, "pci": True,
         "registers": [(0, 0x140240), (0x8, 0x8783), (0x100, 0x8002), (0x400, 0x103F0FA), (0x1000, 0x30), (0xD0, 0x9D), (0x170, 0xFFFF)]}
IGB = {"driver": "igb", "rings": HIGH, "pci": False, "enabled": 0x2000000,
       "registers": [(0, 0x18140241), (0x8, UP), (0x18, 0x10000000), (0x100, 0x4408022), (0x400, 0x3103F0FA), (0xD0, 0x51000004),
                     (0x1514, 0xC0000011), (0x2404, 0x22), (0x5004, 0x5F2), (0x5008, 0x10000)]}
IGC = {"driver": "igc", "rings": HIGH, "pci": False, "enabled": 0x2000000, "queues": 4,
       "registers": [(0, 0x18100240), (0x8, UP), (0x18, 0x10000000), (0x10, 0x80200), (0x100, 0x4008022), (0x400, 0x103F0FA),
                     (0x1508, 0x50080004), (0x1514, 0xC0000011), (0x2404, 0xA2), (0x5004, 0x5F2), (0x5008, 0x10000)]}
TENS = {"tx": (0x6000, 0x40), "rx": (0x1000, 0x40)}
IXGBE = {"driver": "ixgbe", "rings": TENS, "queues": 8, "pci": False, "enabled": 0x2010120,
         "registers": [(0, 0), (0x8, 0x80080), (0x18, 0x10000000), (0x42A4, 0x70000080), (0x3000, 1), (0x4A80, 1), (0xCE00, 0xFF),
                       (0x4240, 0x1C00), (0x10148, 0x8004), (0x15F74, 0x8004)]}
CHIPS = {
    "82543GC": (0x1004, E1000, {}), "82544": (0x1008, E1000, {}), "82540EM": (0x100E, E1000, {}), "82545EM": (0x100F, E1000, {}),
    "82545GM": (0x1026, E1000, {}), "82546EB": (0x1010, E1000, {}), "82546GB": (0x1079, E1000, {}), "82541EI": (0x1013, E1000, {}),
    "82541GI": (0x1076, E1000, {}), "82547EI": (0x1019, E1000, {}), "82547GI": (0x1075, E1000, {}), "CE4100": (0x2E6E, E1000, {}),
    "82575": (0x10A7, IGB, {"rings": LOW, "queues": 4}), "82576": (0x10C9, IGB, {"queues": 16}), "82580": (0x150E, IGB, {"queues": 8}),
    "DH89XXCC": (0x0438, IGB, {"queues": 8}), "I350": (0x1521, IGB, {"queues": 8}), "I354": (0x1F41, IGB, {"queues": 8}),
    "I210": (0x1533, IGB, {"queues": 4}), "I211": (0x1539, IGB, {"queues": 2}),
    "82599": (0x10FB, IXGBE, {}), "X540": (0x1528, IXGBE, {}), "X550": (0x1563, IXGBE, {}), "X552": (0x15AC, IXGBE, {}),
    "X553": (0x15CE, IXGBE, {}), "82598": (0x10C7, IXGBE, {"registers": [(0x8, 0x80080), (0x42A4, 0x60000080), (0x3000, 1)]}),
    "E610": (0x57B0, IXGBE, {"bar": 0x100000, "registers": IXGBE["registers"] + [(0xB6108, 0x40), (0x82048, 1)]}),
    "I225": (0x15F3, IGC, {}), "I226": (0x125C, IGC, {}), "I226-LMvP": (0x5503, IGC, {}), "I221": (0x125E, IGC, {}),
}


def le(value, length):
    return value.to_bytes(length, "little")


def express(function, port, lnkctl):
    """A PCI Express capability, 2.5 GT/s x1, at 0xa0."""
    function.set_config(0x34, b"\xa0")
    function.set_config(0xA0, le(0x10, 2) + le(0x42 if port else 0x02, 2) + le(0x8CC1, 4) + le(0x2810, 2) + le(0, 2))
    function.set_config(0xAC, le(0x00436C11, 4) + le(lnkctl, 2) + le(0x1011, 2))
    function.set_config(0x6, b"\x10\x00")


def machine(r, chip, lnkctl=0, revision=3):
    """One card, empty transmit queues, link up at 1000 Mb/s."""
    device, base, more = CHIPS[chip]
    kind = {**base, **more}
    m = r.make_sys.Machine()
    m.files = {"module/pcie_aspm/parameters/policy": "[default] performance powersave powersupersave\n",
               "kernel/security/lockdown": "[none] integrity confidentiality\n"}
    nic = r.make_sys.Function(NIC)
    if not kind["pci"]:
        port = m.functions[PORT] = r.make_sys.Function(PORT)
        port.set_config(0, le(0x8086, 2) + le(0xA338, 2) + b"\x07\x05\x10\x00\xf0\x00\x04\x06\x00\x00\x01")
        port.set_config(0x18, b"\x00\x01\x01\x00")
        express(port, True, lnkctl)
        port.driver, nic.parent = "pcieport", port
    m.functions[NIC] = nic
    nic.set_config(0, le(0x8086, 2) + le(device, 2) + b"\x06\x04\x00\x00" + bytes([revision]) + b"\x00\x00\x02")
    nic.set_config(0x10, le(0xF7DC0000, 4))
    if not kind["pci"]:
        express(nic, False, lnkctl)
    nic.bars[0] = kind.get("bar", 0x20000)
    nic.driver = kind["driver"]
    nic.attributes.update({"power_state": "D0\n", "power/control": "on\n", "power/runtime_status": "active\n"})
    nic.registers = [(0, offset, value) for offset, value in kind["registers"]]
    for direction, (place, stride) in kind["rings"].items():
        for q in range(kind["queues"]):
            at = place + q * stride
            nic.registers += [(0, at + 8, 0x1000), (0, at + 0x10, 0x20), (0, at + 0x18, 0x20 if direction == "tx" else 0x1F)]
            if "enabled" in kind:
                nic.registers.append((0, at + 0x28, kind["enabled"]))
    netdev = r.make_sys.Netdev("eth0")
    netdev.attributes = {"address": "00:25:90:12:34:56\n", "operstate": "up\n", "carrier": "1\n", "carrier_changes": "2\n",
                         "speed": "1000\n", "duplex": "full\n", "mtu": "1500\n"}
    netdev.queues = (kind["queues"], kind["queues"])
    m.netdevs["eth0"] = netdev
    nic.netdevs.append(netdev)
    return m, nic, kind


def diagnose(r, m, status=0, looks=LOOKS):
    with r.Tree(m) as t:
        return t.devices("diagnose", *looks, "eth0", status=status)[0]


def worst(device):
    return [f["id"] for f in device["findings"] if f["severity"] != "note"]


def named(device, finding):
    return [f for f in device["findings"] if f["id"] == finding]


def healthy_ones_are_silent(r):
    for chip in CHIPS:
        device = diagnose(r, machine(r, chip)[0], looks=QUICK)
        r.check(device["verdict"] == "idle" and not worst(device), f"{chip}: {device['verdict']} {worst(device)}")
        r.check(device["chip"] in (chip, "82544EI", "I225-V", "I226-V", "I220-V", "I221-V", "82575EB", "82599ES", "X540-AT2", "X550-AT2", "82598EB", "E610-10GBASE-T"), f"{chip}: {device['chip']}")


def a_queue_that_stands_is_hung(r):
    def one(chip):
        m, nic, kind = machine(r, chip)
        place, stride = kind["rings"]["tx"]
        last = place + (kind["queues"] - 1) * stride
        nic.registers.append((0, last + 0x18, 0x29))
        device = diagnose(r, m, status=BAD)
        r.check(device["verdict"] == "hung", f"{chip}: {device['verdict']}")
        evidence = named(device, "stuck-head")[0]["evidence"]
        r.check(evidence[0].startswith(f"TDH[{kind['queues'] - 1}] = 0x20"), f"{chip}: {evidence}")

    # Most of it is waiting between two looks.
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, CHIPS))


def each_register_once_and_none_that_a_read_changes(r):
    for chip in CHIPS:
        m, _, _ = machine(r, chip)
        with r.Tree(m, patterned=True) as t:
            text, trace = t.run("show", "--json", "--all", "--trace", "eth0")
        loads = [int(line.split()[-1], 16) for line in trace.splitlines() if line.startswith("nicregs: load ")]
        read = {g["offset"] for g in json.loads(text)["devices"][0]["registers"] if "value" in g and g.get("space") != "phy"}
        r.check(len(loads) == len(set(loads)) and set(loads) == read and len(read) > 30, f"{chip}: {len(loads)} loads, {len(read)} read")
        with r.Tree(m) as t:
            registers = json.loads(t.run("chips", "--json", chip)[0])["chips"][0]["registers"]
        for register in registers:
            if register.get("space", "mmio") == "mmio" and register["access"] in UNSAFE:
                r.check(register["offset"] not in loads, f"{chip}: {register['name']} was loaded")
        never = {0x800, 0x10140, 0x41A8, 0x4244} if CHIPS[chip][1] is IXGBE else {0xC0, 0x1580, 0x5B50}
        never |= {*range(0x4000, 0x4138, 4)}
        never |= {0x1500, 0xB61C, 0xB66C} if chip[:2] == "I2" and CHIPS[chip][1] is IGC else set()
        r.check(not never & set(loads), f"{chip}: {[hex(o) for o in never & set(loads)]}")


def a_queue_on_a_schedule_may_wait(r):
    for chip, offset in (("I210", 0x3570), ("I225", 0x3570), ("I226", 0x3570)):
        m, nic, _ = machine(r, chip)
        nic.registers += [(0, 0xE018, 0x29), (0, offset, 1)]
        if chip == "I226":
            nic.registers.append((0, 0x41C, 0x1000))
        device = diagnose(r, m, status=BAD)
        r.check((device["verdict"], device["confidence"]) == ("stalled", "possible"), f"{chip}: {device['verdict']}")
        r.check("schedule" in device["reason"], device["reason"])
        m, nic, _ = machine(r, chip)
        nic.registers += [(0, offset, 1), (0, 0x41C, 0x1000)]
        device = diagnose(r, m, looks=QUICK)
        r.check(device["verdict"] == "idle" and not worst(device), f"{chip}: {device['verdict']} {worst(device)}")


def a_held_class_is_no_hang(r):
    """From the 82599 on a bit is 0 while the partner holds the class; on the 82598 it is 1."""
    for chip, held, flows in (("82599", 0xFE, 0xFF), ("X550", 0xFE, 0xFF), ("82598", 0x1, 0)):
        for value, verdict in ((held, "stalled"), (flows, "hung")):
            m, nic, _ = machine(r, chip)
            nic.registers += [(0, 0x6018, 0x29), (0, 0xCE00, value)]
            device = diagnose(r, m, status=BAD)
            r.check(device["verdict"] == verdict, f"{chip} {value:#x}: {device['verdict']}: {device['reason']}")
            with r.Tree(m) as t:
                row = json.loads(t.run("list", "--json", "eth0")[0])["devices"][0]
            r.check(row["verdict"] == verdict, f"{chip} {value:#x}: list says {row['verdict']}")


def unfinished_starts_of_82599(r):
    for offset, value, words in ((0x4900, 0x40, "ARBDIS"), (0x8D00, 2, "RX_DIS"), (0x4240, 0x9C00, "LPBK"), (0x6028, 0x2000000, "PTHRESH")):
        m, nic, _ = machine(r, "82599")
        nic.registers.append((0, offset, value))
        found = named(diagnose(r, m, looks=QUICK), "workaround")
        r.check(found and words in str(found[0]["evidence"]), f"{words}: {found}")
    m, nic, _ = machine(r, "82599")
    nic.registers += [(0, 0x6028, 0x2000000), (0, 0x8, 0xC0480)]
    r.check(not named(diagnose(r, m, looks=QUICK), "workaround"), "queue 0 is a guest's")


def no_pci_express_means_no_aspm(r):
    with r.Tree(machine(r, "82540EM")[0]) as t:
        text = t.run("aspm", "show", "eth0")[0]
        r.check("conventional PCI" in " ".join(text.split()), text)


def early_steppings_at_2500(r):
    def told(revision, speed):
        m, nic, _ = machine(r, "I225", revision=revision)
        nic.netdevs[0].attributes["speed"] = f"{speed}\n"
        return named(diagnose(r, m, looks=QUICK), "workaround")
    for revision in (1, 2):
        found = told(revision, 2500)
        r.check(found and "gap between frames" in found[0]["summary"], f"revision {revision}: {found}")
        r.check("speed-1000" in [x["id"] for x in found[0]["remedies"]], str(found))
        r.check(not told(revision, 1000), f"revision {revision} at 1000 Mb/s")
    r.check(not told(3, 2500), "revision 3")


def a_gate_that_frames_cross(r):
    def told(*registers):
        m, nic, _ = machine(r, "I226")
        nic.registers += [(0, offset, value) for offset, value in registers]
        return named(diagnose(r, m, looks=QUICK), "workaround")
    r.check(told((0x3570, 9)), "the threshold is off")
    r.check(not told((0x3570, 9), (0x41C, 0x1000)), "the threshold is on")
    r.check(not told(), "there is no schedule")


def quad_cards_without_relaxed_ordering(r):
    def told(device, value):
        m, nic, _ = machine(r, "82546GB")
        nic.set_config(2, le(device, 2))
        nic.registers.append((0, 0x18, value))
        return named(diagnose(r, m, looks=QUICK), "workaround")
    r.check(told(0x1099, 0), "a quad card with relaxed ordering")
    r.check(not told(0x1099, 0x20000), "a quad card without it")
    r.check(not told(0x1079, 0), "a dual card")


CASES = (healthy_ones_are_silent, a_queue_that_stands_is_hung, each_register_once_and_none_that_a_read_changes,
         a_queue_on_a_schedule_may_wait, a_held_class_is_no_hang, unfinished_starts_of_82599, no_pci_express_means_no_aspm, early_steppings_at_2500, a_gate_that_frames_cross,
         quad_cards_without_relaxed_ordering)
