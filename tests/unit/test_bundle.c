// SPDX-License-Identifier: GPL-2.0-or-later
/* Which files of a bug report are read, in which order, and as which command's output. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bundle/internal.h"
#include "klog/input.h"
#include "util/alloc.h"

static void kinds(void **state)
{
	static const struct {
		const char *path;
		enum member_kind kind;
	} cases[] = {
		{ "var/log/kern.log", MEMBER_LOG },
		{ "var/log/kern.log.2.gz", MEMBER_LOG },
		{ "messages-20241101.xz", MEMBER_LOG },
		{ "sos_commands/logs/journalctl_--no-pager_--boot_-1", MEMBER_LOG },
		{ "sos_strings/logs/var.log.messages.tailed", MEMBER_LOG },
		{ "CurrentDmesg", MEMBER_LOG },
		{ "BootDmesg.txt", MEMBER_LOG },
		{ "boot.txt", MEMBER_LOG },
		{ "sos_commands/networking/ethtool_-i_eth0", MEMBER_PASTED },
		{ "proc/net/bonding/bond0", MEMBER_PASTED },
		{ "proc/interrupts", MEMBER_PASTED },
		{ "ProcInterrupts", MEMBER_PASTED },
		{ "Lspci-vt", MEMBER_PASTED },
		{ "var/log/journal/abc/system.journal", MEMBER_OTHER },
		{ "sos_commands/kernel/modinfo_ALL_MODULES", MEMBER_OTHER },
		{ "var/log/wtmp", MEMBER_OTHER },
		{ "etc/ssh/sshd.conf", MEMBER_OTHER },
		{ "2-now-0.json", MEMBER_SNAPSHOT },
		{ "about.json", MEMBER_UNKNOWN },
		{ "what I saw", MEMBER_UNKNOWN },
		{ "interrupts", MEMBER_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (member_name(cases[i].path).kind != cases[i].kind)
			fail_msg("%s", cases[i].path);
	}
}

/* Each is older than the next one, and of the same log. */
static void ages(void **state)
{
	static const char *const series[][6] = {
		{ "var/log/kern.log.10.gz", "var/log/kern.log.9.gz", "var/log/kern.log.2.xz", "var/log/kern.log.1",
		  "var/log/kern.log" },
		{ "messages-20231231.gz", "messages-20240101.gz", "messages-20241108", "messages" },
		{ "dmesg.4.gz", "dmesg.0", "dmesg" },
		{ "dmesg.old", "dmesg" },
		{ "x/journalctl_--no-pager_--boot_-2", "x/journalctl_--no-pager_--boot_-1",
		  "x/journalctl_--no-pager_--boot" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(series); i++)
		for (size_t k = 0; k + 1 < COUNT(series[i]) && series[i][k + 1]; k++) {
			struct member_name a = member_name(series[i][k]), b = member_name(series[i][k + 1]);

			if (a.age <= b.age || a.rank != b.rank || a.n != b.n || memcmp(a.start, b.start, a.n) != 0)
				fail_msg("%s, %s: %lld, %lld", a.start, b.start, (long long)a.age, (long long)b.age);
		}
	assert_int_equal(member_name("kern.log").age, 0);
	assert_int_equal(member_name("e1000").age, 0);
	assert_int_equal(member_name("messages-99999999999999999999999").age, 0);
}

static void commands(void **state)
{
	static const struct {
		const char *path, *command;
	} cases[] = {
		{ "sos_commands/networking/ethtool_-i_eth0", "# ethtool -i eth0\n" },
		{ "sos_commands/networking/ethtool_-S_br_lan", "# ethtool -S br_lan\n" },
		{ "ethtool_--show-eee_eno1", "# ethtool --show-eee eno1\n" },
		{ "ethtool_eno1", "# ethtool eno1\n" },
		{ "host/proc/net/bonding/bond0", "# cat /proc/net/bonding/bond0\n" },
		{ "proc/interrupts", "# cat /proc/interrupts\n" },
		{ "lspci_-nnvv", "" },
		{ "ethtool_-i_eth0\nkernel: forged", "" },
	};
	char command[BUNDLE_PATH];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		member_command(cases[i].path, command, sizeof(command));
		assert_string_equal(command, cases[i].command);
	}
}

static void put(const char *folder, const char *name, const char *text)
{
	AUTO_FREE char *path = xasprintf("%s/%s", folder, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* A directory's: what the logs say, in order; links and files without a word about network cards are left out. */
static void folder(void **state)
{
	static const char line[] = "Nov 20 10:00:00 host kernel: [    5.000000] e1000e: x\n";
	char path[] = "/tmp/bundle-XXXXXX", piece[64] = "", all[512] = "";
	AUTO_FREE char *link = NULL, *command = NULL;
	struct bundle_source source = { .wants = klog_wants };
	struct bundle_file file;
	struct bundle *b;
	struct err e;
	size_t n;

	(void)state;
	assert_non_null(mkdtemp(path));
	source.name = source.folder = path;
	link = xasprintf("%s/kern.log.3", path);
	assert_int_equal(symlink("/etc/passwd", link), 0);
	put(path, "dmesg", "c");
	put(path, "kern.log", "b");
	put(path, "kern.log.1", "a");
	put(path, "shopping list", "milk\neggs\n");
	put(path, "ethtool_-i_eth0", "driver: igb\n");
	put(path, "notes", line);
	assert_int_equal(bundle_open(&b, &source, &e), 0);
	assert_int_equal(bundle_counts(b)->files, 6);
	assert_int_equal(bundle_counts(b)->left_out, 1);
	while (bundle_next(b, &file, &e) == 1) {
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s:", file.another_log ? "|" : "", file.path);
		while (bundle_read(b, piece, sizeof(piece) - 1, &n, &e) == 1)
			snprintf(all + strlen(all), sizeof(all) - strlen(all), "%.*s ", (int)n, piece);
	}
	bundle_free(b);
	assert_string_equal(
		all,
		"ethtool_-i_eth0:driver: igb\n notes:Nov 20 10:00:00 host kernel: [    5.000000] e1000e: x\n |kern.log.1:a kern.log:b |dmesg:c ");
	command = xasprintf("rm -r %s", path);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),
		cmocka_unit_test(ages),
		cmocka_unit_test(commands),
		cmocka_unit_test(folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
