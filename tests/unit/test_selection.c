/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/cmocka_all.h"

#include <errno.h>
#include <string.h>

#include "lib/analysis/selection.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct parameter local[] = {{"map", "anon"}, {"page", "4k"}, {"share", "none"}};
static const struct parameter shared[] = {{"map", "anon"}, {"page", "4k"}, {"share", "child"}};
static const struct parameter thp[] = {{"map", "anon-clean"}, {"page", "thp"}, {"share", "none"}};
static const struct parameter access_write[] = {{"access", "write"}};
static const struct selectable known[] = {
    {"hint/map=anon/page=4k", local, LENGTH(local)},
    {"hint/map=anon/page=4k/share=child", shared, LENGTH(shared)},
    {"hint/map=anon-clean/page=thp", thp, LENGTH(thp)},
    {"overhead/access=write", access_write, LENGTH(access_write)},
};

/* Which of the known cases the words choose, a bit each. */
static unsigned chosen_by(const char *const *words)
{
	unsigned chosen = 0;
	size_t count = 0;
	while (words[count])
		count++;
	for (size_t i = 0; i < LENGTH(known); i++)
		chosen |= selection_fits(&known[i], words, count) ? 1U << i : 0;
	return chosen;
}

#define chosen(...) chosen_by((const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

static void names_are_beginnings_globs_or_exact(void **state)
{
	(void)state;
	assert_int_equal(chosen("hint"), 7);
	assert_int_equal(chosen("hint/map=anon"), 3);
	assert_int_equal(chosen("hint/map=anon/page=4k"), 3);
	assert_int_equal(chosen("hint/map=anon/page=4k$"), 1);
	assert_int_equal(chosen("hint/map=anon/page=4k/share=child$"), 2);
	assert_int_equal(chosen("hint/*$"), 0); /* no glob: this case and no other */
	assert_int_equal(chosen("overhead$"), 0);
	assert_int_equal(chosen("hint/*"), 7);
	assert_int_equal(chosen("*/page=thp*"), 4);
	assert_int_equal(chosen("hint/map=[ab]non/*"), 3);
	assert_int_equal(chosen("hin"), 0);
	assert_int_equal(chosen("hint/map=an"), 0);
	assert_int_equal(chosen("hint/"), 0);
	assert_int_equal(chosen(""), 0);
	assert_int_equal(chosen("$"), 0);
}

static void of_names_one_and_of_filters_all_must_fit(void **state)
{
	(void)state;
	assert_int_equal(chosen(), 15);
	assert_int_equal(chosen("overhead", "*/page=thp"), 12);
	assert_int_equal(chosen("share=none"), 5); /* also where the name leaves it out */
	assert_int_equal(chosen("share=none", "page=thp"), 4);
	assert_int_equal(chosen("page=4k,thp"), 7);
	assert_int_equal(chosen("page=4", "share=none"), 0);
	assert_int_equal(chosen("map=anon"), 3); /* "anon" isn't "anon-clean" */
	assert_int_equal(chosen("hint", "access=write"), 0);
	assert_int_equal(chosen("overhead", "hint", "share=child"), 2);
}

static void check_fails(const char *word, const char *message)
{
	struct error error = {""};
	const char *const words[] = {"hint", word};
	assert_int_equal(selection_check(known, LENGTH(known), words, 2, &error), -EINVAL);
	assert_string_equal(error.text, message);
}

static void words_that_mean_nothing_are_refused(void **state)
{
	(void)state;
	const char *const good[] = {"hint", "*page=4k*", "overhead/access=write$", "share=none,child",
	                            "page=thp"};
	struct error error = {""};
	assert_int_equal(selection_check(known, LENGTH(known), good, LENGTH(good), &error), 0);
	check_fails("hnt", "no case fits 'hnt'; `hintbench list` shows the 4 that there are");
	check_fails("hint/map=anon$",
	            "no case fits 'hint/map=anon$'; `hintbench list` shows the 4 that there are");
	check_fails("pages=4k", "there is no key 'pages'; `hintbench list` shows the keys of each family");
	check_fails("page=4k,2m", "'page' has no value '2m'; there is 4k thp");
	check_fails("page=", "'page' has no value ''; there is 4k thp");
	check_fails("page=4k thp", "'page' has no value '4k thp'; there is 4k thp");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_beginnings_globs_or_exact),
	    cmocka_unit_test(of_names_one_and_of_filters_all_must_fit),
	    cmocka_unit_test(words_that_mean_nothing_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
