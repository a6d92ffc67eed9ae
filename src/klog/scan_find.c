// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/scan_find.h"

#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static bool filter(const struct scan *s, const char *p)
{
	uint32_t window, bit;

	memcpy(&window, p, sizeof(window));
	bit = scan_hash(window);
	return s->filter[bit / 8] >> bit % 8 & 1;
}

static uint8_t allowed(const struct scan *s, unsigned at, char c)
{
	unsigned char u = (unsigned char)c;

	return s->low[at][u & 15] & s->high[at][u >> 4];
}

const char *scan_find_plain(const struct scan *s, const char *p, const char *end)
{
	for (; p < end; p++) {
		uint8_t b = allowed(s, 0, p[0]);

		for (unsigned i = 1; b && i < SCAN_WINDOW; i++)
			b &= allowed(s, i, p[i]);
		if (b && filter(s, p))
			return p;
	}
	return end;
}

#if defined(__x86_64__)

/* The first of the positions whose bits are set that passes the filter; NULL if none does. */
static const char *first(const struct scan *s, const char *p, uint32_t bits)
{
	for (; bits; bits &= bits - 1)
		if (filter(s, p + __builtin_ctz(bits)))
			return p + __builtin_ctz(bits);
	return NULL;
}

/* PSHUFB gives 0 for bytes above 0x7f, so that they are allowed nowhere. */
__attribute__((target("ssse3"))) static __m128i allowed16(const struct scan *s, unsigned at, const char *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(p + at));
	__m128i high = _mm_and_si128(_mm_srli_epi16(v, 4), _mm_set1_epi8(0x0f));

	return _mm_and_si128(_mm_shuffle_epi8(_mm_load_si128((const __m128i *)s->low[at]), v),
			     _mm_shuffle_epi8(_mm_load_si128((const __m128i *)s->high[at]), high));
}

__attribute__((target("ssse3"))) static const char *find_ssse3(const struct scan *s, const char *p, const char *end)
{
	for (; p < end; p += 16) {
		__m128i r = _mm_and_si128(_mm_and_si128(allowed16(s, 0, p), allowed16(s, 1, p)),
					  _mm_and_si128(allowed16(s, 2, p), allowed16(s, 3, p)));
		unsigned none = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(r, _mm_setzero_si128()));
		const char *at = none == 0xffff ? NULL : first(s, p, none ^ 0xffff);

		if (at)
			return at < end ? at : end;
	}
	return end;
}

__attribute__((target("avx2"))) static __m256i both(const uint8_t table[16])
{
	return _mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)table));
}

__attribute__((target("avx2"))) static __m256i allowed32(__m256i low, __m256i high, const char *p)
{
	__m256i v = _mm256_loadu_si256((const __m256i *)p);
	__m256i half = _mm256_and_si256(_mm256_srli_epi16(v, 4), _mm256_set1_epi8(0x0f));

	return _mm256_and_si256(_mm256_shuffle_epi8(low, v), _mm256_shuffle_epi8(high, half));
}

__attribute__((target("avx2"))) static const char *find_avx2(const struct scan *s, const char *p, const char *end)
{
	const __m256i l0 = both(s->low[0]), l1 = both(s->low[1]), l2 = both(s->low[2]), l3 = both(s->low[3]);
	const __m256i h0 = both(s->high[0]), h1 = both(s->high[1]), h2 = both(s->high[2]), h3 = both(s->high[3]);

	for (; p < end; p += 32) {
		__m256i r = _mm256_and_si256(_mm256_and_si256(allowed32(l0, h0, p), allowed32(l1, h1, p + 1)),
					     _mm256_and_si256(allowed32(l2, h2, p + 2), allowed32(l3, h3, p + 3)));
		unsigned none = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(r, _mm256_setzero_si256()));
		const char *at = none == 0xffffffff ? NULL : first(s, p, ~none);

		if (at)
			return at < end ? at : end;
	}
	return end;
}

scan_find_fn *scan_find_best(void)
{
	__builtin_cpu_init();
	if (__builtin_cpu_supports("avx2"))
		return find_avx2;
	if (__builtin_cpu_supports("ssse3"))
		return find_ssse3;
	return scan_find_plain;
}

size_t scan_newlines(const char *p, size_t n)
{
	const __m128i newline = _mm_set1_epi8('\n');
	__m128i sum = _mm_setzero_si128();
	size_t count = 0;

	while (n >= 16) {
		__m128i bytes = _mm_setzero_si128();
		size_t rounds = n / 16 < 255 ? n / 16 : 255;

		for (size_t i = 0; i < rounds; i++, p += 16)
			bytes = _mm_sub_epi8(bytes, _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)p), newline));
		sum = _mm_add_epi64(sum, _mm_sad_epu8(bytes, _mm_setzero_si128()));
		n -= rounds * 16;
	}
	count = (size_t)_mm_cvtsi128_si64(sum) + (size_t)_mm_cvtsi128_si64(_mm_srli_si128(sum, 8));
	for (; n; n--, p++)
		count += *p == '\n';
	return count;
}

#else

scan_find_fn *scan_find_best(void)
{
	return scan_find_plain;
}

size_t scan_newlines(const char *p, size_t n)
{
	size_t count = 0;

	for (; n; n--, p++)
		count += *p == '\n';
	return count;
}

#endif
