/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The power states of a link that can be switched, as sets of bits; and where each has its bit. */
#ifndef ASPM_STATES_H
#define ASPM_STATES_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct err;

#define ASPM_L0S 0x01u
#define ASPM_L1 0x02u
#define ASPM_L1_1 0x04u
#define ASPM_L1_2 0x08u
#define ASPM_PCIPM_L1_1 0x10u
#define ASPM_PCIPM_L1_2 0x20u
#define ASPM_CLKPM 0x40u
#define ASPM_STATES 7

#define ASPM_L1SS (ASPM_L1_1 | ASPM_L1_2 | ASPM_PCIPM_L1_1 | ASPM_PCIPM_L1_2)
/* What `--state` means when it is not given: the substates that PCI-PM uses in D3hot and clock PM are no ASPM. */
#define ASPM_USUAL (ASPM_L0S | ASPM_L1 | ASPM_L1_1 | ASPM_L1_2)

/* The bits of L1SUBCTL1 that a change may touch; all others keep their value. */
#define ASPM_L1SS_MASK 0xfu

struct aspm_state {
	const char *name;  /* on the command line and in JSON: "l1.1" */
	const char *shown; /* "L1.1" */
	const char *attr;  /* in the kernel's link/ folder: "l1_1_aspm" */
	uint16_t lnkctl;   /* its bit in LNKCTL, or 0 */
	uint8_t l1ss;	   /* its bit in L1SUBCTL1, and in L1SUBCAP, or 0 */
};

/* Bit i of a set is aspm_states[i]. */
extern const struct aspm_state aspm_states[ASPM_STATES];

/* The states that are on by the registers, and back. */
unsigned aspm_states_on(uint16_t lnkctl, uint32_t l1ss);
uint16_t aspm_states_lnkctl(unsigned states);
uint32_t aspm_states_l1ss(unsigned states);

/* Reads "l0s,l1"; NULL gives ASPM_USUAL. -EINVAL names the word that is none. */
int aspm_states_parse(const char *text, unsigned *states, struct err *e);

/* Appends "L0s L1", or `none` for an empty set; with names, "l0s,l1". */
void aspm_states_show(unsigned states, const char *none, struct buf *out);
void aspm_states_names(unsigned states, struct buf *out);

#endif
