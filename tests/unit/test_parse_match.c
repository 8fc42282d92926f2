/* The matchers: none reads behind the terminator, whatever the text before it is; and names of one
 * list agree with their twins. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "parse_helper.h"

#include <sys/mman.h>
#include <unistd.h>

#include "parse/match.h"
#include "parse/names.h"
#include "twins.h"

typedef const char *match_fn(const char *p);

static const char *match_host(const char *p)
{
    uint8_t kind;

    return sipsan_match_host(p, &kind);
}

/* A matcher with a text that it takes to the end. */
static const struct {
    match_fn *match;
    const char *text;
} rows[] = {
    {sipsan_match_token, "a-.!%*_+`'~9Z"},
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

/* The text with its padding as the last octets before the page that nobody may touch. */
static const char *at_guard(const char *text, size_t n)
{
    char *p = page + page_size - n - SIPSAN_TEXT_PAD;

    memcpy(p, text, n);
    memset(p + n, 0xFF, SIPSAN_TEXT_PAD);
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

static const char *exact_host(const char *p)
{
    uint8_t kind;

    return sipsan_exact_host(p, &kind);
}

/* A matcher that uses the table, the automaton of the same production, and octets that it is about.
 */
static const struct {
    match_fn *match, *exact;
    const char *alphabet;
} pairs[] = {
    {sipsan_match_token, twin_token, "a-%@ \xC3"},
    {sipsan_match_digits, twin_digits, "09a"},
    {sipsan_match_quoted_string, twin_quoted_string, "\"\\a \r\n\xC3\x80"},
    {sipsan_match_callid, twin_callid, "a@<,%"},
    {sipsan_match_text, sipsan_exact_text, "a\"\t\r\n \xC3\x80"},
    {sipsan_match_extension_text, sipsan_exact_extension_text, "a\"\t\r\n \xC3\x80"},
    {sipsan_match_paramchars, sipsan_exact_paramchars, "a%4;[="},
    {sipsan_match_uric, sipsan_exact_uric, "a%4;[>"},
    {sipsan_match_reason_text, sipsan_exact_reason_text, "a%4 \t\xC3\x80\r"},
    {sipsan_match_userinfo, sipsan_exact_userinfo, "a%4:@;,?"},
    {sipsan_match_userinfo_plain, sipsan_exact_userinfo_plain, "a%4:@;,?"},
    {match_host, exact_host, "ab-.0"},
    {match_host, exact_host, "1256.a"},
};

static bool same_kind(const char *p)
{
    uint8_t a = 0, b = 0;

    sipsan_match_host(p, &a);
    sipsan_exact_host(p, &b);
    return a == b;
}

static void check_pair(size_t i, const char *text, size_t n)
{
    const char *p = at_guard(text, n);

    if (pairs[i].match(p) != pairs[i].exact(p) || !same_kind(p))
        fail_msg("pair %zu differs on \"%.*s\"", i, (int)n, text);
}

/* All texts of few octets; each again behind eight that may go before. */
static void check_texts(size_t i, size_t length)
{
    const char *alphabet = pairs[i].alphabet;
    size_t kinds = strlen(alphabet), digits[16] = {0};
    char text[32] = "aaaaaaaa";

    for (;;) {
        size_t k = 0;

        for (size_t j = 0; j < length; j++)
            text[8 + j] = alphabet[digits[j]];
        check_pair(i, text + 8, length);
        check_pair(i, text, 8 + length);
        while (k < length && ++digits[k] == kinds)
            digits[k++] = 0;
        if (k == length)
            return;
    }
}

static void test_match_as_automaton(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
        for (size_t length = 1; length <= 6; length++)
            check_texts(i, length);
}

/* Every octet behind every octet, at each place of a word of eight. */
static void test_match_octets_as_automaton(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
        for (int c = 0; c < 256; c++) {
            char text[20] = "aaaaaaaaaaaaaaaaaaa";

            if (i == 2)
                text[0] = '"'; /* of the quoted string */
            for (size_t at = 0; at < 10; at++) {
                char kept = text[at];

                text[at] = (char)c;
                check_pair(i, text, sizeof(text));
                for (int next = 0; next < 256 && at < 3; next++) {
                    text[at + 1] = (char)next;
                    check_pair(i, text, 5);
                }
                text[at + 1] = 'a';
                text[at] = kept;
            }
        }
}

static const char *const addresses[] = {
    "255.255.255.255",  "256.1.1.1",  "1.2.3.4.",  "1.2.3.4.5", "1.2.3.4-",    "01.2.3.4",
    "1.2.3.0004",       "0.0.0.0",    "1.2.3",     "1.2.3.a",   "1.2.3.4a",    "1.2.3.4.a",
    "999.example.com.", "a--b.c",     "a-.b",      "a..b",      "-a",          "199.249.250.259",
    "1.1.1.100",        "1.1.1.1000", "1.1.1.1_2", "a_b",       "1.2.3.4:506", "a.b:1",
};

static void test_match_hosts_as_automaton(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++)
        check_pair(sizeof(pairs) / sizeof(*pairs) - 1, addresses[i], strlen(addresses[i]));
}

static enum sipsan_header_id find_name(const char *p, size_t n)
{
    return sipsan_name_find((struct sipsan_span){p, n});
}

/* No name with one octet changed is a name, but for the case of a letter. */
static void check_near_names(const char *name, size_t n, enum sipsan_header_id id)
{
    char text[SIPSAN_NAME_MAX];

    memcpy(text, name, n);
    for (size_t i = 0; i < n; i++) {
        for (int c = 0; c < 256; c++) {
            text[i] = (char)c;
            if (ascii_lower(text[i]) == ascii_lower(name[i]))
                assert_int_equal(find_name(text, n), id);
            else if (n > 1)
                assert_int_not_equal(find_name(text, n), id);
        }
        text[i] = name[i];
    }
    if (n > 2) /* "t" is To as well */
        assert_int_not_equal(find_name(name, n - 1), id);
    text[0] = (char)(name[0] ^ 0x20);
    assert_int_equal(find_name(text, n), id);
}

/* The colon stands right behind the name, with no octet 0 in between. */
static void check_colon(const char *name, size_t n, enum sipsan_header_id id)
{
    char text[2 * SIPSAN_NAME_READ];
    enum sipsan_header_id found = SIPSAN_HDR_OTHER;

    memset(text, 0xFF, sizeof(text));
    memcpy(text, name, n);
    text[n] = ':';
    assert_ptr_equal(sipsan_name_match(text, &found), text + n);
    assert_int_equal(found, id);
    for (size_t zeros = 1; zeros < 9; zeros++) {
        memset(text + n, 0, zeros);
        text[n + zeros] = ':';
        assert_null(sipsan_name_match(text, &found));
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

        assert_int_equal(find_name(names[i].name, n), names[i].id);
        assert_string_equal(sipsan_header_name(names[i].id), names[i].name);
        check_near_names(names[i].name, n, names[i].id);
        check_colon(names[i].name, n, names[i].id);
        if (!names[i].compact)
            continue;
        compact_seen[(unsigned char)names[i].compact]++;
        assert_int_equal(find_name(&names[i].compact, 1), names[i].id);
    }
    for (int c = 0; c < 256; c++) {
        const char text = (char)c;

        assert_true(compact_seen[c] <= 1);
        assert_int_equal(find_name(&text, 1) != SIPSAN_HDR_OTHER,
                         compact_seen[(unsigned char)ascii_lower(text)] == 1);
    }
    assert_string_equal(sipsan_header_name(SIPSAN_HDR_OTHER), "");
    assert_int_equal(find_name(NULL, 0), SIPSAN_HDR_OTHER);
    assert_int_equal(find_name(names[0].name, SIPSAN_NAME_MAX + 1), SIPSAN_HDR_OTHER);
}

/* The longest text that a search reads stops where it promises to. */
static void test_name_reads_in_bounds(void **state)
{
    char text[SIPSAN_NAME_READ];
    enum sipsan_header_id id;

    (void)state;
    memset(text, '!', sizeof(text));
    for (size_t n = 0; n <= sizeof(text); n++) {
        char *p = page + page_size - sizeof(text);

        memcpy(p, text, sizeof(text));
        if (n < sizeof(text))
            p[n] = ':';
        assert_null(sipsan_name_match(p, &id)); /* no name is !!! */
    }
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
        cmocka_unit_test(test_match_takes_all),
        cmocka_unit_test(test_match_stops_at_terminator),
        cmocka_unit_test(test_match_as_automaton),
        cmocka_unit_test(test_match_octets_as_automaton),
        cmocka_unit_test(test_match_hosts_as_automaton),
        cmocka_unit_test(test_match_any_octet),
        cmocka_unit_test(test_header_names),
        cmocka_unit_test(test_name_reads_in_bounds),
        cmocka_unit_test(test_production_names),
        cmocka_unit_test(test_methods),
    };

    return cmocka_run_group_tests(tests, map_pages, unmap_pages);
}
