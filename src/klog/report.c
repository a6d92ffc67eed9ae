// SPDX-License-Identifier: GPL-2.0-or-later
/* Reports: their fields; begun, held until nothing can come before them, delivered once; in terms of definitions: the chip
 * of a device, the registers of a report. */
#include "klog/report.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "chip/db.h"
#include "klog/internal.h"
#include "klog/klog.h"
#include "snapshot/snapshot.h"
#include "util/alloc.h"
#include "util/err.h"

const struct klog_field_desc klog_fields[KLOG_FIELDS] = {
#define X(id, format, name, title, part) [KLOG_##id] = { name, title, part, KLOG_##format },
	KLOG_NUMBERS(X) KLOG_TEXTS(X)
#undef X
};

_Static_assert(KLOG_N_NUMBERS <= 64, "known has a bit for each");

static const char *const kinds[KLOG_KINDS] = {
	[KLOG_HANG] = "hang",
	[KLOG_TX_TIMEOUT] = "tx-timeout",
	[KLOG_WATCHDOG] = "watchdog",
	[KLOG_RESET] = "reset",
	[KLOG_RECOVERY] = "recovery",
	[KLOG_PCIE_LOST] = "pcie-lost",
	[KLOG_PHY_ERROR] = "phy-error",
	[KLOG_LINK_DOWN] = "link-down",
	[KLOG_LINK_UP] = "link-up",
	[KLOG_BOND_DOWN] = "bond-down",
	[KLOG_BOND_UP] = "bond-up",
	[KLOG_BOND_EMPTY] = "bond-empty",
	[KLOG_MDD] = "mdd",
	[KLOG_AER] = "aer",
	[KLOG_ASPM] = "aspm",
	[KLOG_OVERHEAT] = "overheat",
	[KLOG_PROBE_FAILED] = "probe-failed",
	[KLOG_FIRMWARE] = "firmware",
	[KLOG_DUMP] = "register-dump",
	[KLOG_LINK_FAULT] = "link-fault",
	[KLOG_NOT_UP] = "not-up",
	[KLOG_QUEUE_ERROR] = "queue-error",
	[KLOG_PF_TROUBLE] = "pf-trouble",
	[KLOG_VF_TROUBLE] = "vf-trouble",
	[KLOG_DRIVER_ERROR] = "driver-error",
	[KLOG_CRASH] = "crash",
};

const char *klog_kind_name(enum klog_kind kind)
{
	return kind < KLOG_KINDS ? kinds[kind] : "info";
}

bool klog_address(const struct klog_report *r, struct pci_addr *addr)
{
	return pci_addr_parse(klog_text(r, KLOG_ADDRESS), addr);
}

void klog_clear(struct klog_report *r)
{
	memset(r, 0, offsetof(struct klog_report, number));
	for (size_t i = 0; i < KLOG_N_TEXTS; i++)
		r->text[i][0] = '\0';
	r->errors[0] = '\0';
}

void klog_set(struct klog_report *r, enum klog_field field, uint64_t value)
{
	r->number[field] = value;
	r->known |= UINT64_C(1) << field;
}

void klog_unset(struct klog_report *r, enum klog_field field)
{
	r->known &= ~(UINT64_C(1) << field);
}

/* Whether a byte is below 0x20; now and then the answer is yes without one. */
static bool has_control(const char *s, size_t n)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t found = 0;

	for (; n >= sizeof(ones); n -= sizeof(ones), s += sizeof(ones)) {
		uint64_t bytes;

		memcpy(&bytes, s, sizeof(bytes));
		found |= (bytes - ones * ' ') & ~bytes;
	}
	found &= ones << 7;
	for (; n; n--, s++)
		found |= (unsigned char)*s < ' ';
	return found;
}

void klog_set_text(struct klog_report *r, enum klog_field field, const char *text, size_t n)
{
	char *to = field == KLOG_BITS ? r->errors : r->text[field - KLOG_N_NUMBERS];
	size_t size = field == KLOG_BITS ? KLOG_ERRORS_MAX : KLOG_TEXT_MAX;

	if (n >= size)
		n = size - 1;
	memcpy(to, text, n);
	to[n] = '\0';
	if (has_control(to, n)) /* one that goes over the end of a line has a blank there */
		for (size_t i = 0; i < n; i++)
			to[i] = to[i] == '\n' || to[i] == '\t' ? ' ' : to[i];
}

/* Reports: begun, held until nothing can come before them, delivered once. */

void report_begin(const struct klog *k, const struct message *m, enum klog_kind kind, struct klog_report *r)
{
	const struct log_reader *reader = &k->reader;
	const struct prefix *prefix = &reader->rec.prefix;
	char address[PCI_ADDR_MAX];

	klog_clear(r);
	r->kind = kind;
	r->line = r->last_line = m->line;
	r->nth = m->nth;
	r->boot = k->devices.host.boots;
	if (prefix->has_uptime)
		klog_set(r, KLOG_UPTIME_NS, prefix->uptime_ns);
	else if (reader->deltas)
		klog_set(r, KLOG_ELAPSED_NS, reader->delta_clock_ns);
	if (prefix->has_wall && prefix->wall_ns >= 0)
		klog_set(r, prefix->has_year ? KLOG_WALL_NS : KLOG_SEASON_NS, (uint64_t)prefix->wall_ns);
	klog_set_text(r, KLOG_WALL, reader->rec.wall, strlen(reader->rec.wall));
	klog_set_text(r, KLOG_INTERFACE, m->id.interface, strlen(m->id.interface));
	if (m->id.maker != IDENT_NEUTRAL)
		klog_set_text(r, KLOG_DRIVER, m->id.driver, strlen(m->id.driver));
	if (m->id.has_addr) {
		pci_addr_str(&m->id.addr, address);
		klog_set_text(r, KLOG_ADDRESS, address, strlen(address));
	}
	match_fill(&m->match, r);
}

bool klog_of_machine(const struct klog_report *r)
{
	return (r->kind == KLOG_ASPM || r->kind == KLOG_BOND_DOWN || r->kind == KLOG_BOND_UP ||
		r->kind == KLOG_BOND_EMPTY || r->kind == KLOG_CRASH) &&
	       !*klog_text(r, KLOG_ADDRESS) && !*klog_text(r, KLOG_INTERFACE) && !*klog_text(r, KLOG_DRIVER);
}

const struct klog_device *klog_device_of(const struct klog *k, const struct klog_report *r)
{
	const char *address = klog_text(r, KLOG_ADDRESS), *interface = klog_text(r, KLOG_INTERFACE);
	const struct log_device *d = devices_find(&k->devices, address, interface);

	if (d || address[0] || interface[0] || klog_of_machine(r))
		return d ? &d->pub : NULL;
	for (size_t i = 0; i < k->devices.n && klog_known(r, KLOG_HEADLESS); i++)
		if (k->devices.v[i].adopted_first && r->line >= k->devices.v[i].adopted_first &&
		    r->line <= k->devices.v[i].adopted_last)
			return &k->devices.v[i].pub;
	d = devices_with_driver(&k->devices, klog_text(r, KLOG_DRIVER));
	if (d)
		return &d->pub;
	d = r->kind == KLOG_ASPM ? NULL : devices_only(&k->devices, klog_text(r, KLOG_DRIVER));
	return d ? &d->pub : NULL;
}

static void fill_text(struct klog_report *r, enum klog_field field, const char *text)
{
	if (text[0] && !klog_known(r, field))
		klog_set_text(r, field, text, strlen(text));
}

void klog_complete(const struct klog *k, struct klog_report *r)
{
	const char *address = klog_text(r, KLOG_ADDRESS), *interface = klog_text(r, KLOG_INTERFACE);
	const struct log_device *d = address[0] || interface[0] ? devices_find(&k->devices, address, interface) : NULL;

	if (d && !d->pub.foreign) {
		fill_text(r, KLOG_INTERFACE, d->pub.interface);
		fill_text(r, KLOG_ADDRESS, d->pub.address);
		fill_text(r, KLOG_DRIVER, d->pub.driver);
		fill_text(r, KLOG_BOND, d->pub.bond);
	}
	hz_complete(k->devices.hz, r);
}

static uint64_t mix_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (uint64_t word = 0; n; n -= n < sizeof(word) ? n : sizeof(word), p += sizeof(word), word = 0) {
		memcpy(&word, p, n < sizeof(word) ? n : sizeof(word));
		hash = mix_word(hash, word);
	}
	return hash;
}

/* What cannot happen twice within a second to one queue of a device. A PF resets its VFs as often as it likes. */
static bool takes_a_second(const struct klog_report *r)
{
	enum klog_kind kind = r->kind;

	return (kind == KLOG_RESET && strcmp(klog_text(r, KLOG_WHAT), KLOG_WHAT_BY_PF)) || kind == KLOG_WATCHDOG ||
	       kind == KLOG_TX_TIMEOUT || kind == KLOG_RECOVERY || kind == KLOG_PCIE_LOST;
}

/* Equal for a report that two sinks wrote into one log; 0 if two such lines can be two events. */
static uint64_t fingerprint(const struct klog_report *r)
{
	bool block = r->kind == KLOG_HANG && klog_known(r, KLOG_JIFFIES) && klog_known(r, KLOG_TIME_STAMP);
	bool fine = klog_known(r, KLOG_UPTIME_NS) && klog_number(r, KLOG_UPTIME_NS) % 1000000;
	bool dated = !klog_known(r, KLOG_UPTIME_NS) && klog_known(r, KLOG_WALL) && takes_a_second(r);
	const uint64_t of_sink = UINT64_C(1) << KLOG_WALL_NS | UINT64_C(1) << KLOG_SEASON_NS |
				 UINT64_C(1) << KLOG_HEADLESS | UINT64_C(1) << KLOG_CUT;
	uint64_t hash = mix_word(UINT64_C(0xcbf29ce484222325), (uint64_t)r->kind);

	if (!block && !fine && !dated)
		return 0;
	hash = mix_word(hash, r->boot);
	for (uint64_t known = r->known & ~(block ? of_sink | UINT64_C(1) << KLOG_UPTIME_NS : of_sink); known;
	     known &= known - 1) {
		int i = __builtin_ctzll(known);

		hash = mix_word(mix_word(hash, (uint64_t)i), r->number[i]);
	}
	for (int i = KLOG_N_NUMBERS; i < KLOG_FIELDS; i++) {
		const char *text = klog_text(r, (enum klog_field)i);

		if (*text && (i != KLOG_WALL || dated))
			hash = mix(mix_word(hash, (uint64_t)i), text, strlen(text) + 1);
	}
	return hash ? hash : 1;
}

static bool seen_before(struct order *order, const struct klog_report *r)
{
	uint64_t hash = fingerprint(r), *oldest = &order->recent[order->next_recent];

	for (size_t i = 0; hash && order->alike[hash % RECENT_HASHES] && i < RECENT; i++)
		if (order->recent[i] == hash)
			return true;
	if (hash) {
		if (*oldest)
			order->alike[*oldest % RECENT_HASHES]--;
		*oldest = hash;
		order->alike[hash % RECENT_HASHES]++;
		order->next_recent = (order->next_recent + 1) % RECENT;
	}
	return false;
}

/* What a bond says of a slave that has another vendor's driver. */
static bool of_foreign_slave(const struct devices *devices, const struct klog_report *r)
{
	const char *name = klog_text(r, KLOG_INTERFACE);
	const struct log_device *d = klog_known(r, KLOG_BOND) && *name ? devices_find(devices, "", name) : NULL;

	return d && d->pub.foreign;
}

static void deliver(struct klog *k, struct klog_report *r)
{
	struct devices *devices = &k->devices;

	if (of_foreign_slave(devices, r)) {
		devices->host.foreign++;
		return;
	}
	if (seen_before(&k->order, r)) {
		devices->host.duplicates++;
		return;
	}
	hz_note(devices, r);
	klog_complete(k, r);
	if (episodes_same_reset(devices, r))
		return;
	episodes_count(devices, r);
	if (k->each)
		k->each(r, k->arg);
}

void order_init(struct order *order)
{
	order->n = order->next_recent = 0;
	memset(order->recent, 0, sizeof(order->recent));
	memset(order->alike, 0, sizeof(order->alike));
	for (size_t i = 0; i < WAITING; i++)
		order->places[i] = (uint8_t)i;
}

static void deliver_first(struct klog *k)
{
	struct order *order = &k->order;
	uint8_t place = order->places[0];

	order->n--;
	memmove(&order->places[0], &order->places[1], order->n);
	order->places[order->n] = place;
	deliver(k, &order->waiting[place]);
}

void order_add(struct klog *k, const struct klog_report *r)
{
	struct order *order = &k->order;
	uint8_t place;
	size_t at;

	if (order->n == WAITING)
		deliver_first(k);
	for (at = order->n; at && order->waiting[order->places[at - 1]].line > r->line; at--)
		;
	place = order->places[order->n];
	memmove(&order->places[at + 1], &order->places[at], order->n - at);
	order->places[at] = place;
	order->waiting[place] = *r;
	order->n++;
}

void order_release(struct klog *k, uint64_t before)
{
	while (k->order.n && k->order.waiting[k->order.places[0]].line < before)
		deliver_first(k);
}

/* What of a log is in terms of definitions: the chip of a device, the registers of a report. */

/* By PCI id, or by what the driver printed when it was bound. */
static int known_part(struct chipdb *db, const struct klog_device *d, const struct chip **chip, const char **name,
		      struct err *e)
{
	int r = d->vendor ? chipdb_known(db, d->vendor, d->device, chip, name, e) : -ENOENT;

	return r == -ENOENT ? chipdb_by_probe(db, d->driver, d->mac_type, d->phy_type, chip, name, e) : r;
}

int klog_part(struct chipdb *db, const struct klog_device *d, const struct chip **chip, struct err *e)
{
	return known_part(db, d, chip, &(const char *){ NULL }, e);
}

/* One with the same registers, by the part, or by driver and place on the bus. */
static int stand_in(struct chipdb *db, const struct klog_device *d, const struct chip *part, const struct chip **chip,
		    struct err *e)
{
	int r = -ENOENT;

	if (part && part->like)
		return chipdb_find(db, part->like, chip, e);
	if (d->onboard_pch)
		r = chipdb_stand_in(db, d->driver, true, chip, e);
	if (r == -ENOENT)
		r = chipdb_stand_in(db, d->driver, false, chip, e);
	return r == -ENOENT ? err_set(e, ENOENT, "chip", "the log does not say which one it is") : r;
}

int klog_chip(struct chipdb *db, const struct klog_device *d, const struct chip **chip, bool *sure, struct err *e)
{
	const struct chip *found = NULL;
	int r = klog_part(db, d, &found, e);

	*sure = !r && !found->part;
	if (!*sure)
		return r && r != -ENOENT ? r : stand_in(db, d, r ? NULL : found, chip, e);
	*chip = found;
	return 0;
}

const char *klog_chip_name(struct chipdb *db, const struct klog_device *d)
{
	const struct chip *chip;
	const char *name;

	if (known_part(db, d, &chip, &name, NULL))
		return NULL;
	return chip->part ? name : chip_called(chip, name);
}

/* What of a report is which register of the part. */
static const struct report_register {
	enum klog_field field;
	enum chip_role role;
	bool of_queue;
} registers[] = {
	{ KLOG_MAC_STATUS, CHIP_MAC_STATUS, false },
	{ KLOG_TDH, CHIP_TX_HEAD, true },
	{ KLOG_HWB, CHIP_TX_HEAD, true },
	{ KLOG_TDT, CHIP_TX_TAIL, true },
	{ KLOG_RDH, CHIP_RX_HEAD, true },
	{ KLOG_RDT, CHIP_RX_TAIL, true },
	{ KLOG_TAIL, CHIP_TX_TAIL, true },
	{ KLOG_PHY_STATUS, CHIP_PHY_STATUS, false },
	{ KLOG_PHY_1000, CHIP_PHY_1000_STATUS, false },
	{ KLOG_PHY_EXTENDED, CHIP_PHY_ESTATUS, false },
};

static void add_registers(struct snapshot *s, const struct klog_report *r, const struct chip *chip)
{
	uint64_t queue = klog_number(r, KLOG_QUEUE);

	for (size_t i = 0; i < COUNT(registers); i++) {
		struct chip_ref ref;

		if (!klog_known(r, registers[i].field) || queue > UINT32_MAX)
			continue;
		ref = chip_role_ref(chip, registers[i].role, registers[i].of_queue ? (uint32_t)queue : 0);
		if (ref.reg)
			snapshot_add_reg(s, &ref, UNREAD_NO, klog_number(r, registers[i].field));
	}
}

static void add_function(struct snapshot *s, const struct klog_report *r)
{
	struct pci_addr addr;

	if (klog_address(r, &addr))
		snapshot_add_function(s, PCI_SELF, &addr, NULL, 0)->unread = UNREAD_NOT_IN_SOURCE;
}

bool klog_register(struct chipdb *db, const struct chip *chip, enum klog_field field, struct chip_ref *ref)
{
	const struct chip *pci;
	struct err ignored;

	memset(ref, 0, sizeof(*ref));
	if (field == KLOG_PCI_STATUS && chipdb_pci(db, &pci, &ignored) == 0)
		*ref = chip_ref_parse(pci, CHIP_CONFIG, "STATUS");
	for (size_t i = 0; chip && i < COUNT(registers); i++)
		if (registers[i].field == field)
			*ref = chip_role_ref(chip, registers[i].role, 0);
	return ref->reg != NULL;
}

struct snapshot *klog_snapshot(const struct klog_report *r, const struct chip *chip)
{
	struct snapshot *s = snapshot_new(ORIGIN_LOG);

	if (klog_known(r, KLOG_WALL_NS))
		s->taken = (int64_t)klog_number(r, KLOG_WALL_NS);
	if (klog_known(r, KLOG_INTERFACE))
		s->facts.netdev = xstrdup(klog_text(r, KLOG_INTERFACE));
	if (klog_known(r, KLOG_DRIVER))
		s->facts.driver = xstrdup(klog_text(r, KLOG_DRIVER));
	if (klog_known(r, KLOG_BOND))
		s->facts.bond = xstrdup(klog_text(r, KLOG_BOND));
	add_function(s, r);
	if (chip) {
		s->chip = xstrdup(chip->name);
		add_registers(s, r, chip);
	}
	if (klog_known(r, KLOG_PHY_GARBAGE))
		snapshot_note(s, "the PHY's values in the log are impossible: it was not read");
	if (klog_known(r, KLOG_RING_GARBAGE))
		snapshot_note(s, "head and tail in the log are impossible: the registers were not read as they are");
	return s;
}
