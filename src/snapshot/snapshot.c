// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/snapshot.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/text.h"

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
	for (size_t i = 0; i < s->n_functions; i++)
		free(s->functions[i].config);
	for (size_t i = 0; i < s->n_refusals; i++) {
		free(s->refusals[i].rung);
		free(s->refusals[i].why);
		free(s->refusals[i].todo);
	}
	free_strings(s->notes, s->n_notes);
	free_strings(s->texts, s->n_texts);
	facts_free(&s->facts);
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
