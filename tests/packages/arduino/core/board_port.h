// What linux/ and bare/ give to the core, and how they start a sketch.

#ifndef BOARD_PORT_H
#define BOARD_PORT_H

#include <stdint.h>

unsigned long portMillis();
void portSleep(unsigned long ms);
void portWrite(uint8_t c);

// setup() and loop() until endSketch; the code that it was given.
int runSketch();

#endif
