// SPDX-License-Identifier: GPL-2.0-or-later
/* What pci.ids calls a part, through libpci. */
#include <pci/pci.h>
#include <setjmp.h>

#include "host/host.h"
#include "host/parts.h"

/* Where to go on after a line of pci.ids that libpci does not understand: its handler must not return, and has no argument
 * to carry this. Set during host_part_name() only. */
static jmp_buf *bad_ids_exit;

__attribute__((noreturn, format(printf, 1, 2))) static void bad_ids(char *format, ...)
{
	(void)format;
	longjmp(*bad_ids_exit, 1);
}

bool host_part_name(struct host *h, uint16_t vendor, uint16_t device, char *out, size_t size)
{
	struct pci_access *pci = host_pci(h);
	__typeof__(pci->error) fatal = pci->error;
	int flags = PCI_LOOKUP_DEVICE | PCI_LOOKUP_NO_NUMBERS;
	const char *volatile name = NULL;
	volatile unsigned tries = 0;
	jmp_buf jump;

	bad_ids_exit = &jump;
	pci->error = bad_ids;
	setjmp(jump);
	if (tries++ < 2) /* libpci reads the file once only: the second time it knows what stands before the bad line */
		name = pci_lookup_name(pci, out, (int)size, flags, vendor, device);
	pci->error = fatal;
	bad_ids_exit = NULL;
	return name == out; /* otherwise a message that it did not fit */
}
