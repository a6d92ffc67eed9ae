// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of Intel's parts that are built in (mk/made.mk): after the first line, which has the list's date, an ID and a name a line. */
#include <stdio.h>
#include <string.h>

#include "host/host.h"
#include "host/internal.h"
#include "util/embedded.h"

#define LIST "pci.names"
#define INTEL 0x8086

bool part_name_built_in(uint16_t vendor, uint16_t device, char *out, size_t size)
{
	const struct embedded_file *list = embedded_find(LIST);
	const char *at;
	char key[8];

	snprintf(key, sizeof(key), "\n%04x ", device);
	at = list && vendor == INTEL ? strstr(list->text, key) : NULL;
	if (!at)
		return false;
	at += strlen(key);
	snprintf(out, size, "%.*s", (int)strcspn(at, "\n"), at);
	return true;
}

const char *host_part_names_date(size_t *length)
{
	const struct embedded_file *list = embedded_find(LIST);

	if (!list || strncmp(list->text, "# ", 2))
		return NULL;
	*length = strcspn(list->text + 2, "\n");
	return list->text + 2;
}
