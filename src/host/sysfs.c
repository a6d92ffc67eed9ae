// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/file.h"
#include "util/text.h"

int sysfs_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int sysfs_open_pci(const struct pci_addr *addr)
{
	char name[PCI_ADDR_MAX], path[64];

	snprintf(path, sizeof(path), SYS_PCI "/%s", pci_addr_str(addr, name));
	return sysfs_open(path);
}

int sysfs_open_net(const char *netdev)
{
	char path[256];

	if (!*netdev || strchr(netdev, '/') || !strcmp(netdev, ".") || !strcmp(netdev, ".."))
		return -ENOENT;
	if ((size_t)snprintf(path, sizeof(path), SYS_NET "/%s", netdev) >= sizeof(path))
		return -ENOENT;
	return sysfs_open(path);
}

static bool link_name(int dir, const char *path, char *out, size_t size)
{
	char target[4096];
	ssize_t n = readlinkat(dir, path, target, sizeof(target) - 1);
	const char *slash;

	if (n <= 0)
		return false;
	target[n] = '\0';
	slash = strrchr(target, '/');
	snprintf(out, size, "%s", slash ? slash + 1 : target);
	return *out;
}

/* What is between the brackets, moved to the front. */
static bool bracketed(char *line)
{
	char *open = strchr(line, '['), *close = open ? strchr(open, ']') : NULL;

	if (!close)
		return false;
	*close = '\0';
	memmove(line, open + 1, strlen(open + 1) + 1);
	return *line;
}

bool sysfs_text(int dir, const char *path, enum attr_kind kind, char *out, size_t size)
{
	char line[1024], *text;

	out[0] = '\0';
	if (kind == ATTR_LINK)
		return link_name(dir, path, out, size);
	if (file_attr(dir, path, line, sizeof(line)))
		return false;
	text = text_strip(line);
	if (kind == ATTR_CHOICE && !bracketed(text))
		return false;
	if (kind == ATTR_WORD)
		text[strcspn(text, " \t")] = '\0';
	snprintf(out, size, "%s", text);
	return *out;
}

bool sysfs_hex(int dir, const char *path, uint64_t *value)
{
	char text[64];

	return sysfs_text(dir, path, ATTR_STR, text, sizeof(text)) && text_hex(text, value);
}

void sysfs_put(char **fact, const char *value)
{
	char *copy = *value ? xstrdup(value) : NULL;

	free(*fact);
	*fact = copy;
}

void sysfs_facts(int dir, const struct attr_fact *attrs, size_t n, struct facts *facts)
{
	for (size_t i = 0; i < n; i++) {
		void *fact = (char *)facts + attrs[i].offset;
		char text[1024];
		uint64_t number;

		if (!sysfs_text(dir, attrs[i].path, attrs[i].kind, text, sizeof(text)))
			continue;
		if (attrs[i].kind != ATTR_NUM)
			sysfs_put(fact, text);
		else if (text_u64(text, &number) && number <= INT64_MAX)
			*(int64_t *)fact = (int64_t)number;
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **sysfs_list(int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	char **names = NULL, **last;
	size_t n = 0, cap = 0;
	struct dirent *entry;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	while ((entry = readdir(d)))
		if (entry->d_name[0] != '.')
			*VEC_PUSH(names, n, cap) = xstrdup(entry->d_name);
	closedir(d);
	if (!n)
		return NULL;
	qsort(names, n, sizeof(*names), by_name);
	last = VEC_PUSH(names, n, cap);
	*last = NULL;
	return names;
}

void sysfs_list_free(char **names)
{
	for (char **name = names; name && *name; name++)
		free(*name);
	free(names);
}
