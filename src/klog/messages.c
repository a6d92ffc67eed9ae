// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/messages.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "klog/internal.h"
#include "util/alloc.h"

/* Letters and digits alone count, up to the value or its mark. */
static const char *skip(const char *s)
{
	while (*s && *s != '<' && *s != '~' && !isalnum((unsigned char)*s))
		s++;
	return *s == '<' || *s == '~' ? s + strlen(s) : s;
}

static bool same_label(const char *a, const char *b)
{
	for (a = skip(a), b = skip(b); *a && *b; a = skip(a + 1), b = skip(b + 1))
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
	return !*a && !*b;
}

bool klog_field_find(const char *text, enum klog_field *field)
{
	for (size_t i = 0; i < n_block_labels; i++) {
		*field = block_labels[i].field;
		if (*field != KLOG_FIELDS && same_label(text, block_labels[i].pattern))
			return true;
	}
	for (unsigned i = 0; i < KLOG_N_NUMBERS; i++) {
		*field = (enum klog_field)i;
		if (same_label(text, klog_fields[i].name) || same_label(text, klog_fields[i].title))
			return true;
	}
	return false;
}

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
