/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel image says of itself. */
#ifndef HINTBENCH_LAB_KERNELS_IMAGE_H
#define HINTBENCH_LAB_KERNELS_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/guests/arch.h"
#include "lib/base/error.h"

#define LAB_RELEASE_MAX 64 /* bytes; the kernel's own limit (__NEW_UTS_LEN) */

/*
 * Whether it can name a file and be shown: a letter or digit, then letters, digits and ._+~-; so no path leads out
 * of it.
 */
bool lab_release_is_safe(const char *release);

/*
 * Reads the architecture and the release (as `uname -r` tells it) of the kernel image at `path`: a bzImage of
 * x86 (Documentation/arch/x86/boot.rst), or an Image of arm64 (Documentation/arch/arm64/booting.rst), which
 * may be compressed with gzip. Returns 0, or -errno with `error`: -ENOEXEC where it is neither,
 * or its release is not safe.
 */
int lab_image_read(const char *path, const struct lab_arch **arch, char *release, size_t release_bytes,
                   struct error *error);

#endif
