// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/gunzip.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#if defined(HAVE_ZLIB)
#define ZLIB_CONST
#include <zlib.h>
#endif

#include "util/alloc.h"
#include "util/err.h"
#include "util/library.h"

#if defined(HAVE_ZLIB)

#define WITH_HEADER 16 /* added to the window's bits: gzip's header and trailer, not zlib's */

#define LIBZ(X)          \
	X(inflate)       \
	X(inflateEnd)    \
	X(inflateInit2_) \
	X(inflateReset)

struct libz {
	LIBZ(LIBRARY_MEMBER)
};

struct gunzip {
	struct libz lib; /* loaded when the first data is unpacked */
	z_stream z;
};

int gunzip_new(struct gunzip **out, const char *name, struct err *e)
{
	static const struct library library = { "libz.so.1", "zlib", "zlib1g", "unpack the file" };
	struct gunzip *g = xcalloc(1, sizeof(*g));
	int r = LIBRARY_LOAD(&library, LIBZ, &g->lib, name, "is packed", e);

	if (!r && g->lib.inflateInit2_(&g->z, MAX_WBITS + WITH_HEADER, ZLIB_VERSION, (int)sizeof(g->z)) != Z_OK)
		r = err_set(e, ENOTSUP, name, "is packed with gzip, which this system's zlib cannot read");
	if (r) {
		free(g);
		return r;
	}
	*out = g;
	return 0;
}

void gunzip_free(struct gunzip *g)
{
	g->lib.inflateEnd(&g->z);
	free(g);
}

void gunzip_again(struct gunzip *g)
{
	g->lib.inflateReset(&g->z);
}

/* zlib's words for what stands behind the data. */
static bool is_of_trailer(const char *words)
{
	return words && (!strcmp(words, "incorrect data check") || !strcmp(words, "incorrect length check"));
}

enum gunzip_state gunzip_take(struct gunzip *g, const char *from, size_t *n, char *to, size_t *room)
{
	int r;

	g->z.next_in = (const Bytef *)from;
	g->z.avail_in = (uInt)*n;
	g->z.next_out = (Bytef *)to;
	g->z.avail_out = (uInt)*room;
	r = g->lib.inflate(&g->z, Z_NO_FLUSH);
	*n -= g->z.avail_in;
	*room -= g->z.avail_out;
	if (r == Z_OK || r == Z_BUF_ERROR) /* the latter: nothing to do yet */
		return GUNZIP_MORE;
	if (r == Z_STREAM_END)
		return GUNZIP_ENDS;
	if (r == Z_MEM_ERROR)
		return GUNZIP_MEMORY;
	return is_of_trailer(g->z.msg) ? GUNZIP_CHECKSUM : GUNZIP_DAMAGED;
}
#else
int gunzip_new(struct gunzip **out, const char *name, struct err *e)
{
	(void)out, (void)name, (void)e;
	return -ENOSYS;
}

/* There is never one. */
void gunzip_free(struct gunzip *g)
{
	(void)g;
}

void gunzip_again(struct gunzip *g)
{
	(void)g;
}

enum gunzip_state gunzip_take(struct gunzip *g, const char *from, size_t *n, char *to, size_t *room)
{
	(void)g, (void)from, (void)to;
	*n = *room = 0;
	return GUNZIP_DAMAGED;
}
#endif
