// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration writes since the devices were set up, in order, so that a
 * test can tell which end of a link was written first; and among them what the
 * drivers do, so that it can tell whether that came before. Any write to the
 * file forgets them.
 */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/vmalloc.h>

#include "nicsim.h"

int nicsim_trace_init(void)
{
	sim.trace = vcalloc(NICSIM_TRACE_LEN, sizeof(*sim.trace));
	return sim.trace ? 0 : -ENOMEM;
}

void nicsim_trace_free(void)
{
	vfree(sim.trace);
}

void nicsim_trace_reset(void)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&sim.config_lock, flags);
	sim.trace_seq = 0;
	raw_spin_unlock_irqrestore(&sim.config_lock, flags);
}

/* Called with sim.config_lock held. The oldest entry makes room. */
void nicsim_trace_add(const struct nicsim_fn *fn, int offset, int size,
		      u32 before, u32 written, u32 after)
{
	sim.trace[sim.trace_seq++ % NICSIM_TRACE_LEN] =
		(struct nicsim_trace_entry) {
			.fn = fn,
			.offset = offset,
			.size = size,
			.before = before,
			.written = written,
			.after = after,
		};
}

void nicsim_trace_event(const struct nicsim_fn *fn, const char *event)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&sim.config_lock, flags);
	sim.trace[sim.trace_seq++ % NICSIM_TRACE_LEN] =
		(struct nicsim_trace_entry) { .fn = fn, .event = event };
	raw_spin_unlock_irqrestore(&sim.config_lock, flags);
}

static bool trace_get(u32 seq, struct nicsim_trace_entry *entry)
{
	unsigned long flags;
	bool there;

	raw_spin_lock_irqsave(&sim.config_lock, flags);
	there = seq < sim.trace_seq && sim.trace_seq - seq <= NICSIM_TRACE_LEN;
	if (there)
		*entry = sim.trace[seq % NICSIM_TRACE_LEN];
	raw_spin_unlock_irqrestore(&sim.config_lock, flags);
	return there;
}

static const char *register_name(const struct nicsim_trace_entry *entry)
{
	const struct nicsim_fn *fn = entry->fn;

	if (fn->exp && entry->offset == fn->exp + PCI_EXP_LNKCTL)
		return "LNKCTL";
	if (fn->exp && entry->offset == fn->exp + PCI_EXP_DEVCTL2)
		return "DEVCTL2";
	if (fn->l1ss && entry->offset == fn->l1ss + PCI_L1SS_CTL1)
		return "L1SS_CTL1";
	if (fn->l1ss && entry->offset == fn->l1ss + PCI_L1SS_CTL2)
		return "L1SS_CTL2";
	return "-";
}

static int trace_show(struct seq_file *file, void *unused)
{
	struct nicsim_trace_entry entry;
	u32 seq, end = READ_ONCE(sim.trace_seq);

	seq_puts(file, "# seq function register offset.bytes before written after\n");
	for (seq = end > NICSIM_TRACE_LEN ? end - NICSIM_TRACE_LEN : 0;
	     seq < end; seq++) {
		if (!trace_get(seq, &entry))
			continue;
		if (entry.event) {
			seq_printf(file, "%u %s %s\n", seq, entry.fn->name,
				   entry.event);
			continue;
		}
		seq_printf(file, "%u %s %s 0x%03x.%u 0x%0*x 0x%0*x 0x%0*x\n",
			   seq, entry.fn->name, register_name(&entry),
			   entry.offset, entry.size,
			   entry.size * 2, entry.before,
			   entry.size * 2, entry.written,
			   entry.size * 2, entry.after);
	}
	return 0;
}

static int trace_open(struct inode *inode, struct file *file)
{
	return single_open(file, trace_show, NULL);
}

static ssize_t trace_write(struct file *file, const char __user *data,
			   size_t len, loff_t *pos)
{
	nicsim_trace_reset();
	return len;
}

const struct file_operations nicsim_trace_fops = {
	.owner = THIS_MODULE,
	.open = trace_open,
	.read = seq_read,
	.write = trace_write,
	.llseek = seq_lseek,
	.release = single_release,
};
