/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of `hintbench lab`. Each takes its arguments, its own name first, and returns an exit status. */
#ifndef HINTBENCH_CLI_LAB_LAB_H
#define HINTBENCH_CLI_LAB_LAB_H

int lab_fetch(int argc, char **argv);
int lab_sysroot(int argc, char **argv);
int lab_bisect_step(int argc, char **argv);
int lab_build(int argc, char **argv);
int lab_list(int argc, char **argv);
int lab_pair(int argc, char **argv);
int lab_run(int argc, char **argv);
int lab_exec(int argc, char **argv);
int lab_profile(int argc, char **argv);

#endif
