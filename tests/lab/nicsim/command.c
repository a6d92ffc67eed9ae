// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What can be told to a NIC, a line each:
 *
 *	idle | working | stalled | hung [RATE]
 *	queue N | N-M | all [tx | rx] idle | working | stalled | hung [RATE]
 *	paused | storm PRIORITY | resumed
 *	mdd [QUEUE]
 *	gone | back
 *	link up | down [MBPS]
 *
 * through its state file in debugfs, or, as lockdown closes debugfs, with its
 * name in front through the module parameter tell.
 */
#include <linux/module.h>
#include <linux/string.h>

#include "nicsim.h"

#define MAX_WORDS	6

struct words {
	char *word[MAX_WORDS + 1];	/* NULL-terminated */
};

static int motion_find(const char *name)
{
	return name ? match_string(nicsim_motion_names, NICSIM_MOTIONS, name) :
		      -EINVAL;
}

static int number_get(const char *word, u32 *value, u32 otherwise)
{
	*value = otherwise;
	return word ? kstrtou32(word, 0, value) : 0;
}

static void rings_set(struct nicsim_fn *fn, int dir, u32 first, u32 last,
		      enum nicsim_motion motion, u32 rate)
{
	u32 n;

	for (n = first; n <= last; n++)
		nicsim_ring_set(fn, dir, n, motion, rate);
}

static void mdd_clear(struct nicsim_fn *fn)
{
	const struct nicsim_family *family = fn->part->family;

	if (!family->mdd_event.offset)
		return;
	nicsim_wr(fn, family->mdd_event.offset, 0);
	nicsim_wr(fn, family->mdd_flag.offset, 0);
}

/* Those that the driver has set up. */
static u32 rings_used(const struct nicsim_fn *fn, int dir)
{
	const struct nicsim_ring_regs *regs = nicsim_ring_regs(fn, dir);

	return regs->used ?: regs->count;
}

/* A motion of the whole device; only transmit rings can stall. */
static int motion_run(struct nicsim_fn *fn, int motion, const char *rate_word)
{
	bool healthy = motion == NICSIM_IDLE || motion == NICSIM_WORKING;
	int dir;
	u32 rate;

	if (number_get(rate_word, &rate, 0))
		return -EINVAL;
	nicsim_pause_end(fn);
	mdd_clear(fn);
	for (dir = 0; dir <= healthy; dir++)
		rings_set(fn, dir, 0, rings_used(fn, dir) - 1, motion, rate);
	return 0;
}

static int range_get(char *word, u32 count, u32 *first, u32 *last)
{
	char *dash;

	if (!word)
		return -EINVAL;
	*first = 0;
	*last = count - 1;
	if (!strcmp(word, "all"))
		return 0;

	dash = strchr(word, '-');
	if (dash)
		*dash++ = '\0';
	if (kstrtou32(word, 0, first) || kstrtou32(dash ?: word, 0, last))
		return -EINVAL;
	return *first <= *last && *last < count ? 0 : -ERANGE;
}

static int queue_run(struct nicsim_fn *fn, struct words *words)
{
	char **word = &words->word[2];
	u32 first, last, rate;
	int dir = 0, motion, ret;

	if (*word && (!strcmp(*word, "tx") || !strcmp(*word, "rx")))
		dir = **word++ == 'r';
	motion = motion_find(word[0]);
	if (motion < 0 || number_get(word[1], &rate, 0))
		return -EINVAL;

	ret = range_get(words->word[1], rings_used(fn, dir), &first, &last);
	if (!ret)
		rings_set(fn, dir, first, last, motion, rate);
	return ret;
}

/* Flow control: transmit rings stand still with work, and the MAC says why. */
static int paused_run(struct nicsim_fn *fn, struct words *words)
{
	motion_run(fn, NICSIM_STALLED, NULL);
	nicsim_pause_set(fn, true);
	return 0;
}

/* The same by priority, and the pause frames do not end. */
static int storm_run(struct nicsim_fn *fn, struct words *words)
{
	u32 priority;

	if (number_get(words->word[1], &priority, 0))
		return -EINVAL;
	motion_run(fn, NICSIM_STALLED, NULL);
	return nicsim_storm_set(fn, priority);
}

static int resumed_run(struct nicsim_fn *fn, struct words *words)
{
	return motion_run(fn, NICSIM_WORKING, words->word[1]);
}

static int mdd_run(struct nicsim_fn *fn, struct words *words)
{
	const struct nicsim_family *family = fn->part->family;
	u32 queue;

	if (!family->mdd_event.offset)
		return -EOPNOTSUPP;
	if (number_get(words->word[1], &queue, 0) || queue >= family->tx.count)
		return -EINVAL;

	nicsim_ring_set(fn, 0, queue, NICSIM_STALLED, 0);
	nicsim_wr(fn, family->mdd_event.offset, family->mdd_event.value | queue);
	nicsim_wr(fn, family->mdd_flag.offset, family->mdd_flag.value);
	return 0;
}

static int gone_set(struct nicsim_fn *fn, bool gone)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&sim.config_lock, flags);
	fn->gone = gone;
	nicsim_link_presence(fn);
	raw_spin_unlock_irqrestore(&sim.config_lock, flags);
	nicsim_regs_sync(fn);
	return 0;
}

static int gone_run(struct nicsim_fn *fn, struct words *words)
{
	return gone_set(fn, true);
}

static int back_run(struct nicsim_fn *fn, struct words *words)
{
	return gone_set(fn, false);
}

static int link_run(struct nicsim_fn *fn, struct words *words)
{
	const char *state = words->word[1];
	u32 mbps;

	if (!state || number_get(words->word[2], &mbps, nicsim_link_speed(fn)))
		return -EINVAL;
	if (strcmp(state, "up") && strcmp(state, "down"))
		return -EINVAL;
	nicsim_link_set(fn, !strcmp(state, "up"), mbps);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct nicsim_fn *fn, struct words *words);
} commands[] = {
	{ "queue", queue_run },
	{ "paused", paused_run },
	{ "storm", storm_run },
	{ "resumed", resumed_run },
	{ "mdd", mdd_run },
	{ "gone", gone_run },
	{ "back", back_run },
	{ "link", link_run },
};

static int words_split(char *line, struct words *words)
{
	char *word;
	int n = 0;

	memset(words, 0, sizeof(*words));
	while ((word = strsep(&line, " \t"))) {
		if (!*word)
			continue;
		if (n == MAX_WORDS)
			return -EINVAL;
		words->word[n++] = word;
	}
	return n;
}

int nicsim_command(struct nicsim_fn *fn, char *line)
{
	struct words words;
	int motion, i, n;

	n = words_split(line, &words);
	if (n <= 0)
		return n;

	motion = motion_find(words.word[0]);
	if (motion >= 0)
		return motion_run(fn, motion, words.word[1]);
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(words.word[0], commands[i].name))
			return commands[i].run(fn, &words);
	return -EINVAL;
}

static struct nicsim_fn *nic_named(const char *name, size_t len)
{
	unsigned int i;

	for (i = 0; i < sim.count; i++)
		if (nicsim_is_nic(sim.fns[i]) &&
		    strlen(sim.fns[i]->name) == len &&
		    !strncmp(sim.fns[i]->name, name, len))
			return sim.fns[i];
	return NULL;
}

static int tell(const char *text)
{
	size_t name_len = strcspn(text, " ");
	struct nicsim_fn *fn = nic_named(text, name_len);
	char *line;
	int ret;

	if (!fn)
		return -ENODEV;
	line = kstrdup(text + name_len, GFP_KERNEL);
	if (!line)
		return -ENOMEM;
	mutex_lock(&fn->lock);
	ret = nicsim_command(fn, strim(line));
	mutex_unlock(&fn->lock);
	kfree(line);
	return ret;
}

/* Parameters stay writable while a module unloads; the functions do not. */
static int tell_loaded(const char *text, const struct kernel_param *param)
{
	int ret;

	if (!try_module_get(THIS_MODULE))
		return -ENODEV;
	ret = tell(text);
	module_put(THIS_MODULE);
	return ret;
}

static const struct kernel_param_ops tell_ops = { .set = tell_loaded };
module_param_cb(tell, &tell_ops, NULL, 0200);
MODULE_PARM_DESC(tell, "write 'FUNCTION COMMAND' here while the module is loaded");
