// SPDX-License-Identifier: GPL-2.0-or-later
/* Interrupts as /proc/interrupts counts them, and the queues that handlers are named for. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "host/internal.h"

static const char table[] = "           CPU0       CPU1       CPU2       \n"
			    "  0:         33          0          0  IR-IO-APIC    2-edge      timer\n"
			    " 16:        101          2          3  IR-IO-APIC   16-fasteoi   ehci_hcd:usb1, eth9\n"
			    " 24:          5          0 4294967295  IR-PCI-MSI 327680-edge      eth0-TxRx-0\n"
			    "124:          7          7          7  IR-PCI-MSI 327681-edge      eth0\n"
			    "NMI:          1          1          1   Non-maskable interrupts\n";

static void lines_are_found_by_their_number(void **state)
{
	int64_t count;

	(void)state;
	assert_true(interrupts_count(table, 0, &count) && count == 33);
	assert_true(interrupts_count(table, 24, &count) && count == 4294967300);
	assert_true(interrupts_count(table, 124, &count) && count == 21);
	assert_false(interrupts_count(table, 4, &count));
	assert_false(interrupts_count(table, 12, &count));
	assert_false(interrupts_count("", 24, &count));
	assert_false(interrupts_count("24:", 24, &count));
	assert_false(interrupts_count(" 24: none", 24, &count));
	assert_true(interrupts_count("24: 5", 24, &count) && count == 5);
}

/* What another device's interrupts are counted with says nothing. */
static void a_shared_line_is_not_counted(void **state)
{
	int64_t count;

	(void)state;
	assert_false(interrupts_count(table, 16, &count));
}

static void handlers_name_their_queue(void **state)
{
	static const struct {
		const char *handler;
		int64_t queue;
	} cases[] = {
		{ "eth0-TxRx-0", 0 },
		{ "i40e-eno1-TxRx-63", 63 },
		{ "ens4-tx-0", 0 },
		{ "ens4-rx-0", FACT_UNKNOWN },
		{ "eth0", FACT_UNKNOWN },
		{ "tx-0", FACT_UNKNOWN },
		{ "eth0-TxRx-", FACT_UNKNOWN },
		{ "eth0-TxRx-99999999999", FACT_UNKNOWN },
		{ "eth0-TxRx-1x", FACT_UNKNOWN },
		{ "", FACT_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_true(handler_queue(cases[i].handler) == cases[i].queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_found_by_their_number),
		cmocka_unit_test(a_shared_line_is_not_counted),
		cmocka_unit_test(handlers_name_their_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
