/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All definitions: the user's and the built-in ones, resolved on demand.
 *
 * A struct chipdb owns everything that its functions give out (chips, names, dumps); it all lives until chipdb_free().
 * The functions return 0 or -errno and fill *e, which may be NULL. A built-in definition is resolved when it is first
 * asked for, and a fault in it (-EINVAL, with file:line:column in the reason) shows then.
 */
#ifndef CHIP_DB_H
#define CHIP_DB_H

#include "chip/chip.h"

struct err;
struct chipdb;

/*
 * Opens the definitions; the caller frees *db with chipdb_free(). `path` (a file or a directory, from --chipdefs) may
 * be NULL: then $NICREGS_CHIPDEFS counts, then /etc/nicregs/chipdefs if it exists. A definition in these files replaces
 * the built-in one of the same name; the others stay. A user's files are checked in full: a fault in them is -EINVAL,
 * and *db is not set. Of the built-in ones only headers are read here.
 */
int chipdb_open(struct chipdb **db, const char *path, struct err *e);
/* For a list of all chips, before the first of them is asked for: the built-in ones are then without registers and errata. */
void chipdb_facts_only(struct chipdb *db);
/* NULL is allowed. */
void chipdb_free(struct chipdb *db);

/* A chip or family by its name, or by the name of one of its PCI IDs ("82579V", and as lspci prints it, "(7) I219-LM");
 * case-insensitive. -ENOENT if there is none. */
int chipdb_find(struct chipdb *db, const char *name, const struct chip **chip, struct err *e);

/* The chip with a PCI ID, and in *name the name for that ID. -ENOENT if it is not supported; *e is unchanged then. */
int chipdb_by_id(struct chipdb *db, uint16_t vendor, uint16_t device, const struct chip **chip, const char **name,
		 struct err *e);
/* Whether some chip has this PCI ID; resolves nothing. */
bool chipdb_knows_id(const struct chipdb *db, uint16_t vendor, uint16_t device);

/* As chipdb_by_id(), but a PCI ID without a chip finds its part, which has errata and traits and no registers. */
int chipdb_known(struct chipdb *db, uint16_t vendor, uint16_t device, const struct chip **known, const char **name,
		 struct err *e);
/* A part by its name, or by the name of one of its PCI IDs; -ENOENT if there is none, *e is unchanged then. */
int chipdb_part(struct chipdb *db, const char *name, const struct chip **part, struct err *e);
/* The chip or part for which a driver prints "MAC: 3, PHY: 8" when it binds, and in *name the name for these numbers.
 * -ENOENT if there is none, *e is unchanged then. */
int chipdb_by_probe(struct chipdb *db, const char *driver, int mac, int phy, const struct chip **known,
		    const char **name, struct err *e);
/* The chip whose registers stand for a driver's devices of unknown model, inside the chipset (`onboard`) or outside it.
 * An onboard one is found without a driver (""), too. -ENOENT if there is none, *e is unchanged then. */
int chipdb_stand_in(struct chipdb *db, const char *driver, bool onboard, const struct chip **chip, struct err *e);
/* What all devices of a driver are, "I225 or I226"; NULL if no definition says so. */
const char *chipdb_driver_parts(const struct chipdb *db, const char *driver);

/* The names of all chips (without families and parts), sorted; returns their number. The caller frees *names, but not
 * the strings. */
size_t chipdb_chips(const struct chipdb *db, const char ***names);
/* The same of the chips with a PCI ID that has this name: "I219-LM" is that of several (chip_name_is()). None if a chip or family itself has it. */
size_t chipdb_called(struct chipdb *db, const char *name, const char ***names);

/* The definition of configuration space ("family pci"). */
int chipdb_pci(struct chipdb *db, const struct chip **pci, struct err *e);

/* The layout of a driver's register dump (`ethtool -d`); -ENOENT if it is not known. */
int chipdb_dump(struct chipdb *db, const char *driver, const struct chip_dump **dump, struct err *e);
/* What a driver answers about its PHY; -ENOENT if it is not known. */
int chipdb_mii(struct chipdb *db, const char *driver, const struct chip_mii **mii, struct err *e);

#endif
