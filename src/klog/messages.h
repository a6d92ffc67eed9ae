/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of what drivers, bonding, PCI core, watchdog and a crashed kernel print: messages, the lines of a hang block, and
 * the registers that drivers dump. scripts/tables makes them of chipdefs/log when the program is built; all is static.
 */
#ifndef KLOG_MESSAGES_H
#define KLOG_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klog/report.h"

#define LABEL_BITS 4 /* of a value that say something */
#define DUMP_PHYS 4  /* registers of the PHY that a report has a place for */

struct klog;
struct message;

/* ---- patterns ---- */

/*
 * What a message looks like, as a text:
 *
 *     tx_timeout: VSI_seid: {vsi_seid}, Q {queue}~, NTC: {ntc}
 *
 * A blank stands for any blanks and line ends. {name} is a field of klog/report.h: a number in the field's base, or a
 * text up to the next character of the pattern or blank. {name:d} and {name:x} say the base, {name:G} is decimal
 * and counts thousands, {name*} is a text that may have blanks. {*} is any word, {..} anything within 200 bytes.
 * [x] may be left out. A backslash takes what is special from the next character. After a ~ the line may be cut
 * anywhere: what was read up to there counts.
 */

#define PATTERN_CAPTURES 12

struct capture {
	enum klog_field field;
	uint64_t value;   /* of a number */
	const char *text; /* of a text; in the text that was matched */
	size_t len;
};

struct match {
	const char *end;
	size_t n;
	struct capture captures[PATTERN_CAPTURES];
};

/* Writes the pattern as pattern_match() wants it, at most strlen(pattern) + 1 bytes. Returns how many. */
size_t pattern_compile(const char *pattern, char *out);

/* Whether the text from s on, up to end, begins with a pattern. */
bool pattern_match(const char *compiled, const char *s, const char *end, struct match *m);

/* Puts what was captured into the report. */
void match_fill(const struct match *m, struct klog_report *r);
/* The captured number or text; NULL if there is none. */
const struct capture *match_capture(const struct match *m, enum klog_field field);

/* ---- the tables ---- */

/* What has to be known of the device before a message is taken for one of ours. */
enum whose {
	WHOSE_ANY,   /* any driver but a foreign one: the words are unmistakable */
	WHOSE_OURS,  /* a driver of ours, or a device known to have one */
	WHOSE_PCI,   /* ours, the PCI core, a port; "AER: " may stand between */
	WHOSE_KNOWN, /* ours, or the PCI core about a device known to have a driver of ours */
	WHOSE_BOND,  /* "bond0: (slave eth1): " */
	WHOSE_NOBODY /* its device, if any, is in its words */
};

/* What is done with a message once it is found. */
typedef void message_handler(struct klog *k, const struct message *m);

struct message_row {
	const char *pattern; /* as above */
	/* "Unit ^Hang|Hang:": runs of 4 to 20 bytes that are rare in logs, for the first pass. One of them has to be in the
	 * message; with two, one survives a line that is broken inside the other. The four bytes behind the ^, or at the
	 * start, are what is looked for. NULL: only looked for after a row that has some. */
	const char *anchors;
	enum klog_kind kind;
	enum whose whose;
	message_handler *handle;
	int event;          /* for handlers of several messages */
	const char *driver; /* the only one that prints it; "!e1000": any but that one; NULL: several */
	const char *what;   /* KLOG_WHAT of the report */
};

/* Of rows that begin alike the first that fits counts. */
extern const struct message_row messages[];
extern const size_t n_messages;

/* A line of a hang block. A label that begins with another one comes before it. */
struct label_row {
	const char *pattern, *anchors;
	enum klog_field field; /* KLOG_FIELDS: another row has it */
	bool ends;             /* each block that has this line ends with it */
	const char *driver;    /* the only one in whose blocks it counts; NULL: all */
	struct {
		enum label_says says; /* LABEL_NOTHING: no more */
		uint8_t bit;
	} bits[LABEL_BITS];
};

extern const struct label_row block_labels[];
extern const size_t n_block_labels;

/* The row with a field, by its name, in the blocks of a driver; -1 if there is none. */
int messages_label(const char *field, const char *driver);

message_handler report_plain; /* a report as it is */
message_handler report_lost, report_ones;
message_handler block_header;
message_handler aer_part;   /* event: enum aer_event_part */
message_handler bond_event; /* event: enum bond_event_kind */
message_handler dump_begin;
message_handler crash_begin; /* event: enum crash_event */
message_handler note_stall;

message_handler note_identity, note_version, note_kernel, note_hardware, note_types, note_pba, note_pci_id,
	note_firmware, note_no_tso, note_pause_hint, note_slow, note_lvmmc, note_xdp_ring, note_aspm_option, note_ready,
	note_removed, note_refused, note_hypervisor, note_port;

/* A register that drivers dump, and its place in a report; `each`: a queue has one of its own. The last one ends a dump. */
struct dump_register {
	const char *name;
	enum klog_field field;
	bool each;
};

extern const struct dump_register dump_registers[];
extern const size_t n_dump_registers;

/* The MDIO register, in which a PHY's register can be that was read: where what is, high bit first. */
struct dump_mdio {
	const char *name;
	uint8_t ready, error, operation[2], reads, reg[2];
	struct {
		uint8_t reg;
		enum klog_field field;
	} kept[DUMP_PHYS];
	size_t n_kept;
};

extern const struct dump_mdio dump_mdio;

/* Crashes of what belongs to NICs and is no driver's: by module, by function (a pattern of klog_crash_called()), or both; NULL: any. */
struct network_crash {
	const char *module, *function;
};

extern const struct network_crash network_crashes[];
extern const size_t n_network_crashes;

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

enum crash_event {
	CRASH_FIRST,  /* what happened */
	CRASH_BUFFER, /* that, and into which buffer what did not fit */
	CRASH_LATER   /* more of a crash that is open, else one by itself */
};

enum bond_event_kind {
	BOND_SLAVE_DOWN,
	BOND_SLAVE_UP,
	BOND_ACTIVE,
	BOND_NONE_ACTIVE,
	BOND_SLAVE,
	BOND_NO_PARTNER,
	BOND_LOOPBACK,
	BOND_MODE,
	BOND_MIIMON
};

#endif
