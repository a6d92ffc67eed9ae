/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change made to last: one file of udev rules for each device, which runs scripts/aspm-disable whenever one of its
 * functions appears (`add`, at boot before its driver is loaded), was bound to a driver (`bind`) or has come back from
 * an error recovery (`change`).
 */
#ifndef ASPM_PERSIST_H
#define ASPM_PERSIST_H

#include "snapshot/link.h"

struct err;

#define ASPM_RULES_DIR "/etc/udev/rules.d"
/* Path of the installed script that the rules run; the caller frees it. */
char *aspm_script(void);

/* Writes the rules, by the functions' places in /sys and their ids; the same again changes nothing. -errno with *e, of the
 * script, the directory or the file. */
int aspm_persist_write(const char *dir, const char *script, const struct link *link, unsigned states, struct err *e);

/* The states that the rules of this device keep off; 0: there are none, or they are of another one in its place. */
unsigned aspm_persist_states(const char *dir, const struct link *link);

/* Removes them. -ENOENT, saying nothing, if there are none. */
int aspm_persist_remove(const char *dir, const struct link *link, struct err *e);

/* Files of rules, sorted. */
struct aspm_rules {
	char **paths; /* owned */
	size_t n, cap;
};
void aspm_persist_list(const char *dir, struct aspm_rules *rules);
/* Takes the rules of this device out of the list. */
void aspm_persist_drop(struct aspm_rules *rules, const char *dir, const struct link *link);
void aspm_rules_free(struct aspm_rules *rules);

/* Path of the file; the caller frees it. */
char *aspm_persist_path(const char *dir, const struct link *link);

#endif
