/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields beside a message in a collector's record, of which some name the program that wrote it. */
#ifndef KLOG_FIELDS_H
#define KLOG_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Whether a name is one of a list that ends with NULL, in letters of any size. */
bool field_is_one_of(const char *const *list, const char *name, size_t n);
/* A name's last part, in small letters and without what joins its words: "log.syslog.app_name" is "appname"; as many bytes at
 * most as the name has. */
size_t field_plain_name(const char *name, size_t n, char *out);
/* Whether a field's name is that of a message; of a writer or its facility; of a part of an object with such a name. */
bool field_is_message(const char *name);
bool field_is_writer(const char *name);
bool field_is_part(const char *name);
/* Whether a field's name is that of a time of the wall clock. In json_time.c. */
bool field_is_time(const char *name);
/* Whether a writer's value names the kernel, not nobody; whether a value is a level. */
bool field_names_kernel(const char *value, size_t n);
bool field_is_level(const char *value, size_t n);
/* Whether a field, by its name and value, names another program than the kernel. */
bool field_names_other(const char *name, size_t name_len, const char *value, size_t len);

/* Whether a line may have fields at all. */
static inline bool fields_are_in(const char *s, size_t n)
{
	return memchr(s, '"', n) || (memchr(s, '=', n) && (memmem(s, n, "msg=", 4) || memmem(s, n, "message=", 8)));
}

/* Whether one of a line's fields does: of JSON ("prog": "sshd"), of Ruby ("prog"=>"sshd"), beside msg= of logfmt, in
 * labels in braces. */
bool fields_name_other(const char *s, size_t n);

struct prefix;

/* Whether a line begins as one of logfmt does, with a field. */
static inline bool logfmt_begins(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && i < 24 && ((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || s[i] == '_'))
		i++;
	return i && i < n && s[i] == '=';
}

/* In logfmt.c. Of such a line, where its message begins if the kernel wrote that, with *prefix; else `body`. *n becomes less by
 * the quote that ends it. */
size_t logfmt_look(const char *s, size_t *n, size_t body, struct prefix *prefix);

/* In logfmt.c. Whether such a line has a time; *ns as prefix.wall_ns. */
bool logfmt_time(const char *s, size_t n, int64_t *ns);

#define COLUMNS_MOST 256

/* The columns of a table of comma-separated values. */
struct columns {
	char separator;   /* '\0': not known */
	unsigned count;   /* 0: there was no line of names */
	unsigned message; /* which one has it */
	unsigned labels;  /* which one has an object of labels, of those that name the program; COLUMNS_MOST: none */
	bool named;       /* another than that names the program */
	uint8_t writers[COLUMNS_MOST / 8]; /* bits of those that name the program */
};

/* Whether a line has a clock's time, "12:05" or the like, which no line of names has. */
static inline bool columns_have_clock(const char *s, size_t n)
{
	for (const char *p = s, *end = s + n; (p = memchr(p, ':', (size_t)(end - p))); p++)
		if ((p > s && p[-1] >= '0' && p[-1] <= '9') || (p + 1 < end && p[1] >= '0' && p[1] <= '9'))
			return true;
	return false;
}

/* Reads the line of names; *c is empty if it is none. */
void columns_read(const char *s, size_t n, struct columns *c);
/* Whether a row names another program. Without names, every single word in quotes might. */
bool columns_name_other(const struct columns *c, const char *s, size_t n);

/* Whether a row has a message, and where that begins, *message, and ends. Not if the row has not as many columns as there are, where some follow it, unless the message
 * goes on in further lines. *kernel: a column names the kernel as its writer. */
bool columns_message(const struct columns *c, const char *s, size_t n, bool goes_on, size_t *message, bool *kernel);

/* Where in a table some bytes end, and what is known of the row there. Zeroed: at the start of a row. */
struct cell {
	bool open;           /* inside of a cell in quotes, which may have any number of lines */
	bool quote;          /* and a quote was the last byte: its end, or half of one that is meant */
	bool within;         /* not at the start of a cell */
	unsigned column;     /* which cell of the row it is */
	bool kernel, others; /* what columns before it name as the writer */
	bool own;            /* open: by its first line, the message is the kernel's */
};

/* Goes on over n bytes. Where a cell is open at their end that began in them, its first byte, which points into s; NULL: there is none. */
const char *columns_follow(const struct columns *c, struct cell *cell, const char *s, size_t n);

enum row_whose {
	ROW_UNSAID, /* no column names a writer */
	ROW_KERNEL,
	ROW_OTHER /* or the columns that would say so are not in the bytes */
};

/* In logfmt.c. Whose labels in a cell say that it is. */
enum row_whose labels_whose(const char *s, size_t n);
/* Whose the row is that *cell is in, of which n bytes follow. *ended: its end is among them. */
enum row_whose columns_whose(const struct columns *c, const struct cell *cell, const char *s, size_t n, bool *ended);

#endif
