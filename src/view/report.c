// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "util/alloc.h"
#include "util/clock.h"
#include "view/diagnose.h"
#include "view/internal.h"
#include "view/style.h"

bool report_time(const struct klog_report *r, struct buf *out)
{
	uint64_t ns = klog_number(r, KLOG_UPTIME_NS);

	if (*klog_text(r, KLOG_WALL)) {
		buf_puts(out, klog_text(r, KLOG_WALL));
		return true;
	}
	if (klog_known(r, KLOG_UPTIME_NS))
		buf_printf(out, "%" PRIu64 ".%06" PRIu64, ns / 1000000000, ns % 1000000000 / 1000);
	return klog_known(r, KLOG_UPTIME_NS);
}

static bool is_of_part(enum klog_field field, const char *part)
{
	const char *of = klog_fields[field].part;

	while (*part && *part == *of) {
		part++;
		of++;
	}
	return *part == *of;
}

static bool in_part(const struct klog_report *r, const char *part)
{
	for (unsigned i = 0; i < KLOG_N_NUMBERS; i++)
		if (klog_known(r, (enum klog_field)i) && is_of_part((enum klog_field)i, part))
			return true;
	return false;
}

static void numbers(const struct klog_report *r, const char *part, struct jsonw *w)
{
	for (unsigned i = 0; i < KLOG_N_NUMBERS; i++) {
		const struct klog_field_desc *d = &klog_fields[i];

		if (!klog_known(r, (enum klog_field)i) || !is_of_part((enum klog_field)i, part))
			continue;
		if (d->format == KLOG_YES)
			jsonw_bool(w, d->name, klog_number(r, (enum klog_field)i) != 0);
		else
			jsonw_u64(w, d->name, klog_number(r, (enum klog_field)i));
	}
}

void report_json(const struct klog_report *r, const struct klog *k, const char *log, struct jsonw *w)
{
	static const char *const parts[] = { "registers", "derived" };
	AUTO_BUF struct buf when = { 0 };
	uint64_t line = r->line;
	const char *member = k ? klog_file(k, r->line, &line) : NULL;

	jsonw_object_inline(w, NULL);
	jsonw_str(w, "file", log);
	jsonw_str(w, "member", member);
	jsonw_u64(w, "line", line);
	if (report_time(r, &when))
		jsonw_str(w, "time", buf_str(&when));
	jsonw_str(w, "kind", klog_kind_name(r->kind));
	for (unsigned i = KLOG_N_NUMBERS; i < KLOG_FIELDS; i++)
		if (i != KLOG_WALL && *klog_text(r, (enum klog_field)i))
			jsonw_str(w, klog_fields[i].name, klog_text(r, (enum klog_field)i));
	numbers(r, "", w);
	for (size_t i = 0; i < COUNT(parts); i++) {
		if (!in_part(r, parts[i]))
			continue;
		jsonw_object_inline(w, parts[i]);
		numbers(r, parts[i], w);
		jsonw_end_object(w);
	}
	jsonw_end_object(w);
}

bool report_item(const struct klog_report *r, enum klog_field field, struct buf *out)
{
	const struct klog_field_desc *d = &klog_fields[field];

	if (field == KLOG_WALL || field == KLOG_INTERFACE || field == KLOG_ADDRESS || field == KLOG_DRIVER)
		return false;
	if (!klog_known(r, field) || field == KLOG_UPTIME_NS || field == KLOG_WALL_NS)
		return false;
	if (field >= KLOG_N_NUMBERS)
		buf_puts(out, klog_text(r, field));
	else if (d->format == KLOG_YES)
		buf_printf(out, klog_number(r, field) ? "%s" : "%s: no", d->title);
	else
		buf_printf(out, d->format == KLOG_HEX ? "%s 0x%" PRIx64 : "%s %" PRIu64, d->title,
			   klog_number(r, field));
	return true;
}

static void item(struct wrap *w, const struct klog_report *r, enum klog_field field)
{
	AUTO_BUF struct buf words = { 0 };

	if (report_item(r, field, &words))
		wrap_item(w, STYLE_PLAIN, buf_str(&words));
}

void report_text(const struct view *v, const struct klog_report *r, struct buf *out)
{
	AUTO_BUF struct buf head = { 0 };
	struct wrap w;

	if (report_time(r, &head))
		buf_putc(&head, ' ');
	if (*klog_text(r, KLOG_INTERFACE))
		buf_printf(&head, "%s ", klog_text(r, KLOG_INTERFACE));
	else if (*klog_text(r, KLOG_ADDRESS))
		buf_printf(&head, "%s ", klog_text(r, KLOG_ADDRESS));
	buf_puts(&head, klog_kind_name(r->kind));
	style_put(v, r->kind == KLOG_HANG || r->kind == KLOG_PCIE_LOST ? STYLE_UNUSUAL : STYLE_NAME, buf_str(&head),
		  out);
	buf_putc(out, '\n');
	wrap_begin(&w, v, out, 2, ", ");
	for (unsigned i = 0; i < KLOG_FIELDS; i++)
		item(&w, r, (enum klog_field)i);
	wrap_end(&w);
}

enum format { NUMBER, HEX, SECONDS, WORDS };

/* What a line says of a report, in this order. A row whose `unless` is known is left out. */
static const struct part {
	enum klog_field field;
	enum format format;
	const char *before, *after;
	enum klog_field unless;
} parts[] = {
	{ KLOG_QUEUE, NUMBER, "queue ", "", KLOG_FIELDS },
	{ KLOG_TDH, HEX, "head ", "", KLOG_FIELDS },
	{ KLOG_HW_HEAD, HEX, "head ", "", KLOG_TDH },
	{ KLOG_HWB, HEX, "written back ", "", KLOG_FIELDS },
	{ KLOG_TDT, HEX, "tail ", "", KLOG_FIELDS },
	{ KLOG_TAIL, HEX, "tail ", "", KLOG_TDT },
	{ KLOG_NEXT_TO_CLEAN, HEX, "clean ", "", KLOG_TDH },
	{ KLOG_NTC, HEX, "clean ", "", KLOG_FIELDS },
	{ KLOG_NEXT_TO_USE, HEX, "use ", "", KLOG_TDH },
	{ KLOG_NTU, HEX, "use ", "", KLOG_TAIL },
	{ KLOG_RDH, HEX, "receive head ", "", KLOG_FIELDS },
	{ KLOG_RDT, HEX, "receive tail ", "", KLOG_FIELDS },
	{ KLOG_AGE_MS, SECONDS, "waiting ", "", KLOG_FIELDS },
	{ KLOG_TIMEOUT_MS, SECONDS, "after ", "", KLOG_FIELDS },
	{ KLOG_REPEAT, NUMBER, "report ", "", KLOG_FIELDS },
	{ KLOG_LEVEL, NUMBER, "level ", "", KLOG_FIELDS },
	{ KLOG_SPEED, NUMBER, "", " Mb/s", KLOG_FIELDS },
	{ KLOG_DUPLEX, WORDS, "", "", KLOG_FIELDS },
	{ KLOG_FLOW, WORDS, "flow control ", "", KLOG_FIELDS },
	{ KLOG_BOND, WORDS, "of ", "", KLOG_FIELDS },
	{ KLOG_REASON, HEX, "event ", "", KLOG_FIELDS },
	{ KLOG_PF, HEX, "PF ", "", KLOG_FIELDS },
	{ KLOG_VF, HEX, "VF ", "", KLOG_FIELDS },
	{ KLOG_SEVERITY, WORDS, "", "", KLOG_FIELDS },
	{ KLOG_LAYER, WORDS, "", "", KLOG_FIELDS },
	{ KLOG_BITS, WORDS, "", "", KLOG_FIELDS },
	{ KLOG_REPORTER, WORDS, "from ", "", KLOG_FIELDS },
	{ KLOG_STATES, WORDS, "", "", KLOG_FIELDS },
	{ KLOG_WHAT, WORDS, "", "", KLOG_FIELDS },
	{ KLOG_ERROR, NUMBER, "error ", "", KLOG_FIELDS },
};

static bool is_today(const struct tm *tm, bool with_year)
{
	time_t t = (time_t)(clock_ns(CLOCK_REALTIME) / CLOCK_SECOND);
	struct tm now;

	return localtime_r(&t, &now) && now.tm_mon == tm->tm_mon && now.tm_mday == tm->tm_mday &&
	       (!with_year || now.tm_year == tm->tm_year);
}

/* "10:02:00", with its day if that is not today. */
static void put_clock(const struct tm *tm, bool with_year, struct buf *out)
{
	char day[40] = "", hour[40];

	if (!is_today(tm, with_year) &&
	    !(with_year ? strftime(day, sizeof(day), "%Y-%m-%d ", tm) : strftime(day, sizeof(day), "%b %e ", tm)))
		return;
	if (strftime(hour, sizeof(hour), "%H:%M:%S ", tm))
		buf_printf(out, "%s%s", day, hour);
}

static void put_time(const struct klog_report *r, int64_t boot, struct buf *out)
{
	uint64_t uptime = klog_number(r, KLOG_UPTIME_NS);
	bool year = klog_known(r, KLOG_WALL_NS);
	struct tm tm = { 0 };
	time_t t;

	if (year || klog_known(r, KLOG_SEASON_NS)) {
		/* As it is written in the log, whatever zone that is; of a season's year only month and day are used. */
		t = (time_t)(klog_number(r, year ? KLOG_WALL_NS : KLOG_SEASON_NS) / CLOCK_SECOND);
		if (gmtime_r(&t, &tm))
			put_clock(&tm, year, out);
	} else if (klog_known(r, KLOG_UPTIME_NS) && boot) {
		t = (time_t)((boot + (int64_t)uptime) / CLOCK_SECOND);
		if (localtime_r(&t, &tm))
			put_clock(&tm, true, out);
	} else if (klog_known(r, KLOG_UPTIME_NS)) {
		buf_printf(out, "[%5" PRIu64 ".%03" PRIu64 "] ", uptime / 1000000000, uptime % 1000000000 / 1000000);
	}
}

/* How long the oldest descriptor waits, if nothing says how long a jiffy is. */
static void put_jiffies(const struct klog_report *r, struct buf *out)
{
	uint64_t queued = klog_number(r, KLOG_TIME_STAMP), printed = klog_number(r, KLOG_JIFFIES);

	if (klog_known(r, KLOG_TIME_STAMP) && printed >= queued && printed - queued < UINT32_MAX)
		buf_printf(out, " waiting %" PRIu64 " jiffies", printed - queued);
}

static void put_part(const struct klog_report *r, const struct part *p, struct buf *out)
{
	uint64_t n = p->format == WORDS ? 0 : klog_number(r, p->field);
	bool of_bond = r->kind == KLOG_BOND_DOWN || r->kind == KLOG_BOND_UP;

	if (p->field == KLOG_AGE_MS && !klog_known(r, p->field))
		put_jiffies(r, out);
	if ((p->field == KLOG_REPEAT && n < 2) || (p->field == KLOG_BOND && !of_bond))
		return;
	if (!klog_known(r, p->field) || (p->unless != KLOG_FIELDS && klog_known(r, p->unless)))
		return;
	buf_printf(out, " %s", p->before);
	if (p->format == WORDS)
		buf_puts(out, klog_text(r, p->field));
	else if (p->format == SECONDS)
		buf_printf(out, "%" PRIu64 ".%" PRIu64 " s", n / 1000, n % 1000 / 100);
	else
		buf_printf(out, p->format == HEX ? "0x%" PRIx64 : "%" PRIu64, n);
	buf_puts(out, p->after);
}

void report_words(const struct klog_report *r, struct buf *out)
{
	for (const char *p = klog_kind_name(r->kind); *p; p++)
		buf_putc(out, *p == '-' ? ' ' : *p);
	for (size_t i = 0; i < COUNT(parts); i++)
		put_part(r, &parts[i], out);
}

/* "HANG", "LINK DOWN". */
static void put_kind(const struct view *v, enum klog_kind kind, struct buf *out)
{
	bool bad = kind <= KLOG_WATCHDOG || kind == KLOG_PCIE_LOST;
	AUTO_BUF struct buf words = { 0 };

	for (const char *p = klog_kind_name(kind); *p; p++)
		buf_putc(&words, *p == '-' ? ' ' : (char)toupper((unsigned char)*p));
	style_put(v, bad ? STYLE_UNUSUAL : STYLE_NAME, buf_str(&words), out);
}

void report_line(const struct view *v, const struct klog_report *r, int64_t boot, struct buf *out)
{
	const char *who = *klog_text(r, KLOG_INTERFACE) ? klog_text(r, KLOG_INTERFACE) : klog_text(r, KLOG_ADDRESS);
	AUTO_BUF struct buf rest = { 0 };

	put_time(r, boot, out);
	style_put(v, STYLE_PLAIN, who, out);
	if (*who)
		buf_putc(out, ' ');
	put_kind(v, r->kind, out);
	for (size_t i = 0; i < COUNT(parts); i++)
		put_part(r, &parts[i], &rest);
	style_put(v, STYLE_PLAIN, buf_str(&rest), out);
	buf_putc(out, '\n');
}
