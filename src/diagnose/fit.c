// SPDX-License-Identifier: GPL-2.0-or-later
/* The conditions that remedies/ names: what a system, a driver and a part can do, and what is so already. */
#include "diagnose/remedy.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "diagnose/finding.h"
#include "diagnose/rules.h"
#include "chip/drivers.h"
#include "snapshot/config.h"
#include "util/alloc.h"
#include "util/text.h"
#include "util/buf.h"
#include "util/text.h"

enum fits diagnose_fits(const struct klog_device *d, const struct chip *chip)
{
	if (*d->driver && chip->driver && strcmp(d->driver, chip->driver) != 0)
		return d->driver_guessed && d->counts[KLOG_HANG] ? FITS_NO_HANG : FITS_NO_DRIVER;
	if (d->onboard_pch && !chip_has_trait(chip, "no-pcie-capability"))
		return FITS_NO_PLACE;
	return FITS;
}

unsigned subject_no_aspm(const struct subject *s)
{
	bool no_link = s->latest && s->latest->n_functions && !s->link.applicable && !s->facts->physical_function;
	bool by_place = !s->latest && s->log && s->log->onboard_pch && (!s->known || subject_has_no_link(s));
	bool by_text = !link_device(&s->link)->known && text_same(s->facts->aspm_supported, "none");

	return (no_link ? NO_ASPM_CONFIG : 0) | (s->chip_sure && subject_has_no_link(s) ? NO_ASPM_PART : 0) |
	       (by_place ? NO_ASPM_PLACE : 0) | (by_text ? NO_ASPM_TEXT : 0);
}

static bool is_driver(const struct subject *s, const struct advice_condition *c)
{
	for (size_t i = 0; i < c->n_args; i++)
		if (subject_driver_is(s, c->args[i]))
			return true;
	return false;
}

static bool has_finding(const struct subject *s, const struct advice_condition *c)
{
	for (size_t i = 0; i < c->n_args; i++)
		if (finding_named(s, c->args[i]))
			return true;
	return false;
}

/* Off the bus: one that its driver could not start is not. */
static bool is_dead(const struct subject *s, const struct advice_condition *c)
{
	(void)c;
	return s->out->verdict == VERDICT_DEAD && (finding_named(s, "dead") || finding_named(s, "pcie-lost"));
}

static bool is_emulated(const struct subject *s, const struct advice_condition *c)
{
	(void)c;
	return s->platform.emulated;
}

static bool is_soldered(const struct subject *s, const struct advice_condition *c)
{
	(void)c;
	return s->platform.soldered;
}

static bool is_virtual_function(const struct subject *s, const struct advice_condition *c)
{
	(void)c;
	return s->platform.virtual_function;
}

static bool says(const struct subject *s, enum klog_kind kind, const char *what)
{
	const struct device_log *l = &s->logged;

	for (size_t i = 0; i < l->n_first[kind]; i++)
		if (strstr(klog_text(&l->first[kind][i], KLOG_WHAT), what))
			return true;
	return l->last[kind] && strstr(klog_text(l->last[kind], KLOG_WHAT), what);
}

static bool is_pfc_storm(const struct subject *s, const struct advice_condition *c)
{
	(void)c;
	return says(s, KLOG_TX_TIMEOUT, KLOG_WHAT_PFC);
}

static bool is_unrecoverable(const struct subject *s, const struct advice_condition *c)
{
	(void)c;
	return finding_named(s, "gave-up") || says(s, KLOG_RECOVERY, KLOG_WHAT_GAVE_UP);
}

/* The line of the log where the last of these is; 0: none. */
static uint64_t last_line(const struct subject *s, const enum klog_kind *kinds, size_t n)
{
	uint64_t line = 0;

	for (size_t i = 0; i < n; i++) {
		const struct device_log *l = &s->logged;
		const struct klog_report *r = l->last[kinds[i]];

		if (!r && l->n_first[kinds[i]])
			r = &l->first[kinds[i]][l->n_first[kinds[i]] - 1];
		if (r && r->line > line)
			line = r->line;
	}
	return line;
}

/* A reset, or a link that came up, is the last word of the log. */
static bool is_reset_since(const struct subject *s)
{
	static const enum klog_kind bad[] = { KLOG_WATCHDOG, KLOG_TX_TIMEOUT };
	static const enum klog_kind good[] = { KLOG_RESET, KLOG_RECOVERY, KLOG_LINK_UP };
	const struct klog_hangs *h = &s->log->hangs;

	if (h->episodes)
		return h->episodes_reset >= h->episodes;
	return last_line(s, good, COUNT(good)) > last_line(s, bad, COUNT(bad));
}

/* Seen now by what Linux counts, whatever head and tail are. */
static bool stands_by_facts(const struct subject *s)
{
	static const char *const ids[] = { "not-cleaned", "watchdog-counted" };

	for (size_t i = 0; s->series.n && i < COUNT(ids); i++)
		if (finding_named(s, ids[i]) && finding_named(s, ids[i])->severity == SEVERITY_FAULT)
			return true;
	return false;
}

/* Unless the driver reset the adapter each time by itself, or the queue waits for the link partner. */
static bool is_recoverable(const struct subject *s, const struct advice_condition *c)
{
	if (is_dead(s, c))
		return true;
	if (!subject_has_hang(s) && s->series.tx.by_state[QUEUE_STUCK])
		return false;
	if (s->series.tx.by_state[QUEUE_STUCK] || is_unrecoverable(s, c) || stands_by_facts(s))
		return true;
	return !is_pfc_storm(s, c) && !(s->log && is_reset_since(s));
}

/* The driver answers a new negotiation with its whole re-initialization, unless autonegotiation is off where it wants it. */
static bool does_restart(const struct subject *s, const struct advice_condition *c)
{
	enum restarts restarts = drivers_restarts(s->driver);

	(void)c;
	return restarts == RESTARTS_ALWAYS || (restarts == RESTARTS_WITH_AUTONEG && s->facts->autoneg != 0);
}

static const struct {
	const char *word, *feature, *more; /* as ethtool names them; more: a second feature, NULL: none */
	const char *off[OFFLOAD_WAYS];
} offloads[] = {
	{ "tso",
	  "tx-tcp-segmentation",
	  "tx-tcp6-segmentation",
	  { "tso off", "ethtool.feature-tso off", "TCPSegmentationOffload=no, TCP6SegmentationOffload=no" } },
	{ "gso",
	  "tx-generic-segmentation",
	  NULL,
	  { "gso off", "ethtool.feature-gso off", "GenericSegmentationOffload=no" } },
	{ "gro", "rx-gro", NULL, { "gro off", "ethtool.feature-gro off", "GenericReceiveOffload=no" } },
};

/* A log says so of TSO alone: "10/100 speed: disabling TSO". */
static bool is_offload_off(const struct subject *s, size_t i)
{
	int state = facts_feature(s->facts, offloads[i].feature);

	if (state < 0)
		return !i && s->log && s->log->tso_disabled_by_speed;
	return !state && !(offloads[i].more && facts_feature(s->facts, offloads[i].more) > 0);
}

bool fit_offload_is_off(const struct subject *s, const char *word)
{
	for (size_t i = 0; i < COUNT(offloads); i++)
		if (!strcmp(offloads[i].word, word))
			return is_offload_off(s, i);
	return false;
}

void fit_offload_words(const struct subject *s, enum offload_way way, struct buf *out)
{
	const char *between = "";

	for (size_t i = 0; i < COUNT(offloads); i++) {
		if (is_offload_off(s, i))
			continue;
		buf_printf(out, "%s%s", between, offloads[i].off[way]);
		between = way == OFFLOAD_SYSTEMD ? ", " : " ";
	}
}

static bool are_offloads_off(const struct subject *s, const struct advice_condition *c)
{
	(void)c;
	return fit_offload_is_off(s, "tso") && fit_offload_is_off(s, "gso");
}

static bool is_tso_off(const struct subject *s, const struct advice_condition *c)
{
	(void)c;
	return fit_offload_is_off(s, "tso");
}

static bool is_eee_off(const struct subject *s, const struct advice_condition *c)
{
	bool by_chip = !s->chip || chip_role_ref(s->chip, CHIP_EEE_STATE, 0).reg;

	(void)c;
	return !by_chip || s->facts->eee_supported == 0 || s->facts->eee_enabled == 0;
}

static bool is_rx_pause_off(const struct subject *s, const struct advice_condition *c)
{
	(void)c;
	return s->facts->pause_rx == 0;
}

static bool is_tx_pause_off(const struct subject *s, const struct advice_condition *c)
{
	(void)c;
	return s->facts->pause_tx == 0;
}

/* There is a link to switch it on, and it is not known to be off at both ends. */
static bool can_aspm(const struct subject *s, const struct advice_condition *c)
{
	(void)c;
	if (subject_no_aspm(s) || subject_has_no_link(s) || s->platform.virtual_function)
		return false;
	if (s->facts->aspm_enabled && !strcasecmp(s->facts->aspm_enabled, "disabled"))
		return false;
	return !link_device(&s->link)->known || !link_port(&s->link)->known || link_on(&s->link) & LINK_ASPM;
}

static bool has_aspm_erratum(const struct chip *chip)
{
	for (size_t i = 0; chip && i < chip->n_errata; i++)
		if (text_starts(chip->errata[i].id, "aspm-"))
			return true;
	return false;
}

static bool is_aspm_hang(const struct subject *s, const struct advice_condition *c)
{
	return can_aspm(s, c) && (has_aspm_erratum(s->known) || subject_driver_has(s, DRIVER_ASPM_HANGS));
}

/* Of a bond's slaves this one alone has a known fault with ASPM, and trouble: the offloads are the others', too. */
static bool is_odd_slave(const struct subject *s, const struct advice_condition *c)
{
	const struct finding *mixed = finding_named(s, "bond-mixed");

	return mixed && mixed->severity == SEVERITY_WARNING && is_aspm_hang(s, c) && subject_has_hang(s);
}

static bool is_ring_at_most(const struct subject *s, const struct advice_condition *c)
{
	(void)c;
	return s->facts->ring_tx != FACT_UNKNOWN && s->facts->ring_tx_max != FACT_UNKNOWN &&
	       s->facts->ring_tx >= s->facts->ring_tx_max;
}

/* In one of these places in the chipset, such as 00:1f.6. */
static bool is_in_place(const struct subject *s, const struct advice_condition *c)
{
	const char *place = s->out->address ? drivers_onboard(s->out->address) : NULL;

	for (size_t i = 0; place && i < c->n_args; i++)
		if (!strcmp(place, c->args[i]))
			return true;
	return false;
}

static bool is_unguarded(const struct subject *s, const struct advice_condition *c)
{
	for (size_t i = 0; s->known && i < c->n_args; i++)
		if (chip_has_erratum(s->known, c->args[i]) && workaround_fails(s, c->args[i]))
			return true;
	return false;
}

static bool is_kernel_fixed(const struct subject *s, const struct advice_condition *c)
{
	return s->kernel && kernel_has(s->kernel, c->args, c->n_args) > 0;
}

static bool is_kernel_older(const struct subject *s, const struct advice_condition *c)
{
	return s->kernel && !kernel_has(s->kernel, c->args, c->n_args);
}

static bool has_l12_erratum(const struct subject *s, const struct advice_condition *c)
{
	(void)c;
	return s->known && link_errata(s->known, NULL) & LINK_L1_2;
}

static bool is_l12_on(const struct subject *s, const struct advice_condition *c)
{
	(void)c;
	return link_on(&s->link) & LINK_L1_2;
}

/* Errors that were not corrected on the way to the device explain a lost link better than a cable. */
static bool is_bus_error(const struct subject *s, const struct advice_condition *c)
{
	const struct finding *aer = finding_named(s, "aer-uncorrected");

	(void)c;
	return aer && aer->severity == SEVERITY_FAULT;
}

bool fit_mdd_by_guest(const struct subject *s)
{
	const struct klog_report *r = s->log ? device_log_first(&s->logged, KLOG_MDD) : NULL;

	return s->mdd_guest || (r && klog_known(r, KLOG_VF) && !says(s, KLOG_RESET, KLOG_WHAT_MDD));
}

static bool is_mdd_by_guest(const struct subject *s, const struct advice_condition *c)
{
	(void)c;
	return fit_mdd_by_guest(s);
}

static bool does_probe_say(const struct subject *s, const struct advice_condition *c)
{
	for (size_t i = 0; i < c->n_args; i++)
		if (says(s, KLOG_PROBE_FAILED, c->args[i]))
			return true;
	return false;
}

static const struct {
	const char *word;
	bool (*holds)(const struct subject *s, const struct advice_condition *c);
} tests[] = {
	{ "driver", is_driver },
	{ "finding", has_finding },
	{ "dead", is_dead },
	{ "emulated", is_emulated },
	{ "soldered", is_soldered },
	{ "virtual-function", is_virtual_function },
	{ "pfc-storm", is_pfc_storm },
	{ "unrecoverable", is_unrecoverable },
	{ "recoverable", is_recoverable },
	{ "restarts", does_restart },
	{ "offloads-off", are_offloads_off },
	{ "tso-off", is_tso_off },
	{ "eee-off", is_eee_off },
	{ "rx-pause-off", is_rx_pause_off },
	{ "tx-pause-off", is_tx_pause_off },
	{ "aspm", can_aspm },
	{ "aspm-hang", is_aspm_hang },
	{ "odd-slave", is_odd_slave },
	{ "ring-at-most", is_ring_at_most },
	{ "place", is_in_place },
	{ "unguarded", is_unguarded },
	{ "kernel-fixed", is_kernel_fixed },
	{ "kernel-older", is_kernel_older },
	{ "l1.2-on", is_l12_on },
	{ "l1.2-erratum", has_l12_erratum },
	{ "bus-error", is_bus_error },
	{ "mdd-by-guest", is_mdd_by_guest },
	{ "probe-says", does_probe_say },
};

static bool holds(const struct subject *s, const struct advice_condition *c)
{
	for (size_t i = 0; i < COUNT(tests); i++)
		if (!strcmp(tests[i].word, c->word))
			return tests[i].holds(s, c);
	return false;
}

bool fit_word_known(const char *word)
{
	for (size_t i = 0; i < COUNT(tests); i++)
		if (!strcmp(tests[i].word, word))
			return true;
	return false;
}

static bool is_on(const struct advice *a, const struct subject *s)
{
	for (size_t i = 0; i < a->n_systems; i++)
		if (!strcmp(a->systems[i], "any") || !strcmp(a->systems[i], platform_system_name(s->platform.system)))
			return true;
	return !a->n_systems && (s->platform.system == SYSTEM_LINUX || a->kind == ADVICE_OF_FINDING);
}

/* Conditions that say what is so already, not what the part is. */
static bool is_of_state(const struct advice_condition *c)
{
	static const char *const words_of_state[] = {
		"offloads-off", "tso-off", "eee-off", "rx-pause-off", "tx-pause-off", "ring-at-most", "l1.2-on", "aspm",
	};

	return text_find(words_of_state, COUNT(words_of_state), c->word) >= 0;
}

static bool applies(const struct advice *a, const struct subject *s, bool state)
{
	if (!is_on(a, s))
		return false;
	for (size_t i = 0; i < a->n_conditions; i++) {
		const struct advice_condition *c = &a->conditions[i];

		if (c->how != ADVICE_LAST && (state || !is_of_state(c)) && holds(s, c) != (c->how == ADVICE_WHEN))
			return false;
	}
	return true;
}

bool fit_applies(const struct advice *a, const struct subject *s)
{
	return applies(a, s, true);
}

bool fit_is_for(const struct advice *a, const struct subject *s)
{
	return applies(a, s, false);
}

bool fit_is_last(const struct advice *a, const struct subject *s)
{
	for (size_t i = 0; i < a->n_conditions; i++)
		if (a->conditions[i].how == ADVICE_LAST && holds(s, &a->conditions[i]))
			return true;
	return false;
}
