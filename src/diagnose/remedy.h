/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From findings to remedies: what fits this device on this system, in order. Private to diagnose/. */
#ifndef DIAGNOSE_REMEDY_H
#define DIAGNOSE_REMEDY_H

#include <stdbool.h>
#include <stddef.h>

#include "diagnose/advice.h"

struct buf;
struct finding;
struct remedy;
struct subject;

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
