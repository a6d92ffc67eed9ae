/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual functions of a device, as the kernel of its physical function knows them: from sysfs (virtfnN), and where one
 * has no interface there, what was set for it at the physical function (ip link set DEV vf N). Texts are hostile until escaped.
 */
#ifndef SNAPSHOT_VIRTUAL_H
#define SNAPSHOT_VIRTUAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jsonw;

/* Texts are owned; NULL: unknown, or none. */
struct virtual_function {
	uint32_t number; /* N of virtfnN */
	char *address;   /* "0000:01:10.0" */
	char *driver;
	char *netdev; /* its interface in this network namespace */
	char *mac;    /* of that interface; else the one that the physical function gave it */
	char *link;   /* state of that interface: "up", "down" */
	char *policy; /* the link that the physical function shows it: "auto", "enable", "disable" */
};

struct virtual_functions {
	struct virtual_function *v; /* by their numbers; owned */
	size_t n, cap;
};

/* Adds a copy of vf. */
void virtuals_add(struct virtual_functions *list, const struct virtual_function *vf);
/* Replaces `to` by a copy of `from`. */
void virtuals_copy(struct virtual_functions *to, const struct virtual_functions *from);
/* Whether both have the same functions with the same texts. */
bool virtuals_equal(const struct virtual_functions *a, const struct virtual_functions *b);
/* Leaves an empty list. */
void virtuals_free(struct virtual_functions *list);
/* The array "virtual_functions"; nothing for an empty list. */
void virtuals_json(const struct virtual_functions *list, struct jsonw *w);

/* The texts of a virtual function by their JSON keys, for those who load, compare and mask. */
struct virtual_text {
	const char *name;
	size_t offset; /* bytes into struct virtual_function */
};
extern const struct virtual_text virtual_texts[];
extern const size_t n_virtual_texts;
/* Where it is kept: points into vf, which owns the text. */
char **virtual_text_at(const struct virtual_function *vf, const struct virtual_text *t);

#endif
