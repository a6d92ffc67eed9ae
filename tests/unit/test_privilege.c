// SPDX-License-Identifier: GPL-2.0-or-later
/* Capabilities are given up, or it is told that they are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "access/privilege.h"

/* What came of it in a process of its own. */
struct seen {
	int result;
	uint32_t left; /* of the first 32 capabilities */
	struct err e;
};

/* From here on capset(2) of this process ends with EPERM, as in a sandbox. */
static int refuse_capset(void)
{
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_capset, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { sizeof(program) / sizeof(program[0]), program };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

static uint32_t effective(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return syscall(SYS_capget, &header, data) ? UINT32_MAX : data[0].effective;
}

static struct seen drop(bool refused)
{
	struct seen *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct seen seen;
	pid_t child;

	assert_ptr_not_equal(shared, MAP_FAILED);
	child = fork();
	if (!child) {
		if (refused && refuse_capset())
			_exit(1);
		shared->result = privilege_drop(false, &shared->e);
		shared->left = effective();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &(int){ 0 }, 0), child);
	seen = *shared;
	munmap(shared, sizeof(*shared));
	return seen;
}

static void all_but_network_administration_is_given_up(void **state)
{
	struct seen seen = drop(false);

	(void)state;
	assert_int_equal(seen.result, 0);
	assert_int_equal(seen.left & ~(1u << CAP_NET_ADMIN), 0);
}

static void a_refusal_is_told(void **state)
{
	struct seen seen = drop(true);

	(void)state;
	assert_int_equal(seen.result, -EPERM);
	assert_string_equal(seen.e.why, "they could not be given up");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_but_network_administration_is_given_up),
		cmocka_unit_test(a_refusal_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
