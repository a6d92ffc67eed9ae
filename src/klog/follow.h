/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that grows and, now and then, is put away and begun anew. */
#ifndef KLOG_FOLLOW_H
#define KLOG_FOLLOW_H

struct err;
struct follow;

int follow_new(struct follow **f, const char *path, struct err *e);
void follow_free(struct follow *f);
/* What poll() says when the file may have changed. */
int follow_fd(const struct follow *f);

/* After the end of *fd was read: waits up to timeout_ms (-1: for ever) for more. Always -EAGAIN: try again; *fd is
 * at the start of the file if it was truncated, and of the new file if it was replaced. */
int follow_wait(struct follow *f, int *fd, int timeout_ms, struct err *e);

#endif
