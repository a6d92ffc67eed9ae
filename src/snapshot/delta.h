/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a device changed since the snapshot before it in the same file: a line of a recording. */
#ifndef SNAPSHOT_DELTA_H
#define SNAPSHOT_DELTA_H

#include <jansson.h>

#include "snapshot/snapshot.h"

struct jsonw;
struct load;

#define DELTA_FORMAT "nicregs-delta"
#define DELTA_SCHEMA 1

/* One register as an element of "registers"; `chip` names it and may be NULL. `name` is for use within. */
void save_reg(struct jsonw *w, const struct reg_sample *sample, const struct chip *chip, struct buf *name);

/* Appends the line that makes `now` out of `before`, both of one device. False, with nothing appended, if more changed
 * than a delta can tell. */
bool delta_save(const struct snapshot *before, const struct snapshot *now, struct buf *out);

bool delta_recognise(const json_t *root);
/* Adds to list what the delta makes of the last snapshot of its device there. */
int load_delta(struct load *l, const json_t *root, struct snapshots *list);

#endif
