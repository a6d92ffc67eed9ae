// SPDX-License-Identifier: GPL-2.0-or-later
#include "driver/attached.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/err.h"

#define NAME_MOST 32
#define COUNT_LEAST 8 /* descriptors of a ring */
#define COUNT_MOST 16384
#define REGISTERED 1 /* net_device.reg_state */
#define PATIENCE_S 5 /* net_device.watchdog_timeo of all these drivers */
#define HZ_LEAST 24
#define HZ_MOST 1200
#define PAGE 4096

static const struct place *at(const struct attached *d, enum def_word word)
{
	return &d->layout.places[word];
}

static int broken(const struct attached *d, struct err *e, const char *why)
{
	char name[PCI_ADDR_MAX];

	return err_set(e, ENXIO, pci_addr_str(&d->addr, name), "%s", why);
}

/* One structure from another. */
static int one(const struct attached *d, struct memory *m, enum def_word word, uint64_t from, uint32_t each,
	       uint64_t *address, struct err *e)
{
	struct member_read member = { .place = at(d, word), .from = from, .each = each };
	int r = memory_members(m, &member, 1);

	if (r)
		return err_sys(e, -r, "bpf");
	*address = member_address(&member);
	return *address ? 0 : broken(d, e, "a pointer of the kernel's did not lead to the device");
}

/* By the process's own open folder of /sys, whose object in the kernel is the device's. */
static int find_pci(struct attached *d, struct memory *m, struct err *e)
{
	char name[PCI_ADDR_MAX], path[96];
	uint64_t file, node, object;
	AUTO_CLOSE int fd = -1;
	int r;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/", pci_addr_str(&d->addr, name));
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, errno, "%s", path);
	r = m->run(m, NULL, NULL, NULL, 0);
	if (r)
		return err_sys(e, -r, "bpf");
	r = one(d, m, DEF_TASK_FILE, m->task, (uint32_t)fd, &file, e);
	if (!r)
		r = one(d, m, DEF_FILE_NODE, file, 0, &node, e);
	if (!r)
		r = one(d, m, DEF_NODE_OBJECT, node, 0, &object, e);
	d->pci = r ? 0 : object - at(d, DEF_PCI_OBJECT)->add;
	return r;
}

static bool text_is(const struct attached *d, struct memory *m, enum def_word word, uint64_t from, const char *expected)
{
	char text[NAME_MOST + 1];
	uint64_t address;

	return !one(d, m, word, from, 0, &address, NULL) && memory_text(m, address, text, NAME_MOST) &&
	       !strcmp(text, expected);
}

static int check_pci(const struct attached *d, struct memory *m, const struct driver_ask *ask, struct err *e)
{
	char name[PCI_ADDR_MAX];

	if (!text_is(d, m, DEF_PCI_NAME, d->pci, pci_addr_str(&d->addr, name)))
		return broken(d, e, "what the kernel has in the place of the device has another name");
	if (!text_is(d, m, DEF_PCI_DRIVER, d->pci, ask->driver))
		return broken(d, e, "the kernel has another driver for the device");
	return 0;
}

/* The driver data is the interface, behind which the driver has its own part, or the driver's own part. */
static int find_adapter(struct attached *d, struct memory *m, struct err *e)
{
	uint64_t data;
	int r = one(d, m, DEF_PCI_DATA, d->pci, 0, &data, e);

	if (r)
		return broken(d, e, "the driver has let go of the device, or has not set it up yet");
	if (d->layout.def->data == DEF_NETDEV) {
		d->netdev = data;
		return one(d, m, DEF_NETDEV_PRIVATE, d->netdev, 0, &d->adapter, e);
	}
	d->adapter = data;
	return one(d, m, DEF_ADAPTER_NETDEV, d->adapter, 0, &d->netdev, e);
}

/* The structures point at each other. */
static int check_links(const struct attached *d, struct memory *m, const struct driver_ask *ask, struct err *e)
{
	struct member_read back[] = {
		{ .place = at(d, DEF_ADAPTER_PCI), .from = d->adapter },
		{ .place = at(d, DEF_ADAPTER_NETDEV), .from = d->adapter },
		{ .place = at(d, DEF_NETDEV_PARENT), .from = d->netdev },
		{ .place = at(d, DEF_NETDEV_REGISTERED), .from = d->netdev },
	};
	int r = memory_members(m, back, COUNT(back));

	if (r)
		return err_sys(e, -r, "bpf");
	if (member_address(&back[0]) != d->pci || member_address(&back[1]) != d->netdev ||
	    member_address(&back[2]) != d->pci + at(d, DEF_PCI_DEVICE)->add)
		return broken(d, e, "the structures of driver, interface and device do not point at each other");
	if (!back[3].ok || back[3].value != REGISTERED)
		return broken(d, e, "the network interface is not registered");
	if (ask->netdev && !text_is(d, m, DEF_NETDEV_NAME, d->netdev, ask->netdev))
		return broken(d, e, "the network interface in the driver's hands has another name");
	return 0;
}

static void find_hz(struct attached *d, struct memory *m)
{
	struct member_read patience = { .place = at(d, DEF_NETDEV_PATIENCE), .from = d->netdev };

	memory_members(m, &patience, 1);
	d->hz = patience.ok && patience.value % PATIENCE_S == 0 && patience.value >= PATIENCE_S * HZ_LEAST &&
				patience.value <= PATIENCE_S * HZ_MOST
			? (uint32_t)(patience.value / PATIENCE_S)
			: 0;
}

int64_t attached_age(const struct attached *d, const struct memory *m, int64_t jiffies)
{
	int64_t age = (int64_t)m->jiffies - jiffies;

	if (!d->hz || !jiffies || age < -(int64_t)d->hz || age / d->hz > SIDE_AGE_MOST_MS / 1000)
		return FACT_UNKNOWN;
	return age < 0 ? 0 : age * 1000 / d->hz;
}

int attached_check(struct attached *d, struct memory *m, const struct driver_ask *ask, struct err *e)
{
	int r = check_pci(d, m, ask, e);

	if (!r)
		r = find_adapter(d, m, e);
	if (!r)
		r = check_links(d, m, ask, e);
	if (!r)
		find_hz(d, m);
	return r;
}

int attached_find(struct attached *d, struct memory *m, const struct driver_ask *ask, struct err *e)
{
	int r = find_pci(d, m, e);

	return r ? r : attached_check(d, m, ask, e);
}

static void watch(struct attached *d, const struct place *p, uint64_t address, uint64_t value)
{
	if (p->known && p->kind != PLACE_INSIDE && address)
		*VEC_PUSH(d->watched, d->n_watched, d->cap_watched) = (struct watched_word){ address, p->size, value };
}

/* Whether the BAR is where it can be; what the driver keeps of it when it gives the device up says the same. */
static int find_bar(struct attached *d, struct memory *m, struct err *e)
{
	struct member_read bar = { .place = at(d, DEF_ADAPTER_BAR), .from = d->adapter };
	int r = memory_members(m, &bar, 1);

	if (r)
		return err_sys(e, -r, "bpf");
	d->given_up = bar.ok && !bar.value;
	d->bar = member_address(&bar);
	if (d->bar % PAGE)
		d->bar = 0;
	watch(d, bar.place, bar.at, (uint64_t)bar.value);
	return 0;
}

/* Elements of a list of rings, by their numbers; the rest is counted. */
static int list_rings(struct attached *d, struct memory *m, enum def_word word, bool xdp, struct err *e)
{
	AUTO_FREE struct member_read *members = NULL;
	uint64_t count = 0;
	size_t room = RINGS_MOST - d->n_rings, n;
	int r;

	if (!at(d, word)->known)
		return 0;
	r = memory_count(m, at(d, word), d->adapter, &count);
	n = count < room ? (size_t)count : room;
	d->not_shown += (size_t)(count - n);
	members = xcalloc(n + 1, sizeof(*members));
	for (size_t i = 0; i < n; i++)
		members[i] = (struct member_read){ .place = at(d, word), .from = d->adapter, .each = (uint32_t)i };
	if (!r)
		r = memory_members(m, members, n);
	if (r)
		return err_sys(e, -r, "bpf");
	for (size_t i = 0; i < n; i++) {
		if (!member_address(&members[i]))
			continue; /* a list of rings for XDP is not there without it */
		d->rings[d->n_rings++] =
			(struct ring_at){ .address = member_address(&members[i]), .xdp = xdp, .number = (uint32_t)i };
		watch(d, members[i].place, members[i].at, (uint64_t)members[i].value);
	}
	return 0;
}

static bool readable(const struct chip_ref *ref)
{
	const struct access_read read = { .ref = *ref };

	return ref->reg && ref->reg->space == CHIP_MMIO && access_gate(NULL, &read) == UNREAD_NO;
}

static bool is_tail_also(const struct driver_def *def, uint32_t queue, uint64_t offset)
{
	return queue < def->tail_also.n && offset == def->tail_also.first + (uint64_t)def->tail_also.step * queue;
}

/* The registers of the queue, by the tail that the driver writes: it must be one of the definition's. */
static void find_registers(const struct attached *d, const struct driver_ask *ask, struct ring_at *ring)
{
	uint64_t offset = at(d, DEF_RING_TAIL)->known ? ring->tail - d->bar : ring->tail;

	for (uint32_t q = 0; ask->chip && ring->tail && d->bar && q < ask->chip->queues_tx; q++) {
		struct chip_ref tail = chip_role_ref(ask->chip, CHIP_TX_TAIL, q),
				head = chip_role_ref(ask->chip, CHIP_TX_HEAD, q);

		if (!tail.reg || (tail.offset != offset && !is_tail_also(d->layout.def, q, offset)))
			continue;
		ring->hw_queue = q;
		if (readable(&tail))
			ring->tail_reg = tail;
		if (readable(&head))
			ring->head_reg = head;
		return;
	}
}

enum {
	PART_COUNT,
	PART_MEMORY,
	PART_BUFFERS,
	PART_TAIL,
	PART_OFFSET,
	PART_QUEUE,
	PART_REGISTER,
	PART_NAPI,
	PART_ZERO_COPY,
	PART_NETDEV,
	PART_ADAPTER,
	PART_USE,
	PART_CLEAN,
	PART_PACKETS,
	PART_RESTARTS,
	PART_GATED,
	PART_LAUNCH,
	PART_CLASS,
	PART_VSI,
	PARTS
};

static const enum def_word part_words[PARTS] = {
	DEF_RING_COUNT,   DEF_RING_MEMORY,   DEF_RING_BUFFERS, DEF_RING_TAIL,      DEF_RING_TAIL_OFFSET,
	DEF_RING_QUEUE,   DEF_RING_REGISTER, DEF_RING_NAPI,    DEF_RING_ZERO_COPY, DEF_RING_NETDEV,
	DEF_RING_ADAPTER, DEF_RING_USE,      DEF_RING_CLEAN,   DEF_RING_PACKETS,   DEF_RING_RESTARTS,
	DEF_RING_GATED,   DEF_RING_LAUNCH,   DEF_RING_CLASS,   DEF_RING_VSI,
};

static const char *check_ring(const struct attached *d, const struct ring_at *ring, const struct member_read *parts)
{
	uint64_t netdev = member_address(&parts[PART_NETDEV]), adapter = member_address(&parts[PART_ADAPTER]);

	if (at(d, DEF_RING_NETDEV)->known && netdev != d->netdev)
		return "its structure belongs to another interface";
	if (at(d, DEF_RING_ADAPTER)->known && adapter != d->adapter)
		return "its structure belongs to another device";
	if (!ring->memory || !ring->buffers)
		return "it has no memory: the interface is down, or the ring is being set up";
	if (ring->count < COUNT_LEAST || ring->count > COUNT_MOST)
		return "the number of its descriptors cannot be";
	return NULL;
}

static void take_parts(struct attached *d, const struct driver_ask *ask, struct ring_at *ring,
		       const struct member_read *parts)
{
	for (int i = 0; i < PARTS; i++)
		ring->at[part_words[i]] = parts[i].ok ? parts[i].at : 0;
	ring->count = parts[PART_COUNT].ok && parts[PART_COUNT].value > 0 && parts[PART_COUNT].value <= COUNT_MOST
			      ? (uint32_t)parts[PART_COUNT].value
			      : 0;
	ring->memory = member_address(&parts[PART_MEMORY]);
	ring->buffers = member_address(&parts[PART_BUFFERS]);
	ring->napi = member_address(&parts[PART_NAPI]);
	ring->zero_copy = parts[PART_ZERO_COPY].ok && parts[PART_ZERO_COPY].value;
	ring->tail = parts[PART_TAIL].ok     ? (uint64_t)parts[PART_TAIL].value
		     : parts[PART_OFFSET].ok ? (uint64_t)parts[PART_OFFSET].value
					     : 0;
	ring->kernel_queue = ring->xdp ? FACT_UNKNOWN : parts[PART_QUEUE].ok ? parts[PART_QUEUE].value : ring->number;
	ring->hw_queue = parts[PART_REGISTER].ok ? parts[PART_REGISTER].value : FACT_UNKNOWN;
	ring->traffic_class = parts[PART_CLASS].ok ? parts[PART_CLASS].value : FACT_UNKNOWN;
	ring->vsi = parts[PART_VSI].ok ? parts[PART_VSI].value : FACT_UNKNOWN;
	find_registers(d, ask, ring);
	ring->why = check_ring(d, ring, parts);
	for (int i = PART_COUNT; i <= PART_BUFFERS; i++)
		if (parts[i].ok)
			watch(d, parts[i].place, parts[i].at, (uint64_t)parts[i].value);
}

static int find_parts(struct attached *d, struct memory *m, const struct driver_ask *ask, struct err *e)
{
	AUTO_FREE struct member_read *parts = xcalloc(d->n_rings * PARTS + 1, sizeof(*parts));
	int r;

	for (size_t i = 0; i < d->n_rings; i++)
		for (int k = 0; k < PARTS; k++)
			parts[i * PARTS + (size_t)k] =
				(struct member_read){ .place = at(d, part_words[k]), .from = d->rings[i].address };
	r = memory_members(m, parts, d->n_rings * PARTS);
	if (r)
		return err_sys(e, -r, "bpf");
	for (size_t i = 0; i < d->n_rings; i++)
		take_parts(d, ask, &d->rings[i], &parts[i * PARTS]);
	return 0;
}

/* NAPI of the whole adapter, and the kernel's queue of each ring. */
static int find_around(struct attached *d, struct memory *m, struct err *e)
{
	AUTO_FREE struct member_read *queues = xcalloc(d->n_rings + 2, sizeof(*queues));
	uint64_t n = 0;
	int r = memory_count(m, at(d, DEF_NETDEV_QUEUES), d->netdev, &n);

	for (size_t i = 0; i < d->n_rings; i++) {
		int64_t queue = d->rings[i].kernel_queue;

		queues[i] = (struct member_read){ .place = at(d, DEF_NETDEV_QUEUES), .each = (uint32_t)queue };
		if (queue >= 0 && (uint64_t)queue < n)
			queues[i].from = d->netdev;
	}
	queues[d->n_rings] = (struct member_read){ .place = at(d, DEF_ADAPTER_NAPI), .from = d->adapter };
	if (!r)
		r = memory_members(m, queues, d->n_rings + 1);
	for (size_t i = 0; i < d->n_rings; i++) {
		d->rings[i].queue = member_address(&queues[i]);
		if (!d->rings[i].napi)
			d->rings[i].napi = member_address(&queues[d->n_rings]);
		queues[i] = (struct member_read){ .place = at(d, DEF_QUEUE_WAITING), .from = d->rings[i].queue };
	}
	if (!r)
		r = memory_members(m, queues, d->n_rings);
	for (size_t i = 0; i < d->n_rings; i++)
		d->rings[i].at[DEF_QUEUE_WAITING] = queues[i].ok ? queues[i].at : 0;
	return r ? err_sys(e, -r, "bpf") : 0;
}

static void add_around(struct attached *d, const struct place *place, uint64_t from)
{
	d->around[d->n_around++] = (struct member_read){ .place = place, .from = from };
}

/* Where the numbers of the device are: those of a structure that is not one of the device's stay unknown. */
static int find_numbers(struct attached *d, struct memory *m, struct err *e)
{
	const struct layout *l = &d->layout;
	int r;

	d->n_around = 0;
	add_around(d, at(d, DEF_PCI_ERROR), d->pci);
	add_around(d, at(d, DEF_ADAPTER_PATIENCE), d->adapter);
	add_around(d, at(d, DEF_ADAPTER_INTERRUPT), d->adapter);
	for (size_t i = 0; i < l->n_counters; i++)
		add_around(d, &l->counters[i].place, d->adapter);
	for (size_t i = 0; i < l->n_states; i++)
		add_around(d, &l->states[i].place,
			   l->states[i].structure == DEF_ADAPTER  ? d->adapter
			   : l->states[i].structure == DEF_NETDEV ? d->netdev
								  : 0);
	r = memory_members(m, d->around, d->n_around);
	return r ? err_sys(e, -r, "bpf") : 0;
}

int attached_find_rings(struct attached *d, struct memory *m, const struct driver_ask *ask, struct err *e)
{
	int r;

	free(d->rings);
	d->rings = xcalloc(RINGS_MOST, sizeof(*d->rings));
	d->n_rings = d->not_shown = d->n_watched = 0;
	r = find_bar(d, m, e);
	if (!r)
		r = list_rings(d, m, DEF_ADAPTER_TX, false, e);
	if (!r)
		r = list_rings(d, m, DEF_ADAPTER_XDP, true, e);
	if (!r)
		r = find_parts(d, m, ask, e);
	if (!r)
		r = find_around(d, m, e);
	return r ? r : find_numbers(d, m, e);
}

void attached_free(struct attached *d)
{
	free(d->rings);
	free(d->watched);
	*d = (struct attached){ 0 };
}

void states_say(const struct layout_states *s, int64_t value, state_found *found, void *arg)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->bits[i].whole
			    ? s->bits[i].value == value
			    : s->bits[i].value < 64 && ((uint64_t)value >> s->bits[i].value & 1) == !s->bits[i].clear)
			found(arg, s->bits[i].meaning);
}
