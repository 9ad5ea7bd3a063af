/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench/case_events.h"
#include "bench/interrupt.h"
#include "bench/perturb.h"
#include "bench/plan.h"
#include "bench/plan_file.h"
#include "bench/runner.h"
#include "cli/command.h"
#include "cli/events.h"
#include "cli/progress.h"
#include "cli/request.h"
#include "lib/analysis/result.h"
#include "lib/base/context.h"
#include "lib/base/hash.h"
#include "lib/base/settings.h"
#include "lib/memory/region.h"
#include "lib/memory/scanner.h"
#include "lib/meter/faults.h"

#define OUTPUTS_MAX 8
#define WORDS_MAX   256

enum { OPTION_PLAN = 256, OPTION_SEED };

struct run_options {
	const char *config_name;
	const char *kernel_name;
	const char *event_set; /* NULL: count none */
	const char *plan_path; /* NULL: config and words say what to run */
	const char *outputs[OUTPUTS_MAX];
	size_t output_count;
	double time_limit_sec;
	unsigned long shuffle_seed; /* 0: in the order of the list */
	unsigned long seed;         /* 0: nothing is perturbed */
	char *words[WORDS_MAX];
	size_t word_count;
};

static const struct argp_option argp_options[] = {
    {"config", 'c', "FILE", 0, "run the jobs of this file: a path, or a name in configs/", 0},
    {"case", 'C', "WORD", 0, "a WORD, as an option", 0},
    {"events", 'e', "SET", 0,
     "count the events of this set as well, in passes of their own: a path, or a name in configs/events/", 0},
    {"output", 'o', "FILE", 0,
     "where the result goes (results/RELEASE.json unless told; - is standard output); may be given several "
     "times",
     0},
    {"kernel-name", 'n', "NAME", 0, "what to call this kernel in tables and plots", 0},
    {"plan", OPTION_PLAN, "FILE", 0, "run what this file lists, as `hintbench lab run` wrote it", 0},
    {"seed", OPTION_SEED, "N", 0,
     "change what must not matter, each number in its own way: order of cases, stack, memory used before, "
     "phase "
     "of the timer's tick (0: change nothing)",
     0},
    {"shuffle", 's', "SEED", 0, "in a random order that SEED, a whole number from 1 on, decides", 0},
    {"time-limit", 't', "SECONDS", 0, "end a case's pass after so long (60)", 0},
    {0},
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct run_options *options = state->input;
	char *end;
	switch (key) {
	case 'c':
		options->config_name = arg;
		return 0;
	case 'e':
		options->event_set = arg;
		return 0;
	case 'n':
		options->kernel_name = arg;
		return 0;
	case 'o':
		if (options->output_count == OUTPUTS_MAX)
			argp_error(state, "more than %d outputs", OUTPUTS_MAX);
		options->outputs[options->output_count++] = arg;
		return 0;
	case 's':
		options->shuffle_seed = strtoul(arg, &end, 10);
		if (*end || options->shuffle_seed == 0 || arg[0] == '-')
			argp_error(state, "--shuffle %s: a whole number from 1 on is wanted", arg);
		return 0;
	case OPTION_PLAN:
		options->plan_path = arg;
		return 0;
	case OPTION_SEED:
		options->seed = strtoul(arg, &end, 10);
		if (*end || end == arg || options->seed > PERTURB_SEED_MAX || arg[0] == '-')
			argp_error(state, "--seed %s: a whole number up to %lu is wanted", arg,
			           (unsigned long)PERTURB_SEED_MAX);
		return 0;
	case 't':
		options->time_limit_sec = strtod(arg, &end);
		if (*end || !(options->time_limit_sec > 0))
			argp_error(state, "--time-limit %s: a number of seconds is wanted", arg);
		return 0;
	case 'C':
	case ARGP_KEY_ARG:
		if (options->word_count == WORDS_MAX)
			argp_error(state, "more than %d words", WORDS_MAX);
		options->words[options->word_count++] = arg;
		return 0;
	case ARGP_KEY_END:
		if (options->plan_path && (options->config_name || options->word_count))
			argp_error(state, "--plan says all that is to run: no job file or word goes with it");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
    .options = argp_options,
    .parser = parse_option,
    .args_doc = "[WORD…]",
    .doc = "Measures cases on the kernel that is running, and writes a result file.\vA WORD is the beginning "
           "of a "
           "case's name, a glob over it, a whole name with a $ behind it, or key=value[,value…]; units=N "
           "sets the "
           "size of the cases. `hintbench list` shows the cases, `hintbench list --events` the event sets.",
};

/* The default output, and its folder. */
static void choose_output(struct run_options *options, char *path, size_t path_bytes)
{
	struct utsname name;
	if (options->output_count > 0)
		return;
	uname(&name);
	mkdir("results", 0777);
	snprintf(path, path_bytes, "results/%s.json", name.release);
	options->outputs[options->output_count++] = path;
}

/*
 * Runs the plan; counts statuses in `progress`. Returns 0, or -errno with `error` where the result can't be
 * written.
 */
static int run_plan(const struct runner *runner, const struct plan *plan, struct result_writer *writer,
                    struct progress *progress, struct error *error)
{
	int err = 0;
	for (size_t i = 0; !err && i < plan->count && !interrupt_came(); i++) {
		struct arena *arena = arena_new();
		progress_start(progress, plan->items[i].c->name);
		const struct record *record =
		    runner_run(runner, plan->items[i].c, plan->items[i].units, arena);
		if (record) {
			err = result_append(writer, record, error);
			progress_end(progress, record);
		} else if (!interrupt_came()) {
			err = error_set(error, ENOMEM, "no memory for the ticks of a case");
		}
		arena_free(arena);
	}
	return err;
}

/* Opens the result with what there is to say of the machine and of the run. */
static int open_result(struct result_writer **writer, const struct run_options *options,
                       const struct runner *runner, struct error *error)
{
	struct context context;
	struct arena *arena = arena_new();
	char program_sha256[HASH_HEX_BYTES];
	char *request = request_text(options->config_name, (const char *const *)options->words,
	                             options->word_count, options->event_set);
	context_get(&context, arena, &runner->topology, &runner->processor, runner->clock.unit,
	            options->kernel_name, request ? request : "");
	context.seed = options->seed;
	/* Who wrote the plan knows which program he packed, and spares a guest the work. */
	if (!options->plan_path && hash_file("/proc/self/exe", program_sha256))
		context.program_sha256 = program_sha256;
	const struct event_report *report = runner->events ? case_events_report(arena, runner->events) : NULL;
	int err = result_open(writer, options->outputs, options->output_count, &context, report, error);
	free(request);
	arena_free(arena);
	return err;
}

static int measure(struct run_options *options, const struct runner *runner, const struct plan *plan,
                   struct progress *progress, struct error *error)
{
	struct result_writer *writer = NULL;
	char ended[64];
	int err = open_result(&writer, options, runner, error);
	if (err)
		return err;
	perturb_run(options->seed);
	err = run_plan(runner, plan, writer, progress, error);
	progress_finish(progress, options->outputs[0]);
	snprintf(ended, sizeof(ended), "interrupted by signal %d", interrupt_signal());
	int close_err = result_close(writer,
	                             err                ? error->text
	                             : interrupt_came() ? ended
	                                                : NULL,
	                             err ? NULL : error);
	return err ? err : close_err;
}

/*
 * What a run can't do without, whatever is asked for; says how to get it. With events to count, faults need
 * not be told apart.
 */
static int check_rights(const struct event_groups *events, struct error *error)
{
	bool counts_events = events && events->group_count > 0;
	int err = counts_events ? 0 : faults_available(error);
	if (err)
		return err;
	return access("/run", W_OK) == 0
	           ? 0
	           : error_set(error, EACCES, "cannot write to /run, where settings are kept; run as root");
}

/* A result on standard output is alone there. */
static bool uses_stdout(const struct run_options *options)
{
	for (size_t i = 0; i < options->output_count; i++)
		if (strcmp(options->outputs[i], "-") == 0)
			return true;
	return false;
}

static int run_with_settings(struct run_options *options, struct runner *runner, const struct plan *plan)
{
	struct error error;
	size_t restored;
	struct progress progress;
	char path[512];
	int err = settings_open(&restored, &error);
	if (err)
		return bad_input("%s", error.text);
	if (restored)
		fprintf(stderr, "hintbench: put back %zu settings that a killed run left behind\n", restored);
	/* Where the scanner can't be steered, the cases that need it are skipped with the reason. */
	if (scanner_available(NULL) == 0)
		err = scanner_prepare(&error);
	if (!err)
		err = region_prepare(&error);
	if (!err)
		err = faults_prepare(&error);
	choose_output(options, path, sizeof(path));
	progress_init(&progress, plan->count, !uses_stdout(options));
	if (!err)
		err = measure(options, runner, plan, &progress, &error);
	struct error close_error;
	if (settings_close(&close_error) != 0)
		bad_input("%s; `hintbench restore` tries again", close_error.text);
	if (err)
		return bad_input("%s", error.text);
	if (interrupt_came())
		return 128 + interrupt_signal();
	/* Where only `overhead` was asked for, that it ran is enough. */
	return progress.ran || progress.skipped == 0 ? EXIT_DONE : EXIT_CANNOT_RUN;
}

static int run_selected(struct run_options *options, const struct case_list *all,
                        const struct job_file *config, const struct event_groups *events)
{
	struct runner runner;
	struct error error;
	struct plan plan;
	int status;
	int err = options->plan_path
	              ? plan_read(&plan, all, options->plan_path, &error)
	              : plan_make(&plan, all, options->words, options->word_count, config, &error);
	if (err)
		return bad_input("%s", error.text);
	if (options->shuffle_seed || options->seed)
		plan_shuffle(&plan, options->shuffle_seed ? options->shuffle_seed : options->seed);
	if (check_rights(events, &error) != 0) {
		plan_free(&plan);
		bad_input("%s", error.text);
		return EXIT_CANNOT_RUN;
	}
	if (runner_open(&runner, &error) != 0) {
		plan_free(&plan);
		return bad_input("%s", error.text);
	}
	runner.interrupted = interrupt_came;
	if (options->time_limit_sec > 0)
		runner.time_limit_sec = options->time_limit_sec;
	runner.events = events;
	runner.seed = options->seed;
	status = run_with_settings(options, &runner, &plan);
	runner_close(&runner);
	plan_free(&plan);
	return status;
}

static int run_with_events(struct run_options *options, const struct case_list *all,
                           const struct job_file *config)
{
	struct cli_events events;
	struct error error;
	if (cli_events_open(&events, options->event_set, &error) != 0)
		return bad_input("%s", error.text);
	struct arena *arena = arena_new();
	cli_events_report_missing("hintbench", case_events_report(arena, &events.groups));
	arena_free(arena);
	int status = run_selected(options, all, config, &events.groups);
	cli_events_close(&events);
	return status;
}

int command_run(int argc, char **argv)
{
	struct run_options options = {0};
	struct job_file config = {0};
	struct case_list all;
	struct error error;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	if (options.config_name && job_file_load(&config, options.config_name, &error) != 0)
		return bad_input("%s", error.text);
	if (cases_all(&all) != 0)
		return bad_input("no memory for the list of cases");
	interrupt_catch();
	if (!options.event_set)
		options.event_set = config.events;
	const struct job_file *jobs = options.config_name ? &config : NULL;
	int status = options.event_set ? run_with_events(&options, &all, jobs)
	                               : run_selected(&options, &all, jobs, NULL);
	job_file_free(&config);
	cases_free(&all);
	return status;
}
