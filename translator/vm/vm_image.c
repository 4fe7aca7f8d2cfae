/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "vm_image.h"

#include <libkmod.h>
#include <string.h>

#include "../base/file.h"
#include "../base/proc.h"

/* What the agent needs before it has the host's root; the rest is loaded from
 * there. */
static const struct {
	const char *name;
	const char *option; /* of the kernel: "y", it is built in */
} drivers[] = {
	{ "virtio_pci", "CONFIG_VIRTIO_PCI" },
	{ "virtio_console", "CONFIG_VIRTIO_CONSOLE" },
	{ "9pnet_virtio", "CONFIG_NET_9P_VIRTIO" },
	{ "9p", "CONFIG_9P_FS" },
	{ "overlay", "CONFIG_OVERLAY_FS" },
};

/* Adds MODULE after those it depends on. */
static void add_with_dependencies(struct pt_arena *arena,
				  struct kmod_module *module, GPtrArray *paths)
{
	struct kmod_list *list = kmod_module_get_dependencies(module), *item;
	const char *path = kmod_module_get_path(module);

	kmod_list_foreach(item, list) {
		struct kmod_module *other = kmod_module_get_module(item);

		add_with_dependencies(arena, other, paths);
		kmod_module_unref(other);
	}
	kmod_module_unref_list(list);
	for (guint i = 0; i < paths->len && path; i++)
		if (!strcmp(paths->pdata[i], path))
			path = NULL;
	if (path)
		g_ptr_array_add(paths, pt_arena_strdup(arena, path));
}

/* The files of the drivers, each after those it needs; those that are built into
 * the kernel have none. */
static struct pt_error *driver_paths(struct pt_arena *arena,
				     const struct pt_target *target,
				     GPtrArray **ret)
{
	const char *dir =
		pt_arena_printf(arena, "/lib/modules/%s", target->release);
	struct kmod_ctx *ctx = kmod_new(dir, NULL);
	GPtrArray *paths = pt_arena_ptr_array(arena);
	struct pt_error *error = NULL;
	struct pt_target own = *target; /* for its cached configuration */

	if (!ctx)
		return pt_error_new(arena, PT_E_VM,
				    "cannot read the modules in '%s'", dir);
	for (size_t i = 0; i < G_N_ELEMENTS(drivers) && !error; i++) {
		struct kmod_list *list = NULL, *item;

		if (!strcmp(pt_target_config(arena, &own, drivers[i].option),
			    "y"))
			continue;
		if (kmod_module_new_from_lookup(ctx, drivers[i].name, &list) <
			    0 ||
		    !list)
			error = pt_error_new(
				arena, PT_E_VM,
				"kernel %s has no driver '%s', which a guest "
				"needs",
				target->release, drivers[i].name);
		kmod_list_foreach(item, list) {
			struct kmod_module *module =
				kmod_module_get_module(item);

			add_with_dependencies(arena, module, paths);
			kmod_module_unref(module);
		}
		kmod_module_unref_list(list);
	}
	kmod_unref(ctx);
	if (!error)
		*ret = paths;
	return error;
}

/* Reads a module, unpacked if the distribution packs them. */
static struct pt_error *read_module(struct pt_arena *arena, const char *path,
				    char **ret, size_t *ret_length)
{
	static const struct {
		const char *suffix, *tool;
	} packers[] = { { ".xz", "xz" },
			{ ".zst", "zstd" },
			{ ".gz", "gzip" } };

	for (size_t i = 0; i < G_N_ELEMENTS(packers); i++) {
		const char *argv[] = { packers[i].tool, "-dc", path, NULL };
		struct pt_proc_spec spec = { .argv = argv };
		struct pt_proc_result result;

		if (!g_str_has_suffix(path, packers[i].suffix))
			continue;
		PT_TRY(pt_proc_run(arena, &spec, &result));
		if (result.status)
			return pt_error_new(arena, PT_E_VM,
					    "cannot unpack '%s': %s", path,
					    result.err);
		*ret = (char *)result.out;
		*ret_length = result.out_length;
		return NULL;
	}
	return pt_file_read(arena, path, ret, ret_length);
}

/* One entry of a cpio archive in the "newc" format, which the kernel unpacks. */
static void add_entry(GByteArray *archive, const char *name, unsigned mode,
		      const char *data, size_t length)
{
	static const guint8 zeros[4];
	size_t name_length = strlen(name) + 1;
	char header[111];

	g_snprintf(
		header, sizeof(header),
		"070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x",
		archive->len + 1, mode, 0, 0, 1, 0, length, 0, 0, 0, 0,
		name_length, 0);
	g_byte_array_append(archive, (const guint8 *)header, 110);
	g_byte_array_append(archive, (const guint8 *)name, (guint)name_length);
	g_byte_array_append(archive, zeros, -archive->len & 3);
	g_byte_array_append(archive, (const guint8 *)data, (guint)length);
	g_byte_array_append(archive, zeros, -archive->len & 3);
}

static struct pt_error *make_image(struct pt_arena *arena, const char *agent,
				   const GPtrArray *modules,
				   GByteArray *archive)
{
	char *data;
	size_t length;

	PT_TRY(pt_file_read(arena, agent, &data, &length));
	add_entry(archive, "init", 0100755, data, length);
	add_entry(archive, "modules", 0040755, "", 0);
	for (guint i = 0; i < modules->len; i++) {
		char *base = g_path_get_basename(modules->pdata[i]);
		const char *name =
			pt_arena_printf(arena, "modules/%02u-%s", i, base);

		g_free(base);
		PT_TRY(read_module(arena, modules->pdata[i], &data, &length));
		add_entry(archive, name, 0100644, data, length);
	}
	add_entry(archive, "TRAILER!!!", 0, "", 0);
	return NULL;
}

struct pt_error *pt_vm_image_get(struct pt_arena *arena,
				 const struct pt_target *target,
				 const char *agent, const char **ret)
{
	struct pt_hash *hash = pt_hash_create(arena);
	struct pt_error *error;
	const char *cache, *path;
	GPtrArray *modules = NULL;
	GByteArray *archive;

	PT_TRY(pt_file_cache_dir(arena, &cache));
	PT_TRY(driver_paths(arena, target, &modules));
	pt_hash_text(hash, target->release);
	pt_hash_stamp(hash, agent);
	for (guint i = 0; i < modules->len; i++)
		pt_hash_stamp(hash, modules->pdata[i]);
	path = pt_arena_printf(arena, "%s/vm-%s.img", cache,
			       pt_hash_hex(hash, arena));
	if (g_file_test(path, G_FILE_TEST_EXISTS)) {
		*ret = path;
		return NULL;
	}
	archive = g_byte_array_new();
	error = make_image(arena, agent, modules, archive);
	if (!error)
		error = pt_file_write(arena, path, archive->data, archive->len);
	g_byte_array_unref(archive);
	if (!error)
		*ret = path;
	return error;
}
