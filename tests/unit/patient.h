/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices to diagnose, written as words: registers, facts, and lines of a kernel log. */
#ifndef TESTS_PATIENT_H
#define TESTS_PATIENT_H

#include <stdio.h>
#include <stdlib.h>

#include "space.h"

#include "chip/db.h"
#include "diagnose/diagnose.h"
#include "diagnose/logbook.h"
#include "util/err.h"
#include "util/text.h"

struct patient {
	struct chipdb *db;
	struct snapshots samples;
	struct klog *klog;
	struct logbook *book;
	struct diagnoses result;
	bool watched_now;
};

static inline void patient_open(struct patient *p)
{
	*p = (struct patient){ 0 };
	assert_int_equal(chipdb_open(&p->db, NULL, NULL), 0);
}

static inline void patient_close(struct patient *p)
{
	diagnoses_free(&p->result);
	klog_free(p->klog);
	logbook_free(p->book);
	snapshots_free(&p->samples);
	chipdb_free(p->db);
}

/* Calls `each` for NAME=VALUE words separated by blanks; '_' in a value stands for a blank. */
static inline void words(const char *text, void (*each)(const char *name, char *value, void *arg), void *arg)
{
	char *copy = strdup(text), *save = NULL;

	for (char *word = strtok_r(copy, " \n\t", &save); word; word = strtok_r(NULL, " \n\t", &save)) {
		char *value = strchr(word, '=');

		assert_non_null(value);
		*value++ = '\0';
		each(word, value, arg);
	}
	free(copy);
}

struct registers {
	const struct chip *chip;
	struct snapshot *s;
};

static inline void set_register(const char *name, char *value, void *arg)
{
	struct registers *r = arg;
	struct chip_ref ref = chip_ref_parse(r->chip, CHIP_MMIO, name);
	uint64_t number = 0;

	if (!ref.reg)
		ref = chip_ref_parse(r->chip, CHIP_PHY, name);
	if (!ref.reg)
		fail_msg("%s has no %s", r->chip->name, name);
	if (!strcmp(value, "gone")) {
		snapshot_add_reg(r->s, &ref, UNREAD_GONE, 0);
		return;
	}
	assert_true(text_u64(value, &number));
	snapshot_add_reg(r->s, &ref, UNREAD_NO, number);
}

static inline struct queue_count *count_of(struct facts *f, uint32_t queue)
{
	const struct queue_count none = { queue, FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN };

	if (!facts_queue(f, queue))
		facts_add_queue(f, &none);
	return (struct queue_count *)(uintptr_t)facts_queue(f, queue);
}

/* inflight[0]=588 limit[0]=3028 timeouts[0]=1 of queue tx-0; irq[24]=7 of a vector, txirq[24]=7 of that of queue 0. */
static inline bool set_count(const char *name, const char *value, struct facts *f)
{
	unsigned i;
	int64_t number = atoll(value);
	char end;

	if (sscanf(name, "inflight[%u%c", &i, &end) == 2)
		count_of(f, i)->inflight = number;
	else if (sscanf(name, "limit[%u%c", &i, &end) == 2)
		count_of(f, i)->limit = number;
	else if (sscanf(name, "timeouts[%u%c", &i, &end) == 2)
		count_of(f, i)->timeouts = number;
	else if (sscanf(name, "irq[%u%c", &i, &end) == 2)
		facts_add_vector(f, &(struct vector_count){ i, FACT_UNKNOWN, number });
	else if (sscanf(name, "txirq[%u%c", &i, &end) == 2)
		facts_add_vector(f, &(struct vector_count){ i, 0, number });
	else
		return false;
	return true;
}

static inline bool set_side_number(void *of, const struct side_number *numbers, size_t n, const char *name,
				   const char *value)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(numbers[i].name, name)) {
			*side_number(of, &numbers[i]) = atoll(value);
			return true;
		}
	return false;
}

/* The driver's side: ring.clean=5 of its one ring, frame.length=60 of the one frame in it, frame.in_name=tap0, side.given_up=1,
 * state.down=1. */
static inline bool set_side(const char *name, const char *value, struct snapshot *s)
{
	struct driver_side *side = &s->side;
	struct ring_side *ring;

	if (strncmp(name, "ring.", 5) && strncmp(name, "frame.", 6) && strncmp(name, "side.", 5) &&
	    strncmp(name, "state.", 6) && strncmp(name, "counter.", 8))
		return false;
	if (!side->driver) {
		side->driver = strdup("e1000e");
		ring = driver_side_add_ring(side);
		ring->queue = ring->hw_queue = 0;
		ring->count = 256;
		ring->moving = 0;
		driver_side_add_state(side, "started");
		driver_side_add_state(side, "present");
	}
	ring = &side->rings[0];
	if (!strncmp(name, "state.", 6))
		driver_side_add_state(side, name + 6);
	else if (!strcmp(name, "side.given_up"))
		side->given_up = atoll(value);
	else if (!strncmp(name, "counter.", 8))
		driver_side_add_counter(side, name + 8, atoll(value));
	else if (!strcmp(name, "side.read"))
		side->read = atoll(value);
	else if (!strncmp(name, "frame.", 6)) {
		struct frame_side *f = ring->n_frames ? ring->frames : ring_side_add_frame(ring);

		if (!strcmp(name, "frame.in_name"))
			f->in_name = strdup(value);
		else
			assert_true(set_side_number(f, frame_numbers, n_frame_numbers, name + 6, value));
	} else {
		assert_true(set_side_number(ring, ring_numbers, n_ring_numbers, name + 5, value));
	}
	return true;
}

static inline void set_fact(const char *name, char *value, void *arg)
{
	struct snapshot *s = arg;
	const struct fact_desc *d = fact_named(name);
	uint64_t number = 0;

	if (set_count(name, value, &s->facts) || set_side(name, value, s))
		return;
	if (!d) {
		facts_add_feature(&s->facts, name, !strcmp(value, "on"), false);
		return;
	}
	for (char *c = value; *c; c++)
		if (*c == '_')
			*c = ' ';
	if (d->kind == FACT_STR) {
		fact_set_str(&s->facts, d, value);
	} else {
		assert_true(text_u64(value, &number));
		fact_set_num(&s->facts, d, (int64_t)number);
	}
}

/* One sample of the chip's device DEV (its number on bus 1), taken at that second. */
static inline struct snapshot *patient_sample(struct patient *p, const char *chip, uint8_t dev, double second,
					      const char *regs, const char *facts)
{
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	struct registers r = { .s = s };
	struct space space;

	assert_int_equal(chipdb_find(p->db, chip, &r.chip, NULL), 0);
	s->chip = strdup(chip);
	s->chip_name = strdup(chip);
	s->taken = 1000000000000 + (int64_t)(second * 1e9);
	space_init(&space, 256, 0);
	space.fn.addr.dev = dev;
	snapshot_add_function(s, PCI_SELF, &space.fn.addr, space.bytes, space.fn.config_len);
	words(regs, set_register, &r);
	words(facts ? facts : "", set_fact, s);
	snapshots_add(&p->samples, s);
	return s;
}

static inline void patient_log(struct patient *p, const char *log)
{
	p->book = logbook_new();
	p->klog = klog_new(logbook_add, p->book);
	klog_feed(p->klog, log, strlen(log));
	klog_end(p->klog);
}

static inline const struct diagnosis *patient_ask(struct patient *p)
{
	const struct diagnose_input input = {
		.with_fixes = true,
		.db = p->db,
		.samples = &p->samples,
		.klog = p->klog,
		.logbook = p->book,
		.watched_now = p->watched_now,
	};
	struct err e = { 0 };

	diagnoses_free(&p->result);
	if (diagnose(&input, &p->result, &e))
		fail_msg("%s: %s", e.what, e.why);
	return p->result.n ? &p->result.v[0] : NULL;
}

static inline const struct finding *has_finding(const struct diagnosis *d, const char *id)
{
	for (size_t i = 0; i < d->n_findings; i++)
		if (!strcmp(d->findings[i].id, id))
			return &d->findings[i];
	return NULL;
}

static inline bool has_command(const struct diagnosis *d, const char *part)
{
	for (size_t i = 0; i < d->n_findings; i++)
		for (size_t k = 0; k < d->findings[i].n_remedies; k++)
			if (d->findings[i].remedies[k].command && strstr(d->findings[i].remedies[k].command, part))
				return true;
	return false;
}

static inline bool has_evidence(const struct finding *f, const char *part)
{
	for (size_t i = 0; i < f->n_evidence; i++)
		if (strstr(f->evidence[i], part))
			return true;
	return false;
}

/* Whether its summary or its evidence has these words. */
static inline bool finding_says(const struct finding *f, const char *words)
{
	return strstr(f->summary, words) || has_evidence(f, words);
}

#endif
