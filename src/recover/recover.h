/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stuck port made to go again: a ladder of steps from gentle to rough, each looked at before the next is tried. It ends
 * when the port works and goes on working for a moment, or when no step is left.
 *
 *     recover_port_read()   what there is of the device: recover_live.h
 *     recover_plan_make()   which steps can help it, and why the others cannot
 *     recover_climb()       takes them in order, through struct recover_io
 */
#ifndef RECOVER_RECOVER_H
#define RECOVER_RECOVER_H

#include <net/if.h>

#include "chip/drivers.h"
#include "snapshot/snapshot.h"
#include "util/buf.h"
#include "util/err.h"

enum recover_step {
	RECOVER_RESTART, /* the driver's own re-initialization: addresses, routes, VLANs, bond and bridge stay */
	RECOVER_REBIND,  /* unbind and bind: the interface goes, and comes anew */
	RECOVER_RESET,   /* reset of the PCI function */
	RECOVER_RESCAN,  /* removed from the bus, and looked for again */
	RECOVER_POWER,   /* the slot's power off and on */
	RECOVER_STEPS
};

#define RECOVER_ALL ((1u << RECOVER_STEPS) - 1)
#define RECOVER_GENTLE (1u << RECOVER_RESTART)

/* "restart", "rebind", "reset", "rescan", "power"; static. */
const char *recover_step_name(enum recover_step step);
/* What it does to a port with this driver bound ("": none), for people: "the driver's own restart"; static. */
const char *recover_step_words(enum recover_step step, const char *driver);
/* A list as "restart,rebind" to a set of 1 << step; NULL: all. -EINVAL. */
int recover_steps_parse(const char *text, unsigned *steps, struct err *e);

/* The device before the first step: what is to be there again after a step that helped. */
struct recover_port {
	struct pci_addr addr, upstream;
	bool has_upstream;
	char netdev[IF_NAMESIZE]; /* ""; none in this network namespace */
	unsigned index;           /* its number, that no other gets; 0: none */
	char driver[32];          /* bound; "": none */
	char own_driver[32];      /* that the definition names; "": none */
	bool own_loaded;
	bool up, carrier;
	int autoneg; /* 1, 0; -1: not known */
	enum restarts restarts;
	bool can_reset, is_virtual;
	unsigned virtual_functions;
	char slot[64]; /* whose power can be switched; "": none */
	size_t siblings;
};

enum recover_queues {
	RECOVER_QUEUES_UNKNOWN,
	RECOVER_QUEUES_MOVE,
	RECOVER_QUEUES_REST,  /* nothing waits */
	RECOVER_QUEUES_STAND, /* something waits, or was sent, and does not leave */
};

/* The device at one moment. */
struct recover_look {
	bool there;   /* the kernel has the PCI function */
	bool answers; /* its configuration space is not all ones */
	bool bound, up, carrier;
	char netdev[IF_NAMESIZE];
	unsigned index;
	enum recover_queues queues; /* UNKNOWN as well where nobody asked */
};

/* What is wrong, in a few words ("the device does not answer"), as against `port`; NULL: nothing. Static. */
const char *recover_wrong(const struct recover_look *now, const struct recover_port *port);

struct recover_rung {
	enum recover_step step;
	bool usable;
	char why[160]; /* it is not: a sentence without its stop */
};

struct recover_plan {
	struct recover_port port;
	struct recover_rung rungs[RECOVER_STEPS]; /* those that are asked for, in order */
	size_t n;
	unsigned left_out; /* those that could be taken and are not asked for: a set of 1 << step */
};

/* `steps`: a set of 1 << step. `now` may be without a word about queues. */
void recover_plan_make(const struct recover_port *port, const struct recover_look *now, unsigned steps,
		       struct recover_plan *plan);
/* How many of its steps can be taken. */
size_t recover_plan_usable(const struct recover_plan *plan);

/* The ways to a device, so that a climb can be tried on a model of one. */
struct recover_io {
	/* Takes a step; -errno with *e if the kernel or the driver refuses it, or what belongs to it cannot be done. */
	int (*act)(void *arg, enum recover_step step, struct err *e);
	/* `queues`: takes samples as well, which lasts about a second, with frames of its own among them. */
	void (*look)(void *arg, bool queues, struct recover_look *now);
	/* Puts back the interface's place in the network if it came anew; -errno with *e for the first thing that is not back. */
	int (*put_back)(void *arg, struct err *e);
	int64_t (*now)(void *arg); /* ns */
	void (*pause)(void *arg, int64_t ns);
	/* Told of each step before it is taken, and of what came of it: one line without its end. */
	void (*log)(void *arg, const char *line);
	/* Asked between two steps: whether to stop. */
	bool (*interrupted)(void *arg);
	void *arg;
};

#define RECOVER_HOLD_NS INT64_C(3000000000) /* that a port has to go on working, where nobody says otherwise */

struct recover_limits {
	unsigned tries;  /* steps taken at most, counting each try; 0: as many as there are */
	unsigned each;   /* how often a step is tried before the next one; 0 and 1: once */
	int64_t hold_ns; /* how long it has to go on working */
};

enum recover_found {
	RECOVER_HELPED,
	RECOVER_REFUSED,   /* the kernel or the driver refused the step */
	RECOVER_NO_HELP,   /* as before, or worse: .found says how */
	RECOVER_CAME_BACK, /* it worked, and then was stuck again */
};

struct recover_try {
	enum recover_step step;
	enum recover_found result;
	char found[200]; /* why, but for HELPED */
	int64_t took_ns;
};

enum recover_end {
	RECOVER_WORKS,
	RECOVER_NO_STEP_LEFT,
	RECOVER_LIMIT,       /* tries are used up */
	RECOVER_INTERRUPTED, /* by a signal */
	RECOVER_GUARDED,     /* nothing was done, as somebody would be cut off: .guarded says who */
};

#define RECOVER_TRIES_MOST 16

struct recover_report {
	struct recover_try tries[RECOVER_TRIES_MOST];
	size_t n;
	enum recover_end end;
	enum recover_queues queues; /* at the end */
	bool anew;                  /* the interface is another one than before */
	char guarded[512];
	struct err back; /* what of its place in the network is not back; .what is "": nothing is known to be missing */
};

/* The step that helped, owned by r; NULL: none was needed, or none did. */
const struct recover_try *recover_helped(const struct recover_report *r);

/* For a recovery that was interrupted: puts back what is missing of a device that is there again. 0: it works; -EIO: it takes steps. */
int recover_finish(const struct recover_io *io, const struct recover_port *port, struct recover_report *report);

/* Takes the usable steps in order until one helps. 0: the port works. -EINTR, -EIO (no step helped). */
int recover_climb(const struct recover_io *io, const struct recover_plan *plan, const struct recover_limits *limits,
		  struct recover_report *report);

#endif
