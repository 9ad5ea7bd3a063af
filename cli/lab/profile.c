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
#include "cli/lab/profile_view.h"
#include "lab/profile/profile_boot.h"
#include "lib/analysis/result.h"

enum {
	KERNELS_MAX = 2,
	OPTION_ALL = 512,
	OPTION_WHAT,
};

/* What one kernel brought back. */
struct profiled {
	struct result *result;
	const struct record *record; /* the case's, in it */
	struct profile profile;
	struct symbols symbols;
};

struct profile_request {
	struct lab_request guest;
	const char *case_name, *units;
	const char *what; /* "touch" or "write"; NULL: what the case has */
	const char *format;
	bool all;
	char *exactly;        /* the word that chooses the case alone */
	const char *words[2]; /* that choose it, with its size */
	struct profiled kernels[KERNELS_MAX];
};

static const struct argp_option profile_options[] = {
    {"what", OPTION_WHAT, "LATENCY", 0, "touch: the first access; write: the write after a read (both)", 0},
    {"all", OPTION_ALL, NULL, 0, "Show also the functions that are the same on both kernels", 0},
    {"format", 'f', "FORMAT", 0, "text (the default), md or json; json holds every function", 0},
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
    "rep instruction counts; the guest's processor has kernels copy by loads and stores instead. Calls are "
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
	case 'f':
		request->format = one_of(value, "format", formats);
		return 0;
	case ARGP_KEY_ARG:
		take_word(request, value);
		return 0;
	case ARGP_KEY_END:
		if (!request->case_name)
			exit(bad_input("which case? `hintbench list` names them"));
		if (request->guest.kernel_count > KERNELS_MAX)
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

/* Finds out whether the case is one, and what the guest is to run. Returns an exit status. */
static int choose_case(struct profile_request *request)
{
	struct lab_request *guest = &request->guest;
	struct case_list all;
	bool found = false;

	if (cases_all(&all) != 0)
		return bad_input("no memory");
	for (size_t i = 0; i < all.count && !found; i++)
		found = strcmp(all.items[i].name, request->case_name) == 0;
	cases_free(&all);
	if (!found)
		return bad_input("'%s' is no single case: give a whole name, as `hintbench list` shows it",
		                 request->case_name);
	/* A name fits longer ones too; with a $ it is this case alone. */
	if (asprintf(&request->exactly, "%s$", request->case_name) < 0)
		return bad_input("no memory");
	request->words[guest->word_count++] = request->exactly;
	if (request->units)
		request->words[guest->word_count++] = request->units;
	guest->words = request->words;
	return EXIT_DONE;
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
		if (symbols_read(&request->kernels[i].symbols, boots.endings[i].body,
		                 boots.endings[i].body_bytes, &error) != 0)
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

	lab_request_plan_boots(guest);
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
static int read_profiled(struct profile_request *request, size_t index)
{
	struct profiled *profiled = &request->kernels[index];
	const char *kernel = request->guest.kernels[index].name;
	char path[PATH_MAX];
	struct error error;

	snprintf(path, sizeof(path), "%s/%s.json", request->guest.job.out_folder, kernel);
	profiled->result = result_load(path, &error);
	if (!profiled->result)
		return bad_input("%s", error.text);
	profiled->record = result_case(profiled->result, request->case_name);
	if (!profiled->record)
		return bad_input("%s: %s is not in %s", kernel, request->case_name, path);
	if (profiled->record->status != CASE_OK) {
		bad_input("%s: %s is '%s': %s", kernel, request->case_name,
		          case_status_name(profiled->record->status), profiled->record->reason);
		return EXIT_CANNOT_RUN;
	}
	profile_path(&request->guest, index, path, sizeof(path));
	return profile_read(&profiled->profile, path, &error) == 0 ? EXIT_DONE
	                                                           : bad_input("%s: %s", kernel, error.text);
}

static size_t samples_of(const struct profiled *profiled, const char *latency)
{
	const struct latency *found = record_latency(profiled->record, latency);
	return found ? (size_t)found->n : 0;
}

/*
 * Fills in one kernel of the view. The timing pass comes last, its touches before its writes, so the plugin's last
 * windows are its samples. That its median is the result's says that they are. Returns an exit status.
 */
static int fill_subject(struct profile_view *view, size_t index, const struct profiled *profiled,
                        const struct lab_kernel *kernel)
{
	struct profile_subject *subject = &view->subjects[index];
	const struct latency *latency = record_latency(profiled->record, view->latency);
	size_t timed = samples_of(profiled, "touch") + samples_of(profiled, "write");
	size_t first = profiled->profile.touch_count - timed;
	struct error error;

	if (!latency)
		return bad_input("%s: %s has no latency '%s'", kernel->name, view->case_name, view->latency);
	if (strcmp(view->latency, "write") == 0)
		first += samples_of(profiled, "touch");
	subject->kernel = kernel->name;
	subject->release = kernel->release;
	subject->touches = (size_t)latency->n;
	if (profile_find_median(&profiled->profile, first, subject->touches, &subject->median, &error) != 0)
		return bad_input("%s: %s", kernel->name, error.text);
	if (subject->median.instructions != latency->p50)
		return bad_input(
		    "%s: the plugin counted %.10g instructions for the median %s, and the result says "
		    "%.10g: this profile can't be trusted",
		    kernel->name, subject->median.instructions, view->latency, latency->p50);
	if (functions_of(&subject->functions, &subject->median, &profiled->symbols) != 0)
		return bad_input("no memory");
	return EXIT_DONE;
}

/* Makes a view of each latency that was asked for and is there. Returns an exit status. */
static int fill_views(struct profile_request *request, struct profile_view *views, size_t *view_count)
{
	static const char *const latencies[] = {"touch", "write"};
	int status = EXIT_DONE;

	*view_count = 0;
	for (size_t i = 0; i < 2; i++) {
		if ((request->what && strcmp(request->what, latencies[i]) != 0) ||
		    !samples_of(&request->kernels[0], latencies[i]))
			continue;
		struct profile_view *view = &views[(*view_count)++];
		*view = (struct profile_view){.case_name = request->case_name,
		                              .latency = latencies[i],
		                              .subject_count = request->guest.kernel_count};
		for (size_t j = 0; status == EXIT_DONE && j < view->subject_count; j++)
			status = fill_subject(view, j, &request->kernels[j], &request->guest.kernels[j]);
	}
	if (status == EXIT_DONE && !*view_count)
		status = bad_input("%s has no latency '%s'", request->case_name,
		                   request->what ? request->what : "touch");
	return status;
}

/* Returns an exit status. */
static int show(const struct profile_request *request, const struct profile_view *views, size_t view_count)
{
	if (strcmp(request->format, "json") == 0) {
		if (profile_print_json(views, view_count, stdout) != 0)
			return bad_input("no memory");
	} else {
		for (size_t i = 0; i < view_count; i++) {
			if (i)
				putchar('\n');
			profile_print(&views[i], request->all, strcmp(request->format, "md") == 0, stdout);
		}
	}
	return fflush(stdout) == 0 ? EXIT_DONE
	                           : bad_input("cannot write to standard output: %s", strerror(errno));
}

static int show_all(struct profile_request *request)
{
	struct profile_view views[2];
	size_t view_count;
	int status = fill_views(request, views, &view_count);
	if (status == EXIT_DONE)
		status = show(request, views, view_count);
	for (size_t i = 0; i < view_count; i++)
		for (size_t j = 0; j < views[i].subject_count; j++)
			functions_free(&views[i].subjects[j].functions);
	return status;
}

/* The plugin reads addresses and registers of this machine's processor alone. */
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
		status = read_profiled(request, i);
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
	for (size_t i = 0; i < KERNELS_MAX; i++) {
		result_free(request.kernels[i].result);
		profile_free(&request.kernels[i].profile);
		symbols_free(&request.kernels[i].symbols);
	}
	free(request.exactly);
	lab_request_close(&request.guest);
	return status;
}
