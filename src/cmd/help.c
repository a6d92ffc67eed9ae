// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/host.h"
#include "util/alloc.h"
#include "util/jsonw.h"
#include "util/nearest.h"
#include "util/text.h"
#include "view/style.h"

void help_row(const char *left, size_t column, const char *words, struct buf *out)
{
	const struct view v = cmd_view_help();
	size_t start = out->len;
	struct wrap w;

	if (2 + strlen(left) > v.width) {
		style_paragraph(&v, 2, STYLE_PLAIN, left, out);
		start = out->len;
	} else {
		buf_printf(out, "  %s", left);
	}
	if (out->len - start >= column) {
		buf_putc(out, '\n');
		start = out->len;
	}
	buf_pad(out, start, column);
	wrap_continue(&w, &v, out, (unsigned)column, (unsigned)column, " ");
	wrap_words(&w, STYLE_PLAIN, words);
	wrap_end(&w);
}

/* Lines that follow each other are one paragraph. */
static void put_paragraphs(const char *text, struct buf *out)
{
	const struct view v = cmd_view_help();

	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t n = end ? (size_t)(end - text) : strlen(text);
		AUTO_BUF struct buf words = { 0 };

		buf_add(&words, text, n);
		for (size_t i = 0; i < words.len; i++)
			words.data[i] = words.data[i] == '\n' ? ' ' : words.data[i];
		style_paragraph(&v, 0, STYLE_PLAIN, buf_str(&words), out);
		if (end)
			buf_putc(out, '\n');
		text += n + (end ? 2 : 0);
	}
}

/* "Usage: nicregs ..."; a line that is too long goes on below its first word. */
static void put_usage(const char *words, struct buf *out)
{
	const struct view v = cmd_view_help();
	struct wrap w;

	buf_puts(out, "Usage: ");
	wrap_continue(&w, &v, out, 7, 7, " ");
	wrap_words(&w, STYLE_PLAIN, words);
	wrap_end(&w);
}

void help_overview(const struct cmd *const *verbs, size_t n, struct buf *out)
{
	put_usage("nicregs [OPTIONS] COMMAND [ARGUMENTS]", out);
	buf_putc(out, '\n');
	put_paragraphs("Why did this Intel NIC stop, and what to do now: its registers, decoded.", out);
	buf_puts(out, "\nCommands:\n");
	for (size_t i = 0; i < n; i++) {
		AUTO_BUF struct buf left = { 0 };

		buf_printf(&left, "%s%s%s", verbs[i]->name, *verbs[i]->args ? " " : "", verbs[i]->args);
		help_row(buf_str(&left), 28, verbs[i]->summary, out);
	}
	buf_putc(out, '\n');
	put_paragraphs("DEVICE is an interface (eno1), a PCI address (00:19.0), a chip (82574L) or a PCI "
		       "id (8086:10d3); without it, every Intel NIC of this machine.",
		       out);
	buf_puts(out, "\nOptions:\n");
	options_help(NULL, NULL, out);
	buf_putc(out, '\n');
	put_paragraphs("nicregs COMMAND --help explains a command; see also nicregs(8).", out);
}

void help_verb(const struct cmd *cmd, struct buf *out)
{
	const struct view v = cmd_view_help();
	AUTO_FREE char *usage = xasprintf("nicregs %s%s%s%s", cmd->name, cmd->accepts ? " [OPTIONS]" : "",
					  *cmd->args ? " " : "", cmd->args);

	put_usage(usage, out);
	buf_putc(out, '\n');
	put_paragraphs(cmd->summary, out);
	if (cmd->details)
		buf_putc(out, '\n');
	if (cmd->details)
		put_paragraphs(cmd->details, out);
	if (cmd->more)
		cmd->more(&v, out);
	if (cmd->accepts && *cmd->accepts) {
		buf_puts(out, "\nOptions:\n");
		options_help(cmd->accepts, cmd->helps, out);
	}
	buf_puts(out, "\nGlobal options:\n");
	options_help(NULL, NULL, out);
	if (cmd->examples)
		buf_printf(out, "\nExamples:\n%s", cmd->examples);
}

static void put_names(struct buf *out)
{
	size_t length = 0;
	const char *date = host_part_names_date(&length);

	if (date)
		buf_printf(out, "Names of parts, where there is no pci.ids: those of %.*s\n", (int)length, date);
}

void help_version(struct buf *out)
{
	put_paragraphs("nicregs " NICREGS_VERSION, out);
	put_paragraphs("Access to registers: mmap (libpciaccess), "
#ifdef HAVE_BPF
		       "bpf (libbpf), ethtool (driver's dump)",
#else
		       "ethtool (driver's dump), not bpf: built without libbpf",
#endif
		       out);
	put_paragraphs(
#ifdef HAVE_SYSTEMD
		"Kernel messages of earlier boots: systemd journal (libsystemd), /var/log",
#else
		"Kernel messages of earlier boots: /var/log, not the systemd journal: built without libsystemd",
#endif
		out);
#ifndef HAVE_LZMA
	put_paragraphs("The end of xz data that is cut is not read: built without liblzma", out);
#endif
#ifndef HAVE_ZLIB
	put_paragraphs("Checksums of gzip data are not compared: built without zlib", out);
#endif
	put_names(out);
	put_paragraphs("License GPL-2.0-or-later; there is no warranty.", out);
}

void help_version_json(struct buf *out)
{
	struct jsonw w;

	jsonw_document(&w, out);
	jsonw_str(&w, "version", NICREGS_VERSION);
	jsonw_array_inline(&w, "access");
	jsonw_str(&w, NULL, "mmap");
#ifdef HAVE_BPF
	jsonw_str(&w, NULL, "bpf");
#endif
	jsonw_str(&w, NULL, "ethtool");
	jsonw_end_array(&w);
	jsonw_end_object(&w);
}

void help_json(const struct cmd *const *verbs, size_t n, struct buf *out)
{
	struct jsonw w;

	jsonw_document(&w, out);
	jsonw_array(&w, "commands");
	for (size_t i = 0; i < n; i++) {
		jsonw_object(&w, NULL);
		jsonw_str(&w, "name", verbs[i]->name);
		jsonw_str(&w, "arguments", *verbs[i]->args ? verbs[i]->args : NULL);
		jsonw_str(&w, "summary", verbs[i]->summary);
		options_json(verbs[i]->accepts ? verbs[i]->accepts : "", verbs[i]->helps, "options", &w);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	options_json(NULL, NULL, "options", &w);
	jsonw_end_object(&w);
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
