// SPDX-License-Identifier: GPL-2.0-or-later
/* The ladder: a step, a look whether it helped, the next step. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "recover/recover.h"
#include "util/alloc.h"
#include "util/clock.h"

#define POLL_NS (200 * CLOCK_MS)
#define APPEARS_NS (15 * CLOCK_SECOND) /* until device, driver and interface are there after a step */
#define LINK_NS (20 * CLOCK_SECOND)    /* negotiation takes 3 s at 1 Gb/s, and more above */

const struct recover_try *recover_helped(const struct recover_report *r)
{
	return r->n && r->end == RECOVER_WORKS ? &r->tries[r->n - 1] : NULL;
}

/* The interface is a new one afterwards. */
static bool is_rough(enum recover_step step)
{
	return step != RECOVER_RESTART;
}

static bool is_there(const struct recover_look *now, const struct recover_port *port)
{
	return now->there && now->answers && now->bound && (!*port->netdev || *now->netdev);
}

static bool has_link(const struct recover_look *now, const struct recover_port *port)
{
	return is_there(now, port) && (!port->up || (now->up && (!port->carrier || now->carrier)));
}

static void wait_for(const struct recover_io *io, const struct recover_port *port,
		     bool (*holds)(const struct recover_look *now, const struct recover_port *port), int64_t patience,
		     struct recover_look *now)
{
	int64_t until = io->now(io->arg) + patience;

	for (;;) {
		*now = (struct recover_look){ 0 };
		io->look(io->arg, false, now);
		if (holds(now, port) || io->now(io->arg) >= until)
			return;
		io->pause(io->arg, POLL_NS);
	}
}

/* What is wrong once all had its time to come back, or NULL. */
static const char *settle(const struct recover_io *io, const struct recover_port *port, bool rough,
			  struct recover_report *report)
{
	struct recover_look now = { 0 };

	io->look(io->arg, false, &now);
	if (now.there) /* what is gone from the bus is gone: nobody looks for it again */
		wait_for(io, port, is_there, APPEARS_NS, &now);
	if (!is_there(&now, port))
		return recover_wrong(&now, port);
	report->back = (struct err){ 0 };
	report->anew |= now.index != port->index;
	if (rough || report->anew)
		io->put_back(io->arg, &report->back);
	wait_for(io, port, has_link, LINK_NS, &now);
	if (recover_wrong(&now, port))
		return recover_wrong(&now, port);
	io->look(io->arg, true, &now);
	report->queues = now.queues;
	return recover_wrong(&now, port);
}

/* What went wrong again within the time that it has to hold, or NULL. */
static const char *hold(const struct recover_io *io, const struct recover_port *port, int64_t hold_ns,
			struct recover_report *report)
{
	int64_t until = io->now(io->arg) + hold_ns;

	while (io->now(io->arg) < until && !io->interrupted(io->arg)) {
		struct recover_look now = { 0 };
		const char *wrong;

		io->pause(io->arg, POLL_NS);
		io->look(io->arg, true, &now);
		report->queues = now.queues;
		wrong = recover_wrong(&now, port);
		if (wrong)
			return wrong;
	}
	return NULL;
}

static void say(const struct recover_io *io, const struct recover_try *t)
{
	static const char *const words[] = { "it works again", "refused", "no help", "it worked, and is stuck again" };
	AUTO_FREE char *line =
		xasprintf("%s: %s%s%s", recover_step_name(t->step), words[t->result], *t->found ? ": " : "", t->found);

	io->log(io->arg, line);
}

static void find(struct recover_try *t, enum recover_found result, const char *found)
{
	t->result = result;
	snprintf(t->found, sizeof(t->found), "%.199s", found);
}

static void take(const struct recover_io *io, const struct recover_plan *plan, const struct recover_limits *limits,
		 struct recover_report *report, struct recover_try *t)
{
	AUTO_FREE char *line =
		xasprintf("%s: %s", recover_step_name(t->step), recover_step_words(t->step, plan->port.driver));
	int64_t begun = io->now(io->arg);
	struct err e = { 0 };
	const char *wrong;
	bool rough;

	io->log(io->arg, line);
	rough = is_rough(t->step) || report->anew;
	if (io->act(io->arg, t->step, &e)) {
		AUTO_FREE char *why = xasprintf("%s: %s", e.what, e.why);

		find(t, RECOVER_REFUSED, why);
	}
	/* What a refused step left half done is waited for and put in order as well. */
	wrong = t->result == RECOVER_REFUSED && !rough ? t->found : settle(io, &plan->port, rough, report);
	if (!wrong)
		find(t, RECOVER_HELPED, "");
	else if (t->result != RECOVER_REFUSED)
		find(t, RECOVER_NO_HELP, wrong);
	t->took_ns = io->now(io->arg) - begun;
	if (t->result != RECOVER_HELPED)
		return;
	wrong = hold(io, &plan->port, limits->hold_ns, report);
	if (wrong)
		find(t, RECOVER_CAME_BACK, wrong);
}

/* A step before may have left the device in a state in which this one cannot help. */
static bool still_usable(const struct recover_io *io, const struct recover_plan *plan, enum recover_step step)
{
	struct recover_look now = { 0 };
	struct recover_plan anew;

	io->look(io->arg, false, &now);
	recover_plan_make(&plan->port, &now, 1u << step, &anew);
	return anew.rungs[0].usable;
}

static enum recover_end climb(const struct recover_io *io, const struct recover_plan *plan,
			      const struct recover_limits *limits, struct recover_report *report)
{
	unsigned most = limits->tries && limits->tries < RECOVER_TRIES_MOST ? limits->tries : RECOVER_TRIES_MOST;

	for (size_t i = 0; i < plan->n; i++) {
		for (unsigned again = 0; plan->rungs[i].usable && again < (limits->each ? limits->each : 1); again++) {
			struct recover_try *t = &report->tries[report->n];

			if (io->interrupted(io->arg))
				return RECOVER_INTERRUPTED;
			if (!still_usable(io, plan, plan->rungs[i].step))
				break;
			if (report->n == most)
				return RECOVER_LIMIT;
			*t = (struct recover_try){ .step = plan->rungs[i].step };
			report->n++;
			take(io, plan, limits, report, t);
			say(io, t);
			if (t->result == RECOVER_HELPED)
				return RECOVER_WORKS;
		}
	}
	return RECOVER_NO_STEP_LEFT;
}

int recover_climb(const struct recover_io *io, const struct recover_plan *plan, const struct recover_limits *limits,
		  struct recover_report *report)
{
	*report = (struct recover_report){ 0 };
	report->end = climb(io, plan, limits, report);
	return report->end == RECOVER_WORKS ? 0 : report->end == RECOVER_INTERRUPTED ? -EINTR : -EIO;
}

int recover_finish(const struct recover_io *io, const struct recover_port *port, struct recover_report *report)
{
	struct recover_look now = { 0 };

	*report = (struct recover_report){ .end = RECOVER_NO_STEP_LEFT };
	io->look(io->arg, false, &now);
	if (!is_there(&now, port) || settle(io, port, true, report))
		return -EIO;
	report->end = RECOVER_WORKS;
	return 0;
}
