/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to paste/: a kind of output is a `struct paste_kind` in a file of its own and a row of the table in paste.c. */
#ifndef PASTE_INTERNAL_H
#define PASTE_INTERNAL_H

#include "paste/paste.h"

#define TYPED_NEAR 4 /* lines between a command and its output */
#define TREE_DEEP 16

/* Where a line of `lspci -t` stands: the buses whose last device is still to come, and which device they had last. */
struct paste_tree {
	uint32_t domain;
	unsigned deep;
	struct {
		uint8_t bus;
		int last; /* device and function, as devfn; -1: none */
	} open[TREE_DEEP];
};

/* The block that is being read. */
struct paste_block {
	const struct paste_kind *kind; /* NULL: none is open */
	struct pasted out;
	unsigned strange, lines; /* lines in a row that are not of it, and all lines */
	unsigned section;        /* the kind's own */
	struct facts shared;     /* what a bond says of all its slaves; owned */
	struct paste_tree tree;
	char word[48]; /* the kind's own, as the next */
	char names[160];
};

struct paste {
	paste_fn *each;
	void *arg;
	struct paste_block block;
	struct paste_block next; /* always empty: what a line may begin */
	/* The command that was typed just before: "# ethtool -k eno1". */
	char typed_interface[16];
	unsigned typed_near;    /* lines that its output may still begin in */
	bool typed_statistics;  /* it was ethtool -S, perhaps through grep: without a heading */
	const char *typed_fact; /* it was dmidecode -s: the fact that its one line is; NULL: none */
	uint64_t number;        /* of the line */
	char host[32];          /* of the prompt or the log's line before; "": not said */
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

extern const struct paste_kind paste_lspci, paste_tree, paste_pciconf, paste_sysctl, paste_bond, paste_driver,
	paste_features, paste_settings, paste_rings, paste_pause, paste_eee, paste_channels, paste_coalesce,
	paste_module, paste_flags, paste_statistics, paste_interrupts, paste_ip, paste_ifconfig, paste_uname,
	paste_release, paste_config, paste_cmdline, paste_modinfo, paste_dmi_word, paste_dmi, paste_hostnamectl,
	paste_lshw, paste_nmcli, paste_nmcli_table, paste_networkctl, paste_networkctl_table, paste_ifupdown,
	paste_change, paste_esx_list, paste_esx_nic, paste_esx_statistics, paste_esx_version;

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
/* Adds a counter to the block; the text need not end behind its n bytes. */
void paste_add_counter(struct pasted *out, const char *name, size_t n, uint64_t value);
/* Nothing but its first line is of the block. */
enum paste_take paste_one_line(struct paste *p, struct paste_block *b, const char *line);
/* For blocks of several devices of which this line begins the next: what was read is reported, if it is anything. */
void paste_another(struct paste *p, struct paste_block *b);
/* Whether it is a command of ethtool that sets something: its output is not what comes next. */
bool paste_is_change(const char *line);
/* Takes the line if one of the rows has its label. */
bool paste_fact_line(struct pasted *out, const struct paste_fact_row *rows, size_t n, const char *line);

#endif
