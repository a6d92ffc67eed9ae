// SPDX-License-Identifier: GPL-2.0-or-later
/* Speed and duplex. Three masks of `words` words follow ethtool's structure: supported, advertised, and the partner's. */
#include "host/setting.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/ethtool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/internal.h"
#include "host/host.h"
#include "util/alloc.h"
#include "util/text.h"

#define LINK_WORDS_MOST 127

#define LINK_SIZE (sizeof(struct ethtool_link_settings) + 3 * LINK_WORDS_MOST * sizeof(uint32_t))

static int link_get(const struct host_nic *nic, int fd, struct ethtool_link_settings *link)
{
	int words, r;

	link->cmd = ETHTOOL_GLINKSETTINGS;
	r = netdev_ask(fd, nic->netdev, link);
	/* The first answer is minus the number of words that the kernel uses. */
	if (r || link->link_mode_masks_nwords >= 0)
		return r ? r : -EOPNOTSUPP;
	words = -link->link_mode_masks_nwords;
	memset(link, 0, LINK_SIZE);
	link->cmd = ETHTOOL_GLINKSETTINGS;
	link->link_mode_masks_nwords = (__s8)words;
	return netdev_ask(fd, nic->netdev, link);
}

static void mask_text(const uint32_t *mask, int words, char out[SETTING_VALUE_MAX])
{
	size_t n = 0;

	while (words > 1 && !mask[words - 1])
		words--;
	if (words > 4)
		words = 4;
	for (int i = words - 1; i >= 0; i--)
		n += (size_t)snprintf(out + n, SETTING_VALUE_MAX - n, n ? "%08" PRIx32 : "0x%" PRIx32, mask[i]);
}

int setting_link_read(const struct host_nic *nic, int fd, struct settings *out)
{
	AUTO_FREE struct ethtool_link_settings *link = xcalloc(1, LINK_SIZE);
	static const char *const duplex[] = { "half", "full" };
	char mask[SETTING_VALUE_MAX];
	struct setting *one;
	int r = link_get(nic, fd, link);

	if (r)
		return r;
	settings_add_switch(out, SETTING_LINK, "link-autoneg", link->autoneg == AUTONEG_ENABLE);
	mask_text(link->link_mode_masks + link->link_mode_masks_nwords, link->link_mode_masks_nwords, mask);
	setting_link_only_speeds(mask);
	settings_add(out, SETTING_LINK, SETTING_MASK, "link-advertise", mask);
	if (link->speed == (uint32_t)SPEED_UNKNOWN)
		settings_add(out, SETTING_LINK, SETTING_NUMBER, "link-speed", "unknown");
	else
		settings_add_number(out, SETTING_LINK, "link-speed", link->speed, UINT32_MAX);
	settings_add(out, SETTING_LINK, SETTING_WORD, "link-duplex",
		     link->duplex < COUNT(duplex) ? duplex[link->duplex] : "unknown");
	mask_text(link->link_mode_masks, link->link_mode_masks_nwords, mask);
	one = settings_add(out, SETTING_LINK, SETTING_MASK, "link-supported", mask);
	if (one)
		one->fixed = true;
	return 0;
}

/* Of the speeds; the others stay. */
static void put_mask(const char *text, uint32_t *mask, int words)
{
	size_t n = strlen(text);

	for (unsigned bit = 0; bit < 32u * (unsigned)words && bit < SETTING_MODES_MAX; bit++)
		if (setting_mode_is_speed(bit))
			mask[bit / 32] &= ~(1u << bit % 32);
	for (size_t i = 0; i + 2 < n && i / 8 < (size_t)words; i++)
		mask[i / 8] |= (uint32_t)text_hex_digit(text[n - 1 - i]) << i % 8 * 4;
}

static void link_put(struct ethtool_link_settings *link, const struct setting *one)
{
	int words = link->link_mode_masks_nwords;

	if (!strcmp(one->value, "unknown"))
		return;
	if (!strcmp(one->name, "link-autoneg"))
		link->autoneg = setting_number(one) ? AUTONEG_ENABLE : AUTONEG_DISABLE;
	else if (!strcmp(one->name, "link-advertise"))
		put_mask(one->value, link->link_mode_masks + words, words);
	else if (!strcmp(one->name, "link-speed"))
		link->speed = (uint32_t)setting_number(one);
	else if (!strcmp(one->name, "link-duplex"))
		link->duplex = !strcmp(one->value, "full") ? DUPLEX_FULL : DUPLEX_HALF;
}

int setting_link_write(const struct host_nic *nic, int fd, const struct setting *v, size_t n)
{
	AUTO_FREE struct ethtool_link_settings *link = xcalloc(1, LINK_SIZE);
	int r = link_get(nic, fd, link);

	if (r)
		return r;
	for (size_t i = 0; i < n; i++)
		link_put(link, &v[i]);
	link->cmd = ETHTOOL_SLINKSETTINGS;
	return netdev_ask(fd, nic->netdev, link);
}
