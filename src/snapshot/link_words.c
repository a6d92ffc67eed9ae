// SPDX-License-Identifier: GPL-2.0-or-later
/* The names of states, speeds and ports, and the sentences of link.h. */
#include "snapshot/link.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"

static int state_named(const char *name, size_t n)
{
	for (int i = 0; i < LINK_STATES; i++)
		if (strlen(link_states[i].name) == n && !strncmp(link_states[i].name, name, n))
			return i;
	return -1;
}

int link_states_parse(const char *text, unsigned *states, struct err *e)
{
	*states = text ? 0 : LINK_ASPM;
	while (text && *text) {
		size_t n = strcspn(text, ",");
		int i = state_named(text, n);

		if (i < 0) {
			err_set(e, EINVAL, text, "no such state");
			err_todo(
				e,
				"states are l0s, l1, l1.1, l1.2, pcipm-l1.1, pcipm-l1.2 and clkpm, with commas between");
			return -EINVAL;
		}
		*states |= 1u << i;
		text += n + (text[n] == ',');
	}
	if (!*states)
		return err_set(e, EINVAL, "--state", "it names no state");
	return 0;
}

void link_states_show(unsigned states, const char *none, struct buf *out)
{
	const char *blank = "";

	if (!states)
		buf_puts(out, none);
	for (unsigned i = 0; i < LINK_STATES; i++) {
		if (!(states >> i & 1))
			continue;
		buf_printf(out, "%s%s", blank, link_states[i].shown);
		blank = " ";
	}
}

void link_states_names(unsigned states, struct buf *out)
{
	const char *comma = "";

	for (unsigned i = 0; i < LINK_STATES; i++) {
		if (!(states >> i & 1))
			continue;
		buf_printf(out, "%s%s", comma, link_states[i].name);
		comma = ",";
	}
}

static void say_time(uint32_t ns, struct buf *out)
{
	if (ns < 1000)
		buf_printf(out, "%u ns", ns);
	else
		buf_printf(out, "%u us", ns / 1000);
}

/* The end that cannot, or NULL. */
static const struct link_end *incapable(const struct link *link, unsigned state)
{
	for (size_t i = state == LINK_CLKPM; i < link->n_ends; i++) {
		const struct link_end *end = &link->ends[i];

		if (!(end->supported & state) && !((state & LINK_L1SS) && i > 1 && !end->l1ss_at))
			return end;
	}
	return NULL;
}

static void say_incapable(const struct link *link, const char *shown, unsigned state, struct buf *out)
{
	const struct link_end *end = incapable(link, state);
	char addr[PCI_ADDR_MAX];

	if (end)
		buf_printf(out, "%s: %s, %s, cannot.", shown,
			   end->role == PCI_PARTNER ? "the port above" : "the device", pci_addr_str(&end->addr, addr));
	else
		buf_printf(out, "%s: it needs L1, which one end cannot.", shown);
}

static void say_late(const struct link *link, const char *shown, unsigned state, struct buf *out)
{
	bool l0s = state == LINK_L0S;
	uint32_t needs = 0, accepts = UINT32_MAX;

	for (size_t i = 0; i < link->n_ends; i++) {
		const struct link_end *end = &link->ends[i];
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

void link_say_why_not(const struct link *link, unsigned state, struct buf *out)
{
	const char *shown = "";

	for (unsigned i = 0; i < LINK_STATES; i++)
		if (state == 1u << i)
			shown = link_states[i].shown;
	if (!(link->both & state))
		say_incapable(link, shown, state, out);
	else if (link->late & state)
		say_late(link, shown, state, out);
}

void link_say_one_way(const struct link *link, struct buf *out)
{
	const struct link_end *port = link_port(link), *device = link_device(link);
	unsigned late = (port->late ^ device->late) & link->both & LINK_L0S;

	if (!late)
		return;
	buf_printf(out, "L0s: only the %s may use it. Leaving it takes the other end's transmitter up to ",
		   port->late & LINK_L0S ? "device" : "port");
	say_time(port->late & LINK_L0S ? device->l0s_exit : port->l0s_exit, out);
	buf_puts(out, ", and the device can wait ");
	say_time(device->l0s_accepts, out);
	buf_puts(out, " only.");
}

/* Who has control instead of the kernel; link_say_control() adds the consequence. */
static const char *without_kernel(const struct link *link)
{
	switch (link->control) {
	case LINK_CONTROL_NONE:
		return link->both & ~link->late ? "The kernel offers no link/ attributes here: the firmware did not "
						  "hand ASPM over (_OSC), or "
						  "the kernel left the link out."
						: NULL;
	case LINK_CONTROL_OLD:
		return "Kernels before 5.5 have no link/ attributes.";
	case LINK_CONTROL_UNBUILT:
		return "This kernel was built without ASPM.";
	case LINK_CONTROL_BOOT:
		return "The kernel was booted with pcie_aspm=off: it leaves ASPM as the firmware set it, on or off.";
	case LINK_CONTROL_FADT:
		return "The firmware forbids ASPM on this machine (FADT), so the kernel does not manage "
		       "it.";
	default:
		return NULL;
	}
}

void link_say_control(const struct link *link, struct buf *out)
{
	const char *why = without_kernel(link);

	if (link->control == LINK_CONTROL_KERNEL) {
		buf_printf(out, "The kernel controls ASPM here, with policy \"%s\"; it thinks ",
			   link->policy ? link->policy : "unknown");
		link_states_show(link_kernel_on(link), "", out);
		buf_puts(out, link_kernel_on(link) ? " is enabled." : "ASPM is off.");
	} else if (why) {
		buf_printf(out, "%s Configuration space is the way.", why);
	} else if (link->control == LINK_CONTROL_NONE) {
		buf_puts(out, "The kernel offers no link/ attributes, as there is no state that it would use here.");
	}
}

void link_say_stale(const struct link *link, struct buf *out)
{
	unsigned stale = link_stale(link);

	if (!stale)
		return;
	buf_puts(out, "The kernel thinks ");
	link_states_show(link_kernel_on(link), "", out);
	buf_puts(out, link_kernel_on(link) ? " is enabled" : "ASPM is off");
	buf_puts(out, "; the hardware differs in ");
	link_states_show(stale, "", out);
	buf_puts(out,
		 ": something wrote the registers directly. The kernel's next change of this link overwrites them.");
}

const char *link_aspm_words(unsigned states)
{
	static const char *const words[] = {
		[0] = "disabled", [LINK_L0S] = "L0s", [LINK_L1] = "L1", [LINK_L0S | LINK_L1] = "L0s L1"
	};

	return words[states & (LINK_L0S | LINK_L1)];
}

void link_say_printed(const struct facts *f, struct buf *out)
{
	if (!f->pcie_speed && !f->pcie_speed_max && !f->aspm_enabled && !f->aspm_supported)
		return;
	buf_puts(out, "By the text:");
	if (f->pcie_speed)
		buf_printf(out, " %s GT/s", f->pcie_speed);
	if (f->pcie_width > 0)
		buf_printf(out, " x%lld", (long long)f->pcie_width);
	if (f->pcie_speed_max)
		buf_printf(out, " (at most %s GT/s", f->pcie_speed_max);
	if (f->pcie_speed_max && f->pcie_width_max > 0)
		buf_printf(out, " x%lld", (long long)f->pcie_width_max);
	buf_puts(out, f->pcie_speed_max ? ")" : "");
	if (f->aspm_enabled)
		buf_printf(out, "%s ASPM %s", f->pcie_speed ? "," : "", f->aspm_enabled);
	if (f->aspm_supported)
		buf_printf(out, "%s supported: %s", f->aspm_enabled ? "," : " ASPM", f->aspm_supported);
	buf_putc(out, '.');
}

void link_brief(const struct link *link, struct buf *out)
{
	const struct link_end *device = link_device(link), *port = link_port(link);

	if (!link->applicable)
		buf_puts(out, "n/a");
	else if (device->known)
		buf_puts(out, link_aspm_words(link_end_on(device)));
	if (link->applicable && device->known && port->known &&
	    ((link_end_on(device) ^ link_end_on(port)) & (LINK_L0S | LINK_L1)))
		buf_printf(out, " / %s", link_aspm_words(link_end_on(port)));
}

const char *link_speed_name(unsigned speed)
{
	static const char *const names[] = { "?", "2.5", "5", "8", "16", "32", "64" };

	return speed < COUNT(names) ? names[speed] : names[0];
}

const char *link_port_name(unsigned type)
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
