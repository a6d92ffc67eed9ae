// SPDX-License-Identifier: GPL-2.0-or-later
#include "aspm/persist.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/host.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/file.h"
#include "util/text.h"

#define SIZE_MOST 65536
/* Before 80-drivers.rules, so that what it runs comes before the driver is loaded. */
#define PREFIX "79-nicregs-aspm-"
#define SUFFIX ".rules"

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

/* Named for the device, without the function. */
static const char *device_of(const struct link *link, char out[PCI_ADDR_MAX])
{
	pci_addr_str(&link->ends[1].addr, out);
	*strrchr(out, '.') = '\0';
	return out;
}

char *aspm_persist_path(const char *dir, const struct link *link)
{
	char device[PCI_ADDR_MAX];

	return xasprintf("%s/" PREFIX "%s" SUFFIX, dir, device_of(link, device));
}

static int put_rule(const struct link_end *end, const char *script, unsigned states, struct buf *out, struct err *e)
{
	char addr[PCI_ADDR_MAX], place[1024];

	pci_addr_str(&end->addr, addr);
	if (!host_path(&end->addr, place, sizeof(place)))
		return err_set(e, ENODEV, addr, "the device went away");
	buf_printf(out,
		   "ACTION==\"add|bind|change\", SUBSYSTEM==\"pci\", DEVPATH==\"%s\", ATTR{vendor}==\"0x%04x\", "
		   "ATTR{device}==\"0x%04x\", TEST==\"%s\", RUN+=\"%s %s ",
		   place, end->id & 0xffff, end->id >> 16, script, script, addr);
	link_states_names(states, out);
	buf_puts(out, "\"\n");
	return 0;
}

static int compose(const char *script, const struct link *link, unsigned states, struct buf *out, struct err *e)
{
	char device[PCI_ADDR_MAX];
	int r = 0;

	device_of(link, device);
	buf_printf(out, "# Keeps ");
	link_states_show(states, "", out);
	buf_printf(out,
		   " off on the link of %s. Written by: nicregs aspm disable --persist %s.0\n"
		   "# Removed by: nicregs aspm restore --persist %s.0\n",
		   device, device, device);
	for (size_t i = 1; i < link->n_ends && !r; i++)
		r = put_rule(&link->ends[i], script, states, out, e);
	return r;
}

int aspm_persist_write(const char *dir, const char *script, const struct link *link, unsigned states, struct err *e)
{
	AUTO_FREE char *path = aspm_persist_path(dir, link);
	AUTO_BUF struct buf text = { 0 }, old = { 0 };
	int r;

	if (access(script, X_OK) < 0) {
		r = err_sys(e, errno, "%s", script);
		err_todo(e, "--persist needs the installed script: make install");
		return r;
	}
	if (access(dir, F_OK) < 0) {
		r = err_sys(e, errno, "%s", dir);
		err_todo(e, "--persist needs udev");
		return r;
	}
	r = compose(script, link, states, &text, e);
	if (!r && !file_read(path, SIZE_MOST, &old, NULL) && !strcmp(buf_str(&old), buf_str(&text)))
		return 0;
	return r ? r : file_write_atomic(path, buf_str(&text), text.len, 0644, e);
}

/* What a line gives the script, if it is the rule of this function: the words of RUN are the path, the address and the
 * states. */
static unsigned line_states(char *line, const struct link_end *end)
{
	AUTO_FREE char *id =
		xasprintf("ATTR{vendor}==\"0x%04x\", ATTR{device}==\"0x%04x\"", end->id & 0xffff, end->id >> 16);
	char addr[PCI_ADDR_MAX], *at = strstr(line, "RUN+=\""), *quote;
	unsigned states;

	at = at && strstr(line, id) ? strstr(at, pci_addr_str(&end->addr, addr)) : NULL;
	quote = at ? strchr(at, '"') : NULL;
	if (!quote)
		return 0;
	*quote = '\0';
	at += strlen(addr);
	return link_states_parse(at + strspn(at, " "), &states, NULL) ? 0 : states;
}

unsigned aspm_persist_states(const char *dir, const struct link *link)
{
	AUTO_FREE char *path = aspm_persist_path(dir, link);
	AUTO_FREE char *copy = NULL;
	struct buf text = { 0 };
	char *save = NULL;
	unsigned states = 0;

	if (access(path, R_OK) < 0 || file_read(path, SIZE_MOST, &text, NULL))
		return 0;
	copy = buf_take(&text);
	for (char *line = strtok_r(copy, "\n", &save); line && !states; line = strtok_r(NULL, "\n", &save))
		states = line_states(line, &link->ends[1]);
	return states;
}

static bool is_rule(const char *name)
{
	size_t n = strlen(name);

	return text_starts(name, PREFIX) && n > strlen(SUFFIX) && !strcmp(name + n - strlen(SUFFIX), SUFFIX);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void aspm_persist_list(const char *dir, struct aspm_rules *rules)
{
	DIR *folder = opendir(dir);
	struct dirent *entry;

	*rules = (struct aspm_rules){ 0 };
	while (folder && (entry = readdir(folder)))
		if (is_rule(entry->d_name))
			*VEC_PUSH(rules->paths, rules->n, rules->cap) = xasprintf("%s/%s", dir, entry->d_name);
	if (folder)
		closedir(folder);
	if (rules->n)
		qsort(rules->paths, rules->n, sizeof(*rules->paths), by_name);
}

void aspm_persist_drop(struct aspm_rules *rules, const char *dir, const struct link *link)
{
	AUTO_FREE char *path = aspm_persist_path(dir, link);

	for (size_t i = 0; i < rules->n; i++) {
		if (strcmp(rules->paths[i], path) != 0)
			continue;
		free(rules->paths[i]);
		memmove(&rules->paths[i], &rules->paths[i + 1], (--rules->n - i) * sizeof(*rules->paths));
		return;
	}
}

void aspm_rules_free(struct aspm_rules *rules)
{
	for (size_t i = 0; i < rules->n; i++)
		free(rules->paths[i]);
	free(rules->paths);
}

int aspm_persist_remove(const char *dir, const struct link *link, struct err *e)
{
	AUTO_FREE char *path = aspm_persist_path(dir, link);

	if (!unlink(path))
		return 0;
	return errno == ENOENT ? -ENOENT : err_sys(e, errno, "%s", path);
}
