// SPDX-License-Identifier: GPL-2.0-or-later
/* What drivers say in words of their own, as chipdefs/log has it: what it means for the port. */
#include <string.h>

#include "diagnose/meaning.h"
#include "diagnose/remedy.h"
#include "diagnose/rules.h"
#include "util/alloc.h"

static const struct meaning *meaning_of(const struct klog_report *r)
{
	for (size_t i = 0; i < n_meanings; i++)
		if (meanings[i].kind == r->kind && !strcmp(meanings[i].what, klog_text(r, KLOG_WHAT)))
			return &meanings[i];
	return NULL;
}

bool message_is_known(enum klog_kind kind, const char *what)
{
	for (size_t i = 0; i < n_meanings; i++)
		if (meanings[i].kind == kind && !strcmp(meanings[i].what, what))
			return true;
	return false;
}

/* A report of a kind: the n-th of those that are kept; NULL past them. */
static const struct klog_report *kept(const struct subject *s, enum klog_kind kind, size_t n)
{
	const struct device_log *l = &s->logged;

	return n < l->n_first[kind] ? &l->first[kind][n] : n == l->n_first[kind] ? l->last[kind] : NULL;
}

#define LINES_TOGETHER 3

/* Whether a queue that the PF's driver could not set up is a guest's: the lines behind say that a virtual function was refused. */
static bool is_guests(const struct subject *s, const struct klog_report *r)
{
	const struct klog_report *refused;

	for (size_t i = 0; r->kind == KLOG_NOT_UP && (refused = kept(s, KLOG_VF_TROUBLE, i)); i++)
		if (refused->line > r->line && refused->line - r->line <= LINES_TOGETHER)
			return true;
	return false;
}

/* The worst of a kind; of those that are alike the last. */
static const struct meaning *worst_of(const struct subject *s, enum klog_kind kind, uint64_t *line)
{
	const struct meaning *worst = NULL;
	const struct klog_report *r;

	for (size_t i = 0; (r = kept(s, kind, i)); i++) {
		const struct meaning *m = meaning_of(r);

		if (m && (!worst || m->severity <= worst->severity) && !is_guests(s, r)) {
			worst = m;
			*line = r->line;
		}
	}
	return worst;
}

static bool message_rule(struct subject *s, struct finding *f, enum klog_kind kind)
{
	uint64_t line = 0;
	const struct meaning *m = worst_of(s, kind, &line);

	if (!m)
		return false;
	f->summary = m->words;
	f->severity = m->severity;
	if (m->verdict != VERDICT_UNKNOWN && s->log->alive_line > line)
		f->severity = SEVERITY_WARNING;
	if (m->remedies)
		remedies_add(s, f, m->remedies);
	finding_reports(s, f, kind, 4);
	return true;
}

bool rule_message_link(struct subject *s, struct finding *f)
{
	return message_rule(s, f, KLOG_LINK_FAULT);
}

bool rule_message_not_up(struct subject *s, struct finding *f)
{
	return message_rule(s, f, KLOG_NOT_UP);
}

bool rule_message_queue(struct subject *s, struct finding *f)
{
	return message_rule(s, f, KLOG_QUEUE_ERROR);
}

bool rule_message_pf(struct subject *s, struct finding *f)
{
	return message_rule(s, f, KLOG_PF_TROUBLE);
}

bool rule_message_vf(struct subject *s, struct finding *f)
{
	return message_rule(s, f, KLOG_VF_TROUBLE);
}

bool rule_message_driver(struct subject *s, struct finding *f)
{
	return message_rule(s, f, KLOG_DRIVER_ERROR);
}

bool rule_message_firmware(struct subject *s, struct finding *f)
{
	if (!message_rule(s, f, KLOG_FIRMWARE))
		return false;
	if (f->severity == SEVERITY_FAULT)
		rules_port_words(s, f, KLOG_FIRMWARE);
	return true;
}

enum verdict message_verdict(const struct subject *s, const char **finding)
{
	static const struct {
		enum klog_kind kind;
		const char *finding;
	} deciding[] = { { KLOG_LINK_FAULT, "link-refused" },
			 { KLOG_NOT_UP, "not-up" },
			 { KLOG_FIRMWARE, "firmware-reported" },
			 { KLOG_PF_TROUBLE, "pf-trouble" } };
	enum verdict worst = VERDICT_UNKNOWN;

	for (size_t i = 0; i < COUNT(deciding); i++) {
		uint64_t line = 0;
		const struct meaning *m = worst_of(s, deciding[i].kind, &line);

		if (m && m->verdict < worst && line > s->log->alive_line) {
			worst = m->verdict;
			*finding = deciding[i].finding;
		}
	}
	return worst;
}
