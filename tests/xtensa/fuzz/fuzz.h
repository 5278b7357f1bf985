/* What generated C and Rust share: values that follow from a key, and a sum of what was seen. */

#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>

uint32_t value(uint32_t key);
void digest(uint32_t word);

/* C that calls Rust, and Rust that calls C. */
extern void (*const c_calls[])(void);
extern void (*const rust_calls[])(void);
extern const uint32_t call_count;

/* Runs a random function of Rust; the sum of what it returned. */
uint32_t code_run(uint32_t number);
uint32_t code_count(void);

#endif
