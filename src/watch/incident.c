// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "diagnose/diagnose.h"
#include "snapshot/file.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/err.h"
#include "watch/about.h"
#include "watch/entry.h"
#include "watch/internal.h"

#define DOUBT_NS (2000 * CLOCK_MS) /* from one look that does not confirm to the next that tries */
#define RESERVE "reserve"
/* In no step with each other, so that a ring that goes round is not taken for one that stands. */
static const int64_t at_once_ms[] = { 0, 150, 310, 600 };
static const int64_t afterwards_ms[] = { 2000, 5000, 15000, 45000 };
#define N_AT_ONCE COUNT(at_once_ms)
#define N_AFTER COUNT(afterwards_ms)

/* Takes s over. */
static int put_snapshot(struct watch *w, struct incident *i, const char *name, struct snapshot *s, struct err *e)
{
	AUTO_BUF struct buf out = { 0 };
	const struct chip *chip = NULL;
	int r = s->chip ? chipdb_find(w->o->db, s->chip, &chip, e) : 0;

	if (!r && !w->o->no_redact)
		snapshot_redact(s, chip);
	if (!r)
		snapshot_save(s, chip, &out);
	snapshot_free(s);
	return r ? r : incident_put(i, name, buf_str(&out), out.len, e);
}

static int put_log(struct watch *w, struct incident *i, const char *name, struct err *e)
{
	AUTO_BUF struct buf out = { 0 };

	watch_tail_text(&w->tail, &out);
	return out.len ? incident_put(i, name, buf_str(&out), out.len, e) : 0;
}

static const char *confirmed_by(const struct watched *d)
{
	return d->incident.confirmed ? INCIDENT_BY_REGISTERS : INCIDENT_BY_LOG;
}

static int put_about(struct watched *d, struct err *e)
{
	const struct about about = {
		.kind = d->kind,
		.address = d->address,
		.netdev = d->netdev,
		.confirmed = d->incident.confirmed,
		.taken = d->taken,
		.signs = d->signs,
		.lasted_ns = d->last_sign - d->begun,
		.left_out = d->left_out,
		.recovery = d->has_report ? &d->report : NULL,
	};
	AUTO_BUF struct buf out = { 0 };

	about_json(&about, &out);
	return incident_put(&d->incident, INCIDENT_ABOUT, buf_str(&out), out.len, e);
}

/* The registers first, all of them, and only then the disk. */
static void read_at_once(struct watched *d, struct snapshots *out)
{
	int64_t start = clock_monotonic();

	for (size_t i = 0; i < N_AT_ONCE; i++) {
		struct snapshot *s;

		clock_wait(start + at_once_ms[i] * CLOCK_MS - clock_monotonic());
		s = watched_read(d);
		if (s)
			snapshots_add(out, s);
	}
}

/* What became of the files of an incident. */
struct filled {
	size_t kept, with_registers;
	int r; /* -errno of the first that found no room; w->why is about it. 0: none */
};

/* Where the error of the next file goes: the first one counts. */
static struct err *why(struct watch *w, const struct filled *f)
{
	return f->r ? NULL : &w->why;
}

static bool count(struct filled *f, struct watched *d, int r)
{
	f->kept += !r;
	d->left_out += r != 0;
	if (!f->r)
		f->r = r;
	return !r;
}

/* *s is given away. */
static void fill_snapshot(struct watch *w, struct watched *d, const char *name, struct snapshot **s, struct filled *f)
{
	bool has = *s && watched_has_registers(*s), now = name[0] == '2';

	if (*s && count(f, d, put_snapshot(w, &d->incident, name, *s, why(w, f))))
		f->with_registers += has && now;
	*s = NULL;
}

/* The snapshots are given away. */
static void fill_snapshots(struct watch *w, struct watched *d, struct snapshots *taken, struct filled *f)
{
	char name[40];

	if (taken->n)
		fill_snapshot(w, d, "2-now-0.json", &taken->v[0], f);
	fill_snapshot(w, d, "0-before.json", &d->before, f);
	for (size_t i = 0; i < d->recent.n; i++) {
		snprintf(name, sizeof(name), "1-rings-%zu.json", i);
		fill_snapshot(w, d, name, &d->recent.v[i], f);
	}
	d->recent.n = 0;
	for (size_t i = 1; i < taken->n; i++) {
		snprintf(name, sizeof(name), "2-now-%zu.json", i);
		fill_snapshot(w, d, name, &taken->v[i], f);
	}
	taken->n = 0;
}

/* What says most in little room comes first, in case that the disk is full: the log, a snapshot of now, one from better times to
 * compare with. The reserve is room to say in the end what is left out. */
static void fill(struct watch *w, struct watched *d, struct snapshots *taken, struct filled *f)
{
	static const char reserve[4096];

	put_about(d, NULL);
	incident_put(&d->incident, RESERVE, reserve, sizeof(reserve), NULL);
	if (w->tail.n)
		count(f, d, put_log(w, &d->incident, INCIDENT_LOG, why(w, f)));
	fill_snapshots(w, d, taken, f);
	incident_drop(&d->incident, RESERVE);
	if (d->left_out)
		put_about(d, NULL);
}

static int64_t wall_clock(void)
{
	return clock_ns(CLOCK_REALTIME);
}

/* What the samples are of, and the verdict by them. */
static void judge(struct watch *w, struct watched *d, const struct snapshots *taken)
{
	const struct diagnose_input input = { .db = w->o->db, .samples = taken, .watched_now = true };
	const struct snapshot *s = taken->n ? taken->v[taken->n - 1] : NULL;
	struct diagnoses all = { 0 };

	d->verdict = verdict_name(VERDICT_UNKNOWN);
	d->chip = s && s->chip_name ? xstrdup(s->chip_name) : NULL;
	if (s && !diagnose(&input, &all, NULL) && all.n)
		d->verdict = verdict_name(all.v[0].verdict);
	diagnoses_free(&all);
}

/* Whether the journal has it. */
static bool enter(struct watched *d, bool confirmed, int r)
{
	const struct watch_entry entry = {
		.device = d->address,
		.netdev = d->netdev,
		.chip = d->chip,
		.verdict = d->verdict,
		.kind = d->kind,
		.confirmed = confirmed ? INCIDENT_BY_REGISTERS : INCIDENT_BY_LOG,
		.incident = r ? NULL : d->incident.path,
	};
	AUTO_BUF struct buf words = { 0 };

	buf_printf(&words, "%s%s", d->kind, confirmed ? "" : " by the log alone");
	buf_printf(&words, "; verdict of its registers: %s", d->verdict);
	if (r)
		buf_puts(&words, "; nothing could be saved");
	else
		buf_printf(&words, "; evidence in %s", d->incident.path);
	return watch_enter(r ? EVENT_NOT_SAVED : confirmed ? EVENT_STOPPED : EVENT_REPORTED, &entry, buf_str(&words));
}

static void tell(struct watch *w, struct watched *d, const struct filled *f, const struct snapshots *samples,
		 bool confirmed, int r)
{
	const struct watch_news news = {
		.kind = d->kind,
		.device = d->address,
		.netdev = d->netdev,
		.confirmed = confirmed ? INCIDENT_BY_REGISTERS : INCIDENT_BY_LOG,
		.incident = r ? NULL : d->incident.path,
		.snapshots = f->with_registers,
		.left_out = d->left_out,
		.given_up = d->incident.given_up,
		.failure = r || f->r ? &w->why : NULL,
		.samples = w->o->with_samples ? samples : NULL,
		.entered = enter(d, confirmed, r),
	};

	w->o->tell(&news, w->o->arg);
}

static void copy_all(const struct snapshots *from, struct snapshots *to)
{
	for (size_t i = 0; i < from->n; i++)
		snapshots_add(to, snapshot_copy(from->v[i]));
}

/* What found room is kept; nothing at all is no incident. False if there is no trouble after all. */
static bool save(struct watch *w, struct watched *d, enum watched_by by)
{
	struct snapshots taken = { 0 }, told = { 0 };
	struct filled f = { 0 };
	bool confirmed;
	int r;

	d->taken = wall_clock();
	read_at_once(d, &taken);
	watch_log_read(w);
	confirmed = by == WATCHED_BY_REGISTERS || watched_confirmed(w, &taken);
	if (by == WATCHED_BY_COUNTS && !confirmed) {
		snapshots_free(&taken);
		return false;
	}
	if (w->o->with_samples) {
		copy_all(&d->recent, &told);
		copy_all(&taken, &told);
	}
	judge(w, d, &taken);
	r = incident_begin(&w->o->store, d->taken, d->netdev ? d->netdev : d->address, d->kind, confirmed, &d->incident,
			   &w->why);
	if (!r)
		fill(w, d, &taken, &f);
	if (!r && !f.kept)
		r = f.r;
	if (!r)
		r = incident_commit(&w->o->store, &d->incident, &w->why);
	snapshots_free(&taken);
	d->to_recover = confirmed;
	tell(w, d, &f, &told, confirmed, r);
	snapshots_free(&told);
	if (r)
		incident_end(&d->incident);
	else if (w->o->program &&
		 watch_command_start(w->o->program, d->incident.path, d->address, d->kind, confirmed_by(d), &w->why))
		w->o->warn(&w->why, w->o->arg);
	return true;
}

/* Only now do the registers say so as well. */
static void confirm(struct watch *w, struct watched *d)
{
	d->to_recover = true;
	if (!d->incident.path || d->incident.confirmed)
		return;
	d->incident.confirmed = true;
	if (put_about(d, &w->why))
		w->o->warn(&w->why, w->o->arg);
}

void watched_sign(struct watch *w, struct watched *d, const char *kind, uint64_t n, enum watched_by by)
{
	d->last_sign = clock_monotonic();
	if (d->in_incident) {
		d->signs += n;
		if (by == WATCHED_BY_REGISTERS)
			confirm(w, d);
		watched_recover(w, d);
		return;
	}
	d->in_incident = true;
	d->kind = kind;
	d->netdev = watched_netdev(d) ? xstrdup(watched_netdev(d)) : NULL;
	d->begun = d->last_sign;
	d->signs = n;
	d->n_after = d->left_out = 0;
	d->has_report = d->gave_up = d->to_recover = d->refused = false;
	if (!save(w, d, by)) {
		d->doubt_again = clock_monotonic() + DOUBT_NS;
		watched_close(w, d);
	}
	d->last_sign = clock_monotonic();
	watched_recover(w, d);
}

static void add_afterwards(struct watch *w, struct watched *d)
{
	struct snapshot *s = watched_read(d);
	struct filled f = { 0 };
	char name[40];

	snprintf(name, sizeof(name), INCIDENT_AFTER "/%zu.json", d->n_after);
	fill_snapshot(w, d, name, &s, &f);
	count(&f, d, put_log(w, &d->incident, INCIDENT_AFTER "/" INCIDENT_LOG, why(w, &f)));
	count(&f, d, put_about(d, why(w, &f)));
	if (f.r)
		w->o->warn(&w->why, w->o->arg);
}

void watched_close(struct watch *w, struct watched *d)
{
	if (d->incident.path && put_about(d, &w->why))
		w->o->warn(&w->why, w->o->arg);
	incident_end(&d->incident);
	free(d->netdev);
	free(d->chip);
	d->netdev = d->chip = NULL;
	d->in_incident = false;
}

void watched_go_on(struct watch *w, struct watched *d)
{
	int64_t now = clock_monotonic();

	if (d->incident.path && d->n_after < N_AFTER && now - d->begun >= afterwards_ms[d->n_after] * CLOCK_MS) {
		add_afterwards(w, d);
		d->n_after++;
	}
	if (now - d->last_sign > w->o->quiet_ns)
		watched_close(w, d);
}

void watched_end_well(struct watch *w, struct watched *d)
{
	if (d->incident.path)
		add_afterwards(w, d);
	watched_close(w, d);
}
