// SPDX-License-Identifier: GPL-2.0-or-later
/* What would make a verdict surer, and what those who look into it will ask for. */
#include <string.h>

#include "diagnose/finding.h"
#include "paste/paste.h"
#include "util/buf.h"

static bool has_listing(const struct subject *s)
{
	const struct klog *k = s->host->input->klog;
	const struct pasted *p;

	for (size_t i = 0; k && s->log && (p = klog_described(k, i)); i++)
		if (p->n_counters && strcmp(p->program, "/proc/interrupts") != 0 && klog_describes(k, p, s->log))
			return true;
	return false;
}

static void command(struct buf *out, bool wanted, const char *words)
{
	if (wanted)
		buf_printf(out, "%s%s", out->len ? "; " : "", words);
}

/* Where the same facts are read on other systems. */
static void commands_elsewhere(struct subject *s, struct buf *out)
{
	const char *name = finding_interface_word(s);

	if (s->platform.system == SYSTEM_FREEBSD) {
		command(out, !s->kernel, "uname -a");
		command(out, !s->facts->pcie_speed, "pciconf -lvbc");
		command(out, !has_listing(s), finding_expand(s, "sysctl dev.%U"));
		command(out, !s->facts->n_features, finding_text(s, "ifconfig %s", name));
	} else {
		command(out, !s->facts->distribution, "vmware -v");
		command(out, !s->firmware || !s->driver_version, finding_text(s, "esxcli network nic get -n %s", name));
		command(out, !has_listing(s), finding_text(s, "esxcli network nic stats get -n %s", name));
	}
}

static void commands(struct subject *s, struct buf *out)
{
	const char *name = finding_interface_word(s);
	bool link = s->facts->aspm_enabled || s->facts->pcie_speed || subject_has_no_link(s);

	if (s->platform.system != SYSTEM_LINUX) {
		commands_elsewhere(s, out);
		return;
	}
	command(out, !s->kernel, "uname -a");
	if (s->out->address)
		command(out, !link, finding_text(s, "lspci -nnvvv -s %s", s->out->address));
	command(out, !s->firmware || !s->driver_version, finding_text(s, "ethtool -i %s", name));
	command(out, !s->facts->n_features, finding_text(s, "ethtool -k %s", name));
	command(out, !has_listing(s), finding_text(s, "ethtool -S %s", name));
}

/* Of a log alone, in one line to be copied. */
static void ask_for_more(struct subject *s)
{
	AUTO_BUF struct buf out = { 0 };

	if (s->latest || !s->interface || !verdict_is_bad(s->out->verdict))
		return;
	commands(s, &out);
	if (out.len)
		finding_hint(s, "Maintainers will ask for the output of `%s`, as root%s", buf_str(&out),
			     s->platform.system == SYSTEM_LINUX ? "; nicregs report there has all of it in one file."
								: ".");
}

void missing_say(struct subject *s)
{
	const char *name = finding_device_word(s);

	if (!s->latest && !s->interface && !s->out->address)
		finding_hint(s, "The log does not name the device: give more of it, from the boot on.");
	else if (!s->latest && s->platform.system != SYSTEM_LINUX)
		finding_hint(s, "Only the log is known; nicregs reads devices only under Linux.");
	else if (!s->latest)
		finding_hint(s,
			     "Only the log is known. On the machine, nicregs diagnose %s reads the device itself; from "
			     "elsewhere, add "
			     "--from FILE with the output of nicregs snapshot %s or lspci -xxxx from there.",
			     name, name);
	else if (!s->series.tx.n && s->latest->origin == ORIGIN_LIVE && s->out->verdict != VERDICT_DEAD)
		finding_hint(s, "The queues could not be read; nicregs show %s says why.", name);
	else if (!s->series.tx.n && s->latest->origin != ORIGIN_LIVE)
		finding_hint(
			s,
			"The file has no registers of the queues: nicregs snapshot %s, as root on the machine, writes them.",
			name);
	if (!s->chip && s->log && !s->part_name)
		finding_hint(s, "The log does not name the chip: %s does.",
			     s->platform.system == SYSTEM_FREEBSD ? "pciconf -lv" : "lspci -nn");
	ask_for_more(s);
}
