// SPDX-License-Identifier: GPL-2.0-or-later
/* An interface's place in the network, kept and put back, and who depends on it: against the kernel, in a network namespace of
 * one's own. */
#include "private_sys.h"

#include <errno.h>

#include "host/dependents.h"
#include "host/internal.h"
#include "host/network.h"
#include "host/restart.h"
#include "util/err.h"

static int setup(void **state)
{
	(void)state;
	unsetenv("SSH_CONNECTION");
	return sys_enter();
}

/* Whether all of these could be done. */
static bool run(const char *const *commands)
{
	for (; *commands; commands++) {
		char line[300];

		snprintf(line, sizeof(line), "%s 2> /dev/null", *commands);
		if (system(line))
			return false;
	}
	return true;
}

static void commands_of(const struct network *n, char *out, size_t size)
{
	AUTO_BUF struct buf text = { 0 };

	network_commands(n, &text);
	snprintf(out, size, "%s", buf_str(&text));
}

static void teardown_links(void)
{
	static const char *const gone[] = { "ip link del eth0", "ip link del br0", "ip link del other",
					    "ip link del far", NULL };

	for (const char *const *c = gone; *c; c++)
		run((const char *const[]){ *c, NULL });
}

static const char *const place[] = {
	"ip link set lo up",
	"ip link add eth0 type veth peer name far",
	"ip link add br0 type bridge",
	"ip link set eth0 mtu 1400",
	"ip link set eth0 master br0",
	"bridge link set dev eth0 cost 77",
	"ip link set far up",
	"ip link set eth0 up",
	"ip link set br0 up",
	"ip addr add 192.0.2.1/24 dev eth0",
	"ip addr add 198.51.100.5/32 peer 198.51.100.6 dev eth0",
	"ip addr add 203.0.113.1/24 dev br0",
	"ip route add 10.1.0.0/16 via 192.0.2.9 dev eth0 metric 7",
	"ip route add default via 192.0.2.9 table 100",
	NULL,
};

static void make_place(void)
{
	teardown_links();
	if (!run(place))
		skip();
}

/* What goes through a record is the same, and half of one is none. */
static void through_a_record(struct network **n, const char *before)
{
	AUTO_BUF struct buf bytes = { 0 };
	struct network *loaded = NULL;
	char after[4096];

	network_save(*n, &bytes);
	for (size_t size = 1; size < bytes.len; size += 61) {
		if (!network_load(buf_str(&bytes), size, "eth0", &loaded))
			network_free(loaded);
		else
			assert_null(loaded);
	}
	assert_int_equal(network_load(buf_str(&bytes), bytes.len, "nosuch0", &loaded), -EINVAL);
	assert_int_equal(network_load(buf_str(&bytes), bytes.len, "eth0", &loaded), 0);
	commands_of(loaded, after, sizeof(after));
	assert_string_equal(after, before);
	network_free(*n);
	*n = loaded;
}

/* The interface comes anew under another name, as a driver that binds again makes it. */
static void an_interface_that_comes_anew_has_all_of_it(void **state)
{
	static const char *const anew[] = { "ip link del eth0", "ip link add veth9 type veth peer name far",
					    "ip link set far up", NULL };
	struct network *n = NULL, *now = NULL;
	struct err e = { 0 };
	AUTO_BUF struct buf missing = { 0 };
	char before[4096], after[4096];

	(void)state;
	make_place();
	assert_int_equal(network_read("eth0", &n, &e), 0);
	commands_of(n, before, sizeof(before));
	assert_non_null(strstr(before, "ip link set dev eth0 master br0\n"));
	assert_non_null(strstr(before, "ip address add 192.0.2.1/24 dev eth0\n"));
	assert_non_null(strstr(before, "ip route add 10.1.0.0/16 via 192.0.2.9 dev eth0 metric 7\n"));
	assert_non_null(strstr(before, "table 100\n"));
	assert_int_equal(network_missing(n, &missing), 0);
	through_a_record(&n, before);

	assert_true(run(anew));
	assert_true(network_missing(n, &missing) >= 6); /* with what the kernel adds of IPv6 */
	assert_string_equal(buf_str(&missing), before);
	buf_clear(&missing);
	if (network_put_back(n, "veth9", &e))
		fail_msg("%s: %s", e.what, e.why);
	if (network_missing(n, &missing))
		fail_msg("%s", buf_str(&missing));
	assert_int_equal(network_read("eth0", &now, &e), 0);
	commands_of(now, after, sizeof(after));
	assert_string_equal(after, before);
	assert_int_equal(system("ip link show eth0 | grep -q 'mtu 1400'"), 0);
	assert_int_equal(system("bridge -d link show dev eth0 | grep -q 'cost 77'"), 0);
	network_free(now);
	network_free(n);
}

/* What somebody else put back already is left as it is, and what cannot be put back is named. */
static void what_cannot_be_put_back_is_named(void **state)
{
	static const char *const anew[] = { "ip link del eth0",
					    "ip link del br0",
					    "ip link add eth0 type veth peer name far",
					    "ip addr add 192.0.2.1/24 dev eth0",
					    "ip link set eth0 up",
					    "ip link set far up",
					    NULL };
	struct network *n = NULL;
	struct err e = { 0 };
	AUTO_BUF struct buf missing = { 0 };

	(void)state;
	make_place();
	assert_int_equal(network_read("eth0", &n, &e), 0);
	assert_true(run(anew));
	assert_int_equal(network_put_back(n, "eth0", &e), -ENODEV);
	assert_string_equal(e.what, "eth0");
	assert_int_equal(network_missing(n, &missing), 1);
	assert_string_equal(buf_str(&missing), "ip link set dev eth0 master br0\n");
	network_free(n);
}

/* What stands on the interface is made again, where the kernel has VLANs. */
static void vlans_are_made_again(void **state)
{
	static const char *const more[] = { "ip link add link eth0 name eth0.10 type vlan id 10 reorder_hdr off",
					    "ip link add link eth0.10 name inner type vlan id 20",
					    "ip link set eth0.10 up",
					    "ip link set inner up",
					    "ip addr add 10.9.0.1/24 dev inner",
					    NULL };
	static const char *const anew[] = { "ip link del eth0", "ip link add eth0 type veth peer name far",
					    "ip link set far up", NULL };
	struct network *n = NULL;
	struct err e = { 0 };
	AUTO_BUF struct buf missing = { 0 };

	(void)state;
	make_place();
	if (!run(more))
		skip();
	assert_int_equal(network_read("eth0", &n, &e), 0);
	assert_true(run(anew));
	if (network_put_back(n, "eth0", &e))
		fail_msg("%s: %s", e.what, e.why);
	if (network_missing(n, &missing))
		fail_msg("%s", buf_str(&missing));
	assert_int_equal(system("ip -d link show eth0.10 | grep -q 'id 10 '"), 0);
	assert_int_equal(system("ip -d link show eth0.10 | grep -q REORDER_HDR"), 256);
	network_free(n);
}

static void an_interface_that_is_not_there(void **state)
{
	struct network *n = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(network_read("nosuch0", &n, &e), -ENODEV);
	assert_null(n);
	assert_string_equal(e.what, "nosuch0");
}

/* Who depends on it. */

static const char *found(enum dependent_kind kind)
{
	static struct dependents d;

	dependents_find("eth0", &d);
	for (size_t i = 0; i < d.n; i++)
		if (d.v[i].kind == kind)
			return d.v[i].words;
	return "";
}

static void an_ssh_connection_through_it(void **state)
{
	static const char *const other[] = { "ip link add other type veth peer name elsewhere", "ip link set other up",
					     "ip addr add 10.7.0.1/24 dev other", NULL };

	(void)state;
	make_place();
	if (!run(other))
		skip();
	assert_string_equal(found(DEPENDENT_SSH), "");
	/* over the bridge that it is a port of, */
	setenv("SSH_CONNECTION", "203.0.113.9 50000 203.0.113.1 22", 1);
	assert_string_equal(found(DEPENDENT_SSH),
			    "the SSH connection from 203.0.113.9 that this is typed over runs through it (br0)");
	/* over a router, with IPv4 in IPv6 as sshd may say it, */
	setenv("SSH_CONNECTION", "::ffff:10.1.2.3 50000 ::ffff:192.0.2.1 22", 1);
	assert_non_null(strstr(found(DEPENDENT_SSH), "(eth0)"));
	/* to an address of it, back another way: */
	setenv("SSH_CONNECTION", "10.7.0.9 50000 192.0.2.1 22", 1);
	assert_non_null(strstr(found(DEPENDENT_SSH), "(eth0)"));
	/* but not by another interface, from this machine itself, or what is none. */
	setenv("SSH_CONNECTION", "10.7.0.9 50000 10.7.0.1 22", 1);
	assert_string_equal(found(DEPENDENT_SSH), "");
	setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.1 22", 1);
	assert_string_equal(found(DEPENDENT_SSH), "");
	setenv("SSH_CONNECTION", "nonsense", 1);
	assert_string_equal(found(DEPENDENT_SSH), "");
	unsetenv("SSH_CONNECTION");
}

static void the_only_default_route(void **state)
{
	static const char *const one[] = { "ip route add default via 192.0.2.9", NULL };
	static const char *const two[] = { "ip link add other type veth peer name elsewhere",
					   "ip link set elsewhere up",
					   "ip link set other up",
					   "ip addr add 10.7.0.1/24 dev other",
					   "ip route add default via 10.7.0.9 metric 9",
					   NULL };

	(void)state;
	make_place();
	assert_string_equal(found(DEPENDENT_ROUTE), "");
	assert_true(run(one));
	assert_string_equal(found(DEPENDENT_ROUTE), "the machine's only default route leaves by it");
	assert_true(run(two));
	assert_string_equal(found(DEPENDENT_ROUTE), "");
}

/* A bond, or team, whose other slave works is not cut off. */
static void a_bond(void **state)
{
	static const char *const bond[] = { "ip link set eth0 nomaster",
					    "ip link set eth0 down",
					    "ip link add bond0 type bond mode active-backup",
					    "ip link set eth0 master bond0",
					    "ip link set bond0 up",
					    NULL };
	static const char *const second[] = { "ip link add other type veth peer name elsewhere",
					      "ip link set elsewhere up", "ip link set other master bond0",
					      "ip link set other up", NULL };

	(void)state;
	make_place();
	if (!run(bond))
		skip();
	assert_string_equal(found(DEPENDENT_BOND), "it is the only slave of bond0 that has a link");
	assert_true(run(second));
	assert_string_equal(found(DEPENDENT_BOND), "");
}

struct served {
	char words[4][200];
	size_t n;
};

static void take(const char *who, const char *address, void *arg)
{
	struct served *s = arg;

	assert_true(s->n < 4);
	snprintf(s->words[s->n++], sizeof(s->words[0]), "%s|%s", who, address);
}

static void file_systems_of_servers(void **state)
{
	struct served s = { 0 };

	(void)state;
	mounts_served(
		"22 1 0:21 / / rw,relatime shared:1 - nfs4 192.0.2.4:/root rw,vers=4.2,addr=192.0.2.4,clientaddr=192.0.2.1\n"
		"23 22 0:22 / /proc rw - proc proc rw\n"
		"24 22 0:23 / /home rw - nfs 192.0.2.5:/home rw,addr=192.0.2.5\n"
		"25 22 0:24 / /usr ro - fuse.glusterfs vol rw\n"
		"26 22 8:1 / /var rw - ext4 /dev/sda1 rw\n"
		"garbage\n\n - \n27 22 0:30 / / rw - nfs",
		take, &s);
	assert_int_equal(s.n, 2);
	assert_string_equal(s.words[0], "/ is nfs4 from 192.0.2.4:/root|192.0.2.4");
	assert_string_equal(s.words[1], "/usr is fuse.glusterfs from vol|");
}

/* A disk of an iSCSI session below a logical volume. */
static void a_root_file_system_on_iscsi(void **state)
{
	struct served s = { 0 };

	(void)state;
	assert_int_equal(system("mkdir -p /sys/dev/block /sys/devices/virtual/block/dm-0/slaves "
				"/sys/devices/platform/host3/session7/target3:0:0/3:0:0:0/block/sda/sda2 "
				"/sys/class/iscsi_connection/connection7:0 && "
				"echo 192.0.2.44 > /sys/class/iscsi_connection/connection7:0/persistent_address && "
				"ln -s ../../devices/virtual/block/dm-0 /sys/dev/block/253:0 && "
				"ln -s ../../../../platform/host3/session7/target3:0:0/3:0:0:0/block/sda/sda2 "
				"/sys/devices/virtual/block/dm-0/slaves/sda2"),
			 0);
	mounts_served("22 1 253:0 / / rw - ext4 /dev/mapper/root rw\n", take, &s);
	assert_int_equal(s.n, 1);
	assert_string_equal(s.words[0], "/ is on a disk from a server|192.0.2.44");
}

static void frames_need_an_interface(void **state)
{
	(void)state;
	assert_int_equal(host_send_frames("nosuch0", 1), -ENODEV);
	make_place();
	assert_int_equal(host_send_frames("eth0", 3), 0);
	assert_true(host_nway_reset("nosuch0", NULL) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interface_that_comes_anew_has_all_of_it),
		cmocka_unit_test(what_cannot_be_put_back_is_named),
		cmocka_unit_test(vlans_are_made_again),
		cmocka_unit_test(an_interface_that_is_not_there),
		cmocka_unit_test(an_ssh_connection_through_it),
		cmocka_unit_test(the_only_default_route),
		cmocka_unit_test(a_bond),
		cmocka_unit_test(file_systems_of_servers),
		cmocka_unit_test(a_root_file_system_on_iscsi),
		cmocka_unit_test(frames_need_an_interface),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
