/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to parse*.c; other files call def_parse() and def_scan() of def.h. */
#ifndef CHIP_PARSE_H
#define CHIP_PARSE_H

#include "chip/internal.h"

#define PARSE_PARTS 8     /* of a field */
#define PARSE_ONLY 16     /* of a dump's word */
#define PARSE_FIELDS 64   /* a register has no more bits */
#define PARSE_VALUES 1024 /* of an enumeration */
#define PARSE_SEGMENTS 64
#define PARSE_BASES 16
#define PARSE_LINES 256       /* of a kind: ids, sources, traits, errata */
#define PARSE_REGISTERS 16384 /* of one definition */
#define PARSE_ELEMENTS 65536  /* of one array */

/* The words of a list, for messages and by number. */
struct parse_list {
	int (*parse)(const char *word);
	const char *one, *noun; /* "a role", "role" */
	const char *all;        /* ": it is ..."; NULL: they are too many */
};

struct parser {
	struct lex lex;
	struct def_list *out;
	struct def *def;     /* NULL before the first header */
	struct def_reg *reg; /* that fields belong to; NULL: none */
	bool skip_fields;    /* the register's line was at fault */
	enum chip_space space;
	enum chip_group group;
	struct def_cite *cite;
	bool in_structure; /* of configuration space: cap and cap_id are said */
	enum chip_cap cap;
	uint16_t cap_id;
	struct chip_field fields[PARSE_FIELDS]; /* of the register */
	size_t n_fields;
};

/* Each parses one line behind its first word, and reports its faults. */
bool parse_reg(struct parser *p);
bool parse_override(struct parser *p);
bool parse_remove(struct parser *p);
bool parse_move(struct parser *p);
bool parse_field(struct parser *p);
bool parse_header(struct parser *p);
bool parse_capability(struct parser *p);
bool parse_extended(struct parser *p);
bool parse_word(struct parser *p);
bool parse_live(struct parser *p);
bool parse_kept(struct parser *p);
bool parse_if_link(struct parser *p);
bool parse_id(struct parser *p);
bool parse_driver(struct parser *p);
bool parse_bar(struct parser *p);
bool parse_queues(struct parser *p);
bool parse_ring(struct parser *p);
bool parse_phy(struct parser *p);
bool parse_trait(struct parser *p);
bool parse_erratum(struct parser *p);
bool parse_stepping(struct parser *p);
bool parse_expect(struct parser *p);
bool parse_like(struct parser *p);
bool parse_probe(struct parser *p);
bool parse_stands_in(struct parser *p);
bool parse_source(struct parser *p);

/* The rest of such a line; def_scan() reads these lines as well. */
bool parse_id_value(struct lex *l, struct chip_id *id);
bool parse_probe_value(struct lex *l, struct def_logged *logged);
bool parse_stands_in_value(struct lex *l, struct def_logged *logged);

/* Text in quotes, or SOURCE:PLACE; owned by the arena. */
bool parse_cite(struct parser *p, struct def_cite **cite);
/* "..LAST" if it is there; `range` says "an index". */
bool parse_last(struct lex *l, const char *what, uint64_t first, uint64_t most, uint64_t *last);

/* A segment's offset: bytes, or a PHY's PAGE.REG. */
bool parse_offset(struct parser *p, uint32_t *value);
/* Segments of an array or the offset of a register, from behind its name to before what follows. */
bool parse_place(struct parser *p, struct chip_reg *reg);
/* A word that may stand once; `said` has the bits of those that did. */
bool parse_once(struct lex *l, unsigned *said, unsigned what, const char *word);
/* One word of a list: a number that is not negative. */
bool parse_choice(struct lex *l, const struct parse_list *list, int *value);
/* "tx" or "rx". */
bool parse_direction(struct lex *l, const char *what, bool *tx);

/* The register is complete: its fields get their place. */
void parse_reg_end(struct parser *p);

#endif
