/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The old name of tests/support/namespaces.h. */
#ifndef HINTBENCH_TESTS_SUPPORT_PRIVATE_RUN_H
#define HINTBENCH_TESTS_SUPPORT_PRIVATE_RUN_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/namespaces.h"

#endif
