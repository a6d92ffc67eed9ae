// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "snapshot/called.h"
#include "snapshot/file.h"
#include "source/format.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"

#define SNAPSHOT_MOST ((size_t)64 << 20)

/* In the order of trying. lspci text may stand anywhere in other text, so that only its reader can tell. */
static const struct format {
	bool (*recognise)(const char *head, size_t n);
	int (*read)(struct format_job *job, struct err *e);
} formats[] = {
	{ is_snapshot, read_snapshot },
	{ is_ethtool_hex, read_ethtool_hex },
	{ is_ethtool_decoded, read_ethtool_decoded },
	{ is_register_dump, read_register_dump },
	{ is_binary, read_ethtool_raw },
	{ is_text, read_lspci },
};

bool is_snapshot(const char *head, size_t n)
{
	return snapshot_recognise(head, n);
}

bool is_binary(const char *head, size_t n)
{
	return memchr(head, '\0', n) != NULL;
}

bool is_text(const char *head, size_t n)
{
	return !is_binary(head, n);
}

int unknown_format(const char *file, struct err *e)
{
	err_set(e, EINVAL, file, "not a snapshot, lspci or ethtool dump");
	err_todo(
		e,
		"what can be read: a file of `nicregs snapshot`, text of `lspci -xxxx`, the same "
		"bytes in a kernel log (pci=earlydump), and text of `ethtool -d INTERFACE` (any form; with --chip CHIP)");
	return -EINVAL;
}

static int not_among(const struct snapshots *there, const char *device, const char *file, struct err *e)
{
	AUTO_FREE char *why = xasprintf("not in %s", file);
	AUTO_FREE char *list = xasprintf("nicregs list --from %s", file);
	struct called called;
	int r;

	if (!device) {
		err_set(e, ENODEV, file, "no Intel NIC in it");
		err_todo(e, "nicregs chips lists the supported chips");
		return -ENODEV;
	}
	called_begin(&called, device);
	for (size_t i = 0; i < there->n; i++)
		called_try_snapshot(&called, there->v[i]);
	r = called_error(&called, why, list, e);
	called_free(&called);
	return r;
}

int keep_matching(struct format_job *job, struct snapshots *found, struct err *e)
{
	const char *device = job->options->device;
	struct snapshots there = { 0 };
	bool any = false;
	int r = 0;

	for (size_t i = 0; i < found->n; i++) {
		if (source_matches(job->db, found->v[i], device)) {
			snapshots_add(job->out, found->v[i]);
			any = true;
		} else {
			snapshots_add(&there, found->v[i]);
		}
	}
	found->n = 0;
	if (!any)
		r = not_among(&there, device, job->in->name, e);
	snapshots_free(&there);
	return r;
}

/* A part that another nicregs, or one with definitions of its user's own, knows. */
static int forget_undefined(struct chipdb *db, struct snapshot *s, struct err *e)
{
	const struct chip *chip;
	int r = s->chip ? chipdb_find(db, s->chip, &chip, e) : 0;

	if (r != -ENOENT)
		return r;
	snapshot_note(s, "The snapshot is of the part %s, which has no definition here: its registers are not shown.",
		      s->chip);
	if (!s->chip_name)
		s->chip_name = s->chip;
	else
		free(s->chip);
	s->chip = NULL;
	return 0;
}

int read_snapshot(struct format_job *job, struct err *e)
{
	AUTO_BUF struct buf text = { 0 };
	struct snapshots found = { 0 };
	int r = input_rest(job->in, SNAPSHOT_MOST, &text, e);

	if (!r)
		r = snapshot_load(job->in->name, buf_str(&text), text.len, &found, e);
	for (size_t i = 0; i < found.n && !r; i++)
		r = forget_undefined(job->db, found.v[i], e);
	if (!r)
		r = keep_matching(job, &found, e);
	snapshots_free(&found);
	return r;
}

static int empty_file(const char *file, struct err *e)
{
	err_set(e, EINVAL, file, "the file is empty");
	err_todo(e, "write it again: `nicregs snapshot`, or `lspci -xxxx` as root");
	return -EINVAL;
}

int source_input(struct chipdb *db, const struct source_options *options, struct input *in, struct snapshots *out,
		 struct err *e)
{
	struct format_job job = { db, options, in, out };
	size_t n;
	const char *head = input_head(in, &n);
	int r = input_check(in, e);

	if (r)
		return r;
	if (!n)
		return empty_file(in->name, e);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (formats[i].recognise(head, n))
			return formats[i].read(&job, e);
	}
	return unknown_format(in->name, e);
}

int read_file(struct chipdb *db, const struct source_options *options, const char *path, struct snapshots *out,
	      struct err *e)
{
	struct input in;
	int r = input_open(&in, path, e);

	if (r)
		return r;
	r = source_input(db, options, &in, out, e);
	input_close(&in);
	return r;
}
