// SPDX-License-Identifier: GPL-2.0-or-later
/* A journal is lines of words:
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
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "aspm/internal.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/err.h"
#include "util/file.h"
#include "util/text.h"

#define MAGIC "nicregs-aspm 1"
#define SIZE_MOST 65536
#define TRIES_A_SECOND 20
#define LOCK "aspm.lock"
#define OTHERS (S_IRWXG | S_IRWXO)

int64_t aspm_clock(void)
{
	return (clock_ns(CLOCK_BOOTTIME) + CLOCK_SECOND - 1) / CLOCK_SECOND;
}

/* The folder, and the lock in it. */

static int refuse_folder(const char *dir, const char *why, struct err *e)
{
	err_set(e, EPERM, dir, "%s: others could hold the lock there, or forge a record of the state to restore", why);
	err_todo(e, "remove it (rm -r %s); nicregs makes it anew, for root alone", dir);
	return -EPERM;
}

/* One that others may read is closed to them; where they may have written nothing can be trusted. */
static int check_folder(int fd, const char *dir, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(e, errno, "%s", dir);
	if (st.st_uid != geteuid())
		return refuse_folder(dir, "it belongs to another user", e);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return refuse_folder(dir, "other users may write in it", e);
	if (st.st_mode & OTHERS && fchmod(fd, S_IRWXU) < 0)
		return err_sys(e, errno, "%s", dir);
	return 0;
}

int aspm_folder(const char *dir, int *fd, struct err *e)
{
	int r;

	*fd = -1;
	if (mkdir(dir, S_IRWXU) < 0 && errno != EEXIST)
		return err_sys(e, errno, "%s", dir);
	*fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		return refuse_folder(dir, "it is a symbolic link, or not a directory", e);
	r = *fd < 0 ? err_sys(e, errno, "%s", dir) : check_folder(*fd, dir, e);
	if (r && *fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	return r;
}

static bool is_open_to_others(int folder)
{
	struct stat st;

	return !fstatat(folder, LOCK, &st, AT_SYMLINK_NOFOLLOW) &&
	       (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_mode & OTHERS);
}

static int open_file(int folder, const char *name)
{
	return openat(folder, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, S_IRUSR | S_IWUSR);
}

/* Who opened a file while others might do so may hold it for ever: another takes its place, once, whoever else tries. */
static int open_lock(int folder, const char *dir, struct err *e)
{
	int fd;

	if (is_open_to_others(folder)) {
		AUTO_CLOSE int guard = open_file(folder, LOCK ".new");

		if (guard < 0 || flock(guard, LOCK_EX) < 0)
			return err_sys(e, errno, "%s/" LOCK ".new", dir);
		if (is_open_to_others(folder))
			renameat(folder, LOCK ".new", folder, LOCK);
		else
			unlinkat(folder, LOCK ".new", 0);
	}
	fd = open_file(folder, LOCK);
	return fd < 0 ? err_sys(e, errno, "%s/" LOCK, dir) : fd;
}

static int lock_take(int fd, unsigned seconds)
{
	const struct timespec pause = { .tv_nsec = 1000000000 / TRIES_A_SECOND };

	for (unsigned i = 0; i <= seconds * TRIES_A_SECOND; i++) {
		if (!flock(fd, LOCK_EX | LOCK_NB))
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		nanosleep(&pause, NULL);
	}
	return -EBUSY;
}

/* Who has it, for the message of who wants it. */
static int lock_sign(int fd)
{
	char holder[32];
	int n = snprintf(holder, sizeof(holder), "%ld\n", (long)getpid());

	return ftruncate(fd, 0) < 0 || pwrite(fd, holder, (size_t)n, 0) < 0 ? -errno : 0;
}

static int lock_fail(int r, int fd, const char *dir, unsigned seconds, struct err *e)
{
	char holder[32] = "";

	if (r != -EBUSY)
		return err_sys(e, -r, "%s/" LOCK, dir);
	if (pread(fd, holder, sizeof(holder) - 1, 0) > 0)
		holder[strcspn(holder, "\n")] = '\0';
	return err_set(e, EBUSY, "aspm", "another nicregs (process %s) is changing ASPM and did not finish in %u s",
		       holder, seconds);
}

int aspm_lock(const char *dir, unsigned seconds, int *fd, struct err *e)
{
	AUTO_CLOSE int folder = -1;
	int r = aspm_folder(dir, &folder, e);

	*fd = -1;
	if (r)
		return r;
	*fd = open_lock(folder, dir, e);
	if (*fd < 0)
		return *fd;
	r = lock_take(*fd, seconds);
	if (!r)
		r = lock_sign(*fd);
	if (!r)
		return 0;
	lock_fail(r, *fd, dir, seconds, e);
	close(*fd);
	*fd = -1;
	return r;
}

/* The file. */

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

/* A change with its record. */

static void describe(struct aspm_journal *j, const struct aspm_plan *plan, const char *who, int64_t until)
{
	struct buf states = { 0 };

	link_states_names(plan->states, &states);
	snprintf(j->states, sizeof(j->states), "%s %s", aspm_action_name(plan->action), buf_str(&states));
	buf_free(&states);
	snprintf(j->who, sizeof(j->who), "%s", who);
	j->begun = time(NULL);
	j->until = until;
}

int aspm_unfinished(const struct link *link, struct err *e)
{
	char addr[PCI_ADDR_MAX];

	err_set(e, EBUSY, pci_addr_str(&link->ends[0].addr, addr), "an earlier change of this link was interrupted");
	err_todo(e, "nicregs aspm restore %s restores the previous state; then try again",
		 pci_addr_str(&link->ends[1].addr, addr));
	return -EBUSY;
}

int aspm_transact(const struct aspm_io *io, const char *dir, const struct aspm_plan *plan, const char *who,
		  int64_t until, enum aspm_result *result, struct err *e)
{
	const struct pci_addr *port = &plan->before.ends[0].addr;
	struct aspm_journal earlier, j = { .was = plan->before };
	struct link now = plan->before;
	int had = aspm_journal_load(dir, port, &earlier, e), r;

	*result = ASPM_REFUSED;
	if (had && had != -ENOENT)
		return had;
	if (!had && earlier.applying)
		return aspm_unfinished(&plan->before, e);
	if (!had && aspm_journal_fits(&earlier, &plan->before))
		j = earlier;
	describe(&j, plan, who, until);
	j.applying = true;
	r = aspm_journal_save(dir, &j, e);
	if (r)
		return r;
	r = aspm_apply(io, plan, result, e);
	if (*result == ASPM_STUCK)
		return r;
	if (*result == ASPM_UNDONE) {
		if (had ? aspm_journal_remove(dir, port, NULL) : aspm_journal_save(dir, &earlier, NULL))
			err_todo(e, "everything was restored, but its record in %s could not be", dir);
		return r;
	}
	/* Back where it began: nothing is left to be restored. */
	if (!aspm_io_refresh(io, &now, e) && aspm_link_same(&now, &j.was))
		return aspm_journal_remove(dir, port, e);
	j.applying = false;
	return aspm_journal_save(dir, &j, e);
}

int aspm_transact_until(const char *dir, struct aspm_journal *j, int64_t until, struct err *e)
{
	j->until = until;
	return aspm_journal_save(dir, j, e);
}

int aspm_transact_back(const struct aspm_io *io, const char *dir, const struct link *link, enum aspm_result *result,
		       struct err *e)
{
	const struct pci_addr *port = &link->ends[0].addr;
	struct aspm_journal j;
	int r = aspm_journal_load(dir, port, &j, e);
	char addr[PCI_ADDR_MAX];

	*result = ASPM_UNCHANGED;
	if (r)
		return r;
	if (!aspm_journal_fits(&j, link)) {
		*result = ASPM_REFUSED;
		err_set(e, ESTALE, pci_addr_str(port, addr), "other devices are on this link than when it was changed");
		err_todo(e, "the record is %s/aspm-%s; remove it if it is of no use", dir, addr);
		return -ESTALE;
	}
	r = aspm_put_back(io, &j.was, e);
	*result = r ? ASPM_STUCK : ASPM_DONE;
	return r ? r : aspm_journal_remove(dir, port, e);
}
