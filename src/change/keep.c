// SPDX-License-Identifier: GPL-2.0-or-later
/* The file is
 *     # comments
 *     device 0000:02:00.0 8086:10d3
 *         tso=off
 *         ring-tx=4096
 */
#include "change/keep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "change/keep_text.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/file.h"
#include "util/text.h"

#define SIZE_MOST 262144

void change_kept_free(struct change_kept *kept)
{
	free(kept->v);
	*kept = (struct change_kept){ 0 };
}

void change_keeps_free(struct change_keeps *keeps)
{
	for (size_t i = 0; i < keeps->n; i++)
		change_kept_free(&keeps->v[i]);
	free(keeps->v);
	*keeps = (struct change_keeps){ 0 };
}

/* Reading. */

static struct change_kept *find(const struct change_keeps *keeps, const struct pci_addr *addr)
{
	for (size_t i = 0; i < keeps->n; i++)
		if (pci_addr_equal(&keeps->v[i].addr, addr))
			return &keeps->v[i];
	return NULL;
}

static struct change_wish *find_wish(const struct change_kept *kept, const char *name)
{
	for (size_t i = 0; i < kept->n; i++)
		if (!strcmp(kept->v[i].name, name))
			return &kept->v[i];
	return NULL;
}

static int take_device(char *rest, struct change_keeps *keeps, struct err *e)
{
	char *id = strchr(rest, ' ');
	struct change_kept kept = { 0 };
	uint16_t vendor, device;

	if (id)
		*id++ = '\0';
	if (!id || !pci_addr_parse(rest, &kept.addr) || !pci_id_parse(text_strip(id), &vendor, &device))
		return err_set(e, EINVAL, "device", "it takes ADDRESS VENDOR:DEVICE, as 0000:02:00.0 8086:10d3");
	if (find(keeps, &kept.addr))
		return err_set(e, EINVAL, rest,
			       "this device stands above already: one of the two blocks would not count");
	kept.id = (uint32_t)device << 16 | vendor;
	*VEC_PUSH(keeps->v, keeps->n, keeps->cap) = kept;
	return 0;
}

static int take_setting(const char *line, struct change_keeps *keeps, struct err *e)
{
	struct change_kept *kept = keeps->n ? &keeps->v[keeps->n - 1] : NULL;
	struct change_wish wish;
	int r;

	if (!kept)
		return err_set(e, EINVAL, line, "a setting before the first device");
	r = change_wish_parse(line, &wish, e);
	if (r)
		return r;
	if (find_wish(kept, wish.name))
		return err_set(e, EINVAL, line, "this device has %s above already", wish.name);
	*VEC_PUSH(kept->v, kept->n, kept->cap) = wish;
	return 0;
}

static int take_line(char *line, struct change_keeps *keeps, struct err *e)
{
	line[strcspn(line, "#")] = '\0';
	line = text_strip(line);
	if (!*line)
		return 0;
	if (text_starts(line, "device "))
		return take_device(text_strip(line + strlen("device ")), keeps, e);
	return take_setting(line, keeps, e);
}

static int parse(char *text, const char *file, struct change_keeps *keeps, struct err *e)
{
	unsigned number = 0;
	struct err why = { 0 };

	for (char *line = text, *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		number++;
		if (!take_line(line, keeps, &why))
			continue;
		err_set(e, EINVAL, file, "line %u: %s: %s", number, why.what, why.why);
		err_todo(e, "correct the line, or remove it");
		return -EINVAL;
	}
	return 0;
}

/* That in which the text ends. */
static unsigned line_of(const char *text)
{
	unsigned n = 1;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* -ENOENT without a word if there is none. */
static int read_text(const char *file, struct buf *text, struct err *e)
{
	int r = file_read_own(file, SIZE_MOST, text, e);

	if (r || !memchr(buf_str(text), '\0', text->len))
		return r;
	err_set(e, EINVAL, file, "line %u: it has a NUL byte, which no line of such a file has",
		line_of(buf_str(text)));
	err_todo(e, "correct the line, or remove it");
	return -EINVAL;
}

int change_keeps_load(const char *file, struct change_keeps *keeps, struct err *e)
{
	AUTO_BUF struct buf text = { 0 };
	AUTO_FREE char *copy = NULL;
	int r;

	*keeps = (struct change_keeps){ 0 };
	r = read_text(file, &text, e);
	if (r)
		return r == -ENOENT ? 0 : r;
	copy = buf_take(&text);
	r = parse(copy, file, keeps, e);
	if (r)
		change_keeps_free(keeps);
	return r;
}

int change_kept_of(const char *file, const struct pci_addr *addr, uint32_t id, struct change_kept *kept, struct err *e)
{
	struct change_keeps keeps;
	struct change_kept *found;
	int r;

	*kept = (struct change_kept){ 0 };
	r = change_keeps_load(file, &keeps, e);
	found = find(&keeps, addr);
	if (found && found->id == id) {
		*kept = *found;
		found->v = NULL;
	}
	change_keeps_free(&keeps);
	return r;
}

/* Writing. */

static bool is_empty(const struct change_keeps *keeps)
{
	for (size_t i = 0; i < keeps->n; i++)
		if (keeps->v[i].n)
			return false;
	return true;
}

static int remove_file(const char *path, struct err *e)
{
	return !unlink(path) || errno == ENOENT ? 0 : err_sys(e, errno, "%s", path);
}

/* The folder of a path, made if it is not there. */
static int make_folder(const char *path, struct err *e)
{
	AUTO_FREE char *dir = xstrdup(path);
	char *slash = strrchr(dir, '/');

	if (slash)
		*slash = '\0';
	return !mkdir(dir, 0755) || errno == EEXIST ? 0 : err_sys(e, errno, "%s", dir);
}

/* What the rule needs. */
static int check(const struct change_keeper *keeper, struct err *e)
{
	AUTO_FREE char *folder = xstrdup(keeper->rule);

	*strrchr(folder, '/') = '\0';
	if (access(folder, F_OK) < 0) {
		int r = err_sys(e, errno, "%s", folder);

		err_todo(e, "--persist needs udev");
		return r;
	}
	if (strpbrk(keeper->program, " \"'\\%$\n"))
		return err_set(e, EINVAL, keeper->program, "a udev rule cannot run a program of this name");
	return 0;
}

/*
 * Before 80-ifupdown.rules, and behind 80-net-setup-link.rules all the same: what RUN names runs when all rules were read and
 * the name is given, and those who wait for udev (networkd, NetworkManager) see the interface after it has. At `move`, when the
 * interface has got its name, systemd-udevd does once more what a .link file says.
 */
static int write_rule(const struct change_keeper *keeper, struct err *e)
{
	AUTO_BUF struct buf text = { 0 };

	buf_printf(&text,
		   "# Sets again what %s has. Written by: nicregs fix --persist\n"
		   "ACTION==\"add|move\", SUBSYSTEM==\"net\", SUBSYSTEMS==\"pci\", TEST==\"%s\", TEST==\"%s\", "
		   "RUN+=\"%s --no-color fix reapply $id\"\n",
		   keeper->file, keeper->program, keeper->file, keeper->program);
	return file_write_atomic(keeper->rule, buf_str(&text), text.len, 0644, e);
}

/* Where a file is to be written: behind a symbolic link, that to which it leads. Owned by the caller; NULL with *e. */
static char *find_place(const char *path, struct err *e)
{
	char *place;
	struct stat st;

	if (lstat(path, &st) || !S_ISLNK(st.st_mode))
		return xstrdup(path);
	place = realpath(path, NULL);
	if (!place) {
		err_set(e, errno, path, "a symbolic link that leads to no file");
		err_todo(e, "remove it, or make the file that it leads to");
	}
	return place;
}

/* Without settings and words of somebody it goes; a symbolic link was put there by somebody. */
static int write_text(const struct change_keeper *keeper, const char *text, struct err *e)
{
	AUTO_FREE char *place = find_place(keeper->file, e);
	struct stat st;

	if (!place)
		return -EINVAL;
	if (!keep_text_has_own(text) && !strcmp(place, keeper->file))
		return remove_file(place, e);
	return file_write_atomic(place, text, strlen(text), stat(place, &st) ? 0644 : st.st_mode & 0777, e);
}

static int set_rule(const struct change_keeper *keeper, const struct change_keeps *keeps, struct err *e)
{
	int r;

	if (is_empty(keeps))
		return remove_file(keeper->rule, e);
	r = check(keeper, e);
	if (!r)
		r = make_folder(keeper->file, e);
	return r ? r : write_rule(keeper, e);
}

/* `own` is the device of which they changed. If the file cannot be written, the rule is as before. */
static int save(const struct change_keeper *keeper, const struct change_keeps *keeps, const struct change_kept *own,
		struct err *e)
{
	AUTO_BUF struct buf old = { 0 }, text = { 0 }, rule = { 0 };
	int r = read_text(keeper->file, &old, e), had_rule;

	if (r && r != -ENOENT)
		return r;
	had_rule = file_read_own(keeper->rule, SIZE_MOST, &rule, e);
	if (had_rule && had_rule != -ENOENT)
		return had_rule;
	keep_text_edit(buf_str(&old), own, &text);
	r = set_rule(keeper, keeps, e);
	if (r)
		return r;
	r = write_text(keeper, buf_str(&text), e);
	if (r && had_rule == -ENOENT)
		remove_file(keeper->rule, NULL);
	else if (r)
		file_write_atomic(keeper->rule, buf_str(&rule), rule.len, 0644, NULL);
	return r;
}

static void put(struct change_kept *kept, const struct change_wish *wish)
{
	struct change_wish *old = find_wish(kept, wish->name);

	if (old)
		*old = *wish;
	else
		*VEC_PUSH(kept->v, kept->n, kept->cap) = *wish;
}

/* Emptied if it is of another part. */
static struct change_kept *find_own(struct change_keeps *keeps, const struct pci_addr *addr, uint32_t id)
{
	struct change_kept *kept = find(keeps, addr);

	if (!kept) {
		kept = VEC_PUSH(keeps->v, keeps->n, keeps->cap);
		*kept = (struct change_kept){ 0 };
	}
	if (kept->id != id)
		kept->n = 0;
	kept->addr = *addr;
	kept->id = id;
	return kept;
}

int change_keep(const struct change_keeper *keeper, const struct pci_addr *addr, uint32_t id,
		const struct change_wish *wishes, size_t n, struct err *e)
{
	struct change_keeps keeps;
	int r = change_keeps_load(keeper->file, &keeps, e);
	struct change_kept *own;

	if (r)
		return r;
	own = find_own(&keeps, addr, id);
	for (size_t i = 0; i < n; i++)
		put(own, &wishes[i]);
	r = save(keeper, &keeps, own, e);
	change_keeps_free(&keeps);
	return r;
}

int change_keep_replace(const struct change_keeper *keeper, const struct change_kept *kept, struct err *e)
{
	struct change_keeps keeps;
	int r = change_keeps_load(keeper->file, &keeps, e);
	struct change_kept *own;

	if (r)
		return r;
	own = find_own(&keeps, &kept->addr, kept->id);
	own->n = 0;
	for (size_t i = 0; i < kept->n; i++)
		put(own, &kept->v[i]);
	r = save(keeper, &keeps, own, e);
	change_keeps_free(&keeps);
	return r;
}

int change_keep_end(const struct change_keeper *keeper, const struct pci_addr *addr, struct err *e)
{
	struct change_keeps keeps;
	int r = change_keeps_load(keeper->file, &keeps, e);
	struct change_kept *kept;

	if (r)
		return r;
	kept = find(&keeps, addr);
	if (kept) {
		kept->n = 0;
		r = save(keeper, &keeps, kept, e);
	} else {
		r = -ENOENT;
	}
	change_keeps_free(&keeps);
	return r;
}

struct change_keeper change_keeper_here(char *program, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", program, size - 1);

	program[n < 0 ? 0 : n] = '\0';
	return (struct change_keeper){ CHANGE_KEEP_FILE, CHANGE_KEEP_RULE, program };
}

const char *change_initramfs(void)
{
	static const struct {
		const char *path, *command;
	} tools[] = {
		{ "/usr/sbin/update-initramfs", "update-initramfs -u" },
		{ "/usr/bin/dracut", "dracut -f" },
		{ "/usr/sbin/dracut", "dracut -f" },
	};

	for (size_t i = 0; i < COUNT(tools); i++)
		if (!access(tools[i].path, X_OK))
			return tools[i].command;
	return NULL;
}
