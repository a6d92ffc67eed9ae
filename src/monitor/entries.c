// SPDX-License-Identifier: GPL-2.0-or-later
#include "monitor/entries.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "util/alloc.h"
#include "util/embedded.h"
#include "util/text.h"

#define FOLDER "terminfo/"

/* Types by how they begin, the first that fits; `rich` is for those that say that they have 256 colours or more. */
static const struct {
	const char *begin, *name, *rich;
} likes[] = {
	{ "dumb", "dumb", "dumb" },
	{ "unknown", "dumb", "dumb" },
	{ "network", "dumb", "dumb" },
	{ "dialup", "dumb", "dumb" },
	{ "linux", "linux", "linux" },
	{ "vt2", "vt220", "vt220" },
	{ "vt3", "vt220", "vt220" },
	{ "vt4", "vt220", "vt220" },
	{ "vt5", "vt220", "vt220" },
	{ "vte", "xterm-256color", "xterm-256color" },
	{ "screen", "screen", "screen-256color" },
	{ "tmux", "tmux", "tmux-256color" },
	{ "xterm-", "xterm-256color", "xterm-256color" },
	{ "xterm", "xterm", "xterm-256color" },
	{ "alacritty", "xterm-256color", "xterm-256color" },
	{ "contour", "xterm-256color", "xterm-256color" },
	{ "foot", "xterm-256color", "xterm-256color" },
	{ "ghostty", "xterm-256color", "xterm-256color" },
	{ "gnome", "xterm-256color", "xterm-256color" },
	{ "iterm", "xterm-256color", "xterm-256color" },
	{ "kitty", "xterm-256color", "xterm-256color" },
	{ "konsole", "xterm-256color", "xterm-256color" },
	{ "mlterm", "xterm-256color", "xterm-256color" },
	{ "putty", "xterm", "xterm-256color" },
	{ "rxvt", "xterm", "xterm-256color" },
	{ "st-", "xterm-256color", "xterm-256color" },
	{ "wezterm", "xterm-256color", "xterm-256color" },
	{ "", "vt100", "xterm-256color" },
};

static bool is_rich(const char *type)
{
	return strstr(type, "256color") || strstr(type, "-direct") || strstr(type, "truecolor");
}

static const struct embedded_file *entry(const char *name)
{
	AUTO_FREE char *path = xasprintf(FOLDER "%s", name);
	const struct embedded_file *file = embedded_find(path);

	return file && file->size > 1 ? file : NULL;
}

static const char *suitable(const char *type)
{
	size_t i = 0;

	while (!text_starts(type, likes[i].begin))
		i++;
	return is_rich(type) ? likes[i].rich : likes[i].name;
}

char *entry_like(const char *type, const char **name)
{
	const struct embedded_file *file = entry(type);
	char *text;

	if (file)
		*name = file->name + sizeof(FOLDER) - 1;
	else
		file = entry(*name = suitable(type));
	if (!file)
		return NULL;
	text = xstrdup(file->text);
	text[strcspn(text, "\n")] = '\0';
	return text;
}
