// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/unxz.h"

#include <errno.h>
#include <stdlib.h>
#if defined(HAVE_LZMA)
#include <lzma.h>
#endif

#include "util/alloc.h"
#include "util/err.h"
#include "util/library.h"

#if defined(HAVE_LZMA)

#define MEMORY_MOST (UINT64_C(1) << 30) /* as libarchive has it */

#define LIBLZMA(X)   \
	X(lzma_code) \
	X(lzma_end)  \
	X(lzma_stream_decoder)

struct liblzma {
	LIBLZMA(LIBRARY_MEMBER)
};

struct unxz {
	struct liblzma lib;
	lzma_stream lzma;
};

int unxz_new(struct unxz **out)
{
	static const struct library library = { "liblzma.so.5", "liblzma", "liblzma5", "unpack the file" };
	static const lzma_stream begin = LZMA_STREAM_INIT;
	struct unxz *x = xcalloc(1, sizeof(*x));
	struct err unsaid = { 0 };
	int r = LIBRARY_LOAD(&library, LIBLZMA, &x->lib, "", "is packed", &unsaid);

	x->lzma = begin;
	if (r || x->lib.lzma_stream_decoder(&x->lzma, MEMORY_MOST, 0) != LZMA_OK) {
		free(x);
		return -ENOSYS;
	}
	*out = x;
	return 0;
}

void unxz_free(struct unxz *x)
{
	x->lib.lzma_end(&x->lzma);
	free(x);
}

enum gunzip_state unxz_take(struct unxz *x, const char *from, size_t *n, char *to, size_t *room)
{
	lzma_ret r;

	x->lzma.next_in = (const uint8_t *)from;
	x->lzma.avail_in = *n;
	x->lzma.next_out = (uint8_t *)to;
	x->lzma.avail_out = *room;
	r = x->lib.lzma_code(&x->lzma, LZMA_RUN);
	*n -= x->lzma.avail_in;
	*room -= x->lzma.avail_out;
	if (r == LZMA_OK || r == LZMA_BUF_ERROR) /* the latter: nothing to do yet */
		return GUNZIP_MORE;
	if (r == LZMA_STREAM_END)
		return GUNZIP_ENDS;
	return r == LZMA_MEM_ERROR || r == LZMA_MEMLIMIT_ERROR ? GUNZIP_MEMORY : GUNZIP_DAMAGED;
}
#else
int unxz_new(struct unxz **out)
{
	(void)out;
	return -ENOSYS;
}

/* There is never one. */
void unxz_free(struct unxz *x)
{
	(void)x;
}

enum gunzip_state unxz_take(struct unxz *x, const char *from, size_t *n, char *to, size_t *room)
{
	(void)x, (void)from, (void)to;
	*n = *room = 0;
	return GUNZIP_DAMAGED;
}
#endif
