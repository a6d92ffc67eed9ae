#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# scripts/check-contracts: a header that leaves out owner, errors or unit is found, one that says them in any allowed place is not.
itself=yes
. "${0%/*}/setup"

if ! command -v python3 > /dev/null; then
	echo 'skip contracts: no python3'
	exit 0
fi
mkdir -p "$dir/tree/src/room"

# finds NAME EXPECTED: a header out of stdin; nothing is expected to be missing if EXPECTED is empty
finds()
{
	{
		echo '/* SPDX-License-Identifier: GPL-2.0-or-later */'
		cat
	} > "$dir/tree/src/room/${header:-file.h}"
	out=$(scripts/check-contracts "$dir/tree" 2>&1)
	status=$?
	rm "$dir/tree/src/room/${header:-file.h}"
	if [ -n "$2" ]; then
		verdict "$1" "$([ $status -eq 1 ] && [ "$out" = "src/room/file.h:$2" ]; echo $?)" "status $status: $out"
	else
		verdict "$1" "$([ $status -eq 0 ] && [ -z "$out" ]; echo $?)" "status $status: $out"
	fi
}

finds 'a pointer that is returned' '4: thing_name(): whose the pointer is' << 'C'
/* A room. */
/* The name of a thing. */
const char *thing_name(int thing);
C
finds 'one that is set' '4: thing_open(): whose the pointer is' << 'C'
/* A room. */
/* Opens it: -ENOENT. */
int thing_open(struct thing **out, struct err *e);
C
finds 'one that a function in the header returns' '4: thing_name(): whose the pointer is' << 'C'
/* A room. */
/* The name. */
static inline const char *thing_name(const struct thing *t)
{
	return t->name; /* static */
}
C
finds 'an owner in the comment' '' << 'C'
/* A room. */
/* The name of a thing; owned by it. */
const char *thing_name(const struct thing *t);
/* A copy of it. Caller frees with thing_free(). */
struct thing *thing_copy(const struct thing *t) __attribute__((malloc(thing_free)));
/* Its word; static. */
const char *thing_word(int thing);
C
finds 'an owner at the head of the header' '' << 'C'
/*
 * A room.
 *
 * What is returned is owned by the thing.
 */
#define ROOM_H

/* The name of a thing. */
const char *thing_name(const struct thing *t);
C
finds 'a comment goes for those after it, up to an empty line' '7: thing_last(): a comment
src/room/file.h:7: thing_last(): whose the pointer is' << 'C'
/* A room. */
/* The first and the second; owned by it. */
const char *thing_first(const struct thing *t);
const char *thing_second(const struct thing *t);

const char *thing_last(const struct thing *t);
C
finds 'what another comment says' '' << 'C'
/* A room. */
/* The first; owned by it. -ENOENT: there is none. */
int thing_first(const struct thing *t, const char **out, struct err *e);
/* The same of the second. */
int thing_second(const struct thing *t, const char **out, struct err *e);

/* As thing_first(), of the last. */
int thing_last(const struct thing *t, const char **out, struct err *e);
C
finds 'a list' '4: v: whose the list is' << 'C'
/* A room. */
struct things {
	struct thing *v;
	size_t n, cap;
	struct thing *others; /* owned */
	size_t n_others, cap_others;
};
C
finds 'errors' '4: thing_read(): its errors' << 'C'
/* A room. */
/* Reads it. */
int thing_read(struct thing *t, struct err *e);
C
finds 'the unit of a time' '6: timeout: the unit of a time' << 'C'
/* A room. */

/* One of many. */
struct thing {
	int timeout; /* until it fails */
};
C
finds 'a name that only begins as one' '' << 'C'
/* A room. */
struct thing {
	bool timeout;
	int timeout_queue, n_when;
	size_t len;
};
C
finds 'the unit of a size, and of a speed' '3: size: the unit of a size
src/room/file.h:4: speed: the unit of a speed
src/room/file.h:4: speed_max: the unit of a speed' << 'C'
struct thing {
	uint32_t size;
	unsigned speed, speed_max;
};
C
finds 'a unit behind the member, before it, at the struct, in its name' '' << 'C'
/* A room. */

/* One of many; widths are in bits. */
struct thing {
	uint32_t size; /* bytes */
	/* Descriptors. */
	uint32_t length;
	int64_t timeout_ms, interval_ns;
	uint8_t width;
};
C
finds 'the unit of a parameter' '4: thing_wait(), timeout: the unit of a time' << 'C'
/* A room. */
/* Waits for the thing's end. */
void thing_wait(struct thing *t, int timeout);
C
finds 'the unit of what is returned' '4: thing_age(): the unit of what it returns' << 'C'
/* A room. */
/* How old it is. */
int64_t thing_age(const struct thing *t);
C
finds 'a function without a comment' '4: thing_run(): a comment' << 'C'
/* A room. */

void thing_run(struct thing *t);
void thing_free(struct thing *t);
C
header=internal.h
finds 'a header that is private to its room' '' << 'C'
const char *thing_name(int thing);
C
printf 'struct thing {\n\tint a;\n};\n' > "$dir/tree/src/room/other.c"
header=file.h
finds 'a name that two structs have' '2: thing: another one is in src/room/other.c
src/room/other.c:1: thing: another one is in src/room/file.h' << 'C'
struct thing {
	int a;
};
C
printf 'struct thing {\n\tint a;\n};\n' > "$dir/tree/src/room/third.c"
printf '/* A room. */\nstruct thing;\n' > "$dir/tree/src/room/file.h"
out=$(scripts/check-contracts "$dir/tree" 2>&1)
verdict "one that a header announces" "$([ $? -eq 1 ] && [ "$(echo "$out" | grep -c ': thing: another one')" = 2 ]; echo $?)" "$out"
rm "$dir/tree/src/room/file.h"
rm "$dir/tree/src/room/"*.c
out=$(scripts/check-contracts 2>&1)
verdict "nothing is missing in this tree" $? "$out"
out=$(scripts/check-contracts a b 2>&1)
verdict "two folders are refused" "$([ $? -eq 2 ]; echo $?)" "$out"
exit $failed
