// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/link_kernel.h"

#include <string.h>

static void read_attrs(const struct snapshot *s, struct link *link)
{
	const struct facts *f = &s->facts;
	const int64_t facts[LINK_STATES] = {
		f->link_l0s_aspm,   f->link_l1_aspm,    f->link_l1_1_aspm, f->link_l1_2_aspm,
		f->link_l1_1_pcipm, f->link_l1_2_pcipm, f->link_clkpm,
	};

	link->attrs_of = link->ends[link->self].addr;
	for (unsigned i = 0; i < LINK_STATES; i++)
		link->attrs[i] = facts[i] == FACT_UNKNOWN ? -1 : facts[i] != 0;
}

static bool before_5_5(const char *release)
{
	unsigned major = 0, minor = 0;

	for (; *release >= '0' && *release <= '9' && major < 1000; release++)
		major = major * 10 + (unsigned)(*release - '0');
	if (*release++ != '.')
		return false;
	for (; *release >= '0' && *release <= '9' && minor < 1000; release++)
		minor = minor * 10 + (unsigned)(*release - '0');
	return major < 5 || (major == 5 && minor < 5);
}

static enum link_control control_of(const struct facts *f, const struct link *link)
{
	if (link_kernel_has(link))
		return LINK_CONTROL_KERNEL;
	if (!f->kernel || link->why_not)
		return LINK_CONTROL_UNKNOWN;
	if (f->aspm_boot && !strcmp(f->aspm_boot, "off"))
		return LINK_CONTROL_BOOT;
	if (!f->aspm_policy)
		return LINK_CONTROL_UNBUILT;
	if (before_5_5(f->kernel))
		return LINK_CONTROL_OLD;
	return f->aspm_fadt == 1 ? LINK_CONTROL_FADT : LINK_CONTROL_NONE;
}

void link_kernel_read(const struct snapshot *s, struct link *link)
{
	read_attrs(s, link);
	link->control = control_of(&s->facts, link);
	link->policy = s->facts.aspm_policy;
}

unsigned link_kernel_has(const struct link *link)
{
	unsigned has = 0;

	for (unsigned i = 0; i < LINK_STATES; i++)
		has |= link->attrs[i] >= 0 ? 1u << i : 0;
	return has;
}

unsigned link_kernel_on(const struct link *link)
{
	unsigned on = 0;

	for (unsigned i = 0; i < LINK_STATES; i++)
		on |= link->attrs[i] > 0 ? 1u << i : 0;
	return on;
}
