// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tracepoints, of the kernel and of modules.
 *
 * One function stands for all: the kernel calls a tracepoint's probes as it calls
 * __traceiter_NAME, with the probe's own pointer first, so the script reads the
 * arguments where they are at that function's entry, whatever their number and
 * width.  For that it gets the registers of arguments and the stack pointer.
 *
 * Those of the kernel are looked up when the module is loaded.  Those of modules
 * are told by the kernel's notifier, which takes its own mutex before the
 * session's; `points_lock` is taken within both and guards `points` alone.
 */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/ptrace.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "probe.h"
#include "../compat/tracepoint.h"
#include "../core/condition.h"
#include "../core/hit.h"
#include "../core/session.h"

struct ptrt_point {
	struct ptrt_target target;
	const struct ptrt_tracepoint *which;
	struct tracepoint *at; /* NULL: not there, for now */
	bool armed;	       /* the session wants it */
	bool registered;       /* and its condition holds */
};

static DEFINE_MUTEX(points_lock);
static struct ptrt_point *points; /* in the order of the script's probes */
static unsigned int n_points;

/* ---- the probe -------------------------------------------------------- */

/*
 * Any context, preemption off.  The parameters are those registers that the
 * kernel's calling convention may use; what else a tracepoint hands over is on the
 * stack, above the return address.  gcc's manual, "Return Address": the frame
 * address is where the function's own frame pointer was saved, below that.
 */
static noinline void point_stub(void *data, unsigned long first,
				unsigned long second, unsigned long third,
				unsigned long fourth, unsigned long fifth)
{
	const struct ptrt_point *point = data;
	unsigned long *frame = __builtin_frame_address(0);
	struct pt_regs regs = { .sp = (unsigned long)(frame + 1),
				.ip = frame[1] };

#ifdef CONFIG_X86_64
	regs.di = (unsigned long)data;
	regs.si = first;
	regs.dx = second;
	regs.cx = third;
	regs.r8 = fourth;
	regs.r9 = fifth;
#else
	regs.ax = (unsigned long)data;
	regs.dx = first;
	regs.cx = second;
#endif
	ptrt_hit(&point->target, point->target.n_locks > 0, &regs, NULL,
		 regs.ip, NULL);
}

/* In a handler: the stub's first argument is what it was registered with. */
unsigned int ptrt_tracepoint_number(const struct ptrt_context *c)
{
	const struct pt_regs *regs = c->regs;
	const struct ptrt_point *point;

#ifdef CONFIG_X86_64
	point = (const void *)regs->di;
#else
	point = (const void *)regs->ax;
#endif
	return point->which - c->probe->tracepoints;
}

/* ---- what is there ---------------------------------------------------- */

static bool is_called(const struct ptrt_point *point,
		      const struct tracepoint *at, const char *module)
{
	const char *own = point->which->module;

	return !strcmp(point->which->name, at->name) &&
	       (own ? module && !strcmp(own, module) : !module);
}

static void point_found(struct tracepoint *at, const char *module)
{
	unsigned int i;

	for (i = 0; i < n_points; i++)
		if (is_called(&points[i], at, module))
			points[i].at = at;
}

static void kernel_point(struct tracepoint *at, void *unused)
{
	point_found(at, NULL);
}

/* ---- arming ----------------------------------------------------------- */

static void point_failed(const struct ptrt_point *point, const char *what,
			 int error)
{
	ptrt_place_failed(point->target.probe, point->which->name, what, error);
}

static void point_on(struct ptrt_point *point)
{
	int error = ptrt_point_register(point->at, point_stub, point);

	if (error)
		point_failed(point, "the kernel refuses a probe there", error);
	point->registered = !error;
}

/* Handlers may still run when it returns. */
static void point_off(struct ptrt_point *point)
{
	ptrt_point_unregister(point->at, point_stub, point);
	point->registered = false;
}

static void point_arm(struct ptrt_point *point)
{
	point->armed = true;
	if (!point->registered && ptrt_condition_holds(point->target.probe))
		point_on(point);
}

int ptrt_tracepoint_arm(const struct ptrt_probe *probe)
{
	unsigned int i;

	mutex_lock(&points_lock);
	for (i = 0; i < n_points; i++) {
		struct ptrt_point *point = &points[i];

		if (point->target.probe != probe)
			continue;
		if (point->at)
			point_arm(point);
		else if (!point->which->module)
			point_failed(point, "there is no such tracepoint",
				     -ENOENT);
	}
	mutex_unlock(&points_lock);
	return 0;
}

void ptrt_tracepoint_switch(const struct ptrt_probe *probe, bool on)
{
	unsigned int i;

	mutex_lock(&points_lock);
	for (i = 0; i < n_points && ptrt_session_rearming(); i++) {
		struct ptrt_point *point = &points[i];

		if (point->target.probe != probe || !point->armed ||
		    point->registered == on)
			continue;
		if (on)
			point_on(point);
		else
			point_off(point);
	}
	mutex_unlock(&points_lock);
}

void ptrt_tracepoint_disarm(void)
{
	unsigned int i;
	bool any = false;

	mutex_lock(&points_lock);
	for (i = 0; i < n_points; i++) {
		any |= points[i].armed;
		points[i].armed = false;
		if (points[i].registered)
			point_off(&points[i]);
	}
	mutex_unlock(&points_lock);
	if (any)
		tracepoint_synchronize_unregister();
}

/* ---- modules ---------------------------------------------------------- */

#if PTRT_HAS_MODULE_TRACEPOINTS
static bool is_of(const struct ptrt_point *point, const struct module *module)
{
	return point->which->module &&
	       !strcmp(point->which->module, module->name);
}

static void point_module_arm(struct module *module)
{
	unsigned int i;

	mutex_lock(&points_lock);
	for (i = 0; i < n_points; i++)
		if (points[i].at && is_of(&points[i], module))
			point_arm(&points[i]);
	mutex_unlock(&points_lock);
}

static void point_module_comes(struct module *module)
{
	unsigned int i;

	mutex_lock(&points_lock);
	for (i = 0; i < module->num_tracepoints; i++)
		point_found(tracepoint_ptr_deref(&module->tracepoints_ptrs[i]),
			    module->name);
	mutex_unlock(&points_lock);
	ptrt_session_module(module, point_module_arm);
}

/* The kernel waits for the handlers that run before it frees the module. */
static void point_module_goes(struct module *module)
{
	unsigned int i;

	mutex_lock(&points_lock);
	for (i = 0; i < n_points; i++) {
		struct ptrt_point *point = &points[i];

		if (!point->at || !is_of(point, module))
			continue;
		if (point->registered)
			point_off(point);
		point->armed = false;
		point->at = NULL;
	}
	mutex_unlock(&points_lock);
}

static int points_notice(struct notifier_block *block, unsigned long event,
			 void *data)
{
	const struct tp_module *told = data;

	if (event == MODULE_STATE_COMING)
		point_module_comes(told->mod);
	else if (event == MODULE_STATE_GOING)
		point_module_goes(told->mod);
	return NOTIFY_OK;
}

static struct notifier_block points_block = { .notifier_call = points_notice };
static bool points_noticed;

/* Tells of the modules that are there, too. */
static int watch_modules(void)
{
	int error = register_tracepoint_module_notifier(&points_block);

	points_noticed = !error;
	return error;
}

static void unwatch_modules(void)
{
	if (points_noticed)
		unregister_tracepoint_module_notifier(&points_block);
	points_noticed = false;
}
#else
static int watch_modules(void)
{
	return 0;
}

static void unwatch_modules(void)
{
}
#endif

/* ---- the whole -------------------------------------------------------- */

static void list_points(void)
{
	struct ptrt_point *point = points;
	unsigned int i, j;

	for (i = 0; i < ptrt_script.n_probes; i++) {
		const struct ptrt_probe *probe = &ptrt_script.probes[i];

		for (j = 0; j < probe->n_tracepoints; j++, point++) {
			point->target = ptrt_target_body(probe);
			point->which = &probe->tracepoints[j];
		}
	}
}

int ptrt_tracepoints_create(void)
{
	bool of_modules = false;
	unsigned int i, j;
	int error = 0;

	for (i = 0; i < ptrt_script.n_probes; i++) {
		const struct ptrt_probe *probe = &ptrt_script.probes[i];

		n_points += probe->n_tracepoints;
		for (j = 0; j < probe->n_tracepoints; j++)
			of_modules |= probe->tracepoints[j].module != NULL;
	}
	if (!n_points)
		return 0;
	points = kvcalloc(n_points, sizeof(*points), GFP_KERNEL);
	if (!points)
		return -ENOMEM;
	list_points();
	ptrt_points_each(kernel_point);
	if (of_modules)
		error = watch_modules();
	if (error)
		ptrt_tracepoints_destroy();
	return error;
}

void ptrt_tracepoints_destroy(void)
{
	unwatch_modules();
	/* One whose module went was taken back without waiting. */
	if (n_points)
		tracepoint_synchronize_unregister();
	kvfree(points);
	points = NULL;
	n_points = 0;
}
