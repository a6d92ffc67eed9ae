// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/sampler.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "aspm/change.h"
#include "snapshot/file.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/file.h"
#include "view/aspm.h"

/* A disk that is full ends the recording, not the watching: what would be written behind a line that is cut off could
 * not be read. */
static int record(struct sampler *s, const struct snapshots *look, struct err *e)
{
	int r = record_look(&s->record, look, e);

	if (r) {
		s->record_err = *e;
		atomic_store(&s->recording, false);
	}
	return r;
}

static int sample(void *arg, struct snapshots *out, struct err *e)
{
	struct sampler *s = arg;
	int r = live_sample(s->live, out, e);

	if (r == -ENODEV && s->any) {
		snapshots_free(out);
		r = 0;
	}
	s->any = s->any || out->n;
	if (!r && atomic_load(&s->recording))
		r = record(s, out, e);
	return r;
}

/* 1: a plan without a step. What is planned is told without the words of --dry-run. */
static int tell_aspm(struct aspm_report *report, bool dry, struct buf *told, struct err *e)
{
	const struct view view = { .width = 78 };
	bool planned = report->result == ASPM_PLANNED;

	if (planned)
		report->result = ASPM_SHOWN;
	aspm_text_changes(&view, report, 1, told);
	if (report->result == ASPM_NOT_APPLICABLE)
		return 1; /* told, and no failure */
	if (e && report->code)
		*e = report->err;
	return report->code || !dry || planned ? report->code : 1;
}

/* As `nicregs aspm disable` and `restore`. */
static int aspm(void *arg, const char *address, enum aspm_action action, bool dry, struct buf *told, struct err *e)
{
	struct sampler *m = arg;
	const struct source_options so = { .device = address, .link_only = true };
	const struct aspm_request request = {
		.wish = { .action = action, .states = LINK_ASPM },
		.dry = dry,
	};
	struct aspm_session session;
	struct snapshots list = { 0 };
	int r = aspm_begin(&session, !dry, e);

	if (!r)
		r = source_live(m->db, &so, &list, e);
	if (!r && !list.n)
		r = err_set(e, ENODEV, address, "the device went away");
	if (!r)
		r = aspm_read(&session, m->db, &list, true, e);
	if (!r) {
		aspm_change(&session, &request);
		r = tell_aspm(session.reports, dry, told, e);
	}
	aspm_end(&session);
	snapshots_free(&list);
	return r;
}

/* Beside no file of the same name; whole or not at all. */
static int write_new(const char *path, const struct buf *text, struct err *e)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ssize_t n = fd < 0 ? -1 : write(fd, buf_str(text), text->len);
	int r = n < 0 ? errno : n < (ssize_t)text->len ? ENOSPC : 0;

	if (fd >= 0 && r)
		unlink(path);
	return r ? err_sys(e, r, "%s", path) : 0;
}

/* "nicregs-eno1-20260705T143000.json", of characters that no shell and no scp takes for something else. */
static void name_file(const struct snapshot *s, struct buf *path)
{
	char when[32] = "", address[PCI_ADDR_MAX] = "device";
	time_t t = (time_t)(s->taken / CLOCK_SECOND);
	struct tm tm;

	if (localtime_r(&t, &tm))
		strftime(when, sizeof(when), "%Y%m%dT%H%M%S", &tm);
	if (snapshot_self(s))
		pci_addr_str(&snapshot_self(s)->addr, address);
	buf_printf(path, "nicregs-%s-%s.json", s->facts.netdev ? s->facts.netdev : address, when);
	for (char *c = path->data; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-._", *c))
			*c = '-';
}

static int save(void *arg, const struct snapshot *s, struct buf *path, struct err *e)
{
	struct sampler *m = arg;
	struct snapshot *copy = snapshot_copy(s);
	const struct chip *chip = NULL;
	AUTO_BUF struct buf text = { 0 };

	if (s->chip && chipdb_find(m->db, s->chip, &chip, NULL))
		chip = NULL;
	if (!m->o->no_redact && !copy->redacted)
		snapshot_redact(copy, chip);
	snapshot_save(copy, chip, &text);
	name_file(copy, path);
	snapshot_free(copy);
	return write_new(buf_str(path), &text, e);
}

struct monitor_ops sampler_ops(struct sampler *s)
{
	return (struct monitor_ops){ s, sample, aspm, save };
}

void sampler_close(struct sampler *s)
{
	record_close(&s->record);
	live_close(s->live);
	chipdb_free(s->db);
	free(s);
}
