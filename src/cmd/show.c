// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/cmd.h"
#include "snapshot/snapshot.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/err.h"
#include "util/text.h"
#include "view/style.h"

#define DAY (86400 * CLOCK_SECOND)

static struct tm local(int64_t ns)
{
	time_t t = (time_t)(ns / CLOCK_SECOND);
	struct tm tm = { 0 };

	localtime_r(&t, &tm);
	return tm;
}

/* Appends "2026-07-05 12:00:14.5"; nothing for 0. */
static void moment_put(int64_t taken, struct buf *out)
{
	struct tm tm = local(taken);
	char text[32];

	if (taken && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm))
		buf_printf(out, "%s.%d", text, (int)(taken % CLOCK_SECOND / (CLOCK_SECOND / 10)));
}

/* ".25": tenths and less of a second, NULL for anything else; *unit: what the last digit is worth. */
static bool fraction(const char *s, int64_t *ns, int64_t *unit)
{
	*ns = 0;
	if (*s != '.' || !s[1])
		return false;
	for (s++; *s >= '0' && *s <= '9' && *unit > 1; s++) {
		*unit /= 10;
		*ns += (*s - '0') * *unit;
	}
	return !*s;
}

/* The end of the minute, second or less that the text names; a time of day is of the day of `first`, or of the next if that is nearer to `last`. */
static bool parse(const char *text, int64_t first, int64_t last, int64_t *until)
{
	static const char *const forms[] = { "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M",
					     "%Y-%m-%dT%H:%M",    "%H:%M:%S",          "%H:%M" };

	for (size_t i = 0; i < COUNT(forms); i++) {
		int64_t part = 0, unit = strstr(forms[i], "%S") ? CLOCK_SECOND : 60 * CLOCK_SECOND;
		struct tm tm = local(first);
		const char *rest;

		tm.tm_sec = 0;
		tm.tm_isdst = -1;
		rest = strptime(text, forms[i], &tm);
		if (!rest || (*rest && (unit > CLOCK_SECOND || !fraction(rest, &part, &unit))))
			continue;
		*until = mktime(&tm) * CLOCK_SECOND + part + unit - 1;
		if (forms[i][1] == 'H' && *until < first && *until + DAY - last < first - *until)
			*until += DAY;
		return true;
	}
	return false;
}

static const struct snapshot *numbered(const struct snapshots *samples, uint64_t n)
{
	for (size_t i = 0; i < samples->n; i++)
		if ((samples->v[i]->look ? (uint64_t)samples->v[i]->look : i + 1) == n)
			return samples->v[i];
	return NULL;
}

static int none(const struct snapshots *samples, const char *text, struct err *e)
{
	const struct snapshot *first = samples->v[0], *last = samples->v[samples->n - 1];
	AUTO_BUF struct buf span = { 0 };

	if (first->taken && last->taken) {
		buf_puts(&span, ", ");
		moment_put(first->taken, &span);
		buf_puts(&span, " to ");
		moment_put(last->taken, &span);
	}
	err_set(e, EINVAL, "--at", "no sample at %s", text);
	err_todo(e, "there %s %zu sample%s%s", samples->n == 1 ? "is" : "are", samples->n, samples->n == 1 ? "" : "s",
		 buf_str(&span));
	return -EINVAL;
}

/* Takes from the samples of one device, oldest first, the one that `text` (--at) names: a number ("14", that of a recording, else
 * the place), or the last one up to a local time ("12:00", "12:00:14", "2026-07-05 12:00:14.5"). NULL with *e. */
static const struct snapshot *moment_find(const struct snapshots *samples, const char *text, struct err *e)
{
	const struct snapshot *found = NULL;
	int64_t until;
	uint64_t n;

	if (text_u64(text, &n)) {
		found = numbered(samples, n);
	} else if (parse(text, samples->v[0]->taken, samples->v[samples->n - 1]->taken, &until)) {
		for (size_t i = 0; i < samples->n; i++)
			if (samples->v[i]->taken && samples->v[i]->taken <= until)
				found = samples->v[i];
	} else {
		err_set(e, EINVAL, "--at", "%s is neither a number nor a time", text);
		err_todo(e, "the number of a sample, or a time such as 12:00:14 or '2026-07-05 12:00:14'");
		return NULL;
	}
	if (!found)
		none(samples, text, e);
	return found;
}

/* The samples that s is one of: files that are named one by one stay apart. */
static struct snapshots series_of(const struct options *o, const struct snapshots *list, const struct snapshot *s)
{
	struct snapshots like = samples_like(list, s);
	size_t n = 0;

	for (size_t i = 0; i < like.n; i++) {
		const char *file = like.v[i]->file;

		if (o->n_from < 2 || (file && s->file && !strcmp(file, s->file)))
			like.v[n++] = like.v[i];
	}
	like.n = n;
	return like;
}

/* Which samples are shown: of each device the last, the one that --at names, or all. Not owned, but the array. */
static int choose(const struct options *o, const struct snapshots *list, struct snapshots *chosen, struct err *e)
{
	for (size_t i = 0; i < list->n; i++) {
		struct snapshots series = series_of(o, list, list->v[i]);
		const struct snapshot *one = list->v[i], *last = series.v[series.n - 1];

		if (o->at && one == last)
			one = moment_find(&series, o->at, e);
		else if (one != last && !o->all_samples)
			one = NULL;
		else if (o->at)
			one = NULL;
		free(series.v);
		if (one)
			*VEC_PUSH(chosen->v, chosen->n, chosen->cap) = (struct snapshot *)(uintptr_t)one;
		else if (o->at && list->v[i] == last)
			return -EINVAL;
	}
	return 0;
}

/* "Sample 14, 2026-07-05 12:00:14.5" */
static void put_place(const struct options *o, const struct view *v, const struct snapshots *list,
		      const struct snapshot *s, struct buf *out)
{
	struct snapshots series = series_of(o, list, s);
	AUTO_BUF struct buf line = { 0 }, when = { 0 };
	size_t place = 0;

	while (place < series.n && series.v[place] != s)
		place++;
	moment_put(s->taken, &when);
	if (series.n > 1) {
		buf_printf(&line, "Sample %zu%s%s", s->look > 0 ? (size_t)s->look : place + 1, when.len ? ", " : "",
			   buf_str(&when));
		if (!o->all_samples)
			buf_printf(&line, " (of %zu; --at or --all-samples shows others)", series.n);
		style_paragraph(v, 0, STYLE_DIM, buf_str(&line), out);
	}
	free(series.v);
}

static int print(const struct options *o, struct chipdb *db, const struct snapshots *list,
		 const struct snapshots *chosen, struct buf *out, struct err *e)
{
	struct show_options so = { .regs = o->reg, .all = o->all, .raw = o->raw, .queues = o->queues };
	struct view view = cmd_view(o);
	int r = o->reg ? show_asked(db, chosen, o->reg, e) : 0;

	so.brief = !o->verbose && !o->reg && !o->all && !o->raw && !o->queues;
	if (o->json && !r)
		r = show_json(&so, db, chosen, out, e);
	for (size_t i = 0; i < chosen->n && !o->json && !r; i++) {
		if (i)
			buf_putc(out, '\n');
		put_place(o, &view, list, chosen->v[i], out);
		r = show_text(&view, &so, db, chosen->v[i], out, e);
	}
	if (so.brief && !o->json && !r)
		show_more(&view, out);
	return r;
}

static int render(const struct options *o, struct chipdb *db, const struct snapshots *list, struct buf *out)
{
	struct snapshots chosen = { 0 };
	struct err e = { 0 };
	int r;

	if (!list->n && !o->json)
		return cmd_none();
	r = choose(o, list, &chosen, &e);
	if (!r)
		r = print(o, db, list, &chosen, out, &e);
	free(chosen.v);
	return r ? cmd_fail(&e, r) : 0;
}

static int run(const struct options *o, char **args, int n)
{
	struct source_options so = cmd_source_options(o, n ? args[0] : NULL);

	so.series = o->at || o->all_samples;
	if (so.series && !o->n_from && !o->demo) {
		return cmd_refuse(o->at ? "--at" : "--all-samples", "there is one sample of this machine",
				  "name a recording or an incident: --from FILE");
	}
	return cmd_over_snapshots(o, &so, render);
}

const struct cmd cmd_show = {
	.name = "show",
	.args = "[DEVICE]",
	.summary = "Decode a NIC's registers, PCIe link and ASPM state",
	.accepts = "all reg raw queues at all-samples side-effects wake",
	.details =
		"Chip, driver, link, PCI Express link with ASPM, queues, and unusual values, on one screen.\n"
		"-v shows both ends of the link, configuration space, and the registers by group; --reg,\n"
		"--all, --raw and --queues choose among them. Registers that a read would change are left alone, unless one is named with --reg\n"
		"and --side-effects is given. If a --from FILE holds several samples of a device, as\n"
		"a recording does, the last one is shown.\n",
	.examples = "  nicregs show eno1\n"
		    "  nicregs show eno1 --reg 'TD*'            heads, tails, transmit control\n"
		    "  nicregs show --from eno1.json            a file of nicregs snapshot\n"
		    "  nicregs show --from friday.json --at 14  a recording's 14th sample\n",
	.max_args = 1,
	.needs = cmd_needs_devices,
	.run = run,
};
