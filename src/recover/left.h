/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a recovery that takes the interface away has on record until all is back: the device as it was, and its interface's place
 * in the network. If it is killed, the next one goes on from there.
 */
#ifndef RECOVER_LEFT_H
#define RECOVER_LEFT_H

#include "change/record.h"
#include "recover/recover.h"

struct network;

struct recover_left {
	struct change_record record; /* what: the step that was being taken */
	uint32_t id;                 /* of the part: device and vendor id */
	char netdev[IF_NAMESIZE], driver[32];
	unsigned index;
	bool up, carrier;
	int autoneg;
};

/* Both outlive the call; network may be NULL. Whole and on disk when it returns; -errno with *e. */
int recover_left_save(const char *dir, const struct pci_addr *addr, const struct recover_left *left,
		      const struct network *network, struct err *e);
/* -ENOENT, saying nothing, if there is none; -EINVAL for a damaged one. Caller frees *network, NULL
 * without one, with network_free(). */
int recover_left_load(const char *dir, const struct pci_addr *addr, struct recover_left *left, struct network **network,
		      struct err *e);
int recover_left_remove(const char *dir, const struct pci_addr *addr, struct err *e);

#endif
