// SPDX-License-Identifier: GPL-2.0-or-later
/* Which steps can help a device, and what is wrong with it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "recover/recover.h"
#include "util/alloc.h"
#include "util/nearest.h"
#include "util/text.h"

static const struct {
	const char *name, *words;
} steps_known[RECOVER_STEPS] = {
	[RECOVER_RESTART] = { "restart", "the driver's own restart (ethtool -r)" },
	[RECOVER_REBIND] = { "rebind", "unbind the driver and bind it again" },
	[RECOVER_RESET] = { "reset", "reset the PCI function" },
	[RECOVER_RESCAN] = { "rescan", "remove the device from the bus and look for it again" },
	[RECOVER_POWER] = { "power", "switch the slot's power off and on" },
};

const char *recover_step_name(enum recover_step step)
{
	return steps_known[step].name;
}

const char *recover_step_words(enum recover_step step, const char *driver)
{
	if (step == RECOVER_REBIND && !*driver)
		return "bind its driver to it: none is bound";
	return steps_known[step].words;
}

static int step_at(const char *word, size_t n)
{
	for (int i = 0; i < RECOVER_STEPS; i++)
		if (strlen(steps_known[i].name) == n && !memcmp(steps_known[i].name, word, n))
			return i;
	return -1;
}

static int no_such_step(const char *word, size_t n, struct err *e)
{
	char name[NEAREST_MAX];
	struct nearest near;

	str_copy(name, sizeof(name), word, n);
	nearest_begin(&near, name);
	for (int i = 0; i < RECOVER_STEPS; i++)
		nearest_try(&near, steps_known[i].name);
	err_set(e, EINVAL, name, "not one of restart, rebind, reset, rescan and power");
	if (*near.found)
		err_todo(e, "did you mean '%s'?", near.found);
	else
		err_todo(e, "nicregs recover --help explains the steps");
	return -EINVAL;
}

int recover_steps_parse(const char *text, unsigned *steps, struct err *e)
{
	const char *p = text;

	*steps = text ? 0 : RECOVER_ALL;
	while (p) {
		size_t n = strcspn(p, ",");
		int step = step_at(p, n);

		if (step < 0)
			return no_such_step(p, n, e);
		*steps |= 1u << step;
		p = p[n] ? p + n + 1 : NULL;
	}
	return 0;
}

const char *recover_wrong(const struct recover_look *now, const struct recover_port *port)
{
	if (!now->there)
		return "the device is gone from the bus";
	if (!now->answers)
		return "the device does not answer: its configuration space reads as all ones";
	if (!now->bound)
		return "no driver is bound to it";
	if (*port->netdev && !*now->netdev)
		return "it has no network interface";
	if (port->up && !now->up)
		return "the interface is down";
	if (port->up && port->carrier && !now->carrier)
		return "it has no link";
	if (now->queues == RECOVER_QUEUES_STAND)
		return "its transmit queues stand still";
	return NULL;
}

/* Why a step cannot help, or cannot be taken; "" if it can. */

static const char *not_restart(const struct recover_port *p, const struct recover_look *now)
{
	if (!now->answers)
		return "the device does not answer, so the driver cannot reach it";
	if (!*p->driver || !now->bound)
		return "no driver is bound";
	if (!*p->netdev)
		return "it has no interface here (another network namespace may have it)";
	if (p->restarts == RESTARTS_NEVER)
		return "this driver only negotiates the link anew, and leaves its rings alone";
	if (!p->up)
		return "the interface is down, so the driver has nothing to start anew";
	if (p->restarts == RESTARTS_WITH_AUTONEG && !p->autoneg)
		return "autonegotiation is off, and this driver then refuses it";
	return "";
}

static const char *not_rebind(const struct recover_port *p, const struct recover_look *now)
{
	if (!now->answers)
		return "the device does not answer, so no driver could start it";
	if (!*p->driver && !*p->own_driver)
		return "no driver is known for it";
	if (!*p->driver && !p->own_loaded)
		return "its driver is not loaded";
	return "";
}

static const char *not_reset(const struct recover_port *p, const struct recover_look *now)
{
	if (!now->answers)
		return "the device does not answer, so it would not see the request";
	return p->can_reset ? "" : "the kernel knows no way to reset this function alone";
}

static const char *not_rescan(const struct recover_port *p, const struct recover_look *now)
{
	(void)now;
	return p->is_virtual ? "it is a virtual function, which a rescan does not find" : "";
}

static const char *not_power(const struct recover_port *p, const struct recover_look *now)
{
	(void)now;
	if (!*p->slot)
		return "its slot's power cannot be switched";
	return p->siblings ? "the other functions of the card would lose power as well" : "";
}

/* Who has it for a guest or a program decides about it. */
static bool is_foreign(const struct recover_port *p)
{
	return *p->driver && strcmp(p->driver, p->own_driver) != 0 && !*p->netdev;
}

void recover_plan_make(const struct recover_port *port, const struct recover_look *now, unsigned steps,
		       struct recover_plan *plan)
{
	static const char *(*const why_not[RECOVER_STEPS])(const struct recover_port *p,
							   const struct recover_look *now) = { not_restart, not_rebind,
											       not_reset, not_rescan,
											       not_power };

	*plan = (struct recover_plan){ .port = *port };
	for (int step = 0; step < RECOVER_STEPS; step++) {
		struct recover_rung rung = { .step = (enum recover_step)step };

		if (is_foreign(port))
			snprintf(rung.why, sizeof(rung.why), "%s holds it, for a guest or a program", port->driver);
		else
			snprintf(rung.why, sizeof(rung.why), "%s", why_not[step](port, now));
		rung.usable = !*rung.why;
		if (steps >> step & 1)
			plan->rungs[plan->n++] = rung;
		else if (rung.usable)
			plan->left_out |= 1u << step;
	}
}

size_t recover_plan_usable(const struct recover_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++)
		n += plan->rungs[i].usable;
	return n;
}
