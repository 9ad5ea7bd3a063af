/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Job files. */
#include <assert.h>

#include "bench/job_file.h"
#include "tests/fuzz/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error error = {0};
	struct job_file jobs;
	if (job_file_load(&jobs, input_file(0, data, size), &error) != 0) {
		check_error(&error);
		return 0;
	}
	assert(jobs.job_count > 0);
	job_file_free(&jobs);
	return 0;
}
