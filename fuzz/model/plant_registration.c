/* Registrations: section 10. */
#include "plant_edit.h"

#define REG(id, brings, where, how, ...)                                                           \
    BY(id, brings, where, how, .life = REGISTRATIONS, __VA_ARGS__)

static const struct plant rows[] = {
    REG("rfc3261.10.2.register-ruri-no-userinfo", NULL, register, along,
        .a = "% REGISTER sip: => REGISTER sip:x@"),
    REG("rfc3261.10.2.register-to-sip-uri", ECHO, register, method_branch,
        .a = "~ To: <mailto:alice@example.net>"),
    REG("rfc3261.10.2.2.register-contact-with-star-expires-0", "rfc3261.10.", register_star, along,
        .a = "- Expires"),
    REG("rfc3261.7.3.contact-star-not-in-list", "rfc3261.10.", register_star, along,
        .a = "+ Contact: <sip:alice@192.0.2.1>"),
    REG("rfc3261.10.3.registrar-star-invalid-400", "rfc3261.10. rfc3261.7.", register_star_accepted,
        along, .a = "- Expires"),
    REG("rfc3261.10.3.registrar-423-min-expires", "rfc3261.20.", register_brief, along,
        .a = "- Min-Expires"),
    REG("rfc3261.20.23.min-expires-range", "rfc3261.10.", register_brief, along,
        .a = "~ Min-Expires: 4294967296"),
    REG("rfc3261.25.1.min-expires-syntax", "rfc3261.10. rfc3261.20.", register_brief, along,
        .a = "~ Min-Expires: an hour"),
    REG("rfc3261.10.3.registrar-423-min-above-request", "rfc3261.10.", register_brief, along,
        .a = "~ Min-Expires: 1"),
    REG("rfc3261.10.2.8.register-423-retry-min-expires", "rfc3261.10.", register_brief, along,
        .a = "~ Min-Expires: 99999"),
    REG("rfc3261.10.3.registrar-200-lists-contacts", "rfc3261.10.", register_bound, along,
        .a = "- Contact"),
    REG("rfc3261.10.3.registrar-200-contact-expires", "rfc3261.10.", register_bound, cut,
        .a = ";expires=", .b = "\r\n"),
    REG("rfc3261.10.3.registrar-no-lengthen-expires", "rfc3261.10.", register_bound, along,
        .a = "% ;expires= => ;expires=9"),
    REG("rfc3261.10.2.register-action-param", "rfc3261.20.", register_with_contact, along,
        .a = "& Contact ;action=proxy"),
    REG("rfc3261.10.2.register-no-dialog", ECHO " rfc3261.12.", register, along,
        .a = "& To ;tag=x"),
    REG("rfc3261.10.3.registrar-no-6xx",
        "rfc3261.10. rfc3261.20. rfc3261.22. rfc3261.16. rfc3261.21.", register_refused, along,
        .a = "= SIP/2.0 603 Decline"),
    REG("rfc3261.10.3.registrar-no-record-route-in-response", "rfc3261.20.", register_answer, along,
        .a = "+ Record-Route: <sip:192.0.2.9;lr>"),
    REG("rfc5626.4.2.1.register-instance", "rfc5626.", register_with_contact, along,
        .a = "& Contact ;reg-id=1\n+ Supported: path, outbound"),
    REG("rfc5626.4.2.1.register-outbound", "rfc5626.", register_with_contact, along,
        .a = "& Contact "
             ";reg-id=1;+sip.instance=\"<urn:uuid:0c67446e-f1a1-11d9-94d3-000a95a0e128>\"\n+ "
             "Supported: path"),
    REG("rfc5626.4.2.1.register-path", "rfc5626.", register_with_contact, along,
        .a = "& Contact "
             ";reg-id=1;+sip.instance=\"<urn:uuid:0c67446e-f1a1-11d9-94d3-000a95a0e128>\"\n+ "
             "Supported: outbound"),
    REG("rfc5626.6.no-outbound-without-reg-id", "rfc5626. rfc3261.8.2.4. rfc3261.16.",
        register_answer, pair, .a = "+ Require: outbound", .b = "+ Supported: outbound, path"),
    REG("rfc5626.5.4.flow-timer-with-outbound", NULL, register_answer, along,
        .a = "+ Flow-Timer: 120"),
    REG("rfc5626.6.400-several-contacts", "rfc5626. rfc3261.10.", register_two_accepted, along,
        .a = "+ Supported: outbound, path\n& Contact "
             ";reg-id=1;+sip.instance=\"<urn:uuid:0c67446e-f1a1-11d9-94d3-000a95a0e128>\""),
    REG("rfc6809.6.2.1.feature-caps-syntax", NULL, register_answer, along,
        .a = "+ Feature-Caps: +sip.608"),
    REG("rfc7315.5.1.p-associated-uri-syntax", NULL, register_answer, along,
        .a = "+ P-Associated-URI: sip:alice@example.com"),
    REG("rfc8599.8.2.push-indicator-syntax", NULL, register_answer, along,
        .a = "+ Feature-Caps: *;+sip.pns"),
};

PLANT_FAMILY(registration, rows);
