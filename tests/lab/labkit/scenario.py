# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenario files: what to boot, what to do, what must be seen. README.md describes the format."""

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

KERNELS = ["5.10", "6.1", "6.12", "newest"]
USUAL_KERNELS = ["6.1", "6.12"]


class ScenarioError(Exception):
    """A mistake in a scenario file, with its place."""


@dataclass
class Step:
    """One act and the checks on what came of it."""

    place: str
    verb: str  # guest, start, finish, outside, host, save
    text: str
    checks: list = field(default_factory=list)  # of (place, word, argument)
    exit: str = "0"
    within: float = 30
    until: float = 0

    def has(self, *words):
        return any(word in words for _, word, _ in self.checks)


@dataclass
class Scenario:
    name: str
    about: str = ""
    devices: list = field(default_factory=list)  # of (model, {property: value}), each with an "id"
    modules: list = field(default_factory=list)  # of (module name, parameters), in load order
    nicsim: bool = False
    udev: bool = False
    systemd: bool = False
    network_manager: bool = False
    files: list = field(default_factory=list)  # of (path here, path in the guest)
    programs: list = field(default_factory=list)  # of this machine, by their paths
    cmdline: list = field(default_factory=list)
    arguments: list = field(default_factory=list)  # for QEMU
    kernels: list = field(default_factory=lambda: list(USUAL_KERNELS))
    qemu: int = 7
    limit: float = 120
    allow: list = field(default_factory=list)
    steps: list = field(default_factory=list)

    def uses(self, verb, *acts):
        return any(step.verb == verb and step.text.split()[0] in acts for step in self.steps)

    def stretch(self, factor):
        """Waits that many times longer before it gives up, on a machine that is busy."""
        self.limit *= factor
        for step in self.steps:
            step.within *= factor
            step.until *= factor


VERBS = {"guest", "start", "finish", "outside", "host", "save", "reboot"}
CHECKS = {"expect", "reject", "json", "reads", "writes", "others", "emulator", "as"}
SETTINGS = {"exit", "within", "until"}


def load(path):
    path = Path(path)
    scenario = Scenario(path.name.removesuffix(".scenario"))
    lines = path.read_text().splitlines()
    scenario.about = next((line[1:].strip() for line in lines if line.startswith("#")), "")
    for number, line in enumerate(lines, 1):
        place = f"{path.name}:{number}"
        try:
            _line(scenario, place, line)
        except (ValueError, IndexError) as error:
            raise ScenarioError(f"{place}: {line.strip()}: {error}") from error
    if not scenario.steps:
        raise ScenarioError(f"{path.name}: no steps")
    return scenario


def _line(scenario, place, line):
    stripped = line.strip()
    if not stripped or stripped.startswith("#"):
        return
    word, _, rest = stripped.partition(" ")
    rest = rest.strip()
    if line[0] in " \t":
        if not scenario.steps:
            raise ValueError("indented, but no step stands above")
        _under_step(scenario.steps[-1], place, word, rest, stripped)
    elif word in VERBS:
        scenario.steps.append(Step(place, word, rest))
    elif word in BOOT:
        if scenario.steps:
            raise ValueError(f"{word}: what to boot stands before the first step")
        BOOT[word](scenario, rest)
    else:
        raise ValueError(f"unknown word {word!r}")


def _under_step(step, place, word, rest, stripped):
    if word == "|":
        step.text += "\n" + stripped[2:]
    elif word in SETTINGS:
        setattr(step, word, rest if word == "exit" else float(rest))
    elif word in CHECKS:
        if word in ("expect", "reject"):
            re.compile(rest)
        step.checks.append((place, word, rest))
    else:
        raise ValueError(f"unknown word {word!r} under a step")


def _device(scenario, rest):
    model, *properties = shlex.split(rest)
    properties = dict(item.split("=", 1) for item in properties)
    properties.setdefault("id", f"nic{len(scenario.devices)}")
    scenario.devices.append((model, properties))


def _module(scenario, rest):
    name, _, parameters = rest.partition(" ")
    scenario.modules.append((name.replace("-", "_"), parameters.strip()))


def _nicsim(scenario, rest):
    scenario.nicsim = True
    scenario.modules.append(("nicsim", rest))


def _udev(scenario, rest):
    if rest:
        raise ValueError("udev takes no words")
    scenario.udev = True


def _systemd(scenario, rest):
    if rest:
        raise ValueError("systemd takes no words")
    scenario.systemd = True


def _network_manager(scenario, rest):
    if rest:
        raise ValueError("network-manager takes no words")
    scenario.network_manager = True


def _file(scenario, rest):
    here, there = shlex.split(rest)
    scenario.files.append((here, there))


def _kernel(scenario, rest):
    scenario.kernels = list(KERNELS) if rest == "all" else rest.split()
    unknown = set(scenario.kernels) - set(KERNELS)
    if unknown:
        raise ValueError(f"no such kernel; known: {' '.join(KERNELS)}")


BOOT = {
    "device": _device,
    "driver": _module,
    "module": _module,
    "nicsim": _nicsim,
    "udev": _udev,
    "systemd": _systemd,
    "network-manager": _network_manager,
    "file": _file,
    "program": lambda scenario, rest: scenario.programs.extend(rest.split()),
    "kernel": _kernel,
    "cmdline": lambda scenario, rest: scenario.cmdline.append(rest),
    "argument": lambda scenario, rest: scenario.arguments.extend(shlex.split(rest)),
    "qemu": lambda scenario, rest: setattr(scenario, "qemu", int(rest)),
    "limit": lambda scenario, rest: setattr(scenario, "limit", float(rest)),
    "allow": lambda scenario, rest: scenario.allow.append(re.compile(rest)),
}
