// SPDX-License-Identifier: GPL-2.0-or-later
#include "space.h"

#include <errno.h>
#include <stdio.h>

#include "chip/db.h"
#include "snapshot/file.h"
#include "snapshot/internal.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"

static void set(struct snapshot *s, const char *fact, const char *value)
{
	fact_set_str(&s->facts, fact_named(fact), value);
}

static void sample(struct snapshot *s, enum chip_space space, uint32_t offset, uint8_t width, enum unread unread,
		   uint64_t value)
{
	struct chip_reg reg = { .space = space, .width = width };
	struct chip_ref ref = { .reg = &reg, .offset = offset };

	snapshot_add_reg(s, &ref, unread, value);
}

static struct snapshot *example(void)
{
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	struct pci_addr sibling = { 0, 1, 0, 1 };
	struct space space;

	s->tool = strdup("0.1.0");
	s->chip = strdup("82574L");
	s->chip_name = strdup("82574L");
	s->access = strdup("mmap");
	s->taken = 1763600000123456789;
	space_init(&space, 256, 0xc8);
	put_cap(&space, 0xc8, 0x01, 0);
	snapshot_add_function(s, PCI_SELF, &space.fn.addr, space.bytes, 256)->unread = UNREAD_NEEDS_ROOT;
	space_bridge(&space, 0, 1);
	snapshot_add_function(s, PCI_PARTNER, &(struct pci_addr){ 0, 0, 0x1c, 4 }, space.bytes, 64);
	snapshot_add_function(s, PCI_SIBLING, &sibling, NULL, 0);
	set(s, "netdev", "eno1");
	set(s, "mac", "00:1b:21:12:34:56");
	set(s, "board", "X9 \"prototype\"\n\\ with \xc3\xa9");
	fact_set_num(&s->facts, fact_named("speed"), 1000);
	fact_set_num(&s->facts, fact_named("numa_node"), -1);
	fact_set_num(&s->facts, fact_named("carrier"), 0);
	facts_add_feature(&s->facts, "tx-tcp-segmentation", true, false);
	facts_add_feature(&s->facts, "rx-fcs", false, true);
	facts_add_queue(&s->facts, &(struct queue_count){ 0, 588, 3028, 2 });
	facts_add_queue(&s->facts, &(struct queue_count){ 1, 0, FACT_UNKNOWN, FACT_UNKNOWN });
	facts_add_vector(&s->facts, &(struct vector_count){ 44, 0, 123456789012 });
	facts_add_vector(&s->facts, &(struct vector_count){ 45, FACT_UNKNOWN, 0 });
	snapshot_refuse(s, "mmap", "the kernel is locked down", "boot without Secure Boot");
	snapshot_refuse(s, "bpf", "no BTF", NULL);
	snapshot_note(s, "Woken from %s.", "D3hot");
	sample(s, CHIP_MMIO, 0x00008, 32, UNREAD_NO, 0x80080783);
	sample(s, CHIP_MMIO, 0x000c0, 32, UNREAD_CLEARS, 0);
	sample(s, CHIP_MMIO, 0x10000, 64, UNREAD_NO, UINT64_MAX);
	sample(s, CHIP_MMIO, 0x10008, 64, UNREAD_NO, INT64_MAX);
	sample(s, CHIP_PHY, 776 << 5 | 17, 16, UNREAD_NO, 0x4);
	s->regs[0].constant = true;
	return s;
}

static char *saved(const struct snapshot *s)
{
	struct buf out = { 0 };

	snapshot_save(s, NULL, &out);
	return buf_take(&out);
}

static void same_function(const struct pci_function *a, const struct pci_function *b)
{
	assert_true(pci_addr_equal(&a->addr, &b->addr));
	assert_int_equal(a->role, b->role);
	assert_int_equal(a->config_len, b->config_len);
	assert_memory_equal(a->config, b->config, a->config_len);
	assert_int_equal(a->unread, b->unread);
}

static void round_trip(void **state)
{
	struct snapshot *s = example(), *back;
	struct snapshots list = { 0 };
	char *text = saved(s), *again;

	(void)state;
	assert_int_equal(snapshot_load("FILE", text, strlen(text), &list, NULL), 0);
	assert_int_equal(list.n, 1);
	back = list.v[0];
	assert_string_equal(back->file, "FILE");
	assert_int_equal(back->n_functions, 3);
	for (size_t i = 0; i < 3; i++)
		same_function(&s->functions[i], &back->functions[i]);
	for (size_t i = 0; i < n_fact_descs; i++) {
		const struct fact_desc *d = &fact_descs[i];

		assert_int_equal(fact_known(&s->facts, d), fact_known(&back->facts, d));
		assert_int_equal(fact_num(&s->facts, d), fact_num(&back->facts, d));
		if (fact_str(&s->facts, d))
			assert_string_equal(fact_str(&s->facts, d), fact_str(&back->facts, d));
	}
	assert_int_equal(facts_feature(&back->facts, "tx-tcp-segmentation"), 1);
	assert_int_equal(facts_feature(&back->facts, "rx-fcs"), 0);
	assert_int_equal(facts_feature(&back->facts, "nonesuch"), -1);
	assert_true(facts_same_counts(&back->facts, &s->facts));
	assert_int_equal(facts_queue(&back->facts, 0)->inflight, 588);
	assert_true(back->facts.vectors[1].queue == FACT_UNKNOWN);
	assert_int_equal(back->n_regs, s->n_regs);
	assert_true(back->regs[2].value == UINT64_MAX && back->regs[3].value == INT64_MAX);
	assert_int_equal(snapshot_reg(back, CHIP_MMIO, 0xc0)->unread, UNREAD_CLEARS);
	assert_int_equal(snapshot_reg(back, CHIP_PHY, 776 << 5 | 17)->width, 16);
	assert_null(snapshot_reg(back, CHIP_PHY, 0xc0));
	again = saved(back);
	assert_string_equal(text, again);
	free(text);
	free(again);
	snapshot_free(s);
	snapshots_free(&list);
}

static void names_beside_offsets(void **state)
{
	struct snapshot *s = example();
	AUTO_BUF struct buf out = { 0 };
	struct chipdb *db;
	const struct chip *chip;

	(void)state;
	assert_int_equal(chipdb_open(&db, NULL, NULL), 0);
	assert_int_equal(chipdb_find(db, "82574L", &chip, NULL), 0);
	snapshot_save(s, chip, &out);
	assert_non_null(strstr(buf_str(&out),
			       "{\"name\": \"STATUS\", \"offset\": 8, \"value\": 2148009859, \"constant\": true}"));
	assert_non_null(strstr(buf_str(&out), "{\"name\": \"ICR\", \"offset\": 192, \"unread\": \"clears on read\"}"));
	chipdb_free(db);
	snapshot_free(s);
}

static void several_in_one_file(void **state)
{
	struct snapshot *s = example();
	struct snapshots list = { 0 };
	AUTO_BUF struct buf text = { 0 };

	(void)state;
	snapshot_save(s, NULL, &text);
	buf_puts(&text, "\n\n");
	snapshot_save(s, NULL, &text);
	assert_int_equal(snapshot_load("FILE", text.data, text.len, &list, NULL), 0);
	assert_int_equal(list.n, 2);
	snapshot_free(s);
	snapshots_free(&list);
}

/* Cut anywhere it is refused; only blanks at the end may go. */
static void cut_at_every_byte(void **state)
{
	struct snapshot *s = example();
	char *text = saved(s);
	size_t n = strlen(text);

	(void)state;
	for (size_t cut = 0; cut < n; cut++) {
		struct snapshots list = { 0 };
		struct err e = { 0 };
		char *part = malloc(cut ? cut : 1);
		int r;

		memcpy(part, text, cut);
		r = snapshot_load("FILE", part, cut, &list, &e);
		if (r) {
			assert_int_equal(r, -EINVAL);
			assert_int_equal(list.n, 0);
			assert_non_null(strstr(e.why, "line "));
		} else {
			char *again = saved(list.v[0]);

			assert_int_equal(text[cut], '\n');
			assert_string_equal(text, again);
			free(again);
		}
		snapshots_free(&list);
		free(part);
	}
	free(text);
	snapshot_free(s);
}

/* Another byte anywhere is refused, or what it gives can be saved and loaded again. */
static void other_byte_everywhere(void **state)
{
	static const char others[] = { '"', '{', ']', '0', 'z', '\0', '\xff', '-' };
	struct snapshot *s = example();
	char *text = saved(s);
	size_t n = strlen(text);

	(void)state;
	for (size_t at = 0; at < n; at++) {
		for (size_t i = 0; i < sizeof(others); i++) {
			struct snapshots list = { 0 }, twice = { 0 };
			char was = text[at];

			text[at] = others[i];
			if (!snapshot_load("FILE", text, n, &list, NULL)) {
				char *one = saved(list.v[0]), *two;

				assert_int_equal(snapshot_load("FILE", one, strlen(one), &twice, NULL), 0);
				two = saved(twice.v[0]);
				assert_string_equal(one, two);
				free(one);
				free(two);
			} else {
				assert_int_equal(list.n, 0);
			}
			text[at] = was;
			snapshots_free(&list);
			snapshots_free(&twice);
		}
	}
	free(text);
	snapshot_free(s);
}

#define HEAD "{\"format\": \"nicregs-snapshot\", \"schema\": 1, \"origin\": \"live\""

static const struct {
	const char *text;
	int result;
	const char *why;
} faults[] = {
	{ "{}", -EINVAL, "JSON, but not a snapshot: \"format\" is not \"nicregs-snapshot\"" },
	{ "{\"schema\": 1, \"devices\": []}", -EINVAL,
	  "JSON, but not a snapshot: \"format\" is not \"nicregs-snapshot\"" },
	{ "{\"format\": \"nicregs-snapshot\"}", -EINVAL, "schema: missing" },
	{ "{\"format\": \"nicregs-snapshot\", \"schema\": \"1\"}", -EINVAL, "schema: not an integer" },
	{ "{\"format\": \"nicregs-snapshot\", \"schema\": 2}", -EPROTONOSUPPORT,
	  "its schema version 2 is not known; this nicregs reads up to 1" },
	{ "{\"format\": \"nicregs-snapshot\", \"schema\": 1}", -EINVAL, "origin: missing" },
	{ "{\"format\": \"nicregs-snapshot\", \"schema\": 1, \"origin\": \"moon\"}", -EINVAL, "origin: unknown" },
	{ HEAD ", \"taken\": -1}", -EINVAL, "taken: -1 is out of range" },
	{ HEAD ", \"redacted\": 1}", -EINVAL, "redacted: neither true nor false" },
	{ HEAD ", \"chip\": 7}", -EINVAL, "chip: not a string" },
	{ HEAD ", \"functions\": {}}", -EINVAL, "functions: not an array" },
	{ HEAD ", \"functions\": [7]}", -EINVAL, "functions[0]: not an object" },
	{ HEAD ", \"functions\": [{\"role\": \"device\", \"config\": \"\"}]}", -EINVAL,
	  "functions[0].address: missing" },
	{ HEAD ", \"functions\": [{\"address\": \"1\", \"role\": \"device\", \"config\": \"\"}]}", -EINVAL,
	  "functions[0].address: not a PCI address" },
	{ HEAD ", \"functions\": [{\"address\": \"00:19.0\", \"role\": \"x\", \"config\": \"\"}]}", -EINVAL,
	  "functions[0].role: not one of device, partner, sibling" },
	{ HEAD ", \"functions\": [{\"address\": \"00:19.0\", \"role\": \"partner\", \"config\": \"\"}]}", -EINVAL,
	  "functions[0].role: the device comes first, and device and partner only once" },
	{ HEAD ", \"functions\": [{\"address\": \"00:19.0\", \"role\": \"device\", \"config\": \"868\"}]}", -EINVAL,
	  "functions[0].config: not pairs of hexadecimal digits for at most 4096 bytes" },
	{ HEAD ", \"facts\": []}", -EINVAL, "facts: not an object" },
	{ HEAD ", \"facts\": {\"speed\": \"fast\"}}", -EINVAL, "facts.speed: not an integer" },
	{ HEAD ", \"facts\": {\"carrier\": 1}}", -EINVAL, "facts.carrier: neither true nor false" },
	{ HEAD ", \"notes\": [1]}", -EINVAL, "notes[0]: not a string" },
	{ HEAD ", \"features\": [{}]}", -EINVAL, "features[0].name: missing" },
	{ HEAD ", \"queues\": [{\"inflight\": 5}]}", -EINVAL, "queues[0].queue: missing" },
	{ HEAD ", \"queues\": [{\"queue\": 0, \"inflight\": -5}]}", -EINVAL, "queues[0].inflight: -5 is out of range" },
	{ HEAD ", \"queues\": [{\"queue\": 70000}]}", -EINVAL, "queues[0].queue: 70000 is out of range" },
	{ HEAD ", \"vectors\": [{\"irq\": 24}]}", -EINVAL, "vectors[0].count: missing" },
	{ HEAD ", \"vectors\": [{\"count\": 24}]}", -EINVAL, "vectors[0].irq: missing" },
	{ HEAD ", \"refusals\": [{\"rung\": \"mmap\"}]}", -EINVAL, "refusals[0].why: missing" },
	{ HEAD ", \"rings\": [{\"name\"}]}", -EINVAL, "line 1, column 80: ':' expected near '}'" },
	{ HEAD ", \"frames\": [{\"name\"}]}", -EINVAL, "line 1, column 81: ':' expected near '}'" },
	{ HEAD ", \"registers\": [{\"value\": 0}]}", -EINVAL, "registers[0].offset: missing" },
	{ HEAD ", \"registers\": [{\"offset\": 4294967296, \"value\": 0}]}", -EINVAL,
	  "registers[0].offset: 4294967296 is out of range" },
	{ HEAD ", \"registers\": [{\"offset\": 0, \"value\": 0}, {\"offset\": 0}]}", -EINVAL,
	  "registers[1].value: missing, and no \"unread\" in its place" },
	{ HEAD ", \"registers\": [{\"offset\": 0, \"value\": 4294967296}]}", -EINVAL,
	  "registers[0].value: more than 32 bits" },
	{ HEAD ", \"registers\": [{\"offset\": 0, \"value\": \"12\"}]}", -EINVAL, "registers[0].value: not a number" },
	{ HEAD ", \"registers\": [{\"offset\": 0, \"value\": -1}]}", -EINVAL, "registers[0].value: not a number" },
	{ HEAD ", \"registers\": [{\"offset\": 0, \"width\": 24, \"value\": 0}]}", -EINVAL,
	  "registers[0].width: not 8, 16, 32 or 64" },
	{ HEAD ", \"registers\": [{\"offset\": 0, \"space\": \"config\", \"value\": 0}]}", -EINVAL,
	  "registers[0].space: neither mmio nor phy" },
	{ HEAD ", \"registers\": [{\"offset\": 0, \"unread\": \"read\"}]}", -EINVAL,
	  "registers[0].unread: an unknown reason" },
	{ HEAD ", \"registers\": [{\"offset\": 0, \"value\": 0},\n {\"offset\" 0}]}", -EINVAL,
	  "line 2, column 12: ':' expected near '0'" },
	{ HEAD ",\n \"registers\": [{\"offset\": 0, \"value\": 0} {\"offset\": 4, \"value\": 0}]}", -EINVAL,
	  "line 2, column 42: ',' or ']' expected" },
	{ HEAD ",\n \"registers\": [{\"offset\": 0, \"value\": 0},]}", -EINVAL,
	  "line 2, column 42: a value expected before ']'" },
	{ HEAD ",\n \"registers\": [,]}", -EINVAL, "line 2, column 16: unexpected token near ','" },
	{ HEAD ",\n \"registers\": [{\"offset\": 0, \"value\": 0}}", -EINVAL,
	  "line 2, column 41: ',' or ']' expected" },
	{ HEAD ",\n \"notes\": [\"a\", \"b\"", -EINVAL, "line 2, column 19: ']' expected near end of file" },
	{ HEAD ", \"notes\": [], \"notes\": []}", -EINVAL, "line 1, column 82: duplicate object key near '\"notes\"'" },
	{ HEAD ", \"registers\": [[1, 2]]}", -EINVAL, "registers[0]: not an object" },
	{ HEAD ", \"x\": [[[[[[[[[[[[[[[[[", -EINVAL, "line 1, column 83: nested deeper than a snapshot is" },
	{ HEAD ",\n \"chip\": }", -EINVAL, "line 2, column 10: unexpected token near '}'" },
	{ HEAD "}\n{\"format\"", -EINVAL, "line 2, column 9: ':' expected near end of file" },
	{ HEAD "} {\"format\"", -EINVAL, "line 1, column 71: ':' expected near end of file" },
};

static void faults_name_their_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct snapshots list = { 0 };
		struct err e = { 0 };

		assert_int_equal(snapshot_load("FILE", faults[i].text, strlen(faults[i].text), &list, &e),
				 faults[i].result);
		assert_string_equal(e.what, "FILE");
		assert_string_equal(e.why, faults[i].why);
		assert_int_equal(list.n, 0);
	}
}

/* A fault in the second leaves the list as it was. */
static void all_or_nothing(void **state)
{
	struct snapshots list = { 0 };
	static const char good[] = HEAD "}";
	static const char bad[] = HEAD "}" HEAD ", \"taken\": true}";

	(void)state;
	assert_int_equal(snapshot_load("FILE", good, strlen(good), &list, NULL), 0);
	assert_int_equal(snapshot_load("FILE", bad, strlen(bad), &list, NULL), -EINVAL);
	assert_int_equal(list.n, 1);
	snapshots_free(&list);
}

static void unknown_keys_are_ignored(void **state)
{
	static const char text[] = HEAD ", \"later\": [{}], \"facts\": {\"colour\": \"blue\"}}";
	struct snapshots list = { 0 };

	(void)state;
	assert_int_equal(snapshot_load("FILE", text, strlen(text), &list, NULL), 0);
	assert_int_equal(list.n, 1);
	snapshots_free(&list);
}

/* A recording has what changed: the counts as well, which change with each look. */
static void counts_in_a_delta(void **state)
{
	struct snapshot *before = example(), *now = example();
	AUTO_BUF struct buf out = { 0 };
	struct snapshots list = { 0 };
	const char *delta;

	(void)state;
	now->facts.queues[0].inflight = 0;
	now->facts.vectors[0].count++;
	snapshot_save(before, NULL, &out);
	assert_true(delta_save(before, now, &out));
	delta = strstr(buf_str(&out), "nicregs-delta");
	assert_non_null(strstr(delta, "\"vectors\""));
	assert_null(strstr(delta, "\"features\""));
	assert_true(delta_save(now, now, &out));
	assert_null(strstr(strrchr(buf_str(&out), '{'), "vectors"));
	assert_int_equal(snapshot_load("FILE", buf_str(&out), out.len, &list, NULL), 0);
	assert_int_equal(list.n, 3);
	assert_true(facts_same_counts(&list.v[0]->facts, &before->facts));
	assert_true(facts_same_counts(&list.v[1]->facts, &now->facts));
	assert_true(facts_same_counts(&list.v[2]->facts, &now->facts));
	now->facts.n_vectors = 0;
	assert_false(delta_save(before, now, &out));
	snapshot_free(before);
	snapshot_free(now);
	snapshots_free(&list);
}

/* Why configuration space is not known, also in the words of older files. */
static void reasons_of_functions(void **state)
{
	static const struct {
		const char *words;
		enum unread why;
	} cases[] = {
		{ "device asleep", UNREAD_ASLEEP },
		{ "asleep", UNREAD_ASLEEP },
		{ "needs root", UNREAD_NEEDS_ROOT },
		{ "the dump was taken without root", UNREAD_WITHOUT_ROOT },
		{ "the kernel refused to read it", UNREAD_REFUSED },
		{ "eaten by a grue", UNREAD_NOT_IN_SOURCE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct snapshots list = { 0 };
		char text[400];

		snprintf(text, sizeof(text),
			 HEAD ", \"functions\": [{\"address\": \"0000:01:00.0\", \"role\": \"device\", "
			      "\"config\": \"\", \"unread\": \"%s\"}]}",
			 cases[i].words);
		assert_int_equal(snapshot_load("FILE", text, strlen(text), &list, NULL), 0);
		assert_int_equal(snapshot_self(list.v[0])->unread, cases[i].why);
		snapshots_free(&list);
	}
}

/* A prefix, then a unit so many times. */
static int load_many(const char *prefix, const char *unit, size_t times, const char *suffix, struct err *e)
{
	struct snapshots list = { 0 };
	struct buf text = { 0 };
	int r;

	buf_puts(&text, prefix);
	for (size_t i = 0; i < times; i++)
		buf_puts(&text, unit);
	buf_puts(&text, suffix);
	r = snapshot_load("FILE", text.data, text.len, &list, e);
	if (!r)
		r = (int)list.v[0]->n_regs;
	snapshots_free(&list);
	buf_free(&text);
	return r;
}

/* In a value a fault; at the end of a recording what is before them counts. */
static void bytes_of_zero(void **state)
{
	static const char inside[] = HEAD ", \"x\": [1\0, 2]}";
	static const char behind[] = HEAD ", \"look\": 1}\n" HEAD ", \"look\": 2, \"x\": 1\0\0\0\0\0\0";
	struct snapshots list = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(snapshot_load("FILE", inside, sizeof(inside) - 1, &list, &e), -EINVAL);
	assert_non_null(strstr(e.why, "a byte of zero"));
	assert_int_equal(snapshot_load("FILE", behind, sizeof(behind) - 1, &list, &e), 0);
	assert_int_equal(list.n, 1);
	snapshots_free(&list);
}

/* Small files of what takes much memory are read, large ones are not; what snapshots are made of is. */
static void memory_is_bounded(void **state)
{
	static const struct {
		const char *prefix, *unit, *suffix, *why;
	} cases[] = {
		{ HEAD ", \"x\": [", "[],", "[]]}", "more values than a snapshot has" },
		{ HEAD ", \"x\": [{\"y\": 1}", ", {\"y\": 1}", "]}", "more values than a snapshot has" },
		{ HEAD ", \"registers\": [{\"offset\": 0, \"value\": 0, \"x\": [", "[],", "[]]}]}",
		  "more values than an element of a snapshot has" },
		{ HEAD ", \"notes\": [\"a\"", ",\"\"", "]}", "much more memory than its size" },
		{ HEAD ", \"features\": [{\"name\":\"a\"}", ",{\"name\":\"\"}", "]}",
		  "much more memory than its size" },
		{ HEAD "}", HEAD "}", "", "much more memory than its size" },
		{ HEAD ", \"refusals\": [{\"rung\":\"\",\"why\":\"\"}", ",{\"rung\":\"\",\"why\":\"\"}", "]}",
		  "more than 100" },
		{ HEAD ", \"tool\": \"", "0123456789", "\"}", "longer than any text of a snapshot" },
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(load_many(cases[i].prefix, cases[i].unit, 50, cases[i].suffix, &e) >=
			    (strstr(cases[i].why, "an element") ? 1 : 0));
		assert_true(load_many(cases[i].prefix, cases[i].unit, 400000, cases[i].suffix, &e) < 0);
		assert_non_null(strstr(e.why, cases[i].why));
	}
	assert_int_equal(load_many(HEAD ", \"registers\": [{\"offset\": 0, \"value\": 0}",
				   ", {\"offset\": 8, \"value\": 1}", 200000, "]}", &e),
			 200001);
}

static void words_for_pause(void **state)
{
	static const struct {
		int64_t rx, tx;
		const char *words;
	} rows[] = { { 1, 1, "pause both ways" },
		     { 1, 0, "pause received" },
		     { 0, 1, "pause sent" },
		     { 0, 0, "no pause frames" } };
	struct facts f;

	(void)state;
	facts_init(&f);
	assert_null(facts_pause_words(&f));
	for (size_t i = 0; i < COUNT(rows); i++) {
		f.pause_rx = rows[i].rx;
		f.pause_tx = rows[i].tx;
		assert_string_equal(facts_pause_words(&f), rows[i].words);
	}
	f.pause_tx = FACT_UNKNOWN;
	assert_null(facts_pause_words(&f));
}

static void words_for_reasons(void **state)
{
	(void)state;
	for (int i = 0; i < UNREAD_REASONS; i++)
		assert_int_equal(unread_parse(unread_name((enum unread)i)), i);
	for (int i = 0; i < ORIGINS; i++)
		assert_int_equal(origin_parse(origin_name((enum snapshot_origin)i)), i);
	for (int i = 0; i < PCI_ROLES; i++)
		assert_int_equal(pci_role_parse(pci_role_name((enum pci_role)i)), i);
	assert_int_equal(unread_parse("because"), -1);
}

static void addresses_and_ids(void **state)
{
	static const char *const sorted[] = { "0000:00:1f.6", "0000:01:00.0", "0000:01:00.1", "0000:01:02.0",
					      "0001:00:00.0" };
	static const char *const none[] = { "8086",      "8086:",     "808:10d3",   "8086:10d30",
					    "8086:10dg", "0x86:10d3", " 8086:10d3", "" };
	uint16_t vendor, device;

	(void)state;
	for (size_t i = 0; i < COUNT(sorted); i++)
		for (size_t k = 0; k < COUNT(sorted); k++) {
			struct pci_addr a, b;
			int r;

			assert_true(pci_addr_parse(sorted[i], &a) && pci_addr_parse(sorted[k], &b));
			r = pci_addr_compare(&a, &b);
			assert_int_equal((r > 0) - (r < 0), (i > k) - (i < k));
		}
	assert_true(pci_id_parse("8086:10D3", &vendor, &device));
	assert_int_equal(vendor, 0x8086);
	assert_int_equal(device, 0x10d3);
	for (size_t i = 0; i < COUNT(none); i++)
		assert_false(pci_id_parse(none[i], &vendor, &device));
}

static int count_samples(const struct snapshot *last, const struct snapshots *like, void *arg)
{
	char *out = arg, address[PCI_ADDR_MAX] = "-";

	if (snapshot_self(last))
		pci_addr_str(&snapshot_self(last)->addr, address);
	assert_ptr_equal(like->v[like->n - 1], last);
	sprintf(out + strlen(out), "%s %zu, ", address, like->n);
	return 0;
}

/* Three samples of one device and one of another, then one that is known by its interface alone. */
static void samples_by_device(void **state)
{
	static const struct {
		uint8_t fn;
		const char *netdev;
	} taken[] = { { 1, "eth1" }, { 0, "eth0" }, { 1, "eth1" }, { 0, "eth0" }, { 1, "eth1" } };
	struct snapshots list = { 0 };
	char said[200] = "";

	(void)state;
	for (size_t i = 0; i < COUNT(taken); i++) {
		struct snapshot *s = snapshot_new(ORIGIN_LIVE);

		snapshot_add_function(s, PCI_SELF, &(struct pci_addr){ 0, 1, 0, taken[i].fn }, NULL, 0);
		set(s, "netdev", taken[i].netdev);
		snapshots_add(&list, s);
	}
	assert_int_equal(samples_each(&list, count_samples, said), 0);
	assert_string_equal(said, "0000:01:00.0 2, 0000:01:00.1 3, ");
	snapshots_add(&list, snapshot_new(ORIGIN_PASTED));
	set(list.v[list.n - 1], "netdev", "eth0");
	said[0] = '\0';
	assert_int_equal(samples_each(&list, count_samples, said), 0);
	assert_string_equal(said, "0000:01:00.1 3, - 3, ");
	set(list.v[0], "board", "another machine");
	set(list.v[2], "board", "this machine");
	set(list.v[4], "board", "this machine");
	said[0] = '\0';
	assert_int_equal(samples_each(&list, count_samples, said), 0);
	assert_string_equal(said, "0000:01:00.1 1, 0000:01:00.1 2, - 3, ");
	snapshots_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(addresses_and_ids),
		cmocka_unit_test(samples_by_device),
		cmocka_unit_test(names_beside_offsets),
		cmocka_unit_test(several_in_one_file),
		cmocka_unit_test(cut_at_every_byte),
		cmocka_unit_test(bytes_of_zero),
		cmocka_unit_test(other_byte_everywhere),
		cmocka_unit_test(faults_name_their_place),
		cmocka_unit_test(all_or_nothing),
		cmocka_unit_test(unknown_keys_are_ignored),
		cmocka_unit_test(counts_in_a_delta),
		cmocka_unit_test(reasons_of_functions),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(words_for_reasons),
		cmocka_unit_test(words_for_pause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
