/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines with a label before the first of each paragraph: "  Now     ethtool -r eth0". Private to view/. */
#ifndef VIEW_LABELED_H
#define VIEW_LABELED_H

#include "view/style.h"

struct labeled {
	const struct view *v;
	struct buf *out;
	const char *label; /* that the next line has */
	unsigned indent;   /* of the text, with the label */
};

/* The next line gets this label, the ones after it none. */
void labeled_begin(struct labeled *l, const char *label);
/* A command to be typed: a line of its own, or more, each but the last ending in "&&", which a shell goes on after. */
void labeled_line(struct labeled *l, enum style style, const char *words);
/* Wrapped; of its sentences as many as fit `most` lines, but one at least. */
void labeled_text(struct labeled *l, enum style style, const char *words, unsigned most);
/* One line, cut between words where it does not fit. */
void labeled_cut(struct labeled *l, enum style style, const char *words);

/* Bytes of the first n sentences. */
size_t sentences(const char *text, size_t n);

#endif
