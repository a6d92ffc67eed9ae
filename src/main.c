// SPDX-License-Identifier: GPL-2.0-or-later
/* Global options and the table of verbs. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "access/privilege.h"
#include "cmd/cmd.h"

static const struct cmd *const verbs[] = {
	&cmd_list,  &cmd_show, &cmd_diagnose, &cmd_log,   &cmd_snapshot, &cmd_diff,
	&cmd_watch, &cmd_aspm, &cmd_monitor,  &cmd_chips, &cmd_decode,   &cmd_lint,
};
#define N_VERBS (sizeof(verbs) / sizeof(verbs[0]))

static const struct cmd *find_verb(const char *name)
{
	for (size_t i = 0; i < N_VERBS; i++)
		if (!strcmp(verbs[i]->name, name))
			return verbs[i];
	return NULL;
}

static int help(void)
{
	AUTO_BUF struct buf out = { 0 };

	buf_puts(&out, "Usage: nicregs [OPTIONS] VERB [ARGUMENTS]\n\n"
		       "Why did this Intel NIC stop, and what to do now: its registers, decoded.\n\nVerbs:\n");
	for (size_t i = 0; i < N_VERBS; i++) {
		size_t start = out.len;

		buf_printf(&out, "  %s %s", verbs[i]->name, verbs[i]->args);
		if (out.len - start > 30) {
			buf_putc(&out, '\n');
			start = out.len;
		}
		buf_pad(&out, start, 30);
		buf_printf(&out, " %s\n", verbs[i]->summary);
	}
	buf_puts(&out, "\nDEVICE is a netdev (eno1), a PCI address (00:19.0), a chip (82574L) or a PCI id\n"
		       "(8086:10d3); without it, every supported NIC.\n\nOptions:\n");
	options_help(NULL, &out);
	buf_puts(&out, "\nnicregs VERB --help tells more; see also nicregs(8).\n");
	return cmd_output(&out, STATUS_OK);
}

static int verb_help(const struct cmd *cmd)
{
	AUTO_BUF struct buf out = { 0 };

	buf_printf(&out, "Usage: nicregs %s [OPTIONS] %s\n\n%s\n", cmd->name, cmd->args, cmd->summary);
	if (cmd->details)
		buf_printf(&out, "\n%s", cmd->details);
	if (cmd->accepts && *cmd->accepts) {
		buf_puts(&out, "\nOptions:\n");
		options_help(cmd->accepts, &out);
	}
	buf_puts(&out, "\nGlobal options:\n");
	options_help(NULL, &out);
	return cmd_output(&out, STATUS_OK);
}

static int version(void)
{
	AUTO_BUF struct buf out = { 0 };

	buf_puts(&out, "nicregs " NICREGS_VERSION "\n"
		       "Ways to registers: mmap (libpciaccess), "
#ifdef HAVE_BPF
		       "bpf (libbpf), ethtool (the driver's dump)\n"
#else
		       "ethtool (the driver's dump), not bpf: built without libbpf\n"
#endif
		       "Kernel logs: plain"
#ifdef HAVE_ZLIB
		       ", gzip"
#else
		       ", not gzip: built without zlib"
#endif
#ifdef HAVE_LZMA
		       ", xz\n"
#else
		       ", not xz: built without liblzma\n"
#endif
		       "License GPL-2.0-or-later; there is no warranty.\n");
	return cmd_output(&out, STATUS_OK);
}

/* Before anything is read that somebody else may have written. */
static int give_up_privileges(const struct options *o, const struct cmd *cmd, int n)
{
	bool files = o->n_from || o->log || o->chipdefs || getenv("NICREGS_CHIPDEFS");

	return cmd_keep((cmd->needs ? cmd->needs(o, n) : PRIVILEGE_NONE) | (files ? PRIVILEGE_READ : PRIVILEGE_NONE));
}

static int run_verb(const struct options *o, const struct cmd *cmd)
{
	struct err e = { 0 };
	int n = o->n_args - 1, status;

	if (o->help)
		return verb_help(cmd);
	if (options_check(o, cmd->name, cmd->accepts, &e))
		return cmd_fail(&e, -EINVAL);
	if (n < cmd->min_args || n > cmd->max_args) {
		err_set(&e, EINVAL, cmd->name, n < cmd->min_args ? "an argument is missing" : "too many arguments");
		err_todo(&e, "usage: nicregs %s %s", cmd->name, cmd->args);
		return cmd_fail(&e, -EINVAL);
	}
	status = give_up_privileges(o, cmd, n);
	return status ? status : cmd->run(o, o->args + 1, n);
}

static int run(const struct options *o)
{
	struct err e = { 0 };
	const struct cmd *cmd;

	if (o->version)
		return version();
	if (!o->n_args && o->help)
		return help();
	if (!o->n_args) {
		err_set(&e, EINVAL, "no verb", "what shall be done?");
		err_todo(&e, "try: nicregs show, nicregs list, or nicregs --help");
		return cmd_fail(&e, -EINVAL);
	}
	cmd = find_verb(o->args[0]);
	if (!cmd) {
		err_set(&e, EINVAL, o->args[0], "no such verb");
		err_todo(&e, "nicregs --help lists the verbs");
		return cmd_fail(&e, -EINVAL);
	}
	return run_verb(o, cmd);
}

/* A file that is opened must not get the number of a standard stream that the caller closed: what is printed would go into
 * it. What stands there instead gives errors for it. */
static void occupy_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
	struct options o;
	struct err e = { 0 };
	int status;

	occupy_standard_streams();
	setlocale(LC_CTYPE, "");
	if (options_parse(argc, argv, &o, &e))
		status = cmd_fail(&e, -EINVAL);
	else
		status = run(&o);
	options_free(&o);
	return status;
}
