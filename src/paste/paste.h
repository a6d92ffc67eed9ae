/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output of other programs that people paste beside kernel messages, or alone: lspci, ethtool, /proc/net/bonding,
 * pciconf. Lines in, one description of a device out for each block of such output. Text only: it knows no hardware, and
 * believes nothing that the text does not say.
 *
 *     struct paste *p = paste_new(each, arg);
 *     paste_line(p, line, n, number);     every line, after paste_clean_line()
 *     paste_end(p);                       the last block is complete
 *     paste_free(p);
 */
#ifndef PASTE_PASTE_H
#define PASTE_PASTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snapshot/snapshot.h"

#define PASTE_LINE_MAX 512 /* bytes of a line that are looked at */

/* A counter of a listing, or an interrupt's count by the name of its vector. */
struct paste_counter {
	char name[48];
	uint64_t value;
};

/* What one block says of one device. Texts are from outside: escape them. */
struct pasted {
	const char *program;                                   /* "lspci", "ethtool -i"; static */
	uint64_t line;                                         /* of its first line, as paste_line() was given it */
	char address[PCI_ADDR_MAX], interface[16], driver[16]; /* "": not said */
	char host[32];                                         /* of the prompt above it; "": none */
	uint16_t vendor, device;                               /* PCI id; 0: not said */
	bool ethernet;                                         /* the class says that it is a network card */
	bool intel, foreign;                                   /* by vendor or name; neither: not said */
	bool driverless;                                       /* the text says that no driver is attached */
	bool denied;                                           /* its capabilities could not be read without root */
	bool any_interface; /* it shows no device: the interface may be without hardware, the driver without a device */
	bool machine;       /* it is about the machine: any of its devices */
	struct facts facts; /* owned by the reader of the block, as the next */
	struct paste_counter *counters; /* in the order of the text; owned likewise */
	size_t n_counters, cap_counters;
};

/* *p is the callee's only during the call. */
typedef void paste_fn(const struct pasted *p, void *arg);

struct paste;

/* Caller frees with paste_free(). */
struct paste *paste_new(paste_fn *each, void *arg);
void paste_free(struct paste *p);
/* Whether the line belongs to such output. Lines are numbered upwards; those left out in between do no harm. */
bool paste_line(struct paste *p, const char *text, size_t n, uint64_t number);
/* Whether a block is open that the next line may belong to. */
bool paste_is_open(const struct paste *p);
/* Reports the block that is open. More may follow. */
void paste_end(struct paste *p);

/*
 * A line as it was before mails, web pages, syslog daemons and terminals had their way with it.
 * Writes the line's text to out, at most `cap` bytes, and returns how many: without quote marks and blanks at its
 * start, blanks at its end, and terminal control sequences; with escapes (#012, \n, \x0a, \[, &lt;, =3D) undone.
 * What was a newline becomes a blank. *joined: the line ends in a quoted-printable soft break, its next one
 * belongs to it without a blank. `out` may be `raw`.
 */
size_t paste_clean_line(const char *raw, size_t n, char *out, size_t cap, bool *joined);
/* Whether nothing in a line is, or may be, something else than it looks like. */
bool paste_is_plain(const char *raw, size_t n);

/* Whether both are of one machine as far as their prompts tell. */
bool paste_same_host(const char *a, const char *b);

/* The part's number in its name of pci.ids: "I219-LM" of "Ethernet Connection (2) I219-LM". Owned by the caller; NULL if
 * there is none. */
char *paste_part_number(const char *name);

#endif
