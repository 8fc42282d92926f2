# Processor time of the processes below one, from rounds of /proc/*/stat that end with a line "round"
# each (campaign.sh). Writes what was added, every 30 rounds and at the end: seconds since the epoch,
# harness, engine, seconds of user and system time.
#
# Each process counts by its own time as last seen: who waits for whom does not matter (afl-fuzz kills
# its fork server without waiting for the child below it), and what lives and dies between two rounds
# is missed. The sum is never too high.
#
# root, harness, engine, file, ticks (of a second) are set on the command line.
function below(pid,   steps) {
    for (steps = 0; pid > 1 && steps < 64; steps++) {
        if (pid == root)
            return 1
        pid = parent[pid]
    }
    return 0
}
function write(   added) {
    added = (sum - written) / ticks
    if (added <= 0)
        return
    printf "%d\t%s\t%s\t%.2f\n", now, harness, engine, added >>file
    close(file)
    written = sum
}
$1 == "round" {
    now = $2
    for (pid in parent) {
        if (pid == root || !below(pid))
            continue
        id = pid " " born[pid]
        sum += used[pid] - counted[id]
        counted[id] = used[pid]
    }
    split("", parent)
    if (++rounds % 30 == 0)
        write()
    next
}
{
    pid = $1 + 0
    sub(/^.*\) /, "") # the name may hold anything
    parent[pid] = $2
    used[pid] = $12 + $13
    born[pid] = $20
}
END { write() }
