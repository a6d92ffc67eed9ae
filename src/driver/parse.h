/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to parse*.c; other files call driver_def_parse() of def.h. */
#ifndef DRIVER_PARSE_H
#define DRIVER_PARSE_H

#include "driver/def.h"

struct def_parser {
	struct lex lex;
	struct driver_defs *out;
	struct driver_def *def;    /* NULL before the first header */
	int structure;             /* enum def_struct, or -1 */
	struct def_states *states; /* that `bit` lines belong to; NULL: none */
	struct desc_kind *kind;    /* that fields belong to; NULL: none */
};

/* One of some words. -1 with a fault. */
int parse_one_of(struct def_parser *p, const char *const *words, size_t n, const char *what);

/* Each parses one line behind its first word, and reports its faults: what is known of a driver by its name alone. */
bool parse_system(struct def_parser *p);
bool parse_driver_trait(struct def_parser *p);
bool parse_restarts(struct def_parser *p);
bool parse_hang(struct def_parser *p);
bool parse_hang_alone(struct def_parser *p);
bool parse_onboard(struct def_parser *p);
bool parse_vectors(struct def_parser *p);
bool parse_dcb_option(struct def_parser *p);
bool parse_lldp_flag(struct def_parser *p);
bool parse_old(struct def_parser *p);
bool parse_apart(struct def_parser *p);
bool parse_mtu(struct def_parser *p);

#endif
