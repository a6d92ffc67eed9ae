// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether a file of a bug report, whose name does not say so, is a log or describes network cards: by its first bytes. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "klog/input.h"
#include "klog/internal.h"
#include "klog/json.h"
#include "util/alloc.h"

#define LINES_MOST 200
#define RECORDS_LEAST 2 /* with a time and a message, of other programs: one alone is no log */

static void note_pasted(const struct pasted *p, void *arg)
{
	*(bool *)arg |= p->address[0] || p->interface[0] || p->driver[0];
}

/* Whether a line begins as one of a log; `kernel`: as the kernel's. */
static bool is_of_log(const char *s, size_t n, bool kernel)
{
	struct prefix prefix;

	return prefix_parse(s, n < LINE_LOOK ? n : LINE_LOOK, &prefix) &&
	       (prefix.has_uptime || prefix.kernel || (prefix.dated && !kernel));
}

/* ---- JSON ---- */

struct records {
	struct json json;
	unsigned dated;
	bool found;
};

/* Whether one of a text's lines is the kernel's. */
static bool has_kernels(const char *text, size_t n)
{
	const char *end = text + n, *newline;

	for (unsigned lines = 0; text < end && lines < LINES_MOST; lines++, text = newline + 1) {
		newline = memchr(text, '\n', (size_t)(end - text));
		newline = newline ? newline : end;
		if (is_of_log(text, (size_t)(newline - text), true))
			return true;
	}
	return false;
}

/* A json_fn. */
static void note_record(void *arg, const char *text, size_t n, uint64_t line, struct json_writer writer,
			const struct json_time *time)
{
	struct records *r = arg;

	(void)line;
	r->dated += *time->wall || time->has_uptime;
	r->found |= (writer.kernel && !writer.other) || r->dated >= RECORDS_LEAST || has_kernels(text, n);
}

/* Of a text in a member whose name says nothing. */
static bool is_wanted(void *arg, const char *text, size_t n)
{
	(void)arg;
	return has_kernels(text, n);
}

/* Takes values from `at` on, one behind the other; where none follows. */
static const char *take_values(struct records *r, const char *at, const char *end)
{
	size_t used;
	int begins;

	while (!r->found && at < end && (begins = json_begins(at, (size_t)(end - at))) > 0) {
		enum json_end how;

		at += begins - 1;
		json_start(&r->json, 1);
		how = json_feed(&r->json, at, (size_t)(end - at), &used);
		at += used;
		if (how == JSON_MORE) { /* the value is longer than these bytes */
			r->found |= has_kernels(buf_str(&r->json.bytes), r->json.bytes.len);
			json_give_up(&r->json);
		}
		if (how != JSON_ENDS)
			break;
		while (at < end && *at && strchr(" \t\r\n,;", *at))
			at++;
	}
	return at;
}

/* Whether there are records of a log among some bytes that may have JSON. */
static bool has_records(const char *bytes, size_t n)
{
	struct records *r = xcalloc(1, sizeof(*r));
	const char *end = bytes + n, *newline;
	bool found;

	r->json.each = note_record;
	r->json.wanted = is_wanted;
	r->json.arg = r;
	for (unsigned lines = 0; bytes && bytes < end && lines < LINES_MOST && !r->found; lines++) {
		bytes = take_values(r, bytes, end);
		newline = memchr(bytes, '\n', (size_t)(end - bytes));
		bytes = newline ? newline + 1 : NULL;
	}
	found = r->found;
	json_free(&r->json);
	free(r);
	return found;
}

/* ---- tables ---- */

/* Whether some bytes begin a table with a log's rows. */
static bool has_rows(const char *bytes, size_t n)
{
	const char *end = bytes + n, *newline;
	struct columns columns;

	bytes += table_begins(bytes, n, &columns);
	for (unsigned lines = 0; columns.count && bytes < end && lines < LINES_MOST; lines++, bytes = newline + 1) {
		size_t len, at;
		bool kernel, found;
		int64_t time;

		newline = memchr(bytes, '\n', (size_t)(end - bytes));
		newline = newline ? newline : end;
		len = (size_t)(newline - bytes);
		found = columns_message(&columns, bytes, len, true, &at, &kernel);
		if (kernel || (found && is_of_log(bytes + at, len - at, true)) ||
		    (found && reversed_row_clock(&columns, bytes, len, &time) != CLOCK_NONE))
			return true;
	}
	return false;
}

/* ---- any ---- */

static bool has_lines(const char *bytes, size_t n)
{
	bool found = false, joined;
	struct paste *paste = paste_new(note_pasted, &found);
	char text[512];
	const char *end = bytes + n;

	for (unsigned lines = 0; bytes < end && lines < LINES_MOST && !found; lines++) {
		const char *newline = memchr(bytes, '\n', (size_t)(end - bytes)), *to = newline ? newline : end;
		size_t len = paste_clean_line(bytes, (size_t)(to - bytes), text, sizeof(text), &joined);

		found = is_of_log(text, len, false);
		paste_line(paste, text, len, lines + 1);
		bytes = newline ? newline + 1 : end;
	}
	paste_end(paste);
	paste_free(paste);
	return found;
}

bool klog_wants(const char *path, const char *bytes, size_t n)
{
	size_t len = strlen(path);
	bool json = len > 5 && !strcasecmp(path + len - 5, ".json"); /* its text may be of anything */

	return has_records(bytes, n) || (!json && (has_rows(bytes, n) || has_lines(bytes, n)));
}
