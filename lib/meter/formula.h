/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arithmetic on named figures, as the derived metrics of an event set are written:
 *
 *   SUM      PRODUCT { ("+" | "-") PRODUCT }
 *   PRODUCT  ATOM { ("*" | "/") ATOM }
 *   ATOM     NUMBER | NAME | "-" ATOM | "(" SUM ")"
 *
 * A NAME is letters, digits, _ and dots: "cycles", "cycles.baseline".
 */
#ifndef HINTBENCH_METER_FORMULA_H
#define HINTBENCH_METER_FORMULA_H

#include "lib/base/error.h"

#define FORMULA_NAME_BYTES 64

/*
 * Tells the value of a name. Returns 0, or -errno with `error`: -ENODATA where the name has none here,
 * -ENOENT where there is no such name.
 */
typedef int formula_look_up(const void *data, const char *name, double *value, struct error *error);

/*
 * Works the formula out. Returns 0, or with `error` -EINVAL (its text makes no sense), what look_up() returned
 * (the first that failed), or -EDOM (a division by zero). An error of the text comes before every other. `value` is set
 * on success only.
 */
int formula_value(const char *text, formula_look_up *look_up, const void *data, double *value,
                  struct error *error);

#endif
