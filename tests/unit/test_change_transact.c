// SPDX-License-Identifier: GPL-2.0-or-later
/* Changes of settings on a model of a device: random ones, killed ones, several on top of each other. */
#include "records.h"
#include "setting_machine.h"

#include "change/lock.h"
#include "util/alloc.h"
#include "util/buf.h"

#define PLANS 10000
#define WISHES 4

struct bench {
	struct nic *m;
	char dir[32];
	struct change_of of;
};

struct list {
	struct change_wish v[WISHES];
	size_t n;
};

static void setup(struct bench *b)
{
	b->m = nic_new();
	records_make(b->dir);
	b->of = (struct change_of){ b->dir, { 0, 2, 0, 0 }, 0x10d38086, "test", "test", 0 };
}

static void teardown(struct bench *b)
{
	records_remove(b->dir);
	munmap(b->m, sizeof(*b->m));
}

static struct list wishes(const char *text)
{
	char *copy = strdup(text), *save = NULL;
	struct list list = { .n = 0 };
	struct err e = { 0 };

	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		if (change_wish_parse(word, &list.v[list.n++], &e))
			fail_msg("%s: %s", e.what, e.why);
	free(copy);
	return list;
}

/* Plans and carries it out; the error of either. */
static int change(struct bench *b, const struct list *list, int64_t until, enum change_result *result, struct err *e)
{
	struct change_io io = nic_io(b->m);
	struct change_plan plan;
	int r = change_plan_make(nic_read, b->m, list->v, list->n, &plan, e);

	*result = CHANGE_REFUSED;
	if (r)
		return r;
	b->of.until = until;
	r = change_apply(&io, &b->of, &plan, result, e);
	change_plan_free(&plan);
	return r;
}

static int back(struct bench *b, int64_t until, enum change_result *result)
{
	struct change_io io = nic_io(b->m);
	struct err e = { 0 };

	return change_back(&io, &b->of, until, result, &e);
}

static bool has_record(const struct bench *b)
{
	struct change_past past;
	int r = change_past_load(b->dir, &b->of.addr, &past, NULL);

	change_past_free(&past);
	return !r;
}

static void random_wish(struct change_wish *wish)
{
	static const char *const words[][4] = {
		{ "tso", "on", "off", "off" },
		{ "gso", "on", "off", "off" },
		{ "sg", "on", "off", "off" },
		{ "gro", "on", "off", "off" },
		{ "tx-checksum", "on", "off", "off" },
		{ "feature.rx-gro", "off", "on", "yes" },
		{ "feature.highdma", "off", "on", "on" },
		{ "flag.legacy-rx", "on", "off", "1" },
		{ "flag.nothing", "on", "off", "1" },
		{ "flag.disable-fw-lldp", "on", "off", "on" },
		{ "ring-tx", "100", "4096", "5000" },
		{ "ring-rx", "256", "512", "1021" },
		{ "mtu", "1500", "9000", "9001" },
		{ "channels-combined", "1", "4", "9" },
		{ "coalesce-rx-usecs", "0", "50", "x" },
		{ "pause-autoneg", "off", "off", "on" },
		{ "pause-tx", "off", "off", "on" },
		{ "pause-rx", "off", "on", "maybe" },
		{ "eee", "off", "off", "on" },
		{ "speeds", "1000", "100,1000", "10000" },
		{ "link-autoneg", "off", "on", "on" },
		{ "power", "on", "auto", "off" },
	};
	size_t i = (size_t)rand() % COUNT(words);
	char text[100];

	snprintf(text, sizeof(text), "%s=%s", words[i][0], words[i][1 + rand() % 3]);
	assert_int_equal(change_wish_parse(text, wish, NULL), 0);
}

static void random_nic(struct nic *m)
{
	nic_init(m);
	for (unsigned i = 0; i < m->n; i++) {
		struct nic_setting *one = &m->v[i];

		if (!(rand() % 24))
			one->stubborn = true;
		if (one->group == SETTING_FEATURE && !one->fixed && !(rand() % 5))
			strcpy(one->value, "off");
	}
	m->lacks[rand() % SETTING_GROUPS] = rand() % 4 == 0;
	m->takes_along = rand() % 2;
	if (!(rand() % 3))
		m->fail_at = 1 + (unsigned)rand() % 4;
	else if (!(rand() % 3))
		m->half_at = 1 + (unsigned)rand() % 4;
	if (!(rand() % 8))
		m->interrupt_after = 1 + (unsigned)rand() % 3;
}

static void without_faults(struct nic *m)
{
	m->fail_at = m->half_at = m->interrupt_after = m->kill_at = m->pulled_after = 0;
}

/* Every setting that a wish is about and that can be changed is as wished; a number was moved. */
static bool as_wished(struct nic *m, const struct list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		bool on = !strcmp(list->v[i].value, "on") || !strcmp(list->v[i].value, "yes") ||
			  !strcmp(list->v[i].value, "1");

		for (unsigned k = 0; k < m->n; k++) {
			struct nic_setting *one = &m->v[k];

			if (!change_wish_is_of(&list->v[i], one->name) || one->fixed)
				continue;
			if (one->kind == SETTING_SWITCH && nic_on(m, one->name) != on)
				return false;
			if (one->step && strtoul(one->value, NULL, 10) / one->step !=
						 (strtoul(list->v[i].value, NULL, 10) + one->step - 1) / one->step)
				return false;
		}
	}
	return true;
}

static void one_random_plan(struct bench *b, unsigned seed, unsigned seen[CHANGE_RESULTS])
{
	struct list list = { .n = 0 };
	enum change_result result;
	struct err e = { 0 };
	struct nic before;
	int r;

	srand(seed);
	random_nic(b->m);
	for (list.n = 0; list.n < 1 + (size_t)rand() % WISHES;)
		random_wish(&list.v[list.n++]);
	before = *b->m;
	r = change(b, &list, rand() % 2 ? 77 : 0, &result, &e);
	seen[result]++;
	if (result == CHANGE_DONE && (r || !as_wished(b->m, &list)))
		fail_msg("seed %u: not as wished", seed);
	if (result != CHANGE_DONE && !nic_same(b->m, &before))
		fail_msg("seed %u: %s, but not as it was: %s", seed, change_result_name(result), e.why);
	if ((result == CHANGE_REFUSED || result == CHANGE_UNCHANGED) && b->m->writes)
		fail_msg("seed %u: %s after a write", seed, change_result_name(result));
	if (result != CHANGE_DONE && has_record(b))
		fail_msg("seed %u: a record is left", seed);
	if (r && !e.what[0])
		fail_msg("seed %u: no reason", seed);
	if (b->m->logged < b->m->writes && !b->m->v[0].stubborn && result == CHANGE_DONE)
		fail_msg("seed %u: %u writes, %u told", seed, b->m->writes, b->m->logged);
	without_faults(b->m);
	r = back(b, 0, &result);
	if ((r && r != -ENOENT) || !nic_same(b->m, &before) || has_record(b))
		fail_msg("seed %u: restore gives %d, and it is not as it was", seed, r);
}

static void random_plans(void **state)
{
	unsigned seen[CHANGE_RESULTS] = { 0 };
	struct bench b;

	(void)state;
	setup(&b);
	for (unsigned seed = 1; seed <= PLANS; seed++)
		one_random_plan(&b, seed, seen);
	teardown(&b);
	/* The devices are such that all of it happens. */
	assert_true(seen[CHANGE_DONE] > PLANS / 5);
	assert_true(seen[CHANGE_UNDONE] > PLANS / 20);
	assert_true(seen[CHANGE_UNCHANGED] > 0 && seen[CHANGE_REFUSED] > PLANS / 20);
	assert_int_equal(seen[CHANGE_STUCK], 0);
}

/* Several on top of each other, some for a while: what ends goes back to before it, restore to the beginning. */
static void one_random_series(struct bench *b, unsigned seed)
{
	enum change_result result;
	struct nic first, before;
	struct err e = { 0 };
	struct list list;

	srand(seed);
	random_nic(b->m);
	without_faults(b->m);
	first = *b->m;
	for (unsigned i = 0, n = (unsigned)rand() % 3; i < n; i++) {
		list.n = 1;
		random_wish(&list.v[0]);
		change(b, &list, 0, &result, &e);
	}
	before = *b->m;
	for (unsigned i = 0, n = 1 + (unsigned)rand() % 2; i < n; i++) {
		list.n = 2;
		random_wish(&list.v[0]);
		random_wish(&list.v[1]);
		change(b, &list, 77, &result, &e);
	}
	back(b, 77, &result);
	if (!nic_same(b->m, &before))
		fail_msg("seed %u: not as before what ended", seed);
	back(b, 0, &result);
	if (!nic_same(b->m, &first) || has_record(b))
		fail_msg("seed %u: not as at first", seed);
}

static void random_series(void **state)
{
	struct bench b;

	(void)state;
	setup(&b);
	for (unsigned seed = 1; seed <= PLANS / 2; seed++)
		one_random_series(&b, seed);
	teardown(&b);
}

static void act_change(struct bench *b, const void *list)
{
	enum change_result result;
	struct err e = { 0 };

	change(b, list, 0, &result, &e);
}

static void act_back(struct bench *b, const void *list)
{
	enum change_result result;

	(void)list;
	back(b, 0, &result);
}

#define MANY "tso=off ring-tx=512 pause-autoneg=off power=on"

/* Until the change is made without being killed; each time before it, restore gives the first values. */
static void killed(void **state)
{
	struct list list = wishes(MANY);
	enum change_result result;
	struct err e = { 0 };
	struct nic first;
	struct bench b;
	unsigned at;

	(void)state;
	setup(&b);
	for (unsigned before = 0; before < 2; before++) {
		nic_init(b.m);
		first = *b.m;
		for (at = 1;; at++) {
			*b.m = first;
			b.m->kill_at = at;
			b.m->kill_before = before;
			if (!dies(act_change, &b, &list))
				break;
			without_faults(b.m);
			assert_true(has_record(&b));
			/* What was killed must be restored before anything else is changed. */
			assert_int_equal(change(&b, &list, 0, &result, &e), -EBUSY);
			assert_non_null(strstr(e.todo, "fix restore"));
			assert_int_equal(back(&b, 0, &result), 0);
			assert_int_equal(result, CHANGE_DONE);
			assert_true(nic_same(b.m, &first));
			assert_false(has_record(&b));
		}
		assert_int_equal(at, 5);
		/* Killed in restore itself as well. */
		for (unsigned again = 1;; again++) {
			b.m->kill_at = b.m->writes + again;
			if (!dies(act_back, &b, &list))
				break;
		}
		without_faults(b.m);
		assert_true(nic_same(b.m, &first));
		assert_false(has_record(&b));
	}
	teardown(&b);
}

/* An interrupted change whose time is over: it is put back by whoever waits for that, and what was before it stays. */
static void killed_and_over(void **state)
{
	struct list first = wishes("gro=off"), second = wishes("tso=off ring-tx=512");
	enum change_result result;
	struct err e = { 0 };
	struct bench b;

	(void)state;
	setup(&b);
	nic_init(b.m);
	assert_int_equal(change(&b, &first, 0, &result, &e), 0);
	b.m->kill_at = b.m->writes + 1;
	if (!fork()) {
		change(&b, &second, 77, &result, &e);
		_exit(0);
	}
	wait(NULL);
	without_faults(b.m);
	assert_string_equal(nic_find(b.m, "ring-tx")->value, "512");
	assert_int_equal(back(&b, 76, &result), -ENOENT);
	assert_int_equal(back(&b, 77, &result), 0);
	assert_string_equal(nic_find(b.m, "ring-tx")->value, "256");
	assert_string_equal(nic_find(b.m, "feature.rx-gro")->value, "off");
	assert_int_equal(change(&b, &second, 0, &result, &e), 0);
	assert_int_equal(back(&b, 0, &result), 0);
	assert_string_equal(nic_find(b.m, "feature.rx-gro")->value, "on");
	teardown(&b);
}

/* Off because another is off: "asked for" is kept, and comes back by itself. */
static void dependent(void **state)
{
	struct list sg = wishes("sg=off"), tso = wishes("tso=off"), on = wishes("tso=on");
	enum change_result result;
	struct err e = { 0 };
	struct nic first;
	struct bench b;

	(void)state;
	setup(&b);
	nic_init(b.m);
	first = *b.m;
	assert_int_equal(change(&b, &sg, 0, &result, &e), 0);
	assert_false(nic_on(b.m, "feature.tx-tcp-segmentation"));
	assert_string_equal(nic_find(b.m, "feature.tx-tcp-segmentation")->value, "on");
	/* It cannot be on without: said, and undone. */
	nic_put(nic_find(b.m, "feature.tx-tcp-segmentation"), "off");
	assert_int_equal(change(&b, &on, 0, &result, &e), -EIO);
	assert_int_equal(result, CHANGE_UNDONE);
	assert_non_null(strstr(e.why, "off (on is asked for)"));
	nic_put(nic_find(b.m, "feature.tx-tcp-segmentation"), "on");
	/* Off already, but only because of the other: that is to be done as well. */
	assert_int_equal(change(&b, &tso, 0, &result, &e), 0);
	assert_int_equal(result, CHANGE_DONE);
	assert_int_equal(back(&b, 0, &result), 0);
	assert_true(nic_same(b.m, &first));
	assert_true(nic_on(b.m, "feature.tx-tcp6-segmentation"));
	teardown(&b);
}

static void refusals(void **state)
{
	static const struct {
		const char *wishes, *why;
		int r;
	} cases[] = {
		{ "feature.highdma=off", "cannot be changed", -EOPNOTSUPP },
		{ "flag.disable-k1=on", "no such setting", -EOPNOTSUPP },
		{ "eee=off", "no Energy", -EOPNOTSUPP },
		{ "ring-tx=4097", "at most 4096", -EINVAL },
		{ "ring-tx=many", "a number", -EINVAL },
		{ "tso=maybe", "on or off", -EINVAL },
		{ "tso=on feature.tx-tcp-segmentation=off tso=off", "asked to be", -EINVAL },
		{ "power=off", "on (never asleep) or auto", -EINVAL },
		{ "speeds=10000", "10,100,1000", -EINVAL },
		{ "speeds=", NULL, 0 },
	};
	enum change_result result;
	struct bench b;

	(void)state;
	setup(&b);
	for (size_t i = 0; cases[i].why; i++) {
		struct list list = wishes(cases[i].wishes);
		struct err e = { 0 };

		nic_init(b.m);
		b.m->lacks[SETTING_EEE] = true;
		nic_put(nic_find(b.m, "feature.tx-tcp-segmentation"), "off");
		assert_int_equal(change(&b, &list, 0, &result, &e), cases[i].r);
		assert_int_equal(result, CHANGE_REFUSED);
		if (!strstr(e.why, cases[i].why))
			fail_msg("%s: %s", cases[i].wishes, e.why);
		assert_int_equal(b.m->writes, 0);
		assert_false(has_record(&b));
	}
	assert_int_equal(change_wish_parse("speeds=", &(struct change_wish){ 0 }, NULL), -EINVAL);
	assert_int_equal(change_wish_parse("tso", &(struct change_wish){ 0 }, NULL), -EINVAL);
	assert_int_equal(change_wish_parse("colour=blue", &(struct change_wish){ 0 }, NULL), -EINVAL);
	teardown(&b);
}

/* A forced speed that is not known now could not come back. */
static void forced_speed(void **state)
{
	struct list list = wishes("link-autoneg=on");
	enum change_result result;
	struct err e = { 0 };
	struct nic first;
	struct bench b;

	(void)state;
	setup(&b);
	nic_init(b.m);
	strcpy(nic_find(b.m, "link-autoneg")->value, "off");
	strcpy(nic_find(b.m, "link-speed")->value, "unknown");
	assert_int_equal(change(&b, &list, 0, &result, &e), -EOPNOTSUPP);
	assert_non_null(strstr(e.why, "forced"));
	strcpy(nic_find(b.m, "link-speed")->value, "100");
	first = *b.m;
	assert_int_equal(change(&b, &list, 0, &result, &e), 0);
	assert_string_equal(nic_find(b.m, "link-speed")->value, "1000");
	assert_int_equal(back(&b, 0, &result), 0);
	assert_true(nic_same(b.m, &first));
	teardown(&b);
}

static void speeds(void **state)
{
	struct list list = wishes("speeds=1000");
	enum change_result result;
	char out[SETTING_VALUE_MAX];
	struct err e = { 0 };
	struct bench b;

	(void)state;
	setup(&b);
	nic_init(b.m);
	assert_int_equal(change(&b, &list, 0, &result, &e), 0);
	/* 1000baseT/Full of those supported. */
	assert_string_equal(nic_find(b.m, "link-advertise")->value, "0x20");
	assert_int_equal(back(&b, 0, &result), 0);
	assert_true(setting_link_modes("0x8000000000c2", "2500", out));
	assert_string_equal(out, "0x800000000000");
	assert_false(setting_link_modes("0x2f", "2500", out));
	assert_false(setting_link_modes("0x2f", "0x64", out));
	assert_false(setting_link_modes("0x2f", "100,", out) && setting_link_modes("0x2f", ",", out));
	assert_false(setting_link_modes("2f", "100", out));
	teardown(&b);
}

/* The part was exchanged for another: its settings are not those of the record. */
static void other_part(void **state)
{
	struct list list = wishes("gro=off");
	enum change_result result;
	struct err e = { 0 };
	struct bench b;

	(void)state;
	setup(&b);
	nic_init(b.m);
	assert_int_equal(change(&b, &list, 0, &result, &e), 0);
	b.of.id = 0x15218086;
	assert_int_equal(back(&b, 0, &result), -ESTALE);
	assert_string_equal(nic_find(b.m, "feature.rx-gro")->value, "off");
	list = wishes("tso=off");
	assert_int_equal(change(&b, &list, 0, &result, &e), 0);
	assert_int_equal(back(&b, 0, &result), 0);
	assert_string_equal(nic_find(b.m, "feature.rx-gro")->value, "off");
	teardown(&b);
}

/* After any of its writes: said, the record stays, and helps when the device is there again. */
static void vanished(void **state)
{
	struct list list = wishes(MANY);
	enum change_result result;
	struct nic first;
	struct bench b;
	unsigned at;

	(void)state;
	setup(&b);
	nic_init(b.m);
	first = *b.m;
	for (at = 1;; at++) {
		struct err e = { 0 };

		*b.m = first;
		b.m->pulled_after = at;
		if (!change(&b, &list, 0, &result, &e))
			break;
		assert_int_equal(result, CHANGE_STUCK);
		assert_non_null(strstr(e.todo, "undoing it failed as well"));
		without_faults(b.m);
		assert_int_equal(back(&b, 0, &result), 0);
		assert_true(nic_same(b.m, &first));
		assert_false(has_record(&b));
		if (at == 4)
			break;
	}
	assert_int_equal(at, 4);
	teardown(&b);
}

/* What is so already is no change: an earlier one stays, unless it was to end by itself; then its time can change. */
static void retimed(void **state)
{
	struct list list = wishes("tso=off gro=off"), one = wishes("gro=off"), all_but = wishes("tso=off");
	enum change_result result;
	struct change_past past;
	struct err e = { 0 };
	struct bench b;
	bool any;

	(void)state;
	setup(&b);
	nic_init(b.m);
	assert_int_equal(change(&b, &list, 0, &result, &e), 0);
	assert_int_equal(change(&b, &one, 99, &result, &e), 0);
	assert_int_equal(result, CHANGE_UNCHANGED);
	assert_int_equal(change_retime(&b.of, one.v, one.n, &any, &e), 0);
	assert_false(any);
	assert_int_equal(back(&b, 99, &result), -ENOENT);
	assert_string_equal(nic_find(b.m, "feature.rx-gro")->value, "off");
	assert_int_equal(back(&b, 0, &result), 0);
	/* one that ends */
	assert_int_equal(change(&b, &all_but, 0, &result, &e), 0);
	assert_int_equal(change(&b, &one, 50, &result, &e), 0);
	assert_int_equal(change(&b, &one, 99, &result, &e), 0);
	assert_int_equal(result, CHANGE_UNCHANGED);
	assert_int_equal(change_retime(&b.of, list.v, list.n, &any, &e), 0);
	assert_true(any);
	assert_int_equal(change_past_load(b.dir, &b.of.addr, &past, &e), 0);
	assert_int_equal(past.record.until, 99);
	change_past_free(&past);
	assert_int_equal(back(&b, 50, &result), -ENOENT);
	assert_int_equal(back(&b, 99, &result), 0);
	assert_string_equal(nic_find(b.m, "feature.rx-gro")->value, "on");
	assert_string_equal(nic_find(b.m, "feature.tx-tcp-segmentation")->value, "off");
	assert_int_equal(back(&b, 99, &result), -ENOENT);
	assert_int_equal(back(&b, 0, &result), 0);
	assert_string_equal(nic_find(b.m, "feature.tx-tcp-segmentation")->value, "on");
	teardown(&b);
}

static void damaged(void **state)
{
	static const char *const bodies[] = {
		"was ring-tx 1\n",
		"part 0x1\nwas colour blue\n",
		"part 0x1\nwas ring-tx\n",
		"part 0x1\nwas ring-tx 1 2\n",
		"part 0x1\nwas ring-tx 1 2 x\n",
		"part 0x1\nwas ring-tx 1\nwas ring-tx 1\n",
		"part 0x1\nwas mtu 1 2 3 4 5 6 7 8 9\n",
		"part 0x1\nwas mtu 111111111111111111111111111111111111111111111111111111\n",
	};
	struct change_record record = { .who = "test", .what = "test" };
	enum change_result result;
	struct list list = wishes("gro=off");
	struct bench b;

	(void)state;
	setup(&b);
	nic_init(b.m);
	for (size_t i = 0; i < COUNT(bodies); i++) {
		struct err e = { 0 };

		assert_int_equal(change_record_save(b.dir, "fix", "0000:02:00.0", &record, bodies[i], &e), 0);
		assert_int_equal(change(&b, &list, 0, &result, &e), -EINVAL);
		assert_non_null(strstr(e.why, "damaged"));
		assert_int_equal(back(&b, 0, &result), -EINVAL);
		assert_int_equal(b.m->writes, 0);
	}
	teardown(&b);
}

/* A write of the same change begins a negotiation, whose result is nobody else's doing, and not what was asked for. */
static void negotiated(void **state)
{
	struct list list = wishes("ring-tx=512 pause-autoneg=off pause-tx=off");
	enum change_result result;
	struct err e = { 0 };
	struct bench b;

	(void)state;
	setup(&b);
	nic_init(b.m);
	strcpy(nic_find(b.m, "pause-tx")->value, "off"); /* on, once it is negotiated anew */
	assert_int_equal(change(&b, &list, 0, &result, &e), 0);
	assert_int_equal(result, CHANGE_DONE);
	assert_string_equal(nic_find(b.m, "pause-tx")->value, "off");
	assert_int_equal(back(&b, 0, &result), 0);
	assert_string_equal(nic_find(b.m, "pause-autoneg")->value, "on");
	assert_false(has_record(&b));
	teardown(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(negotiated), cmocka_unit_test(random_plans),    cmocka_unit_test(random_series),
		cmocka_unit_test(killed),     cmocka_unit_test(killed_and_over), cmocka_unit_test(dependent),
		cmocka_unit_test(refusals),   cmocka_unit_test(forced_speed),    cmocka_unit_test(speeds),
		cmocka_unit_test(other_part), cmocka_unit_test(vanished),        cmocka_unit_test(retimed),
		cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
