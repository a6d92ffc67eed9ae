// SPDX-License-Identifier: GPL-2.0-or-later
/* The verdict, and which of several holds when more than one could be told. */
#include "patient.h"

#define UP "STATUS=0x80083 TCTL=0x3103f0fa TDLEN=4096 "
#define SAID "netdev=eth0 driver=e1000e carrier=1 speed=1000"
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
	{ "one look at empty queues", "82574L", { EMPTY }, 1, SAID, NULL, true, VERDICT_HEALTHY, LIKELY },
	{ "one look at work", "82574L", { STUCK }, 1, SAID, NULL, true, VERDICT_UNKNOWN, CERTAIN },
	{ "the head moves", "82574L", { EMPTY, UP "TDH=9 TDT=9" }, 1, SAID, NULL, true, VERDICT_BUSY, CERTAIN },
	{ "it is busy although work waits each time", "82574L", { STUCK, UP "TDH=0x60 TDT=0xa0",
	  UP "TDH=0x80 TDT=0xb0" }, 1, SAID,
	  NULL, true, VERDICT_BUSY, CERTAIN },
	{ "the head stands still for two seconds", "82574L", { STUCK, STUCK, STUCK }, 1, SAID, NULL, true, VERDICT_HUNG,
	  CERTAIN },
	{ "it stands still, too shortly watched", "82574L", { STUCK, STUCK, STUCK }, 0.1, SAID, NULL, true,
	  VERDICT_STALLED, POSSIBLE },
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
	{ "dead before all", "82574L", { STUCK, "STATUS=gone TDH=gone TDT=gone" }, 2, SAID, HANG, true, VERDICT_DEAD,
	  CERTAIN },
	{ "transmitter off, one look", "82574L", { "STATUS=0x80083 TCTL=0x3103f0f8 TDLEN=4096 TDH=1 TDT=9" }, 1, SAID,
	  NULL, true,
	  VERDICT_HUNG, LIKELY },
	{ "transmitter off, seen standing", "82574L", { "STATUS=0x80083 TCTL=0 TDLEN=4096 TDH=1 "
	  "TDT=9", "STATUS=0x80083 TCTL=0 TDLEN=4096 TDH=1 TDT=9" }, 2, SAID, NULL, true, VERDICT_HUNG, CERTAIN },
	{ "facts alone", "I350", { "" }, 1, "carrier=1", NULL, true, VERDICT_HEALTHY, POSSIBLE },
	{ "facts alone, no carrier", "I350", { "" }, 1, "carrier=0", NULL, true, VERDICT_LINK_DOWN, CERTAIN },
	{ "nothing at all", "I350", { "" }, 1, NULL, NULL, true, VERDICT_UNKNOWN, CERTAIN },
	{ "one queue of many", "X722", { "PRTMAC_LINKSTA[0]=0x48000080 QTX_ENA[44]=5 QTX_HEAD[44]=1 QTX_TAIL[44]=9 "
	  "QTX_ENA[1]=5 QTX_HEAD[1]=3 QTX_TAIL[1]=3", "PRTMAC_LINKSTA[0]=0x48000080 QTX_ENA[44]=5 QTX_HEAD[44]=1 "
	  "QTX_TAIL[44]=9 QTX_ENA[1]=5 QTX_HEAD[1]=9 QTX_TAIL[1]=9" }, 2, NULL, NULL, true, VERDICT_HUNG, CERTAIN },
	{ "a queue that is switched off does not count", "X722", { "PRTMAC_LINKSTA[0]=0x48000080 QTX_ENA[44]=0 "
	  "QTX_HEAD[44]=1 QTX_TAIL[44]=9 QTX_ENA[1]=5 QTX_HEAD[1]=3 QTX_TAIL[1]=3", "PRTMAC_LINKSTA[0]=0x48000080 "
	  "QTX_ENA[44]=0 QTX_HEAD[44]=1 QTX_TAIL[44]=9 QTX_ENA[1]=5 QTX_HEAD[1]=3 "
	  "QTX_TAIL[1]=3" }, 2, NULL, NULL, true, VERDICT_IDLE, LIKELY },
	{ "latched malicious driver detection", "X722", { "PRTMAC_LINKSTA[0]=0x48000080 GL_MDET_TX=0x8200002c "
	  "PF_MDET_TX=1" }, 1, NULL, NULL,
	  true, VERDICT_STALLED, LIKELY },
	{ "what is seen now counts, the log is history", "82574L", { EMPTY, EMPTY }, 1, SAID, HANG, true, VERDICT_IDLE,
	  LIKELY },
	{ "files: the log counts as well", "82574L", { EMPTY, EMPTY }, 1, SAID, HANG, false, VERDICT_HUNG, CERTAIN },
	{ "one look now: the log counts", "82574L", { STUCK }, 1, SAID, HANG, true, VERDICT_HUNG, CERTAIN },
	{ "the log alone", NULL, { NULL }, 1, NULL, HANG, false, VERDICT_HUNG, CERTAIN },
	{ "one block", NULL, { NULL }, 1, NULL, BLOCK("  100.000000", "5d", "90", "80083"), false, VERDICT_HUNG,
	  LIKELY },
	{ "head at the tail", NULL, { NULL }, 1, NULL, BLOCK("  100.000000", "90", "90", "80083"), false,
	  VERDICT_FALSE_ALARM, LIKELY },
	{ "no link in the block", NULL, { NULL }, 1, NULL, BLOCK("  100.000000", "0", "1", "40080080"), false,
	  VERDICT_FALSE_ALARM,
	  CERTAIN },
	{ "a real hang beside a false one", NULL, { NULL }, 1, NULL,
	  BLOCK("  100.000000", "90", "90", "80083") BLOCK("  900.000000", "5d", "90", "80083"), false, VERDICT_HUNG,
	    LIKELY },
	{ "hardware done, clean-up late", NULL, { NULL }, 1, NULL,
	  "[  100.0] i40e 0000:01:00.0 eth0: tx_timeout: VSI_seid: 390, Q 3, NTC: 0x10, HWB: 0x20, NTU: 0x20, TAIL: "
	  "0x20, INT: 0x1\n", false,
	  VERDICT_FALSE_ALARM, LIKELY },
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
	  VERDICT_HEALTHY, POSSIBLE },
	{ "down at last", NULL, { NULL }, 1, NULL,
	  "[  100.0] igb 0000:01:00.0 eth0: igb: eth0 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: RX/TX\n"
	  "[  101.0] igb 0000:01:00.0 eth0: igb: eth0 NIC Link is Down\n", false, VERDICT_LINK_DOWN, LIKELY },
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
	struct CMUnitTest tests[N + 1] = { [N] = cmocka_unit_test(the_bad_ones) };

	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){ table[i].what, one_verdict, NULL, NULL, (void *)(uintptr_t)&table[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
