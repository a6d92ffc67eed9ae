/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From wishes ("tso=off") to what is to be written: each setting by its own name, group by group, with its value before.
 * What cannot be is refused here, with nothing written.
 */
#ifndef CHANGE_PLAN_H
#define CHANGE_PLAN_H

#include "snapshot/setting.h"

struct buf;
struct err;

/* NAME=VALUE: of one setting, or one of the short names below, which stand for several. */
struct change_wish {
	char name[SETTING_NAME_MAX];
	char value[SETTING_VALUE_MAX];
};

/* The short names: tso, gso, gro, sg, rx-checksum, speeds, ... Static, NULL after the last. */
const char *change_short_name(size_t i);
bool change_short_is_offload(size_t i);

/* Whether it is the name of one, by its form: "tso", "flag.legacy-rx". */
bool change_is_setting(const char *name);
/* -EINVAL: no name, or a value that none of that name has. */
int change_wish_parse(const char *text, struct change_wish *wish, struct err *e);
/* Of the settings that a wish may be about, the group. */
enum setting_group change_wish_group(const struct change_wish *wish);

/* Whether it is about the setting of this name. */
bool change_wish_is_of(const struct change_wish *wish, const char *name);

struct change_step {
	enum setting_group group;
	enum setting_kind kind;
	char name[SETTING_NAME_MAX];
	char from[SETTING_VALUE_MAX], to[SETTING_VALUE_MAX];
	bool in_force; /* before, of a feature */
	bool met;      /* it was so already: nothing is written, and it must stay so */
};

struct change_plan {
	struct change_step *steps; /* owned; those of a group are neighbours */
	size_t n, cap;
	size_t n_todo;          /* of them, those that are not met */
	struct settings before; /* owned: all settings of the groups with steps, and of those that wishes are about */
};

/* Reads the groups that are wished for; a part of struct change_io. */
typedef int change_read(void *arg, enum setting_group group, struct settings *out, struct err *e);

/*
 * Nothing to do if all is so already. -EOPNOTSUPP: the part, its driver or the kernel has no such setting, or does not let it be
 * changed; -EINVAL: a value that cannot be; -ENODEV.
 */
int change_plan_make(change_read *read, void *arg, const struct change_wish *wishes, size_t n, struct change_plan *plan,
		     struct err *e);
void change_plan_free(struct change_plan *plan);

/* "tso=off gso=off". */
void change_wishes_say(const struct change_wish *wishes, size_t n, struct buf *out);
/* Whether a setting is as a step wants it. Drivers round numbers: one that is nearer than before will do. */
bool change_step_met(const struct change_step *step, const struct setting *now);

#endif
