// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip/lint.h"
#include "cmd/cmd.h"
#include "driver/def.h"
#include "driver/lint.h"
#include "util/alloc.h"
#include "util/file.h"
#include "util/jsonw.h"
#include "util/text.h"

#define MOST_BYTES ((size_t)4 << 20)

struct lint_faults {
	struct fault {
		struct chip_pos pos;
		char *message;
		bool is_warning;
	} * v;
	size_t n, cap;
	size_t warnings; /* of the n */
};

static void keep(const struct chip_pos *pos, const char *message, bool is_warning, void *arg)
{
	struct lint_faults *faults = arg;
	struct fault *f = VEC_PUSH(faults->v, faults->n, faults->cap);

	f->pos = *pos;
	f->message = xstrdup(message);
	f->is_warning = is_warning;
	faults->warnings += is_warning;
}

static void text(const struct lint_faults *faults, const struct lint_file *files, int n, struct buf *out,
		 struct buf *complaints)
{
	for (int i = 0; i < n; i++)
		if (!files[i].faults) {
			text_escape(out, files[i].name, strlen(files[i].name));
			buf_printf(out, ": ok, %zu %s", files[i].registers,
				   driver_def_is(files[i].text, files[i].n) ? "names" : "registers");
			if (files[i].warnings)
				buf_printf(out, ", %zu warning%s", files[i].warnings,
					   files[i].warnings == 1 ? "" : "s");
			buf_putc(out, '\n');
		}
	for (size_t i = 0; i < faults->n; i++) {
		const struct fault *f = &faults->v[i];

		text_escape(complaints, f->pos.file, strlen(f->pos.file));
		buf_printf(complaints, ":%u:%u: %s", f->pos.line, f->pos.column, f->is_warning ? "warning: " : "");
		text_escape(complaints, f->message, strlen(f->message));
		buf_putc(complaints, '\n');
	}
}

static void json_list(const char *key, const struct lint_faults *faults, bool warnings, struct jsonw *w)
{
	jsonw_array(w, key);
	for (size_t i = 0; i < faults->n; i++) {
		const struct fault *f = &faults->v[i];

		if (f->is_warning != warnings)
			continue;
		jsonw_object_inline(w, NULL);
		jsonw_str(w, "file", f->pos.file);
		jsonw_u64(w, "line", f->pos.line);
		jsonw_u64(w, "column", f->pos.column);
		jsonw_str(w, "message", f->message);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void json(const struct lint_faults *faults, const struct lint_file *files, int n, struct buf *out)
{
	struct jsonw w;

	jsonw_document(&w, out);
	jsonw_array(&w, "files");
	for (int i = 0; i < n; i++) {
		jsonw_object_inline(&w, NULL);
		jsonw_str(&w, "file", files[i].name);
		jsonw_u64(&w, "registers", files[i].registers);
		jsonw_u64(&w, "faults", files[i].faults);
		jsonw_u64(&w, "warnings", files[i].warnings);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	json_list("faults", faults, false, &w);
	json_list("warnings", faults, true, &w);
	jsonw_end_object(&w);
}

static int print(const struct options *o, const struct lint_faults *faults, const struct lint_file *files, int n)
{
	AUTO_BUF struct buf complaints = { 0 };
	AUTO_BUF struct buf out = { 0 };
	int status;

	if (o->json)
		json(faults, files, n, &out);
	else
		text(faults, files, n, &out, &complaints);
	status = cmd_output(&out, faults->n > faults->warnings ? STATUS_USAGE : STATUS_OK);
	fputs(buf_str(&complaints), stderr);
	return status;
}

/* Those of drivers first; how many they are. */
static size_t sort_files(struct lint_file *files, int n)
{
	size_t drivers = 0;

	for (int i = 0; i < n; i++) {
		struct lint_file file = files[i];

		if (!driver_def_is(file.text, file.n))
			continue;
		files[i] = files[drivers];
		files[drivers++] = file;
	}
	return drivers;
}

static int check(const struct options *o, struct lint_file *files, int n)
{
	struct lint_faults faults = { 0 };
	struct chipdb *db = NULL;
	struct err e = { 0 };
	size_t drivers = sort_files(files, n);
	int status = cmd_chipdb(o, &db), r;

	if (status)
		return status;
	r = drivers ? driver_lint_files(files, drivers, keep, &faults, &e) : 0;
	if (r >= 0 && (size_t)n > drivers)
		r = chip_lint_files(db, files + drivers, (size_t)n - drivers, keep, &faults, &e);
	status = r < 0 ? cmd_fail(&e, r) : print(o, &faults, files, n);
	for (size_t i = 0; i < faults.n; i++)
		free(faults.v[i].message);
	free(faults.v);
	chipdb_free(db);
	return status;
}

static int look_up(const struct options *o)
{
	AUTO_BUF struct buf out = { 0 };
	struct err e = { 0 };
	int r = driver_lint_btf(o->btf, &out, &e);

	return r < 0 ? cmd_fail(&e, r) : cmd_output(&out, r ? STATUS_USAGE : STATUS_OK);
}

static int run(const struct options *o, char **args, int n)
{
	struct lint_file *files = xcalloc((size_t)n, sizeof(*files));
	struct buf *texts = xcalloc((size_t)n, sizeof(*texts));
	struct err e = { 0 };
	int r = 0, status;

	if (o->btf && !n)
		return look_up(o);
	if (o->btf || !n) {
		err_set(&e, EINVAL, o->btf ? "--btf" : "lint", o->btf ? "it takes no file" : "an argument is missing");
		err_todo(&e, "usage: nicregs lint FILE..., or nicregs lint --btf FOLDER");
		return cmd_fail(&e, -EINVAL);
	}
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
	.args = "[FILE]...",
	.summary = "Check chip definitions",
	.accepts = "btf",
	.details = "Prints every fault as FILE:LINE:COLUMN: and the reason. Files may build on each other\n"
		   "and on the built-in definitions. A warning is no fault: the exit status stays 0.\n"
		   "nicregs-chipdef(5) describes the format.\n"
		   "Without a file, --btf looks up the names of the driver definitions in a kernel's BTF.\n",
	.examples = "  nicregs lint my-chip.def\n"
		    "  nicregs lint --btf /sys/kernel/btf\n",
	.min_args = 0,
	.max_args = 1 << 20,
	.needs = cmd_needs_files,
	.run = run,
};
