// SPDX-License-Identifier: GPL-2.0-or-later
/* A reader as its users see it: made, fed, ended. */
#include "klog/klog.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "klog/internal.h"
#include "util/alloc.h"

#define READ_SIZE 262144
#define READ_LEAST 65536 /* room given to a source, at least */

char *klog_space(struct klog *k, size_t *n)
{
	struct log_reader *r = &k->reader;

	if (r->start > JOURNAL_BACK && r->end + READ_LEAST > READ_SIZE) {
		size_t from = r->start - JOURNAL_BACK;

		memmove(r->buf, r->buf + from, r->end - from);
		r->end -= from;
		r->scanned -= from;
		r->until -= r->until > from ? from : r->until;
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
	if (k->tap)
		k->tap(r->buf + r->end, n, k->tap_arg);
	r->end += n;
	reader_work(k, false);
	k->devices.host.lines = r->line - 1;
}

void klog_tap(struct klog *k, klog_tap_fn *tap, void *arg)
{
	k->tap = tap;
	k->tap_arg = arg;
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
	if (!r->journal.on)
		reader_note_end(k);
	files_note_end(k);
	k->devices.host.lines = r->line - 1 + r->mid_line;
	r->start = r->end = r->scanned = r->until = 0;
	r->mid_line = false;
}

/* Another log follows. */
void reader_restart(struct log_reader *r)
{
	memset((char *)r + offsetof(struct log_reader, start), 0, sizeof(*r) - offsetof(struct log_reader, start));
	r->line = r->begin = 1;
}

struct klog *klog_new(klog_fn *each, void *arg)
{
	struct klog *k = xcalloc(1, sizeof(*k));

	k->each = each;
	k->arg = arg;
	prefilter_init(&k->reader.prefilter);
	messages_init(&k->index);
	k->reader.buf = xcalloc(1, READ_SIZE + PREFILTER_SLACK);
	klog_restart(k);
	return k;
}

void klog_restart(struct klog *k)
{
	files_free(k);
	reader_restart(&k->reader);
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
	files_free(k);
	messages_free(&k->index);
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
