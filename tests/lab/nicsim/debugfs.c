// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /sys/kernel/debug/nicsim/
 *	config_writes		trace.c
 *	DOMAIN:BUS:DEV.FN/state	commands in (command.c), rings out
 *	.../regs		"offset value" lines, both ways
 *	.../config		the same for configuration space, any bit
 *	.../phy			the same for PHY registers
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "nicsim.h"

#define MAX_WRITE	(256 * 1024)

static struct dentry *root;

/* What one file does: print all, and take one line. Both under fn->lock. */
struct subject {
	const char *name;
	void (*show)(struct nicsim_fn *fn, struct seq_file *file);
	int (*take)(struct nicsim_fn *fn, char *line);
	bool nic_only;
};

static int pair_parse(char *line, u32 limit, u32 *key, u32 *value)
{
	char *second = strpbrk(line, " \t");

	if (!second)
		return -EINVAL;
	*second++ = '\0';
	if (kstrtou32(line, 0, key) || kstrtou32(strim(second), 0, value))
		return -EINVAL;
	return *key < limit ? 0 : -ERANGE;
}

static void ring_print(const struct nicsim_ring *ring, int dir, unsigned int n,
		       struct seq_file *file)
{
	seq_printf(file, "%s %u %s rate %u head %u tail %u size %u packets %llu\n",
		   dir ? "rx" : "tx", n, nicsim_motion_names[ring->motion],
		   ring->rate, ring->head, ring->tail, ring->size,
		   ring->packets);
}

/* Idle rings are not listed: an X722 has 3,072. */
static void state_show(struct nicsim_fn *fn, struct seq_file *file)
{
	unsigned int n;
	int dir;

	seq_printf(file, "%s%s\nlink %s %u\n", fn->gone ? "gone" : "present",
		   fn->paused ? " paused" : "", fn->link_up ? "up" : "down",
		   fn->mbps);
	for (dir = 0; dir < 2; dir++)
		for (n = 0; n < nicsim_ring_regs(fn, dir)->count; n++)
			if (fn->rings[dir][n].motion != NICSIM_IDLE)
				ring_print(&fn->rings[dir][n], dir, n, file);
}

static void regs_show(struct nicsim_fn *fn, struct seq_file *file)
{
	u32 offset, value;

	for (offset = 0; offset < fn->reg_bytes; offset += 4) {
		value = nicsim_rd(fn, offset);
		if (value)
			seq_printf(file, "0x%06x 0x%08x\n", offset, value);
	}
}

static int regs_take(struct nicsim_fn *fn, char *line)
{
	u32 offset, value;
	int ret = pair_parse(line, fn->reg_bytes, &offset, &value);

	if (ret || offset % 4)
		return ret ?: -EINVAL;
	nicsim_wr(fn, offset, value);
	return 0;
}

static void config_show(struct nicsim_fn *fn, struct seq_file *file)
{
	u32 offset, value;

	for (offset = 0; offset < fn->cfg_size; offset += 4) {
		value = nicsim_get32(fn, offset);
		if (value)
			seq_printf(file, "0x%03x 0x%08x\n", offset, value);
	}
}

static int config_take(struct nicsim_fn *fn, char *line)
{
	u32 offset, value;
	unsigned long flags;
	int i, ret = pair_parse(line, fn->cfg_size, &offset, &value);

	if (ret || offset % 4)
		return ret ?: -EINVAL;
	raw_spin_lock_irqsave(&sim.config_lock, flags);
	for (i = 0; i < 4; i++)
		fn->cfg[offset + i] = value >> (8 * i);
	raw_spin_unlock_irqrestore(&sim.config_lock, flags);
	return 0;
}

static void phy_show(struct nicsim_fn *fn, struct seq_file *file)
{
	int i;

	for (i = 0; i < NICSIM_PHY_REGS; i++)
		seq_printf(file, "%d 0x%04x\n", i, fn->phy[i]);
}

static int phy_take(struct nicsim_fn *fn, char *line)
{
	u32 reg, value;
	int ret = pair_parse(line, NICSIM_PHY_REGS, &reg, &value);

	if (!ret)
		fn->phy[reg] = value;
	return ret;
}

static const struct subject subjects[] = {
	{ "state", state_show, nicsim_command, true },
	{ "regs", regs_show, regs_take, true },
	{ "phy", phy_show, phy_take, true },
	{ "config", config_show, config_take, false },
};

/* A file: one subject of one function. */
struct entry {
	struct nicsim_fn *fn;
	const struct subject *subject;
};

static struct entry *entries;

static int entry_show(struct seq_file *seq, void *unused)
{
	const struct entry *entry = seq->private;

	mutex_lock(&entry->fn->lock);
	entry->subject->show(entry->fn, seq);
	mutex_unlock(&entry->fn->lock);
	return 0;
}

static int entry_open(struct inode *inode, struct file *file)
{
	return single_open(file, entry_show, inode->i_private);
}

static int lines_take(const struct entry *entry, char *text)
{
	char *line, *comment;
	int ret = 0;

	mutex_lock(&entry->fn->lock);
	while (!ret && (line = strsep(&text, "\n"))) {
		comment = strchr(line, '#');
		if (comment)
			*comment = '\0';
		line = strim(line);
		if (*line)
			ret = entry->subject->take(entry->fn, line);
	}
	mutex_unlock(&entry->fn->lock);
	return ret;
}

/* Each write is whole lines; a long one that is not was cut by its writer. */
static ssize_t entry_write(struct file *file, const char __user *data,
			   size_t len, loff_t *pos)
{
	struct seq_file *seq = file->private_data;
	char *text;
	int ret = -EINVAL;

	if (len > MAX_WRITE)
		return -E2BIG;
	text = memdup_user_nul(data, len);
	if (IS_ERR(text))
		return PTR_ERR(text);
	if (len < PAGE_SIZE || text[len - 1] == '\n')
		ret = lines_take(seq->private, text);
	kfree(text);
	return ret ?: len;
}

static const struct file_operations entry_fops = {
	.owner = THIS_MODULE,
	.open = entry_open,
	.read = seq_read,
	.write = entry_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static void fn_add(struct nicsim_fn *fn, struct entry *entry)
{
	struct dentry *dir = debugfs_create_dir(fn->name, root);
	int i;

	for (i = 0; i < ARRAY_SIZE(subjects); i++, entry++) {
		if (subjects[i].nic_only && !nicsim_is_nic(fn))
			continue;
		entry->fn = fn;
		entry->subject = &subjects[i];
		debugfs_create_file(subjects[i].name, 0600, dir, entry,
				    &entry_fops);
	}
}

/* Without debugfs the devices work; they just cannot be told anything. */
void nicsim_debugfs_add(void)
{
	unsigned int i;

	entries = kcalloc(sim.count * ARRAY_SIZE(subjects), sizeof(*entries),
			  GFP_KERNEL);
	if (!entries)
		return;
	root = debugfs_create_dir("nicsim", NULL);
	debugfs_create_file("config_writes", 0600, root, NULL,
			    &nicsim_trace_fops);
	for (i = 0; i < sim.count; i++)
		fn_add(sim.fns[i], entries + i * ARRAY_SIZE(subjects));
}

void nicsim_debugfs_remove(void)
{
	debugfs_remove_recursive(root);
	kfree(entries);
}
