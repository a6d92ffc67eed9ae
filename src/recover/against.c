// SPDX-License-Identifier: GPL-2.0-or-later
#include "recover/against.h"

#include <stdio.h>
#include <sys/stat.h>

/* Without a default route nobody is cut off who is in the same network. */
static bool refuses(enum dependent_kind kind)
{
	return kind != DEPENDENT_ROUTE;
}

static bool takes_interface_away(const struct recover_plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->rungs[i].usable && plan->rungs[i].step != RECOVER_RESTART)
			return true;
	return false;
}

/* The kernel gives a new interface to the first network namespace. Where nobody may look at process 1, that is not known. */
static bool is_elsewhere(void)
{
	struct stat own, first;

	return !stat("/proc/self/ns/net", &own) && !stat("/proc/1/ns/net", &first) && own.st_ino != first.st_ino;
}

void recover_against_find(const struct recover_plan *plan, struct recover_against *out)
{
	const struct recover_port *p = &plan->port;

	*out = (struct recover_against){ 0 };
	if (*p->netdev)
		dependents_find(p->netdev, &out->dependents);
	for (size_t i = 0; i < out->dependents.n; i++)
		if (refuses(out->dependents.v[i].kind))
			out->v[out->n++] = out->dependents.v[i].words;
		else
			out->notes[out->n_notes++] = out->dependents.v[i].words;
	if (p->virtual_functions && takes_interface_away(plan)) {
		snprintf(out->virtual_functions, sizeof(out->virtual_functions),
			 "its %u virtual function%s go away with every step but restart", p->virtual_functions,
			 p->virtual_functions == 1 ? "" : "s");
		out->v[out->n++] = out->virtual_functions;
	}
	if (*p->netdev && takes_interface_away(plan) && is_elsewhere())
		out->v[out->n++] =
			"with every step but restart its interface comes back in the first network namespace, not in this one";
	if (!*p->netdev && *p->driver)
		out->v[out->n++] = "its interface is in another network namespace, whose settings cannot be put back";
}

void recover_against_say(const struct recover_against *a, struct buf *out)
{
	for (size_t i = 0; i < a->n; i++)
		buf_printf(out, "%s%s", i ? "; " : "", a->v[i]);
}
