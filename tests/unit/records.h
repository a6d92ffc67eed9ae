/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests of changes that keep a record: the folder of records, and an act that is killed while it runs. */
#ifndef TESTS_RECORDS_H
#define TESTS_RECORDS_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct bench;

/* In memory where that can be, as every write of a record is synced. */
static inline void records_make(char dir[32])
{
	strcpy(dir, access("/dev/shm", W_OK) ? "/tmp/records-XXXXXX" : "/dev/shm/records-XXXXXX");
	assert_non_null(mkdtemp(dir));
}

static inline void records_remove(const char *dir)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", dir);
	assert_int_equal(system(command), 0);
}

/* Runs `act` in a process of its own; true if it was killed. */
static inline bool dies(void (*act)(struct bench *b, const void *wish), struct bench *b, const void *wish)
{
	pid_t child = fork();
	int status;

	if (!child) {
		act(b, wish);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

#endif
