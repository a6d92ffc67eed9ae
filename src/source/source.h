/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where snapshots come from. Nothing after this knows the difference. */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include "chip/db.h"
#include "snapshot/snapshot.h"

struct err;

struct source_options {
	const char *device; /* as host_find(); also selects among the devices of a file. NULL: all */
	const char *chip;   /* --chip: for sources that do not name the part */
	const char *rung;   /* --access: this way to the registers only; "none": leave them alone */
	const char *regs;   /* glob of register names to read ("TDH*"); NULL: all safe ones */
	bool no_regs;       /* identity and facts only */
	bool link_only;     /* of the facts those about the machine, the device's place and its link; no registers */
	bool rings; /* only what tells whether queues move, fast: heads, tails, MAC status; few facts, no configuration space */
	bool queues_only; /* of the registers those alone that say whether queues move; facts and configuration space as ever. With
			   * `rings`: receive queues, too, and of parts without registers the driver's side */
	bool leave_asleep; /* of a sleeping device not even configuration space is read, as that wakes the ports above it */
	bool series;       /* of a folder all snapshots in the order of their names; else the last of each device */
	bool log_read;     /* the log inside a file is read as well, by the caller */
	bool wake;         /* touch a sleeping device, or one with memory decoding off, and put it back */
	bool once; /* there is one sample only: capabilities that it does not need are given up once all is open */
	bool writes_files; /* but not what is needed to write files afterwards */
	bool side_effects; /* an rc register that `regs` names without a wildcard is read */
	/* Called before each register load, for --trace; may be NULL. */
	void (*trace)(const struct chip_ref *ref, uint32_t offset, void *arg);
	void *trace_arg;
};

/* The chip or family that somebody names, owned by db: as chipdb_find(), by a PCI ID ("8086:15bb", or
 * "15bb" of Intel's), or in words as lspci prints them ("Ethernet Connection (7) I219-LM"). Of a name that several chips have (chipdb_called()) the one that has it without a number. -ENOENT if there is none. */
int source_find_chip(struct chipdb *db, const char *word, const struct chip **chip, struct err *e);
/* The same for --chip. -EINVAL for a family. */
int source_chip(struct chipdb *db, const char *name, const struct chip **chip, struct err *e);
/* What that part is called by the same word: the name of the id that was meant, else the chip's name; owned by it. */
const char *source_id_name(const struct chip *chip, const char *word);
/* Whether what is bound to a driver, or NULL, can be that chip: false if it is the driver of other chips alone. */
bool source_may_be(struct chipdb *db, const struct chip *chip, const char *driver);

/* From this machine. Devices that cannot be read in part still give a snapshot that says why.
 * -ENODEV if there is none, other -errno with *e if the bus cannot be read. */
int source_live(struct chipdb *db, const struct source_options *options, struct snapshots *out, struct err *e);

/* The same again and again: the ways to the registers stay open from sample to sample, and are opened anew by
 * themselves when a driver was bound or unbound in between. db and options must outlive it. Caller frees *live
 * with live_close(). */
struct live;
int live_open(struct live **live, struct chipdb *db, const struct source_options *options, struct err *e);
/* As source_live(). */
int live_sample(struct live *live, struct snapshots *out, struct err *e);

/* The same, one device after the other, for who does not keep them all. */
struct live_visit {
	bool (*wanted)(const struct pci_addr *addr, void *arg); /* others are not touched; NULL: all are wanted */
	void (*take)(struct snapshot *s, void *arg);            /* owns s */
	void *arg;
};
/* Errors as source_live(). */
int live_each(struct live *live, const struct live_visit *visit, struct err *e);
void live_close(struct live *live);

/* From a file ("-": stdin), recognised by content: a snapshot, lspci -x text, an ethtool register dump; or a folder of
 * snapshots, an incident. -EINVAL, naming what it was taken for or that it is none of them. Only supported parts (or the asked one) become snapshots. */
int source_file(struct chipdb *db, const struct source_options *options, const char *path, struct snapshots *out,
		struct err *e);

/* "a snapshot", "a register dump": what a file is that a log's reader found nothing in; static; NULL: something else. */
const char *source_kind(const char *path, bool *needs_chip);

/* Whether a path is a folder of snapshots. */
bool source_is_incident(const char *path);

/* The recording embedded in the program. -ENODEV if DEVICE is not in it, -ENOENT in a build without one. */
int source_demo(struct chipdb *db, const struct source_options *options, struct snapshots *out, struct err *e);

/* Whether a snapshot is of the asked DEVICE (netdev, address, chip, id); true if device is NULL. */
bool source_matches(struct chipdb *db, const struct snapshot *s, const char *device);

#endif
