/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of `lspci -x` text, tidied, and those in which a kernel log has the same (pci=earlydump). */
#ifndef SOURCE_LSPCI_TEXT_H
#define SOURCE_LSPCI_TEXT_H

#include "snapshot/snapshot.h"

/* What the text says of a function beside its bytes; index into lspci_facts. */
#define LSPCI_FACTS 3
extern const struct lspci_fact {
	const char *label, *fact;
} lspci_facts[LSPCI_FACTS];

struct lspci_function {
	struct pci_addr addr;
	uint16_t vendor, device; /* by the bytes, or by the text when the bytes are all ones */
	uint16_t len;
	bool damaged;             /* bytes were missing or no hexadecimal from len on */
	bool logged;              /* of a kernel log, where a prefix stands before each line */
	bool no_root;             /* the text says that access was denied */
	bool is_virtual;          /* its bytes have no ids of their own */
	uint32_t vf_first;        /* of its virtual functions: bus, device and function of the first, as one number; */
	uint16_t vf_stride, vfs;  /* from there to the next, and how many */
	char *facts[LSPCI_FACTS]; /* owned or NULL */
	char *part;               /* its number by the text ("82576"); owned or NULL */
	uint8_t *config;          /* owned; room for PCI_CONFIG_MAX while it is read */
};

/* Frees what it owns, not *f. */
void lspci_function_free(struct lspci_function *f);

/* Whether the line starts a function; fills addr, and of ids and part what the text tells. */
bool lspci_header(const char *line, struct lspci_function *f);
/* The same of a kernel log: "pci 0000:01:00.0: config space:", after whatever prefix. */
bool lspci_logged_header(const char *line, struct lspci_function *f);
/* Whether the line has bytes of configuration space. */
bool lspci_bytes(const char *line);
/* Takes a line that follows a header: bytes, or text that is of interest. */
void lspci_take(struct lspci_function *f, const char *line);
/* After the last line: the ids, and where virtual functions are. */
void lspci_finish(struct lspci_function *f);
/* The bus below a bridge; 0 if it is no bridge. */
unsigned lspci_secondary(const struct lspci_function *f);
/* Whether f has this one among its virtual functions. */
bool lspci_is_parent(const struct lspci_function *f, const struct lspci_function *of);

#endif
