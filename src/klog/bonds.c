// SPDX-License-Identifier: GPL-2.0-or-later
/* Bonds, their slaves and what happened to them. */
#include <string.h>

#include "klog/internal.h"
#include "util/text.h"

static struct klog_bond *bond_get(struct devices *devices, const char *name)
{
	struct klog_bond *b;

	for (size_t i = 0; i < devices->n_bonds; i++)
		if (!strcmp(devices->bonds[i].name, name))
			return &devices->bonds[i];
	if (!name[0])
		return NULL;
	if (devices->n_bonds == KLOG_BONDS) {
		devices->host.bonds_left_out += seen_first(&devices->other_bonds, name, "");
		return NULL;
	}
	b = &devices->bonds[devices->n_bonds++];
	memset(b, 0, sizeof(*b));
	b->miimon = -1;
	str_copy(b->name, sizeof(b->name), name, strlen(name));
	return b;
}

static struct klog_slave *slave_get(struct devices *devices, struct klog_bond *b, const char *name)
{
	struct klog_slave *s;

	for (size_t i = 0; i < b->n_slaves; i++)
		if (!strcmp(b->slaves[i].name, name))
			return &b->slaves[i];
	if (!name[0])
		return NULL;
	if (b->n_slaves == KLOG_SLAVES) {
		devices->host.slaves_left_out += seen_first(&devices->other_slaves, b->name, name);
		return NULL;
	}
	s = &b->slaves[b->n_slaves++];
	memset(s, 0, sizeof(*s));
	s->up = -1;
	str_copy(s->name, sizeof(s->name), name, strlen(name));
	return s;
}

static void slave_event(struct klog_bond *b, struct klog_slave *s, int event, uint64_t boot)
{
	if (event != BOND_ACTIVE)
		s->up_boot = boot;
	if (event == BOND_ACTIVE) {
		str_copy(b->active, sizeof(b->active), s->name, strlen(s->name));
	} else if (event == BOND_SLAVE_DOWN) {
		s->up = 0;
		s->downs++;
		b->downs++;
	} else if (event == BOND_SLAVE_UP) {
		s->up = 1;
	}
}

static void take_event(struct devices *devices, struct klog_bond *b, const struct klog_report *r, int event)
{
	const char *name = klog_text(r, KLOG_INTERFACE);
	struct klog_slave *s = slave_get(devices, b, name);
	struct log_device *d = s ? devices_get(devices, "", name, "") : NULL;

	if (d)
		str_copy(d->pub.bond, sizeof(d->pub.bond), b->name, strlen(b->name));
	if (s)
		slave_event(b, s, event, r->boot);
	if (event == BOND_NONE_ACTIVE) {
		b->without_active++;
		b->active[0] = '\0';
	} else if (event == BOND_NO_PARTNER) {
		b->no_partner++;
	} else if (event == BOND_LOOPBACK) {
		b->loopbacks++;
	} else if (event == BOND_MODE) {
		str_copy(b->mode, sizeof(b->mode), klog_text(r, KLOG_NAME), strlen(klog_text(r, KLOG_NAME)));
	} else if (event == BOND_MIIMON) {
		b->miimon = (int64_t)klog_number(r, KLOG_COUNT);
	}
}

void bond_event(struct klog *k, const struct message *m)
{
	int event = m->row->event;
	struct klog_report r;
	struct klog_bond *b;

	report_begin(k, m,
		     event == BOND_SLAVE_UP      ? KLOG_BOND_UP
		     : event == BOND_NONE_ACTIVE ? KLOG_BOND_EMPTY
						 : KLOG_BOND_DOWN,
		     &r);
	klog_set_text(&r, KLOG_BOND, m->id.bond, strlen(m->id.bond));
	b = bond_get(&k->devices, m->id.bond);
	if (b)
		take_event(&k->devices, b, &r, event);
	if (event == BOND_NONE_ACTIVE) {
		static const char what[] = "no active interface";

		klog_set_text(&r, KLOG_WHAT, what, sizeof(what) - 1);
	}
	if (event == BOND_SLAVE_DOWN || event == BOND_SLAVE_UP || event == BOND_NONE_ACTIVE)
		order_add(k, &r);
}
