// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/jsonw.h"
#include "util/nearest.h"
#include "util/text.h"

enum option_kind { FLAG, TEXT, LIST, STEPS /* a flag that may have a value behind '=' */ };

struct option_row {
	const char *name, *argument, *help;
	char letter; /* 0: none */
	bool global;
	enum option_kind kind;
	size_t offset;
};

#define AT(member) offsetof(struct options, member)

static const struct option_row rows[] = {
	{ "json", NULL, "machine-readable output", 0, true, FLAG, AT(json) },
	{ "verbose", NULL, "more detail, where a command has more", 'v', true, FLAG, AT(verbose) },
	{ "no-pager", NULL, "print to the terminal, however long it is", 0, true, FLAG, AT(no_pager) },
	{ "no-color", NULL, "no colour, as with NO_COLOR set", 0, true, FLAG, AT(no_color) },
	{ "chipdefs", "PATH", "chip definitions from this file or directory first", 0, true, TEXT, AT(chipdefs) },
	{ "from", "FILE", "use a file instead of this machine (repeatable; - is stdin)", 0, true, LIST, AT(from) },
	{ "demo", NULL, "use the recording inside the program instead of this machine", 0, true, FLAG, AT(demo) },
	{ "chip", "CHIP", "the chip, for a file that does not name it", 0, true, TEXT, AT(chip) },
	{ "access", "METHOD", "read registers only by mmap, bpf, ethtool or none", 0, true, TEXT, AT(rung) },
	{ "trace", NULL, "log every register read to stderr", 0, true, FLAG, AT(trace) },
	{ "help", NULL, "this help", 'h', true, FLAG, AT(help) },
	{ "version", NULL, "the version, and the features it was built with", 'V', true, FLAG, AT(version) },
	{ "all", NULL, "everything, one line a field; aspm: every NIC", 'a', false, FLAG, AT(all) },
	{ "reg", "GLOB", "only these registers or fields: 'TDH*', STATUS.LU", 'r', false, TEXT, AT(reg) },
	{ "raw", NULL, "values without their meaning", 0, false, FLAG, AT(raw) },
	{ "queues", NULL, "every queue, idle ones too", 'q', false, FLAG, AT(queues) },
	{ "side-effects", NULL, "read the register named by --reg even if that clears it", 0, false, FLAG,
	  AT(side_effects) },
	{ "wake", NULL, "wake a sleeping device for the read, then restore its state", 0, false, FLAG, AT(wake) },
	{ "output", "FILE", "file to write", 'o', false, TEXT, AT(output) },
	{ "html", "FILE", "write a page for a browser to this file", 0, false, TEXT, AT(html) },
	{ "no-redact", NULL, "keep MAC addresses and serial numbers", 0, false, FLAG, AT(no_redact) },
	{ "interval", "SECONDS", "time between samples (default 1)", 'i', false, TEXT, AT(interval) },
	{ "count", "N", "samples to take (default 3)", 'c', false, TEXT, AT(count) },
	{ "log", "FILE", "a kernel log to take into account", 0, false, TEXT, AT(log) },
	{ "boot", "N", "of this machine's log one boot: 0 is this one, -1 the one before", 'b', false, TEXT, AT(boot) },
	{ "since", "TIME", "of this machine's log what is not older ('2026-11-20 10:00', yesterday, -2h)", 0, false,
	  TEXT, AT(since) },
	{ "journal", "DIRECTORY", "the systemd journal in this directory instead of this machine's log", 0, false, TEXT,
	  AT(journal) },
	{ "follow", NULL, "go on as the log grows; one line a report", 'f', false, FLAG, AT(follow) },
	{ "dir", "FOLDER", "where incidents are kept (default /var/lib/nicregs/incidents)", 0, false, TEXT, AT(dir) },
	{ "keep", "N", "incidents to keep; the oldest go first (default 32)", 0, false, TEXT, AT(keep) },
	{ "exec", "PROGRAM", "run for each incident, with its directory, the device and the kind", 0, false, TEXT,
	  AT(exec) },
	{ "metrics", "FILE", "write metrics as nicregs metrics does, each minute and at once at an incident", 0, false,
	  TEXT, AT(metrics) },
	{ "record", "FILE", "write the samples to this new file", 0, false, TEXT, AT(record) },
	{ "at", "N|TIME", "of a series, the Nth sample or the last one up to TIME (12:00:14)", 0, false, TEXT, AT(at) },
	{ "all-samples", NULL, "of a series, every sample (default: the last)", 0, false, FLAG, AT(all_samples) },
	{ "btf", "FOLDER", "look the names of driver definitions up in the BTF files of this folder", 0, false, TEXT,
	  AT(btf) },
	{ "noheadings", NULL, "no heading line", 'n', false, FLAG, AT(noheadings) },
	{ "state", "LIST", "these states: l0s,l1,l1.1,l1.2 (default: all four)", 0, false, TEXT, AT(state) },
	{ "dry-run", NULL, "print the writes, and write nothing", 0, false, FLAG, AT(dry_run) },
	{ "for", "TIME", "undo automatically after TIME (90s, 10m, 2h)", 0, false, TEXT, AT(for_time) },
	{ "persist", NULL, "reapply at every boot and driver load", 0, false, FLAG, AT(persist) },
	{ "steps", "LIST", "of restart,rebind,reset,rescan,power only these (default: all)", 0, false, TEXT,
	  AT(steps) },
	{ "tries", "N", "take at most N steps", 0, false, TEXT, AT(tries) },
	{ "recover", "STEPS", "get a stuck port going again: restart, or --recover=STEPS of nicregs recover", 0, false,
	  STEPS, AT(recover) },
	{ "per-hour", "N", "recover a port at most N times an hour (default 3)", 0, false, TEXT, AT(per_hour) },
	{ "undo", NULL, "put back what was written", 0, false, FLAG, AT(undo) },
	{ "yes", NULL, "even if connections or the root file system depend on the port", 'y', false, FLAG, AT(yes) },
	{ "force", NULL, "enable even if an erratum, the firmware or latency limits advise against it", 0, false, FLAG,
	  AT(force) },
};
#define N_ROWS COUNT(rows)

static void tables(struct option longs[N_ROWS + 1], char *shorts)
{
	*shorts++ = ':';
	for (size_t i = 0; i < N_ROWS; i++) {
		longs[i] = (struct option){ rows[i].name,
					    rows[i].kind == STEPS ? optional_argument
					    : rows[i].argument    ? required_argument
								  : no_argument,
					    NULL, 256 + (int)i };
		if (rows[i].letter) {
			*shorts++ = rows[i].letter;
			if (rows[i].argument)
				*shorts++ = ':';
		}
	}
	longs[N_ROWS] = (struct option){ 0 };
	*shorts = '\0';
}

static size_t row_of(int got)
{
	size_t i = 0;

	if (got >= 256)
		return (size_t)got - 256;
	while (rows[i].letter != got)
		i++;
	return i;
}

static void nearest_option(struct nearest *near, const char *name)
{
	char option[NEAREST_MAX];

	snprintf(option, sizeof(option), "--%s", name);
	nearest_try(near, option);
}

/* getopt_long() leaves in optopt which option it was, but for a long one that there is not. A letter may stand among
 * others in its word. */
static int refuse(int got, const char *word, struct err *e)
{
	const char letter[] = { '-', (char)optopt, '\0' };
	bool is_letter = optopt > 0 && optopt < 256;
	struct nearest near;

	err_set(e, EINVAL, is_letter ? letter : word, "%s",
		got == ':'      ? "this option needs a value"
		: optopt >= 256 ? "this option takes no value"
				: "no such option");
	nearest_begin(&near, word);
	for (size_t i = 0; i < N_ROWS && !optopt; i++)
		nearest_option(&near, rows[i].name);
	if (*near.found)
		err_todo(e, "did you mean '%s'? nicregs --help lists the options", near.found);
	else
		err_todo(e, "nicregs --help lists the options");
	return -EINVAL;
}

static void store(struct options *o, size_t i)
{
	void *member = (char *)o + rows[i].offset;

	o->given |= UINT64_C(1) << i;
	switch (rows[i].kind) {
	case FLAG:
		*(bool *)member = true;
		break;
	case TEXT:
		*(const char **)member = optarg;
		break;
	case STEPS:
		o->recover = true;
		o->recover_steps = optarg;
		break;
	case LIST:
		*VEC_PUSH(o->from, o->n_from, o->cap_from) = optarg;
		break;
	}
}

int options_parse(int argc, char **argv, struct options *o, struct err *e)
{
	struct option longs[N_ROWS + 1];
	char shorts[2 * N_ROWS + 2];
	int got;

	*o = (struct options){ 0 };
	tables(longs, shorts);
	opterr = 0;
	while ((got = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (got == ':' || got == '?')
			return refuse(got, argv[optind - 1], e);
		store(o, row_of(got));
	}
	o->args = argv + optind;
	o->n_args = argc - optind;
	return 0;
}

void options_free(struct options *o)
{
	free(o->from);
}

/* Whether `name` is one of the blank-separated words. */
static bool listed(const char *accepts, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = accepts; p && *p; p += strcspn(p, " "), p += strspn(p, " "))
		if (!strncmp(p, name, n) && (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}

int options_check(const struct options *o, const char *verb, const char *accepts, struct err *e)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		char option[40] = "--";

		if (!(o->given >> i & 1) || rows[i].global || listed(accepts, rows[i].name))
			continue;
		strncat(option, rows[i].name, sizeof(option) - 3);
		err_set(e, EINVAL, option, "%s does not take this option", verb);
		err_todo(e, "nicregs %s --help lists its options", verb);
		return -EINVAL;
	}
	return 0;
}

static const struct option_help *own_words(const struct option_help *own, const char *name)
{
	while (own && own->name && strcmp(own->name, name))
		own++;
	return own && own->name ? own : NULL;
}

void options_help(const char *accepts, const struct option_help *own, struct buf *out)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		const struct option_help *words = own_words(own, rows[i].name);
		const char *argument = words && words->argument ? words->argument : rows[i].argument;
		AUTO_BUF struct buf left = { 0 };

		if (accepts ? !listed(accepts, rows[i].name) : !rows[i].global)
			continue;
		if (rows[i].letter)
			buf_printf(&left, "-%c, --%s", rows[i].letter, rows[i].name);
		else
			buf_printf(&left, "    --%s", rows[i].name);
		if (argument)
			buf_printf(&left, rows[i].kind == STEPS ? "[=%s]" : " %s", argument);
		help_row(buf_str(&left), 25, words ? words->help : rows[i].help, out);
	}
}

void options_json(const char *accepts, const struct option_help *own, const char *key, struct jsonw *w)
{
	jsonw_array(w, key);
	for (size_t i = 0; i < N_ROWS; i++) {
		const struct option_help *words = own_words(own, rows[i].name);
		const char letter[] = { rows[i].letter, '\0' };

		if (accepts ? !listed(accepts, rows[i].name) : !rows[i].global)
			continue;
		jsonw_object_inline(w, NULL);
		jsonw_str(w, "name", rows[i].name);
		jsonw_str(w, "letter", *letter ? letter : NULL);
		jsonw_str(w, "argument", words && words->argument ? words->argument : rows[i].argument);
		jsonw_str(w, "summary", words ? words->help : rows[i].help);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}
