// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages of one line: a report as it is, or something learned of a device and of the machine. */
#include <string.h>

#include "klog/internal.h"

void report_plain(struct klog *k, const struct message *m)
{
	const struct message_row *row = m->row;
	struct klog_report r;

	report_begin(&k->reader, m, row->kind, &r);
	if (row->driver && !klog_known(&r, KLOG_DRIVER)) {
		klog_set_text(&r, KLOG_DRIVER, row->driver, strlen(row->driver));
		klog_set(&r, KLOG_DRIVER_GUESSED, 1);
	}
	if (row->what)
		klog_set_text(&r, KLOG_WHAT, row->what, strlen(row->what));
	if (row->kind == KLOG_ASPM && row->whose == WHOSE_NOBODY && !m->id.has_addr)
		k->devices.host.aspm_disabled |= !strcmp(row->what, "kernel leaves it alone");
	order_add(k, &r);
}

static void copy_capture(char *to, size_t size, const struct capture *c)
{
	if (c)
		copy_text(to, size, c->text, c->len);
}

/* A line that only a device that works makes its driver print. */
static struct log_device *note_alive(struct devices *devices, const struct message *m)
{
	struct log_device *d = devices_note(devices, &m->id);

	if (d) {
		d->lost_said = false;
		if (m->line > d->pub.alive_line)
			d->pub.alive_line = m->line;
	}
	return d;
}

void report_lost(struct klog *k, const struct message *m)
{
	struct log_device *d = devices_note(&k->devices, &m->id);

	if (d)
		d->lost_said = true;
	report_plain(k, m);
}

/* igb and igc name no device when a register reads as ones: it is the one that was just lost. */
static struct log_device *lost_device(struct devices *devices, const struct ident *id)
{
	for (size_t i = 0; i < devices->n; i++)
		if (devices->v[i].lost_said && !strcmp(devices->v[i].pub.driver, id->driver))
			return &devices->v[i];
	return NULL;
}

/* A register of all ones is a device that no longer answers. What was said already is not said again. */
void report_ones(struct klog *k, const struct message *m)
{
	struct log_device *d = devices_note(&k->devices, &m->id);
	struct klog_report r;

	if (!d)
		d = lost_device(&k->devices, &m->id);
	if (d)
		d->pub.reads_ones = true;
	if (d && d->lost_said)
		return;
	if (d)
		d->lost_said = true;
	report_begin(&k->reader, m, KLOG_PCIE_LOST, &r);
	klog_set_text(&r, KLOG_WHAT, "registers read as ones", 22);
	order_add(k, &r);
}

void note_identity(struct klog *k, const struct message *m)
{
	note_alive(&k->devices, m);
}

/* "ready 1023ms after FLR", not "not ready 1023ms after FLR; waiting". */
void note_ready(struct klog *k, const struct message *m)
{
	if (m->at - k->reader.rec.text < 4 || memcmp(m->at - 4, "not ", 4))
		note_alive(&k->devices, m);
}

void note_removed(struct klog *k, const struct message *m)
{
	struct log_device *d = devices_note(&k->devices, &m->id);

	if (d)
		d->pub.removed_line = m->line;
}

void note_refused(struct klog *k, const struct message *m)
{
	const struct capture *request = capture_of(&m->match, KLOG_COUNT);
	struct log_device *d = devices_note(&k->devices, &m->id);

	if (!d || !request)
		return;
	d->pub.pf_refused++;
	d->pub.pf_request = request->value;
}

void note_crash(struct klog *k, const struct message *m)
{
	if (!k->devices.host.crash_line)
		k->devices.host.crash_line = m->line;
}

void note_version(struct klog *k, const struct message *m)
{
	const struct capture *version = capture_of(&m->match, KLOG_VERSION);

	if (m->id.driver[0] && version)
		devices_note_version(&k->devices, m->id.driver, version->text, version->len);
}

void note_kernel(struct klog *k, const struct message *m)
{
	copy_capture(k->devices.host.kernel, sizeof(k->devices.host.kernel), capture_of(&m->match, KLOG_VERSION));
}

void note_hardware(struct klog *k, const struct message *m)
{
	const struct capture *name = capture_of(&m->match, KLOG_NAME);

	if (name && !(name->len > 6 && !memcmp(name->text, "NETDEV", 6))) /* the name is empty on some machines */
		copy_capture(k->devices.host.hardware, sizeof(k->devices.host.hardware), name);
}

/* "Hypervisor detected: KVM"; what runs on nothing says so, too: "paravirtualized kernel on bare hardware". */
void note_hypervisor(struct klog *k, const struct message *m)
{
	const struct capture *name = capture_of(&m->match, KLOG_NAME);

	if (name && !(name->len >= 4 && !memcmp(name->text, "bare", 4)))
		copy_capture(k->devices.host.hypervisor, sizeof(k->devices.host.hypervisor), name);
}

void note_pba(struct klog *k, const struct message *m)
{
	struct log_device *d = note_alive(&k->devices, m);

	if (d)
		copy_capture(d->pub.pba, sizeof(d->pub.pba), capture_of(&m->match, KLOG_NAME));
}

void note_types(struct klog *k, const struct message *m)
{
	struct log_device *d = note_alive(&k->devices, m);
	const struct capture *mac = capture_of(&m->match, KLOG_COUNT), *phy = capture_of(&m->match, KLOG_LEVEL);

	if (!d || !mac || !phy || mac->value > 255 || phy->value > 255)
		return;
	d->pub.mac_type = (int)mac->value;
	d->pub.phy_type = (int)phy->value;
	copy_capture(d->pub.pba, sizeof(d->pub.pba), capture_of(&m->match, KLOG_NAME));
}

static void set_id(struct log_device *d, const struct message *m)
{
	const struct capture *vendor = capture_of(&m->match, KLOG_VENDOR_ID);
	const struct capture *device = capture_of(&m->match, KLOG_DEVICE_ID);

	if (!d || !device || device->value > 0xffff || (vendor && vendor->value > 0xffff))
		return;
	d->pub.vendor = vendor ? (uint16_t)vendor->value : 0x8086; /* the pattern has it */
	d->pub.device = (uint16_t)device->value;
}

void note_pci_id(struct klog *k, const struct message *m)
{
	set_id(devices_note(&k->devices, &m->id), m);
}

void note_firmware(struct klog *k, const struct message *m)
{
	struct log_device *d = note_alive(&k->devices, m);

	set_id(d, m);
	if (d)
		copy_capture(d->pub.firmware, sizeof(d->pub.firmware), capture_of(&m->match, KLOG_NAME));
}

void note_no_tso(struct klog *k, const struct message *m)
{
	struct log_device *d = devices_note(&k->devices, &m->id);

	if (d)
		d->pub.tso_disabled_by_speed = true;
}

void note_pause_hint(struct klog *k, const struct message *m)
{
	struct log_device *d = devices_note(&k->devices, &m->id);

	if (d)
		d->pub.tx_pause_hint = true;
}

void note_slow(struct klog *k, const struct message *m)
{
	struct log_device *d = devices_note(&k->devices, &m->id);

	if (d)
		d->pub.smartspeed = true;
}

void note_xdp_ring(struct klog *k, const struct message *m)
{
	struct log_device *d = devices_note(&k->devices, &m->id);

	if (d)
		d->pub.xdp_ring_timeout = true;
}

/* Of all ones it is no malicious packet. */
void note_lvmmc(struct klog *k, const struct message *m)
{
	const struct capture *value = capture_of(&m->match, KLOG_LVMMC);

	if (value && value->value == 0xffffffff)
		report_ones(k, m);
	else
		report_plain(k, m);
}

void note_aspm_option(struct klog *k, const struct message *m)
{
	const char *before = m->at - 1;

	if (before >= k->reader.rec.text && *before == ' ')
		copy_capture(k->devices.host.cmdline_aspm, sizeof(k->devices.host.cmdline_aspm),
			     capture_of(&m->match, KLOG_NAME));
}
