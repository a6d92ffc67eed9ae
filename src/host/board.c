// SPDX-License-Identifier: GPL-2.0-or-later
/* The machine around the device. */
#include "host/parts.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "host/sysfs.h"
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
	fact_put(fact, buf_str(&text));
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
			fact_put(&facts->aspm_boot, word + strlen("pcie_aspm="));
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

void board_facts(struct facts *facts)
{
	static const struct attr_fact kernel[] = {
		ATTR(CHOICE, "kernel/security/lockdown", lockdown),
		ATTR(CHOICE, "module/pcie_aspm/parameters/policy", aspm_policy),
	};
	AUTO_CLOSE int sys = sysfs_open("/sys");
	struct utsname name;

	if (!uname(&name))
		fact_put(&facts->kernel, name.release);
	if (sys >= 0)
		sysfs_facts(sys, kernel, sizeof(kernel) / sizeof(kernel[0]), facts);
	boot_time(facts);
	firmware_tables(facts);
	aspm_facts(facts);
}
