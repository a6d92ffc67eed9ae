// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch/command.h"

#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/err.h"

int command_start(const char *program, const char *folder, const char *device, const char *kind, struct err *e)
{
	const char *const argv[] = { program, folder, device, kind, NULL };
	posix_spawnattr_t attributes;
	sigset_t none;
	pid_t child;
	int r;

	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	r = posix_spawn(&child, program, NULL, &attributes, (char *const *)(uintptr_t)argv, environ);
	posix_spawnattr_destroy(&attributes);
	return r ? err_sys(e, r, "%s", program) : 0;
}

void command_reap(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}
