// SPDX-License-Identifier: GPL-2.0-or-later
/* The loops of the first pass: one for any processor, and one for each kind of wide instructions that is worth it. */
#include "klog/prefilter.h"
#include "util/alloc.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define BLOCK 64

/* Bits of 64 bytes: where four bytes may be an anchor's, and the line ends. */
struct bits {
	uint64_t places, newlines;
};

/* Adds the places of a block that pass the filter. */
static inline __attribute__((always_inline)) void add_places(const struct prefilter *f, const char *from, const char *p,
							     const char *end, struct bits bits,
							     struct prefilter_places *to)
{
	size_t left = (size_t)(end - p);

	if (left < BLOCK) {
		bits.places &= (UINT64_C(1) << left) - 1;
		bits.newlines &= (UINT64_C(1) << left) - 1;
	}
	for (uint64_t places = bits.places; places; places &= places - 1) {
		unsigned at = (unsigned)__builtin_ctzll(places);
		uint64_t before = bits.newlines & ((UINT64_C(1) << at) - 1);

		if (prefilter_passes(f, p + at))
			to->v[to->n++] = (struct prefilter_place){
				(uint32_t)(p + at - from),
				(uint32_t)(to->lines + (uint64_t)__builtin_popcountll(before)),
			};
	}
	to->lines += (uint64_t)__builtin_popcountll(bits.newlines);
}

static inline bool is_full(const struct prefilter_places *places)
{
	return places->n + BLOCK > places->room;
}

static const char *min_end(const char *p, const char *end)
{
	return p < end ? p : end;
}

/* ---- any processor: the filter alone ---- */

static bool runs_anywhere(void)
{
	return true;
}

static const char *scan_plain(const struct prefilter *f, const char *from, const char *p, const char *end,
			      struct prefilter_places *to)
{
	for (; p < end && !is_full(to); p++) {
		if (prefilter_passes(f, p))
			to->v[to->n++] = (struct prefilter_place){ (uint32_t)(p - from), (uint32_t)to->lines };
		to->lines += *p == '\n';
	}
	return p;
}

#if defined(__x86_64__)

/* ---- AVX2: of each byte both halves, with tables of sixteen ---- */

static bool runs_avx2(void)
{
	__builtin_cpu_init();
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi");
}

static unsigned half_of(const char *window, unsigned which)
{
	unsigned byte = (unsigned char)window[which / 2];

	return which % 2 ? byte >> 4 : byte & 15;
}

#define AVX2 __attribute__((target("avx2,popcnt,bmi")))

/* What both sets allow of the bytes at one of the four places. */
struct sets {
	__m256i a, b;
};

AVX2 static inline struct sets sets_load(const struct prefilter *f, unsigned trait)
{
	return (struct sets){
		_mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)f->tables[0][trait])),
		_mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)f->tables[1][trait])),
	};
}

AVX2 static inline struct sets sets_of(const struct sets *low, const struct sets *high, __m256i v)
{
	const __m256i mask = _mm256_set1_epi8(0x0f);
	__m256i l = _mm256_and_si256(v, mask), h = _mm256_and_si256(_mm256_srli_epi16(v, 4), mask);

	return (struct sets){ _mm256_and_si256(_mm256_shuffle_epi8(low->a, l), _mm256_shuffle_epi8(high->a, h)),
			      _mm256_and_si256(_mm256_shuffle_epi8(low->b, l), _mm256_shuffle_epi8(high->b, h)) };
}

AVX2 static inline uint32_t places_avx2(const struct sets *low, const struct sets *high, const char *p)
{
	struct sets all = sets_of(&low[0], &high[0], _mm256_loadu_si256((const __m256i *)p));
	__m256i none;

	for (unsigned i = 1; i < PREFILTER_WINDOW; i++) {
		struct sets s = sets_of(&low[i], &high[i], _mm256_loadu_si256((const __m256i *)(p + i)));

		all = (struct sets){ _mm256_and_si256(all.a, s.a), _mm256_and_si256(all.b, s.b) };
	}
	none = _mm256_cmpeq_epi8(_mm256_or_si256(all.a, all.b), _mm256_setzero_si256());
	return ~(uint32_t)_mm256_movemask_epi8(none);
}

AVX2 static inline uint32_t newlines_avx2(const char *p)
{
	__m256i v = _mm256_loadu_si256((const __m256i *)p);

	return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_set1_epi8('\n')));
}

AVX2 static const char *scan_avx2(const struct prefilter *f, const char *from, const char *p, const char *end,
				  struct prefilter_places *to)
{
	struct sets low[PREFILTER_WINDOW], high[PREFILTER_WINDOW];

	for (unsigned i = 0; i < PREFILTER_WINDOW; i++) {
		low[i] = sets_load(f, 2 * i);
		high[i] = sets_load(f, 2 * i + 1);
	}
	for (; p < end && !is_full(to); p += BLOCK) {
		struct bits bits = {
			places_avx2(low, high, p) | (uint64_t)places_avx2(low, high, p + 32) << 32,
			newlines_avx2(p) | (uint64_t)newlines_avx2(p + 32) << 32,
		};

		add_places(f, from, p, end, bits, to);
	}
	return min_end(p, end);
}

/* ---- AVX-512 VBMI: of each two neighbours a mix of both, with tables of 128 ---- */

static bool runs_vbmi(void)
{
	__builtin_cpu_init();
	return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi") &&
	       __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi");
}

#define PAIRS (PREFILTER_WINDOW - 1)

/* Of the factors tried, the one by which the fewest places of logs pass. */
static unsigned pair_of(const char *window, unsigned which)
{
	return ((unsigned char)window[which] + 5u * (unsigned char)window[which + 1]) % PREFILTER_VALUES;
}

#define VBMI __attribute__((target("avx512f,avx512bw,avx512vbmi,popcnt,bmi")))

struct table {
	__m512i low, high;
};

/* Of an index, the instruction takes seven bits. */
VBMI static inline __m512i allowed(const struct table *t, __m512i index)
{
	return _mm512_permutex2var_epi8(t->low, index, t->high);
}

VBMI static inline __m512i mix(__m512i v, __m512i next)
{
	__m512i twice = _mm512_add_epi8(next, next);

	return _mm512_add_epi8(_mm512_add_epi8(v, next), _mm512_add_epi8(twice, twice));
}

VBMI static const char *scan_vbmi(const struct prefilter *f, const char *from, const char *p, const char *end,
				  struct prefilter_places *to)
{
	const __m512i newline = _mm512_set1_epi8('\n');
	struct table a[PAIRS], b[PAIRS];

	for (unsigned i = 0; i < PAIRS; i++) {
		a[i] = (struct table){ _mm512_loadu_si512(f->tables[0][i]), _mm512_loadu_si512(f->tables[0][i] + 64) };
		b[i] = (struct table){ _mm512_loadu_si512(f->tables[1][i]), _mm512_loadu_si512(f->tables[1][i] + 64) };
	}
	for (; p < end && !is_full(to); p += BLOCK) {
		__m512i v0 = _mm512_loadu_si512(p), v1 = _mm512_loadu_si512(p + 1);
		__m512i v2 = _mm512_loadu_si512(p + 2), v3 = _mm512_loadu_si512(p + 3);
		__m512i x = mix(v0, v1), y = mix(v1, v2), z = mix(v2, v3);
		__m512i in_a =
			_mm512_and_si512(_mm512_and_si512(allowed(&a[0], x), allowed(&a[1], y)), allowed(&a[2], z));
		__m512i in_b =
			_mm512_and_si512(_mm512_and_si512(allowed(&b[0], x), allowed(&b[1], y)), allowed(&b[2], z));
		__m512i any = _mm512_or_si512(in_a, in_b);
		struct bits bits = { _mm512_test_epi8_mask(any, any), _mm512_cmpeq_epi8_mask(v0, newline) };

		add_places(f, from, p, end, bits, to);
	}
	return min_end(p, end);
}

#endif

const struct prefilter_loop prefilter_loops[] = {
#if defined(__x86_64__)
	{ "AVX-512 VBMI", runs_vbmi, PAIRS, pair_of, scan_vbmi },
	{ "AVX2", runs_avx2, 2 * PREFILTER_WINDOW, half_of, scan_avx2 },
#endif
	{ "plain", runs_anywhere, 0, NULL, scan_plain },
};

const size_t n_prefilter_loops = COUNT(prefilter_loops);
