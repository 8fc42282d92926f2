/* Shows a parsed message. A field has a path such as "uri.host": the dots are the depth in text,
 * the path itself is the name in jsonl. */
#include "cli/parse_show.h"

#include <inttypes.h>
#include <stdlib.h>

#include "report/json.h"
#include "report/visible.h"

enum { VALUE_COLUMNS = 100, NAME_COLUMNS = 26 };

struct printer {
    FILE *out;
    enum sipsan_report_format format;
    const struct sipsan_msg *msg;
    const struct sipsan_header *header; /* that the fields belong to; NULL: start line */
};

/* Long form where the name is known. */
static struct sipsan_span full_name(const struct sipsan_header *header)
{
    const char *name = sipsan_header_name((enum sipsan_header_id)header->id);

    return name[0] ? (struct sipsan_span){name, strlen(name)} : header->name;
}

static bool offset_of(const struct printer *pr, struct sipsan_span value, size_t *offset)
{
    if (!value.p || !span_has(pr->msg->bytes, value.p))
        return false;
    *offset = (size_t)(value.p - pr->msg->bytes.p);
    return true;
}

/* A row of the text format: place, indented name, value. */
static void put_row(const struct printer *pr, struct sipsan_span value, int depth,
                    struct sipsan_span name)
{
    size_t offset;
    int pad;

    if (offset_of(pr, value, &offset))
        fprintf(pr->out, "%8zu %6zu  ", offset, value.n);
    else
        fprintf(pr->out, "%8s %6s  ", "", "");
    pad = NAME_COLUMNS - 2 * depth - (int)sipsan_visible_columns(name, NAME_COLUMNS);
    fprintf(pr->out, "%*s", 2 * depth, "");
    sipsan_visible_put(pr->out, name, NAME_COLUMNS);
    fprintf(pr->out, "%*s ", pad > 0 ? pad : 0, "");
    sipsan_visible_put(pr->out, value, VALUE_COLUMNS);
    putc('\n', pr->out);
}

static void put_field(const struct printer *pr, const char *path, struct sipsan_span value,
                      bool in_place)
{
    size_t offset;

    if (pr->format == SIPSAN_REPORT_TEXT) {
        const char *name = path;
        int depth = 1;

        for (const char *p = path; *p; p++) {
            if (*p == '.') {
                depth++;
                name = p + 1;
            }
        }
        put_row(pr, value, depth, (struct sipsan_span){name, strlen(name)});
    } else {
        struct sipsan_json json;

        sipsan_json_begin(&json, pr->out, "field");
        if (pr->header)
            sipsan_json_span(&json, "header", full_name(pr->header));
        sipsan_json_string(&json, "name", path);
        if (in_place && offset_of(pr, value, &offset)) {
            sipsan_json_number(&json, "offset", offset);
            sipsan_json_number(&json, "length", value.n);
        }
        sipsan_json_span(&json, "value", value);
        sipsan_json_end(&json);
    }
}

/* One value of a header field that may hold several. Alone it is the header field again. */
static void list_value(const struct printer *pr, struct sipsan_span value)
{
    const struct sipsan_span *all = pr->header ? &pr->header->value : NULL;

    if (value.p && !(all && all->p == value.p && all->n == value.n))
        put_field(pr, "value", value, true);
}

/* A part of the message; one that is not there is left out. */
static void field(const struct printer *pr, const char *path, struct sipsan_span value)
{
    if (value.p)
        put_field(pr, path, value, true);
}

static void field_if(const struct printer *pr, const char *path, struct sipsan_span value)
{
    if (value.n > 0)
        field(pr, path, value);
}

static void number(const struct printer *pr, const char *path, int64_t value)
{
    char text[32];
    int n = snprintf(text, sizeof(text), "%" PRId64, value);

    put_field(pr, path, (struct sipsan_span){text, (size_t)n}, false);
}

static void params(const struct printer *pr, const char *path, const struct sipsan_param *param)
{
    for (; param; param = param->next) {
        struct sipsan_span all = param->name;

        if (param->value.p && param->name.p)
            all = span_between(param->name.p, param->value.p + param->value.n);
        field(pr, path, all);
    }
}

static const char *scheme_name(const struct sipsan_uri *uri)
{
    switch ((enum sipsan_scheme)uri->scheme) {
    case SIPSAN_SCHEME_SIP:
        return "sip";
    case SIPSAN_SCHEME_SIPS:
        return "sips";
    case SIPSAN_SCHEME_TEL:
        return "tel";
    case SIPSAN_SCHEME_NONE:
    case SIPSAN_SCHEME_OTHER:
        break;
    }
    return NULL;
}

static void uri_fields(const struct printer *pr, const struct sipsan_uri *uri)
{
    field_if(pr, "uri", uri->text);
    if (uri->scheme_text.n > 0)
        field(pr, "uri.scheme", uri->scheme_text);
    else if (scheme_name(uri))
        put_field(pr, "uri.scheme",
                  (struct sipsan_span){scheme_name(uri), strlen(scheme_name(uri))}, false);
    if (uri->has_user)
        field(pr, "uri.user", uri->user);
    else
        field_if(pr, "uri.user", uri->user);
    field_if(pr, "uri.password", uri->password);
    field_if(pr, "uri.host", uri->host);
    if (uri->port >= 0)
        number(pr, "uri.port", uri->port);
    params(pr, "uri.param", uri->params);
    field_if(pr, "uri.headers", uri->headers);
}

static void name_addr_fields(const struct printer *pr, const struct sipsan_name_addr *value)
{
    list_value(pr, value->text);
    field_if(pr, "display-name", value->display);
    if (!value->star)
        uri_fields(pr, &value->uri);
    params(pr, "param", value->params);
}

static void name_addrs(const struct printer *pr, const struct sipsan_name_addr *list, uint32_t line)
{
    for (; list; list = list->next)
        if (list->line == line)
            name_addr_fields(pr, list);
}

static void via_fields(const struct printer *pr, uint32_t line)
{
    for (const struct sipsan_via *via = pr->msg->via; via; via = via->next) {
        if (via->line != line)
            continue;
        list_value(pr, via->text);
        field_if(pr, "protocol", via->protocol);
        field_if(pr, "version", via->version);
        field_if(pr, "transport", via->transport);
        field_if(pr, "sent-by.host", via->host);
        if (via->port >= 0)
            number(pr, "sent-by.port", via->port);
        params(pr, "param", via->params);
    }
}

static void auth_fields(const struct printer *pr, uint32_t line)
{
    for (const struct sipsan_auth *auth = pr->msg->auth; auth; auth = auth->next) {
        if (auth->line != line)
            continue;
        list_value(pr, auth->text);
        field_if(pr, "scheme", auth->scheme);
        params(pr, "param", auth->params);
    }
}

static void tokens(const struct printer *pr, const struct sipsan_token *list, uint32_t line)
{
    for (; list; list = list->next)
        if (list->line == line)
            list_value(pr, list->text);
}

/* Header fields of later RFCs. */
static void later_fields(const struct printer *pr)
{
    for (const struct sipsan_value *v = pr->header->values; v; v = v->next) {
        list_value(pr, v->text);
        if (v->addr) {
            field_if(pr, "display-name", v->addr->display);
            uri_fields(pr, &v->addr->uri);
        }
        params(pr, "param", v->params);
    }
}

static void number_field(const struct printer *pr, const struct sipsan_number *value, uint32_t line)
{
    if (value->line == line)
        field(pr, "number", value->text);
}

static void cseq_fields(const struct printer *pr, uint32_t line)
{
    const struct sipsan_cseq *cseq = &pr->msg->cseq;

    if (cseq->line != line || !cseq->text.p)
        return;
    if (cseq->ok)
        number(pr, "number", (int64_t)cseq->number);
    field_if(pr, "method", cseq->method);
}

static void media_type_fields(const struct printer *pr, uint32_t line)
{
    const struct sipsan_media_type *type = &pr->msg->content_type;

    if (pr->msg->first[SIPSAN_HDR_CONTENT_TYPE] != line)
        return;
    field_if(pr, "type", type->type);
    field_if(pr, "subtype", type->subtype);
    params(pr, "param", type->params);
}

static void timestamp_fields(const struct printer *pr, uint32_t line)
{
    if (pr->msg->first[SIPSAN_HDR_TIMESTAMP] != line)
        return;
    field_if(pr, "time", pr->msg->timestamp.value);
    field_if(pr, "delay", pr->msg->timestamp.delay);
}

static void rack_fields(const struct printer *pr, uint32_t line)
{
    const struct sipsan_rack *rack = &pr->msg->rack;

    if (pr->msg->first[SIPSAN_HDR_RACK] != line || !rack->ok)
        return;
    number(pr, "rseq", (int64_t)rack->rseq);
    number(pr, "cseq", (int64_t)rack->cseq);
    field_if(pr, "method", rack->method);
}

/* What the parser typed of this line. */
static void typed_fields(const struct printer *pr, uint32_t line)
{
    const struct sipsan_msg *m = pr->msg;

    switch ((enum sipsan_header_id)m->headers[line].id) {
    case SIPSAN_HDR_VIA:
        via_fields(pr, line);
        return;
    case SIPSAN_HDR_FROM:
        name_addrs(pr, &m->from, line);
        return;
    case SIPSAN_HDR_TO:
        name_addrs(pr, &m->to, line);
        return;
    case SIPSAN_HDR_REPLY_TO:
        name_addrs(pr, &m->reply_to, line);
        return;
    case SIPSAN_HDR_CONTACT:
        name_addrs(pr, m->contact, line);
        return;
    case SIPSAN_HDR_ROUTE:
        name_addrs(pr, m->route, line);
        return;
    case SIPSAN_HDR_RECORD_ROUTE:
        name_addrs(pr, m->record_route, line);
        return;
    case SIPSAN_HDR_CSEQ:
        cseq_fields(pr, line);
        return;
    case SIPSAN_HDR_MAX_FORWARDS:
        number_field(pr, &m->max_forwards, line);
        return;
    case SIPSAN_HDR_CONTENT_LENGTH:
        number_field(pr, &m->content_length, line);
        return;
    case SIPSAN_HDR_EXPIRES:
        number_field(pr, &m->expires, line);
        return;
    case SIPSAN_HDR_MIN_EXPIRES:
        number_field(pr, &m->min_expires, line);
        return;
    case SIPSAN_HDR_RSEQ:
        number_field(pr, &m->rseq, line);
        return;
    case SIPSAN_HDR_RETRY_AFTER:
        number_field(pr, &m->retry_after, line);
        return;
    case SIPSAN_HDR_RACK:
        rack_fields(pr, line);
        return;
    case SIPSAN_HDR_TIMESTAMP:
        timestamp_fields(pr, line);
        return;
    case SIPSAN_HDR_CONTENT_TYPE:
        media_type_fields(pr, line);
        return;
    case SIPSAN_HDR_SUPPORTED:
        tokens(pr, m->supported, line);
        return;
    case SIPSAN_HDR_REQUIRE:
        tokens(pr, m->require, line);
        return;
    case SIPSAN_HDR_PROXY_REQUIRE:
        tokens(pr, m->proxy_require, line);
        return;
    case SIPSAN_HDR_UNSUPPORTED:
        tokens(pr, m->unsupported, line);
        return;
    case SIPSAN_HDR_ALLOW:
        tokens(pr, m->allow, line);
        return;
    case SIPSAN_HDR_WWW_AUTHENTICATE:
    case SIPSAN_HDR_PROXY_AUTHENTICATE:
    case SIPSAN_HDR_AUTHORIZATION:
    case SIPSAN_HDR_PROXY_AUTHORIZATION:
        auth_fields(pr, line);
        return;
    default:
        later_fields(pr);
        return;
    }
}

static void put_header(struct printer *pr, uint32_t line)
{
    const struct sipsan_header *header = &pr->msg->headers[line];

    pr->header = header;
    if (pr->format == SIPSAN_REPORT_TEXT) {
        put_row(pr, header->value, 0, header->name);
    } else {
        struct sipsan_json json;
        size_t offset;

        sipsan_json_begin(&json, pr->out, "header");
        sipsan_json_span(&json, "header", full_name(header));
        sipsan_json_span(&json, "written", header->name);
        sipsan_json_bool(&json, "compact", header->compact);
        if (offset_of(pr, header->value, &offset)) {
            sipsan_json_number(&json, "offset", offset);
            sipsan_json_number(&json, "length", header->value.n);
        }
        sipsan_json_span(&json, "value", header->value);
        sipsan_json_end(&json);
    }
    typed_fields(pr, line);
}

static void put_start_line(const struct printer *pr)
{
    const struct sipsan_msg *m = pr->msg;

    if (pr->format == SIPSAN_REPORT_TEXT) {
        fprintf(pr->out, "%8s %6s  %-*s value\n", "offset", "length", NAME_COLUMNS, "field");
        put_row(pr, m->start_line, 0,
                m->request ? SPAN_LIT("Request-Line") : SPAN_LIT("Status-Line"));
    } else {
        field(pr, m->request ? "request-line" : "status-line", m->start_line);
    }
    if (m->request) {
        field_if(pr, "method", m->method);
        uri_fields(pr, &m->ruri);
        field_if(pr, "version", m->version);
        return;
    }
    field_if(pr, "version", m->version);
    if (m->status > 0)
        number(pr, "status", m->status);
    field_if(pr, "reason", m->reason);
}

static void put_body(struct printer *pr)
{
    pr->header = NULL;
    field_if(pr, "body", pr->msg->body);
    field_if(pr, "surplus", pr->msg->surplus);
}

static void put_fault(const struct printer *pr, const struct sipsan_fault *fault)
{
    const struct sipsan_excerpt_style style = {"      ", "", ""};
    const char *production = sipsan_production_name((enum sipsan_production)fault->production);
    const char *header = sipsan_header_name((enum sipsan_header_id)fault->header);

    if (pr->format == SIPSAN_REPORT_TEXT) {
        fprintf(pr->out, "fault %s%s%s at offset %" PRIu32 "\n", production,
                header[0] ? " in " : "", header, fault->offset);
        sipsan_visible_excerpt(pr->out, &style, pr->msg->bytes, fault->offset, fault->length);
    } else {
        struct sipsan_json json;

        sipsan_json_begin(&json, pr->out, "fault");
        sipsan_json_string(&json, "production", production);
        sipsan_json_string_if(&json, "header", header);
        sipsan_json_number(&json, "offset", fault->offset);
        sipsan_json_number(&json, "length", fault->length);
        sipsan_json_end(&json);
    }
}

static const char *framing_name(enum sipsan_framing framing)
{
    switch (framing) {
    case SIPSAN_FRAMED:
        return "whole";
    case SIPSAN_NO_EMPTY_LINE:
        return "no empty line";
    case SIPSAN_BODY_SHORT:
        return "body shorter than Content-Length";
    case SIPSAN_BODY_SURPLUS:
        return "more bytes than Content-Length";
    }
    return "whole";
}

static void put_summary(const struct printer *pr)
{
    const struct sipsan_msg *m = pr->msg;
    uint64_t faults = (uint64_t)m->fault_count + m->faults_lost;

    if (pr->format == SIPSAN_REPORT_TEXT) {
        fprintf(pr->out,
                "SUMMARY: sipsan: %s, %zu bytes, %" PRIu32 " headers, %s, %" PRIu64 " fault%s\n",
                m->request ? "request" : "response", m->bytes.n, m->header_count,
                framing_name(m->framing), faults, faults == 1 ? "" : "s");
    } else {
        struct sipsan_json json;

        sipsan_json_begin(&json, pr->out, "summary");
        sipsan_json_string(&json, "kind", m->request ? "request" : "response");
        sipsan_json_number(&json, "bytes", m->bytes.n);
        sipsan_json_number(&json, "headers", m->header_count);
        sipsan_json_string(&json, "framing", framing_name(m->framing));
        sipsan_json_number(&json, "faults", faults);
        sipsan_json_end(&json);
    }
}

void sipsan_cli_show_message(FILE *out, enum sipsan_report_format format,
                             const struct sipsan_msg *msg)
{
    struct printer pr = {.out = out, .format = format, .msg = msg};

    put_start_line(&pr);
    for (uint32_t line = 0; line < msg->header_count; line++)
        put_header(&pr, line);
    put_body(&pr);
    if (format == SIPSAN_REPORT_TEXT && msg->fault_count > 0)
        putc('\n', out);
    for (uint32_t i = 0; i < msg->fault_count; i++)
        put_fault(&pr, &msg->faults[i]);
    put_summary(&pr);
}
