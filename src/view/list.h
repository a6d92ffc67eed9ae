/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A row of the list of devices, and the columns that it can have. For the files of the list alone; others use view.h. */
#ifndef VIEW_LIST_H
#define VIEW_LIST_H

#include "device/device.h"
#include "diagnose/diagnose.h"
#include "util/jsonw.h"
#include "view/view.h"

#define LIST_COLUMNS_MOST 32

/* A device, as it was in its last sample. */
struct list_row {
	struct device d;
	struct snapshots samples; /* all of it; not owned */
	/* If that column is chosen. NULL: it was not checked, because of `why`. */
	const char *verdict, *why;
	enum confidence confidence;
	bool recovered, bad;
	bool warns; /* some finding is a warning or worse */
};

struct list_column {
	const char *name, *help;
	bool usual, may_cut;
	/* Where there is no room for all of the usual ones, the highest is left out first; 0: never. */
	unsigned char seldom;
	/* Appends the cell; nothing if not known. */
	void (*cell)(const struct list_row *r, struct buf *out);
};

/* Those that are chosen, from left to right. */
struct list_columns {
	const struct list_column *v[LIST_COLUMNS_MOST];
	size_t n;
};

/* By their names, "chip,link", or "+mac,mtu" for these behind the usual ones; NULL: the usual ones. -EINVAL with *e. */
int list_choose(const char *names, struct list_columns *c, struct err *e);
bool list_shows_verdict(const struct list_columns *c);
/* The places in *c of the columns that may be left out, the first to go first; returns their number. */
size_t list_first_to_go(const struct list_columns *c, size_t order[LIST_COLUMNS_MOST]);
bool list_is_verdict(const struct list_column *column);
/* Appends what a device is called in a sentence: its interface, or its address. */
void list_row_name(const struct list_row *r, struct buf *out);

#endif
