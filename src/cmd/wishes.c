// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/wishes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/text.h"

/* aspm=off, aspm.l1.2=off. 0: it is none. */
static int aspm_wish(const char *word, struct wishes *w, struct err *e)
{
	const char *equals = strchr(word, '=');
	AUTO_FREE char *name = xstrdup(word);
	unsigned states;
	int r;

	if (!equals || strncmp(word, "aspm", 4) != 0 || (word[4] != '=' && word[4] != '.'))
		return 0;
	name[equals - word] = '\0';
	r = link_states_parse(name[4] ? name + 5 : NULL, &states, e);
	if (r)
		return r;
	if (strcmp(equals + 1, "off") != 0 && strcmp(equals + 1, "on") != 0)
		return err_set(e, EINVAL, word, "it takes on or off");
	w->aspm_off = !strcmp(equals + 1, "off");
	w->aspm = true;
	w->named |= name[4];
	w->states |= states;
	return 1;
}

static int add_setting(const char *word, struct wishes *w, struct err *e)
{
	int r = aspm_wish(word, w, e);

	if (r)
		return r < 0 ? r : 0;
	if (w->n == WISHES_MOST)
		return err_set(e, EINVAL, word, "too many settings");
	return change_wish_parse(word, &w->v[w->n++], e);
}

/* Words with blanks between them. */
static int add_settings(const char *words, struct wishes *w, struct err *e)
{
	AUTO_FREE char *copy = xstrdup(words);
	char *save = NULL;
	int r = 0;

	for (char *word = strtok_r(copy, " ", &save); word && !r; word = strtok_r(NULL, " ", &save))
		r = add_setting(word, w, e);
	return r;
}

static int no_remedy(const struct diagnosis *d, const char *word, struct err *e)
{
	AUTO_BUF struct buf ids = { 0 };

	for (size_t i = 0; i < d->n_fixes; i++)
		buf_printf(&ids, "%s%s", i ? ", " : "", d->fixes[i].id);
	err_set(e, EINVAL, word, "no remedy for this device, and not SETTING=VALUE");
	err_todo(e, "the remedies are: %s", buf_str(&ids));
	return -EINVAL;
}

/* By its id, or the beginning of one alone. */
static int find_remedy(const struct diagnosis *d, const char *word, const struct remedy **found, struct err *e)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n_fixes; i++) {
		if (!text_starts(d->fixes[i].id, word))
			continue;
		*found = &d->fixes[i];
		if (!strcmp((*found)->id, word))
			return 0;
		n++;
	}
	if (!n || !*word)
		return no_remedy(d, word, e);
	if (n == 1)
		return 0;
	err_set(e, EINVAL, word, "several remedies begin so");
	err_todo(e, "nicregs fix %s lists them", d->word);
	return -EINVAL;
}

int wishes_read(struct wishes *w, char *const *words, int n, const struct diagnosis *d, struct err *e)
{
	int r = 0;

	for (int i = 0; i < n && !r; i++) {
		const struct remedy *remedy = NULL;

		if (strchr(words[i], '=')) {
			r = add_setting(words[i], w, e);
			continue;
		}
		r = find_remedy(d, words[i], &remedy, e);
		if (!r)
			r = add_settings(remedy->settings, w, e);
	}
	if (!r && w->aspm && (w->n || n > 1))
		r = err_set(e, EINVAL, "aspm", "it stands alone: change it with a command of its own");
	return r;
}

/* What a wish comes to now. */

/* What one may not look at may well be there. */
static enum fix_state state_of_error(int code)
{
	return code == -EACCES || code == -EPERM || code == -ENODATA ? FIX_UNKNOWN : FIX_NOT_HERE;
}

static void state_of_settings(struct fix_row *row, struct change_report *r, const struct wishes *w)
{
	AUTO_BUF struct buf now = { 0 };
	size_t n = 0;

	change_look_ahead(r, w->v, w->n);
	if (r->code) {
		row->state = state_of_error(r->code);
		row->why = xstrdup(r->err.why);
		return;
	}
	row->state = r->plan.n_todo ? FIX_TO_DO : FIX_SO;
	for (size_t i = 0; i < r->plan.n; i++)
		if (!r->plan.steps[i].met)
			buf_printf(&now, "%s%s=%s", n++ ? " " : "", r->plan.steps[i].name, r->plan.steps[i].from);
	row->why = n ? buf_take(&now) : NULL;
}

static void state_of_link(struct fix_row *row, struct aspm_session *session, size_t i, const struct wishes *w)
{
	const struct aspm_request request = { .wish = { ASPM_DISABLE, w->states, false, false }, .dry = true };
	struct aspm_report *r = &session->reports[i];

	if (i >= session->n)
		return;
	aspm_change(session, &request);
	r = r->with ? &session->reports[r->with - session->reports] : r;
	row->state = r->result == ASPM_PLANNED ? FIX_TO_DO : r->code ? state_of_error(r->code) : FIX_SO;
	if (r->code)
		row->why = xstrdup(r->err.why);
	r->code = 0;
	r->err = (struct err){ 0 };
	r->planned = false;
}

void wishes_rows(struct fix_list *list, struct change_report *report, struct aspm_session *session, size_t i)
{
	static const enum fix_state states[] = { [REMEDY_UNKNOWN] = FIX_UNKNOWN,
						 [REMEDY_TO_DO] = FIX_TO_DO,
						 [REMEDY_SO] = FIX_SO,
						 [REMEDY_NOT_HERE] = FIX_NOT_HERE };

	for (size_t k = 0; k < list->d->n_fixes; k++) {
		const struct remedy *remedy = &list->d->fixes[k];
		struct fix_row *row = VEC_PUSH(list->rows, list->n, list->cap);
		struct wishes *w = xcalloc(1, sizeof(*w));

		*row = (struct fix_row){ remedy, states[remedy->state], NULL };
		row->why = remedy->detail && !list->report ? xstrdup(remedy->detail) : NULL;
		if (list->report && !add_settings(remedy->settings, w, NULL)) {
			if (w->aspm)
				state_of_link(row, session, i, w);
			else
				state_of_settings(row, report, w);
		}
		free(w);
	}
}
