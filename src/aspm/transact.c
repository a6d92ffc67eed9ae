// SPDX-License-Identifier: GPL-2.0-or-later
#include "aspm/transact.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "util/buf.h"
#include "util/err.h"

static void describe(struct aspm_journal *j, const struct aspm_plan *plan, const char *who, int64_t until)
{
	struct buf states = { 0 };

	link_states_names(plan->states, &states);
	snprintf(j->states, sizeof(j->states), "%s %s", aspm_action_name(plan->action), buf_str(&states));
	buf_free(&states);
	snprintf(j->who, sizeof(j->who), "%s", who);
	j->begun = time(NULL);
	j->until = until;
}

int aspm_unfinished(const struct link *link, struct err *e)
{
	char addr[PCI_ADDR_MAX];

	err_set(e, EBUSY, pci_addr_str(&link->ends[0].addr, addr), "an earlier change of this link was interrupted");
	err_todo(e, "nicregs aspm restore %s brings back what was; then try again",
		 pci_addr_str(&link->ends[1].addr, addr));
	return -EBUSY;
}

int aspm_transact(const struct aspm_io *io, const char *dir, const struct aspm_plan *plan, const char *who,
		  int64_t until, enum aspm_result *result, struct err *e)
{
	const struct pci_addr *port = &plan->before.ends[0].addr;
	struct aspm_journal earlier, j = { .was = plan->before };
	struct link now = plan->before;
	int had = aspm_journal_load(dir, port, &earlier, e), r;

	*result = ASPM_REFUSED;
	if (had && had != -ENOENT)
		return had;
	if (!had && earlier.applying)
		return aspm_unfinished(&plan->before, e);
	if (!had && aspm_journal_fits(&earlier, &plan->before))
		j = earlier;
	describe(&j, plan, who, until);
	j.applying = true;
	r = aspm_journal_save(dir, &j, e);
	if (r)
		return r;
	r = aspm_apply(io, plan, result, e);
	if (*result == ASPM_STUCK)
		return r;
	if (*result == ASPM_UNDONE) {
		if (had ? aspm_journal_remove(dir, port, NULL) : aspm_journal_save(dir, &earlier, NULL))
			err_todo(e, "everything was put back as it was, but its record in %s could not be", dir);
		return r;
	}
	/* Back where it began: nothing is left to be restored. */
	if (!aspm_io_refresh(io, &now, e) && aspm_link_same(&now, &j.was))
		return aspm_journal_remove(dir, port, e);
	j.applying = false;
	return aspm_journal_save(dir, &j, e);
}

int aspm_transact_until(const char *dir, struct aspm_journal *j, int64_t until, struct err *e)
{
	j->until = until;
	return aspm_journal_save(dir, j, e);
}

int aspm_transact_back(const struct aspm_io *io, const char *dir, const struct link *link, enum aspm_result *result,
		       struct err *e)
{
	const struct pci_addr *port = &link->ends[0].addr;
	struct aspm_journal j;
	int r = aspm_journal_load(dir, port, &j, e);
	char addr[PCI_ADDR_MAX];

	*result = ASPM_UNCHANGED;
	if (r)
		return r;
	if (!aspm_journal_fits(&j, link)) {
		*result = ASPM_REFUSED;
		err_set(e, ESTALE, pci_addr_str(port, addr), "other devices are on this link than when it was changed");
		err_todo(e, "the record is %s/aspm-%s; remove it if it is of no use", dir, addr);
		return -ESTALE;
	}
	r = aspm_put_back(io, &j.was, e);
	*result = r ? ASPM_STUCK : ASPM_DONE;
	return r ? r : aspm_journal_remove(dir, port, e);
}
