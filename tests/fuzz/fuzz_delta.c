// SPDX-License-Identifier: GPL-2.0-or-later
/* A line of a recording: what changed, written and read, makes the second snapshot out of the first. */
#include "fuzz_pair.h"

#include "snapshot/internal.h"
#include "util/err.h"

static void save(const struct snapshot *s, struct buf *out)
{
	snapshot_save(s, NULL, out);
}

/* Whether it is another device, or another snapshot than one of the same recording. */
static bool are_apart(const struct snapshot *a, const struct snapshot *b)
{
	const struct pci_function *x = snapshot_self(a), *y = snapshot_self(b);

	return !x || !y || !pci_addr_equal(&x->addr, &y->addr);
}

static void check(const struct snapshot *before, const struct snapshot *now)
{
	AUTO_BUF struct buf text = { 0 }, wanted = { 0 }, got = { 0 };
	struct snapshots list = { 0 };
	struct err e = { 0 };
	size_t start;

	save(before, &text);
	start = text.len;
	if (!delta_save(before, now, &text)) {
		if (text.len != start)
			abort();
		return;
	}
	if (snapshot_load("recording", text.data, text.len, &list, &e) || list.n != 2) {
		fprintf(stderr, "%s: %s\n%s\n", e.what, e.why, text.data);
		abort();
	}
	save(now, &wanted);
	save(list.v[1], &got);
	if (strcmp(buf_str(&wanted), buf_str(&got)) != 0) {
		fprintf(stderr, "%s\n%s\n%s\n", text.data, wanted.data, got.data);
		abort();
	}
	snapshots_free(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct snapshot *a, *b;

	if (!fuzz_pair(data, n, &a, &b))
		return 0;
	if (!are_apart(a, b))
		check(a, b);
	snapshot_free(a);
	snapshot_free(b);
	return 0;
}
