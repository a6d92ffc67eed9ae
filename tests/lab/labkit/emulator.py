# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU from outside: its monitor (QMP) and its bus access (qtest). Neither involves the guest."""

import json
import re
import socket
import time


class EmulatorError(Exception):
    pass


class Monitor:
    """QMP over a unix socket."""

    def __init__(self, path, timeout):
        self._stream = _connect(path, timeout).makefile("rw", encoding="utf-8")
        self._bars = {}
        self._read()
        self.execute("qmp_capabilities")

    def execute(self, command, **arguments):
        self._send({"execute": command, "arguments": arguments})
        while True:
            answer = self._read()
            if "error" in answer:
                raise EmulatorError(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def human(self, line):
        return self.execute("human-monitor-command", **{"command-line": line})

    def pci_functions(self):
        """Every function the emulator has, below bridges too."""
        buses = [bus["devices"] for bus in self.execute("query-pci")]
        while buses:
            for function in buses.pop():
                yield function
                bridge = function.get("pci_bridge")
                if bridge:
                    buses.append(bridge.get("devices", []))

    def pci_function(self, qdev_id):
        for function in self.pci_functions():
            if function["qdev_id"] == qdev_id:
                return function
        raise EmulatorError(f"the emulator has no device {qdev_id}")

    def bar(self, qdev_id, index=0):
        """The address where a memory BAR is mapped, or was when memory decoding was last on."""
        for region in self.pci_function(qdev_id)["regions"]:
            if region["bar"] == index and region["type"] == "memory" and region["address"] >= 0:
                self._bars[qdev_id, index] = region["address"]
        if (qdev_id, index) not in self._bars:
            raise EmulatorError(f"BAR {index} of {qdev_id} is not mapped")
        return self._bars[qdev_id, index]

    def _send(self, message):
        self._stream.write(json.dumps(message) + "\n")
        self._stream.flush()

    def _read(self):
        line = self._stream.readline()
        if not line:
            raise EmulatorError("the emulator has gone")
        return json.loads(line)


class Bus:
    """qtest: physical memory as a bus master would see it."""

    ECAM = 0xB0000000  # q35: memory-mapped configuration space, as the firmware leaves it

    def __init__(self, path, timeout):
        self._stream = _connect(path, timeout).makefile("rw", encoding="utf-8")

    def readl(self, address):
        return int(self._ask(f"readl {address:#x}"), 16)

    def writel(self, address, value):
        self._ask(f"writel {address:#x} {value:#x}")

    def config_address(self, bus, slot, function, offset):
        return self.ECAM + (bus << 20 | slot << 15 | function << 12 | offset)

    def _ask(self, line):
        self._stream.write(line + "\n")
        self._stream.flush()
        answer = self._stream.readline().split()
        if not answer or answer[0] != "OK":
            raise EmulatorError(f"qtest: {line}: {' '.join(answer) or 'no answer'}")
        return answer[1] if len(answer) > 1 else ""


def version(program_output):
    """The major version in the first line of qemu --version."""
    found = re.search(r"version (\d+)\.", program_output)
    return int(found.group(1)) if found else 0


def _connect(path, timeout):
    end = time.monotonic() + timeout
    while True:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(path))
            connection.settimeout(timeout)
            return connection
        except OSError:
            connection.close()
            if time.monotonic() > end:
                raise EmulatorError(f"the emulator does not answer at {path.name}") from None
            time.sleep(0.05)
