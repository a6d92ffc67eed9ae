/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a device runs under and how it is built in, as far as facts or a log tell. Private to diagnose/. */
#ifndef DIAGNOSE_PLATFORM_H
#define DIAGNOSE_PLATFORM_H

#include <stdbool.h>

struct subject;

enum platform_system { SYSTEM_LINUX, SYSTEM_FREEBSD, SYSTEM_ESXI, SYSTEMS };

struct platform {
	enum platform_system system; /* Linux where nothing tells */
	const char *hypervisor;      /* of the guest that this is; static; NULL: none known */
	bool emulated;               /* the device is made of software */
	bool soldered;               /* no card: on the board, in the chipset, or emulated */
	bool virtual_function;
};

/* The word that remedies/ has for it; static. */
const char *platform_system_name(enum platform_system system);

/* Needs interface, driver, chip, facts and log of the subject. */
void platform_learn(struct subject *s);

#endif
