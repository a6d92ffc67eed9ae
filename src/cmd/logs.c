// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/logs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/privilege.h"
#include "util/alloc.h"
#include "util/text.h"
#include "view/style.h"

static int no_log_in(const struct logs *l, struct err *e)
{
	err_set(e, ENODATA, l->name, "no file in it, of %" PRIu64 ", is a kernel log or describes a network card",
		l->bundle.files);
	err_todo(
		e,
		"a log is known by its name (kern.log, messages, dmesg) or by its first lines: nicregs log FILE reads any");
	return -ENODATA;
}

/* A log that cannot be read to its end is judged by what came of it, if that says something: the error stands beside the judgement. */
static bool is_some(struct logs *l, int r, const struct err *e)
{
	if (r >= 0 || l->bundle.files || !klog_device(l->klog, 0))
		return false;
	l->bundle.unread = 1;
	l->bundle.r = r;
	l->bundle.why = *e;
	return true;
}

/* Why a file of it could not be read. */
static int lost(const struct logs *l, struct err *e)
{
	AUTO_FREE char *what = xasprintf("%s: %s", l->name, l->bundle.why.what);

	*e = l->bundle.why;
	if (l->bundle.files && strcmp(e->what, l->name) != 0)
		str_copy(e->what, sizeof(e->what), what, strlen(what));
	return l->bundle.r;
}

static int too_large(const struct logs *l, struct err *e)
{
	err_set(e, EFBIG, l->name, "%" PRIu64 " of its files were not read: it is too large to be sorted in memory",
		l->bundle.no_room);
	err_todo(e, "name the file instead of using a pipe: nicregs log FILE");
	return -EFBIG;
}

/* What was too large to be read whole. */
static int is_cut(const struct logs *l, struct err *e)
{
	AUTO_FREE char *path = shell_path(strcmp(l->name, "standard input") ? l->name : "-");

	err_set(e, EFBIG, l->name,
		"not all of its JSON was read: a record is too large, or a temporary file has no room");
	err_todo(e, "give it as text: jq -r .message %s | nicregs log -", path);
	return -EFBIG;
}

int logs_unread(const struct logs *l)
{
	struct err e;
	int r;

	if (!l->bundle.unread && !l->bundle.no_room && !klog_is_cut(l->klog))
		return 0;
	r = l->bundle.unread ? lost(l, &e) : l->bundle.no_room ? too_large(l, &e) : is_cut(l, &e);
	return cmd_fail(&e, r);
}

static char *own_name(const struct klog_own *own)
{
	return own && own->journal ? xasprintf("the journal in %s", own->journal)
				   : xstrdup("this machine's kernel log");
}

struct log_reading {
	struct logbook *book;
	uint64_t reports;
};

static void note_report(const struct klog_report *r, void *arg)
{
	struct log_reading *reading = arg;

	reading->reports++;
	logbook_add(r, reading->book);
}

static int read_all(struct logs *l, struct klog_input *in, const struct log_reading *reading, struct err *e)
{
	struct progress progress = progress_begin(l->name);
	uint64_t done, size;
	int r;

	do {
		r = klog_input_pump(in, l->klog, -1, e);
		klog_input_position(in, &done, &size);
		progress_say(&progress, done, size, reading->reports);
	} while (r > 0 || r == -EAGAIN);
	progress_end(&progress);
	return r;
}

int logs_read(struct logs *l, const char *path, const struct klog_own *own, struct err *e)
{
	AUTO_BUF struct buf parts = { 0 };
	struct log_reading reading = { .reports = 0 };
	struct klog_input *in;
	bool several;
	int r = own ? klog_input_open_own(&in, own, e) : klog_input_open(&in, path, false, e);

	if (r)
		return r;
	r = privilege_keep(path || own ? PRIVILEGE_READ : PRIVILEGE_NONE, e);
	l->name = !path ? own_name(own) : xstrdup(!strcmp(path, "-") ? "standard input" : path);
	klog_input_words(in, &parts);
	l->parts = parts.len && !own->journal ? buf_take(&parts) : NULL;
	l->book = logbook_new();
	reading.book = l->book;
	l->klog = klog_new(note_report, &reading);
	if (!r)
		r = read_all(l, in, &reading, e);
	l->messages_lost = klog_input_lost(in);
	several = klog_input_bundle(in) != NULL;
	if (several)
		l->bundle = *klog_input_bundle(in);
	klog_input_close(in);
	if (path && is_some(l, r, e))
		r = 0;
	if (!r && several && !l->bundle.wanted)
		r = l->bundle.unread ? lost(l, e) : l->bundle.no_room ? too_large(l, e) : no_log_in(l, e);
	if (!r)
		logbook_sort(l->book, l->klog);
	return r;
}

void logs_free(struct logs *l)
{
	diagnoses_free(&l->diagnoses);
	if (l->klog)
		klog_free(l->klog);
	if (l->book)
		logbook_free(l->book);
	free(l->name);
	free(l->parts);
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

/* "sos.tar.xz (7 of 3210 files)" */
static void put_name(const struct logs *l, struct buf *out)
{
	buf_puts(out, l->name);
	if (l->parts)
		buf_printf(out, " (%s)", l->parts);
	if (l->bundle.files)
		buf_printf(out, " (%" PRIu64 " of %" PRIu64 " file%s)", l->bundle.wanted, l->bundle.files,
			   l->bundle.files == 1 ? "" : "s");
}

#define NAMED 3

/* "; it names eno1 (igc) and 2 more": drivers' words that report nothing. */
static void put_named(const struct klog *k, struct buf *out)
{
	const struct klog_device *d;
	size_t n = 0;

	for (size_t i = 0; (d = klog_device(k, i)); i++) {
		const char *name = *d->interface ? d->interface : d->address;

		if (!klog_is_nic(d) || !*d->driver || !*name || n++ >= NAMED)
			continue;
		buf_puts(out, n == 1 ? "; it names " : ", ");
		text_escape(out, name, strlen(name));
		buf_puts(out, " (");
		text_escape(out, d->driver, strlen(d->driver));
		buf_putc(out, ')');
	}
	if (n > NAMED)
		buf_printf(out, " and %zu more", n - NAMED);
}

static void nothing_found(const struct view *v, const struct logs *l, struct buf *out)
{
	unsigned long long lines = klog_host(l->klog)->lines, foreign = of_others(l->klog);
	unsigned long long quoted = klog_host(l->klog)->quoted;
	AUTO_BUF struct buf text = { 0 };

	buf_printf(&text, "No reports of trouble with Intel NICs in %llu line%s of ", lines, lines == 1 ? "" : "s");
	put_name(l, &text);
	if (foreign)
		buf_printf(&text, " (%llu such message%s about another device)", foreign,
			   foreign == 1 ? " is" : "s are");
	put_named(l->klog, &text);
	buf_putc(&text, '.');
	style_line(v, "", buf_str(&text), out);
	if (!quoted)
		return;
	buf_clear(&text);
	buf_printf(&text,
		   "%llu line%s a driver's words for a fault among another program's, which prove nothing;"
		   " if they are the kernel's, cut what stands before the kernel's own stamp.",
		   quoted, quoted == 1 ? " has" : "s have");
	style_paragraph(v, 2, STYLE_PLAIN, buf_str(&text), out);
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
	AUTO_BUF struct buf first = { 0 }, last = { 0 };

	if (*host->first.wall || host->first.has_uptime) {
		put_time(&host->first, &first);
		put_time(&host->last, &last);
		buf_printf(out, ", %s", buf_str(&first));
		if (strcmp(buf_str(&first), buf_str(&last)) != 0)
			buf_printf(out, " to %s", buf_str(&last));
		buf_puts(out, *host->last.wall ? "" : " after boot");
	}
	if (klog_boots(l->klog))
		buf_printf(out, ", %" PRIu64 " boots", klog_boots(l->klog) + 1);
	buf_printf(out, ", %zu Intel NIC%s", l->diagnoses.n, l->diagnoses.n == 1 ? "" : "s");
}

/* The tables of devices do not know machines. */
static void say_machines(const struct klog_host *host, struct buf *out)
{
	if (!host->names[1][0])
		return;
	buf_puts(out, "; several machines wrote it (");
	text_escape(out, host->names[0], strlen(host->names[0]));
	buf_puts(out, ", ");
	text_escape(out, host->names[1], strlen(host->names[1]));
	buf_puts(out, "): devices of the same name are taken for one, so judge each machine's log by itself");
}

static void say_order(const struct logs *l, struct buf *out)
{
	const struct klog_host *host = klog_host(l->klog);

	if (host->sorted)
		buf_puts(out, "; its messages are not in order, so lines count in order of time");
	else if (host->reversed && l->bundle.files)
		buf_puts(out, "; lines of a file whose last message comes first count from its end");
	else if (host->reversed)
		buf_puts(out, "; the last message comes first, so lines count from the end");
	buf_puts(out, host->in_parts ? "; they are too many to sort: in parts, the order is not known." : ".");
}

/* The verbose form begins with empty lines by itself. */
static void say_read(const struct view *v, const struct logs *l, bool verbose, struct buf *out)
{
	unsigned long long lines = klog_host(l->klog)->lines;
	AUTO_BUF struct buf text = { 0 };
	struct wrap w;

	buf_puts(out, !out->len ? "" : verbose ? "\n\n" : "\n");
	buf_puts(&text, "Read ");
	put_name(l, &text);
	buf_printf(&text, ": %llu line%s", lines, lines == 1 ? "" : "s");
	say_span(l, &text);
	say_machines(klog_host(l->klog), &text);
	say_order(l, &text);
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
			.files = l[i].bundle.files,
			.files_read = l[i].bundle.wanted,
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
