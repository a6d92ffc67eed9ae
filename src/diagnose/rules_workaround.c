// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Known faults of a part against which nothing is in force here: each `expect` line of its definition is a test that holds
 * where somebody deals with an erratum. Knows no erratum and no register.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/rules.h"
#include "util/alloc.h"
#include "util/buf.h"

/* Of a test: what is not known neither holds nor fails. */
enum outcome { FAILS, HOLDS, UNKNOWN };

/* One sample; values and fn may be absent. */
struct one_sample {
	const struct subject *s;
	const struct values *values;
	const struct pci_function *fn;
};

static bool is_in(const struct chip_test *t, uint64_t value)
{
	for (size_t i = 0; i < t->n_values; i++)
		if (value >= t->values[i].first && value <= t->values[i].last)
			return true;
	return false;
}

static bool read_reg(const struct one_sample *at, const struct chip_test *t, struct reading *r)
{
	const struct chip *chip = at->s->known;
	const struct chip_reg *reg = chip_reg_named(chip, CHIP_MMIO, t->name);

	if (!reg)
		reg = chip_reg_named(chip, CHIP_PHY, t->name);
	if (!reg || !at->values || at->values->chip != chip || !values_reg(at->values, reg, t->i, r))
		return false;
	r->field = t->field ? chip_field_named(reg, t->field) : NULL;
	if (r->field)
		r->value = chip_field_get(r->field, r->value);
	return r->field || !t->field;
}

static bool read_config(const struct one_sample *at, const struct chip_test *t, uint64_t *value)
{
	struct config_reg *regs;
	bool known;
	size_t n;

	if (!at->fn)
		return false;
	n = config_regs(at->s->pci, at->fn, config_caps(at->fn), &regs);
	known = config_field(regs, n, t->name, t->field, value);
	free(regs);
	return known;
}

static bool read_bits(const struct one_sample *at, const struct chip_test *t, uint64_t *value)
{
	uint32_t word, bytes = t->hi / 8 + 1u;

	if (!at->fn || !config_get(at->fn, t->offset, bytes, &word))
		return false;
	*value = word >> t->lo & (((uint64_t)1 << (t->hi - t->lo + 1)) - 1);
	return true;
}

/* From the facts, and the IDs from configuration space. */
static bool read_number(const struct one_sample *at, const struct chip_test *t, uint64_t *value)
{
	const struct facts *f = at->s->facts;
	int64_t number = FACT_UNKNOWN;
	uint32_t word;

	if (!strcmp(t->name, "device") && at->fn && config_get(at->fn, 2, 2, &word))
		number = word;
	else if (!strcmp(t->name, "revision"))
		number = at->fn && config_get(at->fn, 8, 1, &word) ? (int64_t)word : f->revision;
	else if (!strcmp(t->name, "speed"))
		number = f->speed;
	else if (!strcmp(t->name, "mtu"))
		number = f->mtu;
	*value = (uint64_t)number;
	return number >= 0;
}

static enum outcome outcome(bool holds)
{
	return holds ? HOLDS : FAILS;
}

/* Before an interface is brought up first, many registers are as reset left them. Its carrier is known only while it is up. */
static bool is_up(const struct subject *s)
{
	return s->facts->carrier != FACT_UNKNOWN;
}

static enum outcome ask_state(const struct subject *s, const char *name)
{
	struct reading r;
	bool known;
	int up;

	if (!strcmp(name, "up"))
		return outcome(is_up(s));
	if (!strcmp(name, "trouble"))
		return outcome(subject_has_trouble(s));
	if (!strcmp(name, "aspm"))
		return link_device(&s->link)->known ? outcome((link_on(&s->link) & LINK_ASPM) != 0) : UNKNOWN;
	up = subject_link_up(s, &r, &known);
	return up < 0 ? UNKNOWN : outcome(up && is_up(s) && s->facts->carrier);
}

static enum outcome ask_kernel(const struct subject *s, const struct chip_test *t)
{
	int has = s->kernel ? kernel_has(s->kernel, t->releases, t->n_releases) : -1;

	return has < 0 ? UNKNOWN : outcome(has);
}

static enum outcome ask(const struct one_sample *at, const struct chip_test *t)
{
	enum outcome o = UNKNOWN;
	struct reading r;
	uint64_t value;

	if (t->kind == CHIP_TEST_REG)
		o = read_reg(at, t, &r) ? outcome(is_in(t, r.value)) : UNKNOWN;
	else if (t->kind == CHIP_TEST_CONFIG)
		o = read_config(at, t, &value) ? outcome(is_in(t, value)) : UNKNOWN;
	else if (t->kind == CHIP_TEST_BITS)
		o = read_bits(at, t, &value) ? outcome(is_in(t, value)) : UNKNOWN;
	else if (t->kind == CHIP_TEST_NUMBER)
		o = read_number(at, t, &value) ? outcome(is_in(t, value)) : UNKNOWN;
	else if (t->kind == CHIP_TEST_STATE)
		o = ask_state(at->s, t->name);
	else
		o = ask_kernel(at->s, t);
	return o == UNKNOWN || !t->negate ? o : outcome(o == FAILS);
}

static enum outcome expected(const struct one_sample *at, const struct chip_expect *e)
{
	for (size_t i = 0; i < e->n_when; i++)
		if (ask(at, &e->when[i]) != HOLDS)
			return UNKNOWN;
	return ask(at, &e->test);
}

/* Sample i of the subject; without samples there is one instant, of what the log says. */
static struct one_sample instant(const struct subject *s, size_t i)
{
	struct one_sample at = { .s = s };
	const struct pci_function *fn = i < s->n_samples ? snapshot_self(s->samples[i]) : NULL;

	if (i < s->series.n)
		at.values = &s->series.samples[i];
	if (fn && fn->config_len && config_answers(fn))
		at.fn = fn;
	return at;
}

/* In the last sample, and in none before otherwise: what changes is no setting. */
static bool fails(const struct subject *s, const struct chip_expect *e, struct one_sample *last)
{
	size_t n = s->n_samples ? s->n_samples : 1;

	for (size_t i = 0; i < n; i++) {
		*last = instant(s, i);
		enum outcome o = expected(last, e);

		if (o == HOLDS || (o == UNKNOWN && i + 1 == n))
			return false;
	}
	return true;
}

static void tell_bits(struct subject *s, struct finding *f, const struct chip_test *t, uint64_t value)
{
	if (t->hi == t->lo)
		finding_evidence(s, f, "configuration space 0x%x, bit %u = %" PRIu64, t->offset, t->hi, value);
	else
		finding_evidence(s, f, "configuration space 0x%x, bits %u:%u = 0x%" PRIx64, t->offset, t->hi, t->lo,
				 value);
}

static void tell(struct subject *s, const struct one_sample *at, struct finding *f, const struct chip_test *t)
{
	struct reading r;
	uint64_t value;

	if (t->kind == CHIP_TEST_REG && read_reg(at, t, &r))
		finding_reading(s, f, &r);
	else if (t->kind == CHIP_TEST_CONFIG && read_config(at, t, &value))
		finding_evidence(s, f, "%s%s%s = 0x%" PRIx64, t->name, t->field ? "." : "", t->field ? t->field : "",
				 value);
	else if (t->kind == CHIP_TEST_BITS && read_bits(at, t, &value))
		tell_bits(s, f, t, value);
	else if (t->kind == CHIP_TEST_NUMBER && read_number(at, t, &value))
		finding_evidence(s, f, "%s %" PRIu64, t->name, value);
	else if (t->kind == CHIP_TEST_KERNEL)
		finding_evidence(s, f, "kernel %s", s->kernel);
}

static const struct chip_erratum *erratum_named(const struct chip *chip, const char *id)
{
	for (size_t i = 0; i < chip->n_errata; i++)
		if (!strcmp(chip->errata[i].id, id))
			return &chip->errata[i];
	return NULL;
}

/* Each erratum once, with the evidence of all its lines. */
static void add(struct subject *s, const struct one_sample *at, struct finding *f, const struct chip_expect *e,
		struct buf *titles)
{
	const struct chip_erratum *erratum = erratum_named(s->known, e->erratum);

	tell(s, at, f, &e->test);
	for (size_t i = 0; i < e->n_when; i++)
		if (e->when[i].kind == CHIP_TEST_NUMBER || e->when[i].kind == CHIP_TEST_KERNEL)
			tell(s, at, f, &e->when[i]);
	for (size_t i = 0; i < e->n_remedies; i++)
		remedies_add(s, f, e->remedies[i]);
	if (!erratum || (titles->len && strstr(buf_str(titles), erratum->title)))
		return;
	buf_printf(titles, "%s%s.", titles->len ? " " : "", erratum->title);
	if (erratum->workaround)
		finding_evidence(s, f, "against it, %s", erratum->workaround);
	finding_source(s, f, erratum->cite);
}

/* The definition's driver is the one that is bound: another one has other settings. */
static bool is_drivers(const struct subject *s)
{
	return s->known && s->known->driver && subject_driver_is(s, s->known->driver);
}

bool workaround_fails(const struct subject *s, const char *erratum)
{
	for (size_t i = 0; is_drivers(s) && i < s->known->n_expects; i++) {
		struct one_sample last = instant(s, s->n_samples ? s->n_samples - 1 : 0);

		if (!strcmp(s->known->expects[i]->erratum, erratum) && expected(&last, s->known->expects[i]) == FAILS)
			return true;
	}
	return false;
}

/* An emulated part has no silicon. */
bool rule_workaround(struct subject *s, struct finding *f)
{
	AUTO_BUF struct buf titles = { 0 };
	size_t n = 0;

	if (!is_drivers(s) || s->platform.emulated || finding_named(s, "dead"))
		return false;
	for (size_t i = 0; i < s->known->n_expects; i++) {
		struct one_sample last;

		if (!fails(s, s->known->expects[i], &last))
			continue;
		add(s, &last, f, s->known->expects[i], &titles);
		n++;
	}
	if (!n)
		return false;
	if (subject_has_trouble(s))
		f->severity = SEVERITY_WARNING;
	f->summary = finding_text(s, "Nothing guards against a known fault of the %s here: %s", s->known->name,
				  buf_str(&titles));
	return true;
}
