// SPDX-License-Identifier: GPL-2.0-or-later
#include "change/told.h"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/file.h"
#include "util/text.h"

static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#ifdef NICREGS_STATIC
/* NSS would load libraries of the machine's into a program that has its own libc. */
static void find_name(uid_t uid, char *name, size_t size)
{
	FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *pw = NULL;

	while (file && (pw = fgetpwent(file)) && pw->pw_uid != uid)
		;
	if (pw)
		snprintf(name, size, "%s", pw->pw_name);
	if (file)
		fclose(file);
}
#else
static void find_name(uid_t uid, char *name, size_t size)
{
	const struct passwd *pw = getpwuid(uid);

	if (pw)
		snprintf(name, size, "%s", pw->pw_name);
}
#endif

void change_user(char *out, size_t size)
{
	unsigned uid = getuid();
	char name[65] = "?";
	char text[32];
	uint64_t login;

	if (!file_attr(AT_FDCWD, "/proc/self/loginuid", text, sizeof(text)) && text_u64(text, &login) &&
	    login < UINT32_MAX)
		uid = (unsigned)login;
	find_name(uid, name, sizeof(name));
	snprintf(out, size, "%s (uid %u)", name, uid);
}

void change_log(const char *verb, const char *who, const char *line)
{
	AUTO_CLOSE int fd = open("/dev/kmsg", O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
	AUTO_FREE char *text = xasprintf("<5>nicregs: %s: %s: %s\n", verb, who, line);

	if (fd >= 0 && write(fd, text, strlen(text)) < 0)
		syslog(LOG_DAEMON | LOG_WARNING, "nicregs: the kernel log takes no line: %m");
	syslog(LOG_DAEMON | LOG_NOTICE, "nicregs: %s: %s: %s", verb, who, line);
}

void change_hold_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < COUNT(ends); i++)
		sigaddset(&set, ends[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

bool change_interrupted(void)
{
	sigset_t pending;

	if (sigpending(&pending))
		return false;
	for (size_t i = 0; i < COUNT(ends); i++)
		if (sigismember(&pending, ends[i]) == 1)
			return true;
	return false;
}
