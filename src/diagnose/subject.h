/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the rules look at: one device with its samples, its log, and the host that it is in. Private to diagnose/.
 *
 * subjects_make() builds all of them, and they stay as they are afterwards; a rule writes into its finding, and adds hints
 * to the diagnosis. What is not marked as owned belongs to the input (samples, log, definitions), which outlives the
 * subjects. No function here but subjects_make() fails: where nothing is known, they say so by their value.
 */
#ifndef DIAGNOSE_SUBJECT_H
#define DIAGNOSE_SUBJECT_H

#include <string.h>

#include "chip/drivers.h"
#include "device/ring_state.h"
#include "device/queue.h"
#include "diagnose/device_log.h"
#include "diagnose/diagnose.h"
#include "diagnose/remedy.h"
#include "snapshot/link.h"

struct subjects;

/* A transmit queue that stood still with work in it, link up and not paused, and went on later. */
struct spell {
	uint32_t queue, head, tail;
	size_t samples;
	int64_t from, to; /* ns since 1970: the first and the last sample in which it stood */
};

/* Hangs that began and ended while the device was watched. */
struct past_hangs {
	size_t n;                  /* spells of a second or more, in three samples or more */
	struct spell longest;      /* valid if n */
	char since[32], until[32]; /* of the longest, UTC: "12:00:11"; with the date if they are of two days */
};

enum platform_system { SYSTEM_LINUX, SYSTEM_FREEBSD, SYSTEM_ESXI, SYSTEMS };

/* Where a Linux machine keeps the settings of its interfaces. */
enum platform_setup {
	SETUP_UNKNOWN,
	SETUP_IFUPDOWN,
	SETUP_NETWORKMANAGER,
	SETUP_SYSTEMD,
	SETUP_NIXOS,
	SETUP_SYSCONFIG,
	SETUPS
};

/* What a device runs under and how it is built in, as far as facts or a log tell. */
struct platform {
	enum platform_system system; /* Linux where nothing tells */
	enum platform_setup setup;
	const char *hypervisor; /* of the guest that this is; static; NULL: none known */
	bool emulated;          /* the device is made of software */
	bool soldered;          /* no card: on the board, in the chipset, or emulated */
	bool virtual_function;
};

/* Why ASPM cannot be switched. */
enum no_aspm {
	NO_ASPM_CONFIG = 1, /* its configuration space has no link */
	NO_ASPM_PART = 2,   /* the part has none */
	NO_ASPM_PLACE = 4,  /* it is where chipsets have their own NIC, and nothing says that it is another */
	NO_ASPM_TEXT = 8,   /* the device's end supports none, by lspci */
};

struct subject {
	const struct subjects *host;
	const struct chip *chip; /* NULL: not known */
	bool chip_sure;
	const struct chip
		*known; /* the chip if it is sure, or a part without registers: traits and errata; NULL: neither */
	const struct snapshot **samples; /* oldest first; owned */
	size_t n_samples, cap_samples;
	struct series series; /* owned */
	struct past_hangs past;
	const struct klog_device *log; /* NULL: the log has nothing of it */
	size_t log_index;
	size_t n_pasted;               /* pasted output about it, beside the log */
	struct device_log logged;      /* by subjects_read_logs(); all zero without a log; owned */
	struct link link;              /* of the latest sample; .applicable and all else unset without one */
	const struct facts *facts;     /* of the latest sample; never NULL, perhaps all unknown */
	const struct snapshot *latest; /* NULL: none */
	struct facts *logged_facts;    /* of output pasted beside the log; .facts without a sample; NULL: none; owned */
	char *part_name;               /* "I225-V", as printed beside the log; NULL: not said; owned */
	const char *interface, *driver, *driver_version, *firmware, *kernel; /* from either; NULL: not known */
	const struct chip *pci; /* configuration space; NULL without a sample */
	struct platform platform;
	bool uncleaned_now;    /* the samples themselves show work that nobody cleaned up; set by its rule */
	int64_t mdd_guest;     /* the first virtual function with an event latched now, + 1; 0: none; set by its rule */
	struct diagnosis *out; /* where findings go; the caller's */
};

struct diagnose_kept {
	struct advice_table advice; /* owned */
	bool has_advice;
	struct values_kept values; /* owned */
};

/* diagnose.c: frees what is kept, but not *k. */
void diagnose_kept_clear(struct diagnose_kept *k);

struct subjects {
	const struct diagnose_input *input;
	struct diagnose_kept own;    /* where the input has none; owned */
	struct advice_table *advice; /* empty where remedies are not wanted */
	enum platform_system system; /* that wrote the log */
	struct facts unknown;        /* all of them: .facts of what neither sample nor output is there of */
	struct subject *v;           /* owned */
	size_t n, cap;
	size_t logs_from, logs_end; /* of those the reports are there */
};

/* Puts samples and reports of the log together by address or interface. -errno with *e for a definition or a text of
 * remedies/ that cannot be read; subjects_free() gives back what there is, then as well. */
int subjects_make(struct subjects *all, const struct diagnose_input *input, struct err *e);
void subjects_free(struct subjects *all);
/* Reads the log's reports of subject i and of some behind it, unless they are there: a log of many devices has too many for
 * all to be kept. Those of the subjects before it are forgotten, but of bonds, whose slaves are looked at together. */
void subjects_read_logs(struct subjects *all, size_t i);

/* Reports of a kind in the device's log. */
uint64_t subject_logged(const struct subject *s, enum klog_kind kind);
/* How many rings the driver's side of the latest sample has; 0: none, or it was not read. */
size_t subject_rings(const struct subject *s);
/* Whether the log tells of transmit hangs that were real, as far as it can be told. */
bool subject_hung_in_log(const struct subject *s);
/* Whether the link partner has paused the port in any sample. */
bool subject_paused(const struct subject *s, struct reading *r, size_t *set, size_t *known);
/* The same of one traffic class: by the port's pause, or by that of its priorities. FACT_UNKNOWN: of any. */
bool subject_class_paused(const struct subject *s, int64_t traffic_class);
/* Whether the last sample has transmission on a schedule of gates and launch times: queues may wait by design. */
bool subject_scheduled(const struct subject *s, struct reading *r);
/* Whether something stands still now for no reason that is seen, or did in the log. */
bool subject_has_hang(const struct subject *s);
/* Whether anything is wrong with transmitting, link, PHY or bus, now or in the log. */
bool subject_has_trouble(const struct subject *s);
/* 1: something says that somebody counts on this port; 0: what would say so is known, and does not; -1: not known. */
int subject_in_use(const struct subject *s);
/* A trait; false for an unknown part. */
bool subject_has_trait(const struct subject *s, const char *trait);
/* Whether the part has no PCI Express link, and so no ASPM. */
bool subject_has_no_link(const struct subject *s);
/* Why ASPM cannot be switched here, a set of enum no_aspm; 0: nothing says so. */
unsigned subject_no_aspm(const struct subject *s);
static inline bool subject_driver_is(const struct subject *s, const char *driver)
{
	return s->driver && !strcmp(s->driver, driver);
}
/* Whether its driver is known, and has the trait. */
static inline bool subject_driver_has(const struct subject *s, enum driver_trait trait)
{
	return drivers_has(s->driver, trait);
}
/* 1 up, 0 down, -1 not known; by registers, then by facts. *r is the register's reading if *r_known. */
int subject_link_up(const struct subject *s, struct reading *r, bool *r_known);
/* ---- platform.c: releases of drivers and kernels ---- */

/* "2.6.32-220.el6" against 2.6.35: -1, 0, 1; the parts after the third do not count. */
int version_compare(const char *version, unsigned a, unsigned b, unsigned c);
/* Whether the kernel has a change that these stable releases ("6.12.23") brought, the last of them mainline: it is one of
 * them or later in its series, or later than the last. 1, 0, or -1: a distribution's kernel that does not say which release it
 * is, or what it took of later ones. */
int kernel_has(const char *kernel, const char *const *releases, size_t n);

/* ---- rules_queue.c ---- */

/* Of all snapshots, which are of one device and oldest first, as a series keeps only the latest. */
void past_read(struct past_hangs *p, const struct series *s, const struct snapshot *const *snapshots, size_t n);

/* ---- finding.c ---- */

/* After the verdict: hints what to add. */
void missing_say(struct subject *s);

/* ---- platform.c ---- */

/* The word that remedies/ has for it; static. */
const char *platform_system_name(enum platform_system system);

/* The same of a way to keep settings; NULL for SETUP_UNKNOWN. */
const char *platform_setup_name(enum platform_setup setup);

/* The system that wrote a log, NULL: Linux. */
enum platform_system platform_of_log(const struct klog *k);

/* Needs interface, driver, chip, facts and log of the subject. */
void platform_learn(struct subject *s);

#endif
