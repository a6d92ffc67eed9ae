// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The drivers that own the NICs: one for each stock driver they stand for.
 *
 * None matches by ID. Each function of ours has its driver_override set before
 * the kernel looks for a driver: to ours, or, with claim=none, to a name that
 * nobody has, so that a loaded igb or i40e keeps away, too.
 */
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>

#include "nicsim.h"

static const struct nicsim_family * const families[] = {
	&nicsim_e1000e, &nicsim_igb, &nicsim_igc, &nicsim_i40e, &nicsim_x550,
	&nicsim_e810,
};

static struct pci_driver drivers[ARRAY_SIZE(families)];
static char names[ARRAY_SIZE(families)][32];

static const char *driver_name(const struct nicsim_fn *fn)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(families); i++)
		if (!strcmp(families[i]->driver, fn->part->family->driver))
			return names[i];
	return NULL;
}

static int override_set(struct pci_dev *pdev, const char *name)
{
#ifdef NICSIM_GENERIC_DRIVER_OVERRIDE
	return device_set_driver_override(&pdev->dev, name);
#else
	/* Not const in 5.10. */
	return driver_set_override(&pdev->dev,
				   (const char **)&pdev->driver_override, name,
				   strlen(name));
#endif
}

void nicsim_driver_choose(struct pci_dev *pdev, const struct nicsim_fn *fn)
{
	bool none = !strcmp(nicsim_claim, "none");

	if (override_set(pdev, none ? "nicsim-none" : driver_name(fn)))
		pci_warn(pdev, "nicsim: a stock driver may bind\n");
}

static bool claims_exclusively(const struct nicsim_fn *fn)
{
	return !strcmp(nicsim_claim, "exclusive") ||
	       (strcmp(nicsim_claim, "shared") && fn->part->family->exclusive);
}

static int bars_claim(struct pci_dev *pdev, const struct nicsim_fn *fn)
{
	int bars = pci_select_bars(pdev, IORESOURCE_MEM);

	if (claims_exclusively(fn))
		return pci_request_selected_regions_exclusive(pdev, bars,
							      driver_name(fn));
	return pci_request_selected_regions(pdev, bars, driver_name(fn));
}

static void __iomem *bar0_map(struct pci_dev *pdev, const struct nicsim_fn *fn)
{
	resource_size_t len = pci_resource_len(pdev, 0);
	u32 limit = fn->part->family->map_limit;

	return ioremap(pci_resource_start(pdev, 0),
		       limit ? min_t(u64, len, limit) : len);
}

static int nicsim_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct nicsim_fn *fn = nicsim_fn_of(pdev);
	void __iomem *hw_addr;
	int ret;

	if (!fn || !nicsim_is_nic(fn))
		return -ENODEV;
	nicsim_trace_event(fn, "probe");
	ret = pci_enable_device_mem(pdev);
	if (ret)
		return ret;
	ret = bars_claim(pdev, fn);
	if (ret)
		goto disable;
	pci_set_master(pdev);

	hw_addr = bar0_map(pdev, fn);
	if (!hw_addr) {
		ret = -EIO;
		goto release;
	}
	mutex_lock(&fn->lock);
	nicsim_regs_sync(fn);
	nicsim_link_train(fn);
	mutex_unlock(&fn->lock);

	ret = nicsim_netdev_add(pdev, fn, hw_addr, driver_name(fn));
	if (ret)
		goto unmap;
	pm_runtime_put_noidle(&pdev->dev);
	return 0;

unmap:
	iounmap(hw_addr);
release:
	pci_release_selected_regions(pdev, pci_select_bars(pdev, IORESOURCE_MEM));
disable:
	pci_disable_device(pdev);
	return ret;
}

static void nicsim_remove(struct pci_dev *pdev)
{
	struct net_device *netdev = pci_get_drvdata(pdev);
	struct nicsim_netdev *priv = netdev_priv(netdev);
	void __iomem *hw_addr = priv->hw_addr;

	pm_runtime_get_noresume(&pdev->dev);
	nicsim_netdev_remove(netdev);
	iounmap(hw_addr);
	pci_release_selected_regions(pdev, pci_select_bars(pdev, IORESOURCE_MEM));
	pci_disable_device(pdev);
}

static int nicsim_suspend(struct device *dev)
{
	netif_device_detach(dev_get_drvdata(dev));
	return 0;
}

static int nicsim_resume(struct device *dev)
{
	netif_device_attach(dev_get_drvdata(dev));
	return 0;
}

/* As igb: an interface that is down may sleep. */
static int nicsim_runtime_idle(struct device *dev)
{
	return netif_running(dev_get_drvdata(dev)) ? -EBUSY : 0;
}

static const struct dev_pm_ops nicsim_pm_ops = {
	SYSTEM_SLEEP_PM_OPS(nicsim_suspend, nicsim_resume)
	RUNTIME_PM_OPS(nicsim_suspend, nicsim_resume, nicsim_runtime_idle)
};

static const struct pci_device_id no_ids[] = { { } };

static int register_one(int i, struct module *owner)
{
	drivers[i] = (struct pci_driver) {
		.name = names[i],
		.id_table = no_ids,
		.probe = nicsim_probe,
		.remove = nicsim_remove,
		.driver.pm = &nicsim_pm_ops,
	};
	return __pci_register_driver(&drivers[i], owner, names[i]);
}

static int driver_index(const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(families); i++)
		if (!strcmp(families[i]->driver, name))
			return i;
	return -ENOENT;
}

/* For the modules of their own. */
int nicsim_driver_register(const char *name, struct module *owner)
{
	int i = driver_index(name);

	if (i < 0 || strcmp(name, nicsim_modules))
		return -EBUSY;
	return register_one(i, owner);
}
EXPORT_SYMBOL_GPL(nicsim_driver_register);

void nicsim_driver_unregister(const char *name)
{
	pci_unregister_driver(&drivers[driver_index(name)]);
}
EXPORT_SYMBOL_GPL(nicsim_driver_unregister);

static bool comes_apart(int i)
{
	return !strcmp(families[i]->driver, nicsim_modules);
}

static void drivers_unregister(int count)
{
	while (count--)
		if (!comes_apart(count))
			pci_unregister_driver(&drivers[count]);
}

int nicsim_drivers_register(void)
{
	int i, ret;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		scnprintf(names[i], sizeof(names[i]), "%s%s", nicsim_prefix,
			  families[i]->driver);
		ret = comes_apart(i) ? 0 : register_one(i, THIS_MODULE);
		if (ret) {
			drivers_unregister(i);
			return ret;
		}
	}
	return 0;
}

void nicsim_drivers_unregister(void)
{
	drivers_unregister(ARRAY_SIZE(families));
}
