/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/cmocka_all.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/analysis/claim_expr.h"
#include "lib/analysis/claims.h"
#include "tests/support/run.h"

#define D      "tests/data/"
#define CLAIMS D "claims.ini"
#define BASE   D "claims-base.json"
#define NEW    D "claims-new.json"
#define LOCAL  "hint/map=anon/page=4k/access=write/outcome=local"
#define MOVED  "hint/map=anon/page=4k/access=write/outcome=migrate"

/* A file that goes away with the next one of the same name. */
static const char *scratch_file(const char *name)
{
	static char path[PATH_MAX];
	snprintf(path, sizeof(path), "/tmp/hintbench-test-%d-%s", getpid(), name);
	return path;
}

static const char *write_text(const char *name, const char *text)
{
	const char *path = scratch_file(name);
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
	return path;
}

/* The test line of a claim and kernels: "stays on base"; it ends where the next line begins. */
static const char *line_of(const struct ran *ran, const char *about)
{
	static char line[4096];
	char wanted[256];
	snprintf(wanted, sizeof(wanted), " - %s", about);
	for (const char *at = ran->out; (at = strstr(at, wanted)); at++) {
		const char *start = at, *after = at + strlen(wanted);
		while (start > ran->out && start[-1] != '\n')
			start--;
		if (*start == '#' || !strchr(": \n", *after))
			continue;
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(start, "\n"), start);
		return line;
	}
	fail_msg("no line on %s in:\n%s", about, ran->out);
	return "";
}

static void expect(const struct ran *ran, const char *about, const char *start, const char *part)
{
	const char *line = line_of(ran, about);
	if (strncmp(line, start, strlen(start)) != 0)
		fail_msg("not \"%s\": %s", start, line);
	assert_has(line, part);
}

static void lines_tell_the_figures(void **state)
{
	(void)state;
	struct ran *ran = hintbench("check --claims %s %s", CLAIMS, NEW);
	assert_int_equal(ran->status, 0);
	expect(ran, "stays on new", "ok 1 ", ": hint_faults 1, write_faults 0 in 4 cases");
	expect(ran, "migrated on new", "ok 2 ", ": write_faults 1, restored_writable 0 in 2 cases");
	expect(ran, "folio on new", "ok 3 ", ": write_faults 16, restored 16 in 2 cases");
	expect(ran, "fast on new", "ok 6 ", ": touch_p50 180, touch_max 250 in 2 cases");
	assert_has(ran->out, "# new: Linux 6.12.0-made-up, " NEW);
	assert_has(ran->out, "# Totals: pass:6 fail:0 skip:2\n");
	assert_string_equal(ran->err, "");
}

static void broken_claims_name_their_cases(void **state)
{
	(void)state;
	struct ran *ran = hintbench("check --claims %s %s", CLAIMS, BASE);
	assert_int_equal(ran->status, 1);
	expect(ran, "migrated on base", "not ok 2 ",
	       ": write_faults 0, restored_writable 1 in 2 cases, 2 of them against it");
	assert_has(ran->out, "# migrated: A page that migrates takes a second fault.\n"
	                     "# migrated: nowhere: made up\n");
	assert_has(ran->out, "# migrated: " MOVED ": write_faults 0, claimed is write_faults == 1\n");
	assert_has(ran->out,
	           "# migrated: " MOVED ": restored_writable 1, claimed is restored_writable == 0\n");
	assert_has_not(ran->out, "# stays: ");
	assert_has(hintbench("check -v --claims %s %s", CLAIMS, NEW)->out, "# stays: A page that stays");
}

static void what_was_not_measured_is_no_ok(void **state)
{
	(void)state;
	struct ran *ran = hintbench("check --claims %s %s", CLAIMS, BASE);
	expect(ran, "folio on base", "ok 3 ", " # SKIP all 2 cases skipped: hint/map=anon/page=64k/");
	expect(ran, "folio on base", "ok 3 ", ": skip: this kernel has no anonymous folios of 64k");
	/* The other case holds, which is not enough. */
	expect(ran, "failed on base", "ok 5 ",
	       ": write_faults 1 in 1 case, 1 not measured # SKIP 1 of 2 cases ");
	expect(ran, "failed on base", "ok 5 ", ": inconclusive: 64 of 64 pages migrated");
	/* What the kernel can't do is left out, and told. */
	expect(ran, "tracked on base", "ok 4 ", ": protection_lost 0 in 1 case, 1 skipped");
	assert_has_not(line_of(ran, "tracked on base"), "# SKIP");
	assert_has(ran->out,
	           "# tracked: migrate/map=anon/page=4k/how=move_pages/track=uffd-wp-async: skip: no async");
}

static void absent_cases_are_no_ok(void **state)
{
	(void)state;
	const char *claims =
	    write_text("absent.ini", "[a]\nsays = s\nwhere = w\ncases = swap\nholds = events == 0\n"
	                             "[b]\nsays = s\nwhere = w\nholds = pswpin == 0\n"
	                             "cases = hint/map=anon/page=4k/*/outcome=local\n"
	                             "[c]\nsays = s\nwhere = w\nholds = hint_faults == 1\n"
	                             "cases = hint/map=anon/page=*/outcome=local\n");
	struct ran *ran = hintbench("check --claims %s %s", claims, NEW);
	unlink(claims);
	assert_int_equal(ran->status, 0);
	expect(ran, "a on new", "ok 1 ", "not in the file");
	expect(ran, "b on new", "ok 2 ",
	       "# SKIP 2 of 2 cases not measured: "
	       "hint/map=anon/page=4k/");
	assert_has(line_of(ran, "b on new"), "has no pswpin");
	expect(ran, "c on new", "ok 3 ", "# SKIP ");
	assert_has(ran->out, "pass:0 fail:0 skip:3");
	assert_has(ran->err, "none of the claims");
}

/* The kernel of BASE has no figure `pswpin`: a term on it can't be judged, the other terms can. */
static void broken_term_wins_over_a_missing_figure(void **state)
{
	(void)state;
	const char *claims = write_text("partly.ini", "[broken]\nsays = s\nwhere = w\n"
	                                              "cases = hint/map=anon/page=4k/*/outcome=local\n"
	                                              "holds = pswpin == 0, hint_faults == 2\n"
	                                              "[kept]\nsays = s\nwhere = w\n"
	                                              "cases = hint/map=anon/page=4k/*/outcome=local\n"
	                                              "holds = hint_faults == 1, pswpin == 0\n"
	                                              "[two]\nsays = s\nwhere = w\n"
	                                              "cases = hint/map=anon/page=4k/*/outcome=migrate\n"
	                                              "holds = base.pswpin == new.pswpin,"
	                                              " base.write_faults == new.write_faults\n");
	struct ran *ran = hintbench("check --claims %s %s %s", claims, BASE, NEW);
	unlink(claims);
	assert_int_equal(ran->status, 1);
	expect(ran, "broken on base", "not ok 1 ", ": hint_faults 1 in 2 cases, 2 of them against it");
	assert_has(ran->out, "# broken: " LOCAL ": hint_faults 1, claimed is hint_faults == 2\n");
	expect(ran, "kept on base", "ok 3 ", " # SKIP 2 of 2 cases not measured: ");
	assert_has_not(line_of(ran, "kept on base"), "hint_faults 1"); /* no case kept the whole claim */
	expect(ran, "two on base and new", "not ok 5 ",
	       ": base.write_faults 0, new.write_faults 1 in 2 cases");
	assert_has(ran->out, "# Totals: pass:0 fail:3 skip:2\n");
}

static void two_kernels(void **state)
{
	(void)state;
	struct ran *ran = hintbench("check --claims %s %s", CLAIMS, BASE);
	expect(ran, "same on base", "ok 7 ", " # SKIP speaks of two kernels");
	ran = hintbench("check --claims %s %s %s", CLAIMS, BASE, NEW);
	assert_int_equal(ran->status, 1);
	expect(ran, "migrated on base", "not ok 3 ", "");
	expect(ran, "migrated on new", "ok 4 ", "");
	expect(ran, "same on base and new", "ok 13 ", ": base.write_faults 0, new.write_faults 0 in 4 cases");
	expect(ran, "more on base and new", "ok 14 ", ": base.write_faults 0, new.write_faults 1 in 2 cases");
	ran = hintbench("check --claims %s %s %s", CLAIMS, NEW, BASE);
	expect(ran, "more on new and base", "not ok 14 ", ": base.write_faults 1, new.write_faults 0");
	assert_has(ran->out, "# more: " MOVED ": base.write_faults 1, new.write_faults 0, "
	                     "claimed is base.write_faults < new.write_faults\n");
	ran = hintbench("check --claims %s %s %s %s", CLAIMS, BASE, NEW, NEW);
	expect(ran, "same on base and new (" NEW ")", "ok 19 ", "");
	expect(ran, "same on base and new (" NEW ", 2)", "ok 20 ", "");
}

/* The version, the plan, and lines that are numbered without a gap. */
static void output_is_ktap(void **state)
{
	(void)state;
	struct ran *ran = hintbench("check --claims %s %s %s", CLAIMS, BASE, NEW);
	unsigned plan = 0, seen = 0, number;
	char *rest = ran->out, *line;
	assert_string_equal(strsep(&rest, "\n"), "KTAP version 1");
	assert_int_equal(sscanf(strsep(&rest, "\n"), "1..%u", &plan), 1);
	while ((line = strsep(&rest, "\n")) && *line) {
		if (strncmp(line, "# ", 2) == 0)
			continue;
		assert_true(sscanf(line, "ok %u - ", &number) == 1 ||
		            sscanf(line, "not ok %u - ", &number) == 1);
		assert_int_equal(number, ++seen);
		const char *mark = strchr(line, '#');
		assert_true(!mark || strncmp(mark, "# SKIP ", 7) == 0);
		assert_true(!mark || !strchr(mark + 1, '#'));
	}
	assert_int_equal(seen, plan);
	assert_int_equal(plan, 14);
}

static json_t *record_in(json_t *result, const char *name)
{
	size_t index;
	json_t *record;
	json_array_foreach (json_object_get(result, "cases"), index, record)
		if (strcmp(json_string_value(json_object_get(record, "name")), name) == 0)
			return record;
	fail_msg("no case %s", name);
	return NULL;
}

/* A count and its per_unit, or the value that all accesses took. */
static void set_figure(json_t *record, const char *metric, double per_unit)
{
	json_t *units = json_object_get(record, "units");
	json_t *count = json_object_get(json_object_get(record, "metrics"), metric);
	json_t *latency = json_object_get(json_object_get(record, "latency"), metric);
	assert_true(count || latency);
	json_object_set_new(count, "count", json_integer((json_int_t)(per_unit * json_number_value(units))));
	json_object_set_new(count, "per_unit", json_real(per_unit));
	for (const char *const *value =
	         (const char *const[]){"min", "p50", "p90", "p99", "max", "mean", NULL};
	     *value; value++)
		json_object_set_new(latency, *value, json_real(per_unit));
	json_object_set_new(latency, "distribution", json_pack("[[f, O]]", per_unit, units));
}

/* The new kernel's result with one figure changed. */
static const char *mutant(const char *name, const char *metric, double per_unit)
{
	json_t *result = json_load_file(NEW, 0, NULL);
	assert_non_null(result);
	set_figure(record_in(result, name), metric, per_unit);
	const char *path = scratch_file("mutant.json");
	assert_int_equal(json_dump_file(result, path, 0), 0);
	json_decref(result);
	return path;
}

/* The claims that did not hold on these kernels. */
static void broken_in(const struct ran *ran, const char *kernels, char *names, size_t bytes)
{
	size_t used = 0;
	names[0] = '\0';
	for (const char *at = ran->out; (at = strstr(at, "\nnot ok ")); at++) {
		const char *name = strstr(at, " - ") + 3;
		size_t length = strcspn(name, " "), on = strlen(kernels);
		if (strncmp(name + length, kernels, on) == 0 && name[length + on] == ':')
			used += (size_t)snprintf(names + used, bytes - used, "%.*s", (int)length, name);
	}
}

/* One figure that changes breaks the claims that speak of it, and no other. */
static void one_figure_flips_its_claim(void **state)
{
	(void)state;
	static const struct {
		const char *name, *metric;
		double per_unit;
		const char *one, *two; /* claims on one kernel and on two that break */
	} mutations[] = {
	    {LOCAL, "hint_faults", 2, "stays", ""},
	    {LOCAL, "write_faults", 0.015625, "stays", "same"},
	    {MOVED, "write_faults", 2, "migrated", ""},
	    {MOVED, "write_faults", 0, "migrated", "more"},
	    {MOVED, "restored_writable", 0.5, "migrated", ""},
	    {MOVED, "restored", 7, "", ""},
	    {"hint/map=anon/page=64k/access=write/outcome=migrate", "restored", 15, "folio", ""},
	    {"migrate/map=anon/page=4k/how=move_pages/track=uffd-wp", "protection_lost", 1, "tracked", ""},
	    {"migrate/map=anon/page=4k/how=move_pages/track=uffd-wp", "events", 0, "", ""},
	    {"overhead/access=write", "touch", 400, "fast", ""},
	};
	for (size_t i = 0; i < sizeof(mutations) / sizeof(mutations[0]); i++) {
		char broken[256];
		const char *path = mutant(mutations[i].name, mutations[i].metric, mutations[i].per_unit);
		struct ran *ran = hintbench("check --claims %s %s %s", CLAIMS, BASE, path);
		unlink(path);
		broken_in(ran, " on new", broken, sizeof(broken));
		assert_string_equal(broken, mutations[i].one);
		broken_in(ran, " on base and new", broken, sizeof(broken));
		assert_string_equal(broken, mutations[i].two);
		assert_int_equal(ran->status, 1);
	}
}

/* Every boot has to keep a claim; times of a machine with noise are no figures to claim. */
static void boots_and_noise(void **state)
{
	(void)state;
	const char *path = mutant(LOCAL, "write_faults", 1);
	struct ran *ran = hintbench("check --claims %s %s,%s", CLAIMS, NEW, path);
	expect(ran, "stays on new", "not ok 1 ",
	       ": hint_faults 1, write_faults 0 to 1 in 4 cases, 1 of them");
	expect(ran, "migrated on new", "ok 2 ", " in 2 cases");
	json_t *result = json_load_file(NEW, 0, NULL);
	json_object_set_new(json_object_get(result, "context"), "exact", json_false());
	json_dump_file(result, path, 0);
	json_decref(result);
	ran = hintbench("check --claims %s %s", CLAIMS, path);
	unlink(path);
	expect(ran, "stays on new", "ok 1 ", " in 4 cases");
	expect(ran, "fast on new", "ok 6 ", " # SKIP 2 of 2 cases not measured: overhead/");
	assert_has(line_of(ran, "fast on new"), "not exact: touch_p50");
}

static void expressions(void **state)
{
	(void)state;
	static const char *const good[][2] = {
	    {"a==0", "a == 0"},
	    {" write_faults  <=\t0.5 ", "write_faults <= 0.5"},
	    {"base.a != new.b", "base.a != new.b"},
	    {"andy > 1 and b < c, d >= .25", "andy > 1"},
	};
	static const char *const bad[][2] = {
	    {"", "a metric"},
	    {"a", "one of == != < <= > >= is wanted at its end"},
	    {"a = 0", "one of == != < <= > >= is wanted at '= 0'"},
	    {"a == ", "wanted at its end"},
	    {"a == -1", "wanted at '-1'"},
	    {"a == 0x10", "a number, such as 1 or 0.5, is wanted at '0x10'"},
	    {"a == 1.2.3", "a number"},
	    {"0 == a", "a metric"},
	    {"a == 0,", "wanted at its end"},
	    {"a == 0 b == 1", "',' or 'and' is wanted at 'b == 1'"},
	    {"a == 0 or b == 1", "',' or 'and' is wanted at 'or b == 1'"},
	    {"old.a == 0", "wanted at '.a == 0'"},
	    {"base.a == b", "one kernel and of two"},
	    {"base.a == 0", "only one of base and new"},
	    {"base.a == base.b", "only one of base and new"},
	    {"a<1,a<1,a<1,a<1,a<1,a<1,a<1,a<1,a<1", "more than 8 terms"},
	};
	struct claim_expr expr;
	struct error error;
	char text[CLAIM_TERM_BYTES];
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(claim_expr_parse(good[i][0], &expr, &error), 0);
		claim_term_text(&expr, &expr.terms[0], text, sizeof(text));
		assert_string_equal(text, good[i][1]);
	}
	assert_int_equal(expr.term_count, 3);
	assert_true(expr.terms[2].number == 0.25);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(claim_expr_parse(bad[i][0], &expr, &error), -EINVAL);
		assert_has(error.text, bad[i][1]);
	}
}

#define CLAIM "[a]\nsays = s\nwhere = w\ncases = hint\nholds = hint_faults == 1\n"

static void bad_claims_are_told(void **state)
{
	(void)state;
	char long_line[512];
	snprintf(long_line, sizeof(long_line), CLAIM "[b]\nsays = %0300d\n", 0);
	const char *const bad[][2] = {
	    {"", "no [claim] in it"},
	    {"says = s\n", ":1: no [claim] stands above it"},
	    {CLAIM "[b]\nwords\n", ":7: neither a [section] nor `key = value`"},
	    {CLAIM "[b]\nsay = s\n", ":7: there is no key 'say'"},
	    {CLAIM "[b]\nsays = s\n[a]\nsays = s\n", ":9: there is a second claim [a]"},
	    {"[A claim]\nsays = s\n", ":2: the name [A claim] is too long, or has other"},
	    {"[a]\nsays = s\ncases = hint\nholds = hint_faults == 1\n", "[a] has no `where = …`"},
	    {"[a]\nsays = s\nwhere =\ncases = hint\nholds = hint_faults == 1\n", "[a] has no `where = …`"},
	    {"[a]\nsays = s\nwhere = w\ncases = hint\nholds = hint_faults 1\n",
	     "[a] holds = hint_faults 1: one of == != < <= > >= is wanted at '1'"},
	    {"[a]\nsays = s\nwhere = w\ncases = hint\nholds = hint_fault == 1\n",
	     "[a]: there is no metric 'hint_fault'"},
	    {"[a]\nsays = s\nwhere = w\ncases = hint hint/map=anno\nholds = hint_faults == 1\n",
	     "[a]: no case fits 'hint/map=anno'"},
	    {long_line, ":7: a line is longer than"},
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *path = write_text("bad.ini", bad[i][0]);
		struct ran *ran = hintbench("check --claims %s %s", path, NEW);
		unlink(path);
		assert_int_equal(ran->status, 2);
		assert_has(ran->err, path);
		assert_has(ran->err, bad[i][1]);
		assert_string_equal(ran->out, "");
	}
}

static void bad_input_is_told(void **state)
{
	(void)state;
	static const char *const bad[][2] = {
	    {"--claims " CLAIMS " " D "cut-short.json", "cut short"},
	    {"--claims " CLAIMS " " NEW " " D "newer-schema.json", "newer hintbench"},
	    {"--claims " CLAIMS " " D "not-json.txt", "not JSON"},
	    {"--claims " CLAIMS " " D "absent.json", "No such file"},
	    {"--claims absent " NEW, "no file 'absent'"},
	    {"--claims " D " " NEW, "there is no file"},
	    {"--claims " CLAIMS, "needs a result"},
	    {NEW, "needs --claims"},
	    {"--claims " CLAIMS " --colour " NEW, "--colour"},
	    {"--claims " CLAIMS " " NEW " >/dev/full", "cannot write"},
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ran *ran = hintbench("check %s", bad[i][0]);
		assert_int_equal(ran->status, 2);
		assert_has(ran->err, bad[i][1]);
		assert_string_equal(ran->out, "");
	}
}

static void one_claim_can_be_kept(void **state)
{
	(void)state;
	struct claims claims;
	struct error error;
	assert_int_equal(claims_load(&claims, CLAIMS, &error), 0);
	assert_int_equal(claims_keep(&claims, "folio", &error), 0);
	assert_int_equal(claims.count, 1);
	assert_string_equal(claims.items[0].name, "folio");
	assert_string_equal(claims.items[0].words[0], "hint/map=anon/page=64k/*/outcome=migrate");
	assert_int_equal(claims_keep(&claims, "stays", &error), -ENOENT);
	assert_string_equal(error.text, CLAIMS " has no claim [stays]");
	assert_int_equal(claims.count, 0);
	claims_free(&claims);
}

static void one_claim_can_be_checked(void **state)
{
	(void)state;
	struct ran *ran = hintbench("check --claims %s --claim migrated %s %s", CLAIMS, NEW, BASE);
	assert_int_equal(ran->status, 1);
	assert_has(ran->out, "KTAP version 1\n1..2\n");
	expect(ran, "migrated on new", "ok 1 ", "");
	expect(ran, "migrated on base", "not ok 2 ", "");
	assert_has(ran->out, "# Totals: pass:1 fail:1 skip:0\n");
	ran = hintbench("check --claims %s --claim migrate %s", CLAIMS, NEW);
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, CLAIMS " has no claim [migrate]");
	assert_string_equal(ran->out, "");
}

/* What bisect-step measures. */
static void cases_of_claims_are_listed(void **state)
{
	(void)state;
	struct ran *ran = hintbench("list --names --claims %s --claim tracked", CLAIMS);
	assert_int_equal(ran->status, 0);
	assert_string_equal(ran->out, "migrate/map=anon/page=4k/how=move_pages/track=uffd-wp\n"
	                              "migrate/map=anon/page=4k/how=move_pages/track=uffd-wp-async\n");
	ran = hintbench("list --names --claims %s", CLAIMS);
	assert_has(ran->out, "\n" LOCAL "\n");
	assert_has(ran->out, "overhead/access=write\n");
	assert_has_not(ran->out, "mprotect/");
	assert_has_not(ran->out, "#");
	ran = hintbench("list --names --claims %s --claim fast '*=write'", CLAIMS);
	assert_string_equal(ran->out, "overhead/access=write\n");
	ran = hintbench("list --names --claim fast");
	assert_true(ran->status != 0);
	assert_has(ran->err, "--claim needs --claims FILE");
	ran = hintbench("list --names --claims %s --claim slow", CLAIMS);
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "has no claim [slow]");
	assert_string_equal(ran->out, "");
}

/* Only claims that speak of the cases, and only those cases. */
static void cases_can_be_chosen(void **state)
{
	(void)state;
	struct ran *ran = hintbench("check --claims %s --case %s %s", CLAIMS, LOCAL, NEW);
	assert_has(ran->out, "\n1..2\n");
	expect(ran, "stays on new", "ok 1 ", " in 1 case");
	ran = hintbench("check --claims %s -C hint -C page=thp %s", CLAIMS, NEW);
	expect(ran, "stays on new", "ok 1 ", " in 2 cases");
	ran = hintbench("check --claims %s -C hint/map=shmem %s", CLAIMS, NEW);
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, CLAIMS ": no claim speaks of such a case");
	ran = hintbench("check --claims %s -C page=5k %s", CLAIMS, NEW);
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "'page' has no value '5k'; there is");
	/* A letter means the same in every command, and -c is a config. */
	assert_int_equal(hintbench("check -c %s %s", CLAIMS, NEW)->status, 2);
}

/* The claims that the suite ships: all cases and metrics exist, and none that wasn't measured passes. */
static void shipped_claims_are_good(void **state)
{
	(void)state;
	static const char *const files[] = {"writable", "remove-migration-pte"};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct claims claims;
		struct error error;
		char path[64];
		snprintf(path, sizeof(path), "configs/claims/%s.ini", files[i]);
		assert_int_equal(claims_load(&claims, path, &error), 0);
		assert_true(claims.count >= 10);
		claims_free(&claims);
		struct ran *ran = hintbench("check --claims %s %s", path, D "base.json");
		assert_true(ran->status != 2);
		assert_string_equal(ran->status == 2 ? ran->err : "", "");
	}
}

/* Where the program lies in a build folder of this tree, names are enough. */
static void claims_are_found_by_name(void **state)
{
	(void)state;
	char here[PATH_MAX], binary[PATH_MAX];
	const char *given = getenv("HINTBENCH");
	assert_non_null(getcwd(here, sizeof(here)));
	if (!realpath(given ? given : "build/hintbench", binary) || strncmp(binary, here, strlen(here)) != 0)
		skip();
	assert_has(hintbench("check --claims writable %s", NEW)->out, "anon-stays on new");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_tell_the_figures),
	    cmocka_unit_test(broken_claims_name_their_cases),
	    cmocka_unit_test(what_was_not_measured_is_no_ok),
	    cmocka_unit_test(absent_cases_are_no_ok),
	    cmocka_unit_test(broken_term_wins_over_a_missing_figure),
	    cmocka_unit_test(two_kernels),
	    cmocka_unit_test(output_is_ktap),
	    cmocka_unit_test(one_figure_flips_its_claim),
	    cmocka_unit_test(boots_and_noise),
	    cmocka_unit_test(expressions),
	    cmocka_unit_test(bad_claims_are_told),
	    cmocka_unit_test(bad_input_is_told),
	    cmocka_unit_test(one_claim_can_be_kept),
	    cmocka_unit_test(one_claim_can_be_checked),
	    cmocka_unit_test(cases_of_claims_are_listed),
	    cmocka_unit_test(cases_can_be_chosen),
	    cmocka_unit_test(shipped_claims_are_good),
	    cmocka_unit_test(claims_are_found_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
