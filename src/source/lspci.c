// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `lspci -x`, `-xxx`, `-xxxx` text, or the configuration space that a kernel log has, of one function or of a whole
 * machine, in one pass. Of all functions only those that may belong to a supported NIC are kept: itself, what shares its
 * slot, and bridges.
 */
#include "source/lspci_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "snapshot/config.h"
#include "source/internal.h"
#include "source/pasted.h"
#include "util/alloc.h"
#include "util/err.h"
#include "util/text.h"

#define KEPT_MOST 16384

struct functions {
	struct lspci_function *v;
	size_t n, cap;
};

struct lspci {
	struct format_job *job;
	const char *address;    /* DEVICE if that is an address */
	struct functions group; /* functions of the slot that is read */
	struct functions kept;
	uint64_t lines;
	size_t headers, dumped; /* functions seen, and those with bytes */
	size_t orphans;         /* lines of bytes before the first function */
	struct paste *paste;    /* for text that has no bytes; owned */
	struct pasted_devices pasted;
};

static bool is_nic(const struct lspci *l, const struct lspci_function *f)
{
	if (chipdb_knows_id(l->job->db, f->vendor, f->device))
		return true;
	return f->len > PCI_CLASS && pci_is_intel_nic(f->vendor, f->config[PCI_CLASS]);
}

static bool wanted(const struct lspci *l, const struct lspci_function *f)
{
	const char *device = l->job->options->device;

	if (device && format_names(device, &f->addr, f->vendor, f->device))
		return true;
	return !l->address && is_nic(l, f);
}

static void close_group(struct lspci *l)
{
	bool any = false;

	for (size_t i = 0; i < l->group.n; i++)
		any |= wanted(l, &l->group.v[i]);
	for (size_t i = 0; i < l->group.n; i++) {
		struct lspci_function *f = &l->group.v[i];

		if (any || lspci_secondary(f))
			*VEC_PUSH(l->kept.v, l->kept.n, l->kept.cap) = *f;
		else
			lspci_function_free(f);
	}
	l->group.n = 0;
}

static bool same_slot(const struct pci_addr *a, const struct pci_addr *b)
{
	return a->domain == b->domain && a->bus == b->bus && a->dev == b->dev;
}

static void close_function(struct lspci *l, struct lspci_function *f)
{
	lspci_finish(f);
	if (f->len < 4) {
		lspci_function_free(f);
		return;
	}
	l->dumped++;
	if (l->group.n && !same_slot(&l->group.v[0].addr, &f->addr))
		close_group(l);
	*VEC_PUSH(l->group.v, l->group.n, l->group.cap) = *f;
	*f = (struct lspci_function){ 0 };
}

static int read_lines(struct lspci *l, struct err *e)
{
	struct lspci_function current = { 0 }, next;
	char *line;
	size_t n;

	while ((line = input_line(l->job->in, &n)) && l->kept.n + l->group.n < KEPT_MOST) {
		line = input_tidy(line, n);
		paste_line(l->paste, line, strlen(line), ++l->lines);
		if (lspci_header(line, &next) || lspci_logged_header(line, &next)) {
			close_function(l, &current);
			current = next;
			l->headers++;
		} else if (l->headers) {
			lspci_take(&current, line);
		} else {
			l->orphans += lspci_bytes(line);
		}
	}
	close_function(l, &current);
	close_group(l);
	paste_end(l->paste);
	if (line)
		return err_set(e, EFBIG, l->job->in->name, "more than %d functions", KEPT_MOST);
	return input_check(l->job->in, e);
}

static enum unread unread_reason(const struct pci_function *fn, const struct lspci_function *f)
{
	const struct config_caps *caps = config_caps(fn);

	if (fn->config_len == PCI_CONFIG_MAX)
		return UNREAD_NO;
	if (fn->config_len == 256 && !caps->n_problems && !config_find(caps, CHIP_CAP_STANDARD, 0x10))
		return UNREAD_NO;
	return f->no_root ? UNREAD_WITHOUT_ROOT : UNREAD_NOT_IN_SOURCE;
}

static void add_function(struct snapshot *s, enum pci_role role, const struct lspci_function *f)
{
	struct pci_function *fn = snapshot_add_function(s, role, &f->addr, f->config, f->len);
	char text[PCI_ADDR_MAX];

	fn->unread = unread_reason(fn, f);
	if (f->damaged)
		snapshot_note(s, "The dump of %s is damaged after byte 0x%x: the rest is left out.",
			      pci_addr_str(&f->addr, text), f->len);
}

static void add_relatives(const struct lspci *l, struct snapshot *s, const struct lspci_function *self)
{
	bool partner = false;

	for (size_t i = 0; i < l->kept.n && !partner; i++) {
		const struct lspci_function *f = &l->kept.v[i];

		partner = f->addr.domain == self->addr.domain && self->addr.bus && lspci_secondary(f) == self->addr.bus;
		if (partner)
			add_function(s, PCI_PARTNER, f);
	}
	for (size_t i = 0; i < l->kept.n; i++) {
		const struct lspci_function *f = &l->kept.v[i];

		if (same_slot(&f->addr, &self->addr) && f->addr.fn != self->addr.fn)
			add_function(s, PCI_SIBLING, f);
	}
}

static void add_facts(struct snapshot *s, const struct lspci_function *f)
{
	for (size_t i = 0; i < LSPCI_FACTS; i++) {
		const struct fact_desc *d = fact_named(lspci_facts[i].fact);
		uint64_t number;

		if (!f->facts[i] || !d)
			continue;
		if (d->kind == FACT_STR)
			fact_set_str(&s->facts, d, f->facts[i]);
		else if (text_u64(f->facts[i], &number) && number <= INT32_MAX)
			fact_set_num(&s->facts, d, (int64_t)number);
	}
}

static void add_parent(const struct lspci *l, struct snapshot *s, const struct lspci_function *f)
{
	const struct fact_desc *fact = fact_named("physical_function");
	char address[PCI_ADDR_MAX];

	if (f->is_virtual)
		fact_set_str(&s->facts, fact, "a function that is not in this file");
	for (size_t i = 0; f->is_virtual && i < l->kept.n; i++)
		if (lspci_is_parent(&l->kept.v[i], f))
			fact_set_str(&s->facts, fact, pci_addr_str(&l->kept.v[i].addr, address));
}

static int not_supported(const struct lspci *l, const struct lspci_function *f, struct err *e)
{
	char address[PCI_ADDR_MAX];

	pci_addr_str(&f->addr, address);
	if (f->vendor == 0xffff)
		err_set(e, ENOTSUP, address,
			"it did not answer when %s was written (every byte is ff): the device is not known",
			l->job->in->name);
	else
		err_set(e, ENOTSUP, address, "%04x:%04x is not an Intel NIC", f->vendor, f->device);
	err_todo(e, "`nicregs chips` lists the supported ones");
	return -ENOTSUP;
}

static int make_snapshot(const struct lspci *l, const struct lspci_function *f, struct snapshots *found, struct err *e)
{
	const struct chip *chip = NULL;
	const char *name = NULL;
	struct snapshot *s;
	int r = 0;

	if (!is_nic(l, f))
		return not_supported(l, f, e);
	if (chipdb_knows_id(l->job->db, f->vendor, f->device))
		r = chipdb_by_id(l->job->db, f->vendor, f->device, &chip, &name, e);
	if (r)
		return r;
	s = snapshot_new(f->logged ? ORIGIN_LOG : ORIGIN_LSPCI);
	s->file = xstrdup(l->job->in->name);
	if (chip) {
		s->chip = xstrdup(chip->name);
		s->chip_name = xstrdup(name ? name : chip->name);
	} else if (!chipdb_known(l->job->db, f->vendor, f->device, &chip, &name, NULL)) {
		s->chip_name = xstrdup(name);
	} else if (f->part) {
		s->chip_name = xstrdup(f->part);
	}
	add_function(s, PCI_SELF, f);
	add_relatives(l, s, f);
	add_facts(s, f);
	add_parent(l, s, f);
	snapshots_add(found, s);
	return 0;
}

static int make_snapshots(const struct lspci *l, struct err *e)
{
	struct snapshots found = { 0 };
	int r = 0;

	for (size_t i = 0; i < l->kept.n && !r; i++) {
		if (wanted(l, &l->kept.v[i]))
			r = make_snapshot(l, &l->kept.v[i], &found, e);
	}
	if (!r && !found.n && !l->job->options->device) {
		r = err_set(e, ENODEV, l->job->in->name, "none of its %zu PCI functions is an Intel NIC", l->dumped);
		err_todo(e, "`nicregs chips` lists the supported ones");
	}
	if (!r)
		r = format_keep(l->job, &found, e);
	snapshots_free(&found);
	return r;
}

int format_read_lspci(struct format_job *job, struct err *e)
{
	struct lspci l = { .job = job, .pasted = { .db = job->db, .file = job->in->name } };
	struct pci_addr addr;
	int r;

	if (job->options->device && pci_addr_parse(job->options->device, &addr))
		l.address = job->options->device;
	l.paste = paste_new(pasted_take, &l.pasted);
	r = read_lines(&l, e);
	pasted_end(&l.pasted);
	if (!r && !l.dumped && !l.orphans && l.pasted.found.n) {
		r = format_keep(job, &l.pasted.found, e);
		goto out;
	}
	if (!r && !l.headers && l.orphans > 1) {
		r = err_set(e, EINVAL, job->in->name,
			    "bytes of configuration space without the line that names the function");
		err_todo(e, "put that line before them: `01:00.0 Ethernet controller`, as lspci writes it");
	} else if (!r && !l.headers)
		r = format_unknown(job->in->name, e);
	else if (!r && !l.dumped) {
		r = err_set(e, EINVAL, job->in->name, "lspci text without the bytes of configuration space");
		err_todo(e, "take it as root with `lspci -xxxx`");
	}
	if (!r)
		r = make_snapshots(&l, e);
out:
	paste_free(l.paste);
	snapshots_free(&l.pasted.found);
	for (size_t i = 0; i < l.kept.n; i++)
		lspci_function_free(&l.kept.v[i]);
	free(l.kept.v);
	free(l.group.v);
	return r;
}
