// SPDX-License-Identifier: GPL-2.0-or-later
/* File systems that the machine cannot do without, and that come from a server: NFS and the like, iSCSI, NVMe over fabrics. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "host/internal.h"
#include "util/alloc.h"
#include "util/file.h"
#include "util/text.h"

static bool is_vital(const char *point)
{
	return !strcmp(point, "/") || !strcmp(point, "/usr") || !strcmp(point, "/var");
}

/* The value of an option in "a,addr=192.0.2.1,b". */
static bool option(const char *options, const char *name, char *out, size_t size)
{
	size_t n = strlen(name);

	for (const char *p = options; *p; p += strcspn(p, ","), p += *p == ',')
		if (!strncmp(p, name, n) && p[n] == '=') {
			str_copy(out, size, p + n + 1, strcspn(p + n + 1, ","));
			return true;
		}
	return false;
}

static void first_line(const char *path, char *out, size_t size)
{
	if (file_attr(AT_FDCWD, path, out, size))
		out[0] = '\0';
}

/* The sessions of iSCSI below which a disk is: ".../host3/session1/target...". */
static void try_iscsi(const char *place, const char *who, mounts_each *each, void *arg)
{
	const char *at = strstr(place, "/session");
	unsigned session;
	char address[64];

	if (!at || sscanf(at, "/session%u/", &session) != 1)
		return;
	for (unsigned i = 0; i < 8; i++) {
		AUTO_FREE char *path =
			xasprintf("/sys/class/iscsi_connection/connection%u:%u/persistent_address", session, i);

		first_line(path, address, sizeof(address));
		if (*address || !i)
			each(who, address, arg);
	}
}

static void try_nvme(const char *place, const char *who, mounts_each *each, void *arg)
{
	AUTO_CLOSE int dir = sysfs_open("/sys/class/nvme");
	char **names = dir < 0 ? NULL : sysfs_list(dir, ".");

	for (char **name = names; name && *name && strstr(place, "nvme"); name++) {
		AUTO_FREE char *transport = xasprintf("%s/transport", *name);
		AUTO_FREE char *address = xasprintf("%s/address", *name);
		char kind[16], text[200], to[64];

		if (sysfs_text(dir, transport, ATTR_STR, kind, sizeof(kind)) &&
		    (!strcmp(kind, "tcp") || !strcmp(kind, "rdma")) &&
		    sysfs_text(dir, address, ATTR_STR, text, sizeof(text)) && option(text, "traddr", to, sizeof(to)))
			each(who, to, arg);
	}
	sysfs_list_free(names);
}

/* The disk, and those that it is made of. */
static void try_disk(const char *path, unsigned depth, const char *who, mounts_each *each, void *arg)
{
	static const char *const remote[] = { "/nbd", "/rbd", "/drbd", "/etherd" };
	char place[PATH_MAX];
	AUTO_CLOSE int dir = -1;
	char **slaves;

	if (depth > 8 || !realpath(path, place))
		return;
	try_iscsi(place, who, each, arg);
	try_nvme(place, who, each, arg);
	for (size_t i = 0; i < COUNT(remote); i++)
		if (strstr(place, remote[i]))
			each(who, "", arg);
	dir = sysfs_open(place);
	slaves = dir < 0 ? NULL : sysfs_list(dir, "slaves");
	for (char **slave = slaves; slave && *slave; slave++) {
		AUTO_FREE char *below = xasprintf("%s/slaves/%s", place, *slave);

		try_disk(below, depth + 1, who, each, arg);
	}
	sysfs_list_free(slaves);
}

/* Of file systems without a disk of their own (btrfs, overlay) the source counts, if it is a disk. */
static void try_device(const char *number_text, const char *source, const char *who, mounts_each *each, void *arg)
{
	AUTO_FREE char *path = NULL;
	struct stat st;

	if (!text_starts(number_text, "0:"))
		path = xasprintf("/sys/dev/block/%s", number_text);
	else if (*source == '/' && !stat(source, &st) && S_ISBLK(st.st_mode))
		path = xasprintf("/sys/dev/block/%u:%u", major(st.st_rdev), minor(st.st_rdev));
	if (path)
		try_disk(path, 0, who, each, arg);
}

static void try_mount(char *line, mounts_each *each, void *arg)
{
	static const char *const served[] = { "nfs", "nfs4",   "cifs",   "smb3",           "ceph",       "glusterfs",
					      "afs", "lustre", "beegfs", "fuse.glusterfs", "fuse.sshfs", "fuse.ceph" };
	char device[32], point[256], type[64], source[256], options[2048] = "", address[64] = "", who[320];
	const char *rest = strstr(line, " - ");

	if (!rest || sscanf(line, "%*s %*s %31s %*s %255s", device, point) != 2 ||
	    sscanf(rest, " - %63s %255s %2047s", type, source, options) < 2 || !is_vital(point))
		return;
	snprintf(who, sizeof(who), "%.16s is %.16s from %.100s", point, type, source);
	for (size_t i = 0; i < COUNT(served); i++) {
		if (strcmp(type, served[i]) != 0)
			continue;
		option(options, "addr", address, sizeof(address));
		each(who, address, arg);
		return;
	}
	snprintf(who, sizeof(who), "%.16s is on a disk from a server", point);
	try_device(device, source, who, each, arg);
}

void mounts_served(const char *mountinfo, mounts_each *each, void *arg)
{
	for (const char *line = mountinfo; *line; line += *line == '\n') {
		size_t n = strcspn(line, "\n");
		AUTO_FREE char *copy = xstrndup(line, n);

		try_mount(copy, each, arg);
		line += n;
	}
}
