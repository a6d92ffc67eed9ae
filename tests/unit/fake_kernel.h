/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel's memory that is an array, and the BTF of what lies in it, written with libbpf: a device, its interface, its
 * driver's structures, a ring of 16 descriptors. */
#ifndef TESTS_FAKE_KERNEL_H
#define TESTS_FAKE_KERNEL_H

#include "chipdefs.h"

#include <bpf/btf.h>
#include <endian.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "driver/attached.h"
#include "util/alloc.h"

#define KERNEL_AT UINT64_C(0xffff888000000000)
#define KERNEL_SIZE 0x20000

/* Where things are, as offsets. */
enum {
	AT_PCI = 0x1000,
	AT_DRIVER = 0x1800,
	AT_NAMES = 0x1900,
	AT_NETDEV = 0x2000, /* the driver's part behind it, at 0x2200 */
	AT_ADAPTER = 0x2200,
	AT_QUEUE = 0x3000,
	AT_QDISC = 0x3400,
	AT_RING = 0x4000,
	AT_BUFFERS = 0x5000,
	AT_DESCS = 0x6000,
	AT_SKB = 0x8000,
	AT_SKB_DATA = 0x9000,
	AT_BAR = 0x10000, /* the device's registers */
};

/* A structure's members: name, kind of type, byte, and of bit fields the bits. */
struct fake_member {
	const char *name, *type;
	uint32_t at, bit, bits;
};
struct fake_struct {
	const char *name;
	uint32_t size;
	struct fake_member members[24];
};

/* "u16", "u64": a number; "*": a pointer to void; "*NAME": to a structure; "NAME": the structure itself; "NAME[N]", and
 * "**": a pointer to pointers to void. */
static const struct fake_struct fake_structs[] = {
	{ "file", 64, { { "f_inode", "*inode", 8, 0, 0 } } },
	{ "inode", 64, { { "i_private", "*", 16, 0, 0 } } },
	{ "kernfs_node", 64, { { "priv", "*", 24, 0, 0 } } },
	{ "fdtable", 32, { { "fd", "**file", 8, 0, 0 } } },
	{ "files_struct", 32, { { "fdt", "*fdtable", 16, 0, 0 } } },
	{ "task_struct", 64, { { "files", "*files_struct", 8, 0, 0 } } },
	{ "kobject", 16, { { "name", "*char", 0, 0, 0 } } },
	{ "char", 1, { { NULL, NULL, 0, 0, 0 } } },
	{ "device_driver", 16, { { "name", "*char", 0, 0, 0 } } },
	{ "device",
	  64,
	  { { "kobj", "kobject", 0, 0, 0 },
	    { "driver", "*device_driver", 16, 0, 0 },
	    { "driver_data", "*", 24, 0, 0 },
	    { "parent", "*device", 32, 0, 0 } } },
	{ "pci_dev", 256, { { "error_state", "u32", 8, 0, 0 }, { "dev", "device", 64, 0, 0 } } },
	{ "gnet_stats_queue", 16, { { "qlen", "u32", 0, 0, 0 } } },
	{ "Qdisc", 64, { { "q", "gnet_stats_queue", 16, 0, 0 } } },
	{ "dql",
	  32,
	  { { "num_queued", "u32", 0, 0, 0 }, { "num_completed", "u32", 4, 0, 0 }, { "limit", "u32", 8, 0, 0 } } },
	{ "netdev_queue",
	  128,
	  { { "qdisc", "*Qdisc", 0, 0, 0 },
	    { "state", "u64", 8, 0, 0 },
	    { "trans_start", "u64", 16, 0, 0 },
	    { "trans_timeout", "u64", 24, 0, 0 },
	    { "xmit_lock_owner", "s32", 32, 0, 0 },
	    { "dql", "dql", 64, 0, 0 } } },
	{ "net_device",
	  500,
	  { { "name", "char[16]", 0, 0, 0 },
	    { "state", "u64", 16, 0, 0 },
	    { "reg_state", "u8", 24, 0, 0 },
	    { "flags", "u32", 28, 0, 0 },
	    { "watchdog_timeo", "s32", 32, 0, 0 },
	    { "num_tx_queues", "u32", 36, 0, 0 },
	    { "_tx", "*netdev_queue", 40, 0, 0 },
	    { "dev", "device", 128, 0, 0 } } },
	{ "napi_struct", 64, { { "state", "u64", 0, 0, 0 }, { "defer_hard_irqs_count", "u32", 8, 0, 0 } } },
	{ "sk_buff",
	  128,
	  { { "len", "u32", 0, 0, 0 },
	    { "protocol", "u16", 6, 0, 0 },
	    { "skb_iif", "s32", 8, 0, 0 },
	    { "ip_summed", "u8", 0, 12 * 8 + 5, 2 },
	    { "csum_offset", "u16", 18, 0, 0 },
	    { "end", "u32", 20, 0, 0 },
	    { "head", "*char", 24, 0, 0 } } },
	{ "skb_shared_info",
	  64,
	  { { "nr_frags", "u8", 2, 0, 0 },
	    { "gso_size", "u16", 4, 0, 0 },
	    { "gso_segs", "u16", 6, 0, 0 },
	    { "gso_type", "u32", 24, 0, 0 } } },
	{ "e1000_hw", 16, { { "hw_addr", "*", 8, 0, 0 } } },
	{ "e1000_adapter",
	  512,
	  { { "pdev", "*pci_dev", 0, 0, 0 },
	    { "netdev", "*net_device", 8, 0, 0 },
	    { "hw", "e1000_hw", 16, 0, 0 },
	    { "tx_ring", "*e1000_ring", 32, 0, 0 },
	    { "state", "u64", 40, 0, 0 },
	    { "tx_timeout_factor", "u8", 48, 0, 0 },
	    { "msix_entries", "*", 56, 0, 0 },
	    { "napi", "napi_struct", 64, 0, 0 },
	    { "tx_timeout_count", "u32", 128, 0, 0 },
	    { "restart_queue", "u32", 132, 0, 0 },
	    { "phy_hang_count", "u32", 136, 0, 0 },
	    { "tx_dma_failed", "u32", 140, 0, 0 },
	    { "rx_dma_failed", "u32", 144, 0, 0 },
	    { "alloc_rx_buff_failed", "u32", 148, 0, 0 },
	    { "hw_csum_err", "u64", 152, 0, 0 },
	    { "uncorr_errors", "u32", 160, 0, 0 },
	    { "corr_errors", "u32", 164, 0, 0 },
	    { "tx_hwtstamp_timeouts", "u32", 168, 0, 0 } } },
	{ "e1000_ring",
	  128,
	  { { "adapter", "*e1000_adapter", 0, 0, 0 },
	    { "desc", "*", 8, 0, 0 },
	    { "count", "u32", 28, 0, 0 },
	    { "next_to_use", "u16", 32, 0, 0 },
	    { "next_to_clean", "u16", 34, 0, 0 },
	    { "tail", "*", 48, 0, 0 },
	    { "buffer_info", "*e1000_buffer", 56, 0, 0 } } },
	{ "e1000_buffer",
	  40,
	  { { "skb", "*sk_buff", 8, 0, 0 }, { "time_stamp", "u64", 16, 0, 0 }, { "next_to_watch", "u16", 26, 0, 0 } } },
};
#define FAKE_STRUCTS COUNT(fake_structs)

static const struct {
	const char *name;
	int64_t value;
} fake_constants[] = {
	{ "__LINK_STATE_START", 0 },     { "__LINK_STATE_PRESENT", 1 },     { "__LINK_STATE_NOCARRIER", 2 },
	{ "__QUEUE_STATE_DRV_XOFF", 0 }, { "__QUEUE_STATE_STACK_XOFF", 1 }, { "__QUEUE_STATE_FROZEN", 2 },
	{ "NAPI_STATE_SCHED", 0 },       { "NAPI_STATE_MISSED", 1 },        { "NAPI_STATE_NPSVC", 3 },
	{ "__E1000_TESTING", 0 },        { "__E1000_RESETTING", 1 },        { "__E1000_DOWN", 3 },
};

/* Structures have the numbers from 10 on, so that a pointer can name one that comes later. */
enum { FAKE_VOID, FAKE_U8, FAKE_U16, FAKE_U32, FAKE_U64, FAKE_S32, FAKE_FIRST };

static inline int fake_struct_id(const char *name, size_t n)
{
	for (size_t i = 0; i < FAKE_STRUCTS; i++)
		if (strlen(fake_structs[i].name) == n && !strncmp(fake_structs[i].name, name, n))
			return FAKE_FIRST + (int)i;
	fail_msg("no fake structure %s", name);
	return 0;
}

/* The types that are made of others come behind the structures, in the order in which members ask for them. */
struct fake_types {
	struct btf *btf;
	struct {
		int of, n;
	} later[128];
	int n_later;
};

static inline int fake_later(struct fake_types *t, int of, int n)
{
	t->later[t->n_later].of = of;
	t->later[t->n_later].n = n;
	return FAKE_FIRST + (int)FAKE_STRUCTS + t->n_later++;
}

static inline int fake_type(struct fake_types *t, const char *type)
{
	static const char *const numbers[] = { "u8", "u16", "u32", "u64", "s32" };
	const char *bracket = strchr(type, '[');

	for (int i = 0; i < 5; i++)
		if (!strcmp(type, numbers[i]))
			return FAKE_U8 + i;
	if (*type == '*')
		return fake_later(t, type[1] ? fake_type(t, type + 1) : FAKE_VOID, 0);
	if (bracket)
		return fake_later(t, fake_struct_id(type, (size_t)(bracket - type)), atoi(bracket + 1));
	return fake_struct_id(type, strlen(type));
}

static inline void fake_btf(const char *folder)
{
	struct fake_types t = { .btf = btf__new_empty() };
	AUTO_FREE char *path = xasprintf("%s/vmlinux", folder);
	const void *raw;
	uint32_t size;
	FILE *f;

	btf__add_int(t.btf, "unsigned char", 1, 0);
	btf__add_int(t.btf, "short unsigned int", 2, 0);
	btf__add_int(t.btf, "unsigned int", 4, 0);
	btf__add_int(t.btf, "long unsigned int", 8, 0);
	assert_int_equal(btf__add_int(t.btf, "int", 4, BTF_INT_SIGNED), FAKE_S32);
	for (size_t i = 0; i < FAKE_STRUCTS; i++) {
		const struct fake_struct *s = &fake_structs[i];

		assert_int_equal(btf__add_struct(t.btf, s->name, s->size), FAKE_FIRST + (int)i);
		for (size_t k = 0; k < COUNT(s->members) && s->members[k].name; k++) {
			const struct fake_member *m = &s->members[k];

			assert_int_equal(btf__add_field(t.btf, m->name, fake_type(&t, m->type),
							m->bits ? m->bit : 8 * m->at, m->bits),
					 0);
		}
	}
	for (int i = 0; i < t.n_later; i++)
		assert_int_equal(t.later[i].n ? btf__add_array(t.btf, FAKE_U32, t.later[i].of, (uint32_t)t.later[i].n)
					      : btf__add_ptr(t.btf, t.later[i].of),
				 FAKE_FIRST + (int)FAKE_STRUCTS + i);
	btf__add_enum(t.btf, "states", 4);
	for (size_t i = 0; i < COUNT(fake_constants); i++)
		btf__add_enum_value(t.btf, fake_constants[i].name, fake_constants[i].value);
	raw = btf__raw_data(t.btf, &size);
	f = fopen(path, "w");
	assert_int_equal(fwrite(raw, 1, size, f), size);
	fclose(f);
	btf__free(t.btf);
}

struct fake_kernel {
	uint8_t bytes[KERNEL_SIZE];
	/* Before each run, for a test that moves what is read. */
	void (*before)(struct fake_kernel *k, unsigned run);
	unsigned runs, bar_loads;
	int result;
	struct memory memory;
	struct attached device;
	struct arena arena;
	struct driver_defs defs;
	struct chipdb *db;
	struct driver_ask ask;
};

static inline void put(struct fake_kernel *k, uint32_t at, uint64_t value, size_t size)
{
	memcpy(k->bytes + at, (const char *)&value + (htole16(1) == 1 ? 0 : sizeof(value) - size), size);
}

/* As a device writes it. */
static inline void put_little(struct fake_kernel *k, uint32_t at, uint64_t value, size_t size)
{
	value = htole64(value);
	memcpy(k->bytes + at, &value, size);
}

static inline void point(struct fake_kernel *k, uint32_t at, uint32_t to)
{
	put(k, at, KERNEL_AT + to, 8);
}

static inline int fake_run(struct memory *m, const uint64_t *addresses, uint32_t *values, int32_t *errors, size_t n)
{
	struct fake_kernel *k = m->arg;

	if (k->before)
		k->before(k, k->runs);
	k->runs++;
	for (size_t i = 0; i < n; i++) {
		uint64_t at = addresses[i] - KERNEL_AT;

		assert_int_equal(addresses[i] % 4, 0);
		errors[i] = at > KERNEL_SIZE - 4 ? -EFAULT : 0;
		values[i] = 0;
		if (!errors[i])
			memcpy(&values[i], k->bytes + at, 4);
		k->bar_loads += !errors[i] && at >= AT_BAR;
	}
	m->jiffies = 1000000;
	return k->result;
}

/* A frame in descriptors first to last. */
static inline void fake_frame(struct fake_kernel *k, uint32_t first, uint32_t last, uint64_t time)
{
	for (uint32_t i = first; i <= last; i++)
		put(k, AT_BUFFERS + 40 * i + 16, time, 8);
	put(k, AT_BUFFERS + 40 * first + 26, last, 2);
	point(k, AT_BUFFERS + 40 * last + 8, AT_SKB);
}

static inline void fake_desc(struct fake_kernel *k, uint32_t i, uint64_t a, uint64_t b)
{
	put_little(k, AT_DESCS + 16 * i, a, 8);
	put_little(k, AT_DESCS + 16 * i + 8, b, 8);
}

/* clean, head, tail, use */
static inline void fake_indices(struct fake_kernel *k, uint32_t clean, uint32_t head, uint32_t tail, uint32_t use)
{
	put(k, AT_RING + 34, clean, 2);
	put_little(k, AT_BAR + 0x3810, head, 4);
	put_little(k, AT_BAR + 0x3818, tail, 4);
	put(k, AT_RING + 32, use, 2);
}

static inline void fake_device(struct fake_kernel *k)
{
	strcpy((char *)k->bytes + AT_NAMES, "0000:01:00.0");
	strcpy((char *)k->bytes + AT_NAMES + 32, "e1000e");
	point(k, AT_DRIVER, AT_NAMES + 32);
	point(k, AT_PCI + 64, AT_NAMES);
	point(k, AT_PCI + 64 + 16, AT_DRIVER);
	point(k, AT_PCI + 64 + 24, AT_NETDEV);
	put(k, AT_PCI + 8, 1, 4);
	strcpy((char *)k->bytes + AT_NETDEV, "eth0");
	put(k, AT_NETDEV + 16, 3, 8); /* started, present */
	put(k, AT_NETDEV + 24, 1, 1);
	put(k, AT_NETDEV + 32, 5 * 250, 4);
	put(k, AT_NETDEV + 36, 1, 4);
	point(k, AT_NETDEV + 40, AT_QUEUE);
	point(k, AT_NETDEV + 128 + 32, AT_PCI + 64);
	point(k, AT_QUEUE, AT_QDISC);
	put(k, AT_QUEUE + 16, 1000000 - 500, 8);
	put(k, AT_QUEUE + 32, UINT32_MAX, 4);
	put(k, AT_QUEUE + 64, 1500, 4);
	put(k, AT_QUEUE + 68, 500, 4);
}

static inline void fake_driver(struct fake_kernel *k)
{
	point(k, AT_ADAPTER, AT_PCI);
	point(k, AT_ADAPTER + 8, AT_NETDEV);
	point(k, AT_ADAPTER + 24, AT_BAR);
	point(k, AT_ADAPTER + 32, AT_RING);
	put(k, AT_ADAPTER + 48, 1, 1);
	put(k, AT_ADAPTER + 128, 7, 4);
	point(k, AT_RING, AT_ADAPTER);
	point(k, AT_RING + 8, AT_DESCS);
	put(k, AT_RING + 28, 16, 4);
	point(k, AT_RING + 48, AT_BAR + 0x3818);
	point(k, AT_RING + 56, AT_BUFFERS);
	put(k, AT_SKB, 1514, 4);
	put_little(k, AT_SKB + 6, 0x0008, 2); /* IPv4, as on the wire */
	put(k, AT_SKB + 12, htole16(1) == 1 ? 3 << 5 : 3 << 1, 1);
	put(k, AT_SKB + 18, 16, 2);
	put(k, AT_SKB + 20, 0x100, 4);
	point(k, AT_SKB + 24, AT_SKB_DATA);
}

static inline int fake_setup(void **state)
{
	char folder[] = "/tmp/nicregs-btf-XXXXXX";
	struct fake_kernel *k = xcalloc(1, sizeof(*k));
	AUTO_FREE char *file = NULL;
	struct types *types;
	struct err e = { 0 };

	assert_non_null(mkdtemp(folder));
	fake_btf(folder);
	assert_int_equal(driver_defs_built_in(&k->arena, &k->defs, &e), 0);
	if (types_open(&types, folder, "e1000e", true, &e))
		fail_msg("%s: %s", e.what, e.why);
	if (layout_make(&k->device.layout, driver_defs_find(&k->defs, "e1000e"), &k->defs, types, NULL, NULL, &e))
		fail_msg("%s: %s", e.what, e.why);
	types_close(types);
	file = xasprintf("%s/vmlinux", folder);
	unlink(file);
	rmdir(folder);
	k->memory = (struct memory){ .run = fake_run, .arg = k };
	fake_device(k);
	fake_driver(k);
	assert_int_equal(chipdb_open(&k->db, NULL, &e), 0);
	k->ask = (struct driver_ask){ .driver = "e1000e", .netdev = "eth0", .touch = true, .frames = true };
	k->ask.chip = defs_chip(k->db, "82574L");
	pci_addr_parse("0000:01:00.0", &k->ask.addr);
	k->device.addr = k->ask.addr;
	k->device.pci = KERNEL_AT + AT_PCI;
	*state = k;
	return 0;
}

static inline int fake_teardown(void **state)
{
	struct fake_kernel *k = *state;

	attached_free(&k->device);
	arena_free(&k->arena);
	chipdb_free(k->db);
	free(k);
	return 0;
}

#endif
