// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "util/jsonw.h"
#include "view/aspm.h"
#include "view/internal.h"

static void json_unavailable(const struct aspm_model *m, struct jsonw *w)
{
	jsonw_object(w, "unavailable");
	for (unsigned i = 0; i < LINK_STATES; i++) {
		struct buf why = { 0 };

		link_say_why_not(&m->link, 1u << i, &why);
		jsonw_str(w, link_states[i].name, why.len ? buf_str(&why) : NULL);
		buf_free(&why);
	}
	jsonw_end_object(w);
}

static void json_plan(const struct aspm_plan *plan, struct jsonw *w)
{
	jsonw_array(w, "plan");
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct aspm_step *step = &plan->steps[i];
		char addr[PCI_ADDR_MAX];

		jsonw_object_inline(w, NULL);
		jsonw_str(w, "address", pci_addr_str(&step->addr, addr));
		jsonw_str(w, "register", step->what);
		jsonw_u64(w, "from", step->from);
		jsonw_u64(w, "to", step->to);
		jsonw_str(w, "via", aspm_way_name(step->way));
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void json_journal(const struct aspm_journal *j, struct jsonw *w)
{
	jsonw_object(w, "to_restore");
	jsonw_str(w, "change", j->record.what);
	jsonw_str(w, "who", j->record.who);
	jsonw_i64(w, "begun", j->record.begun);
	jsonw_bool(w, "interrupted", j->record.applying);
	jsonw_end_object(w);
}

static void json_erratum(const struct aspm_model *m, struct jsonw *w)
{
	if (!m->faulty)
		return;
	jsonw_object(w, "erratum");
	jsonw_str(w, "id", m->erratum->id);
	link_json_states("states", m->faulty, w);
	jsonw_str(w, "title", m->erratum->title);
	jsonw_str(w, "workaround", m->erratum->workaround);
	jsonw_str(w, "source", m->erratum->cite);
	jsonw_end_object(w);
}

static void report_link(const struct aspm_report *r, struct jsonw *w)
{
	const struct link *link = r->changed ? &r->now : &r->model.link;

	if (link->why_not) {
		jsonw_array_inline(w, "ends");
		jsonw_end_array(w);
		link_json_kernel(link, w);
		return;
	}
	link_json_ends(link, w);
	link_json_kernel(link, w);
	json_unavailable(&r->model, w);
	json_erratum(&r->model, w);
}

static void json_report(const struct aspm_report *r, struct jsonw *w)
{
	const struct aspm_model *m = &r->model;
	const struct aspm_report *by = r->with ? r->with : r;
	const struct pci_function *self = snapshot_self(m->s);
	char addr[PCI_ADDR_MAX];

	jsonw_object(w, NULL);
	jsonw_str(w, "address", self ? pci_addr_str(&self->addr, addr) : NULL);
	jsonw_str(w, "netdev", m->s->facts.netdev);
	jsonw_str(w, "chip", m->s->chip);
	jsonw_bool(w, "capable", !m->link.why_not && (m->link.both & LINK_ASPM));
	jsonw_str(w, "why_not", m->link.why_not);
	if (m->s->facts.aspm_supported)
		jsonw_str(w, "supported_by_text", m->s->facts.aspm_supported);
	if (m->s->facts.aspm_enabled)
		jsonw_str(w, "enabled_by_text", m->s->facts.aspm_enabled);
	report_link(by->changed ? by : r, w);
	if (r->with)
		jsonw_str(w, "same_link_as", pci_addr_str(&snapshot_self(r->with->model.s)->addr, addr));
	if (by->planned)
		json_plan(&by->plan, w);
	if (by->lasting)
		link_json_states("lasting", by->lasting, w);
	if (by->has_journal)
		json_journal(&by->journal, w);
	if (by->result != ASPM_SHOWN)
		jsonw_str(w, "result", aspm_result_name(by->result));
	if (by->note[0])
		jsonw_str(w, "note", by->note);
	if (by->code && by->err.what[0])
		jsonw_str(w, "error", by->err.why);
	jsonw_end_object(w);
}

void aspm_json(const struct aspm_report *reports, size_t n, const struct aspm_rules *orphans, struct buf *out)
{
	struct jsonw w;

	jsonw_document(&w, out);
	jsonw_array(&w, "devices");
	for (size_t i = 0; i < n; i++)
		json_report(&reports[i], &w);
	jsonw_end_array(&w);
	if (orphans->n) {
		jsonw_strings(&w, "rules_without_device", (const char *const *)orphans->paths, orphans->n);
	}
	jsonw_end_object(&w);
}
