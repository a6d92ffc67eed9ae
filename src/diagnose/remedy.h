/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is advised and where that is from, as remedies/ has it (remedies/README.md), and from findings to remedies: what fits
 * this device on this system, in order. Private to diagnose/.
 */
#ifndef DIAGNOSE_REMEDY_H
#define DIAGNOSE_REMEDY_H

#include <stdbool.h>
#include <stddef.h>

#include "util/alloc.h"

struct buf;
struct err;
struct finding;
struct remedy;
struct subject;

enum advice_kind { ADVICE_RECOVERS, ADVICE_PREVENTS, ADVICE_UNPROVEN, ADVICE_OF_FINDING, ADVICE_GROUP };

enum advice_how { ADVICE_WHEN, ADVICE_UNLESS, ADVICE_LAST };
enum advice_result { ADVICE_WORKED, ADVICE_FAILED, ADVICE_NAMED };

struct advice_condition {
	enum advice_how how;
	const char *word;
	const char **args;
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

/* A block of the text. All of it is in the table's arena; NULL where it has no such line. */
struct advice {
	const char *id;
	size_t id_len;
	enum advice_kind kind;
	const char *run, *trial, *fix, *why, *lasts;
	const char **systems;
	size_t n_systems, cap_systems; /* 0: Linux */
	const char **members;          /* of a group or a finding: ids */
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

struct advice_table {
	struct arena arena;
	struct advice *v;
	size_t n, cap;
};

/* The built-in text. -EINVAL with the place of the first fault. */
int advice_load(struct advice_table *t, struct err *e);
/* Adds the blocks of one text. The words behind `when` are not looked at; fit_word_known() does that. */
int advice_parse(struct advice_table *t, const char *file, const char *text, size_t n, struct err *e);
void advice_free(struct advice_table *t);

/* The finding asks for the remedies with these blank-separated ids of remedies/ besides those of its rule; static. */
void remedies_add(struct subject *s, struct finding *f, const char *ids);

/* After the verdict: gives each finding those that fit, with their sources, and the diagnosis its plan. */
void remedies_choose(struct subject *s);

/* ---- fit.c: whether a remedy fits a device ---- */

enum offload_way { OFFLOAD_ETHTOOL, OFFLOAD_NETWORKMANAGER, OFFLOAD_SYSTEMD, OFFLOAD_WAYS };

/* After the verdict: system, `when` and `unless`. */
bool fit_applies(const struct advice *a, const struct subject *s);
/* The same whether or not it is so already: what is off, what is at its most. */
bool fit_is_for(const struct advice *a, const struct subject *s);
/* Whether it stands behind all others of its kind. */
bool fit_is_last(const struct advice *a, const struct subject *s);
/* Whether the log has malicious driver detection of a virtual function: one is named, and the port was not reset for it. */
bool fit_mdd_by_guest(const struct subject *s);
/* Whether "tso", "gso" or "gro" is known to be off. */
bool fit_offload_is_off(const struct subject *s, const char *word);
/* The words that switch off those that are not known to be off: "tso off gso off". */
void fit_offload_words(const struct subject *s, enum offload_way way, struct buf *out);
/* A word that conditions are made of. */
bool fit_word_known(const char *word);

/* ---- already.c ---- */

/* Fills state and detail of a remedy that sets something. */
void already_look(struct subject *s, struct remedy *r);

#endif
