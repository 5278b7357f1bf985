/* The deadlines of an application, c_examples/shared/deadline.h, on a clock that the test sets. */

#define CHECK_MAIN
#include "check.h"

#include "../../c_examples/shared/deadline.h"

static uint32_t now_ms;

uint32_t board_now_ms(void *user)
{
    (void)user;
    return now_ms;
}

static void a_deadline_that_is_not_set_never_passes(void)
{
    struct deadline deadline = { 0 };
    now_ms = 5;
    CHECK(!deadline_passed(&deadline));
    CHECK_EQ(deadline_sooner(&deadline, 70), 70);
    CHECK_EQ(deadline_sooner(&deadline, MQTT_FOREVER), MQTT_FOREVER);
}

static void a_deadline_passes_once(void)
{
    struct deadline deadline = { 0 };
    now_ms = 5;
    deadline_set(&deadline, 100);
    now_ms = 104;
    CHECK(!deadline_passed(&deadline));
    now_ms = 105;
    CHECK(deadline_passed(&deadline));
    CHECK(!deadline_passed(&deadline));
}

static void a_deadline_that_is_cleared_does_not_pass(void)
{
    struct deadline deadline = { 0 };
    deadline_set(&deadline, 100);
    deadline_clear(&deadline);
    now_ms += 200;
    CHECK(!deadline_passed(&deadline));
}

static void the_sooner_of_a_deadline_and_the_poll_counts(void)
{
    struct deadline deadline = { 0 };
    now_ms = 1000;
    deadline_set(&deadline, 50);
    CHECK_EQ(deadline_sooner(&deadline, MQTT_FOREVER), 50);
    CHECK_EQ(deadline_sooner(&deadline, 20), 20);
    now_ms += 49;
    CHECK_EQ(deadline_sooner(&deadline, 20), 1);
    now_ms += 1000;
    CHECK_EQ(deadline_sooner(&deadline, 20), 0);
}

static void an_error_of_the_poll_is_not_hidden(void)
{
    struct deadline deadline = { 0 };
    deadline_set(&deadline, 50);
    CHECK_EQ(deadline_sooner(&deadline, MQTT_ERR_BUSY), MQTT_ERR_BUSY);
}

static void the_clock_may_wrap_before_the_deadline(void)
{
    struct deadline deadline = { 0 };
    now_ms = UINT32_MAX - 9;
    deadline_set(&deadline, 2000000000);
    CHECK(!deadline_passed(&deadline));
    CHECK_EQ(deadline_sooner(&deadline, MQTT_FOREVER), 2000000000);
    now_ms = 1999999989;
    CHECK_EQ(deadline_sooner(&deadline, MQTT_FOREVER), 1);
    now_ms++;
    CHECK(deadline_passed(&deadline));
}

int main(void)
{
    RUN(a_deadline_that_is_not_set_never_passes);
    RUN(a_deadline_passes_once);
    RUN(a_deadline_that_is_cleared_does_not_pass);
    RUN(the_sooner_of_a_deadline_and_the_poll_counts);
    RUN(an_error_of_the_poll_is_not_hidden);
    RUN(the_clock_may_wrap_before_the_deadline);
    return check_end();
}
