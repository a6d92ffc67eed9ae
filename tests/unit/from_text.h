/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshots out of texts that tests hold. */
#ifndef TESTS_FROM_TEXT_H
#define TESTS_FROM_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "source/internal.h"
#include "util/err.h"

struct from_text {
	struct chipdb *db;
	struct source_options options;
	struct snapshots list;
	struct err e;
};

static inline void from_open(struct from_text *f)
{
	*f = (struct from_text){ 0 };
	assert_int_equal(chipdb_open(&f->db, NULL, &f->e), 0);
}

static inline void from_close(struct from_text *f)
{
	snapshots_free(&f->list);
	chipdb_free(f->db);
}

/* The result of reading n bytes as the file "FILE"; f->list has only what is in them. */
static inline int from_bytes(struct from_text *f, const void *bytes, size_t n)
{
	struct input in;
	int r;

	snapshots_free(&f->list);
	f->e = (struct err){ 0 };
	input_memory(&in, "FILE", bytes, n);
	r = source_input(f->db, &f->options, &in, &f->list, &f->e);
	input_close(&in);
	return r;
}

static inline int from_text(struct from_text *f, const char *text)
{
	return from_bytes(f, text, strlen(text));
}

#endif
