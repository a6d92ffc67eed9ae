// SPDX-License-Identifier: GPL-2.0-or-later
/* A log that is a bug report of many files: fed file by file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundle/bundle.h"
#include "klog/input.h"
#include "klog/internal.h"
#include "klog/unpack.h"
#include "util/alloc.h"

struct many {
	struct bundle *bundle;
	struct klog_bundle said;
	bool in_file; /* a file is being read */
	bool begun;   /* it does not begin as what is no text, and how it is sorted is known */
	size_t head;  /* bytes at its start that wait until then */
	struct unpack_tail tail;
	struct reversed
		*reversed; /* its last message comes first, and it is being given out in order; NULL: it is in order */
};

int many_open(struct many **out, const struct bundle_source *source, struct err *e)
{
	struct many *m = xcalloc(1, sizeof(*m));
	int r = bundle_open(&m->bundle, source, e);

	if (r) {
		free(m);
		return r;
	}
	m->said.files = bundle_counts(m->bundle)->files;
	m->said.wanted = bundle_counts(m->bundle)->wanted;
	m->said.snapshots = bundle_counts(m->bundle)->unwanted;
	m->said.no_room = bundle_counts(m->bundle)->no_room;
	m->said.left_out = bundle_counts(m->bundle)->left_out;
	m->said.unread = bundle_counts(m->bundle)->lost;
	m->said.r = m->said.unread ? -EINVAL : 0;
	m->said.why = *bundle_lost(m->bundle);
	*out = m;
	return 0;
}

void many_free(struct many *m)
{
	if (!m)
		return;
	bundle_free(m->bundle);
	reversed_free(m->reversed);
	free(m);
}

const struct klog_bundle *many_said(const struct many *m)
{
	return &m->said;
}

/* A file cannot be read, or not to its end, or not all that is in it. */
static void lose_file(struct many *m, int r, const struct err *why)
{
	if (m->said.unread++)
		return;
	m->said.r = r;
	m->said.why = *why;
}

/* As bundle_read(), but that an error is noted, and is the end of what can be had of the file. */
static int read_file(struct many *m, char *to, size_t room, size_t *n)
{
	struct err why = { 0 };
	int r = bundle_read(m->bundle, to, room, n, &why);

	if (r < 0) {
		lose_file(m, r, &why);
		*n = 0;
		return 0;
	}
	r = r && unpack_inside(&m->tail, m->said.path, to, *n, 0, &why) ? -EINVAL : r;
	if (r < 0)
		lose_file(m, r, &why);
	return r != 0;
}

/* All the rest of a file whose last message comes first; its first bytes are here already. */
static int turn_round(struct many *m, struct klog *k, const char *head, size_t n, struct err *e)
{
	char piece[REVERSED_HEAD];
	int r = reversed_new(&m->reversed, m->said.path, e);

	if (r)
		return r;
	klog_reversed(k);
	do
		r = reversed_add(m->reversed, m->said.path, head, n, e);
	while (!r && head && (head = read_file(m, piece, sizeof(piece), &n) ? piece : NULL));
	return r;
}

/* By a file's first bytes: 0 with *n of them that are read as they are; -errno with *e: it is not read. */
static int begin_file(struct many *m, struct klog *k, const char *head, size_t *n, struct err *e)
{
	int r = *n ? unpack_refuse(m->said.path, NULL, PACKED_NOT, head, *n, e) : 0;
	enum log_order order = r ? ORDER_FORWARD : reversed_told(head, *n);

	m->begun = true;
	if (order == ORDER_NOT_READ) {
		err_set(e, EINVAL, m->said.path,
			"its last record comes first, which is not read of journalctl -o export");
		err_todo(e, "give it in order: journalctl -k -o export, without -r");
		return -EINVAL;
	}
	if (r || order == ORDER_FORWARD)
		return r;
	r = turn_round(m, k, head, *n, e);
	*n = 0;
	return r;
}

static int next_file(struct many *m, struct klog *k, struct err *e)
{
	struct bundle_file file;
	int r = bundle_next(m->bundle, &file, e);

	if (r != 1)
		return r;
	m->in_file = true;
	m->begun = false;
	m->head = 0;
	m->tail = (struct unpack_tail){ 0 };
	snprintf(m->said.path, sizeof(m->said.path), "%s", file.path);
	klog_next_file(k, file.path, file.another_log, file.drifts);
	if (*file.command) {
		klog_feed(k, file.command, strlen(file.command));
		klog_not_of_file(k);
	}
	return 1;
}

/* What is to be read next of the file that is open: *n bytes. 1, 0 at its end, -errno with *e: no more of it can be read. */
static int read_next(struct many *m, struct klog *k, char *to, size_t room, size_t *n, struct err *e)
{
	int r;

	if (m->reversed)
		return reversed_read(m->reversed, to, room, n, e);
	r = read_file(m, to + m->head, room - m->head, n);
	if (m->begun)
		return r;
	m->head += *n;
	*n = 0;
	if (r && m->head < REVERSED_HEAD)
		return 1;
	*n = m->head;
	m->head = 0;
	r = begin_file(m, k, to, n, e);
	return r ? r : 1;
}

static void end_file(struct many *m, const struct klog *k)
{
	struct err why = { 0 };
	int r = k->mail.unread ? mail_whole(&k->mail, m->said.path, &why) : 0;

	if (r)
		lose_file(m, r, &why);
	reversed_free(m->reversed);
	m->reversed = NULL;
}

int many_pump(struct many *m, struct klog *k, struct err *e)
{
	struct err why = { 0 };
	size_t room, n;
	char *to;
	int r;

	if (!m->in_file) {
		r = next_file(m, k, e);
		if (r != 1)
			klog_end(k);
		return r;
	}
	to = klog_space(k, &room);
	r = read_next(m, k, to, room, &n, &why);
	if (r < 0)
		lose_file(m, r, &why);
	klog_filled(k, r == 1 ? n : 0);
	m->in_file = r == 1;
	if (!m->in_file)
		end_file(m, k);
	return 1;
}
