// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/monitor/monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "access/privilege.h"
#include "aspm/change.h"
#include "aspm/deadline.h"
#include "aspm/device.h"
#include "cmd/cmd.h"
#include "host/host.h"
#include "snapshot/file.h"
#include "snapshot/record.h"
#include "util/alloc.h"
#include "util/file.h"
#include "view/aspm.h"

#define LOCK_SECONDS 10
#define SECOND_NS INT64_C(1000000000)

/* What the sampling thread works with. */
struct sampler {
	const struct options *o;
	struct source_options so;
	struct chipdb *db;
	struct live *live;
	struct record record;
	bool any; /* a device was seen once */
};

static int sample(void *arg, struct snapshots *out, struct err *e)
{
	struct sampler *s = arg;
	int r = live_sample(s->live, out, e);

	if (r == -ENODEV && s->any) {
		snapshots_free(out);
		r = 0;
	}
	s->any = s->any || out->n;
	if (!r && s->record.fd >= 0)
		r = record_look(&s->record, out, e);
	return r;
}

static int change(struct host *host, const struct snapshot *s, const struct chip *chip, enum monitor_aspm action, bool dry,
		  struct buf *told, struct err *e)
{
	const struct view view = { .width = 78 };
	struct aspm_request request = {
		.action = action == MONITOR_ASPM_OFF ? ASPM_DISABLE : ASPM_RESTORE,
		.wish = { .action = action == MONITOR_ASPM_OFF ? ASPM_DISABLE : ASPM_RESTORE, .states = LINK_ASPM },
		.dry = dry,
	};
	AUTO_FREE struct aspm_report *report = xcalloc(1, sizeof(*report));

	aspm_device_read(host, s, chip, report);
	aspm_change(host, &request, report, 1);
	aspm_text_changes(&view, report, 1, told);
	if (e && report->code)
		*e = report->err;
	return report->code;
}

/* As `nicregs aspm disable` and `restore`. */
static int aspm(void *arg, const char *address, enum monitor_aspm action, bool dry, struct buf *told, struct err *e)
{
	struct sampler *m = arg;
	const struct source_options so = { .device = address, .no_regs = true };
	struct snapshots list = { 0 };
	const struct chip *chip = NULL;
	struct host *host = NULL;
	AUTO_CLOSE int lock = -1;
	int r = 0;

	if (!dry && geteuid())
		r = err_set(e, EACCES, "aspm", "only root can change it");
	else if (!dry)
		r = aspm_lock(ASPM_RUN_DIR, LOCK_SECONDS, &lock, e);
	if (!r)
		r = source_live(m->db, &so, &list, e);
	if (!r && !list.n)
		r = err_set(e, ENODEV, address, "the device went away");
	if (!r && list.v[0]->chip)
		r = chipdb_find(m->db, list.v[0]->chip, &chip, e);
	if (!r)
		r = host_open(&host, e);
	if (!r)
		r = change(host, list.v[0], chip, action, dry, told, e);
	host_close(host);
	snapshots_free(&list);
	return r;
}

/* Beside no file of the same name. */
static int write_new(const char *path, const struct buf *text, struct err *e)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, buf_str(text), text->len) != (ssize_t)text->len)
		return err_sys(e, errno, "%s", path);
	return 0;
}

static int save(void *arg, const struct snapshot *s, struct buf *path, struct err *e)
{
	struct sampler *m = arg;
	struct snapshot *copy = snapshot_copy(s);
	const struct chip *chip = NULL;
	AUTO_BUF struct buf text = { 0 };
	char when[32] = "", address[PCI_ADDR_MAX] = "";
	time_t t = (time_t)(s->taken / SECOND_NS);
	struct tm tm;

	if (s->chip && chipdb_find(m->db, s->chip, &chip, NULL))
		chip = NULL;
	if (!m->o->no_redact && !copy->redacted)
		snapshot_redact(copy, chip);
	snapshot_save(copy, chip, &text);
	snapshot_free(copy);
	if (localtime_r(&t, &tm))
		strftime(when, sizeof(when), "%Y%m%dT%H%M%S", &tm);
	if (snapshot_self(s))
		pci_addr_str(&snapshot_self(s)->addr, address);
	buf_printf(path, "nicregs-%s-%s.json", address, when);
	return write_new(buf_str(path), &text, e);
}

static int read_interval(const struct options *o, int64_t *interval)
{
	struct err e = { 0 };
	char *end;
	double seconds;

	*interval = SECOND_NS;
	if (!o->interval)
		return 0;
	seconds = strtod(o->interval, &end);
	if (end == o->interval || (*end && strcmp(end, "s")) || !(seconds >= 0.05 && seconds <= 3600))
		return cmd_fail(&e, err_set(&e, EINVAL, "--interval", "%s is not a time from 0.05 to 3600 seconds", o->interval));
	*interval = (int64_t)(seconds * (double)SECOND_NS);
	return 0;
}

static void drop(void)
{
	privilege_drop(false);
}

static struct monitor_options how(const struct options *o)
{
	const char *no_color = getenv("NO_COLOR"), *codeset = nl_langinfo(CODESET);

	return (struct monitor_options){
		.color = !o->no_color && !(no_color && *no_color),
		.ascii = !codeset || strcmp(codeset, "UTF-8"),
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
		status = cmd_fail(&e, err_set(&e, EINVAL, "--record", "it records this machine, and not a recording"));
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
	}
	if (!status) {
		m.ops = (struct monitor_ops){ s, sample, aspm, save };
		m.title = "live";
		m.interval_ns = interval;
		m.recording_now = o->record != NULL;
		r = monitor_run(&m, &e);
		status = r ? cmd_fail(&e, r) : STATUS_OK;
	}
	chipdb_free(m.db);
	if (r == -EBUSY)
		return status; /* the sampling thread has the rest until the end */
	record_close(&s->record);
	live_close(s->live);
	chipdb_free(s->db);
	free(s);
	return status;
}

static int run(const struct options *o, char **args, int n)
{
	const char *device = n ? args[0] : NULL;
	struct err e = { 0 };
	int64_t interval;
	int status = read_interval(o, &interval);

	if (!status && o->json)
		status = cmd_fail(&e, err_set(&e, EINVAL, "--json", "the monitor is for people; diagnose and show print JSON"));
	if (status)
		return status;
	return o->n_from || o->demo ? replay(o, device) : watch(o, device, interval);
}

const struct cmd cmd_monitor = {
	.name = "monitor",
	.args = "[DEVICE]",
	.summary = "queues, link, changes and findings, live on the terminal",
	.accepts = "interval record no-redact wake",
	.details = "One row a device with its verdict, one a transmit or receive queue with what waits in its ring;\n"
		   "below them link and PHY, registers that changed, and what diagnose finds. ? tells the keys.\n"
		   "--record writes what is sampled to a new file, which --from replays.\n",
	.max_args = 1,
	.run = run,
};
