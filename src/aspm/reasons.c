// SPDX-License-Identifier: GPL-2.0-or-later
/* Why things are as they are, in sentences. */
#include <linux/pci_regs.h>

#include "aspm/model.h"
#include "util/buf.h"

static void say_time(uint32_t ns, struct buf *out)
{
	if (ns < 1000)
		buf_printf(out, "%u ns", ns);
	else
		buf_printf(out, "%u us", ns / 1000);
}

/* The end that cannot, or NULL. */
static const struct aspm_end *incapable(const struct aspm_link *link, unsigned state)
{
	for (size_t i = state == ASPM_CLKPM; i < link->n_ends; i++) {
		const struct aspm_end *end = &link->ends[i];

		if (!(end->supported & state) && !((state & ASPM_L1SS) && i > 1 && !end->l1ss))
			return end;
	}
	return NULL;
}

static void say_incapable(const struct aspm_model *m, const char *shown, unsigned state, struct buf *out)
{
	const struct aspm_end *end = incapable(&m->link, state);
	char addr[PCI_ADDR_MAX];

	if (end)
		buf_printf(out, "%s: %s, %s, cannot.", shown,
			   end->role == PCI_PARTNER ? "the port above" : "the device", pci_addr_str(&end->addr, addr));
	else
		buf_printf(out, "%s: it needs L1, which one end cannot.", shown);
}

static void say_late(const struct aspm_link *link, const char *shown, unsigned state, struct buf *out)
{
	bool l0s = state == ASPM_L0S;
	uint32_t needs = 0, accepts = UINT32_MAX;

	for (size_t i = 0; i < link->n_ends; i++) {
		const struct aspm_end *end = &link->ends[i];
		uint32_t exits = l0s ? end->l0s_exit : end->l1_exit, waits = l0s ? end->l0s_accepts : end->l1_accepts;

		needs = exits > needs ? exits : needs;
		accepts = waits < accepts ? waits : accepts;
	}
	buf_printf(out, "%s: both ends can, but leaving it takes up to ", shown);
	say_time(needs, out);
	buf_puts(out, " and the device can wait ");
	say_time(accepts, out);
	buf_puts(out, " only; the kernel does not offer it.");
}

void aspm_why_not(const struct aspm_model *m, unsigned state, struct buf *out)
{
	const char *shown = "";

	for (unsigned i = 0; i < ASPM_STATES; i++)
		if (state == 1u << i)
			shown = aspm_states[i].shown;
	if (!(m->both & state))
		say_incapable(m, shown, state, out);
	else if (m->late & state)
		say_late(&m->link, shown, state, out);
}

void aspm_control_say(const struct aspm_model *m, struct buf *out)
{
	const char *policy = m->s->facts.aspm_policy;

	switch (m->control) {
	case ASPM_CONTROL_KERNEL:
		buf_printf(out, "The kernel controls ASPM here, by policy \"%s\"; it believes ",
			   policy ? policy : "unknown");
		aspm_states_show(aspm_link_kernel_on(&m->link), "nothing", out);
		buf_puts(out, " to be on.");
		break;
	case ASPM_CONTROL_NONE:
		buf_puts(out,
			 m->both & ~m->late
			     ? "The kernel offers no link/ attributes here: the firmware did not hand ASPM over "
			       "(_OSC), or the "
			       "kernel left the link out. Configuration space is the way."
			     : "The kernel offers no link/ attributes, as there is no state that it would use here.");
		break;
	case ASPM_CONTROL_OLD:
		buf_puts(out, "Kernels before 5.5 have no link/ attributes. Configuration space is the way.");
		break;
	case ASPM_CONTROL_UNBUILT:
		buf_puts(out, "This kernel was built without ASPM. Configuration space is the way.");
		break;
	case ASPM_CONTROL_BOOT:
		buf_puts(out,
			 "The kernel was booted with pcie_aspm=off: it leaves ASPM as the firmware set it, on or off. "
			 "Configuration space is the way.");
		break;
	case ASPM_CONTROL_FADT:
		buf_puts(
		    out,
		    "The firmware says that ASPM is not to be used on this machine (FADT), so the kernel keeps its "
		    "hands off. Configuration space is the way.");
		break;
	case ASPM_CONTROL_UNKNOWN:
		break;
	}
}

const char *aspm_port_name(unsigned type)
{
	switch (type) {
	case PCI_EXP_TYPE_ROOT_PORT:
		return "root port";
	case PCI_EXP_TYPE_UPSTREAM:
		return "switch, upstream port";
	case PCI_EXP_TYPE_DOWNSTREAM:
		return "switch, downstream port";
	case PCI_EXP_TYPE_ENDPOINT:
	case PCI_EXP_TYPE_LEG_END:
		return "endpoint";
	default:
		return "bridge";
	}
}
