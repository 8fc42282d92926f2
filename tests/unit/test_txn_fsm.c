/* Every arrow of RFC 3261 figures 5 to 8 and RFC 6026, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "txn/fsm.h"

/* machine: from input to, per line. */
struct arrow {
    enum sipsan_machine machine;
    enum sipsan_state from;
    enum sipsan_input input;
    enum sipsan_state to;
};

#define ROW(m, f, i, t)                                                                            \
    {                                                                                              \
        SIPSAN_##m, SIPSAN_STATE_##f, SIPSAN_INPUT_##i, SIPSAN_STATE_##t                           \
    }

static const struct arrow arrows[] = {
    ROW(INVITE_CLIENT, CALLING, REQUEST, CALLING),
    ROW(INVITE_CLIENT, CALLING, 1XX, PROCEEDING),
    ROW(INVITE_CLIENT, CALLING, 2XX, ACCEPTED),
    ROW(INVITE_CLIENT, CALLING, 3XX_6XX, COMPLETED),
    ROW(INVITE_CLIENT, CALLING, TIMEOUT, TERMINATED),
    ROW(INVITE_CLIENT, PROCEEDING, 1XX, PROCEEDING),
    ROW(INVITE_CLIENT, PROCEEDING, 2XX, ACCEPTED),
    ROW(INVITE_CLIENT, PROCEEDING, 3XX_6XX, COMPLETED),
    ROW(INVITE_CLIENT, COMPLETED, 3XX_6XX, COMPLETED),
    ROW(INVITE_CLIENT, COMPLETED, ACK, COMPLETED),
    ROW(INVITE_CLIENT, COMPLETED, LINGER, TERMINATED),
    ROW(INVITE_CLIENT, ACCEPTED, 2XX, ACCEPTED),
    ROW(INVITE_CLIENT, ACCEPTED, LINGER, TERMINATED),
    ROW(OTHER_CLIENT, TRYING, REQUEST, TRYING),
    ROW(OTHER_CLIENT, TRYING, 1XX, PROCEEDING),
    ROW(OTHER_CLIENT, TRYING, 2XX, COMPLETED),
    ROW(OTHER_CLIENT, TRYING, 3XX_6XX, COMPLETED),
    ROW(OTHER_CLIENT, TRYING, TIMEOUT, TERMINATED),
    ROW(OTHER_CLIENT, PROCEEDING, REQUEST, PROCEEDING),
    ROW(OTHER_CLIENT, PROCEEDING, 1XX, PROCEEDING),
    ROW(OTHER_CLIENT, PROCEEDING, 2XX, COMPLETED),
    ROW(OTHER_CLIENT, PROCEEDING, 3XX_6XX, COMPLETED),
    ROW(OTHER_CLIENT, PROCEEDING, TIMEOUT, TERMINATED),
    ROW(OTHER_CLIENT, COMPLETED, 2XX, COMPLETED),
    ROW(OTHER_CLIENT, COMPLETED, 3XX_6XX, COMPLETED),
    ROW(OTHER_CLIENT, COMPLETED, LINGER, TERMINATED),
    ROW(INVITE_SERVER, PROCEEDING, REQUEST, PROCEEDING),
    ROW(INVITE_SERVER, PROCEEDING, 1XX, PROCEEDING),
    ROW(INVITE_SERVER, PROCEEDING, 2XX, ACCEPTED),
    ROW(INVITE_SERVER, PROCEEDING, 3XX_6XX, COMPLETED),
    ROW(INVITE_SERVER, COMPLETED, REQUEST, COMPLETED),
    ROW(INVITE_SERVER, COMPLETED, 3XX_6XX, COMPLETED),
    ROW(INVITE_SERVER, COMPLETED, ACK, CONFIRMED),
    ROW(INVITE_SERVER, COMPLETED, TIMEOUT, TERMINATED),
    ROW(INVITE_SERVER, CONFIRMED, ACK, CONFIRMED),
    ROW(INVITE_SERVER, CONFIRMED, LINGER, TERMINATED),
    ROW(INVITE_SERVER, ACCEPTED, REQUEST, ACCEPTED),
    ROW(INVITE_SERVER, ACCEPTED, 2XX, ACCEPTED),
    ROW(INVITE_SERVER, ACCEPTED, ACK, ACCEPTED),
    ROW(INVITE_SERVER, ACCEPTED, LINGER, TERMINATED),
    ROW(OTHER_SERVER, TRYING, REQUEST, TRYING),
    ROW(OTHER_SERVER, TRYING, 1XX, PROCEEDING),
    ROW(OTHER_SERVER, TRYING, 2XX, COMPLETED),
    ROW(OTHER_SERVER, TRYING, 3XX_6XX, COMPLETED),
    ROW(OTHER_SERVER, PROCEEDING, REQUEST, PROCEEDING),
    ROW(OTHER_SERVER, PROCEEDING, 1XX, PROCEEDING),
    ROW(OTHER_SERVER, PROCEEDING, 2XX, COMPLETED),
    ROW(OTHER_SERVER, PROCEEDING, 3XX_6XX, COMPLETED),
    ROW(OTHER_SERVER, COMPLETED, REQUEST, COMPLETED),
    ROW(OTHER_SERVER, COMPLETED, 2XX, COMPLETED),
    ROW(OTHER_SERVER, COMPLETED, 3XX_6XX, COMPLETED),
    ROW(OTHER_SERVER, COMPLETED, LINGER, TERMINATED),
};

static const struct arrow *find(int machine, int state, int input)
{
    for (size_t i = 0; i < sizeof(arrows) / sizeof(arrows[0]); i++)
        if ((int)arrows[i].machine == machine && (int)arrows[i].from == state &&
            (int)arrows[i].input == input)
            return &arrows[i];
    return NULL;
}

static void test_fsm_arrows(void **state)
{
    (void)state;
    for (int m = 0; m < SIPSAN_MACHINE_COUNT; m++)
        for (int s = 0; s < SIPSAN_STATE_COUNT; s++)
            for (int i = 0; i < SIPSAN_INPUT_COUNT; i++) {
                struct sipsan_step step = sipsan_fsm_step(
                    (enum sipsan_machine)m, (enum sipsan_state)s, (enum sipsan_input)i, 0);
                const struct arrow *arrow = find(m, s, i);

                assert_int_equal(step.foreseen, arrow != NULL);
                assert_int_equal(step.next, arrow ? (int)arrow->to : s);
            }
}

static void test_fsm_as_of_3261(void **state)
{
    (void)state;
    assert_int_equal(
        sipsan_fsm_step(SIPSAN_INVITE_CLIENT, SIPSAN_STATE_PROCEEDING, SIPSAN_INPUT_2XX, 3261).next,
        SIPSAN_STATE_TERMINATED);
    assert_int_equal(
        sipsan_fsm_step(SIPSAN_INVITE_SERVER, SIPSAN_STATE_PROCEEDING, SIPSAN_INPUT_2XX, 3261).next,
        SIPSAN_STATE_TERMINATED);
    assert_int_equal(
        sipsan_fsm_step(SIPSAN_OTHER_SERVER, SIPSAN_STATE_TRYING, SIPSAN_INPUT_2XX, 3261).next,
        SIPSAN_STATE_COMPLETED);
}

static void test_fsm_start_and_names(void **state)
{
    (void)state;
    assert_int_equal(sipsan_fsm_start(SIPSAN_INVITE_CLIENT), SIPSAN_STATE_CALLING);
    assert_int_equal(sipsan_fsm_start(SIPSAN_INVITE_SERVER), SIPSAN_STATE_PROCEEDING);
    assert_int_equal(sipsan_fsm_start(SIPSAN_OTHER_CLIENT), SIPSAN_STATE_TRYING);
    assert_int_equal(sipsan_fsm_start(SIPSAN_OTHER_SERVER), SIPSAN_STATE_TRYING);
    for (int s = 0; s < SIPSAN_STATE_COUNT; s++)
        assert_true(strlen(sipsan_state_name((enum sipsan_state)s)) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fsm_arrows),
        cmocka_unit_test(test_fsm_as_of_3261),
        cmocka_unit_test(test_fsm_start_and_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
