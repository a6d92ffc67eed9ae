/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ways to a link's registers and attributes, so that a transaction can be tried on a model of a machine. */
#ifndef ASPM_IO_H
#define ASPM_IO_H

#include "aspm/model.h"

struct err;

struct aspm_io {
	/* 2 or 4 bytes of configuration space, asked from hardware now; -errno. */
	int (*config_get)(void *arg, const struct pci_addr *addr, unsigned offset, unsigned bytes, uint32_t *value,
			  struct err *e);
	int (*config_set)(void *arg, const struct pci_addr *addr, unsigned offset, unsigned bytes, uint32_t value,
			  struct err *e);
	/* link/NAME of a function: 0, 1, or -1 if there is none; and writes 0 or 1. */
	int (*attr_get)(void *arg, const struct pci_addr *addr, const char *name);
	int (*attr_set)(void *arg, const struct pci_addr *addr, const char *name, int value, struct err *e);
	/* Told of each write before it is made: one line without its end. */
	void (*log)(void *arg, const char *line);
	/* Asked between two writes: whether to stop and undo. */
	bool (*interrupted)(void *arg);
	void *arg;
};

/* This machine, through host/. `who` goes into the log's lines ("root (uid 0)"). */
struct host;
struct aspm_live {
	struct host *host;
	char who[96];
	unsigned writes;     /* made so far */
	unsigned kill_after; /* for tests: kill -9 oneself after so many writes; 0: never */
};

/* Fills io and the name of who asks. */
void aspm_live_init(struct aspm_live *live, struct host *host, struct aspm_io *io);

/* Reads all registers and attributes of the link anew. -EIO if an end reads as all ones. */
int aspm_io_refresh(const struct aspm_io *io, struct link *link, struct err *e);

#endif
