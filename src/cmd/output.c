// SPDX-License-Identifier: GPL-2.0-or-later
/* Standard output: how it wants its text, and what is longer than the terminal through a pager. On standard error: progress. */
#include "cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host/privilege.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/text.h"

#define HELP_WIDTH 80
#define WORDS 16 /* of a pager's command */

static unsigned terminal_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size = { 0 };
	uint64_t n = 0;

	if (columns && text_u64(columns, &n) && n <= 1000)
		return n < 40 ? 40 : (unsigned)n;
	if (isatty(fd) && !ioctl(fd, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col < 40 ? 40 : size.ws_col;
	return 80;
}

struct view cmd_view(const struct options *o)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	bool terminal = isatty(STDOUT_FILENO);
	bool plain = o->no_color || (no_color && *no_color) || !term || !strcmp(term, "dumb");

	return (struct view){
		.width = terminal_width(STDOUT_FILENO),
		.terminal = terminal,
		.color = terminal && !plain,
	};
}

struct view cmd_view_help(void)
{
	unsigned width = terminal_width(STDOUT_FILENO);

	return (struct view){ .width = width < HELP_WIDTH ? width : HELP_WIDTH };
}

struct view cmd_view_stderr(void)
{
	return (struct view){ .width = terminal_width(STDERR_FILENO), .terminal = isatty(STDERR_FILENO) };
}

int cmd_output(const struct buf *out, int status)
{
	struct err e = { 0 };
	size_t done = fwrite(buf_str(out), 1, out->len, stdout);

	if (done == out->len && !fflush(stdout))
		return status;
	return cmd_fail(&e, err_sys(&e, errno, "standard output"));
}

int cmd_check_output(const struct options *o, struct err *e)
{
	struct stat st;

	if (!o->output || o->force || lstat(o->output, &st) || !(S_ISREG(st.st_mode) || S_ISLNK(st.st_mode)))
		return 0;
	if (S_ISLNK(st.st_mode) && !stat(o->output, &st) && !S_ISREG(st.st_mode))
		return 0;
	err_set(e, EEXIST, o->output, "the file exists");
	err_todo(e, "name another one, or replace it with --force");
	return -EEXIST;
}

int cmd_write_output(const struct options *o, struct buf *out, struct err *e)
{
	int r = o->force ? file_replace(o->output, buf_str(out), out->len, 0644, e)
			 : file_write_new(o->output, buf_str(out), out->len, 0644, e);

	buf_clear(out);
	return r;
}

static unsigned rows(void)
{
	const char *lines = getenv("LINES");
	struct winsize size = { 0 };
	uint64_t n;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row)
		return size.ws_row;
	return lines && text_u64(lines, &n) && n && n < 1000 ? (unsigned)n : 24;
}

static bool is_wanted(const struct options *o, const struct buf *out)
{
	const char *term = getenv("TERM");
	unsigned n = 0;

	if (o->json || o->no_pager || !isatty(STDOUT_FILENO) || !term || !strcmp(term, "dumb"))
		return false;
	for (size_t i = 0; i < out->len; i++)
		n += out->data[i] == '\n';
	return o->verbose || n >= rows(); /* the prompt takes a line */
}

/* Root, but on behalf of somebody who may be allowed this one program. */
static bool is_lent(void)
{
	return geteuid() == 0 && (getuid() != 0 || getenv("SUDO_UID") || getenv("PKEXEC_UID") || getenv("DOAS_USER"));
}

/* The words of $PAGER in argv, which point into *copy; false if none is wanted. No shell looks at them. */
static bool words(char **argv, char **copy)
{
	const char *pager = getenv("PAGER");
	char *rest = NULL;
	size_t n = 0;

	*copy = xstrdup(pager && !is_lent() ? pager : "less");
	for (char *w = strtok_r(*copy, " \t", &rest); w && n < WORDS; w = strtok_r(NULL, " \t", &rest))
		argv[n++] = w;
	argv[n] = NULL;
	return n && strcmp(argv[0], "cat") != 0;
}

/* The child: only returns if it cannot be done. */
static void become(char **argv, int in)
{
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	if (dup2(in, STDIN_FILENO) < 0 || !privilege_none_after_exec())
		return;
	setenv("LESS", "FRX", is_lent());
	setenv("LV", "-c", 0);
	if (is_lent()) {
		setenv("LESSSECURE", "1", 1);
		unsetenv("LESSOPEN");
		unsetenv("LESSCLOSE");
	}
	execvp(argv[0], argv);
}

/* Its process, with the end of a pipe to write to in *to; -1 if there is none. */
static pid_t start(char **argv, int *to)
{
	int text[2], failed[2];
	char byte = 0;
	ssize_t got;
	pid_t pid;

	if (pipe2(text, O_CLOEXEC))
		return -1;
	if (pipe2(failed, O_CLOEXEC)) {
		close(text[0]), close(text[1]);
		return -1;
	}
	pid = fork();
	if (pid == 0) {
		become(argv, text[0]);
		got = write(failed[1], &byte, 1);
		_exit(got == 1 ? 127 : 126);
	}
	close(text[0]), close(failed[1]);
	do
		got = pid > 0 ? read(failed[0], &byte, 1) : 1;
	while (got < 0 && errno == EINTR);
	close(failed[0]);
	*to = text[1];
	if (got == 0)
		return pid;
	close(text[1]);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return -1;
}

/* Who leaves the pager early has seen enough. */
static void feed(int to, const struct buf *out)
{
	for (size_t at = 0; at < out->len;) {
		ssize_t n = write(to, out->data + at, out->len - at);

		if (n < 0 && errno != EINTR)
			break;
		at += n > 0 ? (size_t)n : 0;
	}
	close(to);
}

int cmd_page(const struct options *o, const struct buf *out, int status)
{
	static const int ignored[] = { SIGPIPE, SIGINT, SIGQUIT };
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before[COUNT(ignored)];
	AUTO_FREE char *copy = NULL;
	char *argv[WORDS + 1];
	pid_t pid = -1;
	int to;

	fflush(stdout);
	if (!is_wanted(o, out) || !words(argv, &copy))
		return cmd_output(out, status);
	for (size_t i = 0; i < COUNT(ignored); i++)
		sigaction(ignored[i], &ignore, &before[i]);
	pid = start(argv, &to);
	if (pid > 0) {
		feed(to, out);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	for (size_t i = 0; i < COUNT(ignored); i++)
		sigaction(ignored[i], &before[i], NULL);
	return pid > 0 ? status : cmd_output(out, status);
}

/* ---- progress ---- */

#define PATIENCE INT64_C(1000000000)
#define STEP INT64_C(200000000)
#define NAME_MOST 32

struct progress progress_begin(const char *name)
{
	return (struct progress){ .name = name, .begun = clock_ns(CLOCK_MONOTONIC), .shown = isatty(STDERR_FILENO) };
}

/* Over what stands there, which may be longer. */
static void draw(struct progress *p, const char *line)
{
	unsigned width = (unsigned)text_width(line);

	fprintf(stderr, "\r%s%*s\r", line, p->width > width ? (int)(p->width - width) : 0, "");
	p->width = width;
}

static void put_size(struct buf *out, uint64_t bytes)
{
	if (bytes < UINT64_C(10000000000))
		buf_printf(out, "%" PRIu64 " MB", bytes / 1000000);
	else
		buf_printf(out, "%" PRIu64 " GB", bytes / 1000000000);
}

void progress_say(struct progress *p, uint64_t done, uint64_t size, uint64_t reports)
{
	AUTO_BUF struct buf line = { 0 };
	int64_t now = p->shown ? clock_ns(CLOCK_MONOTONIC) : 0;
	size_t n = strlen(p->name), skip = n > NAME_MOST ? n - NAME_MOST : 0;

	if (!p->shown || now - p->begun < PATIENCE || now - p->drawn < STEP)
		return;
	p->drawn = now;
	buf_puts(&line, skip ? "..." : "");
	text_escape(&line, p->name + skip, n - skip);
	buf_puts(&line, ": ");
	put_size(&line, done);
	if (size) {
		buf_puts(&line, " of ");
		put_size(&line, size);
	}
	buf_puts(&line, ", ");
	put_size(&line, (uint64_t)((double)done * 1e9 / (double)(now - p->begun)));
	buf_printf(&line, "/s, %" PRIu64 " report%s", reports, reports == 1 ? "" : "s");
	if (text_width(buf_str(&line)) < cmd_view_stderr().width)
		draw(p, buf_str(&line));
}

void progress_end(struct progress *p)
{
	if (p->width)
		draw(p, "");
}
