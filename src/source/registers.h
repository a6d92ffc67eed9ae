/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers of a live device: which are read, and what the values are worth. Private to source/. */
#ifndef SOURCE_REGISTERS_H
#define SOURCE_REGISTERS_H

#include "source/source.h"

struct access;

/* What is asked again when values look like those of a device that does not answer. */
struct presence {
	/* Why a register that reads all ones, or faults, has no value; UNREAD_NO: the device is there and answers. */
	enum unread (*ask)(void *arg);
	void *arg;
};

/*
 * Adds the chip's registers that options ask for to s, in the order of the definitions, each read once through a. Of
 * those with a condition only the ones that exist. Without a way to them (a NULL), each gets the reason `why`.
 */
void registers_read(struct access *a, enum unread why, const struct chip *chip, const struct source_options *options,
		    const struct presence *presence, struct snapshot *s);

#endif
