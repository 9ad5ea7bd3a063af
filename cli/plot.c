/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench plot`: result files as pictures, with the data and the gnuplot scripts that made them. */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/plot_data.h"
#include "lib/casename.h"
#include "lib/side.h"
#include "lib/version.h"

struct options {
	const char *folder;
	char **specs;
	size_t spec_count;
};

/* A picture: its script is plot/NAME.gp, its data NAME.dat. */
struct picture {
	const char *name;
	const char *shared_script; /* loaded by its script; NULL where it stands alone */
	bool latency;
};

static const struct picture pictures[] = {
    {"faults", NULL, false},
    {"touch", "latency", true},
    {"write", "latency", true},
};

static const struct argp_option option_table[] = {
    {"output", 'o', "DIR", 0, "the folder for the pictures; made if need be", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'o':
		options->folder = arg;
		return 0;
	case ARGP_KEY_ARG:
		options->specs[options->spec_count++] = arg;
		return 0;
	case ARGP_KEY_END:
		if (!options->folder)
			argp_error(state, "needs a folder: -o DIR");
		if (options->spec_count < 1)
			argp_error(state, "needs a result to draw");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "-o DIR BASE.json [NEW.json...]",
    .doc = "Draw result files: faults per unit, and the distribution of each latency, as .svg and .png.\v"
           "DIR gets the .gp and .dat files as well: edit them and run `gnuplot faults.gp` there. Several "
           "boots of "
           "one kernel are joined by commas, as for compare.",
};

static FILE *open_in(const char *folder, const char *name, const char *suffix)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s/%s%s", folder, name, suffix);
	FILE *out = fopen(path, "we");
	if (!out)
		bad_input("cannot write %s: %s", path, strerror(errno));
	return out;
}

/* Closes a file of the folder. Returns an exit status. */
static int close_in(FILE *out, const char *folder)
{
	bool failed = ferror(out) != 0;
	if (fclose(out) != 0 || failed)
		return bad_input("cannot write into %s: %s", folder, strerror(errno));
	return EXIT_DONE;
}

static int copy_script(const char *folder, const char *name)
{
	char data_name[64], path[PATH_MAX], block[1 << 13];
	snprintf(data_name, sizeof(data_name), "plot/%s.gp", name);
	if (data_path(data_name, path, sizeof(path)) != 0)
		return bad_input("%s is not there: reinstall hintbench", path);
	FILE *in = fopen(path, "re");
	if (!in)
		return bad_input("cannot read %s: %s", path, strerror(errno));
	FILE *out = open_in(folder, name, ".gp");
	size_t bytes;
	while (out && (bytes = fread(block, 1, sizeof(block), in)) > 0)
		fwrite(block, 1, bytes, out);
	fclose(in);
	return out ? close_in(out, folder) : EXIT_BAD_INPUT;
}

/* Clocks are never mixed, and an emulator whose seconds mean nothing has none. */
static bool has_one_clock(const struct side *sides, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(side_clock(&sides[i]), side_clock(&sides[0])) != 0) {
			fprintf(stderr, "hintbench: latencies are left out: %s is in %s, %s in %s\n",
			        sides[0].spec, side_clock(&sides[0]), sides[i].spec, side_clock(&sides[i]));
			return false;
		}
	}
	return strcmp(side_clock(&sides[0]), "none") != 0;
}

/* Returns an exit status; `rows` tells whether there is something to draw. */
static int write_data(const struct options *options, const struct picture *picture, const struct side *sides,
                      const json_t *names, const char *shared, size_t *rows)
{
	FILE *out = open_in(options->folder, picture->name, ".dat");
	if (!out)
		return EXIT_BAD_INPUT;
	if (picture->latency)
		*rows = write_latency(out, sides, options->spec_count, names, shared, picture->name);
	else
		*rows = write_faults(out, sides, options->spec_count, names, shared);
	return close_in(out, options->folder);
}

/* Runs gnuplot in the folder. Returns an exit status. */
static int run_gnuplot(const char *folder, const char *name)
{
	extern char **environ;
	char script[64];
	snprintf(script, sizeof(script), "%s.gp", name);
	char *argv[] = {"gnuplot", script, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, folder);
	int err = posix_spawnp(&pid, "gnuplot", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (err == ENOENT)
		return bad_input(
		    "gnuplot is not installed (package gnuplot-nox); then run `gnuplot %s` in %s", script,
		    folder);
	if (err)
		return bad_input("cannot start gnuplot: %s", strerror(err));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return bad_input("gnuplot failed on %s/%s", folder, script);
	return EXIT_DONE;
}

/* What an earlier plot left in the folder and this one does not make. */
static void remove_old(const char *folder, const char *name)
{
	static const char *const suffixes[] = {".dat", ".gp", ".svg", ".png"};
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		char path[PATH_MAX];
		snprintf(path, sizeof(path), "%s/%s%s", folder, name, suffixes[i]);
		unlink(path);
	}
}

static int write_picture(const struct options *options, const struct picture *picture,
                         const struct side *sides, const json_t *names, const char *shared, bool *drawable)
{
	size_t rows = 0;
	int status = write_data(options, picture, sides, names, shared, &rows);
	*drawable = status == EXIT_DONE && rows > 0;
	if (status == EXIT_DONE && rows == 0)
		remove_old(options->folder, picture->name);
	if (*drawable && picture->shared_script)
		status = copy_script(options->folder, picture->shared_script);
	if (*drawable && status == EXIT_DONE)
		status = copy_script(options->folder, picture->name);
	return status;
}

/* All data and scripts first, so that they are there when gnuplot is not. */
static int draw(const struct options *options, const struct side *sides, const json_t *names,
                const char *shared)
{
	enum { PICTURES = sizeof(pictures) / sizeof(pictures[0]) };
	bool drawable[PICTURES] = {false}, clock = has_one_clock(sides, options->spec_count), any = false;
	int status = EXIT_DONE;
	for (size_t i = 0; status == EXIT_DONE && i < PICTURES; i++) {
		if (pictures[i].latency && !clock)
			remove_old(options->folder, pictures[i].name);
		else
			status = write_picture(options, &pictures[i], sides, names, shared, &drawable[i]);
	}
	for (size_t i = 0; status == EXIT_DONE && i < PICTURES; i++) {
		any |= drawable[i];
		if (drawable[i])
			status = run_gnuplot(options->folder, pictures[i].name);
	}
	if (status == EXIT_DONE && !any)
		status = bad_input("there is nothing to draw: no case is ok in any of the results");
	return status;
}

static int plot_sides(const struct options *options, const struct side *sides)
{
	if (mkdir(options->folder, 0777) != 0 && errno != EEXIST)
		return bad_input("cannot make the folder %s: %s", options->folder, strerror(errno));
	FILE *labels = open_in(options->folder, "labels", ".gp");
	if (!labels)
		return EXIT_BAD_INPUT;
	json_t *names = sides_case_names(sides, options->spec_count);
	char *shared = casename_shared(names);
	write_labels(labels, sides, options->spec_count, shared ? shared : "");
	int status = close_in(labels, options->folder);
	write_left_out(stderr, sides, options->spec_count, names, "hintbench: left out: ");
	if (status == EXIT_DONE)
		status = draw(options, sides, names, shared ? shared : "");
	free(shared);
	json_decref(names);
	return status;
}

static int plot(const struct options *options)
{
	struct reason why = {0};
	struct side *sides = calloc(options->spec_count, sizeof(*sides));
	int status = EXIT_BAD_INPUT;
	if (!sides || sides_load(sides, options->specs, options->spec_count, &why) != 0) {
		bad_input("%s", *why.text ? why.text : "out of memory");
	} else {
		status = plot_sides(options, sides);
		sides_free(sides, options->spec_count);
	}
	free(sides);
	return status;
}

int command_plot(int argc, char **argv)
{
	struct options options = {.specs = calloc((size_t)argc, sizeof(*options.specs))};
	int status = EXIT_BAD_INPUT;
	if (options.specs && argp_parse(&argp, argc, argv, 0, NULL, &options) == 0)
		status = plot(&options);
	free(options.specs);
	return status;
}
