// SPDX-License-Identifier: GPL-2.0-or-later
/* `ethtool -d`: the driver's words as they are (raw on), in hexadecimal (hex on), or decoded by ethtool. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "source/internal.h"
#include "source/regdump.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/text.h"

#define DUMP_MOST ((size_t)1 << 20)

/* Whether some driver's dump has this size. */
static bool some_dump_has(struct chipdb *db, size_t size)
{
	AUTO_FREE const char **names = NULL;
	size_t n = chipdb_chips(db, &names);
	bool found = false;

	for (size_t i = 0; i < n && !found; i++) {
		const struct chip *chip;
		const struct chip_dump *dump;

		found = !chipdb_find(db, names[i], &chip, NULL) && chip->driver &&
			!chipdb_dump(db, chip->driver, &dump, NULL) && chip_dump_has_size(dump, size);
	}
	return found;
}

static int add_dump(struct regdump *d, struct format_job *job, const struct buf *bytes, struct err *e)
{
	if (!d->dump)
		return err_set(e, EINVAL, job->in->name, "the register dump of the driver %s is not known",
			       d->chip->driver ? d->chip->driver : "(none)");
	if (!chip_dump_has_size(d->dump, bytes->len)) {
		err_set(e, EINVAL, job->in->name, "%zu bytes, but a register dump of the %s driver has %zu", bytes->len,
			d->dump->driver, (size_t)d->dump->n_words * 4);
		err_todo(e, "check that --chip names the right chip, and that the file is complete");
		return -EINVAL;
	}
	regdump_add_words(d, (const uint8_t *)bytes->data, bytes->len);
	return regdump_finish(d, job, ORIGIN_ETHTOOL, NULL, e);
}

int format_read_ethtool_raw(struct format_job *job, struct err *e)
{
	AUTO_BUF struct buf bytes = { 0 };
	struct regdump d;
	int r = input_rest(job->in, DUMP_MOST, &bytes, e);

	if (r == -EFBIG || (!r && !job->options->chip && !some_dump_has(job->db, bytes.len)))
		return format_unknown(job->in->name, e);
	if (r)
		return r;
	r = regdump_open(&d, job, e);
	if (!r)
		r = add_dump(&d, job, &bytes, e);
	regdump_close(&d);
	return r;
}

bool format_is_ethtool_hex(const char *head, size_t n)
{
	return input_find(head, n, "Offset", "Values");
}

/* The offset and what follows its colon in "0x0010:  45 02"; NULL if the line is none of that. */
static char *after_offset(char *line, uint64_t *offset)
{
	char *colon = text_starts(line, "0x") ? strchr(line, ':') : NULL;

	if (!colon)
		return NULL;
	*colon = '\0';
	return text_hex(line, offset) ? colon + 1 : NULL;
}

static bool add_hex_line(char *line, struct buf *bytes)
{
	uint64_t offset, byte;
	char *rest = after_offset(text_strip(line), &offset), *word;

	if (!rest || offset != bytes->len)
		return false;
	while ((word = strsep(&rest, " \t"))) {
		if (!*word)
			continue;
		if (strlen(word) != 2 || !text_hex(word, &byte))
			return false;
		buf_putc(bytes, (char)byte);
	}
	return bytes->len < DUMP_MOST;
}

/* What follows the dump is no matter. */
static bool take_hex_line(struct regdump *d, char *line, void *bytes)
{
	const struct buf *so_far = bytes;

	(void)d;
	return !*line || add_hex_line(line, bytes) || !so_far->len;
}

int format_read_ethtool_hex(struct format_job *job, struct err *e)
{
	AUTO_BUF struct buf bytes = { 0 };
	struct regdump d;
	int r = regdump_read_lines(&d, job, take_hex_line, &bytes, e);

	if (!r)
		r = add_dump(&d, job, &bytes, e);
	regdump_close(&d);
	return r;
}

bool format_is_ethtool_decoded(const char *head, size_t n)
{
	return input_find(head, n, "0x0", ": CTRL");
}

/* The last word of the text as a register's value. */
static bool last_value(char *text, uint64_t *value)
{
	char *last = text + strlen(text);

	while (last > text && last[-1] != ' ' && last[-1] != '\t')
		last--;
	return text_starts(last, "0x") && text_hex(last, value) && *value <= UINT32_MAX;
}

/* "RDH0", "STATUS": its element; .reg is NULL if the chip has no such name. */
static struct chip_ref by_name(const struct chip *chip, const char *name)
{
	const struct chip_reg *reg = chip_reg_named(chip, CHIP_MMIO, name);
	AUTO_FREE char *array = xstrdup(name);
	char *digits = array + strlen(array);

	if (reg)
		return reg->dimensions ? (struct chip_ref){ 0 } : chip_ref_at(reg, 0, 0);
	while (digits > array && digits[-1] >= '0' && digits[-1] <= '9')
		digits--;
	if (!*digits || strlen(digits) > 3)
		return (struct chip_ref){ 0 };
	*digits = '\0';
	reg = chip_reg_named(chip, CHIP_MMIO, array);
	return reg && reg->dimensions == 1 ? chip_ref_at(reg, (uint32_t)atoi(name + (digits - array)), 0)
					   : (struct chip_ref){ 0 };
}

/* What " RDH0        (Rx descriptor head0)" at an offset is. The name counts before the offset, which is an alias for
 * the igb driver's first queues, and MDIC's is another register's. */
static struct chip_ref decoded_ref(const struct chip *chip, const char *text, uint32_t offset)
{
	AUTO_FREE char *name = NULL;
	struct chip_ref ref;

	text += strspn(text, " \t");
	name = xstrndup(text, strcspn(text, " \t("));
	ref = by_name(chip, name);
	return ref.reg ? ref : chip_reg_at(chip, CHIP_MMIO, offset);
}

/* A register whose value is still to come: a mail program can have put it on the next line. */
struct awaited {
	bool any;
	struct chip_ref ref; /* .reg is NULL: one that the chip does not have */
};

/* "0x00008: STATUS (Device status register) 0x00080703" */
static bool take_decoded_line(struct regdump *d, char *line, void *arg)
{
	struct awaited *awaited = arg;
	uint64_t offset, value;
	char *rest;

	line = text_strip(line);
	rest = after_offset(line, &offset);
	if (rest) {
		awaited->any = offset <= UINT32_MAX;
		awaited->ref = decoded_ref(d->chip, rest, (uint32_t)offset);
	} else if (strchr(line, ' ')) {
		awaited->any = false;
	}
	if (!awaited->any || !last_value(rest ? rest : line, &value))
		return true;
	awaited->any = false;
	if (!awaited->ref.reg)
		d->unknown++;
	else if (regdump_reads(d, awaited->ref.offset))
		regdump_add(d, CHIP_MMIO, awaited->ref.reg->name, awaited->ref.i, awaited->ref.j, (uint32_t)value);
	else
		d->constants++;
	return true;
}

int format_read_ethtool_decoded(struct format_job *job, struct err *e)
{
	struct awaited awaited = { 0 };
	struct regdump d;
	int r = regdump_read_lines(&d, job, take_decoded_line, &awaited, e);

	if (!r)
		r = regdump_finish(&d, job, ORIGIN_ETHTOOL, NULL, e);
	regdump_close(&d);
	return r;
}
