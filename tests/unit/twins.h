/* Matchers of twins.re. */
#ifndef SIPSAN_TESTS_TWINS_H
#define SIPSAN_TESTS_TWINS_H

#include <stddef.h>

const char *twin_token(const char *p);
const char *twin_digits(const char *p);
const char *twin_quoted_string(const char *p);
const char *twin_callid(const char *p);

#endif
