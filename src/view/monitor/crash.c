// SPDX-License-Identifier: GPL-2.0-or-later
#define NCURSES_WIDECHAR 1
#include "view/monitor/crash.h"

#include <curses.h>
#include <signal.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS };

/* A signal handler sees nothing but what is static. */
static struct {
	int keys;
	struct termios modes; /* as they were */
	char words[256];      /* that end the full screen */
	size_t n;
} saved = { .keys = -1 };

static void on_fault(int number)
{
	ssize_t n = write(STDOUT_FILENO, saved.words, saved.n);

	(void)n;
	tcsetattr(saved.keys, TCSANOW, &saved.modes);
	raise(number);
}

static void add(const char *capability)
{
	const char *text = tigetstr((char *)(uintptr_t)capability);
	size_t n = text && text != (char *)-1 ? strlen(text) : 0;

	if (n && saved.n + n < sizeof(saved.words))
		memcpy(saved.words + saved.n, text, n);
	else
		n = 0;
	saved.n += n;
}

void crash_arm(int keys)
{
	static const char mouse_off[] = "\033[?1000l\033[?1006l";
	static char stack[16384];
	const stack_t other = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction act = { .sa_handler = on_fault, .sa_flags = (int)SA_RESETHAND | SA_NODEFER | SA_ONSTACK };

	saved.keys = keys;
	saved.n = 0;
	reset_shell_mode();
	tcgetattr(keys, &saved.modes);
	reset_prog_mode();
	memcpy(saved.words, mouse_off, sizeof(mouse_off) - 1);
	saved.n = sizeof(mouse_off) - 1;
	add("sgr0");
	add("cnorm");
	add("rmkx");
	add("rmcup");
	sigaltstack(&other, NULL);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		sigaction(faults[i], &act, NULL);
}

void crash_disarm(void)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		signal(faults[i], SIG_DFL);
}

int crash_terminal(void)
{
	return saved.keys;
}
