// SPDX-License-Identifier: GPL-2.0-or-later
/* Between the lines of any record (change/record.h) this one has
 *     part ID
 *     was NAME VALUE [BACK UNTIL]
 */
#include "change/past.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/text.h"

#define KIND "fix"

void change_past_free(struct change_past *past)
{
	free(past->v);
	*past = (struct change_past){ 0 };
}

void change_past_copy(struct change_past *to, const struct change_past *from)
{
	*to = *from;
	to->v = xcalloc(from->n + 1, sizeof(*to->v));
	to->cap = from->n + 1;
	if (from->n)
		memcpy(to->v, from->v, from->n * sizeof(*to->v));
}

static struct change_was *find(const struct change_past *past, const char *name)
{
	for (size_t i = 0; i < past->n; i++)
		if (!strcmp(past->v[i].name, name))
			return &past->v[i];
	return NULL;
}

static void take_out(struct change_past *past, size_t i)
{
	memmove(&past->v[i], &past->v[i + 1], (--past->n - i) * sizeof(*past->v));
}

/* The file. */

static bool take_was(char **words, size_t n, struct change_past *past)
{
	struct change_was *one;
	uint64_t until = 0;

	if ((n != 3 && n != 5) || setting_group_of(words[1]) < 0 || strlen(words[1]) >= SETTING_NAME_MAX ||
	    strlen(words[2]) >= SETTING_VALUE_MAX || find(past, words[1]))
		return false;
	if (n == 5 && (strlen(words[3]) >= SETTING_VALUE_MAX || !text_u64(words[4], &until) || until > INT64_MAX))
		return false;
	one = VEC_PUSH(past->v, past->n, past->cap);
	*one = (struct change_was){ .until = (int64_t)until };
	strcpy(one->name, words[1]);
	strcpy(one->was, words[2]);
	if (n == 5)
		strcpy(one->back, words[3]);
	return true;
}

static bool take_line(void *arg, char **words, size_t n)
{
	struct change_past *past = arg;
	uint64_t id;

	if (n && !strcmp(words[0], "was"))
		return take_was(words, n, past);
	if (n != 2 || strcmp(words[0], "part") != 0 || !text_u64(words[1], &id) || id > UINT32_MAX)
		return false;
	past->id = (uint32_t)id;
	return true;
}

int change_past_load(const char *dir, const struct pci_addr *addr, struct change_past *past, struct err *e)
{
	char name[PCI_ADDR_MAX];
	int r;

	*past = (struct change_past){ .addr = *addr };
	r = change_record_load(dir, KIND, pci_addr_str(addr, name), &past->record, take_line, past, e);
	if (!r && !past->id)
		r = change_record_damaged(dir, KIND, name, e);
	if (r)
		change_past_free(past);
	return r;
}

static int64_t latest(const struct change_past *past)
{
	int64_t until = 0;

	for (size_t i = 0; i < past->n; i++)
		if (past->v[i].until > until)
			until = past->v[i].until;
	return until;
}

int change_past_store(const char *dir, const struct change_past *past, struct err *e)
{
	struct change_record record = past->record;
	AUTO_BUF struct buf body = { 0 };
	char name[PCI_ADDR_MAX];

	pci_addr_str(&past->addr, name);
	if (!past->n)
		return change_record_remove(dir, KIND, name, e);
	record.until = latest(past);
	buf_printf(&body, "part 0x%08" PRIx32 "\n", past->id);
	for (size_t i = 0; i < past->n; i++) {
		const struct change_was *one = &past->v[i];

		buf_printf(&body, "was %s %s", one->name, one->was);
		if (one->until)
			buf_printf(&body, " %s %" PRId64, one->back, one->until);
		buf_putc(&body, '\n');
	}
	return change_record_save(dir, KIND, name, &record, buf_str(&body), e);
}

/* A change that ends by itself within one that does as well goes back to before the first of them. */
static void remember(struct change_past *past, const struct setting *one, int64_t until)
{
	struct change_was *was = find(past, one->name);

	if (!was) {
		was = VEC_PUSH(past->v, past->n, past->cap);
		*was = (struct change_was){ 0 };
		strcpy(was->name, one->name);
		strcpy(was->was, one->value);
	}
	if (!until)
		was->back[0] = '\0';
	else if (!was->until)
		strcpy(was->back, one->value);
	was->until = until;
}

void change_past_begin(struct change_past *past, const struct change_of *of, const struct settings *before)
{
	past->addr = of->addr;
	past->id = of->id;
	past->record.applying = true;
	past->record.begun = time(NULL);
	snprintf(past->record.who, sizeof(past->record.who), "%s", of->who);
	snprintf(past->record.what, sizeof(past->record.what), "%s", of->what);
	for (size_t i = 0; i < before->n; i++)
		remember(past, &before->v[i], of->until);
}

/* Whether it need not be on record: as it was, with all that it depends on, and to stay so. */
static bool is_back(const struct change_past *past, const struct settings *now, const struct change_was *was)
{
	const struct setting *one = settings_find(now, was->name);

	if (!one || (was->until && strcmp(was->back, was->was) != 0))
		return false;
	if (!setting_group_depends(one->group))
		return !strcmp(one->value, was->was);
	for (size_t i = 0; i < past->n; i++) {
		const struct setting *other = settings_find(now, past->v[i].name);

		if (other && other->group == one->group && !setting_follows(now, other) &&
		    (strcmp(other->value, past->v[i].was) != 0 ||
		     (past->v[i].until && strcmp(past->v[i].back, past->v[i].was) != 0)))
			return false;
	}
	return true;
}

void change_past_settle(struct change_past *past, const struct settings *now)
{
	const size_t n = past->n;
	AUTO_FREE bool *gone = xcalloc(n + 1, sizeof(*gone));

	for (size_t i = 0; i < n; i++)
		gone[i] = is_back(past, now, &past->v[i]);
	for (size_t i = n; i-- > 0;)
		if (gone[i])
			take_out(past, i);
	past->record.applying = false;
}

static enum setting_kind kind_of(enum setting_group group, const char *value)
{
	if (group == SETTING_POWER)
		return SETTING_WORD;
	if (!strcmp(value, "on") || !strcmp(value, "off"))
		return SETTING_SWITCH;
	if (text_starts(value, "0x"))
		return SETTING_MASK;
	return *value >= '0' && *value <= '9' ? SETTING_NUMBER : SETTING_WORD;
}

void change_past_target(const struct change_past *past, int64_t until, struct settings *to)
{
	for (size_t i = 0; i < past->n; i++) {
		const struct change_was *one = &past->v[i];
		enum setting_group group = (enum setting_group)setting_group_of(one->name);
		const char *value = until ? one->back : one->was;

		if (!until || one->until == until)
			settings_add(to, group, kind_of(group, value), one->name, value);
	}
}

void change_past_all(const struct change_past *past, struct settings *to)
{
	change_past_target(past, 0, to);
}

void change_past_restored(struct change_past *past, int64_t until)
{
	for (size_t i = past->n; i-- > 0;) {
		struct change_was *one = &past->v[i];

		if (until && one->until != until)
			continue;
		if (!until || !strcmp(one->back, one->was)) {
			take_out(past, i);
			continue;
		}
		one->until = 0;
		one->back[0] = '\0';
	}
	past->record.applying = false;
}
