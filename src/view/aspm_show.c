// SPDX-License-Identifier: GPL-2.0-or-later
/* The tree of links. */
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "view/aspm.h"
#include "view/aspm_parts.h"
#include "view/style.h"
#include "view/table.h"

enum { ADDRESS, WHAT, NETDEV, CAN, ON, SUBSTATES, CLOCK, KERNEL, N_COLUMNS };

struct node {
	struct pci_addr addr;
	struct libscols_line *line;
};

struct tree {
	struct table table;
	struct node *nodes;
	size_t n, cap;
};

static struct libscols_line *find(const struct tree *t, const struct pci_addr *addr)
{
	for (size_t i = 0; i < t->n; i++)
		if (pci_addr_equal(&t->nodes[i].addr, addr))
			return t->nodes[i].line;
	return NULL;
}

static struct libscols_line *grow(struct tree *t, const struct pci_addr *addr, struct libscols_line *parent)
{
	struct node *node = VEC_PUSH(t->nodes, t->n, t->cap);
	char text[PCI_ADDR_MAX];

	*node = (struct node){ *addr, scols_table_new_line(t->table.table, parent) };
	if (!node->line)
		abort();
	table_cell(node->line, ADDRESS, pci_addr_str(addr, text));
	return node->line;
}

static void cell_states(struct tree *t, struct libscols_line *line, size_t column, unsigned states, const char *none,
			bool unusual)
{
	AUTO_BUF struct buf text = { 0 };

	link_states_show(states, none, &text);
	if (unusual)
		table_cell_unusual(&t->table, line, column, buf_str(&text));
	else
		table_cell(line, column, buf_str(&text));
}

static void end_cells(struct tree *t, struct libscols_line *line, const struct link_end *end)
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
static struct libscols_line *put_port(struct tree *t, const struct link_end *end, struct libscols_line *parent)
{
	struct libscols_line *line = find(t, &end->addr);

	if (line)
		return line;
	line = grow(t, &end->addr, parent);
	table_cell(line, WHAT, link_port_name(end->type));
	end_cells(t, line, end);
	return line;
}

static void put_device(struct tree *t, const struct aspm_report *r, const struct link_end *end,
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
		return;
	}
	end_cells(t, line, end);
	if (m->link.control == LINK_CONTROL_KERNEL)
		cell_states(t, line, KERNEL, link_kernel_on(&m->link), "off", false);
}

static void put_report(struct tree *t, const struct aspm_report *r)
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

static void say(const struct view *v, enum style style, const char *text, struct buf *out)
{
	struct wrap w;

	wrap_begin(&w, v, out, 2, " ");
	wrap_words(&w, style, text);
	wrap_end(&w);
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
			say(v, STYLE_PLAIN, buf_str(&why), out);
	}
	link_say_one_way(&m->link, &one_way);
	if (one_way.len)
		say(v, STYLE_PLAIN, buf_str(&one_way), out);
}

static void say_control(const struct view *v, const struct aspm_model *m, struct buf *out)
{
	AUTO_BUF struct buf control = { 0 }, stale = { 0 };

	link_say_control(&m->link, &control);
	if (control.len)
		say(v, STYLE_PLAIN, buf_str(&control), out);
	buf_puts(&stale, "! ");
	link_say_stale(&m->link, &stale);
	if (stale.len > 2)
		say(v, STYLE_UNUSUAL, buf_str(&stale), out);
	if (m->locked)
		say(v, STYLE_PLAIN,
		    m->link.control == LINK_CONTROL_KERNEL
			    ? "Kernel lockdown: only what link/ offers can be changed, configuration space cannot be "
			      "written."
			    : "Kernel lockdown: configuration space cannot be written, so nothing can be changed.",
		    out);
}

static void say_erratum(const struct view *v, const struct aspm_model *m, bool on, struct buf *out)
{
	AUTO_BUF struct buf text = { 0 };
	char addr[PCI_ADDR_MAX];

	buf_printf(&text, "%s %s.",
		   on ? "! ASPM is on, and the part has an erratum with it:" : "The part has an erratum:",
		   m->erratum->title);
	if (m->erratum->workaround)
		buf_printf(&text, " Against it, %s.", m->erratum->workaround);
	if (on)
		buf_printf(&text, " To switch it off: nicregs aspm disable %s.",
			   pci_addr_str(&m->link.ends[1].addr, addr));
	say(v, on ? STYLE_UNUSUAL : STYLE_PLAIN, buf_str(&text), out);
}

static void say_device(const struct view *v, const struct aspm_report *r, struct buf *out)
{
	const struct aspm_model *m = &r->model;
	unsigned faulty = m->faulty & link_on(&m->link);

	if (m->link.why_not) {
		say(v, STYLE_PLAIN, m->link.why_not, out);
		return;
	}
	say_control(v, m, out);
	say_reasons(v, m, out);
	if (m->faulty)
		say_erratum(v, m, faulty, out);
	aspm_say_record(v, r, out);
}

void aspm_text_show(const struct view *v, const struct aspm_report *reports, size_t n, const struct aspm_rules *orphans,
		    struct buf *out)
{
	static const char *const headings[] = { "ADDRESS", "PART", "NETDEV", "ASPM CAN",
						"ASPM",    "L1SS", "CLKPM",  "KERNEL" };
	struct tree t = { 0 };

	table_begin(&t.table, v, headings, N_COLUMNS);
	scols_column_set_flags(scols_table_get_column(t.table.table, ADDRESS), SCOLS_FL_TREE);
	for (size_t i = 0; i < n; i++)
		put_report(&t, &reports[i]);
	table_end(&t.table, 0, out);
	free(t.nodes);
	for (size_t i = 0; i < n; i++) {
		if (reports[i].with)
			continue;
		buf_putc(out, '\n');
		aspm_put_title(v, &reports[i], out);
		say_device(v, &reports[i], out);
	}
	for (size_t i = 0; i < orphans->n; i++) {
		AUTO_BUF struct buf text = { 0 };

		if (!i)
			buf_puts(out, "\nMade to last for a device that is not here any more\n");
		buf_printf(&text, "%s: remove the file if the device does not come back.", orphans->paths[i]);
		say(v, STYLE_PLAIN, buf_str(&text), out);
	}
}
