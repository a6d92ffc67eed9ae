// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/prefilter.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "util/alloc.h"

/* `at` is where in the text the four bytes begin. Any bucket is right; these let few positions of common logs
 * pass. Every row of klog/messages.c has an anchor here, most have two, so that one survives a line broken inside
 * the other. */
static const struct anchor {
	const char *text;
	uint8_t at, bucket;
} anchors[] = {
	{ "Detected Tx", 7, 7 },
	{ "Hardware", 3, 7 },
	{ "Unit Hang", 5, 3 },
	{ "Hang:", 0, 3 },
	{ "NETDEV", 0, 5 },
	{ "WATCHDOG", 4, 2 },
	{ "atchdog timeout", 3, 2 },
	{ "tx_timeout", 2, 4 },
	{ "x hang", 0, 3 },
	{ "hang detected", 3, 3 },
	{ "Tx timeout", 1, 3 },
	{ "x Unit", 1, 3 },
	{ "NTC:", 0, 5 },
	{ "Hung TX", 0, 2 },
	{ "recovery level", 4, 6 },
	{ "dapter", 1, 0 },
	{ "nitiating reset", 3, 0 },
	{ "eset due to", 3, 2 },
	{ "eset to clear", 3, 2 },
	{ "link lost", 3, 1 },
	{ "PCIe", 0, 4 },
	{ "PHY register", 0, 4 },
	{ "reading PHY", 1, 0 },
	{ "Link is", 0, 3 },
	{ "Duplex", 1, 3 },
	{ "Gbps", 0, 3 },
	{ "link stat", 3, 7 },
	{ "definitely", 4, 0 },
	{ "making interface", 0, 1 },
	{ "new active", 4, 0 },
	{ "ive interface", 1, 6 },
	{ "nslav", 0, 5 },
	{ "etting mode to", 1, 4 },
	{ "II monitoring", 5, 0 },
	{ "Malicious", 0, 1 },
	{ "LVMMC", 0, 5 },
	{ "X driver", 0, 7 },
	{ "driver issue", 7, 7 },
	{ "AER:", 0, 6 },
	{ "Bus Error", 1, 6 },
	{ "PCI-Express", 0, 4 },
	{ "status/mask", 4, 6 },
	{ "[8086:", 0, 1 },
	{ "rror received", 8, 0 },
	{ "aer_status", 3, 0 },
	{ "aer_mask", 3, 0 },
	{ "error message", 8, 4 },
	{ "ASPM", 0, 6 },
	{ "ie_aspm=", 3, 0 },
	{ "verheated", 0, 6 },
	{ "PBA No", 1, 2 },
	{ "ork Driver", 2, 7 },
	{ "ork Connection", 2, 1 },
	{ " nvm ", 0, 3 },
	{ "renamed from", 0, 3 },
	{ "nabling device", 0, 1 },
	{ "PHC added", 1, 1 },
	{ "added PHC", 4, 1 },
	{ "tainted", 3, 5 },
	{ "inux version", 2, 6 },
	{ "next_to_", 1, 0 },
	{ "jiffies", 1, 0 },
	{ "desc.status", 3, 7 },
	{ "MAC Status", 4, 7 },
	{ "PHY Status", 0, 4 },
	{ "PCI Status", 0, 4 },
	{ "PCI Express", 0, 4 },
	{ "time_stamp", 5, 4 },
	{ "TDH ", 0, 4 },
	{ "TDT ", 0, 4 },
	{ "SmartSpeed", 0, 7 },
	{ "disabling TSO", 4, 2 },
	{ "Tx pause", 1, 3 },
	{ "hw tdt", 0, 2 },
	{ " TDH ", 0, 4 },
	{ "desc avail", 3, 7 },
	{ "to be hung", 6, 2 },
	{ "XDP Tx", 2, 7 },
	{ "giving up", 0, 3 },
	{ "ower state", 3, 5 },
	{ "inaccessible", 6, 4 },
	{ "read reg", 4, 1 },
	{ "failed with error", 10, 1 },
	{ "BLANK NVM", 3, 6 },
	{ "Checksum Is Not", 3, 7 },
	{ "stopped because", 8, 5 },
	{ "nsupported SFP", 0, 5 },
	{ "recovery mode", 4, 6 },
	{ "Safe Mode", 0, 0 },
	{ "DDP package", 0, 4 },
	{ "firmware error", 1, 7 },
	{ "ister Dump", 4, 2 },
	{ "PHY hw", 2, 7 },
	{ "disable ULP", 7, 4 },
	{ "on hardware", 2, 7 },
	{ "from the PF", 2, 2 },
	{ "link restored", 5, 5 },
	{ "ms after ", 0, 0 },
	{ "added PHC", 5, 4 },
	{ "registered PHC", 9, 7 },
	{ "removed PHC", 3, 5 },
	{ "PF returned", 6, 3 },
	{ "BUG: unable", 4, 3 },
	{ "not syncing", 4, 4 },
	{ "never finished", 4, 3 },
	/* Pasted output of other programs: paste/. */
	{ "thernet controller", 5, 2 },
	{ "@pci", 0, 5 },
	{ "ethtool -", 3, 0 },
	{ "irmware-version:", 6, 6 },
	{ "egmentation-offload:", 9, 0 },
	{ "net/bonding/", 3, 0 },
	{ "lave Interface:", 4, 1 },
	{ "onding Mode:", 5, 1 },
	{ "ettings for ", 3, 3 },
	{ "arameters for ", 4, 3 },
	{ "eatures for ", 4, 3 },
	{ "DMI: ", 0, 5 },
	{ "Hypervisor", 0, 7 },
	{ "irtualized kernel", 2, 4 },
	/* PCI addresses, for who is who. */
	{ "0000:", 1, 1 },
	{ "0001:", 1, 1 },
	{ "0002:", 1, 1 },
	{ "0003:", 1, 1 },
	{ "0004:", 1, 1 },
	{ "0005:", 1, 1 },
	{ "0006:", 1, 1 },
	{ "0007:", 1, 1 },
	{ "0008:", 1, 1 },
	{ "0009:", 1, 1 },
};

static uint32_t hash_of(uint32_t window)
{
	return window * UINT32_C(0x9e3779b1) >> 17;
}

static bool in_filter(const struct prefilter *f, const char *p)
{
	uint32_t window, bit;

	memcpy(&window, p, sizeof(window));
	bit = hash_of(window);
	return f->filter[bit / 8] >> bit % 8 & 1;
}

static uint8_t allowed(const struct prefilter *f, unsigned at, char c)
{
	unsigned char u = (unsigned char)c;

	return f->low[at][u & 15] & f->high[at][u >> 4];
}

const char *prefilter_find_plain(const struct prefilter *f, const char *p, const char *end)
{
	for (; p < end; p++) {
		uint8_t b = allowed(f, 0, p[0]);

		for (unsigned i = 1; b && i < PREFILTER_WINDOW; i++)
			b &= allowed(f, i, p[i]);
		if (b && in_filter(f, p))
			return p;
	}
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
__attribute__((target("ssse3"))) static __m128i allowed16(const struct prefilter *f, unsigned at, const char *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(p + at));
	__m128i high = _mm_and_si128(_mm_srli_epi16(v, 4), _mm_set1_epi8(0x0f));

	return _mm_and_si128(_mm_shuffle_epi8(_mm_load_si128((const __m128i *)f->low[at]), v),
			     _mm_shuffle_epi8(_mm_load_si128((const __m128i *)f->high[at]), high));
}

__attribute__((target("ssse3"))) static const char *find_ssse3(const struct prefilter *f, const char *p,
							       const char *end)
{
	for (; p < end; p += 16) {
		__m128i r = _mm_and_si128(_mm_and_si128(allowed16(f, 0, p), allowed16(f, 1, p)),
					  _mm_and_si128(allowed16(f, 2, p), allowed16(f, 3, p)));
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

__attribute__((target("avx2"))) static __m256i allowed32(__m256i low, __m256i high, const char *p)
{
	__m256i v = _mm256_loadu_si256((const __m256i *)p);
	__m256i half = _mm256_and_si256(_mm256_srli_epi16(v, 4), _mm256_set1_epi8(0x0f));

	return _mm256_and_si256(_mm256_shuffle_epi8(low, v), _mm256_shuffle_epi8(high, half));
}

__attribute__((target("avx2"))) static const char *find_avx2(const struct prefilter *f, const char *p, const char *end)
{
	const __m256i l0 = both(f->low[0]), l1 = both(f->low[1]), l2 = both(f->low[2]), l3 = both(f->low[3]);
	const __m256i h0 = both(f->high[0]), h1 = both(f->high[1]), h2 = both(f->high[2]), h3 = both(f->high[3]);

	for (; p < end; p += 32) {
		__m256i r = _mm256_and_si256(_mm256_and_si256(allowed32(l0, h0, p), allowed32(l1, h1, p + 1)),
					     _mm256_and_si256(allowed32(l2, h2, p + 2), allowed32(l3, h3, p + 3)));
		unsigned none = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(r, _mm256_setzero_si256()));
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

size_t count_newlines(const char *p, size_t n)
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

size_t count_newlines(const char *p, size_t n)
{
	size_t count = 0;

	for (; n; n--, p++)
		count += *p == '\n';
	return count;
}

#endif

#define N_ANCHORS (COUNT(anchors))

void prefilter_init(struct prefilter *f)
{
	memset(f, 0, sizeof(*f));
	for (size_t n = 0; n < N_ANCHORS; n++) {
		const struct anchor *a = &anchors[n];
		uint32_t window;

		for (unsigned i = 0; i < PREFILTER_WINDOW; i++) {
			unsigned char c = (unsigned char)a->text[a->at + i];

			f->low[i][c & 15] |= (uint8_t)(1u << a->bucket);
			f->high[i][c >> 4] |= (uint8_t)(1u << a->bucket);
		}
		memcpy(&window, a->text + a->at, sizeof(window));
		f->filter[hash_of(window) / 8] |= (uint8_t)(1u << hash_of(window) % 8);
	}
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
static const char *confirm(const char *begin, const char *p, const char *end)
{
	if (p[0] == '0' && p[1] == '0' && p[3] == ':') /* the most frequent by far, and mostly something else */
		return p > begin && p[-1] == '0' && is_address(p - 1, end) ? p - 1 : NULL;
	for (size_t n = 0; n < N_ANCHORS; n++) {
		const struct anchor *a = &anchors[n];
		size_t len;

		if (memcmp(p, a->text + a->at, PREFILTER_WINDOW) || p - begin < a->at)
			continue;
		len = strlen(a->text);
		if ((size_t)(end - p) + a->at >= len && !memcmp(p - a->at, a->text, len))
			return p - a->at;
	}
	return NULL;
}

const char *prefilter_next(const struct prefilter *f, const char *p, const char *end)
{
	const char *begin = p;

	while ((p = f->find(f, p, end)) < end) {
		const char *at = confirm(begin, p, end);

		if (at)
			return at;
		p++;
	}
	return NULL;
}
