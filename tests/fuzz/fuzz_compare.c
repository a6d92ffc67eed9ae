// SPDX-License-Identifier: GPL-2.0-or-later
/* Two snapshots compared, and printed: the same both ways round, and nothing of one with itself. */
#include "fuzz_pair.h"

#include "device/compare.h"
#include "util/err.h"
#include "view/diff.h"

static void print(const struct comparison *c)
{
	const struct diff_options brief = { 0 }, all = { .all = true };
	const struct view narrow = { .width = 40 }, wide = { .width = 100, .terminal = true, .color = true };
	AUTO_BUF struct buf out = { 0 };
	struct jsonw w;

	diff_text(&narrow, &brief, c, &out);
	diff_text(&wide, &all, c, &out);
	jsonw_init(&w, &out);
	diff_json(c, &w);
}

static void check(const struct comparison *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct change *now = &c->changes[i], *before = i ? now - 1 : now;

		if (!now->ref.reg || now->rank < before->rank || now->rank >= CHANGE_RANKS)
			abort();
		if (now->value[COMPARE_A] == now->value[COMPARE_B] && now->rank != CHANGE_WORK &&
		    now->rank != CHANGE_VOLATILE)
			abort();
	}
}

static void compare(const struct snapshot *a, const struct snapshot *b)
{
	struct comparison there, back, self;
	struct err e = { 0 };
	int r = compare_snapshots(fuzz_db(), a, b, &there, &e);
	int other = compare_snapshots(fuzz_db(), b, a, &back, &e);

	if (r != other || (r && !e.why[0]))
		abort();
	if (!r) {
		check(&there);
		check(&back);
		print(&there);
		if (there.n != back.n || there.n_facts != back.n_facts || there.compared != back.compared ||
		    there.missing[COMPARE_A] != back.missing[COMPARE_B])
			abort();
	}
	comparison_free(&there);
	comparison_free(&back);
	if (!compare_snapshots(fuzz_db(), a, a, &self, &e) && (self.n || self.n_facts))
		abort();
	comparison_free(&self);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct snapshot *a, *b;

	if (!fuzz_pair(data, n, &a, &b))
		return 0;
	compare(a, b);
	snapshot_free(a);
	snapshot_free(b);
	return 0;
}
