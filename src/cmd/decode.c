// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "chip/chip.h"
#include "cmd/cmd.h"
#include "klog/klog.h"
#include "util/alloc.h"
#include "util/nearest.h"
#include "util/text.h"
#include "view/reg.h"
#include "view/style.h"

struct request {
	const struct chip *chip;
	struct chip_ref ref;
	const char *field; /* "REG.FIELD", or NULL */
	uint64_t value;
	unsigned base;
	bool guessed;     /* it was given as digits alone */
	const char *text; /* as given */
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

static int no_register(const struct request *q, const char *text, struct err *e)
{
	const char *what = q->ref.reg ? "field" : text_starts(text, "0x") ? "offset" : "register";
	int r = err_set(e, ENOENT, text, "%s has no such %s", q->chip->name, what);
	char near[2 * NEAREST_MAX];

	if (chip_nearest(q->chip, CHIP_ANY_SPACE, text, near, sizeof(near)))
		err_todo(e, "did you mean '%s'? 'nicregs chips %s' lists its registers", near, q->chip->name);
	else
		err_todo(e, "'nicregs chips %s' lists its registers", q->chip->name);
	return r;
}

/* A label of a kernel log's hang report. -ENOENT: it is none. */
static int by_label(struct request *q, struct chipdb *db, const char *text, struct err *e)
{
	enum klog_field field;

	if (!klog_field_find(text, &field))
		return -ENOENT;
	if (klog_register(db, q->chip, field, &q->ref))
		return 0;
	err_set(e, EINVAL, text, "a number of the driver's or of the log's, no register of the %s", q->chip->name);
	err_todo(e, "registers in a hang report: MAC Status, PHY Status, PHY 1000BASE-T Status, PHY Extended Status, "
		    "PCI Status, TDH, TDT");
	return -EINVAL;
}

static int find_register(struct request *q, struct chipdb *db, const char *text, struct err *e)
{
	const char *dot = strchr(text, '.');
	int r;

	q->ref = by_offset(q->chip, text);
	if (!q->ref.reg)
		q->ref = by_name(q->chip, text);
	if (!q->ref.reg) {
		r = by_label(q, db, text, e);
		if (r != -ENOENT)
			return r;
	}
	if (q->ref.reg && (!dot || chip_field_named(q->ref.reg, dot + 1))) {
		q->field = dot ? text : NULL;
		return 0;
	}
	return no_register(q, text, e);
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

static bool fits(uint64_t value, unsigned width)
{
	return width > 63 || !(value >> width);
}

/* Logs print registers in hexadecimal without 0x, so that this is what digits alone are read as if they can be; nobody
 * prints a field in that way. */
static bool read_number(struct request *q, unsigned width)
{
	uint64_t decimal, hex;
	bool is_decimal = text_u64(q->text, &decimal), is_hex = text_hex(q->text, &hex);
	bool marked = text_starts(q->text, "0x") || text_starts(q->text, "0X");

	q->base = 16;
	if (in_brackets(q->text, &q->value))
		return true;
	q->value = hex;
	if (marked || !is_decimal)
		return is_hex;
	q->guessed = decimal > 9;
	if (!is_hex || !fits(hex, width) || q->field) {
		q->base = 10;
		q->value = decimal;
	}
	return true;
}

/* A field's value is put where the field is, so that it decodes as in the register. */
static int find_value(struct request *q, struct err *e)
{
	const char *text = q->text;
	const struct chip_field *field = q->field ? chip_field_named(q->ref.reg, strchr(q->field, '.') + 1) : NULL;
	unsigned width = field ? chip_field_width(field) : q->ref.reg->width;
	int r;

	if (!read_number(q, width)) {
		r = err_set(e, EINVAL, text, "not a number of at most 64 bits");
		err_todo(e, "give it in hexadecimal, as 0x80083 or '<80083>', or in decimal");
		return r;
	}
	if (!fits(q->value, width))
		return too_wide(text, field ? q->field : q->ref.reg->name, width, e);
	if (field)
		q->value = chip_field_put(field, q->value);
	return 0;
}

static void put_base(const struct view *v, const struct request *q, struct buf *out)
{
	AUTO_BUF struct buf words = { 0 };
	uint64_t other = 0;

	if (q->base == 16 && text_u64(q->text, &other))
		buf_printf(&words, "%s was read as hexadecimal, as kernel logs print it; decimal %s is 0x%" PRIx64 ".",
			   q->text, q->text, other);
	else
		buf_printf(&words, "%s was read as decimal; write 0x%s for hexadecimal.", q->text, q->text);
	style_paragraph(v, 2, STYLE_DIM, buf_str(&words), out);
}

static void text(const struct options *o, const struct request *q, struct buf *out)
{
	struct device_reg r = { .ref = q->ref, .value = q->value };
	struct view view = cmd_view(o);
	AUTO_BUF struct buf name = { 0 };

	chip_ref_name(&q->ref, &name);
	reg_text_fields(&view, &r, (unsigned)name.len + 1, false, q->field, out);
	if (q->guessed)
		put_base(&view, q, out);
}

static void json(const struct request *q, struct buf *out)
{
	struct device_reg r = { .ref = q->ref, .value = q->value };
	struct jsonw w;

	jsonw_document(&w, out);
	jsonw_str(&w, "chip", q->chip->name);
	jsonw_u64(&w, "base", q->base);
	reg_json_member(&r, "register", false, q->field, &w);
	jsonw_end_object(&w);
}

/* REG and VALUE out of "MAC Status <80083>" as well, whether in one word or in several. */
static void split(struct request *q, char **args, int n, struct buf *name, struct buf *value)
{
	AUTO_BUF struct buf all = { 0 };
	const char *at;

	for (int i = 1; i < n; i++)
		buf_printf(&all, "%s%s", i > 1 ? " " : "", args[i]);
	at = strchr(buf_str(&all), '<');
	if (!at && n > 2)
		at = buf_str(&all) + all.len - strlen(args[n - 1]);
	if (at) {
		buf_add(name, buf_str(&all), (size_t)(at - buf_str(&all)));
		buf_puts(value, at);
	}
	while (name->len && strchr(" :", name->data[name->len - 1]))
		name->data[--name->len] = '\0';
	q->text = buf_str(value);
}

/* Several chips can have the name: of those the first with the register. */
static int find_chip(struct request *q, struct chipdb *db, const char *chip, const char *name, struct err *e)
{
	AUTO_FREE const char **names = NULL;
	size_t n = 0;
	int r = source_find_chip(db, chip, &q->chip, e);

	if (r)
		return r;
	r = find_register(q, db, name, e);
	if (r == -ENOENT)
		n = chipdb_called(db, chip, &names);
	for (size_t i = 0; i < n && r == -ENOENT; i++) {
		struct request other = *q;

		if (chipdb_find(db, names[i], &other.chip, NULL) || find_register(&other, db, name, NULL))
			continue;
		*q = other;
		r = 0;
	}
	return r;
}

/* That all of the name decode it alike. */
static void say_alike(const char *name, size_t n)
{
	struct err e = { 0 };

	if (n < 2)
		return;
	err_set(&e, EINVAL, name, "the name of %zu chips; this value means the same with each of them", n);
	cmd_fail(&e, -EINVAL);
}

/* Which of several chips of the name was taken, or that the value means the same with each. */
static void say_chip(const struct options *o, const struct request *q, struct chipdb *db, const char *chip,
		     const char *name)
{
	AUTO_FREE const char **names = NULL;
	AUTO_BUF struct buf own = { 0 };
	size_t n = chipdb_called(db, chip, &names);
	const struct chip *first = q->chip;
	bool same = true;

	text(o, q, &own);
	for (size_t i = 0; i < n && same; i++) {
		struct request other = { .text = q->text };
		AUTO_BUF struct buf out = { 0 };

		same = !chipdb_find(db, names[i], &other.chip, NULL) && !find_register(&other, db, name, NULL) &&
		       !find_value(&other, NULL);
		if (same)
			text(o, &other, &out);
		same = same && !strcmp(buf_str(&own), buf_str(&out));
	}
	if (same)
		say_alike(chip, n);
	else
		cmd_say_shared_name(db, chip, q->chip,
				    !source_find_chip(db, chip, &first, NULL) && first == q->chip
					    ? "the one whose name has no number"
					    : "the first of them with such a register");
}

static int no_value(struct err *e)
{
	err_set(e, EINVAL, "decode", "an argument is missing");
	err_todo(e, "usage: nicregs decode %s", cmd_decode.args);
	return -EINVAL;
}

static int run(const struct options *o, char **args, int n)
{
	AUTO_BUF struct buf name = { 0 }, value = { 0 };
	AUTO_BUF struct buf out = { 0 };
	struct chipdb *db = NULL;
	struct request q = { 0 };
	struct err e = { 0 };
	int status = cmd_chipdb(o, &db), r;

	if (status)
		return status;
	split(&q, args, n, &name, &value);
	r = name.len && value.len ? find_chip(&q, db, args[0], buf_str(&name), &e) : no_value(&e);
	if (!r)
		r = find_value(&q, &e);
	if (!r)
		say_chip(o, &q, db, args[0], buf_str(&name));
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
	.summary = "Decode a register value copied from a log",
	.accepts = "",
	.details = "CHIP is a chip (82574L), its PCI ID, its name as lspci prints it, or pci for\n"
		   "configuration space. REG is a name, of an array with or without its index (TDH[1]),\n"
		   "a label of the kernel log's hang report (MAC Status), an offset in the BAR (0x3810),\n"
		   "or a field (STATUS.SPEED); VALUE is then the field's own value.\n\n"
		   "VALUE is hexadecimal with 0x or as the log has it: '<80083>'. Digits alone are read\n"
		   "as hexadecimal too, as logs print registers, if the register is wide enough, else and\n"
		   "for a field as decimal; the output says so.\n",
	.examples = "  nicregs decode 82574L STATUS 0x80083\n"
		    "  nicregs decode 82579LM 'MAC Status <80083>'\n"
		    "  nicregs decode 82579LM PHY 1000BASE-T Status 7c00\n"
		    "  nicregs decode pci LNKCTL 0x43\n",
	.min_args = 2,
	.max_args = 8,
	.run = run,
};
