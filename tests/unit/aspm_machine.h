/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine with one link for the tests of ASPM changes: registers with bits that do not take a write, a kernel that
 * keeps its own idea of the link as Linux does, and faults at a write of choice. It lives in shared memory, so that
 * what a killed process did can be seen.
 */
#ifndef TESTS_ASPM_MACHINE_H
#define TESTS_ASPM_MACHINE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aspm/journal.h"
#include "change/lock.h"
#include "util/err.h"

#define EXPRESS 0x40
#define L1SS 0x200
#define LNKCTL (EXPRESS + 0x10)
#define L1SUBCTL1 (L1SS + 8)
#define L1 2u
#define UNTOUCHED 0xfefcu /* of LNKCTL: what no change may alter */

struct machine_end {
	uint16_t lnkctl, stubborn; /* bits that do not take a write */
	uint32_t l1ss_ctl;
	unsigned supported, late; /* L0s that takes too long to leave in this direction */
	bool has_l1ss;
};

struct machine {
	struct machine_end ends[LINK_ENDS_MAX];
	unsigned n_ends;
	/* The kernel's side, in the bits of snapshot/link_state.h. */
	bool kernel, newer; /* has link/; of 6.12: disabling L1 disables its substates too */
	unsigned capable, enabled, by_default, disabled;
	/* Faults. */
	unsigned writes;          /* seen so far */
	unsigned kill_at;         /* the process dies after this write; 0: never */
	bool kill_before;         /* or just before it */
	unsigned fail_at;         /* this write fails with EIO and changes nothing */
	bool pulled;              /* the device is gone, and its port with it, */
	unsigned pulled_after;    /* or will be, after so many writes and one */
	unsigned interrupt_after; /* a signal is pending after so many writes */
	char breach[120];         /* a rule of PCI Express that was broken */
	unsigned logged;
};

static inline struct pci_addr machine_addr(unsigned i)
{
	return i ? (struct pci_addr){ 0, 2, 0, (uint8_t)(i - 1) } : (struct pci_addr){ 0, 0, 0x1c, 4 };
}

static inline unsigned machine_index(const struct pci_addr *addr)
{
	return addr->bus ? addr->fn + 1u : 0;
}

static inline struct machine *machine_new(void)
{
	void *p = mmap(NULL, sizeof(struct machine), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(p != MAP_FAILED);
	return p;
}

static inline void machine_poke(struct machine_end *end, uint16_t lnkctl)
{
	end->lnkctl = (uint16_t)((end->lnkctl & end->stubborn) | (lnkctl & ~end->stubborn));
}

static inline bool machine_gone(const struct machine *m)
{
	return m->pulled || (m->pulled_after && m->writes >= m->pulled_after);
}

/* False if this write is to fail. */
static inline bool machine_count(struct machine *m)
{
	m->writes++;
	if (m->kill_at == m->writes && m->kill_before)
		kill(getpid(), SIGKILL);
	return m->writes != m->fail_at;
}

static inline void machine_die(const struct machine *m)
{
	if (m->kill_at == m->writes)
		kill(getpid(), SIGKILL);
}

/* As the kernel does it: all functions get the value of the first, substates change while L1 is off. */
static inline void machine_kernel_writes(struct machine *m, unsigned state)
{
	state &= m->capable & ~m->disabled;
	if (!(state & LINK_L1))
		state &= ~LINK_L1SS;
	if (state == m->enabled)
		return;
	for (unsigned i = 0; i < m->n_ends; i++) {
		struct machine_end *end = &m->ends[i];
		uint16_t bits = link_states_lnkctl(state & ~end->late) & 3u;

		machine_poke(end, (uint16_t)((end->lnkctl & ~3u) | bits));
		if (end->has_l1ss && (m->capable & LINK_L1SS))
			end->l1ss_ctl = (end->l1ss_ctl & ~0xfu) | link_states_l1ss(state);
	}
	m->enabled = state;
}

/* A function that does not let go of L1 cannot be waited for. */
static inline void machine_rules(struct machine *m, unsigned i, uint16_t was)
{
	uint16_t now = m->ends[i].lnkctl;

	if ((was ^ now) & UNTOUCHED)
		snprintf(m->breach, sizeof(m->breach), "end %u: other bits of LNKCTL: %04x -> %04x", i, was, now);
	if (i && (now & ~was & L1) && !(m->ends[0].lnkctl & L1))
		snprintf(m->breach, sizeof(m->breach), "function %u got L1 before the port", i - 1);
	for (unsigned k = 1; !i && k < m->n_ends; k++)
		if ((was & ~now & L1) && (m->ends[k].lnkctl & ~m->ends[k].stubborn & L1))
			snprintf(m->breach, sizeof(m->breach), "the port lost L1 before function %u", k - 1);
}

static inline int machine_get(void *arg, const struct pci_addr *addr, unsigned offset, unsigned bytes, uint32_t *value,
			      struct err *e)
{
	struct machine *m = arg;
	struct machine_end *end = &m->ends[machine_index(addr)];

	if (machine_gone(m))
		return err_set(e, ENODEV, "machine", "the device went away");
	assert_true((offset == LNKCTL && bytes == 2) || (offset == L1SUBCTL1 && bytes == 4));
	*value = offset == LNKCTL ? end->lnkctl : end->l1ss_ctl;
	return 0;
}

static inline int machine_set(void *arg, const struct pci_addr *addr, unsigned offset, unsigned bytes, uint32_t value,
			      struct err *e)
{
	struct machine *m = arg;
	unsigned i = machine_index(addr);
	uint16_t was = m->ends[i].lnkctl;

	assert_int_equal(bytes, offset == LNKCTL ? 2 : 4);
	if (!machine_count(m))
		return err_set(e, EIO, "machine", "the write failed");
	if (offset == LNKCTL) {
		machine_poke(&m->ends[i], (uint16_t)value);
		machine_rules(m, i, was);
	} else {
		for (unsigned k = 0; k < m->n_ends; k++)
			if ((m->ends[k].lnkctl & ~m->ends[k].stubborn & L1))
				snprintf(m->breach, sizeof(m->breach), "substates changed while L1 was on at end %u",
					 k);
		m->ends[i].l1ss_ctl = value;
	}
	machine_die(m);
	return 0;
}

static inline unsigned machine_state(const char *attr)
{
	for (unsigned i = 0; i < LINK_STATES; i++)
		if (!strcmp(link_states[i].attr, attr))
			return 1u << i;
	fail_msg("no attribute %s", attr);
	return 0;
}

static inline int machine_attr_get(void *arg, const struct pci_addr *addr, const char *name)
{
	struct machine *m = arg;
	unsigned state = machine_state(name);

	assert_int_equal(machine_index(addr), 1);
	if (machine_gone(m))
		return -1;
	return m->kernel && (m->capable & state) ? (m->enabled & state) != 0 : -1;
}

static inline int machine_attr_set(void *arg, const struct pci_addr *addr, const char *name, int value, struct err *e)
{
	struct machine *m = arg;
	unsigned state = machine_state(name);

	assert_true(m->kernel && machine_index(addr) == 1 && (m->capable & state));
	if (machine_gone(m))
		return err_set(e, ENODEV, "machine", "the device went away");
	if (!machine_count(m))
		return err_set(e, EIO, "machine", "the write failed");
	if (!value)
		m->disabled |= state | (m->newer && state == LINK_L1 ? LINK_L1SS : 0);
	else
		m->disabled &= ~(state | (state & LINK_L1SS ? LINK_L1 : 0));
	machine_kernel_writes(m, m->by_default);
	machine_die(m);
	return 0;
}

static inline void machine_log(void *arg, const char *line)
{
	struct machine *m = arg;

	assert_non_null(strstr(line, " -> "));
	m->logged++;
}

static inline bool machine_interrupted(void *arg)
{
	const struct machine *m = arg;

	return m->interrupt_after && m->writes >= m->interrupt_after;
}

static inline struct aspm_io machine_io(struct machine *m)
{
	return (struct aspm_io){
		machine_get, machine_set, machine_attr_get, machine_attr_set, machine_log, machine_interrupted, m
	};
}

/* The model as it would be read from this machine. */
static inline void machine_model(struct machine *m, struct snapshot *s, struct aspm_model *model)
{
	struct aspm_io io = machine_io(m);
	unsigned both = ~0u;

	*model = (struct aspm_model){ .s = s, .link.applicable = true, .link.self = 1 };
	model->link.n_ends = m->n_ends;
	model->link.attrs_of = machine_addr(1);
	for (unsigned i = 0; i < m->n_ends; i++) {
		model->link.ends[i] = (struct link_end){
			.addr = machine_addr(i),
			.role = i ? i == 1 ? PCI_SELF : PCI_SIBLING : PCI_PARTNER,
			.id = 0x10d38086 + (i << 16),
			.there = true,
			.express = true,
			.known = true,
			.express_at = EXPRESS,
			.l1ss_at = m->ends[i].has_l1ss ? L1SS : 0,
			.supported = m->ends[i].supported,
			.late = m->ends[i].late,
		};
		both &= m->ends[i].supported | (i > 1 && !m->ends[i].has_l1ss ? LINK_L1SS : 0);
	}
	assert_int_equal(aspm_io_refresh(&io, &model->link, NULL), 0);
	model->link.both = both;
	model->link.late = m->ends[0].late & m->ends[1].late & both;
	model->link.control = m->kernel ? LINK_CONTROL_KERNEL : LINK_CONTROL_NONE;
}

static inline bool machine_same(const struct machine *a, const struct machine *b)
{
	for (unsigned i = 0; i < a->n_ends; i++)
		if (a->ends[i].lnkctl != b->ends[i].lnkctl || a->ends[i].l1ss_ctl != b->ends[i].l1ss_ctl)
			return false;
	return true;
}

/* A link of which everything in `on` is on, at n functions. */
static inline void machine_init(struct machine *m, unsigned functions, unsigned on, bool kernel, bool newer)
{
	memset(m, 0, sizeof(*m));
	m->n_ends = functions + 1;
	m->kernel = kernel;
	m->newer = newer;
	m->capable = m->enabled = m->by_default = on;
	for (unsigned i = 0; i < m->n_ends; i++) {
		struct machine_end *end = &m->ends[i];

		end->supported = LINK_L0S | LINK_L1;
		end->lnkctl = (uint16_t)(0x0040 | (link_states_lnkctl(on) & 3u));
		end->has_l1ss = i < 2 && (on & LINK_L1SS);
		if (end->has_l1ss) {
			end->supported |= LINK_L1SS;
			end->l1ss_ctl = 0x40a00000 | link_states_l1ss(on);
		}
	}
}

#endif
