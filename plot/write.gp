# SPDX-License-Identifier: GPL-2.0-or-later
# Latency of the write after a read of an armed unit (write): write.dat as write.svg and write.png.
# Run it where write.dat, labels.gp and latency.gp lie:  gnuplot write.gp
what = 'write'
load 'labels.gp'
note = note_write
load 'latency.gp'
