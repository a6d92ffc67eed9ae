// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/archive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/alloc.h"
#include "util/err.h"
#include "util/libarchive.h"

#define BLOCK 65536u

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
	bool warned;    /* of the member: what came is not what was packed */
	uint64_t given; /* bytes from `more` */
	bool ended;     /* there are no more */
	int failed;     /* `more` did; why */
	struct err why;
};

/* libarchive's read callback. */
static la_ssize_t give(struct archive *a, void *arg, const void **bytes)
{
	struct members *m = arg;
	ssize_t n = m->failed ? m->failed : m->more(m->arg, m->block, BLOCK, &m->why);

	*bytes = m->block;
	if (n >= 0) {
		m->given += (uint64_t)n;
		m->ended = !n;
		return n;
	}
	m->failed = (int)n;
	m->lib.archive_set_error(a, -m->failed, "read");
	return -1;
}

static int damaged(struct members *m, const char *what, struct err *e)
{
	const char *words = m->lib.archive_error_string(m->archive);

	if (m->failed) {
		if (e)
			*e = m->why;
		return m->failed;
	}
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

/* The end of an archive whose last member ends at byte `at`. Two blocks of zeros end a tar archive (POSIX; writers that make one are known,
 * none of bug reports that leaves both out), a table a zip archive. */
static int end(const struct members *m, uint64_t at, struct err *e)
{
	if (!m->ended || m->given > at)
		return 0;
	err_set(e, ENODATA, m->name, "the archive has no end mark, so files at its end may be missing");
	err_todo(e, "copy it again, or unpack it and name the directory");
	return -ENODATA;
}

int members_next(struct members *m, struct err *e)
{
	int r = m->archive ? 0 : begin(m, e);
	uint64_t at;

	if (r)
		return r;
	m->left = 0;
	m->warned = false;
	if (m->entry && m->lib.archive_read_data_skip(m->archive) < ARCHIVE_WARN)
		return damaged(m, m->name, e);
	at = (uint64_t)m->lib.archive_filter_bytes(m->archive, 0);
	do
		r = m->lib.archive_read_next_header(m->archive, &m->entry);
	while (r == ARCHIVE_RETRY);
	if (r == ARCHIVE_EOF)
		return end(m, at, e);
	return r == ARCHIVE_OK || r == ARCHIVE_WARN ? 1 : damaged(m, m->name, e);
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
