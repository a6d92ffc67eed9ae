// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/archive.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/alloc.h"
#include "util/err.h"
#include "util/libarchive.h"
#include "util/tarblock.h"

#define BLOCK 65536u
#define KINDS 8192u /* 4 MiB of tar blocks: libarchive reads ahead less than that */

struct members {
	stream_fn *more;
	void *arg;
	char *name;
	char *block;           /* owned */
	struct libarchive lib; /* loaded while there is an archive */
	struct archive *archive;
	struct archive_entry *entry; /* of the archive; NULL: none yet */
	const char *bytes;           /* of the member, not given out yet */
	size_t left;
	bool warned;                /* of the member: what came is not what was packed */
	uint64_t given;             /* bytes to libarchive */
	bool ended;                 /* `more` has no more */
	bool tar;                   /* it is a tar archive, no zip archive */
	bool begun;                 /* the first header that is intact came */
	bool header_lost;           /* a header is damaged */
	bool marked;                /* tar's end mark came after the last member... */
	bool garbage;               /* ...and bytes after it that are none of an archive */
	uint64_t encrypted;         /* members that were left out */
	unsigned char kinds[KINDS]; /* tarblock_look() of the last blocks that were given */
	int failed;                 /* `more` did; why */
	struct err why;
};

/* Whole blocks of tar's, if there are as many. 0: there are no more, -errno. */
static ssize_t fill(struct members *m)
{
	size_t n = 0;

	while (!m->ended && !m->failed && (!n || n % TARBLOCK)) {
		ssize_t got = m->more(m->arg, m->block + n, BLOCK - n, &m->why);

		m->ended = !got;
		if (got < 0)
			m->failed = (int)got;
		else
			n += (size_t)got;
	}
	return n || !m->failed ? (ssize_t)n : m->failed;
}

/* How much of a tar archive's begin is in front of the first header that is intact. */
static size_t skip_damaged(struct members *m, size_t n)
{
	size_t at = 0;

	while (at + TARBLOCK <= n && tarblock_of(m->block + at) != TARBLOCK_HEADER)
		at += TARBLOCK;
	m->begun = at + TARBLOCK <= n;
	m->header_lost |= at > 0;
	return m->begun ? at : n;
}

static void note_kinds(struct members *m, const char *bytes, size_t n)
{
	for (size_t at = 0; at + TARBLOCK <= n; at += TARBLOCK)
		m->kinds[(m->given + at) / TARBLOCK % KINDS] = (unsigned char)tarblock_look(bytes + at);
}

/* libarchive's read callback. */
static la_ssize_t give(struct archive *a, void *arg, const void **bytes)
{
	struct members *m = arg;
	ssize_t n;
	size_t from = 0;

	do {
		n = fill(m);
		if (n < 0) {
			m->lib.archive_set_error(a, -m->failed, "read");
			return -1;
		}
		if (!m->given && !m->begun)
			m->tar = n < 4 || memcmp(m->block, "PK\3\4", 4) != 0;
		if (m->tar && !m->begun)
			from = skip_damaged(m, (size_t)n);
	} while (n && from == (size_t)n);
	*bytes = m->block + from;
	n -= (ssize_t)from;
	if (m->tar)
		note_kinds(m, m->block + from, (size_t)n);
	m->given += (uint64_t)n;
	return n;
}

/* A part of it was left out. Nothing is known to be wrong with what came. */
static int left_out(const struct members *m, struct err *e)
{
	if (m->header_lost) {
		err_set(e, EBADMSG, m->name, "a header in it is damaged; what it describes was left out");
		err_todo(e, "copy it again, or unpack it and name the directory");
		return -EBADMSG;
	}
	err_set(e, EBADMSG, m->name, "%" PRIu64 " encrypted file%s in it %s left out", m->encrypted,
		m->encrypted == 1 ? "" : "s", m->encrypted == 1 ? "was" : "were");
	err_todo(e, "unpack it with its password, and name the directory");
	return -EBADMSG;
}

static int damaged(struct members *m, const char *what, struct err *e)
{
	const char *words = m->lib.archive_error_string(m->archive);

	if (m->failed) {
		if (e)
			*e = m->why;
		return m->failed;
	}
	if (m->header_lost && !m->begun)
		return left_out(m, e);
	if (words && strstr(words, "runcated"))
		err_set(e, EINVAL, what, "the archive ends too early");
	else if (m->warned)
		err_set(e, EINVAL, what,
			"it is damaged: its checksum or its size does not fit, so any line of it may be wrong");
	else
		err_set(e, EINVAL, what, "the archive is damaged, or is of a kind that libarchive cannot read%s%s%s",
			words ? " (" : "", words ? words : "", words ? ")" : "");
	err_todo(e, "copy it again, or unpack it and name the directory");
	return -EINVAL;
}

struct members *members_new(stream_fn *more, void *arg, const char *name)
{
	struct members *m = xcalloc(1, sizeof(*m));

	m->more = more;
	m->arg = arg;
	m->name = xstrdup(name);
	m->block = xcalloc(1, BLOCK);
	return m;
}

void members_free(struct members *m)
{
	if (!m)
		return;
	if (m->archive)
		m->lib.archive_read_free(m->archive);
	free(m->block);
	free(m->name);
	free(m);
}

static int begin(struct members *m, struct err *e)
{
	int r = libarchive_load(&m->lib, m->name, e);

	if (r)
		return r;
	m->archive = m->lib.archive_read_new();
	if (!m->archive)
		return err_sys(e, ENOMEM, "%s", m->name);
	m->lib.archive_read_support_format_tar(m->archive);
	/* Archives put after one another; what does not go on so is said to be damaged. */
	m->lib.archive_read_set_format_option(m->archive, "tar", "read_concatenated_archives", "1");
	m->lib.archive_read_support_format_zip_streamable(m->archive);
	if (m->lib.archive_read_open(m->archive, m, NULL, give, NULL) != ARCHIVE_OK)
		return damaged(m, m->name, e);
	return 0;
}

static enum tarblock kind_before(const struct members *m, uint64_t end)
{
	return (enum tarblock)m->kinds[(end / TARBLOCK - 1) % KINDS];
}

/* The end of an archive whose last member ends at byte `at`. Two blocks of zeros end a tar archive (POSIX; writers that make one are known,
 * none of bug reports that leaves both out), a table a zip archive. */
static int end(const struct members *m, uint64_t at, struct err *e)
{
	if (m->header_lost || m->encrypted)
		return left_out(m, e);
	if (m->marked || !m->ended || m->given > at)
		return 0;
	err_set(e, ENODATA, m->name, "the archive has no end mark, so files at its end may be missing");
	err_todo(e, "copy it again, or unpack it and name the directory");
	return -ENODATA;
}

/* What stood where a header of tar's was looked for, from byte `at` on, is none. Behind the end mark it is padding or garbage, unless it
 * looks like one, or one comes after it. */
static void pass_damaged(struct members *m, uint64_t at)
{
	uint64_t to = (uint64_t)m->lib.archive_filter_bytes(m->archive, 0);

	if (!m->tar)
		return;
	if (to > at + TARBLOCK)
		m->marked |= kind_before(m, to - TARBLOCK) == TARBLOCK_ZERO;
	m->garbage |= m->marked;
	m->header_lost |= !m->marked || kind_before(m, to) == TARBLOCK_LIKE;
}

/* Whether what is no whole block at the end stands behind the end mark. */
static bool is_padding(const struct members *m, uint64_t at)
{
	const char *words = m->lib.archive_error_string(m->archive);

	return m->tar && !m->failed && m->ended && words && strstr(words, "runcated") &&
	       (m->marked || (m->given >= at + TARBLOCK && kind_before(m, m->given) == TARBLOCK_ZERO));
}

/* As libarchive says it; ARCHIVE_EOF with the byte at which the last member ends. */
static int next_header(struct members *m, uint64_t *at)
{
	int r;

	m->marked = m->garbage = false;
	do {
		*at = (uint64_t)m->lib.archive_filter_bytes(m->archive, 0);
		r = m->lib.archive_read_next_header(m->archive, &m->entry);
		if (r == ARCHIVE_RETRY)
			pass_damaged(m, *at);
	} while (r == ARCHIVE_RETRY);
	if (r == ARCHIVE_OK || r == ARCHIVE_WARN)
		m->header_lost |= m->garbage;
	return r < ARCHIVE_WARN && is_padding(m, *at) ? ARCHIVE_EOF : r;
}

static int next_member(struct members *m, struct err *e)
{
	uint64_t at;
	int r;

	m->left = 0;
	m->warned = false;
	if (m->entry && m->lib.archive_read_data_skip(m->archive) < ARCHIVE_WARN)
		return damaged(m, m->name, e);
	r = next_header(m, &at);
	if (r == ARCHIVE_EOF)
		return end(m, at, e);
	return r == ARCHIVE_OK || r == ARCHIVE_WARN ? 1 : damaged(m, m->name, e);
}

int members_next(struct members *m, struct err *e)
{
	int r = m->archive ? 0 : begin(m, e);

	if (r)
		return r;
	while ((r = next_member(m, e)) == 1 && m->lib.archive_entry_is_encrypted(m->entry))
		m->encrypted++;
	return r;
}

const char *members_path(const struct members *m)
{
	return m->lib.archive_entry_pathname(m->entry);
}

bool members_is_file(const struct members *m)
{
	mode_t type = m->lib.archive_entry_filetype(m->entry);

	return (type == S_IFREG || !type) && !m->lib.archive_entry_hardlink(m->entry) &&
	       !m->lib.archive_entry_symlink(m->entry);
}

ssize_t members_read(void *arg, char *to, size_t room, struct err *e)
{
	struct members *m = arg;
	const void *bytes;
	la_int64_t offset;
	int r = ARCHIVE_OK;

	while (!m->left && r != ARCHIVE_EOF) {
		r = m->lib.archive_read_data_block(m->archive, &bytes, &m->left, &offset);
		if (r == ARCHIVE_EOF)
			m->left = 0;
		else if (r == ARCHIVE_OK || r == ARCHIVE_WARN)
			m->bytes = bytes;
		else
			return damaged(m, members_path(m) ? members_path(m) : m->name, e);
		m->warned |= r == ARCHIVE_WARN;
	}
	room = m->left < room ? m->left : room;
	if (!room)
		return m->warned ? damaged(m, members_path(m) ? members_path(m) : m->name, e) : 0;
	memcpy(to, m->bytes, room);
	m->bytes += room;
	m->left -= room;
	return (ssize_t)room;
}
