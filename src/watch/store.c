// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch/store.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/err.h"
#include "util/file.h"
#include "util/text.h"
#include "watch/counts.h"

#define FILLING ".new-"
#define LEAVING ".old-"
#define TEMPORARY 7 /* what file_write_atomic() adds to a name */

/* After each change on disk. */
static void step(const struct incident_store *store)
{
	if (store->kill_after && *store->kill_after && !--*store->kill_after)
		kill(getpid(), SIGKILL);
}

static int unlink_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	remove(path);
	return 0;
}

static void remove_tree(const char *path)
{
	nftw(path, unlink_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Only folders that were made here are ever taken away. */
bool incident_is_name(const char *name)
{
	for (size_t i = 0; i < INCIDENT_STAMP; i++) {
		bool right = i == 8    ? name[i] == 'T'
			     : i == 15 ? name[i] == 'Z'
			     : i == 16 ? name[i] == '-'
				       : isdigit((unsigned char)name[i]);
		if (!right)
			return false;
	}
	return true;
}

static int is_unfinished(const struct dirent *d)
{
	return (text_starts(d->d_name, FILLING) && incident_is_name(d->d_name + strlen(FILLING))) ||
	       (text_starts(d->d_name, LEAVING) && incident_is_name(d->d_name + strlen(LEAVING)));
}

static int is_incident(const struct dirent *d)
{
	return incident_is_name(d->d_name);
}

/* A file of an incident that was being written: "about.json.x7Yz0a". */
static int is_half(const struct dirent *d)
{
	size_t n = strlen(d->d_name);
	const char *end = d->d_name + n - TEMPORARY;

	return n > TEMPORARY + 5 && *end == '.' && (!strncmp(end - 5, ".json", 5) || !strncmp(end - 4, ".log", 4));
}

/* In the order of their names, which is that of their times. Names are freed with free_names(). */
static size_t list(const char *dir, int (*which)(const struct dirent *), struct dirent ***names)
{
	int n = scandir(dir, names, which, alphasort);

	return n < 0 ? 0 : (size_t)n;
}

static void free_names(struct dirent **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	if (n)
		free(names);
}

static int make_folders(const char *dir)
{
	AUTO_FREE char *path = xstrdup(dir);
	struct stat st;

	for (char *p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			return -errno;
		*p = '/';
	}
	if (!mkdir(path, 0750))
		return 0;
	if (errno == EEXIST && !stat(path, &st) && !S_ISDIR(st.st_mode))
		return -ENOTDIR;
	return errno == EEXIST ? 0 : -errno;
}

static void remove_listed(const char *dir, int (*which)(const struct dirent *))
{
	struct dirent **names = NULL;
	size_t n = list(dir, which, &names);

	for (size_t i = 0; i < n; i++) {
		AUTO_FREE char *path = xasprintf("%s/%s", dir, names[i]->d_name);

		remove_tree(path);
	}
	free_names(names, n);
}

/* What a process that was killed left. */
static void clear_away(const struct incident_store *store)
{
	struct dirent **names = NULL;
	AUTO_FREE char *counts = xasprintf("%s/" INCIDENT_COUNTS_TEMPORARY, store->dir);
	size_t n;

	remove(counts);
	remove_listed(store->dir, is_unfinished);
	n = list(store->dir, is_incident, &names);
	for (size_t i = 0; i < n; i++) {
		AUTO_FREE char *path = xasprintf("%s/%s", store->dir, names[i]->d_name);
		AUTO_FREE char *after = xasprintf("%s/" INCIDENT_AFTER, path);

		remove_listed(path, is_half);
		remove_listed(after, is_half);
	}
	free_names(names, n);
}

int incident_store_open(const struct incident_store *store, int *lock, struct err *e)
{
	int r = make_folders(store->dir);

	*lock = -1;
	if (!r && access(store->dir, W_OK | X_OK) < 0)
		r = -errno;
	if (!r && (*lock = open(store->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		r = -errno;
	if (r) {
		err_sys(e, -r, "%s", store->dir);
		err_todo(e, "run it as root, or name another directory with --dir");
		return r;
	}
	if (!flock(*lock, LOCK_EX | LOCK_NB))
		clear_away(store);
	flock(*lock, LOCK_SH);
	return 0;
}

static char *name_of(int64_t taken, const char *device, const char *kind)
{
	time_t seconds = (time_t)(taken / 1000000000);
	char stamp[40];
	struct tm tm;
	char *name;

	gmtime_r(&seconds, &tm);
	strftime(stamp, sizeof(stamp), INCIDENT_STAMP_FORMAT, &tm);
	name = xasprintf("%s%s-%s", stamp, device, kind);
	for (char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("-._:", *p))
			*p = '_';
	return name;
}

static void forget_name(struct incident *i)
{
	free(i->filling);
	free(i->path);
	i->filling = i->path = NULL;
}

static void forget(struct incident *i)
{
	forget_name(i);
	*i = (struct incident){ 0 };
}

/* What is in a file of an incident is found by its words, as only jsonw writes it. */
static bool is_confirmed(const struct incident_store *store, const char *name)
{
	AUTO_FREE char *path = xasprintf("%s/%s/" INCIDENT_ABOUT, store->dir, name);
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char text[4096];
	struct stat st;
	ssize_t n = fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) ? read(fd, text, sizeof(text) - 1) : -1;

	text[n > 0 ? n : 0] = '\0';
	return strstr(text, "\"" INCIDENT_CONFIRMED "\": \"" INCIDENT_BY_REGISTERS "\"");
}

static void take_away(const struct incident_store *store, const char *name)
{
	AUTO_FREE char *path = xasprintf("%s/%s", store->dir, name);
	AUTO_FREE char *leaving = xasprintf("%s/" LEAVING "%s", store->dir, name);

	if (rename(path, leaving) < 0)
		return;
	step(store);
	remove_tree(leaving);
}

/* The oldest other one that may go for this one. */
static bool give_up_one(struct incident *i)
{
	struct dirent **names = NULL;
	size_t n = list(i->store->dir, is_incident, &names), victim = n;

	for (size_t k = 0; k < n; k++) {
		AUTO_FREE char *path = xasprintf("%s/%s", i->store->dir, names[k]->d_name);
		bool confirmed = is_confirmed(i->store, names[k]->d_name);

		if (!strcmp(path, i->path) || (confirmed && (!i->confirmed || victim < n)))
			continue;
		victim = k;
		if (!confirmed)
			break;
	}
	if (victim < n)
		take_away(i->store, names[victim]->d_name);
	free_names(names, n);
	i->given_up += victim < n;
	return victim < n;
}

static bool is_full(int r)
{
	return r == -ENOSPC || r == -EDQUOT;
}

/* False if there is one of that name, or another process is filling it. */
static bool claim(const struct incident_store *store, const char *name, struct incident *out, int *r)
{
	*out = (struct incident){
		.path = xasprintf("%s/%s", store->dir, name),
		.filling = xasprintf("%s/" FILLING "%s", store->dir, name),
		.store = store,
		.confirmed = out->confirmed,
		.given_up = out->given_up,
	};
	do
		*r = !access(out->path, F_OK) ? -EEXIST : mkdir(out->filling, 0750) < 0 ? -errno : 0;
	while (is_full(*r) && give_up_one(out));
	step(store);
	return !*r;
}

int incident_begin(const struct incident_store *store, int64_t taken, const char *device, const char *kind,
		   bool confirmed, struct incident *out, struct err *e)
{
	AUTO_FREE char *plain = name_of(taken, device, kind);
	int r = -EEXIST;

	*out = (struct incident){ .confirmed = confirmed };
	for (unsigned i = 1; r == -EEXIST && i < 100; i++) {
		AUTO_FREE char *name = i == 1 ? xstrdup(plain) : xasprintf("%s-%u", plain, i);

		if (claim(store, name, out, &r))
			return 0;
		if (r == -EEXIST && i < 99)
			forget_name(out);
	}
	err_sys(e, -r, "%s", out->filling);
	forget(out);
	return r;
}

/* A file, nothing that a write would wait at. */
static int write_file(const char *path, const void *bytes, size_t n, struct err *e)
{
	struct stat st;

	if (!lstat(path, &st) && !S_ISREG(st.st_mode))
		remove(path);
	return file_write_atomic(path, bytes, n, 0640, e);
}

int incident_put(struct incident *i, const char *name, const void *bytes, size_t n, struct err *e)
{
	AUTO_FREE char *path = xasprintf("%s/%s", i->filling ? i->filling : i->path, name);
	bool after = text_starts(name, INCIDENT_AFTER "/");
	AUTO_FREE char *folder = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	int r;

	do {
		r = after && mkdir(folder, 0750) < 0 && errno != EEXIST ? err_sys(e, errno, "%s", folder) : 0;
		if (!r)
			r = write_file(path, bytes, n, e);
	} while (is_full(r) && give_up_one(i));
	step(i->store);
	return r;
}

void incident_drop(const struct incident *i, const char *name)
{
	AUTO_FREE char *path = xasprintf("%s/%s", i->filling ? i->filling : i->path, name);

	remove(path);
	step(i->store);
}

static void sync_folder(const char *path)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		fsync(fd);
}

/* Bytes of the files in a folder and in the one for what came after. */
static uint64_t size_of(const char *path)
{
	AUTO_FREE char *after = xasprintf("%s/" INCIDENT_AFTER, path);
	const char *const folders[] = { path, after };
	uint64_t size = 0;

	for (size_t i = 0; i < 2; i++) {
		DIR *dir = opendir(folders[i]);
		struct dirent *d;
		struct stat st;

		while (dir && (d = readdir(dir)))
			if (!fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode))
				size += (uint64_t)st.st_size;
		if (dir)
			closedir(dir);
	}
	return size;
}

struct kept {
	size_t n;
	uint64_t size;
};

/* From the newest to the oldest, the first that is too much and all before it go. */
static void prune_these(const struct incident *mine, struct dirent *const *names, size_t n, bool confirmed,
			struct kept *kept)
{
	const struct incident_store *store = mine->store;

	for (size_t i = n; i-- > 0;) {
		AUTO_FREE char *path = xasprintf("%s/%s", store->dir, names[i]->d_name);

		if (!strcmp(path, mine->path) || is_confirmed(store, names[i]->d_name) != confirmed)
			continue;
		kept->size += size_of(path);
		if (++kept->n > store->keep || kept->size > store->most_bytes)
			take_away(store, names[i]->d_name);
	}
}

/* Those that registers confirmed have the room first; one that a log alone told of gets by beside them, as the last. */
static void prune(const struct incident *mine)
{
	struct kept kept = { 0 };
	const struct kept own = { 1, size_of(mine->path) };
	struct dirent **names = NULL;
	size_t n = list(mine->store->dir, is_incident, &names);

	if (mine->confirmed)
		kept = own;
	prune_these(mine, names, n, true, &kept);
	if (!mine->confirmed)
		kept = (struct kept){ kept.n + own.n, kept.size + own.size };
	prune_these(mine, names, n, false, &kept);
	free_names(names, n);
}

int incident_commit(const struct incident_store *store, struct incident *i, struct err *e)
{
	sync_folder(i->filling);
	if (rename(i->filling, i->path) < 0)
		return err_sys(e, errno, "%s", i->path);
	step(store);
	free(i->filling);
	i->filling = NULL;
	sync_folder(store->dir);
	incident_counts_add(store->dir, strrchr(i->path, '/') + 1); /* if it fails, the next one counts it */
	step(store);
	prune(i);
	return 0;
}

void incident_end(struct incident *i)
{
	if (i->filling)
		remove_tree(i->filling);
	forget(i);
}
