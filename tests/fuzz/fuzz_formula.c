/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Formulas of event sets. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/meter/formula.h"
#include "tests/fuzz/input.h"

/* Names have values, among them 0 and the greatest count; x has none, and y is not there. */
static int look_up(const void *data, const char *name, double *value, struct error *error)
{
	(void)data;
	assert(*name && strlen(name) < FORMULA_NAME_BYTES);
	if (*name == 'x')
		return error_set(error, ENODATA, "it has none");
	if (*name == 'y')
		return error_set(error, ENOENT, "there is none");
	*value = *name == 'z' ? 0 : *name == 'm' ? 18446744073709551615.0 : (double)strlen(name);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error error = {0};
	char *text = input_text(data, size);
	double value = 0;
	if (formula_value(text, look_up, NULL, &value, &error) != 0)
		check_error(&error);
	free(text);
	return 0;
}
