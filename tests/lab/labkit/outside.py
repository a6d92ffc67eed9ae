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
    _lay_ones(guest, device)
    guest.monitor.execute("device_del", id=device)
    end = time.monotonic() + 20
    while any(function["qdev_id"] == device for function in guest.monitor.pci_functions()):
        if time.monotonic() > end:
            raise EmulatorError(f"the guest does not let go of {device}")
        time.sleep(0.1)


def _plug(guest, device):
    _put_back(guest, device)
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


def _config_address(guest, qdev_id, offset):
    function = guest.monitor.pci_function(qdev_id)
    return guest.bus.config_address(function["bus"], function["slot"], function["function"], offset)


COMMAND, BAR2, BUS_NUMBERS, MEMORY_WINDOW = 0x04, 0x18, 0x18, 0x20  # PCI configuration space
DECODE_MEMORY = 0x2


def _change(guest, device, address, value):
    guest.changed.setdefault(device, []).append((address, guest.bus.readl(address)))
    guest.bus.writel(address, value)


def _put_back(guest, device):
    for address, value in reversed(guest.changed.pop(device, [])):
        guest.bus.writel(address, value)


def _lay_ones(guest, device):
    """Where nothing answers a machine reads all ones, but QEMU zeros; so memory full of ones is laid below the window of
    the device's port, to be seen as soon as the device is not."""
    port = _config_address(guest, f"{device}-port", MEMORY_WINDOW)
    window = guest.bus.readl(port)
    _change(guest, device, _config_address(guest, "ones", BAR2), (window & 0xFFF0) << 16)
    _change(guest, device, _config_address(guest, "ones", BAR2 + 4), 0)
    _change(guest, device, _config_address(guest, "ones", COMMAND), DECODE_MEMORY)
    guest.bus.writel(port, window)  # what was written last is on top


def _drop(guest, device):
    """The device falls off the bus: its port forwards nothing, so all reads give all ones. The kernel is not told."""
    _lay_ones(guest, device)
    _change(guest, device, _config_address(guest, f"{device}-port", BUS_NUMBERS), 0)
    _change(guest, device, _config_address(guest, f"{device}-port", MEMORY_WINDOW), 0xFFF0)  # base above limit: closed


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
    "restore": _put_back,
    "monitor": _monitor,
    "wait": _wait,
}
