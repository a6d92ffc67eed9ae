// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/drivers.h"

#include <string.h>

#include "util/alloc.h"

const struct driver_facts *drivers_find(const char *name, size_t n)
{
	if (!n || n > DRIVER_NAME_MOST)
		return NULL;
	for (size_t i = driver_facts_from[n]; i < driver_facts_from[n + 1]; i++)
		if (driver_facts[i].name[0] == name[0] && !memcmp(driver_facts[i].name, name, n))
			return &driver_facts[i];
	return NULL;
}

const struct driver_facts *drivers_named(const char *name)
{
	return name ? drivers_find(name, strlen(name)) : NULL;
}

bool drivers_has(const char *name, enum driver_trait trait)
{
	const struct driver_facts *facts = drivers_named(name);

	return facts && facts->traits & trait;
}

enum restarts drivers_restarts(const char *name)
{
	const struct driver_facts *facts = drivers_named(name);

	return facts ? facts->restarts : RESTARTS_NEVER;
}

/* "0000:00:1f.6" ends in it, behind the domain. */
static bool is_at(const char *address, const char *place)
{
	size_t n = strlen(address), len = strlen(place);

	return n > len && address[n - len - 1] == ':' && !strcmp(address + n - len, place);
}

const char *drivers_onboard(const char *address)
{
	for (size_t i = 0; i < n_driver_facts; i++)
		for (size_t k = 0; k < DRIVER_ONBOARD && driver_facts[i].onboard[k]; k++)
			if (is_at(address, driver_facts[i].onboard[k]))
				return driver_facts[i].onboard[k];
	return NULL;
}
