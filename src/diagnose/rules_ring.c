// SPDX-License-Identifier: GPL-2.0-or-later
/* Transmit rings seen from both ends: what the driver's side says beside the registers, and the frame that stands. */
#include <inttypes.h>
#include <string.h>

#include "diagnose/rules.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/text.h"

#define CAP_MSIX 0x11
#define MSIX_CONTROL 2
#define MSIX_ON 0x8000u
#define MSIX_MASKED 0x4000u
#define LASTS_NS (500 * CLOCK_MS)
#define TCP 6
#define UDP 17

/* The whole function's vectors, by configuration space. */
static bool msix_masked(const struct subject *s)
{
	const struct pci_function *self = s->latest ? snapshot_self(s->latest) : NULL;
	const struct config_cap *msix;
	uint32_t control;

	if (!self)
		return false;
	msix = config_find(config_caps(self), CHIP_CAP_STANDARD, CAP_MSIX);
	return msix && config_get(self, msix->offset + MSIX_CONTROL, 2, &control) && (control & MSIX_ON) &&
	       (control & MSIX_MASKED);
}

/* A field that is 0 in every sample that has it. */
static bool always_clear(const struct subject *s, enum chip_role role, uint32_t i, enum chip_field_role field)
{
	size_t n = 0;

	for (size_t k = 0; k < s->series.n; k++) {
		struct reading r;

		if (!values_field_role(&s->series.samples[k], role, i, field, &r))
			continue;
		if (r.value)
			return false;
		n++;
	}
	return n != 0;
}

/* Drivers mask while they poll: only what is masked each time says something. */
static bool is_masked(const struct subject *s, uint32_t queue)
{
	struct reading vector, mask;
	size_t n = 0;

	if (chip_role_ref(s->chip, CHIP_VECTOR_CONTROL, 0).reg)
		return values_field_role(series_last(&s->series), CHIP_TX_QUEUE_CAUSE, queue, CHIP_FIELD_VECTOR,
					 &vector) &&
		       vector.value &&
		       always_clear(s, CHIP_VECTOR_CONTROL, (uint32_t)vector.value - 1, CHIP_FIELD_ENABLED);
	for (size_t k = 0; k < s->series.n; k++) {
		if (!values_role(&s->series.samples[k], CHIP_INTERRUPT_MASK, 0, &mask))
			continue;
		if (mask.value)
			return false;
		n++;
	}
	return n != 0;
}

static void read_registers(const struct subject *s, const struct ring_side *r, struct ring_around *around)
{
	uint32_t queue = fact_is_known(r->hw_queue) ? (uint32_t)r->hw_queue : 0;

	around->disabled = always_clear(s, CHIP_TX_CONTROL, 0, CHIP_FIELD_ENABLED) ||
			   (fact_is_known(r->hw_queue) && always_clear(s, CHIP_TX_ENABLE, queue, CHIP_FIELD_ENABLED));
	if (!fact_is_known(r->hw_queue))
		return;
	around->cause_off = always_clear(s, CHIP_TX_QUEUE_CAUSE, queue, CHIP_FIELD_ENABLED);
	around->masked = is_masked(s, queue);
}

static struct ring_judgement judge(const struct subject *s, size_t i)
{
	const struct finding *mdd = finding_named(s, "mdd");
	struct ring_around around = { 0 };
	struct reading r;
	bool has;

	around.link = subject_link_up(s, &r, &has);
	around.dead = finding_named(s, "dead") != NULL;
	around.paused = subject_class_paused(s, s->latest->side.rings[i].traffic_class);
	around.malformed = mdd && mdd->severity == SEVERITY_FAULT;
	around.vector_masked = msix_masked(s);
	if (s->chip && s->series.n)
		read_registers(s, &s->latest->side.rings[i], &around);
	return ring_judge(s->samples, s->n_samples, i, &around);
}

static const char *ring_name(struct subject *s, const struct ring_side *r)
{
	if (r->xdp == 1)
		return finding_text(s, "XDP ring %" PRId64, fact_is_known(r->hw_queue) ? r->hw_queue : 0);
	return finding_text(s, "tx-%" PRId64, fact_is_known(r->queue) ? r->queue : 0);
}

static void put_seconds(struct buf *b, int64_t ms)
{
	buf_printf(b, "%" PRId64 ".%" PRId64 " s", ms / 1000, ms % 1000 / 100);
}

const char *ring_frame_words(struct subject *s, const struct frame_side *f)
{
	const char *kind = f->transport == TCP ? "TCP" : f->transport == UDP ? "UDP" : "";
	AUTO_BUF struct buf b = { 0 };

	if (!fact_is_known(f->length))
		return NULL;
	if (*kind)
		buf_printf(&b, "%s, ", kind);
	else if (fact_is_known(f->protocol))
		buf_printf(&b, "EtherType 0x%04" PRIx64 ", ", (uint64_t)f->protocol);
	buf_printf(&b, "%" PRId64 " bytes", f->length);
	if (fact_is_known(f->mss) && f->mss)
		buf_printf(&b, " in %" PRId64 " segments of %" PRId64 " (%s)",
			   fact_is_known(f->segments) ? f->segments : 0, f->mss, f->transport == UDP ? "USO" : "TSO");
	if (fact_is_known(f->fragments) && f->fragments)
		buf_printf(&b, ", %" PRId64 " fragment%s", f->fragments, f->fragments == 1 ? "" : "s");
	if (f->in_name) {
		buf_puts(&b, ", came in by ");
		text_escape(&b, f->in_name, strlen(f->in_name));
	} else if (fact_is_known(f->in) && f->in) {
		buf_printf(&b, ", came in by interface %" PRId64, f->in);
	} else if (fact_is_known(f->in)) {
		buf_puts(&b, ", from this host");
	}
	return finding_text(s, "%s", buf_str(&b));
}

/* Why the log may be silent, or that it will not be. */
static void tell_queue_state(struct subject *s, struct finding *f, const struct ring_side *r)
{
	AUTO_BUF struct buf b = { 0 };

	if (!fact_is_known(r->stopped))
		return;
	buf_printf(&b, "%s: the kernel's queue is ", ring_name(s, r));
	if (r->stopped == 1 || r->limited == 1) {
		buf_printf(&b, "stopped by %s", r->stopped == 1 ? "the driver" : "byte queue limits");
		if (fact_is_known(r->sent_ms)) {
			buf_puts(&b, " for ");
			put_seconds(&b, r->sent_ms);
		}
		buf_puts(&b, ": the kernel's watchdog acts after 5 s");
	} else {
		buf_puts(&b, "open: the kernel's watchdog does not look at it, and the log may stay silent");
	}
	finding_evidence(s, f, "%s", buf_str(&b));
}

static void tell_napi(struct subject *s, struct finding *f, const struct ring_side *r)
{
	if (r->in_interrupt == 1)
		finding_evidence(s, f, "%s is cleaned up in the interrupt itself", ring_name(s, r));
	else if (r->scheduled == 1)
		finding_evidence(s, f, "NAPI of %s: scheduled%s%s", ring_name(s, r), r->held == 1 ? " and held" : "",
				 r->missed == 1 ? ", asked for again" : "");
	else if (fact_is_known(r->scheduled))
		finding_evidence(s, f, "NAPI of %s: not scheduled", ring_name(s, r));
}

/* When it began, by the clock: to the tenth of a second, as the log has it in finer steps. */
static void put_since(struct buf *b, const struct subject *s, int64_t age_ms)
{
	int64_t read = s->latest->side.read, ns;
	char text[32];
	time_t seconds;
	struct tm tm;

	if (!fact_is_known(read) || read / CLOCK_MS < age_ms)
		return;
	ns = read - age_ms * CLOCK_MS;
	seconds = (time_t)(ns / CLOCK_SECOND);
	if (gmtime_r(&seconds, &tm) && strftime(text, sizeof(text), "%H:%M:%S", &tm))
		buf_printf(b, " (since %s.%d UTC)", text, (int)(ns % CLOCK_SECOND / (100 * CLOCK_MS)));
}

static void tell_place(struct buf *b, const char *words, int64_t place)
{
	if (fact_is_known(place))
		buf_printf(b, ", %s %" PRId64, words, place);
}

/* Both ends, in the order of the ring. */
static void tell_ring(struct subject *s, struct finding *f, const struct ring_judgement *j)
{
	const struct ring_side *r = j->ring;
	AUTO_BUF struct buf b = { 0 };

	buf_printf(&b, "%s: driver next_to_clean %" PRId64, ring_name(s, r), r->clean);
	tell_place(&b, "hardware head", r->head);
	tell_place(&b, "head in memory", r->head_word);
	tell_place(&b, "tail", r->tail);
	tell_place(&b, "driver next_to_use", r->use);
	tell_place(&b, "ring", r->count);
	if (fact_is_known(r->done))
		buf_printf(&b, "; its oldest frame is %s", r->done == 1 ? "done" : "not done");
	if (fact_is_known(r->age_ms)) {
		buf_puts(&b, ", ");
		put_seconds(&b, r->age_ms);
		buf_puts(&b, " old");
		put_since(&b, s, r->age_ms);
	}
	if (j->samples > 1) {
		buf_printf(&b, "; so in %zu samples over ", j->samples);
		put_seconds(&b, j->still_ns / CLOCK_MS);
	}
	finding_evidence(s, f, "%s", buf_str(&b));
}

static void tell_frame(struct subject *s, struct finding *f, const struct ring_judgement *j)
{
	const char *words = j->frame ? ring_frame_words(s, j->frame) : NULL;

	if (words)
		finding_evidence(s, f, "the frame at descriptors %" PRId64 " to %" PRId64 ": %s", j->frame->first,
				 j->frame->last, words);
}

void ring_tell_stuck(struct subject *s, struct finding *f)
{
	size_t told = 0;

	for (size_t i = 0; i < subject_rings(s); i++) {
		struct ring_judgement j = judge(s, i);

		if (!j.ring || !ring_state_is_bad(j.state) || told++ >= TOLD)
			continue;
		tell_ring(s, f, &j);
		tell_frame(s, f, &j);
		tell_queue_state(s, f, j.ring);
	}
}

const struct frame_side *ring_stuck_frame(const struct subject *s)
{
	for (size_t i = 0; i < subject_rings(s); i++) {
		struct ring_judgement j = judge(s, i);

		if ((j.state == RING_STANDS || j.state == RING_DISABLED || j.state == RING_MALFORMED) && j.frame &&
		    fact_is_known(j.frame->length))
			return j.frame;
	}
	return NULL;
}

bool ring_none_waits(const struct subject *s, size_t *running)
{
	size_t n = subject_rings(s), idle = 0;

	*running = 0;
	for (size_t i = 0; i < n; i++) {
		enum ring_state state = judge(s, i).state;

		idle += state == RING_IDLE;
		*running += state == RING_RUNNING;
	}
	return n && idle + *running == n;
}

bool ring_explains(const struct subject *s, uint32_t queue)
{
	for (size_t i = 0; i < subject_rings(s); i++) {
		const struct ring_side *r = &s->latest->side.rings[i];
		struct ring_judgement j;

		if (r->xdp == 1 || r->queue != (int64_t)queue)
			continue;
		if (!r->why && r->moving == 0 && ring_side_pending(r) == 0)
			return true;
		j = judge(s, i);
		return j.state == RING_NOT_WRITTEN_BACK && !j.sure;
	}
	return false;
}

/* The states of one finding, with the words of each. */
static const struct {
	const char *id;
	enum ring_state state;
	const char *summary;
} states[] = {
	{ "ring-given-up", RING_GIVEN_UP,
	  "The driver has let the device go: its registers read as ones, and it touches them no more." },
	{ "ring-resetting", RING_PCI_ERROR, "The kernel is recovering the device from an error on PCI." },
	{ "ring-resetting", RING_RESETTING, "The driver is resetting the device." },
	{ "ring-resetting", RING_HALF_DOWN,
	  "The interface is up and the driver is down: for a moment, as in a reset or a change of settings, or for good." },
	{ "ring-failed", RING_FAILED,
	  "The driver has given the device up after a reset that failed: it tries no more." },
	{ "ring-failed", RING_HALF_DOWN,
	  "The interface is up and the driver is down: a reset of the driver ended half-way." },
	{ "ring-stopped", RING_NOT_WOKEN,
	  "The transmit queue is stopped with an empty ring: nothing will complete, so nothing wakes it." },
	{ "ring-stopped", RING_NOT_COUNTED,
	  "Byte queue limits hold the transmit queue with an empty ring: their account is off, and nothing will correct "
	  "it." },
	{ "ring-not-rung", RING_NOT_RUNG,
	  "The driver queued frames that the hardware does not know of: the tail register is behind the driver." },
	{ "not-cleaned", RING_NAPI_DISABLED,
	  "The driver never cleaned up: the hardware has finished, and the driver's polling (NAPI) is disabled." },
	{ "not-cleaned", RING_STARVED,
	  "The driver never cleaned up: the hardware has finished, and the driver's polling (NAPI) is scheduled and does "
	  "not get to run." },
	{ "not-cleaned", RING_CAUSE_OFF,
	  "The driver never cleaned up: the hardware has finished, and its queue may not interrupt." },
	{ "not-cleaned", RING_VECTOR_MASKED,
	  "The driver never cleaned up: the hardware has finished, and the device's MSI-X vectors are masked." },
	{ "not-cleaned", RING_LEFT_MASKED,
	  "The driver never cleaned up: the hardware has finished, and its interrupt is masked." },
	{ "not-cleaned", RING_TX_VECTOR_LOST,
	  "The driver never cleaned up: the hardware has finished, and the transmit interrupt, in which the driver "
	  "cleans up, was lost." },
	{ "not-cleaned", RING_INTERRUPT_LOST,
	  "The driver never cleaned up: the hardware has finished, and its interrupt was lost." },
	{ "ring-write-back", RING_NOT_WRITTEN_BACK,
	  "The hardware has taken all work and has not marked it as done: the write-back to memory is missing." },
	{ "ring-held", RING_GATED, "A time-aware schedule or a launch time holds the frames of a queue back." },
	{ "ring-held", RING_NOT_WRITTEN_BACK,
	  "The hardware has taken all work and has not marked it as done yet. At light load it does that once in a second or "
	  "two." },
	{ "ring-held", RING_HELD_BY_PF, "The virtual function waits for its physical function." },
	{ "ring-foreign", RING_FOREIGN,
	  "Head and tail of the hardware do not belong to the driver's ring: something reset the queue, or wrote to it, "
	  "behind the driver." },
	{ "ring-stands", RING_STANDS, "The hardware stands with work in its ring." },
};

/* A driver that is down for a moment may be at work on itself, and a write-back may be late. */
static const char *summary_of(const char *id, const struct ring_judgement *j)
{
	bool lazy = j->state == RING_NOT_WRITTEN_BACK && ring_writes_back_late(j->ring);
	bool fits = (j->state != RING_HALF_DOWN || j->sure == !strcmp(id, "ring-failed")) &&
		    (j->state != RING_NOT_WRITTEN_BACK || (lazy && !j->sure) == !strcmp(id, "ring-held"));

	for (size_t i = 0; i < COUNT(states); i++)
		if (states[i].state == j->state && fits && !strcmp(states[i].id, id))
			return states[i].summary;
	return NULL;
}

/* What is of the device is told once. */
static bool of_device(enum ring_state state)
{
	return state == RING_GIVEN_UP || state == RING_PCI_ERROR || state == RING_RESETTING || state == RING_FAILED ||
	       state == RING_HALF_DOWN;
}

/* Whether it stood long enough to be more than a moment between two steps of a driver at work. */
static bool lasts(const struct ring_judgement *j)
{
	if (of_device(j->state))
		return true;
	return (j->samples > 1 && j->still_ns >= LASTS_NS) ||
	       (fact_is_known(j->ring->age_ms) && j->ring->age_ms >= 2 * LASTS_NS / CLOCK_MS);
}

/* Holds if a ring is in one of the states of the finding. */
bool rule_ring_states(struct subject *s, struct finding *f)
{
	size_t told = 0;

	for (size_t i = 0; i < subject_rings(s); i++) {
		struct ring_judgement j = judge(s, i);
		const char *summary = j.ring ? summary_of(f->id, &j) : NULL;

		if (!summary || !lasts(&j) || (told && of_device(j.state)))
			continue;
		if (!told++) {
			f->summary = summary;
			f->confidence = j.sure ? CERTAIN : j.samples > 1 ? LIKELY : POSSIBLE;
		}
		if (!of_device(j.state) && j.ring->xdp != 1 && fact_is_known(j.ring->hw_queue))
			*ARENA_PUSH(s->out->arena, s->out->rings, s->out->n_rings, s->out->cap_rings) =
				(struct told_ring){ (uint32_t)j.ring->hw_queue, j.state };
		if (told > TOLD)
			continue;
		if (fact_is_known(j.ring->clean) && fact_is_known(j.ring->use))
			tell_ring(s, f, &j);
		tell_frame(s, f, &j);
		tell_queue_state(s, f, j.ring);
		tell_napi(s, f, j.ring);
	}
	if (told > TOLD)
		finding_evidence(s, f, "%zu more rings like these", told - TOLD);
	return told != 0;
}

/* Where registers tell it, both ends are in the evidence of that. */
bool rule_ring_stands(struct subject *s, struct finding *f)
{
	return !finding_named(s, "stuck-head") && rule_ring_states(s, f);
}

/* A reset that does not end is no fault of the hardware's. */
static void tell_reset(struct subject *s, struct finding *f)
{
	struct ring_judgement j = judge(s, 0);

	if (j.state == RING_HALF_DOWN)
		finding_hint(s, "nicregs diagnose --count 23 --interval 1 %s shows whether the driver stays down.",
			     finding_device_word(s));
	if (j.state != RING_RESETTING || j.still_ns < RING_RESET_NS)
		return;
	f->severity = SEVERITY_WARNING;
	f->summary = "The driver has been resetting the device for more than 20 s: its reset does not end.";
	finding_hint(s, "The kernel's stack of the task that resets (/proc/PID/stack) shows what it waits for; another "
			"reset does not help it.");
}

bool rule_ring_resetting(struct subject *s, struct finding *f)
{
	if (!rule_ring_states(s, f))
		return false;
	for (size_t i = 0; i < s->latest->side.n_states && i < TOLD; i++)
		finding_evidence(s, f, "driver state: %s", s->latest->side.states[i]);
	tell_reset(s, f);
	return true;
}

bool ring_tell_uncleaned(struct subject *s, struct finding *f, bool known_already)
{
	if (!rule_ring_states(s, f))
		return false;
	f->severity = SEVERITY_FAULT;
	if (!known_already)
		remedies_add(s, f, "recover reload");
	return true;
}

/* What the frame says of the cause. */
bool rule_stuck_frame(struct subject *s, struct finding *f)
{
	const struct frame_side *frame = ring_stuck_frame(s);
	const char *words = frame ? ring_frame_words(s, frame) : NULL;

	if (!words)
		return false;
	finding_evidence(s, f, "%s", words);
	if (fact_is_known(frame->mss) && frame->mss) {
		f->severity = SEVERITY_WARNING;
		f->summary = finding_text(s, "The hardware segments the frame that stands: %s.", words);
		remedies_add(s, f, "offloads-off");
	} else if (fact_is_known(frame->mss)) {
		f->summary = finding_text(
			s, "The hardware does not segment the frame that stands (%s): offloads are not the cause.",
			words);
	} else {
		f->summary = finding_text(s, "The frame that stands: %s.", words);
	}
	if (frame->in_name)
		finding_hint(s, "The frame came in by %s: see what is behind that interface.", frame->in_name);
	return true;
}
