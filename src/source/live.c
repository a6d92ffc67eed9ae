// SPDX-License-Identifier: GPL-2.0-or-later
/* Snapshots of this machine's devices. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "access/access.h"
#include "driver/driver.h"
#include "host/host.h"
#include "host/power.h"
#include "host/privilege.h"
#include "paste/paste.h"
#include "snapshot/config.h"
#include "source/phy.h"
#include "source/registers.h"
#include "source/source.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/err.h"

struct live {
	struct chipdb *db;
	const struct source_options *options;
	struct host *host;
	struct host_machine machine; /* in this sample */
	struct access_pool pool;
	struct driver_reader *drivers; /* NULL: not asked for yet */
};

/* One device while it is read. */
struct live_job {
	struct live *live;
	const struct source_options *options;
	struct host *host;
	bool last; /* none is opened after it */
	struct pci_addr addr;
	const struct chip *chip; /* NULL: a chip without a definition */
	struct snapshot *s;
	struct wake wake;
};

/* A virtual function has ones for its ids alone (PCIe r6.2 9.3.4.1.1). */
static bool off_the_bus(struct live_job *j)
{
	uint32_t vendor = 0, status = 0;

	if (host_config_get(j->host, &j->addr, PCI_VENDOR_ID, 2, &vendor, NULL))
		return true;
	return vendor == 0xffff &&
	       (host_config_get(j->host, &j->addr, PCI_STATUS, 2, &status, NULL) || status == 0xffff);
}

/* By the device's own word, for when the kernel does not know ("unknown" after a driver was unbound). */
static bool sleeps_by_config(const struct pci_function *self)
{
	const struct config_cap *pm;
	uint32_t pmcsr;

	if (!self)
		return false;
	pm = config_find(config_caps(self), CHIP_CAP_STANDARD, PCI_CAP_ID_PM);
	return pm && config_get(self, pm->offset + PCI_PM_CTRL, 2, &pmcsr) && (pmcsr & PCI_PM_CTRL_STATE_MASK);
}

/* A function beside the device that goes away meanwhile is left out. */
static int add_functions(struct live_job *j, struct err *e)
{
	struct pci_addr partner, siblings[8];
	size_t n;
	int r = host_add_function(j->host, j->s, PCI_SELF, &j->addr, e);

	if (r)
		return r;
	if (host_partner(&j->addr, &partner))
		host_add_function(j->host, j->s, PCI_PARTNER, &partner, NULL);
	host_siblings(&j->addr, siblings, &n);
	for (size_t i = 0; i < n; i++)
		host_add_function(j->host, j->s, PCI_SIBLING, &siblings[i], NULL);
	return 0;
}

static bool decoding_off(const struct live_job *j, const struct pci_function *self)
{
	uint32_t command;

	return config_get(self, PCI_COMMAND, 2, &command) && !(command & PCI_COMMAND_MEMORY) &&
	       host_decoding_off(j->host, &j->addr);
}

/* Wakes it if that was asked for. UNREAD_NO: it is awake. */
static enum unread awake(struct live_job *j)
{
	struct err e = { 0 };

	if (!host_asleep(&j->addr))
		return UNREAD_NO;
	if (!j->options->wake) {
		snapshot_note(j->s, "The device is asleep and was left alone; --wake wakes it awake for the time of "
				    "the read.");
		return UNREAD_ASLEEP;
	}
	if (!wake_device(&j->wake, j->s->facts.power_control, &e))
		return UNREAD_NO;
	snapshot_note(j->s, "The device is asleep and could not be woken: %s.", e.why);
	return UNREAD_ASLEEP;
}

/* Switches memory decoding on if that was asked for. UNREAD_NO: it is on. */
static enum unread decoding(struct live_job *j, const struct pci_function *self)
{
	struct err e = { 0 };

	if (!decoding_off(j, self))
		return UNREAD_NO;
	if (!j->options->wake) {
		snapshot_note(j->s, "Memory decoding is off in COMMAND, as after a driver was unbound, so the "
				    "registers cannot be read; --wake enables it for the read.");
		return UNREAD_DECODING_OFF;
	}
	if (!wake_decoding(&j->wake, &e))
		return UNREAD_NO;
	snapshot_note(j->s, "Memory decoding is off in COMMAND and could not be enabled: %s.", e.why);
	return UNREAD_DECODING_OFF;
}

/* Whether the registers can be touched at all, asked in configuration space. */
static enum unread reachable(struct live_job *j)
{
	const struct pci_function *self = snapshot_self(j->s);

	if (off_the_bus(j)) {
		snapshot_note(j->s, "The device does not answer on the bus: configuration space reads as all ones.");
		return UNREAD_GONE;
	}
	if (sleeps_by_config(self)) {
		snapshot_note(j->s, "The device is asleep by its own power management register and was left alone.");
		return UNREAD_ASLEEP;
	}
	return decoding(j, self);
}

/* struct presence: asked when registers read as all ones or fault. */
static enum unread ask_presence(void *arg)
{
	struct live_job *j = arg;
	if (off_the_bus(j)) {
		snapshot_note(j->s, "The device went away while it was read.");
		return UNREAD_GONE;
	}
	if (host_asleep(&j->addr))
		return UNREAD_ASLEEP;
	return host_decoding_off(j->host, &j->addr) ? UNREAD_DECODING_OFF : UNREAD_NO;
}

static enum unread reason_of(int r)
{
	return r == -EACCES ? UNREAD_NEEDS_ROOT : r == -ENODEV ? UNREAD_GONE : UNREAD_REFUSED;
}

/* --access none: configuration space and facts only. */
static bool asked_for_none(const struct source_options *options)
{
	return options->rung && !strcmp(options->rung, "none");
}

static struct access_target target_of(const struct live_job *j)
{
	const struct facts *facts = &j->s->facts;
	struct access_target target = {
		.addr = j->addr,
		.driver = facts->driver,
		.bar = j->chip->bar,
		.size = j->chip->bar_size,
		.netdev = facts->netdev,
		.chip = j->chip,
	};

	if (facts->driver && chipdb_dump(j->live->db, facts->driver, &target.dump, NULL))
		target.dump = NULL;
	return target;
}

/* NULL: what the driver's answers about the PHY are worth is not known. */
static const struct chip_mii *mii_of(const struct live_job *j)
{
	const struct chip_mii *mii;

	if (!j->s->facts.driver || chipdb_mii(j->live->db, j->s->facts.driver, &mii, NULL))
		return NULL;
	return mii;
}

/* Nothing is opened after the last device of the one sample: what is open, if anything, needs less. */
static int give_up_privileges(const struct live_job *j, uint64_t needed, struct err *e)
{
	const struct source_options *o = j->options;
	uint64_t writes = o->writes_files || o->wake ? PRIVILEGE_WRITE : PRIVILEGE_NONE;

	if (!j->last || !o->once)
		return 0;
	return privilege_keep(PRIVILEGE_ASK | needed | writes, e);
}

/* Through the way that is open, or one below it if it turns out not to deliver. */
static void read_through(struct live_job *j, const struct access_target *target, struct registers_from *from)
{
	struct access_pool *pool = &j->live->pool;
	struct err why = { 0 };

	for (;;) {
		if (from->a) {
			from->a->trace = j->options->trace;
			from->a->trace_arg = j->options->trace_arg;
		}
		if (!registers_read(from, j->chip, j->options, j->s, &why))
			break;
		if (access_pool_fall(pool, target, &why, j->s, &from->a, NULL)) {
			from->why = UNREAD_ERROR;
			snapshot_note(j->s, "The registers could not be read: %s.", why.why);
		}
	}
	if (from->a)
		access_pool_delivered(pool, &target->addr);
}

static bool asked_for_another(const struct source_options *options)
{
	return options->rung && strcmp(options->rung, "bpf") != 0;
}

static struct driver_ask ask_driver(struct live_job *j, enum unread why)
{
	const struct facts *f = &j->s->facts;

	if (!j->live->drivers)
		j->live->drivers = driver_reader_open();
	return (struct driver_ask){
		.addr = j->addr,
		.driver = f->driver,
		.netdev = f->netdev,
		.chip = j->chip,
		.touch = why == UNREAD_NO && !asked_for_another(j->options),
		.frames = true,
		.trace = j->options->trace,
		.trace_arg = j->options->trace_arg,
	};
}

/* The driver's side, which is the kernel's memory, but for heads and tails. */
static void add_driver_side(struct live_job *j, enum unread why)
{
	struct driver_ask ask;

	/* Who names registers wants these alone touched. */
	if (asked_for_none(j->options) || why == UNREAD_GONE || j->options->regs)
		return;
	ask = ask_driver(j, why);
	driver_reader_read(j->live->drivers, &ask, &j->s->side);
}

/* The driver knows where its BAR is mapped: nobody has to be made to list it. All that takes capabilities is opened here. */
static struct access_target target_with_mapping(struct live_job *j, enum unread why)
{
	struct access_target target = target_of(j);
	struct driver_ask ask;

	if (asked_for_none(j->options) || why == UNREAD_GONE || !target.driver ||
	    (j->options->rings && (why != UNREAD_NO || asked_for_another(j->options))))
		return target;
	ask = ask_driver(j, why);
	target.mapped = driver_reader_mapped(j->live->drivers, &ask);
	target.program = driver_reader_program(j->live->drivers);
	return target;
}

/* -EINVAL for a way that does not exist; all else is told in the snapshot. */
static int add_registers(struct live_job *j, enum unread why, struct err *e)
{
	const struct access_target target = target_with_mapping(j, why);
	const struct phy phy = { .mii = mii_of(j), .netdev = j->s->facts.netdev, .ask = netdev_phy };
	struct registers_from from = {
		.why = why,
		.phy = &phy,
		.phy_untouched = why != UNREAD_NO,
		.carrier = j->s->facts.carrier == 1,
		.presence = { .ask = ask_presence, .arg = j },
	};
	uint64_t caps;
	int r;

	if (why == UNREAD_NO) {
		r = access_pool_get(&j->live->pool, &target, j->options->rung, j->s, &from.a, e);
		if (r && !j->s->n_refusals)
			return r;
		from.why = r ? reason_of(r) : UNREAD_NO;
		from.phy_untouched = r == -ENODEV;
	}
	caps = access_needs_caps(from.a) | (j->live->drivers ? driver_reader_caps(j->live->drivers) : 0);
	r = give_up_privileges(j, caps, e);
	if (r)
		return r;
	if (!j->options->rings)
		add_driver_side(j, why);
	read_through(j, &target, &from);
	return caps ? give_up_privileges(j, PRIVILEGE_NONE, e) : 0;
}

/* Heads and tails alone, of a device that is awake and answers. */
static int read_rings(struct live_job *j, struct err *e)
{
	snapshot_add_function(j->s, PCI_SELF, &j->addr, NULL, 0)->unread = UNREAD_NOT_ASKED;
	if (!j->chip && j->options->queues_only)
		add_driver_side(j, UNREAD_NOT_ASKED);
	if (!j->chip || asked_for_none(j->options))
		return 0;
	return add_registers(j, ask_presence(j), e);
}

static bool without_registers(const struct live_job *j)
{
	return j->options->no_regs || j->options->link_only;
}

static int read_device(struct live_job *j, struct err *e)
{
	bool untouched = without_registers(j) || !j->chip || asked_for_none(j->options);
	enum unread why = untouched ? UNREAD_NOT_ASKED : awake(j);
	int r = add_functions(j, e);

	if (r)
		return r;
	if (without_registers(j) || !j->chip) {
		if (!without_registers(j))
			add_driver_side(j, UNREAD_NOT_ASKED);
		return give_up_privileges(j, PRIVILEGE_NONE, e);
	}
	if (why == UNREAD_NO)
		why = reachable(j);
	return add_registers(j, why, e);
}

static void name_undefined(struct live_job *j, uint16_t vendor, uint16_t device)
{
	const struct chip *part;
	const char *known;
	char name[256];

	if (j->chip)
		return;
	if (!chipdb_known(j->live->db, vendor, device, &part, &known, NULL))
		j->s->chip_name = xstrdup(known);
	else if (host_part_name(j->host, vendor, device, name, sizeof(name)))
		j->s->chip_name = paste_part_number(name);
}

static struct snapshot *begin(const struct live *live, const struct pci_addr *addr, const struct chip *chip,
			      const char *name)
{
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);

	free(s->tool);
	s->tool = xstrdup(NICREGS_VERSION);
	s->taken = clock_ns(CLOCK_REALTIME);
	if (chip) {
		s->chip = xstrdup(chip->name);
		s->chip_name = xstrdup(name ? name : chip->name);
	}
	if (live->options->rings)
		host_facts_brief(addr, &s->facts);
	else
		host_facts(&live->machine, addr, !live->options->link_only, &s->facts);
	if (!live->options->rings && !live->options->link_only && !live->options->no_regs &&
	    !live->options->queues_only && (s->facts.virtual_functions > 0 || s->facts.physical_function))
		host_virtual_functions(addr, &s->facts);
	return s;
}

/* The kernel wakes the ports above a device whose configuration space is read. */
static void leave_asleep(struct live_job *j)
{
	snapshot_add_function(j->s, PCI_SELF, &j->addr, NULL, 0)->unread = UNREAD_ASLEEP;
	snapshot_note(j->s, "The device is asleep and was left alone.");
}

static int read_as_asked(struct live_job *j, struct err *e)
{
	if (j->options->leave_asleep && host_asleep(&j->addr)) {
		leave_asleep(j);
		return give_up_privileges(j, PRIVILEGE_NONE, e);
	}
	return j->options->rings ? read_rings(j, e) : read_device(j, e);
}

static int take(struct live *live, const struct pci_addr *addr, bool last, struct snapshot **out, struct err *e)
{
	struct live_job j = { .live = live, .options = live->options, .host = live->host, .addr = *addr, .last = last };
	char text[PCI_ADDR_MAX];
	const char *name = NULL;
	uint16_t vendor, device;
	int r;

	if (!host_ids(addr, &vendor, &device))
		return err_set(e, ENODEV, pci_addr_str(addr, text), "the device went away");
	r = chipdb_knows_id(live->db, vendor, device) ? chipdb_by_id(live->db, vendor, device, &j.chip, &name, e) : 0;
	if (r)
		return r;
	j.s = begin(live, addr, j.chip, name);
	name_undefined(&j, vendor, device);
	wake_init(&j.wake, live->host, addr);
	r = read_as_asked(&j, e);
	if (live->pool.n)
		access_pool_rest(&live->pool);
	wake_undo(&j.wake, j.s);
	if (r)
		snapshot_free(j.s);
	else
		*out = j.s;
	return r;
}

int live_open(struct live **live, struct chipdb *db, const struct source_options *options, struct err *e)
{
	struct host *host;
	int r = host_open(&host, e);

	*live = NULL;
	if (r)
		return r;
	*live = xcalloc(1, sizeof(**live));
	**live = (struct live){ .db = db, .options = options, .host = host };
	return 0;
}

int live_each(struct live *live, const struct live_visit *visit, struct err *e)
{
	AUTO_FREE struct pci_addr *list = NULL;
	size_t n = 0, taken = 0;
	int r = host_find(live->db, live->options->device, &list, &n, e);

	if (!r && !live->options->rings)
		host_machine_read(&live->machine);
	for (size_t i = 0; i < n && !r; i++) {
		struct snapshot *s = NULL;

		if (visit->wanted && !visit->wanted(&list[i], visit->arg))
			continue;
		r = take(live, &list[i], i + 1 == n, &s, e);
		if (!r)
			visit->take(s, visit->arg);
		taken += !r;
		/* Of several, one that is unplugged meanwhile does not hide the others. */
		if (r == -ENODEV && (i + 1 < n || taken))
			r = 0;
	}
	host_machine_free(&live->machine);
	live->machine = (struct host_machine){ 0 };
	return r;
}

static void add_to(struct snapshot *s, void *arg)
{
	snapshots_add(arg, s);
}

int live_sample(struct live *live, struct snapshots *out, struct err *e)
{
	const struct live_visit all = { .take = add_to, .arg = out };

	return live_each(live, &all, e);
}

void live_close(struct live *live)
{
	if (!live)
		return;
	if (live->pool.n)
		access_pool_close(&live->pool);
	if (live->drivers)
		driver_reader_close(live->drivers);
	host_close(live->host);
	free(live);
}

int source_live(struct chipdb *db, const struct source_options *options, struct snapshots *out, struct err *e)
{
	struct live *live;
	int r = live_open(&live, db, options, e);

	if (!r)
		r = live_sample(live, out, e);
	live_close(live);
	return r;
}
