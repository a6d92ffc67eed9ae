// SPDX-License-Identifier: GPL-2.0-or-later
/* What output of other programs, pasted beside the log, says of the device. */
#include <inttypes.h>

#include "diagnose/rules.h"
#include "util/buf.h"

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

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
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
	if (p->denied)
		buf_puts(out, "; its capabilities were not readable without root");
	if (out->len > begin)
		out->data[begin] = ':'; /* in place of the first "; " */
}

RULE(described)
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
		finding_evidence(s, f, "line %" PRIu64 ", %s%s", p->line, p->program, buf_str(&words));
		if (p->denied)
			surer(s, "lspci ran without root: sudo lspci -vv shows the link and ASPM.");
	}
	return any;
}
