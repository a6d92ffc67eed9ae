// SPDX-License-Identifier: GPL-2.0-or-later
/* The capability lists (PCIe r6.2 7.5.1.1.11, 7.6.3), and registers by the definitions of family pci. */
#include "snapshot/config.h"

#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/alloc.h"
#include "util/buf.h"

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

/* The lists while they are walked. */
struct caps_room {
	struct config_cap *caps;
	struct config_caps *out;
};

static void problem(struct caps_room *room, const struct config_problem *p)
{
	if (room->out->n_problems < CONFIG_PROBLEMS_MAX)
		room->out->problems[room->out->n_problems++] = *p;
}

static bool add_cap(struct caps_room *room, enum chip_cap kind, uint32_t id, uint32_t version, unsigned offset)
{
	if (room->out->n == CONFIG_CAPS_MAX)
		return false;
	room->caps[room->out->n++] = (struct config_cap){ kind, (uint16_t)id, (uint8_t)version, (uint16_t)offset };
	return true;
}

/* One list while it is walked. */
struct caps_walk {
	bool extended;
	unsigned from; /* where the pointer in question was found */
	bool started;
	bool seen[PCI_CONFIG_MAX / 4];
};

#define POINTER_RESERVED 3u /* bits that software masks, in both lists */

static unsigned first_place(bool extended)
{
	return extended ? EXTENDED_START : PCI_STD_HEADER_SIZEOF;
}

static void fault_at(struct caps_room *room, const struct caps_walk *w, enum config_fault fault, unsigned at)
{
	problem(room, &(struct config_problem){ fault, (uint16_t)w->from, (uint16_t)at, w->extended, w->started });
}

/* Whether `at` may be an entry of `bytes`; if not, adds a problem. 0 is the end and no problem. */
static bool may_follow(const struct pci_function *fn, struct caps_walk *w, unsigned at, unsigned bytes,
		       struct caps_room *room)
{
	if (!at)
		return false;
	if (at < first_place(w->extended))
		fault_at(room, w, CONFIG_BEFORE, at);
	else if (w->seen[at / 4])
		fault_at(room, w, CONFIG_LOOPS, at);
	else if (at + bytes > fn->config_len)
		fault_at(room, w, CONFIG_CUT, at);
	else
		return w->started = w->seen[at / 4] = true;
	return false;
}

static void walk_standard(const struct pci_function *fn, unsigned pointer, struct caps_room *room)
{
	struct caps_walk w = { .from = pointer };
	uint32_t at, id;

	config_get(fn, pointer, 1, &at);
	at &= ~POINTER_RESERVED;
	while (may_follow(fn, &w, at, 2, room)) {
		config_get(fn, at, 1, &id);
		if (id == 0xff) {
			fault_at(room, &w, CONFIG_ALL_ONES, at);
			return;
		}
		if (id && !add_cap(room, CHIP_CAP_STANDARD, id, 0, at))
			return;
		w.from = at + PCI_CAP_LIST_NEXT;
		config_get(fn, w.from, 1, &at);
		at &= ~POINTER_RESERVED;
	}
}

static void walk_extended(const struct pci_function *fn, struct caps_room *room)
{
	struct caps_walk w = { .extended = true };
	unsigned at = EXTENDED_START;
	uint32_t head;

	if (fn->config_len <= EXTENDED_START)
		return;
	while (may_follow(fn, &w, at, 4, room)) {
		config_get(fn, at, 4, &head);
		if (head == UINT32_MAX || PCI_EXT_CAP_ID(head) == 0xffff) {
			fault_at(room, &w, head == UINT32_MAX ? CONFIG_ALL_ONES : CONFIG_NO_ID, at);
			return;
		}
		if (PCI_EXT_CAP_ID(head) &&
		    !add_cap(room, CHIP_CAP_EXTENDED, PCI_EXT_CAP_ID(head), PCI_EXT_CAP_VER(head), at))
			return;
		w.from = at + 2;
		at = head >> 20 & ~POINTER_RESERVED;
	}
}

/* The header's faults: nothing behind it can be believed then. */
static bool header_is_sound(const struct pci_function *fn, struct caps_room *room, uint32_t *type)
{
	if (!config_answers(fn))
		problem(room, &(struct config_problem){ .fault = CONFIG_SILENT });
	else if (fn->config_len < PCI_STD_HEADER_SIZEOF)
		problem(room, &(struct config_problem){ .fault = CONFIG_SHORT });
	else if (config_get(fn, PCI_HEADER_TYPE, 1, type) && (*type &= 0x7f) > PCI_HEADER_TYPE_CARDBUS)
		problem(room, &(struct config_problem){ .fault = CONFIG_LAYOUT });
	else
		return true;
	return false;
}

void config_walk(const struct pci_function *fn, struct config_cap caps[CONFIG_CAPS_MAX], struct config_caps *out)
{
	struct caps_room room = { caps, out };
	uint32_t status, type;

	*out = (struct config_caps){ .caps = caps };
	if (!fn->config_len)
		return;
	add_cap(&room, CHIP_CAP_HEADER, 0, 0, 0);
	if (!header_is_sound(fn, &room, &type))
		return;
	config_get(fn, PCI_STATUS, 2, &status);
	if (!(status & PCI_STATUS_CAP_LIST))
		return;
	walk_standard(fn, type == PCI_HEADER_TYPE_CARDBUS ? PCI_CB_CAPABILITY_LIST : PCI_CAPABILITY_LIST, &room);
	if (config_find(out, CHIP_CAP_STANDARD, PCI_CAP_ID_EXP) || config_find(out, CHIP_CAP_STANDARD, PCI_CAP_ID_PCIX))
		walk_extended(fn, &room);
}

void config_keep_caps(struct pci_function *fn)
{
	struct config_cap room[CONFIG_CAPS_MAX], *kept;
	struct config_caps caps;

	config_walk(fn, room, &caps);
	free(fn->caps);
	fn->caps = xcalloc(1, sizeof(caps) + caps.n * sizeof(*kept));
	kept = (struct config_cap *)(fn->caps + 1);
	memcpy(kept, room, caps.n * sizeof(*kept));
	*fn->caps = caps;
	fn->caps->caps = kept;
}

const struct config_caps *config_caps(const struct pci_function *fn)
{
	return fn->caps;
}

static void cut_words(const struct pci_function *fn, const struct config_problem *p, const char *list, struct buf *out)
{
	buf_printf(out, "The %s %s at 0x%02x, which ", list, p->started ? "continues" : "starts", p->at);
	if (!fn->unread || fn->unread == UNREAD_NOT_IN_SOURCE)
		buf_puts(out, "is not in this file.");
	else
		buf_printf(out, "could not be read (%s).", unread_name(fn->unread));
}

void config_problem_words(const struct pci_function *fn, const struct config_problem *p, struct buf *out)
{
	const char *list = p->extended ? "extended capability list" : "capability list";

	switch (p->fault) {
	case CONFIG_BEFORE:
		buf_printf(out, "The %s is damaged: the pointer 0x%02x at 0x%02x leads before 0x%02x.", list, p->at,
			   p->from, first_place(p->extended));
		break;
	case CONFIG_LOOPS:
		buf_printf(out, "The %s is damaged: it loops from 0x%02x back to 0x%02x.", list, p->from, p->at);
		break;
	case CONFIG_CUT:
		cut_words(fn, p, list, out);
		break;
	case CONFIG_ALL_ONES:
		if (p->extended)
			buf_printf(out, "The %s is damaged: the entry at 0x%03x reads all ones.", list, p->at);
		else
			buf_printf(out, "The %s is damaged: 0x%02x, where 0x%02x points to, reads all ones.", list,
				   p->at, p->from);
		break;
	case CONFIG_NO_ID:
		buf_printf(out, "The %s is damaged: the entry at 0x%03x has the identifier 0xffff.", list, p->at);
		break;
	case CONFIG_SILENT:
		buf_puts(out, "The device does not answer: its configuration space reads all ones.");
		break;
	case CONFIG_SHORT:
		buf_printf(out, "Only %u of the header's 64 bytes are known.", fn->config_len);
		break;
	case CONFIG_LAYOUT:
		buf_printf(out, "The header has the unknown layout 0x%02x.", fn->config[PCI_HEADER_TYPE] & 0x7fu);
		break;
	}
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
	for (const struct chip_condition *c = reg->condition; c; c = c->next) {
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
