/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A climb on this machine. */
#ifndef RECOVER_LIVE_H
#define RECOVER_LIVE_H

#include "chip/db.h"
#include "recover/recover.h"

struct network;
struct recover_left;
struct recover_live;

struct recover_live_options {
	struct chipdb *db;
	const char *address;
	const char *rung;        /* --access */
	unsigned kill_after;     /* tests: kill -9 oneself behind the nth act; 0: never */
	bool (*stop)(void *arg); /* asked between steps, beside the signals that wait */
	/* Told each line beside the kernel log and syslog; may be NULL. */
	void (*tell)(const char *line, void *arg);
	void *arg;
};

/* Before it: looks for a device that is on record and not on the bus. Nothing, for any other and for what is no address.
 * -errno with *e if the bus cannot be searched. */
int recover_live_find(const char *address, struct err *e);

/* Looks at the device and at its interface's place in the network, or takes both from the record of a recovery that did not come to
 * its end. The options, and the texts in them, outlive it. -errno with *e. Caller frees *out with recover_live_close(). */
int recover_live_open(struct recover_live **out, const struct recover_live_options *o, struct err *e);
/* NULL is allowed. */
void recover_live_close(struct recover_live *l);

/* What it was opened for; owned by l, as what follows. */
const struct recover_port *recover_live_port(const struct recover_live *l);
/* As it was opened, owned by l; NULL: no interface in this network namespace. */
const struct network *recover_live_network(const struct recover_live *l);
/* The record of a recovery that did not come to its end, owned by l; NULL: there is none. */
const struct recover_left *recover_live_left(const struct recover_live *l);
/* Behind the last step: an interface that is there again needs no record. */
void recover_live_end(struct recover_live *l);
/* Valid while l is. */
struct recover_io recover_live_io(struct recover_live *l);

#endif
