// SPDX-License-Identifier: GPL-2.0-or-later
#include "from_text.h"
#include "space.h"

#include <errno.h>
#include <stdio.h>

#include "snapshot/config.h"
#include "snapshot/link.h"
#include "util/buf.h"

/* An I350 port of a made-up machine: MSI-X at 70, PCI Express at a0, AER at 100. */
static const char i350_start[] = "00: 86 80 21 15 46 05 10 00 01 00 00 02 10 00 80 00\n"
				 "10: 00 00 10 fb 00 00 00 00 01 30 00 00 00 00 18 fb\n"
				 "20: 00 00 00 00 00 00 00 00 00 00 00 00 d9 15 21 15\n"
				 "30: 00 00 00 00 70 00 00 00 00 00 00 00 0b 01 00 00\n";
static const char bridge_start[] = "00: 86 80 1e 1e 47 05 10 00 c4 00 04 06 10 00 81 00\n"
				   "10: 00 00 00 00 00 00 00 00 00 %02x %02x 00 30 30 00 00\n"
				   "20: 10 91 10 91 f1 ff 01 00 00 00 00 00 00 00 00 00\n"
				   "30: 00 00 00 00 40 00 00 00 00 00 00 00 04 01 03 00\n";
static const char bridge_rest[] = "40: 10 00 42 01 c0 0f 00 00 0f 00 10 00 12 3c 31 01\n"
				  "50: 43 00 11 30 60 05 30 00 00 00 48 01 00 00 00 00\n";

static void zeros(struct buf *b, unsigned from, unsigned to)
{
	for (; from < to; from += 16)
		buf_printf(b, "%02x: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n", from);
}

static void add_i350(struct buf *b, const char *head, unsigned size)
{
	buf_printf(b, "%s\n%s", head, i350_start);
	if (size > 64) {
		zeros(b, 0x40, 0x70);
		buf_puts(b, "70: 11 a0 09 80 03 00 00 00 03 20 00 00 00 00 00 00\n");
		zeros(b, 0x80, 0xa0);
		buf_puts(b, "a0: 10 00 02 00 c2 8c 00 10 2f 28 09 00 42 ec 42 04\n"
			    "b0: 42 00 42 10 00 00 00 00 00 00 00 00 00 00 00 00\n");
		zeros(b, 0xc0, 0x100);
	}
	if (size > 256) {
		buf_puts(b, "100: 01 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00\n");
		zeros(b, 0x110, 0x1000);
	}
	buf_putc(b, '\n');
}

static void add_bridge(struct buf *b, const char *head, unsigned secondary)
{
	buf_printf(b, "%s\n", head);
	buf_printf(b, bridge_start, secondary, secondary);
	buf_puts(b, bridge_rest);
	zeros(b, 0x60, 0x100);
	buf_putc(b, '\n');
}

static void add_other(struct buf *b, const char *head)
{
	buf_printf(b, "%s\n00: 22 10 80 14 06 00 00 00 00 00 00 06 00 00 80 00\n\n", head);
}

static void machine(struct buf *b, const char *domain)
{
	char head[64];

	snprintf(head, sizeof(head), "%s00:00.0 Host bridge: Some maker", domain);
	add_other(b, head);
	snprintf(head, sizeof(head), "%s00:01.0 PCI bridge: Some maker", domain);
	add_bridge(b, head, 2);
	snprintf(head, sizeof(head), "%s00:01.1 PCI bridge: Some maker", domain);
	add_bridge(b, head, 3);
	snprintf(head, sizeof(head), "%s03:00.0 Ethernet controller: Intel Corporation I350", domain);
	add_i350(b, head, 256);
	snprintf(head, sizeof(head), "%s03:00.1 Ethernet controller: Intel Corporation I350", domain);
	add_i350(b, head, 256);
	snprintf(head, sizeof(head), "%s04:00.0 Non-Volatile memory controller: Some maker", domain);
	add_other(b, head);
}

static void check_machine(const struct snapshots *list, const char *device, const char *partner, const char *sibling)
{
	char text[PCI_ADDR_MAX];
	const struct snapshot *s;
	struct link link;

	assert_int_equal(list->n, 2);
	s = list->v[0];
	assert_int_equal(s->origin, ORIGIN_LSPCI);
	assert_string_equal(s->chip, "I350");
	assert_string_equal(s->file, "FILE");
	assert_int_equal(s->n_functions, 3);
	assert_string_equal(pci_addr_str(&snapshot_self(s)->addr, text), device);
	assert_string_equal(pci_addr_str(&snapshot_partner(s)->addr, text), partner);
	assert_int_equal(s->functions[2].role, PCI_SIBLING);
	assert_string_equal(pci_addr_str(&s->functions[2].addr, text), sibling);
	link_read(s, &link);
	assert_null(link.why_not);
	assert_string_equal(link_aspm_words(link_end_on(link_device(&link))), "L1");
	assert_string_equal(link_aspm_words(link_end_on(link_port(&link))), "L0s L1");
	assert_int_equal(link_device(&link)->width, 4);
	assert_int_equal(s->n_notes, 0);
}

static void whole_machine(void **state)
{
	AUTO_BUF struct buf b = { 0 };
	struct from_text f;

	(void)state;
	from_open(&f);
	machine(&b, "");
	assert_int_equal(from_text(&f, buf_str(&b)), 0);
	check_machine(&f.list, "0000:03:00.0", "0000:00:01.1", "0000:03:00.1");
	assert_int_equal(snapshot_self(f.list.v[0])->unread, UNREAD_NOT_IN_SOURCE);
	from_close(&f);
}

static void domains(void **state)
{
	AUTO_BUF struct buf b = { 0 };
	struct from_text f;
	char text[PCI_ADDR_MAX];

	(void)state;
	from_open(&f);
	machine(&b, "10000:");
	assert_int_equal(from_text(&f, buf_str(&b)), 0);
	check_machine(&f.list, "10000:03:00.0", "10000:00:01.1", "10000:03:00.1");
	buf_clear(&b);
	machine(&b, "0000:");
	machine(&b, "deadbeef:");
	f.options.device = "deadbeef:03:00.1";
	assert_int_equal(from_text(&f, buf_str(&b)), 0);
	assert_int_equal(f.list.n, 1);
	assert_string_equal(pci_addr_str(&snapshot_partner(f.list.v[0])->addr, text), "deadbeef:00:01.1");
	from_close(&f);
}

static void carriage_returns_and_quoting(void **state)
{
	AUTO_BUF struct buf b = { 0 }, changed = { 0 };
	struct from_text f;

	(void)state;
	from_open(&f);
	machine(&b, "");
	buf_puts(&changed, "> Hello, this is what you asked for.\r\n> \r\n> ");
	for (const char *p = buf_str(&b); *p; p++) {
		if (*p == '\n')
			buf_puts(&changed, "\r\n> ");
		else
			buf_putc(&changed, *p);
	}
	buf_puts(&changed, "-- \r\nRegards\r\n");
	assert_int_equal(from_text(&f, buf_str(&changed)), 0);
	check_machine(&f.list, "0000:03:00.0", "0000:00:01.1", "0000:03:00.1");
	from_close(&f);
}

/* The bytes that each of -x, -xxx and -xxxx writes. */
static void sizes(void **state)
{
	static const unsigned size[] = { 64, 256, 4096 };
	struct from_text f;

	(void)state;
	from_open(&f);
	for (size_t i = 0; i < 3; i++) {
		AUTO_BUF struct buf b = { 0 };

		add_i350(&b, "03:00.0 0200: 8086:1521 (rev 01)", size[i]);
		assert_int_equal(from_text(&f, buf_str(&b)), 0);
		assert_int_equal(f.list.n, 1);
		assert_int_equal(snapshot_self(f.list.v[0])->config_len, size[i]);
		assert_int_equal(snapshot_self(f.list.v[0])->unread == UNREAD_NO, size[i] == 4096);
	}
	from_close(&f);
}

/* What a kernel booted with pci=earlydump prints, as dmesg, syslog and older kernels show it. */
static void kernel_log(void **state)
{
	static const struct {
		const char *header, *prefix;
		int digits; /* of the offset */
		bool good;
	} forms[] = {
		{ "[    0.513] pci 0000:03:00.0: config space:", "[    0.514] ", 8, true },
		{ "<6>[    0.513] pci 0000:03:00.0: config space:", "<6>[    0.514] ", 8, true },
		{ "Nov  3 10:00:01 host kernel: [    0.513] pci 0000:03:00.0: config space:",
		  "Nov  3 10:00:01 host kernel: [    0.514] ", 8, true },
		{ "pci 0000:03:00.0 config space:", "  ", 2, true },
		{ "[    0.513] igb 0000:03:00.0: no config space: oops", "[    0.514] ", 8, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		AUTO_BUF struct buf b = { 0 };
		struct from_text f;
		struct space s;

		space_init(&s, 256, 0xa0);
		put(&s, 0x00, 4, 0x15218086);
		put(&s, 0x0a, 2, 0x0200);
		put_express(&s, 0xa0, 0, 0, 0x42, 0, 0x1042);
		from_open(&f);
		buf_puts(&b, "[    0.500] pci_bus 0000:03: root bus resource\n");
		buf_printf(&b, "%s\n", forms[i].header);
		for (unsigned at = 0; at < 256; at += 16) {
			char bytes[3 * 16 + 1];

			for (unsigned k = 0; k < 16; k++)
				snprintf(bytes + 3 * k, 4, "%02x ", s.bytes[at + k]);
			buf_printf(&b, "%s%0*x: %s\n", forms[i].prefix, forms[i].digits, at, bytes);
			if (at == 64)
				buf_puts(&b, "[    0.515] usb 1-1: new device\n");
		}
		buf_puts(&b, "[    0.520] pci 0000:03:00.0: [8086:1521] type 00 class 0x020000\n");
		assert_int_equal(from_text(&f, buf_str(&b)) == 0, forms[i].good);
		if (forms[i].good) {
			assert_int_equal(f.list.n, 1);
			assert_string_equal(f.list.v[0]->chip, "I350");
			assert_int_equal(f.list.v[0]->origin, ORIGIN_LOG);
			assert_int_equal(snapshot_self(f.list.v[0])->config_len, 256);
			assert_memory_equal(snapshot_self(f.list.v[0])->config, s.bytes, 256);
			assert_int_equal(f.list.v[0]->n_notes, 0);
		}
		from_close(&f);
	}
}

static void verbose_text(void **state)
{
	AUTO_BUF struct buf b = { 0 };
	struct from_text f;
	const struct snapshot *s;

	(void)state;
	from_open(&f);
	add_i350(&b,
		 "03:00.0 Ethernet controller [0200]: Intel Corporation I350 [8086:1521] (rev 01)\n"
		 "\tSubsystem: Super Micro Computer Inc Device [15d9:1521]\n"
		 "\tPhysical Slot: 4-1\n"
		 "\tNUMA node: 1\n"
		 "\tCapabilities: <access denied>\n"
		 "\tKernel driver in use: igb\n"
		 "\tKernel modules: igb",
		 64);
	assert_int_equal(from_text(&f, buf_str(&b)), 0);
	s = f.list.v[0];
	assert_string_equal(s->facts.driver, "igb");
	assert_string_equal(s->facts.pci_slot, "4-1");
	assert_int_equal(s->facts.numa_node, 1);
	assert_int_equal(snapshot_self(s)->unread, UNREAD_WITHOUT_ROOT);
	from_close(&f);
}

static void damaged(struct from_text *f, const char *text, unsigned len, const char *note)
{
	assert_int_equal(from_text(f, text), 0);
	assert_int_equal(snapshot_self(f->list.v[0])->config_len, len);
	assert_int_equal(f->list.v[0]->n_notes, 1);
	assert_string_equal(f->list.v[0]->notes[0], note);
}

static void gaps(void **state)
{
	struct from_text f;

	(void)state;
	from_open(&f);
	damaged(&f,
		"03:00.0 Ethernet\n00: 86 80 21 15 46 05 10 00 01 00 00 02 10 00 80 00\n"
		"20: 00 00 00 00 00 00 00 00 00 00 00 00 d9 15 21 15\n",
		16, "The dump of 0000:03:00.0 is damaged after byte 0x10: the rest is left out.");
	damaged(&f, "03:00.0 Ethernet\n00: 86 80 21 15 46 05 10 00 0z 00 00 02 10 00 80 00\n10: 00\n", 8,
		"The dump of 0000:03:00.0 is damaged after byte 0x8: the rest is left out.");
	damaged(&f, "03:00.0 Ethernet\n00: 86 80 21 15 46 05 1\n", 6,
		"The dump of 0000:03:00.0 is damaged after byte 0x6: the rest is left out.");
	damaged(&f,
		"03:00.0 Ethernet\n00: 86 80 21 15 46 05 10 00 01 00 00 02 10 00 80 00 11 12\n"
		"10: 00 00 00 00 00 00 00 00 00 00 00 00 d9 15 21 15\n",
		16, "The dump of 0000:03:00.0 is damaged after byte 0x10: the rest is left out.");
	from_close(&f);
}

/* The line after a short one starts where that ended: at 0xff8 it would lead past the end of configuration space. */
static void short_line(void **state)
{
	AUTO_BUF struct buf b = { 0 };
	struct from_text f;

	(void)state;
	from_open(&f);
	damaged(&f,
		"03:00.0 Ethernet\n00: 86 80 21 15 46 05 10 00\n08: 01 00 00 02 10 00 80 00 00 00 00 00 00 00 00 00\n",
		8, "The dump of 0000:03:00.0 is damaged after byte 0x8: the rest is left out.");
	buf_printf(&b, "03:00.0 Ethernet\n%s", i350_start);
	zeros(&b, 0x40, 0xff0);
	buf_puts(&b, "ff0: 00 00 00 00 00 00 00 00\n"
		     "ff8: 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11\n");
	damaged(&f, buf_str(&b), 0xff8, "The dump of 0000:03:00.0 is damaged after byte 0xff8: the rest is left out.");
	from_close(&f);
}

/* A device that fell off the bus is known by its text alone. */
static void fallen_off_the_bus(void **state)
{
	struct from_text f;
	struct link link;

	(void)state;
	from_open(&f);
	assert_int_equal(from_text(&f,
				   "03:00.0 Ethernet controller [0200]: Intel Corporation I350 [8086:1521] (rev ff)\n"
				   "\t!!! Unknown header type 7f\n"
				   "00: ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff\n"),
			 0);
	assert_string_equal(f.list.v[0]->chip, "I350");
	link_read(f.list.v[0], &link);
	assert_string_equal(link.why_not, "The device does not answer: its link is down or it has lost power.");
	from_close(&f);
}

/* One whose text has no ids is told from a virtual function, which has ones for its ids alone. */
static void virtual_function(void **state)
{
	static const char text[] = "%s\n00: ff ff ff ff 06 04 10 00 01 00 00 02 10 00 00 00\n"
				   "10: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
				   "20: 00 00 00 00 00 00 00 00 00 00 00 00 d9 15 21 15\n"
				   "30: 00 00 00 00 a0 00 00 00 00 00 00 00 00 00 00 00\n";
	AUTO_BUF struct buf b = { 0 };
	struct from_text f;
	const struct config_caps *caps;
	AUTO_BUF struct buf words = { 0 };
	uint32_t id;

	(void)state;
	from_open(&f);
	buf_printf(&b, text,
		   "03:10.0 Ethernet controller [0200]: Intel Corporation I350 Virtual Function [8086:1520] (rev 01)");
	assert_int_equal(from_text(&f, buf_str(&b)), 0);
	assert_true(config_get(snapshot_self(f.list.v[0]), 0, 4, &id));
	assert_int_equal(id, 0x15208086);
	caps = config_caps(snapshot_self(f.list.v[0]));
	assert_int_equal(caps->n_problems, 1);
	config_problem_words(snapshot_self(f.list.v[0]), &caps->problems[0], &words);
	assert_string_equal(buf_str(&words), "The capability list starts at 0xa0, which is not in this file.");
	buf_clear(&b);
	buf_printf(&b, text, "03:10.0 Ethernet controller: Intel Corporation I350 Virtual Function (rev 01)");
	assert_int_equal(from_text(&f, buf_str(&b)), -ENODEV);
	from_close(&f);
}

/* Two of the functions behind the second port's first bus, and one that is of neither port. */
static void virtual_functions_and_their_parents(void **state)
{
	static const char parent[] = "100: 10 00 01 00 00 00 00 00 01 00 00 00 08 00 08 00\n"
				     "110: 02 00 00 00 80 01 04 00 00 00 20 15 53 05 00 00\n";
	static const char child[] = "%s Ethernet controller: Intel I350 Virtual Function [8086:1520]\n"
				    "00: ff ff ff ff 04 00 10 00 01 00 00 02 00 00 00 00\n\n";
	static const char *const of[] = { NULL,
					  NULL,
					  "0000:03:00.0",
					  "0000:03:00.1",
					  "0000:03:00.0",
					  "a function that is "
					  "not in this file" };
	static const char *const children[] = { "04:10.0", "04:10.1", "04:10.4", "04:11.0" };
	AUTO_BUF struct buf b = { 0 };
	struct from_text f;
	struct link link;

	(void)state;
	from_open(&f);
	for (unsigned i = 0; i < 2; i++) {
		char head[64];

		snprintf(head, sizeof(head), "03:00.%u Ethernet controller: Intel Corporation I350", i);
		add_i350(&b, head, 256);
		b.data[--b.len] = '\0'; /* the empty line */
		buf_puts(&b, parent);
		zeros(&b, 0x120, 0x1000);
	}
	for (size_t i = 0; i < 4; i++)
		buf_printf(&b, child, children[i]);
	assert_int_equal(from_text(&f, buf_str(&b)), 0);
	assert_int_equal(f.list.n, 6);
	for (size_t i = 0; i < 6; i++) {
		const char *got = f.list.v[i]->facts.physical_function;

		link_read(f.list.v[i], &link);
		assert_int_equal(link.applicable, of[i] == NULL);
		if (of[i])
			assert_string_equal(got, of[i]);
		else
			assert_null(got);
	}
	from_close(&f);
}

/* Each line as `format` has it between other text. */
static void decorated(struct from_text *f, const char *before, const char *after, const char *blank)
{
	AUTO_BUF struct buf b = { 0 };
	AUTO_BUF struct buf changed = { 0 };
	char *rest, *line;

	machine(&b, "");
	buf_puts(&changed, "\xef\xbb\xbf");
	for (line = strtok_r(b.data, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		bool bytes = strcspn(line, ":") < 4 && line[strcspn(line, ":") + 1] == ' ';

		buf_puts(&changed, before);
		for (const char *p = line; *p; p++)
			if (*p == ' ' && bytes)
				buf_puts(&changed, blank);
			else
				buf_putc(&changed, *p);
		buf_printf(&changed, "%s\n", after);
	}
	if (from_text(f, buf_str(&changed)))
		fail_msg("%s: %s\n%.400s", f->e.what, f->e.why, buf_str(&changed));
	check_machine(&f->list, "0000:03:00.0", "0000:00:01.1", "0000:03:00.1");
	assert_int_equal(f->list.v[0]->n_notes, 0);
}

/* What forums, mail programs and terminals make of it. */
static void decorations(void **state)
{
	struct from_text f;

	(void)state;
	from_open(&f);
	decorated(&f, "", "", "\t");
	decorated(&f, "", "", "\xc2\xa0");
	decorated(&f, "", "<br>", " ");
	decorated(&f, "<p>", "</p>", "&nbsp;");
	decorated(&f, "| ", " |", " ");
	decorated(&f, "\x1b[0m", "\x1b[K", " ");
	decorated(&f, "> > ", "=20", " ");
	decorated(&f, "", "  |................|", " ");
	decorated(&f, "\"", "\"", "  ");
	from_close(&f);
}

static void asked_devices(void **state)
{
	AUTO_BUF struct buf b = { 0 };
	struct from_text f;

	(void)state;
	from_open(&f);
	machine(&b, "");
	f.options.device = "03:00.1";
	assert_int_equal(from_text(&f, buf_str(&b)), 0);
	assert_int_equal(f.list.n, 1);
	assert_int_equal(snapshot_self(f.list.v[0])->addr.fn, 1);
	assert_non_null(snapshot_partner(f.list.v[0]));
	f.options.device = "8086:1521";
	assert_int_equal(from_text(&f, buf_str(&b)), 0);
	assert_int_equal(f.list.n, 2);
	f.options.device = "i350";
	assert_int_equal(from_text(&f, buf_str(&b)), 0);
	assert_int_equal(f.list.n, 2);
	f.options.device = "82574L";
	assert_int_equal(from_text(&f, buf_str(&b)), -ENODEV);
	assert_string_equal(f.e.what, "82574L");
	assert_string_equal(f.e.why, "not in FILE");
	f.options.device = "05:00.0";
	assert_int_equal(from_text(&f, buf_str(&b)), -ENODEV);
	f.options.device = "04:00.0";
	assert_int_equal(from_text(&f, buf_str(&b)), -ENOTSUP);
	assert_string_equal(f.e.what, "0000:04:00.0");
	assert_string_equal(f.e.why, "1022:1480 is not an Intel NIC");
	assert_int_equal(f.list.n, 0);
	from_close(&f);
}

/* What people paste has no bytes: name, address and driver all the same. */
static void text_without_bytes(void **state)
{
	struct from_text f;

	(void)state;
	from_open(&f);
	assert_int_equal(from_text(&f, "03:00.0 Ethernet controller [0200]: Intel Corporation I350 Gigabit Network "
				       "Connection [8086:1521] (rev 01)\n"
				       "\tCapabilities: <access denied>\n"
				       "\tKernel driver in use: igb\n"
				       "02:00.0 Ethernet controller: Broadcom Inc. BCM5720\n"),
			 0);
	assert_int_equal(f.list.n, 1);
	assert_string_equal(f.list.v[0]->chip, "I350");
	assert_string_equal(f.list.v[0]->facts.driver, "igb");
	assert_int_equal(f.list.v[0]->facts.revision, 1);
	assert_int_equal(f.list.v[0]->n_regs, 0);
	assert_int_equal(f.list.v[0]->n_notes, 1);
	assert_int_equal(snapshot_self(f.list.v[0])->addr.bus, 3);
	from_close(&f);
}

static void refused(void **state)
{
	struct from_text f;

	(void)state;
	from_open(&f);
	assert_int_equal(from_text(&f, "00:00.0 Host bridge\n00: 22 10 80 14\n"), -ENODEV);
	assert_string_equal(f.e.why, "none of its 1 PCI functions is an Intel NIC");
	assert_int_equal(from_text(&f, "03:00.0 Ethernet controller: Broadcom Inc. BCM5720\n\tFlags: fast devsel\n"),
			 -EINVAL);
	assert_string_equal(f.e.why, "lspci text without the bytes of configuration space");
	assert_int_equal(from_text(&f, "once upon a time\n00: 86 80 21 15\n"), -EINVAL);
	assert_string_equal(f.e.what, "FILE");
	assert_string_equal(f.e.why, "not a snapshot, lspci or ethtool dump");
	assert_int_equal(from_text(&f, "00: 86 80 21 15\n10: 00 00 00 00\n"), -EINVAL);
	assert_string_equal(f.e.why, "bytes of configuration space without the line that names the function");
	assert_int_equal(from_text(&f, ""), -EINVAL);
	assert_string_equal(f.e.why, "the file is empty");
	from_close(&f);
}

/* Longer than what is looked at to recognise a file, and with a line longer than the reader's buffer. */
static void text_before_it(void **state)
{
	AUTO_BUF struct buf b = { 0 };
	struct from_text f;
	FILE *file = tmpfile();
	char path[32];

	(void)state;
	from_open(&f);
	for (int i = 0; i < 5000; i++)
		buf_puts(&b, "[    0.000000] a line of a kernel log that someone sent along with it\n");
	for (int i = 0; i < 200000; i++)
		buf_putc(&b, 'x');
	buf_putc(&b, '\n');
	machine(&b, "");
	assert_int_equal(from_text(&f, buf_str(&b)), 0);
	check_machine(&f.list, "0000:03:00.0", "0000:00:01.1", "0000:03:00.1");
	assert_int_equal(fwrite(b.data, 1, b.len, file), b.len);
	fflush(file);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
	snapshots_free(&f.list);
	assert_int_equal(source_file(f.db, &f.options, path, &f.list, &f.e), 0);
	assert_int_equal(f.list.n, 2);
	fclose(file);
	from_close(&f);
}

static void parts_without_a_definition(void **state)
{
	static const struct {
		const char *head, *number;
	} cases[] = {
		{ "01:00.0 Ethernet controller: Intel Corporation I210 Gigabit Network Connection (rev 03)", "I210" },
		{ "00:1f.6 Ethernet controller [0200]: Intel Corporation Ethernet Connection (2) I219-LM [8086:15b7]",
		  "I219-LM" },
		{ "04:00.0 Ethernet controller: Intel Corporation Ethernet Connection X552/X557-AT 10GBASE-T",
		  "X552/X557-AT" },
		{ "04:00.0 Ethernet controller: Intel Corporation 82599ES 10-Gigabit SFI/SFP+ Network Connection",
		  "82599ES" },
		{ "04:00.0 Ethernet controller: Intel Corporation Ethernet Controller 10-Gigabit SFI/SFP+", NULL },
		{ "04:00.0 Ethernet controller: Intel Corporation Device fff0 (rev 03)", NULL },
		{ "04:00.0 0200: 8086:fff0 (rev 03)", NULL },
		{ "04:00.0 \"0200\" \"8086\" \"fff0\" -r03", NULL },
		{ "04:00.0", NULL },
		{ "04:00.0 : ", NULL },
	};
	struct from_text f;

	(void)state;
	from_open(&f);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		AUTO_BUF struct buf b = { 0 };

		buf_printf(&b, "%s\n00: 86 80 f0 ff 46 05 10 00 01 00 00 02 10 00 80 00\n", cases[i].head);
		assert_int_equal(from_text(&f, buf_str(&b)), 0);
		assert_int_equal(f.list.n, 1);
		assert_null(f.list.v[0]->chip);
		if (cases[i].number)
			assert_string_equal(f.list.v[0]->chip_name, cases[i].number);
		else
			assert_null(f.list.v[0]->chip_name);
	}
	from_close(&f);
}

static void addresses(void **state)
{
	static const char *const bad[] = { "",        "1:00.0",       "01:00",    "01:00.8",
					   "01:20.0", "0000:1:00.0",  "01:00.0 ", "123456789:01:00.0",
					   "g0:00.0", "0000:01:00.00" };
	struct pci_addr addr;
	char text[PCI_ADDR_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(pci_addr_parse(bad[i], &addr));
	assert_true(pci_addr_parse("1f:1d.7", &addr));
	assert_string_equal(pci_addr_str(&addr, text), "0000:1f:1d.7");
	assert_true(pci_addr_parse("FFFFFFFF:ff:1f.7", &addr));
	assert_string_equal(pci_addr_str(&addr, text), "ffffffff:ff:1f.7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_machine),
		cmocka_unit_test(domains),
		cmocka_unit_test(carriage_returns_and_quoting),
		cmocka_unit_test(sizes),
		cmocka_unit_test(kernel_log),
		cmocka_unit_test(verbose_text),
		cmocka_unit_test(gaps),
		cmocka_unit_test(short_line),
		cmocka_unit_test(fallen_off_the_bus),
		cmocka_unit_test(virtual_function),
		cmocka_unit_test(virtual_functions_and_their_parents),
		cmocka_unit_test(decorations),
		cmocka_unit_test(asked_devices),
		cmocka_unit_test(text_without_bytes),
		cmocka_unit_test(refused),
		cmocka_unit_test(text_before_it),
		cmocka_unit_test(parts_without_a_definition),
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
