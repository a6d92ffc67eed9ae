// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/host.h"
#include "host/privilege.h"
#include "paste/paste.h"
#include "snapshot/config.h"
#include "util/alloc.h"
#include "util/text.h"
#include "view/style.h"

int cmd_fail(const struct err *e, int code)
{
	AUTO_FREE char *what = xasprintf("%s%s%s", e->what, e->why[0] ? ": " : "", e->why);
	const struct view v = cmd_view_stderr();
	AUTO_BUF struct buf out = { 0 };

	style_line(&v, "nicregs: ", what, &out);
	if (e->todo[0])
		style_line(&v, "  ", e->todo, &out);
	fflush(stdout);
	fputs(buf_str(&out), stderr);
	return code == -EACCES || code == -EPERM ? STATUS_PERMISSION : STATUS_USAGE;
}

int cmd_refuse(const char *what, const char *why, const char *todo)
{
	struct err e = { 0 };
	int r = err_set(&e, EINVAL, what, "%s", why);

	if (todo)
		err_todo(&e, "%s", todo);
	return cmd_fail(&e, r);
}

int cmd_change_status(int code, bool undone)
{
	switch (code) {
	case 0:
		return STATUS_OK;
	case -EACCES:
	case -EPERM:
		return STATUS_PERMISSION;
	case -EIO:
	case -EBUSY:
	case -EINTR:
	case -ENODEV:
	case -ETIMEDOUT:
		return STATUS_NOT_TAKEN;
	default:
		return undone ? STATUS_NOT_TAKEN : STATUS_USAGE;
	}
}

int cmd_bad_value(const char *option, const char *value, const char *what)
{
	struct err e = { 0 };
	int r = err_set(&e, EINVAL, option, "%s is not %s", value, what);

	return cmd_fail(&e, r);
}

int cmd_interval(const struct options *o, double least, double most, int64_t *ns)
{
	char *end, range[64];
	double seconds;

	if (!o->interval)
		return 0;
	seconds = strtod(o->interval, &end);
	if (end == o->interval || (*end && strcmp(end, "s") != 0) || !(seconds >= least && seconds <= most)) {
		snprintf(range, sizeof(range), "a time from %g to %g seconds", least, most);
		return cmd_bad_value("--interval", o->interval, range);
	}
	*ns = (int64_t)(seconds * 1e9);
	return 0;
}

uint64_t cmd_needs_devices(const struct options *o, int n)
{
	(void)n;
	return o->n_from || o->demo ? PRIVILEGE_NONE : PRIVILEGE_OPEN;
}

uint64_t cmd_needs_files(const struct options *o, int n)
{
	(void)o;
	return n ? PRIVILEGE_READ : PRIVILEGE_NONE;
}

int cmd_keep(uint64_t kept)
{
	struct err e = { 0 };
	int r = privilege_keep(kept, &e);

	return r ? cmd_fail(&e, r) : 0;
}

int cmd_chipdb(const struct options *o, struct chipdb **db)
{
	const struct chip *chip;
	struct err e = { 0 };
	int r = chipdb_open(db, o->chipdefs, &e);

	if (!r && o->chip) { /* whether the file needs it or not */
		r = source_chip(*db, o->chip, &chip, &e);
		if (!r)
			cmd_say_shared_name(*db, o->chip, chip, "the one whose name has no number");
	}
	return r ? cmd_fail(&e, r) : 0;
}

void cmd_say_shared_name(struct chipdb *db, const char *name, const struct chip *taken, const char *why)
{
	AUTO_FREE const char **names = NULL;
	AUTO_FREE char *word = shell_path(name);
	size_t n = chipdb_called(db, name, &names);
	struct err e = { 0 };

	if (n < 2)
		return;
	err_set(&e, EINVAL, name, "the name of %zu chips, taken for %s, %s", n, taken->name, why);
	err_todo(
		&e,
		"for another one give its PCI ID, or its name with the number: lspci -nn prints both; 'nicregs chips %s' lists them",
		word);
	cmd_fail(&e, -EINVAL);
}

static void trace_load(const struct chip_ref *ref, uint32_t offset, void *arg)
{
	AUTO_BUF struct buf line = { 0 };

	(void)arg;
	buf_puts(&line, "nicregs: load ");
	chip_ref_name(ref, &line);
	fprintf(stderr, "%s 0x%05x\n", buf_str(&line), offset);
}

struct source_options cmd_source_options(const struct options *o, const char *device)
{
	return (struct source_options){
		.device = device,
		.chip = o->chip,
		.rung = o->rung,
		.regs = o->reg,
		.wake = o->wake,
		.side_effects = o->side_effects,
		.trace = o->trace ? trace_load : NULL,
	};
}

/* Of several files, one that does not have DEVICE does not hide the others. */
static bool may_lack(const struct options *o, const struct source_options *so, int r)
{
	return so->device && o->n_from > 1 && (r == -ENODEV || r == -ENOTSUP);
}

static int stdin_once(const struct options *o, struct err *e)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n_from; i++)
		n += !strcmp(o->from[i], "-");
	if (n < 2)
		return 0;
	err_set(e, EINVAL, "--from -", "standard input can be read only once");
	err_todo(e, "save that input to files, and name the files");
	return -EINVAL;
}

void cmd_say_partial(const char *what, const struct snapshots *list)
{
	AUTO_FREE char *path = shell_path(what);
	struct err e = { 0 };

	if (!list->partial)
		return;
	err_set(&e, EIO, what, "a part of it could not be read, and is left out");
	err_todo(&e, "the notes of nicregs show --from %s say which", path);
	cmd_fail(&e, -EIO);
}

/* What definitions of parts, else pci.ids, call a part without registers of its own, where the file does not say it. A machine
 * without pci.ids goes without. */
static void name_undefined(struct chipdb *db, struct snapshots *list)
{
	struct host *host = NULL;

	for (size_t i = 0; i < list->n; i++) {
		struct snapshot *s = list->v[i];
		const struct pci_function *self = snapshot_self(s);
		const struct chip *known;
		const char *own = NULL;
		char name[256];
		uint32_t id;

		if (s->chip || s->chip_name || !self || !config_get(self, 0, 4, &id))
			continue;
		if (!snapshot_known(db, s, &known, &own, NULL) && known) {
			s->chip_name = xstrdup(own ? own : known->name);
			continue;
		}
		if (!host)
			host = host_open_names();
		if (host_part_name(host, (uint16_t)id, (uint16_t)(id >> 16), name, sizeof(name)))
			s->chip_name = paste_part_number(name);
	}
	host_close(host);
}

/* What could not be read of several files. */
struct unread_sources {
	struct err *errors; /* owned */
	int *codes;         /* owned */
	size_t n;
};

static void read_one(const struct options *o, struct chipdb *db, const struct source_options *so, const char *path,
		     struct snapshots *list, struct unread_sources *unread)
{
	struct err *e = &unread->errors[unread->n];
	bool partial = list->partial;
	int r;

	list->partial = false;
	r = source_file(db, so, path, list, e);
	if (!r || may_lack(o, so, r)) {
		*e = (struct err){ 0 };
		cmd_say_partial(path, list);
	} else {
		unread->codes[unread->n++] = r;
	}
	list->partial |= partial;
}

/* One that cannot be read does not hide the others. */
static int read_all(const struct options *o, struct chipdb *db, const struct source_options *so, struct snapshots *list,
		    struct err *e)
{
	struct unread_sources unread = { xcalloc(o->n_from, sizeof(*unread.errors)), xcalloc(o->n_from, sizeof(int)),
					 0 };
	int r = 0;

	for (size_t i = 0; i < o->n_from; i++)
		read_one(o, db, so, o->from[i], list, &unread);
	if (unread.n && !list->n) {
		*e = unread.errors[0];
		r = unread.codes[0];
	}
	for (size_t i = 0; i < unread.n && !r; i++)
		cmd_fail(&unread.errors[i], unread.codes[i]);
	list->partial |= unread.n && !r;
	free(unread.errors);
	free(unread.codes);
	return r;
}

/* The chip of a device, or what else it is called; NULL: nobody knows. */
static const char *called(const struct snapshot *s)
{
	return s->chip_name ? s->chip_name : s->chip;
}

/* --chip is for files that do not name the chip: of one that names another it is not used, and that is said. */
static void say_other_chip(const struct options *o, struct chipdb *db, const struct snapshots *list)
{
	const struct chip *chip = cmd_named_chip(o, db);
	const char *other = NULL, *driver = NULL;

	for (size_t i = 0; i < list->n && chip; i++) {
		const struct snapshot *s = list->v[i];

		if (s->chip && (!strcmp(s->chip, chip->name) || chip_name_is(called(s), o->chip)))
			return;
		other = other ? other : called(s);
		driver = driver ? driver : s->facts.driver;
	}
	if (chip)
		cmd_say_other_chip(o,
				   o->n_from == 1 ? o->from[0]
				   : o->n_from    ? "each file"
						  : "the recording",
				   other, driver);
}

static int from_files(const struct options *o, struct chipdb *db, const struct source_options *so,
		      struct snapshots *list, struct err *e)
{
	int r = stdin_once(o, e);

	if (!r)
		r = read_all(o, db, so, list, e);
	if (!r && !list->n) {
		r = err_set(e, ENODEV, so->device ? so->device : o->from[0],
			    so->device ? "in none of the files" : "no supported Intel NIC in it");
		err_todo(
			e,
			"nicregs list --from FILE lists the devices in a file; nicregs chips lists the supported chips");
	}
	if (!r)
		name_undefined(db, list);
	return r;
}

const struct chip *cmd_named_chip(const struct options *o, struct chipdb *db)
{
	const struct chip *chip;

	return o->chip && !source_chip(db, o->chip, &chip, NULL) ? chip : NULL;
}

static void fail_unused_chip(struct err *e)
{
	err_todo(e, "--chip is for dumps and logs that do not name the chip; leave it out here");
	cmd_fail(e, -EINVAL);
}

void cmd_say_unused_chip(const struct options *o, const char *what, const char *why)
{
	struct err e = { 0 };

	err_set(&e, EINVAL, "--chip", "%s is not used: %s %s", o->chip, what, why);
	fail_unused_chip(&e);
}

void cmd_say_other_chip(const struct options *o, const char *what, const char *chip, const char *driver)
{
	struct err e = { 0 };

	if (chip)
		err_set(&e, EINVAL, "--chip", "%s is not used: %s names the chip, %s", o->chip, what, chip);
	else if (driver)
		err_set(&e, EINVAL, "--chip", "%s is not used: %s names the driver %s, which is of other chips",
			o->chip, what, driver);
	else
		err_set(&e, EINVAL, "--chip", "%s is not used: no device in %s needs it", o->chip, what);
	fail_unused_chip(&e);
}

int cmd_read_sources(const struct options *o, struct chipdb *db, const struct source_options *so,
		     struct snapshots *list, struct err *e)
{
	int r;

	if (o->n_from && o->demo)
		r = err_set(e, EINVAL, "--demo", "cannot be used together with --from");
	else if (o->n_from)
		r = from_files(o, db, so, list, e);
	else if (o->demo)
		r = source_demo(db, so, list, e);
	else
		r = source_live(db, so, list, e);
	if (!r && (o->n_from || o->demo))
		say_other_chip(o, db, list);
	return r && !o->n_from && !o->demo && cmd_has_none(db, so, r) ? 0 : r;
}

int cmd_sources(const struct options *o, struct chipdb *db, const struct source_options *so, struct snapshots *list)
{
	struct err e = { 0 };
	int r = cmd_read_sources(o, db, so, list, &e);

	return r ? cmd_fail(&e, r) : 0;
}

bool cmd_has_none(struct chipdb *db, const struct source_options *so, int r)
{
	AUTO_FREE struct pci_addr *list = NULL;
	size_t n;

	if (so->device || (r != -ENODEV && r != -ENOENT) || access("/sys/bus", F_OK))
		return false;
	return host_find(db, NULL, &list, &n, NULL) == -ENODEV;
}

int cmd_none(void)
{
	const struct view v = cmd_view_help();
	AUTO_BUF struct buf out = { 0 };

	style_paragraph(&v, 0, STYLE_PLAIN,
			"No Intel NIC found on this machine. (nicregs --demo show shows a recorded one.)", &out);
	return cmd_output(&out, STATUS_OK);
}

static bool is_live(const struct snapshot *s)
{
	return s->origin == ORIGIN_LIVE && !s->file;
}

static bool is_identified(const struct snapshot *s)
{
	const struct pci_function *self = snapshot_self(s);
	uint32_t id;

	return self && !self->unread && config_get(self, 0, 4, &id) && id != UINT32_MAX;
}

static bool incomplete(const struct snapshot *s)
{
	if (!is_live(s))
		return false;
	if (!is_identified(s))
		return true;
	for (size_t i = 0; i < s->n_regs; i++) {
		switch ((enum unread)s->regs[i].unread) {
		case UNREAD_NEEDS_ROOT:
		case UNREAD_REFUSED:
		case UNREAD_ASLEEP:
		case UNREAD_DECODING_OFF:
		case UNREAD_GONE:
		case UNREAD_NOT_IN_DUMP:
		case UNREAD_ERROR:
			return true;
		default:
			break;
		}
	}
	return false;
}

int cmd_completeness(const struct snapshots *list)
{
	if (list->partial)
		return STATUS_PARTIAL;
	for (size_t i = 0; i < list->n; i++)
		if (incomplete(list->v[i]))
			return STATUS_PARTIAL;
	return STATUS_OK;
}

int cmd_identified(const struct snapshots *list)
{
	if (list->partial)
		return STATUS_PARTIAL;
	for (size_t i = 0; i < list->n; i++)
		if (is_live(list->v[i]) && !is_identified(list->v[i]))
			return STATUS_PARTIAL;
	return STATUS_OK;
}

int cmd_over_snapshots(const struct options *o, const struct source_options *so, cmd_render *render)
{
	struct source_options once = *so;
	AUTO_BUF struct buf out = { 0 };
	struct snapshots list = { 0 };
	struct chipdb *db = NULL;
	int status = cmd_chipdb(o, &db);

	once.once = true;
	if (!status)
		status = cmd_sources(o, db, &once, &list);
	if (!status)
		status = cmd_keep(so->writes_files ? PRIVILEGE_WRITE : PRIVILEGE_NONE);
	if (!status)
		status = render(o, db, &list, &out);
	if (!status)
		status = cmd_page(o, &out, cmd_completeness(&list));
	snapshots_free(&list);
	chipdb_free(db);
	return status;
}

unsigned cmd_kill_after(void)
{
	const char *text = getenv("NICREGS_TEST_KILL_AFTER");
	uint64_t n = 0;

	return text && text_u64(text, &n) && n < 1000 ? (unsigned)n : 0;
}
