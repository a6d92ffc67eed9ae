// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "util/alloc.h"
#include "view/diff.h"

/* The devices of a file, each as it was in its last snapshot. */
static int read_side(const struct options *o, struct chipdb *db, const char *path, struct snapshots *list)
{
	const struct source_options so = cmd_source_options(o, NULL);
	struct err e = { 0 };
	int r = source_file(db, &so, path, list, &e);

	if (!r)
		cmd_say_partial(path, list);
	return r ? cmd_fail(&e, r) : 0;
}

static size_t count_devices(const struct snapshots *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		size_t k = i + 1;

		while (k < list->n && !samples_of_one_address(list->v[i], list->v[k]))
			k++;
		n += k == list->n;
	}
	return n;
}

static const struct snapshot *last_of(const struct snapshots *list, const struct snapshot *like)
{
	for (size_t i = list->n; i-- > 0;)
		if (samples_of_one_address(list->v[i], like))
			return list->v[i];
	return NULL;
}

struct printer {
	const struct options *o;
	struct chipdb *db;
	struct view view;
	struct buf *out;
	struct jsonw w;
	size_t n;
};

static int print(struct printer *p, const struct snapshot *a, const struct snapshot *b)
{
	const struct diff_options options = { .all = p->o->all || p->o->verbose };
	struct comparison c;
	struct err e = { 0 };
	int r = compare_snapshots(p->db, a, b, &c, &e);

	if (!r && p->o->json)
		diff_json(&c, &p->w);
	else if (!r && p->n)
		buf_putc(p->out, '\n');
	if (!r && !p->o->json)
		diff_text(&p->view, &options, &c, p->out);
	p->n++;
	comparison_free(&c);
	return r ? cmd_fail(&e, r) : 0;
}

static int by_address(const void *a, const void *b)
{
	const struct snapshot *x = *(const struct snapshot *const *)a, *y = *(const struct snapshot *const *)b;

	return pci_addr_compare(&snapshot_self(x)->addr, &snapshot_self(y)->addr);
}

/* The last snapshot of each device that has an address, in the order of these: files of an archive come in that of their names. The caller
 * frees. */
static const struct snapshot **in_order(const struct snapshots *list, size_t *n)
{
	const struct snapshot **v = xcalloc(list->n, sizeof(*v));

	*n = 0;
	for (size_t i = 0; i < list->n; i++)
		if (snapshot_self(list->v[i]) && last_of(list, list->v[i]) == list->v[i])
			v[(*n)++] = list->v[i];
	if (*n)
		qsort(v, *n, sizeof(*v), by_address);
	return v;
}

/* One device each is compared with the other whatever its address; of more, each with itself. */
static int print_all(struct printer *p, const struct snapshots *a, const struct snapshots *b, char **args)
{
	bool one = count_devices(a) == 1 && count_devices(b) == 1;
	size_t n;
	AUTO_FREE const struct snapshot **v = in_order(b, &n);
	struct err e = { 0 };
	int status = one ? print(p, a->v[a->n - 1], b->v[b->n - 1]) : 0;

	for (size_t i = 0; i < n && !status && !one; i++) {
		const struct snapshot *before = last_of(a, v[i]);

		if (before)
			status = print(p, before, v[i]);
	}
	if (status || p->n)
		return status;
	err_set(&e, ENODEV, args[1], "no device in it is in %s as well", args[0]);
	err_todo(&e, "nicregs list --from FILE lists the devices in a file");
	return cmd_fail(&e, -ENODEV);
}

static int run(const struct options *o, char **args, int n)
{
	AUTO_BUF struct buf out = { 0 };
	struct snapshots a = { 0 }, b = { 0 };
	struct printer p = { .o = o, .view = cmd_view(o), .out = &out };
	int status = 0;

	(void)n;
	if (o->n_from || o->demo) {
		return cmd_refuse(o->demo ? "--demo" : "--from", "diff compares the two files that it is given",
				  "nicregs diff A B");
	}
	status = cmd_chipdb(o, &p.db);
	if (!status)
		status = read_side(o, p.db, args[0], &a);
	if (!status)
		status = read_side(o, p.db, args[1], &b);
	jsonw_init(&p.w, &out);
	if (o->json) {
		jsonw_object(&p.w, NULL);
		jsonw_u64(&p.w, "schema", 1);
		jsonw_array(&p.w, "devices");
	}
	if (!status)
		status = print_all(&p, &a, &b, args);
	if (o->json) {
		jsonw_end_array(&p.w);
		jsonw_end_object(&p.w);
	}
	if (!status)
		status = cmd_page(o, &out, a.partial || b.partial ? STATUS_PARTIAL : STATUS_OK);
	snapshots_free(&a);
	snapshots_free(&b);
	chipdb_free(p.db);
	return status;
}

const struct cmd cmd_diff = {
	.name = "diff",
	.args = "A B",
	.summary = "Show what changed between two snapshots, most important first",
	.accepts = "all",
	.details = "A and B are files as for --from, or incidents that watch saved. If a file holds several\n"
		   "snapshots of a device, the last one is used. First come heads and tails of transmit\n"
		   "queues with work waiting, then whether the device sends at all, fields that are\n"
		   "unusual in one of the two, and registers known to matter, of the link partner too.\n"
		   "Counters, and heads and tails that only advanced, are at the end; --all (or\n"
		   "-v) shows all of them. The exit status is 0 whether or not there are differences.\n",
	.examples = "  nicregs diff good.json hung.json\n"
		    "  nicregs diff --all before.json after.json\n",
	.min_args = 2,
	.max_args = 2,
	.needs = cmd_needs_files,
	.run = run,
};
