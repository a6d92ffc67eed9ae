/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of source/ share.
 *
 *     live       a device of this machine: facts (host) and registers (registers, phy), through access
 *     file       a file, a folder, the recording -> input -> the reader of its kind, which adds snapshots:
 *                    snapshot files       file;  several in a folder or an archive: folder
 *                    lspci -x text        lspci       lspci_text: its lines
 *                    ethtool -d           ethtool_dump  \
 *                    "Register Dump"      klog_dump     / regdump: registers in any order
 *                    what people paste    pasted
 */
#ifndef SOURCE_INTERNAL_H
#define SOURCE_INTERNAL_H

#include "source/input.h"
#include "source/source.h"

struct buf;

/* What a reader works on. */
struct format_job {
	struct chipdb *db;
	const struct source_options *options;
	struct input *in;
	struct snapshots *out;
};

/* Reads whatever kind the input is of; for tests, as source_file() for a file. */
int source_input(struct chipdb *db, const struct source_options *options, struct input *in, struct snapshots *out,
		 struct err *e);

#define SNAPSHOT_MOST ((size_t)64 << 20) /* bytes of a file of snapshots */

/* file.c: one file, or an archive; "-": stdin. */
int file_read_any(struct chipdb *db, const struct source_options *options, const char *path, struct snapshots *out,
		  struct err *e);
/* folder.c: an incident's folder; an opened input that is an archive or a directory, and has a bundle. -ENODEV if DEVICE is not in
 * it, -ENODATA if nothing in it is of any use. What cannot be read does not hide the rest: a note of the snapshots says so. */
int folder_read(struct chipdb *db, const struct source_options *options, const char *path, struct snapshots *out,
		struct err *e);
int folder_read_bundle(struct chipdb *db, const struct source_options *options, struct input *in, struct snapshots *out,
		       struct err *e);

/* The readers add to job->out, or fail with -errno and *e and leave it alone. */
int format_read_lspci(struct format_job *job, struct err *e);
int format_read_ethtool_raw(struct format_job *job, struct err *e);
int format_read_ethtool_hex(struct format_job *job, struct err *e);
int format_read_ethtool_decoded(struct format_job *job, struct err *e);
int format_read_klog_dump(struct format_job *job, struct err *e);

/* Whether the head of a file is of that kind. */
bool format_is_ethtool_hex(const char *head, size_t n);
bool format_is_ethtool_decoded(const char *head, size_t n);
bool format_is_klog_dump(const char *head, size_t n);

/* Whether DEVICE is this function's address or id. */
bool format_names(const char *device, const struct pci_addr *addr, uint16_t vendor, uint16_t id);

/* -EINVAL for a file that is of no known kind. */
int format_unknown(const char *file, struct err *e);
/* Keeps of `found` what DEVICE asks for; -ENODEV if that is nothing. `found` is empty afterwards. */
int format_keep(struct format_job *job, struct snapshots *found, struct err *e);

#endif
