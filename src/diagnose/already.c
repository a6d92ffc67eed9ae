// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether what a remedy sets is so already, by what is known of the device, or is nothing that this device has. */
#include "diagnose/remedy.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "diagnose/finding.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/text.h"

/* Of a part without a link, and of a virtual function; NULL: it may have one. */
static const char *no_link(const struct subject *s)
{
	if (s->platform.virtual_function)
		return "The device is a virtual function: its link is that of the physical function.";
	if (s->latest && s->latest->n_functions && !s->link.applicable)
		return s->link.why_not;
	return subject_has_no_link(s) ? "The chip has no PCI Express link: ASPM does not apply." : NULL;
}

/* A substate alone is known where both ends' extended space is; without L1 none is used. */
static bool are_ends_known(const struct subject *s, unsigned states)
{
	const struct link_end *device = link_device(&s->link), *port = link_port(&s->link);

	return device->known && port->known && (states & LINK_L1 || (device->l1ss_known && port->l1ss_known));
}

/* aspm=off, aspm.l1.2=off. Off at both ends; one end that has a state on is enough to know. */
static enum remedy_state of_link(const struct subject *s, const char *name, const char **detail)
{
	unsigned states;

	*detail = no_link(s);
	if (*detail)
		return REMEDY_NOT_HERE;
	if (link_states_parse(name[4] ? name + 5 : NULL, &states, NULL))
		return REMEDY_UNKNOWN;
	if (link_on(&s->link) & states)
		return REMEDY_TO_DO;
	if (are_ends_known(s, states))
		return REMEDY_SO;
	if (!s->facts->aspm_enabled || link_device(&s->link)->known || !(states & LINK_L1))
		return REMEDY_UNKNOWN;
	return strcasecmp(s->facts->aspm_enabled, "disabled") ? REMEDY_TO_DO : REMEDY_SO;
}

static const char *on_off(int64_t fact)
{
	return fact == FACT_UNKNOWN ? NULL : fact ? "on" : "off";
}

/* "legacy-rx off, link-down-on-close on" */
static const char *flag_now(const char *flags, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = flags; p && *p; p += strcspn(p, ","), p += strspn(p, ", "))
		if (!strncmp(p, name, n) && p[n] == ' ')
			return text_starts(p + n + 1, "on") ? "on" : "off";
	return NULL;
}

/* The log says of TSO when it is off. */
static const char *offload_now(const struct subject *s, const char *name)
{
	static const struct {
		const char *word, *feature;
	} features[] = { { "tso", "tx-tcp-segmentation" }, { "gso", "tx-generic-segmentation" }, { "gro", "rx-gro" } };

	if (fit_offload_is_off(s, name))
		return "off";
	for (size_t i = 0; i < COUNT(features); i++)
		if (!strcmp(features[i].word, name) && facts_feature(s->facts, features[i].feature) >= 0)
			return "on";
	return NULL;
}

static const char *number_now(struct subject *s, int64_t fact)
{
	return fact == FACT_UNKNOWN ? NULL : finding_text(s, "%" PRId64, fact);
}

/* The value that a setting has; NULL: not known. */
static const char *value_now(struct subject *s, const char *name)
{
	const struct facts *f = s->facts;

	if (!strcmp(name, "mtu"))
		return number_now(s, f->mtu);
	if (!strcmp(name, "ring-tx"))
		return number_now(s, f->ring_tx);
	if (!strcmp(name, "ring-rx"))
		return number_now(s, f->ring_rx);
	if (!strcmp(name, "eee"))
		return on_off(f->eee_enabled);
	if (!strcmp(name, "pause-autoneg"))
		return on_off(f->pause_autoneg);
	if (!strcmp(name, "pause-rx"))
		return on_off(f->pause_rx);
	if (!strcmp(name, "pause-tx"))
		return on_off(f->pause_tx);
	if (!strcmp(name, "power"))
		return f->power_control;
	if (text_starts(name, "flag."))
		return flag_now(f->private_flags, name + strlen("flag."));
	return offload_now(s, name);
}

/* As a number where it is the largest that is asked for; NULL: not known. */
static const char *value_wanted(struct subject *s, const char *name, const char *value)
{
	if (strcmp(value, "max") != 0)
		return value;
	return number_now(s, !strcmp(name, "ring-rx") ? s->facts->ring_rx_max : s->facts->ring_tx_max);
}

static bool has_no_eee(const struct subject *s)
{
	return s->facts->eee_supported == 0 ||
	       (s->facts->eee_enabled == FACT_UNKNOWN && s->chip && !chip_role_ref(s->chip, CHIP_EEE_STATE, 0).reg);
}

static enum remedy_state of_setting(struct subject *s, const char *name, const char *value, const char **detail)
{
	const char *now, *wanted;

	if (text_starts(name, "aspm"))
		return of_link(s, name, detail);
	if (!strcmp(name, "eee") && has_no_eee(s)) {
		*detail = "No Energy Efficient Ethernet is known of this device.";
		return REMEDY_NOT_HERE;
	}
	now = value_now(s, name);
	wanted = value_wanted(s, name, value);
	if (!now || !wanted)
		return REMEDY_UNKNOWN;
	if (!strcmp(now, wanted))
		return REMEDY_SO;
	*detail = finding_text(s, "%s=%s", name, now);
	return REMEDY_TO_DO;
}

/* Of several settings: one that cannot be here stands for all, then one that differs, then one that is not known. */
static enum remedy_state worse(enum remedy_state a, enum remedy_state b)
{
	static const int order[] = { [REMEDY_SO] = 0, [REMEDY_UNKNOWN] = 1, [REMEDY_TO_DO] = 2, [REMEDY_NOT_HERE] = 3 };

	return order[a] > order[b] ? a : b;
}

void already_look(struct subject *s, struct remedy *r)
{
	AUTO_FREE char *copy = xstrdup(r->settings);
	AUTO_BUF struct buf differ = { 0 };
	char *save = NULL;

	r->state = REMEDY_SO;
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		char *equals = strchr(word, '=');
		const char *detail = NULL;
		enum remedy_state one;

		if (equals)
			*equals = '\0';
		one = equals ? of_setting(s, word, equals + 1, &detail) : REMEDY_UNKNOWN;
		if (one == REMEDY_NOT_HERE)
			buf_clear(&differ);
		if (detail && r->state != REMEDY_NOT_HERE)
			buf_printf(&differ, "%s%s", differ.len ? " " : "", detail);
		r->state = worse(r->state, one);
	}
	r->detail = differ.len ? finding_text(s, "%s", buf_str(&differ)) : NULL;
}
