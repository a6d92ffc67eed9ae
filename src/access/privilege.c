// SPDX-License-Identifier: GPL-2.0-or-later
#include "access/privilege.h"

#include <cap-ng.h>
#include <errno.h>

int privilege_drop(bool writes_files, struct err *e)
{
	bool network = capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN);
	bool files = writes_files && capng_have_capability(CAPNG_EFFECTIVE, CAP_DAC_OVERRIDE);

	capng_clear(CAPNG_SELECT_BOTH);
	if (network)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_NET_ADMIN);
	if (files)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_DAC_OVERRIDE);
	/* The bounding set takes CAP_SETPCAP, which a user who is not root has not. */
	if (capng_apply(CAPNG_SELECT_BOTH) && capng_apply(CAPNG_SELECT_CAPS)) {
		err_set(e, EPERM, "privileges", "they could not be given up");
		err_todo(e, "Something around nicregs (a sandbox, a seccomp filter) forbids capset(2): allow it");
		return -EPERM;
	}
	return 0;
}
