/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the PMU of this machine says that it counts. */
#ifndef HINTBENCH_METER_PMU_H
#define HINTBENCH_METER_PMU_H

#include <linux/perf_event.h>
#include <stdbool.h>

#include "lib/base/error.h"

/* Whether the kernel has found a PMU of the processor's cores. */
bool pmu_exists(void);

/*
 * Whether the PMU itself says that it doesn't have the event, though the kernel opens it: it would read 0 for
 * ever. Arm's common events 0x00 to 0x3f and 0x4000 to 0x403f are told by PMCEID0_EL0 and PMCEID1_EL0 (Arm
 * ARM, D13), of which the kernel makes the files in events/ of the PMU (drivers/perf/arm_pmuv3.c,
 * armv8pmu_event_attr_is_visible(); before 6.4 arch/arm64/kernel/perf_event.c). Other events and other PMUs
 * are not told. QEMU's PMU claims the events of stalls, because Armv8.1 and Armv8.4 demand them, and counts 0
 * (its target/arm/helper.c, zero_event_get_count()). Returns 0, or -EOPNOTSUPP with `error`.
 */
int pmu_lacks(const struct perf_event_attr *attr, struct error *error);

#endif
