# The table of a campaign: progress.tsv, findings.tsv, cpu.tsv (campaign.sh writes them), over all its
# runs. file is 1, 2 or 3, set on the command line.
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
file == 3 {
    cpu[$2 "\t" $3] += $4
    all_cpu += $4
    next
}
{ finding[++m] = sprintf("%-12s %5d inputs, %6d octets  %s\n%21s%s", $2, $3, $4, $1, "", $5) }
END {
    printf "%-12s %-10s %12s %9s %9s %8s %8s %8s\n", "harness", "engine", "executions", "a second",
        "CPU s", "edges", "new", "inputs"
    for (i = 1; i <= n; i++) {
        split(order[i], name, "\t")
        key = order[i]
        printf "%-12s %-10s %12d %9d %9d %8d %8d %8d\n", name[1], name[2], before[key] + last[key],
            rate[key], cpu[key], edges[key], edges[key] - first_edges[key], inputs[key]
        all_runs += before[key] + last[key]
    }
    printf "%-12s %-10s %12.0f %9s %9d  (%.2f CPU hours)\n", "all", "", all_runs, "", all_cpu, all_cpu / 3600
    printf "\n%d findings\n", m
    for (i = 1; i <= m; i++)
        print finding[i]
}
