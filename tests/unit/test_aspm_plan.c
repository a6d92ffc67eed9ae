// SPDX-License-Identifier: GPL-2.0-or-later
/* The model out of a snapshot, its reasons, and what is refused. */
#include "space.h"

#include <errno.h>

#include "change/deadline.h"
#include "aspm/plan.h"
#include "util/buf.h"
#include "util/err.h"

#define BOTH 0x00000c00u   /* LNKCAP: L0s and L1 */
#define L0S_4US (6u << 12) /* leaves L0s in less than 4 us */
#define L1_64US (6u << 15)
#define ACCEPTS_512NS (3u << 6) /* DEVCAP */
#define ACCEPTS_32US (5u << 9)
#define NO_LIMIT (7u << 6 | 7u << 9)

struct pair {
	struct space device, port;
	struct snapshot *s;
	struct aspm_model m;
};

static void compose(struct pair *p, uint32_t device_cap, uint32_t port_cap, uint32_t devcap, unsigned on)
{
	space_init(&p->device, 4096, 0xe0);
	put_express(&p->device, 0xe0, 0, 0, device_cap | 0x11, 0x40 | on, 0x1011);
	put(&p->device, 0xe4, 4, devcap);
	space_init(&p->port, 4096, 0x40);
	space_bridge(&p->port, 0, 1);
	p->port.fn.addr = (struct pci_addr){ 0, 0, 0x1c, 0 };
	put_express(&p->port, 0x40, 0, 4, port_cap | 0x11, 0x40 | on, 0x3011);
	p->s = snapshot_new(ORIGIN_LIVE);
	snapshot_add_function(p->s, PCI_SELF, &p->device.fn.addr, p->device.bytes, 4096);
	snapshot_add_function(p->s, PCI_PARTNER, &p->port.fn.addr, p->port.bytes, 4096);
	fact_set_str(&p->s->facts, fact_named("kernel"), "6.1.0-1-amd64");
	fact_set_str(&p->s->facts, fact_named("aspm_policy"), "default");
}

static void set(struct pair *p, const char *fact, const char *value)
{
	fact_set_str(&p->s->facts, fact_named(fact), value);
}

static void says(struct pair *p, enum link_control control, const char *words)
{
	struct buf say = { 0 };

	aspm_model_read(p->s, NULL, &p->m);
	assert_int_equal(p->m.link.control, control);
	link_say_control(&p->m.link, &say);
	assert_non_null(strstr(buf_str(&say), words));
	buf_free(&say);
}

static void who_has_control(void **state)
{
	struct pair p;

	(void)state;
	compose(&p, BOTH, BOTH, NO_LIMIT, 3);
	says(&p, LINK_CONTROL_NONE, "_OSC");
	p.s->facts.aspm_fadt = 1;
	says(&p, LINK_CONTROL_FADT, "FADT");
	set(&p, "kernel", "5.4.0-1-amd64");
	says(&p, LINK_CONTROL_OLD, "before 5.5");
	set(&p, "kernel", "5.10.0");
	says(&p, LINK_CONTROL_FADT, "FADT");
	set(&p, "kernel", "2.6.32-754.el6");
	says(&p, LINK_CONTROL_OLD, "before 5.5");
	set(&p, "aspm_policy", NULL);
	says(&p, LINK_CONTROL_UNBUILT, "built without ASPM");
	set(&p, "aspm_boot", "off");
	says(&p, LINK_CONTROL_BOOT, "pcie_aspm=off");
	p.s->facts.link_l1_aspm = 1;
	set(&p, "aspm_boot", NULL);
	set(&p, "aspm_policy", "powersave");
	says(&p, LINK_CONTROL_KERNEL, "\"powersave\"; it thinks L1 is enabled");
	snapshot_free(p.s);
}

static void why(struct pair *p, unsigned what, const char *words)
{
	struct buf say = { 0 };

	aspm_model_read(p->s, NULL, &p->m);
	link_say_why_not(&p->m.link, what, &say);
	if (words)
		assert_non_null(strstr(buf_str(&say), words));
	else
		assert_int_equal(say.len, 0);
	buf_free(&say);
}

static void one_end_cannot(void **state)
{
	struct pair p;

	(void)state;
	compose(&p, BOTH, 0x800, NO_LIMIT, 2);
	why(&p, LINK_L0S, "the port above, 0000:00:1c.0, cannot");
	why(&p, LINK_L1, NULL);
	why(&p, LINK_CLKPM, "the device, 0000:01:00.0, cannot");
	assert_int_equal(p.m.link.both, LINK_L1);
	snapshot_free(p.s);
}

static void latency(void **state)
{
	struct pair p;

	(void)state;
	compose(&p, BOTH | L0S_4US | L1_64US, BOTH | L0S_4US, ACCEPTS_512NS | ACCEPTS_32US, 0);
	why(&p, LINK_L0S, "takes up to 4 us and the device can wait 512 ns");
	why(&p, LINK_L1, "takes up to 64 us and the device can wait 32 us");
	assert_int_equal(p.m.link.late, LINK_L0S | LINK_L1);
	snapshot_free(p.s);
}

static int plan(struct pair *p, enum aspm_action action, unsigned states, bool named, bool force,
		struct aspm_plan *plan, struct err *e)
{
	const struct aspm_wish wish = { action, states, named, force };

	memset(e, 0, sizeof(*e));
	aspm_model_read(p->s, NULL, &p->m);
	return aspm_plan_change(&p->m, &wish, plan, e);
}

static void late_states_want_force(void **state)
{
	struct aspm_plan plan_;
	struct pair p;
	struct err e;

	(void)state;
	compose(&p, BOTH | L0S_4US | L1_64US, BOTH | L0S_4US, ACCEPTS_512NS | ACCEPTS_32US, 0);
	assert_int_equal(plan(&p, ASPM_ENABLE, LINK_L1, true, false, &plan_, &e), -ECANCELED);
	assert_non_null(strstr(e.todo, "--force"));
	assert_int_equal(plan(&p, ASPM_ENABLE, LINK_ASPM, false, false, &plan_, &e), -ECANCELED);
	assert_int_equal(plan(&p, ASPM_ENABLE, LINK_L1, true, true, &plan_, &e), 0);
	assert_int_equal(plan_.n_steps, 2);
	assert_int_equal(plan_.steps[0].addr.dev, 0x1c);
	assert_int_equal(plan_.steps[0].to, 0x42);
	snapshot_free(p.s);
}

static void kernel_first(void **state)
{
	struct aspm_plan plan_;
	struct pair p;
	struct err e;

	(void)state;
	compose(&p, BOTH, BOTH, NO_LIMIT, 3);
	p.s->facts.link_l0s_aspm = p.s->facts.link_l1_aspm = 1;
	set(&p, "lockdown", "integrity");
	assert_int_equal(plan(&p, ASPM_DISABLE, LINK_ASPM, false, false, &plan_, &e), 0);
	assert_int_equal(plan_.n_steps, 2);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(plan_.steps[i].way, ASPM_BY_LINK);
	assert_string_equal(plan_.steps[0].what, "l1_aspm");
	/* The kernel thinks L0s to be off, and hardware has it on: its attribute would do nothing. */
	p.s->facts.link_l0s_aspm = 0;
	assert_int_equal(plan(&p, ASPM_DISABLE, LINK_L0S, true, false, &plan_, &e), -EPERM);
	set(&p, "lockdown", "none");
	assert_int_equal(plan(&p, ASPM_DISABLE, LINK_L0S, true, false, &plan_, &e), 0);
	assert_int_equal(plan_.steps[0].way, ASPM_BY_CONFIG);
	assert_int_equal(plan_.steps[0].addr.bus, 1);
	assert_int_equal(plan_.steps[1].addr.bus, 0);
	snapshot_free(p.s);
}

/* The kernel thinks L0s is on, and the hardware has it off: its next write would switch it on. */
static void behind_its_back(void **state)
{
	struct aspm_plan plan_;
	struct pair p;
	struct err e;

	(void)state;
	compose(&p, BOTH, BOTH, NO_LIMIT, 2);
	p.s->facts.link_l0s_aspm = p.s->facts.link_l1_aspm = 1;
	assert_int_equal(plan(&p, ASPM_DISABLE, LINK_L1, true, false, &plan_, &e), 0);
	assert_int_equal(link_stale(&p.m.link), LINK_L0S);
	assert_non_null(plan_.remark);
	assert_int_equal(plan_.n_steps, 2);
	assert_int_equal(plan_.steps[0].way, ASPM_BY_CONFIG);
	snapshot_free(p.s);
}

/* Both ends can L1 substates, and the kernel offers them; all off. */
static void with_l1ss(struct pair *p)
{
	for (size_t i = 0; i < 2; i++) {
		struct space *s = i ? &p->port : &p->device;

		put_extended(s, 0x100, 0x001e, 1, 0);
		put(s, 0x104, 4, 0x0028081f);
		put(s, 0x108, 4, 0);
		memcpy(p->s->functions[i].config, s->bytes, 4096);
		config_keep_caps(&p->s->functions[i]);
	}
	p->s->facts.link_l1_1_aspm = p->s->facts.link_l1_2_aspm = 0;
}

static void policies(void **state)
{
	struct aspm_plan plan_;
	struct pair p;
	struct err e;

	(void)state;
	compose(&p, BOTH, BOTH, NO_LIMIT, 0);
	p.s->facts.link_l0s_aspm = p.s->facts.link_l1_aspm = 0;
	set(&p, "aspm_policy", "performance");
	assert_int_equal(plan(&p, ASPM_ENABLE, LINK_L1, true, true, &plan_, &e), -ECANCELED);
	assert_non_null(strstr(e.why, "performance"));
	set(&p, "aspm_policy", "powersave");
	assert_int_equal(plan(&p, ASPM_ENABLE, LINK_L1, true, false, &plan_, &e), 0);
	/* It never uses substates: what was not named is left out, what was named is refused. */
	with_l1ss(&p);
	assert_int_equal(plan(&p, ASPM_ENABLE, LINK_ASPM, false, false, &plan_, &e), 0);
	assert_int_equal(plan_.states, LINK_L0S | LINK_L1);
	assert_int_equal(plan_.n_steps, 2);
	assert_int_equal(plan(&p, ASPM_ENABLE, LINK_L1 | LINK_L1_1, true, false, &plan_, &e), -ECANCELED);
	set(&p, "aspm_policy", "powersupersave");
	assert_int_equal(plan(&p, ASPM_ENABLE, LINK_ASPM, false, false, &plan_, &e), 0);
	assert_int_equal(plan_.states, LINK_ASPM);
	snapshot_free(p.s);
}

static void firmware_forbids(void **state)
{
	struct aspm_plan plan_;
	struct pair p;
	struct err e;

	(void)state;
	compose(&p, BOTH, BOTH, NO_LIMIT, 2);
	p.s->facts.aspm_fadt = 1;
	assert_int_equal(plan(&p, ASPM_ENABLE, LINK_L0S, true, false, &plan_, &e), -ECANCELED);
	assert_non_null(strstr(e.why, "FADT"));
	assert_int_equal(plan(&p, ASPM_ENABLE, LINK_L0S, true, true, &plan_, &e), 0);
	assert_int_equal(plan(&p, ASPM_DISABLE, LINK_L1, true, false, &plan_, &e), 0);
	snapshot_free(p.s);
}

static void words(void **state)
{
	struct buf text = { 0 };
	struct err e = { 0 };
	unsigned states;
	int64_t seconds;

	(void)state;
	assert_int_equal(link_states_parse(NULL, &states, &e), 0);
	assert_int_equal(states, LINK_ASPM);
	assert_int_equal(link_states_parse("l1.2,clkpm", &states, &e), 0);
	assert_int_equal(states, LINK_L1_2 | LINK_CLKPM);
	link_states_names(states, &text);
	assert_string_equal(buf_str(&text), "l1.2,clkpm");
	buf_free(&text);
	assert_int_equal(link_states_parse("l1,l3", &states, &e), -EINVAL);
	assert_int_equal(link_states_parse("", &states, &e), -EINVAL);
	assert_int_equal(change_deadline_parse("90", &seconds, &e), 0);
	assert_int_equal(seconds, 90);
	assert_int_equal(change_deadline_parse("10m", &seconds, &e), 0);
	assert_int_equal(seconds, 600);
	assert_int_equal(change_deadline_parse("30d", &seconds, &e), 0);
	assert_int_equal(seconds, 2592000);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(change_deadline_parse(((const char *[]){ "", "m", "0", "31d", "-1", "10x" })[i],
						       &seconds, &e),
				 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_has_control), cmocka_unit_test(one_end_cannot),
		cmocka_unit_test(latency),         cmocka_unit_test(late_states_want_force),
		cmocka_unit_test(kernel_first),    cmocka_unit_test(behind_its_back),
		cmocka_unit_test(policies),        cmocka_unit_test(firmware_forbids),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
