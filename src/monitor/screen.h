/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The terminal: taken, given back on every exit, and written to in columns. Private to monitor/; curses is in
 * here. */
#ifndef MONITOR_SCREEN_H
#define MONITOR_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

enum tone {
	TONE_PLAIN,
	TONE_BAR,
	TONE_TITLE,
	TONE_BAD,
	TONE_WARN,
	TONE_GOOD,
	TONE_DIM,
	TONES,
	TONE_CHOSEN = 16 /* added to any of them: the row that keys act on */
};

struct screen {
	int height, width;
	bool color, ascii;
	struct curses *curses; /* owned */
	void *window;          /* of curses: the whole screen */
};

/* -ENOTTY without a terminal, -ENOTSUP without curses. From then on a crash gives the terminal back, too. */
int screen_open(struct screen *s, bool color, bool ascii, struct err *e);
void screen_close(struct screen *s);
/* Takes the terminal's size anew. */
void screen_resize(struct screen *s);
void screen_redraw(const struct screen *s);
/* The file that keys come from. */
int screen_keys(void);

/* Begins a picture; shows it. Nothing is seen in between. */
void screen_clear(const struct screen *s);
void screen_show(const struct screen *s);
/* Writes text from (y, x) into `width` columns in an enum tone: escaped, cut, and filled up with blanks. */
void screen_put(const struct screen *s, int y, int x, int width, int tone, const char *text);
/* A title in a line across; `part`, which part of what is below is shown, at its end if there is room. */
void screen_rule(const struct screen *s, int y, int x, int width, const char *title, const char *part, bool focus);

enum key {
	KEY_NOTHING = -1,
	KEY_REDRAW = 12, /* ^L */
	KEY_ESCAPE = 27,
	KEY_LEFT_ARROW = 1000,
	KEY_RIGHT_ARROW,
	KEY_UP_ARROW,
	KEY_DOWN_ARROW,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_FIRST,
	KEY_LAST,
	KEY_RETURN,
	KEY_RUBOUT,
	KEY_BACK_TAB,
	KEY_CLICK,
	KEY_WHEEL_UP,
	KEY_WHEEL_DOWN,
	KEY_F_BASE = 1100
};
/* The next key that waits: a character, an enum key, KEY_F_BASE + n; KEY_NOTHING. Mouse events have their place. */
int screen_key(const struct screen *s, int *y, int *x);

#endif
