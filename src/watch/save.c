// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "snapshot/file.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/err.h"
#include "util/jsonw.h"
#include "watch/command.h"
#include "watch/parts.h"

#define MS INT64_C(1000000)
/* In no step with each other, so that a ring that goes round is not taken for one that stands. */
static const int64_t at_once_ms[] = { 0, 150, 310, 600 };
static const int64_t afterwards_ms[] = { 2000, 5000, 15000, 45000 };
#define N_AT_ONCE (sizeof(at_once_ms) / sizeof(at_once_ms[0]))
#define N_AFTER (sizeof(afterwards_ms) / sizeof(afterwards_ms[0]))

/* Takes s over. */
static int put_snapshot(struct watch *w, const struct incident *i, const char *name, struct snapshot *s, struct err *e)
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

static int put_log(struct watch *w, const struct incident *i, const char *name, struct err *e)
{
	AUTO_BUF struct buf out = { 0 };

	tail_text(&w->tail, &out);
	return out.len ? incident_put(i, name, buf_str(&out), out.len, e) : 0;
}

static int put_about(const struct watched *d, struct err *e)
{
	AUTO_BUF struct buf out = { 0 };
	struct jsonw w;

	jsonw_init(&w, &out);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "format", "nicregs-incident");
	jsonw_u64(&w, "schema", 1);
	jsonw_str(&w, "kind", d->kind);
	jsonw_str(&w, "address", d->address);
	jsonw_str(&w, "netdev", d->netdev);
	jsonw_i64(&w, "taken_ns", d->taken);
	jsonw_u64(&w, "signs", d->signs);
	jsonw_i64(&w, "lasted_ms", (d->last_sign - d->begun) / MS);
	jsonw_end_object(&w);
	return incident_put(&d->incident, INCIDENT_ABOUT, buf_str(&out), out.len, e);
}

/* What was known before: the snapshot in full from better times, then the last looks. They are given away. */
static int put_before(struct watch *w, struct watched *d, struct err *e)
{
	char name[40];
	int r = 0;

	if (d->before)
		r = put_snapshot(w, &d->incident, "0-before.json", d->before, e);
	d->before = NULL;
	for (size_t i = 0; i < d->recent.n; i++) {
		struct snapshot *s = d->recent.v[i];

		snprintf(name, sizeof(name), "1-rings-%zu.json", i);
		if (r)
			snapshot_free(s);
		else
			r = put_snapshot(w, &d->incident, name, s, e);
	}
	d->recent.n = 0;
	return r;
}

/* The registers first, all of them, and only then the disk. */
static size_t read_at_once(struct watched *d, struct snapshots *out)
{
	int64_t start = watch_now();
	size_t with_registers = 0;

	for (size_t i = 0; i < N_AT_ONCE; i++) {
		struct snapshot *s;

		watch_sleep(start + at_once_ms[i] * MS - watch_now());
		s = device_read(d);
		if (!s)
			continue;
		with_registers += device_has_registers(s);
		snapshots_add(out, s);
	}
	return with_registers;
}

static int fill(struct watch *w, struct watched *d, struct snapshots *taken, struct err *e)
{
	char name[40];
	int r = put_before(w, d, e);

	for (size_t i = 0; i < taken->n; i++) {
		snprintf(name, sizeof(name), "2-now-%zu.json", i);
		if (r)
			snapshot_free(taken->v[i]);
		else
			r = put_snapshot(w, &d->incident, name, taken->v[i], e);
	}
	taken->n = 0;
	if (!r)
		r = put_log(w, &d->incident, INCIDENT_LOG, e);
	return r ? r : put_about(d, e);
}

static int64_t wall_clock(void)
{
	return clock_ns(CLOCK_REALTIME);
}

static void save(struct watch *w, struct watched *d)
{
	struct watch_news news = { .kind = d->kind, .device = d->address, .netdev = d->netdev };
	struct snapshots taken = { 0 };
	struct err e = { 0 };
	int r;

	d->taken = wall_clock();
	news.snapshots = read_at_once(d, &taken);
	log_read(w);
	r = incident_begin(&w->o->store, d->taken, d->netdev ? d->netdev : d->address, d->kind, &d->incident, &e);
	if (!r)
		r = fill(w, d, &taken, &e);
	if (!r)
		r = incident_commit(&w->o->store, &d->incident, &e);
	snapshots_free(&taken);
	if (r)
		incident_end(&d->incident);
	news.incident = d->incident.path;
	news.failure = r ? &e : NULL;
	w->o->tell(&news, w->o->arg);
	if (!r && w->o->program && command_start(w->o->program, news.incident, d->address, d->kind, &e))
		w->o->warn(&e, w->o->arg);
}

void incident_sign(struct watch *w, struct watched *d, const char *kind)
{
	d->last_sign = watch_now();
	if (d->in_incident) {
		d->signs++;
		return;
	}
	d->in_incident = true;
	d->kind = kind;
	d->netdev = device_netdev(d) ? xstrdup(device_netdev(d)) : NULL;
	d->begun = d->last_sign;
	d->signs = 1;
	d->n_after = 0;
	save(w, d);
	d->last_sign = watch_now();
}

static void add_afterwards(struct watch *w, struct watched *d)
{
	struct snapshot *s = device_read(d);
	struct err e = { 0 };
	char name[40];
	int r = 0;

	snprintf(name, sizeof(name), INCIDENT_AFTER "/%zu.json", d->n_after);
	if (s)
		r = put_snapshot(w, &d->incident, name, s, &e);
	if (!r)
		r = put_log(w, &d->incident, INCIDENT_AFTER "/" INCIDENT_LOG, &e);
	if (!r)
		r = put_about(d, &e);
	if (r)
		w->o->warn(&e, w->o->arg);
}

void incident_close(struct watch *w, struct watched *d)
{
	struct err e = { 0 };

	if (d->incident.path && put_about(d, &e))
		w->o->warn(&e, w->o->arg);
	incident_end(&d->incident);
	free(d->netdev);
	d->netdev = NULL;
	d->in_incident = false;
}

void incident_go_on(struct watch *w, struct watched *d)
{
	int64_t now = watch_now();

	if (d->incident.path && d->n_after < N_AFTER && now - d->begun >= afterwards_ms[d->n_after] * MS) {
		add_afterwards(w, d);
		d->n_after++;
	}
	if (now - d->last_sign > w->o->quiet_ns)
		incident_close(w, d);
}
