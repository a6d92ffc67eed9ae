// SPDX-License-Identifier: GPL-2.0-or-later
/* Settings made to last: the file and the rule; and who else sets up an interface. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "change/keep.h"
#include "host/manager.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/file.h"

static char root[64];
static const struct pci_addr one = { 0, 2, 0, 0 }, two = { 0, 3, 0, 1 };

static int begin(void **state)
{
	(void)state;
	strcpy(root, "/tmp/keep-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int end(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command);
}

/* A file below the root, with its folders. */
static void put(const char *path, const char *text)
{
	char command[512], whole[256];
	struct err e = { 0 };

	snprintf(whole, sizeof(whole), "%s%s", root, path);
	snprintf(command, sizeof(command), "mkdir -p $(dirname %s)", whole);
	assert_int_equal(system(command), 0);
	assert_int_equal(file_write_atomic(whole, text, strlen(text), 0644, &e), 0);
}

static char *get(const char *path)
{
	AUTO_FREE char *whole = xasprintf("%s%s", root, path);
	struct buf text = { 0 };

	return file_read(whole, 65536, &text, NULL) ? NULL : buf_take(&text);
}

static struct change_wish wish(const char *text)
{
	struct change_wish w;

	assert_int_equal(change_wish_parse(text, &w, NULL), 0);
	return w;
}

static void kept(void **state)
{
	AUTO_FREE char *file = xasprintf("%s/etc/nicregs/settings", root), *rule = xasprintf("%s/rules/79.rules", root);
	const struct change_keeper keeper = { file, rule, "/usr/sbin/nicregs" };
	struct change_wish wishes[] = { wish("tso=off"), wish("ring-tx=max") }, again[] = { wish("tso=on") };
	struct change_kept list;
	struct err e = { 0 };

	(void)state;
	/* Without udev there is nothing to run it, and no file is left. */
	assert_int_equal(change_keep(&keeper, &one, 0x10d38086, wishes, 2, &e), -ENOENT);
	assert_non_null(strstr(e.todo, "udev"));
	assert_int_equal(access(file, F_OK), -1);
	put("/rules/other.rules", "");
	put("/etc/fstab", "");
	assert_int_equal(change_keep(&keeper, &one, 0x10d38086, wishes, 2, &e), 0);
	assert_int_equal(change_keep(&keeper, &two, 0x15218086, wishes, 1, &e), 0);
	assert_int_equal(change_keep(&keeper, &one, 0x10d38086, again, 1, &e), 0);
	{
		AUTO_FREE char *text = get("/etc/nicregs/settings"), *rules = get("/rules/79.rules");

		assert_non_null(strstr(text, "\ndevice 0000:02:00.0 8086:10d3\n    tso=on\n    ring-tx=max\n"));
		assert_non_null(strstr(text, "\ndevice 0000:03:00.1 8086:1521\n    tso=off\n"));
		assert_non_null(strstr(rules, "ACTION==\"add|move\", SUBSYSTEM==\"net\", SUBSYSTEMS==\"pci\""));
		assert_non_null(strstr(rules, "RUN+=\"/usr/sbin/nicregs --no-color fix reapply $id\""));
	}
	change_kept_of(file, &one, 0x10d38086, &list, NULL);
	assert_int_equal(list.n, 2);
	change_kept_free(&list);
	/* Another part in its place has none. */
	change_kept_of(file, &one, 0x15218086, &list, NULL);
	assert_int_equal(list.n, 0);
	assert_int_equal(change_keep(&keeper, &one, 0x15218086, again, 1, &e), 0);
	change_kept_of(file, &one, 0x15218086, &list, NULL);
	assert_int_equal(list.n, 1);
	list.n = 0;
	assert_int_equal(change_keep_replace(&keeper, &list, &e), 0);
	change_kept_free(&list);
	/* The last takes file and rule along. */
	assert_int_equal(change_keep_end(&keeper, &two, &e), 0);
	assert_int_equal(access(file, F_OK), -1);
	assert_int_equal(access(rule, F_OK), -1);
	assert_int_equal(change_keep_end(&keeper, &two, &e), -ENOENT);
}

static void hostile(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "tso=off\n", "line 1: tso=off: a setting before the first device" },
		{ "\n# x\ndevice 02:00.0\n", "line 3" },
		{ "device 0000:02:00.0 10d3\n", "line 1" },
		{ "device 0000:02:00.0 8086:10d3\n tso\n", "line 2: tso: not SETTING=VALUE" },
		{ "device 0000:02:00.0 8086:10d3\n colour=blue\n", "line 2: colour: no such setting" },
		{ "device 0000:02:00.0 8086:10d3\n tso=off\ndevice 0000:02:00.0 8086:10d3\n gso=off\n",
		  "line 3: 0000:02:00.0: this device stands above already" },
		{ "device 0000:02:00.0 8086:10d3\n tso=off\n gso=off\n tso=on\n",
		  "line 4: tso=on: this device has tso above already" },
	};
	AUTO_FREE char *file = xasprintf("%s/settings", root);
	AUTO_FREE char *rule = xasprintf("%s/rules/79.rules", root);
	const struct change_keeper keeper = { file, rule, "/usr/sbin/nic regs" };
	struct change_wish w = wish("tso=off");
	struct change_keeps keeps;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err e = { 0 };

		put("/settings", cases[i].text);
		assert_int_equal(change_keeps_load(file, &keeps, &e), -EINVAL);
		if (!strstr(e.why, cases[i].why))
			fail_msg("%s", e.why);
		/* Nothing is written over what somebody has written. */
		assert_int_equal(change_keep(&keeper, &one, 0x10d38086, &w, 1, &e), -EINVAL);
	}
	put("/settings", "# only words\ndevice 0000:02:00.0 8086:10d3 # eno1\n\n  tso=off  # why\n");
	assert_int_equal(change_keeps_load(file, &keeps, NULL), 0);
	assert_int_equal(keeps.n, 1);
	assert_string_equal(keeps.v[0].v[0].value, "off");
	change_keeps_free(&keeps);
	put("/rules/x", "");
	assert_int_equal(change_keep(&keeper, &one, 0x10d38086, &w, 1, NULL), -EINVAL);
}

/* Nobody waits for what a pipe may bring. */
static void pipes(void **state)
{
	AUTO_FREE char *file = xasprintf("%s/settings", root);
	struct change_keeps keeps;
	struct err e = { 0 };

	(void)state;
	unlink(file);
	assert_int_equal(mkfifo(file, 0600), 0);
	alarm(10);
	assert_int_equal(change_keeps_load(file, &keeps, &e), -EINVAL);
	alarm(0);
	assert_non_null(strstr(e.why, "not a regular file"));
	assert_int_equal(unlink(file), 0);
	assert_int_equal(change_keeps_load(file, &keeps, &e), 0);
	change_keeps_free(&keeps);
}

/* What a NUL hides would be lost with the next change. */
static void nul(void **state)
{
	static const char text[] =
		"device 0000:03:00.1 8086:1521\n tso=off\n\0\ndevice 0000:04:00.0 8086:1521\n gso=off\n";
	AUTO_FREE char *file = xasprintf("%s/settings", root), *rule = xasprintf("%s/rules/79.rules", root);
	const struct change_keeper keeper = { file, rule, "/usr/sbin/nicregs" };
	struct change_wish w = wish("tso=off");
	AUTO_BUF struct buf after = { 0 };
	struct change_keeps keeps;
	struct err e = { 0 };

	(void)state;
	put("/rules/x", "");
	assert_int_equal(file_write_atomic(file, text, sizeof(text) - 1, 0644, &e), 0);
	assert_int_equal(change_keeps_load(file, &keeps, &e), -EINVAL);
	assert_non_null(strstr(e.why, "line 3: it has a NUL byte"));
	assert_int_equal(change_keep(&keeper, &one, 0x10d38086, &w, 1, &e), -EINVAL);
	assert_int_equal(file_read(file, 65536, &after, NULL), 0);
	assert_int_equal(after.len, sizeof(text) - 1);
	assert_int_equal(access(rule, F_OK), -1);
}

static void large(void **state)
{
	AUTO_FREE char *text = xcalloc(300000, 1), *file = xasprintf("%s/settings", root);
	struct change_keeps keeps;
	struct err e = { 0 };

	(void)state;
	memset(text, '#', 299999);
	put("/settings", text);
	assert_int_equal(change_keeps_load(file, &keeps, &e), -EFBIG);
	assert_string_equal(e.why, "larger than the 256 KiB that such a file can have");
}

/* Words of somebody, blocks of other devices and a symbolic link stay. */
static void comments(void **state)
{
	AUTO_FREE char *file = xasprintf("%s/etc/settings", root), *rule = xasprintf("%s/rules/79.rules", root);
	AUTO_FREE char *target = xasprintf("%s/kept/mine", root), *before = NULL, *after = NULL, *last = NULL;
	const struct change_keeper keeper = { file, rule, "/usr/sbin/nicregs" };
	struct change_wish wishes[] = { wish("tso=on"), wish("mtu=1400") };
	struct err e = { 0 };
	struct stat st;

	(void)state;
	put("/rules/x", "");
	put("/etc/x", "");
	put("/kept/mine",
	    "# mine\n\ndevice 0000:02:00.0 8086:10d3 # the first\n  # because of bug 1\n  tso=off # slow\n"
	    "  gso=off\n\n# later:\ndevice 0000:03:00.1 8086:1521\n");
	assert_int_equal(symlink(target, file), 0);
	assert_int_equal(change_keep(&keeper, &one, 0x10d38086, wishes, 2, &e), 0);
	before = get("/kept/mine");
	assert_string_equal(before,
			    "# mine\n\ndevice 0000:02:00.0 8086:10d3 # the first\n  # because of bug 1\n"
			    "    tso=on  # slow\n  gso=off\n    mtu=1400\n\n# later:\ndevice 0000:03:00.1 8086:1521\n");
	assert_int_equal(lstat(file, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(change_keep(&keeper, &two, 0x15218086, &wishes[0], 1, &e), 0);
	after = get("/kept/mine");
	assert_non_null(strstr(after, "\n# later:\ndevice 0000:03:00.1 8086:1521\n    tso=on\n"));
	assert_int_equal(change_keep_end(&keeper, &one, &e), 0);
	assert_int_equal(change_keep_end(&keeper, &two, &e), 0);
	last = get("/kept/mine");
	assert_string_equal(last, "# mine\n  # because of bug 1\n\n# later:\n");
	assert_int_equal(access(rule, F_OK), -1);
	/* A link that leads nowhere is not written over, and no rule is left. */
	assert_int_equal(unlink(target), 0);
	assert_true(change_keep(&keeper, &one, 0x10d38086, wishes, 1, &e) < 0);
	assert_non_null(strstr(e.why, "leads to no file"));
	assert_int_equal(access(rule, F_OK), -1);
	assert_int_equal(lstat(file, &st), 0);
}

static size_t ask(const char *setting, struct host_manager m[HOST_MANAGERS])
{
	return host_managers_below(root, "eno1", 2, &setting, 1, m);
}

static void nobody(void **state)
{
	struct host_manager m[HOST_MANAGERS];

	(void)state;
	assert_int_equal(ask("feature.tx-tcp-segmentation", m), 0);
	put("/run/systemd/netif/links/2", "ADMIN_STATE=unmanaged\n");
	put("/run/NetworkManager/devices/2", "[device]\nmanaged=0\n");
	put("/etc/network/interfaces",
	    "auto eno2\niface eno2 inet dhcp\n  post-up ethtool -K eno2 tso on\n# iface eno1\n");
	/* The distribution's names and sets nothing. */
	put("/run/udev/data/n2", "E:ID_NET_LINK_FILE=/usr/lib/systemd/network/99-default.link\n");
	put("/usr/lib/systemd/network/99-default.link", "[Match]\nOriginalName=*\n[Link]\nNamePolicy=keep\n");
	assert_int_equal(ask("feature.tx-tcp-segmentation", m), 0);
}

static void link_file(void **state)
{
	struct host_manager m[HOST_MANAGERS];

	(void)state;
	put("/run/udev/data/n2", "I:1\nE:ID_NET_LINK_FILE=/etc/systemd/network/10-eno1.link\nE:X=1\n");
	put("/etc/systemd/network/10-eno1.link",
	    "[Match]\nPath=pci-0000:02:00.0\n[Link]\n#TxBufferSize=1\nTCPSegmentationOffload = yes\n"
	    "[EnergyEfficientEthernet]\nEnable=yes\n[Other]\nMTUBytes=9000\n");
	assert_int_equal(ask("feature.tx-tcp-segmentation", m), 1);
	assert_int_equal(m[0].kind, MANAGER_LINK);
	assert_string_equal(m[0].line, "TCPSegmentationOffload = yes");
	assert_int_equal(ask("eee", m), 1);
	assert_string_equal(m[0].line, "Enable=yes");
	assert_int_equal(ask("ring-tx", m), 0);
	assert_int_equal(ask("feature.rx-gro", m), 0);
}

static void networkd(void **state)
{
	struct host_manager m[HOST_MANAGERS];

	(void)state;
	put("/run/systemd/netif/links/2",
	    "# x\nADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/20.network\n");
	put("/etc/systemd/network/20.network", "[Match]\nName=eno1\n[Link]\nMTUBytes=9000\n");
	assert_int_equal(ask("mtu", m), 1);
	assert_int_equal(m[0].kind, MANAGER_NETWORKD);
	assert_string_equal(m[0].line, "MTUBytes=9000");
	assert_int_equal(ask("eee", m), 1);
	assert_string_equal(m[0].line, "");
}

static void networkmanager(void **state)
{
	struct host_manager m[HOST_MANAGERS];

	(void)state;
	put("/run/NetworkManager/devices/2", "[device]\nmanaged=true\nconnection-uuid=3c1f\nnm-owned=0\n");
	put("/etc/NetworkManager/system-connections/a.nmconnection",
	    "[connection]\nid=other\nuuid=1111\n[ethtool]\nfeature-tso=true\n");
	put("/etc/NetworkManager/system-connections/b.nmconnection",
	    "[connection]\nid=office\nuuid=3c1f\n[ethernet]\nmtu=1400\n[ethtool]\nfeature-gro=false\nring-tx=64\n");
	assert_int_equal(ask("ring-tx", m), 1);
	assert_int_equal(m[0].kind, MANAGER_NETWORKMANAGER);
	assert_string_equal(m[0].name, "office");
	assert_string_equal(m[0].line, "ring-tx=64");
	assert_int_equal(ask("mtu", m), 1);
	assert_string_equal(m[0].line, "mtu=1400");
	assert_int_equal(ask("feature.tx-tcp-segmentation", m), 1);
	assert_string_equal(m[0].line, "");
	/* One that is managed, and whose connection is not found. */
	put("/run/NetworkManager/devices/2", "[device]\nmanaged=true\nconnection-uuid=4444\n");
	assert_int_equal(ask("ring-tx", m), 1);
	assert_string_equal(m[0].file, "");
}

static void ifupdown(void **state)
{
	struct host_manager m[HOST_MANAGERS];

	(void)state;
	put("/etc/network/interfaces", "source /etc/network/interfaces.d/*\nauto lo\niface lo inet loopback\n");
	put("/etc/network/interfaces.d/eno1",
	    "auto eno1\niface eno1 inet dhcp\n  post-up ethtool -K eno1 gro on tso on\n  offload-gso on\n\tmtu 1400\n"
	    "iface eno2 inet dhcp\n  hardware-dma-ring-tx 64\n");
	assert_int_equal(ask("feature.tx-tcp-segmentation", m), 1);
	assert_int_equal(m[0].kind, MANAGER_IFUPDOWN);
	assert_string_equal(m[0].line, "post-up ethtool -K eno1 gro on tso on");
	assert_non_null(strstr(m[0].file, "interfaces.d/eno1"));
	assert_int_equal(ask("mtu", m), 1);
	assert_string_equal(m[0].line, "mtu 1400");
	assert_int_equal(ask("ring-tx", m), 1);
	assert_string_equal(m[0].line, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(kept, begin, end),
		cmocka_unit_test_setup_teardown(hostile, begin, end),
		cmocka_unit_test_setup_teardown(pipes, begin, end),
		cmocka_unit_test_setup_teardown(nul, begin, end),
		cmocka_unit_test_setup_teardown(large, begin, end),
		cmocka_unit_test_setup_teardown(comments, begin, end),
		cmocka_unit_test_setup_teardown(nobody, begin, end),
		cmocka_unit_test_setup_teardown(link_file, begin, end),
		cmocka_unit_test_setup_teardown(networkd, begin, end),
		cmocka_unit_test_setup_teardown(networkmanager, begin, end),
		cmocka_unit_test_setup_teardown(ifupdown, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
