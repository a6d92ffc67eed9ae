// SPDX-License-Identifier: GPL-2.0-or-later
/* A reader as its users see it: made, fed, ended; and of a report file the log in it alone. */
#include "klog/klog.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "klog/internal.h"
#include "util/alloc.h"
#include "util/err.h"

#define READ_SIZE 262144
#define READ_LEAST 65536 /* room given to a source, at least */

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

char *klog_space(struct klog *k, size_t *n)
{
	struct log_reader *r = &k->reader;

	if (r->start > JOURNAL_BACK && r->end + READ_LEAST > READ_SIZE) {
		size_t from = r->start - JOURNAL_BACK;

		first_pass_moved(&r->pass, from, r->start, r->line);
		memmove(r->buf, r->buf + from, r->end - from);
		r->end -= from;
		r->until -= r->until > from ? from : r->until;
		r->start -= from;
		r->looked.n = 0;
		r->moved = true;
	}
	*n = READ_SIZE - r->end;
	return r->buf + r->end;
}

static void take_filled(struct klog *k, size_t n)
{
	struct log_reader *r = &k->reader;

	if (k->tap)
		k->tap(r->buf + r->end, n, k->tap_arg);
	r->end += n;
	reader_work(k, false);
	k->devices.host.lines = r->line - 1;
}

/* What a message that was an array of bytes had no room for yet. */
static void take_rest(struct klog *k)
{
	size_t room, n = k->array.n;
	char *to = n ? klog_space(k, &room) : NULL;

	if (!to || room < n)
		return;
	memcpy(to, k->array.queue, n);
	k->array.n = 0;
	take_filled(k, n);
}

void klog_filled(struct klog *k, size_t n)
{
	struct log_reader *r = &k->reader;

	if (!k->report.other)
		n = reportfile_log(&k->report, r->buf + r->end, n);
	if (array_wants(&k->array, r->buf + r->end, n))
		n = array_to_text(&k->array, r->buf + r->end, n);
	take_filled(k, n);
}

int klog_report_whole(const struct klog *k, const char *name, struct err *e)
{
	if (!k->report.is || (k->report.begun && !k->report.inside))
		return 0;
	err_set(e, EINVAL, name, "%s",
		k->report.begun ? "the kernel log in this report is cut: its end is missing"
				: "this report has no kernel log");
	err_todo(e, "nicregs diagnose --from %s judges the rest of it", name);
	return -EINVAL;
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

	if (!k->report.other || array_wants(&k->array, buffer->bytes + BUFFER_HEAD, buffer->n) ||
	    r->start <= JOURNAL_BACK || keep > BUFFER_HEAD) {
		klog_feed(k, buffer->bytes + BUFFER_HEAD, buffer->n);
		return;
	}
	memcpy(buffer->bytes + BUFFER_HEAD - keep, own + from, keep);
	first_pass_moved(&r->pass, go, r->start, r->line); /* to and fro: sizes wrap around */
	r->buf = buffer->bytes;
	buffer->bytes = own;
	r->until = r->until > from ? r->until - go : 0;
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
	take_rest(k);
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

	take_rest(k);
	reader_work(k, true);
	klog_idle(k);
	if (!r->journal.on)
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
