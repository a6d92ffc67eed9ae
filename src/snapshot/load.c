// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the snapshot file: its objects and arrays, then whole snapshots. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snapshot/file.h"
#include "snapshot/internal.h"
#include "util/alloc.h"
#include "util/err.h"
#include "util/text.h"

/* What one allocation takes beside what is asked for, and a vector that has just grown. */
#define ALLOCATION 24
#define IN_VECTOR(type) (2 * sizeof(type))
/* A device has 8 functions, or 256; four ways are known. */
#define FUNCTIONS_MOST 300
#define REFUSALS_MOST 100
#define REGISTERS_MOST (1 << 18)
#define ANY_NUMBER SIZE_MAX

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* n bytes out of 2n digits. */
static bool read_hex(const char *hex, uint8_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int high = hex_value(hex[2 * i]), low = hex_value(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* Files from before the words were fixed have others; an unknown one means that the source lacks the bytes. */
static enum unread read_unread(const char *words)
{
	int why = words ? unread_parse(words) : UNREAD_NO;

	if (why >= 0)
		return (enum unread)why;
	if (!strcmp(words, "asleep"))
		return UNREAD_ASLEEP;
	return !strcmp(words, "the kernel refused to read it") ? UNREAD_REFUSED : UNREAD_NOT_IN_SOURCE;
}

static int load_function(struct load *l, const json_t *o, void *arg)
{
	struct snapshot *s = arg;
	const char *address, *role, *hex, *unread;
	uint8_t config[PCI_CONFIG_MAX];
	struct pci_addr addr;
	size_t digits;
	int which;
	int r = load_str(l, o, "address", true, &address);

	if (!r)
		r = load_str(l, o, "role", true, &role);
	if (!r)
		r = load_str(l, o, "config", true, &hex);
	if (!r)
		r = load_str(l, o, "unread", false, &unread);
	if (r)
		return r;
	if (!pci_addr_parse(address, &addr))
		return load_bad(l, "address", "not a PCI address");
	which = pci_role_parse(role);
	if (which < 0)
		return load_bad(l, "role", "not one of device, partner, sibling");
	if ((which == PCI_SELF) != (s->n_functions == 0) || (which == PCI_PARTNER && snapshot_partner(s)))
		return load_bad(l, "role", "the device comes first, and device and partner only once");
	digits = strlen(hex);
	if (digits % 2 || digits > 2 * sizeof(config) || !read_hex(hex, config, digits / 2))
		return load_bad(l, "config", "not pairs of hexadecimal digits for at most %d bytes", PCI_CONFIG_MAX);
	snapshot_add_function(s, (enum pci_role)which, &addr, config, digits / 2)->unread = read_unread(unread);
	return load_weigh(l, sizeof(struct pci_function) + digits / 2 + 2 * ALLOCATION);
}

static int load_fact(struct load *l, const json_t *facts, const struct fact_desc *d, struct facts *out)
{
	const char *text;
	int64_t number = FACT_UNKNOWN;
	bool yes = false;
	int r;

	if (d->kind == FACT_STR) {
		r = load_str(l, facts, d->name, false, &text);
		if (!r)
			fact_set_str(out, d, text);
		return r ? r : load_weigh(l, text ? strlen(text) + ALLOCATION : 0);
	}
	if (d->kind == FACT_NUM)
		r = load_int(l, facts, d->name, FACT_UNKNOWN + 1, INT64_MAX, &number);
	else
		r = load_bool(l, facts, d->name, &yes);
	if (d->kind == FACT_YES && json_object_get(facts, d->name))
		number = yes;
	fact_set_num(out, d, number);
	return r;
}

static int load_facts(struct load *l, const json_t *root, struct facts *out)
{
	const json_t *facts = json_object_get(root, "facts");
	int r = 0;

	if (facts && !json_is_object(facts))
		return load_bad(l, "facts", "not an object");
	strcpy(l->where, "facts");
	for (size_t i = 0; facts && i < n_fact_descs && !r; i++)
		r = load_fact(l, facts, &fact_descs[i], out);
	l->where[0] = '\0';
	return r;
}

static int load_feature(struct load *l, const json_t *o, void *arg)
{
	struct snapshot *s = arg;
	const char *name;
	bool on = false, fixed = false;
	int r = load_str(l, o, "name", true, &name);

	if (!r)
		r = load_bool(l, o, "on", &on);
	if (!r)
		r = load_bool(l, o, "fixed", &fixed);
	if (!r)
		facts_add_feature(&s->facts, name, on, fixed);
	return r ? r : load_weigh(l, IN_VECTOR(struct feature) + strlen(name) + ALLOCATION);
}

static int load_queue(struct load *l, const json_t *o, void *arg)
{
	struct queue_count q = { 0, FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN };
	int64_t queue = -1;
	int r = load_int(l, o, "queue", 0, UINT16_MAX, &queue);

	if (!r)
		r = load_int(l, o, "inflight", 0, INT64_MAX, &q.inflight);
	if (!r)
		r = load_int(l, o, "limit", 0, INT64_MAX, &q.limit);
	if (!r)
		r = load_int(l, o, "timeouts", 0, INT64_MAX, &q.timeouts);
	if (!r && queue < 0)
		r = load_bad(l, "queue", "missing");
	q.queue = (uint32_t)queue;
	if (!r)
		facts_add_queue(arg, &q);
	return r ? r : load_weigh(l, IN_VECTOR(q));
}

static int load_vector(struct load *l, const json_t *o, void *arg)
{
	struct vector_count v = { .queue = FACT_UNKNOWN };
	int64_t irq = -1, count = -1;
	int r = load_int(l, o, "irq", 0, UINT32_MAX, &irq);

	if (!r)
		r = load_int(l, o, "count", 0, INT64_MAX, &count);
	if (!r)
		r = load_int(l, o, "queue", 0, UINT16_MAX, &v.queue);
	if (!r && (irq < 0 || count < 0))
		r = load_bad(l, irq < 0 ? "irq" : "count", "missing");
	v.irq = (uint32_t)irq;
	v.count = count;
	if (!r)
		facts_add_vector(arg, &v);
	return r ? r : load_weigh(l, IN_VECTOR(v));
}

/* Texts of the element stay the element's. */
static int load_virtual(struct load *l, const json_t *o, void *arg)
{
	struct virtual_function vf = { 0 };
	size_t weight = IN_VECTOR(vf);
	int64_t number = -1;
	int r = load_int(l, o, "number", 0, UINT16_MAX, &number);

	for (size_t i = 0; i < n_virtual_texts && !r; i++) {
		const char *text;

		r = load_str(l, o, virtual_texts[i].name, false, &text);
		*virtual_text_at(&vf, &virtual_texts[i]) = r ? NULL : (char *)(uintptr_t)text;
		weight += r || !text ? 0 : strlen(text) + ALLOCATION;
	}
	if (!r && number < 0)
		r = load_bad(l, "number", "missing");
	vf.number = (uint32_t)number;
	if (!r)
		virtuals_add(arg, &vf);
	return r ? r : load_weigh(l, weight);
}

static int load_refusal(struct load *l, const json_t *o, void *arg)
{
	const char *rung, *why, *todo;
	int r = load_str(l, o, "rung", true, &rung);

	if (!r)
		r = load_str(l, o, "why", true, &why);
	if (!r)
		r = load_str(l, o, "todo", false, &todo);
	if (!r)
		snapshot_refuse(arg, rung, why, todo);
	return r ? r
		 : load_weigh(l, sizeof(struct refusal) + strlen(rung) + strlen(why) + (todo ? strlen(todo) : 0) +
					 3 * ALLOCATION);
}

static int load_note(struct load *l, const json_t *element, void *arg)
{
	snapshot_note(arg, "%s", json_string_value(element));
	return load_weigh(l, IN_VECTOR(char *) + json_string_length(element) + ALLOCATION);
}

/* An integer, or "0x..." for a value above the largest signed integer. */
static int load_reg_value(struct load *l, const json_t *o, struct reg_sample *sample)
{
	const json_t *v = json_object_get(o, "value");
	const char *text = json_string_value(v);

	if (text && (!text_starts(text, "0x") || !text_hex(text, &sample->value)))
		return load_bad(l, "value", "not a number");
	if (!text && (!json_is_integer(v) || json_integer_value(v) < 0))
		return load_bad(l, "value", v ? "not a number" : "missing, and no \"unread\" in its place");
	if (!text)
		sample->value = (uint64_t)json_integer_value(v);
	if (sample->width < 64 && sample->value >> sample->width)
		return load_bad(l, "value", "more than %u bits", sample->width);
	return 0;
}

static int load_reg(struct load *l, const json_t *o, void *arg)
{
	struct snapshot *s = arg;
	struct reg_sample sample = { 0 };
	const char *space, *unread;
	int64_t offset = -1, width = 32;
	int which = CHIP_MMIO, why = UNREAD_NO;
	int r = load_str(l, o, "space", false, &space);

	if (!r)
		r = load_str(l, o, "unread", false, &unread);
	if (!r)
		r = load_int(l, o, "offset", 0, UINT32_MAX, &offset);
	if (!r)
		r = load_int(l, o, "width", 8, 64, &width);
	if (!r)
		r = load_bool(l, o, "constant", &sample.constant);
	if (r)
		return r;
	if (offset < 0)
		return load_bad(l, "offset", "missing");
	if (width & (width - 1))
		return load_bad(l, "width", "not 8, 16, 32 or 64");
	if (space)
		which = chip_space_parse(space);
	if (which != CHIP_MMIO && which != CHIP_PHY)
		return load_bad(l, "space", "neither mmio nor phy");
	if (unread)
		why = unread_parse(unread);
	if (why < 0 || (unread && why == UNREAD_NO))
		return load_bad(l, "unread", "an unknown reason");
	sample.offset = (uint32_t)offset;
	sample.width = (uint8_t)width;
	sample.space = (uint8_t)which;
	sample.unread = (uint8_t)why;
	if (!unread)
		r = load_reg_value(l, o, &sample);
	if (!r)
		*VEC_PUSH(s->regs, s->n_regs, s->cap_regs) = sample;
	return r ? r : load_weigh(l, IN_VECTOR(sample));
}

int load_body(struct load *l, const json_t *root, struct snapshot *s)
{
	int r = load_array(l, root, "functions", JSON_OBJECT, FUNCTIONS_MOST, load_function, s);

	if (!r)
		r = load_facts(l, root, &s->facts);
	if (!r)
		r = load_array(l, root, "features", JSON_OBJECT, ANY_NUMBER, load_feature, s);
	if (!r)
		r = load_array(l, root, "queues", JSON_OBJECT, ANY_NUMBER, load_queue, &s->facts);
	if (!r)
		r = load_array(l, root, "vectors", JSON_OBJECT, ANY_NUMBER, load_vector, &s->facts);
	if (!r)
		r = load_array(l, root, "virtual_functions", JSON_OBJECT, ANY_NUMBER, load_virtual, &s->facts.vfs);
	if (!r)
		r = load_driver_side(l, root, &s->side);
	if (!r)
		r = load_array(l, root, "refusals", JSON_OBJECT, REFUSALS_MOST, load_refusal, s);
	if (!r)
		r = load_array(l, root, "notes", JSON_STRING, ANY_NUMBER, load_note, s);
	if (!r)
		r = load_array(l, root, "registers", JSON_OBJECT, REGISTERS_MOST, load_reg, s);
	return r;
}

/* A snapshot may weigh twice its text, which is there as well; the rest is for small ones. */
#define WEIGHT_TIMES 2
#define WEIGHT_LEAST ((size_t)1 << 20)
#define WEIGHT_OF_ONE (sizeof(struct snapshot) + 256)

static int load_string(struct load *l, const json_t *root, const char *key, char **out)
{
	const char *text;
	int r = load_str(l, root, key, false, &text);

	if (!r && text && *text)
		*out = xstrdup(text);
	return r ? r : load_weigh(l, *out ? strlen(*out) : 0);
}

static int load_head(struct load *l, const json_t *root, struct snapshot *s)
{
	const char *origin;
	int which;
	int r = load_str(l, root, "origin", true, &origin);

	if (r)
		return r;
	which = origin_parse(origin);
	if (which < 0)
		return load_bad(l, "origin", "unknown");
	s->origin = (enum snapshot_origin)which;
	r = load_string(l, root, "tool", &s->tool);
	if (!r)
		r = load_int(l, root, "taken", 0, INT64_MAX, &s->taken);
	if (!r)
		r = load_int(l, root, "look", 1, INT64_MAX, &s->look);
	if (!r)
		r = load_bool(l, root, "redacted", &s->redacted);
	if (!r)
		r = load_string(l, root, "chip", &s->chip);
	if (!r)
		r = load_string(l, root, "chip_name", &s->chip_name);
	if (!r)
		r = load_string(l, root, "access", &s->access);
	return r;
}

static int check_schema(struct load *l, const json_t *root)
{
	const char *format = json_string_value(json_object_get(root, "format"));
	int64_t schema = 0;
	int r;

	if (!format || strcmp(format, SNAPSHOT_FORMAT)) {
		err_set(l->e, EINVAL, l->file, "JSON, but not a snapshot: \"format\" is not \"%s\"", SNAPSHOT_FORMAT);
		err_todo(l->e, "a file of `nicregs snapshot` is one; a kernel log in JSON: nicregs log FILE");
		return -EINVAL;
	}
	r = load_int(l, root, "schema", 1, INT64_MAX, &schema);
	if (r || !schema)
		return r ? r : load_bad(l, "schema", "missing");
	if (schema <= SNAPSHOT_SCHEMA)
		return 0;
	err_set(l->e, EPROTONOSUPPORT, l->file, "its schema version %lld is not known; this nicregs reads up to %d",
		(long long)schema, SNAPSHOT_SCHEMA);
	err_todo(l->e, "a newer nicregs wrote the file: update this one");
	return -EPROTONOSUPPORT;
}

static int load_one(struct load *l, const json_t *root, struct snapshots *list)
{
	struct snapshot *s;
	int r;

	if (delta_recognise(root))
		return load_delta(l, root, list);
	r = check_schema(l, root);
	if (r)
		return r;
	r = load_weigh(l, WEIGHT_OF_ONE + strlen(l->file));
	if (r)
		return r;
	s = snapshot_new(ORIGIN_LIVE);
	s->file = xstrdup(l->file);
	r = load_head(l, root, s);
	if (!r)
		r = load_body(l, root, s);
	if (r)
		snapshot_free(s);
	else
		snapshots_add(list, s);
	return r;
}

static int too_much(struct load *l, const struct bounds *b)
{
	json_error_t error = { .line = 1, .column = 1 };

	snprintf(error.text, sizeof(error.text), "%s", b->excess);
	load_syntax_error(l, b->text, b->excess_at, &error);
	err_todo(l->e, "no nicregs writes such a file: ask for it again");
	return -EINVAL;
}

/* The tree without the long arrays. Of a text that is wrong or ends in one of these, the fault is in it. */
static json_t *load_tree(const struct bounds *b, size_t *at, json_error_t *error)
{
	const struct span *last = b->n_spans ? &b->spans[b->n_spans - 1] : NULL;
	json_t *element;

	if (last && !last->closed) {
		*at = last->start;
		while ((element = bounds_element(b, last, at, error)))
			json_decref(element);
		if (error->text[0])
			return NULL;
	}
	*at = b->start;
	return bounds_load(b, error);
}

/* One value; *at is moved behind it. 1: the recording ends here. */
static int load_value(struct load *l, const char *text, size_t *at, size_t n, struct snapshots *list)
{
	json_error_t error;
	struct bounds b;
	size_t fault = 0;
	json_t *root;
	int r;

	if (!bounds_scan(text, *at, n, &b))
		return too_much(l, &b);
	root = load_tree(&b, &fault, &error);
	if (!root)
		return record_cut(list, &error) ? 1 : load_syntax_error(l, text, fault, &error);
	l->bounds = &b;
	r = load_one(l, root, list);
	l->bounds = NULL;
	json_decref(root);
	*at = b.end;
	return r;
}

static int load_all(struct load *l, const char *text, size_t n, struct snapshots *list)
{
	size_t at = bounds_skip_blank(text, 0, n);

	do {
		int r = load_value(l, text, &at, n, list);

		if (r)
			return r > 0 ? 0 : r;
		at = bounds_skip_blank(text, at, n);
	} while (at < n);
	return 0;
}

bool snapshot_recognise(const char *text, size_t n)
{
	size_t at = bounds_skip_blank(text, 0, n);

	if (at == n || text[at] != '{')
		return false;
	at = bounds_skip_blank(text, at + 1, n); /* a register dump can begin with this byte, too */
	return at == n || text[at] == '"' || text[at] == '}';
}

int snapshot_load(const char *file, const char *text, size_t n, struct snapshots *list, struct err *e)
{
	struct load l = { .file = file, .e = e, .weight_most = WEIGHT_TIMES * n + WEIGHT_LEAST };
	struct snapshots loaded = { 0 };
	int r = load_all(&l, text, n, &loaded);

	for (size_t i = 0; i < loaded.n && !r; i++)
		snapshots_add(list, loaded.v[i]);
	if (!r)
		loaded.n = 0;
	snapshots_free(&loaded);
	return r;
}
