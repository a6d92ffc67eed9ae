/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device whose settings can be changed, for the tests of changes: a kernel that computes which offloads are in force from
 * those that are asked for, a driver that rounds, ignores, refuses and takes others along, and faults at a write of choice. It
 * lives in shared memory, so that what a killed process did can be seen.
 */
#ifndef TESTS_SETTING_MACHINE_H
#define TESTS_SETTING_MACHINE_H

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

#include "change/transact.h"
#include "util/err.h"

#define NIC_MOST 32

struct nic_setting {
	enum setting_group group;
	enum setting_kind kind;
	const char *name, *needs; /* needs: the feature without which it is not in force */
	char value[SETTING_VALUE_MAX];
	bool fixed, stubborn; /* stubborn: takes a write and does nothing */
	uint64_t most;
	unsigned step; /* a number is rounded up to a multiple */
};

struct nic {
	struct nic_setting v[NIC_MOST];
	unsigned n;
	bool lacks[SETTING_GROUPS];
	bool takes_along; /* the receive ring follows the transmit ring when that alone is written */
	/* Faults. */
	unsigned writes;          /* seen so far */
	unsigned kill_at;         /* the process dies after this write; 0: never */
	bool kill_before;         /* or just before it */
	unsigned fail_at;         /* this write fails and changes nothing */
	unsigned half_at;         /* this one fails, and the first setting is changed */
	unsigned pulled_after;    /* the device is gone after so many writes and one */
	unsigned interrupt_after; /* a signal is pending after so many writes */
	unsigned logged;
};

static inline struct nic *nic_new(void)
{
	void *p = mmap(NULL, sizeof(struct nic), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(p != MAP_FAILED);
	return p;
}

static inline struct nic_setting *nic_find(struct nic *m, const char *name)
{
	for (unsigned i = 0; i < m->n; i++)
		if (!strcmp(m->v[i].name, name))
			return &m->v[i];
	return NULL;
}

static inline bool nic_on(struct nic *m, const char *name)
{
	struct nic_setting *one = nic_find(m, name);

	assert_non_null(one);
	return !strcmp(one->value, "on") && (!one->needs || nic_on(m, one->needs));
}

static inline bool nic_gone(const struct nic *m)
{
	return m->pulled_after && m->writes >= m->pulled_after;
}

static inline int nic_read(void *arg, enum setting_group group, struct settings *out, struct err *e)
{
	struct nic *m = arg;

	if (nic_gone(m))
		return err_set(e, ENODEV, "eth0", "the interface is gone");
	if (m->lacks[group])
		return err_set(e, EOPNOTSUPP, "eth0", "no %s", setting_group_words(group));
	for (unsigned i = 0; i < m->n; i++) {
		struct nic_setting *one = &m->v[i];
		struct setting *s;

		if (one->group != group)
			continue;
		s = settings_add(out, group, one->kind, one->name, one->value);
		assert_non_null(s);
		s->fixed = one->fixed;
		s->in_force = one->kind == SETTING_SWITCH && nic_on(m, one->name);
		if (one->most)
			s->most = one->most;
	}
	return 0;
}

static inline void nic_put(struct nic_setting *one, const char *value)
{
	unsigned long number;

	if (one->stubborn || one->fixed)
		return;
	strcpy(one->value, value);
	if (one->step) {
		number = strtoul(value, NULL, 10);
		number = (number + one->step - 1) / one->step * one->step;
		snprintf(one->value, sizeof(one->value), "%lu", number);
	}
}

/* What a negotiation gives is not what was written. */
static inline void nic_negotiate(struct nic *m)
{
	if (nic_find(m, "pause-autoneg") && nic_on(m, "pause-autoneg")) {
		strcpy(nic_find(m, "pause-rx")->value, "on");
		strcpy(nic_find(m, "pause-tx")->value, "on");
	}
	if (nic_find(m, "link-autoneg") && nic_on(m, "link-autoneg"))
		strcpy(nic_find(m, "link-speed")->value, "1000");
}

static inline int nic_write(void *arg, enum setting_group group, const struct setting *v, size_t n, struct err *e)
{
	struct nic *m = arg;

	assert_true(n > 0);
	if (nic_gone(m))
		return err_set(e, ENODEV, "eth0", "the interface is gone");
	m->writes++;
	if (m->kill_at == m->writes && m->kill_before)
		kill(getpid(), SIGKILL);
	if (m->fail_at == m->writes)
		return err_set(e, EINVAL, "eth0", "%s: Invalid argument", setting_group_words(group));
	for (size_t i = 0; i < n; i++) {
		struct nic_setting *one = nic_find(m, v[i].name);

		assert_non_null(one);
		assert_int_equal(one->group, group);
		nic_put(one, v[i].value);
		if (m->takes_along && n == 1 && !strcmp(one->name, "ring-tx"))
			nic_put(nic_find(m, "ring-rx"), v[i].value);
		if (m->half_at == m->writes)
			return err_set(e, EIO, "eth0", "%s: Input/output error", setting_group_words(group));
	}
	nic_negotiate(m);
	if (m->kill_at == m->writes)
		kill(getpid(), SIGKILL);
	return 0;
}

static inline void nic_log(void *arg, const char *line)
{
	struct nic *m = arg;

	assert_non_null(strstr(line, " -> "));
	m->logged++;
}

static inline bool nic_interrupted(void *arg)
{
	const struct nic *m = arg;

	return m->interrupt_after && m->writes >= m->interrupt_after;
}

static inline struct change_io nic_io(struct nic *m)
{
	return (struct change_io){ nic_read, nic_write, nic_log, nic_interrupted, m };
}

/* Of what can be put back: the speed while it is negotiated cannot. */
static inline bool nic_same(struct nic *a, const struct nic *b)
{
	for (unsigned i = 0; i < a->n; i++) {
		const char *name = a->v[i].name;

		if (!strcmp(name, "link-speed") && nic_on(a, "link-autoneg"))
			continue;
		if (strcmp(a->v[i].value, b->v[i].value) != 0)
			return false;
	}
	return true;
}

#define NIC_FEATURE(name, needs, value, fixed)                                                     \
	{                                                                                          \
		SETTING_FEATURE, SETTING_SWITCH, "feature." name, needs, value, fixed, false, 0, 0 \
	}
#define NIC_SWITCH(group, name, value)                                                 \
	{                                                                              \
		SETTING_##group, SETTING_SWITCH, name, NULL, value, false, false, 0, 0 \
	}
#define NIC_NUMBER(group, name, value, most, step)                                           \
	{                                                                                    \
		SETTING_##group, SETTING_NUMBER, name, NULL, value, false, false, most, step \
	}

static inline void nic_init(struct nic *m)
{
	static const struct nic_setting all[] = {
		NIC_SWITCH(FLAG, "flag.legacy-rx", "off"),
		NIC_SWITCH(FLAG, "flag.disable-fw-lldp", "off"),
		NIC_NUMBER(CHANNELS, "channels-combined", "4", 8, 0),
		NIC_NUMBER(RING, "ring-rx", "256", 4096, 8),
		NIC_NUMBER(RING, "ring-tx", "256", 4096, 8),
		NIC_NUMBER(MTU, "mtu", "1500", 9216, 0),
		NIC_NUMBER(COALESCE, "coalesce-rx-usecs", "3", 10000, 0),
		NIC_FEATURE("tx-checksum-ip-generic", NULL, "on", false),
		NIC_FEATURE("tx-scatter-gather", "feature.tx-checksum-ip-generic", "on", false),
		NIC_FEATURE("tx-tcp-segmentation", "feature.tx-scatter-gather", "on", false),
		NIC_FEATURE("tx-tcp-ecn-segmentation", NULL, "off", true),
		NIC_FEATURE("tx-tcp6-segmentation", "feature.tx-scatter-gather", "on", false),
		NIC_FEATURE("tx-generic-segmentation", "feature.tx-scatter-gather", "on", false),
		NIC_FEATURE("rx-gro", NULL, "on", false),
		NIC_FEATURE("highdma", NULL, "on", true),
		NIC_SWITCH(PAUSE, "pause-autoneg", "on"),
		NIC_SWITCH(PAUSE, "pause-rx", "on"),
		NIC_SWITCH(PAUSE, "pause-tx", "on"),
		NIC_SWITCH(EEE, "eee", "on"),
		NIC_SWITCH(EEE, "eee-tx-lpi", "on"),
		NIC_SWITCH(LINK, "link-autoneg", "on"),
		{ SETTING_LINK, SETTING_MASK, "link-advertise", NULL, "0x2f", false, false, 0, 0 },
		NIC_NUMBER(LINK, "link-speed", "1000", 0, 0),
		{ SETTING_LINK, SETTING_WORD, "link-duplex", NULL, "full", false, false, 0, 0 },
		{ SETTING_LINK, SETTING_MASK, "link-supported", NULL, "0x2ef", true, false, 0, 0 },
		{ SETTING_POWER, SETTING_WORD, "power", NULL, "auto", false, false, 0, 0 },
	};

	memset(m, 0, sizeof(*m));
	memcpy(m->v, all, sizeof(all));
	m->n = sizeof(all) / sizeof(all[0]);
}

#endif
