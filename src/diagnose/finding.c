// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/finding.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "diagnose/remedy.h"
#include "paste/paste.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/text.h"

__attribute__((format(printf, 2, 0))) static const char *vtext(struct subject *s, const char *format, va_list ap)
{
	char some[512]; /* as most texts fit, and are formatted once */
	va_list again;
	int n;
	char *out;

	va_copy(again, ap);
	n = text_format(some, sizeof(some), format, again);
	va_end(again);
	if (n < (int)sizeof(some))
		return arena_strndup(s->out->arena, some, n < 0 ? 0 : (size_t)n);
	out = arena_alloc(s->out->arena, (size_t)n + 1);
	text_format(out, (size_t)n + 1, format, ap);
	return out;
}

const char *finding_text(struct subject *s, const char *format, ...)
{
	const char *out;
	va_list ap;

	va_start(ap, format);
	out = vtext(s, format, ap);
	va_end(ap);
	return out;
}

const char *finding_line(struct subject *s, uint64_t line)
{
	uint64_t nth = line;
	const struct klog *k = s->host->input->klog;
	const char *file = k ? klog_file(k, line, &nth) : NULL;

	return finding_text(s, file ? "line %" PRIu64 " of %s" : "line %" PRIu64 "%s", nth, file ? file : "");
}

void finding_evidence(struct subject *s, struct finding *f, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	*ARENA_PUSH(s->out->arena, f->evidence, f->n_evidence, f->cap_evidence) = vtext(s, format, ap);
	va_end(ap);
}

void finding_reading(struct subject *s, struct finding *f, const struct reading *r)
{
	AUTO_BUF struct buf b = { 0 };

	reading_words(r, &b);
	finding_evidence(s, f, "%s", buf_str(&b));
}

static void field_words(const struct klog_report *r, enum klog_field field, struct buf *out)
{
	const struct klog_field_desc *d = &klog_fields[field];
	uint64_t value;

	if (!klog_known(r, field))
		return;
	value = klog_number(r, field);
	buf_printf(out, ", %s ", d->title);
	buf_printf(out, d->format == KLOG_HEX ? "0x%" PRIx64 : "%" PRIu64, value);
}

static void text_words(const struct klog_report *r, enum klog_field field, struct buf *out)
{
	if (*klog_text(r, field))
		buf_printf(out, ", %s", klog_text(r, field));
}

/* What a report says, in the order in which a reader wants it. */
static void report_words(const struct klog_report *r, struct buf *out)
{
	static const enum klog_field numbers[] = {
		KLOG_QUEUE, KLOG_TDH,        KLOG_TDT,        KLOG_NTC,        KLOG_HWB,      KLOG_HW_HEAD,
		KLOG_NTU,   KLOG_TAIL,       KLOG_MAC_STATUS, KLOG_PHY_STATUS, KLOG_PHY_1000, KLOG_PHY_EXTENDED,
		KLOG_LEVEL, KLOG_TIMEOUT_MS, KLOG_SPEED,      KLOG_LVMMC,      KLOG_LENGTH,   KLOG_ROOM,
	};
	static const enum klog_field texts[] = { KLOG_SEVERITY, KLOG_LAYER, KLOG_BITS, KLOG_STATES, KLOG_BOND };

	buf_puts(out, klog_kind_name(r->kind));
	text_words(r, KLOG_INTERFACE, out);
	for (size_t i = 0; i < COUNT(numbers); i++)
		field_words(r, numbers[i], out);
	for (size_t i = 0; i < COUNT(texts); i++)
		text_words(r, texts[i], out);
	if (r->kind >= KLOG_LINK_FAULT || r->kind == KLOG_PROBE_FAILED || r->kind == KLOG_FIRMWARE)
		text_words(r, KLOG_WHAT, out);
	if (r->kind == KLOG_CRASH)
		text_words(r, KLOG_NAME, out);
	if (klog_known(r, KLOG_ERRORS_LEFT_OUT))
		buf_printf(out, ", and %" PRIu64 " more errors", klog_number(r, KLOG_ERRORS_LEFT_OUT));
	if (klog_known(r, KLOG_AGE_MS))
		buf_printf(out, ", the oldest descriptor waits for %" PRIu64 ".%" PRIu64 " s",
			   klog_number(r, KLOG_AGE_MS) / 1000, klog_number(r, KLOG_AGE_MS) % 1000 / 100);
	if (klog_number(r, KLOG_PHY_GARBAGE))
		buf_puts(out, " (impossible PHY values)");
	if (klog_number(r, KLOG_RING_GARBAGE))
		buf_puts(out, " (impossible head or tail)");
}

void finding_report(struct subject *s, struct finding *f, const struct klog_report *r)
{
	AUTO_BUF struct buf words = { 0 };

	report_words(r, &words);
	finding_evidence(s, f, "log %s: %s", finding_line(s, r->line), buf_str(&words));
}

/* The first ones and the last one, and how many there are between them. */
/* The first of the last spell, if those that are shown do not have it; NULL: they have. */
static const struct klog_report *spell_begins(const struct device_log *l, enum klog_kind kind, size_t n,
					      const struct klog_report *last)
{
	const struct klog_report *r = l->spells > 1 ? l->trouble_first : NULL;

	if (!r || r->kind != kind || !last || r->line == last->line)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (l->first[kind][i].line == r->line)
			return NULL;
	return r;
}

void finding_reports(struct subject *s, struct finding *f, enum klog_kind kind, size_t most)
{
	const struct device_log *l = &s->logged;
	uint64_t count = subject_logged(s, kind), shown = 0;
	size_t n = l->n_first[kind];
	const struct klog_report *last = l->last[kind] ? l->last[kind] : n > most ? &l->first[kind][n - 1] : NULL;
	const struct klog_report *spell;

	n = n < most ? n : most;
	if (last && n == most && n > 1)
		n--;
	spell = n > 1 ? spell_begins(l, kind, n, last) : NULL;
	for (; shown < n; shown++)
		finding_report(s, f, spell && shown + 1 == n ? spell : &l->first[kind][shown]);
	if (last && n < most)
		shown++;
	if (count > shown && shown)
		finding_evidence(s, f, "%" PRIu64 " more of them in the log", count - shown);
	if (last && n < most)
		finding_report(s, f, last);
}

void finding_fact(struct subject *s, struct finding *f, const char *name)
{
	const struct fact_desc *d = fact_named(name);

	if (!d || !fact_known(s->facts, d))
		return;
	if (d->kind == FACT_STR)
		finding_evidence(s, f, "%s = %s", name, fact_str(s->facts, d));
	else if (d->kind == FACT_YES)
		finding_evidence(s, f, "%s = %s", name, fact_num(s->facts, d) ? "yes" : "no");
	else
		finding_evidence(s, f, "%s = %" PRId64, name, fact_num(s->facts, d));
}

const struct finding *finding_named(const struct subject *s, const char *id)
{
	for (size_t i = 0; i < s->out->n_findings; i++)
		if (!strcmp(s->out->findings[i].id, id))
			return &s->out->findings[i];
	return NULL;
}

void finding_source(struct subject *s, struct finding *f, const char *source)
{
	*ARENA_PUSH(s->out->arena, f->sources, f->n_sources, f->cap_sources) = source;
}

void finding_hint(struct subject *s, const char *format, ...)
{
	struct diagnosis *d = s->out;
	const char *sentence;
	va_list ap;

	va_start(ap, format);
	sentence = vtext(s, format, ap);
	va_end(ap);
	for (size_t i = 0; i < d->n_surer; i++)
		if (!strcmp(d->surer[i], sentence))
			return;
	*ARENA_PUSH(d->arena, d->surer, d->n_surer, d->cap_surer) = sentence;
}

static bool harmless(const char *word)
{
	static const bool is_plain[256] = { ['-'] = true,         ['.'] = true,         ['0' ... ':'] = true,
					    ['@' ... 'Z'] = true, ['a' ... 'z'] = true, ['_'] = true };
	const char *p = word;

	while (is_plain[(unsigned char)*p])
		p++;
	return *word && *word != '-' && !*p;
}

const char *finding_shell_word(struct subject *s, const char *word)
{
	AUTO_FREE char *quoted = harmless(word) ? NULL : shell_word(word);

	return quoted ? finding_text(s, "%s", quoted) : word;
}

const char *finding_interface_word(struct subject *s)
{
	return s->interface ? finding_shell_word(s, s->interface) : "INTERFACE";
}

const char *finding_device_word(struct subject *s)
{
	/* nicregs would take a name such as --all for an option; ethtool and ip take it for a device where they expect one. */
	if (s->interface && *s->interface != '-')
		return finding_interface_word(s);
	return s->out->address && harmless(s->out->address) ? s->out->address : "DEVICE";
}

static void mdd_words(const struct subject *s, struct buf *out)
{
	const struct klog_report *r = s->log ? device_log_first(&s->logged, KLOG_MDD) : NULL;

	if (s->mdd_guest) {
		buf_printf(out, "those of VF %" PRId64, s->mdd_guest - 1);
		return;
	}
	if (!r || !klog_known(r, KLOG_QUEUE)) {
		buf_puts(out, "the log does not name the queue");
		return;
	}
	buf_printf(out, "queue %llu", (unsigned long long)klog_number(r, KLOG_QUEUE));
	if (klog_known(r, KLOG_PF))
		buf_printf(out, " of PF %llu", (unsigned long long)klog_number(r, KLOG_PF));
	if (klog_number(r, KLOG_VF) || fit_mdd_by_guest(s))
		buf_printf(out, ", VF %llu", (unsigned long long)klog_number(r, KLOG_VF));
}

/* "em.0" of em0: how FreeBSD names a device among its settings. */
static void unit_words(struct subject *s, struct buf *out)
{
	const char *name = s->interface ? s->interface : "INTERFACE";
	size_t n = strcspn(name, "0123456789");
	const char *word = name[n] ? finding_text(s, "%.*s.%s", (int)n, name, name + n) : name;

	buf_puts(out, finding_shell_word(s, word));
}

static void match_words(struct subject *s, struct buf *out)
{
	buf_printf(out, "Path=pci-%s", s->out->address ? finding_shell_word(s, s->out->address) : "ADDRESS");
}

static const char *known_word(struct subject *s, const char *word, const char *otherwise)
{
	return word && *word != '-' ? finding_shell_word(s, word) : otherwise;
}

static void expand_one(struct subject *s, char what, struct buf *out)
{
	switch (what) {
	case 'I':
		buf_puts(out, finding_interface_word(s));
		break;
	case 'V':
		buf_puts(out, finding_device_word(s));
		break;
	case 'D':
		buf_puts(out, known_word(s, s->driver, "DRIVER"));
		break;
	case 'A':
		buf_puts(out, known_word(s, s->out->address, "ADDRESS"));
		break;
	case 'B':
		buf_puts(out, known_word(s, s->facts->bond, "BOND"));
		break;
	case 'R':
		buf_puts(out, known_word(s, s->facts->bridge, "the bridge"));
		break;
	case 'H':
		buf_puts(out, s->platform.hypervisor ? s->platform.hypervisor : "a hypervisor");
		break;
	case 'M':
		mdd_words(s, out);
		break;
	case 'O':
		fit_offload_words(s, OFFLOAD_ETHTOOL, out);
		break;
	case 'N':
		fit_offload_words(s, OFFLOAD_NETWORKMANAGER, out);
		break;
	case 'L':
		fit_offload_words(s, OFFLOAD_SYSTEMD, out);
		break;
	case 'P':
		match_words(s, out);
		break;
	case 'U':
		unit_words(s, out);
		break;
	default:
		buf_putc(out, what);
	}
}

const char *finding_expand(struct subject *s, const char *words)
{
	AUTO_BUF struct buf out = { 0 };
	const char *mark;

	if (!words || !strchr(words, '%'))
		return words;
	for (; (mark = strchr(words, '%')) && mark[1]; words = mark + 2) {
		buf_add(&out, words, (size_t)(mark - words));
		expand_one(s, mark[1], &out);
	}
	buf_puts(&out, words);
	return arena_strndup(s->out->arena, buf_str(&out), out.len);
}

/* ---- what would make a verdict surer, and what those who look into it will ask for ---- */

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

/* Why the last sample has no value of the queues; NULL: it has none of their registers. */
static const char *why_no_queues(const struct subject *s)
{
	const struct chip_ref head = chip_role_ref(s->chip, CHIP_TX_HEAD, 0);
	const struct reg_sample *reg =
		head.reg ? snapshot_reg(s->latest, (enum chip_space)head.reg->space, head.offset) : NULL;

	return reg && reg->unread ? unread_name((enum unread)reg->unread) : NULL;
}

/* Of a chip without registers, why it has none. */
static void say_no_registers(struct subject *s, bool in_file)
{
	const struct pci_function *self = snapshot_self(s->latest);
	uint32_t id;

	if (s->known || s->latest->chip_name || (self && config_get(self, 0, 4, &id)))
		finding_hint(s, "nicregs has no definition of this chip's registers, and so none of its queues.");
	else if (in_file)
		finding_hint(s, "The file does not name the chip: --chip CHIP says which one it is.");
	else
		finding_hint(s, "The chip is not known: its PCI id could not be read.");
}

/* A file can only be written anew; what the machine refuses, `show` explains there. */
static void say_unread(struct subject *s, const char *name)
{
	bool in_file = s->latest->file || s->latest->origin != ORIGIN_LIVE;
	const char *why = s->chip ? why_no_queues(s) : NULL;

	if (!s->chip)
		say_no_registers(s, in_file);
	else if (!in_file)
		finding_hint(s, "The queues could not be read%s%s; nicregs show %s has the details.", why ? ": " : "",
			     why ? why : "", name);
	else if (why && strcmp(why, unread_name(UNREAD_NOT_IN_SOURCE)) != 0)
		finding_hint(
			s,
			"The file has no values of the queues, for this reason: %s. nicregs snapshot %s, as root on "
			"the machine, writes a file that has them.",
			why, name);
	else
		finding_hint(
			s,
			"The file has no registers of the queues: nicregs snapshot %s, as root on the machine, writes them.",
			name);
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
	else if (!s->series.tx.n && s->out->verdict != VERDICT_DEAD)
		say_unread(s, name);
	if (s->link.hidden && s->latest)
		finding_hint(s, "%s", s->link.why_not);
	if (!s->chip && s->log && !s->part_name)
		finding_hint(s, "The log does not name the chip: %s does.",
			     s->platform.system == SYSTEM_FREEBSD ? "pciconf -lv" : "lspci -nn");
	ask_for_more(s);
}
