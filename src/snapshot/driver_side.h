/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The driver's side of a device: what its driver and the kernel have in memory about its transmit rings, at one instant.
 * driver/ reads it; device/ring_state.h says what it means. There is no address in it, and no byte of a frame.
 *
 * A number that is not known is FACT_UNKNOWN. The lists are tables, so that saving, loading and comparing need no code
 * for each number.
 */
#ifndef SNAPSHOT_DRIVER_SIDE_H
#define SNAPSHOT_DRIVER_SIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snapshot/facts.h"

struct jsonw;

#define SIDE_COUNT_MOST 65536                         /* descriptors of a ring */
#define SIDE_AGE_MOST_MS (INT64_C(100000000000) * 30) /* 95 years: in nanoseconds it still fits */

/*
 * Of a ring. X(name, title). Indices are descriptors, below `count`; times are milliseconds; what is a yes or a no is 1
 * or 0. `last` is the last descriptor of the frame that is cleaned up next (FACT_UNKNOWN: none is pending), and `done`
 * whether the hardware has marked it. head and tail are the device's registers, read between the driver's indices, so
 * that they belong together.
 */
#define RING_NUMBERS(X)                                              \
	X(queue, "Transmit queue of the kernel")                     \
	X(hw_queue, "Queue of the hardware")                         \
	X(traffic_class, "Traffic class")                            \
	X(vsi, "Virtual station interface (VSI)")                    \
	X(count, "Descriptors of the ring")                          \
	X(clean, "Next to clean up, by the driver")                  \
	X(head, "Head, of the hardware")                             \
	X(tail, "Tail, of the hardware")                             \
	X(use, "Next to use, by the driver")                         \
	X(last, "Last descriptor of the oldest frame")               \
	X(done, "Oldest frame is done, by the hardware")             \
	X(head_word, "Head that the hardware has written to memory") \
	X(moving, "Moved while it was read")                         \
	X(age_ms, "Age of the oldest frame (ms)")                    \
	X(stopped, "Stopped by the driver")                          \
	X(limited, "Stopped by byte queue limits")                   \
	X(frozen, "Frozen by the watchdog")                          \
	X(sent_ms, "Since the last transmit or stop (ms)")           \
	X(timeouts, "Watchdog timeouts")                             \
	X(inflight, "Bytes in flight")                               \
	X(limit, "Limit of bytes in flight")                         \
	X(stalls, "Stalls counted")                                  \
	X(waiting, "Packets waiting above the driver")               \
	X(owner, "CPU that is transmitting")                         \
	X(scheduled, "NAPI is scheduled")                            \
	X(missed, "NAPI was asked for again")                        \
	X(held, "NAPI is held (disabled, or netpoll)")               \
	X(busy_poll, "A socket polls")                               \
	X(deferred, "Interrupts are deferred")                       \
	X(cpu, "CPU that NAPI is scheduled on")                      \
	X(in_interrupt, "Cleaned up in the interrupt, without NAPI") \
	X(xdp, "For XDP alone")                                      \
	X(zero_copy, "AF_XDP zero copy")                             \
	X(stamp_pending, "Completion waits for a time stamp")        \
	X(gated, "Gate of the schedule is closed")                   \
	X(launch_time, "Launch times are used")                      \
	X(hang_check, "The driver looks for a hang")                 \
	X(packets, "Packets completed")                              \
	X(restarts, "Queue restarts")

struct ring_side {
#define X(name, title) int64_t name;
	RING_NUMBERS(X)
#undef X
	char *why;                 /* why the ring could not be read; NULL: it was; owned */
	struct frame_side *frames; /* the oldest first; only of a ring that stands; owned */
	size_t n_frames, cap_frames;
	struct desc_side *descs; /* from `clean` on; only of a ring that stands; owned */
	size_t n_descs, cap_descs;
};

/* A frame in a ring. `in` is the number of the interface that it came in by, 0 if this host made it. */
#define FRAME_NUMBERS(X)                          \
	X(first, "First descriptor")              \
	X(last, "Last descriptor")                \
	X(done, "Done, by the hardware")          \
	X(length, "Bytes")                        \
	X(protocol, "EtherType")                  \
	X(transport, "6 TCP, 17 UDP")             \
	X(mss, "Bytes of a segment")              \
	X(segments, "Segments")                   \
	X(fragments, "Fragments")                 \
	X(checksum, "Checksum left to hardware")  \
	X(in, "Interface it came in by (number)") \
	X(age_ms, "Age (ms)")

struct frame_side {
#define X(name, title) int64_t name;
	FRAME_NUMBERS(X)
#undef X
	char *in_name; /* of the interface; NULL: not known; owned */
};

/* A descriptor, decoded by its format; without its addresses. */
#define DESC_NUMBERS(X)                              \
	X(index, "Descriptor")                       \
	X(done, "Done")                              \
	X(length, "Bytes")                           \
	X(end, "End of the frame")                   \
	X(report, "Report when done")                \
	X(segmented, "Of a frame that is segmented") \
	X(mss, "Bytes of a segment")                 \
	X(header, "Bytes of the header")             \
	X(payload, "Bytes of the payload")           \
	X(tcp, "TCP")                                \
	X(ipv4, "IPv4")                              \
	X(checksum, "Checksum is inserted")          \
	X(time_stamp, "Time stamp is taken")         \
	X(vlan, "VLAN tag is inserted")              \
	X(interrupt_delay, "Interrupt may be delayed")

struct desc_side {
#define X(name, title) int64_t name;
	DESC_NUMBERS(X)
#undef X
	char *kind; /* "context", "data"; owned */
};

struct side_counter {
	char *name; /* owned */
	int64_t value;
};

/* All pointers are owned; driver_side_free() frees them. */
struct driver_side {
	char *driver;        /* whose structures they are; NULL: nothing was read, */
	char *why;           /* because of that; NULL: nobody asked */
	int64_t read;        /* when the ages count from: ns since 1970 UTC */
	int64_t given_up;    /* 1: the driver has let the device go after reads of all ones (hw_addr is NULL) */
	int64_t pci_error;   /* pci_dev.error_state: 1 is normal */
	int64_t patience_ms; /* until the driver itself takes a frame for stuck */
	char **states;       /* words of the driver's and the interface's states: "down", "started" */
	size_t n_states, cap_states;
	struct side_counter *counters;
	size_t n_counters, cap_counters;
	struct ring_side *rings; /* in the driver's order */
	size_t n_rings, cap_rings;
	size_t not_shown; /* rings beyond those */
};

/* One number of a list, by its place. */
struct side_number {
	const char *name, *title;
	size_t offset; /* of an int64_t */
};
extern const struct side_number ring_numbers[], frame_numbers[], desc_numbers[];
extern const size_t n_ring_numbers, n_frame_numbers, n_desc_numbers;
/* Where a struct ring_side, frame_side or desc_side has that number: points into `of`; and the number. */
int64_t *side_number(void *of, const struct side_number *n);
int64_t side_value(const void *of, const struct side_number *n);

/* All numbers unknown, nothing read. */
void driver_side_init(struct driver_side *d);
void driver_side_free(struct driver_side *d);
/* Says why nothing is known; nothing that was is kept. */
void driver_side_refuse(struct driver_side *d, const char *why);
/* Replaces what `to` owns by copies. */
void driver_side_copy(struct driver_side *to, const struct driver_side *from);
/* Whether it was read; whether a state of the device ("down") is among those that hold. */
bool driver_side_known(const struct driver_side *d);
bool driver_side_has(const struct driver_side *d, const char *state);
/* Add copies of the words. */
void driver_side_add_state(struct driver_side *d, const char *state);
void driver_side_add_counter(struct driver_side *d, const char *name, int64_t value);
/* Added with all numbers unknown; owned by d, and valid until the next is added. */
struct ring_side *driver_side_add_ring(struct driver_side *d);
/* The same of a ring, and owned by it. */
struct frame_side *ring_side_add_frame(struct ring_side *r);
struct desc_side *ring_side_add_desc(struct ring_side *r, const char *kind);
/* Sets the member of a struct ring_side that a state of the ring, its queue or its NAPI has ("stopped"), if there is one. */
void ring_side_set_state(void *ring, const char *meaning);
/* The ring of a queue of the hardware, not one for XDP; owned by d. NULL if it is not known. */
const struct ring_side *driver_side_ring(const struct driver_side *d, uint32_t hw_queue);

/* Whether all that was read is equal, the moment of reading as well. */
bool driver_side_same(const struct driver_side *a, const struct driver_side *b);

/* As the members "driver_side", "rings", "frames" and "descriptors" of a snapshot. Nothing if nobody asked. */
void driver_side_json(const struct driver_side *d, struct jsonw *w);

#endif
