/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a part without a definition is called. */
#ifndef PASTE_PART_H
#define PASTE_PART_H

/* The part's number in its name of pci.ids: "I219-LM" of "Ethernet Connection (2) I219-LM". Owned by the caller; NULL if
 * there is none. */
char *part_number(const char *name);

#endif
