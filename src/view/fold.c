// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/fold.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/buf.h"

void kinds_add(struct kinds *k, const char *text)
{
	size_t i = 0;

	while (i < k->n && strcmp(k->v[i].text, text) != 0)
		i++;
	if (i == COUNT(k->v)) {
		k->others++;
		return;
	}
	k->n += i == k->n;
	k->v[i].text = text;
	k->v[i].n++;
}

void kinds_words(const struct kinds *k, struct buf *out)
{
	for (size_t i = 0; i < k->n; i++)
		buf_printf(out, "%s%zu %s", i ? ", " : "", k->v[i].n, k->v[i].text);
	if (k->others)
		buf_printf(out, ", %zu others", k->others);
}

static struct fold *fold_named(const struct folds *folds, const char *port)
{
	for (size_t i = 0; i < folds->n; i++)
		if (!strcmp(folds->v[i].port, port))
			return &folds->v[i];
	return NULL;
}

static struct fold *fold_at(const struct folds *folds, const struct snapshot *s)
{
	const struct pci_function *self = snapshot_self(s);
	char address[PCI_ADDR_MAX];

	return self && folds->n ? fold_named(folds, pci_addr_str(&self->addr, address)) : NULL;
}

static int count_member(const struct snapshot *last, const struct snapshots *like, void *arg)
{
	const char *port = last->facts.physical_function;
	struct folds *folds = arg;
	struct fold *f = port ? fold_named(folds, port) : NULL;

	(void)like;
	if (port && !f) {
		f = VEC_PUSH(folds->v, folds->n, folds->cap);
		*f = (struct fold){ .port = port };
	}
	if (f)
		f->members++;
	return 0;
}

void folds_find(struct folds *folds, const struct snapshots *list)
{
	*folds = (struct folds){ 0 };
	samples_each(list, count_member, folds);
	for (size_t i = 0; i < list->n && folds->n; i++) {
		struct fold *f = fold_at(folds, list->v[i]);

		if (f)
			f->s = list->v[i];
	}
}

void folds_free(struct folds *folds)
{
	free(folds->v);
	*folds = (struct folds){ 0 };
}

struct fold *folds_of(const struct folds *folds, const struct snapshot *s)
{
	struct fold *f = s->facts.physical_function ? fold_named(folds, s->facts.physical_function) : NULL;

	return f && f->s && f->members > FOLD_ROWS ? f : NULL;
}

struct fold *folds_below(const struct folds *folds, const struct snapshot *s)
{
	struct fold *f = fold_at(folds, s);

	return f && f->members > FOLD_ROWS ? f : NULL;
}

/* Since the boot, which is no finding: that it was, at least, is said. */
static bool counts_trouble(const struct facts *f)
{
	bool timeouts = false;

	for (size_t i = 0; i < f->n_queues; i++)
		timeouts |= f->queues[i].timeouts > 0;
	return timeouts || f->aer_fatal > 0;
}

void fold_add(struct fold *f, const struct snapshot *s, const char *verdict, const char *why)
{
	f->n++;
	f->interfaces += s->facts.netdev != NULL;
	f->up += s->facts.carrier == 1;
	kinds_add(&f->drivers, s->facts.driver ? s->facts.driver : "without a driver");
	if (verdict || why)
		kinds_add(&f->verdicts, verdict ? verdict : "not checked");
	if (!verdict && why)
		kinds_add(&f->whys, why);
	if (counts_trouble(&s->facts) && f->n_counted++ < FOLD_NAMED)
		f->counted[f->n_counted - 1] = s;
}

void fold_name(const struct fold *f, size_t n, struct buf *out)
{
	buf_printf(out, "%zu VF%s of %s", n, n == 1 ? "" : "s", f->s->facts.netdev ? f->s->facts.netdev : f->port);
}

static void name_counted(const struct fold *f, struct buf *out)
{
	for (size_t i = 0; i < f->n_counted && i < FOLD_NAMED; i++) {
		const struct pci_function *self = snapshot_self(f->counted[i]);
		const char *netdev = f->counted[i]->facts.netdev;
		char address[PCI_ADDR_MAX];

		buf_puts(out, i ? ", " : "; transmit timeouts or fatal PCIe errors counted since boot: ");
		if (netdev)
			buf_puts(out, netdev);
		else
			buf_puts(out, self ? pci_addr_str(&self->addr, address) : "-");
	}
	if (f->n_counted > FOLD_NAMED)
		buf_printf(out, " and %zu more", f->n_counted - FOLD_NAMED);
}

void fold_words(const struct fold *f, struct buf *out)
{
	kinds_words(&f->drivers, out);
	if (f->interfaces)
		buf_printf(out, "; %zu interface%s, %zu up", f->interfaces, f->interfaces == 1 ? "" : "s", f->up);
	if (f->verdicts.n)
		buf_puts(out, "; ");
	kinds_words(&f->verdicts, out);
	name_counted(f, out);
}
