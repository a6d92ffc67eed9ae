// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/logs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/privilege.h"
#include "klog/input.h"
#include "util/alloc.h"
#include "util/text.h"
#include "view/style.h"

int logs_read(struct logs *l, const char *path, struct err *e)
{
	struct klog_input *in;
	int r = klog_input_open(&in, path, false, e);

	if (r)
		return r;
	r = privilege_keep(path ? PRIVILEGE_READ : PRIVILEGE_NONE, e);
	l->name = xstrdup(!path ? "this machine's kernel log" : !strcmp(path, "-") ? "standard input" : path);
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
	free(l->name);
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

static void nothing_found(const struct view *v, const struct logs *l, struct buf *out)
{
	unsigned long long lines = klog_host(l->klog)->lines, foreign = of_others(l->klog);
	AUTO_BUF struct buf text = { 0 };

	buf_printf(&text, "No messages about Intel NICs in %llu line%s of %s", lines, lines == 1 ? "" : "s", l->name);
	if (foreign)
		buf_printf(&text, " (%llu such message%s about another vendor's device)", foreign,
			   foreign == 1 ? " is" : "s are");
	buf_putc(&text, '.');
	style_line(v, "", buf_str(&text), out);
}

static void put_time(const struct klog_time *t, struct buf *out)
{
	if (*t->wall)
		buf_puts(out, t->wall);
	else
		buf_printf(out, "%" PRIu64 ".%03" PRIu64 " s", t->uptime_ns / 1000000000,
			   t->uptime_ns / 1000000 % 1000);
}

/* "12 Nov 02:11:40 to 14 Nov 09:30:02, 3 boots, 2 Intel NICs"; without a date, by the time since the boot. */
static void say_span(const struct logs *l, struct buf *out)
{
	const struct klog_host *host = klog_host(l->klog);

	if (*host->first.wall || host->first.has_uptime) {
		buf_puts(out, ", ");
		put_time(&host->first, out);
		if (memcmp(&host->first, &host->last, sizeof(host->first)) != 0) {
			buf_puts(out, " to ");
			put_time(&host->last, out);
		}
		buf_puts(out, *host->last.wall ? "" : " after boot");
	}
	if (host->boots)
		buf_printf(out, ", %" PRIu64 " boots", host->boots + 1);
	buf_printf(out, ", %zu Intel NIC%s", l->diagnoses.n, l->diagnoses.n == 1 ? "" : "s");
}

/* The verbose form begins with empty lines by itself. */
static void say_read(const struct view *v, const struct logs *l, bool verbose, struct buf *out)
{
	unsigned long long lines = klog_host(l->klog)->lines;
	AUTO_BUF struct buf text = { 0 };
	struct wrap w;

	buf_puts(out, !out->len ? "" : verbose ? "\n\n" : "\n");
	buf_printf(&text, "Read %s: %llu line%s", l->name, lines, lines == 1 ? "" : "s");
	say_span(l, &text);
	buf_puts(&text,
		 klog_host(l->klog)->reversed ? "; the last message comes first, so lines count from the end." : ".");
	wrap_begin(&w, v, out, 0, " ");
	wrap_words(&w, STYLE_PLAIN, buf_str(&text));
	if (!verbose)
		wrap_end(&w);
}

static int print_text(const struct view *view, const struct diagnose_view *what, const struct logs *l, bool told,
		      struct buf *out, struct err *e)
{
	if (told && !what->diagnoses->n) {
		buf_puts(out, !out->len ? "" : what->verbose ? "\n\n" : "\n");
		nothing_found(view, l, out);
	} else if (told) {
		say_read(view, l, what->verbose, out);
	}
	return diagnose_text(view, what, out, e);
}

int logs_print(const struct options *o, struct chipdb *db, struct logs *l, const char *const *files, size_t n,
	       bool told, int status)
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
			.log_name = l[i].name,
			.verbose = o->verbose,
			.lines = told ? 18 : 20,
			.diagnoses = &l[i].diagnoses,
			.klog = l[i].klog,
			.logbook = l[i].book,
			.of_machine = l[i].of_machine,
			.messages_lost = l[i].messages_lost,
			.drain = drain,
		};
	if (o->json)
		r = diagnose_json(what, n, &out);
	for (size_t i = 0; i < n && !o->json && !r; i++)
		r = print_text(&view, &what[i], &l[i], told, &out, &e);
	if (!o->json && !r)
		diagnose_more(&view, what, n, &out);
	if (r == -EIO || (o->json && r))
		err_sys(&e, -r, "standard output");
	if (r)
		return cmd_fail(&e, r);
	return cmd_page(o, &out, any_bad(l, n) ? STATUS_HUNG : status);
}
