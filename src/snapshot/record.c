// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes a recording; its deltas are saved and loaded here. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chip/db.h"
#include "snapshot/file.h"
#include "snapshot/internal.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/jsonw.h"
#include "util/text.h"

/* What the snapshots of one file with deltas may weigh, in registers: some 400 MB. */
#define WEIGHT_MOST ((size_t)16 << 20)

static bool same_functions(const struct snapshot *a, const struct snapshot *b)
{
	if (!a->n_functions || a->n_functions != b->n_functions)
		return false;
	for (size_t i = 0; i < a->n_functions; i++) {
		const struct pci_function *x = &a->functions[i], *y = &b->functions[i];

		if (x->role != y->role || !pci_addr_equal(&x->addr, &y->addr) || x->config_len != y->config_len ||
		    x->unread != y->unread || memcmp(x->config, y->config, x->config_len))
			return false;
	}
	return true;
}

static bool same_words(const struct snapshot *a, const struct snapshot *b)
{
	if (a->n_notes != b->n_notes || a->n_refusals != b->n_refusals || a->facts.n_features != b->facts.n_features)
		return false;
	for (size_t i = 0; i < a->n_notes; i++)
		if (strcmp(a->notes[i], b->notes[i]))
			return false;
	for (size_t i = 0; i < a->n_refusals; i++)
		if (strcmp(a->refusals[i].rung, b->refusals[i].rung) ||
		    strcmp(a->refusals[i].why, b->refusals[i].why) ||
		    !text_equal(a->refusals[i].todo, b->refusals[i].todo))
			return false;
	for (size_t i = 0; i < a->facts.n_features; i++)
		if (strcmp(a->facts.features[i].name, b->facts.features[i].name) ||
		    a->facts.features[i].on != b->facts.features[i].on ||
		    a->facts.features[i].fixed != b->facts.features[i].fixed)
			return false;
	return ((!a->facts.vfs.n && !b->facts.vfs.n) || virtuals_equal(&a->facts.vfs, &b->facts.vfs)) &&
	       text_equal(a->chip, b->chip) && text_equal(a->chip_name, b->chip_name) && text_equal(a->tool, b->tool) &&
	       text_equal(a->access, b->access) && a->redacted == b->redacted && a->origin == b->origin;
}

/* A delta can say that one is another, not that it is no longer known. */
static bool same_or_known(int64_t before, int64_t now)
{
	return now || !before;
}

/* Each register of a at the same place in b. */
static bool same_places(const struct snapshot *a, const struct snapshot *b)
{
	if (a->n_regs != b->n_regs)
		return false;
	for (size_t i = 0; i < a->n_regs; i++)
		if (a->regs[i].offset != b->regs[i].offset || a->regs[i].space != b->regs[i].space ||
		    a->regs[i].width != b->regs[i].width || a->regs[i].constant != b->regs[i].constant)
			return false;
	return true;
}

static bool same_fact(const struct facts *a, const struct facts *b, const struct fact_desc *d)
{
	return d->kind == FACT_STR ? text_equal(fact_str(a, d), fact_str(b, d)) : fact_num(a, d) == fact_num(b, d);
}

/* The facts that changed. False if one is no longer known, which a delta cannot say. */
static bool changed_facts(const struct facts *before, const struct facts *now, struct facts *out)
{
	if ((before->n_queues && !now->n_queues) || (before->n_vectors && !now->n_vectors))
		return false;
	for (size_t i = 0; i < n_fact_descs; i++) {
		const struct fact_desc *d = &fact_descs[i];

		if (same_fact(before, now, d))
			continue;
		if (!fact_known(now, d))
			return false;
		fact_copy(out, now, d);
	}
	return true;
}

static void save_changes(const struct snapshot *before, const struct snapshot *now, const struct facts *facts,
			 struct buf *out)
{
	AUTO_BUF struct buf name = { 0 };
	char address[PCI_ADDR_MAX];
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object_inline(&w, NULL);
	jsonw_str(&w, "format", DELTA_FORMAT);
	jsonw_u64(&w, "schema", DELTA_SCHEMA);
	jsonw_str(&w, "address", pci_addr_str(&now->functions[0].addr, address));
	if (now->taken)
		jsonw_i64(&w, "taken", now->taken);
	if (now->look)
		jsonw_i64(&w, "look", now->look);
	facts_json(facts, &w);
	if (!facts_same_counts(&before->facts, &now->facts))
		facts_counts_json(&now->facts, &w);
	if (!driver_side_same(&before->side, &now->side))
		driver_side_json(&now->side, &w);
	jsonw_array(&w, "registers");
	for (size_t i = 0; i < now->n_regs; i++)
		if (now->regs[i].value != before->regs[i].value || now->regs[i].unread != before->regs[i].unread)
			save_reg(&w, &now->regs[i], NULL, &name);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
}

static bool is_told(const struct driver_side *d)
{
	return d->driver || d->why;
}

bool delta_save(const struct snapshot *before, const struct snapshot *now, struct buf *out)
{
	struct facts facts;
	bool can = same_functions(before, now) && same_words(before, now) && same_places(before, now) &&
		   (is_told(&now->side) || !is_told(&before->side)) && same_or_known(before->taken, now->taken) &&
		   same_or_known(before->look, now->look);

	facts_init(&facts);
	can = can && changed_facts(&before->facts, &now->facts, &facts);
	if (can)
		save_changes(before, now, &facts, out);
	facts_free(&facts);
	return can;
}

bool delta_recognise(const json_t *root)
{
	const char *format = json_string_value(json_object_get(root, "format"));

	return format && !strcmp(format, DELTA_FORMAT);
}

static const struct snapshot *base_of(const struct snapshots *list, const struct pci_addr *addr)
{
	for (size_t i = list->n; i-- > 0;) {
		const struct pci_function *self = snapshot_self(list->v[i]);

		if (self && pci_addr_equal(&self->addr, addr))
			return list->v[i];
	}
	return NULL;
}

/* Registers stand in one order in both. */
static bool overlay(struct snapshot *s, const struct snapshot *change)
{
	size_t at = 0;

	for (size_t i = 0; i < change->n_regs; i++, at++) {
		const struct reg_sample *r = &change->regs[i];

		while (at < s->n_regs && (s->regs[at].offset != r->offset || s->regs[at].space != r->space))
			at++;
		if (at == s->n_regs || s->regs[at].width != r->width)
			return false;
		s->regs[at].value = r->value;
		s->regs[at].unread = r->unread;
	}
	for (size_t i = 0; i < n_fact_descs; i++)
		if (fact_known(&change->facts, &fact_descs[i]))
			fact_copy(&s->facts, &change->facts, &fact_descs[i]);
	if (change->facts.n_queues || change->facts.n_vectors)
		facts_copy_counts(&s->facts, &change->facts);
	if (is_told(&change->side))
		driver_side_copy(&s->side, &change->side);
	return true;
}

static int take(struct load *l, const json_t *root, const struct snapshot *base, struct snapshot *s)
{
	struct snapshot *change = snapshot_new(base->origin);
	int r = load_int(l, root, "taken", 0, INT64_MAX, &s->taken);

	if (!r)
		r = load_int(l, root, "look", 1, INT64_MAX, &s->look);
	if (!r)
		r = load_body(l, root, change);
	if (!r && (change->n_functions || !overlay(s, change)))
		r = load_bad(l, "registers", "one is not in the snapshot before it, or not in its place");
	snapshot_free(change);
	return r;
}

static size_t weight(const struct snapshot *s)
{
	return s->n_regs + s->n_functions * PCI_CONFIG_MAX / sizeof(struct reg_sample) +
	       2 * (s->facts.n_features + s->facts.n_queues + s->facts.n_vectors) + 64 * s->side.n_rings + 100;
}

int load_delta(struct load *l, const json_t *root, struct snapshots *list)
{
	const struct snapshot *base;
	struct pci_addr addr;
	struct snapshot *s;
	const char *address;
	int64_t schema = 0;
	int r = load_int(l, root, "schema", 1, INT64_MAX, &schema);

	if (!r && schema != DELTA_SCHEMA)
		r = load_bad(l, "schema", "not known");
	if (!r)
		r = load_str(l, root, "address", true, &address);
	if (r)
		return r;
	base = pci_addr_parse(address, &addr) ? base_of(list, &addr) : NULL;
	if (!base)
		return load_bad(l, "address", "there is no snapshot of this device before it");
	if (list->n * weight(base) > WEIGHT_MOST) {
		err_set(l->e, EFBIG, l->file, "the recording is too long to be read at once");
		err_todo(l->e,
			 "nicregs reads some millions of registers: cut the file before a line that is \"{\" alone");
		return -EFBIG;
	}
	s = snapshot_copy(base);
	r = take(l, root, base, s);
	if (r)
		snapshot_free(s);
	else
		snapshots_add(list, s);
	return r;
}

static size_t count_look(const struct snapshots *list, int64_t look)
{
	size_t n = 0;

	for (size_t i = list->n; i-- > 0 && list->v[i]->look >= look;)
		n += list->v[i]->look == look;
	return n;
}

/* A last sample with fewer devices than the one before would look as if one were gone. */
static void drop_part_of_look(struct snapshots *list)
{
	int64_t look = list->v[list->n - 1]->look;

	if (count_look(list, look) >= count_look(list, look - 1))
		return;
	while (list->n > 1 && list->v[list->n - 1]->look == look)
		snapshot_free(list->v[--list->n]);
}

/* A recording that ends in the middle of a value was cut off by a crash: its whole samples count. */
bool record_cut(struct snapshots *list, const json_error_t *error)
{
	struct snapshot *last = list->n ? list->v[list->n - 1] : NULL;

	if (!last || !last->look || json_error_code(error) != json_error_premature_end_of_input)
		return false;
	drop_part_of_look(list);
	snapshot_note(list->v[list->n - 1],
		      "The recording ends in the middle of a sample, as after a crash; all before it was read.");
	return true;
}

int record_open(struct record *r, const char *path, struct chipdb *db, bool redact, struct err *e)
{
	*r = (struct record){ .fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600) };
	if (r->fd < 0)
		return err_sys(e, errno, "%s", path);
	r->path = xstrdup(path);
	r->db = db;
	r->redact = redact;
	return 0;
}

static struct snapshot **last_of(struct record *r, const struct snapshot *s)
{
	const struct pci_function *self = snapshot_self(s);

	for (size_t i = 0; i < r->last.n; i++) {
		const struct pci_function *other = snapshot_self(r->last.v[i]);

		if (self && other && pci_addr_equal(&self->addr, &other->addr))
			return &r->last.v[i];
	}
	return NULL;
}

static void add(struct record *r, const struct snapshot *s, struct buf *out)
{
	struct snapshot *now = snapshot_copy(s), **last;
	const struct chip *chip = NULL;

	if (s->chip && chipdb_find(r->db, s->chip, &chip, NULL))
		chip = NULL;
	if (r->redact && !now->redacted)
		snapshot_redact(now, chip);
	now->look = r->looks;
	last = last_of(r, now);
	if (!last || r->looks % RECORD_WHOLE == 0 || !delta_save(*last, now, out))
		snapshot_save(now, chip, out);
	if (last) {
		snapshot_free(*last);
		*last = now;
	} else {
		snapshots_add(&r->last, now);
	}
}

int record_look(struct record *r, const struct snapshots *look, struct err *e)
{
	AUTO_BUF struct buf out = { 0 };
	const char *at;

	r->looks++;
	for (size_t i = 0; i < look->n; i++)
		add(r, look->v[i], &out);
	at = buf_str(&out);
	for (size_t left = out.len; left;) {
		ssize_t n = write(r->fd, at, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, errno, "%s", r->path);
		at += n;
		left -= (size_t)n;
	}
	return 0;
}

void record_close(struct record *r)
{
	if (r->fd >= 0)
		close(r->fd);
	free(r->path);
	snapshots_free(&r->last);
	*r = (struct record){ .fd = -1 };
}
