/* One JSON object on one line (RFC 8259), written as its members come. */
#ifndef SIPSAN_REPORT_JSON_H
#define SIPSAN_REPORT_JSON_H

#include <stdio.h>

#include "sipsan.h"

struct sipsan_json {
    FILE *out;
    bool more; /* a member was written: the next one needs a comma */
};

/* Opens the line's object with its "schema" and "type" members. */
void sipsan_json_begin(struct sipsan_json *json, FILE *out, const char *type);

/* Closes the object and the line. */
void sipsan_json_end(struct sipsan_json *json);

/* A member's key; the caller writes the value. */
void sipsan_json_key(struct sipsan_json *json, const char *key);

/* Opens and closes an object or a list as a value: bracket is one of { [ } ]. */
void sipsan_json_open(struct sipsan_json *json, char bracket);
void sipsan_json_close(struct sipsan_json *json, char bracket);

/* The next element of a list. */
void sipsan_json_element(struct sipsan_json *json);

void sipsan_json_number(struct sipsan_json *json, const char *key, uint64_t value);
void sipsan_json_bool(struct sipsan_json *json, const char *key, bool value);

/* Bytes that are not UTF-8 become U+FFFD. */
void sipsan_json_span(struct sipsan_json *json, const char *key, struct sipsan_span value);
void sipsan_json_string(struct sipsan_json *json, const char *key, const char *value);

/* As sipsan_json_span, left out when there is nothing to say: NULL, or for a span no bytes. */
void sipsan_json_span_if(struct sipsan_json *json, const char *key, struct sipsan_span value);
void sipsan_json_string_if(struct sipsan_json *json, const char *key, const char *value);

/* Seconds with 6 decimals from microseconds. */
void sipsan_json_time(struct sipsan_json *json, const char *key, int64_t microseconds);

/* "ip:port"; left out when the address is not known. */
void sipsan_json_addr(struct sipsan_json *json, const char *key, const struct sipsan_addr *addr);

#endif
