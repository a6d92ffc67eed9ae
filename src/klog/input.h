/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a kernel log comes from: a file, a pipe, a compressed file, the running kernel. */
#ifndef KLOG_INPUT_H
#define KLOG_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct klog;
struct klog_input;

/*
 * Opens path: "-" is stdin, NULL this machine's kernel log. gzip, xz, zstd and bzip2 are recognised by content. With `follow` the
 * end is never reached: a file is watched for growth and for being replaced, the kernel for new records.
 * -errno with path and remedy in *e.
 */
int klog_input_open(struct klog_input **in, const char *path, bool follow, struct err *e);

/* Whether a log comes on standard input, for callers that nobody named one: 1 for a regular file and for a pipe that has
 * something, 0 for a terminal, a device such as /dev/null, a socket as a remote shell's, or a pipe that ended empty, as
 * cron's; -EAGAIN for a pipe with nothing in it after timeout_ms (-1: waits for ever). Reads nothing. */
int klog_stdin(int timeout_ms);

void klog_input_close(struct klog_input *in);
/* "/dev/kmsg" for the running kernel, "stdin"; never NULL. */
const char *klog_input_name(const struct klog_input *in);
/* Records that the kernel overwrote before they were read. */
uint64_t klog_input_lost(const struct klog_input *in);
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

/* -errno with *e. */
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

/* Writes the record's text as dmesg does, "[    1.234567] text\n" with its own line ends, to out, and gives its
 * length; 0 for a record that is not the kernel's own, or none. Counts records lost before it. */
size_t kmsg_text(struct kmsg *kmsg, const char *record, size_t n, char *out, size_t cap);

/* ---- reversed.c: a log whose last message comes first ---- */

enum log_order {
	ORDER_FORWARD,
	ORDER_REVERSED,
	ORDER_NOT_READ /* reversed, in a form that cannot be turned round without trusting what is in it: -o export */
};

/* How a log that begins so is sorted, by the times of its lines. */
enum log_order reversed_told(const char *text, size_t n);

struct reversed;

/* Takes all of a log, and then gives its messages out in order, some at a time. The log is kept in a temporary file.
 * reversed_read(): as klog_input_read(). The others: -errno with *e. */
int reversed_new(struct reversed **out, const char *name, struct err *e);
void reversed_free(struct reversed *r);
int reversed_add(struct reversed *r, const char *name, const char *bytes, size_t n, struct err *e);
int reversed_read(struct reversed *r, char *to, size_t room, size_t *n, struct err *e);

#endif
