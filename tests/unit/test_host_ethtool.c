// SPDX-License-Identifier: GPL-2.0-or-later
/* SIOCETHTOOL against the kernel's own interfaces, in a network namespace of one's own. */
#include "private_sys.h"

#include "host/internal.h"

static int setup(void **state)
{
	(void)state;
	return sys_enter();
}

static void features_of_the_loopback_interface(void **state)
{
	struct facts facts;

	(void)state;
	facts_init(&facts);
	netdev_driver_facts("lo", &facts);
	assert_true(facts.n_features > 20);
	assert_int_equal(facts_feature(&facts, "loopback"), 1);
	assert_int_equal(facts_feature(&facts, "tx-gso-robust"), 0);
	assert_int_equal(facts_feature(&facts, "no-such-feature"), -1);
	for (size_t i = 0; i < facts.n_features; i++)
		if (!strcmp(facts.features[i].name, "loopback"))
			assert_true(facts.features[i].fixed);
	assert_true(facts.ring_tx == FACT_UNKNOWN);
	facts_free(&facts);
}

/* veth answers more questions, where the kernel has it. */
static void settings_of_a_pair(void **state)
{
	struct facts facts;

	(void)state;
	if (system("ip link add left type veth peer name right 2> /dev/null"))
		skip();
	facts_init(&facts);
	netdev_driver_facts("left", &facts);
	assert_string_equal(facts.driver_version, "1.0");
	assert_null(facts.firmware);
	assert_int_equal(facts.autoneg, 0);
	assert_int_equal(facts_feature(&facts, "loopback"), 0);
	facts_free(&facts);
}

/* A port with an address is one that somebody counts on, link or not. */
static void an_address_makes_a_port_used(void **state)
{
	static const char *const steps[] = { "ip link set lo down", "ip link set lo up",
					     "ip addr flush dev lo scope host", "ip -4 addr add 192.0.2.1/24 dev lo" };
	static const int has[] = { 0, 1, 0, 1 };

	(void)state;
	if (system("ip -V > /dev/null 2>&1"))
		skip();
	mkdir("/sys/class", 0755);
	mkdir("/sys/class/net", 0755);
	mkdir("/sys/class/net/lo", 0755);
	for (size_t i = 0; i < sizeof(has) / sizeof(has[0]); i++) {
		struct facts facts;

		facts_init(&facts);
		assert_int_equal(system(steps[i]), 0);
		netdev_facts("lo", &facts);
		assert_int_equal(facts.ip_address, has[i]);
		facts_free(&facts);
	}
}

static void an_interface_that_is_not_there(void **state)
{
	static const char *const names[] = { "eno1", "", "a-name-that-is-longer-than-any", "../lo" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct facts facts;

		facts_init(&facts);
		netdev_driver_facts(names[i], &facts);
		netdev_facts(names[i], &facts);
		for (size_t n = 0; n < n_fact_descs; n++)
			assert_false(fact_known(&facts, &fact_descs[n]));
		assert_int_equal(facts.n_features, 0);
		facts_free(&facts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(features_of_the_loopback_interface),
		cmocka_unit_test(settings_of_a_pair),
		cmocka_unit_test(an_address_makes_a_port_used),
		cmocka_unit_test(an_interface_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
