/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor.h"

#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.h"
#include "build/kbuild.h"
#include "debuginfo/debuginfo.h"
#include "debuginfo/locate.h"
#include "debuginfo/modules.h"
#include "run.h"
#include "vm/vm.h"

struct doctor {
	struct pt_session *session;
	struct pt_arena *arena;
	FILE *stream;
	bool here; /* the target is the running kernel, and no guest was asked */
	bool good;
};

enum verdict {
	FINE,
	ADVICE, /* something is slower or cannot be had; scripts run */
	MISSING,
};

static void say(struct doctor *d, enum verdict verdict, const char *what,
		const char *state, const char *remedy)
{
	static const char *const words[] = {
		[FINE] = "ok",
		[ADVICE] = "note",
		[MISSING] = "MISSING",
	};

	fprintf(d->stream, "%-8s %s: %s\n", words[verdict], what, state);
	if (verdict != FINE && remedy)
		fprintf(d->stream, "%-8s   %s\n", "", remedy);
	if (verdict == MISSING)
		d->good = false;
}

/* What a pass would say, as a line here. */
static void say_error(struct doctor *d, enum verdict verdict, const char *what,
		      const struct pt_error *error)
{
	say(d, verdict, what, error->message, error->hint);
}

/* The first line of a file of the kernel; NULL: it is not there. */
static const char *kernel_line(struct doctor *d, const char *path)
{
	size_t length;
	char *text;

	if (access(path, R_OK) || pt_file_read(d->arena, path, &text, &length))
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static bool config_is(struct doctor *d, const char *option, const char *value)
{
	return !strcmp(pt_target_config(d->arena, &d->session->target, option),
		       value);
}

static bool has_program(const char *name)
{
	char *path = g_find_program_in_path(name);
	bool found = path != NULL;

	g_free(path);
	return found;
}

static void check_kernel(struct doctor *d)
{
	const struct pt_target *target = &d->session->target;
	struct utsname names;
	bool same = !uname(&names) && !strcmp(names.release, target->release);

	d->here = same && !d->session->options.vm;
	say(d, FINE, "kernel",
	    pt_arena_printf(d->arena, "%s (%s)%s", target->release,
			    target->arch,
			    same ? ", which is running"
				 : ", which is not the one that runs here"),
	    NULL);
	if (strcmp(target->arch, "x86_64") && strcmp(target->arch, "i386"))
		say(d, MISSING, "machine",
		    pt_arena_printf(d->arena, "%s is not supported",
				    target->arch),
		    "ptap probes x86_64 and i386 kernels");
}

static void check_build(struct doctor *d)
{
	struct pt_error *error =
		pt_target_need_headers(d->arena, &d->session->target);
	const char *compiler;

	if (error) {
		say_error(d, MISSING, "kernel headers", error);
		return;
	}
	say(d, FINE, "kernel headers", d->session->target.build_dir, NULL);
	compiler = pt_kbuild_compiler(d->session);
	if (has_program(compiler))
		say(d, FINE, "compiler",
		    pt_arena_printf(d->arena,
				    "%s, which the kernel was built with",
				    compiler),
		    NULL);
	else
		say(d, MISSING, "compiler",
		    pt_arena_printf(d->arena,
				    "the kernel was built with %s, which is "
				    "not installed",
				    compiler),
		    pt_arena_printf(d->arena, "on Debian: apt install %s",
				    pt_kbuild_compiler_package(d->session)));
	if (has_program("make"))
		say(d, FINE, "make", "installed", NULL);
	else
		say(d, MISSING, "make", "not installed",
		    "on Debian: apt install make");
	if (!has_program("re2c"))
		say(d, ADVICE, "re2c",
		    "not installed: no regular expressions in scripts",
		    "on Debian: apt install re2c");
}

/* Where debug symbols were looked for, of which build; DBG: what else is known of
 * it. */
static const char *search_text(struct doctor *d, struct pt_dbg *dbg)
{
	const char *release = d->session->target.release;
	GPtrArray *places = pt_target_vmlinux_places(d->arena, release);
	const char *urls = g_getenv("DEBUGINFOD_URLS");
	GString *text = pt_arena_string(d->arena);
	const unsigned char *id;
	const char *by_id;
	size_t length;

	pt_dbg_build_id(dbg, &id, &length);
	g_string_append_printf(text, "its build id is %s; there is none of",
			       pt_dbg_id_text(d->arena, id, length));
	for (unsigned i = 0; i < places->len; i++)
		g_string_append_printf(text, "%s %s", i ? "," : "",
				       (const char *)places->pdata[i]);
	by_id = pt_locate_by_id(d->arena, id, length);
	if (by_id)
		g_string_append_printf(text, ", %s", by_id);
	if (urls && *urls)
		g_string_append_printf(text, ", nor at %s", urls);
	else
		g_string_append(text, "; DEBUGINFOD_URLS names no server");
	return text->str;
}

/* One line more for all that a module's probes may lack. */
static void check_modules(struct doctor *d)
{
	unsigned all, n = pt_modules_described(d->session, &all);

	if (!all)
		return;
	if (n == all)
		say(d, FINE, "debug symbols of modules",
		    pt_arena_printf(d->arena, "those of all %u", all), NULL);
	else
		say(d, ADVICE, "debug symbols of modules",
		    pt_arena_printf(d->arena,
				    "those of %u of %u are installed: of the "
				    "others BTF is used, if they have it",
				    n, all),
		    pt_target_debuginfo_hint(d->arena, &d->session->target));
}

static void check_debuginfo(struct doctor *d)
{
	struct pt_error *error;
	struct pt_dbg *dbg;

	error = pt_dbg_open(d->session, &dbg);
	if (error) {
		say_error(d, MISSING, "debug symbols", error);
		return;
	}
	if (!pt_dbg_is_btf(dbg)) {
		say(d, FINE, "debug symbols", d->session->target.debug_vmlinux,
		    NULL);
		check_modules(d);
		return;
	}
	say(d, ADVICE, "debug symbols",
	    pt_dbg_has_types(dbg)
		    ? "not installed: BTF is used, which has no local "
		      "variables, lines or inlined copies"
		    : "not installed, and there is no BTF: only names of "
		      "functions are known",
	    pt_target_debuginfo_hint(d->arena, &d->session->target));
	if (!d->session->target.btf_only)
		fprintf(d->stream, "%-8s   %s\n", "", search_text(d, dbg));
}

/* What probes are made of. */
static void check_options(struct doctor *d)
{
	static const struct {
		const char *option;
		enum verdict without;
		const char *loss;
	} needed[] = {
		{ "CONFIG_MODULES", MISSING, "no script can be loaded" },
		{ "CONFIG_PROC_FS", MISSING, "no script can be controlled" },
		{ "CONFIG_RELAY", MISSING, "no output can be streamed" },
		{ "CONFIG_KPROBES", ADVICE,
		  "functions are probed by the bundled engine" },
		{ "CONFIG_KRETPROBES", ADVICE,
		  "returns are probed by the bundled engine" },
		{ "CONFIG_KALLSYMS", MISSING, "no address can be checked" },
		{ "CONFIG_HIGH_RES_TIMERS", ADVICE,
		  "timers are as coarse as the kernel's tick" },
		{ "CONFIG_DYNAMIC_FTRACE_WITH_ARGS", ADVICE,
		  "function entries cost a breakpoint each" },
	};
	bool all = true;

	if (!pt_target_has_config(&d->session->target)) {
		say(d, ADVICE, "kernel options",
		    "the kernel's configuration is not installed", NULL);
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(needed); i++) {
		if (config_is(d, needed[i].option, "y"))
			continue;
		all = false;
		say(d, needed[i].without, "kernel options",
		    pt_arena_printf(d->arena, "without %s %s", needed[i].option,
				    needed[i].loss),
		    "that takes another kernel");
	}
	if (all)
		say(d, FINE, "kernel options", "all that probes need", NULL);
}

static void check_loading(struct doctor *d)
{
	const char *lockdown = kernel_line(
		d, pt_target_running(d->arena, "security/lockdown"));
	const char *enforced = kernel_line(
		d, pt_target_running(d->arena, "../module/module/parameters/"
					       "sig_enforce"));
	const char *disabled = kernel_line(d, "/proc/sys/kernel/"
					      "modules_disabled");

	if (geteuid() == 0)
		say(d, FINE, "privilege", "this is root", NULL);
	else
		say(d, ADVICE, "privilege", "only root can load scripts",
		    "run ptap with sudo; building needs no privilege");
	if (disabled && !strcmp(disabled, "1"))
		say(d, MISSING, "loading",
		    "the kernel takes no modules any more "
		    "(kernel.modules_disabled=1)",
		    "that lasts until the next boot");
	if (lockdown && !strstr(lockdown, "[none]"))
		say(d, MISSING, "lockdown",
		    pt_arena_printf(d->arena,
				    "the kernel loads signed modules only: %s",
				    lockdown),
		    "switch Secure Boot off in the firmware, or sign modules "
		    "with an enrolled key");
	else if (config_is(d, "CONFIG_MODULE_SIG_FORCE", "y"))
		say(d, MISSING, "signatures",
		    "the kernel loads signed modules only "
		    "(CONFIG_MODULE_SIG_FORCE)",
		    "sign modules with an enrolled key, or boot a kernel "
		    "without that");
	else if (enforced && !strcmp(enforced, "Y"))
		say(d, MISSING, "signatures",
		    "the kernel loads signed modules only "
		    "(module.sig_enforce)",
		    "boot without module.sig_enforce, or sign modules with an "
		    "enrolled key");
	else if (!pt_target_has_config(&d->session->target) ||
		 config_is(d, "CONFIG_MODULES", "y"))
		say(d, FINE, "loading", "unsigned modules are taken", NULL);
}

static void check_guest(struct doctor *d)
{
	bool wanted = d->session->options.vm;
	const char *emulator = pt_arena_printf(d->arena, "qemu-system-%s",
					       d->session->target.arch);

	if (!d->session->target.image)
		say(d, wanted ? MISSING : ADVICE, "virtual machine",
		    "this kernel's image is not installed",
		    "install the kernel itself, with its modules");
	else if (!has_program(emulator))
		say(d, wanted ? MISSING : ADVICE, "virtual machine",
		    "QEMU is not installed: no --vm",
		    "on Debian: apt install qemu-system-x86");
	else if (access("/dev/kvm", R_OK | W_OK))
		say(d, ADVICE, "virtual machine",
		    "works, emulated: /dev/kvm cannot be used",
		    "it boots in many seconds instead of few");
	else
		say(d, FINE, "virtual machine",
		    "works; /dev/kvm is there and is tried first", NULL);
}

/* A guest of another word size runs programs of its own. */
static void check_programs(struct doctor *d)
{
	const struct pt_target *target = &d->session->target;
	const char *tool = pt_run_tool(d->session), *agent;
	struct pt_error *error;

	if (!pt_target_is_foreign(target))
		return;
	error = pt_vm_need_programs(d->arena, target, NULL, &agent);
	if (!error)
		error = pt_target_need_program(d->arena, target, tool);
	if (error)
		say_error(d, d->session->options.vm ? MISSING : ADVICE,
			  "programs for guests", error);
	else
		say(d, FINE, "programs for guests",
		    pt_arena_printf(d->arena, "%s, %s", agent, tool), NULL);
}

static void check_cache(struct doctor *d)
{
	struct pt_error *error;
	const char *cache;

	error = pt_file_cache_dir(d->arena, &cache);
	if (error)
		say_error(d, ADVICE, "cache", error);
	else
		say(d, FINE, "cache", cache, NULL);
}

bool pt_doctor(struct pt_session *session, FILE *stream)
{
	struct doctor d = {
		.session = session,
		.arena = session->arena,
		.stream = stream,
		.good = true,
	};

	check_kernel(&d);
	check_build(&d);
	check_debuginfo(&d);
	check_options(&d);
	if (d.here)
		check_loading(&d);
	else if (!session->options.vm)
		say(&d, ADVICE, "loading",
		    "scripts for this kernel do not run "
		    "here",
		    "ptap --vm runs them in a virtual machine; -p4 builds "
		    "them");
	check_guest(&d);
	check_programs(&d);
	check_cache(&d);
	return d.good;
}
