/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which device a message is of: what stands between the log's prefix and the message. */
#ifndef KLOG_IDENT_H
#define KLOG_IDENT_H

#include <stdbool.h>
#include <stddef.h>

#include "snapshot/snapshot.h"

enum ident_maker {
	IDENT_UNKNOWN, /* no driver is named */
	IDENT_OURS,    /* one of Intel's NIC drivers, of chip/drivers.h */
	IDENT_NEUTRAL, /* the PCI core, a root port */
	IDENT_FOREIGN
};

struct ident {
	enum ident_maker maker;
	char driver[16], interface[16]; /* "": not said */
	bool has_addr;
	struct pci_addr addr;
	bool loose;         /* the interface is any word after a driver: "e1000e: eth0 NIC Link is Up" */
	bool bare;          /* nothing was said, and the message does not begin where messages do */
	char bond[16];      /* "bond0: ", "bonding: bond0: " */
	const char *begins; /* the first character of the prefix; where it ends if there is none */
};

/* Reads backwards from a message at p, no further than `from`. */
void ident_read(const char *from, const char *p, struct ident *id);

/* As ident_read(), for what a bond says: "bond0: (slave eth1): " gives bond and interface. */
void ident_read_bond(const char *from, const char *p, struct ident *id);

/* Whose driver it is, by its name of n characters. */
enum ident_maker ident_maker(const char *driver, size_t n);

/* What a line without any known message says of who is who: "bnx2x 0000:04:00.0 eth2: anything". False if it does not
 * begin so. */
bool ident_read_line(const char *s, size_t n, struct ident *id);

/* Whether what stands between a line's start and a message's prefix says nothing of another origin: nothing, a
 * warning's head, APEI's and ACPI's prefixes. */
bool ident_may_follow(const char *from, const char *begins);

/* Whether a record begins with words that are the kernel's own, so that what else is on it was joined to it; `lines`: it
 * has several, and may name one of our devices over the end of its first. */
bool ident_opens(const char *s, size_t n, bool lines);

/* Whether a line begins with a driver's name or a PCI address as drivers' messages do. */
bool ident_begins(const char *s, size_t n);

/* Whether such a line goes on with what the text up to `end` stopped in the middle of: a driver, then its address. */
bool ident_goes_on(const char *from, const char *end, const char *s, size_t n);

#endif
