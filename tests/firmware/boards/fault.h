/* The end of a program that went wrong, for the start-up code of each board. */

#ifndef FAULT_H
#define FAULT_H

#include <stdint.h>

/* The exit code of such a program. */
#define FAULT_CODE 98

/* Logs where it happened, and the processor's number of the cause, and ends the machine. */
void fault(uint32_t pc, uint32_t cause);

#endif
