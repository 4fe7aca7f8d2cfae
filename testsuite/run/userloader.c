/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flags: -g -O1 -pthread */
/*
 * Loads the libraries that its arguments name, one after the other, and calls them in
 * two threads, before and after each has used its variables.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static void (*look)(int n), (*use)(int n);

static void *in_thread(void *arg)
{
	look(3);
	use(6);
	look(4);
	return arg;
}

static int run(const char *path)
{
	void *library = dlopen(path, RTLD_NOW);
	pthread_t thread;

	if (!library) {
		fprintf(stderr, "%s\n", dlerror());
		return 1;
	}
	*(void **)&look = dlsym(library, "plugin_look");
	*(void **)&use = dlsym(library, "plugin_use");
	look(1);
	use(5);
	look(2);
	pthread_create(&thread, NULL, in_thread, NULL);
	pthread_join(thread, NULL);
	look(5);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed |= run(argv[i]);
	return failed;
}
