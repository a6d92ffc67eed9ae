// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Snapshots out of a file, recognised by its content; out of a folder of them, which is an incident of one device or of
 * several; or out of the recording that is embedded in the program. And which of them DEVICE asks for.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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
#define SNAPSHOT_MOST ((size_t)64 << 20)

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
		return (s->chip_name && !strcasecmp(name, s->chip_name)) ||
		       (!snapshot_known(db, s, &chip, &known, NULL) && chip &&
			(!strcasecmp(name, known) || !strcasecmp(name, chip->name)));
	if (!strcasecmp(name, s->chip) || (s->chip_name && !strcasecmp(name, s->chip_name)))
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
	for (size_t i = 0; i < there->n; i++)
		called_try_snapshot(&called, there->v[i]);
	r = called_error(&called, why, list, e);
	called_free(&called);
	return r;
}

int format_keep(struct format_job *job, struct snapshots *found, struct err *e)
{
	const char *device = job->options->device;
	struct snapshots there = { 0 };
	bool any = false;
	int r = 0;

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

static int read_bundle(struct chipdb *db, const struct source_options *options, struct input *in, struct snapshots *out,
		       struct err *e);

/* "-": stdin. */
static int read_file(struct chipdb *db, const struct source_options *options, const char *path, struct snapshots *out,
		     struct err *e)
{
	struct input in;
	int r = input_open(&in, path, e);

	if (r)
		return r;
	r = in.bundle ? read_bundle(db, options, &in, out, e) : source_input(db, options, &in, out, e);
	input_close(&in);
	return r;
}

static int is_numbered(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return isdigit((unsigned char)d->d_name[0]) && n > 5 && !strcmp(d->d_name + n - 5, ".json");
}

static int is_json(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return *d->d_name != '.' && n > 5 && !strcmp(d->d_name + n - 5, ".json");
}

/* Of a name without a number: whether a snapshot is in it. */
static bool holds_snapshot(const char *path)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char head[4096];
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode))
		return false;
	n = read(fd, head, sizeof(head));
	return n > 0 && snapshot_recognise(head, (size_t)n) &&
	       memmem(head, (size_t)n, SNAPSHOT_FORMAT, strlen(SNAPSHOT_FORMAT));
}

static bool same_device(const struct snapshot *a, const struct snapshot *b)
{
	const struct pci_function *x = snapshot_self(a), *y = snapshot_self(b);

	return x && y && pci_addr_equal(&x->addr, &y->addr);
}

static bool seen_later(const struct snapshots *list, size_t i)
{
	for (size_t k = i + 1; k < list->n; k++)
		if (same_device(list->v[i], list->v[k]))
			return true;
	return false;
}

/* Moves to `out` all, or the last of each device. */
static void give(struct snapshots *found, bool all, struct snapshots *out)
{
	for (size_t i = 0; i < found->n; i++) {
		if (all || !seen_later(found, i))
			snapshots_add(out, found->v[i]);
		else
			snapshot_free(found->v[i]);
		found->v[i] = NULL;
	}
	out->partial = out->partial || found->partial;
	found->n = 0;
}

static int not_in(const char *device, const char *path, struct err *e)
{
	AUTO_FREE char *word = shell_path(path);

	err_set(e, ENODEV, device, "not in %s", path);
	err_todo(e, "`nicregs list --from %s` lists the devices in it", word);
	return -ENODEV;
}

/* What of a folder could not be read. */
struct unread_files {
	uint64_t n;
	int r;        /* -errno of the first */
	struct err e; /* of the first */
};

static int is_file(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_file(e, errno, path);
	return S_ISREG(st.st_mode) ? 0 : err_set(e, EINVAL, path, "not a file, and left alone");
}

/* One that cannot be read does not hide the others. */
static void read_one(struct chipdb *db, const struct source_options *options, const char *path, struct snapshots *found,
		     struct unread_files *left)
{
	struct err e = { 0 };
	int r = is_file(path, &e);

	if (!r)
		r = read_file(db, options, path, found, &e);
	if (!r || (r == -ENODEV && options->device)) /* another can be of the asked device */
		return;
	if (!left->n++) {
		left->r = r;
		left->e = e;
	}
}

static void note_left_out(const struct unread_files *left, size_t of, struct snapshots *found)
{
	for (size_t i = 0; i < found->n && left->n; i++)
		snapshot_note(found->v[i],
			      "%" PRIu64 " of the directory's %zu snapshots could not be read; the first: %s: %s.",
			      left->n, of, left->e.what, left->e.why);
	found->partial = left->n;
}

/* Files whose names begin with a digit and end in .json, and others of that ending in which is a snapshot, in their order. */
static int read_folder(struct chipdb *db, const struct source_options *options, const char *path, struct snapshots *out,
		       struct err *e)
{
	struct dirent **names = NULL;
	struct snapshots found = { 0 };
	struct unread_files left = { 0 };
	int n = scandir(path, &names, is_json, alphasort), r = n < 0 ? err_file(e, errno, path) : 0;
	size_t of = 0;

	if (!n) {
		r = err_set(e, EISDIR, path, "a directory without numbered snapshots: not an incident");
		err_todo(e, "name a file in it, or an incident that `nicregs watch` saved");
	}
	for (int i = 0; i < n; i++) {
		AUTO_FREE char *file = xasprintf("%s/%s", path, names[i]->d_name);

		if (is_numbered(names[i]) || holds_snapshot(file)) {
			read_one(db, options, file, &found, &left);
			of++;
		}
		free(names[i]);
	}
	free(names);
	if (!r && !found.n && left.n) {
		*e = left.e;
		r = left.r;
	}
	if (!r && !found.n)
		r = not_in(options->device, path, e);
	note_left_out(&left, of, &found);
	if (!r)
		give(&found, options->series, out);
	snapshots_free(&found);
	return r;
}

/* One that cannot be read does not hide the others. */
static int read_kept_snapshots(struct chipdb *db, const struct source_options *options, struct input *in,
			       struct snapshots *found, struct unread_files *left)
{
	size_t of = 0;
	int r;

	for (;;) {
		AUTO_BUF struct buf text = { 0 };
		struct input one;
		struct err e = { 0 };

		r = input_snapshot(in, SNAPSHOT_MOST, &text, &e);
		if (r == 1) {
			input_memory(&one, in->name, buf_str(&text), text.len);
			r = source_input(db, options, &one, found, &e);
			input_close(&one);
		} else if (!r) {
			return (int)of;
		}
		if (in->error) {
			*left = (struct unread_files){ 1, in->error, e };
			return (int)of;
		}
		of++;
		if (r && (r != -ENODEV || !options->device) && !left->n++) {
			left->r = r;
			left->e = e;
		}
	}
}

/* An archive, or a directory: an incident's snapshots, or else the texts in it. */
static int read_bundle(struct chipdb *db, const struct source_options *options, struct input *in, struct snapshots *out,
		       struct err *e)
{
	const struct bundle_counts *counts = bundle_counts(in->bundle);
	struct unread_files left = { 0 };
	AUTO_FREE char *path = shell_path(strcmp(in->name, "standard input") ? in->name : "-");
	struct snapshots found = { 0 };
	uint64_t of = 0;
	size_t n = 1;
	int r = 0;

	if (!counts->snapshots)
		input_head(in, &n);
	if (!n && counts->lost) {
		*e = *bundle_lost(in->bundle);
		r = -EINVAL;
	} else if (!n) {
		r = err_set(e, ENODATA, in->name,
			    "no file in it, of %" PRIu64 ", is a snapshot or describes a network card", counts->files);
		err_todo(e, "for the logs in it: nicregs log %s", path);
	} else if (counts->snapshots) {
		of = (uint64_t)read_kept_snapshots(db, options, in, &found, &left) + counts->lost;
		if (counts->lost && !left.n)
			left.e = *bundle_lost(in->bundle);
		left.n += counts->lost;
	} else {
		r = source_input(db, options, in, &found, e);
		left.n = in->lost + counts->no_room + counts->lost;
		left.e = in->lost ? in->lost_why : *bundle_lost(in->bundle);
		of = counts->wanted;
	}
	if (!r && !found.n && left.r) {
		*e = left.e;
		r = left.r;
	}
	if (!r && !found.n)
		r = not_in(options->device, in->name, e);
	for (size_t i = 0; i < found.n && left.n; i++)
		snapshot_note(found.v[i],
			      "%" PRIu64 " of the %" PRIu64 " files that say something could not be read%s%s%s%s.",
			      left.n, of, *left.e.why ? "; the first: " : "", left.e.what, *left.e.why ? ": " : "",
			      left.e.why);
	found.partial |= left.n != 0;
	if (!r)
		give(&found, options->series && counts->snapshots, out);
	snapshots_free(&found);
	return r;
}

bool source_is_incident(const char *path)
{
	struct dirent **names = NULL;
	int n = scandir(path, &names, is_numbered, alphasort);

	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return n > 0;
}

int source_file(struct chipdb *db, const struct source_options *options, const char *path, struct snapshots *out,
		struct err *e)
{
	struct stat st;

	if (strcmp(path, "-") != 0 && !stat(path, &st) && S_ISDIR(st.st_mode) && source_is_incident(path))
		return read_folder(db, options, path, out, e);
	return read_file(db, options, path, out, e);
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
