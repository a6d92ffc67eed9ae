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
	bool checked; /* it does not begin as what is no text */
	struct unpack_tail tail;
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
	if (m)
		bundle_free(m->bundle);
	free(m);
}

const struct klog_bundle *many_said(const struct many *m)
{
	return &m->said;
}

/* The file of the bundle that is open cannot be read, or not to its end. */
static int lose_file(struct many *m, int r, const struct err *why, bool goes_on)
{
	m->in_file = goes_on;
	if (!m->said.unread++) {
		m->said.r = r;
		m->said.why = *why;
	}
	return 1;
}

static int check_file(struct many *m, char *to, size_t *n, struct err *e)
{
	int r = m->checked ? 0 : unpack_refuse(m->said.path, NULL, PACKED_NOT, to, *n, e);

	if (!r && !m->checked && reversed_told(to, *n) != ORDER_FORWARD) {
		err_set(e, EINVAL, m->said.path, "its last message comes first, which is not read inside a bug report");
		err_todo(e, "unpack it and name the file: nicregs log FILE");
		r = -EINVAL;
	}
	m->checked = true;
	return r;
}

static int next_file(struct many *m, struct klog *k, struct err *e)
{
	struct bundle_file file;
	int r = bundle_next(m->bundle, &file, e);

	if (r != 1)
		return r;
	m->in_file = true;
	m->checked = false;
	m->tail = (struct unpack_tail){ 0 };
	snprintf(m->said.path, sizeof(m->said.path), "%s", file.path);
	klog_next_file(k, file.path, file.another_log, file.drifts);
	if (*file.command) {
		klog_feed(k, file.command, strlen(file.command));
		klog_not_of_file(k);
	}
	return 1;
}

int many_pump(struct many *m, struct klog *k, struct err *e)
{
	struct err why = { 0 };
	size_t room, n;
	char *to;
	int r, mixed = 0;

	if (!m->in_file) {
		r = next_file(m, k, e);
		if (r != 1)
			klog_end(k);
		return r;
	}
	to = klog_space(k, &room);
	r = bundle_read(m->bundle, to, room, &n, &why);
	if (r == 1) {
		r = check_file(m, to, &n, &why);
		mixed = r ? 0 : unpack_inside(&m->tail, m->said.path, to, n, 0, &why);
	} else if (!r) {
		m->in_file = false;
	}
	klog_filled(k, n);
	return r || mixed ? lose_file(m, r ? r : mixed, &why, mixed) : 1;
}
