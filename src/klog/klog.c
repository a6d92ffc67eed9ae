// SPDX-License-Identifier: GPL-2.0-or-later
/* A reader as its users see it: made, fed, ended; and lines put together to records. */
#include "klog/klog.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "klog/internal.h"
#include "util/alloc.h"
#include "util/err.h"
#include "util/text.h"

#define READ_SIZE 262144
#define READ_LEAST 65536 /* room given to a source, at least */

char *klog_space(struct klog *k, size_t *n)
{
	struct log_reader *r = &k->reader;

	if (r->start > JOURNAL_BACK && r->end + READ_LEAST > READ_SIZE) {
		size_t from = r->start - JOURNAL_BACK;

		first_pass_moved(&r->pass, from, r->start, r->line);
		memmove(r->buf, r->buf + from, r->end - from);
		r->end -= from;
		r->until -= r->until > from ? from : r->until;
		r->json.at -= r->json.at > from ? from : r->json.at;
		r->start -= from;
		r->looked.n = 0;
		r->moved = true;
	}
	*n = READ_SIZE - r->end;
	return r->buf + r->end;
}

void klog_filled(struct klog *k, size_t n)
{
	struct log_reader *r = &k->reader;

	if (!k->report.other)
		n = reportfile_log(&k->report, r->buf + r->end, n);
	if (!k->mail.decided && n) {
		k->mail.decided = true;
		k->mail.on = mail_begins(r->buf + r->end, n);
	}
	if (k->mail.on)
		n = mail_text(&k->mail, r->buf + r->end, n);
	if (k->tap)
		k->tap(r->buf + r->end, n, k->tap_arg);
	r->end += n;
	reader_work(k, false);
	k->devices.host.lines = r->line - 1;
}

int klog_report_whole(const struct klog *k, const char *name, struct err *e)
{
	AUTO_FREE char *path = shell_path(strcmp(name, "standard input") ? name : "-");

	if (!k->report.is || (k->report.begun && !k->report.inside))
		return 0;
	err_set(e, EINVAL, name, "%s",
		k->report.begun ? "the kernel log in this report is cut: its end is missing"
				: "this report has no kernel log");
	err_todo(e, "nicregs diagnose --from %s judges the rest of it", path);
	return -EINVAL;
}

bool klog_is_cut(const struct klog *k)
{
	return k->cut || (k->json && json_log_cut(k));
}

void klog_tap(struct klog *k, klog_tap_fn *tap, void *arg)
{
	k->tap = tap;
	k->tap_arg = arg;
}

void klog_exchange(struct klog *k, struct log_buffer *buffer)
{
	struct log_reader *r = &k->reader;
	size_t from = r->start - JOURNAL_BACK, keep = r->end - from, go = r->end - BUFFER_HEAD;
	char *own = r->buf;

	if (!k->report.other || k->mail.on || r->json.on || r->start <= JOURNAL_BACK || keep > BUFFER_HEAD) {
		klog_feed(k, buffer->bytes + BUFFER_HEAD, buffer->n);
		return;
	}
	memcpy(buffer->bytes + BUFFER_HEAD - keep, own + from, keep);
	first_pass_moved(&r->pass, go, r->start, r->line); /* to and fro: sizes wrap around */
	r->buf = buffer->bytes;
	buffer->bytes = own;
	r->until = r->until > from ? r->until - go : 0;
	r->json.at = r->json.at > from ? r->json.at - go : 0;
	r->start -= go;
	r->end = BUFFER_HEAD;
	r->looked.n = 0;
	r->moved = true;
	first_pass_exchange(&r->pass, r->buf, &buffer->places, BUFFER_HEAD - PREFILTER_LONGEST, buffer->n);
	klog_filled(k, buffer->n);
}

void klog_feed(struct klog *k, const void *bytes, size_t n)
{
	const char *from = bytes;

	while (n) {
		size_t room, take;
		char *to = klog_space(k, &room);

		take = n < room ? n : room;
		memcpy(to, from, take);
		klog_filled(k, take);
		from += take;
		n -= take;
	}
}

void klog_idle(struct klog *k)
{
	if (k->json)
		json_log_settle(k);
	described_end(k->devices.described);
	record_finish(k, false);
	blocks_close(k, true);
	order_release(k, UINT64_MAX);
	devices_settle(&k->devices);
}

void klog_reversed(struct klog *k)
{
	k->devices.host.reversed = true;
}

void klog_gap(struct klog *k)
{
	klog_idle(k);
	k->devices.host.gaps++;
}

void klog_end(struct klog *k)
{
	struct log_reader *r = &k->reader;

	reader_work(k, true);
	klog_idle(k);
	if (!r->journal.on && !r->json.on)
		reader_note_end(k);
	if (k->files)
		files_note_end(k);
	k->devices.host.lines = r->line - 1 + r->mid_line;
	r->start = r->end = r->until = 0;
	first_pass_restart(&r->pass, 0, r->line);
	r->mid_line = false;
}

static void reader_begin(struct log_reader *r, uint64_t line)
{
	r->line = r->begin = line;
	first_pass_restart(&r->pass, 0, line);
}

/* Another log follows. */
void reader_restart(struct log_reader *r, uint64_t line)
{
	memset((char *)r + offsetof(struct log_reader, start), 0, sizeof(*r) - offsetof(struct log_reader, start));
	reader_begin(r, line);
}

struct klog *klog_new(klog_fn *each, void *arg)
{
	struct klog *k = xcalloc(1, sizeof(*k));

	k->each = each;
	k->arg = arg;
	first_pass_init(&k->reader.pass);
	messages_init(&k->index);
	k->reader.buf = xcalloc(1, BUFFER_ROOM);
	reader_begin(&k->reader, 1);
	order_init(&k->order);
	devices_init(&k->devices);
	return k;
}

void klog_restart(struct klog *k)
{
	if (k->files)
		files_free(k);
	reader_restart(&k->reader, 1);
	k->report = (struct reportfile){ 0 };
	k->mail = (struct mail){ .decided = false };
	if (k->json)
		json_log_free(k);
	k->cut = false;
	memset(&k->blocks, 0, sizeof(k->blocks));
	order_init(&k->order);
	devices_restart(&k->devices);
}

void klog_free(struct klog *k)
{
	if (!k)
		return;
	devices_free(&k->devices);
	if (k->files)
		files_free(k);
	if (k->json)
		json_log_free(k);
	messages_free(&k->index);
	first_pass_free(&k->reader.pass);
	free(k->reader.buf);
	free(k);
}

const struct klog_bond *klog_bond(const struct klog *k, size_t n)
{
	return n < k->devices.n_bonds ? &k->devices.bonds[n] : NULL;
}

const struct klog_host *klog_host(const struct klog *k)
{
	return &k->devices.host;
}

const char *klog_file(const struct klog *k, uint64_t line, uint64_t *in_file)
{
	*in_file = line;
	return k->files ? files_name(k->files, line, in_file) : NULL;
}

uint64_t klog_boots_ago(const struct klog *k, uint64_t boot)
{
	return k->files ? files_boots_ago(k, boot) : k->devices.host.boots - boot;
}

uint64_t klog_boots(const struct klog *k)
{
	return k->files ? files_boots(k) : k->devices.host.boots;
}

const struct klog_device *klog_device(const struct klog *k, size_t n)
{
	return n < k->devices.n ? &k->devices.v[n].pub : NULL;
}

size_t klog_device_index(const struct klog *k, const struct klog_device *d)
{
	const struct log_device *device =
		(const struct log_device *)((const char *)d - offsetof(struct log_device, pub));

	return (size_t)(device - k->devices.v);
}

bool klog_is_nic(const struct klog_device *d)
{
	bool other = false;

	for (int i = 0; i < KLOG_KINDS; i++)
		other |= d->counts[i] && i != KLOG_AER && i != KLOG_ASPM;
	return !d->foreign && (other || d->described_line || d->driver[0] || d->interface[0] || d->vendor == 0x8086);
}

const char *klog_driver_version(const struct klog *k, const char *driver)
{
	for (size_t i = 0; i < k->devices.n_drivers; i++)
		if (!strcmp(k->devices.drivers[i].name, driver))
			return k->devices.drivers[i].version;
	return "";
}

/* ---- records: lines that belong together ---- */

#define WORD_MOST 64
#define DEEPER 8 /* blanks; fewer are a matter of taste */
#define DEEPER_UNKNOWN 15
#define DEEPER_STRANGER 4
#define TAIL 256 /* bytes kept when a record is full: longer than any line of a driver */

/* Nothing but a prefix and at most one word: a host or a driver, at whose end a mail program wrapped the line. */
static bool is_unfinished(const struct log_record *rec)
{
	return !memchr(rec->text + rec->body, ' ', rec->n - rec->body) && rec->n - rec->body < WORD_MOST;
}

/* journalctl puts the further lines of a message under its first, as deep as the prefix is wide: whatever such a line
 * looks like, it is of the same writer. */
static bool is_deeper(const struct log_record *rec, const struct record_line *line)
{
	return line->indent >= rec->deep;
}

size_t record_depth(size_t body)
{
	return body > DEEPER ? body : body ? DEEPER : DEEPER_UNKNOWN;
}

/* A line that is right below another program's and indented is that program's. */
static bool is_below(const struct log_record *rec, const struct record_line *line)
{
	return rec->prefix.stranger && !line->behind_blank && line->indent >= rec->indent + DEEPER_STRANGER;
}

/* Whether a line begins a record of its own. */
bool record_begins(const struct log_record *rec, const struct record_line *line)
{
	if (!rec->n)
		return true;
	if (rec->joined || ((rec->prefixed || rec->prefix.stranger) && is_deeper(rec, line)) || is_below(rec, line))
		return false;
	if (line->prefix->stranger || prefix_is_json(line->text, line->n))
		return true;
	if (line->body) /* the rest of a wrapped prefix has no date of its own */
		return !is_unfinished(rec) || !rec->prefix.has_wall || line->prefix->has_wall || rec->prefix.has_uptime;
	/* After a line with nothing but a prefix comes its message. */
	return rec->body < rec->n && ident_begins(line->text, line->n) &&
	       !ident_goes_on(rec->text + rec->body, rec->text + rec->n, line->text, line->n);
}

bool record_ends(const struct log_record *rec, bool has_wall)
{
	return !rec->n || (!rec->joined && rec->deep &&
			   (has_wall || !rec->prefix.has_wall || rec->prefix.has_uptime || !is_unfinished(rec)));
}

#define CLOCKS_APART_NS INT64_C(300000000000)

/* Whether the date has gone back as far as the time since the boot: an earlier part of the same boot, pasted behind a later one. */
static bool is_earlier_part(const struct log_reader *r, const struct prefix *prefix)
{
	int64_t back, apart;

	if (!r->latest_wall_ns || !prefix->has_wall ||
	    __builtin_sub_overflow(r->latest_wall_ns, prefix->wall_ns, &back))
		return false;
	if (__builtin_sub_overflow(back, (int64_t)(r->latest_uptime_ns - prefix->uptime_ns), &apart))
		return false;
	return apart < CLOCKS_APART_NS && apart > -CLOCKS_APART_NS;
}

/* A clock that goes back is another boot's. */
void record_follow_clock(struct log_reader *r, struct klog_host *host, const struct prefix *prefix)
{
	if (!prefix->has_uptime)
		return;
	if (prefix->uptime_ns + UINT64_C(60000000000) < r->latest_uptime_ns && !is_earlier_part(r, prefix)) {
		host->boots++;
		r->latest_uptime_ns = 0;
	}
	if (prefix->uptime_ns <= r->latest_uptime_ns)
		return;
	r->latest_uptime_ns = prefix->uptime_ns;
	r->latest_wall_ns = prefix->has_wall ? prefix->wall_ns : 0;
}

/* Time and text of a prefix, kept for the record's reports. */
static void take_prefix(struct log_reader *r, const struct prefix *prefix)
{
	struct log_record *rec = &r->rec;
	size_t n = prefix->has_wall && prefix->wall_len < sizeof(rec->wall) ? prefix->wall_len : 0;

	rec->prefix = *prefix;
	rec->prefix.wall = NULL;
	if (n)
		memcpy(rec->wall, prefix->wall, n);
	rec->wall[n] = '\0';
	if (prefix->has_delta && !prefix->has_uptime) {
		r->deltas = true;
		r->delta_clock_ns += prefix->delta_ns;
	}
}

/* What a prefix's second line adds. */
static void add_uptime(struct log_record *rec, const struct prefix *prefix)
{
	if (!prefix->has_uptime || rec->prefix.has_uptime || !rec->prefix.has_wall || !is_unfinished(rec))
		return;
	rec->prefix.has_uptime = true;
	rec->prefix.uptime_ns = prefix->uptime_ns;
}

static void add_mark(struct log_reader *r, const struct record_line *line)
{
	struct log_record *rec = &r->rec;

	rec->marks[rec->n_marks++] = (struct mark){
		.at = rec->n,
		.line = r->line,
		.body = line->body,
		.inside = line->middle || (rec->n && is_deeper(rec, line)),
	};
}

/* Reads the messages in the record and begins a new one. `more`: the record was only full; what could be the start
 * of a message is kept. */
void record_finish(struct klog *k, bool more)
{
	struct log_reader *r = &k->reader;
	struct log_record *rec = &r->rec;
	size_t done, keep;
	uint64_t line;

	if (!rec->n)
		return;
	k->devices.host.quoted += rec->prefix.stranger && messages_quoted(k);
	done = rec->prefix.stranger || (k->files && files_had(k)) ? rec->n : messages_read(k);
	if (!more) {
		rec->n = rec->n_marks = 0;
		rec->joined = false;
		r->records++;
	} else {
		line = rec->marks[rec->n_marks - 1].line;
		keep = rec->n - done < TAIL ? rec->n - done : TAIL;
		memmove(rec->text, rec->text + rec->n - keep, keep);
		rec->n = keep;
		rec->body = 0;
		rec->n_marks = 1;
		rec->marks[0] = (struct mark){ .line = line, .inside = true };
	}
	blocks_close(k, false);
	order_release(k, blocks_oldest(&k->blocks)); /* what is behind an open block waits for it */
}

/* Adds a line to the open record. Its prefix is used if it is the record's first. */
void record_add(struct klog *k, const struct record_line *line)
{
	struct log_reader *r = &k->reader;
	struct log_record *rec = &r->rec;

	bool full = rec->n + line->n + 1 > RECORD_MAX || rec->n_marks >= RECORD_LINES;

	if (full && rec->prefix.stranger && !line->middle) { /* its words are not read */
		rec->joined = line->joined;
		return;
	}
	if (full)
		record_finish(k, true);
	if (!rec->n) {
		take_prefix(r, line->prefix);
		rec->body = line->body;
		rec->indent = line->is_below ? line->below.indent : line->indent;
		rec->deep = line->is_below ? line->below.deep : line->indent + record_depth(line->body);
		rec->prefixed = line->body > 0;
		rec->ours = false;
	} else if (!rec->joined) {
		add_uptime(rec, line->prefix);
		rec->text[rec->n++] = '\n';
	} else if (line->blank) {
		rec->text[rec->n++] = ' ';
	}
	add_mark(r, line);
	memcpy(rec->text + rec->n, line->text, line->n);
	rec->n += line->n;
	rec->text[rec->n] = '\0';
	rec->joined = line->joined;
}

/*
 * Lines that are told without being parsed. In a log with a NIC's line here and there, most that are looked at are the ones
 * behind it: whether they go on with it, or have a word of a block that is open, shows at a glance as a rule. Where it does
 * not, they are looked at as ever: nothing that is found depends on what is here.
 */

bool glance_begins(const struct log_reader *r, const char *s, size_t n, struct prefix_glance *glance)
{
	return n && n < PIECE_MAX && s[n - 1] != ' ' && !r->columns.count && prefix_glance(s, n, &r->memo, glance) &&
	       paste_is_plain(s, n) && !memchr(s, '"', n);
}

/* "1f.6", behind a colon: the end of a PCI address, which is no anchor without its domain. */
static bool has_address(const char *s, const char *end)
{
	for (const char *p = s; (p = memchr(p, '.', (size_t)(end - p))); p++)
		if (p - s >= 3 && p[-3] == ':' && isxdigit((unsigned char)p[-1]) && isxdigit((unsigned char)p[-2]))
			return true;
	return false;
}

/* Whether the line behind this one begins a record: else what this one says may go on there. */
static bool next_begins(const struct log_reader *r, const char *s, size_t n)
{
	const char *next = s + n + 1, *end = r->buf + r->end;
	const char *newline = next < end ? memchr(next, '\n', (size_t)(end - next)) : NULL;
	struct prefix_glance glance;

	return newline && glance_begins(r, next, (size_t)(newline - next), &glance);
}

bool glance_is_silent(const struct klog *k, const char *s, size_t n, const struct prefix_glance *glance)
{
	const struct blocks *blocks = &k->blocks;
	const char *behind = s + glance->stamp, *end = s + n;

	return !k->files && !blocks->aer.open && !blocks->dump.open && !blocks->crash.open &&
	       !memchr(behind, '+', (size_t)(end - behind)) && !has_address(behind, end) &&
	       next_begins(&k->reader, s, n) && !messages_begin(&k->index, behind, end);
}
