// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/labeled.h"

#include <ctype.h>
#include <string.h>

#include "util/text.h"

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

static unsigned width_of(const char *text, size_t n)
{
	AUTO_BUF struct buf safe = { 0 };

	text_escape(&safe, text, n);
	return (unsigned)text_width(buf_str(&safe));
}

static void put_line(struct labeled *l, enum style style, const char *words, size_t n)
{
	AUTO_BUF struct buf line = { 0 };

	buf_add(&line, words, n);
	put_label(l);
	style_put(l->v, style, buf_str(&line), l->out);
	buf_putc(l->out, '\n');
}

void labeled_line(struct labeled *l, enum style style, const char *words)
{
	static const char and[] = " && ";
	size_t n = strlen(words);

	while (l->indent + width_of(words, n) > l->v->width) {
		size_t cut = 0;

		for (const char *p = words; (p = strstr(p, and)); p++) {
			size_t at = (size_t)(p - words) + sizeof(and) - 2;

			if (!cut || l->indent + width_of(words, at) <= l->v->width)
				cut = at;
		}
		if (!cut)
			break;
		put_line(l, style, words, cut);
		words += cut + 1;
		n -= cut + 1;
	}
	put_line(l, style, words, n);
}

/* A sentence ends before a blank and a capital: "1.5 Mb/s" and "e.g. this" end none. */
size_t sentences(const char *text, size_t n)
{
	size_t i = 0;

	for (; text[i] && n; i++)
		if (text[i] == '.' && (!text[i + 1] || (text[i + 1] == ' ' && isupper((unsigned char)text[i + 2]))))
			n--;
	return i;
}

static unsigned lines_of(const struct labeled *l, const char *words)
{
	AUTO_BUF struct buf trial = { 0 };
	struct wrap w;
	unsigned n = 0;

	wrap_begin(&w, l->v, &trial, l->indent, " ");
	wrap_words(&w, STYLE_PLAIN, words);
	wrap_end(&w);
	for (size_t i = 0; i < trial.len; i++)
		n += trial.data[i] == '\n';
	return n;
}

void labeled_text(struct labeled *l, enum style style, const char *words, unsigned most)
{
	AUTO_BUF struct buf part = { 0 };
	struct wrap w;

	buf_add(&part, words, sentences(words, 1));
	for (size_t n = 2; sentences(words, n) > part.len; n++) {
		AUTO_BUF struct buf longer = { 0 };

		buf_add(&longer, words, sentences(words, n));
		if (lines_of(l, buf_str(&longer)) > most)
			break;
		buf_clear(&part);
		buf_puts(&part, buf_str(&longer));
	}
	put_label(l);
	wrap_continue(&w, l->v, l->out, l->indent, l->indent, " ");
	wrap_words(&w, style, buf_str(&part));
	wrap_end(&w);
}

void labeled_cut(struct labeled *l, enum style style, const char *words)
{
	static const char dots[] = " ...";
	unsigned room = l->v->width > l->indent ? l->v->width - l->indent : 1;
	AUTO_BUF struct buf part = { 0 };
	size_t n = strlen(words);

	if (width_of(words, n) > room) {
		while (n && (words[n] != ' ' || width_of(words, n) + sizeof(dots) - 1 > room))
			n--;
		while (n && strchr(" ,;:", words[n - 1]))
			n--;
	}
	buf_add(&part, words, n ? n : strlen(words));
	if (n && words[n])
		buf_puts(&part, dots);
	labeled_line(l, style, buf_str(&part));
}
