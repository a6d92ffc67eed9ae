// SPDX-License-Identifier: GPL-2.0-or-later
#include "space.h"

#include <stdio.h>
#include <unistd.h>

#include "chip/db.h"
#include "snapshot/file.h"
#include "util/buf.h"
#include "util/err.h"

static const char definition[] = "chip TESTNIC \"A part with address registers\"\n"
				 "source t \"made up\"\n"
				 "cite t:1\n"
				 "id 8086:fff0\n"
				 "driver none\n"
				 "bar 0 0x20000\n"
				 "reg STATUS 0x00008 32 ro \"Status\"\n"
				 "reg RAL[0..1] 0x05400+0x8 32 rw \"Receive address, low\" role mac-address-low\n"
				 "reg RAH[0..1] 0x05404+0x8 32 rw \"Receive address, high\" role mac-address-high\n";

static void add(struct snapshot *s, const struct chip *chip, const char *name, uint64_t value)
{
	struct chip_ref ref = chip_ref_parse(chip, CHIP_MMIO, name);

	assert_non_null(ref.reg);
	snapshot_add_reg(s, &ref, UNREAD_NO, value);
}

static void address_registers(void **state)
{
	char path[] = "/tmp/nicregs-test-XXXXXX";
	int fd = mkstemp(path);
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	const struct chip_reg undefined = { .space = CHIP_MMIO, .width = 32 };
	struct chipdb *db;
	const struct chip *chip;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(write(fd, definition, strlen(definition)), strlen(definition));
	close(fd);
	if (chipdb_open(&db, path, &e))
		fail_msg("%s: %s", e.what, e.why);
	unlink(path);
	assert_int_equal(chipdb_find(db, "TESTNIC", &chip, &e), 0);
	add(s, chip, "STATUS", 0x12345678);
	add(s, chip, "RAL[0]", 0x12211b00);
	add(s, chip, "RAH[0]", 0x80005634);
	add(s, chip, "RAH[1]", 0x0000ffff);
	snapshot_add_reg(s, &(struct chip_ref){ .reg = &undefined, .offset = 0x5800 }, UNREAD_NO, 0x12211b00);
	snapshot_redact(s, chip);
	assert_int_equal(s->n_regs, 4); /* what has no definition is left out */
	assert_int_equal(s->n_notes, 1);
	assert_int_equal(s->regs[0].value, 0x12345678);
	assert_int_equal(s->regs[1].value, 0x00211b00);
	assert_int_equal(s->regs[2].value, 0x80000000);
	assert_int_equal(s->regs[3].value, 0);
	assert_true(s->redacted);
	chipdb_free(db);
	snapshot_free(s);
}

/* What the registers are is not known without the chip. */
static void unknown_chip_loses_its_registers(void **state)
{
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	struct chip_reg reg = { .space = CHIP_MMIO, .width = 32 };

	(void)state;
	snapshot_add_reg(s, &(struct chip_ref){ .reg = &reg, .offset = 0x5400 }, UNREAD_NO, 0x12211b00);
	snapshot_redact(s, NULL);
	assert_int_equal(s->n_regs, 0);
	assert_int_equal(s->n_notes, 1);
	snapshot_free(s);
}

static void fact_is(const struct snapshot *s, const char *name, const char *value)
{
	assert_string_equal(fact_str(&s->facts, fact_named(name)), value);
}

static void texts(void **state)
{
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);

	(void)state;
	fact_set_str(&s->facts, fact_named("mac"), "00:1b:21:12:34:56");
	fact_set_str(&s->facts, fact_named("permanent_mac"), "00-1B-21-AA-BB-CC");
	fact_set_str(&s->facts, fact_named("netdev"), "enx001b21123456");
	fact_set_str(&s->facts, fact_named("bond_slaves"), "eno1 enx001b21123456 lan001B21aabbcc net3cfdfe123456");
	fact_set_str(&s->facts, fact_named("firmware"), "1.13.4, 0x80000a6b");
	fact_set_str(&s->facts, fact_named("kernel"), "6.1.0-56-amd64 00:11:22:33:44");
	snapshot_note(s, "00:1b:21:12:34:56 was seen.");
	snapshot_note(s, "eno1: 00:1b:21:12:34:56: not seen.");
	snapshot_redact(s, NULL);
	fact_is(s, "mac", "00:1b:21:00:00:00");
	fact_is(s, "permanent_mac", "00-1B-21-00-00-00");
	fact_is(s, "netdev", "enx001b21000000");
	fact_is(s, "bond_slaves", "eno1 enx001b21000000 lan001B21000000 net3cfdfe123456");
	fact_is(s, "firmware", "1.13.4, 0x80000a6b");
	fact_is(s, "kernel", "6.1.0-56-amd64 00:11:22:33:44");
	assert_string_equal(s->notes[0], "00:1b:21:00:00:00 was seen.");
	assert_string_equal(s->notes[1], "eno1: 00:1b:21:00:00:00: not seen.");
	snapshot_free(s);
}

/* 00-1b-21-ff-ff-12-34-56, its first byte highest. */
static const uint8_t serial[8] = { 0x56, 0x34, 0x12, 0xff, 0xff, 0x21, 0x1b, 0x00 };
static const uint8_t reversed[8] = { 0x00, 0x1b, 0x21, 0xff, 0xff, 0x12, 0x34, 0x56 };

static void with_serial(struct space *s, const uint8_t number[8])
{
	space_init(s, 4096, 0xa0);
	put_express(s, 0xa0, 0xe0, 0, 0, 0, 0);
	put_cap(s, 0xe0, 0x03, 0);
	put(s, 0xe4, 4, 0x31323334);
	put_extended(s, 0x100, 0x0001, 1, 0x140);
	put_extended(s, 0x140, 0x0003, 1, 0x150);
	put_extended(s, 0x150, 0x000e, 1, 0);
	put(s, 0x154, 4, 0x00000100);
	memcpy(s->bytes + 0x144, number, 8);
}

static void check_serial(const struct space *space, const char *mac, const uint8_t expected[8])
{
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	struct space wanted = *space;
	const uint8_t *got;

	fact_set_str(&s->facts, fact_named("permanent_mac"), mac);
	snapshot_add_function(s, PCI_SELF, &space->fn.addr, space->bytes, space->fn.config_len);
	snapshot_add_function(s, PCI_SIBLING, &space->fn.addr, space->bytes, space->fn.config_len);
	snapshot_redact(s, NULL);
	memcpy(wanted.bytes + 0x144, expected, 8);
	put(&wanted, 0xe4, 4, 0);
	for (size_t i = 0; i < 2; i++) {
		got = s->functions[i].config;
		assert_memory_equal(got, wanted.bytes, space->fn.config_len);
	}
	snapshot_free(s);
}

static void serial_number(void **state)
{
	static const uint8_t vendor_last[8] = { [5] = 0x21, 0x1b, 0x00 };
	static const uint8_t vendor_first[8] = { 0x00, 0x1b, 0x21 };
	static const uint8_t nothing[8] = { 0 };
	struct space s;

	(void)state;
	with_serial(&s, serial);
	check_serial(&s, "00:1b:21:12:34:56", vendor_last);
	with_serial(&s, reversed);
	check_serial(&s, "00:1b:21:12:34:56", vendor_first);
	/* Which end is the vendor's is not known: of lspci text, or behind another maker's address. */
	for (size_t i = 0; i < 2; i++) {
		with_serial(&s, i ? reversed : serial);
		check_serial(&s, NULL, nothing);
		check_serial(&s, "3c:fd:fe:12:34:56", nothing);
	}
}

/* Neither a damaged list nor a cut file saves it. */
static void serial_number_out_of_reach(void **state)
{
	static const uint8_t vendor[8] = { [5] = 0x21, 0x1b, 0x00 };
	static const uint8_t nothing[8] = { 0 };
	struct space s;

	(void)state;
	with_serial(&s, serial);
	put_extended(&s, 0x100, 0x0001, 1, 0x0c0);
	check_serial(&s, "00:1b:21:12:34:56", vendor);
	with_serial(&s, serial);
	s.fn.config_len = 0x14a;
	check_serial(&s, "00:1b:21:12:34:56", nothing);
}

/* Masked twice is masked once, and nothing of the device's own half is left in the file. */
static void saved_file_has_no_address(void **state)
{
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	struct space space;
	AUTO_BUF struct buf once = { 0 }, twice = { 0 };

	(void)state;
	with_serial(&space, serial);
	fact_set_str(&s->facts, fact_named("mac"), "00:1b:21:12:34:56");
	snapshot_add_function(s, PCI_SELF, &space.fn.addr, space.bytes, 4096);
	snapshot_redact(s, NULL);
	snapshot_save(s, NULL, &once);
	assert_null(strstr(buf_str(&once), "563412"));
	assert_null(strstr(buf_str(&once), "12:34:56"));
	assert_non_null(strstr(buf_str(&once), "\"redacted\": true"));
	snapshot_redact(s, NULL);
	snapshot_save(s, NULL, &twice);
	assert_string_equal(buf_str(&once), buf_str(&twice));
	snapshot_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(address_registers),
		cmocka_unit_test(unknown_chip_loses_its_registers),
		cmocka_unit_test(texts),
		cmocka_unit_test(serial_number),
		cmocka_unit_test(serial_number_out_of_reach),
		cmocka_unit_test(saved_file_has_no_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
