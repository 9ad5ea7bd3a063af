/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/meter/formula.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."
#define DEPTH_MAX    32 /* of brackets: a file can't make the program run out of stack */

struct parser {
	const char *at; /* what is left of the text */
	formula_look_up *look_up;
	const void *data;
	int depth;
	int err; /* the first that is not of the text: parsing goes on, to find those that are */
	struct error error;
	struct error *text_error;
};

static int parse_sum(struct parser *parser, double *value);

static char next_of(struct parser *parser)
{
	parser->at += strspn(parser->at, " \t");
	return *parser->at;
}

static int parse_name(struct parser *parser, double *value)
{
	char name[FORMULA_NAME_BYTES];
	struct error error;
	size_t length = strspn(parser->at, NAME_LETTERS);
	if (length >= sizeof(name))
		return error_set(parser->text_error, EINVAL, "no name is as long as '%s'", parser->at);
	snprintf(name, sizeof(name), "%.*s", (int)length, parser->at);
	parser->at += length;
	*value = 0;
	int err = parser->look_up(parser->data, name, value, &error);
	if (err && !parser->err) {
		parser->err = err;
		parser->error = error;
	}
	return 0;
}

static int parse_number(struct parser *parser, double *value)
{
	size_t length = strspn(parser->at, "0123456789.");
	char *end;
	*value = strtod(parser->at, &end);
	if ((size_t)(end - parser->at) != length)
		return error_set(parser->text_error, EINVAL, "'%s' is no number such as 1 or 0.5",
		                 parser->at);
	parser->at = end;
	return 0;
}

static int parse_atom(struct parser *parser, double *value)
{
	char next = next_of(parser);
	int err;
	if (isalpha((unsigned char)next) || next == '_')
		return parse_name(parser, value);
	if (isdigit((unsigned char)next))
		return parse_number(parser, value);
	if (next != '-' && next != '(')
		return error_set(parser->text_error, EINVAL, "a name, a number or '(' is wanted at %s%s",
		                 *parser->at ? "" : "its end", parser->at);
	if (++parser->depth > DEPTH_MAX)
		return error_set(parser->text_error, EINVAL, "more than %d brackets in one another",
		                 DEPTH_MAX);
	parser->at++;
	if (next == '-') {
		err = parse_atom(parser, value);
		if (!err)
			*value = -*value;
	} else {
		err = parse_sum(parser, value);
		if (!err && next_of(parser) != ')')
			err = error_set(parser->text_error, EINVAL, "a ')' is wanted at %s%s",
			                *parser->at ? "" : "its end", parser->at);
		parser->at += err ? 0 : 1;
	}
	parser->depth--;
	return err;
}

static void divide(struct parser *parser, double *value, double by)
{
	if (by != 0) {
		*value /= by;
		return;
	}
	*value = 0;
	if (!parser->err)
		parser->err = error_set(&parser->error, EDOM, "it divides by zero");
}

static int parse_product(struct parser *parser, double *value)
{
	int err = parse_atom(parser, value);
	char sign;
	while (!err && ((sign = next_of(parser)) == '*' || sign == '/')) {
		double factor;
		parser->at++;
		err = parse_atom(parser, &factor);
		if (!err && sign == '*')
			*value *= factor;
		else if (!err)
			divide(parser, value, factor);
	}
	return err;
}

static int parse_sum(struct parser *parser, double *value)
{
	int err = parse_product(parser, value);
	char sign;
	while (!err && ((sign = next_of(parser)) == '+' || sign == '-')) {
		double term;
		parser->at++;
		err = parse_product(parser, &term);
		if (!err)
			*value += sign == '+' ? term : -term;
	}
	return err;
}

int formula_value(const char *text, formula_look_up *look_up, const void *data, double *value,
                  struct error *error)
{
	struct parser parser = {.at = text, .look_up = look_up, .data = data, .text_error = error};
	double result;
	int err = parse_sum(&parser, &result);
	if (!err && next_of(&parser))
		err = error_set(error, EINVAL, "one of + - * / is wanted at %s", parser.at);
	if (!err && parser.err)
		err = error_set(error, -parser.err, "%s", parser.error.text);
	if (!err)
		*value = result;
	return err;
}
