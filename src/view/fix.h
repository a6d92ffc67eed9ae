/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be set on a device, and what a change of settings did. */
#ifndef VIEW_FIX_H
#define VIEW_FIX_H

#include "change/change.h"
#include "diagnose/diagnose.h"
#include "view/view.h"

enum fix_state { FIX_TO_DO, FIX_SO, FIX_NOT_HERE, FIX_UNKNOWN };

/* A remedy for a device, and whether it is so already. */
struct fix_row {
	const struct remedy *remedy;
	enum fix_state state;
	char *why; /* owned: what would be set, or why it cannot; NULL: nothing to say */
};

struct fix_list {
	const struct diagnosis *d;
	const struct change_report *report; /* NULL: of a recording */
	struct fix_row *rows;               /* owned */
	size_t n, cap;
};
/* Frees the rows, not *list. */
void fix_list_free(struct fix_list *list);

/* The remedies of each device: those that a finding asks for first. */
void fix_text_list(const struct view *v, const struct fix_list *lists, size_t n, struct buf *out);
/* In the place of a list: a device of a file that does not say its PCI address. */
void fix_text_no_address(const struct view *v, const struct snapshot *s, struct buf *out);
void fix_json_list(const struct fix_list *lists, size_t n, struct buf *out);

/* What was planned or done, device by device. */
void fix_text_changes(const struct view *v, const struct change_report *reports, size_t n, struct buf *out);
void fix_json_changes(const struct change_report *reports, size_t n, struct buf *out);

/* Appends the help lines of the settings. */
void fix_settings_help(const struct view *v, struct buf *out);

#endif
