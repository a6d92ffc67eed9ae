// SPDX-License-Identifier: GPL-2.0-or-later
/* What is known of drivers by their names: the table that the build makes, against the parser that checks the same lines. */
#include "chipdefs.h"

#include "chip/drivers.h"
#include "driver/attached.h"
#include "driver/def.h"
#include "klog/messages.h"
#include "util/alloc.h"
#include "util/err.h"

#include <string.h>

static void same_text(const char *a, const char *b)
{
	assert_int_equal(!a, !b);
	if (a)
		assert_string_equal(a, b);
}

static void same_facts(const struct driver_facts *made, const struct driver_facts *parsed)
{
	assert_int_equal(made->systems, parsed->systems ? parsed->systems : DRIVER_LINUX);
	assert_int_equal(made->traits, parsed->traits);
	assert_int_equal(made->restarts, parsed->restarts);
	for (size_t i = 0; i < DRIVER_HANGS; i++) {
		same_text(made->hangs[i].word, parsed->hangs[i].word);
		same_text(made->hangs[i].last, parsed->hangs[i].last);
		assert_int_equal(made->hangs[i].colon, parsed->hangs[i].colon);
	}
	for (size_t i = 0; i < DRIVER_ALONE; i++)
		same_text(made->alone[i], parsed->alone[i]);
	for (size_t i = 0; i < DRIVER_ONBOARD; i++)
		same_text(made->onboard[i], parsed->onboard[i]);
	same_text(made->vectors, parsed->vectors);
	same_text(made->dcb_option, parsed->dcb_option);
	same_text(made->lldp_flag, parsed->lldp_flag);
	assert_int_equal(made->lldp_on, parsed->lldp_on);
	same_text(made->old_why, parsed->old_why);
	same_text(made->old_seen, parsed->old_seen);
	same_text(made->old_cured, parsed->old_cured);
	assert_memory_equal(made->old_before, parsed->old_before, sizeof(made->old_before));
	assert_int_equal(made->apart_firmware, parsed->apart_firmware);
	assert_int_equal(made->apart_driver, parsed->apart_driver);
	assert_int_equal(made->no_jumbo, parsed->no_jumbo);
	assert_int_equal(made->one_buffer, parsed->one_buffer);
}

static void the_table_is_what_the_definitions_say(void **state)
{
	struct arena arena = { 0 };
	struct driver_defs defs = { 0 };
	struct err e = { 0 };
	size_t n = 0;

	(void)state;
	assert_int_equal(driver_defs_built_in(&arena, &defs, &e), 0);
	for (size_t i = 0; i < defs.n; i++) {
		const struct driver_facts *made = drivers_named(defs.v[i]->name);

		if (defs.v[i]->kernel || defs.v[i]->descriptor)
			continue;
		assert_non_null(made);
		assert_string_equal(made->name, defs.v[i]->name);
		same_facts(made, &defs.v[i]->facts);
		n++;
	}
	assert_int_equal(n, n_driver_facts);
	assert_true(n > 20);
	arena_free(&arena);
}

static void a_driver_by_its_name(void **state)
{
	(void)state;
	assert_string_equal(drivers_find("e1000e: eth0", 6)->name, "e1000e");
	assert_string_equal(drivers_find("e1000e: eth0", 5)->name, "e1000");
	assert_null(drivers_find("e1000e", 4));
	assert_null(drivers_find("", 0));
	assert_null(drivers_find("a name of more than fifteen", 27));
	assert_null(drivers_named("r8169"));
	assert_null(drivers_named(NULL));
	assert_true(drivers_has("iavf", DRIVER_VIRTUAL_FUNCTION));
	assert_false(drivers_has("ice", DRIVER_VIRTUAL_FUNCTION));
	assert_false(drivers_has("r8169", DRIVER_VIRTUAL_FUNCTION));
	assert_int_equal(drivers_restarts("e1000e"), RESTARTS_WITH_AUTONEG);
	assert_int_equal(drivers_restarts("igb"), RESTARTS_ALWAYS);
	assert_int_equal(drivers_restarts("i40e"), RESTARTS_NEVER);
	assert_int_equal(drivers_restarts(NULL), RESTARTS_NEVER);
}

static void a_place_in_the_chipset(void **state)
{
	(void)state;
	assert_string_equal(drivers_onboard("0000:00:1f.6"), "00:1f.6");
	assert_string_equal(drivers_onboard("0000:00:19.0"), "00:19.0");
	assert_null(drivers_onboard("0000:01:00.0"));
	assert_null(drivers_onboard("0000:00:1f.3"));
	assert_null(drivers_onboard("0000:10:19.0"));
	assert_null(drivers_onboard("00:1f.6"));
	assert_null(drivers_onboard(""));
}

/* Their lines end where some label of a hang block is. */
static void every_field_of_a_block_has_a_label(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_driver_facts; i++) {
		const struct driver_facts *d = &driver_facts[i];

		for (size_t k = 0; k < DRIVER_HANGS && d->hangs[k].word; k++)
			if (messages_label(d->hangs[k].last, d->name) < 0)
				fail_msg("%s: no line of a hang block has %s", d->name, d->hangs[k].last);
		for (size_t k = 0; k < DRIVER_ALONE && d->alone[k]; k++)
			if (messages_label(d->alone[k], d->name) < 0)
				fail_msg("%s: no line of a hang block has %s", d->name, d->alone[k]);
		assert_true(!d->alone[0] || d->hangs[0].word);
	}
}

static void note_state(void *arg, const char *meaning)
{
	strcat(arg, meaning);
	strcat(arg, " ");
}

static void assert_said(const struct layout_states *s, int64_t value, const char *words)
{
	char said[64] = "";

	states_say(s, value, note_state, said);
	assert_string_equal(said, words);
}

/* A bit that is set says something, or one that is clear, or a whole number. */
static void a_number_says_states(void **state)
{
	const struct layout_states s = { .n = 3,
					 .bits = { { .meaning = "down", .value = 2 },
						   { .meaning = "safe-mode", .value = 3, .clear = true },
						   { .meaning = "running", .value = 9, .whole = true } } };

	(void)state;
	assert_said(&s, 0, "safe-mode ");
	assert_said(&s, 4, "down safe-mode ");
	assert_said(&s, 8, "");
	assert_said(&s, 12, "down ");
	assert_said(&s, 9, "running ");
}

/* The flag of ice is read where it is clear. */
static void safe_mode_is_a_clear_bit(void **state)
{
	struct arena arena = { 0 };
	struct driver_defs defs = { 0 };
	struct err e = { 0 };
	const struct driver_def *ice;
	size_t found = 0;

	(void)state;
	assert_int_equal(driver_defs_built_in(&arena, &defs, &e), 0);
	ice = driver_defs_find(&defs, "ice");
	assert_non_null(ice);
	for (size_t i = 0; i < ice->n_states; i++)
		for (size_t k = 0; k < ice->states[i].n; k++) {
			const struct def_state *s = &ice->states[i].v[k];

			if (!strcmp(s->meaning, "safe-mode")) {
				assert_true(s->clear && !s->whole);
				assert_string_equal(s->constant, "ICE_FLAG_ADV_FEATURES");
				found++;
			} else {
				assert_false(s->clear);
			}
		}
	assert_int_equal(found, 1);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_what_the_definitions_say),
		cmocka_unit_test(a_number_says_states),
		cmocka_unit_test(safe_mode_is_a_clear_bit),
		cmocka_unit_test(a_driver_by_its_name),
		cmocka_unit_test(a_place_in_the_chipset),
		cmocka_unit_test(every_field_of_a_block_has_a_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
