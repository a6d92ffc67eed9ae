/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names that syslog has for facilities and levels. */
#ifndef KLOG_FACILITY_H
#define KLOG_FACILITY_H

#include <stdbool.h>
#include <stddef.h>

enum facility { FACILITY_NONE, FACILITY_KERN, FACILITY_OTHER };

enum facility facility_named(const char *name, size_t n);
bool facility_level(const char *name, size_t n);
/* "kern.err", "[auth.info]", "<kern.crit>": the facility. */
enum facility facility_priority(const char *word, size_t n);

#endif
