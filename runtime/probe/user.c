// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "user.h"
#include "../access/pagecache.h"
#include "../core/session.h"

/* The path is held: what is probed cannot be unmounted. */
struct user_object {
	struct path path;
	int error; /* negative: there is no path */
};

static struct user_object *user_objects;

int ptrt_user_create(void)
{
	unsigned int i;

	if (!ptrt_script.n_objects || user_objects)
		return 0;
	user_objects = kcalloc(ptrt_script.n_objects, sizeof(*user_objects),
			       GFP_KERNEL);
	if (!user_objects)
		return -ENOMEM;
	for (i = 0; i < ptrt_script.n_objects; i++)
		user_objects[i].error =
			kern_path(ptrt_script.objects[i].path, LOOKUP_FOLLOW,
				  &user_objects[i].path);
	return 0;
}

void ptrt_user_destroy(void)
{
	unsigned int i;

	for (i = 0; user_objects && i < ptrt_script.n_objects; i++)
		if (!user_objects[i].error)
			path_put(&user_objects[i].path);
	kfree(user_objects);
	user_objects = NULL;
}

/* Where files are stacked (overlayfs), processes map those below. */
struct inode *ptrt_user_inode(unsigned int number)
{
	const struct user_object *object = &user_objects[number];

	if (object->error)
		return ERR_PTR(object->error);
	return d_real_inode(object->path.dentry);
}

static bool runs_one_of(const struct ptrt_probe *probe)
{
	struct mm_struct *mm = current->mm;
	const struct file *program;
	struct inode *inode;
	unsigned int i;
	bool found = false;

	rcu_read_lock();
	program = mm ? rcu_dereference(mm->exe_file) : NULL;
	inode = program ? file_inode(program) : NULL;
	for (i = 0; inode && i < probe->n_programs && !found; i++) {
		const struct user_object *object =
			&user_objects[probe->programs[i]];

		found = !object->error &&
			d_backing_inode(object->path.dentry) == inode;
	}
	rcu_read_unlock();
	return found;
}

bool ptrt_user_wanted_task(const struct ptrt_probe *probe)
{
	return (!ptrt_session_target() || ptrt_in_target_children()) &&
	       (!probe->pid || ptrt_task_descends(probe->pid)) &&
	       (!probe->n_programs || runs_one_of(probe));
}

/* The call stands before the address that it returns to, which may be the first
 * behind the function. */
static bool returns_into(const struct ptrt_caller *caller, u64 linked)
{
	unsigned int i;

	for (i = 0; i < caller->n_ranges; i++)
		if (linked >= caller->ranges[i].start &&
		    linked < caller->ranges[i].end)
			return true;
	return false;
}

unsigned int ptrt_user_word(const struct ptrt_probe *probe,
			    const struct ptrt_site *site)
{
	unsigned int object = probe->user_sites[site - probe->sites].object;

	return ptrt_script.objects[object].word;
}

bool ptrt_user_wanted(const struct ptrt_probe *probe,
		      const struct ptrt_site *site, const struct pt_regs *regs,
		      unsigned long ip)
{
	u64 address = 0;

	if (!ptrt_user_wanted_task(probe))
		return false;
	if (!probe->n_callers)
		return true;
	/* The caller's call has just written it: it is in memory. */
	if (copy_from_user_nofault(
		    &address, (void __user *)user_stack_pointer((void *)regs),
		    ptrt_user_word(probe, site)))
		return false;
	return returns_into(&probe->callers[0],
			    address - 1 - (ip - site->address));
}

static bool user_is_code(const struct vm_area_struct *vma,
			 const struct ptrt_object *object,
			 const struct inode *inode)
{
	u64 start = (u64)vma->vm_pgoff << PAGE_SHIFT;

	return vma->vm_file && file_inode(vma->vm_file) == inode &&
	       (vma->vm_flags & VM_EXEC) && object->offset >= start &&
	       object->offset - start < vma->vm_end - vma->vm_start;
}

/* Where the file of OBJECT is loaded: the area of its code tells.  The lock is only
 * tried; access/pagecache.h says why it may be. */
static bool user_find_slide(const struct ptrt_object *object,
			    const struct inode *inode, u64 *ret)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	bool found = false;

	if (!mm || !ptrt_mmap_trylock(mm))
		return false;
	for (vma = find_vma(mm, 0); vma && !found;
	     vma = find_vma(mm, vma->vm_end)) {
		found = user_is_code(vma, object, inode);
		if (found)
			*ret = vma->vm_start + object->offset -
			       ((u64)vma->vm_pgoff << PAGE_SHIFT) -
			       object->address;
	}
	mmap_read_unlock(mm);
	return found;
}

uint64_t ptrt_object_slide(struct ptrt_context *c, unsigned int number)
{
	const struct ptrt_object *object = &ptrt_script.objects[number];
	const struct inode *inode = ptrt_user_inode(number);
	u64 slide;

	if (!IS_ERR(inode) && user_find_slide(object, inode, &slide))
		return slide;
	ptrt_error(c, "%s is not loaded in this process", object->path);
	return 0;
}
