// SPDX-License-Identifier: GPL-2.0-or-later
/* The capability lists (PCIe r6.2 7.5.1.1.11, 7.6.3), and registers by the definitions of family pci. */
#include "snapshot/config.h"

#include <linux/pci_regs.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "util/alloc.h"

#define STANDARD_END 0x100u
#define EXTENDED_START 0x100u

bool pci_is_intel_nic(uint16_t vendor, uint8_t base_class)
{
	return vendor == 0x8086 && base_class == 0x02;
}

bool config_get(const struct pci_function *fn, unsigned offset, unsigned bytes, uint32_t *value)
{
	*value = 0;
	if (bytes > 4 || offset > fn->config_len || bytes > fn->config_len - offset)
		return false;
	for (unsigned i = bytes; i-- > 0;)
		*value = *value << 8 | fn->config[offset + i];
	return true;
}

bool config_answers(const struct pci_function *fn)
{
	uint32_t vendor, status;

	if (!config_get(fn, PCI_VENDOR_ID, 2, &vendor) || vendor != 0xffff)
		return true;
	return config_get(fn, PCI_STATUS, 2, &status) && status != 0xffff;
}

bool config_give_ids(uint8_t *config, size_t n, uint16_t vendor, uint16_t device)
{
	const uint8_t *status = config + PCI_STATUS;

	if (n < PCI_STATUS + 2 || memcmp(config, "\xff\xff", 2) != 0 || !memcmp(status, "\xff\xff", 2))
		return false;
	config[0] = (uint8_t)vendor;
	config[1] = (uint8_t)(vendor >> 8);
	config[2] = (uint8_t)device;
	config[3] = (uint8_t)(device >> 8);
	return true;
}

static __attribute__((format(printf, 2, 3))) void problem(struct config_caps *out, const char *format, ...)
{
	va_list ap;

	if (out->n_problems == COUNT(out->problems))
		return;
	va_start(ap, format);
	vsnprintf(out->problems[out->n_problems++], sizeof(out->problems[0]), format, ap);
	va_end(ap);
}

static bool add_cap(struct config_caps *out, enum chip_cap kind, uint32_t id, uint32_t version, unsigned offset)
{
	if (out->n == CONFIG_CAPS_MAX)
		return false;
	out->caps[out->n++] = (struct config_cap){ kind, (uint16_t)id, (uint8_t)version, (uint16_t)offset };
	return true;
}

/* One list while it is walked. */
struct caps_walk {
	const char *name; /* "capability list" */
	unsigned first;   /* lowest place that an entry may have */
	unsigned from;    /* where the pointer in question was found */
	bool started;
	bool seen[PCI_CONFIG_MAX / 4];
};

#define POINTER_RESERVED 3u /* bits that software masks, in both lists */

/* Whether `at` may be an entry of `bytes`; if not, adds a problem. 0 is the end and no problem. */
static bool may_follow(const struct pci_function *fn, struct caps_walk *w, unsigned at, unsigned bytes,
		       struct config_caps *out)
{
	const char *verb = w->started ? "continues" : "starts";

	if (!at)
		return false;
	if (at < w->first)
		problem(out, "The %s is damaged: the pointer 0x%02x at 0x%02x leads before 0x%02x.", w->name, at,
			w->from, w->first);
	else if (w->seen[at / 4])
		problem(out, "The %s is damaged: it loops from 0x%02x back to 0x%02x.", w->name, w->from, at);
	else if (at + bytes > fn->config_len && (!fn->unread || fn->unread == UNREAD_NOT_IN_SOURCE))
		problem(out, "The %s %s at 0x%02x, which is not in this file.", w->name, verb, at);
	else if (at + bytes > fn->config_len)
		problem(out, "The %s %s at 0x%02x, which could not be read (%s).", w->name, verb, at,
			unread_name(fn->unread));
	else
		return w->started = w->seen[at / 4] = true;
	return false;
}

static void walk_standard(const struct pci_function *fn, unsigned pointer, struct config_caps *out)
{
	struct caps_walk w = { .name = "capability list", .first = PCI_STD_HEADER_SIZEOF, .from = pointer };
	uint32_t at, id;

	config_get(fn, pointer, 1, &at);
	at &= ~POINTER_RESERVED;
	while (may_follow(fn, &w, at, 2, out)) {
		config_get(fn, at, 1, &id);
		if (id == 0xff) {
			problem(out, "The capability list is damaged: 0x%02x, where 0x%02x points to, reads all ones.",
				at, w.from);
			return;
		}
		if (id && !add_cap(out, CHIP_CAP_STANDARD, id, 0, at))
			return;
		w.from = at + PCI_CAP_LIST_NEXT;
		config_get(fn, w.from, 1, &at);
		at &= ~POINTER_RESERVED;
	}
}

/* What is wrong with the head of an extended capability; NULL if nothing is. */
static const char *bad_extended(uint32_t head)
{
	if (head == UINT32_MAX)
		return "reads all ones";
	if (PCI_EXT_CAP_ID(head) == 0xffff)
		return "has the identifier 0xffff";
	return NULL;
}

static void walk_extended(const struct pci_function *fn, struct config_caps *out)
{
	struct caps_walk w = { .name = "extended capability list", .first = EXTENDED_START };
	unsigned at = EXTENDED_START;
	uint32_t head;

	if (fn->config_len <= EXTENDED_START)
		return;
	while (may_follow(fn, &w, at, 4, out)) {
		const char *bad;

		config_get(fn, at, 4, &head);
		bad = bad_extended(head);
		if (bad) {
			problem(out, "The extended capability list is damaged: the entry at 0x%03x %s.", at, bad);
			return;
		}
		if (PCI_EXT_CAP_ID(head) &&
		    !add_cap(out, CHIP_CAP_EXTENDED, PCI_EXT_CAP_ID(head), PCI_EXT_CAP_VER(head), at))
			return;
		w.from = at + 2;
		at = head >> 20 & ~POINTER_RESERVED;
	}
}

void config_walk(const struct pci_function *fn, struct config_caps *out)
{
	uint32_t status, type;
	unsigned pointer = PCI_CAPABILITY_LIST;

	memset(out, 0, sizeof(*out));
	if (!fn->config_len)
		return;
	add_cap(out, CHIP_CAP_HEADER, 0, 0, 0);
	if (!config_answers(fn)) {
		problem(out, "The device does not answer: its configuration space reads all ones.");
		return;
	}
	if (fn->config_len < PCI_STD_HEADER_SIZEOF) {
		problem(out, "Only %u of the header's 64 bytes are known.", fn->config_len);
		return;
	}
	config_get(fn, PCI_STATUS, 2, &status);
	config_get(fn, PCI_HEADER_TYPE, 1, &type);
	type &= 0x7f;
	if (type > PCI_HEADER_TYPE_CARDBUS) {
		problem(out, "The header has the unknown layout 0x%02x.", type);
		return;
	}
	if (type == PCI_HEADER_TYPE_CARDBUS)
		pointer = PCI_CB_CAPABILITY_LIST;
	if (!(status & PCI_STATUS_CAP_LIST))
		return;
	walk_standard(fn, pointer, out);
	if (config_find(out, CHIP_CAP_STANDARD, PCI_CAP_ID_EXP) || config_find(out, CHIP_CAP_STANDARD, PCI_CAP_ID_PCIX))
		walk_extended(fn, out);
}

const struct config_cap *config_find(const struct config_caps *caps, enum chip_cap kind, uint16_t id)
{
	for (size_t i = 0; i < caps->n; i++) {
		if (caps->caps[i].kind == kind && caps->caps[i].id == id)
			return &caps->caps[i];
	}
	return NULL;
}

struct read {
	const struct chip *pci;
	const struct pci_function *fn;
	const struct config_caps *caps;
	const struct config_cap *cap; /* the structure that is read */
	bool silent;                  /* the function does not answer */
	struct config_reg *regs;
	size_t n, cap_regs;
};

static bool in_structure(const struct chip_reg *reg, const struct config_cap *cap)
{
	return reg->space == CHIP_CONFIG && reg->cap == cap->kind && reg->cap_id == cap->id;
}

/* Where structures of a kind end at the latest. */
static unsigned space_end(const struct config_cap *cap)
{
	static const unsigned ends[] = {
		[CHIP_CAP_HEADER] = 0x40, [CHIP_CAP_STANDARD] = 0x100, [CHIP_CAP_EXTENDED] = PCI_CONFIG_MAX
	};

	return ends[cap->kind];
}

static bool read_value(const struct pci_function *fn, const struct config_cap *cap, const struct chip_ref *ref,
		       uint64_t *value)
{
	unsigned bytes = ref->reg->width / 8u;
	unsigned at = cap->offset + ref->offset;
	uint32_t part;

	*value = 0;
	if (at + bytes > space_end(cap))
		return false;
	for (unsigned i = bytes; i-- > 0;) {
		if (!config_get(fn, at + i, 1, &part))
			return false;
		*value = *value << 8 | part;
	}
	return true;
}

/* The value of a condition's field in one structure; false if it has no such register or that is not known. */
static bool field_in(const struct read *r, const struct config_cap *cap, const struct chip_condition *c,
		     uint64_t *value)
{
	for (size_t i = 0; i < r->pci->n_regs; i++) {
		const struct chip_reg *reg = r->pci->regs[i];
		const struct chip_field *field;
		struct chip_ref ref;

		if (!in_structure(reg, cap) || strcasecmp(reg->name, c->reg))
			continue;
		ref = chip_ref_at(reg, reg->segments[0].first, 0);
		field = c->field ? chip_field_named(reg, c->field) : NULL;
		if (!ref.reg || (c->field && !field) || !read_value(r->fn, cap, &ref, value))
			return false;
		if (field)
			*value = chip_field_get(field, *value);
		return true;
	}
	return false;
}

static bool holds(const struct read *r, const struct chip_condition *c)
{
	uint64_t value;
	bool found = field_in(r, r->cap, c, &value);

	for (size_t i = 0; !found && i < r->caps->n; i++)
		found = field_in(r, &r->caps->caps[i], c, &value);
	return found && chip_condition_holds(c, value);
}

static bool exists(const struct read *r, const struct chip_reg *reg)
{
	for (const struct chip_condition *c = &reg->condition; c && c->reg; c = c->next) {
		if (!holds(r, c))
			return false;
	}
	return true;
}

static int add_element(const struct chip_ref *ref, void *arg)
{
	struct read *r = arg;
	struct config_reg *out;

	if (r->silent && ref->offset >= PCI_COMMAND) /* all ones: nothing that can be read as a register */
		return 0;
	out = VEC_PUSH(r->regs, r->n, r->cap_regs);
	out->reg = ref->reg;
	out->cap = r->cap;
	out->offset = (uint16_t)(r->cap->offset + ref->offset);
	out->i = ref->i;
	out->known = read_value(r->fn, r->cap, ref, &out->value);
	return 0;
}

size_t config_regs(const struct chip *pci, const struct pci_function *fn, const struct config_caps *caps,
		   struct config_reg **regs)
{
	struct read r = { .pci = pci, .fn = fn, .caps = caps, .silent = !config_answers(fn) };

	for (size_t c = 0; c < caps->n; c++) {
		r.cap = &caps->caps[c];
		for (size_t i = 0; i < pci->n_regs; i++) {
			if (in_structure(pci->regs[i], r.cap) && exists(&r, pci->regs[i]))
				chip_reg_each(pci->regs[i], add_element, &r);
		}
	}
	*regs = r.regs;
	return r.n;
}

bool config_field(const struct config_reg *regs, size_t n, const char *reg, const char *field, uint64_t *value)
{
	for (size_t i = 0; i < n; i++) {
		const struct chip_field *f;

		if (strcasecmp(regs[i].reg->name, reg))
			continue;
		f = field ? chip_field_named(regs[i].reg, field) : NULL;
		if (!regs[i].known || (field && !f))
			return false;
		*value = f ? chip_field_get(f, regs[i].value) : regs[i].value;
		return true;
	}
	return false;
}
