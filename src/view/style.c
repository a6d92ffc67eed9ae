// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/style.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/alloc.h"
#include "util/text.h"

const char *style_code(const struct view *v, enum style style)
{
	static const char *const codes[] = {
		[STYLE_PLAIN] = "\033[0m", [STYLE_HEADING] = "\033[1;36m", [STYLE_NAME] = "\033[1m",
		[STYLE_DIM] = "\033[2m",   [STYLE_UNUSUAL] = "\033[1;31m",
	};

	return v->color ? codes[style] : "";
}

/* n bytes of a text, and what comes after them, in a style. */
static void put_styled(const struct view *v, enum style style, const char *s, size_t n, const char *after,
		       struct buf *out)
{
	bool styled = v->color && style != STYLE_PLAIN && (n || *after);

	if (styled)
		buf_puts(out, style_code(v, style));
	text_escape(out, s, n);
	text_escape(out, after, strlen(after));
	if (styled)
		buf_puts(out, style_code(v, STYLE_PLAIN));
}

void style_put(const struct view *v, enum style style, const char *s, struct buf *out)
{
	put_styled(v, style, s, strlen(s), "", out);
}

void style_heading(const struct view *v, const char *text, struct buf *out)
{
	buf_putc(out, '\n');
	style_paragraph(v, 0, STYLE_HEADING, text, out);
}

/* Columns that a line has for text at least, else its indent is smaller. */
#define ROOM 16
#define INDENT_NARROW 4

void wrap_begin(struct wrap *w, const struct view *v, struct buf *out, unsigned indent, const char *separator)
{
	*w = (struct wrap){ .v = v, .out = out, .indent = indent, .separator = separator };
}

void wrap_continue(struct wrap *w, const struct view *v, struct buf *out, unsigned indent, unsigned column,
		   const char *separator)
{
	*w = (struct wrap){ .v = v, .out = out, .column = column, .begun = column > indent, .separator = separator };
	w->indent = indent > INDENT_NARROW && indent + ROOM > v->width ? INDENT_NARROW : indent;
}

static void indent(struct wrap *w)
{
	buf_pad(w->out, w->out->len, w->indent);
	w->column = w->indent;
	w->begun = false;
}

/* What of the separator stays at the end of a line. */
static unsigned separator_end(const struct wrap *w)
{
	size_t n = strlen(w->separator);

	while (n && w->separator[n - 1] == ' ')
		n--;
	return (unsigned)n;
}

static void end_line(struct wrap *w)
{
	struct buf *out = w->out;

	buf_add(out, w->separator, w->begun ? separator_end(w) : 0);
	while (out->len && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
	buf_putc(out, '\n');
}

static void put_item(struct wrap *w, enum style style, const char *item, size_t n, unsigned width)
{
	unsigned gap = (unsigned)strlen(w->separator), end = separator_end(w);

	if (!w->column) {
		indent(w);
	} else if (w->column > w->indent && w->column + (w->begun ? gap : 0) + width + end > w->v->width) {
		end_line(w);
		indent(w);
	} else if (w->begun) {
		buf_add(w->out, w->separator, gap);
		w->column += gap;
	}
	put_styled(w->v, style, item, n, "", w->out);
	w->column += width;
	w->begun = true;
}

/* Columns of n bytes as they are printed: escaped. */
static unsigned printed_width(const char *text, size_t n)
{
	return (unsigned)text_escaped_width(text, n);
}

void wrap_item(struct wrap *w, enum style style, const char *item)
{
	size_t n = strlen(item);
	unsigned width = printed_width(item, n);

	if (w->indent + width + separator_end(w) <= w->v->width || !strchr(item, ' ')) {
		put_item(w, style, item, n, width);
	} else {
		/* Too long for any line: broken at its blanks, each line indented further. */
		const struct view narrower = { .width = w->v->width - separator_end(w), .color = w->v->color };
		struct wrap inner = *w;

		if (w->column > w->indent) {
			end_line(w);
			inner.column = 0;
		}
		inner.separator = " ";
		inner.v = &narrower;
		wrap_words(&inner, style, item);
		w->column = inner.column;
		w->begun = inner.begun;
	}
}

/* A text of words with one blank between any two. Of n bytes of a string, which may go on. */
struct words {
	const char *text;
	size_t n;        /* bytes that are left */
	bool plain;      /* each byte of it takes a column */
	struct buf copy; /* of a text with other blanks; owned */
};

static void words_begin(struct words *w, const char *text, size_t n)
{
	bool single = n && *text != ' ' && text[n - 1] != ' ' && !strstr(text, "  ");

	*w = (struct words){ .text = text, .n = n, .plain = text_is_plain(text, n) };
	for (size_t i = 0; i < n && !single; i++)
		if (text[i] != ' ' || (w->copy.len && i + 1 < n && text[i + 1] != ' '))
			buf_putc(&w->copy, text[i]);
	if (!single) {
		w->text = buf_str(&w->copy);
		w->n = w->copy.len;
	}
}

static const char *words_blank(const struct words *w, size_t from)
{
	const char *blank = memchr(w->text + from, ' ', w->n - from);

	return blank ? blank : w->text + w->n;
}

/* Bytes of those at the start that fit so many columns, of the first one at least; *width: their columns. */
static size_t words_fit(const struct words *w, unsigned columns, unsigned *width)
{
	size_t n = 0;

	*width = 0;
	if (w->plain) {
		const char *end = w->n <= columns ? w->text + w->n : memrchr(w->text, ' ', (size_t)columns + 1);

		n = (size_t)((end ? end : words_blank(w, 0)) - w->text);
		*width = (unsigned)n;
		return n;
	}
	while (n < w->n && *width <= columns) {
		size_t from = n + (n != 0), to = (size_t)(words_blank(w, from) - w->text);
		unsigned more = printed_width(w->text + from, to - from) + (n != 0);

		if (n && *width + more > columns)
			break;
		*width += more;
		n = to;
	}
	return n;
}

/* Those go out, and the blank behind them. */
static void words_pass(struct words *w, size_t n)
{
	n += n < w->n;
	w->text += n;
	w->n -= n;
}

/* As many words as fit the line go out together, in one style. */
static void wrap_some(struct wrap *w, enum style style, const char *text, size_t n)
{
	struct words words;

	for (words_begin(&words, text, n); words.n; words_pass(&words, n)) {
		unsigned end = w->column ? w->column : w->indent, width;

		end += w->begun ? (unsigned)strlen(w->separator) : 0;
		n = words_fit(&words, end < w->v->width ? w->v->width - end : 0, &width);
		put_item(w, style, words.text, n, width);
	}
	buf_free(&words.copy);
}

void wrap_words(struct wrap *w, enum style style, const char *text)
{
	wrap_some(w, style, text, strlen(text));
}

void wrap_end(struct wrap *w)
{
	if (w->column)
		buf_putc(w->out, '\n');
	w->column = 0;
}

void style_paragraph(const struct view *v, unsigned indent, enum style style, const char *text, struct buf *out)
{
	struct wrap w;

	wrap_begin(&w, v, out, indent, " ");
	wrap_words(&w, style, text);
	wrap_end(&w);
}

void style_line(const struct view *v, const char *lead, const char *text, struct buf *out)
{
	struct wrap w;

	buf_puts(out, lead);
	if (!v->terminal) {
		style_put(v, STYLE_PLAIN, text, out);
		buf_putc(out, '\n');
		return;
	}
	wrap_continue(&w, v, out, *lead ? 2 : 0, (unsigned)strlen(lead), " ");
	w.begun = false; /* the lead ends in its own blank */
	wrap_words(&w, STYLE_PLAIN, text);
	wrap_end(&w);
}

struct items items_begin(const struct view *v, const char *label, unsigned indent, struct buf *out)
{
	struct items i = { .label = label };

	wrap_begin(&i.w, v, out, indent, ", ");
	return i;
}

void items_add(struct items *i, enum style style, const char *format, ...)
{
	AUTO_FREE char *text = NULL;
	va_list ap;

	if (!i->begun) {
		struct wrap *w = &i->w;
		size_t start = w->out->len;

		buf_puts(w->out, i->label);
		buf_pad(w->out, start, w->indent - 1);
		buf_putc(w->out, ' ');
		wrap_continue(w, w->v, w->out, (unsigned)(w->out->len - start), (unsigned)(w->out->len - start), ", ");
	}
	i->begun = true;
	va_start(ap, format);
	text = xvasprintf(format, ap);
	va_end(ap);
	wrap_item(&i->w, style, text);
}

void items_end(struct items *i)
{
	if (i->begun)
		wrap_end(&i->w);
}

void labeled_begin(struct labeled *l, const char *label)
{
	l->label = label;
}

static void put_label(struct labeled *l)
{
	size_t start = l->out->len;

	buf_puts(l->out, "  ");
	buf_puts(l->out, l->label ? l->label : "");
	l->label = NULL;
	buf_pad(l->out, start, l->indent);
}

static void put_line(struct labeled *l, enum style style, const char *words, size_t n, const char *after)
{
	put_label(l);
	put_styled(l->v, style, words, n, after, l->out);
	buf_putc(l->out, '\n');
}

/* Where a line of so many columns of a command ends best: behind its last "&&", else, not within quotes, at its last blank, where
 * *after is the backslash that it needs there. 0: nowhere. */
static size_t command_break(const char *words, unsigned columns, const char **after)
{
	static const char and[] = " && ";
	size_t at_and = 0, at_blank = 0;
	char quote = '\0';

	for (size_t i = 0; words[i]; i++) {
		if (quote ? words[i] == quote : words[i] == '\'' || words[i] == '"' || words[i] == '`')
			quote = quote ? '\0' : words[i];
		if (quote || words[i] != ' ')
			continue;
		if (i > 2 && text_starts(words + i - 3, and) && (!at_and || printed_width(words, i) <= columns))
			at_and = i;
		if (printed_width(words, i) + 2 <= columns)
			at_blank = i;
	}
	if (at_and && printed_width(words, at_and) > columns && at_blank)
		at_and = 0;
	*after = at_and ? "" : " \\";
	return at_and ? at_and : at_blank;
}

void labeled_line(struct labeled *l, enum style style, const char *words)
{
	unsigned columns = l->v->width > l->indent ? l->v->width - l->indent : 1;

	while (printed_width(words, strlen(words)) > columns) {
		const char *after;
		size_t n = command_break(words, columns, &after);

		if (!n)
			break;
		put_line(l, style, words, n, after);
		words += n + 1;
	}
	put_line(l, style, words, strlen(words), "");
}

/* Where the sentence ends that begins at a byte: before a blank and a capital. "1.5 Mb/s" and "e.g. this" end none. */
static size_t sentence_end(const char *text, size_t from)
{
	const char *p = text + from;

	while ((p = strchr(p, '.'))) {
		p++;
		if (!*p || (*p == ' ' && isupper((unsigned char)p[1])))
			return (size_t)(p - text);
	}
	return from + strlen(text + from);
}

static unsigned lines_of(const struct labeled *l, const char *text, size_t n)
{
	unsigned lines = 0, columns = l->v->width > l->indent ? l->v->width - l->indent : 0;
	struct words words;

	for (words_begin(&words, text, n); words.n; lines++)
		words_pass(&words, words_fit(&words, columns, &(unsigned){ 0 }));
	buf_free(&words.copy);
	return lines;
}

void labeled_text(struct labeled *l, enum style style, const char *words, unsigned most)
{
	size_t n = most == UINT32_MAX ? strlen(words) : sentence_end(words, 0);
	struct wrap w;

	while (words[n]) {
		size_t longer = sentence_end(words, n);

		if (lines_of(l, words, longer) > most)
			break;
		n = longer;
	}
	put_label(l);
	wrap_continue(&w, l->v, l->out, l->indent, l->indent, " ");
	wrap_some(&w, style, words, n);
	wrap_end(&w);
}

void labeled_cut(struct labeled *l, enum style style, const char *words)
{
	static const char dots[] = " ...";
	const char *end = dots;
	unsigned room = l->v->width > l->indent ? l->v->width - l->indent : 1;
	size_t n = strlen(words);

	if (printed_width(words, n) > room) {
		while (n && (words[n] != ' ' || printed_width(words, n) + sizeof(dots) - 1 > room))
			n--;
		while (n && strchr(" ,;:", words[n - 1]))
			n--;
		if (!n) {
			/* Not even the first word fits. */
			end = dots + 1;
			n = strlen(words);
			while (n && ((words[n] & 0xc0) == 0x80 || printed_width(words, n) + strlen(end) > room))
				n--;
		}
	}
	put_line(l, style, words, n, words[n] ? end : "");
}
