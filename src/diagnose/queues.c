// SPDX-License-Identifier: GPL-2.0-or-later
/* Parts with many queues: the timeout line read, queues that may not interrupt, latched faults, old drivers. */
#include <inttypes.h>
#include <string.h>

#include "diagnose/rules.h"
#include "util/buf.h"

/* Drivers by version, with what came later. A version that is a kernel's own is not compared. */
static const struct {
	const char *driver;
	unsigned before[3];
	const char *what, *seen, *cured;
} old_drivers[] = {
	{ "i40e",
	  { 2, 0, 0 },
	  "it is older than the driver's work on hung queues; in kernels built with CONFIG_DCB (most distributions do) its "
	  "queues and the hardware's traffic classes can fall out of step",
	  "1.6.27-k",
	  "2.13.10" },
};

/* Firmware and driver that are far apart, by major version. */
static const struct {
	const char *driver;
	unsigned firmware_below, driver_from;
} far_apart[] = {
	{ "i40e", 4, 2 },
};

static const char *shows_words(enum shows shows, bool ice)
{
	switch (shows) {
	case SHOWS_STUCK:
		return ice ? "HW_HEAD is behind NTU: the hardware stands still"
			   : "HWB is behind TAIL: the hardware stands still";
	case SHOWS_DONE:
		return ice ? "HW_HEAD = NTU: the hardware is done" : "HWB = TAIL: the hardware is done";
	case SHOWS_UNCLEANED:
		return ice ? "HW_HEAD has reached NTU and NTC is behind: the hardware is done, nobody cleaned up"
			   : "HWB = TAIL and NTC behind: the hardware is done, nobody cleaned up";
	case SHOWS_EMPTY:
		return "all was sent and cleaned up: nothing waited";
	case SHOWS_PAUSED:
		return "the driver says that the link partner's pause frames are the cause";
	case SHOWS_RESET:
		return "TAIL = 0 with NTU ahead: the register had been reset before it was printed, so the line says "
		       "nothing of the hang";
	case SHOWS_UNWRITTEN:
	case SHOWS_NO_LINK:
	case SHOWS_NOTHING:
		break;
	}
	return NULL;
}

RULE(timeout_line)
{
	const struct logged *l = &s->logged;

	for (size_t i = 0; i < l->n_first[KLOG_TX_TIMEOUT]; i++) {
		const struct klog_report *r = &l->first[KLOG_TX_TIMEOUT][i];
		const char *words = shows_words(logged_shows(r), klog_known(r, KLOG_HW_HEAD));

		if (words)
			finding_evidence(s, f, "log line %" PRIu64 ", queue %" PRIu64 ": %s", r->line,
					 klog_number(r, KLOG_QUEUE), words);
	}
	return f->n_evidence != 0;
}

static bool of_interest(const struct subject *s, const struct queue *q)
{
	for (size_t i = 0; i < s->logged.n_queues; i++)
		if (s->logged.queues[i] == q->index)
			return true;
	return q->state == QUEUE_STUCK || q->state == QUEUE_WAITING;
}

RULE(queue_cause)
{
	static const enum chip_role roles[] = { CHIP_TX_QUEUE_CAUSE, CHIP_RX_QUEUE_CAUSE };
	const struct direction *d = &s->series.tx;

	for (size_t i = 0; i < d->n; i++) {
		struct reading r;

		if (!of_interest(s, &d->queues[i]) || !d->queues[i].on || f->n_evidence > 4)
			continue;
		for (size_t k = 0; k < 2; k++)
			if (values_field(series_last(&s->series), roles[k], d->queues[i].index, "CAUSE_ENA", &r) &&
			    !r.value)
				finding_reading(s, f, &r);
	}
	return f->n_evidence != 0;
}

/* In how many samples the field of element i is clear; *known: in how many it is known at all. */
static size_t count_clear(const struct subject *s, enum chip_role role, uint32_t i, const char *field, size_t *known,
			  struct reading *r)
{
	size_t clear = 0;

	*known = 0;
	for (size_t n = 0; n < s->series.n; n++) {
		if (!values_field(&s->series.samples[n], role, i, field, r))
			continue;
		++*known;
		clear += !r->value;
	}
	return clear;
}

/* Drivers mask a vector for the moment in which they poll: only one that is masked each time says something. */
static void masked_vector(struct subject *s, struct finding *f, uint32_t queue)
{
	struct reading vector, r;
	size_t known;

	if (!values_field(series_last(&s->series), CHIP_TX_QUEUE_CAUSE, queue, "MSIX_INDX", &vector) || !vector.value)
		return;
	if (count_clear(s, CHIP_VECTOR_CONTROL, (uint32_t)vector.value - 1, "INTENA", &known, &r) != known || !known)
		return;
	finding_evidence(s, f, "queue %u interrupts by vector %" PRIu64, queue, vector.value);
	finding_reading(s, f, &r);
}

RULE(irq_masked)
{
	const struct direction *d = &s->series.tx;
	bool by_vector = chip_role_ref(s->chip, CHIP_VECTOR_CONTROL, 0).reg;
	struct reading mask;
	size_t known = 0, masked = 0;

	if (!d->by_state[QUEUE_STUCK])
		return false;
	for (size_t n = 0; n < s->series.n && !by_vector; n++)
		if (values_role(&s->series.samples[n], CHIP_INTERRUPT_MASK, 0, &mask)) {
			known++;
			masked += !mask.value;
		}
	if (known && masked == known && s->driver)
		finding_evidence(s, f, "%s = 0 in all %zu samples", mask.ref.reg->name, known);
	for (size_t i = 0; i < d->n && f->n_evidence < 6; i++)
		if (d->queues[i].state == QUEUE_STUCK)
			masked_vector(s, f, d->queues[i].index);
	return f->n_evidence != 0;
}

/* Of what a register of malicious driver detection speaks. */
enum mdd_of { MDD_NOTHING, MDD_OURS, MDD_OTHERS, MDD_SOMEBODYS };

/* A register of the whole device names the function in a field; the others are this function's own. */
static enum mdd_of mdd_of(const struct subject *s, const struct chip_reg *reg, uint64_t value, uint64_t *function)
{
	const struct chip_field *valid = chip_field_named(reg, "VALID"), *named = chip_field_named(reg, "PF_NUM");
	const struct pci_function *self = snapshot_self(s->latest);

	if (!value || (valid && !chip_field_get(valid, value)))
		return MDD_NOTHING;
	if (!named)
		named = chip_field_named(reg, "FUNCTION");
	if (!named)
		return MDD_OURS;
	*function = chip_field_get(named, value);
	if (!self)
		return MDD_SOMEBODYS;
	return *function == self->addr.fn ? MDD_OURS : MDD_OTHERS;
}

static void tell_mdd(struct subject *s, struct finding *f, const struct reading *r, enum mdd_of of, uint64_t function)
{
	const struct chip_field *queue = chip_field_named(r->ref.reg, "QUEUE");

	if (!queue) {
		finding_reading(s, f, r);
		return;
	}
	finding_evidence(s, f, "%s = 0x%" PRIx64 ", queue %" PRIu64 " of the device, function %" PRIu64 "%s",
			 r->ref.reg->name, r->value, chip_field_get(queue, r->value), function,
			 of == MDD_OURS ? " (this one)" : "");
}

/* The nearest of all that is latched. */
static enum mdd_of mdd_registers(struct subject *s, struct finding *f, enum chip_role role)
{
	const struct values *last = series_last(&s->series);
	enum mdd_of nearest = MDD_NOTHING;

	for (size_t i = 0; i < s->chip->n_regs; i++) {
		const struct chip_reg *reg = s->chip->regs[i];
		struct reading r;
		uint64_t function = 0;
		enum mdd_of of;

		if (reg->role != role || !values_reg(last, reg, reg->segments->first, &r))
			continue;
		of = mdd_of(s, reg, r.value, &function);
		if (of == MDD_NOTHING)
			continue;
		tell_mdd(s, f, &r, of, function);
		if (nearest == MDD_NOTHING || of == MDD_OURS)
			nearest = of;
	}
	return nearest;
}

static bool mdd_latched(struct subject *s, struct finding *f)
{
	enum mdd_of tx = mdd_registers(s, f, CHIP_MDD_TX), rx = mdd_registers(s, f, CHIP_MDD_RX);
	enum mdd_of of = tx == MDD_OURS || rx == MDD_NOTHING ? tx : rx;

	if (of == MDD_OTHERS) {
		f->severity = SEVERITY_NOTE;
		f->summary = "Malicious driver detection is latched for another function of the device: the hardware "
			     "stopped a queue of that one, and none of this one.";
	} else if (of == MDD_SOMEBODYS) {
		f->severity = SEVERITY_WARNING;
		f->confidence = POSSIBLE;
		f->summary = "Malicious driver detection is latched in the device: the hardware stopped a queue of the "
			     "function that it names. Whether that is this one is not known.";
	}
	return of != MDD_NOTHING;
}

RULE(mdd)
{
	bool latched = s->series.n && s->chip && mdd_latched(s, f);

	if (latched) {
		if (f->severity == SEVERITY_FAULT)
			remedies_add(s, f, "mdd-stopped");
		return true;
	}
	if (!subject_logged(s, KLOG_MDD) && !s->logged.resets.mdd)
		return false;
	f->confidence = LIKELY;
	f->summary =
		s->logged.mdd_pf || s->logged.resets.mdd
			? "The hardware stopped a queue because of what was in its descriptors (malicious driver "
			  "detection); the driver then resets the function."
			: "The hardware stopped a queue of a virtual function because of what was in its descriptors "
			  "(malicious driver detection).";
	finding_reports(s, f, KLOG_MDD, 4);
	if (s->logged.resets.mdd)
		finding_reports(s, f, KLOG_RESET, 3);
	remedies_add(s, f, "mdd-stopped");
	return true;
}

static bool has_queue_trouble(const struct subject *s)
{
	return subject_has_hang(s) || subject_logged(s, KLOG_TX_TIMEOUT) || subject_logged(s, KLOG_WATCHDOG);
}

static bool is_kernels_own(const struct subject *s)
{
	return s->kernel && s->driver_version && !strncmp(s->kernel, s->driver_version, strlen(s->driver_version));
}

RULE(driver_old)
{
	if (!s->driver_version || is_kernels_own(s) || !has_queue_trouble(s))
		return false;
	for (size_t i = 0; i < sizeof(old_drivers) / sizeof(old_drivers[0]); i++) {
		const unsigned *v = old_drivers[i].before;

		if (!subject_driver_is(s, old_drivers[i].driver) ||
		    version_compare(s->driver_version, v[0], v[1], v[2]) >= 0)
			continue;
		f->summary = text(s, "The driver is %s %s: %s. In a case like this %s was at fault and %s cured it.",
				  s->driver, s->driver_version, old_drivers[i].what, old_drivers[i].seen,
				  old_drivers[i].cured);
		finding_evidence(s, f, "driver_version = %s", s->driver_version);
		if (s->firmware)
			finding_evidence(s, f, "firmware = %s", s->firmware);
		if (s->kernel)
			finding_evidence(s, f, "kernel = %s", s->kernel);
		surer(s,
		      "grep CONFIG_I40E_DCB /boot/config-$(uname -r) tells whether the kernel's driver has DCB; "
		      "modinfo %s and ethtool -i %s tell which driver is on disk and which is loaded.",
		      s->driver, interface_word(s));
		return true;
	}
	return false;
}

/* A queue that the log or the samples name: its receive side against its transmit side. */
static bool silent_queue(struct subject *s, struct finding *f, uint32_t index)
{
	const struct queue *tx = direction_queue(&s->series.tx, index), *rx = direction_queue(&s->series.rx, index);
	struct chip_ref head = chip_role_ref(s->chip, CHIP_TX_HEAD, index),
			tail = chip_role_ref(s->chip, CHIP_RX_TAIL, index);

	if (!tx || !rx || tx->state != QUEUE_MOVING || rx->moved || rx->tail_moved || rx->state == QUEUE_OFF)
		return false;
	finding_evidence(s, f, "%s[%u] went on by %" PRIu64 " descriptors, %s[%u] = 0x%x in all %zu samples",
			 head.reg->name, index, tx->moved, tail.reg->name, index, rx->last.tail, s->series.n);
	return true;
}

/* Of all queues together: a host that only sends for a moment is none that hears nothing. */
#define SILENT_NS INT64_C(2500000000)
#define SILENT_DESCRIPTORS 32

/* All of them: nothing at all is received, while something is sent. */
static bool all_silent(const struct series *s)
{
	return s->tx.moved > 8 && s->rx.n && !s->rx.moved && !s->rx.by_state[QUEUE_MOVING] &&
	       !s->rx.by_state[QUEUE_SLACK];
}

RULE(rx_silent)
{
	for (size_t i = 0; i < s->logged.n_queues; i++) {
		uint32_t index = s->logged.queues[i];

		if (silent_queue(s, f, index) && !f->summary)
			f->summary = text(s,
					  "Receive queue %u is silent while transmit queue %u still creeps on: "
					  "the answers to what this queue sends do not reach the host.",
					  index, index);
	}
	if (f->n_evidence || !all_silent(&s->series))
		return f->n_evidence != 0;
	for (size_t i = 0; i < s->series.rx.n; i++)
		if (s->series.rx.queues[i].tail_moved)
			return false;
	f->summary = "Nothing is received on any queue while descriptors are sent.";
	f->confidence = POSSIBLE;
	if (s->series.span_ns < SILENT_NS || s->series.tx.moved < SILENT_DESCRIPTORS) {
		f->severity = SEVERITY_NOTE;
		surer(s,
		      "Nothing was received while it was watched, which was not long: nicregs diagnose %s --count 6.",
		      device_word(s));
	}
	finding_evidence(s, f,
			 "%" PRIu64 " descriptors sent in %zu samples over %" PRId64 ".%" PRId64
			 " s, no receive queue moved",
			 s->series.tx.moved, s->series.n, s->series.span_ns / 1000000000,
			 s->series.span_ns % 1000000000 / 100000000);
	return true;
}

RULE(firmware_recovery)
{
	struct reading r;

	if (!values_field(series_last(&s->series), CHIP_FIRMWARE_STATE, 0, "FWS1B", &r) || !r.value)
		return false;
	finding_reading(s, f, &r);
	return true;
}

RULE(firmware_mismatch)
{
	if (!s->firmware || !s->driver_version || is_kernels_own(s))
		return false;
	for (size_t i = 0; i < sizeof(far_apart) / sizeof(far_apart[0]); i++) {
		if (!subject_driver_is(s, far_apart[i].driver) ||
		    version_compare(s->firmware, far_apart[i].firmware_below, 0, 0) >= 0 ||
		    version_compare(s->driver_version, far_apart[i].driver_from, 0, 0) < 0)
			continue;
		finding_evidence(s, f, "firmware = %s", s->firmware);
		finding_evidence(s, f, "driver_version = %s", s->driver_version);
		return true;
	}
	return false;
}
