/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench lab profile`: where the instructions of a touch went. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/cases.h"
#include "cli/command.h"
#include "cli/lab/guest.h"
#include "cli/lab/lab.h"
#include "cli/lab/profile_table.h"
#include "lab/profile/profile_boot.h"
#include "lib/analysis/result.h"

enum {
	SIDES_MAX = 2,
	WORDS_MAX = 2 + AXES_MAX,
	OPTION_ALL = 512,
	OPTION_WHAT,
	OPTION_FORMAT,
};

/* What became of one kernel. */
struct subject {
	json_t *result;
	const json_t *record; /* the case's, in it */
	struct profile profile;
	struct symbols symbols;
};

struct profile_request {
	struct lab_request guest;
	const char *case_name, *units;
	const char *what; /* "touch" or "write"; NULL: what the case has */
	const char *format;
	bool all;
	char axes[AXES_MAX][64];      /* key=value, which make of the pattern one case */
	const char *words[WORDS_MAX]; /* for `hintbench run` in the guest */
	struct subject subjects[SIDES_MAX];
};

static const struct argp_option profile_options[] = {
    {"what", OPTION_WHAT, "LATENCY", 0, "touch: the first access; write: the write after a read (both)", 0},
    {"all", OPTION_ALL, NULL, 0, "Show also the functions that are the same on both kernels", 0},
    {"format", OPTION_FORMAT, "FORMAT", 0, "text (the default), md or json; json holds every function", 0},
    {0},
};

static const char profile_doc[] =
    "Shows by function of the kernel where the instructions of one touch went: of the median touch, so the "
    "figures add up to the p50 of the result. Give two kernels to see the difference."
    "\vThe instructions are counted by a plugin in QEMU, which the guest can't see: it executes not one "
    "instruction more, and its result is the same, byte for byte, as that of `lab run`. It costs the host's "
    "time alone: a boot takes 1.5 times as long, and one boot more per kernel reads its symbols.\n\n"
    "What a compiler inlined counts for the function that it is in. Names are joined without what a compiler "
    "appends (.isra, .constprop, .part, .cold); static functions of one name are joined too. Each turn of a "
    "rep instruction counts, so a copy byte by byte (rep movsb) is eight times one by words. Calls are "
    "executions of a function's first instruction. \"(user)\" is the timed loop; \"(other CPU)\" is what "
    "another processor did meanwhile, which the guest's clock counts as well.\n\n"
    "The output folder (results/profile) also gets NAME.profile: how often each instruction was executed.";

static void take_word(struct profile_request *request, const char *word)
{
	if (strncmp(word, "units=", 6) == 0)
		request->units = word;
	else if (request->case_name)
		exit(bad_input("one case at a time, and nothing but units=N beside it: what is '%s'?", word));
	else
		request->case_name = word;
}

static const char *one_of(const char *value, const char *option, const char *const *choices)
{
	for (size_t i = 0; choices[i]; i++)
		if (strcmp(value, choices[i]) == 0)
			return choices[i];
	exit(bad_input("--%s: there is no '%s'", option, value));
}

static error_t parse_profile(int key, char *value, struct argp_state *state)
{
	static const char *const latencies[] = {"touch", "write", NULL};
	static const char *const formats[] = {"text", "md", "json", NULL};
	struct profile_request *request = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &request->guest;
		return 0;
	case OPTION_ALL:
		request->all = true;
		return 0;
	case OPTION_WHAT:
		request->what = one_of(value, "what", latencies);
		return 0;
	case OPTION_FORMAT:
		request->format = one_of(value, "format", formats);
		return 0;
	case ARGP_KEY_ARG:
		take_word(request, value);
		return 0;
	case ARGP_KEY_END:
		if (!request->case_name)
			exit(bad_input("which case? `hintbench list` names them"));
		if (request->guest.kernel_count > SIDES_MAX)
			exit(bad_input("lab profile takes one kernel or two"));
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp profile_argp = {
    .options = profile_options,
    .parser = parse_profile,
    .args_doc = "CASE [units=N]",
    .doc = profile_doc,
    .children = lab_guest_children,
};

/* The case's name fits longer ones too: its value on every axis says that it alone is meant. */
static void set_words(struct profile_request *request, const struct bench_case *c)
{
	struct lab_job *job = &request->guest.job;
	request->words[job->argument_count++] = request->case_name;
	for (size_t i = 0; c->family->axes[i]; i++) {
		const char *key = c->family->axes[i]->key;
		snprintf(request->axes[i], sizeof(request->axes[i]), "%s=%s", key, case_value(c, key));
		request->words[job->argument_count++] = request->axes[i];
	}
	if (request->units)
		request->words[job->argument_count++] = request->units;
	job->arguments = request->words;
}

static int choose_case(struct profile_request *request)
{
	struct case_list all;
	struct error error;
	bool found = false;

	if (cases_all(&all) != 0)
		return bad_input("no memory");
	int err = cases_check_pattern(&all, request->case_name, &error);
	for (size_t i = 0; !err && i < all.count && !found; i++) {
		found = strcmp(all.items[i].name, request->case_name) == 0;
		if (found)
			set_words(request, &all.items[i]);
	}
	cases_free(&all);
	if (err)
		return bad_input("%s", error.text);
	return found ? EXIT_DONE
	             : bad_input("'%s' is no single case: give a whole name, as `hintbench list` shows it",
	                         request->case_name);
}

/* The kernels' symbols, from a boot of their own: so the boot that is profiled is the one of `lab run`. */
static int fetch_symbols(struct profile_request *request)
{
	const struct lab_request *guest = &request->guest;
	struct lab_request boots;
	struct error error;

	lab_request_open(&boots);
	memcpy(boots.kernels, guest->kernels, guest->kernel_count * sizeof(*guest->kernels));
	boots.kernel_count = guest->kernel_count;
	boots.topology = guest->topology;
	boots.limit_seconds = guest->limit_seconds;
	boots.parallel = guest->parallel;
	boots.job.out_folder = guest->job.out_folder;
	boots.job.modules = guest->job.modules;
	boots.job.command = "grep -i ' [tw] ' /proc/kallsyms";
	fprintf(stderr, "hintbench: boots for the symbols\n");
	int status = lab_request_boot(&boots);
	if (status == EXIT_CHECK_FAILED)
		status = EXIT_DONE;
	for (size_t i = 0; status == EXIT_DONE && i < boots.kernel_count; i++)
		if (symbols_read(&request->subjects[i].symbols, boots.verdicts[i].body,
		                 boots.verdicts[i].body_bytes, &error) != 0)
			status = bad_input("%s: %s", boots.kernels[i].name, error.text);
	lab_request_close(&boots);
	return status;
}

static void profile_path(const struct lab_request *guest, size_t index, char *path, size_t path_bytes)
{
	snprintf(path, path_bytes, "%s/%s.profile", guest->job.out_folder, guest->kernels[index].name);
}

/* Runs the case on each kernel with the plugin. Returns an exit status. */
static int boot_with_plugin(struct lab_request *guest)
{
	char path[PATH_MAX];
	struct error error;

	for (size_t i = 0; i < guest->kernel_count; i++) {
		profile_path(guest, i, path, sizeof(path));
		/* None of an earlier boot may pass for this one's. */
		remove(path);
		if (profile_boot_prepare(&guest->boots[i], path, &error) != 0)
			return bad_input("%s", error.text);
	}
	fprintf(stderr, "hintbench: boots with the plugin\n");
	return lab_request_boot(guest);
}

/* Reads what kernel number `index` brought back. Returns an exit status. */
static int read_subject(struct profile_request *request, size_t index)
{
	struct subject *subject = &request->subjects[index];
	const char *kernel = request->guest.kernels[index].name;
	char path[PATH_MAX];
	struct error error;

	snprintf(path, sizeof(path), "%s/%s.json", request->guest.job.out_folder, kernel);
	subject->result = result_load(path, &error);
	if (!subject->result)
		return bad_input("%s", error.text);
	const json_t *cases = json_object_get(subject->result, "cases");
	subject->record = json_array_get(cases, json_array_size(cases) - 1);
	const char *name = json_string_value(json_object_get(subject->record, "name"));
	const char *status = json_string_value(json_object_get(subject->record, "status"));
	const char *reason = json_string_value(json_object_get(subject->record, "reason"));
	if (!name || strcmp(name, request->case_name) != 0)
		return bad_input("%s: %s is not the last case of %s", kernel, request->case_name, path);
	if (!status || strcmp(status, "ok") != 0) {
		bad_input("%s: %s is '%s': %s", kernel, name, status ? status : "?", reason ? reason : "?");
		return EXIT_CANNOT_RUN;
	}
	profile_path(&request->guest, index, path, sizeof(path));
	return profile_read(&subject->profile, path, &error) == 0 ? EXIT_DONE
	                                                          : bad_input("%s: %s", kernel, error.text);
}

static const json_t *latency_of(const struct subject *subject, const char *name)
{
	return json_object_get(json_object_get(subject->record, "latency"), name);
}

static size_t samples_of(const struct subject *subject, const char *latency)
{
	return (size_t)json_integer_value(json_object_get(latency_of(subject, latency), "n"));
}

/*
 * Fills one side of the view. The timing pass comes last, its touches before its writes, so the plugin's last
 * windows are its samples. That its median is the result's says that they are.
 */
static int fill_side(struct profile_view *view, size_t index, const struct subject *subject,
                     const struct lab_kernel *kernel)
{
	struct profile_side *side = &view->side[index];
	size_t timed = samples_of(subject, "touch") + samples_of(subject, "write");
	size_t first = subject->profile.touch_count - timed;
	double p50 = json_number_value(json_object_get(latency_of(subject, view->latency), "p50"));
	struct error error;

	if (strcmp(view->latency, "write") == 0)
		first += samples_of(subject, "touch");
	side->kernel = kernel->name;
	side->release = kernel->release;
	side->touches = samples_of(subject, view->latency);
	if (profile_find_median(&subject->profile, first, side->touches, &side->median, &error) != 0)
		return bad_input("%s: %s", kernel->name, error.text);
	if (side->median.instructions != p50)
		return bad_input(
		    "%s: the plugin counted %.10g instructions for the median %s, and the result says "
		    "%.10g: this profile can't be trusted",
		    kernel->name, side->median.instructions, view->latency, p50);
	if (functions_of(&side->functions, &side->median, &subject->symbols) != 0)
		return bad_input("no memory");
	return EXIT_DONE;
}

/* Shows one latency, or adds it to `list` for JSON. Returns an exit status. */
static int show(struct profile_request *request, const char *latency, json_t *list)
{
	struct profile_view view = {
	    .case_name = request->case_name, .latency = latency, .sides = request->guest.kernel_count};
	int status = EXIT_DONE;

	for (size_t i = 0; status == EXIT_DONE && i < view.sides; i++)
		status = fill_side(&view, i, &request->subjects[i], &request->guest.kernels[i]);
	if (status == EXIT_DONE && strcmp(request->format, "json") == 0)
		json_array_append_new(list, profile_json(&view));
	else if (status == EXIT_DONE)
		profile_print(&view, request->all, strcmp(request->format, "md") == 0, stdout);
	for (size_t i = 0; i < view.sides; i++)
		functions_free(&view.side[i].functions);
	return status;
}

static int show_all(struct profile_request *request)
{
	static const char *const latencies[] = {"touch", "write"};
	json_t *list = json_array();
	int status = EXIT_DONE;
	size_t shown = 0;

	for (size_t i = 0; status == EXIT_DONE && i < 2; i++) {
		if ((request->what && strcmp(request->what, latencies[i]) != 0) ||
		    !samples_of(&request->subjects[0], latencies[i]))
			continue;
		if (shown++ && strcmp(request->format, "json") != 0)
			putchar('\n');
		status = show(request, latencies[i], list);
	}
	if (status == EXIT_DONE && !shown)
		status = bad_input("%s has no latency '%s'", request->case_name, request->what);
	json_t *document = json_pack("{s:s, s:s, s:o}", "schema", PROFILE_SCHEMA, "case", request->case_name,
	                             "latencies", list);
	if (status == EXIT_DONE && strcmp(request->format, "json") == 0) {
		json_dumpf(document, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
		putchar('\n');
	}
	json_decref(document);
	if (fflush(stdout) != 0)
		status = bad_input("cannot write to standard output: %s", strerror(errno));
	return status;
}

/* The timed loop is found by its address in this program, so the guests must run this very program. */
static int check_processors(const struct lab_request *guest)
{
	for (size_t i = 0; i < guest->kernel_count; i++)
		if (!guest->kernels[i].arch->native)
			return bad_input("lab profile knows only guests with this machine's processor: %s is "
			                 "for %s",
			                 guest->kernels[i].name, guest->kernels[i].arch->name);
	return EXIT_DONE;
}

/* A guest whose kernel complained is shown all the same, with exit status 1. */
static int profile_case(struct profile_request *request)
{
	struct error error;
	int status = choose_case(request);
	if (status == EXIT_DONE)
		status = check_processors(&request->guest);
	if (status == EXIT_DONE && profile_boot_check(&error) != 0)
		status = bad_input("%s", error.text);
	if (status == EXIT_DONE)
		status = fetch_symbols(request);
	if (status != EXIT_DONE)
		return status;
	int booted = boot_with_plugin(&request->guest);
	if (booted != EXIT_DONE && booted != EXIT_CHECK_FAILED)
		return booted;
	for (size_t i = 0; status == EXIT_DONE && i < request->guest.kernel_count; i++)
		status = read_subject(request, i);
	if (status == EXIT_DONE)
		status = show_all(request);
	return status == EXIT_DONE ? booted : status;
}

int lab_profile(int argc, char **argv)
{
	struct profile_request request = {.format = "text"};
	lab_request_open(&request.guest);
	request.guest.job.modules = true;
	request.guest.job.out_folder = "results/profile";
	argp_parse(&profile_argp, argc, argv, 0, NULL, &request);
	int status = profile_case(&request);
	for (size_t i = 0; i < SIDES_MAX; i++) {
		json_decref(request.subjects[i].result);
		profile_free(&request.subjects[i].profile);
		symbols_free(&request.subjects[i].symbols);
	}
	lab_request_close(&request.guest);
	return status;
}
