// SPDX-License-Identifier: GPL-2.0-or-later
/* Built-in and user definitions together. */
#include "chipdefs.h"
#include "chip/internal.h"
#include "util/embedded.h"

#include <errno.h>
#include <sys/stat.h>

static void built_in_chips(void **state)
{
	const char **names = NULL;
	struct chipdb *db = NULL;
	struct err e = { 0 };
	size_t n;

	(void)state;
	assert_int_equal(chipdb_open(&db, NULL, &e), 0);
	n = chipdb_chips(db, &names);
	assert_true(n >= 4);
	for (size_t i = 0; i < n; i++) {
		const struct chip *chip = defs_chip(db, names[i]), *found = NULL;
		const char *name = NULL;

		assert_string_equal(chip->name, names[i]);
		assert_false(chip->family);
		assert_true(chip->n_ids > 0);
		assert_true(i == 0 || strcasecmp(names[i - 1], names[i]) < 0);
		for (size_t k = 0; k < chip->n_ids; k++) {
			assert_true(chipdb_knows_id(db, chip->ids[k].vendor, chip->ids[k].device));
			assert_int_equal(chipdb_by_id(db, chip->ids[k].vendor, chip->ids[k].device, &found, &name, &e),
					 0);
			assert_ptr_equal(found, chip);
			assert_string_equal(name, chip->ids[k].name ? chip->ids[k].name : chip->name);
		}
	}
	free(names);
	chipdb_free(db);
}

static void built_in_ids_and_names(void **state)
{
	const struct chip *chip = NULL;
	struct chipdb *db = NULL;
	const char *name = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(chipdb_open(&db, NULL, &e), 0);
	assert_int_equal(chipdb_by_id(db, 0x8086, 0x1503, &chip, &name, &e), 0);
	assert_string_equal(chip->name, "82579LM");
	assert_string_equal(name, "82579V");
	assert_ptr_equal(defs_chip(db, "82579v"), chip);
	assert_false(chipdb_knows_id(db, 0x8086, 0x0000));
	assert_false(chipdb_knows_id(db, 0x1234, 0x1503));
	assert_int_equal(chipdb_by_id(db, 0x1234, 0x1503, &chip, &name, &e), -ENOENT);
	assert_int_equal(chipdb_find(db, "nothing", &chip, &e), -ENOENT);
	assert_int_equal(chipdb_pci(db, &chip, &e), 0);
	assert_string_equal(chip->name, "pci");
	chipdb_free(db);
}

/* What parts and chips are called in logs finds one of them. */
static void built_in_parts(void **state)
{
	const struct chip *chip = NULL;
	struct chipdb *db = NULL;
	const char *name = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(chipdb_open(&db, NULL, &e), 0);
	assert_int_equal(chipdb_known(db, 0x8086, 0x1000, &chip, &name, &e), 0);
	assert_string_equal(chip_called(chip, name), "82542");
	assert_true(chip->part && !chip->n_regs);
	assert_int_equal(chipdb_by_id(db, 0x8086, 0x1000, &chip, &name, &e), -ENOENT);
	assert_false(chipdb_knows_id(db, 0x8086, 0x1000));
	assert_int_equal(chipdb_find(db, "82542", &chip, &e), -ENOENT);
	assert_int_equal(chipdb_part(db, "82542", &chip, &e), 0);
	assert_int_equal(chipdb_known(db, 0x8086, 0x1592, &chip, &name, &e), 0);
	assert_string_equal(name, "E810-C");
	assert_false(chip->part);
	assert_int_equal(chipdb_known(db, 0x8086, 0x10b6, &chip, &name, &e), 0);
	assert_string_equal(name, "82598EB");
	assert_string_equal(chip->errata[0].id, "aspm-l0s");
	assert_non_null(chip->errata[0].workaround);
	assert_int_equal(chipdb_known(db, 0x8086, 0x10d3, &chip, &name, &e), 0);
	assert_false(chip->part);
	assert_int_equal(chipdb_by_probe(db, "e1000e", 11, 12, &chip, &name, &e), 0);
	assert_string_equal(name, "I217 or I218");
	assert_string_equal(chip_called(chip, name), "I217 or I218");
	assert_int_equal(chipdb_known(db, 0x8086, 0x15b7, &chip, &name, &e), 0);
	assert_string_equal(chip_called(chip, name), "I219-LM (2)");
	assert_string_equal(chip_called(chip, NULL), "I219-SPT");
	assert_int_equal(chipdb_known(db, 0x8086, 0x1521, &chip, &name, &e), 0);
	assert_string_equal(chip_called(chip, name), "I350");
	assert_int_equal(chipdb_by_probe(db, "e1000e", 10, 11, &chip, &name, &e), 0);
	assert_ptr_equal(chip, defs_chip(db, "82579LM"));
	assert_int_equal(chipdb_by_probe(db, "e1000e", 10, 12, &chip, &name, &e), -ENOENT);
	assert_int_equal(chipdb_by_probe(db, "igb", 10, 11, &chip, &name, &e), -ENOENT);
	assert_int_equal(chipdb_stand_in(db, "", true, &chip, &e), 0);
	assert_string_equal(chip->name, "82579LM");
	assert_int_equal(chipdb_stand_in(db, "igb", false, &chip, &e), 0);
	assert_string_equal(chip->name, "I350");
	assert_int_equal(chipdb_stand_in(db, "", false, &chip, &e), -ENOENT);
	chipdb_free(db);
}

static void a_part_has_errata(void **state)
{
	struct chipdb *db =
		defs_open("part PX \"Part\"\nid 8086:ffe1 \"PX-1\"\ndriver e1000e\n"
			  "erratum aspm-l0s \"Data is lost\" workaround \"Linux switches it off\" @\"a\"\n");
	const struct chip *chip = NULL;
	const char *name = NULL;

	(void)state;
	assert_int_equal(chipdb_known(db, 0x8086, 0xffe1, &chip, &name, NULL), 0);
	assert_string_equal(name, "PX-1");
	assert_true(chip->part && !chip->n_regs);
	assert_string_equal(chip->errata[0].id, "aspm-l0s");
	assert_non_null(chip->errata[0].workaround);
	assert_int_equal(chipdb_by_id(db, 0x8086, 0xffe1, &chip, &name, NULL), -ENOENT);
	chipdb_free(db);
}

/* By its id, under its own name or another one. */
static void a_users_chip_takes_a_part_over(void **state)
{
	static const char *const names[] = { "82542", "MINE" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char text[128];
		const struct chip *chip = NULL;
		const char *name = NULL;
		struct chipdb *db;

		snprintf(text, sizeof(text), "chip %s : 82574L \"Mine\"\nid 8086:1000\n", names[i]);
		db = defs_open(text);
		assert_int_equal(chipdb_known(db, 0x8086, 0x1000, &chip, &name, NULL), 0);
		assert_string_equal(chip->title, "Mine");
		assert_ptr_equal(defs_chip(db, names[i]), chip);
		chipdb_free(db);
	}
}

static void user_definition_replaces(void **state)
{
	struct chipdb *db = defs_open("chip 82574l \"Mine\"\nid 8086:10d3\n");
	const struct chip *chip = NULL;
	const char *name = NULL;
	struct err e = { 0 };

	(void)state;
	assert_string_equal(defs_chip(db, "82574L")->title, "Mine");
	assert_int_equal(chipdb_by_id(db, 0x8086, 0x10d3, &chip, &name, &e), 0);
	assert_string_equal(chip->title, "Mine");
	assert_false(chipdb_knows_id(db, 0x8086, 0x10f6));              /* an id of the replaced one */
	assert_string_equal(defs_chip(db, "82579LM")->name, "82579LM"); /* the others stay */
	chipdb_free(db);
}

static void user_family_under_built_in_chip(void **state)
{
	struct chipdb *db = defs_open("family bm-phy \"Mine\"\ncite \"x\"\nspace phy\nreg MINE 30 16 ro \"Mine\"\n");

	(void)state;
	assert_non_null(chip_reg_named(defs_chip(db, "82574L"), CHIP_PHY, "MINE"));
	assert_null(chip_reg_named(defs_chip(db, "82579LM"), CHIP_PHY, "MINE"));
	chipdb_free(db);
}

/* Never a silent fallback to what is built in. */
static void fault_has_its_place(void **state)
{
	struct chipdb *db = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(defs_try(&db, "chip mine \"Mine\"\ncite \"x\"\nbar 0 0x100\n\nreg A 0x2 32 rw \"A\"\nwrong\n",
				  &e),
			 -EINVAL);
	assert_null(db);
	assert_non_null(strstr(e.why, ":5:7: A at 0x00002 is misaligned"));
	assert_non_null(strstr(e.todo, "nicregs lint /tmp/"));
	assert_int_equal(defs_try(&db, "chip mine \"Mine\"\nid 8086:10d3\n", &e), -EINVAL);
	assert_non_null(strstr(e.why, ":2:4: PCI ID 8086:10d3 is claimed by chip 82574L as well"));
}

static void write_to(const char *folder, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void make(const char *folder, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void wipe(const char *folder)
{
	char command[256];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	assert_int_equal(system(command), 0);
}

static void folders(void **state)
{
	char folder[] = "/tmp/nicregs-test-XXXXXX";
	const struct chip_dump *dump = NULL;
	struct chipdb *db = NULL;
	struct err e = { 0 };

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chipdb_open(&db, folder, &e), -ENOENT);
	make(folder, "family");
	make(folder, "chip");
	make(folder, "dump");
	make(folder, "other");
	write_to(folder, "chip/c.def", "chip c : f \"C\"\n");
	write_to(folder, "family/f.def", "family f \"F\"\n");
	write_to(folder, "dump/d.def", "dump d words 1 \"D\"\nword 0 CTRL\n");
	write_to(folder, "top.def", "chip top \"Top\"\n");
	write_to(folder, "notes.txt", "not a definition\n");
	write_to(folder, ".hidden.def", "nor this\n");
	write_to(folder, "other/x.def", "nor this\n");
	assert_int_equal(chipdb_open(&db, folder, &e), 0);
	assert_string_equal(defs_chip(db, "c")->title, "C");
	assert_string_equal(defs_chip(db, "top")->title, "Top");
	assert_int_equal(chipdb_dump(db, "d", &dump, &e), 0);
	assert_int_equal(chipdb_dump(db, "e1000e", &dump, &e), 0);
	assert_int_equal(dump->n_words, 32);
	chipdb_free(db);

	setenv("NICREGS_CHIPDEFS", folder, 1);
	assert_int_equal(chipdb_open(&db, NULL, &e), 0);
	assert_string_equal(defs_chip(db, "top")->title, "Top");
	chipdb_free(db);
	unsetenv("NICREGS_CHIPDEFS");
	write_to(folder, "chip/d.def", "chip top \"Another\"\n");
	assert_int_equal(chipdb_open(&db, folder, &e), -EINVAL);
	assert_non_null(strstr(e.why, "defined twice"));
	wipe(folder);
}

static void no_such_path(void **state)
{
	struct chipdb *db = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(chipdb_open(&db, "/nonexistent/defs", &e), -ENOENT);
	assert_string_equal(e.what, "/nonexistent/defs");
}

struct heads {
	struct arena arena;
	struct def_head v[4096];
	size_t n;
};

static void keep_head(const struct def_head *head, void *arg)
{
	struct heads *all = arg;

	assert_true(all->n < sizeof(all->v) / sizeof(all->v[0]));
	all->v[all->n++] = *head;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* The index that is made at build time has all that is found in the texts themselves. */
static void index_is_complete(void **state)
{
	struct heads *by_text = calloc(1, sizeof(*by_text)), *by_index = calloc(1, sizeof(*by_index));
	size_t bytes = 0, of_index = 0;

	(void)state;
	for (size_t i = 0; i < n_embedded_files; i++) {
		const struct embedded_file *f = &embedded_files[i];
		struct db_file file = { .name = f->name, .text = f->text, .n = f->size };

		if (strncmp(f->name, "chip/", 5) != 0 && strncmp(f->name, "family/", 7) != 0 &&
		    strncmp(f->name, "part/", 5) != 0 && strncmp(f->name, "dump/", 5) != 0 &&
		    strncmp(f->name, "mii/", 4) != 0)
			continue;
		def_scan(&by_text->arena, &file, keep_head, by_text);
		assert_non_null(f->index);
		file.index = f->index;
		file.n_index = f->index_size;
		def_scan(&by_index->arena, &file, keep_head, by_index);
		bytes += f->size;
		of_index += f->index_size;
	}
	assert_true(by_text->n > 50);
	assert_int_equal(by_text->n, by_index->n);
	for (size_t i = 0; i < by_text->n; i++) {
		const struct def_head *a = &by_text->v[i], *b = &by_index->v[i];

		assert_int_equal(a->line, b->line);
		assert_int_equal(a->kind, b->kind);
		assert_int_equal(a->line_kind, b->line_kind);
		assert_int_equal(a->id.device, b->id.device);
		assert_true(same(a->name, b->name) && same(a->id.name, b->id.name));
		assert_true(same(a->logged.driver, b->logged.driver) && a->logged.phy == b->logged.phy);
	}
	assert_true(of_index * 5 < bytes); /* and much less to read */
	arena_free(&by_text->arena);
	arena_free(&by_index->arena);
	free(by_text);
	free(by_index);
}

/* Words that are so for some parts alone, and one that the driver writes over another. */
static void dump_by_part(void **state)
{
	struct chipdb *db = defs_open(
		"family f \"F\"\ncite \"x\"\nbar 0 0x1000\nreg A[0..3] 0x0+4 32 rw \"A\"\nreg B 0x40 32 rw \"B\"\n"
		"chip t : f \"T\"\nchip u : f \"U\"\nid 8086:fff0 \"I999-LM (2)\"\nfamily g : f \"G\"\nchip v : g \"V\"\n"
		"dump d words 8 \"D\"\nword 0 B only t,g\nword 0 constant \"other\" only u\n"
		"word 1..2 A[2..3] only u\nword 3 A[0] over A[1]\nword 4 B\n");
	const struct chip *t = defs_chip(db, "t"), *u = defs_chip(db, "u"), *v = defs_chip(db, "v");
	const struct chip_dump *dump = NULL;

	(void)state;
	assert_int_equal(chipdb_dump(db, "d", &dump, NULL), 0);
	assert_int_equal(dump->n_named, 6);
	assert_string_equal(chip_word_ref(t, &dump->words[0]).reg->name, "B");
	assert_string_equal(chip_word_ref(v, &dump->words[0]).reg->name, "B"); /* by its family */
	assert_null(chip_word_ref(u, &dump->words[0]).reg);
	assert_true(chip_word_counts(u, &dump->words[1]));
	assert_false(chip_word_counts(t, &dump->words[1]));
	assert_null(chip_word_ref(t, &dump->words[3]).reg);
	assert_int_equal(chip_word_ref(u, &dump->words[3]).i, 3);
	assert_int_equal(chip_word_ref(t, &dump->words[4]).i, 0);
	assert_int_equal(chip_word_lost(t, &dump->words[4]).i, 1);
	assert_null(chip_word_lost(t, &dump->words[5]).reg);
	assert_ptr_equal(defs_chip(db, "i999-lm (2)"), u);
	chipdb_free(db);
}

static void answers_of_drivers(void **state)
{
	struct chipdb *db = defs_open("mii d \"D\"\nlive 1\nkept 2..3\nif-link 0,31\n");
	const struct chip_mii *mii = NULL;

	(void)state;
	assert_int_equal(chipdb_mii(db, "d", &mii, NULL), 0);
	assert_string_equal(mii->driver, "d");
	assert_int_equal(mii->live, 2);
	assert_int_equal(mii->kept, 0xc);
	assert_int_equal(mii->if_link, 0x80000001);
	assert_int_equal(chipdb_mii(db, "igb", &mii, NULL), 0);
	assert_int_equal(mii->live, 0xffff9fff);
	assert_int_equal(chipdb_mii(db, "tg3", &mii, NULL), -ENOENT);
	chipdb_free(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(index_is_complete),
		cmocka_unit_test(dump_by_part),
		cmocka_unit_test(answers_of_drivers),
		cmocka_unit_test(built_in_chips),
		cmocka_unit_test(built_in_ids_and_names),
		cmocka_unit_test(built_in_parts),
		cmocka_unit_test(a_part_has_errata),
		cmocka_unit_test(a_users_chip_takes_a_part_over),
		cmocka_unit_test(user_definition_replaces),
		cmocka_unit_test(user_family_under_built_in_chip),
		cmocka_unit_test(fault_has_its_place),
		cmocka_unit_test(folders),
		cmocka_unit_test(no_such_path),
	};

	unsetenv("NICREGS_CHIPDEFS");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
