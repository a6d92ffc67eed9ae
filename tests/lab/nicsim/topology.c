// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The topology parameter:
 *
 *	part[,part...]
 *	part    NAME[:FUNCTIONS][@PORT]		PORT: root port 00:1c.PORT
 *	        switch[:NAME[:FUNCTIONS]+NAME[:FUNCTIONS]][@PORT]
 *
 * Root ports are given out from 00:1c.0 on; function 0 and those skipped
 * exist with an empty slot. A part without PCI Express is on the root bus.
 */
#include <linux/etherdevice.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "nicsim.h"

#define PORT_SLOT	0x1c
#define PORTS		8

static const u8 mac_prefix[] = { 0xa0, 0x36, 0x9f };

static int fn_alloc(struct nicsim_fn *fn)
{
	mutex_init(&fn->lock);
	fn->cfg = kcalloc(3, NICSIM_CONFIG_SIZE, GFP_KERNEL);
	if (!fn->cfg)
		return -ENOMEM;
	fn->wmask = fn->cfg + NICSIM_CONFIG_SIZE;
	fn->w1c = fn->wmask + NICSIM_CONFIG_SIZE;
	return nicsim_is_nic(fn) ? nicsim_rings_alloc(fn) : 0;
}

static void fn_free(struct nicsim_fn *fn)
{
	nicsim_regs_free(fn);
	kfree(fn->rings[0]);
	kfree(fn->rings[1]);
	kfree(fn->cfg);
	kfree(fn);
}

static u16 cfg_size(const struct nicsim_fn *fn)
{
	return fn->exp ? nicsim_config_size : PCI_CFG_SPACE_SIZE;
}

static struct nicsim_fn *fn_add(const struct nicsim_part *part,
				struct nicsim_fn *up, unsigned int devfn)
{
	struct nicsim_fn *fn;

	if (sim.count == NICSIM_MAX_FNS)
		return ERR_PTR(-E2BIG);
	fn = kzalloc(sizeof(*fn), GFP_KERNEL);
	if (!fn)
		return ERR_PTR(-ENOMEM);

	fn->part = part;
	fn->up = up;
	fn->devfn = devfn;
	fn->function = nicsim_is_nic(fn) ? PCI_FUNC(devfn) : 0;
	memcpy(fn->mac, mac_prefix, sizeof(mac_prefix));
	fn->mac[3] = 0x51;
	fn->mac[4] = sim.count - fn->function;	/* one for each device */
	fn->mac[5] = fn->function;
	fn->link_up = true;
	if (fn_alloc(fn)) {
		fn_free(fn);
		return ERR_PTR(-ENOMEM);
	}
	nicsim_header_build(fn);
	nicsim_caps_build(fn);
	fn->cfg_size = cfg_size(fn);
	sim.fns[sim.count++] = fn;
	return fn;
}

static struct nicsim_fn *root_port(unsigned int number)
{
	unsigned int i;

	for (i = 0; i < sim.count; i++)
		if (sim.fns[i]->devfn == PCI_DEVFN(PORT_SLOT, number) &&
		    !sim.fns[i]->up)
			return sim.fns[i];
	return NULL;
}

static struct nicsim_fn *root_port_add(const struct nicsim_part *part, int want)
{
	unsigned int number = want;

	if (want < 0)
		for (number = 0; number < PORTS && root_port(number); number++)
			;
	if (number >= PORTS || root_port(number)) {
		pr_err("nicsim: topology: no root port left\n");
		return ERR_PTR(-ENOSPC);
	}
	return fn_add(part, NULL, PCI_DEVFN(PORT_SLOT, number));
}

struct request {
	const struct nicsim_part *part;
	unsigned int functions;
};

static int request_parse(char *text, struct request *request)
{
	char *count = strchr(text, ':');
	size_t len = count ? count - text : strlen(text);

	request->part = nicsim_part_find(text, len);
	if (!request->part) {
		pr_err("nicsim: topology: unknown part '%s'\n", text);
		return -EINVAL;
	}
	request->functions = request->part->max_functions;
	if (count && (kstrtouint(count + 1, 10, &request->functions) ||
		      !request->functions ||
		      request->functions > request->part->max_functions)) {
		pr_err("nicsim: topology: bad number of functions in '%s'\n",
		       text);
		return -EINVAL;
	}
	return 0;
}

static int device_add_below(const struct request *request, struct nicsim_fn *up,
			    unsigned int slot)
{
	struct nicsim_fn *fn;
	unsigned int i;

	for (i = 0; i < request->functions; i++) {
		fn = fn_add(request->part, up, PCI_DEVFN(slot, i));
		if (IS_ERR(fn))
			return PTR_ERR(fn);
	}
	return 0;
}

static int part_add(char *text, int port)
{
	struct request request;
	struct nicsim_fn *up = NULL;
	int ret = request_parse(text, &request);

	if (ret)
		return ret;
	if (!request.part->port)
		return device_add_below(&request, NULL,
					PCI_SLOT(request.part->onboard));

	up = root_port_add(request.part->port, port);
	if (IS_ERR(up))
		return PTR_ERR(up);
	return device_add_below(&request, up, 0);
}

static int switch_port_add(struct nicsim_fn *up, unsigned int slot, char *text)
{
	struct request request;
	struct nicsim_fn *down;
	int ret = request_parse(text, &request);

	if (ret)
		return ret;
	if (!request.part->port) {
		pr_err("nicsim: topology: %s has no PCI Express\n", text);
		return -EINVAL;
	}
	down = fn_add(&nicsim_switch_down, up, PCI_DEVFN(slot, 0));
	if (IS_ERR(down))
		return PTR_ERR(down);
	return device_add_below(&request, down, 0);
}

static int switch_add(char *members, int port)
{
	struct nicsim_fn *up;
	unsigned int slot;
	char *member;
	int ret = 0;

	up = root_port_add(&nicsim_port_6series, port);
	if (IS_ERR(up))
		return PTR_ERR(up);
	up = fn_add(&nicsim_switch_up, up, 0);
	if (IS_ERR(up))
		return PTR_ERR(up);

	for (slot = 1; !ret && (member = strsep(&members, "+")); slot++)
		ret = switch_port_add(up, slot, member);
	return ret;
}

static int entry_add(char *entry)
{
	char two_parts[] = "i350:2+82574";
	char *at = strchr(entry, '@');
	int port = -1;

	if (at) {
		*at++ = '\0';
		if (kstrtoint(at, 10, &port) || port < 0) {
			pr_err("nicsim: topology: bad root port '%s'\n", at);
			return -EINVAL;
		}
	}
	if (!strcmp(entry, "switch"))
		return switch_add(two_parts, port);
	if (!strncmp(entry, "switch:", 7))
		return switch_add(entry + 7, port);
	return part_add(entry, port);
}

/* The kernel looks for function 0 first, and stops if there is none. */
static int function_zero_add(void)
{
	struct nicsim_fn *fn;
	unsigned int number;

	for (number = 1; number < PORTS; number++)
		if (root_port(number) && !root_port(0)) {
			fn = root_port_add(&nicsim_port_6series, 0);
			return PTR_ERR_OR_ZERO(fn);
		}
	return 0;
}

static bool is_multifunction(const struct nicsim_fn *fn)
{
	unsigned int i;

	for (i = 0; i < sim.count; i++)
		if (sim.fns[i] != fn && sim.fns[i]->up == fn->up &&
		    PCI_SLOT(sim.fns[i]->devfn) == PCI_SLOT(fn->devfn))
			return true;
	return false;
}

/* Buses in depth-first order, as a BIOS numbers them. */
static u8 buses_number(struct nicsim_fn *up, u8 next)
{
	unsigned int devfn, i;
	struct nicsim_fn *fn;
	u8 primary = up ? up->cfg[PCI_SECONDARY_BUS] : 0;

	for (devfn = 0; devfn < 256; devfn++)
		for (i = 0; i < sim.count; i++) {
			fn = sim.fns[i];
			if (fn->up != up || fn->devfn != devfn)
				continue;
			scnprintf(fn->name, sizeof(fn->name), "%04x:%02x:%02x.%x",
				  nicsim_domain, primary, PCI_SLOT(devfn),
				  PCI_FUNC(devfn));
			if (nicsim_is_nic(fn))
				continue;
			fn->cfg[PCI_PRIMARY_BUS] = primary;
			fn->cfg[PCI_SECONDARY_BUS] = next;
			next = buses_number(fn, next + 1);
			fn->cfg[PCI_SUBORDINATE_BUS] = next - 1;
		}
	return next;
}

int nicsim_topology_build(void)
{
	char *copy = kstrdup(nicsim_topology, GFP_KERNEL);
	char *rest = copy, *entry;
	unsigned int i;
	int ret = 0;

	if (!copy)
		return -ENOMEM;
	while (!ret && (entry = strsep(&rest, ",")))
		ret = entry_add(entry);
	kfree(copy);

	if (!ret)
		ret = function_zero_add();
	if (!ret)
		ret = nicsim_links_build();
	if (ret) {
		nicsim_topology_free();
		return ret;
	}

	for (i = 0; i < sim.count; i++)
		if (is_multifunction(sim.fns[i]))
			sim.fns[i]->cfg[PCI_HEADER_TYPE] |= PCI_HEADER_TYPE_MFD;
	buses_number(NULL, 1);
	return 0;
}

void nicsim_topology_free(void)
{
	while (sim.count)
		fn_free(sim.fns[--sim.count]);
}
