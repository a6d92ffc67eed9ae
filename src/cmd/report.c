// SPDX-License-Identifier: GPL-2.0-or-later
/* The one file to send with a bug report: klog/reportfile.h says what is in it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/inside.h"
#include "cmd/log.h"
#include "host/privilege.h"
#include "klog/extract.h"
#include "klog/input.h"
#include "klog/reportfile.h"
#include "snapshot/file.h"
#include "util/alloc.h"
#include "util/text.h"

#define WIDTH 80 /* columns of the text, wherever it is read */

struct report {
	const struct options *o;
	struct chipdb *db;
	struct snapshots samples; /* owned, as the next */
	struct extract *extract;
	struct klog_input *input; /* NULL: no log */
	struct inside inside;
	const char *log_path; /* of a named log; NULL: this machine's, or none */
	char *log_name;
	char *others;   /* the log's NICs that are not among the samples; owned; NULL: none */
	bool of_ours;   /* the log has any that is */
	struct buf log; /* what was kept of it */
	struct logs judged;
	struct buf out;
	bool live;
};

/* ---- the log ---- */

static void add_words(struct extract *x, const char *words, void (*add)(struct extract *x, const char *word))
{
	while (words && *words) {
		size_t n = strcspn(words, " ,");
		AUTO_FREE char *word = xstrndup(words, n);

		add(x, word);
		words += n + strspn(words + n, " ,");
	}
}

static void add_device(struct extract *x, const struct snapshot *s)
{
	const struct facts *f = &s->facts;
	const struct pci_function *const functions[] = { snapshot_self(s), snapshot_partner(s) };
	const char *const words[] = { f->netdev, f->bond, f->bridge, f->bond_slaves };
	char address[PCI_ADDR_MAX];

	for (size_t i = 0; i < COUNT(functions); i++)
		if (functions[i])
			extract_word(x, pci_addr_str(&functions[i]->addr, address));
	for (size_t i = 0; i < COUNT(words); i++)
		add_words(x, words[i], extract_word);
	add_words(x, f->driver, extract_driver);
}

static void add_own_name(struct extract *x)
{
	char name[256] = "";

	if (gethostname(name, sizeof(name) - 1))
		return;
	extract_host(x, name);
	name[strcspn(name, ".")] = '\0';
	extract_host(x, name);
}

static struct extract *new_extract(const struct report *r)
{
	struct extract *x = extract_new(!r->o->no_redact);

	add_own_name(x);
	for (size_t i = 0; i < r->samples.n; i++)
		add_device(x, r->samples.v[i]);
	return x;
}

static char *name_log(const struct report *r)
{
	AUTO_BUF struct buf parts = { 0 };

	if (r->log_path)
		return xstrdup(strcmp(r->log_path, "-") ? r->log_path : "standard input");
	klog_input_words(r->input, &parts);
	return parts.len ? xasprintf("this machine's kernel log (%s)", buf_str(&parts))
			 : xstrdup("this machine's kernel log");
}

/* A machine without a readable log has a report all the same. -EIO: the log that was asked for cannot be read. */
static int open_log(struct report *r)
{
	const struct klog_own own = { 0 };
	struct err e = { 0 };
	int code;

	r->log_path = r->o->log ? r->o->log : r->inside.path;
	inside_say_left(&r->inside, &r->samples);
	if (!r->log_path && !r->live)
		return 0;
	inside_again(&r->inside);
	code = r->log_path ? klog_input_open(&r->input, r->log_path, false, &e)
			   : klog_input_open_own(&r->input, &own, &e);
	if (!code) {
		r->log_name = name_log(r);
		return 0;
	}
	r->input = NULL;
	if (!r->log_path) {
		err_todo(&e, "the report is written without the kernel log; root may read it");
		r->samples.partial = true;
	}
	cmd_fail(&e, code);
	return r->log_path ? -EIO : 0;
}

static void take_log(const char *bytes, size_t n, void *arg)
{
	extract_feed(arg, bytes, n);
}

static bool is_sampled(const struct report *r, const struct klog_device *d)
{
	for (size_t i = 0; i < r->samples.n; i++) {
		const struct pci_function *self = snapshot_self(r->samples.v[i]);
		const char *name = r->samples.v[i]->facts.netdev;
		char address[PCI_ADDR_MAX];

		if (self && *d->address ? !strcmp(pci_addr_str(&self->addr, address), d->address)
					: name && *d->interface && !strcmp(name, d->interface))
			return true;
	}
	return false;
}

#define OTHERS_MOST 6 /* that are named */

/* Masked as the log is. */
static void find_others(struct report *r, const struct klog *k)
{
	AUTO_BUF struct buf names = { 0 };
	AUTO_BUF struct buf masked = { 0 };
	const struct klog_device *d;
	size_t n = 0;

	for (size_t i = 0; (d = klog_device(k, i)); i++) {
		bool ours = is_sampled(r, d);

		r->of_ours |= ours;
		if (ours || d->foreign || !klog_is_nic(d) || !(*d->interface || *d->address))
			continue;
		if (n++ >= OTHERS_MOST)
			continue;
		buf_puts(&names, n > 1 ? ", " : "");
		text_escape(&names, d->interface, strlen(d->interface));
		buf_puts(&names, *d->interface && *d->address ? " " : "");
		text_escape(&names, d->address, strlen(d->address));
	}
	if (n > OTHERS_MOST)
		buf_printf(&names, " and %zu more", n - OTHERS_MOST);
	if (!n)
		return;
	if (!r->o->no_redact)
		extract_mask(r->extract, buf_str(&names), names.len, &masked);
	r->others = buf_take(r->o->no_redact ? &names : &masked);
}

/* A log that is given may be another machine's. */
static bool is_of_others(const struct report *r)
{
	return r->log_path && r->others && !r->of_ours;
}

static void say_others(struct report *r)
{
	AUTO_FREE char *path = r->log_path ? shell_path(r->log_path) : NULL;
	struct err e = { 0 };

	if (!is_of_others(r))
		return;
	err_set(&e, EINVAL, r->log_name, "it names none of these devices, but %s", r->others);
	err_todo(&e, "it may be another machine's log: nicregs log %s judges it by itself", path);
	cmd_fail(&e, -EINVAL);
	r->samples.partial = true;
}

static int read_log(struct report *r, struct err *e)
{
	struct klog *k = klog_new(NULL, NULL);
	int more = r->input ? 1 : 0;

	r->extract = new_extract(r);
	klog_tap(k, take_log, r->extract);
	while (more > 0 || more == -EAGAIN)
		more = klog_input_pump(r->input, k, -1, e);
	extract_end(r->extract, &r->log);
	if (r->inside.path && inside_says_nothing(&r->inside, k)) {
		free(r->log_name);
		r->log_name = NULL;
	} else {
		find_others(r, k);
		say_others(r);
	}
	klog_free(k);
	return more;
}

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
		.watched_now = r->live || r->inside.live,
		.only_sampled = true,
	};

	return diagnose(&input, &l->diagnoses, e);
}

/* ---- the text ---- */

static void put_head(struct report *r)
{
	const char *live = (r->live && r->log_name) || r->inside.live ? REPORTFILE_LIVE "\n" : "";
	time_t now = time(NULL);
	char when[32] = "";
	struct tm tm;

	if (gmtime_r(&now, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M UTC", &tm);
	buf_printf(&r->out,
		   REPORTFILE_HEAD "\n"
				   "Made with nicregs " NICREGS_VERSION " on %s.\n"
				   "%s\n%s"
				   "nicregs reads this file, with FILE for its name:\n"
				   "    nicregs diagnose --from FILE    nicregs show --from FILE    nicregs log FILE\n",
		   when,
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
	if (is_of_others(r))
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

static int compose(struct report *r)
{
	struct err e = { 0 };
	int code = redact(r, &e);

	if (!code)
		code = judge(r, &e);
	if (code)
		return cmd_fail(&e, code);
	put_head(r);
	code = put_verdicts(r, &e);
	if (code)
		return cmd_fail(&e, code);
	if (samples_each(&r->samples, put_device, r))
		return STATUS_USAGE;
	put_log(r);
	code = put_snapshots(r, &e);
	if (!code && r->o->output)
		code = cmd_write_output(r->o, &r->out, &e);
	return code ? cmd_fail(&e, code) : 0;
}

static int read_samples(struct report *r, char **args, int n)
{
	struct source_options so = cmd_source_options(r->o, n ? args[0] : NULL);
	const struct sampling plan = { 500000000, 3 };
	int status;

	so.series = so.log_read = true;
	so.writes_files = r->o->output != NULL;
	status = r->live ? cmd_samples(r->db, &so, &plan, &r->samples, NULL)
			 : cmd_sources(r->o, r->db, &so, &r->samples);
	if (!status && !r->samples.n)
		return cmd_refuse("this machine", "no Intel NIC found, nothing to report",
				  "nicregs --demo report reports the recording inside the program");
	return status;
}

static void report_free(struct report *r)
{
	klog_input_close(r->input);
	extract_free(r->extract);
	logs_free(&r->judged);
	snapshots_free(&r->samples);
	chipdb_free(r->db);
	free(r->log_name);
	free(r->others);
	buf_free(&r->log);
	buf_free(&r->out);
}

static int write_report(struct report *r, char **args, int n)
{
	int status = cmd_chipdb(r->o, &r->db), code;
	struct err e = { 0 };

	r->live = !r->o->n_from && !r->o->demo;
	if (!status)
		status = inside_find(r->o, &r->inside);
	if (!status)
		status = read_samples(r, args, n);
	if (!status && open_log(r) < 0)
		status = STATUS_USAGE;
	if (!status)
		status = cmd_keep(PRIVILEGE_READ | (r->o->output ? PRIVILEGE_WRITE : PRIVILEGE_NONE));
	code = status ? 0 : read_log(r, &e);
	if (code)
		status = cmd_fail(&e, code);
	if (!status)
		status = cmd_keep(r->o->output ? PRIVILEGE_WRITE : PRIVILEGE_NONE);
	if (!status)
		status = compose(r);
	if (!status)
		status = r->o->output ? cmd_completeness(&r->samples)
				      : cmd_page(r->o, &r->out, cmd_completeness(&r->samples));
	return status;
}

static int run(const struct options *o, char **args, int n)
{
	struct report r = { .o = o };
	struct err e = { 0 };
	int status, code;

	if (o->json)
		return cmd_refuse("--json", "a report is text",
				  "for programs there are nicregs snapshot and nicregs diagnose --json");
	code = cmd_check_output(o, &e);
	if (code)
		return cmd_fail(&e, code);
	status = write_report(&r, args, n);
	report_free(&r);
	return status;
}

static uint64_t needs(const struct options *o, int n)
{
	return cmd_needs_devices(o, n) | (o->output ? PRIVILEGE_WRITE : PRIVILEGE_NONE) |
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
	.accepts = "output force no-redact log wake",
	.helps = own_words,
	.details = "Samples the device and writes one text: the verdict with its evidence, the decoded\n"
		   "registers and link, the lines of the kernel log that concern it, and the snapshots. MAC\n"
		   "and IP addresses, serial numbers and host names are masked. Without -o to stdout; with\n"
		   "-o to a new file that appears whole or not at all. nicregs diagnose --from FILE, show\n"
		   "--from FILE and log FILE read it back.\n",
	.examples = "  nicregs report eno1 -o eno1.report\n"
		    "  nicregs diagnose --from eno1.report\n",
	.max_args = 1,
	.needs = needs,
	.run = run,
};
