// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/logbook.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/buf.h"

#define IN_MEMORY ((size_t)8 << 20)
#define AT_ONCE ((size_t)1 << 20) /* into the file, once there is one */
/* How many reports of a kind and device are kept when there is no more room. */
#define FIRST_OF_KIND 4
#define FIRSTS 8192 /* kinds and devices, together */

/* Kind, lines, bits of the known numbers and texts; then the numbers; then the texts with a length byte each. */
#define MOST_BYTES                                                                                       \
	(6 * sizeof(uint64_t) + KLOG_N_NUMBERS * sizeof(uint64_t) + KLOG_N_TEXTS * (KLOG_TEXT_MAX + 1) + \
	 KLOG_ERRORS_MAX)

/* Beyond LOGBOOK_MOST go the first of each kind and device alone. */
_Static_assert(LOGBOOK_MOST + FIRSTS * FIRST_OF_KIND * MOST_BYTES < UINT32_MAX, "a place fits");
_Static_assert(KLOG_N_NUMBERS <= 64 && KLOG_N_TEXTS <= 32 && KLOG_TEXT_MAX <= 256 && KLOG_ERRORS_MAX <= 256,
	       "a packed report's layout");

/* Reports' places: what is in `recent` comes behind what is in the file. */
struct index {
	uint32_t *devices; /* of the reports as they came; UINT32_MAX: none */
	uint32_t *places;  /* by device, those of none last, then as they came */
	size_t *from;      /* where a device's begin in `places`; the last one is where all end */
	size_t n, cap, n_devices;
};

/* Bytes of the file that were read last. */
struct window {
	uint64_t at;
	size_t n;
	uint8_t bytes[1 << 16];
};

struct first {
	uint64_t hash; /* 0: free */
	unsigned n;
};

struct logbook {
	struct buf recent; /* what is not in the file yet */
	FILE *file;        /* NULL: all is in `recent` */
	uint64_t spilled;  /* bytes of whole reports in it */
	bool full;         /* no more goes into it */
	uint64_t lost;
	struct first *firsts;  /* owned; NULL: there is room */
	struct window *window; /* owned; NULL: there is no file */
	struct index index;    /* owned; empty before logbook_sort() */
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
	free(b->firsts);
	free(b->window);
	free(b->index.devices);
	free(b->index.places);
	free(b->index.from);
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
	p = put_u64(p, r->nth);
	p = put_u64(p, r->boot);
	p = put_u64(p, r->known);
	for (uint64_t known = r->known; known; known &= known - 1)
		p = put_u64(p, r->number[__builtin_ctzll(known)]);
	for (size_t i = 0; i < KLOG_N_TEXTS; i++) {
		const char *text = klog_text(r, (enum klog_field)(KLOG_N_NUMBERS + i));
		uint8_t n;

		if (!*text)
			continue;
		n = (uint8_t)strlen(text);
		head |= UINT64_C(1) << (32 + i);
		*p++ = n;
		p = put(p, text, n);
	}
	put_u64(to, head);
	return (size_t)(p - to);
}

static const uint8_t *get_u64(const uint8_t *p, uint64_t *value)
{
	memcpy(value, p, sizeof(*value));
	return p + sizeof(*value);
}

static char *text_of(struct klog_report *r, enum klog_field field)
{
	return field == KLOG_BITS ? r->errors : r->text[field - KLOG_N_NUMBERS];
}

static void unpack(const uint8_t *p, struct klog_report *r)
{
	uint64_t head;

	klog_clear(r);
	p = get_u64(p, &head);
	r->kind = (enum klog_kind)(head & UINT32_MAX);
	p = get_u64(p, &r->line);
	p = get_u64(p, &r->last_line);
	p = get_u64(p, &r->nth);
	p = get_u64(p, &r->boot);
	p = get_u64(p, &r->known);
	for (uint64_t known = r->known; known; known &= known - 1)
		p = get_u64(p, &r->number[__builtin_ctzll(known)]);
	for (uint64_t texts = head >> 32; texts; texts &= texts - 1) {
		char *to = text_of(r, (enum klog_field)(KLOG_N_NUMBERS + __builtin_ctzll(texts)));

		memcpy(to, p + 1, *p);
		to[*p] = '\0';
		p += 1 + *p;
	}
}

/* False: there is no room for it. */
static bool spill(struct logbook *b)
{
	if (b->full)
		return false;
	if (!b->file) {
		b->file = tmpfile();
		b->window = xcalloc(1, sizeof(*b->window));
	}
	b->full =
		!b->file || fwrite(buf_str(&b->recent), 1, b->recent.len, b->file) != b->recent.len || fflush(b->file);
	if (b->full)
		return false;
	b->spilled += b->recent.len;
	buf_free(&b->recent);
	return true;
}

static uint64_t mix(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return hash * 31;
}

/* Whether a report is one of the first of its kind and device since there was no more room. */
static bool is_first(struct logbook *b, const struct klog_report *r)
{
	const char *address = klog_text(r, KLOG_ADDRESS);
	uint64_t hash = mix(UINT64_C(0xcbf29ce484222325) + (uint64_t)r->kind,
			    *address ? address : klog_text(r, KLOG_INTERFACE)) |
			1;

	if (!b->firsts)
		b->firsts = xcalloc(FIRSTS, sizeof(*b->firsts));
	for (size_t i = 0; i < 16; i++) {
		struct first *f = &b->firsts[(hash + i) % FIRSTS];

		if (f->hash && f->hash != hash)
			continue;
		f->hash = hash;
		return f->n++ < FIRST_OF_KIND;
	}
	return false;
}

/* What happens to a device without fault as well, and can fill a log. */
static bool is_ordinary(enum klog_kind kind)
{
	return kind == KLOG_LINK_UP || kind == KLOG_LINK_DOWN || kind == KLOG_BOND_UP || kind == KLOG_ASPM;
}

void logbook_add(const struct klog_report *r, void *arg)
{
	struct logbook *b = arg;
	size_t most = is_ordinary(r->kind) ? LOGBOOK_MOST / 2 : LOGBOOK_MOST;
	uint8_t bytes[MOST_BYTES];
	uint16_t n = (uint16_t)pack(r, bytes);
	bool room = b->spilled + b->recent.len + n <= most &&
		    (b->recent.len <= (b->file ? AT_ONCE : IN_MEMORY) || spill(b));

	if (!room && !is_first(b, r)) {
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

/* What the file has at a place, at least a whole report's; NULL: nothing. Reads more ahead where reports come in order. */
static const uint8_t *look(const struct logbook *b, uint64_t at, size_t *n)
{
	struct window *w = b->window;
	bool in_order = at >= w->at && at - w->at <= w->n;
	size_t most = in_order ? sizeof(w->bytes) : sizeof(uint16_t) + MOST_BYTES;
	ssize_t got;

	if (!in_order || at - w->at + sizeof(uint16_t) + MOST_BYTES > w->n) {
		got = pread(fileno(b->file), w->bytes, most, (off_t)at);
		w->at = at;
		w->n = got > 0 ? (size_t)got : 0;
	}
	*n = w->n - (size_t)(at - w->at);
	return *n ? w->bytes + (at - w->at) : NULL;
}

/* The report at a place, packed, and its length; NULL past the last. Valid until the next one. */
static const uint8_t *fetch(const struct logbook *b, uint64_t at, uint16_t *n)
{
	const uint8_t *p;
	size_t left;

	if (at >= b->spilled) {
		left = b->recent.len - (size_t)(at - b->spilled);
		p = (const uint8_t *)buf_str(&b->recent) + (at - b->spilled);
	} else {
		p = look(b, at, &left);
	}
	if (!p || left < sizeof(*n))
		return NULL;
	memcpy(n, p, sizeof(*n));
	return left - sizeof(*n) >= *n ? p + sizeof(*n) : NULL;
}

static size_t position(const struct klog *k, const struct klog_report *r)
{
	const struct klog_device *d = klog_device_of(k, r);

	return d ? (size_t)(klog_device_index(k, d)) : SIZE_MAX;
}

/* `device` is its position if that is known. */
static void tell(const uint8_t *bytes, const struct klog *k, const size_t *device,
		 void (*each)(const struct klog_report *r, size_t device, void *arg), void *arg)
{
	struct klog_report r;

	unpack(bytes, &r);
	klog_complete(k, &r);
	each(&r, device ? *device : position(k, &r), arg);
}

void logbook_each(const struct logbook *b, const struct klog *k,
		  void (*each)(const struct klog_report *r, size_t device, void *arg), void *arg)
{
	const uint8_t *bytes;
	uint64_t at = 0;
	uint16_t n;

	for (size_t i = 0; (bytes = fetch(b, at, &n)); at += sizeof(n) + n, i++) {
		size_t known = i < b->index.n && b->index.devices[i] != UINT32_MAX ? b->index.devices[i] : SIZE_MAX;

		tell(bytes, k, i < b->index.n ? &known : NULL, each, arg);
	}
}

void logbook_some(const struct logbook *b, const struct klog *k, const bool *wanted, size_t n_wanted,
		  void (*each)(const struct klog_report *r, size_t device, void *arg), void *arg)
{
	const uint8_t *bytes;
	uint64_t at = 0;
	uint16_t n;

	for (size_t i = 0; i < b->index.n && (bytes = fetch(b, at, &n)); at += sizeof(n) + n, i++) {
		size_t device = b->index.devices[i];

		if (device < n_wanted && wanted[device])
			tell(bytes, k, &device, each, arg);
	}
	if (!b->index.n)
		logbook_each(b, k, each, arg);
}

static void note(struct index *index, size_t device)
{
	uint32_t known = device == SIZE_MAX ? UINT32_MAX : (uint32_t)device;

	*VEC_PUSH(index->devices, index->n, index->cap) = known;
	if (device != SIZE_MAX && device >= index->n_devices)
		index->n_devices = device + 1;
}

/* The number of a device in the index; that of none is the last. */
static size_t slot_of(const struct index *index, uint32_t device)
{
	return device < index->n_devices ? device : index->n_devices;
}

static void put_places(struct logbook *b)
{
	struct index *index = &b->index;
	AUTO_FREE size_t *next = xcalloc(index->n_devices + 1, sizeof(*next));
	uint64_t at = 0;
	uint16_t n;

	index->from = xcalloc(index->n_devices + 2, sizeof(*index->from));
	index->places = xcalloc(index->n, sizeof(*index->places));
	for (size_t i = 0; i < index->n; i++)
		index->from[slot_of(index, index->devices[i]) + 1]++;
	for (size_t i = 0; i <= index->n_devices; i++) {
		next[i] = index->from[i];
		index->from[i + 1] += index->from[i];
	}
	for (size_t i = 0; i < index->n && fetch(b, at, &n); i++, at += sizeof(n) + n)
		index->places[next[slot_of(index, index->devices[i])]++] = (uint32_t)at;
}

void logbook_sort(struct logbook *b, const struct klog *k)
{
	const uint8_t *bytes;
	uint64_t at = 0;
	uint16_t n;

	free(b->index.devices);
	free(b->index.places);
	free(b->index.from);
	b->index = (struct index){ .n = 0 };
	for (; (bytes = fetch(b, at, &n)); at += sizeof(n) + n) {
		struct klog_report r;

		unpack(bytes, &r); /* klog_complete() adds nothing that says more of which device it is */
		note(&b->index, position(k, &r));
	}
	put_places(b);
}

struct one_device {
	size_t device;
	void (*each)(const struct klog_report *r, size_t device, void *arg);
	void *arg;
};

static void if_wanted(const struct klog_report *r, size_t device, void *arg)
{
	const struct one_device *one = arg;

	if (device == one->device)
		one->each(r, device, one->arg);
}

#define AHEAD 4
#define LINE 64 /* bytes of the processor's cache */

/* Reports of one device of many lie far apart: those that come next are fetched meanwhile. */
static void fetch_ahead(const struct logbook *b, size_t i)
{
	uint64_t at = i < b->index.n ? b->index.places[i] : 0;
	const char *p = buf_str(&b->recent) + (at - b->spilled);

	for (size_t n = 0; at >= b->spilled && n < 3; n++)
		__builtin_prefetch(p + n * LINE);
}

void logbook_of(const struct logbook *b, const struct klog *k, size_t device,
		void (*each)(const struct klog_report *r, size_t device, void *arg), void *arg)
{
	const struct index *index = &b->index;
	const uint8_t *bytes;
	size_t slot;
	uint16_t n;

	if (!index->from) {
		logbook_each(b, k, if_wanted, &(struct one_device){ device, each, arg });
		return;
	}
	if (device != SIZE_MAX && device >= index->n_devices)
		return;
	slot = device == SIZE_MAX ? index->n_devices : device;
	for (size_t i = index->from[slot]; i < index->from[slot + 1]; i++) {
		fetch_ahead(b, i + AHEAD);
		if ((bytes = fetch(b, index->places[i], &n)))
			tell(bytes, k, &device, each, arg);
	}
}

bool logbook_is_quick(const struct logbook *b)
{
	return b->index.from && !b->file;
}

const char *const left_out_keys[LEFT_OUT_KINDS] = {
	[LEFT_OUT_DEVICES] = "devices_left_out",
	[LEFT_OUT_FAULTY] = "faulty_devices_left_out",
	[LEFT_OUT_BONDS] = "bonds_left_out",
	[LEFT_OUT_SLAVES] = "slaves_left_out",
	[LEFT_OUT_DESCRIPTIONS] = "descriptions_left_out",
	[LEFT_OUT_REPORTS] = "reports_left_out",
	[LEFT_OUT_MESSAGES] = "messages_lost",
};

static const struct {
	const char *one, *many, *why;
} words[LEFT_OUT_KINDS] = {
	[LEFT_OUT_DEVICES] = { "device without trouble", "devices or so without trouble", "the log names too many" },
	[LEFT_OUT_FAULTY] = { "device with trouble", "devices with trouble", "the log names too many of them" },
	[LEFT_OUT_BONDS] = { "bond", "bonds", "the log names too many of them" },
	[LEFT_OUT_SLAVES] = { "slave of a bond", "slaves of bonds", "the bond has too many of them" },
	[LEFT_OUT_DESCRIPTIONS] = { "description", "descriptions",
				    "too many devices of lspci or ethtool are beside the log" },
	[LEFT_OUT_REPORTS] = { "report", "reports",
			       "there is no room for more; verdicts and counts include them, evidence may not" },
	[LEFT_OUT_MESSAGES] = { "message of the kernel", "messages of the kernel",
				"it overwrote them before they could be read" },
};

void left_out_add(struct left_out *all, const struct klog *k, const struct logbook *b)
{
	if (k) {
		all->n[LEFT_OUT_DEVICES] += klog_host(k)->devices_left_out;
		all->n[LEFT_OUT_FAULTY] += klog_host(k)->faulty_left_out;
		all->n[LEFT_OUT_BONDS] += klog_host(k)->bonds_left_out;
		all->n[LEFT_OUT_SLAVES] += klog_host(k)->slaves_left_out;
		all->n[LEFT_OUT_DESCRIPTIONS] += klog_descriptions_left_out(k);
	}
	all->n[LEFT_OUT_REPORTS] += b ? logbook_lost(b) : 0;
}

void left_out_words(const struct left_out *all, struct buf *out)
{
	for (size_t i = 0; i < LEFT_OUT_KINDS; i++)
		if (all->n[i])
			buf_printf(out, "%s%" PRIu64 " %s left out: %s.", out->len ? " " : "", all->n[i],
				   all->n[i] == 1 ? words[i].one : words[i].many, words[i].why);
}
