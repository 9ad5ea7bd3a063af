/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HINTBENCH_METER_ENTRY_H
#define HINTBENCH_METER_ENTRY_H

/* The write bit of a raw page-table entry, in PTEs and PMDs alike. */
#if defined(__x86_64__)
/* Intel SDM vol. 3A, 4.5. */
#define ENTRY_WRITABLE (1UL << 1)
#elif defined(__aarch64__)
/*
 * PTE_WRITE is the architecture's dirty bit modifier (arch/arm64/include/asm/pgtable-prot.h). An entry may have it and
 * be read-only yet: writable, but clean; where the processor does not manage the dirty bit, its first write is a fault.
 */
#define ENTRY_WRITABLE (1UL << 51)
#endif

#endif
