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

/* The one device whose errors this port reported before; NULL if there is none or several. */
static struct device *device_behind(const struct klog *k, const char *port)
{
	struct device *only = NULL;

	for (size_t i = 0; i < k->n_devices; i++) {
		if (strcmp(k->devices[i].port, port))
			continue;
		if (only)
			return NULL;
		only = &k->devices[i];
	}
	return only;
}

/* An error of the port itself: it is of the link to the device behind it, if that is known. */
static bool to_device_behind(const struct klog *k, struct klog_report *r)
{
	const struct device *d = device_behind(k, klog_text(r, KLOG_ADDRESS));

	if (!d)
		return false;
	klog_set_text(r, KLOG_REPORTER, klog_text(r, KLOG_ADDRESS), strlen(klog_text(r, KLOG_ADDRESS)));
	klog_set_text(r, KLOG_ADDRESS, d->pub.address, strlen(d->pub.address));
	klog_set_text(r, KLOG_DRIVER, "", 0);
	klog_unset(r, KLOG_VENDOR_ID);
	klog_unset(r, KLOG_DEVICE_ID);
	return true;
}

static bool is_intel(const struct klog_report *r)
{
	return !klog_known(r, KLOG_VENDOR_ID) || klog_number(r, KLOG_VENDOR_ID) == 0x8086;
}

static bool is_ports(const struct klog_report *r)
{
	return *klog_text(r, KLOG_REPORTER) && !strcmp(klog_text(r, KLOG_ADDRESS), klog_text(r, KLOG_REPORTER));
}

void aer_close(struct klog *k)
{
	struct klog_report *r = &k->aer.r;
	const char *address = klog_text(r, KLOG_ADDRESS), *reporter = klog_text(r, KLOG_REPORTER);
	struct device *d = NULL;

	if (!k->aer.open)
		return;
	k->aer.open = false;
	if (k->aer.firmware && !klog_known(r, KLOG_SEVERITY))
		klog_set_text(r, KLOG_SEVERITY, "Corrected", 9);
	if (address[0] && (k->aer.of_port || is_ports(r)) && !to_device_behind(k, r)) {
		k->host.foreign++;
		return;
	}
	d = address[0] ? (struct device *)(uintptr_t)log_device_find(k, address, "") : NULL;
	if ((d && d->pub.foreign) || !is_intel(r)) {
		k->host.foreign++;
		return;
	}
	if (d && reporter[0])
		memcpy(d->port, reporter, sizeof(d->port));
	queue_add(k, r);
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

	while (stop < f->match.end && !(isspace((unsigned char)*stop) && !memcmp(stop + 1, "error", 5)))
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
	if (f->at >= k->rec.text + 9 && !memcmp(f->at - 9, "Multiple", 8))
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

/* A port that named only itself was told of an error by the device behind it, which names its own next. */
static bool of_device_behind(const struct klog *k, const struct found *f)
{
	return k->aer.open && !k->aer.detailed && f->id.maker == IDENT_OURS && is_ports(&k->aer.r);
}

/* The lines that name device, driver and errors. Those of firmware come without a first line that a port wrote. */
static void detail(struct klog *k, const struct found *f, bool firmware)
{
	struct klog_report *r = &k->aer.r;

	if (f->id.maker == IDENT_FOREIGN) {
		if (of_event(k, f))
			k->aer.open = false;
		k->host.foreign++;
		return;
	}
	if ((!of_event(k, f) && !of_device_behind(k, f)) || k->aer.detailed)
		aer_open(k, f);
	k->aer.detailed = true;
	k->aer.of_port = !strcmp(f->id.driver, "pcieport") || !strcmp(f->id.driver, "pcieport-driver");
	k->aer.firmware = k->aer.named = firmware;
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

/* One that finds no room is counted. */
static void add_error(struct klog_report *r, const char *name, size_t n)
{
	const char *old = klog_text(r, KLOG_BITS);
	char text[KLOG_ERRORS_MAX];
	int len = snprintf(text, sizeof(text), "%s%s%.*s", old, old[0] ? ", " : "", (int)n, name);

	if (len > 0 && (size_t)len < sizeof(text))
		klog_set_text(r, KLOG_BITS, text, (size_t)len);
	else
		klog_set(r, KLOG_ERRORS_LEFT_OUT, klog_number(r, KLOG_ERRORS_LEFT_OUT) + 1);
}

/* "[ 6] BadTLP                (First)" */
static void add_bit(struct klog *k, const struct found *f)
{
	const struct capture *name = capture_of(&f->match, KLOG_NAME);

	if (!name || !isupper((unsigned char)name->text[0]))
		return;
	k->aer.named = false;
	add_error(&k->aer.r, name->text, name_length(name));
}

static void status_line(struct klog *k, const struct found *f)
{
	struct klog_report *r = &k->aer.r;

	captures_fill(&f->match, r);
	if (klog_known(r, KLOG_AER_ID) && !klog_known(r, KLOG_ADDRESS))
		set_source(r, 0);
}

/* "Requester ID        : 0300" */
static void agent(struct klog *k, const struct found *f)
{
	const char *end = memchr(f->at, ':', (size_t)(f->match.end - f->at));

	while (end && end > f->at && isspace((unsigned char)end[-1]))
		end--;
	if (end)
		klog_set_text(&k->aer.r, KLOG_AGENT, f->at, (size_t)(end - f->at));
	status_line(k, f);
}

static void more(struct klog *k, const struct found *f)
{
	switch (f->message->event) {
	case AER_STATUS_LINE:
		status_line(k, f);
		break;
	case AER_AGENT:
		agent(k, f);
		break;
	case AER_UNCORRECTED:
		klog_set_text(&k->aer.r, KLOG_SEVERITY, "Uncorrected", 11);
		break;
	case AER_NAME:
		if (k->aer.named)
			add_error(&k->aer.r, f->at, (size_t)(f->match.end - f->at));
		break;
	default:
		add_bit(k, f);
	}
}

void aer_part(struct klog *k, const struct found *f)
{
	int part = f->message->event;

	if (part == AER_BOX) {
		aer_open(k, f);
		k->aer.named = true;
	} else if (part == AER_RECEIVED) {
		received(k, f);
	} else if (part == AER_DETAIL || part == AER_FIRMWARE) {
		detail(k, f, part == AER_FIRMWARE);
	} else if (of_event(k, f)) {
		more(k, f);
	} else {
		return;
	}
	if (k->aer.open)
		k->aer.touched = k->aer.r.last_line = f->line;
}
