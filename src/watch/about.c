// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch/about.h"

#include <errno.h>
#include <stdlib.h>

#include "chip/db.h"
#include "klog/input.h"
#include "recover/report.h"
#include "snapshot/file.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/err.h"
#include "util/jsonw.h"
#include "watch/internal.h"

#define PIECE 32768

void about_json(const struct about *a, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "format", "nicregs-incident");
	jsonw_u64(&w, "schema", 1);
	jsonw_str(&w, "kind", a->kind);
	jsonw_str(&w, INCIDENT_CONFIRMED, a->confirmed ? INCIDENT_BY_REGISTERS : INCIDENT_BY_LOG);
	jsonw_str(&w, "address", a->address);
	jsonw_str(&w, "netdev", a->netdev);
	jsonw_i64(&w, "taken_ns", a->taken);
	jsonw_u64(&w, "signs", a->signs);
	jsonw_i64(&w, "lasted_ms", a->lasted_ns / CLOCK_MS);
	if (a->left_out)
		jsonw_u64(&w, "left_out", a->left_out);
	if (a->recovery)
		recover_report_json(a->recovery, "recovery", &w);
	jsonw_end_object(&w);
}

static int put_text(struct incident *i, const char *name, const struct buf *text, struct err *e)
{
	return text->len ? incident_put(i, name, buf_str(text), text->len, e) : 0;
}

static int put_sample(struct incident *i, const char *name, const struct evidence *evidence, const struct snapshot *s,
		      struct err *e)
{
	struct snapshot *copy = snapshot_copy(s);
	const struct chip *chip = NULL;
	AUTO_BUF struct buf out = { 0 };
	int r = s->chip ? chipdb_find(evidence->db, s->chip, &chip, e) : 0;

	if (!r && !evidence->no_redact && !copy->redacted)
		snapshot_redact(copy, chip);
	if (!r)
		snapshot_save(copy, chip, &out);
	snapshot_free(copy);
	return r ? r : put_text(i, name, &out, e);
}

/* The end of what the kernel has; that there is none is no reason to save nothing. */
static void read_log(struct watch_tail *tail)
{
	AUTO_FREE char *piece = xcalloc(1, PIECE);
	struct klog_input *in = NULL;
	size_t n = 0;
	int r;

	if (klog_input_open(&in, NULL, false, NULL))
		return;
	do {
		r = klog_input_read(in, 0, piece, PIECE, &n, NULL);
		if (r == 1)
			watch_tail_add(tail, piece, n);
	} while (r == 1 || r == -EPIPE);
	klog_input_close(in);
}

static int put_log(struct incident *i, struct err *e)
{
	AUTO_BUF struct buf text = { 0 };
	struct watch_tail tail;
	int r;

	watch_tail_init(&tail);
	read_log(&tail);
	watch_tail_text(&tail, &text);
	r = put_text(i, INCIDENT_LOG, &text, e);
	watch_tail_free(&tail);
	return r;
}

static int fill(struct incident *i, const struct about *a, const struct evidence *evidence, struct err *e)
{
	AUTO_BUF struct buf about = { 0 };
	AUTO_BUF struct buf network = { 0 };
	int r;

	about_json(a, &about);
	r = put_text(i, INCIDENT_ABOUT, &about, e);
	if (evidence->network)
		buf_puts(&network, evidence->network);
	if (!r)
		r = put_text(i, INCIDENT_NETWORK, &network, e);
	if (!r)
		r = put_log(i, e);
	for (size_t k = 0; k < evidence->samples->n && !r; k++) {
		AUTO_FREE char *name = xasprintf("2-now-%zu.json", k);

		r = put_sample(i, name, evidence, evidence->samples->v[k], e);
	}
	return r;
}

int evidence_save(const struct incident_store *store, const struct about *a, const struct evidence *evidence,
		  struct incident *out, struct err *e)
{
	AUTO_CLOSE int lock = -1;
	int r = incident_store_open(store, &lock, e);

	*out = (struct incident){ 0 };
	if (!r)
		r = incident_begin(store, a->taken, a->netdev ? a->netdev : a->address, a->kind, a->confirmed, out, e);
	if (!r)
		r = fill(out, a, evidence, e);
	if (!r)
		r = incident_commit(store, out, e);
	if (r)
		incident_end(out);
	return r;
}
