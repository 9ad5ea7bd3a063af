# SPDX-License-Identifier: GPL-2.0-or-later
# How long single accesses took, a strip a case and kernel: the line reaches from the shortest to the longest, the box
# from the 10th to the 90th percentile, the upright tick is the 99th percentile, the dot and the figure the median.
# touch.gp and write.gp set `what` and `note` and load this file. The .dat file has a line a case: row, name, then for
# each kernel min, p10, p50, p90, p99, max; ? is not measured.

load 'labels.gp'        # kernels, kernel[], shared, clock_title
data = what.'.dat'
stats data using 1 name 'row' nooutput

at(k, i) = 3 + 6 * (k - 1) + i       # column: i = 0 min, 1 p10, 2 p50, 3 p90, 4 p99, 5 max

shortest = 1e18
longest = 0.0
do for [k = 1:kernels] {
	stats data using (strcol(at(k, 0)) eq '?' ? 1e18 : column(at(k, 0))) name 'low' nooutput
	stats data using (strcol(at(k, 5)) eq '?' ? 0 : column(at(k, 5))) name 'high' nooutput
	shortest = low_min < shortest ? low_min : shortest
	longest = high_max > longest ? high_max : longest
}
shortest = shortest < 1 ? 1 : shortest
longest = longest < shortest ? shortest : longest

figure(x) = sprintf(x < 100 ? '  %.4g' : '  %.0f', x)

thickness = 0.8 / kernels
middle(k) = $1 + (k - (kernels + 1) / 2.0) * thickness
half = thickness * 0.36

# Dark and light in turn, so that they differ in greys too.
array colour[6] = ['#1f4e79', '#e8a33d', '#4d7f46', '#c08fd6', '#7a1f1f', '#6fc3c8']
shade(k) = colour[(k - 1) % 6 + 1]

# A logarithmic axis where the values span more than a factor of 5.
if (longest / shortest > 5) {
	set logscale x
	axis_start = shortest / 1.2
	set xrange [axis_start:longest * (longest / shortest) ** 0.1]
	unset mxtics
	set xtics ()
	decades = log10(longest / shortest)
	do for [decade = floor(log10(shortest / 1.2)):ceil(log10(longest))] {
		set xtics add (10.0**decade)
		if (decades < 3) { set xtics add (2 * 10.0**decade, 5 * 10.0**decade) }
	}
	set format x '%.0s%c'        # 1k, 1M
} else {
	room = longest > shortest ? longest - shortest : longest * 0.1
	axis_start = shortest - 0.05 * room
	set xrange [axis_start:longest + 0.15 * room]
}
set yrange [row_max + 0.6:0.4]
set ytics nomirror scale 0 noenhanced
set xtics nomirror
set border 3
set grid xtics lc rgb '#b0b0b0'
set xlabel clock_title.' per '.what noenhanced
set title 'Distribution of the '.what.' latency'.(strlen(shared) ? ', '.shared : '')."\n" \
	.'line: min to max; box: p10 to p90; tick: p99; dot and figure: median' noenhanced
name_length = 0
do for [k = 1:kernels] { name_length = strlen(kernel[k]) > name_length ? strlen(kernel[k]) : name_length }
key_columns = int(1100 / (60 + 7.5 * name_length))
key_columns = key_columns > 3 ? 3 : key_columns < 1 ? 1 : key_columns
set key at screen 0.5, screen 0.995 center top horizontal maxcols key_columns noenhanced samplen 2 Left reverse
key_lines = ceil(1.0 * kernels / key_columns)
set label note at screen 0.5, character 1 center font ',9' noenhanced
set bmargin strlen(note) ? 5 : 3.5
set tmargin key_lines * 1.4 + 4

do for [format in 'svg png'] {
	height = 145 + 25 * key_lines + row_max * (12 + 15 * kernels)
	if (format eq 'svg') {
		set terminal svg size 1100, height font 'DejaVu Sans,12' background 'white'
	} else {
		set terminal pngcairo size 1100, height font 'DejaVu Sans,10' background 'white'
	}
	set output what.'.'.format
	plot data using (axis_start):1:ytic(2) with dots lc bgnd notitle, \
	     for [k = 1:kernels] '' \
		using (column(at(k, 0))):(middle(k)):(column(at(k, 5)) - column(at(k, 0))):(0) \
			with vectors nohead lw 1.5 lc rgb 'black' notitle, \
	     for [k = 1:kernels] '' \
		using (column(at(k, 2))):(middle(k)):(column(at(k, 1))):(column(at(k, 3))):(middle(k) - half):(middle(k) + half) \
			with boxxyerror fill solid border lc rgb 'black' fc rgb shade(k) notitle, \
	     for [k = 1:kernels] '' using (column(at(k, 4))):(middle(k) - half):(0):(2 * half) \
			with vectors nohead lw 1.5 lc rgb 'black' notitle, \
	     for [k = 1:kernels] '' using (column(at(k, 2))):(middle(k)) \
			with points pt 7 ps 1.3 lc rgb 'black' notitle, \
	     for [k = 1:kernels] '' using (column(at(k, 2))):(middle(k)) \
			with points pt 7 ps 1.1 lc rgb 'white' notitle, \
	     for [k = 1:kernels] '' using (column(at(k, 2))):(middle(k)) \
			with points pt 7 ps 0.8 lc rgb shade(k) notitle, \
	     for [k = 1:kernels] '' using (column(at(k, 5))):(middle(k)):(figure(column(at(k, 2)))) \
			with labels left font ',9' noenhanced notitle, \
	     for [k = 1:kernels] '' using (axis_start):(middle(k)):(strcol(at(k, 0)) eq '?' ? '  not measured' : '') \
			with labels left font ',9' tc rgb '#606060' notitle, \
	     for [k = 1:kernels] keyentry with boxes fill solid border lc rgb 'black' fc rgb shade(k) title kernel[k]
	unset output
}
