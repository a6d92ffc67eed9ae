// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/messages.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "klog/cursor.h"
#include "klog/internal.h"
#include "util/alloc.h"

/* ---- patterns ---- */

#define FAR 200 /* bytes that {..} skips at most */
#define WORD 63 /* bytes of a text, at most */

/* Ends a text that a web page or JSON has around it. */
static bool is_mark(char c)
{
	return c == '<' || c == '"';
}

/* Characters of a pattern that stand for something else, and those that end what stands for itself. */
enum { IS_ITSELF, IS_OTHER, IS_SPECIAL };
static const uint8_t kinds[256] = { [' '] = IS_OTHER,   ['\\'] = IS_OTHER,  ['{'] = IS_SPECIAL, ['['] = IS_SPECIAL,
				    [']'] = IS_SPECIAL, ['~'] = IS_SPECIAL, ['\0'] = IS_SPECIAL };

static bool is_special(char c)
{
	return kinds[(unsigned char)c] == IS_SPECIAL;
}

/* The ordinary characters at *pattern, moved past them. NULL if the text is another. */
static const char *literal(const char **pattern, const char *s, const char *end)
{
	const char *p;

	for (p = *pattern;; p++) {
		while (s < end && *s == *p && kinds[(unsigned char)*p] == IS_ITSELF) {
			s++;
			p++;
		}
		if (is_special(*p))
			break;
		if (*p == ' ') {
			if (s >= end || !cursor_is_blank(*s))
				return NULL;
			while (s < end && cursor_is_blank(*s))
				s++;
			continue;
		}
		p += *p == '\\';
		if (s >= end || *s != *p)
			return NULL;
		s++;
	}
	*pattern = p;
	return s;
}

/* Where the ordinary characters at p are first found within `most` bytes. */
static const char *find_literal(const char *p, const char *s, const char *end, size_t most)
{
	char first = *p == '\\' ? p[1] : *p;

	for (const char *stop = s + most; s <= end && s <= stop; s++) {
		const char *rest = p;

		if (s < end && *s != first && first != ' ' && !is_special(*p))
			continue;
		if (literal(&rest, s, end))
			return s;
	}
	return NULL;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

static const char *number(const char *s, const char *end, int base, uint64_t *value)
{
	const char *start = s;

	if (base == 16 && end - s > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		start = s += 2;
	*value = 0;
	while (s < end && digit(*s) < base && s - start < (base == 16 ? 16 : 19))
		*value = *value * (uint64_t)base + (uint64_t)digit(*s++);
	return s > start ? s : NULL;
}

/* A word: up to a blank or the pattern's next character. */
static const char *word(const char *next, const char *s, const char *end)
{
	const char *start = s;
	char stop = is_special(*next) || *next == ' ' ? '\0' : *next;

	if (stop == '\\')
		stop = next[1];
	while (s < end && !cursor_is_blank(*s) && !is_mark(*s) && *s != stop && s - start < WORD)
		s++;
	if (stop == '\0')
		while (s > start && (s[-1] == ',' || s[-1] == '.'))
			s--;
	return s > start ? s : NULL;
}

/* Words: up to the pattern's next characters, or to the end of the line. */
static const char *phrase(const char *next, const char *s, const char *end)
{
	const char *start = s;

	if (!is_special(*next))
		return find_literal(next, s, end, WORD);
	while (s < end && *s != '\n' && !is_mark(*s) && s - start < WORD)
		s++;
	while (s > start && cursor_is_blank(s[-1]))
		s--;
	return s > start ? s : NULL;
}

/* A field of a compiled pattern: '{', which one, a suffix. */
enum { ANY_WORD = 0x7e, ANYTHING = 0x7f, FIELD = 0x80 };

_Static_assert(FIELD + KLOG_FIELDS <= 0x100, "a field is a byte");

struct braces {
	const char *next; /* of the pattern */
	unsigned char which;
	char suffix; /* of ":d", ":x", ":G", or '*'; '}': none */
};

static unsigned char field_named(const char *name, size_t n)
{
	if (n == 2 && !memcmp(name, "..", 2))
		return ANYTHING;
	for (unsigned i = 0; i < KLOG_FIELDS; i++)
		if (klog_fields[i].name[0] == *name && !strncmp(klog_fields[i].name, name, n) &&
		    !klog_fields[i].name[n])
			return (unsigned char)(FIELD + i);
	return ANY_WORD;
}

/* A field in braces, from behind the first on. Returns what is behind the last. */
static const char *compile_field(const char *p, char **to)
{
	size_t len = strcspn(p, "}"), name = strcspn(p, ":*}");

	*(*to)++ = (char)field_named(p, name);
	*(*to)++ = name < len ? p[len - 1] : '}';
	return p + len + 1;
}

size_t pattern_compile(const char *pattern, char *out)
{
	char *to = out;

	while (*pattern) {
		char c = *to++ = *pattern++;

		if (c == '\\')
			*to++ = *pattern++;
		else if (c == '{')
			pattern = compile_field(pattern, &to);
	}
	*to++ = '\0';
	return (size_t)(to - out);
}

static void braces_read(const char *p, struct braces *braces)
{
	*braces = (struct braces){ p + 2, (unsigned char)p[0], p[1] };
}

static const char *capture_number(const struct braces *braces, const char *s, const char *end, struct match *m)
{
	struct capture *c = &m->captures[m->n];
	unsigned field = braces->which - FIELD;
	bool hex = braces->suffix == 'x' || (braces->suffix != 'd' && klog_fields[field].format == KLOG_HEX);

	s = number(s, end, hex ? 16 : 10, &c->value);
	if (!s || (*braces->next == '>' && (s == end || *s != '>'))) /* the log ends in it, or it is damaged */
		return NULL;
	if (braces->suffix == 'G') {
		c->value *= 1000;
		if (s + 1 < end && *s == '.' && digit(s[1]) < 10) { /* "2.5 Gbps" */
			c->value += (uint64_t)digit(s[1]) * 100;
			s += 2;
		}
	}
	c->text = NULL;
	return s;
}

static const char *capture(const struct braces *braces, const char *s, const char *end, struct match *m)
{
	struct capture *c = &m->captures[m->n];
	const char *start = s;

	if (braces->which < FIELD)
		return braces->which == ANYTHING ? find_literal(braces->next, s, end, FAR) : word(braces->next, s, end);
	if (m->n == PATTERN_CAPTURES)
		return NULL;
	c->field = (enum klog_field)(braces->which - FIELD);
	if (klog_fields[c->field].format != KLOG_TEXT) {
		s = capture_number(braces, s, end, m);
	} else {
		s = braces->suffix == '*' ? phrase(braces->next, s, end) : word(braces->next, s, end);
		c->text = start;
		c->len = s ? (size_t)(s - start) : 0;
	}
	if (!s)
		return NULL;
	m->n++;
	return s;
}

/* Up to a closing bracket or the end. What fits before a misfit counts from the first ~ on. */
static const char *sequence(const char **p, const char *s, const char *end, struct match *m);

/* A group that may be left out; *p is past its bracket. */
static const char *group(const char **p, const char *s, const char *end, struct match *m)
{
	size_t n = m->n;
	const char *inner = *p, *after = sequence(&inner, s, end, m);

	while (**p && **p != ']')
		*p += **p == '\\' && (*p)[1] ? 2 : 1;
	if (**p)
		++*p;
	if (after)
		return after;
	m->n = n;
	return s;
}

static const char *sequence(const char **p, const char *s, const char *end, struct match *m)
{
	const char *soft = NULL;

	while (**p && **p != ']') {
		const char *after;
		struct braces braces;

		switch (**p) {
		case '~':
			++*p;
			soft = s;
			continue;
		case '[':
			++*p;
			after = group(p, s, end, m);
			break;
		case '{':
			braces_read(*p + 1, &braces);
			*p = braces.next;
			after = capture(&braces, s, end, m);
			break;
		default:
			after = literal(p, s, end);
		}
		if (!after)
			return soft;
		s = after;
		if (soft)
			soft = s;
	}
	return s;
}

bool pattern_match(const char *compiled, const char *s, const char *end, struct match *m)
{
	m->n = 0;
	m->end = sequence(&compiled, s, end, m);
	return m->end != NULL;
}

void match_fill(const struct match *m, struct klog_report *r)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct capture *c = &m->captures[i];

		if (c->text)
			klog_set_text(r, c->field, c->text, c->len);
		else
			klog_set(r, c->field, c->value);
	}
}

const struct capture *match_capture(const struct match *m, enum klog_field field)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->captures[i].field == field)
			return &m->captures[i];
	return NULL;
}

/* ---- where each row is looked for ---- */

/* The label with a field in the blocks of a driver: its own, else that of all. */
static const struct label_row *label_of(enum klog_field field, const char *driver)
{
	const struct label_row *found = NULL;

	for (size_t i = 0; i < n_block_labels; i++) {
		const struct label_row *row = &block_labels[i];

		if (row->field != field)
			continue;
		if (row->driver && !strcmp(row->driver, driver))
			return row;
		if (!row->driver && !found)
			found = row;
	}
	return found;
}

bool klog_says(const struct klog_report *r, enum klog_field field, enum label_says says)
{
	const struct label_row *row = klog_known(r, field) ? label_of(field, klog_text(r, KLOG_DRIVER)) : NULL;

	for (size_t i = 0; row && i < LABEL_BITS; i++)
		if (row->bits[i].says == says)
			return klog_number(r, field) >> row->bits[i].bit & 1;
	return false;
}

int messages_label(const char *field, const char *driver)
{
	for (size_t i = 0; i < n_block_labels; i++) {
		enum klog_field at = block_labels[i].field;
		const struct label_row *row;

		if (at == KLOG_FIELDS || strcmp(klog_fields[at].name, field) != 0)
			continue;
		row = label_of(at, driver);
		return row ? (int)(row - block_labels) : -1;
	}
	return -1;
}

/* What a text must have at its start to match, as far as that is plain characters: of a group at the start, too. */
static struct row_head head_of(const char *pattern)
{
	char bytes[ROW_HEAD] = { 0 }, mask[ROW_HEAD] = { 0 };
	bool group = *pattern == '[';
	struct row_head head;

	pattern += group;
	for (size_t i = 0; i < sizeof(bytes); i++, pattern++) {
		if (group && *pattern == ']') {
			group = false;
			pattern++;
		}
		if (!*pattern || strchr("{[]~\\", *pattern))
			break;
		bytes[i] = *pattern;
		mask[i] = (char)0xff;
	}
	memcpy(&head.bytes, bytes, sizeof(bytes));
	memcpy(&head.mask, mask, sizeof(mask));
	return head;
}

/* The rows of both tables as one. */
static const char *pattern_of(size_t row)
{
	return row < n_messages ? messages[row].pattern : block_labels[row - n_messages].pattern;
}

/* Bytes at a pattern's start that its head has all of. */
static uint8_t plain_of(const char *pattern)
{
	size_t n = strcspn(pattern, "{[]~\\");

	n = n < ROW_HEAD ? n : ROW_HEAD;
	while (n && pattern[n - 1] == ' ')
		n--;
	return (uint8_t)n;
}

/* Appends a row to a list, by the text that it begins with. */
static void index_row(struct message_index *index, uint16_t *list, const char *text, size_t row)
{
	struct row_entry *entry = &index->entries[index->n_entries++];

	while (*list)
		list = &index->entries[*list - 1].next;
	*entry = (struct row_entry){ .head = head_of(text), .row = (uint16_t)row };
	entry->plain = text == pattern_of(row) ? plain_of(text) : 0;
	*list = (uint16_t)index->n_entries;
}

static uint16_t *list_of(struct message_index *index, const char *text)
{
	unsigned char first = (unsigned char)(text[0] & 127), second = (unsigned char)text[1];

	return isalnum(second) ? &index->by_pair[row_list(first, second)] : &index->by_first[first];
}

static void add_bit(uint8_t *bits, size_t bit)
{
	bits[bit / 8] |= (uint8_t)(1u << bit % 8);
}

/* A text that the pattern matches, or the part of it that may be what is left, begins with these characters: with four, with
 * two, or with one. */
static void index_start(struct message_index *index, const char *pattern)
{
	unsigned first = (unsigned char)pattern[0] & 127, second = (unsigned char)pattern[1];

	if (!isalnum((int)second)) {
		memset(index->pairs[first], 0xff, sizeof(index->pairs[first]));
		memset(index->shorts[first], 0xff, sizeof(index->shorts[first]));
		return;
	}
	add_bit(index->pairs[first], second);
	if (strcspn(pattern, " {[]~\\") >= ROW_START)
		add_bit(index->fours, row_start(pattern));
	else
		add_bit(index->shorts[first], second);
}

static void index_pattern(struct message_index *index, const char *pattern, size_t row)
{
	const char *text = pattern + (pattern[0] == '[' || pattern[0] == '\\');

	index_start(index, text);
	if (pattern[0] == '\\') {
		index_row(index, &index->by_first[text[0] & 127], "", row);
	} else if (pattern[0] == '{') { /* a number */
		index_row(index, &index->numbers, strchr(pattern, '}') + 2, row);
		for (char digit = '0'; digit <= '9'; digit++)
			index_start(index, (const char[]){ digit, '\0' });
	} else {
		index_row(index, list_of(index, text), pattern, row);
	}
}

/* What follows a group that a pattern begins with, as the group may be left out. */
static void index_again(struct message_index *index, const char *pattern, size_t row)
{
	const char *after = strchr(pattern, ']');

	if (pattern[0] != '[' || !after)
		return;
	index_start(index, after + 1);
	index_row(index, list_of(index, after + 1), after + 1, row);
}

void messages_init(struct message_index *index)
{
	size_t rows = n_messages + n_block_labels, size = 0;

	memset(index, 0, sizeof(*index));
	for (size_t i = 0; i < rows; i++)
		size += strlen(pattern_of(i)) + 1;
	index->text = xcalloc(size, 1);
	size = 0;
	for (size_t i = 0; i < rows; i++) {
		index->patterns[i] = index->text + size;
		size += pattern_compile(pattern_of(i), index->text + size);
		index_pattern(index, pattern_of(i), i);
	}
	for (size_t i = 0; i < rows; i++)
		index_again(index, pattern_of(i), i);
}

void messages_free(struct message_index *index)
{
	free(index->text);
}
