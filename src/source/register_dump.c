// SPDX-License-Identifier: GPL-2.0-or-later
/* What e1000e and igb write to the kernel log: "0000:00:1f.6: Register Dump", then a line for each register. */
#include <stdlib.h>
#include <string.h>

#include "source/regdump.h"
#include "util/text.h"

bool is_register_dump(const char *head, size_t n)
{
	return memmem(head, n, "Register Dump", 13) && memmem(head, n, "Register Name", 13);
}

/* "TXDCTL[0-1]     0141001f 0141001f", "TDH 00000050" */
static void add_dump_line(struct regdump *d, char *line)
{
	char *rest = line, *name = strsep(&rest, " \t"), *word;
	char *bracket = strchr(name, '[');
	uint32_t i = bracket ? (uint32_t)strtoul(bracket + 1, NULL, 10) : 0;
	uint64_t value;

	if (bracket)
		*bracket = '\0';
	while (*name && rest && (word = strsep(&rest, " \t"))) {
		if (!*word)
			continue;
		if (strlen(word) != 8 || !text_hex(word, &value))
			return;
		regdump_add(d, CHIP_MMIO, name, i++, 0, (uint32_t)value);
	}
}

int read_register_dump(struct format_job *job, struct err *e)
{
	struct pci_addr addr, heading;
	bool named = false;
	struct regdump d;
	char *line;
	size_t n;
	int r = regdump_open(&d, job, e);

	if (r)
		return r;
	while ((line = input_line(job->in, &n))) {
		line = text_strip(line);
		if (!named && pci_addr_scan(line, &heading)) {
			addr = heading;
			named = true;
		} else {
			add_dump_line(&d, line);
		}
	}
	r = input_check(job->in, e);
	if (!r)
		r = regdump_finish(&d, job, ORIGIN_LOG, named ? &addr : NULL, e);
	regdump_close(&d);
	return r;
}
