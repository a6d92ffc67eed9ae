/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A link in JSON, as `show` and `aspm` write it. */
#ifndef VIEW_LINK_H
#define VIEW_LINK_H

#include "snapshot/link.h"

struct jsonw;

/* "ends":[...], the port first, then the functions in order. */
void json_link_ends(const struct link *link, struct jsonw *w);
/* "kernel":{...}; nothing if the source does not tell. */
void json_link_kernel(const struct link *link, struct jsonw *w);
/* KEY:["l0s","l1.2"] */
void json_link_states(const char *key, unsigned states, struct jsonw *w);

#endif
