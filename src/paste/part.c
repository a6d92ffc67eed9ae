// SPDX-License-Identifier: GPL-2.0-or-later
#include "paste/part.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "util/alloc.h"

#define LONGEST 32

/* Letters, digits, "-" and "/", with three digits on end and something beside them: "82576", "I210", "X552/X557-AT". */
static bool is_number(const char *word, size_t n)
{
	size_t digits = 0, most = 0;

	if (n < 4 || n > LONGEST || !isalnum((unsigned char)*word))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!isalnum((unsigned char)word[i]) && word[i] != '-' && word[i] != '/')
			return false;
		digits = isdigit((unsigned char)word[i]) ? digits + 1 : 0;
		if (digits > most)
			most = digits;
	}
	return most >= 3;
}

char *part_number(const char *name)
{
	size_t n;

	for (const char *word = name + strspn(name, " \""); *word; word += strspn(word, " \"")) {
		n = strcspn(word, " \"");
		if (n == strlen("Device") && !strncmp(word, "Device", n))
			return NULL; /* "Device 15f3" is what lspci says when it knows no name */
		if (is_number(word, n))
			return xstrndup(word, n);
		word += n;
	}
	return NULL;
}
