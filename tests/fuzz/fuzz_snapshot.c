// SPDX-License-Identifier: GPL-2.0-or-later
/* What loads can be saved, loads again, and is the same text then; and it is JSON for a parser that reads it at once. */
#include <ctype.h>
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "snapshot/file.h"
#include "snapshot/link.h"
#include "util/buf.h"
#include "util/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(const struct snapshot *s)
{
	AUTO_BUF struct buf once = { 0 }, twice = { 0 };
	struct snapshots list = { 0 };
	struct link link;

	link_read(s, &link);
	snapshot_save(s, NULL, &once);
	if (snapshot_load("once", once.data, once.len, &list, NULL) || list.n != 1)
		abort();
	snapshot_save(list.v[0], NULL, &twice);
	if (once.len != twice.len || memcmp(once.data, twice.data, once.len))
		abort();
	snapshots_free(&list);
}

/* A recording may end in the middle of a value. */
static void check_syntax(const char *text, size_t n)
{
	size_t at = 0;

	while (at < n && isspace((unsigned char)text[at]))
		at++;
	while (at < n) {
		json_error_t error;
		json_t *whole = json_loadb(text + at, n - at, JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, &error);

		if (!whole && json_error_code(&error) != json_error_premature_end_of_input)
			abort();
		if (!whole)
			return;
		json_decref(whole);
		at += (size_t)error.position;
		while (at < n && isspace((unsigned char)text[at]))
			at++;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct snapshots list = { 0 };
	struct err e = { 0 };

	if (snapshot_load("FILE", (const char *)data, n, &list, &e)) {
		if (list.n || !e.why[0])
			abort();
		return 0;
	}
	check_syntax((const char *)data, n);
	for (size_t i = 0; i < list.n; i++) {
		check(list.v[i]);
		snapshot_redact(list.v[i], NULL);
		check(list.v[i]);
	}
	snapshots_free(&list);
	return 0;
}
