/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libarchive, loaded when the first packed file is read. */
#ifndef UTIL_LIBARCHIVE_H
#define UTIL_LIBARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

#include "util/library.h"

#define LIBARCHIVE(X)                                 \
	X(archive_entry_filetype)                     \
	X(archive_entry_hardlink)                     \
	X(archive_entry_is_encrypted)                 \
	X(archive_entry_pathname)                     \
	X(archive_entry_symlink)                      \
	X(archive_error_string)                       \
	X(archive_filter_bytes)                       \
	X(archive_filter_count)                       \
	X(archive_read_data_block)                    \
	X(archive_read_data_skip)                     \
	X(archive_read_free)                          \
	X(archive_read_new)                           \
	X(archive_read_next_header)                   \
	X(archive_read_open)                          \
	X(archive_read_set_format_option)             \
	X(archive_read_support_filter_bzip2)          \
	X(archive_read_support_filter_gzip)           \
	X(archive_read_support_filter_xz)             \
	X(archive_read_support_filter_zstd)           \
	X(archive_read_support_format_empty)          \
	X(archive_read_support_format_raw)            \
	X(archive_read_support_format_tar)            \
	X(archive_read_support_format_zip_streamable) \
	X(archive_set_error)

struct libarchive {
	LIBARCHIVE(LIBRARY_MEMBER)
};

/* -ENOTSUP with *e, about the file `what`, if the library is not there. */
static inline int libarchive_load(struct libarchive *lib, const char *what, struct err *e)
{
	/* The interface of archive.h from 3.2 on. */
	static const struct library library = { "libarchive.so.13", "libarchive", "libarchive13", "unpack the file" };

	return LIBRARY_LOAD(&library, LIBARCHIVE, lib, what, "is packed", e);
}

#endif
