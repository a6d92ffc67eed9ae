/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of files that snapshots come from: each is a reader here and a row of the table in file.c. */
#ifndef SOURCE_FORMAT_H
#define SOURCE_FORMAT_H

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

/* A file, recognised by content; "-": stdin. */
int read_file(struct chipdb *db, const struct source_options *options, const char *path, struct snapshots *out,
	      struct err *e);

/* The readers add to job->out, or fail with -errno and *e and leave it alone. */
int read_snapshot(struct format_job *job, struct err *e);
int read_lspci(struct format_job *job, struct err *e);
int read_ethtool_raw(struct format_job *job, struct err *e);
int read_ethtool_hex(struct format_job *job, struct err *e);
int read_ethtool_decoded(struct format_job *job, struct err *e);
int read_register_dump(struct format_job *job, struct err *e);

/* Whether the head of a file is of that kind. */
bool is_snapshot(const char *head, size_t n);
bool is_binary(const char *head, size_t n);
bool is_ethtool_hex(const char *head, size_t n);
bool is_ethtool_decoded(const char *head, size_t n);
bool is_register_dump(const char *head, size_t n);
bool is_text(const char *head, size_t n);

/* "8086:10d3", nothing else. */
bool pci_id_parse(const char *text, uint16_t *vendor, uint16_t *device);
/* Whether DEVICE is this function's address or id. */
bool names_function(const char *device, const struct pci_addr *addr, uint16_t vendor, uint16_t id);

/* -EINVAL for a file that is of no known kind. */
int unknown_format(const char *file, struct err *e);
/* Keeps of `found` what DEVICE asks for; -ENODEV if that is nothing. `found` is empty afterwards. */
int keep_matching(struct format_job *job, struct snapshots *found, struct err *e);

#endif
