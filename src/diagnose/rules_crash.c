// SPDX-License-Identifier: GPL-2.0-or-later
/* The machine around the NIC, by its log: a kernel that crashed, a CPU that was stuck. */
#include <inttypes.h>
#include <string.h>

#include "diagnose/meaning.h"
#include "diagnose/remedy.h"
#include "diagnose/rules.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/text.h"

#define STANDARD_FRAME 1522 /* bytes of a frame of an MTU of 1500, with VLAN tag and checksum */

static const struct klog_host *host_of(const struct subject *s)
{
	return s->host->input->klog ? klog_host(s->host->input->klog) : NULL;
}

static const struct known_crash *known(const struct klog_report *r)
{
	for (size_t i = 0; i < n_known_crashes; i++) {
		const struct known_crash *c = &known_crashes[i];

		if ((!c->what || !strcmp(c->what, klog_text(r, KLOG_WHAT))) &&
		    (!c->function || klog_crash_called(klog_text(r, KLOG_NAME), c->function)) &&
		    (!c->module || !strcmp(c->module, klog_text(r, KLOG_MODULE))))
			return c;
	}
	return NULL;
}

const char *diagnose_crash(const struct klog_report *r)
{
	const struct known_crash *c = known(r);

	return c ? c->words : NULL;
}

/* "in igb_poll of igb", as far as the log says it. */
static void where_words(const struct klog_report *r, struct buf *out)
{
	if (*klog_text(r, KLOG_NAME))
		buf_printf(out, " in %s", klog_text(r, KLOG_NAME));
	if (*klog_text(r, KLOG_NAME) && *klog_text(r, KLOG_MODULE))
		buf_printf(out, " (%s)", klog_text(r, KLOG_MODULE));
}

static bool in_own_driver(const struct klog_report *r)
{
	const char *name = klog_text(r, KLOG_NAME), *function = klog_text(r, KLOG_DRIVER_FUNCTION);

	return *function && (!*name || !strcmp(name, function));
}

/* A frame that was longer than the buffer that the ring had for it. */
static void overrun(struct subject *s, struct finding *f, const struct klog_report *r)
{
	uint64_t length = klog_number(r, KLOG_LENGTH), room = klog_number(r, KLOG_ROOM);
	AUTO_BUF struct buf size = { 0 };

	buf_printf(&size, "a frame of %" PRIu64 " bytes", length);
	if (klog_known(r, KLOG_ROOM))
		buf_printf(&size, ", and the buffer had room for %" PRIu64, room);
	f->severity = SEVERITY_FAULT;
	if (length > STANDARD_FRAME) {
		f->summary = finding_text(
			s,
			"The kernel crashed as a received frame did not fit its buffer (skb_over_panic): %s. The receive "
			"ring was set up for a smaller MTU than the frames have: give all hosts, switches and this port one "
			"MTU, and set the port up anew after a change.",
			buf_str(&size));
		remedies_add(s, f, "mtu-agree mtu-both");
	} else {
		f->summary = finding_text(
			s,
			"The kernel crashed as data did not fit its buffer (skb_over_panic): %s. At this size that is a "
			"fault of the driver or of memory, not of the MTU.",
			buf_str(&size));
		remedies_add(s, f, "newer-kernel");
	}
}

static void by_place(struct subject *s, struct finding *f, const struct klog_report *r)
{
	AUTO_BUF struct buf where = { 0 };

	where_words(r, &where);
	if (in_own_driver(r)) {
		f->severity = SEVERITY_FAULT;
		f->summary = finding_text(
			s,
			"The kernel crashed%s, a function of the NIC's driver: a fault of the driver, or of "
			"software that uses it, and no hang of the hardware.",
			buf_str(&where));
		remedies_add(s, f, "crash-kernel");
	} else {
		f->severity = SEVERITY_WARNING;
		f->summary = finding_text(
			s,
			"The kernel crashed%s while the NIC's driver handed over frames: the driver is in the "
			"trace, but it is not where it crashed.",
			buf_str(&where));
		remedies_add(s, f, "newer-kernel");
	}
}

static bool is_about(const struct subject *s, const struct klog_report *r)
{
	const char *driver = klog_text(r, KLOG_DRIVER), *interface = klog_text(r, KLOG_INTERFACE);

	if (*interface && s->interface)
		return !strcmp(interface, s->interface);
	if (*driver && s->driver)
		return !strcmp(driver, s->driver);
	return !*driver && !*interface;
}

static bool detailed(struct subject *s, struct finding *f, const struct klog_report *r)
{
	const struct known_crash *c = known(r);

	f->confidence = LIKELY;
	if (c) {
		f->severity = c->severity;
		f->summary = c->words;
		if (c->remedies)
			remedies_add(s, f, c->remedies);
		if (c->source)
			finding_source(s, f, c->source);
	} else if (!strcmp(klog_text(r, KLOG_WHAT), "skb_over_panic")) {
		overrun(s, f, r);
	} else {
		by_place(s, f, r);
	}
	finding_report(s, f, r);
	if (*klog_text(r, KLOG_DRIVER_FUNCTION))
		finding_evidence(s, f, "the first function of a NIC's driver in the trace: %s (%s)",
				 klog_text(r, KLOG_DRIVER_FUNCTION), klog_text(r, KLOG_DRIVER));
	else
		finding_evidence(s, f, "the trace has no function of a NIC's driver");
	if (s->kernel)
		finding_evidence(s, f, "kernel = %s", s->kernel);
	return true;
}

#define CRASH_LINES 100

bool rule_kernel_crash(struct subject *s, struct finding *f)
{
	const struct klog_host *host = host_of(s);
	uint64_t last = s->log->last_line > s->log->removed_line ? s->log->last_line : s->log->removed_line;

	if (host && host->have_crash && is_about(s, &host->crash))
		return detailed(s, f, &host->crash);
	if (!host || !host->crash_line || host->crash_line < last || host->crash_line - last > CRASH_LINES)
		return false;
	finding_evidence(s, f, "log %s: the kernel crashed", finding_line(s, host->crash_line));
	if (s->log->removed_line)
		finding_evidence(s, f, "log %s: the driver was taken off the device",
				 finding_line(s, s->log->removed_line));
	return true;
}

#define STALL_NS UINT64_C(60000000000)
#define STALL_REPORTS 20

/* Whether a stall was at about the time of a report. */
static bool is_near(const struct klog_stall *stall, const struct klog_report *r)
{
	if (stall->boot != r->boot)
		return false;
	if (stall->timed && klog_known(r, KLOG_UPTIME_NS)) {
		uint64_t ns = klog_number(r, KLOG_UPTIME_NS);

		return (ns > stall->ns ? ns - stall->ns : stall->ns - ns) <= STALL_NS;
	}
	return (r->nth > stall->nth ? r->nth - stall->nth : stall->nth - r->nth) <= STALL_REPORTS;
}

static const struct klog_stall *stall_near(const struct subject *s, enum klog_kind kind)
{
	const struct klog_host *host = host_of(s);
	const struct device_log *l = &s->logged;

	for (size_t i = 0; host && i < KLOG_STALLS; i++)
		for (size_t k = 0; host->stalls[i].line && k < l->n_first[kind]; k++)
			if (is_near(&host->stalls[i], &l->first[kind][k]))
				return &host->stalls[i];
	return NULL;
}

bool rule_cpu_stalled(struct subject *s, struct finding *f)
{
	static const enum klog_kind kinds[] = { KLOG_WATCHDOG, KLOG_TX_TIMEOUT, KLOG_HANG, KLOG_RESET };
	const struct klog_stall *stall = NULL;

	for (size_t i = 0; i < COUNT(kinds) && !stall; i++)
		stall = stall_near(s, kinds[i]);
	if (!stall)
		return false;
	if (!strcmp(stall->what, "out of memory"))
		f->summary =
			"The machine ran out of memory at about the time of the trouble: the driver had none for its "
			"rings. Look there first.";
	finding_evidence(s, f, "log %s: %s", finding_line(s, stall->line), stall->what);
	return true;
}
