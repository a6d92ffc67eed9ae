// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "host/privilege.h"
#include "klog/input.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/text.h"
#include "util/when.h"
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

/* Why a file of it could not be read. */
static int lost(const struct logs *l, struct err *e)
{
	AUTO_FREE char *what = xasprintf("%s: %s", l->name, l->bundle.why.what);

	*e = l->bundle.why;
	if (strcmp(e->what, l->name) != 0)
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

int logs_unread(const struct logs *l)
{
	struct err e;

	if (!l->bundle.unread && !l->bundle.no_room)
		return 0;
	return cmd_fail(&e, l->bundle.unread ? lost(l, &e) : too_large(l, &e));
}

static char *own_name(const struct klog_own *own)
{
	return own && own->journal ? xasprintf("the journal in %s", own->journal)
				   : xstrdup("this machine's kernel log");
}

struct reading {
	struct logbook *book;
	uint64_t reports;
};

static void note_report(const struct klog_report *r, void *arg)
{
	struct reading *reading = arg;

	reading->reports++;
	logbook_add(r, reading->book);
}

static int read_all(struct logs *l, struct klog_input *in, const struct reading *reading, struct err *e)
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
	struct reading reading = { .reports = 0 };
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

static void nothing_found(const struct view *v, const struct logs *l, struct buf *out)
{
	unsigned long long lines = klog_host(l->klog)->lines, foreign = of_others(l->klog);
	unsigned long long quoted = klog_host(l->klog)->quoted;
	AUTO_BUF struct buf text = { 0 };

	buf_printf(&text, "No messages about Intel NICs in %llu line%s of ", lines, lines == 1 ? "" : "s");
	put_name(l, &text);
	if (foreign)
		buf_printf(&text, " (%llu such message%s about another vendor's device)", foreign,
			   foreign == 1 ? " is" : "s are");
	buf_putc(&text, '.');
	if (quoted)
		buf_printf(&text,
			   " %llu line%s a driver's words for a fault among another program's, which prove nothing;"
			   " if they are the kernel's, cut what stands before the kernel's own stamp.",
			   quoted, quoted == 1 ? " has" : "s have");
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

static int judge(struct chipdb *db, struct logs *l, const struct snapshots *host, struct err *e)
{
	const struct diagnose_input input = {
		.db = db,
		.samples = host,
		.klog = l->klog,
		.logbook = l->book,
		.only_logged = true,
	};

	return diagnose(&input, &l->diagnoses, e);
}

/* What is known of the devices besides the log: of --from files, or of this machine for its own log. */
static int add_host(const struct options *o, struct chipdb *db, bool own_log, struct snapshots *host)
{
	struct source_options so = cmd_source_options(o, NULL);
	struct err e = { 0 };

	if (o->n_from || o->demo)
		return cmd_sources(o, db, &so, host);
	so.no_regs = true;
	if (own_log)
		source_live(db, &so, host, &e); /* the log is worth telling without it */
	return 0;
}

/* Snapshots beside the log, which this verb does not weigh. */
static void say_snapshots(const struct options *o, const struct logs *l, const char *path)
{
	AUTO_FREE char *word = path ? shell_path(path) : NULL;
	struct err e = { 0 };

	if (!path || o->n_from || !l->bundle.snapshots)
		return;
	err_set(&e, EINVAL, l->name, "the log alone is judged, without %" PRIu64 " snapshot%s beside it",
		l->bundle.snapshots, l->bundle.snapshots == 1 ? "" : "s");
	err_todo(&e, "nicregs diagnose --from %s weighs both", word);
	cmd_fail(&e, -EINVAL);
}

/* One that cannot be read, which is said, does not hide the others: *n and `files` become those that were read. The worst status
 * of the rest; 0: none. */
static int read_and_judge(const struct options *o, struct chipdb *db, struct logs *logs, const char **files, size_t *n,
			  const struct klog_own *own, const struct snapshots *host)
{
	struct err e = { 0 };
	size_t read = 0;
	int worst = 0;

	for (size_t i = 0; i < *n; i++) {
		struct logs *l = &logs[read];
		int r = logs_read(l, files ? files[i] : NULL, files ? NULL : own, &e), status;

		l->of_machine = true;
		if (!r)
			r = klog_report_whole(l->klog, l->name, &e);
		if (!r)
			r = judge(db, l, host, &e);
		if (!r)
			say_snapshots(o, l, files ? files[i] : NULL);
		status = r ? cmd_fail(&e, r) : logs_unread(l);
		worst = status > worst ? status : worst;
		if (r)
			logs_free(l);
		else if (files)
			files[read++] = files[i];
		else
			read++;
	}
	*n = read;
	return worst;
}

#define PATIENCE_MS 3000

/* What is read if no FILE is given: a pipe or a file on standard input, else NULL. Who waits for a pipe in which nothing
 * comes learns what for. */
static const char *log_not_named(const struct options *o)
{
	int r;

	for (size_t i = 0; i < o->n_from; i++)
		if (!strcmp(o->from[i], "-"))
			return NULL;
	r = klog_stdin(PATIENCE_MS);
	if (r == -EAGAIN) {
		fputs("nicregs: waiting for a kernel log on standard input\n"
		      "  for this machine's: nicregs log < /dev/null\n",
		      stderr);
		r = klog_stdin(-1);
	}
	return r == 1 ? "-" : NULL;
}

static bool stdin_is_pipe(void)
{
	struct stat st;

	return !fstat(STDIN_FILENO, &st) && S_ISFIFO(st.st_mode);
}

/* A pipe that ends before anything came is a command that failed, and no log in which all is well. */
static int nothing_came(const char *name)
{
	return cmd_refuse(name, "it ended before anything came",
			  "for this machine's kernel log: nicregs log < /dev/null");
}

static int once(const struct options *o, struct chipdb *db, const struct klog_own *own, const char **files, int n_files)
{
	size_t n = n_files ? (size_t)n_files : 1;
	AUTO_FREE struct logs *logs = xcalloc(n, sizeof(*logs));
	struct snapshots host = { 0 };
	int status = add_host(o, db, !n_files && !own->journal, &host), failed = 0;

	if (!status)
		failed = read_and_judge(o, db, logs, n_files ? files : NULL, &n, own, &host);
	if (!status && n == 1 && n_files == 1 && !strcmp(files[0], "-") && !klog_host(logs[0].klog)->lines &&
	    stdin_is_pipe())
		status = nothing_came("standard input");
	if (!status && n)
		status = logs_print(o, db, logs, n_files > 1 ? files : NULL, n, true, STATUS_OK);
	status = failed ? failed : status;
	for (size_t i = 0; i < n; i++)
		logs_free(&logs[i]);
	snapshots_free(&host);
	return status;
}

struct follower {
	const struct options *o;
	struct view view;
	int64_t boot; /* of this machine, for its own log; 0: of another one */
	int failed;
};

/* With --json an object a line, so that each is whole as soon as it is there. */
static void tell(const struct klog_report *r, void *arg)
{
	struct follower *f = arg;
	AUTO_BUF struct buf out = { 0 };
	struct jsonw w;

	if (f->o->json) {
		jsonw_init(&w, &out);
		report_json(r, NULL, NULL, &w);
		if (out.len && out.data[out.len - 1] != '\n')
			buf_putc(&out, '\n');
	} else {
		report_line(&f->view, r, f->boot, &out);
	}
	f->failed = cmd_output(&out, STATUS_OK);
}

/* On stderr, so that the output is reports alone. */
static void say_followed(const struct options *o, const char *path)
{
	AUTO_BUF struct buf out = { 0 };

	if (o->json)
		return;
	buf_puts(&out, "nicregs: following ");
	if (!path || !strcmp(path, "-"))
		buf_puts(&out, path ? "standard input" : "this machine's kernel log");
	else
		text_escape(&out, path, strlen(path));
	fprintf(stderr, "%s; ^C ends it\n", buf_str(&out));
}

static int follow(const struct options *o, const char *path)
{
	struct follower f = { .o = o, .view = cmd_view(o) };
	struct klog_input *in;
	struct err e = { 0 };
	struct klog *k;
	int r = klog_input_open(&in, path, true, &e);

	if (!r)
		r = privilege_keep(path ? PRIVILEGE_READ : PRIVILEGE_NONE, &e);
	if (r)
		return cmd_fail(&e, r);
	if (!path)
		f.boot = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
	say_followed(o, path);
	k = klog_new(tell, &f);
	do
		r = klog_input_pump(in, k, 1000, &e);
	while ((r > 0 || r == -EAGAIN) && !f.failed);
	klog_free(k);
	klog_input_close(in);
	if (f.failed)
		return f.failed;
	return r < 0 ? cmd_fail(&e, r) : STATUS_OK;
}

static uint64_t needs(const struct options *o, int n)
{
	return n ? PRIVILEGE_READ : cmd_needs_devices(o, n) | PRIVILEGE_OPEN;
}

/* --boot, --since and --journal, which are about this machine's log alone. */
static int read_own(const struct options *o, int n, struct klog_own *own)
{
	const char *option = o->boot ? "--boot" : o->since ? "--since" : o->journal ? "--journal" : NULL;
	const char *boot = o->boot && *o->boot == '-' ? o->boot + 1 : o->boot;
	uint64_t ago = 0;

	*own = (struct klog_own){ .journal = o->journal, .has_boot = boot };
	if (option && (n || o->follow))
		return cmd_refuse(option, "it is about this machine's log, read once",
				  "without FILE and --follow: nicregs log --boot -1");
	if (boot && (!text_u64(boot, &ago) || ago > INT32_MAX || (boot == o->boot && ago)))
		return cmd_refuse(o->boot, "not a boot", "0 is this boot, -1 the one before");
	own->boot = -(int64_t)ago;
	if (o->since && !when_parse(o->since, clock_ns(CLOCK_REALTIME), &own->since_ns))
		return cmd_refuse(o->since, "not a time",
				  "as journalctl takes them: '2026-11-20 10:00', 10:00, yesterday, -2h, @1700000000");
	return 0;
}

static bool is_own(const struct options *o)
{
	return o->boot || o->since || o->journal;
}

static int run(const struct options *o, char **args, int n)
{
	const char *given = n || is_own(o) ? NULL : log_not_named(o), **files = given ? &given : (const char **)args;
	struct klog_own own;
	struct chipdb *db = NULL;
	int status = read_own(o, given ? 1 : n, &own);

	if (status)
		return status;
	n = given ? 1 : n;
	if (o->follow && (n > 1 || o->n_from || o->demo)) {
		return cmd_refuse("--follow",
				  n > 1 ? "follows one log at a time"
					: "prints reports as they are: it takes no --from or --demo",
				  "nicregs log FILE judges a log, with what --from adds");
	}
	if (o->demo && !n) {
		return cmd_refuse("--demo", "the recording has no kernel log",
				  "name a log: nicregs log FILE --demo weighs it with the recorded device");
	}
	if (o->follow)
		return follow(o, n ? files[0] : NULL);
	status = cmd_chipdb(o, &db);
	if (!status)
		status = once(o, db, &own, files, n);
	chipdb_free(db);
	return status;
}

const struct cmd cmd_log = {
	.name = "log",
	.args = "[FILE]...",
	.summary = "Find hang reports in a kernel log and explain them",
	.accepts = "boot since journal follow",
	.details = "FILE is the output of dmesg or journalctl -k, a syslog, or any text with kernel messages\n"
		   "(quoted mail, forum posts), plain or compressed, a bug report of many files (sos and other\n"
		   "archives, directories such as /var/log); - is stdin. Without FILE, standard input if it is\n"
		   "a pipe or a file, else this machine's kernel log, earlier boots too; the output says what\n"
		   "was read. --from adds more about the machine: a snapshot, lspci text. One screen\n"
		   "for a device; -v shows all evidence and advice. Exit status 2 if a device was hung,\n"
		   "stalled or lost.\n",
	.examples = "  nicregs log                              this machine's, earlier boots too\n"
		    "  nicregs log --boot -1\n"
		    "  nicregs log sosreport-host.tar.xz\n"
		    "  ssh host journalctl -k | nicregs log\n"
		    "  nicregs log --follow\n",
	.max_args = 1000,
	.needs = needs,
	.run = run,
};
