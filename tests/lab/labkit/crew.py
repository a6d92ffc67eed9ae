# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs one scenario on one kernel, from an empty directory to a verdict; knows the guests that live."""

import shutil
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from .emulator import EmulatorError
from .guest import Guest, GuestError, shell_arguments
from .perform import Performance, StepFailed, tail


class Crew:
    def __init__(self, host, keep, verbose):
        self._host = host
        self._keep = keep
        self._verbose = verbose
        self._guests = set()
        self._stopping = False

    def run(self, scenario, series):
        """("ok", "FAIL" or "skip"; the line to print; what else to print: why it failed, and where)."""
        label = f"{scenario.name} [{series}]"
        qemu = self._host.emulator(scenario.qemu)
        if qemu is None:
            return "skip", f"{label}: needs QEMU {scenario.qemu} or later; tests/lab/qemu-newer fetches one", ""
        if scenario.systemd and not self._host.has_systemd():
            return "skip", f"{label}: needs systemd and dbus-daemon on this machine", ""
        begun = time.monotonic()
        with self._directory(f"{scenario.name}-{series}") as directory:
            try:
                failure = self._try(scenario, self._host.kernel(series), qemu, directory)
            except (LookupError, OSError) as error:
                failure = f"{type(error).__name__}: {error}"
            transcript = directory / "transcript"
            told = transcript.read_text() if self._verbose and transcript.exists() else ""
        label += f" {time.monotonic() - begun:.0f}s"
        return ("FAIL" if failure else "ok"), label, told + failure

    def stop(self):
        """Kills every guest; those who wait for one are told by its silence."""
        self._stopping = True
        for guest in list(self._guests):
            guest.kill()

    def _try(self, scenario, kernel, qemu, directory):
        """"" or why it failed, with the guest's console."""
        image = directory / "initramfs"
        self._host.write_initramfs(image, scenario, kernel)
        guest = Guest(qemu, kernel.vmlinux, image, scenario, directory)
        limit = threading.Timer(scenario.limit, guest.expire)
        try:
            self._guests.add(guest)
            if self._stopping:
                return "stopped"
            limit.start()
            with guest:
                Performance(scenario, guest, directory, self._host.environment()).play()
        except (StepFailed, GuestError, EmulatorError) as error:
            why = f"took longer than its limit of {scenario.limit:.0f} s: {error}" if guest.expired else str(error)
            console = tail(f"--- console of {scenario.name} [{kernel.series}]", guest.console())
            return f"{why}\n{console}\n---"
        finally:
            limit.cancel()
            self._guests.discard(guest)
        return ""

    @contextmanager
    def _directory(self, name):
        """A directory with a short path, for sockets; what is worth keeping is copied from it."""
        with tempfile.TemporaryDirectory(prefix="nicregs-lab-") as path:
            directory = Path(path)
            yield directory
            if self._keep:
                skip = shutil.ignore_patterns("line", "qmp", "qtest", "initramfs", "modules", "ones")
                shutil.copytree(directory, self._keep / name, dirs_exist_ok=True, ignore=skip)


def shell(host, scenario, series):
    """The guest of a scenario with a shell on this terminal instead of its steps."""
    kernel = host.kernel(series)
    with tempfile.TemporaryDirectory(prefix="nicregs-lab-") as path:
        image = Path(path) / "initramfs"
        host.write_initramfs(image, scenario, kernel)
        arguments = shell_arguments(host.emulator(scenario.qemu), kernel.vmlinux, image, scenario)
        return subprocess.run(arguments, check=False).returncode
