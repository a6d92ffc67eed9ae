// SPDX-License-Identifier: GPL-2.0-or-later
/* Words about the machine, not a device: uname -a, os-release and its like, the kernel's configuration and command line;
 * and a driver's modinfo. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "chip/drivers.h"
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

	bool bsd = text_starts(line, "FreeBSD ");

	(void)p;
	if (!bsd && (!text_starts(line, "Linux ") || !strstr(line, " #")))
		return false;
	line += strlen(bsd ? "FreeBSD " : "Linux ");
	host = strcspn(line, " ");
	if (!line[host] || (bsd && !strstr(line + host, " FreeBSD ")) || !release(&b->out, line + host + 1))
		return false;
	if (bsd) {
		AUTO_FREE char *name = xasprintf("FreeBSD %s", b->out.facts.kernel);

		paste_fact(&b->out, "distribution", name);
	}
	b->out.interface[0] = '\0';
	b->out.machine = true;
	return true;
}

const struct paste_kind paste_uname = { "uname -a", uname_begins, paste_one_line, 0, 0, false };

/* One line that names the distribution, by os-release, lsb_release -a, /etc/redhat-release, pveversion; its quotes taken off. */
static bool distribution(struct pasted *out, const char *text, size_t n)
{
	char name[80];

	if (!n || n >= sizeof(name))
		return false;
	str_copy(name, sizeof(name), text, n);
	paste_fact(out, "distribution", name);
	return true;
}

static bool release_words(struct pasted *out, const char *line)
{
	static const char *const files[] = { "CentOS release ",
					     "CentOS Linux release ",
					     "CentOS Stream release ",
					     "Red Hat Enterprise Linux ",
					     "Rocky Linux release ",
					     "AlmaLinux release ",
					     "Fedora release ",
					     "Scientific Linux release ",
					     "Oracle Linux Server release ",
					     "openSUSE Leap ",
					     "SUSE Linux Enterprise " };
	const char *value;

	if (text_starts(line, "PRETTY_NAME=")) {
		line += strlen("PRETTY_NAME=");
		line += *line == '"';
		return distribution(out, line, strcspn(line, "\""));
	}
	if (paste_label(line, "Description", &value) && strpbrk(value, "0123456789") &&
	    (strstr(value, "Linux") || strstr(value, "Ubuntu") || strstr(value, "Debian") || strstr(value, "Fedora")))
		return distribution(out, value, strlen(value));
	if (text_starts(line, "pve-manager/") || text_starts(line, "pve-manager: ") ||
	    text_starts(line, "proxmox-ve: ")) {
		const char *kernel = strstr(line, "(running kernel: ");

		if (kernel)
			release(out, kernel + strlen("(running kernel: "));
		return distribution(out, "Proxmox VE", strlen("Proxmox VE"));
	}
	for (size_t i = 0; i < COUNT(files); i++)
		if (text_starts(line, files[i]) && strpbrk(line, "0123456789") && strlen(line) < 70 &&
		    !strpbrk(line, ",;!?"))
			return distribution(out, line, strlen(line));
	return false;
}

static bool release_begins(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	if (!release_words(&b->out, line))
		return false;
	b->out.interface[0] = '\0';
	b->out.machine = true;
	return true;
}

const struct paste_kind paste_release = { "os-release", release_begins, paste_one_line, 0, 0, false };

/* "CONFIG_DCB=y", "# CONFIG_I40E_DCB is not set"; grep may have put the file's name before it. */
static enum paste_take config_take(struct paste *p, struct paste_block *b, const char *line)
{
	const char *at = strstr(line, "CONFIG_");
	size_t n = at ? strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") : 0;
	bool set, unset;

	(void)p;
	if (!at || (at > line && !strchr(":# ", at[-1])))
		return PASTE_NOT;
	set = at[n] == '=' && (at[n + 1] == 'y' || at[n + 1] == 'm') && !at[n + 2];
	unset = (at > line && !strcmp(at + n, " is not set")) || !strcmp(at + n, "=n");
	if (!set && !unset)
		return at[n] == '=' ? PASTE_OURS : PASTE_NOT;
	if (n == strlen("CONFIG_DCB") && text_starts(at, "CONFIG_DCB"))
		b->out.facts.kernel_dcb = set;
	for (size_t i = 0; i < n_driver_facts; i++) {
		const struct driver_facts *d = &driver_facts[i];

		if (!d->dcb_option || strlen(d->dcb_option) != n || !text_starts(at, d->dcb_option))
			continue;
		if (b->out.driver[0] || b->out.machine)
			paste_another(p, b);
		str_copy(b->out.driver, sizeof(b->out.driver), d->name, strlen(d->name));
		b->out.facts.driver_dcb = set;
		return PASTE_OURS;
	}
	b->out.machine |= b->out.facts.kernel_dcb != FACT_UNKNOWN && !b->out.driver[0];
	return PASTE_OURS;
}

static bool config_begins(struct paste *p, struct paste_block *b, const char *line)
{
	b->out.interface[0] = '\0';
	return config_take(p, b, line) == PASTE_OURS;
}

const struct paste_kind paste_config = { "kernel configuration", config_begins, config_take, 0, 0, true };

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

const struct paste_kind paste_cmdline = { "/proc/cmdline", cmdline_begins, paste_one_line, 0, 0, false };

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

const struct paste_kind paste_modinfo = { "modinfo", modinfo_begins, modinfo_take, 1, 0, true };
