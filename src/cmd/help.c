// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/host.h"
#include "util/alloc.h"
#include "util/text.h"

void help_row(const char *left, size_t column, const char *words, struct buf *out)
{
	size_t start = out->len;

	buf_printf(out, "  %s", left);
	if (out->len - start >= column) {
		buf_putc(out, '\n');
		start = out->len;
	}
	buf_pad(out, start, column);
	for (const char *p = words; *p;) {
		size_t n = strcspn(p, " ");

		if (out->len - start > column && out->len - start + 1 + n > HELP_WIDTH) {
			buf_putc(out, '\n');
			start = out->len;
			buf_pad(out, start, column);
		} else if (p != words) {
			buf_putc(out, ' ');
		}
		buf_add(out, p, n);
		p += n + (p[n] == ' ');
	}
	buf_putc(out, '\n');
}

/* Lines that follow each other are one paragraph. */
static void put_paragraphs(const char *text, struct buf *out)
{
	size_t column = 0;

	for (const char *p = text; *p;) {
		size_t n = strcspn(p, " \n");

		if (column && column + 1 + n > HELP_WIDTH) {
			buf_putc(out, '\n');
			column = 0;
		}
		if (column && n)
			buf_putc(out, ' ');
		buf_add(out, p, n);
		column += n + (column && n);
		p += n;
		if (text_starts(p, "\n\n")) {
			buf_puts(out, "\n\n");
			column = 0;
		}
		p += strspn(p, " \n");
	}
	if (column)
		buf_putc(out, '\n');
}

void help_overview(const struct cmd *const *verbs, size_t n, struct buf *out)
{
	buf_puts(out, "Usage: nicregs [OPTIONS] COMMAND [ARGUMENTS]\n\n"
		      "Why did this Intel NIC stop, and what to do now: its registers, decoded.\n\nCommands:\n");
	for (size_t i = 0; i < n; i++) {
		AUTO_BUF struct buf left = { 0 };

		buf_printf(&left, "%s%s%s", verbs[i]->name, *verbs[i]->args ? " " : "", verbs[i]->args);
		help_row(buf_str(&left), 28, verbs[i]->summary, out);
	}
	buf_puts(out, "\nDEVICE is an interface (eno1), a PCI address (00:19.0), a chip (82574L) or a PCI\n"
		      "id (8086:10d3); without it, every Intel NIC of this machine.\n\nOptions:\n");
	options_help(NULL, NULL, out);
	buf_puts(out, "\nnicregs COMMAND --help explains a command; see also nicregs(8).\n");
}

void help_verb(const struct cmd *cmd, struct buf *out)
{
	buf_printf(out, "Usage: nicregs %s%s%s%s\n\n%s\n", cmd->name, cmd->accepts ? " [OPTIONS]" : "",
		   *cmd->args ? " " : "", cmd->args, cmd->summary);
	if (cmd->details)
		buf_putc(out, '\n');
	if (cmd->details)
		put_paragraphs(cmd->details, out);
	if (cmd->more)
		cmd->more(out);
	if (cmd->accepts && *cmd->accepts) {
		buf_puts(out, "\nOptions:\n");
		options_help(cmd->accepts, cmd->helps, out);
	}
	buf_puts(out, "\nGlobal options:\n");
	options_help(NULL, NULL, out);
	if (cmd->examples)
		buf_printf(out, "\nExamples:\n%s", cmd->examples);
}

void help_version(struct buf *out)
{
	buf_puts(out, "nicregs " NICREGS_VERSION "\n"
		      "Access to registers: mmap (libpciaccess), "
#ifdef HAVE_BPF
		      "bpf (libbpf), ethtool (driver's dump)\n"
#else
		      "ethtool (driver's dump), not bpf: built without libbpf\n"
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
}

/* Whether this machine has such a device. */
static bool is_device(const struct options *o, const char *word)
{
	AUTO_FREE struct pci_addr *list = NULL;
	struct chipdb *db;
	size_t n = 0;
	bool is = false;

	if (!chipdb_open(&db, o->chipdefs, NULL)) {
		is = !host_find(db, word, &list, &n, NULL);
		chipdb_free(db);
	}
	return is;
}

int help_unknown(const struct options *o, const struct cmd *const *verbs, size_t n, const char *word)
{
	AUTO_FREE char *what = xasprintf("unknown command '%.100s'", word), *path = shell_path(word);
	struct nearest near;
	struct err e = { 0 };

	nearest_begin(&near, word);
	for (size_t i = 0; i < n; i++)
		nearest_try(&near, verbs[i]->name);
	if (!access(word, F_OK))
		err_set(&e, EINVAL, what, "did you mean 'nicregs show --from %s'?", path);
	else if (is_device(o, word))
		err_set(&e, EINVAL, what, "did you mean 'nicregs show %s'?", path);
	else if (*near.found)
		err_set(&e, EINVAL, what, "did you mean '%s'?", near.found);
	else
		err_set(&e, EINVAL, what, "%s", "");
	err_todo(&e, "nicregs help lists the commands");
	return cmd_fail(&e, -EINVAL);
}
