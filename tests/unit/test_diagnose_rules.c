// SPDX-License-Identifier: GPL-2.0-or-later
/* Each rule that needs no log: where it holds, and where it must not. */
#include "patient.h"

#include <stdio.h>

#define LINK "STATUS=0x80083 "
#define RUNS LINK "TCTL=0x3103f0fa TDLEN=4096 "
#define STUCK RUNS "TDH=0x5d TDT=0x90"
#define BLOCKED "CTRL=0x581c0245 "
#define EMPTY RUNS "TDH=7 TDT=7"
#define UP "netdev=eth0 driver=e1000e carrier=1 speed=1000 "
#define ICE "netdev=eth0 driver=ice carrier=1 speed=100000 "
#define X722_UP "PRTMAC_LINKSTA[0]=0x48000080 QTX_ENA[44]=5 "

#define IGB "netdev=eth0 driver=igb carrier=1 speed=1000 operstate=up "
#define IGB_RUNS "STATUS=0x80083 TCTL=0x3103f0fa "
#define QUEUE(n, head, tail, length, enable) \
	"TDH[" n "]=" head " TDT[" n "]=" tail " TDLEN[" n "]=" length " TXDCTL[" n "]=" enable " "
#define ON "0x2000000"
#define GOOD(n) QUEUE(n, "0x20", "0x20", "4096", ON)
#define IGB_WITH(queue)                                                                      \
	{                                                                                    \
		IGB_RUNS GOOD("0") queue, IGB_RUNS GOOD("0") queue, IGB_RUNS GOOD("0") queue \
	}
#define BASE_WITH(queue)                                                                    \
	{                                                                                   \
		"LINKS=0x60000000 " GOOD("64") queue, "LINKS=0x60000000 " GOOD("64") queue, \
			"LINKS=0x60000000 " GOOD("64") queue                                \
	}
#define IXGBE "netdev=eth0 driver=ixgbe carrier=1 speed=10000 operstate=up "

struct one {
	const char *rule, *chip;
	const char *samples[3]; /* registers; fewer end with NULL */
	const char *facts;
	bool holds;
	const char *evidence; /* part of it; NULL: any */
};

/* clang-format off */
#define RING_EMPTY "ring.clean=9 ring.head=9 ring.tail=9 ring.use=9 "
#define RING_STANDS "ring.clean=5 ring.head=5 ring.tail=8 ring.use=8 ring.last=7 ring.done=0 ring.age_ms=9000 "
#define RING_DONE "ring.clean=5 ring.head=8 ring.tail=8 ring.use=8 ring.last=7 ring.done=1 ring.age_ms=9000 "
#define RING_TAKEN "ring.clean=5 ring.head=8 ring.tail=8 ring.use=8 ring.last=7 ring.done=0 ring.age_ms=9000 "
#define FRAME "frame.first=5 frame.last=7 frame.length=2974 frame.protocol=2048 frame.transport=6 frame.fragments=1 "
#define TSO FRAME "frame.mss=1460 frame.segments=2 "

static const struct one table[] = {
	/* The driver's side. */
	{ "ring-given-up", "82574L", { EMPTY, EMPTY }, UP "side.given_up=1 " RING_EMPTY, true, NULL },
	{ "ring-given-up", "82574L", { EMPTY, EMPTY }, UP "side.given_up=0 " RING_EMPTY, false, NULL },
	{ "ring-failed", "82574L", { EMPTY, EMPTY }, UP "state.failed=1 " RING_EMPTY, true, NULL },
	{ "ring-failed", "82574L", { EMPTY, EMPTY }, UP "state.resetting=1 " RING_EMPTY, false, NULL },
	{ "ring-resetting", "82574L", { EMPTY, EMPTY }, UP "state.resetting=1 " RING_EMPTY, true,
	  "driver state: resetting" },
	{ "ring-resetting", "82574L", { EMPTY, EMPTY }, UP RING_EMPTY, false, NULL },
	/* Down for a moment is no failure. */
	{ "ring-failed", "82574L", { EMPTY, EMPTY }, UP "state.down=1 " RING_EMPTY, false, NULL },
	{ "ring-resetting", "82574L", { EMPTY, EMPTY }, UP "state.down=1 " RING_EMPTY, true, "driver state: down" },
	{ "ring-stands", "82574L", { LINK, LINK }, UP RING_STANDS, true,
	  "tx-0: driver next_to_clean 5, hardware head 5, tail 8, driver next_to_use 8, ring 256; its oldest frame is not done, "
	  "9.0 s old" },
	{ "ring-stands", "82574L", { LINK, LINK }, UP RING_STANDS "side.read=1795732487582000000", true,
	  "9.0 s old (since 22:34:38.5 UTC)" },
	{ "ring-stands", "82574L", { LINK, LINK }, UP RING_DONE, false, NULL },
	{ "ring-stands", "82574L", { STUCK, STUCK }, UP RING_STANDS, false, NULL }, /* stuck-head has it */
	{ "stuck-head", "82574L", { STUCK, STUCK, STUCK }, UP RING_STANDS TSO, true,
	  "the frame at descriptors 5 to 7: TCP, 2974 bytes in 2 segments of 1460 (TSO), 1 fragment" },
	{ "stuck-head", "82574L", { STUCK, STUCK, STUCK }, UP RING_STANDS "ring.stopped=0 ring.limited=0", true,
	  "the kernel's watchdog does not look at it" },
	{ "ring-stopped", "82574L", { EMPTY, EMPTY }, UP RING_EMPTY "ring.stopped=1 ring.sent_ms=4200", true,
	  "tx-0: the kernel's queue is stopped by the driver for 4.2 s" },
	{ "ring-stopped", "82574L", { EMPTY, EMPTY }, UP RING_EMPTY "ring.stopped=0 ring.limited=1 ring.inflight=90", true,
	  "stopped by byte queue limits" },
	{ "ring-stopped", "82574L", { EMPTY, EMPTY }, UP RING_EMPTY "ring.stopped=0 ring.limited=0", false, NULL },
	{ "ring-stopped", "82574L", { EMPTY }, UP RING_EMPTY "ring.stopped=1", false, NULL }, /* one sample */
	{ "ring-not-rung", "82574L", { LINK, LINK }, UP "ring.clean=5 ring.head=5 ring.tail=5 ring.use=8 ring.last=7 ring.done=0",
	  true, "tail 5, driver next_to_use 8" },
	{ "ring-not-rung", "82574L", { LINK, LINK }, UP RING_TAKEN, false, NULL },
	{ "ring-write-back", "82574L", { LINK, LINK }, UP RING_TAKEN, true, "its oldest frame is not done" },
	{ "ring-write-back", "82574L", { LINK, LINK }, UP RING_DONE, false, NULL },
	{ "ring-write-back", "82574L", { LINK },
	  UP "ring.clean=5 ring.head=8 ring.tail=8 ring.use=8 ring.last=7 ring.done=0 ring.age_ms=1", false, NULL },
	/* Hardware that writes its head to memory does so once in a second or two. */
	{ "ring-write-back", "82574L", { LINK, LINK }, UP RING_TAKEN "ring.head_word=5", false, NULL },
	{ "ring-held", "82574L", { LINK, LINK }, UP RING_TAKEN "ring.head_word=5", true, "head in memory 5" },
	{ "not-cleaned", "82574L", { LINK, LINK, LINK }, UP "inflight[0]=588 limit[0]=3028 irq[24]=7 " RING_TAKEN "ring.head_word=5",
	  false, NULL },
	{ "ring-write-back", "82574L", { LINK, LINK },
	  UP "ring.clean=5 ring.head=8 ring.tail=8 ring.use=8 ring.last=7 ring.done=0", false, NULL },
	{ "ring-foreign", "82574L", { LINK, LINK }, UP "ring.clean=9 ring.head=40 ring.tail=40 ring.use=9", true, "hardware head 40" },
	{ "ring-foreign", "82574L", { LINK, LINK }, UP RING_EMPTY, false, NULL },
	{ "health", "82574L", { LINK }, UP "health=tx_hang:_error,_3_errors,_2_recovered", true, "health = tx hang: error, 3 errors" },
	{ "health", "82574L", { LINK }, UP "health=mdd:_healthy,_3_errors,_3_recovered", false, NULL },
	/* The same count in all samples is as old as the boot. */
	{ "aer-corrected", "82574L", { LINK, LINK }, UP "aer_corrected=9", false, NULL },
	{ "aer-uncorrected", "82574L", { LINK, LINK }, UP "aer_nonfatal=9 aer_port_fatal=1", false, NULL },
	{ "ring-held", "82574L", { LINK, LINK }, UP RING_STANDS "ring.gated=1", true, NULL },
	{ "ring-held", "82574L", { LINK, LINK }, UP RING_STANDS "ring.gated=0", false, NULL },
	{ "not-cleaned", "82574L", { LINK, LINK, LINK }, UP RING_DONE "ring.scheduled=0", true, "NAPI of tx-0: not scheduled" },
	{ "not-cleaned", "82574L", { LINK, LINK, LINK }, UP RING_DONE "ring.scheduled=1 ring.held=0", true,
	  "NAPI of tx-0: scheduled" },
	{ "not-cleaned", "82574L", { LINK, LINK, LINK }, UP RING_DONE "ring.scheduled=0 ring.deferred=1", false, NULL },
	{ "not-cleaned", "82574L", { LINK }, UP "ring.clean=5 ring.head=8 ring.tail=8 ring.use=8 ring.last=7 ring.done=1 ring.age_ms=3",
	  false, NULL },
	/* Bytes in flight that no frame of the ring has: the account is off, and nobody fails to clean up. */
	{ "not-cleaned", "82574L", { EMPTY, EMPTY, EMPTY }, UP "inflight[0]=588 limit[0]=3028 irq[24]=7 " RING_EMPTY, false,
	  NULL },
	{ "stuck-frame", "82574L", { STUCK, STUCK }, UP RING_STANDS TSO "frame.in=9 frame.in_name=tap105i0", true,
	  "TCP, 2974 bytes in 2 segments of 1460 (TSO), 1 fragment, came in by tap105i0" },
	{ "stuck-frame", "82574L", { STUCK, STUCK }, UP RING_STANDS FRAME "frame.mss=0", true, "TCP, 2974 bytes, 1 fragment" },
	{ "stuck-frame", "82574L", { EMPTY, EMPTY }, UP RING_EMPTY, false, NULL },
	{ "offloads", "82574L", { STUCK, STUCK }, UP RING_STANDS TSO "tx-tcp-segmentation=on", true, NULL },
	{ "offloads", "82574L", { STUCK, STUCK }, UP RING_STANDS FRAME "frame.mss=0 tx-tcp-segmentation=on", false, NULL },
	{ "guest-offloads", "82574L", { STUCK, STUCK }, UP "bridge=vmbr0 " RING_STANDS TSO "frame.in=9", true, NULL },
	{ "guest-offloads", "82574L", { STUCK, STUCK }, UP "bridge=vmbr0 " RING_STANDS TSO "frame.in=0", false, NULL },
	{ "stuck-head", "82574L", { STUCK, STUCK, STUCK }, UP, true, "TDH[0] = 0x5d, TDT[0] = 0x90: 51 descriptors "
	  "wait in a ring of 256" },
	{ "stuck-head", "82574L", { EMPTY, EMPTY, EMPTY }, UP, false, NULL },
	{ "stuck-head", "82574L", { RUNS "TDH=0x5d TDT=0x90", RUNS "TDH=0x60 TDT=0x90", RUNS "TDH=0x70 TDT=0x90" }, UP,
	  false, NULL },
	{ "stuck-head", "82574L", { "STATUS=0x80080 TDLEN=4096 TDH=1 TDT=2", "STATUS=0x80080 TDLEN=4096 TDH=1 TDT=2" },
	  NULL, false, NULL },
	{ "stuck-head", "82574L", { STUCK }, UP, false, NULL },
	{ "one-look", "82574L", { STUCK }, UP, true, "TDH[0]" },
	{ "one-look", "82574L", { EMPTY }, UP, false, NULL },
	{ "paused", "82574L", { "STATUS=0x80093" }, UP, true, "STATUS.TXOFF = 1" },
	{ "paused", "82574L", { "STATUS=0x80083" }, UP, false, NULL },
	{ "paused", "X722", { X722_UP "PRTDCB_TFCS=0x400" }, NULL, true, "PRTDCB_TFCS.TXOFF2 = 1" },
	{ "paused", "X722", { X722_UP "PRTDCB_TFCS=0" }, NULL, false, NULL },
	{ "tx-disabled", "82574L", { LINK "TCTL=0x3103f0f8" }, UP, true, "TCTL.EN = 0" },
	{ "tx-disabled", "82574L", { LINK "TCTL=0x3103f0fa" }, UP, false, NULL },
	{ "tx-disabled", "82574L", { LINK "TCTL=0" }, NULL, false, NULL },
	{ "tx-disabled", "82574L", { "STATUS=0x80080 TCTL=0" }, "driver=e1000e", false, NULL },
	{ "tx-disabled", "82574L", { LINK "TCTL=0" }, "netdev=eth0 driver=e1000e operstate=down", false, NULL },
	{ "tx-disabled", "82574L", { LINK "TCTL=0x3103f0fa", LINK "TCTL=0x3103f0f8" }, UP, true, "TCTL.EN = 0" },
	{ "tx-disabled", "82574L", { LINK "TCTL=0x3103f0f8", LINK "TCTL=0x3103f0fa" }, UP, false, NULL },
	{ "rx-disabled", "82574L", { LINK "RCTL=0x4008000" }, UP, true, "RCTL.EN = 0" },
	{ "rx-disabled", "82574L", { LINK "RCTL=0x4008002" }, UP, false, NULL },
	{ "rx-disabled", "82574L", { LINK "RCTL=0x4008002", LINK "RCTL=0x4008000" }, UP, false, NULL },
	{ "rx-disabled", "82574L", { LINK "RCTL=0" }, NULL, false, NULL }, /* no driver */
	{ "rx-disabled", "82574L", { "STATUS=0x80080 RCTL=0" }, "driver=e1000e", false, NULL }, /* no link */
	{ "rx-disabled", "82574L", { LINK "RCTL=0" }, "netdev=eth0 driver=e1000e operstate=down", false, NULL },
	{ "rx-disabled", "82540EM", { LINK "RCTL=0" }, "netdev=eth0 driver=e1000 carrier=1 operstate=up", true, "RCTL.EN = 0" },
	{ "rx-disabled", "I350", { LINK "RCTL=0" }, IGB, true, "RCTL.EN = 0" },
	{ "rx-disabled", "I225", { LINK "RCTL=0" }, "netdev=eth0 driver=igc carrier=1 operstate=up", true, "RCTL.EN = 0" },
	{ "rx-disabled", "82599", { "LINKS=0x60000000 RXCTRL=0" }, IXGBE, true, "RXCTRL.RXEN = 0" },
	{ "rx-disabled", "82599", { "LINKS=0x60000000 RXCTRL=1" }, IXGBE, false, NULL },
	{ "rx-disabled", "82599", { "LINKS=0 RXCTRL=0" }, "netdev=eth0 driver=ixgbe carrier=0", false, NULL },
	{ "rx-disabled", "E610", { "LINKS=0x60000000 RXCTRL=0" }, IXGBE, true, "RXCTRL.RXEN = 0" },
	/* Queues in use that were not read. */
	{ "queues-unseen", "I350", IGB_WITH(""), IGB "tx_queues=4", true, "tx_queues = 4" },
	{ "queues-unseen", "I350", IGB_WITH("TDT[1]=gone "), IGB, true, "TDT[1]: " },
	{ "queues-unseen", "I350", IGB_WITH(""), IGB, false, NULL }, /* nobody asked for more */
	{ "queues-unseen", "I350", IGB_WITH(""), IGB "tx_queues=1", false, NULL },
	{ "queues-unseen", "I350", IGB_WITH(GOOD("1") "TDT[2]=gone "), IGB "tx_queues=2", false, NULL },
	{ "queues-unseen", "82574L", { EMPTY " TDT[1]=gone" }, UP, false, NULL }, /* driven by its first alone */
	{ "queues-unseen", "I350", IGB_WITH(""), IGB "tx_queues=2 inflight[0]=0 limit[0]=3028 inflight[1]=0 limit[1]=0", false,
	  NULL },
	{ "queues-unseen", "I350", IGB_WITH(""), IGB "tx_queues=2 inflight[0]=0 limit[0]=3028", true, NULL },
	{ "queues-unseen", "82599", BASE_WITH(""), IXGBE "tx_queues=2", true, "tx_queues = 2" },
	{ "queues-unseen", "82599", BASE_WITH(GOOD("65")), IXGBE "tx_queues=2", false, NULL },
	/* Disabled, and in use. */
	{ "queue-disabled", "I350", IGB_WITH(QUEUE("1", "0x20", "0x29", "4096", "0")), IGB "tx_queues=2", true, "TDT[1] = 0x29" },
	{ "queue-disabled", "I350", IGB_WITH(QUEUE("1", "0x20", "0x29", "4096", "0")), IGB "tx_queues=1", false, NULL },
	{ "queue-disabled", "I350", IGB_WITH(QUEUE("1", "0x20", "0x20", "4096", "0")), IGB "tx_queues=2", false, NULL },
	{ "queue-disabled", "I350", IGB_WITH(QUEUE("1", "0x20", "0x29", "4096", "0")),
	  "netdev=eth0 driver=igb operstate=down tx_queues=2", false, NULL },
	{ "queue-disabled", "82599", BASE_WITH(QUEUE("65", "0x20", "0x29", "4096", "0")), IXGBE "tx_queues=2", true, NULL },
	/* Values that cannot be of a queue in use. */
	{ "queue-odd", "I350", IGB_WITH(QUEUE("1", "0x20", "0x29", "0", ON)), IGB "tx_queues=2", true, "TDLEN[1] = 0," },
	{ "queue-odd", "I350", IGB_WITH(QUEUE("1", "0xffffffff", "0x29", "4096", ON)), IGB "tx_queues=2", true, "TDH[1] = 0xffffffff" },
	{ "queue-odd", "I350", IGB_WITH(QUEUE("1", "0x20", "0xffffffff", "4096", ON)), IGB "tx_queues=2", true, NULL },
	{ "queue-odd", "I350", IGB_WITH("TDH[1]=0x20 TDT[1]=0xffffffff "), IGB "tx_queues=2", true, NULL },
	{ "queue-odd", "I350", IGB_WITH(QUEUE("1", "0x20", "0x29", "0", ON)), IGB, true, NULL },
	{ "queue-odd", "I350", { IGB_RUNS GOOD("0") GOOD("1"), IGB_RUNS GOOD("0") QUEUE("1", "0xffffffff", "0xffffffff", "4096", ON),
	  IGB_RUNS GOOD("0") GOOD("1") }, IGB "tx_queues=2", true, NULL },
	{ "queue-odd", "I350", IGB_WITH(QUEUE("1", "0", "0", "0", "0")), IGB "tx_queues=2", true, NULL },
	{ "queue-odd", "I350", IGB_WITH(GOOD("1")), IGB "tx_queues=2", false, NULL },
	{ "queue-odd", "I350", IGB_WITH(QUEUE("1", "0", "0", "0", "0")), IGB "tx_queues=1", false, NULL }, /* left unused */
	{ "queue-odd", "I350", IGB_WITH(QUEUE("1", "0", "0", "0", "0")), IGB, false, NULL },
	{ "queue-odd", "I350", IGB_WITH(QUEUE("1", "0", "0", "0", "0")), "netdev=eth0 driver=igb operstate=down tx_queues=2", false,
	  NULL },
	{ "queue-odd", "82599", BASE_WITH(QUEUE("65", "0", "0", "0", "0")), IXGBE "tx_queues=1", false, NULL },
	{ "rx-starved", "82574L", { LINK "RDLEN=4096 RDH=9 RDT=9", LINK "RDLEN=4096 RDH=9 RDT=9" }, UP, true,
	  "RDH[0] = tail = 0x9" },
	{ "rx-starved", "82574L", { LINK "RDLEN=4096 RDH=9 RDT=9", LINK "RDLEN=4096 RDH=9 RDT=9" },
	  UP "counter.alloc_rx_buff_failed=7 counter.rx_dma_failed=0", true, "driver counter alloc_rx_buff_failed = 7" },
	{ "rx-starved", "82574L", { LINK "RDLEN=4096 RDH=9 RDT=9", LINK "RDLEN=4096 RDH=9 RDT=9" },
	  UP "counter.alloc_rx_buff_failed=0", true, "no receive buffer was refused" },
	{ "rx-starved", "82574L", { LINK "RDLEN=4096 RDH=9 RDT=8", LINK "RDLEN=4096 RDH=9 RDT=8" }, UP, false, NULL },
	{ "link-down", "82574L", { "STATUS=0x80080" }, NULL, true, "STATUS.LU = 0" },
	{ "link-down", "82574L", { LINK }, NULL, false, NULL },
	{ "link-down", "X722", { "PRTMAC_LINKSTA[0]=0" }, NULL, true, "PRTMAC_LINKSTA" },
	{ "link-down", "I350", { "" }, "carrier=0 operstate=down", true, "carrier = no" },
	{ "link-flaps", "I350", { "" }, "bond_link_failures=14", true, "bond_link_failures = 14" },
	{ "link-flaps", "I350", { "" }, "bond_link_failures=1 carrier_changes=9", false, NULL },
	{ "link-flaps", "I350", { "" }, "bond_link_failures=0", false, NULL },
	{ "link-slow", "I350", { "" }, "speed=100", true, "speed = 100 Mb/s" },
	{ "link-slow", "I350", { "" }, "speed=1000", false, NULL },
	{ "link-slow", "82574L", { LINK "BM_CS_STATUS=0x20" }, "speed=1000", true, "DOWNSHIFT" },
	{ "link-slow", "82574L", { LINK "LPA=0x41e1 STAT1000=0 ADVERTISE=0xde1 CTRL1000=0x300" }, "speed=100", true,
	  "the link partner offers 100 Mb/s" },
	{ "link-slow", "I350", { "" }, "speed=100 partner_speed=1000", true, "the link partner offers 1000 Mb/s" },
	{ "half-duplex", "82574L", { "STATUS=0x80082" }, NULL, true, "STATUS.FD = 0" },
	{ "half-duplex", "82574L", { "STATUS=0x80080" }, NULL, false, NULL },
	{ "half-duplex", "82574L", { LINK }, NULL, false, NULL },
	{ "phy-faults", "82574L", { LINK "BMSR=0x797d" }, UP, true, "BMSR.RFAULT = 1" },
	{ "phy-faults", "82574L", { LINK "BMSR=0x796d STAT1000=0x3c00" }, UP, false, NULL },
	{ "phy-faults", "82574L", { LINK "STAT1000=0x2c00" }, UP, true, "REMRXOK" },
	{ "phy-faults", "82574L", { LINK "STAT1000=0" }, "carrier=1 speed=100", false, NULL },
	{ "requests-blocked", "82574L", { BLOCKED EMPTY, BLOCKED EMPTY }, UP, true, "CTRL.GIO_MASTER_DISABLE = 1" },
	{ "requests-blocked", "82574L", { BLOCKED STUCK, BLOCKED STUCK }, UP, true, "in all 2 samples" },
	{ "requests-blocked", "I350", { BLOCKED LINK }, "driver=igb carrier=1", true, "driver = igb" },
	{ "requests-blocked", "82579LM", { BLOCKED EMPTY }, UP, true, "CTRL.GIO_MASTER_DISABLE = 1" },
	{ "requests-blocked", "82574L", { BLOCKED EMPTY, "CTRL=0x581c0241 " EMPTY }, UP, false, NULL },
	{ "requests-blocked", "82574L", { BLOCKED EMPTY, BLOCKED "STATUS=0x80083 TDLEN=4096 TDH=9 TDT=9" }, UP, false, NULL },
	{ "requests-blocked", "82574L", { BLOCKED EMPTY }, "carrier=1", false, NULL },
	{ "requests-blocked", "82574L", { BLOCKED "STATUS=0x80080" }, "driver=e1000e carrier=0", false, NULL },
	{ "requests-blocked", "82574L", { BLOCKED EMPTY, BLOCKED EMPTY }, UP "system=QEMU_Standard_PC", false, NULL },
	{ "requests-blocked", "82574L", { "CTRL=0xffffffff " EMPTY }, UP, false, NULL },
	{ "aspm-fault", "82574L", { EMPTY }, UP "aspm_enabled=L1", true, "aspm_enabled = L1" },
	{ "aspm-fault", "82574L", { EMPTY }, UP "aspm_enabled=disabled", false, NULL },
	{ "idle-errors", "82574L", { LINK "STAT1000=0x3c07", LINK "STAT1000=0x3c05" }, UP, true, "IDLE_ERR_CNT" },
	{ "idle-errors", "82574L", { LINK "STAT1000=0x3c01", LINK "STAT1000=0x3c00" }, UP, false, NULL },
	{ "phy-garbage", "82574L", { LINK "BMSR=0xffff" }, UP, true, "BMSR = 0xffff" },
	{ "phy-garbage", "82574L", { LINK "BMSR=0x796d PHYSID1=0x141" }, UP, false, NULL },
	{ "dead", "82574L", { "STATUS=gone TDH=gone" }, NULL, true, "2 registers" },
	{ "dead", "82574L", { "STATUS=0xffffffff TDH=0xffffffff" }, NULL, true, "0xffffffff" },
	{ "dead", "82574L", { EMPTY }, UP, false, NULL },
	{ "asleep", "I350", { "" }, "power_state=D3hot", true, "D3hot" },
	{ "asleep", "I350", { "" }, "power_state=D0", false, NULL },
	{ "eee", "I350", { LINK "EEER=0x20000000 TDLEN[0]=4096 TDH[0]=1 TDT[0]=9",
	  LINK "EEER=0x20000000 TDLEN[0]=4096 TDH[0]=1 TDT[0]=9" },
	  "driver=igb carrier=1", true, "EEER.EEE_NEG = 1" },
	{ "eee", "I350", { LINK "EEER=0x20000000" }, "driver=igb carrier=1", false, NULL },
	{ "offloads", "82574L", { STUCK, STUCK }, UP "tx-tcp-segmentation=on rx-gro=off", true,
	  "tx-tcp-segmentation = on" },
	{ "offloads", "82574L", { STUCK, STUCK }, UP "tx-tcp-segmentation=off tx-generic-segmentation=off rx-gro=off",
	  false, NULL },
	{ "offloads", "82574L", { EMPTY, EMPTY }, UP "tx-tcp-segmentation=on", false, NULL },
	{ "offloads", "I350", { LINK "TDLEN[0]=4096 TDH[0]=1 TDT[0]=9", LINK "TDLEN[0]=4096 TDH[0]=1 TDT[0]=9" },
	  "driver=igb tx-tcp-segmentation=on", false, NULL },
	{ "guest-offloads", "82574L", { STUCK, STUCK }, UP "bridge=vmbr0", true, "bridge = vmbr0" },
	{ "guest-offloads", "82574L", { STUCK, STUCK }, UP, false, NULL },
	{ "guest-offloads", "82574L", { EMPTY, EMPTY }, UP "bridge=vmbr0", false, NULL },
	{ "tx-pause", "82579LM", { STUCK, STUCK }, UP "pause_tx=1", false, NULL },
	{ "tx-pause", "82574L", { STUCK, STUCK }, UP "pause_tx=1", false, NULL },
	{ "unproven", "82574L", { STUCK, STUCK }, UP, true, NULL },
	{ "unproven", "82574L", { EMPTY, EMPTY }, UP, false, NULL },
	{ "aspm-not-applicable", "82579LM", { STUCK, STUCK }, UP, true, NULL },
	{ "aspm-not-applicable", "82579LM", { EMPTY, EMPTY }, UP, false, NULL },
	{ "management", "82579LM", { "FWSM=0x8044" }, NULL, true, "FWSM.FW_VALID = 1" },
	{ "management", "82579LM", { "FWSM=0x0044 MANC=0" }, NULL, false, NULL },
	{ "management", "82579LM", { "FWSM=0x8044 MANC=0x20000" }, NULL, true, "MANC.RCV_TCO_EN" },
	{ "management", "82574L", { "FWSM=0x8004 MANC=0x20000" }, NULL, false, NULL },
	{ "management", "I350", { "FWSM=0x8004" }, NULL, false, NULL },
	{ "queue-cause", "X722", { X722_UP "QTX_HEAD[44]=1 QTX_TAIL[44]=9 QINT_TQCTL[44]=0x07ff0001" }, NULL, true,
	  "QINT_TQCTL[44].CAUSE_ENA = 0" },
	{ "queue-cause", "X722", { X722_UP "QTX_HEAD[44]=1 QTX_TAIL[44]=9 QINT_TQCTL[44]=0x47ff0001" }, NULL, false,
	  NULL },
	{ "queue-cause", "X722", { X722_UP "QTX_HEAD[44]=9 QTX_TAIL[44]=9 QINT_TQCTL[44]=0x07ff0001" }, NULL, false,
	  NULL },
	{ "irq-masked", "X722",
	  { X722_UP "QTX_HEAD[44]=1 QTX_TAIL[44]=9 QINT_TQCTL[44]=0x47ff0005 PFINT_DYN_CTLN[4]=0x18",
	    X722_UP "QTX_HEAD[44]=1 QTX_TAIL[44]=9 QINT_TQCTL[44]=0x47ff0005 PFINT_DYN_CTLN[4]=0x18" },
	  NULL, true, "PFINT_DYN_CTLN[4].INTENA = 0" },
	{ "irq-masked", "X722",
	  { X722_UP "QTX_HEAD[44]=1 QTX_TAIL[44]=9 QINT_TQCTL[44]=0x47ff0005 PFINT_DYN_CTLN[4]=0x18",
	    X722_UP "QTX_HEAD[44]=1 QTX_TAIL[44]=9 QINT_TQCTL[44]=0x47ff0005 PFINT_DYN_CTLN[4]=0x19" },
	  NULL, false, NULL },
	{ "irq-masked", "82574L", { STUCK " IMS=0", STUCK " IMS=0" }, UP, true, "IMS = 0 in all 2 samples" },
	{ "irq-masked", "82574L", { STUCK " IMS=0", STUCK " IMS=0x15" }, UP, false, NULL },
	{ "irq-masked", "82574L", { EMPTY " IMS=0", EMPTY " IMS=0" }, UP, false, NULL },
	{ "mdd", "X722", { "GL_MDET_TX=0x8200002c" }, NULL, true, "queue 44 of the device, function 0 (this one)" },
	{ "mdd", "X722", { "GL_MDET_TX=0x8240002c PF_MDET_TX=0" }, NULL, true, "function 2" },
	{ "mdd", "X722", { "GL_MDET_RX=0x80580003" }, NULL, true, "GL_MDET_RX = 0x80580003, queue 44 of the device, "
	  "function 3" },
	{ "mdd", "I350", { "MDFB=0" }, NULL, false, NULL },
	{ "mdd", "X722", { "GL_MDET_TX=0x0200002c PF_MDET_TX=0" }, NULL, false, NULL },
	{ "mdd", "X722", { "PF_MDET_TX=1" }, NULL, true, "PF_MDET_TX" },
	{ "mdd", "I350", { "MDFB=1" }, NULL, true, "MDFB" },
	{ "driver-old", "X722", { X722_UP "QTX_HEAD[44]=1 QTX_TAIL[44]=9", X722_UP "QTX_HEAD[44]=1 QTX_TAIL[44]=9" },
	  "driver=i40e driver_version=1.6.27-k", true, "driver_version = 1.6.27-k" },
	{ "driver-old", "X722", { X722_UP "QTX_HEAD[44]=1 QTX_TAIL[44]=9", X722_UP "QTX_HEAD[44]=1 QTX_TAIL[44]=9" },
	  "driver=i40e driver_version=2.13.10", false, NULL },
	{ "driver-old", "X722", { X722_UP "QTX_HEAD[44]=9 QTX_TAIL[44]=9", X722_UP "QTX_HEAD[44]=9 QTX_TAIL[44]=9" },
	  "driver=i40e driver_version=1.6.27-k", false, NULL },
	{ "rx-silent", "X722", { X722_UP "QTX_HEAD[44]=1 QTX_TAIL[44]=1 QRX_TAIL[44]=7 QRX_ENA[44]=5",
				 X722_UP "QTX_HEAD[44]=40 QTX_TAIL[44]=40 QRX_TAIL[44]=7 QRX_ENA[44]=5" }, NULL, true,
				   NULL },
	{ "stuck-head", "X722", { X722_UP "QTX_HEAD[44]=0x10008 QTX_TAIL[44]=9", X722_UP "QTX_HEAD[44]=8 QTX_TAIL[44]=9" },
	  "ring_tx=512", false, NULL },
	{ "stuck-head", "X722", { X722_UP "QTX_HEAD[44]=511 QTX_TAIL[44]=0", X722_UP "QTX_HEAD[44]=511 QTX_TAIL[44]=0" },
	  "ring_tx=512", false, NULL },
	{ "stuck-head", "X722", { X722_UP "QTX_HEAD[44]=0x10007 QTX_TAIL[44]=9", X722_UP "QTX_HEAD[44]=7 QTX_TAIL[44]=9" },
	  "ring_tx=512", true, "QTX_HEAD[44] = 0x7, QTX_TAIL[44] = 0x9: 2 descriptors wait in a ring of 512" },
	{ "stuck-head", "82574L", { RUNS "TDH=8 TDT=9", RUNS "TDH=8 TDT=9" }, UP, true, "1 descriptors wait" },
	{ "rx-silent", "X722", { X722_UP "QTX_HEAD[44]=1 QTX_TAIL[44]=1 QRX_TAIL[44]=7 QRX_ENA[44]=5",
				 X722_UP "QTX_HEAD[44]=40 QTX_TAIL[44]=40 QRX_TAIL[44]=9 QRX_ENA[44]=5" }, NULL, false,
				   NULL },
	{ "not-cleaned", "82574L", { EMPTY, EMPTY, EMPTY }, UP "inflight[0]=588 limit[0]=3028 irq[24]=7", true,
	  "tx-0: 588 bytes in flight in all 3 samples over 2.0 s" },
	{ "not-cleaned", "82574L", { EMPTY, EMPTY, EMPTY }, UP "inflight[0]=588 limit[0]=3028 irq[24]=7", true,
	  "no interrupt of this device arrived" },
	{ "not-cleaned", "I350", { LINK, LINK, LINK }, UP "inflight[0]=588 irq[24]=7 txirq[25]=7", true,
	  "no interrupt of this queue arrived" },
	{ "not-cleaned", "82574L", { EMPTY, EMPTY, EMPTY }, UP "inflight[0]=588 limit[0]=3028", true, "588 bytes" },
	{ "not-cleaned", "82574L", { EMPTY, EMPTY }, UP "inflight[0]=588 limit[0]=3028", false, NULL },
	{ "not-cleaned", "82574L", { EMPTY }, UP "inflight[0]=588 limit[0]=3028 irq[24]=7", false, NULL },
	{ "not-cleaned", "82574L", { EMPTY, EMPTY, EMPTY }, UP "inflight[0]=0 limit[0]=3028 irq[24]=7", false, NULL },
	{ "not-cleaned", "82574L", { EMPTY, EMPTY, EMPTY }, UP "inflight[0]=0 limit[0]=0 irq[24]=7", false, NULL },
	{ "not-cleaned", "82574L", { EMPTY, EMPTY, EMPTY }, UP "timeouts[0]=0 irq[24]=7", false, NULL },
	{ "not-cleaned", "82574L", { STUCK, STUCK, STUCK }, UP "inflight[0]=588 irq[24]=7", false, NULL },
	{ "not-cleaned", "82574L", { "STATUS=0x80080 TDLEN=4096 TDH=7 TDT=7", "STATUS=0x80080 TDLEN=4096 TDH=7 TDT=7",
	  "STATUS=0x80080 TDLEN=4096 TDH=7 TDT=7" }, "inflight[0]=588 irq[24]=7", false, NULL },
	{ "not-cleaned", "82574L", { "STATUS=0x80093 TDLEN=4096 TDH=7 TDT=7", "STATUS=0x80093 TDLEN=4096 TDH=7 TDT=7",
	  "STATUS=0x80093 TDLEN=4096 TDH=7 TDT=7" }, UP "inflight[0]=588 irq[24]=7", false, NULL },
	{ "not-cleaned", "82574L", { RUNS "TDH=1 TDT=1", RUNS "TDH=101 TDT=101", RUNS "TDH=201 TDT=201" },
	  UP "inflight[0]=588 irq[24]=7", false, NULL },
	{ "not-cleaned", "82574L", { RUNS "TDH=1 TDT=1", RUNS "TDH=101 TDT=101", RUNS "TDH=2 TDT=2" },
	  UP "inflight[0]=588 irq[24]=7", false, NULL },
	{ "watchdog-counted", "82574L", { EMPTY }, UP "timeouts[0]=3", true, "tx-0: tx_timeout = 3" },
	{ "watchdog-counted", "82574L", { EMPTY }, UP "timeouts[0]=0", false, NULL },
	{ "firmware-recovery", "X722", { "GL_FWSTS=0x10000" }, NULL, true, "FWS1B" },
	{ "firmware-recovery", "X722", { "GL_FWSTS=0" }, NULL, false, NULL },
	{ "firmware-recovery", "E810", { "GL_MNG_FWSM=0x2" }, NULL, true, "GL_MNG_FWSM.RECOVERY = 1 (on)" },
	{ "firmware-recovery", "E830", { "GL_MNG_FWSM=0x2" }, NULL, true, "RECOVERY" },
	{ "firmware-recovery", "E610", { "GL_MNG_FWSM=0x2" }, NULL, true, "RECOVERY" },
	{ "firmware-recovery", "E810", { "GL_MNG_FWSM=0x40000005" }, NULL, false, NULL },
	/* Priority 3 is held: of class 0 here, of class 1 there. */
	{ "ring-stands", "E810", { "PRTDCB_TFCS=0x800 PRTDCB_TUP2TC=0", "PRTDCB_TFCS=0x800 PRTDCB_TUP2TC=0" },
	  ICE RING_STANDS "ring.traffic_class=0", false, NULL },
	{ "ring-stands", "E810", { "PRTDCB_TFCS=0x800 PRTDCB_TUP2TC=0x200", "PRTDCB_TFCS=0x800 PRTDCB_TUP2TC=0x200" },
	  ICE RING_STANDS "ring.traffic_class=0", true, NULL },
	{ "ring-stands", "E810", { "PRTDCB_TFCS=0x800 PRTDCB_TUP2TC=0x200", "PRTDCB_TFCS=0x800 PRTDCB_TUP2TC=0x200" },
	  ICE RING_STANDS "ring.traffic_class=1", false, NULL },
	{ "ring-stands", "X710", { "PRTDCB_TFCS=1 PRTDCB_RUP2TC=0x200", "PRTDCB_TFCS=1 PRTDCB_RUP2TC=0x200" },
	  "netdev=eth0 driver=i40e carrier=1 " RING_STANDS "ring.traffic_class=0", false, NULL },
	{ "ring-stands", "E810", { "PRTDCB_TFCS=0x800 PRTDCB_TUP2TC=0x200", "PRTDCB_TFCS=0x800 PRTDCB_TUP2TC=0x200" },
	  ICE RING_STANDS, false, NULL },
	{ "ring-stands", "X550", { "TFCS=0xf7", "TFCS=0xf7" }, "netdev=eth0 driver=ixgbe carrier=1 " RING_STANDS "ring.traffic_class=2", true,
	  NULL },
	{ "ring-stands", "X550", { "TFCS=0xf7", "TFCS=0xf7" }, "netdev=eth0 driver=ixgbe carrier=1 " RING_STANDS "ring.traffic_class=3", false,
	  NULL },
	/* Bit 0 is the port where priorities are not paused. */
	{ "ring-stands", "X550", { "TFCS=0xfe", "TFCS=0xfe" }, "netdev=eth0 driver=ixgbe carrier=1 " RING_STANDS "ring.traffic_class=2", false,
	  NULL },
	{ "firmware-rollback", "E810", { "GL_MNG_FWSM=0x4" }, NULL, true, "GL_MNG_FWSM.ROLLBACK = 1" },
	{ "firmware-rollback", "E810", { "GL_MNG_FWSM=0x2" }, NULL, false, NULL },
	/* On an E830 the bit is another one. */
	{ "firmware-rollback", "E830", { "GL_MNG_FWSM=0x4" }, NULL, false, NULL },
	{ "device-resetting", "E810", { "GLGEN_RSTAT=0x1", "GLGEN_RSTAT=0x2" }, ICE, true, "GLGEN_RSTAT.DEVSTATE = 2 (reset in progress)" },
	{ "device-resetting", "X710", { "PFGEN_CTRL=1 GLGEN_RSTAT=0", "PFGEN_CTRL=1 GLGEN_RSTAT=0" }, NULL, true, "PFGEN_CTRL = 1" },
	{ "device-resetting", "E810", { "GLGEN_RSTAT=0x1", "GLGEN_RSTAT=0x0" }, ICE, false, NULL },
	{ "device-resetting", "E810", { "GLGEN_RSTAT=0x0", "GLGEN_RSTAT=0x1" }, ICE, false, NULL },
	{ "device-resetting", "E810", { "GLGEN_RSTAT=0x1" }, ICE, false, NULL },
	{ "admin-queue", "E810", { "PF_FW_ATQLEN=0xc0000200", "PF_FW_ATQLEN=0xc0000200" }, ICE, true, "PF_FW_ATQLEN.ATQCRIT = 1" },
	{ "admin-queue", "X710", { "PF_ARQLEN=0x20", "PF_ARQLEN=0x20" }, "netdev=eth0 driver=i40e", true, "PF_ARQLEN.ARQENABLE = 0" },
	{ "admin-queue", "E810", { "PF_FW_ATQLEN=0x80000200", "PF_FW_ATQLEN=0x80000200" }, ICE, false, NULL },
	/* The driver cleared it meanwhile. */
	{ "admin-queue", "E810", { "PF_FW_ATQLEN=0xc0000200", "PF_FW_ATQLEN=0x80000200" }, ICE, false, NULL },
	{ "admin-queue", "E810", { "PF_FW_ATQLEN=0", "PF_FW_ATQLEN=0" }, "", false, NULL },
	{ "admin-queue", "E810", { "PF_FW_ATQLEN=0 GLGEN_RSTAT=1", "PF_FW_ATQLEN=0 GLGEN_RSTAT=1" }, ICE, false, NULL },
	{ "nvm-state", "E810", { "GLNVM_ULD=0x13b GLNVM_FLA=0x40" }, "", true, "GLNVM_ULD.PCIER_DONE_2 = 0" },
	{ "nvm-state", "X710", { "GLNVM_FLA=0" }, "", true, "GLNVM_FLA.LOCKED = 0 (blank NVM mode)" },
	{ "nvm-state", "E810", { "GLNVM_ULD=0x13b GLNVM_FLA=0x40" }, ICE, false, NULL },
	{ "nvm-state", "E810", { "GLNVM_ULD=0x33b GLNVM_FLA=0x40" }, "", false, NULL },
	{ "safe-mode", "E810", { "", "" }, ICE "tx_queues=1 state.safe-mode=1", true, "flag for its advanced features is clear" },
	{ "safe-mode", "E810", { "", "" }, ICE "tx_queues=1 state.safe-mode=1 state.resetting=1", false, NULL },
	{ "safe-mode", "E810", { "", "" }, ICE "tx_queues=1 state.down=1", false, NULL },
	{ "safe-mode", "E810", { "", "" }, ICE "tx_queues=1", false, NULL },
	{ "firmware-restarted", "E810", { "GL_FWRESETCNT=4", "GL_FWRESETCNT=5" }, ICE, true, "GL_FWRESETCNT" },
	{ "firmware-restarted", "X550", { "FWRESETCNT=1", "FWRESETCNT=2" }, "netdev=eth0 driver=ixgbe", true, "FWRESETCNT" },
	{ "firmware-restarted", "E810", { "GL_FWRESETCNT=5", "GL_FWRESETCNT=5" }, ICE, false, NULL },
	/* Which virtual function it was: a register for each. */
	{ "mdd", "E810", { "GL_MDET_TX_PQM=0xc0006051 VP_MDET_TX_PQM[5]=1 PF_MDET_TX_PQM=0" }, ICE, true,
	  "VP_MDET_TX_PQM[5] = 0x1: virtual function 5" },
	{ "mdd", "X710", { "VP_MDET_RX[0]=1 VP_MDET_RX[1]=0 VP_MDET_TX[127]=1" }, NULL, true, "VP_MDET_TX[127] = 0x1: virtual function 127" },
	{ "mdd", "E830", { "PF_MDET_TX_TCLAN=1" }, ICE, true, "PF_MDET_TX_TCLAN" },
	{ "mdd", "E810", { "GL_MDET_RX=0x8000002c" }, ICE, true, "queue 44 of the device, function 0 (this one)" },
	{ "mdd", "E810", { "VP_MDET_TX_PQM[5]=0 PF_MDET_TX_PQM=0 GL_MDET_RX=0" }, ICE, false, NULL },
	/* What Linux never clears says nothing of now. */
	{ "mdd", "E810", { "GL_MDET_TX_TDPU=0x80000007 PF_MDET_TX_TDPU=1" }, ICE, false, NULL },
	{ "paused", "E810", { "PRTDCB_TFCS=0x800" }, ICE, true, "PRTDCB_TFCS.TXOFF3 = 1" },
	{ "paused", "E810", { "PRTDCB_TFCS=0" }, ICE, false, NULL },
	{ "dcb", "E810", { "PRTDCB_GENS=2", "PRTDCB_GENS=2" }, ICE RING_STANDS, true, "PRTDCB_GENS = 2 (done)" },
	{ "dcb", "X710", { "PRTDCB_GENS=1", "PRTDCB_GENS=1" }, "netdev=eth0 driver=i40e " RING_STANDS, true, "PRTDCB_GENS" },
	{ "dcb", "E810", { "PRTDCB_GENS=7", "PRTDCB_GENS=7" }, ICE RING_STANDS, false, NULL },
	{ "dcb", "E810", { "PRTDCB_GENS=2", "PRTDCB_GENS=2" }, ICE "private_flags=fw-lldp-agent_off " RING_STANDS, false, NULL },
	{ "dcb", "E810", { "PRTDCB_GENS=2", "PRTDCB_GENS=2" }, ICE RING_EMPTY, false, NULL }, /* no trouble */
	{ "link-flaps", "E830", { "PRTMAC_LINK_DOWN_COUNTER=7", "PRTMAC_LINK_DOWN_COUNTER=9" }, ICE, true, "PRTMAC_LINK_DOWN_COUNTER = 7" },
	{ "link-flaps", "X722", { "PRTMAC_LINK_DOWN_COUNTER=7", "PRTMAC_LINK_DOWN_COUNTER=7" }, NULL, false, NULL },
	/* One loss is no flapping. */
	{ "link-flaps", "E810", { "PRTMAC_LINK_DOWN_COUNTER=7", "PRTMAC_LINK_DOWN_COUNTER=8" }, ICE, false, NULL },
	{ "workaround", "X550", { "STATUS=0 TXDCTL[0]=0x02080020 EITR[0]=0" }, "netdev=eth0 driver=ixgbe carrier=1", true, "TXDCTL[0].WTHRESH = 8" },
	{ "workaround", "82599", { "STATUS=0 TXDCTL[0]=0x02010020 EITR[0]=0" }, "netdev=eth0 driver=ixgbe carrier=1", false, NULL },
	{ "workaround", "X540", { "STATUS=0 TXDCTL[0]=0x02080020 EITR[0]=0x50" }, "netdev=eth0 driver=ixgbe carrier=1", false, NULL },
	{ "workaround", "X540", { "STATUS=0x40000 TXDCTL[0]=0x02080020 EITR[0]=0" }, "netdev=eth0 driver=ixgbe carrier=1", false, NULL },
	{ "firmware-mismatch", "X722", { "" }, "driver=i40e driver_version=2.13.10 firmware=3.33_0x80000e48", true,
	  "firmware = 3.33" },
	{ "firmware-mismatch", "X722", { "" }, "driver=i40e driver_version=1.6.27-k firmware=3.33_0x80000e48", false,
	  NULL },
	{ "firmware-mismatch", "X722", { "" }, "driver=i40e driver_version=6.1.0-18 kernel=6.1.0-18-amd64 "
	  "firmware=3.33", false, NULL },
	{ "mtu-rejected", "82574L", { "RCTL=0x04048002" }, "mtu=8000", true, "RCTL.LPE = 0" },
	{ "mtu-rejected", "82574L", { "RCTL=0x04048002" }, "mtu=1504", false, NULL },
	{ "mtu-rejected", "82574L", { "RCTL=0x06078022" }, "mtu=8000", false, NULL },
	{ "mtu-rejected", "I350", { "RCTL=0x04048022 RLPML=1522" }, "mtu=9000", true, "RLPML = 0x5f2" },
	{ "mtu-overlong", "82574L", { "RCTL=0x04048022" }, "mtu=1500", true, "receive buffer of 2048 bytes" },
	{ "mtu-overlong", "82574L", { "RCTL=0x04048002" }, "mtu=1500", false, NULL },
	{ "mtu-overlong", "82574L", { "RCTL=0x04048022" }, "mtu=1504", false, NULL },
	{ "mtu-overlong", "82574L", { "RCTL=0x04048022" }, "mtu=9000", false, NULL },
	{ "mtu-overlong", "82574L", { "RCTL=0x04048020" }, "mtu=1500", false, NULL },
	{ "mtu-overlong", "82574L", { "STATUS=0x80080 RCTL=0x04048022" }, "mtu=1500", false, NULL },
	{ "mtu-overlong", "82574L", { "RCTL=0x04058002" }, "mtu=1500", true, "receive buffer of 1024 bytes" },
	{ "mtu-overlong", "I350", { "RCTL=0x04048022 RLPML=1522" }, "mtu=1500", false, NULL },
	{ "mtu-overlong", "I350", { "RCTL=0x04048022 RLPML=9216 SRRCTL[0]=0x82000403" }, "mtu=1500", false, NULL },
	{ "mtu-rejected", "I350", { "STATUS=0x80080 RCTL=0x04048022 RLPML=1522" }, "mtu=9000 carrier=0", false, NULL },
	{ "mtu-rejected", "I350", { "RCTL=0x04048020 RLPML=1522" }, "mtu=9000", false, NULL },
	{ "bond-unmonitored", "I350", { "" }, "bond=bond0 bond_miimon=0 bond_arp_interval=0", true, "bond_miimon = 0" },
	{ "bond-unmonitored", "I350", { "" }, "bond=bond0 bond_miimon=100 bond_arp_interval=0", false, NULL },
};
/* clang-format on */

static const struct diagnosis *admit(struct patient *p, const struct one *one)
{
	for (size_t i = 0; i < 3 && one->samples[i]; i++)
		patient_sample(p, one->chip, 0, (double)i, one->samples[i], one->facts);
	return patient_ask(p);
}

static void one_rule(void **state)
{
	const struct one *one = *state;
	const struct finding *f;
	struct patient p;

	patient_open(&p);
	f = has_finding(admit(&p, one), one->rule);
	if ((f != NULL) != one->holds)
		fail_msg("%s %s on %s: %s", one->rule, f ? "holds" : "does not hold", one->chip, one->samples[0]);
	if (f && one->evidence && !has_evidence(f, one->evidence))
		fail_msg("%s lacks '%s', has '%s'", one->rule, one->evidence, f->n_evidence ? f->evidence[0] : "");
	patient_close(&p);
}

/* Every rule of the table has a case where it holds. */
static void rules_of_the_host(void **state)
{
	struct patient p;

	(void)state;
	patient_open(&p);
	patient_sample(&p, "82574L", 1, 0, "", "netdev=eth0 kernel=2.6.32 bond=bond0 bond_mode=balance-rr");
	patient_sample(&p, "82574L", 2, 0, "", "netdev=eth1 kernel=2.6.32 bond=bond1 bond_mode=balance-alb");
	assert_int_equal(has_finding(patient_ask(&p), "bond-oops")->confidence, CERTAIN);
	assert_null(has_finding(&p.result.v[0], "bond-mixed"));
	patient_close(&p);

	patient_open(&p);
	patient_sample(&p, "82574L", 1, 0, "", "netdev=eth0 kernel=2.6.35 bond=bond0 bond_mode=balance-rr");
	patient_sample(&p, "82574L", 2, 0, "", "netdev=eth1 kernel=2.6.35 bond=bond1 bond_mode=balance-alb");
	assert_null(has_finding(patient_ask(&p), "bond-oops"));
	patient_close(&p);

	patient_open(&p);
	patient_sample(&p, "82579LM", 1, 0, "", "netdev=eth0 bond=bond0");
	patient_sample(&p, "82574L", 2, 0, "", "netdev=eth1 bond=bond0");
	assert_non_null(strstr(has_finding(patient_ask(&p), "bond-mixed")->summary, "eth1 is an 82574L"));
	assert_non_null(has_finding(&p.result.v[1], "bond-mixed"));
	patient_close(&p);
}

/* Bits that an emulated part shows while it works are no evidence. */
static void blocked_bus_requests_alone_are_no_fault(void **state)
{
	struct patient p;

	(void)state;
	patient_open(&p);
	patient_sample(&p, "82574L", 0, 0, "CTRL=0x581c0245 STATUS=0x83 TCTL=0x3103f0fa TDLEN=4096 TDH=1 TDT=1", UP);
	patient_sample(&p, "82574L", 0, 1, "CTRL=0x581c0245 STATUS=0x83 TCTL=0x3103f0fa TDLEN=4096 TDH=9 TDT=9", UP);
	assert_int_equal(patient_ask(&p)->verdict, VERDICT_BUSY);
	for (size_t i = 0; i < p.result.v[0].n_findings; i++)
		assert_int_not_equal(p.result.v[0].findings[i].severity, SEVERITY_FAULT);
	patient_close(&p);
}

static void with_link(struct patient *p, const char *chip, uint32_t lnkctl, uint32_t lnksta, uint32_t cor,
		      uint32_t uncor)
{
	struct snapshot *s =
		patient_sample(p, chip, 0, 0, strcmp(chip, "I350") ? "STATUS=0x80083 GCR2=0" : "STATUS=0x80083", UP);
	struct space device, port;

	space_init(&device, 4096, 0xe0);
	put_express(&device, 0xe0, 0, 0, 0x00073c41, lnkctl, lnksta);
	put_extended(&device, 0x100, 1, 1, 0);
	put(&device, 0x104, 4, uncor);
	put(&device, 0x110, 4, cor);
	space_init(&port, 4096, 0x40);
	space_bridge(&port, 0, 1);
	put_express(&port, 0x40, 0, 4, 0x01031c42, lnkctl, lnksta);
	free(s->functions[0].config);
	s->functions[0].config = calloc(1, 4096);
	memcpy(s->functions[0].config, device.bytes, 4096);
	s->functions[0].config_len = 4096;
	config_keep_caps(&s->functions[0]);
	snapshot_add_function(s, PCI_PARTNER, &port.fn.addr, port.bytes, 4096);
}

static void rules_of_the_bus(void **state)
{
	struct patient p;
	const struct diagnosis *d;

	(void)state;
	patient_open(&p);
	with_link(&p, "82574L", 0x43, 0x1041, 0, 0);
	d = patient_ask(&p);
	assert_int_equal(has_finding(d, "aspm-fault")->severity, SEVERITY_NOTE);
	assert_true(has_evidence(has_finding(d, "aspm-workaround"), "GCR2 = 0"));
	assert_true(has_command(d, "nicregs aspm disable eth0 --persist"));
	assert_null(has_finding(d, "pcie-narrow"));
	assert_null(has_finding(d, "aer-corrected"));
	patient_close(&p);

	patient_open(&p);
	with_link(&p, "82574L", 0x40, 0x1011, 0x41, 0x4000);
	d = patient_ask(&p);
	assert_null(has_finding(d, "aspm-fault"));
	assert_null(has_finding(d, "aspm-workaround"));
	assert_true(has_evidence(has_finding(d, "pcie-narrow"), "x1, and both ends can do x4"));
	assert_true(has_evidence(has_finding(d, "aer-corrected"), "CESTA.RCVR = 1"));
	assert_true(has_evidence(has_finding(d, "aer-uncorrected"), "COMP_TIME"));
	assert_int_equal(has_finding(d, "aer-uncorrected")->severity, SEVERITY_NOTE);
	patient_close(&p);

	patient_open(&p);
	with_link(&p, "82574L", 0x40, 0x1041, 0, 0x5000);
	assert_int_equal(has_finding(patient_ask(&p), "aer-uncorrected")->severity, SEVERITY_WARNING);
	patient_close(&p);

	patient_open(&p);
	with_link(&p, "I350", 0x43, 0x1041, 0x2000, 0x100000);
	d = patient_ask(&p);
	assert_null(has_finding(d, "aspm-fault"));
	assert_null(has_finding(d, "aspm-enabled"));
	assert_null(has_finding(d, "aer-corrected"));
	assert_null(has_finding(d, "aer-uncorrected"));
	patient_close(&p);
}

static const struct finding *narrow(struct patient *p, uint32_t lnksta, uint32_t device_target, uint32_t port_target)
{
	struct snapshot *s;

	patient_open(p);
	with_link(p, "I350", 0x40, lnksta, 0, 0);
	s = p->samples.v[0];
	s->functions[0].config[0xe0 + 0x30] = (uint8_t)device_target;
	s->functions[1].config[0x40 + 0x30] = (uint8_t)port_target;
	s->functions[0].config[0xe0 + 0x0c] = 0x42; /* x4 at up to 5 GT/s, as the port */
	return has_finding(patient_ask(p), "pcie-narrow");
}

/* A speed that one end is configured to aim at is no fault of the slot; lanes that are missing are another matter. */
static void slow_links_that_are_configured_so(void **state)
{
	const struct finding *f;
	struct patient p;

	(void)state;
	f = narrow(&p, 0x1041, 2, 2);
	assert_int_equal(f->severity, SEVERITY_WARNING);
	assert_int_equal(f->confidence, POSSIBLE);
	assert_true(has_evidence(f, "the link runs at 2.5 GT/s, and both ends can do 5 GT/s"));
	assert_true(has_evidence(f, "aims at 5 GT/s"));
	patient_close(&p);
	f = narrow(&p, 0x1041, 2, 1);
	assert_int_equal(f->severity, SEVERITY_NOTE);
	assert_non_null(strstr(f->summary, "port above is configured so"));
	assert_int_equal(f->n_remedies, 0);
	patient_close(&p);
	f = narrow(&p, 0x1041, 1, 2);
	assert_non_null(strstr(f->summary, "device is configured so"));
	patient_close(&p);
	f = narrow(&p, 0x1041, 0, 0);
	assert_int_equal(f->severity, SEVERITY_WARNING);
	patient_close(&p);
	f = narrow(&p, 0x1011, 1, 1);
	assert_int_equal(f->severity, SEVERITY_WARNING);
	assert_true(has_evidence(f, "x1, and both ends can do x4"));
	patient_close(&p);
	assert_null(narrow(&p, 0x1042, 2, 2));
	patient_close(&p);
}

/* How bad it is, where that depends on more than whether a rule holds. */
struct grave {
	const char *rule, *chip, *first, *second; /* registers */
	double seconds;                           /* between two samples; 0: one */
	const char *facts, *later;                /* later: NULL: as before */
	enum severity severity;
	enum confidence confidence;
};

#define QUIET X722_UP "QRX_TAIL[44]=7 QRX_ENA[44]=5 "
#define SLOW "speed=100 "
#define OFFER "LPA=0x41e1 ADVERTISE=0xde1 "

static const struct grave graves[] = {
	{ "mdd", "X722", "GL_MDET_TX=0x8200002c", NULL, 0, NULL, NULL, SEVERITY_FAULT, CERTAIN },
	{ "mdd", "X722", "GL_MDET_TX=0x8240002c PF_MDET_TX=0", NULL, 0, NULL, NULL, SEVERITY_NOTE, CERTAIN },
	{ "mdd", "X722", "GL_MDET_TX=0x8240002c PF_MDET_TX=1", NULL, 0, NULL, NULL, SEVERITY_FAULT, CERTAIN },
	{ "rx-silent", "X722", QUIET "QTX_HEAD[44]=1 QTX_TAIL[44]=1", QUIET "QTX_HEAD[44]=90 QTX_TAIL[44]=90", 1, NULL,
	  NULL, SEVERITY_NOTE, POSSIBLE },
	{ "rx-silent", "X722", QUIET "QTX_HEAD[44]=1 QTX_TAIL[44]=1", QUIET "QTX_HEAD[44]=12 QTX_TAIL[44]=12", 9, NULL,
	  NULL, SEVERITY_NOTE, POSSIBLE },
	{ "rx-silent", "X722", QUIET "QTX_HEAD[44]=1 QTX_TAIL[44]=1", QUIET "QTX_HEAD[44]=90 QTX_TAIL[44]=90", 9, NULL,
	  NULL, SEVERITY_FAULT, POSSIBLE },
	{ "link-down", "I350", "STATUS=0x80080", NULL, 0, "carrier=0 carrier_changes=1", NULL, SEVERITY_NOTE, CERTAIN },
	{ "link-down", "I350", "STATUS=0x80080", NULL, 0, "carrier=0 carrier_changes=3", NULL, SEVERITY_FAULT,
	  CERTAIN },
	{ "link-down", "I350", "STATUS=0x80080", NULL, 0, "carrier=0 carrier_changes=1 bond=bond0", NULL,
	  SEVERITY_FAULT, CERTAIN },
	{ "link-down", "I350", "STATUS=0x80080", NULL, 0, "carrier=0 carrier_changes=1 ip_address=1", NULL,
	  SEVERITY_FAULT, CERTAIN },
	{ "link-down", "I350", "STATUS=0x80080", NULL, 0, NULL, NULL, SEVERITY_WARNING, CERTAIN },
	{ "link-flaps", "I350", "", NULL, 0, "bond_link_failures=14", NULL, SEVERITY_NOTE, LIKELY },
	/* samples are taken 1000 s after 1970 */
	{ "link-flaps", "I350", "", NULL, 0, "bond_link_failures=14 booted=100", NULL, SEVERITY_WARNING, LIKELY },
	{ "link-flaps", "I350", "", NULL, 0, "bond_link_failures=4 booted=100", NULL, SEVERITY_NOTE, LIKELY },
	{ "link-flaps", "I350", "", "", 2, "carrier_changes=4", "carrier_changes=6", SEVERITY_WARNING, LIKELY },
	{ "link-flaps", "I350", "", "", 2, "carrier_changes=4 bond_link_failures=2",
	  "carrier_changes=5 bond_link_failures=2", SEVERITY_NOTE, LIKELY },
	{ "link-slow", "I350", "", NULL, 0, SLOW, NULL, SEVERITY_NOTE, POSSIBLE },
	{ "link-slow", "I350", "", NULL, 0, SLOW "partner_speed=100", NULL, SEVERITY_NOTE, CERTAIN },
	{ "link-slow", "I350", "", NULL, 0, SLOW "partner_speed=1000", NULL, SEVERITY_WARNING, LIKELY },
	{ "link-slow", "82574L", LINK OFFER "STAT1000=0 CTRL1000=0x300", NULL, 0, SLOW, NULL, SEVERITY_NOTE, CERTAIN },
	{ "link-slow", "82574L", LINK OFFER "STAT1000=0x800 CTRL1000=0x300", NULL, 0, SLOW, NULL, SEVERITY_WARNING,
	  LIKELY },
	{ "link-slow", "82574L", LINK OFFER "STAT1000=0x800 CTRL1000=0", NULL, 0, SLOW, NULL, SEVERITY_NOTE, LIKELY },
	{ "not-cleaned", "82574L", EMPTY, EMPTY, 2, UP "inflight[0]=588 limit[0]=3028 irq[24]=7", NULL, SEVERITY_FAULT,
	  LIKELY },
	{ "not-cleaned", "82574L", EMPTY, EMPTY, 0.2, UP "inflight[0]=588 limit[0]=3028 irq[24]=7", NULL,
	  SEVERITY_FAULT, POSSIBLE },
	{ "watchdog-counted", "82574L", EMPTY, EMPTY, 2, UP "timeouts[0]=1", NULL, SEVERITY_NOTE, CERTAIN },
	{ "watchdog-counted", "82574L", EMPTY, EMPTY, 2, UP "timeouts[0]=1", UP "timeouts[0]=2", SEVERITY_FAULT,
	  CERTAIN },
};

static void how_bad_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(graves) / sizeof(graves[0]); i++) {
		const struct grave *g = &graves[i];
		const struct finding *f;
		struct patient p;

		patient_open(&p);
		patient_sample(&p, g->chip, 0, 0, g->first, g->facts);
		if (g->seconds > 0)
			patient_sample(&p, g->chip, 0, g->seconds, g->second, g->later ? g->later : g->facts);
		f = has_finding(patient_ask(&p), g->rule);
		if (!f || f->severity != g->severity || f->confidence != g->confidence)
			fail_msg("%zu: %s with %s: %s, %s", i, g->rule, g->facts ? g->facts : g->first,
				 f ? severity_name(f->severity) : "not found", f ? confidence_name(f->confidence) : "");
		patient_close(&p);
	}
}

/* Frames go out, and nobody cleans up after them: the bytes in flight grow, and no interrupt comes. On a port that works
 * they rise and fall, and one that polls cleans without interrupts. */
static void bytes_in_flight_that_grow(void **state)
{
	static const struct {
		const char *regs[3], *counts[3];
		bool holds;
	} cases[] = {
		{ { RUNS "TDH=1 TDT=1", RUNS "TDH=2 TDT=2", RUNS "TDH=3 TDT=3" },
		  { "inflight[0]=98 irq[24]=7", "inflight[0]=196 irq[24]=7", "inflight[0]=294 irq[24]=7" },
		  true },
		{ { RUNS "TDH=1 TDT=1", RUNS "TDH=2 TDT=2", RUNS "TDH=3 TDT=3" },
		  { "inflight[0]=98 irq[24]=7", "inflight[0]=196 irq[24]=8", "inflight[0]=294 irq[24]=9" },
		  false },
		{ { RUNS "TDH=1 TDT=1", RUNS "TDH=2 TDT=2", RUNS "TDH=3 TDT=3" },
		  { "inflight[0]=98 irq[24]=7", "inflight[0]=90 irq[24]=7", "inflight[0]=294 irq[24]=7" },
		  false },
		{ { RUNS "TDH=1 TDT=1", RUNS "TDH=99 TDT=99", RUNS "TDH=200 TDT=200" },
		  { "inflight[0]=98 irq[24]=7", "inflight[0]=100 irq[24]=7", "inflight[0]=120 irq[24]=7" },
		  false },
		{ { EMPTY, EMPTY, EMPTY },
		  { "inflight[0]=98 limit[0]=3000 irq[24]=7", "inflight[0]=98 limit[0]=3000 irq[24]=8",
		    "inflight[0]=98 limit[0]=3000 irq[24]=9" },
		  true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct finding *f;
		struct patient p;

		patient_open(&p);
		for (size_t k = 0; k < 3; k++) {
			char facts[200];

			snprintf(facts, sizeof(facts), UP "%s", cases[i].counts[k]);
			patient_sample(&p, "82574L", 0, (double)k, cases[i].regs[k], facts);
		}
		f = has_finding(patient_ask(&p), "not-cleaned");
		if ((f != NULL) != cases[i].holds)
			fail_msg("%zu: %s", i, f ? f->summary : "does not hold");
		patient_close(&p);
	}
}

/* Log and counts say the same: that is one finding, with the evidence of both. */
static void not_cleaned_by_log_and_counts(void **state)
{
	const struct diagnosis *d;
	const struct finding *f;
	struct patient p;
	size_t n = 0;

	(void)state;
	patient_open(&p);
	for (int i = 0; i < 3; i++)
		patient_sample(&p, "82574L", 0, i, EMPTY, UP "inflight[0]=588 limit[0]=3028 irq[24]=7");
	patient_log(&p,
		    "[ 9.0] i40e 0000:01:00.0 eth0: tx_timeout: VSI_seid: 390, Q 3, NTC: 0x10, HWB: 0x20, NTU: 0x20, "
		    "TAIL: 0x20, INT: 0x1\n");
	d = patient_ask(&p);
	f = has_finding(d, "not-cleaned");
	assert_non_null(f);
	for (size_t i = 0; i < d->n_findings; i++)
		n += !strcmp(d->findings[i].id, "not-cleaned");
	assert_int_equal(n, 1);
	assert_int_equal(f->severity, SEVERITY_FAULT);
	assert_true(has_evidence(f, "588 bytes in flight in all 3 samples"));
	assert_true(has_evidence(f, "log line 1"));
	assert_non_null(strstr(f->summary, "the driver did not clean up"));
	patient_close(&p);
}

/* In a recording: it worked, and from some sample on nothing completes. */
static void a_port_that_dies_while_it_is_recorded(void **state)
{
	static const int inflight[] = { 0, 300, 90, 0, 588, 588, 588 };

	(void)state;
	for (int alive = 0; alive <= 1; alive++) {
		const struct finding *f;
		struct patient p;

		patient_open(&p);
		for (int i = 0; i < 7; i++) {
			char facts[200];

			snprintf(facts, sizeof(facts), UP "inflight[0]=%d limit[0]=3028 irq[24]=%d", inflight[i],
				 i < 4 || alive ? i : 4);
			patient_sample(&p, "82574L", 0, i, i < 4 ? RUNS "TDH=1 TDT=1" : EMPTY, facts);
		}
		f = has_finding(patient_ask(&p), "not-cleaned");
		assert_int_equal(f != NULL, !alive);
		if (f)
			assert_true(has_evidence(f, "588 bytes in flight in the last 3 samples over 2.0 s"));
		patient_close(&p);
	}
}

/* The driver's advice is printed for 82577 and 82578 alone. */
static void pause_advice_is_of_two_parts(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		bool sends = i & 1, advised = i & 2;
		struct patient p;

		patient_open(&p);
		for (int k = 0; k < 2; k++)
			patient_sample(&p, advised ? "82577LM" : "82579LM", 0, 2 * k, STUCK,
				       sends ? UP "pause_tx=1" : UP "pause_tx=0");
		assert_int_equal(has_finding(patient_ask(&p), "tx-pause") != NULL, sends && advised);
		patient_close(&p);
	}
}

/* link/ in /sys and the registers at both ends. */
static void kernel_believes_otherwise(void **state)
{
	const struct diagnosis *d;
	struct patient p;

	(void)state;
	for (int believes = 0; believes <= 1; believes++) {
		patient_open(&p);
		with_link(&p, "I350", 0x42, 0x1041, 0, 0);
		p.samples.v[0]->facts.link_l1_aspm = believes;
		d = patient_ask(&p);
		if (believes)
			assert_null(has_finding(d, "aspm-stale"));
		else
			assert_true(has_evidence(has_finding(d, "aspm-stale"), "the hardware differs in L1"));
		patient_close(&p);
	}
}

/* Whoever pastes a command runs that command and no other, whatever a file calls an interface, a driver or a bond. */
static void names_are_quoted_in_commands(void **state)
{
	struct patient p;

	(void)state;
	patient_open(&p);
	patient_sample(&p, "82574L", 0, 0, STUCK, "driver=e1000e netdev=a;reboot");
	patient_sample(&p, "82574L", 0, 2, STUCK, "driver=e1000e netdev=a;reboot");
	assert_true(has_command(patient_ask(&p), "ethtool -K 'a;reboot' tso off"));
	patient_close(&p);

	patient_open(&p);
	patient_sample(&p, "I350", 0, 0, "STATUS=0x80083 TCTL=0",
		       "driver=x'$(reboot) bond=b&reboot bond_miimon=0 carrier=1");
	patient_ask(&p);
	assert_true(has_command(&p.result.v[0], "echo 100 > /sys/class/net/'b&reboot'/bonding/miimon"));
	assert_true(has_command(&p.result.v[0], "modprobe -r 'x'\\''$(reboot)' && modprobe 'x'\\''$(reboot)'"));
	patient_close(&p);
}

/* Errors that come while it is watched. */
static void errors_that_the_kernel_counts(void **state)
{
	struct patient p;
	const struct diagnosis *d;

	(void)state;
	patient_open(&p);
	patient_sample(&p, "82574L", 0, 0, LINK, UP "aer_corrected=9 aer_errors=BadTLP_9 aer_port_fatal=0");
	patient_sample(&p, "82574L", 0, 1, LINK, UP "aer_corrected=11 aer_errors=BadTLP_11 aer_port_fatal=1");
	d = patient_ask(&p);
	assert_true(has_evidence(has_finding(d, "aer-corrected"), "2 corrected errors at the device, new while"));
	assert_true(has_evidence(has_finding(d, "aer-corrected"), "aer_errors = BadTLP 11"));
	assert_int_equal(has_finding(d, "aer-corrected")->severity, SEVERITY_WARNING);
	assert_true(has_evidence(has_finding(d, "aer-uncorrected"), "1 fatal errors at the port above"));
	assert_int_equal(has_finding(d, "aer-uncorrected")->severity, SEVERITY_FAULT);
	patient_close(&p);
}

/* Hardware that marks what it has done when the driver asks, every second or two. */
static void late_write_backs_are_no_fault(void **state)
{
	(void)state;
	for (int samples = 3; samples <= 4; samples++) {
		const struct finding *f;
		struct patient p;

		patient_open(&p);
		for (int i = 0; i < samples; i++)
			patient_sample(&p, "X722", 0, i, X722_UP "QTX_HEAD[44]=4 QTX_TAIL[44]=4",
				       "netdev=eth0 driver=i40e carrier=1 inflight[0]=588 limit[0]=3028 irq[24]=7");
		f = has_finding(patient_ask(&p), "not-cleaned");
		assert_true(samples == 4 ? f && f->severity == SEVERITY_FAULT : !f);
		patient_close(&p);
	}
}

/* The longest that a driver waits for the end of a reset is 20 s. */
static void a_reset_that_does_not_end(void **state)
{
	static const struct {
		double seconds;
		enum severity severity;
	} cases[] = { { 11, SEVERITY_NOTE }, { 20, SEVERITY_NOTE }, { 21, SEVERITY_WARNING } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct finding *f;
		struct patient p;

		patient_open(&p);
		for (unsigned k = 0; k < 2; k++)
			patient_sample(&p, "82574L", 0, k * cases[i].seconds, EMPTY,
				       UP "state.resetting=1 " RING_EMPTY);
		f = has_finding(patient_ask(&p), "ring-resetting");
		assert_non_null(f);
		assert_int_equal(f->severity, cases[i].severity);
		patient_close(&p);
	}
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(rules_of_the_host),
		cmocka_unit_test(blocked_bus_requests_alone_are_no_fault),
		cmocka_unit_test(rules_of_the_bus),
		cmocka_unit_test(errors_that_the_kernel_counts),
		cmocka_unit_test(slow_links_that_are_configured_so),
		cmocka_unit_test(how_bad_it_is),
		cmocka_unit_test(bytes_in_flight_that_grow),
		cmocka_unit_test(late_write_backs_are_no_fault),
		cmocka_unit_test(not_cleaned_by_log_and_counts),
		cmocka_unit_test(a_port_that_dies_while_it_is_recorded),
		cmocka_unit_test(pause_advice_is_of_two_parts),
		cmocka_unit_test(kernel_believes_otherwise),
		cmocka_unit_test(names_are_quoted_in_commands),
		cmocka_unit_test(a_reset_that_does_not_end),
	};
	enum { N = sizeof(table) / sizeof(table[0]), OTHERS = sizeof(others) / sizeof(others[0]) };
	static char names[N][64];
	struct CMUnitTest tests[N + OTHERS];

	for (size_t i = 0; i < N; i++) {
		snprintf(names[i], sizeof(names[i]), "%s_%zu", table[i].rule, i);
		tests[i] = (struct CMUnitTest){ names[i], one_rule, NULL, NULL, (void *)(uintptr_t)&table[i] };
	}
	memcpy(tests + N, others, sizeof(others));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
