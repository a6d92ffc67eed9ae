// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/mail.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "klog/unpack.h"
#include "util/err.h"
#include "util/text.h"

/* What a header's line says of the part that follows, or of those inside. */
static bool read_header(struct mail *m)
{
	static const char name[] = "content-transfer-encoding:";
	const char *boundary = strcasestr(m->line, "boundary=");

	if (boundary && (!m->body || isspace((unsigned char)*m->line) || !strncasecmp(m->line, "content-type:", 13))) {
		char *to = m->boundaries[m->n_boundaries++ % MAIL_BOUNDARIES];
		size_t n;

		boundary += strlen("boundary=");
		boundary += *boundary == '"';
		n = strcspn(boundary, "\"; \t");
		n = n < sizeof(m->boundaries[0]) - 3 ? n : sizeof(m->boundaries[0]) - 3;
		memcpy(to, "--", 2);
		str_copy(to + 2, sizeof(m->boundaries[0]) - 2, boundary, n);
	}
	if (strncasecmp(m->line, name, strlen(name)) != 0)
		return false;
	m->next = strcasestr(m->line, "base64")             ? MAIL_BASE64
		  : strcasestr(m->line, "quoted-printable") ? MAIL_QUOTED
							    : MAIL_PLAIN;
	return true;
}

static bool is_boundary(const struct mail *m)
{
	for (unsigned i = 0; i < MAIL_BOUNDARIES; i++) {
		size_t n = strlen(m->boundaries[i]);

		if (n > 2 && m->n >= n && !memcmp(m->line, m->boundaries[i], n))
			return true;
	}
	return false;
}

/* A line has ended. */
static void end_line(struct mail *m)
{
	if (m->n && m->line[m->n - 1] == '\r')
		m->n--;
	m->line[m->n] = '\0';
	if (!m->body && !m->n) {
		m->body = true;
		m->coding = m->next;
		m->next = MAIL_PLAIN;
		m->n_bits = m->equals = 0;
		m->n_first = 0;
		m->skip = false;
	} else if (!m->body) {
		read_header(m);
	} else if (is_boundary(m) || (m->coding == MAIL_PLAIN && read_header(m))) {
		m->body = false;
		m->coding = MAIL_PLAIN;
	}
	m->n = 0;
}

static int base64_value(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* A byte of a part in base64: whether it is text, which shows in the first ones. */
static size_t pass(struct mail *m, char c, char *to)
{
	const char *what;

	*to = c;
	if (m->n_first == MAIL_FIRST)
		return !m->skip;
	m->first[m->n_first++] = c;
	what = m->n_first == MAIL_FIRST ? unpack_kind(m->first, MAIL_FIRST) : NULL;
	m->skip = what;
	m->unread = m->unread ? m->unread : what;
	return !m->skip;
}

/* Of a part in base64: how many bytes come of it, to `to`. */
static size_t take_base64(struct mail *m, char c, char *to)
{
	int value = base64_value(c);

	if (value >= 0) {
		m->bits = m->bits << 6 | (uint32_t)value;
		m->n_bits += 6;
		if (m->n_bits < 8)
			return 0;
		m->n_bits -= 8;
		return pass(m, (char)(m->bits >> m->n_bits & 0xff), to);
	}
	if (c == '=' || c == '\r' || c == '\n')
		return 0;
	m->coding = MAIL_PLAIN; /* it has ended */
	*to = c;
	return 1;
}

/* The same of quoted-printable. What is no escape stays as it is, but for its first byte. */
static size_t take_quoted(struct mail *m, char c, char *to)
{
	if (!m->equals) {
		m->equals = c == '=';
		*to = c;
		return !m->equals;
	}
	if (c == '\n' || (m->equals == 1 && (c == '\r' || c == ' '))) {
		m->equals = c != '\n';
		return 0;
	}
	if (m->equals == 1 && text_hex_digit(c) >= 0) {
		m->hex = c;
		m->equals = 2;
		return 0;
	}
	if (m->equals == 2 && text_hex_digit(c) >= 0)
		*to = (char)(text_hex_digit(m->hex) << 4 | text_hex_digit(c));
	else
		*to = c;
	m->equals = 0;
	return 1;
}

static size_t take(struct mail *m, char c, char *to)
{
	if (!m->body || m->coding == MAIL_PLAIN || (!m->n && c == '-' && m->coding == MAIL_BASE64)) {
		m->coding = m->body && m->coding == MAIL_BASE64 ? MAIL_PLAIN : m->coding;
		*to = c;
		return 1;
	}
	return m->coding == MAIL_BASE64 ? take_base64(m, c, to) : take_quoted(m, c, to);
}

size_t mail_text(struct mail *m, char *bytes, size_t n)
{
	size_t out = 0;

	for (size_t i = 0; i < n; i++) {
		char c = bytes[i];
		bool base64 = m->body && m->coding == MAIL_BASE64;

		if (base64 && !m->n && c == '-' && m->swallowed && out < i)
			bytes[out++] = '\n'; /* the part's last line may have none */
		m->swallowed = base64 && c == '\n';
		out += take(m, c, bytes + out);
		if (c == '\n')
			end_line(m);
		else if (m->n + 1 < sizeof(m->line))
			m->line[m->n++] = c;
	}
	return out;
}

int mail_whole(const struct mail *m, const char *name, struct err *e)
{
	err_set(e, EINVAL, name, "a part of the mail is %s, which is not read", m->unread);
	err_todo(e, "save what is attached to the mail, and name it: nicregs log FILE");
	return -EINVAL;
}
