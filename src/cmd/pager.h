/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is longer than the terminal is shown by a pager, as git and systemctl do it. */
#ifndef CMD_PAGER_H
#define CMD_PAGER_H

#include "cmd/cmd.h"

/*
 * As cmd_output(), but through $PAGER, else less, if stdout is a terminal and the text is longer than that or --verbose asked
 * for all of it; never with --json or --no-pager. The pager is started without a shell and has no capabilities. Whoever is root
 * by sudo and its like gets less in its secure mode alone: from others a shell could be had. Without a pager it is printed.
 */
int pager_output(const struct options *o, const struct buf *out, int status);

#endif
