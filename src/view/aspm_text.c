// SPDX-License-Identifier: GPL-2.0-or-later
/* What a change did. */
#include <inttypes.h>
#include <string.h>

#include "util/alloc.h"
#include "view/aspm.h"
#include "view/aspm_parts.h"
#include "view/style.h"
#include "view/table.h"

static __attribute__((format(printf, 4, 5))) void say(const struct view *v, enum style style, struct buf *out,
						      const char *format, ...)
{
	AUTO_FREE char *text = NULL;
	struct wrap w;
	va_list ap;

	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	va_end(ap);
	wrap_begin(&w, v, out, 2, " ");
	wrap_words(&w, style, text ? text : "");
	wrap_end(&w);
}

void aspm_put_title(const struct view *v, const struct aspm_report *r, struct buf *out)
{
	const struct snapshot *s = r->model.s;
	const struct pci_function *self = snapshot_self(s);
	char addr[PCI_ADDR_MAX] = "device";

	if (self)
		pci_addr_str(&self->addr, addr);
	style_put(v, STYLE_HEADING, addr, out);
	for (size_t i = 0; i < 2; i++) {
		const char *name = i ? s->facts.netdev : s->chip_name;

		if (!name)
			continue;
		buf_putc(out, ' ');
		style_put(v, STYLE_HEADING, name, out);
	}
	buf_putc(out, '\n');
}

static void say_deadline(const struct view *v, const struct aspm_report *r, struct buf *out)
{
	int64_t left = r->journal.until - aspm_clock();
	char addr[PCI_ADDR_MAX];

	if (r->overdue)
		say(v, STYLE_UNUSUAL, out, "! Its time is over, and it was not put back: nicregs aspm restore %s.",
		    pci_addr_str(&r->model.link.ends[1].addr, addr));
	else if (r->journal.until)
		say(v, STYLE_PLAIN, out, "It will be put back by itself in %" PRId64 " s.", left > 0 ? left : 0);
}

void aspm_say_record(const struct view *v, const struct aspm_report *r, struct buf *out)
{
	AUTO_BUF struct buf states = { 0 };
	char addr[PCI_ADDR_MAX];

	pci_addr_str(&r->model.link.ends[1].addr, addr);
	if (r->has_journal && r->journal.applying)
		say(v, STYLE_UNUSUAL, out,
		    "! A change (%s, by %s) was interrupted: nicregs aspm restore %s brings back what was.",
		    r->journal.states, r->journal.who, addr);
	else if (r->has_journal)
		say(v, STYLE_PLAIN, out,
		    "Changed since boot (%s, by %s); nicregs aspm restore %s brings back what was.", r->journal.states,
		    r->journal.who, addr);
	if (r->has_journal)
		say_deadline(v, r, out);
	if (!r->lasting)
		return;
	link_states_show(r->lasting, "", &states);
	say(v, STYLE_PLAIN, out, "Made to last: %s off after each boot and each loading of the driver, by a udev rule.",
	    buf_str(&states));
}

static void put_steps(const struct view *v, const struct aspm_plan *plan, struct buf *out)
{
	static const char *const headings[] = { "ADDRESS", "WHAT", ">FROM", ">TO", "BY" };
	struct table t;

	table_begin(&t, v, headings, sizeof(headings) / sizeof(headings[0]));
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct aspm_step *step = &plan->steps[i];
		struct libscols_line *row = table_row(&t);
		AUTO_BUF struct buf what = { 0 }, from = { 0 }, to = { 0 };
		char addr[PCI_ADDR_MAX];

		buf_printf(&what, "%s%s", step->way == ASPM_BY_LINK ? "link/" : "", step->what);
		aspm_step_value(step, step->from, &from);
		aspm_step_value(step, step->to, &to);
		table_cell(row, 0, pci_addr_str(&step->addr, addr));
		table_cell(row, 1, buf_str(&what));
		table_cell(row, 2, buf_str(&from));
		table_cell(row, 3, buf_str(&to));
		table_cell(row, 4, step->way == ASPM_BY_LINK ? "kernel" : "configuration space");
	}
	table_end(&t, 2, out);
}

static void put_ends(const struct view *v, const struct aspm_report *r, struct buf *out)
{
	for (size_t i = 0; i < r->now.n_ends; i++) {
		const struct link_end *end = &r->now.ends[i];
		AUTO_BUF struct buf on = { 0 };
		char addr[PCI_ADDR_MAX];

		link_states_show(link_end_on(end), "off", &on);
		say(v, STYLE_PLAIN, out, "%s reads back 0x%04x: %s", pci_addr_str(&end->addr, addr), end->lnkctl,
		    buf_str(&on));
	}
}

static void say_seconds(const struct view *v, const struct aspm_report *r, struct buf *out)
{
	if (r->seconds)
		say(v, STYLE_PLAIN, out, "It will be put back by itself in %" PRId64 " s.", r->seconds);
}

static void say_lasting(const struct view *v, const struct aspm_report *r, struct buf *out)
{
	char addr[PCI_ADDR_MAX];

	if (r->made_lasting)
		say(v, STYLE_PLAIN, out, "Made to last by a udev rule; nicregs aspm restore --persist %s ends that.",
		    pci_addr_str(&r->model.link.ends[1].addr, addr));
	if (r->unmade_lasting)
		say(v, STYLE_PLAIN, out, "The udev rule is removed.");
	if ((r->made_lasting || r->unmade_lasting) && r->initramfs)
		say(v, STYLE_PLAIN, out, "An initramfs that loads the driver must know it as well: %s.", r->initramfs);
}

static void say_plan_to_last(const struct view *v, const struct aspm_report *r, struct buf *out)
{
	AUTO_BUF struct buf states = { 0 };

	if (!r->to_last)
		return;
	link_states_show(r->to_last, "", &states);
	say(v, STYLE_PLAIN, out, "It would be made to last by a udev rule: %s off after each boot.", buf_str(&states));
}

static void say_result(const struct view *v, const struct aspm_report *r, struct buf *out)
{
	const char *action = aspm_action_name(r->plan.action);
	char addr[PCI_ADDR_MAX];

	switch (r->result) {
	case ASPM_PLANNED:
		say_plan_to_last(v, r, out);
		say(v, STYLE_PLAIN, out, "Nothing was written (--dry-run).");
		break;
	case ASPM_UNCHANGED:
		say(v, STYLE_PLAIN, out, "%s",
		    r->plan.action == ASPM_RESTORE ? "Nothing to restore: no change since boot is on record."
						   : "Nothing to do: it is so at both ends.");
		if (r->retimed && !r->seconds)
			say(v, STYLE_PLAIN, out, "It stays so: it is no longer put back by itself.");
		say_seconds(v, r, out);
		break;
	case ASPM_DONE:
		if (r->plan.action == ASPM_RESTORE)
			say(v, STYLE_PLAIN, out,
			    "Done, and read back from hardware at both ends. Everything is as it was.");
		else
			say(v, STYLE_PLAIN, out,
			    "Done, and read back from hardware at both ends. nicregs aspm restore %s brings it back.",
			    pci_addr_str(&r->model.link.ends[1].addr, addr));
		put_ends(v, r, out);
		say_seconds(v, r, out);
		break;
	case ASPM_UNDONE:
	case ASPM_STUCK:
		say(v, STYLE_UNUSUAL, out, "! %s failed: %s", action, r->err.why);
		put_ends(v, r, out);
		say(v, STYLE_UNUSUAL, out, "! %s", r->err.todo);
		break;
	case ASPM_NOT_APPLICABLE:
		say(v, STYLE_PLAIN, out, "%s There is nothing to %s, and nothing is wrong.", r->err.why, action);
		say(v, STYLE_PLAIN, out,
		    "If the device hangs, the cause is another one: nicregs diagnose looks for it.");
		break;
	case ASPM_REFUSED:
	case ASPM_SHOWN:
		break;
	}
	if (r->note[0])
		say(v, STYLE_PLAIN, out, "%s", r->note);
	say_lasting(v, r, out);
}

void aspm_text_changes(const struct view *v, const struct aspm_report *reports, size_t n, struct buf *out)
{
	bool first = true;

	for (size_t i = 0; i < n; i++) {
		const struct aspm_report *r = &reports[i];

		const struct aspm_report *by = r->with ? r->with : r;

		if (by->result == ASPM_REFUSED && !by->unmade_lasting)
			continue; /* told as an error */
		if (!first)
			buf_putc(out, '\n');
		first = false;
		aspm_put_title(v, r, out);
		if (r->with) {
			char addr[PCI_ADDR_MAX];

			say(v, STYLE_PLAIN, out, "On the same link as %s%s.",
			    pci_addr_str(&snapshot_self(by->model.s)->addr, addr),
			    by->result == ASPM_DONE ? ", and changed with it" : ": the same holds for it");
			continue;
		}
		if (r->plan.remark)
			say(v, STYLE_PLAIN, out, "%s", r->plan.remark);
		if (r->plan.n_steps)
			put_steps(v, &r->plan, out);
		say_result(v, r, out);
	}
}
