// SPDX-License-Identifier: GPL-2.0-or-later
/* What e1000e and igb write to the kernel log: "0000:00:1f.6: Register Dump", then a line for each register. */
#include <stdlib.h>
#include <string.h>

#include "source/regdump.h"
#include "util/text.h"

#define WORDS_MOST 32

bool format_is_klog_dump(const char *head, size_t n)
{
	return memmem(head, n, "Register Dump", 13) && memmem(head, n, "Register Name", 13);
}

static bool is_value(const char *word, uint64_t *value)
{
	return strlen(word) == 8 && text_hex(word, value);
}

/* "TXDCTL[0-1]     0141001f 0141001f", "TDH 00000050", also behind "[  123.456789] igc 0000:01:00.0 eth0: ": the words
 * at the end that are values, and the name before them. */
static void add_dump_line(struct regdump *d, char *line)
{
	char *words[WORDS_MOST], *rest = line, *word, *bracket;
	size_t n = 0, first;
	uint64_t value;
	uint32_t i;

	while ((word = strsep(&rest, " \t")))
		if (*word && n < WORDS_MOST)
			words[n++] = word;
	for (first = n; first > 1 && is_value(words[first - 1], &value); first--)
		;
	if (first == n || !first)
		return;
	bracket = strchr(words[first - 1], '[');
	i = bracket ? (uint32_t)strtoul(bracket + 1, NULL, 10) : 0;
	if (bracket)
		*bracket = '\0';
	for (size_t w = first; w < n; w++)
		if (is_value(words[w], &value))
			regdump_add(d, CHIP_MMIO, words[first - 1], i++, 0, (uint32_t)value);
}

/* The address in "[  123.456789] e1000e 0000:00:1f.6 eth0: Register Dump". */
static bool heading(const char *line, struct pci_addr *addr)
{
	for (const char *p = line; strstr(line, "Register Dump") && *p; p += strspn(p, " \t")) {
		if (pci_addr_scan(p, addr))
			return true;
		p += strcspn(p, " \t");
	}
	return false;
}

/* The device that the log names. */
struct named {
	bool any;
	struct pci_addr addr;
};

static bool take_line(struct regdump *d, char *line, void *arg)
{
	struct named *named = arg;

	line = text_strip(line);
	named->any = named->any || heading(line, &named->addr);
	add_dump_line(d, line);
	return true;
}

int format_read_klog_dump(struct format_job *job, struct err *e)
{
	struct named named = { 0 };
	struct regdump d;
	int r = regdump_read_lines(&d, job, take_line, &named, e);

	if (!r)
		r = regdump_finish(&d, job, ORIGIN_LOG, named.any ? &named.addr : NULL, e);
	regdump_close(&d);
	return r;
}
