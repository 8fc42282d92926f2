/* Where a SIP message begins and ends in a stream: RFC 3261 7.5, 18.3. Functions of the octets at
 * hand; stream.c keeps what has to be remembered. */
#ifndef SIPSAN_NET_FRAMING_H
#define SIPSAN_NET_FRAMING_H

#include "sipsan.h"

enum sipsan_start { SIPSAN_START_NO, SIPSAN_START_YES, SIPSAN_START_MORE };

/* A start line stands at p. MORE: its end is not there yet. */
enum sipsan_start sipsan_framing_start(const char *p, size_t n);

/* Octets up to and with the empty line that ends the header; 0: it is not there. The first `from`
 * octets are known to hold no end; *from moves on. Line ends may be CR LF, CR or LF, as for the
 * parser. */
size_t sipsan_framing_head(const char *p, size_t n, size_t *from);

/* The first Content-Length of the header of `head` octets. False: there is none that is a number.
 */
bool sipsan_framing_length(uint64_t *out, const char *p, size_t head);

/* After octets were lost: the first place where a message begins for certain, which is a line with
 * a start line, behind it a whole header with a Via and a CSeq that fits; sipfrag bodies hold start
 * lines, too. n: there is none. *wait: there may be one at the place returned, more octets will
 * tell; *from is then as for sipsan_framing_head at that place, and is to be given again when the
 * text begins there. */
size_t sipsan_framing_find(const char *p, size_t n, size_t *from, bool *wait);

#endif
