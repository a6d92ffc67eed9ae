# SPDX-License-Identifier: GPL-2.0-or-later
"""Intel NICs: what nicregs sees of them, and the incidents that its watch saved."""

from sos.report.plugins import Plugin, IndependentPlugin, DebianPlugin, UbuntuPlugin


# Debian 12's sos takes plugins of its own distribution alone.
class Nicregs(Plugin, IndependentPlugin, DebianPlugin, UbuntuPlugin):
    """Only registers that a read does not change are read, no module is loaded, no service started, and a sleeping device is left asleep. For
    a device with a bound driver nicregs may load a BPF program that reads where the kernel has mapped its registers
    (--access in nicregs(8)). MAC addresses are masked in snapshots; the log's lines are not.
    """

    short_desc = 'Registers and state of Intel NICs'
    plugin_name = 'nicregs'
    profiles = ('network', 'hardware')
    packages = ('nicregs',)
    commands = ('nicregs',)

    def setup(self):
        self.add_cmd_output([
            'nicregs version',
            'nicregs list',
            'nicregs show --verbose',
            'nicregs diagnose --verbose',
            'nicregs aspm show',
            'nicregs fix',
            'nicregs metrics',
        ], timeout=60)
        self.add_cmd_output('nicregs snapshot', suggest_filename='nicregs_snapshot.json', timeout=60)
        self.add_copy_spec([
            '/etc/nicregs',
            '/etc/udev/rules.d/79-nicregs-*.rules',
            '/run/nicregs',
        ])
        self.add_copy_spec('/var/lib/nicregs/incidents', sizelimit=50)
