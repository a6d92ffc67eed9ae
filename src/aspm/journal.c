// SPDX-License-Identifier: GPL-2.0-or-later
/* Between the lines of any record (change/record.h) this one has
 *     end ADDRESS ROLE ID EXPRESS L1SS LNKCTL L1SUBCTL1
 *     attr ADDRESS NAME 0|1
 * and, where the end of its time does not lead back to these,
 *     back ADDRESS LNKCTL L1SUBCTL1
 *     back-attr NAME 0|1
 */
#include "aspm/journal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "aspm/internal.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/text.h"

#define KIND "aspm"

static void print(const struct aspm_journal *j, struct buf *out)
{
	char addr[PCI_ADDR_MAX];

	for (size_t i = 0; i < j->was.n_ends; i++) {
		const struct link_end *end = &j->was.ends[i];

		buf_printf(out, "end %s %s 0x%08x 0x%x 0x%x 0x%04x 0x%08x\n", pci_addr_str(&end->addr, addr),
			   pci_role_name(end->role), end->id, end->express_at, end->l1ss_at, end->lnkctl,
			   end->l1ss_ctl);
	}
	for (unsigned i = 0; i < LINK_STATES; i++)
		if (j->was.attrs[i] >= 0)
			buf_printf(out, "attr %s %s %d\n", pci_addr_str(&j->was.attrs_of, addr), link_states[i].attr,
				   j->was.attrs[i]);
}

static void print_back(const struct aspm_journal *j, struct buf *out)
{
	char addr[PCI_ADDR_MAX];

	for (size_t i = 0; i < j->back.n_ends; i++) {
		const struct link_end *end = &j->back.ends[i];

		buf_printf(out, "back %s 0x%04x 0x%08x\n", pci_addr_str(&end->addr, addr), end->lnkctl, end->l1ss_ctl);
	}
	for (unsigned i = 0; i < LINK_STATES; i++)
		if (j->back.attrs[i] >= 0)
			buf_printf(out, "back-attr %s %d\n", link_states[i].attr, j->back.attrs[i]);
}

int aspm_journal_save(const char *dir, const struct aspm_journal *j, struct err *e)
{
	AUTO_BUF struct buf body = { 0 };
	char port[PCI_ADDR_MAX];

	print(j, &body);
	if (j->has_back)
		print_back(j, &body);
	return change_record_save(dir, KIND, pci_addr_str(&j->was.ends[0].addr, port), &j->record, buf_str(&body), e);
}

static bool take_end(char **words, size_t n, struct aspm_journal *j)
{
	struct link_end *end = &j->was.ends[j->was.n_ends];
	uint64_t v[5];
	int role = n == 8 ? pci_role_parse(words[2]) : -1;

	if (role < 0 || j->was.n_ends == LINK_ENDS_MAX || !pci_addr_parse(words[1], &end->addr))
		return false;
	for (size_t i = 0; i < 5; i++)
		if (!text_u64(words[3 + i], &v[i]))
			return false;
	if (v[0] > UINT32_MAX || v[1] >= PCI_CONFIG_MAX || v[2] >= PCI_CONFIG_MAX || v[3] > 0xffff || v[4] > UINT32_MAX)
		return false;
	end->role = (enum pci_role)role;
	end->id = (uint32_t)v[0];
	end->express_at = (uint16_t)v[1];
	end->l1ss_at = (uint16_t)v[2];
	end->lnkctl = (uint16_t)v[3];
	end->l1ss_ctl = (uint32_t)v[4];
	j->was.n_ends++;
	return true;
}

static int attr_at(const char *name)
{
	for (unsigned i = 0; i < LINK_STATES; i++)
		if (!strcmp(link_states[i].attr, name))
			return (int)i;
	return -1;
}

/* Behind the ends and attributes, which the first of these lines takes over. */
static struct link *back_of(struct aspm_journal *j)
{
	if (!j->has_back)
		j->back = j->was;
	j->has_back = true;
	return &j->back;
}

static bool take_back(char **words, size_t n, struct aspm_journal *j)
{
	struct link *back = back_of(j);
	struct pci_addr addr;
	uint64_t v[2];

	if (n != 4 || !pci_addr_parse(words[1], &addr) || !text_u64(words[2], &v[0]) || !text_u64(words[3], &v[1]) ||
	    v[0] > 0xffff || v[1] > UINT32_MAX)
		return false;
	for (size_t i = 0; i < back->n_ends; i++) {
		if (!pci_addr_equal(&back->ends[i].addr, &addr))
			continue;
		back->ends[i].lnkctl = (uint16_t)v[0];
		back->ends[i].l1ss_ctl = (uint32_t)v[1];
		return true;
	}
	return false;
}

static bool take_back_attr(char **words, size_t n, struct aspm_journal *j)
{
	int i = n == 3 ? attr_at(words[1]) : -1;

	if (i >= 0)
		back_of(j)->attrs[i] = words[2][0] == '1';
	return i >= 0;
}

static bool take_attr(char **words, size_t n, struct aspm_journal *j)
{
	int i;

	if (n != 4 || !pci_addr_parse(words[1], &j->was.attrs_of))
		return false;
	i = attr_at(words[2]);
	if (i >= 0)
		j->was.attrs[i] = words[3][0] == '1';
	return i >= 0;
}

static bool take_line(void *arg, char **words, size_t n)
{
	if (n && !strcmp(words[0], "end"))
		return take_end(words, n, arg);
	if (n && !strcmp(words[0], "back"))
		return take_back(words, n, arg);
	if (n && !strcmp(words[0], "back-attr"))
		return take_back_attr(words, n, arg);
	return n && !strcmp(words[0], "attr") && take_attr(words, n, arg);
}

/* What was read is of this link, and enough. */
static bool is_whole(struct aspm_journal *j, const struct pci_addr *port)
{
	if (j->was.n_ends < 2 || j->was.ends[0].role != PCI_PARTNER || !pci_addr_equal(port, &j->was.ends[0].addr))
		return false;
	if (!j->was.attrs_of.bus)
		j->was.attrs_of = j->was.ends[1].addr;
	return !j->has_back || j->back.n_ends == j->was.n_ends;
}

int aspm_journal_load(const char *dir, const struct pci_addr *port, struct aspm_journal *j, struct err *e)
{
	char name[PCI_ADDR_MAX];
	int r;

	*j = (struct aspm_journal){ 0 };
	memset(j->was.attrs, -1, sizeof(j->was.attrs));
	r = change_record_load(dir, KIND, pci_addr_str(port, name), &j->record, take_line, j, e);
	if (!r && !is_whole(j, port))
		r = change_record_damaged(dir, KIND, name, e);
	if (r == -EINVAL)
		err_todo(e, "remove the file; `nicregs aspm enable` or a reboot brings the state back");
	return r;
}

int aspm_journal_remove(const char *dir, const struct pci_addr *port, struct err *e)
{
	char name[PCI_ADDR_MAX];

	return change_record_remove(dir, KIND, pci_addr_str(port, name), e);
}

bool aspm_journal_fits(const struct aspm_journal *j, const struct link *link)
{
	if (j->was.n_ends != link->n_ends)
		return false;
	for (size_t i = 0; i < link->n_ends; i++) {
		const struct link_end *a = &j->was.ends[i], *b = &link->ends[i];

		if (!pci_addr_equal(&a->addr, &b->addr) || a->id != b->id || a->express_at != b->express_at ||
		    a->l1ss_at != b->l1ss_at)
			return false;
	}
	return true;
}

/* A change with its record. */

static void describe(struct aspm_journal *j, const struct aspm_plan *plan, const char *who, int64_t until)
{
	struct buf states = { 0 };

	link_states_names(plan->states, &states);
	snprintf(j->record.what, sizeof(j->record.what), "%s %s", aspm_action_name(plan->action), buf_str(&states));
	buf_free(&states);
	snprintf(j->record.who, sizeof(j->record.who), "%s", who);
	j->record.begun = time(NULL);
	j->record.until = until;
}

/* A change with an end on one without: the end leads back to that, and no further. */
static void keep_earlier(struct aspm_journal *j, const struct aspm_plan *plan, int64_t earlier, int64_t until)
{
	if (!until)
		j->has_back = false;
	else if (!earlier && !aspm_link_same(&plan->before, &j->was)) {
		j->back = plan->before;
		j->has_back = true;
	}
}

int aspm_unfinished(const struct link *link, struct err *e)
{
	char addr[PCI_ADDR_MAX];

	err_set(e, EBUSY, pci_addr_str(&link->ends[0].addr, addr), "an earlier change of this link was interrupted");
	err_todo(e, "nicregs aspm restore %s restores the previous state; then try again",
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
	if (!had && earlier.record.applying)
		return aspm_unfinished(&plan->before, e);
	if (!had && aspm_journal_fits(&earlier, &plan->before)) {
		j = earlier;
		keep_earlier(&j, plan, earlier.record.until, until);
	}
	describe(&j, plan, who, until);
	j.record.applying = true;
	r = aspm_journal_save(dir, &j, e);
	if (r)
		return r;
	r = aspm_apply(io, plan, result, e);
	if (*result == ASPM_STUCK)
		return r;
	if (*result == ASPM_UNDONE) {
		if (had ? aspm_journal_remove(dir, port, NULL) : aspm_journal_save(dir, &earlier, NULL))
			err_todo(e, "everything was restored, but its record in %s could not be", dir);
		return r;
	}
	/* Back where it began: nothing is left to be restored. */
	if (!j.has_back && !aspm_io_refresh(io, &now, e) && aspm_link_same(&now, &j.was))
		return aspm_journal_remove(dir, port, e);
	j.record.applying = false;
	return aspm_journal_save(dir, &j, e);
}

int aspm_transact_until(const char *dir, struct aspm_journal *j, int64_t until, struct err *e)
{
	j->record.until = until;
	return aspm_journal_save(dir, j, e);
}

int aspm_transact_back(const struct aspm_io *io, const char *dir, const struct link *link, bool over,
		       enum aspm_result *result, struct err *e)
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
	over = over && j.has_back;
	r = aspm_put_back(io, over ? &j.back : &j.was, e);
	*result = r ? ASPM_STUCK : ASPM_DONE;
	if (r || !over)
		return r ? r : aspm_journal_remove(dir, port, e);
	j.has_back = false;
	j.record.until = 0;
	j.record.applying = false;
	return aspm_journal_save(dir, &j, e);
}
