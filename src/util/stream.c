// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/err.h"
#include "util/gunzip.h"
#include "util/libarchive.h"
#include "util/tarblock.h"
#include "util/text.h"
#include "util/unxz.h"

#define BLOCK 65536u
#define MAGIC(text) text, sizeof(text) - 1

static const struct {
	const char *magic;
	size_t n;
	const char *name, *tool;
} packings[PACKINGS] = {
	[PACKED_GZIP] = { MAGIC("\x1f\x8b"), "gzip", "zcat" },
	[PACKED_XZ] = { MAGIC("\xfd\x37zXZ"), "xz", "xzcat" },
	[PACKED_ZSTD] = { MAGIC("\x28\xb5\x2f\xfd"), "zstd", "zstdcat" },
	[PACKED_BZIP2] = { MAGIC("BZh"), "bzip2", "bzcat" },
};

struct stream {
	stream_fn *more;
	void *arg;
	char *name, *path; /* owned; path: NULL: no command reads it */
	bool started;      /* it is known what the bytes at hand are */
	bool again;        /* packed data came before */
	bool eof;          /* of `more` */
	int failed;        /* `more` did, or the packed data is damaged; why */
	struct err why;
	/* Bytes from `more`, the block before and the last one; those from `at` on were not used yet. */
	char *block; /* of 2 * BLOCK bytes; owned */
	size_t at, end;
	uint64_t taken; /* from `more`, since the packed data began */
	enum packing packing;
	struct libarchive lib;  /* loaded while something is unpacked */
	struct archive *packed; /* NULL: what comes is as it is, or one of these unpacks it */
	struct gunzip *gunzip;  /* NULL: there was no gzip data so far; owned */
	struct unxz *unxz;      /* of xz data; NULL: there was none, or libarchive unpacks it; owned */
	bool direct, gave;      /* one of them is at work, and has given something of this data */
	const char *out;        /* unpacked, not given out yet */
	size_t out_left;
	bool empty; /* nothing was packed */
};

enum packing packing_of(const char *bytes, size_t n)
{
	for (int i = PACKED_NOT + 1; i < PACKINGS; i++)
		if (n >= packings[i].n && !memcmp(bytes, packings[i].magic, packings[i].n))
			return (enum packing)i;
	return PACKED_NOT;
}

bool archive_begins(const char *bytes, size_t n)
{
	if (n >= 4 && !memcmp(bytes, "PK\3\4", 4))
		return true;
	/* text has no zero bytes, and a header ends with some */
	return n >= STREAM_HEAD && memchr(bytes, 0, STREAM_HEAD) && tarblock_of(bytes) >= TARBLOCK_LIKE;
}

const char *packing_name(enum packing packing)
{
	return packings[packing].name;
}

const char *packing_tool(enum packing packing)
{
	return packings[packing].tool;
}

struct stream *stream_new(stream_fn *more, void *arg, const char *name)
{
	struct stream *s = xcalloc(1, sizeof(*s));

	s->more = more;
	s->arg = arg;
	s->name = xstrdup(name);
	s->block = xcalloc(2, BLOCK);
	return s;
}

void stream_free(struct stream *s)
{
	if (!s)
		return;
	if (s->packed)
		s->lib.archive_read_free(s->packed);
	if (s->gunzip)
		gunzip_free(s->gunzip);
	if (s->unxz)
		unxz_free(s->unxz);
	free(s->block);
	free(s->path);
	free(s->name);
	free(s);
}

void stream_set_path(struct stream *s, const char *path)
{
	s->path = shell_path(path);
}

enum packing stream_packing(const struct stream *s)
{
	return s->packing;
}

/* Reads behind what is at hand, after making room: the block before is kept, as it may be behind the packed data. */
static int fill(struct stream *s, struct err *e)
{
	ssize_t n;

	if (s->end > BLOCK) {
		size_t go = s->end - BLOCK;

		memmove(s->block, s->block + go, BLOCK);
		s->at -= s->at > go ? go : s->at;
		s->end = BLOCK;
	}
	n = s->more(s->arg, s->block + s->end, BLOCK, e);
	if (n < 0)
		return (int)n;
	s->eof = !n;
	s->end += (size_t)n;
	return 0;
}

/* libarchive's read callback. */
static la_ssize_t give(struct archive *a, void *arg, const void **bytes)
{
	struct stream *s = arg;
	size_t n;

	if (s->at == s->end && !s->eof) {
		s->failed = fill(s, &s->why);
		if (s->failed) {
			s->lib.archive_set_error(a, -s->failed, "read");
			return -1;
		}
	}
	n = s->end - s->at;
	*bytes = s->block + s->at;
	s->at = s->end;
	s->taken += n;
	return (la_ssize_t)n;
}

enum damage { DAMAGE_CUT, DAMAGE_MEMORY, DAMAGE_CHECKSUM, DAMAGE_OTHER };

static int refuse(struct stream *s, enum damage damage)
{
	static const char *const why[] = {
		[DAMAGE_CUT] = "ends too early",
		[DAMAGE_MEMORY] = "takes too much memory",
		[DAMAGE_CHECKSUM] = "is damaged: its checksum does not fit, so any line of it may be wrong",
		[DAMAGE_OTHER] = "is damaged, or other data follows it",
	};

	err_set(&s->why, EINVAL, s->name, "%sthe %s data %s", damage == DAMAGE_MEMORY ? "unpacking " : "",
		packing_name(s->packing), why[damage]);
	if (s->path)
		err_todo(&s->why, "copy it again, and check the copy: %s -t %s", packing_name(s->packing), s->path);
	else
		err_todo(&s->why, "copy it again from where it came");
	return -EINVAL;
}

/* Why libarchive stopped: its words are of each method's library. */
static int damaged(struct stream *s, const char *words)
{
	if (s->failed)
		return s->failed; /* it was the reading */
	if (!words)               /* so says the library when a trailer is not whole */
		words = s->eof ? "truncated" : "";
	if (strstr(words, "runcated") || strstr(words, "o progress"))
		return refuse(s, DAMAGE_CUT);
	return refuse(s, strstr(words, "emory") ? DAMAGE_MEMORY : DAMAGE_OTHER);
}

static int refuse_twice(struct stream *s)
{
	err_set(&s->why, ENOTSUP, s->name, "is compressed twice: it contains %s data", packing_name(s->packing));
	err_todo(&s->why, "unpack both layers: ... | %s | nicregs log -", packing_tool(s->packing));
	return -ENOTSUP;
}

/* 1: there is something in it; 0: it is empty. */
static int check_layers(struct stream *s)
{
	struct archive_entry *entry;
	int layers = s->lib.archive_filter_count(s->packed) - 1, r;

	if (layers > 1)
		return refuse_twice(s);
	r = layers ? s->lib.archive_read_next_header(s->packed, &entry) : ARCHIVE_FATAL;
	if (r == ARCHIVE_OK || r == ARCHIVE_WARN || r == ARCHIVE_EOF)
		return r != ARCHIVE_EOF;
	return damaged(s, layers ? s->lib.archive_error_string(s->packed) : "");
}

static int support_filter(struct stream *s)
{
	switch (s->packing) {
	case PACKED_GZIP:
		return s->lib.archive_read_support_filter_gzip(s->packed);
	case PACKED_XZ:
		return s->lib.archive_read_support_filter_xz(s->packed);
	case PACKED_ZSTD:
		return s->lib.archive_read_support_filter_zstd(s->packed);
	case PACKED_BZIP2:
		return s->lib.archive_read_support_filter_bzip2(s->packed);
	default:
		return ARCHIVE_FATAL;
	}
}

/* By one method alone: the library would unpack as many layers as it finds, and start programs for some. */
static int begin_libarchive(struct stream *s)
{
	int r = libarchive_load(&s->lib, s->name, &s->why);

	if (r)
		return r;
	s->packed = s->lib.archive_read_new();
	s->taken = 0;
	if (!s->packed || support_filter(s) != ARCHIVE_OK ||
	    s->lib.archive_read_support_format_raw(s->packed) != ARCHIVE_OK ||
	    s->lib.archive_read_support_format_empty(s->packed) != ARCHIVE_OK)
		return err_set(&s->why, ENOTSUP, s->name,
			       "is packed with %s, which this system's libarchive cannot read",
			       packing_name(s->packing));
	if (s->lib.archive_read_open(s->packed, s, NULL, give, NULL) != ARCHIVE_OK)
		return damaged(s, s->lib.archive_error_string(s->packed));
	r = check_layers(s);
	s->empty = !r;
	return r < 0 ? r : 0;
}

static int begin_gunzip(struct stream *s)
{
	if (!s->gunzip)
		return gunzip_new(&s->gunzip, s->name, &s->why);
	gunzip_again(s->gunzip);
	return 0;
}

static int begin_unxz(struct stream *s)
{
	if (s->unxz)
		unxz_free(s->unxz);
	s->unxz = NULL;
	return unxz_new(&s->unxz);
}

static int begin_unpacking(struct stream *s)
{
	int r = s->packing == PACKED_GZIP ? begin_gunzip(s) : s->packing == PACKED_XZ ? begin_unxz(s) : -ENOSYS;

	s->direct = !r;
	s->gave = false;
	return r == -ENOSYS ? begin_libarchive(s) : r;
}

/* Zero bytes fill up what is behind packed data. */
static void skip_padding(struct stream *s)
{
	while (s->at < s->end && !s->block[s->at])
		s->at++;
}

/* The first bytes say whether the rest is compressed, as do those behind packed data. */
static int start(struct stream *s, struct err *e)
{
	int r = 0;

	while (!s->eof && s->end - s->at < STREAM_MAGIC && !r) {
		r = fill(s, e);
		if (!r && s->again)
			skip_padding(s);
	}
	if (r)
		return r;
	s->packing = packing_of(s->block + s->at, s->end - s->at);
	s->started = true;
	if (s->packing)
		s->failed = begin_unpacking(s);
	return 0;
}

/* libarchive may have taken more than it used. */
static int end_libarchive(struct stream *s)
{
	uint64_t left = s->taken - (uint64_t)s->lib.archive_filter_bytes(s->packed, -1);

	s->lib.archive_read_free(s->packed);
	s->packed = NULL;
	if (left > s->end)
		return err_set(&s->why, EINVAL, s->name, "other data follows the %s data", packing_name(s->packing));
	s->at = s->end - (size_t)left;
	return 0;
}

/* The packed data has ended: where, and what comes. */
static int end_unpacking(struct stream *s)
{
	int r = s->direct ? 0 : end_libarchive(s);

	s->direct = s->started = false;
	s->again = true;
	skip_padding(s);
	return r;
}

/* 1 with *n unpacked bytes; 0: the data has ended. */
static int unpack_direct(struct stream *s, char *to, size_t room, size_t *n)
{
	static const enum damage damages[] = {
		[GUNZIP_MORE] = DAMAGE_CUT,
		[GUNZIP_DAMAGED] = DAMAGE_OTHER,
		[GUNZIP_CHECKSUM] = DAMAGE_CHECKSUM,
		[GUNZIP_MEMORY] = DAMAGE_MEMORY,
	};
	enum gunzip_state state;

	do {
		size_t used;

		if (s->at == s->end && !s->eof && (s->failed = fill(s, &s->why)))
			return s->failed;
		used = s->end - s->at;
		*n = room;
		state = s->packing == PACKED_XZ ? unxz_take(s->unxz, s->block + s->at, &used, to, n)
						: gunzip_take(s->gunzip, s->block + s->at, &used, to, n);
		s->at += used;
	} while (state == GUNZIP_MORE && !*n && (s->at < s->end || !s->eof));
	if (*n && !s->gave && packing_of(to, *n) == s->packing) {
		*n = 0;
		s->failed = refuse_twice(s);
	} else if (state == GUNZIP_ENDS) {
		s->failed = end_unpacking(s);
	} else if (state != GUNZIP_MORE || !*n) {
		s->failed = refuse(s, damages[state]);
	}
	s->gave |= *n != 0;
	return *n ? 1 : s->failed;
}

static size_t take(const char **from, size_t *left, char *to, size_t room)
{
	size_t n = *left < room ? *left : room;

	memcpy(to, *from, n);
	*from += n;
	*left -= n;
	return n;
}

/* The same by libarchive. */
static int unpack(struct stream *s, char *to, size_t room, size_t *n)
{
	const void *bytes;
	la_int64_t offset;

	while (!s->out_left && !s->empty) {
		int r = s->lib.archive_read_data_block(s->packed, &bytes, &s->out_left, &offset);

		if (r == ARCHIVE_OK || r == ARCHIVE_WARN) {
			s->out = bytes;
			continue;
		}
		s->out_left = 0;
		if (r == ARCHIVE_EOF)
			break;
		s->failed = damaged(s, s->lib.archive_error_string(s->packed));
		return s->failed;
	}
	if (!s->out_left) {
		s->failed = end_unpacking(s);
		return s->failed;
	}
	*n = take(&s->out, &s->out_left, to, room);
	return 1;
}

/* What is as it is. */
static int read_plain(struct stream *s, char *to, size_t room, size_t *n, struct err *e)
{
	const char *from = s->block + s->at;
	size_t left = s->end - s->at;
	ssize_t got;

	if (left) {
		*n = take(&from, &left, to, room);
		s->at += *n;
		return 1;
	}
	if (s->eof)
		return 0;
	got = s->more(s->arg, to, room, e);
	if (got < 0)
		return (int)got;
	*n = (size_t)got;
	s->eof = !got;
	return got > 0;
}

int stream_read(struct stream *s, char *to, size_t room, size_t *n, struct err *e)
{
	int r = 0;

	*n = 0;
	while (!r && !s->failed) {
		r = s->started ? 0 : start(s, e);
		if (r || s->failed)
			break;
		if (!s->packed && !s->direct)
			return read_plain(s, to, room, n, e);
		r = s->direct ? unpack_direct(s, to, room, n) : unpack(s, to, room, n);
		if (r == 1 || (!r && s->eof && s->at == s->end))
			return r;
	}
	if (s->failed && e)
		*e = s->why;
	return s->failed ? s->failed : r;
}

static void begin_head(struct head *h)
{
	h->stream = stream_new(h->more, h->arg, h->name);
	if (strcmp(h->name, "stdin") != 0 && strcmp(h->name, "standard input") != 0)
		stream_set_path(h->stream, h->name);
}

void head_begin(struct head *h, const char *name, const int *fd, stream_fn *more, void *arg)
{
	*h = (struct head){ .name = name, .fd = fd, .more = more, .arg = arg };
	begin_head(h);
}

void head_end(struct head *h)
{
	if (h->stream)
		stream_free(h->stream);
	h->stream = NULL;
}

int head_look(struct head *h)
{
	size_t n;
	int r = 1;

	while (r == 1 && h->n < sizeof(h->first)) {
		r = stream_read(h->stream, h->first + h->n, sizeof(h->first) - h->n, &n, NULL);
		h->n += r == 1 ? n : 0;
		h->packing = r == 1 ? stream_packing(h->stream) : h->packing;
	}
	return r == -EAGAIN ? r : 0;
}

int head_read(struct head *h, char *to, size_t room, size_t *n, struct err *e)
{
	if (h->at == h->n)
		return stream_read(h->stream, to, room, n, e);
	*n = h->n - h->at < room ? h->n - h->at : room;
	memcpy(to, h->first + h->at, *n);
	h->at += *n;
	return 1;
}

ssize_t head_bytes(void *arg, char *to, size_t room, struct err *e)
{
	size_t n;
	int r = head_read(arg, to, room, &n, e);

	return r == 1 ? (ssize_t)n : r;
}

int head_again(void *arg)
{
	struct head *h = arg;

	if (lseek(*h->fd, 0, SEEK_SET))
		return -ESPIPE;
	head_end(h);
	begin_head(h);
	h->at = h->n = 0;
	return 0;
}
