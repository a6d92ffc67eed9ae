// SPDX-License-Identifier: GPL-2.0-or-later
/* Hang blocks: a header and then a value a line; several can be open at a time. */
#include <ctype.h>
#include <string.h>

#include "chip/drivers.h"
#include "klog/internal.h"
#include "util/alloc.h"

#define BLOCK_PATIENCE 24 /* lines without a word of it: of a hang block, of those that say something that is known */
#define BLOCK_PATIENCE_FIELDS 480 /* the same where a message has a line for each field of its record */
#define CRASH_PATIENCE 60         /* lines without a frame: registers, code, stack */

enum { RANK_TURN = 2, RANK_STAMP = 3, RANK_RECORD = 4 };

#define COMMON_WORD "Tx" /* of a header, which most drivers print; another one is one driver's own */

/* The label of the last line of a driver's block. */
static int last_label(const struct driver_hang *hang, const struct driver_facts *driver)
{
	return messages_label(hang->last, driver->name);
}

static bool has_word(const struct driver_hang *hang, const struct capture *word)
{
	return strlen(hang->word) == word->len && !memcmp(hang->word, word->text, word->len);
}

/* The form of a driver's block by a word of its header. */
static const struct driver_hang *form_of(const struct driver_facts *driver, const struct capture *word)
{
	for (size_t i = 0; driver && i < DRIVER_HANGS && driver->hangs[i].word; i++)
		if (has_word(&driver->hangs[i], word))
			return &driver->hangs[i];
	return NULL;
}

static const struct capture *header_word(const struct message *m)
{
	static const struct capture common = { .text = COMMON_WORD, .len = sizeof(COMMON_WORD) - 1 };
	const struct capture *word = match_capture(&m->match, KLOG_NAME);

	return word ? word : &common;
}

/* The driver that alone prints such a header: by its word, or by the colon at its end. NULL: many do. */
static const struct driver_facts *driver_of_header(const struct capture *word, bool colon)
{
	const bool own = !has_word(&(const struct driver_hang){ .word = COMMON_WORD }, word);

	for (size_t i = 0; i < n_driver_facts; i++) {
		const struct driver_hang *hang = form_of(&driver_facts[i], word);

		if (hang && (own || (colon && hang->colon)))
			return &driver_facts[i];
	}
	return NULL;
}

static void block_close(struct klog *k, struct block *b)
{
	b->open = false;
	if (b->foreign || (klog_known(&b->r, KLOG_HEADLESS) && b->values < 2) || (b->talk && !b->labels))
		return;
	if (b->last_label >= 0 && !(b->labels >> b->last_label & 1))
		klog_set(&b->r, KLOG_CUT, 1);
	order_add(k, &b->r);
}

/* Room for a new block. */
static struct block *block_new(struct klog *k, const struct message *m)
{
	struct block *hangs = k->blocks.hangs, *oldest = &hangs[0], *b = NULL;

	for (size_t i = 0; i < BLOCKS; i++) {
		if (!hangs[i].open)
			b = &hangs[i];
		else if (hangs[i].touched < oldest->touched)
			oldest = &hangs[i];
	}
	if (!b) {
		block_close(k, oldest);
		b = oldest;
	}
	memset(b, 0, sizeof(*b));
	b->open = true;
	b->touched = m->line;
	b->touched_nth = m->nth;
	b->record = m->record;
	b->last_label = -1;
	report_begin(k, m, KLOG_HANG, &b->r);
	return b;
}

static bool same_device(const struct klog_report *a, const struct klog_report *b)
{
	return !strcmp(klog_text(a, KLOG_ADDRESS), klog_text(b, KLOG_ADDRESS)) &&
	       !strcmp(klog_text(a, KLOG_INTERFACE), klog_text(b, KLOG_INTERFACE));
}

static bool ends_in_colon(const struct log_record *rec, const struct message *m)
{
	const char *end = m->match.end;

	return m->id.has_addr && end < rec->text + rec->n && *end == ':';
}

static void set_guessed(struct block *b, const struct driver_facts *driver)
{
	klog_set_text(&b->r, KLOG_DRIVER, driver->name, strlen(driver->name));
	klog_set(&b->r, KLOG_DRIVER_GUESSED, 1);
}

void block_header(struct klog *k, const struct message *m)
{
	const struct capture *word = header_word(m);
	const struct driver_facts *driver;
	struct klog_report r;
	struct block *b;

	report_begin(k, m, KLOG_HANG, &r);
	for (size_t i = 0; i < BLOCKS; i++)
		if (k->blocks.hangs[i].open && same_device(&k->blocks.hangs[i].r, &r))
			block_close(k, &k->blocks.hangs[i]);
	b = block_new(k, m);
	b->foreign = m->id.maker == IDENT_FOREIGN;
	b->talk = !m->id.has_addr && (m->id.loose || (!m->id.interface[0] && m->id.maker != IDENT_OURS));
	klog_set_text(&b->r, KLOG_NAME, "", 0);
	driver = m->id.driver[0] ? drivers_named(m->id.driver)
				 : driver_of_header(word, ends_in_colon(&k->reader.rec, m));
	if (!m->id.driver[0] && driver)
		set_guessed(b, driver);
	if (!form_of(driver, word))
		driver = driver_of_header(word, false);
	if (driver)
		b->last_label = last_label(form_of(driver, word), driver);
}

static size_t count_open(const struct block *hangs)
{
	size_t n = 0;

	for (size_t i = 0; i < BLOCKS; i++)
		n += hangs[i].open;
	return n;
}

static unsigned count_bits(uint64_t bits)
{
	return (unsigned)__builtin_popcountll(bits);
}

/* Whether times in their prefixes say that a line and a block's first line are of one event. */
static bool same_time(const struct prefix *prefix, const struct message *m, const struct block *b, bool *exact)
{
	enum klog_field wall = prefix->has_year ? KLOG_WALL_NS : KLOG_SEASON_NS;
	bool uptime = prefix->has_uptime && klog_known(&b->r, KLOG_UPTIME_NS);
	uint64_t now = uptime ? prefix->uptime_ns : (uint64_t)prefix->wall_ns, then, apart;

	*exact = false;
	if (!m->own_time || !(uptime || (prefix->has_wall && prefix->wall_ns >= 0 && klog_known(&b->r, wall))))
		return true;
	then = klog_number(&b->r, uptime ? KLOG_UPTIME_NS : wall);
	apart = now > then ? now - then : then - now;
	*exact = uptime && apart == 0;
	return apart < (uptime ? UINT64_C(1000000000) : UINT64_C(3000000000)); /* dates of whole seconds */
}

/* How well a line fits a block, 0 if it does not: by the record that both are in, then by the line's own stamp, then by
 * whether the lines of all open blocks come in turn. */
static unsigned rank_of(const struct prefix *prefix, const struct message *m, const struct block *b, size_t open)
{
	bool exact;
	unsigned rank;

	if (!same_time(prefix, m, b, &exact))
		return 0;
	rank = exact ? RANK_STAMP : open > 1 && m->nth - b->touched_nth <= open ? RANK_TURN : 1;
	return b->record == m->record ? rank + RANK_RECORD : rank;
}

static bool may_have(const struct block *b, int label)
{
	const char *driver = block_labels[label].driver;

	return b->open && !(b->labels >> label & 1) && (!driver || !strcmp(driver, klog_text(&b->r, KLOG_DRIVER)));
}

/*
 * The open block that a line belongs to. A block has each label once. Of those that fit alike, where lines come in turn
 * the one that has the fewest; else the last one that was added to.
 */
static struct block *block_for(struct klog *k, const struct message *m, int label)
{
	size_t open = count_open(k->blocks.hangs);
	struct block *best = NULL;
	unsigned best_rank = 0;

	for (size_t i = 0; i < BLOCKS; i++) {
		struct block *b = &k->blocks.hangs[i];
		unsigned rank = may_have(b, label) ? rank_of(&k->reader.rec.prefix, m, b, open) : 0;

		if (!rank || (best && rank < best_rank))
			continue;
		if (best && rank == best_rank) {
			unsigned seen = count_bits(b->labels), best_seen = count_bits(best->labels);

			if (rank % RANK_RECORD == RANK_TURN
				    ? seen > best_seen || (seen == best_seen && b->r.line > best->r.line)
				    : b->touched < best->touched)
				continue;
		}
		best = b;
		best_rank = rank;
	}
	return best;
}

/* A block whose beginning is not in the log. What its labels are tells the driver. */
static struct block *headless(struct klog *k, const struct message *m)
{
	struct message anonymous = *m;
	struct block *b;

	memset(&anonymous.id, 0, sizeof(anonymous.id));
	anonymous.match.n = 0;
	b = block_new(k, &anonymous);
	klog_set(&b->r, KLOG_HEADLESS, 1);
	return b;
}

/* The driver that alone prints a line with this field; NULL: several do. */
static const struct driver_facts *driver_of_field(const char *field)
{
	for (size_t i = 0; i < n_driver_facts; i++)
		for (size_t k = 0; k < DRIVER_ALONE && driver_facts[i].alone[k]; k++)
			if (!strcmp(driver_facts[i].alone[k], field))
				return &driver_facts[i];
	return NULL;
}

static void guess_driver(struct block *b, enum klog_field field)
{
	const struct driver_facts *driver = field == KLOG_FIELDS || klog_known(&b->r, KLOG_DRIVER)
						    ? NULL
						    : driver_of_field(klog_fields[field].name);

	if (!driver)
		return;
	set_guessed(b, driver);
	b->last_label = last_label(&driver->hangs[0], driver);
}

void block_item(struct klog *k, const struct message *m, int label)
{
	struct block *b = block_for(k, m, label);
	enum klog_field field = block_labels[label].field;

	if (!b && m->match.n && !block_labels[label].driver)
		b = headless(k, m);
	if (!b)
		return;
	b->labels |= UINT64_C(1) << label;
	b->values += m->match.n > 0;
	b->touched = b->r.last_line = m->line;
	b->touched_nth = m->nth;
	match_fill(&m->match, &b->r);
	guess_driver(b, field);
	if (label == b->last_label || block_labels[label].ends)
		block_close(k, b);
}

static bool is_silent(const struct log_reader *reader, uint64_t touched)
{
	return reader->line > touched + (reader->journal.records ? BLOCK_PATIENCE_FIELDS : BLOCK_PATIENCE);
}

void blocks_close(struct klog *k, bool all)
{
	struct blocks *blocks = &k->blocks;
	const struct log_reader *reader = &k->reader;

	for (size_t i = 0; i < BLOCKS; i++)
		if (blocks->hangs[i].open && (all || reader->known > blocks->hangs[i].touched_nth + BLOCK_PATIENCE))
			block_close(k, &blocks->hangs[i]);
	if (blocks->aer.open && (all || is_silent(reader, blocks->aer.touched)))
		aer_close(k);
	if (blocks->dump.open && (all || is_silent(reader, blocks->dump.touched)))
		dump_close(k);
	if (blocks->crash.open && (all || reader->line > blocks->crash.touched + CRASH_PATIENCE))
		crash_close(k);
}

bool blocks_wait(const struct blocks *blocks, uint64_t line)
{
	if (blocks->aer.open || blocks->dump.open || blocks->crash.open)
		return true;
	for (size_t i = 0; i < BLOCKS; i++)
		if (blocks->hangs[i].open && line <= blocks->hangs[i].touched + BLOCK_NEAR)
			return true;
	return false;
}

uint64_t blocks_oldest(const struct blocks *blocks)
{
	uint64_t oldest = UINT64_MAX;

	for (size_t i = 0; i < BLOCKS; i++)
		if (blocks->hangs[i].open && blocks->hangs[i].r.line < oldest)
			oldest = blocks->hangs[i].r.line;
	if (blocks->aer.open && blocks->aer.r.line < oldest)
		oldest = blocks->aer.r.line;
	if (blocks->dump.open && blocks->dump.r.line < oldest)
		oldest = blocks->dump.r.line;
	if (blocks->crash.open && blocks->crash.r.line < oldest)
		oldest = blocks->crash.r.line;
	return oldest;
}

/* Names of values, as people write them. */

/* Letters and digits alone count, up to the value or its mark. */
static const char *skip(const char *s)
{
	while (*s && *s != '<' && *s != '~' && !isalnum((unsigned char)*s))
		s++;
	return *s == '<' || *s == '~' ? s + strlen(s) : s;
}

static bool same_label(const char *a, const char *b)
{
	for (a = skip(a), b = skip(b); *a && *b; a = skip(a + 1), b = skip(b + 1))
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
	return !*a && !*b;
}

bool klog_field_find(const char *text, enum klog_field *field)
{
	for (size_t i = 0; i < n_block_labels; i++) {
		*field = block_labels[i].field;
		if (*field != KLOG_FIELDS && same_label(text, block_labels[i].pattern))
			return true;
	}
	for (unsigned i = 0; i < KLOG_N_NUMBERS; i++) {
		*field = (enum klog_field)i;
		if (same_label(text, klog_fields[i].name) || same_label(text, klog_fields[i].title))
			return true;
	}
	return false;
}
