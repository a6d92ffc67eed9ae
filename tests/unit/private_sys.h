/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A /sys of one's own: the test program moves into user, mount and network namespaces, as `unshare -rmn` does. */
#ifndef TESTS_PRIVATE_SYS_H
#define TESTS_PRIVATE_SYS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYS_DEVICES "/sys/bus/pci/devices"

static inline void sys_write(const char *path, const void *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	close(fd);
}

static inline void sys_text(const char *path, const char *text)
{
	sys_write(path, text, strlen(text));
}

static inline void sys_map_ids(unsigned uid, unsigned gid)
{
	char line[64];

	sys_text("/proc/self/setgroups", "deny");
	snprintf(line, sizeof(line), "0 %u 1", uid);
	sys_text("/proc/self/uid_map", line);
	snprintf(line, sizeof(line), "0 %u 1", gid);
	sys_text("/proc/self/gid_map", line);
}

/* An empty file system at /sys with an empty list of PCI devices; -1 if the kernel does not allow it. */
static inline int sys_enter(void)
{
	unsigned uid = getuid(), gid = getgid();

	if (!unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET))
		sys_map_ids(uid, gid);
	else if (unshare(CLONE_NEWNS | CLONE_NEWNET) < 0) /* root in a chroot can have no user namespace */
		return -1;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 &&
	    mount(NULL, "/sys", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	if (mount("none", "/sys", "tmpfs", 0, NULL) < 0)
		return -1;
	mkdir("/sys/bus", 0755);
	mkdir("/sys/bus/pci", 0755);
	return mkdir(SYS_DEVICES, 0755);
}

/* A function with an 82574L's ids and one BAR of `size` bytes whose dword n holds n. */
static inline void sys_function(const char *address, uint32_t size)
{
	uint8_t config[256] = { 0x86, 0x80, 0xd3, 0x10, 0x06, 0, 0x10, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0xdc, 0xf7 };
	char path[256], text[1024];
	size_t used;
	uint32_t *bar = calloc(1, size);

	assert_non_null(bar);
	snprintf(path, sizeof(path), SYS_DEVICES "/%s", address);
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), SYS_DEVICES "/%s/config", address);
	sys_write(path, config, sizeof(config));
	snprintf(path, sizeof(path), SYS_DEVICES "/%s/vendor", address);
	sys_text(path, "0x8086\n");
	snprintf(path, sizeof(path), SYS_DEVICES "/%s/device", address);
	sys_text(path, "0x10d3\n");
	snprintf(path, sizeof(path), SYS_DEVICES "/%s/resource", address);
	used = (size_t)snprintf(text, sizeof(text), "0x00000000f7dc0000 0x%016x 0x0000000000040200\n",
				0xf7dc0000 + size - 1);
	for (int line = 1; line < 13; line++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "0x%016x 0x%016x 0x%016x\n", 0, 0, 0);
	sys_text(path, text);
	for (uint32_t n = 0; n < size / 4; n++)
		bar[n] = n;
	snprintf(path, sizeof(path), SYS_DEVICES "/%s/resource0", address);
	sys_write(path, bar, size);
	free(bar);
}

#endif
