// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/facility.h"

#include <string.h>

static bool is_one_of(const char *const *names, const char *name, size_t n)
{
	for (; *names; names++)
		if (n == strlen(*names) && !memcmp(name, *names, n))
			return true;
	return false;
}

enum facility facility_named(const char *name, size_t n)
{
	static const char *const others[] = { "user", "mail", "daemon", "auth",     "syslog", "lpr",
					      "news", "uucp", "cron",   "authpriv", "ftp",    NULL };

	if (n == 4 && !memcmp(name, "kern", 4))
		return FACILITY_KERN;
	if (is_one_of(others, name, n) || (n == 6 && !memcmp(name, "local", 5) && name[5] >= '0' && name[5] <= '7'))
		return FACILITY_OTHER;
	return FACILITY_NONE;
}

bool facility_level(const char *name, size_t n)
{
	static const char *const levels[] = { "emerg",   "alert",  "crit", "err",   "error", "warn",
					      "warning", "notice", "info", "debug", NULL };

	return is_one_of(levels, name, n);
}

enum facility facility_priority(const char *word, size_t n)
{
	const char *dot;

	if (n > 2 && ((word[0] == '[' && word[n - 1] == ']') || (word[0] == '<' && word[n - 1] == '>'))) {
		word++;
		n -= 2;
	}
	dot = memchr(word, '.', n);
	if (!dot || !facility_level(dot + 1, n - (size_t)(dot - word) - 1))
		return FACILITY_NONE;
	return facility_named(word, (size_t)(dot - word));
}
