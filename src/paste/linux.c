// SPDX-License-Identifier: GPL-2.0-or-later
/* What ethtool prints of an interface under Linux: -i, -k, -g, -a, -c, -l, -m, --show-priv-flags, --show-eee and its settings. */
#include <stdio.h>
#include <string.h>

#include "paste/internal.h"
#include "util/alloc.h"
#include "util/text.h"

/* "Features for eth0:", "Settings for eth0:" */
static bool headed(struct paste_block *b, const char *line, const char *words)
{
	return text_starts(line, words) && paste_name(b->out.interface, line + strlen(words));
}

/* ethtool -i. Its first line may be anything's; one of the next ones is not. */
static bool driver_begins(struct paste *p, struct paste_block *b, const char *line)
{
	const char *value;

	(void)p;
	return paste_label(line, "driver", &value) && !strchr(value, ' ') && paste_name(b->out.driver, value);
}

static enum paste_take driver_take(struct paste *p, struct paste_block *b, const char *line)
{
	static const struct paste_fact_row rows[] = { { "version", "driver_version" },
						      { "firmware-version", "firmware" } };
	static const char *const labels[] = { "expansion-rom-version", "supports-" };
	struct pci_addr addr;
	const char *value;

	(void)p;
	if (paste_label(line, "bus-info", &value)) {
		if (pci_addr_parse(value, &addr))
			pci_addr_str(&addr, b->out.address);
		return PASTE_OURS;
	}
	for (size_t i = 0; i < COUNT(labels); i++)
		if (text_starts(line, labels[i]))
			return PASTE_OURS;
	if (paste_fact_line(&b->out, rows, COUNT(rows), line))
		return PASTE_OURS;
	if (!b->section++ && b->lines == 2) /* "driver: X" and then something else */
		b->out.driver[0] = '\0';
	return PASTE_NOT;
}

const struct paste_kind paste_driver = { "ethtool -i", driver_begins, driver_take, 1, 0, false };

/* ethtool's name for a group of the kernel's features, where they differ. */
static const struct {
	const char *label, *feature;
} features[] = {
	{ "rx-checksumming", "rx-checksum" },
	{ "tx-checksumming", "tx-checksum-ip-generic" },
	{ "scatter-gather", "tx-scatter-gather" },
	{ "tcp-segmentation-offload", "tx-tcp-segmentation" },
	{ "tcp segmentation offload", "tx-tcp-segmentation" },
	{ "udp-fragmentation-offload", "tx-udp-fragmentation" },
	{ "generic-segmentation-offload", "tx-generic-segmentation" },
	{ "generic segmentation offload", "tx-generic-segmentation" },
	{ "generic-receive-offload", "rx-gro" },
	{ "generic receive offload", "rx-gro" },
	{ "large-receive-offload", "rx-lro" },
	{ "large receive offload", "rx-lro" },
	{ "rx-vlan-offload", "rx-vlan-hw-parse" },
	{ "tx-vlan-offload", "tx-vlan-hw-insert" },
	{ "ntuple-filters", "rx-ntuple-filter" },
	{ "receive-hashing", "rx-hashing" },
};

static bool take_feature(struct pasted *out, const char *line)
{
	size_t n = strcspn(line, ":");
	const char *value = paste_value(line), *name = NULL;
	char own[40];
	bool on;

	if (!value || n >= sizeof(own) || (strncmp(value, "on", 2) && strncmp(value, "off", 3)))
		return false;
	on = value[1] == 'n';
	if (value[on ? 2 : 3] && value[on ? 2 : 3] != ' ')
		return false;
	for (size_t i = 0; i < COUNT(features) && !name; i++)
		if (strlen(features[i].label) == n && !strncasecmp(line, features[i].label, n))
			name = features[i].feature;
	if (!name) {
		memcpy(own, line, n);
		own[n] = '\0';
		if (strchr(own, ' ') || !strchr(own, '-'))
			return false;
		name = own;
	}
	/* The group's word comes first; of its members the first one has the same name. */
	if (facts_feature(&out->facts, name) < 0)
		facts_add_feature(&out->facts, name, on, strstr(value, "[fixed]") != NULL);
	return true;
}

static bool features_begin(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	if (headed(b, line, "Features for ") || headed(b, line, "Offload parameters for "))
		return true;
	for (size_t i = 0; i < COUNT(features); i++)
		if (text_starts(line, features[i].label) && take_feature(&b->out, line))
			return true;
	return false;
}

static enum paste_take features_take(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	return take_feature(&b->out, line) ? PASTE_OURS : PASTE_NOT;
}

const struct paste_kind paste_features = { "ethtool -k", features_begin, features_take, 1, 0, false };

static bool settings_begin(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	return headed(b, line, "Settings for ");
}

static enum paste_take settings_take(struct paste *p, struct paste_block *b, const char *line)
{
	static const struct paste_fact_row rows[] = {
		{ "Speed", "speed" },
		{ "Duplex", "duplex" },
		{ "Auto-negotiation", "autoneg" },
		{ "Link detected", "carrier" },
	};
	const char *value;

	(void)p;
	if (paste_label(line, "Duplex", &value)) {
		paste_fact(&b->out, "duplex", value[0] == 'F' ? "full" : value[0] == 'H' ? "half" : "");
		return PASTE_OURS;
	}
	if (paste_fact_line(&b->out, rows, COUNT(rows), line))
		return text_starts(line, "Link detected") ? PASTE_LAST : PASTE_OURS;
	return strchr(line, ':') || text_starts(line, "10") || strstr(line, "base") ? PASTE_OURS : PASTE_NOT;
}

const struct paste_kind paste_settings = { "ethtool", settings_begin, settings_take, 3, 0, false };

static bool rings_begin(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	return headed(b, line, "Ring parameters for ");
}

/* Maxima first, then what is set. */
static enum paste_take rings_take(struct paste *p, struct paste_block *b, const char *line)
{
	static const struct paste_fact_row most[] = { { "RX", "ring_rx_max" }, { "TX", "ring_tx_max" } };
	static const struct paste_fact_row set[] = { { "RX", "ring_rx" }, { "TX", "ring_tx" } };

	(void)p;
	if (text_starts(line, "Pre-set maximums"))
		return PASTE_OURS;
	if (text_starts(line, "Current hardware settings")) {
		b->section = 1;
		return PASTE_OURS;
	}
	if (paste_fact_line(&b->out, b->section ? set : most, 2, line))
		return PASTE_OURS;
	return text_starts(line, "RX ") || text_starts(line, "TX ") || text_starts(line, "CQE ") ? PASTE_OURS
												 : PASTE_NOT;
}

const struct paste_kind paste_rings = { "ethtool -g", rings_begin, rings_take, 1, 0, false };

static bool pause_begins(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	return headed(b, line, "Pause parameters for ");
}

static enum paste_take pause_take(struct paste *p, struct paste_block *b, const char *line)
{
	static const struct paste_fact_row rows[] = { { "Autonegotiate", "pause_autoneg" },
						      { "RX negotiated", "pause_rx" },
						      { "TX negotiated", "pause_tx" },
						      { "RX", "pause_rx" },
						      { "TX", "pause_tx" } };

	(void)p;
	return paste_fact_line(&b->out, rows, COUNT(rows), line) ? PASTE_OURS : PASTE_NOT;
}

const struct paste_kind paste_pause = { "ethtool -a", pause_begins, pause_take, 1, 0, false };

static bool eee_begins(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	return headed(b, line, "EEE settings for ") || headed(b, line, "EEE Settings for ");
}

static enum paste_take eee_take(struct paste *p, struct paste_block *b, const char *line)
{
	const char *value;

	(void)p;
	if (paste_label(line, "EEE status", &value)) {
		bool supported = !text_starts(value, "not supported"), on = text_starts(value, "enabled");

		b->out.facts.eee_supported = supported;
		b->out.facts.eee_enabled = supported && on;
		if (on)
			b->out.facts.eee_active = strstr(value, "inactive") == NULL;
		return PASTE_OURS;
	}
	return text_starts(line, "Tx LPI") || strstr(line, "EEE link modes") || strstr(line, "baseT") ? PASTE_OURS
												      : PASTE_NOT;
}

const struct paste_kind paste_eee = { "ethtool --show-eee", eee_begins, eee_take, 1, 0, false };

static bool channels_begin(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	return headed(b, line, "Channel parameters for ");
}

/* Maxima first, then what is set; "Combined" is a queue of each direction. */
static enum paste_take channels_take(struct paste *p, struct paste_block *b, const char *line)
{
	static const char *const labels[] = { "RX", "TX", "Other", "Combined", "Pre-set maximums" };
	const char *value;

	(void)p;
	if (text_starts(line, "Current hardware settings")) {
		b->section = 1;
		return PASTE_OURS;
	}
	for (size_t i = 0; i < COUNT(labels); i++) {
		if (!paste_label(line, labels[i], &value))
			continue;
		if (b->section && (i == 0 || i == 3) && *value != '0')
			paste_fact(&b->out, "rx_queues", value);
		if (b->section && (i == 1 || i == 3) && *value != '0')
			paste_fact(&b->out, "tx_queues", value);
		return PASTE_OURS;
	}
	return PASTE_NOT;
}

const struct paste_kind paste_channels = { "ethtool -l", channels_begin, channels_take, 1, 0, false };

static bool coalesce_begins(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	return headed(b, line, "Coalesce parameters for ");
}

/* "Adaptive RX: on  TX: off", then a row for each number. */
static enum paste_take coalesce_take(struct paste *p, struct paste_block *b, const char *line)
{
	static const struct paste_fact_row rows[] = { { "rx-usecs", "coalesce_rx_usecs" },
						      { "tx-usecs", "coalesce_tx_usecs" },
						      { "Adaptive RX", "coalesce_adaptive_rx" } };
	static const char *const starts[] = { "stats-block", "sample-interval", "pkt-rate", "rx-", "tx-", "CQE mode" };

	(void)p;
	if (paste_fact_line(&b->out, rows, COUNT(rows), line))
		return PASTE_OURS;
	for (size_t i = 0; i < COUNT(starts); i++)
		if (text_starts(line, starts[i]))
			return PASTE_OURS;
	return PASTE_NOT;
}

const struct paste_kind paste_coalesce = { "ethtool -c", coalesce_begins, coalesce_take, 1, 60, false };

/* ethtool -m: what a transceiver says of itself. Names of alarms come with "On" and "Off". */
static void take_alarm(struct pasted *out, const char *line)
{
	const char *value = paste_value(line);
	size_t n = strcspn(line, ":");
	char both[160];

	while (n && line[n - 1] == ' ')
		n--;
	if (!value || strcmp(value, "On") != 0 || n > 40 || !strstr(line, " alarm"))
		return;
	snprintf(both, sizeof(both), "%s%s%.*s", out->facts.module_alarm ? out->facts.module_alarm : "",
		 out->facts.module_alarm ? ", " : "", (int)n, line);
	paste_fact(out, "module_alarm", both);
}

static enum paste_take module_take(struct paste *p, struct paste_block *b, const char *line)
{
	static const char *const power[] = { "Receiver signal average optical power",
					     "Rcvr signal avg optical power(Channel 1)" };
	const char *value;
	char both[80];

	(void)p;
	if (paste_label(line, "Vendor name", &value)) {
		snprintf(b->word, sizeof(b->word), "%s", value);
	} else if (paste_label(line, "Vendor PN", &value)) {
		snprintf(both, sizeof(both), "%s%s%.30s", b->word, *b->word ? " " : "", value);
		paste_fact(&b->out, "module", both);
	}
	for (size_t i = 0; i < COUNT(power); i++)
		if (paste_label(line, power[i], &value))
			paste_fact(&b->out, "module_rx_power", value);
	take_alarm(&b->out, line);
	return strchr(line, ':') && !strchr(line, '[') && !strchr(line, '@') ? PASTE_OURS : PASTE_NOT;
}

/* It has no heading: the command names the interface. */
static bool module_begins(struct paste *p, struct paste_block *b, const char *line)
{
	const char *value;

	return paste_label(line, "Identifier", &value) && text_starts(value, "0x") && strchr(value, '(') &&
	       module_take(p, b, line) == PASTE_OURS;
}

const struct paste_kind paste_module = { "ethtool -m", module_begins, module_take, 1, 120, false };

/* Private flags are kept among the features: no feature of the kernel has the name of one. */
static bool flags_begin(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	return headed(b, line, "Private flags for ");
}

static enum paste_take flags_take(struct paste *p, struct paste_block *b, const char *line)
{
	size_t n = strcspn(line, " \t:");
	const char *value = paste_value(line);
	char name[40];

	(void)p;
	if (!value || !n || n >= sizeof(name) || line[n + strspn(line + n, " \t")] != ':' ||
	    (strcmp(value, "on") && strcmp(value, "off")))
		return PASTE_NOT;
	str_copy(name, sizeof(name), line, n);
	if (facts_feature(&b->out.facts, name) < 0)
		facts_add_feature(&b->out.facts, name, value[1] == 'n', false);
	return PASTE_OURS;
}

const struct paste_kind paste_flags = { "ethtool --show-priv-flags", flags_begin, flags_take, 1, 0, false };
