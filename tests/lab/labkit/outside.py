# SPDX-License-Identifier: GPL-2.0-or-later
"""What can be done to a guest's devices from outside, a word each. The guest is not asked."""

import time

from .emulator import EmulatorError


def act(guest, text):
    """Performs an "outside" step; returns what it says (a register's value, the monitor's answer) or ""."""
    word, _, rest = text.partition(" ")
    if word not in ACTS:
        raise EmulatorError(f"{word}: not one of {' '.join(ACTS)}")
    return ACTS[word](guest, rest.strip()) or ""


def _link(guest, rest):
    device, state = rest.split()
    guest.monitor.execute("set_link", name=device, up={"up": True, "down": False}[state])


def _unplug(guest, device):
    """Returns when the guest has let go of the device."""
    guest.monitor.execute("device_del", id=device)
    end = time.monotonic() + 20
    while any(function["qdev_id"] == device for function in guest.monitor.pci_functions()):
        if time.monotonic() > end:
            raise EmulatorError(f"the guest does not let go of {device}")
        time.sleep(0.1)


def _plug(guest, device):
    guest.monitor.execute(
        "device_add", driver=guest.devices[device], id=device, bus=f"{device}-port", netdev=f"{device}-net", romfile=""
    )


def _read(guest, rest):
    device, offset = rest.split()
    return f"{guest.bus.readl(guest.monitor.bar(device) + int(offset, 16)):#010x}"


def _write(guest, rest):
    device, offset, value = rest.split()
    guest.bus.writel(guest.monitor.bar(device) + int(offset, 16), int(value, 16))


def _clear(guest, rest):
    device, offset, bits = rest.split()
    address = guest.monitor.bar(device) + int(offset, 16)
    guest.bus.writel(address, guest.bus.readl(address) & ~int(bits, 16))


def _port_config(guest, device, offset):
    port = guest.monitor.pci_function(f"{device}-port")
    return guest.bus.config_address(port["bus"], port["slot"], port["function"], offset)


BUS_NUMBERS, MEMORY_WINDOW = 0x18, 0x20  # PCI-to-PCI bridge header


def _drop(guest, device):
    """The device falls off the bus: its port forwards nothing, so all reads give all ones. The kernel is not told."""
    saved = {}
    for register in (BUS_NUMBERS, MEMORY_WINDOW):
        address = _port_config(guest, device, register)
        saved[address] = guest.bus.readl(address)
    for address, closed in zip(saved, (0, 0x0000FFF0)):  # a window whose base is above its limit is closed
        guest.bus.writel(address, closed)
    guest.dropped[device] = saved


def _restore(guest, device):
    for address, value in guest.dropped.pop(device).items():
        guest.bus.writel(address, value)


def _monitor(guest, line):
    return guest.monitor.human(line)


def _wait(_guest, seconds):
    time.sleep(float(seconds))


ACTS = {
    "link": _link,
    "unplug": _unplug,
    "plug": _plug,
    "read": _read,
    "write": _write,
    "clear": _clear,
    "drop": _drop,
    "restore": _restore,
    "monitor": _monitor,
    "wait": _wait,
}
