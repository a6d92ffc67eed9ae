// SPDX-License-Identifier: GPL-2.0-or-later
/* Counters: `ethtool -S`, and the rows of /proc/interrupts. Two listings of them are a series. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "chip/drivers.h"
#include "paste/internal.h"
#include "util/alloc.h"
#include "util/text.h"

#define COUNTERS_MOST 4096 /* of one listing */
#define CPUS_MOST 64       /* columns that fit on a line that is looked at */

void paste_add_counter(struct pasted *out, const char *name, size_t n, uint64_t value)
{
	struct paste_counter *c;

	if (out->n_counters == COUNTERS_MOST)
		return;
	c = VEC_PUSH(out->counters, out->n_counters, out->cap_counters);
	str_copy(c->name, sizeof(c->name), name, n);
	c->value = value;
}

/* "rx_crc_errors: 0", "rx-44.rx_packets: 1234", "     port.tx_bytes: 99" */
static bool take_counter(struct pasted *out, const char *line)
{
	size_t n = strcspn(line, ":"), digits;
	const char *value = paste_value(line);

	if (!value || !n || !isalpha((unsigned char)*line) || strcspn(line, " \t") < n)
		return false;
	digits = strspn(value, "0123456789");
	if (!digits || digits > 19 || value[digits])
		return false;
	paste_add_counter(out, line, n, strtoull(value, NULL, 10));
	return true;
}

static bool statistics_begin(struct paste *p, struct paste_block *b, const char *line)
{
	if (p->typed_near && p->typed_statistics && take_counter(&b->out, line))
		return true;
	return text_starts(line, "NIC statistics:");
}

static enum paste_take statistics_take(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	return take_counter(&b->out, line) ? PASTE_OURS : PASTE_NOT;
}

const struct paste_kind paste_statistics = { "ethtool -S", statistics_begin, statistics_take, 1, COUNTERS_MOST + 10,
					     false };

/* "eno1-TxRx-0", "i40e-eno1-TxRx-12", "eno1-tx-3", "eno1": the interface of a vector's name; false: it has none. */
static bool interface_of(const char *name, char to[16])
{
	const char *end = name + strlen(name);
	static const char *const words[] = { "-TxRx-", "-tx-", "-rx-", "-fdir", "-rx", "-tx", ":" };

	for (size_t i = 0; i < n_driver_facts; i++)
		if (driver_facts[i].vectors && text_starts(name, driver_facts[i].vectors))
			name += strlen(driver_facts[i].vectors);
	for (size_t i = 0; i < COUNT(words); i++) {
		const char *at = strstr(name, words[i]);

		if (at && at < end)
			end = at;
	}
	if (end == name || end - name > 15)
		return false;
	str_copy(to, 16, name, (size_t)(end - name));
	return true;
}

/* "124:   12   3407  IR-PCI-MSI 524288-edge   eno1-TxRx-0": the sum over the processors. */
static const char *vector_row(const char *line, char interface[16], uint64_t *sum)
{
	char *end;
	unsigned cpus = 0;
	const char *name;

	if (!isdigit((unsigned char)*line) || strtoul(line, &end, 10) > 65535 || *end++ != ':')
		return NULL;
	*sum = 0;
	for (line = end + strspn(end, " \t"); isdigit((unsigned char)*line); line = end + strspn(end, " \t")) {
		unsigned long long n = strtoull(line, &end, 10);

		if (*end != ' ' && *end != '\t')
			break; /* "524288-edge" */
		if (++cpus > CPUS_MOST || n > UINT64_MAX / CPUS_MOST)
			return NULL;
		*sum += n;
	}
	name = strrchr(line, ' ');
	return cpus && name && strstr(line, "MSI") && interface_of(name + 1, interface) ? name + 1 : NULL;
}

static enum paste_take interrupts_take(struct paste *p, struct paste_block *b, const char *line)
{
	char interface[16];
	uint64_t sum;
	const char *name = vector_row(line, interface, &sum);

	if (!name)
		return PASTE_NOT;
	/* Another device's rows, or the first row once more: a second listing. */
	if (b->out.n_counters && (strcmp(b->out.interface, interface) || !strcmp(b->out.counters[0].name, name)))
		paste_next_device(p);
	memcpy(b->out.interface, interface, sizeof(interface));
	paste_add_counter(&b->out, name, strlen(name), sum);
	return PASTE_OURS;
}

static bool interrupts_begin(struct paste *p, struct paste_block *b, const char *line)
{
	return interrupts_take(p, b, line) == PASTE_OURS;
}

const struct paste_kind paste_interrupts = { "/proc/interrupts", interrupts_begin,
					     interrupts_take,    2,
					     COUNTERS_MOST,      true };
