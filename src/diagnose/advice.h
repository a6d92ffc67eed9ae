/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is advised and where that is from, as remedies/ has it (remedies/README.md). Private to diagnose/. */
#ifndef DIAGNOSE_ADVICE_H
#define DIAGNOSE_ADVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "util/alloc.h"

struct err;

enum advice_kind { ADVICE_RECOVERS, ADVICE_PREVENTS, ADVICE_UNPROVEN, ADVICE_OF_FINDING, ADVICE_GROUP };

enum advice_how { ADVICE_WHEN, ADVICE_UNLESS, ADVICE_LAST };
enum advice_result { ADVICE_WORKED, ADVICE_FAILED, ADVICE_NAMED };

struct advice_condition {
	enum advice_how how;
	const char *word;
	const char **args; /* of the arena */
	size_t n_args, cap_args;
};

struct advice_report {
	enum advice_result result;
	const char *driver, *source;
	const char *words; /* all of it, as it is printed */
};

struct advice_keep {
	const char *where; /* ifupdown, networkmanager, systemd, nixos, sysconfig, other */
	const char *how;
};

/* A block of the text. All of it is in the table's arena; NULL where it has no such line, and before it is read. */
struct advice {
	const char *id;
	size_t id_len;
	size_t next; /* in its chain, + 1; 0: no more */
	enum advice_kind kind;
	const char *file, *text; /* its lines; not owned */
	size_t size;
	unsigned line; /* before them */
	bool is_read;
	const char *run, *trial, *fix, *why, *lasts;
	const char **systems;
	size_t n_systems, cap_systems; /* 0: Linux */
	const char **members;          /* of a group or a finding: ids; a group's are there before it is read */
	size_t n_members, cap_members;
	struct advice_condition *conditions;
	size_t n_conditions, cap_conditions;
	struct advice_keep *keeps;
	size_t n_keeps, cap_keeps;
	struct advice_report *reports;
	size_t n_reports, cap_reports;
	const char **sources;
	size_t n_sources, cap_sources;
};

#define ADVICE_CHAINS 64

struct advice_table {
	struct arena arena;
	struct advice *v; /* owned */
	size_t n, cap;
	size_t chains[ADVICE_CHAINS]; /* blocks by their id, in order: the first + 1; 0: none */
};

/* Finds the blocks of the built-in text. -EINVAL with the place of the first fault. */
int advice_load(struct advice_table *t, struct err *e);
/* Adds the blocks of one text, which must outlive the table. -EINVAL with the place of the first fault. */
int advice_add(struct advice_table *t, const char *file, const char *text, size_t n, struct err *e);
/* Reads the lines of block i, unless they are; -EINVAL with the place of the first fault. The words behind `when` are not looked at;
 * fit_word_known() does that. */
int advice_read(struct advice_table *t, size_t i, struct err *e);
void advice_free(struct advice_table *t);
/* The block after *a with the id of n bytes, the first one for NULL; owned by t. NULL: there is none. */
const struct advice *advice_find(const struct advice_table *t, const struct advice *a, const char *id, size_t n);

#endif
