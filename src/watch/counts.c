// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch/counts.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/file.h"
#include "util/text.h"
#include "watch/store.h"

#define SIZE_MOST ((size_t)256 << 10)
#define ROWS_MOST 1024

const char *const incident_kinds[] = {
	"hang",       "stalled",  "pcie-lost", "lost",
	"tx-timeout", "watchdog", "recover",   NULL, /* the longer before its end */
};

/* One device and kind. */
struct row {
	char seen[INCIDENT_NAME_MAX];   /* the last one that is in n; "": none */
	char newest[INCIDENT_NAME_MAX]; /* of all */
	uint64_t n;
};

struct rows {
	struct row *v; /* owned */
	size_t n, cap;
};

/* The name without its time, and without the number that a second one of the same second has. */
static const char *key_of(const char *name, size_t *n)
{
	const char *key = name + INCIDENT_STAMP;
	size_t end = strlen(key);

	while (end && isdigit((unsigned char)key[end - 1]))
		end--;
	*n = end && key[end] && key[end - 1] == '-' && memchr(key, '-', end - 1) ? end - 1 : strlen(key);
	return key;
}

static struct row *row_of(struct rows *rows, const char *name)
{
	size_t n, other;
	const char *key = key_of(name, &n);
	struct row *row;

	for (size_t i = 0; i < rows->n; i++) {
		const char *has = key_of(rows->v[i].newest, &other);

		if (other == n && !memcmp(has, key, n))
			return &rows->v[i];
	}
	if (rows->n >= ROWS_MOST)
		return NULL;
	row = VEC_PUSH(rows->v, rows->n, rows->cap);
	str_copy(row->newest, sizeof(row->newest), name, strlen(name));
	return row;
}

/* "5 20260705T143000Z-eno1-hang"; what is no such line is passed over. */
static void take_line(struct rows *rows, char *line)
{
	char *name = strchr(line, ' ');
	struct row *row;
	uint64_t n;

	if (!name)
		return;
	*name++ = '\0';
	if (!text_u64(line, &n) || !incident_is_name(name) || strlen(name) >= INCIDENT_NAME_MAX)
		return;
	row = row_of(rows, name);
	if (!row || *row->seen)
		return;
	row->n = n;
	memcpy(row->seen, row->newest, sizeof(row->seen));
}

static void load(const char *dir, struct rows *rows)
{
	AUTO_FREE char *path = xasprintf("%s/" INCIDENT_COUNTS, dir);
	AUTO_BUF struct buf text = { 0 };
	char *line, *rest;

	if (file_read(path, SIZE_MOST, &text, NULL) || !text.len)
		return;
	for (rest = text.data; (line = strsep(&rest, "\n"));)
		take_line(rows, line);
}

static void count(struct rows *rows, const char *name)
{
	struct row *row = row_of(rows, name);

	if (!row)
		return;
	row->n += strcmp(name, row->seen) > 0;
	if (strcmp(name, row->newest) > 0)
		str_copy(row->newest, sizeof(row->newest), name, strlen(name));
}

static int read_rows(const char *dir, struct rows *rows)
{
	DIR *folder = opendir(dir);
	struct dirent *d;

	if (!folder)
		return -errno;
	load(dir, rows);
	while ((d = readdir(folder)))
		if (incident_is_name(d->d_name) && strlen(d->d_name) < INCIDENT_NAME_MAX)
			count(rows, d->d_name);
	closedir(folder);
	return 0;
}

static int64_t time_of(const char *name)
{
	struct tm tm = { 0 };

	return strptime(name, INCIDENT_STAMP_FORMAT, &tm) ? (int64_t)timegm(&tm) : 0;
}

/* "eno1-tx-timeout": both may have dashes. */
static void name_row(const struct row *row, struct incident_count *out)
{
	size_t n;
	const char *key = key_of(row->newest, &n), *dash;

	for (size_t i = 0; incident_kinds[i] && !out->kind; i++) {
		size_t kind = strlen(incident_kinds[i]);

		if (n > kind + 1 && key[n - kind - 1] == '-' && !memcmp(key + n - kind, incident_kinds[i], kind)) {
			out->kind = incident_kinds[i];
			n -= kind + 1;
		}
	}
	dash = out->kind ? NULL : memrchr(key, '-', n);
	if (!out->kind)
		out->kind = "other";
	str_copy(out->device, sizeof(out->device), key, dash && dash > key ? (size_t)(dash - key) : n);
}

static int by_device(const void *a, const void *b)
{
	const struct incident_count *x = a, *y = b;
	int order = strcmp(x->device, y->device);

	return order ? order : strcmp(x->kind, y->kind);
}

/* Several kinds that have no name here are one. */
static void add_row(struct incident_counts *out, const struct row *row)
{
	struct incident_count one = { .n = row->n, .last = time_of(row->newest) };

	name_row(row, &one);
	for (size_t i = 0; i < out->n; i++)
		if (!by_device(&out->v[i], &one)) {
			out->v[i].n += one.n;
			out->v[i].last = one.last > out->v[i].last ? one.last : out->v[i].last;
			return;
		}
	*VEC_PUSH(out->v, out->n, out->cap) = one;
}

int incident_counts_read(const char *dir, struct incident_counts *out, struct err *e)
{
	struct rows rows = { 0 };
	int r = read_rows(dir, &rows);

	*out = (struct incident_counts){ 0 };
	for (size_t i = 0; i < rows.n; i++)
		add_row(out, &rows.v[i]);
	free(rows.v);
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_device);
	return r && r != -ENOENT ? err_file(e, -r, dir) : 0;
}

void incident_counts_free(struct incident_counts *counts)
{
	free(counts->v);
	*counts = (struct incident_counts){ 0 };
}

/* A clock that went back gave it a name that counts as seen. */
int incident_counts_add(const char *dir, const char *name)
{
	AUTO_FREE char *path = xasprintf("%s/" INCIDENT_COUNTS, dir);
	AUTO_BUF struct buf text = { 0 };
	struct rows rows = { 0 };
	struct row *mine;
	int r = read_rows(dir, &rows);

	mine = r || strlen(name) >= INCIDENT_NAME_MAX ? NULL : row_of(&rows, name);
	if (mine && strcmp(name, mine->seen) <= 0)
		mine->n++;
	for (size_t i = 0; i < rows.n; i++)
		buf_printf(&text, "%" PRIu64 " %s\n", rows.v[i].n, rows.v[i].newest);
	if (!r)
		r = file_rewrite(path, buf_str(&text), text.len, 0640, NULL);
	free(rows.v);
	return r;
}
