// SPDX-License-Identifier: GPL-2.0-or-later
/* The ways on this machine. Each write is told to the kernel log and to syslog before it is made. */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "aspm/internal.h"
#include "host/host.h"
#include "host/power.h"
#include "util/alloc.h"
#include "util/file.h"
#include "util/text.h"

static void wrote(struct aspm_live *live)
{
	if (++live->writes == live->kill_after)
		kill(getpid(), SIGKILL);
}

static int live_get(void *arg, const struct pci_addr *addr, unsigned offset, unsigned bytes, uint32_t *value,
		    struct err *e)
{
	struct aspm_live *live = arg;

	return host_config_get(live->host, addr, offset, bytes, value, e);
}

static int live_set(void *arg, const struct pci_addr *addr, unsigned offset, unsigned bytes, uint32_t value,
		    struct err *e)
{
	struct aspm_live *live = arg;
	int r = host_config_set(live->host, addr, offset, bytes, value, NULL, e);

	wrote(live);
	return r;
}

static int attr_get(void *arg, const struct pci_addr *addr, const char *name)
{
	(void)arg;
	return host_link_get(addr, name);
}

static int attr_set(void *arg, const struct pci_addr *addr, const char *name, int value, struct err *e)
{
	int r = host_link_set(addr, name, value, e);

	wrote(arg);
	return r;
}

static void log_line(void *arg, const char *line)
{
	const struct aspm_live *live = arg;
	AUTO_CLOSE int fd = open("/dev/kmsg", O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
	AUTO_FREE char *text = xasprintf("<5>nicregs: aspm: %s: %s\n", live->who, line);

	if (fd >= 0 && write(fd, text, strlen(text)) < 0)
		syslog(LOG_DAEMON | LOG_WARNING, "nicregs: the kernel log takes no line: %m");
	syslog(LOG_DAEMON | LOG_NOTICE, "nicregs: aspm: %s: %s", live->who, line);
}

/* Signals are blocked during a transaction; one that waits asks for its end. */
static bool interrupted(void *arg)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	sigset_t pending;

	(void)arg;
	if (sigpending(&pending))
		return false;
	for (size_t i = 0; i < COUNT(ends); i++)
		if (sigismember(&pending, ends[i]) == 1)
			return true;
	return false;
}

/* The person behind sudo or su, as the audit system remembers the login; else the user. */
static void name_user(char *out, size_t size)
{
	unsigned uid = getuid();
	const struct passwd *pw;
	char text[32];
	uint64_t login;

	if (!file_attr(AT_FDCWD, "/proc/self/loginuid", text, sizeof(text)) && text_u64(text, &login) &&
	    login < UINT32_MAX)
		uid = (unsigned)login;
	pw = getpwuid(uid);
	snprintf(out, size, "%.64s (uid %u)", pw ? pw->pw_name : "?", uid);
}

void aspm_live_init(struct aspm_live *live, struct host *host, struct aspm_io *io)
{
	*live = (struct aspm_live){ .host = host };
	name_user(live->who, sizeof(live->who));
	*io = (struct aspm_io){ live_get, live_set, attr_get, attr_set, log_line, interrupted, live };
}
