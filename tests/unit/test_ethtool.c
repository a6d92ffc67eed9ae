// SPDX-License-Identifier: GPL-2.0-or-later
#include "from_text.h"

#include <errno.h>
#include <stdio.h>

#include "util/buf.h"

#define E1000E_WORDS 32
#define IGB_WORDS 740

static void set_word(uint8_t *bytes, unsigned word, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		bytes[4 * word + i] = (uint8_t)(value >> 8 * i);
}

static void open_part(struct from_text *f, const char *chip)
{
	from_open(f);
	f->options.chip = chip;
}

static void read_text(struct from_text *f, const char *chip, const char *text)
{
	open_part(f, chip);
	assert_int_equal(from_text(f, text), 0);
}

static void value_is(const struct from_text *f, const char *name, uint64_t value)
{
	const struct snapshot *s = f->list.v[0];
	const struct chip *chip;
	struct chip_ref ref;
	const struct reg_sample *sample;

	assert_int_equal(chipdb_find(f->db, s->chip, &chip, NULL), 0);
	ref = chip_ref_parse(chip, CHIP_MMIO, name);
	assert_non_null(ref.reg);
	sample = snapshot_reg(s, CHIP_MMIO, ref.offset);
	assert_non_null(sample);
	assert_int_equal(sample->unread, UNREAD_NO);
	assert_int_equal(sample->value, value);
}

static void e1000e_dump(uint8_t *bytes)
{
	memset(bytes, 0, 4 * E1000E_WORDS);
	set_word(bytes, 0, 0x18140241);
	set_word(bytes, 1, 0x00080783);
	set_word(bytes, 9, 0x0000002a);
	set_word(bytes, 10, 0x00000031);
	set_word(bytes, 12, 8);
	set_word(bytes, 24, 0x00007c00);
}

static void check_e1000e(struct from_text *f)
{
	const struct snapshot *s = f->list.v[0];

	assert_int_equal(f->list.n, 1);
	assert_int_equal(s->origin, ORIGIN_ETHTOOL);
	assert_string_equal(s->chip, "82574L");
	assert_string_equal(s->facts.driver, "e1000e");
	assert_string_equal(s->access, "ethtool");
	value_is(f, "CTRL", 0x18140241);
	value_is(f, "STATUS", 0x00080783);
	value_is(f, "TDH[0]", 0x2a);
	value_is(f, "TDT[0]", 0x31);
}

static void raw(void **state)
{
	uint8_t bytes[4 * E1000E_WORDS];
	struct from_text f;
	const struct reg_sample *phy;

	(void)state;
	open_part(&f, "82574L");
	e1000e_dump(bytes);
	assert_int_equal(from_bytes(&f, bytes, sizeof(bytes)), 0);
	check_e1000e(&f);
	phy = snapshot_reg(f.list.v[0], CHIP_PHY, 10);
	assert_non_null(phy);
	assert_int_equal(phy->value, 0x7c00);
	assert_int_equal(phy->width, 16);
	from_close(&f);
}

/* The driver's own numbers, such as the PHY type in word 12, are at no register's place. */
static void constants_are_no_registers(void **state)
{
	uint8_t bytes[4 * E1000E_WORDS];
	struct from_text f;

	(void)state;
	open_part(&f, "82574L");
	memset(bytes, 0, sizeof(bytes));
	set_word(bytes, 12, 0x5a5a5a5a);
	set_word(bytes, 22, 0x5a5a5a5a);
	assert_int_equal(from_bytes(&f, bytes, sizeof(bytes)), 0);
	for (size_t i = 0; i < f.list.v[0]->n_regs; i++)
		assert_int_not_equal(f.list.v[0]->regs[i].value, 0x5a5a5a5a);
	assert_int_equal(f.list.v[0]->n_notes, 1);
	assert_non_null(strstr(f.list.v[0]->notes[0], "numbers of the driver's own"));
	from_close(&f);
}

static void add_hex(struct buf *b, const uint8_t *bytes, size_t n, const char *end)
{
	buf_printf(b, "Offset\t\tValues%s------\t\t------%s", end, end);
	for (size_t i = 0; i < n; i += 16) {
		buf_printf(b, "0x%04x:\t\t", (unsigned)i);
		for (size_t k = i; k < i + 16 && k < n; k++)
			buf_printf(b, "%02x ", bytes[k]);
		buf_puts(b, end);
	}
}

static void hex(void **state)
{
	uint8_t bytes[4 * E1000E_WORDS];
	struct from_text f;

	(void)state;
	open_part(&f, "82574L");
	e1000e_dump(bytes);
	for (int crlf = 0; crlf < 2; crlf++) {
		AUTO_BUF struct buf b = { 0 };

		add_hex(&b, bytes, sizeof(bytes), crlf ? "\r\n" : "\n");
		assert_int_equal(from_text(&f, buf_str(&b)), 0);
		check_e1000e(&f);
	}
	from_close(&f);
}

static void igb(void **state)
{
	static uint8_t bytes[4 * IGB_WORDS];
	AUTO_BUF struct buf b = { 0 };
	struct from_text f;

	(void)state;
	open_part(&f, "I350");
	set_word(bytes, 1, 0x00280783);
	set_word(bytes, 54, 0x77777777); /* CRCERRS, which the driver counts itself */
	assert_int_equal(from_bytes(&f, bytes, sizeof(bytes)), 0);
	assert_string_equal(f.list.v[0]->facts.driver, "igb");
	value_is(&f, "STATUS", 0x00280783);
	for (size_t i = 0; i < f.list.v[0]->n_regs; i++)
		assert_int_not_equal(f.list.v[0]->regs[i].value, 0x77777777);
	add_hex(&b, bytes, sizeof(bytes), "\n");
	assert_int_equal(from_text(&f, buf_str(&b)), 0);
	value_is(&f, "STATUS", 0x00280783);
	from_close(&f);
}

/* Versions of the driver that wrote fewer words. */
static void igb_of_old(void **state)
{
	static const size_t words[] = { 551, 739, 740 };
	static uint8_t bytes[4 * IGB_WORDS];
	struct from_text f;

	(void)state;
	open_part(&f, "I350");
	set_word(bytes, 1, 0x00280783);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		assert_int_equal(from_bytes(&f, bytes, 4 * words[i]), 0);
		value_is(&f, "STATUS", 0x00280783);
	}
	assert_int_equal(from_bytes(&f, bytes, 4 * 738), -EINVAL);
	assert_string_equal(f.e.why, "2952 bytes, but a register dump of the igb driver has 2960");
	from_close(&f);
}

/* As mails, web pages and terminals have it. */
static void decorated_hex(void **state)
{
	static const struct {
		const char *before, *after;
	} cases[] = { { "> ", "" },   { "", "<br>" },          { "| ", " |" },
		      { "\"", "\"" }, { "\x1b[0m", "\x1b[K" }, { "", "\n" } };
	uint8_t bytes[4 * E1000E_WORDS];
	struct from_text f;

	(void)state;
	open_part(&f, "82574L");
	e1000e_dump(bytes);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		AUTO_BUF struct buf b = { 0 };
		AUTO_BUF struct buf changed = { 0 };
		char *rest, *line;

		add_hex(&b, bytes, sizeof(bytes), "\n");
		for (line = strtok_r(b.data, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
			buf_printf(&changed, "%s%s%s\n", cases[i].before, line, cases[i].after);
		if (from_text(&f, buf_str(&changed)))
			fail_msg("%s: %s\n%s", f.e.what, f.e.why, buf_str(&changed));
		check_e1000e(&f);
	}
	from_close(&f);
}

/* A mail program put the values on lines of their own. */
static void decoded_and_wrapped(void **state)
{
	struct from_text f;

	(void)state;
	read_text(&f, "82574L",
		  "> MAC Registers\n> -------------\n"
		  "> 0x00000: CTRL        (Device control register)\n> 0x18140241\n"
		  ">       Endian mode (buffers):             little\n"
		  "> 0x00008: STATUS (Device status register)\t0x00080783\n"
		  "> 0x03810: TDH         (Transmit desc head)\n> 0x0000002A\n"
		  "> 0x03818: TDT         (Transmit desc tail)\n> and then it says\n> 0x00000031\n");
	value_is(&f, "CTRL", 0x18140241);
	value_is(&f, "STATUS", 0x00080783);
	value_is(&f, "TDH[0]", 0x2a);
	assert_int_equal(f.list.v[0]->n_regs, 3);
	from_close(&f);
}

/* ethtool gives the igb driver's first queues at aliases, some registers of interrupts too, and MDIC at CTRL_EXT's
 * place. */
static void decoded_by_name(void **state)
{
	struct from_text f;

	(void)state;
	read_text(&f, "I350",
		  "0x00000: CTRL (Device control register)               0x18140241\n"
		  "0x02810: RDH    (Receive desc head)                   0xBB968A43\n"
		  "0x00018: MDIC        (MDI control)                    0x1821C1E1\n"
		  "0x00018: CTRL_EXT    (Extended device control)        0x10D80A00\n"
		  "0x01504: ICS         (Interrupt cause set)            0x00000004\n"
		  "0x05484: PSRTYPE1    (Packet split receive type1)     0x0000FFFF\n"
		  "0x03810: TDH0        (Transmit descriptor head0)      0x0000005D\n"
		  "0x03B18: TDT3        (Transmit descriptor tail3)      0x00000090\n");
	value_is(&f, "CTRL", 0x18140241);
	value_is(&f, "MDIC", 0x1821c1e1);
	value_is(&f, "CTRL_EXT", 0x10d80a00);
	value_is(&f, "ICS", 4);
	value_is(&f, "PSRTYPE[1]", 0xffff);
	value_is(&f, "TDH[0]", 0x5d);
	value_is(&f, "TDT[3]", 0x90);
	assert_int_equal(f.list.v[0]->n_regs, 7);
	from_close(&f);
}

/* The first byte of a dump does not make it a snapshot. */
static void raw_like_json(void **state)
{
	uint8_t bytes[4 * E1000E_WORDS];
	struct from_text f;

	(void)state;
	open_part(&f, "82574L");
	e1000e_dump(bytes);
	bytes[0] = '{';
	assert_int_equal(from_bytes(&f, bytes, sizeof(bytes)), 0);
	value_is(&f, "STATUS", 0x00080783);
	from_close(&f);
}

/* The driver's dump with the kernel's prefix on each line. */
static void register_dump_with_prefix(void **state)
{
	struct from_text f;
	char text[PCI_ADDR_MAX];

	(void)state;
	read_text(&f, "I350",
		  "[133455.818205] igb 0000:02:00.0 eth0: Register Dump\n"
		  "[133455.818532] igb 0000:02:00.0 eth0: Register Name   Value\n"
		  "[133455.819259] igb 0000:02:00.0 eth0: STATUS          00280783\n"
		  "[133455.821489] igb 0000:02:00.0 eth0: TDH[0-3]        0000003c 00000000 00000001 00000008\n"
		  "[133455.821490] igb 0000:02:00.0 eth0: NIC Link is Down\n");
	value_is(&f, "STATUS", 0x00280783);
	value_is(&f, "TDH[0]", 0x3c);
	value_is(&f, "TDH[3]", 8);
	assert_string_equal(pci_addr_str(&snapshot_self(f.list.v[0])->addr, text), "0000:02:00.0");
	from_close(&f);
}

static void in_order_of_definition(void **state)
{
	static uint8_t bytes[4 * IGB_WORDS];
	struct from_text f;
	const struct chip *chip;
	size_t at = 0;

	(void)state;
	open_part(&f, "I350");
	assert_int_equal(from_bytes(&f, bytes, sizeof(bytes)), 0);
	assert_int_equal(chipdb_find(f.db, "I350", &chip, NULL), 0);
	for (size_t i = 0; i < f.list.v[0]->n_regs; i++) {
		const struct reg_sample *sample = &f.list.v[0]->regs[i];
		struct chip_ref ref = chip_reg_at(chip, sample->space, sample->offset);

		while (at < chip->n_regs && chip->regs[at] != ref.reg)
			at++;
		assert_true(at < chip->n_regs);
	}
	from_close(&f);
}

static void decoded(void **state)
{
	struct from_text f;

	(void)state;
	read_text(&f, "82574L",
		  "MAC Registers\n-------------\n"
		  "0x00000: CTRL (Device control register)  0x18140241\n"
		  "      Link reset:                        normal\n"
		  "0x00008: STATUS (Device status register) 0x00080783\r\n"
		  "      Duplex:                            full\n"
		  "0x03810: TDH   (Transmit desc head)      0x0000002A\n"
		  "0x03818: TDT   (Transmit desc tail)      0x00000031\n"
		  "PHY type:                                unknown\n");
	check_e1000e(&f);
	assert_int_equal(f.list.v[0]->n_regs, 4);
	f.options.chip = "I350";
	assert_int_equal(from_text(&f, "0x00000: CTRL (Device control register)  0x18140241\n"
				       "0x04000: CRCERRS (CRC error count)       0x00000005\n"),
			 0);
	assert_int_equal(f.list.v[0]->n_regs, 1);
	from_close(&f);
}

static void register_dump(void **state)
{
	struct from_text f;
	const struct snapshot *s;
	char text[PCI_ADDR_MAX];

	(void)state;
	read_text(&f, "82574L",
		  "0000:02:00.0: Register Dump\n  Register Name   Value\n"
		  " CTRL            18140241\n STATUS          00080783\n"
		  " TDH             0000002a\n TXDCTL[0-1]     0141001f 0141002f\n"
		  " NONESUCH        00000001\n");
	s = f.list.v[0];
	assert_int_equal(s->origin, ORIGIN_LOG);
	assert_string_equal(pci_addr_str(&snapshot_self(s)->addr, text), "0000:02:00.0");
	assert_int_equal(snapshot_self(s)->config_len, 0);
	value_is(&f, "STATUS", 0x00080783);
	value_is(&f, "TDH[0]", 0x2a);
	value_is(&f, "TXDCTL[0]", 0x0141001f);
	value_is(&f, "TXDCTL[1]", 0x0141002f);
	assert_int_equal(s->n_regs, 5);
	assert_int_equal(s->n_notes, 1);
	from_close(&f);
}

static void refused(void **state)
{
	uint8_t bytes[4 * E1000E_WORDS + 1];
	struct from_text f;
	AUTO_BUF struct buf b = { 0 };

	(void)state;
	from_open(&f);
	e1000e_dump(bytes);
	bytes[sizeof(bytes) - 1] = 0;
	assert_int_equal(from_bytes(&f, bytes, sizeof(bytes) - 1), -EINVAL);
	assert_string_equal(f.e.why, "a register dump does not say which chip it is from");
	assert_non_null(strstr(f.e.todo, "--chip"));
	assert_int_equal(from_bytes(&f, bytes, sizeof(bytes) - 2), -EINVAL);
	assert_string_equal(f.e.why, "not a snapshot, lspci or ethtool dump");
	f.options.chip = "82574L";
	assert_int_equal(from_bytes(&f, bytes, sizeof(bytes)), -EINVAL);
	assert_string_equal(f.e.why, "129 bytes, but a register dump of the e1000e driver has 128");
	f.options.chip = "I350";
	assert_int_equal(from_bytes(&f, bytes, sizeof(bytes) - 1), -EINVAL);
	assert_string_equal(f.e.why, "128 bytes, but a register dump of the igb driver has 2960");
	f.options.chip = "e1000e";
	assert_int_equal(from_bytes(&f, bytes, sizeof(bytes) - 1), -EINVAL);
	f.options.chip = "no-such-chip";
	assert_int_equal(from_bytes(&f, bytes, sizeof(bytes) - 1), -ENOENT);
	f.options.chip = "82574L";
	add_hex(&b, bytes, 100, "\n");
	assert_int_equal(from_text(&f, buf_str(&b)), -EINVAL);
	assert_string_equal(f.e.why, "100 bytes, but a register dump of the e1000e driver has 128");
	assert_int_equal(f.list.n, 0);
	from_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(raw),
		cmocka_unit_test(constants_are_no_registers),
		cmocka_unit_test(hex),
		cmocka_unit_test(igb),
		cmocka_unit_test(igb_of_old),
		cmocka_unit_test(decorated_hex),
		cmocka_unit_test(decoded_and_wrapped),
		cmocka_unit_test(decoded_by_name),
		cmocka_unit_test(raw_like_json),
		cmocka_unit_test(register_dump_with_prefix),
		cmocka_unit_test(in_order_of_definition),
		cmocka_unit_test(decoded),
		cmocka_unit_test(register_dump),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
