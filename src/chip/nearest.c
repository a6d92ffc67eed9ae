// SPDX-License-Identifier: GPL-2.0-or-later
/* The register or field that a mistyped name is near to. */
#include <stdio.h>
#include <string.h>

#include "chip/chip.h"
#include "util/nearest.h"
#include "util/text.h"

static const struct chip_reg *reg_named(const struct chip *chip, unsigned spaces, const char *name)
{
	const struct chip_reg *reg = NULL;

	for (enum chip_space space = CHIP_MMIO; space <= CHIP_CONFIG && !reg; space++)
		if (spaces >> space & 1)
			reg = chip_reg_named(chip, space, name);
	return reg;
}

static const struct chip_reg *nearest_reg(const struct chip *chip, unsigned spaces, const char *name)
{
	const struct chip_reg *found = NULL;
	struct nearest near;

	nearest_begin(&near, name);
	for (size_t i = 0; i < chip->n_regs; i++)
		if (spaces >> chip->regs[i]->space & 1 && nearest_try(&near, chip->regs[i]->name))
			found = chip->regs[i];
	return found;
}

static const char *nearest_field(const struct chip_reg *reg, const char *name)
{
	const char *found = NULL;
	struct nearest near;

	nearest_begin(&near, name);
	for (size_t i = 0; i < reg->n_fields; i++)
		if (nearest_try(&near, reg->fields[i].name))
			found = reg->fields[i].name;
	return found;
}

bool chip_nearest(const struct chip *chip, unsigned spaces, const char *text, char *found, size_t size)
{
	size_t n = strcspn(text, ".["), typed = strcspn(text, ".");
	const char *dot = text[typed] ? text + typed + 1 : NULL, *field = NULL;
	const struct chip_reg *reg, *known;
	char name[NEAREST_MAX];

	*found = '\0';
	if (n >= sizeof(name) || strpbrk(text, "*?"))
		return false;
	str_copy(name, sizeof(name), text, n);
	known = reg_named(chip, spaces, name);
	if (known && (!dot || chip_field_named(known, dot)))
		return false;
	reg = known ? known : nearest_reg(chip, spaces, name);
	if (reg && dot)
		field = chip_field_named(reg, dot) ? dot : nearest_field(reg, dot);
	if (reg && field)
		snprintf(found, size, "%s.%s", reg->name, field);
	else if (reg && !known)
		snprintf(found, size, "%s", reg->name);
	return *found;
}
