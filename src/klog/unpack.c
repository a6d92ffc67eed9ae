// SPDX-License-Identifier: GPL-2.0-or-later
/* A log's bytes before they are lines: packed, other than text, in which order, or inside a report. */
#include "klog/unpack.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "klog/input.h"
#include "klog/internal.h"
#include "klog/json.h"
#include "klog/prefix.h"
#include "klog/reportfile.h"
#include "util/alloc.h"
#include "util/err.h"
#include "util/text.h"

/* What is no kernel log, by how it begins. */
static const struct {
	const char *magic;
	size_t n;
	const char *what, *tool; /* tool: writes what is in it; NULL: none does */
} others[] = {
	{ "PK\3\4", 4, "a zip archive", "unzip -p" },
	{ "PK\5\6", 4, "an empty zip archive", NULL },
	{ "7z\xbc\xaf\x27\x1c", 6, "a 7z archive", "7z e -so" },
	{ "Rar!\x1a\x07", 6, "a rar archive", "unrar p -inul" },
	{ "\x04\x22\x4d\x18", 4, "lz4 data", "lz4cat" },
	{ "LPKSHHRH", 8, "a file of the systemd journal", "journalctl -k --file" },
	{ "\x7f"
	  "ELF",
	  4, "a program", NULL },
	{ "\x89PNG", 4, "a picture", NULL },
	{ "\xff\xd8\xff", 3, "a picture", NULL },
	{ "%PDF-", 5, "a PDF document", "pdftotext -layout" },
};

/* PowerShell writes such files: a byte order mark, or every other byte of the first letters 0. */
static bool is_utf16(const char *text, size_t n)
{
	bool little = n >= 16, big = n >= 16;

	if (n >= 2 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2)))
		return true;
	for (size_t i = 0; i < 16 && (little || big); i++) {
		little &= !text[i] == (i % 2 == 1);
		big &= !text[i] == (i % 2 == 0);
	}
	return little || big;
}

static int refuse(const char *name, const char *path, const char *what, const char *tool, struct err *e)
{
	err_set(e, ENOTSUP, name, "is %s, which is not read", what);
	if (tool && path)
		err_todo(e, "%s %s | nicregs log -", tool, path);
	else
		err_todo(e, "give the kernel's messages as text: journalctl -k | nicregs log -");
	return -ENOTSUP;
}

int unpack_refuse(const char *name, const char *file, enum packing unpacked, const char *bytes, size_t n, struct err *e)
{
	enum packing inside = unpacked ? packing_of(bytes, n) : PACKED_NOT;
	AUTO_FREE char *path = file && !unpacked ? shell_path(file) : NULL;

	for (size_t i = 0; i < COUNT(others); i++)
		if (n >= others[i].n && !memcmp(bytes, others[i].magic, others[i].n))
			return refuse(name, path, others[i].what, others[i].tool, e);
	if (inside) {
		err_set(e, ENOTSUP, name, "is compressed twice: it contains %s data", packing_name(inside));
		err_todo(e, "unpack both layers: ... | %s | nicregs log -", packing_tool(inside));
		return -ENOTSUP;
	}
	if (!is_utf16(bytes, n))
		return 0;
	err_set(e, EINVAL, name, "it is UTF-16 text, which is not read");
	if (path)
		err_todo(e, "convert it: iconv -f UTF-16 -t UTF-8 %s > log.txt", path);
	else
		err_todo(e, "convert it: ... | iconv -f UTF-16 -t UTF-8 | nicregs log -");
	return -EINVAL;
}

const char *unpack_kind(const char *bytes, size_t n)
{
	static const char *const packed[PACKINGS] = {
		[PACKED_GZIP] = "gzip data",
		[PACKED_XZ] = "xz data",
		[PACKED_ZSTD] = "zstd data",
		[PACKED_BZIP2] = "bzip2 data",
	};

	for (size_t i = 0; i < COUNT(others); i++)
		if (others[i].tool && n >= others[i].n && !memcmp(bytes, others[i].magic, others[i].n))
			return others[i].what;
	return packed[packing_of(bytes, n)];
}

#define COUNTED 65536 /* bytes at the start that are enough to tell */

void unpack_count(struct unpack_bytes *b, const char *bytes, size_t n)
{
	for (size_t i = 0, len; i < n && b->n < COUNTED; i += len, b->n += len) {
		unsigned char c = (unsigned char)bytes[i];
		uint32_t cp;

		len = text_plain_run(bytes + i, n - i < COUNTED - b->n ? n - i : COUNTED - b->n);
		if (len)
			continue;
		len = c < 0x80 ? 1 : text_utf8_next((const unsigned char *)bytes + i, n - i, &cp);
		b->zeros += !c;
		b->controls += c && c < 0x20 && !strchr("\t\n\v\f\r\b\x1b", (char)c);
		b->invalid += !len;
		len += !len;
	}
}

bool unpack_counted(const struct unpack_bytes *b)
{
	return b->n >= COUNTED;
}

int unpack_refuse_bytes(const char *name, const struct unpack_bytes *b, struct err *e)
{
	size_t n = b->n - b->zeros;

	if (!b->n || (n && b->controls * 5 < n && (b->controls * 20 < n || b->invalid * 10 < n)))
		return 0;
	err_set(e, EINVAL, name, n ? "it is not text" : "it holds nothing but zero bytes");
	err_todo(e, "give the kernel's messages as text: journalctl -k | nicregs log -");
	return -EINVAL;
}

#define GZIP_HEADER 10

/* A gzip header as programs write it: deflate, no unknown flags, a known speed, a known system. */
static bool is_gzip_header(const unsigned char *p, size_t n)
{
	return n >= GZIP_HEADER && p[1] == 0x8b && p[2] == 8 && p[3] < 0x20 && (p[8] == 0 || p[8] == 2 || p[8] == 4) &&
	       (p[9] < 14 || p[9] == 255);
}

#define DENSE_LOOK 64  /* bytes that are looked at */
#define DENSE_LEAST 16 /* fewer say nothing: where more follow, they are looked at again */

/* Whether what is behind a header is packed, and not the text that goes on behind noise: a quarter of it at least is no ASCII,
 * and some of that are control characters. */
static bool is_dense(const unsigned char *p, size_t n)
{
	size_t controls = 0, odd = 0;

	n = n < DENSE_LOOK ? n : DENSE_LOOK;
	for (size_t i = 0; i < n; i++) {
		bool control = p[i] == 0x7f || (p[i] < ' ' && (!p[i] || !strchr("\t\n\r\x1b", p[i])));

		controls += control;
		odd += control || p[i] > 0x7f;
	}
	return n >= DENSE_LEAST && controls && odd * 4 >= n;
}

#define GZIP_NAME 8 /* flag: a file's name follows the header */

static bool is_gzip(const unsigned char *p, size_t n)
{
	const unsigned char *name = p + GZIP_HEADER, *zero;

	if (!is_gzip_header(p, n))
		return false;
	zero = p[3] & GZIP_NAME ? memchr(name, 0, n - GZIP_HEADER) : NULL;
	name = zero ? zero + 1 : name;
	return is_dense(name, n - (size_t)(name - p));
}

/* The first place of packed data in some bytes; NULL: none. */
static const char *find_packed(const char *s, size_t n, const char **what)
{
	const char *end = s + n, *p = s, *found = NULL;

	while ((p = memchr(p, 0x1f, (size_t)(end - p))) && !is_gzip((const unsigned char *)p, (size_t)(end - p)))
		p++;
	found = p;
	*what = "gzip";
	for (p = s; (p = memchr(p, 0xfd, (size_t)(end - p))); p++) {
		bool xz = end - p >= 6 && !memcmp(p + 1, "7zXZ", 5);
		bool zstd = p - s >= 3 && !memcmp(p - 3, "\x28\xb5\x2f", 3);

		if ((!xz && !zstd) || !is_dense((const unsigned char *)p + 1, (size_t)(end - p - 1)))
			continue;
		p -= zstd ? 3 : 0;
		if (!found || p < found) {
			*what = xz ? "xz" : "zstd";
			found = p;
		}
		break;
	}
	end = found ? found : end;
	for (p = s; (p = memchr(p, '&', (size_t)(end - p))); p++)
		if (p - s >= 7 && end - p >= 3 && !memcmp(p - 7, "BZh", 3) && !memcmp(p - 3, "1AY&SY", 6) &&
		    is_dense((const unsigned char *)p + 3, (size_t)(end - p - 3))) {
			*what = "bzip2";
			return p - 7;
		}
	return found;
}

int unpack_inside(struct unpack_tail *t, const char *name, const char *bytes, size_t n, size_t none, struct err *e)
{
	char seam[2 * UNPACK_TAIL];
	size_t head = n < UNPACK_TAIL ? n : UNPACK_TAIL;
	const char *what, *found;

	memcpy(seam, t->bytes, t->n);
	memcpy(seam + t->n, bytes, head);
	found = find_packed(seam, t->n + head, &what);
	if (!found || found >= seam + t->n)
		found = find_packed(bytes + none, n - none, &what);
	if (found == bytes && !t->begun)
		found = NULL; /* then it is no text */
	if (n >= UNPACK_TAIL) {
		memcpy(t->bytes, bytes + n - UNPACK_TAIL, UNPACK_TAIL);
		t->n = UNPACK_TAIL;
	} else {
		head = t->n + n < UNPACK_TAIL ? t->n + n : UNPACK_TAIL;
		memcpy(t->bytes, seam + t->n + n - head, head);
		t->n = head;
	}
	t->begun = true;
	if (!found || t->found)
		return 0;
	t->found = true;
	err_set(e, EINVAL, name, "%s data follows the text, and is not read", what);
	err_todo(e, "give each file by its name: nicregs log FILE FILE..., or unpack the packed one first");
	return -EINVAL;
}

/* ---- a log whose last message comes first: how that is seen ---- */

#define EXPORT_TIME "__REALTIME_TIMESTAMP="

static enum line_clock digits_after(const char *mark, enum line_clock clock, const char *s, size_t n, int64_t *time)
{
	const char *at = memmem(s, n, mark, strlen(mark));
	struct cursor c = { s, n, at ? (size_t)(at - s) + strlen(mark) : n };
	uint64_t value;

	while (cursor_peek(&c, 0) == ':' || cursor_peek(&c, 0) == '"' || cursor_peek(&c, 0) == ' ')
		c.at++;
	if (!cursor_number(&c, 1, 18, &value))
		return CLOCK_NONE;
	*time = (int64_t)value;
	return clock;
}

enum line_clock reversed_clock(const char *s, size_t n, int64_t *time)
{
	struct prefix prefix;

	if (n > strlen(EXPORT_TIME) && !memcmp(s, EXPORT_TIME, strlen(EXPORT_TIME)))
		return digits_after(EXPORT_TIME, CLOCK_EXPORT, s, n, time);
	if (logfmt_begins(s, n) && logfmt_time(s, n < LINE_LOOK ? n : LINE_LOOK, time))
		return CLOCK_WALL;
	prefix_parse(s, n < LINE_LOOK ? n : LINE_LOOK, &prefix);
	*time = prefix.has_wall ? prefix.wall_ns : (int64_t)prefix.uptime_ns;
	return prefix.has_wall ? CLOCK_WALL : prefix.has_uptime ? CLOCK_UPTIME : CLOCK_NONE;
}

/* A cell that is a date, or a number of seconds since 1970 or of parts of them that nothing else has. */
static bool cell_time(const char *s, size_t n, int64_t *time)
{
	struct json_time cell = { .has_uptime = false };
	struct cursor at = { s, n, 0 };
	struct prefix prefix;

	if (prefix_date(&at, &prefix)) {
		*time = prefix.wall_ns;
		return true;
	}
	for (at.n = 0; at.n < n && at.n < JSON_WALL && s[at.n] != '"'; at.n++)
		;
	if (!json_note_time(&cell, "time", s, at.n) || !*cell.wall)
		return false;
	at = (struct cursor){ cell.wall, strlen(cell.wall), 0 };
	if (!prefix_date(&at, &prefix))
		return false;
	*time = prefix.wall_ns;
	return true;
}

enum line_clock reversed_row_clock(const struct columns *c, const char *s, size_t n, int64_t *time)
{
	bool quoted = false, begins = true;

	for (size_t i = 0; i < n; i++) {
		const char *end = quoted ? NULL : memchr(s + i, c->separator, n - i);

		if (s[i] == '"')
			quoted = !quoted;
		else if (begins && s[i] != ' ' && cell_time(s + i, end ? (size_t)(end - s) - i : n - i, time))
			return CLOCK_WALL;
		begins = (begins && (s[i] == '"' || s[i] == ' ')) || (!quoted && s[i] == c->separator);
	}
	return CLOCK_NONE;
}

enum log_order reversed_told(const char *text, size_t n)
{
	struct columns columns;
	struct cell cell = { .open = false };
	const char *end = text + n, *newline;
	struct reversed_steps steps = { .any = false };
	enum line_clock clock = CLOCK_NONE;

	text += table_begins(text, n, &columns);
	for (; (newline = memchr(text, '\n', (size_t)(end - text))); text = newline + 1) {
		size_t len = (size_t)(newline - text);
		bool inside = columns.count && cell.open;
		enum line_clock own = CLOCK_NONE;
		int64_t now;

		if (columns.count)
			columns_follow(&columns, &cell, text, len + 1);
		if (!inside)
			own = columns.count ? reversed_row_clock(&columns, text, len, &now)
					    : reversed_clock(text, len, &now);
		if (own == CLOCK_NONE)
			continue;
		steps.any &= own == clock;
		reversed_step(&steps, now);
		clock = own;
	}
	if (!reversed_by(&steps))
		return ORDER_FORWARD;
	return clock == CLOCK_EXPORT ? ORDER_NOT_READ : ORDER_REVERSED;
}

/* ---- the log in the file of a report: reportfile.h ---- */

bool reportfile_is(const char *head, size_t n)
{
	size_t len = strlen(REPORTFILE_HEAD);

	return n > len && !memcmp(head, REPORTFILE_HEAD, len) && (head[len] == '\n' || head[len] == '\r');
}

bool reportfile_is_live(const char *head, size_t n)
{
	n = n < REPORTFILE_HEAD_MOST ? n : REPORTFILE_HEAD_MOST;
	return reportfile_is(head, n) && memmem(head, n, "\n" REPORTFILE_LIVE, strlen("\n" REPORTFILE_LIVE));
}

/* The line that begins at p is this one. */
static bool is_line(const char *p, const char *end, const char *line)
{
	size_t n = strlen(line);

	return (size_t)(end - p) >= n && !memcmp(p, line, n) &&
	       ((size_t)(end - p) == n || p[n] == '\n' ||
		(p[n] == '\r' && (size_t)(end - p) > n + 1 && p[n + 1] == '\n'));
}

const char *reportfile_part(const char *text, size_t n, const char *begin, const char *end, size_t *len)
{
	const char *stop = text + n, *from = NULL, *part = NULL;

	for (const char *p = text; p < stop;) {
		const char *newline = memchr(p, '\n', (size_t)(stop - p)), *next = newline ? newline + 1 : stop;

		if (is_line(p, stop, begin)) {
			from = next;
		} else if (from && is_line(p, stop, end)) {
			part = from;
			*len = (size_t)(p - from);
			from = NULL;
		}
		p = next;
	}
	return part;
}

/* One byte of a line that may be a mark. */
static void follow(struct reportfile *f, char c, const char *mark)
{
	if (c == '\n') {
		f->inside ^= f->matched == strlen(mark);
		f->begun |= f->inside;
		f->matched = 0;
	} else if (c != '\r' && f->matched != SIZE_MAX) {
		f->matched = f->matched < strlen(mark) && mark[f->matched] == c ? f->matched + 1 : SIZE_MAX;
	}
}

/* Whether the file is a report is known when its first line is. Bytes that were passed on before that do no harm. */
static void decide(struct reportfile *f, char c)
{
	size_t n = strlen(REPORTFILE_HEAD);

	if (f->matched == n && c == '\r')
		return;
	if (f->matched == n && c == '\n')
		f->is = true;
	else if (f->matched < n && REPORTFILE_HEAD[f->matched] == c)
		f->matched++;
	else
		f->other = true;
	if (f->is)
		f->matched = 0;
}

size_t reportfile_log(struct reportfile *f, char *bytes, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n && !f->other; i++) {
		if (!f->is) {
			decide(f, bytes[i]);
			kept = i + 1;
			continue;
		}
		if (f->inside)
			bytes[kept++] = bytes[i];
		follow(f, bytes[i], f->inside ? REPORTFILE_LOG_END : REPORTFILE_LOG);
	}
	return f->other ? n : kept;
}
