// SPDX-License-Identifier: GPL-2.0-or-later
/* Errata of the parts of e1000e: silent where the driver has dealt with them, said where nobody has. */
#include "patient.h"

#define UP "netdev=eth0 driver=e1000e carrier=1 speed=1000 mtu=1500 kernel=6.12.50 "
#define RUNS "STATUS=0x80083 TCTL=0x3103f0fa TDLEN[0]=4096 TDH[0]=7 TDT[0]=7 "
#define PCH RUNS "RFCTL=0x80c0 FWSM=0x8048 "
#define LPT PCH "CTRL=0x180240 CTRL_EXT=0x10460000 FEXTNVM4=7 FFLT_DBG=0 FEXTNVM7=1 "
#define CNP LPT "FEXTNVM5=0 "
#define TGP "FFLT_DBG=0x1000 "
#define IPV6 "RFCTL=0x38000 "

struct part {
	const char *chip, *healthy;
};

static const struct part parts[] = {
	{ "82571EB", RUNS IPV6 "CTRL_EXT=0x10000000 TARC[0]=0x07a00403 PBA_ECC=1" },
	{ "82571EB-fibre", RUNS IPV6 "CTRL_EXT=0x10c00000 TARC[0]=0x07a00403 PBA_ECC=1" },
	{ "82572EI", RUNS IPV6 "CTRL_EXT=0x10000000 TARC[0]=0x07a00403" },
	{ "82572EI-fibre", RUNS IPV6 "CTRL_EXT=0x10c00000 TARC[0]=0x07a00403" },
	{ "82573", RUNS IPV6 },
	{ "82574L", RUNS "GCR=0x8400000 GCR2=1" },
	{ "82583V", RUNS "GCR=0x8400000 GCR2=1" },
	{ "80003ES2LAN", RUNS IPV6 "TARC[0]=0x403 TARC[1]=0x403" },
	{ "80003ES2LAN-SerDes", RUNS IPV6 "TARC[0]=0x403 TARC[1]=0x403" },
	{ "82566", RUNS "RFCTL=0x380c0 PHY_CTRL=0" },
	{ "82562V", "STATUS=0x80043 TCTL=0x3103f0fa TDLEN[0]=4096 TDH[0]=7 TDT[0]=7 RFCTL=0x380c0 PHY_CTRL=0" },
	{ "82567V-3", RUNS "RFCTL=0x380c0" },
	{ "82566DM-2", PCH },
	{ "82562V-2", "STATUS=0x80043 TCTL=0x3103f0fa TDLEN[0]=4096 TDH[0]=7 TDT[0]=7 RFCTL=0x80c0" },
	{ "82567", PCH },
	{ "82567-ICH10", PCH },
	{ "82577LM", PCH "CTRL=0x180240 FCRTV_PCH=0x1000" },
	{ "82578DM", PCH "CTRL=0x180240 FCRTV_PCH=0x1000" },
	{ "82579LM", PCH "FFLT_DBG=0 RCTL=0x8002" },
	{ "I217-LM", LPT },
	{ "I218-LM", LPT "FEXTNVM6=0x100" },
	{ "I219-SPT", LPT "TARC[0]=0x2d800403 IOSFPC=0x10000" },
	{ "I219-CNP", CNP },
	{ "I219-TGP", CNP TGP },
	{ "I219-ADP", CNP TGP },
	{ "I219-MTP", CNP TGP },
	{ "I219-PTP", CNP TGP },
};

/* What is otherwise than on the healthy one, and the evidence of it; NULL: that is no fault. */
struct fault {
	const char *chip, *regs, *facts;
	unsigned device; /* PCI id; 0: any */
	unsigned rings;  /* configuration space 0xe4 */
	const char *evidence;
};

#define SLOW "driver=e1000e carrier=1 speed=100 "
#define HUNG "STATUS=0x80083 TCTL=0x3103f0fa TDLEN[0]=4096 TDH[0]=7 TDT[0]=9 "

/* clang-format off */
static const struct fault faults[] = {
	{ "82571EB", "CTRL_EXT=0x10080000", NULL, 0, 0, "CTRL_EXT.DMA_DYN_CLK_EN = 1" },
	{ "82571EB", "PBA_ECC=0", NULL, 0, 0, "PBA_ECC.CORR_EN = 0" },
	{ "82571EB", "RFCTL=0x8000", NULL, 0, 0, "RFCTL.IPV6_EX_DIS = 0" },
	{ "82571EB", "TARC[0]=0x07a00403", SLOW, 0, 0, "TARC[0].SPEED_MODE = 1" },
	{ "82571EB", "TARC[0]=0x07800403", SLOW, 0, 0, NULL },
	{ "82572EI", "CTRL_EXT=0x10080000", NULL, 0, 0, "CTRL_EXT.DMA_DYN_CLK_EN = 1" },
	{ "82573", "RFCTL=0x18000", NULL, 0, 0, "RFCTL.NEW_IPV6_EXT_DIS = 0" },
	{ "80003ES2LAN", "TARC[1]=0x402", NULL, 0, 0, "TARC[1].UNWEIGHTED_RR = 0" },
	{ "82566", "PHY_CTRL=0x40", SLOW, 0, 0, "PHY_CTRL.GBE_DISABLE = 1" },
	{ "82566", "PHY_CTRL=0x40", "driver=e1000e carrier=0", 0, 0, NULL },
	{ "82567", "RFCTL=0x8080", NULL, 0, 0, "RFCTL.NFSW_DIS = 0" },
	{ "82577LM", "CTRL=0x10180240 FCRTV_PCH=0xffff", NULL, 0, 0, "FCRTV_PCH = 0xffff" },
	{ "82577LM", "CTRL=0x00180240 FCRTV_PCH=0xffff", NULL, 0, 0, NULL },
	{ "82579LM", "FFLT_DBG=0 RCTL=0x8022", UP "mtu=9000", 0, 0, "FFLT_DBG.JUMBO_15_17 = 0" },
	{ "82579LM", "FFLT_DBG=0x38000 RCTL=0x4008022", UP "mtu=9000", 0, 0, NULL },
	{ "82579LM", "STATUS=0x40080083", NULL, 0, 0, "STATUS.PCIM_STATE = 1" },
	{ "82579LM", "STATUS=0x40080083 FWSM=0x0048", NULL, 0, 0, NULL },
	{ "I217-LM", "FEXTNVM4=3", NULL, 0, 0, "FEXTNVM4 = 3" },
	{ "I217-LM", "FEXTNVM4=3", "driver=e1000e carrier=0", 0, 0, NULL },
	{ "I217-LM", "CTRL=0x100240", NULL, 0, 0, "CTRL.MEHE = 0" },
	{ "I217-LM", "CTRL_EXT=0x10460800", NULL, 0, 0, "CTRL_EXT.FORCE_SMBUS = 1" },
	{ "I218-LM", "FEXTNVM6=0", NULL, 0x155a, 0, "FEXTNVM6.REQ_PLL_CLK = 0" },
	{ "I218-LM", "FEXTNVM6=0", SLOW, 0x155a, 0, NULL },
	{ "I218-LM", "FEXTNVM6=0", NULL, 0x15a1, 0, NULL },
	{ "I218-LM", "FWSM=0x8448", NULL, 0x15a3, 0, "FWSM.ULP_CFG_DONE = 1" },
	{ "I219-SPT", "TARC[0]=0x3d800403", NULL, 0, 0, "TARC[0].CB_MULTIQ = 3" },
	{ "I219-SPT", "TARC[0]=0x3d800403", "driver=e1000e", 0, 0, NULL },
	{ "I219-SPT", "IOSFPC=0", NULL, 0, 0, "IOSFPC.DRV_SET_16 = 0" },
	{ "I219-SPT", "", NULL, 0x15b8, 0x0100, "configuration space 0xe4, bit 8 = 1" },
	{ "I219-SPT", "", NULL, 0x15b8, 0xfeff, NULL },
	{ "I219-CNP", "", NULL, 0x15bc, 0x0100, "configuration space 0xe4, bit 8 = 1" },
	{ "I219-CNP", "TARC[0]=0x3d800403", NULL, 0, 0, NULL },
	{ "I219-CNP", "FFLT_DBG=0", NULL, 0, 0, NULL },
	{ "I219-CNP", HUNG "FEXTNVM7=0x400001", NULL, 0, 0, "FEXTNVM7.MAC_DPG_EN = 1" },
	{ "I219-CNP", "FEXTNVM7=0x400001", NULL, 0, 0, NULL },
	{ "I217-LM", "", NULL, 0, 0x0100, NULL },
	{ "I219-TGP", "FFLT_DBG=0", NULL, 0, 0, "FFLT_DBG.DONT_GATE_WAKE_DMA_CLK = 0" },
	{ "I219-ADP", "FFLT_DBG=0", NULL, 0, 0, "FFLT_DBG.DONT_GATE_WAKE_DMA_CLK = 0" },
	{ "I219-MTP", "FFLT_DBG=0", NULL, 0, 0, "FFLT_DBG.DONT_GATE_WAKE_DMA_CLK = 0" },
	{ "I219-MTP", "CTRL_EXT=0x10460008", NULL, 0, 0, NULL },
	{ "I219-MTP", HUNG, UP "kernel=6.12.50", 0, 0, "kernel 6.12.50" },
	{ "I219-MTP", HUNG, UP "kernel=6.12.22", 0, 0, NULL },
	{ "I219-MTP", HUNG, UP "kernel=6.19.3", 0, 0, NULL },
	{ "I219-MTP", HUNG, UP "kernel=6.8.0-45-generic", 0, 0, NULL },
	{ "I219-PTP", "CTRL_EXT=0x10460008", NULL, 0, 0, "CTRL_EXT.DPG_EN = 1" },
};
/* clang-format on */

static const char *healthy_of(const char *chip)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strcmp(parts[i].chip, chip))
			return parts[i].healthy;
	fail_msg("no healthy %s", chip);
	return NULL;
}

/* Whether a later word of the text has the same name. */
static bool is_said_again(const char *text, const char *word, size_t n)
{
	for (const char *p = strchr(text, ' '); p; p = strchr(p + 1, ' '))
		if (!strncmp(p + 1, word, n))
			return true;
	return false;
}

/* The later word for a register counts. */
static void add(struct patient *p, const char *chip, const char *regs, const char *facts, double second)
{
	char copy[1024], wanted[1024] = "", *save = NULL;

	snprintf(copy, sizeof(copy), "%s", regs);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		if (!is_said_again(regs + (word - copy), word, (size_t)(strchr(word, '=') - word) + 1))
			strcat(strcat(wanted, word), " ");
	patient_sample(p, chip, 0, second, wanted, facts);
}

/* Nothing above a note, and no fault of the part, with and without a link. */
static void healthy_parts_are_silent(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct diagnosis *d;
		struct patient p;

		patient_open(&p);
		add(&p, parts[i].chip, parts[i].healthy, UP, 0);
		add(&p, parts[i].chip, parts[i].healthy, UP, 1);
		d = patient_ask(&p);
		for (size_t k = 0; k < d->n_findings; k++)
			if (d->findings[k].severity != SEVERITY_NOTE || !strcmp(d->findings[k].id, "workaround"))
				fail_msg("%s: %s: %s", parts[i].chip, d->findings[k].id,
					 d->findings[k].n_evidence ? d->findings[k].evidence[0] : "");
		assert_int_equal(d->verdict, VERDICT_IDLE);
		patient_close(&p);
	}
}

/* Every chip of the driver is among them. */
static void all_are_here(void **state)
{
	const char **names = NULL;
	struct patient p;
	size_t n;

	(void)state;
	patient_open(&p);
	n = chipdb_chips(p.db, &names);
	for (size_t i = 0; i < n; i++) {
		const struct chip *chip;

		assert_int_equal(chipdb_find(p.db, names[i], &chip, NULL), 0);
		if (!strcmp(chip->driver, "e1000e"))
			healthy_of(names[i]);
	}
	free(names);
	patient_close(&p);
}

static void faults_are_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		const struct fault *one = &faults[i];
		const struct finding *f;
		struct patient p;
		char regs[1024];

		snprintf(regs, sizeof(regs), "%s %s", healthy_of(one->chip), one->regs);
		patient_open(&p);
		for (int k = 0; k < 2; k++) {
			uint8_t *config;

			add(&p, one->chip, regs, one->facts ? one->facts : UP, k);
			config = p.samples.v[k]->functions[0].config;
			if (one->device) {
				config[2] = (uint8_t)one->device;
				config[3] = (uint8_t)(one->device >> 8);
			}
			config[0xe4] = (uint8_t)one->rings;
			config[0xe5] = (uint8_t)(one->rings >> 8);
		}
		f = has_finding(patient_ask(&p), "workaround");
		if (!f != !one->evidence)
			fail_msg("%zu: %s with %s: %s", i, one->chip, one->regs, f ? f->evidence[0] : "nothing");
		if (f && !has_evidence(f, one->evidence))
			fail_msg("%zu: %s lacks '%s', has '%s'", i, one->chip, one->evidence, f->evidence[0]);
		patient_close(&p);
	}
}

/* 100 Mb/s is all that an 82562 can do. */
static void fast_ethernet_is_not_slow(void **state)
{
	static const char *const chips[] = { "82562V", "82566" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct patient p;

		patient_open(&p);
		patient_sample(&p, chips[i], 0, 0, "STATUS=0x80043", SLOW);
		assert_int_equal(has_finding(patient_ask(&p), "link-slow") != NULL, i);
		patient_close(&p);
	}
}

#define HANG                                                              \
	"[ 9.0] e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:\n" \
	"  TDH                  <5d>\n  TDT                  <90>\n  next_to_use          <90>\n"

/* By its PCI id, by the number in its name, or not at all. */
static void logs_name_the_generation(void **state)
{
	static const struct {
		const char *before, *part, *name; /* part: NULL: not known */
	} cases[] = {
		{ "[ 0.1] pci 0000:00:1f.6: [8086:15bc] type 00 class 0x020000\n", "I219-CNP", "I219-V (7)" },
		{ "[ 0.1] pci 0000:00:1f.6: [8086:0d53] type 00 class 0x020000\n", "I219-SPT", "I219-LM (12)" },
		{ "00:1f.6 Ethernet controller: Intel Corporation Ethernet Connection (7) I219-V (rev 10)\n\n",
		  "I219-CNP", "I219-V" },
		{ "00:1f.6 Ethernet controller: Intel Corporation Ethernet Connection (13) I219-LM (rev 20)\n\n",
		  "I219-TGP", "I219-LM" },
		{ "00:1f.6 Ethernet controller: Intel Corporation Ethernet Connection I219-LM (rev 21)\n\n", "I219-SPT",
		  "I219-LM" },
		{ "00:1f.6 Ethernet controller: Intel Corporation Ethernet Connection (31) I219-V\n\n", NULL,
		  "I219-V" },
		{ "", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct diagnosis *d;
		struct patient p;
		char log[512];

		snprintf(log, sizeof(log), "%s%s", cases[i].before, HANG);
		patient_open(&p);
		patient_log(&p, log);
		d = patient_ask(&p);
		assert_int_equal(d->verdict, VERDICT_HUNG);
		if (!d->chip != !cases[i].name || (d->chip && strcmp(d->chip, cases[i].name) != 0))
			fail_msg("%zu: it is called %s", i, d->chip ? d->chip : "nothing");
		assert_int_equal(d->part_sure, cases[i].part != NULL);
		if (cases[i].part)
			assert_string_equal(d->part->name, cases[i].part);
		patient_close(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(healthy_parts_are_silent), cmocka_unit_test(all_are_here),
		cmocka_unit_test(faults_are_said),          cmocka_unit_test(fast_ethernet_is_not_slow),
		cmocka_unit_test(logs_name_the_generation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
