/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries of systemd's journal, which say more than a line: fields, and an id of what kind of thing happened. */
#ifndef HOST_JOURNAL_H
#define HOST_JOURNAL_H

#include <stdbool.h>

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

struct entry_field {
	const char *name;  /* "NICREGS_DEVICE"; NULL ends a list */
	const char *value; /* NULL: the field is left out */
};

/* An entry of the journal by its own protocol, with MESSAGE_ID, a UUID without dashes. -errno without a message: there may be
 * no journal. */
int host_journal(const char *socket_path, const char *message_id, int priority, const char *message,
		 const struct entry_field *fields);

/* Whether what is written to the descriptor goes to the journal, by $JOURNAL_STREAM. */
bool host_journal_has(int fd);

#endif
