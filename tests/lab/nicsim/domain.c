// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host bridge of our domain, and what is done to its devices as the
 * kernel finds them: which driver may bind, no legacy interrupt, and, without
 * ASPM control, no link state.
 */
#include <linux/pci.h>
#include <linux/slab.h>

#include <asm/pci.h>

#include "nicsim.h"

static struct pci_sysdata sysdata = { .node = NUMA_NO_NODE };

static struct resource bus_numbers = {
	.name = "nicsim bus",
	.start = 0,
	.end = 255,
	.flags = IORESOURCE_BUS,
};

/*
 * aspm_control=0. The kernel's own ways to leave ASPM to the firmware, the
 * FADT and pcie_aspm=off, are for the whole machine. A port whose link_state
 * is set already gets no other one; while a bus below is scanned it points to
 * this, an all-zero state with nothing capable, and is NULL afterwards, when
 * every user of a link state checks for that.
 */
static u64 no_link_state[128];
static atomic_t links_to_clear;

static void link_hide(struct pci_dev *pdev)
{
	struct pci_dev *port = pdev->bus->self;

	if (nicsim_aspm_control || !port || port->link_state)
		return;
	port->link_state = (struct pcie_link_state *)no_link_state;
	atomic_set(&links_to_clear, 1);
}

static int link_clear(struct pci_dev *pdev, void *unused)
{
	if ((void *)pdev->link_state == no_link_state)
		pdev->link_state = NULL;
	return 0;
}

/* After a rescan by the user. Called often; does something when needed. */
void nicsim_domain_settle(void)
{
	if (!atomic_read(&links_to_clear))
		return;
	pci_lock_rescan_remove();
	atomic_set(&links_to_clear, 0);
	pci_walk_bus(sim.bridge->bus, link_clear, NULL);
	pci_unlock_rescan_remove();
}

struct nicsim_fn *nicsim_fn_of(struct pci_dev *pdev)
{
	struct nicsim_fn *fn;
	unsigned int i;
	u8 bus;

	if (pdev->bus->ops != &nicsim_pci_ops)
		return NULL;
	for (i = 0; i < sim.count; i++) {
		fn = sim.fns[i];
		bus = fn->up ? fn->up->cfg[PCI_SECONDARY_BUS] : 0;
		if (fn->devfn == pdev->devfn && bus == pdev->bus->number)
			return fn;
	}
	return NULL;
}

static int device_event(struct notifier_block *nb, unsigned long event,
			void *data)
{
	struct pci_dev *pdev = to_pci_dev(data);
	struct nicsim_fn *fn = nicsim_fn_of(pdev);

	if (!fn)
		return NOTIFY_DONE;

	switch (event) {
	case BUS_NOTIFY_ADD_DEVICE:
		pdev->pin = 0;	/* no firmware routes our INTx */
		link_hide(pdev);
		if (nicsim_is_nic(fn))
			nicsim_driver_choose(pdev, fn);
		break;
	case BUS_NOTIFY_BIND_DRIVER:
		if (pdev->bus->self)
			link_clear(pdev->bus->self, NULL);
		break;
	case BUS_NOTIFY_REMOVED_DEVICE:
		mutex_lock(&fn->lock);
		nicsim_regs_unplace(fn);
		mutex_unlock(&fn->lock);
		break;
	}
	return NOTIFY_OK;
}

static struct notifier_block device_notifier = { .notifier_call = device_event };

static void registers_place(void)
{
	unsigned int i;

	for (i = 0; i < sim.count; i++) {
		mutex_lock(&sim.fns[i]->lock);
		nicsim_regs_sync(sim.fns[i]);
		mutex_unlock(&sim.fns[i]->lock);
	}
}

static void devices_bring_up(struct pci_bus *bus)
{
	struct pci_bus *child;

	pci_bus_size_bridges(bus);
	pci_bus_assign_resources(bus);
	list_for_each_entry(child, &bus->children, node)
		pcie_bus_configure_settings(child);

	pci_walk_bus(bus, link_clear, NULL);
	atomic_set(&links_to_clear, 0);
	registers_place();
	nicsim_trace_reset();
	pci_bus_add_devices(bus);
}

int nicsim_domain_add(void)
{
	struct pci_host_bridge *bridge = pci_alloc_host_bridge(0);
	int ret;

	if (!bridge)
		return -ENOMEM;

	sysdata.domain = nicsim_domain;
	bridge->sysdata = &sysdata;
	bridge->ops = &nicsim_pci_ops;
	nicsim_windows_add(&bridge->windows);
	pci_add_resource(&bridge->windows, &bus_numbers);
	bus_register_notifier(&pci_bus_type, &device_notifier);

	pci_lock_rescan_remove();
	ret = pci_scan_root_bus_bridge(bridge);
	if (!ret) {
		sim.bridge = bridge;
		devices_bring_up(bridge->bus);
	}
	pci_unlock_rescan_remove();

	if (ret) {
		bus_unregister_notifier(&pci_bus_type, &device_notifier);
		pci_free_host_bridge(bridge);
	}
	return ret;
}

void nicsim_domain_remove(void)
{
	struct pci_bus *bus = sim.bridge->bus;

	pci_lock_rescan_remove();
	pci_stop_root_bus(bus);
	pci_remove_root_bus(bus);
	pci_unlock_rescan_remove();

	bus_unregister_notifier(&pci_bus_type, &device_notifier);
	pci_free_host_bridge(sim.bridge);
	sim.bridge = NULL;
}
