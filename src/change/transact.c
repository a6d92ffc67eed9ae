// SPDX-License-Identifier: GPL-2.0-or-later
#include "change/transact.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "change/past.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"

#define PASSES 2 /* of undoing: what fails is tried once more, after all else */

const char *change_result_name(enum change_result result)
{
	static const char *const names[CHANGE_RESULTS] = {
		"planned", "unchanged", "done", "undone", "stuck", "refused"
	};

	return names[result];
}

/* One write of a group, and what comes of it. */

static void log_write(const struct change_io *io, const struct settings *now, const struct setting *to)
{
	const struct setting *from = settings_find(now, to->name);
	AUTO_BUF struct buf line = { 0 };

	if (from && !strcmp(from->value, to->value))
		return;
	buf_printf(&line, "%s %s -> %s", to->name, from ? from->value : "?", to->value);
	io->log(io->arg, buf_str(&line));
}

/* Each is told before it is written. */
static int write_group(const struct change_io *io, enum setting_group group, const struct settings *now,
		       const struct settings *to, struct err *e)
{
	for (size_t i = 0; i < to->n; i++)
		log_write(io, now, &to->v[i]);
	return io->write(io->arg, group, to->v, to->n, e);
}

static bool has_todo(const struct change_plan *plan, enum setting_group group)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->steps[i].group == group && !plan->steps[i].met)
			return true;
	return false;
}

/* What of the plan is in this group, as settings with their new values; those of the group that are not in the plan keep
 * theirs. */
static void wanted(const struct change_plan *plan, enum setting_group group, struct settings *to)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct change_step *step = &plan->steps[i];

		if (step->group == group && !step->met)
			settings_add(to, group, step->kind, step->name, step->to);
	}
}

/* What follows a negotiation may have changed by a write of this very change, which began another one. */
static int still_as_planned(const struct change_plan *plan, enum setting_group group, const struct settings *now,
			    struct err *e)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct change_step *step = &plan->steps[i];
		const struct setting *one = settings_find(now, step->name);

		if (step->group == group &&
		    (!one || (strcmp(one->value, step->from) != 0 && !setting_follows(now, one))))
			return err_set(e, EBUSY, step->name, "somebody else changed it meanwhile: it was %s and is %s",
				       step->from, one ? one->value : "gone");
	}
	return 0;
}

static int not_taken(const struct change_step *step, const struct setting *now, struct err *e)
{
	AUTO_BUF struct buf is = { 0 };

	if (now)
		setting_show(now, &is);
	return err_set(e, EIO, step->name, "the change did not take: it was set to %s and reads %s", step->to,
		       now ? buf_str(&is) : "nothing");
}

static int group_met(const struct change_plan *plan, enum setting_group group, const struct settings *now,
		     struct err *e)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct change_step *step = &plan->steps[i];
		const struct setting *one = settings_find(now, step->name);

		if (step->group == group && (!one || !change_step_met(step, one)))
			return not_taken(step, one, e);
	}
	return 0;
}

static int apply_group(const struct change_io *io, const struct change_plan *plan, enum setting_group group,
		       bool *wrote, struct err *e)
{
	struct settings now = { 0 }, to = { 0 }, after = { 0 };
	int r = io->read(io->arg, group, &now, e);

	if (!r)
		r = still_as_planned(plan, group, &now, e);
	if (!r) {
		wanted(plan, group, &to);
		*wrote = true;
		r = write_group(io, group, &now, &to, e);
	}
	if (!r)
		r = io->read(io->arg, group, &after, e);
	if (!r)
		r = group_met(plan, group, &after, e);
	settings_free(&now);
	settings_free(&to);
	settings_free(&after);
	return r;
}

/* A later group may have changed what an earlier one had, or what was so from the beginning. */
static int all_met(const struct change_io *io, const struct change_plan *plan, struct err *e)
{
	int r = 0;

	for (size_t i = 0; i < plan->n && !r; i++) {
		enum setting_group group = plan->steps[i].group;
		struct settings now = { 0 };

		if (i && plan->steps[i - 1].group == group)
			continue;
		r = io->read(io->arg, group, &now, e);
		if (!r)
			r = group_met(plan, group, &now, e);
		settings_free(&now);
	}
	return r;
}

/* *last: the last group of which something was written; -1: none. */
static int run(const struct change_io *io, const struct change_plan *plan, int *last, struct err *e)
{
	*last = -1;
	for (int group = 0; group < SETTING_GROUPS; group++) {
		bool wrote = false;
		int r;

		if (!has_todo(plan, (enum setting_group)group))
			continue;
		if (io->interrupted(io->arg))
			return err_set(e, EINTR, "fix", "interrupted");
		r = apply_group(io, plan, (enum setting_group)group, &wrote, e);
		if (wrote)
			*last = group;
		if (r)
			return r;
	}
	return all_met(io, plan, e);
}

/* Undoing. */

/* Whether a setting is as it was, as far as that can be said. */
static int compare(const struct settings *to, const struct settings *now, struct err *e)
{
	for (size_t i = 0; i < to->n; i++) {
		const struct setting *one = settings_find(now, to->v[i].name);

		if (setting_follows(to, &to->v[i]) || !strcmp(to->v[i].value, "unknown"))
			continue;
		if (!one || strcmp(one->value, to->v[i].value) != 0)
			return err_set(e, EIO, to->v[i].name, "it was set to %s and reads %s", to->v[i].value,
				       one ? one->value : "nothing");
	}
	return 0;
}

static bool is_so(const struct settings *to, const struct settings *now)
{
	for (size_t i = 0; i < to->n; i++) {
		const struct setting *one = settings_find(now, to->v[i].name);

		if (!one || strcmp(one->value, to->v[i].value) != 0)
			return false;
	}
	return true;
}

static int back_group(const struct change_io *io, enum setting_group group, const struct settings *to, struct err *e)
{
	struct settings now = { 0 };
	int r = io->read(io->arg, group, &now, e);

	if (!r && !is_so(to, &now)) {
		r = write_group(io, group, &now, to, e);
		settings_free(&now);
		if (!r)
			r = io->read(io->arg, group, &now, e);
		if (!r)
			r = compare(to, &now, e);
	}
	settings_free(&now);
	return r;
}

static int back_once(const struct change_io *io, const struct settings *to, struct err *e)
{
	int worst = 0;

	for (int group = SETTING_GROUPS - 1; group >= 0; group--) {
		struct settings some = { 0 };
		int r = 0;

		settings_add_group(&some, to, (enum setting_group)group);
		if (some.n)
			r = back_group(io, (enum setting_group)group, &some, worst ? NULL : e);
		worst = worst ? worst : r;
		settings_free(&some);
	}
	return worst;
}

/* In the reverse order of the groups. */
static int put_back(const struct change_io *io, const struct settings *to, struct err *e)
{
	int r = -EIO;

	for (int pass = 0; pass < PASSES && r; pass++) {
		*e = (struct err){ 0 };
		r = back_once(io, to, e);
	}
	return r;
}

/* What a plan may change: of a group that is a whole, all of it. */
static void touched(const struct change_plan *plan, struct settings *out)
{
	for (size_t i = 0; i < plan->before.n; i++) {
		const struct setting *one = &plan->before.v[i];
		bool is = false;

		for (size_t k = 0; k < plan->n && !is; k++)
			is = plan->steps[k].group == one->group && !plan->steps[k].met &&
			     (setting_group_is_whole(one->group) || !strcmp(plan->steps[k].name, one->name));
		if (is && !one->fixed)
			*VEC_PUSH(out->v, out->n, out->cap) = *one;
	}
}

static void undo(const struct change_io *io, const struct settings *before, int last, enum change_result *result,
		 struct err *e)
{
	struct err why = { 0 };
	struct settings some = { 0 };

	for (int group = 0; group <= last; group++)
		settings_add_group(&some, before, (enum setting_group)group);
	*result = last >= 0 && put_back(io, &some, &why) ? CHANGE_STUCK : CHANGE_UNDONE;
	settings_free(&some);
	if (last < 0)
		err_todo(e, "nothing was written");
	else if (*result == CHANGE_STUCK)
		err_todo(e, "undoing it failed as well: %s: %s", why.what, why.why);
	else
		err_todo(e, "everything was restored");
}

/* With its record. */

int change_unfinished(const struct pci_addr *of, struct err *e)
{
	char addr[PCI_ADDR_MAX];

	err_set(e, EBUSY, pci_addr_str(of, addr), "an earlier change of this device was interrupted");
	err_todo(e, "nicregs fix restore %s restores the previous state; then try again", addr);
	return -EBUSY;
}

/* The record of another part in this place counts for nothing. */
static int load_own(const struct change_of *of, struct change_past *past, struct err *e)
{
	int r = change_past_load(of->dir, &of->addr, past, e);

	if (!r && past->id != of->id)
		change_past_free(past);
	past->addr = of->addr;
	past->id = of->id;
	if (r && r != -ENOENT)
		return r;
	return past->record.applying ? change_unfinished(&of->addr, e) : 0;
}

static int settle(const struct change_io *io, const struct change_of *of, const struct change_plan *plan,
		  struct change_past *past, struct err *e)
{
	struct settings now = { 0 };
	int r = 0;

	for (int group = 0; group < SETTING_GROUPS && !r; group++)
		if (has_todo(plan, (enum setting_group)group))
			r = io->read(io->arg, (enum setting_group)group, &now, e);
	if (!r) {
		change_past_settle(past, &now);
		r = change_past_store(of->dir, past, e);
	}
	settings_free(&now);
	return r;
}

static int apply_recorded(const struct change_io *io, const struct change_of *of, const struct change_plan *plan,
			  const struct change_past *earlier, struct change_past *past, enum change_result *result,
			  struct err *e)
{
	struct settings before = { 0 };
	int last, r;

	touched(plan, &before);
	change_past_begin(past, of, &before);
	r = change_past_store(of->dir, past, e);
	if (!r) {
		r = run(io, plan, &last, e);
		*result = CHANGE_DONE;
		if (r)
			undo(io, &before, last, result, e);
		else
			r = settle(io, of, plan, past, e);
		if (*result == CHANGE_UNDONE && change_past_store(of->dir, earlier, NULL))
			err_todo(e, "everything was restored, but its record in %s could not be", of->dir);
	}
	settings_free(&before);
	return r;
}

int change_apply(const struct change_io *io, const struct change_of *of, const struct change_plan *plan,
		 enum change_result *result, struct err *e)
{
	struct change_past past = { 0 }, earlier = { 0 };
	int r = load_own(of, &earlier, e);

	*result = r || plan->n_todo ? CHANGE_REFUSED : CHANGE_UNCHANGED;
	if (!r && plan->n_todo) {
		change_past_copy(&past, &earlier);
		r = apply_recorded(io, of, plan, &earlier, &past, result, e);
	}
	change_past_free(&past);
	change_past_free(&earlier);
	return r;
}

static bool is_wished(const struct change_wish *wishes, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (change_wish_is_of(&wishes[i], name))
			return true;
	return false;
}

int change_retime(const struct change_of *of, const struct change_wish *wishes, size_t n, bool *any, struct err *e)
{
	struct change_past past = { 0 };
	int r = load_own(of, &past, e);

	*any = false;
	for (size_t i = 0; i < past.n && !r; i++) {
		struct change_was *one = &past.v[i];

		/* An earlier change that is to stay stays. */
		if (!is_wished(wishes, n, one->name) || !one->until || one->until == of->until)
			continue;
		one->until = of->until;
		*any = true;
	}
	if (*any)
		r = change_past_store(of->dir, &past, e);
	change_past_free(&past);
	return r;
}

int change_back(const struct change_io *io, const struct change_of *of, int64_t until, enum change_result *result,
		struct err *e)
{
	struct change_past past = { 0 };
	struct settings to = { 0 };
	char addr[PCI_ADDR_MAX];
	int r = change_past_load(of->dir, &of->addr, &past, e);

	*result = CHANGE_UNCHANGED;
	if (!r && past.id != of->id) {
		*result = CHANGE_REFUSED;
		r = err_set(e, ESTALE, pci_addr_str(&of->addr, addr),
			    "another part is in this place than when it was changed");
		err_todo(e, "the record is %s/fix-%s; remove it if it is of no use", of->dir, addr);
	}
	if (!r)
		change_past_target(&past, until, &to);
	if (!r && !to.n)
		r = -ENOENT;
	if (!r) {
		r = put_back(io, &to, e);
		*result = r ? CHANGE_STUCK : CHANGE_DONE;
	}
	if (!r) {
		change_past_restored(&past, until);
		r = change_past_store(of->dir, &past, e);
	}
	settings_free(&to);
	change_past_free(&past);
	return r;
}
