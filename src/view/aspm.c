// SPDX-License-Identifier: GPL-2.0-or-later
/* What a change did, and the links as a tree. */
#include "view/aspm.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "view/style.h"
#include "view/table.h"

static __attribute__((format(printf, 4, 5))) void say(const struct view *v, enum style style, struct buf *out,
						      const char *format, ...)
{
	AUTO_FREE char *text = NULL;
	va_list ap;

	va_start(ap, format);
	text = xvasprintf(format, ap);
	va_end(ap);
	style_paragraph(v, 2, style, text, out);
}

/* A line "0000:02:00.0 82574L ens4", of what is known of these. */
static void put_title(const struct view *v, const struct aspm_report *r, struct buf *out)
{
	const struct snapshot *s = r->model.s;
	const struct pci_function *self = snapshot_self(s);
	char addr[PCI_ADDR_MAX];
	const char *const words[] = { self ? pci_addr_str(&self->addr, addr) : NULL,
				      s->chip_name ? s->chip_name : s->chip, s->facts.netdev };
	AUTO_BUF struct buf title = { 0 };

	for (size_t i = 0; i < COUNT(words); i++)
		if (words[i])
			buf_printf(&title, "%s%s", title.len ? " " : "", words[i]);
	if (!title.len)
		buf_puts(&title, "device");
	style_paragraph(v, 0, STYLE_HEADING, buf_str(&title), out);
}

static void say_deadline(const struct view *v, const struct aspm_report *r, struct buf *out)
{
	int64_t left = r->journal.record.until - change_clock();
	char addr[PCI_ADDR_MAX];

	if (r->overdue)
		say(v, STYLE_UNUSUAL, out, "! Its time is over, and it was not restored: run nicregs aspm restore %s.",
		    pci_addr_str(&r->model.link.ends[1].addr, addr));
	else if (r->journal.record.until)
		say(v, STYLE_PLAIN, out, "It will be restored automatically in %" PRId64 " s.", left > 0 ? left : 0);
}

/* What was changed before and can be put back, and what is made to last. */
static void say_record(const struct view *v, const struct aspm_report *r, struct buf *out)
{
	AUTO_BUF struct buf states = { 0 };
	char addr[PCI_ADDR_MAX];

	pci_addr_str(&r->model.link.ends[1].addr, addr);
	if (r->has_journal && r->journal.record.applying)
		say(v, STYLE_UNUSUAL, out,
		    "! A change (%s, by %s) was interrupted: nicregs aspm restore %s restores the previous state.",
		    r->journal.record.what, r->journal.record.who, addr);
	else if (r->has_journal)
		say(v, STYLE_PLAIN, out,
		    "Changed since boot (%s, by %s); nicregs aspm restore %s restores the previous state.",
		    r->journal.record.what, r->journal.record.who, addr);
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

	table_begin(&t, v, headings, COUNT(headings));
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
		say(v, STYLE_PLAIN, out, "It will be restored automatically in %" PRId64 " s.", r->seconds);
}

/* After a change that had nothing to do. */
static void say_timer(const struct view *v, const struct aspm_report *r, struct buf *out)
{
	if (r->retimed && r->seconds)
		say(v, STYLE_PLAIN, out,
		    "The timer of an earlier change was restarted: it will be restored automatically in %" PRId64 " s.",
		    r->seconds);
	else if (r->retimed)
		say(v, STYLE_PLAIN, out, "It is permanent until the next boot: the timer was stopped.");
	else if (r->ends_nothing)
		say(v, STYLE_PLAIN, out,
		    "This command changed nothing, so --for restores nothing: earlier changes stay.");
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
						   : "Nothing to do: both ends are already set.");
		say_timer(v, r, out);
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
		say(v, STYLE_PLAIN, out, "If the device hangs, the cause is something else: run nicregs diagnose.");
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
		put_title(v, r, out);
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

enum { ADDRESS, WHAT, NETDEV, CAN, ON, SUBSTATES, CLOCK, KERNEL, N_COLUMNS };

struct node {
	struct pci_addr addr;
	struct libscols_line *line;
};

struct link_tree {
	struct table table;
	struct node *nodes;
	size_t n, cap;
};

static struct libscols_line *find(const struct link_tree *t, const struct pci_addr *addr)
{
	for (size_t i = 0; i < t->n; i++)
		if (pci_addr_equal(&t->nodes[i].addr, addr))
			return t->nodes[i].line;
	return NULL;
}

static struct libscols_line *grow(struct link_tree *t, const struct pci_addr *addr, struct libscols_line *parent)
{
	struct node *node = VEC_PUSH(t->nodes, t->n, t->cap);
	char text[PCI_ADDR_MAX];

	*node = (struct node){ *addr, scols_table_new_line(t->table.table, parent) };
	if (!node->line)
		abort();
	table_cell(node->line, ADDRESS, pci_addr_str(addr, text));
	return node->line;
}

static void cell_states(struct link_tree *t, struct libscols_line *line, size_t column, unsigned states,
			const char *none, bool unusual)
{
	AUTO_BUF struct buf text = { 0 };

	link_states_show(states, none, &text);
	if (unusual)
		table_cell_unusual(&t->table, line, column, buf_str(&text));
	else
		table_cell(line, column, buf_str(&text));
}

static void end_cells(struct link_tree *t, struct libscols_line *line, const struct link_end *end)
{
	unsigned on = link_end_on(end);

	cell_states(t, line, CAN, end->supported & (LINK_L0S | LINK_L1), "none", false);
	cell_states(t, line, ON, on & (LINK_L0S | LINK_L1), "off", on & (LINK_L0S | LINK_L1));
	if (end->supported & LINK_L1SS)
		cell_states(t, line, SUBSTATES, on & LINK_L1SS, "off", false);
	if (end->supported & LINK_CLKPM)
		table_cell(line, CLOCK, on & LINK_CLKPM ? "on" : "off");
}

/* A port with a NIC's link below it is told with that link; one higher up with its own. */
static struct libscols_line *put_port(struct link_tree *t, const struct link_end *end, struct libscols_line *parent)
{
	struct libscols_line *line = find(t, &end->addr);

	if (line)
		return line;
	line = grow(t, &end->addr, parent);
	table_cell(line, WHAT, link_port_name(end->type));
	end_cells(t, line, end);
	return line;
}

/* Without bytes, what lspci -vv or pciconf said of the device's end. */
static void printed_cells(struct libscols_line *line, const struct aspm_model *m)
{
	const struct facts *f = &m->s->facts;

	if (m->link.applicable && f->aspm_supported)
		table_cell(line, CAN, f->aspm_supported);
	if (m->link.applicable && f->aspm_enabled)
		table_cell(line, ON, f->aspm_enabled);
}

static void put_device(struct link_tree *t, const struct aspm_report *r, const struct link_end *end,
		       struct libscols_line *parent)
{
	const struct aspm_model *m = &r->model;
	const struct pci_function *self = snapshot_self(m->s);
	const struct pci_addr *addr = end ? &end->addr : &self->addr;
	bool is_self = self && pci_addr_equal(addr, &self->addr);
	struct libscols_line *line = find(t, addr);

	if (!line) {
		line = grow(t, addr, parent);
		table_cell(line, WHAT, "the same device");
	}
	if (is_self) {
		table_cell(line, WHAT, m->s->chip_name ? m->s->chip_name : "-");
		table_cell(line, NETDEV, m->s->facts.netdev ? m->s->facts.netdev : "-");
	}
	if (!end) {
		table_cell(line, ON, m->link.applicable ? "?" : "n/a");
		printed_cells(line, m);
		return;
	}
	end_cells(t, line, end);
	if (m->link.control == LINK_CONTROL_KERNEL)
		cell_states(t, line, KERNEL, link_kernel_on(&m->link), "off", false);
}

static void put_report(struct link_tree *t, const struct aspm_report *r)
{
	const struct link *link = &r->model.link;
	struct libscols_line *parent = NULL;

	if (!snapshot_self(r->model.s))
		return;
	for (size_t i = 0; i < r->n_above; i++)
		parent = put_port(t, &r->above[i], parent);
	if (link->why_not) {
		put_device(t, r, link_device(link)->known ? link_device(link) : NULL, NULL);
		return;
	}
	parent = put_port(t, &link->ends[0], parent);
	for (size_t i = 1; i < link->n_ends; i++)
		put_device(t, r, &link->ends[i], parent);
}

static void say_reasons(const struct view *v, const struct aspm_model *m, struct buf *out)
{
	AUTO_BUF struct buf one_way = { 0 };

	for (unsigned i = 0; i < LINK_STATES; i++) {
		AUTO_BUF struct buf why = { 0 };

		/* Substates are rare: only where one end has them. */
		if ((1u << i & ~(LINK_L0S | LINK_L1)) && !(m->link.ends[1].supported >> i & 1))
			continue;
		link_say_why_not(&m->link, 1u << i, &why);
		if (why.len)
			say(v, STYLE_PLAIN, out, "%s", buf_str(&why));
	}
	link_say_one_way(&m->link, &one_way);
	if (one_way.len)
		say(v, STYLE_PLAIN, out, "%s", buf_str(&one_way));
}

static void say_control(const struct view *v, const struct aspm_model *m, struct buf *out)
{
	AUTO_BUF struct buf control = { 0 }, stale = { 0 };

	link_say_control(&m->link, &control);
	if (control.len)
		say(v, STYLE_PLAIN, out, "%s", buf_str(&control));
	buf_puts(&stale, "! ");
	link_say_stale(&m->link, &stale);
	if (stale.len > 2)
		say(v, STYLE_UNUSUAL, out, "%s", buf_str(&stale));
	if (m->locked)
		say(v, STYLE_PLAIN, out, "%s",
		    m->link.control == LINK_CONTROL_KERNEL
			    ? "Kernel lockdown: only what link/ offers can be changed, configuration space cannot be "
			      "written."
			    : "Kernel lockdown: configuration space cannot be written, so nothing can be changed.");
}

static void say_erratum(const struct view *v, const struct aspm_model *m, bool on, struct buf *out)
{
	AUTO_BUF struct buf text = { 0 };
	char addr[PCI_ADDR_MAX];

	buf_printf(&text, "%s %s.",
		   on ? "! ASPM is on, and the chip has an erratum about it:" : "The chip has an erratum:",
		   m->erratum->title);
	if (m->erratum->workaround)
		buf_printf(&text, " Against it, %s.", m->erratum->workaround);
	if (on)
		buf_printf(&text, " To switch it off: nicregs aspm disable %s.",
			   pci_addr_str(&m->link.ends[1].addr, addr));
	say(v, on ? STYLE_UNUSUAL : STYLE_PLAIN, out, "%s", buf_str(&text));
}

static void say_device(const struct view *v, const struct aspm_report *r, struct buf *out)
{
	const struct aspm_model *m = &r->model;
	unsigned faulty = m->faulty & link_on(&m->link);
	AUTO_BUF struct buf printed = { 0 };

	if (m->link.why_not) {
		say(v, STYLE_PLAIN, out, "%s", m->link.why_not);
		link_say_printed(&m->s->facts, &printed);
		if (printed.len && m->link.applicable)
			say(v, STYLE_PLAIN, out, "%s", buf_str(&printed));
		return;
	}
	say_control(v, m, out);
	say_reasons(v, m, out);
	if (m->faulty)
		say_erratum(v, m, faulty, out);
	say_record(v, r, out);
}

void aspm_text_show(const struct view *v, const struct aspm_report *reports, size_t n, const struct aspm_rules *orphans,
		    struct buf *out)
{
	static const char *const headings[] = { "ADDRESS", "CHIP", "NETDEV", "ASPM CAN",
						"ASPM",    "L1SS", "CLKPM",  "KERNEL" };
	struct link_tree t = { 0 };

	table_begin(&t.table, v, headings, N_COLUMNS);
	scols_column_set_flags(scols_table_get_column(t.table.table, ADDRESS), SCOLS_FL_TREE);
	for (size_t i = 0; i < n; i++)
		put_report(&t, &reports[i]);
	table_end(&t.table, 0, out);
	free(t.nodes);
	for (size_t i = 0; i < n; i++) {
		if (reports[i].with)
			continue;
		if (out->len)
			buf_putc(out, '\n');
		put_title(v, &reports[i], out);
		say_device(v, &reports[i], out);
	}
	for (size_t i = 0; i < orphans->n; i++) {
		AUTO_BUF struct buf text = { 0 };

		if (!i)
			buf_puts(out, "\nMade to last for a device that is not here any more\n");
		buf_printf(&text, "%s: remove the file if the device does not come back.", orphans->paths[i]);
		say(v, STYLE_PLAIN, out, "%s", buf_str(&text));
	}
}
