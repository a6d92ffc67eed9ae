/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of what drivers, bonding, PCI core and watchdog print. */
#ifndef KLOG_MESSAGES_H
#define KLOG_MESSAGES_H

#include "klog/parts.h"

/* What has to be known of the device before a message is taken for one of ours. */
enum whose {
	WHOSE_ANY,   /* any driver but a foreign one: the words are unmistakable */
	WHOSE_OURS,  /* a driver of ours, or a device known to have one */
	WHOSE_PCI,   /* ours, the PCI core, a port; "AER: " may stand between */
	WHOSE_KNOWN, /* ours, or the PCI core about a device known to have a driver of ours */
	WHOSE_BOND,  /* "bond0: (slave eth1): " */
	WHOSE_NOBODY /* its device, if any, is in its words */
};

typedef void message_handler(struct klog *k, const struct found *f);

struct message {
	const char *pattern;
	enum klog_kind kind;
	enum whose whose;
	message_handler *handle;
	int event;          /* for handlers of several messages */
	const char *driver; /* the only one that prints it; NULL: several */
	const char *what;   /* KLOG_WHAT of the report */
};

/* Of rows that begin alike the first that fits counts. */
extern const struct message messages[];
extern const size_t n_messages;

#endif
