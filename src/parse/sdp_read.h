/* What the two halves of the SDP reader share: sdp.c walks the lines and watches their order,
 * sdp_lines.c reads the value of one. */
#ifndef SIPSAN_PARSE_SDP_READ_H
#define SIPSAN_PARSE_SDP_READ_H

#include "parse/scan.h"
#include "parse/sdp.h"
#include "parse/sdp_match.h"

/* s is this text; a comparison without a call. */
#define sdp_is(s, text) ((s).n == sizeof(text) - 1 && memcmp((s).p, "" text, sizeof(text) - 1) == 0)

/* A place in the value of a line, which ends at `end`: CR, LF or the end of the description stands
 * there. `production` is that of the line. */
struct sipsan_sdp_line {
    struct sipsan_scan *sc;
    const char *p, *end;
    enum sipsan_production production;
};

/* o= */
void sipsan_sdp_read_origin(struct sipsan_sdp_line *line, struct sipsan_sdp_origin *out);
/* c= */
void sipsan_sdp_read_connection(struct sipsan_sdp_line *line, struct sipsan_sdp_connection *out);
/* b= */
void sipsan_sdp_read_bandwidth(struct sipsan_sdp_line *line, struct sipsan_sdp_bandwidth *out);
/* t= */
void sipsan_sdp_read_time(struct sipsan_sdp_line *line, struct sipsan_sdp_time *out);
/* m=, without the section */
void sipsan_sdp_read_media(struct sipsan_sdp_line *line, struct sipsan_sdp_media *out);
/* a=, without its value */
void sipsan_sdp_read_attribute(struct sipsan_sdp_line *line, struct sipsan_sdp_attribute *out);
/* rtpmap-value; sc of the line may be NULL, then nothing is told */
bool sipsan_sdp_read_rtpmap(struct sipsan_sdp_line *line, struct sipsan_sdp_rtpmap *out);

/* Lines whose pieces nobody asks for: v=, i= and s=, u=, e=, p=, r=, z=, k=; the values of a=ptime
 * and a=maxptime, of a=fmtp, of a=curr and a=conf, of a=des. */
typedef void sipsan_sdp_judge_fn(struct sipsan_sdp_line *line);

sipsan_sdp_judge_fn sipsan_sdp_judge_version, sipsan_sdp_judge_text, sipsan_sdp_judge_uri,
    sipsan_sdp_judge_email, sipsan_sdp_judge_phone, sipsan_sdp_judge_repeat, sipsan_sdp_judge_zone,
    sipsan_sdp_judge_key, sipsan_sdp_judge_number, sipsan_sdp_judge_fmtp, sipsan_sdp_judge_status,
    sipsan_sdp_judge_desired;

/* sdp_digest.c: the hashes of what was read. */
void sipsan_sdp_digest(struct sipsan_sdp *sdp);

#endif
