/* The matchers: none reads behind the terminator, whatever the text before it is; and names of one
 * list agree with their twins. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "parse_helper.h"

#include <sys/mman.h>
#include <unistd.h>

#include "parse/match.h"

typedef const char *match_fn(const char *p);

static const char *match_host(const char *p)
{
    uint8_t kind;

    return sipsan_match_host(p, &kind);
}

static const char *match_header_name(const char *p)
{
    enum sipsan_header_id id;

    return sipsan_match_header_name(p, &id);
}

/* A matcher with a text that it takes to the end. */
static const struct {
    match_fn *match;
    const char *text;
} rows[] = {
    {sipsan_match_token, "a-.!%*_+`'~9Z"},
    {sipsan_match_lws, " \t\r\n \t"},
    {sipsan_match_digits, "0123456789"},
    {sipsan_match_lhex, "0123456789abcdef"},
    {sipsan_match_quoted_string, "\"a \\\" \\\\ \r\n \xe2\x82\xac \xfd\x80\x80\x80\x80\x80\""},
    {sipsan_match_quoted_text, "a \\\" \r\n \xf0\x9f\x93\x9e"},
    {sipsan_match_text, "(\"\\ \r\n \xc3\xa9"},
    {sipsan_match_extension_text, "(\"\\ \r\n \x80\xc3\xa9"},
    {sipsan_match_comment_text, "a \\( \r\n \xc3\xa9"},
    {sipsan_match_scheme, "a1+-.:"},
    {sipsan_match_userinfo, "a;b?c,d/%41:p&=+$,@"},
    {sipsan_match_userinfo_plain, "a&b/%41:p&=+$@"},
    {sipsan_match_userinfo_no_comma, "a;b?c/%41:p&=+$@"},
    {sipsan_match_user, "a&=+$,;?/%7f"},
    {sipsan_match_password, "a&=+$,%7f"},
    {sipsan_match_paramchars, "[]/:&+$a-%20"},
    {sipsan_match_headers, "?a=b&c=&d=[]/?:+$%20"},
    {sipsan_match_uric, ";/?:@&=+$,a-%20"},
    {sipsan_match_uric_plain, "/:@&=+$a-%20"},
    {sipsan_match_global_number_digits, "+1-(2).3-"},
    {sipsan_match_local_number_digits, "-A*#(2).3-"},
    {sipsan_match_sip_version, "sIp/12.34"},
    {sipsan_match_reason_text, "a ;\t%41\x80\xc3\xa9"},
    {sipsan_match_callid, "a<>\"\\{}@b?"},
    {sipsan_match_qvalue, "0.123"},
    {sipsan_match_language_range, "abcdefgh-abcdefgh-a"},
    {sipsan_match_sip_date, "Sun, 06 Nov 1994 08:49:37 GMT"},
    {sipsan_match_token68, "a-._~+/=="},
    {sipsan_match_tag_value, "!#-1.5:+2."},
    {sipsan_match_ftag_name, "a.b-c!'%1"},
    {sipsan_match_dot_atom_text, "a!#.b{|}~"},
    {match_host, "a.b-c.d9."},
    {match_host, "255.255.249.199"},
    {match_header_name, "Proxy-Authenticate"},
    {match_header_name, "Subscription-State"},
};

static char *page;
static size_t page_size;

static int map_pages(void **state)
{
    void *p;

    (void)state;
    page_size = (size_t)sysconf(_SC_PAGESIZE);
    p = mmap(NULL, 2 * page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED || mprotect((char *)p + page_size, page_size, PROT_NONE))
        return 1;
    page = p;
    return 0;
}

static int unmap_pages(void **state)
{
    (void)state;
    return munmap(page, 2 * page_size);
}

/* The text with its terminator as the last octet before the page that nobody may touch. */
static const char *at_guard(const char *text, size_t n)
{
    char *p = page + page_size - n - 1;

    memcpy(p, text, n);
    p[n] = (char)0xFF;
    return p;
}

static void test_match_takes_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        size_t n = strlen(rows[i].text);
        const char *p = at_guard(rows[i].text, n);

        if (rows[i].match(p) != p + n)
            fail_msg("row %zu stops at %td of %zu", i, rows[i].match(p) ? rows[i].match(p) - p : -1,
                     n);
    }
}

/* Every matcher on every beginning of every text. */
static void test_match_stops_at_terminator(void **state)
{
    const size_t count = sizeof(rows) / sizeof(*rows);

    (void)state;
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n <= strlen(rows[i].text); n++)
            for (size_t j = 0; j < count; j++) {
                const char *p = at_guard(rows[i].text, n);
                const char *end = rows[j].match(p);

                assert_true(!end || (end > p && end <= p + n));
            }
}

/* Every single octet. */
static void test_match_any_octet(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++)
        for (size_t j = 0; j < sizeof(rows) / sizeof(*rows); j++) {
            const char text = (char)c;
            const char *p = at_guard(&text, 1);
            const char *end = rows[j].match(p);

            assert_true(!end || (end == p + 1 && c != 0xFF));
        }
}

static void test_header_names(void **state)
{
    static const struct {
        enum sipsan_header_id id;
        const char *name;
        char compact;
    } names[] = {
#define X(id, name, compact) {SIPSAN_HDR_##id, name, compact},
        SIPSAN_HEADERS(X)
#undef X
    };
    unsigned compact_seen[256] = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        size_t n = strlen(names[i].name);
        enum sipsan_header_id id = SIPSAN_HDR_OTHER;
        const char *p = at_guard(names[i].name, n);

        assert_ptr_equal(sipsan_match_header_name(p, &id), p + n);
        assert_int_equal(id, names[i].id);
        assert_string_equal(sipsan_header_name(id), names[i].name);
        if (!names[i].compact)
            continue;
        compact_seen[(unsigned char)names[i].compact]++;
        p = at_guard(&names[i].compact, 1);
        assert_ptr_equal(sipsan_match_header_name(p, &id), p + 1);
        assert_int_equal(id, names[i].id);
    }
    for (int c = 'a'; c <= 'z'; c++) {
        const char text = (char)c;
        enum sipsan_header_id id;

        assert_true(compact_seen[c] <= 1);
        assert_int_equal(sipsan_match_header_name(at_guard(&text, 1), &id) != NULL,
                         compact_seen[c] == 1);
    }
    assert_string_equal(sipsan_header_name(SIPSAN_HDR_OTHER), "");
}

static void test_production_names(void **state)
{
    static const char *const names[SIPSAN_PROD_COUNT] = {[SIPSAN_PROD_NONE] = "",
#define X(name) [SIPSAN_PROD_##name] = #name,
                                                         SIPSAN_PRODUCTIONS(X)
#undef X
    };

    (void)state;
    for (int i = 0; i < SIPSAN_PROD_COUNT; i++) {
        const char *name = sipsan_production_name((enum sipsan_production)i);

        assert_non_null(name);
        assert_int_equal(strlen(name), strlen(names[i]));
        for (size_t j = 0; name[j]; j++)
            assert_int_equal(name[j], names[i][j] == '_' ? '-' : ascii_lower(names[i][j]));
    }
}

static void test_methods(void **state)
{
    (void)state;
    for (int i = 1; i < SIPSAN_METHOD_COUNT; i++) {
        const char *name = sipsan_method_name((enum sipsan_method)i);

        assert_int_equal(sipsan_method_find((struct sipsan_span){name, strlen(name)}), i);
    }
    assert_int_equal(sipsan_method_find(SPAN_LIT("invite")), SIPSAN_METHOD_OTHER);
    assert_int_equal(sipsan_method_find(SPAN_LIT("")), SIPSAN_METHOD_OTHER);
    assert_int_equal(sipsan_method_find((struct sipsan_span){NULL, 0}), SIPSAN_METHOD_OTHER);
    assert_string_equal(sipsan_method_name(SIPSAN_METHOD_OTHER), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_match_takes_all),  cmocka_unit_test(test_match_stops_at_terminator),
        cmocka_unit_test(test_match_any_octet),  cmocka_unit_test(test_header_names),
        cmocka_unit_test(test_production_names), cmocka_unit_test(test_methods),
    };

    return cmocka_run_group_tests(tests, map_pages, unmap_pages);
}
