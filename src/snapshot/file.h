/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The snapshot file: JSON, documented in nicregs-snapshot(5). Written by save.c, read by load.c, masked by redact.c. */
#ifndef SNAPSHOT_FILE_H
#define SNAPSHOT_FILE_H

#include "snapshot/snapshot.h"

struct chipdb;
struct err;

#define SNAPSHOT_FORMAT "nicregs-snapshot"
#define SNAPSHOT_SCHEMA 1

/* Appends the file's text, with a newline at its end. `chip` names the registers and may be NULL. */
void snapshot_save(const struct snapshot *s, const struct chip *chip, struct buf *out);

/* Whether the text looks like a snapshot file (possibly damaged). */
bool snapshot_recognise(const char *text, size_t n);

/* Adds the snapshots in a text (one or more JSON values after one another) to `list`, which owns them; `file` is their
 * .file and stands in messages. Returns 0, or fills *e: -EINVAL with the place for anything malformed, -EPROTONOSUPPORT
 * for a newer schema, -EFBIG for one that takes too much memory; `list` is unchanged then. The text may be hostile. */
int snapshot_load(const char *file, const char *text, size_t n, struct snapshots *list, struct err *e);

/* Masks MAC addresses (in facts and texts, address registers, the Device Serial Number capability) and VPD data: the
 * vendor part of an address stays where it is known to be that, the rest becomes zero. Of registers that
 * `chip` (may be NULL) does not have it is not known which hold addresses: they are left out. */
void snapshot_redact(struct snapshot *s, const struct chip *chip);

#endif
