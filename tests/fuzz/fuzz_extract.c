// SPDX-License-Identifier: GPL-2.0-or-later
/* What is sent of a kernel log: bounded, without a line that is a mark of a report; and parts of a report. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "klog/extract.h"
#include "klog/reportfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_lines(const struct buf *out)
{
	if (out->len && !memcmp(buf_str(out), REPORTFILE_MARK, strlen(REPORTFILE_MARK)))
		abort();
	if (strstr(buf_str(out), "\n" REPORTFILE_MARK))
		abort();
}

static void check_report(const uint8_t *data, size_t size)
{
	struct reportfile f = { 0 };
	char *copy = malloc(size + 1);
	size_t n = 0, kept;
	const char *part;

	memcpy(copy, data, size);
	part = reportfile_part(copy, size, REPORTFILE_SNAPSHOTS, REPORTFILE_SNAPSHOTS_END, &n);
	if (part && (part < copy || part + n > copy + size))
		abort();
	kept = reportfile_log(&f, copy, size);
	if (kept > size)
		abort();
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct extract *x = extract_new(true);
	struct buf out = { 0 };

	extract_word(x, "eth0");
	extract_host(x, "host-7");
	for (size_t at = 0; at < size; at += 97)
		extract_feed(x, (const char *)data + at, size - at < 97 ? size - at : 97);
	extract_end(x, &out);
	check_lines(&out);
	extract_free(x);
	buf_free(&out);
	check_report(data, size);
	return 0;
}
