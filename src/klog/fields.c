// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who wrote a collector's record, by its other fields. The line may have lost its escapes, so nothing here relies on where
 * strings begin and end: words inside a message that look like a field can only take away from the kernel's.
 */
#include "klog/fields.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "util/alloc.h"

#define NAME_MOST 64

bool field_is_one_of(const char *const *list, const char *s, size_t n)
{
	for (; *list; list++)
		if (strlen(*list) == n && !strncasecmp(*list, s, n))
			return true;
	return false;
}

/* What an object that a writer's field holds has its name in. */
static const char *const parts[] = { "name", "code", "executable", "id", NULL };

/* A name's last part, in small letters and without what joins its words: "log.syslog.app_name" is "appname". */
size_t field_plain_name(const char *name, size_t n, char *out)
{
	size_t len = 0;

	for (size_t i = 0; i < n && len < NAME_MOST; i++)
		if (name[i] == '.' && i + 1 < n && !field_is_one_of(parts, name + i + 1, n - i - 1))
			len = 0;
		else if (isalnum((unsigned char)name[i]))
			out[len++] = (char)tolower((unsigned char)name[i]);
	return len;
}

static bool names_facility(const char *plain, size_t n)
{
	return memmem(plain, n, "facility", 8) || (n == 3 && !memcmp(plain, "fac", 3));
}

static bool names_program(const char *plain, size_t n)
{
	static const char *const names[] = { "app",           "appname",        "application",    "applicationname",
					     "program",       "programname",    "prog",           "progname",
					     "ident",         "identifier",     "syslogident",    "syslogidentifier",
					     "tag",           "syslogtag",      "syslogprogram",  "syslogappname",
					     "unit",          "systemdunit",    "userunit",       "systemduserunit",
					     "process",       "processname",    "proc",           "procname",
					     "procid",        "comm",           "command",        "exe",
					     "executable",    "executablename", "executablepath", "cmdline",
					     "container",     "containername",  "containerid",    "pod",
					     "podname",       "podid",          "service",        "servicename",
					     "daemon",        "logger",         "loggername",     "transport",
					     "syslogservice", "eventsource",    "providername",   NULL };

	return field_is_one_of(names, plain, n);
}

/* "kern.err", "kernel:", "kernel[0]:", "0", and what names nobody. */
static bool is_kernels(const char *s, size_t n)
{
	static const char *const values[] = { "kernel", "kern",   "vmkernel", "vmkwarning", "kmsg", "/dev/kmsg",
					      "dmesg",  "printk", "0",        "null",       "-",    "kernel messages",
					      NULL };

	if (n > 5 && !strncasecmp(s, "kern.", 5))
		return true;
	if (n && s[n - 1] == ':')
		n--;
	if (n > 8 && s[n - 1] == ']' && !strncasecmp(s, "kernel[", 7))
		return true;
	return !n || field_is_one_of(values, s, n);
}

static bool is_number(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return n;
}

/* Ways by which a journal gets what is not the kernel's. Elsewhere the word is a network's: "udp". */
static const char *const transports[] = { "syslog", "stdout", "journal", "driver", "audit", NULL };

static bool is_transport(const char *plain, size_t n)
{
	return n == 9 && !memcmp(plain, "transport", 9);
}

bool field_names_other(const char *name, size_t name_len, const char *value, size_t len)
{
	char plain[NAME_MOST];
	size_t n = field_plain_name(name, name_len, plain);

	while (len && *value == ' ') {
		value++;
		len--;
	}
	while (len && value[len - 1] == ' ')
		len--;
	if (names_facility(plain, n))
		return !is_kernels(value, len);
	if (is_transport(plain, n))
		return field_is_one_of(transports, value, len);
	return names_program(plain, n) && !is_kernels(value, len) && !is_number(value, len);
}

static bool is_in_name(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("_-.@/", c));
}

/* What stands before ':' or '=', in quotes if it is JSON; its length, 0: no name. */
static size_t name_before(const char *s, size_t at, bool *quoted, const char **name)
{
	size_t end = at, from;

	while (end && s[end - 1] == ' ')
		end--;
	*quoted = end && s[end - 1] == '"';
	end -= *quoted;
	for (from = end; from && end - from < NAME_MOST && is_in_name(s[from - 1]); from--)
		;
	if (*quoted && (!from || s[from - 1] != '"'))
		return 0;
	*name = s + from;
	return end - from;
}

/* A value up to what ends it; of an object, which has no value of its own, nothing. */
static size_t value_after(const char *s, size_t n, size_t at, const char **value)
{
	size_t from;
	bool quoted;

	while (at < n && (s[at] == ' ' || s[at] == '>' || s[at] == '[' || s[at] == '\n'))
		at++;
	quoted = at < n && s[at] == '"';
	at += quoted;
	*value = s + at;
	if (!quoted && at < n && s[at] == '{')
		return 0;
	for (from = at; at < n && (quoted ? s[at] != '"' : !strchr(" ,}])\"\n", s[at])); at++)
		;
	return at - from;
}

/* "process": {"pid": 7, "name": "sshd"}: a name in an object that a writer's field holds. */
static bool object_names_other(const char *s, size_t n, size_t at, const char *name, size_t name_len)
{
	const char *end, *own, *value;
	bool quoted;
	size_t len, own_len;

	while (at < n && (s[at] == ' ' || s[at] == '>'))
		at++;
	if (at == n || s[at] != '{')
		return false;
	end = memchr(s + at, '}', n - at);
	n = end ? (size_t)(end - s) : n;
	for (; at < n; at++) {
		if (s[at] != ':' && s[at] != '=')
			continue;
		own_len = name_before(s, at, &quoted, &own);
		len = value_after(s, n, at + 1, &value);
		if (own_len && field_is_one_of(parts, own, own_len) && field_names_other(name, name_len, value, len))
			return true;
	}
	return false;
}

/* "field": "ident", "value": "sshd": the name is a value itself. */
static bool pair_names_other(const char *s, size_t n, const char *name, size_t name_len, const char *own,
			     size_t own_len)
{
	static const char *const keys[] = { "field", "key", NULL };
	size_t at = (size_t)(own + own_len - s), len;
	const char *mark, *value;

	if (!field_is_one_of(keys, name, name_len))
		return false;
	n = n - at > 32 ? at + 32 : n;
	mark = memmem(s + at, n - at, "\"value\"", 7);
	if (!mark)
		return false;
	for (at = (size_t)(mark - s) + 7; at < n && (s[at] == ' ' || s[at] == ':' || s[at] == '='); at++)
		;
	len = value_after(s, n, at, &value);
	return field_names_other(own, own_len, value, len);
}

/* Whether names without quotes count: in labels, and beside a message that has a name itself. */
static bool has_bare_names(const char *s, size_t n)
{
	return *s == '{' || memmem(s, n, "msg=", 4) || memmem(s, n, "message=", 8);
}

bool fields_name_other(const char *s, size_t n)
{
	bool bare;

	bare = has_bare_names(s, n);
	for (size_t at = 1; at < n; at++) {
		const char *name, *value;
		bool quoted;
		size_t len, value_len;

		if (s[at] != ':' && s[at] != '=')
			continue;
		len = name_before(s, at, &quoted, &name);
		if (!len || (!quoted && (s[at] == ':' || !bare)))
			continue;
		value_len = value_after(s, n, at + 1, &value);
		if (field_names_other(name, len, value, value_len) || object_names_other(s, n, at + 1, name, len) ||
		    (quoted && pair_names_other(s, n, name, len, value, value_len)))
			return true;
	}
	return false;
}

/* The next column from *at on, without its quotes; *at is behind its separator. */
static const char *next_column(const char *s, size_t n, char separator, size_t *at, size_t *len)
{
	size_t from = *at, end;
	bool quoted;

	while (from < n && s[from] == ' ')
		from++;
	quoted = from < n && s[from] == '"';
	for (end = from += quoted; end < n; end++)
		if (!quoted ? s[end] == separator : s[end] == '"' && (end + 1 == n || s[end + 1] != '"'))
			break;
		else if (quoted && s[end] == '"')
			end++;
	end = end < n ? end : n;
	*len = end - from;
	for (*at = end; *at < n && s[*at] != separator; ++*at)
		;
	*at += 1;
	while (*len && s[from + *len - 1] == ' ')
		--*len;
	return s + from;
}

static char separator_of(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] && strchr(",;|\t", s[i]))
			return s[i];
	return '\0';
}

static bool is_writer(const struct columns *c, unsigned column)
{
	return column < COLUMNS_MOST && (c->writers[column / 8] >> column % 8 & 1);
}

/* "time:utc" may be; a clock, a line of a log or of JSON is none. */
static bool is_column_name(const char *name, size_t n)
{
	return n <= NAME_MOST && !(n && *name && strchr("[{<", *name)) && !memchr(name, '=', n) &&
	       !columns_have_clock(name, n);
}

static const char *const messages[] = { "message",       "msg",          "log",         "line",        "text",
					"raw",           "body",         "content",     "stdout",      "stdoutlines",
					"syslogmessage", "shortmessage", "fullmessage", "textpayload", NULL };

static const char *const labels[] = { "labels", "stream", "attributes", "resourceattributes", NULL };

bool field_is_message(const char *name)
{
	char plain[NAME_MOST];

	return field_is_one_of(messages, plain, field_plain_name(name, strlen(name), plain));
}

bool field_is_writer(const char *name)
{
	char plain[NAME_MOST];
	size_t n = field_plain_name(name, strlen(name), plain);

	return names_program(plain, n) || names_facility(plain, n);
}

bool field_is_part(const char *name)
{
	return field_is_one_of(parts, name, strlen(name));
}

void columns_read(const char *s, size_t n, struct columns *c)
{
	bool message = false;

	*c = (struct columns){ .separator = separator_of(s, n), .labels = COLUMNS_MOST };
	for (size_t at = 0; c->separator && at < n && c->count < COLUMNS_MOST; c->count++) {
		char plain[NAME_MOST];
		size_t len;
		const char *name = next_column(s, n, c->separator, &at, &len);
		size_t plain_len = field_plain_name(name, len, plain);

		if (!is_column_name(name, len) ||
		    (name + len + 1 < s + n && name[len] == '"' && name[len + 1] == ':')) {
			*c = (struct columns){ .count = 0 };
			return;
		}
		if (field_is_one_of(messages, plain, plain_len)) {
			message = true;
			c->message = c->count;
		}
		if (field_is_one_of(labels, plain, plain_len))
			c->labels = c->count;
		else if (names_program(plain, plain_len) || names_facility(plain, plain_len))
			c->named = true;
		else
			continue;
		c->writers[c->count / 8] |= (uint8_t)(1u << c->count % 8);
	}
	if (!message || c->count < 2)
		*c = (struct columns){ .count = 0 };
}

/* Whether a row whose message ends before `at` goes on with the columns that follow it, and no more. */
static bool has_rest(const struct columns *c, const char *s, size_t n, size_t at)
{
	size_t len;
	unsigned i = c->message + 1;

	for (; i < c->count && at <= n; i++)
		next_column(s, n, c->separator, &at, &len);
	return i == c->count && at > n;
}

/* Whether a writer's column names the kernel, not nobody. */
bool field_names_kernel(const char *value, size_t len)
{
	return len > 1 && is_kernels(value, len) && isalpha((unsigned char)*value) &&
	       !(len == 4 && !strncasecmp(value, "null", 4));
}

/* Whose a row is by one of its columns. */
static enum row_whose value_whose(const struct columns *c, unsigned column, const char *value, size_t n)
{
	if (!is_writer(c, column))
		return ROW_UNSAID;
	if (column == c->labels)
		return labels_whose(value, n);
	if (field_names_kernel(value, n))
		return ROW_KERNEL;
	return is_kernels(value, n) || is_number(value, n) ? ROW_UNSAID : ROW_OTHER;
}

bool columns_message(const struct columns *c, const char *s, size_t n, bool goes_on, size_t *message, bool *kernel)
{
	size_t at = 0, len;
	bool found = false;

	*kernel = false;
	for (unsigned i = 0; i < c->count && at <= n; i++) {
		const char *value = next_column(s, n, c->separator, &at, &len);

		if (i == c->message) {
			found = len > 0;
			*message = (size_t)(value - s);
		}
		if (i == c->message && i + 1 < c->count && !goes_on && !has_rest(c, s, n, at))
			return false;
		*kernel |= value_whose(c, i, value, len) == ROW_KERNEL;
	}
	return found;
}

/* A cell ends; value: its first byte, NULL: that was seen no more. */
static void end_cell(const struct columns *c, struct cell *cell, const char *value, const char *end)
{
	enum row_whose whose;

	if (!is_writer(c, cell->column))
		return;
	while (value && value < end && strchr(" \"\r", *value) && *value)
		value++;
	while (value && value < end && strchr(" \"\r", end[-1]) && end[-1])
		end--;
	if (!value) {
		cell->others = true;
		return;
	}
	whose = value_whose(c, cell->column, value, (size_t)(end - value));
	cell->kernel |= whose == ROW_KERNEL;
	cell->others |= whose == ROW_OTHER;
}

/* Returns the first byte of the cell in which the bytes end, NULL if that was before. Unless `ended` is NULL, a row's end ends it, and sets that. */
static const char *follow_cells(const struct columns *c, struct cell *cell, const char *s, size_t n, bool *ended)
{
	const char *value = cell->open || cell->within ? NULL : s;

	for (const char *p = s, *end = s + n; p < end; p++) {
		if (cell->open && !cell->quote) {
			p = memchr(p, '"', (size_t)(end - p));
			if (!p)
				break;
			cell->quote = true;
			continue;
		}
		if (cell->quote && *p == '"') {
			cell->quote = false;
			continue;
		}
		cell->within |= cell->quote;
		while (cell->within && p + 1 < end && *p != c->separator && *p != '\n')
			p++;
		cell->open = !cell->within && *p == '"';
		cell->quote = false;
		if (*p != c->separator && *p != '\n') {
			value = cell->open ? p + 1 : value;
			cell->within |= *p != ' ';
			continue;
		}
		end_cell(c, cell, value, p);
		value = p + 1;
		cell->within = false;
		cell->column++;
		if (*p == '\n' && ended) {
			*ended = true;
			break;
		}
		if (*p == '\n')
			*cell = (struct cell){ .open = false };
	}
	return value;
}

const char *columns_follow(const struct columns *c, struct cell *cell, const char *s, size_t n)
{
	const char *value = follow_cells(c, cell, s, n, NULL);

	return cell->open ? value : NULL;
}

enum row_whose columns_whose(const struct columns *c, const struct cell *cell, const char *s, size_t n, bool *ended)
{
	struct cell at = *cell;
	bool missing = false;

	*ended = false;
	follow_cells(c, &at, s, n, ended);
	for (unsigned i = at.column; i < c->count && !*ended; i++)
		missing |= is_writer(c, i);
	if (at.others || (missing && !at.kernel))
		return ROW_OTHER;
	return at.kernel ? ROW_KERNEL : ROW_UNSAID;
}

/* One word that is no level, number or date: a program's name, or a host's. */
static bool is_some_name(const char *s, size_t n)
{
	return n && isalpha((unsigned char)*s) && !memchr(s, ' ', n) && !field_is_level(s, n);
}

/* What stands behind the first column, if that is in quotes. */
static char separator_in_quotes(const char *s, size_t n)
{
	const char *quote = n > 2 && *s == '"' ? memchr(s + 1, '"', n - 1) : NULL;

	return quote && quote + 1 < s + n && (quote[1] == ',' || quote[1] == ';') ? quote[1] : '\0';
}

bool columns_name_other(const struct columns *c, const char *s, size_t n)
{
	char separator = c->count ? c->separator : separator_in_quotes(s, n);
	bool kernels = false, others = false;
	struct columns own;
	unsigned i = 0;

	if (!separator)
		return false;
	for (size_t at = 0; at < n && i < COLUMNS_MOST; i++) {
		size_t len;
		const char *value = next_column(s, n, separator, &at, &len);

		if (c->count)
			others |= value_whose(c, i, value, len) == ROW_OTHER;
		if (c->count || !is_some_name(value, len))
			continue;
		kernels |= is_kernels(value, len);
		others |= !is_kernels(value, len) && !is_number(value, len);
	}
	if (c->count && others)
		columns_read(s, n, &own); /* the names themselves name nobody */
	return c->count ? others && (own.count != c->count || memcmp(own.writers, c->writers, sizeof(own.writers)) != 0)
			: others && !kernels;
}
