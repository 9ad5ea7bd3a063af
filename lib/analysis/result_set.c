/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/result_set.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The paths of a set's files, while they are found. */
struct paths {
	char **items;
	size_t count;
};

static int add_path(struct paths *paths, char *path, struct error *error)
{
	char **larger = path ? reallocarray(paths->items, paths->count + 1, sizeof(*larger)) : NULL;
	if (!larger) {
		free(path);
		return error_set(error, ENOMEM, "out of memory");
	}
	paths->items = larger;
	paths->items[paths->count++] = path;
	return 0;
}

static void free_paths(struct paths *paths)
{
	for (size_t i = 0; i < paths->count; i++)
		free(paths->items[i]);
	free(paths->items);
}

/* Not those of an editor, nor what is still being written, whose name ends in .partial. */
static int is_result(const struct dirent *entry)
{
	const char *end = strrchr(entry->d_name, '.');
	return end && end != entry->d_name && *entry->d_name != '.' && strcmp(end, ".json") == 0;
}

/* Adds the boots that a folder holds. */
static int add_folder(struct paths *paths, const char *folder, struct error *error)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_result, versionsort), err = 0;
	if (count < 0)
		return error_set_errno(error, errno, "cannot read the folder %s", folder);
	if (count == 0)
		err =
		    error_set(error, ENOENT,
		              "the folder %s has no .json: give one that `hintbench lab run` filled", folder);
	for (int i = 0; i < count; i++) {
		char *path = NULL;
		if (!err && asprintf(&path, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/",
		                     entries[i]->d_name) < 0)
			path = NULL;
		err = err ? err : add_path(paths, path, error);
		free(entries[i]);
	}
	free(entries);
	return err;
}

static int add_file_or_folder(struct paths *paths, const char *path, size_t length, struct error *error)
{
	struct stat status;
	char *copy = strndup(path, length);
	if (!copy || stat(copy, &status) != 0 || !S_ISDIR(status.st_mode))
		return add_path(paths, copy, error);
	int err = add_folder(paths, copy, error);
	free(copy);
	return err;
}

/* A comma separates boots, unless there is a file with the comma in its name. */
static int find_paths(struct paths *paths, const char *spec, struct error *error)
{
	if (access(spec, F_OK) == 0)
		return add_file_or_folder(paths, spec, strlen(spec), error);
	for (const char *rest = spec;;) {
		size_t length = strcspn(rest, ",");
		int err = add_file_or_folder(paths, rest, length, error);
		if (err || !rest[length])
			return err;
		rest += length + 1;
	}
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* What of a machine no boot of it changes; its memory is left out, of which a kernel may keep some for itself. */
static bool same_machine(const struct context_machine *a, const struct context_machine *b)
{
	return same_text(a->cpu, b->cpu) && a->cpus == b->cpus && a->nodes == b->nodes &&
	       same_text(a->hypervisor, b->hypervisor);
}

/* Boots are compared with each other as if only noise were between them. Returns what forbids that, or NULL. */
static const char *why_not_joined(const struct context *a, const struct context *b)
{
	if (strcmp(a->kernel.release, b->kernel.release) != 0 ||
	    strcmp(a->kernel.version, b->kernel.version) != 0)
		return "are of different kernels: join only boots of one kernel";
	if (a->clock != b->clock)
		return "have different clocks: join only boots of one machine";
	if (!same_machine(&a->machine, &b->machine))
		return "are of different machines: join only boots of one machine";
	if (a->program_sha256 && b->program_sha256 && strcmp(a->program_sha256, b->program_sha256) != 0)
		return "were made by different programs: join only what one build of hintbench measured";
	if (!a->exact && strcmp(a->boot_id, b->boot_id) == 0)
		return "are from the same boot: start the kernel anew for each file";
	if (a->exact && a->seed && a->seed == b->seed)
		return "are of the same seed, which repeats one boot: give each seed once";
	return NULL;
}

static int load_boot(struct result_set *set, const char *path, struct error *error)
{
	struct result *result = result_load(path, error);
	if (!result)
		return -EINVAL;
	set->results[set->boots++] = result;
	for (size_t i = 0; i + 1 < set->boots; i++) {
		const char *why = why_not_joined(&set->results[i]->context, &result->context);
		if (why)
			return error_set(error, EINVAL, "%s and %s %s", set->results[i]->path, path, why);
	}
	return 0;
}

static int load_boots(struct result_set *set, struct error *error)
{
	struct paths paths = {0};
	int err = find_paths(&paths, set->spec, error);
	set->results = err ? NULL : calloc(paths.count, sizeof(*set->results));
	if (!err && !set->results)
		err = error_set(error, ENOMEM, "out of memory");
	for (size_t i = 0; !err && i < paths.count; i++)
		err = load_boot(set, paths.items[i], error);
	free_paths(&paths);
	return err;
}

/* What the person who ran it calls the kernel, else its release. */
static const char *kernel_name(const struct result_set *set)
{
	const struct context_kernel *kernel = &result_set_context(set)->kernel;
	return kernel->name && *kernel->name ? kernel->name : kernel->release;
}

static int load_set(struct result_set *set, const char *spec, struct error *error)
{
	set->spec = strdup(spec);
	if (!set->spec)
		return error_set(error, ENOMEM, "out of memory");
	int err = load_boots(set, error);
	if (err)
		return err;
	set->label = strdup(kernel_name(set));
	return set->label ? 0 : error_set(error, ENOMEM, "out of memory");
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static const char *first_file(const struct result_set *set)
{
	return file_name(set->results[0]->path);
}

/* Whether other sets than `i` have its kernel's name, and with `by_file` its first file's name as well. */
static bool has_namesake(const struct result_set *sets, size_t count, size_t i, bool by_file)
{
	for (size_t j = 0; j < count; j++) {
		if (j != i && strcmp(kernel_name(&sets[j]), kernel_name(&sets[i])) == 0 &&
		    (!by_file || strcmp(first_file(&sets[j]), first_file(&sets[i])) == 0))
			return true;
	}
	return false;
}

static size_t times_given_before(const struct result_set *sets, size_t i)
{
	size_t times = 0;
	for (size_t j = 0; j < i; j++)
		times += strcmp(sets[j].spec, sets[i].spec) == 0;
	return times;
}

/* Kernels of the same name are told apart by their files, by whole paths where need be. */
static int tell_apart(struct result_set *sets, size_t count, struct error *error)
{
	for (size_t i = 0; i < count; i++) {
		if (!has_namesake(sets, count, i, false))
			continue;
		const char *file = has_namesake(sets, count, i, true) ? sets[i].spec : first_file(&sets[i]);
		size_t before = times_given_before(sets, i);
		char *label = NULL, number[32] = "";
		if (before > 0)
			snprintf(number, sizeof(number), ", %zu", before + 1);
		if (asprintf(&label, "%s (%s%s)", kernel_name(&sets[i]), file, number) < 0)
			return error_set(error, ENOMEM, "out of memory");
		free(sets[i].label);
		sets[i].label = label;
	}
	return 0;
}

struct result_set *result_sets_load(char *const *specs, size_t count, struct error *error)
{
	struct result_set *sets = calloc(count, sizeof(*sets));
	int err = sets ? 0 : error_set(error, ENOMEM, "out of memory");
	for (size_t i = 0; !err && i < count; i++)
		err = load_set(&sets[i], specs[i], error);
	err = err ? err : tell_apart(sets, count, error);
	if (!err)
		return sets;
	result_sets_free(sets, count);
	return NULL;
}

void result_sets_free(struct result_set *sets, size_t count)
{
	for (size_t i = 0; sets && i < count; i++) {
		for (size_t boot = 0; sets[i].results && boot < sets[i].boots; boot++)
			result_free(sets[i].results[boot]);
		free(sets[i].results);
		free(sets[i].label);
		free(sets[i].spec);
	}
	free(sets);
}

const struct context *result_set_context(const struct result_set *set)
{
	return &set->results[0]->context;
}

enum clock_unit result_set_clock(const struct result_set *set)
{
	return result_set_context(set)->clock;
}

bool result_set_exact(const struct result_set *set)
{
	for (size_t i = 0; i < set->boots; i++)
		if (!set->results[i]->context.exact)
			return false;
	return true;
}

const struct record *result_set_record(const struct result_set *set, size_t boot, const char *case_name)
{
	return result_case(set->results[boot], case_name);
}

const struct record *result_set_best_record(const struct result_set *set, const char *case_name)
{
	const struct record *best = NULL;
	for (size_t i = 0; i < set->boots; i++) {
		const struct record *record = result_set_record(set, i, case_name);
		if (record && record->status == CASE_OK)
			return record;
		if (!best)
			best = record;
	}
	return best;
}

/* Whether a boot before that one has the case. */
static bool is_earlier(const struct result_set *sets, size_t set, size_t boot, const char *name)
{
	for (size_t i = 0; i <= set; i++)
		for (size_t j = 0; j < (i < set ? sets[i].boots : boot); j++)
			if (result_case(sets[i].results[j], name))
				return true;
	return false;
}

const char **result_sets_case_names(const struct result_set *sets, size_t count, size_t *name_count)
{
	const char **names = NULL;
	size_t room = 0;
	*name_count = 0;
	for (size_t i = 0; i < count; i++) {
		for (size_t boot = 0; boot < sets[i].boots; boot++) {
			const struct result *result = sets[i].results[boot];
			room += result->case_count;
			const char **larger = reallocarray(names, room + 1, sizeof(*names));
			if (!larger) {
				free(names);
				*name_count = 0;
				return NULL;
			}
			names = larger;
			for (size_t c = 0; c < result->case_count; c++)
				if (!is_earlier(sets, i, boot, result->cases[c].name))
					names[(*name_count)++] = result->cases[c].name;
		}
	}
	return names;
}

static int ascending(const void *a, const void *b)
{
	double x = ((const struct latency_bin *)a)->value, y = ((const struct latency_bin *)b)->value;
	return (x > y) - (x < y);
}

/* The latency of a case in a boot, or NULL. */
static const struct latency *latency_of(const struct result_set *set, size_t boot, const char *case_name,
                                        const char *name)
{
	const struct record *record = result_set_record(set, boot, case_name);
	return record && record->status == CASE_OK ? record_latency(record, name) : NULL;
}

bool result_set_samples(const struct result_set *set, const char *case_name, const char *name,
                        struct samples *samples)
{
	size_t room = 0;
	*samples = (struct samples){0};
	for (size_t i = 0; i < set->boots; i++) {
		const struct latency *latency = latency_of(set, i, case_name, name);
		room += latency ? latency->bin_count : 0;
	}
	samples->bins = room ? calloc(room, sizeof(*samples->bins)) : NULL;
	if (!samples->bins)
		return false;
	for (size_t i = 0; i < set->boots; i++) {
		const struct latency *latency = latency_of(set, i, case_name, name);
		if (!latency)
			continue;
		memcpy(samples->bins + samples->bin_count, latency->bins,
		       latency->bin_count * sizeof(*latency->bins));
		samples->bin_count += latency->bin_count;
	}
	qsort(samples->bins, samples->bin_count, sizeof(*samples->bins), ascending);
	return true;
}

void samples_free(struct samples *samples)
{
	free(samples->bins);
	*samples = (struct samples){0};
}
