// SPDX-License-Identifier: GPL-2.0-or-later
/* A log that is several files: which line is of which one, and what a second log repeats of the first. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "klog/input.h"
#include "klog/internal.h"
#include "util/alloc.h"

#define FILES_MOST 8192
#define KEYS 65536 /* a power of 2; three quarters of them are used */
#define KEY_WORDS 5
#define SECOND_NS 1000000000
#define SAME_PRINT_NS 1000000

struct log_file {
	uint64_t line; /* its first one */
	char *path;    /* owned */
};

/* A line as another log may have it, too: by its words and a clock that both have. */
enum clock_kind { BY_UPTIME, BY_DATE, BY_SEASON, BY_WORDS, CLOCK_KINDS };

struct file_key {
	uint64_t hash; /* 0: the place is free */
	uint32_t log;  /* the first that has it; of BY_WORDS the last */
	uint32_t most; /* BY_WORDS: times that a log before had it... */
	uint32_t now;  /* ...and that `log` has had it */
};

struct log_files {
	struct log_file *v;
	size_t n, cap;
	struct file_key *keys; /* owned; NULL: there was one log so far */
	size_t n_keys;
	uint32_t log;                   /* counts from 1 */
	bool drifts;                    /* its dates are off */
	unsigned clocks, clocks_before; /* bit n: a line by the clock n was seen; in logs before this one */
	uint64_t dropped_ns;            /* uptime of the last line that was dropped; 0: none was */
	int64_t dropped_wall_ns;        /* the same of a date that has parts of a second */
	uint64_t boots_begin[64];       /* klog_host.boots when a log began; the last one stands for all later ones */
	uint64_t ended;                 /* boots before now */
	struct klog_time last;          /* of the last log with dates */
};

void files_free(struct klog *k)
{
	struct log_files *files = k->files;

	for (size_t i = 0; i < files->n; i++)
		free(files->v[i].path);
	free(files->v);
	free(files->keys);
	free(files);
	k->files = NULL;
}

static void begin_log(struct klog *k, bool drifts)
{
	struct log_files *files = k->files;

	if (!files->keys)
		files->keys = xcalloc(KEYS, sizeof(*files->keys));
	files->log++;
	files->drifts = drifts;
	files->clocks_before |= files->clocks;
	files->dropped_ns = 0;
	files->dropped_wall_ns = 0;
	if (files->log < COUNT(files->boots_begin))
		files->boots_begin[files->log] = k->devices.host.boots + (files->log > 1);
	if (files->log > 1)
		k->devices.host.boots++;
	k->reader.latest_uptime_ns = 0;
}

void klog_next_file(struct klog *k, const char *path, bool another_log, bool drifts)
{
	uint64_t uptime = k->reader.latest_uptime_ns, known = k->reader.known;
	struct log_file *f;
	uint64_t line;

	if (k->files)
		klog_end(k);
	else
		k->files = xcalloc(1, sizeof(*k->files));
	if (k->json)
		json_log_free(k);
	k->mail = (struct mail){ .decided = false };
	line = k->devices.host.lines + 1;
	reader_restart(&k->reader, line);
	k->reader.known = known;
	k->reader.latest_uptime_ns = uptime;
	if (another_log || !k->files->log)
		begin_log(k, drifts);
	if (k->files->n == FILES_MOST)
		return;
	f = VEC_PUSH(k->files->v, k->files->n, k->files->cap);
	f->line = line;
	f->path = xstrdup(path);
}

void klog_next_boot(struct klog *k)
{
	k->devices.host.boots++;
	k->reader.latest_uptime_ns = 0;
}

const char *files_name(const struct log_files *files, uint64_t line, uint64_t *in_file)
{
	size_t i = files->n;

	while (i && files->v[i - 1].line > line)
		i--;
	if (!i)
		return NULL;
	*in_file = line - files->v[i - 1].line + 1;
	return files->v[i - 1].path;
}

void klog_not_of_file(struct klog *k)
{
	if (k->files && k->files->n)
		k->files->v[k->files->n - 1].line++;
}

/* A line of several logs. */

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

/* Of the first words of the record's message. */
static uint64_t words_hash(const struct log_record *rec)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	unsigned words = 0;

	for (size_t i = rec->body; i < rec->n && words < KEY_WORDS; i++) {
		if (!isspace((unsigned char)rec->text[i]))
			hash = (hash ^ (unsigned char)rec->text[i]) * UINT64_C(0x100000001b3);
		else if (i > rec->body && !isspace((unsigned char)rec->text[i - 1]))
			words++;
	}
	return hash;
}

/* The place of a key, made if need be; NULL if there is no room. */
static struct file_key *find(struct log_files *files, uint64_t hash)
{
	struct file_key *key;

	hash = hash ? hash : 1;
	for (size_t i = hash & (KEYS - 1);; i = (i + 1) & (KEYS - 1)) {
		key = &files->keys[i];
		if (key->hash == hash)
			return key;
		if (!key->hash)
			break;
	}
	if (files->n_keys >= KEYS / 4 * 3)
		return NULL;
	files->n_keys++;
	*key = (struct file_key){ .hash = hash, .log = files->log };
	return key;
}

/* Whether a log before this one has the key; from now on this one has it. */
static bool had(struct log_files *files, enum clock_kind clock, uint64_t words, uint64_t time)
{
	struct file_key *key = find(files, mix(mix(words, clock), time));

	files->clocks |= 1u << clock;
	return key && key->log < files->log;
}

/* By the words alone: as often as a log before this one has them, they are the same. */
static bool had_as_often(struct log_files *files, uint64_t words)
{
	struct file_key *key = find(files, mix(words, BY_WORDS));

	if (!key)
		return false;
	if (key->log != files->log) {
		key->most = key->now > key->most ? key->now : key->most;
		key->now = 0;
		key->log = files->log;
	}
	return key->now++ < key->most;
}

/* A line with a date, in a log after one with dates, of which `had` that line: so are those that were printed with it, which another log
 * has below it. */
static bool is_dropped(struct log_files *files, int64_t wall_ns, bool had)
{
	int64_t since = wall_ns - files->dropped_wall_ns;

	had |= files->dropped_wall_ns && since >= 0 && since < SAME_PRINT_NS;
	files->dropped_wall_ns = had && wall_ns % SECOND_NS ? wall_ns : 0;
	return had;
}

bool files_had(struct klog *k)
{
	const struct log_record *rec = &k->reader.rec;
	const struct prefix *prefix = &rec->prefix;
	struct log_files *files = k->files;
	bool up = false, dated = false, often;
	enum clock_kind date = prefix->has_year ? BY_DATE : BY_SEASON;
	uint64_t words, second;

	if (!files->log)
		return false;
	words = words_hash(rec);
	often = had_as_often(files, words);
	if (prefix->has_uptime)
		up = had(files, BY_UPTIME, words, prefix->uptime_ns / 1000);
	if (prefix->has_wall && prefix->wall_ns >= 0 && !files->drifts) {
		second = (uint64_t)prefix->wall_ns / SECOND_NS;
		dated = had(files, date, words, second);
		dated |= files->log > 1 && (had(files, date, words, second - 1) || had(files, date, words, second + 1));
	}
	if (files->log == 1)
		return false;
	if (prefix->has_uptime && files->clocks_before & 1u << BY_UPTIME) {
		up |= files->dropped_ns && prefix->uptime_ns - files->dropped_ns < SAME_PRINT_NS;
		files->dropped_ns = up ? prefix->uptime_ns : 0;
		return up;
	}
	if (prefix->has_wall && !files->drifts && files->clocks_before & 1u << date)
		return is_dropped(files, prefix->wall_ns, dated);
	return often;
}

void klog_ended(struct klog *k, uint64_t boots_ago)
{
	if (k->files)
		k->files->ended = boots_ago;
}

/* The boots of the nth log: up to where the next one begins. */
static uint64_t last_boot(const struct klog *k, size_t nth)
{
	const struct log_files *files = k->files;

	return nth < files->log && nth + 1 < COUNT(files->boots_begin) ? files->boots_begin[nth + 1] - 1
								       : k->devices.host.boots;
}

uint64_t files_boots_ago(const struct klog *k, uint64_t boot)
{
	size_t nth = 1;

	while (last_boot(k, nth) < boot)
		nth++;
	return last_boot(k, nth) - boot + k->files->ended;
}

uint64_t files_boots(const struct klog *k)
{
	uint64_t most = last_boot(k, 1);

	for (size_t nth = 2; nth <= k->files->log && nth < COUNT(k->files->boots_begin); nth++) {
		uint64_t boots = last_boot(k, nth) - k->files->boots_begin[nth];

		most = boots > most ? boots : most;
	}
	return most;
}

void files_note_end(struct klog *k)
{
	struct klog_host *host = &k->devices.host;

	if (*host->last.wall)
		k->files->last = host->last;
	else if (*k->files->last.wall)
		host->last = k->files->last;
}
