// SPDX-License-Identifier: GPL-2.0-or-later
/* A record is lines of words:
 *     nicregs-KIND 1
 *     state applying|applied
 *     who WHO
 *     what WHAT
 *     begun SECONDS
 *     until SECONDS
 *     ... of the kind
 *     finished
 */
#include "change/record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "change/lock.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/err.h"
#include "util/file.h"
#include "util/text.h"

#define SIZE_MOST 65536

int64_t change_clock(void)
{
	return (clock_ns(CLOCK_BOOTTIME) + CLOCK_SECOND - 1) / CLOCK_SECOND;
}

static char *file_name(const char *dir, const char *kind, const char *name)
{
	return xasprintf("%s/%s-%s", dir, kind, name);
}

int change_record_save(const char *dir, const char *kind, const char *name, const struct change_record *record,
		       const char *body, struct err *e)
{
	AUTO_FREE char *path = file_name(dir, kind, name);
	AUTO_BUF struct buf text = { 0 };
	AUTO_CLOSE int folder = -1;
	int r = change_folder(dir, &folder, e);

	if (r)
		return r;
	buf_printf(&text, "nicregs-%s 1\nstate %s\nwho %s\nwhat %s\nbegun %" PRId64 "\nuntil %" PRId64 "\n%sfinished\n",
		   kind, record->applying ? "applying" : "applied", record->who, record->what, record->begun,
		   record->until, body);
	r = file_write_atomic(path, buf_str(&text), text.len, 0600, e);
	if (!r && fsync(folder) < 0)
		r = err_sys(e, errno, "%s", dir);
	return r;
}

static bool number(const char *word, int64_t *value)
{
	uint64_t n;

	if (!text_u64(word, &n) || n > INT64_MAX)
		return false;
	*value = (int64_t)n;
	return true;
}

/* 1: it is one of the lines that every record has; 0: it is not; -1: it is, and makes no sense. */
static int take_common(const char *line, struct change_record *record)
{
	const char *rest = strchr(line, ' ');

	rest = rest ? rest + 1 : "";
	if (text_starts(line, "who "))
		snprintf(record->who, sizeof(record->who), "%s", rest);
	else if (text_starts(line, "what "))
		snprintf(record->what, sizeof(record->what), "%s", rest);
	else if (text_starts(line, "state "))
		record->applying = strcmp(rest, "applied") != 0;
	else if (text_starts(line, "begun "))
		return number(rest, &record->begun) ? 1 : -1;
	else if (text_starts(line, "until "))
		return number(rest, &record->until) ? 1 : -1;
	else
		return 0;
	return 1;
}

static bool take_words(char *line, change_take_line *take, void *arg)
{
	char *words[CHANGE_WORDS_MAX + 1], *save = NULL;
	size_t n = 0;

	for (char *word = strtok_r(line, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		if (n > CHANGE_WORDS_MAX - 1)
			return false;
		words[n++] = word;
	}
	return take(arg, words, n);
}

static bool parse(char *text, const char *kind, struct change_record *record, change_take_line *take, void *arg)
{
	char *save = NULL, *line = strtok_r(text, "\n", &save);
	AUTO_FREE char *magic = xasprintf("nicregs-%s 1", kind);

	*record = (struct change_record){ 0 };
	if (!line || strcmp(line, magic) != 0)
		return false;
	while ((line = strtok_r(NULL, "\n", &save)) && strcmp(line, "finished") != 0) {
		int common = take_common(line, record);

		if (common < 0 || (!common && !take_words(line, take, arg)))
			return false;
	}
	return line;
}

int change_record_damaged(const char *dir, const char *kind, const char *name, struct err *e)
{
	AUTO_FREE char *path = file_name(dir, kind, name);

	err_set(e, EINVAL, path, "this record of a change is damaged");
	err_todo(e, "remove the file; a reboot brings back what it was about");
	return -EINVAL;
}

int change_record_load(const char *dir, const char *kind, const char *name, struct change_record *record,
		       change_take_line *take, void *arg, struct err *e)
{
	AUTO_FREE char *path = file_name(dir, kind, name);
	AUTO_BUF struct buf text = { 0 };
	int r = file_read_own(path, SIZE_MOST, &text, e);
	AUTO_FREE char *copy = NULL;

	if (r)
		return r;
	copy = buf_take(&text);
	return parse(copy, kind, record, take, arg) ? 0 : change_record_damaged(dir, kind, name, e);
}

int change_record_remove(const char *dir, const char *kind, const char *name, struct err *e)
{
	AUTO_FREE char *path = file_name(dir, kind, name);

	if (!unlink(path) || errno == ENOENT)
		return 0;
	return err_sys(e, errno, "%s", path);
}
