// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/handlers.h"

#include <string.h>

void report_plain(struct klog *k, const struct found *f)
{
	const struct message *m = f->message;
	struct klog_report r;

	report_begin(k, f, m->kind, &r);
	if (m->driver && !klog_known(&r, KLOG_DRIVER)) {
		klog_set_text(&r, KLOG_DRIVER, m->driver, strlen(m->driver));
		klog_set(&r, KLOG_DRIVER_GUESSED, 1);
	}
	if (m->what)
		klog_set_text(&r, KLOG_WHAT, m->what, strlen(m->what));
	if (m->kind == KLOG_ASPM && m->whose == WHOSE_NOBODY && !f->id.has_addr)
		k->host.aspm_disabled |= !strcmp(m->what, "kernel leaves it alone");
	queue_add(k, &r);
}

static void copy(char *to, size_t size, const struct capture *c)
{
	size_t n;

	if (!c)
		return;
	n = c->len < size ? c->len : size - 1;
	memcpy(to, c->text, n);
	to[n] = '\0';
}

void learn_identity(struct klog *k, const struct found *f)
{
	learn_ident(k, &f->id);
}

void learn_version(struct klog *k, const struct found *f)
{
	const struct capture *version = capture_of(&f->match, KLOG_VERSION);

	if (f->id.driver[0] && version)
		learn_driver_version(k, f->id.driver, version->text, version->len);
}

void learn_kernel(struct klog *k, const struct found *f)
{
	copy(k->host.kernel, sizeof(k->host.kernel), capture_of(&f->match, KLOG_VERSION));
}

void learn_hardware(struct klog *k, const struct found *f)
{
	const struct capture *name = capture_of(&f->match, KLOG_NAME);

	if (name && !(name->len > 6 && !memcmp(name->text, "NETDEV", 6))) /* the name is empty on some machines */
		copy(k->host.hardware, sizeof(k->host.hardware), name);
}

void learn_pba(struct klog *k, const struct found *f)
{
	struct device *d = learn_ident(k, &f->id);

	if (d)
		copy(d->pub.pba, sizeof(d->pub.pba), capture_of(&f->match, KLOG_NAME));
}

void learn_types(struct klog *k, const struct found *f)
{
	struct device *d = learn_ident(k, &f->id);
	const struct capture *mac = capture_of(&f->match, KLOG_COUNT), *phy = capture_of(&f->match, KLOG_LEVEL);

	if (!d || !mac || !phy || mac->value > 255 || phy->value > 255)
		return;
	d->pub.mac_type = (int)mac->value;
	d->pub.phy_type = (int)phy->value;
	copy(d->pub.pba, sizeof(d->pub.pba), capture_of(&f->match, KLOG_NAME));
}

static void set_id(struct device *d, const struct found *f)
{
	const struct capture *vendor = capture_of(&f->match, KLOG_VENDOR_ID);
	const struct capture *device = capture_of(&f->match, KLOG_DEVICE_ID);

	if (!d || !device || device->value > 0xffff || (vendor && vendor->value > 0xffff))
		return;
	d->pub.vendor = vendor ? (uint16_t)vendor->value : 0x8086; /* the pattern has it */
	d->pub.device = (uint16_t)device->value;
}

void learn_pci_id(struct klog *k, const struct found *f)
{
	set_id(learn_ident(k, &f->id), f);
}

void learn_firmware(struct klog *k, const struct found *f)
{
	struct device *d = learn_ident(k, &f->id);

	set_id(d, f);
	if (d)
		copy(d->pub.firmware, sizeof(d->pub.firmware), capture_of(&f->match, KLOG_NAME));
}

void learn_no_tso(struct klog *k, const struct found *f)
{
	struct device *d = learn_ident(k, &f->id);

	if (d)
		d->pub.tso_disabled_by_speed = true;
}

void learn_pause_hint(struct klog *k, const struct found *f)
{
	struct device *d = learn_ident(k, &f->id);

	if (d)
		d->pub.tx_pause_hint = true;
}

void learn_slow(struct klog *k, const struct found *f)
{
	struct device *d = learn_ident(k, &f->id);

	if (d)
		d->pub.smartspeed = true;
}

static void learn_reads_ones(struct klog *k, const struct found *f)
{
	struct device *d = learn_ident(k, &f->id);

	if (d)
		d->pub.reads_ones = true;
}

void learn_xdp_ring(struct klog *k, const struct found *f)
{
	struct device *d = learn_ident(k, &f->id);

	if (d)
		d->pub.xdp_ring_timeout = true;
}

/* A register of all ones is a device that no longer answers, not a malicious packet. */
void learn_lvmmc(struct klog *k, const struct found *f)
{
	const struct capture *value = capture_of(&f->match, KLOG_LVMMC);

	if (value && value->value == 0xffffffff)
		learn_reads_ones(k, f);
	else
		report_plain(k, f);
}

void learn_aspm_option(struct klog *k, const struct found *f)
{
	const char *before = f->at - 1;

	if (before >= k->rec.text && *before == ' ')
		copy(k->host.cmdline_aspm, sizeof(k->host.cmdline_aspm), capture_of(&f->match, KLOG_NAME));
}
