// SPDX-License-Identifier: GPL-2.0-or-later
/* The words of the format: chipdefs/README.md lists them. */
#include <string.h>

#include "chip/internal.h"
#include "util/alloc.h"
#include "util/text.h"

static const char *const kind_names[] = {
	[DEF_FAMILY] = "family", [DEF_CHIP] = "chip", [DEF_DUMP] = "dump", [DEF_PART] = "part", [DEF_MII] = "mii",
};

static const char *const access_names[] = {
	[CHIP_RO] = "ro",   [CHIP_RW] = "rw",   [CHIP_WO] = "wo", [CHIP_RC] = "rc",
	[CHIP_W1C] = "w1c", [CHIP_W1S] = "w1s", [CHIP_RS] = "rs", [CHIP_RL] = "rl",
};

static const char *const space_names[] = {
	[CHIP_MMIO] = "mmio",
	[CHIP_PHY] = "phy",
	[CHIP_CONFIG] = "config",
};

static const char *const group_names[CHIP_GROUPS] = {
	[CHIP_IDENTITY] = "identity",     [CHIP_LINK] = "link",
	[CHIP_TRANSMIT] = "transmit",     [CHIP_RECEIVE] = "receive",
	[CHIP_INTERRUPTS] = "interrupts", [CHIP_GROUP_PHY] = "phy",
	[CHIP_POWER] = "power",           [CHIP_ERRORS] = "errors",
	[CHIP_STATISTICS] = "statistics", [CHIP_MANAGEMENT] = "management",
	[CHIP_FILTERS] = "filters",       [CHIP_PCIE] = "pcie",
	[CHIP_FIRMWARE] = "firmware",     [CHIP_OTHER] = "other",
};

static const char *const role_names[CHIP_ROLES] = {
	[CHIP_ROLE_NONE] = "none",
	[CHIP_MAC_CONTROL] = "mac-control",
	[CHIP_MAC_STATUS] = "mac-status",
	[CHIP_TX_CONTROL] = "tx-control",
	[CHIP_RX_CONTROL] = "rx-control",
	[CHIP_TX_HEAD] = "tx-head",
	[CHIP_TX_TAIL] = "tx-tail",
	[CHIP_TX_LENGTH] = "tx-length",
	[CHIP_TX_ENABLE] = "tx-enable",
	[CHIP_RX_HEAD] = "rx-head",
	[CHIP_RX_TAIL] = "rx-tail",
	[CHIP_RX_LENGTH] = "rx-length",
	[CHIP_RX_ENABLE] = "rx-enable",
	[CHIP_INTERRUPT_MASK] = "interrupt-mask",
	[CHIP_INTERRUPT_CAUSE] = "interrupt-cause",
	[CHIP_FLOW_CONTROL] = "flow-control",
	[CHIP_PAUSE_THRESHOLD] = "pause-threshold",
	[CHIP_MANAGEMENT_STATE] = "management-state",
	[CHIP_FIRMWARE_STATE] = "firmware-state",
	[CHIP_EEE_STATE] = "eee-state",
	[CHIP_MDD_TX] = "mdd-tx",
	[CHIP_MDD_RX] = "mdd-rx",
	[CHIP_PHY_CONTROL] = "phy-control",
	[CHIP_PHY_STATUS] = "phy-status",
	[CHIP_PHY_ID1] = "phy-id1",
	[CHIP_PHY_ID2] = "phy-id2",
	[CHIP_PHY_1000_STATUS] = "phy-1000-status",
	[CHIP_PHY_1000_CONTROL] = "phy-1000-control",
	[CHIP_PHY_ESTATUS] = "phy-estatus",
	[CHIP_PHY_ADVERTISE] = "phy-advertise",
	[CHIP_PHY_PARTNER] = "phy-partner",
	[CHIP_PHY_VENDOR_STATUS] = "phy-vendor-status",
	[CHIP_PCIE_CONTROL] = "pcie-control",
	[CHIP_PCIE_CONTROL2] = "pcie-control2",
	[CHIP_RX_LONG_PACKET] = "rx-long-packet",
	[CHIP_TX_SCHEDULE] = "tx-schedule",
	[CHIP_TX_QUEUE_CAUSE] = "tx-queue-cause",
	[CHIP_RX_QUEUE_CAUSE] = "rx-queue-cause",
	[CHIP_VECTOR_CONTROL] = "vector-control",
	[CHIP_RESET_STATE] = "reset-state",
	[CHIP_PACKET_BUFFER] = "packet-buffer",
	[CHIP_ADMIN_QUEUE] = "admin-queue",
	[CHIP_NVM_STATE] = "nvm-state",
	[CHIP_FIRMWARE_RESETS] = "firmware-resets",
	[CHIP_LINK_LOSSES] = "link-losses",
	[CHIP_DCBX_STATE] = "dcbx-state",
	[CHIP_MDD_VF] = "mdd-vf",
	[CHIP_PRIORITY_CLASSES] = "priority-classes",
	[CHIP_PORT_NUMBER] = "port-number",
	[CHIP_XOFF_RECEIVED] = "xoff-received",
	[CHIP_XOFF_SENT] = "xoff-sent",
	[CHIP_PRIORITY_XOFF_RECEIVED] = "priority-xoff-received",
	[CHIP_PRIORITY_XOFF_SENT] = "priority-xoff-sent",
	[CHIP_LINK_CAPABILITY] = "link-capability",
	[CHIP_LINK_CONTROL] = "link-control",
	[CHIP_LINK_STATUS] = "link-status",
	[CHIP_L1SS_CAPABILITY] = "l1ss-capability",
	[CHIP_L1SS_CONTROL] = "l1ss-control",
	[CHIP_MAC_ADDRESS_LOW] = "mac-address-low",
	[CHIP_MAC_ADDRESS_HIGH] = "mac-address-high",
};

static const char *const field_role_names[CHIP_FIELD_ROLES] = {
	[CHIP_FIELD_ROLE_NONE] = "none",
	[CHIP_FIELD_ENABLED] = "enabled",
	[CHIP_FIELD_LINK_UP] = "link-up",
	[CHIP_FIELD_FULL_DUPLEX] = "full-duplex",
	[CHIP_FIELD_PAUSED] = "paused",
	[CHIP_FIELD_FLOWING] = "flowing",
	[CHIP_FIELD_SEND_PAUSE] = "send-pause",
	[CHIP_FIELD_REQUESTS_BLOCKED] = "requests-blocked",
	[CHIP_FIELD_LONG_FRAMES] = "long-frames",
	[CHIP_FIELD_BUFFER_SIZE] = "buffer-size",
	[CHIP_FIELD_BUFFER_TIMES_16] = "buffer-times-16",
	[CHIP_FIELD_PACKET_SPLIT] = "packet-split",
	[CHIP_FIELD_SCHEDULED] = "scheduled",
	[CHIP_FIELD_FIRMWARE_VALID] = "firmware-valid",
	[CHIP_FIELD_FIRMWARE_MODE] = "firmware-mode",
	[CHIP_FIELD_FIRMWARE_RECOVERY] = "firmware-recovery",
	[CHIP_FIELD_MANAGEMENT_RECEIVE] = "management-receive",
	[CHIP_FIELD_MANAGEMENT_ARP] = "management-arp",
	[CHIP_FIELD_ASPM_WORKAROUND] = "aspm-workaround",
	[CHIP_FIELD_VECTOR] = "vector",
	[CHIP_FIELD_MDD_VALID] = "mdd-valid",
	[CHIP_FIELD_MDD_FUNCTION] = "mdd-function",
	[CHIP_FIELD_MDD_QUEUE] = "mdd-queue",
	[CHIP_FIELD_REMOTE_FAULT] = "remote-fault",
	[CHIP_FIELD_JABBER] = "jabber",
	[CHIP_FIELD_MASTER_SLAVE_FAULT] = "master-slave-fault",
	[CHIP_FIELD_LOCAL_RECEIVER_OK] = "local-receiver-ok",
	[CHIP_FIELD_REMOTE_RECEIVER_OK] = "remote-receiver-ok",
	[CHIP_FIELD_IDLE_ERRORS] = "idle-errors",
	[CHIP_FIELD_DOWNSHIFT] = "downshift",
	[CHIP_FIELD_OFFER_1000_FULL] = "offer-1000-full",
	[CHIP_FIELD_OFFER_1000_HALF] = "offer-1000-half",
	[CHIP_FIELD_OFFER_100_FULL] = "offer-100-full",
	[CHIP_FIELD_OFFER_100_HALF] = "offer-100-half",
	[CHIP_FIELD_OFFER_10_FULL] = "offer-10-full",
	[CHIP_FIELD_OFFER_10_HALF] = "offer-10-half",
	[CHIP_FIELD_RESETTING] = "resetting",
	[CHIP_FIELD_FIRMWARE_ROLLBACK] = "firmware-rollback",
	[CHIP_FIELD_LLDP_AGENT] = "lldp-agent",
};

static const char *const trait_names[] = {
	"no-pcie-capability", "conventional-pci", "pch",      "tx-pause-hint", "head-may-lag",
	"head-last-done",     "integrated",       "emulated", "fast-ethernet", "virtual-function",
};

const char *def_kind_name(enum def_kind kind)
{
	return kind_names[kind];
}

bool def_is_of_driver(enum def_kind kind)
{
	return kind == DEF_DUMP || kind == DEF_MII;
}

const char *chip_access_name(enum chip_access access)
{
	return access_names[access];
}

const char *chip_space_name(enum chip_space space)
{
	return space_names[space];
}

const char *chip_group_name(enum chip_group group)
{
	return group_names[group];
}

const char *chip_role_name(enum chip_role role)
{
	return role_names[role];
}

const char *chip_field_role_name(enum chip_field_role role)
{
	return field_role_names[role];
}

int chip_access_parse(const char *word)
{
	return text_find(access_names, COUNT(access_names), word);
}

int chip_space_parse(const char *word)
{
	return text_find(space_names, COUNT(space_names), word);
}

int chip_group_parse(const char *word)
{
	return text_find(group_names, COUNT(group_names), word);
}

int chip_role_parse(const char *word)
{
	int role = text_find(role_names, COUNT(role_names), word);

	return role == CHIP_ROLE_NONE ? -1 : role;
}

int chip_field_role_parse(const char *word)
{
	int role = text_find(field_role_names, CHIP_FIELD_ROLES, word);

	return role == CHIP_FIELD_ROLE_NONE ? -1 : role;
}

bool chip_trait_known(const char *word)
{
	return text_find(trait_names, COUNT(trait_names), word) >= 0;
}

bool chip_access_safe(enum chip_access access)
{
	return access != CHIP_WO && access != CHIP_RC && access != CHIP_RS;
}

static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = words; *p; p += strcspn(p, "-"), p += *p == '-')
		if (strcspn(p, "-") == n && !strncmp(p, word, n))
			return true;
	return false;
}

bool chip_name_is(const char *id_name, const char *typed)
{
	const char *number = strstr(id_name, " (");
	size_t base = number ? (size_t)(number - id_name) : 0, digits = number ? strlen(number + 1) : 0;

	if (!strcasecmp(id_name, typed))
		return true;
	if (!number)
		return false;
	if (!strncmp(typed, number + 1, digits) && typed[digits] == ' ')
		return !strncasecmp(typed + digits + 1, id_name, base) && !typed[digits + 1 + base];
	return !strncasecmp(typed, id_name, base) && !typed[base];
}

bool chip_aspm_erratum(const struct chip *chip, const char *state, const struct chip_erratum **erratum)
{
	bool found = false;

	for (size_t i = 0; chip && i < chip->n_errata; i++) {
		const char *id = chip->errata[i].id;

		if (strncmp(id, "aspm-", 5) != 0 || !has_word(id + 5, state))
			continue;
		if (erratum)
			*erratum = &chip->errata[i];
		found = true;
	}
	return found;
}
