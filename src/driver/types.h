/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The types of the kernel that runs, and of a module: where a member is in a structure, by BTF (/sys/kernel/btf).
 * Without libbpf none of these functions finds anything.
 */
#ifndef DRIVER_TYPES_H
#define DRIVER_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct types;

#define PLACE_STEPS 8

enum step_kind {
	STEP_FOLLOW, /* the pointer that lies here */
	STEP_MEMBER, /* an element, whose number is another member's value */
	STEP_EACH,   /* an element, whose number the caller says */
};

struct place_step {
	uint32_t add;  /* bytes, before the step */
	uint8_t kind;  /* enum step_kind */
	bool base;     /* a structure begins here: numbers of elements are members of it */
	uint32_t size; /* of an element */
	/* The member that says the number of an element (STEP_MEMBER), or how many there are (STEP_EACH). */
	uint32_t by_offset;
	uint8_t by_size; /* 0: none */
	uint32_t most;   /* elements of an array of a known length; 0: not known */
};

enum place_kind { PLACE_NUMBER, PLACE_POINTER, PLACE_INSIDE };

/* How one gets from the address of a structure to a member. Plain data. */
struct place {
	bool known;
	uint8_t n_steps;
	struct place_step steps[PLACE_STEPS];
	uint32_t add;
	uint8_t kind; /* enum place_kind; PLACE_INSIDE: a structure or an array lies there */
	uint8_t size; /* of a number: bytes, 8 at most; with bits, of all of them */
	uint8_t bits, bit;
	bool is_signed;
	uint32_t target; /* bytes of the structure that lies there or is pointed at; 0: not known */
};

/* `folder` is /sys/kernel/btf, or one like it for tests. The module's own types, or the kernel's if it is built in.
 * -errno with *e: -ENOENT without BTF, -ENOTSUP without libbpf. Caller frees *types with types_close(). */
int types_open(struct types **types, const char *folder, const char *module, bool built_in, struct err *e);
void types_close(struct types *t);

/* The place of a path of members (def.h) in a structure. False if the structure or a member is not there. */
bool types_place(const struct types *t, const char *structure, const char *path, struct place *out);
/* An enumerator and its value. */
struct constant {
	const char *name;
	int64_t value;
	bool known;
};
/* Looks them all up; each name is there once. They are sorted by name afterwards. */
void types_constants(const struct types *t, struct constant *wanted, size_t n);

#endif
