/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reader's inside: what its files share. */
#ifndef KLOG_PARTS_H
#define KLOG_PARTS_H

#include "klog/ident.h"
#include "klog/klog.h"
#include "klog/pattern.h"
#include "klog/prefilter.h"
#include "klog/prefix.h"

#define PIECE_MAX 8192 /* bytes of a line handled at once */
#define RECORD_MAX (2 * PIECE_MAX)
#define RECORD_LINES 48
#define BLOCKS 8          /* hang blocks open at a time */
#define BLOCK_PATIENCE 24 /* lines without a word of it until a block is closed */
#define QUEUE_MAX 32
#define RECENT 128     /* reports remembered to find duplicates */
#define RING_QUEUES 16 /* transmit queues of a device whose last block is remembered */

_Static_assert(PCI_ADDR_MAX <= KLOG_TEXT_MAX, "an address fits a report's text");

/* Where a line of a record begins. */
struct mark {
	size_t at;
	uint64_t line;
	size_t prefix; /* bytes of its prefix */
	bool inside;   /* it goes on with the line before: a piece of a long one, or put under its message */
};

/* A line with those after it that have no prefix of their own: wrapped, or a block in one record. */
struct record {
	char text[RECORD_MAX + 1];
	size_t n;
	struct mark marks[RECORD_LINES + 8];
	size_t n_marks;
	size_t body;         /* where the message begins */
	size_t deep;         /* indent of lines that are put under its message */
	bool stamped;        /* its first line has a prefix */
	bool ours;           /* what it begins with is the kernel's and of no one else */
	bool joined;         /* the next line goes on without a blank */
	struct prefix stamp; /* .wall is not valid */
	char wall[KLOG_TEXT_MAX];
};

/* Rows of the tables of messages and labels, found by their first character. */
#define MESSAGES_MAX 210
#define MESSAGES_AGAIN 16
struct message_index {
	uint8_t first[128];              /* row + 1; 0: none */
	uint8_t next[MESSAGES_MAX + 32]; /* by row + 1 */
	/* Patterns that begin with a group, by what follows it. */
	uint8_t again[MESSAGES_AGAIN];
	char again_first[MESSAGES_AGAIN];
	size_t n_again;
};

/* A message found in a record. */
struct message;
struct found {
	const struct message *message;
	const char *at; /* where it begins */
	struct match match;
	struct ident id;
	uint64_t line;
	bool own_stamp;  /* it is in the first line of a record that has a stamp */
	uint64_t record; /* number of the record */
};

struct block {
	bool open, foreign;
	bool talk; /* its header names no device: without a label it is only talked of */
	struct klog_report r;
	uint64_t labels; /* bit n: row n of the labels was seen, with or without a value */
	unsigned values;
	uint64_t touched; /* line */
	uint64_t record;
	int last_label; /* row that ends it; -1: not known */
};

struct aer_event {
	bool open, detailed;
	bool named; /* its errors come by name alone */
	bool firmware;
	bool of_port; /* a port's driver reports it */
	struct klog_report r;
	uint64_t touched;
};

#define DUMP_QUEUES 64
enum { DUMP_RX_HEAD, DUMP_RX_TAIL, DUMP_TX_HEAD, DUMP_TX_TAIL, DUMP_ENDS };

/* Registers that a driver prints, one a line or some queues' in a row. */
struct dump {
	bool open;
	struct klog_report r;
	uint64_t touched, record;
	uint64_t known[DUMP_ENDS]; /* bit n: queue n */
	uint32_t value[DUMP_ENDS][DUMP_QUEUES];
};

/* What is remembered of a transmit queue's last block. */
struct ring_memory {
	bool used;
	uint64_t queue, head, line;
	uint64_t boot;
};

/* A time on one of the clocks that a log can have: by the field it is from; KLOG_FIELDS if there was none. */
struct instant {
	enum klog_field clock;
	uint64_t ms, boot, line;
};

struct device {
	struct klog_device pub;
	uint64_t used; /* tick of the last use */
	struct ring_memory rings[RING_QUEUES];
	size_t next_ring;
	struct instant hang; /* the last block; valid if it has any */
	uint64_t hang_stamp; /* of its descriptor */
	bool hang_has_stamp;
	struct instant episode; /* its first block */
	uint64_t blocks_in_episode;
	bool episode_reset, reset_since;
	uint64_t interval_sum_ms;
	uint64_t adopted_first, adopted_last; /* lines of headless blocks that are taken for its own; 0: none */
	char port[PCI_ADDR_MAX];              /* that reported an error of it; "": none did */
	struct instant reset;                 /* its last line */
	int reset_stage;                      /* of it; 0: none */
	struct instant timeout;               /* the last one, to tell the two lines of one from two */
	uint64_t timeout_queue;               /* UINT64_MAX: not said */
	bool lost_said;                       /* that it is off the bus, and nothing since that it is back */
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

struct klog {
	klog_fn *each;
	void *arg;
	struct prefilter prefilter;
	struct message_index index;

	char *buf;              /* owned */
	struct device *devices; /* owned */
	size_t cap_devices;
	struct described *described; /* owned */

	/* From here on it is of the log that is read. */
	size_t start, end;   /* bytes not yet dealt with */
	size_t scanned;      /* the first pass found nothing before */
	size_t until;        /* an anchor is at until - 1: lines up to there are looked at */
	bool mid_line;       /* start is inside a line */
	bool strangers_line; /* of mid_line: another program wrote it */
	uint64_t line;       /* number of the line at start */
	char piece[PIECE_MAX];

	struct record rec;
	uint64_t records;
	uint64_t delta_clock_ns; /* sum of deltas, in logs that have only those */
	bool deltas;

	struct block blocks[BLOCKS];
	struct aer_event aer;
	struct dump dump;
	struct klog_report queue[QUEUE_MAX]; /* by line */
	size_t n_queue;
	uint64_t recent[RECENT];
	size_t next_recent;

	size_t n_devices;
	struct device spare; /* what is of a device without a place; forgotten with the next one */
	struct seen given_up, not_taken, other_bonds, other_slaves;
	uint64_t ticks;
	struct klog_bond bonds[KLOG_BONDS];
	size_t n_bonds;
	struct klog_host host;
	struct {
		char name[16], version[32];
	} drivers[16];
	size_t n_drivers;
	uint64_t latest_uptime_ns;
	struct tick tick;
	unsigned hz;
};

/* described.c */
void described_init(struct klog *k);
void described_free(struct klog *k);
/* Whether the line is one of lspci, ethtool or the like, which are no kernel messages. */
bool described_line(struct klog *k, const char *text, size_t n);
/* Whether the next line may belong to such output. */
bool described_open(const struct klog *k);
void described_end(struct klog *k);

/* found.c */
void messages_init(struct message_index *index);
/* Calls the handlers of all messages in the record. Returns how much of the text is done with. */
size_t messages_read(struct klog *k);
/* For tests: whether every row of the table has an anchor; the pattern of the first that has none, or NULL. */
const char *messages_without_anchor(void);

/* reader.c: the room in the buffer, and how much of it was filled. For sources that read straight into it. */
char *klog_space(struct klog *k, size_t *n);
void klog_filled(struct klog *k, size_t n);

/* queue.c */
/* A report of the found message with its device, line and time. */
void report_begin(struct klog *k, const struct found *f, enum klog_kind kind, struct klog_report *r);
void queue_add(struct klog *k, const struct klog_report *r);
/* Delivers what begins before that line; UINT64_MAX: everything. */
void queue_drain(struct klog *k, uint64_t before);

/* block.c */
void block_item(struct klog *k, const struct found *f, int label);
void blocks_close(struct klog *k, bool all);
/* The line of the oldest open block or event, UINT64_MAX if there is none. */
uint64_t blocks_oldest(const struct klog *k);

/* aer.c */
enum aer_event_part {
	/* First lines of an event. */
	AER_BOX,
	AER_RECEIVED,
	AER_DETAIL,
	AER_FIRMWARE,
	/* Only after one. */
	AER_STATUS_LINE,
	AER_AGENT,
	AER_UNCORRECTED,
	AER_BIT,
	AER_NAME
};
void aer_close(struct klog *k);

/* dump.c */
/* A register of an open dump at p; the end of its values, or NULL if there is none. */
const char *dump_item(struct klog *k, const char *p, const char *end, uint64_t line);
void dump_close(struct klog *k);

/* learn.c */
/* The device with this address, interface or driver, made if need be; never NULL. */
struct device *log_device_get(struct klog *k, const char *address, const char *interface, const char *driver);
/* The same, NULL if it is not known. */
const struct device *log_device_find(const struct klog *k, const char *address, const char *interface);
/* Whether it is the first time that names such as these are seen. */
bool seen_first(struct seen *seen, const char *a, const char *b);
/* What a prefix says of who is who. The device; NULL if it says nothing. */
struct device *learn_ident(struct klog *k, const struct ident *id);
void learn_hz(struct klog *k, const struct klog_report *r);
void learn_driver_version(struct klog *k, const char *driver, const char *version, size_t n);

/* merge.c */
/* `from` was `to` all the time: adds what is known of it, and gives up its place. Returns where `to` is then. */
struct device *device_absorb(struct klog *k, struct device *to, struct device *from);
/* The one device with a name that has this driver, or without a driver the one that was reported of; NULL if there
 * are none or several. */
struct device *log_device_only(const struct klog *k, const char *driver);
/* Reports without a name go to the only device that can have been meant. */
void devices_settle(struct klog *k);

/* account.c: counts a report into its device. Fills r's derived fields. */
void account_report(struct klog *k, struct klog_report *r);
/* Whether a line is of the reset that the one before it was of already: its reason comes first, then the reset. */
bool account_same_reset(struct klog *k, const struct klog_report *r);

/* bond.c */
enum bond_event_kind {
	BOND_SLAVE_DOWN,
	BOND_SLAVE_UP,
	BOND_ACTIVE,
	BOND_NONE_ACTIVE,
	BOND_SLAVE,
	BOND_MODE,
	BOND_MIIMON
};

#endif
