// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "klog/handlers.h"

static void set_address(struct klog_report *r, enum klog_field field, const struct pci_addr *addr)
{
	char text[PCI_ADDR_MAX];

	pci_addr_str(addr, text);
	klog_set_text(r, field, text, strlen(text));
}

void aer_close(struct klog *k)
{
	const char *address = klog_text(&k->aer.r, KLOG_ADDRESS);
	const struct device *d = address[0] ? log_device_find(k, address, "") : NULL;

	if (!k->aer.open)
		return;
	k->aer.open = false;
	if (d && d->pub.foreign)
		k->host.foreign++;
	else
		queue_add(k, &k->aer.r);
}

static void aer_open(struct klog *k, const struct found *f)
{
	aer_close(k);
	memset(&k->aer, 0, sizeof(k->aer));
	k->aer.open = true;
	report_begin(k, f, KLOG_AER, &k->aer.r);
}

/* "Corrected", "Uncorrectable (Fatal)": the words before " error". */
static void severity_of_header(struct klog_report *r, const struct found *f)
{
	const char *stop = f->at;

	while (stop < f->match.end && memcmp(stop, " error", 6))
		stop++;
	klog_set_text(r, KLOG_SEVERITY, f->at, (size_t)(stop - f->at));
}

/* The device with the requester id of the message: bus, device and function. */
static void set_source(struct klog_report *r, uint32_t domain)
{
	uint64_t id = klog_number(r, KLOG_AER_ID);
	struct pci_addr addr = { domain, (uint8_t)(id >> 8), id >> 3 & 0x1f, id & 7 };

	set_address(r, KLOG_ADDRESS, &addr);
}

static void received(struct klog *k, const struct found *f)
{
	struct klog_report *r = &k->aer.r;

	aer_open(k, f);
	severity_of_header(r, f);
	klog_set_text(r, KLOG_DRIVER, "", 0);
	if (f->id.has_addr)
		set_address(r, KLOG_REPORTER, &f->id.addr);
	if (capture_of(&f->match, KLOG_AER_ID))
		set_source(r, f->id.addr.domain);
	if (f->at >= k->rec.text + 9 && !memcmp(f->at - 9, "Multiple ", 9))
		klog_set(r, KLOG_MULTIPLE, 1);
}

/* Whether a line's prefix names the device that the open event is of. */
static bool of_event(const struct klog *k, const struct found *f)
{
	struct pci_addr addr;

	if (!k->aer.open)
		return false;
	if (!f->id.has_addr)
		return true;
	return !klog_address(&k->aer.r, &addr) || pci_addr_equal(&addr, &f->id.addr);
}

static void detail(struct klog *k, const struct found *f)
{
	struct klog_report *r = &k->aer.r;
	uint64_t line = r->line;

	if (f->id.maker == IDENT_FOREIGN) {
		if (of_event(k, f))
			k->aer.open = false;
		k->host.foreign++;
		return;
	}
	if (!of_event(k, f) || k->aer.detailed)
		aer_open(k, f);
	else
		r->line = line;
	k->aer.detailed = true;
	captures_fill(&f->match, r);
	if (f->id.has_addr)
		set_address(r, KLOG_ADDRESS, &f->id.addr);
	if (f->id.maker == IDENT_OURS)
		klog_set_text(r, KLOG_DRIVER, f->id.driver, strlen(f->id.driver));
}

/* Bytes of an error's name: it ends before two blanks or a parenthesis. */
static size_t name_length(const struct capture *name)
{
	size_t n = 0;

	while (n < name->len && name->text[n] != '(' && (n + 1 == name->len || memcmp(name->text + n, "  ", 2)))
		n++;
	while (n && name->text[n - 1] == ' ')
		n--;
	return n;
}

/* "[ 6] BadTLP                (First)" */
static void add_bit(struct klog_report *r, const struct found *f)
{
	const struct capture *name = capture_of(&f->match, KLOG_NAME);
	const char *old = klog_text(r, KLOG_BITS);
	char text[KLOG_TEXT_MAX];
	int n;

	if (!name || !isupper((unsigned char)name->text[0]))
		return;
	n = snprintf(text, sizeof(text), "%s%s%.*s", old, old[0] ? ", " : "", (int)name_length(name), name->text);
	if (n > 0 && (size_t)n < sizeof(text))
		klog_set_text(r, KLOG_BITS, text, (size_t)n);
}

/* The event's first line of 2.6.27, or what follows any first line. */
static void status_line(struct klog *k, const struct found *f)
{
	struct klog_report *r = &k->aer.r;

	captures_fill(&f->match, r);
	if (klog_known(r, KLOG_AER_ID) && !klog_known(r, KLOG_ADDRESS))
		set_source(r, 0);
}

void aer_part(struct klog *k, const struct found *f)
{
	int part = f->message->event;

	if (part == AER_BOX)
		aer_open(k, f);
	else if (part == AER_RECEIVED)
		received(k, f);
	else if (part == AER_DETAIL)
		detail(k, f);
	else if (!of_event(k, f))
		return;
	else if (part == AER_STATUS_LINE)
		status_line(k, f);
	else
		add_bit(&k->aer.r, f);
	if (k->aer.open)
		k->aer.touched = k->aer.r.last_line = f->line;
}
