/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmocka, with what it wants included before it. */
#ifndef HINTBENCH_TESTS_SUPPORT_CMOCKA_ALL_H
#define HINTBENCH_TESTS_SUPPORT_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
