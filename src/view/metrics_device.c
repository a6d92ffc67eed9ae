// SPDX-License-Identifier: GPL-2.0-or-later
/* From one judged device to its metrics. Nothing is judged here: queues are device/'s, the verdict is diagnose/'s. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/queue.h"
#include "snapshot/config.h"
#include "snapshot/link.h"
#include "util/alloc.h"
#include "util/text.h"
#include "view/metrics.h"

static char *copy(const char *s)
{
	return s && *s ? xstrdup(s) : NULL;
}

/* As a label, of which the text has a limit and no control characters. */
static bool is_taken(const struct metrics *m, const char *name)
{
	AUTO_BUF struct buf wanted = { 0 };

	metrics_label(name, &wanted);
	for (size_t i = 0; i + 1 < m->n; i++) {
		AUTO_BUF struct buf other = { 0 };

		metrics_label(m->v[i].device, &other);
		if (!strcmp(buf_str(&wanted), buf_str(&other)))
			return true;
	}
	return false;
}

/*
 * Of several interfaces the first; else the address, else that with a number: two devices of one name would make series
 * twice, and the collector drops such a file.
 */
static char *name_device(const struct metrics *m, const struct snapshot *s, const char *address)
{
	const char *netdev = s->facts.netdev ? s->facts.netdev : "";
	char *name = xstrndup(netdev, strcspn(netdev, " "));

	if (*name && !is_taken(m, name))
		return name;
	free(name);
	name = xstrdup(address);
	for (unsigned i = 2; is_taken(m, name); i++) {
		free(name);
		name = xasprintf("%s-%u", address, i);
	}
	return name;
}

static void read_identity(struct metrics *m, struct metrics_device *x, const struct diagnosis *d,
			  const struct snapshot *s)
{
	const struct pci_function *self = snapshot_self(s);
	char address[PCI_ADDR_MAX] = "";
	uint32_t id, revision;

	if (self)
		pci_addr_str(&self->addr, address);
	x->address = copy(address);
	x->device = name_device(m, s, *address ? address : "unknown");
	x->chip = copy(d->chip ? d->chip : s->chip_name);
	if (self && config_get(self, 0, 4, &id))
		x->id = xasprintf("%04x:%04x", id & 0xffff, id >> 16);
	if (self && config_get(self, 8, 1, &revision))
		x->revision = xasprintf("%02x", revision);
	x->driver = copy(s->facts.driver);
	x->driver_version = copy(s->facts.driver_version);
	x->firmware = copy(s->facts.firmware);
	x->physical = copy(s->facts.physical_function);
}

static void read_findings(struct metrics_device *x, const struct diagnosis *d)
{
	for (size_t i = 0; i < d->n_findings && i <= METRICS_FINDINGS; i++) {
		bool rest = i == METRICS_FINDINGS && d->n_findings > METRICS_FINDINGS;

		if (i == METRICS_FINDINGS && !rest)
			break;
		x->findings[i].id = xstrdup(rest ? "more" : d->findings[i].id);
		x->findings[i].severity = d->findings[i].severity;
		x->n_findings = i + 1;
	}
}

static const struct finding *found(const struct diagnosis *d, const char *id)
{
	for (size_t i = 0; i < d->n_findings; i++)
		if (!strcmp(d->findings[i].id, id))
			return &d->findings[i];
	return NULL;
}

/* One sample shows what waits, and not whether it stands. */
static void read_queues(struct metrics_device *x, const struct direction *tx, bool twice)
{
	size_t judged = 0;

	for (size_t i = 0; i < tx->n; i++)
		judged += tx->queues[i].state != QUEUE_UNKNOWN;
	if (!judged)
		return;
	x->queues = x->pending = 0;
	x->stuck = twice ? 0 : METRICS_UNSEEN;
	for (size_t i = 0; i < tx->n; i++) {
		const struct queue *q = &tx->queues[i];

		if (q->state == QUEUE_UNKNOWN || q->state == QUEUE_OFF)
			continue;
		x->queues++;
		x->stuck += twice && q->state == QUEUE_STUCK;
		x->pending = q->pending > x->pending ? q->pending : x->pending;
	}
}

/* 1: the finding holds; 0: it does not, and some register that would show it is known. */
static int flag(const struct diagnosis *d, const char *id, bool known)
{
	return found(d, id) ? 1 : known ? 0 : METRICS_UNSEEN;
}

static void read_registers(struct metrics_device *x, const struct diagnosis *d, const struct snapshots *samples)
{
	struct series series;
	const struct values *last;
	struct reading r;

	if (!d->part || !d->part->n_regs)
		return;
	series_init(&series, (const struct snapshot *const *)samples->v, samples->n, d->part);
	last = series.n ? series_last(&series) : NULL;
	if (last && last->n_read) {
		read_queues(x, &series.tx, series.n > 1 && series.samples[series.n - 2].n_read);
		x->paused = flag(d, "paused",
				 values_paused(last, CHIP_MAC_STATUS, 0, &r) >= 0 ||
					 values_paused(last, CHIP_FLOW_CONTROL, 0, &r) >= 0);
		x->mdd = flag(d, "mdd", values_role(last, CHIP_MDD_TX, 0, &r) || values_role(last, CHIP_MDD_RX, 0, &r));
	}
	series_free(&series);
}

/* Why no register has a value: what is left out on purpose says nothing. */
static const char *why_unread(const struct snapshot *s)
{
	const struct pci_function *self = snapshot_self(s);

	for (size_t i = 0; i < s->n_regs; i++) {
		enum unread why = (enum unread)s->regs[i].unread;

		if (why != UNREAD_CLEARS && why != UNREAD_SETS && why != UNREAD_WRITE_ONLY && why != UNREAD_PHY)
			return unread_name(why);
	}
	if (self && self->unread == UNREAD_ASLEEP)
		return unread_name(UNREAD_ASLEEP);
	return s->chip ? unread_name(UNREAD_NOT_ASKED) : "no definition";
}

static bool may_be_read(enum unread why)
{
	return why == UNREAD_NEEDS_ROOT || why == UNREAD_REFUSED || why == UNREAD_ERROR || why == UNREAD_WITHOUT_ROOT ||
	       why == UNREAD_DECODING_OFF;
}

static void read_access(struct metrics_device *x, const struct snapshot *s)
{
	const struct pci_function *self = snapshot_self(s);
	size_t read = 0;

	x->unread_registers = 0;
	for (size_t i = 0; i < s->n_regs; i++) {
		read += !s->regs[i].unread && s->regs[i].space == CHIP_MMIO;
		x->unread_registers += may_be_read((enum unread)s->regs[i].unread);
	}
	if (read)
		x->method = copy(s->access ? s->access : "file");
	else
		x->unread = why_unread(s);
	x->unread_config = self && may_be_read(self->unread);
}

static bool is_gone(const struct snapshot *s)
{
	for (size_t i = 0; i < s->n_regs; i++)
		if (s->regs[i].unread == UNREAD_GONE)
			return true;
	return false;
}

static void read_presence(struct metrics_device *x, const struct diagnosis *d, const struct snapshot *s)
{
	const struct pci_function *self = snapshot_self(s);
	uint32_t id;

	if (found(d, "dead") || found(d, "ring-given-up") || is_gone(s))
		x->answers = 0;
	else if (x->method || (self && self->config_len >= 64 && config_get(self, 0, 4, &id)))
		x->answers = 1;
	if (self && self->unread == UNREAD_ASLEEP)
		x->asleep = 1;
	else if (s->facts.runtime_status || s->facts.power_state)
		x->asleep = x->unread && !strcmp(x->unread, unread_name(UNREAD_ASLEEP));
}

static void read_end(struct metrics_device *x, enum metrics_end which, const struct link_end *end)
{
	if (!end->there || !end->known)
		return;
	x->aspm_seen[which] = LINK_L0S | LINK_L1;
	if (end->l1ss_known && end->l1ss_at)
		x->aspm_seen[which] |= LINK_L1_1 | LINK_L1_2;
	x->aspm_on[which] = link_end_on(end) & x->aspm_seen[which];
}

static void read_link(struct metrics_device *x, const struct diagnosis *d, const struct snapshot *s)
{
	struct link link;

	link_read_part(s, d->part, &link);
	if (!link.applicable)
		return;
	read_end(x, METRICS_DEVICE, link_device(&link));
	read_end(x, METRICS_PORT, link_port(&link));
}

static int64_t counted(int64_t n)
{
	return n == FACT_UNKNOWN ? METRICS_UNSEEN : n;
}

static void read_counts(struct metrics_device *x, const struct facts *f)
{
	x->aer[0] = counted(f->aer_corrected);
	x->aer[1] = counted(f->aer_nonfatal);
	x->aer[2] = counted(f->aer_fatal);
	x->timeouts = METRICS_UNSEEN;
	for (size_t i = 0; i < f->n_queues; i++)
		if (f->queues[i].timeouts != FACT_UNKNOWN)
			x->timeouts = (x->timeouts < 0 ? 0 : x->timeouts) + f->queues[i].timeouts;
}

struct metrics_device *metrics_add(struct metrics *m, const struct diagnosis *d, const struct snapshots *samples)
{
	struct metrics_device *x = VEC_PUSH(m->v, m->n, m->cap);
	const struct snapshot *s = d->latest;

	x->verdict = d->verdict;
	x->watched = s->chip != NULL;
	x->queues = x->stuck = x->pending = METRICS_UNSEEN;
	x->paused = x->answers = x->asleep = x->mdd = x->rule = METRICS_UNSEEN;
	read_identity(m, x, d, s);
	read_findings(x, d);
	read_registers(x, d, samples);
	read_access(x, s);
	read_presence(x, d, s);
	read_link(x, d, s);
	read_counts(x, &s->facts);
	return x;
}

static void free_device(struct metrics_device *x)
{
	char *const owned[] = { x->device, x->address,        x->chip,     x->id,       x->revision,
				x->driver, x->driver_version, x->firmware, x->physical, x->method };

	for (size_t i = 0; i < COUNT(owned); i++)
		free(owned[i]);
	for (size_t i = 0; i < x->n_findings; i++)
		free(x->findings[i].id);
}

void metrics_free(struct metrics *m)
{
	for (size_t i = 0; i < m->n; i++)
		free_device(&m->v[i]);
	free(m->v);
	*m = (struct metrics){ 0 };
}
