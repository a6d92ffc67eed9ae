/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What came of a climb, for files and programs. */
#ifndef RECOVER_REPORT_H
#define RECOVER_REPORT_H

#include "recover/recover.h"

struct jsonw;

/* "works", "no-step-left", "limit", "interrupted", "refused"; static. */
const char *recover_end_name(enum recover_end end);
/* "helped", "refused", "no-help", "came-back"; static. */
const char *recover_found_name(enum recover_found found);

/* An object: how it ended, which step helped, each try, what is not back. */
void recover_report_json(const struct recover_report *r, const char *key, struct jsonw *w);

/* One line for a log: "working again after restart (0.9 s)", "not recovered: restart: no help: ...". */
void recover_report_line(const struct recover_report *r, struct buf *out);

#endif
