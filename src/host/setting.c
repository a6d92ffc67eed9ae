// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/setting.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/ethtool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/internal.h"
#include "host/host.h"
#include "host/power.h"
#include "util/alloc.h"
#include "util/err.h"
#include "util/text.h"

#define STRINGS_MOST 1024
#define STRUCT_MOST 128 /* bytes of the structures below */
#define ABSENT ((size_t)-1)

/* Groups that are a structure of 32-bit words, which one question gives and one sets. */

static const struct {
	uint32_t get, set;
	size_t size;
} structures[SETTING_GROUPS] = {
	[SETTING_CHANNELS] = { ETHTOOL_GCHANNELS, ETHTOOL_SCHANNELS, sizeof(struct ethtool_channels) },
	[SETTING_RING] = { ETHTOOL_GRINGPARAM, ETHTOOL_SRINGPARAM, sizeof(struct ethtool_ringparam) },
	[SETTING_COALESCE] = { ETHTOOL_GCOALESCE, ETHTOOL_SCOALESCE, sizeof(struct ethtool_coalesce) },
	[SETTING_PAUSE] = { ETHTOOL_GPAUSEPARAM, ETHTOOL_SPAUSEPARAM, sizeof(struct ethtool_pauseparam) },
	[SETTING_EEE] = { ETHTOOL_GEEE, ETHTOOL_SEEE, sizeof(struct ethtool_eee) },
};

struct word {
	const char *name;
	enum setting_group group;
	enum setting_kind kind;
	size_t at, most; /* most: where its largest value is, ABSENT if it is nowhere; 0 there: the driver has none */
};

#define WORD(group, name, kind, type, member)                                                \
	{                                                                                    \
		name, SETTING_##group, SETTING_##kind, offsetof(struct type, member), ABSENT \
	}
#define UP_TO(group, name, type, member, max)                                                                    \
	{                                                                                                        \
		name, SETTING_##group, SETTING_NUMBER, offsetof(struct type, member), offsetof(struct type, max) \
	}
#define COALESCE(name, kind, member) WORD(COALESCE, "coalesce-" name, kind, ethtool_coalesce, member)

static const struct word table[] = {
	UP_TO(CHANNELS, "channels-rx", ethtool_channels, rx_count, max_rx),
	UP_TO(CHANNELS, "channels-tx", ethtool_channels, tx_count, max_tx),
	UP_TO(CHANNELS, "channels-other", ethtool_channels, other_count, max_other),
	UP_TO(CHANNELS, "channels-combined", ethtool_channels, combined_count, max_combined),
	UP_TO(RING, "ring-rx", ethtool_ringparam, rx_pending, rx_max_pending),
	UP_TO(RING, "ring-rx-mini", ethtool_ringparam, rx_mini_pending, rx_mini_max_pending),
	UP_TO(RING, "ring-rx-jumbo", ethtool_ringparam, rx_jumbo_pending, rx_jumbo_max_pending),
	UP_TO(RING, "ring-tx", ethtool_ringparam, tx_pending, tx_max_pending),
	COALESCE("rx-usecs", NUMBER, rx_coalesce_usecs),
	COALESCE("rx-frames", NUMBER, rx_max_coalesced_frames),
	COALESCE("rx-usecs-irq", NUMBER, rx_coalesce_usecs_irq),
	COALESCE("rx-frames-irq", NUMBER, rx_max_coalesced_frames_irq),
	COALESCE("tx-usecs", NUMBER, tx_coalesce_usecs),
	COALESCE("tx-frames", NUMBER, tx_max_coalesced_frames),
	COALESCE("tx-usecs-irq", NUMBER, tx_coalesce_usecs_irq),
	COALESCE("tx-frames-irq", NUMBER, tx_max_coalesced_frames_irq),
	COALESCE("stats-usecs", NUMBER, stats_block_coalesce_usecs),
	COALESCE("adaptive-rx", SWITCH, use_adaptive_rx_coalesce),
	COALESCE("adaptive-tx", SWITCH, use_adaptive_tx_coalesce),
	COALESCE("pkt-rate-low", NUMBER, pkt_rate_low),
	COALESCE("rx-usecs-low", NUMBER, rx_coalesce_usecs_low),
	COALESCE("rx-frames-low", NUMBER, rx_max_coalesced_frames_low),
	COALESCE("tx-usecs-low", NUMBER, tx_coalesce_usecs_low),
	COALESCE("tx-frames-low", NUMBER, tx_max_coalesced_frames_low),
	COALESCE("pkt-rate-high", NUMBER, pkt_rate_high),
	COALESCE("rx-usecs-high", NUMBER, rx_coalesce_usecs_high),
	COALESCE("rx-frames-high", NUMBER, rx_max_coalesced_frames_high),
	COALESCE("tx-usecs-high", NUMBER, tx_coalesce_usecs_high),
	COALESCE("tx-frames-high", NUMBER, tx_max_coalesced_frames_high),
	COALESCE("sample-interval", NUMBER, rate_sample_interval),
	WORD(PAUSE, "pause-autoneg", SWITCH, ethtool_pauseparam, autoneg),
	WORD(PAUSE, "pause-rx", SWITCH, ethtool_pauseparam, rx_pause),
	WORD(PAUSE, "pause-tx", SWITCH, ethtool_pauseparam, tx_pause),
	WORD(EEE, "eee", SWITCH, ethtool_eee, eee_enabled),
	WORD(EEE, "eee-advertise", MASK, ethtool_eee, advertised),
	WORD(EEE, "eee-tx-lpi", SWITCH, ethtool_eee, tx_lpi_enabled),
	WORD(EEE, "eee-tx-timer", NUMBER, ethtool_eee, tx_lpi_timer),
};

static int no_such(const struct host_nic *nic, enum setting_group group, struct err *e)
{
	return err_set(e, EOPNOTSUPP, nic->netdev, "its driver lets nobody see or change this (%s)",
		       setting_group_words(group));
}

/* What went wrong with a question or an answer of the driver's. */
static int failed(const struct host_nic *nic, enum setting_group group, int r, struct err *e)
{
	if (r == -EOPNOTSUPP)
		return no_such(nic, group, e);
	if (r == -ENODEV)
		return err_set(e, ENODEV, nic->netdev, "the interface is gone, or its driver has detached it");
	err_set(e, -r, nic->netdev, "%s: %s", setting_group_words(group), strerror(-r));
	if (r == -EPERM || r == -EACCES)
		err_todo(e, "run it again as root, with sudo for instance");
	return r;
}

static uint32_t word_at(const unsigned char *structure, size_t at)
{
	uint32_t value;

	memcpy(&value, structure + at, sizeof(value));
	return value;
}

static void add_word(const struct word *w, const unsigned char *structure, struct settings *out)
{
	uint32_t value = word_at(structure, w->at);
	uint32_t most = w->most == ABSENT ? 0 : word_at(structure, w->most);
	char text[16];

	if (w->most != ABSENT && !most)
		return;
	if (w->kind == SETTING_SWITCH) {
		settings_add_switch(out, w->group, w->name, value);
	} else if (w->kind == SETTING_MASK) {
		snprintf(text, sizeof(text), "0x%" PRIx32, value);
		settings_add(out, w->group, SETTING_MASK, w->name, text);
	} else {
		settings_add_number(out, w->group, w->name, value, most ? most : UINT32_MAX);
	}
}

static int read_structure(const struct host_nic *nic, int fd, enum setting_group group,
			  unsigned char structure[STRUCT_MOST])
{
	memset(structure, 0, STRUCT_MOST);
	memcpy(structure, &structures[group].get, sizeof(uint32_t));
	return netdev_ask(fd, nic->netdev, structure);
}

static int words_read(const struct host_nic *nic, int fd, enum setting_group group, struct settings *out)
{
	unsigned char structure[STRUCT_MOST];
	int r = read_structure(nic, fd, group, structure);

	if (!r && group == SETTING_EEE && !word_at(structure, offsetof(struct ethtool_eee, supported)))
		return -EOPNOTSUPP;
	for (size_t i = 0; i < COUNT(table) && !r; i++)
		if (table[i].group == group)
			add_word(&table[i], structure, out);
	return r;
}

static int words_write(const struct host_nic *nic, int fd, enum setting_group group, const struct setting *v, size_t n)
{
	unsigned char structure[STRUCT_MOST];
	int r = read_structure(nic, fd, group, structure);

	if (r)
		return r;
	memcpy(structure, &structures[group].set, sizeof(uint32_t));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < COUNT(table); k++) {
			uint32_t value = (uint32_t)setting_number(&v[i]);

			if (!strcmp(table[k].name, v[i].name))
				memcpy(structure + table[k].at, &value, sizeof(value));
		}
	return netdev_ask(fd, nic->netdev, structure);
}

/* Names that the kernel or the driver gives: NULL if there are none. */
static struct ethtool_gstrings *strings(const struct host_nic *nic, int fd, uint32_t set)
{
	AUTO_FREE struct ethtool_sset_info *info = xcalloc(1, sizeof(*info) + sizeof(uint32_t));
	struct ethtool_gstrings *names;
	uint32_t n;

	info->cmd = ETHTOOL_GSSET_INFO;
	info->sset_mask = 1ull << set;
	if (netdev_ask(fd, nic->netdev, info) || !info->sset_mask || info->data[0] > STRINGS_MOST)
		return NULL;
	n = info->data[0];
	names = xcalloc(1, sizeof(*names) + (size_t)n * ETH_GSTRING_LEN);
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = set;
	names->len = n;
	if (n && !netdev_ask(fd, nic->netdev, names) && names->len == n)
		return names;
	free(names);
	return NULL;
}

/* "" for one without a name. */
static void name_of(const struct ethtool_gstrings *names, uint32_t i, const char *prefix, char out[SETTING_NAME_MAX])
{
	const char *name = (const char *)names->data + (size_t)i * ETH_GSTRING_LEN;
	int n = (int)strnlen(name, ETH_GSTRING_LEN);

	out[0] = '\0';
	if (n)
		snprintf(out, SETTING_NAME_MAX, "%s%.*s", prefix, n, name);
}

/* Bit i of `names` for each setting that has that name. */
static bool find_name(const struct ethtool_gstrings *names, const char *prefix, const struct setting *v, size_t n,
		      uint32_t i, const struct setting **found)
{
	char name[SETTING_NAME_MAX];

	name_of(names, i, prefix, name);
	for (size_t k = 0; k < n; k++)
		if (!strcmp(v[k].name, name)) {
			*found = &v[k];
			return true;
		}
	return false;
}

static int features_read(const struct host_nic *nic, int fd, struct settings *out)
{
	AUTO_FREE struct ethtool_gstrings *names = strings(nic, fd, ETH_SS_FEATURES);
	AUTO_FREE struct ethtool_gfeatures *state = NULL;
	uint32_t blocks = names ? (names->len + 31) / 32 : 0;
	int r;

	if (!names)
		return -EOPNOTSUPP;
	state = xcalloc(1, sizeof(*state) + blocks * sizeof(state->features[0]));
	state->cmd = ETHTOOL_GFEATURES;
	state->size = blocks;
	r = netdev_ask(fd, nic->netdev, state);
	for (uint32_t i = 0; i < names->len && !r && state->size == blocks; i++) {
		const struct ethtool_get_features_block *block = &state->features[i / 32];
		uint32_t bit = 1u << i % 32;
		char name[SETTING_NAME_MAX];
		struct setting *one;

		name_of(names, i, "feature.", name);
		one = settings_add_switch(out, SETTING_FEATURE, name, block->requested & bit);
		if (!one)
			continue;
		one->in_force = block->active & bit;
		one->fixed = !(block->available & bit) || (block->never_changed & bit);
		if (one->fixed)
			strcpy(one->value, one->in_force ? "on" : "off");
	}
	return r;
}

static int features_write(const struct host_nic *nic, int fd, const struct setting *v, size_t n)
{
	AUTO_FREE struct ethtool_gstrings *names = strings(nic, fd, ETH_SS_FEATURES);
	AUTO_FREE struct ethtool_sfeatures *wanted = NULL;
	uint32_t blocks = names ? (names->len + 31) / 32 : 0;

	if (!names)
		return -EOPNOTSUPP;
	wanted = xcalloc(1, sizeof(*wanted) + blocks * sizeof(wanted->features[0]));
	wanted->cmd = ETHTOOL_SFEATURES;
	wanted->size = blocks;
	for (uint32_t i = 0; i < names->len; i++) {
		struct ethtool_set_features_block *block = &wanted->features[i / 32];
		const struct setting *one;

		if (!find_name(names, "feature.", v, n, i, &one))
			continue;
		block->valid |= 1u << i % 32;
		if (setting_number(one))
			block->requested |= 1u << i % 32;
	}
	return netdev_ask(fd, nic->netdev, wanted);
}

static int flags_get(const struct host_nic *nic, int fd, struct ethtool_gstrings **names, struct ethtool_value *flags)
{
	*names = strings(nic, fd, ETH_SS_PRIV_FLAGS);
	*flags = (struct ethtool_value){ .cmd = ETHTOOL_GPFLAGS };
	return *names ? netdev_ask(fd, nic->netdev, flags) : -EOPNOTSUPP;
}

static int flags_read(const struct host_nic *nic, int fd, struct settings *out)
{
	AUTO_FREE struct ethtool_gstrings *names = NULL;
	struct ethtool_value flags;
	int r = flags_get(nic, fd, &names, &flags);

	for (uint32_t i = 0; !r && i < names->len && i < 32; i++) {
		char name[SETTING_NAME_MAX];

		name_of(names, i, "flag.", name);
		settings_add_switch(out, SETTING_FLAG, name, flags.data >> i & 1);
	}
	return r;
}

static int flags_write(const struct host_nic *nic, int fd, const struct setting *v, size_t n)
{
	AUTO_FREE struct ethtool_gstrings *names = NULL;
	struct ethtool_value flags;
	int r = flags_get(nic, fd, &names, &flags);

	if (r)
		return r;
	for (uint32_t i = 0; i < names->len && i < 32; i++) {
		const struct setting *one;

		if (find_name(names, "flag.", v, n, i, &one))
			flags.data = setting_number(one) ? flags.data | 1u << i : flags.data & ~(1u << i);
	}
	flags.cmd = ETHTOOL_SPFLAGS;
	return netdev_ask(fd, nic->netdev, &flags);
}

static int mtu_read(const struct host_nic *nic, struct settings *out)
{
	AUTO_CLOSE int dir = sysfs_open_net(nic->netdev);
	uint64_t mtu;
	char text[24];

	if (dir < 0 || !sysfs_text(dir, "mtu", ATTR_STR, text, sizeof(text)) || !text_u64(text, &mtu))
		return -ENODEV;
	settings_add_number(out, SETTING_MTU, "mtu", mtu, UINT16_MAX);
	return 0;
}

static int mtu_write(const struct host_nic *nic, const struct setting *one)
{
	AUTO_CLOSE int dir = sysfs_open_net(nic->netdev);
	AUTO_CLOSE int fd = dir < 0 ? -1 : openat(dir, "mtu", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return dir < 0 ? -ENODEV : -errno;
	return write(fd, one->value, strlen(one->value)) < 0 ? -errno : 0;
}

static int power_read(const struct host_nic *nic, struct settings *out, struct err *e)
{
	char control[16], addr[PCI_ADDR_MAX];

	host_power_control_get(&nic->addr, control, sizeof(control));
	if (settings_add(out, SETTING_POWER, SETTING_WORD, "power", control))
		return 0;
	return err_set(e, EOPNOTSUPP, pci_addr_str(&nic->addr, addr), "the kernel has no runtime power management");
}

static bool has_netdev(const struct host_nic *nic)
{
	return nic->netdev && *nic->netdev;
}

static int no_netdev(const struct host_nic *nic, struct err *e)
{
	char addr[PCI_ADDR_MAX];

	err_set(e, ENODEV, pci_addr_str(&nic->addr, addr),
		"it has no network interface here, so its driver cannot be asked");
	err_todo(e, "load its driver, or look into the network namespace that has the interface (ip netns)");
	return -ENODEV;
}

int host_settings_read(const struct host_nic *nic, enum setting_group group, struct settings *out, struct err *e)
{
	AUTO_CLOSE int fd = -1;
	int r;

	if (group == SETTING_POWER)
		return power_read(nic, out, e);
	if (!has_netdev(nic))
		return no_netdev(nic, e);
	fd = netdev_socket();
	if (fd < 0)
		return failed(nic, group, fd, e);
	if (group == SETTING_FEATURE)
		r = features_read(nic, fd, out);
	else if (group == SETTING_FLAG)
		r = flags_read(nic, fd, out);
	else if (group == SETTING_LINK)
		r = setting_link_read(nic, fd, out);
	else
		r = group == SETTING_MTU ? mtu_read(nic, out) : words_read(nic, fd, group, out);
	return r ? failed(nic, group, r, e) : 0;
}

int host_settings_write(const struct host_nic *nic, enum setting_group group, const struct setting *v, size_t n,
			struct err *e)
{
	AUTO_CLOSE int fd = -1;
	int r;

	if (group == SETTING_POWER)
		return host_power_control(&nic->addr, v->value, e);
	if (!has_netdev(nic))
		return no_netdev(nic, e);
	fd = netdev_socket();
	if (fd < 0)
		return failed(nic, group, fd, e);
	if (group == SETTING_FEATURE)
		r = features_write(nic, fd, v, n);
	else if (group == SETTING_FLAG)
		r = flags_write(nic, fd, v, n);
	else if (group == SETTING_LINK)
		r = setting_link_write(nic, fd, v, n);
	else
		r = group == SETTING_MTU ? mtu_write(nic, v) : words_write(nic, fd, group, v, n);
	return r ? failed(nic, group, r, e) : 0;
}
