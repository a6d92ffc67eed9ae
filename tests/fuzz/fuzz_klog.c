// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel log reader: any bytes, in one piece and in small ones, give the same reports and never harm. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "klog/klog.h"
#include "klog/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum {
	uint64_t reports, lines;
};

static void add(const struct klog_report *r, void *arg)
{
	struct sum *sum = arg;
	struct snapshot *s = klog_snapshot(r, NULL);

	sum->reports++;
	sum->lines = sum->lines * 31 + r->line + (uint64_t)r->kind;
	if (r->last_line < r->line || r->line == 0)
		abort();
	for (int i = KLOG_N_NUMBERS; i < KLOG_FIELDS; i++)
		if (strlen(klog_text(r, (enum klog_field)i)) >= (i == KLOG_BITS ? KLOG_ERRORS_MAX : KLOG_TEXT_MAX))
			abort();
	snapshot_free(s);
}

/* One reader for all runs: making its tables each time would take longer than reading. */
static struct sum read_in_pieces(const uint8_t *data, size_t size, size_t piece)
{
	static struct klog *k;
	static struct sum sum;

	if (!k)
		k = klog_new(add, &sum);
	sum = (struct sum){ 0 };
	klog_restart(k);
	for (size_t at = 0; at < size; at += piece)
		klog_feed(k, data + at, size - at < piece ? size - at : piece);
	klog_end(k);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sum whole = read_in_pieces(data, size, size ? size : 1);
	struct sum pieces = read_in_pieces(data, size, 7);
	struct kmsg kmsg = { 0 };
	char out[512];

	if (whole.reports != pieces.reports || whole.lines != pieces.lines)
		abort();
	if (kmsg_text(&kmsg, (const char *)data, size, out, sizeof(out)) > sizeof(out))
		abort();
	return 0;
}
