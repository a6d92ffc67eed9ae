// SPDX-License-Identifier: GPL-2.0-or-later
/* Remedies that set something, and what setting them did. */
#include "view/fix.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "view/internal.h"
#include "view/style.h"
#include "view/table.h"

static __attribute__((format(printf, 5, 6))) void say(const struct view *v, unsigned indent, enum style style,
						      struct buf *out, const char *format, ...)
{
	AUTO_FREE char *text = NULL;
	va_list ap;

	va_start(ap, format);
	text = xvasprintf(format, ap);
	va_end(ap);
	style_paragraph(v, indent, style, text, out);
}

/* A line "0000:02:00.0 82574L eth0". */
static void put_title(const struct view *v, const struct change_report *r, struct buf *out)
{
	const char *name = r->s->chip_name;
	char addr[PCI_ADDR_MAX];

	say(v, 0, STYLE_HEADING, out, "%s%s%s%s%s", pci_addr_str(&r->addr, addr), name ? " " : "", name ? name : "",
	    *r->netdev ? " " : "", r->netdev);
}

/* As nicregs takes it. */
static const char *word_of(const struct change_report *r, char addr[PCI_ADDR_MAX])
{
	return pci_addr_str(&r->addr, addr);
}

/* The list. */

void fix_list_free(struct fix_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->rows[i].why);
	free(list->rows);
	*list = (struct fix_list){ 0 };
}

/* The finding that asks for it, the worst first; NULL: none does. */
static const struct finding *asked_by(const struct diagnosis *d, const char *id)
{
	for (size_t i = 0; i < d->n_findings; i++)
		for (size_t k = 0; k < d->findings[i].n_remedies; k++)
			if (!strcmp(d->findings[i].remedies[k].id, id))
				return &d->findings[i];
	return NULL;
}

static void put_row(const struct view *v, const struct fix_list *list, const struct fix_row *row, struct buf *out)
{
	const struct finding *f = asked_by(list->d, row->remedy->id);
	const struct remedy *r = row->remedy;
	AUTO_BUF struct buf words = { 0 };

	say(v, 2, STYLE_NAME, out, "%s: %s", r->id, r->settings);
	if (row->why && row->state == FIX_UNKNOWN)
		say(v, 6, STYLE_PLAIN, out, "Whether it is so already is not known: %s", row->why);
	else if (row->why)
		say(v, 6, STYLE_PLAIN, out, "Now %s.", row->why);
	if (f)
		say(v, 6, STYLE_PLAIN, out, "%s (%s, %s)", f->summary, severity_name(f->severity),
		    confidence_name(f->confidence));
	buf_puts(&words, r->why ? r->why : "");
	diagnose_remedy_counts(r, &words);
	say(v, 6, STYLE_PLAIN, out, "%s", buf_str(&words));
	if (r->fix)
		say(v, 6, STYLE_NAME, out, "%s --for 10m", r->fix);
}

enum row_kind { KIND_ADVISED, KIND_POSSIBLE, KIND_UNPROVEN, KIND_SO, KIND_NOT_HERE, KINDS };

/* What no report says worked is never advised, whatever finding names it. */
static enum row_kind kind_of(const struct fix_list *list, const struct fix_row *row)
{
	if (row->state == FIX_SO)
		return KIND_SO;
	if (row->state == FIX_NOT_HERE)
		return KIND_NOT_HERE;
	if (row->remedy->unproven)
		return KIND_UNPROVEN;
	return asked_by(list->d, row->remedy->id) ? KIND_ADVISED : KIND_POSSIBLE;
}

static void put_kind(const struct view *v, const struct fix_list *list, enum row_kind kind, const char *heading,
		     struct buf *out)
{
	bool begun = false;

	for (size_t i = 0; i < list->n; i++) {
		const struct fix_row *row = &list->rows[i];

		if (kind_of(list, row) != kind)
			continue;
		if (!begun)
			style_heading(v, heading, out);
		begun = true;
		if (kind < KIND_SO)
			put_row(v, list, row, out);
		else
			say(v, 2, STYLE_PLAIN, out, "%s: %s%s%s", row->remedy->id, row->remedy->settings,
			    row->why ? ": " : "", row->why ? row->why : "");
	}
}

static void say_until(const struct view *v, const struct change_report *r, struct buf *out)
{
	for (size_t i = 0; i < r->past.n; i++) {
		const struct change_was *one = &r->past.v[i];
		int64_t left = one->until - change_clock();

		if (one->until && left < -5)
			say(v, 4, STYLE_UNUSUAL, out, "! The time of %s is over, and it was not restored to %s.",
			    one->name, one->back);
		else if (one->until)
			say(v, 4, STYLE_PLAIN, out, "%s will be restored to %s automatically in %" PRId64 " s.",
			    one->name, one->back, left > 0 ? left : 0);
	}
}

/* What was changed before and can be put back, and what is kept. */
static void say_record(const struct view *v, const struct change_report *r, struct buf *out)
{
	AUTO_BUF struct buf kept = { 0 }, was = { 0 };
	char addr[PCI_ADDR_MAX];

	if (r->has_past || r->kept.n || r->note[0])
		style_heading(v, "Changed", out);
	if (r->note[0])
		say(v, 2, STYLE_UNUSUAL, out, "! %s", r->note);
	for (size_t i = 0; i < r->past.n; i++)
		buf_printf(&was, "%s%s=%s", i ? " " : "", r->past.v[i].name, r->past.v[i].was);
	if (r->has_past && r->past.record.applying)
		say(v, 2, STYLE_UNUSUAL, out,
		    "! A change (%s, by %s) was interrupted: nicregs fix restore %s restores the previous state.",
		    r->past.record.what, r->past.record.who, word_of(r, addr));
	else if (r->has_past)
		say(v, 2, STYLE_PLAIN, out,
		    "Changed since boot (last: %s, by %s); nicregs fix restore %s brings back %s.", r->past.record.what,
		    r->past.record.who, word_of(r, addr), buf_str(&was));
	if (r->has_past)
		say_until(v, r, out);
	change_wishes_say(r->kept.v, r->kept.n, &kept);
	if (r->kept.n)
		say(v, 2, STYLE_PLAIN, out,
		    "Set again at each boot and each loading of the driver: %s (" CHANGE_KEEP_FILE ").",
		    buf_str(&kept));
}

void fix_text_list(const struct view *v, const struct fix_list *lists, size_t n, struct buf *out)
{
	static const char *const headings[KINDS] = { "Advised by what was found", "Possible",
						     "Unproven, though often advised", "So already", "Not here" };

	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_putc(out, '\n');
		say(v, 0, STYLE_HEADING, out, "%s", lists[i].d->title);
		for (int kind = 0; kind < KINDS; kind++)
			put_kind(v, &lists[i], (enum row_kind)kind, headings[kind], out);
		if (!lists[i].n)
			say(v, 2, STYLE_PLAIN, out, "No remedy that sets something is known for this part and system.");
		if (lists[i].report)
			say_record(v, lists[i].report, out);
	}
}

void fix_text_no_address(const struct view *v, const struct snapshot *s, struct buf *out)
{
	const char *name = s->facts.netdev ? s->facts.netdev : s->chip_name ? s->chip_name : s->chip;

	if (out->len)
		buf_putc(out, '\n');
	say(v, 0, STYLE_PLAIN, out,
	    "%s: its PCI address is not in the file, and without it no remedies are listed. nicregs diagnose of the same "
	    "file says what is advised.",
	    name ? name : "A device");
}

/* A change. */

static void put_steps(const struct view *v, const struct change_plan *plan, struct buf *out)
{
	static const char *const headings[] = { "SETTING", ">FROM", ">TO" };
	struct table t;

	table_begin(&t, v, headings, COUNT(headings));
	for (size_t i = 0; i < plan->n; i++) {
		const struct change_step *step = &plan->steps[i];
		struct libscols_line *row;
		AUTO_BUF struct buf from = { 0 };

		if (step->met)
			continue;
		row = table_row(&t);
		buf_puts(&from, step->from);
		if (step->group == SETTING_FEATURE && step->in_force != !strcmp(step->from, "on"))
			buf_printf(&from, " (%s)", step->in_force ? "on" : "off");
		table_cell(row, 0, step->name);
		table_cell(row, 1, buf_str(&from));
		table_cell(row, 2, step->to);
	}
	table_end(&t, 2, out);
}

/* Where the driver rounded. */
static void say_rounded(const struct view *v, const struct change_report *r, struct buf *out)
{
	for (size_t i = 0; i < r->plan.n; i++) {
		const struct change_step *step = &r->plan.steps[i];
		const struct setting *now = settings_find(&r->after, step->name);

		if (now && step->kind == SETTING_NUMBER && strcmp(now->value, step->to) != 0)
			say(v, 2, STYLE_PLAIN, out, "The driver made %s %s of %s.", step->name, now->value, step->to);
	}
}

static void say_restarts(const struct view *v, const struct change_report *r, struct buf *out)
{
	for (size_t i = 0; i < r->plan.n; i++)
		if (!r->plan.steps[i].met && setting_group_restarts(r->plan.steps[i].group)) {
			say(v, 2, STYLE_PLAIN, out,
			    "The driver may start the device anew for this: the link is lost for a few seconds.");
			return;
		}
}

static void say_manager(const struct view *v, const struct change_report *r, const struct host_manager *m,
			struct buf *out)
{
	const char *comma = *m->file ? ", " : "";

	switch (m->kind) {
	case MANAGER_LINK:
		say(v, 2, STYLE_PLAIN, out,
		    "%s sets %s when the interface appears. The rule of --persist comes after it and has the last word.",
		    m->file, m->line);
		break;
	case MANAGER_NETWORKD:
		if (*m->line)
			say(v, 2, STYLE_UNUSUAL, out,
			    "! systemd-networkd sets %s whenever it configures the interface: change it in %s.",
			    m->line, m->file);
		else
			say(v, 2, STYLE_PLAIN, out,
			    "systemd-networkd (%s) manages the interface and sets nothing of this.",
			    *m->file ? m->file : "no file");
		break;
	case MANAGER_NETWORKMANAGER:
		if (*m->line)
			say(v, 2, STYLE_UNUSUAL, out,
			    "! NetworkManager sets %s whenever it activates the connection %s: change it there (nmcli "
			    "connection modify, %s).",
			    m->line, *m->name ? m->name : "of this interface", m->file);
		else
			say(v, 2, STYLE_PLAIN, out,
			    "NetworkManager manages the interface%s%s%s and sets nothing of this.",
			    *m->name ? " (connection " : comma, *m->name ? m->name : m->file, *m->name ? ")" : "");
		break;
	default:
		if (*m->line)
			say(v, 2, STYLE_UNUSUAL, out, "! ifupdown does `%s` at each ifup of %s: change it in %s.",
			    m->line, r->netdev, m->file);
		else
			say(v, 2, STYLE_PLAIN, out, "ifupdown (%s) manages the interface and sets nothing of this.",
			    m->file);
	}
}

static void say_seconds(const struct view *v, const struct change_report *r, struct buf *out)
{
	bool some = r->plan.n_todo && r->plan.n_todo < r->plan.n && !r->retimed;

	if (r->seconds && !r->plan.n_todo)
		say(v, 2, STYLE_PLAIN, out,
		    "The timer of an earlier change was restarted: it will be restored automatically in %" PRId64 " s.",
		    r->seconds);
	else if (r->seconds)
		say(v, 2, STYLE_PLAIN, out, "%s will be restored automatically in %" PRId64 " s.",
		    some ? "The settings that this command changed" : "It", r->seconds);
	else if (r->ends_nothing)
		say(v, 2, STYLE_PLAIN, out,
		    "This command changed nothing, so --for restores nothing: earlier changes stay.");
	else if (r->retimed)
		say(v, 2, STYLE_PLAIN, out, "It is permanent until the next boot: the timer was stopped.");
}

static void say_done(const struct view *v, const struct change_report *r, struct buf *out)
{
	char addr[PCI_ADDR_MAX];

	if (r->restore)
		say(v, 2, STYLE_PLAIN, out, "Done, and read back. Everything is as it was.");
	else if (r->has_past)
		say(v, 2, STYLE_PLAIN, out, "Done, and read back. nicregs fix restore %s brings it back.",
		    word_of(r, addr));
	else
		say(v, 2, STYLE_PLAIN, out, "Done, and read back. It is as it was before the first change.");
	say_rounded(v, r, out);
	say_seconds(v, r, out);
}

static void say_result(const struct view *v, const struct change_report *r, struct buf *out)
{
	switch (r->result) {
	case CHANGE_PLANNED:
		say(v, 2, STYLE_PLAIN, out, "Nothing was written (--dry-run).");
		break;
	case CHANGE_UNCHANGED:
		say(v, 2, STYLE_PLAIN, out, "%s",
		    r->restore ? "Nothing to restore: no change since boot is on record."
			       : "Nothing to do: all is so already.");
		say_seconds(v, r, out);
		break;
	case CHANGE_DONE:
		say_done(v, r, out);
		break;
	case CHANGE_UNDONE:
	case CHANGE_STUCK:
		say(v, 2, STYLE_UNUSUAL, out, "! %s failed: %s: %s", r->restore ? "restore" : "The change", r->err.what,
		    r->err.why);
		if (*r->err.todo)
			say(v, 2, STYLE_UNUSUAL, out, "! %s", r->err.todo);
		break;
	default:
		break;
	}
}

static void say_lasting(const struct view *v, const struct change_report *r, struct buf *out)
{
	char addr[PCI_ADDR_MAX];

	if (r->made_lasting)
		say(v, 2, STYLE_PLAIN, out,
		    "Made to last: in " CHANGE_KEEP_FILE
		    ", and set whenever the interface appears; nicregs fix restore "
		    "--persist %s ends that.",
		    word_of(r, addr));
	if (r->unmade_lasting)
		say(v, 2, STYLE_PLAIN, out, "It is no longer kept in " CHANGE_KEEP_FILE ".");
	if ((r->made_lasting || r->unmade_lasting) && r->initramfs)
		say(v, 2, STYLE_PLAIN, out,
		    "An initramfs that brings the interface up (for a root over the network) must know it as well: %s.",
		    r->initramfs);
}

void fix_text_changes(const struct view *v, const struct change_report *reports, size_t n, struct buf *out)
{
	bool first = true;

	for (size_t i = 0; i < n; i++) {
		const struct change_report *r = &reports[i];

		if (r->result == CHANGE_REFUSED && !r->unmade_lasting)
			continue; /* said as an error */
		if (!first)
			buf_putc(out, '\n');
		first = false;
		put_title(v, r, out);
		if (r->plan.n_todo)
			put_steps(v, &r->plan, out);
		if (r->result == CHANGE_PLANNED)
			say_restarts(v, r, out);
		say_result(v, r, out);
		if (r->note[0])
			say(v, 2, STYLE_PLAIN, out, "%s", r->note);
		for (size_t k = 0; k < r->n_managers && r->result != CHANGE_UNDONE; k++)
			say_manager(v, r, &r->managers[k], out);
		say_lasting(v, r, out);
	}
}

void fix_settings_help(const struct view *v, struct buf *out)
{
	AUTO_BUF struct buf names = { 0 };

	for (size_t i = 0; change_short_name(i); i++)
		if (change_short_is_offload(i))
			buf_printf(&names, "%s%s", names.len ? ", " : "", change_short_name(i));
	buf_puts(out, "\nSettings:\n");
	say(v, 2, STYLE_PLAIN, out, "Offloads, on or off: %s; any other by the kernel's name as feature.NAME.",
	    buf_str(&names));
	say(v, 2, STYLE_PLAIN, out, "Private flags of the driver, on or off: flag.NAME.");
	say(v, 2, STYLE_PLAIN, out,
	    "eee, pause-autoneg, pause-rx, pause-tx (on, off); ring-rx, ring-tx, channels-combined, channels-rx, channels-tx "
	    "(a number, or max); coalesce-rx-usecs and the others of ethtool -c; mtu; speeds=100,1000 (that are offered), "
	    "link-autoneg, link-speed, link-duplex; power=on (never asleep) or auto; aspm=off, aspm.l1.2=off.");
}
