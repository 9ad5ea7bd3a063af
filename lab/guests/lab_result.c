/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/guests/lab_result.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/hash.h"
#include "lib/base/version.h"

/* The set's name is that of its file, which a guest does not see. */
static const struct event_report *named_report(struct arena *arena, const struct event_report *report,
                                               const char *events_path)
{
	struct event_report *named = arena_alloc(arena, sizeof(*named));
	const char *slash = strrchr(events_path, '/');
	*named = *report;
	char *name = arena_copy(arena, slash ? slash + 1 : events_path);
	char *ending = strrchr(name, '.');
	if (ending && strcmp(ending, ".ini") == 0)
		*ending = '\0';
	named->set = name;
	return named;
}

int lab_result_complete(struct result *result, const struct lab_kernel *kernel, const struct lab_job *job,
                        const struct lab_boot *boot, struct error *error)
{
	struct context *context = &result->context;
	char program[PATH_MAX], sysroot[PATH_MAX], hex[HASH_HEX_BYTES];
	int err = lab_arch_program(kernel->arch, program, sysroot, error);
	if (err)
		return err;
	if (!hash_file(program, hex))
		return error_set(error, EIO, "cannot read %s", program);
	context->program_sha256 = arena_copy(result->arena, hex);
	context->kernel.name = arena_copy(result->arena, kernel->name);
	if (!context->kernel.config_sha256 && *kernel->config_path && hash_file(kernel->config_path, hex))
		context->kernel.config_sha256 = arena_copy(result->arena, hex);
	context->seed = boot->seed;
	context->suite_version = hintbench_version;
	context->suite_config = arena_copy(result->arena, job->plan_text);
	if (result->events && job->events_path)
		result->events = named_report(result->arena, result->events, job->events_path);
	return 0;
}

int lab_result_write(const struct result *result, const char *path, struct error *error)
{
	char new_path[PATH_MAX + 8], partial[PATH_MAX + 24];
	struct result_writer *writer;
	/* result_open() would take PATH.partial, which is the guest's stream. */
	snprintf(new_path, sizeof(new_path), "%s.new", path);
	snprintf(partial, sizeof(partial), "%s" RESULT_PARTIAL, new_path);
	int err =
	    result_open(&writer, (const char *const[]){new_path}, 1, &result->context, result->events, error);
	if (err)
		return err;
	for (size_t i = 0; !err && i < result->case_count; i++)
		err = result_append(writer, &result->cases[i], error);
	const char *ended = err ? error->text : result->complete ? NULL : result->ended;
	int close_err = result_close(writer, ended, err ? NULL : error);
	err = err ? err : close_err;
	if (!err && rename(new_path, path) != 0)
		err = error_set_errno(error, errno, "cannot write %s", path);
	if (err) {
		unlink(new_path);
		unlink(partial);
	}
	return err;
}

bool lab_result_is_same(const char *path, const char *other_path)
{
	char hex[HASH_HEX_BYTES], other_hex[HASH_HEX_BYTES];
	return hash_file(path, hex) && hash_file(other_path, other_hex) && strcmp(hex, other_hex) == 0;
}

int lab_result_set_inexact(const char *path, struct error *error)
{
	struct result *result = result_load(path, error);
	if (!result)
		return -EINVAL;
	result->context.exact = false;
	int err = lab_result_write(result, path, error);
	result_free(result);
	return err;
}
