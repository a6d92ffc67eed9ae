// SPDX-License-Identifier: GPL-2.0-or-later
#define NCURSES_WIDECHAR 1
#include "view/monitor/terminal.h"

#include <curses.h>
#include <errno.h>
#include <stdint.h>
#include <term.h>
#include <unistd.h>

#include "util/err.h"

/* Whether the cursor can be put anywhere. */
static bool has_screen(void)
{
	const char *cup = tigetstr((char *)(uintptr_t) "cup");

	return cup && cup != (const char *)-1;
}

int terminal_check(const char *type, struct err *e)
{
	bool screen;
	int found;

	if (!type || !*type)
		return err_set(e, ENOTTY, "monitor", "TERM does not say what kind of terminal this is");
	if (setupterm(type, STDOUT_FILENO, &found) == ERR)
		return err_set(e, ENOTTY, "monitor", "the terminal type %s (TERM) is not known here", type);
	screen = has_screen();
	del_curterm(cur_term);
	if (!screen)
		return err_set(e, ENOTTY, "monitor", "a terminal of type %s (TERM) has lines only, no screen", type);
	return 0;
}
