// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The X722's driver as a module of its own (modules=i40e), which udev loads by
 * the device's modalias as it does with a stock driver.
 */
#include <linux/module.h>
#include <linux/pci.h>

#include "nicsim.h"

static const struct pci_device_id ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_INTEL, 0x37d1) },
	{ }
};
MODULE_DEVICE_TABLE(pci, ids);

static int __init i40e_init(void)
{
	return nicsim_driver_register("i40e", THIS_MODULE);
}

static void __exit i40e_exit(void)
{
	nicsim_driver_unregister("i40e");
}

module_init(i40e_init);
module_exit(i40e_exit);

MODULE_DESCRIPTION("Driver of nicsim's X722");
MODULE_LICENSE("GPL");
