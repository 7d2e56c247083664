/* SPDX-License-Identifier: GPL-2.0 */
/* Who pays: what each user has, what all have, and the limits to that. */
#ifndef KDMABUF_ACCOUNT_H
#define KDMABUF_ACCOUNT_H

#include <linux/types.h>
#include <linux/uidgid.h>

struct dmem_cgroup_pool_state;

/**
 * struct kdmabuf_charge - what was charged for memory, and to whom
 * @nr_pages: how many pages
 * @user: the user who asked for them
 * @maker: who made the user namespace in which that was, or INVALID_UID
 * @pool: what the dmem controller charged, or NULL
 */
struct kdmabuf_charge {
	unsigned long nr_pages;
	kuid_t user;
	kuid_t maker;
	struct dmem_cgroup_pool_state *pool;
};

/**
 * struct kdmabuf_account_state - what is charged to all users together
 * @in_use: pages
 * @peak: the most that there were since the module was loaded
 */
struct kdmabuf_account_state {
	unsigned long in_use;
	unsigned long peak;
};

int kdmabuf_account_init(void);
void kdmabuf_account_exit(void);

int kdmabuf_account_charge(unsigned long nr_pages,
			   struct kdmabuf_charge *charge);
void kdmabuf_account_note_peak(void);
void kdmabuf_account_uncharge(const struct kdmabuf_charge *charge);
void kdmabuf_account_get_state(struct kdmabuf_account_state *state);

#endif /* KDMABUF_ACCOUNT_H */
