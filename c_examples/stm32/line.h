/* The serial line to the network: USART 2, PA2 to send and PA3 to receive (X3 and X4 of a Pyboard). lwIP's slipif calls it
 * by the names of lwip/sio.h. */

#ifndef LINE_H
#define LINE_H

void line_start(void);

/* What is still to be sent is dropped. */
void line_stop(void);

#endif
