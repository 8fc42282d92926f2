/* Where a request inside a dialog is sent: its Request-URI beside the peer's remote target, its
 * Route beside the sender's route set (12.2.1.1). Several sections have rules on these two; each
 * way of being wrong belongs to one of them. */
#ifndef SIPSAN_RULES_TARGET_H
#define SIPSAN_RULES_TARGET_H

#include "rules/rule.h"

enum sipsan_likeness {
    SIPSAN_ALIKE, /* the same in all that leads anywhere; order of parameters, case, lr=on aside */
    SIPSAN_NEAR,  /* same scheme, user, host and port number; parameters or a written default port
                     differ */
    SIPSAN_UNLIKE,
};

/* Two URIs as texts: one of them was kept as a fact. Header parts and the method parameter are left
 * out, as they have no place in a Request-URI (19.1.1). */
enum sipsan_likeness sipsan_uri_like(struct sipsan_span a, struct sipsan_span b);

/* The next URI of a comma list of name-addr values; false at its end. */
bool sipsan_route_next(struct sipsan_span *rest, struct sipsan_span *uri);

/* What a Request-URI turned out to be. */
enum sipsan_aim {
    SIPSAN_AIM_UNKNOWN,     /* not to be judged here */
    SIPSAN_AIM_RIGHT,       /* the remote target, or one that may lawfully stand for it */
    SIPSAN_AIM_NEAR,        /* its address with other parameters */
    SIPSAN_AIM_OLD_2XX,     /* the target before a refresh that the sender itself had asked for */
    SIPSAN_AIM_OLD_REQUEST, /* the target before a refresh that the sender had accepted */
    SIPSAN_AIM_NON_REFRESH, /* the Contact of a request that refreshes nothing */
    SIPSAN_AIM_ROUTE,       /* a URI of the route set, although its first one is a loose router */
    SIPSAN_AIM_OTHER,
};

enum sipsan_aim sipsan_aim(const struct sipsan_view *v);

/* What a Route list turned out to be. */
enum sipsan_routing {
    SIPSAN_ROUTING_UNKNOWN,
    SIPSAN_ROUTING_RIGHT,
    SIPSAN_ROUTING_ABSENT, /* none, although the route set is not empty */
    SIPSAN_ROUTING_ORDER,  /* the right values in another order */
    SIPSAN_ROUTING_PARAMS, /* the right hosts, with parameters lost or changed */
    SIPSAN_ROUTING_FRONT,  /* the route set behind something else */
    SIPSAN_ROUTING_VALUES, /* values missing, foreign or surplus */
};

/* *at: the value of the message that is wrong, or the place of the missing one. Not for a route set
 * that is empty or begins with a strict router. */
enum sipsan_routing sipsan_routing(const struct sipsan_view *v, struct sipsan_span *at);

/* The first Route of a request whose sender has an empty route set; NULL: none, or not to be judged
 * here. */
const struct sipsan_name_addr *sipsan_route_unasked(const struct sipsan_view *v);

/* What Request-URI and Route are where the first of the route set is a strict router: that one's
 * URI, then the others and the remote target. The first thing that is wrong. */
enum sipsan_strict {
    SIPSAN_STRICT_UNKNOWN, /* not to be judged here, or no strict router */
    SIPSAN_STRICT_RIGHT,
    SIPSAN_STRICT_RURI,   /* not the first of the route set */
    SIPSAN_STRICT_ROUTE,  /* the others are not the rest of it */
    SIPSAN_STRICT_TARGET, /* the last is not the remote target */
};

/* *at: as for sipsan_routing. */
enum sipsan_strict sipsan_strict_routing(const struct sipsan_view *v, struct sipsan_span *at);

/* An ACK to the last 2xx of this dialog. */
bool sipsan_acks_2xx(const struct sipsan_view *v);

/* Something that may have moved the target was missed. */
bool sipsan_target_unsure(const struct sipsan_view *v);

/* A method that is for use within a dialog only (PRACK: RFC 3262 4, UPDATE: RFC 3311 5.1) comes
 * with the peer's tag. A peer of RFC 2543 may have none: then there is a dialog all the same. */
enum sipsan_verdict sipsan_has_to_tag(const struct sipsan_view *v, struct sipsan_why *why);

#endif
