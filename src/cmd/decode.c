// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "chip/match.h"
#include "cmd/cmd.h"
#include "util/text.h"
#include "view/reg.h"

struct request {
	const struct chip *chip;
	struct chip_ref ref;
	const char *field; /* "REG.FIELD", or NULL */
	uint64_t value;
};

/* "0x1c60": an offset in the BAR. */
static struct chip_ref by_offset(const struct chip *chip, const char *text)
{
	uint64_t offset;

	if (!text_starts(text, "0x") || !text_u64(text, &offset) || offset > UINT32_MAX)
		return (struct chip_ref){ 0 };
	return chip_reg_at(chip, CHIP_MMIO, (uint32_t)offset);
}

static struct chip_ref by_name(const struct chip *chip, const char *text)
{
	AUTO_BUF struct buf name = { 0 };
	struct chip_ref ref = { 0 };

	buf_add(&name, text, strcspn(text, "."));
	for (enum chip_space space = CHIP_MMIO; space <= CHIP_CONFIG && !ref.reg; space++)
		ref = chip_ref_parse(chip, space, buf_str(&name));
	return ref;
}

static int find_register(struct request *q, const char *text, struct err *e)
{
	const char *dot = strchr(text, '.');
	int r;

	q->ref = by_offset(q->chip, text);
	if (!q->ref.reg)
		q->ref = by_name(q->chip, text);
	if (q->ref.reg && (!dot || chip_field_named(q->ref.reg, dot + 1))) {
		q->field = dot ? text : NULL;
		return 0;
	}
	r = err_set(e, ENOENT, text, "%s has no such %s", q->chip->name,
		    q->ref.reg                ? "field"
		    : text_starts(text, "0x") ? "offset"
					      : "register");
	err_todo(e, "'nicregs chips %s' lists its registers", q->chip->name);
	return r;
}

/* "<80083>", as hang blocks of the kernel log have it: hexadecimal. */
static bool in_brackets(const char *text, uint64_t *value)
{
	size_t n = strlen(text);
	char digits[17];

	if (n < 3 || n > sizeof(digits) + 1 || text[0] != '<' || text[n - 1] != '>')
		return false;
	memcpy(digits, text + 1, n - 2);
	digits[n - 2] = '\0';
	return text_hex(digits, value);
}

static int too_wide(const char *text, const char *name, unsigned width, struct err *e)
{
	err_set(e, ERANGE, text, "%s has %u bits, too few for this value", name, width);
	err_todo(e, "check which register it is from, and the number of its digits");
	return -ERANGE;
}

/* A field's value is put where the field is, so that it decodes as in the register. */
static int find_value(struct request *q, const char *text, struct err *e)
{
	const struct chip_field *field = q->field ? chip_field_named(q->ref.reg, strchr(q->field, '.') + 1) : NULL;
	unsigned width = field ? (unsigned)(field->hi - field->lo) + 1 : q->ref.reg->width;
	int r;

	if (!text_u64(text, &q->value) && !in_brackets(text, &q->value)) {
		r = err_set(e, EINVAL, text, "not a number of at most 64 bits");
		err_todo(e, "give a decimal number, or a hexadecimal one with 0x before it");
		return r;
	}
	if (width < 64 && q->value >> width)
		return too_wide(text, field ? q->field : q->ref.reg->name, width, e);
	if (field)
		q->value <<= field->lo;
	return 0;
}

static void text(const struct options *o, const struct request *q, struct buf *out)
{
	struct device_reg r = { .ref = q->ref, .value = q->value };
	struct view view = cmd_view(o);
	AUTO_BUF struct buf name = { 0 };

	chip_ref_name(&q->ref, &name);
	reg_text_fields(&view, &r, (unsigned)name.len + 1, false, q->field, out);
}

static void json(const struct request *q, struct buf *out)
{
	struct device_reg r = { .ref = q->ref, .value = q->value };
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_u64(&w, "schema", 1);
	jsonw_str(&w, "chip", q->chip->name);
	reg_json_member(&r, "register", false, q->field, &w);
	jsonw_end_object(&w);
}

static int run(const struct options *o, char **args, int n)
{
	AUTO_BUF struct buf out = { 0 };
	struct chipdb *db = NULL;
	struct request q = { 0 };
	struct err e = { 0 };
	int status = cmd_chipdb(o, &db), r;

	(void)n;
	if (status)
		return status;
	r = chipdb_find(db, args[0], &q.chip, &e);
	if (!r)
		r = find_register(&q, args[1], &e);
	if (!r)
		r = find_value(&q, args[2], &e);
	if (!r && o->json)
		json(&q, &out);
	else if (!r)
		text(o, &q, &out);
	status = r ? cmd_fail(&e, r) : cmd_output(&out, STATUS_OK);
	chipdb_free(db);
	return status;
}

const struct cmd cmd_decode = {
	.name = "decode",
	.args = "CHIP REG VALUE",
	.summary = "what a register's value means",
	.accepts = "",
	.details = "CHIP is a part (82574L), or pci for configuration space. REG is a name, of an array with\n"
		   "or without its index (TDH[1]), an offset in the BAR (0x3810), or a field (STATUS.SPEED),\n"
		   "of which VALUE then is the value alone. VALUE is decimal, or hexadecimal with 0x\n"
		   "or as a hang block of the kernel log has it: '<80083>'.\n",
	.min_args = 3,
	.max_args = 3,
	.run = run,
};
