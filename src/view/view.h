/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Views print snapshots; they touch no hardware. They append to a buffer. */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include <stdbool.h>

#include "chip/db.h"
#include "snapshot/snapshot.h"
#include "util/buf.h"

struct err;

/* How the text is wanted. */
struct view {
	unsigned width; /* columns; at least 40 */
	bool terminal;  /* tables are cut at the width on a terminal only */
	bool color;
};

/* What of a snapshot is wanted, for the text and the JSON alike. */
struct show_options {
	const char *regs; /* glob over "REG", "REG[i]" and "REG.FIELD"; NULL: all */
	bool brief;       /* a screen; the text alone */
	bool all;         /* every register and field */
	bool raw;         /* no meanings */
	bool queues;      /* idle queues too */
};

/* -ENOENT if no device of the list has a register that `glob` means, read or not. */
int show_asked(struct chipdb *db, const struct snapshots *list, const char *glob, struct err *e);

/* The decoded device for people. -errno with *e for a definition that cannot be resolved. */
int show_text(const struct view *v, const struct show_options *options, struct chipdb *db, const struct snapshot *s,
	      struct buf *out, struct err *e);

/* How to see more than the brief form. */
void show_more(const struct view *v, struct buf *out);

/* {"schema":1,"devices":[...]} with everything that the text can show. Errors as show_text(). */
int show_json(const struct show_options *options, struct chipdb *db, const struct snapshots *list, struct buf *out,
	      struct err *e);

struct diagnose_kept;

struct list_options {
	const char *columns; /* names with commas between; NULL: the usual ones; "+...": these and more */
	bool headings;
	bool fold;                  /* many virtual functions of a port are a line below it, but for those in trouble */
	struct diagnose_kept *kept; /* of the samples; NULL: nothing is */
};

/* One row a device, of several samples of it the last; the verdict is by all of them. -EINVAL for an unknown column. */
int list_text(const struct view *v, const struct list_options *options, struct chipdb *db, const struct snapshots *list,
	      struct buf *out, struct err *e);
int list_json(const struct list_options *options, struct chipdb *db, const struct snapshots *list, struct buf *out,
	      struct err *e);
/* 1: the verdict, which takes registers, is among these columns; 0; -EINVAL. */
int list_has_verdict(const char *columns, struct err *e);
/* Appends the help lines of the columns. */
void list_columns_help(const struct view *v, struct buf *out);

#endif
