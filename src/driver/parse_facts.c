// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of a driver definition about what is known of a driver by its name alone: scripts/tables makes the table of them
 * that the program uses (chip/drivers.h), and these say what is wrong with a line. */
#include <string.h>

#include "driver/parse.h"
#include "util/alloc.h"
#include "util/text.h"

/* Calls `one` for each of the words of a line, of which there are up to `most`. */
static bool words(struct def_parser *p, size_t most, const char *what, bool (*one)(struct def_parser *p, size_t i))
{
	struct lex *l = &p->lex;
	size_t n = 0;

	do {
		struct chip_pos pos = lex_pos(l);

		if (n == most)
			return fault(l->sink, &pos, "a driver has at most %zu %s", most, what);
		if (!one(p, n++) || !lex_gap(l))
			return false;
	} while (l->p < l->end);
	return true;
}

static bool one_system(struct def_parser *p, size_t i)
{
	static const char *const names[] = { "linux", "freebsd", "esxi" };
	int at = parse_one_of(p, names, COUNT(names), "linux, freebsd or esxi");

	(void)i;
	if (at >= 0)
		p->def->facts.systems |= 1u << at;
	return at >= 0;
}

bool parse_system(struct def_parser *p)
{
	return words(p, 3, "systems", one_system);
}

static bool one_trait(struct def_parser *p, size_t i)
{
	static const char *const names[] = {
#define X(name, word) word,
		DRIVER_TRAITS(X)
#undef X
	};
	int at = parse_one_of(p, names, COUNT(names), "a trait of drivers");

	(void)i;
	if (at >= 0)
		p->def->facts.traits |= 1u << at;
	return at >= 0;
}

bool parse_driver_trait(struct def_parser *p)
{
	return words(p, DRIVER_N_TRAITS, "traits", one_trait);
}

/* By a new negotiation: always, or with autonegotiation alone. */
bool parse_restarts(struct def_parser *p)
{
	static const char *const names[] = { "always", "autoneg" };
	int at = parse_one_of(p, names, COUNT(names), "always or autoneg");

	p->def->facts.restarts = at ? RESTARTS_WITH_AUTONEG : RESTARTS_ALWAYS;
	return at >= 0;
}

static bool field_name(struct def_parser *p, const char **name)
{
	return lex_name(&p->lex, LEX_HEADER, "the name of a report's field", name);
}

/* WORD FIELD, and `colon` */
bool parse_hang(struct def_parser *p)
{
	static const char *const names[] = { "colon" };
	struct driver_hang hang = { 0 };
	struct chip_pos pos = lex_pos(&p->lex);
	size_t n = 0;

	while (n < DRIVER_HANGS && p->def->facts.hangs[n].word)
		n++;
	if (n == DRIVER_HANGS)
		return fault(p->lex.sink, &pos, "a driver has at most %d forms of a hang block", DRIVER_HANGS);
	if (!lex_name(&p->lex, LEX_DEFINED, "the word of a hang block's header", &hang.word) || !lex_gap(&p->lex) ||
	    !field_name(p, &hang.last) || !lex_gap(&p->lex))
		return false;
	if (p->lex.p < p->lex.end) {
		hang.colon = true;
		if (parse_one_of(p, names, COUNT(names), "'colon'") < 0)
			return false;
	}
	p->def->facts.hangs[n] = hang;
	return true;
}

static bool one_alone(struct def_parser *p, size_t i)
{
	return field_name(p, &p->def->facts.alone[i]);
}

bool parse_hang_alone(struct def_parser *p)
{
	return words(p, DRIVER_ALONE, "fields of its own", one_alone);
}

/* "00:1f.6" */
static bool is_place(const char *s)
{
	static const char form[] = "hh:hh.d";
	size_t n = strlen(s);

	for (size_t i = 0; i < n && n == strlen(form); i++)
		if (form[i] == 'h'   ? !strchr("0123456789abcdef", s[i])
		    : form[i] == 'd' ? s[i] < '0' || s[i] > '7'
				     : s[i] != form[i])
			return false;
	return n == strlen(form);
}

static bool one_place(struct def_parser *p, size_t i)
{
	struct chip_pos pos = lex_pos(&p->lex);
	const char **place = &p->def->facts.onboard[i];

	if (!lex_rest_of_word(&p->lex, "a place on the bus", place))
		return false;
	return is_place(*place) || fault(p->lex.sink, &pos, "'%.20s' is no place on the bus, such as 00:1f.6", *place);
}

bool parse_onboard(struct def_parser *p)
{
	return words(p, DRIVER_ONBOARD, "places in the chipset", one_place);
}

bool parse_vectors(struct def_parser *p)
{
	return lex_string(&p->lex, "how its interrupts' names begin", &p->def->facts.vectors);
}

bool parse_dcb_option(struct def_parser *p)
{
	struct chip_pos pos = lex_pos(&p->lex);

	if (!lex_name(&p->lex, LEX_HEADER, "an option of the kernel", &p->def->facts.dcb_option))
		return false;
	return text_starts(p->def->facts.dcb_option, "CONFIG_") ||
	       fault(p->lex.sink, &pos, "an option of the kernel begins with CONFIG_");
}

/* FLAG on|off: what the flag, while it is on, does with the agent */
bool parse_lldp_flag(struct def_parser *p)
{
	static const char *const names[] = { "off", "on" };
	int at;

	if (!lex_name(&p->lex, LEX_WORD, "a private flag", &p->def->facts.lldp_flag) || !lex_gap(&p->lex))
		return false;
	at = parse_one_of(p, names, COUNT(names), "on or off");
	p->def->facts.lldp_on = at == 1;
	return at >= 0;
}

/* VERSION "WHY" "SEEN" "CURED" */
bool parse_old(struct def_parser *p)
{
	struct driver_facts *f = &p->def->facts;
	struct lex *l = &p->lex;

	for (size_t i = 0; i < COUNT(f->old_before); i++)
		if ((i && !lex_expect(l, '.')) || !lex_decimal(l, "a version, A.B.C", UINT16_MAX, &f->old_before[i]))
			return false;
	return lex_gap(l) && lex_string(l, "what is wrong with older versions", &f->old_why) && lex_gap(l) &&
	       lex_string(l, "a version that hurt", &f->old_seen) && lex_gap(l) &&
	       lex_string(l, "a version that cured it", &f->old_cured);
}

bool parse_apart(struct def_parser *p)
{
	struct driver_facts *f = &p->def->facts;

	return lex_decimal(&p->lex, "a major version of the firmware", UINT16_MAX, &f->apart_firmware) &&
	       lex_gap(&p->lex) && lex_decimal(&p->lex, "a major version of the driver", UINT16_MAX, &f->apart_driver);
}

/* NO-JUMBO ONE-BUFFER */
bool parse_mtu(struct def_parser *p)
{
	struct driver_facts *f = &p->def->facts;

	return lex_decimal(&p->lex, "an MTU", UINT16_MAX, &f->no_jumbo) && lex_gap(&p->lex) &&
	       lex_decimal(&p->lex, "an MTU", UINT16_MAX, &f->one_buffer);
}
