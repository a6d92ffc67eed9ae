/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtual functions of a port as one line, where a list would be hundreds of them. Private to view/. */
#ifndef VIEW_FOLD_H
#define VIEW_FOLD_H

#include "snapshot/snapshot.h"

struct buf;

/* Texts of a few kinds, and how many there are of each; the texts are not owned. */
struct kinds {
	struct {
		const char *text;
		size_t n;
	} v[6];
	size_t n, others;
};

/* The text outlives *k. */
void kinds_add(struct kinds *k, const char *text);
/* "22 iavf, 21 vfio-pci, 3 others" */
void kinds_words(const struct kinds *k, struct buf *out);

#define FOLD_ROWS 4 /* virtual functions of a port that have rows of their own */

#define FOLD_NAMED 4 /* of a kind that is worth a name */

/* Those of one port that have no row of their own. */
struct fold {
	const char *port;         /* its address */
	const struct snapshot *s; /* its last sample; NULL: it is not in the list, and nothing is folded */
	size_t row;               /* for the caller: where the port is */
	size_t members, n;        /* virtual functions in the list, and of these folded */
	size_t interfaces, up;
	struct kinds drivers, verdicts, whys;
	const struct snapshot
		*counted[FOLD_NAMED]; /* with transmit timeouts or fatal errors in their counters, the first ones */
	size_t n_counted;
};

struct folds {
	struct fold *v; /* owned */
	size_t n, cap;
};

/* The ports in the list with more than a few virtual functions there. Nothing is copied: the list must outlive it. */
void folds_find(struct folds *folds, const struct snapshots *list);
void folds_free(struct folds *folds);
/* Where a virtual function can be counted in place of a row; owned by folds. NULL: it has a row. */
struct fold *folds_of(const struct folds *folds, const struct snapshot *s);
/* What is folded below a port; owned by folds. NULL: nothing, or it is no port. */
struct fold *folds_below(const struct folds *folds, const struct snapshot *s);

/* Counts one. The verdict is a static text; NULL: it was not checked, because of `why`, or not asked for where that is NULL. */
void fold_add(struct fold *f, const struct snapshot *s, const char *verdict, const char *why);
/* "64 VFs of ens1f0", for n of them */
void fold_name(const struct fold *f, size_t n, struct buf *out);
/* "22 iavf, 42 vfio-pci; 22 interfaces, 14 up; 22 idle, 42 not checked" */
void fold_words(const struct fold *f, struct buf *out);

#endif
