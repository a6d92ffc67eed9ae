// SPDX-License-Identifier: GPL-2.0-or-later
/* PCIe r6.2 7.5.3.7 (Link Control), 7.8.3.3 (L1 PM Substates Control 1). */
#include "snapshot/link_state.h"

#include <errno.h>
#include <string.h>

#include "util/buf.h"
#include "util/err.h"

const struct link_state link_states[LINK_STATES] = {
	{ "l0s", "L0s", "l0s_aspm", 0x0001, 0 },
	{ "l1", "L1", "l1_aspm", 0x0002, 0 },
	{ "l1.1", "L1.1", "l1_1_aspm", 0, 0x8 },
	{ "l1.2", "L1.2", "l1_2_aspm", 0, 0x4 },
	{ "pcipm-l1.1", "PCI-PM L1.1", "l1_1_pcipm", 0, 0x2 },
	{ "pcipm-l1.2", "PCI-PM L1.2", "l1_2_pcipm", 0, 0x1 },
	{ "clkpm", "clock PM", "clkpm", 0x0100, 0 },
};

unsigned link_states_on(uint16_t lnkctl, uint32_t l1ss)
{
	unsigned on = 0;

	for (unsigned i = 0; i < LINK_STATES; i++)
		if ((lnkctl & link_states[i].lnkctl) || (l1ss & link_states[i].l1ss))
			on |= 1u << i;
	return on;
}

uint16_t link_states_lnkctl(unsigned states)
{
	unsigned bits = 0;

	for (unsigned i = 0; i < LINK_STATES; i++)
		if (states >> i & 1)
			bits |= link_states[i].lnkctl;
	return (uint16_t)bits;
}

uint32_t link_states_l1ss(unsigned states)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < LINK_STATES; i++)
		if (states >> i & 1)
			bits |= link_states[i].l1ss;
	return bits;
}

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
