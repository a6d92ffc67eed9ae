// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "aspm/internal.h"
#include "util/buf.h"
#include "util/err.h"

static int refuse_device(struct err *e, int errnum, const struct aspm_model *m, const char *why)
{
	const struct pci_function *self = snapshot_self(m->s);
	char addr[PCI_ADDR_MAX];

	return err_set(e, errnum, self ? pci_addr_str(&self->addr, addr) : "the device", "%s", why);
}

int aspm_refuse_unknown(const struct aspm_model *m, struct err *e)
{
	if (!m->link.why_not)
		return 0;
	if (!m->link.applicable) {
		refuse_device(e, EOPNOTSUPP, m, m->link.why_not);
		err_todo(e, "nicregs diagnose lists other remedies");
		return -EOPNOTSUPP;
	}
	if (m->link.needs_root) {
		refuse_device(e, EACCES, m, m->link.why_not);
		err_todo(e, "run it again as root, with sudo for instance");
		return -EACCES;
	}
	refuse_device(e, ENODATA, m, m->link.why_not);
	if (m->s->facts.power_state && !strcmp(m->s->facts.power_state, "D3cold"))
		err_todo(e, "wake it first: echo on > /sys/bus/pci/devices/ADDRESS/power/control");
	return -ENODATA;
}

int aspm_refuse_policy(const struct aspm_model *m, const struct aspm_wish *wish, unsigned *states, struct err *e)
{
	const char *policy = m->link.policy;
	unsigned never = 0;

	if (policy && !strcmp(policy, "performance"))
		never = *states;
	else if (policy && !strcmp(policy, "powersave"))
		never = *states & LINK_L1SS;
	if (!wish->named && *states & ~never)
		*states &= ~never;
	else if (never) {
		err_set(e, ECANCELED, "link/",
			"the kernel's ASPM policy is \"%s\": it would accept the request and change nothing", policy);
		err_todo(e, "choose another first: echo default > /sys/module/pcie_aspm/parameters/policy");
		return -ECANCELED;
	}
	return 0;
}

int aspm_refuse_decisions(const struct aspm_model *m, unsigned by_config, unsigned states, struct err *e)
{
	unsigned faulty = states & m->faulty;
	int r = 0;

	if (faulty)
		r = err_set(e, ECANCELED, m->chip->name, "the chip has an erratum about it: %s", m->erratum->title);
	else if (by_config && m->link.control == LINK_CONTROL_FADT)
		r = refuse_device(e, ECANCELED, m, "the firmware forbids ASPM on this machine (FADT)");
	else if (by_config & LINK_L1SS)
		r = refuse_device(e, ECANCELED, m,
				  "L1 substates need timing that only the firmware or the kernel sets up; the "
				  "kernel does not offer them here");
	if (r)
		err_todo(e, "use --force to enable it anyway");
	return r;
}

/* What to ask for instead. */
static void obtainable(const struct aspm_model *m, unsigned can, struct err *e)
{
	const struct pci_function *self = snapshot_self(m->s);
	char addr[PCI_ADDR_MAX] = "";
	AUTO_BUF struct buf names = { 0 };

	if (self)
		pci_addr_str(&self->addr, addr);
	link_states_names(can, &names);
	if (can)
		err_todo(e, "name only states that both ends have: nicregs aspm enable %s --state %s", addr,
			 buf_str(&names));
	else
		err_todo(e, "no state can be enabled on this link; nicregs aspm show %s shows what each end has", addr);
}

int aspm_refuse_unobtainable(const struct aspm_model *m, const struct aspm_wish *wish, unsigned *states, struct err *e)
{
	unsigned late = m->link.late & ~link_kernel_has(&m->link);
	unsigned can = m->link.both & ~(wish->force ? 0 : late);
	unsigned lacking = wish->states & ~can;
	char why[256];
	struct buf b = { 0 };

	*states = wish->states & can;
	if ((*states & (LINK_L1_1 | LINK_L1_2)) && !(*states & LINK_L1) && !(link_on_everywhere(&m->link) & LINK_L1))
		return refuse_device(e, EOPNOTSUPP, m, "L1.1 and L1.2 need L1 to be on: name it as well");
	if (!lacking || (*states && !wish->named))
		return 0;
	link_say_why_not(&m->link, lacking & -lacking, &b);
	snprintf(why, sizeof(why), "%s", buf_str(&b));
	buf_free(&b);
	refuse_device(e, lacking & late ? ECANCELED : EOPNOTSUPP, m, why);
	if (lacking & -lacking & late)
		err_todo(e, "use --force to enable it anyway");
	else
		obtainable(m, can & LINK_ASPM, e);
	return lacking & -lacking & late ? -ECANCELED : -EOPNOTSUPP;
}

int aspm_refuse_lockdown(const struct aspm_model *m, const struct aspm_plan *plan, struct err *e)
{
	if (!m->locked || !aspm_plan_writes_config(plan))
		return 0;
	refuse_device(
		e, EPERM, m,
		m->link.control == LINK_CONTROL_KERNEL
			? "kernel lockdown (Secure Boot) does not let configuration space be written, and link/ alone does "
			  "not do it"
			: "kernel lockdown (Secure Boot) does not let configuration space be written, and the kernel has no "
			  "link/ attributes here");
	err_todo(e,
		 "a boot with Secure Boot off, or with pcie_aspm=off where the firmware leaves ASPM off; nothing was "
		 "written");
	return -EPERM;
}
