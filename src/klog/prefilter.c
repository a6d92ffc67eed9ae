// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/prefilter.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "klog/messages.h"

#define BUCKETS (8 * PREFILTER_SETS)
#define SWEEPS 3

/* What is not in the rows of klog/messages.c: pasted output of other programs. */
static const char pasted[] =
	"thern^et controller|@pci|eth^tool -|irmwar^e-version:|egmentati^on-offload:|net^/bonding/|"
	"lave^ Interface:|ondin^g Mode:|ett^ings for |aram^eters for |eatu^res for |vate^ flags for |C st^atistics:|"
	"^ mtu |nc^ap:Ethernet|NU^/Linux|OOT^_IMAGE=|ilen^ame: |PCI^-MSI |"
	"^-[0000:|^+-[0|^dev.|Iden^tifier|^FreeBSD|RETTY^_NAME=|istri^butor ID|escri^ption:|pve-man^ager|oxmo^x-ve: |"
	"C^entOS |ed ^Hat Enterprise|Rock^y Linux r|Alma^Linux|Fedo^ra rel|USE ^Linux Ent|^CONFIG_|BIOS ^Information|"
	"Syst^em Information|Base ^Board Inf|midec^ode -s|tatic host^name|perating Sy^stem: |^*-network|ENERAL.^DEVICE|"
	"^DEVICE  |^IDX LINK|^\xe2\x97\x8f |^iface |THTO^OL_OPTS|Admin^ Status|dvertised ^Auto Neg|river ^Info:|"
	"C st^atistics for vmnic|Mware^ ESXi ";

static uint32_t hash_of(uint32_t window)
{
	return window * UINT32_C(0x9e3779b1) >> 17;
}

/* Of anchors whose four bytes have one hash. */
static size_t chain_of(const char *p)
{
	uint32_t window;

	memcpy(&window, p, sizeof(window));
	return hash_of(window) % PREFILTER_CHAINS;
}

static bool in_filter(const struct prefilter *f, const char *p)
{
	uint32_t window, bit;

	memcpy(&window, p, sizeof(window));
	bit = hash_of(window);
	return f->filter[bit / 8] >> bit % 8 & 1;
}

/* Whether some bucket allows the four bytes at p. */
static bool is_allowed(const struct prefilter *f, const char *p)
{
	for (unsigned set = 0; set < PREFILTER_SETS; set++) {
		uint8_t buckets = 0xff;

		for (unsigned i = 0; buckets && i < PREFILTER_WINDOW; i++) {
			unsigned char u = (unsigned char)p[i];

			buckets &= f->low[set][i][u & 15] & f->high[set][i][u >> 4];
		}
		if (buckets)
			return true;
	}
	return false;
}

const char *prefilter_find_plain(const struct prefilter *f, const char *p, const char *end)
{
	for (; p < end; p++)
		if (is_allowed(f, p) && in_filter(f, p))
			return p;
	return end;
}

#if defined(__x86_64__)

/* The first of the positions whose bits are set that passes the filter; NULL if none does. */
static const char *first(const struct prefilter *f, const char *p, uint32_t bits)
{
	for (; bits; bits &= bits - 1)
		if (in_filter(f, p + __builtin_ctz(bits)))
			return p + __builtin_ctz(bits);
	return NULL;
}

/* PSHUFB gives 0 for bytes above 0x7f, so that they are allowed nowhere. */
__attribute__((target("ssse3"))) static __m128i allowed16(const struct prefilter *f, unsigned set, const char *p)
{
	__m128i r = _mm_set1_epi8(-1);

	for (unsigned i = 0; i < PREFILTER_WINDOW; i++) {
		__m128i v = _mm_loadu_si128((const __m128i *)(p + i));
		__m128i half = _mm_and_si128(_mm_srli_epi16(v, 4), _mm_set1_epi8(0x0f));
		__m128i low = _mm_load_si128((const __m128i *)f->low[set][i]);
		__m128i high = _mm_load_si128((const __m128i *)f->high[set][i]);

		r = _mm_and_si128(r, _mm_and_si128(_mm_shuffle_epi8(low, v), _mm_shuffle_epi8(high, half)));
	}
	return r;
}

__attribute__((target("ssse3"))) static const char *find_ssse3(const struct prefilter *f, const char *p,
							       const char *end)
{
	for (; p < end; p += 16) {
		__m128i r = _mm_or_si128(allowed16(f, 0, p), allowed16(f, 1, p));
		unsigned none = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(r, _mm_setzero_si128()));
		const char *at = none == 0xffff ? NULL : first(f, p, none ^ 0xffff);

		if (at)
			return at < end ? at : end;
	}
	return end;
}

__attribute__((target("avx2"))) static __m256i both(const uint8_t table[16])
{
	return _mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)table));
}

__attribute__((target("avx2"))) static __m256i allowed32(__m256i low, __m256i high, __m256i v, __m256i half)
{
	return _mm256_and_si256(_mm256_shuffle_epi8(low, v), _mm256_shuffle_epi8(high, half));
}

/* What both sets allow of the bytes `at` behind each of 32 places. */
struct sets {
	__m256i a, b;
};

__attribute__((target("avx2"), always_inline)) static inline struct sets sets32(const struct sets *low,
										const struct sets *high, const char *p)
{
	__m256i v = _mm256_loadu_si256((const __m256i *)p);
	__m256i half = _mm256_and_si256(_mm256_srli_epi16(v, 4), _mm256_set1_epi8(0x0f));

	return (struct sets){ allowed32(low->a, high->a, v, half), allowed32(low->b, high->b, v, half) };
}

__attribute__((target("avx2"))) static const char *find_avx2(const struct prefilter *f, const char *p, const char *end)
{
	struct sets low[PREFILTER_WINDOW], high[PREFILTER_WINDOW];

	for (unsigned i = 0; i < PREFILTER_WINDOW; i++) {
		low[i] = (struct sets){ both(f->low[0][i]), both(f->low[1][i]) };
		high[i] = (struct sets){ both(f->high[0][i]), both(f->high[1][i]) };
	}
	for (; p < end; p += 32) {
		struct sets s0 = sets32(&low[0], &high[0], p), s1 = sets32(&low[1], &high[1], p + 1);
		struct sets s2 = sets32(&low[2], &high[2], p + 2), s3 = sets32(&low[3], &high[3], p + 3);
		__m256i a = _mm256_and_si256(_mm256_and_si256(s0.a, s1.a), _mm256_and_si256(s2.a, s3.a));
		__m256i b = _mm256_and_si256(_mm256_and_si256(s0.b, s1.b), _mm256_and_si256(s2.b, s3.b));
		__m256i none32 = _mm256_cmpeq_epi8(_mm256_or_si256(a, b), _mm256_setzero_si256());
		unsigned none = (unsigned)_mm256_movemask_epi8(none32);
		const char *at = none == 0xffffffff ? NULL : first(f, p, ~none);

		if (at)
			return at < end ? at : end;
	}
	return end;
}

static prefilter_find *find_best(void)
{
	__builtin_cpu_init();
	if (__builtin_cpu_supports("avx2"))
		return find_avx2;
	if (__builtin_cpu_supports("ssse3"))
		return find_ssse3;
	return prefilter_find_plain;
}

size_t prefilter_newlines(const char *p, size_t n)
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

static prefilter_find *find_best(void)
{
	return prefilter_find_plain;
}

size_t prefilter_newlines(const char *p, size_t n)
{
	size_t count = 0;

	for (; n; n--, p++)
		count += *p == '\n';
	return count;
}

#endif

/* How likely bytes of a log pass a bucket: what it allows in each place, low and high half apart. */
struct odds {
	double low_half[16], high_half[16];
	double low[BUCKETS][PREFILTER_WINDOW], high[BUCKETS][PREFILTER_WINDOW];
	/* How many windows of a bucket have the half in this place. */
	uint8_t n_low[BUCKETS][PREFILTER_WINDOW][16], n_high[BUCKETS][PREFILTER_WINDOW][16];
	uint8_t buckets[PREFILTER_ANCHORS]; /* that the anchors are in */
};

static void odds_init(struct odds *o)
{
	static const char frequent[] = " e0t1osr:n2aid7c4958u3p6lhf[]_"; /* in kernel logs, the most frequent first */

	memset(o, 0, sizeof(*o));
	for (unsigned c = 0x20; c < 0x7f; c++) {
		const char *at = strchr(frequent, (char)c);
		double odds = 1 / (at ? (double)(at - frequent) + 3 : 100);

		o->low_half[c & 15] += odds;
		o->high_half[c >> 4] += odds;
	}
}

/* How much more passes a bucket that allows four more bytes. */
static double cost_of(const struct odds *o, unsigned bucket, const char *window)
{
	double before = 1, after = 1;

	for (unsigned i = 0; i < PREFILTER_WINDOW; i++) {
		unsigned low = (unsigned char)window[i] & 15, high = (unsigned char)window[i] >> 4;
		double new_low = o->n_low[bucket][i][low] ? 0 : o->low_half[low];
		double new_high = o->n_high[bucket][i][high] ? 0 : o->high_half[high];

		before *= o->low[bucket][i] * o->high[bucket][i];
		after *= (o->low[bucket][i] + new_low) * (o->high[bucket][i] + new_high);
	}
	return after - before;
}

static void put_in(struct odds *o, unsigned bucket, const char *window)
{
	for (unsigned i = 0; i < PREFILTER_WINDOW; i++) {
		unsigned low = (unsigned char)window[i] & 15, high = (unsigned char)window[i] >> 4;

		o->low[bucket][i] += o->n_low[bucket][i][low]++ ? 0 : o->low_half[low];
		o->high[bucket][i] += o->n_high[bucket][i][high]++ ? 0 : o->high_half[high];
	}
}

static void take_out(struct odds *o, unsigned bucket, const char *window)
{
	for (unsigned i = 0; i < PREFILTER_WINDOW; i++) {
		unsigned low = (unsigned char)window[i] & 15, high = (unsigned char)window[i] >> 4;

		o->low[bucket][i] -= --o->n_low[bucket][i][low] ? 0 : o->low_half[low];
		o->high[bucket][i] -= --o->n_high[bucket][i][high] ? 0 : o->high_half[high];
	}
}

/* Puts an anchor's four bytes into the bucket that then lets the fewest other positions pass. */
static void look_for(const struct prefilter *f, struct odds *o, size_t anchor)
{
	const char *window = f->anchors[anchor].text + f->anchors[anchor].at;
	double least = cost_of(o, 0, window);
	unsigned best = 0;

	for (unsigned bucket = 1; bucket < BUCKETS; bucket++) {
		double cost = cost_of(o, bucket, window);

		if (cost < least) {
			least = cost;
			best = bucket;
		}
	}
	put_in(o, best, window);
	o->buckets[anchor] = (uint8_t)best;
}

/* Each anchor once more, as the first ones were put in when the others were not known. */
static void sweep(const struct prefilter *f, struct odds *o)
{
	for (size_t i = 0; i < f->n; i++) {
		take_out(o, o->buckets[i], f->anchors[i].text + f->anchors[i].at);
		look_for(f, o, i);
	}
}

static void write_tables(struct prefilter *f, const struct odds *o)
{
	for (unsigned bucket = 0; bucket < BUCKETS; bucket++)
		for (unsigned i = 0; i < PREFILTER_WINDOW; i++)
			for (unsigned half = 0; half < 16; half++) {
				uint8_t bit = (uint8_t)(1u << bucket % 8);

				f->low[bucket / 8][i][half] |= o->n_low[bucket][i][half] ? bit : 0;
				f->high[bucket / 8][i][half] |= o->n_high[bucket][i][half] ? bit : 0;
			}
}

static bool is_known(const struct prefilter *f, const struct anchor *new)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->anchors[i].n == new->n && !memcmp(f->anchors[i].text, new->text, new->n))
			return true;
	return false;
}

static void add_to_filter(struct prefilter *f, const char *window)
{
	uint32_t bytes;

	memcpy(&bytes, window, sizeof(bytes));
	f->filter[hash_of(bytes) / 8] |= (uint8_t)(1u << hash_of(bytes) % 8);
}

/* "Unit ^Hang|Hang:"; rows share some. */
static void add_anchors(struct prefilter *f, struct odds *o, const char *texts)
{
	while (texts && *texts && f->n < PREFILTER_ANCHORS) {
		struct anchor *a = &f->anchors[f->n];

		*a = (struct anchor){ .n = 0 };
		for (; *texts && *texts != '|' && a->n < PREFILTER_LONGEST; texts++)
			if (*texts == '^')
				a->at = a->n;
			else
				a->text[a->n++] = *texts;
		if (!is_known(f, a)) {
			look_for(f, o, f->n);
			add_to_filter(f, a->text + a->at);
			f->n++;
			f->next[f->n] = f->first[chain_of(a->text + a->at)];
			f->first[chain_of(a->text + a->at)] = (uint8_t)f->n;
		}
		texts += strcspn(texts, "|");
		texts += *texts == '|';
	}
}

void prefilter_init(struct prefilter *f)
{
	/* Domains of PCI addresses, for who is who. */
	static const char domains[] = "0^000:|0^001:|0^002:|0^003:|0^004:|0^005:|0^006:|0^007:|0^008:|0^009:";
	struct odds o;

	memset(f, 0, sizeof(*f));
	odds_init(&o);
	add_anchors(f, &o, domains);
	for (size_t i = 0; i < n_messages; i++)
		add_anchors(f, &o, messages[i].anchors);
	for (size_t i = 0; i < n_block_labels; i++)
		add_anchors(f, &o, block_labels[i].anchors);
	add_anchors(f, &o, pasted);
	for (int i = 0; i < SWEEPS; i++)
		sweep(f, &o);
	write_tables(f, &o);
	f->find = find_best();
}

/* Whether a whole PCI address is what an anchor of zeros begins: "0000:01:00.0". */
static bool is_address(const char *p, const char *end)
{
	static const char form[] = "dddd:hh:hh.d";

	for (size_t i = 0; i < sizeof(form) - 1; i++)
		if (p + i >= end || (form[i] == 'd'   ? p[i] < '0' || p[i] > '9'
				     : form[i] == 'h' ? !isxdigit((unsigned char)p[i])
						      : p[i] != form[i]))
			return false;
	return true;
}

/* The anchor whose four bytes are at p, as far as it lies in [begin, end). */
static const char *confirm(const struct prefilter *f, const char *begin, const char *p, const char *end)
{
	if (p[0] == '0' && p[1] == '0' && p[3] == ':') /* the most frequent by far, and mostly something else */
		return p > begin && p[-1] == '0' && is_address(p - 1, end) ? p - 1 : NULL;
	for (size_t i = f->first[chain_of(p)]; i; i = f->next[i]) {
		const struct anchor *a = &f->anchors[i - 1];

		if (!memcmp(p, a->text + a->at, PREFILTER_WINDOW) && p - begin >= a->at &&
		    (size_t)(end - p) + a->at >= a->n && !memcmp(p - a->at, a->text, a->n))
			return p - a->at;
	}
	return NULL;
}

const char *prefilter_next(const struct prefilter *f, const char *p, const char *end)
{
	const char *begin = p;

	while ((p = f->find(f, p, end)) < end) {
		const char *at = confirm(f, begin, p, end);

		if (at)
			return at;
		p++;
	}
	return NULL;
}
