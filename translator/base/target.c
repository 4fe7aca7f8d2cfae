/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "target.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "file.h"
#include "proc.h"

#define MODULES_DIR "/lib/modules"

static bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static const char *if_exists(const char *path)
{
	return exists(path) ? path : NULL;
}

static gint newer_first(gconstpointer a, gconstpointer b)
{
	const char *const *x = a;
	const char *const *y = b;

	return strverscmp(*y, *x);
}

GPtrArray *pt_target_installed(struct pt_arena *arena)
{
	GPtrArray *releases = pt_arena_ptr_array(arena);
	GDir *dir = g_dir_open(MODULES_DIR, 0, NULL);
	const char *name;

	if (!dir)
		return releases;
	while ((name = g_dir_read_name(dir)))
		if (g_ascii_isdigit(name[0]))
			g_ptr_array_add(releases, pt_arena_strdup(arena, name));
	g_dir_close(dir);
	g_ptr_array_sort(releases, newer_first);
	return releases;
}

static const char *installed_text(struct pt_arena *arena)
{
	GPtrArray *releases = pt_target_installed(arena);
	GString *text = pt_arena_string(arena);
	unsigned i;

	for (i = 0; i < releases->len; i++)
		g_string_append_printf(
			text, "%s%s", i ? ", " : "",
			(const char *)g_ptr_array_index(releases, i));
	return text->str;
}

/* The folder that kbuild can work in, or NULL. */
static const char *find_build_dir(struct pt_arena *arena, const char *release)
{
	const char *dir =
		pt_arena_printf(arena, MODULES_DIR "/%s/build", release);

	return if_exists(pt_arena_printf(arena, "%s/Makefile", dir)) ? dir
								     : NULL;
}

const char *pt_target_debug_dir(void)
{
	const char *own = g_getenv("PTAP_DEBUGINFO");

	return own && strchr(own, '/') ? own : "/usr/lib/debug";
}

const char *pt_target_running(struct pt_arena *arena, const char *name)
{
	const char *own = g_getenv("PTAP_SYSFS");

	return pt_arena_printf(arena, "%s/kernel/%s", own ? own : "/sys", name);
}

GPtrArray *pt_target_vmlinux_places(struct pt_arena *arena, const char *release)
{
	static const struct {
		bool debug; /* below the folder of debug files */
		const char *before, *behind;
	} places[] = {
		{ true, "/boot/vmlinux-", "" },
		{ true, MODULES_DIR "/", "/vmlinux" },
		{ true, "/usr" MODULES_DIR "/", "/vmlinux" },
		{ false, MODULES_DIR "/", "/build/vmlinux" },
		{ false, "/boot/vmlinux-", "" },
	};

	GPtrArray *ret = pt_arena_ptr_array(arena);

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
		g_ptr_array_add(
			ret,
			pt_arena_printf(
				arena, "%s%s%s%s",
				places[i].debug ? pt_target_debug_dir() : "",
				places[i].before, release, places[i].behind));
	return ret;
}

static const char *find_vmlinux(struct pt_arena *arena, const char *release)
{
	GPtrArray *places = pt_target_vmlinux_places(arena, release);

	for (unsigned i = 0; i < places->len; i++)
		if (exists(places->pdata[i]))
			return places->pdata[i];
	return NULL;
}

static bool is_running(const char *release)
{
	struct utsname names;

	return !uname(&names) && !strcmp(names.release, release);
}

bool pt_target_has_config(const struct pt_target *target)
{
	return target->config_path || target->config_packed;
}

/* The options as a text; false: they are not known. */
static bool config_text(struct pt_arena *arena, const struct pt_target *target,
			char **ret)
{
	const char *const argv[] = { "gzip", "-dc", target->config_packed,
				     NULL };
	struct pt_proc_spec spec = { .argv = argv };
	struct pt_proc_result result;
	size_t length;

	if (target->config_path)
		return !pt_file_read(arena, target->config_path, ret, &length);
	if (!target->config_packed || pt_proc_run(arena, &spec, &result) ||
	    result.status)
		return false;
	*ret = (char *)result.out;
	return true;
}

static const char *first_that_exists(const char *a, const char *b)
{
	return exists(a) ? a : if_exists(b);
}

/* The word size is the kernel's, not this program's. */
static const char *find_arch(struct pt_arena *arena,
			     const struct pt_target *target)
{
	struct utsname names;
	size_t length;
	char *text;

	if (target->config_path &&
	    !pt_file_read(arena, target->config_path, &text, &length)) {
		if (strstr(text, "\nCONFIG_X86_64=y"))
			return "x86_64";
		if (strstr(text, "\nCONFIG_X86_32=y"))
			return "i386";
	}
	if (uname(&names) < 0)
		return "x86_64";
	return pt_arena_strdup(arena, names.machine);
}

static void fill(struct pt_arena *arena, struct pt_target *target,
		 const char *release)
{
	size_t numbers = strspn(release, "0123456789.");

	while (numbers && release[numbers - 1] == '.')
		numbers--;
	target->release = release;
	target->version = pt_arena_strndup(arena, release, numbers);
	/* As on a machine without it: for tests. */
	target->btf_only = !g_strcmp0(g_getenv("PTAP_DEBUGINFO"), "btf");
	if (target->btf_only)
		target->debug_vmlinux = NULL;
	else if (!target->debug_vmlinux)
		target->debug_vmlinux = find_vmlinux(arena, release);
	target->image = first_that_exists(
		pt_arena_printf(arena, "/boot/vmlinuz-%s", release),
		pt_arena_printf(arena, MODULES_DIR "/%s/vmlinuz", release));
	if (target->build_dir)
		target->config_path = if_exists(pt_arena_printf(
			arena, "%s/.config", target->build_dir));
	if (!target->config_path)
		target->config_path = first_that_exists(
			pt_arena_printf(arena, "/boot/config-%s", release),
			pt_arena_printf(arena, MODULES_DIR "/%s/config",
					release));
	if (!target->config_path && is_running(release))
		target->config_packed = if_exists("/proc/config.gz");
	target->arch = find_arch(arena, target);
}

/* The release that a build folder makes, from what kbuild put there; NULL if it
 * was not built. */
static const char *build_dir_release(struct pt_arena *arena, const char *dir)
{
	const char *path = pt_arena_printf(
		arena, "%s/include/generated/utsrelease.h", dir);
	char *text, *start, *end;
	size_t length;

	if (!exists(path) || pt_file_read(arena, path, &text, &length))
		return NULL;
	start = strstr(text, "UTS_RELEASE \"");
	if (!start)
		return NULL;
	start += strlen("UTS_RELEASE \"");
	end = strchr(start, '"');
	return end ? pt_arena_strndup(arena, start, (size_t)(end - start))
		   : NULL;
}

static struct pt_error *find_in_dir(struct pt_arena *arena, const char *dir,
				    struct pt_target *ret)
{
	struct pt_target target = { 0 };
	const char *release;
	char *full;

	if (!exists(dir))
		return pt_error_hint(
			pt_error_new(arena, PT_E_NO_KERNEL,
				     "there is no kernel build folder '%s'",
				     dir),
			"installed kernels: %s", installed_text(arena));
	release = build_dir_release(arena, dir);
	if (!release)
		return pt_error_hint(
			pt_error_new(arena, PT_E_NO_KERNEL,
				     "'%s' is not a kernel build folder, or "
				     "not built yet",
				     dir),
			"it has no include/generated/utsrelease.h; run `make "
			"modules_prepare` there, or give a release: %s",
			installed_text(arena));
	full = g_canonicalize_filename(dir, NULL);
	target.build_dir = pt_arena_strdup(arena, full);
	g_free(full);
	target.debug_vmlinux =
		if_exists(pt_arena_printf(arena, "%s/vmlinux", dir));
	fill(arena, &target, release);
	if (!target.image)
		target.image = if_exists(pt_arena_printf(
			arena, "%s/arch/x86/boot/bzImage", target.build_dir));
	*ret = target;
	return NULL;
}

static struct pt_error *find_newest(struct pt_arena *arena,
				    struct pt_target *ret)
{
	GPtrArray *releases = pt_target_installed(arena);
	unsigned i;
	int wanted;

	/* Both headers and debuginfo, else headers, else anything. */
	for (wanted = 2; wanted >= 0; wanted--) {
		for (i = 0; i < releases->len; i++) {
			const char *release = g_ptr_array_index(releases, i);
			struct pt_target target = { 0 };

			target.build_dir = find_build_dir(arena, release);
			if (wanted >= 1 && !target.build_dir)
				continue;
			if (wanted >= 2 && !find_vmlinux(arena, release))
				continue;
			fill(arena, &target, release);
			if (pt_target_is_foreign(&target))
				continue;
			*ret = target;
			return NULL;
		}
	}
	return pt_error_hint(
		pt_error_new(arena, PT_E_NO_KERNEL,
			     "no kernel is installed under " MODULES_DIR),
		"install a kernel with its headers and debug "
		"symbols, on Debian: apt install linux-image-amd64 "
		"linux-headers-amd64 linux-image-amd64-dbg");
}

struct pt_error *pt_target_find(struct pt_arena *arena,
				const char *release_or_dir, bool newest,
				struct pt_target *ret)
{
	struct pt_target target = { 0 };
	struct utsname names;
	const char *release = release_or_dir;

	if (release && strchr(release, '/'))
		return find_in_dir(arena, release, ret);
	if (!release && newest)
		return find_newest(arena, ret);
	if (!release) {
		if (uname(&names) < 0)
			return pt_error_errno(arena, errno, "ask for", "uname");
		release = names.release;
	}
	release = pt_arena_strdup(arena, release);
	target.build_dir = find_build_dir(arena, release);
	fill(arena, &target, release);
	if (release_or_dir && !target.build_dir && !target.debug_vmlinux &&
	    !target.image) {
		struct pt_error *error =
			pt_error_new(arena, PT_E_NO_KERNEL,
				     "kernel '%s' is not installed", release);
		const char *have = installed_text(arena);

		return *have ? pt_error_hint(error, "installed kernels: %s",
					     have)
			     : pt_error_hint(error, "no kernel is installed "
						    "under " MODULES_DIR);
	}
	*ret = target;
	return NULL;
}

bool pt_target_is_foreign(const struct pt_target *target)
{
	return sizeof(void *) == 8 && !strcmp(target->arch, "i386");
}

const char *pt_target_program(struct pt_arena *arena,
			      const struct pt_target *target, const char *path)
{
	const char *name = strrchr(path, '/');

	name = name ? name + 1 : path;
	return pt_target_is_foreign(target)
		       ? pt_arena_printf(arena, "%.*si386/%s",
					 (int)(name - path), path, name)
		       : path;
}

struct pt_error *pt_target_need_program(struct pt_arena *arena,
					const struct pt_target *target,
					const char *path)
{
	if (!access(path, R_OK))
		return NULL;
	return pt_error_hint(
		pt_error_new(arena, PT_E_VM,
			     "there are no programs for a guest with the %s "
			     "kernel %s: '%s' is missing",
			     target->arch, target->release, path),
		"./bootstrap in ptap's sources gets 32-bit libraries and "
		"builds them");
}

enum distribution { DEBIAN, UBUNTU, FEDORA, OTHER };

static enum distribution this_distribution(struct pt_arena *arena)
{
	char *text;
	size_t length;

	if (pt_file_read(arena, "/etc/os-release", &text, &length))
		return exists("/etc/debian_version") ? DEBIAN : OTHER;
	if (strstr(text, "ubuntu"))
		return UBUNTU;
	if (strstr(text, "ID=debian") || strstr(text, "ID_LIKE=debian"))
		return DEBIAN;
	if (strstr(text, "fedora") || strstr(text, "rhel"))
		return FEDORA;
	return OTHER;
}

/* "; or choose another kernel ..." when the wanted one has nothing here. */
static const char *other_kernels(struct pt_arena *arena,
				 const struct pt_target *target)
{
	const char *have = installed_text(arena);

	if (!*have || target->image)
		return "";
	return pt_arena_printf(
		arena, "; or choose an installed kernel with -r: %s", have);
}

struct pt_error *pt_target_need_headers(struct pt_arena *arena,
					const struct pt_target *target)
{
	const char *r = target->release;
	const char *others = other_kernels(arena, target);
	struct pt_error *error;

	if (target->build_dir)
		return NULL;
	error = pt_error_new(arena, PT_E_NO_HEADERS,
			     "the headers of kernel %s are not installed", r);
	switch (this_distribution(arena)) {
	case DEBIAN:
	case UBUNTU:
		return pt_error_hint(error, "apt install linux-headers-%s%s", r,
				     others);
	case FEDORA:
		return pt_error_hint(error, "dnf install kernel-devel-%s%s", r,
				     others);
	default:
		return pt_error_hint(
			error,
			"install the package that makes " MODULES_DIR
			"/%s/build%s",
			r, others);
	}
}

const char *pt_target_debuginfo_hint(struct pt_arena *arena,
				     const struct pt_target *target)
{
	const char *r = target->release;
	const char *others = other_kernels(arena, target);

	switch (this_distribution(arena)) {
	case DEBIAN:
		return pt_arena_printf(
			arena, "apt install linux-image-%s-dbg%s%s", r,
			pt_target_is_foreign(target) ? ":i386" : "", others);
	case UBUNTU:
		return pt_arena_printf(arena,
				       "apt install linux-image-%s-dbgsym%s", r,
				       others);
	case FEDORA:
		return pt_arena_printf(arena, "debuginfo-install kernel-%s%s",
				       r, others);
	default:
		return pt_arena_printf(arena,
				       "install the package that has vmlinux "
				       "with debug symbols for %s%s",
				       r, others);
	}
}

struct pt_error *pt_target_need_debuginfo(struct pt_arena *arena,
					  const struct pt_target *target)
{
	if (target->debug_vmlinux)
		return NULL;
	return pt_error_hint(
		pt_error_new(arena, PT_E_NO_DEBUGINFO,
			     "the debug symbols of kernel %s are not installed",
			     target->release),
		"%s", pt_target_debuginfo_hint(arena, target));
}

static void read_config(struct pt_arena *arena, struct pt_target *target)
{
	char *text, *line, *next;

	target->config = pt_arena_str_hash(arena);
	if (!config_text(arena, target, &text))
		return;
	for (line = text; line && *line; line = next) {
		char *equals;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		equals = strchr(line, '=');
		if (*line == '#' || !equals)
			continue;
		*equals = '\0';
		g_hash_table_insert(target->config, line, equals + 1);
	}
}

const char *pt_target_config(struct pt_arena *arena, struct pt_target *target,
			     const char *option)
{
	const char *value;

	if (!target->config)
		read_config(arena, target);
	value = g_hash_table_lookup(target->config, option);
	return value ? value : "";
}
