// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cmd/scrape.h"
#include "host/journal.h"
#include "host/privilege.h"
#include "recover/report.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/jsonw.h"
#include "util/text.h"
#include "watch/watch.h"

#define RECOVERIES_DEFAULT 3
#define METRICS_NS (60 * CLOCK_SECOND) /* from one writing of metrics to the next */

/* What the callbacks work with. */
struct watching {
	const struct options *o;
	struct scrape scrape; /* with --metrics */
	int64_t due;          /* when metrics are to be written again, monotonic */
	bool failed;          /* they could not be written, which was said */
};

static void told_json(const struct watch_news *news, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object_inline(&w, NULL);
	jsonw_u64(&w, "schema", 1);
	jsonw_str(&w, "kind", news->kind);
	jsonw_str(&w, "address", news->device);
	jsonw_str(&w, "netdev", news->netdev);
	jsonw_str(&w, "confirmed", news->confirmed);
	jsonw_u64(&w, "snapshots", news->snapshots);
	jsonw_str(&w, "incident", news->incident);
	jsonw_u64(&w, "left_out", news->left_out);
	jsonw_u64(&w, "given_up", news->given_up);
	jsonw_str(&w, "failure", news->failure ? news->failure->why : NULL);
	jsonw_end_object(&w);
}

static void told_text(const struct watch_news *news, struct buf *out)
{
	buf_puts(out, "nicregs: ");
	if (news->netdev) {
		text_escape(out, news->netdev, strlen(news->netdev));
		buf_printf(out, " (%s): ", news->device);
	} else {
		buf_printf(out, "%s: ", news->device);
	}
	buf_puts(out, news->kind);
	if (strcmp(news->confirmed, "registers") != 0)
		buf_puts(out, " by the log alone");
	if (news->incident) {
		buf_printf(out, ", %zu snapshots saved in ", news->snapshots);
		text_escape(out, news->incident, strlen(news->incident));
	}
	if (news->given_up)
		buf_printf(out, ", for which %zu older incident%s had to go", news->given_up,
			   news->given_up == 1 ? "" : "s");
	if (news->failure) {
		if (news->incident)
			buf_printf(out, "; %zu file%s could not be saved: ", news->left_out,
				   news->left_out == 1 ? "" : "s");
		else
			buf_puts(out, ", and nothing could be saved: ");
		text_escape(out, news->failure->what, strlen(news->failure->what));
		buf_puts(out, ": ");
		text_escape(out, news->failure->why, strlen(news->failure->why));
	}
	buf_putc(out, '\n');
}

/* `before` are samples of a device in trouble. What fails is said once. */
static void write_metrics(struct watching *w, const struct snapshots *before)
{
	AUTO_BUF struct buf text = { 0 };
	struct metrics m = { 0 };
	struct err e = { 0 };
	int r = scrape_take(&w->scrape, before, &m, &e);

	if (!r)
		metrics_text(&m, &text);
	if (!r)
		r = file_rewrite(w->o->metrics, buf_str(&text), text.len, 0644, &e);
	if (r && !w->failed)
		cmd_fail(&e, r);
	w->failed = r != 0;
	metrics_free(&m);
	w->due = clock_ns(CLOCK_MONOTONIC) + METRICS_NS;
}

static void looked(void *arg)
{
	struct watching *w = arg;

	if (w->o->metrics && clock_ns(CLOCK_MONOTONIC) >= w->due)
		write_metrics(w, NULL);
}

/* Lines of a service go to the journal, which has an entry of its own already. */
static bool is_twice(bool entered)
{
	return entered && host_journal_has(STDOUT_FILENO);
}

static void tell(const struct watch_news *news, void *arg)
{
	struct watching *watching = arg;
	const struct options *o = watching->o;
	AUTO_BUF struct buf out = { 0 };

	if (o->json)
		told_json(news, &out);
	else if (!is_twice(news->entered))
		told_text(news, &out);
	cmd_output(&out, STATUS_OK);
	if (o->metrics)
		write_metrics(watching, news->samples);
}

static void recovered_json(const struct watch_recovered *news, struct buf *out)
{
	static const char *const names[] = { "recovered", "not-recovered", "gave-up" };
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object_inline(&w, NULL);
	jsonw_u64(&w, "schema", 1);
	jsonw_str(&w, "kind", names[news->what]);
	jsonw_str(&w, "address", news->device);
	jsonw_str(&w, "netdev", news->netdev);
	jsonw_str(&w, "words", news->words);
	jsonw_str(&w, "incident", news->incident);
	if (news->report)
		recover_report_json(news->report, "recovery", &w);
	jsonw_end_object(&w);
}

static void tell_recovered(const struct watch_recovered *news, void *arg)
{
	struct watching *watching = arg;
	const struct options *o = watching->o;
	AUTO_BUF struct buf out = { 0 };

	if (o->json) {
		recovered_json(news, &out);
	} else if (!is_twice(news->entered)) {
		buf_puts(&out, "nicregs: ");
		if (news->netdev)
			text_escape(&out, news->netdev, strlen(news->netdev));
		buf_printf(&out, news->netdev ? " (%s): " : "%s: ", news->device);
		text_escape(&out, news->words, strlen(news->words));
		buf_putc(&out, '\n');
	}
	cmd_output(&out, STATUS_OK);
}

/* Who starts it by hand sees that it runs; a service's log has nothing but incidents. */
static void ready(const char *what, void *arg)
{
	const struct options *o = ((const struct watching *)arg)->o;

	if (!o->json && isatty(STDERR_FILENO))
		fprintf(stderr, "nicregs: %s; ^C ends it\n", what);
}

static void warn(const struct err *e, void *arg)
{
	(void)arg;
	cmd_fail(e, -EIO);
}

static bool number(const char *text, uint64_t most, uint64_t *value)
{
	return !text || (text_u64(text, value) && *value && *value <= most);
}

/* --recover alone is the gentle step. */
static int read_recovery(const struct options *o, struct watch_options *w)
{
	uint64_t times = RECOVERIES_DEFAULT;
	struct err e = { 0 };

	if (o->per_hour && !o->recover)
		return cmd_refuse("--per-hour", "it is for --recover", "nicregs watch --recover --per-hour 5");
	if (!number(o->per_hour, WATCH_RECOVERIES_MOST, &times))
		return cmd_bad_value("--per-hour", o->per_hour, "a number from 1 to 60");
	if (o->yes && !o->recover)
		return cmd_refuse("--yes", "it is for --recover", "nicregs watch --recover --yes");
	w->recoveries = (size_t)times;
	w->even_so = o->yes;
	w->recover = o->recover ? RECOVER_GENTLE : 0;
	if (o->recover_steps && recover_steps_parse(o->recover_steps, &w->recover, &e))
		return cmd_fail(&e, -EINVAL);
	return 0;
}

static int read_options(const struct options *o, struct watch_options *w)
{
	uint64_t keep = INCIDENTS_KEPT;

	w->interval_ns = CLOCK_SECOND;
	if (!number(o->count, UINT64_MAX, &w->looks))
		return cmd_bad_value("--count", o->count, "a number");
	if (!number(o->keep, 10000, &keep))
		return cmd_bad_value("--keep", o->keep, "a number from 1 to 10000");
	if (o->exec && o->exec[0] != '/')
		return cmd_bad_value("--exec", o->exec, "the whole path of a program");
	w->store = (struct incident_store){
		.dir = o->dir ? o->dir : INCIDENTS_DIR,
		.keep = (size_t)keep,
		.most_bytes = INCIDENTS_BYTES,
	};
	if (read_recovery(o, w))
		return STATUS_USAGE;
	return cmd_interval(o, 0.0001, 60, &w->interval_ns);
}

/* Tests kill the program after each of its changes on disk in turn. */
static unsigned kill_after(void)
{
	const char *text = getenv("NICREGS_TEST_KILL_AFTER");
	uint64_t n = 0;

	return text && text_u64(text, &n) && n < 1000 ? (unsigned)n : 0;
}

/* SIGINT and SIGTERM are read from a descriptor, so that none comes in the middle of a save. */
static int stop_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* What opening a device again takes, and a folder of another user's if it is named. */
static uint64_t needs(const struct options *o, int n)
{
	return cmd_needs_devices(o, n) | (o->dir || o->metrics ? PRIVILEGE_WRITE : PRIVILEGE_NONE) |
	       (o->recover ? PRIVILEGE(CAP_NET_RAW) : PRIVILEGE_NONE);
}

static int run(const struct options *o, char **args, int n)
{
	struct watching watching = { .o = o };
	struct watch_options w = {
		.source = cmd_source_options(o, n ? args[0] : NULL),
		.log = o->log,
		.program = o->exec,
		.quiet_ns = 60 * CLOCK_SECOND,
		.no_redact = o->no_redact,
		.tell = tell,
		.ready = ready,
		.warn = warn,
		.recovered = tell_recovered,
		.with_samples = o->metrics != NULL,
		.looked = looked,
		.arg = &watching,
	};
	AUTO_CLOSE int stop = -1;
	unsigned kill = kill_after();
	struct err e = { 0 };
	int status = read_options(o, &w), r;

	if (!status && (o->n_from || o->demo)) {
		status = cmd_refuse("watch", "watches this machine, not a file", NULL);
	}
	if (!status)
		status = cmd_chipdb(o, &w.db);
	if (status)
		return status;
	w.store.kill_after = kill ? &kill : NULL;
	w.stop_fd = stop = stop_signals();
	r = o->metrics ? scrape_open(&watching.scrape, w.db, &w.source, w.store.dir, true, &e) : 0;
	if (!r)
		r = watch_run(&w, &e);
	if (o->metrics)
		scrape_close(&watching.scrape);
	chipdb_free(w.db);
	return r ? cmd_fail(&e, r) : STATUS_OK;
}

static const struct option_help own_words[] = {
	{ "count", NULL, "samples to take, then end (default: until stopped)" },
	{ "log", NULL, "the kernel log to follow, in place of this machine's" },
	{ "yes", NULL, "recover even if that may cut off the root file system, a bond, or your SSH connection" },
	{ 0 },
};

const struct cmd cmd_watch = {
	.name = "watch",
	.args = "[DEVICE]",
	.summary = "Run unattended; save evidence when a NIC hangs",
	.accepts = "interval count log dir keep exec metrics recover per-hour yes no-redact",
	.helps = own_words,
	.details = "Follows the kernel log (or --log FILE) and samples heads and tails every --interval.\n"
		   "When the log reports a hang, work waits in a queue whose head has not moved in three\n"
		   "samples, or bytes stay in flight that nobody cleans up, it saves an incident: a folder\n"
		   "with snapshots from before and during the hang, and the log's lines. Further signs\n"
		   "within a minute belong to the same incident. It prints one line for each. --exec runs a\n"
		   "program, without a shell and without capabilities, with the folder, the device's\n"
		   "address and the kind of trouble as arguments; NICREGS_CONFIRMED in its environment is\n"
		   "\"registers\", or \"log\" if only the log reports it. nicregs diagnose --from FOLDER reads\n"
		   "an incident. --metrics writes what nicregs metrics writes: each minute, and at once\n"
		   "when a NIC hangs.\n\n"
		   "--recover makes the port go again once the incident is saved: by the driver's own\n"
		   "restart, or the named steps of nicregs recover. Only what registers confirm counts. It\n"
		   "does so at most --per-hour times an hour, with growing pauses, and then gives up. Where\n"
		   "nicregs recover refuses it does as well, and says so once, unless --yes is given.\n",
	.examples = "  nicregs watch --dir /var/tmp/incidents\n"
		    "  nicregs watch --recover --per-hour 5\n"
		    "  systemctl enable --now nicregs-watch     the same as a service\n",
	.max_args = 1,
	.needs = needs,
	.run = run,
};
