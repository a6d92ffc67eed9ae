// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/snapshot.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip/db.h"
#include "snapshot/config.h"
#include "util/alloc.h"
#include "util/jsonw.h"
#include "util/text.h"

const char *pci_addr_str(const struct pci_addr *addr, char out[PCI_ADDR_MAX])
{
	static const char digits[] = "0123456789abcdef";
	const uint32_t rest = (uint32_t)addr->bus << 16 | (addr->dev & 0x1fu) << 8 | (addr->fn & 7u);
	size_t n = 0;

	for (int shift = addr->domain > 0xffff ? 28 : 12; shift >= 0; shift -= 4)
		if (n || shift < 16 || addr->domain >> shift)
			out[n++] = digits[addr->domain >> shift & 15];
	memcpy(out + n,
	       (char[]){ ':', digits[rest >> 20], digits[rest >> 16 & 15], ':', digits[rest >> 12 & 15],
			 digits[rest >> 8 & 15], '.', digits[rest & 15], '\0' },
	       9);
	return out;
}

/* Reads at most 8 hexadecimal digits at **p and moves past them; their number. */
static inline unsigned hex_part(const char **p, uint32_t *value)
{
	const char *from = *p, *at = from;
	uint32_t v = 0;

	for (int digit; at - from < 8 && (digit = text_hex_digit(*at)) >= 0; at++)
		v = v << 4 | (uint32_t)digit;
	*value = v;
	*p = at;
	return (unsigned)(at - from);
}

size_t pci_addr_scan(const char *text, struct pci_addr *addr)
{
	const char *p = text;
	uint32_t part[4] = { 0 };
	unsigned n = hex_part(&p, &part[0]);

	if (n < 2 || *p++ != ':')
		return 0;
	if (n > 2) {
		n = hex_part(&p, &part[1]);
		if (n != 2 || *p++ != ':')
			return 0;
	} else {
		part[1] = part[0];
		part[0] = 0;
	}
	if (hex_part(&p, &part[2]) != 2 || *p++ != '.' || hex_part(&p, &part[3]) != 1)
		return 0;
	if (part[2] > 0x1f || part[3] > 7)
		return 0;
	*addr = (struct pci_addr){ part[0], (uint8_t)part[1], (uint8_t)part[2], (uint8_t)part[3] };
	return (size_t)(p - text);
}

bool pci_addr_parse(const char *text, struct pci_addr *addr)
{
	size_t n = pci_addr_scan(text, addr);

	return n && !text[n];
}

bool pci_addr_equal(const struct pci_addr *a, const struct pci_addr *b)
{
	return a->domain == b->domain && a->bus == b->bus && a->dev == b->dev && a->fn == b->fn;
}

int pci_addr_compare(const struct pci_addr *a, const struct pci_addr *b)
{
	if (a->domain != b->domain)
		return a->domain < b->domain ? -1 : 1;
	return (a->bus << 8 | a->dev << 3 | a->fn) - (b->bus << 8 | b->dev << 3 | b->fn);
}

bool pci_id_parse(const char *text, uint16_t *vendor, uint16_t *device)
{
	uint32_t v, d;
	const char *p = text;

	if (hex_part(&p, &v) != 4 || *p++ != ':' || hex_part(&p, &d) != 4 || *p)
		return false;
	*vendor = (uint16_t)v;
	*device = (uint16_t)d;
	return true;
}

static const char *const unread_names[UNREAD_REASONS] = {
	[UNREAD_NO] = "read",
	[UNREAD_NOT_ASKED] = "not asked for",
	[UNREAD_CLEARS] = "clears on read",
	[UNREAD_SETS] = "sets on read",
	[UNREAD_WRITE_ONLY] = "write only",
	[UNREAD_NEEDS_ROOT] = "needs root",
	[UNREAD_REFUSED] = "refused",
	[UNREAD_ASLEEP] = "device asleep",
	[UNREAD_DECODING_OFF] = "memory decoding off",
	[UNREAD_GONE] = "device gone",
	[UNREAD_BEYOND] = "beyond the BAR",
	[UNREAD_PHY] = "PHY not reachable",
	[UNREAD_NOT_IN_SOURCE] = "not in this file",
	[UNREAD_NOT_IN_DUMP] = "not in the driver's dump",
	[UNREAD_ERROR] = "read failed",
	[UNREAD_WITHOUT_ROOT] = "the dump was taken without root",
};

static const char *const origin_names[ORIGINS] = {
	[ORIGIN_LIVE] = "live", [ORIGIN_LSPCI] = "lspci", [ORIGIN_ETHTOOL] = "ethtool",
	[ORIGIN_LOG] = "log",   [ORIGIN_DEMO] = "demo",   [ORIGIN_PASTED] = "pasted",
};

static const char *const role_names[PCI_ROLES] = {
	[PCI_SELF] = "device",
	[PCI_PARTNER] = "partner",
	[PCI_SIBLING] = "sibling",
};

const char *unread_name(enum unread why)
{
	return unread_names[why];
}

int unread_parse(const char *name)
{
	return text_find(unread_names, UNREAD_REASONS, name);
}

bool unread_needs_root(enum unread why)
{
	return why == UNREAD_NEEDS_ROOT || why == UNREAD_WITHOUT_ROOT;
}

const char *origin_name(enum snapshot_origin origin)
{
	return origin_names[origin];
}

int origin_parse(const char *name)
{
	return text_find(origin_names, ORIGINS, name);
}

const char *pci_role_name(enum pci_role role)
{
	return role_names[role];
}

int pci_role_parse(const char *name)
{
	return text_find(role_names, PCI_ROLES, name);
}

struct snapshot *snapshot_new(enum snapshot_origin origin)
{
	struct snapshot *s = xcalloc(1, sizeof(*s));

	s->origin = origin;
	facts_init(&s->facts);
	driver_side_init(&s->side);
	return s;
}

static void free_strings(char **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i]);
	free(v);
}

void snapshot_free(struct snapshot *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_functions; i++) {
		free(s->functions[i].config);
		free(s->functions[i].caps);
	}
	for (size_t i = 0; i < s->n_refusals; i++) {
		free(s->refusals[i].rung);
		free(s->refusals[i].why);
		free(s->refusals[i].todo);
	}
	free_strings(s->notes, s->n_notes);
	free_strings(s->texts, s->n_texts);
	facts_free(&s->facts);
	driver_side_free(&s->side);
	free(s->functions);
	free(s->refusals);
	free(s->regs);
	free(s->file);
	free(s->tool);
	free(s->chip);
	free(s->chip_name);
	free(s->access);
	free(s);
}

void snapshots_free(struct snapshots *list)
{
	for (size_t i = 0; i < list->n; i++)
		snapshot_free(list->v[i]);
	free(list->v);
	*list = (struct snapshots){ 0 };
}

void snapshots_add(struct snapshots *list, struct snapshot *s)
{
	*VEC_PUSH(list->v, list->n, list->cap) = s;
}

bool snapshots_any_register(const struct snapshots *list)
{
	for (size_t i = 0; i < list->n; i++)
		for (size_t k = 0; k < list->v[i]->n_regs; k++)
			if (!list->v[i]->regs[k].unread)
				return true;
	return false;
}

static const struct pci_function *function_with(const struct snapshot *s, enum pci_role role)
{
	for (size_t i = 0; i < s->n_functions; i++) {
		if (s->functions[i].role == role)
			return &s->functions[i];
	}
	return NULL;
}

const struct pci_function *snapshot_self(const struct snapshot *s)
{
	return function_with(s, PCI_SELF);
}

const struct pci_function *snapshot_partner(const struct snapshot *s)
{
	return function_with(s, PCI_PARTNER);
}

struct pci_function *snapshot_add_function(struct snapshot *s, enum pci_role role, const struct pci_addr *addr,
					   const uint8_t *config, size_t n)
{
	struct pci_function *fn;

	if (n > PCI_CONFIG_MAX)
		n = PCI_CONFIG_MAX;
	s->functions = xrealloc(s->functions, s->n_functions + 1, sizeof(*s->functions));
	fn = &s->functions[s->n_functions++];
	*fn = (struct pci_function){ .addr = *addr, .role = role, .config_len = (uint16_t)n };
	fn->config = xcalloc(n, 1);
	if (n)
		memcpy(fn->config, config, n);
	config_keep_caps(fn);
	return fn;
}

void snapshot_add_reg(struct snapshot *s, const struct chip_ref *ref, enum unread unread, uint64_t value)
{
	struct reg_sample *sample = VEC_PUSH(s->regs, s->n_regs, s->cap_regs);

	sample->offset = ref->offset;
	sample->space = (uint8_t)ref->reg->space;
	sample->width = ref->reg->width;
	sample->unread = (uint8_t)unread;
	sample->value = unread == UNREAD_NO ? value : 0;
}

void snapshot_note(struct snapshot *s, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	*VEC_PUSH(s->notes, s->n_notes, s->cap_notes) = xstrdup(text);
}

void snapshot_refuse(struct snapshot *s, const char *rung, const char *why, const char *todo)
{
	s->refusals = xrealloc(s->refusals, s->n_refusals + 1, sizeof(*s->refusals));
	s->refusals[s->n_refusals++] =
		(struct refusal){ xstrdup(rung), xstrdup(why), todo && *todo ? xstrdup(todo) : NULL };
}

const char *snapshot_text(struct snapshot *s, const char *text)
{
	for (size_t i = 0; i < s->n_texts; i++) {
		if (!strcmp(s->texts[i], text))
			return s->texts[i];
	}
	return *VEC_PUSH(s->texts, s->n_texts, s->cap_texts) = xstrdup(text);
}

const struct reg_sample *snapshot_reg(const struct snapshot *s, enum chip_space space, uint32_t offset)
{
	for (size_t i = 0; i < s->n_regs; i++) {
		if (s->regs[i].offset == offset && s->regs[i].space == space)
			return &s->regs[i];
	}
	return NULL;
}

static char *text_copy(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

static void copy_facts(struct facts *to, const struct facts *from)
{
	for (size_t i = 0; i < n_fact_descs; i++)
		fact_copy(to, from, &fact_descs[i]);
	for (size_t i = 0; i < from->n_features; i++)
		facts_add_feature(to, from->features[i].name, from->features[i].on, from->features[i].fixed);
	facts_copy_counts(to, from);
	if (from->vfs.n || to->vfs.n)
		virtuals_copy(&to->vfs, &from->vfs);
}

static void copy_functions(struct snapshot *to, const struct snapshot *from)
{
	for (size_t i = 0; i < from->n_functions; i++) {
		const struct pci_function *fn = &from->functions[i];

		snapshot_add_function(to, fn->role, &fn->addr, fn->config, fn->config_len)->unread = fn->unread;
	}
}

struct snapshot *snapshot_copy(const struct snapshot *s)
{
	struct snapshot *copy = snapshot_new(s->origin);

	copy->file = text_copy(s->file);
	copy->tool = text_copy(s->tool);
	copy->taken = s->taken;
	copy->look = s->look;
	copy->redacted = s->redacted;
	copy->chip = text_copy(s->chip);
	copy->chip_name = text_copy(s->chip_name);
	copy->access = text_copy(s->access);
	copy_functions(copy, s);
	copy_facts(&copy->facts, &s->facts);
	driver_side_copy(&copy->side, &s->side);
	for (size_t i = 0; i < s->n_refusals; i++)
		snapshot_refuse(copy, s->refusals[i].rung, s->refusals[i].why, s->refusals[i].todo);
	for (size_t i = 0; i < s->n_notes; i++)
		snapshot_note(copy, "%s", s->notes[i]);
	if (s->n_regs) {
		copy->regs = xcalloc(s->n_regs, sizeof(*copy->regs));
		memcpy(copy->regs, s->regs, s->n_regs * sizeof(*copy->regs));
		copy->n_regs = copy->cap_regs = s->n_regs;
	}
	return copy;
}

void refusals_json(const struct snapshot *s, struct jsonw *w)
{
	jsonw_array(w, "refusals");
	for (size_t i = 0; i < s->n_refusals; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "rung", s->refusals[i].rung);
		jsonw_str(w, "why", s->refusals[i].why);
		jsonw_str(w, "todo", s->refusals[i].todo);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

int snapshot_known(struct chipdb *db, const struct snapshot *s, const struct chip **known, const char **name,
		   struct err *e)
{
	const struct pci_function *self = snapshot_self(s);
	const char *unused;
	uint32_t ids;
	int r;

	*known = NULL;
	if (s->chip) {
		r = chipdb_find(db, s->chip, known, e);
		if (name)
			*name = r ? NULL : (*known)->name;
		return r;
	}
	if (!self || !config_get(self, 0, 4, &ids))
		return 0;
	r = chipdb_known(db, (uint16_t)ids, (uint16_t)(ids >> 16), known, name ? name : &unused, e);
	return r == -ENOENT ? 0 : r;
}
