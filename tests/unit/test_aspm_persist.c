// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules for udev in a folder of one's own: what stands in them, and what is read out of them. */
#include "private_sys.h"

#include <errno.h>

#include "aspm/persist.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/file.h"

#define PLACE "../../../devices/pci0000:00/0000:00:1c.4/0000:02:00."
#define RULES "79-nicregs-aspm-0000:02:00.rules"

struct bench {
	char dir[32], script[64], path[128];
	struct link link; /* a port and two functions */
	bool sys;
};

static void setup(struct bench *b)
{
	*b = (struct bench){ .sys = !sys_enter() };
	strcpy(b->dir, "/tmp/aspm-rules-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	snprintf(b->script, sizeof(b->script), "%s/script", b->dir);
	snprintf(b->path, sizeof(b->path), "%s/" RULES, b->dir);
	sys_text(b->script, "#!/bin/sh\n");
	chmod(b->script, 0755);
	b->link.n_ends = 3;
	b->link.ends[0] = (struct link_end){ .addr = { 0, 0, 0x1c, 4 }, .role = PCI_PARTNER, .id = 0x1c188086 };
	for (uint8_t fn = 0; fn < 2; fn++) {
		b->link.ends[1 + fn] = (struct link_end){
			.addr = { 0, 2, 0, fn }, .role = fn ? PCI_SIBLING : PCI_SELF, .there = true, .id = 0x15218086
		};
		if (b->sys)
			assert_int_equal(symlink(fn ? PLACE "1" : PLACE "0",
						 fn ? SYS_DEVICES "/0000:02:00.1" : SYS_DEVICES "/0000:02:00.0"),
					 0);
	}
}

static void teardown(struct bench *b)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", b->dir);
	assert_int_equal(system(command), 0);
}

static void has(const struct bench *b, const char *words)
{
	struct buf text = { 0 };

	assert_int_equal(file_read(b->path, 65536, &text, NULL), 0);
	assert_non_null(strstr(buf_str(&text), words));
	buf_free(&text);
}

static void written_and_read(void **state)
{
	struct stat first, again;
	struct err e = { 0 };
	struct bench b;

	(void)state;
	setup(&b);
	if (!b.sys) {
		teardown(&b);
		skip();
	}
	assert_int_equal(aspm_persist_states(b.dir, &b.link), 0);
	assert_int_equal(aspm_persist_write(b.dir, b.script, &b.link, LINK_L0S | LINK_L1_2, &e), 0);
	has(&b, "DEVPATH==\"/devices/pci0000:00/0000:00:1c.4/0000:02:00.0\", ATTR{vendor}==\"0x8086\", "
		"ATTR{device}==\"0x1521\", TEST==\"");
	has(&b, "script 0000:02:00.0 l0s,l1.2\"\n");
	has(&b, "script 0000:02:00.1 l0s,l1.2\"\n");
	assert_int_equal(aspm_persist_states(b.dir, &b.link), LINK_L0S | LINK_L1_2);
	/* Once more: not even the file is another. */
	assert_int_equal(stat(b.path, &first), 0);
	assert_int_equal(aspm_persist_write(b.dir, b.script, &b.link, LINK_L0S | LINK_L1_2, &e), 0);
	assert_int_equal(stat(b.path, &again), 0);
	assert_int_equal(first.st_ino, again.st_ino);
	/* Others: they take the place. */
	assert_int_equal(aspm_persist_write(b.dir, b.script, &b.link, LINK_L1, &e), 0);
	assert_int_equal(aspm_persist_states(b.dir, &b.link), LINK_L1);
	/* Another card at the same address. */
	b.link.ends[1].id = 0x10d38086;
	assert_int_equal(aspm_persist_states(b.dir, &b.link), 0);
	assert_int_equal(aspm_persist_remove(b.dir, &b.link, &e), 0);
	assert_int_equal(aspm_persist_remove(b.dir, &b.link, &e), -ENOENT);
	assert_string_equal(e.what, "");
	teardown(&b);
}

static void refused(void **state)
{
	struct err e = { 0 };
	struct bench b;

	(void)state;
	setup(&b);
	assert_int_equal(aspm_persist_write(b.dir, "/nowhere/script", &b.link, LINK_L1, &e), -ENOENT);
	assert_non_null(strstr(e.todo, "make install"));
	assert_int_equal(aspm_persist_write("/nowhere", b.script, &b.link, LINK_L1, &e), -ENOENT);
	assert_non_null(strstr(e.todo, "udev"));
	/* A device that has gone away has no place in /sys. */
	b.link.ends[2].addr.fn = 5;
	assert_true(aspm_persist_write(b.dir, b.script, &b.link, LINK_L1, &e) < 0);
	assert_int_equal(access(b.path, F_OK), -1);
	teardown(&b);
}

static void damaged(void **state)
{
	static const char *const texts[] = {
		"", "RUN+=\"", "RUN+=\"x 0000:02:00.0 l1\"\n",
		"ATTR{vendor}==\"0x8086\", ATTR{device}==\"0x1521\", RUN+=\"x 0000:02:00.0 l9\"\n",
		"ATTR{vendor}==\"0x8086\", ATTR{device}==\"0x1521\", RUN+=\"x 0000:02:00.0"
	};
	struct bench b;

	(void)state;
	setup(&b);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		sys_text(b.path, texts[i]);
		assert_int_equal(aspm_persist_states(b.dir, &b.link), 0);
	}
	teardown(&b);
}

static void listed(void **state)
{
	static const char *const names[] = { "79-nicregs-aspm-0000:05:00.rules", RULES, "79-nicregs-aspm-x.rules~",
					     "70-other.rules" };
	struct aspm_rules rules;
	struct bench b;

	(void)state;
	setup(&b);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", b.dir, names[i]);
		sys_text(path, "");
	}
	aspm_persist_list(b.dir, &rules);
	assert_int_equal(rules.n, 2);
	assert_string_equal(rules.paths[0], b.path);
	aspm_persist_drop(&rules, b.dir, &b.link);
	assert_int_equal(rules.n, 1);
	assert_non_null(strstr(rules.paths[0], "0000:05:00"));
	aspm_rules_free(&rules);
	aspm_persist_list("/nowhere", &rules);
	assert_int_equal(rules.n, 0);
	aspm_rules_free(&rules);
	teardown(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_and_read),
		cmocka_unit_test(refused),
		cmocka_unit_test(damaged),
		cmocka_unit_test(listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
