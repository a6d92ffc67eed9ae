/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to chip/; other rooms include chip.h, db.h, lex.h and lint.h.
 *
 *     text --lex, parse*--> struct def --resolve (bases, citations, guard)--> struct chip --index--> look-ups of chip.h
 *
 * db.c finds the files and their heads; a file is parsed and a definition resolved on first use. check*.c run over a
 * user's files and those of `nicregs lint`, and guard.c keeps these from opening registers that the built-in
 * definitions protect.
 */
#ifndef CHIP_INTERNAL_H
#define CHIP_INTERNAL_H

#include "chip/db.h"
#include "chip/lex.h"
#include "util/alloc.h"

/* A definition as it is written: the result of parse*.c, before resolve.c adds its bases. The arena owns it. */

enum def_kind { DEF_FAMILY, DEF_CHIP, DEF_DUMP, DEF_PART, DEF_MII, DEF_KINDS };

/* A name at its place: a base, a trait. */
struct def_name {
	const char *name;
	struct chip_pos pos;
};

struct def_source {
	const char *name, *title;
};

/* Either text, or a place in a source; text is made from these when the sources are known. */
struct def_cite {
	const char *text, *source, *place;
	struct chip_pos pos;
};

struct def_reg {
	struct chip_reg reg;
	const struct def *def;
	bool override;
	uint32_t hash;         /* of space and name, as of a namemap */
	struct def_cite *cite; /* may be shared; NULL: none was given */
	struct chip_pos role_pos;
};

/* A base's register by name, or those at an offset. */
struct def_remove {
	const char *name; /* NULL: by offset */
	uint32_t offset;
	enum chip_space space;
	struct chip_pos pos;
};

/* A base's register at another place. */
struct def_move {
	struct chip_reg place; /* name, space, segments and dimensions alone */
	struct def_cite *cite; /* NULL: the base's */
};

struct def_id {
	struct chip_id id;
	struct chip_pos pos;
};

struct def_erratum {
	struct chip_erratum erratum;
	struct def_cite *cite;
	struct chip_pos pos;
};

/* Lines that a definition has once at most; bits of def.said. */
enum def_said {
	DEF_DRIVER = 1,
	DEF_BAR = 2,
	DEF_QUEUES_TX = 4,
	DEF_QUEUES_RX = 8,
	DEF_RING = 16,
	DEF_PHY = 32,
	DEF_LIKE = 64
};

struct def {
	enum def_kind kind;
	const char *name, *title;
	struct chip_pos pos, bar_pos; /* of the name; of the BAR's size */
	unsigned said;
	const char *driver, *phy_kind, *phy;
	uint8_t bar;
	uint32_t bar_size, queues_tx, queues_rx, ring_entry;
	struct chip_queue_map map_tx, map_rx;
	struct def_name *bases;
	size_t n_bases, cap_bases;
	struct def_source *sources;
	size_t n_sources, cap_sources;
	struct def_cite **cites; /* every one in the definition */
	size_t n_cites, cap_cites;
	struct def_id *ids;
	size_t n_ids, cap_ids;
	struct def_name *traits;
	size_t n_traits, cap_traits;
	struct def_name like;
	struct def_erratum *errata;
	size_t n_errata, cap_errata;
	struct chip_stepping *steppings;
	size_t n_steppings, cap_steppings;
	struct chip_expect **expects;
	size_t n_expects, cap_expects;
	struct def_reg **regs;
	size_t n_regs, cap_regs;
	struct def_remove *removes;
	size_t n_removes, cap_removes;
	struct def_move *moves;
	size_t n_moves, cap_moves;
	struct chip_capability *capabilities;
	size_t n_capabilities, cap_capabilities;
	struct chip_dump dump; /* complete once db_resolve_driver() has run */
	size_t cap_words;
	struct def_name *only; /* names in its words */
	size_t n_only, cap_only;
	struct chip_mii mii;
};

struct def_list {
	struct def **defs;
	size_t n, cap;
};

struct db_file;

/* All definitions of a file, in its order; faults go to `sink`, and the lines at fault are left out. The file must
 * live as long as the arena. `by_index`: of a file with an index, what that has: no registers and no errata. */
void def_parse(struct arena *arena, const struct db_file *file, bool by_index, struct sink *sink, struct def_list *out);

/* How logs identify a device: by the numbers that its driver prints when it binds; or not at all, and this chip stands
 * for all such devices of the driver. */
struct def_logged {
	const char *driver;
	uint32_t mac, phy; /* of a probe line */
	const char *name;  /* NULL: the definition's; of a stand-in: of all parts of the driver, NULL: too many */
	bool stands_in, onboard;
};

/* A line that def_scan() finds: the header of a definition, or a line of the definition above it. */
struct def_head {
	enum def_kind kind;
	enum { HEAD_DEFINITION, HEAD_ID, HEAD_LOGGED } line_kind;
	const char *name;
	struct chip_id id;
	struct def_logged logged;
	unsigned line;
};

/* Calls `each` for each header, id, probe and stands-in line of a file, or of its index if it has one. Lines at fault are
 * skipped: def_parse() reports them. */
void def_scan(struct arena *arena, const struct db_file *file, void (*each)(const struct def_head *head, void *arg),
	      void *arg);

const char *def_kind_name(enum def_kind kind);
/* Whether it is a fact about a driver, named as the driver: no part, and without registers. */
bool def_is_of_driver(enum def_kind kind);

/* Names and places of a chip, in index.c. */

/* From names (case does not count) to small numbers. A tag keeps name spaces apart. */
struct namemap_slot {
	const char *name; /* NULL: free; not owned */
	uint32_t hash, tag, value;
};

struct namemap {
	struct namemap_slot *slots; /* in the arena */
	size_t n, cap;
};

#define NAMEMAP_NONE UINT32_MAX

/* The value of a name of n bytes, or NAMEMAP_NONE. */
uint32_t namemap_get(const struct namemap *map, uint32_t tag, const char *name, size_t n);
/* Makes room for n names in all. What it outgrows stays in the arena. */
void namemap_room(struct namemap *map, struct arena *arena, size_t n);
/* Adds the name, or replaces its value. The name must live as long as the map. */
void namemap_set(struct namemap *map, struct arena *arena, uint32_t tag, const char *name, uint32_t value);

/* The same with the hash of tag and name, for names that are in several maps. */
uint32_t namemap_hash(uint32_t tag, const char *name, size_t n);
uint32_t namemap_get_hashed(const struct namemap *map, uint32_t tag, uint32_t hash, const char *name, size_t n);
void namemap_set_hashed(struct namemap *map, struct arena *arena, uint32_t tag, uint32_t hash, const char *name,
			uint32_t value);

/* One segment, from its first element's offset to its last one's. */
struct index_span {
	uint32_t first, last;
	uint32_t reach; /* the largest `last` up to here */
	const struct chip_reg *reg;
	const struct chip_segment *segment;
};

struct chip_index {
	struct namemap names;        /* tag: space; value: position in chip->regs */
	struct index_span *spans[2]; /* CHIP_MMIO, CHIP_PHY; by first */
	size_t n_spans[2];
	const struct chip_reg **by_role;
	size_t role_start[CHIP_ROLES + 1];
};

const struct chip_index *chip_index_new(struct arena *arena, const struct chip *chip);

/* Offset of a segment's last element. */
uint32_t chip_segment_last(const struct chip_segment *s);
/* Whether an element of the segment has this offset, and its indices. */
bool chip_segment_find(const struct chip_segment *s, uint32_t offset, uint32_t *i, uint32_t *j);

/* All definitions, in db.c, resolve.c and check*.c. */

#define DB_DEFINITIONS 1024            /* in all files together */
#define DB_REGISTERS ((size_t)1 << 18) /* in all of them, inherited ones counted again */
#define DB_FILE_SIZE ((size_t)4 << 20)

/* The definitions of a layer hide those of the same name in later ones. */
enum db_layer { DB_LINTED, DB_USER, DB_BUILT_IN };

struct db_file {
	const char *name, *text;
	size_t n;
	const char *index; /* as of struct embedded_file; NULL: none */
	size_t n_index;
	enum db_layer layer;
	bool parsed;
};

enum db_state { DB_UNREAD, DB_RESOLVING, DB_READY, DB_BROKEN };

struct db_entry {
	enum def_kind kind;
	const char *name;
	uint32_t file; /* index in db->files */
	unsigned line;
	uint32_t twin; /* the entry of the same name in the same layer, before it; NAMEMAP_NONE: none */
	enum db_state state;
	struct def *def;   /* once its file is parsed */
	struct chip *chip; /* once resolved */
	const struct def_reg *
		*regs; /* what those get that build on it: as written, not as this chip's queues and guard leave it */
	size_t n_regs;
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
	struct db_file *files; /* this and the lists below are owned, and grow until all files are added */
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
	bool facts_only;         /* files are parsed by their index */
};

/* Frees all that it owns, but not itself. */
void db_clear(struct chipdb *db);
/* Adds a file's headers, layer after layer; .parsed is false. Its texts must live as long as the database. */
int db_add_file(struct chipdb *db, const struct db_file *file, struct err *e);
/* To be called when all files are added. */
void db_sort_ids(struct chipdb *db);

/* A family, chip or part, or (kind DEF_DUMP or DEF_MII) what is known of a driver; NULL if there is none. */
struct db_entry *db_entry_named(struct chipdb *db, enum def_kind kind, const char *name);
/* Parses the file if that was not done; its entries get their def, or are DB_BROKEN. */
void db_parse(struct chipdb *db, uint32_t file, struct sink *sink);

/* Makes entry->chip from the definition and its bases (or, of a driver, completes ->def). False
 * if it or a base is at fault; the fault is reported once. */
bool db_resolve(struct chipdb *db, struct db_entry *entry, struct sink *sink);
bool db_resolve_driver(struct chipdb *db, struct db_entry *entry, struct sink *sink);

/* Gives the citations of a definition without bases their text. */
void db_cite(struct chipdb *db, struct db_entry *entry, struct sink *sink);

/* A resolved chip's register as it was written, and the definition that it was written in. */
static inline const struct def_reg *def_reg_of(const struct chip_reg *reg)
{
	return (const struct def_reg *)((const char *)reg - offsetof(struct def_reg, reg));
}

static inline const struct def *db_reg_def(const struct chip_reg *reg)
{
	return def_reg_of(reg)->def;
}

/* The first claim to a PCI ID; NULL: none. */
const struct db_id *db_id_find(const struct db_ids *ids, uint16_t vendor, uint16_t device);
/* The first whose own name this is, in any case; NULL: none. */
const struct db_id *db_id_named(const struct db_ids *ids, const char *name);
/* One of a single chip's whose names go on from this one, "X520-Q1" of "X520"; NULL: several chips have some, a chip's own name goes on from it,
 * or there is none. */
const struct db_id *db_id_only(const struct chipdb *db, const char *name);
/* A claim in the list to the same PCI ID by an entry other than this one; NULL: none. */
const struct db_id *db_id_not_of(const struct db_ids *ids, const struct chip_id *id, uint32_t entry);

/* Makes chip_reg_named() and its like work on entry->chip. */
void db_index(struct chipdb *db, struct db_entry *entry);
/* To be called when all files are added, if some are not built in: opens db->built_in. */
int db_open_built_in(struct chipdb *db, struct err *e);

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
