// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/sampler.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include "host/privilege.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/text.h"

static int drop(struct err *e)
{
	return privilege_keep(PRIVILEGE_NONE, e);
}

/* Block elements and arrows are not in the fonts of these, or the terminals have other characters in their place. */
static bool has_ascii_alone(void)
{
	static const char *const types[] = { "linux", "vt", "ansi", "cons" };
	const char *term = getenv("TERM"), *codeset = nl_langinfo(CODESET);

	for (size_t i = 0; term && i < COUNT(types); i++)
		if (text_starts(term, types[i]))
			return true;
	return !codeset || strcmp(codeset, "UTF-8");
}

static struct monitor_options how(const struct options *o)
{
	const char *no_color = getenv("NO_COLOR");

	return (struct monitor_options){
		.color = !o->no_color && !(no_color && *no_color),
		.ascii = has_ascii_alone(),
		.started = drop,
	};
}

static int replay(const struct options *o, const char *device)
{
	struct source_options so = cmd_source_options(o, device);
	struct monitor_options m = how(o);
	struct snapshots list = { 0 };
	struct chipdb *db = NULL;
	struct err e = { 0 };
	int status = cmd_chipdb(o, &db), r;

	if (!status && o->record)
		status = cmd_refuse("--record", "it records this machine, and not a recording", NULL);
	if (!status)
		status = cmd_sources(o, db, &so, &list);
	if (!status) {
		m.db = db;
		m.recording = &list;
		m.title = o->demo ? "demo" : o->from[0];
		r = monitor_run(&m, &e);
		status = r ? cmd_fail(&e, r) : STATUS_OK;
	}
	snapshots_free(&list);
	chipdb_free(db);
	return status;
}

/* What is wrong with the machine is told before the screen is taken. */
static int first_look(struct sampler *s)
{
	struct snapshots list = { 0 };
	struct err e = { 0 };
	int r = live_open(&s->live, s->db, &s->so, &e);

	if (!r)
		r = live_sample(s->live, &list, &e);
	s->any = list.n != 0;
	snapshots_free(&list);
	return r ? cmd_fail(&e, r) : 0;
}

static int watch(const struct options *o, const char *device, int64_t interval)
{
	struct sampler *s = xcalloc(1, sizeof(*s));
	struct monitor_options m = how(o);
	struct err e = { 0 };
	int status, r = 0;

	*s = (struct sampler){ .o = o, .so = cmd_source_options(o, device), .record.fd = -1 };
	status = cmd_chipdb(o, &s->db);

	if (!status)
		status = cmd_chipdb(o, &m.db);
	if (!status)
		status = first_look(s);
	if (!status && o->record) {
		r = record_open(&s->record, o->record, s->db, !o->no_redact, &e);
		status = r ? cmd_fail(&e, r) : 0;
		atomic_store(&s->recording, !r);
	}
	if (!status) {
		m.ops = sampler_ops(s);
		m.title = "live";
		m.interval_ns = interval;
		m.recording_now = o->record ? &s->recording : NULL;
		r = monitor_run(&m, &e);
		status = r ? cmd_fail(&e, r) : STATUS_OK;
	}
	chipdb_free(m.db);
	if (r == -EBUSY)
		return status; /* the sampling thread has the rest until the end */
	if (!status && o->record && !atomic_load(&s->recording))
		status = cmd_fail(&s->record_err, -EIO);
	sampler_close(s);
	return status;
}

/* A key writes a file beside where the monitor was started, another changes ASPM. */
static uint64_t needs(const struct options *o, int n)
{
	uint64_t live = cmd_needs_devices(o, n);

	return live ? live | PRIVILEGE_WRITE : PRIVILEGE_NONE;
}

static int run(const struct options *o, char **args, int n)
{
	const char *device = n ? args[0] : NULL;
	int64_t interval = CLOCK_SECOND;
	int status = cmd_interval(o, 0.05, 3600, &interval);

	if (!status && o->json)
		status = cmd_refuse("--json", "the monitor is for people; diagnose and show print JSON", NULL);
	if (status)
		return status;
	return o->n_from || o->demo ? replay(o, device) : watch(o, device, interval);
}

const struct cmd cmd_monitor = {
	.name = "monitor",
	.args = "[DEVICE]",
	.summary = "Watch queues, link, registers and findings on the terminal",
	.accepts = "interval record no-redact wake",
	.details = "One row for each device with its verdict, one for each queue with the descriptors\n"
		   "waiting in its ring; below them link and PHY, registers that changed, and findings.\n"
		   "? lists the keys. --record writes the samples to a new file, which --from replays.\n",
	.examples = "  nicregs monitor eno1\n"
		    "  nicregs monitor --record friday.json\n"
		    "  nicregs monitor --from friday.json\n",
	.max_args = 1,
	.needs = needs,
	.run = run,
};
