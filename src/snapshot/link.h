/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PCI Express link of the device: the port above and all functions of the device below; at each end the states that
 * hardware supports and has enabled; the kernel's view of them, and who controls them. This is the only reader of link
 * registers: `list`, `show`, `diagnose` and `aspm` print this.
 *
 * Values come from the configuration space and facts of a snapshot (PCIe r6.2 7.5.3, 7.8.3); no hardware is read, and
 * the functions cannot fail but for link_states_parse(). Times are in ns.
 */
#ifndef SNAPSHOT_LINK_H
#define SNAPSHOT_LINK_H

#include "chip/chip.h"
#include "snapshot/config.h"

struct buf;
struct err;

/* The power states of a link that can be switched, as sets of bits; and where each has its bit. */
#define LINK_L0S 0x01u
#define LINK_L1 0x02u
#define LINK_L1_1 0x04u
#define LINK_L1_2 0x08u
#define LINK_PCIPM_L1_1 0x10u
#define LINK_PCIPM_L1_2 0x20u
#define LINK_CLKPM 0x40u
#define LINK_STATES 7

#define LINK_L1SS (LINK_L1_1 | LINK_L1_2 | LINK_PCIPM_L1_1 | LINK_PCIPM_L1_2)
/* The default of `--state`: the substates that PCI-PM uses in D3hot and clock PM are not part of ASPM. */
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

/* The states that these register values enable, and the bits that enable these states. */
unsigned link_states_on(uint16_t lnkctl, uint32_t l1ss);
uint16_t link_states_lnkctl(unsigned states);
uint32_t link_states_l1ss(unsigned states);

/* Reads "l0s,l1"; NULL gives LINK_ASPM. 0, or -EINVAL and *e names the unknown word. */
int link_states_parse(const char *text, unsigned *states, struct err *e);

/* Appends "L0s L1", or `none` for an empty set; with names, "l0s,l1". */
void link_states_show(unsigned states, const char *none, struct buf *out);
void link_states_names(unsigned states, struct buf *out);

/* The port and at most eight functions. */
#define LINK_ENDS_MAX 9
#define LINK_NO_LIMIT UINT32_MAX

/* A plain value without pointers. */
struct link_end {
	struct pci_addr addr;
	enum pci_role role;
	bool there;          /* false: this end is not in the snapshot, and all else is unset */
	bool express;        /* has a PCI Express capability with link registers */
	bool linkless;       /* certainly has none; both are false if that is not known */
	bool conventional;   /* linkless as a conventional PCI or PCI-X device, not as one inside the chipset */
	bool unseen;         /* the bytes that would have such a capability are not known */
	bool known;          /* its link registers are in the known bytes */
	bool l1ss_known;     /* false: the extended configuration space is not known */
	uint32_t id;         /* vendor in the low half, device in the high one */
	unsigned type;       /* device/port type of PCI Express capabilities */
	uint16_t express_at; /* offset of the PCI Express capability */
	uint16_t l1ss_at;    /* offset of L1 PM Substates; 0: none */
	unsigned supported;  /* states; LINK_CLKPM only at functions */
	unsigned late;       /* of these, those that take longer to leave than the device can wait */
	uint16_t lnkctl;     /* the control registers as read from hardware */
	uint32_t l1ss_ctl;
	uint32_t l0s_exit, l1_exit;       /* exit latencies in ns */
	uint32_t l0s_accepts, l1_accepts; /* the longest latencies that an endpoint accepts, in ns; or LINK_NO_LIMIT */
	unsigned speed_max, speed;        /* 1: 2.5 GT/s, 2: 5, 3: 8, 4: 16, ... */
	unsigned speed_target;            /* the configured target speed; 0: no such register, or not known */
	unsigned width_max, width;        /* lanes */
};

/* Who decides which states are used. */
enum link_control {
	LINK_CONTROL_UNKNOWN, /* the source, such as a file, does not say */
	LINK_CONTROL_KERNEL,  /* link/ is there */
	LINK_CONTROL_NONE,    /* not the kernel, for a reason that it does not state */
	LINK_CONTROL_OLD,     /* kernel before 5.5: it may have control, but has no link/ */
	LINK_CONTROL_UNBUILT, /* built without CONFIG_PCIEASPM */
	LINK_CONTROL_BOOT,    /* pcie_aspm=off */
	LINK_CONTROL_FADT,    /* firmware tables forbid it */
};

struct link {
	bool applicable; /* false: the part has no link at all */
	bool hidden;     /* the part has one, and its configuration space does not have the capability */
	/* Why ASPM does not apply or is not known; NULL when all ends are known. Static text, a full sentence. */
	const char *why_not;
	bool needs_root;                     /* the reason of why_not is a missing privilege */
	struct link_end ends[LINK_ENDS_MAX]; /* the port above first, then the functions in order */
	size_t n_ends;                       /* 2 at least */
	size_t self;                         /* index of the device itself in ends */
	/* The kernel's view. */
	enum link_control control;
	const char *policy;        /* owned by the snapshot; NULL: not known */
	struct pci_addr attrs_of;  /* the function whose link/ folder this is */
	int8_t attrs[LINK_STATES]; /* 1: the kernel thinks that the state is on, 0: off, -1: it has no such attribute */
	/* 0 if why_not is set. */
	unsigned both; /* states that both ends support */
	unsigned late; /* of these, the late ones; L0s, which is a matter of each direction, if both are */
};

/* Fills *link from the snapshot, which must outlive it. */
void link_read(const struct snapshot *s, struct link *link);
/* The same, with what the part of the device itself says, by its traits. `chip` may be NULL. */
void link_read_part(const struct snapshot *s, const struct chip *chip, struct link *link);
/* Reads one end. False if its link registers are not known; .linkless, .express and .addr are set as far as known. */
bool link_end_read(const struct pci_function *fn, struct link_end *end);

/* Owned by link, never NULL; .there and .known say how much is known. */
static inline const struct link_end *link_device(const struct link *link)
{
	return &link->ends[link->self];
}
static inline const struct link_end *link_port(const struct link *link)
{
	return &link->ends[0];
}

/* The bits of LNKCTL that a change may touch; all others keep their value. */
uint32_t link_end_mask(const struct link_end *end);
/* The states that the registers of one end enable; none if they are not known. */
unsigned link_end_on(const struct link_end *end);
/* The states enabled at any end; and at all ends that support them (an end without the capability does not count). */
unsigned link_on(const struct link *link);
unsigned link_on_everywhere(const struct link *link);

/* The states that the kernel has link/ attributes for, and those of them that read 1. */
unsigned link_kernel_has(const struct link *link);
unsigned link_kernel_on(const struct link *link);
/* The states where hardware differs from the kernel's view: something wrote the registers directly. (L0s in one
 * direction counts as L0s.) */
unsigned link_stale(const struct link *link);

/* The states that errata of a chip (may be NULL) advise against. L1 includes its ASPM substates. *erratum, if not NULL, is set to one of
 * them and owned by the chipdb. */
static inline unsigned link_errata(const struct chip *chip, const struct chip_erratum **erratum)
{
	unsigned states = 0;

	for (unsigned i = 0; i < LINK_STATES; i++)
		states |= chip_aspm_erratum(chip, link_states[i].name, erratum) ? 1u << i : 0;
	return states & LINK_L1 ? states | LINK_L1_1 | LINK_L1_2 : states;
}

/* The end whose configured target speed holds the link below its own maximum, owned by link; NULL: none does. The port comes first, as its
 * target binds the link (PCIe r6.2 7.5.3.19). */
const struct link_end *link_slowed_by(const struct link *link);

/* "disabled", "L0s", "L1", "L0s L1"; static. */
const char *link_aspm_words(unsigned states);
/* "root port", "switch, downstream port", "endpoint", ...; static. */
const char *link_port_name(unsigned type);
/* The speed in GT/s for a code of .speed: "2.5", or "?"; static. */
const char *link_speed_name(unsigned speed);
/* Appends the enabled states in a few characters: "L0s L1", "L1 / disabled" if the port differs, "n/a"; nothing if they
 * are not known. */
void link_brief(const struct link *link, struct buf *out);
/* Appends what lspci -vv or pciconf printed of it, without bytes: "By the text: 5 GT/s x1, ASPM disabled."; or nothing. */
void link_say_printed(const struct facts *f, struct buf *out);
/*
 * Each appends a sentence, or nothing: the reason why a state (a single bit) is not available; the only end that may
 * use L0s; who has control; where hardware differs from the kernel's view.
 */
void link_say_why_not(const struct link *link, unsigned state, struct buf *out);
void link_say_one_way(const struct link *link, struct buf *out);
void link_say_control(const struct link *link, struct buf *out);
void link_say_stale(const struct link *link, struct buf *out);

#endif
