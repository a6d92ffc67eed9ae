// SPDX-License-Identifier: GPL-2.0-or-later
#include "change/plan.h"

#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/nearest.h"
#include "util/text.h"

/* Short names, as ethtool has them where it does. */
static const struct {
	const char *name, *glob;
	enum setting_group group;
} shorts[] = {
	{ "tso", "feature.tx-tcp*-segmentation", SETTING_FEATURE },
	{ "gso", "feature.tx-generic-segmentation", SETTING_FEATURE },
	{ "gro", "feature.rx-gro", SETTING_FEATURE },
	{ "lro", "feature.rx-lro", SETTING_FEATURE },
	{ "sg", "feature.tx-scatter-gather*", SETTING_FEATURE },
	{ "tx-checksum", "feature.tx-checksum-*", SETTING_FEATURE },
	{ "rx-checksum", "feature.rx-checksum", SETTING_FEATURE },
	{ "rx-vlan", "feature.rx-vlan-hw-parse", SETTING_FEATURE },
	{ "tx-vlan", "feature.tx-vlan-hw-insert", SETTING_FEATURE },
	{ "speeds", "link-advertise", SETTING_LINK },
};

const char *change_short_name(size_t i)
{
	return i < COUNT(shorts) ? shorts[i].name : NULL;
}

bool change_short_is_offload(size_t i)
{
	return i < COUNT(shorts) && shorts[i].group == SETTING_FEATURE;
}

static int short_of(const char *name)
{
	for (size_t i = 0; i < COUNT(shorts); i++)
		if (!strcmp(shorts[i].name, name))
			return (int)i;
	return -1;
}

static bool is_speeds(const struct change_wish *wish)
{
	return !strcmp(wish->name, "speeds");
}

static int unknown_name(const char *name, struct err *e)
{
	static const char *const others[] = { "eee",     "pause-autoneg", "pause-rx", "pause-tx",
					      "ring-rx", "ring-tx",       "mtu",      "power" };
	struct nearest near;

	err_set(e, EINVAL, name, "no such setting");
	nearest_begin(&near, name);
	for (size_t i = 0; i < COUNT(shorts); i++)
		nearest_try(&near, shorts[i].name);
	for (size_t i = 0; i < COUNT(others); i++)
		nearest_try(&near, others[i]);
	if (*near.found)
		err_todo(e, "did you mean '%s'? nicregs fix --help lists the settings", near.found);
	else
		err_todo(e, "nicregs fix --help lists the settings");
	return -EINVAL;
}

bool change_is_setting(const char *name)
{
	return short_of(name) >= 0 || setting_group_of(name) >= 0;
}

int change_wish_parse(const char *text, struct change_wish *wish, struct err *e)
{
	const char *equals = strchr(text, '=');
	size_t n = equals ? (size_t)(equals - text) : strlen(text);

	*wish = (struct change_wish){ 0 };
	if (!equals || !n || !equals[1])
		return err_set(e, EINVAL, text, "not SETTING=VALUE");
	if (n >= sizeof(wish->name))
		return err_set(e, EINVAL, text, "no such setting");
	memcpy(wish->name, text, n);
	if (!change_is_setting(wish->name))
		return unknown_name(wish->name, e);
	if (strlen(equals + 1) >= sizeof(wish->value))
		return err_set(e, EINVAL, text, "the value is too long");
	strcpy(wish->value, equals + 1);
	return 0;
}

enum setting_group change_wish_group(const struct change_wish *wish)
{
	int i = short_of(wish->name);

	return i < 0 ? (enum setting_group)setting_group_of(wish->name) : shorts[i].group;
}

void change_wishes_say(const struct change_wish *wishes, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%s=%s", i ? " " : "", wishes[i].name, wishes[i].value);
}

static int bad_value(const struct change_wish *wish, const char *what, struct err *e)
{
	AUTO_FREE char *word = xasprintf("%s=%s", wish->name, wish->value);

	return err_set(e, EINVAL, word, "%s", what);
}

static int value_number(const struct change_wish *wish, const struct setting *now, char to[SETTING_VALUE_MAX],
			struct err *e)
{
	char what[96];
	uint64_t value;

	if (!strcmp(wish->value, "max") && now->most < UINT32_MAX)
		value = now->most;
	else if (!text_u64(wish->value, &value) || value > UINT32_MAX)
		return bad_value(wish, now->most < UINT32_MAX ? "it takes a number, or max" : "it takes a number", e);
	if (value > now->most) {
		snprintf(what, sizeof(what), "at most %" PRIu64 " here", now->most);
		return bad_value(wish, what, e);
	}
	snprintf(to, SETTING_VALUE_MAX, "%" PRIu64, value);
	return 0;
}

static int value_switch(const struct change_wish *wish, char to[SETTING_VALUE_MAX], struct err *e)
{
	static const char *const yes[] = { "on", "yes", "1" }, *const no[] = { "off", "no", "0" };
	bool on = text_find(yes, COUNT(yes), wish->value) >= 0;

	if (!on && text_find(no, COUNT(no), wish->value) < 0)
		return bad_value(wish, "it takes on or off", e);
	strcpy(to, on ? "on" : "off");
	return 0;
}

static int value_speeds(const struct change_wish *wish, const struct settings *all, char to[SETTING_VALUE_MAX],
			struct err *e)
{
	const struct setting *supported = settings_find(all, "link-supported");
	AUTO_BUF struct buf can = { 0 };
	AUTO_BUF struct buf what = { 0 };

	if (supported && setting_link_modes(supported->value, wish->value, to))
		return 0;
	if (supported)
		setting_link_speeds(supported->value, &can);
	buf_printf(&what, "it takes speeds in Mb/s that the port has, with commas: %s", buf_str(&can));
	return bad_value(wish, buf_str(&what), e);
}

static int value_mask(const struct change_wish *wish, char to[SETTING_VALUE_MAX], struct err *e)
{
	const char *digits = text_starts(wish->value, "0x") ? wish->value + 2 : "";
	size_t n;

	while (*digits == '0' && digits[1])
		digits++;
	n = strlen(digits);
	if (!n || n > 32)
		return bad_value(wish, "it takes a mask, as 0x2f", e);
	to[0] = '0';
	to[1] = 'x';
	for (size_t i = 0; i <= n; i++) {
		int digit = i < n ? text_hex_digit(digits[i]) : 0;

		if (digit < 0)
			return bad_value(wish, "it takes a mask, as 0x2f", e);
		to[2 + i] = i < n ? "0123456789abcdef"[digit] : '\0';
	}
	if (!strcmp(wish->name, "link-advertise") && setting_link_only_speeds(to) && !strcmp(to, "0x0"))
		return bad_value(wish, "no mode of it is a speed", e);
	return 0;
}

static int value_word(const struct change_wish *wish, char to[SETTING_VALUE_MAX], struct err *e)
{
	static const char *const control[] = { "on", "auto" }, *const duplex[] = { "full", "half" };
	bool power = !strcmp(wish->name, "power");

	if (text_find(power ? control : duplex, 2, wish->value) < 0)
		return bad_value(wish, power ? "it takes on (never asleep) or auto" : "it takes full or half", e);
	strcpy(to, wish->value);
	return 0;
}

/* The value as it is read back. */
static int value_of(const struct change_wish *wish, const struct settings *all, const struct setting *now,
		    char to[SETTING_VALUE_MAX], struct err *e)
{
	if (is_speeds(wish))
		return value_speeds(wish, all, to, e);
	switch (now->kind) {
	case SETTING_SWITCH:
		return value_switch(wish, to, e);
	case SETTING_NUMBER:
		return value_number(wish, now, to, e);
	case SETTING_MASK:
		return value_mask(wish, to, e);
	default:
		return value_word(wish, to, e);
	}
}

bool change_wish_is_of(const struct change_wish *wish, const char *name)
{
	int i = short_of(wish->name);

	return i < 0 ? !strcmp(wish->name, name) : !fnmatch(shorts[i].glob, name, 0);
}

static bool is_so(const struct setting *now, const char *to)
{
	return !strcmp(now->value, to) && (now->group != SETTING_FEATURE || now->in_force == !strcmp(to, "on"));
}

static int add_step(struct change_plan *plan, const struct setting *now, const char *to, struct err *e)
{
	struct change_step *step = NULL;

	for (size_t i = 0; i < plan->n; i++)
		if (!strcmp(plan->steps[i].name, now->name))
			step = &plan->steps[i];
	if (step && strcmp(step->to, to) != 0)
		return err_set(e, EINVAL, now->name, "it is asked to be %s and %s", step->to, to);
	if (step)
		return 0;
	step = VEC_PUSH(plan->steps, plan->n, plan->cap);
	*step = (struct change_step){
		.group = now->group, .kind = now->kind, .in_force = now->in_force, .met = is_so(now, to)
	};
	plan->n_todo += !step->met;
	strcpy(step->name, now->name);
	strcpy(step->from, now->value);
	strcpy(step->to, to);
	return 0;
}

/* Of several that a short name stands for, those that cannot be changed are left out, if another can or all are so. */
static int plan_wish(const struct change_wish *wish, struct change_plan *plan, struct err *e)
{
	const struct setting *fixed = NULL;
	size_t found = 0, possible = 0;

	for (size_t i = 0; i < plan->before.n; i++) {
		const struct setting *now = &plan->before.v[i];
		char to[SETTING_VALUE_MAX];
		int r;

		if (!change_wish_is_of(wish, now->name))
			continue;
		found++;
		r = value_of(wish, &plan->before, now, to, e);
		if (r)
			return r;
		possible += is_so(now, to) || !now->fixed;
		if (now->fixed && !is_so(now, to))
			fixed = now;
		else if ((r = add_step(plan, now, to, e)))
			return r;
	}
	if (!found)
		return err_set(e, EOPNOTSUPP, wish->name, "this part or its driver has no such setting");
	if (fixed && (!possible || fixed->in_force))
		return err_set(e, EOPNOTSUPP, wish->name, "driver or kernel keeps %s %s; it cannot be changed",
			       fixed->name, fixed->value);
	return 0;
}

/* A forced speed that is not known now could not be put back. */
static int check_link(const struct change_plan *plan, struct err *e)
{
	const struct setting *autoneg = settings_find(&plan->before, "link-autoneg");
	const struct setting *speed = settings_find(&plan->before, "link-speed");

	for (size_t i = 0; i < plan->n; i++)
		if (plan->steps[i].group == SETTING_LINK && !plan->steps[i].met && autoneg &&
		    !setting_number(autoneg) && speed && !strcmp(speed->value, "unknown"))
			return err_set(
				e, EOPNOTSUPP, plan->steps[i].name,
				"the speed is forced and the link is down, so the speed to restore is not known");
	return 0;
}

static const struct change_step *step_of(const struct change_plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->n; i++)
		if (!strcmp(plan->steps[i].name, name))
			return &plan->steps[i];
	return NULL;
}

static void settings_after(const struct change_plan *plan, struct settings *after)
{
	for (size_t i = 0; i < plan->before.n; i++) {
		const struct change_step *step = step_of(plan, plan->before.v[i].name);

		*VEC_PUSH(after->v, after->n, after->cap) = plan->before.v[i];
		if (step)
			strcpy(after->v[i].value, step->to);
	}
}

/* What a negotiation made of a setting is so by chance: once it is over, it is so because it was written. */
static void write_followers(struct change_plan *plan)
{
	struct settings after = { 0 };

	settings_after(plan, &after);
	for (size_t i = 0; i < plan->n; i++) {
		struct change_step *step = &plan->steps[i];
		const struct setting *was = settings_find(&plan->before, step->name);

		if (!step->met || !setting_follows(&plan->before, was) || setting_follows(&after, was))
			continue;
		step->met = false;
		plan->n_todo++;
	}
	settings_free(&after);
}

static int by_group(const void *a, const void *b)
{
	const struct change_step *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return strcmp(x->name, y->name);
}

int change_plan_make(change_read *read, void *arg, const struct change_wish *wishes, size_t n, struct change_plan *plan,
		     struct err *e)
{
	bool has[SETTING_GROUPS] = { false };
	int r = 0;

	*plan = (struct change_plan){ 0 };
	for (size_t i = 0; i < n && !r; i++) {
		enum setting_group group = change_wish_group(&wishes[i]);

		if (!has[group])
			r = read(arg, group, &plan->before, e);
		has[group] = true;
	}
	for (size_t i = 0; i < n && !r; i++)
		r = plan_wish(&wishes[i], plan, e);
	if (!r)
		r = check_link(plan, e);
	if (!r)
		write_followers(plan);
	if (r)
		change_plan_free(plan);
	else if (plan->n)
		qsort(plan->steps, plan->n, sizeof(*plan->steps), by_group);
	return r;
}

void change_plan_free(struct change_plan *plan)
{
	free(plan->steps);
	settings_free(&plan->before);
	*plan = (struct change_plan){ 0 };
}

static uint64_t apart(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

bool change_step_met(const struct change_step *step, const struct setting *now)
{
	uint64_t from, to;

	if (is_so(now, step->to))
		return true;
	return step->kind == SETTING_NUMBER && text_u64(step->from, &from) && text_u64(step->to, &to) &&
	       apart(setting_number(now), to) < apart(from, to);
}
