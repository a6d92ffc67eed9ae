// SPDX-License-Identifier: GPL-2.0-or-later
#include "aspm/model.h"

#include <string.h>

static bool locked_down(const struct facts *f)
{
	return f->lockdown && (!strcmp(f->lockdown, "integrity") || !strcmp(f->lockdown, "confidentiality"));
}

void aspm_model_read(const struct snapshot *s, const struct chip *chip, struct aspm_model *m)
{
	*m = (struct aspm_model){ .s = s, .chip = chip, .locked = locked_down(&s->facts) };
	link_read(s, &m->link);
	if (!m->link.why_not)
		m->faulty = link_errata(chip, &m->erratum);
}
