// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/json_order.h"

#include <stdlib.h>
#include <string.h>

#include "klog/input.h"
#include "klog/prefilter.h"
#include "klog/prefix.h"
#include "util/alloc.h"

#define NO_TIME INT64_MIN
#define SAME_BOOT_NS INT64_C(1000000000)
#define SHUFFLED 20 /* one step down among so many: no clock is set that often */

void json_order_clear(struct json_order *o)
{
	if (o->file)
		fclose(o->file);
	o->file = NULL;
	buf_clear(&o->bytes);
	o->size = 0;
	o->n = 0;
}

void json_order_free(struct json_order *o)
{
	json_order_clear(o);
	buf_free(&o->bytes);
	free(o->one);
	free(o->kept);
	o->one = NULL;
	o->kept = NULL;
	o->room = 0;
}

/* ---- what is kept ---- */

static int64_t time_of(const struct json_time *time)
{
	struct cursor c = { time->wall, strlen(time->wall), 0 };
	struct prefix prefix;

	return *time->wall && prefix_date(&c, &prefix) ? prefix.wall_ns : NO_TIME;
}

static struct json_kept entry(const struct held_record *h, uint64_t at, uint32_t nth)
{
	struct json_kept kept = { .key = time_of(&h->time), .booted = NO_TIME, .at = at, .list = h->list, .nth = nth };

	if (kept.key != NO_TIME && h->time.has_uptime && h->time.uptime_ns <= INT64_MAX)
		kept.booted = kept.key - (int64_t)h->time.uptime_ns;
	return kept;
}

/* From memory to a file. */
static bool spill(struct json_order *o)
{
	if (o->file)
		return true;
	o->file = tmpfile();
	if (!o->file)
		return false;
	if (fwrite(o->bytes.data, 1, o->bytes.len, o->file) != o->bytes.len) {
		fclose(o->file);
		o->file = NULL;
		return false;
	}
	buf_clear(&o->bytes);
	return true;
}

/* The file's next bytes are those at a place: as a rule they are. */
static bool go_to(struct json_order *o, uint64_t at, bool reading)
{
	bool is_there = o->reading == reading && o->at == at;

	o->reading = reading;
	return is_there || !fseeko(o->file, (off_t)at, SEEK_SET);
}

static bool add_bytes(struct json_order *o, const struct held_record *h, const char *text)
{
	static const char slack[PREFILTER_SLACK];

	if (o->size >= ORDER_LOOK && !spill(o))
		return false;
	if (o->file)
		return go_to(o, o->size, false) && fwrite(h, sizeof(*h), 1, o->file) == 1 &&
		       fwrite(text, 1, h->n, o->file) == h->n &&
		       fwrite(slack, 1, sizeof(slack), o->file) == sizeof(slack);
	buf_add(&o->bytes, h, sizeof(*h));
	buf_add(&o->bytes, text, h->n);
	buf_add(&o->bytes, slack, sizeof(slack));
	return true;
}

bool json_order_keep(struct json_order *o, const struct held_record *h, const char *text)
{
	if (o->n == ORDER_MOST || !add_bytes(o, h, text))
		return false;
	if (o->n == o->room) {
		o->room = o->room ? 2 * o->room : 256;
		o->kept = xrealloc(o->kept, o->room, sizeof(*o->kept));
	}
	o->kept[o->n] = entry(h, o->size, (uint32_t)o->n);
	o->n++;
	o->size += sizeof(*h) + h->n + PREFILTER_SLACK;
	o->at = o->size;
	return true;
}

const char *json_order_read(struct json_order *o, size_t nth, struct held_record *h)
{
	uint64_t at = o->kept[nth].at;
	size_t n;

	if (!o->file) {
		memcpy(h, o->bytes.data + at, sizeof(*h));
		return o->bytes.data + at + sizeof(*h);
	}
	if (!go_to(o, at, true) || fread(h, sizeof(*h), 1, o->file) != 1) {
		o->at = UINT64_MAX;
		return NULL;
	}
	n = h->n + PREFILTER_SLACK;
	o->one = xrealloc(o->one, n, 1);
	o->at = fread(o->one, 1, n, o->file) == n ? at + sizeof(*h) + n : UINT64_MAX;
	return o->at == UINT64_MAX ? NULL : o->one;
}

/* ---- in order ---- */

static int by_list(const void *a, const void *b)
{
	const struct json_kept *x = a, *y = b;

	return x->list != y->list ? (x->list > y->list) - (x->list < y->list) : (x->nth > y->nth) - (x->nth < y->nth);
}

static int by_key(const void *a, const void *b)
{
	const struct json_kept *x = a, *y = b;

	return x->key != y->key ? (x->key > y->key) - (x->key < y->key) : (x->nth > y->nth) - (x->nth < y->nth);
}

static void turn(struct json_order *o)
{
	for (size_t i = 0; i < o->n / 2; i++) {
		struct json_kept other = o->kept[i];

		o->kept[i] = o->kept[o->n - 1 - i];
		o->kept[o->n - 1 - i] = other;
	}
	for (size_t i = 0; i < o->n; i++)
		o->kept[i].nth = (uint32_t)i;
}

static int by_place(const void *a, const void *b)
{
	const struct json_kept *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

void json_order_unsort(struct json_order *o)
{
	struct held_record h;

	qsort(o->kept, o->n, sizeof(*o->kept), by_place);
	for (size_t i = 0; i < o->n; i++)
		if (json_order_read(o, i, &h))
			o->kept[i] = entry(&h, o->kept[i].at, (uint32_t)i);
}

/* Of records by their lists: how the time goes within each. */
static struct reversed_steps steps_of(const struct json_order *o)
{
	struct reversed_steps steps = { .any = false };

	for (size_t i = 0; i < o->n; i++) {
		if (i && o->kept[i].list != o->kept[i - 1].list)
			steps.any = false;
		if (o->kept[i].key != NO_TIME)
			reversed_step(&steps, o->kept[i].key);
	}
	return steps;
}

/* Whether the time goes back where no clock was set and nothing was booted: in a list, both clocks go back by the same. */
static bool goes_back(const struct json_order *o)
{
	const struct json_kept *last = NULL;

	for (size_t i = 0; i < o->n; i++) {
		const struct json_kept *now = &o->kept[i];

		if (now->booted == NO_TIME)
			continue;
		if (last && last->list == now->list && now->key < last->key - SAME_BOOT_NS &&
		    llabs(now->booted - last->booted) < SAME_BOOT_NS)
			return true;
		last = now;
	}
	return false;
}

/* Within a list the order stays, as a clock may have been set, unless it has none; what has no time follows the record before. */
static void set_keys(struct json_order *o, bool shuffled)
{
	int64_t last = NO_TIME;

	for (size_t i = 0; i < o->n; i++) {
		int64_t *key = &o->kept[i].key;

		if (i && o->kept[i].list != o->kept[i - 1].list)
			last = NO_TIME;
		if (*key == NO_TIME || (!shuffled && *key < last))
			*key = last;
		last = *key;
	}
}

/* Records without a date are sorted by nothing: the time since boot begins anew with each. */
static enum json_sorting sort_undated(struct json_order *o)
{
	struct reversed_steps steps = { .any = false };
	struct held_record h;

	for (size_t i = 0; i < o->n; i++)
		if (json_order_read(o, i, &h) && h.time.has_uptime)
			reversed_step(&steps, (int64_t)h.time.uptime_ns);
	if (!reversed_by(&steps))
		return JSON_FORWARD;
	turn(o);
	return JSON_REVERSED;
}

/* Whether they stand as they are numbered. */
static bool is_as_numbered(const struct json_order *o)
{
	for (size_t i = 1; i < o->n; i++)
		if (o->kept[i].nth < o->kept[i - 1].nth)
			return false;
	return true;
}

static bool has_date(const struct json_order *o)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->kept[i].key != NO_TIME)
			return true;
	return false;
}

enum json_sorting json_order_sort(struct json_order *o)
{
	struct reversed_steps steps;
	bool lists, reversed, shuffled;

	if (!o->n || !has_date(o))
		return o->n ? sort_undated(o) : JSON_FORWARD;
	qsort(o->kept, o->n, sizeof(*o->kept), by_list);
	lists = o->kept[0].list != o->kept[o->n - 1].list;
	steps = steps_of(o);
	reversed = reversed_by(&steps) || (lists && steps.down && !steps.up);
	shuffled = !reversed &&
		   ((steps.down >= REVERSED_LEAST && steps.down * SHUFFLED > steps.up + steps.down) || goes_back(o));
	if (reversed) { /* the last list first, which makes no difference */
		struct json_kept *kept = o->kept;

		for (size_t i = 0; i < o->n; i++)
			kept[i].nth = (uint32_t)(o->n - 1 - kept[i].nth);
		qsort(kept, o->n, sizeof(*kept), by_list);
	}
	set_keys(o, shuffled);
	qsort(o->kept, o->n, sizeof(*o->kept), by_key);
	if (!is_as_numbered(o))
		return JSON_SORTED;
	return reversed ? JSON_REVERSED : JSON_FORWARD;
}
