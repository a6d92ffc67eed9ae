/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One queue of one snapshot: the only place that knows where head, tail and ring size are, and how many descriptors wait. */
#ifndef DEVICE_QUEUE_H
#define DEVICE_QUEUE_H

#include "device/values.h"

enum queue_direction { QUEUE_TX, QUEUE_RX };

/* Head and tail of a ring, in descriptors. */
struct ring {
	bool known;
	uint32_t head, tail;
	uint32_t size; /* descriptors; 0: not known */
};

/* Descriptors that the hardware has not taken yet, modulo the ring. False if head and tail cannot be of such a ring, or
 * the tail is behind and the size is not known. */
bool ring_pending(const struct ring *r, uint32_t *pending);
/* How far the head went from a to b, modulo the ring; a multiple of the ring looks like none. False if it cannot be
 * told. */
bool ring_moved(const struct ring *a, const struct ring *b, uint32_t *moved);

/* What the registers of a queue hold. */
struct queue_regs {
	bool has_head, has_tail, has_length, has_enable;
	struct ring ring;  /* .known: head and tail; size by the length register, else as the driver says */
	uint64_t length;   /* of the ring, in bytes */
	uint64_t enable;   /* the whole register */
	bool on_known, on; /* by the enable register's field */
};

/* The ring of queue i. A chip without head registers is followed by its tail: head is then the tail. */
struct ring queue_ring(const struct values *v, enum queue_direction direction, uint32_t i);
/* Queue i; all unknown if the chip has none or the snapshot no value. */
void queue_read(const struct values *v, enum queue_direction direction, uint32_t i, struct queue_regs *out);
/* The hardware's number of the kernel's queue n (tx-n of /sys, and of the log), by the definition's rule. A snapshot that does
 * not say how many virtual functions there are is taken for one without. False: it cannot be known. */
bool queue_of_kernel(const struct values *v, enum queue_direction direction, uint32_t n, uint32_t *queue);
/* How many queues the chip has; 0 for an unknown chip. */
uint32_t queue_count(const struct chip *chip, enum queue_direction direction);
/* Whether the chip has head registers; else the tail alone is known. */
bool queue_has_heads(const struct chip *chip, enum queue_direction direction);
/* Head or tail of a transmit queue. */
bool queue_is_tx_pointer(const struct chip_reg *reg);
/* Cheap, for thousands of queues again and again: whether some transmit head stands still between two snapshots of a chip
 * with work behind it. Both have the registers in the order of the definitions. */
bool queue_some_stand(const struct chip *chip, const struct snapshot *before, const struct snapshot *last);

#endif
