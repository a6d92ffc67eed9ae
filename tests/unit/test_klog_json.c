// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON of collectors in pieces of any size, and what only looks like it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "klog_text.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/text.h"

#define RESET "igb 0000:02:00.0 eth0: Reset adapter"
#define REPORT(line) #line " reset interface=eth0 address=0000:02:00.0 driver=igb\n"
#define TENFOLD(x) x x x x x x x x x x
#define DEEP TENFOLD("[[[[[[")
#define DEEP_END TENFOLD("]]]]]]")
#define PLAIN_TEXT "[  100.000000] " RESET
#define PLAIN "[  100.000000] " RESET "\n"

static const struct {
	const char *text, *reports;
} cases[] = {
	/* A record on the line of the one before counts as on the next. */
	{ "{\"a\":{\"b\":[{\"msg\":\"x\"},{\"msg\":\"" RESET "\"}]},\"c\":1}\n" PLAIN, REPORT(2) REPORT(3) },
	{ "{\"a\":[\n{\"msg\":\"x\"}, {\"msg\":\"" RESET "\"}\n]}\n" PLAIN, REPORT(3) REPORT(5) },
	{ "[\"a\",\n\"" RESET "\"]\n" PLAIN, REPORT(2) REPORT(3) },
	{ "{\"lines\":[\"a\",\n\"" RESET "\"]}\n" PLAIN, REPORT(2) REPORT(3) },
	{ "{\"msg\":\"" RESET "\"} {\"msg\":\"" RESET " \"}\n" PLAIN, REPORT(1) REPORT(2) REPORT(3) },
	/* Whose it is, wherever that stands. */
	{ "{\"app\":\"sshd\",\"x\":[[\"1763633703000000000\",\"" RESET "\"]]}\n", "" },
	{ "{\"x\":[{\"msg\":\"" RESET "\",\"app\":\"sshd\"},{\"msg\":\"" RESET "\"}]}\n", REPORT(2) },
	{ "{\"x\":[{\"msg\":\"" RESET "\",\"labels\":{\"process\":{\"pid\":1,\"name\":\"sshd\"}}}]}\n", "" },
	{ "{\"x\":[{\"msg\":\"" RESET "\",\"labels\":[{\"key\":\"tag\",\"value\":\"sshd\"}]}]}\n", "" },
	{ "{\"x\":[{\"msg\":\"" RESET "\",\"labels\":{\"process.name\":[\"sshd\"]}}]}\n", "" },
	{ "{\"msg\":\"" RESET "\",\"\\u0061pp\":\"sshd\"}\n", "" },
	{ "{\"msg\":\"sshd[1]: x\\n" RESET "\",\"time\":\"2026-11-27T10:00:00Z\"}\n", "" },
	{ "{\"body\":\"Nov 27 10:00:00 h sshd[1]: x\\nNov 27 10:00:00 h kernel: " RESET "\"}\n", REPORT(2) },
	{ "{\"MESSAGE\":\"[1.0] " RESET "\",\"_TRANSPORT\":\"kernel\"}\n", REPORT(1) },
	{ "{\"records\":[{\"msg\":\"" RESET "\"}],\"app\":\"sshd\"}\n", "" },
	{ "{\"values\":[[\"1763633703000000000\",\"" RESET "\"]],\"stream\":{\"app\":\"sshd\"}}\n", "" },
	{ "[{\"values\":[[\"1763633703000000000\",\"" RESET "\"]],\"app\":\"sshd\"}]\n", "" },
	{ "{\"values\":[[\"1763633703000000000\",\"" RESET "\",{\"app\":\"sshd\"}]]}\n", "" },
	{ "{\"msg\":\"" RESET "\",\"process\":{\"executable\":{\"name\":\"sshd\"}}}\n", "" },
	{ "{\"msg\":\"" RESET "\",\"process.executable.name\":\"sshd\"}\n", "" },
	/* A message's further lines begin no other; those of a log do. */
	{ "{\"msg\":\"login failed for x\\n[    9.000000] " RESET "\",\"time\":\"2026-11-27T10:00:00Z\"}\n", "" },
	{ "{\"output\":\"[    1.000000] x\\n[    9.000000] " RESET "\",\"time\":\"2026-11-27T10:00:00Z\"}\n",
	  REPORT(2) },
	{ "{\"output\":\"x\\n[    9.000000] " RESET "\"}\n", REPORT(2) },
	/* Who handled it says less than who wrote it. */
	{ "{\"msg\":\"" RESET
	  "\",\"ident\":\"kernel\",\"tag\":\"syslog.messages\",\"network\":{\"transport\":\"udp\"}}\n",
	  REPORT(1) },
	{ "{\"msg\":\"" RESET "\",\"tag\":\"kern\",\"container_name\":\"web\"}\n", "" },
	{ "{\"msg\":\"" RESET "\",\"SYSLOG_IDENTIFIER\":\"kernel\",\"_TRANSPORT\":\"syslog\"}\n", "" },
	{ "{\"msg\":\"" RESET "\",\"container\":false,\"facility\":\"kernel messages\"}\n", REPORT(1) },
	/* What somebody asked of a program, and what stands beside a message. */
	{ "{\"http\":{\"http_user_agent\":\"" RESET "\"}}\n", "" },
	{ "{\"msg\":\"x\",\"note\":\"" RESET "\"}\n", "" },
	{ "{\"note\":\"" RESET "\"}\n", REPORT(1) },
	/* Rows: with names before them, with a word of the kernel's, and lines that are no row. */
	{ "{\"columns\":[\"time\",\"host\",\"region\",\"message\"],\"values\":[[\"1763633703000000000\",\"a\",\"b\",\"" RESET
	  "\"]]}\n",
	  REPORT(1) },
	{ "{\"columns\":[{\"name\":\"appname\"},{\"name\":\"message\"}],\"rows\":[[\"sshd\",\"" RESET "\"]]}\n", "" },
	{ "[[\"1763633703000000000\",\"kernel\",\"web1\",\"" RESET "\"]]\n", REPORT(1) },
	{ "[[\"1763633703000000000\",\"web1\",\"sshd\",\"" RESET "\"]]\n", "" },
	{ "[\"Setup\",\"Debian\",\"" PLAIN_TEXT "\"]\n", REPORT(3) },
	/* JSON in a string. */
	{ "{\"log\":\"{\\\"app\\\":\\\"kernel\\\",\\\"message\\\":\\\"" RESET "\\\"}\"}\n", REPORT(1) },
	{ "{\"log\":\"{\\\"message\\\":\\\"" RESET "\\\",\\\"app\\\":\\\"sshd\\\"}\"}\n", "" },
	{ "{\"log\":\"{\\\"app\\\":\\\"kernel\\\",\\\"message\\\":\\\"" RESET "\\\"}\",\"app\":\"sshd\"}\n", "" },
	/* Too deep. */
	{ "{\"x\":" DEEP "[\"\\\"]\"]" DEEP_END ",\"y\":[{\"msg\":\"" RESET "\"}]}\n", REPORT(1) },
	/* Escapes. */
	{ "{\"msg\":\"igb\\t0000\\u003a02:00.0 \\u0065th0:\\/\"}\n{\"msg\":\"igb 0000:02:00.0 eth0\\u003a Reset adapter\\ud83d\\ude00\"}\n",
	  REPORT(2) },
	{ "{\"msg\":\"" RESET "\\u0000\",\"a\":[],\"b\":{},\"c\":[[]],\"d\":-1.5e+3,\"e\":null}\n", REPORT(1) },
	/* What is none is text, and so is what was cut. */
	{ "{\"msg\": oops}\n" PLAIN, REPORT(2) },
	{ "{\"a\": \"b\nc\n" PLAIN, REPORT(3) },
	{ "[\n {\"a\" x, \"b\": 1},\n {\"msg\":\"" RESET "\",\n\"app\":\"sshd\"}\n]\n" PLAIN, REPORT(6) },
	{ "[\"a\nb\"]\n" PLAIN, REPORT(3) },
	{ "{\n\"a\" \"b\"\n}\n" PLAIN, REPORT(4) },
	{ "{\"a\":[{\"msg\":\"x\"},{\"msg\":}]}\n" PLAIN, REPORT(3) },
	{ "{\"msg\":\"" RESET "\"", REPORT(1) },
	{ "{\"msg\":\"" RESET "\",\"app\":\"sshd\"", "" },
	{ "{\"a\":1}\nNov 27 10:00:00 h kernel: " RESET "\n{\"a\":2}\n", REPORT(2) },
	{ "{\"a\":1}]\n" PLAIN, REPORT(2) },
	{ "{\"a\":1}, trailing\n{\"msg\":\"" RESET "\"}\n", REPORT(2) },
	{ "[ 1.0] x\n[[ -f x ]]\n[\n" PLAIN, REPORT(4) },
	{ "Nov 27 10:00:00 h foo: dump:\n    {\"msg\":\"" RESET "\"}\n", "" },
};

static void each_in_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t n = strlen(cases[i].text), piece = n; piece; piece--) {
			AUTO_FREE char *got = klog_lines_of(cases[i].text, n, piece);

			if (strcmp(got, cases[i].reports) != 0)
				fail_msg("%s\nin pieces of %zu:\n%s\nnot\n%s", cases[i].text, piece, got,
					 cases[i].reports);
		}
}

/* What is open when a log is silent goes on when it does. */
static void silence(void **state)
{
	static const char text[] = "{\"x\":[{\"msg\":\"a\"},\n{\"msg\":\"" RESET "\",\n\"app\":\"kernel\"}]}\n";

	(void)state;
	for (size_t cut = 1; cut < sizeof(text) - 1; cut++) {
		AUTO_BUF struct buf out = { 0 };
		struct klog *k = klog_new(klog_line, &out);

		klog_feed(k, text, cut);
		klog_idle(k);
		klog_feed(k, text + cut, sizeof(text) - 1 - cut);
		klog_end(k);
		klog_free(k);
		assert_string_equal(buf_str(&out), REPORT(2));
	}
}

static void add_many(struct buf *out, const char *s, unsigned times)
{
	for (unsigned i = 0; i < times; i++)
		buf_puts(out, s);
}

/* Brackets without end, one record without end, names and lists of any length: what follows them is read. */
static void bounds(void **state)
{
	static const struct {
		const char *open, *each, *close;
		unsigned times;
	} rows[] = {
		{ "", "[", "\n", 100000 },
		{ "", "{\"a\":", "\n", 100000 },
		{ "{\"", "name", "\":1}\n", 100000 },
		{ "{\"msg\":\"", "words of it ", "\"}\n", 300000 },
		{ "{\"a\":[", "\"\",", "\"\"]}\n", 1000000 },
		{ "{", "\"msg\":\"a\",", "\"b\":1}\n", 100000 },
		{ "{\"a\":", "1234567890", "}\n", 100000 },
		{ "{\"MESSAGE\":[", "101,", "101]}\n", 600000 },
		{ "[", "{\"msg\":\"a\"},", "{}]\n", 100000 },
		{ "[", "[[\"2026-11-27T10:00:00Z\",\"a\"]],", "1]\n", 100000 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO_BUF struct buf text = { 0 };
		AUTO_FREE char *got = NULL;

		buf_puts(&text, rows[i].open);
		add_many(&text, rows[i].each, rows[i].times);
		buf_puts(&text, rows[i].close);
		buf_puts(&text, PLAIN);
		got = klog_lines_of(text.data, text.len, 65536);
		if (!strstr(got, "reset interface=eth0"))
			fail_msg("%zu: %s", i, got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_in_pieces),
		cmocka_unit_test(silence),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
