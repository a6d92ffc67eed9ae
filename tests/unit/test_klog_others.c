// SPDX-License-Identifier: GPL-2.0-or-later
/* What a log says of NICs is a function of the lines about NICs: other lines can be taken out, put in and mixed. */
#include "klog_text.h"
#include "util/alloc.h"

#define LOGS 400
#define LINES_MOST 4000

struct dice {
	uint64_t state;
};

static unsigned roll(struct dice *d, unsigned sides)
{
	d->state = d->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)((d->state >> 33) % sides);
}

/* Lines of a log; those of NICs have their place, others may be anywhere. */
struct log_lines {
	char *v[LINES_MOST];
	bool nic[LINES_MOST];
	size_t n;
};

enum style { UPTIME, SYSLOG, ISO, BARE, STYLES };

/* The stamp of a line at so many milliseconds. */
static void stamp(enum style style, const char *tag, unsigned ms, struct buf *out)
{
	unsigned s = ms / 1000;

	if (style == UPTIME)
		buf_printf(out, "[%5u.%03u000] ", s, ms % 1000);
	else if (style == SYSLOG)
		buf_printf(out, "Nov %2u %02u:%02u:%02u host %s: ", 1 + s / 86400, s / 3600 % 24, s / 60 % 60, s % 60,
			   tag);
	else if (style == ISO)
		buf_printf(out, "2026-11-%02uT%02u:%02u:%02u.%03u000+00:00 host %s: [%5u.%03u000] ", 1 + s / 86400,
			   s / 3600 % 24, s / 60 % 60, s % 60, ms % 1000, tag, s, ms % 1000);
}

static void add_line(struct log_lines *l, bool nic, struct buf *text)
{
	assert_true(l->n < LINES_MOST);
	buf_putc(text, '\n');
	l->nic[l->n] = nic;
	l->v[l->n++] = buf_take(text);
}

/* Other programs, other parts of the kernel. In a bare log, what begins as no message does. */
static void add_other(struct log_lines *l, struct dice *d, enum style style, unsigned ms)
{
	static const char *const tags[] = { "sshd[123]", "CRON[7]", "systemd[1]", "kernel", "kernel", "nginx" };
	static const char *const words[] = { "session", "opened",      "usb 1-1:",  "EXT4-fs", "port",
					     "entered", "state",       "(md0):",    "sd 2:0",  "Attached",
					     "<7>",     "x=12",        "mount",     "#011",    "forwarding",
					     "CPU1:",   "temperature", "throttled", "docker0", "\xc3\xa4" };
	struct buf b = { 0 };

	stamp(style, tags[roll(d, sizeof(tags) / sizeof(tags[0]))], roll(d, 50) ? ms : roll(d, 5000), &b);
	if (style == BARE)
		buf_puts(&b, "some: ");
	for (unsigned i = 1 + roll(d, 12); i; i--)
		buf_printf(&b, "%s ", words[roll(d, sizeof(words) / sizeof(words[0]))]);
	add_line(l, false, &b);
}

static void others(struct log_lines *l, struct dice *d, enum style style, unsigned ms, unsigned most)
{
	for (unsigned i = roll(d, most + 1); i; i--)
		add_other(l, d, style, ms);
}

static void message(struct log_lines *l, struct dice *d, enum style style, unsigned ms, unsigned between,
		    const char *text)
{
	struct buf b = { 0 };

	stamp(style, "kernel", ms, &b);
	buf_puts(&b, text);
	add_line(l, true, &b);
	others(l, d, style, ms, between);
}

static void hang(struct log_lines *l, struct dice *d, enum style style, unsigned ms, unsigned between, unsigned nic)
{
	static const char *const who[] = { "e1000e 0000:00:19.0 eno1: ", "igb 0000:01:00.0 eth1: ",
					   "igc 0000:02:00.0 eth2: " };
	static const char *const labels[] = { "TDH",        "TDT",           "next_to_use", "next_to_clean",
					      "time_stamp", "next_to_watch", "jiffies" };
	unsigned head = roll(d, 4);
	char text[200];

	snprintf(text, sizeof(text), "%sDetected %s Unit Hang%s", who[nic], nic ? "Tx" : "Hardware", nic ? "" : ":");
	message(l, d, style, ms, between, text);
	if (nic)
		message(l, d, style, ms, between, "  Tx Queue             <1>");
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		snprintf(text, sizeof(text), "  %-20s <%x>", labels[i],
			 i == 6   ? 0x10000000 + ms / 4
			 : i == 4 ? 0x10000000 + ms / 4 - 500
				  : head + (unsigned)i % 3);
		message(l, d, style, ms, between, text);
	}
	if (roll(d, 4) && nic)
		message(l, d, style, ms, between, "  desc.status          <0>");
	if (roll(d, 4) && !nic) {
		message(l, d, style, ms, between, "MAC Status             <80083>");
		message(l, d, style, ms, between, "PHY Status             <796d>");
		message(l, d, style, ms, between, "PHY 1000BASE-T Status  <3800>");
		message(l, d, style, ms, between, "PHY Extended Status    <3000>");
		message(l, d, style, ms, between, "PCI Status             <10>");
	}
}

static void single(struct log_lines *l, struct dice *d, enum style style, unsigned ms, unsigned between)
{
	static const char *const said[] = {
		"e1000e 0000:00:19.0 eno1: Reset adapter unexpectedly",
		"e1000e 0000:00:19.0 eno1: NIC Link is Down",
		"e1000e 0000:00:19.0 eno1: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx",
		"igb 0000:01:00.0 eth1: igb: eth1 NIC Link is Down",
		"igb 0000:01:00.0 eth1: Reset adapter",
		"NETDEV WATCHDOG: eth2 (igc): transmit queue 1 timed out",
		"igc 0000:02:00.0 eth2: Register Dump",
		"igc 0000:02:00.0 eth2: PCIe link lost, device now detached",
		"bond0: (slave eth1): link status definitely down, disabling slave",
		"bnx2x 0000:04:00.0 eth7: NIC Link is Down",
		"e1000e: Intel(R) PRO/1000 Network Driver - 3.2.6-k",
	};

	message(l, d, style, ms, between, said[roll(d, sizeof(said) / sizeof(said[0]))]);
}

static void make(struct log_lines *l, struct dice *d)
{
	enum style style = (enum style)roll(d, STYLES);
	unsigned between = roll(d, 4) * roll(d, 4) * 5, ms = 1000; /* between the lines of a block: 0 to 45 */

	*l = (struct log_lines){ .n = 0 };
	others(l, d, style, ms, between);
	for (unsigned i = 1 + roll(d, 10); i && l->n < LINES_MOST - 1000; i--) {
		ms += roll(d, 3) ? roll(d, 3000) : roll(d, 100000);
		if (!roll(d, 12))
			ms = 100; /* another boot, or another file */
		if (roll(d, 2))
			hang(l, d, style, ms, between, roll(d, 3));
		else
			single(l, d, style, ms, between);
	}
}

static void free_lines(struct log_lines *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i]);
}

struct reports {
	struct klog_report *v;
	size_t n, cap;
};

static void each(const struct klog_report *r, void *arg)
{
	struct reports *all = arg;

	*VEC_PUSH(all->v, all->n, all->cap) = *r;
}

/* All that is in a report but its place in the log. */
static void say_report(const struct klog_report *r, struct buf *out)
{
	buf_printf(out, "%s", klog_kind_name(r->kind));
	for (int i = 0; i < KLOG_FIELDS; i++)
		if (klog_known(r, (enum klog_field)i) && klog_fields[i].format == KLOG_TEXT)
			buf_printf(out, " %s=%s", klog_fields[i].name, klog_text(r, (enum klog_field)i));
		else if (klog_known(r, (enum klog_field)i))
			buf_printf(out, " %s=%" PRIx64, klog_fields[i].name, klog_number(r, (enum klog_field)i));
	buf_putc(out, '\n');
}

static void say_device(const struct klog_device *d, struct buf *out)
{
	buf_printf(out, "%s %s %s link %d flaps %" PRIu64 " foreign %d ones %d hz %u", d->address, d->interface,
		   d->driver, d->link, d->link_flaps, d->foreign, d->reads_ones, d->hz);
	for (size_t n = 0; n < KLOG_KINDS; n++)
		buf_printf(out, " %" PRIu64, d->counts[n]);
	for (size_t n = 0; n < sizeof(d->hangs) / sizeof(uint64_t); n++)
		buf_printf(out, " %" PRIu64, ((const uint64_t *)&d->hangs)[n]);
	buf_putc(out, '\n');
}

static int by_name(const void *a, const void *b)
{
	const struct klog_device *x = *(const struct klog_device *const *)a, *y = *(const struct klog_device *const *)b;
	int order = strcmp(x->address, y->address);

	return order ? order : strcmp(x->interface, y->interface);
}

/* They are in no order. */
static void say_devices(const struct klog *k, struct buf *out)
{
	const struct klog_device *d[32];
	size_t n = 0;

	while (n < 32 && (d[n] = klog_device(k, n)))
		n++;
	qsort(d, n, sizeof(d[0]), by_name);
	for (size_t i = 0; i < n; i++)
		say_device(d[i], out);
	buf_printf(out, "boots %" PRIu64 " foreign %" PRIu64 "\n", klog_host(k)->boots, klog_host(k)->foreign);
}

static char *said(const struct log_lines *l, bool with_others)
{
	struct reports all = { 0 };
	struct buf out = { 0 };
	struct klog *k = klog_new(each, &all);

	for (size_t i = 0; i < l->n; i++)
		if (with_others || l->nic[i])
			klog_feed(k, l->v[i], strlen(l->v[i]));
	klog_end(k);
	for (size_t i = 0; i < all.n; i++) { /* with what was learned later, as they are shown */
		klog_complete(k, &all.v[i]);
		say_report(&all.v[i], &out);
	}
	free(all.v);
	say_devices(k, &out);
	klog_free(k);
	return buf_take(&out);
}

/* The other lines in another order, at the same places. */
static void mix(struct log_lines *l, struct dice *d)
{
	for (size_t i = l->n; i-- > 1;) {
		size_t k = roll(d, (unsigned)i + 1);

		if (!l->nic[i] && !l->nic[k]) {
			char *text = l->v[i];

			l->v[i] = l->v[k];
			l->v[k] = text;
		}
	}
}

static void compare(unsigned seed, const char *what, const struct log_lines *l, const char *before, const char *after)
{
	size_t n = 0;

	if (!strcmp(before, after))
		return;
	for (size_t i = 0; i < l->n; i++)
		print_message("%s", l->v[i]);
	while (before[n] && before[n] == after[n])
		n++;
	while (n && before[n - 1] != '\n')
		n--;
	fail_msg("log %u, others %s: first\n%.*s\nthen\n%.*s", seed, what, (int)strcspn(before + n, "\n"), before + n,
		 (int)strcspn(after + n, "\n"), after + n);
}

static void test_others(void **state)
{
	size_t reports = 0;

	(void)state;
	for (unsigned seed = 1; seed <= LOGS; seed++) {
		struct dice d = { seed };
		struct log_lines l;
		char *all, *alone, *mixed;

		make(&l, &d);
		all = said(&l, true);
		alone = said(&l, false);
		compare(seed, "taken out", &l, all, alone);
		mix(&l, &d);
		mixed = said(&l, true);
		compare(seed, "mixed", &l, all, mixed);
		reports += strstr(all, "hang") != NULL;
		free(all);
		free(alone);
		free(mixed);
		free_lines(&l);
	}
	assert_true(reports > LOGS / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_others) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
