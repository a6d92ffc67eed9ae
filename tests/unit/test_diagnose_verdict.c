// SPDX-License-Identifier: GPL-2.0-or-later
/* The verdict, and which of several holds when more than one could be told. */
#include "patient.h"

#include "util/alloc.h"

#define UP "STATUS=0x80083 TCTL=0x3103f0fa TDLEN=4096 "
#define SAID "netdev=eth0 driver=e1000e carrier=1 speed=1000"
#define IGB "netdev=eth0 driver=igb carrier=1 speed=1000 operstate=up "
#define IGB_UP "STATUS=0x80083 TCTL=0x3103f0fa "
#define IGB_QUEUE(n, head, tail, on) \
	"TDH[" n "]=" head " TDT[" n "]=" tail " TDLEN[" n "]=4096 TXDCTL[" n "]=0x" on "000000 "
#define TWO IGB_UP IGB_QUEUE("0", "7", "7", "2") IGB_QUEUE("1", "7", "7", "2")
#define ONE_OFF IGB_UP IGB_QUEUE("0", "7", "7", "2") IGB_QUEUE("1", "7", "9", "0")
#define STUCK UP "TDH=0x5d TDT=0x90"
#define EMPTY UP "TDH=7 TDT=7"
#define BLOCK(stamp, tdh, tdt, status) BLOCK_AT(stamp, "10800", tdh, tdt, status)
#define BLOCK_AT(stamp, jiffies, tdh, tdt, status)                             \
	"[" stamp "] e1000e 0000:01:00.0 eth0: Detected Hardware Unit Hang:\n" \
	"  TDH                  <" tdh ">\n  TDT                  <" tdt ">\n" \
	"  next_to_use          <" tdt ">\n  next_to_clean        <1>\n"       \
	"buffer_info[next_to_clean]:\n  time_stamp           <10000>\n"        \
	"  next_to_watch        <2>\n  jiffies              <" jiffies ">\n"   \
	"  next_to_watch.status <0>\nMAC Status             <" status ">\n"    \
	"PHY Status             <796d>\nPHY 1000BASE-T Status  <3800>\n"       \
	"PHY Extended Status    <3000>\nPCI Status             <10>\n"
#define HANG BLOCK("  100.000000", "5d", "90", "80083") BLOCK_AT("  102.000000", "10a00", "5d", "90", "80083")

/* A queue that stands, and an event of function 0 (this one) or 2. */
#define MDD_OF(pf, own)                                                           \
	"PRTMAC_LINKSTA[0]=0x48000080 GL_MDET_TX=0x82" pf "0002c PF_MDET_TX=" own \
	" QTX_ENA[44]=5 QTX_HEAD[44]=1 QTX_TAIL[44]=9"

struct one {
	const char *what, *chip, *samples[3];
	double interval;
	const char *facts, *log;
	bool watched_now;
	enum verdict verdict;
	enum confidence confidence;
};

/* clang-format off */
static const struct one table[] = {
	{ "nothing waits, nothing moves", "82574L", { EMPTY, EMPTY, EMPTY }, 1, SAID, NULL, true, VERDICT_IDLE,
	  LIKELY },
	{ "and no byte is in flight", "82574L", { EMPTY, EMPTY, EMPTY }, 1, SAID " inflight[0]=0 limit[0]=3028", NULL, true,
	  VERDICT_IDLE, CERTAIN },
	{ "a driver that counts none", "82574L", { EMPTY, EMPTY, EMPTY }, 1, SAID " inflight[0]=0 limit[0]=0", NULL, true,
	  VERDICT_IDLE, LIKELY },
	{ "nobody cleaned up", "82574L", { EMPTY, EMPTY, EMPTY }, 1, SAID " inflight[0]=588 limit[0]=3028 irq[24]=7", NULL,
	  true, VERDICT_STALLED, LIKELY },
	{ "nobody cleaned up, no registers", "82574L", { "", "", "" }, 1, SAID " inflight[0]=588 limit[0]=3028 irq[24]=7",
	  NULL, true, VERDICT_STALLED, LIKELY },
	{ "no link: what is in flight waits for it", "82574L", { "STATUS=0x80080 TDLEN=4096 TDH=7 TDT=7",
	  "STATUS=0x80080 TDLEN=4096 TDH=7 TDT=7" }, 1, "inflight[0]=588 irq[24]=7", NULL, true, VERDICT_LINK_DOWN,
	  CERTAIN },
	{ "malicious driver detection of another function", "X722", { "PRTMAC_LINKSTA[0]=0x48000080 GL_MDET_TX=0x8240002c "
	  "PF_MDET_TX=0 QTX_ENA[1]=5 QTX_HEAD[1]=3 QTX_TAIL[1]=3", "PRTMAC_LINKSTA[0]=0x48000080 GL_MDET_TX=0x8240002c "
	  "PF_MDET_TX=0 QTX_ENA[1]=5 QTX_HEAD[1]=3 QTX_TAIL[1]=3" }, 1, NULL, NULL, true, VERDICT_IDLE, LIKELY },
	{ "paused by priority, and the tail cannot be read", "E810", { "PRTDCB_TFCS=0x2000 QTX_COMM_HEAD[1]=3",
	  "PRTDCB_TFCS=0x2000 QTX_COMM_HEAD[1]=3" }, 1, "netdev=eth0 driver=ice carrier=1 inflight[1]=588", NULL, true,
	  VERDICT_STALLED, LIKELY },
	{ "paused by priority, and nothing in flight", "E810", { "PRTDCB_TFCS=0x2000 QTX_COMM_HEAD[1]=3",
	  "PRTDCB_TFCS=0x2000 QTX_COMM_HEAD[1]=3" }, 1, "netdev=eth0 driver=ice carrier=1 inflight[1]=0", NULL, true,
	  VERDICT_UNKNOWN, LIKELY },
	{ "a priority is held, and the ring that stands is of another class", "E810", { "PRTDCB_TFCS=0x2000 PRTDCB_TUP2TC=0x8000",
	  "PRTDCB_TFCS=0x2000 PRTDCB_TUP2TC=0x8000" }, 1, "netdev=eth0 driver=ice carrier=1 inflight[0]=588 ring.clean=5 ring.head=5 "
	  "ring.use=8 ring.last=7 ring.done=0 ring.age_ms=9000 ring.traffic_class=0", NULL, true, VERDICT_HUNG, CERTAIN },
	{ "a priority is held, and the ring that stands is of its class", "E810", { "PRTDCB_TFCS=0x2000 PRTDCB_TUP2TC=0x8000",
	  "PRTDCB_TFCS=0x2000 PRTDCB_TUP2TC=0x8000" }, 1, "netdev=eth0 driver=ice carrier=1 inflight[0]=588 ring.clean=5 ring.head=5 "
	  "ring.use=8 ring.last=7 ring.done=0 ring.age_ms=9000 ring.traffic_class=1", NULL, true, VERDICT_STALLED, LIKELY },
	{ "one look at empty queues", "82574L", { EMPTY }, 1, SAID, NULL, true, VERDICT_HEALTHY, LIKELY },
	{ "one look at work", "82574L", { STUCK }, 1, SAID, NULL, true, VERDICT_UNKNOWN, LIKELY },
	{ "the head moves", "82574L", { EMPTY, UP "TDH=9 TDT=9" }, 1, SAID, NULL, true, VERDICT_BUSY, CERTAIN },
	{ "it is busy although work waits each time", "82574L", { STUCK, UP "TDH=0x60 TDT=0xa0",
	  UP "TDH=0x80 TDT=0xb0" }, 1, SAID,
	  NULL, true, VERDICT_BUSY, CERTAIN },
	{ "the head stands still for two seconds", "82574L", { STUCK, STUCK, STUCK }, 1, SAID, NULL, true, VERDICT_HUNG,
	  CERTAIN },
	{ "it stands still, too shortly watched to be sure", "82574L", { STUCK, STUCK, STUCK }, 0.1, SAID, NULL, true,
	  VERDICT_HUNG, POSSIBLE },
	{ "paused, and shortly watched", "82574L", { "STATUS=0x80093 TDLEN=4096 TDH=1 TDT=9",
	  "STATUS=0x80093 TDLEN=4096 TDH=1 TDT=9" }, 0.1, SAID, NULL, true, VERDICT_STALLED, CERTAIN },
	{ "paused before stuck", "82574L", { "STATUS=0x80093 TDLEN=4096 TDH=1 TDT=9",
	  "STATUS=0x80093 TDLEN=4096 TDH=1 TDT=9" }, 2, SAID,
	  NULL, true, VERDICT_STALLED, CERTAIN },
	{ "paused in one sample of three is enough", "82574L", { STUCK, "STATUS=0x80093 TDLEN=4096 TDH=0x5d TDT=0x90",
	  STUCK }, 1, SAID,
	  NULL, true, VERDICT_STALLED, CERTAIN },
	{ "paused and empty", "82574L", { "STATUS=0x80093 TDLEN=4096 TDH=9 TDT=9",
	  "STATUS=0x80093 TDLEN=4096 TDH=9 TDT=9" }, 2, SAID,
	  NULL, true, VERDICT_IDLE, LIKELY },
	{ "no link before stuck", "82574L", { "STATUS=0x80080 TDLEN=4096 TDH=1 TDT=9",
	  "STATUS=0x80080 TDLEN=4096 TDH=1 TDT=9" }, 2, NULL,
	  NULL, true, VERDICT_LINK_DOWN, CERTAIN },
	{ "Linux has no carrier, whatever the register says", "82574L", { STUCK, STUCK, STUCK }, 1, "carrier=0", NULL, true,
	  VERDICT_LINK_DOWN, CERTAIN },
	{ "Linux has a carrier, the register no link", "82574L", { "STATUS=0x80080 TDLEN=4096 TDH=1 TDT=9",
	  "STATUS=0x80080 TDLEN=4096 TDH=1 TDT=9" }, 2, "carrier=1", NULL, true, VERDICT_LINK_DOWN, CERTAIN },
	{ "dead before all", "82574L", { STUCK, "STATUS=gone TDH=gone TDT=gone" }, 2, SAID, HANG, true, VERDICT_DEAD,
	  CERTAIN },
	{ "transmitter off, one look", "82574L", { "STATUS=0x80083 TCTL=0x3103f0f8 TDLEN=4096 TDH=1 TDT=9" }, 1, SAID,
	  NULL, true,
	  VERDICT_HUNG, LIKELY },
	{ "transmitter off, seen standing", "82574L", { "STATUS=0x80083 TCTL=0 TDLEN=4096 TDH=1 "
	  "TDT=9", "STATUS=0x80083 TCTL=0 TDLEN=4096 TDH=1 TDT=9" }, 2, SAID, NULL, true, VERDICT_HUNG, CERTAIN },
	{ "transmitter off now, work waits", "82574L", { "STATUS=0x80083 TCTL=0x3103f0fa TDLEN=4096 TDH=1 TDT=9",
	  "STATUS=0x80083 TCTL=0x3103f0f8 TDLEN=4096 TDH=5 TDT=9" }, 2, SAID, NULL, true, VERDICT_HUNG, POSSIBLE },
	{ "transmitter off now, as in a reset", "82574L", { "STATUS=0x80083 TCTL=0x3103f0fa TDLEN=4096 TDH=9 TDT=9",
	  "STATUS=0x80083 TCTL=0x3103f0f8 TDLEN=4096 TDH=9 TDT=9" }, 2, SAID, NULL, true, VERDICT_IDLE, LIKELY },
	{ "facts alone", "I350", { "" }, 1, "carrier=1", NULL, true, VERDICT_UNKNOWN, LIKELY },
	{ "facts alone, no carrier", "I350", { "" }, 1, "carrier=0", NULL, true, VERDICT_LINK_DOWN, CERTAIN },
	{ "nothing at all", "I350", { "" }, 1, NULL, NULL, true, VERDICT_UNKNOWN, LIKELY },
	{ "one queue of many", "X722", { "PRTMAC_LINKSTA[0]=0x48000080 QTX_ENA[44]=5 QTX_HEAD[44]=1 QTX_TAIL[44]=9 "
	  "QTX_ENA[1]=5 QTX_HEAD[1]=3 QTX_TAIL[1]=3", "PRTMAC_LINKSTA[0]=0x48000080 QTX_ENA[44]=5 QTX_HEAD[44]=1 "
	  "QTX_TAIL[44]=9 QTX_ENA[1]=5 QTX_HEAD[1]=9 QTX_TAIL[1]=9" }, 2, NULL, NULL, true, VERDICT_HUNG, CERTAIN },
	{ "a queue that is switched off does not count", "X722", { "PRTMAC_LINKSTA[0]=0x48000080 QTX_ENA[44]=0 "
	  "QTX_HEAD[44]=1 QTX_TAIL[44]=9 QTX_ENA[1]=5 QTX_HEAD[1]=3 QTX_TAIL[1]=3", "PRTMAC_LINKSTA[0]=0x48000080 "
	  "QTX_ENA[44]=0 QTX_HEAD[44]=1 QTX_TAIL[44]=9 QTX_ENA[1]=5 QTX_HEAD[1]=3 "
	  "QTX_TAIL[1]=3" }, 2, NULL, NULL, true, VERDICT_IDLE, LIKELY },
	{ "four queues, and two were read", "I350", { TWO, TWO }, 2, IGB "tx_queues=4", NULL, true, VERDICT_UNKNOWN, LIKELY },
	{ "two queues, and two were read", "I350", { TWO, TWO }, 2, IGB "tx_queues=2", NULL, true, VERDICT_IDLE, LIKELY },
	{ "one look at two of four", "I350", { TWO }, 2, IGB "tx_queues=4", NULL, true, VERDICT_UNKNOWN, LIKELY },
	{ "two of four, and one moves", "I350", { TWO, IGB_UP IGB_QUEUE("0", "9", "9", "2") IGB_QUEUE("1", "7", "7", "2") }, 2,
	  IGB "tx_queues=4", NULL, true, VERDICT_BUSY, CERTAIN },
	{ "a queue in use is disabled with work in it", "I350", { ONE_OFF, ONE_OFF }, 2, IGB "tx_queues=2", NULL, true,
	  VERDICT_STALLED, LIKELY },
	{ "the same, one look", "I350", { ONE_OFF }, 2, IGB "tx_queues=2", NULL, true, VERDICT_UNKNOWN, LIKELY },
	{ "a disabled queue of nobody's", "I350", { ONE_OFF, ONE_OFF }, 2, IGB "tx_queues=1", NULL, true, VERDICT_IDLE, LIKELY },
	{ "latched malicious driver detection", "X722", { "PRTMAC_LINKSTA[0]=0x48000080 GL_MDET_TX=0x8200002c "
	  "PF_MDET_TX=1" }, 1, NULL, NULL,
	  true, VERDICT_STALLED, LIKELY },
	{ "malicious driver detection stopped the queue", "X722", { MDD_OF("0", "1"), MDD_OF("0", "1") }, 2, NULL, NULL, true,
	  VERDICT_STALLED, LIKELY },
	{ "that of another function did not", "X722", { MDD_OF("4", "0"), MDD_OF("4", "0") }, 2, NULL, NULL, true, VERDICT_HUNG,
	  CERTAIN },
	{ "what is seen now counts, the log is history", "82574L", { EMPTY, EMPTY }, 1, SAID, HANG, true, VERDICT_IDLE,
	  LIKELY },
	{ "files: the log counts as well", "82574L", { EMPTY, EMPTY }, 1, SAID, HANG, false, VERDICT_HUNG, CERTAIN },
	{ "one look now: the log counts", "82574L", { STUCK }, 1, SAID, HANG, true, VERDICT_HUNG, CERTAIN },
	{ "the log alone", NULL, { NULL }, 1, NULL, HANG, false, VERDICT_HUNG, CERTAIN },
	{ "one block", NULL, { NULL }, 1, NULL, BLOCK("  100.000000", "5d", "90", "80083"), false, VERDICT_HUNG,
	  LIKELY },
	{ "two blocks, the head unmoved", NULL, { NULL }, 1, NULL,
	  BLOCK("  100.000000", "1fff", "90", "80083") BLOCK_AT("  102.000000", "10a00", "1fff", "90", "80083"), false, VERDICT_HUNG, CERTAIN },
	{ "head and tail that no ring has are no proof", NULL, { NULL }, 1, NULL,
	  BLOCK("  100.000000", "2000", "2000", "80083") BLOCK_AT("  102.000000", "10a00", "2000", "2000", "80083"), false, VERDICT_HUNG, LIKELY },
	{ "head at the tail", NULL, { NULL }, 1, NULL, BLOCK("  100.000000", "90", "90", "80083"), false,
	  VERDICT_FALSE_ALARM, POSSIBLE },
	{ "no link in the block", NULL, { NULL }, 1, NULL, BLOCK("  100.000000", "0", "1", "40080080"), false,
	  VERDICT_FALSE_ALARM,
	  CERTAIN },
	{ "a real hang beside a false one", NULL, { NULL }, 1, NULL,
	  BLOCK("  100.000000", "90", "90", "80083") BLOCK("  900.000000", "5d", "90", "80083"), false, VERDICT_HUNG,
	    LIKELY },
	{ "hardware done, clean-up late", NULL, { NULL }, 1, NULL,
	  "[  100.0] i40e 0000:01:00.0 eth0: tx_timeout: VSI_seid: 390, Q 3, NTC: 0x10, HWB: 0x20, NTU: 0x20, TAIL: "
	  "0x20, INT: 0x1\n", false,
	  VERDICT_STALLED, LIKELY },
	{ "hardware stands still", NULL, { NULL }, 1, NULL,
	  "[  100.0] i40e 0000:01:00.0 eth0: tx_timeout: VSI_seid: 390, Q 3, NTC: 0x10, HWB: 0x10, NTU: 0x20, TAIL: "
	  "0x20, INT: 0x1\n", false,
	  VERDICT_HUNG, LIKELY },
	{ "watchdog alone", NULL, { NULL }, 1, NULL, "[  100.0] NETDEV WATCHDOG: eth0 (igb): transmit queue 2 timed "
	  "out\n", false,
	  VERDICT_HUNG, LIKELY },
	{ "link lost", NULL, { NULL }, 1, NULL, "[  100.0] igb 0000:01:00.0 eth0: PCIe link lost\n", false,
	  VERDICT_DEAD, LIKELY },
	{ "link up is all there is", NULL, { NULL }, 1, NULL,
	  "[  100.0] igb 0000:01:00.0 eth0: igb: eth0 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: RX/TX\n",
	  false,
	  VERDICT_UNKNOWN, LIKELY },
	{ "down at last", NULL, { NULL }, 1, NULL,
	  "[  100.0] igb 0000:01:00.0 eth0: igb: eth0 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: RX/TX\n"
	  "[  101.0] igb 0000:01:00.0 eth0: igb: eth0 NIC Link is Down\n", false, VERDICT_LINK_DOWN, LIKELY },
	{ "all sent and cleaned", NULL, { NULL }, 1, NULL,
	  "[  99.0] i40e 0000:01:00.0 eth0: NETDEV WATCHDOG: CPU: 3: transmit queue 3 timed out 5003 ms\n"
	  "[  100.0] i40e 0000:01:00.0 eth0: tx_timeout: VSI_seid: 390, Q 3, NTC: 0x20, HWB: 0x20, NTU: 0x20, TAIL: "
	  "0x20, INT: 0x1\n", false, VERDICT_FALSE_ALARM, LIKELY },
	{ "paused by the partner, in the driver's words", NULL, { NULL }, 1, NULL,
	  "[  99.0] ice 0000:01:00.0 eth0: NETDEV WATCHDOG: CPU: 3: transmit queue 3 timed out 5003 ms\n"
	  "[  100.0] ice 0000:01:00.0: Fake Tx hang detected on queue 3, timeout caused by PFC storm\n", false,
	  VERDICT_FALSE_ALARM, LIKELY },
	{ "another queue than the paused one", NULL, { NULL }, 1, NULL,
	  "[  99.0] ice 0000:01:00.0 eth0: NETDEV WATCHDOG: CPU: 3: transmit queue 4 timed out 5003 ms\n"
	  "[  100.0] ice 0000:01:00.0: Fake Tx hang detected on queue 3, timeout caused by PFC storm\n", false,
	  VERDICT_HUNG, LIKELY },
	{ "recovery alone", NULL, { NULL }, 1, NULL, "[  100.0] i40e 0000:01:00.0 eth0: tx_timeout recovery level 1\n",
	  false, VERDICT_HUNG, LIKELY },
	{ "recovery of a queue that nobody cleaned", NULL, { NULL }, 1, NULL,
	  "[  100.0] i40e 0000:01:00.0 eth0: tx_timeout: VSI_seid: 390, Q 3, NTC: 0x10, HWB: 0x20, NTU: 0x20, TAIL: "
	  "0x20, INT: 0x1\n[  100.1] i40e 0000:01:00.0 eth0: tx_timeout recovery level 1, txqueue 3\n", false,
	  VERDICT_STALLED, LIKELY },
	{ "given up", NULL, { NULL }, 1, NULL,
	  "[  100.0] ice 0000:01:00.0 eth0: tx_timeout recovery unsuccessful, device is in unrecoverable state.\n",
	  false, VERDICT_HUNG, CERTAIN },
	{ "tx hang by the driver", NULL, { NULL }, 1, NULL,
	  "[  100.0] ixgbe 0000:01:00.0 eth0: tx hang 2 detected on queue 5, resetting adapter\n", false, VERDICT_HUNG,
	  LIKELY },
	{ "reset loop", NULL, { NULL }, 1, NULL,
	  "[  100.0] igc 0000:01:00.0 eth0: Reset adapter\n[  130.0] igc 0000:01:00.0 eth0: Reset adapter\n", false,
	  VERDICT_HUNG, LIKELY },
	{ "one reset", NULL, { NULL }, 1, NULL, "[  100.0] igc 0000:01:00.0 eth0: Reset adapter\n", false,
	  VERDICT_STALLED, LIKELY },
	{ "reset as the link is lost", NULL, { NULL }, 1, NULL,
	  "[  100.0] igc 0000:01:00.0 eth0: NIC Link is Down\n[  101.0] igc 0000:01:00.0 eth0: Reset adapter\n", false,
	  VERDICT_LINK_DOWN, LIKELY },
	{ "reset for a lost link, in the driver's words", NULL, { NULL }, 1, NULL,
	  "[  101.0] ixgbe 0000:01:00.0 eth0: initiating reset to clear Tx work after link loss\n", false,
	  VERDICT_LINK_DOWN, LIKELY },
	{ "malicious driver detection", NULL, { NULL }, 1, NULL,
	  "[  100.0] i40e 0000:01:00.0: TX driver issue detected, PF reset issued\n", false, VERDICT_STALLED, LIKELY },
	{ "work in a dump", NULL, { NULL }, 1, NULL,
	  "[  100.0] igc 0000:01:00.0 eth0: Register Dump\n"
	  "[  100.1] igc 0000:01:00.0 eth0: TDH[0-3]        00000010 00000000 00000000 00000008\n"
	  "[  100.2] igc 0000:01:00.0 eth0: TDT[0-3]        0000003b 00000000 00000000 00000008\n", false,
	  VERDICT_STALLED, LIKELY },
	{ "no work in a dump, and no link", NULL, { NULL }, 1, NULL,
	  "[  99.0] igc 0000:01:00.0 eth0: NIC Link is Down\n[  100.0] igc 0000:01:00.0 eth0: Register Dump\n"
	  "[  100.1] igc 0000:01:00.0 eth0: TDH[0-3]        00000010 00000000 00000000 00000008\n"
	  "[  100.2] igc 0000:01:00.0 eth0: TDT[0-3]        00000010 00000000 00000000 00000008\n", false,
	  VERDICT_LINK_DOWN, LIKELY },
	{ "off the bus, by the PCI core", NULL, { NULL }, 1, NULL,
	  "[  100.0] igc 0000:01:00.0: not ready 65535ms after bus reset; giving up\n", false, VERDICT_DEAD, LIKELY },
	{ "lost and probed again", NULL, { NULL }, 1, NULL,
	  "[  100.0] igb 0000:01:00.0 eth0: PCIe link lost\n[  200.0] igb 0000:01:00.0 eth0: renamed from eth1\n",
	  false, VERDICT_UNKNOWN, LIKELY },
	{ "lost, back, and lost again", NULL, { NULL }, 1, NULL,
	  "[  100.0] igb 0000:01:00.0 eth0: PCIe link lost\n[  200.0] igb 0000:01:00.0 eth0: renamed from eth1\n"
	  "[  300.0] igb 0000:01:00.0 eth0: PCIe link lost\n", false, VERDICT_DEAD, LIKELY },
	{ "no driver", NULL, { NULL }, 1, NULL, "[  2.0] e1000e: probe of 0000:01:00.0 failed with error -5\n", false,
	  VERDICT_DEAD, LIKELY },
	{ "no driver at first", NULL, { NULL }, 1, NULL,
	  "[  2.0] e1000e: probe of 0000:01:00.0 failed with error -5\n[  9.0] e1000e 0000:01:00.0 eth0: (PCI "
	  "Express:2.5GT/s:Width x1) 02:00:00:00:00:01\n", false, VERDICT_UNKNOWN, LIKELY },
	{ "the PHY is not reached", NULL, { NULL }, 1, NULL, "[  9.0] e1000e 0000:01:00.0 eth0: Hardware Error\n", false,
	  VERDICT_DEAD, LIKELY },
	{ "a VF that its PF resets", NULL, { NULL }, 1, NULL,
	  "[  1.0] iavf 0000:01:10.1: Reset indication received from the PF\n[  2.0] iavf 0000:01:10.1: Reset indication "
	  "received from the PF\n[  3.0] iavf 0000:01:10.1: Reset indication received from the PF\n", false,
	  VERDICT_UNKNOWN, LIKELY },
	{ "a VF that was reset and works", NULL, { NULL }, 1, NULL,
	  "[  1.0] iavf 0000:01:10.1: Reset indication received from the PF\n[  2.0] iavf 0000:01:10.1 eth0: NIC Link is "
	  "Up Speed is 10 Gbps Full Duplex\n", false, VERDICT_UNKNOWN, LIKELY },
	{ "the driver was taken off", NULL, { NULL }, 1, NULL,
	  "[  1.0] igb 0000:01:00.0 eth0: igb: eth0 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: RX/TX\n"
	  "[  2.0] igb 0000:01:00.0: removed PHC on eth0\n", false, VERDICT_UNKNOWN, LIKELY },
};
/* clang-format on */

static void one_verdict(void **state)
{
	const struct one *one = *state;
	const struct diagnosis *d;
	struct patient p;

	patient_open(&p);
	p.watched_now = one->watched_now;
	for (size_t i = 0; i < 3 && one->samples[i]; i++)
		patient_sample(&p, one->chip, 0, one->interval * (double)i, one->samples[i], one->facts);
	if (one->log)
		patient_log(&p, one->log);
	d = patient_ask(&p);
	assert_non_null(d);
	if (d->verdict != one->verdict || d->confidence != one->confidence)
		fail_msg("%s: %s (%s), not %s (%s)", one->what, verdict_name(d->verdict),
			 confidence_name(d->confidence), verdict_name(one->verdict), confidence_name(one->confidence));
	assert_non_null(d->reason);
	patient_close(&p);
}

/* Whether a log's hang is over, and when it was. */
static void over_in_the_log(void **state)
{
	static const struct {
		const char *log, *until;
		bool recovered;
	} cases[] = {
		{ HANG, NULL, false },
		{ HANG "[  200.000000] e1000e: eth0 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: None\n",
		  "200.000", true },
		{ "[  50.000000] e1000e: eth0 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: None\n" HANG, NULL,
		  false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct diagnosis *d;
		struct patient p;

		patient_open(&p);
		patient_log(&p, cases[i].log);
		d = patient_ask(&p);
		assert_int_equal(d->verdict, VERDICT_HUNG);
		assert_int_equal(d->recovered, cases[i].recovered);
		assert_string_equal(d->since, "100.000");
		if (cases[i].until)
			assert_string_equal(d->until, cases[i].until);
		else
			assert_null(d->until);
		patient_close(&p);
	}
}

#define BACK_UP "[ 108.000000] e1000e: eth0 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: None\n"
#define LATER_DOWN "[5000.000000] e1000e: eth0 NIC Link is Down\n"
#define TX_TIMEOUT(stamp) "[" stamp "] ixgbe 0000:00:19.0 eth0: initiating reset due to tx timeout\n"

#define DATED(date) date " pve kernel: ixgbe 0000:00:19.0 eth0: initiating reset due to tx timeout\n"

/* What became of the port after a hang, and hangs that are not the same one. */
static void after_the_hang(void **state)
{
	static const struct {
		const char *log, *since, *until, *first, *lost; /* NULL: none */
		bool recovered;
	} cases[] = {
		{ HANG BACK_UP, "100.000", "108.000", NULL, NULL, true },
		{ HANG BACK_UP LATER_DOWN, "100.000", "108.000", NULL, "link down since 5000.000", true },
		{ HANG BACK_UP LATER_DOWN "[5003.000000] e1000e: eth0 NIC Link is Up 1000 Mbps Full Duplex\n",
		  "100.000", "108.000", NULL, NULL, true },
		/* The reset of a lost link is no trouble of its own. */
		{ HANG BACK_UP LATER_DOWN "[5000.100000] e1000e 0000:00:19.0 eth0: Reset adapter\n", "100.000",
		  "108.000", NULL, "link down since 5000.000", true },
		/* The link goes down with the reset of the hang. */
		{ HANG "[ 104.000000] e1000e: eth0 NIC Link is Down\n", "100.000", NULL, NULL, NULL, false },
		{ HANG LATER_DOWN, "100.000", NULL, NULL, "link down since 5000.000", false },
		/* At the end of a boot, as when the machine shuts down. */
		{ "[    0.000000] Linux version 6.1.0 (a@b) #1 SMP\n" HANG BACK_UP LATER_DOWN
		  "[    0.000000] Linux version 6.1.0 (a@b) #1 SMP\n[    9.000000] e1000e 0000:00:19.0: here\n",
		  "100.000", "108.000", NULL, NULL, true },
		{ TX_TIMEOUT("100.000000") TX_TIMEOUT("130.000000"), "100.000", NULL, NULL, NULL, false },
		{ TX_TIMEOUT("100.000000") TX_TIMEOUT("1100.000000"), "1100.000", NULL, "100.000", NULL, false },
		/* By a clock without a year, and in another year. */
		{ DATED("Nov 20 09:25:00") DATED("Nov 20 09:25:30"), "Nov 20 09:25:00", NULL, NULL, NULL, false },
		{ DATED("Nov 20 09:25:00") DATED("Nov 20 11:01:40"), "Nov 20 11:01:40", NULL, "Nov 20 09:25:00", NULL,
		  false },
		{ DATED("Dec 31 23:59:50") DATED("Jan  1 00:00:20"), "Dec 31 23:59:50", NULL, NULL, NULL, false },
		{ DATED("Dec 31 23:59:50") DATED("Jan  1 02:00:20"), "Jan  1 02:00:20", NULL, "Dec 31 23:59:50", NULL,
		  false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct diagnosis *d;
		struct patient p;

		patient_open(&p);
		patient_log(&p, cases[i].log);
		d = patient_ask(&p);
		assert_int_equal(d->verdict, VERDICT_HUNG);
		assert_int_equal(d->recovered, cases[i].recovered);
		assert_string_equal(d->since, cases[i].since);
		assert_string_equal(d->until ? d->until : "none", cases[i].until ? cases[i].until : "none");
		assert_string_equal(d->first ? d->first : "none", cases[i].first ? cases[i].first : "none");
		assert_string_equal(d->lost ? d->lost : "none", cases[i].lost ? cases[i].lost : "none");
		if (cases[i].lost)
			assert_non_null(strstr(d->reason, d->lost_reason));
		patient_close(&p);
	}
}

/* A part without a definition: its samples are of one device, which its driver's word judges. */
static void no_definition(void **state)
{
	static const struct {
		const char *facts[2];
		enum verdict verdict;
	} cases[] = {
		{ { "carrier=1 ring.clean=9 ring.use=9", "carrier=1 ring.clean=9 ring.use=9" }, VERDICT_IDLE },
		{ { "carrier=1 ring.clean=9 ring.use=9", "carrier=1 ring.clean=12 ring.use=13" }, VERDICT_BUSY },
		{ { "carrier=1 ring.clean=9 ring.use=12 ring.last=10 ring.done=1 ring.scheduled=0",
		    "carrier=1 ring.clean=9 ring.use=12 ring.last=10 ring.done=1 ring.scheduled=0" },
		  VERDICT_STALLED },
		{ { "carrier=1", "carrier=1" }, VERDICT_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct diagnosis *d;
		struct patient p;

		patient_open(&p);
		for (int k = 0; k < 2; k++) {
			struct snapshot *s = patient_sample(&p, "82574L", 0, 3 * k, "", cases[i].facts[k]);

			free(s->chip);
			s->chip = NULL;
		}
		d = patient_ask(&p);
		assert_int_equal(p.result.n, 1);
		if (d->verdict != cases[i].verdict)
			fail_msg("case %zu: %s: %s", i, verdict_name(d->verdict), d->reason);
		patient_close(&p);
	}
}

/* Words of a driver that another program repeats prove nothing, and are not passed over. */
static void quoted_in_the_log(void **state)
{
	static const char words[] =
		"ixgbe 0000:01:00.0 eth0: NETDEV WATCHDOG: CPU: 8: transmit queue 3 timed out 5376 ms\n";
	static const char *const before[] = { "2025-11-27T08:00:00.123456789Z stdout F [ 100.000001] ", NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		AUTO_FREE char *log = before[i] ? xasprintf("%s%s", before[i], words) : xstrdup("nothing\n");
		const struct diagnosis *d;
		struct patient p;

		patient_open(&p);
		for (int k = 0; k < 2; k++)
			patient_sample(&p, "82574L", 0, k, EMPTY, SAID);
		patient_log(&p, log);
		d = patient_ask(&p);
		assert_int_equal(d->verdict, VERDICT_IDLE);
		assert_int_equal(!has_finding(d, "log-quoted"), !before[i]);
		assert_int_equal(!strstr(d->reason, "1 line of the log has a driver's words for a hang"), !before[i]);
		assert_int_equal(!d->brief, before[i] != NULL);
		patient_close(&p);
	}
}

static void the_bad_ones(void **state)
{
	(void)state;
	for (unsigned v = 0; v < VERDICTS; v++)
		assert_int_equal(verdict_is_bad((enum verdict)v),
				 v == VERDICT_DEAD || v == VERDICT_HUNG || v == VERDICT_STALLED);
}

int main(void)
{
	enum { N = sizeof(table) / sizeof(table[0]) };
	struct CMUnitTest tests[N + 5] = { [N] = cmocka_unit_test(the_bad_ones),
					   [N + 1] = cmocka_unit_test(over_in_the_log),
					   [N + 2] = cmocka_unit_test(no_definition),
					   [N + 3] = cmocka_unit_test(after_the_hang),
					   [N + 4] = cmocka_unit_test(quoted_in_the_log) };

	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){ table[i].what, one_verdict, NULL, NULL, (void *)(uintptr_t)&table[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
