/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Images of kernels, of x86 and arm64. */
#include <assert.h>

#include "lab/kernels/image.h"
#include "tests/fuzz/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error error = {0};
	const struct lab_arch *arch;
	char release[LAB_RELEASE_MAX + 1];
	if (lab_image_read(input_file(0, data, size), &arch, release, sizeof(release), &error) == 0)
		assert(lab_release_is_safe(release));
	else
		check_error(&error);
	return 0;
}
