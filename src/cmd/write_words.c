// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/write_words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "change/lock.h"
#include "change/told.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/nearest.h"
#include "util/text.h"

const char *write_word_name(const struct write_word *w, struct buf *out)
{
	buf_clear(out);
	chip_ref_name(&w->ref, out);
	return buf_str(out);
}

static int no_register(const struct write_words *all, const char *arg)
{
	AUTO_FREE char *name = xstrndup(arg, strcspn(arg, "="));
	AUTO_BUF struct buf todo = { 0 };
	char near[2 * NEAREST_MAX];

	if (chip_nearest(all->chip, 1u << CHIP_MMIO, name, near, sizeof(near)))
		buf_printf(&todo, "did you mean '%s'? ", near);
	buf_printf(&todo, "nicregs chips %s lists the registers", all->chip->name);
	return cmd_refuse(arg, "not REG=VALUE or REG.FIELD=VALUE of a register of this chip", buf_str(&todo));
}

/* REG.FIELD or REG, up to the '='. */
static bool find(const struct write_words *all, char *text, struct write_word *w, const struct chip_field **field)
{
	char *dot = strchr(text, '.');

	if (dot)
		*dot++ = '\0';
	w->ref = chip_ref_parse(all->chip, CHIP_MMIO, text);
	*field = dot && w->ref.reg ? chip_field_named(w->ref.reg, dot) : NULL;
	return w->ref.reg && (!dot || *field);
}

/* Several fields of a register are one write. */
static int join(struct write_words *all, const struct write_word *w, const char *arg)
{
	for (size_t i = 0; i < all->n; i++) {
		if (all->words[i].ref.offset != w->ref.offset)
			continue;
		if (all->words[i].mask & w->mask)
			return cmd_refuse(arg, "it is written twice",
					  "name each register, or each of its fields, once");
		all->words[i].mask |= w->mask;
		all->words[i].value |= w->value;
		all->words[i].named |= w->named;
		return 0;
	}
	all->n++;
	return 0;
}

int write_words_take(struct write_words *all, const char *arg)
{
	AUTO_FREE char *text = xstrdup(arg);
	struct write_word *w = &all->words[all->n];
	char *equals = strchr(text, '=');
	const struct chip_field *field;
	uint64_t value = 0, most = UINT32_MAX;

	if (!equals)
		return no_register(all, arg);
	*equals = '\0';
	if (!find(all, text, w, &field))
		return no_register(all, arg);
	if (field)
		most = chip_field_get(field, UINT64_MAX);
	if (!text_u64(equals + 1, &value) || value > most)
		return cmd_refuse(arg, "the value is no number, or too large for it",
				  "hexadecimal values begin with 0x");
	w->mask = field ? (uint32_t)chip_field_mask(field) : UINT32_MAX;
	w->value = field ? (uint32_t)chip_field_put(field, value) : (uint32_t)value;
	w->named = field && field->trigger ? w->mask : 0;
	return join(all, w, arg);
}

/* ---- the record: "id 0xDDDDVVVV", then "was OFFSET VALUE" in the order of the writes ---- */

static bool take_line(void *arg, char **words, size_t n)
{
	struct write_words *all = arg;
	uint64_t offset, value;

	if (n == 2 && !strcmp(words[0], "id") && text_u64(words[1], &value) && value <= UINT32_MAX) {
		all->has_id = true;
		return value == all->id;
	}
	if (!all->has_id || n != 3 || strcmp(words[0], "was") != 0 || !text_u64(words[1], &offset) ||
	    !text_u64(words[2], &value) || offset > UINT32_MAX || value > UINT32_MAX || all->n == WRITES_MOST)
		return false;
	all->words[all->n].ref = chip_reg_at(all->chip, CHIP_MMIO, (uint32_t)offset);
	all->words[all->n].was = all->words[all->n].value = (uint32_t)value;
	all->words[all->n].mask = UINT32_MAX;
	return all->words[all->n++].ref.reg != NULL;
}

static bool has_word(const struct write_words *all, uint32_t offset)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->words[i].ref.offset == offset)
			return true;
	return false;
}

/* A record of more could not be put back. */
static int fits(const struct write_words *all, const struct write_words *earlier)
{
	size_t n = all->n;

	for (size_t i = 0; i < earlier->n; i++)
		n += !has_word(all, earlier->words[i].ref.offset);
	return n <= WRITES_MOST ? 0
				: cmd_refuse(all->address, "16 registers are on record at most",
					     "put these back first: write DEVICE --undo --yes");
}

int write_record_load(struct write_words *all, struct err *e)
{
	return change_record_load(CHANGE_RUN_DIR, WRITE_RECORD, all->address, &all->record, take_line, all, e);
}

/* What an earlier write found stays what is put back. Its registers that are not written now are kept behind the others. */
int write_record_merge(struct write_words *all, struct write_words *earlier)
{
	struct err e = { 0 };
	int r;

	*earlier = (struct write_words){ .chip = all->chip, .id = all->id };
	snprintf(earlier->address, sizeof(earlier->address), "%s", all->address);
	r = write_record_load(earlier, &e);
	if (r == -ENOENT)
		return 0;
	if (r)
		return cmd_fail(&e, r);
	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; k < earlier->n; k++)
			if (all->words[i].ref.offset == earlier->words[k].ref.offset)
				all->words[i].was = earlier->words[k].was;
	return fits(all, earlier);
}

int write_record_save(struct write_words *all, const struct write_words *earlier)
{
	AUTO_BUF struct buf body = { 0 };
	struct err e = { 0 };
	int r;

	all->record = (struct change_record){ .begun = time(NULL) };
	change_user(all->record.who, sizeof(all->record.who));
	snprintf(all->record.what, sizeof(all->record.what), "%zu register%s", all->n, all->n == 1 ? "" : "s");
	buf_printf(&body, "id 0x%08x\n", all->id);
	for (size_t i = 0; i < earlier->n; i++)
		if (!has_word(all, earlier->words[i].ref.offset))
			buf_printf(&body, "was 0x%x 0x%08x\n", earlier->words[i].ref.offset, earlier->words[i].was);
	for (size_t i = 0; i < all->n; i++)
		buf_printf(&body, "was 0x%x 0x%08x\n", all->words[i].ref.offset, all->words[i].was);
	r = change_record_save(CHANGE_RUN_DIR, WRITE_RECORD, all->address, &all->record, buf_str(&body), &e);
	return r ? cmd_fail(&e, r) : 0;
}
