/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A mail as it was sent, with a log in it: its parts in base64 or quoted-printable become the text that they stand for. */
#ifndef KLOG_MAIL_H
#define KLOG_MAIL_H

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct err;

#define MAIL_LINE 160
#define MAIL_BOUNDARIES 8
#define MAIL_FIRST 8

enum mail_coding { MAIL_PLAIN, MAIL_BASE64, MAIL_QUOTED };

/* Zeroed: nothing came yet. */
struct mail {
	bool decided, on;              /* on: it is a mail */
	bool body;                     /* behind a part's header */
	enum mail_coding next, coding; /* of the part whose header it is; of the body */
	char line[MAIL_LINE];          /* the line so far, as it is in the mail */
	size_t n;
	char boundaries[MAIL_BOUNDARIES][72]; /* "--" and what parts are set apart by; the newest in turn */
	unsigned n_boundaries;
	uint32_t bits; /* of base64 */
	unsigned n_bits, equals;
	char hex;               /* "=A" of quoted-printable */
	bool swallowed;         /* a line end */
	char first[MAIL_FIRST]; /* bytes of the part in base64 */
	size_t n_first;
	bool skip;          /* it is packed, and left out */
	const char *unread; /* "gzip data": the first part that is; static; NULL: none */
};

/* A part of the mail was left out, .unread: -EINVAL with *e. */
int mail_whole(const struct mail *m, const char *name, struct err *e);

/* Whether a log that begins with these bytes may be one: "From ", or a word with a colon right behind it. */
static inline bool mail_begins(const char *bytes, size_t n)
{
	size_t at = 0;

	if (!n || !isupper((unsigned char)*bytes))
		return false;
	if (n >= 5 && !memcmp(bytes, "From ", 5))
		return true;
	while (at < n && (isalnum((unsigned char)bytes[at]) || bytes[at] == '-'))
		at++;
	return at > 1 && at + 1 < n && bytes[at] == ':' && strchr(" \t\r\n", bytes[at + 1]);
}
/* Changes the next n bytes in place; returns how many they are. */
size_t mail_text(struct mail *m, char *bytes, size_t n);

#endif
