// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/journal.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/buf.h"

/* systemd, "Native Journal Protocol": a value with a newline has its length before it, as 64 bits, little end first. */
static void add_field(struct buf *out, const char *name, const char *value)
{
	uint64_t n = strlen(value);

	buf_puts(out, name);
	if (!strchr(value, '\n')) {
		buf_printf(out, "=%s\n", value);
		return;
	}
	buf_putc(out, '\n');
	for (unsigned i = 0; i < 8; i++)
		buf_putc(out, (char)(n >> 8 * i));
	buf_puts(out, value);
	buf_putc(out, '\n');
}

int host_journal(const char *socket_path, const char *message_id, int priority, const char *message,
		 const struct entry_field *fields)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	AUTO_BUF struct buf out = { 0 };
	char level[4];

	if (fd < 0 || strlen(socket_path) >= sizeof(to.sun_path))
		return fd < 0 ? -errno : -EINVAL;
	strcpy(to.sun_path, socket_path);
	snprintf(level, sizeof(level), "%d", priority & 7);
	add_field(&out, "MESSAGE", message);
	add_field(&out, "MESSAGE_ID", message_id);
	add_field(&out, "PRIORITY", level);
	add_field(&out, "SYSLOG_IDENTIFIER", "nicregs");
	for (const struct entry_field *f = fields; f && f->name; f++)
		if (f->value)
			add_field(&out, f->name, f->value);
	if (sendto(fd, buf_str(&out), out.len, MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to)) < 0)
		return -errno;
	return 0;
}

/* systemd.exec(5): "DEVICE:INODE" of standard output or standard error. */
bool host_journal_has(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	AUTO_FREE char *here = NULL;
	struct stat st;

	if (!stream || fstat(fd, &st))
		return false;
	here = xasprintf("%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return !strcmp(stream, here);
}
