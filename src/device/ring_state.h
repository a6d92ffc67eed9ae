/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a transmit ring shows from both ends: the driver's indices and marks beside head and tail. Whether the hardware
 * stands, or has finished and nobody cleaned up, or was never told.
 *
 * One sample says where the ring is; that something stands takes two, or a frame that is old.
 */
#ifndef DEVICE_RING_STATE_H
#define DEVICE_RING_STATE_H

#include "snapshot/snapshot.h"

/* In the order in which they are asked: the first that fits counts. */
enum ring_state {
	RING_UNKNOWN,          /* not read, or too little of it */
	RING_DETACHED,         /* the interface is not present: suspended, or taken off */
	RING_GIVEN_UP,         /* the driver has let the device go after reads of all ones */
	RING_DEAD,             /* head and tail read as ones */
	RING_PCI_ERROR,        /* the kernel is handling an error on PCI */
	RING_RESETTING,        /* the driver resets the device */
	RING_FAILED,           /* the driver tries no more */
	RING_DOWN,             /* the interface is down: nothing wrong */
	RING_HALF_DOWN,        /* the interface is up, and the driver is down */
	RING_TESTING,          /* ethtool -t runs */
	RING_LINK_LOST,        /* no link, and frames in the ring */
	RING_LINK_DOWN,        /* no link, nothing in the ring */
	RING_RUNNING,          /* it moves */
	RING_NOT_WOKEN,        /* empty, and stopped by the driver: nothing will wake it */
	RING_NOT_COUNTED,      /* empty, and stopped by byte queue limits: their account is off */
	RING_IDLE,             /* empty: nothing wrong */
	RING_XDP,              /* of XDP or AF_XDP: cleaned up when the driver likes */
	RING_NOT_RUNG,         /* frames that the hardware was never told of */
	RING_WAITS_FOR_STAMP,  /* done, and held back for a time stamp */
	RING_DEFERRED,         /* done, and to be cleaned up by a timer or a socket, by design */
	RING_NAPI_DISABLED,    /* done, and NAPI is off */
	RING_STARVED,          /* done, NAPI is scheduled and does not run */
	RING_CAUSE_OFF,        /* done, and the queue may not interrupt */
	RING_VECTOR_MASKED,    /* done, and MSI-X is masked */
	RING_LEFT_MASKED,      /* done, and the interrupt is masked in the device */
	RING_TX_VECTOR_LOST,   /* done, and the vector that cleans up did not come */
	RING_INTERRUPT_LOST,   /* done, and nobody cleaned up */
	RING_NOT_WRITTEN_BACK, /* the hardware has taken all, and has not said so */
	RING_PAUSED,           /* the link partner asks to wait */
	RING_GATED,            /* a time-aware schedule or a launch time holds it back */
	RING_DISABLED,         /* transmitter or queue is off in the hardware */
	RING_MALFORMED,        /* malicious driver detection stopped it */
	RING_HELD_BY_PF,       /* of a virtual function: its physical function has it off */
	RING_SLOW,             /* the hardware goes on, and slowly */
	RING_STANDS,           /* the hardware stands */
	RING_FOREIGN,          /* indices that cannot be of one ring */
	RING_PENDING,          /* work waits; one sample cannot say more */
	RING_STATES
};
/* No reset takes longer: i40e waits 16 s for its end (i40e_common.c, i40e_pf_reset()), iavf 20 s (iavf.h,
 * IAVF_RESET_WAIT_COMPLETE_COUNT), other drivers less. */
#define RING_RESET_NS INT64_C(21000000000)

/* "hardware stands"; static. */
const char *ring_state_words(enum ring_state state);
/* Whether the ring needs somebody: neither at rest, nor moving, nor waiting for what ends by itself. */
bool ring_state_is_bad(enum ring_state state);
/* Whether the hardware has done its work and the host has not. */
bool ring_state_is_uncleaned(enum ring_state state);

/* What else is known of the device, from its registers and the log. */
struct ring_around {
	int link;  /* 1 up, 0 down, -1 not known */
	bool dead; /* registers read as ones */
	bool paused;
	bool disabled;  /* transmitter or this queue is off */
	bool malformed; /* malicious driver detection of this queue */
	bool cause_off, masked, vector_masked;
};

struct ring_judgement {
	enum ring_state state;
	const struct ring_side *ring;   /* in the latest sample; NULL: not there */
	size_t samples;                 /* the last in which it stood as it does, 1 at least */
	int64_t still_ns;               /* from the first to the last of them; 0: one, or not known */
	bool sure;                      /* it stood long enough for this */
	const struct frame_side *frame; /* that it stands on; NULL: none, or not known */
};

/* Ring i of the latest sample. Samples are of one device, oldest first. */
struct ring_judgement ring_judge(const struct snapshot *const *samples, size_t n, size_t i,
				 const struct ring_around *around);

/* Whether, at light load, the hardware marks what it has done only when the driver asks for it, every second or two: i40e, ice and
 * iavf, known by a head in memory, or by frames without the time at which they were sent. */
bool ring_writes_back_late(const struct ring_side *r);

/* Descriptors between clean and use: those that the driver has not got back; FACT_UNKNOWN if that is not known. */
int64_t ring_side_pending(const struct ring_side *r);

#endif
