/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/claim_expr.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const operators[CLAIM_OPERATORS] = {
    [CLAIM_EQUAL] = "==",   [CLAIM_UNEQUAL] = "!=", [CLAIM_LESS] = "<",
    [CLAIM_AT_MOST] = "<=", [CLAIM_GREATER] = ">",  [CLAIM_AT_LEAST] = ">=",
};
static const char *const kernels[CLAIM_KERNELS] = {[CLAIM_BASE] = "base.", [CLAIM_NEW] = "new."};

/* What is left of the text. */
struct parser {
	const char *at;
	bool named_kernels, plain; /* figures with and without base. or new. that were seen */
	struct error *error;
};

static void skip_blanks(struct parser *parser)
{
	parser->at += strspn(parser->at, " \t");
}

static int parse_failed(struct parser *parser, const char *wanted)
{
	if (*parser->at)
		return error_set(parser->error, EINVAL, "%s is wanted at '%s'", wanted, parser->at);
	return error_set(parser->error, EINVAL, "%s is wanted at its end", wanted);
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
		return error_set(parser->error, EINVAL, "no metric has a name as long as '%s'", text);
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
		return error_set(parser->error, EINVAL,
		                 "speaks of one kernel and of two: give each metric base. or new., or none");
	if (expr->two_kernels && !(names_kernel(expr, CLAIM_BASE) && names_kernel(expr, CLAIM_NEW)))
		return error_set(parser->error, EINVAL,
		                 "speaks of only one of base and new: leave that out of its metrics");
	return 0;
}

int claim_expr_parse(const char *text, struct claim_expr *expr, struct error *error)
{
	struct parser parser = {.at = text, .error = error};
	int err = 0;
	*expr = (struct claim_expr){0};
	while (err == 0) {
		if (expr->term_count == CLAIM_TERMS_MAX)
			return error_set(error, EINVAL, "has more than %d terms", CLAIM_TERMS_MAX);
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
