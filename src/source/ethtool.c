// SPDX-License-Identifier: GPL-2.0-or-later
/* `ethtool -d`: the driver's words as they are (raw on), in hexadecimal (hex on), or decoded by ethtool. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "source/format.h"
#include "source/regdump.h"
#include "source/tidy.h"
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
		err_todo(e, "check that --chip names the part that it is from, and that the file is whole");
		return -EINVAL;
	}
	regdump_add_words(d, (const uint8_t *)bytes->data, bytes->len);
	return regdump_finish(d, job, ORIGIN_ETHTOOL, NULL, e);
}

int read_ethtool_raw(struct format_job *job, struct err *e)
{
	AUTO_BUF struct buf bytes = { 0 };
	struct regdump d;
	int r = input_rest(job->in, DUMP_MOST, &bytes, e);

	if (r == -EFBIG || (!r && !job->options->chip && !some_dump_has(job->db, bytes.len)))
		return unknown_format(job->in->name, e);
	if (r)
		return r;
	r = regdump_open(&d, job, e);
	if (!r)
		r = add_dump(&d, job, &bytes, e);
	regdump_close(&d);
	return r;
}

bool is_ethtool_hex(const char *head, size_t n)
{
	return tidy_find(head, n, "Offset", "Values");
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

int read_ethtool_hex(struct format_job *job, struct err *e)
{
	AUTO_BUF struct buf bytes = { 0 };
	struct regdump d;
	char *line;
	size_t n;
	int r = regdump_open(&d, job, e);

	if (r)
		return r;
	while ((line = input_line(job->in, &n))) {
		line = tidy_line(line, n);
		if (*line && !add_hex_line(line, &bytes) && bytes.len)
			break;
	}
	r = input_check(job->in, e);
	if (!r)
		r = add_dump(&d, job, &bytes, e);
	regdump_close(&d);
	return r;
}

bool is_ethtool_decoded(const char *head, size_t n)
{
	return tidy_find(head, n, "0x0", ": CTRL");
}

/* The last word of the text as a register's value. */
static bool last_value(char *text, uint64_t *value)
{
	char *last = text + strlen(text);

	while (last > text && last[-1] != ' ' && last[-1] != '\t')
		last--;
	return text_starts(last, "0x") && text_hex(last, value) && *value <= UINT32_MAX;
}

/* "0x00008: STATUS (Device status register) 0x00080703"; a mail program can have put the value on the next line, for
 * which *offset is kept. UINT64_MAX: nothing is missing. */
static void add_decoded_line(struct regdump *d, char *line, uint64_t *offset)
{
	uint64_t value;
	char *rest = after_offset(line, offset);
	struct chip_ref ref;

	if (!rest && (*offset == UINT64_MAX || strchr(line, ' ')))
		*offset = UINT64_MAX;
	if (*offset > UINT32_MAX || !last_value(rest ? rest : line, &value))
		return;
	ref = chip_reg_at(d->chip, CHIP_MMIO, (uint32_t)*offset);
	*offset = UINT64_MAX;
	if (!ref.reg)
		d->unknown++;
	else if (regdump_reads(d, ref.offset))
		regdump_add(d, CHIP_MMIO, ref.reg->name, ref.i, ref.j, (uint32_t)value);
	else
		d->constants++;
}

int read_ethtool_decoded(struct format_job *job, struct err *e)
{
	uint64_t offset = UINT64_MAX;
	struct regdump d;
	char *line;
	size_t n;
	int r = regdump_open(&d, job, e);

	if (r)
		return r;
	while ((line = input_line(job->in, &n)))
		add_decoded_line(&d, text_strip(tidy_line(line, n)), &offset);
	r = input_check(job->in, e);
	if (!r)
		r = regdump_finish(&d, job, ORIGIN_ETHTOOL, NULL, e);
	regdump_close(&d);
	return r;
}
