// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/messages.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "klog/internal.h"
#include "util/alloc.h"

/* As Markdown and mail have it, too. */
#define NEXT_TO "n^ext_to_|next^\\_to|next^=5Fto"

const struct label_row block_labels[] = {
	{ "Tx Queue~ <{queue}>", "Tx Q^ueue", KLOG_QUEUE },
	{ "TDH, TDT~ <{tdh}>, <{tdt}>", "TDT ", KLOG_TDH },
	{ "TDH~ <{tdh}>", "TDH ", KLOG_TDH },
	{ "TDT~ <{tdt}>", "TDT ", KLOG_TDT },
	{ "next_to_use~ <{next_to_use}>", NEXT_TO, KLOG_NEXT_TO_USE },
	{ "next_to_clean~ <{next_to_clean}>", NEXT_TO, KLOG_NEXT_TO_CLEAN },
	{ "next_to_watch.status~ <{next_to_watch_status}>", NEXT_TO, KLOG_WATCH_STATUS },
	{ "next_to_watch~ <{next_to_watch}>", NEXT_TO, KLOG_NEXT_TO_WATCH },
	{ "time_stamp~ <{time_stamp}>", "time_^stamp|time^\\_sta|time^=5Fst", KLOG_TIME_STAMP },
	{ "jiffies~ <{jiffies}>", "j^iffies", KLOG_JIFFIES },
	{ "desc.status~ <{desc_status}>", "des^c.status", KLOG_DESC_STATUS },
	{ "eop_desc->wb.status~ <{desc_status}>", "eop_^desc|eop^\\_desc", KLOG_FIELDS },
	{ "dma~ <{dma}>", "dma  ", KLOG_DMA },
	{ "head (WB)~ <{head_wb}>", "head^ (WB", KLOG_HEAD_WB },
	{ "VSI <{vsi}>", "VSI <", KLOG_VSI },
	{ "MAC Status~ <{mac_status}>", "MAC ^Status", KLOG_MAC_STATUS },
	{ "PHY Status~ <{phy_status}>", "PHY Status", KLOG_PHY_STATUS },
	{ "PHY 1000BASE-T Status~ <{phy_1000base_t_status}>", "000B^ASE-T", KLOG_PHY_1000 },
	{ "PHY Extended Status~ <{phy_extended_status}>", "nded Stat", KLOG_PHY_EXTENDED },
	{ "PCI Status~ <{pci_status}>", "PCI Status", KLOG_PCI_STATUS },
};

const size_t n_block_labels = COUNT(block_labels);

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

int messages_label_named(const char *field)
{
	for (size_t i = 0; i < n_block_labels; i++)
		if (block_labels[i].field != KLOG_FIELDS && !strcmp(klog_fields[block_labels[i].field].name, field))
			return (int)i;
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
