/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is who in a log, and what is known of each device: devices.c, and what is counted of them: episodes.c. Private to klog/. A
 * device is owned by struct devices, and stays where it is until devices_remove() or devices_free(). */
#ifndef KLOG_DEVICES_H
#define KLOG_DEVICES_H

#include "klog/ident.h"
#include "klog/klog.h"

#define RING_QUEUES 16 /* transmit queues of a device whose last block is remembered */

/* What is remembered of a transmit queue's last block. */
struct ring_memory {
	bool used;
	uint64_t queue, head;
	uint64_t boot;
};

/* A time on one of the clocks that a log can have: by the field it is from; KLOG_FIELDS if there was none. */
struct instant {
	enum klog_field clock;
	uint64_t ms, boot, nth;
};

#define DEVICE_BUCKETS_SHIFT 11
#define DEVICE_BUCKETS (1 << DEVICE_BUCKETS_SHIFT)
#define DEVICE_CHAINS 3

/* What every report touches comes first, and together: with many devices most of it is in no cache. */
struct log_device {
	uint64_t used;                /* tick of the last use */
	uint32_t kinds;               /* bit n: reports of enum klog_kind n are counted */
	uint16_t next[DEVICE_CHAINS]; /* in its chains: index + 1; 0: none */
	struct klog_device pub;       /* .hang is owned */
	struct instant reset;         /* its last line */
	int reset_stage;              /* of it; 0: none */
	bool hang_has_stamp;
	bool episode_reset, reset_since;
	bool lost_said;      /* that it is off the bus, and nothing since that it is back */
	struct instant hang; /* the last block; valid if it has any */
	uint64_t hang_stamp; /* of its descriptor */
	uint64_t blocks_in_episode;
	struct instant episode; /* its first block */
	uint64_t interval_sum_ms;
	uint64_t adopted_first, adopted_last; /* lines of headless blocks that are taken for its own; 0: none */
	struct instant timeout;               /* the last one, to tell the two lines of one from two */
	uint64_t timeout_queue;               /* UINT64_MAX: not said */
	char port[PCI_ADDR_MAX];              /* that reported an error of it; "": none did */
	size_t next_ring;
	struct ring_memory rings[RING_QUEUES];
};

/* Which names were seen, roughly: two names can count as one. */
struct seen {
	uint8_t bits[8192];
};

/* For HZ by two blocks. */
struct tick {
	bool used;
	enum klog_field clock;
	uint64_t jiffies, ns, boot;
	uint64_t least_ns; /* between two of them */
};

struct described;

struct devices {
	struct log_device *v; /* owned */
	uint64_t *ranks; /* of each: what it is worth and its last use, or less; owned; NULL: nobody asked so far */
	size_t cap;
	struct described *described; /* owned */

	/* From here on it is of the log that is read. */
	size_t n;
	uint16_t buckets[2][DEVICE_BUCKETS]; /* by address, by interface: index + 1 of the first; 0: none */
	uint16_t nameless;                   /* the same, of those with neither */
	struct log_device spare;             /* what is of a device without a place; forgotten with the next one */
	struct seen given_up, not_taken, other_bonds, other_slaves;
	uint64_t ticks;
	struct klog_bond bonds[KLOG_BONDS];
	size_t n_bonds;
	struct klog_host host;
	struct {
		char name[16], version[32];
	} drivers[16];
	size_t n_drivers;
	struct tick tick;
	unsigned hz; /* 0: unknown */
};

/* The device with this address, interface or driver, made if need be; never NULL. */
struct log_device *devices_get(struct devices *devices, const char *address, const char *interface, const char *driver);
/* Whether it is one of them, and not the spare one. */
static inline bool devices_has(const struct devices *devices, const struct log_device *d)
{
	return d != &devices->spare;
}
/* What it is worth is another thing now, before others make room for it. */
void devices_rank(struct devices *devices, const struct log_device *d);
/* The same, NULL if it is not known. */
struct log_device *devices_find(const struct devices *devices, const char *address, const char *interface);
/* The one device with a name that has this driver, or without a driver the one that was reported of; NULL if there
 * are none or several. */
struct log_device *devices_only(const struct devices *devices, const char *driver);
/* What a prefix says of who is who. The device; NULL if it says nothing. */
struct log_device *devices_note(struct devices *devices, const struct ident *id);
/* `from` was `to` all the time: adds what is known and counted of it; where its last hang stands is not. */
void devices_merge(struct devices *devices, struct log_device *to, const struct log_device *from);
/* merge.c: of that, what does not depend on who is found how, and where its last hang stands, unless *to has a later one. */
void device_take(struct log_device *to, const struct log_device *from);
void device_take_hang(struct log_device *to, struct log_device *from);
/* The one with neither address nor interface that has this driver; NULL if there is none. */
struct log_device *devices_with_driver(const struct devices *devices, const char *driver);
/* The devices with neither address nor interface, one after the other; NULL: no more. */
struct log_device *devices_nameless(const struct devices *devices, const struct log_device *before);
/* The last one takes its place. */
void devices_remove(struct devices *devices, struct log_device *d);
/* Reports without a name go to the only device that can have been meant. */
void devices_settle(struct devices *devices);
void devices_note_version(struct devices *devices, const char *driver, const char *version, size_t n);
/* Whether it is the first time that names such as these are seen. */
bool seen_first(struct seen *seen, const char *a, const char *b);

/* episodes.c: counts a report into its device. Fills r's derived fields. */
void episodes_count(struct devices *devices, struct klog_report *r);
/* Whether a line is of the reset that the one before it was of already: its reason comes first, then the reset. */
bool episodes_same_reset(struct devices *devices, const struct klog_report *r);

/* Clocks. */
/* The best clock that a report's line has, and its time; KLOG_FIELDS if there is none. */
enum klog_field report_clock(const struct klog_report *r, uint64_t *ns);
/* The clock rate, as far as two reports tell it. */
void hz_note(struct devices *devices, const struct klog_report *r);
/* Fills in HZ and the age of the descriptor. */
void hz_complete(unsigned hz, struct klog_report *r);

/* Of zeros. */
void devices_init(struct devices *devices);
/* Another log follows. */
void devices_restart(struct devices *devices);
void devices_free(struct devices *devices);

#endif
