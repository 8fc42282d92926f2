/* The two formats, called by report.c with what is to be shown. */
#ifndef SIPSAN_REPORT_WRITERS_H
#define SIPSAN_REPORT_WRITERS_H

#include "report/group.h"
#include "report/report.h"

/* text.c */
void sipsan_text_finding(const struct sipsan_report_options *o, const struct sipsan_finding *f);
void sipsan_text_problem(const struct sipsan_report_options *o, const struct sipsan_problem *p);
void sipsan_text_input(const struct sipsan_report_options *o, uint32_t file,
                       const struct sipsan_totals *totals, uint64_t problems);
void sipsan_text_end(const struct sipsan_report_options *o, const struct sipsan_groups *groups,
                     const struct sipsan_report_summary *summary,
                     const struct sipsan_report_counts *counts);

/* jsonl.c */
void sipsan_jsonl_finding(const struct sipsan_report_options *o, const struct sipsan_finding *f);
void sipsan_jsonl_problem(const struct sipsan_report_options *o, const struct sipsan_problem *p);
void sipsan_jsonl_end(const struct sipsan_report_options *o,
                      const struct sipsan_report_summary *summary,
                      const struct sipsan_report_counts *counts);

#endif
