// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/logbook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/buf.h"

#define IN_MEMORY ((size_t)2 << 20)
/* Kind, lines, bits of the known numbers and texts; then the numbers; then the texts with a length byte each. */
#define MOST_BYTES (4 * sizeof(uint64_t) + KLOG_N_NUMBERS * sizeof(uint64_t) + KLOG_N_TEXTS * (KLOG_TEXT_MAX + 1))

_Static_assert(KLOG_N_NUMBERS <= 64 && KLOG_N_TEXTS <= 32 && KLOG_TEXT_MAX <= 256, "a packed report's layout");

struct logbook {
	struct buf recent; /* what is not in the file yet */
	FILE *file;        /* NULL: all is in `recent` */
	uint64_t lost;
};

struct logbook *logbook_new(void)
{
	return xcalloc(1, sizeof(struct logbook));
}

void logbook_free(struct logbook *b)
{
	if (!b)
		return;
	if (b->file)
		fclose(b->file);
	buf_free(&b->recent);
	free(b);
}

static uint8_t *put(uint8_t *p, const void *bytes, size_t n)
{
	memcpy(p, bytes, n);
	return p + n;
}

static uint8_t *put_u64(uint8_t *p, uint64_t value)
{
	return put(p, &value, sizeof(value));
}

static size_t pack(const struct klog_report *r, uint8_t *to)
{
	uint64_t head = (uint64_t)r->kind;
	uint8_t *p = to + sizeof(head);

	p = put_u64(p, r->line);
	p = put_u64(p, r->last_line);
	p = put_u64(p, r->known);
	for (size_t i = 0; i < KLOG_N_NUMBERS; i++)
		if (r->known >> i & 1)
			p = put_u64(p, r->number[i]);
	for (size_t i = 0; i < KLOG_N_TEXTS; i++) {
		uint8_t n = (uint8_t)strnlen(r->text[i], KLOG_TEXT_MAX - 1);

		if (!n)
			continue;
		head |= UINT64_C(1) << (32 + i);
		*p++ = n;
		p = put(p, r->text[i], n);
	}
	put_u64(to, head);
	return (size_t)(p - to);
}

static const uint8_t *get_u64(const uint8_t *p, uint64_t *value)
{
	memcpy(value, p, sizeof(*value));
	return p + sizeof(*value);
}

static void unpack(const uint8_t *p, struct klog_report *r)
{
	uint64_t head;

	memset(r, 0, sizeof(*r));
	p = get_u64(p, &head);
	r->kind = (enum klog_kind)(head & UINT32_MAX);
	p = get_u64(p, &r->line);
	p = get_u64(p, &r->last_line);
	p = get_u64(p, &r->known);
	for (size_t i = 0; i < KLOG_N_NUMBERS; i++)
		if (r->known >> i & 1)
			p = get_u64(p, &r->number[i]);
	for (size_t i = 0; i < KLOG_N_TEXTS; i++) {
		if (!(head >> (32 + i) & 1))
			continue;
		memcpy(r->text[i], p + 1, *p);
		p += 1 + *p;
	}
}

/* False: there is no room for it anywhere. */
static bool spill(struct logbook *b)
{
	if (!b->file)
		b->file = tmpfile();
	if (!b->file || fwrite(buf_str(&b->recent), 1, b->recent.len, b->file) != b->recent.len)
		return false;
	buf_clear(&b->recent);
	return true;
}

void logbook_add(const struct klog_report *r, void *arg)
{
	struct logbook *b = arg;
	uint8_t bytes[MOST_BYTES];
	uint16_t n = (uint16_t)pack(r, bytes);

	if (b->lost || (b->recent.len > IN_MEMORY && !spill(b))) {
		b->lost++;
		return;
	}
	buf_add(&b->recent, &n, sizeof(n));
	buf_add(&b->recent, bytes, n);
}

uint64_t logbook_lost(const struct logbook *b)
{
	return b->lost;
}

static size_t position(const struct klog *k, const struct klog_device *d)
{
	const struct klog_device *one;

	for (size_t i = 0; d && (one = klog_device(k, i)); i++)
		if (one == d)
			return i;
	return SIZE_MAX;
}

static void tell(const uint8_t *bytes, const struct klog *k,
		 void (*each)(const struct klog_report *r, size_t device, void *arg), void *arg)
{
	struct klog_report r;

	unpack(bytes, &r);
	klog_complete(k, &r);
	each(&r, position(k, klog_device_of(k, &r)), arg);
}

void logbook_each(const struct logbook *b, const struct klog *k,
		  void (*each)(const struct klog_report *r, size_t device, void *arg), void *arg)
{
	const uint8_t *p = (const uint8_t *)buf_str(&b->recent), *end = p + b->recent.len;
	uint8_t bytes[MOST_BYTES];
	uint16_t n;

	if (b->file) {
		rewind(b->file);
		while (fread(&n, sizeof(n), 1, b->file) == 1 && n <= sizeof(bytes) && fread(bytes, 1, n, b->file) == n)
			tell(bytes, k, each, arg);
		fseek(b->file, 0, SEEK_END);
	}
	while (p < end) {
		memcpy(&n, p, sizeof(n));
		tell(p + sizeof(n), k, each, arg);
		p += sizeof(n) + n;
	}
}

static void count_none(const struct klog_report *r, size_t device, void *arg)
{
	(void)r;
	*(uint64_t *)arg += device == SIZE_MAX;
}

uint64_t logbook_of_none(const struct logbook *b, const struct klog *k)
{
	uint64_t n = 0;

	logbook_each(b, k, count_none, &n);
	return n;
}
