/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports of logs that tests hold, as one line of text each. */
#ifndef TESTS_KLOG_TEXT_H
#define TESTS_KLOG_TEXT_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klog/klog.h"
#include "util/buf.h"

/* "3 hang tdh=5d tdt=90 interface=eno1": line, kind, what is known but times and what was derived from other reports. */
static inline void klog_line(const struct klog_report *r, void *arg)
{
	static const enum klog_field left_out[] = { KLOG_UPTIME_NS,  KLOG_WALL_NS, KLOG_SEASON_NS, KLOG_ELAPSED_NS,
						    KLOG_WALL,       KLOG_HZ,      KLOG_AGE_MS,    KLOG_REPEAT,
						    KLOG_HEAD_MOVED, KLOG_WHAT };
	struct buf *out = arg;

	buf_printf(out, "%" PRIu64 " %s", r->line, klog_kind_name(r->kind));
	for (int i = 0; i < KLOG_FIELDS; i++) {
		enum klog_field field = (enum klog_field)i;
		bool skip = !klog_known(r, field);

		for (size_t n = 0; n < sizeof(left_out) / sizeof(left_out[0]); n++)
			skip |= left_out[n] == field;
		if (skip)
			continue;
		if (klog_fields[i].format == KLOG_TEXT)
			buf_printf(out, " %s=%s", klog_fields[i].name, klog_text(r, field));
		else if (klog_fields[i].format == KLOG_HEX)
			buf_printf(out, " %s=%" PRIx64, klog_fields[i].name, klog_number(r, field));
		else
			buf_printf(out, " %s=%" PRIu64, klog_fields[i].name, klog_number(r, field));
	}
	buf_putc(out, '\n');
}

/* All reports of a text that comes in pieces of `piece` bytes. */
static inline char *klog_lines_of(const char *text, size_t n, size_t piece)
{
	struct buf out = { 0 };
	struct klog *k = klog_new(klog_line, &out);

	for (size_t at = 0; at < n; at += piece)
		klog_feed(k, text + at, n - at < piece ? n - at : piece);
	klog_end(k);
	klog_free(k);
	return buf_take(&out);
}

static inline char *klog_lines(const char *text)
{
	return klog_lines_of(text, strlen(text), 4096);
}

struct klog_case {
	const char *name, *text, *reports;
};

static inline void klog_check(const struct klog_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *got = klog_lines(cases[i].text);

		if (strcmp(got, cases[i].reports))
			fail_msg("%s:\n--- expected\n%s--- got\n%s", cases[i].name, cases[i].reports, got);
		free(got);
	}
}

#define KLOG_CHECK(cases) klog_check(cases, sizeof(cases) / sizeof(cases[0]))

#endif
