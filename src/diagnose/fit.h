/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a remedy of remedies/ fits a device. Private to diagnose/. */
#ifndef DIAGNOSE_FIT_H
#define DIAGNOSE_FIT_H

#include "diagnose/advice.h"
#include "diagnose/subject.h"

enum offload_way { OFFLOAD_ETHTOOL, OFFLOAD_NETWORKMANAGER, OFFLOAD_SYSTEMD, OFFLOAD_WAYS };

/* After the verdict: system, `when` and `unless`. */
bool fit_applies(const struct advice *a, const struct subject *s);
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

#endif
