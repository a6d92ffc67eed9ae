// SPDX-License-Identifier: GPL-2.0-or-later
#include "recover/live.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "change/lock.h"
#include "change/told.h"
#include "device/queue.h"
#include "diagnose/diagnose.h"
#include "host/host.h"
#include "host/network.h"
#include "host/restart.h"
#include "recover/left.h"
#include "source/source.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/text.h"

#define POWER_OFF_NS (2 * CLOCK_SECOND)
#define UDEV_QUEUE "/run/udev/queue" /* there while systemd-udevd has work */
#define UDEV_NS (10 * CLOCK_SECOND)
#define UDEV_STEP_NS (50 * CLOCK_MS)
#define FRAMES 4
#define RESCANS 10 /* a second apart, as are */
#define BINDS 3

struct recover_live {
	const struct recover_live_options *o;
	struct recover_port port;
	struct host *host;
	struct network *network; /* NULL: none */
	struct live *live;
	struct source_options source;
	char who[96];
	bool quiet; /* no frames of our own: other ports share its MAC address */
	struct recover_left left;
	bool has_left; /* on record: of an earlier recovery, or of this one */
	uint32_t id;
	unsigned acts;
};

static int64_t now(void *arg)
{
	(void)arg;
	return clock_monotonic();
}

static void pause_for(void *arg, int64_t ns)
{
	(void)arg;
	clock_wait(ns);
}

/* What there is of the device. */

static void copy(char *to, size_t size, const char *text)
{
	str_copy(to, size, text ? text : "", text ? strlen(text) : 0);
}

static void read_facts(struct recover_live *l)
{
	struct recover_port *p = &l->port;
	struct host_machine machine = { 0 };
	struct facts facts;

	host_machine_read(&machine);
	facts_init(&facts);
	host_facts(&machine, &p->addr, true, &facts);
	/* Of several interfaces of one function (there is no such Intel part) none is the one. */
	if (facts.netdev && !strchr(facts.netdev, ' '))
		copy(p->netdev, sizeof(p->netdev), facts.netdev);
	p->index = *p->netdev ? if_nametoindex(p->netdev) : 0;
	copy(p->driver, sizeof(p->driver), facts.driver);
	p->carrier = facts.carrier == 1;
	p->autoneg = facts.autoneg == FACT_UNKNOWN ? -1 : facts.autoneg == 1;
	p->is_virtual = facts.physical_function != NULL;
	p->virtual_functions = facts.virtual_functions > 0 ? (unsigned)facts.virtual_functions : 0;
	l->quiet = facts.bond != NULL;
	facts_free(&facts);
	host_machine_free(&machine);
}

static int read_chip(struct recover_live *l, struct err *e)
{
	struct recover_port *p = &l->port;
	const struct chip *chip = NULL;
	const char *name;
	uint16_t vendor, device;
	int r;

	if (!host_ids(&p->addr, &vendor, &device))
		return err_set(e, ENODEV, l->o->address, "no such PCI device");
	l->id = (uint32_t)device << 16 | vendor;
	r = chipdb_by_id(l->o->db, vendor, device, &chip, &name, e);
	if (r && r != -ENOENT)
		return r;
	copy(p->own_driver, sizeof(p->own_driver), chip ? chip->driver : NULL);
	p->own_loaded = *p->own_driver && host_driver_loaded(p->own_driver);
	return 0;
}

static int read_port(struct recover_live *l, struct err *e)
{
	struct recover_port *p = &l->port;
	struct pci_addr siblings[8];

	if (!pci_addr_parse(l->o->address, &p->addr))
		return err_set(e, EINVAL, l->o->address, "not a PCI address");
	read_facts(l);
	p->has_upstream = host_partner(&p->addr, &p->upstream);
	p->up = *p->netdev && host_is_up(p->netdev);
	p->restarts = drivers_restarts(p->driver);
	p->can_reset = host_can_reset(&p->addr);
	if (!host_slot(&p->addr, p->slot, sizeof(p->slot)))
		p->slot[0] = '\0';
	host_siblings(&p->addr, siblings, &p->siblings);
	return read_chip(l, e);
}

/* An earlier recovery did not come to its end: what it found is what is to be there again. */
static void take_over(struct recover_live *l)
{
	const struct recover_left *left = &l->left;
	struct recover_port *p = &l->port;

	p->index = left->index;
	p->up = left->up;
	p->carrier = left->carrier;
	p->autoneg = left->autoneg;
	copy(p->netdev, sizeof(p->netdev), left->netdev);
	copy(p->driver, sizeof(p->driver), left->driver);
	p->restarts = drivers_restarts(p->driver);
}

/* The record of another part in this place counts for nothing. */
static int read_left(struct recover_live *l, struct err *e)
{
	struct network *network = NULL;
	int r = recover_left_load(CHANGE_RUN_DIR, &l->port.addr, &l->left, &network, e);

	l->has_left = !r && l->left.id == l->id;
	if (l->has_left) {
		take_over(l);
		network_free(l->network);
		l->network = network;
	} else {
		network_free(network);
	}
	return r == -ENOENT || r == -EACCES ? 0 : r;
}

/* Of a device that a killed recovery took off the bus. */
int recover_live_find(const char *address, struct err *e)
{
	struct network *network = NULL;
	struct recover_left left;
	uint16_t vendor, device;
	struct pci_addr addr;
	char who[96];
	int r;

	if (!pci_addr_parse(address, &addr) || host_ids(&addr, &vendor, &device))
		return 0;
	r = recover_left_load(CHANGE_RUN_DIR, &addr, &left, &network, NULL);
	network_free(network);
	if (r)
		return 0;
	change_user(who, sizeof(who));
	change_log("recover", who, "rescan: an earlier recovery left the device off the bus");
	return host_rescan(NULL, e);
}

int recover_live_open(struct recover_live **out, const struct recover_live_options *o, struct err *e)
{
	struct recover_live *l = xcalloc(1, sizeof(*l));
	int r;

	l->o = o;
	l->source = (struct source_options){ .device = o->address, .rung = o->rung, .queues_only = true };
	change_user(l->who, sizeof(l->who));
	r = read_port(l, e);
	if (!r)
		r = host_open(&l->host, e);
	if (!r && *l->port.netdev && network_read(l->port.netdev, &l->network, NULL))
		l->network = NULL;
	if (!r)
		r = read_left(l, e);
	if (!r)
		r = live_open(&l->live, o->db, &l->source, e);
	*out = r ? NULL : l;
	if (r)
		recover_live_close(l);
	return r;
}

void recover_live_close(struct recover_live *l)
{
	if (!l)
		return;
	live_close(l->live);
	host_close(l->host);
	network_free(l->network);
	free(l);
}

const struct recover_port *recover_live_port(const struct recover_live *l)
{
	return &l->port;
}

const struct network *recover_live_network(const struct recover_live *l)
{
	return l->network;
}

/* The looks. */

static bool answers(struct recover_live *l)
{
	uint32_t id = 0;

	/* A virtual function has ones for its ids (PCIe r6.2 9.3.4.1.1). */
	return !host_config_get(l->host, &l->port.addr, l->port.is_virtual ? 4 : 0, 4, &id, NULL) && id != UINT32_MAX;
}

/* Samples at times that are in no step with each other; the frames leave between the first two. */
static void sample(struct recover_live *l, const char *netdev, struct snapshots *taken, bool *sent)
{
	static const int64_t at_ms[] = { 0, 150, 310, 600 };
	int64_t start = now(NULL);

	for (size_t i = 0; i < COUNT(at_ms); i++) {
		pause_for(NULL, start + at_ms[i] * CLOCK_MS - now(NULL));
		live_sample(l->live, taken, NULL);
		if (!i && !l->quiet && *netdev)
			*sent = !host_send_frames(netdev, FRAMES);
	}
}

static enum recover_queues judge(struct recover_live *l, const struct snapshots *taken, bool sent)
{
	const struct chip *chip = NULL;
	struct series s;
	enum recover_queues queues = RECOVER_QUEUES_UNKNOWN;

	if (!taken->n || snapshot_known(l->o->db, taken->v[0], &chip, NULL, NULL) || !chip)
		return queues;
	if (diagnose_seems_stuck(l->o->db, taken, NULL))
		return RECOVER_QUEUES_STAND;
	series_init(&s, (const struct snapshot *const *)taken->v, taken->n, chip);
	if (s.tx.moved)
		queues = RECOVER_QUEUES_MOVE;
	else if (s.tx.has_heads && s.tx.n && s.n > 2)
		queues = sent ? RECOVER_QUEUES_STAND : RECOVER_QUEUES_REST;
	series_free(&s);
	return queues;
}

static void look(void *arg, bool queues, struct recover_look *out)
{
	struct recover_live *l = arg;
	struct binding binding = { 0 };
	struct facts facts;

	*out = (struct recover_look){ .there = binding_get(&l->port.addr, &binding) };
	if (!out->there)
		return;
	out->answers = answers(l);
	out->bound = binding.driver != 0;
	facts_init(&facts);
	host_facts_brief(&l->port.addr, &facts);
	copy(out->netdev, sizeof(out->netdev), facts.netdev);
	out->index = *out->netdev ? if_nametoindex(out->netdev) : 0;
	out->carrier = facts.carrier == 1;
	facts_free(&facts);
	out->up = *out->netdev && host_is_up(out->netdev);
	if (queues && out->answers && out->bound) {
		struct snapshots taken = { 0 };
		bool sent = false;

		sample(l, out->up && out->carrier ? out->netdev : "", &taken, &sent);
		out->queues = judge(l, &taken, sent);
		snapshots_free(&taken);
	}
}

/* The steps. */

/* Tests end the program behind each of its acts in turn. */
static int did(struct recover_live *l, int r)
{
	if (++l->acts == l->o->kill_after)
		kill(getpid(), SIGKILL);
	return r;
}

static const char *driver_of(const struct recover_port *p)
{
	return *p->driver ? p->driver : p->own_driver;
}

/* After a reset or a rescan the driver is there by itself, as a rule. */
static int bind_if_unbound(struct recover_live *l, struct err *e)
{
	const struct recover_port *p = &l->port;
	struct binding binding = { 0 };

	if (!binding_get(&p->addr, &binding))
		return err_set(e, ENODEV, "rescan", "the device is not found on the bus");
	return binding.driver || !*driver_of(p) ? 0 : did(l, host_bind(&p->addr, driver_of(p), e));
}

/* A device that was just reset may not be ready for its driver. */
static int bind_patiently(struct recover_live *l, struct err *e)
{
	int r = bind_if_unbound(l, e);

	for (unsigned i = 1; i < BINDS && r; i++) {
		pause_for(NULL, CLOCK_SECOND);
		r = bind_if_unbound(l, e);
	}
	return r;
}

static int rebind(struct recover_live *l, struct err *e)
{
	int r = did(l, host_unbind(&l->port.addr, e));

	return r ? r : bind_patiently(l, e);
}

static int reset(struct recover_live *l, struct err *e)
{
	int r = did(l, host_function_reset(&l->port.addr, e));

	return r ? r : bind_patiently(l, e);
}

/* Its link may take some time until it answers. */
static int find_again(struct recover_live *l, struct err *e)
{
	const struct recover_port *p = &l->port;
	int r = -ENODEV;

	for (unsigned i = 0; i < RESCANS && r; i++) {
		if (i)
			pause_for(NULL, CLOCK_SECOND);
		r = did(l, host_rescan(p->has_upstream ? &p->upstream : NULL, e));
		if (!r)
			r = bind_if_unbound(l, e);
	}
	return r;
}

static int rescan(struct recover_live *l, struct err *e)
{
	struct binding binding;
	int r = binding_get(&l->port.addr, &binding) ? did(l, host_remove(&l->port.addr, e)) : 0;

	return r ? r : find_again(l, e);
}

static int power(struct recover_live *l, struct err *e)
{
	int r = did(l, host_slot_power(l->port.slot, false, e));

	pause_for(NULL, POWER_OFF_NS);
	if (!r)
		r = did(l, host_slot_power(l->port.slot, true, e));
	return r ? r : find_again(l, e);
}

/* From here on the interface may be gone, with all that it had: that is on disk before. */
static int keep(struct recover_live *l, enum recover_step step, struct err *e)
{
	const struct recover_port *p = &l->port;
	struct recover_left *left = &l->left;
	int r;

	if (!l->has_left) {
		*left = (struct recover_left){
			.id = l->id, .index = p->index, .up = p->up, .carrier = p->carrier, .autoneg = p->autoneg
		};
		copy(left->netdev, sizeof(left->netdev), p->netdev);
		copy(left->driver, sizeof(left->driver), p->driver);
		copy(left->record.who, sizeof(left->record.who), l->who);
		left->record.begun = clock_ns(CLOCK_REALTIME) / CLOCK_SECOND;
	}
	left->record.applying = true;
	copy(left->record.what, sizeof(left->record.what), recover_step_name(step));
	r = recover_left_save(CHANGE_RUN_DIR, &p->addr, left, l->network, e);
	l->has_left |= !r;
	return r;
}

static int act(void *arg, enum recover_step step, struct err *e)
{
	static int (*const rough[RECOVER_STEPS])(struct recover_live * l, struct err * e) = { NULL, rebind, reset,
											      rescan, power };
	struct recover_live *l = arg;
	struct recover_look current;
	int r = rough[step] ? keep(l, step, e) : 0;

	if (r || rough[step])
		return r ? r : rough[step](l, e);
	look(l, false, &current);
	return did(l, host_nway_reset(*current.netdev ? current.netdev : l->port.netdev, e));
}

/* udev renames a new interface, and starts what sets it up. */
static void wait_for_udev(void)
{
	int64_t until = now(NULL) + UDEV_NS;

	pause_for(NULL, 2 * UDEV_STEP_NS);
	while (!access(UDEV_QUEUE, F_OK) && now(NULL) < until)
		pause_for(NULL, UDEV_STEP_NS);
}

/* Some other program may put things back at the same time, or take them away: what counts is what is there in the end. */
static int put_back(void *arg, struct err *e)
{
	struct recover_live *l = arg;
	AUTO_BUF struct buf missing = { 0 };
	struct recover_look current;

	if (!l->network)
		return 0;
	wait_for_udev();
	look(l, false, &current);
	if (!*current.netdev)
		return err_set(e, ENODEV, l->port.netdev, "the interface did not come back");
	if (network_put_back(l->network, current.netdev, e) && network_missing(l->network, &missing))
		return -EIO;
	if (!network_missing(l->network, &missing)) {
		*e = (struct err){ 0 };
		return 0;
	}
	return err_set(e, EIO, l->port.netdev, "not all of its addresses, routes and links are back");
}

static void say(void *arg, const char *line)
{
	const struct recover_live *l = arg;
	AUTO_FREE char *text = xasprintf("%s: %s", l->o->address, line);

	change_log("recover", l->who, text);
	if (l->o->tell)
		l->o->tell(line, l->o->arg);
}

static bool interrupted(void *arg)
{
	const struct recover_live *l = arg;

	return change_interrupted() || (l->o->stop && l->o->stop(l->o->arg));
}

const struct recover_left *recover_live_left(const struct recover_live *l)
{
	return l->has_left ? &l->left : NULL;
}

void recover_live_end(struct recover_live *l)
{
	struct recover_look now;

	look(l, false, &now);
	if (l->has_left && now.bound && *now.netdev)
		l->has_left = recover_left_remove(CHANGE_RUN_DIR, &l->port.addr, NULL) != 0;
}

struct recover_io recover_live_io(struct recover_live *l)
{
	return (struct recover_io){ act, look, put_back, now, pause_for, say, interrupted, l };
}
