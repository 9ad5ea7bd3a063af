/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The old names of tests/support/{files,run,tiny_kernel}.h, for the tests of the lab. */
#ifndef HINTBENCH_TESTS_SUPPORT_LAB_SPAWN_H
#define HINTBENCH_TESTS_SUPPORT_LAB_SPAWN_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/files.h"
#include "tests/support/run.h"
#include "tests/support/tiny_kernel.h"

#define spawned            ran
#define hintbench()        hintbench_program()
#define assert_contains    assert_has
#define run_lab(into, ...) run_hintbench(into, "lab", __VA_ARGS__)

#endif
