// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <linux/pci_regs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "access/access.h"
#include "change/lock.h"
#include "change/told.h"
#include "cmd/write_words.h"
#include "host/host.h"
#include "host/power.h"
#include "util/alloc.h"
#include "util/jsonw.h"
#include "view/style.h"
#include "view/write.h"

struct job {
	const struct options *o;
	struct chipdb *db;
	struct snapshots list;
	struct access_target target;
	struct host *host;
	struct wake wake;
	struct write_words w;
	int lock;
};

/* ---- the device ---- */

static int read_device(struct job *j, const char *device)
{
	struct source_options so = cmd_source_options(j->o, device);
	struct err e = { 0 };
	const struct snapshot *s;
	int status;

	so.no_regs = true;
	status = cmd_sources(j->o, j->db, &so, &j->list);
	if (status)
		return status;
	if (j->list.n != 1 || !snapshot_self(j->list.v[0]))
		return cmd_refuse(device, j->list.n ? "it means several devices" : "no such device", "nicregs list");
	s = j->list.v[0];
	if (!s->chip || chipdb_find(j->db, s->chip, &j->w.chip, &e))
		return cmd_refuse(device, "its chip has no definition", "nicregs chips lists the supported chips");
	j->target = (struct access_target){ .addr = snapshot_self(s)->addr,
					    .driver = s->facts.driver,
					    .bar = j->w.chip->bar,
					    .size = j->w.chip->bar_size,
					    .forced = true };
	pci_addr_str(&j->target.addr, j->w.address);
	return 0;
}

/* Awake, on the bus, with memory decoding on: by --wake for the time of the write. */
static int make_ready(struct job *j)
{
	uint32_t id = 0;
	struct err e = { 0 };
	int r = host_open(&j->host, &e);

	wake_init(&j->wake, j->host, &j->target.addr);
	if (!r)
		r = host_config_get(j->host, &j->target.addr, PCI_VENDOR_ID, 4, &id, &e);
	if (!r && id == UINT32_MAX)
		r = err_set(&e, ENODEV, j->w.address, "the device does not answer");
	if (r)
		return cmd_fail(&e, r);
	j->w.id = id;
	if (host_asleep(&j->target.addr))
		return cmd_refuse(j->w.address, "the device is asleep", "wake it first: echo on > its power/control");
	if (!host_decoding_off(j->host, &j->target.addr))
		return 0;
	if (!j->o->wake)
		return cmd_refuse(j->w.address, "memory decoding is off, as after a driver was unbound",
				  "--wake switches it on for the time of the write");
	r = wake_decoding(&j->wake, &e);
	return r ? cmd_fail(&e, r) : 0;
}

static int check(const struct job *j)
{
	for (size_t i = 0; i < j->w.n; i++) {
		AUTO_BUF struct buf name = { 0 };
		const char *why;
		enum access_write gate =
			access_write_gate(j->w.chip, &j->w.words[i].ref, j->target.driver != NULL, &why);

		if (gate == ACCESS_WRITE_NEVER)
			return cmd_refuse(write_word_name(&j->w.words[i], &name), why,
					  "nicregs does not write it, --force or not");
		if (gate == ACCESS_WRITE_FORCED && !j->o->force)
			return cmd_refuse(write_word_name(&j->w.words[i], &name), why,
					  j->o->undo ? "nothing is put back; --undo --force puts it back anyway"
						     : "--force writes it anyway");
	}
	return 0;
}

static int read_words(struct job *j)
{
	struct err e = { 0 };

	for (size_t i = 0; i < j->w.n; i++) {
		struct write_word *w = &j->w.words[i];
		int r = access_mmap_word(&j->target, w->ref.offset, NULL, &w->before, &e);

		if (r)
			return cmd_fail(&e, r);
		w->after = w->before;
		if (!j->o->undo)
			w->was = w->before;
	}
	return 0;
}

static const struct chip_field *field_at(const struct write_word *w, uint32_t bits)
{
	for (size_t i = 0; i < w->ref.reg->n_fields; i++)
		if (chip_field_mask(&w->ref.reg->fields[i]) & bits)
			return &w->ref.reg->fields[i];
	return NULL;
}

/* A reset that is hidden in a number is not meant, as a rule. What is set already does not begin again. */
static int check_triggers(const struct job *j)
{
	for (size_t i = 0; i < j->w.n && !j->o->undo; i++) {
		const struct write_word *w = &j->w.words[i];
		uint32_t bits = w->value & ~w->before & ~w->named & access_write_triggers(j->w.chip, &w->ref);
		const struct chip_field *f = bits ? field_at(w, bits) : NULL;
		AUTO_BUF struct buf name = { 0 };
		AUTO_FREE char *why = NULL, *todo = NULL;

		if (!bits)
			continue;
		why = xasprintf("the value sets %s (%s), which starts something at once", f ? f->name : "a bit",
				f ? f->title : "the built-in definition has it");
		todo = xasprintf("leave the bit 0; %s.%s=1 sets it, if that is meant", write_word_name(w, &name),
				 f ? f->name : "FIELD");
		return cmd_refuse(buf_str(&name), why, todo);
	}
	return 0;
}

/* ---- the record: "id 0xDDDDVVVV", then "was OFFSET VALUE" in the order of the writes ---- */

/* ---- writes ---- */

/* Logged before it is made. -errno with *e. */
static int put(struct job *j, struct write_word *w, uint32_t to, struct err *e)
{
	AUTO_BUF struct buf name = { 0 };
	AUTO_FREE char *line = xasprintf("%s: %s (0x%05x): 0x%08x -> 0x%08x", j->w.address, write_word_name(w, &name),
					 w->ref.offset, w->after, to);

	change_log("write", j->w.record.who, line);
	return access_mmap_word(&j->target, w->ref.offset, &to, &w->after, e);
}

static void again(const struct job *j, struct err *e)
{
	const char *force = j->o->force ? " --force" : "";

	if (j->o->undo)
		err_todo(e, "it stays on record; nicregs write %s --undo --yes%s tries it again", j->w.address, force);
	else
		err_todo(e, "nicregs write %s --undo --yes%s puts everything back", j->w.address, force);
}

/* An undo in reverse. */
static int apply(struct job *j)
{
	int worst = STATUS_OK;

	for (size_t i = 0; i < j->w.n; i++) {
		struct write_word *w = &j->w.words[j->o->undo ? j->w.n - 1 - i : i];
		AUTO_BUF struct buf name = { 0 };
		struct err e = { 0 };
		int r = put(j, w, (w->after & ~w->mask) | w->value, &e);

		w->failed = r != 0;
		if (!r && (w->after ^ w->value) & w->mask & ~w->named) {
			r = err_set(&e, EIO, write_word_name(w, &name), "it reads 0x%08x after the write", w->after);
			again(j, &e);
		}
		if (r) {
			cmd_fail(&e, r);
			worst = STATUS_NOT_TAKEN;
		}
	}
	return worst;
}

static void words_json(const struct job *j, struct buf *out)
{
	struct jsonw w;

	jsonw_document(&w, out);
	jsonw_str(&w, "address", j->w.address);
	jsonw_array(&w, "writes");
	for (size_t i = 0; i < j->w.n; i++) {
		AUTO_BUF struct buf name = { 0 };

		if (j->w.words[i].failed)
			continue;
		jsonw_object_inline(&w, NULL);
		jsonw_str(&w, "name", write_word_name(&j->w.words[i], &name));
		jsonw_u64(&w, "offset", j->w.words[i].ref.offset);
		jsonw_u64(&w, "before", j->w.words[i].before);
		jsonw_u64(&w, "after", j->w.words[i].after);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
}

/* What starts something at once, while somebody else works with the device. */
static void warn(const struct job *j, const struct write_word *w, struct buf *out)
{
	const struct view v = cmd_view(j->o);
	AUTO_FREE char *text = NULL;

	if (j->target.driver && w->value & ~w->before & access_write_triggers(j->w.chip, &w->ref))
		text = xasprintf(
			"A driver (%s) is bound and works with the device: it does not know of what this starts.",
			j->target.driver);
	if (text)
		style_paragraph(&v, 4, STYLE_UNUSUAL, text, out);
}

static int tell(const struct job *j, int status)
{
	AUTO_BUF struct buf out = { 0 };
	AUTO_BUF struct buf name = { 0 };

	if (j->o->json)
		words_json(j, &out);
	for (size_t i = 0; i < j->w.n && !j->o->json; i++) {
		const struct write_word *w = &j->w.words[i];

		if (w->failed)
			continue;
		buf_printf(&out, "%s  %s  0x%08x -> 0x%08x%s\n", j->w.address, write_word_name(w, &name), w->before,
			   w->after, w->before == w->after ? "  (as before)" : "");
		write_text_fields(w->ref.reg, w->before, w->after, w->value & w->named, &out);
		if (j->o->dry_run)
			warn(j, w, &out);
	}
	if (j->o->dry_run && !j->o->json)
		buf_puts(&out, "Nothing was written (--dry-run).\n");
	return cmd_output(&out, status);
}

/* What would be written. */
static int show_plan(struct job *j)
{
	for (size_t i = 0; i < j->w.n; i++)
		j->w.words[i].after = (j->w.words[i].before & ~j->w.words[i].mask) | j->w.words[i].value;
	return tell(j, STATUS_OK);
}

/* Reads the values before. False: nothing is written, for *status, or as only the plan is asked for. */
static bool may_write(struct job *j, int *status)
{
	if (!*status)
		*status = read_words(j);
	if (!*status)
		*status = check_triggers(j);
	if (*status)
		return false;
	if (j->o->yes && !j->o->dry_run)
		return true;
	*status = j->o->dry_run ? show_plan(j)
				: cmd_refuse(j->w.address, "a write changes the device at once",
					     "--yes does it, --dry-run shows it");
	return false;
}

static int write_words(struct job *j)
{
	struct write_words earlier;
	int status = check(j);

	if (!status)
		status = make_ready(j);
	if (!may_write(j, &status))
		return status;
	status = write_record_merge(&j->w, &earlier);
	if (!status)
		status = write_record_save(&j->w, &earlier);
	return status ? status : tell(j, apply(j));
}

/* The record goes when all is back. */
static int undo(struct job *j)
{
	struct err e = { 0 };
	int status = make_ready(j), r;

	if (status)
		return status;
	r = write_record_load(&j->w, &e);
	if (r == -ENOENT)
		return cmd_refuse(j->w.address, "nothing is on record that nicregs wrote to it since boot",
				  "nicregs write --help");
	if (r)
		return cmd_fail(&e, r);
	status = check(j);
	if (!may_write(j, &status))
		return status;
	status = apply(j);
	if (!status && change_record_remove(CHANGE_RUN_DIR, WRITE_RECORD, j->w.address, &e))
		status = cmd_fail(&e, -EIO);
	return tell(j, status);
}

static int begin(struct job *j)
{
	struct err e = { 0 };
	int r = change_begin("write", &j->lock, &e);

	return r ? cmd_fail(&e, r) : 0;
}

static int check_arguments(const struct options *o, char **args, int n)
{
	const char *example = o->undo ? "nicregs write eno1 --undo --yes, for instance"
				      : "nicregs write eno1 LEDCTL=0x07061302 --yes, for instance";

	if (o->n_from || o->demo)
		return cmd_refuse(
			o->demo ? "--demo" : "--from", "a recording cannot be written to",
			"nicregs decode reads a value; on the machine, nicregs write DEVICE REG=VALUE --dry-run shows "
			"what a write changes");
	if (!n && !o->undo)
		return cmd_refuse("write", "DEVICE and REG=VALUE are missing", example);
	if (!n || (strchr(args[0], '=') && !if_nametoindex(args[0])))
		return cmd_refuse("write", "DEVICE is missing", example);
	if (o->undo && n > 1)
		return cmd_refuse("--undo", "it puts back all that was written: it takes a DEVICE alone",
				  "nicregs write --help");
	if (!o->undo && n < 2)
		return cmd_refuse("write", "REG=VALUE is missing", example);
	return 0;
}

static int run(const struct options *o, char **args, int n)
{
	struct job j = { .o = o, .lock = -1 };
	struct snapshot *notes = snapshot_new(ORIGIN_LIVE);
	int status = check_arguments(o, args, n);

	if (!status)
		status = cmd_chipdb(o, &j.db);
	if (!status)
		status = read_device(&j, args[0]);
	for (int i = 1; i < n && !status; i++)
		status = write_words_take(&j.w, args[i]);
	if (!status && !o->dry_run) {
		change_hold_signals();
		status = begin(&j);
	}
	if (!status)
		status = o->undo ? undo(&j) : write_words(&j);
	if (j.host) {
		wake_undo(&j.wake, notes);
		host_close(j.host);
	}
	if (j.lock >= 0)
		close(j.lock);
	snapshot_free(notes);
	snapshots_free(&j.list);
	chipdb_free(j.db);
	return status;
}

static const struct option_help own_words[] = {
	{ "dry-run", NULL, "show the values before and after, and write nothing" },
	{ "force", NULL, "queues, MAC control and interrupts as well, and with a driver bound" },
	{ "yes", NULL, "write it, or put it back" },
	{ "undo", NULL, "put back what was written since boot, with --yes" },
	{ "wake", NULL, "switch memory decoding on for the time of the write" },
	{ 0 },
};

const struct cmd cmd_write = {
	.name = "write",
	.args = "DEVICE REG[.FIELD]=VALUE... | DEVICE --undo",
	.summary = "Write registers of a device, guarded, and put them back",
	.accepts = "yes dry-run undo force wake",
	.helps = own_words,
	.details = "For experiments on a device without a driver, or on a kernel that lets others map a bound\n"
		   "device's registers. Only registers that read as they are written (rw), and none of\n"
		   "firmware, management engine, PHY, power or bus, --force or not. The values before are on\n"
		   "record before the first write, and --undo puts them back. Each write is in the kernel log.\n"
		   "Nothing is written or put back without --yes.\n",
	.examples = "  nicregs write 01:00.0 LEDCTL=0x07061302 --dry-run --wake\n"
		    "  nicregs write 01:00.0 TIPG.IPGT=10 --yes --wake\n"
		    "  nicregs write 01:00.0 --undo --yes --wake\n",
	.min_args = 0,
	.max_args = 1 + WRITES_MOST,
	.needs = cmd_needs_devices,
	.run = run,
};
