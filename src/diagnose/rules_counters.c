// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Output of programs that people paste beside a log. Of their counters, `ethtool -S` and rows of /proc/interrupts, two listings of one device are a series: what grew
 * between them, and what did not. Nobody says how much time lies between, so nothing here is more than a warning.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/rules.h"
#include "klog/klog.h"
#include "paste/paste.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/text.h"

#define ENOUGH 10    /* packets between two listings before silence of the other direction means something */
#define SHOWN_MOST 6 /* queues or counters that are named */
#define QUEUES_MOST 512

/* The first and the last listing of one program for one device. */
struct listings {
	const struct pasted *first, *last;
	size_t n;
};

/* Interrupts, or the counters of ethtool -S and its like. */
static bool is_listing(const struct pasted *p, const struct listings *l, bool interrupts)
{
	return p->n_counters && !strcmp(p->program, "/proc/interrupts") == interrupts &&
	       (!l->first || !strcmp(p->program, l->first->program));
}

static struct listings find_listings(const struct subject *s, bool interrupts)
{
	const struct klog *k = s->host->input->klog;
	const struct pasted *p;
	struct listings l = { 0 };

	for (size_t i = 0; k && s->log && (p = klog_described(k, i)); i++) {
		if (!is_listing(p, &l, interrupts) || !klog_describes(k, p, s->log))
			continue;
		l.first = l.first ? l.first : p;
		l.last = p;
		l.n++;
	}
	return l;
}

/* By how much the counter at `at` of the last listing grew; false: the first has none of this name, or a larger one (the
 * driver was loaded anew). Listings of one driver have the same order, so the search begins at the same place. */
static bool growth(const struct listings *l, size_t at, uint64_t *by)
{
	const struct paste_counter *last = &l->last->counters[at];

	for (size_t i = 0; i < l->first->n_counters; i++) {
		const struct paste_counter *c = &l->first->counters[(at + i) % l->first->n_counters];

		if (strcmp(c->name, last->name))
			continue;
		*by = last->value - c->value;
		return last->value >= c->value;
	}
	return false;
}

/* "tx-44.packets", "rx-44.rx_packets" (i40e, ice), "tx_queue_3_packets" (igb, ixgbe): which way, which queue. */
static bool queue_packets(const char *name, bool *tx, unsigned *queue)
{
	char *end;
	const char *number;

	if (strncmp(name, "tx", 2) && strncmp(name, "rx", 2))
		return false;
	*tx = name[0] == 't';
	number = text_starts(name + 2, "_queue_") ? name + strlen("tx_queue_") : name[2] == '-' ? name + 3 : NULL;
	if (!number || !isdigit((unsigned char)*number))
		return false;
	*queue = (unsigned)strtoul(number, &end, 10);
	return *queue < QUEUES_MOST && (!strcmp(end, "_packets") || !strcmp(end, ".packets") ||
					!strcmp(end, ".tx_packets") || !strcmp(end, ".rx_packets"));
}

struct queue_growth {
	uint64_t tx, rx;
	bool has_tx, has_rx;
};

/* What each queue sent and received between the listings; owned by the caller. */
static struct queue_growth *queue_growths(const struct listings *l, size_t *n)
{
	struct queue_growth *q = xcalloc(QUEUES_MOST, sizeof(*q));

	*n = 0;
	for (size_t i = 0; i < l->last->n_counters; i++) {
		unsigned queue;
		bool tx;
		uint64_t by;

		if (!queue_packets(l->last->counters[i].name, &tx, &queue) || !growth(l, i, &by))
			continue;
		if (tx) {
			q[queue].tx = by;
			q[queue].has_tx = true;
		} else {
			q[queue].rx = by;
			q[queue].has_rx = true;
		}
		*n = queue >= *n ? queue + 1 : *n;
	}
	return q;
}

static void say_listings(struct subject *s, struct finding *f, const struct listings *l)
{
	finding_evidence(s, f, "%zu listings of %s, from %s to %s", l->n, l->first->program,
			 finding_line(s, l->first->line), finding_line(s, l->last->line));
}

/* Whether the log says that this queue timed out. */
static bool timed_out(const struct subject *s, size_t queue)
{
	static const enum klog_kind kinds[] = { KLOG_WATCHDOG, KLOG_TX_TIMEOUT };

	for (size_t i = 0; i < COUNT(kinds); i++) {
		const struct device_log *l = &s->logged;

		for (size_t k = 0; k < l->n_first[kinds[i]]; k++)
			if (klog_known(&l->first[kinds[i]][k], KLOG_QUEUE) &&
			    klog_number(&l->first[kinds[i]][k], KLOG_QUEUE) == queue)
				return true;
	}
	return false;
}

static bool is_silent(const struct queue_growth *q)
{
	return q->has_rx && !q->rx && q->has_tx && q->tx >= ENOUGH;
}

static const char *silent_words(struct subject *s, struct finding *f, const struct queue_growth *q, size_t n,
				size_t silent)
{
	for (size_t i = 0; i < n; i++)
		if (is_silent(&q[i]) && timed_out(s, i)) {
			f->confidence = LIKELY;
			return finding_text(
				s,
				"Receive queue %zu is silent, too: nothing arrived on it between the counter "
				"listings while it sent %" PRIu64 " packets.",
				i, q[i].tx);
		}
	return silent == 1 ? "One queue sends and receives nothing."
			   : finding_text(s, "%zu queues send and receive nothing.", silent);
}

/* A queue that sends and receives nothing, while others receive. With one flow to a queue that is nothing; with thousands of packets
 * sent and all other queues receiving it is. */
bool rule_counters_silent(struct subject *s, struct finding *f)
{
	struct listings l = find_listings(s, false);
	size_t n, receiving = 0, silent = 0;
	AUTO_FREE struct queue_growth *q = NULL;

	if (l.n < 2)
		return false;
	q = queue_growths(&l, &n);
	for (size_t i = 0; i < n; i++) {
		receiving += q[i].has_rx && q[i].rx;
		silent += is_silent(&q[i]);
	}
	/* Most of the others receive, or, of a single listing's rows through grep, none is known. */
	if (!silent || (silent + receiving > 1 && receiving < silent))
		return false;
	say_listings(s, f, &l);
	for (size_t i = 0, shown = 0; i < n && shown < SHOWN_MOST; i++)
		if (is_silent(&q[i])) {
			finding_evidence(s, f, "queue %zu: %" PRIu64 " packets sent, none received", i, q[i].tx);
			shown++;
		}
	f->summary = silent_words(s, f, q, n, silent);
	return true;
}

/* Nothing at all in one direction, and much in the other. */
bool rule_counters_one_way(struct subject *s, struct finding *f)
{
	struct listings l = find_listings(s, false);
	uint64_t rx = 0, tx = 0;
	bool has_rx = false, has_tx = false;

	if (l.n < 2)
		return false;
	for (size_t i = 0; i < l.last->n_counters; i++) {
		const char *name = l.last->counters[i].name;

		if (!strcmp(name, "rx_packets"))
			has_rx = growth(&l, i, &rx);
		if (!strcmp(name, "tx_packets"))
			has_tx = growth(&l, i, &tx);
	}
	if (!has_rx || !has_tx || (rx && tx) || rx + tx < ENOUGH)
		return false;
	say_listings(s, f, &l);
	finding_evidence(s, f, "tx_packets + %" PRIu64 ", rx_packets + %" PRIu64, tx, rx);
	f->summary = rx ? "Packets are received and none is sent between the two counter listings."
			: "Packets are sent and none is received between the two counter listings.";
	return true;
}

/* Counters of trouble, by parts of their names. */
static bool is_trouble(const char *name)
{
	static const char *const parts[] = { "err",   "drop",      "missed",   "timeout",   "crc",
					     "fail",  "no_buffer", "no_dma",   "hang",      "illegal",
					     "abort", "jabber",    "oversize", "undersize", "carrier" };
	static const char *const not [] = { "csum_good", "_filter_fdir" };

	for (size_t i = 0; i < COUNT(not ); i++)
		if (strstr(name, not [i]))
			return false;
	for (size_t i = 0; i < COUNT(parts); i++)
		if (strstr(name, parts[i]))
			return true;
	return false;
}

/* Of frames that came over the wire damaged. */
static bool is_of_wire(const char *name)
{
	static const char *const parts[] = { "crc", "fcs", "symbol", "align", "illegal_byte" };

	for (size_t i = 0; i < COUNT(parts); i++)
		if (strstr(name, parts[i]))
			return true;
	return false;
}

/* A link that is lost, or is slower than it can be, and damages frames. */
static void judge_wire(struct subject *s, struct finding *f, uint64_t errors)
{
	static const char *const ids[] = { "link-flaps", "link-slow" };

	for (size_t i = 0; i < COUNT(ids); i++) {
		const struct finding *link = finding_named(s, ids[i]);

		if (!link || link->severity > SEVERITY_WARNING)
			continue;
		f->severity = SEVERITY_WARNING;
		f->summary =
			finding_text(s,
				     "The pasted counters show %" PRIu64
				     " error%s on the wire: with a link like that the cable, a plug, a transceiver or "
				     "the other end is at fault.",
				     errors, errors == 1 ? "" : "s");
		remedies_add(s, f, "cable-partner");
		return;
	}
}

/* Errors that grew between two listings, or, of one listing, that are there at all. */
bool rule_counters_errors(struct subject *s, struct finding *f)
{
	struct listings l = find_listings(s, false);
	size_t found = 0;
	uint64_t of_wire = 0;

	if (!l.n)
		return false;
	if (l.n > 1)
		say_listings(s, f, &l);
	for (size_t i = 0; i < l.last->n_counters; i++) {
		const struct paste_counter *c = &l.last->counters[i];
		uint64_t by = c->value;

		if (!is_trouble(c->name) || (l.n > 1 && !growth(&l, i, &by)) || !by)
			continue;
		of_wire = is_of_wire(c->name) && by > of_wire ? by : of_wire;
		if (++found > SHOWN_MOST)
			continue;
		if (l.n > 1)
			finding_evidence(s, f, "%s + %" PRIu64 ", to %" PRIu64, c->name, by, c->value);
		else
			finding_evidence(s, f, "%s, %s: %s = %" PRIu64, finding_line(s, l.last->line), l.last->program,
					 c->name, c->value);
	}
	if (found > SHOWN_MOST)
		finding_evidence(s, f, "and %zu more", found - SHOWN_MOST);
	f->summary = l.n > 1 ? "Counters of errors grew between the listings." : "Counters of errors are not zero.";
	if (of_wire)
		judge_wire(s, f, of_wire);
	return found;
}

#define PAUSES_MANY 1000 /* a few are normal where flow control is on */

/* "rx_flow_control_xoff" (e1000e, igb, ixgbe), "port.link_xoff_rx" (i40e), "rx_priority_3_xoff.nic" (ice), "xoff_recvd" (FreeBSD). */
static bool is_pause_received(const char *name)
{
	return (strstr(name, "xoff") && (strstr(name, "rx") || strstr(name, "recvd"))) || strstr(name, "rx_pause");
}

static bool may_have_hung(const struct subject *s)
{
	return subject_has_hang(s) || subject_logged(s, KLOG_HANG) || subject_logged(s, KLOG_TX_TIMEOUT) ||
	       subject_logged(s, KLOG_WATCHDOG);
}

/* A port that is paused sends nothing, and drivers report the frames that wait. When it was the counter does not say. */
bool rule_counters_paused(struct subject *s, struct finding *f)
{
	struct listings l = find_listings(s, false);
	uint64_t all = 0;

	if (!l.n || !may_have_hung(s) || s->facts->pause_rx == 0)
		return false;
	for (size_t i = 0; i < l.last->n_counters; i++) {
		const struct paste_counter *c = &l.last->counters[i];
		uint64_t by = c->value;

		if (!is_pause_received(c->name) || (l.n > 1 && !growth(&l, i, &by)) || !by)
			continue;
		all = by > all ? by : all;
		finding_evidence(s, f, "%s, %s: %s = %" PRIu64, finding_line(s, l.last->line), l.last->program, c->name,
				 c->value);
	}
	finding_fact(s, f, "pause_rx");
	return all >= PAUSES_MANY;
}

/* Interrupts of the device that did not come between two listings, while others of it did. */
bool rule_counters_interrupts(struct subject *s, struct finding *f)
{
	struct listings l = find_listings(s, true);
	size_t grew = 0, stood = 0;

	if (l.n < 2)
		return false;
	for (size_t i = 0; i < l.last->n_counters; i++) {
		uint64_t by;

		if (growth(&l, i, &by))
			*(by ? &grew : &stood) += 1;
	}
	if (grew || !stood)
		return false;
	say_listings(s, f, &l);
	finding_evidence(s, f, "none of %zu interrupts came between them", stood);
	return true;
}

static void fact_words(const struct facts *facts, struct buf *out)
{
	for (size_t i = 0; i < n_fact_descs; i++) {
		const struct fact_desc *d = &fact_descs[i];

		if (!fact_known(facts, d))
			continue;
		if (d->kind == FACT_STR)
			buf_printf(out, "; %s: %s", d->title, fact_str(facts, d));
		else if (d->kind == FACT_YES)
			buf_printf(out, "; %s: %s", d->title, fact_num(facts, d) ? "yes" : "no");
		else
			buf_printf(out, "; %s: %" PRId64, d->title, fact_num(facts, d));
	}
}

/* Only the features that advice is about. */
static void feature_words(const struct facts *facts, struct buf *out)
{
	static const struct {
		const char *feature, *words;
	} shown[] = { { "tx-tcp-segmentation", "TSO" }, { "tx-generic-segmentation", "GSO" }, { "rx-gro", "GRO" } };

	for (size_t i = 0; i < COUNT(shown); i++) {
		int on = facts_feature(facts, shown[i].feature);

		if (on >= 0)
			buf_printf(out, "; %s %s", shown[i].words, on ? "on" : "off");
	}
}

static void pasted_words(const struct pasted *p, struct buf *out)
{
	size_t begin = out->len;

	if (p->vendor)
		buf_printf(out, "; PCI ID %04x:%04x", p->vendor, p->device);
	if (p->driver[0])
		buf_printf(out, "; driver %s", p->driver);
	if (p->driverless)
		buf_puts(out, "; no driver is attached");
	fact_words(&p->facts, out);
	feature_words(&p->facts, out);
	if (p->n_counters)
		buf_printf(out, "; %zu counters", p->n_counters);
	if (p->denied)
		buf_puts(out, "; its capabilities were not readable without root");
	if (out->len > begin)
		out->data[begin] = ':'; /* in place of the first "; " */
}

bool rule_described(struct subject *s, struct finding *f)
{
	const struct klog *k = s->host->input->klog;
	const struct pasted *p;
	bool any = false;

	for (size_t i = 0; k && (p = klog_described(k, i)); i++) {
		AUTO_BUF struct buf words = { 0 };

		if (!klog_describes(k, p, s->log))
			continue;
		any = true;
		pasted_words(p, &words);
		finding_evidence(s, f, "%s, %s%s", finding_line(s, p->line), p->program, buf_str(&words));
		if (p->denied)
			finding_hint(s, "lspci ran without root: sudo lspci -vv shows the link and ASPM.");
	}
	return any;
}
