// SPDX-License-Identifier: GPL-2.0-or-later
#include "access/scan.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PCI_DEVICES "/sys/bus/pci/devices"

/* State of the program as a whole because scandir() has no argument to carry it: set around one call of the library
 * by scan_narrow() and scan_widen(), empty otherwise. */
static char narrowed[PCI_ADDR_MAX];

void scan_narrow(const struct pci_addr *addr)
{
	pci_addr_str(addr, narrowed);
}

void scan_widen(void)
{
	narrowed[0] = '\0';
}

struct listing {
	struct dirent **v;
	size_t n, cap;
};

static int add(struct listing *l, const struct dirent *entry)
{
	size_t size = offsetof(struct dirent, d_name) + strlen(entry->d_name) + 1;
	struct dirent *copy;

	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 16;
		struct dirent **v = reallocarray(l->v, cap, sizeof(struct dirent *));

		if (!v)
			return -1;
		l->v = v;
		l->cap = cap;
	}
	copy = malloc(size < sizeof(*copy) ? sizeof(*copy) : size);
	if (!copy)
		return -1;
	memcpy(copy, entry, size);
	l->v[l->n++] = copy;
	return 0;
}

static int list_one(const char *name, int (*filter)(const struct dirent *), struct listing *l)
{
	struct dirent entry = { .d_type = DT_LNK };
	char path[sizeof(PCI_DEVICES) + 1 + PCI_ADDR_MAX] = PCI_DEVICES "/";

	strcat(path, name);
	if (access(path, F_OK) < 0)
		return errno == ENOENT ? 0 : -1;
	strcpy(entry.d_name, name);
	return !filter || filter(&entry) ? add(l, &entry) : 0;
}

static int list_all(const char *path, int (*filter)(const struct dirent *), struct listing *l)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int r = 0;

	if (!dir)
		return -1;
	while (!r) {
		errno = 0;
		entry = readdir(dir);
		if (!entry)
			break;
		if (!filter || filter(entry))
			r = add(l, entry);
	}
	if (errno)
		r = -1;
	closedir(dir);
	return r;
}

int scandir(const char *restrict path, struct dirent ***restrict list, int (*filter)(const struct dirent *),
	    int (*compare)(const struct dirent **, const struct dirent **))
{
	bool one = *narrowed && !strcmp(path, PCI_DEVICES);
	struct listing l = { 0 };

	if (one ? list_one(narrowed, filter, &l) : list_all(path, filter, &l)) {
		int errnum = errno;

		while (l.n)
			free(l.v[--l.n]);
		free(l.v);
		errno = errnum;
		return -1;
	}
	if (compare && l.n)
		qsort(l.v, l.n, sizeof(*l.v), (int (*)(const void *, const void *))compare);
	*list = l.v;
	return (int)l.n;
}

/* glibc's name for the function above is scandir64() in a large-file build, which this program is. A library that is
 * no such build calls scandir(): where there is no difference, that is the same. */
#if defined(__GLIBC__) && defined(__LP64__)
extern __typeof__(scandir) scan_plain __asm__("scandir") __attribute__((alias("scandir64")));
#endif
