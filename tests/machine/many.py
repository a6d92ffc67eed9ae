# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine of 8 ports with 64 virtual functions each. Part of `run`.

    python3 tests/machine/many.py TARGET     its tree, for bench/run and tests/monitor
"""
import importlib.machinery
import importlib.util
import os
import re
import sys
import tempfile
import types

PORTS, VFS = 8, 64
QUEUES = 8  # of each port, that its driver has set up
# What the driver of a port leaves in the registers: link up, admin queues on, NVM loaded.
WORKING = [(0x1E2420, 0x50000080), (0x080200, 0x80000020), (0x080280, 0x80000020), (0x09C180, 2), (0x0B6008, 0x1F),
           (0x0B6100, 0x1), (0x0B6108, 0x40), (0x0B6134, 0x8001), (0x0BE280, 1), (0x038480, 1), (0x038800, 0xF7F20000), (0x1C0400, 0x85FF0000), (0x0B8100, 3)]


def le(value, length):
    return value.to_bytes(length, "little")


def port_address(port):
    return f"0000:3b:00.{port}" if port < 4 else f"0000:5e:00.{port - 4}"


def vf_address(port, n):
    """As the 700 series counts them: behind all ports of the card."""
    at = 0x10 + port % 4 * VFS + n
    return f"0000:{0x3b if port < 4 else 0x5e:02x}:{at // 8 % 32:02x}.{at % 8}" if at < 256 else \
        f"0000:{0x3c if port < 4 else 0x5f:02x}:{(at - 256) // 8:02x}.{at % 8}"


def config(function, device, vf):
    function.set_config(0, le(0xFFFFFFFF, 4) if vf else le(0x8086, 2) + le(device, 2))
    function.set_config(4, b"\x04\x04\x10\x00" if vf else b"\x06\x04\x10\x00")
    function.set_config(8, b"\x02\x00\x00\x02")
    function.set_config(0x34, b"\xa0")
    function.set_config(0xA0, le(0x10, 2) + le(0x02, 2) + le(0x10008CC2, 4) + le(0x2810, 2) + le(0, 2))
    if not vf:
        function.set_config(0xAC, le(0x00434883, 4) + le(0, 2) + le(0x1083, 2))
    function.attributes.update({"vendor": "0x8086\n", "device": f"0x{device:04x}\n", "power_state": "D0\n", "power/control": "on\n",
                                "power/runtime_status": "active\n", "numa_node": "0\n"})


def interface(r, m, function, name, mac, queues, up):
    netdev = m.netdevs[name] = r.make_sys.Netdev(name)
    netdev.attributes = {"address": mac + "\n", "operstate": "up\n" if up else "down\n", "carrier": f"{int(up)}\n", "carrier_changes": "2\n",
                         "speed": "10000\n" if up else "-1\n", "duplex": "full\n", "mtu": "1500\n"}
    netdev.queues = (queues, queues)
    function.netdevs.append(netdev)


def port(r, m, n):
    function = m.functions[port_address(n)] = r.make_sys.Function(port_address(n))
    config(function, 0x1572, False)
    function.set_config(0x10, le(0xA0000000 + n * 0x1000000 | 0xC, 4) + le(0, 4))
    function.driver = "i40e"
    function.attributes.update({"sriov_numvfs": f"{VFS}\n", "sriov_totalvfs": f"{VFS}\n"})
    interface(r, m, function, f"ens1f{n}", f"3c:fd:fe:00:{n:02x}:00", QUEUES, True)
    function.bars[0] = 0x400000
    function.registers = [(0, offset, value) for offset, value in WORKING]
    for q in range(QUEUES):
        function.registers += [(0, 0x100000 + 4 * q, 5), (0, 0x120000 + 4 * q, 5), (0, 0x128000 + 4 * q, 511)]


def virtual_function(r, m, n, vf):
    """Of each three, one is a guest's and one has no driver; the link of every ninth is down."""
    function = m.functions[vf_address(n, vf)] = r.make_sys.Function(vf_address(n, vf))
    config(function, 0x154C, True)
    if vf % 3 < 2:
        function.driver = ("iavf", "vfio-pci")[vf % 3]
    if vf % 3 == 0:
        interface(r, m, function, f"ens1f{n}v{vf}", f"3c:fd:fe:01:{n:02x}:{vf:02x}", 1, vf % 9 != 0)


def machine(r, ports=range(PORTS), vfs=VFS):
    m = r.make_sys.Machine()
    m.files = {"kernel/security/lockdown": "[none] integrity confidentiality\n"}
    for n in ports:
        port(r, m, n)
        for vf in range(vfs):
            virtual_function(r, m, n, vf)
    return m


def connect(tree, ports=range(PORTS), vfs=VFS):
    """physfn and virtfnN, which are links between folders."""
    for n in ports:
        for vf in range(vfs):
            mine, its = (os.path.realpath(f"{tree}/bus/pci/devices/{a}") for a in (port_address(n), vf_address(n, vf)))
            os.symlink(os.path.relpath(its, mine), f"{mine}/virtfn{vf}")
            os.symlink(os.path.relpath(mine, its), f"{its}/physfn")


def of(address, devices):
    return [d for d in devices if d.get("address") == address][0]


def port_lists_them(r, t):
    device = t.devices("show", "ens1f2")[0]
    vfs = device["virtual_functions"]
    r.check([vf["number"] for vf in vfs] == list(range(VFS)), str(vfs[:2]))
    r.check(vfs[6] == {"number": 6, "address": vf_address(2, 6), "driver": "iavf", "netdev": "ens1f2v6",
                       "mac": "3c:fd:fe:01:02:06", "link": "up"}, str(vfs[6]))
    r.check(vfs[7] == {"number": 7, "address": vf_address(2, 7), "driver": "vfio-pci"}, str(vfs[7]))
    r.check("driver" not in vfs[8] and vfs[9]["link"] == "down", str(vfs[8:10]))
    text = t.run("show", "ens1f2")[0]
    r.check("VFs 64, 22 iavf, 21 vfio-pci, 21 without a driver, 22 with an interface here, 14 of these up, -v lists them" in
            " ".join(text.split()), text)
    r.check(len(text.splitlines()) <= 24, text)
    page = t.run("show", "-v", "ens1f2")[0]
    r.check(re.search(rf"(?m)^ +6 {vf_address(2, 6)} +iavf +ens1f2v6 +3c:fd:fe:01:02:06 +up$", page), page)
    r.check(re.search(rf"(?m)^ +7 {vf_address(2, 7)} +vfio-pci +- +- +-$", page), page)


def one_names_its_port(r, t):
    for form in ([], ["-v"]):
        words = " ".join(t.run("show", *form, "ens1f5v6", status=None)[0].split())
        r.check("PF 0000:5e:00.1, ens1f5. Link, PHY, PCIe link, pause, firmware and the port's counters are there: "
                "nicregs diagnose 0000:5e:00.1" in words, words)
    facts = t.devices("show", "ens1f5v6", status=None)[0]["facts"]
    r.check((facts["physical_function"], facts["physical_interface"]) == ("0000:5e:00.1", "ens1f5"), str(facts))


def snapshot_has_them_masked(r, t):
    file = f"{t.path}/saved.json"
    t.run("snapshot", "--force", "-o", file, "ens1f2")
    saved = t.devices("show", "--from", file)[0]["virtual_functions"]
    r.check(len(saved) == VFS and saved[6]["mac"] == "3c:fd:fe:00:00:00" and saved[6]["netdev"] == "ens1f2v6", str(saved[6]))
    t.run("snapshot", "--no-redact", "--force", "-o", file, "ens1f2")
    r.check(t.devices("show", "--from", file)[0]["virtual_functions"] == t.devices("show", "ens1f2")[0]["virtual_functions"], "not the same")


GONE = vf_address(3, 5)


def gone(m):
    """One that is off the bus, among all the others."""
    m.functions[GONE].config[:] = b"\xff" * len(m.functions[GONE].config)


def list_folds_them(r, t):
    out = t.run("list", status=3)[0]
    rows = [line for line in out.splitlines() if line.startswith("0000:")]
    r.check(len(rows) == PORTS + 1 and rows[4].startswith(GONE) and rows[4].endswith("dead"), out)
    lines = [line for line in out.splitlines() if re.match(r"  6[34] VFs: ", line)]
    r.check(len(lines) == PORTS, out)
    r.check(lines[0] == "  64 VFs: 22 iavf, 21 vfio-pci, 21 without a driver; 22 interfaces, 14 up; 8 link-down, 56 not checked", lines[0])
    r.check(lines[3].startswith("  63 VFs: 22 iavf, 21 vfio-pci, 20 without a driver;"), lines[3])
    r.check(re.search(r"(?m)^0000:5e:00\.3 ens1f7 .*\n  64 VFs: ", out), out)
    r.check(len(out.splitlines()) < 24, out)
    r.check("56 VFs of ens1f0" in out and "ens1f0v1" not in out, out)
    for words in (["--all"], ["-n"], ["-n", "-o", "address"]):
        rows = [line for line in t.run("list", *words, status=3)[0].splitlines()
                if re.match(r"0000:\S+( +\S+ +(X710|700-VF) |$)", line)]
        r.check(len(rows) == PORTS * (VFS + 1), f"list {' '.join(words)}: {len(rows)} rows")
    r.check(len(re.findall(r"(?m)^0000:\S+ +\S+ +700-VF ", t.run("list", "700-VF", status=3)[0])) == PORTS * VFS, "those asked for")
    r.check(len(t.devices("list", status=3)) == PORTS * (VFS + 1), "JSON")


def diagnose_folds_them(r, t):
    looks = ("--count", "2", "--interval", "0.05")
    out = t.run("diagnose", *looks, status=2)[0]
    words = " ".join(out.split())
    r.check("64 VFs of ens1f0: 22 iavf, 21 vfio-pci, 21 without a driver; 22 interfaces, 14 up; 8 link-down, 56 unknown; without a link: "
            "ens1f0v0, ens1f0v9, ens1f0v18, ens1f0v27 and 4 more" in words, out)
    r.check("63 VFs of ens1f3: " in words and re.search(rf"(?m)^700-VF  {GONE}.*\nDEAD", out), out)
    r.check(len(out.splitlines()) < 80, f"{len(out.splitlines())} lines")
    r.check(len(t.devices("diagnose", *looks, status=2)) == PORTS * (VFS + 1), "JSON")


def trouble_is_not_folded_away(r):
    """Old counts are named in the line; a warning has a row of its own."""
    m = machine(r, [0], 12)
    vf = [m.functions[vf_address(0, n)] for n in range(12)]
    vf[3].netdevs[0].attributes.update({"queues/tx-0/tx_timeout": "9\n"})
    vf[6].attributes.update({"aer_dev_fatal": "TLP 4\nTOTAL_ERR_FATAL 4\n"})
    with r.Tree(m) as t:
        connect(t.path, [0], 12)
        with tempfile.NamedTemporaryFile("w", suffix=".log") as f:
            f.write(f"[  100.000000] iavf {vf_address(0, 4)}: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)\n" * 2)
            f.flush()
            out = t.run("diagnose", "--count", "2", "--interval", "0.05", "--log", f.name, status=3)[0]
        words = " ".join(t.run("list")[0].split())
        r.check("12 VFs: " in words and "counted since boot: ens1f0v3, ens1f0v6" in words, words)
        words = " ".join(out.split())
        r.check("11 VFs of ens1f0: " in words and "counted since boot: ens1f0v3, ens1f0v6" in words, out)
        r.check(re.search(rf"(?m)^700-VF  {vf_address(0, 4)}", out), out)


def eight_ports_with_64_each(r):
    """One tree for all: it has thousands of files."""
    m = machine(r)
    gone(m)
    with r.Tree(m) as t:
        connect(t.path)
        for case in (port_lists_them, one_names_its_port, snapshot_has_them_masked, list_folds_them, diagnose_folds_them):
            case(r, t)


def registers_of_one_are_read(r):
    """Its own bit for memory decoding is always 0; that of the port counts."""
    for on in (True, False):
        m = machine(r, [0], 4)
        m.functions[port_address(0)].set_config(0x100, le(0x00010001 | 0x160 << 20, 4))
        m.functions[port_address(0)].set_config(0x160, le(0x00010010, 4) + le(0, 4) + le(9 if on else 1, 2))
        vf = m.functions[vf_address(0, 3)]
        vf.set_config(0x10, le(0xB0000000 | 0xC, 4) + le(0, 4))
        vf.bars[0] = 0x10000
        with r.Tree(m) as t:
            connect(t.path, [0], 4)
            device = t.devices("show", "--access", "mmap", "ens1f0v3", status=None)[0]
            read = [g for g in device["registers"] if "value" in g]
            r.check(bool(read) == on, f"{on}: {len(read)} registers")
            r.check(any("Memory decoding is off" in note for note in device["notes"]) != on, str(device["notes"]))


def in_a_guest_the_port_is_elsewhere(r):
    with r.Tree(machine(r, [0], 1)) as t:
        words = " ".join(t.run("show", "ens1f0v0", status=None)[0].split())
        r.check("PF on the host, not on this machine. Link, PHY, PCIe link, pause, firmware and the port's counters are there." in words, words)


CASES = (eight_ports_with_64_each, trouble_is_not_folded_away, registers_of_one_are_read, in_a_guest_the_port_is_elsewhere)


def main():
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader("make_sys", os.path.join(os.path.dirname(os.path.abspath(__file__)), "make-sys"))
    make_sys = importlib.util.module_from_spec(importlib.util.spec_from_loader("make_sys", loader))
    loader.exec_module(make_sys)
    make_sys.Writer(machine(types.SimpleNamespace(make_sys=make_sys)), sys.argv[1], False).write()
    connect(sys.argv[1])


if __name__ == "__main__":
    main()
