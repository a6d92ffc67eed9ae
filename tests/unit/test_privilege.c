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

#include "host/privilege.h"

#define BIT(cap) (UINT64_C(1) << (cap))
#define BPF BIT(39) /* CAP_BPF, which headers before Linux 5.8 have not */

/* What came of it in a process of its own. */
struct seen {
	int result;
	uint64_t had, left; /* capabilities before and afterwards */
	uint64_t meanwhile; /* while some are laid aside */
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

static uint64_t effective(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return syscall(SYS_capget, &header, data) ? UINT64_MAX : data[0].effective | (uint64_t)data[1].effective << 32;
}

static void drop(struct seen *seen)
{
	seen->result = privilege_keep(PRIVILEGE_ASK, &seen->e);
}

static void drop_in_two_steps(struct seen *seen)
{
	seen->result = privilege_keep(PRIVILEGE_ASK | BPF | BIT(CAP_SYSLOG), &seen->e);
	seen->meanwhile = effective();
	if (!seen->result)
		seen->result = privilege_keep(PRIVILEGE_ASK, &seen->e);
}

static int look(void *arg)
{
	*(uint64_t *)arg = effective();
	return 17;
}

static void lay_aside(struct seen *seen)
{
	seen->result = privilege_without(BPF | BIT(CAP_SYS_ADMIN), look, &seen->meanwhile);
}

static struct seen in_a_process(void (*act)(struct seen *seen), bool refused)
{
	struct seen *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct seen seen;
	pid_t child;

	assert_ptr_not_equal(shared, MAP_FAILED);
	child = fork();
	if (!child) {
		if (refused && refuse_capset())
			_exit(1);
		shared->had = effective();
		act(shared);
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
	struct seen seen = in_a_process(drop, false);

	(void)state;
	assert_int_equal(seen.result, 0);
	assert_int_equal(seen.left, seen.had & BIT(CAP_NET_ADMIN));
}

/* As on a kernel that asks for CAP_BPF at each run of a program: it stays until the last run, and goes then. */
static void what_an_access_needs_is_kept_until_it_is_not_needed(void **state)
{
	struct seen seen = in_a_process(drop_in_two_steps, false);

	(void)state;
	assert_int_equal(seen.result, 0);
	assert_int_equal(seen.meanwhile, seen.had & (BIT(CAP_NET_ADMIN) | BPF | BIT(CAP_SYSLOG)));
	assert_int_equal(seen.left, seen.had & BIT(CAP_NET_ADMIN));
}

static void what_is_laid_aside_is_there_again(void **state)
{
	struct seen seen = in_a_process(lay_aside, false);

	(void)state;
	assert_int_equal(seen.result, 17);
	assert_int_equal(seen.meanwhile, seen.had & ~(BPF | BIT(CAP_SYS_ADMIN)));
	assert_int_equal(seen.left, seen.had);
}

/* What was not tried without is not done with. */
static void what_cannot_be_laid_aside_stops_the_act(void **state)
{
	struct seen seen = in_a_process(lay_aside, true);

	(void)state;
	if (!(seen.had & (BPF | BIT(CAP_SYS_ADMIN))))
		skip();
	assert_int_equal(seen.result, -EPERM);
	assert_int_equal(seen.meanwhile, 0);
}

static void a_refusal_is_told(void **state)
{
	struct seen seen = in_a_process(drop, true);

	(void)state;
	assert_int_equal(seen.result, -EPERM);
	assert_string_equal(seen.e.why, "they could not be given up");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_but_network_administration_is_given_up),
		cmocka_unit_test(what_an_access_needs_is_kept_until_it_is_not_needed),
		cmocka_unit_test(what_is_laid_aside_is_there_again),
		cmocka_unit_test(what_cannot_be_laid_aside_stops_the_act),
		cmocka_unit_test(a_refusal_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
