/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Colour, headings and wrapped lists for text views. */
#ifndef VIEW_STYLE_H
#define VIEW_STYLE_H

#include "view/view.h"

enum style { STYLE_PLAIN, STYLE_HEADING, STYLE_NAME, STYLE_DIM, STYLE_UNUSUAL };

/* Escape sequence that switches the style on, or "" without colour; STYLE_PLAIN switches all off. Static. */
const char *style_code(const struct view *v, enum style style);

/* Appends s, escaped, in a style. */
void style_put(const struct view *v, enum style style, const char *s, struct buf *out);

/* A blank line, then a heading line. */
void style_heading(const struct view *v, const char *text, struct buf *out);

/* Fills lines with items and breaks between them at the width. */
struct wrap {
	const struct view *v;
	struct buf *out;
	unsigned indent; /* of every line */
	unsigned column; /* 0: nothing written yet */
	bool begun;      /* this line holds an item, which the separator follows */
	const char *separator;
};

/* At the start of a line. v, out and separator outlive *w; wrap_end() ends the last line. */
void wrap_begin(struct wrap *w, const struct view *v, struct buf *out, unsigned indent, const char *separator);
/* Continues on the line that already holds `column` columns; beyond `indent` what is there counts as an item. Where an indent leaves
 * too little room in the lines that follow, they have less. */
void wrap_continue(struct wrap *w, const struct view *v, struct buf *out, unsigned indent, unsigned column,
		   const char *separator);
void wrap_item(struct wrap *w, enum style style, const char *item);
/* Breaks at blanks within the text. */
void wrap_words(struct wrap *w, enum style style, const char *text);
void wrap_end(struct wrap *w);

/* Text of its own, each line indented. */
void style_paragraph(const struct view *v, unsigned indent, enum style style, const char *text, struct buf *out);

/* A line that programs may read, behind `lead`: wrapped on a terminal, below a lead indented by two; else whole and as it is. */
void style_line(const struct view *v, const char *lead, const char *text, struct buf *out);

/* Items behind a label, in as many lines as they take: "  Link      up 1000 Mb/s full, pause both ways". Without an item there
 * is no line. */
struct items {
	struct wrap w;
	const char *label;
	bool begun;
};

/* `indent`: where items begin, in this line and the next; further right where the label is longer. */
struct items items_begin(const struct view *v, const char *label, unsigned indent, struct buf *out);
void items_add(struct items *i, enum style style, const char *format, ...) __attribute__((format(printf, 3, 4)));
void items_end(struct items *i);

/* Lines with a label before the first of each paragraph: "  Now     ethtool -r eth0". */
struct labeled {
	const struct view *v;
	struct buf *out;
	const char *label; /* that the next line has */
	unsigned indent;   /* of the text, with the label */
};

/* The next line gets this label, the ones after it none. */
void labeled_begin(struct labeled *l, const char *label);
/* A command to be typed: a line of its own, or more, each but the last ending in "&&" or a backslash, which a shell goes on after. */
void labeled_line(struct labeled *l, enum style style, const char *words);
/* Wrapped; of its sentences as many as fit `most` lines, but one at least. */
void labeled_text(struct labeled *l, enum style style, const char *words, unsigned most);
/* One line, cut between words where it does not fit. */
void labeled_cut(struct labeled *l, enum style style, const char *words);

#endif
