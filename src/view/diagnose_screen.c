// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A verdict that fits a screen. The order is the reader's: what it is, what it stands on, what to do now and for good, what
 * else, what not to do, why. What does not fit is left to the verbose form, evidence first.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "util/alloc.h"
#include "util/text.h"
#include "view/internal.h"

#define INDENT 10

/* Sections that can be shorter, in the order in which each gets room for more. */
enum section { KEEP, WHY, ALSO, NOW, SECTIONS };
#define LEVEL_MOST 4

struct page {
	const struct diagnosis *d;
	struct labeled l;
	unsigned level[SECTIONS]; /* 0: in short, to LEVEL_MOST */
};

static bool has_fault(const struct diagnosis *d)
{
	return d->n_findings && d->findings[0].severity == SEVERITY_FAULT;
}

/* A port without a link that nobody uses. */
static bool is_unused(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->n_findings && d->verdict == VERDICT_LINK_DOWN; i++)
		if (d->findings[i].severity == SEVERITY_NOTE && d->summary &&
		    strstr(d->summary, d->findings[i].summary))
			return true;
	return false;
}

bool diagnose_is_trouble(const struct diagnosis *d)
{
	return verdict_is_bad(d->verdict) || (d->verdict == VERDICT_LINK_DOWN && !is_unused(d)) ||
	       d->verdict == VERDICT_FALSE_ALARM || has_fault(d);
}

bool diagnose_warns(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->n_findings; i++)
		if (d->findings[i].severity <= SEVERITY_WARNING && strcmp(d->findings[i].id, "link-down") != 0)
			return true;
	return false;
}

void diagnose_put_name(struct wrap *w, const struct diagnosis *d, bool brief)
{
	const char *address = d->address;

	if (brief && address && text_starts(address, "0000:") && d->netdev)
		address += 5;
	if (d->netdev)
		wrap_item(w, STYLE_HEADING, d->netdev);
	if (d->chip)
		wrap_item(w, STYLE_NAME, d->chip);
	if (address)
		wrap_item(w, d->netdev ? STYLE_PLAIN : STYLE_HEADING, address);
	if (!d->netdev && !address && !d->chip)
		wrap_item(w, STYLE_HEADING, d->title);
}

static void headline(const struct view *v, const struct diagnose_view *what, const struct diagnosis *d, struct buf *out)
{
	AUTO_BUF struct buf text = { 0 };
	struct wrap w;

	wrap_begin(&w, v, out, 0, "  ");
	diagnose_put_name(&w, d, false);
	if (d->driver && (d->netdev || d->address || d->chip)) {
		buf_printf(&text, "%s%s%s", d->driver, d->driver_version ? " " : "",
			   d->driver_version ? d->driver_version : "");
		wrap_item(&w, STYLE_PLAIN, buf_str(&text));
	}
	buf_clear(&text);
	buf_printf(&text, "Linux %s", d->kernel ? d->kernel : "");
	if (d->kernel && d->has_nicregs)
		wrap_item(&w, STYLE_PLAIN, buf_str(&text));
	if (what->file)
		wrap_item(&w, STYLE_DIM, what->file);
	wrap_end(&w);
}

void diagnose_verdict_word(const struct diagnosis *d, struct buf *out)
{
	bool loud = verdict_is_bad(d->verdict) || (d->verdict == VERDICT_LINK_DOWN && diagnose_is_trouble(d));

	for (const char *p = verdict_name(d->verdict); *p; p++)
		buf_putc(out, *p == '-' ? ' ' : loud ? (char)toupper((unsigned char)*p) : *p);
	if (d->confidence != CERTAIN && d->verdict != VERDICT_UNKNOWN && d->verdict != VERDICT_HEALTHY)
		buf_printf(out, " (%s)", confidence_name(d->confidence));
	if (!loud && has_fault(d))
		buf_puts(out, ", with a fault");
}

void diagnose_when(const struct diagnosis *d, struct buf *out)
{
	if (d->since)
		buf_printf(out, "%s%s%s%s", d->until || d->earlier_boot ? "" : "since ", d->since,
			   d->until ? " to " : "", d->until ? d->until : "");
	if (d->earlier_boot)
		buf_puts(out, out->len ? ", in an earlier boot" : "in an earlier boot");
	if (d->recovered)
		buf_puts(out, out->len ? ", recovered" : "recovered");
	if (d->first)
		buf_printf(out, "%sthe first time %s", out->len ? ", " : "", d->first);
	if (d->lost)
		buf_printf(out, "%s%s", out->len ? ", " : "", d->lost);
}

static void verdict_line(struct page *p)
{
	const struct diagnosis *d = p->d;
	AUTO_BUF struct buf word = { 0 }, when = { 0 };
	struct wrap w;

	diagnose_verdict_word(d, &word);
	diagnose_when(d, &when);
	wrap_begin(&w, p->l.v, p->l.out, 0, "  ");
	wrap_item(&w, diagnose_is_trouble(d) ? STYLE_UNUSUAL : STYLE_NAME, buf_str(&word));
	if (when.len)
		wrap_item(&w, STYLE_PLAIN, buf_str(&when));
	wrap_end(&w);
}

static const struct remedy *nth(const struct diagnosis *d, bool recovers, size_t n)
{
	for (size_t i = 0; i < d->n_plan; i++)
		if (!d->plan[i]->unproven && d->plan[i]->recovers == recovers && !n--)
			return d->plan[i];
	return NULL;
}

static void commands(struct page *p, const struct remedy *r)
{
	if (r->trial)
		labeled_line(&p->l, STYLE_NAME, r->trial);
	if (r->command)
		labeled_line(&p->l, STYLE_NAME, r->command);
}

/* The last word of a log is that the driver tried by itself. */
static bool is_reset_by_driver(const struct diagnosis *d)
{
	return (d->verdict == VERDICT_HUNG || d->verdict == VERDICT_STALLED) && !d->recovered && !d->latest && d->log &&
	       (d->log->counts[KLOG_RESET] || d->log->counts[KLOG_RECOVERY]);
}

/* What has been done since: the machine was started again. */
static void after_boot(const struct diagnosis *d, struct buf *out)
{
	if (d->has_nicregs && d->netdev)
		buf_printf(out, "The machine was started again since; whether the port works: nicregs diagnose %s",
			   d->word);
	else
		buf_puts(out, "The machine was started again since; the log does not show whether the port works.");
}

static void after_reset(const struct diagnosis *d, struct buf *out)
{
	if (d->has_nicregs && d->netdev)
		buf_printf(out, "The driver reset it; whether that helped: nicregs diagnose %s", d->word);
	else
		buf_puts(out, "The driver reset it; the log does not show whether that helped.");
}

bool diagnose_now_words(const struct diagnosis *d, struct buf *out)
{
	if (d->earlier_boot && !d->recovered) {
		after_boot(d, out);
		return false;
	}
	if (!nth(d, true, 0) && is_reset_by_driver(d))
		after_reset(d, out);
	if (d->lost)
		buf_printf(out, "%s%s", out->len ? " " : "", d->lost_reason);
	else if (d->recovered)
		buf_printf(out, "%sNothing: the port works again.", out->len ? " " : "");
	return !d->recovered;
}

/* Whole, as it says what is lost on the way. */
static void now(struct page *p)
{
	const struct remedy *r = nth(p->d, true, 0);
	AUTO_BUF struct buf words = { 0 };
	bool steps = diagnose_now_words(p->d, &words);

	labeled_begin(&p->l, "Now");
	if (words.len)
		labeled_text(&p->l, STYLE_PLAIN, buf_str(&words), UINT32_MAX);
	if (!steps || !r)
		return;
	commands(p, r);
	labeled_text(&p->l, STYLE_PLAIN, r->why, UINT32_MAX);
	if (p->level[NOW] && p->d->stronger)
		labeled_text(&p->l, STYLE_PLAIN, "If that does not help: -v lists stronger ways.", 1);
}

/* How long it lasts, and how to keep it. */
static void lasting(struct page *p, const struct remedy *r, struct buf *out)
{
	if (!r->lasts || !r->command)
		return;
	buf_printf(out, " %s", r->lasts);
	if (r->fix && strncmp(r->command, "nicregs ", 8) != 0)
		diagnose_remedy_fix(r, out);
	else if (r->n_keeps == 1 && p->level[KEEP])
		buf_printf(out, " To keep it: %s", r->keeps[0]);
	else if (r->n_keeps)
		buf_puts(out, " -v says how to keep it.");
}

static void keep(struct page *p)
{
	const struct remedy *r = nth(p->d, false, 0);
	unsigned level = p->level[KEEP];
	AUTO_BUF struct buf words = { 0 };

	labeled_begin(&p->l, "Keep");
	if (!r && verdict_is_bad(p->d->verdict))
		labeled_text(&p->l, STYLE_PLAIN, "Nothing is known to prevent it from happening again.", 1);
	if (!r)
		return;
	commands(p, r);
	diagnose_remedy_counts(r, &words);
	if (!words.len || level > 1 || !r->command)
		labeled_text(&p->l, STYLE_PLAIN, r->why, r->command ? 2 + level / 2 : 3 + level);
	if (r->trial)
		buf_puts(&words, " The first form is a trial: it undoes itself after ten minutes.");
	lasting(p, r, &words);
	if (words.len)
		labeled_text(&p->l, STYLE_PLAIN, buf_str(&words) + 1, UINT32_MAX);
}

static void also(struct page *p)
{
	size_t most = p->level[ALSO] < 2 ? 1 : p->level[ALSO], n = 0;
	char text[64];

	labeled_begin(&p->l, "Also");
	for (const struct remedy *r; (r = nth(p->d, false, n + 1)); n++) {
		if (n >= most)
			continue;
		commands(p, r);
		if (p->level[ALSO])
			labeled_text(&p->l, STYLE_PLAIN, r->why, 1);
		else
			labeled_cut(&p->l, STYLE_PLAIN, r->why);
	}
	snprintf(text, sizeof(text), "-v lists %zu more.", n - most);
	if (n > most && p->level[ALSO])
		labeled_text(&p->l, STYLE_PLAIN, text, 1);
}

static void not_this(struct page *p)
{
	labeled_begin(&p->l, "Not");
	for (size_t i = 0; i < p->d->n_findings; i++) {
		const struct finding *f = &p->d->findings[i];

		if (f->excludes && p->level[ALSO])
			labeled_text(&p->l, STYLE_PLAIN, f->summary, 1);
		else if (f->excludes)
			labeled_cut(&p->l, STYLE_PLAIN, f->summary);
	}
}

/* "log line 12 of FILE: hang, ...", of several files, or "log line 12: hang, ...". */
struct log_line {
	const char *number, *file, *said; /* "12", " of FILE" or nothing, ": hang" */
	size_t digits, file_n, said_n;
};

/* False for other evidence. */
static bool log_line(const char *evidence, struct log_line *l)
{
	static const char start[] = "log line ";

	if (strncmp(evidence, start, strlen(start)) != 0)
		return false;
	l->number = evidence + strlen(start);
	for (l->digits = 0; isdigit((unsigned char)l->number[l->digits]);)
		l->digits++;
	l->file = l->number + l->digits;
	l->said = text_starts(l->file, ": ") ? l->file : strstr(l->file, ": ");
	if (!l->digits || !l->said || (l->said > l->file && !text_starts(l->file, " of ")))
		return false;
	l->file_n = (size_t)(l->said - l->file);
	l->said_n = (size_t)(strchrnul(l->said, ',') - l->said);
	return true;
}

/* Whether other evidence is of the same kind. */
static bool same_kind(const struct log_line *l, const char *evidence, struct log_line *other)
{
	return log_line(evidence, other) && l->said_n == other->said_n && !strncmp(l->said, other->said, l->said_n);
}

static bool same_bytes(const char *a, size_t n, const char *b, size_t m)
{
	return n == m && !memcmp(a, b, n);
}

static bool same_line(const struct log_line *a, const struct log_line *b)
{
	return same_bytes(a->number, a->digits + a->file_n, b->number, b->digits + b->file_n);
}

#define MORE_LINES 3

/* "Head (TDH) 0x5d" as "Head 0x5d". */
static void put_short(const char *words, struct buf *out)
{
	for (size_t n; *words; words += n) {
		n = *words == ' ' && words[1] == '(' ? strspn(words + 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") : 0;
		n = n && words[n + 2] == ')' ? n + 3 : 0;
		if (!n)
			buf_putc(out, *words);
		n = n ? n : 1;
	}
}

/* "log line 13 (also 28, 43): hang, Head (TDH) 0x5d": reports of one kind together, with the first one's values. */
static void put_reports(struct page *p, const struct finding *f, size_t i, const struct log_line *l)
{
	AUTO_BUF struct buf words = { 0 }, interface = { 0 };
	const char *said = l->said;
	struct log_line last = *l, other;
	size_t n = 0, kind = l->said_n;

	buf_puts(&words, "log line ");
	buf_add(&words, l->number, l->digits + l->file_n);
	for (size_t k = i + 1; k < f->n_evidence; k++) {
		if (!same_kind(l, f->evidence[k], &other))
			continue;
		if (!same_line(&other, &last) && n++ < MORE_LINES) {
			bool here = same_bytes(other.file, other.file_n, l->file, l->file_n);

			buf_puts(&words, n == 1 ? " (also " : ", ");
			buf_add(&words, other.number, other.digits + (here ? 0 : other.file_n));
		}
		last = other;
	}
	buf_puts(&words, n ? ")" : "");
	buf_add(&words, said, kind);
	buf_printf(&interface, ", %s", p->d->netdev ? p->d->netdev : "");
	said += kind;
	if (p->d->netdev && text_starts(said, buf_str(&interface)) && strchr(",", said[interface.len]))
		said += interface.len;
	put_short(said, &words);
	labeled_cut(&p->l, STYLE_PLAIN, buf_str(&words));
}

/* One piece of evidence in one line; false if one before it has said the same. */
static bool put_evidence(struct page *p, const struct finding *f, size_t i)
{
	static const char rest[] = " more of them in the log";
	size_t n = strlen(f->evidence[i]);
	struct log_line l, other;
	bool is_line = log_line(f->evidence[i], &l);

	for (size_t k = 0; k < i && is_line; k++)
		if (same_kind(&l, f->evidence[k], &other))
			return false;
	if (n >= sizeof(rest) && !strcmp(f->evidence[i] + n + 1 - sizeof(rest), rest))
		return false;
	if (is_line)
		put_reports(p, f, i, &l);
	else
		labeled_cut(&p->l, STYLE_PLAIN, f->evidence[i]);
	return true;
}

/* What the verdict stands on is said above; of other faults and warnings the first sentence. */
static bool put_summary(struct page *p, const struct finding *f)
{
	if (f->excludes || f->severity == SEVERITY_NOTE || (p->d->summary && strstr(p->d->summary, f->summary)))
		return false;
	if (p->level[WHY])
		labeled_text(&p->l, STYLE_PLAIN, f->summary, 1);
	else
		labeled_cut(&p->l, STYLE_PLAIN, f->summary);
	return true;
}

static bool is_basis(const struct diagnosis *d, const struct finding *f)
{
	return f->severity == SEVERITY_FAULT || (d->summary && strstr(d->summary, f->summary));
}

static void why(struct page *p)
{
	size_t left = 2 + p->level[WHY];

	labeled_begin(&p->l, "Why");
	for (int basis = 1; basis >= 0; basis--) {
		for (size_t i = 0; i < p->d->n_findings && left; i++) {
			const struct finding *f = &p->d->findings[i];

			if (is_basis(p->d, f) != basis)
				continue;
			left -= put_summary(p, f);
			for (size_t k = 0, shown = 0; basis && k < f->n_evidence && shown < 3 && left; k++) {
				bool put = put_evidence(p, f, k);

				shown += put;
				left -= put;
			}
		}
	}
}

/* What all lengths of a page begin with. */
static void put_head(const struct diagnose_view *what, struct page *p)
{
	headline(p->l.v, what, p->d, p->l.out);
	verdict_line(p);
	if (p->d->summary)
		style_paragraph(p->l.v, 2, STYLE_PLAIN, p->d->summary, p->l.out);
}

static void put_sections(struct page *p)
{
	now(p);
	keep(p);
	also(p);
	not_this(p);
	if (p->l.out->len && p->level[WHY] > 1)
		buf_putc(p->l.out, '\n');
	why(p);
}

/* All sections in short, then each a step longer in turn, as long as all of it fits. */
static void fit_sections(struct page *p, unsigned lines, struct buf *best)
{
	AUTO_BUF struct buf trial = { 0 };
	bool full[SECTIONS] = { false };

	memset(p->level, 0, sizeof(p->level));
	p->l.out = best;
	put_sections(p);
	for (unsigned i = 0; i < LEVEL_MOST * SECTIONS; i++) {
		struct buf before = *best;

		if (full[i % SECTIONS]) /* what did not fit does not fit where others are longer */
			continue;
		p->l.out = &trial;
		buf_clear(&trial);
		p->level[i % SECTIONS]++;
		put_sections(p);
		if (text_lines(buf_str(&trial), trial.len) > lines) {
			p->level[i % SECTIONS]--;
			full[i % SECTIONS] = true;
			continue;
		}
		*best = trial;
		trial = before;
	}
}

static void page(const struct view *v, const struct diagnose_view *what, const struct diagnosis *d, unsigned lines,
		 struct buf *out)
{
	AUTO_BUF struct buf sections = { 0 };
	struct page p = { .d = d, .l = { .v = v, .out = out, .indent = INDENT } };
	size_t start = out->len, used;

	put_head(what, &p);
	used = (size_t)text_lines(buf_str(out) + start, out->len - start) + 1;
	lines = lines > used ? lines - (unsigned)used : 0;
	for (unsigned i = 0; i < SECTIONS; i++)
		p.level[i] = LEVEL_MOST;
	p.l.out = &sections;
	put_sections(&p);
	if (text_lines(buf_str(&sections), sections.len) > lines) { /* else all on the way to it would fit, too */
		buf_clear(&sections);
		fit_sections(&p, lines, &sections);
	}
	if (sections.len)
		buf_putc(out, '\n');
	buf_add(out, buf_str(&sections), sections.len);
}

void diagnose_screen(const struct view *v, const struct diagnose_view *what, const struct diagnosis *d, unsigned lines,
		     struct buf *out)
{
	if (diagnose_is_trouble(d))
		page(v, what, d, lines, out);
	else
		diagnose_quiet(v, d, out);
}
