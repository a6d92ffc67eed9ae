// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/diagnose.h"

#include <stdlib.h>
#include <string.h>

#include "chip/db.h"
#include "diagnose/remedy.h"
#include "diagnose/rules.h"
#include "util/alloc.h"
#include "util/buf.h"

static const char *name_of_part(const struct subject *s)
{
	const char *name = s->latest ? s->latest->chip_name : NULL;

	if (s->latest && s->known && !s->known->part)
		return chip_called(s->known, name);
	if (name && !strchr(name, ' '))
		return name;
	if (!s->latest && s->log && klog_chip_name(s->host->input->db, s->log))
		return klog_chip_name(s->host->input->db, s->log);
	if (!s->latest && s->part_name)
		return s->part_name;
	if (s->known)
		return s->known->name;
	return s->driver ? chipdb_driver_parts(s->host->input->db, s->driver) : NULL;
}

static const char *address_of(struct subject *s)
{
	const struct pci_function *self = s->latest ? snapshot_self(s->latest) : NULL;
	char address[PCI_ADDR_MAX];

	if (self)
		return finding_text(s, "%s", pci_addr_str(&self->addr, address));
	return s->log && *s->log->address ? finding_text(s, "%s", s->log->address) : NULL;
}

static const char *kernel_of(struct subject *s)
{
	if (s->facts->kernel)
		return finding_text(s, "%s", s->facts->kernel);
	if (!s->latest && s->host->input->klog && *klog_host(s->host->input->klog)->kernel)
		return finding_text(s, "%s", klog_host(s->host->input->klog)->kernel);
	return NULL;
}

static void name_it(struct subject *s)
{
	struct diagnosis *d = s->out;
	AUTO_BUF struct buf b = { 0 };

	d->address = address_of(s);
	d->netdev = s->interface ? finding_text(s, "%s", s->interface) : NULL;
	d->driver = s->driver ? finding_text(s, "%s", s->driver) : NULL;
	d->driver_version = s->driver_version ? finding_text(s, "%s", s->driver_version) : NULL;
	d->kernel = kernel_of(s);
	d->word = finding_device_word(s);
	d->has_nicregs = s->platform.system == SYSTEM_LINUX;
	d->part = s->chip;
	d->part_sure = s->chip_sure;
	d->chip = name_of_part(s) ? finding_text(s, "%s", name_of_part(s)) : NULL;
	buf_puts(&b, d->netdev ? d->netdev : d->address ? d->address : d->chip ? d->chip : "unknown device");
	if (d->netdev && d->address)
		buf_printf(&b, " (%s)", d->address);
	if (d->chip && (d->netdev || d->address))
		buf_printf(&b, ", %s", d->chip);
	if (d->driver)
		buf_printf(&b, ", %s%s%s", d->driver, s->driver_version ? " " : "",
			   s->driver_version ? s->driver_version : "");
	d->title = finding_text(s, "%s", buf_str(&b));
}

static void judge(struct subject *s, struct arena *arena, struct diagnosis *d)
{
	*d = (struct diagnosis){ .latest = s->latest, .log = s->log, .log_index = s->log_index };
	d->arena = arena;
	s->out = d;
	if (s->logged_facts) {
		d->facts = facts_new();
		facts_merge(d->facts, s->logged_facts);
	}
	name_it(s);
	d->link_up = s->latest ? subject_link_up(s, &(struct reading){ 0 }, &(bool){ false }) : -1;
	rules_run(s);
	verdict_reach(s);
	if (!s->host->input->verdict_only)
		remedies_choose(s);
	missing_say(s);
}

/* What needs somebody comes first; else they stay in order. */
static void worst_first(struct diagnoses *d)
{
	struct diagnosis *sorted = xcalloc(d->n, sizeof(*sorted));
	size_t n = 0;

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < d->n; i++)
			if (verdict_is_bad(d->v[i].verdict) == !pass)
				sorted[n++] = d->v[i];
	free(d->v);
	d->v = sorted;
}

/* The texts of remedies, which findings refer to. */
static void keep_advice(struct diagnoses *d, struct advice_table *advice)
{
	d->advice = xcalloc(1, sizeof(*d->advice));
	*d->advice = *advice;
	*advice = (struct advice_table){ 0 };
}

/* Where the log has no report, what it describes is worth showing. */
static bool any_report(const struct subjects *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].log && all->v[i].log->first_line)
			return true;
	return false;
}

static bool is_wanted(const struct diagnose_input *input, const struct subject *s)
{
	if (input->only_sampled && !s->n_samples)
		return false;
	return !input->only_logged ||
	       (s->log && (s->log->first_line || (s->log->described_line && !any_report(s->host))));
}

int diagnose(const struct diagnose_input *input, struct diagnoses *out, struct err *e)
{
	struct subjects all;
	int r = subjects_make(&all, input, e);

	*out = (struct diagnoses){ 0 };
	if (!r) {
		out->v = xcalloc(all.n, sizeof(*out->v));
		out->arena = xcalloc(1, sizeof(*out->arena));
		for (size_t i = 0; i < all.n; i++) {
			subjects_read_logs(&all, i);
			if (is_wanted(input, &all.v[i]))
				judge(&all.v[i], out->arena, &out->v[out->n++]);
		}
		if (input->only_logged || input->worst_first)
			worst_first(out);
		if (!input->kept)
			keep_advice(out, &all.own.advice);
	}
	subjects_free(&all);
	return r;
}

void diagnoses_free(struct diagnoses *d)
{
	for (size_t i = 0; i < d->n; i++)
		facts_delete(d->v[i].facts);
	free(d->v);
	if (d->arena)
		arena_free(d->arena);
	free(d->arena);
	if (d->advice)
		advice_free(d->advice);
	free(d->advice);
	*d = (struct diagnoses){ 0 };
}

bool diagnose_seems_stuck(struct chipdb *db, const struct snapshots *samples, struct diagnose_kept *kept)
{
	const struct diagnose_input input = {
		.db = db, .samples = samples, .watched_now = true, .verdict_only = true, .kept = kept
	};
	struct diagnoses d;
	bool stuck = false;

	if (!diagnose(&input, &d, NULL))
		for (size_t i = 0; i < d.n; i++)
			stuck |= !d.v[i].recovered &&
				 (d.v[i].verdict == VERDICT_HUNG || d.v[i].verdict == VERDICT_STALLED);
	diagnoses_free(&d);
	return stuck;
}

int diagnose_glance(struct chipdb *db, const struct snapshot *s, enum verdict *verdict, struct err *e)
{
	struct snapshot *one[] = { (struct snapshot *)(uintptr_t)s };
	const struct snapshots samples = { .v = one, .n = 1, .cap = 1 };
	const struct diagnose_input input = { .db = db, .samples = &samples, .verdict_only = true };
	struct diagnoses d;
	int r = diagnose(&input, &d, e);

	*verdict = !r && d.n ? d.v[0].verdict : VERDICT_UNKNOWN;
	diagnoses_free(&d);
	return r;
}

struct diagnose_kept *diagnose_kept_new(void)
{
	return xcalloc(1, sizeof(struct diagnose_kept));
}

void diagnose_kept_clear(struct diagnose_kept *k)
{
	advice_free(&k->advice);
	if (k->values.n)
		values_kept_free(&k->values);
}

void diagnose_kept_forget(struct diagnose_kept *k)
{
	values_kept_free(&k->values);
}

void diagnose_kept_free(struct diagnose_kept *k)
{
	diagnose_kept_clear(k);
	free(k);
}

static bool has_machine(const struct klog *k)
{
	const struct klog_host *host = k ? klog_host(k) : NULL;

	return host && (host->have_crash || host->crash_line || host->stalls[0].line);
}

static bool has_firmware(const struct subject *s)
{
	static const enum chip_role roles[] = { CHIP_FIRMWARE_RESETS, CHIP_ADMIN_QUEUE, CHIP_NVM_STATE,
						CHIP_RESET_STATE };
	static const enum chip_field_role fields[] = { CHIP_FIELD_FIRMWARE_RECOVERY, CHIP_FIELD_FIRMWARE_ROLLBACK };
	const struct chip_reg *state = s->chip ? chip_role_ref(s->chip, CHIP_FIRMWARE_STATE, 0).reg : NULL;

	for (size_t i = 0; s->chip && i < COUNT(roles); i++)
		if (chip_role_ref(s->chip, roles[i], 0).reg)
			return true;
	for (size_t i = 0; state && i < COUNT(fields); i++)
		if (chip_field_with_role(state, fields[i], 0))
			return true;
	return s->latest && s->facts->health;
}

/* Whether the registers leave open what some transmit queue does. */
static bool has_gaps(const struct subject *s)
{
	const struct direction *d = &s->series.tx;
	size_t most;

	if (!d->n)
		return false;
	most = queue_count(s->chip, QUEUE_TX);
	if (s->facts->tx_queues > (int64_t)most)
		most = (size_t)s->facts->tx_queues;
	if (d->n < most || d->by_state[QUEUE_OFF] || d->by_state[QUEUE_UNKNOWN])
		return true;
	for (size_t i = 0; i < d->n; i++)
		if (!queue_ring(series_last(&s->series), QUEUE_TX, d->queues[i].index).known)
			return true;
	return false;
}

static bool has_quoted(const struct subject *s)
{
	const struct klog *k = s->host->input->klog;

	return k && s->latest && klog_host(k)->quoted;
}

static bool may_show_done(const struct subject *s)
{
	return (s->latest && s->series.n > 1 && facts_have_inflight(s->facts)) || subject_rings(s) ||
	       s->logged.uncleaned;
}

static unsigned known(const struct subject *s)
{
	unsigned have = s->chip ? NEED_CHIP : 0;

	have |= s->series.n && series_last(&s->series)->n_read ? NEED_REGS : 0;
	have |= s->series.n > 1 ? NEED_SERIES : 0;
	have |= link_device(&s->link)->there ? NEED_CONFIG : 0;
	have |= link_device(&s->link)->there || s->facts->aspm_enabled ? NEED_ASPM : 0;
	have |= s->latest ? NEED_FACTS : 0;
	have |= subject_rings(s) ? NEED_RINGS : 0;
	have |= s->n_pasted ? NEED_PASTED : 0;
	have |= s->known && s->known->n_expects ? NEED_EXPECTS : 0;
	have |= device_log_has_words(&s->logged) ? NEED_WORDS : 0;
	have |= has_machine(s->host->input->klog) ? NEED_MACHINE : 0;
	have |= has_firmware(s) ? NEED_FIRMWARE : 0;
	have |= has_gaps(s) ? NEED_GAPS : 0;
	have |= has_quoted(s) ? NEED_QUOTED : 0;
	have |= s->facts->n_queues ? NEED_QUEUES : 0;
	have |= may_show_done(s) ? NEED_DONE : 0;
	return have | (s->log ? NEED_LOG : 0);
}

static bool before(const struct finding *a, const struct finding *b)
{
	if (a->severity != b->severity)
		return a->severity < b->severity;
	return a->confidence < b->confidence;
}

static void sort(struct diagnosis *d)
{
	for (size_t i = 1; i < d->n_findings; i++)
		for (size_t k = i; k && before(&d->findings[k], &d->findings[k - 1]); k--) {
			struct finding f = d->findings[k];

			d->findings[k] = d->findings[k - 1];
			d->findings[k - 1] = f;
		}
}

static void ask(struct subject *s, const struct rule *rule)
{
	struct finding f = {
		.id = rule->id,
		.severity = rule->severity,
		.confidence = rule->confidence,
		.summary = rule->words,
		.advised = rule->remedies,
	};

	if (!rule->test(s, &f))
		return;
	if (rule->source)
		finding_source(s, &f, rule->source);
	*ARENA_PUSH(s->out->arena, s->out->findings, s->out->n_findings, s->out->cap_findings) = f;
}

void rules_run(struct subject *s)
{
	unsigned have = known(s);

	for (size_t i = 0; i < n_rules; i++)
		if ((all_rules[i].needs & have) == all_rules[i].needs)
			ask(s, &all_rules[i]);
	sort(s->out);
}
