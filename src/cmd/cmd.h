/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every verb uses: its entry in the table, its sources, its errors, its output. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "chip/db.h"
#include "cmd/options.h"
#include "snapshot/snapshot.h"
#include "source/source.h"
#include "util/buf.h"
#include "util/err.h"
#include "view/view.h"

struct diagnose_kept;

/* Exit status, as in nicregs(8). */
enum status {
	STATUS_OK = 0,
	STATUS_USAGE = 1, /* usage or input error */
	STATUS_HUNG = 2,
	STATUS_PARTIAL = 3, /* some devices could not be read; the rest were */
	STATUS_PERMISSION = 4,
	STATUS_NOT_TAKEN = 5, /* the change did not take */
};

struct cmd {
	const char *name, *args, *summary;
	const char *accepts;             /* names of the options it takes besides the global ones */
	const struct option_help *helps; /* its own words for options, up to one without a name; or NULL */
	const char *details;             /* paragraphs for --help, or NULL */
	const char *examples;            /* indented lines for --help, or NULL */
	/* Appends what else --help says; or NULL. */
	void (*more)(const struct view *v, struct buf *out);
	int min_args, max_args;
	/* What it goes on needing of capabilities (host/privilege.h) before it reads anything; NULL: nothing. */
	uint64_t (*needs)(const struct options *o, int n);
	/* args are those after the verb, between min_args and max_args of them. Returns an enum status. */
	int (*run)(const struct options *o, char **args, int n);
};

extern const struct cmd cmd_list, cmd_show, cmd_diagnose, cmd_log, cmd_snapshot, cmd_report, cmd_diff, cmd_watch;
extern const struct cmd cmd_fix, cmd_metrics;
extern const struct cmd cmd_aspm, cmd_monitor, cmd_chips, cmd_decode, cmd_lint;
extern const struct cmd cmd_recover, cmd_write;

/* Prints "nicregs: WHAT: WHY" and what to do; returns the status for -errno `code`. */
int cmd_fail(const struct err *e, int code);

/* The same for what cannot be asked for: WHAT, WHY, and what to do, which may be NULL; returns STATUS_USAGE. */
int cmd_refuse(const char *what, const char *why, const char *todo);

/* The status of a change that ended with -errno `code`; `undone`: and nothing is changed, or it could not be undone. */
int cmd_change_status(int code, bool undone);

/* Prints "nicregs: OPTION: VALUE is not WHAT"; returns STATUS_USAGE. */
int cmd_bad_value(const char *option, const char *value, const char *what);

/* --interval in *ns, which stays as it is if it was not given. Prints and returns a status for what is no number of
 * seconds from `least` to `most`. */
int cmd_interval(const struct options *o, double least, double most, int64_t *ns);

/* Opens the definitions as the options say; caller frees *db with chipdb_free(). On failure prints and returns a status; else 0. */
int cmd_chipdb(const struct options *o, struct chipdb **db);
/* Says on stderr that several chips have this name, which of them is taken, and why; nothing if one alone has it. */
void cmd_say_shared_name(struct chipdb *db, const char *name, const struct chip *taken, const char *why);
/* The one that --chip names, owned by db; NULL: there is no --chip. */
const struct chip *cmd_named_chip(const struct options *o, struct chipdb *db);
/* Says on stderr that --chip is not used: a file, and the rest of the sentence: "names another". */
void cmd_say_unused_chip(const struct options *o, const char *what, const char *why);
/* Says on stderr that --chip is not used, as a file names the chip itself, or a driver of other chips; NULL: neither. */
void cmd_say_other_chip(const struct options *o, const char *what, const char *chip, const char *driver);

/* What the options mean for a source. Its texts are owned by the options, or are `device`. */
struct source_options cmd_source_options(const struct options *o, const char *device);

/* For struct cmd: of a verb that reads this machine's devices, unless --from or --demo takes their place. */
uint64_t cmd_needs_devices(const struct options *o, int n);
/* For struct cmd: of a verb whose arguments are files. */
uint64_t cmd_needs_files(const struct options *o, int n);
/* Gives up all capabilities but `kept`. On failure prints and returns a status; else 0. */
int cmd_keep(uint64_t kept);

/* Snapshots from --from files, --demo, or this machine, which may have no Intel NIC: none. On failure prints and returns a
 * status. */
int cmd_sources(const struct options *o, struct chipdb *db, const struct source_options *so, struct snapshots *list);
/* The same without printing: -errno with *e filled. */
int cmd_read_sources(const struct options *o, struct chipdb *db, const struct source_options *so,
		     struct snapshots *list, struct err *e);

/* What a verb makes of the snapshots: appends to out, or prints an error and returns a status. */
typedef int cmd_render(const struct options *o, struct chipdb *db, const struct snapshots *list, struct buf *out);

/* The way of a verb that reads snapshots: definitions, sources, render, output, exit status. */
int cmd_over_snapshots(const struct options *o, const struct source_options *so, cmd_render *render);

/* STATUS_PARTIAL if a live device's registers or configuration, or a snapshot of an incident, could not be read, else
 * STATUS_OK. */
int cmd_completeness(const struct snapshots *list);
/* The same by configuration space alone. */
int cmd_identified(const struct snapshots *list);

/* Says on stderr that something in a folder could not be read, if so. */
void cmd_say_partial(const char *what, const struct snapshots *list);

/* Whether an error of this machine's source, without a DEVICE, means only that it has no Intel NIC. */
bool cmd_has_none(struct chipdb *db, const struct source_options *so, int r);

/* Says so; returns the status. */
int cmd_none(void);

struct aspm_request;

/* As the verb aspm changes the links of a device; `quiet`: nothing but errors is printed. Returns a status. */
int cmd_aspm_change(const struct options *o, const char *device, const struct aspm_request *request, bool quiet);

/* Tests kill the program after each of its writes in turn: after which one; 0: never. */
unsigned cmd_kill_after(void);

struct sampling {
	int64_t interval_ns; /* from one sample to the next */
	uint64_t count;      /* samples */
};

/* Samples of this machine; the ways to the registers stay open in between, and what seems stuck is sampled again; `kept` may be NULL. Empty
 * without any Intel NIC. -errno with *e on failure. */
int cmd_read_samples(struct chipdb *db, const struct source_options *so, const struct sampling *p,
		     struct snapshots *list, struct diagnose_kept *kept, struct err *e);
/* The same; on failure prints and returns a status. */
int cmd_samples(struct chipdb *db, const struct source_options *so, const struct sampling *p, struct snapshots *list,
		struct diagnose_kept *kept);

/* --interval and --count. Prints and returns a status. */
int cmd_sampling(const struct options *o, struct sampling *p);

/* Writes it all to stdout, then returns `status`, or prints and returns STATUS_USAGE if that failed. */
int cmd_output(const struct buf *out, int status);

/* Before anything is read, as nobody waits for a file that cannot be kept: -EEXIST if --output names one that is there and
 * --force does not say to replace it. */
int cmd_check_output(const struct options *o, struct err *e);
/* Writes it all to --output, whole or not at all; `out` is empty afterwards. 0, or -errno with *e. */
int cmd_write_output(const struct options *o, struct buf *out, struct err *e);

/*
 * As cmd_output(), but through $PAGER, else less, if stdout is a terminal and the text is longer than that or --verbose asked
 * for all of it; never with --json or --no-pager. The pager is started without a shell and has no capabilities. Whoever is root
 * by sudo and its like gets less in its secure mode alone: from others a shell could be had. Without a pager it is printed.
 */
int cmd_page(const struct options *o, const struct buf *out, int status);

/* How far a log has been read, on stderr if that is a terminal, for those that take longer than a second. */
struct progress {
	const char *name;
	int64_t begun, drawn; /* ns; drawn: last, 0: not yet */
	bool shown;           /* stderr is a terminal */
	unsigned width;       /* of what stands there now, in columns */
};

/* `name` of what is read is kept by reference. */
struct progress progress_begin(const char *name);
/* `done` bytes of `size` (0: not known), and so many reports so far. Draws at most five times a second. */
void progress_say(struct progress *p, uint64_t done, uint64_t size, uint64_t reports);
/* Takes it away. */
void progress_end(struct progress *p);

/* How stdout wants its text: width, colour. */
struct view cmd_view(const struct options *o);
/* With the columns that help takes at most; and how stderr wants it. */
struct view cmd_view_help(void);
struct view cmd_view_stderr(void);

/* help.c: what --help, help and version print, and the advice for a word that is no command. */

/* Appends "LEFT   words", the words wrapped from column `column` on; on a line of their own where LEFT is too long. */
void help_row(const char *left, size_t column, const char *words, struct buf *out);
/* The commands and the global options. */
void help_overview(const struct cmd *const *verbs, size_t n, struct buf *out);
/* One command. */
void help_verb(const struct cmd *cmd, struct buf *out);
void help_version(struct buf *out);
/* The same for programs: {"schema":1,"version":...}, and {"schema":1,"commands":[...],"options":[...]} of n commands. */
void help_version_json(struct buf *out);
void help_json(const struct cmd *const *verbs, size_t n, struct buf *out);
/* Prints that there is no such command, and which one was meant; returns STATUS_USAGE. */
int help_unknown(const struct options *o, const struct cmd *const *verbs, size_t n, const char *word);

#endif
