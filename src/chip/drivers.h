/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of a driver by its name alone, of those of Linux, FreeBSD and ESXi: the lines of chipdefs/driver/ above the
 * first `struct`, as a table that scripts/tables makes of them when the program is built. Nothing is read at run time.
 *
 * All is static. A driver that is not Intel's has no entry. The look-ups are in index.c.
 */
#ifndef CHIP_DRIVERS_H
#define CHIP_DRIVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DRIVER_NAME_MOST 15 /* characters, as the kernel's own structures have room for */
#define DRIVER_HANGS 2      /* forms of a hang block */
#define DRIVER_ALONE 6      /* lines of it that no other driver prints */
#define DRIVER_ONBOARD 2    /* places in the chipset */

/* Bits of driver_facts.systems: where it runs. */
enum driver_system { DRIVER_LINUX = 1, DRIVER_FREEBSD = 2, DRIVER_ESXI = 4 };

/* Bits of driver_facts.traits: X(name in C, word). chipdefs/README.md has what they mean. */
#define DRIVER_TRAITS(X)                        \
	X(VIRTUAL_FUNCTION, "virtual-function") \
	X(EMULATED, "emulated")                 \
	X(EMULATED_CARDS, "emulated-cards")     \
	X(OFFLOAD_HANGS, "offload-hangs")       \
	X(ASPM_HANGS, "aspm-hangs")             \
	X(LATE_DONE, "late-done")               \
	X(DCB_HANGS, "dcb-hangs")               \
	X(SHARED_FUNCTIONS, "shared-functions")

enum driver_trait_number {
#define X(name, word) DRIVER_NUMBER_##name,
	DRIVER_TRAITS(X)
#undef X
		DRIVER_N_TRAITS
};

enum driver_trait {
#define X(name, word) DRIVER_##name = 1 << DRIVER_NUMBER_##name,
	DRIVER_TRAITS(X)
#undef X
};

/* Whether the driver answers ETHTOOL_NWAY_RST with its whole re-initialization, fresh rings. */
enum restarts { RESTARTS_NEVER, RESTARTS_ALWAYS, RESTARTS_WITH_AUTONEG };

/* A form of the driver's hang block: "Detected WORD Unit Hang", and a value a line down to `last`. */
struct driver_hang {
	const char *word;
	const char *last; /* the report's field in the last line */
	bool colon;       /* no other driver ends the first line in a colon */
};

struct driver_facts {
	char name[DRIVER_NAME_MOST + 1];
	unsigned systems, traits;
	enum restarts restarts;
	struct driver_hang hangs[DRIVER_HANGS]; /* .word NULL: no more */
	const char *alone[DRIVER_ALONE];        /* fields of a hang block that it alone prints; NULL: no more */
	const char *onboard[DRIVER_ONBOARD];    /* "00:1f.6": where chipsets have a device of it; NULL: no more */
	const char *vectors;    /* how the names of its interrupts begin before that of the interface; or NULL */
	const char *dcb_option; /* the kernel's option by which it has data center bridging; or NULL */
	/* Its private flag that switches the firmware's LLDP agent; or NULL. Whether "on" switches it on. */
	const char *lldp_flag;
	bool lldp_on;
	/* Versions before this one are known to hurt: why, which one did, which one cured it. NULL: none are. */
	const char *old_why, *old_seen, *old_cured;
	unsigned old_before[3];
	/* Firmware before this major version and a driver from that one on are too far apart; 0: none are. */
	unsigned apart_firmware, apart_driver;
	/* Up to the first MTU it leaves the receiver's long frames disabled; up to the second one it drops a frame that does not end in
	 * its first buffer, and above it puts the pieces together. 0: not known. */
	unsigned no_jumbo, one_buffer;
};

/* Of all drivers, shorter names first; those of n characters from driver_facts_from[n] to before driver_facts_from[n + 1]. */
extern const struct driver_facts driver_facts[];
extern const size_t n_driver_facts;
extern const uint8_t driver_facts_from[DRIVER_NAME_MOST + 2];

/* By its name of n characters; NULL if there is no such driver. */
const struct driver_facts *drivers_find(const char *name, size_t n);
/* As drivers_find(), of a string that may be NULL. */
const struct driver_facts *drivers_named(const char *name);
/* How it answers a new negotiation; RESTARTS_NEVER of a driver that has no entry, or is not known (NULL). */
enum restarts drivers_restarts(const char *name);
/* Whether there is such a driver (NULL: none is known), and it has the trait. */
bool drivers_has(const char *name, enum driver_trait trait);
/* The place of a device in the chipset, "00:1f.6", that its address (any text) ends in; NULL if it is at none. */
const char *drivers_onboard(const char *address);

#endif
