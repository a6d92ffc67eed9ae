/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The power states of a link that can be switched, as sets of bits; and where each has its bit. */
#ifndef SNAPSHOT_LINK_STATE_H
#define SNAPSHOT_LINK_STATE_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct err;

#define LINK_L0S 0x01u
#define LINK_L1 0x02u
#define LINK_L1_1 0x04u
#define LINK_L1_2 0x08u
#define LINK_PCIPM_L1_1 0x10u
#define LINK_PCIPM_L1_2 0x20u
#define LINK_CLKPM 0x40u
#define LINK_STATES 7

#define LINK_L1SS (LINK_L1_1 | LINK_L1_2 | LINK_PCIPM_L1_1 | LINK_PCIPM_L1_2)
/* What `--state` means when it is not given: the substates that PCI-PM uses in D3hot and clock PM are no ASPM. */
#define LINK_ASPM (LINK_L0S | LINK_L1 | LINK_L1_1 | LINK_L1_2)

/* The bits of L1SUBCTL1 that a change may touch; all others keep their value. */
#define LINK_L1SS_MASK 0xfu

struct link_state {
	const char *name;  /* on the command line and in JSON: "l1.1" */
	const char *shown; /* "L1.1" */
	const char *attr;  /* in the kernel's link/ folder: "l1_1_aspm" */
	uint16_t lnkctl;   /* its bit in LNKCTL, or 0 */
	uint8_t l1ss;      /* its bit in L1SUBCTL1, and in L1SUBCAP, or 0 */
};

/* Bit i of a set is link_states[i]. */
extern const struct link_state link_states[LINK_STATES];

/* The states that are on by the registers, and back. */
unsigned link_states_on(uint16_t lnkctl, uint32_t l1ss);
uint16_t link_states_lnkctl(unsigned states);
uint32_t link_states_l1ss(unsigned states);

/* Reads "l0s,l1"; NULL gives LINK_ASPM. -EINVAL names the word that is none. */
int link_states_parse(const char *text, unsigned *states, struct err *e);

/* Appends "L0s L1", or `none` for an empty set; with names, "l0s,l1". */
void link_states_show(unsigned states, const char *none, struct buf *out);
void link_states_names(unsigned states, struct buf *out);

#endif
