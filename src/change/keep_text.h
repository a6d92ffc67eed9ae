/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of the file of kept settings, of which only one device's block changes: comments and the others stay. */
#ifndef CHANGE_KEEP_TEXT_H
#define CHANGE_KEEP_TEXT_H

#include "change/keep.h"
#include "util/buf.h"

/* `old`, which was read without an error, may be empty. A device without settings has no block then. */
void keep_text_edit(const char *old, const struct change_kept *own, struct buf *out);
/* Whether there is anything besides blank lines and the lines that every such file begins with. */
bool keep_text_has_own(const char *text);

#endif
