/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A definition as it is written: the result of parse.c, before resolve.c adds its bases. All of it is owned by the
 * arena of the database. */
#ifndef CHIP_DEF_H
#define CHIP_DEF_H

#include "chip/chip.h"

struct arena;
struct sink;

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
	uint32_t n_words; /* of a dump */
	uint32_t sizes[CHIP_DUMP_SIZES];
	size_t n_sizes;
	struct chip_word *words;
	size_t n_named, cap_words;
	struct def_name *only; /* names in its words */
	size_t n_only, cap_only;
	struct chip_mii mii;
};

struct def_list {
	struct def **defs;
	size_t n, cap;
};

/* All definitions of a file, in its order; faults go to `sink`, and the lines at fault are left out. `file` must
 * live as long as the arena. */
void def_parse(struct arena *arena, const char *file, const char *text, size_t n, struct sink *sink,
	       struct def_list *out);

/* How logs identify a device: by the numbers that its driver prints when it binds; or not at all, and this chip stands
 * for all such devices of the driver. */
struct def_logged {
	const char *driver;
	uint32_t mac, phy; /* of a probe line */
	const char *name;  /* NULL: the definition's */
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

/* Calls `each` for each header, id, probe and stands-in line of a file. Lines at fault are
 * skipped: def_parse() reports them. */
void def_scan(struct arena *arena, const char *file, const char *text, size_t n,
	      void (*each)(const struct def_head *head, void *arg), void *arg);

const char *def_kind_name(enum def_kind kind);
/* Whether it is a fact about a driver, named as the driver: no part, and without registers. */
bool def_is_of_driver(enum def_kind kind);

#endif
