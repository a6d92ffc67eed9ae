/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to chip/; other rooms include chip.h, db.h, decode.h, lex.h and lint.h.
 *
 *     text --lex, parse*--> struct def --resolve (bases, citations, guard)--> struct chip --index--> look-ups of chip.h
 *
 * db.c finds the files and their headers; a file is parsed and a definition resolved on first use. check*.c run over a
 * user's files and those of `nicregs lint`, and guard.c keeps these from opening registers that the built-in
 * definitions protect.
 */
#ifndef CHIP_INTERNAL_H
#define CHIP_INTERNAL_H

#include "chip/db.h"
#include "chip/def.h"
#include "chip/index.h"
#include "chip/lex.h"
#include "util/arena.h"

#define DB_DEFINITIONS 1024            /* in all files together */
#define DB_REGISTERS ((size_t)1 << 18) /* in all of them, inherited ones counted again */
#define DB_FILE_SIZE ((size_t)4 << 20)

/* The definitions of a layer hide those of the same name in later ones. */
enum db_layer { DB_LINTED, DB_USER, DB_BUILT_IN };

struct db_file {
	const char *name, *text;
	size_t n;
	enum db_layer layer;
	bool parsed;
};

enum db_state { DB_UNREAD, DB_RESOLVING, DB_READY, DB_BROKEN };

struct db_entry {
	enum def_kind kind;
	const char *name;
	uint32_t file; /* index in db->files */
	unsigned line;
	const struct db_entry *twin; /* of the same name in the same layer, before it; NULL: none */
	enum db_state state;
	struct def *def;   /* once its file is parsed */
	struct chip *chip; /* once resolved */
	const struct def_reg *
		*regs; /* what those get that build on it: as written, not as this chip's queues and guard leave it */
	size_t n_regs;
	struct chip_dump *dump;
	struct def_source *sources; /* its own and its bases' */
	size_t n_sources, cap_sources;
	unsigned depth; /* longest chain of bases below it */
	bool partial;   /* lines of it or of a base are at fault, and left out */
};

struct db_id {
	struct chip_id id;
	uint32_t entry;
};

struct db_ids {
	struct db_id *v; /* sorted by vendor, device, entry */
	size_t n, cap;
};

struct db_logged {
	struct def_logged logged;
	uint32_t entry;
};

struct chipdb {
	struct arena arena;
	struct db_file *files;
	size_t n_files, cap_files;
	struct db_entry *entries;
	size_t n_entries, cap_entries;
	struct db_ids ids, part_ids; /* of chips; of parts */
	struct db_logged *logged;    /* in the order of the files */
	size_t n_logged, cap_logged;
	struct namemap names;    /* tag: the kind, of dumps and mii; 0 else; value: entry */
	size_t n_regs;           /* of all that are resolved */
	struct chipdb *built_in; /* the built-in definitions alone, if a user's files hide some; NULL else; owned */
	bool tell_all;           /* goes on after a fault, to report the others */
};

/* Adds a file's headers, layer after layer. Name and text must live as long as the database. */
int db_add_file(struct chipdb *db, const char *name, const char *text, size_t n, enum db_layer layer, struct err *e);
/* To be called when all files are added. */
void db_sort_ids(struct chipdb *db);

/* A family, chip or part, or (kind DEF_DUMP or DEF_MII) what is known of a driver; NULL if there is none. */
struct db_entry *db_entry_named(struct chipdb *db, enum def_kind kind, const char *name);
/* Parses the file if that was not done; its entries get their def, or are DB_BROKEN. */
void db_parse(struct chipdb *db, uint32_t file, struct sink *sink);

/* Makes entry->chip from the definition and its bases (or, of a driver's dump, ->dump; its PHY answers are in ->def). False
 * if it or a base is at fault; the fault is reported once. */
bool db_resolve(struct chipdb *db, struct db_entry *entry, struct sink *sink);
bool db_resolve_driver(struct chipdb *db, struct db_entry *entry, struct sink *sink);

/* The definition that a resolved chip's register was written in. */
const struct def *db_reg_def(const struct chip_reg *reg);
/* A claim in the list to the same PCI ID by an entry other than this one; NULL: none. */
const struct db_id *db_id_not_of(const struct db_ids *ids, const struct chip_id *id, uint32_t entry);

/* Makes chip_reg_named() and its like work on entry->chip. */
void db_index(struct chipdb *db, struct db_entry *entry);
/* To be called when all files are added, if some are not built in: opens db->built_in. */
int db_open_built_in(struct chipdb *db, struct err *e);
/* A copy of a register with the access of the one that the built-in definition has in its place. */
struct chip_reg *db_guarded_reg(struct chipdb *db, const struct chip_reg *reg, const struct chip_reg *known);

/* Parses, resolves and checks all definitions of a layer, and reports every fault. */
void db_check(struct chipdb *db, enum db_layer layer, struct sink *sink);

/* "<built in>/family/x.def" shortened for messages about another place: "family/x.def:12". */
const char *db_place(struct chipdb *db, const struct chip_pos *pos);

/* The rules that a definition must keep, in check.c and check_places.c. */
struct checker {
	struct chipdb *db;
	const struct db_entry *entry;
	const struct def *def;
	const struct chip *chip; /* resolved and indexed; NULL for rules that do without */
	struct sink *sink;
};

void check_alignment(const struct checker *c);
void check_strides(const struct checker *c);
void check_structures(const struct checker *c);
void check_loads(const struct checker *c);
void check_bar(const struct checker *c);
void check_overlaps(const struct checker *c);

/* In check_expect.c. */
void check_expects(const struct checker *c);

/* Places that a user's definition must not make readable, in guard.c. */

/* Gives the registers of a chip the access that the built-in definitions of its PCI IDs have for their places. */
void guard_chip(struct chipdb *db, struct chip *chip);
/* Warns of registers of a layer that stay unread, and of those that are read where a base's register must not be. */
void guard_check(struct chipdb *db, enum db_layer layer, struct sink *sink);

#endif
