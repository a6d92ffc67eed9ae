// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>

#include "view/diagnose.h"
#include "view/style.h"

/* As logged, or seconds since boot; false if the line had no stamp. */
static bool time_words(const struct klog_report *r, struct buf *out)
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

void report_json(const struct klog_report *r, const char *file, struct jsonw *w)
{
	static const char *const parts[] = { "registers", "derived" };
	AUTO_BUF struct buf when = { 0 };

	jsonw_object_inline(w, NULL);
	jsonw_str(w, "file", file);
	jsonw_u64(w, "line", r->line);
	if (time_words(r, &when))
		jsonw_str(w, "time", buf_str(&when));
	jsonw_str(w, "kind", klog_kind_name(r->kind));
	for (unsigned i = KLOG_N_NUMBERS; i < KLOG_FIELDS; i++)
		if (i != KLOG_WALL && *klog_text(r, (enum klog_field)i))
			jsonw_str(w, klog_fields[i].name, klog_text(r, (enum klog_field)i));
	numbers(r, "", w);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!in_part(r, parts[i]))
			continue;
		jsonw_object_inline(w, parts[i]);
		numbers(r, parts[i], w);
		jsonw_end_object(w);
	}
	jsonw_end_object(w);
}

static void item(struct wrap *w, const struct klog_report *r, enum klog_field field)
{
	const struct klog_field_desc *d = &klog_fields[field];
	char words[128];

	if (field == KLOG_WALL || field == KLOG_INTERFACE || field == KLOG_ADDRESS || field == KLOG_DRIVER)
		return;
	if (field >= KLOG_N_NUMBERS)
		snprintf(words, sizeof(words), "%s", klog_text(r, field));
	else if (!klog_known(r, field) || field == KLOG_UPTIME_NS || field == KLOG_WALL_NS)
		return;
	else if (d->format == KLOG_YES)
		snprintf(words, sizeof(words), klog_number(r, field) ? "%s" : "%s: no", d->title);
	else
		snprintf(words, sizeof(words), d->format == KLOG_HEX ? "%s %" PRIx64 : "%s %" PRIu64, d->title,
			 klog_number(r, field));
	if (*words)
		wrap_item(w, STYLE_PLAIN, words);
}

void report_text(const struct view *v, const struct klog_report *r, struct buf *out)
{
	AUTO_BUF struct buf head = { 0 };
	struct wrap w;

	if (time_words(r, &head))
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
