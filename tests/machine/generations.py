# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine with a NIC of each generation: it is named, it is silent while all is well, and nothing is read that must not be. Part of
`run`."""
import json

LOOKS = ("--count", "2", "--interval", "0.1")
CARD, ONBOARD = "0000:02:00.0", "0000:00:19.0"
UP = [(0x08, 0x80083), (0x3810, 7), (0x3818, 7)]
IPV6, NFS = (0x5008, 0x38000), (0x5008, 0x80C0)
CHIPSET = UP + [NFS, (0x00, 0x40180240), (0x18, 0x10460000), (0x24, 7), (0xE4, 1)]
TIGER = CHIPSET + [(0x5F04, 0x1000)]

# PCI ID, the name for it, and registers as the driver leaves them.
CARDS = [
    (0x105E, "82571EB", UP + [IPV6, (0x18, 0x10000000), (0x1100, 1), (0x3840, 0x07A00403)]),
    (0x10A5, "82571EB (quad fibre)", UP + [IPV6, (0x18, 0x10C00000), (0x1100, 1), (0x3840, 0x07A00403)]),
    (0x10B9, "82572EI", UP + [IPV6, (0x18, 0x10000000), (0x3840, 0x07A00403)]),
    (0x109A, "82573L", UP + [IPV6]),
    (0x150C, "82583V", UP + [(0x5B00, 0x8400000), (0x5B64, 1)]),
    (0x1096, "80003ES2LAN", UP + [IPV6, (0x3840, 0x403), (0x3940, 0x403)]),
]
CHIPSETS = [
    (0x104A, "82566DM", UP + [(0x5008, 0x380C0), (0xF10, 0)]),
    (0x10F5, "82567LM", UP + [NFS]),
    (0x10DE, "82567LM-3", UP + [NFS]),
    (0x10EA, "82577LM", CHIPSET),
    (0x10EF, "82578DM", CHIPSET),
    (0x1503, "82579V", CHIPSET),
    (0x153A, "I217-LM", CHIPSET),
    (0x15A3, "I218-V (3)", CHIPSET + [(0x10, 0x100)]),
    (0x15B8, "I219-V (2)", CHIPSET + [(0x3840, 0x2D800403), (0xF28, 0x10000)]),
    (0x15BC, "I219-V (7)", CHIPSET),
    (0x15FB, "I219-LM (13)", TIGER),
    (0x0DC8, "I219-V (22)", TIGER),
    (0x550A, "I219-LM (18)", TIGER),
    (0x57B9, "I219-LM (29)", TIGER),
]


def machine(r, device, registers, change=None):
    """With that device in the place of the 82574L or the 82579LM."""
    card = any(device == known[0] for known in CARDS)
    m = r.read_machine("82574L" if card else "82579LM")
    address = CARD if card else ONBOARD
    for other in [a for a, f in m.functions.items() if f.netdevs and a != address]:
        del m.functions[other]
    function = m.functions[address]
    function.set_config(2, device.to_bytes(2, "little"))
    function.netdevs[0].attributes.update(speed="1000\n", duplex="full\n", carrier="1\n", operstate="up\n")
    function.registers += [(0, *one) for one in registers]
    if change:
        change(function)
    return m, address


def healthy_ones_are_silent(r):
    for device, name, registers in CARDS + CHIPSETS:
        m, address = machine(r, device, registers)
        with r.Tree(m) as t:
            (found,) = t.devices("diagnose", *LOOKS, address)
            listed = t.run("list", "--noheadings", "-o", "chip", address)[0].strip()
        r.check(found["chip"] == name and listed == name, f"{device:04x}: {found['chip']}, {listed}")
        bad = [f["id"] for f in found["findings"] if f["severity"] != "note" or f["id"] == "workaround"]
        r.check(not bad and found["verdict"] in ("idle", "busy"), f"{name}: {found['verdict']}, {bad}")


def nothing_harmful_is_read(r):
    for device, name, _ in CARDS + CHIPSETS:
        m, address = machine(r, device, [])
        with r.Tree(m, patterned=True) as t:
            text, trace = t.run("show", "--json", "--all", "--trace", address)
        loads = [int(line.split()[-1], 16) for line in trace.splitlines() if line.startswith("nicregs: load ")]
        registers = json.loads(text)["devices"][0]["registers"]
        unsafe = {g["offset"]: g["name"] for g in registers
                  if g.get("unread") in r.UNSAFE.values() and g.get("space") != "phy"}
        r.check(len(unsafe) > 60, f"{name}: only {len(unsafe)} registers are unsafe")
        r.check(len(loads) > 60 and len(loads) == len(set(loads)), f"{name}: {len(loads)} loads")
        r.check(not unsafe.keys() & set(loads), f"{name}: {[unsafe[o] for o in unsafe.keys() & set(loads)]}")
        for harm, what in ((0xC0, "ICR"), (0x5B50, "SWSM or H2ME"), (0xB61C, "TXSTMPH"), (0xB628, "RXSTMPH"), (0x180, "RXCW"),
                           (0x4000, "CRCERRS")):
            r.check(harm not in loads, f"{name}: {what} was read")
        r.check(not [o for o in loads if 0xE000 <= o < 0xF000], f"{name}: flash was read")


def rings_left_behind(r):
    """Configuration space says so, without any access to registers."""
    def left(function):
        function.set_config(0xE4, b"\x00\x01")
    for device, name, registers in CHIPSETS:
        m, address = machine(r, device, registers, left)
        with r.Tree(m) as t:
            (found,) = t.devices("diagnose", *LOOKS, "--access", "none", address)
        evidence = [line for f in found["findings"] if f["id"] == "workaround" for line in f["evidence"]]
        said = "configuration space 0xe4, bit 8 = 1" in evidence
        r.check(said == name.startswith("I219"), f"{name}: {evidence}")


CASES = (healthy_ones_are_silent, nothing_harmful_is_read, rings_left_behind)
