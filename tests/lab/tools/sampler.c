// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sampler DEVICE REGISTER VALUE [RUNG]: samples one register as fast as it can, the way to it open all along, until
 * SIGTERM. Says how often it had the value, how often none, and each value that is another one.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/source.h"
#include "util/err.h"

static volatile sig_atomic_t stop;

static void on_signal(int signum)
{
	(void)signum;
	stop = 1;
}

struct count {
	unsigned long values, none, wrong;
};

static void judge(const struct snapshots *list, uint64_t expected, struct count *count)
{
	const struct snapshot *s = list->n ? list->v[0] : NULL;

	if (!s || !s->n_regs || s->regs[0].unread) {
		count->none++;
	} else if (s->regs[0].value == expected) {
		count->values++;
	} else {
		printf("wrong: 0x%08" PRIx64 "\n", s->regs[0].value);
		count->wrong++;
	}
}

/* -ENODEV while the device is not there is what this is about. */
static int sample(struct live *live, uint64_t expected, struct count *count)
{
	struct snapshots list = { 0 };
	struct err e = { 0 };
	int r = live_sample(live, &list, &e);

	if (r && r != -ENODEV && r != -ENOTSUP) {
		printf("%s: %s\n", e.what, e.why);
		count->wrong++;
	}
	judge(&list, expected, count);
	snapshots_free(&list);
	return r;
}

int main(int argc, char **argv)
{
	struct source_options options = { 0 };
	struct count count = { 0 };
	struct chipdb *db;
	struct live *live;
	struct err e = { 0 };

	if (argc < 4)
		return 1;
	options.device = argv[1];
	options.regs = argv[2];
	options.rung = argv[4];
	signal(SIGTERM, on_signal);
	if (chipdb_open(&db, NULL, &e) || live_open(&live, db, &options, &e)) {
		printf("%s: %s\n", e.what, e.why);
		return 1;
	}
	while (!stop)
		sample(live, strtoull(argv[3], NULL, 16), &count);
	live_close(live);
	chipdb_free(db);
	printf("values %lu none %lu wrong %lu\n", count.values, count.none, count.wrong);
	return count.wrong != 0;
}
