/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a remedy of remedies/ fits a device. Private to diagnose/. */
#ifndef DIAGNOSE_FIT_H
#define DIAGNOSE_FIT_H

#include "diagnose/advice.h"
#include "diagnose/subject.h"

/* After the verdict: system, `when` and `unless`. */
bool fit_applies(const struct advice *a, const struct subject *s);
/* Whether it stands behind all others of its kind. */
bool fit_is_last(const struct advice *a, const struct subject *s);
/* Whether the log has malicious driver detection of a virtual function: one is named, and the port was not reset for it. */
bool fit_mdd_by_guest(const struct subject *s);
/* A word that conditions are made of. */
bool fit_word_known(const char *word);

#endif
