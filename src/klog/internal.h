/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inside of the log reader.
 *
 *     bytes --> reader.c --lines--> record.c --messages--> handlers.c ------ learned ----> devices.c
 *               first_pass          messages               block.c, aer.c                      ^
 *               prefix, writer      pattern                    |                               |
 *                                   ident                      +--reports--> report.c --counted--> episodes.c
 *                                                                               |
 *                                                                               +--> the caller's klog_fn
 *
 * struct klog has a part for each: struct log_reader, blocks, order, devices. A function gets the part that it needs; those
 * that get struct klog lead from one to the next.
 */
#ifndef KLOG_INTERNAL_H
#define KLOG_INTERNAL_H

#include "klog/devices.h"
#include "klog/fields.h"
#include "klog/ident.h"
#include "klog/json_log.h"
#include "klog/klog.h"
#include "klog/mail.h"
#include "klog/messages.h"
#include "klog/prefilter.h"
#include "klog/prefix.h"
#include "klog/reportfile.h"

_Static_assert(PCI_ADDR_MAX <= KLOG_TEXT_MAX, "an address fits a report's text");

/* ---- prefilter.c: what the first pass found in the reader's buffer ---- */

struct first_pass {
	struct prefilter filter;
	/* Places that were found, counted from `from` of the buffer; those before `next` are done with. */
	struct prefilter_places places; /* .v is owned */
	size_t next;
	size_t from, at;    /* of the buffer: where the places begin, up to where was looked */
	uint64_t from_line; /* number of the line at `from` */
};

void first_pass_init(struct first_pass *pass);
void first_pass_free(struct first_pass *pass);
/* Nothing is known but which line is at `at`. */
void first_pass_restart(struct first_pass *pass, size_t at, uint64_t line);
/* The buffer loses its first n bytes; `start`, which is in `line`, is behind them. */
void first_pass_moved(struct first_pass *pass, size_t n, size_t start, uint64_t line);
/* The places up to `n` bytes behind `at` were found by another. False: it is not there that they have to begin, or at most
 * PREFILTER_LONGEST bytes behind. */
bool first_pass_exchange(struct first_pass *pass, const char *buf, struct prefilter_places *places, size_t at,
			 size_t n);
/* Makes room for PREFILTER_ROOM more. */
void prefilter_places_room(struct prefilter_places *places);
/* Looks up to `end`, from `start` on if it has not come so far; `line` is there. An anchor can go PREFILTER_LONGEST past
 * `end`: those bytes have to be there, or never come. */
void first_pass_scan(struct first_pass *pass, const char *buf, size_t start, uint64_t line, size_t end);
/* The first anchor in [start, end), as far as was looked; NULL: there is none. What lies before it is done with. */
const char *first_pass_anchor(struct first_pass *pass, const char *buf, size_t start, size_t end);
/* Whether an anchor is in n bytes of the buffer. What lies before them is done with. */
bool first_pass_is_in(struct first_pass *pass, const char *buf, const char *s, size_t n);
/* Whether one may be, as far as that is known, in n bytes from `from` on. What lies before them is done with. */
bool first_pass_may_be_in(struct first_pass *pass, size_t from, size_t n);
/* The first PREFILTER_RECORD in [from, end) that is not done with; NULL: there is none. */
const char *first_pass_record(const struct first_pass *pass, const char *buf, const char *from, const char *end);
/* The number of the line at `to`, counted from the nearest place of which it is known; `line` is that at `start`. */
uint64_t first_pass_line(const struct first_pass *pass, const char *buf, size_t start, uint64_t line, size_t to);

/* ---- reader.c: bytes into lines ---- */

#define PIECE_MAX 8192 /* bytes of a line handled at once */
#define RECORD_MAX (2 * PIECE_MAX)
#define RECORD_LINES 48
#define KERNEL_LINE_MOST 2048 /* bytes of a line that one message of the kernel can make, its prefixes included */
#define ROW_HEAD 16           /* bytes of a message that are looked at before its pattern */

/* Where a line of a record begins. */
struct mark {
	size_t at;
	uint64_t line;
	size_t body; /* bytes of its prefix */
	bool inside; /* it goes on with the line before: a piece of a long one, or put under its message */
};

/* A line with those after it that have no prefix of their own: wrapped, or a block in one record. */
struct log_record {
	char text[RECORD_MAX + ROW_HEAD]; /* so many bytes from any of its places on can be read */
	size_t n;
	struct mark marks[RECORD_LINES + 8];
	size_t n_marks;
	size_t body;          /* where the message begins */
	size_t indent;        /* of its first line */
	size_t deep;          /* indent of lines that are put under its message */
	bool prefixed;        /* its first line has a prefix */
	bool ours;            /* what it begins with is the kernel's and of no one else */
	bool joined;          /* the next line goes on without a blank */
	struct prefix prefix; /* .wall is not valid */
	char wall[KLOG_TEXT_MAX];
};

/* A line's indent, and that of lines that are put under its message. */
struct below {
	size_t indent, deep;
};

/* A cleaned line, or a piece of a long one. */
struct record_line {
	const char *text;
	size_t n;
	size_t indent; /* blanks that it began with, without a mail's quote marks */
	bool blank;    /* it began with one, which counts after a soft line break */
	size_t body;   /* bytes of its prefix, as prefix_parse() says */
	bool middle;   /* a piece that does not begin its line */
	bool joined;   /* it ends in a soft line break */
	const struct prefix *prefix;
	bool behind_blank;  /* the line before is blank */
	bool is_below;      /* it goes on with another program's line, which is not in the record */
	struct below below; /* that line */
};

/* How journalctl's -o export is read, record by record. */
struct journal {
	bool decided, on; /* whether it is one */
	bool between;     /* a record has ended */
	bool records;     /* some message was in a record of fields */
	bool skipping;    /* inside a record too long to be the kernel's */
	uint64_t drop;    /* bytes of its value, from .start on */
};

struct log_reader {
	struct first_pass pass;
	char *buf; /* owned */

	/* From here on it is of the log that is read. */
	size_t start, end;   /* bytes not yet dealt with */
	bool moved;          /* what was at the start of the log is no longer in the buffer */
	size_t until;        /* an anchor is at until - 1: lines up to there are looked at */
	bool mid_line;       /* start is inside a line */
	bool blank_since;    /* the line before was blank */
	bool strangers_line; /* of mid_line: another program wrote it */
	uint64_t line;       /* number of the line at start */
	uint64_t begin;      /* that of its file's first line */
	char piece[PIECE_MAX];
	struct {
		size_t at; /* offset of the line; SIZE_MAX: none */
		size_t n, len, body;
		bool joined;
		struct prefix prefix;
	} looked; /* the line that is in `piece`, if it begins at r->start when it is taken */

	struct prefix_memo memo;
	struct log_record rec;
	uint64_t records;
	uint64_t delta_clock_ns; /* sum of deltas, in logs that have only those */
	bool deltas;
	struct json_place json;
	struct columns columns; /* of the log's first line, if it is a table */
	struct cell cell;       /* of it, at start */
	uint64_t latest_uptime_ns;
	int64_t latest_wall_ns;                   /* of the same line; 0: not dated */
	uint64_t known, known_line, known_record; /* lines that say something that is known, so far; of the last one */
	struct journal journal;
};

/* ---- klog.c ---- */

#define BUFFER_HEAD 131072 /* bytes before what is new, for what is not done with */
#define BUFFER_BYTES 196608
#define BUFFER_ROOM (BUFFER_HEAD + BUFFER_BYTES + PREFILTER_SLACK)

/* What a reader keeps its bytes in. */
struct log_buffer {
	char *bytes; /* of BUFFER_ROOM; owned */
	size_t n;    /* new ones, from BUFFER_HEAD on; PREFILTER_LONGEST bytes of those before them are there as well */
	struct prefilter_places
		places; /* in these n and PREFILTER_LONGEST before, as the first pass sees them; .v is owned */
};

/* The same as klog_feed(), but for the copying and the first pass. The buffer gets another one's memory for it. */
void klog_exchange(struct klog *k, struct log_buffer *buffer);

/* The room in the buffer, and how much of it was filled. For sources that read straight into it. */
char *klog_space(struct klog *k, size_t *n);
void klog_filled(struct klog *k, size_t n);

/* ---- reader.c ---- */

/* Everything before the byte at `to` of the buffer is done with. */
void reader_advance(struct log_reader *r, size_t to);
/* Looks for anchors in what is in the buffer. */
void reader_scan(struct log_reader *r, bool last);
/* Deals with what is in the buffer; `last`: nothing follows. */
void reader_work(struct klog *k, bool last);

#define FIRST_LINES 64 /* lines at either end of a log that are looked at for its times */
#define LINE_LOOK 200  /* bytes of a line that its prefix is looked for in */
#define BELOW_DEEPER 4 /* blanks that make a line a further one of the line right above; fewer are a matter of taste */

/* The last line end in [from, to); NULL: there is none. */
const char *reader_last_newline(const char *from, const char *to);
/* The prefix of n raw bytes of a line; bytes of it, and of the line once it is cleaned. */
size_t reader_look_at(struct log_reader *r, const char *raw, size_t n, size_t *len, bool *joined,
		      struct prefix *prefix);
/* Blanks at the start of a line, without a mail's quote marks; whether there is nothing else. */
size_t reader_indent(const char *s, size_t n);
bool reader_is_blank(const char *s, size_t n);

/* ---- handlers.c: from when to when the log is ---- */

/* What is taken from lines that are not looked at, up to `to`: times between lines, where the first lines have some, and when
 * the log begins. */
void reader_pass_over(struct klog *k, size_t to);
/* "[  +0.000093] " at the start of n bytes: the time since the line before, which goes on whether a line is looked at or not. */
void reader_add_delta(struct log_reader *r, const char *s, size_t n);
/* When the log ends, by its last lines. */
void reader_note_end(struct klog *k);
bool reader_has_time(const struct klog_time *t);
/* The name of the machine that wrote a line or a record, n bytes: the domain does not count. */
void reader_note_host(struct klog_host *host, const char *name, size_t n);
/* Sets *t if n bytes at the start of a line have a time. */
void reader_note_span(struct log_reader *r, struct klog_time *t, const char *s, size_t n);

/* ---- table.c: rows of comma-separated values ---- */

/* Of a line of raw_n bytes, cleaned n in r->piece: the bytes of its prefix, which for a row are those up to its message; `body` is what other
 * logs have. */
size_t table_look(const struct log_reader *r, const char *raw, size_t raw_n, size_t n, size_t body,
		  struct prefix *prefix);
/* Whether as much has come of the row that a line of the buffer is in as is looked at. */
bool table_has_come(const struct log_reader *r, const char *raw);
/* The bytes of the buffer up to `to` are done with. */
void table_advance(struct log_reader *r, size_t to);

/* ---- strangers.c: what is below another program's line ---- */

/* Whether an indented line goes on with what another program said. *from: that line's indent and that of its message. */
bool strangers_below(struct log_reader *r, const char *line, size_t indent, struct below *from);
/* A line right below another program's, or as deep as its message, is that program's words. */
bool strangers_go_on(const struct log_reader *r, size_t indent);

/* ---- klog.c: lines that are told without being parsed ---- */

/* Whether a whole line of the buffer, which is no field of a journal's record, begins with a prefix and has nothing in it that
 * is not what it looks like. False where only a closer look can tell. */
bool glance_begins(const struct log_reader *r, const char *s, size_t n, struct prefix_glance *glance);
/* Whether such a line, which has no anchor, is a record of its own in which nothing begins that is known. */
bool glance_is_silent(const struct klog *k, const char *s, size_t n, const struct prefix_glance *glance);

/* ---- journal.c, journal_record.c: records of journalctl -o export, verbose, json-pretty ---- */

#define JOURNAL_BACK 8192 /* bytes before .start that stay in the buffer, for the fields before a message */

enum journal_whose {
	JOURNAL_NOT, /* no field of a journal's record */
	JOURNAL_KERNEL,
	JOURNAL_OTHER,
	JOURNAL_OPEN /* the record's end has to come first */
};

/* Whose the line is that begins at `line` of the buffer, by the fields around it; *body: bytes up to the value. */
enum journal_whose journal_judge(const struct log_reader *r, const char *line, bool last, size_t *body);
/* The columns of a table, by its first line with text; bytes up to its rows, 0: it is none. */
size_t table_begins(const char *s, size_t n, struct columns *c);
/* At the start of a log: decides whether it is an export; false: more of it is needed. */
bool journal_begins(struct log_reader *r, bool last);
/* Where an export begins in the bytes, or else their end; one that begins at their start is on from then on. Text that is
 * none ends it. */
size_t journal_next(struct log_reader *r, bool last);
/* The next record of an export. False: its end has not come yet. */
bool journal_take(struct klog *k, bool last);

/* ---- reader.c: lines; klog.c: lines into records; record.c: the messages in a record ---- */

/* Whether something is open that the next line could belong to, or an anchor lies ahead. */
bool reader_busy(const struct klog *k);
/* Takes a whole line that is not of the buffer, as one with this number; `writer`: JOURNAL_OTHER if it is another program's. */
void reader_use_line(struct klog *k, const char *s, size_t n, uint64_t number, enum journal_whose writer);
/* The clocks of a log go on to the time of a prefix. */
void record_follow_clock(struct log_reader *r, struct klog_host *host, const struct prefix *prefix);
/* Whether a line, of one byte at least, begins a record of its own. */
bool record_begins(const struct log_record *rec, const struct record_line *line);
/* Whether a line that has a prefix, and no blanks before it, begins one whoever wrote it. `has_wall`: a date is in the prefix. */
bool record_ends(const struct log_record *rec, bool has_wall);
/* Blanks that a line has which is put under a message, by the bytes of that message's prefix. */
size_t record_depth(size_t body);
/* Adds a line to the open record. Its prefix is used if it is the record's first. */
void record_add(struct klog *k, const struct record_line *line);
/* Reads the messages in the record and begins a new one. `more`: the record was only full; what could be the start
 * of a message is kept. */
void record_finish(struct klog *k, bool more);

/* Rows of the tables of messages and labels, found by their first character. */
#define MESSAGES_MAX 512
#define LABELS_MAX 32
#define MESSAGES_AGAIN 16
#define ROW_LISTS 1024
#define ROW_FOURS 16384
/* The first bytes of a text that a row can match are these, where the mask has bits, but that blanks can be others. */
struct row_head {
	uint64_t bytes[ROW_HEAD / 8], mask[ROW_HEAD / 8];
};

struct row_entry {
	struct row_head head;
	uint16_t row, next; /* entry + 1; 0: no more */
	uint8_t plain; /* bytes at the pattern's start, without its blanks at their end, that the head stands for */
};

/* Of rows whose texts begin with these two characters, and perhaps others. */
static inline size_t row_list(unsigned char first, unsigned char second)
{
	return ((size_t)first << 3 ^ second) % ROW_LISTS;
}

#define ROW_START 4 /* characters */

/* Where they are in message_index.fours. */
static inline size_t row_start(const char *text)
{
	uint32_t bytes;

	memcpy(&bytes, text, sizeof(bytes));
	return (bytes * UINT32_C(0x9e3779b1) >> 16) % ROW_FOURS;
}

struct message_index {
	char *text;                                      /* of the patterns; owned */
	const char *patterns[MESSAGES_MAX + LABELS_MAX]; /* compiled, by row */
	uint8_t pairs[128][32];                          /* a bit for each two characters that a text can begin with */
	uint8_t shorts[128][32];                         /* the same, of those of which no more is known */
	uint8_t fours[ROW_FOURS / 8]; /* a bit for the hash of each four that a text can begin with */
	/* A row is in the list of its first two characters, or of the first if the other can be any. One that begins with a
	 * group is in that of what follows, too. */
	struct row_entry entries[MESSAGES_MAX + LABELS_MAX + MESSAGES_AGAIN];
	size_t n_entries;
	uint16_t by_pair[ROW_LISTS], by_first[128]; /* entry + 1; 0: none */
	uint16_t numbers; /* the same, of those that begin with a number, by what follows it and a blank */
};

/* A message that was found in a record. */
struct message {
	const struct message_row *row;
	const char *at; /* where it begins */
	struct match match;
	struct ident id;
	uint64_t line;
	bool own_time;   /* it is in the first line of a record that has a time */
	uint64_t record; /* number of the record, from 1 */
	uint64_t nth;    /* its line's number among those that say something that is known */
};

void messages_init(struct message_index *index);
void messages_free(struct message_index *index);
/* Calls the handlers of all messages in the record. Returns how much of the text is done with. */
size_t messages_read(struct klog *k);
/* Whether there is some message or label in a text behind which ROW_HEAD bytes can be read, whosever it is. */
bool messages_begin(const struct message_index *index, const char *text, const char *end);
/* Whether a record of another program has a driver's words for a serious fault. */
bool messages_quoted(const struct klog *k);

/* ---- block.c, dump.c, aer.c, crash.c: what takes several lines ---- */

#define BLOCKS 8     /* hang blocks open at a time */
#define BLOCK_NEAR 4 /* lines after one of a hang block that are looked at: escapes may hide their anchors */
#define DUMP_QUEUES 64

struct block {
	bool open, foreign;
	bool talk; /* its header names no device: without a label it is only talked of */
	struct klog_report r;
	uint64_t labels; /* bit n: row n of the labels was seen, with or without a value */
	unsigned values;
	uint64_t touched, touched_nth; /* line; the same as struct message has it */
	uint64_t record;
	int last_label; /* row that ends it; -1: not known */
};

struct aer_event {
	bool open, detailed;
	bool named; /* its errors come by name alone */
	bool firmware;
	bool of_port; /* a port's driver reports it */
	struct klog_report r;
	uint64_t touched;
};

#define DUMP_EACH 4 /* registers of each queue */

/* Registers that a driver prints, one a line or some queues' in a row. */
struct log_dump {
	bool open;
	struct klog_report r;
	uint64_t touched;
	uint64_t known[DUMP_EACH]; /* of the nth such register; bit n: queue n */
	uint32_t value[DUMP_EACH][DUMP_QUEUES];
};

/* An oops or the like, whose trace comes in lines of its own. */
struct log_crash {
	bool open;
	bool has_top; /* a register said where it happened */
	bool framed;  /* the trace has begun */
	struct klog_report r;
	uint64_t touched;
};

struct blocks {
	struct block hangs[BLOCKS];
	struct aer_event aer;
	struct log_dump dump;
	struct log_crash crash;
};

void block_item(struct klog *k, const struct message *m, int label);
/* Closes what is open and got no word for long, or all of it. */
void blocks_close(struct klog *k, bool all);
/* Whether the next line may belong to what is open though it has no anchor: one of a hang block that is far from the others
 * has one. */
bool blocks_wait(const struct blocks *blocks, uint64_t line);
/* The line of the oldest open block, event or dump; UINT64_MAX if there is none. */
uint64_t blocks_oldest(const struct blocks *blocks);
void aer_close(struct klog *k);
/* A register of an open dump at p; the end of its values, or NULL if there is none. */
const char *dump_item(struct log_dump *d, const char *p, const char *end, uint64_t line);
void dump_close(struct klog *k);
/* crash.c: a frame of an open crash at p, on a line that begins at `start`; its end, or NULL if there is none. */
const char *crash_item(struct log_crash *c, const char *start, const char *p, const char *end, uint64_t line);
void crash_close(struct klog *k);

/* ---- report.c: reports in the order of their lines ---- */

#define WAITING 32 /* reports, at most */
#define RECENT 128 /* reports remembered to find duplicates */
#define RECENT_HASHES 1024

struct order {
	struct klog_report waiting[WAITING];
	uint8_t places[WAITING]; /* of those that wait, by line; behind them, the free ones */
	size_t n;
	uint64_t recent[RECENT];      /* fingerprints; 0: none */
	uint8_t alike[RECENT_HASHES]; /* how many of them have the remainder */
	size_t next_recent;
};

/* A report of the message with its device, line and time. */
void report_begin(const struct klog *k, const struct message *m, enum klog_kind kind, struct klog_report *r);
void order_init(struct order *order);
void order_add(struct klog *k, const struct klog_report *r);
/* Delivers what begins before that line; UINT64_MAX: everything. */
void order_release(struct klog *k, uint64_t before);

/* ---- handlers.c: pasted output beside the log ---- */

struct described *described_new(struct devices *devices);
void described_free(struct described *d);
/* Whether the line is one of lspci, ethtool or the like, which are no kernel messages. */
bool described_line(struct described *d, const char *text, size_t n, uint64_t line);
/* Whether the next line may belong to such output. */
bool described_open(const struct described *d);
void described_end(struct described *d);

/* ---- all of it ---- */

struct klog {
	klog_fn *each;
	void *arg;
	struct reportfile report; /* if what is fed is one */
	struct mail mail;
	struct json_log *json; /* owned; NULL: there was no JSON */
	bool live;             /* what is written is fed at once, in the order in which it is */
	bool cut;              /* of a file before: json_log_cut() */
	klog_tap_fn *tap;      /* NULL: none */
	void *tap_arg;
	struct message_index index;
	struct log_reader reader;
	struct blocks blocks;
	struct order order;
	struct devices devices;
	struct log_files *files; /* owned; NULL: it is one file */
};

/* ---- klog.c ---- */

/* Another log, or file of one, follows; its first line has this number. */
void reader_restart(struct log_reader *r, uint64_t line);

/* ---- files.c: a log that is several files; not called for one that is not ---- */

void files_free(struct klog *k);
/* Whether a log before has the record that is open, too. */
bool files_had(struct klog *k);
/* Which time the log ends with: of one with dates, if any has them. */
void files_note_end(struct klog *k);
/* As klog_file(), klog_boots_ago() and klog_boots(). */
const char *files_name(const struct log_files *files, uint64_t line, uint64_t *in_file);
uint64_t files_boots_ago(const struct klog *k, uint64_t boot);
uint64_t files_boots(const struct klog *k);

#endif
