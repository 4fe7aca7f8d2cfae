/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "load.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <libkmod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "message.h"
#include "module.h"
#include "object.h"

/* Room for one as hexadecimal digits. */
#define BUILD_ID_TEXT \
	(2 * sizeof(((struct ptap_script_header *)0)->build_id) + 1)

#define UNLOAD_TRIES 100
#define UNLOAD_DELAY 50000 /* us */

/* Reads the first line of PATH into TEXT; "" if that is not possible. */
static void read_line(const char *path, char *text, int size)
{
	FILE *file = fopen(path, "re");

	if (!file || !fgets(text, size, file))
		*text = 0;
	text[strcspn(text, "\n")] = 0;
	if (file)
		fclose(file);
}

/* ---- why it was refused ----------------------------------------------- */

static void explain_permission(void)
{
	char text[128];

	if (geteuid() != 0) {
		pr_error("loading a kernel module needs root");
		pr_hint("try: sudo ptaprun ...");
		return;
	}
	read_line("/sys/kernel/security/lockdown", text, sizeof(text));
	if (strstr(text, "[integrity]") || strstr(text, "[confidentiality]")) {
		pr_error("the kernel is locked down and loads signed modules "
			 "only: %s",
			 text);
		pr_hint("switch Secure Boot off in the firmware, or sign the "
			"module with an enrolled key");
		return;
	}
	read_line("/proc/sys/kernel/modules_disabled", text, sizeof(text));
	if (strcmp(text, "1") == 0) {
		pr_error("the kernel takes no modules any more "
			 "(kernel.modules_disabled=1)");
		pr_hint("that lasts until the next boot");
		return;
	}
	pr_error("the kernel does not permit to load modules from here");
	pr_hint("in a container? ptaprun needs CAP_SYS_MODULE of the host");
}

static void explain_refusal(const char *path, const char *name,
			    const char *parameters, int error)
{
	char text[128];

	switch (error) {
	case EPERM:
	case EACCES: explain_permission(); return;
	case EEXIST:
		pr_error("a module %s is loaded already, another ptaprun runs "
			 "it",
			 name);
		pr_hint("use -R to run several copies side by side");
		return;
	case EKEYREJECTED:
	case ENOKEY:
		read_line("/sys/kernel/security/lockdown", text, sizeof(text));
		pr_error("the kernel wants modules to be signed: %s",
			 strerror(error));
		pr_hint("lockdown: %s; is Secure Boot on?",
			*text ? text : "not known");
		return;
	case ENOMEM:
		pr_error("not enough memory to load %s", path);
		pr_hint("smaller arrays (MAXMAPENTRIES), shorter strings "
			"(MAXSTRINGLEN) or smaller buffers (-s) need less");
		return;
	case EINVAL:
		if (*parameters) {
			pr_error("the script has no such global to set, or it "
				 "cannot have that value");
			pr_hint("the kernel's log (dmesg) names it");
			return;
		}
		/* fall through */
	default:
		pr_error("cannot load %s: %s", path, strerror(error));
		pr_hint("the kernel's log (dmesg) may say more");
	}
}

static bool check_release(const struct pr_module *elf, const char *path)
{
	size_t length = strcspn(elf->vermagic, " ");
	struct utsname running;

	if (!length || uname(&running) < 0)
		return true;
	if (strlen(running.release) == length &&
	    memcmp(running.release, elf->vermagic, length) == 0)
		return true;
	pr_error("%s was built for kernel %.*s, but %s is running", path,
		 (int)length, elf->vermagic, running.release);
	pr_hint("build it again for this kernel: ptap -r %s ...",
		running.release);
	return false;
}

/* ---- build ids -------------------------------------------------------- */

static size_t padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* The GNU build id among the notes; NULL: none. */
static const unsigned char *find_build_id(const unsigned char *notes,
					  size_t size, size_t *ret_length)
{
	Elf32_Nhdr note; /* the 64-bit one is the same */

	while (size >= sizeof(note)) {
		size_t name, text;

		memcpy(&note, notes, sizeof(note));
		name = padded(note.n_namesz);
		text = padded(note.n_descsz);
		notes += sizeof(note);
		size -= sizeof(note);
		if (note.n_namesz > size || name > size ||
		    note.n_descsz > size - name || text > size - name)
			break;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    memcmp(notes, "GNU", 4) == 0) {
			*ret_length = note.n_descsz;
			return notes + name;
		}
		notes += name + text;
		size -= name + text;
	}
	return NULL;
}

/* The build id in a file of notes, in TEXT as hexadecimal digits; false: the file
 * has none, or is not there. */
static bool read_build_id(const char *path, char text[BUILD_ID_TEXT])
{
	unsigned char notes[4096];
	const unsigned char *id;
	size_t length = 0, i;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	n = read(fd, notes, sizeof(notes));
	close(fd);
	id = n > 0 ? find_build_id(notes, (size_t)n, &length) : NULL;
	if (!id || 2 * length >= BUILD_ID_TEXT)
		return false;
	for (i = 0; i < length; i++)
		snprintf(text + 2 * i, 3, "%02x", id[i]);
	return true;
}

/* VALUE is "NAME:BUILDID" of a module that the script has probes in. */
static bool check_module(const char *value)
{
	size_t name = strcspn(value, ":");
	char loaded[BUILD_ID_TEXT], path[128];

	snprintf(path, sizeof(path),
		 "/sys/module/%.*s/notes/.note.gnu.build-id", (int)name, value);
	/* One that is not loaded yet has no file there. */
	if (!read_build_id(path, loaded) || !value[name] ||
	    strcmp(loaded, value + name + 1) == 0)
		return true;
	pr_error("the module %.*s that is loaded has the build id %s, but the "
		 "script was made for %s",
		 (int)name, value, loaded, value + name + 1);
	pr_hint("load the module that the script names, or build the script "
		"again with the debug information of the one that is loaded");
	return false;
}

/* ---- loading ---------------------------------------------------------- */

static int insert(struct pr_load *l, int fd, const char *parameters)
{
	struct kmod_module *module;
	char path[64];
	int error;

	/* libkmod opens it for reading only, as the kernel wants it. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	error = kmod_module_new_from_path(l->kmod, path, &module);
	if (error < 0)
		return -error;
	error = kmod_module_insert_module(module, 0, parameters);
	kmod_module_unref(module);
	return error < 0 ? -error : 0;
}

static int remove_once(struct pr_load *l)
{
	struct kmod_module *module;
	int error = kmod_module_new_from_name(l->kmod, l->name, &module);

	if (error < 0)
		return -error;
	error = kmod_module_remove_module(module, KMOD_REMOVE_NOLOG);
	kmod_module_unref(module);
	return error < 0 ? -error : 0;
}

/* A module whose ptaprun was killed has stopped by itself, but is still there.
 * True: it was, and is gone now. */
static bool remove_leftover(struct pr_load *l)
{
	struct ptap_status status;
	char path[128];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/control", l->directory);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, &status, sizeof(status));
	close(fd);
	if (n != sizeof(status) || status.magic != PTAP_WIRE_MAGIC ||
	    status.state != PTAP_STATE_STOPPED)
		return false;
	pr_verbose("unloading %s, left behind by a ptaprun that was killed",
		   l->name);
	return remove_once(l) == 0;
}

static bool load_file(struct pr_load *l, int fd, const char *path,
		      const char *parameters)
{
	int error = insert(l, fd, parameters);

	if (error == EEXIST && remove_leftover(l))
		error = insert(l, fd, parameters);
	if (error) {
		explain_refusal(path, l->name, parameters, error);
		return false;
	}
	l->loaded = true;
	pr_verbose("loaded %s", l->name);
	return true;
}

static void ignore_log(void *data, int priority, const char *file, int line,
		       const char *function, const char *format, va_list args)
{
	(void)data, (void)priority, (void)file, (void)line;
	(void)function, (void)format, (void)args;
}

static bool open_library(struct pr_load *l)
{
	const char *no_config = NULL;

	l->kmod = kmod_new(NULL, &no_config);
	if (!l->kmod) {
		pr_error("cannot use libkmod: no memory");
		return false;
	}
	/* Its messages say less than ours. */
	kmod_set_log_fn(l->kmod, ignore_log, NULL);
	return true;
}

bool pr_load_init(struct pr_load *l, const char *path, const char *parameters,
		  bool unique)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), renamed;
	struct pr_module elf;
	bool good = false;

	memset(l, 0, sizeof(*l));
	if (fd < 0) {
		pr_error("cannot open %s: %s", path, strerror(errno));
		return false;
	}
	if (!pr_module_read(fd, path, &elf) || !check_release(&elf, path) ||
	    !pr_module_info(fd, path, "ptap_module", check_module) ||
	    !pr_module_info(fd, path, "ptap_object", pr_object_check))
		goto out;
	snprintf(l->name, sizeof(l->name), "%s", elf.name);
	if (unique) {
		char suffix[16];
		int n = snprintf(suffix, sizeof(suffix), "_%d", (int)getpid());

		snprintf(l->name, PTAP_NAME_MAX, "%.*s%s",
			 PTAP_NAME_MAX - 1 - n, elf.name, suffix);
		renamed = pr_module_rename(fd, path, &elf, l->name);
		close(fd);
		fd = renamed;
		if (fd < 0)
			goto out;
	}
	snprintf(l->directory, sizeof(l->directory),
		 "/proc/" PTAP_PROC_PREFIX "%s", l->name);
	good = open_library(l) && load_file(l, fd, path, parameters);
out:
	if (fd >= 0)
		close(fd);
	if (!good)
		kmod_unref(l->kmod);
	return good;
}

bool pr_load_deinit(struct pr_load *l)
{
	int error, i;

	if (!l->loaded)
		return true;
	for (i = 0; i < UNLOAD_TRIES; i++) {
		error = remove_once(l);
		if (error != EAGAIN && error != EBUSY && error != EWOULDBLOCK)
			break;
		usleep(UNLOAD_DELAY);
	}
	kmod_unref(l->kmod);
	l->loaded = false;
	if (error && error != ENOENT) {
		pr_error("cannot unload %s: %s", l->name, strerror(error));
		pr_hint("a probed call has not returned yet; later: rmmod %s",
			l->name);
		return false;
	}
	pr_verbose("unloaded %s", l->name);
	return true;
}

bool pr_load_check_kernel(const struct ptap_script_header *header)
{
	char running[BUILD_ID_TEXT], script[BUILD_ID_TEXT];
	size_t i;

	if (!header->build_id_length)
		return true;
	if (!read_build_id("/sys/kernel/notes", running)) {
		pr_warning("the running kernel does not tell its build id: "
			   "the script's addresses are not checked");
		return true;
	}
	for (i = 0; i < header->build_id_length; i++)
		snprintf(script + 2 * i, 3, "%02x", header->build_id[i]);
	if (strcmp(running, script) == 0)
		return true;
	pr_error("the running kernel has the build id %s, but the script was "
		 "made for %s",
		 running, script);
	pr_hint("build it again, with the debug information of the kernel that "
		"runs");
	return false;
}
