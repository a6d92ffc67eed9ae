// SPDX-License-Identifier: GPL-2.0-or-later
/* Entries of systemd's journal, and how long a watch waits between two recoveries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/journal.h"
#include "util/clock.h"
#include "watch/internal.h"

static void an_entry_has_its_fields(void **state)
{
	const struct entry_field fields[] = { { "NICREGS_DEVICE", "0000:01:00.0" },
					      { "NICREGS_STEP", NULL },
					      { "NICREGS_INTERFACE", "a\nb" },
					      { NULL, NULL } };
	static const char expected[] = "MESSAGE=eno1: working\nMESSAGE_ID=00ff\nPRIORITY=5\nSYSLOG_IDENTIFIER=nicregs\n"
				       "NICREGS_DEVICE=0000:01:00.0\nNICREGS_INTERFACE\n\3\0\0\0\0\0\0\0a\nb\n";
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char dir[] = "/tmp/journal-XXXXXX", got[512];
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/socket", dir);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(host_journal(at.sun_path, "00ff", 5, "eno1: working", fields), 0);
	assert_int_equal(recv(fd, got, sizeof(got), 0), sizeof(expected) - 1);
	assert_memory_equal(got, expected, sizeof(expected) - 1);
	close(fd);
	unlink(at.sun_path);
	assert_int_equal(host_journal(at.sun_path, "00ff", 5, "nobody listens", NULL), -ENOENT);
	rmdir(dir);
}

static void pauses_grow(void **state)
{
	static const int64_t seconds[] = { 0, 10, 20, 40, 80, 160, 320, 640, 1280, 1280, 1280 };

	(void)state;
	for (size_t n = 0; n < sizeof(seconds) / sizeof(seconds[0]); n++)
		assert_int_equal(watched_recovery_pause(n), seconds[n] * CLOCK_SECOND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_has_its_fields),
		cmocka_unit_test(pauses_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
