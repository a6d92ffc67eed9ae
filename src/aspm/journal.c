// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of words:
 *     nicregs-aspm 1
 *     state applying|applied
 *     end ADDRESS ROLE ID EXPRESS L1SS LNKCTL L1SUBCTL1
 *     attr ADDRESS NAME 0|1
 *     finished
 */
#include "aspm/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/err.h"
#include "util/file.h"
#include "util/text.h"

#define MAGIC "nicregs-aspm 1"
#define SIZE_MOST 65536

int64_t aspm_clock(void)
{
	return clock_ns(CLOCK_BOOTTIME) / CLOCK_SECOND;
}

static char *file_name(const char *dir, const struct pci_addr *port)
{
	char addr[PCI_ADDR_MAX];

	return xasprintf("%s/aspm-%s", dir, pci_addr_str(port, addr));
}

static void print(const struct aspm_journal *j, struct buf *out)
{
	char addr[PCI_ADDR_MAX];

	buf_printf(out, MAGIC "\nstate %s\nwho %s\nstates %s\nbegun %" PRId64 "\nuntil %" PRId64 "\n",
		   j->applying ? "applying" : "applied", j->who, j->states, j->begun, j->until);
	for (size_t i = 0; i < j->was.n_ends; i++) {
		const struct link_end *end = &j->was.ends[i];

		buf_printf(out, "end %s %s 0x%08x 0x%x 0x%x 0x%04x 0x%08x\n", pci_addr_str(&end->addr, addr),
			   pci_role_name(end->role), end->id, end->express_at, end->l1ss_at, end->lnkctl,
			   end->l1ss_ctl);
	}
	for (unsigned i = 0; i < LINK_STATES; i++)
		if (j->was.attrs[i] >= 0)
			buf_printf(out, "attr %s %s %d\n", pci_addr_str(&j->was.attrs_of, addr), link_states[i].attr,
				   j->was.attrs[i]);
	buf_puts(out, "finished\n");
}

int aspm_journal_save(const char *dir, const struct aspm_journal *j, struct err *e)
{
	AUTO_FREE char *path = file_name(dir, &j->was.ends[0].addr);
	AUTO_BUF struct buf text = { 0 };
	AUTO_CLOSE int folder = -1;
	int r = aspm_folder(dir, &folder, e);

	if (r)
		return r;
	print(j, &text);
	r = file_write_atomic(path, buf_str(&text), text.len, 0600, e);
	if (!r && fsync(folder) < 0)
		r = err_sys(e, errno, "%s", dir);
	return r;
}

static bool number(const char *word, int64_t *value)
{
	uint64_t n;

	if (!word || !text_u64(word, &n) || n > INT64_MAX)
		return false;
	*value = (int64_t)n;
	return true;
}

static bool take_end(char **words, size_t n, struct aspm_journal *j)
{
	struct link_end *end = &j->was.ends[j->was.n_ends];
	uint64_t v[5];
	int role = n == 8 ? pci_role_parse(words[2]) : -1;

	if (role < 0 || j->was.n_ends == LINK_ENDS_MAX || !pci_addr_parse(words[1], &end->addr))
		return false;
	for (size_t i = 0; i < 5; i++)
		if (!text_u64(words[3 + i], &v[i]))
			return false;
	if (v[0] > UINT32_MAX || v[1] >= PCI_CONFIG_MAX || v[2] >= PCI_CONFIG_MAX || v[3] > 0xffff || v[4] > UINT32_MAX)
		return false;
	end->role = (enum pci_role)role;
	end->id = (uint32_t)v[0];
	end->express_at = (uint16_t)v[1];
	end->l1ss_at = (uint16_t)v[2];
	end->lnkctl = (uint16_t)v[3];
	end->l1ss_ctl = (uint32_t)v[4];
	j->was.n_ends++;
	return true;
}

static bool take_attr(char **words, size_t n, struct aspm_journal *j)
{
	if (n != 4 || !pci_addr_parse(words[1], &j->was.attrs_of))
		return false;
	for (unsigned i = 0; i < LINK_STATES; i++) {
		if (strcmp(link_states[i].attr, words[2]) != 0)
			continue;
		j->was.attrs[i] = words[3][0] == '1';
		return true;
	}
	return false;
}

/* False for a line that is none; *finished after the last. */
static bool take_line(char *line, struct aspm_journal *j, bool *finished)
{
	char *rest = strchr(line, ' '), *words[9], *save = NULL;
	size_t n = 0;

	rest = rest ? rest + 1 : line + strlen(line);
	if (text_starts(line, "who "))
		return snprintf(j->who, sizeof(j->who), "%s", rest) > 0;
	if (text_starts(line, "states "))
		return snprintf(j->states, sizeof(j->states), "%s", rest) > 0;
	if (text_starts(line, "begun "))
		return number(rest, &j->begun);
	if (text_starts(line, "until "))
		return number(rest, &j->until);
	if (text_starts(line, "state ")) {
		j->applying = strcmp(rest, "applied") != 0;
		return true;
	}
	for (char *word = strtok_r(line, " ", &save); word && n < 9; word = strtok_r(NULL, " ", &save))
		words[n++] = word;
	*finished = n == 1 && !strcmp(words[0], "finished");
	if (n && !strcmp(words[0], "end"))
		return take_end(words, n, j);
	if (n && !strcmp(words[0], "attr"))
		return take_attr(words, n, j);
	return *finished;
}

static bool parse(char *text, struct aspm_journal *j)
{
	char *save = NULL, *line = strtok_r(text, "\n", &save);
	bool finished = false;

	*j = (struct aspm_journal){ 0 };
	memset(j->was.attrs, -1, sizeof(j->was.attrs));
	if (!line || strcmp(line, MAGIC) != 0)
		return false;
	while (!finished && (line = strtok_r(NULL, "\n", &save)))
		if (!take_line(line, j, &finished))
			return false;
	if (!finished || j->was.n_ends < 2 || j->was.ends[0].role != PCI_PARTNER)
		return false;
	if (!j->was.attrs_of.bus)
		j->was.attrs_of = j->was.ends[1].addr;
	return true;
}

int aspm_journal_load(const char *dir, const struct pci_addr *port, struct aspm_journal *j, struct err *e)
{
	AUTO_FREE char *path = file_name(dir, port);
	AUTO_BUF struct buf text = { 0 };
	int r = access(path, F_OK) < 0 && errno == ENOENT ? -ENOENT : file_read(path, SIZE_MOST, &text, e);
	char *copy;

	if (r)
		return r;
	copy = buf_take(&text);
	if (!parse(copy, j) || !pci_addr_equal(port, &j->was.ends[0].addr)) {
		r = err_set(e, EINVAL, path, "this record of a change is damaged");
		err_todo(e, "remove the file; `nicregs aspm enable` or a reboot brings the state back");
	}
	free(copy);
	return r;
}

int aspm_journal_remove(const char *dir, const struct pci_addr *port, struct err *e)
{
	AUTO_FREE char *path = file_name(dir, port);

	if (!unlink(path) || errno == ENOENT)
		return 0;
	return err_sys(e, errno, "%s", path);
}

bool aspm_journal_fits(const struct aspm_journal *j, const struct link *link)
{
	if (j->was.n_ends != link->n_ends)
		return false;
	for (size_t i = 0; i < link->n_ends; i++) {
		const struct link_end *a = &j->was.ends[i], *b = &link->ends[i];

		if (!pci_addr_equal(&a->addr, &b->addr) || a->id != b->id || a->express_at != b->express_at ||
		    a->l1ss_at != b->l1ss_at)
			return false;
	}
	return true;
}
