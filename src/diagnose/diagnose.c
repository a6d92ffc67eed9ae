// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/diagnose.h"

#include <stdlib.h>
#include <string.h>

#include "diagnose/remedy.h"
#include "diagnose/rules.h"
#include "util/alloc.h"
#include "util/arena.h"
#include "util/buf.h"

static const char *name_of_part(const struct subject *s)
{
	const char *name = s->latest ? s->latest->chip_name : NULL;

	if (name && !strchr(name, ' '))
		return name;
	if (!s->latest && s->log && klog_chip_name(s->host->input->db, s->log))
		return klog_chip_name(s->host->input->db, s->log);
	return s->known ? s->known->name : s->part_name;
}

static const char *address_of(struct subject *s)
{
	const struct pci_function *self = s->latest ? snapshot_self(s->latest) : NULL;
	char address[PCI_ADDR_MAX];

	if (self)
		return finding_text(s, "%s", pci_addr_str(&self->addr, address));
	return s->log && *s->log->address ? finding_text(s, "%s", s->log->address) : NULL;
}

static const char *kernel_of(struct subject *s)
{
	if (s->facts->kernel)
		return finding_text(s, "%s", s->facts->kernel);
	if (!s->latest && s->host->input->klog && *klog_host(s->host->input->klog)->kernel)
		return finding_text(s, "%s", klog_host(s->host->input->klog)->kernel);
	return NULL;
}

static void name_it(struct subject *s)
{
	struct diagnosis *d = s->out;
	AUTO_BUF struct buf b = { 0 };

	d->address = address_of(s);
	d->netdev = s->interface ? finding_text(s, "%s", s->interface) : NULL;
	d->driver = s->driver ? finding_text(s, "%s", s->driver) : NULL;
	d->driver_version = s->driver_version ? finding_text(s, "%s", s->driver_version) : NULL;
	d->kernel = kernel_of(s);
	d->word = device_word(s);
	d->has_nicregs = s->platform.system == SYSTEM_LINUX;
	d->part = s->chip;
	d->part_sure = s->chip_sure;
	d->chip = name_of_part(s) ? finding_text(s, "%s", name_of_part(s)) : NULL;
	buf_puts(&b, d->netdev ? d->netdev : d->address ? d->address : "unknown device");
	if (d->netdev && d->address)
		buf_printf(&b, " (%s)", d->address);
	if (d->chip)
		buf_printf(&b, ", %s", d->chip);
	if (d->driver)
		buf_printf(&b, ", %s%s%s", d->driver, s->driver_version ? " " : "",
			   s->driver_version ? s->driver_version : "");
	d->title = finding_text(s, "%s", buf_str(&b));
}

static void what_is_missing(struct subject *s)
{
	const char *name = device_word(s);

	if (!s->latest && !s->interface && !s->out->address)
		finding_hint(s, "The log does not name the device: give more of it, from the boot on.");
	else if (!s->latest && s->platform.system != SYSTEM_LINUX)
		finding_hint(s, "The log alone is known; nicregs looks at devices under Linux only.");
	else if (!s->latest)
		finding_hint(
			s,
			"The log alone is known. On the machine, nicregs diagnose %s looks at the device itself; from "
			"elsewhere, add "
			"--from FILE with what nicregs snapshot %s or lspci -xxxx wrote there.",
			name, name);
	else if (!s->series.tx.n && s->latest->origin == ORIGIN_LIVE && s->out->verdict != VERDICT_DEAD)
		finding_hint(s, "The queues could not be read; nicregs show %s says why.", name);
	else if (!s->series.tx.n && s->latest->origin != ORIGIN_LIVE)
		finding_hint(
			s,
			"The file has no registers of the queues: nicregs snapshot %s, as root on the machine, writes them.",
			name);
	if (!s->chip && s->log && !s->part_name)
		finding_hint(s, "The log does not name the chip: %s does.",
			     s->platform.system == SYSTEM_FREEBSD ? "pciconf -lv" : "lspci -nn");
}

static void judge(struct subject *s, struct diagnosis *d)
{
	*d = (struct diagnosis){ .latest = s->latest, .log = s->log, .log_index = s->log_index };
	d->arena = xcalloc(1, sizeof(*d->arena));
	s->out = d;
	facts_init(&d->facts);
	facts_merge(&d->facts, &s->logged_facts);
	name_it(s);
	rules_run(s);
	verdict_reach(s);
	remedies_choose(s);
	what_is_missing(s);
}

/* What needs somebody comes first; else they stay in order. */
static void worst_first(struct diagnoses *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++) {
		struct diagnosis bad = d->v[i];

		if (!verdict_is_bad(bad.verdict))
			continue;
		memmove(&d->v[n + 1], &d->v[n], (i - n) * sizeof(*d->v));
		d->v[n++] = bad;
	}
}

/* Where the log has no report, what it describes is worth showing. */
static bool any_report(const struct subjects *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].log && all->v[i].log->first_line)
			return true;
	return false;
}

static bool is_wanted(const struct diagnose_input *input, const struct subject *s)
{
	if (input->only_sampled && !s->n_samples)
		return false;
	return !input->only_logged ||
	       (s->log && (s->log->first_line || (s->log->described_line && !any_report(s->host))));
}

int diagnose(const struct diagnose_input *input, struct diagnoses *out, struct err *e)
{
	struct subjects all;
	int r = subjects_make(&all, input, e);

	*out = (struct diagnoses){ 0 };
	if (!r) {
		out->v = xcalloc(all.n, sizeof(*out->v));
		for (size_t i = 0; i < all.n; i++)
			if (is_wanted(input, &all.v[i]))
				judge(&all.v[i], &out->v[out->n++]);
		if (input->only_logged)
			worst_first(out);
	}
	subjects_free(&all);
	return r;
}

void diagnoses_free(struct diagnoses *d)
{
	for (size_t i = 0; i < d->n; i++) {
		facts_free(&d->v[i].facts);
		arena_free(d->v[i].arena);
		free(d->v[i].arena);
	}
	free(d->v);
	*d = (struct diagnoses){ 0 };
}

int diagnose_glance(struct chipdb *db, const struct snapshot *s, enum verdict *verdict, struct err *e)
{
	struct snapshot *one[] = { (struct snapshot *)(uintptr_t)s };
	const struct snapshots samples = { .v = one, .n = 1, .cap = 1 };
	const struct diagnose_input input = { .db = db, .samples = &samples };
	struct diagnoses d;
	int r = diagnose(&input, &d, e);

	*verdict = !r && d.n ? d.v[0].verdict : VERDICT_UNKNOWN;
	diagnoses_free(&d);
	return r;
}
