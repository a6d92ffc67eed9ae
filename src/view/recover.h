/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stuck port's ladder: planned, and what came of it. */
#ifndef VIEW_RECOVER_H
#define VIEW_RECOVER_H

#include "recover/recover.h"
#include "view/view.h"

/* All that there is to say of one device. Texts may be from the kernel: they are escaped here. */
struct recover_story {
	const char *title;            /* "eno1 (0000:00:19.0), 82579LM" */
	const char *address, *netdev; /* netdev: NULL: none */
	const char *word;             /* as nicregs takes it */
	const char *verdict, *reason;
	bool trouble;               /* else there is nothing to recover, as far as is known */
	bool unknown;               /* it could not be judged */
	bool forced;                /* the steps are taken nevertheless */
	unsigned tries;             /* steps taken at most; 0: as many as there are */
	const char *const *against; /* reasons not to do it without being told to: sentences without their stop */
	size_t n_against;
	const char *const *notes; /* what else to know before */
	size_t n_notes;
	const struct recover_plan *plan;
	const char *left;     /* the step in which an earlier recovery was interrupted; NULL: none was */
	const char *left_by;  /* who had typed it */
	const char *place;    /* commands that make the interface's place in the network; "" or NULL: none */
	const char *incident; /* NULL: not saved */
	const struct recover_report *report; /* NULL: nothing was done */
	const char *missing;                 /* commands for what is not back; "" or NULL: nothing */
};

/* What would be done. */
void recover_text_plan(const struct view *v, const struct recover_story *s, struct buf *out);
/* That no step is taken, as nothing is known to be wrong, and how they are taken anyway. */
void recover_text_nothing(const struct view *v, const struct recover_story *s, unsigned indent, struct buf *out);
/* Before the first step: what is wrong, and where the evidence is. */
void recover_text_begin(const struct view *v, const struct recover_story *s, struct buf *out);
/* What came of it. */
void recover_text_end(const struct view *v, const struct recover_story *s, struct buf *out);

/* The same for programs: schema/recover.json. */
void recover_story_json(const struct recover_story *s, struct buf *out);

#endif
