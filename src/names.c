/* What the constants of sipsan.h are called in words, and the version. */
#include "sipsan.h"

#ifndef SIPSAN_VERSION
#define SIPSAN_VERSION "unknown"
#endif

const char *sipsan_strerror(int err)
{
    switch (err) {
    case SIPSAN_OK:
        return "no error";
    case SIPSAN_ENOMEM:
        return "out of memory";
    case SIPSAN_EINVAL:
        return "invalid argument";
    case SIPSAN_ELIMIT:
        return "a limit was reached";
    case SIPSAN_ELINKTYPE:
        return "unknown link type";
    case SIPSAN_ENOTSIP:
        return "not a SIP message";
    default:
        return "unknown error";
    }
}

const char *sipsan_level_name(enum sipsan_level level)
{
    static const char *const names[] = {"MUST", "MUST NOT", "SHOULD", "SHOULD NOT",
                                        "ABNF", "IMPLIED",  "FLOW"};

    return (size_t)level < sizeof(names) / sizeof(names[0]) ? names[level] : "?";
}

const char *sipsan_severity_name(enum sipsan_severity severity)
{
    static const char *const names[] = {"note", "warning", "error"};

    return (size_t)severity < sizeof(names) / sizeof(names[0]) ? names[severity] : "?";
}

const char *sipsan_transport_name(enum sipsan_transport transport)
{
    static const char *const names[] = {"UDP", "TCP", "TLS", "SCTP", "WS", "WSS"};

    return (size_t)transport < sizeof(names) / sizeof(names[0]) ? names[transport] : "?";
}

const char *sipsan_version(void)
{
    return SIPSAN_VERSION;
}
