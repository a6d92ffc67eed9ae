// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/scrape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aspm/persist.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/text.h"

#define APART (CLOCK_SECOND / 10)

/* One run. */
struct run {
	struct scrape *s;
	const struct snapshots *before;
	struct snapshots light;    /* owned, as the next two */
	struct snapshots doubtful; /* of devices that seem stuck */
	struct snapshots together; /* of those that are judged together: one of a bond says something of the others */
	struct metrics *m;
	struct err *e;
	int r;
};

int scrape_open(struct scrape *s, struct chipdb *db, const struct source_options *so, const char *dir, bool here,
		struct err *e)
{
	*s = (struct scrape){ .db = db, .so = *so, .dir = dir, .kept = diagnose_kept_new() };
	s->so.leave_asleep = true;
	s->so.once = false;
	return here ? live_open(&s->live, db, &s->so, e) : 0;
}

void scrape_close(struct scrape *s)
{
	live_close(s->live);
	diagnose_kept_free(s->kept);
	incident_counts_free(&s->counts);
	free(s->incidents);
}

/* A rule that keeps ASPM off, and whether it is. */
static int rule_of(const struct snapshot *s)
{
	struct link link;
	unsigned states;

	link_read(s, &link);
	states = link.ends[1].there ? aspm_persist_states(ASPM_RULES_DIR, &link) : 0;
	if (!states || link.why_not)
		return METRICS_UNSEEN;
	return !(link_on(&link) & states);
}

static bool is_here(const struct snapshot *s)
{
	return s->origin == ORIGIN_LIVE && !s->file;
}

static int judge(struct scrape *s, const struct snapshots *samples, struct metrics *m, struct err *e)
{
	const struct diagnose_input input = { .db = s->db, .samples = samples, .watched_now = true, .kept = s->kept };
	struct diagnoses d;
	int r = diagnose(&input, &d, e);

	for (size_t i = 0; i < d.n && !r; i++) {
		struct snapshots like = samples_like(samples, d.v[i].latest);
		struct metrics_device *x = metrics_add(m, &d.v[i], &like);

		if (is_here(d.v[i].latest))
			x->rule = rule_of(d.v[i].latest);
		free(like.v);
	}
	diagnoses_free(&d);
	diagnose_kept_forget(s->kept);
	return r;
}

static bool is_of(const struct snapshot *s, const struct snapshot *other)
{
	const struct pci_function *a = snapshot_self(s), *b = snapshot_self(other);

	return a && b && pci_addr_equal(&a->addr, &b->addr);
}

static void take_over(struct snapshots *from, const struct snapshot *like, struct snapshots *to)
{
	size_t kept = 0;

	for (size_t i = 0; i < from->n; i++) {
		if (is_of(from->v[i], like))
			snapshots_add(to, from->v[i]);
		else
			from->v[kept++] = from->v[i];
	}
	from->n = kept;
}

static void move(struct snapshots *from, struct snapshots *to)
{
	for (size_t i = 0; i < from->n; i++)
		snapshots_add(to, from->v[i]);
	free(from->v);
	*from = (struct snapshots){ 0 };
}

static void take_light(struct snapshot *s, void *arg)
{
	struct run *run = arg;

	if (snapshot_self(s) && snapshot_self(s)->unread != UNREAD_ASLEEP)
		snapshots_add(&run->light, s);
	else
		snapshot_free(s);
}

/* Long enough for diagnose to call what stands hung. */
static bool watched_long(const struct snapshots *all)
{
	return all->v[all->n - 1]->taken - all->v[0]->taken >= CLOCK_SECOND;
}

/* What others took of it before, then ours, in the order of time. */
static void gather(struct run *run, struct snapshot *s, struct snapshots *all)
{
	for (size_t i = 0; run->before && i < run->before->n; i++)
		if (is_of(run->before->v[i], s))
			snapshots_add(all, snapshot_copy(run->before->v[i]));
	take_over(&run->light, s, all);
	snapshots_add(all, s);
}

/* The second sample. Most devices are judged by it, and done with. */
static void take_full(struct snapshot *s, void *arg)
{
	struct run *run = arg;
	struct snapshots all = { 0 };
	bool stuck;

	gather(run, s, &all);
	stuck = !watched_long(&all) && diagnose_seems_stuck(run->s->db, &all, run->s->kept);
	diagnose_kept_forget(run->s->kept);
	if (stuck || s->facts.bond) {
		move(&all, stuck ? &run->doubtful : &run->together);
		return;
	}
	if (!run->r)
		run->r = judge(run->s, &all, run->m, run->e);
	snapshots_free(&all);
}

static bool is_doubtful(const struct pci_addr *addr, void *arg)
{
	const struct run *run = arg;

	for (size_t i = 0; i < run->doubtful.n; i++)
		if (pci_addr_equal(&snapshot_self(run->doubtful.v[i])->addr, addr))
			return true;
	return false;
}

static void take_more(struct snapshot *s, void *arg)
{
	struct run *run = arg;

	snapshots_add(&run->doubtful, s);
}

/* For more than a second in all, at times that are in no step with each other: see diagnose_seems_stuck(). */
static void watch_doubtful(struct run *run)
{
	static const int64_t after_ms[] = { 37, 113, 61, 307, 271, 293 };
	const struct live_visit visit = { .wanted = is_doubtful, .take = take_more, .arg = run };

	for (size_t i = 0; i < COUNT(after_ms) && run->doubtful.n; i++) {
		clock_wait_until(clock_monotonic() + after_ms[i] * CLOCK_MS);
		if (live_each(run->s->live, &visit, NULL))
			return;
		if (!diagnose_seems_stuck(run->s->db, &run->doubtful, run->s->kept))
			break;
	}
	diagnose_kept_forget(run->s->kept);
}

static void judge_rest(struct run *run)
{
	watch_doubtful(run);
	move(&run->doubtful, &run->together);
	if (run->together.n && !run->r)
		run->r = judge(run->s, &run->together, run->m, run->e);
}

static int sample(struct run *run)
{
	const struct live_visit light = { .take = take_light, .arg = run }, full = { .take = take_full, .arg = run };
	struct source_options *so = &run->s->so;
	int64_t start = clock_monotonic();
	int r;

	so->rings = so->queues_only = true;
	r = live_each(run->s->live, &light, run->e);
	so->rings = so->queues_only = false;
	if (r)
		return r;
	clock_wait_until(start + APART);
	r = live_each(run->s->live, &full, run->e);
	if (!r)
		judge_rest(run);
	return r ? r : run->r;
}

static int by_address(const void *a, const void *b)
{
	const struct metrics_device *x = a, *y = b;

	return strcmp(x->address ? x->address : "", y->address ? y->address : "");
}

/* What an incident's name makes of a device's. */
static bool is_named(const char *device, const char *incident)
{
	for (; *device && *incident; device++, incident++)
		if (*device != *incident && *incident != '_')
			return false;
	return *device == *incident;
}

/* The device of this machine that an incident is of, by its interface, or its address before it had one; else the incident's word. */
static const char *device_of(const struct metrics *m, const char *incident)
{
	for (size_t i = 0; i < m->n; i++)
		if (is_named(m->v[i].device, incident) || (m->v[i].address && is_named(m->v[i].address, incident)))
			return m->v[i].device;
	return incident;
}

static int by_device(const void *a, const void *b)
{
	const struct metrics_incidents *x = a, *y = b;
	int order = strcmp(x->device, y->device);

	return order ? order : strcmp(x->kind, y->kind);
}

/* Those that were counted under the interface and under the address. */
static size_t join(struct metrics_incidents *v, size_t n)
{
	size_t kept = 0;

	qsort(v, n, sizeof(*v), by_device);
	for (size_t i = 0; i < n; i++) {
		if (!kept || by_device(&v[kept - 1], &v[i])) {
			v[kept++] = v[i];
			continue;
		}
		v[kept - 1].n += v[i].n;
		v[kept - 1].last = v[i].last > v[kept - 1].last ? v[i].last : v[kept - 1].last;
	}
	return kept;
}

/* Of a device that watch looks at also the usual kinds of which there was none yet: a counter that begins with 1 shows no increase. */
static void count_incidents(struct scrape *s, struct metrics *m)
{
	static const char *const usual[] = { "hang", "stalled", "lost" };
	size_t n = 0;

	incident_counts_free(&s->counts);
	free(s->incidents);
	s->incidents = NULL;
	m->incidents_unread = s->dir && incident_counts_read(s->dir, &s->counts, NULL);
	if (!s->dir || m->incidents_unread)
		return;
	s->incidents = xcalloc(s->counts.n + COUNT(usual) * m->n + 1, sizeof(*s->incidents));
	for (size_t i = 0; i < s->counts.n; i++)
		s->incidents[n++] =
			(struct metrics_incidents){ device_of(m, s->counts.v[i].device), s->counts.v[i].kind,
						    s->counts.v[i].n, s->counts.v[i].last };
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < COUNT(usual) && m->v[i].watched; k++)
			s->incidents[n++] = (struct metrics_incidents){ m->v[i].device, usual[k], 0, 0 };
	m->n_incidents = join(s->incidents, n);
	m->incidents = s->incidents;
}

static int finish(struct scrape *s, int64_t start, int r, struct metrics *m)
{
	if (m->n)
		qsort(m->v, m->n, sizeof(*m->v), by_address);
	count_incidents(s, m);
	m->took_ns = clock_monotonic() - start;
	return r && !cmd_has_none(s->db, &s->so, r) ? r : 0;
}

int scrape_take(struct scrape *s, const struct snapshots *before, struct metrics *m, struct err *e)
{
	struct run run = { .s = s, .before = before, .m = m, .e = e };
	int64_t start = clock_monotonic();
	int r = sample(&run);

	snapshots_free(&run.light);
	snapshots_free(&run.doubtful);
	snapshots_free(&run.together);
	return finish(s, start, r, m);
}

struct listed {
	struct scrape *s;
	struct metrics *m;
	struct err *e;
};

static int judge_listed(const struct snapshot *last, const struct snapshots *like, void *arg)
{
	const struct listed *l = arg;

	(void)last;
	return judge(l->s, like, l->m, l->e);
}

int scrape_list(struct scrape *s, const struct snapshots *list, struct metrics *m, struct err *e)
{
	struct listed l = { s, m, e };
	int64_t start = clock_monotonic();

	return finish(s, start, samples_each(list, judge_listed, &l), m);
}
