// SPDX-License-Identifier: GPL-2.0-or-later
/* What a file of a bug report is by its name: in /var/log, sos, supportconfig, Ubuntu's reports, and what people call such
 * files. */
#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bundle/internal.h"
#include "util/alloc.h"
#include "util/text.h"

/* Each pattern is of the last parts of a path, as many as it has itself; the first that fits counts. */
/* clang-format off */
static const struct {
	const char *pattern;
	enum member_kind kind;
	int rank;
} names[] = {
	{ "[0-9]*.json", MEMBER_SNAPSHOT, 0 },
	/* Of all modules and all programs: nothing in it is about this machine's network card. */
	{ "modinfo_all*", MEMBER_OTHER, 0 },  { "*.journal", MEMBER_OTHER, 0 },   { "*.journal~", MEMBER_OTHER, 0 },
	{ "*.pcap*", MEMBER_OTHER, 0 },       { "*.html", MEMBER_OTHER, 0 },      { "*.xml", MEMBER_OTHER, 0 },
	{ "*.rpm", MEMBER_OTHER, 0 },         { "*.deb", MEMBER_OTHER, 0 },       { "*.py", MEMBER_OTHER, 0 },
	{ "*.conf", MEMBER_OTHER, 0 },        { "manifest*", MEMBER_OTHER, 0 },     { "sos.txt", MEMBER_OTHER, 0 },
	{ "sos_logs/*", MEMBER_OTHER, 0 },  { "sos_reports/*", MEMBER_OTHER, 0 },
	{ "coredump", MEMBER_OTHER, 0 },      { "vmcore*", MEMBER_OTHER, 0 },     { "lastlog", MEMBER_OTHER, 0 },
	{ "wtmp*", MEMBER_OTHER, 0 },         { "btmp*", MEMBER_OTHER, 0 },       { "auth.log*", MEMBER_OTHER, 0 },
	{ "secure*", MEMBER_OTHER, 0 },       { "dpkg.log*", MEMBER_OTHER, 0 },   { "history.log*", MEMBER_OTHER, 0 },
	/* Anything may be in it. */
	{ "*.json", MEMBER_UNKNOWN, 0 },
	/* Written once, when the machine has started: what the others say is later. */
	{ "log/dmesg*", MEMBER_LOG, 0 },
	/* The longest first: each ends with the present, and the last one that is read says how things stand. */
	{ "messages*", MEMBER_LOG, 1 },       { "*.log.messages*", MEMBER_LOG, 1 },
	{ "syslog*", MEMBER_LOG, 2 },         { "*.log.syslog*", MEMBER_LOG, 2 },
	{ "vmkernel*", MEMBER_LOG, 3 },       { "vmkwarning*", MEMBER_LOG, 3 },
	{ "kern.log*", MEMBER_LOG, 4 },       { "*.kern.log*", MEMBER_LOG, 4 },   { "kernlog*", MEMBER_LOG, 4 },
	{ "kernel.log*", MEMBER_LOG, 4 },     { "kernel-*.log", MEMBER_LOG, 4 },  { "boot.txt*", MEMBER_LOG, 5 },
	{ "journalctl*", MEMBER_LOG, 6 },     { "*journal*.txt*", MEMBER_LOG, 6 }, { "*journal*.log*", MEMBER_LOG, 6 },
	{ "*.export*", MEMBER_LOG, 6 },       { "journalerrors*", MEMBER_LOG, 6 }, { "journal*", MEMBER_LOG, 6 },
	{ "dmesg*", MEMBER_LOG, 7 },          { "*dmesg*", MEMBER_LOG, 7 },
	{ "lspci*", MEMBER_PASTED, 0 },       { "ethtool*", MEMBER_PASTED, 0 },   { "ip_*", MEMBER_PASTED, 0 },
	{ "ip-*", MEMBER_PASTED, 0 },         { "ifconfig*", MEMBER_PASTED, 0 },  { "bonding/*", MEMBER_PASTED, 0 },
	{ "proc/interrupts", MEMBER_PASTED, 0 }, { "proc/cmdline", MEMBER_PASTED, 0 },
	{ "procinterrupts*", MEMBER_PASTED, 0 }, { "proccmdline*", MEMBER_PASTED, 0 },
	{ "prockernelcmdline*", MEMBER_PASTED, 0 }, { "uname*", MEMBER_PASTED, 0 },
	{ "modinfo*", MEMBER_PASTED, 0 },     { "lshw*", MEMBER_PASTED, 0 },      { "network.txt*", MEMBER_PASTED, 0 },
	{ "pci.txt*", MEMBER_PASTED, 0 },     { "hardware.txt*", MEMBER_PASTED, 0 },
	{ "basic-environment.txt*", MEMBER_PASTED, 0 }, { "pciconf*", MEMBER_PASTED, 0 },
	{ "dmidecode*", MEMBER_PASTED, 0 },
};
/* clang-format on */

/* The last parts of a path, as many as a pattern has. */
static const char *last_parts(const char *path, const char *pattern)
{
	const char *p = path + strlen(path);
	size_t slashes = strchr(pattern, '/') ? 1 : 0;

	while (p > path && (p[-1] != '/' || slashes--))
		p--;
	return p;
}

static bool is_packing(const char *word, size_t n)
{
	static const char *const words[] = { ".gz", ".xz", ".bz2", ".zst", ".txt" };

	for (size_t i = 0; i < COUNT(words); i++)
		if (strlen(words[i]) == n && !strncasecmp(word, words[i], n))
			return true;
	return false;
}

static size_t digits_before(const char *s, size_t n)
{
	size_t len = 0;

	while (len < n && len < 18 && isdigit((unsigned char)s[n - 1 - len]))
		len++;
	return len;
}

#define AGE_OF_DATES 1000000 /* numbers of rotated files are less */
#define DATE_LATEST 99999999

/* "kern.log.2.gz", "messages-20241101.xz", "dmesg.old", "journalctl_--no-pager_--boot_-1": how old, and what the name is
 * without that. */
static int64_t read_age(const char *name, size_t *n)
{
	size_t dot = *n, digits;
	int64_t number;

	while (dot && name[dot - 1] != '.' && *n - dot < 4)
		dot--;
	if (dot && is_packing(name + dot - 1, *n - dot + 1))
		*n = dot - 1;
	if (*n > 7 && !strncmp(name + *n - 7, ".tailed", 7))
		*n -= 7;
	if (*n > 4 && !strncmp(name + *n - 4, ".old", 4)) {
		*n -= 4;
		return 1;
	}
	digits = digits_before(name, *n);
	if (!digits || digits == *n || !strchr(".-_", name[*n - digits - 1]))
		return 0;
	number = strtoll(name + *n - digits, NULL, 10);
	*n -= digits + 1;
	if (digits == 8)
		return AGE_OF_DATES + DATE_LATEST - number;
	if (name[*n] == '-' && *n && name[*n - 1] == '_') { /* "_--boot_-1" */
		*n -= 1;
		return number;
	}
	return name[*n] == '.' ? number + 1 : 0;
}

struct member_name member_name(const char *path)
{
	struct member_name m = { .kind = MEMBER_UNKNOWN, .start = path };
	const char *base = strrchr(path, '/');
	size_t n;

	base = base ? base + 1 : path;
	for (size_t i = 0; i < COUNT(names); i++)
		if (!fnmatch(names[i].pattern, last_parts(path, names[i].pattern), FNM_CASEFOLD)) {
			m.kind = names[i].kind;
			m.rank = names[i].rank;
			break;
		}
	n = strlen(base);
	m.age = read_age(base, &n);
	m.n = (size_t)(base - path) + n;
	m.drifts = text_starts(base, "dmesg_-T");
	return m;
}

/* "ethtool_-i_eth0": sos puts a '_' where blanks were. */
static void ethtool_command(const char *base, char *to, size_t size)
{
	size_t n = (size_t)snprintf(to, size, "# %s\n", base);

	for (char *p = to + 2; n < size && *p; p++) {
		if (*p != '_')
			continue;
		*p = ' ';
		if (p[1] != '-')
			return; /* the interface's name may have one itself */
	}
}

void member_command(const char *path, char *to, size_t size)
{
	const char *base = strrchr(path, '/'), *bond = strstr(path, "proc/net/bonding/");

	base = base ? base + 1 : path;
	*to = '\0';
	if (text_starts(base, "ethtool_"))
		ethtool_command(base, to, size);
	else if (bond)
		snprintf(to, size, "# cat /%s\n", bond);
	else if (!strcasecmp(base, "interrupts") || !strncasecmp(base, "procinterrupts", 14))
		snprintf(to, size, "# cat /proc/interrupts\n");
	if (strchr(to, '\n') != strrchr(to, '\n') || strlen(to) + 1 >= size)
		*to = '\0'; /* a name with a newline in it, or too long to be an interface's */
}
