// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of a driver definition. The words of structures are a list in def.c; each other line has its parser here. */
#include <string.h>

#include "driver/parse.h"
#include "util/alloc.h"
#include "util/text.h"

#define SOURCES_MOST 16
#define STATES_MOST 8
#define BITS_MOST 64
#define COUNTERS_MOST 32
#define KINDS_MOST 16
#define FIELDS_MOST 32
#define NAME_MOST 128
#define OFFSET_MOST 0x7ffffffu /* in a BAR */
#define QUEUES_MOST 1536

static bool start(struct def_parser *p, bool kernel, bool descriptor)
{
	struct lex *l = &p->lex;
	struct driver_def *def = arena_alloc(l->arena, sizeof(*def));

	*p = (struct def_parser){ .lex = *l, .out = p->out, .structure = -1 };
	def->kernel = kernel;
	def->descriptor = descriptor;
	def->pos = lex_pos(l);
	if (!lex_name(l, LEX_DEFINED, "a name", &def->name) || !lex_gap(l))
		return false;
	if (descriptor && (!lex_u32(l, "the bytes of a descriptor", 64, &def->size) || !lex_gap(l)))
		return false;
	p->def = def;
	*ARENA_PUSH(l->arena, p->out->v, p->out->n, p->out->cap) = def;
	return lex_string(l, "a title", &def->title);
}

static bool parse_driver(struct def_parser *p)
{
	return start(p, false, false);
}

static bool parse_kernel(struct def_parser *p)
{
	return start(p, true, false);
}

static bool parse_descriptor(struct def_parser *p)
{
	return start(p, false, true);
}

static bool parse_source(struct def_parser *p)
{
	const char *text;

	if (!lex_room(&p->lex, p->def->n_sources, SOURCES_MOST, "sources") || !lex_string(&p->lex, "a source", &text))
		return false;
	*ARENA_PUSH(p->lex.arena, p->def->sources, p->def->n_sources, p->def->cap_sources) = text;
	return true;
}

int parse_one_of(struct def_parser *p, const char *const *words, size_t n, const char *what)
{
	struct chip_pos pos = lex_pos(&p->lex);
	const char *word;
	int at;

	if (!lex_name(&p->lex, LEX_WORD, what, &word))
		return -1;
	at = text_find(words, n, word);
	if (at < 0)
		fault(p->lex.sink, &pos, "'%s' is not %s", word, what);
	return at;
}

static bool parse_struct(struct def_parser *p)
{
	const char *words[DEF_STRUCTS];
	struct chip_pos pos = lex_pos(&p->lex);

	p->states = NULL;
	for (int i = 0; i < DEF_STRUCTS; i++)
		words[i] = def_struct_word((enum def_struct)i);
	p->structure = parse_one_of(p, words, DEF_STRUCTS, "the word for a structure");
	if (p->structure < 0 || !lex_gap(&p->lex))
		return false;
	if (p->def->structs[p->structure])
		return fault(p->lex.sink, &pos, "'%s' is named twice", words[p->structure]);
	return lex_name(&p->lex, LEX_HEADER, "the name of a structure", &p->def->structs[p->structure]);
}

static size_t name_length(const char *s)
{
	size_t n = 0;

	while ((s[n] >= 'a' && s[n] <= 'z') || (s[n] >= 'A' && s[n] <= 'Z') || s[n] == '_' ||
	       (n && s[n] >= '0' && s[n] <= '9'))
		n++;
	return n;
}

/* [N], [NAME], [*], [*NAME]: an element by number or by another member's value, or each of so many. */
static size_t index_length(const char *s)
{
	size_t n = s[1] == '*' ? 1 + name_length(s + 2) : name_length(s + 1);

	if (!n)
		n = strspn(s + 1, "0123456789");
	return n && n < 8 + NAME_MOST && s[n + 1] == ']' ? n + 2 : 0;
}

/* NAME, NAME[INDEX], joined by '.'; or "(end)". Whether they exist is known when the kernel is. */
static bool is_path(const char *s)
{
	if (!strcmp(s, "(end)"))
		return true;
	for (;;) {
		size_t n = name_length(s), i;

		if (!n)
			return false;
		s += n;
		while (*s == '[') {
			i = index_length(s);
			if (!i)
				return false;
			s += i;
		}
		if (*s != '.')
			return !*s;
		s++;
	}
}

/* PATH | PATH | -, where '-' says that it may be missing. */
static bool parse_path(struct def_parser *p, struct def_path *path)
{
	struct lex *l = &p->lex;

	*path = (struct def_path){ .pos = lex_pos(l) };
	do {
		struct chip_pos pos;
		const char *name;

		lex_blank(l);
		pos = lex_pos(l);
		if (!lex_rest_of_word(l, "the path of a member", &name))
			return false;
		if (!strcmp(name, "-"))
			path->optional = true;
		else if (!is_path(name) || strlen(name) > NAME_MOST)
			return fault(l->sink, &pos, "'%.60s' is no path of members", name);
		else if (path->n == DEF_ALTERNATIVES)
			return fault(l->sink, &pos, "a path has at most %d alternatives", DEF_ALTERNATIVES);
		else
			path->names[path->n++] = name;
		lex_blank(l);
	} while (!path->optional && lex_char(l, '|'));
	return path->n || fault(l->sink, &path->pos, "a path without a member");
}

static bool parse_states(struct def_parser *p)
{
	struct driver_def *def = p->def;
	struct chip_pos pos = lex_pos(&p->lex);

	if (p->structure < 0)
		return fault(p->lex.sink, &pos, "'states' stands before any 'struct' line");
	if (!lex_room(&p->lex, def->n_states, STATES_MOST, "'states' lines"))
		return false;
	p->states = ARENA_PUSH(p->lex.arena, def->states, def->n_states, def->cap_states);
	p->states->structure = (enum def_struct)p->structure;
	return parse_path(p, &p->states->path);
}

static bool parse_state(struct def_parser *p, bool whole, bool clear)
{
	struct chip_pos pos = lex_pos(&p->lex);
	struct def_state s = { .whole = whole, .clear = clear, .pos = pos };
	int meaning;

	if (!p->states)
		return fault(p->lex.sink, &pos, "'bit', 'no-bit' and 'value' belong below a 'states' line");
	if (!lex_room(&p->lex, p->states->n, BITS_MOST, "bits") ||
	    !lex_name(&p->lex, LEX_HEADER, "an enumerator", &s.constant) || !lex_gap(&p->lex))
		return false;
	meaning = parse_one_of(p, def_meanings, n_def_meanings, "a known state");
	if (meaning < 0)
		return false;
	s.meaning = def_meanings[meaning];
	*ARENA_PUSH(p->lex.arena, p->states->v, p->states->n, p->states->cap) = s;
	return true;
}

static bool parse_bit(struct def_parser *p)
{
	return parse_state(p, false, false);
}

static bool parse_no_bit(struct def_parser *p)
{
	return parse_state(p, false, true);
}

static bool parse_value(struct def_parser *p)
{
	return parse_state(p, true, false);
}

static bool parse_counter(struct def_parser *p)
{
	struct driver_def *def = p->def;
	struct def_counter counter = { 0 };
	struct chip_pos pos = lex_pos(&p->lex);

	if (p->structure != DEF_ADAPTER)
		return fault(p->lex.sink, &pos, "'counter' belongs below 'struct adapter'");
	if (!lex_room(&p->lex, def->n_counters, COUNTERS_MOST, "counters") ||
	    !lex_name(&p->lex, LEX_HEADER, "the name of a counter", &counter.name) || !lex_gap(&p->lex) ||
	    !parse_path(p, &counter.path))
		return false;
	*ARENA_PUSH(p->lex.arena, def->counters, def->n_counters, def->cap_counters) = counter;
	return true;
}

static bool parse_data(struct def_parser *p)
{
	static const char *const words[] = { "netdev", "adapter" };
	int at = parse_one_of(p, words, COUNT(words), "netdev or adapter");

	p->def->data = at ? DEF_ADAPTER : DEF_NETDEV;
	return at >= 0;
}

static bool parse_descriptors(struct def_parser *p)
{
	return lex_name(&p->lex, LEX_DEFINED, "the name of a descriptor format", &p->def->descriptors);
}

static bool parse_frames(struct def_parser *p)
{
	static const char *const words[] = { "first", "last" };
	int at = parse_one_of(p, words, COUNT(words), "first or last");

	p->def->frame_last = at == 1;
	return at >= 0;
}

static bool parse_cleans(struct def_parser *p)
{
	static const char *const words[] = { "interrupt" };

	p->def->cleans_in_interrupt = true;
	return parse_one_of(p, words, COUNT(words), "'interrupt'") >= 0;
}

/* FIRST+STEP COUNT */
static bool parse_tails(struct def_parser *p)
{
	struct lex *l = &p->lex;

	return lex_u32(l, "an offset", OFFSET_MOST, &p->def->tail_also.first) && lex_expect(l, '+') &&
	       lex_u32(l, "a step", OFFSET_MOST, &p->def->tail_also.step) && lex_gap(l) &&
	       lex_decimal(l, "how many queues", QUEUES_MOST, &p->def->tail_also.n);
}

/* QUADWORD HIGH:LOW, or QUADWORD BIT */
static bool parse_bits(struct def_parser *p, uint8_t *quadword, uint8_t *high, uint8_t *low)
{
	struct lex *l = &p->lex;
	struct chip_pos pos = lex_pos(l);
	uint32_t q, h, b;

	if (!lex_decimal(l, "a quadword of the descriptor", p->def->size / 8 - 1, &q) || !lex_gap(l) ||
	    !lex_decimal(l, "a bit", 63, &h))
		return false;
	b = h;
	if (lex_char(l, ':') && !lex_decimal(l, "a bit", 63, &b))
		return false;
	*quadword = (uint8_t)q;
	*high = (uint8_t)h;
	*low = (uint8_t)b;
	return h >= b || fault(l->sink, &pos, "the higher bit comes first");
}

static bool parse_is(struct def_parser *p, uint8_t *quadword, uint8_t *high, uint8_t *low, uint64_t *value)
{
	struct lex *l = &p->lex;

	if (!parse_bits(p, quadword, high, low) || !lex_gap(l))
		return false;
	return lex_u64(l, "a value", UINT64_MAX >> (63 - *high + *low), value);
}

/* done QUADWORD BITS VALUE, or done head-word of a driver that is given the head in memory. */
static bool parse_done(struct def_parser *p)
{
	static const char *const words[] = { "head-word" };
	struct driver_def *def = p->def;

	if (def->descriptor)
		return parse_is(p, &def->done_quadword, &def->done_high, &def->done_low, &def->done_value);
	def->done_by = DONE_BY_HEAD_WORD;
	return parse_one_of(p, words, COUNT(words), "'head-word'") >= 0;
}

/* kind NAME QUADWORD BITS VALUE, QUADWORD BITS VALUE */
static bool parse_kind(struct def_parser *p)
{
	struct driver_def *def = p->def;
	struct desc_kind *k;

	p->kind = NULL;
	if (!lex_room(&p->lex, def->n_kinds, KINDS_MOST, "kinds"))
		return false;
	k = ARENA_PUSH(p->lex.arena, def->kinds, def->n_kinds, def->cap_kinds);
	p->kind = k;
	if (!lex_name(&p->lex, LEX_WORD, "the name of a kind", &k->name) || !lex_gap(&p->lex))
		return false;
	while (p->lex.p < p->lex.end && k->n_is < COUNT(k->is)) {
		if (!parse_is(p, &k->is[k->n_is].quadword, &k->is[k->n_is].high, &k->is[k->n_is].low,
			      &k->is[k->n_is].value))
			return false;
		k->n_is++;
		if (!lex_char(&p->lex, ','))
			break;
		lex_blank(&p->lex);
	}
	return true;
}

/* QUADWORD BITS WORD, below a kind */
static bool parse_field(struct def_parser *p)
{
	struct chip_pos pos = lex_pos(&p->lex);
	struct desc_field f;
	int word;

	if (!p->kind)
		return fault(p->lex.sink, &pos, "a field without a kind of descriptor above it");
	if (!lex_room(&p->lex, p->kind->n_fields, FIELDS_MOST, "fields") ||
	    !parse_bits(p, &f.quadword, &f.high, &f.low) || !lex_gap(&p->lex))
		return false;
	word = parse_one_of(p, desc_words, n_desc_words, "a known field");
	if (word < 0)
		return false;
	f.word = desc_words[word];
	*ARENA_PUSH(p->lex.arena, p->kind->fields, p->kind->n_fields, p->kind->cap_fields) = f;
	return true;
}

/* A word of the structure above. */
static bool parse_member(struct def_parser *p, int word)
{
	struct chip_pos pos = lex_pos(&p->lex);

	if (p->def->paths[word].n)
		return fault(p->lex.sink, &pos, "'%s' is named twice", def_words[word].word);
	return parse_path(p, &p->def->paths[word]);
}

enum { HEADER = 1, DRIVER = 2, KERNEL = 4, DESCRIPTOR = 8 };

static const struct def_keyword {
	const char *word;
	unsigned in;
	bool (*parse)(struct def_parser *p);
} keywords[] = {
	{ "driver", HEADER, parse_driver },
	{ "kernel", HEADER, parse_kernel },
	{ "descriptor", HEADER, parse_descriptor },
	{ "source", DRIVER | KERNEL | DESCRIPTOR, parse_source },
	{ "struct", DRIVER | KERNEL, parse_struct },
	{ "states", DRIVER | KERNEL, parse_states },
	{ "bit", DRIVER | KERNEL, parse_bit },
	{ "no-bit", DRIVER | KERNEL, parse_no_bit },
	{ "value", DRIVER | KERNEL, parse_value },
	{ "counter", DRIVER, parse_counter },
	{ "data-is", DRIVER, parse_data },
	{ "descriptors", DRIVER, parse_descriptors },
	{ "frame-with", DRIVER, parse_frames },
	{ "cleans-in", DRIVER, parse_cleans },
	{ "done", DRIVER | DESCRIPTOR, parse_done },
	{ "kind", DESCRIPTOR, parse_kind },
	{ "tail-also", DRIVER, parse_tails },
	{ "restarts", DRIVER, parse_restarts },
	{ "system", DRIVER, parse_system },
	{ "trait", DRIVER, parse_driver_trait },
	{ "hang", DRIVER, parse_hang },
	{ "hang-alone", DRIVER, parse_hang_alone },
	{ "onboard", DRIVER, parse_onboard },
	{ "vectors", DRIVER, parse_vectors },
	{ "dcb-option", DRIVER, parse_dcb_option },
	{ "lldp-flag", DRIVER, parse_lldp_flag },
	{ "old", DRIVER, parse_old },
	{ "apart", DRIVER, parse_apart },
	{ "mtu", DRIVER, parse_mtu },
};

static size_t word_length(const struct lex *l)
{
	size_t n = 0;

	while (l->p + n < l->end && ((l->p[n] >= 'a' && l->p[n] <= 'z') || l->p[n] == '-'))
		n++;
	return n;
}

static int member_at(const struct def_parser *p, size_t n)
{
	for (int i = 0; i < DEF_N_WORDS; i++)
		if ((int)def_words[i].structure == p->structure && strlen(def_words[i].word) == n &&
		    !memcmp(def_words[i].word, p->lex.p, n))
			return i;
	return -1;
}

static bool step(struct def_parser *p, size_t n)
{
	p->lex.p += n;
	return lex_gap(&p->lex);
}

static bool statement(struct def_parser *p)
{
	struct lex *l = &p->lex;
	struct chip_pos pos = lex_pos(l);
	size_t n = word_length(l);
	unsigned here = !p->def ? 0 : p->def->descriptor ? DESCRIPTOR : p->def->kernel ? KERNEL : DRIVER;
	int member = p->def ? member_at(p, n) : -1;

	if (member >= 0)
		return step(p, n) && parse_member(p, member);
	for (size_t i = 0; i < COUNT(keywords); i++) {
		if (strlen(keywords[i].word) != n || memcmp(keywords[i].word, l->p, n) != 0)
			continue;
		if (!(keywords[i].in & (here | HEADER)))
			return fault(l->sink, &pos, "'%s' has no place here", keywords[i].word);
		return step(p, n) && keywords[i].parse(p);
	}
	if (*l->p >= '0' && *l->p <= '9' && here == DESCRIPTOR)
		return parse_field(p);
	return n ? fault(l->sink, &pos, "unknown word '%.*s'", n > 40 ? 40 : (int)n, l->p)
		 : lex_expected(l, "a word of the format");
}

void driver_def_parse(struct arena *arena, const char *file, const char *text, size_t n, struct sink *sink,
		      struct driver_defs *out)
{
	struct def_parser p = { .out = out, .structure = -1 };

	lex_init(&p.lex, arena, sink, file, text, n);
	while (lex_line(&p.lex))
		if (lex_blank(&p.lex) && statement(&p))
			lex_done(&p.lex);
}

bool driver_def_is(const char *text, size_t n)
{
	struct arena arena = { 0 };
	struct sink sink = { .report = fault_ignore };
	struct lex l;
	bool is = false;

	lex_init(&l, &arena, &sink, "", text, n);
	while (lex_line(&l)) {
		if (!lex_blank(&l))
			continue;
		for (size_t i = 0; i < COUNT(keywords); i++)
			is |= keywords[i].in == HEADER && strlen(keywords[i].word) == word_length(&l) &&
			      !memcmp(keywords[i].word, l.p, word_length(&l));
		break;
	}
	arena_free(&arena);
	return is;
}
