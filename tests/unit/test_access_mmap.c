// SPDX-License-Identifier: GPL-2.0-or-later
/* The real mapping, by libpciaccess, on a /sys of files: what it visits, what it says when refused, and faults. */
#include "private_sys.h"

#include <dirent.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "access/access.h"
#include "util/err.h"

#define NIC "0000:02:00.0"
#define BAR SYS_DEVICES "/" NIC "/resource0"
#define SIZE 0x20000u

static struct access_target target = { .driver = "e1000e", .size = SIZE };

static int setup(void **state)
{
	(void)state;
	if (sys_enter())
		return -1;
	sys_function(NIC, SIZE);
	return pci_addr_parse(NIC, &target.addr) ? 0 : -1;
}

static struct access *open_nic(void)
{
	struct access *a = NULL;
	struct err e = { 0 };

	if (access_open_with(&a, &access_mmap, &target, &e))
		fail_msg("%s: %s", e.what, e.why);
	return a;
}

static void loads_are_of_their_offsets(void **state)
{
	const uint32_t offsets[] = { 0, SIZE - 4, 0x1000, 8 };
	uint32_t values[4];
	bool ok[4] = { false };
	struct access *a = open_nic();

	(void)state;
	assert_int_equal(a->size, SIZE);
	assert_int_equal(a->ops->load(a, offsets, values, ok, 4, NULL), 0);
	for (int i = 0; i < 4; i++) {
		assert_true(ok[i]);
		assert_int_equal(values[i], offsets[i] / 4);
	}
	access_close(a);
}

static void no_more_is_mapped_than_asked_for(void **state)
{
	struct access_target part = target;
	struct access *a = NULL;

	(void)state;
	part.size = 0x1000;
	assert_int_equal(access_open_with(&a, &access_mmap, &part, NULL), 0);
	assert_int_equal(a->size, 0x1000);
	access_close(a);
	part.size = 16 * SIZE;
	assert_int_equal(access_open_with(&a, &access_mmap, &part, NULL), 0);
	assert_int_equal(a->size, SIZE);
	access_close(a);
}

static void one_device_at_a_time(void **state)
{
	struct access_target other = target;
	const uint32_t offset = 0x40;
	struct access *a = open_nic(), *b = NULL;
	uint32_t value = 0;
	bool ok = false;

	(void)state;
	sys_function("0000:03:00.1", 0x4000);
	assert_true(pci_addr_parse("0000:03:00.1", &other.addr));
	assert_int_equal(access_open_with(&b, &access_mmap, &other, NULL), -EBUSY);
	assert_null(b);
	assert_int_equal(a->ops->load(a, &offset, &value, &ok, 1, NULL), 0);
	assert_int_equal(value, 0x10);
	access_close(a);
	assert_int_equal(access_open_with(&b, &access_mmap, &other, NULL), 0);
	access_close(b);
}

static void count_fault(int signum)
{
	(void)signum;
}

static void a_vanished_mapping_is_no_crash(void **state)
{
	const uint32_t offsets[] = { 0, 0x2000, 4, 0x3000, 8 };
	uint32_t values[5];
	bool ok[5] = { false };
	struct sigaction mine = { .sa_handler = count_fault }, after;
	struct access *a = open_nic();

	(void)state;
	sigaction(SIGBUS, &mine, NULL);
	assert_int_equal(truncate(BAR, 0x1000), 0);
	assert_int_equal(a->ops->load(a, offsets, values, ok, 5, NULL), 0);
	assert_true(ok[0] && ok[2] && ok[4]);
	assert_false(ok[1] || ok[3]);
	assert_int_equal(values[4], 2);
	assert_int_equal(truncate(BAR, 0), 0);
	assert_int_equal(a->ops->load(a, offsets, values, ok, 5, NULL), 0);
	for (int i = 0; i < 5; i++)
		assert_false(ok[i]);
	sigaction(SIGBUS, NULL, &after);
	assert_ptr_equal(after.sa_handler, count_fault);
	signal(SIGBUS, SIG_DFL);
	access_close(a);
	assert_int_equal(truncate(BAR, SIZE), 0);
}

/* A neighbour that the library would stumble over. */
static void neighbours_are_not_visited(void **state)
{
	struct dirent **list = NULL;
	struct access *a;

	(void)state;
	assert_int_equal(symlink("/nowhere", SYS_DEVICES "/0000:04:00.0"), 0);
	a = open_nic();
	access_close(a);
	scan_narrow(&target.addr);
	assert_int_equal(scandir(SYS_DEVICES, &list, NULL, alphasort), 1);
	assert_string_equal(list[0]->d_name, NIC);
	free(list[0]);
	free(list);
	scan_widen();
	assert_true(scandir(SYS_DEVICES, &list, NULL, alphasort) > 3);
	assert_string_equal(list[0]->d_name, ".");
	for (int i = 0; i < 5; i++)
		free(list[i]);
	free(list);
	assert_int_equal(scandir("/nowhere", &list, NULL, NULL), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(unlink(SYS_DEVICES "/0000:04:00.0"), 0);
}

/* On 32-bit systems mmap() is another system call. */
#ifdef SYS_mmap2
#define CALL_MMAP SYS_mmap2
#else
#define CALL_MMAP SYS_mmap
#endif

/* From here on shared mappings of this process end with errnum, as resource0's do on a kernel that refuses them. */
static int refuse_mappings(unsigned errnum)
{
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CALL_MMAP, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[3])),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MAP_SHARED, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | errnum),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { sizeof(program) / sizeof(program[0]), program };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

struct refusal_seen {
	int result;
	struct err e;
};

static struct refusal_seen refused(unsigned errnum, const char *driver)
{
	struct refusal_seen seen = { 0 };
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (!child) {
		struct access *a = NULL;

		target.driver = driver;
		seen.result = refuse_mappings(errnum) ? 1 : access_open_with(&a, &access_mmap, &target, &seen.e);
		_exit(write(ends[1], &seen, sizeof(seen)) == sizeof(seen) ? 0 : 1);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &seen, sizeof(seen)), sizeof(seen));
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	return seen;
}

static void a_refusal_is_told_in_words(void **state)
{
	struct refusal_seen seen = refused(EINVAL, "e1000e");

	(void)state;
	assert_int_equal(seen.result, -EINVAL);
	assert_string_equal(seen.e.what, NIC);
	assert_string_equal(seen.e.why, "the e1000e driver holds BAR 0 exclusively, and this kernel does not let "
					"anyone else map it");
	assert_non_null(strstr(seen.e.todo, "/sys/bus/pci/drivers/e1000e/unbind"));
	seen = refused(EINVAL, NULL);
	assert_string_equal(seen.e.why, "the kernel holds BAR 0 exclusively (see /proc/iomem)");
	seen = refused(EPERM, "igb");
	assert_int_equal(seen.result, -EPERM);
	assert_string_equal(seen.e.why, "kernel lockdown (Secure Boot) does not allow mapping BAR 0");
	seen = refused(EACCES, "igb");
	assert_int_equal(seen.result, -EACCES);
	assert_string_equal(seen.e.why, "needs root");
	seen = refused(ENODEV, "igb");
	assert_int_equal(seen.result, -ENODEV);
}

static void a_device_that_is_not_there(void **state)
{
	struct access_target none = target;
	struct access *a = NULL;
	struct err e = { 0 };

	(void)state;
	none.addr.dev = 7;
	assert_int_equal(access_open_with(&a, &access_mmap, &none, &e), -ENODEV);
	assert_null(a);
	none = target;
	none.bar = 1;
	assert_int_equal(access_open_with(&a, &access_mmap, &none, &e), -ENXIO);
	assert_string_equal(e.why, "BAR 1 has no address");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads_are_of_their_offsets), cmocka_unit_test(no_more_is_mapped_than_asked_for),
		cmocka_unit_test(one_device_at_a_time),       cmocka_unit_test(a_vanished_mapping_is_no_crash),
		cmocka_unit_test(neighbours_are_not_visited), cmocka_unit_test(a_refusal_is_told_in_words),
		cmocka_unit_test(a_device_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
