// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/html.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

/* Of what is harmless already. */
static void escape(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		switch (s[i]) {
		case '&':
			buf_puts(out, "&amp;");
			break;
		case '<':
			buf_puts(out, "&lt;");
			break;
		case '>':
			buf_puts(out, "&gt;");
			break;
		case '"':
			buf_puts(out, "&quot;");
			break;
		case '\'':
			buf_puts(out, "&#39;");
			break;
		default:
			buf_putc(out, s[i]);
		}
	}
}

void html_text(struct buf *out, const char *s, size_t n)
{
	AUTO_BUF struct buf harmless = { 0 };

	text_escape(&harmless, s, n);
	escape(out, buf_str(&harmless), harmless.len);
}

/* One conversion, behind its '%'; returns the bytes that it takes. What html.h does not list is a mistake of the program. */
static size_t convert(struct buf *out, const char *f, va_list *args)
{
	size_t longs = strspn(f, "l");
	const char *s;

	switch (f[longs]) {
	case 's':
		s = va_arg(*args, const char *);
		html_text(out, s, strlen(s));
		break;
	case 'd':
		if (longs == 2)
			buf_printf(out, "%lld", va_arg(*args, long long));
		else if (longs)
			buf_printf(out, "%ld", va_arg(*args, long));
		else
			buf_printf(out, "%d", va_arg(*args, int));
		break;
	case 'u':
		if (longs == 2)
			buf_printf(out, "%llu", va_arg(*args, unsigned long long));
		else if (longs)
			buf_printf(out, "%lu", va_arg(*args, unsigned long));
		else
			buf_printf(out, "%u", va_arg(*args, unsigned));
		break;
	case 'z':
		buf_printf(out, "%zu", va_arg(*args, size_t));
		return longs + 2;
	case 'f':
		buf_printf(out, "%.2f", va_arg(*args, double));
		break;
	case '%':
		buf_putc(out, '%');
		break;
	default:
		abort();
	}
	return longs + 1;
}

void html_put(struct buf *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	while (*format) {
		size_t n = strcspn(format, "%");

		buf_add(out, format, n);
		format += n;
		if (*format)
			format += 1 + convert(out, format + 1, &args);
	}
	va_end(args);
}
