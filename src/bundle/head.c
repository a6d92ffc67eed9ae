// SPDX-License-Identifier: GPL-2.0-or-later
#include "bundle/head.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void head_begin(struct head *h, const char *name, const int *fd, stream_fn *more, void *arg)
{
	*h = (struct head){ .name = name, .fd = fd, .more = more, .arg = arg };
	h->stream = stream_new(more, arg, name);
}

void head_end(struct head *h)
{
	if (h->stream)
		stream_free(h->stream);
	h->stream = NULL;
}

int head_look(struct head *h)
{
	size_t n;
	int r = 1;

	while (r == 1 && h->n < sizeof(h->first)) {
		r = stream_read(h->stream, h->first + h->n, sizeof(h->first) - h->n, &n, NULL);
		h->n += r == 1 ? n : 0;
		h->packing = r == 1 ? stream_packing(h->stream) : h->packing;
	}
	return r == -EAGAIN ? r : bundle_begins(h->first, h->n);
}

int head_read(struct head *h, char *to, size_t room, size_t *n, struct err *e)
{
	if (h->at == h->n)
		return stream_read(h->stream, to, room, n, e);
	*n = h->n - h->at < room ? h->n - h->at : room;
	memcpy(to, h->first + h->at, *n);
	h->at += *n;
	return 1;
}

/* A stream_fn: the archive's bytes. */
static ssize_t read_archive(void *arg, char *to, size_t room, struct err *e)
{
	size_t n;
	int r = head_read(arg, to, room, &n, e);

	return r == 1 ? (ssize_t)n : r;
}

static int read_again(void *arg)
{
	struct head *h = arg;

	if (lseek(*h->fd, 0, SEEK_SET))
		return -ESPIPE;
	head_end(h);
	h->stream = stream_new(h->more, h->arg, h->name);
	h->at = h->n = 0;
	return 0;
}

struct bundle_source head_source(struct head *h, const char *folder)
{
	return (struct bundle_source){
		.name = h->name, .folder = folder, .more = read_archive, .again = read_again, .arg = h
	};
}
