# SPDX-License-Identifier: GPL-2.0-or-later
# A metric over kernels, in the order in which they were given: a small panel a case, or for all cases with the same
# figures. A dot is exact; a bar through it is the 95 % interval of a machine with noise. Where there is no dot, a word
# says why. Figures and words stand where they are others than those of the kernel before. Each panel has an axis of its
# own, which begins at 0.
# series-METRIC.gp sets `what`, `metric` and `note` and loads this file. The .dat file has a block a panel: a line with
# two headings, then a line a kernel: number, value, low and high end of the interval, why there is no value.

load 'labels.gp'        # kernels, kernel[], shared
data = what.'.dat'
stats data using 1 skip 0 nooutput
panels = STATS_blocks

columns = panels > 1 ? 2 : 1
rows = int(ceil(panels / real(columns)))
longest = 0
do for [k = 1:kernels] { longest = strlen(kernel[k]) > longest ? strlen(kernel[k]) : longest }

# All in pixels.
width = 1300.0
gap = 50.0
steep = longest * 8 > 550.0 * (3 - columns) / kernels      # the names don't fit beside each other
left = steep && longest * 5.5 - 250 / kernels > 60 ? longest * 5.5 - 250 / kernels : 60.0
panel_width = (width - left - 20 - (columns - 1) * gap) / columns
panel_height = 90.0
row_height = 155.0
top = 100.0
bottom = steep ? 25 + longest * 4.2 : 40
height = top + (rows - 1) * row_height + panel_height + bottom

known(i) = strcol(i) ne '?'
dot(i) = known(i) ? column(i) : NaN
end_or_dot(i) = known(i) ? column(i) : dot(2)

last = NaN
short(x) = abs(x) < 1000 ? sprintf('%.4g', x) : abs(x) < 100000 ? sprintf('%.0f', x) : gprintf('%.3s%c', x)
told(x) = x == last ? '' : short(x)
tell(x) = (text = told(x), last = x, text)
why(x) = (text = x eq last_word ? '' : x, last_word = x, text)

set border 3 lc rgb '#606060'
set grid ytics lc rgb '#c8c8c8'
set xrange [0.5:kernels + 0.5]
set xtics nomirror scale 0.5
set ytics nomirror scale 0.5 font ',8'
set tics noenhanced

do for [format in 'svg png'] {
	if (format eq 'svg') {
		set terminal svg size width, height font 'DejaVu Sans,12' background 'white'
	} else {
		set terminal pngcairo size width, height font 'DejaVu Sans,10' background 'white'
	}
	set output what.'.'.format
	set multiplot
	set label 1 metric.' over kernels'.(strlen(shared) ? ', '.shared : '') at screen 0.5, screen 1 - 22 / height center font ',13' noenhanced
	set label 2 note at screen 0.5, screen 1 - 45 / height center font ',9' noenhanced
	do for [p = 0:panels - 1] {
		column_of = p % columns
		y = top + (p / columns) * row_height
		x = left + column_of * (panel_width + gap)
		set lmargin at screen x / width
		set rmargin at screen (x + panel_width) / width
		set tmargin at screen 1 - y / height
		set bmargin at screen 1 - (y + panel_height) / height
		# The kernels' names stand below the last panel of each column.
		lowest = p + columns >= panels
		set xtics format ''
		set xtics 1, 1, kernels
		do for [k = 1:kernels] {
			# Not as labels of tics, which are formats: a name may have a %.
			if (lowest && steep) { set label 2 + k kernel[k] at k, graph 0 offset 0, -0.4 right rotate by 35 tc rgb '#606060' noenhanced }
			if (lowest && !steep) { set label 2 + k kernel[k] at k, graph 0 offset 0, -1 center tc rgb '#606060' noenhanced }
			if (!lowest) { unset label 2 + k }
		}

		set yrange [*:*]        # stats leaves out what is beyond it
		stats data index p every ::1 using (known(2) ? column(2) : 0) name 'value' nooutput
		stats data index p every ::1 using (known(2) ? end_or_dot(4) : 0) name 'upper' nooutput
		high = value_max > upper_max ? value_max : upper_max
		high = high > 0 ? high : 1
		set yrange [0:high * 1.3]
		set ytics ('0' 0, short(high) high)
		set key at graph 0, graph 1.02 left bottom Left reverse samplen 0 width 0 font ',9' noenhanced
		last = NaN
		last_word = ''
		plot data index p using 1:(0) with dots lc bgnd title columnheader(1), \
			'' index p using 1:(0) with dots lc bgnd title columnheader(2), \
			'' index p every ::1 using 1:(dot(2)) with linespoints lw 1.5 pt 7 ps 0.7 lc rgb 'black' notitle, \
			'' index p every ::1 using 1:(end_or_dot(3)):(0):(end_or_dot(4) - end_or_dot(3)) \
				with vectors heads size screen 0.004, 90 lw 1.5 lc rgb 'black' notitle, \
			'' index p every ::1 using 1:(known(2) ? column(2) : 0):(known(2) ? tell(column(2)) : '') \
				with labels center offset 0, 0.8 font ',9' noenhanced notitle, \
			'' index p every ::1 using 1:(0):(why(known(2) ? '' : strcol(5))) \
				with labels center offset 0, 0.6 font ',8' tc rgb '#606060' noenhanced notitle
		unset label 1
		unset label 2
	}
	unset multiplot
	unset output
}
