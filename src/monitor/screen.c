// SPDX-License-Identifier: GPL-2.0-or-later
#include "monitor/screen.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "monitor/curses.h"
#include "monitor/terminal.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/text.h"

static attr_t attribute(const struct screen *s, int tone)
{
	static const attr_t plain[TONES] = {
		[TONE_BAR] = A_REVERSE,
		[TONE_TITLE] = A_BOLD,
		[TONE_BAD] = A_BOLD,
	};
	static const attr_t more[TONES] = {
		[TONE_TITLE] = A_BOLD,
		[TONE_BAD] = A_BOLD,
		[TONE_DIM] = A_DIM,
		[TONE_BAR] = A_REVERSE,
	};
	int base = tone % TONE_CHOSEN;
	attr_t shown = s->color ? more[base] | (attr_t)s->curses->COLOR_PAIR(base) : plain[base];

	return tone & TONE_CHOSEN ? (shown & ~A_DIM) | A_REVERSE : shown;
}

static void colors(struct screen *s)
{
	static const short fore[TONES] = {
		[TONE_PLAIN] = -1,      [TONE_BAR] = COLOR_CYAN,    [TONE_TITLE] = COLOR_CYAN,
		[TONE_BAD] = COLOR_RED, [TONE_WARN] = COLOR_YELLOW, [TONE_GOOD] = COLOR_GREEN,
		[TONE_DIM] = -1,
	};
	const struct curses *c = s->curses;

	s->color = s->color && c->has_colors() && c->start_color() != ERR && c->use_default_colors() != ERR;
	for (short i = 1; s->color && i < TONES; i++)
		c->init_pair(i, fore[i], -1);
}

static void measure(struct screen *s)
{
	s->height = s->curses->getmaxy(s->window);
	s->width = s->curses->getmaxx(s->window);
}

static int take(struct screen *s, struct err *e)
{
	FILE *keys = isatty(STDIN_FILENO) ? stdin : fopen("/dev/tty", "re");
	struct curses *c = s->curses;
	const char *type = NULL;
	int r = 0;

	if (!keys || !isatty(STDOUT_FILENO))
		r = err_set(e, ENOTTY, "monitor", "this is not a terminal");
	else if (CURSES_LOAD(LIBCURSES, c, e))
		return -ENOTSUP;
	else
		r = terminal_find(getenv("TERM"), &type, e);
	if (!r && !c->newterm(type, stdout, keys))
		r = err_set(e, ENOTTY, "monitor", "the terminal, of type %s, cannot be taken", type);
	if (r) {
		err_todo(e, "in scripts use nicregs diagnose --json, or nicregs watch");
		return r;
	}
	terminal_arm(fileno(keys));
	s->window = c->newwin(0, 0, 0, 0);
	return 0;
}

int screen_open(struct screen *s, bool color, bool ascii, struct err *e)
{
	struct curses *c = xcalloc(1, sizeof(*c));
	int r;

	*s = (struct screen){ .color = color, .ascii = ascii, .curses = c };
	r = take(s, e);
	if (r) {
		free(c);
		return r;
	}
	colors(s);
	c->cbreak();
	c->noecho();
	c->nonl();
	c->keypad(s->window, TRUE);
	c->nodelay(s->window, TRUE);
	c->set_escdelay(25);
	c->curs_set(0);
	c->mouseinterval(0);
	c->mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	measure(s);
	return 0;
}

void screen_close(struct screen *s)
{
	const struct curses *c = s->curses;

	c->mousemask(0, NULL);
	/* On a terminal without a second screen the shell goes on in the last line. */
	c->wmove(s->window, s->height - 1, 0);
	c->wclrtoeol(s->window);
	c->wrefresh(s->window);
	c->endwin();
	terminal_disarm();
	free(s->curses);
}

int screen_keys(void)
{
	return isatty(STDIN_FILENO) ? STDIN_FILENO : terminal_keys();
}

void screen_resize(struct screen *s)
{
	struct winsize size = { 0 };

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		s->curses->resizeterm(size.ws_row, size.ws_col);
	measure(s);
	screen_redraw(s);
}

void screen_redraw(const struct screen *s)
{
	s->curses->clearok(s->window, TRUE);
}

void screen_clear(const struct screen *s)
{
	s->curses->werase(s->window);
}

void screen_show(const struct screen *s)
{
	s->curses->wrefresh(s->window);
}

/* Bytes of text that fit the columns, and how many columns these take. What is cut ends in a whole word, so that no number loses its last
 * digits; a word that takes most of the room alone is cut. */
static size_t fitting(const char *text, int width, int *taken)
{
	size_t n = 0, word = 0;
	int before = 0;

	*taken = 0;
	while (text[n]) {
		char one[8] = { 0 };
		size_t bytes = 1;
		int w;

		while (bytes < 4 && ((unsigned char)text[n + bytes] & 0xc0) == 0x80)
			bytes++;
		memcpy(one, text + n, bytes);
		w = (int)text_width(one);
		if (*taken + w > width)
			break;
		*taken += w;
		n += bytes;
		if (text[n - 1] == ' ') {
			word = n;
			before = *taken;
		}
	}
	if (!text[n] || text[n] == ' ' || before <= width / 2)
		return n;
	*taken = before;
	return word;
}

static void make_ascii(struct buf *text)
{
	size_t to = 0;

	for (size_t i = 0; i < text->len; i++) {
		unsigned char c = (unsigned char)text->data[i];

		if ((c & 0xc0) != 0x80)
			text->data[to++] = c < 0x80 ? (char)c : '?';
	}
	if (text->data)
		text->data[to] = '\0';
	text->len = to;
}

void screen_put(const struct screen *s, int y, int x, int width, int tone, const char *text)
{
	AUTO_BUF struct buf safe = { 0 };
	const struct curses *c = s->curses;
	int taken;
	size_t n;

	if (x + width > s->width)
		width = s->width - x;
	if (y < 0 || y >= s->height || x < 0 || width <= 0)
		return;
	text_escape(&safe, text, strlen(text));
	if (s->ascii)
		make_ascii(&safe);
	n = fitting(buf_str(&safe), width, &taken);
	c->wattrset(s->window, (int)attribute(s, tone));
	c->wmove(s->window, y, x);
	c->waddnstr(s->window, buf_str(&safe), (int)n);
	for (; taken < width; taken++)
		c->waddch(s->window, ' ');
	c->wattrset(s->window, A_NORMAL);
}

void screen_rule(const struct screen *s, int y, int x, int width, const char *title, const char *part, bool focus)
{
	AUTO_BUF struct buf line = { 0 };
	const char *dash = s->ascii ? "-" : "\xe2\x94\x80";
	int end = width - (*part ? (int)strlen(part) + 3 : 0), taken;

	buf_printf(&line, "%s%s ", dash, focus ? (s->ascii ? ">" : "\xe2\x96\xb6") : dash);
	buf_add(&line, title, fitting(title, width - 4, &taken));
	buf_puts(&line, line.data[line.len - 1] == ' ' ? "" : " ");
	for (int used = (int)text_width(buf_str(&line)); used < end; used++)
		buf_puts(&line, dash);
	if (*part && (int)text_width(buf_str(&line)) <= end)
		buf_printf(&line, " %s %s", part, dash);
	screen_put(s, y, x, width, TONE_TITLE, buf_str(&line));
}

static int mouse(const struct curses *c, int *y, int *x)
{
	MEVENT event;

	if (c->getmouse(&event) != OK)
		return KEY_NOTHING;
	*y = event.y;
	*x = event.x;
	if (event.bstate & BUTTON4_PRESSED)
		return KEY_WHEEL_UP;
	return event.bstate & BUTTON5_PRESSED ? KEY_WHEEL_DOWN : KEY_CLICK;
}

int screen_key(const struct screen *s, int *y, int *x)
{
	static const struct {
		int from, to;
	} names[] = {
		{ KEY_LEFT, KEY_LEFT_ARROW }, { KEY_RIGHT, KEY_RIGHT_ARROW }, { KEY_UP, KEY_UP_ARROW },
		{ KEY_DOWN, KEY_DOWN_ARROW }, { KEY_PPAGE, KEY_PAGE_UP },     { KEY_NPAGE, KEY_PAGE_DOWN },
		{ KEY_HOME, KEY_FIRST },      { KEY_END, KEY_LAST },          { KEY_ENTER, KEY_RETURN },
		{ '\r', KEY_RETURN },         { '\n', KEY_RETURN },           { KEY_BACKSPACE, KEY_RUBOUT },
		{ 0x7f, KEY_RUBOUT },         { '\b', KEY_RUBOUT },           { KEY_BTAB, KEY_BACK_TAB },
	};
	int got = s->curses->wgetch(s->window);

	if (got == ERR)
		return KEY_NOTHING;
	if (got == KEY_MOUSE)
		return mouse(s->curses, y, x);
	if (got >= KEY_F(1) && got <= KEY_F(12))
		return KEY_F_BASE + got - KEY_F0;
	for (size_t i = 0; i < COUNT(names); i++)
		if (got == names[i].from)
			return names[i].to;
	return got < 256 ? got : 0;
}
