// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel says of virtual functions with the interface of their physical function. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/if_link.h>
#include <string.h>

#include "host/internal.h"
#include "host/rtnl.h"

static const uint8_t some_mac[6] = { 0x3c, 0xfd, 0xfe, 1, 2, 3 };

static void add_one(struct rtnl_message *m, uint32_t number, const uint8_t *mac, uint32_t state)
{
	struct rtattr *info = rtnl_nest(m, IFLA_VF_INFO);
	struct ifla_vf_mac address = { .vf = number };
	struct ifla_vf_link_state link = { number, state };

	memcpy(address.mac, mac, 6);
	assert_true(rtnl_add(m, IFLA_VF_MAC, &address, sizeof(address)));
	assert_true(rtnl_add(m, IFLA_VF_LINK_STATE, &link, sizeof(link)));
	rtnl_nest_end(m, info);
}

static void begin(struct rtnl_message *m)
{
	const struct ifinfomsg body = { 0 };

	rtnl_begin(m, RTM_NEWLINK, 0, &body, sizeof(body));
}

/* A guest's virtual function, one with an interface here, and one that has not been given an address. */
static void three(struct virtual_functions *list)
{
	virtuals_add(list, &(struct virtual_function){ .number = 0, .driver = "vfio-pci" });
	virtuals_add(list, &(struct virtual_function){ .number = 1, .netdev = "eth1", .mac = "02:00:00:00:00:01" });
	virtuals_add(list, &(struct virtual_function){ .number = 2 });
}

static void addresses_and_links_of_guests(void **state)
{
	static const uint8_t none[6];
	struct virtual_functions list = { 0 };
	struct rtnl_message m;
	struct rtattr *all;

	(void)state;
	three(&list);
	begin(&m);
	all = rtnl_nest(&m, IFLA_VFINFO_LIST);
	add_one(&m, 0, some_mac, 2);
	add_one(&m, 1, some_mac, 1);
	add_one(&m, 2, none, 0);
	add_one(&m, 3, some_mac, 0);
	rtnl_nest_end(&m, all);
	virtual_take(&m.header, &list);
	assert_string_equal(list.v[0].mac, "3c:fd:fe:01:02:03");
	assert_string_equal(list.v[0].policy, "disable");
	assert_string_equal(list.v[1].mac, "02:00:00:00:00:01");
	assert_null(list.v[1].policy);
	assert_null(list.v[2].mac);
	assert_string_equal(list.v[2].policy, "auto");
	virtuals_free(&list);
}

static void what_is_short_or_strange_is_passed_over(void **state)
{
	struct virtual_functions list = { 0 };
	struct rtnl_message m;
	struct rtattr *all, *info;

	(void)state;
	three(&list);
	begin(&m);
	virtual_take(&m.header, &list);
	all = rtnl_nest(&m, IFLA_VFINFO_LIST);
	info = rtnl_nest(&m, IFLA_VF_INFO);
	assert_true(rtnl_add(&m, IFLA_VF_MAC, "\0\0\0\0", 4));
	rtnl_nest_end(&m, info);
	add_one(&m, 2, some_mac, 77);
	rtnl_nest_end(&m, all);
	virtual_take(&m.header, &list);
	assert_null(list.v[0].mac);
	assert_string_equal(list.v[2].mac, "3c:fd:fe:01:02:03");
	assert_null(list.v[2].policy);
	all->rta_len = 3;
	virtual_take(&m.header, &list);
	m.header.nlmsg_len = 4;
	virtual_take(&m.header, &list);
	virtuals_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_and_links_of_guests),
		cmocka_unit_test(what_is_short_or_strange_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
