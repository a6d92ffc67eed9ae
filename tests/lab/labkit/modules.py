# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernel modules of an unpacked kernel package: where they are, what they need."""

import lzma
import re
from pathlib import Path


class ModuleTree:
    """The modules under lib/modules/RELEASE of an unpacked linux-image package."""

    def __init__(self, root, release):
        self.release = release
        top = Path(root) / "lib/modules" / release / "kernel"
        self._files = {}
        for path in top.rglob("*.ko*"):
            self._files[_name(path)] = path

    def read(self, name):
        """The module's ELF, decompressed."""
        path = self._files.get(name.replace("-", "_"))
        if path is None:
            raise LookupError(f"this kernel has no module {name}")
        data = path.read_bytes()
        return lzma.decompress(data) if path.suffix == ".xz" else data

    def load_order(self, names):
        """NAMES and all they depend on, each after what it needs, as {name: ELF}."""
        order = {}
        for name in names:
            self._visit(name.replace("-", "_"), order)
        return order

    def _visit(self, name, order):
        if name in order:
            return
        elf = self.read(name)
        for needed in dependencies(elf):
            self._visit(needed, order)
        order[name] = elf


def dependencies(elf):
    """What a module's own .modinfo says it needs."""
    found = re.search(rb"(?:^|\0)depends=([^\0]*)\0", elf)
    names = found.group(1).decode() if found else ""
    return [name.replace("-", "_") for name in names.split(",") if name]


def _name(path):
    return path.name.split(".ko")[0].replace("-", "_")
