// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip/lint.h"
#include "cmd/cmd.h"
#include "util/alloc.h"
#include "util/file.h"
#include "util/text.h"

#define MOST_BYTES ((size_t)4 << 20)

static void tell(const struct chip_pos *pos, const char *message, void *arg)
{
	struct buf *faults = arg;

	text_escape(faults, pos->file, strlen(pos->file));
	buf_printf(faults, ":%u:%u: ", pos->line, pos->column);
	text_escape(faults, message, strlen(message));
	buf_putc(faults, '\n');
}

static int check(const struct options *o, struct lint_file *files, int n)
{
	AUTO_BUF struct buf faults = { 0 };
	AUTO_BUF struct buf out = { 0 };
	struct chipdb *db = NULL;
	struct err e = { 0 };
	int status = cmd_chipdb(o, &db), r;

	if (status)
		return status;
	r = chip_lint_files(db, files, (size_t)n, tell, &faults, &e);
	chipdb_free(db);
	if (r < 0)
		return cmd_fail(&e, r);
	for (int i = 0; i < n; i++)
		if (!files[i].faults) {
			text_escape(&out, files[i].name, strlen(files[i].name));
			buf_printf(&out, ": ok, %zu registers\n", files[i].registers);
		}
	status = cmd_output(&out, r ? STATUS_USAGE : STATUS_OK);
	fputs(buf_str(&faults), stderr);
	return status;
}

static int run(const struct options *o, char **args, int n)
{
	struct lint_file *files = xcalloc((size_t)n, sizeof(*files));
	struct buf *texts = xcalloc((size_t)n, sizeof(*texts));
	struct err e = { 0 };
	int r = 0, status;

	for (int i = 0; i < n && !r; i++) {
		r = file_read(args[i], MOST_BYTES, &texts[i], &e);
		files[i] = (struct lint_file){ .name = args[i], .text = buf_str(&texts[i]), .n = texts[i].len };
	}
	status = r ? cmd_fail(&e, r) : check(o, files, n);
	for (int i = 0; i < n; i++)
		buf_free(&texts[i]);
	free(texts);
	free(files);
	return status;
}

const struct cmd cmd_lint = {
	.name = "lint",
	.args = "FILE...",
	.summary = "check chip definitions",
	.accepts = "",
	.details = "Tells every fault as FILE:LINE:COLUMN: what is wrong. The files may build on one\n"
		   "another and on what is built in. The format is told in nicregs-chipdef(5).\n",
	.min_args = 1,
	.max_args = 1 << 20,
	.run = run,
};
