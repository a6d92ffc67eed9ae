// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/logs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "access/privilege.h"
#include "klog/input.h"
#include "util/alloc.h"

int logs_read(struct logs *l, const char *path, struct err *e)
{
	struct klog_input *in;
	int r = klog_input_open(&in, path, false, e);

	if (r)
		return r;
	r = privilege_keep(path ? PRIVILEGE_READ : PRIVILEGE_NONE, e);
	l->book = logbook_new();
	l->klog = klog_new(logbook_add, l->book);
	if (!r)
		do
			r = klog_input_pump(in, l->klog, -1, e);
		while (r > 0 || r == -EAGAIN);
	l->messages_lost = klog_input_lost(in);
	klog_input_close(in);
	if (!r)
		logbook_sort(l->book, l->klog);
	return r;
}

void logs_free(struct logs *l)
{
	diagnoses_free(&l->diagnoses);
	if (l->klog)
		klog_free(l->klog);
	logbook_free(l->book);
	*l = (struct logs){ 0 };
}

static int drain(struct buf *out, void *arg)
{
	size_t done = fwrite(buf_str(out), 1, out->len, stdout);

	(void)arg;
	if (done != out->len)
		return -errno;
	buf_clear(out);
	return 0;
}

static bool any_bad(const struct logs *l, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < l[i].diagnoses.n; k++)
			if (verdict_is_bad(l[i].diagnoses.v[k].verdict))
				return true;
	return false;
}

static bool any_device(const struct logs *l, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (l[i].diagnoses.n)
			return true;
	return false;
}

/* Messages like those of Intel's NICs, of other devices. */
static uint64_t of_others(const struct klog *k)
{
	uint64_t n = klog_host(k)->foreign;
	const struct klog_device *d;

	for (size_t i = 0; (d = klog_device(k, i)); i++)
		if (!klog_is_nic(d))
			n += d->counts[KLOG_AER] + d->counts[KLOG_ASPM];
	return n;
}

static void nothing_found(const struct logs *l, size_t n, struct buf *out)
{
	uint64_t lines = 0, foreign = 0;

	for (size_t i = 0; i < n; i++) {
		lines += l[i].klog ? klog_host(l[i].klog)->lines : 0;
		foreign += l[i].klog ? of_others(l[i].klog) : 0;
	}
	buf_printf(out, "Nothing of Intel NICs in %llu line%s", (unsigned long long)lines, lines == 1 ? "" : "s");
	if (foreign)
		buf_printf(out, "; %llu message%s like theirs of other vendors' drivers", (unsigned long long)foreign,
			   foreign == 1 ? "" : "s");
	buf_puts(out, ".\n");
}

int logs_print(const struct options *o, struct chipdb *db, struct logs *l, const char *const *files, size_t n,
	       int status)
{
	AUTO_FREE struct diagnose_view *what = xcalloc(n, sizeof(*what));
	AUTO_BUF struct buf out = { 0 };
	struct view view = cmd_view(o);
	struct err e = { 0 };
	int r = 0;

	for (size_t i = 0; i < n; i++)
		what[i] = (struct diagnose_view){
			.db = db,
			.file = files ? files[i] : NULL,
			.diagnoses = &l[i].diagnoses,
			.klog = l[i].klog,
			.logbook = l[i].book,
			.of_machine = l[i].of_machine,
			.messages_lost = l[i].messages_lost,
			.drain = drain,
		};
	if (!o->json && !any_device(l, n))
		nothing_found(l, n, &out);
	if (o->json)
		r = diagnose_json(what, n, &out);
	for (size_t i = 0; i < n && !o->json && !r; i++)
		r = diagnose_text(&view, &what[i], &out, &e);
	if (r == -EIO || (o->json && r))
		err_sys(&e, -r, "standard output");
	if (r)
		return cmd_fail(&e, r);
	return cmd_output(&out, any_bad(l, n) ? STATUS_HUNG : status);
}
