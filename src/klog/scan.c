// SPDX-License-Identifier: GPL-2.0-or-later
/* The loops of the first pass, one for each kind of wide instructions that is worth it, and which one there are. */
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

#define INLINE static inline __attribute__((always_inline))

/* Adds the first place of a block's, if there is one and it passes the filter. */
INLINE void add_place(const struct prefilter *f, const char *from, const char *p, struct bits *bits,
		      struct prefilter_places *to)
{
	unsigned at = (unsigned)__builtin_ctzll(bits->places | UINT64_C(1) << (BLOCK - 1));
	uint64_t before = bits->newlines & ((UINT64_C(1) << at) - 1);

	to->v[to->n] = (struct prefilter_place){
		(uint32_t)(p + at - from),
		(uint32_t)(to->lines + (uint64_t)__builtin_popcountll(before)),
	};
	to->n += (bits->places != 0) & prefilter_passes(f, p + at);
	bits->places &= bits->places - 1;
}

/* Adds the places of a block that pass the filter. A loop that has some in most blocks takes so many without asking, as the
 * processor cannot foresee how many there are. */
INLINE void add_places(const struct prefilter *f, const char *from, const char *p, const char *end, struct bits bits,
		       unsigned unasked, struct prefilter_places *to)
{
	size_t left = (size_t)(end - p);

	if (left < BLOCK) {
		bits.places &= (UINT64_C(1) << left) - 1;
		bits.newlines &= (UINT64_C(1) << left) - 1;
	}
	for (unsigned i = 0; i < unasked; i++)
		add_place(f, from, p, &bits, to);
	while (bits.places)
		add_place(f, from, p, &bits, to);
	to->lines += (uint64_t)__builtin_popcountll(bits.newlines);
}

static inline bool is_full(const struct prefilter_places *places)
{
	return places->n + BLOCK > places->room;
}

static bool runs_anywhere(void)
{
	return true;
}

#if defined(__x86_64__)

static const char *min_end(const char *p, const char *end)
{
	return p < end ? p : end;
}

/*
 * What is looked up is a mix of each two neighbours, the last of the four with the first: bytes of a text are alike, and
 * mixes of them are not. Of the factors tried, five is the one by which the fewest places of logs pass; scripts/anchors
 * mixes the same way.
 */

/* ---- AVX2: of each mix both halves, with tables of sixteen ---- */

static bool runs_avx2(void)
{
	__builtin_cpu_init();
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi");
}

#define AVX2 __attribute__((target("avx2,popcnt,bmi")))
#define UNASKED_AVX2 2

/* Of both sets: what they allow of a mix. */
struct sets {
	__m256i a, b;
};

AVX2 static inline struct sets sets_load(unsigned trait)
{
	return (struct sets){
		_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)prefilter_halves[0][trait])),
		_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)prefilter_halves[1][trait])),
	};
}

AVX2 static inline struct sets sets_of(const struct sets *low, const struct sets *high, __m256i v)
{
	const __m256i mask = _mm256_set1_epi8(0x0f);
	__m256i l = _mm256_and_si256(v, mask), h = _mm256_and_si256(_mm256_srli_epi16(v, 4), mask);

	return (struct sets){ _mm256_and_si256(_mm256_shuffle_epi8(low->a, l), _mm256_shuffle_epi8(high->a, h)),
			      _mm256_and_si256(_mm256_shuffle_epi8(low->b, l), _mm256_shuffle_epi8(high->b, h)) };
}

AVX2 static inline __m256i mix_avx2(__m256i v, __m256i next)
{
	__m256i twice = _mm256_add_epi8(next, next);

	return _mm256_add_epi8(_mm256_add_epi8(v, next), _mm256_add_epi8(twice, twice));
}

AVX2 static inline __m256i load_avx2(const char *p)
{
	return _mm256_loadu_si256((const __m256i *)p);
}

AVX2 static inline uint32_t places_avx2(const struct sets *low, const struct sets *high, const char *p)
{
	const __m256i v[] = { load_avx2(p), load_avx2(p + 1), load_avx2(p + 2), load_avx2(p + 3) };
	struct sets all = sets_of(&low[0], &high[0], mix_avx2(v[0], v[1]));
	__m256i none;

	for (unsigned i = 1; i < PREFILTER_WINDOW; i++) {
		struct sets s = sets_of(&low[i], &high[i], mix_avx2(v[i], v[(i + 1) % PREFILTER_WINDOW]));

		all = (struct sets){ _mm256_and_si256(all.a, s.a), _mm256_and_si256(all.b, s.b) };
	}
	all.a = _mm256_or_si256(all.a, _mm256_cmpeq_epi8(v[0], _mm256_set1_epi8(PREFILTER_GZIP)));
	none = _mm256_cmpeq_epi8(_mm256_or_si256(all.a, all.b), _mm256_setzero_si256());
	return ~(uint32_t)_mm256_movemask_epi8(none);
}

AVX2 static inline uint32_t newlines_avx2(const char *p)
{
	return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(load_avx2(p), _mm256_set1_epi8('\n')));
}

AVX2 static const char *scan_avx2(const struct prefilter *f, const char *from, const char *p, const char *end,
				  struct prefilter_places *to)
{
	struct prefilter_places found = *to;
	struct sets low[PREFILTER_WINDOW], high[PREFILTER_WINDOW];

	for (unsigned i = 0; i < PREFILTER_WINDOW; i++) {
		low[i] = sets_load(2 * i);
		high[i] = sets_load(2 * i + 1);
	}
	for (; p < end && !is_full(&found); p += BLOCK) {
		struct bits bits = {
			places_avx2(low, high, p) | (uint64_t)places_avx2(low, high, p + 32) << 32,
			newlines_avx2(p) | (uint64_t)newlines_avx2(p + 32) << 32,
		};

		add_places(f, from, p, end, bits, UNASKED_AVX2, &found);
	}
	*to = found;
	return min_end(p, end);
}

/* ---- AVX-512 VBMI: of each mix seven bits, with tables of 128 ---- */

static bool runs_vbmi(void)
{
	__builtin_cpu_init();
	return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi") &&
	       __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi");
}

#define VBMI __attribute__((target("avx512f,avx512bw,avx512vbmi,popcnt,bmi")))

struct value_table {
	__m512i low, high;
};

VBMI static inline struct value_table table_load(const uint8_t *values)
{
	return (struct value_table){ _mm512_loadu_si512(values), _mm512_loadu_si512(values + 64) };
}

/* Of an index, the instruction takes seven bits. */
VBMI static inline __m512i allowed(const struct value_table *t, __m512i index)
{
	return _mm512_permutex2var_epi8(t->low, index, t->high);
}

VBMI static inline __m512i mix_vbmi(__m512i v, __m512i next)
{
	__m512i twice = _mm512_add_epi8(next, next);

	return _mm512_add_epi8(_mm512_add_epi8(v, next), _mm512_add_epi8(twice, twice));
}

VBMI static inline struct bits bits_vbmi(const struct value_table *a, const struct value_table *b, const char *p)
{
	const __m512i v[] = { _mm512_loadu_si512(p), _mm512_loadu_si512(p + 1), _mm512_loadu_si512(p + 2),
			      _mm512_loadu_si512(p + 3) };
	__m512i mix = mix_vbmi(v[0], v[1]), in_a = allowed(&a[0], mix), in_b = allowed(&b[0], mix), any;

	for (unsigned i = 1; i < PREFILTER_WINDOW; i++) {
		mix = mix_vbmi(v[i], v[(i + 1) % PREFILTER_WINDOW]);
		in_a = _mm512_and_si512(in_a, allowed(&a[i], mix));
		in_b = _mm512_and_si512(in_b, allowed(&b[i], mix));
	}
	any = _mm512_or_si512(in_a, in_b);
	return (struct bits){
		_mm512_test_epi8_mask(any, any) | _mm512_cmpeq_epi8_mask(v[0], _mm512_set1_epi8(PREFILTER_GZIP)),
		_mm512_cmpeq_epi8_mask(v[0], _mm512_set1_epi8('\n')),
	};
}

VBMI static const char *scan_vbmi(const struct prefilter *f, const char *from, const char *p, const char *end,
				  struct prefilter_places *to)
{
	struct prefilter_places found = *to;
	struct value_table a[PREFILTER_WINDOW], b[PREFILTER_WINDOW];

	for (unsigned i = 0; i < PREFILTER_WINDOW; i++) {
		a[i] = table_load(prefilter_mixes[0][i]);
		b[i] = table_load(prefilter_mixes[1][i]);
	}
	for (; p < end && !is_full(&found); p += BLOCK)
		add_places(f, from, p, end, bits_vbmi(a, b, p), 0, &found);
	*to = found;
	return min_end(p, end);
}

#endif

const struct prefilter_loop prefilter_loops[] = {
#if defined(__x86_64__)
	{ "AVX-512 VBMI", runs_vbmi, scan_vbmi },
	{ "AVX2", runs_avx2, scan_avx2 },
#endif
	{ "plain", runs_anywhere, prefilter_scan_plain },
};

const size_t n_prefilter_loops = COUNT(prefilter_loops);
