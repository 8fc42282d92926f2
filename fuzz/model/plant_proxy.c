/* Proxies: section 16. The edit is made at one hop alone. */
#include "plant_edit.h"

static const struct plant rows[] = {
    {.rule = "rfc3261.16.6.proxy-mf-decrement",
     .fits = at_invite_of_proxy,
     .edit = edit_script,
     .a = "~ Max-Forwards: 70",
     .in = CALM_PROXIED},
    {.rule = "rfc3261.16.6.proxy-rr-lr",
     .related = "rfc3261.12. rfc3261.16. rfc3261.13.",
     .fits = at_recorded_of_proxy,
     .edit = edit_script,
     .a = "% ;lr> => >",
     .in = CALM_PROXIED},
    {.rule = "rfc3261.16.6.proxy-copy-all-headers",
     .related = "rfc3261.16. rfc3261.13. rfc3261.8.2.4. rfc3262.",
     .fits = at_invite_of_proxy,
     .edit = edit_script,
     .a = "- Supported",
     .in = CALM_PROXIED},
    {.rule = "rfc3261.16.6.proxy-body-untouched",
     .related = "rfc3264. rfc3261.13.",
     .fits = at_sdp_of_proxy,
     .edit = edit_script,
     .a = "/ m=audio 4 => m=audio 5",
     .in = CALM_PROXIED},
};

PLANT_FAMILY(proxy, rows);
