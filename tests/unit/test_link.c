// SPDX-License-Identifier: GPL-2.0-or-later
#include "space.h"

#include "snapshot/link.h"
#include "util/buf.h"

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

#define CONVENTIONAL "The device is on a conventional PCI bus: there is no PCI Express link, and no ASPM on this bus."

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
	assert_true(link_device(&link)->known && link_device(&link)->express && link_port(&link)->known);
	assert_int_equal(link_device(&link)->type, 0);
	assert_int_equal(link_port(&link)->type, 4);
	assert_string_equal(link_aspm_words(link_device(&link)->supported), "L0s L1");
	assert_string_equal(link_aspm_words(link_end_on(link_device(&link))), "L1");
	assert_string_equal(link_aspm_words(link_port(&link)->supported), "L0s L1");
	assert_string_equal(link_aspm_words(link_end_on(link_port(&link))), "L0s L1");
	assert_true(link_device(&link)->supported & link_end_on(link_device(&link)) & LINK_CLKPM);
	assert_false((link_port(&link)->supported | link_end_on(link_port(&link))) & LINK_CLKPM);
	assert_int_equal(link_device(&link)->speed_max, 1);
	assert_int_equal(link_device(&link)->width_max, 1);
	assert_int_equal(link_port(&link)->speed_max, 2);
	assert_int_equal(link_port(&link)->speed, 1);
	assert_int_equal(link_port(&link)->width, 1);
	assert_true(link_device(&link)->l1ss_known);
	assert_int_equal(link_device(&link)->l1ss_at, 0);
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
	assert_true(link_device(&link)->l1ss_known);
	assert_int_equal(link_device(&link)->l1ss_at, 0x100);
	assert_int_equal(link_device(&link)->supported & LINK_L1SS, LINK_L1SS);
	assert_int_equal(link_end_on(link_device(&link)) & LINK_L1SS, LINK_PCIPM_L1_1 | LINK_L1_1);
	assert_true(link_port(&link)->known);
	assert_false(link_port(&link)->l1ss_at || link_port(&link)->l1ss_known);
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
	why(ORIGIN_LSPCI, &device, NULL, false, CONVENTIONAL);
	/* wherever it is: the chipset's own announce Advanced Features */
	put_cap(&device, 0xd0, 0x05, 0xe0);
	put_cap(&device, 0xe0, 0x13, 0);
	device.fn.addr = (struct pci_addr){ 0, 0, 3, 0 };
	why(ORIGIN_LSPCI, &device, NULL, false,
	    "The device sits in the chipset and has no PCI Express link: ASPM does not apply.");
	/* of a virtual machine: with PCI-X in the slot of a chipset's NIC, or with no capability list at all */
	put_cap(&device, 0xe0, 0x07, 0);
	device.fn.addr = (struct pci_addr){ 0, 0, 0x19, 0 };
	why(ORIGIN_LIVE, &device, NULL, false, CONVENTIONAL);
	space_init(&device, 256, 0);
	device.bytes[6] = 0;
	device.fn.addr = (struct pci_addr){ 0, 0, 3, 0 };
	why(ORIGIN_LIVE, &device, NULL, false, CONVENTIONAL);
	endpoint(&device, 9, 0);
	root_port(&partner, 0);
	why(ORIGIN_LIVE, &device, &partner, false,
	    "The device is integrated in the root complex and has no link: ASPM does not apply.");
}

static void virtual_function(void **state)
{
	struct space device, partner;
	struct snapshot *s;
	struct link link;

	(void)state;
	endpoint(&device, 0, 0);
	root_port(&partner, 3);
	s = pair(ORIGIN_LIVE, &device, &partner);
	fact_set_str(&s->facts, fact_named("physical_function"), "0000:01:00.0");
	link_read(s, &link);
	assert_false(link.applicable);
	assert_non_null(strstr(link.why_not, "virtual function"));
	assert_int_equal(link.both, 0);
	snapshot_free(s);
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
	device.fn.config_len = 0;
	device.fn.unread = UNREAD_ASLEEP;
	why(ORIGIN_LIVE, &device, &partner, true,
	    "The device is asleep without power (D3cold), and its link with it: it has to be woken first.");
	device.fn.unread = UNREAD_REFUSED;
	why(ORIGIN_LIVE, &device, &partner, true,
	    "The device's configuration space is not known: the kernel refused to read it.");
	device.fn.config_len = 64;
	device.fn.unread = UNREAD_NEEDS_ROOT;
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
	assert_false(link_device(&link)->express || link_device(&link)->linkless);
	snapshot_free(s);
	put(&device, 0x06, 2, 0);
	s = pair(ORIGIN_LSPCI, &device, NULL);
	link_read(s, &link);
	assert_true(link_device(&link)->linkless);
	snapshot_free(s);
}

/* A root port and three functions of a device, of which the middle one was asked for. */
static struct snapshot *three(struct space ends[4], const uint32_t lnkctl[4])
{
	static const uint8_t order[] = { 1, 2, 0 };
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);

	root_port(&ends[3], lnkctl[3]);
	for (uint8_t i = 0; i < 3; i++) {
		uint8_t fn = order[i];

		endpoint(&ends[fn], 0, lnkctl[fn]);
		ends[fn].fn.addr = (struct pci_addr){ 0, 1, 0, fn };
		snapshot_add_function(s, i ? PCI_SIBLING : PCI_SELF, &ends[fn].fn.addr, ends[fn].bytes, 4096);
	}
	snapshot_add_function(s, PCI_PARTNER, &ends[3].fn.addr, ends[3].bytes, 4096);
	return s;
}

static void functions_in_order(void **state)
{
	struct space ends[4];
	struct snapshot *s = three(ends, (const uint32_t[]){ 0, 2, 1, 3 });
	struct link link;

	(void)state;
	link_read(s, &link);
	assert_null(link.why_not);
	assert_int_equal(link.n_ends, 4);
	assert_int_equal(link.self, 2);
	assert_int_equal(link_device(&link)->addr.fn, 1);
	for (uint8_t fn = 0; fn < 3; fn++)
		assert_int_equal(link.ends[1 + fn].addr.fn, fn);
	assert_int_equal(link_on(&link), LINK_L0S | LINK_L1);
	assert_int_equal(link_on_everywhere(&link), 0);
	assert_int_equal(link.both, LINK_L0S | LINK_L1 | LINK_CLKPM);
	snapshot_free(s);
}

/* One function that cannot be read makes the whole link one that is not known. */
static void another_function_unread(void **state)
{
	struct space ends[4];
	struct snapshot *s = three(ends, (const uint32_t[]){ 0, 0, 0, 0 });
	struct link link;

	(void)state;
	for (size_t i = 0; i < s->n_functions; i++)
		if (s->functions[i].addr.fn == 2)
			s->functions[i].config_len = 64;
	link_read(s, &link);
	assert_string_equal(link.why_not, "The link registers of another function of the device could not be read.");
	assert_true(link_device(&link)->known);
	assert_int_equal(link.both, 0);
	snapshot_free(s);
}

static void says_stale(struct snapshot *s, int64_t l0s, int64_t l1, unsigned stale, const char *words)
{
	struct buf say = { 0 };
	struct link link;

	s->facts.link_l0s_aspm = l0s;
	s->facts.link_l1_aspm = l1;
	link_read(s, &link);
	assert_int_equal(link_stale(&link), stale);
	link_say_stale(&link, &say);
	if (words)
		assert_non_null(strstr(buf_str(&say), words));
	else
		assert_int_equal(say.len, 0);
	buf_free(&say);
}

/* L0s at the port alone is a state the kernel itself sets; L1 at one end alone is none. */
static void kernel_believes_otherwise(void **state)
{
	struct space device, port;
	struct snapshot *s;

	(void)state;
	endpoint(&device, 0, 2);
	root_port(&port, 3);
	s = pair(ORIGIN_LIVE, &device, &port);
	says_stale(s, FACT_UNKNOWN, FACT_UNKNOWN, 0, NULL);
	says_stale(s, 1, 1, 0, NULL);
	says_stale(s, 0, 1, LINK_L0S, "thinks L1 is enabled; the hardware differs in L0s");
	says_stale(s, 0, 0, LINK_L0S | LINK_L1, "thinks ASPM is off; the hardware differs in L0s L1");
	says_stale(s, FACT_UNKNOWN, 1, 0, NULL);
	snapshot_free(s);
	endpoint(&device, 0, 0);
	root_port(&port, 2);
	s = pair(ORIGIN_LIVE, &device, &port);
	says_stale(s, 1, 1, LINK_L0S | LINK_L1, "thinks L0s L1 is enabled; the hardware differs in L0s L1");
	snapshot_free(s);
}

/* The device waits 512 ns for its L0s; the port needs 64 ns to come out, the device itself 4 us. */
static void l0s_in_one_direction(void **state)
{
	struct space device, port;
	struct buf say = { 0 };
	struct snapshot *s;
	struct link link;

	(void)state;
	endpoint(&device, 0, 0);
	put(&device, 0xe4, 4, 7u << 9 | 3u << 6);
	put(&device, 0xec, 4, 0x00076c11u);
	root_port(&port, 0);
	put(&port, 0x4c, 4, 0x01030c12u);
	s = pair(ORIGIN_LIVE, &device, &port);
	link_read(s, &link);
	assert_int_equal(link.late, 0);
	assert_int_equal(link_port(&link)->late, LINK_L0S);
	assert_int_equal(link_device(&link)->late, 0);
	link_say_one_way(&link, &say);
	assert_string_equal(buf_str(&say),
			    "L0s: only the device may use it. Leaving it takes the other end's transmitter "
			    "up to 4 us, and the device can wait 512 ns only.");
	buf_free(&say);
	snapshot_free(s);
}

static void errata_of_states(void **state)
{
	struct chip_erratum errata[] = { { .id = "jumbo" }, { .id = "aspm-l1.2", .title = "L1.2 is bad" } };
	const struct chip chip = { .errata = errata, .n_errata = 2 };
	const struct chip_erratum *erratum = NULL;

	(void)state;
	assert_int_equal(link_errata(NULL, &erratum), 0);
	assert_int_equal(link_errata(&chip, &erratum), LINK_L1_2);
	assert_ptr_equal(erratum, &errata[1]);
	errata[0].id = "aspm-l0s-l1";
	assert_int_equal(link_errata(&chip, NULL), LINK_ASPM);
}

static void brief(uint32_t at_device, uint32_t at_port, const char *words)
{
	struct space device, port;
	struct buf say = { 0 };
	struct snapshot *s;
	struct link link;

	endpoint(&device, 0, at_device);
	root_port(&port, at_port);
	s = pair(ORIGIN_LIVE, &device, &port);
	link_read(s, &link);
	link_brief(&link, &say);
	assert_string_equal(buf_str(&say), words);
	buf_free(&say);
	snapshot_free(s);
}

static void words(void **state)
{
	(void)state;
	assert_string_equal(link_aspm_words(0), "disabled");
	assert_string_equal(link_aspm_words(LINK_L0S), "L0s");
	assert_string_equal(link_aspm_words(LINK_L1), "L1");
	brief(3, 3, "L0s L1");
	brief(2, 0, "L1 / disabled");
	brief(0, 1, "disabled / L0s");
}

static void of_chip(const struct space *device, const struct chip *chip, bool applicable, const char *sentence)
{
	struct snapshot *s = pair(ORIGIN_LIVE, device, NULL);
	struct link link;

	link_read_part(s, chip, &link);
	assert_int_equal(link.applicable, applicable);
	if (sentence)
		assert_string_equal(link.why_not, sentence);
	snapshot_free(s);
}

/* What the part is decides, where its place and its capabilities would be read otherwise; but not against its own words. */
static void the_part_says_which_bus(void **state)
{
	static const char *conventional[] = { "conventional-pci" }, *chipset[] = { "no-pcie-capability" };
	const struct chip pci = { .traits = conventional, .n_traits = 1 };
	const struct chip onboard = { .traits = chipset, .n_traits = 1 }, neither = { 0 };
	const char *in_chipset = "The device sits in the chipset and has no PCI Express link: ASPM does not apply.";
	const char *hidden =
		"The chip is a PCI Express part, and its configuration space, as it is seen here, does not have the "
		"PCI Express capability: whether ASPM is on is not known.";
	struct space device;

	(void)state;
	space_init(&device, 256, 0x40);
	device.fn.addr = (struct pci_addr){ .dev = 0x19 };
	put_cap(&device, 0x40, 0x01, 0x50);
	put_cap(&device, 0x50, 0x05, 0);
	of_chip(&device, NULL, false, in_chipset);
	of_chip(&device, &neither, true, hidden);
	of_chip(&device, &onboard, false, in_chipset);
	of_chip(&device, &pci, false, CONVENTIONAL);
	device.fn.addr = (struct pci_addr){ .bus = 3 };
	of_chip(&device, &neither, true, hidden);
	of_chip(&device, NULL, false, CONVENTIONAL);
	of_chip(&device, &onboard, false, in_chipset);
	/* even if nothing could be read, or nothing of the capabilities */
	device.fn.config_len = 0;
	of_chip(&device, &pci, false, CONVENTIONAL);
	of_chip(&device, &onboard, false, in_chipset);
	device.fn.config_len = 64;
	of_chip(&device, &onboard, false, in_chipset);
	of_chip(&device, &neither, true,
		"The device's link registers are not in this file: `lspci -xxx` as root writes them.");
	/* a PCI Express endpoint is another part */
	endpoint(&device, 0, 0);
	of_chip(&device, &pci, true, NULL);
	of_chip(&device, &onboard, true, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_part_says_which_bus),
		cmocka_unit_test(both_ends),
		cmocka_unit_test(l1_substates),
		cmocka_unit_test(no_link),
		cmocka_unit_test(virtual_function),
		cmocka_unit_test(device_not_known),
		cmocka_unit_test(partner_not_known),
		cmocka_unit_test(linkless_only_when_certain),
		cmocka_unit_test(functions_in_order),
		cmocka_unit_test(another_function_unread),
		cmocka_unit_test(kernel_believes_otherwise),
		cmocka_unit_test(l0s_in_one_direction),
		cmocka_unit_test(errata_of_states),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
