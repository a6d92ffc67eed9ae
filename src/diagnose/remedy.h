/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of remedies: what is advised, and what is known of its worth. Private to diagnose/. */
#ifndef DIAGNOSE_REMEDY_H
#define DIAGNOSE_REMEDY_H

#include "diagnose/finding.h"

/* Adds the remedies with these blank-separated ids to the finding, best first, but for those that cannot apply to the
 * part or are done already. */
void remedies_add(struct subject *s, struct finding *f, const char *ids);

#endif
