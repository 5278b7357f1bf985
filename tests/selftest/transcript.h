/* What the self-test says: lines of words and numbers that are the same on every processor, and expectations. Nothing
 * of the C library but memcpy and its like, and no number that depends on the size of a pointer. */

#ifndef TRANSCRIPT_H
#define TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Begins a line, or goes on with it; each part is set off by a space. */
void tell(const char *text);
void tell_number(int32_t number);
/* Text that need not end with a NUL; what is not printable is a dot. */
void tell_text(const char *text, size_t len);
void tell_bytes(const void *bytes, size_t len);
/* Ends the line and hands it to board_log. */
void tell_end(void);

/* text, number, end. */
void tell_line(const char *text, int32_t number);

/* Begins a scenario: the lines and expectations that follow are its own. */
void scenario(const char *name);

bool expect_that(bool holds, const char *text, int32_t line);
bool expect_equal(int32_t is, int32_t must_be, const char *text, int32_t line);

#define EXPECT(...) expect_that((__VA_ARGS__), #__VA_ARGS__, __LINE__)
#define EXPECT_EQ(is, must_be) expect_equal((int32_t)(is), (int32_t)(must_be), #is, __LINE__)

/* Says the counts; 0 if every expectation held. */
int transcript_end(void);

/* The scenarios, each file's. */
void queries(void);
void packets_in(void);
void packets_broken(void);
void packets_out(void);
void connections(void);
void deliveries(void);
void messages(void);
void times(void);
void links(void);
void mailboxes(void);
void storms(void);

#endif
