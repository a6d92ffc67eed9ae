/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of a record of systemd's journal, for the files that read it alone. Nothing is owned: all points into the line. */
#ifndef KLOG_JOURNAL_H
#define KLOG_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define JOURNAL_RECORD_MOST 32768 /* bytes of a record; one of the kernel has two or three thousand */

/* A line "NAME=value", or "\"NAME\" : \"value\"," of json-pretty. */
struct journal_field {
	const char *name, *value;
	size_t name_len, len;
	size_t indent; /* bytes before the name */
};

/* What a record's fields say of its writer. */
struct journal_writer {
	bool journal; /* fields that only a journal's record has */
	bool other;   /* not the kernel */
};

/* Whether n bytes can be a field's name. */
bool journal_is_name(const char *s, size_t n);
/* Reads a line of n bytes; false if it is no field. */
bool journal_field_read(const char *s, size_t n, struct journal_field *f);
/* Adds what the field says. */
void journal_note_field(struct journal_writer *w, const struct journal_field *f);

/* Whether the field is called so. */
static inline bool journal_name_is(const struct journal_field *f, const char *name)
{
	return f->name_len == strlen(name) && !memcmp(f->name, name, f->name_len);
}

#endif
