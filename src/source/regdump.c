// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/regdump.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/alloc.h"
#include "util/err.h"
#include "util/text.h"

int regdump_open(struct regdump *d, struct format_job *job, struct err *e)
{
	const char *word = job->options->chip;
	int r;

	*d = (struct regdump){ 0 };
	if (!word) {
		err_set(e, EINVAL, job->in->name, "a register dump does not say which chip it is from");
		err_todo(e, "add --chip CHIP, such as --chip 82574L; `nicregs chips` lists them");
		return -EINVAL;
	}
	r = source_chip(job->db, word, &d->chip, e);
	if (r)
		return r;
	d->name = source_id_name(d->chip, word);
	if (d->chip->driver && chipdb_dump(job->db, d->chip->driver, &d->dump, NULL))
		d->dump = NULL;
	return 0;
}

/* A line of a text beside the dump: "driver: igb", before it as `ethtool -i` prints it. Of several files nobody knows which
 * of them are about one device. */
static void note_driver(struct regdump *d, const struct format_job *job, const char *line)
{
	const char *name = text_starts(line, "driver:") ? line + strlen("driver:") : NULL;

	if (!name || d->n || job->in->bundle)
		return;
	name += strspn(name, " \t");
	str_copy(d->driver, sizeof(d->driver), name, strcspn(name, " \t"));
}

int regdump_read_lines(struct regdump *d, struct format_job *job,
		       bool (*take)(struct regdump *d, char *line, void *arg), void *arg, struct err *e)
{
	int r = regdump_open(d, job, e);
	char *line;
	size_t n;

	if (r)
		return r;
	while ((line = input_line(job->in, &n))) {
		line = input_tidy(line, n);
		note_driver(d, job, line);
		if (!take(d, line, arg))
			break;
	}
	return input_check(job->in, e);
}

void regdump_close(struct regdump *d)
{
	free(d->v);
	*d = (struct regdump){ 0 };
}

static size_t place_of(const struct chip *chip, const struct chip_reg *reg)
{
	size_t i = 0;

	while (i < chip->n_regs && chip->regs[i] != reg)
		i++;
	return i;
}

static bool seen(const struct regdump *d, const struct chip_ref *ref)
{
	for (size_t i = 0; i < d->n; i++) {
		if (d->v[i].ref.reg == ref->reg && d->v[i].ref.offset == ref->offset)
			return true;
	}
	return false;
}

static struct chip_ref element(const struct chip *chip, enum chip_space space, const char *name, uint32_t i, uint32_t j)
{
	const struct chip_reg *reg = chip_reg_named(chip, space, name);

	return reg ? chip_ref_at(reg, i, j) : (struct chip_ref){ 0 };
}

void regdump_add(struct regdump *d, enum chip_space space, const char *name, uint32_t i, uint32_t j, uint32_t value)
{
	struct chip_ref ref = element(d->chip, space, name, i, j);
	struct regdump_value *v;

	if (!ref.reg || ref.reg->width > 32) {
		d->unknown++;
		return;
	}
	if (seen(d, &ref))
		return;
	if (ref.reg->width < 32)
		value &= (1u << ref.reg->width) - 1;
	v = VEC_PUSH(d->v, d->n, d->cap);
	*v = (struct regdump_value){ ref, place_of(d->chip, ref.reg), value, UNREAD_NO };
}

/* What the driver wrote other words over. */
static void add_lost(struct regdump *d, size_t n)
{
	for (size_t w = 0; w < d->dump->n_named; w++) {
		const struct chip_word *word = &d->dump->words[w];
		struct chip_ref ref = chip_word_lost(d->chip, word);

		if (ref.reg && (size_t)word->index * 4 + 4 <= n && !seen(d, &ref))
			*VEC_PUSH(d->v, d->n, d->cap) =
				(struct regdump_value){ ref, place_of(d->chip, ref.reg), 0, UNREAD_NOT_IN_SOURCE };
	}
}

void regdump_add_words(struct regdump *d, const uint8_t *bytes, size_t n)
{
	for (size_t w = 0; w < d->dump->n_named; w++) {
		const struct chip_word *word = &d->dump->words[w];
		const uint8_t *p = bytes + (size_t)word->index * 4;

		if (!chip_word_counts(d->chip, word) || (size_t)word->index * 4 + 4 > n)
			continue;
		if (word->kind == CHIP_WORD_CONSTANT)
			d->constants++;
		if (word->kind == CHIP_WORD_REGISTER)
			regdump_add(d, word->space, word->name, word->i, word->j,
				    (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
	}
	add_lost(d, n);
}

bool regdump_reads(const struct regdump *d, uint32_t offset)
{
	for (size_t w = 0; d->dump && w < d->dump->n_named; w++) {
		struct chip_ref ref = chip_word_ref(d->chip, &d->dump->words[w]);

		if (ref.reg && ref.reg->space == CHIP_MMIO && ref.offset == offset)
			return true;
	}
	return false;
}

static int by_place(const void *a, const void *b)
{
	const struct regdump_value *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return (x->ref.offset > y->ref.offset) - (x->ref.offset < y->ref.offset);
}

/* What of the dump is not in the snapshot. */
static void note_left_out(struct snapshot *s, const struct regdump *d)
{
	if (d->constants == 1)
		snapshot_note(s, "1 word of the dump is a number of the driver's own, not a register: it is left out.");
	else if (d->constants)
		snapshot_note(
			s, "%zu words of the dump are numbers of the driver's own, not registers: they are left out.",
			d->constants);
	if (d->unknown == 1)
		snapshot_note(s, "1 value is of a register that the definition of %s does not have: it is left out.",
			      d->chip->name);
	else if (d->unknown)
		snapshot_note(s,
			      "%zu values are of registers that the definition of %s does not have: they are left out.",
			      d->unknown, d->chip->name);
}

static struct snapshot *make_snapshot(struct regdump *d, const struct format_job *job, enum snapshot_origin origin)
{
	struct snapshot *s = snapshot_new(origin);

	s->file = xstrdup(job->in->name);
	s->chip = xstrdup(d->chip->name);
	s->chip_name = xstrdup(d->name);
	s->access = xstrdup(origin == ORIGIN_ETHTOOL ? "ethtool" : "file");
	fact_set_str(&s->facts, fact_named("driver"), d->chip->driver);
	if (d->n)
		qsort(d->v, d->n, sizeof(*d->v), by_place);
	for (size_t i = 0; i < d->n; i++)
		snapshot_add_reg(s, &d->v[i].ref, d->v[i].unread, d->v[i].value);
	note_left_out(s, d);
	return s;
}

int regdump_finish(struct regdump *d, struct format_job *job, enum snapshot_origin origin, const struct pci_addr *addr,
		   struct err *e)
{
	struct snapshots found = { 0 };
	int r;

	if (!source_may_be(job->db, d->chip, *d->driver ? d->driver : NULL)) {
		err_set(e, EINVAL, job->in->name, "a dump of the driver %s, but %s is a chip of %s", d->driver, d->name,
			d->chip->driver);
		err_todo(e, "check that --chip names the right chip");
		return -EINVAL;
	}
	if (!d->n) {
		err_set(e, EINVAL, job->in->name, "a register dump, but with no register of %s", d->name);
		err_todo(e, "check that --chip names the right chip");
		return -EINVAL;
	}
	snapshots_add(&found, make_snapshot(d, job, origin));
	if (addr)
		snapshot_add_function(found.v[0], PCI_SELF, addr, NULL, 0)->unread = UNREAD_NOT_IN_SOURCE;
	r = format_keep(job, &found, e);
	snapshots_free(&found);
	return r;
}
