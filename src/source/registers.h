/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers of a live device: which are read, and what the values are worth. Private to source/. */
#ifndef SOURCE_REGISTERS_H
#define SOURCE_REGISTERS_H

#include "source/source.h"

struct access;
struct err;
struct phy;

/* What is asked again when values look like those of a device that does not answer. */
struct presence {
	/* Why a register that reads all ones, or faults, has no value; UNREAD_NO: the device is there and answers. */
	enum unread (*ask)(void *arg);
	void *arg;
};

/* Where the values come from. */
struct registers_from {
	struct access *a; /* NULL: there is no way to the registers of the BAR, */
	enum unread why;  /* which is why */
	const struct phy *phy;
	bool phy_untouched; /* PHY registers get the reason `why`, too */
	bool carrier;       /* the kernel says that the link is up; counts where STATUS cannot be read */
	struct presence presence;
};

/*
 * Adds the chip's registers that options ask for to s, in the order of the definitions, each read once. Of those with a
 * condition only the ones that exist. -errno and *e: the way from->a gave nothing though the device is there, and no
 * register was added.
 */
int registers_read(const struct registers_from *from, const struct chip *chip, const struct source_options *options,
		   struct snapshot *s, struct err *e);

#endif
