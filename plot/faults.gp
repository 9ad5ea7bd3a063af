# SPDX-License-Identifier: GPL-2.0-or-later
# Faults per unit, as bars: hint or swap-in faults (plain) and write-protect faults (hatched), one group of bars a case.
# Run it where faults.dat and labels.gp lie:  gnuplot faults.gp   It makes faults.svg and faults.png.
#
# faults.dat has a line a case: row, name, unit, whether its first faults are hint or swap-in faults, then for each kernel
# those and write faults per unit; ? is not measured.

load 'labels.gp'        # kernels, kernel[], shared, note_faults
stats 'faults.dat' using 1 name 'row' nooutput

first(k) = 3 + 2 * k    # the column of kernel k with its hint or swap-in faults, and of its write faults
write(k) = 4 + 2 * k
total(k, missing) = strcol(first(k)) eq '?' ? missing : column(first(k)) + column(write(k))

stats 'faults.dat' using (strcol(4) eq 'swap-in') name 'swapin' nooutput
first_name = swapin_max == 0 ? 'hint faults' : swapin_min == 1 ? 'swap-in faults' : 'hint or swap-in faults'

# One unit in very many faults would press all other bars flat: then the axis ends early and those bars carry a mark.
largest = 1.0
lowest = 1e9
do for [k = 1:kernels] {
	stats 'faults.dat' using (total(k, 0)) name 'high' nooutput
	stats 'faults.dat' using (total(k, 1e9)) name 'low' nooutput
	largest = high_max > largest ? high_max : largest
	lowest = low_min < lowest ? low_min : lowest
}
axis_end = largest > 8 && lowest < 4 ? 4.0 : largest

clip(x) = x > axis_end ? axis_end : x
thickness = 0.8 / kernels
middle(k) = $1 + (k - (kernels + 1) / 2.0) * thickness
end(k) = clip(column(first(k)) + column(write(k)))
mark(k) = column(first(k)) + column(write(k)) > axis_end ? ' »' : ''
text(k) = mark(k).(column(write(k)) == 0 ? sprintf(' %.3g', column(first(k))) : \
	sprintf(' %.3g + %.3g', column(first(k)), column(write(k))))

# Dark and light in turn, so that they differ in greys too.
array colour[6] = ['#1f4e79', '#e8a33d', '#4d7f46', '#c08fd6', '#7a1f1f', '#6fc3c8']
shade(k) = colour[(k - 1) % 6 + 1]

set xrange [0:axis_end * (largest > axis_end ? 1.25 : 1.15)]
set yrange [row_max + 0.6:0.4]
set ytics nomirror scale 0 noenhanced
set xtics nomirror
set border 3
set grid xtics lc rgb '#b0b0b0'
two_lines = strlen(first_name) > 14     # else it would be cut
set xlabel 'faults per unit (page, PMD or folio)'.(two_lines ? "\n" : '; ').'at each bar: '.first_name.' + write faults' noenhanced
set title 'Faults per unit'.(strlen(shared) ? ', '.shared : '') noenhanced
longest = 0
do for [k = 1:kernels] { longest = strlen(kernel[k]) > longest ? strlen(kernel[k]) : longest }
key_columns = int(1100 / (60 + 7.5 * (longest + strlen(': '.first_name))))
key_columns = key_columns > 3 ? 3 : key_columns < 1 ? 1 : key_columns > kernels ? kernels : key_columns
set key at screen 0.5, screen 0.995 center top horizontal maxcols key_columns noenhanced samplen 2 Left reverse
key_lines = ceil(2.0 * kernels / key_columns)
set label note_faults at screen 0.5, character 1 center font ',9' noenhanced
set bmargin (strlen(note_faults) ? 5 : 3.5) + two_lines
set tmargin key_lines * 1.4 + 3
set style fill solid border lc rgb 'black'

do for [format in 'svg png'] {
	height = 125 + 25 * key_lines + row_max * (12 + 15 * kernels)
	if (format eq 'svg') {
		set terminal svg size 1100, height font 'DejaVu Sans,12' background 'white'
	} else {
		set terminal pngcairo size 1100, height font 'DejaVu Sans,10' background 'white'
	}
	set output 'faults.'.format
	plot 'faults.dat' using (0):1:ytic(2) with dots lc bgnd notitle, \
	     for [k = 1:kernels] '' \
		using (0):(middle(k)):(0):(clip(column(first(k)))):(middle(k) - thickness / 2):(middle(k) + thickness / 2) \
			with boxxyerror fill solid border lc rgb 'black' fc rgb shade(k) notitle, \
	     for [k = 1:kernels] '' \
		using (0):(middle(k)):(clip(column(first(k)))):(end(k)):(middle(k) - thickness / 2):(middle(k) + thickness / 2) \
			with boxxyerror fill pattern 4 border lc rgb 'black' fc rgb shade(k) notitle, \
	     for [k = 1:kernels] '' using (end(k)):(middle(k)):(text(k)) \
			with labels left font ',9' noenhanced notitle, \
	     for [k = 1:kernels] '' using (0):(middle(k)):(strcol(first(k)) eq '?' ? '  not measured' : '') \
			with labels left font ',9' tc rgb '#606060' notitle, \
	     for [k = 1:kernels] keyentry with boxes \
			fill solid border lc rgb 'black' fc rgb shade(k) title kernel[k].': '.first_name, \
	     for [k = 1:kernels] keyentry with boxes \
			fill pattern 4 border lc rgb 'black' fc rgb shade(k) title kernel[k].': write faults'
	unset output
}
