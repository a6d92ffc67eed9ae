// SPDX-License-Identifier: GPL-2.0-or-later
/* The ways on this machine. Each write is told to the kernel log and to syslog before it is made. */
#include <signal.h>
#include <unistd.h>

#include "aspm/internal.h"
#include "change/told.h"
#include "host/host.h"
#include "host/power.h"

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

	change_log("aspm", live->who, line);
}

/* Signals are blocked during a transaction; one that waits asks for its end. */
static bool interrupted(void *arg)
{
	(void)arg;
	return change_interrupted();
}

void aspm_live_init(struct aspm_live *live, struct host *host, struct aspm_io *io)
{
	*live = (struct aspm_live){ .host = host };
	change_user(live->who, sizeof(live->who));
	*io = (struct aspm_io){ live_get, live_set, attr_get, attr_set, log_line, interrupted, live };
}
