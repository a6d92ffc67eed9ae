// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/subject.h"

#include <stdlib.h>
#include <string.h>

uint64_t subject_logged(const struct subject *s, enum klog_kind kind)
{
	return s->log ? s->log->counts[kind] : 0;
}

bool subject_hung_in_log(const struct subject *s)
{
	return logged_hung(&s->logged);
}

int subject_link_up(const struct subject *s, struct reading *r, bool *r_known)
{
	*r_known =
		s->series.n && values_field(series_last(&s->series), CHIP_MAC_STATUS, 0, "LU|MAC_LINK_UP|LINK_UP", r);
	if (*r_known)
		return r->value != 0;
	return s->facts->carrier == FACT_UNKNOWN ? -1 : s->facts->carrier != 0;
}

bool subject_paused(const struct subject *s, struct reading *r, size_t *set, size_t *known)
{
	static const char *const names[] = { "TXOFF",  "TXOFF0", "TXOFF1", "TXOFF2", "TXOFF3",
					     "TXOFF4", "TXOFF5", "TXOFF6", "TXOFF7" };

	*set = s->series.n ? series_count_set(&s->series, CHIP_MAC_STATUS, "TXOFF", known, r) : 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && s->series.n && !*set; i++)
		*set = series_count_set(&s->series, CHIP_FLOW_CONTROL, names[i], known, r);
	return *set != 0;
}

static bool stuck_now(const struct subject *s)
{
	struct reading r;
	size_t set, n;
	bool known;

	return s->series.tx.by_state[QUEUE_STUCK] && subject_link_up(s, &r, &known) && !subject_paused(s, &r, &set, &n);
}

bool subject_has_hang(const struct subject *s)
{
	return stuck_now(s) || s->past.n || subject_hung_in_log(s);
}

int subject_in_use(const struct subject *s)
{
	const struct facts *f = s->facts;
	bool log = s->log && (s->log->link_flaps || s->log->link == 1 || subject_has_hang(s));

	if (f->bond || f->bridge || f->ip_address == 1 || log)
		return 1;
	if (f->carrier_changes == FACT_UNKNOWN)
		return -1;
	/* A port that nobody plugged anything into since it was brought up has one change at most. */
	return f->carrier_changes > 1;
}

bool subject_has_trouble(const struct subject *s)
{
	struct reading r;
	bool known;

	return subject_has_hang(s) || subject_logged(s, KLOG_PHY_ERROR) || subject_logged(s, KLOG_PCIE_LOST) ||
	       subject_logged(s, KLOG_BOND_DOWN) || subject_logged(s, KLOG_AER) || (s->log && s->log->link_flaps) ||
	       logged_done(&s->logged) || s->logged.no_link ||
	       (subject_link_up(s, &r, &known) == 0 && subject_in_use(s));
}

bool subject_has_trait(const struct subject *s, const char *trait)
{
	return (s->chip && chip_has_trait(s->chip, trait)) || (s->known && chip_has_trait(s->known, trait));
}

bool subject_driver_is(const struct subject *s, const char *driver)
{
	return s->driver && !strcmp(s->driver, driver);
}

int version_compare(const char *version, unsigned a, unsigned b, unsigned c)
{
	const unsigned wanted[3] = { a, b, c };

	for (size_t i = 0; i < 3; i++) {
		char *end;
		unsigned long part = strtoul(version, &end, 10);

		if (end == version)
			part = 0;
		if (part != wanted[i])
			return part < wanted[i] ? -1 : 1;
		version = *end == '.' ? end + 1 : "";
	}
	return 0;
}
