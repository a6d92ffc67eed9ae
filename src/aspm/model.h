/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a change of one device's link starts from: the link, and what speaks against changing it. */
#ifndef ASPM_MODEL_H
#define ASPM_MODEL_H

#include "snapshot/link.h"

struct aspm_model {
	const struct snapshot *s;
	const struct chip *chip; /* or a part without registers; NULL: not known */
	struct link link;
	unsigned faulty; /* the states of an erratum of the part, and that */
	const struct chip_erratum *erratum;
	bool locked; /* kernel lockdown: configuration space cannot be written */
};

/* s and chip must outlive the model. */
void aspm_model_read(const struct snapshot *s, const struct chip *chip, struct aspm_model *m);

#endif
