// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *e, int errnum, const char *what, const char *why, ...)
{
	va_list ap;

	if (!e)
		return -errnum;
	snprintf(e->what, sizeof(e->what), "%s", what);
	va_start(ap, why);
	vsnprintf(e->why, sizeof(e->why), why, ap);
	va_end(ap);
	e->todo[0] = '\0';
	return -errnum;
}

int err_sys(struct err *e, int errnum, const char *what, ...)
{
	va_list ap;

	if (!e)
		return -errnum;
	va_start(ap, what);
	vsnprintf(e->what, sizeof(e->what), what, ap);
	va_end(ap);
	snprintf(e->why, sizeof(e->why), "%s", strerror(errnum));
	e->todo[0] = '\0';
	return -errnum;
}

int err_root(struct err *e, const char *what, const char *why, ...)
{
	char reason[sizeof(e->why)];
	va_list ap;

	va_start(ap, why);
	vsnprintf(reason, sizeof(reason), why, ap);
	va_end(ap);
	err_set(e, EACCES, what, "%s", reason);
	err_todo(e, "run it again as root, with sudo for instance");
	return -EACCES;
}

void err_todo(struct err *e, const char *todo, ...)
{
	va_list ap;

	if (!e)
		return;
	va_start(ap, todo);
	vsnprintf(e->todo, sizeof(e->todo), todo, ap);
	va_end(ap);
}

int err_file(struct err *e, int errnum, const char *path)
{
	err_sys(e, errnum, "%s", path);
	if (errnum == ENOENT || errnum == ENOTDIR)
		err_todo(e, "check the name; - is standard input");
	else if (errnum == EISDIR)
		err_todo(e, "name a file in it");
	else if (errnum == EACCES || errnum == EPERM)
		err_todo(e, "run it as root, or as a user who may read the file");
	return -errnum;
}
