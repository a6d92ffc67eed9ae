# SPDX-License-Identifier: GPL-2.0-or-later
"""Performs a scenario's steps in a running guest and checks what came of them."""

import base64
import fnmatch
import json
import pathlib
import re
import subprocess
import sys
import time

from . import initramfs
from .emulator import EmulatorError
from .guest import GuestError
from .outside import act
from .trace import COMMAND_CPU, EVENTS, Trace, complaint

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "schema"))
import printed  # noqa: E402
import schema  # noqa: E402

KERNEL_COMPLAINTS = re.compile(
    r"WARNING:|BUG:|Oops|general protection|possible circular locking|possible recursive locking|"
    r"inconsistent lock state|suspicious RCU|KASAN|UBSAN|unable to handle|Call Trace|refcount_t|sysfs: cannot create"
)


MISTAKES = (ValueError, LookupError, TypeError, re.error)  # of a scenario's author, found when a step is performed


class StepFailed(Exception):
    pass


class Performance:
    """One scenario in one guest."""

    def __init__(self, scenario, guest, directory, environment):
        self._scenario = scenario
        self._guest = guest
        self._directory = directory
        self._environment = environment  # for host steps
        self._trace = Trace(directory / "trace")
        self._transcript = directory / "transcript"
        self._variables = {}
        self._image = directory / "initramfs"
        self._image_size = self._image.stat().st_size

    def play(self):
        for step in self._scenario.steps:
            try:
                self._play_step(step)
            except MISTAKES + (StepFailed, GuestError, EmulatorError) as error:
                what = f"{type(error).__name__}: {error}" if isinstance(error, MISTAKES) else str(error)
                raise StepFailed(f"{step.place}: {step.verb} {step.text}\n{what}") from error
        self._check_kernel_log()

    def _play_step(self, step):
        end = time.monotonic() + step.until
        while True:
            begun = time.monotonic()
            accesses, status, output = self._do(step)
            self._write_down(step, status, output, accesses, time.monotonic() - begun)
            failure = self._failure(step, status, output, accesses)
            if failure is None:
                return
            if time.monotonic() > end:
                raise StepFailed(failure)
            time.sleep(0.5)

    def _do(self, step):
        """(accesses to the first device's registers, status, output) of one try."""
        text = self._fill(step.text)
        if step.has("reads", "writes", "others"):
            return self._traced(text, step.within)
        return ([], *VERBS[step.verb](self, text, step.within))

    def _traced(self, text, within):
        device = next(iter(self._guest.devices), None)
        if device is None:
            raise StepFailed("reads and writes need a device of the emulator")
        bar = self._guest.monitor.bar(device)
        mark = self._trace.mark()
        self._set_tracing(True)
        status, output = self._in_guest(text, within, COMMAND_CPU)
        self._set_tracing(False)
        return self._trace.since(mark, bar), status, output

    def _write_down(self, step, status, output, accesses, took):
        with self._transcript.open("a") as stream:
            stream.write(f"{step.place}: {step.verb} {step.text}\n{output}\n(exit status {status}, {took:.1f} s)\n")
            for access in accesses:
                stream.write(f"CPU {access.cpu} {access.kind} {access.offset:#07x} {access.value:#010x}\n")

    def _set_tracing(self, enable):
        for event in EVENTS:
            self._guest.monitor.execute("trace-event-set-state", name=event, enable=enable)

    def _in_guest(self, text, within, cpu=0):
        status, output = self._guest.run(text, within, cpu)
        return str(status), output.decode(errors="replace")

    def _start(self, text, within):
        name, _, command = text.partition(" ")
        return self._in_guest(
            f"rm -f /run/{name}.status\n"
            f"{{ ( {command} ) >/run/{name}.output 2>&1; echo $? >/run/{name}.status; }} >/dev/null 2>&1 &",
            within,
        )

    def _finish(self, name, within):
        return self._in_guest(
            f"until [ -s /run/{name}.status ]; do sleep 0.2; done\n"
            f"cat /run/{name}.output; exit $(cat /run/{name}.status)",
            within,
        )

    def _outside(self, text, _within):
        return "0", act(self._guest, text)

    def _reboot(self, folder, within):
        """Switches the guest off and on. The files below the folder are there again from the start."""
        status, data = self._guest.run(f"cd {folder} && for f in $(find * -type f); do echo $f; base64 $f | tr -d '\\n'; echo; done", within)
        lines = data.decode().split("\n")
        files = {f"{folder}/{name}": base64.b64decode(content) for name, content in zip(lines[::2], lines[1::2])}
        initramfs.append(self._image, self._image_size, files)
        self._guest.reboot()
        return str(status), "\n".join(files)

    def _host(self, text, within):
        try:
            done = subprocess.run(
                ["bash", "-c", text], cwd=self._directory, env=self._environment, timeout=within, text=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise StepFailed(f"took longer than {within:.0f} s") from error
        return str(done.returncode), done.stdout

    def _save(self, text, within):
        inside, _, name = text.partition(" ")
        status, data = self._guest.run(f"cat '{inside}'", within)
        (self._directory / (name or inside.rsplit("/", 1)[-1])).write_bytes(data)
        return str(status), data.decode(errors="replace")

    def _fill(self, text):
        return re.sub(r"\{\{(\w+)\}\}", lambda hit: self._variables[hit[1]], text)

    def _failure(self, step, status, output, accesses):
        """What does not hold, or None."""
        if step.exit not in ("any", status):
            killed = f" (killed; it had {step.within:.0f} s)" if status == "137" else ""
            return f"exit status {status}{killed}, not {step.exit}\n" + tail("output", output)
        for place, word, argument in step.checks:
            why = CHECKS[word](self, self._fill(argument), output, accesses)
            if why:
                return f"{place}: {word} {argument}\n  {why}\n" + tail("output", output)
        return self._published(step, output)

    def _published(self, step, output):
        """JSON that is the output is as its schema says."""
        found = printed.document(self._fill(step.text), output) if step.has("json") else None
        why = schema.check(*found) if found else None
        return f"{step.place}: {why}\n" + tail("output", output) if why else None

    def _expect(self, pattern, output, _accesses):
        return None if re.search(pattern, output, re.M) else "is not in the output"

    def _reject(self, pattern, output, _accesses):
        return "is in the output" if re.search(pattern, output, re.M) else None

    def _json(self, expression, output, _accesses):
        try:
            return None if eval(expression, {"doc": json.loads(output)}) else "is not true"
        except MISTAKES as error:
            return f"{type(error).__name__}: {error}"

    def _reads(self, rule, _output, accesses):
        return complaint([a for a in accesses if a.kind == "read" and a.cpu == COMMAND_CPU], rule)

    def _writes(self, rule, _output, accesses):
        return complaint([a for a in accesses if a.kind == "write" and a.cpu == COMMAND_CPU], rule)

    def _others(self, rule, _output, accesses):
        return complaint([a for a in accesses if a.kind == "read" and a.cpu != COMMAND_CPU], rule)

    def _as(self, name, output, _accesses):
        self._variables[name] = output.strip()

    def _emulator(self, globs, output, _accesses):
        """The registers in the JSON output have the values that the emulator holds."""
        bar = self._guest.monitor.bar(next(iter(self._guest.devices)))
        wanted, _, spared = globs.partition(" except ")
        compared = 0
        for register in _registers(json.loads(output)):
            if _among(register["name"], wanted) and not _among(register["name"], spared):
                held = self._guest.bus.readl(bar + register["offset"])
                compared += 1
                if held != register["value"]:
                    return f"{register['name']}: {register['value']:#x}, but the emulator holds {held:#x}"
        return None if compared else "no such register in the output"

    def _check_kernel_log(self):
        _, log = self._in_guest("dmesg", 20)
        for line in log.splitlines():
            if KERNEL_COMPLAINTS.search(line) and not any(allow.search(line) for allow in self._scenario.allow):
                raise StepFailed(f"the kernel complains: {line}")


def tail(what, text, most=60):
    lines = text.splitlines()
    cut = f" (the last {most} of {len(lines)} lines; --keep DIR keeps all)" if len(lines) > most else ""
    return "\n".join([f"{what}{cut}:", *lines[-most:]])


def _among(name, globs):
    return any(fnmatch.fnmatchcase(name, glob) for glob in globs.split())


def _registers(document):
    """Every register of the BAR that has a value in what show --json printed."""
    for device in document["devices"]:
        for register in device["registers"]:
            if "value" in register and register.get("space") != "phy":
                yield register


VERBS = {
    "guest": Performance._in_guest,
    "start": Performance._start,
    "finish": Performance._finish,
    "outside": Performance._outside,
    "host": Performance._host,
    "save": Performance._save,
    "reboot": Performance._reboot,
}
CHECKS = {
    "expect": Performance._expect,
    "reject": Performance._reject,
    "json": Performance._json,
    "reads": Performance._reads,
    "writes": Performance._writes,
    "others": Performance._others,
    "emulator": Performance._emulator,
    "as": Performance._as,
}
