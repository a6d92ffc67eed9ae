// SPDX-License-Identifier: GPL-2.0-or-later
#include "monitor/terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "monitor/curses.h"
#include "monitor/entries.h"
#include "util/alloc.h"
#include "util/err.h"

/* Behind all others: this header's macros are words of all kinds. */
#include <term.h>

#define TERMINFO(X)         \
	X(del_curterm)      \
	X(reset_prog_mode)  \
	X(reset_shell_mode) \
	X(set_curterm)      \
	X(setupterm)        \
	X(tigetstr)

struct terminfo {
	TERMINFO(LIBRARY_MEMBER)
};

/* Whether terminfo has the type; and whether the cursor can be put anywhere. */
static bool is_known(const struct terminfo *t, const char *type, bool *screen)
{
	const char *cup;
	int found;

	if (t->setupterm(type, STDOUT_FILENO, &found) == ERR)
		return false;
	cup = t->tigetstr((char *)(uintptr_t) "cup");
	*screen = cup && cup != (const char *)-1;
	t->del_curterm(t->set_curterm(NULL));
	return true;
}

/* A rescue shell has no terminfo, and that of a server does not know the newest terminal. */
static bool is_built_in(const struct terminfo *t, const char *type, const char **name, bool *screen)
{
	AUTO_FREE char *text = entry_like(type, name);

	return text && !setenv("TERMINFO", text, 1) && is_known(t, *name, screen);
}

int terminal_find(const char *type, const char **name, struct err *e)
{
	struct terminfo t;
	bool screen = false;
	int r = CURSES_LOAD(TERMINFO, &t, e);

	if (r)
		return r;
	if (!type || !*type)
		return err_set(e, ENOTTY, "monitor", "TERM does not say what kind of terminal this is");
	*name = type;
	if (!is_known(&t, type, &screen) && !is_built_in(&t, type, name, &screen))
		return err_set(e, ENOTTY, "monitor", "the terminal type %s (TERM) is not known here", type);
	if (!screen)
		return err_set(e, ENOTTY, "monitor", "a terminal of type %s (TERM) has lines only, no screen", type);
	return 0;
}

/* What ends a program unless it does something about it (signal(7)), besides the signals that the monitor reads from a file and
 * those of the real-time range. */
static const int endings[] = {
	SIGSEGV,   SIGBUS,  SIGFPE,    SIGILL,  SIGABRT, SIGTRAP, SIGSYS, SIGUSR1, SIGUSR2,
	SIGALRM,   SIGPROF, SIGVTALRM, SIGXCPU, SIGXFSZ, SIGPIPE, SIGIO,  SIGPWR,
#ifdef SIGSTKFLT
	SIGSTKFLT,
#endif
};
#define N_ENDINGS COUNT(endings)

/* A signal handler sees nothing but what is static. */
static struct {
	int keys;
	struct termios modes; /* as they were */
	char words[256];      /* that end the full screen */
	size_t n;
} saved = { .keys = -1 };

static void on_end(int number)
{
	ssize_t n = write(STDOUT_FILENO, saved.words, saved.n);

	(void)n;
	tcsetattr(saved.keys, TCSANOW, &saved.modes);
	raise(number);
}

/* Who is told to ignore a signal goes on doing so. */
static void arm(int number, const struct sigaction *act)
{
	struct sigaction now;

	if (!sigaction(number, NULL, &now) && now.sa_handler != SIG_IGN)
		sigaction(number, act, NULL);
}

static void disarm(int number)
{
	struct sigaction now;

	if (!sigaction(number, NULL, &now) && now.sa_handler == on_end)
		signal(number, SIG_DFL);
}

static void add(const struct terminfo *t, const char *capability)
{
	const char *text = t->tigetstr((char *)(uintptr_t)capability);
	size_t n = text && text != (char *)-1 ? strlen(text) : 0;

	if (n && saved.n + n < sizeof(saved.words))
		memcpy(saved.words + saved.n, text, n);
	else
		n = 0;
	saved.n += n;
}

void terminal_arm(int keys)
{
	static const char mouse_off[] = "\033[?1000l\033[?1006l";
	static char stack[16384];
	const stack_t other = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction act = { .sa_handler = on_end, .sa_flags = (int)SA_RESETHAND | SA_NODEFER | SA_ONSTACK };
	struct terminfo t;

	if (CURSES_LOAD(TERMINFO, &t, NULL))
		return;
	saved.keys = keys;
	saved.n = 0;
	t.reset_shell_mode();
	tcgetattr(keys, &saved.modes);
	t.reset_prog_mode();
	memcpy(saved.words, mouse_off, sizeof(mouse_off) - 1);
	saved.n = sizeof(mouse_off) - 1;
	add(&t, "sgr0");
	add(&t, "cnorm");
	add(&t, "rmkx");
	add(&t, "rmcup");
	sigaltstack(&other, NULL);
	for (size_t i = 0; i < N_ENDINGS; i++)
		arm(endings[i], &act);
	for (int number = SIGRTMIN; number <= SIGRTMAX; number++)
		arm(number, &act);
}

void terminal_disarm(void)
{
	for (size_t i = 0; i < N_ENDINGS; i++)
		disarm(endings[i]);
	for (int number = SIGRTMIN; number <= SIGRTMAX; number++)
		disarm(number);
}

int terminal_keys(void)
{
	return saved.keys;
}
