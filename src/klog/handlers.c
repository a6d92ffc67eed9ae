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

/* A line that only a device that works makes its driver print. */
static struct device *alive(struct klog *k, const struct found *f)
{
	struct device *d = learn_ident(k, &f->id);

	if (d) {
		d->lost_said = false;
		if (f->line > d->pub.alive_line)
			d->pub.alive_line = f->line;
	}
	return d;
}

void report_lost(struct klog *k, const struct found *f)
{
	struct device *d = learn_ident(k, &f->id);

	if (d)
		d->lost_said = true;
	report_plain(k, f);
}

/* igb and igc name no device when a register reads as ones: it is the one that was just lost. */
static struct device *lost_device(struct klog *k, const struct ident *id)
{
	for (size_t i = 0; i < k->n_devices; i++)
		if (k->devices[i].lost_said && !strcmp(k->devices[i].pub.driver, id->driver))
			return &k->devices[i];
	return NULL;
}

/* A register of all ones is a device that no longer answers. What was said already is not said again. */
void report_ones(struct klog *k, const struct found *f)
{
	struct device *d = learn_ident(k, &f->id);
	struct klog_report r;

	if (!d)
		d = lost_device(k, &f->id);
	if (d)
		d->pub.reads_ones = true;
	if (d && d->lost_said)
		return;
	if (d)
		d->lost_said = true;
	report_begin(k, f, KLOG_PCIE_LOST, &r);
	klog_set_text(&r, KLOG_WHAT, "registers read as ones", 22);
	queue_add(k, &r);
}

void learn_identity(struct klog *k, const struct found *f)
{
	alive(k, f);
}

/* "ready 1023ms after FLR", not "not ready 1023ms after FLR; waiting". */
void learn_ready(struct klog *k, const struct found *f)
{
	if (f->at - k->rec.text < 4 || memcmp(f->at - 4, "not ", 4))
		alive(k, f);
}

void learn_removed(struct klog *k, const struct found *f)
{
	struct device *d = learn_ident(k, &f->id);

	if (d)
		d->pub.removed_line = f->line;
}

void learn_refused(struct klog *k, const struct found *f)
{
	const struct capture *request = capture_of(&f->match, KLOG_COUNT);
	struct device *d = learn_ident(k, &f->id);

	if (!d || !request)
		return;
	d->pub.pf_refused++;
	d->pub.pf_request = request->value;
}

void learn_crash(struct klog *k, const struct found *f)
{
	if (!k->host.crash_line)
		k->host.crash_line = f->line;
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

/* "Hypervisor detected: KVM"; what runs on nothing says so, too: "paravirtualized kernel on bare hardware". */
void learn_hypervisor(struct klog *k, const struct found *f)
{
	const struct capture *name = capture_of(&f->match, KLOG_NAME);

	if (name && !(name->len >= 4 && !memcmp(name->text, "bare", 4)))
		copy(k->host.hypervisor, sizeof(k->host.hypervisor), name);
}

void learn_pba(struct klog *k, const struct found *f)
{
	struct device *d = alive(k, f);

	if (d)
		copy(d->pub.pba, sizeof(d->pub.pba), capture_of(&f->match, KLOG_NAME));
}

void learn_types(struct klog *k, const struct found *f)
{
	struct device *d = alive(k, f);
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
	struct device *d = alive(k, f);

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

void learn_xdp_ring(struct klog *k, const struct found *f)
{
	struct device *d = learn_ident(k, &f->id);

	if (d)
		d->pub.xdp_ring_timeout = true;
}

/* Of all ones it is no malicious packet. */
void learn_lvmmc(struct klog *k, const struct found *f)
{
	const struct capture *value = capture_of(&f->match, KLOG_LVMMC);

	if (value && value->value == 0xffffffff)
		report_ones(k, f);
	else
		report_plain(k, f);
}

void learn_aspm_option(struct klog *k, const struct found *f)
{
	const char *before = f->at - 1;

	if (before >= k->rec.text && *before == ' ')
		copy(k->host.cmdline_aspm, sizeof(k->host.cmdline_aspm), capture_of(&f->match, KLOG_NAME));
}
