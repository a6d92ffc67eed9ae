/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a driver keeps what it knows, as text (chipdefs/driver/): names of structures and members, never offsets.
 * layout.h looks them up in the BTF of the kernel that runs.
 *
 * A definition is of one driver, of what all of them have in common ("kernel linux"), or of a descriptor format. What they
 * may name is a fixed list of words (def.c), so that a definition cannot ask for anything else of the kernel's memory.
 *
 * Texts and lists are owned by the arena that the definitions were parsed into.
 */
#ifndef DRIVER_DEF_H
#define DRIVER_DEF_H

#include "chip/chip.h"
#include "chip/drivers.h"
#include "chip/lex.h"

struct err;

/* The structures that are read. */
enum def_struct {
	DEF_TASK,   /* the process that runs nicregs, */
	DEF_FILE,   /* its open file: the device's folder in /sys, */
	DEF_NODE,   /* what /sys has it for, */
	DEF_PCI,    /* and the device itself */
	DEF_NETDEV, /* the network interface */
	DEF_QUEUE,  /* the kernel's transmit queue */
	DEF_NAPI,
	DEF_SKB,    /* a frame, */
	DEF_SHARED, /* and its other half */
	DEF_ADAPTER,
	DEF_RING,
	DEF_BUFFER, /* what the driver keeps for each descriptor */
	DEF_STRUCTS
};

/* What is read of them: X(name in C, structure, its word, kind). */
#define DEF_WORDS(X)                                           \
	X(TASK_FILE, DEF_TASK, "file", STRUCT)                 \
	X(FILE_NODE, DEF_FILE, "node", STRUCT)                 \
	X(NODE_OBJECT, DEF_NODE, "object", STRUCT)             \
	X(PCI_DEVICE, DEF_PCI, "device", STRUCT)               \
	X(PCI_OBJECT, DEF_PCI, "object", STRUCT)               \
	X(PCI_NAME, DEF_PCI, "name", STRUCT)                   \
	X(PCI_DRIVER, DEF_PCI, "driver", STRUCT)               \
	X(PCI_DATA, DEF_PCI, "data", STRUCT)                   \
	X(PCI_ERROR, DEF_PCI, "error", NUMBER)                 \
	X(NETDEV_NAME, DEF_NETDEV, "name", STRUCT)             \
	X(NETDEV_PARENT, DEF_NETDEV, "parent", STRUCT)         \
	X(NETDEV_PRIVATE, DEF_NETDEV, "private", STRUCT)       \
	X(NETDEV_QUEUES, DEF_NETDEV, "queues", STRUCT)         \
	X(NETDEV_REGISTERED, DEF_NETDEV, "registered", NUMBER) \
	X(NETDEV_FLAGS, DEF_NETDEV, "flags", NUMBER)           \
	X(NETDEV_PATIENCE, DEF_NETDEV, "patience", NUMBER)     \
	X(QUEUE_SENT, DEF_QUEUE, "sent", NUMBER)               \
	X(QUEUE_TIMEOUTS, DEF_QUEUE, "timeouts", NUMBER)       \
	X(QUEUE_OWNER, DEF_QUEUE, "owner", NUMBER)             \
	X(QUEUE_QUEUED, DEF_QUEUE, "queued", NUMBER)           \
	X(QUEUE_COMPLETED, DEF_QUEUE, "completed", NUMBER)     \
	X(QUEUE_LIMIT, DEF_QUEUE, "limit", NUMBER)             \
	X(QUEUE_STALLS, DEF_QUEUE, "stalls", NUMBER)           \
	X(QUEUE_WAITING, DEF_QUEUE, "waiting", NUMBER)         \
	X(NAPI_CPU, DEF_NAPI, "cpu", NUMBER)                   \
	X(NAPI_DEFERRED, DEF_NAPI, "deferred", NUMBER)         \
	X(SKB_LENGTH, DEF_SKB, "length", NUMBER)               \
	X(SKB_PROTOCOL, DEF_SKB, "protocol", NUMBER)           \
	X(SKB_IN, DEF_SKB, "in", NUMBER)                       \
	X(SKB_CHECKSUM, DEF_SKB, "checksum", NUMBER)           \
	X(SKB_CHECKSUM_AT, DEF_SKB, "checksum-at", NUMBER)     \
	X(SKB_HEAD, DEF_SKB, "head", STRUCT)                   \
	X(SKB_END, DEF_SKB, "end", NUMBER)                     \
	X(SHARED_SIZE, DEF_SHARED, "size", NUMBER)             \
	X(SHARED_SEGMENTS, DEF_SHARED, "segments", NUMBER)     \
	X(SHARED_TYPE, DEF_SHARED, "type", NUMBER)             \
	X(SHARED_FRAGMENTS, DEF_SHARED, "fragments", NUMBER)   \
	X(ADAPTER_PCI, DEF_ADAPTER, "pci", STRUCT)             \
	X(ADAPTER_NETDEV, DEF_ADAPTER, "netdev", STRUCT)       \
	X(ADAPTER_BAR, DEF_ADAPTER, "bar", STRUCT)             \
	X(ADAPTER_BAR_KEPT, DEF_ADAPTER, "bar-kept", STRUCT)   \
	X(ADAPTER_PATIENCE, DEF_ADAPTER, "patience", NUMBER)   \
	X(ADAPTER_INTERRUPT, DEF_ADAPTER, "interrupt", NUMBER) \
	X(ADAPTER_NAPI, DEF_ADAPTER, "napi", STRUCT)           \
	X(ADAPTER_TX, DEF_ADAPTER, "tx-rings", STRUCT)         \
	X(ADAPTER_XDP, DEF_ADAPTER, "xdp-rings", STRUCT)       \
	X(RING_COUNT, DEF_RING, "count", NUMBER)               \
	X(RING_USE, DEF_RING, "use", NUMBER)                   \
	X(RING_CLEAN, DEF_RING, "clean", NUMBER)               \
	X(RING_MEMORY, DEF_RING, "memory", STRUCT)             \
	X(RING_BUFFERS, DEF_RING, "buffers", STRUCT)           \
	X(RING_TAIL, DEF_RING, "tail", STRUCT)                 \
	X(RING_TAIL_OFFSET, DEF_RING, "tail-offset", NUMBER)   \
	X(RING_QUEUE, DEF_RING, "queue", NUMBER)               \
	X(RING_REGISTER, DEF_RING, "register", NUMBER)         \
	X(RING_CLASS, DEF_RING, "class", NUMBER)               \
	X(RING_VSI, DEF_RING, "vsi", NUMBER)                   \
	X(RING_NETDEV, DEF_RING, "netdev", STRUCT)             \
	X(RING_ADAPTER, DEF_RING, "adapter", STRUCT)           \
	X(RING_NAPI, DEF_RING, "napi", STRUCT)                 \
	X(RING_ZERO_COPY, DEF_RING, "zero-copy", STRUCT)       \
	X(RING_PACKETS, DEF_RING, "packets", NUMBER)           \
	X(RING_RESTARTS, DEF_RING, "restarts", NUMBER)         \
	X(RING_GATED, DEF_RING, "gated", NUMBER)               \
	X(RING_LAUNCH, DEF_RING, "launch-time", NUMBER)        \
	X(BUFFER_STAMP, DEF_BUFFER, "stamp", NUMBER)           \
	X(BUFFER_FRAME, DEF_BUFFER, "frame", STRUCT)           \
	X(BUFFER_TIME, DEF_BUFFER, "time", NUMBER)             \
	X(BUFFER_LAST, DEF_BUFFER, "last", NUMBER)

enum def_word {
#define X(name, structure, word, kind) DEF_##name,
	DEF_WORDS(X)
#undef X
		DEF_N_WORDS
};

/* STRUCT: where something is, by a pointer or because it lies there; NUMBER: an integer, or a pointer as one. */
enum def_kind_of_word { DEF_STRUCT, DEF_NUMBER };

struct def_word_info {
	const char *word;
	enum def_struct structure;
	enum def_kind_of_word kind;
};
extern const struct def_word_info def_words[DEF_N_WORDS];
/* "netdev" of DEF_NETDEV; static. */
const char *def_struct_word(enum def_struct structure);

#define DEF_ALTERNATIVES 6
/* Members as C writes them, without "->": the first that the kernel has counts. No name: there may be none. */
struct def_path {
	const char *names[DEF_ALTERNATIVES];
	size_t n;
	bool optional;
	struct chip_pos pos;
};

/* A bit (set, or of a `no-bit` line clear; of a `value` line the whole number) that says something, by its enumerator's name. */
struct def_state {
	const char *constant, *meaning; /* meaning: one of def_meanings */
	bool whole, clear;
	struct chip_pos pos;
};

struct def_states {
	enum def_struct structure;
	struct def_path path;
	struct def_state *v;
	size_t n, cap;
};

struct def_counter {
	const char *name;
	struct def_path path;
};

/* A field of a descriptor: what it says, and its bits. */
struct desc_field {
	const char *word; /* one of desc_words */
	uint8_t quadword, high, low;
};

/* A kind of descriptor, and the bits by which it is one. */
struct desc_kind {
	const char *name;
	struct {
		uint8_t quadword, high, low;
		uint64_t value;
	} is[4];
	size_t n_is;
	struct desc_field *fields;
	size_t n_fields, cap_fields;
};

enum done_by { DONE_BY_BIT, DONE_BY_HEAD_WORD };

struct driver_def {
	const char *name, *title;
	bool kernel, descriptor; /* what it is of, if not of a driver */
	struct chip_pos pos;
	const char *structs[DEF_STRUCTS]; /* NULL: not named */
	struct def_path paths[DEF_N_WORDS];
	struct def_states *states;
	size_t n_states, cap_states;
	struct def_counter *counters;
	size_t n_counters, cap_counters;
	enum def_struct data;    /* what the device's driver data points at: DEF_NETDEV or DEF_ADAPTER */
	const char *descriptors; /* the format */
	bool frame_last;         /* the frame is kept with its last buffer, not with its first */
	enum done_by done_by;
	struct driver_facts facts; /* its .name is not set */
	bool cleans_in_interrupt; /* and not by NAPI: always, or while adapter's "interrupt" is not 0 where that is named */
	/* Where else than the chip's definition says the driver writes the tails of its first queues. */
	struct {
		uint32_t first, step, n;
	} tail_also;
	/* Of a descriptor format. */
	uint32_t size; /* bytes */
	uint8_t done_quadword, done_high, done_low;
	uint64_t done_value;
	struct desc_kind *kinds;
	size_t n_kinds, cap_kinds;
	const char **sources;
	size_t n_sources, cap_sources;
};

struct driver_defs {
	struct driver_def **v;
	size_t n, cap;
};

/* The words that say what a state means, and what a field of a descriptor is. */
extern const char *const def_meanings[];
extern const size_t n_def_meanings;
extern const char *const desc_words[];
extern const size_t n_desc_words;

/* Whether a text is a definition of this kind: by its first word. */
bool driver_def_is(const char *text, size_t n);
/* Adds the definitions of a text, which are owned by the arena and refer to `file`; faults go to the sink. */
void driver_def_parse(struct arena *arena, const char *file, const char *text, size_t n, struct sink *sink,
		      struct driver_defs *out);
/* What the text alone does not show: something missing, a format that is not there. `others` may have formats. */
void driver_def_check(const struct driver_def *def, const struct driver_defs *all, struct sink *sink);
/* The definitions that are part of the program. -EINVAL with *e if one is at fault. */
int driver_defs_built_in(struct arena *arena, struct driver_defs *out, struct err *e);
/* Whether it says where a driver keeps its rings; else the driver is known by its name alone. */
bool driver_def_has_rings(const struct driver_def *def);
/* Of a driver that keeps its rings where it says, by its name; of the kernel; of a descriptor format. Owned by the arena; NULL if there is
 * none. */
const struct driver_def *driver_defs_find(const struct driver_defs *defs, const char *name);
const struct driver_def *driver_defs_kernel(const struct driver_defs *defs);
const struct driver_def *driver_defs_format(const struct driver_defs *defs, const char *name);

#endif
