// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/called.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "snapshot/config.h"
#include "util/alloc.h"
#include "util/err.h"
#include "util/nearest.h"
#include "util/text.h"

#define NAMED_MOST 4

void called_begin(struct called *c, const char *device)
{
	*c = (struct called){ 0 };
	nearest_begin(&c->near, device);
}

void called_free(struct called *c)
{
	buf_free(&c->meant);
	buf_free(&c->all);
}

/* "eno1 (0000:00:19.0, 82579LM)": the first of its names, or the one that was found, and the others. */
static void put_device(const char *const *names, size_t n, const char *found, struct buf *out)
{
	const char *between = " (";

	for (size_t i = 0; i < n && !found; i++)
		found = *names[i] ? names[i] : NULL;
	buf_puts(out, found ? found : "?");
	for (size_t i = 0; i < n; i++) {
		if (!*names[i] || (found && !strcmp(names[i], found)))
			continue;
		buf_printf(out, "%s%s", between, names[i]);
		between = ", ";
	}
	if (*between == ',')
		buf_putc(out, ')');
}

static bool try_each(struct called *c, const char *netdevs)
{
	bool near = false;

	for (const char *p = netdevs; p && *p; p += strspn(p, " ")) {
		AUTO_BUF struct buf name = { 0 };

		buf_add(&name, p, strcspn(p, " "));
		near |= nearest_try(&c->near, buf_str(&name));
		p += name.len;
	}
	return near;
}

void called_try(struct called *c, const struct pci_addr *addr, const char *netdevs, const char *chip, uint16_t vendor,
		uint16_t device)
{
	char full[PCI_ADDR_MAX] = "", id[16] = "";
	const char *names[] = { netdevs ? netdevs : "", full, chip ? chip : "" };
	const size_t n = COUNT(names);
	bool near = try_each(c, netdevs);

	if (addr)
		pci_addr_str(addr, full);
	if (vendor)
		snprintf(id, sizeof(id), "%04x:%04x", vendor, device);
	near |= addr && !addr->domain && nearest_try(&c->near, full + strlen("0000:"));
	near |= nearest_try(&c->near, full);
	near |= nearest_try(&c->near, names[2]);
	near |= nearest_try(&c->near, id);
	if (near) {
		buf_clear(&c->meant);
		put_device(names, n, c->near.found, &c->meant);
	}
	if (c->n++ < NAMED_MOST) {
		buf_puts(&c->all, c->n > 1 ? ", " : "");
		put_device(names, n, NULL, &c->all);
	}
}

void called_try_snapshot(struct called *c, const struct snapshot *s)
{
	const struct pci_function *self = snapshot_self(s);
	uint32_t vendor = 0, device = 0;

	if (self && (!config_get(self, 0, 2, &vendor) || !config_get(self, 2, 2, &device)))
		vendor = 0;
	called_try(c, self ? &self->addr : NULL, s->facts.netdev, s->chip_name ? s->chip_name : s->chip,
		   (uint16_t)vendor, (uint16_t)device);
}

int called_error(const struct called *c, const char *why, const char *list, struct err *e)
{
	const char *device = c->near.word;

	if (!access(device, F_OK)) {
		AUTO_FREE char *path = shell_path(device);

		err_set(e, ENODEV, device, "a file, not a device");
		err_todo(e, "name it with --from: nicregs show --from %s; a kernel log: nicregs log %s", path, path);
	} else if (*c->near.found) {
		err_set(e, ENODEV, device, "%s; did you mean %s?", why, buf_str(&c->meant));
		err_todo(e, "'%s' shows the devices", list);
	} else {
		err_set(e, ENODEV, device, "%s", why);
		if (c->n)
			err_todo(e, "there %s %s%s; see '%s'", c->n > 1 ? "are" : "is", buf_str(&c->all),
				 c->n > NAMED_MOST ? " and more" : "", list);
		else
			err_todo(e, "'%s' shows the Intel NICs that there are", list);
	}
	return -ENODEV;
}
