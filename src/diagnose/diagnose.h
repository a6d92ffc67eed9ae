/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From snapshots and a kernel log to a verdict for each device: the faults, the evidence for them, the remedies that fit
 * this part. Knows no hardware and no chip by name: it asks for roles, traits and errata of the definitions.
 *
 * struct diagnoses owns all its texts, findings and remedies; diagnoses_free() gives them back. It points into the input:
 * snapshots, log and definitions outlive it.
 */
#ifndef DIAGNOSE_DIAGNOSE_H
#define DIAGNOSE_DIAGNOSE_H

#include "device/ring_state.h"
#include "klog/klog.h"
#include "snapshot/snapshot.h"

struct logbook;

/*
 * The order is the precedence: of several that hold, the first is the verdict.
 * dead         the device does not answer: off the bus, without power, all registers read as ones; or no driver could
 *              start it
 * A hang that ended while it was looked at, or in the log, is hung, and recovered.
 * hung         work waits in a transmit queue and the head stands still, with the link up and nothing that says why
 * stalled      the same, but explained (paused by the link partner), or watched too shortly to be called hung
 * link-down    no link; what waits in the queues waits for it
 * false-alarm  the log reports a hang that was none: the hardware had done its work, or had no link
 * busy         queues move
 * idle         queues are empty and stay so
 * healthy      nothing waits in the queues, seen once
 * unknown      too little is known; never certain
 */
enum verdict {
	VERDICT_DEAD,
	VERDICT_HUNG,
	VERDICT_STALLED,
	VERDICT_LINK_DOWN,
	VERDICT_FALSE_ALARM,
	VERDICT_BUSY,
	VERDICT_IDLE,
	VERDICT_HEALTHY,
	VERDICT_UNKNOWN,
	VERDICTS
};

enum confidence { CERTAIN, LIKELY, POSSIBLE, CONFIDENCES };
enum severity { SEVERITY_FAULT, SEVERITY_WARNING, SEVERITY_NOTE, SEVERITIES };

/* Words of JSON and text alike, "false-alarm", "likely", "warning"; static. */
const char *verdict_name(enum verdict verdict);
const char *confidence_name(enum confidence confidence);
const char *severity_name(enum severity severity);
/* Hung, stalled or dead: exit status 2. */
bool verdict_is_bad(enum verdict verdict);

/* Of what a remedy sets, by what is known of the device. */
enum remedy_state { REMEDY_UNKNOWN, REMEDY_TO_DO, REMEDY_SO, REMEDY_NOT_HERE };

/* What can be done, out of remedies/. Texts are owned by the diagnoses; NULL where there is nothing to say. */
struct remedy {
	const char *id;
	const char *command; /* to be typed; NULL: no command, `why` says it all */
	const char *trial;   /* the same for a while, to be typed first */
	const char *fix; /* "nicregs fix eno1 offloads-off", which does it; NULL: nothing to set, or no nicregs there */
	const char *settings; /* that it sets: "tso=off gso=off" */
	const char *why;
	const char *lasts;  /* whether it lasts over a reboot; a sentence */
	const char **keeps; /* ways to make it last, one for each kind of system */
	size_t n_keeps, cap_keeps;
	int rank; /* higher: more evidence for this part */
	/* Public reports that name it, and of these those that say that it worked or failed. */
	int named, worked, failed;
	bool of_others;          /* the reports are all of other drivers' chips */
	bool recovers;           /* gets the port back, and does not prevent the next time */
	bool unproven;           /* often advised, without one report that it worked: shown, not recommended */
	enum remedy_state state; /* of a fix */
	const char *detail; /* settings that are otherwise, "mtu=9000", or why it is nothing for this device; or NULL */
	bool is_last;       /* behind all others of its kind here */
	const char **sources; /* where the reports and the facts can be read */
	size_t n_sources;
};

/* All texts are owned by the diagnoses; those made of log or snapshot text need escaping. */
struct finding {
	const char *id;
	enum severity severity;
	enum confidence confidence;
	const char *summary;   /* a sentence or a few */
	bool excludes;         /* it says what cannot help, or has helped nobody */
	const char **evidence; /* "STATUS.TXOFF = 1", "log line 12: ..." */
	size_t n_evidence, cap_evidence;
	struct remedy *remedies; /* what gets the port back first, then best first */
	size_t n_remedies, cap_remedies;
	const char *advised; /* private: ids of remedies that may fit, by the rule */
	const char **wanted; /* and by what it found */
	size_t n_wanted, cap_wanted;
	const char **sources;
	size_t n_sources, cap_sources;
};

struct arena;
struct advice_table;

/* A transmit ring that a finding is about, by the driver's side. */
struct told_ring {
	uint32_t queue; /* of the hardware */
	enum ring_state state;
};

/* One device. */
struct diagnosis {
	const char *address, *netdev, *chip, *driver; /* NULL: not known */
	const char *title;                            /* what to call it: "eno1 (0000:00:19.0), 82579LM" */
	const char *driver_version, *kernel;          /* NULL: not known */
	const char *word;                             /* as nicregs takes it, safe to be typed to a shell */
	bool has_nicregs;                             /* it runs under a system for which nicregs is */
	const struct chip *part;                      /* NULL: not known; of the db */
	bool part_sure;                               /* else the part stands in for its family */
	enum verdict verdict;
	enum confidence confidence;
	const char *reason;        /* why this verdict, a sentence or two */
	const char *summary;       /* the same without the times, which are in since and until */
	const char *brief;         /* a few words instead, for a device without trouble; NULL: none */
	int link_up;               /* 1, 0; -1: not known by the latest sample, or there is none */
	bool recovered;            /* hung or stalled, and seen working again after that */
	bool earlier_boot;         /* it was in a boot that another one followed */
	const char *since, *until; /* when that was, the last time; NULL: not known */
	const char *first;         /* when it was for the first time; NULL: that is `since` */
	const char *lost;        /* how the port is lost since then, for another reason: "link down"; NULL: it is not */
	const char *lost_reason; /* a sentence */
	struct finding *findings; /* worst first */
	size_t n_findings, cap_findings;
	const struct remedy **plan; /* the remedies of all findings in order, each once */
	size_t n_plan, cap_plan;
	bool stronger; /* behind the first of them that gets the port back there are others that it does not take itself */
	struct told_ring *rings;
	size_t n_rings, cap_rings;
	struct remedy *fixes; /* all that set something, found to be needed or not; none unless they are asked for */
	size_t n_fixes, cap_fixes;
	const char **surer; /* what would make it surer: sentences */
	size_t n_surer, cap_surer;
	const struct snapshot *latest; /* NULL: from the log alone */
	const struct klog_device *log; /* NULL: nothing in the log */
	struct facts *facts;           /* by output pasted beside the log; NULL: none; owned */
	size_t log_index;              /* of log, for logbook_each() */
	struct arena *arena;           /* private; that of all diagnoses */
};

struct diagnoses {
	struct diagnosis *v; /* owned, with all in it */
	size_t n;
	struct arena *arena;         /* private: their texts, findings and remedies; owned */
	struct advice_table *advice; /* private: what their remedies' texts are in; owned; NULL: kept by the input */
};

/* What judging the same snapshots again need not read again: the remedies, and the order of the registers. */
struct diagnose_kept;
/* An empty one; caller frees it with diagnose_kept_free(). */
struct diagnose_kept *diagnose_kept_new(void);
void diagnose_kept_free(struct diagnose_kept *k);
/* Before snapshots that were judged with it are freed: what is kept of them goes, the remedies stay. */
void diagnose_kept_forget(struct diagnose_kept *k);

/* Whether a device of a log can be a part: not where its driver is of other chips, by its name or by the form of its hang reports,
 * nor at the chipset's own NIC's place if it is another. */
enum fits { FITS, FITS_NO_DRIVER, FITS_NO_HANG, FITS_NO_PLACE };
enum fits diagnose_fits(const struct klog_device *d, const struct chip *chip);

struct diagnose_input {
	struct chipdb *db;
	const struct snapshots *samples; /* of any devices, oldest first for each; NULL: none */
	const struct klog *klog;         /* after klog_end() or klog_idle(); NULL: no log */
	const struct logbook *logbook;   /* with the reports of klog; NULL: no log */
	const struct chip *named;        /* what devices are that neither samples nor the log name; NULL: not known */
	bool watched_now;                /* the samples are of this moment and the log is history: the samples decide */
	bool only_logged;                /* leave out devices of which the log has nothing */
	bool only_sampled;               /* leave out devices of which there is no sample */
	bool worst_first;                /* those with a bad verdict first, whatever else there is */
	bool with_fixes;                 /* fill in diagnosis.fixes */
	bool verdict_only;               /* no remedies */
	struct diagnose_kept
		*kept; /* of other calls, whose snapshots still live; it outlives the diagnoses; NULL: there are none */
};

/* Every device of the samples and of the log, in that order; of the log alone, those with a bad verdict first. -errno with
 * *e for a definition or a text of remedies/ that cannot be read; *out is empty then. */
int diagnose(const struct diagnose_input *input, struct diagnoses *out, struct err *e);

/* Whether a remedy that sets something has this id, or begins so with three characters at least. */
bool diagnose_has_fix(const char *beginning);
void diagnoses_free(struct diagnoses *d);

/* Whether these samples of now alone say that a device is hung or stalled, by what waits in its queues or by the bytes in
 * flight; `kept` may be NULL. Heads that went round a whole number of times look as if they stood: sample again, in no step with those before. */
bool diagnose_seems_stuck(struct chipdb *db, const struct snapshots *samples, struct diagnose_kept *kept);

/* What is known of where a kernel crashed, by a report of KLOG_CRASH; static; NULL: nothing. */
const char *diagnose_crash(const struct klog_report *r);

/* The verdict of one look at a device, for lists: as diagnose() with one sample and no log, and its errors;
 * *verdict is unknown then. */
int diagnose_glance(struct chipdb *db, const struct snapshot *s, enum verdict *verdict, struct err *e);

#endif
