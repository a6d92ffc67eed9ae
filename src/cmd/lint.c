// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip/lint.h"
#include "cmd/cmd.h"
#include "util/alloc.h"
#include "util/file.h"
#include "util/jsonw.h"
#include "util/text.h"

#define MOST_BYTES ((size_t)4 << 20)

struct faults {
	struct fault {
		struct chip_pos pos;
		char *message;
	} * v;
	size_t n, cap;
};

static void keep(const struct chip_pos *pos, const char *message, void *arg)
{
	struct faults *faults = arg;
	struct fault *f = VEC_PUSH(faults->v, faults->n, faults->cap);

	f->pos = *pos;
	f->message = xstrdup(message);
}

static void text(const struct faults *faults, const struct lint_file *files, int n, struct buf *out,
		 struct buf *complaints)
{
	for (int i = 0; i < n; i++)
		if (!files[i].faults) {
			text_escape(out, files[i].name, strlen(files[i].name));
			buf_printf(out, ": ok, %zu registers\n", files[i].registers);
		}
	for (size_t i = 0; i < faults->n; i++) {
		const struct fault *f = &faults->v[i];

		text_escape(complaints, f->pos.file, strlen(f->pos.file));
		buf_printf(complaints, ":%u:%u: ", f->pos.line, f->pos.column);
		text_escape(complaints, f->message, strlen(f->message));
		buf_putc(complaints, '\n');
	}
}

static void json(const struct faults *faults, const struct lint_file *files, int n, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_u64(&w, "schema", 1);
	jsonw_array(&w, "files");
	for (int i = 0; i < n; i++) {
		jsonw_object_inline(&w, NULL);
		jsonw_str(&w, "file", files[i].name);
		jsonw_u64(&w, "registers", files[i].registers);
		jsonw_u64(&w, "faults", files[i].faults);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_array(&w, "faults");
	for (size_t i = 0; i < faults->n; i++) {
		const struct fault *f = &faults->v[i];

		jsonw_object_inline(&w, NULL);
		jsonw_str(&w, "file", f->pos.file);
		jsonw_u64(&w, "line", f->pos.line);
		jsonw_u64(&w, "column", f->pos.column);
		jsonw_str(&w, "message", f->message);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
}

static int print(const struct options *o, const struct faults *faults, const struct lint_file *files, int n)
{
	AUTO_BUF struct buf complaints = { 0 };
	AUTO_BUF struct buf out = { 0 };
	int status;

	if (o->json)
		json(faults, files, n, &out);
	else
		text(faults, files, n, &out, &complaints);
	status = cmd_output(&out, faults->n ? STATUS_USAGE : STATUS_OK);
	fputs(buf_str(&complaints), stderr);
	return status;
}

static int check(const struct options *o, struct lint_file *files, int n)
{
	struct faults faults = { 0 };
	struct chipdb *db = NULL;
	struct err e = { 0 };
	int status = cmd_chipdb(o, &db), r;

	if (status)
		return status;
	r = chip_lint_files(db, files, (size_t)n, keep, &faults, &e);
	status = r < 0 ? cmd_fail(&e, r) : print(o, &faults, files, n);
	for (size_t i = 0; i < faults.n; i++)
		free(faults.v[i].message);
	free(faults.v);
	chipdb_free(db);
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
