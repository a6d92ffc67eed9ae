// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of a line: a label and its value, an interface's name, a value as a fact. */
#include "paste/internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/alloc.h"

bool paste_label(const char *line, const char *label, const char **value)
{
	size_t n = strlen(label);

	if (strncasecmp(line, label, n))
		return false;
	line += n;
	line += strspn(line, " \t");
	if (*line++ != ':')
		return false;
	*value = line + strspn(line, " \t");
	return true;
}

const char *paste_value(const char *line)
{
	const char *colon = strchr(line, ':');

	return colon ? colon + 1 + strspn(colon + 1, " \t") : NULL;
}

bool paste_name(char to[16], const char *from)
{
	size_t n = strcspn(from, " \t,:;|<>()\"'");

	if (!n || n > 15 || from[0] == '-')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isgraph((unsigned char)from[i]) || from[i] == '/')
			return false;
	memcpy(to, from, n);
	to[n] = '\0';
	return true;
}

static int yes_or_no(const char *value)
{
	static const char *const yes[] = { "on", "yes", "enabled", "up", "true" }, *const no[] = { "off", "no",
												   "disabled", "down",
												   "false" };
	size_t n = strcspn(value, " \t,([");

	for (size_t i = 0; i < COUNT(yes); i++) {
		if (strlen(yes[i]) == n && !strncasecmp(value, yes[i], n))
			return 1;
		if (strlen(no[i]) == n && !strncasecmp(value, no[i], n))
			return 0;
	}
	return -1;
}

void paste_fact(struct pasted *out, const char *name, const char *value)
{
	const struct fact_desc *d = fact_named(name);
	char *end;
	long long number;

	if (!d || !*value)
		return;
	if (d->kind == FACT_STR) {
		fact_set_str(&out->facts, d, value);
	} else if (d->kind == FACT_YES) {
		if (yes_or_no(value) >= 0)
			fact_set_num(&out->facts, d, yes_or_no(value));
	} else if (isdigit((unsigned char)*value)) {
		number = strtoll(value, &end, 10);
		if (end - value < 10)
			fact_set_num(&out->facts, d, number);
	}
}

bool paste_fact_line(struct pasted *out, const struct paste_fact_row *rows, size_t n, const char *line)
{
	const char *value;

	for (size_t i = 0; i < n; i++)
		if (paste_label(line, rows[i].label, &value)) {
			paste_fact(out, rows[i].fact, value);
			return true;
		}
	return false;
}
