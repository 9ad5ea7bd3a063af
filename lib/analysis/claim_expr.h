/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a claim says must hold, as an expression:
 *
 *   EXPRESSION  TERM { ("," | "and") TERM }                  every term must hold
 *   TERM        FIGURE OPERATOR ( NUMBER | FIGURE )
 *   FIGURE      METRIC, or base.METRIC and new.METRIC in a claim on two kernels
 *   OPERATOR    == != < <= > >=
 *   NUMBER      0, 1, 0.5
 *
 * METRIC is as lib/analysis/metrics.h says.
 */
#ifndef HINTBENCH_ANALYSIS_CLAIM_EXPR_H
#define HINTBENCH_ANALYSIS_CLAIM_EXPR_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"

#define CLAIM_TERMS_MAX    8
#define CLAIM_METRIC_BYTES 64
#define CLAIM_TERM_BYTES   (2 * CLAIM_METRIC_BYTES + 64)

/* Which of the kernels at hand a figure is of. */
enum claim_kernel {
	CLAIM_BASE, /* the base, or the only kernel there is */
	CLAIM_NEW,
	CLAIM_KERNELS,
};

struct claim_figure {
	enum claim_kernel kernel;
	char metric[CLAIM_METRIC_BYTES];
};

enum claim_operator {
	CLAIM_EQUAL,
	CLAIM_UNEQUAL,
	CLAIM_LESS,
	CLAIM_AT_MOST,
	CLAIM_GREATER,
	CLAIM_AT_LEAST,
	CLAIM_OPERATORS,
};

struct claim_term {
	struct claim_figure left, right;
	enum claim_operator op;
	bool has_number; /* stands in place of `right` */
	double number;
};

struct claim_expr {
	struct claim_term terms[CLAIM_TERMS_MAX];
	size_t term_count;
	bool two_kernels; /* speaks of base and new */
};

/* Parses the text. Returns 0, or -EINVAL with `error`, which names the place. */
int claim_expr_parse(const char *text, struct claim_expr *expr, struct error *error);

/* "base.write_faults" in a claim on two kernels, else "write_faults". */
void claim_figure_text(const struct claim_expr *expr, const struct claim_figure *figure, char *text,
                       size_t bytes);

/* The term as it was written: "write_faults == 0". */
void claim_term_text(const struct claim_expr *expr, const struct claim_term *term, char *text, size_t bytes);

/* Whether `left OPERATOR right`. */
bool claim_operator_holds(enum claim_operator op, double left, double right);

#endif
