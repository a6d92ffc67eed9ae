// SPDX-License-Identifier: GPL-2.0-or-later
/* A line of logfmt: time=2026-11-20T09:00:00Z ident=kernel msg="..."; where its message is, and who wrote it and when. */
#include "klog/fields.h"

#include <ctype.h>

#include "klog/json.h"
#include "klog/prefix.h"

bool field_is_level(const char *s, size_t n)
{
	static const char *const levels[] = { "emerg", "alert",   "crit",   "critical", "err",   "error",
					      "warn",  "warning", "notice", "info",     "debug", NULL };

	return field_is_one_of(levels, s, n);
}

struct field {
	char name[JSON_NAME];
	size_t at, n; /* its value, without quotes */
	size_t end;   /* behind it, and behind a blank */
};

/* Whether the quote at i ends a value: escapes are lost, so another field or the line's end has to follow. */
static bool ends_value(const char *s, size_t n, size_t i)
{
	size_t at = i + 2;

	if (i + 1 >= n)
		return true;
	while (s[i + 1] == ' ' && at < n && (isalnum((unsigned char)s[at]) || (s[at] && strchr("_.-", s[at]))))
		at++;
	return at > i + 2 && at < n && s[at] == '=';
}

/* The field at `at`; false: there is none. */
static bool next_field(const char *s, size_t n, size_t at, struct field *f)
{
	size_t len = 0, i;
	bool quoted;

	while (at < n && (isalnum((unsigned char)s[at]) || (s[at] && strchr("_.-", s[at]))) &&
	       len + 1 < sizeof(f->name))
		f->name[len++] = s[at++];
	f->name[len] = '\0';
	if (!len || at >= n || s[at] != '=')
		return false;
	quoted = ++at < n && s[at] == '"';
	f->at = i = at + quoted;
	while (i < n && (quoted ? s[i] != '"' || !ends_value(s, n, i) : s[i] != ' '))
		i++;
	f->n = i - f->at;
	for (i += quoted; i < n && s[i] == ' '; i++)
		;
	f->end = i;
	return true;
}

bool logfmt_time(const char *s, size_t n, int64_t *ns)
{
	struct prefix prefix;
	struct field f;

	for (size_t at = 0; at < n && next_field(s, n, at, &f); at = f.end) {
		struct cursor c = { s, f.at + f.n, f.at };

		if (field_is_time(f.name) && prefix_date(&c, &prefix)) {
			*ns = prefix.wall_ns;
			return true;
		}
	}
	return false;
}

size_t logfmt_look(const char *s, size_t *n, size_t body, struct prefix *prefix)
{
	struct prefix inner, time = { 0 };
	struct field f, message = { .at = 0 };
	bool kernel = false;
	size_t own;

	for (size_t at = 0; at < *n && next_field(s, *n, at, &f); at = f.end) {
		struct cursor c = { s, f.at + f.n, f.at };

		if (field_is_message(f.name) && !message.at)
			message = f;
		else if (field_is_writer(f.name))
			kernel |= field_names_kernel(s + f.at, f.n);
		else if (!time.has_wall && field_is_time(f.name))
			prefix_date(&c, &time);
	}
	if (!message.at)
		return body;
	own = prefix_parse(s + message.at, message.n, &inner);
	if (!kernel && !inner.kernel && !inner.has_uptime)
		return body;
	if (message.end == *n)
		*n = message.at + message.n;
	if (inner.has_wall || !time.has_wall)
		time = inner;
	inner.has_wall = time.has_wall;
	inner.has_year = time.has_year;
	inner.wall_ns = time.wall_ns;
	inner.wall = time.wall;
	inner.wall_len = time.wall_len;
	inner.kernel |= kernel;
	inner.stranger |= prefix->stranger;
	*prefix = inner;
	return message.at + own;
}

/* ---- labels in a cell: {host="pve",ident="kernel"}, or an object of JSON, with quotes that may be doubled ---- */

static size_t skip(const char *s, size_t n, size_t at, const char *what)
{
	while (at < n && s[at] && strchr(what, s[at]))
		at++;
	return at;
}

static size_t up_to(const char *s, size_t n, size_t at, const char *ends)
{
	while (at < n && !(s[at] && strchr(ends, s[at])))
		at++;
	return at;
}

enum row_whose labels_whose(const char *s, size_t n)
{
	enum row_whose whose = ROW_UNSAID;

	for (size_t at = 0; at < n;) {
		size_t name = skip(s, n, at, "{}\", []"), name_end = up_to(s, n, name, "\":= ,}"), value, end;
		size_t mark = skip(s, n, name_end, "\" ");
		char own[JSON_NAME] = "";

		if (mark >= n || (s[mark] != ':' && s[mark] != '=')) {
			at = mark > at ? mark : at + 1;
			continue;
		}
		value = skip(s, n, mark, ":=>\" ");
		at = end = up_to(s, n, value, "\",}");
		if (name_end - name < sizeof(own))
			memcpy(own, s + name, name_end - name);
		if (field_names_other(s + name, name_end - name, s + value, end - value))
			return ROW_OTHER;
		if (field_is_writer(own) && field_names_kernel(s + value, end - value))
			whose = ROW_KERNEL;
	}
	return whose;
}
