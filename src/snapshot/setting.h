/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A setting of a device: a name, and its value as text. Those of one group are read and written together. Names and
 * values have no blanks and no control characters in them.
 *
 *     feature.tx-tcp-segmentation=on    an offload by the kernel's name for it
 *     flag.legacy-rx=off                a private flag of the driver
 *     pause-rx, eee, ring-tx, coalesce-rx-usecs, channels-combined, link-advertise, mtu, power
 */
#ifndef SNAPSHOT_SETTING_H
#define SNAPSHOT_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* In the order in which a change of several is made: what starts the device anew comes before what it may lose by that. */
enum setting_group {
	SETTING_FLAG,
	SETTING_CHANNELS,
	SETTING_RING,
	SETTING_MTU,
	SETTING_COALESCE,
	SETTING_FEATURE,
	SETTING_PAUSE,
	SETTING_EEE,
	SETTING_LINK,
	SETTING_POWER,
	SETTING_GROUPS
};

enum setting_kind {
	SETTING_SWITCH, /* on, off */
	SETTING_NUMBER,
	SETTING_MASK, /* 0x2f */
	SETTING_WORD,
};

#define SETTING_NAME_MAX 48
#define SETTING_VALUE_MAX 48
#define SETTING_MOST_UNKNOWN UINT64_MAX

struct setting {
	enum setting_group group;
	enum setting_kind kind;
	char name[SETTING_NAME_MAX];
	char value[SETTING_VALUE_MAX]; /* as it was asked for: what is put back */
	bool in_force;                 /* of a feature: whether it is on, whatever was asked for */
	bool fixed;                    /* driver or kernel does not let it be changed */
	uint64_t most;                 /* largest number or whole mask that it takes, or SETTING_MOST_UNKNOWN */
};

struct settings {
	struct setting *v; /* owned */
	size_t n, cap;
};

/* "offloads", "driver flags": for sentences; static. */
const char *setting_group_words(enum setting_group group);
/* The group that a name belongs to by its form alone; -1: none. */
int setting_group_of(const char *name);
/* Whether writing one of the group writes all, and may change others; and whether what one is depends on the others. */
bool setting_group_is_whole(enum setting_group group);
bool setting_group_depends(enum setting_group group);
/* Whether a change of it may have the driver start the device anew, which takes the link down for a moment. */
bool setting_group_restarts(enum setting_group group);

/* Appends one, cut to its room; NULL, and nothing is added, for a name or a value that has other characters in it than
 * printable ones without the blank. Owned by s, and valid until the next is added. */
struct setting *settings_add(struct settings *s, enum setting_group group, enum setting_kind kind, const char *name,
			     const char *value);
struct setting *settings_add_number(struct settings *s, enum setting_group group, const char *name, uint64_t value,
				    uint64_t most);
struct setting *settings_add_switch(struct settings *s, enum setting_group group, const char *name, bool on);
/* Of `all`, those of one group. */
void settings_add_group(struct settings *s, const struct settings *all, enum setting_group group);
/* That of this name, owned by s; NULL: there is none. */
const struct setting *settings_find(const struct settings *s, const char *name);
void settings_free(struct settings *s);

/* The value as a number; a switch is 0 or 1. */
uint64_t setting_number(const struct setting *one);
/* Whether the others say what it is, so that it cannot be compared: the speed while it is negotiated. */
bool setting_follows(const struct settings *all, const struct setting *one);

/* A mask of link modes is hexadecimal, of up to 128 bits, by their numbers in linux/ethtool.h; of those nicregs sets and
 * compares the ones that are speeds: the others follow from the port and from pause frames. */
#define SETTING_MODES_MAX 128
/* Whether link mode number `bit` is a speed. */
bool setting_mode_is_speed(unsigned bit);
/* Of `all`, the modes of one of these speeds ("100,1000", in Mb/s). False for speeds that `all` has not, and for no list of
 * numbers. */
bool setting_link_modes(const char *all, const char *speeds, char out[SETTING_VALUE_MAX]);
/* Leaves of a mask the speeds. False if it is none. */
bool setting_link_only_speeds(char mask[SETTING_VALUE_MAX]);
/* Appends the speeds of a link mask: "100,1000". */
void setting_link_speeds(const char *mask, struct buf *out);

/* Appends "on", or "off (asked for: on)". */
void setting_show(const struct setting *one, struct buf *out);

#endif
