/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench/plan.h"
#include "bench/runner.h"
#include "cli/command.h"
#include "cli/events.h"
#include "cli/progress.h"
#include "lib/analysis/result.h"
#include "lib/base/context.h"
#include "lib/base/settings.h"
#include "lib/memory/region.h"
#include "lib/memory/scanner.h"
#include "lib/meter/faults.h"

#define OUTPUTS_MAX 8
#define WORDS_MAX   256

struct run_options {
	const char *config_name;
	const char *kernel_name;
	const char *event_set; /* NULL: count none */
	const char *outputs[OUTPUTS_MAX];
	size_t output_count;
	double time_limit_sec;
	unsigned long shuffle_seed; /* 0: in the order of the list */
	char *words[WORDS_MAX];
	size_t word_count;
};

static volatile sig_atomic_t interrupting_signal;

static void take_signal(int number)
{
	interrupting_signal = number;
}

static bool is_interrupted(void)
{
	return interrupting_signal != 0;
}

static const struct argp_option argp_options[] = {
    {"config", 'c', "FILE", 0, "run the jobs of this file: a path, or a name in configs/", 0},
    {"events", 'e', "SET", 0,
     "count the events of this set as well, in passes of their own: a path, or a name in configs/events/", 0},
    {"output", 'o', "FILE", 0,
     "where the result goes (results/RELEASE.json unless told; - is standard output); may be given several "
     "times",
     0},
    {"kernel-name", 'n', "NAME", 0, "what to call this kernel in tables and plots", 0},
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
	case 't':
		options->time_limit_sec = strtod(arg, &end);
		if (*end || !(options->time_limit_sec > 0))
			argp_error(state, "--time-limit %s: a number of seconds is wanted", arg);
		return 0;
	case ARGP_KEY_ARG:
		if (options->word_count == WORDS_MAX)
			argp_error(state, "more than %d patterns", WORDS_MAX);
		options->words[options->word_count++] = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
    .options = argp_options,
    .parser = parse_option,
    .args_doc = "[PATTERN…] [key=value…]",
    .doc = "Measures cases on the kernel that is running, and writes a result file."
           "\vA PATTERN is a glob over case names or their beginning; key=value[,value…] keeps the cases "
           "with such a "
           "value, units=N sets their size. `hintbench list` shows the cases, `hintbench list --events` the "
           "event "
           "sets.",
};

/* What was asked for, as the result file tells it. */
static char *describe_request(const struct run_options *options)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	if (!out)
		return NULL;
	if (options->config_name) {
		const char *slash = strrchr(options->config_name, '/');
		fprintf(out, "-c %s", slash ? slash + 1 : options->config_name);
	}
	for (size_t i = 0; i < options->word_count; i++)
		fprintf(out, "%s%s", i || options->config_name ? " " : "", options->words[i]);
	if (options->event_set) {
		const char *slash = strrchr(options->event_set, '/');
		fprintf(out, " --events %s", slash ? slash + 1 : options->event_set);
	}
	fclose(out);
	return text;
}

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
	for (size_t i = 0; i < plan->count && !is_interrupted(); i++) {
		progress_start(progress, plan->items[i].c->name);
		json_t *record = runner_run(runner, plan->items[i].c, plan->items[i].units);
		if (!record)
			return is_interrupted()
			           ? 0
			           : error_set(error, ENOMEM, "no memory for the record of a case");
		int err = result_append(writer, record, error);
		progress_end(progress, record);
		json_decref(record);
		if (err)
			return err;
	}
	return 0;
}

/* What is counted beside, and what is missing: the faults too. */
static json_t *events_json(const struct event_groups *events)
{
	json_t *object = event_groups_json(events);
	struct error error;
	if (faults_available(&error) != 0)
		json_array_append_new(json_object_get(object, "missing"),
		                      json_pack("{s:s, s:s, s:s}", "name", "faults", "event",
		                                "exceptions:page_fault_user", "reason", error.text));
	return object;
}

static int measure(struct run_options *options, const struct runner *runner, const struct plan *plan,
                   struct progress *progress, struct error *error)
{
	struct result_writer *writer = NULL;
	char path[512], ended[64], *request = describe_request(options);
	if (!request)
		return error_set(error, ENOMEM, "no memory");
	choose_output(options, path, sizeof(path));
	json_t *context = context_json(&runner->topology, &runner->processor, runner->clock.unit,
	                               options->kernel_name, request);
	free(request);
	if (runner->events)
		json_object_set_new(context, "events", events_json(runner->events));
	int err = result_open(&writer, options->outputs, options->output_count, context, error);
	json_decref(context);
	if (err)
		return err;
	err = run_plan(runner, plan, writer, progress, error);
	progress_finish(progress, options->outputs[0]);
	snprintf(ended, sizeof(ended), "interrupted by signal %d", (int)interrupting_signal);
	int close_err = result_close(writer,
	                             err                ? error->text
	                             : is_interrupted() ? ended
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
	int err = faults_available(error);
	if (err && events && events->group_count > 0)
		fprintf(stderr, "hintbench: faults are not told apart: %s\n", error->text);
	else if (err)
		return err;
	return access("/run", W_OK) == 0
	           ? 0
	           : error_set(error, EACCES, "cannot write to /run, where settings are kept; run as root");
}

static int run_with_settings(struct run_options *options, struct runner *runner, const struct plan *plan)
{
	struct error error;
	size_t restored;
	struct progress progress;
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
	bool to_stdout = options->output_count && strcmp(options->outputs[0], "-") == 0;
	progress_init(&progress, plan->count, !to_stdout);
	if (!err)
		err = measure(options, runner, plan, &progress, &error);
	struct error close_error;
	if (settings_close(&close_error) != 0)
		fprintf(stderr, "hintbench: %s; `hintbench restore` tries again\n", close_error.text);
	if (err)
		return bad_input("%s", error.text);
	if (is_interrupted())
		return 128 + (int)interrupting_signal;
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
	if (plan_make(&plan, all, options->words, options->word_count, config, &error) != 0)
		return bad_input("%s", error.text);
	if (options->shuffle_seed)
		plan_shuffle(&plan, options->shuffle_seed);
	if (check_rights(events, &error) != 0) {
		plan_free(&plan);
		bad_input("%s", error.text);
		return EXIT_CANNOT_RUN;
	}
	if (runner_open(&runner, &error) != 0) {
		plan_free(&plan);
		return bad_input("%s", error.text);
	}
	runner.interrupted = is_interrupted;
	if (options->time_limit_sec > 0)
		runner.time_limit_sec = options->time_limit_sec;
	runner.events = events;
	status = run_with_settings(options, &runner, &plan);
	runner_close(&runner);
	plan_free(&plan);
	return status;
}

int command_run(int argc, char **argv)
{
	struct run_options options = {0};
	struct job_file config = {0};
	struct cli_events events;
	struct case_list all;
	struct error error;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	if (options.config_name && job_file_load(&config, options.config_name, &error) != 0)
		return bad_input("%s", error.text);
	if (cases_all(&all) != 0)
		return bad_input("no memory for the list of cases");
	/* Without SA_RESTART: a wait ends at once. */
	struct sigaction action = {.sa_handler = take_signal};
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (!options.event_set)
		options.event_set = config.events;
	int status = EXIT_BAD_INPUT;
	if (!options.event_set) {
		status = run_selected(&options, &all, options.config_name ? &config : NULL, NULL);
	} else if (cli_events_open(&events, options.event_set, &error) != 0) {
		bad_input("%s", error.text);
	} else {
		json_t *tried = event_groups_json(&events.plan);
		cli_events_report_missing("hintbench", tried);
		json_decref(tried);
		status = run_selected(&options, &all, options.config_name ? &config : NULL, &events.plan);
		cli_events_close(&events);
	}
	job_file_free(&config);
	cases_free(&all);
	return status;
}
