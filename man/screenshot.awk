# SPDX-License-Identifier: Apache-2.0
# Draws what a terminal shows as SVG: lines of text, coloured by SGR sequences. Needs -v columns=N.
function escaped(text)
{
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	gsub(/>/, "\\&gt;", text)
	return text
}

function styled(line, drawn, code, style)
{
	drawn = ""
	style = ""
	while (match(line, /\033\[[0-9;]*m/)) {
		if (RSTART > 1)
			drawn = drawn "<tspan" style ">" escaped(substr(line, 1, RSTART - 1)) "</tspan>"
		code = substr(line, RSTART + 2, RLENGTH - 3)
		line = substr(line, RSTART + RLENGTH)
		style = code == "" || code == "0" ? "" : " class=\"" class_of(code) "\""
	}
	return drawn (line == "" ? "" : "<tspan" style ">" escaped(line) "</tspan>")
}

function class_of(code, parts, count, i, class)
{
	class = ""
	count = split(code, parts, ";")
	for (i = 1; i <= count; i++)
		class = class (i > 1 ? " " : "") "s" parts[i]
	return class
}

{ rows[NR] = styled($0) }

END {
	width = columns * 8 + 32
	height = NR * 18 + 32
	print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " width " " height "\" width=\"" width "\" height=\"" height "\">"
	print "<style>"
	print "text { font: 13px ui-monospace, Menlo, Consolas, \"DejaVu Sans Mono\", monospace; fill: #d4d4d4; white-space: pre }"
	print ".s1 { font-weight: bold } .s2 { opacity: .7 } .s31 { fill: #f47067 } .s32 { fill: #8ddb8c } .s33 { fill: #e5c07b } .s34 { fill: #6cb6ff } .s35 { fill: #dcbdfb } .s36 { fill: #76d9e6 }"
	print "</style>"
	print "<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1e1e1e\"/>"
	for (i = 1; i <= NR; i++)
		print "<text xml:space=\"preserve\" x=\"16\" y=\"" i * 18 + 11 "\">" rows[i] "</text>"
	print "</svg>"
}
