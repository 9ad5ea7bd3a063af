/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench report`: a page of what differs between result files. */
#include <argp.h>
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/escape.h"
#include "cli/output.h"
#include "cli/report/page.h"

#define ORIGIN_BYTES_MAX (64 << 10)

struct options {
	const char *output, *title, *plots;
	const char **origins; /* files, for the kernels in their order */
	size_t origin_count;
	char **specs; /* the base first */
	size_t spec_count;
};

enum { OPTION_TITLE = 256, OPTION_ORIGIN, OPTION_PLOTS };

static const struct argp_option option_table[] = {
    {"output", 'o', "FILE", 0, "the page, which keeps what it had until all is written; required", 0},
    {"title", OPTION_TITLE, "TEXT", 0, "what stands above it", 0},
    {"origin", OPTION_ORIGIN, "FILE", 0,
     "a text on how a kernel was made: the first is the base's, the next the first new one's, and so on", 0},
    {"plots", OPTION_PLOTS, "FOLDER", 0,
     "show the .svg files that `hintbench plot` made there; those older than the results are left out", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'o':
		options->output = arg;
		return 0;
	case OPTION_TITLE:
		options->title = arg;
		return 0;
	case OPTION_ORIGIN:
		options->origins[options->origin_count++] = arg;
		return 0;
	case OPTION_PLOTS:
		options->plots = arg;
		return 0;
	case ARGP_KEY_ARGS:
		options->specs = state->argv + state->next;
		options->spec_count = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_END:
		if (options->spec_count < 2)
			argp_error(state, "needs a base and at least one new result");
		if (!options->output)
			argp_error(state, "needs -o FILE.html");
		if (options->origin_count > options->spec_count)
			argp_error(state, "%zu origins of %zu kernels", options->origin_count,
			           options->spec_count);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "BASE.json NEW.json...",
    .doc = "Writes a page (HTML) of what differs between the results of a base kernel and of new ones: the "
           "kernels, the tables of `hintbench compare`, pictures, and links to the results. It runs no "
           "scripts.",
};

/* The text of a file in memory of the arena. */
static int read_text(const char *path, struct arena *arena, const char **text, struct error *error)
{
	FILE *in = fopen(path, "re");
	if (!in)
		return error_set_errno(error, errno, "cannot read %s", path);
	char *read = arena_alloc(arena, ORIGIN_BYTES_MAX + 1);
	size_t length = fread(read, 1, ORIGIN_BYTES_MAX + 1, in);
	bool failed = ferror(in);
	fclose(in);
	if (failed)
		return error_set_errno(error, EIO, "cannot read %s", path);
	if (length > ORIGIN_BYTES_MAX)
		return error_set(error, EFBIG, "%s is longer than %d bytes", path, ORIGIN_BYTES_MAX);
	read[length] = '\0';
	*text = read;
	return 0;
}

static int read_origins(const struct options *options, const char **origins, struct arena *arena,
                        struct error *error)
{
	int err = 0;
	for (size_t i = 0; !err && i < options->origin_count; i++)
		err = read_text(options->origins[i], arena, &origins[i], error);
	return err;
}

static int is_picture(const struct dirent *entry)
{
	const char *end = strrchr(entry->d_name, '.');
	return end && end != entry->d_name && strcmp(end, ".svg") == 0;
}

static bool is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec : a->tv_nsec < b->tv_nsec;
}

/* When the last of the results was written. */
static struct timespec newest_result(const struct comparison *comparison)
{
	struct timespec newest = {0};
	for (size_t i = 0; i < comparison->set_count; i++) {
		for (size_t boot = 0; boot < comparison->sets[i].boots; boot++) {
			struct stat status;
			if (stat(comparison->sets[i].results[boot]->path, &status) == 0 &&
			    is_before(&newest, &status.st_mtim))
				newest = status.st_mtim;
		}
	}
	return newest;
}

/* A picture that is older than a result is of another run. */
static bool is_current(const char *path, const struct timespec *newest)
{
	struct stat status;
	if (stat(path, &status) != 0)
		return false;
	if (!is_before(&status.st_mtim, newest))
		return true;
	print_line(stderr, "hintbench: %s is older than the results: left out", path);
	return false;
}

static int find_plots(const char *folder, struct page *page, struct arena *arena, struct error *error)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_picture, alphasort);
	if (count < 0)
		return error_set_errno(error, errno, "cannot read the folder %s", folder);
	struct timespec newest = newest_result(page->comparison);
	const char **plots = arena_alloc(arena, ((size_t)count + 1) * sizeof(*plots));
	for (int i = 0; i < count; i++) {
		const char *path = arena_print(arena, "%s/%s", folder, entries[i]->d_name);
		if (is_current(path, &newest))
			plots[page->plot_count++] = path;
		free(entries[i]);
	}
	free(entries);
	page->plots = plots;
	return 0;
}

static int write_page(const struct page *page, const char *path, struct error *error)
{
	struct output output;
	struct error write_error = {0};
	int err = output_open(&output, path, error);
	if (err)
		return err;
	err = page_print(page, output.out, error);
	int write_err = output_close(&output, err == 0, &write_error);
	if (write_err && !err)
		*error = write_error;
	return err ? err : write_err;
}

static int report(const struct options *options, const struct comparison *comparison, struct error *error)
{
	struct arena *arena = arena_new();
	const char **origins = arena_alloc(arena, comparison->set_count * sizeof(*origins));
	struct page page = {
	    .comparison = comparison,
	    .title = options->title ? options->title : "What differs between kernels",
	    .origins = origins,
	    .folder = dirname(arena_copy(arena, options->output)),
	};
	int err = read_origins(options, origins, arena, error);
	if (!err && options->plots)
		err = find_plots(options->plots, &page, arena, error);
	if (!err)
		err = write_page(&page, options->output, error);
	arena_free(arena);
	return err;
}

int command_report(int argc, char **argv)
{
	struct error error = {0};
	struct options options = {.origins = calloc((size_t)argc, sizeof(*options.origins))};
	struct result_set *sets = NULL;
	struct comparison *comparison = NULL;
	int status = EXIT_BAD_INPUT;
	if (!options.origins || argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		goto out;
	sets = result_sets_load(options.specs, options.spec_count, &error);
	comparison = sets ? comparison_make(sets, options.spec_count, NULL) : NULL;
	if (comparison && report(&options, comparison, &error) == 0)
		status = EXIT_DONE;
	else
		bad_input("%s", error.text);
	comparison_free(comparison);
	if (sets)
		result_sets_free(sets, options.spec_count);
out:
	free(options.origins);
	return status;
}
