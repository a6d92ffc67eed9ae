/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Segmentation and receive offloads: which are off, and how they are switched off. Private to diagnose/. */
#ifndef DIAGNOSE_OFFLOAD_H
#define DIAGNOSE_OFFLOAD_H

#include "diagnose/subject.h"

enum offload_way { OFFLOAD_ETHTOOL, OFFLOAD_NETWORKMANAGER, OFFLOAD_SYSTEMD, OFFLOAD_WAYS };

/* Whether "tso", "gso" or "gro" is known to be off. */
bool offload_is_off(const struct subject *s, const char *word);
/* The words that switch off those that are not known to be off: "tso off gso off". */
void offload_words(const struct subject *s, enum offload_way way, struct buf *out);

#endif
