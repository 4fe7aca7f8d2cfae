/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "locate.h"

#include <dlfcn.h>
#include <elf.h>
#include <elfutils/debuginfod.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "debuginfo.h"

/* What a file says of itself. */
struct facts {
	bool has_dwarf;
	const unsigned char *id;
	size_t id_length;
	const char *link;  /* of .gnu_debuglink; NULL: none */
	uint32_t link_sum; /* of the file that it names */
};

bool pt_locate_note(const void *notes, size_t size, const unsigned char **ret,
		    size_t *ret_length)
{
	const unsigned char *at = notes;
	uint64_t left = size;

	while (left >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr note;
		uint64_t data, whole;

		memcpy(&note, at, sizeof(note));
		data = sizeof(note) +
		       (((uint64_t)note.n_namesz + 3) & ~UINT64_C(3));
		whole = data + (((uint64_t)note.n_descsz + 3) & ~UINT64_C(3));
		if (data > left || note.n_descsz > left - data)
			return false;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    !memcmp(at + sizeof(note), "GNU", 4)) {
			*ret = at + data;
			*ret_length = note.n_descsz;
			return true;
		}
		if (whole > left)
			return false;
		at += whole;
		left -= whole;
	}
	return false;
}

/* A name, filled up to a multiple of four bytes, and the sum of the file's bytes. */
static void read_link(struct pt_arena *arena, const Elf_Data *data,
		      struct facts *facts)
{
	const char *nul = memchr(data->d_buf, '\0', data->d_size);
	size_t at;

	if (!nul)
		return;
	at = ((size_t)(nul - (const char *)data->d_buf) + 4) & ~(size_t)3;
	if (data->d_size < sizeof(facts->link_sum) ||
	    at > data->d_size - sizeof(facts->link_sum))
		return;
	facts->link = pt_arena_strdup(arena, data->d_buf);
	memcpy(&facts->link_sum, (const char *)data->d_buf + at,
	       sizeof(facts->link_sum));
}

static void read_section(struct pt_arena *arena, Elf *elf, Elf_Scn *scn,
			 size_t names, struct facts *facts)
{
	const unsigned char *id;
	const char *name;
	Elf_Data *data;
	GElf_Shdr h;
	size_t length;

	if (!gelf_getshdr(scn, &h))
		return;
	name = elf_strptr(elf, names, h.sh_name);
	if (!name)
		return;
	if (h.sh_type != SHT_NOBITS &&
	    (!strcmp(name, ".debug_info") || !strcmp(name, ".zdebug_info")))
		facts->has_dwarf = true;
	if (h.sh_type != SHT_NOTE && strcmp(name, ".gnu_debuglink"))
		return;
	data = elf_rawdata(scn, NULL);
	if (!data || !data->d_buf)
		return;
	if (h.sh_type != SHT_NOTE) {
		read_link(arena, data, facts);
	} else if (!facts->id &&
		   pt_locate_note(data->d_buf, data->d_size, &id, &length)) {
		facts->id = memcpy(pt_arena_alloc(arena, length), id, length);
		facts->id_length = length;
	}
}

/* False: PATH is no ELF file that can be read. */
static bool read_facts(struct pt_arena *arena, const char *path,
		       struct facts *ret)
{
	struct facts facts = { 0 };
	Elf_Scn *scn = NULL;
	size_t names, count;
	bool good;
	Elf *elf;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	good = elf && elf_kind(elf) == ELF_K_ELF &&
	       !elf_getshdrstrndx(elf, &names) &&
	       !elf_getshdrnum(elf, &count) && count;
	while (good && (scn = elf_nextscn(elf, scn)))
		read_section(arena, elf, scn, names, &facts);
	elf_end(elf);
	close(fd);
	*ret = facts;
	return good;
}

/* ---- candidates ------------------------------------------------------- */

struct search {
	struct pt_session *session;
	struct facts facts; /* of the file whose DWARF is wanted */
	const char *other;  /* a file that has another build id */
	struct facts other_facts;
};

/* The CRC-32 of .gnu_debuglink (GDB's manual, "Separate Debug Files"). */
static uint32_t sum_bytes(uint32_t sum, const uint8_t *data, size_t size)
{
	uint32_t table[256];

	for (uint32_t i = 0; i < G_N_ELEMENTS(table); i++) {
		table[i] = i;
		for (int bit = 0; bit < 8; bit++)
			table[i] =
				table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320 : 0);
	}
	for (sum = ~sum; size; size--)
		sum = sum >> 8 ^ table[(sum ^ *data++) & 0xff];
	return ~sum;
}

/* Does the file at PATH have the SUM? */
static bool has_sum(const char *path, uint32_t sum)
{
	GMappedFile *file = g_mapped_file_new(path, FALSE, NULL);
	bool has =
		file && sum_bytes(0, (void *)g_mapped_file_get_contents(file),
				  g_mapped_file_get_length(file)) == sum;

	if (file)
		g_mapped_file_unref(file);
	return has;
}

/* Is the file at PATH the one?  Without a build id its sum says it. */
static bool fits(struct search *search, const char *path)
{
	struct facts facts;

	if (!read_facts(search->session->arena, path, &facts) ||
	    !facts.has_dwarf)
		return false;
	if (search->facts.id_length
		    ? facts.id_length == search->facts.id_length &&
			      !memcmp(facts.id, search->facts.id,
				      facts.id_length)
		    : search->facts.link &&
			      has_sum(path, search->facts.link_sum))
		return true;
	if (!search->other) {
		search->other = path;
		search->other_facts = facts;
	}
	return false;
}

const char *pt_locate_by_id(struct pt_arena *arena, const unsigned char *id,
			    size_t length)
{
	const char *text = pt_dbg_id_text(arena, id, length);

	return length > 1
		       ? pt_arena_printf(arena, "%s/.build-id/%.2s/%s.debug",
					 pt_target_debug_dir(), text, text + 2)
		       : NULL;
}

static const char *by_build_id(struct search *search)
{
	const char *path =
		pt_locate_by_id(search->session->arena, search->facts.id,
				search->facts.id_length);

	return path && fits(search, path) ? path : NULL;
}

static const char *by_name(struct search *search, const char *path)
{
	struct pt_arena *arena = search->session->arena;
	char *dir = g_path_get_dirname(path);
	const char *own = strrchr(path, '/');
	const char *link = search->facts.link;
	const char *debug = pt_target_debug_dir();
	const char *candidates[] = {
		link ? pt_arena_printf(arena, "%s/%s", dir, link) : NULL,
		link ? pt_arena_printf(arena, "%s/.debug/%s", dir, link) : NULL,
		link ? pt_arena_printf(arena, "%s%s/%s", debug, dir, link)
		     : NULL,
		pt_arena_printf(arena, "%s%s/%s", debug, dir,
				own ? own + 1 : path),
		pt_arena_printf(arena, "%s%s/%s.debug", debug, dir,
				own ? own + 1 : path),
	};

	g_free(dir);
	for (size_t i = 0; i < G_N_ELEMENTS(candidates); i++)
		if (candidates[i] && fits(search, candidates[i]))
			return candidates[i];
	return NULL;
}

/* ---- debuginfod ------------------------------------------------------- */

/* The library brings libcurl and what that needs, which would double the time
 * that ptap takes to start: it is loaded only when a server is to be asked, and
 * then stays, as what it allocated for itself does. */
struct server {
	debuginfod_client *(*begin)(void);
	void (*end)(debuginfod_client *client);
	int (*find_debuginfo)(debuginfod_client *client,
			      const unsigned char *id, int length, char **path);
	void (*set_progressfn)(debuginfod_client *client,
			       debuginfod_progressfn_t function);
};

static bool load_server(struct server *s)
{
	const struct {
		const char *name;
		void *to;
	} functions[] = {
		{ "debuginfod_begin", &s->begin },
		{ "debuginfod_end", &s->end },
		{ "debuginfod_find_debuginfo", &s->find_debuginfo },
		{ "debuginfod_set_progressfn", &s->set_progressfn },
	};
	void *library = dlopen("libdebuginfod.so.1", RTLD_NOW);

	if (!library)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(functions); i++) {
		void *found = dlsym(library, functions[i].name);

		if (!found)
			return false;
		memcpy(functions[i].to, &found, sizeof(found));
	}
	return true;
}

#define SPEAK_EVERY G_USEC_PER_SEC

struct download {
	struct pt_session *session;
	gint64 next; /* when to speak again, in microseconds */
};

/* The library calls back with its client only. */
static struct download *current;

static int show_download(debuginfod_client *client, long done, long all)
{
	gint64 now = g_get_monotonic_time();

	(void)client;
	if (now < current->next || !current->session->progress)
		return 0;
	current->next = now + SPEAK_EVERY;
	current->session->progress(pt_arena_printf(
		current->session->arena,
		all > 0 ? "debuginfod: %ld of %ld MB" : "debuginfod: %ld MB",
		done >> 20, all >> 20));
	return 0;
}

/* The next would wait as long for the same: it is not asked for.  That a server does
 * not have something is no failure. */
static void warn_server(struct pt_session *session, const char *urls,
			int errnum)
{
	struct pt_error *warning =
		pt_error_new(session->arena, PT_E_NO_DEBUGINFO,
			     "debuginfo could not be had from a server: %s",
			     g_strerror(errnum));

	warning->severity = PT_SEVERITY_WARNING;
	pt_diag_add(session->diag,
		    pt_error_hint(warning, "DEBUGINFOD_URLS is '%s'", urls));
	session->server_failed = true;
}

const char *pt_locate_on_server(struct pt_session *session,
				const unsigned char *id, size_t length)
{
	const char *urls = getenv("DEBUGINFOD_URLS");
	struct download download = { .session = session };
	const char *ret = NULL;
	debuginfod_client *client;
	struct server server;
	char *path = NULL;
	int fd;

	if (!urls || !*urls || !length || session->server_failed)
		return NULL;
	if (!load_server(&server)) {
		if (session->progress)
			session->progress(
				"DEBUGINFOD_URLS is set, but libdebuginfod is "
				"not installed; apt install libdebuginfod1");
		return NULL;
	}
	client = server.begin();
	if (client) {
		download.next = g_get_monotonic_time() + SPEAK_EVERY;
		current = &download;
		server.set_progressfn(client, show_download);
		fd = server.find_debuginfo(client, id, (int)length, &path);
		server.end(client);
		current = NULL;
		if (fd >= 0) {
			close(fd);
			ret = pt_arena_strdup(session->arena, path);
			free(path);
		} else if (fd != -ENOENT) {
			warn_server(session, urls, -fd);
		}
	}
	return ret;
}

/* ---- the whole -------------------------------------------------------- */

/* What is sent may be anything: a page that asks for a password. */
static const char *from_server(struct search *search)
{
	struct pt_session *session = search->session;
	const char *path = pt_locate_on_server(session, search->facts.id,
					       search->facts.id_length);
	struct search sent = { .session = session, .facts = search->facts };
	struct pt_error *warning;

	if (!path || fits(&sent, path))
		return path;
	warning = pt_error_new(session->arena, PT_E_BAD_DEBUGINFO,
			       "what a server of DEBUGINFOD_URLS sent is not "
			       "the debuginfo of %s: '%s' is not used",
			       pt_dbg_id_text(session->arena, search->facts.id,
					      search->facts.id_length),
			       path);
	warning->severity = PT_SEVERITY_WARNING;
	pt_diag_add(session->diag,
		    pt_error_hint(warning,
				  "remove it, so that it is asked for again"));
	return NULL;
}

struct pt_error *pt_locate_build_id(struct pt_session *session,
				    const unsigned char *id, size_t length,
				    const char **ret)
{
	struct search search = {
		.session = session,
		.facts = { .id = id, .id_length = length },
	};

	*ret = by_build_id(&search);
	if (!*ret)
		*ret = from_server(&search);
	return NULL;
}

static struct pt_error *no_debug(const struct search *search, const char *path,
				 const char *package_hint)
{
	struct pt_arena *arena = search->session->arena;
	const char *by_id = pt_locate_by_id(arena, search->facts.id,
					    search->facts.id_length);

	return pt_error_hint(
		pt_error_new(arena, PT_E_NO_DEBUGINFO,
			     "'%s' has no debuginfo, and no file with it is "
			     "installed: there is %s%s%snone of its name in "
			     "'%s'",
			     path, by_id ? "no '" : "", by_id ? by_id : "",
			     by_id ? "', and " : "", pt_target_debug_dir()),
		"%s", package_hint);
}

static const char *installed(struct search *search, const char *path)
{
	const char *found =
		search->facts.id_length ? by_build_id(search) : NULL;

	return found ? found : by_name(search, path);
}

bool pt_locate_leads(struct pt_session *session, const char *path)
{
	struct facts facts;

	return !read_facts(session->arena, path, &facts) || facts.has_dwarf ||
	       facts.id_length || facts.link;
}

bool pt_locate_installed(struct pt_session *session, const char *path,
			 const unsigned char **ret, size_t *ret_length)
{
	struct search search = { .session = session };

	if (!read_facts(session->arena, path, &search.facts))
		return false;
	*ret = search.facts.id;
	*ret_length = search.facts.id_length;
	return search.facts.has_dwarf || installed(&search, path);
}

struct pt_error *pt_locate_debug(struct pt_session *session, const char *path,
				 const char *package_hint, const char **ret)
{
	struct pt_arena *arena = session->arena;
	struct search search = { .session = session };

	*ret = NULL;
	/* What is no ELF file is named by whoever reads it. */
	if (!read_facts(arena, path, &search.facts) || search.facts.has_dwarf)
		return NULL;
	*ret = installed(&search, path);
	if (!*ret)
		*ret = from_server(&search);
	if (*ret)
		return NULL;
	if (search.other && !search.facts.id_length)
		return pt_error_hint(
			pt_error_new(arena, PT_E_BUILD_ID,
				     "'%s' has no build id, and its debuginfo "
				     "in '%s' is not the file that it names "
				     "(.gnu_debuglink)",
				     path, search.other),
			"%s", package_hint);
	if (search.other)
		return pt_error_hint(
			pt_error_new(
				arena, PT_E_BUILD_ID,
				"'%s' has the build id %s, but its "
				"debuginfo in '%s' is of %s",
				path,
				pt_dbg_id_text(arena, search.facts.id,
					       search.facts.id_length),
				search.other,
				pt_dbg_id_text(arena, search.other_facts.id,
					       search.other_facts.id_length)),
			"%s of the same version", package_hint);
	return no_debug(&search, path, package_hint);
}
