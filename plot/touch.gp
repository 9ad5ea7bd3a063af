# SPDX-License-Identifier: GPL-2.0-or-later
# Latency of the first access to an armed unit (touch): touch.dat as touch.svg and touch.png.
# Run it where touch.dat, labels.gp and latency.gp lie:  gnuplot touch.gp
what = 'touch'
load 'labels.gp'
note = note_touch
load 'latency.gp'
