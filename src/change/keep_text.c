// SPDX-License-Identifier: GPL-2.0-or-later
#include "change/keep_text.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/text.h"

static const char *const header[] = {
	"# Settings that nicregs sets whenever the device's interface appears. Written by:",
	"# nicregs fix DEVICE ... --persist    Taken out by: nicregs fix restore DEVICE --persist",
};

struct edit {
	const struct change_kept *own;
	bool inside, found;
	bool *written;   /* of own's settings */
	struct buf held; /* blank lines and comments, which may stand behind the block */
	struct buf *out;
};

/* The line without its comment; owned by the caller. */
static char *bare(const char *line)
{
	char *text = xstrndup(line, strcspn(line, "#"));
	char *start = text_strip(text);

	memmove(text, start, strlen(start) + 1);
	return text;
}

static void put_line(struct buf *out, const char *line)
{
	buf_puts(out, line);
	buf_putc(out, '\n');
}

static void flush(struct edit *edit)
{
	buf_puts(edit->out, buf_str(&edit->held));
	buf_clear(&edit->held);
}

static void put_device(const struct edit *edit)
{
	char addr[PCI_ADDR_MAX];

	buf_printf(edit->out, "device %s %04x:%04x\n", pci_addr_str(&edit->own->addr, addr), edit->own->id & 0xffff,
		   edit->own->id >> 16);
}

static void put_setting(struct edit *edit, size_t i, const char *comment)
{
	const struct change_wish *wish = &edit->own->v[i];

	buf_printf(edit->out, "    %s=%s%s%s\n", wish->name, wish->value, *comment ? "  " : "", comment);
	edit->written[i] = true;
}

/* Behind the block's last line. */
static void end_block(struct edit *edit)
{
	for (size_t i = 0; edit->inside && i < edit->own->n; i++)
		if (!edit->written[i])
			put_setting(edit, i, "");
	flush(edit);
	edit->inside = false;
}

static bool is_own(const struct edit *edit, const char *text)
{
	AUTO_FREE char *addr = xstrdup(text + strlen("device "));
	char *start = text_strip(addr);
	struct pci_addr at;

	start[strcspn(start, " ")] = '\0';
	return pci_addr_parse(start, &at) && pci_addr_equal(&at, &edit->own->addr);
}

static bool is_same_part(const struct edit *edit, const char *text)
{
	const char *id = strrchr(text, ' ');
	uint16_t vendor, device;

	return id && pci_id_parse(id + 1, &vendor, &device) && ((uint32_t)device << 16 | vendor) == edit->own->id;
}

/* The empty line before a block that goes. */
static void drop_blank(struct buf *out)
{
	if (out->len > 1 && out->data[out->len - 1] == '\n' && out->data[out->len - 2] == '\n')
		out->data[--out->len] = '\0';
}

static void take_device(struct edit *edit, const char *line, const char *text)
{
	end_block(edit);
	edit->inside = is_own(edit, text);
	edit->found |= edit->inside;
	if (!edit->inside || (edit->own->n && is_same_part(edit, text)))
		put_line(edit->out, line);
	else if (edit->own->n)
		put_device(edit);
	else
		drop_blank(edit->out);
}

/* As it is, unless it has another value now, or none. */
static void take_setting(struct edit *edit, const char *line, const char *text)
{
	struct change_wish wish;

	flush(edit);
	if (!edit->inside) {
		put_line(edit->out, line);
		return;
	}
	if (change_wish_parse(text, &wish, NULL))
		return;
	for (size_t i = 0; i < edit->own->n; i++) {
		if (strcmp(edit->own->v[i].name, wish.name) != 0)
			continue;
		if (strcmp(edit->own->v[i].value, wish.value) != 0) {
			put_setting(edit, i, line + strcspn(line, "#"));
			return;
		}
		edit->written[i] = true;
		put_line(edit->out, line);
	}
}

static void take_line(struct edit *edit, const char *line)
{
	AUTO_FREE char *text = bare(line);

	if (!*text)
		put_line(&edit->held, line);
	else if (text_starts(text, "device "))
		take_device(edit, line, text);
	else
		take_setting(edit, line, text);
}

void keep_text_edit(const char *old, const struct change_kept *own, struct buf *out)
{
	AUTO_FREE bool *written = xcalloc(own->n + 1, sizeof(*written));
	struct edit edit = { .own = own, .written = written, .out = out };

	for (size_t i = 0; !*old && i < COUNT(header); i++)
		put_line(out, header[i]);
	for (const char *line = old; *line;) {
		size_t n = strcspn(line, "\n");
		AUTO_FREE char *one = xstrndup(line, n);

		take_line(&edit, one);
		line += n + (line[n] == '\n');
	}
	end_block(&edit);
	if (!edit.found && own->n) {
		buf_putc(out, '\n');
		put_device(&edit);
		for (size_t i = 0; i < own->n; i++)
			put_setting(&edit, i, "");
	}
	buf_free(&edit.held);
}

bool keep_text_has_own(const char *text)
{
	for (const char *line = text; *line;) {
		size_t n = strcspn(line, "\n");
		AUTO_FREE char *one = xstrndup(line, n);
		bool known = !*text_strip(one);

		for (size_t i = 0; i < COUNT(header); i++)
			known |= !strcmp(one, header[i]);
		if (!known)
			return true;
		line += n + (line[n] == '\n');
	}
	return false;
}
