// SPDX-License-Identifier: GPL-2.0
/*
 * Who pays: a buffer's pages are charged to the user who allocates it, and to all
 * users together, before there is any memory, and given back when the buffer goes,
 * whoever held it last. What the pool keeps is nobody's.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/user_namespace.h>
#include <linux/xarray.h>

#include "account.h"
#include "compat.h"
#include "parameter.h"

/* What limits in dmem.max are about; NULL on kernels without the controller. */
static struct dmem_cgroup_region *region;

static unsigned int user_limit_mb = KDMABUF_NOT_GIVEN;
static unsigned int limit_mb = KDMABUF_NOT_GIVEN;

/* Protects all below. Memory is allocated under it; no shrinker takes it. */
static DEFINE_MUTEX(account_lock);

/* The pages of each user who has any: a value entry, by the number of the kuid. */
static DEFINE_XARRAY(users);
static struct kdmabuf_account_state all;

/*
 * In user namespaces one user may be many: 65536 with the subordinate ids that he
 * commonly has. So what they allocate there is charged to whoever made the
 * outermost of these namespaces, too. Of root's, which are containers that shall not
 * take from each other, to who is root inside; unless that is root outside, too.
 */
static kuid_t namespace_maker(kuid_t user)
{
	struct user_namespace *ns = current_user_ns();
	kuid_t maker;

	if (ns == &init_user_ns)
		return INVALID_UID;
	while (ns->parent != &init_user_ns)
		ns = ns->parent;
	maker = ns->owner;
	if (uid_eq(maker, GLOBAL_ROOT_UID))
		maker = make_kuid(ns, 0);
	if (uid_eq(maker, GLOBAL_ROOT_UID) || uid_eq(maker, user))
		return INVALID_UID;
	return maker;
}

static unsigned long pages_of(kuid_t user)
{
	void *entry = xa_load(&users, __kuid_val(user));

	return entry ? xa_to_value(entry) : 0;
}

/* Cannot fail if the user has some and is to have fewer. */
static int set_pages_of(kuid_t user, unsigned long nr_pages)
{
	if (!nr_pages) {
		xa_erase(&users, __kuid_val(user));
		return 0;
	}
	return xa_err(xa_store(&users, __kuid_val(user), xa_mk_value(nr_pages),
			       GFP_KERNEL));
}

/* Whether @nr_more pages would pass a limit of @mib. */
static bool is_too_much(unsigned int mib, unsigned long nr_pages,
			unsigned long nr_more)
{
	unsigned long nr_max = (unsigned long)mib * MIB_PAGES;

	return mib && (nr_pages > nr_max || nr_more > nr_max - nr_pages);
}

static unsigned long kib(unsigned long nr_pages)
{
	return nr_pages << (PAGE_SHIFT - 10);
}

static int charge_user(kuid_t user, unsigned long nr_more)
{
	unsigned int mib = READ_ONCE(user_limit_mb);
	unsigned long nr_pages;

	if (!uid_valid(user))
		return 0;
	nr_pages = pages_of(user);
	if (is_too_much(mib, nr_pages, nr_more)) {
		pr_warn_ratelimited(
			"%s[%d]: no %lu KiB: user %u has %lu KiB of %u MiB (user_limit_mb)\n",
			current->comm, task_pid_nr(current), kib(nr_more),
			from_kuid(&init_user_ns, user), kib(nr_pages), mib);
		return -EDQUOT;
	}
	return set_pages_of(user, nr_pages + nr_more);
}

static void uncharge_user(kuid_t user, unsigned long nr_pages)
{
	if (uid_valid(user))
		set_pages_of(user, pages_of(user) - nr_pages);
}

static int charge_all(unsigned long nr_more)
{
	unsigned int mib = READ_ONCE(limit_mb);

	if (is_too_much(mib, all.in_use, nr_more)) {
		pr_warn_ratelimited(
			"%s[%d]: no %lu KiB: all users have %lu KiB of %u MiB (limit_mb)\n",
			current->comm, task_pid_nr(current), kib(nr_more),
			kib(all.in_use), mib);
		return -ENOSPC;
	}
	all.in_use += nr_more;
	return 0;
}

static int charge_users(const struct kdmabuf_charge *charge)
{
	int ret;

	mutex_lock(&account_lock);
	ret = charge_user(charge->user, charge->nr_pages);
	if (ret)
		goto out;
	ret = charge_user(charge->maker, charge->nr_pages);
	if (ret)
		goto err_user;
	ret = charge_all(charge->nr_pages);
	if (ret)
		goto err_maker;
	goto out;

err_maker:
	uncharge_user(charge->maker, charge->nr_pages);
err_user:
	uncharge_user(charge->user, charge->nr_pages);
out:
	mutex_unlock(&account_lock);
	return ret;
}

static void uncharge_users(const struct kdmabuf_charge *charge)
{
	mutex_lock(&account_lock);
	all.in_use -= charge->nr_pages;
	uncharge_user(charge->maker, charge->nr_pages);
	uncharge_user(charge->user, charge->nr_pages);
	mutex_unlock(&account_lock);
}

static u64 charged_bytes(const struct kdmabuf_charge *charge)
{
	return (u64)charge->nr_pages << PAGE_SHIFT;
}

static int charge_cgroup(struct kdmabuf_charge *charge)
{
	int ret = dmem_cgroup_try_charge(region, charged_bytes(charge),
					 &charge->pool, NULL);

	if (ret != -EAGAIN)
		return ret;
	pr_warn_ratelimited(
		"%s[%d]: no %lu KiB: its cgroup has too much (dmem.max)\n",
		current->comm, task_pid_nr(current), kib(charge->nr_pages));
	return -EDQUOT;
}

/**
 * kdmabuf_account_charge - charge memory that the calling task is going to get
 * @nr_pages: how many pages
 * @charge: where it is noted, for kdmabuf_account_uncharge()
 *
 * Returns 0, -EDQUOT if a user or a cgroup would have too much, -ENOSPC if all users
 * together would (a line in the kernel log tells how much there is), or -ENOMEM.
 */
int kdmabuf_account_charge(unsigned long nr_pages,
			   struct kdmabuf_charge *charge)
{
	int ret;

	charge->nr_pages = nr_pages;
	charge->user = current_euid();
	charge->maker = namespace_maker(charge->user);

	ret = charge_users(charge);
	if (ret)
		return ret;
	ret = charge_cgroup(charge);
	if (ret)
		uncharge_users(charge);
	return ret;
}

/* What was charged has been had. */
void kdmabuf_account_note_peak(void)
{
	mutex_lock(&account_lock);
	all.peak = max(all.peak, all.in_use);
	mutex_unlock(&account_lock);
}

void kdmabuf_account_uncharge(const struct kdmabuf_charge *charge)
{
	dmem_cgroup_uncharge(charge->pool, charged_bytes(charge));
	uncharge_users(charge);
}

void kdmabuf_account_get_state(struct kdmabuf_account_state *state)
{
	mutex_lock(&account_lock);
	*state = all;
	mutex_unlock(&account_lock);
}

static const struct kernel_param_ops limit_ops = {
	.set = kdmabuf_set_mib,
	.get = param_get_uint,
};

module_param_cb(user_limit_mb, &limit_ops, &user_limit_mb, 0644);
MODULE_PARM_DESC(
	user_limit_mb,
	"MiB that the buffers of each user may have, up to what the machine has, 0: no limit; EINVAL, ERANGE (default: half of that)");
module_param_cb(limit_mb, &limit_ops, &limit_mb, 0644);
MODULE_PARM_DESC(
	limit_mb,
	"MiB that all buffers together may have, up to what the machine has, 0: no limit; EINVAL, ERANGE (default: three quarters of that)");

/*
 * None of it can be swapped out. Half is what tmpfs lets a user take and TTM all
 * graphics drivers; what a user leaves is some for others, and what all leave is
 * for the machine to go on.
 */
int kdmabuf_account_init(void)
{
	unsigned int mib = kdmabuf_machine_mib();

	if (user_limit_mb == KDMABUF_NOT_GIVEN)
		user_limit_mb = mib / 2;
	if (limit_mb == KDMABUF_NOT_GIVEN)
		limit_mb = mib - mib / 4;

	region = kdmabuf_dmem_register_region(
		(u64)totalram_pages() << PAGE_SHIFT, KBUILD_MODNAME);
	return PTR_ERR_OR_ZERO(region);
}

/* Nothing is charged any more. */
void kdmabuf_account_exit(void)
{
	dmem_cgroup_unregister_region(region);
}
