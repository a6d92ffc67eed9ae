// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All facts of a function: its own, those of the machine around it, and what the kernel counts: bytes in flight of each
 * transmit queue (queues/tx-N/byte_queue_limits of the interface, Linux
 * Documentation/ABI/testing/sysfs-class-net-queues), how often its watchdog ran out (tx_timeout), and how often each
 * vector of the function came (/sys/kernel/irq, before Linux 4.9 /proc/interrupts). Reading them touches no device.
 */
#include "host/host.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "host/internal.h"
#include "host/power.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/text.h"

#define PROC_STAT_MOST ((size_t)1 << 20)
#define SYS_DMI "/sys/class/dmi/id"

/* The attributes that are there, with a blank between. */
static void put_joined(char **fact, int dir, const char *const *attrs, size_t n)
{
	AUTO_BUF struct buf text = { 0 };

	for (size_t i = 0; i < n; i++) {
		char word[256];

		if (!sysfs_text(dir, attrs[i], ATTR_STR, word, sizeof(word)))
			continue;
		if (text.len)
			buf_putc(&text, ' ');
		buf_puts(&text, word);
	}
	sysfs_put(fact, buf_str(&text));
}

/* ACPI 6.5 5.2.9: in the Fixed ACPI Description Table, IAPC_BOOT_ARCH at 109, bit 4 "PCIe ASPM Controls". Root reads
 * it. */
#define FADT "/sys/firmware/acpi/tables/FACP"
#define FADT_BOOT_ARCH 109
#define FADT_NO_ASPM 0x10u

static void aspm_facts(struct facts *facts)
{
	AUTO_CLOSE int fd = open(FADT, O_RDONLY | O_CLOEXEC);
	uint8_t flags;
	char line[4096], *word, *rest = NULL;

	if (fd >= 0 && pread(fd, &flags, 1, FADT_BOOT_ARCH) == 1)
		facts->aspm_fadt = (flags & FADT_NO_ASPM) != 0;
	if (file_attr(AT_FDCWD, "/proc/cmdline", line, sizeof(line)))
		return;
	for (word = strtok_r(line, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		if (text_starts(word, "pcie_aspm="))
			sysfs_put(&facts->aspm_boot, word + strlen("pcie_aspm="));
}

static void firmware_tables(struct facts *facts)
{
	static const char *const vendor[] = { "board_vendor" };
	static const char *const board[] = { "board_name", "board_version" };
	static const char *const machine[] = { "sys_vendor", "product_name" };
	static const char *const bios[] = { "bios_vendor", "bios_version", "bios_date" };
	AUTO_CLOSE int dir = sysfs_open(SYS_DMI);

	if (dir < 0)
		return;
	put_joined(&facts->board_vendor, dir, vendor, 1);
	put_joined(&facts->board, dir, board, 2);
	put_joined(&facts->system, dir, machine, 2);
	put_joined(&facts->bios, dir, bios, 3);
}

/* "btime 1763600000", a line of its own. */
static void boot_time(struct facts *facts)
{
	AUTO_BUF struct buf text = { 0 };
	const char *line =
		file_read("/proc/stat", PROC_STAT_MOST, &text, NULL) ? NULL : strstr(buf_str(&text), "\nbtime ");
	char number[24];
	uint64_t seconds;

	if (!line)
		return;
	snprintf(number, sizeof(number), "%.*s", (int)strspn(line + 7, "0123456789"), line + 7);
	if (text_u64(number, &seconds) && seconds <= INT64_MAX)
		facts->booted = (int64_t)seconds;
}

static void board_facts(struct facts *facts)
{
	static const struct attr_fact kernel[] = {
		ATTR(CHOICE, "kernel/security/lockdown", lockdown),
		ATTR(CHOICE, "module/pcie_aspm/parameters/policy", aspm_policy),
	};
	AUTO_CLOSE int sys = sysfs_open("/sys");
	struct utsname name;

	if (!uname(&name))
		sysfs_put(&facts->kernel, name.release);
	if (sys >= 0)
		sysfs_facts(sys, kernel, COUNT(kernel), facts);
	boot_time(facts);
	firmware_tables(facts);
	aspm_facts(facts);
}

/* A slot's address has no function number: "0000:01:00". */
struct host_slot {
	char address[PCI_ADDR_MAX];
	char *name;
};

static void read_slots(struct host_machine *m)
{
	AUTO_CLOSE int dir = sysfs_open("/sys/bus/pci/slots");
	char **names = dir < 0 ? NULL : sysfs_list(dir, ".");

	for (char **name = names; name && *name; name++) {
		char path[300], text[PCI_ADDR_MAX];
		struct host_slot *slot;

		snprintf(path, sizeof(path), "%.255s/address", *name);
		if (!sysfs_text(dir, path, ATTR_STR, text, sizeof(text)))
			continue;
		slot = VEC_PUSH(m->slots, m->n_slots, m->cap_slots);
		memcpy(slot->address, text, sizeof(text));
		slot->name = xstrdup(*name);
	}
	sysfs_list_free(names);
}

void host_machine_read(struct host_machine *m)
{
	*m = (struct host_machine){ 0 };
	facts_init(&m->facts);
	board_facts(&m->facts);
	read_slots(m);
}

void host_machine_free(struct host_machine *m)
{
	for (size_t i = 0; i < m->n_slots; i++)
		free(m->slots[i].name);
	free(m->slots);
	facts_free(&m->facts);
}

#define SYS_IRQ "/sys/kernel/irq"
#define PROC_INTERRUPTS "/proc/interrupts"
#define PROC_MOST ((size_t)16 << 20)
#define ATTR_MOST 4096 /* a file of sysfs is a page at most; what would be longer ends without a newline */

static int64_t number_at(int dir, const char *name, const char *path)
{
	char full[128], text[32];
	uint64_t value;

	snprintf(full, sizeof(full), "queues/%.32s/%s", name, path);
	if (!sysfs_text(dir, full, ATTR_STR, text, sizeof(text)) || !text_u64(text, &value) || value > INT64_MAX)
		return FACT_UNKNOWN;
	return (int64_t)value;
}

static int by_queue(const void *a, const void *b)
{
	const struct queue_count *x = a, *y = b;

	return (x->queue > y->queue) - (x->queue < y->queue);
}

static void queue_counts(const char *netdev, struct facts *facts)
{
	AUTO_CLOSE int dir = sysfs_open_net(netdev);
	char **names = dir < 0 ? NULL : sysfs_list(dir, "queues");

	for (char **name = names; name && *name; name++) {
		struct queue_count q;
		uint64_t n;

		if (!text_starts(*name, "tx-") || !text_u64(*name + 3, &n) || n > UINT16_MAX)
			continue;
		q.queue = (uint32_t)n;
		q.inflight = number_at(dir, *name, "byte_queue_limits/inflight");
		q.limit = number_at(dir, *name, "byte_queue_limits/limit");
		q.timeouts = number_at(dir, *name, "tx_timeout");
		if (q.inflight != FACT_UNKNOWN || q.timeouts != FACT_UNKNOWN)
			facts_add_queue(facts, &q);
	}
	if (facts->n_queues)
		qsort(facts->queues, facts->n_queues, sizeof(*facts->queues), by_queue);
	sysfs_list_free(names);
}

/* An attribute with its newline, which one that the kernel cut off lacks. */
static bool whole_attr(int dir, const char *path, char out[ATTR_MOST + 1])
{
	AUTO_CLOSE int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, out, ATTR_MOST);

	if (n <= 0)
		return false;
	out[n] = '\0';
	return out[n - 1] == '\n';
}

/* "12,0,7": a number for each processor, each of 32 bits. What comes after them, or NULL if there are none. */
static const char *sum(const char *text, char separator, int64_t *total)
{
	const char *p = text;

	*total = 0;
	while (isdigit((unsigned char)*p)) {
		char *end;

		*total += (int64_t)(uint32_t)strtoul(p, &end, 10);
		for (p = end; *p == separator;)
			p++;
	}
	return p == text ? NULL : p;
}

/* Names of several handlers: others' interrupts count as well. */
static bool shared(const char *handlers)
{
	return memchr(handlers, ',', strcspn(handlers, "\n")) != NULL;
}

bool interrupts_count(const char *text, uint32_t irq, int64_t *count)
{
	char label[16];
	size_t n = (size_t)snprintf(label, sizeof(label), "%u:", irq);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		line += strspn(line, " ");
		if (!strncmp(line, label, n)) {
			const char *rest = sum(line + n + strspn(line + n, " "), ' ', count);

			return rest && !shared(rest);
		}
	}
	return false;
}

int64_t handler_queue(const char *handler)
{
	const char *dash = strrchr(handler, '-');
	uint64_t queue;

	if (!dash || !text_u64(dash + 1, &queue) || queue > UINT16_MAX)
		return FACT_UNKNOWN;
	for (const char *p = handler; p < dash; p++)
		if (*p == '-' && (!strncasecmp(p, "-tx-", 4) || !strncasecmp(p, "-txrx-", 6)))
			return (int64_t)queue;
	return FACT_UNKNOWN;
}

/* In /proc/interrupts the handlers stand at the end of the line; there their names are not asked for. */
static bool count_vector(int irqs, struct buf *proc, struct vector_count *v)
{
	char path[64], text[ATTR_MOST + 1];

	snprintf(path, sizeof(path), "%u/per_cpu_count", v->irq);
	if (irqs < 0 || faccessat(irqs, path, F_OK, 0) < 0) {
		if (!proc->len && file_read(PROC_INTERRUPTS, PROC_MOST, proc, NULL))
			return false;
		return interrupts_count(buf_str(proc), v->irq, &v->count);
	}
	if (!whole_attr(irqs, path, text) || !sum(text, ',', &v->count))
		return false;
	snprintf(path, sizeof(path), "%u/actions", v->irq);
	if (!whole_attr(irqs, path, text))
		return true;
	if (shared(text))
		return false;
	text[strcspn(text, "\n")] = '\0';
	v->queue = handler_queue(text);
	return true;
}

static void add_vector(int irqs, struct buf *proc, const char *name, struct facts *facts)
{
	struct vector_count v = { .queue = FACT_UNKNOWN };
	uint64_t irq;

	if (!text_u64(name, &irq) || !irq || irq > UINT32_MAX)
		return;
	v.irq = (uint32_t)irq;
	if (count_vector(irqs, proc, &v))
		facts_add_vector(facts, &v);
}

static void vector_counts(int pci, struct facts *facts)
{
	AUTO_CLOSE int irqs = sysfs_open(SYS_IRQ);
	AUTO_BUF struct buf proc = { 0 };
	char **names = sysfs_list(pci, "msi_irqs");
	char line[32];

	for (char **name = names; name && *name; name++)
		add_vector(irqs, &proc, *name, facts);
	if (!names && sysfs_text(pci, "irq", ATTR_STR, line, sizeof(line)))
		add_vector(irqs, &proc, line, facts);
	sysfs_list_free(names);
}

static const struct attr_fact function[] = {
	ATTR(LINK, "driver", driver),
	ATTR(STR, "driver/module/version", driver_version),
	ATTR(STR, "power_state", power_state),
	ATTR(STR, "power/runtime_status", runtime_status),
	ATTR(STR, "power/control", power_control),
	ATTR(NUM, "link/l0s_aspm", link_l0s_aspm),
	ATTR(NUM, "link/l1_aspm", link_l1_aspm),
	ATTR(NUM, "link/l1_1_aspm", link_l1_1_aspm),
	ATTR(NUM, "link/l1_2_aspm", link_l1_2_aspm),
	ATTR(NUM, "link/l1_1_pcipm", link_l1_1_pcipm),
	ATTR(NUM, "link/l1_2_pcipm", link_l1_2_pcipm),
	ATTR(NUM, "link/clkpm", link_clkpm),
	ATTR(NUM, "numa_node", numa_node),
	ATTR(STR, "label", pci_slot),
	ATTR(LINK, "physfn", physical_function),
	ATTR(NUM, "sriov_numvfs", virtual_functions),
};

static void find_slot(const struct host_machine *m, const struct pci_addr *addr, struct facts *facts)
{
	char wanted[PCI_ADDR_MAX];

	pci_addr_str(addr, wanted);
	wanted[strcspn(wanted, ".")] = '\0';
	for (size_t i = 0; i < m->n_slots; i++)
		if (!strcmp(m->slots[i].address, wanted)) {
			sysfs_put(&facts->pci_slot, m->slots[i].name);
			return;
		}
}

/* The kernel wakes a sleeping device for each question to its driver: then none is asked. */
static void interfaces(int dir, bool ask, struct facts *facts)
{
	char **netdevs = sysfs_list(dir, "net");
	AUTO_BUF struct buf names = { 0 };

	if (!netdevs)
		return;
	netdev_facts(netdevs[0], facts);
	queue_counts(netdevs[0], facts);
	vector_counts(dir, facts);
	if (ask)
		netdev_driver_facts(netdevs[0], facts);
	for (char **name = netdevs; *name; name++)
		buf_printf(&names, "%s%s", name == netdevs ? "" : " ", *name);
	sysfs_put(&facts->netdev, buf_str(&names));
	sysfs_list_free(netdevs);
}

static void counted_errors(int dir, const struct pci_addr *addr, struct facts *facts)
{
	struct pci_addr port;

	aer_facts(dir, false, facts);
	if (host_partner(addr, &port)) {
		AUTO_CLOSE int above = sysfs_open_pci(&port);

		aer_facts(above, true, facts);
	}
	health_facts(addr, facts);
}

void host_facts(const struct host_machine *m, const struct pci_addr *addr, bool driver, struct facts *facts)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);

	facts_merge(facts, &m->facts);
	if (dir < 0)
		return;
	sysfs_facts(dir, function, COUNT(function), facts);
	if (driver)
		counted_errors(dir, addr, facts);
	if (!facts->pci_slot)
		find_slot(m, addr, facts);
	interfaces(dir, driver && !host_asleep(addr), facts);
}

void host_virtual_functions(const struct pci_addr *addr, struct facts *facts)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);

	if (dir >= 0)
		virtual_facts(dir, !host_asleep(addr), facts);
}

void host_facts_brief(const struct pci_addr *addr, struct facts *facts)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);
	char **netdevs = dir < 0 ? NULL : sysfs_list(dir, "net");
	AUTO_BUF struct buf names = { 0 };
	char path[300], text[300];

	if (dir >= 0 && sysfs_text(dir, "driver", ATTR_LINK, text, sizeof(text)))
		sysfs_put(&facts->driver, text);
	for (char **name = netdevs; name && *name; name++)
		buf_printf(&names, "%s%s", name == netdevs ? "" : " ", *name);
	sysfs_put(&facts->netdev, buf_str(&names));
	if (netdevs) {
		queue_counts(netdevs[0], facts);
		vector_counts(dir, facts);
		snprintf(path, sizeof(path), "net/%.250s/carrier", netdevs[0]);
		if (sysfs_text(dir, path, ATTR_STR, text, sizeof(text)))
			facts->carrier = text[0] == '1';
		sysfs_list_free(netdevs);
	}
}
