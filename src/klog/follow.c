// SPDX-License-Identifier: GPL-2.0-or-later
/* What grows while it is read: a file, and the kernel's ring buffer. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "klog/input.h"
#include "util/alloc.h"
#include "util/err.h"
#include "util/text.h"

#define PATIENCE_MS 1000 /* file systems without notification */

/* A file that grows and, now and then, is put away and begun anew. */
struct follow {
	char *path;
	int notify;
};

/* The file for its growth, its directory for a new file of that name. */
static void watch(struct follow *f)
{
	char *slash = strrchr(f->path, '/');
	AUTO_FREE char *folder = slash ? xstrndup(f->path, (size_t)(slash - f->path) + 1) : xstrdup(".");

	inotify_add_watch(f->notify, f->path, IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF);
	inotify_add_watch(f->notify, folder, IN_CREATE | IN_MOVED_TO);
}

void follow_free(struct follow *f)
{
	if (f->notify >= 0)
		close(f->notify);
	free(f->path);
	free(f);
}

int follow_new(struct follow **out, const char *path, struct err *e)
{
	struct follow *f = xcalloc(1, sizeof(*f));

	f->path = xstrdup(path);
	f->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (f->notify < 0) {
		int errnum = errno;

		follow_free(f);
		return err_sys(e, errnum, "watching %s", path);
	}
	watch(f);
	*out = f;
	return 0;
}

/* Opens the file anew if another one has its name now. */
static void reopen(struct follow *f, int *fd, const struct stat *old)
{
	struct stat st;
	int again;

	if (stat(f->path, &st) || (st.st_dev == old->st_dev && st.st_ino == old->st_ino))
		return;
	again = open(f->path, O_RDONLY | O_CLOEXEC);
	if (again < 0)
		return;
	close(*fd);
	*fd = again;
	watch(f);
}

int follow_fd(const struct follow *f)
{
	return f->notify;
}

int follow_wait(struct follow *f, int *fd, int timeout_ms, struct err *e)
{
	struct pollfd p = { .fd = f->notify, .events = POLLIN };
	char events[4096];
	struct stat st;
	off_t at;

	if (poll(&p, 1, timeout_ms < 0 || timeout_ms > PATIENCE_MS ? PATIENCE_MS : timeout_ms) > 0)
		while (read(f->notify, events, sizeof(events)) > 0)
			;
	at = lseek(*fd, 0, SEEK_CUR);
	if (at < 0 || fstat(*fd, &st))
		return err_sys(e, errno, "%s", f->path);
	if (st.st_size < at)
		at = lseek(*fd, 0, SEEK_SET);
	if (st.st_size == at)
		reopen(f, fd, &st);
	return -EAGAIN;
}

struct kmsg_head {
	uint64_t priority, sequence, us;
};

/* "6,339,5140900,-;" and what may come between; the text's start, or NULL. */
static const char *head_read(const char *record, size_t n, struct kmsg_head *head)
{
	const char *text = memchr(record, ';', n);
	char copy[128], *at;
	size_t len = text ? (size_t)(text - record) : 0;

	if (!text || len >= sizeof(copy))
		return NULL;
	memcpy(copy, record, len);
	copy[len] = '\0';
	head->priority = strtoull(copy, &at, 10);
	if (*at++ != ',')
		return NULL;
	head->sequence = strtoull(at, &at, 10);
	if (*at++ != ',')
		return NULL;
	head->us = strtoull(at, &at, 10);
	return *at == ',' || *at == '\0' ? text + 1 : NULL;
}

uint64_t kmsg_us(const char *record, size_t n)
{
	struct kmsg_head head;

	return head_read(record, n, &head) ? head.us : 0;
}

static void count_lost(struct kmsg *kmsg, uint64_t sequence)
{
	if (kmsg->started && sequence > kmsg->next)
		kmsg->lost += sequence - kmsg->next;
	kmsg->started = true;
	kmsg->next = sequence + 1;
}

size_t kmsg_text(struct kmsg *kmsg, const char *record, size_t n, char *out, size_t cap)
{
	struct kmsg_head head;
	const char *s = head_read(record, n, &head), *end = record + n;
	size_t len;
	int stamp;

	if (!s)
		return 0;
	count_lost(kmsg, head.sequence);
	if (head.priority > 7)
		return 0;
	stamp = snprintf(out, cap, "[%5" PRIu64 ".%06" PRIu64 "] ", head.us / 1000000, head.us % 1000000);
	if (stamp < 0 || (size_t)stamp + 1 >= cap)
		return 0;
	len = (size_t)stamp;
	/* The text ends at the first newline; what follows are properties of the device. */
	while (s < end && *s != '\n' && len + 1 < cap) {
		if (s + 3 < end && s[0] == '\\' && s[1] == 'x' && text_hex_digit(s[2]) >= 0 &&
		    text_hex_digit(s[3]) >= 0) {
			char c = (char)(text_hex_digit(s[2]) << 4 | text_hex_digit(s[3]));

			out[len++] = c;
			/* As dmesg does: what follows stays below its record, whatever it looks like. */
			for (int i = 0; i < stamp && c == '\n' && len + 1 < cap; i++)
				out[len++] = ' ';
			s += 4;
		} else {
			out[len++] = *s++;
		}
	}
	out[len++] = '\n';
	return len;
}
