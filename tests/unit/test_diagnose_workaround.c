// SPDX-License-Identifier: GPL-2.0-or-later
/* Known faults that nothing guards against here, of a part that is made up. */
#include "patient.h"

#include "chipdefs.h"
#include "util/text.h"

/* clang-format off */
#define PART \
	"chip P : 82574 \"Part\"\nid 8086:ffee\n" \
	"erratum bit \"Bit 22 is missing\" workaround \"the driver sets it from Linux 5.15 on\" @\"a\"\n" \
	"erratum link \"The clock stops\" @\"b\"\nerratum rings \"Descriptors are left\" @\"c\"\n" \
	"erratum old \"Frames are lost\" @\"d\"\nerratum early \"Early steppings drop the link\" @\"e\"\n" \
	"erratum sleep \"L1 hangs it\" @\"f\"\nerratum jumbo \"Jumbo frames are cut\" @\"g\"\n" \
	"expect bit GCR.DRV_ERRATUM_BIT22=1 remedy linux-newer\n" \
	"expect bit TARC[1].COUNT!=3 when up unless device=0x1234\n" \
	"expect link CTRL_EXT.DMA_DYN_CLK_EN=0 when link when speed=1000\n" \
	"expect rings config 0xe4.8=0 remedy function-reset\n" \
	"expect old kernel 6.12.41 6.16.0 when kernel 6.12.23 6.14.1 6.15.0 when trouble\n" \
	"expect early revision=3..255 when speed=2500\n" \
	"expect sleep config LNKCTL.ASPMC=0 when aspm\n" \
	"expect jumbo RFCTL.EXTEN=1 when mtu=1501..9000\n"
/* clang-format on */

#define UP "netdev=eth0 driver=e1000e carrier=1 speed=1000 kernel=6.12.50 "
#define IGC "netdev=eth0 driver=igc carrier=1 speed=1000 "
#define GATES "STATUS=0x80783 TCTL=0x103f0fa TDLEN[0]=4096 TXDCTL[0]=0x2000000 RETX_CTL=0x1000 "
#define LINK "STATUS=0x80083 TCTL=0x3103f0fa TDLEN=4096 "
#define GOOD LINK "TDH=7 TDT=7 GCR=0x400000 TARC[1]=0 CTRL_EXT=0 RFCTL=0x8000"
#define STUCK LINK "TDH=0x5d TDT=0x90 GCR=0x400000"

static struct space space_of(struct patient *p, size_t sample)
{
	struct space space;

	space.fn = p->samples.v[sample]->functions[0];
	return space;
}

/* The finding's evidence has that text; NULL: there is no finding. */
static void expect(struct patient *p, const char *evidence)
{
	const struct finding *f = has_finding(patient_ask(p), "workaround");

	if (!evidence) {
		if (f)
			fail_msg("it holds: %s", f->n_evidence ? f->evidence[0] : f->summary);
	} else {
		if (!f)
			fail_msg("nothing is found, expected %s", evidence);
		if (!has_evidence(f, evidence) && !strstr(f->summary, evidence))
			fail_msg("no '%s' in '%s'", evidence, f->n_evidence ? f->evidence[0] : f->summary);
	}
	patient_close(p);
}

static void open_part(struct patient *p)
{
	*p = (struct patient){ .db = defs_open(PART) };
}

static void ask(const char *regs, const char *second, const char *facts, const char *evidence)
{
	struct patient p;

	open_part(&p);
	patient_sample(&p, "P", 0, 0, regs, facts);
	if (second)
		patient_sample(&p, "P", 0, 1, second, facts);
	expect(&p, evidence);
}

static void registers(void **state)
{
	(void)state;
	ask(GOOD, NULL, UP, NULL);
	ask(LINK "TDH=7 TDT=7 GCR=0", NULL, UP, "GCR.DRV_ERRATUM_BIT22 = 0");
	ask(LINK "TDH=7 TDT=7 GCR=0", NULL, UP, "Bit 22 is missing");
	ask(LINK "TDH=7 TDT=7 GCR=0", NULL, UP, "the driver sets it from Linux 5.15 on");
	ask(LINK "TDH=7 TDT=7 TARC[1]=3", NULL, UP, "TARC[1].COUNT = 3");
	ask(LINK "TDH=7 TDT=7 TARC[0]=3", NULL, UP, NULL);
	/* Not known, no driver, another driver, off the bus. */
	ask(LINK "TDH=7 TDT=7", NULL, UP, NULL);
	ask(LINK "TDH=7 TDT=7 GCR=0", NULL, "netdev=eth0 carrier=1", NULL);
	ask(LINK "TDH=7 TDT=7 GCR=0", NULL, "driver=vfio-pci carrier=1", NULL);
	ask("STATUS=0xffffffff TARC[1]=0xffffff83 CTRL_EXT=0xffffffff", NULL, UP, NULL);
}

static void only_if_all_samples_say_so(void **state)
{
	(void)state;
	ask(LINK "TDH=7 TDT=7 GCR=0", GOOD, UP, NULL);
	ask(GOOD, LINK "TDH=7 TDT=7 GCR=0", UP, NULL);
	ask(LINK "TDH=7 TDT=7 GCR=0", LINK "TDH=7 TDT=7 GCR=0", UP, "BIT22");
	ask(LINK "TDH=7 TDT=7", LINK "TDH=7 TDT=7 GCR=0", UP, "BIT22");
}

static void conditions(void **state)
{
	(void)state;
	ask(LINK "TDH=7 TDT=7 CTRL_EXT=0x80000", NULL, UP, "DMA_DYN_CLK_EN = 1");
	ask(LINK "TDH=7 TDT=7 CTRL_EXT=0x80000", NULL, "driver=e1000e carrier=1 speed=100", NULL);
	ask("STATUS=0x80080 CTRL_EXT=0x80000", NULL, "driver=e1000e carrier=0 speed=1000", NULL);
	/* An interface that is down has no carrier that Linux would say. */
	ask(LINK "CTRL_EXT=0x80000 TARC[1]=3", NULL, "driver=e1000e speed=1000", NULL);
	ask(LINK "TDH=7 TDT=7 RFCTL=0", NULL, UP "mtu=9000", "RFCTL.EXTEN = 0");
	ask(LINK "TDH=7 TDT=7 RFCTL=0", NULL, UP "mtu=9000", "mtu 9000");
	ask(LINK "TDH=7 TDT=7 RFCTL=0", NULL, UP "mtu=1500", NULL);
	ask(LINK "TDH=7 TDT=7", NULL, "driver=e1000e carrier=1 speed=2500 revision=2", "revision 0");
}

static void releases(void **state)
{
	(void)state;
	ask(STUCK, STUCK, "driver=e1000e carrier=1 kernel=6.12.30", "kernel 6.12.30");
	ask(STUCK, STUCK, "driver=e1000e carrier=1 kernel=6.12.30+deb12-amd64", "Frames are lost");
	ask(STUCK, STUCK, "driver=e1000e carrier=1 kernel=6.12.22", NULL);
	ask(STUCK, STUCK, "driver=e1000e carrier=1 kernel=6.12.41", NULL);
	ask(STUCK, STUCK, "driver=e1000e carrier=1 kernel=6.15.2", "kernel 6.15.2");
	ask(STUCK, STUCK, "driver=e1000e carrier=1 kernel=6.17.1", NULL);
	ask(STUCK, STUCK, "driver=e1000e carrier=1 kernel=6.12.0-55.el10", NULL);
	ask(GOOD, GOOD, "driver=e1000e carrier=1 kernel=6.12.30", NULL);
}

static void configuration_space(void **state)
{
	struct patient p;

	(void)state;
	open_part(&p);
	patient_sample(&p, "P", 0, 0, GOOD, UP);
	space_of(&p, 0).fn.config[0xe5] = 1;
	expect(&p, "configuration space 0xe4, bit 8 = 1");

	open_part(&p);
	patient_sample(&p, "P", 0, 0, GOOD, UP);
	patient_sample(&p, "P", 0, 1, GOOD, UP);
	space_of(&p, 0).fn.config[0xe5] = 1;
	expect(&p, NULL);

	open_part(&p);
	patient_sample(&p, "P", 0, 0, LINK "TARC[1]=3", UP);
	space_of(&p, 0).fn.config[2] = 0x34;
	space_of(&p, 0).fn.config[3] = 0x12;
	expect(&p, NULL);
}

static void aspm(void **state)
{
	static const uint8_t bytes[] = { 0x10, 0, 2, 0 };
	struct patient p;

	(void)state;
	for (uint8_t on = 0; on < 4; on++) {
		uint8_t *c;

		open_part(&p);
		patient_sample(&p, "P", 0, 0, GOOD, UP);
		c = space_of(&p, 0).fn.config;
		c[6] = 0x10;
		c[0x34] = 0xe0;
		memcpy(c + 0xe0, bytes, sizeof(bytes));
		c[0xec] = 0x11;
		c[0xed] = 0x0c;
		c[0xf0] = on;
		config_keep_caps(&p.samples.v[0]->functions[0]);
		expect(&p, on ? "LNKCTL.ASPMC = 0x" : NULL);
	}
}

/* Trouble makes a warning of the note; the remedies of the line are among those of the finding. */
static void how_bad(void **state)
{
	const struct finding *f;
	struct patient p;

	(void)state;
	open_part(&p);
	patient_sample(&p, "P", 0, 0, LINK "TDH=7 TDT=7 GCR=0", UP);
	f = has_finding(patient_ask(&p), "workaround");
	assert_int_equal(f->severity, SEVERITY_NOTE);
	patient_close(&p);

	open_part(&p);
	patient_sample(&p, "P", 0, 0, LINK "TDH=7 TDT=9 GCR=0", "driver=e1000e carrier=1 kernel=2.6.32");
	patient_sample(&p, "P", 0, 1, LINK "TDH=7 TDT=9 GCR=0", "driver=e1000e carrier=1 kernel=2.6.32");
	f = has_finding(patient_ask(&p), "workaround");
	assert_int_equal(f->severity, SEVERITY_WARNING);
	assert_true(f->n_remedies > 0);
	assert_string_equal(f->remedies[0].id, "linux-newer");
	assert_true(f->n_sources > 0);
	patient_close(&p);
}

/* On a schedule of gates, igc of a kernel without the change takes a closed gate for a hang. */
static void closed_gates(void **state)
{
	static const struct {
		const char *regs, *facts;
		bool said;
	} cases[] = {
		{ GATES "TQAVCTRL=9 TDH[0]=7 TDT[0]=9", IGC "kernel=6.4.3", true },
		{ GATES "TQAVCTRL=9 TDH[0]=7 TDT[0]=9", IGC "kernel=6.1.0-56-amd64", false },
		{ GATES "TQAVCTRL=9 TDH[0]=7 TDT[0]=9", IGC "kernel=6.1.170", true },
		{ GATES "TQAVCTRL=9 TDH[0]=7 TDT[0]=9", IGC "kernel=6.4.5", false },
		{ GATES "TQAVCTRL=0 TDH[0]=7 TDT[0]=9", IGC "kernel=6.4.3", false },
		{ GATES "TQAVCTRL=9 TDH[0]=7 TDT[0]=7", IGC "kernel=6.4.3", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct patient p;

		patient_open(&p);
		patient_sample(&p, "I226", 0, 0, cases[i].regs, cases[i].facts);
		patient_sample(&p, "I226", 0, 1, cases[i].regs, cases[i].facts);
		expect(&p, cases[i].said ? "A gate that stays closed" : NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registers),
		cmocka_unit_test(only_if_all_samples_say_so),
		cmocka_unit_test(conditions),
		cmocka_unit_test(releases),
		cmocka_unit_test(configuration_space),
		cmocka_unit_test(aspm),
		cmocka_unit_test(how_bad),
		cmocka_unit_test(closed_gates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
