// SPDX-License-Identifier: GPL-2.0-or-later
/* The messages in a record: where each begins, whose it is. */
#include <ctype.h>
#include <string.h>

#include "klog/handlers.h"
#include "klog/labels.h"
#include "klog/messages.h"

#define KERNEL_LINE_MOST 2048 /* bytes of a line that one message of the kernel can make, its prefixes included */

/* The lists of rows by first character: messages, then labels. */
static void index_row(struct message_index *index, char first, size_t row)
{
	uint8_t *at = &index->first[(unsigned char)first & 127];

	while (*at)
		at = &index->next[*at];
	*at = (uint8_t)(row + 1);
}

static void index_pattern(struct message_index *index, const char *pattern, size_t row)
{
	const char *after = strchr(pattern, ']');

	if (pattern[0] == '\\') {
		index_row(index, pattern[1], row);
	} else if (pattern[0] == '[') {
		index_row(index, pattern[1], row);
		if (index->n_again < MESSAGES_AGAIN && after) {
			index->again[index->n_again] = (uint8_t)(row + 1);
			index->again_first[index->n_again++] = after[1];
		}
	} else {
		index_row(index, pattern[0], row);
	}
}

void messages_init(struct message_index *index)
{
	memset(index, 0, sizeof(*index));
	for (size_t i = 0; i < n_messages; i++)
		index_pattern(index, messages[i].pattern, i);
	for (size_t i = 0; i < n_block_labels; i++)
		index_pattern(index, block_labels[i].pattern, n_messages + i);
}

const char *messages_without_anchor(void)
{
	struct prefilter prefilter;

	prefilter_init(&prefilter);
	for (size_t i = 0; i < n_messages; i++) {
		char text[512 + PREFILTER_SLACK] = "";
		size_t n = 0;

		for (const char *p = messages[i].pattern; *p && n < 512; p++)
			if (!strchr("[]~\\", *p) || (p > messages[i].pattern && p[-1] == '\\'))
				text[n++] = *p;
		if (messages[i].handle == aer_part && messages[i].event >= AER_STATUS_LINE)
			continue; /* only looked for after the first line of an event */
		if (!prefilter_next(&prefilter, text, text + n))
			return messages[i].pattern;
	}
	return NULL;
}

/* Where a driver's prefix ends: before "AER:", "Multiple", "ASPM:". */
static const char *before_words(const char *from, const char *p)
{
	static const char *const words[] = { "Multiple", "AER:", "ASPM:" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *end = p;
		size_t n = strlen(words[i]);

		while (end > from && isspace((unsigned char)end[-1]))
			end--;
		if ((size_t)(end - from) >= n && !memcmp(end - n, words[i], n))
			p = end - n;
	}
	return p;
}

/* A driver that the message names itself takes the place of the prefix's. */
static void driver_in_words(struct found *f)
{
	const struct capture *driver = capture_of(&f->match, KLOG_DRIVER);

	if (driver)
		f->id.maker = ident_maker(driver->text, driver->len);
}

static bool known_foreign(const struct klog *k, const struct found *f)
{
	const struct capture *in_words = capture_of(&f->match, KLOG_INTERFACE);
	char interface[16] = "", address[PCI_ADDR_MAX] = "";
	const struct device *d;

	if (in_words && in_words->len < sizeof(interface))
		memcpy(interface, in_words->text, in_words->len);
	else
		memcpy(interface, f->id.interface, sizeof(interface));
	if (f->id.has_addr)
		pci_addr_str(&f->id.addr, address);
	d = log_device_find(k, address, interface);
	return d && d->pub.foreign;
}

static bool known_ours(const struct klog *k, const struct ident *id)
{
	char address[PCI_ADDR_MAX] = "";
	const struct device *d;

	if (id->has_addr)
		pci_addr_str(&id->addr, address);
	d = log_device_find(k, address, id->interface);
	return (d && d->pub.driver[0] && !d->pub.foreign) || (id->has_addr && id->interface[0]);
}

/* Whether the message is one of ours. */
static bool claim(struct klog *k, const struct found *f)
{
	const struct message *m = f->message;

	if (m->whose == WHOSE_BOND)
		return true;
	if (f->id.maker == IDENT_FOREIGN || (f->id.maker == IDENT_UNKNOWN && known_foreign(k, f))) {
		k->host.foreign += m->kind != KLOG_INFO;
		return false;
	}
	if (m->whose == WHOSE_PCI || m->whose == WHOSE_NOBODY)
		return true;
	if (m->whose == WHOSE_KNOWN)
		return f->id.maker == IDENT_OURS || known_ours(k, &f->id);
	if (f->id.maker == IDENT_NEUTRAL)
		return false;
	if (m->whose == WHOSE_OURS && f->id.maker != IDENT_OURS)
		return known_ours(k, &f->id);
	return !f->id.bare || m->kind == KLOG_HANG || m->kind == KLOG_TX_TIMEOUT;
}

/* What stands before the message of whose it is; nothing is learned from it yet. */
static void identify(struct found *f, const char *from)
{
	const char *before = f->message->whose == WHOSE_PCI ? before_words(from, f->at) : f->at;

	if (f->message->whose == WHOSE_BOND) {
		ident_read_bond(from, f->at, &f->id);
	} else if (f->message->whose == WHOSE_NOBODY) {
		memset(&f->id, 0, sizeof(f->id));
		f->id.begins = f->at;
		driver_in_words(f);
	} else {
		ident_read(from, before, &f->id);
	}
}

static bool word_begins(const char *from, const char *p)
{
	return p == from || (!isalnum((unsigned char)p[-1]) && p[-1] != '_');
}

static bool try_row(size_t row, const char *p, const char *end, struct found *f)
{
	const char *pattern = row < n_messages ? messages[row].pattern : block_labels[row - n_messages].pattern;

	if (!pattern_match(pattern, p, end, &f->match))
		return false;
	return row < n_messages || f->match.end == end || !isalnum((unsigned char)*f->match.end);
}

/* The row that fits at p; SIZE_MAX if none does. */
static size_t row_at(const struct message_index *index, const char *p, const char *end, struct found *f)
{
	for (size_t i = (unsigned char)*p < 128 ? index->first[(unsigned char)*p] : 0; i; i = index->next[i])
		if (try_row(i - 1, p, end, f))
			return i - 1;
	for (size_t i = 0; i < index->n_again; i++)
		if (index->again_first[i] == *p && try_row(index->again[i] - 1u, p, end, f))
			return index->again[i] - 1u;
	return SIZE_MAX;
}

/* The line of the record that a place in it is in. */
static const struct mark *mark_of(const struct record *rec, const char *at)
{
	size_t offset = (size_t)(at - rec->text), i = 0;

	while (i + 1 < rec->n_marks && rec->marks[i + 1].at <= offset)
		i++;
	return &rec->marks[i];
}

static void line_of(const struct klog *k, struct found *f)
{
	const struct record *rec = &k->rec;
	const struct mark *mark = mark_of(rec, f->at);

	f->line = mark->line;
	f->own_stamp = mark == rec->marks && (rec->stamp.has_uptime || rec->stamp.has_wall || rec->stamp.has_delta);
	f->record = k->records;
}

/*
 * Whether a message can begin at a place, its prefix included. On a line that a log daemon stamped, a message begins
 * right after the stamp: words further on are somebody's name, path or product string. Once the record turned out to
 * be the kernel's of our devices, or is longer than one message can be, the rest was joined to it. `from` is where the
 * last message ended.
 */
static bool may_begin(const struct record *rec, const char *from, const char *begins)
{
	const struct mark *mark = mark_of(rec, begins);
	const char *start = rec->text + mark->at;

	if (!rec->stamped || rec->ours || begins - start > KERNEL_LINE_MOST)
		return true;
	if (mark->inside)
		return false;
	start += mark->prefix;
	return ident_may_follow(start > from ? start : from, begins);
}

/* What stands in the middle of lines: of the kernel's own, or of an event that is open already. */
static bool is_anywhere(const struct message *m)
{
	return m->handle == learn_aspm_option || !strncmp(m->pattern, "Not tainted", 11) ||
	       (m->handle == aer_part && m->event >= AER_STATUS_LINE);
}

static bool label_found(struct klog *k, int label, struct found *f, const char *from)
{
	if (!may_begin(&k->rec, from, f->at))
		return false;
	k->rec.ours = true;
	memset(&f->id, 0, sizeof(f->id));
	block_item(k, f, label);
	return true;
}

/* False: it is not what it looks like. */
static bool found(struct klog *k, size_t row, struct found *f, const char *from)
{
	line_of(k, f);
	if (row >= n_messages)
		return label_found(k, (int)(row - n_messages), f, from);
	f->message = &messages[row];
	identify(f, from);
	if (!is_anywhere(f->message)) {
		if (!may_begin(&k->rec, from, f->id.begins))
			return false;
		k->rec.ours = true;
	}
	if (f->message->whose != WHOSE_BOND && f->id.maker != IDENT_NEUTRAL)
		learn_ident(k, &f->id);
	if (claim(k, f) || f->message->handle == block_header ||
	    (f->message->handle == aer_part && (f->message->event == AER_DETAIL || f->message->event == AER_FIRMWARE)))
		f->message->handle(k, f);
	return true;
}

/* What lines say of who is who without saying anything else that is known. */
static void learn_lines(struct klog *k)
{
	struct record *rec = &k->rec;

	for (size_t i = 0; i < rec->n_marks; i++) {
		size_t at = rec->marks[i].at + (i ? rec->marks[i].prefix : rec->body);
		size_t end = i + 1 < rec->n_marks ? rec->marks[i + 1].at : rec->n;
		struct ident id;

		if (!rec->marks[i].inside && at < end && ident_read_line(rec->text + at, end - at, &id))
			learn_ident(k, &id);
	}
}

/* The end of a register's line of an open dump, NULL if p is none. */
static const char *in_dump(struct klog *k, const char *p, const char *end)
{
	return k->dump.open ? dump_item(k, p, end, mark_of(&k->rec, p)->line) : NULL;
}

size_t messages_read(struct klog *k)
{
	const char *text = k->rec.text, *end = text + k->rec.n, *from = text + k->rec.body, *p = from;
	struct found f;

	memset(&f, 0, sizeof(f));
	k->rec.ours |= ident_opens(from, (size_t)(end - from));
	learn_lines(k);
	while (p < end) {
		bool begins = word_begins(text, p);
		const char *after = begins ? in_dump(k, p, end) : NULL;
		size_t row = begins && !after ? row_at(&k->index, p, end, &f) : SIZE_MAX;

		f.at = p;
		if (after) {
			from = p = after;
			continue;
		}
		if (row == SIZE_MAX || !found(k, row, &f, from)) {
			p++;
			continue;
		}
		/* What is only learned from may have other messages inside, on one line. */
		if (f.match.end > p && (row >= n_messages || messages[row].kind != KLOG_INFO))
			p = f.match.end;
		else
			p++;
		/* Words that count anywhere are no sign that what follows them is the kernel's. */
		if (row >= n_messages || !is_anywhere(&messages[row]) || k->rec.ours || !k->rec.stamped)
			from = p;
	}
	return (size_t)(from - text);
}
