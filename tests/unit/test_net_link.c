/* Link layers: where the packet begins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/link.h"
#include "net_frames.h"

static struct frame f;

static struct sipsan_link link_of(int type)
{
    struct sipsan_link link;
    uint8_t copy[256]; /* of the exact size in effect: sanitizers see reads past f.n */

    assert_true(f.n <= sizeof(copy));
    memcpy(copy, f.p, f.n);
    assert_int_equal(sipsan_link_read(&link, type, copy, f.n), SIPSAN_OK);
    return link;
}

static void expect(int type, unsigned protocol, size_t offset, uint32_t vlan)
{
    struct sipsan_link link = link_of(type);

    assert_int_equal(link.protocol, protocol);
    assert_int_equal(link.offset, offset);
    assert_int_equal(link.vlan, vlan);
}

static void test_net_link_ethernet(void **state)
{
    (void)state;
    f.n = 0;
    add_ethernet(&f, 0x0800);
    expect(SIPSAN_LINK_ETHERNET, 0x0800, 14, 0);
    f.n = 13;
    expect(SIPSAN_LINK_ETHERNET, 0, 0, 0);
}

static void test_net_link_vlan_tags(void **state)
{
    static const unsigned outer[] = {0x8100, 0x88a8, 0x9100};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        f.n = 0;
        add_ethernet(&f, outer[i]);
        add16(&f, 0xe005); /* priority 7 is no part of the identifier */
        add16(&f, 0x8100);
        add16(&f, 0x0064);
        add16(&f, 0x86dd);
        expect(SIPSAN_LINK_ETHERNET, 0x86dd, 22, 100);
        f.n--;
        assert_int_equal(link_of(SIPSAN_LINK_ETHERNET).protocol, 0);
    }
}

static void test_net_link_endless_tags(void **state)
{
    (void)state;
    f.n = 0;
    add_ethernet(&f, 0x8100);
    for (int i = 0; i < 50; i++)
        add32(&f, 0x00018100);
    assert_int_not_equal(link_of(SIPSAN_LINK_ETHERNET).protocol, 0x0800);
}

static void test_net_link_snap(void **state)
{
    (void)state;
    f.n = 0;
    add_ethernet(&f, 36);
    add(&f, "\xaa\xaa\x03\0\0\0\x08\0", 8);
    expect(SIPSAN_LINK_ETHERNET, 0x0800, 22, 0);
    f.p[14] = 0x42; /* spanning tree */
    expect(SIPSAN_LINK_ETHERNET, 0, 0, 0);
}

static void test_net_link_cooked(void **state)
{
    (void)state;
    f.n = 0;
    add(&f, "\0\0\0\1\0\6\2\0\0\0\0\1\0\0", 14);
    add16(&f, 0x8100);
    add16(&f, 7);
    add16(&f, 0x0800);
    expect(SIPSAN_LINK_SLL, 0x0800, 20, 7);
    f.n = 15;
    expect(SIPSAN_LINK_SLL, 0, 0, 0);

    f.n = 0;
    add16(&f, 0x86dd);
    add16(&f, 0);
    add32(&f, 3);
    add(&f, "\0\1\0\6\2\0\0\0\0\1\0\0", 12);
    expect(SIPSAN_LINK_SLL2, 0x86dd, 20, 0);
    assert_int_equal(link_of(SIPSAN_LINK_SLL2).interface, 3);
    f.n = 19;
    expect(SIPSAN_LINK_SLL2, 0, 0, 0);
}

static void test_net_link_loopback(void **state)
{
    static const struct {
        uint32_t family;
        unsigned protocol;
    } families[] = {{2, 0x0800}, {24, 0x86dd}, {28, 0x86dd}, {30, 0x86dd}, {23, 0x86dd}, {7, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        f.n = 0;
        add32(&f, families[i].family);
        expect(SIPSAN_LINK_NULL, families[i].protocol, 4, 0);
        expect(SIPSAN_LINK_LOOP, families[i].protocol, 4, 0);
        f.n = 0;
        add32(&f, families[i].family << 24);
        expect(SIPSAN_LINK_NULL, families[i].protocol, 4, 0);
        expect(SIPSAN_LINK_LOOP, 0, 4, 0);
    }
    f.n = 3;
    expect(SIPSAN_LINK_NULL, 0, 0, 0);
}

static void test_net_link_raw(void **state)
{
    (void)state;
    f.n = 0;
    add16(&f, 0x4500);
    expect(SIPSAN_LINK_RAW, 0x0800, 0, 0);
    expect(SIPSAN_LINK_DLT_RAW, 0x0800, 0, 0);
    expect(SIPSAN_LINK_DLT_RAW_OPENBSD, 0x0800, 0, 0);
    expect(SIPSAN_LINK_IPV4, 0x0800, 0, 0);
    f.p[0] = 0x60;
    expect(SIPSAN_LINK_RAW, 0x86dd, 0, 0);
    expect(SIPSAN_LINK_IPV6, 0x86dd, 0, 0);
    f.n = 0;
    expect(SIPSAN_LINK_RAW, 0, 0, 0);
}

static void test_net_link_types(void **state)
{
    struct sipsan_link link;

    (void)state;
    for (int type = -2; type < 400; type++)
        assert_int_equal(sipsan_link_known(type),
                         type == SIPSAN_LINK_EXPORTED ||
                             sipsan_link_read(&link, type, f.p, 0) == SIPSAN_OK);
    assert_false(sipsan_link_known(147)); /* reserved for private use */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_net_link_ethernet),     cmocka_unit_test(test_net_link_vlan_tags),
        cmocka_unit_test(test_net_link_endless_tags), cmocka_unit_test(test_net_link_snap),
        cmocka_unit_test(test_net_link_cooked),       cmocka_unit_test(test_net_link_loopback),
        cmocka_unit_test(test_net_link_raw),          cmocka_unit_test(test_net_link_types),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
