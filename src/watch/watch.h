/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waits for a NIC to stop: follows the kernel log and looks at heads and tails now and then. What is seen when one
 * stops is saved as an incident at once, in the hope that the driver has not reset the device yet; the looks before it
 * are in it in any case.
 */
#ifndef WATCH_WATCH_H
#define WATCH_WATCH_H

#include "source/source.h"
#include "watch/store.h"

struct err;

/* One incident, told once it is on disk. Texts are the callee's during the call only; they may be from a log. */
struct watch_news {
	const char *kind;      /* "hang", "tx-timeout", "watchdog", "pcie-lost"; "stalled", "lost" by its registers */
	const char *device;    /* address */
	const char *netdev;    /* NULL: none */
	const char *confirmed; /* "registers", or "log" if nothing else says so */
	const char *incident;  /* its folder; NULL if it could not be saved, and then *failure says why */
	size_t snapshots;      /* with registers, taken at once */
	size_t left_out;       /* files that could not be saved; *failure is why the first could not */
	size_t given_up;       /* older incidents that went to make room on a full disk */
	const struct err *failure;
	const struct snapshots *samples; /* as taken before and at once, if options ask for them; NULL: they do not */
	bool entered;                    /* the journal has an entry of it */
};

/* What came of making a device go again. */
enum watch_recovery { WATCH_RECOVERED, WATCH_NOT_RECOVERED, WATCH_GAVE_UP };

struct recover_report;

/* Told once it is over. Texts as above. */
struct watch_recovered {
	const char *device, *netdev; /* netdev: NULL: none */
	enum watch_recovery what;
	const char *words;                   /* "working again after restart (0.9 s)" */
	const struct recover_report *report; /* NULL: nothing was done */
	const char *incident;                /* NULL: not saved */
	bool entered;                        /* the journal has an entry of it */
};

#define WATCH_RECOVERIES_MOST 60 /* an hour */

struct watch_options {
	struct chipdb *db;
	struct source_options source; /* which devices, and by which way */
	struct incident_store store;
	const char *log;     /* NULL: this machine's; "": none */
	const char *program; /* run for each incident; NULL: none */
	int64_t interval_ns; /* between looks */
	int64_t quiet_ns;    /* what comes within this time of the last sign belongs to the same incident */
	uint64_t looks;      /* stop after so many; 0: never */
	bool no_redact;
	int stop_fd;       /* readable: stop; -1: none */
	bool with_samples; /* for tell */
	/* After each round of looks; NULL: nothing. */
	void (*looked)(void *arg);
	void (*tell)(const struct watch_news *news, void *arg);
	/* All is open: "watching eno1 (0000:00:19.0)". */
	void (*ready)(const char *what, void *arg);
	/* Something that does not stop the watch: the log ended, records were lost, registers cannot be read. */
	void (*warn)(const struct err *e, void *arg);
	/* Steps that are taken once the incident of a device that stands is saved, by its registers' word: a set of 1 << enum
	 * recover_step. 0: none. */
	unsigned recover;
	size_t recoveries; /* at most, of one device within an hour */
	bool even_so; /* even if the root file system, a bond, or an SSH connection of who started it would be cut off */
	void (*recovered)(const struct watch_recovered *news, void *arg);
	void *arg;
};

/* Until told to stop: 0. -ENODEV without any device to watch; -errno for a folder or log that cannot be opened. */
int watch_run(const struct watch_options *o, struct err *e);

#endif
