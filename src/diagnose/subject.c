// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/subject.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "chip/db.h"
#include "diagnose/logbook.h"
#include "paste/paste.h"
#include "snapshot/snapshot.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/text.h"

#define CLASSES 8

static bool same_device(const struct snapshot *a, const struct snapshot *b)
{
	const struct pci_function *fa = snapshot_self(a), *fb = snapshot_self(b);

	if (fa && fb)
		return pci_addr_equal(&fa->addr, &fb->addr) && text_equal(a->chip, b->chip); /* NULL: no definition */
	if (a->facts.netdev || b->facts.netdev)
		return text_same(a->facts.netdev, b->facts.netdev);
	return !fa && !fb && text_same(a->chip, b->chip);
}

static struct subject *add_subject(struct subjects *all)
{
	*VEC_PUSH(all->v, all->n, all->cap) = (struct subject){ .log_index = SIZE_MAX };
	return &all->v[all->n - 1];
}

static void add_sample(struct subjects *all, const struct snapshot *sample)
{
	struct subject *s = NULL;

	for (size_t i = 0; i < all->n && !s; i++)
		if (all->v[i].n_samples && same_device(all->v[i].samples[0], sample))
			s = &all->v[i];
	if (!s)
		s = add_subject(all);
	for (size_t i = 0; i < s->n_samples; i++)
		if (sample->taken && s->samples[i]->taken == sample->taken)
			return; /* the same one, given twice */
	*VEC_PUSH(s->samples, s->n_samples, s->cap_samples) = sample;
}

/* By time where it is known; else they stay as they were given. */
static void sort_samples(struct subject *s)
{
	for (size_t i = 1; i < s->n_samples; i++)
		for (size_t k = i; k && s->samples[k - 1]->taken > s->samples[k]->taken && s->samples[k]->taken; k--) {
			const struct snapshot *one = s->samples[k];

			s->samples[k] = s->samples[k - 1];
			s->samples[k - 1] = one;
		}
}

/* A name alone is another device's, or another machine's, where its driver is another one. */
static bool other_driver(const struct snapshot *sample, const struct klog_device *d)
{
	const char *driver = sample->facts.driver;

	return driver && *driver && *d->driver && !d->driver_guessed && strcmp(driver, d->driver) != 0;
}

static bool is_of(const struct subject *s, const struct klog_device *d)
{
	const struct snapshot *sample = s->samples[0]; /* it has some */
	const struct pci_function *self = snapshot_self(sample);
	struct pci_addr addr;

	if (self && pci_addr_parse(d->address, &addr))
		return pci_addr_equal(&self->addr, &addr);
	return text_same(sample->facts.netdev, d->interface) && !other_driver(sample, d);
}

static bool worth_telling(const struct klog_device *d)
{
	return (d->first_line || d->described_line) && klog_is_nic(d);
}

static void add_logged(struct subjects *all, const struct klog_device *d, size_t index)
{
	struct subject *s = NULL;

	if (d->foreign)
		return;
	for (size_t i = 0; i < all->n && all->v[i].n_samples && !s; i++) /* those with samples come first */
		if (!all->v[i].log && is_of(&all->v[i], d))
			s = &all->v[i];
	if (!s && !worth_telling(d))
		return;
	if (!s)
		s = add_subject(all);
	s->log = d;
	s->log_index = index;
}

static const char *first_known(const char *first, const char *second)
{
	if (first && *first)
		return first;
	return second && *second ? second : NULL;
}

static const struct chip *chip_with_name(struct chipdb *db, const char *name)
{
	const struct chip *chip;

	if (!strpbrk(name, "0123456789"))
		return NULL;
	if (!chipdb_find(db, name, &chip, NULL) && !chip->family)
		return chip;
	return chipdb_part(db, name, &chip, NULL) ? NULL : chip;
}

/* "Ethernet Connection (2) I219-V", "82574L Gigabit Network Connection": the word that is the name of a chip or part. A
 * number in brackets before it belongs to it, as "I219-V (2)": another number is another part. */
static void find_chip_by_name(struct subject *s, struct chipdb *db)
{
	const char *name = s->facts->part_name;
	char word[64];
	unsigned number = 0;

	for (; name && *name && !s->known; name += strspn(name, " ")) {
		size_t n = strcspn(name, " ");
		char end;

		if (n < 32 && sscanf(name, "(%2u%c", &number, &end) != 2) {
			if (number)
				snprintf(word, sizeof(word), "%.*s (%u)", (int)n, name, number);
			else
				snprintf(word, sizeof(word), "%.*s", (int)n, name);
			s->known = chip_with_name(db, word);
		}
		name += n;
	}
}

/* Everything that was pasted of the device, the later word over the earlier. */
static void read_described(struct subjects *all, struct subject *s)
{
	const struct klog *k = all->input->klog;
	const struct pasted *p;

	for (size_t i = 0; s->log && (p = klog_described(k, i)); i++)
		if (klog_describes(k, p, s->log)) {
			s->logged_facts = s->logged_facts ? s->logged_facts : facts_new();
			facts_merge(s->logged_facts, &p->facts);
			s->n_pasted++;
		}
	if (s->logged_facts && s->logged_facts->part_name)
		s->part_name = paste_part_number(s->logged_facts->part_name);
}

static int find_chip(struct subject *s, struct chipdb *db, const struct chip *named, struct err *e)
{
	int r = s->latest ? snapshot_known(db, s->latest, &s->known, NULL, e) : 0;

	s->chip_sure = true;
	if (r || (s->known && !s->known->part)) {
		s->chip = s->known;
		return r;
	}
	if (!s->log)
		return 0;
	if (!s->known && klog_part(db, s->log, &s->known, NULL))
		s->known = NULL;
	if (!s->known)
		find_chip_by_name(s, db);
	if (!s->known && named && diagnose_fits(s->log, named) == FITS)
		s->known = named;
	if (s->known && !s->known->part) {
		s->chip = s->known;
		return 0;
	}
	r = klog_chip(db, s->log, &s->chip, &s->chip_sure, NULL);
	if (r)
		s->chip = NULL;
	return r == -ENOENT ? 0 : r;
}

/* Of one call there is nothing to look up. */
static void read_series(struct subject *s, struct diagnose_kept *kept)
{
	if (kept)
		series_init_kept(&s->series, s->samples, s->n_samples, s->chip, &kept->values);
	else
		series_init(&s->series, s->samples, s->n_samples, s->chip);
}

static int complete_subject(struct subjects *all, struct subject *s, struct err *e)
{
	const struct klog_host *host = all->input->klog ? klog_host(all->input->klog) : NULL;
	const struct klog_device *d = s->log;
	int r;

	s->host = all;
	s->latest = s->n_samples ? s->samples[s->n_samples - 1] : NULL;
	read_described(all, s);
	s->facts = s->latest ? &s->latest->facts : s->logged_facts ? s->logged_facts : &all->unknown;
	r = find_chip(s, all->input->db, all->input->named, e);
	if (!r && s->latest)
		r = chipdb_pci(all->input->db, &s->pci, e);
	if (r)
		return r;
	s->interface = first_known(s->facts->netdev, d ? d->interface : NULL);
	s->driver = first_known(s->facts->driver, d ? d->driver : NULL);
	s->driver_version = first_known(s->facts->driver_version,
					host && s->driver ? klog_driver_version(all->input->klog, s->driver) : NULL);
	s->firmware = first_known(s->facts->firmware, d ? d->firmware : NULL);
	s->kernel = first_known(s->facts->kernel, host ? host->kernel : NULL);
	if (s->latest)
		link_read_part(s->latest, s->chip_sure ? s->chip : NULL, &s->link);
	platform_learn(s);
	if (s->n_samples)
		read_series(s, all->input->kept);
	if (s->series.n && !subject_scheduled(s, &(struct reading){ 0 }))
		past_read(&s->past, &s->series, s->samples, s->n_samples);
	return 0;
}

/* Subjects by their device in the log. */
struct by_device {
	struct subject **v; /* NULL: none */
	size_t n;
};

static void read_report(const struct klog_report *r, size_t device, void *arg)
{
	const struct by_device *by = arg;

	if (device < by->n && r->kind < KLOG_KINDS && by->v[device])
		device_log_add(&by->v[device]->logged, r);
}

#define LOGS_AT_ONCE 128 /* some ten reports are kept of each; one where that is as quick */

/* What is of all slaves of a bond stays. */
static bool is_bonded(const struct subject *s)
{
	return s->facts->bond || (s->log && *s->log->bond);
}

static void forget_logs(struct subjects *all, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++) {
		struct subject *s = &all->v[i];

		if (is_bonded(s))
			continue;
		device_log_free(&s->logged);
		s->logged = (struct device_log){ 0 };
	}
}

/* Of subjects from one on, up to another, or of all slaves of bonds. */
static void read_logs(struct subjects *all, size_t from, size_t end, bool bonded)
{
	const struct klog *k = all->input->klog;
	size_t n = 0, some = 0;
	AUTO_FREE struct subject **subjects = NULL;
	AUTO_FREE bool *wanted = NULL;

	for (size_t i = 0; i < all->n; i++)
		n = all->v[i].log && all->v[i].log_index >= n ? all->v[i].log_index + 1 : n;
	subjects = xcalloc(n, sizeof(struct subject *));
	wanted = xcalloc(n, sizeof(*wanted));
	for (size_t i = from; i < end; i++) {
		struct subject *s = &all->v[i];

		if (!s->log || is_bonded(s) != bonded)
			continue;
		subjects[s->log_index] = s;
		wanted[s->log_index] = true;
		some++;
	}
	if (some)
		logbook_some(all->input->logbook, k, wanted, n, read_report, &(struct by_device){ subjects, n });
}

static void read_own(const struct klog_report *r, size_t device, void *arg)
{
	(void)device;
	if (r->kind < KLOG_KINDS)
		device_log_add(arg, r);
}

void subjects_read_logs(struct subjects *all, size_t i)
{
	const struct logbook *book = all->input->logbook;
	bool quick = book && logbook_is_quick(book);
	size_t most = quick ? 1 : LOGS_AT_ONCE, end = i + most < all->n ? i + most : all->n;

	if (!all->input->klog || !book || i < all->logs_end)
		return;
	if (!i)
		read_logs(all, 0, all->n, true);
	forget_logs(all, all->logs_from, all->logs_end);
	if (!quick)
		read_logs(all, i, end, false);
	else if (all->v[i].log && !is_bonded(&all->v[i]))
		logbook_of(book, all->input->klog, all->v[i].log_index, read_own, &all->v[i].logged);
	all->logs_from = i;
	all->logs_end = end;
}

static int load_advice(struct subjects *all, struct err *e)
{
	struct diagnose_kept *k = all->input->kept ? all->input->kept : &all->own;
	int r = 0;

	all->advice = &k->advice;
	if (all->input->verdict_only || k->has_advice)
		return 0;
	r = advice_load(&k->advice, e);
	k->has_advice = !r;
	return r;
}

int subjects_make(struct subjects *all, const struct diagnose_input *input, struct err *e)
{
	const struct klog_device *d;
	size_t devices = 0;
	int r;

	*all = (struct subjects){ .input = input };
	facts_init(&all->unknown);
	r = load_advice(all, e);
	for (size_t i = 0; input->samples && i < input->samples->n; i++)
		add_sample(all, input->samples->v[i]);
	for (size_t i = 0; i < all->n; i++)
		sort_samples(&all->v[i]);
	for (; input->klog && (d = klog_device(input->klog, devices)); devices++)
		add_logged(all, d, devices);
	all->system = platform_of_log(input->klog);
	for (size_t i = 0; i < all->n && !r; i++)
		r = complete_subject(all, &all->v[i], e);
	return r;
}

void subjects_free(struct subjects *all)
{
	for (size_t i = 0; i < all->n; i++) {
		struct subject *s = &all->v[i];

		if (s->log)
			device_log_free(&s->logged);
		if (s->n_samples)
			series_free(&s->series);
		facts_delete(s->logged_facts);
		free(s->part_name);
		free(s->samples);
	}
	free(all->v);
	diagnose_kept_clear(&all->own);
}

uint64_t subject_logged(const struct subject *s, enum klog_kind kind)
{
	return s->log ? s->log->counts[kind] : 0;
}

size_t subject_rings(const struct subject *s)
{
	return s->latest && driver_side_known(&s->latest->side) ? s->latest->side.n_rings : 0;
}

bool subject_hung_in_log(const struct subject *s)
{
	return device_log_hung(&s->logged);
}

int subject_link_up(const struct subject *s, struct reading *r, bool *r_known)
{
	*r_known = false;
	if (s->series.n)
		return values_link_up(series_last(&s->series), r, r_known);
	return s->facts->carrier == FACT_UNKNOWN ? -1 : s->facts->carrier != 0;
}

static bool has_class(const struct chip_reg *reg, size_t n)
{
	return chip_field_with_role(reg, CHIP_FIELD_PAUSED, n) || chip_field_with_role(reg, CHIP_FIELD_FLOWING, n);
}

/* Of several traffic classes, the first that was paused. */
static size_t count_paused(const struct subject *s, enum chip_role role, struct reading *r, size_t *known)
{
	const struct chip_reg *reg = s->chip ? chip_role_ref(s->chip, role, 0).reg : NULL;
	size_t set = 0;

	*known = 0;
	for (size_t n = 0; reg && !set && has_class(reg, n); n++)
		set = series_count_paused(&s->series, role, n, known, r);
	return set;
}

bool subject_paused(const struct subject *s, struct reading *r, size_t *set, size_t *known)
{
	*set = count_paused(s, CHIP_MAC_STATUS, r, known);
	if (!*set)
		*set = count_paused(s, CHIP_FLOW_CONTROL, r, known);
	return *set != 0;
}

/* Whether the nth field of the register, of `fields`, speaks of that class: they are of the port and of priorities 0 to 7, or of classes
 * 0 to 7, the lowest of which is the port's as well where priorities are not paused. */
static bool is_of_class(const struct subject *s, size_t n, size_t fields, int64_t traffic_class)
{
	size_t priority = n - (fields - CLASSES);
	struct reading map;

	if (!n)
		return true;
	if (values_role(series_last(&s->series), CHIP_PRIORITY_CLASSES, 0, &map))
		return (int64_t)(map.value >> 3 * priority & 7) == traffic_class;
	return (int64_t)priority == traffic_class;
}

bool subject_class_paused(const struct subject *s, int64_t traffic_class)
{
	const struct chip_reg *reg = s->chip ? chip_role_ref(s->chip, CHIP_FLOW_CONTROL, 0).reg : NULL;
	size_t set, known, fields = 0;
	struct reading r;

	if (!subject_paused(s, &r, &set, &known))
		return false;
	while (reg && has_class(reg, fields))
		fields++;
	if (fields < CLASSES || traffic_class == FACT_UNKNOWN || count_paused(s, CHIP_MAC_STATUS, &r, &known))
		return true;
	for (size_t n = 0; n < fields; n++)
		if (is_of_class(s, n, fields, traffic_class) &&
		    series_count_paused(&s->series, CHIP_FLOW_CONTROL, n, &known, &r))
			return true;
	return false;
}

bool subject_scheduled(const struct subject *s, struct reading *r)
{
	return s->series.n &&
	       values_field_role(series_last(&s->series), CHIP_TX_SCHEDULE, 0, CHIP_FIELD_SCHEDULED, r) && r->value;
}

static bool stuck_now(const struct subject *s)
{
	struct reading r;
	size_t set, n;
	bool known;

	return s->series.tx.by_state[QUEUE_STUCK] && subject_link_up(s, &r, &known) &&
	       !subject_paused(s, &r, &set, &n) && !subject_scheduled(s, &r);
}

bool subject_has_hang(const struct subject *s)
{
	return stuck_now(s) || s->past.n || subject_hung_in_log(s);
}

int subject_in_use(const struct subject *s)
{
	const struct facts *f = s->facts;
	bool log = s->log && (s->log->link_flaps || s->log->link == 1 || subject_has_hang(s));

	if (f->bond || f->bridge || f->ip_address == 1 || log)
		return 1;
	if (f->carrier_changes == FACT_UNKNOWN)
		return -1;
	/* A port that nobody plugged anything into since it was brought up has one change at most. */
	return f->carrier_changes > 1;
}

bool subject_has_trouble(const struct subject *s)
{
	struct reading r;
	bool known;

	return subject_has_hang(s) || subject_logged(s, KLOG_PHY_ERROR) || subject_logged(s, KLOG_PCIE_LOST) ||
	       subject_logged(s, KLOG_BOND_DOWN) || subject_logged(s, KLOG_AER) || (s->log && s->log->link_flaps) ||
	       device_log_done(&s->logged) || s->logged.no_link ||
	       (subject_link_up(s, &r, &known) == 0 && subject_in_use(s));
}

bool subject_has_no_link(const struct subject *s)
{
	return subject_has_trait(s, "no-pcie-capability") || subject_has_trait(s, "conventional-pci");
}

bool subject_has_trait(const struct subject *s, const char *trait)
{
	return (s->chip && chip_has_trait(s->chip, trait)) || (s->known && chip_has_trait(s->known, trait));
}
