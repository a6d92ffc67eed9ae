// SPDX-License-Identifier: GPL-2.0-or-later
/* Metrics as text. One broken line would make the collector drop all of the file: labels are escaped, and cut. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "snapshot/link.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/text.h"
#include "view/metrics.h"

#define LABEL_MOST 128 /* bytes */

void metrics_label(const char *value, struct buf *out)
{
	AUTO_BUF struct buf text = { 0 };

	text_escape(&text, value, strnlen(value, LABEL_MOST));
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '\\' || text.data[i] == '"')
			buf_putc(out, '\\');
		buf_putc(out, text.data[i]);
	}
}

static void put_number(double value, struct buf *out)
{
	if (value == (double)(int64_t)value)
		buf_printf(out, " %" PRId64 "\n", (int64_t)value);
	else
		buf_printf(out, " %.6g\n", value);
}

/* Pairs of a label's name and value, up to a NULL name; a value that is NULL is left out. */
static void put(struct buf *out, const char *metric, double value, ...)
{
	const char *name, *before = "{";
	va_list ap;

	buf_printf(out, "nicregs_%s", metric);
	va_start(ap, value);
	while ((name = va_arg(ap, const char *))) {
		const char *word = va_arg(ap, const char *);

		if (!word)
			continue;
		buf_printf(out, "%s%s=\"", before, name);
		metrics_label(word, out);
		buf_putc(out, '"');
		before = ",";
	}
	va_end(ap);
	if (*before == ',')
		buf_putc(out, '}');
	put_number(value, out);
}

#define END ((const char *)NULL)

static void put_seen(struct buf *out, const char *metric, const struct metrics_device *x, int64_t value)
{
	if (value != METRICS_UNSEEN)
		put(out, metric, (double)value, "device", x->device, END);
}

static void put_info(const char *metric, const struct metrics_device *x, struct buf *out)
{
	put(out, metric, 1, "address", x->address, "chip", x->chip, "device", x->device, "driver", x->driver,
	    "driver_version", x->driver_version, "firmware", x->firmware, "pci_id", x->id, "physical_function",
	    x->physical, "revision", x->revision, END);
}

static void put_verdict(const char *metric, const struct metrics_device *x, struct buf *out)
{
	for (enum verdict v = 0; v < VERDICTS; v++)
		put(out, metric, x->verdict == v, "device", x->device, "verdict", verdict_name(v), END);
}

static void put_findings(const char *metric, const struct metrics_device *x, struct buf *out)
{
	for (size_t i = 0; i < x->n_findings; i++)
		put(out, metric, 1, "device", x->device, "id", x->findings[i].id, "severity",
		    severity_name(x->findings[i].severity), END);
}

static void put_queues(const char *metric, const struct metrics_device *x, struct buf *out)
{
	put_seen(out, metric, x, x->queues);
}

static void put_stuck(const char *metric, const struct metrics_device *x, struct buf *out)
{
	put_seen(out, metric, x, x->stuck);
}

static void put_pending(const char *metric, const struct metrics_device *x, struct buf *out)
{
	put_seen(out, metric, x, x->pending);
}

static void put_paused(const char *metric, const struct metrics_device *x, struct buf *out)
{
	put_seen(out, metric, x, x->paused);
}

static void put_answers(const char *metric, const struct metrics_device *x, struct buf *out)
{
	put_seen(out, metric, x, x->answers);
}

static void put_asleep(const char *metric, const struct metrics_device *x, struct buf *out)
{
	put_seen(out, metric, x, x->asleep);
}

static void put_method(const char *metric, const struct metrics_device *x, struct buf *out)
{
	if (x->method)
		put(out, metric, 1, "device", x->device, "method", x->method, END);
}

static void put_unread(const char *metric, const struct metrics_device *x, struct buf *out)
{
	if (!x->method && x->unread)
		put(out, metric, 1, "device", x->device, "reason", x->unread, END);
}

static void put_aspm(const char *metric, const struct metrics_device *x, struct buf *out)
{
	static const char *const ends[METRICS_ENDS] = { "device", "port" };

	for (size_t end = 0; end < METRICS_ENDS; end++)
		for (size_t i = 0; i < LINK_STATES; i++)
			if (x->aspm_seen[end] >> i & 1)
				put(out, metric, x->aspm_on[end] >> i & 1, "device", x->device, "end", ends[end],
				    "state", link_states[i].name, END);
}

static void put_rule(const char *metric, const struct metrics_device *x, struct buf *out)
{
	put_seen(out, metric, x, x->rule);
}

static void put_aer(const char *metric, const struct metrics_device *x, struct buf *out)
{
	static const char *const severities[] = { "correctable", "nonfatal", "fatal" };

	for (size_t i = 0; i < COUNT(severities); i++)
		if (x->aer[i] != METRICS_UNSEEN)
			put(out, metric, (double)x->aer[i], "device", x->device, "severity", severities[i], END);
}

static void put_timeouts(const char *metric, const struct metrics_device *x, struct buf *out)
{
	put_seen(out, metric, x, x->timeouts);
}

static void put_mdd(const char *metric, const struct metrics_device *x, struct buf *out)
{
	put_seen(out, metric, x, x->mdd);
}

static void put_errors(const char *metric, const struct metrics_device *x, struct buf *out)
{
	if (x->unread_config)
		put(out, metric, (double)x->unread_config, "device", x->device, "part", "config", END);
	if (x->unread_registers)
		put(out, metric, (double)x->unread_registers, "device", x->device, "part", "registers", END);
}

/* Metrics of a device, in the order of the file. */
static const struct metric {
	const char *name, *type, *help;
	void (*put)(const char *metric, const struct metrics_device *x, struct buf *out);
} metrics[] = {
	{ "device_info", "gauge", "An Intel NIC that nicregs looked at.", put_info },
	{ "verdict", "gauge", "The verdict of nicregs diagnose, without the log: 1 for the one that holds now.",
	  put_verdict },
	{ "finding", "gauge", "A finding of nicregs diagnose that holds now; absent when it does not.", put_findings },
	{ "tx_queues", "gauge", "Hardware transmit queues that are enabled.", put_queues },
	{ "tx_queues_stuck", "gauge", "Transmit queues whose head stood still while work waited.", put_stuck },
	{ "tx_pending_descriptors_max", "gauge", "Most descriptors between head and tail of any transmit queue.",
	  put_pending },
	{ "tx_paused", "gauge", "1 while the link partner's pause frames hold the transmitter.", put_paused },
	{ "device_answers", "gauge", "0 when the device is off the bus or its registers read as ones.", put_answers },
	{ "device_asleep", "gauge", "1 when the device sleeps: nothing of it is read, so that it goes on sleeping.",
	  put_asleep },
	{ "register_access", "gauge", "1 for the method by which registers were read; absent when none could be.",
	  put_method },
	{ "registers_unread", "gauge", "1 when no register could be read, with the reason; absent otherwise.",
	  put_unread },
	{ "aspm_enabled", "gauge", "ASPM states enabled at each end of the PCI Express link; absent where not seen.",
	  put_aspm },
	{ "aspm_rule_applied", "gauge",
	  "1 when the kept rule of nicregs aspm disable --persist is in force, 0 when it is not; absent without a rule.",
	  put_rule },
	{ "pcie_errors_total", "counter", "Errors on the PCI Express link that the kernel counted (aer_dev_*).",
	  put_aer },
	{ "tx_timeouts_total", "counter", "Transmit timeouts that the kernel counted, of all queues.", put_timeouts },
	{ "mdd_events", "gauge", "1 while an event of malicious driver detection is latched.", put_mdd },
	{ "scrape_errors", "gauge", "Parts of a device that could not be read in this run; absent when all were.",
	  put_errors },
};

static void put_head(const char *name, const char *type, const char *help, struct buf *out)
{
	buf_printf(out, "# HELP nicregs_%s %s\n# TYPE nicregs_%s %s\n", name, help, name, type);
}

static void put_one(const char *name, const char *help, double value, struct buf *out)
{
	put_head(name, "gauge", help, out);
	put(out, name, value, END);
}

static void put_metric(const struct metric *metric, const struct metrics *m, struct buf *out)
{
	AUTO_BUF struct buf series = { 0 };

	for (size_t i = 0; i < m->n; i++)
		metric->put(metric->name, &m->v[i], &series);
	if (!series.len)
		return;
	put_head(metric->name, metric->type, metric->help, out);
	buf_add(out, series.data, series.len);
}

/* The newest one of a device stands in the last of its rows at the latest. */
static void put_last_incidents(const struct metrics *m, struct buf *out)
{
	int64_t last = 0;

	for (size_t i = 0; i < m->n_incidents; i++) {
		const struct metrics_incidents *x = &m->incidents[i];

		last = x->last > last ? x->last : last;
		if (i + 1 < m->n_incidents && !strcmp(m->incidents[i + 1].device, x->device))
			continue;
		if (last)
			put(out, "last_incident_timestamp_seconds", (double)last, "device", x->device, END);
		last = 0;
	}
}

static void put_incidents(const struct metrics *m, struct buf *out)
{
	AUTO_BUF struct buf newest = { 0 };

	if (!m->n_incidents)
		return;
	put_head("incidents_total", "counter", "Incidents that nicregs saved, also before the last boot.", out);
	for (size_t i = 0; i < m->n_incidents; i++)
		put(out, "incidents_total", (double)m->incidents[i].n, "device", m->incidents[i].device, "kind",
		    m->incidents[i].kind, END);
	put_last_incidents(m, &newest);
	if (newest.len)
		put_head("last_incident_timestamp_seconds", "gauge", "When the newest incident began.", out);
	buf_add(out, buf_str(&newest), newest.len);
}

static bool is_complete(const struct metrics *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].unread_registers || m->v[i].unread_config)
			return false;
	return !m->incidents_unread;
}

void metrics_text(const struct metrics *m, struct buf *out)
{
	put_head("build_info", "gauge", "The nicregs that wrote this file.", out);
	put(out, "build_info", 1, "version", NICREGS_VERSION, END);
	for (size_t i = 0; i < COUNT(metrics); i++)
		put_metric(&metrics[i], m, out);
	put_incidents(m, out);
	put_one("devices", "Intel NICs that nicregs looked at.", (double)m->n, out);
	put_one("scrape_duration_seconds", "How long this run took.", (double)m->took_ns / (double)CLOCK_SECOND, out);
	put_one("scrape_success", "0 when something could not be read in this run.", is_complete(m), out);
}
