/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All definitions: the user's and those built in, resolved on demand. */
#ifndef CHIP_DB_H
#define CHIP_DB_H

#include "chip/chip.h"

struct err;
struct chipdb;

/*
 * Opens the definitions. `path` (a file or a directory, from --chipdefs) may be NULL: then
 * $NICREGS_CHIPDEFS, then /etc/nicregs/chipdefs if it exists. A definition found there takes the place of the
 * built-in one of the same name; the others stay. Only headers are read here; a user's files are
 * checked in full, and a fault in them is an error (-EINVAL, with file:line:column in the reason).
 */
int chipdb_open(struct chipdb **db, const char *path, struct err *e);
void chipdb_free(struct chipdb *db);

/* A definition by name (case-insensitive; families too), resolved and checked; -ENOENT if there is none. Owned by db,
 * as is everything below. An id's own name ("82579V") finds its chip. */
int chipdb_find(struct chipdb *db, const char *name, const struct chip **chip, struct err *e);

/* The chip with a PCI ID; -ENOENT without filling *e much if it is not supported. *name is the name for that id. */
int chipdb_by_id(struct chipdb *db, uint16_t vendor, uint16_t device, const struct chip **chip, const char **name,
		 struct err *e);
/* Cheap: whether some chip has that id, without resolving it. */
bool chipdb_knows_id(const struct chipdb *db, uint16_t vendor, uint16_t device);

/* As chipdb_by_id(), but a PCI ID without a chip finds its part: errata and traits, and no registers. */
int chipdb_known(struct chipdb *db, uint16_t vendor, uint16_t device, const struct chip **known, const char **name,
		 struct err *e);
/* A part by its name, or by that of one of its ids; -ENOENT if there is none. */
int chipdb_part(struct chipdb *db, const char *name, const struct chip **part, struct err *e);
/* The chip or part of which a driver prints "MAC: 3, PHY: 8" when it binds. *name is the name for these numbers. */
int chipdb_by_probe(struct chipdb *db, const char *driver, int mac, int phy, const struct chip **known,
		    const char **name, struct err *e);
/* The chip whose registers stand for those of a driver's parts of which no more is known than that they are, or are not, in
 * the chipset. An onboard one is found without a driver (""), too. */
int chipdb_stand_in(struct chipdb *db, const char *driver, bool onboard, const struct chip **chip, struct err *e);

/* Names of all chips (not families), sorted; *names is freed by the caller, the strings are not. */
size_t chipdb_chips(const struct chipdb *db, const char ***names);

/* The definition of configuration space ("family pci"). */
int chipdb_pci(struct chipdb *db, const struct chip **pci, struct err *e);

/* The words of a driver's register dump; -ENOENT if not known. */
int chipdb_dump(struct chipdb *db, const char *driver, const struct chip_dump **dump, struct err *e);

#endif
