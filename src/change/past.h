/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of a device's settings: what struct change_past keeps, step by step. Private to change/. */
#ifndef CHANGE_PAST_H
#define CHANGE_PAST_H

#include "change/transact.h"

/* *to gets a list of its own, to.v, which the caller frees. */
void change_past_copy(struct change_past *to, const struct change_past *from);

/* Before the first write: what is not on record yet, with its value now; `applying`. */
void change_past_begin(struct change_past *past, const struct change_of *of, const struct settings *before);

/* After a change, with all settings of its groups as they are now: what did not change is taken out; no longer `applying`. */
void change_past_settle(struct change_past *past, const struct settings *now);

/* What is to be put back now: all, or with `until` (by change_clock(); 0: all) what ends then; and the record afterwards. */
void change_past_target(const struct change_past *past, int64_t until, struct settings *to);
void change_past_restored(struct change_past *past, int64_t until);

/* Writes it, or removes the file of an empty one. -errno with *e. */
int change_past_store(const char *dir, const struct change_past *past, struct err *e);

#endif
