/* Time, intervals, and rights that are not needed once an interface is open. */
#define _GNU_SOURCE /* setgroups */
#include "cli/running.h"

#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/options.h"

int64_t sipsan_cli_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void sipsan_cli_tell(struct sipsan_cli_interval *interval, const struct sipsan_cli_judge *judge)
{
    int64_t now = sipsan_cli_now();
    struct sipsan_totals totals;

    if (interval->every == 0 || now < interval->next)
        return;
    if (interval->next != 0) {
        totals = sipsan_cli_judge_totals(judge);
        fprintf(stderr,
                "sipsan: %" PRIu64 " messages, %" PRIu64 " dialogs, %" PRIu64 " errors, %" PRIu64
                " warnings, %" PRIu64 " notes, %" PRIu64 " inconclusive so far\n",
                totals.messages, totals.dialogs, totals.errors, totals.warnings, totals.notes,
                totals.inconclusive);
    }
    interval->next = now + interval->every;
}

/* The numbers in the environment come from sudo; whoever can set them to something else is root
 * already. */
static bool numbers_of(const char *user, uid_t *uid, gid_t *gid)
{
    const char *sudo_uid = getenv("SUDO_UID"), *sudo_gid = getenv("SUDO_GID");
    uint64_t u = 0, g = 0;
    const struct passwd *entry;

    if (!user && sudo_uid && sudo_gid && sipsan_cli_number(&u, sudo_uid, 1, UINT32_MAX - 1) &&
        sipsan_cli_number(&g, sudo_gid, 1, UINT32_MAX - 1)) {
        *uid = (uid_t)u;
        *gid = (gid_t)g;
        return true;
    }
    entry = getpwnam(user ? user : "nobody");
    if (!entry) {
        sipsan_cli_complain("there is no user '%s'", user ? user : "nobody");
        return false;
    }
    *uid = entry->pw_uid;
    *gid = entry->pw_gid;
    return true;
}

bool sipsan_cli_drop_rights(const char *user)
{
    uid_t uid;
    gid_t gid;

    if (geteuid() != 0)
        return true;
    if (!numbers_of(user, &uid, &gid))
        return false;
    if (setgroups(0, NULL) || setgid(gid) || setuid(uid)) {
        sipsan_cli_complain("cannot give up root's rights: %s", strerror(errno));
        return false;
    }
    return true;
}
