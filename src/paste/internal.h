/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to paste/: a kind of output is a `struct paste_kind` in a file of its own and a row of the table in paste.c. */
#ifndef PASTE_INTERNAL_H
#define PASTE_INTERNAL_H

#include "paste/paste.h"

/* The block that is being read. */
struct paste_block {
	const struct paste_kind *kind; /* NULL: none is open */
	struct pasted out;
	unsigned strange, lines; /* lines in a row that are not of it, and all lines */
	unsigned section;        /* the kind's own */
	struct facts shared;     /* what a bond says of all its slaves; owned */
};

struct paste {
	paste_fn *each;
	void *arg;
	struct paste_block block;
	struct paste_block next; /* always empty: what a line may begin */
	/* The command that was typed just before: "# ethtool -k eno1". */
	char typed_interface[16];
	unsigned typed_near;   /* lines that its output may still begin in */
	bool typed_statistics; /* it was ethtool -S, perhaps through grep: without a heading */
};

enum paste_take {
	PASTE_NOT,  /* the line is not of the block */
	PASTE_OURS, /* it is */
	PASTE_LAST  /* it is, and ends the block */
};

struct paste_kind {
	const char *program;
	/* Whether the line, NUL-terminated and without blanks at its ends, begins a block. Only then it fills *b, which is empty
	 * but for the interface that was typed. */
	bool (*begins)(struct paste *p, struct paste_block *b, const char *line);
	enum paste_take (*take)(struct paste *p, struct paste_block *b, const char *line);
	unsigned patience; /* lines in a row that may be of something else */
	unsigned most;     /* lines of one device; 0: 400 */
	bool any_interface;
};

extern const struct paste_kind paste_lspci, paste_pciconf, paste_bond, paste_driver, paste_features, paste_settings,
	paste_rings, paste_pause, paste_eee, paste_channels, paste_flags, paste_statistics, paste_interrupts, paste_ip,
	paste_ifconfig, paste_uname, paste_cmdline, paste_modinfo;

/* Ends the block with what it has, and goes on with an empty one of the same kind. */
void paste_next_device(struct paste *p);

/* "Label: value" with any blanks around the colon: whether the line has this label; *value is what follows. */
bool paste_label(const char *line, const char *label, const char **value);
/* The value of a "label: value" line whose label may be anything; NULL if it has no colon. */
const char *paste_value(const char *line);
/* Copies a word (up to a blank or one of " ,:;") that could be an interface's or a driver's name; false if it could not. */
bool paste_name(char to[16], const char *from);
/* Sets a fact by its name from text: a number's digits, or "on", "off", "yes", "no" and the like. */
void paste_fact(struct pasted *out, const char *name, const char *value);

/* A label of a block and the fact that its value is. */
struct paste_fact_row {
	const char *label, *fact;
};
/* Takes the line if one of the rows has its label. */
bool paste_fact_line(struct pasted *out, const struct paste_fact_row *rows, size_t n, const char *line);

#endif
