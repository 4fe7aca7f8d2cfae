// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The current task, by its own fields.
 */
#include <linux/cred.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/uidgid.h>

#include "../script.h"
#include "../core/session.h"
#include "../data/bytes.h"

/* Ancestors looked at: more than any sane chain has, and bounded. */
#define ANCESTORS_MAX 256

int64_t ptrt_pid(void)
{
	return current->tgid;
}

int64_t ptrt_tid(void)
{
	return current->pid;
}

int64_t ptrt_ppid(void)
{
	int64_t pid;

	rcu_read_lock();
	pid = rcu_dereference(current->real_parent)->tgid;
	rcu_read_unlock();
	return pid;
}

int64_t ptrt_uid(void)
{
	return __kuid_val(current_uid());
}

int64_t ptrt_euid(void)
{
	return __kuid_val(current_euid());
}

int64_t ptrt_gid(void)
{
	return __kgid_val(current_gid());
}

int64_t ptrt_egid(void)
{
	return __kgid_val(current_egid());
}

int64_t ptrt_pgrp(void)
{
	return task_pgrp_nr_ns(current, &init_pid_ns);
}

int64_t ptrt_sid(void)
{
	return task_session_nr_ns(current, &init_pid_ns);
}

int64_t ptrt_cpu(void)
{
	return raw_smp_processor_id();
}

uint64_t ptrt_task(void)
{
	return (unsigned long)current;
}

static struct ptrt_str name(char *buffer, const struct task_struct *task)
{
	memcpy(buffer, task->comm, TASK_COMM_LEN);
	/* Another CPU may be changing it. */
	buffer[TASK_COMM_LEN - 1] = '\0';
	return (struct ptrt_str){ buffer, ptrt_length_16(buffer) };
}

struct ptrt_str ptrt_execname(struct ptrt_context *c, char *buffer)
{
	BUILD_BUG_ON(TASK_COMM_LEN != 16);
	return name(buffer, current);
}

struct ptrt_str ptrt_pexecname(struct ptrt_context *c, char *buffer)
{
	struct ptrt_str text;

	rcu_read_lock();
	text = name(buffer, rcu_dereference(current->real_parent));
	rcu_read_unlock();
	return text;
}

int64_t ptrt_target(void)
{
	return ptrt_session_target();
}

bool ptrt_task_descends(int64_t pid)
{
	const struct task_struct *task = current;
	unsigned int i;
	bool found = false;

	rcu_read_lock();
	for (i = 0; i < ANCESTORS_MAX && task->pid && !found; i++) {
		found = task->tgid == pid;
		task = rcu_dereference(task->real_parent);
	}
	rcu_read_unlock();
	return found;
}

bool ptrt_in_target_children(void)
{
	s64 target = ptrt_session_target();

	return target && ptrt_task_descends(target);
}

struct ptrt_str ptrt_module_name(void)
{
	return ptrt_from_c(THIS_MODULE->name);
}
