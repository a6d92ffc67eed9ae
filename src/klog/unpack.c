// SPDX-License-Identifier: GPL-2.0-or-later
/* A log's bytes before they are lines: packed, other than text, with the last message first, or inside a report. */
#include "klog/unpack.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "klog/input.h"
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

/* The first place of packed data in some bytes; NULL: none. */
static const char *find_packed(const char *s, size_t n, const char **what)
{
	const char *end = s + n, *p = s, *found = NULL;

	while ((p = memchr(p, 0x1f, (size_t)(end - p))) && !is_gzip_header((const unsigned char *)p, (size_t)(end - p)))
		p++;
	found = p;
	*what = "gzip";
	for (p = s; (p = memchr(p, 0xfd, (size_t)(end - p))); p++) {
		bool xz = end - p >= 6 && !memcmp(p + 1, "7zXZ", 5);
		bool zstd = p - s >= 3 && !memcmp(p - 3, "\x28\xb5\x2f", 3);

		if (!xz && !zstd)
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
		if (p - s >= 7 && end - p >= 3 && !memcmp(p - 7, "BZh", 3) && !memcmp(p - 3, "1AY&SY", 6)) {
			*what = "bzip2";
			return p - 7;
		}
	return found;
}

int unpack_inside(struct unpack_tail *t, const char *name, const char *bytes, size_t *n, size_t none, struct err *e)
{
	char seam[2 * UNPACK_TAIL];
	size_t head = *n < UNPACK_TAIL ? *n : UNPACK_TAIL, keep;
	const char *what, *found;
	bool begun = t->begun;

	memcpy(seam, t->bytes, t->n);
	memcpy(seam + t->n, bytes, head);
	found = find_packed(seam, t->n + head, &what);
	keep = found && (size_t)(found - seam) > t->n ? (size_t)(found - seam) - t->n : 0;
	if (!found) {
		found = find_packed(bytes + none, *n - none, &what);
		keep = found ? (size_t)(found - bytes) : *n;
	}
	head = t->n + head < UNPACK_TAIL ? t->n + head : UNPACK_TAIL;
	if (*n >= UNPACK_TAIL)
		memcpy(t->bytes, bytes + *n - UNPACK_TAIL, UNPACK_TAIL);
	else
		memcpy(t->bytes, seam + t->n + *n - head, head);
	t->n = head;
	t->begun = true;
	if (!found || (!begun && !keep))
		return 0;
	*n = keep;
	err_set(e, EINVAL, name, "%s data follows the text, and is not read", what);
	err_todo(e, "give each file by its name: nicregs log FILE FILE..., or unpack the packed one first");
	return -EINVAL;
}

/* A log whose last message comes first, as journalctl -r prints it: how that is seen, and its messages in order. */

#define WINDOW 262144
#define LINE_LOOK 200
#define STEPS_LEAST 2
#define JSON_TIME "\"__REALTIME_TIMESTAMP\""
#define EXPORT_TIME "__REALTIME_TIMESTAMP="

struct reversed {
	FILE *file;   /* owned */
	off_t before; /* bytes of it before those in `text` */
	char *text;   /* WINDOW bytes; owned */
	size_t n;
	size_t from, to; /* the message that is given out; the same: none is */
};

enum line_clock { CLOCK_NONE, CLOCK_WALL, CLOCK_UPTIME, CLOCK_JSON, CLOCK_EXPORT };

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

static enum line_clock line_time(const char *s, size_t n, int64_t *time)
{
	struct prefix prefix;

	if (n && *s == '{')
		return digits_after(JSON_TIME, CLOCK_JSON, s, n, time);
	if (n > strlen(EXPORT_TIME) && !memcmp(s, EXPORT_TIME, strlen(EXPORT_TIME)))
		return digits_after(EXPORT_TIME, CLOCK_EXPORT, s, n, time);
	prefix_parse(s, n < LINE_LOOK ? n : LINE_LOOK, &prefix);
	*time = prefix.has_wall ? prefix.wall_ns : (int64_t)prefix.uptime_ns;
	return prefix.has_wall ? CLOCK_WALL : prefix.has_uptime ? CLOCK_UPTIME : CLOCK_NONE;
}

enum log_order reversed_told(const char *text, size_t n)
{
	const char *end = text + n, *newline;
	enum line_clock clock = CLOCK_NONE;
	size_t down = 0, up = 0;
	int64_t last = 0;

	for (; (newline = memchr(text, '\n', (size_t)(end - text))); text = newline + 1) {
		int64_t now;
		enum line_clock own = line_time(text, (size_t)(newline - text), &now);

		if (own == CLOCK_NONE)
			continue;
		down += own == clock && now < last;
		up += own == clock && now > last;
		clock = own;
		last = now;
	}
	if (down < STEPS_LEAST || up * 10 > down)
		return ORDER_FORWARD;
	return clock == CLOCK_EXPORT ? ORDER_NOT_READ : ORDER_REVERSED;
}

int reversed_new(struct reversed **out, const char *name, struct err *e)
{
	FILE *file = tmpfile();

	if (!file) {
		int errnum = errno;

		err_sys(e, errnum, "%s: its last line comes first; a temporary file to turn it round", name);
		err_todo(e, "give it in order: journalctl -k, without -r");
		return -errnum;
	}
	*out = xcalloc(1, sizeof(**out));
	(*out)->file = file;
	(*out)->text = xcalloc(WINDOW + 1, 1);
	return 0;
}

void reversed_free(struct reversed *r)
{
	if (!r)
		return;
	fclose(r->file);
	free(r->text);
	free(r);
}

int reversed_add(struct reversed *r, const char *name, const char *bytes, size_t n, struct err *e)
{
	if (fwrite(bytes, 1, n, r->file) != n)
		return err_sys(e, errno ? errno : EIO, "%s: a temporary file to turn it round", name);
	r->before += (off_t)n;
	return 0;
}

/* Whether a message begins with a line; the further ones of journalctl's stand below it. */
static bool begins(const char *s, size_t n)
{
	int64_t time;

	return n && *s != ' ' && *s != '\t' &&
	       (*s == '{' || line_time(s, n, &time) != CLOCK_NONE || (n >= 3 && !memcmp(s, "-- ", 3)));
}

/* Where the last message of the window begins; 0 if none is seen to. */
static size_t last_message(const struct reversed *r)
{
	size_t end = r->n;

	while (end) {
		const char *newline = end > 1 ? memrchr(r->text, '\n', end - 1) : NULL;
		size_t from = newline ? (size_t)(newline - r->text) + 1 : 0;

		if ((newline || !r->before) && begins(r->text + from, end - from))
			return from;
		end = from;
	}
	return 0;
}

/* Fills the window from the front. */
static int refill(struct reversed *r, struct err *e)
{
	size_t n = WINDOW - r->n;

	if ((off_t)n > r->before)
		n = (size_t)r->before;
	memmove(r->text + n, r->text, r->n);
	if (fseeko(r->file, r->before - (off_t)n, SEEK_SET) || fread(r->text, 1, n, r->file) != n)
		return err_sys(e, errno ? errno : EIO, "a temporary file");
	r->before -= (off_t)n;
	r->n += n;
	return 0;
}

int reversed_read(struct reversed *r, char *to, size_t room, size_t *n, struct err *e)
{
	size_t len;

	if (r->from == r->to) {
		int failed = r->before && r->n < WINDOW / 2 ? refill(r, e) : 0;

		if (failed || !r->n)
			return failed;
		r->from = last_message(r);
		r->to = r->n;
		if (r->text[r->n - 1] != '\n') /* the log's last line */
			r->text[r->to++] = '\n';
		r->n = r->from;
	}
	len = r->to - r->from < room ? r->to - r->from : room;
	memcpy(to, r->text + r->from, len);
	r->from += len;
	*n = len;
	return 1;
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
