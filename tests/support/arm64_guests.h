/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether this machine can boot arm64 guests, for the tests that do. */
#ifndef HINTBENCH_TESTS_SUPPORT_ARM64_GUESTS_H
#define HINTBENCH_TESTS_SUPPORT_ARM64_GUESTS_H

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "lab/guests/arch.h"
#include "lab/guests/boot.h"
#include "lab/kernels/kernel.h"
#include "lib/base/error.h"
#include "tests/support/files.h"
#include "tests/support/run.h"

/*
 * Whether anything is missing for guests of both kernels; `missing` then says what. What else goes wrong is
 * no reason to skip. The guest that is tried puts its files into the test's folder.
 */
static inline bool arm64_is_missing(struct error *missing)
{
	static const char *const specs[] = {"debian:bookworm:arm64", "debian:bookworm-backports:arm64"};
	struct lab_kernel kernel;
	if (lab_boot_check(&lab_arm64, missing) != 0)
		return true;
	for (size_t i = 0; i < 2; i++)
		if (lab_kernel_parse(specs[i], &kernel, missing) != 0)
			return true;
	*missing->text = '\0';
	struct ran *ran =
	    hintbench("lab exec --arch arm64 --kernel debian:bookworm -o %s/exec -- true", folder);
	char *remedy = strstr(ran->err, "type `make");
	if (ran->status == 2 && remedy)
		error_set(missing, ENOENT, "%s", ran->err);
	return *missing->text;
}

/* Skips the test that calls it, with what arm64_is_missing() said. */
static inline void need_arm64(const struct error *missing)
{
	if (*missing->text) {
		print_message("%s\n", missing->text);
		skip();
	}
}

#endif
