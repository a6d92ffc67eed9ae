// SPDX-License-Identifier: GPL-2.0-or-later
/* Errors that the kernel counts: files of Advanced Error Reporting, and answers of devlink, whole and spoilt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/internal.h"
#include "util/alloc.h"
#include "util/file.h"

static void put_file(const char *folder, const char *name, const char *text)
{
	AUTO_FREE char *path = xasprintf("%s/%s", folder, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void what_aer_counts(void **state)
{
	char folder[] = "/tmp/nicregs-aer-XXXXXX";
	AUTO_FREE char *remove = NULL;
	struct facts facts;
	int dir;

	(void)state;
	assert_non_null(mkdtemp(folder));
	put_file(folder, "aer_dev_correctable", "RxErr 0\nBadTLP 12\nBadDLLP 0\nTimeout 1\nTOTAL_ERR_COR 13\n");
	put_file(folder, "aer_dev_nonfatal", "Undefined 0\nUnsupReq 2\nTOTAL_ERR_NONFATAL 2\n");
	put_file(folder, "aer_dev_fatal", "Undefined 0\nTLP x\n\nTOTAL_ERR_FATAL 0\n");
	dir = open(folder, O_RDONLY | O_DIRECTORY);
	facts_init(&facts);
	aer_facts(dir, false, &facts);
	assert_int_equal(facts.aer_corrected, 13);
	assert_int_equal(facts.aer_nonfatal, 2);
	assert_int_equal(facts.aer_fatal, 0);
	assert_string_equal(facts.aer_errors, "BadTLP 12, Timeout 1, UnsupReq 2");
	assert_true(facts.aer_port_corrected == FACT_UNKNOWN);
	aer_facts(dir, true, &facts);
	assert_int_equal(facts.aer_port_corrected, 13);
	close(dir);
	facts_free(&facts);
	/* A device without it. */
	facts_init(&facts);
	dir = open("/proc/self", O_RDONLY | O_DIRECTORY);
	aer_facts(dir, false, &facts);
	assert_true(facts.aer_corrected == FACT_UNKNOWN && !facts.aer_errors);
	close(dir);
	aer_facts(-1, true, &facts);
	facts_free(&facts);
	remove = xasprintf("rm -r %s", folder);
	assert_int_equal(system(remove), 0);
}

/* An answer that grows. */
struct answer {
	_Alignas(8) char bytes[2048];
	size_t n;
};

static size_t open_attribute(struct answer *a, uint16_t type)
{
	struct nlattr head = { .nla_type = type };
	size_t at = a->n;

	memcpy(a->bytes + at, &head, sizeof(head));
	a->n += sizeof(head);
	return at;
}

static void close_attribute(struct answer *a, size_t at)
{
	uint16_t len = (uint16_t)(a->n - at);

	memcpy(a->bytes + at, &len, sizeof(len));
	a->n = (a->n + 3) & ~(size_t)3;
}

static void add(struct answer *a, uint16_t type, const void *bytes, size_t n)
{
	size_t at = open_attribute(a, type);

	memcpy(a->bytes + a->n, bytes, n);
	a->n += n;
	close_attribute(a, at);
}

static void add_reporter(struct answer *a, const char *device, const char *name, uint8_t error, uint64_t errors,
			 uint64_t recovered)
{
	struct nlmsghdr head = { .nlmsg_type = 21 };
	size_t from = a->n, nest;
	uint32_t len;

	memcpy(a->bytes + from, &head, sizeof(head));
	a->n += sizeof(head) + sizeof(struct genlmsghdr);
	add(a, DEVLINK_ATTR_BUS_NAME, "pci", 4);
	add(a, DEVLINK_ATTR_DEV_NAME, device, strlen(device) + 1);
	nest = open_attribute(a, DEVLINK_ATTR_HEALTH_REPORTER | NLA_F_NESTED);
	add(a, DEVLINK_ATTR_HEALTH_REPORTER_NAME, name, strlen(name) + 1);
	add(a, DEVLINK_ATTR_HEALTH_REPORTER_STATE, &error, 1);
	add(a, DEVLINK_ATTR_HEALTH_REPORTER_ERR_COUNT, &errors, 8);
	add(a, DEVLINK_ATTR_HEALTH_REPORTER_RECOVER_COUNT, &recovered, 8);
	close_attribute(a, nest);
	len = (uint32_t)(a->n - from);
	memcpy(a->bytes + from, &len, sizeof(len));
}

static struct answer three_reporters(void)
{
	struct answer a = { .n = 0 };

	add_reporter(&a, "0000:3b:00.0", "mdd", 0, 0, 0);
	add_reporter(&a, "0000:3b:00.1", "tx_hang", 1, 9, 0);
	add_reporter(&a, "0000:3b:00.0", "tx_hang", 1, 3, 2);
	return a;
}

static void what_reporters_say(void **state)
{
	struct answer a = three_reporters();
	struct nlmsghdr done = { .nlmsg_len = sizeof(done), .nlmsg_type = NLMSG_DONE };
	struct facts facts;

	(void)state;
	facts_init(&facts);
	assert_true(health_take(a.bytes, a.n, "pci", "0000:3b:00.0", &facts));
	assert_string_equal(facts.health, "mdd: healthy; tx_hang: error, 3 errors, 2 recovered");
	assert_int_equal(facts.health_errors, 3);
	assert_false(health_take(&done, sizeof(done), "pci", "0000:3b:00.0", &facts));
	facts_free(&facts);
	facts_init(&facts);
	assert_true(health_take(a.bytes, a.n, "pci", "0000:3b:00.2", &facts));
	assert_true(!facts.health && facts.health_errors == FACT_UNKNOWN);
	facts_free(&facts);
}

/* Cut anywhere, and with any byte changed: nothing beyond it is read; the sanitizers look on. */
static void spoilt_answers_are_bounded(void **state)
{
	struct answer whole = three_reporters();

	(void)state;
	for (size_t n = 0; n < whole.n; n++) {
		char *cut = xcalloc(1, n + 1);
		struct facts facts;

		facts_init(&facts);
		memcpy(cut, whole.bytes, n);
		health_take(cut, n, "pci", "0000:3b:00.0", &facts);
		facts_free(&facts);
		free(cut);
	}
	for (size_t i = 0; i < whole.n; i++)
		for (int value = 0; value < 256; value += 51) {
			char *spoilt = xcalloc(1, whole.n);
			struct facts facts;

			facts_init(&facts);
			memcpy(spoilt, whole.bytes, whole.n);
			spoilt[i] = (char)value;
			health_take(spoilt, whole.n, "pci", "0000:3b:00.0", &facts);
			facts_free(&facts);
			free(spoilt);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_aer_counts),
		cmocka_unit_test(what_reporters_say),
		cmocka_unit_test(spoilt_answers_are_bounded),
	};

	return cmocka_run_group_tests_name("host_errors", tests, NULL, NULL);
}
