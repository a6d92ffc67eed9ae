/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several snapshots of one device in a list: samples of it. */
#ifndef SNAPSHOT_SAMPLES_H
#define SNAPSHOT_SAMPLES_H

#include "snapshot/snapshot.h"

/* Whether both are of one device: the same address (or, without one, the same interface) and the same chip, and neither
 * board nor MAC address shows two machines. */
bool samples_of_one(const struct snapshot *a, const struct snapshot *b);

/* Whether no later snapshot of the list is of the same device. */
bool samples_last(const struct snapshots *list, size_t i);

/* The snapshots of the list that are of the same device as s, in their order. The caller frees the array with free();
 * the snapshots stay owned by the list. */
struct snapshots samples_like(const struct snapshots *list, const struct snapshot *s);

#endif
