// SPDX-License-Identifier: GPL-2.0-or-later
/* Of a report: the lines of the kernel log that are about its devices. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/report.h"
#include "util/alloc.h"
#include "util/text.h"

static void add_words(struct extract *x, const char *words, void (*add)(struct extract *x, const char *word))
{
	while (words && *words) {
		size_t n = strcspn(words, " ,");
		AUTO_FREE char *word = xstrndup(words, n);

		add(x, word);
		words += n + strspn(words + n, " ,");
	}
}

static void add_device(struct extract *x, const struct snapshot *s)
{
	const struct facts *f = &s->facts;
	const struct pci_function *const functions[] = { snapshot_self(s), snapshot_partner(s) };
	const char *const words[] = { f->netdev, f->bond, f->bridge, f->bond_slaves };
	char address[PCI_ADDR_MAX];

	for (size_t i = 0; i < COUNT(functions); i++)
		if (functions[i])
			extract_word(x, pci_addr_str(&functions[i]->addr, address));
	for (size_t i = 0; i < COUNT(words); i++)
		add_words(x, words[i], extract_word);
	add_words(x, f->driver, extract_driver);
}

/* Of a log alone each NIC that it names. */
static void add_logged(struct extract *x, const struct klog *k)
{
	const struct klog_device *d;

	for (size_t i = 0; (d = klog_device(k, i)); i++) {
		if (d->foreign || !klog_is_nic(d))
			continue;
		extract_word(x, d->address);
		extract_word(x, d->interface);
		extract_word(x, d->bond);
		extract_driver(x, d->driver);
	}
}

static void add_own_name(struct extract *x)
{
	char name[256] = "";

	if (gethostname(name, sizeof(name) - 1))
		return;
	extract_host(x, name);
	name[strcspn(name, ".")] = '\0';
	extract_host(x, name);
}

static struct extract *new_extract(const struct report *r)
{
	struct extract *x = extract_new(!r->o->no_redact);

	add_own_name(x);
	for (size_t i = 0; i < r->samples.n; i++)
		add_device(x, r->samples.v[i]);
	return x;
}

static char *name_log(const struct report *r)
{
	AUTO_BUF struct buf parts = { 0 };

	if (r->log_path)
		return xstrdup(strcmp(r->log_path, "-") ? r->log_path : "standard input");
	klog_input_words(r->input, &parts);
	return parts.len ? xasprintf("this machine's kernel log (%s)", buf_str(&parts))
			 : xstrdup("this machine's kernel log");
}

int report_open_log(struct report *r)
{
	const struct klog_own own = { 0 };
	struct err e = { 0 };
	int code;

	r->log_path = r->o->log ? r->o->log : r->inside.path ? r->inside.path : r->incident_log;
	inside_say_left(&r->inside, r->o, &r->samples);
	if (!r->log_path && !r->live)
		return 0;
	inside_again(&r->inside);
	code = r->log_path ? klog_input_open(&r->input, r->log_path, false, &e)
			   : klog_input_open_own(&r->input, &own, &e);
	if (!code) {
		r->log_name = name_log(r);
		return 0;
	}
	r->input = NULL;
	if (!r->log_path) {
		err_todo(&e, "the report is written without the kernel log; %s",
			 code == -ENOENT ? "--log FILE gives it one" : "root may read it");
		r->samples.partial = true;
	}
	cmd_fail(&e, code);
	return r->log_path ? -EIO : 0;
}

static void take_log(const char *bytes, size_t n, void *arg)
{
	extract_feed(arg, bytes, n);
}

static bool is_sampled(const struct report *r, const struct klog_device *d)
{
	for (size_t i = 0; i < r->samples.n; i++) {
		const struct pci_function *self = snapshot_self(r->samples.v[i]);
		const char *name = r->samples.v[i]->facts.netdev;
		char address[PCI_ADDR_MAX];

		if (self && *d->address ? !strcmp(pci_addr_str(&self->addr, address), d->address)
					: name && *d->interface && !strcmp(name, d->interface))
			return true;
	}
	return false;
}

#define OTHERS_MOST 6 /* that are named */

/* Masked as the log is. */
static void find_others(struct report *r, const struct klog *k)
{
	AUTO_BUF struct buf names = { 0 };
	AUTO_BUF struct buf masked = { 0 };
	const struct klog_device *d;
	size_t n = 0;

	for (size_t i = 0; (d = klog_device(k, i)); i++) {
		bool ours = is_sampled(r, d);

		r->of_ours |= ours;
		if (ours || d->foreign || !klog_is_nic(d) || !(*d->interface || *d->address))
			continue;
		if (n++ >= OTHERS_MOST)
			continue;
		buf_puts(&names, n > 1 ? ", " : "");
		text_escape(&names, d->interface, strlen(d->interface));
		buf_puts(&names, *d->interface && *d->address ? " " : "");
		text_escape(&names, d->address, strlen(d->address));
	}
	if (n > OTHERS_MOST)
		buf_printf(&names, " and %zu more", n - OTHERS_MOST);
	if (!n)
		return;
	if (!r->o->no_redact)
		extract_mask(r->extract, buf_str(&names), names.len, &masked);
	r->others = buf_take(r->o->no_redact ? &names : &masked);
}

bool report_is_of_others(const struct report *r)
{
	return r->log_path && r->others && !r->of_ours;
}

static void say_others(struct report *r)
{
	AUTO_FREE char *path = r->log_path ? shell_path(r->log_path) : NULL;
	struct err e = { 0 };

	if (!report_is_of_others(r))
		return;
	err_set(&e, EINVAL, r->log_name, "it names none of these devices, but %s", r->others);
	err_todo(&e, "it may be another machine's log: nicregs log %s judges it by itself", path);
	cmd_fail(&e, -EINVAL);
	r->samples.partial = true;
}

static int pump(struct report *r, struct klog *k, struct err *e)
{
	int more = r->input ? 1 : 0;

	while (more > 0 || more == -EAGAIN)
		more = klog_input_pump(r->input, k, -1, e);
	return more;
}

/* The log once before it is read for its lines: which NICs they are to be about. */
static int find_logged(struct report *r, struct err *e)
{
	struct klog *k = klog_new(NULL, NULL);
	int code = pump(r, k, e);

	add_logged(r->extract, k);
	klog_free(k);
	klog_input_close(r->input);
	r->input = NULL;
	inside_again(&r->inside);
	return code ? code : klog_input_open(&r->input, r->log_path, false, e);
}

bool report_is_of_all(const struct report *r)
{
	return r->of_log || (r->o->html && r->inside.path && !r->inside.report && !r->chosen);
}

/* What of a bundle could not be read. */
static void note_input(struct report *r)
{
	const struct klog_bundle *bundle = r->input ? klog_input_bundle(r->input) : NULL;

	r->whole.messages_lost = r->input ? klog_input_lost(r->input) : 0;
	if (!bundle)
		return;
	r->whole.bundle = *bundle;
	r->samples.partial |= logs_unread(&r->whole) != 0;
}

int report_read_log(struct report *r, struct err *e)
{
	bool others = report_is_of_all(r) && !r->o->output;
	struct klog *k;
	int more;

	r->extract = new_extract(r);
	more = r->log_name && others ? find_logged(r, e) : 0;
	if (more || !r->log_name)
		return more;
	r->whole.name = xstrdup(r->log_name);
	r->whole.book = logbook_new();
	k = r->whole.klog = klog_new(logbook_add, r->whole.book);
	klog_tap(k, take_log, r->extract);
	more = pump(r, k, e);
	extract_end(r->extract, &r->log);
	note_input(r);
	if (r->inside.path && inside_says_nothing(&r->inside, k)) {
		logs_free(&r->whole);
		free(r->log_name);
		r->log_name = NULL;
	} else {
		logbook_sort(r->whole.book, k);
		if (!others) {
			find_others(r, k);
			say_others(r);
		}
	}
	return more;
}
