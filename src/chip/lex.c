// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/lex.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/alloc.h"
#include "util/text.h"

bool fault(struct sink *sink, const struct chip_pos *pos, const char *format, ...)
{
	char message[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	sink->n++;
	sink->report(pos, message, sink->arg);
	return false;
}

void warning(struct sink *sink, const struct chip_pos *pos, const char *format, ...)
{
	char message[512];
	va_list ap;

	if (!sink->warn)
		return;
	va_start(ap, format);
	vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	sink->warn(pos, message, sink->arg);
}

void fault_ignore(const struct chip_pos *pos, const char *message, void *arg)
{
	(void)pos;
	(void)message;
	(void)arg;
}

void lex_init(struct lex *l, struct arena *arena, struct sink *sink, const char *file, const char *text, size_t n)
{
	*l = (struct lex){ .arena = arena, .sink = sink, .file = file, .next = text };
	l->text_end = text + n;
}

bool lex_line(struct lex *l)
{
	if (l->next == l->text_end)
		return false;
	l->line = l->p = l->next;
	l->end = memchr(l->p, '\n', (size_t)(l->text_end - l->p));
	l->next = l->end ? l->end + 1 : l->text_end;
	if (!l->end)
		l->end = l->text_end;
	l->line_no++;
	return true;
}

static struct chip_pos pos_at(const struct lex *l, const char *at)
{
	return (struct chip_pos){ l->file, l->line_no, (unsigned)(at - l->line) + 1 };
}

struct chip_pos lex_pos(const struct lex *l)
{
	return pos_at(l, l->p);
}

bool lex_blank(struct lex *l)
{
	const char *p = l->p, *end = l->end;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (p < end && *p == '#')
		p = end;
	l->p = p;
	return p < end;
}

bool lex_gap(struct lex *l)
{
	const char *from = l->p;

	if (lex_blank(l) && l->p == from)
		return lex_expected(l, "a blank");
	return true;
}

bool lex_done(struct lex *l)
{
	return !lex_blank(l) || lex_expected(l, "the end of the line");
}

bool lex_char(struct lex *l, char c)
{
	if (l->p == l->end || *l->p != c)
		return false;
	l->p++;
	return true;
}

bool lex_expect(struct lex *l, char c)
{
	char what[] = { '\'', c, '\'', '\0' };

	return lex_char(l, c) || lex_expected(l, what);
}

static bool alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

static bool ends_number(const struct lex *l, const char *q)
{
	return q == l->end || !alphanumeric(*q);
}

/* The end of the word at p, for a message. */
static const char *found_end(const struct lex *l)
{
	const char *q = l->p;

	if (q < l->end && alphanumeric(*q)) {
		while (q < l->end && alphanumeric(*q))
			q++;
		return q;
	}
	return q < l->end ? q + 1 : q;
}

bool lex_expected(struct lex *l, const char *what)
{
	struct chip_pos pos = lex_pos(l);
	const char *end = found_end(l);
	int n = end - l->p > 40 ? 40 : (int)(end - l->p);

	if (!n || *l->p == '#')
		return fault(l->sink, &pos, "expected %s, but the line ends", what);
	if (*l->p == ' ' || *l->p == '\t')
		return fault(l->sink, &pos, "expected %s, found a blank", what);
	if ((unsigned char)*l->p < 0x20 || *l->p == 0x7f)
		return fault(l->sink, &pos, "expected %s, found the control character 0x%02x", what,
			     (unsigned)(unsigned char)*l->p);
	return fault(l->sink, &pos, "expected %s, found '%.*s'", what, n, l->p);
}

bool lex_room(struct lex *l, size_t n, size_t most, const char *what)
{
	struct chip_pos pos = lex_pos(l);

	return n < most || fault(l->sink, &pos, "a definition has at most %zu %s", most, what);
}

#define IN(kind) (1u << (kind))

static bool in_name(enum lex_name kind, char c)
{
	static const unsigned char in[256] = {
		['0' ... '9'] = IN(LEX_WORD) | IN(LEX_DEFINED) | IN(LEX_REGISTER) | IN(LEX_HEADER),
		['A' ... 'Z'] = IN(LEX_DEFINED) | IN(LEX_REGISTER) | IN(LEX_HEADER),
		['a' ... 'z'] = IN(LEX_WORD) | IN(LEX_DEFINED) | IN(LEX_HEADER),
		['_'] = IN(LEX_DEFINED) | IN(LEX_REGISTER) | IN(LEX_HEADER),
		['-'] = IN(LEX_WORD) | IN(LEX_DEFINED),
		['.'] = IN(LEX_DEFINED),
	};

	return in[(unsigned char)c] & IN(kind);
}

bool lex_name(struct lex *l, enum lex_name kind, const char *what, const char **name)
{
	static const char *const made_of[] = {
		[LEX_WORD] = "small letters, digits and '-'",
		[LEX_DEFINED] = "letters, digits, '_', '-' and '.'",
		[LEX_REGISTER] = "capitals, digits and '_'",
		[LEX_HEADER] = "letters, digits and '_'",
	};
	const char *from = l->p, *q = from;
	struct chip_pos pos;

	while (q < l->end && in_name(kind, *q))
		q++;
	if (q < l->end && alphanumeric(*q) && !(q == from && kind == LEX_WORD)) {
		pos = pos_at(l, q);
		return fault(l->sink, &pos, "'%c' in %s, which is made of %s", *q, what, made_of[kind]);
	}
	if (q == from)
		return lex_expected(l, what);
	*name = arena_strndup(l->arena, from, (size_t)(q - from));
	l->p = q;
	return true;
}

bool lex_rest_of_word(struct lex *l, const char *what, const char **s)
{
	const char *from = l->p;

	while (l->p < l->end && (unsigned char)*l->p > ' ' && *l->p != 0x7f)
		l->p++;
	if (l->p == from)
		return lex_expected(l, what);
	*s = arena_strndup(l->arena, from, (size_t)(l->p - from));
	return true;
}

/* Where in a string what stands for itself ends. */
static const char *plain_end(const char *p, const char *end)
{
	static const bool other[256] = { [0 ... 0x1f] = true, [0x7f] = true, ['"'] = true, ['\\'] = true };

	while (end - p >= (ptrdiff_t)sizeof(uint64_t)) {
		uint64_t eight = text_eight(p);

		if (!text_eight_plain(eight) || text_eight_have(eight, '"') || text_eight_have(eight, '\\'))
			break;
		p += sizeof(eight);
	}
	while (p < end && !other[(unsigned char)*p])
		p++;
	return p;
}

/* The string's text into `to`; false if it does not end or has a forbidden character. */
static bool string_text(struct lex *l, char *to)
{
	struct chip_pos start = lex_pos(l), pos;

	for (l->p++; l->p < l->end; l->p++) {
		char c = *l->p;

		if (c == '"') {
			l->p++;
			return true;
		}
		pos = lex_pos(l);
		if ((unsigned char)c < 0x20 || c == 0x7f)
			return fault(l->sink, &pos, "control character 0x%02x in a string", (unsigned)(unsigned char)c);
		if (c == '\\') {
			if (++l->p == l->end)
				break;
			c = *l->p;
			if (c != '"' && c != '\\')
				return fault(l->sink, &pos, "'\\' in a string is followed by '\"' or '\\' only");
		}
		*to++ = c;
	}
	return fault(l->sink, &start, "the string is not closed by '\"'");
}

bool lex_string(struct lex *l, const char *what, const char **s)
{
	const char *q;
	char quoted[64];
	char *text;

	if (l->p == l->end || *l->p != '"') {
		snprintf(quoted, sizeof(quoted), "%s in quotes", what);
		return lex_expected(l, quoted);
	}
	q = plain_end(l->p + 1, l->end);
	if (q < l->end && *q == '"') {
		*s = arena_strndup(l->arena, l->p + 1, (size_t)(q - l->p) - 1);
		l->p = q + 1;
		return true;
	}
	while (q < l->end && *q != '"')
		q += *q == '\\' && q + 1 < l->end ? 2 : 1;
	text = arena_alloc(l->arena, (size_t)(q - l->p) + 1);
	*s = text;
	return string_text(l, text);
}

static bool too_large(struct lex *l, const char *what, uint64_t most)
{
	struct chip_pos pos = lex_pos(l);

	if (most > 0xffff)
		return fault(l->sink, &pos, "%s is at most 0x%" PRIx64, what, most);
	return fault(l->sink, &pos, "%s is at most %" PRIu64, what, most);
}

static bool digits(struct lex *l, const char *what, const char *q, unsigned base, uint64_t most, uint64_t *value)
{
	const char *from = q;
	uint64_t v = 0;

	for (; q < l->end; q++) {
		unsigned d = (unsigned)text_hex_digit(*q);

		if (d >= base)
			break;
		if (__builtin_mul_overflow(v, base, &v) || __builtin_add_overflow(v, d, &v))
			return too_large(l, what, most);
	}
	if (q == from || !ends_number(l, q))
		return lex_expected(l, what);
	if (base == 10 && *from == '0' && q - from > 1) {
		struct chip_pos pos = lex_pos(l);

		return fault(l->sink, &pos, "a decimal number does not begin with 0");
	}
	if (v > most)
		return too_large(l, what, most);
	l->p = q;
	*value = v;
	return true;
}

bool lex_u64(struct lex *l, const char *what, uint64_t most, uint64_t *value)
{
	if (l->end - l->p > 2 && l->p[0] == '0' && l->p[1] == 'x')
		return digits(l, what, l->p + 2, 16, most, value);
	return digits(l, what, l->p, 10, most, value);
}

bool lex_u32(struct lex *l, const char *what, uint32_t most, uint32_t *value)
{
	uint64_t v;

	if (!lex_u64(l, what, most, &v))
		return false;
	*value = (uint32_t)v;
	return true;
}

bool lex_decimal(struct lex *l, const char *what, uint32_t most, uint32_t *value)
{
	uint64_t v;

	if (!digits(l, what, l->p, 10, most, &v))
		return false;
	*value = (uint32_t)v;
	return true;
}

bool lex_digits(struct lex *l, const char *what, unsigned n, uint32_t *value)
{
	const char *q = l->p;
	uint32_t v = 0;

	while (q < l->end && q - l->p < (long)n && text_hex_digit(*q) >= 0)
		v = v << 4 | (uint32_t)text_hex_digit(*q++);
	if (q - l->p != (long)n || !ends_number(l, q))
		return lex_expected(l, what);
	l->p = q;
	*value = v;
	return true;
}
