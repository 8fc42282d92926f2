# The page of a campaign, from the same files: one that needs nothing but itself.
function escaped(text) {
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    gsub(/>/, "\\&gt;", text)
    return text
}
# What can be printed of a reproducer.
function contents(path,   line, text, lines) {
    while ((getline line <path) > 0 && ++lines <= 60) {
        gsub(/\r/, "", line)
        gsub(/[^ -~\t]/, "?", line)
        text = text escaped(line) "\n"
    }
    close(path)
    return text
}
# file is 1, 2 or 3, set on the command line.
file == 1 {
    key = $2 "\t" $3
    if (!(key in last))
        order[++n] = key
    else if ($4 + 0 < last[key])
        before[key] += last[key]
    last[key] = $4 + 0
    rate[key] = $5
    edges[key] = $6
    inputs[key] = $7
    if (!start || $1 < start)
        start = $1
    if ($1 > end)
        end = $1
    points[key] = points[key] " " $1 "," $6
    if ($6 > most[key])
        most[key] = $6
    if (!(key in least) || $6 < least[key])
        least[key] = $6
    next
}
file == 3 {
    cpu[$2 "\t" $3] += $4
    all_cpu += $4
    next
}
{ name[++m] = $1; harness[m] = $2; count[m] = $3; size[m] = $4; path[m] = $5 }
# Edges over time of one harness and engine, 240 by 60.
function curve(key,   list, parts, i, k, out, width, height) {
    k = split(points[key], list, " ")
    width = end > start ? end - start : 1
    height = most[key] > least[key] ? most[key] - least[key] : 1
    for (i = 1; i <= k; i++) {
        split(list[i], parts, ",")
        out = out sprintf("%.1f,%.1f ", 240 * (parts[1] - start) / width,
            57 - 54 * (parts[2] - least[key]) / height)
    }
    return "<svg width=\"240\" height=\"60\" role=\"img\" aria-label=\"from " least[key] " to " \
        most[key] " edges\"><polyline points=\"" out "\" fill=\"none\" stroke=\"#247\" stroke-width=\"2\"/></svg>"
}
END {
    print "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Fuzzing campaign</title>"
    print "<style>body{font:15px/1.4 sans-serif;margin:2em;max-width:70em}table{border-collapse:collapse}"
    print "td,th{padding:.2em .8em;text-align:right;border-bottom:1px solid #ccc}td:first-child,td:nth-child(2),"
    print "th:first-child,th:nth-child(2){text-align:left}pre{background:#f4f4f4;padding:.8em;overflow:auto}</style></head><body>"
    print "<h1>Fuzzing campaign</h1><table><tr><th>harness<th>engine<th>executions<th>a second<th>CPU seconds<th>edges<th>inputs<th>edges over time</tr>"
    for (i = 1; i <= n; i++) {
        key = order[i]
        split(key, part, "\t")
        printf "<tr><td>%s<td>%s<td>%d<td>%d<td>%d<td>%d<td>%d<td>%s</tr>\n", escaped(part[1]), part[2],
            before[key] + last[key], rate[key], cpu[key], edges[key], inputs[key], curve(key)
    }
    printf "</table><p>%.2f CPU hours</p><h2>%d findings</h2>\n", all_cpu / 3600, m
    for (i = 1; i <= m; i++)
        printf "<h3>%s: %s</h3><p>%d inputs; the smallest has %d octets: <code>%s</code></p><pre>%s</pre>\n",
            escaped(harness[i]), escaped(name[i]), count[i], size[i], escaped(path[i]), contents(path[i])
    print "</body></html>"
}
