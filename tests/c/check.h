/* Assertions and the runner of the C tests. A test is a function whose name is a sentence; main runs each with RUN and
 * ends with check_end(). One source of a program defines CHECK_MAIN before it includes this. */

#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of the test that runs. */
extern int check_faults;

bool check_that(bool ok, const char *text, const char *file, int line);
void check_run(const char *name, void (*test)(void));
int check_end(void);

#ifdef __cplusplus
}
#endif

/* Goes on after a failure; its value is whether it held. */
#define CHECK(...) check_that((__VA_ARGS__), #__VA_ARGS__, __FILE__, __LINE__)

/* Says both numbers. */
#define CHECK_EQ(is, must_be) check_eq((long long)(is), (long long)(must_be), #is " == " #must_be, __FILE__, __LINE__)

#define RUN(test) check_run(#test, test)

static inline bool check_eq(long long is, long long must_be, const char *text, const char *file, int line)
{
    if (!check_that(is == must_be, text, file, line)) {
        printf("        is %lld, must be %lld\n", is, must_be);
    }
    return is == must_be;
}

#ifdef CHECK_MAIN
int check_faults;
static int check_passed;
static int check_failed;

bool check_that(bool ok, const char *text, const char *file, int line)
{
    if (!ok) {
        printf("    %s:%d: %s\n", file, line, text);
        check_faults++;
    }
    return ok;
}

void check_run(const char *name, void (*test)(void))
{
    check_faults = 0;
    test();
    printf("%s %s\n", check_faults == 0 ? "ok  " : "FAIL", name);
    fflush(stdout);
    if (check_faults == 0) {
        check_passed++;
    } else {
        check_failed++;
    }
}

int check_end(void)
{
    printf("%d passed, %d failed\n", check_passed, check_failed);
    return check_failed == 0 ? 0 : 1;
}
#endif

#endif
