# SPDX-License-Identifier: GPL-2.0-or-later
"""The host's side: kernels, emulators, the nicsim module, the initramfs of a scenario."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

from . import initramfs
from .initramfs import find_tool
from .emulator import version
from .modules import ModuleTree, dependencies

LAB = Path(__file__).resolve().parent.parent
TOP = LAB.parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nicregs"


# What `systemd` puts into a guest from this machine: programs, and files in their places.
SYSTEMD = ["/lib/systemd/systemd", "/usr/bin/busctl", "/usr/bin/systemctl", "/usr/bin/systemd-run", "/usr/bin/dbus-daemon"]
SYSTEMD_FILES = ["/usr/share/dbus-1/system.conf", "/usr/share/dbus-1/system.d/org.freedesktop.systemd1.conf"]
# By which systemd starts whatever it starts, from version 255 on; it knows it by this path.
EXECUTOR = Path("/usr/lib/systemd/systemd-executor")


class HostError(Exception):
    pass


class Kernel:
    """One of the unpacked kernels that tests/lab/kernels fetches."""

    def __init__(self, series):
        self.home = CACHE / series
        self.series = series
        self.vmlinux = self.home / "vmlinux"
        self.modules = ModuleTree(self.home / "root", (self.home / "release").read_text().strip())
        self._nicsim_modules = {}
        self._nicsim_failure = "it was not built"

    def build_nicsim(self):
        with (self.home / ".nicsim.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._build_nicsim()

    @property
    def nicsim(self):
        if not self._nicsim_modules:
            raise LookupError(f"no nicsim for {self.modules.release}: {self._nicsim_failure}")
        return self._nicsim_modules["nicsim.ko"]

    def _build_nicsim(self):
        out = self.home / "nicsim"
        done = subprocess.run(
            ["make", "-C", str(LAB / "nicsim"), f"KDIR={self.home / 'kdir'}", f"O={out}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            # The failure of those guests that want it, not of all others.
            self._nicsim_failure = f"it does not build\n{done.stdout}"
            return
        modules = sorted(out.glob("*.ko"))
        subprocess.run(["strip", "-g", *modules], check=True)
        self._nicsim_modules = {path.name: path.read_bytes() for path in modules}

    def write_module_tree(self, top):
        """nicsim's modules as udev looks for drivers by their aliases, below `top`: [(path, path in the guest)]."""
        where = Path("lib/modules") / self.modules.release
        (top / where).mkdir(parents=True)
        for name, elf in self._nicsim_modules.items():
            (top / where / name).write_bytes(elf)
        subprocess.run([find_tool("depmod"), "-b", top, self.modules.release], check=True, capture_output=True)
        return [(path, where / path.name) for path in (top / where).iterdir()]


class Host:
    def __init__(self, nicregs):
        self._nicregs = nicregs if nicregs.exists() else None
        self._kernels = {}
        self._emulators = find_emulators()
        if self._nicregs is None:
            print(f"lab: no {nicregs}: the guests are without it")

    def prepare(self, series, nicsim, udev, network_manager):
        """Fetches what is not there yet and builds nicsim for the kernels where a scenario wants it."""
        if udev and subprocess.run([LAB / "udev"], check=False).returncode != 0:
            raise HostError("no udev for the guests")
        # One that cannot be had is the failure of its guests, not of all others.
        if network_manager:
            subprocess.run([LAB / "network-manager"], check=False)
        for name in series:
            # One that cannot be had is the failure of its guests, not of all others.
            if subprocess.run([LAB / "kernels", name], check=False).returncode != 0:
                continue
            self._kernels[name] = Kernel(name)
            if name in nicsim:
                self._kernels[name].build_nicsim()

    def kernel(self, series):
        if series not in self._kernels:
            raise LookupError(f"there is no kernel {series} to boot: tests/lab/kernels {series} says why")
        return self._kernels[series]

    def emulator(self, least):
        """The QEMU to use for a scenario that needs at least that version, or None."""
        return next((path for path, major in self._emulators if major >= least), None)

    def has_systemd(self):
        return all(Path(path).exists() for path in SYSTEMD + SYSTEMD_FILES)

    def environment(self):
        """For a scenario's host steps."""
        return {**os.environ, "TOP": str(TOP), "NICREGS": str(self._nicregs.resolve()) if self._nicregs else "nicregs"}

    def write_initramfs(self, path, scenario, kernel):
        wanted = dict(scenario.modules)
        modules = kernel.modules.load_order(name for name in wanted if name != "nicsim")
        programs = [self._nicregs, *sorted((self._nicregs.parent / "lab").glob("*"))] if self._nicregs else []
        if scenario.nicsim:
            modules |= kernel.modules.load_order(dependencies(kernel.nicsim))
            modules["nicsim"] = kernel.nicsim
            programs.append(LAB / "nicsim/selftest.sh")
        files = [(TOP / here, there) for here, there in scenario.files]
        if scenario.udev:
            programs.append(CACHE / "udev/bin/udevadm")
            rules = CACHE / "udev/lib/udev/rules.d"
            files += [(path, f"lib/udev/rules.d/{path.name}") for path in rules.iterdir() if path.name[:2] in ("50", "80")]
        for program in map(Path, scenario.programs):
            if not program.exists():
                raise LookupError(f"{program} is not installed; tests/lab/packages lists what the lab needs")
            programs.append(program)
        if scenario.systemd:
            programs += SYSTEMD
            files += [(Path(path), path) for path in SYSTEMD_FILES]
        if any(Path(program).name == "systemd" for program in programs) and EXECUTOR.exists():
            programs.append(EXECUTOR)
            files.append((EXECUTOR, EXECUTOR))
        if scenario.network_manager:
            files += network_manager_files()
        if scenario.udev and scenario.nicsim:
            files += kernel.write_module_tree(path.with_name("modules"))
        lines = [f"{name} {wanted.get(name, '')}".rstrip() for name in modules]
        with path.open("wb") as stream:
            initramfs.write(stream, modules, lines, programs, files)


def network_manager_files():
    """NetworkManager, its client and D-Bus, with the libraries that they need: [(path, path in the guest)]."""
    root = CACHE / "network-manager"
    programs = [root / "usr/sbin/NetworkManager", root / "usr/bin/nmcli", root / "usr/bin/dbus-daemon"]
    if not all(program.exists() for program in programs):
        raise LookupError("there is no NetworkManager to run: tests/lab/network-manager says why")
    policies = [Path("usr/share/dbus-1") / name for name in ("system.conf", "system.d/org.freedesktop.NetworkManager.conf")]
    own = [root / "usr/lib/x86_64-linux-gnu", root / "lib/x86_64-linux-gnu"]
    files = [(program, f"bin/{program.name}") for program in programs]
    files += [(root / policy, policy) for policy in policies]
    for library in {library for program in programs for library in initramfs.shared_libraries(program, own)}:
        path = Path(library)
        files.append((path, path.relative_to(root) if path.is_relative_to(root) else path))
    return files


def find_emulators():
    """(path, major version) of every QEMU we may use, the one to prefer first: QEMU=, the stock one, the one beside."""
    candidates = [os.environ.get("QEMU"), shutil.which("qemu-system-x86_64"), CACHE / "qemu/qemu-system-x86_64"]
    found = []
    for path in filter(None, candidates):
        try:
            done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
        except OSError:
            continue
        if done.returncode == 0:
            found.append((path, version(done.stdout)))
    if not found:
        raise HostError("no qemu-system-x86_64; tests/lab/packages lists what the lab needs")
    return found
