# SPDX-License-Identifier: GPL-2.0-or-later
# Where a touch's instructions go: user mode (plain), with the loop and the clock reads, and the kernel because of the
# faults (hatched), one group of bars a case, whose longest is 100 %; at each bar instructions per unit. What the kernel
# runs for the same accesses without a fault (switching the counters on and off, timer ticks) is taken off.
# Run it where where.dat and labels.gp lie:  gnuplot where.gp   It makes where.svg and where.png.
#
# where.dat has a line a case: row, name, then for each kernel instructions per unit in user mode, in the kernel, and in
# the kernel over the same accesses once more, when no fault comes; ? is not measured.

load 'labels.gp'        # kernels, kernel[], shared, note_where
stats 'where.dat' using 1 name 'row' nooutput

user(k) = column(3 * k)
again(k) = column(3 * k + 2)
faults(k) = column(3 * k + 1) > again(k) ? column(3 * k + 1) - again(k) : 0
all(k) = user(k) + faults(k)
is_missing(k) = strcol(3 * k) eq '?'
most(k) = k < 1 ? 0 : is_missing(k) || all(k) < most(k - 1) ? most(k - 1) : all(k)
user_end(k) = is_missing(k) ? NaN : 100.0 * user(k) / most(kernels)
faults_end(k) = is_missing(k) ? NaN : 100.0 * all(k) / most(kernels)
text(k) = is_missing(k) ? '' : \
	sprintf('  %.0f + %.0f, %.1f %% in faults', user(k), faults(k), 100.0 * faults(k) / all(k))

thickness = 0.8 / kernels
middle(k) = $1 + (k - (kernels + 1) / 2.0) * thickness

# Dark and light in turn, so that they differ in greys too.
array colour[6] = ['#1f4e79', '#e8a33d', '#4d7f46', '#c08fd6', '#7a1f1f', '#6fc3c8']
shade(k) = colour[(k - 1) % 6 + 1]

set xrange [0:100]
set rmargin 36
set xtics 0, 20, 100 nomirror
set yrange [row_max + 0.6:0.4]
set ytics nomirror scale 0 noenhanced
set border 3
set grid xtics lc rgb '#b0b0b0'
set xlabel "Instructions of a touch, in % of the case's longest bar; beside it user mode + kernel, per unit (page, PMD or folio)" noenhanced
set title "Where a touch's instructions go".(strlen(shared) ? ', '.shared : ''). \
	": plain in user mode, hatched in the kernel because of faults" noenhanced
set label note_where at screen 0.5, character 1 center font ',9' noenhanced
set bmargin strlen(note_where) ? 5 : 3.5
set key at screen 0.5, screen 0.995 center top vertical maxcols 1 noenhanced samplen 2 Left reverse
set tmargin kernels * 1.4 + 3
set style fill solid border lc rgb 'black'

do for [format in 'svg png'] {
	height = 125 + 20 * kernels + row_max * (12 + 15 * kernels)
	if (format eq 'svg') {
		set terminal svg size 1300, height font 'DejaVu Sans,12' background 'white'
	} else {
		set terminal pngcairo size 1300, height font 'DejaVu Sans,10' background 'white'
	}
	set output 'where.'.format
	plot 'where.dat' using (0):1:ytic(2) with dots lc bgnd notitle, \
	     for [k = 1:kernels] '' \
		using (0):(middle(k)):(0):(user_end(k)):(middle(k) - thickness / 2):(middle(k) + thickness / 2) \
			with boxxyerror fill solid border lc rgb 'black' fc rgb shade(k) notitle, \
	     for [k = 1:kernels] '' \
		using (0):(middle(k)):(user_end(k)):(faults_end(k)):(middle(k) - thickness / 2):(middle(k) + thickness / 2) \
			with boxxyerror fill pattern 4 border lc rgb 'black' fc rgb shade(k) notitle, \
	     for [k = 1:kernels] '' using (is_missing(k) ? NaN : 100):(middle(k)):(text(k)) \
			with labels left font ',9' noenhanced notitle, \
	     for [k = 1:kernels] '' using (is_missing(k) ? (0) : NaN):(middle(k)):('  not counted') \
			with labels left font ',9' tc rgb '#606060' notitle, \
	     for [k = 1:kernels] keyentry with boxes \
			fill solid border lc rgb 'black' fc rgb shade(k) title kernel[k]
	unset output
}
