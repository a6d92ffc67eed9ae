// SPDX-License-Identifier: GPL-2.0-or-later
#include "driver/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/embedded.h"
#include "util/file.h"
#include "util/text.h"

#define MAGIC UINT64_C(0x6e69637265677332)
#define SUM_BEGIN UINT64_C(0xcbf29ce484222325)
#define SUM_TIMES UINT64_C(0x100000001b3)
#define FILE_MOST ((size_t)1 << 20)

/* FNV-1a: it tells texts and kernels apart, and is no protection against who may write the file. */
static uint64_t sum(uint64_t before, const void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		before = (before ^ ((const uint8_t *)bytes)[i]) * SUM_TIMES;
	return before;
}

static bool sum_file(uint64_t *value, const char *path)
{
	AUTO_BUF struct buf text = { 0 };

	if (file_read(path, FILE_MOST, &text, NULL) || !text.len)
		return false;
	*value = sum(*value, text.data, text.len);
	return true;
}

uint64_t cache_key(const char *driver, bool built_in)
{
	AUTO_FREE char *notes = xasprintf("/sys/module/%s/notes/.note.gnu.build-id", driver);
	const uint32_t size = sizeof(struct place);
	uint64_t value = sum(SUM_BEGIN, &size, sizeof(size));

	if (!sum_file(&value, "/sys/kernel/notes") || (!built_in && !sum_file(&value, notes)))
		return 0;
	value = sum(value, NICREGS_VERSION, sizeof(NICREGS_VERSION));
	for (size_t i = 0; i < n_embedded_files; i++)
		if (text_starts(embedded_files[i].name, "driver/"))
			value = sum(value, embedded_files[i].text, embedded_files[i].size);
	return value;
}

static void put(struct buf *b, const void *bytes, size_t n)
{
	buf_add(b, bytes, n);
}

static void put_number(struct buf *b, uint64_t n)
{
	put(b, &n, sizeof(n));
}

struct reader {
	const char *at;
	size_t left;
	bool bad;
};

static void get(struct reader *r, void *to, size_t n)
{
	if (r->bad || n > r->left) {
		r->bad = true;
		memset(to, 0, n);
		return;
	}
	memcpy(to, r->at, n);
	r->at += n;
	r->left -= n;
}

static uint64_t get_number(struct reader *r, uint64_t most)
{
	uint64_t n;

	get(r, &n, sizeof(n));
	r->bad |= n > most;
	return r->bad ? 0 : n;
}

/* Of things in memory: how many, or which. */
static size_t get_count(struct reader *r, size_t most)
{
	return (size_t)get_number(r, most);
}

static void get_place(struct reader *r, struct place *p)
{
	get(r, p, sizeof(*p));
	r->bad |= p->n_steps > PLACE_STEPS || p->size > 8 || p->kind > PLACE_INSIDE;
}

/* The states of a definition, then those of the kernel's, by one number. */
static const struct def_states *states_at(const struct driver_def *def, const struct driver_defs *defs, size_t i)
{
	const struct driver_def *kernel = driver_defs_kernel(defs);

	if (i < def->n_states)
		return &def->states[i];
	return i - def->n_states < kernel->n_states ? &kernel->states[i - def->n_states] : NULL;
}

static size_t number_of(const struct layout *l, const struct def_states *from)
{
	if (from >= l->def->states && from < l->def->states + l->def->n_states)
		return (size_t)(from - l->def->states);
	return l->def->n_states + (size_t)(from - l->kernel->states);
}

static void put_layout(struct buf *b, const struct layout *l)
{
	put(b, l->places, sizeof(l->places));
	put_number(b, l->n_states);
	for (size_t i = 0; i < l->n_states; i++) {
		const struct layout_states *s = &l->states[i];

		put_number(b, number_of(l, s->from));
		put(b, &s->place, sizeof(s->place));
		put_number(b, s->n);
		for (size_t k = 0; k < s->n; k++) {
			put_number(b, s->bits[k].number);
			put_number(b, (uint64_t)s->bits[k].value);
		}
	}
	put_number(b, l->n_counters);
	for (size_t i = 0; i < l->n_counters; i++) {
		put_number(b, l->counters[i].number);
		put(b, &l->counters[i].place, sizeof(l->counters[i].place));
	}
}

static void get_states(struct reader *r, const struct def_states *from, struct layout_states *to)
{
	*to = (struct layout_states){ .from = from };
	r->bad |= !from;
	if (r->bad)
		return;
	to->structure = from->structure;
	get_place(r, &to->place);
	to->n = get_count(r, from->n < LAYOUT_BITS ? from->n : LAYOUT_BITS);
	for (size_t k = 0; k < to->n && !r->bad; k++) {
		size_t number = get_count(r, from->n - 1);

		to->bits[k] = (struct layout_bit){ .number = number,
						   .meaning = from->v[number].meaning,
						   .whole = from->v[number].whole,
						   .clear = from->v[number].clear,
						   .value = (int64_t)get_number(r, UINT64_MAX) };
	}
}

static void get_layout(struct reader *r, const struct driver_defs *defs, struct layout *l)
{
	for (size_t i = 0; i < DEF_N_WORDS; i++)
		get_place(r, &l->places[i]);
	l->n_states = get_count(r, LAYOUT_STATES);
	for (size_t i = 0; i < l->n_states && !r->bad; i++)
		get_states(r, states_at(l->def, defs, get_count(r, 2 * LAYOUT_STATES)), &l->states[i]);
	l->n_counters = get_count(r, l->def->n_counters < LAYOUT_COUNTERS ? l->def->n_counters : LAYOUT_COUNTERS);
	for (size_t i = 0; i < l->n_counters && !r->bad; i++) {
		l->counters[i].number = get_count(r, l->def->n_counters - 1);
		if (!r->bad)
			l->counters[i].name = l->def->counters[l->counters[i].number].name;
		get_place(r, &l->counters[i].place);
	}
}

/* Root's alone, and no link. */
static bool is_private(int fd, mode_t type)
{
	struct stat st;

	return !fstat(fd, &st) && (st.st_mode & S_IFMT) == type && st.st_uid == 0 &&
	       !(st.st_mode & (S_IWGRP | S_IWOTH));
}

static int open_folder(const char *folder, bool make)
{
	int fd;

	if (geteuid() || (make && mkdir(folder, 0700) && errno != EEXIST))
		return -1;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && !is_private(fd, S_IFDIR)) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool read_file(const char *folder, const char *driver, struct buf *out)
{
	AUTO_FREE char *name = xasprintf("%s.places", driver);
	AUTO_CLOSE int at = open_folder(folder, false);
	AUTO_CLOSE int fd = at < 0 ? -1 : openat(at, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char chunk[16384];
	ssize_t n;

	if (fd < 0 || !is_private(fd, S_IFREG))
		return false;
	while ((n = read(fd, chunk, sizeof(chunk))) > 0 && out->len < FILE_MOST)
		buf_add(out, chunk, (size_t)n);
	return n == 0 && out->len > sizeof(uint64_t);
}

bool cache_load(const char *folder, uint64_t key, const struct driver_def *def, const struct driver_defs *defs,
		struct layout *l)
{
	AUTO_BUF struct buf text = { 0 };
	struct reader r;
	uint64_t expected;

	if (!key || !read_file(folder, def->name, &text))
		return false;
	r = (struct reader){ .at = text.data, .left = text.len - sizeof(expected) };
	memcpy(&expected, text.data + r.left, sizeof(expected));
	layout_begin(l, def, defs);
	if (sum(SUM_BEGIN, text.data, r.left) != expected || get_number(&r, UINT64_MAX) != MAGIC ||
	    get_number(&r, UINT64_MAX) != key)
		return false;
	get_layout(&r, defs, l);
	return !r.bad && !r.left;
}

void cache_save(const char *folder, uint64_t key, const struct layout *l)
{
	AUTO_FREE char *path = xasprintf("%s/%s.places", folder, l->def->name);
	AUTO_CLOSE int at = key ? open_folder(folder, true) : -1;
	AUTO_BUF struct buf b = { 0 };

	if (at < 0)
		return;
	put_number(&b, MAGIC);
	put_number(&b, key);
	put_layout(&b, l);
	put_number(&b, sum(SUM_BEGIN, b.data, b.len));
	file_write_atomic(path, b.data, b.len, 0600, NULL);
}
