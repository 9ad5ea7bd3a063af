/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/claim_expr.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/vmstat.h"

static const char *const operators[CLAIM_OPERATORS] = {
    [CLAIM_EQUAL] = "==",   [CLAIM_UNEQUAL] = "!=", [CLAIM_LESS] = "<",
    [CLAIM_AT_MOST] = "<=", [CLAIM_GREATER] = ">",  [CLAIM_AT_LEAST] = ">=",
};
static const char *const kernels[CLAIM_KERNELS] = {[CLAIM_BASE] = "base.", [CLAIM_NEW] = "new."};

/* What the suite counts beside the kernel's own counters; a result file may have more. */
static const char *const counts[] = {
    "hint_faults", "write_faults",      "other_faults",  "swapin_faults", "armed",           "migrated",
    "restored",    "restored_writable", "tracked_early", "events",        "protection_lost",
};
static const char *const accesses[] = {"touch_", "write_"};
static const char *const latency_values[] = {"p50", "mean", "min", "p90", "p99", "max"};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static bool is_in(const char *text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(text, list[i]) == 0)
			return true;
	return false;
}

bool claim_metric_is_latency(const char *metric)
{
	for (size_t i = 0; i < LENGTH(accesses); i++) {
		size_t length = strlen(accesses[i]);
		if (strncmp(metric, accesses[i], length) == 0 &&
		    is_in(metric + length, latency_values, LENGTH(latency_values)))
			return true;
	}
	return false;
}

bool claim_metric_is_known(const char *metric)
{
	for (int item = 0; item < VMSTAT_ITEMS; item++)
		if (strcmp(metric, vmstat_name(item)) == 0)
			return true;
	return is_in(metric, counts, LENGTH(counts)) || claim_metric_is_latency(metric);
}

json_t *claim_metric_value(const json_t *record, const char *metric)
{
	json_t *value;
	if (claim_metric_is_latency(metric)) {
		char access[CLAIM_METRIC_BYTES];
		size_t length = strcspn(metric, "_");
		snprintf(access, sizeof(access), "%.*s", (int)length, metric);
		json_t *latency = json_object_get(json_object_get(record, "latency"), access);
		value = json_object_get(latency, metric + length + 1);
	} else {
		json_t *count = json_object_get(json_object_get(record, "metrics"), metric);
		value = json_object_get(count, "per_unit");
	}
	return json_is_number(value) ? value : NULL;
}

/* What is left of the text. */
struct parser {
	const char *at;
	bool named_kernels, plain; /* figures with and without base. or new. that were seen */
	struct reason *why;
};

static void skip_blanks(struct parser *parser)
{
	parser->at += strspn(parser->at, " \t");
}

static int parse_failed(struct parser *parser, const char *wanted)
{
	if (*parser->at)
		return because(parser->why, EINVAL, "%s is wanted at '%s'", wanted, parser->at);
	return because(parser->why, EINVAL, "%s is wanted at its end", wanted);
}

static int parse_figure(struct parser *parser, struct claim_figure *figure)
{
	const char *text = parser->at;
	bool named = false;
	figure->kernel = CLAIM_BASE;
	for (int kernel = 0; kernel < CLAIM_KERNELS && !named; kernel++) {
		size_t length = strlen(kernels[kernel]);
		if (strncmp(text, kernels[kernel], length) != 0)
			continue;
		figure->kernel = kernel;
		text += length;
		named = true;
	}
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	if (length == 0 || isdigit((unsigned char)text[0]))
		return parse_failed(parser, "a metric, such as write_faults or base.write_faults,");
	if (length >= sizeof(figure->metric))
		return because(parser->why, EINVAL, "no metric has a name as long as '%s'", text);
	snprintf(figure->metric, sizeof(figure->metric), "%.*s", (int)length, text);
	parser->at = text + length;
	*(named ? &parser->named_kernels : &parser->plain) = true;
	return 0;
}

/* The longest that fits: "<=" is not "<". */
static int parse_operator(struct parser *parser, enum claim_operator *op)
{
	size_t longest = 0;
	for (int i = 0; i < CLAIM_OPERATORS; i++) {
		size_t length = strlen(operators[i]);
		if (length > longest && strncmp(parser->at, operators[i], length) == 0) {
			*op = i;
			longest = length;
		}
	}
	parser->at += longest;
	return longest ? 0 : parse_failed(parser, "one of == != < <= > >=");
}

static int parse_number(struct parser *parser, double *number)
{
	size_t length = strspn(parser->at, "0123456789.");
	char *end;
	*number = strtod(parser->at, &end);
	if ((size_t)(end - parser->at) != length)
		return parse_failed(parser, "a number, such as 1 or 0.5,");
	parser->at = end;
	return 0;
}

static int parse_term(struct parser *parser, struct claim_term *term)
{
	skip_blanks(parser);
	int err = parse_figure(parser, &term->left);
	skip_blanks(parser);
	if (!err)
		err = parse_operator(parser, &term->op);
	skip_blanks(parser);
	if (err)
		return err;
	term->has_number = isdigit((unsigned char)*parser->at) || *parser->at == '.';
	return term->has_number ? parse_number(parser, &term->number) : parse_figure(parser, &term->right);
}

/* "," or "and"; 1 where the text ends instead. */
static int parse_joint(struct parser *parser)
{
	skip_blanks(parser);
	if (!*parser->at)
		return 1;
	if (*parser->at == ',')
		parser->at++;
	else if (strncmp(parser->at, "and", 3) == 0 && isblank((unsigned char)parser->at[3]))
		parser->at += 3;
	else
		return parse_failed(parser, "',' or 'and'");
	return 0;
}

static bool names_kernel(const struct claim_expr *expr, enum claim_kernel kernel)
{
	for (size_t i = 0; i < expr->term_count; i++) {
		const struct claim_term *term = &expr->terms[i];
		if (term->left.kernel == kernel || (!term->has_number && term->right.kernel == kernel))
			return true;
	}
	return false;
}

static int check_kernels(const struct parser *parser, struct claim_expr *expr)
{
	expr->two_kernels = parser->named_kernels;
	if (parser->named_kernels && parser->plain)
		return because(parser->why, EINVAL,
		               "speaks of one kernel and of two: give each metric base. or new., or none");
	if (expr->two_kernels && !(names_kernel(expr, CLAIM_BASE) && names_kernel(expr, CLAIM_NEW)))
		return because(parser->why, EINVAL,
		               "speaks of only one of base and new: leave that out of its metrics");
	return 0;
}

int claim_expr_parse(const char *text, struct claim_expr *expr, struct reason *why)
{
	struct parser parser = {.at = text, .why = why};
	int err = 0;
	*expr = (struct claim_expr){0};
	while (err == 0) {
		if (expr->term_count == CLAIM_TERMS_MAX)
			return because(why, EINVAL, "has more than %d terms", CLAIM_TERMS_MAX);
		err = parse_term(&parser, &expr->terms[expr->term_count++]);
		if (!err)
			err = parse_joint(&parser);
	}
	return err < 0 ? err : check_kernels(&parser, expr);
}

void claim_figure_text(const struct claim_expr *expr, const struct claim_figure *figure, char *text,
                       size_t bytes)
{
	snprintf(text, bytes, "%s%s", expr->two_kernels ? kernels[figure->kernel] : "", figure->metric);
}

void claim_term_text(const struct claim_expr *expr, const struct claim_term *term, char *text, size_t bytes)
{
	char left[CLAIM_METRIC_BYTES + 8], right[CLAIM_METRIC_BYTES + 8];
	claim_figure_text(expr, &term->left, left, sizeof(left));
	if (term->has_number)
		snprintf(right, sizeof(right), "%.15g", term->number);
	else
		claim_figure_text(expr, &term->right, right, sizeof(right));
	snprintf(text, bytes, "%s %s %s", left, operators[term->op], right);
}

bool claim_operator_holds(enum claim_operator op, double left, double right)
{
	switch (op) {
	case CLAIM_EQUAL:
		return left == right;
	case CLAIM_UNEQUAL:
		return left != right;
	case CLAIM_LESS:
		return left < right;
	case CLAIM_AT_MOST:
		return left <= right;
	case CLAIM_GREATER:
		return left > right;
	case CLAIM_AT_LEAST:
		return left >= right;
	default:
		return false;
	}
}
