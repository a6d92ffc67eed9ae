// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's messages of this machine's earlier boots: out of the systemd journal, or the logs in /var/log. */
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#if defined(HAVE_SYSTEMD)
#include <systemd/sd-journal.h>
#endif

#include "bundle/bundle.h"
#include "klog/input.h"
#include "klog/internal.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/library.h"
#include "util/text.h"

#define LOGS "/var/log"
#define AT_ONCE 256 /* entries fed at once */
#define MESSAGE_MOST 16384

#if defined(HAVE_SYSTEMD)
#define LIBSYSTEMD(X)                    \
	X(sd_id128_get_boot)             \
	X(sd_id128_to_string)            \
	X(sd_journal_add_match)          \
	X(sd_journal_close)              \
	X(sd_journal_flush_matches)      \
	X(sd_journal_get_data)           \
	X(sd_journal_get_monotonic_usec) \
	X(sd_journal_get_realtime_usec)  \
	X(sd_journal_next)               \
	X(sd_journal_open)               \
	X(sd_journal_open_directory)     \
	X(sd_journal_seek_head)          \
	X(sd_journal_seek_realtime_usec) \
	X(sd_journal_set_data_threshold)

struct libsystemd {
	LIBSYSTEMD(LIBRARY_MEMBER)
};
#endif

struct past {
	struct klog_own own;
	struct many *logs; /* NULL: none, or the journal has them */
	bool denied;       /* there is a journal, and it may not be read */
	bool unreadable;   /* there is one, and no libsystemd to read it with */
#if defined(HAVE_SYSTEMD)
	struct libsystemd lib;
	sd_journal *journal; /* NULL: none */
	sd_id128_t *boots;   /* owned; in their order */
	size_t n_boots, cap_boots;
	size_t only;      /* of the boots; SIZE_MAX: all */
	sd_id128_t boot;  /* of the entry before */
	bool begun, ends; /* `ends`: the last boot is the one that runs */
	size_t files;     /* of the log: a boot each */
#endif
};

/* `failed` is how find_journal() did: is there a journal all the same? */
static void note_journal(struct past *p, int failed)
{
	static const char *const patterns[] = { "/var/log/journal/*/system.journal",
						"/run/log/journal/*/system.journal" };

	for (size_t i = 0; i < COUNT(patterns); i++) {
		glob_t found = { 0 };

		if (!glob(patterns[i], 0, NULL, &found)) {
			p->denied |= access(found.gl_pathv[0], R_OK) && errno == EACCES;
			p->unreadable |= failed == -ENOTSUP;
		}
		globfree(&found);
	}
}

#if defined(HAVE_SYSTEMD)
/* The kernel's own messages: what programs wrote to /dev/kmsg has another identifier. */
static void match_kernel(const struct past *p)
{
	p->lib.sd_journal_flush_matches(p->journal);
	p->lib.sd_journal_add_match(p->journal, "_TRANSPORT=kernel", 0);
	p->lib.sd_journal_add_match(p->journal, "SYSLOG_IDENTIFIER=kernel", 0);
}

static int open_journal(struct past *p, struct err *e)
{
	static const struct library library = { "libsystemd.so.0", "libsystemd", "libsystemd0",
						"journalctl -k | nicregs log" };
	const char *folder = p->own.journal;
	int r = LIBRARY_LOAD(&library, LIBSYSTEMD, &p->lib, folder ? folder : "the journal",
			     "can be read through libsystemd alone", e);

	if (r)
		return r;
	r = folder ? p->lib.sd_journal_open_directory(&p->journal, folder, 0)
		   : p->lib.sd_journal_open(&p->journal, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM);
	if (r < 0) {
		p->journal = NULL;
		return folder ? err_file(e, -r, folder) : -ENOENT;
	}
	p->lib.sd_journal_set_data_threshold(p->journal, MESSAGE_MOST);
	match_kernel(p);
	return 0;
}

/* All boots with a message of the kernel. */
static void list_boots(struct past *p)
{
	sd_id128_t id, before = SD_ID128_NULL;
	uint64_t us;

	p->lib.sd_journal_seek_head(p->journal);
	while (p->lib.sd_journal_next(p->journal) > 0) {
		bool known = false;

		if (p->lib.sd_journal_get_monotonic_usec(p->journal, &us, &id) < 0 || sd_id128_equal(id, before))
			continue;
		before = id;
		for (size_t i = 0; i < p->n_boots && !known; i++)
			known = sd_id128_equal(p->boots[i], id);
		if (!known)
			*VEC_PUSH(p->boots, p->n_boots, p->cap_boots) = id;
	}
	p->ends = p->n_boots && !p->lib.sd_id128_get_boot(&id) && sd_id128_equal(p->boots[p->n_boots - 1], id);
	if (p->own.journal)
		p->ends = true; /* of another machine: the last is the present */
}

/* How long ago a boot was: 0 is this one. */
static size_t boots_ago(const struct past *p, size_t nth)
{
	return p->n_boots - nth - (p->ends ? 1 : 0);
}

static int choose(struct past *p, struct err *e)
{
	size_t most = p->n_boots ? boots_ago(p, 0) : 0;

	p->only = SIZE_MAX;
	if (!p->own.has_boot)
		return 0;
	for (size_t i = 0; i < p->n_boots; i++)
		if ((int64_t)boots_ago(p, i) == -p->own.boot)
			p->only = i;
	if (p->only != SIZE_MAX || !p->own.boot)
		return 0;
	err_set(e, ENODATA, "--boot",
		most ? "the journal has no such boot: it goes back to boot -%zu" : "the journal has no earlier boot",
		most);
	err_todo(e, "journalctl --list-boots shows those that it has");
	return -ENODATA;
}

static void begin_reading(struct past *p)
{
	char match[9 + SD_ID128_STRING_MAX], id[SD_ID128_STRING_MAX];

	match_kernel(p);
	if (p->only != SIZE_MAX) {
		snprintf(match, sizeof(match), "_BOOT_ID=%s", p->lib.sd_id128_to_string(p->boots[p->only], id));
		p->lib.sd_journal_add_match(p->journal, match, 0);
	}
	if (p->own.since_ns)
		p->lib.sd_journal_seek_realtime_usec(p->journal, (uint64_t)p->own.since_ns / 1000);
	else
		p->lib.sd_journal_seek_head(p->journal);
	p->begun = true;
}

static size_t boot_index(const struct past *p, sd_id128_t id)
{
	size_t i = 0;

	while (i < p->n_boots && !sd_id128_equal(p->boots[i], id))
		i++;
	return i;
}

/* Each boot is a file of the log. */
static void next_boot(struct past *p, struct klog *k, sd_id128_t id)
{
	size_t nth = boot_index(p, id), ago = nth < p->n_boots ? boots_ago(p, nth) : 0;
	char name[40];

	if (ago)
		snprintf(name, sizeof(name), "boot -%zu", ago);
	else
		snprintf(name, sizeof(name), p->own.journal ? "the last boot" : "this boot");
	klog_next_file(k, name, false, false);
	if (p->files++)
		klog_next_boot(k);
	p->boot = id;
}

/* A field's value, without its name; NULL: the entry has none. */
static const char *field(const struct past *p, const char *name, size_t *n)
{
	const void *data;
	size_t skip = strlen(name) + 1;

	if (p->lib.sd_journal_get_data(p->journal, name, &data, n) < 0 || *n < skip)
		return NULL;
	*n -= skip;
	return (const char *)data + skip;
}

/* When the kernel said it, by its own clock; that of the daemon is later. */
static uint64_t uptime_us(const struct past *p, uint64_t entry_us)
{
	size_t n;
	const char *text = field(p, "_SOURCE_MONOTONIC_TIMESTAMP", &n);
	char digits[24];
	uint64_t us;

	if (!text)
		return entry_us;
	str_copy(digits, sizeof(digits), text, n);
	return text_u64(digits, &us) ? us : entry_us;
}

/* The entry as a log daemon writes it; further lines of the message stand below it. */
static void feed_entry(const struct past *p, uint64_t wall_us, uint64_t up_us, struct klog *k)
{
	AUTO_BUF struct buf line = { 0 };
	time_t seconds = (time_t)(wall_us / 1000000);
	char date[40] = "";
	struct tm tm;
	size_t n, deep;
	const char *text = field(p, "MESSAGE", &n);

	if (!text)
		return;
	if (localtime_r(&seconds, &tm))
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S%z ", &tm);
	buf_printf(&line, "%smachine kernel: [%5" PRIu64 ".%06" PRIu64 "] ", date, up_us / 1000000, up_us % 1000000);
	deep = line.len;
	for (size_t i = 0; i < n; i++) {
		buf_putc(&line, text[i] ? text[i] : ' ');
		if (text[i] == '\n')
			buf_pad(&line, line.len, deep);
	}
	buf_putc(&line, '\n');
	klog_feed(k, buf_str(&line), line.len);
}

static int pump_journal(struct past *p, struct klog *k)
{
	if (!p->begun)
		begin_reading(p);
	for (int i = 0; i < AT_ONCE; i++) {
		uint64_t us, wall;
		sd_id128_t id;

		if (p->lib.sd_journal_next(p->journal) <= 0) {
			if (p->only != SIZE_MAX)
				klog_ended(k, boots_ago(p, p->only));
			return 0;
		}
		if (p->lib.sd_journal_get_monotonic_usec(p->journal, &us, &id) < 0 ||
		    p->lib.sd_journal_get_realtime_usec(p->journal, &wall) < 0 ||
		    (p->own.since_ns && (int64_t)wall * 1000 < p->own.since_ns))
			continue;
		if (!p->files || !sd_id128_equal(id, p->boot))
			next_boot(p, k, id);
		feed_entry(p, wall, uptime_us(p, us), k);
	}
	return 1;
}

static void close_journal(struct past *p)
{
	if (p->journal)
		p->lib.sd_journal_close(p->journal);
	p->journal = NULL;
	free(p->boots);
}

/* -ENOENT: there is none with anything in it. */
static int find_journal(struct past *p, struct err *e)
{
	int r = open_journal(p, e);

	if (r)
		return r;
	list_boots(p);
	if (!p->n_boots && p->own.journal) {
		err_set(e, ENODATA, p->own.journal, "no message of a kernel in a journal there");
		err_todo(e, "name the directory that has *.journal files in it, or in directories in it");
		return -ENODATA;
	}
	return p->n_boots ? choose(p, e) : -ENOENT;
}
#else
static int pump_journal(struct past *p, struct klog *k)
{
	(void)p;
	(void)k;
	return 0;
}

static void close_journal(struct past *p)
{
	(void)p;
}

static int find_journal(struct past *p, struct err *e)
{
	err_set(e, ENOTSUP, p->own.journal ? "--journal" : "the journal",
		"this build cannot read journals: it was made without libsystemd");
	if (p->own.journal)
		err_todo(e, "journalctl -k -D '%s' | nicregs log", p->own.journal);
	else
		err_todo(e, "journalctl -k -b all | nicregs log");
	return -ENOTSUP;
}
#endif

bool past_has_journal(const struct past *p)
{
#if defined(HAVE_SYSTEMD)
	return p->journal && p->n_boots;
#else
	(void)p;
	return false;
#endif
}

static bool none(const char *path, const char *bytes, size_t n)
{
	(void)path;
	(void)bytes;
	(void)n;
	return false;
}

/* The logs in /var/log itself; what cannot be read is as if it were not there. */
static int find_logs(struct past *p)
{
	static const struct bundle_source source = { .name = LOGS, .folder = LOGS, .wants = none, .own = true };

	if (many_open(&p->logs, &source, NULL)) {
		p->logs = NULL;
	} else if (!many_said(p->logs)->wanted) {
		many_free(p->logs);
		p->logs = NULL;
	}
	return 0;
}

/* What was asked for can be had of a journal alone. */
static int no_journal(const struct past *p, struct err *e)
{
	const char *what = p->own.has_boot ? "--boot" : "--since";

	if (p->denied) {
		err_set(e, EACCES, what, "the journal may not be read");
		err_todo(e, "run it as root, or as a member of the group systemd-journal");
		return -EACCES;
	}
	err_set(e, ENOENT, what, "this machine has no journal that can be read");
	err_todo(e, "the logs in /var/log: nicregs log /var/log");
	return -ENOENT;
}

int past_open(struct past **out, const struct klog_own *own, struct err *e)
{
	struct past *p = xcalloc(1, sizeof(*p));
	bool earlier = own->has_boot ? own->boot != 0 : own->since_ns != 0;
	int r;

	p->own = *own;
	r = find_journal(p, e);
	if (r && !own->journal)
		note_journal(p, r);
	if (r == -ENODATA || own->journal || (r == -ENOTSUP && earlier && p->unreadable))
		; /* it is said already */
	else if (r && earlier)
		r = no_journal(p, e);
	else if (r && !own->has_boot)
		r = find_logs(p);
	else
		r = 0;
	if (r) {
		past_free(p);
		return r;
	}
	*out = p;
	return 0;
}

void past_free(struct past *p)
{
	if (p->logs)
		many_free(p->logs);
	close_journal(p);
	free(p);
}

int past_pump(struct past *p, struct klog *k, struct err *e)
{
	return p->logs ? many_pump(p->logs, k, e) : past_has_journal(p) ? pump_journal(p, k) : 0;
}

bool past_any(const struct past *p)
{
	return past_has_journal(p) || p->logs;
}

bool past_ends_now(const struct past *p)
{
#if defined(HAVE_SYSTEMD)
	if (past_has_journal(p))
		return p->ends || !p->files;
#else
	(void)p;
#endif
	return true;
}

static const char *journal_words(const struct past *p)
{
	return p->denied       ? "the journal may not be read"
	       : p->unreadable ? "the journal cannot be read without libsystemd: journalctl -k -b all | nicregs log"
			       : "there is no journal";
}

void past_words(const struct past *p, struct buf *out)
{
	if (past_has_journal(p)) {
		buf_puts(out, "the journal");
	} else if (p->logs) {
		buf_printf(out, "%" PRIu64 " file%s in " LOGS, many_said(p->logs)->wanted,
			   many_said(p->logs)->wanted == 1 ? "" : "s");
		if (p->denied || p->unreadable)
			buf_printf(out, "; %s", journal_words(p));
	} else {
		buf_printf(out, "this boot only, as %s", journal_words(p));
	}
}
