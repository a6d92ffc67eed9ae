/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The monitor while it runs. Private to monitor/.
 *
 *     ops ... pump (a thread) or a recording ... replay
 *                         |  a look: the snapshots of one instant
 *                       model   a track a device: looks, queues over time, changes, the diagnosis
 *                         |
 *     keys -> struct monitor -> draw: devices, queues, registers, text -> screen -> terminal
 *
 * run.c turns the wheel: it waits for keys, signals and looks, and draws.
 */
#ifndef MONITOR_INTERNAL_H
#define MONITOR_INTERNAL_H

#include "monitor/model.h"
#include "monitor/monitor.h"
#include "monitor/pump.h"
#include "monitor/replay.h"
#include "monitor/screen.h"

/* In the order in which Tab goes through them. */
enum pane { PANE_QUEUES, PANE_FINDINGS, PANE_LINK, PANE_CHANGES, PANES };
enum mode { MODE_MAIN, MODE_REGISTERS, MODE_REGISTER, MODE_RING, MODE_HELP, MODE_PLAN };

#define KEYS_MOST 7 /* that do the same, with the 0 at their end */

/* When a key, or a hint at it, counts. */
enum when { ALWAYS, LIVE, REPLAY };

/* One row of the queue table. */
struct queue_line {
	bool transmit;
	const struct queue *q;
	enum trouble trouble;
	uint64_t rate;
};

struct list {
	size_t at, top; /* the chosen row, and the first one shown */
};

/* Where a pane is drawn, title line included; height 0: not shown. */
struct pane_place {
	int y, x, height, width;
};

struct monitor {
	const struct monitor_options *o;
	struct screen screen;
	struct model model;
	struct pump *pump; /* NULL: replay */
	struct replay replay;
	enum mode mode, behind_help;
	enum pane focus;
	bool quit, frozen, show_idle;
	int64_t interval;
	char chosen[64];         /* address of the chosen device */
	struct queue_line *rows; /* of the chosen device, as filtered; owned */
	size_t n_rows, hidden;
	struct list queues, registers, help;
	bool queue_known; /* the chosen queue, kept when rows change their order */
	bool queue_transmit;
	uint32_t queue_index;
	size_t scroll[PANES];
	char queue_filter[40], register_filter[40], device_filter[40];
	bool typing;         /* a filter is being typed */
	bool typing_devices; /* that of the devices */
	struct pane_place places[PANES], devices;
	size_t first_device;        /* that is shown, of those that pass the filter */
	char message[256];          /* for the last line, in place of the keys */
	struct buf plan;            /* told by the ASPM action */
	bool plan_waits, plan_asks; /* an answer is under way; or the user is asked */
	enum aspm_action plan_action;
	char plan_address[64], plan_name[64];
	int64_t last_sample; /* CLOCK_MONOTONIC, ns */
	int64_t doubted;     /* when a further look was asked for */
	int sample_code;
	struct err sample_err;
};

/* run.c */
/* The chosen device; NULL: there is none. */
struct track *monitor_track(const struct monitor *m);
void monitor_say(struct monitor *m, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The filter that a `/` types into now. */
char *monitor_filter(struct monitor *m);
/* Whether what is for `when` counts now. */
bool monitor_now(const struct monitor *m, enum when when);

/* queues.c: the rows of the queue table, and their pane. */
void rows_refresh(struct monitor *m);
void rows_choose(struct monitor *m, size_t at);
/* Chooses the device and queue that is worst. */
void rows_worst(struct monitor *m);
/* Keeps the chosen one of n within a pane of so many lines. */
void rows_clamp(struct list *l, size_t n, int lines);
void draw_queues(struct monitor *m);

/* text.c: what panes hold, as lines of at most so many columns where there are blanks to break at. */
void pane_age(int64_t ns, struct buf *out);
void pane_rate(uint64_t rate, struct buf *out);
/* "3-7 of 12", if not all of n lines are shown. */
void pane_part(size_t top, int lines, size_t n, struct buf *out);
void pane_paragraph(const char *lead, const char *words, unsigned indent, unsigned width, struct buf *out);
void pane_changes(const struct monitor *m, const struct track *t, unsigned width, struct buf *out);
/* Of a device that is gone. */
void pane_gone(const struct monitor *m, const struct track *t, unsigned width, struct buf *out);
void pane_findings(const struct track *t, unsigned width, struct buf *out);
void pane_link(const struct track *t, unsigned width, struct buf *out);
/* The driver's ring of a queue: where it is, its frames and descriptors. */
void pane_ring(const struct track *t, uint32_t queue, unsigned width, struct buf *out);

/* draw.c: the whole screen. */
void draw(struct monitor *m);
/* A pane of lines under a title; *scroll is kept within them. */
void draw_text(const struct monitor *m, const struct pane_place *p, const char *title, bool focus, const char *text,
	       size_t *scroll);
/* The screen between the devices and the last line. */
struct pane_place draw_below_devices(const struct monitor *m);

/* devices.c */
/* How many devices pass the filter, and the place in the model of the n-th of these; the model's number of devices if there is none. */
size_t devices_passing(const struct monitor *m);
size_t devices_nth(const struct monitor *m, size_t n);
void draw_devices(struct monitor *m);

/* registers.c: all registers of the chosen device, and the fields of one. */
/* How many pass the filter. */
size_t regs_count(const struct monitor *m);
void draw_registers(struct monitor *m);
void draw_register(struct monitor *m);

/* keys.c: what a key does; and the table that the help is made of. */
struct key_row {
	int keys[KEYS_MOST]; /* 0 ends them */
	const char *shown;   /* "Up k, Down j" */
	const char *help;
	void (*act)(struct monitor *m, int key);
	enum when when;
};
extern const struct key_row key_rows[];
extern const size_t n_key_rows;
void keys_press(struct monitor *m, int key, int y, int x);

#endif
