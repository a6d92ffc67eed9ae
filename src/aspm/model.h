/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The link of one device as ASPM sees it: the upstream port and all functions of the device below, what hardware has
 * enabled at each, what the kernel believes beside it, and why a state is not to be had. Made from a snapshot.
 */
#ifndef ASPM_MODEL_H
#define ASPM_MODEL_H

#include "aspm/states.h"
#include "snapshot/link.h"

struct buf;

/* The port and at most eight functions. */
#define ASPM_ENDS_MAX 9

struct aspm_end {
	struct pci_addr addr;
	enum pci_role role;
	uint32_t id;	    /* vendor in the low half, device in the high one */
	uint16_t express;   /* offset of the PCI Express capability */
	uint16_t l1ss;	    /* offset of L1 PM Substates; 0: none */
	unsigned type;	    /* device/port type */
	unsigned supported; /* states, of CLKPM only at functions */
	uint16_t lnkctl;    /* the registers as read from hardware */
	uint32_t l1ss_ctl;
	uint32_t l0s_exit, l1_exit;	  /* exit latencies in ns */
	uint32_t l0s_accepts, l1_accepts; /* what an endpoint can wait, in ns; UINT32_MAX: no limit */
};

/* Both ends and the kernel's attributes: all that a change touches. */
struct aspm_link {
	struct aspm_end ends[ASPM_ENDS_MAX]; /* the upstream port first, then the functions in order */
	size_t n_ends;
	struct pci_addr attrs_of;  /* the function whose link/ folder this is */
	int8_t attrs[ASPM_STATES]; /* the kernel's belief, 0 or 1; -1: it has no such attribute */
};

/* Who says which ASPM states are used. */
enum aspm_control {
	ASPM_CONTROL_KERNEL,  /* link/ is there */
	ASPM_CONTROL_NONE,    /* not for a reason below */
	ASPM_CONTROL_OLD,     /* kernel before 5.5: it may have control, but has no link/ */
	ASPM_CONTROL_UNBUILT, /* built without CONFIG_PCIEASPM */
	ASPM_CONTROL_BOOT,    /* pcie_aspm=off */
	ASPM_CONTROL_FADT,    /* firmware tables forbid it */
	ASPM_CONTROL_UNKNOWN, /* the source does not tell: a file */
};

struct aspm_model {
	const struct snapshot *s;
	const struct chip *chip; /* NULL: not known */
	struct aspm_link link;
	bool applicable;     /* false: the part has no link */
	const char *why_not; /* as struct link; NULL: link is complete */
	unsigned both;	     /* states that both ends can */
	unsigned late;	     /* of these, those whose exit latency the device cannot wait for */
	unsigned on;	     /* on at some end */
	unsigned driver_off; /* what the Linux driver disables for an erratum of the part */
	enum aspm_control control;
	bool locked; /* kernel lockdown: configuration space cannot be written */
};

/* s and chip must outlive the model. */
void aspm_model_read(const struct snapshot *s, const struct chip *chip, struct aspm_model *m);

/* Reads one end; false if its link registers are not known. */
bool aspm_end_read(const struct pci_function *fn, struct aspm_end *end);
/* The bits of LNKCTL that a change may touch; all others keep their value. */
uint32_t aspm_end_mask(const struct aspm_end *end);
/* States that are on by the registers of one end. */
unsigned aspm_end_on(const struct aspm_end *end);
/* At any end; and at all ends that can (an end without the capability for a state does not count). */
unsigned aspm_link_on(const struct aspm_link *link);
unsigned aspm_link_on_everywhere(const struct aspm_link *link);
/* What the kernel has attributes for, and which of them read 1. */
unsigned aspm_link_kernel_has(const struct aspm_link *link);
unsigned aspm_link_kernel_on(const struct aspm_link *link);
/* Of these, the ones that hardware has otherwise at some end: somebody wrote its registers. */
unsigned aspm_link_stale(const struct aspm_link *link);

/* Appends why one state (a single bit) cannot be had, as a sentence; nothing if it can. */
void aspm_why_not(const struct aspm_model *m, unsigned state, struct buf *out);
/* Who has control, as a sentence. */
void aspm_control_say(const struct aspm_model *m, struct buf *out);

/* "root port", "switch downstream port", "endpoint", ...; static. */
const char *aspm_port_name(unsigned type);

#endif
