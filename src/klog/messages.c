// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/messages.h"

#include <ctype.h>
#include <string.h>

#include "klog/handlers.h"
#include "klog/labels.h"

#define REPORT(kind, whose, pattern, driver, what)                                                 \
	{ pattern, KLOG_##kind, WHOSE_##whose, report_plain, 0, driver, what }
#define BOND(event, pattern) { pattern, KLOG_INFO, WHOSE_BOND, bond_event, event, NULL, NULL }
#define EVENT(part, pattern) { pattern, KLOG_AER, WHOSE_PCI, aer_part, part, NULL, NULL }
#define LEARN(handle, whose, pattern) { pattern, KLOG_INFO, WHOSE_##whose, handle, 0, NULL, NULL }

/* Of rows that begin alike the first that fits counts. */
static const struct message messages[] = {
	{ "Detected {name} Unit Hang", KLOG_HANG, WHOSE_ANY, block_header, 0, NULL, NULL },

	REPORT(TX_TIMEOUT, ANY,
	       "tx_timeout: VSI_seid: {vsi_seid}, Q {queue}~, NTC: {ntc}, HWB: {hwb}, NTU: {ntu}, TAIL: "
	       "{tail}, INT: {int}", "i40e", NULL),
	REPORT(TX_TIMEOUT, ANY,
	       "tx_timeout: VSI_num: {vsi}, Q {queue}~, NTC: {ntc}, HW_HEAD: {hw_head}, NTU: {ntu}, INT: "
	       "{int}", "ice", NULL),
	REPORT(TX_TIMEOUT, ANY,
	       "VSI_seid {vsi_seid}, Hung TX queue {queue}, tx_pending_hw: {tx_pending_hw}~, NTC:[ ]{ntc}, "
	       "HWB: {hwb}, NTU: {ntu}, TAIL: {tail}", "i40e", NULL),
	REPORT(TX_TIMEOUT, ANY, "Fake Tx hang detected on queue {queue}", "ice", "false: PFC storm"),
	REPORT(TX_TIMEOUT, ANY, "Fake Tx hang detected with timeout", "fm10k", "false: paused"),
	REPORT(TX_TIMEOUT, ANY, "Detected Tx timeout: Count {count}, Queue {queue}", "idpf", NULL),
	REPORT(TX_TIMEOUT, ANY, "Queue({queue}) tdh = {tdh:d}, hw tdt = {tdt:d}", NULL, NULL),
	REPORT(TX_TIMEOUT, ANY,
	       "TX({queue}) desc avail = {desc_avail},[ ]Next TX to Clean = {next_to_clean:d}", NULL, NULL),
	REPORT(TX_TIMEOUT, ANY, "Warning queue {queue} appears to be hung", NULL, NULL),

	REPORT(WATCHDOG, ANY,
	       "NETDEV WATCHDOG: CPU: {cpu}: transmit queue {queue} timed out~ {timeout_ms} ms", NULL, NULL),
	REPORT(WATCHDOG, NOBODY,
	       "NETDEV WATCHDOG: {interface} ({driver}): transmit queue {queue} timed out~ {timeout_ms} "
	       "ms", NULL, NULL),
	REPORT(WATCHDOG, NOBODY, "NETDEV WATCHDOG: {interface} ({driver}): transmit timed out", NULL, NULL),
	REPORT(WATCHDOG, NOBODY, "NETDEV WATCHDOG: {interface}: transmit timed out", NULL, NULL),
	REPORT(WATCHDOG, OURS, "Watchdog timeout", NULL, NULL),
	REPORT(WATCHDOG, OURS, "watchdog timeout", NULL, NULL),

	REPORT(RESET, ANY, "Reset adapter", NULL, NULL),
	REPORT(RESET, ANY, "tx hang {count} detected on queue {queue}, resetting adapter", NULL, "Tx hang"),
	REPORT(RESET, ANY, "tx hang {count} detected, resetting adapter", NULL, "Tx hang"),
	REPORT(RESET, ANY, "tx hang detected on queue {queue}, resetting adapter", NULL, "Tx hang"),
	REPORT(RESET, OURS, "initiating reset due to tx timeout", NULL, "Tx timeout"),
	REPORT(RESET, OURS, "initiating reset to clear Tx work", NULL, "link loss with Tx work"),
	REPORT(RESET, OURS, "initiating reset due to lost link", NULL, "link loss with Tx work"),
	REPORT(RESET, ANY, "TX driver issue detected, PF reset issued", NULL, "MDD"),

	REPORT(RECOVERY, ANY, "tx_timeout recovery level {level}, hung_queue {queue}", "i40e", NULL),
	REPORT(RECOVERY, ANY, "tx_timeout recovery level {level}~, txqueue {queue}", NULL, NULL),
	REPORT(RECOVERY, ANY, "tx_timeout recovery unsuccessful", NULL, "unsuccessful"),

	REPORT(PCIE_LOST, ANY, "PCIe link lost", NULL, NULL),
	REPORT(PCIE_LOST, OURS, "Adapter removed", NULL, NULL),
	REPORT(PHY_ERROR, ANY, "Error reading PHY register", NULL, NULL),

	REPORT(LINK_UP, OURS,
	       "[NIC ]Link is Up[,][ Speed is] {speed:G} Gbps~ {duplex} Duplex, {..}Flow Control: "
	       "{flow_control}", NULL, NULL),
	REPORT(LINK_UP, OURS,
	       "[NIC ]Link is Up[,][ Speed is] {speed} Mbps~ {duplex} Duplex, Flow Control: "
	       "{flow_control}", NULL, NULL),
	REPORT(LINK_UP, OURS,
	       "[NIC ]Link is up {speed:G} Gbps~ {duplex} Duplex, {..}Flow Control: {flow_control}", NULL, NULL),
	REPORT(LINK_UP, OURS,
	       "[NIC ]Link is up {speed} Mbps~ {duplex} Duplex, {..}Flow Control: {flow_control}", NULL, NULL),
	REPORT(LINK_UP, OURS, "[NIC ]Link is Up", NULL, NULL),
	REPORT(LINK_UP, OURS, "[NIC ]Link is up", NULL, NULL),
	REPORT(LINK_DOWN, OURS, "[NIC ]Link is Down", NULL, NULL),
	REPORT(LINK_DOWN, OURS, "[NIC ]Link is down", NULL, NULL),
	REPORT(LINK_UP, OURS, "link state changed to UP", NULL, NULL),
	REPORT(LINK_DOWN, OURS, "link state changed to DOWN", NULL, NULL),

	BOND(BOND_SLAVE_DOWN, "link status definitely down for interface {interface}"),
	BOND(BOND_SLAVE_DOWN, "link status definitely down"),
	BOND(BOND_SLAVE_UP, "link status definitely up for interface {interface}~, {speed} Mbps {duplex} duplex"),
	BOND(BOND_SLAVE_UP, "link status definitely up~, {speed} Mbps {duplex} duplex"),
	BOND(BOND_ACTIVE, "making interface {interface} the new active one"),
	BOND(BOND_ACTIVE, "making interface the new active one"),
	BOND(BOND_NONE_ACTIVE, "now running without any active interface"),
	BOND(BOND_SLAVE, "enslaving {interface} as a"),
	BOND(BOND_SLAVE, "Enslaving {interface} as a"),
	BOND(BOND_SLAVE, "Enslaving as a"),
	BOND(BOND_MODE, "setting mode to {name}"),
	BOND(BOND_MIIMON, "Setting MII monitoring interval to {count}"),

	REPORT(MDD, ANY,
	       "Malicious Driver Detection event {event:x} on {*} queue {queue}~ {*} number {pf} {*} number "
	       "{vf}", NULL, NULL),
	REPORT(MDD, ANY,
	       "Malicious Driver Detection event {event:d} by {name} on {*} queue {queue}~ PF# {pf:d} VF# "
	       "{vf:d}", "ice", NULL),
	REPORT(MDD, ANY, "Malicious Driver Detection event {event:x}", NULL, NULL),
	{ "malformed Tx packet detected and dropped, LVMMC:[ ]{lvmmc}",
	  KLOG_MDD, WHOSE_ANY, learn_lvmmc, 0, NULL, NULL },

	EVENT(AER_RECEIVED, "Corrected error received: id={aer_id}"),
	EVENT(AER_RECEIVED, "Corrected error received:~ {address}"),
	EVENT(AER_RECEIVED, "Uncorrected ({*}) error received: id={aer_id}"),
	EVENT(AER_RECEIVED, "Uncorrected ({*}) error received:~ {address}"),
	EVENT(AER_RECEIVED, "Correctable error message received~ from {address}"),
	EVENT(AER_RECEIVED, "Uncorrectable ({*}) error message received~ from {address}"),
	EVENT(AER_DETAIL, "PCIe Bus Error: severity={severity*}, type={layer*}, id={aer_id}~({agent*})"),
	EVENT(AER_DETAIL, "PCIe Bus Error: severity={severity*}, type={layer*}, ~({agent*})"),
	EVENT(AER_BOX, "+------ PCI-Express Device Error"),
	EVENT(AER_STATUS_LINE, "Error Severity : {severity*}"),
	EVENT(AER_STATUS_LINE, "PCIE Bus Error type : {layer*}"),
	EVENT(AER_STATUS_LINE, "Receiver ID : {aer_id}"),
	EVENT(AER_STATUS_LINE, "VendorID={vendor_id}h, DeviceID={device_id}h"),
	EVENT(AER_BIT, "\\[[ ]{count}\\] {name*}"),
	EVENT(AER_STATUS_LINE, "device \\[{vendor_id}:{device_id}\\] error status/mask={aer_status}/{aer_mask}"),

	REPORT(ASPM, ANY, "Disabling ASPM {states*}", NULL, "driver disables it"),
	REPORT(ASPM, ANY, "Disabling L1 ASPM", NULL, "driver disables L1"),
	REPORT(ASPM, ANY, "Warning: detected ASPM enabled in EEPROM", NULL, "enabled in EEPROM"),
	REPORT(ASPM, PCI,
	       "can't disable ASPM; OS doesn't have ASPM control", NULL, "cannot be disabled: no control"),
	REPORT(ASPM, PCI, "can't override BIOS ASPM; OS doesn't have", NULL, "cannot be set: no control"),
	REPORT(ASPM, PCI, "disabling ASPM on pre-1.1 PCIe device", NULL, "disabled: pre-1.1 device"),
	REPORT(ASPM, NOBODY, "PCIe ASPM is disabled", NULL, "kernel leaves it alone"),
	REPORT(ASPM, NOBODY, "PCIe ASPM is forcedly enabled", NULL, "forced"),
	REPORT(ASPM, NOBODY, "PCIe ASPM is forcibly enabled", NULL, "forced"),
	REPORT(ASPM, NOBODY, "ACPI FADT declares the system doesn't support PCIe ASPM", NULL, "FADT forbids it"),
	REPORT(ASPM, NOBODY, "FADT indicates ASPM is unsupported", NULL, "FADT forbids it"),
	REPORT(ASPM, NOBODY, "_OSC failed ({*}); disabling ASPM", NULL, "_OSC failed"),
	LEARN(learn_aspm_option, NOBODY, "pcie_aspm={name}"),

	REPORT(OVERHEAT, ANY, "[The ]network adapter was stopped because it overheated", NULL, "stopped"),
	REPORT(OVERHEAT, ANY,
	       "[The ]network adapter link speed was downshifted because it overheated", NULL, "slowed down"),
	REPORT(OVERHEAT, ANY, "Network adapter has been stopped because it has over heated", "ixgbe", "stopped"),

	LEARN(learn_no_tso, OURS, "10/100 speed: disabling TSO"),
	LEARN(learn_pause_hint, ANY, "Try turning off Tx pause"),
	LEARN(learn_slow, OURS, "Link Speed was downgraded by SmartSpeed"),
	LEARN(learn_xdp_ring, OURS, "VSI seid {vsi_seid} XDP Tx ring {queue} disable timeout"),
	LEARN(learn_types, OURS, "MAC: {count}, PHY: {level}~, {..}PBA No: {name}"),
	LEARN(learn_pba, OURS, "PBA No: {name}"),
	LEARN(learn_identity, OURS, "(PCI Express:"),
	LEARN(learn_identity, OURS, "(PCIe:"),
	LEARN(learn_identity, OURS, "Intel(R) {..}Network Connection"),
	LEARN(learn_identity, OURS, "renamed from "),
	LEARN(learn_version, OURS, "Intel(R) {..}Network Driver -[ version] {version}"),
	LEARN(learn_firmware, OURS, "fw {name} api {*} nvm {version}~ {*} {*} \\[{vendor_id}:{device_id}\\]"),
	LEARN(learn_pci_id, PCI, "\\[8086:{device_id}\\] type {*} class 0x0200"),
	LEARN(learn_kernel, NOBODY, "Linux version {version}"),
	LEARN(learn_kernel, NOBODY, "Not tainted {version}"),
	LEARN(learn_hardware, NOBODY, "Hardware name: {name*}"),
};

#define N_MESSAGES (sizeof(messages) / sizeof(messages[0]))
_Static_assert(N_MESSAGES < MESSAGES_MAX, "the index has room");

/* The lists of rows by first character: messages, then labels. */
static void index_row(struct message_index *index, char first, size_t row)
{
	uint8_t *at = &index->first[(unsigned char)first & 127];

	while (*at)
		at = &index->next[*at];
	*at = (uint8_t)(row + 1);
}

static void index_pattern(struct message_index *index, const char *pattern, size_t row)
{
	const char *after = strchr(pattern, ']');

	if (pattern[0] == '\\') {
		index_row(index, pattern[1], row);
	} else if (pattern[0] == '[') {
		index_row(index, pattern[1], row);
		if (index->n_again < MESSAGES_AGAIN && after) {
			index->again[index->n_again] = (uint8_t)(row + 1);
			index->again_first[index->n_again++] = after[1];
		}
	} else {
		index_row(index, pattern[0], row);
	}
}

void messages_init(struct message_index *index)
{
	memset(index, 0, sizeof(*index));
	for (size_t i = 0; i < N_MESSAGES; i++)
		index_pattern(index, messages[i].pattern, i);
	for (size_t i = 0; i < n_block_labels; i++)
		index_pattern(index, block_labels[i].pattern, N_MESSAGES + i);
}

const char *messages_without_anchor(void)
{
	struct scan scan;

	scan_init(&scan);
	for (size_t i = 0; i < N_MESSAGES; i++) {
		char text[512 + SCAN_SLACK] = "";
		size_t n = 0;

		for (const char *p = messages[i].pattern; *p && n < 512; p++)
			if (!strchr("[]~\\", *p) || (p > messages[i].pattern && p[-1] == '\\'))
				text[n++] = *p;
		if (messages[i].handle == aer_part && (messages[i].event == AER_BIT || messages[i].event == AER_STATUS_LINE))
			continue; /* only looked for after the first line of an event */
		if (!scan_next(&scan, text, text + n))
			return messages[i].pattern;
	}
	return NULL;
}

/* Where a driver's prefix ends: before "AER:", "Multiple", "ASPM:". */
static const char *before_words(const char *from, const char *p)
{
	static const char *const words[] = { "Multiple", "AER:", "ASPM:" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *end = p;
		size_t n = strlen(words[i]);

		while (end > from && end[-1] == ' ')
			end--;
		if ((size_t)(end - from) >= n && !memcmp(end - n, words[i], n))
			p = end - n;
	}
	return p;
}

/* A driver that the message names itself takes the place of the prefix's. */
static void driver_in_words(struct found *f)
{
	const struct capture *driver = capture_of(&f->match, KLOG_DRIVER);

	if (driver)
		f->id.maker = ident_maker(driver->text, driver->len);
}

static bool known_foreign(const struct klog *k, const struct found *f)
{
	const struct capture *in_words = capture_of(&f->match, KLOG_INTERFACE);
	char interface[16] = "", address[PCI_ADDR_MAX] = "";
	const struct device *d;

	if (in_words && in_words->len < sizeof(interface))
		memcpy(interface, in_words->text, in_words->len);
	else
		memcpy(interface, f->id.interface, sizeof(interface));
	if (f->id.has_addr)
		pci_addr_str(&f->id.addr, address);
	d = log_device_find(k, address, interface);
	return d && d->pub.foreign;
}

static bool known_ours(const struct klog *k, const struct ident *id)
{
	char address[PCI_ADDR_MAX] = "";
	const struct device *d;

	if (id->has_addr)
		pci_addr_str(&id->addr, address);
	d = log_device_find(k, address, id->interface);
	return (d && d->pub.driver[0] && !d->pub.foreign) || (id->has_addr && id->interface[0]);
}

/* Whether the message is one of ours. */
static bool claim(struct klog *k, const struct found *f)
{
	const struct message *m = f->message;

	if (m->whose == WHOSE_BOND)
		return true;
	if (f->id.maker == IDENT_FOREIGN || (f->id.maker == IDENT_UNKNOWN && known_foreign(k, f))) {
		k->host.foreign += m->kind != KLOG_INFO;
		return false;
	}
	if (m->whose == WHOSE_PCI || m->whose == WHOSE_NOBODY)
		return true;
	if (f->id.maker == IDENT_NEUTRAL)
		return false;
	if (m->whose == WHOSE_OURS && f->id.maker != IDENT_OURS)
		return known_ours(k, &f->id);
	return !f->id.bare || m->kind == KLOG_HANG || m->kind == KLOG_TX_TIMEOUT;
}

static void identify(struct klog *k, struct found *f, const char *from)
{
	if (f->message->whose == WHOSE_BOND) {
		ident_read_bond(from, f->at, &f->id);
		return;
	}
	if (f->message->whose == WHOSE_NOBODY) {
		memset(&f->id, 0, sizeof(f->id));
		driver_in_words(f);
		return;
	}
	ident_read(from, f->message->whose == WHOSE_PCI ? before_words(from, f->at) : f->at, &f->id);
	if (f->id.maker != IDENT_NEUTRAL)
		learn_ident(k, &f->id);
}

static bool word_begins(const char *from, const char *p)
{
	return p == from || (!isalnum((unsigned char)p[-1]) && p[-1] != '_');
}

static bool try_row(size_t row, const char *p, const char *end, struct found *f)
{
	const char *pattern = row < N_MESSAGES ? messages[row].pattern : block_labels[row - N_MESSAGES].pattern;

	if (!pattern_match(pattern, p, end, &f->match))
		return false;
	return row < N_MESSAGES || f->match.end == end || !isalnum((unsigned char)*f->match.end);
}

/* The row that fits at p; SIZE_MAX if none does. */
static size_t row_at(const struct message_index *index, const char *p, const char *end, struct found *f)
{
	for (size_t i = (unsigned char)*p < 128 ? index->first[(unsigned char)*p] : 0; i; i = index->next[i])
		if (try_row(i - 1, p, end, f))
			return i - 1;
	for (size_t i = 0; i < index->n_again; i++)
		if (index->again_first[i] == *p && try_row(index->again[i] - 1u, p, end, f))
			return index->again[i] - 1u;
	return SIZE_MAX;
}

static void line_of(const struct klog *k, struct found *f)
{
	const struct record *rec = &k->rec;
	size_t at = (size_t)(f->at - rec->text), i = 0;

	while (i + 1 < rec->n_marks && rec->marks[i + 1].at <= at)
		i++;
	f->line = rec->marks[i].line;
	f->own_stamp = i == 0 && (rec->stamp.has_uptime || rec->stamp.has_wall || rec->stamp.has_delta);
	f->record = k->records;
}

static void found(struct klog *k, size_t row, struct found *f, const char *from)
{
	line_of(k, f);
	if (row >= N_MESSAGES) {
		memset(&f->id, 0, sizeof(f->id));
		block_item(k, f, (int)(row - N_MESSAGES));
		return;
	}
	f->message = &messages[row];
	identify(k, f, from);
	if (claim(k, f) || f->message->handle == block_header ||
	    (f->message->handle == aer_part && f->message->event == AER_DETAIL))
		f->message->handle(k, f);
}

size_t messages_read(struct klog *k)
{
	const char *text = k->rec.text, *end = text + k->rec.n, *from = text + k->rec.body, *p = from;
	struct found f;

	memset(&f, 0, sizeof(f));
	while (p < end) {
		size_t row = word_begins(text, p) ? row_at(&k->index, p, end, &f) : SIZE_MAX;

		if (row == SIZE_MAX) {
			p++;
			continue;
		}
		f.at = p;
		/* What is only learned from may have other messages inside, on one line. */
		if (f.match.end > p && (row >= N_MESSAGES || messages[row].kind != KLOG_INFO))
			p = f.match.end;
		else
			p++;
		found(k, row, &f, from);
		from = p;
	}
	return (size_t)(from - text);
}
