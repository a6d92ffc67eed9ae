// SPDX-License-Identifier: GPL-2.0-or-later
/* Global options and the table of verbs. */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "host/privilege.h"
#include "util/text.h"
#include "util/alloc.h"

static int run_help(const struct options *o, char **args, int n);
static int run_version(const struct options *o, char **args, int n);

static const struct cmd cmd_help = {
	.name = "help",
	.args = "[COMMAND]",
	.summary = "List the commands, or explain one",
	.max_args = 1,
	.run = run_help,
};

static const struct cmd cmd_version = {
	.name = "version",
	.args = "",
	.summary = "Print the version, and the features it was built with",
	.run = run_version,
};

static const struct cmd *const verbs[] = {
	&cmd_list,  &cmd_show,   &cmd_diagnose, &cmd_log,   &cmd_snapshot, &cmd_report,  &cmd_diff,
	&cmd_watch, &cmd_fix,    &cmd_recover,  &cmd_write, &cmd_aspm,     &cmd_metrics, &cmd_monitor,
	&cmd_chips, &cmd_decode, &cmd_lint,     &cmd_help,  &cmd_version,
};
#define N_VERBS (sizeof(verbs) / sizeof(verbs[0]))

static const struct cmd *find_verb(const char *name)
{
	for (size_t i = 0; i < N_VERBS; i++)
		if (!strcmp(verbs[i]->name, name))
			return verbs[i];
	return NULL;
}

static int explain(const struct options *o, const struct cmd *cmd)
{
	AUTO_BUF struct buf out = { 0 };

	if (o->json)
		help_json(&cmd, 1, &out);
	else
		help_verb(cmd, &out);
	return cmd_output(&out, STATUS_OK);
}

static int overview(const struct options *o)
{
	AUTO_BUF struct buf out = { 0 };

	if (o->json)
		help_json(verbs, N_VERBS, &out);
	else
		help_overview(verbs, N_VERBS, &out);
	return cmd_output(&out, STATUS_OK);
}

static int version(const struct options *o)
{
	AUTO_BUF struct buf out = { 0 };

	if (o->json)
		help_version_json(&out);
	else
		help_version(&out);
	return cmd_output(&out, STATUS_OK);
}

static int run_help(const struct options *o, char **args, int n)
{
	const struct cmd *cmd = n ? find_verb(args[0]) : NULL;

	if (cmd)
		return explain(o, cmd);
	return n ? help_unknown(o, verbs, N_VERBS, args[0]) : overview(o);
}

static int run_version(const struct options *o, char **args, int n)
{
	(void)args, (void)n;
	return version(o);
}

/* Before anything is read that somebody else may have written. */
static int give_up_privileges(const struct options *o, const struct cmd *cmd, int n)
{
	bool files = o->n_from || o->log || o->chipdefs || getenv("NICREGS_CHIPDEFS");

	return cmd_keep((cmd->needs ? cmd->needs(o, n) : PRIVILEGE_NONE) | (files ? PRIVILEGE_READ : PRIVILEGE_NONE));
}

static int run_verb(const struct options *o, const struct cmd *cmd)
{
	static const char *const rungs[] = { "mmap", "bpf", "ethtool", "none" };
	struct err e = { 0 };
	int n = o->n_args - 1, status;

	if (o->help)
		return explain(o, cmd);
	if (options_check(o, cmd->name, cmd->accepts, &e))
		return cmd_fail(&e, -EINVAL);
	if (o->rung && text_find(rungs, COUNT(rungs), o->rung) < 0)
		return cmd_bad_value("--access", o->rung, "mmap, bpf, ethtool or none");
	if (n < cmd->min_args || n > cmd->max_args) {
		err_set(&e, EINVAL, cmd->name, n < cmd->min_args ? "an argument is missing" : "too many arguments");
		err_todo(&e, "usage: nicregs %s%s%s", cmd->name, *cmd->args ? " " : "", cmd->args);
		return cmd_fail(&e, -EINVAL);
	}
	status = give_up_privileges(o, cmd, n);
	return status ? status : cmd->run(o, o->args + 1, n);
}

/* git, ip and others answer so, too. */
static int no_verb(const struct options *o)
{
	AUTO_BUF struct buf out = { 0 };

	if (o->help)
		return overview(o);
	if (o->verbose)
		return version(o);
	buf_puts(&out, "nicregs: no command given\n\n");
	help_overview(verbs, N_VERBS, &out);
	fputs(buf_str(&out), stderr);
	return STATUS_USAGE;
}

static int run(const struct options *o)
{
	const struct cmd *cmd;

	if (o->version)
		return version(o);
	if (!o->n_args)
		return no_verb(o);
	cmd = find_verb(o->args[0]);
	return cmd ? run_verb(o, cmd) : help_unknown(o, verbs, N_VERBS, o->args[0]);
}

/* A file that is opened must not get the number of a standard stream that the caller closed: what is printed would go into
 * it. What stands there instead gives errors for it. */
static void occupy_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

static void take_locale(void)
{
	setlocale(LC_CTYPE, "");
#ifdef NICREGS_STATIC
	/* For any other encoding libc loads a converter of the machine's, which is made for the machine's libc. */
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C");
#endif
}

int main(int argc, char **argv)
{
	struct options o;
	struct err e = { 0 };
	int status;

	occupy_standard_streams();
	signal(SIGXFSZ, SIG_IGN); /* what is written past RLIMIT_FSIZE fails with EFBIG, and is cleaned up after */
	take_locale();
	if (options_parse(argc, argv, &o, &e))
		status = cmd_fail(&e, -EINVAL);
	else
		status = run(&o);
	options_free(&o);
	return status;
}
