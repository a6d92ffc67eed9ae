// SPDX-License-Identifier: GPL-2.0-or-later
/* Driver and firmware: versions that are known to hurt, and queues that the hardware stopped because of the driver. */
#include <inttypes.h>
#include <string.h>

#include "diagnose/rules.h"
#include "util/alloc.h"
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

bool rule_mdd(struct subject *s, struct finding *f)
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

bool rule_driver_old(struct subject *s, struct finding *f)
{
	if (!s->driver_version || is_kernels_own(s) || !has_queue_trouble(s))
		return false;
	for (size_t i = 0; i < COUNT(old_drivers); i++) {
		const unsigned *v = old_drivers[i].before;

		if (!subject_driver_is(s, old_drivers[i].driver) ||
		    version_compare(s->driver_version, v[0], v[1], v[2]) >= 0)
			continue;
		f->summary =
			finding_text(s, "The driver is %s %s: %s. In a case like this %s was at fault and %s cured it.",
				     s->driver, s->driver_version, old_drivers[i].what, old_drivers[i].seen,
				     old_drivers[i].cured);
		finding_evidence(s, f, "driver_version = %s", s->driver_version);
		if (s->firmware)
			finding_evidence(s, f, "firmware = %s", s->firmware);
		if (s->kernel)
			finding_evidence(s, f, "kernel = %s", s->kernel);
		finding_hint(s,
			     "grep CONFIG_I40E_DCB /boot/config-$(uname -r) tells whether the kernel's driver has DCB; "
			     "modinfo %s and ethtool -i %s tell which driver is on disk and which is loaded.",
			     s->driver, interface_word(s));
		return true;
	}
	return false;
}

bool rule_firmware_recovery(struct subject *s, struct finding *f)
{
	struct reading r;

	if (!values_field_role(series_last(&s->series), CHIP_FIRMWARE_STATE, 0, CHIP_FIELD_FIRMWARE_RECOVERY, &r) ||
	    !r.value)
		return false;
	finding_reading(s, f, &r);
	return true;
}

bool rule_firmware_mismatch(struct subject *s, struct finding *f)
{
	if (!s->firmware || !s->driver_version || is_kernels_own(s))
		return false;
	for (size_t i = 0; i < COUNT(far_apart); i++) {
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
