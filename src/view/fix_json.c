// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "util/jsonw.h"
#include "view/fix.h"

static void json_record(const struct change_report *r, struct jsonw *w)
{
	if (r->has_past) {
		jsonw_object(w, "to_restore");
		jsonw_str(w, "change", r->past.record.what);
		jsonw_str(w, "who", r->past.record.who);
		jsonw_i64(w, "begun", r->past.record.begun);
		jsonw_bool(w, "interrupted", r->past.record.applying);
		jsonw_array(w, "settings");
		for (size_t i = 0; i < r->past.n; i++) {
			jsonw_object(w, NULL);
			jsonw_str(w, "name", r->past.v[i].name);
			jsonw_str(w, "value", r->past.v[i].was);
			jsonw_end_object(w);
		}
		jsonw_end_array(w);
		jsonw_end_object(w);
	}
	jsonw_array(w, "kept");
	for (size_t i = 0; i < r->kept.n; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "name", r->kept.v[i].name);
		jsonw_str(w, "value", r->kept.v[i].value);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void json_device(const struct change_report *r, struct jsonw *w)
{
	char addr[PCI_ADDR_MAX];

	jsonw_str(w, "address", pci_addr_str(&r->addr, addr));
	jsonw_str(w, "netdev", *r->netdev ? r->netdev : NULL);
	jsonw_str(w, "chip", r->s->chip_name);
}

static void json_row(const struct fix_list *list, const struct fix_row *row, struct jsonw *w)
{
	static const char *const states[] = { "to-do", "so", "not-here", "unknown" };
	const struct remedy *r = row->remedy;

	jsonw_object(w, NULL);
	jsonw_str(w, "id", r->id);
	jsonw_str(w, "settings", r->settings);
	jsonw_str(w, "state", states[row->state]);
	jsonw_str(w, "detail", row->why);
	jsonw_str(w, "command", r->fix);
	jsonw_str(w, "why", r->why);
	jsonw_i64(w, "named", r->named);
	jsonw_i64(w, "worked", r->worked);
	jsonw_i64(w, "failed", r->failed);
	jsonw_array(w, "findings");
	for (size_t i = 0; i < list->d->n_findings; i++)
		for (size_t k = 0; k < list->d->findings[i].n_remedies; k++)
			if (!strcmp(list->d->findings[i].remedies[k].id, r->id))
				jsonw_str(w, NULL, list->d->findings[i].id);
	jsonw_end_array(w);
	jsonw_end_object(w);
}

void fix_json_list(const struct fix_list *lists, size_t n, struct buf *out)
{
	struct jsonw w;

	jsonw_document(&w, out);
	jsonw_array(&w, "devices");
	for (size_t i = 0; i < n; i++) {
		const struct fix_list *list = &lists[i];

		jsonw_object(&w, NULL);
		jsonw_str(&w, "address", list->d->address);
		jsonw_str(&w, "netdev", list->d->netdev);
		jsonw_str(&w, "chip", list->d->chip);
		jsonw_array(&w, "remedies");
		for (size_t k = 0; k < list->n; k++)
			json_row(list, &list->rows[k], &w);
		jsonw_end_array(&w);
		if (list->report)
			json_record(list->report, &w);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
}

static void json_plan(const struct change_report *r, struct jsonw *w)
{
	jsonw_array(w, "plan");
	for (size_t i = 0; i < r->plan.n; i++) {
		const struct change_step *step = &r->plan.steps[i];
		const struct setting *now = settings_find(&r->after, step->name);

		if (step->met)
			continue;
		jsonw_object(w, NULL);
		jsonw_str(w, "setting", step->name);
		jsonw_str(w, "from", step->from);
		jsonw_str(w, "to", step->to);
		if (now)
			jsonw_str(w, "now", now->value);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
	jsonw_array(w, "managers");
	for (size_t i = 0; i < r->n_managers; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "name", host_manager_name(r->managers[i].kind));
		jsonw_str(w, "file", r->managers[i].file);
		if (*r->managers[i].line)
			jsonw_str(w, "sets", r->managers[i].line);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

void fix_json_changes(const struct change_report *reports, size_t n, struct buf *out)
{
	struct jsonw w;

	jsonw_document(&w, out);
	jsonw_array(&w, "devices");
	for (size_t i = 0; i < n; i++) {
		const struct change_report *r = &reports[i];

		jsonw_object(&w, NULL);
		json_device(r, &w);
		json_plan(r, &w);
		jsonw_str(&w, "result", change_result_name(r->result));
		if (r->code)
			jsonw_str(&w, "error", r->err.why);
		jsonw_bool(&w, "kept", r->made_lasting);
		if (r->seconds)
			jsonw_i64(&w, "seconds", r->seconds);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
}
