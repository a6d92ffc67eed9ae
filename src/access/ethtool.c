// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The driver's own register dump (ETHTOOL_GREGS): one call, and the driver reads what it likes, harmful registers
 * included. A dump that has one of these is taken only if the user asked for this way.
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "access/access.h"
#include "host/host.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"

/* A register of the BAR in the dump. */
struct dump_place {
	uint32_t offset, word;
};

struct dump {
	int socket;
	char netdev[IFNAMSIZ];
	const struct chip *chip;
	const struct chip_dump *layout;
	struct dump_place *places;
	size_t n_places;
	struct ethtool_regs *regs; /* the last dump */
};

static void find_places(struct dump *d)
{
	d->places = xcalloc(d->layout->n_named, sizeof(*d->places));
	for (size_t w = 0; w < d->layout->n_named; w++) {
		const struct chip_word *word = &d->layout->words[w];
		struct chip_ref ref = chip_word_ref(d->chip, word);

		if (ref.reg && ref.reg->space == CHIP_MMIO && ref.reg->width == 32 && word->index < d->layout->n_words)
			d->places[d->n_places++] = (struct dump_place){ ref.offset, word->index };
	}
}

static const struct dump_place *place_at(const struct dump *d, uint32_t offset)
{
	for (size_t i = 0; i < d->n_places; i++)
		if (d->places[i].offset == offset)
			return &d->places[i];
	return NULL;
}

static int refuse(const struct access_target *t, int r, struct err *e)
{
	const char *driver = t->driver && *t->driver ? t->driver : "the driver";

	if (r == -EPERM || r == -EACCES)
		return err_root(e, t->netdev, "needs root (CAP_NET_ADMIN)");
	if (r == -EOPNOTSUPP)
		return err_set(e, EOPNOTSUPP, t->netdev, "%s has no register dump", driver);
	if (r == -ENODEV)
		return err_set(e, EOPNOTSUPP, t->netdev, "there is no such interface now, or it is detached");
	return err_set(e, -r, t->netdev, "%s gave no register dump: %s", driver, strerror(-r));
}

static int check_target(const struct access_target *t, struct err *e)
{
	char name[PCI_ADDR_MAX];

	pci_addr_str(&t->addr, name);
	if (!t->driver || !*t->driver)
		return err_set(e, EOPNOTSUPP, name, "no driver is bound that could be asked for a register dump");
	if (!t->netdev || !*t->netdev || strcspn(t->netdev, " ") >= IFNAMSIZ)
		return err_set(e, EOPNOTSUPP, name, "the device has no network interface (in this network namespace)");
	if (!t->chip || !t->dump)
		return err_set(e, EOPNOTSUPP, name, "the layout of the register dump of %s is not known", t->driver);
	return 0;
}

/* -ENOTSUP for a dump of another size than the layout: another version of the driver. */
static int check_size(const struct dump *d, const struct access_target *t, struct err *e)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	int r = netdev_ask(d->socket, d->netdev, &info);

	if (r)
		return refuse(t, r, e);
	if (!info.regdump_len)
		return refuse(t, -EOPNOTSUPP, e);
	if (!chip_dump_has_size(d->layout, info.regdump_len))
		return err_set(e, EOPNOTSUPP, t->netdev,
			       "the register dump of this %s has %u bytes, not the %u of the known one", t->driver,
			       info.regdump_len, d->layout->n_words * 4);
	return 0;
}

static int check_harm(const struct dump *d, const struct access_target *t, struct err *e)
{
	AUTO_BUF struct buf names = { 0 };

	chip_dump_harm(d->chip, d->layout, &names);
	if (!names.len || t->forced)
		return 0;
	err_set(e, EOPNOTSUPP, t->netdev, "for its dump %s reads %s, too, which a read clears", t->driver,
		buf_str(&names));
	err_todo(e, "--access ethtool takes the dump all the same");
	return -EOPNOTSUPP;
}

static int take(struct dump *d)
{
	const uint32_t size = d->layout->n_words * 4;

	*d->regs = (struct ethtool_regs){ .cmd = ETHTOOL_GREGS, .len = size };
	memset(d->regs->data, 0, size);
	return netdev_ask(d->socket, d->netdev, d->regs);
}

static void dump_close(struct access *a)
{
	struct dump *d = a->priv;

	if (d->socket >= 0)
		close(d->socket);
	free(d->places);
	free(d->regs);
	free(d);
}

static int dump_open(struct access *a, const struct access_target *t, struct err *e)
{
	struct dump *d;
	int r = check_target(t, e);

	if (r)
		return r;
	d = xcalloc(1, sizeof(*d));
	a->priv = d;
	a->size = t->chip->bar_size;
	memcpy(d->netdev, t->netdev, strcspn(t->netdev, " ")); /* the first of several */
	d->chip = t->chip;
	d->layout = t->dump;
	d->regs = xcalloc(1, sizeof(*d->regs) + (size_t)t->dump->n_words * 4);
	d->socket = netdev_socket();
	find_places(d);
	r = d->socket < 0 ? refuse(t, d->socket, e) : check_size(d, t, e);
	if (!r)
		r = check_harm(d, t, e);
	/* Only a dump tells who is not root whether it is allowed. */
	if (!r && geteuid() && (r = take(d)))
		r = refuse(t, r, e);
	if (r)
		dump_close(a);
	return r;
}

static void note_constants(const struct dump *d, struct snapshot *s)
{
	AUTO_BUF struct buf names = { 0 };
	size_t n = 0;

	for (size_t w = 0; w < d->layout->n_named; w++)
		n += d->layout->words[w].kind == CHIP_WORD_CONSTANT && chip_word_counts(d->chip, &d->layout->words[w]);
	snapshot_note(s,
		      "The registers are from the driver's own dump, which has %zu of them. %zu more of its words "
		      "are no registers but numbers of the driver's own: they are left out.",
		      d->n_places, n);
	chip_dump_harm(d->chip, d->layout, &names);
	if (names.len)
		snapshot_note(s, "For its dump the driver read %s, too, which a read clears.", buf_str(&names));
}

static int dump_begin(struct access *a, struct snapshot *s, struct err *e)
{
	struct dump *d = a->priv;
	int r = take(d);

	if (r)
		return err_set(e, -r, d->netdev, "the driver gave no register dump: %s", strerror(-r));
	note_constants(d, s);
	return 0;
}

static bool dump_has(const struct access *a, uint32_t offset)
{
	return place_at(a->priv, offset) != NULL;
}

static int dump_load(struct access *a, const uint32_t *offsets, uint32_t *values, bool *ok, size_t n, struct err *e)
{
	const struct dump *d = a->priv;

	(void)e;
	for (size_t i = 0; i < n; i++) {
		const struct dump_place *place = place_at(d, offsets[i]);

		ok[i] = place && d->regs->len >= (place->word + 1) * 4;
		if (ok[i])
			memcpy(&values[i], d->regs->data + (size_t)place->word * 4, 4);
	}
	return 0;
}

const struct access_ops access_ethtool = {
	.name = "ethtool",
	.open = dump_open,
	.load = dump_load,
	.close = dump_close,
	.begin = dump_begin,
	.has = dump_has,
};
