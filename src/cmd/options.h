/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All options of all verbs, from one table, so that they may stand before or after the verb. */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;
struct jsonw;

struct options {
	bool help, version, json, no_color, no_pager, demo, trace, verbose;
	bool all, raw, queues, side_effects, wake, no_redact, noheadings, follow;
	bool dry_run, persist, force, all_samples, yes, recover, undo;
	const char *chipdefs, *chip, *rung, *reg, *output, *html, *state, *for_time, *interval, *count, *log, *boot,
		*since, *journal;
	const char *dir, *keep, *exec, *metrics, *record, *at, *btf;
	const char *steps, *tries, *recover_steps, *per_hour;
	const char **from; /* owned array, strings of argv */
	size_t n_from, cap_from;
	uint64_t given; /* bit i: row i of the table was used */
	char **args;    /* what is left: the verb and its arguments; into argv */
	int n_args;
};

/* Sorts argv into options and arguments. -EINVAL with *e for an unknown option or a missing value. */
int options_parse(int argc, char **argv, struct options *o, struct err *e);
void options_free(struct options *o);

/* Which options a verb takes, as names in `accepts` ("all reg queues"); the global ones always. -EINVAL names
 * the first that it does not take. */
int options_check(const struct options *o, const char *verb, const char *accepts, struct err *e);

/* What an option means to one verb, in place of the table's words. */
struct option_help {
	const char *name, *argument, *help; /* argument: NULL as in the table */
};

/* Appends the help lines of the options in `accepts`, or of the global ones if NULL. `own` ends with a row without a name;
 * NULL: none. */
void options_help(const char *accepts, const struct option_help *own, struct buf *out);
/* The same as an array of objects. */
void options_json(const char *accepts, const struct option_help *own, const char *key, struct jsonw *w);

#endif
