// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/logs.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
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

static int judge(const struct options *o, struct chipdb *db, struct logs *l, const struct snapshots *host,
		 struct err *e)
{
	const struct diagnose_input input = {
		.db = db,
		.samples = host,
		.klog = l->klog,
		.logbook = l->book,
		.named = cmd_named_chip(o, db),
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

/* A log that does not name the chip, and shows that it is another. */
static void say_misfit(const struct options *o, const char *what, const struct klog_device *d, enum fits why)
{
	AUTO_FREE char *text = why == FITS_NO_PLACE
				       ? xasprintf("has it at %s, the place of the chipset's own NIC", d->address)
				       : xasprintf("has the hang report of %s, which is of other chips", d->driver);

	cmd_say_unused_chip(o, what, text);
}

/* A log in which a device names another chip than --chip, and none is without a name. */
static void say_other_chip(const struct options *o, struct chipdb *db, const struct logs *l)
{
	const struct chip *chip = cmd_named_chip(o, db);
	const struct klog_device *misfit = NULL;
	const char *other = NULL, *driver = NULL;

	for (size_t i = 0; i < l->diagnoses.n && chip; i++) {
		const struct diagnosis *d = &l->diagnoses.v[i];

		if (d->part == chip || (d->chip && chip_name_is(d->chip, o->chip)))
			return;
		other = other ? other : d->part && d->part_sure ? d->part->name : NULL;
		driver = driver ? driver : d->driver;
		misfit = misfit ? misfit : d->log && diagnose_fits(d->log, chip) > FITS_NO_DRIVER ? d->log : NULL;
	}
	if (!chip || !l->diagnoses.n || o->n_from)
		return;
	if (!other && misfit)
		say_misfit(o, l->name, misfit, diagnose_fits(misfit, chip));
	else
		cmd_say_other_chip(o, l->name, other, driver);
}

/* A file that is no log. A pipe is not opened twice. */
static void say_kind(const struct logs *l, const char *path)
{
	bool needs_chip = false, may_be = path && !l->diagnoses.n && !l->bundle.files;
	struct stat st;
	const char *kind = may_be && !stat(path, &st) && S_ISREG(st.st_mode) ? source_kind(path, &needs_chip) : NULL;
	AUTO_FREE char *word = kind ? shell_path(path) : NULL;
	struct err e = { 0 };

	if (!kind)
		return;
	err_set(&e, EINVAL, path, "%s, not a kernel log", kind);
	err_todo(&e, "nicregs diagnose --from %s%s reads it", word, needs_chip ? " --chip CHIP" : "");
	cmd_fail(&e, -EINVAL);
}

/* What stderr has about a log that was read. */
static void say_beside(const struct options *o, struct chipdb *db, const struct logs *l, const char *path)
{
	say_snapshots(o, l, path);
	say_other_chip(o, db, l);
	say_kind(l, path);
}

/* A file in which nothing is says nothing of any NIC: -ENODATA with *e; 0 for others, a device such as /dev/null too. */
static int refuse_empty(const struct logs *l, const char *path, struct err *e)
{
	struct stat st;
	bool known = strcmp(path, "-") ? !stat(path, &st) : !fstat(STDIN_FILENO, &st);

	if (klog_host(l->klog)->lines || l->bundle.unread || !known || !(S_ISREG(st.st_mode) || l->bundle.files))
		return 0;
	err_set(e, ENODATA, l->name, "it is empty, which says nothing about any NIC");
	err_todo(e, "name another log, such as the one before it; for this machine's: nicregs log < /dev/null");
	return -ENODATA;
}

/* One that cannot be read, which is said, does not hide the others: *n and `files` become those that were read. STATUS_PARTIAL if
 * something could not be read and the rest was, the status of the first failure if nothing was; else 0. */
static int read_and_judge(const struct options *o, struct chipdb *db, struct logs *logs, const char **files, size_t *n,
			  const struct klog_own *own, const struct snapshots *host)
{
	struct err e = { 0 };
	bool unread = false;
	size_t read = 0;
	int failed = 0;

	for (size_t i = 0; i < *n; i++) {
		struct logs *l = &logs[read];
		int r = logs_read(l, files ? files[i] : NULL, files ? NULL : own, &e), status;

		l->of_machine = true;
		if (!r && files)
			r = refuse_empty(l, files[i], &e);
		if (!r)
			r = klog_report_whole(l->klog, l->name, &e);
		if (!r)
			r = judge(o, db, l, host, &e);
		if (!r)
			say_beside(o, db, l, files ? files[i] : NULL);
		status = r ? cmd_fail(&e, r) : logs_unread(l);
		failed = failed ? failed : status;
		unread |= status != 0;
		if (r)
			logs_free(l);
		else if (files)
			files[read++] = files[i];
		else
			read++;
	}
	*n = read;
	return unread && read ? STATUS_PARTIAL : failed;
}

/* Whether a log comes on standard input, for callers that nobody named one: 1 for a regular file and for a pipe that has
 * something, 0 for a terminal, a device such as /dev/null, a socket as a remote shell's, or a pipe that ended empty, as
 * cron's; -EAGAIN for a pipe with nothing in it after timeout_ms (-1: waits for ever). Reads nothing. */
static int log_on_stdin(int timeout_ms)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	struct stat st;
	int r;

	if (fstat(STDIN_FILENO, &st) || !(S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode)))
		return 0;
	if (S_ISREG(st.st_mode))
		return 1;
	do
		r = poll(&p, 1, timeout_ms);
	while (r < 0 && errno == EINTR);
	if (!r)
		return -EAGAIN;
	return r > 0;
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
	r = log_on_stdin(PATIENCE_MS);
	if (r == -EAGAIN) {
		fputs("nicregs: waiting for a kernel log on standard input\n"
		      "  for this machine's: nicregs log < /dev/null\n",
		      stderr);
		r = log_on_stdin(-1);
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
		status = logs_print(o, db, logs, n_files > 1 ? files : NULL, n, true,
				    host.partial && !failed ? STATUS_PARTIAL : failed);
	else if (!status)
		status = failed;
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
