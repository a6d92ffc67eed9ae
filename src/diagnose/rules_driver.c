// SPDX-License-Identifier: GPL-2.0-or-later
/* The driver and its firmware: versions that are known to hurt, devices that it could not start or gave up, and queues that the hardware
 * stopped because of the driver. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "diagnose/rules.h"
#include "util/alloc.h"
#include "util/buf.h"

#define LLDP_DISABLED 7 /* of PRTDCB_GENS.DCBX_STATUS */

/* Of what a register of malicious driver detection speaks. */
enum mdd_of { MDD_NOTHING, MDD_OURS, MDD_OTHERS, MDD_SOMEBODYS };

/* A register of the whole device names the function in a field; the others are this function's own. */
static enum mdd_of mdd_of(const struct subject *s, const struct chip_reg *reg, uint64_t value, uint64_t *function)
{
	const struct chip_field *valid = chip_field_with_role(reg, CHIP_FIELD_MDD_VALID, 0);
	const struct chip_field *named = chip_field_with_role(reg, CHIP_FIELD_MDD_FUNCTION, 0);
	const struct pci_function *self = snapshot_self(s->latest);

	if (!value || (valid && !chip_field_get(valid, value)))
		return MDD_NOTHING;
	if (!named)
		return MDD_OURS;
	*function = chip_field_get(named, value);
	if (!self)
		return MDD_SOMEBODYS;
	return *function == self->addr.fn ? MDD_OURS : MDD_OTHERS;
}

static void tell_mdd(struct subject *s, struct finding *f, const struct reading *r, enum mdd_of of, uint64_t function)
{
	const struct chip_field *queue = chip_field_with_role(r->ref.reg, CHIP_FIELD_MDD_QUEUE, 0);

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

/* A register that is of this function alone: its own queues are meant, and not those of its virtual functions. */
static bool mdd_own(const struct subject *s)
{
	static const enum chip_role both[] = { CHIP_MDD_TX, CHIP_MDD_RX };
	const struct values *last = series_last(&s->series);
	uint64_t function;
	struct reading r;

	for (size_t k = 0; k < COUNT(both); k++)
		for (size_t i = 0; i < s->chip->n_regs; i++) {
			const struct chip_reg *reg = s->chip->regs[i];

			if (reg->role == both[k] && !chip_field_with_role(reg, CHIP_FIELD_MDD_FUNCTION, 0) &&
			    values_reg(last, reg, reg->segments->first, &r) &&
			    mdd_of(s, reg, r.value, &function) == MDD_OURS)
				return true;
		}
	return false;
}

/* The virtual functions of this one that have an event latched; "VP_MDET_RX[3] = 0x1: virtual function 3". */
static size_t mdd_guests(struct subject *s, struct finding *f)
{
	const struct values *last = series_last(&s->series);
	size_t found = 0;

	for (size_t i = 0; i < s->chip->n_regs; i++) {
		const struct chip_reg *reg = s->chip->regs[i];
		struct reading r;

		if (reg->role != CHIP_MDD_VF)
			continue;
		for (uint32_t vf = reg->segments->first; vf <= reg->segments->last; vf++) {
			if (!values_reg(last, reg, vf, &r) || !r.value || r.value == UINT32_MAX || ++found > TOLD)
				continue;
			if (!s->mdd_guest)
				s->mdd_guest = (int64_t)vf + 1;
			finding_evidence(s, f, "%s[%" PRIu32 "] = 0x%" PRIx64 ": virtual function %" PRIu32, reg->name,
					 vf, r.value, vf);
		}
	}
	if (found > TOLD)
		finding_evidence(s, f, "and %zu more", found - TOLD);
	return found;
}

static bool mdd_latched(struct subject *s, struct finding *f)
{
	enum mdd_of tx = mdd_registers(s, f, CHIP_MDD_TX), rx = mdd_registers(s, f, CHIP_MDD_RX);
	enum mdd_of of = tx == MDD_OURS || rx == MDD_NOTHING ? tx : rx;
	size_t guests = mdd_guests(s, f);

	if (guests && !mdd_own(s)) {
		f->severity = SEVERITY_WARNING;
		f->summary =
			"Malicious driver detection is latched for a virtual function of this one: the hardware stopped a "
			"queue of the guest because of its descriptors, and none of the host's.";
		return true;
	}
	if (of == MDD_OTHERS) {
		f->severity = SEVERITY_NOTE;
		f->summary = "Malicious driver detection is latched for another function of the device: the hardware "
			     "stopped a queue of that function, and none of this one.";
	} else if (of == MDD_SOMEBODYS) {
		f->severity = SEVERITY_WARNING;
		f->confidence = POSSIBLE;
		f->summary = "Malicious driver detection is latched in the device: the hardware stopped a queue of the "
			     "function that it names. Whether that is this one is not known.";
	}
	return of != MDD_NOTHING;
}

bool rule_mdd(struct subject *s, struct finding *f)
{
	bool latched = s->series.n && s->chip && mdd_latched(s, f);

	if (latched) {
		if (f->severity == SEVERITY_FAULT || s->mdd_guest)
			remedies_add(s, f, "mdd-stopped");
		return true;
	}
	if (!subject_logged(s, KLOG_MDD) && !s->logged.resets.mdd)
		return false;
	f->confidence = LIKELY;
	f->summary = s->logged.mdd_pf || s->logged.resets.mdd
			     ? "The hardware stopped a queue because of its descriptors (malicious driver "
			       "detection); the driver then resets the function."
			     : "The hardware stopped a queue of a virtual function because of its descriptors "
			       "(malicious driver detection).";
	finding_reports(s, f, KLOG_MDD, 4);
	if (s->logged.resets.mdd)
		finding_reports(s, f, KLOG_RESET, 3);
	remedies_add(s, f, "mdd-stopped");
	return true;
}

static bool has_queue_trouble(const struct subject *s)
{
	return subject_has_hang(s) || finding_named(s, "ring-stands") || subject_logged(s, KLOG_TX_TIMEOUT) ||
	       subject_logged(s, KLOG_WATCHDOG);
}

static bool is_kernels_own(const struct subject *s)
{
	return s->kernel && s->driver_version && !strncmp(s->kernel, s->driver_version, strlen(s->driver_version));
}

/* What a kernel with data center bridging adds to that. */
static const char *dcb_clause(const struct subject *s)
{
	const struct facts *f = s->facts;
	int64_t dcb = f->driver_dcb != FACT_UNKNOWN ? f->driver_dcb : f->kernel_dcb;

	if (dcb == FACT_UNKNOWN)
		return "; in kernels built with CONFIG_DCB (most distributions do) its queues and the hardware's traffic "
		       "classes can fall out of step";
	return dcb ? "; this kernel is built with CONFIG_DCB, where its queues and the hardware's traffic classes can fall "
		     "out of step"
		   : "";
}

static bool dcb_is_known(const struct subject *s)
{
	return s->facts->driver_dcb != FACT_UNKNOWN || s->facts->kernel_dcb != FACT_UNKNOWN;
}

/* A version that is a kernel's own is not compared. */
static bool is_old(const struct subject *s, const struct driver_facts *d)
{
	return d && d->old_why && s->driver_version && !is_kernels_own(s) &&
	       version_compare(s->driver_version, d->old_before[0], d->old_before[1], d->old_before[2]) < 0;
}

bool rule_driver_old(struct subject *s, struct finding *f)
{
	const struct driver_facts *d = drivers_named(s->driver);

	if (!is_old(s, d) || !has_queue_trouble(s))
		return false;
	f->summary = finding_text(s, "The driver is %s %s: %s%s. In a case like this %s was at fault and %s cured it.",
				  s->driver, s->driver_version, d->old_why, dcb_clause(s), d->old_seen, d->old_cured);
	finding_evidence(s, f, "driver_version = %s", s->driver_version);
	if (s->firmware)
		finding_evidence(s, f, "firmware = %s", s->firmware);
	if (s->kernel)
		finding_evidence(s, f, "kernel = %s", s->kernel);
	finding_fact(s, f, "kernel_dcb");
	finding_fact(s, f, "driver_dcb");
	if (!dcb_is_known(s) && d->dcb_option)
		finding_hint(s,
			     "grep %s /boot/config-$(uname -r) shows whether the kernel's driver has DCB; "
			     "modinfo %s and ethtool -i %s show which driver is on disk and which is loaded.",
			     d->dcb_option, s->driver, finding_interface_word(s));
	return true;
}

/* Whether some driver's flag for the firmware's LLDP agent, which `flags` has as "FLAG on" or "FLAG off", says that it runs (`agent`),
 * or that it does not. */
static bool flag_says(const char *flags, bool agent)
{
	for (size_t i = 0; flags && i < n_driver_facts; i++) {
		const struct driver_facts *d = &driver_facts[i];
		char words[64];

		/* One that disables the agent does not say, while it is off, that the agent runs. */
		if (!d->lldp_flag || (agent && !d->lldp_on))
			continue;
		snprintf(words, sizeof(words), "%s %s", d->lldp_flag, d->lldp_on == agent ? "on" : "off");
		if (strstr(flags, words))
			return true;
	}
	return false;
}

/* The same of the flags among the features, where somebody pasted them. */
static bool feature_says_off(const struct subject *s)
{
	for (size_t i = 0; i < n_driver_facts; i++) {
		const struct driver_facts *d = &driver_facts[i];

		if (d->lldp_flag && facts_feature(s->facts, d->lldp_flag) == !d->lldp_on)
			return true;
	}
	return false;
}

/* Whether the firmware's LLDP agent runs: 1, 0, or -1 if nothing says so. The driver's flag counts before the state that it has with the
 * partner. */
static int lldp_agent(const struct subject *s)
{
	struct reading r;

	if (flag_says(s->facts->private_flags, false) || feature_says_off(s))
		return 0;
	if (!s->chip || !s->series.n ||
	    !values_field_role(series_last(&s->series), CHIP_DCBX_STATE, 0, CHIP_FIELD_LLDP_AGENT, &r))
		return flag_says(s->facts->private_flags, true) ? 1 : -1;
	return r.value && r.value != LLDP_DISABLED;
}

static void tell_lldp_agent(struct subject *s, struct finding *f)
{
	struct reading r;

	if (s->chip && s->series.n &&
	    values_field_role(series_last(&s->series), CHIP_DCBX_STATE, 0, CHIP_FIELD_LLDP_AGENT, &r))
		finding_reading(s, f, &r);
	finding_fact(s, f, "private_flags");
}

/* The driver and the firmware's LLDP agent both set up traffic classes. */
bool rule_dcb(struct subject *s, struct finding *f)
{
	const struct facts *facts = s->facts;
	bool built = facts->driver_dcb == 1 || (facts->driver_dcb == FACT_UNKNOWN && facts->kernel_dcb == 1);
	int agent = lldp_agent(s);

	if (!has_queue_trouble(s) || finding_named(s, "driver-old") || !agent)
		return false;
	if (built && subject_driver_has(s, DRIVER_DCB_HANGS)) {
		finding_fact(s, f, "kernel_dcb");
		finding_fact(s, f, "driver_dcb");
	} else if (agent < 0) {
		return false;
	} else {
		f->summary =
			"The firmware's LLDP agent runs: it takes over the switch's traffic classes, which rearranges the queues, "
			"and it keeps LLDP frames from the host.";
	}
	if (agent > 0)
		tell_lldp_agent(s, f);
	return true;
}

bool rule_firmware_mismatch(struct subject *s, struct finding *f)
{
	const struct driver_facts *d = drivers_named(s->driver);

	if (!s->firmware || !s->driver_version || is_kernels_own(s) || !d || !d->apart_firmware ||
	    version_compare(s->firmware, d->apart_firmware, 0, 0) >= 0 ||
	    version_compare(s->driver_version, d->apart_driver, 0, 0) < 0)
		return false;
	finding_evidence(s, f, "firmware = %s", s->firmware);
	finding_evidence(s, f, "driver_version = %s", s->driver_version);
	return true;
}

/* By the driver's own flag, in each sample; while it probes or resets the flag may come yet. */
bool rule_safe_mode(struct subject *s, struct finding *f)
{
	static const char *const early[] = { "resetting", "failed", "testing", "removing", "suspended" };

	for (size_t i = 0; i < s->n_samples; i++) {
		const struct driver_side *side = &s->samples[i]->side;

		if (!driver_side_has(side, "safe-mode") || !driver_side_has(side, "present"))
			return false;
		for (size_t k = 0; k < COUNT(early); k++)
			if (driver_side_has(side, early[k]))
				return false;
	}
	if (!s->n_samples)
		return false;
	finding_evidence(s, f, "the driver's flag for its advanced features is clear");
	finding_fact(s, f, "driver");
	if (s->facts->tx_queues > 0)
		finding_fact(s, f, "tx_queues");
	return true;
}

/* Words for errors of drivers' probe functions. Intel's drivers return numbers of their own up to 20 (igc's 13 is a semaphore that firmware holds): only what lies beyond
 * is surely an errno. */
static const char *errno_words(uint64_t error)
{
	switch (error) {
	case 22:
		return " (invalid argument)";
	case 110:
		return " (timed out)";
	}
	return error <= 20 ? " (the driver's own number, or an errno)" : "";
}

/* The first report that has a reason in words, and the first with a number. */
static void probe_reports(const struct device_log *l, const struct klog_report **why, const struct klog_report **error)
{
	*why = *error = NULL;
	for (size_t i = 0; i < l->n_first[KLOG_PROBE_FAILED]; i++) {
		const struct klog_report *r = &l->first[KLOG_PROBE_FAILED][i];

		if (!*why && *klog_text(r, KLOG_WHAT))
			*why = r;
		if (!*error && klog_known(r, KLOG_ERROR))
			*error = r;
	}
}

bool rule_logged_probe(struct subject *s, struct finding *f)
{
	const struct klog_report *why, *error;
	AUTO_BUF struct buf b = { 0 };

	if (!s->logged.probe_line)
		return false;
	probe_reports(&s->logged, &why, &error);
	if (s->log->alive_line > s->logged.probe_line) {
		f->severity = SEVERITY_WARNING;
		f->summary = "At first its driver could not start this device; later it did.";
	} else {
		buf_printf(&b, "This port has no driver: %s could not start the device",
			   s->driver ? s->driver : "its driver");
		if (why)
			buf_printf(&b, " (%s)", klog_text(why, KLOG_WHAT));
		if (error)
			buf_printf(&b, ", error %" PRIu64 "%s", klog_number(error, KLOG_ERROR),
				   errno_words(klog_number(error, KLOG_ERROR)));
		buf_putc(&b, '.');
		f->summary = finding_text(s, "%s", buf_str(&b));
	}
	finding_reports(s, f, KLOG_PROBE_FAILED, 4);
	return true;
}

/* Whether the log has it, in the line given; 0: it has not. A device that is alive behind it had a reason to be warned of. */
static bool is_logged(struct subject *s, struct finding *f, uint64_t line, enum klog_kind kind)
{
	if (!line)
		return false;
	if (s->log->alive_line > line)
		f->severity = SEVERITY_WARNING;
	finding_reports(s, f, kind, 4);
	return true;
}

bool rule_logged_gave_up(struct subject *s, struct finding *f)
{
	return is_logged(s, f, s->logged.gave_up_line, KLOG_RECOVERY);
}

bool rule_logged_not_started(struct subject *s, struct finding *f)
{
	return is_logged(s, f, s->logged.not_started_line, KLOG_PHY_ERROR);
}

bool rule_logged_by_pf(struct subject *s, struct finding *f)
{
	const struct device_log *l = &s->logged;

	if (l->resets.by_pf < 3 && !s->log->pf_refused)
		return false;
	if (s->log->alive_line > l->by_pf_line && s->log->alive_line > s->log->pf_refused_line)
		f->severity = SEVERITY_NOTE;
	else if (l->resets.by_pf < 3)
		f->severity = SEVERITY_WARNING;
	if (s->log->pf_refused)
		finding_evidence(s, f, "the PF refused %" PRIu64 " request%s, the last one was request %" PRIu64,
				 s->log->pf_refused, s->log->pf_refused == 1 ? "" : "s", s->log->pf_request);
	finding_reports(s, f, KLOG_RESET, 4);
	return true;
}
