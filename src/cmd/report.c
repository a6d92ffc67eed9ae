// SPDX-License-Identifier: GPL-2.0-or-later
/* The one file to send with a bug report, klog/reportfile.h says what is in it; and the same as a page. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmd/report.h"
#include "host/privilege.h"
#include "klog/reportfile.h"
#include "snapshot/file.h"
#include "util/alloc.h"
#include "util/text.h"

#define WIDTH 80 /* columns of the text, wherever it is read */

/* ---- the verdict, of what is in the file and nothing else ---- */

static int redact(struct report *r, struct err *e)
{
	int code = 0;

	for (size_t i = 0; i < r->samples.n && !code && !r->o->no_redact; i++) {
		struct snapshot *s = r->samples.v[i];
		const struct chip *chip = NULL;

		code = s->chip ? chipdb_find(r->db, s->chip, &chip, e) : 0;
		if (!code)
			snapshot_redact(s, chip);
	}
	return code;
}

static int judge(struct report *r, struct err *e)
{
	struct logs *l = &r->judged;

	if (r->log_name) {
		l->book = logbook_new();
		l->klog = klog_new(logbook_add, l->book);
		klog_feed(l->klog, buf_str(&r->log), r->log.len);
		klog_end(l->klog);
		logbook_sort(l->book, l->klog);
	}
	const struct diagnose_input input = {
		.db = r->db,
		.samples = &r->samples,
		.klog = l->klog,
		.logbook = l->book,
		.named = cmd_named_chip(r->o, r->db),
		.watched_now = r->live || r->inside.live,
		.only_sampled = true,
	};

	return diagnose(&input, &l->diagnoses, e);
}

/* ---- the text ---- */

static const char *put_now(char *text, size_t size)
{
	time_t now = time(NULL);
	struct tm tm;

	*text = '\0';
	if (gmtime_r(&now, &tm))
		strftime(text, size, "%Y-%m-%d %H:%M UTC", &tm);
	return text;
}

static void put_head(struct report *r)
{
	const char *live = (r->live && r->log_name) || r->inside.live ? REPORTFILE_LIVE "\n" : "";
	char when[32];

	buf_printf(&r->out,
		   REPORTFILE_HEAD "\n"
				   "Made with nicregs " NICREGS_VERSION " on %s.\n"
				   "%s\n%s"
				   "nicregs reads this file, with FILE for its name:\n"
				   "    nicregs diagnose --from FILE    nicregs show --from FILE    nicregs log FILE\n",
		   put_now(when, sizeof(when)),
		   r->o->no_redact ? "Nothing is masked."
				   : "MAC addresses, IP addresses, serial numbers and the names of hosts are masked.",
		   live);
}

static int put_verdicts(struct report *r, struct err *e)
{
	const struct view v = { .width = WIDTH };
	const struct diagnose_view what = {
		.db = r->db,
		.log_name = r->log_name,
		.verbose = true,
		.diagnoses = &r->judged.diagnoses,
		.klog = r->judged.klog,
		.logbook = r->judged.book,
	};

	buf_puts(&r->out, "\n" REPORTFILE_MARK "Verdict\n");
	return diagnose_text(&v, &what, &r->out, e);
}

static int put_device(const struct snapshot *last, const struct snapshots *like, void *arg)
{
	const struct view v = { .width = WIDTH };
	const struct show_options options = { .queues = false };
	struct report *r = arg;
	struct err e = { 0 };
	int code;

	(void)like;
	buf_puts(&r->out, "\n" REPORTFILE_MARK "Device\n");
	code = show_text(&v, &options, r->db, last, &r->out, &e);
	if (code)
		cmd_fail(&e, code);
	return code;
}

static void put_log(struct report *r)
{
	if (!r->log_name) {
		buf_puts(&r->out, "\nNo kernel log.\n");
		return;
	}
	buf_printf(&r->out, "\n%" PRIu64 " of %" PRIu64 " lines of %s, those about these devices:\n",
		   extract_kept(r->extract), extract_seen(r->extract), r->o->log ? "the kernel log" : r->log_name);
	if (r->others)
		buf_printf(&r->out, "Lines about other NICs are left out: %s.\n", r->others);
	if (report_is_of_others(r))
		buf_puts(&r->out, "The log names none of these devices: it may be another machine's.\n");
	buf_putc(&r->out, '\n');
	buf_puts(&r->out, REPORTFILE_LOG "\n");
	buf_add(&r->out, buf_str(&r->log), r->log.len);
	buf_puts(&r->out, REPORTFILE_LOG_END "\n");
}

static int put_snapshots(struct report *r, struct err *e)
{
	int code = 0;

	buf_puts(&r->out, "\n" REPORTFILE_SNAPSHOTS "\n");
	for (size_t i = 0; i < r->samples.n && !code; i++) {
		const struct chip *chip = NULL;
		struct snapshot *s = r->samples.v[i];

		code = s->chip ? chipdb_find(r->db, s->chip, &chip, e) : 0;
		if (!code)
			snapshot_save(s, chip, &r->out);
	}
	buf_puts(&r->out, REPORTFILE_SNAPSHOTS_END "\n");
	return code;
}

static int put_text(struct report *r, struct err *e)
{
	int code;

	put_head(r);
	code = put_verdicts(r, e);
	if (code)
		return cmd_fail(e, code);
	if (samples_each(&r->samples, put_device, r))
		return STATUS_USAGE;
	put_log(r);
	code = put_snapshots(r, e);
	if (!code && r->o->output)
		code = cmd_write_output(r->o, &r->out, e);
	return code ? cmd_fail(e, code) : 0;
}

static bool wants_text(const struct report *r)
{
	return !r->o->html || r->o->output;
}

static int compose(struct report *r)
{
	struct err e = { 0 };
	char made[32];
	int code = r->o->html ? report_judge_page(r, &e) : 0, status = 0;

	if (!code)
		code = redact(r, &e);
	if (!code && wants_text(r))
		code = judge(r, &e);
	if (code)
		return cmd_fail(&e, code);
	if (r->o->html)
		status = report_put_page(r, put_now(made, sizeof(made)), &e);
	return status || !wants_text(r) ? status : put_text(r, &e);
}

/* Neither snapshot nor dump, but a log: the page is of that. */
static bool is_log_alone(struct report *r, int code)
{
	r->of_log = code && r->o->html && !r->o->output && r->o->n_from == 1 && r->inside.path && !r->o->log;
	return r->of_log;
}

static int read_samples(struct report *r, char **args, int n)
{
	struct source_options so = cmd_source_options(r->o, n ? args[0] : NULL);
	const struct sampling plan = { 500000000, 3 };
	struct err e = { 0 };
	int code;

	so.series = so.log_read = true;
	so.writes_files = r->o->output || r->o->html;
	code = r->live ? cmd_read_samples(r->db, &so, &plan, &r->samples, NULL, &e)
		       : cmd_read_sources(r->o, r->db, &so, &r->samples, &e);
	if (is_log_alone(r, code)) {
		r->no_samples = e;
		return 0;
	}
	if (code)
		return cmd_fail(&e, code);
	if (!r->samples.n)
		return cmd_refuse("this machine", "no Intel NIC found, nothing to report",
				  "nicregs --demo report reports the recording inside the program");
	return 0;
}

static void report_free(struct report *r)
{
	klog_input_close(r->input);
	extract_free(r->extract);
	logs_free(&r->whole);
	logs_free(&r->judged);
	snapshots_free(&r->samples);
	chipdb_free(r->db);
	free(r->log_name);
	free(r->incident_log);
	free(r->others);
	buf_free(&r->log);
	buf_free(&r->out);
}

static int write_report(struct report *r, char **args, int n)
{
	int status = cmd_chipdb(r->o, &r->db), code;
	bool writes = r->o->output || r->o->html, other;
	struct err e = { 0 };

	r->live = !r->o->n_from && !r->o->demo;
	r->chosen = n;
	if (!status)
		status = inside_find(r->o, &r->inside);
	r->incident_log = status || r->o->log ? NULL : inside_incident_log(r->o, &other);
	if (!status)
		status = read_samples(r, args, n);
	if (!status && report_open_log(r) < 0)
		status = STATUS_USAGE;
	if (!status)
		status = cmd_keep(PRIVILEGE_READ | (writes ? PRIVILEGE_WRITE : PRIVILEGE_NONE));
	code = status ? 0 : report_read_log(r, &e);
	if (code)
		status = cmd_fail(&e, code);
	if (!status)
		status = cmd_keep(writes ? PRIVILEGE_WRITE : PRIVILEGE_NONE);
	if (!status)
		status = compose(r);
	if (!status)
		status = !wants_text(r) || r->o->output ? cmd_completeness(&r->samples)
							: cmd_page(r->o, &r->out, cmd_completeness(&r->samples));
	return status;
}

/* Where a file of this path is or will be: its folder and the name in it. */
static bool is_same_file(const char *a, const char *b)
{
	const char *const paths[] = { a, b };
	struct stat st[2], folder[2];
	const char *name[2];
	size_t there = 0;

	for (int i = 0; i < 2; i++) {
		const char *slash = strrchr(paths[i], '/');
		AUTO_FREE char *dir = slash ? xstrndup(paths[i], (size_t)(slash - paths[i]) + 1) : xstrdup(".");

		there += !stat(paths[i], &st[i]);
		name[i] = slash ? slash + 1 : paths[i];
		if (stat(dir, &folder[i]))
			return false;
	}
	if (there == 2 && st[0].st_dev == st[1].st_dev && st[0].st_ino == st[1].st_ino)
		return S_ISREG(st[0].st_mode);
	return folder[0].st_dev == folder[1].st_dev && folder[0].st_ino == folder[1].st_ino &&
	       !strcmp(name[0], name[1]) && !(there && !S_ISREG(st[0].st_mode));
}

static int one_output(const struct options *o)
{
	if (!o->html || !o->output || (strcmp(o->html, o->output) && !is_same_file(o->html, o->output)))
		return 0;
	return cmd_refuse(o->html, "it is the file of both --html and --output", "name two files");
}

static int run(const struct options *o, char **args, int n)
{
	const struct options page = report_page_options(o);
	struct report r = { .o = o };
	struct err e = { 0 };
	int status, code;

	if (o->json)
		return cmd_refuse("--json", "a report is text",
				  "for programs there are nicregs snapshot and nicregs diagnose --json");
	if (one_output(o))
		return STATUS_USAGE;
	code = cmd_check_output(o, &e);
	if (!code)
		code = cmd_check_output(&page, &e);
	if (code)
		return cmd_fail(&e, code);
	status = write_report(&r, args, n);
	report_free(&r);
	return status;
}

static uint64_t needs(const struct options *o, int n)
{
	return cmd_needs_devices(o, n) | (o->output || o->html ? PRIVILEGE_WRITE : PRIVILEGE_NONE) |
	       (o->log ? PRIVILEGE_READ : PRIVILEGE_NONE);
}

static const struct option_help own_words[] = {
	{ "force", NULL, "replace FILE if it exists" },
	{ "log", NULL, "this kernel log instead of the machine's" },
	{ "no-redact", NULL, "mask nothing" },
	{ 0 },
};

const struct cmd cmd_report = {
	.name = "report",
	.args = "[DEVICE]",
	.summary = "Write the one file to send with a bug report",
	.accepts = "output html force no-redact log wake",
	.helps = own_words,
	.details = "Samples the device and writes one text: the verdict with its evidence, the decoded\n"
		   "registers and link, the lines of the kernel log that concern it, and the snapshots. MAC\n"
		   "and IP addresses, serial numbers and host names are masked. Without -o to stdout; with\n"
		   "-o to a new file that appears whole or not at all. nicregs diagnose --from FILE, show\n"
		   "--from FILE and log FILE read it back.\n\n"
		   "--html writes a page for people instead, or beside it with -o: verdict, remedies, a time\n"
		   "line of queues, link and messages, the stuck frame, registers, what was not seen. One\n"
		   "file that any browser shows and prints; it loads nothing and needs no script. It is made\n"
		   "from the machine, an incident, a recording, a snapshot, a report or a kernel log.\n",
	.examples = "  nicregs report eno1 -o eno1.report\n"
		    "  nicregs diagnose --from eno1.report\n"
		    "  nicregs report --html hang.html --from /var/lib/nicregs/incidents/NAME\n"
		    "  nicregs report --html hang.html --from kern.log\n",
	.max_args = 1,
	.needs = needs,
	.run = run,
};
