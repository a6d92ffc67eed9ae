/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a block of a tar archive is by its bytes. */
#ifndef UTIL_TARBLOCK_H
#define UTIL_TARBLOCK_H

#define TARBLOCK 512u /* bytes of one; a header is one, and a member's bytes fill up the last one with zeros */

enum tarblock {
	TARBLOCK_OTHER,
	TARBLOCK_ZERO,  /* of zeros: one ends an archive, more fill it up */
	TARBLOCK_LIKE,  /* like a header */
	TARBLOCK_HEADER /* its checksum fits */
};

/* Of TARBLOCK bytes. TARBLOCK_LIKE is a header that is damaged. */
enum tarblock tarblock_of(const char *bytes);
/* The same in less time, without the checksum: TARBLOCK_LIKE is any header. */
enum tarblock tarblock_look(const char *bytes);

#endif
