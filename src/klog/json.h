/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON as collectors of logs write it, whatever its layout: an object a line, indented, or all on one line; a list of
 * records, or records deep inside of lists. Each record's messages come with what its other members, and the objects around
 * it, say of its writer and its time, once the record has ended: members have no order.
 *
 *     {"streams": [{"stream": {"unit": "sshd"}, "values": [["1763633703000000000", "text"], ...]}, ...]}
 *
 * A record is what is an element of a list or stands alone: here each of `values`.
 */
#ifndef KLOG_JSON_H
#define KLOG_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

#define JSON_DEEP 48
#define JSON_NAME 64         /* bytes of a name that count */
#define JSON_MOST (1u << 24) /* bytes of one record's messages */
#define JSON_HELD (1u << 20) /* of records that wait for what objects around them say behind them */
#define JSON_TEXTS 16        /* of one record */
#define JSON_COLUMNS 32
#define JSON_WALL 40
#define JSON_HOST 64 /* with the 0 at the end */

/* Who wrote a record, and on which machine, as far as it says. */
struct json_writer {
	bool kernel, other;
	bool program;  /* kernel: as the program that wrote it */
	bool handled;  /* by another program: a logger, a container, a tag, which say less */
	bool own_host; /* the machine's name is its own word for itself: a collector can have set the other one */
	char host[JSON_HOST]; /* "": not said */
};

struct json_time {
	char wall[JSON_WALL]; /* "2026-11-20T10:15:03.000001Z"; "": not said */
	bool has_uptime;
	uint64_t uptime_ns;
};

/* A message; it may have line ends. */
struct json_text {
	size_t at, n; /* in json.bytes; n is 0 for what is not wanted */
	uint64_t line;
	uint64_t more; /* lines of it but the first that are numbered */
	bool ended;    /* its record has: what that says of it follows */
	unsigned list; /* json.list */
	struct json_writer writer;
	struct json_time time;
	bool message;   /* its member's name says so: else it only has a word of the kernel's */
	unsigned frame; /* of a list of lines, which are one text: its depth; 0: none */
};

/* An object or a list that is open. */
struct json_frame {
	bool list;
	bool row;    /* a list without a name */
	bool cells;  /* it has a time in it */
	bool record; /* an element of a list, or at the top */
	bool bytes;  /* a message that is a list of bytes */
	char name[JSON_NAME];
	char pair[JSON_NAME]; /* of {"key": "ident", "value": "sshd"} the former */
	struct json_writer writer;
	struct json_time time;
	unsigned own;           /* texts */
	unsigned cell;          /* of a row: which one is next */
	unsigned words, others; /* cells that may name a writer; that do not name the kernel */
	size_t texts;           /* json.n_texts when it began */
	unsigned nth;           /* of a list with a name: which of the value's */
	uint64_t line;
};

/* Where in a value the next byte is. */
enum json_state {
	JSON_AT_VALUE,
	JSON_AT_FIRST,
	JSON_AT_KEY,
	JSON_AT_COLON,
	JSON_BEHIND,
	JSON_IN_STRING,
	JSON_IN_ESCAPE,
	JSON_IN_HEX,
	JSON_IN_WORD,
	JSON_DEEPER /* in what is too deep inside to be looked at */
};

typedef void json_fn(void *arg, const char *text, size_t n, uint64_t line, struct json_writer writer,
		     const struct json_time *time);

struct json {
	json_fn *each;
	bool (*wanted)(void *arg, const char *text, size_t n); /* of a text whose name does not say what it is */
	void *arg;
	enum json_state state;
	unsigned depth, hex_n;
	uint32_t hex, high;
	bool key;                       /* the string is a name */
	bool whole;                     /* of the record's messages nothing was left out */
	bool cut;                       /* of some record's: JSON_MOST */
	bool ended;                     /* a record with a message has ended */
	unsigned deeper;                /* brackets in JSON_DEEPER */
	bool in_text, escaped;          /* there */
	size_t done;                    /* bytes up to the last such one, of those that json_feed() got last; 0: none */
	uint64_t done_line;             /* there */
	char name[JSON_NAME], word[32]; /* the last name; a number */
	size_t name_n, word_n;
	struct json_frame frames[JSON_DEEP];
	char columns[JSON_COLUMNS][JSON_NAME]; /* names of the cells of rows, from a list "columns" before them */
	unsigned n_columns;
	struct json_text *texts; /* owned */
	size_t n_texts, room;
	size_t n_open; /* those whose record has not ended */
	size_t from;   /* where the string begins in bytes */
	uint64_t line, string_line;
	uint64_t record_line; /* where the record before began: another that begins there counts as on the next line */
	struct buf bytes;     /* of texts */
	unsigned lists,
		list;  /* those with a name that began; the one that has the record which is given out: 0: none */
	uint64_t more; /* lines of its text but the first that are numbered */
};

enum json_end {
	JSON_MORE, /* the value goes on */
	JSON_ENDS, /* behind the last byte that was taken */
	JSON_BAD   /* it is none */
};

/* Before a value, which is in this line. */
void json_start(struct json *j, uint64_t line);
/* Takes n bytes, or up to where the value ends; *used: how many. json.line is then theirs. */
enum json_end json_feed(struct json *j, const char *s, size_t n, size_t *used);
/* Gives out the records that have ended inside of a value that has not: no more of it comes. */
void json_give_up(struct json *j);
void json_free(struct json *j);

/* ---- json_value.c ---- */

/* What a value is called: a list's elements as the list, the value of a pair as its key; points into *j. */
const char *json_name(struct json *j);
/* Whether it is a list of names for the cells of rows that follow. */
bool json_is_columns(const struct json_frame *f);
/* A record on the line of the one before counts as on the next. */
void json_begin_record(struct json *j, struct json_frame *frame);
/* A string has ended, which is in the bytes from j->from on; a number or another word; a list that may be one of lines; a record. */
void json_take_text(struct json *j);
void json_end_word(struct json *j);
void json_end_lines(struct json *j);
void json_end_record(struct json *j);
/* Keeps what is in the bytes from j->from on as a text, or as a further line of the one before. */
void json_keep_text(struct json *j, bool message, bool joins);
/* ---- json_text.c ---- */

/* Bytes of a string up to what is not itself; how many. */
size_t json_run(struct json *j, const char *s, const char *end);
/* Behind a backslash, and of four digits: false if it cannot be there. */
bool json_escape(struct json *j, char c);
bool json_hex(struct json *j, char c);

/* ---- json_time.c ---- */

/* Sets what a member says of the time, if nothing did before. Whether the value is a time and nothing else. */
bool json_note_time(struct json_time *time, const char *name, const char *value, size_t n);

/* ---- date.c ---- */

/* Sets the time of the wall clock by a date in one of the forms that tables have; false: it is none. */
bool json_date(struct json_time *time, const char *s, size_t n);

#endif
