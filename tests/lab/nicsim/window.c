// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory for the BARs.
 *
 * ioremap() refuses the kernel's own memory and a hole in the address space
 * holds nothing, so a PCI device lends some: the BAR of a QEMU ivshmem device
 * is plain memory on the memory bus. Our host bridge's windows lie inside of
 * it. One device below 4 GB is needed; another one above 4 GB becomes the
 * window for 64-bit prefetchable BARs.
 */
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "nicsim.h"

#define IVSHMEM_VENDOR	0x1af4
#define IVSHMEM_DEVICE	0x1110
#define IVSHMEM_BAR	2
#define MAX_SIZE	SZ_256M

static struct window {
	struct pci_dev *lender;
	struct resource res;
	void *address;
} windows[2];

/*
 * Mapped by page frames: /proc/vmallocinfo then shows no physical address for
 * this mapping, and a driver's own ioremap is the only one that a tool finds.
 */
static void *window_map(const struct resource *res)
{
	unsigned int i, count = resource_size(res) >> PAGE_SHIFT;
	unsigned long *pfns;
	void *address;

	pfns = kvmalloc_array(count, sizeof(*pfns), GFP_KERNEL);
	if (!pfns)
		return NULL;
	for (i = 0; i < count; i++)
		pfns[i] = PHYS_PFN(res->start) + i;
	address = vmap_pfn(pfns, count, PAGE_KERNEL);
	kvfree(pfns);
	return address;
}

static int window_open(struct window *window, struct pci_dev *lender)
{
	struct resource *bar = &lender->resource[IVSHMEM_BAR];
	resource_size_t size = min_t(u64, resource_size(bar), MAX_SIZE);
	int ret;

	ret = pci_enable_device_mem(lender);
	if (ret)
		return ret;

	window->res = (struct resource) {
		.name = "nicsim",
		.start = bar->start,
		.end = bar->start + size - 1,
		.flags = IORESOURCE_MEM,
	};
	if (bar->start >= SZ_4G)
		window->res.flags |= IORESOURCE_MEM_64 | IORESOURCE_PREFETCH;

	ret = request_resource(bar, &window->res);
	if (ret)
		goto disable;

	window->address = window_map(&window->res);
	if (!window->address) {
		ret = -ENOMEM;
		goto release;
	}
	window->lender = pci_dev_get(lender);
	return 0;

release:
	release_resource(&window->res);
disable:
	pci_disable_device(lender);
	return ret;
}

int nicsim_windows_open(void)
{
	struct pci_dev *lender = NULL;
	int ret = 0;

	while (!ret && (lender = pci_get_device(IVSHMEM_VENDOR, IVSHMEM_DEVICE,
						lender))) {
		bool high = pci_resource_start(lender, IVSHMEM_BAR) >= SZ_4G;

		if (!windows[high].lender && pci_resource_len(lender, IVSHMEM_BAR))
			ret = window_open(&windows[high], lender);
	}
	pci_dev_put(lender);

	if (!ret && !windows[0].lender) {
		pr_err("nicsim: no ivshmem device below 4 GB to lend memory\n");
		ret = -ENODEV;
	}
	if (ret)
		nicsim_windows_close();
	return ret;
}

void nicsim_windows_close(void)
{
	struct window *window;

	for (window = windows; window < windows + ARRAY_SIZE(windows); window++) {
		if (!window->lender)
			continue;
		vunmap(window->address);
		release_resource(&window->res);
		pci_disable_device(window->lender);
		pci_dev_put(window->lender);
		window->lender = NULL;
	}
}

void nicsim_windows_add(struct list_head *resources)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(windows); i++)
		if (windows[i].lender)
			pci_add_resource(resources, &windows[i].res);
}

/* NULL if the range is not ours, as while the kernel sizes a BAR. */
void *nicsim_window_address(phys_addr_t phys, size_t size)
{
	const struct resource *res;
	int i;

	for (i = 0; i < ARRAY_SIZE(windows); i++) {
		res = &windows[i].res;
		if (windows[i].lender && phys >= res->start &&
		    phys + size - 1 <= res->end)
			return windows[i].address + (phys - res->start);
	}
	return NULL;
}
