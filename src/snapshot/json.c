// SPDX-License-Identifier: GPL-2.0-or-later
/* Parts of a snapshot that its file and the views write alike. */
#include "snapshot/snapshot.h"
#include "util/jsonw.h"

void facts_json(const struct facts *f, struct jsonw *w)
{
	jsonw_object(w, "facts");
	for (size_t i = 0; i < n_fact_descs; i++) {
		const struct fact_desc *d = &fact_descs[i];

		if (!fact_known(f, d))
			continue;
		if (d->kind == FACT_STR)
			jsonw_str(w, d->name, fact_str(f, d));
		else if (d->kind == FACT_YES)
			jsonw_bool(w, d->name, fact_num(f, d) != 0);
		else
			jsonw_i64(w, d->name, fact_num(f, d));
	}
	jsonw_end_object(w);
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
