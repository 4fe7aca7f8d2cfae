/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Known system calls, made without the C library's wrappers:
 *   opener open PATH [COUNT]      open(PATH, O_RDONLY)
 *   opener openat PATH [COUNT]    openat(AT_FDCWD, PATH, O_RDONLY)
 *   opener read PATH BYTES COUNT  COUNT reads of BYTES each, from one open file
 *   opener compat                 as a 32-bit program calls (int 0x80): pread64 of
 *                                 7 bytes at 0x389abcdef, fcntl64(0, F_GETFL, 77)
 * Prints what each returned (a file that was opened is closed again).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void show(const char *call, long result)
{
	printf("%s %ld\n", call, result < 0 ? -(long)errno : result);
	fflush(stdout);
}

static void do_open(const char *call, const char *path)
{
	long fd;

	if (!strcmp(call, "open"))
		fd = syscall(SYS_open, path, O_RDONLY);
	else
		fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
	show(call, fd);
	if (fd >= 0)
		close((int)fd);
}

/* The numbers of i386's calls (arch/x86/entry/syscalls/syscall_32.tbl). */
#define I386_PREAD64 180
#define I386_FCNTL64 221

#ifdef __x86_64__
#define ALSO_CLOBBERED , "r8", "r9", "r10", "r11"
#else
#define ALSO_CLOBBERED
#endif

/* The arguments are in ebx, ecx, edx, esi and edi, whose upper halves go lost. */
static long call_i386(long number, long a, long b, long c, long d, long e)
{
	long result = number;

	__asm__ volatile("int $0x80"
			 : "+a"(result)
			 : "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory" ALSO_CLOBBERED);
	return result;
}

int main(int argc, char **argv)
{
	long count;
	char *buffer;
	int fd;

	if (argc >= 3 && !strncmp(argv[1], "open", 4)) {
		count = argc > 3 ? atol(argv[3]) : 1;
		for (long i = 0; i < count; i++)
			do_open(argv[1], argv[2]);
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "compat")) {
		call_i386(I386_PREAD64, 0, 0, 7, 0x89abcdefL, 3);
		call_i386(I386_FCNTL64, 0, F_GETFL, 77, 0, 0);
		return 0;
	}
	if (argc != 5 || strcmp(argv[1], "read")) {
		fputs("usage: opener open|openat PATH [COUNT]\n"
		      "       opener read PATH BYTES COUNT\n"
		      "       opener compat\n",
		      stderr);
		return 2;
	}
	fd = open(argv[2], O_RDONLY);
	buffer = malloc((size_t)atol(argv[3]));
	if (fd < 0 || !buffer)
		return 1;
	count = atol(argv[4]);
	for (long i = 0; i < count; i++)
		syscall(SYS_read, fd, buffer, (size_t)atol(argv[3]));
	free(buffer);
	close(fd);
	return 0;
}
