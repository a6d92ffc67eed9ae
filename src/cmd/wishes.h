/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wished of a device by words of the command line, and by remedies. */
#ifndef CMD_WISHES_H
#define CMD_WISHES_H

#include "aspm/change.h"
#include "change/change.h"
#include "diagnose/diagnose.h"
#include "view/fix.h"

#define WISHES_MOST 128

/* Of one device: its settings, or its link's power states. */
struct wishes {
	struct change_wish v[WISHES_MOST];
	size_t n;
	bool aspm, aspm_off, named; /* named: single states */
	unsigned states;            /* LINK_*, of aspm */
};

/* Adds n words: "SETTING=VALUE", or a remedy of the diagnosis by its id or the beginning of one. -errno with *e: one is neither,
 * or they cannot go together. */
int wishes_read(struct wishes *w, char *const *words, int n, const struct diagnosis *d, struct err *e);

/* A row for each remedy of list->d; with list->report, each says whether it is so on this machine: by `report` for settings, and
 * by device i of the session for the link. Nothing is changed. */
void wishes_rows(struct fix_list *list, struct change_report *report, struct aspm_session *session, size_t i);

#endif
