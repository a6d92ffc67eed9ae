// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A large file, read ahead of the log's reader, with the first pass done on it: by threads, and by the reader's own when it
 * would wait else. Pieces are given out in order, so that the reader sees what it would see without.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "klog/ahead.h"
#include "klog/unpack.h"
#include "util/alloc.h"

#define THREADS 3
#define LARGE ((off_t)4 << 20) /* bytes */
#define PIECES (THREADS + 2)
#define SEAM (PREFILTER_LONGEST + UNPACK_TAIL) /* bytes before a piece that are looked at with it */

enum state { PIECE_FREE, PIECE_WORKED_ON, PIECE_READY };

struct piece {
	struct ahead_piece pub;
	enum state state;
	uint64_t number;
};

struct ahead {
	int fd;
	off_t from; /* of the file: where the first piece begins */
	const char *name;
	const struct prefilter *filter;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t changed;
	bool stop;
	uint64_t next, wanted, last; /* pieces: not begun by anybody; that the reader gets next; the file's last */
	struct piece pieces[PIECES];
	size_t n_pieces;
	pthread_t threads[THREADS];
	size_t n_threads;
};

/* Reads up to n bytes, fewer at the end of the file. */
static ssize_t read_all(int fd, char *to, size_t n, off_t at)
{
	size_t got = 0;

	while (got < n) {
		ssize_t r = pread(fd, to + got, n - got, at + (off_t)got);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -errno;
		if (!r)
			break;
		got += (size_t)r;
	}
	return (ssize_t)got;
}

static void look_for_places(const struct ahead *a, struct log_buffer *log)
{
	const char *from = log->bytes + BUFFER_HEAD - PREFILTER_LONGEST, *p = from, *end = from + log->n;

	log->places.n = 0;
	log->places.lines = 0;
	while (p < end) {
		prefilter_places_room(&log->places);
		p = a->filter->scan(a->filter, from, p, end, &log->places);
	}
}

/* How many bytes at the start of a piece are no packed data's: up to before the first place that may be, or before where
 * none was looked for. */
static size_t not_packed(const struct log_buffer *log)
{
	const char *from = log->bytes + BUFFER_HEAD - PREFILTER_LONGEST;
	size_t i = 0, n;

	while (i < log->places.n && !prefilter_packed(from + log->places.v[i].at))
		i++;
	n = i < log->places.n ? log->places.v[i].at : log->n;
	return n > SEAM ? n - SEAM : 0;
}

/* Reads a piece and does with it what can be done without those before it. */
static void work(const struct ahead *a, struct piece *piece)
{
	struct ahead_piece *pub = &piece->pub;
	char *begin = pub->log.bytes + BUFFER_HEAD;
	off_t at = a->from + (off_t)(piece->number * BUFFER_BYTES);
	ssize_t got = read_all(a->fd, begin - SEAM, SEAM + BUFFER_BYTES, at - SEAM);
	struct unpack_tail tail = { .n = UNPACK_TAIL, .begun = true };

	pub->failed = got < 0 ? (int)got : 0;
	pub->mixed = 0;
	pub->log.n = got > SEAM ? (size_t)got - SEAM : 0;
	pub->ends = pub->log.n < BUFFER_BYTES;
	if (!pub->log.n)
		return;
	memcpy(tail.bytes, begin - UNPACK_TAIL, UNPACK_TAIL);
	look_for_places(a, &pub->log);
	pub->mixed = unpack_inside(&tail, a->name, begin, pub->log.n, not_packed(&pub->log), &pub->why);
}

/* Takes the next piece that nobody has begun, if there is room for it, and works on it. The lock is held before and after.
 * False: there is none. */
static bool work_on_next(struct ahead *a)
{
	struct piece *piece = NULL;

	for (size_t i = 0; i < a->n_pieces && !piece; i++)
		if (a->pieces[i].state == PIECE_FREE)
			piece = &a->pieces[i];
	if (!piece || a->stop || a->next > a->last)
		return false;
	piece->state = PIECE_WORKED_ON;
	piece->number = a->next++;
	pthread_mutex_unlock(&a->lock);
	work(a, piece);
	pthread_mutex_lock(&a->lock);
	piece->state = PIECE_READY;
	if ((piece->pub.ends || piece->pub.failed) && piece->number < a->last)
		a->last = piece->number;
	pthread_cond_broadcast(&a->changed);
	return true;
}

static void *run(void *arg)
{
	struct ahead *a = arg;

	pthread_mutex_lock(&a->lock);
	while (!a->stop && a->next <= a->last)
		if (!work_on_next(a))
			pthread_cond_wait(&a->changed, &a->lock);
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

/* Processors that this process may use. */
static size_t count_processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) ? 1 : (size_t)CPU_COUNT(&set);
}

/* Whether the rest of a file is worth a thread, and can be read anywhere. */
static bool is_large(int fd, off_t from)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size - from >= LARGE;
}

struct ahead *ahead_new(int fd, off_t from, const char *name, const struct prefilter *filter)
{
	size_t processors = count_processors();
	struct ahead *a;

	if (from < SEAM || !is_large(fd, from))
		return NULL;
	a = xcalloc(1, sizeof(*a));
	*a = (struct ahead){ .fd = fd, .from = from, .name = name, .filter = filter, .last = UINT64_MAX };
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->changed, NULL);
	while (a->n_threads < processors - 1 && a->n_threads < THREADS &&
	       !pthread_create(&a->threads[a->n_threads], NULL, run, a))
		a->n_threads++;
	pthread_mutex_lock(&a->lock);
	for (; a->n_pieces < (a->n_threads ? a->n_threads + 2 : 1); a->n_pieces++)
		a->pieces[a->n_pieces].pub.log.bytes = xcalloc(1, BUFFER_ROOM);
	pthread_cond_broadcast(&a->changed);
	pthread_mutex_unlock(&a->lock);
	return a;
}

void ahead_free(struct ahead *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->stop = true;
	pthread_cond_broadcast(&a->changed);
	pthread_mutex_unlock(&a->lock);
	for (size_t i = 0; i < a->n_threads; i++)
		pthread_join(a->threads[i], NULL);
	for (size_t i = 0; i < a->n_pieces; i++) {
		free(a->pieces[i].pub.log.bytes);
		free(a->pieces[i].pub.log.places.v);
	}
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

static struct piece *find_ready(struct ahead *a)
{
	for (size_t i = 0; i < a->n_pieces; i++)
		if (a->pieces[i].state == PIECE_READY && a->pieces[i].number == a->wanted)
			return &a->pieces[i];
	return NULL;
}

struct ahead_piece *ahead_take(struct ahead *a)
{
	struct piece *piece;

	pthread_mutex_lock(&a->lock);
	while (!(piece = find_ready(a)))
		if (!work_on_next(a))
			pthread_cond_wait(&a->changed, &a->lock);
	a->wanted++;
	pthread_mutex_unlock(&a->lock);
	return &piece->pub;
}

void ahead_give_back(struct ahead *a, struct ahead_piece *pub)
{
	struct piece *piece = (struct piece *)((char *)pub - offsetof(struct piece, pub));

	pthread_mutex_lock(&a->lock);
	piece->state = PIECE_FREE;
	pthread_cond_broadcast(&a->changed);
	pthread_mutex_unlock(&a->lock);
}
