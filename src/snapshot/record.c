// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "chip/db.h"
#include "snapshot/delta.h"
#include "snapshot/file.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"

int record_open(struct record *r, const char *path, struct chipdb *db, bool redact, struct err *e)
{
	*r = (struct record){ .fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600) };
	if (r->fd < 0)
		return err_sys(e, errno, "%s", path);
	r->path = xstrdup(path);
	r->db = db;
	r->redact = redact;
	return 0;
}

static struct snapshot **last_of(struct record *r, const struct snapshot *s)
{
	const struct pci_function *self = snapshot_self(s);

	for (size_t i = 0; i < r->last.n; i++) {
		const struct pci_function *other = snapshot_self(r->last.v[i]);

		if (self && other && pci_addr_equal(&self->addr, &other->addr))
			return &r->last.v[i];
	}
	return NULL;
}

static void add(struct record *r, const struct snapshot *s, struct buf *out)
{
	struct snapshot *now = snapshot_copy(s), **last;
	const struct chip *chip = NULL;

	if (s->chip && chipdb_find(r->db, s->chip, &chip, NULL))
		chip = NULL;
	if (r->redact && !now->redacted)
		snapshot_redact(now, chip);
	now->look = r->looks;
	last = last_of(r, now);
	if (!last || r->looks % RECORD_WHOLE == 0 || !delta_save(*last, now, out))
		snapshot_save(now, chip, out);
	if (last) {
		snapshot_free(*last);
		*last = now;
	} else {
		snapshots_add(&r->last, now);
	}
}

int record_look(struct record *r, const struct snapshots *look, struct err *e)
{
	AUTO_BUF struct buf out = { 0 };
	const char *at;

	r->looks++;
	for (size_t i = 0; i < look->n; i++)
		add(r, look->v[i], &out);
	at = buf_str(&out);
	for (size_t left = out.len; left;) {
		ssize_t n = write(r->fd, at, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, errno, "%s", r->path);
		at += n;
		left -= (size_t)n;
	}
	return 0;
}

void record_close(struct record *r)
{
	if (r->fd >= 0)
		close(r->fd);
	free(r->path);
	snapshots_free(&r->last);
	*r = (struct record){ .fd = -1 };
}
