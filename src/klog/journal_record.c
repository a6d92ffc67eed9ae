// SPDX-License-Identifier: GPL-2.0-or-later
/* Records of journalctl -o export, one after the other: a field a line, or with its size before it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "klog/internal.h"
#include "klog/journal.h"
#include "util/text.h"

#define SIZE_BYTES 8 /* little endian, before a value that may have line ends */

/* The byte behind the field at p; NULL if not all of it is there. A value with line ends has its size before it. */
static const char *field_end(const char *p, const char *end, struct journal_field *f)
{
	const char *newline = memchr(p, '\n', (size_t)(end - p));
	uint64_t size = 0;

	*f = (struct journal_field){ .name = p };
	if (!newline)
		return NULL;
	if (memchr(p, '=', (size_t)(newline - p)) || !journal_is_name(p, (size_t)(newline - p))) {
		journal_field_read(p, (size_t)(newline - p), f);
		return newline + 1;
	}
	f->name_len = (size_t)(newline - p);
	if (end - newline <= SIZE_BYTES)
		return NULL;
	for (int i = SIZE_BYTES; i > 0; i--)
		size = size << 8 | (unsigned char)newline[i];
	f->value = newline + 1 + SIZE_BYTES;
	if (size >= (uint64_t)(end - f->value))
		return NULL;
	f->len = (size_t)size;
	return f->value + size + 1;
}

/* What a record says that is of use. */
struct journal_record {
	struct journal_writer writer;
	struct journal_field message;
	uint64_t monotonic_us, realtime_us; /* 0: not said */
	bool sized;                         /* it has a value with its size before it */
	const char *odd; /* a line in it that is no field, where reading ended; NULL: there is none */
};

static void read_time(const struct journal_field *f, const char *name, uint64_t *us)
{
	struct cursor c = { f->value, f->len, 0 };

	if (journal_name_is(f, name))
		cursor_number(&c, 1, 18, us);
}

/* Where the record at p ends; NULL if its end has not come. */
static const char *record_read(const char *p, const char *end, struct journal_record *record)
{
	struct journal_field f;
	uint64_t source_us = 0;

	*record = (struct journal_record){ .monotonic_us = 0 };
	while (p && p < end && *p != '\n') {
		const char *line = p;

		p = field_end(p, end, &f);
		if (p && !f.value && !record->sized) {
			record->odd = line;
			return NULL;
		}
		if (!p || !f.value)
			continue;
		record->sized |= f.name[f.name_len] == '\n';
		journal_note_field(&record->writer, &f);
		if (journal_name_is(&f, "MESSAGE"))
			record->message = f;
		read_time(&f, "__REALTIME_TIMESTAMP", &record->realtime_us);
		read_time(&f, "__MONOTONIC_TIMESTAMP", &record->monotonic_us);
		read_time(&f, "_SOURCE_MONOTONIC_TIMESTAMP", &source_us);
	}
	if (source_us)
		record->monotonic_us = source_us;
	return p && p < end ? p + 1 : NULL;
}

/* As the kernel's line would be in another log: "2024-06-29T10:52:39.030745Z kernel: [    1.234567] ". */
static size_t stamp(const struct journal_record *record, char *out, size_t size)
{
	const time_t seconds = (time_t)(record->realtime_us / 1000000);
	struct tm tm;
	size_t n = 0;

	if (record->realtime_us && gmtime_r(&seconds, &tm)) {
		n = strftime(out, size, "%Y-%m-%dT%H:%M:%S", &tm);
		n += (size_t)snprintf(out + n, size - n, ".%06" PRIu64 "Z kernel: ", record->realtime_us % 1000000);
	}
	if (record->monotonic_us)
		n += (size_t)snprintf(out + n, size - n, "[%5" PRIu64 ".%06" PRIu64 "] ",
				      record->monotonic_us / 1000000, record->monotonic_us % 1000000);
	return n;
}

/* The first and the last stamp of the log. */
static void journal_span(struct klog *k, const char *stamped, size_t n)
{
	struct klog_host *host = &k->devices.host;
	struct prefix prefix;

	prefix_parse(stamped, n, &prefix);
	host->last = (struct klog_time){ .has_uptime = prefix.has_uptime, .uptime_ns = prefix.uptime_ns };
	if (prefix.has_wall && prefix.wall_len < sizeof(host->last.wall))
		str_copy(host->last.wall, sizeof(host->last.wall), prefix.wall, prefix.wall_len);
	if (!*host->first.wall && !host->first.has_uptime)
		host->first = host->last;
}

/* The kernel's message as lines. Its further lines stand below it, whatever they look like. */
static void take_message(struct klog *k, const struct journal_record *record, uint64_t line)
{
	char text[PIECE_MAX + PREFILTER_SLACK];
	size_t deep = stamp(record, text, 128), n = deep, from = 0;

	for (size_t i = 0; i < record->message.len && n + deep + 1 < PIECE_MAX; i++) {
		text[n++] = record->message.value[i];
		if (text[n - 1] == '\n') {
			memset(text + n, ' ', deep);
			n += deep;
		}
	}
	journal_span(k, text, deep);
	if (!reader_busy(k) && !prefilter_next(&k->reader.pass.filter, text, text + n))
		return;
	for (const char *newline; from < n; from = newline ? (size_t)(newline - text) + 1 : n) {
		newline = memchr(text + from, '\n', n - from);
		reader_use_line(k, text + from, (newline ? (size_t)(newline - text) : n) - from, line++, JOURNAL_NOT);
	}
}

/* Bytes of a record that is too long for one of the kernel's, up to its end. */
static bool skip_record(struct log_reader *r)
{
	struct journal *j = &r->journal;
	const char *s = r->buf + r->start, *end = r->buf + r->end, *p = s;
	struct journal_field f;

	if (j->drop) {
		p += j->drop < (uint64_t)(end - s) ? j->drop : (uint64_t)(end - s);
		j->drop -= (uint64_t)(p - s);
		reader_advance(r, (size_t)(p - r->buf));
		return true;
	}
	if (*s == '\n') {
		j->skipping = false;
		j->between = true;
		reader_advance(r, r->start + 1);
		return true;
	}
	p = field_end(s, end, &f);
	if (p) {
		reader_advance(r, (size_t)(p - r->buf));
		return true;
	}
	if (f.value) { /* its size is there */
		uint64_t size = 0;

		for (int i = 1; i <= SIZE_BYTES; i++)
			size = size << 8 | (unsigned char)f.value[-i];
		j->drop = size < UINT64_MAX - 1 ? size + 1 : size;
		reader_advance(r, (size_t)(f.value - r->buf));
		return true;
	}
	if (end - s < JOURNAL_RECORD_MOST)
		return false;
	j->drop = (uint64_t)(end - s); /* a line without end */
	return true;
}

bool journal_take(struct klog *k, bool last)
{
	struct log_reader *r = &k->reader;
	const char *s = r->buf + r->start, *end = r->buf + r->end, *after;
	struct journal_record record;

	if (r->journal.skipping)
		return skip_record(r);
	after = record_read(s, end, &record);
	/* Other text follows the fields: no export, or one that was cut. Behind a size, which may be damaged, it may be of a value. */
	if (record.odd) {
		r->journal.on = false;
		reader_advance(r, (size_t)(record.odd - r->buf));
		return true;
	}
	if (!after && end - s >= JOURNAL_RECORD_MOST) {
		r->journal.skipping = true;
		r->journal.between = false;
		return true;
	}
	if (!after && !last)
		return false;
	if (after && record.message.value && !record.writer.other)
		take_message(k, &record, r->line + prefilter_newlines(s, (size_t)(record.message.value - s)));
	reader_advance(r, after ? (size_t)(after - r->buf) : r->end);
	r->journal.between = true;
	return true;
}
