// SPDX-License-Identifier: GPL-2.0-or-later
#include "space.h"

#include "snapshot/link.h"

/* 2.5 GT/s, x1, ASPM L0s L1, clock power management. */
#define LNKCAP 0x00073c11u
#define COMMON_CLOCK 0x40u

static void endpoint(struct space *s, unsigned type, uint32_t lnkctl)
{
	space_init(s, 4096, 0xe0);
	put_express(s, 0xe0, 0, type, LNKCAP, lnkctl, 0x1011);
}

static void root_port(struct space *s, uint32_t lnkctl)
{
	space_init(s, 4096, 0x40);
	space_bridge(s, 0, 1);
	s->fn.addr = (struct pci_addr){ 0, 0, 0x1c, 0 };
	put_express(s, 0x40, 0, 4, 0x01031c12, lnkctl, 0x3011);
}

static struct snapshot *pair(enum snapshot_origin origin, const struct space *device, const struct space *partner)
{
	struct snapshot *s = snapshot_new(origin);

	if (device)
		snapshot_add_function(s, PCI_SELF, &device->fn.addr, device->bytes, device->fn.config_len)->unread =
		    device->fn.unread;
	if (partner)
		snapshot_add_function(s, PCI_PARTNER, &partner->fn.addr, partner->bytes, partner->fn.config_len)
		    ->unread = partner->fn.unread;
	return s;
}

static void why(enum snapshot_origin origin, const struct space *device, const struct space *partner, bool applicable,
		const char *sentence)
{
	struct snapshot *s = pair(origin, device, partner);
	struct link link;

	link_read(s, &link);
	if (sentence)
		assert_string_equal(link.why_not, sentence);
	else
		assert_null(link.why_not);
	assert_int_equal(link.applicable, applicable);
	snapshot_free(s);
}

static void both_ends(void **state)
{
	struct space device, partner;
	struct snapshot *s;
	struct link link;

	(void)state;
	endpoint(&device, 0, COMMON_CLOCK | 0x102);
	root_port(&partner, COMMON_CLOCK | 0x3);
	s = pair(ORIGIN_LIVE, &device, &partner);
	link_read(s, &link);
	assert_null(link.why_not);
	assert_true(link.applicable);
	assert_true(link.device.known && link.device.express && link.partner.known);
	assert_int_equal(link.device.type, 0);
	assert_int_equal(link.partner.type, 4);
	assert_string_equal(link_states(link.device.supported), "L0s L1");
	assert_string_equal(link_states(link.device.enabled), "L1");
	assert_string_equal(link_states(link.partner.supported), "L0s L1");
	assert_string_equal(link_states(link.partner.enabled), "L0s L1");
	assert_true(link.device.clkpm_supported && link.device.clkpm_enabled);
	assert_false(link.partner.clkpm_supported || link.partner.clkpm_enabled);
	assert_int_equal(link.device.speed_max, 1);
	assert_int_equal(link.device.width_max, 1);
	assert_int_equal(link.partner.speed_max, 2);
	assert_int_equal(link.partner.speed, 1);
	assert_int_equal(link.partner.width, 1);
	assert_true(link.device.l1ss_known);
	assert_false(link.device.has_l1ss);
	snapshot_free(s);
}

static void l1_substates(void **state)
{
	struct space device, partner;
	struct snapshot *s;
	struct link link;

	(void)state;
	endpoint(&device, 0, 2);
	put_extended(&device, 0x100, 0x001e, 1, 0);
	put(&device, 0x104, 4, 0x0028081f);
	put(&device, 0x108, 4, 0x4000000a);
	root_port(&partner, 2);
	partner.fn.config_len = 256;
	s = pair(ORIGIN_LSPCI, &device, &partner);
	link_read(s, &link);
	assert_true(link.device.has_l1ss && link.device.l1ss_known);
	assert_int_equal(link.device.l1ss_supported, 0xf);
	assert_int_equal(link.device.l1ss_enabled, LINK_PCIPM_L1_1 | LINK_ASPM_L1_1);
	assert_true(link.partner.known);
	assert_false(link.partner.has_l1ss || link.partner.l1ss_known);
	snapshot_free(s);
}

static void no_link(void **state)
{
	struct space device, partner;

	(void)state;
	space_init(&device, 256, 0xc8);
	put_cap(&device, 0xc8, 0x01, 0xd0);
	put_cap(&device, 0xd0, 0x05, 0);
	device.fn.addr = (struct pci_addr){ 0, 0, 0x19, 0 };
	why(ORIGIN_LSPCI, &device, NULL, false,
	    "The device sits in the chipset and has no PCI Express link: ASPM does not apply.");
	device.fn.addr.bus = 5;
	why(ORIGIN_LSPCI, &device, NULL, false,
	    "The device has no PCI Express capability, and so no PCI Express link: ASPM does not apply.");
	endpoint(&device, 9, 0);
	root_port(&partner, 0);
	why(ORIGIN_LIVE, &device, &partner, false,
	    "The device is integrated in the root complex and has no link: ASPM does not apply.");
}

static void device_not_known(void **state)
{
	struct space device, partner;

	(void)state;
	root_port(&partner, 0);
	why(ORIGIN_ETHTOOL, NULL, NULL, true, "The device's configuration space is not known.");
	endpoint(&device, 0, 0);
	device.fn.config_len = 64;
	why(ORIGIN_LSPCI, &device, &partner, true,
	    "The device's link registers are not in this file: `lspci -xxx` as root writes them.");
	device.fn.unread = "needs root";
	why(ORIGIN_LIVE, &device, &partner, true, "The device's link registers could not be read: that needs root.");
	endpoint(&device, 0, 0);
	put(&device, 0x34, 1, 0x10);
	why(ORIGIN_LIVE, &device, &partner, true, "The device's capability list is damaged before the link registers.");
	memset(device.bytes, 0xff, sizeof(device.bytes));
	why(ORIGIN_LIVE, &device, &partner, true, "The device does not answer: its link is down or it has lost power.");
}

static void partner_not_known(void **state)
{
	struct space device, partner;

	(void)state;
	endpoint(&device, 0, 2);
	why(ORIGIN_LSPCI, &device, NULL, true,
	    "The port above the device is not in this file: ASPM is a matter of both ends.");
	why(ORIGIN_LIVE, &device, NULL, true,
	    "The port above the device is not visible here: ASPM is a matter of both ends.");
	root_port(&partner, 2);
	why(ORIGIN_LSPCI, &device, &partner, true, NULL);
	partner.fn.config_len = 64;
	why(ORIGIN_LSPCI, &device, &partner, true,
	    "The link registers of the port above the device are not in this file: `lspci -xxx` as root writes them.");
	root_port(&partner, 2);
	put(&partner, 0x06, 2, 0);
	why(ORIGIN_LIVE, &device, &partner, true,
	    "The port above the device has no readable PCI Express link registers.");
	memset(partner.bytes, 0xff, sizeof(partner.bytes));
	why(ORIGIN_LIVE, &device, &partner, true, "The port above the device does not answer.");
}

/* 64 bytes tell neither that there is a link nor that there is none. */
static void linkless_only_when_certain(void **state)
{
	struct space device;
	struct snapshot *s;
	struct link link;

	(void)state;
	endpoint(&device, 0, 2);
	device.fn.config_len = 64;
	s = pair(ORIGIN_LSPCI, &device, NULL);
	link_read(s, &link);
	assert_false(link.device.express || link.device.linkless);
	snapshot_free(s);
	put(&device, 0x06, 2, 0);
	s = pair(ORIGIN_LSPCI, &device, NULL);
	link_read(s, &link);
	assert_true(link.device.linkless);
	snapshot_free(s);
}

static void words(void **state)
{
	(void)state;
	assert_string_equal(link_states(0), "disabled");
	assert_string_equal(link_states(LINK_L0S), "L0s");
	assert_string_equal(link_states(LINK_L1), "L1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ends),
		cmocka_unit_test(l1_substates),
		cmocka_unit_test(no_link),
		cmocka_unit_test(device_not_known),
		cmocka_unit_test(partner_not_known),
		cmocka_unit_test(linkless_only_when_certain),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
