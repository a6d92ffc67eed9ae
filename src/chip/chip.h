/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: a chip and the meaning of its registers. It is made from chipdefs/ (chipdefs/README.md is the format, and
 * each register and erratum cites its source there) and does not change afterwards. It knows no hardware and no Linux.
 *
 * Everything here is owned by the struct chipdb that it comes from (chip/db.h) and lives as long as that. The functions
 * cannot fail: an absent thing is NULL, -1 or a chip_ref without a register.
 */
#ifndef CHIP_CHIP_H
#define CHIP_CHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* A place in a definition, for errors. `file` is "<built in>/family/x.def" for embedded text. */
struct chip_pos {
	const char *file;
	unsigned line, column;
};

enum chip_access { CHIP_RO, CHIP_RW, CHIP_WO, CHIP_RC, CHIP_W1C, CHIP_W1S, CHIP_RS, CHIP_RL };
enum chip_space { CHIP_MMIO, CHIP_PHY, CHIP_CONFIG };
enum chip_queue { CHIP_QUEUE_NONE, CHIP_QUEUE_TX, CHIP_QUEUE_RX };

/* clang-format off */
enum chip_group {
	CHIP_IDENTITY, CHIP_LINK, CHIP_TRANSMIT, CHIP_RECEIVE, CHIP_INTERRUPTS, CHIP_GROUP_PHY,
	CHIP_POWER, CHIP_ERRORS, CHIP_STATISTICS, CHIP_MANAGEMENT, CHIP_FILTERS, CHIP_PCIE,
	CHIP_FIRMWARE, CHIP_OTHER, CHIP_GROUPS
};

/* The roles of chipdefs/README.md, in its order; chip_role_name() gives the word. */
enum chip_role {
	CHIP_ROLE_NONE,
	CHIP_MAC_CONTROL, CHIP_MAC_STATUS, CHIP_TX_CONTROL, CHIP_RX_CONTROL,
	CHIP_TX_HEAD, CHIP_TX_TAIL, CHIP_TX_LENGTH, CHIP_TX_ENABLE,
	CHIP_RX_HEAD, CHIP_RX_TAIL, CHIP_RX_LENGTH, CHIP_RX_ENABLE,
	CHIP_INTERRUPT_MASK, CHIP_INTERRUPT_CAUSE, CHIP_FLOW_CONTROL, CHIP_PAUSE_THRESHOLD,
	CHIP_MANAGEMENT_STATE, CHIP_FIRMWARE_STATE, CHIP_EEE_STATE, CHIP_MDD_TX, CHIP_MDD_RX,
	CHIP_PHY_CONTROL, CHIP_PHY_STATUS, CHIP_PHY_ID1, CHIP_PHY_ID2, CHIP_PHY_1000_STATUS,
	CHIP_PHY_1000_CONTROL, CHIP_PHY_ESTATUS, CHIP_PHY_ADVERTISE, CHIP_PHY_PARTNER,
	CHIP_PHY_VENDOR_STATUS, CHIP_PCIE_CONTROL, CHIP_PCIE_CONTROL2, CHIP_RX_LONG_PACKET,
	CHIP_TX_SCHEDULE, CHIP_TX_QUEUE_CAUSE, CHIP_RX_QUEUE_CAUSE, CHIP_VECTOR_CONTROL, CHIP_RESET_STATE, CHIP_PACKET_BUFFER,
	CHIP_ADMIN_QUEUE, CHIP_NVM_STATE, CHIP_FIRMWARE_RESETS, CHIP_LINK_LOSSES, CHIP_DCBX_STATE, CHIP_MDD_VF, CHIP_PRIORITY_CLASSES,
	CHIP_PORT_NUMBER, CHIP_XOFF_RECEIVED, CHIP_XOFF_SENT, CHIP_PRIORITY_XOFF_RECEIVED, CHIP_PRIORITY_XOFF_SENT,
	CHIP_LINK_CAPABILITY, CHIP_LINK_CONTROL, CHIP_LINK_STATUS, CHIP_L1SS_CAPABILITY, CHIP_L1SS_CONTROL,
	CHIP_MAC_ADDRESS_LOW, CHIP_MAC_ADDRESS_HIGH,
	CHIP_ROLES
};

/* Roles of fields, in a register with a role; chip_field_role_name() gives the word. */
enum chip_field_role {
	CHIP_FIELD_ROLE_NONE,
	CHIP_FIELD_ENABLED, CHIP_FIELD_LINK_UP, CHIP_FIELD_FULL_DUPLEX, CHIP_FIELD_PAUSED, CHIP_FIELD_FLOWING,
	CHIP_FIELD_SEND_PAUSE, CHIP_FIELD_REQUESTS_BLOCKED, CHIP_FIELD_LONG_FRAMES, CHIP_FIELD_BUFFER_SIZE, CHIP_FIELD_BUFFER_TIMES_16,
	CHIP_FIELD_PACKET_SPLIT, CHIP_FIELD_SCHEDULED, CHIP_FIELD_FIRMWARE_VALID, CHIP_FIELD_FIRMWARE_MODE,
	CHIP_FIELD_FIRMWARE_RECOVERY, CHIP_FIELD_MANAGEMENT_RECEIVE, CHIP_FIELD_MANAGEMENT_ARP,
	CHIP_FIELD_ASPM_WORKAROUND, CHIP_FIELD_VECTOR, CHIP_FIELD_MDD_VALID, CHIP_FIELD_MDD_FUNCTION,
	CHIP_FIELD_MDD_QUEUE, CHIP_FIELD_REMOTE_FAULT, CHIP_FIELD_JABBER, CHIP_FIELD_MASTER_SLAVE_FAULT,
	CHIP_FIELD_LOCAL_RECEIVER_OK, CHIP_FIELD_REMOTE_RECEIVER_OK, CHIP_FIELD_IDLE_ERRORS,
	CHIP_FIELD_DOWNSHIFT, CHIP_FIELD_OFFER_1000_FULL, CHIP_FIELD_OFFER_1000_HALF,
	CHIP_FIELD_OFFER_100_FULL, CHIP_FIELD_OFFER_100_HALF, CHIP_FIELD_OFFER_10_FULL,
	CHIP_FIELD_OFFER_10_HALF, CHIP_FIELD_RESETTING, CHIP_FIELD_FIRMWARE_ROLLBACK, CHIP_FIELD_LLDP_AGENT,
	CHIP_FIELD_ROLES
};
/* clang-format on */

/* Which structure of configuration space a CHIP_CONFIG register belongs to. */
enum chip_cap { CHIP_CAP_HEADER, CHIP_CAP_STANDARD, CHIP_CAP_EXTENDED };

struct chip_value {
	uint64_t first, last; /* inclusive */
	const char *meaning;
	bool unusual;
	unsigned column; /* in the line of its field */
};

struct chip_bits {
	uint8_t hi, lo; /* 63 at most */
};

/* Small, as there are thousands. */
struct chip_field {
	const char *name, *title;
	const struct chip_bits
		*parts; /* bits that are not adjacent, the most significant of the value first; NULL: hi:lo */
	struct chip_value *values;
	const char *unit; /* NULL: a plain number */
	struct chip_pos pos;
	uint32_t scale, plus; /* shown = (value << shift) * scale + plus; scale is 1 by default */
	uint16_t n_values;
	uint8_t n_parts, shift;
	uint8_t hi, lo; /* its highest and its lowest bit; all between them are its own if there are no parts */
	enum chip_field_role role : 8;
	bool unusual_if_set : 1, unusual_if_clear : 1; /* one-bit fields without values */
	bool trigger : 1; /* a 1 written to it starts something: nicregs writes it by its own name alone */
};

/* A run of an array's indices with one stride. A register that is no array has one segment 0..0. */
struct chip_segment {
	uint32_t first, last;     /* inclusive, absolute */
	uint32_t first2, last2;   /* second dimension; 0..0 without one */
	uint32_t offset;          /* of [first][first2]; the unit is that of struct chip_ref: bytes, or PHY registers */
	uint32_t stride, stride2; /* from one element to the next, in that unit */
	unsigned column;          /* in the line of its register */
};

/* The register exists only if REG.FIELD, in the same space, has (or, negated, has not) one of the values. */
struct chip_condition {
	const char *reg, *field;
	bool negate;
	uint64_t values[8];
	size_t n_values;
	const struct chip_condition *next; /* which must hold as well; NULL: no more */
	struct chip_pos pos;
};

struct chip_reg {
	const char *name, *title;
	const char *aka;  /* name in driver headers; NULL: prefix and name; "none": in no header */
	const char *cite; /* the source of the facts: a datasheet's section or a header; never NULL after a check */
	enum chip_space space : 8;
	enum chip_access access : 8;
	enum chip_group group : 8;
	enum chip_role role : 8;
	enum chip_queue queue : 8;
	enum chip_cap cap : 8;
	uint16_t cap_id;    /* of CHIP_CAP_STANDARD and CHIP_CAP_EXTENDED */
	bool trigger;       /* a write starts something, or leads to other registers: nicregs never writes it */
	uint8_t width;      /* bits: 8, 16, 32, 64 */
	uint8_t dimensions; /* 0: no array */
	struct chip_segment *segments;
	size_t n_segments;
	struct chip_field *fields; /* highest bit first */
	size_t n_fields;
	const struct chip_condition *condition; /* and those after it hold where it exists; NULL: it always does */
	/* A register that the built-in definition of the same PCI ID has here, and that must not be read: `access` is
	 * its access, whatever the user's definition says. NULL: none. */
	const struct chip_reg *built_in;
	struct chip_pos pos;
};

struct chip_id {
	uint16_t vendor, device;
	const char *name; /* NULL: the chip's own */
};

/* What the maker calls the silicon of a PCI revision. */
struct chip_stepping {
	uint8_t revision;
	const char *name;
};

struct chip_erratum {
	const char *id, *title, *cite;
	const char *workaround; /* such as "the driver disables L0s"; NULL: none, or not known */
};

struct chip_range {
	uint64_t first, last; /* inclusive */
};

/* What a test asks of a device. */
enum chip_test_kind {
	CHIP_TEST_REG,    /* a field of a register of the chip, or all of it */
	CHIP_TEST_CONFIG, /* the same of configuration space, as family pci names it */
	CHIP_TEST_BITS,   /* bits of configuration space at an offset */
	CHIP_TEST_NUMBER, /* `name` is device, revision, speed or mtu */
	CHIP_TEST_STATE,  /* `name` is link, up, aspm or trouble */
	CHIP_TEST_KERNEL  /* the kernel has a change that `releases` brought, the last of them mainline */
};

struct chip_test {
	enum chip_test_kind kind;
	bool negate;
	const char *name, *field; /* field: NULL: all of the register */
	uint32_t i;               /* array element */
	uint16_t offset;          /* in bytes; with hi and lo: of CHIP_TEST_BITS */
	uint8_t hi, lo;
	struct chip_range *values; /* one of which it must be */
	size_t n_values;
	const char **releases;
	size_t n_releases;
	struct chip_pos pos;
};

/* How one sees that an erratum is dealt with: while all of `when` hold, `test` does. */
struct chip_expect {
	const char *erratum; /* its id */
	const char *words;   /* the tests as they are written, for people */
	struct chip_test test;
	struct chip_test *when;
	size_t n_when;
	const char **remedies; /* ids of remedies/ for where the test fails */
	size_t n_remedies;
	struct chip_pos pos;
};

/* A structure of configuration space that the definition names, with or without registers. */
struct chip_capability {
	enum chip_cap cap;
	uint16_t id; /* 0 for the header */
	const char *name;
	struct chip_pos pos;
};

struct chip_index;

/* The hardware queue of the driver's queue n: the base, and n / divide + times * (n % divide). */
struct chip_queue_map {
	enum {
		CHIP_QUEUES_AT_0,
		CHIP_QUEUES_AFTER_VFS, /* behind those of the virtual functions, one each */
		CHIP_QUEUES_AT_BASE    /* from a number on that no register shows */
	} base;
	uint32_t divide, times; /* 0: 1 and 0 */
};

struct chip {
	const char *name, *title;
	bool family; /* a base only; not found in machines */
	bool part;   /* no registers: only errata and traits of PCI IDs */
	struct chip_id *ids;
	size_t n_ids;
	const char *driver; /* NULL for a family without one */
	uint8_t bar;
	uint32_t bar_size;  /* bytes that may be mapped; 0: no registers */
	const char **bases; /* all that it builds on, the nearest last */
	size_t n_bases;
	uint32_t queues_tx, queues_rx;
	struct chip_queue_map map_tx, map_rx;
	uint32_t ring_entry;        /* bytes a descriptor */
	const char *phy_kind, *phy; /* "internal", "external", "none"; its name or NULL */
	const char **traits;
	size_t n_traits;
	struct chip_erratum *errata;
	size_t n_errata;
	const struct chip_stepping *steppings; /* its own lines only, no base's */
	size_t n_steppings;
	const struct chip_expect **expects; /* those of its bases first */
	size_t n_expects;
	struct chip_reg **regs; /* in the order of the definitions, bases first */
	size_t n_regs;
	const char *like; /* of a part: the chip with the same registers, as far as a hang block shows any; or NULL */
	const struct chip_capability *capabilities; /* of family pci */
	size_t n_capabilities;
	const struct chip_index *index; /* for the look-ups below */
	/* The built-in definitions of its PCI IDs, where a user's files may have changed them; else none. */
	const struct chip **built_in;
	size_t n_built_in;
	struct chip_pos pos;
};

enum chip_word_kind { CHIP_WORD_REGISTER, CHIP_WORD_CONSTANT, CHIP_WORD_UNUSED };

struct chip_word {
	uint32_t index;
	enum chip_word_kind kind;
	enum chip_space space; /* of a register: CHIP_MMIO or CHIP_PHY */
	const char *name;      /* register name without index, or the meaning of the constant */
	uint32_t i, j;         /* array indices */
	const char **only;     /* chips, or bases of chips, for which this is so; NULL: for all */
	size_t n_only;
	const char *over; /* the element that the driver wrote here before, and that the dump so has not; NULL: none */
	uint32_t over_i, over_j;
	struct chip_pos pos;
};

#define CHIP_DUMP_SIZES 4

struct chip_dump {
	const char *driver;
	uint32_t n_words;                /* as the newest driver writes it */
	uint32_t sizes[CHIP_DUMP_SIZES]; /* in words, of all versions of the driver; the last is n_words */
	size_t n_sizes;
	struct chip_word *words; /* by index; words left out are unlabelled */
	size_t n_named;
	const struct chip_dump *built_in; /* the same driver's, where a user's files may have changed it; else NULL */
	struct chip_pos pos;
};

/* What a driver answers to SIOCGMIIREG: a bit for each PHY register from 0 to 31. */
struct chip_mii {
	const char *driver;
	uint32_t live;    /* read when asked for */
	uint32_t kept;    /* a number that the driver read once */
	uint32_t if_link; /* read when asked for if the link is up, else a constant */
	struct chip_pos pos;
};

/* Whether some version of the driver writes a dump of this many bytes. */
bool chip_dump_has_size(const struct chip_dump *dump, size_t bytes);

/* Appends the names of the registers that the driver changes by reading them for its dump, "A, B[1]"; nothing if there
 * are none. The built-in definitions count even if a user's definitions leave such a register out. */
void chip_dump_harm(const struct chip *chip, const struct chip_dump *dump, struct buf *names);

/* One element of a register array, or the register itself. */
struct chip_ref {
	const struct chip_reg *reg; /* NULL: none */
	uint32_t i, j;
	uint32_t offset; /* CHIP_MMIO: bytes into the BAR; CHIP_CONFIG: bytes into the structure; CHIP_PHY: page << 5 |
			  * register, as Linux's PHY_REG() */
};

/* Words for the enumerations, as in definitions and JSON: static, and never NULL for a valid value. */
const char *chip_access_name(enum chip_access access);
const char *chip_space_name(enum chip_space space);
const char *chip_group_name(enum chip_group group);
const char *chip_role_name(enum chip_role role);
const char *chip_field_role_name(enum chip_field_role role);
/* The enumeration for a word, case-sensitive; -1 if there is none. */
int chip_access_parse(const char *word);
int chip_space_parse(const char *word);
int chip_group_parse(const char *word);
int chip_role_parse(const char *word);
int chip_field_role_parse(const char *word);
/* Whether it is one of the traits that chipdefs/README.md lists. */
bool chip_trait_known(const char *word);

/* Whether errata of a chip (may be NULL) advise against a state of ASPM, such as "l1.2"; their ids are "aspm-l0s-l1", "aspm-l1.2" and
 * so on. *erratum, if not NULL, is set to the last of them and owned by the chipdb. */
bool chip_aspm_erratum(const struct chip *chip, const char *state, const struct chip_erratum **erratum);

/* Whether a plain read is harmless: not of wo, rc and rs. Reading rl changes the register without an effect on the
 * device or its driver. Only registers for which this holds are read from a live device unless the user asks. */
bool chip_access_safe(enum chip_access access);
/* Appends the reason why an unsafe register is not read: "reading ICR clears it". */
void chip_effect_words(const struct chip_reg *reg, struct buf *out);

/* The register at an offset (CHIP_MMIO and CHIP_PHY only), or with a name without index ("TDH", case-insensitive; NULL
 * if there is none). The offset may be that of any array element, but not a byte inside a register. */
struct chip_ref chip_reg_at(const struct chip *chip, enum chip_space space, uint32_t offset);
const struct chip_reg *chip_reg_named(const struct chip *chip, enum chip_space space, const char *name);
/* Reads "TDH[1]", "STATUS" or "PFINT_ITRN[0,3]" (case-insensitive); an array's bare name gives its first element. .reg
 * is NULL if there is no such register or element. */
struct chip_ref chip_ref_parse(const struct chip *chip, enum chip_space space, const char *text);
/* For a mistyped "TDX", "CTLR" or "STATUS.SPEEED": the register or field of these spaces (a set of 1 << space) whose name is near,
 * in `found`; false if none is, and for a name with wildcards. */
bool chip_nearest(const struct chip *chip, unsigned spaces, const char *text, char *found, size_t size);
#define CHIP_ANY_SPACE (~0u)
/* The element [i,j]; .reg is NULL if out of range. */
struct chip_ref chip_ref_at(const struct chip_reg *reg, uint32_t i, uint32_t j);
/* Whether the line of this word of a driver's dump counts for this chip. */
bool chip_word_counts(const struct chip *chip, const struct chip_word *word);
/* The register that a word of a driver's dump holds on this chip; .reg is NULL for a constant, an unused word, one that is
 * another chip's, and a register that the chip lacks. */
struct chip_ref chip_word_ref(const struct chip *chip, const struct chip_word *word);
/* The register that the dump has not because this word is written over it; .reg is NULL if there is none. */
struct chip_ref chip_word_lost(const struct chip *chip, const struct chip_word *word);
/* Element i of the register with a role; .reg is NULL if the chip has none. */
struct chip_ref chip_role_ref(const struct chip *chip, enum chip_role role, uint32_t i);
/* Appends "TDH[1]". */
void chip_ref_name(const struct chip_ref *ref, struct buf *out);
/* Calls `each` for every element of reg, in order, until it returns other than 0; returns that value, or 0. */
int chip_reg_each(const struct chip_reg *reg, int (*each)(const struct chip_ref *ref, void *arg), void *arg);
/* The number of its elements; 1 if it is no array. */
uint64_t chip_reg_count(const struct chip_reg *reg);

/* NULL if the register has no such field; case-insensitive. */
const struct chip_field *chip_field_named(const struct chip_reg *reg, const char *name);
/* The register's nth field with a role, lowest bits first; NULL if there are no more. Of most roles there is one. */
const struct chip_field *chip_field_with_role(const struct chip_reg *reg, enum chip_field_role role, size_t n);
/* The field's bits of a register value, shifted down and put together. */
uint64_t chip_field_get(const struct chip_field *field, uint64_t value);
/* The reverse: the register value with this value of the field and 0 else. Bits past the field's width are dropped. */
uint64_t chip_field_put(const struct chip_field *field, uint64_t field_value);
/* The number of its bits, and the register value with all of them set. */
unsigned chip_field_width(const struct chip_field *field);
uint64_t chip_field_mask(const struct chip_field *field);
/* Appends its bits as definitions write them: "7:6", "0", "22,7:6". */
void chip_field_bits(const struct chip_field *field, struct buf *out);
bool chip_has_trait(const struct chip *chip, const char *trait);
bool chip_has_erratum(const struct chip *chip, const char *id);
/* The stepping of a PCI revision: "B3"; NULL if the definition does not name it. */
const char *chip_stepping(const struct chip *chip, uint32_t revision);
/* Whether the name for a PCI ID (NULL: none) is a name ("82579V", "I219-LM (2)", "I217 or I218") and no title ("I350 Copper"). */
bool chip_name_is_short(const char *id_name);
/* That name if it is short, else the chip's. */
const char *chip_called(const struct chip *chip, const char *id_name);
/* Whether that name is the typed one: "I219-LM (7)" for itself, as lspci prints it ("(7) I219-LM"), and without its number. */
bool chip_name_is(const char *id_name, const char *typed);
/* Whether it is the definition of this name or builds on it. */
bool chip_builds_on(const struct chip *chip, const char *name);
/* The hardware queue of the driver's queue n, and the reverse. `vfs` is the number of virtual functions, negative if not
 * known. False if that cannot be known, or is none of the chip's queues. */
bool chip_queue_of_driver(const struct chip *chip, enum chip_queue direction, uint32_t n, int64_t vfs, uint32_t *queue);
bool chip_queue_to_driver(const struct chip *chip, enum chip_queue direction, uint32_t queue, int64_t vfs, uint32_t *n);
/* Appends the rule as definitions write it, "vfs+n"; nothing if both numbers are the same. */
void chip_queue_map_words(const struct chip_queue_map *map, struct buf *out);
/* Whether this one condition (without those in .next) holds if its field has this value. */
bool chip_condition_holds(const struct chip_condition *condition, uint64_t field_value);
/* The name that family pci gives to a structure of configuration space; NULL if it has none. */
const char *chip_capability_name(const struct chip *chip, enum chip_cap cap, uint16_t id);

/* Appends the meaning of a field's value ("1000 Mb/s", "16 KB"); nothing for a plain number or a bit without words.
 * `field_value` is as chip_field_get() returns it. */
void decode_meaning(const struct chip_field *field, uint64_t field_value, struct buf *out);

/* Whether the definition marks this value as unusual on a working device. */
bool decode_unusual(const struct chip_field *field, uint64_t field_value);

/* A glob is "TDH*", "TDH[1]" or "STATUS.LU", in any case; NULL matches everything. */

/* Whether the part of `glob` before the dot matches the element, and the part after it some field. An array element
 * matches by its bare name or by its name with index. */
bool chip_match_ref(const char *glob, const struct chip_ref *ref);

/* Whether the part after the dot matches the field; all fields match if there is none. */
bool chip_match_field(const char *glob, const struct chip_field *field);

/* Whether the part after the dot matches some field of the register; true if there is none. `glob` is not NULL. */
bool chip_match_any_field(const char *glob, const struct chip_reg *reg);

#endif
