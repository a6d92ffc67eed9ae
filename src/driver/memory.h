/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's memory, read in batches: loads in their order, each failing by itself. It moves while it is read; whoever
 * reads says what makes a value believable.
 */
#ifndef DRIVER_MEMORY_H
#define DRIVER_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "driver/types.h"

struct memory_load {
	uint64_t address;
	uint8_t size; /* bytes, 1 to 8 */
	bool ok;      /* out */
	uint64_t value;
	bool little; /* little-endian, as the device has it, whatever the kernel's own numbers are */
};

/* Where it is read: the BPF program, or what a test has. */
struct memory {
	/* n aligned loads of 32 bits, in order. error: not 0 for one that faults. -errno: none was made. */
	int (*run)(struct memory *m, const uint64_t *addresses, uint32_t *values, int32_t *errors, size_t n);
	void *arg;
	uint64_t task, jiffies; /* of the last run, set by it */
	unsigned runs;          /* so many there were */
};

/* Loads, in order; those that may not be tried at all (address 0, the user's half) fail. -errno: the program did not run. */
int memory_read(struct memory *m, struct memory_load *loads, size_t n);

/* Whether a pointer can be one of the kernel's to something of more than a byte. */
bool memory_plausible(uint64_t address);

/* From the address of a structure to a member; many at once, so that each pointer on the way takes one run for all. */
struct walk {
	const struct place *place;
	uint64_t from;  /* the structure's address */
	uint32_t each;  /* the element for STEP_EACH */
	bool ok;        /* out: the way was there */
	uint64_t at;    /* out: where the member lies */
	bool counting;  /* only up to the first STEP_EACH: how many elements there are */
	uint64_t count; /* out, then */
	/* while it is walked */
	uint64_t base;
	uint8_t step;
	bool done;
};
int memory_walk(struct memory *m, struct walk *walks, size_t n);

/* How many elements a place with STEP_EACH has, 1 without one; 0 if that is not known. */
int memory_count(struct memory *m, const struct place *place, uint64_t from, uint64_t *count);

/* The load of a number (or a pointer) that lies at an address, and its value out of it. */
struct memory_load place_load(const struct place *p, uint64_t at);
int64_t place_value(const struct place *p, const struct memory_load *l);

/* Several members of one structure each, read in one go. */
struct member_read {
	const struct place *place;
	uint64_t from;
	uint32_t each;
	bool ok;
	uint64_t at;   /* where it lies; for PLACE_INSIDE that is all */
	int64_t value; /* the number, or the pointer */
};
int memory_members(struct memory *m, struct member_read *members, size_t n);
/* Where the structure is that a member is or points at; 0 if it is not known. */
uint64_t member_address(const struct member_read *m);

/* n bytes into text, with a NUL behind them; false if they could not be read. */
bool memory_text(struct memory *m, uint64_t address, char *text, size_t n);

/* A `run` by the BPF program that is `arg`. */
int memory_run_program(struct memory *m, const uint64_t *addresses, uint32_t *values, int32_t *errors, size_t n);

#endif
