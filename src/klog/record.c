// SPDX-License-Identifier: GPL-2.0-or-later
/* The messages in a record: where each begins, whose it is. */
#include <ctype.h>
#include <endian.h>
#include <string.h>

#include "klog/internal.h"
#include "util/alloc.h"

/* A line that says something that is known: only such lines set the clock, so that others change nothing. */
static void note_known(struct klog *k, const struct message *m)
{
	struct log_reader *r = &k->reader;

	r->known = m->nth;
	r->known_line = m->line;
	if (r->known_record == m->record)
		return;
	r->known_record = m->record;
	record_follow_clock(r, &k->devices.host, &r->rec.prefix);
}

/* Where a driver's prefix ends: before "AER:", "Multiple", "ASPM:", "pciehp:". */
static const char *before_words(const char *from, const char *p)
{
	static const char *const words[] = { "Multiple", "AER:", "ASPM:", "pciehp:", "DPC:" };

	for (size_t i = 0; i < COUNT(words); i++) {
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
static void driver_in_words(struct message *m)
{
	const struct capture *driver = match_capture(&m->match, KLOG_DRIVER);

	if (driver)
		m->id.maker = ident_maker(driver->text, driver->len);
}

static bool known_foreign(const struct devices *devices, const struct message *m)
{
	const struct capture *in_words = match_capture(&m->match, KLOG_INTERFACE);
	char interface[16] = "", address[PCI_ADDR_MAX] = "";
	const struct log_device *d;

	if (in_words && in_words->len < sizeof(interface))
		memcpy(interface, in_words->text, in_words->len);
	else
		memcpy(interface, m->id.interface, sizeof(interface));
	if (m->id.has_addr)
		pci_addr_str(&m->id.addr, address);
	d = devices_find(devices, address, interface);
	return d && d->pub.foreign;
}

static bool known_ours(const struct devices *devices, const struct ident *id)
{
	char address[PCI_ADDR_MAX] = "";
	const struct log_device *d;

	if (id->has_addr)
		pci_addr_str(&id->addr, address);
	d = devices_find(devices, address, id->interface);
	return (d && d->pub.driver[0] && !d->pub.foreign) || (id->has_addr && id->interface[0]);
}

/* Whether the message is one of ours. */
static bool claim(struct devices *devices, const struct message *m)
{
	const struct message_row *row = m->row;

	if (row->whose == WHOSE_BOND)
		return true;
	if (m->id.maker == IDENT_FOREIGN || (m->id.maker == IDENT_UNKNOWN && known_foreign(devices, m))) {
		devices->host.foreign += row->kind != KLOG_INFO;
		return false;
	}
	if (row->whose == WHOSE_PCI || row->whose == WHOSE_NOBODY)
		return true;
	if (row->whose == WHOSE_KNOWN)
		return m->id.maker == IDENT_OURS || known_ours(devices, &m->id);
	if (m->id.maker == IDENT_NEUTRAL)
		return false;
	if (row->whose == WHOSE_OURS && m->id.maker != IDENT_OURS)
		return known_ours(devices, &m->id);
	return !m->id.bare || row->kind == KLOG_HANG || row->kind == KLOG_TX_TIMEOUT;
}

/* What stands before the message of whose it is; nothing is learned from it yet. */
static void identify(struct message *m, const char *from)
{
	const char *before = m->row->whose == WHOSE_PCI ? before_words(from, m->at) : m->at;

	if (m->row->whose == WHOSE_BOND) {
		ident_read_bond(from, m->at, &m->id);
	} else if (m->row->whose == WHOSE_NOBODY) {
		memset(&m->id, 0, sizeof(m->id));
		m->id.begins = m->at;
		driver_in_words(m);
	} else {
		ident_read(from, before, &m->id);
	}
}

/* Letters and digits. */
static const uint8_t in_name[256] = { ['0' ... '9'] = 1, ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1 };

/* Letters, digits and '_': what is between two of these begins no word. */
static const uint8_t in_word[256] = { ['0' ... '9'] = 1, ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1, ['_'] = 1 };

/* Whether a text begins so; where it has another blank or more of them than the head, it may. */
enum record_head { HEAD_OTHER, HEAD_MAYBE, HEAD_SAME };

/* Of a text that is another from its byte `at` on. */
static enum record_head differs(const char *text, const char *head, size_t at)
{
	return cursor_is_blank(text[at]) && (head[at] == ' ' || (at && head[at - 1] == ' ')) ? HEAD_MAYBE : HEAD_OTHER;
}

static enum record_head has_head(const char *p, const struct row_head *head)
{
	for (size_t i = 0; i < COUNT(head->bytes); i++) {
		uint64_t bytes, other;

		memcpy(&bytes, p + i * sizeof(bytes), sizeof(bytes));
		other = le64toh((bytes ^ head->bytes[i]) & head->mask[i]);
		if (other)
			return differs(p, (const char *)head->bytes,
				       i * sizeof(bytes) + (size_t)__builtin_ctzll(other) / 8);
	}
	return HEAD_SAME;
}

/* `plain`: bytes of the pattern that are known to be there. */
static bool try_row(const struct message_index *index, size_t row, size_t plain, const char *p, const char *end,
		    struct message *m)
{
	if (!pattern_match(index->patterns[row] + plain, p + plain, end, &m->match))
		return false;
	return row < n_messages || m->match.end == end || !in_name[(unsigned char)*m->match.end];
}

/* The first row of a list that fits at p and begins with what is at `text`; SIZE_MAX if none does. */
static size_t row_in_list(const struct message_index *index, size_t list, const char *text, const char *p,
			  const char *end, struct message *m)
{
	for (size_t i = list; i; i = index->entries[i - 1].next) {
		const struct row_entry *entry = &index->entries[i - 1];
		enum record_head head = has_head(text, &entry->head);
		size_t plain = head == HEAD_SAME && (size_t)(end - p) >= entry->plain ? entry->plain : 0;

		if (head != HEAD_OTHER && try_row(index, entry->row, plain, p, end, m))
			return entry->row;
	}
	return SIZE_MAX;
}

static size_t row_of_number(const struct message_index *index, const char *p, const char *end, struct message *m)
{
	const char *after = p;

	while (after < end && cursor_digit(*after))
		after++;
	if (after == end || !cursor_is_blank(*after))
		return SIZE_MAX;
	while (after < end && cursor_is_blank(*after))
		after++;
	return row_in_list(index, index->numbers, after, p, end, m);
}

/* The row that fits at p; SIZE_MAX if none does. */
static size_t row_at(const struct message_index *index, const char *p, const char *end, struct message *m)
{
	unsigned char first = (unsigned char)*p;
	size_t row;

	if (first >= COUNT(index->by_first))
		return SIZE_MAX;
	row = row_in_list(index, index->by_pair[row_list(first, (unsigned char)p[1])], p, p, end, m);
	if (row == SIZE_MAX)
		row = row_in_list(index, index->by_first[first], p, p, end, m);
	return row == SIZE_MAX && cursor_digit(*p) ? row_of_number(index, p, end, m) : row;
}

/* The line of the record that a place in it is in. */
static const struct mark *mark_of(const struct log_record *rec, const char *at)
{
	size_t offset = (size_t)(at - rec->text), i = 0;

	while (i + 1 < rec->n_marks && rec->marks[i + 1].at <= offset)
		i++;
	return &rec->marks[i];
}

static void line_of(const struct log_reader *reader, struct message *m)
{
	const struct log_record *rec = &reader->rec;
	const struct mark *mark = mark_of(rec, m->at);

	m->line = mark->line;
	m->own_time = mark == rec->marks && (rec->prefix.has_uptime || rec->prefix.has_wall || rec->prefix.has_delta);
	m->record = reader->records + 1;
	m->nth = reader->known + (m->line != reader->known_line);
}

/*
 * Whether a message can begin at a place, its prefix included. On a line that a log daemon stamped, a message begins
 * right after the stamp: words further on are somebody's name, path or product string. Once the record turned out to
 * be the kernel's of our devices, or is longer than one message can be, the rest was joined to it. `from` is where the
 * last message ended.
 */
static bool may_begin(const struct log_record *rec, const char *from, const char *begins)
{
	const struct mark *mark = mark_of(rec, begins);
	const char *start = rec->text + mark->at;

	if (!rec->prefixed || rec->ours || begins - start > KERNEL_LINE_MOST)
		return true;
	if (mark->inside)
		return false;
	start += mark->body;
	return ident_may_follow(start > from ? start : from, begins);
}

/* What stands in the middle of lines: of the kernel's own, or of an event that is open already. */
static bool is_anywhere(const struct message_row *row)
{
	return row->handle == note_aspm_option || !strncmp(row->pattern, "Not tainted", 11) ||
	       (row->handle == aer_part && row->event >= AER_STATUS_LINE);
}

/* What is said of the machine. Its words are the firmware's or a hypervisor's: whatever they are, they say nothing else. */
static bool is_of_machine(const struct message_row *row)
{
	return row->handle == note_hardware || row->handle == note_hypervisor;
}

/* Whether a message begins right where its line does, behind the line's prefix or the name of a journal's field. */
static bool begins_line(const struct log_record *rec, const char *at)
{
	const struct mark *mark = mark_of(rec, at);
	const char *start = rec->text + mark->at + (mark == rec->marks ? rec->body : mark->body);

	while (start < at && *start == ' ')
		start++;
	return start == at || (!rec->prefixed && at > start && (at[-1] == '=' || at[-1] == '"'));
}

/* Where the line ends that a place of the record is in. */
static const char *line_end(const struct log_record *rec, const char *at)
{
	const struct mark *next = mark_of(rec, at) + 1;

	return next < rec->marks + rec->n_marks ? rec->text + next->at : rec->text + rec->n;
}

static bool take_label(struct klog *k, int label, struct message *m, const char *from)
{
	if (!may_begin(&k->reader.rec, from, m->at))
		return false;
	k->reader.rec.ours = true;
	note_known(k, m);
	memset(&m->id, 0, sizeof(m->id));
	block_item(k, m, label);
	return true;
}

/* What a line says that is not believed is worth a hint if it is as bad as this. */
static bool is_serious(enum klog_kind kind)
{
	return kind <= KLOG_WATCHDOG || kind == KLOG_PCIE_LOST || kind == KLOG_MDD || kind == KLOG_OVERHEAT ||
	       kind == KLOG_PROBE_FAILED || kind == KLOG_FIRMWARE || kind == KLOG_NOT_UP;
}

/* Whether one of our drivers is named between two places, behind whatever a collector puts there: ",h,kernel,e1000e ". */
static bool names_driver(const char *from, const char *to)
{
	while (from < to) {
		const char *word = from;

		while (from < to && in_word[(unsigned char)*from])
			from++;
		if (from > word && ident_maker(word, (size_t)(from - word)) == IDENT_OURS)
			return true;
		from += from == word;
	}
	return false;
}

static bool is_serious_of_ours(const struct message *m, const char *from)
{
	return is_serious(m->row->kind) &&
	       (m->id.maker == IDENT_OURS || (m->id.maker != IDENT_NEUTRAL && names_driver(from, m->at)));
}

/* False: it is not what it looks like. */
static bool take_message(struct klog *k, size_t row, struct message *m, const char *from)
{
	line_of(&k->reader, m);
	if (row >= n_messages)
		return take_label(k, (int)(row - n_messages), m, from);
	m->row = &messages[row];
	identify(m, from);
	if (is_of_machine(m->row)) {
		if (!begins_line(&k->reader.rec, m->at))
			return false;
	} else if (!is_anywhere(m->row)) {
		if (!may_begin(&k->reader.rec, from, m->id.begins)) {
			k->devices.host.quoted += is_serious_of_ours(m, from);
			return false;
		}
		k->reader.rec.ours = true;
	}
	note_known(k, m);
	if (m->row->whose != WHOSE_BOND && m->id.maker != IDENT_NEUTRAL)
		devices_note(&k->devices, &m->id);
	if (claim(&k->devices, m) || m->row->handle == block_header ||
	    (m->row->handle == aer_part && (m->row->event == AER_DETAIL || m->row->event == AER_FIRMWARE)))
		m->row->handle(k, m);
	return true;
}

/* What lines say of who is who without saying anything else that is known. Whether the first is of one of our drivers. */
static bool note_lines(struct devices *devices, const struct log_record *rec)
{
	bool ours = false;

	for (size_t i = 0; i < rec->n_marks; i++) {
		size_t at = rec->marks[i].at + (i ? rec->marks[i].body : rec->body);
		size_t end = i + 1 < rec->n_marks ? rec->marks[i + 1].at : rec->n;
		struct ident id;

		if (rec->marks[i].inside || at >= end || !ident_read_line(rec->text + at, end - at, &id))
			continue;
		ours |= !i && id.maker == IDENT_OURS;
		if (id.addr.domain % 0x10000 < PREFILTER_DOMAINS)
			devices_note(devices, &id);
	}
	return ours;
}

static inline bool has_bit(const uint8_t *bits, size_t bit)
{
	return bits[bit / 8] >> bit % 8 & 1;
}

#define WIDE 16 /* bytes looked at in one go */

typedef uint8_t wide __attribute__((vector_size(WIDE)));

/* A bit for each of WIDE bytes that is in no word. */
static inline unsigned not_in_word(const char *p)
{
	unsigned bits = 0;
#if defined(__SSE2__)
	wide bytes, in;

	memcpy(&bytes, p, sizeof(bytes));
	in = (wide)((bytes | 0x20) - 'a' <= 'z' - 'a') | (wide)(bytes - '0' <= 9) | (wide)(bytes == '_');
	bits = ~(unsigned)__builtin_ia32_pmovmskb128((char __attribute__((vector_size(WIDE))))in) & 0xffff;
#else
	for (unsigned i = 0; i < WIDE; i++)
		bits |= (unsigned)!in_word[(unsigned char)p[i]] << i;
#endif
	return bits;
}

/* Whether what is at p begins as one of the rows does. */
static inline bool can_start(const struct message_index *index, const char *p)
{
	unsigned first = (unsigned char)p[0], second = (unsigned char)p[1];

	return first < 128 && has_bit(index->pairs[first], second) &&
	       (has_bit(index->shorts[first], second) || has_bit(index->fours, row_start(p)));
}

/* The next place from p on where something can begin, which is behind what is in no word. */
static const char *next_start(const struct message_index *index, const char *text, const char *p, const char *end)
{
	if (p == text && p < end) {
		if (can_start(index, p))
			return p;
		p++;
	}
	for (; p < end; p += WIDE)
		for (unsigned starts = not_in_word(p - 1); starts; starts &= starts - 1) {
			const char *at = p + __builtin_ctz(starts);

			if (at < end && can_start(index, at))
				return at;
		}
	return end;
}

bool messages_begin(const struct message_index *index, const char *text, const char *end)
{
	struct message m;

	for (const char *p = text; (p = next_start(index, text, p, end)) < end; p++)
		if (row_at(index, p, end, &m) != SIZE_MAX)
			return true;
	return false;
}

/* The end of a register of an open dump or a frame of an open crash, NULL if p is neither. */
static const char *in_open(struct blocks *blocks, const struct log_record *rec, const char *p, const char *end)
{
	const struct mark *mark = mark_of(rec, p);
	const char *start = rec->text + mark->at + (mark == rec->marks ? rec->body : mark->body);
	const char *after = blocks->dump.open ? dump_item(&blocks->dump, p, end, mark->line) : NULL;

	return after || !blocks->crash.open ? after
					    : crash_item(&blocks->crash, start, p, line_end(rec, p), mark->line);
}

bool messages_quoted(const struct klog *k)
{
	const struct log_record *rec = &k->reader.rec;
	const char *text = rec->text, *end = text + rec->n, *p = text + rec->body;
	struct message m;

	for (; (p = next_start(&k->index, text, p, end)) < end; p++) {
		size_t row = row_at(&k->index, p, end, &m);

		if (row >= n_messages || !is_serious(messages[row].kind))
			continue;
		m.row = &messages[row];
		m.at = p;
		identify(&m, text + rec->body);
		if (is_serious_of_ours(&m, text + rec->body))
			return true;
	}
	return false;
}

size_t messages_read(struct klog *k)
{
	struct log_record *rec = &k->reader.rec;
	const char *text = rec->text, *end = text + rec->n, *from = text + rec->body, *p = from;
	struct message m;

	memset(&m, 0, sizeof(m));
	rec->ours |= note_lines(&k->devices, rec) || ident_opens(from, (size_t)(end - from), rec->n_marks > 1);
	while (p < end) {
		const char *after;
		size_t row;

		if (!k->blocks.dump.open && !k->blocks.crash.open && (p = next_start(&k->index, text, p, end)) == end)
			break;
		if (p > text && in_word[(unsigned char)p[-1]]) {
			p++;
			continue;
		}
		after = k->blocks.dump.open || k->blocks.crash.open ? in_open(&k->blocks, rec, p, end) : NULL;
		row = after ? SIZE_MAX : row_at(&k->index, p, end, &m);
		m.at = p;
		if (after) {
			from = p = after;
			continue;
		}
		if (row == SIZE_MAX || !take_message(k, row, &m, from)) {
			p++;
			continue;
		}
		/* What is only learned from may have other messages inside, on one line. */
		if (row < n_messages && is_of_machine(&messages[row]))
			p = line_end(rec, p);
		else if (m.match.end > p && (row >= n_messages || messages[row].kind != KLOG_INFO))
			p = m.match.end;
		else
			p++;
		/* Words that count anywhere are no sign that what follows them is the kernel's. */
		if (row >= n_messages || !is_anywhere(&messages[row]) || rec->ours || !rec->prefixed)
			from = p;
	}
	return (size_t)(from - text);
}
