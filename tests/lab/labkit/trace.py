# SPDX-License-Identifier: GPL-2.0-or-later
"""Which registers were read and written, and by which virtual CPU, from the emulator's own trace.

The event is memory_region_ops_read (and _write): one line per access the emulator serves, with the CPU that made it.
In the guest everything lives on CPU 0, interrupts and timers included, but a command under check, which is bound to
CPU 1. So what CPU 1 does is the command's, kernel work done on its behalf (an ethtool call, say) included, and what the
driver's watchdog does meanwhile is not.
"""

import re
from dataclasses import dataclass

EVENTS = ["memory_region_ops_read", "memory_region_ops_write"]
COMMAND_CPU = 1
LINE = re.compile(
    r"memory_region_ops_(read|write) cpu (-?\d+) mr \S+ addr (0x[0-9a-f]+) value (0x[0-9a-f]+)"
    r" size (\d+) name '((?:e1000e?|igb)-mmio)'"
)
# Intel 82574 datasheet, 10.2; the same on 82540 to 82545, 82576 and I350
NAMED = {
    "CTRL": [0x0],
    "STATUS": [0x8],
    "ICR": [0xC0],
    "EICR": [0x1580],
    "SWSM": [0x5B50],
    "TDH": [0x3810],
    "TDT": [0x3818],
    "statistics": range(0x4000, 0x4128, 4),
    "mii": [0x8, 0x20, 0xF00],  # what e1000e touches to answer for its PHY: STATUS, MDIC, EXTCNF_CTRL
}


@dataclass
class Access:
    kind: str  # read or write
    cpu: int
    offset: int
    value: int


class Trace:
    """The emulator's trace file; a mark is a position in it."""

    def __init__(self, path):
        self._path = path

    def mark(self):
        return self._path.stat().st_size if self._path.exists() else 0

    def since(self, mark, bar, size=0x20000):
        """Accesses to the register BAR since MARK, in order."""
        with self._path.open() as stream:
            stream.seek(mark)
            found = [LINE.search(line) for line in stream]
        accesses = [
            Access(hit[1], int(hit[2]), int(hit[3], 16) - bar, int(hit[4], 16)) for hit in found if hit
        ]
        return [access for access in accesses if 0 <= access.offset < size]


def offsets(words):
    """Register names, group names, offsets and ranges (0x4000-0x4124) as a set of offsets."""
    result = set()
    for word in words:
        first, dash, last = word.partition("-")
        if word in NAMED:
            result.update(NAMED[word])
        elif dash:
            result.update(range(int(first, 16), int(last, 16) + 1, 4))
        else:
            result.add(int(word, 16))
    return result


def complaint(accesses, rule):
    """Why ACCESSES (of one kind, by one party) break RULE, or None. Rules: see README.md."""
    word, *rest = rule.split()
    seen = [access.offset for access in accesses]
    if word == "breaks":
        return None if complaint(accesses, " ".join(rest)) else "it does not"
    if word == "none":
        return _list("unexpected:", seen)
    if word == "not":
        return _list("forbidden:", [offset for offset in seen if offset in offsets(rest)])
    if word == "only":
        return _list("beyond what was allowed:", [offset for offset in seen if offset not in offsets(rest)])
    if word == "all":
        return _list("missing:", sorted(offsets(rest) - set(seen)))
    if word == "once":
        spared = offsets(rest[1:]) if rest[:1] == ["except"] else set()
        return _list("more than once:", sorted({o for o in seen if seen.count(o) > 1 and o not in spared}))
    raise ValueError(f"{word}: not one of none, not, only, all, once, breaks")


def _list(what, bad):
    return f"{what} {' '.join(f'{offset:#07x}' for offset in bad)}" if bad else None
