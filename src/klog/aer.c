// SPDX-License-Identifier: GPL-2.0-or-later
/* Errors of PCI Express, which come in several lines of device and port. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "klog/internal.h"

static void set_address_field(struct klog_report *r, enum klog_field field, const struct pci_addr *addr)
{
	char text[PCI_ADDR_MAX];

	pci_addr_str(addr, text);
	klog_set_text(r, field, text, strlen(text));
}

/* The one device whose errors this port reported before; NULL if there is none or several. */
static struct log_device *device_behind(const struct devices *devices, const char *port)
{
	struct log_device *only = NULL;

	for (size_t i = 0; i < devices->n; i++) {
		if (strcmp(devices->v[i].port, port))
			continue;
		if (only)
			return NULL;
		only = &devices->v[i];
	}
	return only;
}

/* An error of the port itself: it is of the link to the device behind it, if that is known. */
static bool to_device_behind(const struct devices *devices, struct klog_report *r)
{
	const struct log_device *d = device_behind(devices, klog_text(r, KLOG_ADDRESS));

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
	struct aer_event *aer = &k->blocks.aer;
	struct klog_report *r = &aer->r;
	const char *address = klog_text(r, KLOG_ADDRESS), *reporter = klog_text(r, KLOG_REPORTER);
	struct log_device *d = NULL;

	if (!aer->open)
		return;
	aer->open = false;
	if (aer->firmware && !klog_known(r, KLOG_SEVERITY))
		klog_set_text(r, KLOG_SEVERITY, "Corrected", 9);
	if (address[0] && (aer->of_port || is_ports(r)) && !to_device_behind(&k->devices, r)) {
		k->devices.host.foreign++;
		return;
	}
	d = address[0] ? devices_find(&k->devices, address, "") : NULL;
	if ((d && d->pub.foreign) || !is_intel(r)) {
		k->devices.host.foreign++;
		return;
	}
	if (d && reporter[0])
		memcpy(d->port, reporter, sizeof(d->port));
	order_add(k, r);
}

static void aer_open(struct klog *k, const struct message *m)
{
	struct aer_event *aer = &k->blocks.aer;

	aer_close(k);
	memset(aer, 0, sizeof(*aer));
	aer->open = true;
	report_begin(k, m, KLOG_AER, &aer->r);
}

/* "Corrected", "Uncorrectable (Fatal)": the words before " error". */
static void severity_of_header(struct klog_report *r, const struct message *m)
{
	const char *stop = m->at;

	while (stop < m->match.end && !(isspace((unsigned char)*stop) && !memcmp(stop + 1, "error", 5)))
		stop++;
	klog_set_text(r, KLOG_SEVERITY, m->at, (size_t)(stop - m->at));
}

/* The device with the requester id of the message: bus, device and function. */
static void set_source(struct klog_report *r, uint32_t domain)
{
	uint64_t id = klog_number(r, KLOG_AER_ID);
	struct pci_addr addr = { domain, (uint8_t)(id >> 8), id >> 3 & 0x1f, id & 7 };

	set_address_field(r, KLOG_ADDRESS, &addr);
}

static void begin_received(struct klog *k, const struct message *m)
{
	struct aer_event *aer = &k->blocks.aer;
	struct klog_report *r = &aer->r;

	aer_open(k, m);
	severity_of_header(r, m);
	klog_set_text(r, KLOG_DRIVER, "", 0);
	if (m->id.has_addr)
		set_address_field(r, KLOG_REPORTER, &m->id.addr);
	if (match_capture(&m->match, KLOG_AER_ID))
		set_source(r, m->id.addr.domain);
	if (m->at >= k->reader.rec.text + 9 && !memcmp(m->at - 9, "Multiple", 8))
		klog_set(r, KLOG_MULTIPLE, 1);
}

/* Whether a line's prefix names the device that the open event is of. */
static bool of_event(const struct aer_event *aer, const struct message *m)
{
	struct pci_addr addr;

	if (!aer->open)
		return false;
	if (!m->id.has_addr)
		return true;
	return !klog_address(&aer->r, &addr) || pci_addr_equal(&addr, &m->id.addr);
}

/* A port that named only itself was told of an error by the device behind it, which names its own next. */
static bool of_device_behind(const struct aer_event *aer, const struct message *m)
{
	return aer->open && !aer->detailed && m->id.maker == IDENT_OURS && is_ports(&aer->r);
}

/* The lines that name device, driver and errors. Those of firmware come without a first line that a port wrote. */
static void take_detail(struct klog *k, const struct message *m, bool firmware)
{
	struct aer_event *aer = &k->blocks.aer;
	struct klog_report *r = &aer->r;

	if (m->id.maker == IDENT_FOREIGN) {
		if (of_event(aer, m))
			aer->open = false;
		k->devices.host.foreign++;
		return;
	}
	if ((!of_event(aer, m) && !of_device_behind(aer, m)) || aer->detailed)
		aer_open(k, m);
	aer->detailed = true;
	aer->of_port = !strcmp(m->id.driver, "pcieport") || !strcmp(m->id.driver, "pcieport-driver");
	aer->firmware = aer->named = firmware;
	match_fill(&m->match, r);
	if (m->id.has_addr)
		set_address_field(r, KLOG_ADDRESS, &m->id.addr);
	if (m->id.maker == IDENT_OURS)
		klog_set_text(r, KLOG_DRIVER, m->id.driver, strlen(m->id.driver));
}

/* Bytes of an error's name: it ends before two blanks, a parenthesis, or the stamp of a line that was joined to it. */
static size_t name_length(const struct capture *name)
{
	size_t n = 0;

	while (n < name->len && name->text[n] != '(' && name->text[n] != '[' &&
	       (n + 1 == name->len || memcmp(name->text + n, "  ", 2)))
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
static void add_bit(struct aer_event *aer, const struct message *m)
{
	const struct capture *name = match_capture(&m->match, KLOG_NAME);

	if (!name || !isupper((unsigned char)name->text[0]))
		return;
	aer->named = false;
	add_error(&aer->r, name->text, name_length(name));
}

static void status_line(struct aer_event *aer, const struct message *m)
{
	struct klog_report *r = &aer->r;

	match_fill(&m->match, r);
	if (klog_known(r, KLOG_AER_ID) && !klog_known(r, KLOG_ADDRESS))
		set_source(r, 0);
}

/* "Requester ID        : 0300" */
static void agent_line(struct aer_event *aer, const struct message *m)
{
	const char *end = memchr(m->at, ':', (size_t)(m->match.end - m->at));

	while (end && end > m->at && isspace((unsigned char)end[-1]))
		end--;
	if (end)
		klog_set_text(&aer->r, KLOG_AGENT, m->at, (size_t)(end - m->at));
	status_line(aer, m);
}

static void add_line(struct aer_event *aer, const struct message *m)
{
	switch (m->row->event) {
	case AER_STATUS_LINE:
		status_line(aer, m);
		break;
	case AER_AGENT:
		agent_line(aer, m);
		break;
	case AER_UNCORRECTED:
		klog_set_text(&aer->r, KLOG_SEVERITY, "Uncorrected", 11);
		break;
	case AER_NAME:
		if (aer->named)
			add_error(&aer->r, m->at, (size_t)(m->match.end - m->at));
		break;
	default:
		add_bit(aer, m);
	}
}

void aer_part(struct klog *k, const struct message *m)
{
	struct aer_event *aer = &k->blocks.aer;
	int part = m->row->event;

	if (part == AER_BOX) {
		aer_open(k, m);
		aer->named = true;
	} else if (part == AER_RECEIVED) {
		begin_received(k, m);
	} else if (part == AER_DETAIL || part == AER_FIRMWARE) {
		take_detail(k, m, part == AER_FIRMWARE);
	} else if (of_event(aer, m)) {
		add_line(aer, m);
	} else {
		return;
	}
	if (aer->open)
		aer->touched = aer->r.last_line = m->line;
}
