// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/left_out.h"

#include <inttypes.h>

#include "diagnose/logbook.h"
#include "util/buf.h"

const char *const left_out_keys[LEFT_OUT_KINDS] = {
	[LEFT_OUT_DEVICES] = "devices_left_out", [LEFT_OUT_FAULTY] = "faulty_devices_left_out",
	[LEFT_OUT_BONDS] = "bonds_left_out",     [LEFT_OUT_SLAVES] = "slaves_left_out",
	[LEFT_OUT_REPORTS] = "reports_left_out", [LEFT_OUT_MESSAGES] = "messages_lost",
};

static const struct {
	const char *one, *many, *why;
} words[LEFT_OUT_KINDS] = {
	[LEFT_OUT_DEVICES] = { "device without trouble", "devices or so without trouble", "the log names too many" },
	[LEFT_OUT_FAULTY] = { "device with trouble", "devices with trouble", "the log names too many of them" },
	[LEFT_OUT_BONDS] = { "bond", "bonds", "the log names too many of them" },
	[LEFT_OUT_SLAVES] = { "slave of a bond", "slaves of bonds", "the bond has too many of them" },
	[LEFT_OUT_DESCRIPTIONS] = { "description", "descriptions",
				    "too many devices of lspci or ethtool are beside the log" },
	[LEFT_OUT_REPORTS] = { "report", "reports",
			       "there is no room for more; verdicts and counts include them, evidence may not" },
	[LEFT_OUT_MESSAGES] = { "message of the kernel", "messages of the kernel",
				"it overwrote them before they could be read" },
};

void left_out_add(struct left_out *all, const struct klog *k, const struct logbook *b)
{
	if (k) {
		all->n[LEFT_OUT_DEVICES] += klog_host(k)->devices_left_out;
		all->n[LEFT_OUT_FAULTY] += klog_host(k)->faulty_left_out;
		all->n[LEFT_OUT_BONDS] += klog_host(k)->bonds_left_out;
		all->n[LEFT_OUT_SLAVES] += klog_host(k)->slaves_left_out;
		all->n[LEFT_OUT_DESCRIPTIONS] += klog_descriptions_left_out(k);
	}
	all->n[LEFT_OUT_REPORTS] += b ? logbook_lost(b) : 0;
}

void left_out_words(const struct left_out *all, struct buf *out)
{
	for (size_t i = 0; i < LEFT_OUT_KINDS; i++)
		if (all->n[i])
			buf_printf(out, "%s%" PRIu64 " %s left out: %s.", out->len ? " " : "", all->n[i],
				   all->n[i] == 1 ? words[i].one : words[i].many, words[i].why);
}
