// SPDX-License-Identifier: GPL-2.0-or-later
/* What a device runs under and how it is built in. */
#include "diagnose/subject.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snapshot/config.h"
#include "util/alloc.h"

#define SUBSYSTEM_VENDOR 0x2c
#define SUBSYSTEM_DEVICE 0x2e

/* As firmware tables (DMI) and the kernel call them. */
static const struct {
	const char *words, *name;
} hypervisors[] = {
	{ "VMware", "VMware" },       { "VirtualBox", "VirtualBox" },
	{ "innotek", "VirtualBox" },  { "Microsoft Corporation Virtual Machine", "Hyper-V" },
	{ "Hyper-V", "Hyper-V" },     { "QEMU", "QEMU/KVM" },
	{ "KVM", "QEMU/KVM" },        { "Bochs", "QEMU/KVM" },
	{ "HVM domU", "Xen" },        { "Xen HVM", "Xen" }, /* "Xen PV" is said by the host's own system, too */
	{ "Parallels", "Parallels" }, { "bhyve", "bhyve" },
	{ "BHYVE", "bhyve" },
};

/* Who names himself in the subsystem id of a device that he emulates. */
static const struct {
	uint32_t vendor;
	const char *name;
} makers[] = { { 0x1af4, "QEMU/KVM" }, { 0x15ad, "VMware" }, { 0x1ab8, "Parallels" }, { 0x1414, "Hyper-V" } };

/* The same in the words of lspci: its subsystem, and for Red Hat's id only the emulated ones. */
static const struct {
	const char *words, *name;
} printed_makers[] = { { "VMware", "VMware" },   { "[15ad:", "VMware" },       { "QEMU", "QEMU/KVM" },
		       { "[1af4:", "QEMU/KVM" }, { "Parallels", "Parallels" }, { "[1ab8:", "Parallels" } };

/* How a distribution, a kernel's name or a program says where the settings are; the first one counts. */
static const struct {
	const char *words;
	enum platform_setup setup;
} setups[] = {
	{ "ifupdown", SETUP_IFUPDOWN },
	{ "NixOS", SETUP_NIXOS },
	{ "Proxmox", SETUP_IFUPDOWN },
	{ "-pve", SETUP_IFUPDOWN },
	{ "CentOS release 5", SETUP_SYSCONFIG },
	{ "CentOS release 6", SETUP_SYSCONFIG },
	{ "Scientific Linux release 6", SETUP_SYSCONFIG },
	{ ".el5", SETUP_SYSCONFIG },
	{ ".el6", SETUP_SYSCONFIG },
	{ "NetworkManager", SETUP_NETWORKMANAGER },
	{ "systemd-networkd", SETUP_SYSTEMD },
	{ "Ubuntu", SETUP_SYSTEMD },
	{ "Debian GNU/Linux", SETUP_IFUPDOWN },
	{ ".el", SETUP_NETWORKMANAGER },
	{ ".fc", SETUP_NETWORKMANAGER },
	{ "Fedora", SETUP_NETWORKMANAGER },
	{ "Red Hat Enterprise", SETUP_NETWORKMANAGER },
	{ "CentOS", SETUP_NETWORKMANAGER },
	{ "Rocky Linux", SETUP_NETWORKMANAGER },
	{ "AlmaLinux", SETUP_NETWORKMANAGER },
};

/* The one system other than Linux that has this driver; Linux if there is none. */
static enum platform_system native_system(const char *driver)
{
	const struct driver_facts *facts = drivers_named(driver);

	if (!facts || facts->systems & DRIVER_LINUX)
		return SYSTEM_LINUX;
	return facts->systems & DRIVER_ESXI ? SYSTEM_ESXI : SYSTEM_FREEBSD;
}

const char *platform_system_name(enum platform_system system)
{
	static const char *const names[SYSTEMS] = { "linux", "freebsd", "esxi" };

	return names[system];
}

const char *platform_setup_name(enum platform_setup setup)
{
	static const char *const names[SETUPS] = {
		[SETUP_IFUPDOWN] = "ifupdown", [SETUP_NETWORKMANAGER] = "networkmanager", [SETUP_SYSTEMD] = "systemd",
		[SETUP_NIXOS] = "nixos",       [SETUP_SYSCONFIG] = "sysconfig",
	};

	return names[setup];
}

static enum platform_setup setup_of(const struct subject *s)
{
	const char *const texts[] = { s->facts->network_setup, s->facts->distribution, s->kernel };

	for (size_t i = 0; i < COUNT(texts); i++)
		for (size_t k = 0; texts[i] && k < COUNT(setups); k++)
			if (strstr(texts[i], setups[k].words))
				return setups[k].setup;
	return SETUP_UNKNOWN;
}

static bool is_numbered(const char *name, const char *stem)
{
	size_t n = strlen(stem);

	return name && n && !strncmp(name, stem, n) && name[n] && strspn(name + n, "0123456789") == strlen(name + n);
}

/* Only Linux and ESXi print PCI addresses; FreeBSD names an interface for its driver. */
static enum platform_system system_of(const struct klog_device *d)
{
	enum platform_system native = native_system(d->driver);

	if (native != SYSTEM_LINUX)
		return native;
	if (is_numbered(d->interface, "vmnic"))
		return SYSTEM_ESXI;
	return !*d->address && is_numbered(d->interface, d->driver) ? SYSTEM_FREEBSD : SYSTEM_LINUX;
}

/* Of pasted text alone. */
static enum platform_system system_by_facts(const struct subject *s)
{
	enum platform_system native = native_system(s->driver);
	const char *name = s->facts->distribution;

	if (native != SYSTEM_LINUX)
		return native;
	if (name && strstr(name, "VMware ESX"))
		return SYSTEM_ESXI;
	if (is_numbered(s->interface, "vmnic"))
		return SYSTEM_ESXI;
	if (name && strstr(name, "FreeBSD"))
		return SYSTEM_FREEBSD;
	return !s->facts->kernel && is_numbered(s->interface, s->driver ? s->driver : "-") ? SYSTEM_FREEBSD
											   : SYSTEM_LINUX;
}

/* Output of its own programs beside the log. */
static bool has_pasted(const struct klog *k, const char *program)
{
	const struct pasted *p;

	for (size_t i = 0; k && (p = klog_described(k, i)); i++)
		if (!strncmp(p->program, program, strlen(program)))
			return true;
	return false;
}

/* One machine wrote the log, so any of its devices tells; nicregs itself runs on Linux alone. */
enum platform_system platform_of_log(const struct klog *k)
{
	const struct klog_device *d;
	const struct klog_host *host = k ? klog_host(k) : NULL;

	if (has_pasted(k, "pciconf") || has_pasted(k, "sysctl dev"))
		return SYSTEM_FREEBSD;
	if (has_pasted(k, "esxcli") || has_pasted(k, "vmware -v"))
		return SYSTEM_ESXI;
	if ((host && *host->kernel) || has_pasted(k, "ethtool"))
		return SYSTEM_LINUX;
	for (size_t i = 0; k && (d = klog_device(k, i)); i++) {
		enum platform_system system = system_of(d);

		if (system != SYSTEM_LINUX)
			return system;
	}
	return SYSTEM_LINUX;
}

static const char *hypervisor_in(const char *text)
{
	for (size_t i = 0; text && i < COUNT(hypervisors); i++)
		if (strstr(text, hypervisors[i].words))
			return hypervisors[i].name;
	return NULL;
}

static const char *hypervisor_of(const struct subject *s)
{
	const struct klog_host *host = s->host->input->klog ? klog_host(s->host->input->klog) : NULL;
	const char *const texts[] = { s->facts->system, s->facts->board_vendor, host ? host->hardware : NULL,
				      host ? host->hypervisor : NULL };
	const char *name = NULL;

	for (size_t i = 0; i < COUNT(texts) && !name; i++)
		name = hypervisor_in(texts[i]);
	return name;
}

/* The subsystem's vendor and device; false if configuration space is not known. */
static bool subsystem(const struct subject *s, uint32_t *vendor, uint32_t *device)
{
	const struct pci_function *self = s->latest ? snapshot_self(s->latest) : NULL;

	return self && config_answers(self) && config_get(self, SUBSYSTEM_VENDOR, 2, vendor) &&
	       config_get(self, SUBSYSTEM_DEVICE, 2, device) && (*vendor || *device);
}

/* A part that hypervisors make in software. A log that names no part is of one if it is not in the chipset. */
static bool is_often_emulated(const struct subject *s)
{
	if (subject_driver_has(s, DRIVER_EMULATED))
		return true;
	if (s->known)
		return chip_has_trait(s->known, "emulated");
	return subject_driver_has(s, DRIVER_EMULATED_CARDS) && !(s->log && s->log->onboard_pch);
}

/* By the line of lspci, which has the maker's name or id. */
static bool is_printed(const struct subject *s, const char **hypervisor)
{
	for (size_t i = 0; s->facts->subsystem && i < COUNT(printed_makers); i++)
		if (strstr(s->facts->subsystem, printed_makers[i].words)) {
			*hypervisor = *hypervisor ? *hypervisor : printed_makers[i].name;
			return true;
		}
	return false;
}

/* A card that is passed through to a guest keeps the subsystem id of its maker. */
static bool is_emulated(const struct subject *s, const char **hypervisor)
{
	uint32_t vendor, device;

	if (!subsystem(s, &vendor, &device))
		return is_printed(s, hypervisor) || (*hypervisor && is_often_emulated(s));
	for (size_t i = 0; i < COUNT(makers); i++)
		if (makers[i].vendor == vendor) {
			*hypervisor = *hypervisor ? *hypervisor : makers[i].name;
			return true;
		}
	return *hypervisor && is_often_emulated(s) && vendor == 0x8086 && device < 0x100;
}

/* eno1 and em1 are named by the board's firmware, which knows its own NICs alone. */
static bool is_on_board(const struct subject *s)
{
	return is_numbered(s->interface, "eno") ||
	       (s->platform.system == SYSTEM_LINUX && is_numbered(s->interface, "em")) ||
	       (s->interface && !strncmp(s->interface, "eno", 3) && isdigit((unsigned char)s->interface[3])) ||
	       (s->log && s->log->onboard_pch) || subject_has_trait(s, "no-pcie-capability") ||
	       subject_has_trait(s, "pch") || subject_has_trait(s, "integrated");
}

static bool is_virtual_function(const struct subject *s)
{
	return s->facts->physical_function || subject_driver_has(s, DRIVER_VIRTUAL_FUNCTION);
}

void platform_learn(struct subject *s)
{
	struct platform *p = &s->platform;

	if (s->latest && s->latest->origin != ORIGIN_PASTED)
		p->system = SYSTEM_LINUX;
	else if (s->latest || s->facts->distribution || s->facts->kernel)
		p->system = system_by_facts(s);
	else
		p->system = s->host->system;
	p->setup = setup_of(s);
	p->hypervisor = hypervisor_of(s);
	p->emulated = is_emulated(s, &p->hypervisor);
	p->virtual_function = is_virtual_function(s);
	p->soldered = p->emulated || is_on_board(s);
}

/* "6.1.0-32-amd64", "5.14.0-503.el9" */
static bool hides_release(const char *kernel)
{
	int end = 0;

	return sscanf(kernel, "%*u.%*u.0%n", &end) == 0 && end && kernel[end] == '-';
}

int kernel_has(const char *kernel, const char *const *releases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned v[3] = { 0 };
		bool series;

		if (sscanf(releases[i], "%u.%u.%u", &v[0], &v[1], &v[2]) != 3)
			return -1;
		series = version_compare(kernel, v[0], v[1] + 1, 0) < 0;
		if (version_compare(kernel, v[0], v[1], v[2]) >= 0 && (series || i + 1 == n))
			return 1;
	}
	return hides_release(kernel) ? -1 : 0;
}

int version_compare(const char *version, unsigned a, unsigned b, unsigned c)
{
	const unsigned wanted[3] = { a, b, c };

	for (size_t i = 0; i < 3; i++) {
		char *end;
		unsigned long part = strtoul(version, &end, 10);

		if (end == version)
			part = 0;
		if (part != wanted[i])
			return part < wanted[i] ? -1 : 1;
		version = *end == '.' ? end + 1 : "";
	}
	return 0;
}
