/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a kernel log comes from: a file, a pipe, a compressed file, the running kernel. */
#ifndef KLOG_INPUT_H
#define KLOG_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

struct buf;
struct klog;
struct klog_input;

/*
 * Opens path: "-" is stdin, NULL this machine's kernel log. A directory or an archive (bundle/bundle.h) is a log of many files. gzip, xz, zstd and bzip2 are recognised by content. With `follow` the
 * end is never reached: a file is watched for growth and for being replaced, the kernel for new records.
 * -errno with path and remedy in *e. Caller frees *in with klog_input_close().
 */
int klog_input_open(struct klog_input **in, const char *path, bool follow, struct err *e);

/* What of this machine's own log is read. All of it: zeros. */
struct klog_own {
	const char *journal; /* a directory with another machine's journal, and nothing else; NULL: this one's */
	bool has_boot;
	int64_t boot;     /* 0: this one; -1: the one before */
	int64_t since_ns; /* of the wall clock; 0: from the start */
};

/* As klog_input_open() without a path, with the kernel's messages of earlier boots: of the systemd journal, or else of the logs in
 * /var/log. -EACCES, -ENOENT, -ENODATA with *e if what was asked for is not there. */
int klog_input_open_own(struct klog_input **in, const struct klog_own *own, struct err *e);
/* A remedy where /dev/kmsg is not there. */
#define KLOG_MOUNT_DEV "mount -t devtmpfs dev /dev"
/* What a log of klog_input_open_own() was read from: "the journal, /dev/kmsg"; empty for others. */
void klog_input_words(const struct klog_input *in, struct buf *out);

/* NULL is allowed. */
void klog_input_close(struct klog_input *in);
/* "/dev/kmsg" for the running kernel, "stdin"; never NULL. Owned by the input. */
const char *klog_input_name(const struct klog_input *in);
/* Records that the kernel overwrote before they were read. */
uint64_t klog_input_lost(const struct klog_input *in);
/* What a bug report of many files has. */
struct klog_bundle {
	uint64_t files, wanted; /* all; those that are read, as their names or contents have to do with network cards */
	uint64_t no_room;       /* wanted, and not read: the archive came through a pipe and is too large to be kept */
	uint64_t snapshots;     /* of nicregs, which are no log */
	uint64_t left_out;      /* links, devices, archives nested too deep */
	uint64_t unread;        /* wanted, and not read to their end */
	int r;                  /* -errno of the first such, and why; 0: none */
	struct err why;
	char path[512]; /* of the one that is being read */
};

/* After its end was read: of an archive or a directory; NULL for other logs. Owned by the input. */
const struct klog_bundle *klog_input_bundle(const struct klog_input *in);
/* Bytes of it that were read, packed as they are; of how many, 0 if that is not known. */
void klog_input_position(const struct klog_input *in, uint64_t *done, uint64_t *size);
/* What poll() can be asked about new data; -1 if there is nothing of the kind. */
int klog_input_fd(const struct klog_input *in);

/*
 * Reads into `to`: 1 with *n bytes (at most `room`, which is 16 KiB or more), 0 at the end, -EAGAIN if nothing
 * came within timeout_ms (-1: waits for ever), -EPIPE if records were lost (go on reading), other -errno with *e
 * filled. A damaged compressed file gives what can be had of it first.
 */
int klog_input_read(struct klog_input *in, int timeout_ms, char *to, size_t room, size_t *n, struct err *e);

/* Reads and feeds one piece: 1 to go on, 0 at the end (klog_end() was called), -errno. Does what gaps and silence
 * need. Returns at the latest after timeout_ms, for callers that have other things to do. */
int klog_input_pump(struct klog_input *in, struct klog *k, int timeout_ms, struct err *e);

/* ---- follow.c: what grows while it is read ---- */

struct follow;

/* -errno with *e. Caller frees *out with follow_free(). */
int follow_new(struct follow **out, const char *path, struct err *e);
void follow_free(struct follow *f);
/* What poll() can be asked about growth. */
int follow_fd(const struct follow *f);
/* After the end of *fd was read: waits up to timeout_ms (-1: for ever) for more. Always -EAGAIN: try again; *fd is
 * at the start of the file if it was truncated, and of the new file if it was replaced. */
int follow_wait(struct follow *f, int *fd, int timeout_ms, struct err *e);

/* Records of /dev/kmsg (Linux: Documentation/ABI/testing/dev-kmsg). */
#define KMSG_RECORD_MAX 16384 /* bytes; read() gives one whole record */

struct kmsg {
	bool started;
	uint64_t next; /* sequence number expected */
	uint64_t lost;
};

/* When it was said, in us since the boot; 0: it does not say. */
uint64_t kmsg_us(const char *record, size_t n);
/* Writes the record's text as dmesg does, "[    1.234567] text\n" with its own line ends, to out, and gives its
 * length; 0 for a record that is not the kernel's own, or none. Counts records lost before it. */
size_t kmsg_text(struct kmsg *kmsg, const char *record, size_t n, char *out, size_t cap);

/* A bundle_wants_fn: whether a file has lines of a log, or of programs that describe network cards. */
bool klog_wants(const char *path, const char *bytes, size_t n);

/* ---- many.c: a bug report of many files ---- */

struct many;
struct bundle_source;

/* As bundle_open(); caller frees *m with many_free(). */
int many_open(struct many **m, const struct bundle_source *source, struct err *e);
void many_free(struct many *m);
/* As klog_input_pump(). */
int many_pump(struct many *m, struct klog *k, struct err *e);
/* What was read so far; owned by m. */
const struct klog_bundle *many_said(const struct many *m);

/* ---- past.c: the kernel's messages of earlier boots ---- */

struct past;

/* As klog_input_open_own(); caller frees *p with past_free(). */
int past_open(struct past **p, const struct klog_own *own, struct err *e);
void past_free(struct past *p);
/* As klog_input_pump(), but for klog_end(). */
int past_pump(struct past *p, struct klog *k, struct err *e);
/* Whether there is anything to read. */
bool past_any(const struct past *p);
/* That it is a journal: this boot's messages are in it, too. */
bool past_has_journal(const struct past *p);
/* Whether its last boot is the one that runs; once it was read. */
bool past_ends_now(const struct past *p);
/* As klog_input_words(). */
void past_words(const struct past *p, struct buf *out);

/* ---- unpack.c: a log whose last message comes first ---- */

enum log_order {
	ORDER_FORWARD,
	ORDER_REVERSED,
	ORDER_NOT_READ /* reversed, in a form that cannot be turned round without trusting what is in it: -o export */
};

#define REVERSED_HEAD 16384 /* bytes at its start by which that is seen */

/* How a log that begins so is sorted, by the times of its lines. */
enum log_order reversed_told(const char *text, size_t n);

enum line_clock { CLOCK_NONE, CLOCK_WALL, CLOCK_UPTIME, CLOCK_EXPORT };

/* The time that a line begins with, in ns, of an export in us; which clock's it is. */
enum line_clock reversed_clock(const char *s, size_t n, int64_t *time);

struct columns;

/* The same of the first date in the cells of a table's row. */
enum line_clock reversed_row_clock(const struct columns *c, const char *s, size_t n, int64_t *time);

#define REVERSED_LEAST 2 /* steps down */

/* How often the time goes up and down from one message to the next. Zeroed: none was seen. */
struct reversed_steps {
	bool any;
	int64_t last;
	size_t up, down;
};

/* The time of the next message, in ns or any other unit that all of them have. */
static inline void reversed_step(struct reversed_steps *s, int64_t now)
{
	s->down += s->any && now < s->last;
	s->up += s->any && now > s->last;
	s->any = true;
	s->last = now;
}

/* Whether the last message comes first. */
static inline bool reversed_by(const struct reversed_steps *s)
{
	return s->down >= REVERSED_LEAST && s->up * 10 <= s->down;
}

/* ---- reversed.c: its messages in order ---- */

struct reversed;

/* Takes all of a log, and then gives its messages out in order, some at a time. The log is kept in a temporary file.
 * reversed_read(): as klog_input_read(). The others: -errno with *e. Caller frees *out with reversed_free(). */
int reversed_new(struct reversed **out, const char *name, struct err *e);
void reversed_free(struct reversed *r);
int reversed_add(struct reversed *r, const char *name, const char *bytes, size_t n, struct err *e);
int reversed_read(struct reversed *r, char *to, size_t room, size_t *n, struct err *e);

#endif
