// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/privilege.h"
#include "util/alloc.h"
#include "util/err.h"
#include "util/text.h"

/* Ours with one more, or another, variable. The array is the caller's to free; its strings are not. */
static char **environment(char *variable)
{
	size_t n = 0, kept = 0;
	char **all;

	while (environ[n])
		n++;
	all = xcalloc(n + 2, sizeof(*all));
	for (size_t i = 0; i < n; i++)
		if (!text_starts(environ[i], COMMAND_CONFIRMED "="))
			all[kept++] = environ[i];
	all[kept] = variable;
	return all;
}

/* In the child: becomes the program, or ends with the reason in `told`. A log on standard input is ours to read. */
static _Noreturn void become(const char *const argv[], char **variables, int told)
{
	int null = open("/dev/null", O_RDONLY), errnum = EPERM;
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 && privilege_none_after_exec()) {
		execve(argv[0], (char *const *)(uintptr_t)argv, variables);
		errnum = errno;
	}
	_exit(write(told, &errnum, sizeof(errnum)) < 0 ? 126 : 127);
}

int command_start(const char *program, const char *folder, const char *device, const char *kind, const char *confirmed,
		  struct err *e)
{
	const char *const argv[] = { program, folder, device, kind, NULL };
	AUTO_FREE char *variable = xasprintf(COMMAND_CONFIRMED "=%s", confirmed);
	AUTO_FREE char **variables = environment(variable);
	int told[2], errnum = 0;
	pid_t child;

	if (pipe2(told, O_CLOEXEC) < 0)
		return err_sys(e, errno, "%s", program);
	child = fork();
	if (!child)
		become(argv, variables, told[1]);
	if (child < 0)
		errnum = errno;
	close(told[1]);
	/* The pipe closes when the program runs. */
	if (child > 0 && read(told[0], &errnum, sizeof(errnum)) == (ssize_t)sizeof(errnum))
		waitpid(child, NULL, 0);
	close(told[0]);
	return errnum ? err_sys(e, errnum, "%s", program) : 0;
}

void command_reap(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}
