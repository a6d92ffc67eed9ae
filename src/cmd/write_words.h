/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers that `write` writes: as its arguments name them, and as the record has them for --undo. */
#ifndef CMD_WRITE_WORDS_H
#define CMD_WRITE_WORDS_H

#include "change/record.h"
#include "chip/chip.h"
#include "cmd/cmd.h"

#define WRITES_MOST 16
#define WRITE_RECORD "write" /* the kind of the record, for change_record_load() and the like */

/* One register with what it is to be. */
struct write_word {
	struct chip_ref ref;
	uint32_t mask, value;   /* of its bits, those that are written */
	uint32_t named;         /* of them, those of fields that start something, and that were named */
	uint32_t before, after; /* as read */
	uint32_t was;           /* before the first write since boot, by the record */
	bool failed;            /* it could not be written */
};

/* Those of one device. */
struct write_words {
	const struct chip *chip;
	char address[PCI_ADDR_MAX];
	uint32_t id; /* vendor and device, of which the record is */
	bool has_id; /* the record has said so */
	struct write_word words[WRITES_MOST];
	size_t n;
	struct change_record record;
};

/* Its name, in `out`, which is emptied first; owned by out. */
const char *write_word_name(const struct write_word *w, struct buf *out);

/* Adds REG[.FIELD]=VALUE. On failure prints and returns a status. */
int write_words_take(struct write_words *all, const char *arg);

/* Adds those on record of the device all->address, to be put back. -ENOENT: none is; other -errno with *e. */
int write_record_load(struct write_words *all, struct err *e);
/* The record of earlier writes in *earlier: what it found then stays what is put back. Prints and returns a status if both are more
 * than a record has room for. */
int write_record_merge(struct write_words *all, struct write_words *earlier);
/* Saves both as one record, before the first write. Prints and returns a status. */
int write_record_save(struct write_words *all, const struct write_words *earlier);

#endif
