// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/setting.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/text.h"

static const struct {
	const char *words;
	const char *prefix; /* of names; a whole name if it does not end in . or - */
	bool whole, depends, restarts;
} groups[SETTING_GROUPS] = {
	[SETTING_FLAG] = { "private flags", "flag.", false, false, true },
	[SETTING_CHANNELS] = { "numbers of queues", "channels-", true, false, true },
	[SETTING_RING] = { "ring sizes", "ring-", true, false, true },
	[SETTING_MTU] = { "MTU", "mtu", true, false, true },
	[SETTING_COALESCE] = { "interrupt moderation", "coalesce-", true, false, false },
	[SETTING_FEATURE] = { "offloads", "feature.", false, false, false },
	[SETTING_PAUSE] = { "pause frames", "pause-", true, true, true },
	[SETTING_EEE] = { "Energy Efficient Ethernet", "eee", true, true, true },
	[SETTING_LINK] = { "speed and duplex", "link-", true, true, true },
	[SETTING_POWER] = { "runtime power management", "power", true, false, false },
};

const char *setting_group_words(enum setting_group group)
{
	return groups[group].words;
}

bool setting_group_is_whole(enum setting_group group)
{
	return groups[group].whole;
}

bool setting_group_depends(enum setting_group group)
{
	return groups[group].depends;
}

bool setting_group_restarts(enum setting_group group)
{
	return groups[group].restarts;
}

int setting_group_of(const char *name)
{
	for (int i = 0; i < SETTING_GROUPS; i++) {
		const char *prefix = groups[i].prefix;
		size_t n = strlen(prefix);
		bool open = prefix[n - 1] == '.' || prefix[n - 1] == '-';

		if (!strncmp(name, prefix, n) && (open ? name[n] != '\0' : name[n] == '\0' || name[n] == '-'))
			return i;
	}
	return -1;
}

static bool is_plain(const char *s, size_t most)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] > '~')
			return false;
	return n && n < most;
}

struct setting *settings_add(struct settings *s, enum setting_group group, enum setting_kind kind, const char *name,
			     const char *value)
{
	struct setting *one;

	if (!is_plain(name, SETTING_NAME_MAX) || !is_plain(value, SETTING_VALUE_MAX))
		return NULL;
	one = VEC_PUSH(s->v, s->n, s->cap);
	*one = (struct setting){ .group = group, .kind = kind, .most = SETTING_MOST_UNKNOWN };
	strcpy(one->name, name);
	strcpy(one->value, value);
	return one;
}

struct setting *settings_add_number(struct settings *s, enum setting_group group, const char *name, uint64_t value,
				    uint64_t most)
{
	char text[24];
	struct setting *one;

	snprintf(text, sizeof(text), "%" PRIu64, value);
	one = settings_add(s, group, SETTING_NUMBER, name, text);
	if (one)
		one->most = most;
	return one;
}

struct setting *settings_add_switch(struct settings *s, enum setting_group group, const char *name, bool on)
{
	struct setting *one = settings_add(s, group, SETTING_SWITCH, name, on ? "on" : "off");

	if (one)
		one->in_force = on;
	return one;
}

void settings_add_group(struct settings *s, const struct settings *all, enum setting_group group)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].group == group)
			*VEC_PUSH(s->v, s->n, s->cap) = all->v[i];
}

const struct setting *settings_find(const struct settings *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->v[i].name, name))
			return &s->v[i];
	return NULL;
}

void settings_free(struct settings *s)
{
	free(s->v);
	*s = (struct settings){ 0 };
}

uint64_t setting_number(const struct setting *one)
{
	uint64_t value = 0;

	if (one->kind == SETTING_SWITCH)
		return !strcmp(one->value, "on");
	return text_u64(one->value, &value) ? value : 0;
}

bool setting_follows(const struct settings *all, const struct setting *one)
{
	static const struct {
		const char *name, *leader, *value;
	} rules[] = {
		{ "pause-rx", "pause-autoneg", "on" },
		{ "pause-tx", "pause-autoneg", "on" },
		{ "link-speed", "link-autoneg", "on" },
		{ "link-duplex", "link-autoneg", "on" },
		{ "link-advertise", "link-autoneg", "off" },
		{ "eee-advertise", "eee", "off" },
		{ "eee-tx-lpi", "eee", "off" },
		{ "eee-tx-timer", "eee", "off" },
		{ "coalesce-rx-usecs", "coalesce-adaptive-rx", "on" },
		{ "coalesce-tx-usecs", "coalesce-adaptive-tx", "on" },
	};

	for (size_t i = 0; i < COUNT(rules); i++) {
		const struct setting *leader;

		if (strcmp(rules[i].name, one->name) != 0)
			continue;
		leader = settings_find(all, rules[i].leader);
		if (leader && !strcmp(leader->value, rules[i].value))
			return true;
	}
	return false;
}

void setting_show(const struct setting *one, struct buf *out)
{
	bool on = one->kind == SETTING_SWITCH && !strcmp(one->value, "on");

	if (one->group == SETTING_FEATURE && on != one->in_force)
		buf_printf(out, "%s (%s is asked for)", one->in_force ? "on" : "off", one->value);
	else
		buf_puts(out, one->value);
}

/* Link modes, by the bits of linux/ethtool.h, ETHTOOL_LINK_MODE_*_BIT. */

#define MASK_WORDS (SETTING_MODES_MAX / 32)

static const struct {
	uint8_t first, last;
	uint32_t speed;
} modes[] = {
	{ 0, 1, 10 },       { 2, 3, 100 },      { 4, 5, 1000 },     { 12, 12, 10000 },  { 15, 15, 2500 },
	{ 17, 17, 1000 },   { 18, 20, 10000 },  { 21, 22, 20000 },  { 23, 26, 40000 },  { 27, 30, 56000 },
	{ 31, 33, 25000 },  { 34, 35, 50000 },  { 36, 39, 100000 }, { 40, 40, 50000 },  { 41, 41, 1000 },
	{ 42, 46, 10000 },  { 47, 47, 2500 },   { 48, 48, 5000 },   { 52, 56, 50000 },  { 57, 61, 100000 },
	{ 62, 66, 200000 }, { 67, 67, 100 },    { 68, 68, 1000 },   { 69, 73, 400000 }, { 75, 79, 100000 },
	{ 80, 84, 200000 }, { 85, 89, 400000 }, { 90, 91, 100 },    { 92, 92, 10 },
};

/* 0: no speed. */
static uint32_t speed_of(unsigned bit)
{
	for (size_t i = 0; i < COUNT(modes); i++)
		if (bit >= modes[i].first && bit <= modes[i].last)
			return modes[i].speed;
	return 0;
}

bool setting_mode_is_speed(unsigned bit)
{
	return speed_of(bit);
}

static bool mask_parse(const char *text, uint32_t mask[MASK_WORDS])
{
	size_t n;

	memset(mask, 0, MASK_WORDS * sizeof(*mask));
	if (!text_starts(text, "0x"))
		return false;
	text += 2;
	n = strlen(text);
	if (!n || n > MASK_WORDS * 8)
		return false;
	for (size_t i = 0; i < n; i++) {
		int digit = text_hex_digit(text[n - 1 - i]);

		if (digit < 0)
			return false;
		mask[i / 8] |= (uint32_t)digit << i % 8 * 4;
	}
	return true;
}

static void mask_print(const uint32_t mask[MASK_WORDS], char out[SETTING_VALUE_MAX])
{
	char all[MASK_WORDS * 8 + 1], *first = all;

	for (unsigned i = 0; i < MASK_WORDS; i++)
		snprintf(all + (size_t)i * 8, 9, "%08" PRIx32, mask[MASK_WORDS - 1 - i]);
	while (*first == '0' && first[1])
		first++;
	snprintf(out, SETTING_VALUE_MAX, "0x%s", first);
}

static bool has_bit(const uint32_t mask[MASK_WORDS], unsigned bit)
{
	return mask[bit / 32] >> bit % 32 & 1;
}

/* Whether a list of numbers with commas has this one; -1: it is no such list. */
static int is_listed(const char *list, uint32_t speed)
{
	int found = 0;

	for (const char *p = list; *p; p += *p == ',') {
		char digits[8];
		size_t n = strcspn(p, ",");
		uint64_t number;

		if (!n || n >= sizeof(digits))
			return -1;
		memcpy(digits, p, n);
		digits[n] = '\0';
		if (!text_u64(digits, &number) || digits[1] == 'x')
			return -1;
		found |= number == speed;
		p += n;
	}
	return *list ? found : -1;
}

bool setting_link_modes(const char *all, const char *speeds, char out[SETTING_VALUE_MAX])
{
	uint32_t mask[MASK_WORDS], chosen = 0;

	if (!mask_parse(all, mask) || is_listed(speeds, 0) < 0)
		return false;
	for (unsigned bit = 0; bit < SETTING_MODES_MAX; bit++) {
		uint32_t speed = speed_of(bit);

		if (speed && has_bit(mask, bit) && is_listed(speeds, speed) > 0)
			chosen++;
		else
			mask[bit / 32] &= ~(1u << bit % 32);
	}
	mask_print(mask, out);
	return chosen;
}

bool setting_link_only_speeds(char text[SETTING_VALUE_MAX])
{
	uint32_t mask[MASK_WORDS];

	if (!mask_parse(text, mask))
		return false;
	for (unsigned bit = 0; bit < SETTING_MODES_MAX; bit++)
		if (!speed_of(bit))
			mask[bit / 32] &= ~(1u << bit % 32);
	mask_print(mask, text);
	return true;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void setting_link_speeds(const char *text, struct buf *out)
{
	uint32_t mask[MASK_WORDS], speeds[SETTING_MODES_MAX], last = 0;
	size_t n = 0;

	if (!mask_parse(text, mask))
		return;
	for (unsigned bit = 0; bit < SETTING_MODES_MAX; bit++)
		if (has_bit(mask, bit) && speed_of(bit))
			speeds[n++] = speed_of(bit);
	qsort(speeds, n, sizeof(*speeds), by_number);
	for (size_t i = 0; i < n; last = speeds[i++])
		if (speeds[i] != last)
			buf_printf(out, "%s%" PRIu32, last ? "," : "", speeds[i]);
}
