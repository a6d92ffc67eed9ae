// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/unpack.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(HAVE_ZLIB)
#include <zlib.h>
#endif
#if defined(HAVE_LZMA)
#include <lzma.h>
#endif

#include "util/alloc.h"
#include "util/err.h"

#define XZ_MEMORY (UINT64_C(128) << 20) /* enough for `xz -9` */

enum packing { PACK_GZIP, PACK_XZ };

struct unpack {
	enum packing packing;
	char *name;
	bool ended, resumed;
#if defined(HAVE_ZLIB)
	z_stream gzip;
#endif
#if defined(HAVE_LZMA)
	lzma_stream xz;
#endif
};

static int unsupported(const char *name, const char *packing, const char *tool, struct err *e)
{
	err_set(e, ENOTSUP, name, "is packed with %s, which this build cannot read", packing);
	err_todo(e, "%s '%s' | nicregs log -", tool, name);
	return -ENOTSUP;
}

static int damaged(const struct unpack *u, const char *why, struct err *e)
{
	err_set(e, EINVAL, u->name, "%s", why);
	err_todo(e, "copy it again, or read what is left of it: %s '%s' | nicregs log -",
		 u->packing == PACK_XZ ? "xzcat" : "zcat", u->name);
	return -EINVAL;
}

#if defined(HAVE_ZLIB) || defined(HAVE_LZMA)
static struct unpack *unpack_alloc(enum packing packing, const char *name)
{
	struct unpack *u = xcalloc(1, sizeof(*u));

	u->packing = packing;
	u->name = xstrdup(name);
	return u;
}
#endif

static int gzip_new(struct unpack **u, const char *name, struct err *e)
{
#if defined(HAVE_ZLIB)
	(void)e;
	*u = unpack_alloc(PACK_GZIP, name);
	return inflateInit2(&(*u)->gzip, 15 + 16) == Z_OK ? 0 : -ENOMEM;
#else
	(void)u;
	return unsupported(name, "gzip", "zcat", e);
#endif
}

static int xz_new(struct unpack **u, const char *name, struct err *e)
{
#if defined(HAVE_LZMA)
	(void)e;
	*u = unpack_alloc(PACK_XZ, name);
	(*u)->xz = (lzma_stream)LZMA_STREAM_INIT;
	return lzma_stream_decoder(&(*u)->xz, XZ_MEMORY, LZMA_CONCATENATED) == LZMA_OK ? 0 : -ENOMEM;
#else
	(void)u;
	return unsupported(name, "xz", "xzcat", e);
#endif
}

int unpack_new(struct unpack **u, const char *name, const char *bytes, size_t n, struct err *e)
{
	int r = 0;

	*u = NULL;
	if (n >= 2 && !memcmp(bytes, "\x1f\x8b", 2))
		r = gzip_new(u, name, e);
	else if (n >= 6 && !memcmp(bytes,
				   "\xfd"
				   "7zXZ",
				   6))
		r = xz_new(u, name, e);
	else if (n >= 4 && !memcmp(bytes, "\x28\xb5\x2f\xfd", 4))
		return unsupported(name, "zstd", "zstdcat", e);
	else if (n >= 3 && !memcmp(bytes, "BZh", 3))
		return unsupported(name, "bzip2", "bzcat", e);
	if (r == -ENOMEM)
		err_sys(e, ENOMEM, "%s", name);
	return r;
}

void unpack_free(struct unpack *u)
{
	if (!u)
		return;
#if defined(HAVE_ZLIB)
	if (u->packing == PACK_GZIP)
		inflateEnd(&u->gzip);
#endif
#if defined(HAVE_LZMA)
	if (u->packing == PACK_XZ)
		lzma_end(&u->xz);
#endif
	free(u->name);
	free(u);
}

bool unpack_ended(const struct unpack *u)
{
	return u->ended;
}

#if defined(HAVE_ZLIB)
static int gzip_run(struct unpack *u, const char **in, size_t *n, bool last, char *to, size_t room, size_t *got,
		    struct err *e)
{
	z_stream *z = &u->gzip;
	int r = Z_OK;

	z->next_in = (Bytef *)(uintptr_t)*in;
	z->avail_in = (uInt)*n;
	z->next_out = (Bytef *)to;
	z->avail_out = (uInt)room;
	if (u->ended && *n) { /* files put after one another */
		inflateReset(z);
		u->ended = false;
		u->resumed = true;
	}
	if (!u->ended)
		r = inflate(z, Z_NO_FLUSH);
	*got = room - z->avail_out;
	*in += *n - z->avail_in;
	*n = z->avail_in;
	u->ended = u->ended || r == Z_STREAM_END;
	if (r == Z_DATA_ERROR && u->resumed && !*got) { /* padding after the last one */
		*n = 0;
		u->ended = true;
		return 0;
	}
	if (r == Z_DATA_ERROR || r == Z_NEED_DICT || r == Z_MEM_ERROR || r == Z_STREAM_ERROR)
		return damaged(u, "the gzip data is damaged", e);
	if (last && !*n && !*got && !u->ended)
		return damaged(u, "the gzip data ends too early", e);
	return 0;
}
#endif

#if defined(HAVE_LZMA)
static int xz_run(struct unpack *u, const char **in, size_t *n, bool last, char *to, size_t room, size_t *got,
		  struct err *e)
{
	lzma_stream *z = &u->xz;
	lzma_ret r = LZMA_OK;

	z->next_in = (const uint8_t *)*in;
	z->avail_in = *n;
	z->next_out = (uint8_t *)to;
	z->avail_out = room;
	if (!u->ended)
		r = lzma_code(z, last ? LZMA_FINISH : LZMA_RUN);
	*got = room - z->avail_out;
	*in += *n - z->avail_in;
	*n = u->ended ? 0 : z->avail_in;
	u->ended = u->ended || r == LZMA_STREAM_END;
	if (r == LZMA_MEMLIMIT_ERROR)
		return damaged(u, "unpacking the xz data takes more than 128 MiB", e);
	if (r == LZMA_BUF_ERROR)
		return last && !*got ? damaged(u, "the xz data ends too early", e) : 0;
	return r == LZMA_OK || r == LZMA_STREAM_END ? 0 : damaged(u, "the xz data is damaged", e);
}
#endif

int unpack_run(struct unpack *u, const char **in, size_t *n, bool last, char *to, size_t room, size_t *got,
	       struct err *e)
{
	*got = 0;
#if defined(HAVE_ZLIB)
	if (u->packing == PACK_GZIP)
		return gzip_run(u, in, n, last, to, room, got, e);
#endif
#if defined(HAVE_LZMA)
	if (u->packing == PACK_XZ)
		return xz_run(u, in, n, last, to, room, got, e);
#endif
	(void)in, (void)n, (void)last, (void)to, (void)room;
	return damaged(u, "not compressed", e);
}
