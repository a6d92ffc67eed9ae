// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/remedy.h"

#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/buf.h"

#define NOT_COUNTED -1

struct row {
	const char *id;
	/* %I is the interface, %V the same or the address, %A the address, %D the driver, %B the bond, %R the
	 * bridge. NULL: nothing to type. */
	const char *command;
	const char *why, *lasts;
	int named, worked, failed; /* reports read; NOT_COUNTED */
	enum { PREVENTS, RECOVERS, UNPROVEN } kind;
	/* Whether it can apply; NULL: always. */
	bool (*applies)(const struct subject *s);
};

static bool has_features_on(const struct subject *s)
{
	static const char *const names[] = { "tx-tcp-segmentation", "tx-generic-segmentation", "rx-gro" };
	bool off = true;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		off &= facts_feature(s->facts, names[i]) == 0;
	return !off;
}

static bool can_eee(const struct subject *s)
{
	bool by_chip = !s->chip || chip_role_ref(s->chip, CHIP_EEE_STATE, 0).reg;

	return by_chip && s->facts->eee_supported != 0 && s->facts->eee_enabled != 0;
}

static bool can_aspm(const struct subject *s)
{
	bool no_link = s->latest && s->latest->n_functions && !s->link.applicable;

	return !no_link && !subject_has_trait(s, "no-pcie-capability");
}

static bool is_linux_e1000e(const struct subject *s)
{
	return subject_driver_is(s, "e1000e");
}

static bool can_grow_ring(const struct subject *s)
{
	return s->facts->ring_tx == FACT_UNKNOWN || s->facts->ring_tx_max == FACT_UNKNOWN ||
	       s->facts->ring_tx < s->facts->ring_tx_max;
}

/* Unless the driver reset the adapter each time by itself, or the queue waits for the link partner. */
static bool needs_recovery(const struct subject *s)
{
	const struct klog_hangs *h = s->log ? &s->log->hangs : NULL;

	if (!subject_has_hang(s) && s->series.tx.by_state[QUEUE_STUCK])
		return false;
	return s->series.tx.by_state[QUEUE_STUCK] || !h || !h->episodes || h->episodes_reset < h->episodes;
}

#define UNCOUNTED NOT_COUNTED, NOT_COUNTED, NOT_COUNTED
#define UNTIL_REBOOT "Lasts until the next reboot"

static const struct row rows[] = {
	{ "offloads-off", "ethtool -K %I tso off gso off gro off",
	  "Segmentation is done by the CPU then, which costs some of it and no speed at 1 Gb/s.",
	  UNTIL_REBOOT ". To keep it: under `iface %I` in /etc/network/interfaces (Debian, Proxmox) the line `post-up "
		       "ethtool -K %I tso off gso off gro off`; with NetworkManager `nmcli connection modify %I "
		       "ethtool.feature-tso off ethtool.feature-gso off ethtool.feature-gro off`.",
	  16, 6, 1, PREVENTS, has_features_on },
	{ "guest-freebsd", "ifconfig vtnet0 -tso -lro -txcsum -rxcsum",
	  "In a FreeBSD-based guest behind %R (TrueNAS, OPNsense, pfSense): its virtio NIC hands over segments of up "
	  "to 64 KB that the host's NIC must then cut up.",
	  UNTIL_REBOOT " of the guest. To keep it: the same words behind the address in ifconfig_vtnet0= in "
		       "/etc/rc.conf, or the options field of the interface in the guest's web interface.",
	  UNCOUNTED, PREVENTS, NULL },
	{ "guest-linux", "ethtool -K eth0 tso off gso off",
	  "In a Linux guest behind %R, with the guest's name for its virtio NIC.",
	  UNTIL_REBOOT " of the guest. To keep it: a post-up line or nmcli, as on the host.", UNCOUNTED, PREVENTS,
	  NULL },
	{ "recover", "ip link set %I down && ip link set %I up",
	  "Gives the driver fresh rings: gets the port back now, and does not keep it from happening again. Not over a "
	  "connection that runs through this port.",
	  "Nothing to keep: it is over with the next hang.", 4, 3, NOT_COUNTED, RECOVERS, needs_recovery },
	{ "eee-off", "ethtool --set-eee %I eee off",
	  "Energy Efficient Ethernet puts the transmitter to sleep between frames. (The success counted is of I225 and "
	  "I226, the failure of an I219.)",
	  UNTIL_REBOOT ". To keep it: a post-up line with this command in /etc/network/interfaces.", 4, 1, 1, PREVENTS,
	  can_eee },
	{ "aspm-disable", "nicregs aspm disable %V --persist",
	  "Switches ASPM off at both ends of this one link, without a reboot; pcie_aspm=off needs one, concerns all "
	  "devices, and leaves on what the BIOS had switched on. (The success counted is of an igc part.)",
	  "Lasts over a reboot: --persist leaves a udev rule that does it again.", 6, 1, 0, PREVENTS, can_aspm },
	{ "aspm-show", "nicregs aspm show %V", "Tells whether ASPM is on at either end of the link; changes nothing.",
	  NULL, UNCOUNTED, PREVENTS, can_aspm },
	{ "tx-pause-off", "ethtool -A %I autoneg off tx off", "The driver itself advises this on parts of the chipset.",
	  UNTIL_REBOOT ". To keep it: a post-up line with this command in /etc/network/interfaces.", 3, 0, NOT_COUNTED,
	  PREVENTS, NULL },
	{ "rx-pause-off", "ethtool -A %I autoneg off rx off",
	  "The port then sends on whatever the link partner asks. Look first why the partner pauses: its own queue is "
	  "full, or it is faulty.",
	  UNTIL_REBOOT ".", UNCOUNTED, PREVENTS, NULL },
	{ "driver-check", "ethtool -i %I; modinfo -F version %D",
	  "What is loaded, and what is on disk: they differ when a new driver was installed and the old one is still "
	  "in the initramfs.",
	  NULL, UNCOUNTED, PREVENTS, NULL },
	{ "driver-update", NULL,
	  "A newer driver: the distribution's newer kernel, or Intel's own %D (2.13.10 cured the case that was read). "
	  "Build it, rebuild the initramfs, reboot or reload the module, and look with ethtool -i that it is the one "
	  "loaded.",
	  "Lasts over a reboot once the initramfs has it (dracut -f, update-initramfs -u).", 3, 1, 0, PREVENTS, NULL },
	{ "firmware-update", NULL,
	  "Bring the NVM to a version that fits the driver: the board maker's update, or Intel's nvmupdate64e.",
	  "Lasts; takes effect after power off and on.", 2, 0, NOT_COUNTED, PREVENTS, NULL },
	{ "ring-size", "ethtool -G %I tx 4096",
	  "Often advised. A larger ring only takes longer to fill when the head stands still.", UNTIL_REBOOT ".", 0, 0,
	  0, UNPROVEN, can_grow_ring },
	{ "c-states", NULL,
	  "C-states off (BIOS, or intel_idle.max_cstate=1): often advised, costs power on the whole host.",
	  "In the BIOS it lasts.", 3, 0, 1, UNPROVEN, NULL },
	{ "cable-partner", NULL,
	  "Another cable, another port of the switch, then the other end; ethtool %I shows what the partner "
	  "advertises.",
	  NULL, 4, 1, NOT_COUNTED, PREVENTS, NULL },
	{ "bring-up", "ip link set %I up", "It is not up: somebody, or no configuration at all, left it so.",
	  UNTIL_REBOOT ".", UNCOUNTED, PREVENTS, NULL },
	{ "reload", "modprobe -r %D && modprobe %D",
	  "Sets the device up from scratch. All ports of this driver go away for some seconds.", "Nothing to keep.", 4,
	  3, NOT_COUNTED, RECOVERS, NULL },
	{ "rescan", "echo 1 > /sys/bus/pci/devices/%A/remove; echo 1 > /sys/bus/pci/rescan",
	  "Takes the device away and looks for it again. If it stays away, only power off and on brings it back.",
	  "Nothing to keep.", UNCOUNTED, RECOVERS, NULL },
	{ "wake", "echo on > /sys/class/net/%I/device/power/control", "Keeps the device from sleeping.",
	  UNTIL_REBOOT ".", UNCOUNTED, PREVENTS, NULL },
	{ "management", NULL,
	  "Test whether the host answers with something only the host can answer (ssh, arping -I, a TCP port), not "
	  "with ping alone. The engine's own answers end when its IP address differs from the host's, or manageability "
	  "is off in the BIOS.",
	  "In the BIOS it lasts.", UNCOUNTED, PREVENTS, NULL },
	{ "mtu-both", "ip link set %I mtu 1500",
	  "Or the size that all others on this network use: one number for every host and switch. Bringing the "
	  "interface down and up makes the driver set up receiver and buffers for it.",
	  UNTIL_REBOOT ". To keep it: mtu in the interface's configuration.", UNCOUNTED, PREVENTS, NULL },
	{ "mtu-agree", "ip link set %I down && ip link set %I up",
	  "Makes the driver set up receiver and buffers anew for the MTU that it has. Then give all hosts on this "
	  "network one MTU: here with ip link set %I mtu 9000, or 1500 where the long frames come from. Not over a "
	  "connection that runs through this port.",
	  UNTIL_REBOOT ". To keep it: mtu in the interface's configuration.", UNCOUNTED, PREVENTS, NULL },
	{ "bond-miimon", "echo 100 > /sys/class/net/%B/bonding/miimon",
	  "Looks at each slave's link ten times a second.",
	  UNTIL_REBOOT ". To keep it: miimon=100 in the bond's options.", UNCOUNTED, PREVENTS, NULL },
	{ "bond-modes", NULL,
	  "Run 2.6.35 or later, or a distribution's kernel whose changelog names the fix; until then one of the two "
	  "bonds in another mode (active-backup or 802.3ad), in BONDING_OPTS or /etc/modprobe.d.",
	  "Lasts, as it is configuration.", UNCOUNTED, PREVENTS, NULL },
	{ "slot", NULL, "Reseat the card, try another slot; look for firmware of the board.", NULL, UNCOUNTED, PREVENTS,
	  can_aspm },
	{ "cooling", NULL, "Fan, air flow, heat sink; then power off and on.", NULL, UNCOUNTED, PREVENTS, NULL },
	{ "mdd-offender", NULL,
	  "The hardware stopped a queue whose descriptors were malformed: look which guest (VF) or user-space driver "
	  "(DPDK, netmap) owns it; if it is the host's own, the driver is at fault, so update it.",
	  NULL, UNCOUNTED, PREVENTS, NULL },
	{ "linux-e1000e", NULL,
	  "A newer kernel, if this one is old: e1000e has been changed in its hang detection "
	  "several times.",
	  NULL, 5, 0, NOT_COUNTED, PREVENTS, is_linux_e1000e },
};
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static void expand_one(struct subject *s, char what, struct buf *out)
{
	switch (what) {
	case 'I':
		buf_puts(out, interface_word(s));
		break;
	case 'V':
		buf_puts(out, device_word(s));
		break;
	case 'D':
		buf_puts(out, s->driver ? shell_word(s, s->driver) : "DRIVER");
		break;
	case 'A':
		buf_puts(out, s->out->address ? shell_word(s, s->out->address) : "ADDRESS");
		break;
	case 'B':
		buf_puts(out, s->facts->bond ? shell_word(s, s->facts->bond) : "BOND");
		break;
	case 'R':
		buf_puts(out, s->facts->bridge ? shell_word(s, s->facts->bridge) : "the bridge");
		break;
	default:
		buf_putc(out, what);
	}
}

static const char *expand(struct subject *s, const char *words)
{
	AUTO_BUF struct buf out = { 0 };

	if (!words || !strchr(words, '%'))
		return words;
	for (const char *p = words; *p; p++) {
		if (*p == '%' && p[1])
			expand_one(s, *++p, &out);
		else
			buf_putc(&out, *p);
	}
	return text(s, "%s", buf_str(&out));
}

/* What worked counts most; what was only named counts little. */
static int rank_of(const struct row *row)
{
	int rank = 0;

	if (row->kind == UNPROVEN)
		return -100;
	rank += row->worked > 0 ? 10 * row->worked : 0;
	rank -= row->failed > 0 ? 8 * row->failed : 0;
	return rank + (row->named > 0 ? row->named : 0);
}

static const struct row *row_named(const char *id, size_t n)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (strlen(rows[i].id) == n && !strncmp(rows[i].id, id, n))
			return &rows[i];
	return NULL;
}

static void add(struct subject *s, struct finding *f, const struct row *row)
{
	struct remedy *r = ARENA_PUSH(s->out->arena, f->remedies, f->n_remedies, f->cap_remedies);

	*r = (struct remedy){
		.command = expand(s, row->command),
		.why = expand(s, row->why),
		.lasts = expand(s, row->lasts),
		.rank = rank_of(row),
		.named = row->named,
		.worked = row->worked,
		.failed = row->failed,
		.recovers = row->kind == RECOVERS,
		.unproven = row->kind == UNPROVEN,
	};
}

/* Those of equal rank stay in the order in which the rule names them. */
static void sort(struct finding *f)
{
	for (size_t i = 1; i < f->n_remedies; i++)
		for (size_t k = i; k && f->remedies[k - 1].rank < f->remedies[k].rank; k--) {
			struct remedy r = f->remedies[k];

			f->remedies[k] = f->remedies[k - 1];
			f->remedies[k - 1] = r;
		}
}

void remedies_add(struct subject *s, struct finding *f, const char *ids)
{
	while (ids && *ids) {
		size_t n = strcspn(ids, " ");
		const struct row *row = row_named(ids, n);

		if (row && (!row->applies || row->applies(s)))
			add(s, f, row);
		ids += n + strspn(ids + n, " ");
	}
	sort(f);
}
