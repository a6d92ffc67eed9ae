// SPDX-License-Identifier: GPL-2.0-or-later
/* Compressed data, archives and crash reports: any bytes are survived, and their logs read alike whether the archive can be
 * read again or not. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bundle/bundle.h"
#include "klog/input.h"
#include "klog/klog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bytes {
	const uint8_t *data;
	size_t n, at;
	struct stream *stream;
	char head[BUNDLE_HEAD];
	size_t head_n, head_at;
};

static ssize_t read_bytes(void *arg, char *to, size_t room, struct err *e)
{
	struct bytes *b = arg;

	(void)e;
	room = b->n - b->at < room ? b->n - b->at : room;
	if (room)
		memcpy(to, b->data + b->at, room);
	b->at += room;
	return (ssize_t)room;
}

static ssize_t read_unpacked(void *arg, char *to, size_t room, struct err *e)
{
	struct bytes *b = arg;
	size_t n = b->head_n - b->head_at < room ? b->head_n - b->head_at : room;
	int r;

	if (!n) {
		r = stream_read(b->stream, to, room, &n, e);
		return r == 1 ? (ssize_t)n : r;
	}
	memcpy(to, b->head + b->head_at, n);
	b->head_at += n;
	return (ssize_t)n;
}

static int no_again(void *arg)
{
	(void)arg;
	return -ESPIPE;
}

static void begin(struct bytes *b, const uint8_t *data, size_t size)
{
	size_t n;

	*b = (struct bytes){ .data = data, .n = size };
	b->stream = stream_new(read_bytes, b, "fuzz");
	while (b->head_n < sizeof(b->head) &&
	       stream_read(b->stream, b->head + b->head_n, sizeof(b->head) - b->head_n, &n, NULL) == 1)
		b->head_n += n;
}

static void read_all(struct bundle *b, struct klog *k)
{
	struct err e = { 0 };
	struct bundle_file file;
	char piece[4096];
	uint64_t nth;
	size_t n;

	while (bundle_next(b, &file, &e) == 1) {
		if (strlen(file.path) >= BUNDLE_PATH)
			abort();
		klog_next_file(k, file.path, file.another_log, file.drifts);
		klog_feed(k, file.command, strlen(file.command));
		while (bundle_read(b, piece, sizeof(piece), &n, &e) == 1)
			klog_feed(k, piece, n);
	}
	klog_end(k);
	for (uint64_t line = 1; line < klog_host(k)->lines && line < 50; line++)
		if (klog_file(k, line, &nth) && nth > line)
			abort();
	if (klog_boots(k) > klog_host(k)->boots)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct klog *k;
	struct bytes bytes;
	const struct bundle_source source = {
		.name = "fuzz", .more = read_unpacked, .again = no_again, .arg = &bytes, .wants = klog_wants
	};
	struct bundle *b;
	struct err e = { 0 };

	if (!k)
		k = klog_new(NULL, NULL);
	klog_restart(k);
	begin(&bytes, data, size);
	if (!bundle_open(&b, &source, &e)) {
		read_all(b, k);
		bundle_free(b);
	}
	stream_free(bytes.stream);
	return 0;
}
