// SPDX-License-Identifier: GPL-2.0-or-later
/* Files, packed files, files that grow, records of the running kernel. */
#include "klog_text.h"
#include "range.h"

#include <errno.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "klog/input.h"
#include "klog/prefilter.h"
#include "util/alloc.h"
#include "util/err.h"

static const char line[] = "[ 5.000001] igc 0000:0a:00.0 eno1: PCIe link lost, device now detached\n";
#define REPORT "pcie-lost interface=eno1 address=0000:0a:00.0 driver=igc\n"

struct scene {
	char folder[64], path[96];
	struct buf out;
	struct klog *k;
	struct klog_input *in;
	struct err e;
};

static void scene_open(struct scene *s)
{
	memset(s, 0, sizeof(*s));
	strcpy(s->folder, "/tmp/klog-XXXXXX");
	assert_non_null(mkdtemp(s->folder));
	snprintf(s->path, sizeof(s->path), "%s/log", s->folder);
	s->k = klog_new(klog_line, &s->out);
}

static void scene_close(struct scene *s)
{
	klog_input_close(s->in);
	klog_free(s->k);
	buf_free(&s->out);
	unlink(s->path);
	rmdir(s->folder);
}

static void write_file(const char *path, const char *mode, const void *bytes, size_t n)
{
	FILE *f = fopen(path, mode);

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	fclose(f);
}

static int pump_all(struct scene *s)
{
	int r;

	assert_int_equal(klog_input_open(&s->in, s->path, false, &s->e), 0);
	do
		r = klog_input_pump(s->in, s->k, -1, &s->e);
	while (r == 1);
	return r;
}

static void plain_file(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s);
	write_file(s.path, "w", line, sizeof(line) - 1);
	assert_int_equal(pump_all(&s), 0);
	assert_string_equal(buf_str(&s.out), "1 " REPORT);
	scene_close(&s);
	scene_open(&s);
	write_file(s.path, "w", "", 0);
	assert_int_equal(pump_all(&s), 0);
	assert_string_equal(buf_str(&s.out), "");
	scene_close(&s);
}

static void missing_file(void **state)
{
	struct klog_input *in;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(klog_input_open(&in, "/nonexistent/log", false, &e), -ENOENT);
	assert_string_equal(e.what, "/nonexistent/log");
	assert_int_equal(klog_input_open(&in, "/tmp", true, &e), -EISDIR);
}

/* Packs the file with a tool; false if there is none. */
static bool pack(const struct scene *s, const char *tool)
{
	char command[512];

	snprintf(command, sizeof(command), "%s < %s > %s.new 2>/dev/null && mv %s.new %s", tool, s->path, s->path,
		 s->path, s->path);
	return system(command) == 0;
}

static void packed(void **state)
{
	static const char *const tools[] = { "gzip -c", "xz -c" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct scene s;
		struct stat st;

		scene_open(&s);
		for (unsigned n = 0; n < 20000; n++)
			write_file(s.path, n ? "a" : "w", "Nov 20 10:00:00 host systemd[1]: Started Session 12\n", 52);
		write_file(s.path, "a", line, sizeof(line) - 1);
		if (!pack(&s, tools[i]))
			skip();
		assert_int_equal(pump_all(&s), 0);
		assert_string_equal(buf_str(&s.out), "20001 " REPORT);
		klog_input_close(s.in);
		s.in = NULL;
		/* Cut short: what there is, then the reason. */
		assert_int_equal(stat(s.path, &st), 0);
		assert_int_equal(truncate(s.path, st.st_size - 6), 0);
		assert_int_equal(pump_all(&s), -EINVAL);
		assert_non_null(strstr(s.e.why, "too early"));
		scene_close(&s);
	}
}

static void growing(void **state)
{
	struct scene s;
	char old[128];

	(void)state;
	scene_open(&s);
	write_file(s.path, "w", line, sizeof(line) - 1);
	assert_int_equal(klog_input_open(&s.in, s.path, true, &s.e), 0);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(klog_input_pump(s.in, s.k, 10, &s.e), 1);
	write_file(s.path, "a", "[ 6.000001] igc 0000:0a:00.0 eno1: Reset adapter\n[ 7.000001] x\n", 64);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(klog_input_pump(s.in, s.k, 10, &s.e), 1);
	assert_string_equal(buf_str(&s.out), "1 " REPORT "2 reset interface=eno1 address=0000:0a:00.0 driver=igc\n");
	/* Put away by a log rotation. */
	buf_clear(&s.out);
	snprintf(old, sizeof(old), "%s.1", s.path);
	assert_int_equal(rename(s.path, old), 0);
	write_file(s.path, "w", "[ 8.000001] igc 0000:0a:00.0 eno1: Reset adapter\n[ 9.000001] x\n", 64);
	for (unsigned i = 0; i < 6; i++)
		assert_int_equal(klog_input_pump(s.in, s.k, 10, &s.e), 1);
	assert_string_equal(buf_str(&s.out), "4 reset interface=eno1 address=0000:0a:00.0 driver=igc\n");
	unlink(old);
	scene_close(&s);
}

static void kernel_records(void **state)
{
	static const struct {
		const char *record, *text;
	} cases[] = {
		{ "3,1234,9327470501,-;e1000e 0000:00:19.0 eth0: Detected\\x0a  TDH <13>\n SUBSYSTEM=pci\n DEVICE=+pci:0\n",
		  "[ 9327.470501] e1000e 0000:00:19.0 eth0: Detected\n                 TDH <13>\n" },
		{ "6,1235,1000,-,caller=T1;x\n", "[    0.001000] x\n" },
		{ "30,1236,2000,-;a daemon's\n", "" },
		{ "4,1240,3000,c;tab\\x09\\x5c\n", "[    0.003000] tab\t\\\n" },
		{ "4,1241,3000", "" },
		{ "", "" },
		{ "no record;\n", "" },
		{ "4,1241,3000,-;\\x", "[    0.003000] \\x\n" },
	};
	struct kmsg kmsg = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char out[256];
		size_t n = kmsg_text(&kmsg, cases[i].record, strlen(cases[i].record), out, sizeof(out) - 1);

		out[n] = '\0';
		assert_string_equal(out, cases[i].text);
	}
	assert_int_equal(kmsg.lost, 3);
}

#define LARGE ((size_t)7 << 20)

/* A large log: noise, and a line of a NIC, a block or an odd thing here and there, wherever pieces meet. */
static void make_large(struct buf *b, unsigned seed)
{
	static const char *const odd[] = {
		"",
		"",
		"__CURSOR=s=1\n__REALTIME_TIMESTAMP=1\n_TRANSPORT=kernel\nMESSAGE=igb 0000:01:00.0 eth1: Reset adapter\n\n",
		"\xff\xfe\x1f\xfd&",
		"0000:01:00.0 0000:02:00.0 Hang: Hang: TDH TDT ",
	};
	unsigned n = 0;

	while (b->len < LARGE) {
		seed = seed * 1103515245 + 12345;
		n++;
		switch ((seed >> 16) % 40) {
		case 0:
			buf_printf(b, "[%5u.000001] igc 0000:0a:%02x.0 eno1: PCIe link lost\n", n, seed >> 20 & 15);
			break;
		case 1:
			buf_printf(b,
				   "[%5u.000001] e1000e 0000:00:19.0 eno3: Detected Hardware Unit Hang:\n  TDH        "
				   "<%x>\n  TDT        <%x>\n",
				   n, seed >> 16 & 0xff, seed >> 20 & 0xff);
			break;
		case 2:
			buf_puts(b, odd[(seed >> 20) % (sizeof(odd) / sizeof(*odd))]);
			break;
		case 3:
			for (unsigned i = 0; i < 60 + seed % 3000 && seed >> 22 & 1; i++)
				buf_puts(b, "a line without end ");
			buf_puts(b, "\n");
			break;
		default:
			buf_printf(b, "[%5u.%06u] usb %u-1: new high-speed device number %u using xhci_hcd\n", n,
				   seed >> 12, n % 9, seed >> 8);
		}
	}
}

/* How many processors this process may use: all of them, or one, on which no thread reads ahead. */
static void use_processors(bool one)
{
	static cpu_set_t all;
	cpu_set_t some;

	if (!CPU_COUNT(&all))
		assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
	some = all;
	for (size_t i = 0; one && CPU_COUNT(&some) > 1; i++)
		CPU_CLR(i, &some);
	assert_int_equal(sched_setaffinity(0, sizeof(some), &some), 0);
}

/* What threads read ahead, or the reader itself, is what comes through a pipe or in one piece. */
static void large_file(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 4; seed++) {
		struct buf text = { 0 }, shifted = { 0 };
		struct scene s;
		char *whole;

		make_large(&text, seed);
		for (unsigned i = 0; i < seed * 11; i++) /* other bytes where the pieces meet */
			buf_putc(&shifted, i == 10 ? '\n' : 'x');
		buf_add(&shifted, text.data, text.len);
		whole = klog_lines_of(shifted.data, shifted.len, 65536);
		scene_open(&s);
		use_processors(seed % 2);
		write_file(s.path, "w", shifted.data, shifted.len);
		assert_int_equal(pump_all(&s), 0);
		assert_true(strlen(whole) > 50000);
		assert_string_equal(buf_str(&s.out), whole);
		free(whole);
		scene_close(&s);
		buf_free(&text);
		buf_free(&shifted);
	}
}

/* What comes before packed data in a large file counts, and it is an error, wherever it begins. */
/* name: NULL if it is noise. What is behind is read all the same. */
static void packed_at(const struct buf *log, size_t place, const char *packed, size_t n, const char *name)
{
	char *bytes = xcalloc(1, log->len), *wanted;
	struct scene s;

	memcpy(bytes, log->data, log->len);
	memcpy(bytes + place, packed, n);
	wanted = klog_lines_of(bytes, log->len, 65536);
	scene_open(&s);
	write_file(s.path, "w", bytes, log->len);
	assert_int_equal(pump_all(&s), name ? -EINVAL : 0);
	if (name)
		assert_non_null(strstr(s.e.why, name));
	if (name)
		assert_non_null(strstr(s.e.why, "data follows the text"));
	assert_string_equal(buf_str(&s.out), wanted);
	free(wanted);
	free(bytes);
	scene_close(&s);
}

#define DENSE                                                                                                      \
	"\x8b\x0e\xc9\x28\x56\x00\xa2\x44\x85\xe2\x92\xa2\xcc\xbc\x74\x85\xf4\xfc\x9c\x34\x3d\x85\xb2\xd4\xa2\xe2" \
	"\x8b\x0e\xc9\x28\x56\x00\xa2\x44\x85\xe2\x92\xa2\xcc\xbc\x74\x85\xf4\xfc\x9c\x34\x3d\x85\xb2\xd4\xa2\xe2"

/* Around where two pieces meet. */
static void large_and_packed(void **state)
{
	static const struct {
		const char *name, *bytes;
		size_t n;
	} kinds[] = {
		{ NULL, "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03 and so on\n", 21 },
		{ NULL, "\x1f\x8b\x08\x1f\x01\x02\x03\x04\x02\xff and so on\n", 21 },
		{ "gzip", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" DENSE, 10 + sizeof(DENSE) - 1 },
		{ "gzip",
		  "\x1f\x8b\x08\x08\x01\x02\x03\x04\x02\xff"
		  "a.log\0" DENSE,
		  16 + sizeof(DENSE) - 1 },
		{ "xz", "\xfd\x37zXZ\x00\x00" DENSE, 7 + sizeof(DENSE) - 1 },
		{ "zstd", "\x28\xb5\x2f\xfd\x24" DENSE, 5 + sizeof(DENSE) - 1 },
		{ "bzip2", "BZh91AY&SY" DENSE, 10 + sizeof(DENSE) - 1 },
		{ NULL, "BZh91AY&SY is a name somebody gave\n", 35 },
	};
	static const int apart[] = { -30, -21, -9, -6, -1, 0, 1000 };
	const size_t border = 65536 + 3 * 524288;
	struct buf text = { 0 };

	(void)state;
	make_large(&text, 7);
	for (size_t i = 0; i < COUNT(apart); i++) {
		size_t kind = i % COUNT(kinds), other = (i + 2) % COUNT(kinds);

		use_processors(i % 2);
		packed_at(&text, border + (size_t)apart[i], kinds[kind].bytes, kinds[kind].n, kinds[kind].name);
		packed_at(&text, border + (size_t)apart[i], kinds[other].bytes, kinds[other].n, kinds[other].name);
	}
	use_processors(false);
	buf_free(&text);
}

/* A log that is given up before its end leaves no thread behind. */
static void large_and_left(void **state)
{
	struct buf text = { 0 };
	struct scene s;

	(void)state;
	make_large(&text, 3);
	scene_open(&s);
	write_file(s.path, "w", text.data, text.len);
	assert_int_equal(klog_input_open(&s.in, s.path, false, &s.e), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(klog_input_pump(s.in, s.k, -1, &s.e), 1);
	scene_close(&s);
	buf_free(&text);
}

/* A log that is cut while it is read, as logrotate's copytruncate does: what was there counts, and the rest is no error. */
static void large_and_cut(void **state)
{
	static const off_t left[] = { 0, 3000000, 4718592 };

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(left); i++) {
		struct buf text = { 0 };
		struct scene s;
		char *before;
		int r = 1;

		use_processors(i % 2);
		make_large(&text, 5);
		before = klog_lines_of(text.data, 2000000, 65536);
		scene_open(&s);
		write_file(s.path, "w", text.data, text.len);
		assert_int_equal(klog_input_open(&s.in, s.path, false, &s.e), 0);
		for (int pumps = 0; pumps < 16; pumps++) /* 3 MB */
			assert_int_equal(klog_input_pump(s.in, s.k, -1, &s.e), 1);
		assert_int_equal(truncate(s.path, left[i / 2]), 0);
		while (r == 1)
			r = klog_input_pump(s.in, s.k, -1, &s.e);
		assert_int_equal(r, 0);
		assert_true(strlen(before) > 10000);
		assert_memory_equal(buf_str(&s.out), before, strlen(before) - 1000);
		assert_between(klog_host(s.k)->lines, 1000, prefilter_newlines(text.data, text.len) - 1000);
		free(before);
		scene_close(&s);
		buf_free(&text);
	}
	use_processors(false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_file),       cmocka_unit_test(missing_file),   cmocka_unit_test(packed),
		cmocka_unit_test(growing),          cmocka_unit_test(kernel_records), cmocka_unit_test(large_file),
		cmocka_unit_test(large_and_packed), cmocka_unit_test(large_and_left), cmocka_unit_test(large_and_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
