// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Oopses, panics and purple screens: what happened, the function on top, and the first function of a NIC's driver in the
 * trace. Linux on x86, ARM, MIPS and PowerPC, `crash`, ESXi and FreeBSD write a frame each in a form of its own:
 *
 *     RIP: 0010:igb_poll+0x1c/0x90 [igb]               EIP is at igb_poll+0x1c/0x90 [igb]
 *     IP: [<ffffffffa0012345>] igb_poll+0x1c/0x90 [igb]     PC is at igb_poll+0x1c/0x90 [igb]
 *     epc   : c0123456 igb_poll+0x1c/0x90 [igb]        NIP [c0123456] .igb_poll+0x1c/0x90 [igb]
 *     #7 [ffff88085e983ca0] igb_poll at ffffffffa07c2085 [igb]
 *     0x4391c:[0x418012]igb_poll@com.intel.igb#9.2+0x1c stack: 0x1, 0x2
 *     igb_poll() at igb_poll+0x1c/frame 0xfffffe00
 */
#include <ctype.h>
#include <string.h>

#include "chip/drivers.h"
#include "klog/internal.h"
#include "util/alloc.h"

#define NAME_MOST 47
#define NAME_LEAST 3

/* A function in a trace. */
struct frame {
	const char *name, *module; /* module: NULL: the kernel itself, or not said */
	size_t name_len, module_len;
	bool top; /* where it happened, by a register's name */
};

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$';
}

static const char *hex(const char *p, const char *end)
{
	const char *start = p;

	if (end - p > 2 && p[0] == '0' && p[1] == 'x')
		start = p += 2;
	while (p < end && isxdigit((unsigned char)*p))
		p++;
	return p > start ? p : NULL;
}

/* " [igb]", which may be missing, with a build's id behind the name. */
static const char *module_in_brackets(const char *p, const char *end, struct frame *f)
{
	const char *at = p;

	if (end - p < 4 || p[0] != ' ' || p[1] != '[')
		return p;
	for (at += 2; at < end && (isalnum((unsigned char)*at) || *at == '_' || *at == '-'); at++)
		;
	if (at == p + 2 || at == end || (*at != ']' && *at != ' '))
		return p;
	f->module = p + 2;
	f->module_len = (size_t)(at - f->module);
	return at + 1;
}

/* "+0x1c/0x90 [igb]", "+2425]" */
static const char *linux_rest(const char *p, const char *end, struct frame *f)
{
	const char *after = hex(p + 1, end);

	if (after && after < end && *after == '/')
		after = hex(after + 1, end);
	else if (after && !(after < end && *after == ']'))
		return NULL;
	return after ? module_in_brackets(after, end, f) : NULL;
}

/* "@com.intel.igb#9.2+0x1c", "@(i40en)#<None>+0x45f", "@vmkernel#nover+0x18a" */
static const char *esxi_rest(const char *p, const char *end, struct frame *f)
{
	const char *from = ++p;

	if (p < end && *p == '(')
		from = ++p;
	for (; p < end && (is_name(*p) || *p == '-'); p++)
		if (*p == '.')
			from = p + 1;
	f->module = from;
	f->module_len = (size_t)(p - from);
	while (p < end && *p != '+' && !cursor_is_blank(*p))
		p++;
	return f->module_len && p < end && *p == '+' ? hex(p + 1, end) : NULL;
}

/* "() at igb_poll+0x1c", " at ffffffffa07c2085 [igb]" */
static const char *at_rest(const char *p, const char *end, struct frame *f)
{
	bool bsd = *p == '(';
	const char *at = bsd ? p + 2 : p;

	if (end - at < 6 || memcmp(at, " at ", 4) != 0 || (bsd && p[1] != ')'))
		return NULL;
	if (bsd) {
		for (at += 4; at < end && is_name(*at); at++)
			;
		return at < end && *at == '+' ? hex(at + 1, end) : NULL;
	}
	at = hex(at + 4, end);
	return at ? module_in_brackets(at, end, f) : NULL;
}

static const char *frame_read(const char *p, const char *end, struct frame *f)
{
	*f = (struct frame){ .name = p };
	if (isdigit((unsigned char)*p))
		return NULL;
	while (p < end && is_name(*p))
		p++;
	if (*f->name == '.')
		f->name++;
	f->name_len = (size_t)(p - f->name);
	if (p >= end || f->name_len < NAME_LEAST || f->name_len > NAME_MOST)
		return NULL;
	return *p == '+' ? linux_rest(p, end, f) : *p == '@' ? esxi_rest(p, end, f) : at_rest(p, end, f);
}

/* Whether nothing but addresses and the names of registers stands before a frame on its line; *top: a register that says
 * where it happened. */
static bool is_set_off(const char *line, const char *p, bool *top)
{
	static const char *const tops[] = { "RIP:", "EIP", "IP:", "PC", "pc", "epc", "NIP", "NIP:", "[exception" };
	static const char *const others[] = { "is",     "at",    "LR",     "lr",         "ra",
					      "LR:",    "Call",  "Trace:", "<IRQ>",      "<EOI>",
					      "</IRQ>", "<NMI>", "RIP:",   "Backtrace:", "panic" };
	const struct cursor c = { line, (size_t)(p - line), 0 };
	size_t at = 0, len;
	const char *word;

	*top = false;
	while (word = cursor_word(&c, &at, &len), len) {
		bool known = strspn(word, "0123456789abcdefABCDEF[]<>():?.#x-") >= len;

		for (size_t i = 0; i < COUNT(tops); i++)
			if (strlen(tops[i]) == len && !memcmp(tops[i], word, len))
				known = *top = true;
		for (size_t i = 0; i < COUNT(others) && !known; i++)
			known = strlen(others[i]) == len && !memcmp(others[i], word, len);
		if (!known)
			return false;
	}
	return true;
}

static bool same_text(const char *s, size_t n, const char *text)
{
	return strlen(text) == n && !memcmp(s, text, n);
}

/* What a crash goes through before it is reported, and what frames are put into. */
static bool is_of_reporting(const struct frame *f)
{
	static const char *const names[] = { "skb_panic",
					     "skb_over_panic",
					     "skb_under_panic",
					     "skb_put",
					     "skb_push",
					     "panic",
					     "die",
					     "dump_stack",
					     "dump_stack_lvl",
					     "show_stack",
					     "oops_end",
					     "no_context",
					     "page_fault",
					     "machine_kexec",
					     "crash_kexec",
					     "__crash_kexec",
					     "vpanic",
					     "kdb_backtrace",
					     "db_trace_self_wrapper",
					     "trap_fatal",
					     "Panic_vPanic",
					     "vmk_PanicWithModuleID",
					     "calltrap" };
	static const char *const beginnings[] = { "asm_exc_",        "exc_",         "skb_put.",      "__die",
						  "trap_",           "do_trap",      "do_page_fault", "__do_page_fault",
						  "do_general_prot", "do_invalid_op" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (same_text(f->name, f->name_len, names[i]))
			return true;
	for (size_t i = 0; i < COUNT(beginnings); i++)
		if (f->name_len >= strlen(beginnings[i]) && !memcmp(f->name, beginnings[i], strlen(beginnings[i])))
			return true;
	return false;
}

/* The driver of ours that a frame is of: by its module, or where it has none by how its name begins; 0: of none. */
static size_t driver_of(const struct frame *f, const char **driver)
{
	const struct driver_facts *facts;
	size_t n = 0;

	*driver = f->module;
	if (f->module) { /* "i40e_zc" is one as well */
		while (n < f->module_len && f->module[n] != '_')
			n++;
		return ident_maker(f->module, n) == IDENT_OURS ? n : 0;
	}
	while (n < f->name_len && f->name[n] != '_')
		n++;
	*driver = f->name;
	facts = n < f->name_len && n > 2 ? drivers_find(f->name, n) : NULL;
	return facts && !(facts->traits & DRIVER_SHARED_FUNCTIONS) ? n : 0;
}

static void take_top(struct log_crash *c, const struct frame *f)
{
	klog_set_text(&c->r, KLOG_NAME, f->name, f->name_len);
	klog_set_text(&c->r, KLOG_MODULE, f->module ? f->module : "", f->module ? f->module_len : 0);
}

static void take_frame(struct log_crash *c, const struct frame *f)
{
	const char *driver;
	size_t n = driver_of(f, &driver);

	if (f->top && !is_of_reporting(f) && !c->has_top) {
		take_top(c, f);
		c->has_top = true;
	} else if (!f->top && !c->framed && !is_of_reporting(f)) {
		c->framed = true;
		if (!c->has_top)
			take_top(c, f);
	}
	if (n && !klog_known(&c->r, KLOG_DRIVER_FUNCTION)) {
		klog_set_text(&c->r, KLOG_DRIVER, driver, n);
		klog_set_text(&c->r, KLOG_DRIVER_FUNCTION, f->name, f->name_len);
	}
}

const char *crash_item(struct log_crash *c, const char *start, const char *p, const char *end, uint64_t line)
{
	struct frame f;
	const char *after = frame_read(p, end, &f);
	bool top;

	if (!after || !is_set_off(start, p, &top))
		return NULL;
	f.top = top;
	take_frame(c, &f);
	c->touched = line;
	if (line > c->r.last_line)
		c->r.last_line = line;
	return after;
}

/* The number behind a word of the message. */
static bool number_behind(const char *p, const char *end, const char *word, uint64_t *value)
{
	const char *at = memmem(p, (size_t)(end - p), word, strlen(word)), *after;

	at = at ? at + strlen(word) : NULL;
	after = at ? hex(at, end) : NULL;
	*value = 0;
	if (after && at[1] == 'x')
		at += 2;
	for (; at && at < after; at++)
		*value = *value << 4 | (uint64_t)(isdigit((unsigned char)*at) ? *at - '0' : (*at | 0x20) - 'a' + 10);
	return after != NULL;
}

/* "skb_over_panic: text:... len:1614 put:1614 head:... data:... tail:0x68e end:0x680 dev:eth4": what did not fit where. */
static void read_buffer(struct klog_report *r, const char *p, const char *end)
{
	const char *newline = memchr(p, '\n', (size_t)(end - p)), *dev;
	uint64_t tail, last, len = klog_number(r, KLOG_LENGTH);
	size_t n = 0;

	if (end - p > 400)
		end = p + 400;
	if (number_behind(p, end, "tail:", &tail) && number_behind(p, end, "end:", &last) && tail > last &&
	    tail - last < len)
		klog_set(r, KLOG_ROOM, len - (tail - last));
	dev = memmem(p, (size_t)(end - p), "dev:", 4);
	if (!dev || (newline && newline < dev && newline - p < 100))
		return;
	for (dev += 4; dev + n < end && n < 15 && is_name(dev[n]); n++)
		;
	klog_set_text(r, KLOG_INTERFACE, dev, n);
}

static void host_note(struct klog *k, uint64_t line)
{
	if (!k->devices.host.crash_line)
		k->devices.host.crash_line = line;
}

void crash_begin(struct klog *k, const struct message *m)
{
	struct log_crash *c = &k->blocks.crash;
	bool goes_on = c->open && !c->framed;

	host_note(k, m->line);
	if (!goes_on && m->row->event == CRASH_LATER && c->open)
		return;
	if (!goes_on) {
		crash_close(k);
		memset(c, 0, sizeof(*c));
		report_begin(k, m, KLOG_CRASH, &c->r);
		klog_set_text(&c->r, KLOG_WHAT, m->row->what, strlen(m->row->what));
		c->open = true;
	}
	if (m->row->event == CRASH_BUFFER) {
		match_fill(&m->match, &c->r);
		klog_set_text(&c->r, KLOG_WHAT, m->row->what, strlen(m->row->what));
		read_buffer(&c->r, m->at, k->reader.rec.text + k->reader.rec.n);
	}
	c->touched = c->r.last_line = m->line;
}

bool klog_crash_called(const char *name, const char *pattern)
{
	size_t n = strlen(pattern);

	if (pattern[n - 1] == '*')
		return !strncmp(name, pattern, n - 1);
	return !strcmp(name, pattern);
}

/* Of what belongs to NICs and is no driver's. */
static bool is_of_network(const struct klog_report *r)
{
	for (size_t i = 0; i < n_network_crashes; i++) {
		const struct network_crash *c = &network_crashes[i];

		if ((!c->module || !strcmp(c->module, klog_text(r, KLOG_MODULE))) &&
		    (!c->function || klog_crash_called(klog_text(r, KLOG_NAME), c->function)))
			return true;
	}
	return false;
}

/* Of several ports of one driver it is none's in particular. */
static bool has_several(const struct devices *devices, const char *driver)
{
	size_t n = 0;

	for (size_t i = 0; i < devices->n; i++)
		n += !strcmp(devices->v[i].pub.driver, driver) &&
		     (devices->v[i].pub.address[0] || devices->v[i].pub.interface[0]);
	return n > 1;
}

void crash_close(struct klog *k)
{
	struct log_crash *c = &k->blocks.crash;
	struct klog_host *host = &k->devices.host;
	struct klog_report *r = &c->r;

	if (!c->open)
		return;
	c->open = false;
	if (!*klog_text(r, KLOG_DRIVER) && !is_of_network(r) && !*klog_text(r, KLOG_INTERFACE))
		return;
	host->crash = *r;
	host->have_crash = true;
	if (*klog_text(r, KLOG_DRIVER) && !*klog_text(r, KLOG_INTERFACE) &&
	    has_several(&k->devices, klog_text(r, KLOG_DRIVER)))
		klog_set_text(r, KLOG_DRIVER, "", 0);
	order_add(k, r);
}

/* A CPU that was stuck, or a machine out of memory, for what is near it. */
void note_stall(struct klog *k, const struct message *m)
{
	struct klog_stall *stalls = k->devices.host.stalls, *oldest = &stalls[0];
	const struct prefix *prefix = &k->reader.rec.prefix;

	for (size_t i = 1; i < KLOG_STALLS; i++)
		if (stalls[i].line < oldest->line)
			oldest = &stalls[i];
	*oldest = (struct klog_stall){ .line = m->line,
				       .nth = m->nth,
				       .boot = k->devices.host.boots,
				       .timed = prefix->has_uptime,
				       .ns = prefix->uptime_ns,
				       .what = m->row->what };
}
