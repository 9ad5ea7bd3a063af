#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# messages.sh: sourced by the shell parts, for what they say. They are started by hintbench, which has checked what it
# was given, and get what they need by variables and positional arguments.

# note TEXT: a line on standard error. A patch or a kernel's package may have a part in it: nothing of it may steer a
# terminal.
note() {
	local text="hintbench: $*"
	printf '%s\n' "${text//[[:cntrl:]]/?}" >&2
}

fail() {
	note "$@"
	exit 2
}
