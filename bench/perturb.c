/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/perturb.h"

#include <alloca.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum {
	RUN_PAGES_MAX = 8192, /* 32 MiB */
	PASS_PAGES_MAX = 256,
	OBJECTS_MAX = 128,
	TICK_NS_MAX = 10 * 1000 * 1000, /* of a kernel with CONFIG_HZ=100 */
	STACK_ALIGN = 16,
	STACK_STEPS = 256, /* a page */
};

/* Random numbers of their own for each pass. FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
static gsl_rng *random_of(uint64_t seed, const char *name, int kind)
{
	uint32_t hash = 2166136261u ^ (uint32_t)seed;
	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * 16777619u;
	hash = (hash ^ (uint32_t)kind) * 16777619u;
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(random, hash);
	return random;
}

/* Anonymous pages. */
static void use_pages(gsl_rng *random, unsigned long pages_max)
{
	size_t bytes = (1 + gsl_rng_uniform_int(random, pages_max)) * BASE_PAGE_BYTES;
	char *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED)
		return;
	for (size_t at = 0; at < bytes; at += BASE_PAGE_BYTES)
		pages[at] = 1;
	munmap(pages, bytes);
}

/* Pages of the page cache. */
static void use_cache(gsl_rng *random, unsigned long pages_max)
{
	const char block[4096] = {1};
	int fd = memfd_create("perturb", MFD_CLOEXEC);
	if (fd < 0)
		return;
	for (unsigned long left = 1 + gsl_rng_uniform_int(random, pages_max); left > 0; left--)
		if (write(fd, block, sizeof(block)) < 0)
			break;
	close(fd);
}

/* Objects of the slab, freed in another order than they were made in. */
static void use_slab(gsl_rng *random)
{
	int fds[OBJECTS_MAX];
	size_t count = 1 + gsl_rng_uniform_int(random, OBJECTS_MAX);
	for (size_t i = 0; i < count; i++)
		fds[i] = eventfd(0, EFD_CLOEXEC);
	gsl_ran_shuffle(random, fds, count, sizeof(fds[0]));
	for (size_t i = 0; i < count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static void use_memory(gsl_rng *random, unsigned long pages_max)
{
	use_pages(random, pages_max);
	use_cache(random, pages_max);
	use_slab(random);
}

void perturb_run(uint64_t seed)
{
	if (!seed)
		return;
	gsl_rng *random = random_of(seed, "", 0);
	use_memory(random, RUN_PAGES_MAX);
	gsl_rng_free(random);
}

static void wait_in_tick(gsl_rng *random)
{
	struct timespec pause = {.tv_nsec = (long)gsl_rng_uniform_int(random, TICK_NS_MAX)};
	nanosleep(&pause, NULL);
}

int perturb_pass_run(uint64_t seed, struct pass *pass, const struct topology *topology, size_t units,
                     struct error *error)
{
	if (!seed)
		return pass_run(pass, topology, units, error);
	gsl_rng *random = random_of(seed, pass->c->name, (int)pass->kind);
	use_memory(random, PASS_PAGES_MAX);
	size_t stack_bytes = STACK_ALIGN * (1 + gsl_rng_uniform_int(random, STACK_STEPS));
	wait_in_tick(random);
	gsl_rng_free(random);
	volatile char *stack = alloca(stack_bytes);
	stack[0] = 0;
	int err = pass_run(pass, topology, units, error);
	/* Lest the compiler gives the stack back before the call. */
	stack[0] = (char)err;
	return err;
}
