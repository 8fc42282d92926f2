# The table of a campaign: progress.tsv, then findings.tsv (campaign.sh writes both).
# file is 1 or 2, set on the command line.
file == 1 {
    key = $2 "\t" $3
    if (!(key in last))
        order[++n] = key
    else if ($4 + 0 < last[key]) # a new run of the engine begins to count again
        before[key] += last[key]
    last[key] = $4 + 0
    rate[key] = $5
    if (!(key in first_edges))
        first_edges[key] = $6
    edges[key] = $6
    inputs[key] = $7
    next
}
{ finding[++m] = sprintf("%-12s %5d inputs, %6d octets  %s\n%21s%s", $2, $3, $4, $1, "", $5) }
END {
    printf "%-12s %-10s %12s %9s %8s %8s %8s\n", "harness", "engine", "executions", "a second",
        "edges", "new", "inputs"
    for (i = 1; i <= n; i++) {
        split(order[i], name, "\t")
        key = order[i]
        printf "%-12s %-10s %12d %9d %8d %8d %8d\n", name[1], name[2], before[key] + last[key],
            rate[key], edges[key], edges[key] - first_edges[key], inputs[key]
    }
    printf "\n%d findings\n", m
    for (i = 1; i <= m; i++)
        print finding[i]
}
