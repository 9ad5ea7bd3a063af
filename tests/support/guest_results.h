/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The old name of tests/support/guest.h. */
#ifndef HINTBENCH_TESTS_SUPPORT_GUEST_RESULTS_H
#define HINTBENCH_TESTS_SUPPORT_GUEST_RESULTS_H

#include <stdio.h>
#include <stdlib.h>

#include "lib/analysis/result.h"
#include "tests/support/guest.h"

#endif
