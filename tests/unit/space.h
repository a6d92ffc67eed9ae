/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration spaces composed for tests. */
#ifndef TESTS_SPACE_H
#define TESTS_SPACE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "snapshot/config.h"

struct space {
	struct pci_function fn;
	uint8_t bytes[PCI_CONFIG_MAX];
};

static inline void put(struct space *s, unsigned at, unsigned n, uint32_t value)
{
	for (unsigned i = 0; i < n; i++)
		s->bytes[at + i] = (uint8_t)(value >> 8 * i);
}

/* A header with a capability list that starts at `first` (0: none). */
static inline void space_init(struct space *s, uint16_t len, unsigned first)
{
	memset(s, 0, sizeof(*s));
	s->fn.config = s->bytes;
	s->fn.config_len = len;
	s->fn.addr = (struct pci_addr){ 0, 1, 0, 0 };
	put(s, 0x00, 4, 0x10d38086);
	put(s, 0x04, 2, 0x0407);
	put(s, 0x06, 2, first ? 0x0010 : 0);
	put(s, 0x34, 1, first);
}

static inline void space_bridge(struct space *s, unsigned primary, unsigned secondary)
{
	put(s, 0x00, 4, 0x1e108086);
	put(s, 0x0a, 2, 0x0604);
	put(s, 0x0e, 1, 1);
	put(s, 0x18, 1, primary);
	put(s, 0x19, 1, secondary);
	put(s, 0x1a, 1, secondary);
}

static inline void put_cap(struct space *s, unsigned at, unsigned id, unsigned next)
{
	put(s, at, 2, id | next << 8);
}

static inline void put_extended(struct space *s, unsigned at, unsigned id, unsigned version, unsigned next)
{
	put(s, at, 4, id | version << 16 | next << 20);
}

/* A PCI Express capability of version 2. */
static inline void put_express(struct space *s, unsigned at, unsigned next, unsigned type, uint32_t lnkcap,
			       uint32_t lnkctl, uint32_t lnksta)
{
	put_cap(s, at, 0x10, next);
	put(s, at + 2, 2, 2 | type << 4);
	put(s, at + 0x0c, 4, lnkcap);
	put(s, at + 0x10, 2, lnkctl);
	put(s, at + 0x12, 2, lnksta);
}

#endif
