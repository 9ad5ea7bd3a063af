/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel image says of itself. */
#ifndef HINTBENCH_LAB_KERNELS_IMAGE_H
#define HINTBENCH_LAB_KERNELS_IMAGE_H

#include <stddef.h>

#include "lab/guests/arch.h"
#include "lib/base/error.h"

/*
 * Reads the architecture and the release (as `uname -r` tells it) of the kernel image at `path`: a bzImage of
 * x86 (Documentation/arch/x86/boot.rst), or an Image of arm64 (Documentation/arch/arm64/booting.rst), which
 * may be compressed with gzip. Returns 0, or -errno with `error`: -ENOEXEC where it is neither.
 */
int lab_image_read(const char *path, const struct lab_arch **arch, char *release, size_t release_bytes,
                   struct error *error);

#endif
