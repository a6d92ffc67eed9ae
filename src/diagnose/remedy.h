/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From findings to remedies: what fits this device on this system, in order. Private to diagnose/. */
#ifndef DIAGNOSE_REMEDY_H
#define DIAGNOSE_REMEDY_H

#include "diagnose/finding.h"

/* The finding asks for the remedies with these blank-separated ids of remedies/ besides those of its rule; static. */
void remedies_add(struct subject *s, struct finding *f, const char *ids);

/* After the verdict: gives each finding those that fit, with their sources, and the diagnosis its plan. */
void remedies_choose(struct subject *s);

#endif
