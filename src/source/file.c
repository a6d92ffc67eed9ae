// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Snapshots out of a file, recognised by its content, or out of the recording that is embedded in the program; and which of them
 * DEVICE asks for.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "klog/reportfile.h"
#include "snapshot/called.h"
#include "snapshot/config.h"
#include "snapshot/file.h"
#include "source/internal.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/embedded.h"
#include "util/err.h"
#include "util/text.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf" /* which editors put before UTF-8 */

bool format_names(const char *device, const struct pci_addr *addr, uint16_t vendor, uint16_t id)
{
	struct pci_addr asked;
	uint16_t v, d;

	if (pci_addr_parse(device, &asked))
		return pci_addr_equal(&asked, addr);
	return pci_id_parse(device, &v, &d) && v == vendor && d == id;
}

static bool is_netdev(const char *netdevs, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = netdevs; p && *p; p += strspn(p, " ")) {
		size_t len = strcspn(p, " ");

		if (len == n && !memcmp(p, name, n))
			return true;
		p += len;
	}
	return false;
}

/* A chip by its own name, or by a name that one of its ids has. */
static bool is_chip(struct chipdb *db, const struct snapshot *s, const char *name)
{
	const struct chip *chip;
	const char *known = NULL;

	if (!s->chip)
		return (s->chip_name && chip_name_is(s->chip_name, name)) ||
		       (!snapshot_known(db, s, &chip, &known, NULL) && chip &&
			(chip_name_is(known, name) || !strcasecmp(name, chip->name)));
	if (!strcasecmp(name, s->chip) || (s->chip_name && chip_name_is(s->chip_name, name)))
		return true;
	return s->chip_name == NULL && !chipdb_find(db, name, &chip, NULL) && !strcasecmp(chip->name, s->chip);
}

bool source_matches(struct chipdb *db, const struct snapshot *s, const char *device)
{
	const struct pci_function *self = snapshot_self(s);
	uint32_t vendor, id;

	if (!device)
		return true;
	if (is_netdev(s->facts.netdev, device) || is_chip(db, s, device))
		return true;
	if (!self)
		return false;
	config_get(self, 0, 2, &vendor);
	config_get(self, 2, 2, &id);
	return format_names(device, &self->addr, (uint16_t)vendor, (uint16_t)id);
}

static bool is_snapshot(const char *head, size_t n)
{
	return snapshot_recognise(head, n);
}

static bool is_binary(const char *head, size_t n)
{
	return memchr(head, '\0', n) != NULL;
}

static bool is_text(const char *head, size_t n)
{
	return !is_binary(head, n);
}

int format_unknown(const char *file, struct err *e)
{
	AUTO_FREE char *path = shell_path(strcmp(file, "standard input") ? file : "-");

	err_set(e, EINVAL, file, "not a snapshot, lspci or ethtool dump");
	err_todo(
		e,
		"a kernel log: nicregs log %s; as a page: nicregs report --from %s --html FILE; beside a snapshot: --from SNAPSHOT --log %s; what can be read here: a file of `nicregs snapshot`, text of `lspci -xxxx`, the "
		"same bytes in a kernel log (pci=earlydump), and text of `ethtool -d INTERFACE` (any form; with --chip CHIP)",
		path, path, path);
	return -EINVAL;
}

static int try_one(const struct snapshot *last, const struct snapshots *like, void *arg)
{
	(void)like;
	called_try_snapshot(arg, last);
	return 0;
}

/* Of several samples of a device its last one tells what it is called. */
static int not_among(const struct snapshots *there, const char *device, const char *file, struct err *e)
{
	AUTO_FREE char *why = xasprintf("not in %s", file);
	AUTO_FREE char *path = shell_path(file);
	AUTO_FREE char *list = xasprintf("nicregs list --from %s", path);
	struct called called;
	int r;

	if (!device) {
		err_set(e, ENODEV, file, "no Intel NIC in it");
		err_todo(e, "nicregs chips lists the supported chips");
		return -ENODEV;
	}
	called_begin(&called, device);
	samples_each(there, try_one, &called);
	r = called_error(&called, why, list, e);
	called_free(&called);
	return r;
}

/* --chip is what a device is whose file does not name it. */
static int name_chip(const struct format_job *job, struct snapshot *s, struct err *e)
{
	const struct pci_function *self = snapshot_self(s);
	const struct chip *chip;
	uint32_t id;
	int r;

	if (!job->options->chip || s->chip || s->chip_name || (self && config_get(self, 0, 4, &id)))
		return 0;
	r = source_chip(job->db, job->options->chip, &chip, e);
	if (r || !source_may_be(job->db, chip, s->facts.driver))
		return r;
	s->chip = xstrdup(chip->name);
	s->chip_name = xstrdup(source_id_name(chip, job->options->chip));
	return 0;
}

int format_keep(struct format_job *job, struct snapshots *found, struct err *e)
{
	const char *device = job->options->device;
	struct snapshots there = { 0 };
	bool any = false;
	int r = 0;

	for (size_t i = 0; i < found->n && !r; i++)
		r = name_chip(job, found->v[i], e);
	if (r)
		return r;
	for (size_t i = 0; i < found->n; i++) {
		if (source_matches(job->db, found->v[i], device)) {
			snapshots_add(job->out, found->v[i]);
			any = true;
		} else {
			snapshots_add(&there, found->v[i]);
		}
	}
	found->n = 0;
	if (!any)
		r = not_among(&there, device, job->in->name, e);
	snapshots_free(&there);
	return r;
}

/* A part that another nicregs, or one with definitions of its user's own, knows. */
static int forget_undefined(struct chipdb *db, struct snapshot *s, struct err *e)
{
	const struct chip *chip;
	int r = s->chip ? chipdb_find(db, s->chip, &chip, e) : 0;

	if (r != -ENOENT)
		return r;
	snapshot_note(s, "The snapshot is from a %s, which has no definition here: its registers are not shown.",
		      s->chip);
	if (!s->chip_name)
		s->chip_name = s->chip;
	else
		free(s->chip);
	s->chip = NULL;
	return 0;
}

static int load_snapshots(struct format_job *job, const char *text, size_t n, struct err *e)
{
	struct snapshots found = { 0 };
	int r = snapshot_load(job->in->name, text, n, &found, e);

	for (size_t i = 0; i < found.n && !r; i++)
		r = forget_undefined(job->db, found.v[i], e);
	if (!r)
		r = format_keep(job, &found, e);
	snapshots_free(&found);
	return r;
}

static int read_snapshot(struct format_job *job, struct err *e)
{
	AUTO_BUF struct buf text = { 0 };
	int r = input_rest(job->in, SNAPSHOT_MOST, &text, e);

	return r ? r : load_snapshots(job, buf_str(&text), text.len, e);
}

static bool is_report(const char *head, size_t n)
{
	return reportfile_is(head, n);
}

/* What `nicregs report` wrote: its snapshots. */
static int read_report(struct format_job *job, struct err *e)
{
	AUTO_BUF struct buf text = { 0 };
	int r = input_rest(job->in, SNAPSHOT_MOST, &text, e);
	size_t n = 0;
	const char *part;

	if (r)
		return r;
	part = reportfile_part(buf_str(&text), text.len, REPORTFILE_SNAPSHOTS, REPORTFILE_SNAPSHOTS_END, &n);
	if (!part) {
		err_set(e, EINVAL, job->in->name, "the report has no snapshots, or its end is missing");
		err_todo(e, "write it again with nicregs report; nicregs log reads its log all the same");
		return -EINVAL;
	}
	r = load_snapshots(job, part, n, e);
	for (size_t i = 0; i < job->out->n && !r && job->in->fd == STDIN_FILENO && !job->options->log_read; i++)
		snapshot_note(job->out->v[i],
			      "The report's kernel log is not read from standard input: name the file.");
	return r;
}

static int empty_file(const char *file, struct err *e)
{
	err_set(e, EINVAL, file, "the file is empty");
	err_todo(e, "write it again: `nicregs snapshot`, or `lspci -xxxx` as root");
	return -EINVAL;
}

/* In the order of trying. lspci text may stand anywhere in other text, so that only its reader can tell. */
static const struct format {
	bool (*recognise)(const char *head, size_t n);
	int (*read)(struct format_job *job, struct err *e);
} formats[] = {
	{ is_report, read_report },
	{ is_snapshot, read_snapshot },
	{ format_is_ethtool_hex, format_read_ethtool_hex },
	{ format_is_ethtool_decoded, format_read_ethtool_decoded },
	{ format_is_klog_dump, format_read_klog_dump },
	{ is_binary, format_read_ethtool_raw },
	{ is_text, format_read_lspci },
};

const char *source_kind(const char *path, bool *needs_chip)
{
	struct input in;
	const char *head, *kind = NULL;
	size_t n;

	*needs_chip = false;
	if (!strcmp(path, "-") || input_open(&in, path, NULL))
		return NULL;
	if (!in.bundle) {
		head = input_head(&in, &n);
		*needs_chip = format_is_ethtool_hex(head, n) || format_is_ethtool_decoded(head, n) ||
			      format_is_klog_dump(head, n);
		kind = *needs_chip ? "a register dump" : NULL;
		if (!kind && is_snapshot(head, n) && memmem(head, n, SNAPSHOT_FORMAT, strlen(SNAPSHOT_FORMAT)))
			kind = "a snapshot"; /* a log can be JSON as well */
	}
	input_close(&in);
	return kind;
}

int source_input(struct chipdb *db, const struct source_options *options, struct input *in, struct snapshots *out,
		 struct err *e)
{
	struct format_job job = { db, options, in, out };
	size_t n;
	const char *head = input_head(in, &n);
	int r = input_check(in, e);

	if (r)
		return r;
	if (text_starts(head, BYTE_ORDER_MARK) && !is_binary(head, n)) {
		in->start += strlen(BYTE_ORDER_MARK);
		head = input_head(in, &n);
	}
	if (!n)
		return empty_file(in->name, e);
	for (size_t i = 0; i < COUNT(formats); i++) {
		if (formats[i].recognise(head, n))
			return formats[i].read(&job, e);
	}
	return format_unknown(in->name, e);
}

/* "-": stdin. */
int file_read_any(struct chipdb *db, const struct source_options *options, const char *path, struct snapshots *out,
		  struct err *e)
{
	struct input in;
	int r = input_open(&in, path, e);

	if (r)
		return r;
	r = in.bundle ? folder_read_bundle(db, options, &in, out, e) : source_input(db, options, &in, out, e);
	input_close(&in);
	return r;
}

int source_file(struct chipdb *db, const struct source_options *options, const char *path, struct snapshots *out,
		struct err *e)
{
	struct stat st;

	if (strcmp(path, "-") != 0 && !stat(path, &st) && S_ISDIR(st.st_mode) && source_is_incident(path))
		return folder_read(db, options, path, out, e);
	return file_read_any(db, options, path, out, e);
}

int source_demo(struct chipdb *db, const struct source_options *options, struct snapshots *out, struct err *e)
{
	const struct embedded_file *file = embedded_find("source/demo.json");
	size_t before = out->n;
	struct input in;
	int r;

	if (!file)
		return err_set(e, ENOENT, "--demo", "this build has no recording in it");
	input_memory(&in, "demo", file->text, file->size);
	r = source_input(db, options, &in, out, e);
	input_close(&in);
	if (r == -ENODEV && options->device) {
		err_set(e, ENODEV, options->device, "not in the recording");
		err_todo(e, "`nicregs --demo list` lists the devices in it");
	}
	for (size_t k = before; k < out->n; k++)
		out->v[k]->origin = ORIGIN_DEMO;
	return r;
}
