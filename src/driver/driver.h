/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a driver knows of its device: the other end of the rings. The structures of driver and kernel are found by BTF
 * (types.h) as the definitions name them (def.h), and read by the BPF program of access/.
 *
 * Nothing is believed before names agree: the device's address and its driver's name in the kernel's own object, the
 * pointers back from driver and interface to it, the interface's name. What then does not fit is "not read", with the reason.
 */
#ifndef DRIVER_DRIVER_H
#define DRIVER_DRIVER_H

#include "access/access.h"
#include "snapshot/snapshot.h"

struct bpf_program;
struct driver_reader;

struct driver_ask {
	struct pci_addr addr;
	const char *driver;      /* the bound one; NULL: none */
	const char *netdev;      /* NULL: none, or in another network namespace */
	const struct chip *chip; /* NULL: heads and tails cannot be read */
	bool touch;              /* the device answers: heads and tails may be read */
	bool frames;             /* what stands in a ring, too */
	void (*trace)(const struct chip_ref *ref, uint32_t offset, void *arg);
	void *trace_arg;
};

/* Opened once, for all devices and samples: definitions, and the program. Never fails: what does not work is said for
 * each device. Caller frees it with driver_reader_close(). */
struct driver_reader *driver_reader_open(void);
void driver_reader_close(struct driver_reader *r);

/* Reads one device's sample into *out, which is empty; why not, if it could not. */
void driver_reader_read(struct driver_reader *r, const struct driver_ask *ask, struct driver_side *out);

/* Where the kernel has mapped the BAR for the driver, by the driver's own word; .address 0 if that is not known. And the
 * program, owned by the reader; NULL if there is none. */
struct access_mapped driver_reader_mapped(struct driver_reader *r, const struct driver_ask *ask);
struct bpf_program *driver_reader_program(struct driver_reader *r);
/* The capabilities that reading takes once it is open, as access_needs_caps(). */
uint64_t driver_reader_caps(const struct driver_reader *r);

#endif
