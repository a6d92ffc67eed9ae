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
#include "util/text.h"

#define XZ_MEMORY (UINT64_C(128) << 20) /* enough for `xz -9` */

enum packing { PACK_GZIP, PACK_XZ };

struct unpack {
	enum packing packing;
	char *name;
	bool ended;
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
	err_todo(e, "copy it again, or read the intact part: %s '%s' | nicregs log -",
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
	return lzma_stream_decoder(&(*u)->xz, XZ_MEMORY, 0) == LZMA_OK ? 0 : -ENOMEM;
#else
	(void)u;
	return unsupported(name, "xz", "xzcat", e);
#endif
}

/* What is no kernel log, by how it begins. */
static const struct {
	const char *magic;
	size_t n;
	const char *what, *tool; /* tool: writes what is in it; NULL: none does */
} others[] = {
	{ "PK\3\4", 4, "a zip archive", "unzip -p" },
	{ "PK\5\6", 4, "an empty zip archive", NULL },
	{ "7z\xbc\xaf\x27\x1c", 6, "a 7z archive", "7z e -so" },
	{ "Rar!\x1a\x07", 6, "a rar archive", "unrar p -inul" },
	{ "\x04\x22\x4d\x18", 4, "lz4 data", "lz4cat" },
	{ "LPKSHHRH", 8, "a file of the systemd journal", "journalctl -k --file" },
	{ "\x7f"
	  "ELF",
	  4, "a program", NULL },
	{ "\x89PNG", 4, "a picture", NULL },
	{ "\xff\xd8\xff", 3, "a picture", NULL },
	{ "%PDF-", 5, "a PDF document", "pdftotext -layout" },
};

static const struct {
	const char *magic;
	size_t n;
	const char *what, *tool;
} packings[] = {
	{ "\x1f\x8b", 2, "gzip", "zcat" },
	{ "\xfd"
	  "7zXZ",
	  6, "xz", "xzcat" },
	{ "\x28\xb5\x2f\xfd", 4, "zstd", "zstdcat" },
	{ "BZh", 3, "bzip2", "bzcat" },
};

/* PowerShell writes such files: a byte order mark, or every other byte of the first letters 0. */
static bool is_utf16(const char *text, size_t n)
{
	bool little = n >= 16, big = n >= 16;

	if (n >= 2 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2)))
		return true;
	for (size_t i = 0; i < 16 && (little || big); i++) {
		little &= !text[i] == (i % 2 == 1);
		big &= !text[i] == (i % 2 == 0);
	}
	return little || big;
}

static int refuse(const char *name, const char *what, const char *tool, struct err *e)
{
	err_set(e, ENOTSUP, name, "is %s, which is not read", what);
	if (tool && strcmp(name, "stdin") != 0)
		err_todo(e, "%s '%s' | nicregs log -", tool, name);
	else
		err_todo(e, "give the kernel's messages as text: journalctl -k | nicregs log -");
	return -ENOTSUP;
}

int unpack_refuse(const char *name, bool unpacked, const char *bytes, size_t n, struct err *e)
{
	for (size_t i = 0; i < COUNT(others); i++)
		if (n >= others[i].n && !memcmp(bytes, others[i].magic, others[i].n))
			return refuse(name, others[i].what, unpacked ? NULL : others[i].tool, e);
	for (size_t i = 0; unpacked && i < COUNT(packings); i++)
		if (n >= packings[i].n && !memcmp(bytes, packings[i].magic, packings[i].n)) {
			err_set(e, ENOTSUP, name, "is compressed twice: it contains %s data", packings[i].what);
			err_todo(e, "unpack both layers: ... | %s | nicregs log -", packings[i].tool);
			return -ENOTSUP;
		}
	if (!is_utf16(bytes, n))
		return 0;
	err_set(e, EINVAL, name, "it is UTF-16 text, which is not read");
	err_todo(e, "convert it: iconv -f UTF-16 -t UTF-8 %s > log.txt", name);
	return -EINVAL;
}

#define COUNTED 65536 /* bytes at the start that are enough to tell */

void unpack_count(struct unpack_bytes *b, const char *bytes, size_t n)
{
	for (size_t i = 0, len; i < n && b->n < COUNTED; i += len, b->n += len) {
		unsigned char c = (unsigned char)bytes[i];
		uint32_t cp;

		len = c < 0x80 ? 1 : text_utf8_next((const unsigned char *)bytes + i, n - i, &cp);
		b->zeros += !c;
		b->controls += c && c < 0x20 && !strchr("\t\n\v\f\r\b\x1b", (char)c);
		b->invalid += !len;
		len += !len;
	}
}

int unpack_refuse_bytes(const char *name, const struct unpack_bytes *b, struct err *e)
{
	size_t n = b->n - b->zeros;

	if (!b->n || (n && b->controls * 5 < n && (b->controls * 20 < n || b->invalid * 10 < n)))
		return 0;
	err_set(e, EINVAL, name, n ? "it is not text" : "it holds nothing but zero bytes");
	err_todo(e, "give the kernel's messages as text: journalctl -k | nicregs log -");
	return -EINVAL;
}

#define GZIP_HEADER 10

/* A gzip header as programs write it: deflate, no unknown flags, a known speed, a known system. */
static bool is_gzip_header(const unsigned char *p, size_t n)
{
	return n >= GZIP_HEADER && p[1] == 0x8b && p[2] == 8 && p[3] < 0x20 && (p[8] == 0 || p[8] == 2 || p[8] == 4) &&
	       (p[9] < 14 || p[9] == 255);
}

/* The first place of packed data in some bytes; NULL: none. */
static const char *find_packed(const char *s, size_t n, const char **what)
{
	const char *end = s + n, *p = s, *found = NULL;

	while ((p = memchr(p, 0x1f, (size_t)(end - p))) && !is_gzip_header((const unsigned char *)p, (size_t)(end - p)))
		p++;
	found = p;
	*what = "gzip";
	for (p = s; (p = memchr(p, 0xfd, (size_t)(end - p))); p++) {
		bool xz = end - p >= 6 && !memcmp(p + 1, "7zXZ", 5);
		bool zstd = p - s >= 3 && !memcmp(p - 3, "\x28\xb5\x2f", 3);

		if (!xz && !zstd)
			continue;
		p -= zstd ? 3 : 0;
		if (!found || p < found) {
			*what = xz ? "xz" : "zstd";
			found = p;
		}
		break;
	}
	end = found ? found : end;
	for (p = s; (p = memchr(p, '&', (size_t)(end - p))); p++)
		if (p - s >= 7 && end - p >= 3 && !memcmp(p - 7, "BZh", 3) && !memcmp(p - 3, "1AY&SY", 6)) {
			*what = "bzip2";
			return p - 7;
		}
	return found;
}

int unpack_inside(struct unpack_tail *t, const char *name, const char *bytes, size_t *n, struct err *e)
{
	char seam[2 * UNPACK_TAIL];
	size_t head = *n < UNPACK_TAIL ? *n : UNPACK_TAIL, keep;
	const char *what, *found;
	bool begun = t->begun;

	memcpy(seam, t->bytes, t->n);
	memcpy(seam + t->n, bytes, head);
	found = find_packed(seam, t->n + head, &what);
	keep = found && (size_t)(found - seam) > t->n ? (size_t)(found - seam) - t->n : 0;
	if (!found) {
		found = find_packed(bytes, *n, &what);
		keep = found ? (size_t)(found - bytes) : *n;
	}
	head = t->n + head < UNPACK_TAIL ? t->n + head : UNPACK_TAIL;
	if (*n >= UNPACK_TAIL)
		memcpy(t->bytes, bytes + *n - UNPACK_TAIL, UNPACK_TAIL);
	else
		memcpy(t->bytes, seam + t->n + *n - head, head);
	t->n = head;
	t->begun = true;
	if (!found || (!begun && !keep))
		return 0;
	*n = keep;
	err_set(e, EINVAL, name, "%s data follows the text, and is not read", what);
	err_todo(e, "give each file by its name: nicregs log FILE FILE..., or unpack the packed one first");
	return -EINVAL;
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
	if (!u->ended)
		r = inflate(z, Z_NO_FLUSH);
	*got = room - z->avail_out;
	*in += *n - z->avail_in;
	*n = z->avail_in;
	u->ended = u->ended || r == Z_STREAM_END;
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
	*n = z->avail_in;
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
