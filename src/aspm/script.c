// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aspm/persist.h"
#include "util/alloc.h"

/* Beside the running program, so that an installation may be anywhere; else where the build was told that it is. */
char *aspm_script(void)
{
	char exe[4096], *script;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	for (int up = 0; up < 2 && n > 0; up++) {
		exe[n] = '\0';
		n = strrchr(exe, '/') ? strrchr(exe, '/') - exe : 0;
	}
	if (n > 0) {
		exe[n] = '\0';
		script = xasprintf("%s/libexec/nicregs/aspm-disable", exe);
		if (!access(script, X_OK))
			return script;
		free(script);
	}
	return xstrdup(NICREGS_LIBEXECDIR "/aspm-disable");
}
