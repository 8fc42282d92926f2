/* Feature parameters (RFC 3840 9) and the other parameters that later RFCs give to Contact:
 * reg-id and +sip.instance (RFC 5626 10), temp-gruu and pub-gruu (RFC 5627 7), rc, mp and np (RFC
 * 7044 5). */
#ifndef SIPSAN_PARSE_FEATURE_H
#define SIPSAN_PARSE_FEATURE_H

#include "parse/read.h"

/* Judges the parameter when its name is a feature tag. */
sipsan_param_fn sipsan_judge_feature;

/* Judges a parameter of Contact that RFC 3261 does not know. */
sipsan_param_fn sipsan_judge_contact_extension;

#endif
