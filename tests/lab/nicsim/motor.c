// SPDX-License-Identifier: GPL-2.0-or-later
/* The thread that makes registers follow the world and rings move. */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/ktime.h>

#include "nicsim.h"

static void fn_step(struct nicsim_fn *fn, u64 usec)
{
	mutex_lock(&fn->lock);
	nicsim_regs_sync(fn);
	if (fn->image && !nicsim_dark(fn)) {
		nicsim_rings_step(fn, usec);
		nicsim_phy_step(fn);
		nicsim_link_step(fn);
		nicsim_pause_step(fn);
	}
	mutex_unlock(&fn->lock);
}

static int motor(void *unused)
{
	ktime_t before = ktime_get(), now;
	unsigned int i;

	while (!kthread_should_stop()) {
		usleep_range(nicsim_tick_ms * 1000, nicsim_tick_ms * 1100);
		nicsim_domain_settle();
		now = ktime_get();
		for (i = 0; i < sim.count; i++)
			if (nicsim_is_nic(sim.fns[i]))
				fn_step(sim.fns[i], ktime_us_delta(now, before));
		before = now;
	}
	return 0;
}

int nicsim_motor_start(void)
{
	sim.motor = kthread_run(motor, NULL, "nicsim");
	return PTR_ERR_OR_ZERO(sim.motor);
}

void nicsim_motor_stop(void)
{
	kthread_stop(sim.motor);
}
