// SPDX-License-Identifier: GPL-2.0-or-later
#include "access/privilege.h"

#include <cap-ng.h>
#include <errno.h>

#define BIT(cap) (UINT64_C(1) << (cap))

/* Those of a set that this thread has. */
static uint64_t effective(uint64_t set)
{
	uint64_t has = 0;

	for (unsigned cap = 0; cap < 64; cap++)
		if ((set & BIT(cap)) && capng_have_capability(CAPNG_EFFECTIVE, cap))
			has |= BIT(cap);
	return has;
}

static void update(capng_act_t action, capng_type_t type, uint64_t set)
{
	for (unsigned cap = 0; cap < 64; cap++)
		if (set & BIT(cap))
			capng_update(action, type, cap);
}

int privilege_drop(bool writes_files, uint64_t keep, struct err *e)
{
	keep |= BIT(CAP_NET_ADMIN) | (writes_files ? BIT(CAP_DAC_OVERRIDE) : 0);
	keep = effective(keep);
	capng_clear(CAPNG_SELECT_BOTH);
	update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, keep);
	/* The bounding set takes CAP_SETPCAP, which a user who is not root has not. */
	if (capng_apply(CAPNG_SELECT_BOTH) && capng_apply(CAPNG_SELECT_CAPS)) {
		err_set(e, EPERM, "privileges", "they could not be given up");
		err_todo(e, "Something around nicregs (a sandbox, a seccomp filter) forbids capset(2): allow it");
		return -EPERM;
	}
	return 0;
}

int privilege_without(uint64_t caps, int (*act)(void *arg), void *arg)
{
	uint64_t aside = effective(caps);
	int r = -EPERM;

	if (!aside)
		return act(arg);
	capng_get_caps_process();
	update(CAPNG_DROP, CAPNG_EFFECTIVE, aside);
	if (!capng_apply(CAPNG_SELECT_CAPS))
		r = act(arg);
	update(CAPNG_ADD, CAPNG_EFFECTIVE, aside);
	capng_apply(CAPNG_SELECT_CAPS);
	return r;
}
