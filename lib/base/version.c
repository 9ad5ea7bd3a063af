/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/version.h"

const char hintbench_version[] = HINTBENCH_VERSION;
