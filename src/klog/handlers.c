// SPDX-License-Identifier: GPL-2.0-or-later
/* What is learned from a line of the log, and what is reported as it is; from when to when the log is; what lspci, ethtool and their like say, where somebody
 * pasted it beside the log. */
#include <stdlib.h>
#include <string.h>

#include "klog/internal.h"
#include "util/alloc.h"
#include "util/text.h"

#define BOOT_NS UINT64_C(60000000000) /* until when the kernel says what it runs on, at most */

void report_plain(struct klog *k, const struct message *m)
{
	const struct message_row *row = m->row;
	bool all_but = row->driver && *row->driver == '!';
	struct klog_report r;

	if (all_but && !strcmp(m->id.driver, row->driver + 1))
		return;
	report_begin(k, m, row->kind, &r);
	if (row->driver && !all_but && !klog_known(&r, KLOG_DRIVER)) {
		klog_set_text(&r, KLOG_DRIVER, row->driver, strlen(row->driver));
		klog_set(&r, KLOG_DRIVER_GUESSED, 1);
	}
	if (row->what)
		klog_set_text(&r, KLOG_WHAT, row->what, strlen(row->what));
	if (row->kind == KLOG_ASPM && row->whose == WHOSE_NOBODY && !m->id.has_addr)
		k->devices.host.aspm_disabled |= !strcmp(row->what, "kernel leaves it alone");
	order_add(k, &r);
}

static void copy_capture(char *to, size_t size, const struct capture *c)
{
	if (c)
		str_copy(to, size, c->text, c->len);
}

/* A line that only a device that works makes its driver print. */
static struct log_device *note_alive(struct devices *devices, const struct message *m)
{
	struct log_device *d = devices_note(devices, &m->id);

	if (d) {
		d->lost_said = false;
		if (m->line > d->pub.alive_line)
			d->pub.alive_line = m->line;
	}
	return d;
}

void report_lost(struct klog *k, const struct message *m)
{
	struct log_device *d = devices_note(&k->devices, &m->id);

	if (d)
		d->lost_said = true;
	report_plain(k, m);
}

/* igb and igc name no device when a register reads as ones: it is the one that was just lost. */
static struct log_device *lost_device(struct devices *devices, const struct ident *id)
{
	for (size_t i = 0; i < devices->n; i++)
		if (devices->v[i].lost_said && !strcmp(devices->v[i].pub.driver, id->driver))
			return &devices->v[i];
	return NULL;
}

/* A register of all ones is a device that no longer answers. What was said already is not said again. */
void report_ones(struct klog *k, const struct message *m)
{
	struct log_device *d = devices_note(&k->devices, &m->id);
	struct klog_report r;

	if (!d)
		d = lost_device(&k->devices, &m->id);
	if (d)
		d->pub.reads_ones = true;
	if (d && d->lost_said)
		return;
	if (d)
		d->lost_said = true;
	report_begin(k, m, KLOG_PCIE_LOST, &r);
	klog_set_text(&r, KLOG_WHAT, "registers read as ones", 22);
	order_add(k, &r);
}

void note_identity(struct klog *k, const struct message *m)
{
	note_alive(&k->devices, m);
}

/* "ready 1023ms after FLR", not "not ready 1023ms after FLR; waiting". */
void note_ready(struct klog *k, const struct message *m)
{
	if (m->at - k->reader.rec.text < 4 || memcmp(m->at - 4, "not ", 4))
		note_alive(&k->devices, m);
}

void note_removed(struct klog *k, const struct message *m)
{
	struct log_device *d = devices_note(&k->devices, &m->id);

	if (d)
		d->pub.removed_line = m->line;
}

void note_refused(struct klog *k, const struct message *m)
{
	const struct capture *request = match_capture(&m->match, KLOG_COUNT);
	struct log_device *d = devices_note(&k->devices, &m->id);

	if (!d || !request)
		return;
	d->pub.pf_refused++;
	d->pub.pf_request = request->value;
	d->pub.pf_refused_line = m->line;
	d->pub.last_line = m->line;
	if (!d->pub.first_line)
		d->pub.first_line = m->line;
}

void note_port(struct klog *k, const struct message *m)
{
	struct klog_port_event *events = k->devices.host.port_events, *oldest = &events[0];

	if (!m->id.has_addr || m->id.maker != IDENT_NEUTRAL)
		return;
	for (size_t i = 1; i < KLOG_PORT_EVENTS; i++)
		if (events[i].line < oldest->line)
			oldest = &events[i];
	*oldest = (struct klog_port_event){ .line = m->line, .nth = m->nth, .what = m->row->what };
	pci_addr_str(&m->id.addr, oldest->address);
}

void note_version(struct klog *k, const struct message *m)
{
	const struct capture *version = match_capture(&m->match, KLOG_VERSION);

	if (m->id.driver[0] && version)
		devices_note_version(&k->devices, m->id.driver, version->text, version->len);
}

void note_kernel(struct klog *k, const struct message *m)
{
	const struct capture *version = match_capture(&m->match, KLOG_VERSION);

	if (version && version->text[0] >= '0' && version->text[0] <= '9') /* MIPS ends the line behind "Not tainted" */
		copy_capture(k->devices.host.kernel, sizeof(k->devices.host.kernel), version);
}

/* "Hardware name: ..." of a trace, and "DMI: ..." while the machine boots. */
void note_hardware(struct klog *k, const struct message *m)
{
	const struct capture *name = match_capture(&m->match, KLOG_NAME);
	const struct prefix *prefix = &k->reader.rec.prefix;

	if (*m->at == 'D' && prefix->has_uptime && prefix->uptime_ns > BOOT_NS)
		return;
	if (name && !(name->len > 6 && !memcmp(name->text, "NETDEV", 6))) /* the name is empty on some machines */
		copy_capture(k->devices.host.hardware, sizeof(k->devices.host.hardware), name);
}

/* "Hypervisor detected: KVM"; what runs on nothing says so, too: "paravirtualized kernel on bare hardware". */
void note_hypervisor(struct klog *k, const struct message *m)
{
	const struct capture *name = match_capture(&m->match, KLOG_NAME);

	if (name && !(name->len >= 4 && !memcmp(name->text, "bare", 4)))
		copy_capture(k->devices.host.hypervisor, sizeof(k->devices.host.hypervisor), name);
}

void note_pba(struct klog *k, const struct message *m)
{
	struct log_device *d = note_alive(&k->devices, m);

	if (d)
		copy_capture(d->pub.pba, sizeof(d->pub.pba), match_capture(&m->match, KLOG_NAME));
}

void note_types(struct klog *k, const struct message *m)
{
	struct log_device *d = note_alive(&k->devices, m);
	const struct capture *mac = match_capture(&m->match, KLOG_COUNT), *phy = match_capture(&m->match, KLOG_LEVEL);

	if (!d || !mac || !phy || mac->value > 255 || phy->value > 255)
		return;
	d->pub.mac_type = (int)mac->value;
	d->pub.phy_type = (int)phy->value;
	copy_capture(d->pub.pba, sizeof(d->pub.pba), match_capture(&m->match, KLOG_NAME));
}

static void set_id(struct log_device *d, const struct message *m)
{
	const struct capture *vendor = match_capture(&m->match, KLOG_VENDOR_ID);
	const struct capture *device = match_capture(&m->match, KLOG_DEVICE_ID);

	if (!d || !device || device->value > 0xffff || (vendor && vendor->value > 0xffff))
		return;
	d->pub.vendor = vendor ? (uint16_t)vendor->value : 0x8086; /* the pattern has it */
	d->pub.device = (uint16_t)device->value;
}

void note_pci_id(struct klog *k, const struct message *m)
{
	set_id(devices_note(&k->devices, &m->id), m);
}

void note_firmware(struct klog *k, const struct message *m)
{
	struct log_device *d = note_alive(&k->devices, m);

	set_id(d, m);
	if (d)
		copy_capture(d->pub.firmware, sizeof(d->pub.firmware), match_capture(&m->match, KLOG_NAME));
}

void note_no_tso(struct klog *k, const struct message *m)
{
	struct log_device *d = devices_note(&k->devices, &m->id);

	if (d)
		d->pub.tso_disabled_by_speed = true;
}

void note_pause_hint(struct klog *k, const struct message *m)
{
	struct log_device *d = devices_note(&k->devices, &m->id);

	if (d)
		d->pub.tx_pause_hint = true;
}

void note_slow(struct klog *k, const struct message *m)
{
	struct log_device *d = devices_note(&k->devices, &m->id);

	if (d)
		d->pub.smartspeed = true;
}

void note_xdp_ring(struct klog *k, const struct message *m)
{
	struct log_device *d = devices_note(&k->devices, &m->id);

	if (d)
		d->pub.xdp_ring_timeout = true;
}

/* Of all ones it is no malicious packet. */
void note_lvmmc(struct klog *k, const struct message *m)
{
	const struct capture *value = match_capture(&m->match, KLOG_LVMMC);

	if (value && value->value == 0xffffffff)
		report_ones(k, m);
	else
		report_plain(k, m);
}

void note_aspm_option(struct klog *k, const struct message *m)
{
	const char *before = m->at - 1;

	if (before >= k->reader.rec.text && *before == ' ')
		copy_capture(k->devices.host.cmdline_aspm, sizeof(k->devices.host.cmdline_aspm),
			     match_capture(&m->match, KLOG_NAME));
}

/* From when to when the log is. */

/* "[  +0.000093] ": the time since the line before, which goes on whether a line is looked at or not. */
void reader_add_delta(struct log_reader *r, const char *s, size_t n)
{
	struct cursor c = { s, n, 1 };
	struct prefix prefix = { .has_delta = false };

	cursor_blanks(&c);
	if ((cursor_peek(&c, 0) != '+' && cursor_peek(&c, 0) != '<') || !prefix_seconds(&c, &prefix) ||
	    !prefix.has_delta)
		return;
	r->deltas = true;
	r->delta_clock_ns += prefix.delta_ns;
}

void reader_note_span(struct log_reader *r, struct klog_time *t, const char *s, size_t n)
{
	struct prefix prefix;
	size_t len;
	bool joined;

	reader_look_at(r, s, n < LINE_LOOK ? n : LINE_LOOK, &len, &joined, &prefix);
	if (!prefix.has_wall && !prefix.has_uptime)
		return;
	*t = (struct klog_time){ .has_uptime = prefix.has_uptime, .uptime_ns = prefix.uptime_ns };
	if (prefix.has_wall && prefix.wall_len < sizeof(t->wall))
		str_copy(t->wall, sizeof(t->wall), prefix.wall, prefix.wall_len);
}

bool reader_has_time(const struct klog_time *t)
{
	return *t->wall || t->has_uptime;
}

/* What is taken from lines that are not looked at, up to `to`: deltas, where the first lines have some, and when the log
 * begins. */
void reader_pass_over(struct klog *k, size_t to)
{
	struct log_reader *r = &k->reader;
	const char *s = r->buf + r->start, *end = r->buf + to, *stop = r->buf + r->end;

	if (r->mid_line)
		s = memchr(s, '\n', (size_t)(end - s));
	for (uint64_t line = r->line; s && s < end && (r->deltas || line - r->begin < FIRST_LINES); line++) {
		const char *newline;

		s += *s == '\n' && r->mid_line && line == r->line;
		newline = memchr(s, '\n', (size_t)(stop - s));
		if (s < stop && *s == '[')
			reader_add_delta(r, s, (size_t)((newline ? newline : stop) - s));
		if (line - r->begin < FIRST_LINES && !reader_has_time(&k->devices.host.first))
			reader_note_span(r, &k->devices.host.first, s, (size_t)((newline ? newline : stop) - s));
		s = newline ? newline + 1 : NULL;
	}
}

/* When the log ends, by its last lines. */
void reader_note_end(struct klog *k)
{
	struct log_reader *r = &k->reader;
	const char *from = r->buf + (r->start > JOURNAL_BACK ? r->start - JOURNAL_BACK : 0), *to = r->buf + r->start;

	if ((!k->files && !k->json) || !reader_has_time(&k->devices.host.last)) /* a file without dates is no end */
		k->devices.host.last = k->devices.host.first;
	for (int lines = 0; lines < FIRST_LINES && to > from; lines++) {
		const char *newline = reader_last_newline(from, to - (to[-1] == '\n')),
			   *s = newline ? newline + 1 : from;
		struct klog_time t = { .has_uptime = false };

		reader_note_span(r, &t, s, (size_t)(to - s));
		if (reader_has_time(&t)) {
			k->devices.host.last = t;
			return;
		}
		to = s;
	}
}

/* What lspci, ethtool and their like say of devices, where somebody pasted it beside the log. */

#define DESCRIPTIONS_MOST 512
#define COUNTERS_MOST 65536 /* of all of them: 3.5 MiB */

struct described {
	struct devices *devices;
	struct paste *paste;
	struct pasted *v; /* owned, with their facts */
	size_t n, cap;
	size_t counters; /* of all of v */
	uint64_t left_out;
};

/* The driver's name decides for ethtool -i, vendor or name for lspci. */
static enum ident_maker maker_of(const struct pasted *p)
{
	if (p->foreign)
		return IDENT_FOREIGN;
	if (p->driver[0] && ident_maker(p->driver, strlen(p->driver)) != IDENT_NEUTRAL)
		return ident_maker(p->driver, strlen(p->driver));
	return p->intel ? IDENT_OURS : IDENT_UNKNOWN;
}

/* Who is who, for the lines before and after. */
static void note_device(struct devices *devices, const struct pasted *p)
{
	struct ident id = { .maker = maker_of(p) };
	struct log_device *d;

	id.has_addr = pci_addr_parse(p->address, &id.addr);
	memcpy(id.interface, p->interface, sizeof(id.interface));
	memcpy(id.driver, p->driver, sizeof(id.driver));
	d = devices_note(devices, &id);
	if (!d)
		return;
	if (!d->pub.host[0])
		memcpy(d->pub.host, p->host, sizeof(p->host));
	if (!paste_same_host(d->pub.host, p->host))
		return;
	if (p->vendor) {
		d->pub.vendor = p->vendor;
		d->pub.device = p->device;
	}
	if (id.maker == IDENT_OURS && (p->ethernet || p->driver[0]) && !d->pub.described_line)
		d->pub.described_line = p->line;
}

static void add(const struct pasted *p, void *arg)
{
	struct described *all = arg;
	struct pasted *copy;

	if (p->address[0] || ((p->driver[0] || p->interface[0]) && !p->any_interface))
		note_device(all->devices, p);
	if (all->n == DESCRIPTIONS_MOST || all->counters + p->n_counters > COUNTERS_MOST) {
		all->left_out++;
		return;
	}
	copy = VEC_PUSH(all->v, all->n, all->cap);
	*copy = *p;
	facts_init(&copy->facts);
	facts_merge(&copy->facts, &p->facts);
	copy->counters = xcalloc(p->n_counters, sizeof(*p->counters));
	for (size_t i = 0; i < p->n_counters; i++)
		copy->counters[i] = p->counters[i];
	all->counters += p->n_counters;
}

struct described *described_new(struct devices *devices)
{
	struct described *d = xcalloc(1, sizeof(*d));

	d->devices = devices;
	d->paste = paste_new(add, d);
	return d;
}

void described_free(struct described *d)
{
	for (size_t i = 0; i < d->n; i++) {
		facts_free(&d->v[i].facts);
		free(d->v[i].counters);
	}
	free(d->v);
	paste_free(d->paste);
	free(d);
}

bool described_line(struct described *d, const char *text, size_t n, uint64_t line)
{
	return paste_line(d->paste, text, n, line);
}

bool described_open(const struct described *d)
{
	return paste_is_open(d->paste);
}

void described_end(struct described *d)
{
	paste_end(d->paste);
}

const struct pasted *klog_described(const struct klog *k, size_t n)
{
	const struct described *d = k->devices.described;

	return n < d->n ? &d->v[n] : NULL;
}

bool klog_describes(const struct klog *k, const struct pasted *p, const struct klog_device *d)
{
	const struct log_device *only;

	if ((p->foreign && !d->foreign) || !paste_same_host(p->host, d->host))
		return false; /* another card's or machine's, or a contradiction */
	if (p->machine)
		return true;
	if (p->address[0] && d->address[0])
		return !strcmp(p->address, d->address);
	if (p->interface[0] && d->interface[0])
		return !strcmp(p->interface, d->interface);
	if (p->address[0] || p->interface[0])
		return false;
	only = devices_only(&k->devices, p->driver);
	return only && &only->pub == d;
}

uint64_t klog_descriptions_left_out(const struct klog *k)
{
	return k->devices.described->left_out;
}
