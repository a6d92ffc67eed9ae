/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of /dev/kmsg (Linux: Documentation/ABI/testing/dev-kmsg). */
#ifndef KLOG_KMSG_H
#define KLOG_KMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KMSG_RECORD_MAX 16384 /* bytes; read() gives one whole record */

struct kmsg {
	bool started;
	uint64_t next; /* sequence number expected */
	uint64_t lost;
};

/* Writes the record's text as dmesg does, "[    1.234567] text\n" with its own line ends, to out, and gives its
 * length; 0 for a record that is not the kernel's own, or none. Counts records lost before it. */
size_t kmsg_text(struct kmsg *kmsg, const char *record, size_t n, char *out, size_t cap);

#endif
