// SPDX-License-Identifier: GPL-2.0-or-later
/* Words about the machine, not a device: uname -a, /proc/cmdline, os-release; and a driver's modinfo. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "paste/internal.h"
#include "util/alloc.h"
#include "util/text.h"

/* A kernel's release: "6.8.12-4-pve". */
static bool release(struct pasted *out, const char *text)
{
	char word[64];

	if (!isdigit((unsigned char)*text) || sscanf(text, "%63[0-9A-Za-z._+~-]", word) != 1 || !strchr(word, '.'))
		return false;
	paste_fact(out, "kernel", word);
	return true;
}

/* "Linux pve 6.8.12-4-pve #1 SMP ...", "FreeBSD gw 14.1-RELEASE FreeBSD 14.1-RELEASE ..." */
static bool uname_begins(struct paste *p, struct paste_block *b, const char *line)
{
	size_t host;

	(void)p;
	if (!text_starts(line, "Linux ") || !strstr(line, " #"))
		return false;
	line += strlen("Linux ");
	host = strcspn(line, " ");
	if (!line[host] || !release(&b->out, line + host + 1))
		return false;
	b->out.interface[0] = '\0';
	b->out.machine = true;
	return true;
}

static enum paste_take nothing_more(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	(void)b;
	(void)line;
	return PASTE_NOT;
}

const struct paste_kind paste_uname = { "uname -a", uname_begins, nothing_more, 0, 0, false };

/* The words of a boot loader: "BOOT_IMAGE=/vmlinuz-6.1.0 root=/dev/sda1 pcie_aspm=off". */
static bool cmdline_begins(struct paste *p, struct paste_block *b, const char *line)
{
	const char *aspm = strstr(line, " pcie_aspm=");
	char word[16];

	(void)p;
	if (!text_starts(line, "BOOT_IMAGE=") && !text_starts(line, "initrd=") &&
	    !text_starts(line, "GRUB_CMDLINE_LINUX"))
		return false;
	if (!aspm)
		aspm = strstr(line, "\"pcie_aspm=");
	if (aspm && sscanf(aspm + 1, "pcie_aspm=%15[a-z]", word) == 1)
		paste_fact(&b->out, "aspm_boot", word);
	b->out.interface[0] = '\0';
	b->out.machine = true;
	return true;
}

const struct paste_kind paste_cmdline = { "/proc/cmdline", cmdline_begins, nothing_more, 0, 0, false };

/* modinfo: "filename: /lib/modules/6.1.0/kernel/drivers/net/ethernet/intel/e1000e/e1000e.ko", then labels. */
static bool modinfo_begins(struct paste *p, struct paste_block *b, const char *line)
{
	const char *value, *base;
	size_t n;

	(void)p;
	if (!paste_label(line, "filename", &value) || !strstr(value, ".ko"))
		return false;
	base = strrchr(value, '/');
	base = base ? base + 1 : value;
	n = (size_t)(strstr(base, ".ko") ? strstr(base, ".ko") - base : 0);
	if (!n || n > 15)
		return false;
	b->out.interface[0] = '\0'; /* of all devices of this driver */
	memcpy(b->out.driver, base, n);
	b->out.driver[n] = '\0';
	return true;
}

static enum paste_take modinfo_take(struct paste *p, struct paste_block *b, const char *line)
{
	static const struct paste_fact_row rows[] = { { "version", "driver_version" } };
	static const char *const labels[] = { "license", "description", "author",    "srcversion",  "alias",
					      "depends", "retpoline",   "intree",    "name",        "vermagic",
					      "sig",     "signature",   "parm",      "rhelversion", "suserelease",
					      "softdep", "firmware",    "import_ns", "supported" };

	(void)p;
	if (paste_fact_line(&b->out, rows, COUNT(rows), line))
		return PASTE_OURS;
	for (size_t i = 0; i < COUNT(labels); i++)
		if (text_starts(line, labels[i]))
			return PASTE_OURS;
	/* The signature's bytes go on over several lines. */
	return strspn(line, "0123456789ABCDEF: ") == strlen(line) ? PASTE_OURS : PASTE_NOT;
}

const struct paste_kind paste_modinfo = { "modinfo", modinfo_begins, modinfo_take, 1, 0, false };
