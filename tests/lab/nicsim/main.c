// SPDX-License-Identifier: GPL-2.0-or-later
/* Parameters, and the order in which everything comes and goes. */
#include <linux/module.h>
#include <linux/string.h>

#include "nicsim.h"

struct nicsim sim = {
	.config_lock = __RAW_SPIN_LOCK_UNLOCKED(sim.config_lock),
};

int nicsim_domain = 0x1000;
module_param_named(domain, nicsim_domain, int, 0444);
MODULE_PARM_DESC(domain, "PCI domain (0x1000)");

char *nicsim_topology = "i350:2,x722,82574,82579,l1ss";
module_param_named(topology, nicsim_topology, charp, 0444);
MODULE_PARM_DESC(topology, "parts: i350[:N], x722[:N], 82574, 82579, i219, i210, i226, x550[:N], x710[:N], e810[:N], switch[:A+B]");

char *nicsim_aspm = "l0s,l1,l1.1,l1.2,l1.1-pcipm,l1.2-pcipm";
module_param_named(aspm, nicsim_aspm, charp, 0444);
MODULE_PARM_DESC(aspm, "what the BIOS left on: none, l0s, l1, l1.1, l1.2, l1.1-pcipm, l1.2-pcipm, clkpm");

bool nicsim_aspm_control = true;
module_param_named(aspm_control, nicsim_aspm_control, bool, 0444);
MODULE_PARM_DESC(aspm_control, "the kernel controls ASPM: link/ in sysfs (1)");

char *nicsim_stubborn = "none";
module_param_named(stubborn, nicsim_stubborn, charp, 0444);
MODULE_PARM_DESC(stubborn, "link ends whose ASPM control does not take a write: none, up, down, both");

char *nicsim_latency = "relaxed";
module_param_named(latency, nicsim_latency, charp, 0444);
MODULE_PARM_DESC(latency, "acceptable latencies in DEVCAP: relaxed (no limit), real");

unsigned int nicsim_config_size = NICSIM_CONFIG_SIZE;
module_param_named(config_size, nicsim_config_size, uint, 0444);
MODULE_PARM_DESC(config_size, "configuration space of PCI Express functions: 4096, 256");

unsigned int nicsim_x722_bar = 8;
module_param_named(x722_bar, nicsim_x722_bar, uint, 0444);
MODULE_PARM_DESC(x722_bar, "size of the X722's BAR 0 in MB: 8, 16");

char *nicsim_claim = "stock";
module_param_named(claim, nicsim_claim, charp, 0444);
MODULE_PARM_DESC(claim, "how the driver claims BARs: stock (as the part's own), none, shared, exclusive");

char *nicsim_prefix = "nicsim-";
module_param_named(prefix, nicsim_prefix, charp, 0444);
MODULE_PARM_DESC(prefix, "before the drivers' names e1000e, igb, igc, ixgbe, i40e, ice; may be empty");

unsigned int nicsim_tick_ms = 5;
module_param_named(tick_ms, nicsim_tick_ms, uint, 0444);
MODULE_PARM_DESC(tick_ms, "heads and tails move this often (5)");

unsigned int nicsim_autoneg_ms;
module_param_named(autoneg_ms, nicsim_autoneg_ms, uint, 0444);
MODULE_PARM_DESC(autoneg_ms, "the link comes up this long after a driver's probe (0: it is up)");

char *nicsim_modules = "";
module_param_named(modules, nicsim_modules, charp, 0444);
MODULE_PARM_DESC(modules, "drivers that come as modules of their own: i40e (nicsim-i40e.ko)");

static bool one_of(const char *param, const char *value,
		   const char * const *names, int count)
{
	if (match_string(names, count, value) >= 0)
		return true;
	pr_err("nicsim: %s: bad value '%s'\n", param, value);
	return false;
}

static bool params_valid(void)
{
	static const char * const stubborn[] = { "none", "up", "down", "both" };
	static const char * const latency[] = { "relaxed", "real" };
	static const char * const claim[] = {
		"stock", "none", "shared", "exclusive",
	};
	static const char * const modules[] = { "", "i40e" };

	if (nicsim_domain <= 0 || nicsim_domain > 0xffff ||
	    (nicsim_config_size != 256 && nicsim_config_size != 4096) ||
	    (nicsim_x722_bar != 8 && nicsim_x722_bar != 16) || !nicsim_tick_ms) {
		pr_err("nicsim: domain, config_size, x722_bar or tick_ms is out of range\n");
		return false;
	}
	return one_of("stubborn", nicsim_stubborn, stubborn, ARRAY_SIZE(stubborn)) &&
	       one_of("modules", nicsim_modules, modules, ARRAY_SIZE(modules)) &&
	       one_of("latency", nicsim_latency, latency, ARRAY_SIZE(latency)) &&
	       one_of("claim", nicsim_claim, claim, ARRAY_SIZE(claim));
}

static const struct {
	int (*start)(void);
	void (*stop)(void);
} stages[] = {
	{ nicsim_trace_init, nicsim_trace_free },
	{ nicsim_windows_open, nicsim_windows_close },
	{ nicsim_topology_build, nicsim_topology_free },
	{ nicsim_drivers_register, nicsim_drivers_unregister },
	{ nicsim_domain_add, nicsim_domain_remove },
	{ nicsim_motor_start, nicsim_motor_stop },
};

static void stages_stop(int count)
{
	while (count--)
		stages[count].stop();
}

static int __init nicsim_init(void)
{
	int i, ret;

	if (!params_valid())
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(stages); i++) {
		ret = stages[i].start();
		if (ret) {
			stages_stop(i);
			return ret;
		}
	}
	nicsim_debugfs_add();
	return 0;
}

static void __exit nicsim_exit(void)
{
	nicsim_debugfs_remove();
	stages_stop(ARRAY_SIZE(stages));
}

module_init(nicsim_init);
module_exit(nicsim_exit);

MODULE_DESCRIPTION("Simulated Intel NICs for testing nicregs");
MODULE_LICENSE("GPL");
