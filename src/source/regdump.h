/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers out of a dump of one chip, collected in any order. */
#ifndef SOURCE_REGDUMP_H
#define SOURCE_REGDUMP_H

#include "source/internal.h"

struct regdump_value {
	struct chip_ref ref;
	size_t place; /* of its register in the definition */
	uint64_t value;
	enum unread unread; /* UNREAD_NOT_IN_SOURCE: the dump would have it, but something is written over it */
};

struct regdump {
	const struct chip *chip;
	const char *name;             /* of the chip's id that --chip meant */
	const struct chip_dump *dump; /* its driver's layout; NULL if that is not known */
	struct regdump_value *v;      /* owned */
	size_t n, cap;
	char driver[16];  /* that the text around the dump names; "": it names none */
	size_t constants; /* words that are no readings */
	size_t unknown;   /* registers that the definition does not have */
};

/* Takes the chip from --chip; -EINVAL without, telling that it is needed. */
int regdump_open(struct regdump *d, struct format_job *job, struct err *e);
void regdump_close(struct regdump *d);
/* As regdump_open(), and gives each line of the file, after input_tidy(), to `take`, until that returns false. -errno as well if reading
 * failed. */
int regdump_read_lines(struct regdump *d, struct format_job *job,
		       bool (*take)(struct regdump *d, char *line, void *arg), void *arg, struct err *e);

/* The register NAME[i,j]; unknown ones are counted. A value too wide for it is cut. */
void regdump_add(struct regdump *d, enum chip_space space, const char *name, uint32_t i, uint32_t j, uint32_t value);
/* All words of the driver's dump. */
void regdump_add_words(struct regdump *d, const uint8_t *bytes, size_t n);
/* Whether the driver's dump reads the register at this offset in bytes, rather than telling a number of its own there. */
bool regdump_reads(const struct regdump *d, uint32_t offset);

/* A snapshot with all values, in the order of the definition, for job->out if DEVICE asks for it. `addr` may be NULL.
 * -EINVAL if there is no value, or if the text names a driver of other chips. */
int regdump_finish(struct regdump *d, struct format_job *job, enum snapshot_origin origin, const struct pci_addr *addr,
		   struct err *e);

#endif
