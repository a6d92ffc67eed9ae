/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ncurses, loaded when the monitor takes the terminal. Its macros are about a window that the library has for the whole program, and
 * left out. */
#ifndef MONITOR_CURSES_H
#define MONITOR_CURSES_H

#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <curses.h>

#include "util/library.h"

#define LIBCURSES(X)          \
	X(COLOR_PAIR)         \
	X(cbreak)             \
	X(clearok)            \
	X(curs_set)           \
	X(endwin)             \
	X(getmaxx)            \
	X(getmaxy)            \
	X(getmouse)           \
	X(has_colors)         \
	X(init_pair)          \
	X(keypad)             \
	X(mouseinterval)      \
	X(mousemask)          \
	X(newterm)            \
	X(newwin)             \
	X(nodelay)            \
	X(noecho)             \
	X(nonl)               \
	X(resizeterm)         \
	X(set_escdelay)       \
	X(start_color)        \
	X(use_default_colors) \
	X(waddch)             \
	X(waddnstr)           \
	X(wattrset)           \
	X(wclrtoeol)          \
	X(werase)             \
	X(wgetch)             \
	X(wmove)              \
	X(wrefresh)

struct curses {
	LIBCURSES(LIBRARY_MEMBER)
};

#define CURSES_SONAME(major) "libncursesw.so." #major
#define CURSES_SONAME_OF(major) CURSES_SONAME(major)

static const struct library curses_library = { CURSES_SONAME_OF(NCURSES_VERSION_MAJOR), "libncursesw", "libncursesw6",
					       "use nicregs diagnose, or nicregs watch" };

/* -ENOTSUP with *e if the library is not there. LIST is LIBCURSES, or of functions of terminfo, which is part of it. */
#define CURSES_LOAD(LIST, calls, e) LIBRARY_LOAD(&curses_library, LIST, calls, "monitor", "draws through ncurses", e)

#endif
