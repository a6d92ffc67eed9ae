/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to bundle/.
 *
 *     archive or directory --> tree.c --files, nested ones too--> bundle.c --those that matter, in order--> reader
 *                              apport.c                           member.c: what a file is by its name
 */
#ifndef BUNDLE_INTERNAL_H
#define BUNDLE_INTERNAL_H

#include "bundle/bundle.h"
#include "util/stream.h"

/* ---- tree.c: every file, once, as it comes ---- */

#define TREE_HEAD 16384 /* bytes of a file that are known before it is read */

struct tree;

/* A directory, or the unpacked bytes of an archive. Nothing is read yet. Caller frees. */
int tree_open_folder(struct tree **t, const char *path, struct err *e);
int tree_open_archive(struct tree **t, stream_fn *more, void *arg, const char *name, struct err *e);
void tree_free(struct tree *t);
/* Goes to the next file: 1, 0 at the end, -errno with *e. */
int tree_next(struct tree *t, struct err *e);
/* Of the file: its path below the root; its first bytes, unpacked, TREE_HEAD of them or all. */
const char *tree_path(const struct tree *t);
const char *tree_head(const struct tree *t, size_t *n);
/* Whether it lies in the folder itself, in no archive. */
bool tree_is_plain(const struct tree *t);
/* As stream_read(), from its start. */
int tree_read(struct tree *t, char *to, size_t room, size_t *n, struct err *e);
/* Links, devices and the like. */
uint64_t tree_left_out(const struct tree *t);
/* Archives in it that were nested too deep to look into, or are damaged, and the archive itself if it ends after some files; why the
 * first of them. */
uint64_t tree_lost(const struct tree *t, struct err *why);

/* ---- apport.c: the fields of an Ubuntu crash report as files ---- */

struct apport;

struct apport *apport_new(stream_fn *more, void *arg);
void apport_free(struct apport *a);
/* 1, 0, -errno, as members_next(). */
int apport_next(struct apport *a, struct err *e);
const char *apport_field(const struct apport *a);
/* A stream_fn: the field's bytes. */
ssize_t apport_read(void *arg, char *to, size_t room, struct err *e);

/* ---- member.c: what a file is by its name ---- */

/* In the order of reading. */
enum member_kind {
	MEMBER_OTHER,    /* not wanted, whatever is in it */
	MEMBER_UNKNOWN,  /* its content decides */
	MEMBER_SNAPSHOT, /* wanted by those who say so */
	MEMBER_PASTED,   /* lspci, ethtool: what programs print */
	MEMBER_LOG
};

struct member_name {
	enum member_kind kind;
	int rank;          /* of several logs, which is read first */
	const char *start; /* what it has in common with the older files of the same log... */
	size_t n;          /* ...and how much: up to ".1.gz", "-20241101" */
	int64_t age;       /* the higher the older; 0: the current one */
	bool by_content;   /* the name does not say that it is a log */
	bool drifts;       /* its dates are computed, and are off by seconds */
};

/* Of a path; points into it. */
struct member_name member_name(const char *path);
/* The command that its text is the output of, as somebody would have typed it, if the text does not say that itself: "#
 * ethtool -i eth0"; "" if it does. */
void member_command(const char *path, char *to, size_t size);

#endif
