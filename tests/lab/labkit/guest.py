# SPDX-License-Identifier: GPL-2.0-or-later
"""One guest: a QEMU process, the serial line to the shell inside, and the sockets beside it."""

import base64
import gzip
import socket
import subprocess
import time

from . import tsc
from .emulator import Bus, EmulatorError, Monitor

BOOT_SECONDS = 90
MEMORY_MB = 512
ONES_SIZE = 1 << 20
# isolcpus, irqaffinity and nohz=off keep everything but the command under check off CPU 1: see trace.py
# ipv6.disable: no frame comes or goes that a scenario did not ask for
# tsc_early_khz: a kernel that measures it itself while this machine is busy now and then finds a tenth, and its clock runs ten
# times too fast: limits of time end early, and it complains about stalls; those before the first process are the machine's
CMDLINE = (
    "console=ttyS0 panic=-1 lsm=lockdown isolcpus=1 irqaffinity=0 nohz=off ipv6.disable=1"
    " rcupdate.rcu_cpu_stall_suppress_at_boot=1"
)


class GuestError(Exception):
    """The guest did not do as told; the message is for the person who reads the test's output."""


class Guest:
    """Use as a context manager: no QEMU is left when it ends."""

    def __init__(self, qemu, vmlinux, initramfs, scenario, directory):
        self._arguments = _arguments(qemu, vmlinux, initramfs, scenario)
        self._directory = directory
        self._vanishes = scenario.uses("outside", "drop", "unplug")
        self._process = None
        self.expired = False
        self.devices = {properties["id"]: model for model, properties in scenario.devices}
        self.changed = {}  # device: (address, value as it was) of what was changed from outside

    def __enter__(self):
        arguments = self._arguments + [
            "-serial", f"file:{self._directory}/console",
            "-chardev", f"socket,id=line,path={self._directory}/line,server=on,wait=off",
            "-serial", "chardev:line",
            "-qmp", f"unix:{self._directory}/qmp,server=on,wait=off",
            "-qtest", f"unix:{self._directory}/qtest,server=on,wait=off", "-qtest-log", "none",
            "-D", f"{self._directory}/trace",
            *self._ones(),
        ]  # fmt: skip
        with (self._directory / "qemu.log").open("w") as log:
            self._process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        try:
            self.monitor = Monitor(self._directory / "qmp", 10)
            self.bus = Bus(self._directory / "qtest", 10)
            self._line = _open_line(self._directory / "line")
            self._wait_ready(time.monotonic() + BOOT_SECONDS)
        except BaseException:
            self.__exit__()
            raise
        return self

    def reboot(self):
        """Off and on again; the initramfs is read anew."""
        self.kill()
        self._process.wait()
        self._line.close()
        for name in ("line", "qmp", "qtest"):
            (self._directory / name).unlink(missing_ok=True)
        self.__enter__()

    def __exit__(self, *_):
        self.kill()
        self._process.wait()

    def kill(self):
        if self._process:
            self._process.kill()

    def expire(self):
        self.expired = True
        self.kill()

    def _ones(self):
        """A PCI device whose memory is full of ones, for where a NIC was: see outside.py."""
        if not self._vanishes:
            return []
        path = self._directory / "ones"
        path.write_bytes(b"\xff" * ONES_SIZE)
        return [
            "-object", f"memory-backend-file,id=ones-memory,mem-path={path},size={ONES_SIZE},share=on",
            "-device", "ivshmem-plain,id=ones,memdev=ones-memory,addr=0x1e",
        ]  # fmt: skip

    def run(self, script, seconds, cpu=0):
        """Runs a shell script in the guest; (exit status, output). A script that takes longer is killed: 137."""
        encoded = base64.b64encode(script.encode()).decode()
        end = time.monotonic() + seconds + 5
        self._line.settimeout(seconds + 5)
        self._line.sendall(f"{1 << cpu:x} {int(seconds)} {encoded}\n".encode())
        status, length, how = self._read_until(b"\n", end).split()
        data = self._read_exactly(int(length), end)
        return int(status), gzip.decompress(data) if how == b"gzip" else data

    def console(self):
        path = self._directory / "console"
        text = path.read_bytes().decode(errors="replace") if path.exists() else ""
        return text + (self._directory / "qemu.log").read_text(errors="replace")

    def _wait_ready(self, end):
        text = ""
        while not text.endswith("ready"):
            text = self._read_until(b"\n", end).decode(errors="replace").strip()

    def _read_until(self, last, end):
        data = b""
        while not data.endswith(last):
            data += self._receive(1, end)
        return data

    def _read_exactly(self, length, end):
        data = b""
        try:
            while len(data) < length:
                data += self._receive(length - len(data), end)
        except GuestError as error:
            raise GuestError(f"{error}: {len(data)} of {length} bytes came") from error
        return data

    def _receive(self, most, end):
        while True:
            if self._process.poll() is not None:
                raise GuestError("the guest ended by itself")
            if time.monotonic() > end:
                raise GuestError("the guest does not answer")
            self._line.settimeout(1)
            try:
                data = self._line.recv(most)
            except TimeoutError:
                continue
            if not data:
                raise GuestError("the guest ended by itself")
            return data


def shell_arguments(qemu, vmlinux, initramfs, scenario):
    """QEMU with a shell on the terminal it is started from."""
    return _arguments(qemu, vmlinux, initramfs, scenario, "lab.shell") + ["-serial", "mon:stdio"]


def _arguments(qemu, vmlinux, initramfs, scenario, *words):
    arguments = [
        # the emulator dies with the thread that started it, however that ends
        "setpriv", "--pdeathsig", "KILL", str(qemu),
        "-accel", "tcg,thread=single", "-cpu", "max", "-M", "q35", "-m", str(MEMORY_MB), "-smp", "2",
        "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
        "-kernel", str(vmlinux), "-initrd", str(initramfs),
        "-append", " ".join([CMDLINE, *_clock(), *scenario.cmdline, *words]),
        *scenario.arguments,
    ]  # fmt: skip
    if scenario.nicsim:  # takes the memory for its BARs from here
        arguments += ["-object", "memory-backend-ram,id=bars,size=128M", "-device", "ivshmem-plain,memdev=bars,addr=0x1d"]
    for number, (model, properties) in enumerate(scenario.devices):
        arguments += _device_arguments(number, model, properties)
    return arguments


def _clock():
    khz = tsc.kilohertz()
    return [f"tsc_early_khz={khz}"] if khz else []


def _device_arguments(number, model, properties):
    """Each device stands behind a root port of its own, in a slot that can be hot-plugged."""
    name = properties["id"]
    device = {"driver": model, "bus": f"{name}-port", "netdev": f"{name}-net", "romfile": "", **properties}
    return [
        "-device", f"pcie-root-port,id={name}-port,chassis={number + 1},addr={number + 2:#x}",
        "-netdev", f"user,id={name}-net,guestfwd=tcp:10.0.2.100:7-cmd:/bin/cat",
        "-device", ",".join(f"{key}={value}" if key != "driver" else value for key, value in device.items()),
    ]  # fmt: skip


def _open_line(path):
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(path))
    except OSError as error:
        raise EmulatorError(f"the guest's serial line: {error}") from error
    return connection
