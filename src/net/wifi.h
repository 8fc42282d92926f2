/* IEEE 802.11 data frames, with or without one of the headers that drivers put in front. */
#ifndef SIPSAN_NET_WIFI_H
#define SIPSAN_NET_WIFI_H

#include "net/link.h"

/* *out is filled when the frame carries an EtherType in the clear. */
void sipsan_wifi_read(struct sipsan_link *out, int linktype, const uint8_t *p, size_t n);

#endif
