/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --help, help and version print, and the advice for a word that is no command. */
#ifndef CMD_HELP_H
#define CMD_HELP_H

#include "cmd/cmd.h"

#define HELP_WIDTH 80

/* Appends "LEFT   words", the words wrapped from column `column` to HELP_WIDTH; on a line of their own where LEFT is too
 * long. */
void help_row(const char *left, size_t column, const char *words, struct buf *out);

/* The commands and the global options. */
void help_overview(const struct cmd *const *verbs, size_t n, struct buf *out);
/* One command. */
void help_verb(const struct cmd *cmd, struct buf *out);
void help_version(struct buf *out);

/* Prints that there is no such command, and which one was meant; returns STATUS_USAGE. */
int help_unknown(const struct options *o, const struct cmd *const *verbs, size_t n, const char *word);

#endif
